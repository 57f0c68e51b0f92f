//! From truth values to marks: what rounding explains, what missing figures leave open.

use super::Expression;
use super::frame::{BATCH_ROWS, Frame, prints_no};
use super::node::{Aggregate, ColumnRef, Constant, Node, Source, Type, Via};
use super::vector::{Truth, index};
use crate::plan::{CellRef, Interval, Linear, Missing, Relation, Rounding};
use crate::rules::{Context, Mark};
use crate::table::{Bounds, CellState, Marker};

impl Expression {
    /// One mark per check: per row of its table, or one in all.
    pub(crate) fn marks(&self, context: &Context<'_>) -> Vec<Mark> {
        let frame = self.frame(context);
        if !self.reads_row {
            let truth = frame.truths(&self.node, &(0..1), frame.zero)[0];
            return vec![self.mark(&frame, 0, truth)];
        }
        let length = frame.own_table().map_or(0, |it| it.rows.len());
        let mut marks = Vec::with_capacity(length);
        for start in (0..length).step_by(BATCH_ROWS) {
            let rows = start..(start + BATCH_ROWS).min(length);
            let truths = frame.truths(&self.node, &rows, frame.zero);
            for row in rows {
                let allowed = context.filter.map_or(Some(true), |it| it[row]);
                marks.push(match allowed {
                    Some(true) => self.mark(&frame, row, truths[index(truths.len(), row - start)]),
                    Some(false) => Mark::Skipped,
                    None => Mark::Undetermined,
                });
            }
        }
        marks
    }

    fn mark(&self, frame: &Frame<'_>, row: usize, truth: Truth) -> Mark {
        match truth {
            Truth::True => Mark::Holds,
            Truth::False if self.rounding == Rounding::Exact => Mark::Fails,
            Truth::False => match frame.possible(&self.node, row, true, self.rounding) {
                Truth::True => Mark::Rounded,
                Truth::False => Mark::Fails,
                Truth::Unknown => self.unknown(frame, row),
            },
            Truth::Unknown => match frame.possible(&self.node, row, true, self.rounding) {
                Truth::False => Mark::Fails,
                _ if frame.begins(&self.node, row) => Mark::Skipped,
                _ if frame.holds_within_bounds(&self.node, row) => Mark::Holds,
                _ => self.unknown(frame, row),
            },
        }
    }

    fn unknown(&self, frame: &Frame<'_>, row: usize) -> Mark {
        let fails =
            self.missing == Missing::Fail && frame.operands(&self.node, row).iter().any(|it| frame.is_missing(it));
        if fails { Mark::Fails } else { Mark::Undetermined }
    }

    /// What an expression is evaluated in, on an edition.
    pub(super) fn frame<'a>(&'a self, context: &'a Context<'a>) -> Frame<'a> {
        let given = self.slot_values(context.totals);
        let mut frame = Frame::new(context, self.table, &self.inputs, self.missing == Missing::Zero, given);
        frame.exact_counts = self.exact_counts;
        frame
    }
}

/// A figure that a check reads, or why it is not there.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    /// A cell.
    Cell(CellRef),
    /// Nothing, for this reason.
    Absent(String),
    /// Nothing, since the edition leaves out a column that it may leave out.
    Unprinted(String),
}

// An aggregate reads many cells; a message names a few.
pub(crate) const OPERANDS_MAX: usize = 12;

