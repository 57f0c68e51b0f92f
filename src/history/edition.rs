//! All series of an edition together: a detector for each, and what is flagged.

use rayon::prelude::*;

use super::farrington::{Farrington, Limit, farrington};
use super::{
    Calendar, Correction, Grade, Judgement, Line, Shared, Shift, exact, flagged, logs, seasonal, shared, shift,
};

/// The share of ordinary counts that falls out of a range.
const ALPHA: f64 = 0.01;
/// The share of flags that may be false.
const DISCOVERY: f64 = 0.10;
/// The shared dispersion looks at so many of the last editions.
const EDITIONS_MAX: usize = 26;
/// Lines from which threads pay.
const PARALLEL_MIN: usize = 256;
/// Smaller counts are often the same twice.
const UNCHANGED_MIN: f64 = 100.0;
/// So much of three years has to be on file for Farrington's method.
const FULL: f64 = 0.8;

/// What judged a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detector {
    /// One earlier edition, or dispersion shared by the series of an edition.
    Shared,
    /// Trend and season.
    Seasonal,
    /// The same weeks of earlier years.
    Farrington,
    /// The log scale, for what is no count.
    Logs,
}

/// A series to judge.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The figures.
    pub line: Line,
    /// Whether they are counts.
    pub is_count: bool,
    /// The most that the count can be, where it is part of a total.
    pub most: Option<f64>,
}

/// How an edition is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How its periods lie in the year.
    pub calendar: Calendar,
    /// How its many tests are allowed for.
    pub correction: Correction,
    /// Whether it is known how much of the period is covered: if not, a low
    /// count says nothing.
    pub coverage_known: bool,
    /// How much of a period is covered; 1 is all.
    pub covered: f64,
}

/// What was made of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Its range, and how probable the figure is.
    pub judgement: Judgement,
    /// What judged it.
    pub detector: Detector,
    /// How probable a figure as far out is; smaller for a large count that
    /// is the same as before.
    pub p: f64,
    /// In plain words.
    pub grade: Grade,
    /// Whether it is told for being the same as before.
    pub unchanged: bool,
    /// Whether it would be graded otherwise had the whole period been covered.
    pub turns_on_coverage: bool,
}

/// What was made of an edition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// One a series; `None` where nothing earlier judges it.
    pub judged: Vec<Option<Judged>>,
    /// How the edition as a whole compares.
    pub shift: Option<Shift>,
}

/// Judges all series of an edition.
///
/// The detector is chosen by what a series has before it: under two years
/// [`shared`](super::shared()), with trend and season from then on, and from
/// three years of weeks on Farrington's flexible method; where that has too
/// few cases, the shared dispersion again. What no count is goes by
/// [`logs`](super::logs()).
pub fn judge(asked: &[Asked], options: &Options) -> Verdicts {
    let first = ranges(asked, options, 1.0);
    let shift = shift(&telling(asked, &first));
    let told = shift.filter(|it| it.told);
    let moved = told.map_or(1.0, |it| it.ratio);
    let ranges = if told.is_none() { first } else { self::ranges(asked, options, moved) };
    let mut judged: Vec<Option<Judged>> =
        asked.iter().zip(&ranges).map(|(it, range)| range.map(|range| first_grade(it, range, options))).collect();
    grade(asked, &mut judged, options);
    if options.covered < 1.0 {
        let full = self::ranges(asked, options, moved / options.covered);
        for (it, full) in judged.iter_mut().zip(full) {
            let (Some(it), Some((full, _))) = (it, full) else { continue };
            let stands = |p: f64| p < ALPHA;
            it.turns_on_coverage = stands(it.judgement.p()) != stands(full.p());
        }
    }
    Verdicts { judged, shift }
}

type Range = Option<(Judgement, Detector)>;

/// The ranges of all series, the exposure of the edition changed by a factor.
fn ranges(asked: &[Asked], options: &Options, factor: f64) -> Vec<Range> {
    let recent = |it: &Asked| {
        let mut line = it.line.clone();
        line.now.exposure *= factor;
        if it.is_count {
            line.before.truncate(EDITIONS_MAX);
        }
        line
    };
    let empty = |it: &Asked| Line { now: it.line.now, before: Vec::new() };
    let counts: Vec<Line> = asked.iter().map(|it| if it.is_count { recent(it) } else { empty(it) }).collect();
    let amounts: Vec<Line> = asked.iter().map(|it| if it.is_count { empty(it) } else { recent(it) }).collect();
    let (_, by_shared): (Shared, _) = shared(&counts, ALPHA);
    let by_logs = logs(&amounts, ALPHA);
    let choose = |at: usize| {
        let it = &asked[at];
        let long = || {
            let mut line = it.line.clone();
            line.now.exposure *= factor;
            long_history(&line, options)
        };
        let short = || by_shared[at].map(|it| (it, Detector::Shared));
        if it.is_count { long().or_else(short) } else { by_logs[at].map(|it| (it, Detector::Logs)) }
    };
    if asked.len() < PARALLEL_MIN {
        (0..asked.len()).map(choose).collect()
    } else {
        (0..asked.len()).into_par_iter().map(choose).collect()
    }
}

