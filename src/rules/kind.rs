//! What a kind of rule is: compiled once, judged over columns.

use std::fmt;
use std::sync::Arc;

use super::Dataset;
use super::cells::{self, CellSet};
use super::expression::{Condition, Variables};
use crate::error::Result;
use crate::finding::{Certainty, Expected, Place, Severity};
use crate::history::{Calendar, Earlier, Memo};
use crate::plan::{Cell, Equation, Missing, Rounding, Sieved, Test};
use crate::table::{Edition, Exact, TableSchema};

/// What one check came to, in the form that whole columns of them are kept in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Mark {
    /// Left out by the rule's `where`: not a check at all.
    Skipped,
    /// Holds exactly.
    Holds,
    /// Holds, but only because printed figures are rounded.
    Rounded,
    /// Does not hold.
    Fails,
    /// A figure that it needs is missing or unclear.
    Undetermined,
}

impl Mark {
    /// Whether the check holds or fails.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Holds | Self::Rounded | Self::Fails)
    }
}

/// How far a rule sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each check reads one row of this table (index into the dataset's
    /// tables) and single cells; there is one check per row, in row order.
    Row(usize),
    /// Checks read several rows, or none.
    Whole,
}

/// Something that a rule cannot be judged without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// A table, by index into the dataset's tables.
    Table(usize),
    /// A column of a table, by name.
    Column(usize, String),
    /// A row of a table: label, and the label above it where that was given.
    Row(usize, String, Option<String>),
    /// The edition right before.
    Previous,
    /// Any earlier edition.
    Past,
}

/// What a rule is compiled against.
pub struct Binding<'a> {
    /// The tables that the rule file declares.
    pub tables: &'a [TableSchema],
    /// The table that the rule is for: the one it names, or the only one.
    pub table: Option<usize>,
    /// What it makes of printed precision.
    pub rounding: Rounding,
    /// What it makes of missing figures.
    pub missing: Missing,
    /// The rows that it applies to, once that is compiled.
    pub(crate) filter: Option<&'a Condition>,
    /// What `$name` stands for in expressions.
    pub(crate) variables: &'a Variables,
    /// Reads a file named in the rule file, relative to it.
    pub read: &'a dyn Fn(&str) -> Result<Vec<u8>>,
}

/// What a rule is judged on.
pub struct Context<'a> {
    /// The edition at hand. Its tables carry the names that the rule file gives them.
    pub edition: &'a Edition,
    /// The edition before it, if one is known.
    pub previous: Option<&'a Edition>,
    /// All earlier editions that are known, the newest first.
    pub past: &'a [Arc<Earlier>],
    /// What was made of its series already, where that is kept.
    pub memo: Option<&'a Memo>,
    /// How editions follow each other, and what is known of their dates; weeks by number without.
    pub calendar: Option<&'a Calendar>,
    /// The tables that the rule file declares.
    pub tables: &'a [TableSchema],
    /// Which rows of the rule's table its `where` lets in: one truth value a
    /// row (`None`: unknown); absent where the rule has no `where`.
    pub filter: Option<&'a [Option<bool>]>,
    /// How many rows of each table of the edition are known to hold, and are not in
    /// it; empty where all are at hand.
    pub beside: &'a [usize],
    /// What all rows come to, as the rule's `sieve` asks for it, where that was worked
    /// out before; empty where all rows are at hand.
    pub totals: &'a [Exact],
}

/// What there is to say of one check that does not hold, or cannot be told.
#[derive(Clone, Debug)]
pub struct Detail {
    /// The table it is about.
    pub table: String,
    /// The key of the row it is about, if it is about one.
    pub row: Option<String>,
    /// The column it is about, if it is about one.
    pub column: Option<String>,
    /// In words: lowercase, without full stop, figures as published. For an
    /// undetermined check, why it cannot be told.
    pub message: String,
    /// Where, the primary place first.
    pub places: Vec<Place>,
    /// The figure found, as an exact decimal or text.
    pub observed: Option<String>,
    /// What would hold.
    pub expected: Option<Expected>,
    /// By how much it misses, as an exact decimal.
    pub gap: Option<String>,
    /// On what grounds.
    pub certainty: Certainty,
    /// How to mend it, or what is likely meant, if known.
    pub hint: Option<String>,
}

/// A compiled rule of one kind.
pub trait Kind: fmt::Debug + Send + Sync {
    /// How far it sees.
    fn scope(&self) -> Scope;

    /// Whether each check reads the cells of its own row and nothing else.
    fn is_local(&self) -> bool {
        matches!(self.scope(), Scope::Row(_))
    }

    /// What it cannot be judged without. Where an edition lacks one of them,
    /// the rule is undetermined once, and neither method below is called.
    fn needs(&self) -> Vec<Need>;

    /// Columns beside its needs that it reads where an edition prints them, by
    /// table and name.
    fn optional(&self) -> Vec<(usize, String)> {
        Vec::new()
    }

    /// Every column that it reads in the edition at hand, by table and name,
    /// beside the key and the labels of its rows.
    fn columns(&self) -> Vec<(usize, String)> {
        let needed = self.needs().into_iter().filter_map(|it| match it {
            Need::Column(table, name) => Some((table, name)),
            _ => None,
        });
        needed.chain(self.optional()).collect()
    }

