//! The form of a file that can be sieved, and the pages of what is handed out.

use super::super::records::Records;
use super::super::{Layout, dialect, of_columns, read_as, shape};
use super::Dialect;
use crate::source::{Grid, GridRow, Page};
use crate::table::Document;

/// Whether a file has the plain form that can be sieved, by its first records:
/// one heading in the first line, cells apart by one sign, quotes doubled.
/// Returns how it is told apart, and the page of the sample.
pub(crate) fn plain_form(sample: &Document) -> Option<(Dialect, Page)> {
    let layout = if sample.is_of_columns() { of_columns() } else { Layout::default() };
    let dialect = dialect::detect(sample, &layout, 0);
    let usual = Dialect { delimiter: dialect.delimiter, spaced: dialect.spaced, ..Dialect::default() };
    if dialect != usual || sample.text.starts_with("sep=") {
        return None;
    }
    // A delimiter that ends each line counts as a cell here, and as none there.
    let heading = sample.text.lines().next().unwrap_or("");
    if heading.as_bytes().last() == Some(&dialect.delimiter) {
        return None;
    }
    let page = read_as(sample, &layout, dialect, 0).ok()?;
    let [grid] = &page.grids[..] else { return None };
    let heads = grid.headings_printed && grid.units.is_empty() && grid.title.is_none();
    let first = grid.rows.first().is_some_and(|it| it.number == 2);
    let named = grid.headings.iter().all(|it| !it.text(sample).is_empty());
    let bare = page.footnotes.is_empty() && page.source.is_none();
    (heads && first && named && bare && grid.faults.iter().all(|it| it.row.is_some())).then_some((dialect, page))
}

/// The page of records that were handed out: the heading, then a record each,
/// numbered as in their file. Those from the number `tail` on stand at its end
/// without a gap, and may be notes.
pub(crate) fn page_of(
    document: &Document,
    heading: &Grid,
    dialect: Dialect,
    numbers: &[u32],
    tail: u32,
) -> Option<Page> {
    let mut records = Records::new(&document.text, dialect, 0);
    records.next_into(&mut Vec::new()).ok()??;
    let mut rows = Vec::new();
    for &number in numbers {
        let mut cells = Vec::new();
        let record = records.next_into(&mut cells).ok()??;
        if record.filled {
            rows.push(GridRow { cells, span: record.span, number, ..GridRow::default() });
        }
    }
    let grid = Grid { headings: heading.headings.clone(), headings_printed: true, ..Grid::default() };
    Some(shape::page_of_rows(document, rows, grid, tail))
}

/// The page of rows of a file in some of its columns, by their positions from left
/// to right; records are counted from a number on, and those that are no rows are
/// left out by it.
///
/// None where a record cannot be read to its end.
pub(crate) fn page_of_columns(
    document: &Document,
    heading: &Grid,
    dialect: Dialect,
    (positions, first): (&[usize], u32),
    is_row: impl Fn(u32) -> bool,
) -> Option<Page> {
    let mut records = Records::new(&document.text, dialect, 0);
    let mut cells = Vec::new();
    records.next_into(&mut cells).ok()??;
    let headings = positions.iter().map(|it| heading.headings[*it].clone()).collect();
    let mut grid = Grid { headings, headings_printed: true, ..Grid::default() };
    for number in first.. {
        cells.clear();
        let Some(record) = records.next_into(&mut cells).ok()? else { break };
        if record.filled && is_row(number) {
            let width = cells.len();
            // What a short record lacks is on its right.
            let there = positions.iter().take_while(|it| **it < width);
            let cells = there.map(|it| std::mem::take(&mut cells[*it])).collect();
            grid.rows.push(GridRow { cells, span: record.span, number, ..GridRow::default() });
        }
    }
    Some(Page { grids: vec![grid], ..Page::default() })
}
