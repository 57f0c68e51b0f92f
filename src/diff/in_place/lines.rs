//! What the rows that are left of large files print otherwise.

use std::collections::HashMap;

use super::records::Records;
use super::{Op, RowChange, TableDiff};
use crate::table::{Table, canonical};

/// A row of the new table whose record is not the one that a patch makes: its
/// index, the record as made, and as it is.
pub(in crate::diff) type Reprinted = (usize, String, String);

/// The rows of the new table whose records are not those that a patch of the
/// old one makes; nothing where that cannot be told record by record.
pub(in crate::diff) fn reprinted(
    (old, new): (&Table, &Table),
    pairs: &[(usize, usize)],
    change: &TableDiff,
) -> Option<Vec<Reprinted>> {
    if new.rows.is_empty() {
        return Some(Vec::new());
    }
    let (made, real) = (Records::of(old), Records::of(new)?);
    let by_new: HashMap<usize, &RowChange> = change.changes.iter().filter_map(|it| Some((it.new_index?, it))).collect();
    let olds: HashMap<usize, usize> = pairs.iter().map(|it| (it.1, it.0)).collect();
    let mut found = Vec::new();
    for row in 0..new.rows.len() {
        let records = made.as_ref()?;
        let cells = |it: &RowChange, of_both: bool| -> Option<Vec<(usize, String)>> {
            let cells = it.cells.iter().filter(|it| it.column != canonical::UNDER && (!of_both || it.is_of_both()));
            cells.map(|it| Some((records.column(&it.column)?, it.new_trimmed()?.to_owned()))).collect()
        };
        let piece = match (by_new.get(&row), olds.get(&row)) {
            (Some(it), _) if it.op == Op::Added => records.composed(&lent(&cells(it, false)?)),
            (Some(it), Some(old)) => records.edited(*old, &lent(&cells(it, true)?))?,
            (None, Some(old)) => records.piece(*old),
            (_, None) => return None,
        };
        let text = real.piece(row).text;
        if piece.text != text {
            found.push((row, piece.text, text));
        }
    }
    Some(found)
}

fn lent(cells: &[(usize, String)]) -> Vec<(usize, &str)> {
    cells.iter().map(|it| (it.0, it.1.as_str())).collect()
}
