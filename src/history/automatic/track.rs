//! All series of one edition after the other, in the order of time.

use std::borrow::Borrow;

use rayon::prelude::*;

use super::dates::day_of;
use super::run::{Edition, Outcome, State};
use super::season::Rhythm;
use super::seen::{BACK, Ratios};
use super::spread::{Shared, Shown};
use crate::history::known::{Dated, Known};
use crate::history::{Calendar, Count, Line, Options};

/// Periods before the one to judge that are gone through at most.
const PERIODS_MAX: i64 = 20_000;
/// Lines from which threads pay, and what each takes at once.
const PARALLEL_MIN: usize = 256;
const AT_ONCE: usize = 64;

/// What is done with the states of one period after the other.
type Told<'a> = &'a mut dyn FnMut(i64, &mut [Box<State>]);

/// The series of an edition with all that was learnt of them, up to their last figures:
/// the next edition goes on from there.
#[derive(Debug)]
pub(crate) struct Track {
    rhythm: Rhythm,
    is_count: bool,
    #[expect(clippy::vec_box, reason = "an edition takes them over from the one before without moving them")]
    states: Vec<Box<State>>,
    /// The line of each series that was gone through last.
    lines: Vec<Line>,
    /// How far the figures of each series lie from what was expected.
    shown: Vec<Shown>,
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
    own.lines = lines.iter().map(|it| it.borrow().clone()).collect();
    own.last_step(lines, last);
    let outcomes = own.states.iter_mut().map(|it| it.outcome.take().map(|it| *it)).collect();
    *track = Some(own);
    outcomes
}

/// What is made of all figures of each series, each by those before it.
#[cfg(test)]
pub(super) fn run_all(lines: &[Line], is_count: bool, options: &Options) -> Vec<Vec<(i64, Outcome)>> {
    let last = lines.iter().map(|it| it.now.at).max().unwrap_or(0);
    let mut all = vec![Vec::new(); lines.len()];
    let mut told = |at: i64, states: &mut [Box<State>]| {
        for (all, state) in all.iter_mut().zip(states) {
            all.extend(state.outcome.take().map(|it| (at, *it)));
        }
    };
    let mut track = Track::through(lines, is_count, options, last, Some(&mut told));
    track.last_step(lines, last);
    told(last, &mut track.states);
    all
}

/// A figure as it is learnt. Of amounts those above zero, each for a whole period: a rate does not grow with the days.
fn learnt(it: Count, is_count: bool) -> Option<Count> {
    if is_count { Some(it) } else { (it.observed > 0.0).then_some(Count { exposure: 1.0, ..it }) }
}

