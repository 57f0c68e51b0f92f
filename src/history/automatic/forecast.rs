//! Several cheap forecasts side by side, and the mean of those that were as good as the best.

use super::powers::{exp, ln};

/// How fast levels follow.
const GAINS: [f64; 4] = [0.02, 0.08, 0.25, 0.6];
/// What of a period each keeps to the next.
const KEPT: [f64; GAINS.len()] = [1.0 - GAINS[0], 1.0 - GAINS[1], 1.0 - GAINS[2], 1.0 - GAINS[3]];
/// Levels whose difference is a trend: the faster, the slower.
const TRENDS: [(usize, usize); 2] = [(1, 0), (2, 1)];
/// Levels and trends of one season.
const EACH: usize = GAINS.len() + TRENDS.len();
/// The most that a trend changes a period.
const TREND_MAX: f64 = 0.15;
/// How fast errors are forgotten.
const FORGET: f64 = 0.96;
/// Errors that each forecast must have made before it takes part, without and with a time of year.
const SEEN_MIN: Said = [4.0; ALL];
const SEEN_MIN_ANNUAL: Said = {
    let mut least = [10.0; ALL];
    let mut at = 0;
    while at < EACH {
        least[at] = 4.0;
        at += 1;
    }
    least
};
/// An error counts for at most so many variances.
const ERROR_MAX: f64 = 27.0;

/// The forecasts that allow for one season. Arrays, so that one instruction does several.
#[derive(Clone, Copy, Debug, Default)]
struct Family {
    /// Levels by gain: what was seen, over how much, and how old that is.
    seen: [f64; GAINS.len()],
    over: [f64; GAINS.len()],
    age: [f64; GAINS.len()],
}

/// The most seasons that are allowed for.
const SEASONS: usize = 3;
/// All forecasts, season by season.
const ALL: usize = EACH * SEASONS;

/// All forecasts of a series.
#[derive(Debug)]
pub(super) struct Forecasts {
    families: [Family; SEASONS],
    /// How well each forecast did: discounted losses, and their number.
    losses: Said,
    scored: Said,
    /// Whether a season but the first is one of the year.
    annual: bool,
    is_count: bool,
}

/// What each forecast says of a period, season by season; NaN where it says nothing.
pub(super) type Said = [f64; ALL];

/// What is said where nothing is.
pub(super) const NOTHING: Said = [f64::NAN; ALL];

impl Forecasts {
    pub(super) fn new(annual: bool, is_count: bool) -> Self {
        let none = [0.0; ALL];
        Self { families: [Family::default(); SEASONS], losses: none, scored: none, annual, is_count }
    }

    /// What each says of a period with these factors, times its exposure.
    pub(super) fn say(&self, factors: &[Option<f64>; 3], said: &mut Said) {
        let added = if self.is_count { 0.25 } else { 0.0 };
        let mut trends = Trends::default();
        for (season, (family, factor)) in self.families.iter().zip(factors).enumerate() {
            if let Some(factor) = factor.filter(|_| family.over[0] > 0.0) {
                let levels = &mut said[season * EACH..][..GAINS.len()];
                family.say(factor, levels, &mut trends, (season * TRENDS.len(), added));
            }
        }
        let trends = trends.say();
        for season in 0..SEASONS {
            for at in 0..TRENDS.len() {
                said[season * EACH + GAINS.len() + at] = trends[season * TRENDS.len() + at];
            }
        }
    }

    /// The mean of those whose past errors are as small as the best's, by how much there is to tell.
    pub(super) fn choose(&self, said: &Said, figures: f64) -> Option<f64> {
        let least = if self.annual { &SEEN_MIN_ANNUAL } else { &SEEN_MIN };
        let mut means = NOTHING;
        mean_losses((&self.losses, &self.scored), least, said, &mut means);
        let best = means.iter().fold(f64::INFINITY, |best, it| if *it < best { *it } else { best });
        if best.is_infinite() {
            return Some(said[0]).filter(|it| !it.is_nan());
        }
        let bound = best * (1.0 + 2.0 / figures.clamp(4.0, 25.0));
        let mut taken = [[0.0; ALL]; 2];
        up_to(bound, &means, said, &mut taken);
        Some(sum(&taken[0]) / sum(&taken[1]))
    }

    /// Scores all by a figure, `scale` being the variance that a forecast of its size has.
    pub(super) fn score(&mut self, said: &Said, figure: f64, variance: f64, scale: f64) {
        let (weight, most) = (1.0 / scale, ERROR_MAX * variance / scale);
        add_losses((&mut self.losses, &mut self.scored), said, figure, (weight, most));
    }

