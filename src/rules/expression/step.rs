//! Comparisons with the row before in a series, as checks of rows that follow each other.

use super::Expression;
use super::node::{Link, Node, Order, Type, Via};
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
        Some(Sieved::Groups(Box::new(Grouped { is_looked_up: true, ..Grouped::of(by.clone(), asked) })))
    }
}

/// Whether a condition is true of the first row of a series, whatever it holds: false
/// where nothing can be told of it. None where its own cells decide.
fn first_holds(node: &Node) -> Option<bool> {
    match node {
        Node::IsNull(side) => matches!(&side.node, Node::Column(it) if it.via != Via::Own).then_some(true),
        Node::Any(nodes) if nodes.iter().any(|it| first_holds(it) == Some(true)) => Some(true),
        // A figure of the same column can be anything that this one is.
        Node::Compare(it) => match (&it.left.node, &it.right.node) {
            (Node::Column(left), Node::Column(right)) => {
                (left.name == right.name && left.via != right.via).then_some(false)
            }
            _ => None,
        },
        _ => None,
    }
}
