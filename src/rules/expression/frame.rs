//! What an expression is evaluated in: the tables of an edition at hand, and
//! the values of its single cells and aggregates.

use std::ops::Range;

use super::evaluate;
use super::kernels;
use super::names::label_column;
use super::node::{Aggregate, ColumnRef, Constant, Fold, Inputs, NamedCell, Node, Slot, Source, Type, Via};
use super::related::{Linked, Reached, extreme};
use super::vector::{self, NumberVector, Truth, Vector};
use crate::plan::{Cell, CellRef, Relation};
use crate::rules::Context;
use crate::table::{CellState, ColumnData, Edition, Exact, Table, TableSchema, fold_spaces};

/// Batches of this many rows stay in the cache of a core, and keep a value
/// that overflows from slowing the whole column down.
pub(super) const BATCH_ROWS: usize = 4_096;

/// The value of a slot.
#[derive(Clone, Debug)]
pub(super) struct SlotValue {
    /// The value as printed.
    pub(super) value: Constant,
    /// The value with missing figures taken as zero.
    pub(super) filled: Constant,
    /// Where the cell is, or why there is none.
    pub(super) cell: Option<Result<CellRef, String>>,
}

/// The tables and values at hand.
pub(super) struct Frame<'a> {
    pub(super) context: &'a Context<'a>,
    /// Whether it runs over the edition before.
    pub(super) in_previous: bool,
    /// The table whose rows columns are of: its index in the edition.
    pub(super) table: Option<usize>,
    /// Where each row leads; none inside aggregates.
    pub(super) links: Vec<Option<Linked>>,
    /// The rows that each row's windows have; none inside aggregates.
    pub(super) windows: Vec<Option<Reached>>,
    pub(super) sources: &'a Inputs,
    pub(super) slots: Vec<SlotValue>,
    /// Whether the rule takes missing figures as zero.
    pub(super) zero: bool,
    /// Whether counts are exact, and other figures alone are rounded.
    pub(super) exact_counts: bool,
}

impl<'a> Frame<'a> {
    /// Finds tables, cells and aggregates; `table` is a declared one.
    /// `given` is what slots hold, where that was worked out before.
    pub(super) fn new(
        context: &'a Context<'a>,
        table: Option<usize>,
        sources: &'a Inputs,
        zero: bool,
        given: Vec<Constant>,
    ) -> Self {
        let mut frame = Self {
            context,
            in_previous: false,
            table: table.and_then(|it| context.table(it)),
            links: Vec::new(),
            windows: Vec::new(),
            sources,
            slots: Vec::new(),
            zero,
            exact_counts: false,
        };
        let mut given = given.into_iter();
        for slot in &sources.slots {
            let value = match given.next() {
                Some(value) => SlotValue { filled: value.clone(), value, cell: None },
                None => frame.slot_value(slot),
            };
            frame.slots.push(value);
        }
        frame.links = sources.links.iter().map(|it| frame.follow(it)).collect();
        frame.windows = sources.windows.iter().map(|it| frame.reach(it)).collect();
        frame
    }

