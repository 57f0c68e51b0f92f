//! What a date is to a series: the factor of a weekday, or of a time of year.

use crate::history::shared::median;

/// Years that are looked back.
const YEARS: usize = 5;
/// Weeks on each side that an annual factor is drawn from: sharp, and smooth.
const NARROW: i32 = 2;
const WIDE: i32 = 6;
/// Half the year that a figure is held against, in weeks and in months.
const HALF_WEEKS: usize = 26;
const HALF_MONTHS: usize = 6;
/// Periods before a factor is worked out: as many as it takes to have a week of a year ago.
const FIRST_NARROW: usize = 50;
const FIRST_WIDE: usize = 49;
const FIRST_MONTHS: usize = 12;
/// How fast weekdays forget.
const WEEKDAY: f64 = 0.96;
/// Weeks on each side that a spike stands out of.
const AROUND: usize = 4;

fn signed(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

/// How editions follow each other, as far as seasons go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rhythm {
    /// Weeks: 52 a year where they are numbers, and 52.18 where they have dates.
    Weekly { dated: bool },
    /// Months.
    Monthly,
    /// Days, seven a week.
    Daily,
    /// Anything else: no season.
    Other,
}

impl Rhythm {
    /// How many periods ago the same time of an earlier year was, to the nearest; 0 without seasons.
    pub(super) fn back(self, years: usize) -> usize {
        match self {
            Self::Weekly { dated: false } => 52 * years,
            // 52.1775 weeks are 365.2425 days. Three years are 156.53 weeks, as near to 156 as to 157,
            // and taken for three times 52, as in the method's reference.
            Self::Weekly { dated: true } => (521_775 * years + 4_000) / 10_000,
            Self::Monthly => 12 * years,
            Self::Daily | Self::Other => 0,
        }
    }
}

/// The past of one series, as its season is worked out from it. Periods are counted from its first.
#[derive(Debug)]
pub(super) struct Season {
    rhythm: Rhythm,
    is_count: bool,
    /// The figures for a full period, held to what was about expected; none where there is no figure.
    held: Vec<f64>,
    /// Sums of `held` and of how many there are, up to a period.
    sums: Vec<(f64, f64)>,
    spikes: Vec<bool>,
    /// By period, the weighted sums around it: narrow and wide, above and below.
    centres: Vec<Option<[(f64, f64); 2]>>,
    /// Of a week that was a spike in earlier years, by how much less it would be if it were none now.
    aside: Option<f64>,
    weekdays: [(f64, f64); 7],
}

impl Season {
    pub(super) fn new(rhythm: Rhythm, is_count: bool) -> Self {
        Self {
            rhythm,
            is_count,
            held: Vec::new(),
            sums: vec![(0.0, 0.0)],
            spikes: Vec::new(),
            centres: Vec::new(),
            aside: None,
            weekdays: [(0.0, 0.0); 7],
        }
    }

    /// The factors of a period, one a kind of forecast; none where there is too little yet.
    pub(super) fn factors(&mut self, at: usize, weekday: usize) -> [Option<f64>; 3] {
        let counts = |weight: f64| if self.is_count { weight } else { 0.0 };
        match self.rhythm {
            Rhythm::Weekly { .. } => {
                let r = counts(2.0) + 0.1 * self.recent(at, 52);
                let own = self.spiked(at, r);
                self.aside = own.filter(|it| *it > 0.0).map(|it| self.annual(at, 1, r) / it);
                let of = |it: &mut Self, first: usize, which: usize| {
                    (at >= first).then(|| own.unwrap_or_else(|| it.annual(at, which, r)))
                };
                [Some(1.0), of(self, FIRST_NARROW, 0), of(self, FIRST_WIDE, 1)]
            }
            Rhythm::Monthly => {
                let r = counts(2.0) + 0.1 * self.recent(at, 12);
                [Some(1.0), (at >= FIRST_MONTHS).then(|| self.same_months(at, r)), None]
            }
            Rhythm::Daily => {
                let weight = counts(5.0) + 0.5 * self.recent(at, 28);
                let (above, below) = self.weekdays[weekday];
                let factor = if below + weight > 0.0 { (above + weight) / (below + weight) } else { 1.0 };
                [Some(1.0), Some(factor), None]
            }
            Rhythm::Other => [Some(1.0), None, None],
        }
    }

    /// By how much less, or more, a week would be that was a spike in earlier years, if it were none now:
    /// weeks of a year do not fall on the same days.
    pub(super) fn aside(&self) -> Option<f64> {
        self.aside
    }

