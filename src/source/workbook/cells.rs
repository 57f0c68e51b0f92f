//! The cells of each sheet that is shown.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{
    Data, Dimensions, ExcelDateTime, Range, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx, XlsxError,
};

use super::formats::Formats;
use super::{compound, docx, hidden, printed};
use crate::table::Area;

/// A sheet as its file has it.
#[derive(Debug, Default)]
pub(super) struct RawSheet {
    pub(super) name: String,
    /// By row and column, each once.
    pub(super) cells: Vec<RawCell>,
    pub(super) merged: Vec<Area>,
    pub(super) hidden: Hidden,
    /// Whether it is the running text of a text document.
    pub(super) is_prose: bool,
}

/// What a sheet does not show: first and last rows, from 1, and columns, from 0.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    pub(super) rows: Vec<(u32, u32)>,
    pub(super) columns: Vec<(u32, u32)>,
}

impl Hidden {
    /// Takes rows in, each behind those before it.
    pub(super) fn take_rows(&mut self, first: u32, last: u32) {
        match self.rows.last_mut().filter(|it| it.1.saturating_add(1) == first) {
            Some(before) => before.1 = last,
            None => self.rows.push((first, last)),
        }
    }
}

/// A cell that holds something.
#[derive(Debug, Default)]
pub(super) struct RawCell {
    /// The row, from 1.
    pub(super) row: u32,
    /// The column, from 0.
    pub(super) column: u32,
    /// What a reader of the sheet sees.
    pub(super) shown: String,
    pub(super) value: Option<f64>,
    pub(super) is_text: bool,
    pub(super) formula: Option<String>,
    /// The format of its number.
    pub(super) code: Option<Arc<str>>,
    /// Whether its formula could be worked out.
    pub(super) is_judged: bool,
    /// What its formula gives, where that is not its value.
    pub(super) stale: Option<String>,
}

/// Why a workbook could not be read.
#[derive(Debug)]
pub(super) enum Unread {
    Locked,
    Other,
    /// It says that it holds more than is read.
    TooLarge(String),
    Damaged(String),
}

impl Unread {
    pub(super) fn damaged(why: impl std::fmt::Display) -> Self {
        let why = why.to_string();
        let locked = why.to_lowercase().contains("password");
        if locked { Self::Locked } else { Self::Damaged(why) }
    }
}

pub(super) type Bytes = Cursor<Vec<u8>>;

/// The cells of a workbook may hold so many bytes of text, and so many for each of
/// those that it unpacks to: one text may stand in all of its cells.
pub(super) const TEXT_MIN: usize = 64 << 20;
pub(super) const TEXT_A_BYTE: usize = 4;

/// Reads an XLSX, XLSB, XLS or DOCX file, which unpacks to so many bytes.
pub(super) fn read(bytes: Vec<u8>, unpacked: u64) -> Result<Vec<RawSheet>, Unread> {
    if bytes.starts_with(super::COMPOUND) {
        compound::check_size(&bytes)?;
        let formats = Formats::of(&bytes);
        let mut book: Xls<Bytes> = Xls::new(Cursor::new(bytes)).map_err(Unread::damaged)?;
        return each(&shown(book.sheets_metadata()), |name| {
            let range = book.worksheet_range(name).map_err(Unread::damaged)?;
            let formulas = book.worksheet_formula(name).unwrap_or_default();
            let merged = book.merge_cells_by_sheet_name(name).unwrap_or_default();
            Ok((dense(&range, &formulas, &|row, column| formats.code(name, row, column)), merged))
        });
    }
    let parts = parts(&bytes)?;
    if parts.iter().any(|it| it == "xl/workbook.bin") {
        let mut book: Xlsb<Bytes> = Xlsb::new(Cursor::new(bytes)).map_err(Unread::damaged)?;
        return each(&shown(book.sheets_metadata()), |name| Ok((binary(&mut book, name)?, Vec::new())));
    }
    if docx::is_docx(&parts) {
        return docx::read(&bytes);
    }
    if !parts.iter().any(|it| it == "[Content_Types].xml") {
        return Err(Unread::Other);
    }
    let mut hidden = hidden::of_sheets(&bytes);
    let mut book: Xlsx<Bytes> = Xlsx::new(Cursor::new(bytes)).map_err(Unread::damaged)?;
    let mut room = TEXT_MIN.max(usize::try_from(unpacked).unwrap_or(usize::MAX).saturating_mul(TEXT_A_BYTE));
    let mut sheets = each(&shown(book.sheets_metadata()), |name| {
        let cells = sparse(&mut book, name, &mut room)?;
        Ok((cells, book.merge_cells_by_sheet_name(name).unwrap_or_default()))
    })?;
    for sheet in &mut sheets {
        sheet.hidden = hidden.remove(&sheet.name).unwrap_or_default();
    }
    Ok(sheets)
}

