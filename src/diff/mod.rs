//! One edition against another: what was added, removed, changed, moved.
//!
//! Cells are compared by value, so `4,477` and `4477` are one value printed in
//! two ways, and `12.0` against `12` is a change of precision; what is printed
//! beside a value, such as its currency, is part of it. A diff holds all that
//! is needed to make the new tables of the old ones: see [`patch`].

mod causes;
mod changes;
mod codes;
mod columns;
mod corrected;
mod identity;
mod in_place;
mod keys;
mod laid;
pub mod large;
mod leftover;
mod merge;
mod patch;
mod rows;
mod tables;
mod usual;
mod value;

pub use corrected::{Noted, corrected};
pub use in_place::{Hunk, InPlace, Print, Source, cells_in_place, merge_in_place, patch_in_place, print};
pub use laid::{Laid, LaidColumn, LaidRow, Line, lay_out};
pub use merge::{Conflict, Merged, merge};
pub use patch::{Plain, csv, patch, plain};
pub use tables::diff;
pub use usual::judge;

use self::tables::{diff_rest, sampled_keys};
use crate::history::Grade;
use crate::table::{Coverage, Decimal, Period};

/// How two editions are to be compared.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The columns that name a row, where the user says so; else the declared
    /// key, else one that is inferred.
    pub key: Vec<String>,
    /// Differences up to so much are no change, by column name.
    pub tolerance: Vec<(String, Decimal)>,
    /// Compare values alone: one side was not printed, such as a snapshot.
    pub values_only: bool,
}

/// Everything that differs between two editions.
#[derive(Clone, Debug, Default)]
pub struct Diff {
    /// What is compared with.
    pub old: Side,
    /// What is compared.
    pub new: Side,
    /// One entry a table of either side: those of the new edition in its
    /// order, then those that only the old one has.
    pub tables: Vec<TableDiff>,
    /// What the new file prints otherwise beyond its values, where it was asked for.
    pub print: Option<Print>,
    /// Its tables laid out as one each, in the same order, where that was asked
    /// for: see [`lay_out`].
    pub laid: Vec<Laid>,
    /// Lines to paste into the rule file, so that what was renamed is read in
    /// both editions; where a rule file declares it.
    pub aliases: Vec<String>,
}

/// Rows that are known to be in both editions, beside those that are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Alike, in the same order.
    pub same: usize,
    /// Alike, in another order: as few as explain it.
    pub moved: usize,
}

/// Rows that are one: old, new.
type Pairs = Vec<(usize, usize)>;

/// One of the two editions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// The file, folder, snapshot or revision, as the user named it.
    pub name: String,
    /// The dataset, where a rule file claims it.
    pub dataset: Option<String>,
    /// The period, if known.
    pub period: Option<Period>,
    /// How much of the period is covered, if known.
    pub coverage: Option<Coverage>,
}

/// What differs in one table.
#[derive(Clone, Debug)]
pub struct TableDiff {
    /// Its name.
    pub name: String,
    /// How its two versions go together.
    pub match_kind: Match,
    /// By which columns rows were matched, and how those were chosen.
    pub key: Key,
    /// What happened to columns.
    pub columns: Columns,
    /// What happened to rows, counted.
    pub rows: Rows,
    /// The rows that differ, most surprising first; those only printed differently too.
    pub changes: Vec<RowChange>,
    /// Rows of very large tables that moved and did not change, which are not
    /// among the changes: the first old one, the first new one, how many.
    pub moves: Vec<(u32, u32, u32)>,
    /// Keys that several rows of one side share.
    pub duplicates: Vec<Duplicate>,
    /// What explains many changes at once.
    pub causes: Vec<Cause>,
}

/// One cause of many changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The columns that it is about, by their new names.
    pub columns: Vec<String>,
    /// What it is.
    pub kind: CauseKind,
    /// Its particulars: see [`CauseKind`].
    pub detail: String,
    /// The row that it starts from, where figures moved.
    pub from: Option<String>,
    /// How many cells it explains, or rows where it is about their order.
    pub cells: usize,
}

