//! One file a format: what differs between two editions, as people and
//! programs read it.

mod grid;
mod highlighter;
mod html;
mod html_table;
mod inline;
mod json;
mod markdown;
mod ndjson;
mod read;
mod shape;
mod table;
mod text;
mod words;

#[cfg(test)]
mod tests;

pub(super) use html::changed_tables;
pub(super) use json::schema;
pub use read::read_diff;

use std::io::{self, Write};

use super::Look;
use crate::diff::{CauseKind, CellChange, ChangeKind, Columns, Diff, Match, Op, RowChange, Rows, TableDiff};

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
    /// CSV in the tabular diff format of daff, which other tools show and apply.
    Csv,
    /// The table itself, in a wide terminal.
    Table,
}

impl DiffFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
        ("csv", Self::Csv),
        ("table", Self::Table),
    ];

    /// Whether it shows the tables themselves: see [`Diff::laid`].
    pub fn shows_tables(self) -> bool {
        matches!(self, Self::Html | Self::Csv | Self::Table)
    }

    /// Whether it can do without them.
    pub fn needs_tables(self) -> bool {
        matches!(self, Self::Csv | Self::Table)
    }

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
            Self::Csv => highlighter::write(diff, out),
            Self::Table => table::write(diff, look, out),
        }
    }
}

/// Writes a diff that comes in parts, as [`DiffFormat::Ndjson`] does: memory
/// does not grow with the number of changes.
pub struct DiffLines {
    out: Box<dyn Write>,
    cells: (usize, usize),
    begun: bool,
    differs: Differs,
}

/// Whether anything differs, and whether a value does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Differs {
    /// Whether anything differs, be it only in print.
    pub any: bool,
    /// Whether a value differs, a row or a column.
    pub values: bool,
}

impl Differs {
    /// What differs by a diff.
    pub fn of(diff: &Diff) -> Self {
        Self { any: !diff.is_empty(), values: !diff.has_same_values() }
    }
}

impl DiffLines {
    /// Writes to `out`.
    pub fn new(out: Box<dyn Write>) -> Self {
        Self { out, cells: (0, 0), begun: false, differs: Differs::default() }
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
        self.cells.0 += cells_changed(diff);
        self.cells.1 += cells_printed(diff);
        let found = Differs::of(diff);
        self.differs = Differs { any: self.differs.any || found.any, values: self.differs.values || found.values };
        diff.tables.iter_mut().for_each(|it| it.changes.clear());
        Ok(())
    }

    /// Ends with the counts of all parts joined; what differs.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn end(mut self, joined: &Diff) -> io::Result<Differs> {
        ndjson::last(joined, self.cells, &mut self.out)?;
        self.out.flush()?;
        let moved = joined.tables.iter().any(|it| !it.moves.is_empty());
        Ok(Differs { any: self.differs.any || moved, values: self.differs.values || moved })
    }
}

/// Which changes are listed.
#[derive(Clone, Copy)]
struct Show {
    /// Also cells that are only printed differently.
    printed: bool,
    /// Also changes that a cause explains, which is told anyway.
    explained: bool,
}

impl Show {
    /// All that changed; what is only printed differently did not.
    const ALL: Self = Self { printed: false, explained: true };

    fn of(look: Look) -> Self {
        Self { printed: look.text, explained: look.verbose }
    }
}

/// Whether there is anything to say of a table.
fn differs(table: &TableDiff, show: Show) -> bool {
    let Columns { added, removed, renamed, moved, .. } = &table.columns;
    let columns = !(added.is_empty() && removed.is_empty() && renamed.is_empty() && moved.is_empty());
    let rows = || !shown_rows(table, Show { explained: true, ..show }).is_empty();
    table.match_kind != Match::Corresponds || columns || !table.moves.is_empty() || rows()
}

/// The cells of a row that are worth showing: not those within tolerance,
/// nor those of columns that came or went as a whole.
fn shown_cells(row: &RowChange, show: Show) -> impl Iterator<Item = &CellChange> {
    let whole = matches!(row.op, Op::Added | Op::Removed);
    let tells = move |it: &CellChange| {
        let tells = it.tells() || (show.printed && it.kind == ChangeKind::Printed);
        it.is_of_both() && tells && (show.explained || it.cause.is_none())
    };
    row.cells.iter().filter(move |it| whole || tells(it))
}

/// Whether rows that moved are told by a cause, and not one by one.
fn is_resorted(table: &TableDiff, show: Show) -> bool {
    table.causes.iter().any(|it| it.kind == CauseKind::Resorted) && !show.explained
}

/// Whether a row is worth showing.
fn is_shown(row: &RowChange, show: Show, is_resorted: bool) -> bool {
    let moved = (row.moved || row.op == Op::Moved) && !is_resorted;
    matches!(row.op, Op::Added | Op::Removed) || moved || shown_cells(row, show).next().is_some()
}

/// The rows of a table that are worth showing, most surprising first.
fn shown_rows(table: &TableDiff, show: Show) -> Vec<&RowChange> {
    let resorted = is_resorted(table, show);
    table.changes.iter().filter(|it| is_shown(it, show, resorted)).collect()
}

/// How many cells of rows in both editions changed, tolerated ones aside.
fn cells_changed(diff: &Diff) -> usize {
    let rows = diff.tables.iter().flat_map(|it| &it.changes);
    rows.filter(|it| it.op == Op::Changed).map(|it| shown_cells(it, Show::ALL).count()).sum()
}

/// How many cells hold the same value in another print.
fn cells_printed(diff: &Diff) -> usize {
    let cells = diff.tables.iter().flat_map(|it| &it.changes).flat_map(|it| &it.cells);
    cells.filter(|it| it.kind == ChangeKind::Printed).count()
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
