//! The series of an edition, figure by figure in the order of time.

use std::borrow::Borrow;

use rayon::prelude::*;

use super::OUT;
use super::dates::{alike, day_of, days, same_in_month, weekday};
use super::forecast::{Forecasts, Said};
use super::frame::Frame;
use super::season::{Rhythm, Season};
use super::seen::{BACK, Ratios};
use super::spread::{Shared, Shown, Spread};
use crate::history::peers::number;
use crate::history::{Calendar, Count, Line};

/// Periods before the one to judge that are gone through at most.
const PERIODS_MAX: i64 = 20_000;
/// A date of an earlier year explains a figure only if it was itself so many deviations out.
const SAME_DATE: f64 = 3.0;
const SAME_DAY: f64 = 2.5;
const SAME_DAY_BACK: i64 = 130;
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
/// Periods that part one episode from the next.
const EPISODE: i64 = 3;
/// Lines from which threads pay.
const PARALLEL_MIN: usize = 256;

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
    /// Whether few figures with a zero among them say nothing yet.
    pub(crate) is_early: bool,
    /// The chance that two ordinary figures agree.
    pub(crate) agreement: f64,
}

/// A figure of before.
#[derive(Clone, Copy, Debug)]
struct Past {
    at: i64,
    figure: f64,
    exposure: f64,
    expected: f64,
    deviations: f64,
    is_open: bool,
    /// Its chance but for what is said once; 1 where nothing was expected.
    p: f64,
}

/// What is known of a series.
#[derive(Debug)]
struct State {
    first: i64,
    is_count: bool,
    forecasts: Forecasts,
    season: Season,
    shown: Shown,
    past: Vec<Past>,
    /// Figures since the last new level.
    figures: usize,
    /// Figures in a row that were out on one side.
    row: (usize, bool),
    /// The figure of the period at hand.
    now: Option<Count>,
    judged: Option<Judged>,
    outcome: Option<Outcome>,
}

/// What all series of a period have in common.
struct Edition<'a> {
    at: i64,
    day: Option<jiff::civil::Date>,
    rhythm: Rhythm,
    shared: Shared,
    ratios: &'a Ratios,
    is_asked: bool,
}

/// The series of an edition with all that was learnt of them, up to their last figures:
/// the next edition goes on from there.
#[derive(Debug)]
pub(crate) struct Track {
    rhythm: Rhythm,
    is_count: bool,
    states: Vec<State>,
    ratios: Ratios,
    last: i64,
}

/// A figure at hand, between being judged and being learnt.
#[derive(Debug)]
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

/// Judges the last figure of each series; `None` where nothing comes before it.
///
/// `track` is what was learnt of an edition before, and then of this one. It is gone on
/// from where the series are those of the edition before and their next figures; else
/// each series is gone through from its first figure. Both come to the same.
pub(crate) fn run<L: Borrow<Line>>(
    lines: &[L],
    is_count: bool,
    calendar: Calendar,
    track: &mut Option<Track>,
) -> Vec<Option<Outcome>> {
    let last = lines.iter().map(|it| it.borrow().now.at).max().unwrap_or(0);
    let known = track.take().filter(|it| it.is_count == is_count && it.rhythm == rhythm(calendar) && it.last < last);
    let followed = known.and_then(|it| it.followed(lines, last));
    let mut own = followed.unwrap_or_else(|| Track::through(lines, is_count, calendar, last, None));
    own.step(last, true, |at| Some(lines[at].borrow().now).filter(|it| it.at == last));
    let outcomes = own.states.iter_mut().map(|it| it.outcome.take()).collect();
    *track = Some(own);
    outcomes
}

/// What is made of all figures of each series, each by those before it.
#[cfg(test)]
pub(super) fn run_all(lines: &[Line], is_count: bool, calendar: Calendar) -> Vec<Vec<(i64, Outcome)>> {
    let last = lines.iter().map(|it| it.now.at).max().unwrap_or(0);
    let mut all = vec![Vec::new(); lines.len()];
    let mut told = |at: i64, states: &mut [State]| {
        for (all, state) in all.iter_mut().zip(states) {
            all.extend(state.outcome.take().map(|it| (at, it)));
        }
    };
    let mut track = Track::through(lines, is_count, calendar, last, Some(&mut told));
    track.step(last, true, |at| Some(lines[at].now).filter(|it| it.at == last));
    told(last, &mut track.states);
    all
}

