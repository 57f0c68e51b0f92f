//! The cells of an `OpenDocument` workbook, with the text that each shows.
//!
//! `OpenDocument` 1.3 part 3, chapters 9 (tables) and 19.385 (values). Beside
//! its value a cell keeps the text it shows, which tells the printed decimals
//! whatever the format and the language.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::cells::{RawCell, RawSheet, Unread};
use super::printed;
use super::xml::{attribute, part, reference};
use crate::table::Area;

/// A cell that is repeated is filled so often at most.
const REPEATS_MAX: u32 = 16_384;
/// So many cells are made of repeats in one file, and so many for each of its
/// bytes: a few hundred bytes that say millions of cells are no table.
const COPIES_MAX: usize = 4_000_000;
const COPIES_MIN: usize = 100_000;
const COPIES_A_BYTE: usize = 50;

/// Whether an archive is an `OpenDocument` workbook, by the part that says so: the
/// first, and not packed, unless another program packed the archive again.
pub(super) fn is_ods(bytes: &[u8]) -> bool {
    const MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";
    memchr::memmem::find(&bytes[..bytes.len().min(200)], MIME.as_bytes()).is_some()
        || part(bytes, "mimetype").is_ok_and(|it| it.trim().starts_with(MIME))
}

/// Reads all sheets that are shown.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<RawSheet>, Unread> {
    let manifest = part(bytes, "META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        return Err(Unread::Locked);
    }
    let copies_max = (bytes.len() * COPIES_A_BYTE).clamp(COPIES_MIN, COPIES_MAX);
    Content { copies_max, ..Content::default() }.read(&part(bytes, "content.xml")?)
}

/// What is known while the content is read.
#[derive(Default)]
struct Content {
    /// Styles of tables that are not shown.
    hidden: Vec<String>,
    style: String,
    sheets: Vec<RawSheet>,
    /// The sheet, the row and the cell that are open.
    sheet: Option<RawSheet>,
    row: u32,
    row_repeats: u32,
    row_hidden: bool,
    /// How many columns the sheet has declared so far.
    declared: u32,
    row_start: usize,
    column: u32,
    cell: Option<Open>,
    /// Inside notes and drawings, whose text no cell shows.
    aside: usize,
    copies: usize,
    copies_max: usize,
}

/// A cell that is open.
#[derive(Default)]
struct Open {
    kind: String,
    value: Option<String>,
    formula: Option<String>,
    repeats: u32,
    spans: (u32, u32),
    text: String,
    paragraphs: usize,
}

impl Content {
    fn read(mut self, xml: &str) -> Result<Vec<RawSheet>, Unread> {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().expand_empty_elements = true;
        loop {
            if self.copies > self.copies_max {
                return Err(Unread::TooLarge(format!("repeats cells more than {} times", self.copies_max)));
            }
            match reader.read_event().map_err(Unread::damaged)? {
                Event::Start(it) => self.opens(&it)?,
                Event::End(it) => self.closes(it.name().as_ref()),
                Event::Text(it) => self.text(&it),
                Event::GeneralRef(it) => {
                    self.text(&reference(&it)?);
                }
                Event::CData(it) => self.text(&it),
                Event::Eof => return Ok(self.sheets),
                _ => {}
            }
        }
    }

    fn opens(&mut self, it: &BytesStart<'_>) -> Result<(), Unread> {
        match it.name().as_ref() {
            "style:style" => self.style = attribute(it, "style:name")?.unwrap_or_default(),
            "style:table-properties" if attribute(it, "table:display")?.as_deref() == Some("false") => {
                self.hidden.push(self.style.clone());
            }
            "table:table" if self.cell.is_none() => {
                let name = attribute(it, "table:name")?.unwrap_or_default();
                let hidden = attribute(it, "table:style-name")?.is_some_and(|it| self.hidden.contains(&it));
                self.sheet = (!hidden).then(|| RawSheet { name, ..RawSheet::default() });
                (self.row, self.declared) = (0, 0);
            }
            "table:table-column" => {
                let (first, repeats) = (self.declared, count(it, "table:number-columns-repeated")?);
                self.declared = first.saturating_add(repeats);
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_hidden(it)) {
                    sheet.hidden.columns.push((first, self.declared - 1));
                }
            }
            "table:table-row" if self.cell.is_none() => {
                self.row = self.row.saturating_add(1);
                self.row_repeats = count(it, "table:number-rows-repeated")?;
                self.row_hidden = is_hidden(it);
                self.row_start = self.sheet.as_ref().map_or(0, |it| it.cells.len());
                self.column = 0;
            }
            "table:table-cell" | "table:covered-table-cell" if self.cell.is_none() => {
                self.cell = Some(Open {
                    kind: attribute(it, "office:value-type")?.unwrap_or_default(),
                    value: value(it)?,
                    formula: attribute(it, "table:formula")?,
                    repeats: count(it, "table:number-columns-repeated")?,
                    spans: (count(it, "table:number-rows-spanned")?, count(it, "table:number-columns-spanned")?),
                    ..Open::default()
                });
            }
            "office:annotation" | "draw:frame" | "draw:custom-shape" | "table:shapes" => self.aside += 1,
            "text:p" => {
                if let Some(cell) = self.cell.as_mut().filter(|_| self.aside == 0) {
                    cell.text.extend((cell.paragraphs > 0).then_some('\n'));
                    cell.paragraphs += 1;
                }
            }
            "text:s" => {
                let spaces = count(it, "text:c")?.min(REPEATS_MAX);
                (0..spaces).for_each(|_| self.text(" "));
            }
            "text:tab" | "text:line-break" => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|it| self.aside == 0 && it.paragraphs > 0) {
            cell.text.push_str(text);
        }
    }

    fn closes(&mut self, name: &str) {
        match name {
            "table:table" if self.cell.is_none() => self.sheets.extend(self.sheet.take()),
            "table:table-row" if self.cell.is_none() => self.end_row(),
            "table:table-cell" | "table:covered-table-cell" if self.aside == 0 => self.end_cell(),
            "office:annotation" | "draw:frame" | "draw:custom-shape" | "table:shapes" => {
                self.aside = self.aside.saturating_sub(1);
            }
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let Some((open, sheet)) = self.cell.take().zip(self.sheet.as_mut()) else { return };
        let (row, column) = (self.row, self.column);
        self.column = column.saturating_add(open.repeats);
        if open.spans.0 > 1 || open.spans.1 > 1 {
            let to = (row.saturating_add(open.spans.0 - 1), column.saturating_add(open.spans.1 - 1));
            sheet.merged.push(Area { from: (row, column), to });
        }
        let Some(cell) = open.cell() else { return };
        // What is repeated to the end of a sheet is a format, no content.
        for offset in 0..open.repeats.min(REPEATS_MAX) {
            self.copies += usize::from(offset > 0);
            if self.copies > self.copies_max {
                break;
            }
            sheet.cells.push(RawCell { row, column: column + offset, ..cell.copy() });
        }
    }

    fn end_row(&mut self) {
        let (row, repeats) = (self.row, self.row_repeats.max(1));
        self.row = row.saturating_add(repeats - 1);
        let Some(sheet) = &mut self.sheet else { return };
        if self.row_hidden {
            sheet.hidden.take_rows(row, self.row);
        }
        let cells: Vec<RawCell> = sheet.cells[self.row_start..].iter().map(RawCell::copy).collect();
        if cells.is_empty() {
            return;
        }
        for offset in 1..repeats {
            self.copies += cells.len();
            if self.copies > self.copies_max {
                break;
            }
            sheet.cells.extend(cells.iter().map(|it| RawCell { row: row.saturating_add(offset), ..it.copy() }));
        }
    }
}