/// The names of the parts that an archive holds.
fn parts(bytes: &[u8]) -> Result<Vec<String>, Unread> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(Unread::damaged)?;
    Ok((0..archive.len()).filter_map(|it| archive.name_for_index(it)?.ok().map(|it| it.to_string())).collect())
}

pub(super) fn shown(sheets: &[Sheet]) -> Vec<String> {
    let shown = |it: &&Sheet| it.typ == SheetType::WorkSheet && it.visible == SheetVisible::Visible;
    sheets.iter().filter(shown).map(|it| it.name.clone()).collect()
}

fn each(
    names: &[String],
    mut read: impl FnMut(&str) -> Result<(Vec<RawCell>, Vec<Dimensions>), Unread>,
) -> Result<Vec<RawSheet>, Unread> {
    let sheet = |name: &String| {
        let (mut cells, merged) = read(name)?;
        // A damaged file may have them in any order, and twice.
        cells.sort_by_key(|it| (it.row, it.column));
        cells.dedup_by_key(|it| (it.row, it.column));
        let area = |it: &Dimensions| Area {
            from: (it.start.0.saturating_add(1), it.start.1),
            to: (it.end.0.saturating_add(1), it.end.1),
        };
        Ok(RawSheet { name: name.clone(), cells, merged: merged.iter().map(area).collect(), ..RawSheet::default() })
    };
    names.iter().map(sheet).collect()
}

/// The cells of an XLSX sheet, in two passes: with their formats, then formulas.
fn sparse(book: &mut Xlsx<Bytes>, name: &str, room: &mut usize) -> Result<Vec<RawCell>, Unread> {
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(it) => it,
        // A sheet of charts holds no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(Unread::damaged(error)),
    };
    let code = |it: &calamine::Style| it.number_format.as_ref().map(|it| Arc::from(it.format_code.as_str()));
    let codes: Vec<Option<Arc<str>>> = reader.styles().iter().map(code).collect();
    let mut cells = Vec::new();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(Unread::damaged)? {
        let (row, column) = cell.get_position();
        let code = codes.get(style).cloned().flatten();
        let it = RawCell { row: row.saturating_add(1), column, code, ..RawCell::default() };
        if let Some(it) = filled(it, cell.get_value().clone().into()) {
            let left = room.checked_sub(it.shown.len());
            *room = left.ok_or_else(|| Unread::TooLarge("repeats its texts in too many cells".to_owned()))?;
            cells.push(it);
        }
    }
    drop(reader);
    let mut formulas = HashMap::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(Unread::damaged)?;
    while let Some(cell) = reader.next_cell_with_formula().map_err(Unread::damaged)? {
        if let Some(formula) = cell.formula {
            formulas.insert((cell.pos.0.saturating_add(1), cell.pos.1), formula);
        }
    }
    give(&mut cells, formulas.into_iter());
    Ok(cells)
}

