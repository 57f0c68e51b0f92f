//! Divisions in conditions over plain cells: what divides is multiplied out, so that
//! nothing is rounded, and must not be zero.

use super::node::{Function, Node, Type};
use super::sieve::{orders, term};
use crate::plan::{Condition, Relation, Term};

/// A number with what divides it, each of which must not be zero.
pub(super) struct Fraction {
    above: Term<String>,
    below: Vec<Term<String>>,
}

impl Fraction {
    /// What a node computes, where there are divisions in it.
    pub(super) fn of(node: &Node) -> Option<Self> {
        if let Some(above) = term(node, Type::Number) {
            return Some(Self { above, below: Vec::new() });
        }
        match node {
            Node::Quotient(pair) => {
                let (above, by) = (Self::of(&pair[0])?, Self::of(&pair[1])?);
                let below = above.below.iter().chain([&by.above]).cloned().collect();
                Some(Self { above: times(above.above, &by.below), below })
            }
            Node::Product(pair) => {
                let (left, right) = (Self::of(&pair[0])?, Self::of(&pair[1])?);
                let below = [left.below, right.below].concat();
                Some(Self { above: Term::Product(Box::new([left.above, right.above])), below })
            }
            Node::Sum(terms) => {
                let terms: Vec<(bool, Self)> =
                    terms.iter().map(|(minus, it)| Some((*minus, Self::of(it)?))).collect::<Option<_>>()?;
                let brought = |at: usize| {
                    let others = terms.iter().enumerate().filter(|it| it.0 != at);
                    let others: Vec<_> = others.flat_map(|it| it.1.1.below.clone()).collect();
                    (terms[at].0, times(terms[at].1.above.clone(), &others))
                };
                let above = Term::Sum((0..terms.len()).map(brought).collect());
                Some(Self { above, below: terms.into_iter().flat_map(|it| it.1.below).collect() })
            }
            Node::Call(Function::Abs, list, _) => {
                let it = Self::of(list.first()?)?;
                let size = |it: Term<String>| Term::Size(Box::new(it));
                Some(Self { above: size(it.above), below: it.below.into_iter().map(size).collect() })
            }
            _ => None,
        }
    }

    /// How it stands to another: both sides are multiplied by what divides them, twice
    /// where its sign matters.
    pub(super) fn compared(self, relation: Relation, other: Self) -> Option<Condition<String>> {
        // Each more makes the numbers too long to be worked out.
        const BELOW_MAX: usize = 3;
        let below = [&self.below[..], &other.below[..]].concat();
        if below.len() > BELOW_MAX {
            return None;
        }
        let (mut left, mut right) = (times(self.above, &other.below), times(other.above, &self.below));
        if !matches!(relation, Relation::Equal | Relation::Unequal) {
            (left, right) = (times(left, &below), times(right, &below));
        }
        let is_some = |it| Condition::Compare(it, orders(Relation::Unequal), Term::Constant(0, 0));
        let known = Condition::All(below.into_iter().map(is_some).collect());
        Some(Condition::Known(Box::new([known, Condition::Compare(left, orders(relation), right)])))
    }
}

/// A term with some factors more.
fn times(it: Term<String>, factors: &[Term<String>]) -> Term<String> {
    factors.iter().fold(it, |it, factor| Term::Product(Box::new([it, factor.clone()])))
}
