//! What is ordinary for one figure: its explanations, and the tails around them.

use statrs::distribution::{ContinuousCDF, Gamma, Normal, StudentsT};
use statrs::function::gamma::{gamma_lr, ln_gamma};

use super::spread::Spread;
use crate::history::tails::{Tails, between, narrowed, widened};

/// A figure that is expected to be this large has a range worth saying only if it is no wider than that.
const TOLD_MIN: f64 = 10.0;
const WIDE: f64 = 20.0;

/// What a figure is judged by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    /// The smallest and the largest figure that something explains.
    pub(crate) low: f64,
    /// See `low`.
    pub(crate) high: f64,
    /// The variance at both.
    variances: [f64; 2],
    student: Option<StudentsT>,
    is_count: bool,
}

/// How probable figures as far out are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out {
    /// As many or more.
    pub(crate) upper: f64,
    /// On either side.
    pub(crate) p: f64,
}

impl Frame {
    pub(super) fn new(low: f64, high: f64, spread: &Spread, is_count: bool) -> Self {
        Self {
            low,
            high,
            variances: [low, high].map(|it| spread.variance(it)),
            student: StudentsT::new(0.0, 1.0, spread.degrees).ok(),
            is_count,
        }
    }

    /// The same for an exposure that is larger by a factor, at the same spread.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        let variances = self.variances.map(|it| it * if self.is_count { factor } else { factor.powi(2) });
        Self { low: self.low * factor, high: self.high * factor, variances, ..*self }
    }

    /// The variance over the mean, at what is highest.
    pub(crate) fn dispersion(&self) -> f64 {
        if self.high > 0.0 { self.variances[1] / self.high } else { 1.0 }
    }

    fn tails(&self, end: usize) -> Tails {
        let mean = [self.low, self.high][end];
        let dispersion = if mean > 0.0 { (self.variances[end] / mean).max(1.0) } else { 1.0 };
        Tails { student: self.student, ..Tails::known(mean, dispersion) }
    }

    fn lower(&self, figure: f64) -> f64 {
        if self.is_count { self.tails(0).lower(figure) } else { self.below(0, figure) }
    }

    /// The chance of at most so much of an amount.
    fn below(&self, end: usize, figure: f64) -> f64 {
        self.amount(end, |it| it.cdf(figure.max(0.0)), figure >= [self.low, self.high][end])
    }

    /// A tail of an amount; where nothing varies, whether it is all there is.
    fn amount(&self, end: usize, tail: impl Fn(&Gamma) -> f64, is_all: bool) -> f64 {
        let (mean, variance) = ([self.low, self.high][end], self.variances[end]);
        let gamma = (mean > 0.0 && variance > 0.0).then(|| Gamma::new(mean.powi(2) / variance, mean / variance).ok());
        let p = gamma.flatten().map_or(f64::from(u8::from(is_all)), |it| tail(&it));
        widened(p, self.student.as_ref())
    }

    /// How far out a figure is.
    pub(crate) fn out(&self, figure: f64) -> Out {
        let (upper, above) = self.upper_and_above(figure);
        Out { upper, p: above.min(2.0 * self.lower(figure)).min(1.0) }
    }

    /// The same on either side, by the nearer tail where a figure lies outside of all explanations.
    pub(super) fn chance(&self, figure: f64) -> f64 {
        match () {
            () if figure >= self.high => self.upper_and_above(figure).1,
            () if figure <= self.low => (2.0 * self.lower(figure)).min(1.0),
            () => self.out(figure).p,
        }
    }

    /// How probable as much or more is, and a figure as far above on either side.
    fn upper_and_above(&self, figure: f64) -> (f64, f64) {
        if self.is_count {
            return self.tails(1).upper_and_above(figure);
        }
        let upper = self.amount(1, |it| it.sf(figure.max(0.0)), figure <= self.high);
        (upper, (2.0 * upper).min(1.0))
    }

    /// The smallest and the largest figure that is not out once in so many: `out` is that chance.
    pub(crate) fn range(&self, out: f64) -> (f64, f64) {
        if !self.is_count {
            return (self.edge(0, out / 2.0), self.edge(1, 1.0 - out / 2.0));
        }
        between(&self.tails(0), &self.tails(1), out)
    }

    /// The amount that a share of all lies below.
    fn edge(&self, end: usize, share: f64) -> f64 {
        let (mean, variance) = ([self.low, self.high][end], self.variances[end]);
        if !(mean > 0.0 && variance > 0.0) {
            return mean.max(f64::MIN_POSITIVE);
        }
        gamma_quantile(mean.powi(2) / variance, narrowed(share, self.student.as_ref())) * variance / mean
    }

    /// Whether a range is too wide to be worth saying.
    pub(crate) fn is_too_wide(expected: f64, (low, high): (f64, f64), is_count: bool) -> bool {
        let (least, told) = if is_count { (low.max(1.0), expected >= TOLD_MIN) } else { (low, true) };
        told && high > WIDE * least
    }
}

/// The quantile of a gamma distribution of a shape and scale 1: Newton's method from the guess of
/// Wilson and Hilferty 1931, halving where it would leave what is known.
fn gamma_quantile(shape: f64, share: f64) -> f64 {
    let normal = Normal::standard().inverse_cdf(share);
    let guess = shape * (1.0 - 1.0 / (9.0 * shape) + normal / (3.0 * shape.sqrt())).powi(3);
    let constant = ln_gamma(shape);
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let mut at = if guess > 0.0 { guess } else { (((share * shape).ln() + constant) / shape).exp().max(1e-300) };
    for _ in 0..200 {
        let error = gamma_lr(shape, at) - share;
        (low, high) = if error < 0.0 { (at, high) } else { (low, at) };
        let density = ((shape - 1.0) * at.ln() - at - constant).exp();
        let next = at - error / density;
        let middle = if high.is_finite() { f64::midpoint(low, high) } else { 2.0 * at };
        let next = if next > low && next < high { next } else { middle };
        if (next - at).abs() <= 1e-12 * at {
            return next;
        }
        at = next;
    }
    at
}
