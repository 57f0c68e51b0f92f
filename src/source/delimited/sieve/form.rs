//! The form of a file that can be sieved, and the pages of what is handed out.

use super::super::records::{Records, UnclosedQuote};
use super::super::{Layout, dialect, of_columns, read_as, shape};
use super::Dialect;
use crate::source::{Grid, GridCell, GridRow, Page};
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

/// The rows of a file in some of its columns, by their positions from left to right:
/// a page of so many rows at a time.
pub(crate) struct ColumnPages<'a> {
    records: Records<'a>,
    headings: Vec<GridCell>,
    positions: &'a [usize],
    /// The number of the next record.
    number: u32,
    cells: Vec<GridCell>,
    is_begun: bool,
}

impl<'a> ColumnPages<'a> {
    /// Begins behind the heading; records are counted from a number on. None where
    /// the heading cannot be read.
    pub(crate) fn new(
        document: &'a Document,
        (heading, dialect): (&Grid, Dialect),
        positions: &'a [usize],
        first: u32,
    ) -> Option<Self> {
        let mut records = Records::new(&document.text, dialect, 0);
        let mut cells = Vec::new();
        records.next_into(&mut cells).ok()??;
        let headings = positions.iter().map(|it| heading.headings[*it].clone()).collect();
        Some(Self { records, headings, positions, number: first, cells, is_begun: false })
    }

    /// The next rows, without the records that are none; one page at least, and then
    /// none at the end.
    pub(crate) fn next(
        &mut self,
        rows_max: usize,
        is_row: impl Fn(u32) -> bool,
    ) -> Result<Option<Page>, UnclosedQuote> {
        let mut grid = Grid { headings: self.headings.clone(), headings_printed: true, ..Grid::default() };
        while grid.rows.len() < rows_max {
            self.cells.clear();
            let Some(record) = self.records.next_into(&mut self.cells)? else { break };
            if record.filled && is_row(self.number) {
                let width = self.cells.len();
                // What a short record lacks is on its right.
                let there = self.positions.iter().take_while(|it| **it < width);
                let cells = there.map(|it| std::mem::take(&mut self.cells[*it])).collect();
                grid.rows.push(GridRow { cells, span: record.span, number: self.number, ..GridRow::default() });
            }
            self.number = self.number.saturating_add(1);
        }
        let is_end = std::mem::replace(&mut self.is_begun, true) && grid.rows.is_empty();
        Ok((!is_end).then(|| Page { grids: vec![grid], ..Page::default() }))
    }
}
