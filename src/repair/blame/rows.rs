//! What rules ask of a figure, with a few figures changed.
//!
//! The sum of a rule is kept, and what one figure adds to it is taken away
//! and put back: to ask a rule of ten thousand figures about each of them
//! costs ten thousand steps, not a hundred million.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::super::range::{End, Range};
use super::super::ratio::Ratio;
use super::super::system::{System, Values};
use crate::table::Decimal;

/// What the terms of a rule add up to.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    low: Ratio,
    high: Ratio,
    /// How many of the ends added are open.
    open: [usize; 2],
    /// How many of the terms have no end.
    unbounded: [usize; 2],
}

impl Sum {
    fn of(range: &Range) -> Self {
        let mut sum = Self { low: Ratio::ZERO, high: Ratio::ZERO, open: [0; 2], unbounded: [0; 2] };
        sum.add(range);
        sum
    }

    fn add(&mut self, range: &Range) {
        let Self { low, high, open, unbounded } = self;
        for (at, (total, end)) in [(low, &range.low), (high, &range.high)].into_iter().enumerate() {
            match end {
                Some(it) => {
                    *total = &*total + &it.value;
                    open[at] += usize::from(it.open);
                }
                None => unbounded[at] += 1,
            }
        }
    }

    fn take(&mut self, range: &Range) {
        let Self { low, high, open, unbounded } = self;
        for (at, (total, end)) in [(low, &range.low), (high, &range.high)].into_iter().enumerate() {
            match end {
                Some(it) => {
                    *total = &*total - &it.value;
                    open[at] -= usize::from(it.open);
                }
                None => unbounded[at] -= 1,
            }
        }
    }

    fn range(&self) -> Range {
        let end = |at: usize, value: &Ratio| {
            (self.unbounded[at] == 0).then(|| End { value: value.clone(), open: self.open[at] > 0 })
        };
        Range { low: end(0, &self.low), high: end(1, &self.high), missing: false }
    }
}

/// The rules of a block, with some figures changed.
pub(super) struct Rules<'a> {
    pub(super) system: &'a System,
    /// The figures as printed.
    pub(super) printed: Values,
    /// The same, for shares: to be changed and changed back.
    scratch: RefCell<Values>,
    /// What each rule asked about adds up to as printed.
    sums: HashMap<usize, Sum, FixedState>,
    /// The weight of a cell in a rule.
    weights: HashMap<(usize, usize), &'a Ratio, FixedState>,
    /// The least power of ten that each rule's figures are printed to.
    pub(super) finest: HashMap<usize, i8, FixedState>,
}

/// What rules add up to with the same figures changed: each is added up once.
pub(super) type Known = HashMap<usize, Sum, FixedState>;

/// Figures in place of the printed ones, in order of their cells.
pub(super) type Changed = Vec<(usize, Decimal)>;

impl<'a> Rules<'a> {
    /// Adds up the rules of some rows; the work is that of their terms.
    pub(super) fn new(system: &'a System, rows: &[usize]) -> Self {
        let (printed, scratch) = (system.printed(), RefCell::new(system.printed()));
        let (sums, weights, finest) = (HashMap::default(), HashMap::default(), HashMap::default());
        let mut rules = Self { system, printed, scratch, sums, weights, finest };
        for &at in rows {
            let row = &system.rows[at];
            let exponents = row.terms.iter().filter_map(|it| rules.printed[it.1]).map(|it| it.exponent);
            rules.finest.extend(exponents.min().map(|it| (at, it)));
            if row.share {
                continue;
            }
            let mut sum = Sum::of(&Range::point(row.constant.clone()));
            for (weight, cell) in &row.terms {
                sum.add(&row.span(system, &rules.printed, *cell).times(weight));
                rules.weights.insert((at, *cell), weight);
            }
            rules.sums.insert(at, sum);
        }
        rules
    }

