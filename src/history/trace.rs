//! One figure after another: what each detector makes of it.

use super::cusum::{Cusum, cusum};
use super::ears::{Ears, ears};
use super::edition::{Asked, Course, Options};
use super::farrington::{Farrington, farrington};
use super::{Bound, Grade, Judgement, exact, shared};

/// A detector that was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    /// The one that is taken where none is asked for.
    Auto,
    /// Two editions, exactly.
    Exact,
    /// The dispersion shared by all series.
    Shared,
    /// Farrington's method.
    Farrington(Farrington),
    /// EARS C1 or C2.
    Ears(Ears),
    /// CUSUM, with the mean of so many figures at the start of a series.
    Cusum(Cusum, usize),
}

/// What was made of one figure; parts that a detector has none of are absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traced {
    /// The smallest ordinary figure.
    pub low: Option<f64>,
    /// The largest ordinary figure.
    pub high: Option<f64>,
    /// How probable a figure as far out is.
    pub p: Option<f64>,
    /// In plain words.
    pub grade: Grade,
    /// What judged it.
    pub detector: &'static str,
    /// What it would have to pass to be unusually high.
    pub upper_bound: f64,
    /// Whether it is flagged.
    pub alarm: bool,
    /// The period since which the series has been out of its earlier range, where that was told.
    pub since: Option<i64>,
}

/// Judges the figures of one edition; `alpha` is the share of ordinary
/// figures that falls out of a two-sided range.
pub fn trace(
    asked: &[Asked],
    options: &Options,
    (method, alpha): (&Method, f64),
    course: &mut Course,
) -> Vec<Option<Traced>> {
    match method {
        Method::Auto => {
            let verdicts = course.judge(asked, options);
            let traced = |it: super::Judged| {
                let (low, high) = it.range();
                Traced {
                    low: Some(low),
                    high: Some(high),
                    p: Some(it.p),
                    grade: it.grade,
                    detector: "automatic",
                    upper_bound: high,
                    alarm: it.grade == Grade::CheckBeforePrinting,
                    since: it.since.filter(|_| it.grade != Grade::CheckBeforePrinting),
                }
            };
            verdicts.judged.into_iter().map(|it| it.map(traced)).collect()
        }
        Method::Shared => {
            let lines: Vec<_> = asked.iter().map(|it| it.line.clone()).collect();
            let each = shared(&lines, alpha).1.into_iter().zip(asked);
            each.map(|(it, asked)| Some(alone(&it?, "shared", asked))).collect()
        }
        _ => asked.iter().map(|it| one(it, options, method, alpha)).collect(),
    }
}

/// A detector that looks at one series alone.
fn one(asked: &Asked, options: &Options, method: &Method, alpha: f64) -> Option<Traced> {
    let line = &asked.line;
    match method {
        Method::Auto | Method::Shared => None,
        Method::Exact => exact(line, alpha).map(|it| alone(&it, "exact", asked)),
        Method::Farrington(how) => {
            let word = if how.levels > 1 { "farrington-flexible" } else { "farrington" };
            farrington(line, &options.calendar, how).map(|it| alone(&it, word, asked))
        }
        Method::Ears(how) => {
            let word = if how.skipped > 0 { "ears-c2" } else { "ears-c1" };
            let bound = ears(line, how)?;
            Some(bounded(&bound, word, bound.alarm(line.now.observed)))
        }
        Method::Cusum(how, first) => {
            let mut counts: Vec<f64> = line.before.iter().rev().map(|it| it.observed).collect();
            counts.push(line.now.observed);
            let (start, rest) = counts.split_at_checked(*first).filter(|it| !it.0.is_empty() && !it.1.is_empty())?;
            #[expect(clippy::cast_precision_loss, reason = "figures are few")]
            let mean = start.iter().sum::<f64>() / start.len() as f64;
            let (sum, bound) = cusum(rest, mean, how).pop().filter(|_| mean > 0.0)?;
            Some(bounded(&bound, "cusum", sum >= how.h))
        }
    }
}

fn judged(it: &Judgement, detector: &'static str, alarm: bool) -> Traced {
    Traced {
        low: Some(it.low),
        high: Some(it.high),
        p: Some(it.p()),
        grade: Grade::AsExpected,
        detector,
        upper_bound: it.upper_bound,
        alarm,
        since: None,
    }
}

fn alone(it: &Judgement, detector: &'static str, asked: &Asked) -> Traced {
    let observed = asked.line.now.observed;
    let grade = if (it.low..=it.high).contains(&observed) { Grade::AsExpected } else { Grade::WorthALook };
    Traced { grade, ..judged(it, detector, it.alarm(observed)) }
}

fn bounded(it: &Bound, detector: &'static str, alarm: bool) -> Traced {
    let grade = if alarm { Grade::WorthALook } else { Grade::AsExpected };
    Traced {
        low: None,
        high: Some(it.upper_bound.floor()),
        p: None,
        grade,
        detector,
        upper_bound: it.upper_bound,
        alarm,
        since: None,
    }
}
