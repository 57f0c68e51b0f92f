//! One file a format: what differs between two editions, as people and
//! programs read it.

mod html;
mod inline;
mod json;
mod markdown;
mod ndjson;
mod read;
mod shape;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub(super) use html::changed_tables;
pub use read::read_diff;

use std::io::{self, Write};

use super::Look;
use crate::diff::{CellChange, ChangeKind, Columns, Diff, Match, Op, RowChange, Rows, TableDiff};

/// A form that a diff is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DiffFormat {
    /// For people in a terminal.
    Text,
    /// One JSON document, format version 1: what `patch` reads.
    Json,
    /// One JSON object a line, for any number of changes.
    Ndjson,
    /// For a comment on a pull request.
    Markdown,
    /// One page by itself, to read, mail or print.
    Html,
}

impl DiffFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];

    /// Writes a diff in this format.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(self, diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(diff, look, out),
            Self::Json => json::write(diff, out),
            Self::Ndjson => ndjson::write(diff, out),
            Self::Markdown => markdown::write(diff, look, out),
            Self::Html => html::write(diff, look, out),
        }
    }
}

/// Writes a diff that comes in parts, as [`DiffFormat::Ndjson`] does: memory
/// does not grow with the number of changes.
pub struct DiffLines {
    out: Box<dyn Write>,
    cells: usize,
    begun: bool,
    differs: bool,
}

impl DiffLines {
    /// Writes to `out`.
    pub fn new(out: Box<dyn Write>) -> Self {
        Self { out, cells: 0, begun: false, differs: false }
    }

    /// Writes the changes of one part, and takes them out of it.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn part(&mut self, diff: &mut Diff) -> io::Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            ndjson::first(diff, &mut self.out)?;
        }
        ndjson::changes(diff, &mut self.out)?;
        self.cells += cells_changed(diff);
        self.differs |= !diff.is_empty();
        diff.tables.iter_mut().for_each(|it| it.changes.clear());
        Ok(())
    }

    /// Ends with the counts of all parts joined; whether anything differs.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn end(mut self, joined: &Diff) -> io::Result<bool> {
        ndjson::last(joined, self.cells, &mut self.out)?;
        self.out.flush()?;
        Ok(self.differs)
    }
}

/// Whether there is anything to say of a table.
fn differs(table: &TableDiff) -> bool {
    let Columns { added, removed, renamed, moved, .. } = &table.columns;
    let columns = !(added.is_empty() && removed.is_empty() && renamed.is_empty() && moved.is_empty());
    table.match_kind != Match::Corresponds || columns || table.changes.iter().any(RowChange::tells)
}

/// The cells of a row that are worth showing: not those within tolerance,
/// nor those of columns that came or went as a whole.
fn shown_cells(row: &RowChange) -> impl Iterator<Item = &CellChange> {
    let whole = matches!(row.op, Op::Added | Op::Removed);
    let both = |it: &CellChange| it.old.is_some() && it.new.is_some();
    row.cells.iter().filter(move |it| whole || (both(it) && it.kind != ChangeKind::Tolerated))
}

/// The rows of a table that are worth showing, most surprising first.
fn shown_rows(table: &TableDiff) -> Vec<&RowChange> {
    table.changes.iter().filter(|it| it.tells()).collect()
}

/// How many cells of rows in both editions changed, tolerated ones aside.
fn cells_changed(diff: &Diff) -> usize {
    let rows = diff.tables.iter().flat_map(|it| &it.changes);
    rows.filter(|it| it.op == Op::Changed).map(|it| shown_cells(it).count()).sum()
}

/// The rows of all tables, counted.
fn rows(diff: &Diff) -> Rows {
    diff.tables.iter().fold(Rows::default(), |sum, it| Rows {
        added: sum.added + it.rows.added,
        removed: sum.removed + it.rows.removed,
        changed: sum.changed + it.rows.changed,
        moved: sum.moved + it.rows.moved,
        same: sum.same + it.rows.same,
    })
}
