//! What is unusual in a series of counts: expected ranges, and how sure they are.
//!
//! Figures are floats here: these are statistics about published figures, and
//! no arithmetic verdict rests on them. A detector sees a count, how much of
//! its period was covered (its exposure), and the same of earlier editions.

mod adjust;
mod exact;
mod shared;

pub use adjust::{benjamini_hochberg, flagged};
pub use exact::{exact, exact_tails};
pub use shared::{Shared, shared};

/// A count with its exposure: the share of a usual period that it covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// How many.
    pub observed: f64,
    /// Of how much of a usual period: 1 is a full one.
    pub exposure: f64,
}

/// One series: the count at hand, and those before it, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The count to judge.
    pub now: Count,
    /// The counts before it; a period without one is left out, never zero.
    pub before: Vec<Count>,
}

/// What a detector makes of a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// What was expected, for the same exposure.
    pub expected: f64,
    /// The smallest count that is ordinary.
    pub low: f64,
    /// The largest count that is ordinary.
    pub high: f64,
    /// How probable a count as far out is, on either side.
    pub p: f64,
    /// The smallest `p` that any count could have here.
    pub p_attainable: f64,
}

/// How a count is graded, in plain words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Nothing earlier to judge it by.
    NotJudged,
    /// Within its range.
    AsExpected,
    /// `p` below 0.01: one in a hundred by chance.
    WorthALook,
    /// Flagged over all series of the edition together.
    CheckBeforePrinting,
}

impl Grade {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotJudged => "not judged",
            Self::AsExpected => "as expected",
            Self::WorthALook => "worth a look",
            Self::CheckBeforePrinting => "check before printing",
        }
    }
}

impl Line {
    /// The sum of the counts before, and of their exposures.
    fn sums(&self) -> (f64, f64) {
        self.before.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.observed, sum.1 + it.exposure))
    }
}

/// The ordinary counts: those with both tails at half of `alpha` or more.
fn ordinary(alpha: f64, most: f64, upper: impl Fn(f64) -> f64, lower: impl Fn(f64) -> f64) -> (f64, f64) {
    let least = alpha / 2.0;
    // The lower tail grows with the count, the upper one shrinks.
    let low = first(most, |it| lower(it) >= least);
    let high = first(most, |it| upper(it + 1.0) < least);
    (low, high)
}

/// The first whole number from 0 on for which something holds, once and for all.
fn first(most: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if holds(0.0) {
        return 0.0;
    }
    let mut high = most.max(1.0);
    while !holds(high) && high < 1e15 {
        high *= 2.0;
    }
    let (mut low, mut high) = (0.0_f64, high.floor());
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high).floor();
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}
