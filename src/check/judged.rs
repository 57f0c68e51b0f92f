//! Which figures stand in a decided check: what a pass is worth.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::JudgedFigures;
use super::assemble::{Loaded, Run, figures};
use crate::rules::{Cell, CellSet};
use crate::table::{CellState, ColumnData, Edition, Table};

/// What was taken of an edition, while other rows of it are looked at.
#[derive(Debug)]
pub(super) struct OwnCount {
    cells: CellSet,
    arithmetic: CellSet,
    clean: BTreeMap<(String, String), usize>,
}

/// Which row of a table is a row of another that has other rows of the same
/// file, if it is there.
fn row_of(table: &Table, other: &Table, row: usize) -> Option<usize> {
    let is_same = table.rows.len() == other.rows.len() && Arc::ptr_eq(&table.document, &other.document);
    if is_same { Some(row) } else { table.rows.binary_search_by_key(&other.rows[row].number, |it| it.number).ok() }
}

fn is_figure(it: CellState) -> bool {
    matches!(it, CellState::Value | CellState::Unclear)
}

/// Counts the figures of each table, and those that decided checks read.
#[derive(Debug, Default)]
pub(super) struct FigureCount {
    /// By file and table.
    tables: BTreeMap<(String, String), JudgedFigures>,
    /// The cells of the edition at hand that decided checks read.
    pub(super) cells: CellSet,
    /// Those of them that declared rules of arithmetic read.
    pub(super) arithmetic: CellSet,
    /// Of the rows that are in order and not in the edition, how many are
    /// judged: by table and column.
    clean: BTreeMap<(String, String), usize>,
}

impl FigureCount {
    /// Takes the tables of a file, none of them judged yet.
    pub(super) fn file(&mut self, loaded: &Loaded) {
        for it in &loaded.tables {
            let (file, table) = (loaded.document.name.clone(), it.table.name.clone());
            let count = figures(&it.table) + it.clean.figures;
            match self.tables.entry((file.clone(), table.clone())) {
                Entry::Occupied(mut known) => known.get_mut().figures += count,
                Entry::Vacant(free) => drop(free.insert(JudgedFigures { file, table, figures: count, judged: 0 })),
            }
        }
    }

    /// Turns to an edition.
    pub(super) fn turn_to(&mut self, edition: &Edition) {
        self.cells = CellSet::none_of(edition);
        self.arithmetic = self.cells.clone();
        self.clean.clear();
    }

    /// Turns to other rows of the edition at hand, and returns what was taken of its own.
    pub(super) fn turn_apart(&mut self, edition: &Edition) -> OwnCount {
        let (cells, arithmetic) = (CellSet::none_of(edition), CellSet::none_of(edition));
        OwnCount {
            cells: std::mem::replace(&mut self.cells, cells),
            arithmetic: std::mem::replace(&mut self.arithmetic, arithmetic),
            clean: std::mem::take(&mut self.clean),
        }
    }

    /// Turns back to the edition, and takes what was read of the other rows.
    pub(super) fn turn_back(&mut self, own: OwnCount, run: &Run<'_>, apart: &Edition) {
        let main = &*run.edition;
        let cells = std::mem::replace(&mut self.cells, own.cells);
        let arithmetic = std::mem::replace(&mut self.arithmetic, own.arithmetic);
        let held = std::mem::replace(&mut self.clean, own.clean);
        for (at, table) in apart.tables.iter().enumerate() {
            let Some(of) = main.table(&table.name) else { continue };
            for (number, it) in table.columns.iter().enumerate() {
                let Some(column) = main.tables[of].column(&it.name) else { continue };
                let cell = |row: usize| {
                    let row = row_of(&main.tables[of], table, row)?;
                    Some(Cell { table: of, row, column })
                };
                let read = |set: &CellSet| -> Vec<usize> {
                    let rows = set.rows(at, number).iter().enumerate();
                    rows.filter(|it| *it.1).map(|it| it.0).collect()
                };
                let rows = read(&cells);
                let here: Vec<Cell> = rows.iter().filter_map(|it| cell(*it)).collect();
                for it in &here {
                    self.cells.add(main, *it);
                }
                // Rows that are known to hold are in order, or were looked at for another rule.
                let known = held.get(&(table.name.clone(), it.name.clone())).copied().unwrap_or(0);
                let position = main.tables[of].columns[column].position as usize;
                let beside = run.clean.get(of).map_or(0, |it| it.filled(position));
                let clean = known.min(beside.saturating_sub(rows.len() - here.len()));
                let is_here = |row: &usize| row_of(table, &main.tables[of], *row).is_some();
                let has_value = |row: &usize| main.tables[of].columns[column].states[*row].has_value();
                let rows_of_main = 0..main.tables[of].rows.len();
                let others = rows_of_main.filter(|row| has_value(row) && !is_here(row)).take(known - clean);
                others.for_each(|row| self.cells.add(main, Cell { table: of, row, column }));
                // A blank is no figure, though a check that holds reads it.
                let is_blank = |row: &usize| !is_figure(it.states[*row]) && cell(*row).is_none();
                let clean = clean + rows.len() - here.len() - rows.iter().filter(|it| is_blank(it)).count();
                if clean > 0 {
                    self.judge_clean(&table.name, &it.name, clean);
                }
                for it in read(&arithmetic).into_iter().filter_map(cell) {
                    self.arithmetic.add(main, it);
                }
            }
        }
    }

    /// Takes rows that are in order, and judged by a rule that reads a column.
    pub(super) fn judge_clean(&mut self, table: &str, column: &str, rows: usize) {
        let known = self.clean.entry((table.to_owned(), column.to_owned())).or_default();
        *known = rows.max(*known);
    }

    /// Counts what was judged of an edition.
    pub(super) fn leave(&mut self, run: &Run<'_>) {
        for (at, table) in run.edition.tables.iter().enumerate() {
            if run.borrowed.contains(&table.name) {
                continue;
            }
            let judged = self.judged_of(at, table) + self.judged_clean(table);
            let key = (table.document.name.clone(), table.name.clone());
            if let Some(it) = self.tables.get_mut(&key) {
                it.judged = (it.judged + judged).min(it.figures);
            }
        }
    }

    fn judged_of(&self, at: usize, table: &Table) -> usize {
        let of_column = |(column, it): (usize, &crate::table::Column)| {
            let rows = self.cells.rows(at, column).iter().zip(&it.states);
            rows.filter(|(read, state)| **read && is_figure(**state)).count()
        };
        let numbers = table.columns.iter().enumerate().filter(|it| matches!(it.1.data, ColumnData::Numbers(_)));
        numbers.map(of_column).sum()
    }

    /// At least so many figures of the rows in order are judged: a row with a
    /// blank in a column that a rule reads is not among them, but which rows the
    /// `where` of two rules let in both is not known.
    fn judged_clean(&self, table: &Table) -> usize {
        let numbers = table.columns.iter().filter(|it| matches!(it.data, ColumnData::Numbers(_)));
        let judged = |name: &String| self.clean.get(&(table.name.clone(), name.clone())).copied().unwrap_or(0);
        numbers.map(|it| judged(&it.name)).sum()
    }

    /// What was counted, by file and table.
    pub(super) fn finish(self) -> Vec<JudgedFigures> {
        self.tables.into_values().collect()
    }
}