/// What explains many changes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CauseKind {
    /// The figures of a column were multiplied; the detail is the factor.
    Factor,
    /// A column stands some rows further down; the detail is how many, negative if up,
    /// with `~` in front where figures are only near those of the other row. It
    /// explains no single cell then.
    Shifted,
    /// Marks came before the last three digits of figures, or went; the detail
    /// is one of them before and now. They are read as decimals, and seem to
    /// part thousands: it explains no cell.
    Marked,
    /// Two columns changed places.
    Exchanged,
    /// The names of a column were replaced one by one; the detail lists some.
    Recoded,
    /// Nearly all figures of a column changed; the detail is the change of
    /// their sum in percent. It explains no single cell.
    Restated,
    /// Rows stand in another order; the detail says how a column is sorted now.
    Resorted,
}

/// How the two versions of a table go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    /// They correspond, and are compared cell by cell.
    Corresponds,
    /// Only the old edition has the table.
    OnlyOld,
    /// Only the new edition has the table.
    OnlyNew,
    /// They have nearly nothing in common: why, in words.
    Unrelated(String),
}

/// By which columns rows were matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Key {
    /// Their names, as the new table has them; empty where rows go by their order.
    pub columns: Vec<String>,
    /// Whether they were inferred, neither declared nor asked for.
    pub inferred: bool,
    /// What else could have been the key, and how many rows it matches, where
    /// the tables do not correspond.
    pub tried: Vec<(Vec<String>, usize)>,
}

/// What happened to columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// All columns of the old table, in its order, by their old names.
    pub old: Vec<String>,
    /// All columns of the new table, in its order, by their new names.
    pub new: Vec<String>,
    /// Columns that only the new table has.
    pub added: Vec<String>,
    /// Columns that only the old table has.
    pub removed: Vec<String>,
    /// Columns under another name: old, new.
    pub renamed: Vec<(String, String)>,
    /// Columns that stand in another order, by their new names: as few as explain it.
    pub moved: Vec<String>,
}

/// What happened to rows, counted; a row that changed and moved counts as changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Only in the new table.
    pub added: usize,
    /// Only in the old table.
    pub removed: usize,
    /// In both, with another value.
    pub changed: usize,
    /// In both with the same values, in another order: as few as explain it.
    pub moved: usize,
    /// In both, alike.
    pub same: usize,
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Only in the new table.
    Added,
    /// Only in the old table.
    Removed,
    /// In both, with another value.
    Changed,
    /// In both with the same values, in another order.
    Moved,
}

/// One row that differs.
#[derive(Clone, Debug)]
pub struct RowChange {
    /// What happened to it.
    pub op: Op,
    /// Its key: column (new name) and canonical value, of the new row where
    /// there is one. Where rows have no key: `row` and the number from 1.
    pub key: Vec<(String, String)>,
    /// Where it stands in the old table: index from 0.
    pub old_index: Option<usize>,
    /// Where it stands in the new table: index from 0.
    pub new_index: Option<usize>,
    /// The line of the old file, from 1.
    pub old_line: Option<u32>,
    /// The line of the new file, from 1.
    pub new_line: Option<u32>,
    /// Whether it also moved among the rows of both tables.
    pub moved: bool,
    /// Its cells: all of an added or removed row; of others the changed ones,
    /// and those of columns that came (no `old`) or went (no `new`).
    pub cells: Vec<CellChange>,
    /// The key of the row of the other edition that may stand for it, where
    /// the evidence is too weak to call them one.
    pub perhaps: Vec<(String, String)>,
    /// How surprising it is; more is more. Until series have expected ranges:
    /// the largest change of its figures on the square-root scale.
    pub surprise: f64,
}

impl RowChange {
    /// Whether it is a change to tell of: not one that only lists the cells
    /// of columns that came or went, or tolerated differences, for [`patch`].
    pub fn tells(&self) -> bool {
        self.op != Op::Changed || self.moved || self.cells.iter().any(|it| it.tells() && it.is_of_both())
    }

    /// Whether it lists cells that are only printed differently.
    pub fn is_printed_differently(&self) -> bool {
        self.cells.iter().any(|it| it.kind == ChangeKind::Printed)
    }
}

impl Diff {
    /// Whether nothing differs, neither a value nor how it is printed.
    pub fn is_empty(&self) -> bool {
        !self.tables.iter().flat_map(|it| &it.changes).any(RowChange::is_printed_differently) && self.has_same_values()
    }

    /// Whether no value differs, no row, and no column.
    pub fn has_same_values(&self) -> bool {
        self.tables.iter().all(|it| {
            let columns = &it.columns;
            let still = columns.added.is_empty() && columns.removed.is_empty() && columns.renamed.is_empty();
            let still = still && columns.moved.is_empty() && it.match_kind == Match::Corresponds && it.moves.is_empty();
            still && !it.changes.iter().any(RowChange::tells)
        })
    }
}

