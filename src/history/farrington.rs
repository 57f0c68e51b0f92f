//! Farrington's method: the same weeks of earlier years, with a trend.
//!
//! Farrington et al. 1996; flexible: Noufaily et al. 2012, as surveyed in
//! Salmon et al. 2016. A quasi-Poisson regression on the weeks around this one
//! in years before, in the flexible form on all weeks with the season in
//! levels; earlier outbreaks weigh less, by their Anscombe residuals. Needs
//! three years to be worth it; two at least. For weekly counts.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::tails::Tails;
use super::{Calendar, Count, Family, Fit, Judgement, Line, Row, fit};

/// How baseline and bound are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Farrington {
    /// Years to go back, at most.
    pub years: u32,
    /// Weeks on either side of the same week of an earlier year.
    pub half_window: i64,
    /// Levels of the season: 1 takes the weeks around the same one alone.
    pub levels: usize,
    /// The newest weeks that are left out.
    pub recent: i64,
    /// Weeks with a larger Anscombe residual weigh less.
    pub threshold: Option<f64>,
    /// When a trend is part of it.
    pub trend: Trend,
    /// How the bound is drawn.
    pub limit: Limit,
    /// The share of ordinary counts beyond a bound, on one side.
    pub alpha: f64,
    /// No verdict unless so many cases were seen in the last four weeks.
    pub cases_min: f64,
}

/// When a trend is part of a regression: always with three years at least,
/// and no prediction above all that was seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Trend {
    /// Never.
    Never,
    /// Where nothing speaks against it.
    Kept,
    /// Where it is significant at this level besides.
    Significant(f64),
}

/// How a bound is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Normal on the power of two thirds, with the error of the mean.
    TwoThirds,
    /// A quantile of the negative binomial; mean and dispersion as estimated.
    NegativeBinomial,
    /// The same, wider as these are estimates: for use, not for comparison.
    Predictive,
}

impl Farrington {
    /// The flexible method as published in 2012.
    pub const FLEXIBLE: Self = Self {
        years: 5,
        half_window: 3,
        levels: 10,
        recent: 26,
        threshold: Some(2.58),
        trend: Trend::Kept,
        limit: Limit::NegativeBinomial,
        alpha: 0.005,
        cases_min: 5.0,
    };
    /// The method of 1996.
    pub const CLASSIC: Self = Self {
        levels: 1,
        recent: 3,
        threshold: Some(1.0),
        trend: Trend::Significant(0.05),
        limit: Limit::TwoThirds,
        ..Self::FLEXIBLE
    };
}

/// Judges a count by the same weeks of earlier years.
///
/// `None` with less than a full year before, with too few cases in the last
/// four weeks, and where no regression converges.
pub fn farrington(line: &Line, calendar: &Calendar, options: &Farrington) -> Option<Judgement> {
    let month = line.before.iter().filter(|it| it.at > line.now.at - 4).map(|it| it.observed).sum::<f64>();
    if month + line.now.observed < options.cases_min {
        return None;
    }
    let (rows, years) = baseline(line, calendar, options)?;
    let now = covariates(line.now, line.now.at);
    let predicted = |it: &Fitted| it.0.rate(0, &now).map(|it| it * line.now.exposure);
    let trended = match options.trend {
        Trend::Never => None,
        Trend::Kept | Trend::Significant(_) => model(&rows, 1, options.threshold),
    };
    let most = rows.iter().map(|it| it.observed).fold(0.0, f64::max);
    let kept = trended
        .filter(|it| years >= 3 && is_significant(&it.0, options.trend) && predicted(it).is_some_and(|it| it <= most));
    let trend = kept.as_ref().map(|it| it.0.slope(0).0);
    let (fit, dispersion) = kept.or_else(|| model(&rows, 0, options.threshold))?;
    let mean = line.now.exposure * fit.rate(0, &now)?;
    let error = mean * (dispersion * fit.variance(0, &now)?).sqrt();
    let predicted = Predicted { mean, error, dispersion, degrees: fit.degrees };
    Some(Judgement { trend, ..predicted.judge(line.now.observed, options) })
}

/// A fitted regression with its dispersion, 1 at least.
pub(super) type Fitted = (Fit, f64);

/// The baseline with its levels, and how many full years it goes back.
fn baseline(line: &Line, calendar: &Calendar, options: &Farrington) -> Option<(Vec<Row>, u32)> {
    let first = line.before.iter().map(|it| it.at).min()?;
    let same = |year: u32| line.now.at - calendar.years(year);
    let years = (1..=options.years).take_while(|it| same(*it) - options.half_window >= first).last()?;
    let around: Vec<i64> = (0..=years).map(same).collect();
    let newest = line.now.at - options.recent;
    let row = |it: &Count| {
        let level = level(it.at, &around, options).filter(|_| it.at < newest && it.exposure > 0.0)?;
        let covariates = covariates(*it, line.now.at);
        Some(Row { level, covariates, observed: it.observed, exposure: it.exposure, weight: 1.0 })
    };
    Some((line.before.iter().rev().filter_map(row).collect(), years))
}

fn covariates(it: Count, now: i64) -> [f64; 3] {
    // Time from the week at hand, in weeks: no large numbers.
    #[expect(clippy::cast_precision_loss, reason = "weeks are few")]
    let time = (it.at - now) as f64;
    [time, 0.0, 0.0]
}

