//! Changes a file where it stands: cells, records, and what is around them.
//!
//! Values are changed by what the diff says of them, in the file's own
//! delimiters, quotes and line ends; every other byte stays. What the new file
//! prints otherwise beyond that (a title, a note, other quotes) is kept in the
//! diff as a list of lines: see [`Print`]. So a patch of the old file is the
//! new one to the byte, and a diff that somebody edited still changes what it
//! says and no more.

mod hunks;
mod lines;
mod merge;
mod records;

pub use hunks::{Hunk, Print};
pub(super) use lines::{Reprinted, reprinted};
pub use merge::{InPlace, merge_in_place};

use self::records::{Piece, Records};
use super::patch::{places, refused};
use super::{CellChange, Columns, Diff, Match, Op, RowChange, TableDiff, value};
use crate::error::Result;
use crate::source::Format;
use crate::source::workbook::CellText;
use crate::table::{Document, Span, Table, canonical, trim};

/// One file with its tables, as they were read of it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its text.
    pub document: &'a Document,
    /// How it was read.
    pub format: Format,
    /// Its tables.
    pub tables: &'a [Table],
}

impl Source<'_> {
    /// Whether it is text that can be changed in place.
    fn is_text(&self) -> bool {
        self.document.sheets.is_empty() && !self.document.has_gaps() && !self.document.is_of_columns()
    }
}

/// What the new file prints otherwise than the old one with its values
/// changed; nothing where one of them is no text.
///
/// # Errors
///
/// As [`patch_in_place`].
pub fn print(old: Source<'_>, new: Source<'_>, diff: &Diff) -> Result<Option<Print>> {
    if !old.is_text() || !new.is_text() {
        return Ok(None);
    }
    let made = patch_in_place(old, diff)?;
    Ok(Some(Print::between(made.as_deref().unwrap_or(&old.document.text), new.document)))
}

/// The text of the old file with all that the diff says changed in place;
/// nothing where rows or columns changed in a way that has no place in it, or
/// it is no text.
///
/// # Errors
///
/// [`ErrorKind::Usage`](crate::ErrorKind) if a row or cell of the old file is
/// not what the diff says it was.
pub fn patch_in_place(old: Source<'_>, diff: &Diff) -> Result<Option<String>> {
    if !old.is_text() {
        return Ok(None);
    }
    if let ([table], [change], Format::Delimited) = (old.tables, &diff.tables[..], old.format) {
        check(table, change)?;
        let records = Records::of(table).filter(|_| is_form_kept(change));
        return Ok(records.and_then(|it| it.patched(change)));
    }
    let Some(changed) = changed_in_place(old, diff)? else { return Ok(None) };
    let edit = |it: &Changed<'_>| {
        let place = it.table.columns[it.column].spans[it.row];
        Some((place, replacement(&old, place, it.text)?))
    };
    let edits: Option<Vec<(Span, String)>> = changed.iter().map(edit).collect();
    Ok(edits.and_then(|it| replaced(&old.document.text, it)))
}

/// What the cells of a workbook show with all that the diff says changed;
/// nothing where rows or columns changed too.
///
/// # Errors
///
/// As [`patch_in_place`].
pub fn cells_in_place(old: Source<'_>, diff: &Diff) -> Result<Option<Vec<CellText>>> {
    let Some(changed) = changed_in_place(old, diff)? else { return Ok(None) };
    let cell = |it: &Changed<'_>| {
        let (column, span) = (&it.table.columns[it.column], it.table.columns[it.column].spans[it.row]);
        let (row, column) = (it.table.rows[it.row].number, column.printed_position(it.row));
        let sheet = it.table.sheet.as_ref()?;
        let known = old.document.sheet(span.start).and_then(|it| it.cell_at(span.start)).filter(|_| !span.is_empty());
        // A label that is printed once may stand for many rows.
        let is_own = known.map_or(span.is_empty(), |it| (it.row, it.column) == (row, column));
        (row > 0 && is_own).then(|| CellText { sheet: sheet.clone(), row, column, text: it.text.to_owned() })
    };
    Ok(changed.iter().map(cell).collect())
}

/// A cell that changed, and what it is now.
struct Changed<'a> {
    table: &'a Table,
    row: usize,
    column: usize,
    text: &'a str,
}

/// The cells that a diff changes; nothing where it changes rows or columns too.
fn changed_in_place<'a>(old: Source<'a>, diff: &'a Diff) -> Result<Option<Vec<Changed<'a>>>> {
    let mut all = Vec::new();
    for change in &diff.tables {
        let Some(table) = old.tables.iter().find(|it| it.name == change.name) else { return Ok(None) };
        check(table, change)?;
        let only_cells = change.changes.iter().all(|it| it.op == Op::Changed && !it.moved);
        if !is_form_kept(change) || !only_cells {
            return Ok(None);
        }
        for (row, cell) in changed_cells(change) {
            match table.column(&cell.column).zip(cell.new_trimmed()) {
                Some((column, text)) => all.push(Changed { table, row, column, text }),
                None => return Ok(None),
            }
        }
    }
    Ok(Some(all))
}

