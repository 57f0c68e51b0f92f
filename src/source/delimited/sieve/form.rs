//! The form of a file that can be sieved, and the pages of what is handed out.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::records::Records;
use super::super::{Layout, dialect, of_columns, read_as, shape};
use super::{Dialect, Stop, cells_of, slow_end};
use crate::source::json::lines::{self, Keys};
use crate::source::workbook::lines as sheets;
use crate::source::{Format, Grid, GridCell, GridRow, OnSheet, Page};
use crate::table::{Document, Span};

/// How the records of a file and their cells are told apart.
#[derive(Clone, Debug)]
pub(crate) enum RecordForm {
    /// Delimited text.
    Delimited(Dialect),
    /// An object of JSON a line.
    Json(Arc<Keys>),
    /// The lines of a sheet.
    Sheet(Arc<OnSheet>),
}

impl RecordForm {
    /// The form of delimited text or JSON by its first lines, and the page of those; none
    /// where it cannot be sieved.
    pub(crate) fn of(sample: &Document, is_json: bool) -> Option<(Self, Page)> {
        if is_json {
            return lines::plain_form(sample).map(|(keys, page)| (Self::Json(Arc::new(keys)), page));
        }
        plain_form(sample).map(|(dialect, page)| (Self::Delimited(dialect), page))
    }

    /// The form of the lines of a sheet by the first of them; and what those are in the
    /// sheet, with their page.
    pub(crate) fn of_sheet(name: &str, sheet: &OnSheet, text: &str) -> Option<(Self, Document, Page)> {
        let sample = sheets::document(name, sheet, text, 3..=u32::try_from(text.lines().count()).ok()?);
        let mut page = sheets::plain_page(&sample).filter(|it| it.grids[0].sheet.as_ref() == Some(sheet))?;
        // Its lines have the same names in other places.
        for it in &mut page.grids[0].headings {
            it.unescaped = Some(it.text(&sample).into());
        }
        Some((Self::Sheet(Arc::new(sheet.clone())), sample, page))
    }

    /// The format that a file of it is read in.
    pub(crate) fn format(&self) -> Format {
        match self {
            Self::Delimited(_) => Format::Delimited,
            Self::Json(_) => Format::Json,
            Self::Sheet(_) => Format::Workbook,
        }
    }

    /// The document of some records behind the heading, by the lines and the numbers
    /// that they have in their file.
    pub(crate) fn document(
        &self,
        (name, encoding): (&str, &'static str),
        text: String,
        lines: Vec<u32>,
        numbers: &[u32],
    ) -> Document {
        match self {
            Self::Delimited(_) => Document::of_lines(name, text, encoding, lines),
            Self::Json(_) => Document::of_records(name, text, lines),
            Self::Sheet(sheet) => sheets::document(name, sheet, &text, numbers.iter().copied()),
        }
    }

    /// How the cells of its lines are told apart, where they are not JSON.
    pub(super) fn dialect(&self) -> Dialect {
        if let Self::Delimited(dialect) = self { *dialect } else { Dialect::default() }
    }

    /// Whether its records are the lines of a sheet.
    pub(crate) fn is_sheet(&self) -> bool {
        matches!(self, Self::Sheet(_))
    }

    /// Whether its records are JSON.
    pub(crate) fn is_json(&self) -> bool {
        matches!(self, Self::Json(_))
    }

    /// Where the lines end at the start of a file that stand for its heading.
    pub(crate) fn heading(&self, text: &str) -> usize {
        match self {
            Self::Json(keys) => keys.heading(text),
            // What is told of a whole sheet is shown at its first row.
            Self::Sheet(_) => memchr::memchr_iter(b'\n', text.as_bytes()).nth(1).map_or(text.len(), |it| it + 1),
            Self::Delimited(_) => self.body(text),
        }
    }

    /// Where the first record starts that is a row.
    pub(crate) fn body(&self, text: &str) -> usize {
        if self.is_json() { 0 } else { memchr::memchr(b'\n', text.as_bytes()).map_or(0, |it| it + 1) }
    }

    /// How many records stand before the first row: a heading, or none where each
    /// record names its cells.
    pub(crate) fn headings(&self) -> u64 {
        u64::from(!self.is_json())
    }

    /// The cells of a record, quotes undone; none where it is none.
    pub(crate) fn cells_of<'a>(&self, record: &'a str) -> Option<Vec<Cow<'a, str>>> {
        match self {
            Self::Json(keys) => keys.cells(record),
            Self::Delimited(_) | Self::Sheet(_) => cells_of(record, self.dialect()),
        }
    }

    /// The cells of a record of bytes; none where it is no text.
    pub(super) fn cells_of_bytes<'a>(&self, record: &'a [u8]) -> Option<Vec<Cow<'a, str>>> {
        self.cells_of(std::str::from_utf8(record).ok()?)
    }

    /// Where a record starts at an offset or behind it: lines of space are none in JSON.
    pub(super) fn start(&self, bytes: &[u8], at: usize, last: bool) -> Result<usize, Stop> {
        if !self.is_json() || bytes.get(at) == Some(&b'{') {
            return Ok(at);
        }
        let space = bytes[at..].iter().position(|it| !matches!(it, b' ' | b'\t' | b'\r' | b'\n'));
        match space {
            Some(space) => Ok(memchr::memrchr(b'\n', &bytes[at..at + space]).map_or(at, |it| at + it + 1)),
            None if last => Ok(bytes.len()),
            None => Err(Stop::More),
        }
    }

    /// Where a record ends that is not plain, and where the next one starts.
    pub(super) fn end(&self, bytes: &[u8], at: usize, last: bool) -> Result<(usize, usize), Stop> {
        match self {
            Self::Delimited(_) | Self::Sheet(_) => slow_end(bytes, at, self.dialect(), last),
            Self::Json(_) => match memchr::memchr(b'\n', &bytes[at..]) {
                Some(end) => Ok((at + end - usize::from(bytes[..at + end].ends_with(b"\r")), at + end + 1)),
                None if last => Ok((bytes.len(), bytes.len())),
                None => Err(Stop::More),
            },
        }
    }

    /// The page of records that were handed out: the heading, then a record each,
    /// numbered as in their file. Those from the number `tail` on stand at its end
    /// without a gap, and may be notes.
    pub(crate) fn page_of(&self, document: &Document, heading: &Grid, numbers: &[u32], tail: u32) -> Option<Page> {
        match self {
            Self::Delimited(dialect) => page_of(document, heading, *dialect, numbers, tail),
            Self::Json(keys) => keys.page_of(document, numbers),
            Self::Sheet(_) => {
                let (rows, grid) = sheets::rows(document, heading)?;
                (rows.len() == numbers.len()).then(|| shape::page_of_rows(document, rows, grid, tail))
            }
        }
    }
}

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

