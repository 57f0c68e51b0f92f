//! What earlier editions printed, as the reader of pages asks for it.

use std::collections::HashMap;

use super::past::Accepted;
use crate::source::page::RowHistory;
use crate::table::{Period, Table};

/// Editions further back say little of the next one.
const EDITIONS_MAX: usize = 104;

/// A row by its table, label, the label above it, and how many rows of the name stand before it.
type RowKey = (String, String, Option<String>, usize);

/// The figures of each row of the accepted editions of a dataset, the newest
/// first; those before a period, where one is known.
pub(super) fn rows(accepted: &[Accepted], dataset: &str, before: Option<Period>) -> Vec<RowHistory> {
    let is_earlier = |it: &&Accepted| match (before, it.edition.period) {
        (Some(before), Some(period)) => period.start < before.start,
        _ => true,
    };
    let mut editions: Vec<&Accepted> = accepted.iter().filter(|it| it.dataset == dataset).filter(is_earlier).collect();
    editions.sort_by_key(|it| std::cmp::Reverse(it.edition.period));
    let mut all: Vec<RowHistory> = Vec::new();
    let mut known: HashMap<RowKey, usize> = HashMap::new();
    for table in editions.iter().take(EDITIONS_MAX).flat_map(|it| &it.edition.tables) {
        let mut turns: HashMap<(String, Option<String>), usize> = HashMap::new();
        for (label, under, figures) in figures(table) {
            let turn = turns.entry((label.clone(), under.clone())).or_default();
            let key = (table.name.clone(), label.clone(), under.clone(), *turn);
            *turn += 1;
            let at = *known.entry(key).or_insert_with(|| {
                let table = Some(table.name.clone());
                all.push(RowHistory { table, label, under, previous: Vec::new() });
                all.len() - 1
            });
            all[at].previous.push(figures);
        }
    }
    all
}

/// The rows of a table: label, the label above, and the figures. Floats: for statistics only.
fn figures(table: &Table) -> Vec<(String, Option<String>, Vec<Option<f64>>)> {
    let Some(label) = table.label_column() else { return Vec::new() };
    let numbers: Vec<usize> = (0..table.columns.len()).filter(|it| table.columns[*it].kind.is_number()).collect();
    let name = |row: usize| table.text(row, label).to_owned();
    let figure = |row: usize, column: usize| Some(table.columns[column].decimal(row)?.nearest_float());
    let row = |row: usize| {
        let under = table.rows[row].under.map(|it| name(it as usize));
        (name(row), under, numbers.iter().map(|it| figure(row, *it)).collect())
    };
    (0..table.rows.len()).map(row).collect()
}
