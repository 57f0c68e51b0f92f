//! Readings of glued rows that are settled.

use super::check_patterns;
use super::fault::Places;
use super::written::PinTable;
use crate::error::Result;
use crate::rules::At;
use crate::table::{Pin, TableSchema};

/// Reads the pins of a rule file, in the order written.
pub(super) fn read(places: &Places, written: &[At<PinTable>], tables: &[TableSchema]) -> Result<Vec<Pin>> {
    let mut pins: Vec<Pin> = Vec::with_capacity(written.len());
    for it in written {
        let pin = read_one(places, it, tables)?;
        // Of two readings of the same digits, only one can hold.
        let rival = pins.iter().find(|other| {
            let whole = |it: &Pin| Pin { cells: vec![it.cells.concat()], ..it.clone() };
            whole(other) == whole(&pin) && other.cells != pin.cells
        });
        if let Some(rival) = rival {
            let message =
                format!("row {:?} is pinned both as {} and as {}", pin.row, rival.cells.join("|"), pin.cells.join("|"));
            return Err(places.fault(it.span(), message));
        }
        pins.push(pin);
    }
    Ok(pins)
}

fn read_one(places: &Places, written: &At<PinTable>, tables: &[TableSchema]) -> Result<Pin> {
    let it = written.get();
    if let Some(pattern) = &it.file {
        check_patterns(places, std::slice::from_ref(pattern))?;
    }
    if let Some(table) = &it.table {
        let names = || tables.iter().flat_map(|it| it.title.iter().chain(&it.aliases).chain([&it.name]));
        if names().all(|it| it != table.get()) {
            return Err(places.unknown(table.span(), "table", table.get(), names().map(String::as_str)));
        }
    }
    if it.row.trim().is_empty() {
        return Err(places.fault(it.row.span(), "a pin names no row"));
    }
    if it.cells.is_empty() || it.cells.iter().any(|it| it.trim().is_empty()) {
        let message = format!("the pin of row {:?} has an empty cell or no cells", it.row.get());
        return Err(places.fault(written.span(), message).hint("write cells as printed: [\"18\", \"10\"]"));
    }
    Ok(Pin {
        file: it.file.as_ref().map(|it| it.get().clone()),
        table: it.table.as_ref().map(|it| it.get().clone()),
        row: it.row.get().clone(),
        under: it.under.clone(),
        cells: it.cells.iter().map(|it| it.trim().to_owned()).collect(),
    })
}
