//! Which rows and columns of a table are totals of others.

use super::assemble::Loaded;
use super::follows::steps;
use crate::discover::{self, Axis, Relation, RelationKind};

/// The totals of one table, by index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Rows that are the sum of others.
    pub rows: Vec<usize>,
    /// Columns that are the sum of others.
    pub columns: Vec<usize>,
}

/// The totals of each table of a file, as its own arithmetic shows them.
pub fn totals(loaded: &Loaded) -> Vec<Totals> {
    let of_table = |at: usize| {
        let table = loaded.table(at);
        let found = discover::discover(table, &discover::Options { steps: steps(table) });
        let is_total = |it: &&Relation| it.kind == RelationKind::Sum && it.terms.iter().all(|it| it.weight == 1);
        let lines = |axis: Axis| {
            let mut lines: Vec<usize> =
                found.relations.iter().filter(is_total).filter(|it| it.axis == axis).map(|it| it.target).collect();
            lines.sort_unstable();
            lines.dedup();
            lines
        };
        Totals { rows: lines(Axis::Rows), columns: lines(Axis::Columns) }
    };
    (0..loaded.page.grids.len()).map(of_table).collect()
}
