//! Which cells the decided checks of a condition read.

use super::Expression;
use super::frame::Frame;
use super::node::{ColumnRef, Node, Reach, Source, Via};
use crate::plan::Cell;
use crate::rules::{CellSet, Context, Mark};

impl Expression {
    /// Takes in the cells that decided checks read: of columns those in their
    /// rows, single cells, and whole columns that an aggregate runs over.
    pub(crate) fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        if !marks.iter().any(|it| it.is_decided()) {
            return;
        }
        let frame = self.frame(context);
        let tables = &context.edition.tables;
        if let Some(table) = frame.table.filter(|_| self.reads_row) {
            let mut read = Vec::new();
            columns_read(&self.node, &mut read);
            for it in read {
                match it.via {
                    Via::Own | Via::This => {
                        if let Some(column) = tables[table].column(&it.name) {
                            cells.add_decided((table, column), marks);
                        }
                    }
                    Via::Link(_) => {
                        let decided = (0..marks.len()).filter(|row| marks[*row].is_decided());
                        let found = decided.filter_map(|row| frame.column_cell(it, row)).filter(|it| !it.previous);
                        found.for_each(|it| cells.add(context.edition, it.cell));
                    }
                }
            }
            self.window_reads(&frame, marks, cells);
        }
        for (slot, value) in self.inputs.slots.iter().zip(&frame.slots) {
            match (&slot.source, &value.cell) {
                (Source::Cell(_), Some(Ok(it))) if !it.previous => cells.add(context.edition, it.cell),
                (Source::Aggregate(it), _) if !slot.previous => {
                    let Some(table) = context.table(it.table) else { continue };
                    let mut read = Vec::new();
                    it.argument.iter().chain(&it.filter).for_each(|it| columns_read(it, &mut read));
                    for column in read.into_iter().filter_map(|it| tables[table].column(&it.name)) {
                        cells.add_column(context.edition, table, column);
                    }
                }
                _ => {}
            }
        }
    }
}

impl Expression {
    /// The cells in the windows of decided checks.
    fn window_reads(&self, frame: &Frame<'_>, marks: &[Mark], cells: &mut CellSet) {
        for (at, window) in self.inputs.windows.iter().enumerate() {
            let aggregate = &window.aggregate;
            let Some(table) = frame.context.table(aggregate.table) else { continue };
            let mut read = Vec::new();
            aggregate.argument.iter().chain(&aggregate.filter).for_each(|it| columns_read(it, &mut read));
            if let Reach::Matching(it) = &window.reach {
                it.order.iter().for_each(|it| columns_read(&it.0, &mut read));
            }
            let edition = frame.context.edition;
            let columns: Vec<usize> =
                read.into_iter().filter_map(|it| edition.tables[table].column(&it.name)).collect();
            let mut rows = vec![false; edition.tables[table].rows.len()];
            let mut last = None;
            for row in (0..marks.len()).filter(|row| marks[*row].is_decided()) {
                let members = frame.members(at, row).unwrap_or_default();
                // A whole group has its rows in one place, and is gone over once.
                if last != Some((members.as_ptr(), members.len())) {
                    for &it in members {
                        rows[it as usize] = true;
                    }
                    last = Some((members.as_ptr(), members.len()));
                }
            }
            for row in (0..rows.len()).filter(|row| rows[*row]) {
                for &column in &columns {
                    cells.add(edition, Cell { table, row, column });
                }
            }
        }
    }
}

/// The columns that a node reads.
fn columns_read<'a>(node: &'a Node, found: &mut Vec<&'a ColumnRef>) {
    if let Node::Column(it) = node
        && !found.contains(&it)
    {
        found.push(it);
    }
    node.children().into_iter().for_each(|it| columns_read(it, found));
}
