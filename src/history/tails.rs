//! The tails of a predicted count: negative binomial, widened where its
//! dispersion is an estimate itself.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;
use statrs::function::gamma::{gamma_lr, gamma_ur};

use super::Judgement;

/// A predicted count: its variance is `dispersion * mean`, Poisson at 1.
#[derive(Debug)]
pub(super) struct Tails {
    /// The mean of the lower tail: what is expected.
    pub(super) expected: f64,
    /// The mean of the upper tail; above `expected` where it carries the
    /// uncertainty of a mean of few counts.
    pub(super) raised: f64,
    /// The variance over the mean, from 1 up.
    pub(super) dispersion: f64,
    /// Wider as of an estimated dispersion, with so many degrees of freedom.
    pub(super) student: Option<StudentsT>,
}

impl Tails {
    /// Those of a known mean and dispersion.
    pub(super) fn known(expected: f64, dispersion: f64) -> Self {
        Self { expected, raised: expected, dispersion, student: None }
    }

    /// At least as many: `P(Y >= y) = I_{1 - 1/phi}(y, size)`, with `size = mean / (phi - 1)`.
    pub(super) fn upper(&self, count: f64) -> f64 {
        let excess = self.dispersion - 1.0;
        let tail = match () {
            () if count <= 0.0 => 1.0,
            () if self.raised <= 0.0 => 0.0,
            () if excess < 1e-9 => gamma_lr(count, self.raised),
            () => beta_reg(count, self.raised / excess, excess / self.dispersion),
        };
        self.widened(tail)
    }

    /// At most as many: `P(Y <= y) = I_{1/phi}(size, y + 1)`; 1 where nothing is expected.
    pub(super) fn lower(&self, count: f64) -> f64 {
        let excess = self.dispersion - 1.0;
        let tail = match () {
            () if count < 0.0 => 0.0,
            () if self.expected <= 0.0 => 1.0,
            () if excess < 1e-9 => gamma_ur(count + 1.0, self.expected),
            () => beta_reg(self.expected / excess, count + 1.0, 1.0 / self.dispersion),
        };
        self.widened(tail)
    }

    /// Judges a count: the ordinary ones have both tails at half of `alpha` or more.
    pub(super) fn judge(&self, observed: f64, alpha: f64) -> Judgement {
        let (low, high) = ordinary(alpha, self.expected * 2.0, |it| self.upper(it), |it| self.lower(it));
        Judgement {
            expected: self.expected,
            low,
            high,
            upper_bound: high,
            upper: self.upper(observed),
            lower: self.lower(observed),
            trend: None,
            dispersion: self.dispersion,
        }
    }

    /// A tail as wide as a dispersion that is itself estimated makes it.
    fn widened(&self, p: f64) -> f64 {
        if p <= 0.0 || p >= 1.0 {
            return p.clamp(0.0, 1.0);
        }
        let Some(student) = &self.student else { return p };
        // From the small tail, so that no digits are lost; both are symmetric.
        student.cdf(Normal::standard().inverse_cdf(p))
    }
}

/// The quantiles of a negative binomial, at `alpha` and `1 - alpha`: the
/// least counts with at least so much at or below them.
pub fn quantiles(mean: f64, dispersion: f64, alpha: f64) -> (f64, f64) {
    let tails = Tails::known(mean, dispersion);
    ordinary(2.0 * alpha, 2.0 * mean, |it| tails.upper(it), |it| tails.lower(it))
}

/// The ordinary counts: those with both tails at half of `alpha` or more.
pub(super) fn ordinary(alpha: f64, most: f64, upper: impl Fn(f64) -> f64, lower: impl Fn(f64) -> f64) -> (f64, f64) {
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
    let (mut low, mut high) = (0.0_f64, high.ceil());
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high).floor();
        if holds(middle) { high = middle } else { low = middle }
    }
    high
}