    /// The table whose rows columns are of.
    pub(super) fn own_table(&self) -> Option<&'a Table> {
        self.table.and_then(|it| self.edition(self.in_previous)?.tables.get(it))
    }

    /// The edition at hand, or the one before.
    pub(super) fn edition(&self, previous: bool) -> Option<&'a Edition> {
        if previous { self.context.previous } else { Some(self.context.edition) }
    }

    /// The table and cell that a reference stands for.
    pub(super) fn table_of(&self, it: CellRef) -> &'a Table {
        &self.edition(it.previous).expect("a cell found there is of an edition at hand").tables[it.cell.table]
    }

    pub(super) fn slot_vector(&self, at: usize, fill: bool) -> Vector<'_> {
        let slot = &self.slots[at];
        vector::of_constant(if fill { &slot.filled } else { &slot.value })
    }

    pub(super) fn column_vector(&self, column: &ColumnRef, rows: &Range<usize>, fill: bool) -> Vector<'_> {
        let found = |table: &'a Table| table.column(&column.name).map(|it| (table, &table.columns[it]));
        let link = match column.via {
            Via::Link(link) => link,
            Via::Own | Via::This => {
                return match self.own_table().and_then(found) {
                    Some((table, it)) if is_printed(it, column.kind) => {
                        vector::printed(table, it, rows.clone().map(Some))
                    }
                    Some((_, it)) => vector::of_column(it, rows.clone(), column.kind, fill),
                    None if fill && self.is_unprinted_number(column) => vector::of_zero(),
                    None => vector::nothing(column.kind),
                };
            }
        };
        let Some((linked, table)) = self.linked(link) else { return vector::nothing(column.kind) };
        let map = &linked.rows[rows.clone()];
        match found(table) {
            Some((table, it)) if is_printed(it, column.kind) => {
                vector::printed(table, it, map.iter().map(|it| it.map(|it| it as usize)))
            }
            Some((_, it)) => vector::of_rows(it, map, column.kind, fill),
            None if fill && self.is_unprinted_number(column) => vector::zero_where(map),
            None => vector::nothing(column.kind),
        }
    }

    /// Where a link leads, and the table there.
    pub(super) fn linked(&self, link: usize) -> Option<(&Linked, &'a Table)> {
        let linked = self.links.get(link)?.as_ref()?;
        Some((linked, self.edition(linked.previous)?.tables.get(linked.table)?))
    }

    /// The cell of a column in a row, if the table has the column.
    pub(super) fn column_cell(&self, column: &ColumnRef, row: usize) -> Option<CellRef> {
        let (previous, table, row) = match column.via {
            Via::Link(link) => {
                let linked = self.links.get(link)?.as_ref()?;
                (linked.previous, linked.table, linked.rows[row]? as usize)
            }
            Via::Own | Via::This => (self.in_previous, self.table?, row),
        };
        let at = self.edition(previous)?.tables[table].column(&column.name)?;
        Some(CellRef { cell: Cell { table, row, column: at }, previous })
    }

    fn slot_value(&self, slot: &Slot) -> SlotValue {
        match &slot.source {
            Source::Cell(named) => {
                let cell = self.find(named, slot.previous);
                let value = |fill| match cell {
                    Ok(it) => {
                        let column = &self.table_of(it).columns[it.cell.column];
                        vector::of_column(column, it.cell.row..it.cell.row + 1, slot.kind, fill).constant(0)
                    }
                    Err(_) => Constant::Null(slot.kind),
                };
                let filled = if cell.is_err() && self.zero && self.lacks_only_column(named, slot) {
                    Constant::Number(kernels::of_count(0))
                } else {
                    value(self.zero)
                };
                SlotValue { value: value(false), filled, cell: Some(cell) }
            }
            Source::Aggregate(aggregate) => {
                let value = self.fold(aggregate, slot);
                SlotValue { filled: value.clone(), value, cell: None }
            }
        }
    }

    fn find(&self, named: &NamedCell, previous: bool) -> Result<CellRef, String> {
        let schema = &self.context.tables[named.table];
        let edition = self.edition(previous).ok_or("there is no earlier edition")?;
        let table = edition.table(&schema.name).ok_or_else(|| format!("there is no table {}", schema.name))?;
        let there = &edition.tables[table];
        let row = find_row(schema, there, named)?;
        let column = there.column(&named.column).ok_or_else(|| prints_no(previous, &named.column))?;
        Ok(CellRef { cell: Cell { table, row, column }, previous })
    }

    /// The frame of an aggregate: the rows of its table.
    pub(super) fn of_aggregate(&self, aggregate: &Aggregate, previous: bool) -> Option<Frame<'a>> {
        let name = &self.context.tables[aggregate.table].name;
        let table = self.edition(previous)?.table(name)?;
        Some(Frame {
            context: self.context,
            in_previous: previous,
            table: Some(table),
            links: Vec::new(),
            windows: Vec::new(),
            sources: self.sources,
            slots: self.slots.clone(),
            zero: self.zero,
            exact_counts: self.exact_counts,
        })
    }

    /// Which rows an aggregate runs over; none where that cannot be told.
    pub(super) fn chosen(&self, aggregate: &Aggregate, rows: &Range<usize>) -> Option<Vec<bool>> {
        let mut chosen = vec![true; rows.len()];
        if let (true, Some(filter)) = (aggregate.filtered, self.context.filter) {
            if self.in_previous {
                return None;
            }
            for (at, row) in rows.clone().enumerate() {
                chosen[at] = filter[row]?;
            }
        }
        if let Some(filter) = &aggregate.filter {
            let truths = self.truths(filter, rows, self.zero);
            for (at, row) in rows.clone().enumerate() {
                if !chosen[at] {
                    continue;
                }
                let truth = truths[vector::index(truths.len(), at)];
                // SQL passes over a row that its filter knows nothing of; but
                // a figure that is missing may well be one to count.
                if truth == Truth::Unknown && self.lacks_number(filter, row) {
                    return None;
                }
                chosen[at] = truth == Truth::True;
            }
        }
        Some(chosen)
    }

    fn lacks_number(&self, filter: &Node, row: usize) -> bool {
        filter.any(&|node| match node {
            Node::Column(it) if it.kind == Type::Number => {
                !self.column_vector(it, &(row..row + 1), self.zero).is_there(0)
            }
            Node::Slot(at) => matches!(self.slots[*at].filled, Constant::Null(_)),
            _ => false,
        })
    }

    fn fold(&self, aggregate: &Aggregate, slot: &Slot) -> Constant {
        let unknown = Constant::Null(slot.kind);
        let Some(frame) = self.of_aggregate(aggregate, slot.previous) else { return unknown };
        let length = frame.own_table().map_or(0, |it| it.rows.len());
        let mut folded = Folded::default();
        for start in (0..length).step_by(BATCH_ROWS) {
            let rows = start..(start + BATCH_ROWS).min(length);
            let Some(chosen) = frame.chosen(aggregate, &rows) else { return unknown };
            let counted = chosen.iter().filter(|&&it| it).count();
            let Some(argument) = &aggregate.argument else {
                folded.count += counted;
                continue;
            };
            let fill = frame.zero && aggregate.fold != Fold::Count;
            let values = frame.evaluate(argument, &rows, fill);
            let there = (0..rows.len()).filter(|&at| chosen[at] && values.is_there(at)).count();
            if there < counted && aggregate.fold != Fold::Count {
                return unknown;
            }
            folded.count += there;
            folded.take(aggregate.fold, &values, &chosen);
        }
        folded.result(aggregate.fold, slot.kind)
    }
}