    /// Whether a rule holds with some figures changed.
    pub(super) fn holds(&self, row: usize, changed: &Changed) -> bool {
        let it = &self.system.rows[row];
        if it.share {
            return self.with(changed, |values| it.holds(self.system, values));
        }
        self.is_wanted(row, &self.sum(row, changed))
    }

    /// Whether it does, and whether it would with more changed behind those.
    pub(super) fn both_hold(&self, row: usize, known: &mut Known, (changed, more): (&Changed, &Changed)) -> [bool; 2] {
        if self.system.rows[row].share {
            return [changed, more].map(|it| self.holds(row, it));
        }
        let sum = known.entry(row).or_insert_with(|| self.sum(row, changed));
        let mut after = sum.clone();
        for it in &more[changed.len()..] {
            self.change(row, &mut after, it);
        }
        [self.is_wanted(row, sum), self.is_wanted(row, &after)]
    }

    fn is_wanted(&self, row: usize, sum: &Sum) -> bool {
        !self.system.rows[row].wanted().and(&sum.range()).is_empty()
    }

    /// What a rule asks of a figure, with others changed.
    pub(super) fn need(&self, row: usize, cell: usize, changed: &Changed) -> Range {
        self.need_knowing(row, cell, (changed, &mut Known::default()))
    }

    /// The same where some rules are added up already.
    pub(super) fn need_knowing(&self, row: usize, cell: usize, (changed, known): (&Changed, &mut Known)) -> Range {
        let it = &self.system.rows[row];
        if it.share {
            return self.with(changed, |values| it.need(self.system, values, cell));
        }
        let Some(weight) = self.weights.get(&(row, cell)) else { return Range::ALL };
        let mut rest = known.entry(row).or_insert_with(|| self.sum(row, changed)).clone();
        let own = changed.iter().find(|it| it.0 == cell).map(|it| it.1).or(self.printed[cell]);
        let span = own.map_or_else(|| self.system.cells[cell].allowed(), |own| Range::of(own, it.rounding));
        rest.take(&span.times(weight));
        let rest = rest.range().times(&-&Ratio::ONE);
        let reached = it.wanted().plus(&rest).times(&(&Ratio::ONE / weight));
        it.widened(self.system, cell, &reached)
    }

    /// How far the sum of a rule is from what is wanted, where that is one value.
    pub(super) fn residual(&self, row: usize, changed: &Changed) -> Option<Ratio> {
        let wanted = self.system.rows[row].wanted();
        if self.system.rows[row].share || wanted.low.is_none() || wanted.high.is_none() {
            return None;
        }
        let sum = self.sum(row, changed).range();
        let (low, high) = (sum.low?.value, sum.high?.value);
        Some((&(&low + &high) / &Ratio::whole(2)).size())
    }

    fn sum(&self, row: usize, changed: &Changed) -> Sum {
        let mut sum = self.sums[&row].clone();
        for it in changed {
            self.change(row, &mut sum, it);
        }
        sum
    }

    /// Puts one figure in place of the printed one.
    fn change(&self, row: usize, sum: &mut Sum, (cell, to): &(usize, Decimal)) {
        let Some(weight) = self.weights.get(&(row, *cell)) else { return };
        let it = &self.system.rows[row];
        sum.take(&it.span(self.system, &self.printed, *cell).times(weight));
        sum.add(&Range::of(*to, it.rounding).times(weight));
    }

    /// Whether a rule is one of those added up, or a share.
    pub(super) fn is_asked(&self, row: usize) -> bool {
        self.system.rows[row].share || self.sums.contains_key(&row)
    }

    /// Asks something of all figures, with some changed.
    fn with<T>(&self, changed: &Changed, ask: impl FnOnce(&Values) -> T) -> T {
        let mut values = self.scratch.borrow_mut();
        for (cell, to) in changed {
            values[*cell] = Some(*to);
        }
        let answer = ask(&values);
        for (cell, _) in changed {
            values[*cell] = self.printed[*cell];
        }
        answer
    }
}
