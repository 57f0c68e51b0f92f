//! One series, figure by figure in the order of time.

use super::dates::{alike, day_of, days, same_in_month, weekday};
use super::forecast::{Forecasts, Said};
use super::frame::Frame;
use super::season::{Rhythm, Season};
use super::seen::{BACK, Ratios};
use super::spread::{Shared, Shown, Spread};
use super::{OUT, push};
use crate::history::Count;
use crate::history::peers::number;

/// A date of an earlier year explains a figure only if it was itself so many deviations out.
const SAME_DATE: f64 = 3.0;
const SAME_DAY: f64 = 2.5;
const SAME_DAY_BACK: i64 = 130;
/// So many periods back a holiday, any one, explains a holiday: three years of days.
const HOLIDAYS_BACK: i64 = 1_096;
/// What is learnt lies within so many deviations of what was expected.
const LEARNT: f64 = 2.6;
/// Three figures with at most this chance on one side are a new level.
const LEVEL: f64 = 0.01;
/// Only below this chance it is asked what was seen before.
const ASKED: f64 = 0.02;
/// Figures nearer than so many deviations are ordinary without a look at the tails.
const NEAR: f64 = 1.8;
/// In so many first figures of a series each counts, not each episode.
const YOUNG: usize = 16;
/// Up to so many figures, a zero among them says that nothing can be told yet; up to `YOUNG`, one in four.
const FEW: usize = 8;
/// Periods that part one episode from the next.
const EPISODE: i64 = 3;

/// What is made of the last figure of a series.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// What was expected.
    pub(crate) expected: f64,
    /// All that explains the figure, with the tails around it.
    pub(crate) frame: Frame,
    /// How probable it is, allowing for what was seen before.
    pub(crate) p: f64,
    /// How many figures came before, since the last new level.
    pub(crate) figures: usize,
    /// Why it is not judged.
    pub(crate) unjudged: Option<Unjudged>,
    /// The chance that two ordinary figures agree.
    pub(crate) agreement: f64,
    /// The first of the figures out on its side up to the last, where it is ordinary only beside the last.
    pub(crate) since: Option<i64>,
}

/// Why a figure with a history is not judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unjudged {
    /// Few figures with zeros among them say nothing yet.
    Few,
    /// It lies in a declared event.
    Event,
    /// It is out of the ordinary on a holiday, and the first of the series.
    Holiday,
}

/// A figure of before: few bytes, since each edition writes one of every series.
#[derive(Clone, Copy, Debug)]
struct Past {
    figure: f64,
    /// Below zero where nothing was expected.
    expected: f64,
    /// In periods since the first one.
    index: u32,
    is_open: bool,
}

/// A figure that was far out.
#[derive(Clone, Copy, Debug)]
struct Far {
    at: i64,
    /// Over what was expected.
    ratio: f64,
    deviations: f64,
    /// By how much its weekday differs from the others.
    factor: f64,
    is_holiday: bool,
}

/// The last figure.
#[derive(Clone, Copy, Debug)]
struct Last {
    at: i64,
    rate: f64,
    /// Its chance but for what is said once; 1 where nothing was expected.
    p: f64,
}

/// What is known of a series.
#[derive(Debug)]
pub(super) struct State {
    pub(super) first: i64,
    pub(super) is_count: bool,
    pub(super) forecasts: Forecasts,
    pub(super) season: Season,
    past: Vec<Past>,
    /// Those that were far out: few, while `past` is long and rarely in reach.
    far: Vec<Far>,
    /// The last three for a full period, the newest first.
    last: [Option<Last>; 3],
    /// Whether a holiday is among them.
    has_holiday: bool,
    /// Figures since the last new level.
    pub(super) figures: usize,
    /// Figures in a row that were out on one side.
    pub(super) row: (usize, bool),
    /// The first of the figures without a gap up to the last that were all told, and whether they were above.
    since: Option<(i64, bool)>,
    /// Whether a declared event began a new level since the last figure.
    pub(super) is_broken: bool,
    pub(super) outcome: Option<Box<Outcome>>,
}

/// What all series of a period have in common.
pub(super) struct Edition<'a> {
    pub(super) at: i64,
    pub(super) day: Option<jiff::civil::Date>,
    pub(super) rhythm: Rhythm,
    pub(super) shared: Shared,
    pub(super) ratios: &'a Ratios,
    pub(super) is_asked: bool,
    pub(super) is_holiday: bool,
    pub(super) is_event: bool,
}

