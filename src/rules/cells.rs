//! Cells of an edition, and which of them decided checks read.

use super::{Context, Mark, Need};
use crate::plan::Cell;
use crate::table::Edition;

/// Cells of an edition.
#[derive(Clone, Debug, Default)]
pub struct CellSet {
    /// By table, column and row; a column without rows has none of its cells in.
    tables: Vec<Vec<Vec<bool>>>,
}

impl CellSet {
    /// No cell of an edition.
    pub fn none_of(edition: &Edition) -> Self {
        Self { tables: edition.tables.iter().map(|it| vec![Vec::new(); it.columns.len()]).collect() }
    }

    /// Takes a cell in.
    pub fn add(&mut self, edition: &Edition, cell: Cell) {
        let rows = &mut self.tables[cell.table][cell.column];
        if rows.is_empty() {
            rows.resize(edition.tables[cell.table].rows.len(), false);
        }
        rows[cell.row] = true;
    }

    /// Takes all cells of a column in.
    pub fn add_column(&mut self, edition: &Edition, table: usize, column: usize) {
        self.tables[table][column] = vec![true; edition.tables[table].rows.len()];
    }

    /// Takes the cells of a column in that stand in the rows of decided checks,
    /// one check a row.
    pub fn add_decided(&mut self, (table, column): (usize, usize), marks: &[Mark]) {
        let rows = &mut self.tables[table][column];
        if rows.is_empty() {
            rows.resize(marks.len(), false);
        }
        for (row, mark) in rows.iter_mut().zip(marks) {
            *row |= mark.is_decided();
        }
    }

    /// Whether any cell of a column is in.
    pub fn has_column(&self, table: usize, column: usize) -> bool {
        self.tables[table][column].contains(&true)
    }

    /// Which rows of a column are in: one flag a row, or none where no cell is.
    pub fn rows(&self, table: usize, column: usize) -> &[bool] {
        &self.tables[table][column]
    }
}

/// Takes in the columns that a rule needs: in the rows of its decided checks
/// where there is one check a row, else in all rows.
pub(super) fn add_needed(context: &Context<'_>, needs: &[Need], marks: &[Mark], cells: &mut CellSet) {
    if !marks.iter().any(|it| it.is_decided()) {
        return;
    }
    let own = needs.iter().find_map(|it| if let Need::Table(table) = it { Some(*table) } else { None });
    for need in needs {
        let Need::Column(declared, name) = need else { continue };
        let Some(table) = context.table(*declared) else { continue };
        let Some(column) = context.edition.tables[table].column(name) else { continue };
        let by_row = own == Some(*declared) && marks.len() == context.edition.tables[table].rows.len();
        if by_row {
            cells.add_decided((table, column), marks);
        } else {
            cells.add_column(context.edition, table, column);
        }
    }
}
