//! The tables of a text document (DOCX), each as a sheet, and its running text.
//!
//! ECMA-376 part 1, 17.4 (tables). A table in a table stays text of its cell.
//! Paragraphs outside of tables are one more sheet, each a row.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::cells::{RawCell, RawSheet, Unread};
use super::xml::{attribute, part, reference};
use crate::table::Area;

/// A cell spans so many columns at most.
const SPAN_MAX: u32 = 256;

/// Whether an archive is a text document.
pub(super) fn is_docx(parts: &[String]) -> bool {
    parts.iter().any(|it| it == "word/document.xml")
}

/// Reads all tables of a text document.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<RawSheet>, Unread> {
    let xml = part(bytes, "word/document.xml")?;
    let mut reader = Reader::from_str(&xml);
    reader.config_mut().expand_empty_elements = true;
    let mut body = Body::default();
    loop {
        match reader.read_event().map_err(Unread::damaged)? {
            Event::Start(it) => body.opens(&it)?,
            Event::End(it) => body.closes(it.name().as_ref()),
            Event::Text(it) => body.text(&it),
            Event::GeneralRef(it) => {
                body.text(&reference(&it)?);
            }
            Event::Eof => return Ok(body.done()),
            _ => {}
        }
    }
}

/// What is known while the text is read.
#[derive(Default)]
struct Body {
    sheets: Vec<RawSheet>,
    /// How many tables are open, one in the other.
    depth: usize,
    row: u32,
    column: u32,
    cell: Option<Open>,
    in_text: bool,
    /// Which merged cell of the table stood last in each column.
    merged: HashMap<u32, usize>,
    /// The paragraph that is open outside of tables, and those before it.
    paragraph: String,
    prose: Vec<RawCell>,
    paragraphs: u32,
}

#[derive(Default)]
struct Open {
    text: String,
    span: u32,
    /// Whether it goes on from the row above.
    continues: bool,
}

impl Body {
    fn opens(&mut self, it: &BytesStart<'_>) -> Result<(), Unread> {
        match it.name().as_ref() {
            "w:tbl" => {
                self.depth += 1;
                if self.depth == 1 {
                    let name = format!("Table {}", self.sheets.len() + 1);
                    self.sheets.push(RawSheet { name, ..RawSheet::default() });
                    self.row = 0;
                    self.merged.clear();
                }
            }
            "w:tr" if self.depth == 1 => (self.row, self.column) = (self.row + 1, 0),
            "w:gridBefore" if self.depth == 1 => self.column = number(it)?.min(SPAN_MAX),
            "w:tc" if self.depth == 1 => self.cell = Some(Open { span: 1, ..Open::default() }),
            "w:gridSpan" if self.depth == 1 => {
                let span = number(it)?.clamp(1, SPAN_MAX);
                self.cell.iter_mut().for_each(|it| it.span = span);
            }
            "w:vMerge" if self.depth == 1 => {
                let starts = attribute(it, "w:val")?.as_deref() == Some("restart");
                self.cell.iter_mut().for_each(|it| it.continues = !starts);
            }
            "w:t" => self.in_text = true,
            "w:p" | "w:br" | "w:tab" => {
                let apart = |it: &mut Open| it.text.extend((!it.text.is_empty()).then_some(' '));
                self.cell.iter_mut().for_each(apart);
                self.paragraph.extend((!self.paragraph.is_empty()).then_some(' '));
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        match self.cell.as_mut().filter(|_| self.in_text) {
            Some(cell) => cell.text.push_str(text),
            None if self.in_text && self.depth == 0 => self.paragraph.push_str(text),
            None => {}
        }
    }

    fn closes(&mut self, name: &str) {
        match name {
            "w:tbl" => self.depth = self.depth.saturating_sub(1),
            "w:t" => self.in_text = false,
            "w:p" if self.depth == 0 => self.end_paragraph(),
            "w:tc" if self.depth == 1 => self.end_cell(),
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        self.paragraphs = self.paragraphs.saturating_add(1);
        let shown = std::mem::take(&mut self.paragraph).trim().to_owned();
        if !shown.is_empty() {
            self.prose.push(RawCell { row: self.paragraphs, shown, is_text: true, ..RawCell::default() });
        }
    }

    fn done(mut self) -> Vec<RawSheet> {
        if !self.prose.is_empty() {
            let cells = std::mem::take(&mut self.prose);
            self.sheets.push(RawSheet { name: "Text".to_owned(), cells, is_prose: true, ..RawSheet::default() });
        }
        self.sheets
    }

    fn end_cell(&mut self) {
        let Some((open, sheet)) = self.cell.take().zip(self.sheets.last_mut()) else { return };
        let (row, column) = (self.row, self.column);
        self.column = column.saturating_add(open.span);
        if open.continues {
            let above = self.merged.get(&column).map(|it| &mut sheet.merged[*it]);
            if let Some(it) = above.filter(|it| it.to.0 + 1 == row) {
                it.to.0 = row;
            } else {
                self.merged.insert(column, sheet.merged.len());
                sheet.merged.push(Area { from: (row.saturating_sub(1), column), to: (row, column) });
            }
            return;
        }
        let shown = open.text.trim().to_owned();
        if !shown.is_empty() {
            sheet.cells.push(RawCell { row, column, shown, is_text: true, ..RawCell::default() });
        }
    }
}

fn number(it: &BytesStart<'_>) -> Result<u32, Unread> {
    Ok(attribute(it, "w:val")?.and_then(|it| it.parse().ok()).unwrap_or(1))
}