/// A figure at hand, between being judged and being learnt.
struct Judged {
    figure: f64,
    exposure: f64,
    factors: [Option<f64>; 3],
    said: Said,
    spread: Spread,
    expected: Option<f64>,
    deviation: f64,
    explained: (f64, f64),
    p: f64,
}

/// What a ratio is held against: of counts, half a one at least.
pub(super) fn floor(expected: f64, is_count: bool) -> f64 {
    if is_count { expected.max(0.5) } else { expected }
}

/// By how much the weekday of a daily edition differs from the others.
fn weekday_factor(factors: &[Option<f64>; 3]) -> f64 {
    factors[1].filter(|it| *it > 0.0).unwrap_or(1.0)
}

impl State {
    /// A series from its first period on, of about so many.
    pub(super) fn new(first: i64, rhythm: Rhythm, is_count: bool, periods: usize) -> Self {
        Self {
            first,
            is_count,
            forecasts: Forecasts::new(matches!(rhythm, Rhythm::Weekly { .. } | Rhythm::Monthly), is_count),
            season: Season::new(rhythm, is_count, periods),
            past: Vec::with_capacity(periods),
            far: Vec::new(),
            last: [None; 3],
            has_holiday: false,
            figures: 0,
            row: (0, false),
            since: None,
            is_broken: false,
            outcome: None,
        }
    }

    /// Where a period lies in the series, counted from its first.
    fn index(&self, at: i64) -> usize {
        usize::try_from(at - self.first).unwrap_or(0)
    }

    /// The figure of a period, if it was far out.
    fn far_at(&self, at: i64) -> Option<&Far> {
        let found = self.far.binary_search_by_key(&at, |it| it.at).ok().map(|it| &self.far[it]);
        found.filter(|it| it.deviations.abs() >= SAME_DATE)
    }

    /// Those that were far out from a period on.
    fn far_since(&self, at: i64) -> &[Far] {
        &self.far[self.far.partition_point(|it| it.at < at)..]
    }

    /// The figures from a period on.
    fn past_since(&self, at: i64) -> &[Past] {
        let index = u32::try_from((at - self.first).max(0)).unwrap_or(u32::MAX);
        &self.past[self.past.partition_point(|it| it.index < index)..]
    }

    /// What one more figure adds to a mean of so many: of counts alone.
    fn added(&self) -> f64 {
        if self.is_count { 1.0 / number(self.figures.clamp(1, 20)) } else { 0.0 }
    }

    /// Judges a figure, then learns it; by how much it differs from what was expected, if that tells anything.
    pub(super) fn step(&mut self, count: Count, shown: &mut Shown, edition: &Edition<'_>) -> Option<f64> {
        let judged = self.judge(count, shown, edition);
        let expected = judged.expected.filter(|it| !edition.is_event && (!self.is_count || *it >= 5.0));
        let ratio = expected.map(|it| judged.figure / floor(it, self.is_count));
        self.learn(&judged, shown, edition);
        ratio
    }

    fn judge(&mut self, count: Count, shown: &Shown, edition: &Edition<'_>) -> Judged {
        let &Edition { at, day, shared, ratios, is_asked, .. } = edition;
        if self.is_broken {
            (self.figures, self.row) = (0, (0, false));
        }
        let (figure, exposure) = (count.observed, count.exposure);
        let mut factors = self.season.factors(self.index(at), day.map_or(0, weekday));
        factors.iter_mut().flatten().for_each(|it| *it *= exposure);
        let spread = shown.spread(shared, number(self.figures), self.is_count);
        let said = self.forecasts.say(&factors);
        let expected = self.forecasts.choose(&said, number(self.figures)).filter(|it| it.is_finite() && *it >= 0.0);
        let expected = expected.filter(|it| self.figures > 0 && (self.is_count || *it > 0.0));
        let mut judged =
            Judged { figure, exposure, factors, said, spread, expected, deviation: 0.0, explained: (0.0, 0.0), p: 1.0 };
        if let Some(expected) = expected {
            let size = if self.is_count { (expected + self.added()).max(0.5) } else { expected };
            judged.deviation = spread.variance(size).sqrt();
            judged.explained = self.explained(edition, expected, weekday_factor(&judged.factors));
            let is_far = (figure - expected).abs() > NEAR * judged.deviation;
            if is_far {
                let frame = Frame::new(judged.explained.0, judged.explained.1, &spread, self.is_count);
                judged.p = self.seen_before(frame.chance(figure), at, &judged, expected, ratios);
            }
            if is_asked {
                self.outcome = Some(Box::new(self.outcome(edition, &judged, expected)));
            }
        }
        judged
    }

