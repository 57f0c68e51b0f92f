//! What must hold of groups of rows that two tables have rows of.

use super::{Asked, Condition, Fold, Grouped, Term, Total};

/// A check of groups that two tables have rows of: each folds its own, and the
/// totals of both are added. What one table has nothing of is a total that takes
/// none of its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// What the rows of the rule's table come to.
    pub own: Grouped<String>,
    /// The other table, by its index in the dataset.
    pub other: usize,
    /// What its rows come to.
    pub theirs: Grouped<String>,
}

/// Whose rows a total of joined groups takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Those of the rule's table.
    Own,
    /// Those of the other.
    Theirs,
}

impl Joined {
    /// Rows here and rows of another table that share the values of some columns:
    /// how many there are here is the first total, then come the folds, each of one
    /// side. Each row here is a check; without one there is nothing to hold.
    pub(crate) fn new(
        own: &[String],
        (other, theirs, when): (usize, &[String], Option<Condition<String>>),
        mut folds: Vec<(Side, Fold, Option<String>)>,
        holds: Condition<usize>,
    ) -> Self {
        folds.insert(0, (Side::Own, Fold::Count, None));
        let none = Condition::Compare(Term::Column(0), [false, true, false], Term::Constant(0, 0));
        let holds = Condition::Any(vec![none, holds]);
        let grouped = |side: Side, by: &[String], when: Option<Condition<String>>| {
            let total = |(of, fold, column): &(Side, Fold, Option<String>)| {
                let is_its = *of == side;
                let value = |it: &String| if is_its { Term::Column(it.clone()) } else { Term::Constant(0, 0) };
                let never = (!is_its).then(|| Condition::Any(Vec::new()));
                Total { fold: *fold, of: column.as_ref().map(value), when: never, filtered: false }
            };
            let asked = Asked::Totals(folds.iter().map(total).collect(), holds.clone(), None);
            Grouped { is_looked_up: true, when, by_row: Some(0), ..Grouped::of(by.to_vec(), asked) }
        };
        Self { own: grouped(Side::Own, own, None), other, theirs: grouped(Side::Theirs, theirs, when) }
    }
}
