//! A sheet that is one plain table, as the CSV that says the same: a row a line, from
//! its first cell on; texts in quotes, all else without. So it can be read in parts, and
//! some of its lines become some rows of the sheet again.

use std::io::Cursor;
use std::sync::Arc;

use calamine::{DataRef, Reader, Xlsx, XlsxCellReader};

use super::cells::{self, Bytes};
use super::parts::Book;
use super::{blocks, hidden, printed, quietly, xml};
use crate::error::Result;
use crate::source::delimited::Records;
use crate::source::json::lines::may_be_marked;
use crate::source::{Grid, GridCell, GridRow, OnSheet, Page};
use crate::table::{Document, Layout, NumberStyle, Sheet, SheetCell, Span, is_space};

/// What a sheet holds that more than its cells are needed for: formulas, cells that are
/// shown as one, and what is not shown. Some programs write of each row that it is not
/// hidden.
const MORE: [&[u8]; 13] = [
    b"<f>",
    b"<f ",
    b"<f/",
    b":f>",
    b":f ",
    b"<mergeCell",
    b":mergeCell",
    b"hidden=\"1",
    b"hidden=\"t",
    b"hidden='",
    b"hidden =",
    b"hidden= ",
    b"hidden\n",
];
/// So much is written at once.
const PIECE_BYTES: usize = 1 << 18;

/// Writes the one sheet of an XLSX file as lines; none where it is no plain table: a
/// row of names, then rows without a gap that hold two cells at least. What was
/// written then is of no use.
///
/// # Errors
///
/// Those of `each`.
pub fn as_lines(bytes: Vec<u8>, each: &mut dyn FnMut(&str) -> Result<()>) -> Result<Option<OnSheet>> {
    if !bytes.starts_with(super::ZIP) {
        return Ok(None);
    }
    quietly(|| lines(bytes, each)).unwrap_or(Ok(None))
}

fn lines(bytes: Vec<u8>, each: &mut dyn FnMut(&str) -> Result<()>) -> Result<Option<OnSheet>> {
    let Some(unpacked) = xml::check_size(&bytes).ok().filter(|_| is_plain(&bytes)) else { return Ok(None) };
    let Ok(mut book) = Xlsx::<Bytes>::new(Cursor::new(bytes)) else { return Ok(None) };
    let [name] = &cells::shown(book.sheets_metadata())[..] else { return Ok(None) };
    let Ok(mut reader) = book.worksheet_cells_reader(name) else { return Ok(None) };
    let code = |it: &calamine::Style| it.number_format.as_ref().map(|it| Arc::from(it.format_code.as_str()));
    let codes: Vec<Option<Arc<str>>> = reader.styles().iter().map(code).collect();
    let room = cells::TEXT_MIN.max(usize::try_from(unpacked).unwrap_or(usize::MAX).saturating_mul(cells::TEXT_A_BYTE));
    let mut lines = Lines { room, ..Lines::default() };
    while let Ok(cell) = take(&mut reader, &codes, &mut lines) {
        if cell && lines.text.len() < PIECE_BYTES {
            continue;
        }
        if !cell && lines.end_row().is_none() {
            return Ok(None);
        }
        let whole = memchr::memrchr(b'\n', lines.text.as_bytes()).map_or(0, |it| it + 1);
        each(&lines.text[..whole])?;
        lines.text.drain(..whole);
        if !cell {
            let columns = (0..u32::try_from(lines.width).unwrap_or(0)).collect();
            return Ok((lines.row > 2).then(|| OnSheet { name: name.clone(), columns }));
        }
    }
    Ok(None)
}

/// Whether no sheet holds more than cells.
fn is_plain(bytes: &[u8]) -> bool {
    let Ok(book) = Book::read(bytes) else { return false };
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return false };
    let has_more = |path: &String| archive.by_name(path).map_or(true, |it| hidden::mentions_any(it, &MORE));
    !book.paths.values().any(has_more)
}

