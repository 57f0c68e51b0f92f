//! The time of year of a weekly series: the factor of a week by those near it in earlier years.
//!
//! Editions go through all series week by week, and by the next week a series is out of
//! the processor's caches. So what is needed of the last half year stands in small arrays,
//! and what is needed of earlier years in one record a week that is written once: a week
//! reads one cache line for each year that it looks back.

use super::push;
use super::season::YEARS;
use crate::history::shared::median;

/// Weeks on each side that an annual factor is drawn from: sharp, and smooth.
const NARROW: usize = 2;
const WIDE: usize = 6;
/// What each week weighs in both, by how many weeks it lies before the last of them.
const WEIGHTS: [[f64; 2]; 2 * WIDE + 1] = weights();
/// Half the year that a figure is held against.
const HALF: usize = 26;
/// Weeks before a factor is worked out: as many as it takes to have a week of a year ago.
const FIRST_NARROW: usize = 50;
const FIRST_WIDE: usize = 49;
/// Weeks on each side that a spike stands out of.
const AROUND: usize = 4;
/// Places for the last figures, and for those whose neighbours are not known yet: powers of two, gone round.
const NEAR: usize = 32;
const PLACES: usize = 16;

/// A weekly series as far as its time of year goes. Weeks are counted from its first.
#[derive(Debug)]
pub(super) struct Weeks {
    /// Whether weeks have dates: 52.18 a year, not 52.
    dated: bool,
    is_count: bool,
    /// How many weeks have passed.
    passed: usize,
    /// The last figures for a full week by their place, held to what was about expected; NaN where there is none.
    near: [f64; NEAR],
    /// Which of the last weeks have a figure, and which are spikes: the lowest bit is the newest.
    figures: u64,
    spikes: u64,
    /// The sum of the last 52 figures.
    year: f64,
    /// The figures whose level is known and whose neighbours are not, with that level, by their place.
    around: [Own; PLACES],
    /// The weeks whose neighbours are known, from `WIDE` before the first on.
    settled: Vec<Settled>,
    /// Of a week that was a spike in earlier years, by how much less it would be if it were none now.
    aside: Option<f64>,
}

/// A figure, and the mean of the year around it; both zero where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Own {
    figure: f64,
    level: f64,
}

/// A week whose neighbours are known; two fill a cache line. Factors take no more digits than
/// these; a sum that figures are taken from again does.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Settled {
    figure: f64,
    level: f32,
    narrow: [f32; 2],
    wide: [f32; 2],
    has_figure: bool,
    is_spike: bool,
}

impl Own {
    fn add(&mut self, weight: f64, other: Self) {
        self.figure += weight * other.figure;
        self.level += weight * other.level;
    }

    #[expect(clippy::cast_possible_truncation, reason = "factors take no more digits")]
    fn short(self) -> [f32; 2] {
        [self.figure as f32, self.level as f32]
    }
}

impl Weeks {
    /// A series of about so many weeks.
    pub(super) fn new(dated: bool, is_count: bool, weeks: usize) -> Self {
        Self {
            dated,
            is_count,
            passed: 0,
            near: [f64::NAN; NEAR],
            figures: 0,
            spikes: 0,
            year: 0.0,
            around: [Own::default(); PLACES],
            settled: Vec::with_capacity(weeks.saturating_sub(HALF)),
            aside: None,
        }
    }

    /// How many weeks ago the same time of an earlier year was, to the nearest.
    pub(super) fn back(dated: bool, years: usize) -> usize {
        // 52.1775 weeks are 365.2425 days. Three years are 156.53 weeks, as near to 156 as to 157,
        // and taken for three times 52, as in the method's reference.
        if dated { (521_775 * years + 4_000) / 10_000 } else { 52 * years }
    }

    /// By how much less, or more, a week would be that was a spike in earlier years, if it were none now:
    /// weeks of a year do not fall on the same days.
    pub(super) fn aside(&self) -> Option<f64> {
        self.aside
    }

    /// The factors of a week, sharp and smooth; none where there is too little yet.
    pub(super) fn factors(&mut self, at: usize) -> [Option<f64>; 2] {
        while self.passed < at {
            self.push(f64::NAN);
        }
        self.aside = None;
        if at < FIRST_WIDE {
            return [None, None];
        }
        let last = number_of(self.figures, 52);
        let recent = if last > 0.0 { self.year / last } else { 0.0 };
        let r = if self.is_count { 2.0 } else { 0.0 } + 0.1 * recent;
        let mut sums = [Own { figure: r, level: r }; 3];
        let (mut same, mut spikes) = (0, 0);
        for years in 1..=YEARS {
            // Weeks before the first count where some of those near it are there.
            let Some(week) = (at + WIDE).checked_sub(Self::back(self.dated, years)) else { break };
            let it = &self.settled[week];
            let own = |[figure, level]: [f32; 2]| Own { figure: figure.into(), level: level.into() };
            sums[0].add(1.0, own(it.narrow));
            sums[1].add(1.0, own(it.wide));
            same += usize::from(it.has_figure);
            if it.is_spike {
                spikes += 1;
                sums[2].add(1.0, Own { figure: it.figure, level: it.level.into() });
            }
        }
        let ratio = |it: Own| if it.level > 0.0 { it.figure / it.level } else { 1.0 };
        let (narrow, wide, spiked) = (ratio(sums[0]), ratio(sums[1]), ratio(sums[2]));
        // A week that was a spike before goes by these weeks alone, without neighbours.
        let own = (spikes >= 2 && spikes * 2 >= same).then_some(spiked);
        self.aside = own.filter(|it| *it > 0.0).map(|it| wide / it);
        [(at >= FIRST_NARROW).then(|| own.unwrap_or(narrow)), Some(own.unwrap_or(wide))]
    }

