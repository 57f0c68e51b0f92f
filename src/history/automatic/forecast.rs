//! Several cheap forecasts side by side, and the mean of those that were as good as the best.

/// How fast levels follow.
const GAINS: [f64; 4] = [0.02, 0.08, 0.25, 0.6];
/// Levels whose difference is a trend: the faster, the slower.
const TRENDS: [(usize, usize); 2] = [(1, 0), (2, 1)];
/// Levels and trends of one season.
const EACH: usize = GAINS.len() + TRENDS.len();
/// The most that a trend changes a period.
const TREND_MAX: f64 = 0.15;
/// How fast errors are forgotten.
const FORGET: f64 = 0.96;
/// Errors that a forecast must have made before it takes part, without and with a time of year.
const SEEN_MIN: f64 = 4.0;
const SEEN_MIN_ANNUAL: f64 = 10.0;
/// An error counts for at most so many variances.
const ERROR_MAX: f64 = 27.0;

/// The forecasts that allow for one season. Arrays, so that one instruction does several.
#[derive(Clone, Copy, Debug, Default)]
struct Family {
    /// Levels by gain: what was seen, over how much, and how old that is.
    seen: [f64; GAINS.len()],
    over: [f64; GAINS.len()],
    age: [f64; GAINS.len()],
    /// How well each forecast did: discounted losses, and their number.
    losses: [f64; EACH],
    scored: [f64; EACH],
}

/// The most seasons that are allowed for.
const SEASONS: usize = 3;

/// All forecasts of a series.
#[derive(Debug)]
pub(super) struct Forecasts {
    families: [Family; SEASONS],
    /// Whether a season but the first is one of the year.
    annual: bool,
    is_count: bool,
}

/// What each forecast says of a period, by season; NaN where it says nothing.
pub(super) type Said = [[f64; EACH]; SEASONS];

impl Forecasts {
    pub(super) fn new(annual: bool, is_count: bool) -> Self {
        Self { families: [Family::default(); SEASONS], annual, is_count }
    }

    /// What each says of a period with these factors, times its exposure.
    pub(super) fn say(&self, factors: &[Option<f64>; 3]) -> Said {
        let added = if self.is_count { 0.25 } else { 0.0 };
        let mut all = [[f64::NAN; EACH]; SEASONS];
        for ((family, factor), said) in self.families.iter().zip(factors).zip(&mut all) {
            if let Some(factor) = factor.filter(|_| family.over[0] > 0.0) {
                *said = family.say(factor, added);
            }
        }
        all
    }

    /// The mean of those whose past errors are as small as the best's, by how much there is to tell.
    pub(super) fn choose(&self, said: &Said, figures: f64) -> Option<f64> {
        let mut means = [[f64::INFINITY; EACH]; SEASONS];
        let mut best = f64::INFINITY;
        for (season, (family, said)) in self.families.iter().zip(said).enumerate() {
            let least = if season > 0 && self.annual { SEEN_MIN_ANNUAL } else { SEEN_MIN };
            for at in 0..EACH {
                let is_in = family.scored[at] >= least && !said[at].is_nan();
                let mean = if is_in { family.losses[at] / family.scored[at] } else { f64::INFINITY };
                best = if mean < best { mean } else { best };
                means[season][at] = mean;
            }
        }
        if best.is_infinite() {
            return Some(said[0][0]).filter(|it| !it.is_nan());
        }
        let bound = best * (1.0 + 2.0 / figures.clamp(4.0, 25.0));
        let (mut sum, mut number) = (0.0, 0.0);
        for (means, said) in means.iter().zip(said) {
            for at in 0..EACH {
                let is_taken = means[at] <= bound;
                sum += if is_taken { said[at] } else { 0.0 };
                number += if is_taken { 1.0 } else { 0.0 };
            }
        }
        Some(sum / number)
    }

    /// Scores all by a figure, `scale` being the variance that a forecast of its size has.
    pub(super) fn score(&mut self, said: &Said, figure: f64, variance: f64, scale: f64) {
        let most = ERROR_MAX * variance;
        for (family, said) in self.families.iter_mut().zip(said).filter(|it| !it.1[0].is_nan()) {
            let (losses, scored) = (&mut family.losses, &mut family.scored);
            for at in 0..EACH {
                let (is_scored, square) = (!said[at].is_nan(), (figure - said[at]).powi(2));
                let error = if square < most { square } else { most } / scale;
                losses[at] = if is_scored { FORGET * losses[at] + error } else { losses[at] };
                scored[at] = if is_scored { FORGET * scored[at] + 1.0 } else { scored[at] };
            }
        }
    }

    /// Takes a figure in, with the exposure of its period by season.
    pub(super) fn learn(&mut self, figure: f64, exposures: &[Option<f64>; 3]) {
        for (family, exposure) in self.families.iter_mut().zip(exposures) {
            let Some(exposure) = exposure else { continue };
            for (at, gain) in GAINS.into_iter().enumerate() {
                family.age[at] = (1.0 - gain) * (family.age[at] + family.over[at]);
                family.over[at] = (1.0 - gain) * family.over[at] + exposure;
                family.seen[at] = (1.0 - gain) * family.seen[at] + figure;
            }
        }
    }

    /// Begins anew at a rate that three periods had.
    pub(super) fn restart(&mut self, rate: f64, exposure: f64, exposures: &[Option<f64>; 3]) {
        for (family, with_season) in self.families.iter_mut().zip(exposures) {
            let Some(with_season) = with_season else { continue };
            let over = 3.0 * with_season;
            (family.seen, family.over, family.age) = ([3.0 * rate * exposure; _], [over; _], [over; _]);
        }
    }
}

impl Family {
    fn say(&self, factor: f64, added: f64) -> [f64; EACH] {
        let mut said = [f64::NAN; EACH];
        let (mut rates, mut ages) = ([0.0; GAINS.len()], [0.0; GAINS.len()]);
        for at in 0..GAINS.len() {
            rates[at] = self.seen[at] / self.over[at];
            ages[at] = self.age[at] / self.over[at];
            said[at] = rates[at] * factor;
        }
        for (said, (fast, slow)) in said[GAINS.len()..].iter_mut().zip(TRENDS) {
            let apart = ages[slow] - ages[fast];
            if apart > 1.0 {
                let above = (self.seen[fast] + added) * self.over[slow];
                let slope = (above / ((self.seen[slow] + added) * self.over[fast])).ln() / apart;
                let slope = if slope.is_nan() { 0.0 } else { slope.clamp(-TREND_MAX, TREND_MAX) };
                *said = rates[fast] * (slope * (ages[fast] + 1.0)).exp() * factor;
            }
        }
        said
    }
}
