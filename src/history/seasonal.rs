//! Trend and season, where there are two years or more: quasi-Poisson.
//!
//! Log link, exposure as offset, a trend and one annual sine and cosine; days
//! have their day of the week besides. Earlier outbreaks weigh less, as in
//! Farrington's method. Needs 24 counts and two years; days, before there are
//! two years, four weeks, then without trend and season. A season with more
//! than one rise and fall a year is beyond it.

use super::farrington::{Predicted, model};
use super::{Calendar, Count, Judgement, Line, Row};

/// Fewer counts than this tell no season.
const COUNTS_MIN: usize = 24;
/// Days without a season: the last eight weeks.
const DAYS: usize = 56;
/// Days before which weekdays tell nothing.
const DAYS_MIN: usize = 28;
/// Years that count at most.
const YEARS_MAX: f64 = 5.0;
/// Counts with a larger Anscombe residual weigh less.
const THRESHOLD: f64 = 2.58;

/// Judges a count by trend and season; `None` where there is too little.
///
/// `alpha` is the share of ordinary counts that falls out of the range, half
/// of it on either side.
#[expect(clippy::cast_precision_loss, reason = "periods are few")]
pub fn seasonal(line: &Line, calendar: Calendar, alpha: f64) -> Option<Judgement> {
    let years = |it: &Count| (line.now.at - it.at) as f64 / calendar.year();
    let has_season = line.before.last().is_some_and(|it| years(it) >= 1.99);
    let enough = if has_season { COUNTS_MIN } else { DAYS_MIN };
    if line.before.len() < enough || !(has_season || calendar.is_daily()) {
        return None;
    }
    let used = if has_season { 3 } else { 0 };
    let covariates = |at: i64| {
        let (sine, cosine) = calendar.season(at).unwrap_or_default();
        if has_season { [(at - line.now.at) as f64 / calendar.year(), sine, cosine] } else { [0.0; 3] }
    };
    let level = |at: i64| if calendar.is_daily() { usize::try_from(at.rem_euclid(7)).unwrap_or(0) } else { 0 };
    let row = |it: &Count| Row {
        level: level(it.at),
        covariates: covariates(it.at),
        observed: it.observed,
        exposure: it.exposure,
        weight: 1.0,
    };
    let most = if has_season { usize::MAX } else { DAYS };
    let recent = line.before.iter().take(most).filter(|it| years(it) <= YEARS_MAX && it.exposure > 0.0);
    let rows: Vec<Row> = recent.map(row).collect();
    let (fit, dispersion) = model(&rows, used, Some(THRESHOLD))?;
    let (level, now) = (level(line.now.at), covariates(line.now.at));
    let mean = line.now.exposure * fit.rate(level, &now)?;
    let error = mean * (dispersion * fit.variance(level, &now)?).sqrt();
    let predicted = Predicted { mean, error, dispersion, degrees: fit.degrees };
    let trend = has_season.then(|| fit.slope(0).0 / calendar.year());
    Some(Judgement { trend, ..predicted.predictive(line.now.observed, alpha) })
}