/// The season of a week: 0 around the same week of a year, then the rest of
/// the year in equal parts, the first of which are one longer if need be.
fn level(at: i64, around: &[i64], options: &Farrington) -> Option<usize> {
    let window = options.half_window;
    // `around` goes back in time: the year at hand, then those before.
    let year = around.iter().position(|it| at >= it - window)?;
    if at <= around[year] + window {
        return (year > 0 || options.levels > 1).then_some(0);
    }
    let parts = i64::try_from(options.levels).ok()? - 1;
    let start = around[year] + window + 1;
    let length = around.get(year.checked_sub(1)?)? - window - start;
    if parts < 1 || length < parts {
        return None;
    }
    let (short, longer) = (length / parts, length % parts);
    let offset = at - start;
    let part = if offset < longer * (short + 1) {
        offset / (short + 1)
    } else {
        longer + (offset - longer * (short + 1)) / short
    };
    usize::try_from(part + 1).ok()
}

/// Fits, and fits again with weights where these are asked for.
pub(super) fn model(rows: &[Row], used: usize, threshold: Option<f64>) -> Option<Fitted> {
    let plain = fit(rows, used, Family::Poisson)?;
    let dispersion = plain.dispersion.max(1.0);
    let Some(threshold) = threshold else { return Some((plain, dispersion)) };
    let weights = anscombe_weights(rows, &plain, dispersion, threshold).1;
    if weights.iter().all(|it| (it - 1.0).abs() < 1e-12) {
        return Some((plain, dispersion));
    }
    let weighted: Vec<Row> = rows.iter().zip(weights).map(|(row, weight)| Row { weight, ..*row }).collect();
    let again = fit(&weighted, used, Family::Poisson)?;
    let dispersion = again.dispersion.max(1.0);
    Some((again, dispersion))
}

/// The Anscombe residuals of a fit, and the weights that they give: those
/// above the threshold weigh as the inverse of their square, and all add up
/// to the number of rows.
#[expect(clippy::cast_precision_loss, reason = "rows are few")]
pub fn anscombe_weights(rows: &[Row], fit: &Fit, dispersion: f64, threshold: f64) -> (Vec<f64>, Vec<f64>) {
    let residual = |(at, row): (usize, &Row)| {
        let mean = fit.fitted[at];
        let raw = 1.5 * (row.observed.powf(2.0 / 3.0) * mean.powf(-1.0 / 6.0) - mean.sqrt());
        raw / (dispersion * (1.0 - fit.hat(at, row)).max(1e-9)).sqrt()
    };
    let residuals: Vec<f64> = rows.iter().enumerate().map(residual).collect();
    let weights: Vec<f64> = residuals.iter().map(|it| if *it > threshold { it.powi(-2) } else { 1.0 }).collect();
    let scale = rows.len() as f64 / weights.iter().sum::<f64>();
    (residuals, weights.into_iter().map(|it| it * scale).collect())
}

fn is_significant(fit: &Fit, trend: Trend) -> bool {
    let Trend::Significant(level) = trend else { return true };
    let (slope, variance) = fit.slope(0);
    let statistic = slope / (variance * fit.dispersion).sqrt();
    let tail = StudentsT::new(0.0, 1.0, fit.degrees).map_or(1.0, |it| it.cdf(-statistic.abs()));
    2.0 * tail < level
}

/// A count as a regression predicts it.
pub(super) struct Predicted {
    pub(super) mean: f64,
    /// The standard error of the mean.
    pub(super) error: f64,
    pub(super) dispersion: f64,
    pub(super) degrees: f64,
}

impl Predicted {
    fn judge(&self, observed: f64, options: &Farrington) -> Judgement {
        match options.limit {
            Limit::TwoThirds => self.two_thirds(observed, options.alpha),
            Limit::NegativeBinomial => Tails::known(self.mean, self.dispersion).judge(observed, options.alpha * 2.0),
            Limit::Predictive => self.predictive(observed, options.alpha * 2.0),
        }
    }

    /// With the error of the mean in the variance, and Student's t for that
    /// of the dispersion.
    pub(super) fn predictive(&self, observed: f64, alpha: f64) -> Judgement {
        let dispersion = self.dispersion + self.error.powi(2) / self.mean.max(1e-12);
        let student = StudentsT::new(0.0, 1.0, self.degrees.max(1.0)).ok();
        Tails { student, ..Tails::known(self.mean, dispersion) }.judge(observed, alpha)
    }

    /// `(mu^(2/3) ± z sqrt(4/9 mu^(1/3) (phi + se^2 / mu)))^(3/2)`.
    fn two_thirds(&self, observed: f64, alpha: f64) -> Judgement {
        let centre = self.mean.powf(2.0 / 3.0);
        let deviation = (4.0 / 9.0 * self.mean.cbrt() * (self.dispersion + self.error.powi(2) / self.mean)).sqrt();
        let z = -Normal::standard().inverse_cdf(alpha);
        let bound = |it: f64| (centre + it * z * deviation).max(0.0).powf(1.5);
        let lower = Normal::standard().cdf((observed.powf(2.0 / 3.0) - centre) / deviation);
        Judgement {
            expected: self.mean,
            low: bound(-1.0).ceil(),
            high: bound(1.0).floor(),
            upper_bound: bound(1.0),
            upper: 1.0 - lower,
            lower,
            trend: None,
            dispersion: self.dispersion,
        }
    }
}
