//! Comparisons with the row before in a series, as checks of rows that follow each other.

use super::Expression;
use super::node::{Constant, Link, Node, Order, Type, Via};
use super::sieve::condition;
use crate::plan::{Asked, Grouped, Sieved, Steps};

impl Expression {
    /// What must hold of each row and the one before it, where nothing else is read.
    pub(super) fn steps(&self) -> Option<Sieved> {
        let [Link::Back(Order { by, along: Some(along) }, 1)] = &self.inputs.links[..] else { return None };
        if self.needs_previous || !self.inputs.slots.is_empty() || !self.inputs.windows.is_empty() {
            return None;
        }
        let first_holds = first_holds(&self.node)?;
        let (mut columns, mut has_text) = (Vec::new(), false);
        let mut node = self.node.clone();
        node.each_column_mut(&mut |it| {
            has_text |= !matches!(it.kind, Type::Number | Type::Date);
            let at = columns.iter().position(|known| *known == it.name).unwrap_or_else(|| {
                columns.push(it.name.clone());
                columns.len() - 1
            });
            it.name = (2 * at + usize::from(it.via == Via::Own)).to_string();
            it.via = Via::Own;
        });
        let holds = condition(&node).filter(|_| !has_text)?.over(&|it| it.parse().ok())?;
        let asked = Asked::Steps(Box::new(Steps { along: along.clone(), columns, holds, first_holds }));
        let by = by.clone();
        Some(Sieved::Groups(Box::new(Grouped {
            by,
            is_looked_up: true,
            when: None,
            asked,
            checks: 1,
            by_row: None,
            is_decided: false,
        })))
    }
}

/// Whether a condition is true of the first row of a series, whatever it holds: false
/// where nothing can be told of it. None where its own cells decide.
fn first_holds(node: &Node) -> Option<bool> {
    let is_before = |it: &Node| matches!(it, Node::Column(it) if matches!(it.via, Via::Link(_)));
    let reads_before = |it: &Node| it.any(&is_before);
    match node {
        Node::IsNull(side) if is_before(&side.node) => Some(true),
        Node::Constant(Constant::Truth(true)) => Some(true),
        Node::Any(nodes) if nodes.iter().any(|it| first_holds(it) == Some(true)) => Some(true),
        // A figure of the same column can be anything that this one is.
        Node::Compare(it) => match (&it.left.node, &it.right.node) {
            (Node::Column(left), Node::Column(right)) => {
                let differs = left.name == right.name && left.via != right.via;
                (differs && reads_before(node)).then_some(false)
            }
            _ => None,
        },
        _ => None,
    }
}