/// Says that an edition does not print a column.
pub(super) fn prints_no(previous: bool, column: &str) -> String {
    format!("column {column} is missing from {}", if previous { "the previous edition" } else { "this edition" })
}

/// Whether a column is read as it is printed: a period is its text.
fn is_printed(column: &crate::table::Column, kind: Type) -> bool {
    kind == Type::Text && matches!(column.data, ColumnData::Dates(_))
}

/// An aggregate on its way over batches.
#[derive(Default)]
struct Folded {
    count: usize,
    sum: Option<Exact>,
    best: Option<Constant>,
    values: Vec<Option<Exact>>,
}

impl Folded {
    fn take(&mut self, fold: Fold, values: &Vector<'_>, chosen: &[bool]) {
        let relation = if fold == Fold::Min { Relation::Less } else { Relation::More };
        match (fold, values) {
            (Fold::Sum | Fold::Average, Vector::Numbers(numbers)) => {
                let sum = kernels::total(numbers, chosen);
                self.sum = Some(self.sum.take().map_or(sum.clone(), |it| it + sum));
            }
            (Fold::Percentile(_), Vector::Numbers(numbers)) => {
                self.values.extend((0..chosen.len()).filter(|&it| chosen[it]).map(|it| numbers.get(it)));
            }
            (Fold::Min | Fold::Max, Vector::Numbers(numbers)) => self.take_number(numbers, chosen, relation),
            (Fold::Min | Fold::Max, _) => {
                for row in (0..chosen.len()).filter(|&it| chosen[it]) {
                    let it = values.constant(row);
                    let better =
                        self.best.as_ref().is_none_or(|best| order(&it, best).is_some_and(|it| relation.holds(it)));
                    if better {
                        self.best = Some(it);
                    }
                }
            }
            _ => {}
        }
    }