/// Whether both tables have the same columns in the same order.
fn is_form_kept(change: &TableDiff) -> bool {
    let Columns { added, removed, renamed, moved, .. } = &change.columns;
    let same = added.is_empty() && removed.is_empty() && renamed.is_empty() && moved.is_empty();
    same && change.match_kind == Match::Corresponds
}

/// The cells of rows in both editions that differ, even if only in print, with their old rows.
fn changed_cells(change: &TableDiff) -> impl Iterator<Item = (usize, &CellChange)> {
    let rows = change.changes.iter().filter_map(|it| Some((it.old_index?, it)));
    rows.flat_map(|(row, it)| it.cells.iter().filter(|it| it.is_of_both()).map(move |it| (row, it)))
}

/// Checks that rows and cells are what the diff says they were.
fn check(table: &Table, change: &TableDiff) -> Result<()> {
    for row in &change.changes {
        let Some(at) = row.old_index else { continue };
        if at >= table.rows.len() {
            let message = format!("expected at least {} rows, found {}", at + 1, table.rows.len());
            return Err(refused(&change.name, message));
        }
        for cell in row.cells.iter().filter(|it| it.old.is_some()) {
            let was = change.columns.renamed.iter().find(|it| cell.new.is_some() && it.1 == cell.column);
            let name = was.map_or(cell.column.as_str(), |it| it.0.as_str());
            let Some(column) = table.column(name) else { continue };
            let found = value::printed((table, at, column));
            let same = cell.old_trimmed() == Some(trim(found))
                || cell.old.as_deref().is_some_and(|it| it == value::text((table, at, column)));
            if !same {
                return Err(unlike(change, row, name, (cell.old_printed().unwrap_or(""), found)));
            }
        }
    }
    Ok(())
}

fn unlike(change: &TableDiff, row: &RowChange, column: &str, (expected, found): (&str, &str)) -> crate::Error {
    let key: Vec<&str> = row.key.iter().map(|it| it.1.as_str()).collect();
    let message = format!("row {}, column {column}: expected \"{expected}\", found \"{found}\"", key.join(", "));
    refused(&change.name, message)
}

/// A cell's new text as it is written at a place of the file; nothing where it
/// cannot stand there.
fn replacement(source: &Source<'_>, place: Span, text: &str) -> Option<String> {
    let before = (place.start as usize).checked_sub(1).and_then(|it| source.document.text.as_bytes().get(it));
    match source.format {
        Format::Json if before == Some(&b'"') => {
            let quoted = serde_json::to_string(text).ok()?;
            Some(quoted[1..quoted.len() - 1].to_owned())
        }
        Format::Json if text.is_empty() => Some("null".to_owned()),
        Format::Json => serde_json::from_str::<serde_json::Number>(text).is_ok().then(|| text.to_owned()),
        Format::Html => Some(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")),
        _ => None,
    }
}

/// A text with stretches of it replaced; nothing where they overlap or have no place.
fn replaced(text: &str, mut edits: Vec<(Span, String)>) -> Option<String> {
    edits.sort_by_key(|it| (it.0.start, it.0.end));
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (place, new) in edits {
        let (start, end) = (place.start as usize, place.end as usize);
        if start < at || place == Span::default() {
            return None;
        }
        made.push_str(&text[at..start]);
        made.push_str(&new);
        at = end;
    }
    made.push_str(&text[at..]);
    Some(made)
}

impl Records<'_> {
    /// The whole file with the changes of a diff; nothing where one has no place.
    fn patched(&self, change: &TableDiff) -> Option<String> {
        let mut placed: std::collections::HashMap<usize, Piece> = std::collections::HashMap::new();
        let mut kept = Vec::new();
        let moves = places(&change.moves, self.len());
        let by_row: std::collections::HashMap<usize, &RowChange> =
            change.changes.iter().filter_map(|it| Some((it.old_index?, it))).collect();
        for row in 0..self.len() {
            let Some(it) = by_row.get(&row) else {
                match moves.get(&row) {
                    Some(to) => drop(placed.insert(*to, self.piece(row))),
                    None => kept.push(self.piece(row)),
                }
                continue;
            };
            if it.op == Op::Removed {
                continue;
            }
            let cells = it.cells.iter().filter(|it| it.is_of_both());
            let edits = cells.map(|it| Some((self.column(&it.column)?, it.new_trimmed()?)));
            let piece = self.edited(row, &edits.collect::<Option<Vec<_>>>()?)?;
            match it.new_index.filter(|_| it.moved || it.op == Op::Moved) {
                Some(to) => drop(placed.insert(to, piece)),
                None => kept.push(piece),
            }
        }
        for it in change.changes.iter().filter(|it| it.op == Op::Added) {
            let cells = it.cells.iter().filter(|it| it.column != canonical::UNDER);
            let cells = cells.map(|it| Some((self.column(&it.column)?, it.new_trimmed()?)));
            placed.insert(it.new_index?, self.composed(&cells.collect::<Option<Vec<_>>>()?));
        }
        let count = kept.len() + placed.len();
        let mut kept = kept.into_iter();
        let pieces: Option<Vec<Piece>> = (0..count).map(|at| placed.remove(&at).or_else(|| kept.next())).collect();
        Some(self.laid(pieces?))
    }
}
