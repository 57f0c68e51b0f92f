//! How periods lie in the year: which follows which, and how long each is.

use jiff::civil::{Date, date};

use std::sync::Arc;

use super::known::{Agenda, Known};
use crate::table::{Cadence, Coverage, Period};

/// Days of a year, on average.
const YEAR: f64 = 365.2425;

/// The calendar of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// How often an edition comes; `None` for weeks that have a number, no date.
    cadence: Option<Cadence>,
    /// The holidays and events that are known.
    agenda: Option<Arc<Agenda>>,
}

impl Calendar {
    /// Weeks by number, 52 a year.
    pub const WEEKS: Self = Self { cadence: None, agenda: None };

    /// That of a cadence.
    pub fn of(cadence: Cadence) -> Self {
        Self { cadence: Some(cadence), agenda: None }
    }

    /// The same with what is known of its dates.
    #[must_use]
    pub fn with(self, agenda: Arc<Agenda>) -> Self {
        Self { agenda: Some(agenda), ..self }
    }

    /// What is known of periods beforehand.
    pub fn known(&self, periods: impl Iterator<Item = Period>) -> Known {
        let known = |it: &Arc<Agenda>| it.known(periods.map(|it| (self.position(it), it)));
        self.agenda.as_ref().map_or_else(Known::default, known)
    }

    /// Which period it is, counted from an arbitrary one; weeks by their first
    /// day, so that a year of 53 weeks has 53.
    pub fn position(&self, period: Period) -> i64 {
        let start = period.start;
        let (year, month) = (i64::from(start.year()), i64::from(start.month()) - 1);
        match self.cadence {
            Some(Cadence::Daily) => days(start),
            Some(Cadence::Weekly) | None => days(start).div_euclid(7),
            Some(Cadence::Monthly) => year * 12 + month,
            Some(Cadence::Quarterly) => year * 4 + month / 3,
            Some(Cadence::Yearly) => year,
            Some(Cadence::Days(length)) => days(start).div_euclid(i64::from(length.max(1))),
        }
    }

    /// Periods in a year, on average.
    pub fn year(&self) -> f64 {
        YEAR / self.length()
    }

    /// The average length of a period, in days.
    fn length(&self) -> f64 {
        match self.cadence {
            Some(Cadence::Daily) => 1.0,
            Some(Cadence::Weekly) => 7.0,
            Some(Cadence::Monthly) => YEAR / 12.0,
            Some(Cadence::Quarterly) => YEAR / 4.0,
            Some(Cadence::Yearly) => YEAR,
            Some(Cadence::Days(length)) => f64::from(length.max(1)),
            None => YEAR / 52.0,
        }
    }

    /// How many periods back the nearest same time of year is.
    #[expect(clippy::cast_possible_truncation, reason = "years are few")]
    pub(super) fn years(&self, count: u32) -> i64 {
        (f64::from(count) * self.year()).round() as i64
    }

    /// Whether periods are weeks.
    pub(super) fn is_weekly(&self) -> bool {
        matches!(self.cadence, Some(Cadence::Weekly | Cadence::Days(7)) | None)
    }

    /// Whether periods have dates, so that a year has 52.18 weeks, not 52.
    pub(super) fn is_dated(&self) -> bool {
        self.cadence.is_some()
    }

    /// Whether periods are days, of which some are Sundays.
    pub(super) fn is_daily(&self) -> bool {
        self.cadence == Some(Cadence::Daily)
    }

    /// The share of an average period that a figure covers: the days that were
    /// counted, else those of the period.
    pub fn exposure(&self, period: Option<Period>, coverage: Option<Coverage>) -> f64 {
        let covered = coverage.filter(|it| it.of > 0).map(|it| f64::from(it.days) / f64::from(it.of));
        // Months have 28 to 31 days; weeks have seven.
        let uneven = matches!(self.cadence, Some(Cadence::Monthly | Cadence::Quarterly | Cadence::Yearly));
        let length = period.filter(|_| uneven).map_or(1.0, |it| f64::from(it.days()) / self.length());
        covered.unwrap_or(1.0) * length
    }
}

fn days(date_: Date) -> i64 {
    date(1970, 1, 1).until(date_).map_or(0, |it| i64::from(it.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(cadence: Cadence, period: &str) -> i64 {
        Calendar::of(cadence).position(Period::parse(period).unwrap())
    }

    #[test]
    fn a_year_of_53_weeks_has_53() {
        // 2004 had 53 weeks by ISO 8601: 2003-12-29 to 2005-01-02.
        let weeks = at(Cadence::Weekly, "2005-01-03/2005-01-09") - at(Cadence::Weekly, "2003-12-29/2004-01-04");
        assert_eq!(weeks, 53);
        let calendar = Calendar::of(Cadence::Weekly);
        assert_eq!((1..=5).map(|it| calendar.years(it)).collect::<Vec<_>>(), [52, 104, 157, 209, 261]);
        assert_eq!((1..=5).map(|it| Calendar::WEEKS.years(it)).collect::<Vec<_>>(), [52, 104, 156, 208, 260]);
    }

    #[test]
    fn periods_follow_each_other() {
        assert_eq!(at(Cadence::Monthly, "2022-01") - at(Cadence::Monthly, "2021-12"), 1);
        assert_eq!(at(Cadence::Quarterly, "2022-Q1") - at(Cadence::Quarterly, "2021-Q4"), 1);
        assert_eq!(at(Cadence::Yearly, "2022") - at(Cadence::Yearly, "2021"), 1);
        assert_eq!(at(Cadence::Daily, "2022-03-01") - at(Cadence::Daily, "2022-02-28"), 1);
    }

    #[test]
    fn february_is_shorter_and_five_days_of_seven_are_five_sevenths() {
        let month = Calendar::of(Cadence::Monthly);
        let exposure = month.exposure(Period::parse("2021-02"), None);
        assert!((exposure - 28.0 / 30.436_875).abs() < 1e-9);
        let week = Calendar::of(Cadence::Weekly);
        assert!((week.exposure(None, Some(Coverage { days: 5, of: 7 })) - 5.0 / 7.0).abs() < 1e-12);
    }
}