    fn take_number(&mut self, numbers: &NumberVector<'_>, chosen: &[bool], relation: Relation) {
        let Some(it) = evaluate::best(numbers, chosen, relation) else { return };
        let better = match &self.best {
            Some(Constant::Number(best)) => relation.holds(it.cmp(best)),
            _ => true,
        };
        if better {
            self.best = Some(Constant::Number(it));
        }
    }

    fn result(self, fold: Fold, kind: Type) -> Constant {
        let number = match fold {
            Fold::Count => Some(kernels::of_count(self.count)),
            // As in SQL, there is no sum of no rows.
            Fold::Sum => self.sum.filter(|_| self.count > 0),
            Fold::Average => self.sum.filter(|_| self.count > 0).map(|it| it / kernels::of_count(self.count)),
            Fold::Percentile(_) => extreme(fold, &self.values),
            Fold::Min | Fold::Max => return self.best.unwrap_or(Constant::Null(kind)),
        };
        number.map_or(Constant::Null(kind), Constant::Number)
    }
}

fn order(left: &Constant, right: &Constant) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Constant::Text(a), Constant::Text(b)) => Some(a.cmp(b)),
        (Constant::Date(a), Constant::Date(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Finds the one row of a table that a label names.
pub(crate) fn find_row(schema: &TableSchema, table: &Table, named: &NamedCell) -> Result<usize, String> {
    let rows = find_rows(schema, table, named)?;
    match rows[..] {
        [row] => Ok(row),
        [] => Err(format!("row {} is missing from this edition", named.row)),
        _ => Err(format!("row {} appears {} times", named.row, rows.len())),
    }
}

/// Whether a table surely has no row of a label.
pub(crate) fn lacks_row(schema: &TableSchema, table: &Table, named: &NamedCell) -> bool {
    let Some(column) = label_column(schema).and_then(|it| table.column(&it.name)) else { return false };
    let states = &table.columns[column].states;
    let unread = states.iter().any(|it| matches!(it, CellState::Unreadable | CellState::Unclear));
    // A label that cannot be read could be any.
    !unread && find_rows(schema, table, named).is_ok_and(|it| it.is_empty())
}

fn find_rows(schema: &TableSchema, table: &Table, named: &NamedCell) -> Result<Vec<usize>, String> {
    let label = |it: &str| fold_spaces(it).into_owned();
    let column = label_column(schema).and_then(|it| table.column(&it.name)).ok_or("the table has no label column")?;
    let declared = schema.rows.iter().find(|it| it.name == named.row && it.under == named.under);
    let mut labels = vec![label(&named.row)];
    labels.extend(declared.iter().flat_map(|it| &it.aliases).map(|it| label(it)));
    let mut rows = rows_labelled(table, column, &labels);
    if let Some(under) = &named.under {
        let under = label(under);
        let nested =
            |&row: &usize| table.rows[row].under.is_some_and(|it| label(table.text(it as usize, column)) == under);
        let within: Vec<usize> = rows.iter().copied().filter(nested).collect();
        // A table without nesting has the row by its own label only, and a
        // label may itself hold the sign that parts labels.
        if !within.is_empty() || rows.iter().any(|&it| table.rows[it].under.is_some()) {
            rows = within;
        } else if rows.is_empty() {
            rows = rows_labelled(table, column, &[label(&format!("{under} > {}", named.row))]);
        }
    } else if rows.len() > 1 {
        rows.retain(|&it| table.rows[it].under.is_none());
    }
    Ok(rows)
}

fn rows_labelled(table: &Table, column: usize, labels: &[String]) -> Vec<usize> {
    match &table.columns[column].data {
        ColumnData::Texts(texts) => {
            let fits: Vec<bool> =
                texts.dictionary.iter().map(|it| labels.iter().any(|label| *label == fold_spaces(it))).collect();
            let is_value = |row: &usize| table.columns[column].states[*row].has_value();
            (0..texts.codes.len()).filter(|&row| fits[texts.codes[row] as usize]).filter(is_value).collect()
        }
        _ => (0..table.rows.len())
            .filter(|&row| labels.iter().any(|label| *label == fold_spaces(table.text(row, column))))
            .collect(),
    }
}