impl Open {
    /// What it holds; nothing where it is empty.
    fn cell(&self) -> Option<RawCell> {
        let mut cell = RawCell { formula: self.formula.as_deref().map(plain_formula), ..RawCell::default() };
        let text = self.text.trim();
        match (self.kind.as_str(), &self.value) {
            ("float" | "percentage" | "currency", Some(value)) => {
                cell.value = value.parse::<f64>().ok().filter(|it| it.is_finite());
                // Ours is the value with the decimals that its text shows.
                let percent = if self.kind == "percentage" || text.ends_with('%') { "%" } else { "" };
                let code = cell.value.and_then(|it| decimals(it, text, percent)).map(|it| code(it, percent));
                cell.code = code.map(Into::into);
                let code = cell.code.as_deref().unwrap_or("General");
                cell.shown = cell.value.map_or(text.to_owned(), |it| printed::number(it, code));
            }
            ("date", Some(value)) => cell.shown = printed::iso(value),
            ("boolean", Some(value)) => cell.shown = value.to_uppercase(),
            _ => (cell.shown, cell.is_text) = (text.to_owned(), true),
        }
        (!cell.shown.is_empty() || cell.formula.is_some()).then_some(cell)
    }
}

/// The format of so many decimals.
fn code(decimals: usize, percent: &str) -> String {
    let point = if decimals > 0 { "." } else { "" };
    format!("0{point}{}{percent}", "0".repeat(decimals))
}

/// How many decimals of a value its text shows: as many as give its digits.
fn decimals(value: f64, text: &str, percent: &str) -> Option<usize> {
    let digits = |it: &str| it.chars().filter(char::is_ascii_digit).collect::<String>();
    let shown = digits(text);
    (0..=15).find(|&it| digits(&printed::number(value, &code(it, percent))) == shown)
}

/// A formula of `OpenDocument` (`of:=SUM([.B2:.B5];1)`) as others write it.
fn plain_formula(formula: &str) -> String {
    let formula = formula.split_once('=').map_or(formula, |it| it.1);
    let mut plain = String::new();
    let (mut inside, mut quoted) = (false, false);
    for sign in formula.chars() {
        match sign {
            '"' => quoted = !quoted,
            '[' if !quoted => inside = true,
            ']' if !quoted => inside = false,
            _ => {}
        }
        match sign {
            '[' | ']' if !quoted => {}
            ';' if !quoted => plain.push(','),
            // A point stands between sheet and cell, or before a cell of this sheet.
            '.' if inside && plain.ends_with(['(', ',', ':', '+', '-', '*', '/', '=', ' ']) => {}
            '.' if inside && plain.is_empty() => {}
            '.' if inside => plain.push('!'),
            '$' if inside => {}
            _ => plain.push(sign),
        }
    }
    plain
}

impl RawCell {
    fn copy(&self) -> Self {
        Self {
            shown: self.shown.clone(),
            formula: self.formula.clone(),
            code: self.code.clone(),
            stale: self.stale.clone(),
            ..*self
        }
    }
}

/// The attributes that hold a value, of which a cell has one.
fn value(it: &BytesStart<'_>) -> Result<Option<String>, Unread> {
    for name in ["office:value", "office:date-value", "office:boolean-value", "office:time-value"] {
        if let Some(value) = attribute(it, name)? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// Whether a row or a column is not shown.
fn is_hidden(it: &BytesStart<'_>) -> bool {
    let shown = attribute(it, "table:visibility").ok().flatten();
    shown.is_some_and(|it| it == "collapse" || it == "filter")
}

fn count(it: &BytesStart<'_>, name: &str) -> Result<u32, Unread> {
    Ok(attribute(it, name)?.and_then(|it| it.parse().ok()).unwrap_or(1).max(1))
}
