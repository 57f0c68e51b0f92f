//! Reads the tables of workbooks: XLSX, XLSB and XLS by calamine, and ODS.
//!
//! - `cells`: the cells of each sheet, as calamine finds them
//! - `compound`: what an XLS file claims to hold
//! - `copy`: a copy of an XLSX workbook with other cells; `parts`, `sheet` and
//!   `value` are its archive, its XML and what a cell has to hold
//! - `docx`: the tables of a text document, each as a sheet
//! - `ods`: the same of an `OpenDocument` file, with what each cell shows
//! - `hidden`: the rows and columns that a sheet does not show
//! - `lines`: a sheet that is one plain table, as the CSV that says the same
//! - `xml`: the parts of packed documents
//! - `printed`: a number as its format prints it
//! - `formats`: the number formats of an XLS file
//! - `formula`: what simple formulas give, to find values that are stale
//! - `text`: cells to the text of a [`Document`], a row a line
//! - `blocks`: the tables that stand in a sheet
//!
//! A figure is what its number format shows, so its printed precision is kept;
//! it is written without grouping and with a decimal point, so that no style
//! has to be found out. XLSB files do not tell their number formats here: their
//! figures have all the digits stored. Hidden sheets are left out;
//! hidden rows and columns are read, and told.

mod blocks;
mod cells;
mod compound;
mod copy;
mod docx;
mod formats;
mod formula;
mod hidden;
pub(super) mod lines;
mod ods;
mod parts;
mod printed;
mod sheet;
mod text;
mod value;
mod xml;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

pub use self::copy::{CellText, Copy, can_copy, copy};
pub use self::lines::as_lines;

use self::cells::{RawSheet, Unread};
use super::Page;
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, Layout};

/// What ZIP archives and compound files start with.
const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether bytes are those of a workbook, or of something that is packed as one.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(COMPOUND)
}

/// Turns a workbook into text, a row a line, that knows its sheets.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where it is none, is damaged, or is protected by a password.
pub(super) fn decode(name: &str, bytes: Vec<u8>) -> Result<Document> {
    let sheets = quietly(|| sheets(bytes)).unwrap_or(Err(Unread::Damaged("it ends too early".to_owned())));
    let (message, hint) = match sheets {
        Ok(sheets) => return text::document(name, sheets),
        Err(Unread::Locked) => ("is protected by a password".to_owned(), "save a copy without a password"),
        Err(Unread::Other) => (
            "expected a workbook, found another kind of archive".to_owned(),
            "XLSX, XLSB, XLS and ODS are read; unpack an archive first",
        ),
        Err(Unread::TooLarge(why)) => (why, "a workbook of this size cannot hold such a table; save the table as CSV"),
        Err(Unread::Damaged(why)) => (
            format!("could not be read as a workbook: {why}"),
            "open it in a spreadsheet and save it again, or save the table as CSV",
        ),
    };
    Err(Error::new(ErrorKind::Unreadable, message).in_file(name).hint(hint))
}

fn sheets(bytes: Vec<u8>) -> Result<Vec<RawSheet>, Unread> {
    let unpacked = xml::check_size(&bytes)?;
    let mut sheets = if ods::is_ods(&bytes) { ods::read(&bytes)? } else { cells::read(bytes, unpacked)? };
    formula::judge(&mut sheets);
    Ok(sheets)
}

/// Reads all tables of a workbook, sheet by sheet.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where no sheet holds a table.
pub fn read(document: &Document) -> Result<Page> {
    read_as(document, &Layout::default())
}

/// The same as somebody says that it is to be read.
pub(super) fn read_as(document: &Document, layout: &Layout) -> Result<Page> {
    let page = blocks::page(document, layout);
    if page.grids.is_empty() {
        return Err(Error::new(ErrorKind::Unreadable, "expected a table, found none in this workbook")
            .in_file(&document.name)
            .hint(
                "a table has at least two rows and two columns, or a heading over a column of figures; hidden sheets \
                 are not read",
            ));
    }
    Ok(page)
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic on damaged files of formats that others read; then
/// nothing is printed, and nothing comes back.
pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |it| {
            if !QUIET.get() {
                usual(it);
            }
        }));
    });
    QUIET.set(true);
    let done = catch_unwind(AssertUnwindSafe(work)).ok();
    QUIET.set(false);
    done
}

#[cfg(test)]
mod tests;