/// The figures of a series before a period, oldest first; of several in one period the last.
fn figures(line: &Line, last: i64) -> impl Iterator<Item = Count> {
    let mut before =
        line.before.iter().rev().copied().filter(move |it| (last - PERIODS_MAX..last).contains(&it.at)).peekable();
    std::iter::from_fn(move || {
        let mut found = before.next()?;
        while let Some(it) = before.next_if(|it| it.at <= found.at) {
            found = if it.at == found.at { it } else { found };
        }
        Some(found)
    })
}

impl Track {
    /// Goes through all figures before the last period; `told` has what was made of each edition, if asked.
    fn through<L: Borrow<Line>>(
        lines: &[L],
        is_count: bool,
        calendar: Calendar,
        last: i64,
        mut told: Option<&mut dyn FnMut(i64, &mut [State])>,
    ) -> Self {
        let rhythm = rhythm(calendar);
        let mut before: Vec<_> = lines.iter().map(|it| figures(it.borrow(), last).peekable()).collect();
        let first = before.iter_mut().map(|it| it.peek().map_or(last, |it| it.at));
        let states = first.map(|it| State::new(it, rhythm, is_count)).collect();
        let mut track = Self { rhythm, is_count, states, ratios: Ratios::new(), last: i64::MIN };
        while let Some(at) = before.iter_mut().filter_map(|it| it.peek().map(|it| it.at)).min() {
            track.step(at, told.is_some(), |series| before[series].next_if(|it| it.at == at));
            if let Some(told) = &mut told {
                told(at, &mut track.states);
            }
        }
        track
    }

    /// The track with its series in the order of lines, if these are the same and their next
    /// figures; a line without a past begins here.
    pub(super) fn followed<L: Borrow<Line>>(mut self, lines: &[L], last: i64) -> Option<Self> {
        let mut known = std::mem::take(&mut self.states).into_iter();
        for line in lines {
            let mut before = figures(line.borrow(), last).peekable();
            if before.peek().is_none() {
                self.states.push(State::new(last, self.rhythm, self.is_count));
                continue;
            }
            let state = known.next()?;
            let past = state.past.iter().map(|it| Count { at: it.at, observed: it.figure, exposure: it.exposure });
            if !past.eq(before) {
                return None;
            }
            self.states.push(state);
        }
        known.next().is_none().then_some(self)
    }

    /// Judges the figures of one period, then learns them.
    fn step(&mut self, at: i64, is_asked: bool, mut next: impl FnMut(usize) -> Option<Count>) {
        self.ratios.forget(at - BACK);
        for (series, state) in self.states.iter_mut().enumerate() {
            state.now = next(series);
        }
        let begun = self.states.iter().filter(|it| it.first <= at).map(|it| &it.shown);
        let shared = Shared::of(begun, self.is_count);
        let day = if self.rhythm == Rhythm::Daily { day_of(at) } else { None };
        let edition = Edition { at, day, rhythm: self.rhythm, shared, ratios: &self.ratios, is_asked };
        each(&mut self.states, |it| it.judge(&edition));
        for it in &self.states {
            if let Some((figure, expected)) = it.judged.as_ref().and_then(|it| Some((it.figure, it.expected?)))
                && (!self.is_count || expected >= 5.0)
            {
                self.ratios.add(at, figure / floor(expected, self.is_count));
            }
        }
        each(&mut self.states, |it| it.learn(at, day.map_or(0, weekday)));
        self.last = at;
    }
}

fn each(states: &mut [State], act: impl Fn(&mut State) + Sync + Send) {
    if states.len() < PARALLEL_MIN { states.iter_mut().for_each(act) } else { states.par_iter_mut().for_each(act) }
}

fn rhythm(calendar: Calendar) -> Rhythm {
    match calendar.year() {
        _ if calendar.is_daily() => Rhythm::Daily,
        _ if calendar.is_weekly() => Rhythm::Weekly,
        year if (11.0..13.0).contains(&year) => Rhythm::Monthly,
        _ => Rhythm::Other,
    }
}

