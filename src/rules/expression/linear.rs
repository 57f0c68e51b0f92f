//! Comparisons that are linear in cells, with coefficients merged.

use num_traits::{One, Zero};

use super::frame::{CellRef, Frame};
use super::interval::Interval;
use super::node::{Constant, Fold, Node, Source};
use super::vector::is_fillable;
use crate::rules::Rounding;
use crate::table::{ColumnType, Exact};

// Merging cells costs their number for every row judged; above this many an
// aggregate stands as one value, which can only widen what rounding allows.
const TERMS_MAX: usize = 10_000;

/// A weighted sum of cells and a constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Linear {
    /// The cells, each once and in their order, with a weight that is not zero.
    pub(crate) terms: Vec<(Exact, CellRef)>,
    /// What is added to them.
    pub(crate) constant: Exact,
}

impl Linear {
    /// A number and no cells.
    pub(crate) fn constant(constant: Exact) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// Weighted cells, merged.
    pub(crate) fn new(terms: Vec<(Exact, CellRef)>, constant: Exact) -> Self {
        let mut it = Self { terms, constant };
        it.merge();
        it
    }

    fn cell(cell: CellRef) -> Self {
        Self { terms: vec![(Exact::one(), cell)], constant: Exact::zero() }
    }

    fn scaled(mut self, factor: &Exact) -> Self {
        self.constant *= factor;
        for term in &mut self.terms {
            term.0 *= factor;
        }
        self.merge();
        self
    }

    fn add(&mut self, other: Self, take_away: bool) {
        let sign = if take_away { -Exact::one() } else { Exact::one() };
        self.constant += &other.constant * &sign;
        self.terms.extend(other.terms.into_iter().map(|(weight, cell)| (weight * &sign, cell)));
    }

    fn merge(&mut self) {
        self.terms.sort_by_key(|it| it.1);
        self.terms.dedup_by(|next, kept| {
            let same = next.1 == kept.1;
            if same {
                kept.0 += &next.0;
            }
            same
        });
        self.terms.retain(|it| !it.0.is_zero());
    }
}

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

    fn linear_slot(&self, at: usize) -> Option<Linear> {
        let slot = &self.sources[at];
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
            (Source::Aggregate(aggregate), _) if aggregate.fold == Fold::Sum => {
                let frame = self.of_aggregate(aggregate, slot.previous)?;
                let length = frame.own_table()?.rows.len();
                if length > TERMS_MAX {
                    return None;
                }
                let chosen = frame.chosen(aggregate, &(0..length))?;
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
            sum = sum.add(&self.cell_interval(*cell, rounding)?.scale(weight));
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
            Some(figure) => Some(Interval::of_figure(figure, rounding)),
            None if self.zero && is_fillable(state) => Some(Interval::point(Exact::zero())),
            None if column.kind == ColumnType::Count => Some(Interval::missing_count()),
            None => None,
        }
    }
}
