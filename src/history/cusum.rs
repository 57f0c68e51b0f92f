//! CUSUM: small shifts that last, added up.
//!
//! `S_t = max(0, S_{t-1} + x_t - k)`, with counts made nearly normal around a
//! mean `m` (Rossi et al. 1999 for the transforms). An alarm is a sum of `h`
//! or more; the sum is not reset after one. Needs a mean from weeks that were
//! ordinary; tells a lasting shift, not one figure.

use super::Bound;

/// How counts are made nearly normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// `(x - m) / sqrt(m)`.
    Standard,
    /// `(x - 3m + 2 sqrt(x m)) / (2 sqrt(m))`.
    Rossi,
    /// `3/2 (x^(2/3) - m^(2/3)) / m^(1/6)`.
    Anscombe,
}

/// How sums are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusum {
    /// What each period may be above the mean, in standard deviations.
    pub k: f64,
    /// The sum that is an alarm.
    pub h: f64,
    /// How counts are made nearly normal.
    pub transform: Transform,
}

impl Default for Cusum {
    fn default() -> Self {
        Self { k: 1.04, h: 2.26, transform: Transform::Rossi }
    }
}

/// The sum after each count, and the bound that the count had; oldest first.
///
/// `mean` is that of the counts before these, above 0.
pub fn cusum(counts: &[f64], mean: f64, options: &Cusum) -> Vec<(f64, Bound)> {
    let mut sum = 0.0_f64;
    let step = |&count: &f64| {
        let room = options.h + options.k - sum;
        let bound = Bound { expected: mean, upper_bound: options.transform.count(room, mean) };
        sum = (sum + options.transform.score(count, mean) - options.k).max(0.0);
        (sum, bound)
    };
    counts.iter().map(step).collect()
}

impl Transform {
    fn score(self, count: f64, mean: f64) -> f64 {
        match self {
            Self::Standard => (count - mean) / mean.sqrt(),
            Self::Rossi => (count - 3.0 * mean + 2.0 * (count * mean).sqrt()) / (2.0 * mean.sqrt()),
            Self::Anscombe => 1.5 * (count.powf(2.0 / 3.0) - mean.powf(2.0 / 3.0)) / mean.powf(1.0 / 6.0),
        }
    }

    /// The count that has a score, 0 where none has.
    fn count(self, score: f64, mean: f64) -> f64 {
        let root = mean.sqrt();
        let count = match self {
            Self::Standard => (mean + score * root).ceil(),
            Self::Rossi => ((4.0 * mean + 2.0 * score * root).max(0.0).sqrt() - root).max(0.0).powi(2),
            Self::Anscombe => (mean.powf(2.0 / 3.0) + score * mean.powf(1.0 / 6.0) / 1.5).max(0.0).powf(1.5),
        };
        count.max(0.0)
    }
}