/// What a ratio is held against: of counts, half a one at least.
fn floor(expected: f64, is_count: bool) -> f64 {
    if is_count { expected.max(0.5) } else { expected }
}

impl State {
    /// A series from its first period on.
    fn new(first: i64, rhythm: Rhythm, is_count: bool) -> Self {
        Self {
            first,
            is_count,
            forecasts: Forecasts::new(matches!(rhythm, Rhythm::Weekly | Rhythm::Monthly), is_count),
            season: Season::new(rhythm, is_count),
            shown: Shown::default(),
            past: Vec::new(),
            figures: 0,
            row: (0, false),
            now: None,
            judged: None,
            outcome: None,
        }
    }

    /// Where a period lies in the series, counted from its first.
    fn index(&self, at: i64) -> usize {
        usize::try_from(at - self.first).unwrap_or(0)
    }

    fn at(&self, at: i64) -> Option<&Past> {
        self.past.binary_search_by_key(&at, |it| it.at).ok().map(|it| &self.past[it])
    }

    /// What one more figure adds to a mean of so many: of counts alone.
    fn added(&self) -> f64 {
        if self.is_count { 1.0 / number(self.figures.clamp(1, 20)) } else { 0.0 }
    }

    fn judge(&mut self, edition: &Edition<'_>) {
        let &Edition { at, day, rhythm, shared, ratios, is_asked } = edition;
        let Some(count) = self.now.take() else { return };
        let (figure, exposure) = (count.observed, count.exposure);
        let factors = self.season.factors(self.index(at), day.map_or(0, weekday));
        let factors = factors.map(|it| it.map(|it| it * exposure));
        let spread = self.shown.spread(shared, number(self.figures), self.is_count);
        let said = self.forecasts.say(&factors);
        let expected = self.forecasts.choose(&said, number(self.figures)).filter(|it| it.is_finite() && *it >= 0.0);
        let expected = expected.filter(|it| self.figures > 0 && (self.is_count || *it > 0.0));
        let mut judged =
            Judged { figure, exposure, factors, said, spread, expected, deviation: 0.0, explained: (0.0, 0.0), p: 1.0 };
        if let Some(expected) = expected {
            let size = if self.is_count { (expected + self.added()).max(0.5) } else { expected };
            judged.deviation = spread.variance(size).sqrt();
            judged.explained = self.explained(at, day, expected, rhythm);
            let is_far = (figure - expected).abs() > NEAR * judged.deviation;
            if is_far {
                let frame = Frame::new(judged.explained.0, judged.explained.1, &spread, self.is_count);
                judged.p = self.seen_before(frame.out(figure).p, at, &judged, expected, ratios);
            }
            if is_asked {
                self.outcome = Some(self.outcome(at, &judged, expected, ratios));
            }
        }
        self.judged = Some(judged);
    }

