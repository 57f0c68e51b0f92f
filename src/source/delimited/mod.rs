//! Reads one table from delimited text: CSV, TSV and their kin.
//!
//! - `dialect`: which sign stands between cells, and how they are quoted
//! - `records`: text to records and cells with their places
//! - `shape`: which records are title, heading, units, rows and notes
//! - `heading`: which records head the columns, and how they join
//! - `sieve`: the records of large files that must be looked at
//! - `notes`: lines around the table that are no rows

mod dialect;
pub(super) mod heading;
pub(super) mod notes;
mod records;
pub(super) mod shape;
pub(crate) mod sieve;

use dialect::Dialect;
use records::{Records, UnclosedQuote};

use super::{Grid, GridRow, Page};
use crate::error::{Error, ErrorKind, Result};
use crate::table::Document;

/// What is known of a file's layout before it is read; what is `None` is found out.
///
/// ```
/// use crossfoot::source::delimited::{Layout, read};
///
/// let document = crossfoot::source::decode("a.csv", b"Week 9\ncrime;total\nTheft;12\n".to_vec()).unwrap();
/// let grid = read(&document, &Layout { preamble: Some(1), ..Layout::default() }).unwrap();
/// assert_eq!(grid.headings[1].text(&document), "total");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The ASCII character between cells.
    pub delimiter: Option<char>,
    /// What stands around cells.
    pub quote: Quote,
    /// How many spreadsheet rows stand above the heading.
    pub preamble: Option<usize>,
    /// How many rows the heading has; 0 where there is none.
    pub header: Option<usize>,
}

impl Layout {
    /// That of a table kept by columns: one heading, then records.
    fn of_columns() -> Self {
        Self { preamble: Some(0), header: Some(1), ..Self::default() }
    }
}

/// What stands around cells that hold a delimiter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quote {
    /// To be found out.
    #[default]
    Detect,
    /// Nothing: a quote is an ordinary character.
    None,
    /// This ASCII character.
    Sign(char),
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
        if document.is_of_columns() { (0, Layout::of_columns()) } else { after_separator_line(document, layout) };
    read_as(document, &layout, dialect::detect(document, &layout, start), start)
}

/// The same in a dialect that is known, from where the records start.
fn read_as(document: &Document, layout: &Layout, dialect: Dialect, start: usize) -> Result<Page> {
    let rows = rows(document, dialect, start)?;
    Ok(shape::page(document, rows, layout))
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

/// Reads every record that is not blank.
fn rows(document: &Document, dialect: Dialect, start: usize) -> Result<Vec<GridRow>> {
    let mut records = Records::new(&document.text, dialect, start);
    let mut rows: Vec<GridRow> = Vec::new();
    let mut number = 0;
    let mut cells = Vec::new();
    loop {
        let record = match records.next_into(&mut cells) {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(rows),
            Err(UnclosedQuote(at)) => return Err(unclosed(document, at)),
        };
        number += 1;
        if record.filled {
            let width = cells.len();
            let row = GridRow { cells, span: record.span, number, ..GridRow::default() };
            rows.push(row);
            cells = Vec::with_capacity(width);
        } else {
            cells.clear();
        }
    }
}

fn unclosed(document: &Document, at: usize) -> Error {
    let place = document.position(u32::try_from(at).unwrap_or(u32::MAX));
    Error::new(ErrorKind::Unreadable, "expected a closing quote, found the end of the file")
        .at(&document.name, place.line, place.column)
        .hint("close this quote, or declare that the file has no quotes")
}

#[cfg(test)]
mod tests;
