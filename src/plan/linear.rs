//! What a check says of cells in a form that arithmetic can go on with: weighted
//! sums of them against zero, with coefficients merged.

use num_traits::{One, Zero};

use super::Rounding;
use crate::table::Exact;

/// What a rule makes of a missing figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Missing {
    /// The check is undetermined.
    #[default]
    Undetermined,
    /// It counts as zero.
    Zero,
    /// The check fails.
    Fail,
}

/// A cell of an edition: table (index into `Edition::tables`), row, column
/// (index into `Table::columns`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// Index into `Edition::tables`.
    pub table: usize,
    /// Row index.
    pub row: usize,
    /// Index into `Table::columns`.
    pub column: usize,
}

/// A cell of the edition at hand, or of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CellRef {
    /// The cell.
    pub(crate) cell: Cell,
    /// Whether it is of the edition before.
    pub(crate) previous: bool,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// `=`
    Equal,
    /// `<>`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Relation {
    /// Whether it holds of two values in this order.
    pub(crate) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }

    /// What holds exactly where this does not.
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::More => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The same with its sides exchanged.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            Self::Equal | Self::Unequal => self,
        }
    }
}

/// A weighted sum of cells and a constant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Linear {
    /// The cells, each once and in their order, with a weight that is not zero.
    pub(crate) terms: Vec<(Exact, CellRef)>,
    /// What is added to them.
    pub(crate) constant: Exact,
}

impl Linear {
    /// A number and no cells.
    pub(crate) fn constant(constant: Exact) -> Self {
        Self { terms: Vec::new(), constant }
    }

    /// Weighted cells, merged.
    pub(crate) fn new(terms: Vec<(Exact, CellRef)>, constant: Exact) -> Self {
        let mut it = Self { terms, constant };
        it.merge();
        it
    }

    /// A cell by itself.
    pub(crate) fn cell(cell: CellRef) -> Self {
        Self { terms: vec![(Exact::one(), cell)], constant: Exact::zero() }
    }

    /// Times a factor.
    #[must_use]
    pub(crate) fn scaled(mut self, factor: &Exact) -> Self {
        self.constant *= factor;
        for term in &mut self.terms {
            term.0 *= factor;
        }
        self.merge();
        self
    }

    /// Adds another, or takes it away, without merging.
    pub(crate) fn add(&mut self, other: Self, take_away: bool) {
        let sign = if take_away { -Exact::one() } else { Exact::one() };
        self.constant += &other.constant * &sign;
        self.terms.extend(other.terms.into_iter().map(|(weight, cell)| (weight * &sign, cell)));
    }

    /// Brings each cell together, in order.
    pub(crate) fn merge(&mut self) {
        self.terms.sort_by_key(|it| it.1);
        self.terms.dedup_by(|next, kept| {
            let same = next.1 == kept.1;
            if same {
                kept.0 += &next.0;
            }
            same
        });
        self.terms.retain(|it| !it.0.is_zero());
    }
}

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
