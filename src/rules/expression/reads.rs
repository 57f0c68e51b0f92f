//! Which cells the decided checks of a condition read.

use super::Expression;
use super::node::{Node, Source};
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
            let mut names = Vec::new();
            columns_read(&self.node, &mut names);
            for column in names.into_iter().filter_map(|it| tables[table].column(it)) {
                cells.add_decided((table, column), marks);
            }
        }
        for (slot, value) in self.slots.iter().zip(&frame.slots) {
            match (&slot.source, &value.cell) {
                (Source::Cell(_), Some(Ok(it))) if !it.previous => cells.add(context.edition, it.cell),
                (Source::Aggregate(it), _) if !slot.previous => {
                    let Some(table) = context.table(it.table) else { continue };
                    let mut names = Vec::new();
                    it.argument.iter().chain(&it.filter).for_each(|it| columns_read(it, &mut names));
                    for column in names.into_iter().filter_map(|it| tables[table].column(it)) {
                        cells.add_column(context.edition, table, column);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The columns that a node reads in the edition at hand.
fn columns_read<'a>(node: &'a Node, found: &mut Vec<&'a str>) {
    if let Node::Column(it) = node
        && !it.previous
        && !found.contains(&it.name.as_str())
    {
        found.push(&it.name);
    }
    node.children().into_iter().for_each(|it| columns_read(it, found));
}
