//! The number formats of the cells of an XLS file, whose reader gives values only.
//!
//! [MS-XLS] 2.4: a cell names a record `XF`, which names a format: one of those
//! that every program knows, or a record `Format`. Files older than Excel 97 keep
//! their texts in another way; theirs are not told.

use std::collections::HashMap;
use std::sync::Arc;

use super::compound::{records, stream, u16_at, u32_at};

const BOUND_SHEET: u16 = 0x0085;
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const FORMAT: u16 = 0x041E;
const XF: u16 = 0x00E0;
const LOCKED: u16 = 0x002F;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const FORMULA: u16 = 0x0006;
const MANY_RK: u16 = 0x00BD;
/// The version of Excel 97 and later.
const BIFF8: u16 = 0x0600;

/// A cell with a number: its row and column from 0, and its `XF`.
type Numbered = (u16, u16, u16);

/// Which format each cell with a number has.
#[derive(Debug, Default)]
pub(super) struct Formats {
    /// The code of each `XF`.
    codes: Vec<Option<Arc<str>>>,
    /// The cells of each sheet, in order.
    sheets: HashMap<String, Vec<Numbered>>,
}

impl Formats {
    /// Those of a file; none where it does not tell them.
    pub(super) fn of(bytes: &[u8]) -> Self {
        stream(bytes).and_then(|it| Self::in_stream(&it)).unwrap_or_default()
    }

    fn in_stream(stream: &[u8]) -> Option<Self> {
        let mut names: HashMap<u16, Arc<str>> = HashMap::new();
        let (mut used, mut sheets) = (Vec::new(), Vec::new());
        for (kind, data) in records(stream, 0) {
            match kind {
                BEGIN if u16_at(data, 0) != Some(BIFF8) => return None,
                LOCKED => return None,
                END => break,
                FORMAT => {
                    let count = usize::from(u16_at(data, 2)?);
                    names.insert(u16_at(data, 0)?, text(data, 4, count)?.into());
                }
                XF => used.push(u16_at(data, 2)?),
                BOUND_SHEET => sheets.push((text(data, 7, usize::from(*data.get(6)?))?, u32_at(data, 0)?)),
                _ => {}
            }
        }
        let code = |it: u16| names.get(&it).cloned().or_else(|| known(it).map(Arc::from));
        let codes = used.into_iter().map(code).collect();
        let sheets = sheets.into_iter().map(|(name, start)| (name, numbered(stream, start as usize))).collect();
        Some(Self { codes, sheets })
    }

    /// The format of a cell, by its row and column from 0.
    pub(super) fn code(&self, sheet: &str, row: u32, column: u32) -> Option<Arc<str>> {
        let place = (u16::try_from(row).ok()?, u16::try_from(column).ok()?);
        let cells = self.sheets.get(sheet)?;
        let at = cells.binary_search_by_key(&place, |it| (it.0, it.1)).ok()?;
        self.codes.get(usize::from(cells[at].2))?.clone()
    }
}

/// A text of so many characters behind its byte of flags.
fn text(data: &[u8], flags: usize, count: usize) -> Option<String> {
    let is_wide = data.get(flags)? & 1 == 1;
    let bytes = data.get(flags + 1..)?;
    let units: Vec<u16> = if is_wide {
        bytes.chunks_exact(2).take(count).map(|it| u16::from_le_bytes([it[0], it[1]])).collect()
    } else {
        bytes.iter().take(count).map(|it| u16::from(*it)).collect()
    };
    (units.len() == count).then(|| String::from_utf16_lossy(&units))
}

/// The cells with numbers of the sheet that starts at a byte; what is laid into it,
/// a chart say, is none of it.
fn numbered(stream: &[u8], start: usize) -> Vec<Numbered> {
    let (mut cells, mut depth) = (Vec::new(), 0);
    for (kind, data) in records(stream, start) {
        match kind {
            BEGIN => depth += 1,
            END if depth <= 1 => break,
            END => depth -= 1,
            _ if depth != 1 => {}
            NUMBER | RK | FORMULA => {
                let of = |at: usize| u16_at(data, at);
                cells.extend(of(0).zip(of(2)).zip(of(4)).map(|((row, column), xf)| (row, column, xf)));
            }
            MANY_RK => {
                let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let ends = data.len().saturating_sub(2).max(4);
                let each = data[4.min(data.len())..ends.min(data.len())].chunks_exact(6);
                let columns = (first..=u16::MAX).zip(each);
                cells.extend(columns.map(|(column, it)| (row, column, u16::from_le_bytes([it[0], it[1]]))));
            }
            _ => {}
        }
    }
    cells.sort_unstable();
    cells.dedup_by_key(|it| (it.0, it.1));
    cells
}

/// The formats that no file writes out (ECMA-376 part 1, 18.8.30).
fn known(number: u16) -> Option<&'static str> {
    Some(match number {
        1 => "0",
        2 => "0.00",
        3 | 41 | 42 => "#,##0",
        4 | 43 | 44 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        37 | 38 => "#,##0;(#,##0)",
        39 | 40 => "#,##0.00;(#,##0.00)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn words(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|it| it.to_le_bytes()).collect()
    }

    /// A book with one sheet, whose cells have the third and the second format.
    fn book() -> Vec<u8> {
        let begin = record(BEGIN, &words(&[BIFF8, 5]));
        let format = record(FORMAT, &[&words(&[164, 4])[..], &[0], b"0.0%"].concat());
        let formats =
            [record(XF, &words(&[0, 0])), record(XF, &words(&[0, 3])), record(XF, &words(&[0, 164]))].concat();
        let sheet = |start: u32| {
            record(BOUND_SHEET, &[&start.to_le_bytes()[..], &[0, 0, 2, 1], &words(&[u16::from(b'S'), 0xe9])].concat())
        };
        let length = [&begin[..], &format, &formats, &sheet(0), &record(END, &[])].concat().len();
        let globals =
            [&begin[..], &format, &formats, &sheet(u32::try_from(length).unwrap()), &record(END, &[])].concat();
        let number = record(NUMBER, &[&words(&[1, 2, 2])[..], &[0; 8]].concat());
        let many = record(MANY_RK, &words(&[3, 1, 1, 0, 0, 2, 0, 0, 2]));
        let chart = [&begin[..], &record(NUMBER, &words(&[1, 2, 1, 0, 0, 0, 0])), &record(END, &[])].concat();
        [globals, begin.clone(), chart, number, many, record(END, &[])].concat()
    }

    #[test]
    fn a_cell_names_its_format() {
        let formats = Formats::in_stream(&book()).unwrap();
        let code = |row, column| formats.code("Sé", row, column);
        assert_eq!(code(1, 2).as_deref(), Some("0.0%"));
        assert_eq!((code(3, 1).as_deref(), code(3, 2).as_deref()), (Some("#,##0"), Some("0.0%")));
        assert_eq!((code(1, 1), code(70_000, 1), formats.code("T", 1, 2)), (None, None, None));
    }

    #[test]
    fn a_cut_book_is_no_panic() {
        let book = book();
        for end in 0..book.len() {
            let _ = Formats::in_stream(&book[..end]);
            let mut damaged = book.clone();
            damaged[end] ^= 0x81;
            let _ = Formats::in_stream(&damaged);
        }
    }
}
