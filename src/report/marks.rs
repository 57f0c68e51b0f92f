//! Which findings point at a cell.

use std::collections::{BTreeSet, HashMap};

use crate::finding::{Finding, Place, Role};
use crate::table::Table;

/// The numbers of findings, from 1, by where they point.
#[derive(Debug, Default)]
pub(super) struct Marks<'a> {
    /// By file, sheet, line and column.
    by_place: HashMap<(&'a str, Option<&'a str>, u32, u32), BTreeSet<usize>>,
}

impl<'a> Marks<'a> {
    /// The marks of findings with their numbers.
    pub(super) fn of(findings: impl Iterator<Item = (usize, &'a Finding)>) -> Self {
        let mut marks = Self::default();
        for (number, it) in findings {
            for place in it.places.iter().filter(|it| it.line > 0) {
                marks.by_place.entry(key(place)).or_default().insert(number);
            }
        }
        marks
    }

    /// The findings that point at a cell.
    pub(super) fn at(&self, table: &Table, row: usize, column: usize) -> BTreeSet<usize> {
        if self.by_place.is_empty() || table.columns[column].spans[row].is_empty() {
            return BTreeSet::new();
        }
        let place = Place::of_cell(table, row, column, Role::Primary, "");
        self.by_place.get(&key(&place)).cloned().unwrap_or_default()
    }
}

fn key(it: &Place) -> (&str, Option<&str>, u32, u32) {
    (&it.file, it.sheet.as_deref(), it.line, it.column_start)
}
