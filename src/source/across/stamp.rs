//! The period that a heading says, as offices print it.

use std::collections::BTreeSet;

use jiff::civil::{Date, ISOWeekDate, Weekday};

use crate::source::typing::DayReader;
use crate::table::{Cadence, Period, month as month_of};

/// How long the periods are that columns stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// `2019`.
    Year,
    /// `2019/20`: a year that begins in one and ends in the next.
    Straddling,
    /// `Q1 2019`, `2019Q1`.
    Quarter,
    /// `Jan 2019`, `2019-01`, `2019M01`.
    Month,
    /// `2019-W05`, `Week 5 2019`.
    Week,
    /// A date.
    Day,
}

/// What the headings of a table say of periods.
pub(super) struct Stamps {
    pub(super) pace: Pace,
    /// The period of each heading, and what else it says.
    pub(super) found: Vec<Option<(Period, String)>>,
}

/// A period is so many words long at most: `week 5 of 2019`.
const WORDS_MAX: usize = 4;
/// Headings longer than this are no periods.
const LENGTH_MAX: usize = 120;

impl Stamps {
    /// Reads the headings as periods of the one length that fits most of them.
    pub(super) fn of(headings: &[&str], least: usize) -> Option<Self> {
        let days = DayReader::new(None, headings.iter().copied());
        let paces = [Pace::Year, Pace::Straddling, Pace::Quarter, Pace::Month, Pace::Week, Pace::Day];
        let mut best: Option<(usize, Self)> = None;
        for pace in paces {
            let found: Vec<_> = headings.iter().map(|it| stamp(it, pace, &days)).collect();
            let count = found.iter().flatten().count();
            // `Jan 2020`, `Feb 2020` are months, not years of a Jan and of a Feb.
            let things: BTreeSet<&str> = found.iter().flatten().map(|it| it.1.as_str()).collect();
            let repeated = count - things.len();
            if count >= least && best.as_ref().is_none_or(|it| repeated > it.0) {
                best = Some((repeated, Self { pace, found }));
            }
        }
        best.map(|it| it.1)
    }
}

impl Pace {
    /// A period as rule files and snapshots have it.
    pub(super) fn written(self, period: Period) -> String {
        let start = period.start;
        match self {
            Self::Year | Self::Straddling => format!("{:04}", start.year()),
            Self::Quarter => format!("{:04}-Q{}", start.year(), (start.month() + 2) / 3),
            Self::Month => format!("{:04}-{:02}", start.year(), start.month()),
            Self::Week => {
                let week = start.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            Self::Day => start.to_string(),
        }
    }

    /// How often such periods come; days are as far apart as the first two.
    pub(super) fn cadence(self, periods: &[Period]) -> Cadence {
        match self {
            Self::Year | Self::Straddling => Cadence::Yearly,
            Self::Quarter => Cadence::Quarterly,
            Self::Month => Cadence::Monthly,
            Self::Week => Cadence::Weekly,
            Self::Day => {
                let starts = periods.first().zip(periods.get(1)).map(|it| (it.0.start, it.1.start));
                let apart = starts.and_then(|it| it.0.until(it.1).ok()).map_or(1, |it| it.get_days().unsigned_abs());
                match apart {
                    0 | 1 => Cadence::Daily,
                    7 => Cadence::Weekly,
                    28..=31 => Cadence::Monthly,
                    90..=92 => Cadence::Quarterly,
                    365 | 366 => Cadence::Yearly,
                    days => Cadence::Days(u16::try_from(days).unwrap_or(u16::MAX)),
                }
            }
        }
    }
}

/// The period of a heading and what else it says: `2019 cases`, `Cases, 2019`.
fn stamp(heading: &str, pace: Pace, days: &DayReader) -> Option<(Period, String)> {
    if heading.len() > LENGTH_MAX || !heading.contains(|it: char| it.is_ascii_digit()) {
        return None;
    }
    let words: Vec<&str> = heading.split_whitespace().collect();
    let joined = |words: &[&str]| words.join(" ").trim_matches(|it| " /,:;-–—|()".contains(it)).to_owned();
    let most = words.len().min(WORDS_MAX);
    for count in (1..=most).rev() {
        let (front, behind) = words.split_at(count);
        let (before, back) = words.split_at(words.len() - count);
        for (part, rest) in [(front, behind), (back, before)] {
            if let Some(period) = period(&joined(part), pace, days) {
                return Some((period, joined(rest)));
            }
        }
    }
    None
}

fn period(text: &str, pace: Pace, days: &DayReader) -> Option<Period> {
    let text = unmarked(text).to_lowercase();
    match pace {
        Pace::Year => year(&text).and_then(|it| months(it, 1, 12)),
        Pace::Straddling => straddling(&text),
        Pace::Quarter => quarter(&text),
        Pace::Month => month(&text),
        Pace::Week => week(&text),
        Pace::Day => days.read(&text).ok().map(|it| Period { start: it, end: it }),
    }
}

/// A text without the marks of notes and of provisional figures behind it.
fn unmarked(text: &str) -> &str {
    let text = text.trim_end_matches(|it: char| "*†‡¹²³⁴⁵⁶⁷⁸⁹⁰⁾₎".contains(it)).trim_end();
    let bare = text.trim_end_matches(['p', 'r', 'e', 'b', ')', '(']);
    if bare.ends_with(|it: char| it.is_ascii_digit()) { bare } else { text }
}

fn year(text: &str) -> Option<i16> {
    let is_year = text.len() == 4 && text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|it| is_year && (1700..=2150).contains(it))
}

