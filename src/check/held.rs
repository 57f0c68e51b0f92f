//! Which figures hold, and by what: for those who show a table with its marks.

use crate::discover::Relation;
use crate::rules::{CellSet, Mark};

/// The figures of an edition that checks hold for.
#[derive(Clone, Debug, Default)]
pub struct HeldFigures {
    /// The name of each declared rule, with the figures of its checks that hold.
    pub rules: Vec<(String, CellSet)>,
    /// What tables follow by themselves: which table, and the relation.
    pub relations: Vec<(usize, Relation)>,
}

/// The marks of the checks that hold; all others count as left out.
pub(super) fn holding(marks: &[Mark]) -> Vec<Mark> {
    let holds = |it: &Mark| matches!(it, Mark::Holds | Mark::Rounded);
    marks.iter().map(|it| if holds(it) { *it } else { Mark::Skipped }).collect()
}
