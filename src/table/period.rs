//! Periods, how much of one is covered, and how often one comes.

use std::fmt;

use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::fmt::strtime;

/// The days that an edition is for, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

/// How many days of a period the figures cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Days counted.
    pub days: u32,
    /// Days of the period.
    pub of: u32,
}

/// How often an edition comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Every day.
    Daily,
    /// Every seven days.
    Weekly,
    /// Every calendar month.
    Monthly,
    /// Every calendar quarter.
    Quarterly,
    /// Every calendar year.
    Yearly,
    /// Every so many days.
    Days(u16),
}

impl Period {
    /// How many days it has.
    pub fn days(self) -> u32 {
        let days = self.start.until(self.end).map_or(0, |it| it.get_days());
        u32::try_from(days + 1).unwrap_or(0)
    }

    /// Reads `2005-02-23/2005-03-01`, one day, one week (`2020-W53`), one month
    /// (`2021-12`), quarter (`2021-Q4`) or year.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((start, end)) = text.split_once('/') else { return Self::parse_one(text.trim()) };
        let (start, end) = (Self::parse_one(start.trim())?.start, Self::parse_one(end.trim())?.end);
        (start <= end).then_some(Self { start, end })
    }

    /// Reads a period in a declared notation of strftime: a day, a week of ISO 8601
    /// (`%G%V`), a month or a year.
    pub fn parse_as(format: &str, text: &str) -> Option<Self> {
        let read = strtime::parse(format, text).ok()?;
        if let Ok(day) = read.to_date() {
            return Some(Self { start: day, end: day });
        }
        if let (Some(year), Some(week)) = (read.iso_week_year(), read.iso_week()) {
            return iso_week(year, week);
        }
        let year = read.year()?;
        let (first, last) = read.month().map_or((1, 12), |it| (it, it));
        let start = Date::new(year, first, 1).ok()?;
        Some(Self { start, end: Date::new(year, last, 1).ok()?.last_of_month() })
    }

    fn parse_one(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse::<Date>() {
            return Some(Self { start: day, end: day });
        }
        let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
        let week = text.get(4..).filter(|it| it.starts_with(['W', 'w']));
        let (year, rest) = match week {
            Some(week) => (&text[..4], Some(week)),
            None => text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest))),
        };
        let year = (year.len() == 4 && digits(year)).then(|| year.parse::<i16>().ok()).flatten()?;
        let (first, last) = match rest {
            None => (1, 12),
            Some(rest) if rest.starts_with(['Q', 'q']) => {
                let quarter = rest[1..].parse::<i8>().ok().filter(|it| rest.len() == 2 && (1..=4).contains(it))?;
                (quarter * 3 - 2, quarter * 3)
            }
            Some(rest) if rest.starts_with(['W', 'w']) => {
                let week = Some(&rest[1..]).filter(|it| it.len() == 2 && digits(it));
                return iso_week(year, week?.parse().ok()?);
            }
            Some(rest) if rest.len() == 2 && digits(rest) => {
                let month = rest.parse::<i8>().ok()?;
                (month, month)
            }
            Some(_) => return None,
        };
        let start = Date::new(year, first, 1).ok()?;
        let end = Date::new(year, last, 1).ok()?.last_of_month();
        Some(Self { start, end })
    }

    /// As it is written in short: `2021-W14`, `2021-04`, `2021-Q2`, `2021`; else by its first and last day.
    pub fn in_short(self) -> String {
        let week = self.start.iso_week_date();
        let (year, month) = (self.start.year(), self.start.month());
        let short = [
            format!("{:04}-W{:02}", week.year(), week.week()),
            format!("{year:04}-{month:02}"),
            format!("{year:04}-Q{}", (month + 2) / 3),
            format!("{year:04}"),
        ];
        short.into_iter().find(|it| Self::parse(it) == Some(self)).unwrap_or_else(|| self.to_string())
    }

    /// Whether the two have a day in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Whether `next` is the period right after this one, as the cadence has it.
    pub fn is_followed_by(self, next: Self) -> bool {
        self.end.tomorrow().is_ok_and(|it| it == next.start)
    }
}

/// The days of a week of ISO 8601: Monday to Sunday.
fn iso_week(year: i16, week: i8) -> Option<Period> {
    let start = ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date();
    Some(Period { start, end: start.checked_add(jiff::Span::new().days(6)).ok()? })
}

impl fmt::Display for Period {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start == self.end { write!(out, "{}", self.start) } else { write!(out, "{}/{}", self.start, self.end) }
    }
}

