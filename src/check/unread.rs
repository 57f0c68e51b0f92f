//! Text with figures in which no table was read: that is no pass.

use super::Loaded;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Format, Page, unpacked};
use crate::table::{ColumnType, Document};

/// Of so many rows of glued cells no list is made.
const GLUED_MIN: usize = 3;

/// Refuses text that holds figures where none was read.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where that is so.
pub(super) fn refuse(loaded: &Loaded) -> Result<()> {
    let document = &loaded.document;
    let unread = |hint: &str| {
        Err(Error::new(ErrorKind::Unreadable, "the text has figures, but no table was found in it")
            .in_file(&document.name)
            .hint(hint))
    };
    match loaded.format {
        Format::Page if loaded.page.grids.is_empty() && holds_digit(&document.text) => unread(
            "a table needs at least three rows with a label and counts; save other layouts as CSV or HTML. `crossfoot \
             article` checks the numbers of a text without tables",
        ),
        Format::Delimited if is_list(loaded) && is_glued(document, &loaded.page) => unread(
            "labels and figures run into each other: save the table with a delimiter between its cells, or as HTML",
        ),
        Format::Delimited if is_list(loaded) && !is_named_delimited(&document.name) && holds_digit(&document.text) => {
            unread(
                "to read tables from the text of a page, use --from page; to read a list, give the file a name that \
                 ends in .csv",
            )
        }
        _ => Ok(()),
    }
}

fn holds_digit(text: &str) -> bool {
    text.bytes().any(|it| it.is_ascii_digit())
}

/// Whether all that was read is one column of text that no rule file declares.
fn is_list(loaded: &Loaded) -> bool {
    let is_text = |it: &crate::table::Column| matches!(it.kind, ColumnType::Label | ColumnType::Text);
    let [table] = loaded.tables.as_slice() else { return false };
    let [column] = table.table.columns.as_slice() else { return false };
    loaded.dataset.is_none() && is_text(column) && !loaded.document.is_of_columns()
}

/// Whether a name says that cells stand between signs, as in a list of one column.
fn is_named_delimited(name: &str) -> bool {
    let suffix = unpacked(name).rsplit_once('.').map_or("", |it| it.1);
    ["csv", "tsv", "tab", "psv", "ssv"].iter().any(|it| suffix.eq_ignore_ascii_case(it))
}

/// Whether half of the rows are words with digits right behind them:
/// `Robbery29.8151`. Codes such as `AB12` are in capitals.
fn is_glued(document: &Document, page: &Page) -> bool {
    let rows = page.grids.iter().flat_map(|it| &it.rows);
    let texts: Vec<&str> = rows.filter_map(|it| it.cells.first()).map(|it| it.text(document)).collect();
    let glued = texts.iter().filter(|it| is_word_with_digits(it)).count();
    glued >= GLUED_MIN && glued * 2 >= texts.len()
}

fn is_word_with_digits(text: &str) -> bool {
    let mut small = 0;
    for it in text.chars() {
        if it.is_ascii_digit() && small > 1 {
            return true;
        }
        small = if it.is_lowercase() { small + 1 } else { 0 };
    }
    false
}
