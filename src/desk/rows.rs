//! The rows of a table that are in sight.

use std::collections::HashMap;

use serde::Serialize;

use super::cells::At;
use super::checked::given;
use super::given::{Change, Original};
use super::state::State;
use crate::check::{Seen, SeenSeries};
use crate::rules::grouped;
use crate::table::{CellState, Table};

/// So many rows are handed out at once.
const ROWS_MAX: usize = 400;
/// So many columns of a table are shown.
pub(super) const COLUMNS_MAX: usize = 200;
/// Longer cells are cut.
const CELL_MAX: usize = 200;

/// Some rows of a table.
#[derive(Debug, Serialize)]
pub struct Rows {
    /// The table.
    pub table: usize,
    /// The revision of the tables that they are of.
    pub revision: u64,
    /// The first of them, from 0.
    pub from: usize,
    /// Each row.
    #[serde(rename = "rows")]
    lines: Vec<RowView>,
}

#[derive(Debug, Serialize)]
struct RowView {
    /// Whether it is a part of the row above it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    under: bool,
    cells: Vec<CellView>,
}

#[derive(Debug, Serialize)]
struct CellView {
    /// The text as printed.
    t: String,
    /// The mark: `bad`, `odd`, `ask`, `set`, `ok`, `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    m: Option<&'static str>,
    /// The words of the mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<&'static str>,
    /// What stood in the file, where it was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// What the last edition had, where that is another figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<String>,
    /// The expected range.
    #[serde(skip_serializing_if = "Option::is_none")]
    usual: Option<String>,
}

impl State {
    /// Some rows of a table.
    pub fn rows(&self, table: usize, from: usize, count: usize) -> Rows {
        let outcome = &self.tables.outcome;
        let mut lines = Vec::new();
        if let Some(it) = self.tables.cells.table(outcome, table) {
            let before = Before::of(self, table, it);
            let end = it.rows.len().min(from.saturating_add(count.min(ROWS_MAX)));
            lines.extend((from.min(end)..end).map(|row| self.row(table, it, row, &before)));
        }
        Rows { table, revision: self.tables_revision, from, lines }
    }

    fn row(&self, number: usize, table: &Table, row: usize, before: &Before<'_>) -> RowView {
        let cells = order(table).into_iter().map(|column| {
            let at = At(number, row, column);
            let mark = self.tables.marks.at(&self.tables.outcome, &self.tables.cells, table, at);
            let is_figure = table.columns[column].kind.is_number();
            let series = before.series(table, row, column).filter(|_| is_figure);
            CellView {
                t: text(table, row, column),
                m: mark.map(|it| it.words().0),
                w: mark.map(|it| it.words().1),
                from: self.changed(table, row, column),
                was: before.was(table, row, column).map(|it| like(&it, table.text(row, column))),
                usual: series.map(|it| format!("{}–{}", whole(it.low), whole(it.high))),
            }
        });
        RowView { under: table.rows[row].under.is_some(), cells: cells.collect() }
    }

    /// What the file has in a cell that was corrected.
    fn changed(&self, table: &Table, row: usize, column: usize) -> Option<String> {
        if self.work.changes.is_empty() || !table.columns[column].kind.is_number() {
            return None;
        }
        let file = given(&self.work, &table.document.name)?;
        let changes: Vec<&Change> = self.work.changes.iter().collect();
        match file.original(table.columns[column].spans[row], &changes) {
            Original::Changed(it) => Some(it.from.clone()),
            Original::Place(_) => None,
        }
    }
}

/// The columns of a table in the order that they are printed in.
pub(super) fn order(table: &Table) -> Vec<usize> {
    let mut order: Vec<usize> = (0..table.columns.len()).collect();
    order.sort_by_key(|it| table.columns[*it].position);
    order.truncate(COLUMNS_MAX);
    order
}

/// The text of a cell; of one that is unclear the likeliest reading.
pub(super) fn text(table: &Table, row: usize, column: usize) -> String {
    let unclear = table.unclear.iter().filter(|_| table.columns[column].states[row] == CellState::Unclear);
    let best = unclear.into_iter().find(|it| it.row as usize == row).and_then(|it| it.readings.first());
    let figure = best.and_then(|it| it.figures.iter().find(|it| it.0 == column));
    cut(figure.map_or_else(|| table.text(row, column), |it| table.document.slice(it.1)).trim())
}

pub(super) fn cut(text: &str) -> String {
    let short: String = text.chars().take(CELL_MAX).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// A figure of a snapshot as this edition prints figures.
fn like(was: &str, now: &str) -> String {
    let is_plain = !was.is_empty() && was.bytes().all(|it| it.is_ascii_digit());
    if is_plain && now.contains(',') { grouped(was) } else { was.to_owned() }
}

/// An end of a range as people read it.
pub(super) fn whole(value: f64) -> String {
    if value.abs() >= 100.0 { grouped(&format!("{value:.0}")) } else { format!("{value:.1}").replace(".0", "") }
}

/// What earlier editions say of the cells of a table.
struct Before<'a> {
    seen: Option<&'a Seen>,
    series: HashMap<(&'a str, &'a str), &'a SeenSeries>,
    was: HashMap<(usize, &'a str), String>,
}

impl<'a> Before<'a> {
    fn of(state: &'a State, number: usize, table: &Table) -> Self {
        let place = state.tables.cells.place_of(number);
        let seen = place.and_then(|it| state.tables.outcome.editions.get(it.0)?.seen.as_ref());
        let own = seen.into_iter().flat_map(|it| &it.series).filter(|it| it.name[0] == table.name);
        let series = own.map(|it| ((it.name[1].as_str(), it.name[2].as_str()), it)).collect();
        let mut was = HashMap::new();
        let changes = seen.into_iter().flat_map(|it| &it.changes.tables).filter(|it| it.name == table.name);
        for change in changes.flat_map(|it| &it.changes) {
            let Some(row) = change.new_index else { continue };
            let cells = change.cells.iter().filter(|it| it.is_of_both());
            was.extend(cells.filter_map(|it| Some(((row, it.column.as_str()), it.old_printed()?.trim().to_owned()))));
        }
        Self { seen, series, was }
    }

    fn series(&self, table: &Table, row: usize, column: usize) -> Option<&SeenSeries> {
        self.seen?;
        self.series.get(&(table.row_name(row).as_str(), table.columns[column].name.as_str())).copied()
    }

    fn was(&self, table: &Table, row: usize, column: usize) -> Option<String> {
        self.was.get(&(row, table.columns[column].name.as_str())).cloned()
    }
}

/// The series of a cell, where earlier editions have it.
pub(super) fn series_of<'a>(
    state: &'a State,
    number: usize,
    table: &Table,
    row: usize,
    column: usize,
) -> Option<&'a SeenSeries> {
    let (edition, _) = state.tables.cells.place_of(number)?;
    let seen = state.tables.outcome.editions.get(edition)?.seen.as_ref()?;
    let name = [table.name.clone(), table.row_name(row), table.columns[column].name.clone()];
    seen.series.iter().find(|it| it.name == name)
}
