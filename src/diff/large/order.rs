//! Which rows stand in another order, over all that both files have.

use crate::diff::{RowChange, TableDiff};

/// A row of the new file that the old one does not have.
pub(super) const NONE: u32 = u32::MAX;

/// Which rows of the new file moved: as few as explain the order; nothing where
/// all stand in that of the old one.
///
/// Takes the old row of each new one. Method: patience sorting (Fredman 1975).
pub(super) fn moved(order: &[u32]) -> Option<Vec<bool>> {
    let met = |row: &usize| order[*row] != NONE;
    let mut last = None;
    let mut is_rising = |row: usize| last.replace(order[row]).is_none_or(|last| last < order[row]);
    if (0..order.len()).filter(met).all(&mut is_rising) {
        return None;
    }
    // The new rows that the best rising sequences of each length end with.
    let mut ends: Vec<u32> = Vec::new();
    let mut before = vec![NONE; order.len()];
    for row in (0..order.len()).filter(met) {
        let old = order[row];
        let place = match ends.last() {
            Some(last) if order[*last as usize] < old => ends.len(),
            _ => ends.partition_point(|it| order[*it as usize] < old),
        };
        if let Some(it) = place.checked_sub(1) {
            before[row] = ends[it];
        }
        let row = u32::try_from(row).unwrap_or(NONE);
        if place == ends.len() { ends.push(row) } else { ends[place] = row }
    }
    let mut moved: Vec<bool> = order.iter().map(|it| *it != NONE).collect();
    let mut at = ends.last().copied().unwrap_or(NONE);
    while at != NONE {
        moved[at as usize] = false;
        at = before[at as usize];
    }
    Some(moved)
}

/// Says of a table which rows moved, by the old row of each new one.
pub(super) fn tell(table: &mut TableDiff, order: &[u32]) {
    let met = order.iter().filter(|it| **it != NONE).count();
    let moved = moved(order);
    let is_moved = |row: usize| moved.as_ref().is_some_and(|it| it[row]);
    let mut listed = std::collections::HashSet::with_hasher(foldhash::fast::FixedState::default());
    table.rows.moved = 0;
    for change in &mut table.changes {
        let (Some(_), Some(new)) = (change.old_index, change.new_index) else { continue };
        change.moved = is_moved(new);
        listed.insert(new);
        let is_changed = |it: &RowChange| it.cells.iter().any(crate::diff::CellChange::tells);
        table.rows.moved += usize::from(change.moved && !is_changed(change));
    }
    for new in (0..order.len()).filter(|it| is_moved(*it) && !listed.contains(it)) {
        table.rows.moved += 1;
        let (old, new) = (order[new], u32::try_from(new).unwrap_or(NONE));
        match table.moves.last_mut() {
            Some(it) if it.0 + it.2 == old && it.1 + it.2 == new => it.2 += 1,
            _ => table.moves.push((old, new, 1)),
        }
    }
    table.rows.same = met.saturating_sub(table.rows.changed + table.rows.moved);
}
