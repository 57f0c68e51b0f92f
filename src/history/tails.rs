//! The tails of a predicted count: negative binomial, widened where its
//! dispersion is an estimate itself.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;
use statrs::function::gamma::{gamma_lr, gamma_ur};

use super::Judgement;

/// Above this count both tails are those of a normal distribution: they agree
/// to all digits that are shown, and the exact ones take as many steps as the
/// square root of the count.
const EXACT_MAX: f64 = 1e9;

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
        widened(self.upper_known(count), self.student.as_ref())
    }

    /// The same as of a known dispersion.
    fn upper_known(&self, count: f64) -> f64 {
        let excess = self.dispersion - 1.0;
        match () {
            () if count <= 0.0 => 1.0,
            () if self.raised <= 0.0 => 0.0,
            () if count.max(self.raised) > EXACT_MAX => normal_upper(count - 0.5, self.raised, self.dispersion),
            () if excess < 1e-9 => gamma_lr(count, self.raised),
            () => beta_reg(count, self.raised / excess, excess / self.dispersion),
        }
    }

    /// At least as many, and how probable a count as far above is on either side: the upper tail stands alone where
    /// nothing at all is likelier, since no lower count could be as rare.
    pub(super) fn upper_and_above(&self, count: f64) -> (f64, f64) {
        let tail = self.upper_known(count);
        let sides = if self.none() > tail { 1.0 } else { 2.0 };
        let upper = widened(tail, self.student.as_ref());
        (upper, (sides * upper).min(1.0))
    }

    /// The chance of nothing at all, of a known dispersion.
    fn none(&self) -> f64 {
        let excess = self.dispersion - 1.0;
        if excess < 1e-9 { -self.raised } else { -self.raised / excess * self.dispersion.ln() }.exp()
    }

    /// At most as many: `P(Y <= y) = I_{1/phi}(size, y + 1)`; 1 where nothing is expected.
    pub(super) fn lower(&self, count: f64) -> f64 {
        widened(self.lower_known(count), self.student.as_ref())
    }

    /// The same as of a known dispersion.
    fn lower_known(&self, count: f64) -> f64 {
        let excess = self.dispersion - 1.0;
        match () {
            () if count < 0.0 => 0.0,
            () if self.expected <= 0.0 => 1.0,
            () if count.max(self.expected) > EXACT_MAX => {
                normal_upper(2.0 * self.expected - count - 0.5, self.expected, self.dispersion)
            }
            () if excess < 1e-9 => gamma_ur(count + 1.0, self.expected),
            () => beta_reg(self.expected / excess, count + 1.0, 1.0 / self.dispersion),
        }
    }

    /// How far from a first guess an edge is looked for at first.
    fn step(&self, mean: f64) -> f64 {
        (0.1 * (self.dispersion * mean).sqrt()).ceil().max(1.0)
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
}

/// A tail as wide as a dispersion that is itself estimated makes it.
pub(super) fn widened(p: f64, student: Option<&StudentsT>) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return p.clamp(0.0, 1.0);
    }
    // From the small tail, so that no digits are lost; both are symmetric.
    student.map_or(p, |it| it.cdf(Normal::standard().inverse_cdf(p)))
}

/// The tail of a known dispersion that is so wide once it is widened.
pub(super) fn narrowed(p: f64, student: Option<&StudentsT>) -> f64 {
    student.map_or(p, |it| Normal::standard().cdf(it.inverse_cdf(p)))
}

/// The counts that are not out once in so many, on either side: from the lower tail of one count
/// and the upper tail of another of the same degrees of freedom.
pub(super) fn between(low: &Tails, high: &Tails, out: f64) -> (f64, f64) {
    let edge = Normal::standard();
    // Tails are widened by what their edges are narrowed by, which is asked once.
    let [half, whole] = [out / 2.0, out].map(|it| narrowed(it, high.student.as_ref()));
    let [half, whole] = [half, whole].map(|it| (it, edge.inverse_cdf(it)));
    let none = high.none();
    let reach =
        |it: &Tails, mean: f64, side: f64| (mean + side * half.1.abs() * (it.dispersion * mean).sqrt()).max(0.0);
    let least = first(reach(low, low.expected, -1.0), low.step(low.expected), |it| {
        let tail = low.lower_known(it);
        (tail >= half.0, edge.inverse_cdf(tail) - half.1)
    });
    let most = first(reach(high, high.raised, 1.0), high.step(high.raised), |it| {
        let tail = high.upper_known(it + 1.0);
        // Where nothing at all is likelier, the upper tail stands alone.
        let least = if none > tail { whole } else { half };
        (tail < least.0, least.1 - edge.inverse_cdf(tail))
    });
    (least, most)
}

