//! Conditions as weighted sums of cells, where they are such: what rounding can
//! hide is told by them, and repairs go on with them.

use num_traits::Zero;

use super::Expression;
use super::frame::Frame;
use super::node::{Constant, Fold, Node, Side, Source, Type};
use crate::plan::{CellRef, End, Equation, Interval, Linear, Relation, Rounding};
use crate::rules::Context;
use crate::table::{Bounds, CellState, ColumnType, Exact, Marker, is_fillable};

// Merging cells costs their number for every row judged; above this many an
// aggregate stands as one value, which can only widen what rounding allows.
const TERMS_MAX: usize = 10_000;

impl Frame<'_> {
    /// The difference of two numbers of a row, if it is linear in cells.
    pub(super) fn linear_difference(&self, left: &Node, right: &Node, row: usize) -> Option<Linear> {
        let mut linear = self.linear(left, row)?;
        linear.add(self.linear(right, row)?, true);
        linear.merge();
        Some(linear)
    }

    /// A number of a row as a weighted sum of cells, if it is one.
    pub(super) fn linear(&self, node: &Node, row: usize) -> Option<Linear> {
        match node {
            Node::Constant(Constant::Number(it)) => Some(Linear::constant(it.clone())),
            Node::Column(it) => match self.column_cell(it, row) {
                Some(cell) => Some(Linear::cell(cell)),
                // What is left out and counts as nothing is no cell, but a number.
                None => {
                    (self.zero && self.unprinted_interval(it, row).is_some()).then(|| Linear::constant(Exact::zero()))
                }
            },
            Node::Slot(at) => self.linear_slot(*at),
            Node::Window(at) => self.linear_window(*at, node, row),
            Node::Sum(terms) => {
                let mut sum = Linear::constant(Exact::zero());
                for (minus, term) in terms {
                    sum.add(self.linear(term, row)?, *minus);
                }
                sum.merge();
                Some(sum)
            }
            Node::Product(pair) => {
                let (left, right) = (self.linear(&pair[0], row)?, self.linear(&pair[1], row)?);
                match (left.terms.is_empty(), right.terms.is_empty()) {
                    (true, _) => Some(right.scaled(&left.constant)),
                    (_, true) => Some(left.scaled(&right.constant)),
                    _ => None,
                }
            }
            Node::Quotient(pair) => {
                let divisor = self.linear(&pair[1], row)?;
                let fixed = divisor.terms.is_empty() && !divisor.constant.is_zero();
                if fixed { Some(self.linear(&pair[0], row)?.scaled(&divisor.constant.recip())) } else { None }
            }
            _ => None,
        }
    }

    fn linear_window(&self, at: usize, node: &Node, row: usize) -> Option<Linear> {
        let aggregate = &self.sources.windows[at].aggregate;
        if aggregate.fold == Fold::Count {
            return self.exact(node, row).map(Linear::constant);
        }
        let members = self.members(at, row)?;
        if !matches!(aggregate.fold, Fold::Sum | Fold::Average) || members.is_empty() || members.len() > TERMS_MAX {
            return None;
        }
        let frame = self.of_aggregate(aggregate, false)?;
        let mut sum = Linear::constant(Exact::zero());
        for &member in members {
            sum.add(frame.linear(aggregate.argument.as_ref()?, member as usize)?, false);
        }
        sum.merge();
        let mean = aggregate.fold == Fold::Average;
        Some(if mean { sum.scaled(&super::kernels::of_count(members.len()).recip()) } else { sum })
    }

    fn linear_slot(&self, at: usize) -> Option<Linear> {
        let slot = &self.sources.slots[at];
        match (&slot.source, &self.slots[at].cell) {
            (_, Some(Ok(cell))) => Some(Linear::cell(*cell)),
            (Source::Cell(_), Some(Err(_))) if self.zero => match &self.slots[at].filled {
                Constant::Number(it) => Some(Linear::constant(it.clone())),
                _ => None,
            },
            (Source::Aggregate(aggregate), _) if aggregate.fold == Fold::Count => match &self.slots[at].value {
                Constant::Number(it) => Some(Linear::constant(it.clone())),
                _ => None,
            },
            // Where what all rows come to is given, not all of them are here.
            (Source::Aggregate(aggregate), _) if aggregate.fold == Fold::Sum && self.context.totals.is_empty() => {
                let frame = self.of_aggregate(aggregate, slot.previous)?;
                let length = frame.own_table()?.rows.len();
                if length > TERMS_MAX {
                    return None;
                }
                // As in SQL, there is no sum of no rows.
                let chosen = frame.chosen(aggregate, &(0..length)).filter(|it| it.contains(&true))?;
                let mut sum = Linear::constant(Exact::zero());
                for row in (0..length).filter(|&it| chosen[it]) {
                    sum.add(frame.linear(aggregate.argument.as_ref()?, row)?, false);
                }
                sum.merge();
                Some(sum)
            }
            _ => None,
        }
    }

    /// The values that a weighted sum of cells can have; none where a cell can be anything.
    pub(super) fn linear_interval(&self, linear: &Linear, rounding: Rounding) -> Option<Interval> {
        let mut sum = Interval::point(linear.constant.clone());
        for (weight, cell) in &linear.terms {
            sum = sum.plus(&self.cell_interval(*cell, rounding)?.times(weight));
        }
        Some(sum)
    }

    /// The exact value of a weighted sum of cells; none where a cell has no value.
    pub(super) fn linear_value(&self, linear: &Linear) -> Option<Exact> {
        let interval = self.linear_interval(linear, Rounding::Exact).filter(|it| !it.missing)?;
        interval.low.map(|it| it.value)
    }

    /// The values that a cell can have; none where it can be anything.
    pub(super) fn cell_interval(&self, it: CellRef, rounding: Rounding) -> Option<Interval> {
        let column = &self.table_of(it).columns[it.cell.column];
        let state = column.states[it.cell.row];
        match column.decimal(it.cell.row) {
            Some(figure) => Some(Interval::of(figure, self.rounding_of(it, figure.exponent, rounding))),
            None if state == CellState::Marker(Marker::Confidential) && Bounds::read(self.printed(it)).is_some() => {
                Bounds::read(self.printed(it)).map(|bounds| within(bounds, column.kind))
            }
            None if self.zero && is_fillable(state) => Some(Interval::point(Exact::zero())),
            None if column.kind == ColumnType::Count => Some(Interval::missing_count()),
            None => None,
        }
    }
}

