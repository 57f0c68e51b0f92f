//! All series of one edition after the other, in the order of time.

use std::borrow::Borrow;

use rayon::prelude::*;

use super::dates::{day_of, weekday};
use super::run::{Edition, Learnt, Outcome, State, floor};
use super::season::Rhythm;
use super::seen::{BACK, Ratios};
use super::spread::Shared;
use crate::history::known::{Dated, Known};
use crate::history::{Calendar, Count, Line, Options};

/// Periods before the one to judge that are gone through at most.
const PERIODS_MAX: i64 = 20_000;
/// Lines from which threads pay.
const PARALLEL_MIN: usize = 256;

/// What is done with the states of one period after the other.
type Told<'a> = &'a mut dyn FnMut(i64, &mut [State]);

/// The series of an edition with all that was learnt of them, up to their last figures:
/// the next edition goes on from there.
#[derive(Debug)]
pub(crate) struct Track {
    rhythm: Rhythm,
    is_count: bool,
    states: Vec<State>,
    ratios: Ratios,
    /// What was known of its dates.
    known: Known,
    last: i64,
}

/// Judges the last figure of each series; `None` where nothing comes before it.
///
/// `track` is what was learnt of an edition before, and then of this one. It is gone on
/// from where the series are those of the edition before and their next figures; else
/// each series is gone through from its first figure. Both come to the same.
pub(crate) fn run<L: Borrow<Line>>(
    lines: &[L],
    is_count: bool,
    options: &Options,
    track: &mut Option<Track>,
) -> Vec<Option<Outcome>> {
    let last = lines.iter().map(|it| it.borrow().now.at).max().unwrap_or(0);
    let before = track.take().filter(|it| it.is_count == is_count && it.rhythm == rhythm(&options.calendar));
    let before = before.filter(|it| it.last < last && it.known.is_same_before(&options.known, last));
    let followed = before.and_then(|it| it.followed(lines, last));
    let mut own = followed.unwrap_or_else(|| Track::through(lines, is_count, options, last, None));
    own.known = options.known.clone();
    own.step(last, true, |at| Some(lines[at].borrow().now).filter(|it| it.at == last));
    let outcomes = own.states.iter_mut().map(|it| it.outcome.take()).collect();
    *track = Some(own);
    outcomes
}

/// What is made of all figures of each series, each by those before it.
#[cfg(test)]
pub(super) fn run_all(lines: &[Line], is_count: bool, options: &Options) -> Vec<Vec<(i64, Outcome)>> {
    let last = lines.iter().map(|it| it.now.at).max().unwrap_or(0);
    let mut all = vec![Vec::new(); lines.len()];
    let mut told = |at: i64, states: &mut [State]| {
        for (all, state) in all.iter_mut().zip(states) {
            all.extend(state.outcome.take().map(|it| (at, it)));
        }
    };
    let mut track = Track::through(lines, is_count, options, last, Some(&mut told));
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
        options: &Options,
        last: i64,
        mut told: Option<Told<'_>>,
    ) -> Self {
        let rhythm = rhythm(&options.calendar);
        let mut before: Vec<_> = lines.iter().map(|it| figures(it.borrow(), last).peekable()).collect();
        let first = before.iter_mut().map(|it| it.peek().map_or(last, |it| it.at));
        let states = first.map(|it| State::new(it, rhythm, is_count)).collect();
        let known = options.known.clone();
        let mut track = Self { rhythm, is_count, states, ratios: Ratios::new(), known, last: i64::MIN };
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
        let dated = self.known.at(at).cloned().unwrap_or_default();
        let Dated { holiday, event, since } = &dated;
        for (series, state) in self.states.iter_mut().enumerate() {
            state.now = next(series);
            state.is_broken |= since.is_some();
        }
        let begun = self.states.iter().filter(|it| it.first <= at).map(|it| &it.shown);
        let shared = Shared::of(begun, self.is_count);
        let day = if self.rhythm == Rhythm::Daily { day_of(at) } else { None };
        let (is_holiday, is_event) = (holiday.is_some(), event.is_some());
        let (rhythm, ratios) = (self.rhythm, &self.ratios);
        let edition = Edition { at, day, rhythm, shared, ratios, is_asked, is_holiday, is_event };
        each(&mut self.states, |it| it.judge(&edition));
        for it in self.states.iter().filter(|_| !is_event) {
            if let Some((figure, expected)) = it.judged.as_ref().and_then(|it| Some((it.figure, it.expected?)))
                && (!self.is_count || expected >= 5.0)
            {
                self.ratios.add(at, figure / floor(expected, self.is_count));
            }
        }
        let learnt = Learnt { at, weekday: day.map_or(0, weekday), is_holiday, is_event };
        each(&mut self.states, |it| it.learn(learnt));
        self.last = at;
    }
}

fn each(states: &mut [State], act: impl Fn(&mut State) + Sync + Send) {
    if states.len() < PARALLEL_MIN { states.iter_mut().for_each(act) } else { states.par_iter_mut().for_each(act) }
}

fn rhythm(calendar: &Calendar) -> Rhythm {
    match calendar.year() {
        _ if calendar.is_daily() => Rhythm::Daily,
        _ if calendar.is_weekly() => Rhythm::Weekly { dated: calendar.is_dated() },
        year if (11.0..13.0).contains(&year) => Rhythm::Monthly,
        _ => Rhythm::Other,
    }
}
