//! Reads tables that are kept column by column: Parquet, and Arrow IPC files
//! and streams.
//!
//! - `file`: a Parquet file: its columns, and its row groups in bytes
//! - `pages`, `cells`, `coded`: the values of a column, page by page
//! - `kind`: what values are, and how they are printed
//! - `marks`: what each row says, as a number
//! - `text`: rows as the lines of the CSV file that says the same
//! - `arrow`: record batches as such lines, those of a database's answer too
//! - `frame`: record batches that another program holds, column by column
//! - `group`, `sifting`, `judge`: the rows of a row group that must be looked at
//!
//! A table becomes the text of the CSV file that says the same: the heading is
//! line 1, row n is line n + 1, whatever line breaks its cells hold. Decimals
//! are printed with the scale of their type, binary fractions with the fewest
//! digits that tell them apart, days as `2005-03-01`, nulls as nothing, a point
//! of time without its time of day where that is midnight, bytes that are no text
//! in hexadecimal. A field of a structure is a column of its own
//! (`address.city`); lists are an error.

mod arrow;
mod cells;
mod coded;
mod file;
mod frame;
mod group;
mod judge;
mod kind;
mod marks;
mod pages;
mod sifting;
mod text;

pub(crate) use file::ColumnFile;
pub(crate) use frame::Batches;
pub(crate) use group::{Group, Keys, Sifter};
pub(crate) use marks::joined;

use crate::error::{Error, ErrorKind, Result};
use crate::source::Parts;
use crate::table::Document;

const PARQUET: &[u8] = b"PAR1";
const ENCRYPTED: &[u8] = b"PARE";
const ARROW_FILE: &[u8] = b"ARROW1";
/// What a message of a stream starts with.
const ARROW_STREAM: &[u8] = &[0xff; 4];
const FEATHER_1: &[u8] = b"FEA1";

/// Whether bytes are those of a Parquet file.
pub(crate) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(PARQUET)
}

/// Whether bytes are those of a table that is kept column by column.
pub(super) fn is_columns(bytes: &[u8]) -> bool {
    [PARQUET, ENCRYPTED, ARROW_FILE, ARROW_STREAM, FEATHER_1].iter().any(|it| bytes.starts_with(it))
}

/// Turns a table into the text of the CSV file that says the same.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where it is damaged, encrypted, or holds lists.
pub(super) fn decode(name: &str, bytes: Vec<u8>) -> Result<Document> {
    let unread = |message: &str, hint: &str| Err(Error::new(ErrorKind::Unreadable, message).in_file(name).hint(hint));
    if bytes.starts_with(ENCRYPTED) {
        return unread("is encrypted", "write it without encryption");
    }
    if bytes.starts_with(FEATHER_1) {
        return unread("is a Feather file of version 1", "write it again as version 2, which is Arrow IPC");
    }
    if is_parquet(&bytes) {
        return ColumnFile::open(name, &Held(bytes))?.document(usize::MAX);
    }
    arrow::document(name, &bytes)
}

/// The names of the columns of an answer as a line of CSV.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where there are none, or one holds lists.
#[cfg(feature = "sql")]
pub(crate) fn heading_of(schema: &arrow_schema::Schema) -> Result<String> {
    let mut lines = text::Lines::default();
    arrow::heading(schema.fields(), &mut lines)?;
    Ok(lines.text)
}

/// The rows of a batch as lines of CSV; `amend` has each cell as it was printed.
#[cfg(feature = "sql")]
pub(crate) fn lines_of(batch: &arrow_array::RecordBatch, amend: &dyn Fn(&mut String)) -> String {
    let mut lines = text::Lines::default();
    arrow::print_rows(batch, &mut lines, amend);
    lines.text
}

/// The cells of a column of a batch, printed.
#[cfg(feature = "sql")]
pub(crate) fn cells_of(batch: &arrow_array::RecordBatch, column: usize) -> Vec<String> {
    arrow::cells(batch.column(column).as_ref())
}

/// A binary fraction, printed as in any other column.
#[cfg(feature = "sql")]
pub(crate) fn real(it: f64) -> String {
    let mut text = String::new();
    kind::Kind::Real.print(kind::Raw::Double(it), &mut text);
    text
}

/// The document of such lines: a row is one line, whatever line breaks it holds.
#[cfg(feature = "sql")]
pub(crate) fn document_of_lines(name: &str, text: String) -> Document {
    let bytes = text.as_bytes();
    let (mut numbers, mut row, mut is_quoted, mut is_broken) = (vec![1], 1, false, false);
    for at in memchr::memchr3_iter(b'"', b'\n', b'\r', bytes) {
        match bytes[at] {
            b'"' => is_quoted = !is_quoted,
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => {}
            _ => {
                row += u32::from(!is_quoted);
                is_broken |= is_quoted;
                numbers.push(row);
            }
        }
    }
    Document::of_database(name, text, if is_broken { numbers } else { Vec::new() })
}

/// A file that is in memory.
struct Held(Vec<u8>);

impl Parts for Held {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|it| self.0.get(it..)).unwrap_or(&[]);
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }
}
