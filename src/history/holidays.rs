//! Public holidays by country, from 1990 to 2035.
//!
//! `holidays.txt` has them as rules: a date of each year (`12-25`), days from Easter by the
//! Gregorian (`easter+1`) or Julian reckoning (`orthodox+1`), a weekday of a month
//! (`11-thu-4`, `05-mon-last`), each for all years or for some (`@1994-2011`), and single
//! days. It is made by `holidays.py` from the Python package of that name.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

const TEXT: &str = include_str!("holidays.txt");
/// The years that the rules are known to be right for.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2035;
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// A country whose holidays are known, by the two letters of ISO 3166-1 in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country(&'static str);

impl Country {
    /// The country of a code, in any case; `None` where its holidays are not known.
    pub fn of(code: &str) -> Option<Self> {
        let code = code.to_ascii_lowercase();
        Self::codes().find(|it| *it == code).map(Self)
    }

    /// All codes, in alphabetical order.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        let mut last = "";
        lines().map(|it| it.0).filter(move |it| std::mem::replace(&mut last, it) != *it)
    }

    /// Its holidays by day, each with its English name.
    pub fn holidays(self) -> BTreeMap<Date, &'static str> {
        let mut days = BTreeMap::new();
        for (_, name, rules) in lines().filter(|it| it.0 == self.0) {
            for rule in rules.split(' ') {
                days.extend(of_rule(rule).into_iter().map(|it| (it, name)));
            }
        }
        days
    }
}

fn lines() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TEXT.lines().filter(|it| !it.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('|');
        Some((fields.next()?, fields.next()?, fields.next()?))
    })
}

fn of_rule(rule: &str) -> Vec<Date> {
    if let Ok(day) = Date::strptime("%Y%m%d", rule) {
        return vec![day];
    }
    let (rule, years) = rule.split_once('@').unwrap_or((rule, ""));
    let years = years
        .split_once('-')
        .and_then(|(from, to)| Some(from.parse::<i16>().ok()?..=to.parse::<i16>().ok()?))
        .unwrap_or(YEARS);
    years.filter_map(|year| in_year(rule, year)).collect()
}

fn in_year(rule: &str, year: i16) -> Option<Date> {
    let from = |easter: Date, days: &str| easter.checked_add(days.parse::<i64>().ok()?.days()).ok();
    if let Some(days) = rule.strip_prefix("easter") {
        return from(easter(year), days);
    }
    if let Some(days) = rule.strip_prefix("orthodox") {
        return from(orthodox_easter(year), days);
    }
    let mut parts = rule.split('-');
    let month = parts.next()?.parse::<i8>().ok()?;
    let second = parts.next()?;
    let Some(nth) = parts.next() else { return Date::new(year, month, second.parse().ok()?).ok() };
    let weekday = WEEKDAYS.iter().find(|it| it.0 == second)?.1;
    let nth = if nth == "last" { -1 } else { nth.parse().ok()? };
    Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
}

/// Easter Sunday by the Gregorian calendar (the anonymous algorithm; Meeus, *Astronomical Algorithms*, ch. 8).
#[expect(clippy::many_single_char_names, reason = "as in the source")]
pub(super) fn easter(year: i16) -> Date {
    let it = i32::from(year);
    let (a, b, c) = (it.rem_euclid(19), it.div_euclid(100), it.rem_euclid(100));
    let (d, e, f) = (b.div_euclid(4), b.rem_euclid(4), (b + 8).div_euclid(25));
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c.div_euclid(4), c.rem_euclid(4));
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l).div_euclid(451);
    in_spring(year, h + l - 7 * m + 114)
}

/// Easter Sunday of the Orthodox churches, by the Julian calendar (Meeus, ch. 8), as the
/// Gregorian one has it: 13 days later, from 1900 to 2099.
#[expect(clippy::many_single_char_names, reason = "as in the source")]
fn orthodox_easter(year: i16) -> Date {
    let it = i32::from(year);
    let (a, b, c) = (it.rem_euclid(4), it.rem_euclid(7), it.rem_euclid(19));
    let d = (19 * c + 15).rem_euclid(30);
    let e = (2 * a + 4 * b - d + 34).rem_euclid(7);
    in_spring(year, d + e + 114).saturating_add(13.days())
}

/// The day that the algorithms count as 31 times its month and the day, less one.
fn in_spring(year: i16, number: i32) -> Date {
    let month = i8::try_from(number.div_euclid(31)).unwrap_or(3);
    let day = i8::try_from(number.rem_euclid(31) + 1).unwrap_or(31);
    Date::new(year, month, day).unwrap_or_else(|_| date(year, 3, 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_it_fell() {
        let known = [(1999, 4, 4), (2000, 4, 23), (2008, 3, 23), (2018, 4, 1), (2024, 3, 31), (2038, 4, 25)];
        for (year, month, day) in known {
            assert_eq!(easter(year), date(year, month, day));
        }
        let known = [(2000, 4, 30), (2010, 4, 4), (2016, 5, 1), (2021, 5, 2), (2024, 5, 5)];
        for (year, month, day) in known {
            assert_eq!(orthodox_easter(year), date(year, month, day));
        }
    }

    #[test]
    fn holidays_fall_where_they_fell() {
        let name = |code: &str, day: Date| Country::of(code).unwrap().holidays().get(&day).copied();
        assert_eq!(name("de", date(2024, 10, 3)), Some("German Unity Day"));
        assert_eq!(name("US", date(2023, 11, 23)), Some("Thanksgiving Day"));
        assert_eq!(name("gb", date(2024, 3, 29)), Some("Good Friday"));
        assert_eq!(name("gr", date(2024, 5, 6)), Some("Easter Monday"));
        assert_eq!(name("fr", date(2024, 7, 15)), None);
        assert_eq!(Country::of("atlantis"), None);
    }

    #[test]
    fn every_rule_is_read_and_gives_a_day() {
        for (country, name, rules) in lines() {
            for rule in rules.split(' ') {
                assert!(!of_rule(rule).is_empty(), "{country}, {name}: {rule}");
            }
        }
        let codes: Vec<&str> = Country::codes().collect();
        assert!(codes.len() > 45 && codes.is_sorted(), "{codes:?}");
    }
}
