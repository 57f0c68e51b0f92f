//! What a rule file says, once it is read.

use std::path::PathBuf;

use jiff::civil::Date;

use super::Kind;
use crate::finding::{RulePlace, Severity};
use crate::history::Calendar;
use crate::table::{Cadence, Period, Pin, TableSchema};

/// What a rule file declares of its dataset.
#[derive(Debug)]
pub struct Dataset {
    /// The dataset's name.
    pub name: String,
    /// Its title, for people.
    pub title: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// How often an edition comes; without it there are no periods.
    pub cadence: Option<Cadence>,
    /// How its editions follow each other, and the holidays and events that are known.
    pub calendar: Calendar,
    /// Where the period of an edition is told.
    pub period: Option<PeriodSource>,
    /// Patterns of the files that belong to it.
    pub files: Vec<String>,
    /// How much a table weighs that no rule file judges, if declared.
    pub unclaimed: Option<Severity>,
    /// How much a break of what a table follows by itself weighs at most, if declared.
    pub follows: Option<Severity>,
    /// The files that the rule file itself reads, such as lists of codes: they
    /// are no inputs. Filled in by whoever reads files.
    pub reads: Vec<PathBuf>,
    /// Whether the date that tells a period is its last day, and not its first.
    pub marks_end: bool,
    /// The language tag of its numbers, if declared.
    pub locale: Option<String>,
    /// Its tables, in declared order.
    pub tables: Vec<TableSchema>,
    /// Other words that articles use for the labels of rows.
    pub aliases: Vec<(String, Vec<String>)>,
    /// Readings of glued rows that are settled, in declared order.
    pub pins: Vec<Pin>,
    /// Its rules, in declared order.
    pub rules: Vec<Rule>,
    /// The rule file, as the user would name it.
    pub path: PathBuf,
}

impl Dataset {
    /// The period that a date tells: the one that it begins, or ends.
    pub(crate) fn period_of(&self, day: Date) -> Period {
        let period = |it: Cadence| if self.marks_end { it.period_to(day) } else { it.period_from(day) };
        self.cadence.and_then(period).unwrap_or(Period { start: day, end: day })
    }
}

/// Where the period of an edition is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeriodSource {
    /// In the file name, in strftime's notation.
    Filename(String),
    /// In a column: one file holds many editions.
    Column(String),
}

/// A rule, compiled.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The word for its kind.
    pub kind: &'static str,
    /// The table it is for, by index into the dataset's tables, if it is for one.
    pub table: Option<usize>,
    /// The severity of a failure.
    pub severity: Severity,
    /// Why it should hold.
    pub why: Option<String>,
    /// Who says so.
    pub source: Option<String>,
    /// Where it is written.
    pub at: RulePlace,
    /// Which rows it is for: a condition over the rows of its table.
    pub filter: Option<super::expression::Condition>,
    /// What it makes of missing figures.
    pub missing: super::Missing,
    /// Whether an edition may give it nothing to judge.
    pub optional: bool,
    /// How many of its checks on an edition may fail.
    pub(crate) at_most: Option<super::Allowance>,
    /// What must hold.
    pub check: Box<dyn Kind>,
}

impl Rule {
    /// Whether each of its checks reads the cells of its own row and nothing else.
    pub(crate) fn is_local(&self) -> bool {
        self.check.is_local() && self.filter.as_ref().is_none_or(super::expression::Condition::is_of_a_row)
    }
}