    /// Learns the figure of the week that factors were asked of: as for a full week, held to what was about
    /// expected. `spread` says how far a figure of a size may lie from its neighbours before it is a spike.
    pub(super) fn learn(&mut self, held: f64, spread: impl Fn(f64) -> f64) {
        self.push(held);
        if self.passed > 2 * AROUND && self.is_spike(spread) {
            self.spikes |= 1 << AROUND;
        }
    }

    /// Whether the week `AROUND` weeks ago stands out of those around it.
    fn is_spike(&self, spread: impl Fn(f64) -> f64) -> bool {
        let mut figures = [f64::NAN; 2 * AROUND + 1];
        for (before, it) in figures.iter_mut().enumerate() {
            *it = self.figure(before);
        }
        let figure = figures[AROUND];
        let (low, high) =
            figures.iter().fold((f64::INFINITY, 0.0_f64), |it, &figure| (it.0.min(figure), it.1.max(figure)));
        // Farther from the lowest and the highest than the spread of the lowest it must be at least.
        if figure.is_nan() || (figure - low).max(high - figure) <= 3.0 * spread(low) {
            return false;
        }
        // What is no number is sorted behind all.
        figures.sort_unstable_by(f64::total_cmp);
        let number = figures.iter().filter(|it| !it.is_nan()).count();
        let median = median(&mut figures[..number]).unwrap_or(0.0);
        (figure - median).abs() > 3.0 * spread(median)
    }

    /// The figure of so many weeks before the last.
    fn figure(&self, before: usize) -> f64 {
        self.near[self.passed.wrapping_sub(before + 1) % NEAR]
    }

    /// Takes in the next week; what lies half a year back has its level now, and what lies `WIDE` weeks
    /// before that all of its neighbours.
    fn push(&mut self, held: f64) {
        self.near[self.passed % NEAR] = held;
        self.figures = self.figures << 1 | u64::from(!held.is_nan());
        self.spikes <<= 1;
        self.passed += 1;
        if !held.is_nan() {
            self.year += held;
        }
        if self.passed <= HALF {
            return;
        }
        let figure = self.figure(HALF);
        let level = self.year / number_of(self.figures, 2 * HALF + 1);
        self.around[self.passed % PLACES] = if figure.is_nan() { Own::default() } else { Own { figure, level } };
        self.settle();
        if let Some(gone) = (self.passed + WIDE).checked_sub(2 * HALF + 1).and_then(|it| self.settled.get(it)) {
            self.year -= gone.figure;
        }
    }

    /// Settles the week that has `WIDE` weeks on both sides.
    fn settle(&mut self) {
        let (mut narrow, mut wide) = (Own::default(), Own::default());
        let place = |before: usize| self.passed.wrapping_sub(before) % PLACES;
        for before in (0..=2 * WIDE).rev() {
            let it = self.around[place(before)];
            // A spike weighs nothing.
            let weight = if self.spikes >> (HALF + before) & 1 == 0 { WEIGHTS[before] } else { [0.0; 2] };
            narrow.add(weight[0], it);
            wide.add(weight[1], it);
        }
        let is = |bits: u64| bits >> (HALF + WIDE) & 1 == 1;
        let (has_figure, is_spike) = (is(self.figures), is(self.spikes));
        let own = self.around[place(WIDE)];
        let ([_, level], figure) = (own.short(), own.figure);
        let (narrow, wide) = (narrow.short(), wide.short());
        push(&mut self.settled, Settled { figure, level, narrow, wide, has_figure, is_spike });
    }
}

#[expect(clippy::cast_precision_loss, reason = "weeks are few")]
const fn weights() -> [[f64; 2]; 2 * WIDE + 1] {
    let mut weights = [[0.0; 2]; 2 * WIDE + 1];
    let mut at = 0;
    while at <= 2 * WIDE {
        let away = at.abs_diff(WIDE);
        weights[at] = [(NARROW + 1).saturating_sub(away) as f64, (WIDE + 1 - away) as f64];
        at += 1;
    }
    weights
}

/// How many of the newest so many bits are set.
fn number_of(bits: u64, newest: usize) -> f64 {
    f64::from((bits & ((1 << newest) - 1)).count_ones())
}
