//! A workbook: the findings, and a copy of each table with notes on the cells
//! that they point at.
//!
//! All texts are written as text, whatever they begin with, so none becomes a
//! formula. Figures with more digits than a spreadsheet keeps are texts too.
//! The same outcome gives the same bytes.

use std::collections::{BTreeSet, HashSet};
use std::io::{self, Write};

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, Url, Workbook, Worksheet, XlsxError,
};

use super::marks::Marks;
use super::{Look, listed, summary};
use crate::check::Outcome;
use crate::finding::{Finding, Place, Severity};
use crate::table::{CellState, ColumnData, ColumnType, Table, column_letters};

/// A sheet has so many rows, with the heading.
const ROWS_MAX: usize = 1_048_576;
/// A sheet has so many columns.
const COLUMNS_MAX: usize = 16_384;
/// A cell holds so many characters.
const CELL_MAX: usize = 32_767;
/// A sheet's name has so many characters.
const NAME_MAX: usize = 31;
/// A note is as long, and names so many findings.
const NOTE_MAX: usize = 2_000;
const NOTED_MAX: usize = 5;
/// So many rows tell how wide a column is.
const WIDTH_ROWS: usize = 200;
/// A spreadsheet keeps so many digits of a number.
const DIGITS_MAX: usize = 15;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let bytes = workbook(outcome).map_err(io::Error::other)?;
    out.write_all(&bytes)
}

fn workbook(outcome: &Outcome) -> Result<Vec<u8>, XlsxError> {
    let findings: Vec<&Finding> = listed(outcome, Look::default()).collect();
    let marks = Marks::of((1..).zip(findings.iter().copied()));
    let mut book = Workbook::new();
    // A day that says nothing, so that the same outcome gives the same bytes.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_author("crossfoot").set_creation_datetime(&day));
    let mut sheets = Vec::new();
    let mut names = HashSet::from(["findings".to_owned()]);
    // Where each finding is marked first: a link leads there.
    let mut first: Vec<Option<String>> = vec![None; findings.len()];
    for table in outcome.editions.iter().flat_map(|it| &it.edition.tables) {
        let name = sheet_name(&table.name, &mut names);
        let mut sheet = Worksheet::new();
        sheet.set_name(&name)?;
        Copy { table, marks: &marks, findings: &findings }.write(&mut sheet, |number, row, column| {
            let quoted = name.replace('\'', "''");
            first[number - 1]
                .get_or_insert_with(|| format!("internal:'{quoted}'!{}{}", column_letters(column), row + 1));
        })?;
        sheets.push(sheet);
    }
    book.push_worksheet(overview(outcome, &findings, &first)?);
    for sheet in sheets {
        book.push_worksheet(sheet);
    }
    book.save_to_buffer()
}

fn heading() -> Format {
    Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_text_wrap()
}

/// The sheet of findings: what, where, and what to do.
fn overview(outcome: &Outcome, findings: &[&Finding], first: &[Option<String>]) -> Result<Worksheet, XlsxError> {
    const HEADINGS: [(&str, f64); 8] = [
        ("no.", 5.0),
        ("severity", 9.0),
        ("rule", 18.0),
        ("where", 34.0),
        ("finding", 70.0),
        ("hint", 50.0),
        ("cell", 10.0),
        ("id", 10.0),
    ];
    let mut sheet = Worksheet::new();
    sheet.set_name("Findings")?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.write_string_with_format(0, 0, summary(outcome), &Format::new().set_bold())?;
    for (column, (text, width)) in (0..).zip(HEADINGS) {
        sheet.write_string_with_format(2, column, text, &heading())?;
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(3, 0)?.set_landscape().set_print_fit_to_pages(1, 0);
    for (number, it) in (1..).zip(findings) {
        let row = number + 2;
        if row as usize >= ROWS_MAX {
            break;
        }
        let place = it.places.first().map_or(String::new(), Place::at);
        let hint = it.hint.clone().unwrap_or_default();
        sheet.write_number_with_format(row, 0, number, &wrapped)?;
        let texts = [it.severity.word(), &it.rule, &place, &it.message, &hint];
        for (column, text) in (1..).zip(texts) {
            sheet.write_string_with_format(row, column, cut(text, CELL_MAX), &wrapped)?;
        }
        if let Some(link) = first.get(number as usize - 1).and_then(Option::as_ref) {
            let cell = link.rsplit('!').next().unwrap_or("");
            sheet.write_url_with_text(row, 6, Url::new(link.as_str()), cell)?;
        }
        sheet.write_string_with_format(row, 7, &it.id, &wrapped)?;
    }
    Ok(sheet)
}

/// The copy of one table.
struct Copy<'a> {
    table: &'a Table,
    marks: &'a Marks<'a>,
    findings: &'a [&'a Finding],
}