/// The lines of a sheet in the making.
#[derive(Default)]
struct Lines {
    text: String,
    /// The row that is written, from 1.
    row: u32,
    /// How many cells the heading has, and how many this row has, and holds.
    width: usize,
    cells: usize,
    filled: usize,
    /// So many bytes of text may follow.
    room: usize,
}

impl Lines {
    /// Goes on to a cell; none where that would be no plain table.
    fn go_to(&mut self, row: u32, column: u32) -> Option<()> {
        self.row = self.row.max(1);
        if row == self.row + 1 {
            self.end_row()?;
        }
        let gap = usize::try_from(column).ok()?.checked_sub(self.cells)?;
        if row != self.row || (self.row == 1 && gap > 0) || (self.row > 1 && self.cells + gap >= self.width) {
            return None;
        }
        self.text.extend((0..gap + usize::from(self.cells > 0)).map(|_| ','));
        (self.cells, self.filled) = (self.cells + gap + 1, self.filled + 1);
        Some(())
    }

    fn end_row(&mut self) -> Option<()> {
        if self.row == 1 {
            self.width = self.cells;
        }
        if self.filled < 2 {
            return None;
        }
        self.text.extend((self.cells..self.width).map(|_| ','));
        self.text.push('\n');
        (self.row, self.cells, self.filled) = (self.row + 1, 0, 0);
        Some(())
    }

    fn put_text(&mut self, it: &str) -> Option<()> {
        let it = it.trim();
        // Lines would lose what looks like space at the ends of a text.
        let is_bare = !it.is_empty() && !it.starts_with(is_space) && !it.ends_with(is_space);
        if !is_bare || it.contains(['\n', '\r']) || may_be_marked(it) {
            return None;
        }
        self.room = self.room.checked_sub(it.len())?;
        self.text.push('"');
        if it.contains('"') {
            self.text.push_str(&it.replace('"', "\"\""));
        } else {
            self.text.push_str(it);
        }
        self.text.push('"');
        Some(())
    }

    /// A number, a day or a truth; the heading has none.
    fn put_bare(&mut self, it: &str) -> Option<()> {
        let is_bare = self.row > 1 && !it.is_empty() && !it.contains([',', '"', '\n', '\r']);
        self.room = self.room.checked_sub(it.len()).filter(|_| is_bare)?;
        self.text.push_str(it);
        Some(())
    }
}

/// The sheet is no plain table.
struct NotPlain;

/// Takes the next cell that holds something; false at the end.
fn take(
    reader: &mut XlsxCellReader<'_, impl std::io::Read + std::io::Seek>,
    codes: &[Option<Arc<str>>],
    lines: &mut Lines,
) -> std::result::Result<bool, NotPlain> {
    let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|_| NotPlain)? else { return Ok(false) };
    let (row, column) = cell.get_position();
    let code = codes.get(style).and_then(Option::as_deref).unwrap_or("General");
    let mut put = |text: &dyn Fn(&mut Lines) -> Option<()>| {
        lines.go_to(row.saturating_add(1), column)?;
        text(lines)
    };
    let done = match cell.get_value() {
        DataRef::Empty | DataRef::SharedString("") => Some(()),
        DataRef::String(it) if it.is_empty() => Some(()),
        DataRef::SharedString(it) => put(&|lines| lines.put_text(it)),
        DataRef::String(it) => put(&|lines| lines.put_text(it)),
        // Whole numbers of a sheet are 64-bit floats all the same.
        #[expect(clippy::cast_precision_loss, reason = "a sheet has no more digits")]
        DataRef::Int(it) => put(&|lines| lines.put_bare(&printed::number(*it as f64, code))),
        DataRef::Float(it) => put(&|lines| lines.put_bare(&printed::number(*it, code))),
        DataRef::Bool(it) => put(&|lines| lines.put_bare(if *it { "TRUE" } else { "FALSE" })),
        DataRef::DateTime(it) => put(&|lines| lines.put_bare(&cells::moment(*it, code))),
        DataRef::DateTimeIso(it) | DataRef::DurationIso(it) => put(&|lines| lines.put_bare(&printed::iso(it))),
        DataRef::Error(_) => None,
    };
    done.map(|()| true).ok_or(NotPlain)
}