impl Frame<'_> {
    /// The figures that a node reads in a row, each once, in the order written.
    pub(super) fn operands(&self, node: &Node, row: usize) -> Vec<Operand> {
        let mut found = Vec::new();
        self.gather(node, row, &mut found);
        found
    }

    fn gather(&self, node: &Node, row: usize, found: &mut Vec<Operand>) {
        let operand = match node {
            Node::Column(it) => match self.column_cell(it, row) {
                Some(cell) => Some(Operand::Cell(cell)),
                None if self.is_unprinted(it, row) => {
                    let counts = self.zero && it.kind == Type::Number;
                    let linked = matches!(it.via, Via::Link(at) if self.linked(at).is_some_and(|it| it.0.previous));
                    let previous = linked || self.in_previous;
                    (!counts).then(|| Operand::Unprinted(prints_no(previous, &it.name)))
                }
                None if self.leads_nowhere(it, row) => {
                    let Via::Link(link) = it.via else { return };
                    Some(Operand::Absent(self.why_no_row(link)))
                }
                None => Some(Operand::Absent(prints_no(self.in_previous, &it.name))),
            },
            Node::Slot(at) => match (&self.slots[*at].cell, &self.sources.slots[*at].source) {
                (Some(Ok(cell)), _) => Some(Operand::Cell(*cell)),
                (Some(Err(_)), _) if !matches!(self.slots[*at].filled, Constant::Null(_)) => None,
                (Some(Err(why)), _) if self.is_unprinted_slot(*at) => Some(Operand::Unprinted(why.clone())),
                (Some(Err(why)), _) => Some(Operand::Absent(why.clone())),
                (None, Source::Aggregate(aggregate)) => {
                    self.gather_rows(aggregate, self.sources.slots[*at].previous, found);
                    None
                }
                (None, Source::Cell(_)) => None,
            },
            Node::Window(at) => {
                self.gather_window(*at, row, found);
                None
            }
            _ => None,
        };
        if let Some(it) = operand.filter(|it| !found.contains(it)) {
            found.push(it);
        }
        for child in node.children() {
            self.gather(child, row, found);
        }
    }

    /// Rows without a value come first: they say why it cannot be told.
    fn gather_rows(&self, aggregate: &Aggregate, previous: bool, found: &mut Vec<Operand>) {
        let Some(frame) = self.of_aggregate(aggregate, previous) else { return };
        let length = frame.own_table().map_or(0, |it| it.rows.len());
        let chosen = frame.chosen(aggregate, &(0..length));
        let node = aggregate.argument.as_ref().or(aggregate.filter.as_ref());
        let (Some(node), rows) = (node, (0..length).filter(|&it| chosen.as_ref().is_none_or(|chosen| chosen[it])))
        else {
            return;
        };
        let mut there = Vec::new();
        let mut lacking = Vec::new();
        for row in rows {
            for it in frame.operands(node, row) {
                let list = if frame.has_value(&it) { &mut there } else { &mut lacking };
                if list.len() < OPERANDS_MAX {
                    list.push(it);
                }
            }
        }
        found.extend(lacking.into_iter().chain(there).take(OPERANDS_MAX));
    }

    fn gather_window(&self, at: usize, row: usize, found: &mut Vec<Operand>) {
        let aggregate = &self.sources.windows[at].aggregate;
        let node = aggregate.argument.as_ref().or(aggregate.filter.as_ref());
        let Some(members) = self.members(at, row) else {
            found.push(Operand::Absent(self.why_no_window(at)));
            return;
        };
        let (Some(frame), Some(node)) = (self.of_aggregate(aggregate, false), node) else { return };
        let mut all: Vec<Operand> = Vec::new();
        for &member in members.iter().rev().take(OPERANDS_MAX) {
            all.extend(frame.operands(node, member as usize));
        }
        // Rows without a value come first: they say why it cannot be told.
        all.sort_by_key(|it| frame.has_value(it));
        for it in all {
            if !found.contains(&it) {
                found.push(it);
            }
        }
    }

    /// Whether the row that a column is read in is not there.
    fn leads_nowhere(&self, column: &ColumnRef, row: usize) -> bool {
        matches!(column.via, Via::Link(link) if self.linked(link).is_none_or(|it| it.0.rows[row].is_none()))
    }

    /// Whether an operand has a value to compute with.
    pub(super) fn has_value(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Cell(it) => self.table_of(*it).columns[it.cell.column].states[it.cell.row].has_value(),
            Operand::Absent(_) | Operand::Unprinted(_) => false,
        }
    }

    /// Whether a condition holds whatever the figures are that are printed as
    /// bounds, where nothing else is missing.
    fn holds_within_bounds(&self, node: &Node, row: usize) -> bool {
        let lacking: Vec<Operand> = self.operands(node, row).into_iter().filter(|it| !self.has_value(it)).collect();
        !lacking.is_empty()
            && lacking.iter().all(|it| matches!(it, Operand::Cell(it) if self.is_bounded(*it)))
            && self.possible(node, row, false, Rounding::Exact) == Truth::False
    }

    /// Whether a cell gives bounds in place of a figure.
    pub(super) fn is_bounded(&self, it: CellRef) -> bool {
        let state = self.table_of(it).columns[it.cell.column].states[it.cell.row];
        state == CellState::Marker(Marker::Confidential) && Bounds::read(self.printed(it)).is_some()
    }

    /// Whether an operand is not printed, rather than not understood.
    pub(super) fn is_missing(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Cell(it) => match self.table_of(*it).columns[it.cell.column].states[it.cell.row] {
                CellState::Empty | CellState::Absent => true,
                CellState::Marker(marker) => marker != Marker::Nil,
                CellState::Value | CellState::Unreadable | CellState::Unclear => false,
            },
            Operand::Absent(_) => true,
            Operand::Unprinted(_) => false,
        }
    }

    /// Judges a weighted sum of cells against zero.
    pub(super) fn mark_linear(
        &self,
        linear: &Linear,
        relation: Relation,
        missing: Missing,
        rounding: Rounding,
    ) -> Mark {
        let exact = self.linear_interval(linear, Rounding::Exact);
        let holds = exact.as_ref().is_some_and(|it| !it.missing && it.allows(relation));
        if holds {
            return Mark::Holds;
        }
        let bounded = |it: &Interval| {
            it.missing && !it.allows(relation.negated()) && {
                let mut lacking = linear.terms.iter().filter(|it| !self.has_value(&Operand::Cell(it.1)));
                lacking.all(|it| self.is_bounded(it.1))
            }
        };
        if exact.as_ref().is_some_and(bounded) {
            return Mark::Holds;
        }
        let rounded = self.linear_interval(linear, rounding);
        let allowed = |it: &Interval| it.allows(relation);
        match (&exact, &rounded) {
            (_, Some(it)) if !allowed(it) => Mark::Fails,
            (Some(exact), Some(_)) if !exact.missing => Mark::Rounded,
            _ if missing == Missing::Fail && linear.terms.iter().any(|it| self.is_missing(&Operand::Cell(it.1))) => {
                Mark::Fails
            }
            _ => Mark::Undetermined,
        }
    }
}
