//! One edition against another: what was added, removed, changed, moved.
//!
//! Tables are compared in their [canonical](crate::table::canonical) form, so
//! `4,477` and `4477` are one value, and `12.0` against `12` is a change of
//! precision. A diff holds all that is needed to make the new tables of the
//! old ones: see [`patch`].

mod changes;
mod codes;
mod columns;
pub mod large;
mod merge;
mod patch;
mod rows;
mod tables;
mod usual;

pub use merge::{Conflict, Merged, merge};
pub use patch::{Plain, csv, patch, plain};
pub use tables::{diff, diff_rest};
pub use usual::judge;

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
}

/// Rows that are known to be in both editions, beside those that are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Alike, in the same order.
    pub same: usize,
    /// Alike, in another order: as few as explain it.
    pub moved: usize,
}

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
    /// The rows that differ, most surprising first.
    pub changes: Vec<RowChange>,
    /// Keys that several rows of one side share.
    pub duplicates: Vec<Duplicate>,
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
    /// How surprising it is; more is more. Until series have expected ranges:
    /// the largest change of its figures on the square-root scale.
    pub surprise: f64,
}

impl RowChange {
    /// Whether it is a change to tell of: not one that only lists the cells
    /// of columns that came or went, or tolerated differences, for [`patch`].
    pub fn tells(&self) -> bool {
        let tells = |it: &CellChange| it.kind != ChangeKind::Tolerated && it.old.is_some() && it.new.is_some();
        self.op != Op::Changed || self.moved || self.cells.iter().any(tells)
    }
}

impl Diff {
    /// Whether nothing differs that is to be told of.
    pub fn is_empty(&self) -> bool {
        self.tables.iter().all(|it| {
            let columns = &it.columns;
            let still = columns.added.is_empty() && columns.removed.is_empty() && columns.renamed.is_empty();
            let still = still && columns.moved.is_empty() && it.match_kind == Match::Corresponds;
            still && !it.changes.iter().any(RowChange::tells)
        })
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
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The new figure less the old one, where both are figures.
    pub difference: Option<String>,
    /// What history makes of the figure now, where it was judged.
    pub usual: Option<Usual>,
    /// What the change does to the arithmetic that the table follows by itself.
    pub relation: Option<RelationChange>,
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
    /// Another text, or a figure against none.
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