    /// Learns a figure: as for a full period, held to what was about expected, and its exposure.
    /// `spread` says how far a figure of a size may lie from its neighbours before it is a spike.
    pub(super) fn learn(&mut self, at: usize, held: f64, weekday: usize, spread: impl Fn(f64) -> f64) {
        while self.held.len() < at {
            self.push(f64::NAN);
        }
        self.push(held);
        if self.rhythm == Rhythm::Daily && at >= 6 {
            let (sum, number) = self.between(at - 6, at);
            let it = &mut self.weekdays[weekday];
            *it = (WEEKDAY * it.0 + held, WEEKDAY * it.1 + sum / number);
        }
        if matches!(self.rhythm, Rhythm::Weekly { .. }) && at >= 2 * AROUND {
            let centre = at - AROUND;
            let (mut near, mut number) = ([0.0; 2 * AROUND + 1], 0);
            for it in self.held[centre - AROUND..=at].iter().filter(|it| !it.is_nan()) {
                near[number] = *it;
                number += 1;
            }
            let median = median(&mut near[..number]).unwrap_or(0.0);
            self.spikes[centre] = (self.held[centre] - median).abs() > 3.0 * spread(median);
        }
    }

    fn push(&mut self, held: f64) {
        let (sum, number) = self.sums.last().copied().unwrap_or_default();
        self.sums.push(if held.is_nan() { (sum, number) } else { (sum + held, number + 1.0) });
        self.held.push(held);
        self.spikes.push(false);
        self.centres.push(None);
    }

    /// The sum of the figures from one period to another, both included, and their number.
    fn between(&self, from: usize, to: usize) -> (f64, f64) {
        let last = self.sums.len() - 1;
        let (up_to, before) = (self.sums[(to + 1).min(last)], self.sums[from.min(last)]);
        (up_to.0 - before.0, up_to.1 - before.1)
    }

    /// The mean of the last so many periods, 0 where there is none.
    fn recent(&self, at: usize, periods: usize) -> f64 {
        if at == 0 {
            return 0.0;
        }
        let (sum, number) = self.between(at.saturating_sub(periods), at - 1);
        if number > 0.0 { sum / number } else { 0.0 }
    }

    fn figure(&self, at: usize) -> Option<f64> {
        self.held.get(at).copied().filter(|it| !it.is_nan())
    }

    /// The mean of the year around a period: what is usual there.
    fn level(&self, at: usize) -> f64 {
        if self.rhythm == Rhythm::Monthly {
            let (sum, number) = self.between(at.saturating_sub(HALF_MONTHS), at + HALF_MONTHS);
            if at < HALF_MONTHS {
                return sum / number;
            }
            // The same month at both ends counts half.
            let ends = [at - HALF_MONTHS, at + HALF_MONTHS].into_iter().filter_map(|it| self.figure(it));
            let (half, ends) = ends.fold((0.0, 0.0), |it, end| (it.0 + end / 2.0, it.1 + 0.5));
            return (sum - half) / (number - ends);
        }
        let (sum, number) = self.between(at.saturating_sub(HALF_WEEKS), at + HALF_WEEKS);
        sum / number
    }

    /// The factor of this week where it was a spike in earlier years: these weeks alone.
    fn spiked(&self, at: usize, r: f64) -> Option<f64> {
        let (mut same, mut spikes) = (0, 0);
        let (mut above, mut below) = (r, r);
        for year in 1..=YEARS {
            let Some(week) = at.checked_sub(self.rhythm.back(year)) else { break };
            let Some(held) = self.figure(week) else { continue };
            same += 1;
            if self.spikes[week] {
                spikes += 1;
                (above, below) = (above + held, below + self.level(week));
            }
        }
        (spikes >= 2 && spikes * 2 >= same).then(|| above / below)
    }

    /// The factor of a week by those near it in earlier years; `which` is narrow or wide.
    fn annual(&mut self, at: usize, which: usize, r: f64) -> f64 {
        let (mut above, mut below) = (r, r);
        for year in 1..=YEARS {
            // Weeks before the first count where some of those near it are there.
            let centre = signed(at) - signed(self.rhythm.back(year));
            if centre < -i64::from(WIDE) {
                break;
            }
            let it = self.centre(centre)[which];
            (above, below) = (above + it.0, below + it.1);
        }
        if below > 0.0 { above / below } else { 1.0 }
    }

    /// The weighted sums around a week of a year ago or more, which change no more.
    fn centre(&mut self, centre: i64) -> [(f64, f64); 2] {
        let known = usize::try_from(centre).ok();
        if let Some(it) = known.and_then(|it| self.centres.get(it).copied().flatten()) {
            return it;
        }
        let sums = [NARROW, WIDE].map(|width| {
            let mut sum = (0.0, 0.0);
            for offset in -width..=width {
                let Ok(week) = usize::try_from(centre + i64::from(offset)) else { continue };
                let Some(held) = self.figure(week).filter(|_| !self.spikes[week]) else { continue };
                let weight = f64::from(width + 1 - offset.abs());
                sum = (sum.0 + weight * held, sum.1 + weight * self.level(week));
            }
            sum
        });
        if let Some(slot) = known.and_then(|it| self.centres.get_mut(it)) {
            *slot = Some(sums);
        }
        sums
    }

    fn same_months(&self, at: usize, r: f64) -> f64 {
        let same = (1..=YEARS).filter_map(|it| at.checked_sub(self.rhythm.back(it)));
        let sums = same.fold((r, r), |sum, it| match self.figure(it) {
            Some(held) => (sum.0 + held, sum.1 + self.level(it)),
            None => sum,
        });
        if sums.1 > 0.0 { sums.0 / sums.1 } else { 1.0 }
    }
}
