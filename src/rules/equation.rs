//! What a check says of cells in a form that arithmetic can go on with.

use super::expression::{CellRef, Linear, Relation};
use super::{Missing, Rounding};

/// One comparison of a check: a weighted sum of cells against zero, or a share.
///
/// A check that asks for several of them at once gives one each; what is not
/// linear in its cells gives none.
#[derive(Clone, Debug)]
pub struct Equation {
    /// What is compared.
    pub(crate) form: Form,
    /// What the rule makes of printed precision.
    pub(crate) rounding: Rounding,
    /// What the rule makes of missing figures.
    pub(crate) missing: Missing,
}

/// What is compared.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// A weighted sum of cells, against zero.
    Linear(Linear, Relation),
    /// A percentage of a count and its whole, to half a printed unit.
    Share {
        /// The percentage.
        percent: CellRef,
        /// The count.
        count: CellRef,
        /// What it is a share of.
        whole: CellRef,
    },
}

impl Equation {
    /// A weighted sum of cells against zero.
    pub(crate) fn linear(linear: Linear, relation: Relation, rounding: Rounding, missing: Missing) -> Self {
        Self { form: Form::Linear(linear, relation), rounding, missing }
    }
}
