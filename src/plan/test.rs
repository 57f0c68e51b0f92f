//! Tests of one or two columns of a row, which are the fast form of most conditions.

use std::cmp::Ordering;

use super::{Cells, Condition, Texts};

/// In which orders of two values a comparison holds: less, equal, greater.
pub type Holds = [bool; 3];

/// What must hold of a row; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub enum Test<C> {
    /// A number or day lies within limits, given for each count of decimals:
    /// the least and the most that its digits may be.
    Within(C, Box<[(i64, i64); 19]>),
    /// Two numbers or two days.
    Compare(C, Holds, C),
    /// A text is one of these.
    Listed(C, Texts),
    /// Anything that can be worked out of the cells.
    Formula(Condition<C>),
}

/// Tests of the rows that a condition lets in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gated {
    /// It must be true; where it is false the tests are left out.
    pub(crate) when: Condition<usize>,
    pub(crate) tests: Vec<Test<usize>>,
}

/// Cells whose numbers are at most eighteen digits each.
pub(crate) trait Digits: Cells {
    /// The digits of a number or day, and how many of them are decimals.
    fn digits(&self, column: usize) -> (i64, u8);
}

impl<C> Test<C> {
    /// The same test with each column as `find` gives it; none where it does not.
    pub fn over<D>(&self, find: impl Fn(&C) -> Option<D>) -> Option<Test<D>> {
        Some(match self {
            Self::Within(it, limits) => Test::Within(find(it)?, limits.clone()),
            Self::Compare(left, holds, right) => Test::Compare(find(left)?, *holds, find(right)?),
            Self::Listed(it, values) => Test::Listed(find(it)?, values.clone()),
            Self::Formula(it) => Test::Formula(it.over(&find)?),
        })
    }

    /// Its columns, those of numbers and days first, then those of texts.
    pub fn columns(&self) -> (Vec<&C>, Vec<&C>) {
        match self {
            Self::Within(it, _) => (vec![it], Vec::new()),
            Self::Compare(left, _, right) => (vec![left, right], Vec::new()),
            Self::Listed(it, _) => (Vec::new(), vec![it]),
            Self::Formula(it) => it.read(),
        }
    }
}

impl Test<usize> {
    /// Whether it surely holds.
    #[inline]
    pub(crate) fn holds(&self, cells: &impl Digits) -> bool {
        match self {
            Self::Within(at, limits) => {
                let (number, decimals) = cells.digits(*at);
                let (low, high) = limits[usize::from(decimals.min(18))];
                (low..=high).contains(&number)
            }
            Self::Compare(left, holds, right) => match order(cells.digits(*left), cells.digits(*right)) {
                Ordering::Less => holds[0],
                Ordering::Equal => holds[1],
                Ordering::Greater => holds[2],
            },
            Self::Listed(at, listed) => listed.contains(cells.text(*at)),
            Self::Formula(it) => it.truth(cells).is_true(),
        }
    }
}

/// How two numbers or two days stand to each other.
#[inline]
fn order(left: (i64, u8), right: (i64, u8)) -> Ordering {
    if left.1 == right.1 {
        return left.0.cmp(&right.0);
    }
    let most = left.1.max(right.1);
    let scaled = |it: (i64, u8)| i128::from(it.0) * 10_i128.pow(u32::from(most - it.1));
    scaled(left).cmp(&scaled(right))
}