/// What a change of tables and columns means for who reads them by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormChange {
    /// All tables and columns are there, and no others.
    None,
    /// There are more of them.
    Additive,
    /// One went, or has another name.
    Breaking,
}

impl Diff {
    /// What the change of tables and columns means for who reads them by name.
    pub fn form_change(&self) -> FormChange {
        let of = |it: &TableDiff| match it.match_kind {
            Match::OnlyOld | Match::Unrelated(_) => FormChange::Breaking,
            Match::OnlyNew => FormChange::Additive,
            Match::Corresponds if !(it.columns.removed.is_empty() && it.columns.renamed.is_empty()) => {
                FormChange::Breaking
            }
            Match::Corresponds if !it.columns.added.is_empty() => FormChange::Additive,
            Match::Corresponds => FormChange::None,
        };
        self.tables.iter().map(of).max().unwrap_or(FormChange::None)
    }
}

/// One cell that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellChange {
    /// The column, by its new name where it has one.
    pub column: String,
    /// The canonical text before; `None` where the row or column was not there.
    pub old: Option<String>,
    /// The canonical text now; `None` where the row or column is gone.
    pub new: Option<String>,
    /// How the old cell is printed, where that is not its canonical text.
    pub old_text: Option<String>,
    /// How the new cell is printed, where that is not its canonical text.
    pub new_text: Option<String>,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The new figure less the old one, where both are figures.
    pub difference: Option<String>,
    /// Which cause of its table explains it, by its place in their list.
    pub cause: Option<usize>,
    /// What history makes of the figure now, where it was judged.
    pub usual: Option<Usual>,
    /// What the change does to the arithmetic that the table follows by itself.
    pub relation: Option<RelationChange>,
}

impl CellChange {
    /// Whether it is a change to tell of: neither tolerated nor only printed differently.
    pub fn tells(&self) -> bool {
        !matches!(self.kind, ChangeKind::Tolerated | ChangeKind::Printed)
    }

    /// Whether both editions have its row and its column.
    pub fn is_of_both(&self) -> bool {
        self.old.is_some() && self.new.is_some()
    }

    /// How the old cell is printed, if there is one.
    pub fn old_printed(&self) -> Option<&str> {
        self.old_text.as_deref().or(self.old.as_deref())
    }

    /// How the new cell is printed, if there is one.
    pub fn new_printed(&self) -> Option<&str> {
        self.new_text.as_deref().or(self.new.as_deref())
    }

    /// What a reader takes the new cell's print for: without stray spaces around it.
    pub(crate) fn new_trimmed(&self) -> Option<&str> {
        self.new_printed().map(crate::table::trim)
    }

    /// What a reader takes the old cell's print for: without stray spaces around it.
    pub(crate) fn old_trimmed(&self) -> Option<&str> {
        self.old_printed().map(crate::table::trim)
    }

    /// The two texts to show: the canonical ones, or those printed where only they differ.
    pub fn shown(&self) -> (Option<&str>, Option<&str>) {
        if self.old == self.new {
            (self.old_printed(), self.new_printed())
        } else {
            (self.old.as_deref(), self.new.as_deref())
        }
    }
}

/// A relation that both editions follow, and that holds at a changed figure in
/// one of them only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationChange {
    /// Whether it holds now, and did not before; else it did, and does not now.
    pub repairs: bool,
    /// The relation in words: `Total = North + South`.
    pub words: String,
}

/// What history makes of a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usual {
    /// The smallest ordinary figure, as a decimal.
    pub low: String,
    /// The largest one.
    pub high: String,
    /// In plain words.
    pub grade: Grade,
}

/// What kind of change a cell has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A figure of another value.
    Value,
    /// A figure of the same value, printed to another precision.
    Precision,
    /// A difference within the tolerance asked for: kept for [`patch`], not counted.
    Tolerated,
    /// The same value in another print: `1,200` and `1200`, `06.10` and `6.10`.
    Printed,
    /// Another text, time, currency, unit, flag or note; or a figure against none.
    Text,
}

/// A key that several rows of one side share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The key's values, in the order of the key's columns.
    pub key: Vec<String>,
    /// The lines of the old file that have it.
    pub old_lines: Vec<u32>,
    /// The lines of the new file that have it.
    pub new_lines: Vec<u32>,
}