fn months(year: i16, first: i8, last: i8) -> Option<Period> {
    Some(Period { start: Date::new(year, first, 1).ok()?, end: Date::new(year, last, 1).ok()?.last_of_month() })
}

fn number(text: &str, most: i8) -> Option<i8> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    text.parse().ok().filter(|it| digits && (1..=most).contains(it))
}

/// `2019/20`, `2019-20`, `2019/2020`.
fn straddling(text: &str) -> Option<Period> {
    let (first, last) = text.split_once(['/', '-', '–'])?;
    let first = year(first.trim())?;
    let last = last.trim();
    let next = first + 1;
    let follows = match last.len() {
        2 => last == format!("{:02}", next % 100),
        4 => year(last) == Some(next),
        _ => false,
    };
    if follows { months(first, 1, 12) } else { None }
}

/// A year and a part of it in either order, with one of some signs between them or none.
fn parts(text: &str) -> Option<(i16, &str)> {
    let signs = [' ', '-', '/', '.', '_', ':', ','];
    let front = text.get(..4).and_then(year).map(|it| (it, text[4..].trim_matches(signs)));
    let cut = text.len().checked_sub(4)?;
    let back = || text.get(cut..).and_then(year).map(|it| (it, text[..cut].trim_matches(signs)));
    front.or_else(back).filter(|it| !it.1.is_empty())
}

fn quarter(text: &str) -> Option<Period> {
    let (year, part) = parts(text)?;
    let part = part.strip_prefix("quarter ").or(part.strip_prefix('q')).or(part.strip_suffix(" quarter"))?;
    let part = part.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h', '.']);
    let quarter = number(part, 4)?;
    months(year, quarter * 3 - 2, quarter * 3)
}

fn month(text: &str) -> Option<Period> {
    if let Some((year, part)) = parts(text) {
        let month = named_month(part).or_else(|| number(part.strip_prefix('m').unwrap_or(part), 12))?;
        return months(year, month, month);
    }
    // `Jan-19`: after the turn of the century.
    let (name, short) = text.split_once(['-', ' ', '\''])?;
    let short = short.trim_start_matches('\'');
    let month = named_month(name)?;
    let two = short.len() == 2 && short.bytes().all(|it| it.is_ascii_digit());
    let year: i16 = short.parse().ok().filter(|_| two)?;
    months(if year < 70 { 2000 + year } else { 1900 + year }, month, month)
}

fn named_month(text: &str) -> Option<i8> {
    month_of(text.trim_end_matches('.'))
}

/// `2019-W05`, `2019W5`, `week 5 2019`, `2019 week 5`.
fn week(text: &str) -> Option<Period> {
    let (year, part) = parts(text)?;
    let part = part.strip_suffix(" of").unwrap_or(part);
    let part = ["week", "wk", "kw", "w"].iter().find_map(|it| part.strip_prefix(it))?;
    let start = ISOWeekDate::new(year, number(part.trim(), 53)?, Weekday::Monday).ok()?.date();
    Some(Period { start, end: start.checked_add(jiff::Span::new().days(6)).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headings: &[&str]) -> (Option<Pace>, Vec<String>) {
        let Some(stamps) = Stamps::of(headings, 2) else { return (None, Vec::new()) };
        let text = |it: &(Period, String)| format!("{}|{}", stamps.pace.written(it.0), it.1);
        (Some(stamps.pace), stamps.found.iter().flatten().map(text).collect())
    }

    #[test]
    fn headings_are_read_as_periods_of_one_length() {
        for (headings, pace, read_as) in [
            (["2019", "2020*"], Pace::Year, ["2019|", "2020|"]),
            (["2010-11", "2011-12"], Pace::Straddling, ["2010|", "2011|"]),
            (["2019/20", "2020/21"], Pace::Straddling, ["2019|", "2020|"]),
            (["2011-11", "2011-12"], Pace::Month, ["2011-11|", "2011-12|"]),
            (["Q1 2019", "2019Q2"], Pace::Quarter, ["2019-Q1|", "2019-Q2|"]),
            (["Jan 2019", "February 2019"], Pace::Month, ["2019-01|", "2019-02|"]),
            (["Mar 2019", "Apr 2019"], Pace::Month, ["2019-03|", "2019-04|"]),
            (["2019M11", "Sept-19"], Pace::Month, ["2019-11|", "2019-09|"]),
            (["2020-W53", "Week 1, 2021"], Pace::Week, ["2020-W53|", "2021-W01|"]),
            (["03/01/2021", "17/01/2021"], Pace::Day, ["2021-01-03|", "2021-01-17|"]),
            (["Cases 2019", "2019 / deaths"], Pace::Year, ["2019|Cases", "2019|deaths"]),
        ] {
            assert_eq!(read(&headings), (Some(pace), read_as.map(str::to_owned).to_vec()), "{headings:?}");
        }
    }

    #[test]
    fn other_headings_are_none() {
        for headings in [["Total", "Share"], ["Ward 12", "Ward 13"], ["1", "2"], ["16-64", "65+"], ["2019x", "20200"]] {
            assert_eq!(read(&headings).0, None, "{headings:?}");
        }
    }
}