impl Copy<'_> {
    fn write(&self, sheet: &mut Worksheet, mut marked: impl FnMut(usize, u32, u32)) -> Result<(), XlsxError> {
        let table = self.table;
        let columns = table.columns.len().min(COLUMNS_MAX);
        for (at, column) in (0_u16..).zip(&table.columns[..columns]) {
            sheet.write_string_with_format(0, at, cut(&column.heading, CELL_MAX), &heading())?;
            let texts = (0..table.rows.len().min(WIDTH_ROWS)).map(|row| table.text(row, usize::from(at)));
            let widest = texts.map(|it| it.chars().count()).max().unwrap_or(0);
            let width = u16::try_from(widest.clamp(10, 60)).unwrap_or(10);
            sheet.set_column_width(at, f64::from(width) + 2.0)?;
        }
        sheet.set_freeze_panes(1, 0)?.set_print_fit_to_pages(1, 0);
        let rows = table.rows.len().min(ROWS_MAX - 2);
        for row in 0..rows {
            let at = u32::try_from(row + 1).unwrap_or(u32::MAX);
            for column in 0..columns {
                let found = self.marks.at(table, row, column);
                let position = u16::try_from(column).unwrap_or(u16::MAX);
                self.cell(sheet, (at, position), (row, column), &self.look(&found))?;
                if let Some(note) = self.note(&found) {
                    sheet.insert_note(at, position, &note)?;
                }
                for it in found {
                    marked(it, at, u32::from(position));
                }
            }
        }
        if rows < table.rows.len() {
            let text = format!("{} more rows are not in this copy", table.rows.len() - rows);
            sheet.write_string(u32::try_from(rows + 1).unwrap_or(u32::MAX), 0, text)?;
        }
        Ok(())
    }

    /// How a cell looks that findings point at.
    fn look(&self, found: &BTreeSet<usize>) -> Format {
        let worst = found.iter().map(|it| self.findings[it - 1].severity).max();
        match worst {
            None => Format::new(),
            Some(it) => {
                let color = match it {
                    Severity::Error => 0x00F8_C9C4,
                    Severity::Warning => 0x00FB_E3B0,
                    Severity::Note => 0x00D5_E4F7,
                };
                Format::new().set_background_color(Color::RGB(color)).set_border(FormatBorder::Thin)
            }
        }
    }

    fn cell(
        &self,
        sheet: &mut Worksheet,
        (at, position): (u32, u16),
        (row, column): (usize, usize),
        look: &Format,
    ) -> Result<(), XlsxError> {
        let it = &self.table.columns[column];
        let text = cut(self.table.text(row, column).trim(), CELL_MAX);
        if it.states[row] == CellState::Value
            && let ColumnData::Numbers(numbers) = &it.data
        {
            let decimal = numbers.decimal(row);
            let shown = decimal.to_string();
            let digits = shown.bytes().filter(u8::is_ascii_digit).count();
            if let Ok(value) = shown.parse::<f64>()
                && digits <= DIGITS_MAX
            {
                let decimals = usize::try_from(-decimal.exponent).unwrap_or(0);
                let point = if decimals > 0 { "." } else { "" };
                let percent = if it.kind == ColumnType::Percent { "\"%\"" } else { "" };
                let code = format!("#,##0{point}{}{percent}", "0".repeat(decimals));
                return sheet
                    .write_number_with_format(at, position, value, &look.clone().set_num_format(code))
                    .map(drop);
            }
        }
        let under = self.table.rows[row].under.is_some() && it.kind == ColumnType::Label;
        let look = if under { look.clone().set_indent(1) } else { look.clone() };
        sheet.write_string_with_format(at, position, text, &look).map(drop)
    }

    fn note(&self, found: &BTreeSet<usize>) -> Option<Note> {
        if found.is_empty() {
            return None;
        }
        let told = |it: &usize| {
            let finding = self.findings[it - 1];
            format!("{it}. {}[{}]: {}", finding.severity.word(), finding.rule, finding.message)
        };
        let mut lines: Vec<String> = found.iter().take(NOTED_MAX).map(told).collect();
        if found.len() > NOTED_MAX {
            lines.push(format!("... and {} more", found.len() - NOTED_MAX));
        }
        let text = cut(&lines.join("\n"), NOTE_MAX).to_owned();
        Some(Note::new(text).set_author("crossfoot").add_author_prefix(false).set_width(320).set_height(110))
    }
}

fn cut(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |it| &text[..it.0])
}

/// A name that a sheet may have, each once.
fn sheet_name(table: &str, names: &mut HashSet<String>) -> String {
    let plain: String =
        table.chars().map(|it| if "[]:*?/\\".contains(it) || it.is_control() { ' ' } else { it }).collect();
    let plain = plain.trim_matches(|it: char| it == '\'' || it.is_whitespace());
    let plain = if plain.is_empty() || plain.eq_ignore_ascii_case("history") { "table" } else { plain };
    // The limit counts as UTF-16 does.
    let short = |room: usize| {
        let mut taken = 0;
        let fits = |it: &char| {
            taken += it.len_utf16();
            taken <= room
        };
        plain.chars().take_while(fits).collect::<String>()
    };
    let mut name = short(NAME_MAX);
    let mut number = 2;
    while !names.insert(name.to_lowercase()) {
        let end = format!(" {number}");
        name = format!("{}{end}", short(NAME_MAX - end.len()));
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_spreadsheets_take() {
        let mut names = HashSet::from(["findings".to_owned()]);
        let long = "a very long name of a table that goes on";
        let given: Vec<String> =
            ["Findings", "a/b: [c]?", "a b  c", long, long, "''", "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀"]
                .map(|it| sheet_name(it, &mut names))
                .into();
        assert_eq!(given[..4], ["Findings 2", "a b   c", "a b  c", "a very long name of a table tha"]);
        assert_eq!((given[4].as_str(), given[5].as_str()), ("a very long name of a table t 2", "table"));
        assert!(given.iter().all(|it| it.encode_utf16().count() <= 31));
    }
}
