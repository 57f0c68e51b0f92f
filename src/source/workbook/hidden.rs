//! The rows and columns that a sheet does not show.
//!
//! They are read like the others, since totals include them; but a reader of the
//! sheet cannot see them, so that they are told.

use std::collections::HashMap;
use std::io::{BufReader, Cursor};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::cells::Hidden;
use super::xml::{attribute, part};
use crate::source::{Fault, FaultKind, Grid};
use crate::table::{Sheet, SheetCell, column_letters};

/// What each sheet of an XLSX file does not show; nothing of a damaged one.
pub(super) fn of_sheets(bytes: &[u8]) -> HashMap<String, Hidden> {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return HashMap::new() };
    let mut sheets = HashMap::new();
    for (name, path) in paths(bytes) {
        if let Ok(part) = archive.by_name(&path) {
            sheets.insert(name, of_sheet(BufReader::new(part)));
        }
    }
    sheets
}

/// Which part holds each sheet, by its name.
fn paths(bytes: &[u8]) -> Vec<(String, String)> {
    let mut targets = HashMap::new();
    each(&part(bytes, "xl/_rels/workbook.xml.rels").unwrap_or_default(), |it| {
        if let (Some(id), Some(target)) = (value(it, "Id"), value(it, "Target")) {
            targets.insert(id, target);
        }
    });
    let mut paths = Vec::new();
    each(&part(bytes, "xl/workbook.xml").unwrap_or_default(), |it| {
        if it.local_name().as_ref() != "sheet" {
            return;
        }
        let id = it.attributes().flatten().find(|it| it.key.local_name().as_ref() == "id");
        let target = id.and_then(|it| targets.get(&*it.value));
        if let Some((name, target)) = value(it, "name").zip(target) {
            let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            paths.push((name, path));
        }
    });
    paths
}

/// Shows each element of a small part.
fn each(xml: &str, mut see: impl FnMut(&BytesStart<'_>)) {
    let mut reader = Reader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(it) | Event::Empty(it) => see(&it),
            Event::Eof => return,
            _ => {}
        }
    }
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
        [one] => format!("{what} {one} is hidden in the sheet; its cells are read like the others"),
        all => {
            let more = all.len().saturating_sub(SHOWN);
            let shown = all[..all.len().min(SHOWN)].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{what}s {shown}{more} are hidden in the sheet; their cells are read like the others")
        }
    }
}
