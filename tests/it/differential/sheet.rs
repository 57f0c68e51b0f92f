//! The same tables as a sheet of a workbook.

use crossfoot::source::workbook::as_lines;
use crossfoot::source::{OnSheet, Parts};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::cells::{Cell, Form, Line, Tables};
use crate::large::Bytes;

/// How a sheet is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Book {
    /// The first column, from 0.
    left: u16,
    /// Whether figures have a format with two decimals.
    formatted: bool,
    /// Whether something makes it no plain table: a formula behind its last row.
    has_formula: bool,
}

pub(super) fn books() -> impl Strategy<Value = Book> {
    (prop_oneof![9 => Just(0_u16), 1 => Just(2)], any::<bool>(), proptest::bool::weighted(0.05))
        .prop_map(|(left, formatted, has_formula)| Book { left, formatted, has_formula })
}

const NAMES: [&str; 9] = ["id", "part", "n", "m", "day", "late", "area", "code", "note"];

impl Book {
    /// The first table; what is no row is left out.
    pub(super) fn written(self, form: &Form, tables: &Tables) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let figures = Format::new().set_num_format(if self.formatted { "0.00" } else { "General" });
        let days = Format::new().set_num_format("yyyy-mm-dd");
        for (column, name) in (self.left..).zip(NAMES) {
            sheet.write_string(0, column, name).unwrap();
        }
        let mut row = 0;
        for line in tables.lines() {
            let cells = match &line {
                Line::Row(cells) | Line::Ragged(cells, true) => &cells[..],
                Line::Ragged(cells, false) => &cells[..8],
                Line::Other(_) => continue,
            };
            row += 1;
            for (at, (column, cell)) in (self.left..).zip(cells).enumerate() {
                let text = cell.text(form);
                match cell {
                    _ if text.trim().is_empty() => None,
                    Cell::Number(hundredths, _) => {
                        let number = f64::from(i32::try_from(*hundredths).unwrap()) / 100.0;
                        let whole = at < 2;
                        Some(if whole {
                            sheet.write_number(row, column, number.trunc())
                        } else {
                            sheet.write_number_with_format(row, column, number, &figures)
                        })
                    }
                    Cell::Grouped(it) => Some(sheet.write_number(row, column, i32::try_from(*it).unwrap())),
                    _ => match ExcelDateTime::parse_from_str(&text) {
                        Ok(day) if text.len() == 10 => Some(sheet.write_datetime_with_format(row, column, &day, &days)),
                        // A text that is a number in another style makes it no plain table.
                        _ if text.contains(|it: char| it.is_ascii_digit()) && at < 7 => None,
                        _ => Some(sheet.write_string(row, column, &text)),
                    },
                }
                .transpose()
                .unwrap();
            }
        }
        if self.has_formula {
            sheet.write_formula(row, self.left + 2, "=1+1").unwrap();
        }
        book.save_to_buffer().unwrap()
    }
}

/// A file that is read in parts: a workbook as the lines of its sheet, if it is one plain table.
pub(super) struct Lines(Bytes, Option<OnSheet>);

impl Lines {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let mut text = String::new();
        let sheet = as_lines(bytes.clone(), &mut |it| {
            text.push_str(it);
            Ok(())
        })
        .unwrap();
        let bytes = if sheet.is_some() { text.into_bytes() } else { bytes };
        Self(Bytes(bytes), sheet)
    }
}

impl Parts for Lines {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        self.0.read_at(offset, into)
    }

    fn is_json(&self) -> bool {
        self.0.is_json()
    }

    fn sheet(&self) -> Option<&OnSheet> {
        self.1.as_ref()
    }
}