/// The chance of at least so much where counts are as many as never.
fn normal_upper(count: f64, mean: f64, dispersion: f64) -> f64 {
    Normal::standard().sf((count - mean) / (dispersion.max(1.0) * mean).sqrt())
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
    let edge = Normal::standard();
    let from_edge = |tail: f64| edge.inverse_cdf(tail) - edge.inverse_cdf(least);
    // The lower tail grows with the count, the upper one shrinks.
    let low = first(most, most, |it| {
        let tail = lower(it);
        (tail >= least, from_edge(tail))
    });
    let high = first(most, most, |it| {
        let tail = upper(it + 1.0);
        (tail < least, -from_edge(tail))
    });
    (low, high)
}

/// The first whole number from 0 on for which something holds, once and for
/// all; it is looked for from a guess on, `step` by `step` and ever farther. Beside,
/// `at` tells how far a number is from where it begins to hold: nearly a straight
/// line for a tail as a normal quantile, so that few numbers must be asked (Illinois
/// method, with every third step a halving, and those where a distance is infinite).
fn first(guess: f64, step: f64, at: impl Fn(f64) -> (bool, f64)) -> f64 {
    let (mut low, mut high) = (guess.max(1.0).ceil(), guess.max(1.0).ceil());
    let (mut reach, (holds, distance)) = (step.max(1.0).ceil(), at(low));
    let (mut below, mut above) = (distance, distance);
    if holds {
        loop {
            if low <= 0.0 {
                return 0.0;
            }
            low = (low - reach).max(0.0);
            let (holds, distance) = at(low);
            if !holds {
                below = distance;
                break;
            }
            (high, above, reach) = (low, distance, reach * 4.0);
        }
    } else {
        loop {
            high += reach;
            let (holds, distance) = at(high);
            if holds || high >= 1e15 {
                above = distance;
                break;
            }
            (low, below, reach) = (high, distance, reach * 4.0);
        }
    }
    let (mut side, mut steps) = (false, 0);
    // Above 2^53 not every whole number is a float: they are told apart as far as floats can.
    let step = |high: f64| (high * f64::EPSILON * 2.0).max(1.0);
    while high - low > step(high) {
        steps += 1;
        let straight = below.is_finite() && above.is_finite() && above > below && steps % 3 > 0;
        let along = if straight { below / (below - above) } else { 0.5 };
        let middle = (low + (high - low) * along).floor().max(low + step(high)).min(high - step(high));
        if middle <= low {
            break;
        }
        let (holds, distance) = at(middle);
        // An end that stays twice counts half.
        if holds {
            below *= if side { 0.5 } else { 1.0 };
            (high, above) = (middle, distance);
        } else {
            above *= if side { 1.0 } else { 0.5 };
            (low, below) = (middle, distance);
        }
        side = holds;
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_any_length_have_a_range_at_once() {
        let mut before = 0.0;
        for digits in 1..=37 {
            let mean = 10_f64.powi(digits);
            for dispersion in [1.0, 50.0, 1e12] {
                let (low, high) = quantiles(mean, dispersion, 0.001);
                assert!(
                    low <= mean && mean <= high.max(mean * f64::from(u8::from(dispersion > mean))),
                    "{digits} {dispersion}: {low} {high}"
                );
            }
            let high = quantiles(mean, 1.0, 0.001).1;
            assert!(high > before, "{digits}: {high}");
            before = high;
        }
    }

    #[test]
    fn the_exact_tails_and_the_normal_ones_agree_where_they_meet() {
        for dispersion in [1.0, 7.0] {
            let below = Tails::known(EXACT_MAX * 0.9, dispersion);
            let count = below.expected + 2.0 * (dispersion * below.expected).sqrt();
            let normal = normal_upper(count - 0.5, below.expected, dispersion);
            assert!((below.upper(count) / normal - 1.0).abs() < 0.01, "{dispersion}: {normal}");
        }
    }

    #[test]
    fn ranges_are_those_of_asking_each_count() {
        for (mean, dispersion) in
            [(0.0, 1.0), (0.3, 1.0), (1.0, 1.0), (7.5, 3.0), (40.0, 1.0), (900.0, 90.0), (3_000.0, 1.5)]
        {
            let students = [None, StudentsT::new(0.0, 1.0, 1.0).ok(), StudentsT::new(0.0, 1.0, 7.5).ok()];
            for (alpha, student) in [0.01, 1e-6, 0.5].into_iter().flat_map(|it| students.map(|student| (it, student))) {
                let tails = Tails { student, raised: mean * 1.25, ..Tails::known(mean, dispersion) };
                let counts = || (0..20_000).map(f64::from);
                let low = counts().find(|it| tails.lower(*it) >= alpha / 2.0);
                let high = counts().find(|it| tails.upper(it + 1.0) < alpha / 2.0);
                let found = ordinary(alpha, mean * 2.0, |it| tails.upper(it), |it| tails.lower(it));
                let asked = high.map(|high| (low.expect("it begins below"), high));
                assert!(asked.is_none_or(|it| it == found), "{mean} {dispersion} {alpha}: {asked:?} {found:?}");
            }
        }
    }
}
