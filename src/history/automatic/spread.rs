//! How far figures lie from what was expected: a proportional part that the series of an
//! edition share, and one factor of each series' own.

use crate::history::shared::{Weight, median, weighted_median};

/// How fast errors are forgotten.
const FORGET: f64 = 0.985;
/// The proportional variance before anything is known, and what that counts for.
const ASSUMED: f64 = 0.03;
const ASSUMED_WEIGHT: f64 = 5.0;
/// What the proportional variance may be: of counts, and of amounts, which may hardly vary.
const SHARED_MAX: f64 = 4.0;
const SHARED_MIN: f64 = 0.0004;
const SHARED_MIN_AMOUNTS: f64 = 1e-6;
/// What the shared part counts for in a series' own factor.
const OWN_WEIGHT: f64 = 8.0;
/// What no extra factor counts for in that of an edition.
const EDITION_WEIGHT: f64 = 20.0;
/// The mean of a variance that was learnt from few errors lies above its median.
const RAISED: f64 = 1.08;
/// An error counts for at most so many variances.
const ERROR_MAX: f64 = 9.0;

/// What the series of an edition share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shared {
    /// The variance beyond Poisson over the mean squared.
    pub(super) proportional: f64,
    /// The typical ratio of what was seen to what the shared part explains.
    pub(super) typical: f64,
}

/// What one series has shown so far; errors of long ago count less.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    beyond: f64,
    squares: f64,
    known: f64,
    ratios: f64,
    errors: f64,
}

/// The spread of one series in one period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    /// The series' own factor, and that with the doubt of a mean of few figures.
    pub(super) own: f64,
    pub(super) factor: f64,
    /// That doubt: 1 and one over the number of figures.
    pub(super) doubt: f64,
    /// The shared proportional variance, raised.
    pub(super) extra: f64,
    /// As learnt from so many errors.
    pub(super) degrees: f64,
    shared: f64,
    is_count: bool,
}

impl Shared {
    /// What is shared over series that have shown something.
    pub(super) fn of(all: &[Shown], is_count: bool) -> Self {
        let known = all.iter().filter(|it| it.known > 0.5 && it.squares > 0.0);
        let shares: Vec<(f64, Weight)> = known.map(|it| (it.beyond / it.squares, Weight::new(it.known))).collect();
        let weight: f64 = shares.iter().map(|it| it.1).sum();
        let shown = weighted_median(shares).unwrap_or(0.0).max(0.0);
        let least = if is_count { SHARED_MIN } else { SHARED_MIN_AMOUNTS };
        let proportional =
            ((ASSUMED_WEIGHT * ASSUMED + weight * shown) / (ASSUMED_WEIGHT + weight)).clamp(least, SHARED_MAX);
        let known = || all.iter().filter(|it| it.errors >= 1.0);
        let mut ratios: Vec<f64> = known().map(|it| it.ratios / it.errors).collect();
        let weight: f64 = known().map(|it| Weight::new(it.errors)).sum();
        let typical = if ratios.len() < 3 {
            1.0
        } else {
            ((EDITION_WEIGHT + weight * median(&mut ratios).unwrap_or(1.0)) / (EDITION_WEIGHT + weight)).max(1.0)
        };
        Self { proportional, typical }
    }
}

impl Shown {
    /// The spread of the next figure, after so many.
    pub(super) fn spread(&self, shared: Shared, figures: f64, is_count: bool) -> Spread {
        let doubt = 1.0 + 1.0 / figures.max(1.0);
        let own = (OWN_WEIGHT * shared.typical + self.ratios) / (OWN_WEIGHT + self.errors);
        Spread {
            own,
            factor: own * doubt,
            doubt,
            extra: RAISED * shared.proportional,
            degrees: OWN_WEIGHT + self.errors,
            shared: shared.proportional,
            is_count,
        }
    }

    /// Learns how far a figure lay from what was expected.
    pub(super) fn learn(&mut self, expected: f64, error: f64, deviation: f64, spread: &Spread) {
        let square = error.powi(2) / spread.doubt;
        let capped = square.min(ERROR_MAX * deviation.powi(2));
        let (beyond, squares, known, scale) = if spread.is_count {
            let size = 0.01 * expected;
            let weight = (1.0 + size).powi(-2);
            let least = expected.max(0.1);
            let scale = least + spread.shared * least.powi(2);
            ((capped - expected) * weight, expected.powi(2) * weight, (size / (1.0 + size)).powi(2), scale)
        } else {
            (capped / expected.powi(2), 1.0, 1.0, spread.shared * expected.powi(2))
        };
        let ratio = (square / scale).min(ERROR_MAX * spread.own);
        self.beyond = FORGET * self.beyond + beyond;
        self.squares = FORGET * self.squares + squares;
        self.known = FORGET * self.known + known;
        self.ratios = FORGET * self.ratios + ratio;
        self.errors = FORGET * self.errors + 1.0;
    }
}

impl Spread {
    /// The variance of a figure of which so much is expected.
    pub(super) fn variance(&self, mean: f64) -> f64 {
        if self.is_count {
            mean.max(self.factor * (mean + self.extra * mean.powi(2)))
        } else {
            self.factor * self.extra * mean.powi(2)
        }
    }

    /// The variance that a forecast of this size is scored by.
    pub(super) fn scale(&self, expected: f64) -> f64 {
        let size = if self.is_count { expected.max(1.0) } else { expected };
        let own = if self.is_count { size } else { 0.0 };
        own + self.shared * size.powi(2)
    }

    /// How far a figure may lie from its neighbours before it is a spike.
    pub(super) fn spike(&self, level: f64) -> f64 {
        let own = if self.is_count { level } else { 0.0 };
        (self.factor.min(4.0) * (own + self.shared * level.powi(2))).sqrt()
    }

    /// Whether figures vary by half and more.
    pub(super) fn is_erratic(&self, expected: f64) -> bool {
        if self.is_count {
            self.own * (1.0 + self.extra * expected) >= 1.0 + 0.3 * expected
        } else {
            self.own * self.extra >= 0.3
        }
    }
}