/// What two years or more tell.
#[expect(clippy::cast_precision_loss, reason = "periods are few")]
fn long_history(line: &Line, options: &Options) -> Range {
    let calendar = options.calendar;
    let years = line.before.last().map_or(0.0, |it| (line.now.at - it.at) as f64 / calendar.year());
    let full = line.before.len() as f64 >= FULL * 3.0 * calendar.year();
    if calendar.is_weekly() && years >= 3.0 && full {
        let flexible = Farrington { limit: Limit::Predictive, alpha: ALPHA / 2.0, ..Farrington::FLEXIBLE };
        return farrington(line, calendar, &flexible).map(|it| (it, Detector::Farrington));
    }
    seasonal(line, calendar, ALPHA).map(|it| (it, Detector::Seasonal))
}

/// What tells a shift: observed, expected, and the variance of their log ratio.
fn telling(asked: &[Asked], ranges: &[Range]) -> Vec<(f64, f64, f64)> {
    let counts = asked.iter().zip(ranges).filter(|it| it.0.is_count && it.0.most.is_none());
    let known = counts.filter_map(|(it, range)| Some((it.line.now.observed, range.as_ref()?.0)));
    known.map(|(observed, it)| (observed, it.expected, it.dispersion / it.expected.max(1e-9))).collect()
}

fn first_grade(asked: &Asked, (judgement, detector): (Judgement, Detector), options: &Options) -> Judged {
    let p = if options.coverage_known { judgement.p() } else { (2.0 * judgement.upper).min(1.0) };
    let same = unchanged(asked, &judgement).filter(|it| *it < p);
    Judged {
        judgement,
        detector,
        p: same.unwrap_or(p),
        grade: Grade::AsExpected,
        unchanged: same.is_some(),
        turns_on_coverage: false,
    }
}

/// How probable it is that a large count is the same as before; `None` where
/// it is another one, or was the same before, too: then it is no count of a period.
fn unchanged(asked: &Asked, it: &Judgement) -> Option<f64> {
    let [last, other, ..] = asked.line.before[..] else { return None };
    let now = asked.line.now;
    let alike = |one: f64, other: f64| (one - other).abs() < 0.5;
    let same = alike(last.observed, now.observed) && !alike(other.observed, last.observed) && last.at + 1 == now.at;
    let large = asked.is_count && it.expected >= UNCHANGED_MIN;
    (same && large).then(|| 1.0 / (2.0 * (std::f64::consts::PI * it.dispersion * it.expected).sqrt()))
}

/// Grades all series together.
fn grade(asked: &[Asked], judged: &mut [Option<Judged>], options: &Options) {
    let known: Vec<usize> = (0..judged.len()).filter(|it| judged[*it].is_some()).collect();
    let values: Vec<Judged> = judged.iter().copied().flatten().collect();
    let p: Vec<f64> = values.iter().map(|it| it.p).collect();
    // A count has no most, and its upper tail no least; a part of a total has.
    let least = |at: &usize| asked[*at].most.map_or(0.0, |most| at_most(&asked[*at], most, options));
    let attainable: Vec<f64> = known.iter().map(least).collect();
    let flags = flagged(&p, &attainable, DISCOVERY, options.correction);
    for ((at, flag), p) in known.into_iter().zip(flags).zip(p) {
        let grade = match () {
            // Among few series the rate alone would flag what is in its range.
            () if flag && p < ALPHA => Grade::CheckBeforePrinting,
            () if p < ALPHA => Grade::WorthALook,
            () => Grade::AsExpected,
        };
        judged[at] = judged[at].map(|it| Judged { grade, ..it });
    }
}

/// The smallest p-value that a part can have: at nothing, or at the whole.
fn at_most(asked: &Asked, most: f64, options: &Options) -> f64 {
    let at = |observed: f64| {
        let mut asked = asked.clone();
        asked.line.now.observed = observed;
        ranges(&[asked], options, 1.0)[0].map_or(0.0, |it| it.0.p())
    };
    at(most).min(at(0.0))
}

impl Judged {
    /// Whether one earlier edition leaves a count open: far out for chance
    /// alone, and not quite for counts that vary as published ones do.
    pub fn is_open(&self, line: &Line) -> bool {
        let open = line.before.len() == 1 && self.detector == Detector::Shared && self.p < 5.0 * ALPHA;
        open && self.grade != Grade::CheckBeforePrinting && exact(line, ALPHA).is_some_and(|it| it.p() < ALPHA)
    }
}