/// Some rows of such a sheet, by their lines behind those of the heading and the first row.
pub(crate) fn document(name: &str, sheet: &OnSheet, lines: &str, rows: impl Iterator<Item = u32>) -> Document {
    const BAR: &str = " | ";
    let (mut text, mut cells, mut numbers) = (String::with_capacity(lines.len() * 2), Vec::new(), Vec::new());
    let mut records = Records::of_commas(lines);
    let mut record = Vec::new();
    for row in [1, 2].into_iter().chain(rows) {
        record.clear();
        let Ok(Some(_)) = records.next_into(&mut record) else { break };
        let mut before = 0;
        for (column, it) in (0..).zip(&record) {
            if it.span.is_empty() {
                continue;
            }
            text.extend((before..column).map(|_| BAR));
            before = column;
            let start = text.len();
            let is_text = lines.as_bytes().get((it.span.start as usize).wrapping_sub(1)) == Some(&b'"');
            match &it.unescaped {
                Some(it) => text.push_str(it),
                None => text.push_str(&lines[it.span.start as usize..it.span.end as usize]),
            }
            let span = Span::new(start, text.len());
            cells.push(SheetCell { span, row, column, is_text, ..SheetCell::default() });
        }
        text.push('\n');
        numbers.push(row);
    }
    let sheet = Sheet { name: sheet.name.clone(), rows: numbers, cells, is_part: true, ..Sheet::default() };
    Document::of_sheets(name, text, "workbook", vec![sheet])
}

/// The page of a sheet's first rows, if they are a plain table with one heading.
pub(crate) fn plain_page(document: &Document) -> Option<Page> {
    let page = blocks::page(document, &Layout::default());
    let [grid] = &page.grids[..] else { return None };
    let [sheet] = &document.sheets[..] else { return None };
    let width = grid.sheet.as_ref().map_or(0, |it| it.columns.len());
    let is_whole = grid.rows.len() + 1 == sheet.rows.len() && grid.headings.len() == width;
    let is_bare = grid.title.is_none() && grid.units.is_empty() && page.footnotes.is_empty() && page.source.is_none();
    let heads = grid.headings_printed && grid.faults.is_empty() && grid.rows.first().is_some_and(|it| it.number == 2);
    (is_whole && is_bare && heads && page.period.is_none()).then_some(page)
}

/// The rows of such a document as a table with the columns of a heading.
pub(crate) fn rows(document: &Document, heading: &Grid) -> Option<(Vec<GridRow>, Grid)> {
    let sheet = document.sheets.first()?;
    let on_sheet = heading.sheet.clone()?;
    let mut cells = sheet.cells.iter().peekable();
    let mut rows = Vec::with_capacity(sheet.rows.len());
    let mut ends = memchr::memchr_iter(b'\n', document.text.as_bytes()).skip(1);
    // Of the heading and the first row nothing is taken again.
    let before = Span::new(0, ends.next()?).end;
    while cells.next_if(|it| it.span.end <= before).is_some() {}
    for &number in &sheet.rows[2..] {
        let end = Span::new(0, ends.next()?).end;
        let mut row = vec![GridCell::default(); on_sheet.columns.len()];
        let mut span = Span::default();
        while let Some(it) = cells.next_if(|it| it.span.end <= end) {
            *row.get_mut(it.column as usize)? = GridCell::at(it.span);
            span = Span { start: if span.is_empty() { it.span.start } else { span.start }, end: it.span.end };
        }
        rows.push(GridRow { cells: row, span, number, ..GridRow::default() });
    }
    let headings = heading.headings.clone();
    let style = Some(NumberStyle::ENGLISH);
    Some((rows, Grid { headings, headings_printed: true, sheet: Some(on_sheet), style, ..Grid::default() }))
}