/// The cells of an XLSB sheet.
fn binary(book: &mut Xlsb<Bytes>, name: &str) -> Result<Vec<RawCell>, Unread> {
    let mut cells = Vec::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(Unread::damaged)?;
    while let Some(cell) = reader.next_cell().map_err(Unread::damaged)? {
        let (row, column) = cell.get_position();
        let it = RawCell { row: row.saturating_add(1), column, ..RawCell::default() };
        cells.extend(filled(it, cell.get_value().clone().into()));
    }
    drop(reader);
    let mut formulas = Vec::new();
    let mut reader = book.worksheet_cells_reader(name).map_err(Unread::damaged)?;
    while let Ok(Some(cell)) = reader.next_formula() {
        let (row, column) = cell.get_position();
        formulas.push(((row.saturating_add(1), column), cell.get_value().clone()));
    }
    give(&mut cells, formulas.into_iter());
    Ok(cells)
}

/// The format of a cell, by its row and column from 0.
type Code<'a> = dyn Fn(u32, u32) -> Option<Arc<str>> + 'a;

/// The cells of an XLS sheet, which has 65,536 rows of 256 at most.
fn dense(range: &Range<Data>, formulas: &Range<String>, code: &Code<'_>) -> Vec<RawCell> {
    let start = range.start().unwrap_or_default();
    let at = |row: usize, column: usize, start: (u32, u32)| {
        let offset = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        (start.0.saturating_add(offset(row)).saturating_add(1), start.1.saturating_add(offset(column)))
    };
    let mut cells: Vec<RawCell> = Vec::new();
    for (row, column, data) in range.used_cells() {
        let (row, column) = at(row, column, start);
        let cell = RawCell { row, column, code: code(row - 1, column), ..RawCell::default() };
        cells.extend(filled(cell, data.clone()));
    }
    let start = formulas.start().unwrap_or_default();
    give(&mut cells, formulas.used_cells().map(|it| (at(it.0, it.1, start), it.2.clone())));
    cells
}

/// Gives cells their formulas; one without a value gets a cell of its own.
fn give(cells: &mut Vec<RawCell>, formulas: impl Iterator<Item = ((u32, u32), String)>) {
    let mut index: HashMap<(u32, u32), usize> = HashMap::new();
    for ((row, column), formula) in formulas.filter(|it| !it.1.is_empty()) {
        if index.is_empty() {
            index = cells.iter().enumerate().map(|(at, it)| ((it.row, it.column), at)).collect();
        }
        match index.get(&(row, column)) {
            Some(&at) => cells[at].formula = Some(formula),
            None => cells.push(RawCell { row, column, formula: Some(formula), ..RawCell::default() }),
        }
    }
}

/// A cell with what it holds, if it holds anything.
fn filled(mut cell: RawCell, data: Data) -> Option<RawCell> {
    let code = cell.code.as_deref().unwrap_or("General");
    match data {
        Data::Empty => return None,
        Data::Int(it) => {
            // Whole numbers of a sheet are 64-bit floats all the same.
            #[expect(clippy::cast_precision_loss, reason = "a sheet has no more digits")]
            let value = it as f64;
            (cell.shown, cell.value) = (printed::number(value, code), Some(value));
        }
        Data::Float(it) => (cell.shown, cell.value) = (printed::number(it, code), Some(it)),
        Data::String(it) => (cell.shown, cell.is_text) = (it, true),
        Data::Bool(it) => (if it { "TRUE" } else { "FALSE" }).clone_into(&mut cell.shown),
        Data::DateTime(it) => cell.shown = moment(it, code),
        Data::DateTimeIso(it) | Data::DurationIso(it) => cell.shown = printed::iso(&it),
        Data::Error(it) => cell.shown = it.to_string(),
    }
    Some(cell).filter(|it| !it.shown.is_empty())
}

pub(super) fn moment(it: ExcelDateTime, code: &str) -> String {
    if it.is_duration() {
        return printed::duration(it.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = it.to_ymd_hms_milli();
    printed::moment((year, month, day), (hour, minute, second), it.as_f64(), code)
}
