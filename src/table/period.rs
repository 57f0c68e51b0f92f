//! Periods, how much of one is covered, and how often one comes.

use std::fmt;

use jiff::civil::Date;

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

    /// Reads `2005-02-23/2005-03-01`, one day, one month (`2021-12`), quarter (`2021-Q4`) or year.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((start, end)) = text.split_once('/') {
            let (start, end) = (Self::parse(start)?.start, Self::parse(end)?.end);
            return (start <= end).then_some(Self { start, end });
        }
        if let Ok(day) = text.parse::<Date>() {
            return Some(Self { start: day, end: day });
        }
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        let year = (year.len() == 4).then(|| year.parse::<i16>().ok()).flatten()?;
        let (first, last) = match rest {
            "" => (1, 12),
            _ if rest.starts_with(['Q', 'q']) => {
                let quarter = rest[1..].parse::<i8>().ok().filter(|it| (1..=4).contains(it))?;
                (quarter * 3 - 2, quarter * 3)
            }
            _ if rest.len() == 2 => {
                let month = rest.parse::<i8>().ok()?;
                (month, month)
            }
            _ => return None,
        };
        let start = Date::new(year, first, 1).ok()?;
        let end = Date::new(year, last, 1).ok()?.last_of_month();
        Some(Self { start, end })
    }

    /// Whether `next` is the period right after this one, as the cadence has it.
    pub fn is_followed_by(self, next: Self) -> bool {
        self.end.tomorrow().is_ok_and(|it| it == next.start)
    }
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

    /// Whether a period has the length that this cadence asks for.
    pub fn fits(self, period: Period) -> bool {
        self.period_from(period.start) == Some(period)
    }
}
