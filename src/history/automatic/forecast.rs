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

/// One level: what was seen, over how much, and how old that is.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    seen: f64,
    over: f64,
    age: f64,
}

impl Level {
    fn rate(self) -> f64 {
        self.seen / self.over
    }

    fn mean_age(self) -> f64 {
        self.age / self.over
    }

    fn learn(&mut self, gain: f64, figure: f64, exposure: f64) {
        self.age = (1.0 - gain) * (self.age + self.over);
        self.over = (1.0 - gain) * self.over + exposure;
        self.seen = (1.0 - gain) * self.seen + figure;
    }
}

/// How well a forecast did: discounted losses, and their number.
#[derive(Clone, Copy, Debug, Default)]
struct Score {
    loss: f64,
    seen: f64,
}

/// The forecasts that allow for one season.
#[derive(Clone, Copy, Debug, Default)]
struct Family {
    levels: [Level; GAINS.len()],
    scores: [Score; EACH],
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

/// What each forecast says of a period, by season.
pub(super) type Said = [[Option<f64>; EACH]; SEASONS];

impl Forecasts {
    pub(super) fn new(annual: bool, is_count: bool) -> Self {
        Self { families: [Family::default(); SEASONS], annual, is_count }
    }

    /// What each says of a period with these factors, times its exposure.
    pub(super) fn say(&self, factors: &[Option<f64>; 3]) -> Said {
        let added = if self.is_count { 0.25 } else { 0.0 };
        let mut all = [[None; EACH]; SEASONS];
        for ((family, factor), said) in self.families.iter().zip(factors).zip(&mut all) {
            let Some(factor) = factor.filter(|_| family.levels[0].over > 0.0) else { continue };
            for (said, level) in said.iter_mut().zip(&family.levels) {
                *said = Some(level.rate() * factor);
            }
            for (said, (fast, slow)) in said[GAINS.len()..].iter_mut().zip(TRENDS) {
                let (fast, slow) = (family.levels[fast], family.levels[slow]);
                let apart = slow.mean_age() - fast.mean_age();
                if apart > 1.0 {
                    let rate = |it: Level| (it.seen + added) / it.over;
                    let slope = (rate(fast) / rate(slow)).ln() / apart;
                    let slope = if slope.is_nan() { 0.0 } else { slope.clamp(-TREND_MAX, TREND_MAX) };
                    *said = Some(fast.rate() * (slope * (fast.mean_age() + 1.0)).exp() * factor);
                }
            }
        }
        all
    }

    /// The mean of those whose past errors are as small as the best's, by how much there is to tell.
    pub(super) fn choose(&self, said: &Said, figures: f64) -> Option<f64> {
        let mut taking = [(f64::INFINITY, 0.0); SEASONS * EACH];
        let mut number = 0;
        for (season, (family, said)) in self.families.iter().zip(said).enumerate() {
            let least = if season > 0 && self.annual { SEEN_MIN_ANNUAL } else { SEEN_MIN };
            for (score, said) in family.scores.iter().zip(said) {
                if let Some(said) = said.filter(|_| score.seen >= least) {
                    taking[number] = (score.loss / score.seen, said);
                    number += 1;
                }
            }
        }
        let taking = &taking[..number];
        let best = taking.iter().map(|it| it.0).fold(f64::INFINITY, f64::min);
        if best.is_infinite() {
            return said[0][0];
        }
        let bound = best * (1.0 + 2.0 / figures.clamp(4.0, 25.0));
        let (sum, number) =
            taking.iter().filter(|it| it.0 <= bound).fold((0.0, 0.0), |sum, it| (sum.0 + it.1, sum.1 + 1.0));
        Some(sum / number)
    }

    /// Scores all by a figure, `scale` being the variance that a forecast of its size has.
    pub(super) fn score(&mut self, said: &Said, figure: f64, variance: f64, scale: f64) {
        for (family, said) in self.families.iter_mut().zip(said) {
            for (score, said) in family.scores.iter_mut().zip(said) {
                if let Some(said) = said {
                    let error = (figure - said).powi(2).min(ERROR_MAX * variance) / scale;
                    score.loss = FORGET * score.loss + error;
                    score.seen = FORGET * score.seen + 1.0;
                }
            }
        }
    }

    /// Takes a figure in, with the exposure of its period by season.
    pub(super) fn learn(&mut self, figure: f64, exposures: &[Option<f64>; 3]) {
        for (family, exposure) in self.families.iter_mut().zip(exposures) {
            let Some(exposure) = exposure else { continue };
            for (level, gain) in family.levels.iter_mut().zip(GAINS) {
                level.learn(gain, figure, *exposure);
            }
        }
    }

    /// Begins anew at a rate that three periods had.
    pub(super) fn restart(&mut self, rate: f64, exposure: f64, exposures: &[Option<f64>; 3]) {
        for (family, with_season) in self.families.iter_mut().zip(exposures) {
            let Some(with_season) = with_season else { continue };
            let over = 3.0 * with_season;
            family.levels.fill(Level { seen: 3.0 * rate * exposure, over, age: over });
        }
    }
}