impl Cadence {
    /// The words for it in rule files.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("daily", Self::Daily),
        ("weekly", Self::Weekly),
        ("monthly", Self::Monthly),
        ("quarterly", Self::Quarterly),
        ("yearly", Self::Yearly),
    ];

    /// The period of this cadence that starts on a day, if one can.
    pub fn period_from(self, start: Date) -> Option<Period> {
        use jiff::ToSpan;
        let next = match self {
            Self::Daily => start.checked_add(1.day()),
            Self::Weekly => start.checked_add(7.days()),
            Self::Days(days) => start.checked_add(i64::from(days).days()),
            Self::Monthly => start.checked_add(1.month()),
            Self::Quarterly => start.checked_add(3.months()),
            Self::Yearly => start.checked_add(1.year()),
        };
        let end = next.ok()?.yesterday().ok()?;
        Some(Period { start, end })
    }

    /// The period of this cadence that ends on a day, if one can.
    pub fn period_to(self, end: Date) -> Option<Period> {
        use jiff::ToSpan;
        let next = end.tomorrow().ok()?;
        let start = match self {
            Self::Daily => Ok(end),
            Self::Weekly => next.checked_sub(7.days()),
            Self::Days(days) => next.checked_sub(i64::from(days).days()),
            Self::Monthly => next.checked_sub(1.month()),
            Self::Quarterly => next.checked_sub(3.months()),
            Self::Yearly => next.checked_sub(1.year()),
        };
        let start = start.ok()?;
        (start <= end).then_some(Period { start, end })
    }

    /// Whether a period has the length that this cadence asks for.
    pub fn fits(self, period: Period) -> bool {
        self.period_from(period.start) == Some(period)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> Option<String> {
        Period::parse(text).map(|it| it.to_string())
    }

    #[test]
    fn reads_days_months_quarters_and_years() {
        assert_eq!(parsed("2005-02-23/2005-03-01").as_deref(), Some("2005-02-23/2005-03-01"));
        assert_eq!(parsed(" 2005-02-23 ").as_deref(), Some("2005-02-23"));
        assert_eq!(parsed("2020-02").as_deref(), Some("2020-02-01/2020-02-29"));
        assert_eq!(parsed("2021-Q4").as_deref(), Some("2021-10-01/2021-12-31"));
        assert_eq!(parsed("2021").as_deref(), Some("2021-01-01/2021-12-31"));
        assert_eq!(parsed("2020-W53").as_deref(), Some("2020-12-28/2021-01-03"));
        assert_eq!(parsed("2020W53").as_deref(), Some("2020-12-28/2021-01-03"));
        assert_eq!(parsed("2021-W01").as_deref(), Some("2021-01-04/2021-01-10"));
        assert_eq!(parsed("2021-01/2021-Q2").as_deref(), Some("2021-01-01/2021-06-30"));
    }

    #[test]
    fn a_declared_notation_says_how_long_a_period_is() {
        let parsed = |format: &str, text: &str| Period::parse_as(format, text).map(|it| it.to_string());
        assert_eq!(parsed("%G%V", "202053").as_deref(), Some("2020-12-28/2021-01-03"));
        assert_eq!(parsed("%Y%m", "202002").as_deref(), Some("2020-02-01/2020-02-29"));
        assert_eq!(parsed("%d.%m.%Y", "29.02.2020").as_deref(), Some("2020-02-29"));
        assert_eq!(parsed("FY%Y", "FY2020").as_deref(), Some("2020-01-01/2020-12-31"));
        for (format, text) in [("%G%V", "202153"), ("%G%V", "2020"), ("%Y%m", "202013"), ("%Y%m", "2020-02")] {
            assert_eq!(parsed(format, text), None, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_nearly_a_period() {
        for text in [
            "",
            "2021-",
            "2021-W53",
            "2021-W1",
            "2021W1",
            "202W01",
            "2021-W+1",
            "+202",
            "2021-+1",
            "2021-13",
            "2021-Q5",
            "2021-Q",
            "21",
            "2021/2020",
            "2021/2021/2021",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn a_cadence_knows_its_length() {
        let week = Period::parse("2005-02-23/2005-03-01").unwrap();
        assert!(Cadence::Weekly.fits(week) && !Cadence::Daily.fits(week) && week.days() == 7);
        assert!(Cadence::Quarterly.fits(Period::parse("2020-Q1").unwrap()));
        assert!(week.is_followed_by(Period::parse("2005-03-02/2005-03-08").unwrap()));
    }

    #[test]
    fn a_period_is_told_by_its_last_day_too() {
        let to = |cadence: Cadence, end: &str| cadence.period_to(end.parse().unwrap()).unwrap().to_string();
        assert_eq!(to(Cadence::Weekly, "2019-02-15"), "2019-02-09/2019-02-15");
        assert_eq!(to(Cadence::Monthly, "2024-02-29"), "2024-02-01/2024-02-29");
        assert_eq!(to(Cadence::Quarterly, "2023-12-31"), "2023-10-01/2023-12-31");
        assert_eq!(to(Cadence::Yearly, "2024-03-31"), "2023-04-01/2024-03-31");
        assert_eq!(to(Cadence::Daily, "2024-03-31"), "2024-03-31");
    }

    #[test]
    fn a_period_in_short_is_what_it_was_read_from() {
        for text in ["2020-W53", "2021-W14", "2021-04", "2021-Q2", "2021", "2021-04-01", "2021-04-01/2021-04-07"] {
            assert_eq!(Period::parse(text).unwrap().in_short(), text);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}|[0-9qQ/+-]{0,24}") {
            if let Some(period) = Period::parse(&text) {
                prop_assert!(period.start <= period.end);
                prop_assert_eq!(Period::parse(&period.to_string()), Some(period));
            }
        }

        #[test]
        fn what_is_printed_reads_back(year in 1000_i16..9990, day in 1_i16..=365, days in 0_i32..1000) {
            let start = Date::new(year, 1, 1).unwrap().with().day_of_year(day).build().unwrap();
            let end = start.checked_add(jiff::Span::new().days(days)).unwrap();
            let period = Period { start, end };
            prop_assert_eq!(Period::parse(&period.to_string()), Some(period));
            prop_assert_eq!(Period::parse(&period.in_short()), Some(period));
            prop_assert_eq!(i64::from(period.days()), i64::from(days) + 1);
        }
    }
}