/// The values that a figure can have whose bounds are printed.
fn within(bounds: Bounds, kind: ColumnType) -> Interval {
    let end = |it: (i64, bool)| End { value: Exact::from_integer(it.0.into()), open: it.1 };
    let counted = matches!(kind, ColumnType::Count | ColumnType::Integer);
    // Of whole numbers, fewer than 5 are at most 4.
    let inner = |it: (i64, bool), step: i64| if counted && it.1 { (it.0 + step, false) } else { it };
    let least = if kind == ColumnType::Count { Some((0, false)) } else { None };
    let low = bounds.low.map(|it| inner(it, 1)).or(least).map(end);
    let high = bounds.high.map(|it| inner(it, -1)).map(end);
    Interval { missing: true, ..Interval::between(low, high) }
}

impl Frame<'_> {
    /// What is made of the printed precision of a cell.
    fn rounding_of(&self, it: CellRef, exponent: i8, rounding: Rounding) -> Rounding {
        if rounding == Rounding::Exact {
            return rounding;
        }
        let table = self.table_of(it);
        let column = &table.columns[it.cell.column];
        let schema = self.context.tables.iter().find(|it| it.name == table.name);
        let declared = schema.and_then(|it| it.columns[it.column(&column.name)?].rounded);
        // What is printed in thousands is rounded, whatever it counts.
        let counted = matches!(column.kind, ColumnType::Count | ColumnType::Integer) && exponent <= 0;
        let rounded = declared.unwrap_or(!(self.exact_counts && counted));
        if rounded { rounding } else { Rounding::Exact }
    }
}

impl Expression {
    /// What some checks say of cells, each comparison that is linear in them;
    /// what is joined by OR, or computed otherwise, is left out.
    pub(crate) fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        if checks.is_empty() {
            return Vec::new();
        }
        let frame = self.frame(context);
        let mut found = Vec::new();
        for &check in checks {
            let mut add = |linear: Linear, relation: Relation| {
                found.push((check, Equation::linear(linear, relation, self.rounding, self.missing)));
            };
            frame.comparisons(&self.node, check, true, &mut add);
        }
        found
    }
}

impl Frame<'_> {
    /// Finds the comparisons that must all hold for a condition to be as wanted.
    fn comparisons(&self, node: &Node, row: usize, wanted: bool, add: &mut impl FnMut(Linear, Relation)) {
        let mut compare = |left: &Side, relation: Relation, right: &Side| {
            let relation = if wanted { relation } else { relation.negated() };
            // What is unequal leaves both sides open: no system can hold it.
            if relation != Relation::Unequal
                && let Some(linear) = self.linear_difference(&left.node, &right.node, row)
                && !linear.terms.is_empty()
            {
                add(linear, relation);
            }
        };
        match node {
            Node::Compare(it) if it.kind == Type::Number => compare(&it.left, it.relation, &it.right),
            Node::Between(sides, Type::Number) if wanted => {
                let [it, low, high] = &**sides;
                compare(it, Relation::AtLeast, low);
                compare(it, Relation::AtMost, high);
            }
            Node::All(list) if wanted => list.iter().for_each(|it| self.comparisons(it, row, wanted, add)),
            Node::Any(list) if !wanted => list.iter().for_each(|it| self.comparisons(it, row, wanted, add)),
            Node::Not(it) => self.comparisons(it, row, !wanted, add),
            _ => {}
        }
    }
}
