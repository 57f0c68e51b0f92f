//! The column that a number of a sentence is of.

use super::index::Index;
use super::normal::Micro;
use super::prose::{NumberReading, is_percent, led};
use super::read::{Number, Reading, What};

/// The column of a number, and whether it is named.
pub(crate) fn column(
    reading: &Reading,
    index: &Index,
    number: &Number,
    row: usize,
    follows: bool,
    before: &[NumberReading],
) -> Option<(usize, bool)> {
    let previous = led(reading, number, &["from"]) || is_before(reading, number.at);
    let figures: Vec<usize> = (0..index.headings.len())
        .filter(|it| index.is_numeric[*it] && !index.is_years[*it] && index.values[row][*it].is_some())
        .collect();
    let years: Vec<usize> = figures.iter().copied().filter(|it| index.years[*it].is_some()).collect();
    if years.len() > 1 {
        let led_to = led(reading, number, &["to"]) && years.len() == 2;
        let latest = years.iter().max_by_key(|it| index.years[**it]).copied().filter(|_| led_to);
        let Some(year) = year_of(reading, index, number) else { return latest.map(|it| (it, false)) };
        return years.into_iter().find(|it| index.years[*it] == Some(year)).map(|it| (it, true));
    }
    if previous {
        let all: Vec<usize> = figures.iter().copied().filter(|it| index.roles[*it].is_previous).collect();
        return match all[..] {
            [one] => Some((one, true)),
            _ => None,
        };
    }
    let level = |it: &usize| !index.roles[*it].is_change && !index.roles[*it].is_previous;
    let tied: Vec<usize> = number.columns.iter().copied().filter(|it| figures.contains(it)).filter(level).collect();
    match tied[..] {
        [one] => return Some((one, true)),
        [] => {}
        _ => return None,
    }
    if let Some(one) = in_stretch(reading, number, &figures) {
        return Some((one, true));
    }
    // `two players`: rows are counted, not a figure of one.
    let counts = reading.named_from(number.at + 1).is_some_and(|it| matches!(reading.named[it].what, What::Heading(_)));
    if counts {
        return None;
    }
    let alone: Vec<usize> = figures
        .iter()
        .copied()
        .filter(level)
        .filter(|it| index.roles[*it].is_percent == is_percent(reading, number))
        .collect();
    if let [one] = alone[..] {
        return Some((one, false));
    }
    // `and Castle Hill 5,460`: what the number before counted.
    let named =
        number.at > 0 && reading.named_to(number.at).is_some_and(|it| matches!(reading.named[it].what, What::Name(_)));
    if let Some(last) = before.last().filter(|_| named) {
        return Some((last.column, last.is_named));
    }
    let first = alone.first().copied()?;
    (follows || led(reading, number, &["to"])).then_some((first, false))
}

/// Whether a number is of the period before: `291 the month before`.
pub(crate) fn is_before(reading: &Reading, at: usize) -> bool {
    let raw = |it: usize| reading.words.get(it).map_or("", |it| it.raw.as_str());
    let unit = |it: &str| matches!(it, "week" | "month" | "year" | "quarter" | "day");
    (at + 1..at + 5).any(|it| {
        unit(raw(it)) && matches!(raw(it + 1), "before" | "earlier") || raw(it) == "previous" && unit(raw(it + 1))
    })
}

/// The year that stands nearest behind a number, else before it.
fn year_of(reading: &Reading, index: &Index, number: &Number) -> Option<Micro> {
    let known: Vec<Micro> = index.years.iter().flatten().copied().collect();
    let is_year = |it: &usize| reading.words[*it].value.is_some_and(|it| known.contains(&it)) && *it != number.at;
    let next = (number.at + 1..reading.words.len())
        .take_while(|it| reading.words[*it].value.is_none() || is_year(it))
        .find(is_year);
    let past = (0..number.at).rev().find(is_year);
    let stretch = |it: usize| {
        !(number.at.min(it)..number.at.max(it))
            .any(|it| matches!(reading.words[it].raw.as_str(), "from" | "than" | "compared" | "versus"))
    };
    let found = next.or(past.filter(|it| stretch(*it)))?;
    reading.words[found].value
}

/// The only heading between the numbers around a number, behind it first.
fn in_stretch(reading: &Reading, number: &Number, figures: &[usize]) -> Option<usize> {
    let is_number = |it: &usize| reading.numbers.iter().any(|number| number.at == *it);
    let end = (number.at + 1..reading.words.len()).find(|it| is_number(it)).unwrap_or(reading.words.len());
    let start = (0..number.at).rev().find(|it| is_number(it)).map_or(0, |it| it + 1);
    for (from, to) in [(number.at + 1, end), (start, number.at)] {
        let mut found: Vec<usize> = Vec::new();
        for it in reading.named.iter().filter(|it| it.from >= from && it.to <= to) {
            if let What::Heading(columns) = &it.what {
                found.extend(columns.iter().copied().filter(|it| figures.contains(it)));
            }
        }
        found.dedup();
        match found[..] {
            [one] => return Some(one),
            [] => {}
            _ => return None,
        }
    }
    None
}
