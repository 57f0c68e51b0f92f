//! Cells to the text of a document: a row a line, cells apart by bars.

use super::cells::{RawCell, RawSheet};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Document, Sheet, SheetCell, Span};

const BAR: &str = " | ";
/// A row shows so many empty cells between two that are filled.
const EMPTY_MAX: u32 = 64;
/// So many empty rows are lines; what stands below follows at once.
const BLANK_MAX: u32 = 1_000;

/// The document of a workbook.
pub(super) fn document(name: &str, sheets: Vec<RawSheet>) -> Result<Document> {
    let mut text = String::new();
    let mut written = Vec::new();
    for mut sheet in sheets {
        let mut rows = Vec::new();
        let first = sheet.cells.iter().map(|it| it.column).min().unwrap_or(0);
        let mut cells: Vec<SheetCell> = Vec::with_capacity(sheet.cells.len());
        for cell in std::mem::take(&mut sheet.cells) {
            let last = rows.last().copied();
            if last != Some(cell.row) {
                let from = last.map_or(1, |it| it + 1);
                if cell.row - from <= BLANK_MAX {
                    text.extend((from..cell.row).map(|_| '\n').chain(last.map(|_| '\n')));
                    rows.extend(from..cell.row);
                } else if last.is_some() {
                    text.push('\n');
                }
                rows.push(cell.row);
            }
            let before = cells.last().filter(|it| it.row == cell.row).map(|it| it.column);
            let gap = cell.column - before.unwrap_or(first);
            text.extend((0..gap.min(EMPTY_MAX)).map(|_| BAR));
            cells.push(put(&mut text, cell));
            // Spans keep byte offsets in 32 bits.
            if text.len() > u32::MAX as usize - 4096 {
                return Err(Error::new(ErrorKind::Unreadable, "expected at most 4 GiB of text, found more")
                    .in_file(name)
                    .hint("split the workbook, or save its tables as CSV"));
            }
        }
        if !rows.is_empty() {
            text.push('\n');
        }
        let RawSheet { name, merged, hidden, is_prose, .. } = sheet;
        let (hidden_rows, hidden_columns) = (hidden.rows, hidden.columns);
        written.push(Sheet { name, rows, cells, merged, hidden_rows, hidden_columns, is_prose, ..Sheet::default() });
    }
    Ok(Document::of_sheets(name, text, "workbook", written))
}

/// Writes a cell, in one line whatever it holds.
fn put(text: &mut String, cell: RawCell) -> SheetCell {
    let start = text.len();
    let shown = cell.shown.trim();
    let breaks = |it: char| matches!(it, '\n' | '\r');
    let unescaped = shown.contains(breaks).then(|| shown.into());
    text.extend(shown.chars().map(|it| if breaks(it) { ' ' } else { it }));
    SheetCell {
        span: Span::new(start, text.len()),
        row: cell.row,
        column: cell.column,
        unescaped,
        is_text: cell.is_text,
        formula: cell.formula.map(Into::into),
        is_judged: cell.is_judged,
        stale: cell.stale.map(Into::into),
    }
}
