//! Rows one after the other: of the whole table, or of one group (a region's days).

use std::collections::{HashMap, HashSet};

use super::figures::{Class, Lane};
use super::words::Senses;
use crate::table::Table;

/// The rows of each group of a column of texts, linked in printed order, or all rows in the order of a rank.
#[derive(Debug)]
pub(super) struct Chain {
    /// The column of the table that names the group, or the rank.
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
    let figures: HashSet<usize> = lanes.iter().map(|it| it.column).collect();
    let is_text = |column: &usize| !figures.contains(column);
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

/// The order of each column of ranks, if each stands once and they do not follow the rows.
pub(super) fn ranked(lanes: &[Lane]) -> Vec<Chain> {
    let is_rank = |it: &&Lane| it.class == Class::Rank && it.senses.has(Senses::PLACE);
    lanes.iter().filter(is_rank).take(COLUMNS_MAX).filter_map(by_rank).collect()
}

fn by_rank(lane: &Lane) -> Option<Chain> {
    let ranks = (0_u32..).zip(&lane.cells).filter_map(|(row, it)| Some((it.value()?, row)));
    let mut order: Vec<(i64, u32)> = ranks.collect();
    let is_printed_so = order.is_sorted();
    order.sort_unstable();
    let once = order.windows(2).all(|it| it[0].0 < it[1].0);
    if is_printed_so || !once || order.len() <= LINKED_MIN {
        return None;
    }
    let (mut before, mut behind) = (vec![None; lane.cells.len()], vec![None; lane.cells.len()]);
    for it in order.windows(2) {
        before[it[1].1 as usize] = Some(it[0].1);
        behind[it[0].1 as usize] = Some(it[1].1);
    }
    Some(Chain { column: lane.column, before, behind })
}

impl Chain {
    /// The row before of the same group, or the one behind.
    pub(super) fn neighbour(&self, row: usize, back: bool) -> Option<usize> {
        let links = if back { &self.behind } else { &self.before };
        links.get(row).copied().flatten().map(|it| it as usize)
    }
}
