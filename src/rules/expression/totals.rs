//! Figures of all rows that a condition reads: what is asked for, and the condition with
//! those figures in it.

use num_traits::Zero;

use super::Expression;
use super::node::{Constant, Fold, Node, Slot, Source, Type};
use super::sieve::{condition, term, tests, value};
use crate::plan::{self, Rounding, Test, Total};
use crate::table::Exact;

impl Expression {
    /// What makes a row hold where the totals that its sieve asks for are known.
    pub(crate) fn sieve_beside(&self, totals: &[Exact]) -> Option<Vec<Test<String>>> {
        let is_exact = self.rounding == Rounding::Exact;
        match self.reads_row {
            _ if !is_exact || totals.is_empty() => None,
            false => Some(Vec::new()),
            true => tests(&self.node.with_values(&self.slot_values(totals))),
        }
    }

    /// Whether it reads plain cells of one row and single values, and nothing else.
    pub(super) fn is_beside_totals(&self) -> bool {
        !self.needs_previous && self.inputs.links.is_empty() && self.inputs.windows.is_empty()
    }

    /// The value of each slot, from what all rows come to: a mean is a sum, and a count
    /// that stands behind all others.
    pub(super) fn slot_values(&self, totals: &[Exact]) -> Vec<Constant> {
        let (own, counts) = totals.split_at(self.inputs.slots.len().min(totals.len()));
        let mut counts = counts.iter();
        let value = |(slot, total): (&Slot, &Exact)| match slot.is_mean().then(|| counts.next()).flatten() {
            Some(count) if count.is_zero() => Constant::Null(Type::Number),
            Some(count) => Constant::Number(total / count),
            None => Constant::Number(total.clone()),
        };
        self.inputs.slots.iter().zip(own).map(value).collect()
    }

    /// What its slots are: one total each, and behind those a count for each mean.
    pub(super) fn totals(&self) -> Option<Vec<Total<String>>> {
        let slots = &self.inputs.slots;
        let mut totals: Vec<Total<String>> = slots.iter().map(|it| self.total(it)).collect::<Option<_>>()?;
        let means = slots.iter().zip(totals.clone()).filter(|it| it.0.is_mean());
        totals.extend(means.map(|it| Total { fold: plan::Fold::Count, ..it.1 }));
        Some(totals)
    }

    fn total(&self, slot: &Slot) -> Option<Total<String>> {
        let Source::Aggregate(it) = &slot.source else { return None };
        let own = Some(it.table) == self.table && !slot.previous && slot.kind == Type::Number;
        let fold = match it.fold {
            Fold::Count => plan::Fold::Count,
            Fold::Min => plan::Fold::Least,
            Fold::Max => plan::Fold::Most,
            Fold::Sum | Fold::Average => plan::Fold::Sum,
            Fold::Percentile(_) => return None,
        };
        let of = match &it.argument {
            Some(it) => Some(term(it, Type::Number)?),
            None => None,
        };
        let when = match &it.filter {
            Some(it) => Some(condition(it)?),
            None => None,
        };
        own.then_some(Total { fold, of, when, filtered: it.filtered })
    }
}

impl Slot {
    /// Whether it is the mean of many rows.
    pub(super) fn is_mean(&self) -> bool {
        matches!(&self.source, Source::Aggregate(it) if it.fold == Fold::Average)
    }
}

impl Node {
    /// The same with these values for its slots, and one number for what is worked out of numbers.
    fn with_values(&self, slots: &[Constant]) -> Self {
        let mut node = self.clone();
        node.fix(slots);
        node
    }

    fn fix(&mut self, slots: &[Constant]) {
        self.children_mut().into_iter().for_each(|it| it.fix(slots));
        let number = |it: &Self| match it {
            Self::Constant(Constant::Number(it)) => Some(it.clone()),
            _ => None,
        };
        let fixed = match self {
            Self::Slot(at) => slots.get(*at).cloned(),
            Self::Product(pair) => {
                number(&pair[0]).zip(number(&pair[1])).map(|(left, right)| Constant::Number(left * right))
            }
            Self::Quotient(pair) => {
                let divisor = number(&pair[1]).filter(|it| !it.is_zero());
                number(&pair[0]).zip(divisor).map(|(left, right)| Constant::Number(left / right))
            }
            Self::Sum(_) => value(self).map(Constant::Number),
            _ => None,
        };
        if let Some(it) = fixed {
            *self = Self::Constant(it);
        }
    }
}
