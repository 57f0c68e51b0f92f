//! Reads one table from delimited text: CSV, TSV and their kin.
//!
//! - `dialect`: which sign stands between cells, and how they are quoted
//! - `description`: how long a file is to write down in a dialect
//! - `records`: text to records and cells with their places
//! - `shape`: which records are title, heading, units, rows and notes
//! - `plain`: whether all records are rows under one heading, as in most files
//! - `roles`: what each record is, where they are not
//! - `tables`: the tables that records of known roles make
//! - `units`: the words that say what figures count
//! - `heading`: which records head the columns, and how they join
//! - `sieve`: the records of large files that must be looked at
//! - `notes`: lines around the table that are no rows

mod description;
mod dialect;
pub(super) mod heading;
pub(super) mod notes;
mod plain;
mod records;
mod roles;
pub(super) mod shape;
pub(crate) mod sieve;
mod tables;
mod units;

use dialect::Dialect;
pub(crate) use records::Records;
use records::UnclosedQuote;
pub(super) use tables::unjoined;

use super::{Grid, GridCell, GridRow, Page};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, Span};
pub use crate::table::{Layout, Quote};

/// The layout of a table kept by columns: one heading, then records.
fn of_columns() -> Layout {
    Layout { skip_rows: Some(0), header_rows: Some(1), ..Layout::default() }
}

/// Reads one table from delimited text.
///
/// Blank records are skipped, though they count in [`GridRow::number`]. A row
/// that is shorter or longer than the heading stays, with a fault. An empty
/// file gives a grid without columns.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] at a quote that nothing closes;
/// [`ErrorKind::Usage`] for a delimiter or quote that is not an ASCII character.
pub fn read(document: &Document, layout: &Layout) -> Result<Grid> {
    read_page(document, layout).map(|mut it| it.grids.remove(0))
}

/// Reads one table from delimited text, with the notes and the source around it.
///
/// # Errors
///
/// As [`read`].
pub fn read_page(document: &Document, layout: &Layout) -> Result<Page> {
    check(document, layout)?;
    let (start, layout) =
        if document.is_of_columns() { (0, of_columns()) } else { after_separator_line(document, layout) };
    let dialect = dialect::detect(document, &layout, body_start(document, &layout, start));
    read_as(document, &layout, dialect, start)
}

/// The same in a dialect that is known, from where the records start.
fn read_as(document: &Document, layout: &Layout, dialect: Dialect, start: usize) -> Result<Page> {
    let body = body_start(document, layout, start);
    let mut rows = rows_above(document, dialect, start..body);
    let mut comments = Vec::new();
    read_rows(document, (dialect, layout), body, &mut rows, &mut comments)?;
    let mut page = shape::page(document, rows, layout);
    if let Some(found) = &mut page.layout {
        found.delimiter = Some(char::from(dialect.delimiter));
    }
    for span in comments {
        notes::note(document, span, &mut page);
    }
    Ok(page)
}

/// Where the records start behind the lines that are declared to stand above them.
fn body_start(document: &Document, layout: &Layout, start: usize) -> usize {
    let bytes = document.text.as_bytes();
    let mut at = start;
    for _ in 0..layout.skip_rows.unwrap_or(0) {
        let Some(end) = memchr::memchr2(b'\n', b'\r', &bytes[at..]) else { return bytes.len() };
        at += end + if bytes[at + end..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    at
}

/// The lines above the records: they need not be written as those are.
fn rows_above(document: &Document, dialect: Dialect, lines: std::ops::Range<usize>) -> Vec<GridRow> {
    let (mut at, mut number, mut rows) = (lines.start, 0, Vec::new());
    while at < lines.end {
        let bytes = &document.text.as_bytes()[at..lines.end];
        let end = memchr::memchr2(b'\n', b'\r', bytes).map_or(lines.end, |it| at + it);
        number += 1;
        let mut cells = Vec::new();
        // A quote in a title need not be closed.
        if Records::new(&document.text[..end], dialect, at).next_into(&mut cells).is_err() {
            cells = vec![GridCell::at(records::trim(&document.text, at, end))];
        }
        if cells.iter().any(|it| !it.span.is_empty()) {
            rows.push(GridRow { cells, span: Span::new(at, end), number, ..GridRow::default() });
        }
        at = end + if document.text[end..].starts_with("\r\n") { 2 } else { 1 };
    }
    rows
}

fn check(document: &Document, layout: &Layout) -> Result<()> {
    let quote = if let Quote::Sign(it) = layout.quote { Some(it) } else { None };
    let signs = [("delimiter", layout.delimiter), ("quote", quote)];
    for (what, sign) in signs {
        if let Some(sign) = sign.filter(|it| !it.is_ascii() || matches!(it, '\n' | '\r')) {
            let message = format!("expected one ASCII character as {what}, found {sign:?}");
            return Err(Error::new(ErrorKind::Usage, message).in_file(&document.name));
        }
    }
    Ok(())
}

/// Obeys the `sep=;` line that spreadsheets put first.
fn after_separator_line(document: &Document, layout: &Layout) -> (usize, Layout) {
    let mut layout = layout.clone();
    let bytes = document.text.as_bytes();
    match bytes {
        [b's', b'e', b'p', b'=', sign, b'\n' | b'\r', ..] if sign.is_ascii() => {
            layout.delimiter.get_or_insert(char::from(*sign));
            // The line break stays, so that the line counts as a blank row.
            (5, layout)
        }
        _ => (0, layout),
    }
}

/// Reads every record that is not blank, and the places of comments.
fn read_rows(
    document: &Document,
    (dialect, layout): (Dialect, &Layout),
    start: usize,
    rows: &mut Vec<GridRow>,
    comments: &mut Vec<Span>,
) -> Result<()> {
    let mut records = Records::new(&document.text, dialect, start).with_comment(layout.comment.as_deref());
    let mut number = u32::try_from(layout.skip_rows.unwrap_or(0)).unwrap_or(u32::MAX);
    let mut cells = Vec::new();
    loop {
        let record = match records.next_into(&mut cells) {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(()),
            Err(UnclosedQuote(at)) => return Err(unclosed(document, at)),
        };
        number = number.saturating_add(1);
        if record.filled {
            let width = cells.len();
            let row = GridRow { cells, span: record.span, number, ..GridRow::default() };
            rows.push(row);
            cells = Vec::with_capacity(width);
        } else {
            if cells.is_empty() {
                comments.push(record.span);
            }
            cells.clear();
        }
    }
}

fn unclosed(document: &Document, at: usize) -> Error {
    let place = document.position(u32::try_from(at).unwrap_or(u32::MAX));
    Error::new(ErrorKind::Unreadable, "expected a closing quote, found the end of the file")
        .at(&document.name, place.line, place.column)
        .hint("close this quote, or declare that the file has no quotes: --read quote=none")
}

#[cfg(test)]
mod tests;