    /// The smallest and the largest figure that the forecast or the same date of earlier years explains.
    fn explained(&self, edition: &Edition<'_>, expected: f64, factor: f64) -> (f64, f64) {
        let &Edition { at, day, rhythm, is_holiday, .. } = edition;
        let aside = expected * self.season.aside().unwrap_or(1.0);
        let mut explained = (expected.min(aside), expected.max(aside) + self.added());
        let mut join = |past: &Far| {
            let ratio = past.ratio.clamp(0.05, 4.0);
            // What is done on a holiday may go by its weekday, or not.
            let by_weekday = if rhythm == Rhythm::Daily { past.factor / factor } else { 1.0 };
            for ratio in [ratio, ratio * by_weekday] {
                explained.0 = explained.0.min(expected * ratio);
                explained.1 = explained.1.max(expected * ratio + self.added());
            }
        };
        let mut same = |at: i64| {
            if let Some(past) = self.far_at(at) {
                join(past);
            }
        };
        let back = |years: usize| at - i64::try_from(rhythm.back(years)).unwrap_or(0);
        match (rhythm, day) {
            (Rhythm::Weekly { .. }, _) => (1..=3).for_each(|it| (-1..=1).for_each(|week| same(back(it) + week))),
            (Rhythm::Monthly, _) => (1..=3).for_each(|it| same(back(it))),
            (Rhythm::Daily, Some(day)) => {
                (1..=3).flat_map(|it| alike(day, it)).for_each(|it| same(at - days(it, day)));
                let alike = |it: &&Far| day_of(it.at).is_some_and(|it| same_in_month(it, day));
                let days: Vec<&Far> = self.far_since(at - SAME_DAY_BACK).iter().filter(alike).collect();
                let out = |side: f64| days.iter().filter(|it| it.deviations * side >= SAME_DAY).count();
                if out(1.0) >= 2 || out(-1.0) >= 2 {
                    for it in days {
                        same(it.at);
                    }
                }
            }
            _ => {}
        }
        if is_holiday {
            self.far_since(at - HOLIDAYS_BACK).iter().filter(|it| it.is_holiday).for_each(|it| same(it.at));
        }
        explained
    }

    /// The chance of a figure, allowing for what was seen before as far out.
    fn seen_before(&self, p: f64, at: i64, judged: &Judged, expected: f64, ratios: &Ratios) -> f64 {
        if p >= ASKED {
            return p;
        }
        let (figure, is_above) = (judged.figure, judged.figure > expected);
        let ratio = figure / floor(expected, self.is_count);
        let recent = self.past_since(at - BACK);
        let past = || recent.iter().filter(|it| it.expected >= 0.0);
        let is_far = |it: &&Past| {
            let own = it.figure / floor(it.expected, self.is_count);
            !it.is_open && if is_above { own >= ratio } else { own <= ratio }
        };
        let is_young = self.past.len() <= YOUNG;
        let is_erratic = judged.spread.is_erratic(expected);
        let mut last = i64::MIN / 2;
        let is_new = |it: &&Past| i64::from(it.index) - std::mem::replace(&mut last, i64::from(it.index)) > EPISODE;
        let episodes = past().filter(is_far).filter(is_new).count();
        let mut seen = if is_young { past().filter(is_far).count() } else { episodes };
        if is_erratic {
            let as_large = |it: &&Past| if is_above { it.figure >= 0.8 * figure } else { it.figure <= figure };
            seen = past().filter(is_far).count().max(self.past.iter().filter(as_large).count());
        }
        let shared = if is_young || is_erratic { ratios.share(ratio, is_above) } else { 0.0 };
        let often = 2.0 * (number(seen.saturating_sub(1)) + 10.0 * shared) / (number(past().count()) + 10.0);
        p.max(often).min(1.0)
    }

