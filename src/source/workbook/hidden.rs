//! The rows and columns that a sheet does not show.
//!
//! They are read like the others, since totals include them; but a reader of the
//! sheet cannot see them, so that they are told.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::cells::Hidden;
use super::parts::Book;
use super::xml::attribute;
use crate::source::{Fault, FaultKind, Grid};
use crate::table::{Sheet, SheetCell, column_letters};

/// What each sheet of an XLSX file does not show; nothing of a damaged one.
pub(super) fn of_sheets(bytes: &[u8]) -> HashMap<String, Hidden> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return HashMap::new() };
    let mut sheets = HashMap::new();
    for (name, path) in Book::read(bytes).map(|it| it.paths).unwrap_or_default() {
        // Most sheets hide nothing, and to look for the word costs far less than to take their XML apart.
        if archive.by_name(&path).is_ok_and(|it| mentions(it, b"hidden"))
            && let Ok(part) = archive.by_name(&path)
        {
            sheets.insert(name, of_sheet(BufReader::new(part)));
        }
    }
    sheets
}

/// Whether a word stands in a part.
fn mentions(part: impl Read, word: &[u8]) -> bool {
    mentions_any(part, &[word])
}

/// Whether one of some words stands in a part.
pub(super) fn mentions_any(mut part: impl Read, words: &[&[u8]]) -> bool {
    let longest = words.iter().map(|it| it.len()).max().unwrap_or(1);
    let (mut piece, mut kept) = (vec![0; 1 << 16], 0);
    while let Ok(read @ 1..) = part.read(&mut piece[kept..]) {
        let end = kept + read;
        if words.iter().any(|it| memchr::memmem::find(&piece[..end], it).is_some()) {
            return true;
        }
        // It may stand across two pieces.
        kept = (longest - 1).min(end);
        piece.copy_within(end - kept..end, 0);
    }
    false
}

fn value(it: &BytesStart<'_>, name: &str) -> Option<String> {
    attribute(it, name).ok().flatten()
}

fn number(it: &BytesStart<'_>, name: &str) -> Option<u32> {
    value(it, name)?.parse().ok()
}

fn of_sheet(part: impl std::io::BufRead) -> Hidden {
    let mut reader = Reader::from_reader(part);
    let (mut hidden, mut row, mut buffer) = (Hidden::default(), 0_u32, Vec::new());
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match event {
            Event::Start(it) | Event::Empty(it) => {
                let is_hidden = || value(&it, "hidden").is_some_and(|it| it == "1" || it == "true");
                match it.local_name().as_ref() {
                    "row" => {
                        row = number(&it, "r").unwrap_or_else(|| row.saturating_add(1));
                        if is_hidden() {
                            hidden.take_rows(row, row);
                        }
                    }
                    "col" if is_hidden() => {
                        if let Some((first, last)) = number(&it, "min").zip(number(&it, "max")) {
                            hidden.columns.push((first.saturating_sub(1), last.saturating_sub(1)));
                        }
                    }
                    _ => {}
                }
            }
            Event::End(it) if it.local_name().as_ref() == "sheetData" => break,
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    hidden
}

/// Tells which rows and columns of a table its sheet does not show.
pub(super) fn tell(sheet: &Sheet, grid: &mut Grid) {
    let is_in = |ranges: &[(u32, u32)], it: u32| {
        let at = ranges.partition_point(|range| range.1 < it);
        ranges.get(at).is_some_and(|range| range.0 <= it)
    };
    let rows: Vec<u32> = grid.rows.iter().map(|it| it.number).filter(|it| is_in(&sheet.hidden_rows, *it)).collect();
    let columns = grid.sheet.iter().flat_map(|it| &it.columns).copied();
    let columns: Vec<u32> = columns.filter(|it| is_in(&sheet.hidden_columns, *it)).collect();
    let cells = || grid.rows.iter().flat_map(|it| &it.cells).filter_map(|it| sheet.cell_at(it.span.start));
    let found = |is_one: &dyn Fn(&SheetCell) -> bool| cells().find(|it| is_one(it)).map(|it| it.span);
    let row = rows.first().and_then(|row| found(&|it| it.row == *row));
    let column = columns.first().and_then(|column| found(&|it| it.column == *column));
    for (what, names, span) in [
        ("row", rows.iter().map(u32::to_string).collect::<Vec<_>>(), row),
        ("column", columns.iter().map(|it| column_letters(*it)).collect(), column),
    ] {
        let Some(span) = span else { continue };
        let row = grid.rows.iter().position(|it| it.cells.iter().any(|it| it.span == span));
        let row = row.and_then(|it| u32::try_from(it).ok());
        grid.faults.push(Fault { kind: FaultKind::Hidden, row, span, message: message(what, &names) });
    }
}

/// What is said of hidden rows or columns.
fn message(what: &str, names: &[String]) -> String {
    const SHOWN: usize = 5;
    match names {
        [one] => format!("{what} {one} is hidden in the sheet; its cells are read as usual"),
        all => {
            let more = all.len().saturating_sub(SHOWN);
            let shown = all[..all.len().min(SHOWN)].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{what}s {shown}{more} are hidden in the sheet; their cells are read as usual")
        }
    }
}