    /// The columns whose figures its checks judge: where a row holds, those are read.
    fn judged(&self) -> Vec<(usize, String)> {
        self.columns()
    }

    /// Judges every check, in a fixed order: one mark per check.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expression`](crate::ErrorKind) where a product or
    /// quotient leaves the range of exact arithmetic.
    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>>;

    /// Why nothing of it can be told on an edition that has what it needs, if
    /// there is one reason: the rule is undetermined once, whatever its marks.
    fn why_undetermined(&self, _context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        None
    }

    /// The worst that a finding of it can be, whatever the rule declares.
    fn worst(&self) -> Severity {
        Severity::Error
    }

    /// Says what there is to say of the check at an index of `verdicts`,
    /// whose mark is `Fails` or `Undetermined`.
    fn explain(&self, context: &Context<'_>, check: usize) -> Detail;

    /// What is worth a note of checks that hold, one for each such check.
    fn noted(&self, _context: &Context<'_>) -> Vec<Detail> {
        Vec::new()
    }

    /// Why a rule whose needs are met finds nothing to judge all the same, other
    /// than for missing figures.
    fn idle(&self, _context: &Context<'_>) -> Option<String> {
        None
    }

    /// What surely makes a row hold, where the rule is one check a row that can
    /// be told from the plain text of its cells.
    fn sieve(&self) -> Option<Sieved> {
        None
    }

    /// What surely makes a row hold where it is known what all rows come to, in the order of
    /// the totals that `sieve` asks for; no test where it is judged once, by those alone. None
    /// where it cannot be judged so.
    fn sieve_beside(&self, _totals: &[Exact]) -> Option<Vec<Test<String>>> {
        None
    }

    /// What some checks say of cells, where that is linear: each with the index
    /// of its check, in their order.
    fn equations(&self, _context: &Context<'_>, _checks: &[usize]) -> Vec<(usize, Equation)> {
        Vec::new()
    }

    /// The figures around those of some checks along their series: for each
    /// check the cells in order, and which of them is its own; that one alone
    /// where the others are in other editions. Nothing where it has no series.
    fn along(&self, _context: &Context<'_>, _checks: &[usize]) -> Vec<(Vec<Cell>, usize)> {
        Vec::new()
    }

    /// The one cell that each of some checks judges; `None` where it judges
    /// more than that.
    fn cells(&self, _context: &Context<'_>, checks: &[usize]) -> Vec<Option<Cell>> {
        vec![None; checks.len()]
    }

    /// Takes in the cells that decided checks read, given the mark of each check.
    ///
    /// By default these are the columns that the rule needs.
    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let optional = self.optional().into_iter().map(|it| Need::Column(it.0, it.1));
        let needs: Vec<Need> = self.needs().into_iter().chain(optional).collect();
        cells::add_needed(context, &needs, marks, cells);
    }

    /// The same for many checks, where saying it together is cheaper.
    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        checks.iter().map(|it| self.explain(context, *it)).collect()
    }
}

impl<'a> Context<'a> {
    /// All rows of one edition, and nothing beside it.
    pub(crate) fn of(edition: &'a Edition, dataset: &'a Dataset) -> Self {
        Self {
            edition,
            previous: None,
            past: &[],
            memo: None,
            calendar: Some(&dataset.calendar),
            tables: &dataset.tables,
            filter: None,
            beside: &[],
            totals: &[],
        }
    }
}

impl Context<'_> {
    /// The index of a declared table among those of the edition.
    pub fn table(&self, declared: usize) -> Option<usize> {
        self.edition.table(&self.tables[declared].name)
    }

    /// Why a rule over several columns of a table cannot be told, where the
    /// edition prints none of them.
    pub(crate) fn prints_none(&self, declared: usize, columns: &[String]) -> Option<String> {
        let table = &self.edition.tables[self.table(declared)?];
        let none = columns.iter().all(|it| table.column(it).is_none());
        none.then(|| prints_no(&columns.iter().map(String::as_str).collect::<Vec<_>>()))
    }

    /// Those of some columns that the edition at hand does not print.
    pub(crate) fn unprinted<'c>(&self, columns: impl IntoIterator<Item = &'c (usize, String)>) -> Vec<&'c str> {
        let is_unprinted = |(declared, name): &&(usize, String)| {
            self.table(*declared).is_some_and(|at| self.edition.tables[at].column(name).is_none())
        };
        columns.into_iter().filter(is_unprinted).map(|it| it.1.as_str()).collect()
    }
}

/// Says which columns an edition does not print.
pub(crate) fn prints_no(columns: &[&str]) -> String {
    let (word, is) = if columns.len() == 1 { ("column", "is") } else { ("columns", "are") };
    format!("{word} {} {is} missing from this edition", columns.join(", "))
}

/// Whether no check that counts could be told.
pub(crate) fn all_open(marks: &[Mark]) -> bool {
    let open = |it: &Mark| matches!(it, Mark::Undetermined | Mark::Skipped);
    marks.contains(&Mark::Undetermined) && marks.iter().all(open)
}

impl Detail {
    /// A detail of a table with a message and nothing else said.
    pub fn new(table: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            table: table.into(),
            row: None,
            column: None,
            message: message.into(),
            places: Vec::new(),
            observed: None,
            expected: None,
            gap: None,
            certainty: Certainty::Contradiction,
            hint: None,
        }
    }
}