    /// The smallest and the largest figure that the forecast or the same date of earlier years explains.
    fn explained(&self, at: i64, day: Option<jiff::civil::Date>, expected: f64, rhythm: Rhythm) -> (f64, f64) {
        let mut explained = (expected, expected + self.added());
        let mut join = |past: &Past| {
            let ratio = (past.figure / floor(past.expected, self.is_count)).clamp(0.05, 4.0);
            explained.0 = explained.0.min(expected * ratio);
            explained.1 = explained.1.max(expected * ratio + self.added());
        };
        let mut same = |at: i64| {
            if let Some(past) = self.at(at).filter(|it| it.deviations.abs() >= SAME_DATE) {
                join(past);
            }
        };
        match (rhythm, day) {
            (Rhythm::Weekly, _) => (1..=3).for_each(|year| (-1..=1).for_each(|it| same(at - 52 * year + it))),
            (Rhythm::Monthly, _) => (1..=3).for_each(|year| same(at - 12 * year)),
            (Rhythm::Daily, Some(day)) => {
                (1..=3).flat_map(|it| alike(day, it)).for_each(|it| same(at - days(it, day)));
                let from = self.past.partition_point(|it| it.at < at - SAME_DAY_BACK);
                let alike = |it: &&Past| day_of(it.at).is_some_and(|it| same_in_month(it, day));
                let days: Vec<&Past> = self.past[from..].iter().filter(alike).collect();
                let out = |side: f64| days.iter().filter(|it| it.deviations * side >= SAME_DAY).count();
                if out(1.0) >= 2 || out(-1.0) >= 2 {
                    for it in days {
                        same(it.at);
                    }
                }
            }
            _ => {}
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
        let from = self.past.partition_point(|it| it.at < at - BACK);
        let past = || self.past[from..].iter().filter(|it| it.expected >= 0.0);
        let is_far = |it: &&Past| {
            let own = it.figure / floor(it.expected, self.is_count);
            !it.is_open && if is_above { own >= ratio } else { own <= ratio }
        };
        let is_young = self.past.len() <= YOUNG;
        let is_erratic = judged.spread.is_erratic(expected);
        let mut last = i64::MIN / 2;
        let episodes = past().filter(is_far).filter(|it| it.at - std::mem::replace(&mut last, it.at) > EPISODE).count();
        let mut seen = if is_young { past().filter(is_far).count() } else { episodes };
        if is_erratic {
            let as_large = |it: &&Past| if is_above { it.figure >= 0.8 * figure } else { it.figure <= figure };
            seen = past().filter(is_far).count().max(self.past.iter().filter(as_large).count());
        }
        let shared = if is_young || is_erratic { ratios.share(ratio, is_above) } else { 0.0 };
        let often = 2.0 * (number(seen.saturating_sub(1)) + 10.0 * shared) / (number(past().count()) + 10.0);
        p.max(often).min(1.0)
    }

    fn outcome(&self, at: i64, judged: &Judged, expected: f64, ratios: &Ratios) -> Outcome {
        let (mut low, mut high) = judged.explained;
        // What was told once is not told again.
        if let Some(last) = self.past.last().filter(|it| it.at == at - 1 && it.p <= OUT) {
            let as_before = last.figure / last.exposure * judged.exposure;
            (low, high) = (low.min(as_before), high.max(as_before + self.added()));
        }
        let frame = Frame::new(low, high, &judged.spread, self.is_count);
        let p = self.seen_before(frame.out(judged.figure).p, at, judged, expected, ratios);
        let figures = || self.past.iter().map(|it| it.figure);
        let is_early = self.is_count
            && self.figures < 8
            && figures().any(|it| it == 0.0)
            && figures().chain([judged.figure]).any(|it| it >= 10.0);
        let variance = judged.spread.variance(expected);
        let agreement = 1.0 / (2.0 * (std::f64::consts::PI * variance).sqrt());
        Outcome { expected, frame, p, figures: self.figures, is_early, agreement: agreement.min(1.0) }
    }

    fn learn(&mut self, at: i64, weekday: usize) {
        let Some(judged) = self.judged.take() else { return };
        let Judged { figure, exposure, factors, said, spread, expected, deviation, explained, p } = judged;
        let index = self.index(at);
        let mut learnt = figure.max(0.0);
        let mut held = learnt;
        let mut past = Past { at, figure, exposure, expected: -1.0, deviations: 0.0, is_open: false, p: 1.0 };
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
            self.forecasts.score(&said, learnt, deviation.powi(2), spread.scale(expected));
            if !past.is_open {
                self.shown.learn(expected, figure - expected, deviation, &spread);
            }
            (past.expected, past.deviations, past.p) = (expected, (figure - expected) / deviation, p);
            let is_above = figure > expected;
            self.row = match self.row {
                _ if p >= LEVEL => (0, is_above),
                (number, side) if side == is_above && number > 0 => (number + 1, side),
                _ => (1, is_above),
            };
        }
        self.past.push(past);
        if self.row.0 >= 3 {
            let rate = self.past.iter().rev().take(3).map(|it| it.figure / it.exposure).sum::<f64>() / 3.0;
            self.forecasts.restart(rate, exposure, &factors);
            (self.figures, self.row) = (2, (0, false));
        } else {
            self.forecasts.learn(learnt, &factors);
        }
        self.figures += 1;
        self.season.learn(index, held / exposure, weekday, |it| spread.spike(it));
    }
}