    /// Takes a figure in, with the exposure of its period by season.
    pub(super) fn learn(&mut self, figure: f64, exposures: &[Option<f64>; 3]) {
        for (family, exposure) in self.families.iter_mut().zip(exposures) {
            let Some(exposure) = exposure else { continue };
            let sums = family.age.iter_mut().zip(&mut family.over).zip(&mut family.seen);
            for (((age, over), seen), kept) in sums.zip(KEPT) {
                *age = kept * (*age + *over);
                *over = kept * *over + exposure;
                *seen = kept * *seen + figure;
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
    /// Says what each level does, and what its trends start from, `place` being that of the first.
    fn say(&self, factor: f64, levels: &mut [f64], trends: &mut Trends, (place, added): (usize, f64)) {
        let (mut rates, mut ages) = ([0.0; GAINS.len()], [0.0; GAINS.len()]);
        for at in 0..GAINS.len() {
            rates[at] = self.seen[at] / self.over[at];
            ages[at] = self.age[at] / self.over[at];
            levels[at] = rates[at] * factor;
        }
        for (at, (fast, slow)) in TRENDS.into_iter().enumerate() {
            let above = (self.seen[fast] + added) * self.over[slow];
            trends.ratios[place + at] = above / ((self.seen[slow] + added) * self.over[fast]);
            trends.apart[place + at] = ages[slow] - ages[fast];
            trends.ahead[place + at] = ages[fast] + 1.0;
            trends.levels[place + at] = rates[fast] * factor;
        }
    }
}

/// What all trends of a series start from, side by side.
#[derive(Default)]
struct Trends {
    /// How much higher the faster level is, and by how many periods it is younger.
    ratios: [f64; TRENDS.len() * SEASONS],
    apart: [f64; TRENDS.len() * SEASONS],
    /// By how many periods the faster level goes on, and what it says of this one without.
    ahead: [f64; TRENDS.len() * SEASONS],
    levels: [f64; TRENDS.len() * SEASONS],
}

impl Trends {
    /// What each says; NaN where its levels are of about the same age.
    fn say(&self) -> [f64; TRENDS.len() * SEASONS] {
        let mut said = [f64::NAN; TRENDS.len() * SEASONS];
        for (at, said) in said.iter_mut().enumerate() {
            let slope = ln(self.ratios[at]) / self.apart[at];
            let slope = if slope < TREND_MAX { slope } else { TREND_MAX };
            let slope = if slope > -TREND_MAX { slope } else { -TREND_MAX };
            // No figures at all have no trend.
            let slope = if self.ratios[at].is_nan() { 0.0 } else { slope };
            let level = self.levels[at] * exp(slope * self.ahead[at]);
            *said = if self.apart[at] > 1.0 { level } else { f64::NAN };
        }
        said
    }
}

/// The mean loss of each forecast that has been scored often enough and says something; infinite or no number of
/// others.
//
// The three functions on slices are kept apart, of a length that is not known: of one that is, the compiler writes
// out each of 18 forecasts by itself, in twice as many instructions.
#[inline(never)]
fn mean_losses((losses, scored): (&[f64], &[f64]), least: &[f64], said: &[f64], means: &mut [f64]) {
    let all = std::hint::black_box(means.len());
    let (losses, scored, least, said) = (&losses[..all], &scored[..all], &least[..all], &said[..all]);
    for (at, mean) in means[..all].iter_mut().enumerate() {
        // No number where nothing is said: neither smaller than another nor as small.
        let own = losses[at] / scored[at] + 0.0 * said[at];
        *mean = if scored[at] >= least[at] { own } else { f64::INFINITY };
    }
}

/// What those say whose mean loss is so small, and a one for each; zeros for others.
#[inline(never)]
fn up_to(bound: f64, means: &[f64], said: &[f64], [taken, numbers]: &mut [Said; 2]) {
    let all = std::hint::black_box(means.len());
    let (means, said, taken, numbers) = (&means[..all], &said[..all], &mut taken[..all], &mut numbers[..all]);
    for at in 0..all {
        let is_in = means[at] <= bound;
        taken[at] = if is_in { said[at] } else { 0.0 };
        numbers[at] = if is_in { 1.0 } else { 0.0 };
    }
}

/// Scores what each says by a figure: errors weigh so much, and count at most so much.
#[inline(never)]
fn add_losses((losses, scored): (&mut [f64], &mut [f64]), said: &[f64], figure: f64, (weight, most): (f64, f64)) {
    let all = std::hint::black_box(said.len());
    let (losses, scored, said) = (&mut losses[..all], &mut scored[..all], &said[..all]);
    for at in 0..all {
        let off = figure - said[at];
        let error = off * off * weight;
        let error = if error < most { error } else { most };
        let (kept, once) = if said[at].is_nan() { (1.0, 0.0) } else { (FORGET, 1.0) };
        losses[at] = kept * losses[at] + once * error;
        scored[at] = kept * scored[at] + once;
    }
}

/// The sum over all, so that one instruction adds several.
fn sum(of: &Said) -> f64 {
    let mut sums = [0.0; EACH];
    for at in 0..EACH {
        sums[at] = of[at] + of[EACH + at] + of[2 * EACH + at];
    }
    sums.iter().sum()
}
