//! What a node can be once rounding and missing counts are allowed for.

use super::frame::{BATCH_ROWS, Frame};
use super::kernels::{self, round_exact};
use super::node::{Aggregate, Constant, Fold, Function, Node, Side, Source, Type};
use super::vector::Truth;
use crate::plan::{Interval, Relation, Rounding};
use crate::table::Exact;

impl Frame<'_> {
    /// Whether a condition can be as wanted in a row: true if it can, false if
    /// it cannot whatever rounding hid and whatever missing counts are,
    /// unknown if that hangs on what is missing.
    ///
    /// Going down with what is wanted keeps *can be* right under NOT.
    pub(super) fn possible(&self, node: &Node, row: usize, wanted: bool, rounding: Rounding) -> Truth {
        let all = |list: &[Node]| list.iter().map(|it| self.possible(it, row, wanted, rounding)).min();
        let any = |list: &[Node]| list.iter().map(|it| self.possible(it, row, wanted, rounding)).max();
        let compare = |left: &Side, relation: Relation, right: &Side| {
            let relation = if wanted { relation } else { relation.negated() };
            self.comparison_possible(&left.node, relation, &right.node, row, rounding)
        };
        match node {
            Node::Compare(it) if it.kind == Type::Number => compare(&it.left, it.relation, &it.right),
            Node::All(list) => if wanted { all(list) } else { any(list) }.unwrap_or(Truth::of(Some(wanted))),
            Node::Any(list) => if wanted { any(list) } else { all(list) }.unwrap_or(Truth::of(Some(!wanted))),
            Node::Not(it) => self.possible(it, row, !wanted, rounding),
            Node::Between(sides, Type::Number) => {
                let [it, low, high] = &**sides;
                let (low, high) = (compare(it, Relation::AtLeast, low), compare(it, Relation::AtMost, high));
                if wanted { low.min(high) } else { low.max(high) }
            }
            Node::In(it, list, Type::Number) => {
                let fits = list.iter().map(|other| compare(it, Relation::Equal, other));
                let joined = if wanted { fits.max() } else { fits.min() };
                joined.unwrap_or(Truth::of(Some(!wanted)))
            }
            other => {
                let truth = self.truths(other, &(row..row + 1), self.zero)[0];
                if wanted { truth } else { truth.negated() }
            }
        }
    }

    fn comparison_possible(
        &self,
        left: &Node,
        relation: Relation,
        right: &Node,
        row: usize,
        rounding: Rounding,
    ) -> Truth {
        let difference = match self.linear_difference(left, right, row) {
            Some(linear) => self.linear_interval(&linear, rounding),
            None => self.difference(left, right, row, rounding),
        };
        match difference {
            None => Truth::Unknown,
            Some(it) if !it.allows(relation) => Truth::False,
            Some(it) if it.missing => Truth::Unknown,
            Some(_) => Truth::True,
        }
    }

    fn difference(&self, left: &Node, right: &Node, row: usize, rounding: Rounding) -> Option<Interval> {
        Some(self.bounds(left, row, rounding)?.minus(&self.bounds(right, row, rounding)?))
    }

    /// The values that a number can have in a row; none where it can be anything.
    pub(super) fn bounds(&self, node: &Node, row: usize, rounding: Rounding) -> Option<Interval> {
        let bounds = |it: &Node| self.bounds(it, row, rounding);
        match node {
            Node::Column(it) => match self.column_cell(it, row) {
                Some(cell) => self.cell_interval(cell, rounding),
                None => self.unprinted_interval(it, row),
            },
            Node::Slot(at) => self.slot_bounds(*at, rounding),
            Node::Window(at) => self.window_bounds(*at, node, row, rounding),
            Node::Sum(terms) => {
                let mut sum = Interval::point(kernels::of_count(0));
                for (minus, term) in terms {
                    sum = if *minus { sum.minus(&bounds(term)?) } else { sum.plus(&bounds(term)?) };
                }
                Some(sum)
            }
            Node::Product(pair) => Some(bounds(&pair[0])?.product(&bounds(&pair[1])?)),
            Node::Quotient(pair) => {
                // Division by a printed zero stays unknown: no rounding makes it right.
                let divisor = bounds(&pair[1])?;
                let zero = divisor == Interval::point(kernels::of_count(0));
                if zero { None } else { Some(bounds(&pair[0])?.quotient(&divisor)) }
            }
            Node::Call(function, list, Type::Number) => self.call_bounds(*function, list, node, row, rounding),
            Node::Case(branches, otherwise, Type::Number) => {
                let met = |it: &&(Node, Node)| self.truths(&it.0, &(row..row + 1), self.zero)[0] == Truth::True;
                bounds(branches.iter().find(met).map_or(otherwise, |it| &it.1))
            }
            _ => self.exact(node, row).map(Interval::point),
        }
    }

    fn call_bounds(
        &self,
        function: Function,
        list: &[Node],
        node: &Node,
        row: usize,
        rounding: Rounding,
    ) -> Option<Interval> {
        let bounds = |it: &Node| self.bounds(it, row, rounding);
        match function {
            Function::Abs => Some(bounds(&list[0])?.abs()),
            Function::Round(decimals) => Some(bounds(&list[0])?.map(|it| round_exact(it, decimals))),
            Function::Least | Function::Greatest => {
                let mut best = bounds(&list[0])?;
                for it in &list[1..] {
                    let other = bounds(it)?;
                    best = if function == Function::Least { best.least(&other) } else { best.greatest(&other) };
                }
                Some(best)
            }
            Function::Coalesce => {
                let there = |it: &&Node| self.evaluate(it, &(row..row + 1), false).is_there(0);
                bounds(list.iter().find(there)?)
            }
            Function::NullIf => self.exact(node, row).and_then(|_| bounds(&list[0])),
            _ => self.exact(node, row).map(Interval::point),
        }
    }

    /// The exact value of a number in a row, where there is one.
    pub(super) fn exact(&self, node: &Node, row: usize) -> Option<Exact> {
        match self.evaluate(node, &(row..row + 1), self.zero).constant(0) {
            Constant::Number(it) => Some(it),
            _ => None,
        }
    }

    fn slot_bounds(&self, at: usize, rounding: Rounding) -> Option<Interval> {
        let value = match &self.slots[at].filled {
            Constant::Number(it) => Some(Interval::point(it.clone())),
            _ => None,
        };
        match (&self.sources.slots[at].source, &self.slots[at].cell) {
            (_, Some(Ok(cell))) => self.cell_interval(*cell, rounding),
            (_, Some(Err(_))) => value.or_else(|| self.unprinted_slot(at)),
            (Source::Aggregate(aggregate), _) if !matches!(aggregate.fold, Fold::Count | Fold::Percentile(_)) => {
                // Many rows are gone through once more only where it can matter.
                if rounding == Rounding::Exact && value.is_some() {
                    return value;
                }
                self.fold_bounds(aggregate, self.sources.slots[at].previous, rounding)
            }
            _ => value,
        }
    }

    fn window_bounds(&self, at: usize, node: &Node, row: usize, rounding: Rounding) -> Option<Interval> {
        let aggregate = &self.sources.windows[at].aggregate;
        let value = self.exact(node, row).map(Interval::point);
        let is_plain = matches!(aggregate.fold, Fold::Count | Fold::Percentile(_));
        if is_plain || (rounding == Rounding::Exact && value.is_some()) {
            return value;
        }
        let frame = self.of_aggregate(aggregate, false)?;
        let members = self.members(at, row)?;
        let mut folded: Option<Interval> = None;
        for &member in members {
            let it = frame.bounds(aggregate.argument.as_ref()?, member as usize, rounding)?;
            folded = Some(joined(folded, it, aggregate.fold));
        }
        mean(folded?, aggregate.fold, members.len())
    }

    fn fold_bounds(&self, aggregate: &Aggregate, previous: bool, rounding: Rounding) -> Option<Interval> {
        let frame = self.of_aggregate(aggregate, previous)?;
        let length = frame.own_table()?.rows.len();
        let mut folded: Option<Interval> = None;
        let mut count = 0;
        for start in (0..length).step_by(BATCH_ROWS) {
            let rows = start..(start + BATCH_ROWS).min(length);
            let chosen = frame.chosen(aggregate, &rows)?;
            for row in rows.clone().filter(|it| chosen[it - start]) {
                let it = frame.bounds(aggregate.argument.as_ref()?, row, rounding)?;
                count += 1;
                folded = Some(joined(folded, it, aggregate.fold));
            }
        }
        mean(folded?, aggregate.fold, count)
    }
}

/// One more value on the way of an aggregate.
fn joined(folded: Option<Interval>, it: Interval, fold: Fold) -> Interval {
    match (folded, fold) {
        (None, _) => it,
        (Some(best), Fold::Min) => best.least(&it),
        (Some(best), Fold::Max) => best.greatest(&it),
        (Some(sum), _) => sum.plus(&it),
    }
}

/// A sum of so many values, divided by them where their mean is asked for.
fn mean(folded: Interval, fold: Fold, count: usize) -> Option<Interval> {
    match fold {
        Fold::Average if count == 0 => None,
        Fold::Average => Some(folded.times(&kernels::of_count(count).recip())),
        _ => Some(folded),
    }
}
