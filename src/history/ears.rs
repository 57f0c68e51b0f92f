//! EARS C1, C2 and C3: bounds from the few weeks just before.
//!
//! Hutwagner et al. 2003; Fricker et al. 2008. The bound is the mean of the
//! baseline plus a normal quantile times its standard deviation. It takes the
//! baseline's mean and deviation for the truth: for normal data a share of
//! 0.1% becomes 1.4%, for published counts more. Needs as many weeks in a row
//! as the baseline has. C3 adds up what C2 had left over of the two weeks
//! before, and can so flag a count below the mean: it is for comparison only.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Bound, Line};

/// How a bound is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ears {
    /// How many periods make the baseline.
    pub baseline: u32,
    /// How many periods right before are skipped: none for C1, 2 for C2 and C3.
    pub skipped: u32,
    /// The share of counts that a normal distribution has above the bound.
    pub alpha: f64,
    /// The standard deviation is taken for so much at least.
    pub min_sigma: f64,
}

impl Ears {
    /// C1: the seven periods right before.
    pub const C1: Self = Self { baseline: 7, skipped: 0, alpha: 0.001, min_sigma: 0.0 };
    /// C2: the seven periods before the last two.
    pub const C2: Self = Self { skipped: 2, ..Self::C1 };
}

/// The bound of a count; `None` unless the whole baseline is there.
pub fn ears(line: &Line, options: &Ears) -> Option<Bound> {
    let (mean, sigma) = moments(line, line.now.at, options)?;
    let z = quantile(options.alpha);
    Some(Bound { expected: mean, upper_bound: mean + z * sigma })
}

/// The bound of C3: what the count is, and as much more as C3 has left to
/// reach its quantile: it adds up what C2's statistic was above 1 in the two
/// periods before.
pub fn ears_c3(line: &Line, options: &Ears) -> Option<Bound> {
    let (mean, sigma) = moments(line, line.now.at, options)?;
    let mut left = quantile(options.alpha);
    for at in [line.now.at - 1, line.now.at - 2] {
        let (mean, sigma) = moments(line, at, options)?;
        let statistic = (line.at(at)? - mean) / sigma;
        if statistic.is_nan() {
            return None;
        }
        left -= (statistic - 1.0).max(0.0);
    }
    let bound = line.now.observed + sigma * left;
    (!bound.is_nan()).then(|| Bound { expected: mean, upper_bound: bound.max(0.0) })
}

fn quantile(alpha: f64) -> f64 {
    -Normal::standard().inverse_cdf(alpha)
}

/// Mean and standard deviation of the baseline of a period.
fn moments(line: &Line, at: i64, options: &Ears) -> Option<(f64, f64)> {
    let last = at - 1 - i64::from(options.skipped);
    let counts = (0..i64::from(options.baseline)).map(|it| line.at(last - it));
    let counts: Vec<f64> = counts.collect::<Option<_>>()?;
    let count = f64::from(options.baseline);
    let mean = counts.iter().sum::<f64>() / count;
    let squares: f64 = counts.iter().map(|it| (it - mean).powi(2)).sum();
    Some((mean, (squares / (count - 1.0)).sqrt().max(options.min_sigma)))
}
