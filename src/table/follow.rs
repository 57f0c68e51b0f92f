//! Which row of one edition is which row of another.
//!
//! Rows are matched by their key. A day or period that all rows of an edition
//! share names the edition, not the row: the table of a day is keyed by its day
//! and the one before by another, and the rows are the same ones. A table of
//! one row needs no key at all.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::date;

use super::{ColumnData, ColumnType, KeyCell, Period, Table};

impl Table {
    /// The columns of the key that name the edition: dates and periods that are
    /// the same in every row.
    pub(crate) fn edition_key(&self) -> Vec<usize> {
        let names_edition = |it: &usize| {
            let column = &self.columns[*it];
            let dated = matches!(column.kind, ColumnType::Date | ColumnType::Period);
            let first = || KeyCell::of(self, 0, *it);
            let is_first = |row: usize| column.states[row].has_value() && KeyCell::of(self, row, *it) == first();
            dated && !self.rows.is_empty() && (0..self.rows.len()).all(is_first)
        };
        self.key.iter().copied().filter(names_edition).collect()
    }

    /// The day or period that a cell holds.
    pub(crate) fn period_at(&self, row: usize, column: usize) -> Option<Period> {
        let it = &self.columns[column];
        if !it.states[row].has_value() {
            return None;
        }
        let printed = Period::parse(self.text(row, column).trim());
        match &it.data {
            ColumnData::Dates(days) if it.kind == ColumnType::Date || printed.is_none() => {
                let day = date(1970, 1, 1).checked_add(i64::from(days.days[row]).days()).ok()?;
                Some(Period { start: day, end: day })
            }
            _ => printed,
        }
    }

    /// Whether its rows can be found again in another edition: by their key, or
    /// because there is one row.
    pub(crate) fn can_be_followed(&self) -> bool {
        !self.key.is_empty() || self.rows.len() == 1
    }

    /// The columns that name a row in every edition that has it; none where the
    /// table has one row and nothing else names it.
    pub(crate) fn series_key(&self) -> Vec<usize> {
        let rest = self.key_without(&self.edition_key());
        if rest.is_empty() && self.rows.len() > 1 { self.key.clone() } else { rest }
    }

    /// A row by what stands in some columns, joined by `, `.
    pub(crate) fn named_by(&self, row: usize, columns: &[usize]) -> String {
        columns.iter().map(|&it| self.text(row, it)).collect::<Vec<_>>().join(", ")
    }

    /// The names of some columns.
    pub(crate) fn names(&self, columns: &[usize]) -> Vec<&str> {
        columns.iter().map(|it| self.columns[*it].name.as_str()).collect()
    }

    /// The key without some of its columns.
    pub(crate) fn key_without(&self, columns: &[usize]) -> Vec<usize> {
        self.key.iter().copied().filter(|it| !columns.contains(it)).collect()
    }
}

/// The columns that rows of two editions of a table are matched by; `None`
/// where nothing tells them apart.
///
/// Without columns, each table has one row, and they match.
pub(crate) fn matching_key(now: &Table, before: &Table) -> Option<[Vec<usize>; 2]> {
    let dated = [now.edition_key(), before.edition_key()];
    let mut keys = [now.key.clone(), before.key.clone()];
    if now.names(&dated[0]) == before.names(&dated[1]) {
        let series = [now.key_without(&dated[0]), before.key_without(&dated[1])];
        // Several rows of one day and nothing more: the day is all there is to match by.
        if !series[0].is_empty() || [now, before].iter().all(|it| it.rows.len() == 1) {
            keys = series;
        }
    }
    let same = now.names(&keys[0]) == before.names(&keys[1]);
    let alone = [now, before].iter().all(|it| it.rows.len() == 1);
    (same && (alone || !keys[0].is_empty())).then_some(keys)
}

/// Where each row of a table is in the edition before, by its key and the keys
/// above it. A key that several rows share there finds none of them.
pub(crate) fn followed_rows(now: &Table, before: &Table) -> Vec<Option<u32>> {
    let Some([own, theirs]) = matching_key(now, before) else { return vec![None; now.rows.len()] };
    let mut known: HashMap<String, Option<u32>> = HashMap::new();
    for row in 0..before.rows.len() {
        let at = u32::try_from(row).ok();
        known.entry(before.path(row, &theirs)).and_modify(|it| *it = None).or_insert(at);
    }
    (0..now.rows.len()).map(|row| known.get(&now.path(row, &own)).copied().flatten()).collect()
}

/// Where one row of a table is in the edition before, as [`followed_rows`] has it.
pub(crate) fn followed_row(now: &Table, before: &Table, row: usize) -> Option<usize> {
    let [own, theirs] = matching_key(now, before)?;
    let path = now.path(row, &own);
    let mut found = (0..before.rows.len()).filter(|it| before.path(*it, &theirs) == path);
    found.next().filter(|_| found.next().is_none())
}

/// Why the rows of a table cannot be followed from one edition to the next.
pub(crate) fn why_not_followed(table: &str) -> String {
    format!("table {table} has several rows but no key, so its rows cannot be found in another edition")
}
