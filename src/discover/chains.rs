//! Rows one after the other: of the whole table, or of one group (a region's days).

use std::collections::HashMap;

use super::figures::Lane;
use crate::table::Table;

/// The rows of each group of a column of texts, linked in printed order.
#[derive(Debug)]
pub(super) struct Chain {
    /// The column of the table that names the group.
    pub(super) column: usize,
    before: Vec<Option<u32>>,
    behind: Vec<Option<u32>>,
}

/// Columns of texts that are looked at.
const COLUMNS_MAX: usize = 6;
/// Rows that must have one before them for a chain to tell anything.
const LINKED_MIN: usize = 5;

/// The chains of a table; each differs from the others, and from the whole table.
pub(super) fn chains(table: &Table, lanes: &[Lane]) -> Vec<Chain> {
    let is_text = |column: &usize| lanes.iter().all(|it| it.column != *column);
    let mut chains: Vec<Chain> = Vec::new();
    for column in (0..table.columns.len()).filter(is_text).take(COLUMNS_MAX) {
        let chain = chain(table, column);
        let linked = chain.before.iter().flatten().count();
        let whole = linked + 1 >= table.rows.len();
        if linked >= LINKED_MIN && !whole && chains.iter().all(|it| it.before != chain.before) {
            chains.push(chain);
        }
    }
    chains
}

fn chain(table: &Table, column: usize) -> Chain {
    let rows = table.rows.len();
    let (mut before, mut behind) = (vec![None; rows], vec![None; rows]);
    let mut last: HashMap<&str, u32, foldhash::fast::FixedState> = HashMap::default();
    for (number, link) in (0_u32..).zip(&mut before) {
        let text = table.text(number as usize, column).trim();
        if text.is_empty() {
            continue;
        }
        *link = last.insert(text, number);
        if let Some(above) = *link {
            behind[above as usize] = Some(number);
        }
    }
    Chain { column, before, behind }
}

impl Chain {
    /// The row before of the same group, or the one behind.
    pub(super) fn neighbour(&self, row: usize, back: bool) -> Option<usize> {
        let links = if back { &self.behind } else { &self.before };
        links.get(row).copied().flatten().map(|it| it as usize)
    }
}
