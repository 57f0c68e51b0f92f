//! A copy of an XLSX workbook in which some cells hold something else.
//!
//! The XML of a changed cell is written anew where it stands, with the style
//! that it has; every other byte of its sheet stays, and every other part of the
//! archive is copied as it is packed. A formula stays where it gives the new
//! value, and gives way to the value where it does not. What depends on the cell
//! is worked out anew when a spreadsheet opens the copy.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::cells::{RawSheet, Unread};
use super::parts::{Book, Calculation};
use super::sheet::{self, Put};
use super::{formula, value, xml};
use crate::error::{Error, ErrorKind, Result};

/// A cell with what it is to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellText {
    /// The name of its sheet.
    pub sheet: String,
    /// Its row, from 1.
    pub row: u32,
    /// Its column, from 0.
    pub column: u32,
    /// What it is to show; nothing where it is to be empty.
    pub text: String,
}

/// A copy of a workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copy {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Cells whose formula gave way to a value: `Sheet!C8`.
    pub formulas_lost: Vec<String>,
}

/// Whether bytes are those of a workbook that can be copied with other cells.
pub fn can_copy(bytes: &[u8]) -> bool {
    bytes.starts_with(super::ZIP)
        && ZipArchive::new(Cursor::new(bytes)).is_ok_and(|it| it.index_for_name("xl/workbook.xml").is_some())
}

/// Makes a copy of an XLSX workbook in which some cells show something else.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] if it is no XLSX workbook or is damaged;
/// [`ErrorKind::Usage`] if a cell cannot show what it is to show: its sheet or
/// row is not there, its number format shows no such number, or other cells
/// share its formula.
pub fn copy(bytes: &[u8], cells: &[CellText]) -> Result<Copy> {
    let damaged = |it: Unread| match it {
        Unread::Damaged(why) => unreadable(&format!("could not be read as a workbook: {why}")),
        _ => unreadable("expected an XLSX workbook, found something else"),
    };
    let book = Book::read(bytes).map_err(damaged)?;
    let mut sheets = super::sheets(bytes.to_vec()).map_err(damaged)?;
    let puts = puts(&mut sheets, cells, book.is_1904)?;
    let mut changed: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut formulas_lost = Vec::new();
    for (name, puts) in puts {
        let path =
            book.paths.get(name.as_str()).ok_or_else(|| unreadable(&format!("sheet {name} is not in the archive")))?;
        let text = xml::part(bytes, path).map_err(damaged)?;
        let made = sheet::with(&text, &puts).map_err(|it| match it {
            sheet::Stop::Shared(cell) => no_place(&name, &cell, "shares its formula with other cells"),
            sheet::Stop::NoRow(cell) => no_place(&name, &cell, "is in a row that the sheet does not have"),
            sheet::Stop::Damaged(it) => damaged(it),
        })?;
        formulas_lost.extend(made.formulas_lost.iter().map(|it| format!("{name}!{it}")));
        changed.insert(path.clone(), made.text.into_bytes());
    }
    let calculation = if formulas_lost.is_empty() { Calculation::Anew } else { Calculation::WithoutChain };
    if sheets.iter().any(|it| it.cells.iter().any(|it| it.formula.is_some())) {
        changed.extend(book.calculated(bytes, calculation).map_err(damaged)?);
    }
    let dropped = (calculation == Calculation::WithoutChain).then_some(book.chain.as_deref()).flatten();
    let bytes = packed(bytes, &changed, dropped).map_err(|it| unreadable(&format!("could not be packed: {it}")))?;
    Ok(Copy { bytes, formulas_lost })
}

fn unreadable(message: &str) -> Error {
    Error::new(ErrorKind::Unreadable, message)
}

fn no_place(sheet: &str, cell: &str, why: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("cell {sheet}!{cell} cannot be changed: it {why}"))
        .hint("change it in a spreadsheet")
}

/// What is to be put into the cells of each sheet, by the sheet's name.
fn puts(sheets: &mut [RawSheet], cells: &[CellText], is_1904: bool) -> Result<HashMap<String, Vec<Put>>> {
    let mut puts: HashMap<String, Vec<Put>> = HashMap::new();
    for it in cells {
        let address = format!("{}{}", crate::table::column_letters(it.column), it.row);
        let Some(sheet) = sheets.iter_mut().find(|sheet| sheet.name == it.sheet) else {
            return Err(no_place(&it.sheet, &address, "is in a sheet that does not exist"));
        };
        let at = sheet.cells.binary_search_by_key(&(it.row, it.column), |it| (it.row, it.column));
        let cell = at.ok().map(|at| &mut sheet.cells[at]);
        let held = value::of(&it.text, cell.as_deref(), is_1904);
        let held = held.map_err(|shown| no_place(&it.sheet, &address, &format!("shows {} as {shown}", it.text)))?;
        if let Some(cell) = cell {
            cell.value = held.number();
            cell.shown.clone_from(&it.text);
            (cell.is_judged, cell.stale) = (false, None);
        }
        puts.entry(it.sheet.clone()).or_default().push(Put {
            row: it.row,
            column: it.column,
            held,
            keeps_formula: false,
        });
    }
    // By the values that the copy has, formulas of other cells too.
    formula::judge(sheets);
    for (name, puts) in &mut puts {
        let Some(sheet) = sheets.iter().find(|it| it.name == *name) else { continue };
        for put in puts.iter_mut() {
            let at = sheet.cells.binary_search_by_key(&(put.row, put.column), |it| (it.row, it.column));
            put.keeps_formula = at.is_ok_and(|it| sheet.cells[it].is_judged && sheet.cells[it].stale.is_none());
        }
        puts.sort_by_key(|it| (it.row, it.column));
    }
    Ok(puts)
}

/// The archive with some of its parts changed, and one left out.
fn packed(bytes: &[u8], changed: &BTreeMap<String, Vec<u8>>, dropped: Option<&str>) -> zip::result::ZipResult<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let mut writer = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at)?;
        let name = part.name()?.to_string();
        if dropped == Some(name.as_str()) {
            continue;
        }
        let Some(new) = changed.get(&name) else {
            writer.raw_copy_file(part)?;
            continue;
        };
        let mut options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        if let Some(it) = part.last_modified() {
            options = options.last_modified_time(it);
        }
        drop(part);
        writer.start_file(name, options)?;
        writer.write_all(new)?;
    }
    Ok(writer.finish()?.into_inner())
}
