//! Optional columns that an edition does not print: they are read as empty.

use super::frame::{Frame, find_row};
use super::kernels;
use super::node::{ColumnRef, NamedCell, Slot, Source, Type, Via};
use crate::plan::Interval;
use crate::table::{ColumnType, Table, TableSchema};

impl Frame<'_> {
    /// What an optional column would hold that its table does not print.
    fn unprinted(&self, column: &ColumnRef) -> Option<ColumnType> {
        let table = match column.via {
            Via::Link(link) => self.linked(link)?.1,
            Via::Own | Via::This => self.own_table()?,
        };
        let schema = self.context.tables.iter().find(|it| it.name == table.name)?;
        left_out(schema, table, &column.name)
    }

    /// Whether a column is one of figures, and left out.
    pub(super) fn is_unprinted_number(&self, column: &ColumnRef) -> bool {
        column.kind == Type::Number && self.unprinted(column).is_some()
    }

    /// Whether a column is left out of the rows that are read.
    pub(super) fn is_unprinted(&self, column: &ColumnRef, row: usize) -> bool {
        let found = match column.via {
            Via::Link(link) => self.linked(link).is_some_and(|it| it.0.rows[row].is_some()),
            Via::Own | Via::This => true,
        };
        found && self.unprinted(column).is_some()
    }

    /// The values that a figure of a column that is left out can have; none where it can be anything.
    pub(super) fn unprinted_interval(&self, column: &ColumnRef, row: usize) -> Option<Interval> {
        if !self.is_unprinted(column, row) {
            return None;
        }
        self.blank_interval(self.unprinted(column)?)
    }

    /// Whether a cell is not there only because its column is left out.
    pub(super) fn lacks_only_column(&self, named: &NamedCell, slot: &Slot) -> bool {
        slot.kind == Type::Number && self.unprinted_cell(named, slot.previous).is_some()
    }

    /// The values that a single cell of a column that is left out can have.
    pub(super) fn unprinted_slot(&self, at: usize) -> Option<Interval> {
        let slot = &self.sources.slots[at];
        let Source::Cell(named) = &slot.source else { return None };
        self.blank_interval(self.unprinted_cell(named, slot.previous)?)
    }

    /// Whether a single cell is not there only because its column is left out.
    pub(super) fn is_unprinted_slot(&self, at: usize) -> bool {
        let slot = &self.sources.slots[at];
        matches!(&slot.source, Source::Cell(it) if self.unprinted_cell(it, slot.previous).is_some())
    }

    fn unprinted_cell(&self, named: &NamedCell, previous: bool) -> Option<ColumnType> {
        let schema = &self.context.tables[named.table];
        let edition = self.edition(previous)?;
        let table = &edition.tables[edition.table(&schema.name)?];
        find_row(schema, table, named).ok()?;
        left_out(schema, table, &named.column)
    }

    /// What an empty cell of a type stands for.
    fn blank_interval(&self, kind: ColumnType) -> Option<Interval> {
        match kind {
            _ if self.zero && kind.is_number() => Some(Interval::point(kernels::of_count(0))),
            ColumnType::Count => Some(Interval::missing_count()),
            _ => None,
        }
    }
}

/// The type of an optional column that a table does not have.
fn left_out(schema: &TableSchema, table: &Table, name: &str) -> Option<ColumnType> {
    let declared = &schema.columns[schema.column(name)?];
    (declared.optional && table.column(name).is_none()).then_some(declared.kind)
}
