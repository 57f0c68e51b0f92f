//! What a date is to a series: the factor of a weekday, or of a time of year.

use super::weeks::Weeks;

/// Years that are looked back.
pub(super) const YEARS: usize = 5;
/// Half the year that a month is held against.
const HALF_YEAR: usize = 6;
/// Months before a factor is worked out.
const FIRST_MONTHS: usize = 12;
/// How fast weekdays forget.
const WEEKDAY: f64 = 0.96;

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
            Self::Weekly { dated } => Weeks::back(dated, years),
            Self::Monthly => 12 * years,
            Self::Daily | Self::Other => 0,
        }
    }
}

/// The past of one series, as its season is worked out from it. Periods are counted from its first.
#[expect(clippy::large_enum_variant, reason = "what is near in memory is at hand; others are few")]
#[derive(Debug)]
pub(super) enum Season {
    Weeks(Weeks),
    Months(Figures),
    Days(Figures, [(f64, f64); 7]),
    None,
}

/// The figures of a series, held to what was about expected, for a full period.
#[derive(Debug)]
pub(super) struct Figures {
    is_count: bool,
    /// None where there is no figure.
    held: Vec<f64>,
    /// Sums of `held` and of how many there are, up to a period.
    sums: Vec<(f64, f64)>,
}

impl Season {
    /// That of a series of about so many periods.
    pub(super) fn new(rhythm: Rhythm, is_count: bool, periods: usize) -> Self {
        let figures = || Figures { is_count, held: Vec::with_capacity(periods), sums: vec![(0.0, 0.0)] };
        match rhythm {
            Rhythm::Weekly { dated } => Self::Weeks(Weeks::new(dated, is_count, periods)),
            Rhythm::Monthly => Self::Months(figures()),
            Rhythm::Daily => Self::Days(figures(), [(0.0, 0.0); 7]),
            Rhythm::Other => Self::None,
        }
    }

    /// The factors of a period, one a kind of forecast; none where there is too little yet.
    pub(super) fn factors(&mut self, at: usize, weekday: usize) -> [Option<f64>; 3] {
        match self {
            Self::Weeks(it) => {
                let [narrow, wide] = it.factors(at);
                [Some(1.0), narrow, wide]
            }
            Self::Months(it) => [Some(1.0), (at >= FIRST_MONTHS).then(|| it.same_months(at)), None],
            Self::Days(it, weekdays) => {
                let weight = it.weight(5.0) + 0.5 * it.recent(at, 28);
                let (above, below) = weekdays[weekday];
                let factor = if below + weight > 0.0 { (above + weight) / (below + weight) } else { 1.0 };
                [Some(1.0), Some(factor), None]
            }
            Self::None => [Some(1.0), None, None],
        }
    }

    /// Of a week that was a spike in earlier years, by how much less it would be if it were none now.
    pub(super) fn aside(&self) -> Option<f64> {
        if let Self::Weeks(it) = self { it.aside() } else { None }
    }

    /// Learns the figure of the period that factors were asked of: as for a full one, held to what was about
    /// expected. `spread` says how far a figure of a size may lie from its neighbours before it is a spike.
    pub(super) fn learn(&mut self, at: usize, held: f64, weekday: usize, spread: impl Fn(f64) -> f64) {
        match self {
            Self::Weeks(it) => it.learn(held, spread),
            Self::Months(it) => it.learn(at, held),
            Self::Days(it, weekdays) => {
                it.learn(at, held);
                if at >= 6 {
                    let (sum, number) = it.between(at - 6, at);
                    let it = &mut weekdays[weekday];
                    *it = (WEEKDAY * it.0 + held, WEEKDAY * it.1 + sum / number);
                }
            }
            Self::None => {}
        }
    }
}

impl Figures {
    /// What so many counts weigh: none where the figures are no counts.
    fn weight(&self, counts: f64) -> f64 {
        if self.is_count { counts } else { 0.0 }
    }

    fn learn(&mut self, at: usize, held: f64) {
        while self.held.len() < at {
            self.push(f64::NAN);
        }
        self.push(held);
    }

    fn push(&mut self, held: f64) {
        let (sum, number) = self.sums.last().copied().unwrap_or_default();
        self.sums.push(if held.is_nan() { (sum, number) } else { (sum + held, number + 1.0) });
        self.held.push(held);
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

    /// The mean of the year around a month: what is usual there.
    fn level(&self, at: usize) -> f64 {
        let (sum, number) = self.between(at.saturating_sub(HALF_YEAR), at + HALF_YEAR);
        if at < HALF_YEAR {
            return sum / number;
        }
        // The same month at both ends counts half.
        let ends = [at - HALF_YEAR, at + HALF_YEAR].into_iter().filter_map(|it| self.figure(it));
        let (half, ends) = ends.fold((0.0, 0.0), |it, end| (it.0 + end / 2.0, it.1 + 0.5));
        (sum - half) / (number - ends)
    }

    fn same_months(&self, at: usize) -> f64 {
        let r = self.weight(2.0) + 0.1 * self.recent(at, 12);
        let same = (1..=YEARS).filter_map(|it| at.checked_sub(Rhythm::Monthly.back(it)));
        let sums = same.fold((r, r), |sum, it| match self.figure(it) {
            Some(held) => (sum.0 + held, sum.1 + self.level(it)),
            None => sum,
        });
        if sums.1 > 0.0 { sums.0 / sums.1 } else { 1.0 }
    }
}
