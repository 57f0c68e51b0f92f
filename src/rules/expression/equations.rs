//! The linear comparisons that a condition asks for.

use super::frame::Frame;
use super::node::{Node, Relation, Side, Type};
use super::{Expression, Linear};
use crate::rules::{Context, Equation};

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