/// The figures of a series before a period, oldest first; of several in one period the last.
fn figures(line: &Line, is_count: bool, last: i64) -> impl Iterator<Item = Count> {
    let before = line.before.iter().rev().filter_map(move |it| learnt(*it, is_count));
    let mut before = before.filter(move |it| (last - PERIODS_MAX..last).contains(&it.at)).peekable();
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
        let mut before: Vec<_> = lines.iter().map(|it| figures(it.borrow(), is_count, last).peekable()).collect();
        let begun = lines.iter().zip(&mut before).map(|(line, before)| {
            let first = before.peek().map_or(last, |it| it.at);
            Box::new(State::new(first, rhythm, is_count, line.borrow().before.len() + 1))
        });
        let states = begun.collect();
        let shown = vec![Shown::default(); lines.len()];
        let known = options.known.clone();
        let mut track =
            Self { rhythm, is_count, states, lines: Vec::new(), shown, ratios: Ratios::new(), known, last: i64::MIN };
        while let Some(at) = before.iter_mut().filter_map(|it| it.peek().map(|it| it.at)).min() {
            track.step(at, told.is_some(), &mut before, |it| it.next_if(|it| it.at == at));
            if let Some(told) = &mut told {
                told(at, &mut track.states);
            }
        }
        track
    }

    /// The track with its series in the order of lines, if these are the same and their next
    /// figures; a line without a past begins here.
    pub(super) fn followed<L: Borrow<Line>>(mut self, lines: &[L], last: i64) -> Option<Self> {
        let (states, before) = (std::mem::take(&mut self.states), std::mem::take(&mut self.lines));
        let mut known = states.into_iter().zip(std::mem::take(&mut self.shown)).zip(before);
        for line in lines {
            let line = line.borrow();
            let is_begun = figures(line, self.is_count, last).next().is_some();
            if !is_begun && line.before.is_empty() {
                self.states.push(Box::new(State::new(last, self.rhythm, self.is_count, 1)));
                self.shown.push(Shown::default());
                continue;
            }
            let ((mut state, shown), before) = known.next()?;
            if !self.is_next(&state, &before, line, last) {
                return None;
            }
            if !is_begun {
                *state = State::new(last, self.rhythm, self.is_count, 1);
            }
            self.states.push(state);
            self.shown.push(shown);
        }
        known.next().is_none().then_some(self)
    }

    /// Whether a line is that of a series that went on by the one figure that was learnt last.
    fn is_next(&self, state: &State, before: &Line, line: &Line, last: i64) -> bool {
        let is_learnt = before.now.at == self.last && before.before.first().is_none_or(|it| it.at < before.now.at);
        let is_whole = || line.before.split_first() == Some((&before.now, &before.before[..]));
        let is_after = || line.before.only_since(&before.before).is_some_and(|it| *it == before.now) || is_whole();
        is_learnt && state.first >= last - PERIODS_MAX && is_after()
    }

    /// Judges the last figures and learns them.
    fn last_step<L: Borrow<Line>>(&mut self, lines: &[L], last: i64) {
        let now = lines.iter().map(|it| learnt(it.borrow().now, self.is_count).filter(|it| it.at == last));
        let mut now: Vec<Option<Count>> = now.collect();
        self.step(last, true, &mut now, |it| *it);
    }

    /// Judges the figures of one period and learns them; `next` takes that of a series from its source.
    fn step<T: Send>(
        &mut self,
        at: i64,
        is_asked: bool,
        sources: &mut [T],
        next: impl Fn(&mut T) -> Option<Count> + Sync,
    ) {
        self.ratios.forget(at - BACK);
        let dated = self.known.at(at).cloned().unwrap_or_default();
        let Dated { holiday, event, since } = &dated;
        let shared = Shared::of(&self.shown, self.is_count);
        let day = if self.rhythm == Rhythm::Daily { day_of(at) } else { None };
        let (is_holiday, is_event, is_broken) = (holiday.is_some(), event.is_some(), since.is_some());
        let (rhythm, ratios) = (self.rhythm, &self.ratios);
        let edition = Edition { at, day, rhythm, shared, ratios, is_asked, is_holiday, is_event };
        let step = |((state, shown), source): ((&mut Box<State>, &mut Shown), &mut T)| {
            state.is_broken |= is_broken;
            next(source).and_then(|it| state.step(it, shown, &edition))
        };
        let ratios: Vec<Option<f64>> = if self.states.len() < PARALLEL_MIN {
            self.states.iter_mut().zip(&mut self.shown).zip(sources).map(step).collect()
        } else {
            let all = self.states.par_iter_mut().zip(&mut self.shown).zip(sources);
            all.with_min_len(AT_ONCE).map(step).collect()
        };
        self.ratios.add(at, ratios.into_iter().flatten());
        self.last = at;
    }
}

fn rhythm(calendar: &Calendar) -> Rhythm {
    match calendar.year() {
        _ if calendar.is_daily() => Rhythm::Daily,
        _ if calendar.is_weekly() => Rhythm::Weekly { dated: calendar.is_dated() },
        year if (11.0..13.0).contains(&year) => Rhythm::Monthly,
        _ => Rhythm::Other,
    }
}
