//! What must hold of a record, over the values of its cells.

use std::cmp::Ordering;

use super::formula::{Cells, Condition, Number};

/// In which orders of two values a comparison holds: less, equal, greater.
pub type Holds = [bool; 3];

/// What must hold of a record; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub enum Test<C> {
    /// A number or day lies within limits, given for each count of decimals:
    /// the least and the most that its digits may be.
    Within(C, Box<[(i64, i64); 19]>),
    /// Two numbers or two days.
    Compare(C, Holds, C),
    /// A text is one of these.
    Listed(C, Vec<Box<[u8]>>),
    /// Anything that can be worked out of the cells.
    Formula(Condition<C>),
}

/// Tests of the records that a condition lets in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Gated {
    /// It must be true; where it is false the tests are left out.
    pub(crate) when: Condition<usize>,
    pub(crate) tests: Vec<Test<usize>>,
}

/// A cell as it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Value {
    /// Where its text starts and ends.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Its digits, or its day.
    pub(super) number: i64,
    /// How many of its digits are decimals.
    pub(super) decimals: u8,
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
    pub(super) fn holds(&self, values: &[Value], bytes: &[u8]) -> bool {
        match self {
            Self::Within(at, limits) => {
                let it = &values[*at];
                let (low, high) = limits[usize::from(it.decimals.min(18))];
                (low..=high).contains(&it.number)
            }
            Self::Compare(left, holds, right) => match order(&values[*left], &values[*right]) {
                Ordering::Less => holds[0],
                Ordering::Equal => holds[1],
                Ordering::Greater => holds[2],
            },
            Self::Listed(at, listed) => {
                let it = &values[*at];
                let text = &bytes[it.start as usize..it.end as usize];
                listed.iter().any(|it| **it == *text)
            }
            Self::Formula(it) => it.truth(&Record { values, bytes }) == Some(true),
        }
    }
}

/// The cells of a record.
pub(super) struct Record<'a> {
    pub(super) values: &'a [Value],
    pub(super) bytes: &'a [u8],
}

impl Cells for Record<'_> {
    fn number(&self, column: usize) -> Number {
        (self.values[column].number.into(), self.values[column].decimals.into())
    }

    fn text(&self, column: usize) -> &[u8] {
        let it = &self.values[column];
        &self.bytes[it.start as usize..it.end as usize]
    }

    fn is_blank(&self, column: usize) -> bool {
        self.values[column].start == self.values[column].end
    }
}

/// How two numbers or two days stand to each other.
fn order(left: &Value, right: &Value) -> Ordering {
    if left.decimals == right.decimals {
        return left.number.cmp(&right.number);
    }
    let most = left.decimals.max(right.decimals);
    let scaled = |it: &Value| i128::from(it.number) * 10_i128.pow(u32::from(most - it.decimals));
    scaled(left).cmp(&scaled(right))
}
