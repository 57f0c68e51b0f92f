//! How the figures of a relation are worked out, for those who say it in another language.

use super::RelationTerm;
use super::claim::{Axis, Claim, Cut, Form, Term};
use super::figures::Sheet;

/// The arithmetic of a [`Relation`](super::Relation), over its target and its terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// The sum of the terms, each as often as it counts.
    Linear,
    /// How far the two terms are apart.
    Distance,
    /// 10^`power` times one sum of lines for each of another; weights are in halves: 2 counts once.
    Quotient {
        /// What is divided.
        above: Vec<RelationTerm>,
        /// What it is divided by.
        below: Vec<RelationTerm>,
        /// The power of ten: 2 for percentages.
        power: i32,
        /// How the printed figure was cut to its digits.
        cut: Cut,
    },
    /// 10^`power` times the change of the term on the row before, for each of it there.
    Growth {
        /// Whether the row before is printed below.
        back: bool,
        /// The power of ten: 2 for percentages.
        power: i32,
        /// How the printed figure was cut to its digits.
        cut: Cut,
    },
    /// The product of the two terms.
    Product,
    /// The term times this fraction.
    Proportional {
        /// Above and below the stroke.
        factor: (i128, i128),
    },
    /// The figure of the row before, plus the term.
    Running {
        /// Whether the row before is printed below.
        back: bool,
    },
    /// About the figures of the rows around it: no figure is ten times its neighbours.
    Steady,
    /// In the order of the rows, or of the rank that is its term.
    Ordered {
        /// Whether it falls in that order.
        falls: bool,
    },
    /// One, and as many more as have a larger figure in the term, or a smaller one.
    Ranked {
        /// Whether the largest figure is the first.
        falls: bool,
    },
    /// The terms make up a hundred.
    Hundred,
    /// The mean of the terms.
    Mean,
    /// The largest of the terms.
    Maximum,
    /// The smallest of the terms.
    Minimum,
}

/// That of a claim, its lines as columns or rows of the table.
pub(super) fn arithmetic(claim: &Claim, sheet: &Sheet<'_>) -> Arithmetic {
    let terms = |it: &[Term]| it.iter().map(|it| term(*it, claim.axis, sheet)).collect();
    match &claim.form {
        Form::Linear => Arithmetic::Linear,
        Form::Distance => Arithmetic::Distance,
        Form::Quotient { above, below, power, cut } => {
            Arithmetic::Quotient { above: terms(above), below: terms(below), power: *power, cut: *cut }
        }
        Form::Growth { back, power, cut } => Arithmetic::Growth { back: *back, power: *power, cut: *cut },
        Form::Product => Arithmetic::Product,
        Form::Proportional { factor } => Arithmetic::Proportional { factor: *factor },
        Form::Running { back, .. } => Arithmetic::Running { back: *back },
        Form::Steady { .. } => Arithmetic::Steady,
        Form::Ordered { falls, .. } => Arithmetic::Ordered { falls: *falls },
        Form::Ranked { falls, .. } => Arithmetic::Ranked { falls: *falls },
        Form::Hundred => Arithmetic::Hundred,
        Form::Mean => Arithmetic::Mean,
        Form::Maximum => Arithmetic::Maximum,
        Form::Minimum => Arithmetic::Minimum,
    }
}

/// A line of a claim as a column or row of the table.
pub(super) fn term(it: Term, axis: Axis, sheet: &Sheet<'_>) -> RelationTerm {
    let line = if axis == Axis::Columns { sheet.lanes[it.line].column } else { it.line };
    RelationTerm { line, weight: it.weight }
}