    fn outcome(&self, edition: &Edition<'_>, judged: &Judged, expected: f64) -> Outcome {
        let at = edition.at;
        let (mut low, mut high) = judged.explained;
        // What was told once is not told again.
        let told = self.last[0].filter(|it| it.at == at - 1 && it.p <= OUT);
        if let Some(last) = told {
            let as_before = last.rate * judged.exposure;
            (low, high) = (low.min(as_before), high.max(as_before + self.added()));
        }
        let frame = Frame::new(low, high, &judged.spread, self.is_count);
        let p = self.seen_before(frame.out(judged.figure).p, at, judged, expected, edition.ratios);
        let unjudged = self.unjudged(edition, judged.figure, p);
        let variance = judged.spread.variance(expected);
        let agreement = 1.0 / (2.0 * (std::f64::consts::PI * variance).sqrt());
        let is_above = judged.figure > expected;
        let is_noted = told.is_some() && judged.p <= OUT && p > OUT && unjudged.is_none();
        let since = self.since.filter(|it| is_noted && it.1 == is_above).map(|it| it.0);
        Outcome { expected, frame, p, figures: self.figures, unjudged, agreement: agreement.min(1.0), since }
    }

    /// Why a figure is not judged, if it is not; `p` is its chance.
    fn unjudged(&self, edition: &Edition<'_>, figure: f64, p: f64) -> Option<Unjudged> {
        let zeros = || self.past.iter().filter(|it| it.figure == 0.0).count();
        let is_large = || self.past.iter().map(|it| it.figure).chain([figure]).any(|it| it >= 10.0);
        // Only young series are looked through.
        let is_few = self.figures < FEW && zeros() > 0 || self.past.len() < YOUNG && 4 * zeros() > self.past.len();
        match () {
            () if edition.is_event => Some(Unjudged::Event),
            () if self.is_count && is_few && is_large() => Some(Unjudged::Few),
            () if edition.is_holiday && p <= OUT && !self.has_holiday => Some(Unjudged::Holiday),
            () => None,
        }
    }

    fn learn(&mut self, judged: &Judged, shown: &mut Shown, edition: &Edition<'_>) {
        let &Edition { at, day, is_holiday, is_event, .. } = edition;
        let &Judged { figure, exposure, factors, ref said, spread, expected, deviation, explained, p } = judged;
        let index = self.index(at);
        let mut learnt = figure.max(0.0);
        let mut held = learnt;
        let factor = weekday_factor(&factors);
        let mut past = Past { figure, expected: -1.0, index: u32::try_from(index).unwrap_or(u32::MAX), is_open: false };
        self.last = [Some(Last { at, rate: figure / exposure, p: 1.0 }), self.last[0], self.last[1]];
        self.has_holiday |= is_holiday;
        let since = self.since.take().filter(|_| self.last[1].is_some_and(|it| it.at == at - 1));
        if is_event {
            push(&mut self.past, past);
            return;
        }
        if let Some(expected) = expected {
            past.is_open = explained.1 - explained.0 > 0.5 * deviation;
            if past.is_open {
                learnt = if figure >= expected {
                    (figure * expected / explained.1).max(expected)
                } else if explained.0 > 0.0 {
                    (figure * expected / explained.0).min(expected)
                } else {
                    expected
                };
            }
            learnt = learnt.clamp(expected - LEARNT * deviation, expected + LEARNT * deviation).max(0.0);
            held = figure.clamp(expected / 3.0, (3.0 * expected).max(expected + 3.0 * deviation));
            self.forecasts.score(said, learnt, deviation.powi(2), spread.scale(expected));
            if !past.is_open {
                shown.learn(expected, figure - expected, deviation, &spread);
            }
            past.expected = expected;
            self.last[0] = self.last[0].map(|it| Last { p, ..it });
            let deviations = (figure - expected) / deviation;
            if deviations.abs() >= SAME_DAY {
                let ratio = figure / floor(expected, self.is_count);
                self.far.push(Far { at, ratio, deviations, factor, is_holiday });
            }
            let is_above = figure > expected;
            self.since = (p <= OUT).then(|| since.filter(|it| it.1 == is_above).unwrap_or((at, is_above)));
            self.row = match self.row {
                _ if p >= LEVEL => (0, is_above),
                (number, side) if side == is_above && number > 0 => (number + 1, side),
                _ => (1, is_above),
            };
        }
        push(&mut self.past, past);
        if std::mem::take(&mut self.is_broken) {
            self.forecasts.restart(figure / exposure, exposure, &factors);
        } else if self.row.0 >= 3 {
            let rate = self.last.iter().flatten().map(|it| it.rate).sum::<f64>() / 3.0;
            self.forecasts.restart(rate, exposure, &factors);
            (self.figures, self.row, self.since) = (2, (0, false), None);
        } else {
            self.forecasts.learn(learnt, &factors);
        }
        self.figures += 1;
        self.season.learn(index, held / exposure, day.map_or(0, weekday), |it| spread.spike(it));
    }
}
