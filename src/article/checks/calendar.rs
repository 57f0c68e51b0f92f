//! Weekdays against dates, lengths of periods, days that no calendar has, and
//! years that the text ties to its own.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::article::claim::ClaimVerdict;
use crate::article::dates::{Dated, Day};
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;
use crate::article::sections::Section;
use crate::article::words::{stem, weekday_name};

pub(super) fn run(case: &mut Case<'_>) {
    for it in case.of_kinds_anywhere(&[MentionKind::Date, MentionKind::Period]) {
        let Some(dated) = case.mentions[it].dated else { continue };
        if dated.from.is_impossible() || dated.until.is_some_and(Day::is_impossible) {
            let formula = format!("{} is not a date", case.mentions[it].date().unwrap_or_default());
            let found = evidence("date", formula, Vec::new());
            case.say(it, CheckResult::of(ClaimVerdict::Contradicted, "there is no such date", found));
        } else if dated.until.is_some() || dated.days.is_some() {
            period(case, it, dated);
        } else {
            weekday(case, it, dated.from);
        }
    }
    years(case);
}

fn weekday(case: &mut Case<'_>, it: usize, day: Day) {
    let Some(named) = day.weekday else { return };
    let Some((date, known)) = day.date().map(|it| (it, true)).or_else(|| in_year(case, day)) else {
        let reason = "no year is given: the weekday is right only in some years";
        let open = CheckResult {
            verdict: ClaimVerdict::NotCheckable,
            reason: reason.to_owned(),
            evidence: Vec::new(),
            slip: None,
        };
        return case.say(it, open);
    };
    let found = date.weekday();
    let formula = format!("{date} is a {}", weekday_name(found.to_monday_one_offset()));
    let proof = evidence("weekday", formula.clone(), Vec::new());
    if found.to_monday_one_offset() == named {
        let reason = if known {
            "the weekday matches the date"
        } else {
            "the weekday matches the date in the year of the article"
        };
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, reason, proof));
    } else if known || (case.material.is_dated && !fits_next_year(day, named, date)) {
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, formula, proof));
    }
}

/// A day in the year that the article was written in.
fn in_year(case: &Case<'_>, day: Day) -> Option<(Date, bool)> {
    let year = case.material.year?;
    Some((Day { year: Some(year), ..day }.date()?, false))
}

/// Whether the weekday is right in the year before or after: articles speak of both.
fn fits_next_year(day: Day, named: i8, date: Date) -> bool {
    let near = [date.year() - 1, date.year() + 1];
    let other = |year: i16| Day { year: Some(year), ..day }.date();
    near.into_iter().filter_map(other).any(|it| it.weekday().to_monday_one_offset() == named)
}

/// Two ends: in order, and its length matches the text.
fn period(case: &mut Case<'_>, it: usize, dated: Dated) {
    let Some(until) = dated.until else { return };
    let printed = until.year.or(dated.from.year);
    let year = printed.or(case.material.year);
    let end_year = until.year.or(year);
    let wraps = i16::from((dated.from.month, dated.from.day) > (until.month, until.day));
    let start_year = dated.from.year.or(end_year.map(|it| it - wraps));
    let from = Day { year: start_year, ..dated.from }.date();
    let last = Day { year: end_year, ..until }.date();
    let (Some(from), Some(last)) = (from, last) else { return };
    let known = case.material.period;
    if last < from {
        let proof = evidence("period", format!("{last} is before {from}"), Vec::new());
        return case.say(it, CheckResult::of(ClaimVerdict::Contradicted, "it ends before it starts", proof));
    }
    let length = from.until(last).map_or(0, |it| it.get_days()) + 1;
    let leap = if from <= leap_day(last) && leap_day(last) <= last { " in a leap year" } else { "" };
    let formula = format!("{length} days inclusive{leap}");
    let proof = evidence("period", formula.clone(), Vec::new());
    if let Some(days) = dated.days.filter(|it| *it > 0) {
        if i64::from(length) == i64::from(days) {
            case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "its length matches the text", proof));
        } else if printed.is_some() {
            let reason = format!("{formula}, not {days}");
            case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
        }
    } else if known.is_some_and(|it| it.start == from && it.end == last) {
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "matches the period of the table", proof));
    }
}

/// February 29 of the year of a date, or a day that never lies in a range.
fn leap_day(last: Date) -> Date {
    Date::new(last.year(), 2, 29).unwrap_or(Date::MAX)
}

/// A year that another sentence calls the last one, where the article's own is known.
fn years(case: &mut Case<'_>) {
    let Some(year) = case.material.year else { return };
    let mut known: Option<(usize, Option<usize>)> = None;
    for it in case.of_kinds_anywhere(&[MentionKind::Year]) {
        let named = case.mentions[it].value.as_ref().and_then(as_whole);
        if named != Some(i64::from(year) - 1) || case.mentions[it].section != Section::Article {
            continue;
        }
        // What ties one year of a sentence ties all of them.
        let order = case.order(it);
        let tie = known.filter(|it| it.0 == order).map_or_else(|| tie(case, it), |it| it.1);
        known = Some((order, tie));
        if let Some(other) = tie {
            let formula = format!("last year is {} in an article of {year}", year - 1);
            let proof = evidence("year", formula, vec![case.place(other, "called last year")]);
            // It would stand there with any other number beside it: no confirmation.
            let reason = "dated: the text calls this year last year";
            case.say(it, CheckResult::of(ClaimVerdict::NotCheckable, reason, proof));
        }
    }
}

/// A number near a year whose sentence speaks of the last one, and of the same.
fn tie(case: &Case<'_>, year: usize) -> Option<usize> {
    let own: HashSet<String> = content(case, year).collect();
    let near = case.near(year, 4);
    let mut other = near.start;
    while other < near.end {
        let words = case.words(other);
        let last = words.windows(2).any(|it| it[0].is("last") && it[1].is("year"));
        if last
            && case.order(other) != case.order(year)
            && content(case, other).filter(|it| own.contains(it)).count() >= 2
        {
            return Some(other);
        }
        other = case.beside(other).end;
    }
    None
}

/// The longer words of the sentence that a mention stands in, as stems.
fn content(case: &Case<'_>, mention: usize) -> impl Iterator<Item = String> {
    let words = case.words(mention).iter().filter(|it| it.is_word() && it.text.len() >= 5);
    words.map(|it| stem(&it.lower))
}
