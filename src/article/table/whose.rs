//! The row that a number of a sentence is of.

use super::index::Index;
use super::prose::{NumberReading, clause, is_explained, rows_of};
use super::read::{FUNCTION, Number, Reading, Tie, What};

/// The row that a number is of, and whether its label follows it directly.
pub(crate) fn row(
    reading: &Reading,
    index: &Index,
    number: &Number,
    before: &[NumberReading],
) -> Option<(usize, bool)> {
    let (from, to) = clause(reading, number.at);
    let next = |it: usize| reading.words.get(it).map_or("", |it| it.raw.as_str());
    if next(number.at + 1) == "of" && matches!(next(number.at + 2), "them" | "which") {
        return before.last().map(|it| (it.row, false));
    }
    let of = next(number.at + 1) == "of"
        && next(number.at + 2) == "the"
        && reading.words.get(number.at + 3).is_some_and(|it| it.value.is_some());
    let start = if of { number.at + 4 } else { number.at + 1 };
    let names: Vec<(usize, Vec<usize>)> = reading
        .named
        .iter()
        .enumerate()
        .filter(|it| it.1.from >= from && it.1.to <= to)
        .filter_map(|(at, it)| match &it.what {
            What::Name(cells) => Some((at, rows_of(cells))),
            What::Heading(_) => None,
        })
        .collect();
    let behind = behind(reading, start, to);
    let (named, follows) = if let Some(behind) = behind {
        (names.iter().find(|it| it.0 == behind), true)
    } else {
        (names.iter().rfind(|it| reading.named[it.0].to <= number.at), false)
    };
    let years: Vec<&Number> =
        reading.numbers.iter().filter(|it| it.tie == Tie::Key && (from..to).contains(&it.at)).collect();
    let mut rows: Vec<usize> = match (named, &years[..]) {
        (Some(named), _) => named.1.clone(),
        (None, [year]) => keyed(index, year),
        // The only name of the clause is that of all its numbers.
        (None, []) if names.len() == 1 && !is_total(reading, from, to) => names[0].1.clone(),
        (None, _) if is_total(reading, from, to) => {
            (0..index.is_total.len()).filter(|it| index.is_total[*it]).collect()
        }
        _ => return None,
    };
    for other in names.iter().map(|it| it.1.clone()).chain(years.iter().map(|it| keyed(index, it))) {
        let both: Vec<usize> = rows.iter().copied().filter(|it| other.contains(it)).collect();
        if rows.len() > 1 && !both.is_empty() {
            rows = both;
        }
    }
    match rows[..] {
        [one] => Some((one, follows)),
        _ => None,
    }
}

/// The rows that a year or another key names.
fn keyed(index: &Index, key: &Number) -> Vec<usize> {
    let has = |row: &usize| key.columns.iter().any(|it| index.values[*row][*it] == Some(key.value));
    (0..index.values.len()).filter(has).collect()
}

/// The label that follows a number with nothing but its heading between.
fn behind(reading: &Reading, start: usize, to: usize) -> Option<usize> {
    const STEPS_MAX: usize = 6;
    let mut at = start;
    for _ in 0..STEPS_MAX {
        let word = reading.words.get(at).filter(|it| at < to && !it.signs.contains([',', '(', ')', ':']))?;
        if let Some(named) = reading.named_from(at) {
            if matches!(reading.named[named].what, What::Name(_)) {
                return Some(named);
            }
            at = reading.named[named].to;
            continue;
        }
        let passes = FUNCTION.contains(&word.raw.as_str()) || is_explained(reading, at);
        let week = word.raw == "to" && matches!(reading.words[at - 1].raw.as_str(), "week" | "month" | "year");
        let ends = !week && matches!(word.raw.as_str(), "and" | "than" | "from" | "to" | "or") || word.value.is_some();
        if ends || !passes {
            return None;
        }
        at += 1;
    }
    None
}

/// Whether a clause speaks of the total.
fn is_total(reading: &Reading, from: usize, to: usize) -> bool {
    let raw = |it: usize| reading.words.get(it).map_or("", |it| it.raw.as_str());
    (from..to).any(|it| {
        raw(it) == "altogether"
            || raw(it) == "in" && matches!(raw(it + 1), "all" | "total")
            || raw(it) == "total" && raw(it + 1) != "number"
    })
}
