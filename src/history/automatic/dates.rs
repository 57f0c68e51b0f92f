//! The same date in earlier years: fixed days, the nth weekday of a month, days around Easter.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::history::holidays::easter;

/// Days before and behind Easter that move with it: from Ash Wednesday's week to Corpus Christi.
const EASTER: std::ops::RangeInclusive<i64> = -50..=62;

/// Days of a year that stand where one stands in its own, each by the rule that says so.
pub(super) fn alike(day: Date, years_back: i16) -> impl Iterator<Item = Date> {
    let year = day.year() - years_back;
    let fixed = Date::new(year, day.month(), day.day()).ok();
    let nth = nth_weekday(year, day);
    let from_easter = days(easter(day.year()), day);
    let moving = EASTER.contains(&from_easter).then(|| easter(year).checked_add(from_easter.days()).ok()).flatten();
    [fixed, nth, moving].into_iter().flatten()
}

/// Whether two days are the same day of their months, or both the last.
pub(super) fn same_in_month(one: Date, other: Date) -> bool {
    let is_last = |it: Date| it == it.last_of_month();
    one.day() == other.day() || (is_last(one) && is_last(other))
}

/// The days from one date to another.
pub(super) fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |it| i64::from(it.get_days()))
}

fn nth_weekday(year: i16, day: Date) -> Option<Date> {
    let nth = (day.day() - 1) / 7 + 1;
    Date::new(year, day.month(), 1).ok()?.nth_weekday_of_month(nth, day.weekday()).ok()
}

/// The weekday by number, Monday first.
pub(super) fn weekday(day: Date) -> usize {
    usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0)
}

/// The day of a position that counts days from 1970 on.
pub(super) fn day_of(position: i64) -> Option<Date> {
    date(1970, 1, 1).checked_add(position.days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::Weekday;

    use super::*;

    #[test]
    fn good_friday_and_thanksgiving_move_and_christmas_does_not() {
        let alike = |it: Date| alike(it, 1).collect::<Vec<_>>();
        assert!(alike(date(2019, 4, 19)).contains(&date(2018, 3, 30)));
        assert!(alike(date(2019, 11, 28)).contains(&date(2018, 11, 22)));
        assert!(alike(date(2019, 12, 25)).contains(&date(2018, 12, 25)));
        assert_eq!(date(2019, 11, 28).weekday(), Weekday::Thursday);
    }

    #[test]
    fn the_last_day_of_a_month_is_that_of_any_month() {
        assert!(same_in_month(date(2019, 2, 28), date(2019, 1, 31)));
        assert!(!same_in_month(date(2019, 2, 28), date(2019, 1, 30)));
    }
}
