//! The sheets of a workbook whose text a [`Document`](super::Document) holds.

use std::ops::Range;

use super::{Document, Span};

/// A sheet: its lines in the document are its rows, its cells stand in them.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The row number, from 1, of each of its lines.
    pub rows: Vec<u32>,
    /// Its cells that hold something, by row and column.
    pub cells: Vec<SheetCell>,
    /// Areas whose cells are shown as one: the first stands for all.
    pub merged: Vec<Area>,
    /// Rows, from 1, that the sheet does not show: first and last, in order.
    pub hidden_rows: Vec<(u32, u32)>,
    /// Columns, from 0, that it does not show: first and last.
    pub hidden_columns: Vec<(u32, u32)>,
    /// Whether it is the running text of a text document, a paragraph a row.
    pub is_prose: bool,
    /// Which of the document's lines, from 0, is its first.
    pub(crate) first_line: usize,
    /// Whether it is some rows of a sheet that is one plain table: the first two, and others.
    pub(crate) is_part: bool,
}

/// A cell of a sheet that holds something.
#[derive(Clone, Debug, Default)]
pub struct SheetCell {
    /// Where it stands in the document.
    pub span: Span,
    /// Its row, from 1.
    pub row: u32,
    /// Its column, from 0.
    pub column: u32,
    /// Its text where that differs from the document (line breaks).
    pub unescaped: Option<Box<str>>,
    /// Whether it holds text, not a number or a day.
    pub is_text: bool,
    /// The formula that gives its value, without the equals sign.
    pub formula: Option<Box<str>>,
    /// Whether its formula could be worked out here.
    pub is_judged: bool,
    /// What the formula gives where the workbook holds another value.
    pub stale: Option<Box<str>>,
}

/// An area of a sheet, both ends in it: rows from 1, columns from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its first cell, row and column.
    pub from: (u32, u32),
    /// Its last cell, row and column.
    pub to: (u32, u32),
}

impl Area {
    /// Reads `A3:D10`, or one cell.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(':').unwrap_or((text, text));
        let (from, to) = (address(from)?, address(to)?);
        Some(Self { from: (from.0.min(to.0), from.1.min(to.1)), to: (from.0.max(to.0), from.1.max(to.1)) })
    }
}

/// The row, from 1, and the column, from 0, of `C8` or `$C$8`.
pub(crate) fn address(text: &str) -> Option<(u32, u32)> {
    let text = text.strip_prefix('$').unwrap_or(text);
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let row = text[letters..].strip_prefix('$').unwrap_or(&text[letters..]);
    if !(1..=3).contains(&letters) || !(1..=7).contains(&row.len()) || !row.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let column = text[..letters].bytes().fold(0, |sum, it| sum * 26 + u32::from(it.to_ascii_uppercase() - b'A') + 1);
    Some((row.parse().ok()?, column - 1))
}

/// Spreadsheet letters of a column counted from 0: `A`, `Z`, `AA`.
pub fn column_letters(position: u32) -> String {
    let mut rest = position + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).expect("below 26")));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

impl Sheet {
    /// Which of its cells stand in a row.
    pub fn row(&self, number: u32) -> Range<usize> {
        let start = self.cells.partition_point(|it| it.row < number);
        start..self.cells.partition_point(|it| it.row <= number)
    }

    /// The cell that starts at a byte offset of the document.
    pub fn cell_at(&self, offset: u32) -> Option<&SheetCell> {
        let at = self.cells.partition_point(|it| it.span.start < offset);
        self.cells.get(at).filter(|it| it.span.start == offset)
    }
}

impl SheetCell {
    /// Its text.
    pub fn text<'a>(&'a self, document: &'a Document) -> &'a str {
        self.unescaped.as_deref().unwrap_or_else(|| document.slice(self.span))
    }
}