fn page_of(document: &Document, heading: &Grid, dialect: Dialect, numbers: &[u32], tail: u32) -> Option<Page> {
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
    document: &'a Document,
    records: RecordsOf<'a>,
    headings: Vec<GridCell>,
    positions: &'a [usize],
    /// The number of the next record.
    number: u32,
    cells: Vec<GridCell>,
    is_begun: bool,
}

/// The records of a document from one on.
enum RecordsOf<'a> {
    Delimited(Records<'a>),
    /// From an offset on.
    Json(&'a Keys, usize),
}

impl<'a> ColumnPages<'a> {
    /// Begins behind the heading, if there is one; records are counted from a number
    /// on. None where the heading cannot be read.
    pub(crate) fn new(
        document: &'a Document,
        (heading, form): (&Grid, &'a RecordForm),
        positions: &'a [usize],
        first: u32,
    ) -> Option<Self> {
        let mut cells = Vec::new();
        let records = match form {
            RecordForm::Delimited(_) | RecordForm::Sheet(_) => {
                let mut records = Records::new(&document.text, form.dialect(), 0);
                records.next_into(&mut cells).ok()??;
                RecordsOf::Delimited(records)
            }
            RecordForm::Json(keys) => RecordsOf::Json(keys, 0),
        };
        let headings = positions.iter().map(|it| heading.headings[*it].clone()).collect();
        Some(Self { document, records, headings, positions, number: first, cells, is_begun: false })
    }

    /// The next rows, without the records that are none; one page at least, and then
    /// none at the end.
    pub(crate) fn next(&mut self, rows_max: usize, is_row: impl Fn(u32) -> bool) -> Result<Option<Page>, Stop> {
        let mut grid = Grid { headings: self.headings.clone(), headings_printed: true, ..Grid::default() };
        while grid.rows.len() < rows_max {
            self.cells.clear();
            let Some((span, filled)) = self.next_record()? else { break };
            if filled && is_row(self.number) {
                let width = self.cells.len();
                // What a short record lacks is on its right.
                let there = self.positions.iter().take_while(|it| **it < width);
                let cells = there.map(|it| std::mem::take(&mut self.cells[*it])).collect();
                grid.rows.push(GridRow { cells, span, number: self.number, ..GridRow::default() });
            }
            self.number = self.number.saturating_add(1);
        }
        let is_end = std::mem::replace(&mut self.is_begun, true) && grid.rows.is_empty();
        Ok((!is_end).then(|| Page { grids: vec![grid], ..Page::default() }))
    }

    /// Reads a record: where it stands, and whether it holds something.
    fn next_record(&mut self) -> Result<Option<(Span, bool)>, Stop> {
        match &mut self.records {
            RecordsOf::Delimited(records) => {
                let record = records.next_into(&mut self.cells).map_err(|_| Stop::NotText)?;
                Ok(record.map(|it| (it.span, it.filled)))
            }
            RecordsOf::Json(keys, at) => {
                let Some((cells, span, end)) = keys.next(self.document, *at).map_err(|_| Stop::NotText)? else {
                    return Ok(None);
                };
                (self.cells, *at) = (cells, end);
                Ok(Some((span, true)))
            }
        }
    }
}
