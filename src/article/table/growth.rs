//! Changes and shares of a row, worked out from its cells.

use super::column::is_before;
use super::index::Index;
use super::normal::{Micro, ONE, shown};
use super::prose::NumberReading;
use super::read::{Number, Reading, What};

/// A change of a row, by its two columns or by its column of changes.
pub(crate) fn changed(
    reading: &Reading,
    index: &Index,
    at: usize,
    row: usize,
    up: bool,
    is_percent: bool,
) -> Option<NumberReading> {
    let sign = if up { 1 } else { -1 };
    let changes: Vec<usize> = (0..index.headings.len())
        .filter(|it| index.roles[*it].is_change && index.roles[*it].is_percent == is_percent && index.is_numeric[*it])
        .collect();
    if let [column] = changes[..] {
        let value = index.values[row][column]? * sign;
        return Some(NumberReading {
            number: at,
            row,
            column,
            is_named: true,
            value,
            formula: String::new(),
            cells: vec![(column, row)],
            is_scaled: true,
        });
    }
    let (now, past) = ends(index, row)?;
    let (a, b) = (index.values[row][past]?, index.values[row][now]?);
    if a <= 0 {
        return None;
    }
    let scale = index.scales[now].unwrap_or(1);
    let word = &reading.words[reading.numbers[at].at];
    let is_scaled = is_percent || index.scales[now].is_some() || word.factor == 1;
    let (value, formula) = if is_percent {
        let growth = (b - a) * 100 * ONE / a;
        (growth, format!("100 * ({} - {}) / {} = {}", shown(b), shown(a), shown(a), short(growth)))
    } else {
        ((b - a) * scale, format!("{} - {} = {}", shown(b), shown(a), shown_signed(b - a)))
    };
    Some(NumberReading {
        number: at,
        row,
        column: now,
        is_named: true,
        value: value * sign,
        formula,
        cells: vec![(past, row), (now, row)],
        is_scaled,
    })
}

/// A difference from the year before, in a table of one row a year.
pub(crate) fn stepped(
    reading: &Reading,
    index: &Index,
    at: usize,
    row: usize,
    up: bool,
    column: usize,
) -> Option<NumberReading> {
    let years = (0..index.headings.len()).find(|it| index.is_years[*it])?;
    let own = index.values[row][years]?;
    let past = (0..index.values.len()).find(|it| index.values[*it][years] == Some(own - ONE))?;
    let told = is_before(reading, reading.numbers[at].at);
    let (a, b) = (index.values[past][column]?, index.values[row][column]?);
    let value = if up { b - a } else { a - b };
    let formula = format!("{} - {} = {}", shown(b), shown(a), shown_signed(b - a));
    let cells = vec![(column, past), (column, row)];
    told.then_some(NumberReading { number: at, row, column, is_named: true, value, formula, cells, is_scaled: true })
}

/// `63.6 percent of the 2024 spending`: a row as a share of the total row, where
/// nothing else can be the whole.
pub(crate) fn share(reading: &Reading, index: &Index, at: usize, row: usize) -> Option<NumberReading> {
    let number = &reading.numbers[at];
    let totals: Vec<usize> = (0..index.is_total.len()).filter(|it| index.is_total[*it]).collect();
    let [total] = totals[..] else { return None };
    let mut next = number.at + 1;
    let raw = |it: usize| reading.words.get(it).map_or("", |it| it.raw.as_str());
    next += usize::from(raw(next).starts_with("percent"));
    if raw(next) != "of" || index.is_total[row] {
        return None;
    }
    let known: Vec<Micro> = index.years.iter().flatten().copied().collect();
    let mut nouns = 0;
    let mut year = None;
    for it in next + 1..reading.words.len() {
        let word = &reading.words[it];
        if word.signs.contains([',', ';', '(']) || matches!(raw(it), "in" | "and" | "reported" | "was" | "were") {
            break;
        }
        let heading = reading
            .named
            .iter()
            .any(|named| named.from <= it && it < named.to && matches!(named.what, What::Heading(_)));
        let of_year = word.value.filter(|it| known.contains(it));
        let noun = index.title.contains(&word.text) || heading;
        if !(noun || of_year.is_some() || matches!(raw(it), "the" | "all" | "total")) {
            return None;
        }
        year = year.or(of_year);
        nouns += usize::from(noun);
    }
    let level = |it: &usize| {
        index.is_numeric[*it] && !index.is_years[*it] && !index.roles[*it].is_percent && !index.roles[*it].is_change
    };
    let mut columns: Vec<usize> =
        (0..index.headings.len()).filter(level).filter(|it| !index.roles[*it].is_previous).collect();
    if let Some(year) = year {
        columns.retain(|it| index.years[*it] == Some(year));
    }
    let [column] = columns[..] else { return None };
    let (part, all) = (index.values[row][column]?, index.values[total][column]?);
    if nouns == 0 || all <= 0 {
        return None;
    }
    let value = part * 100 * ONE / all;
    let formula = format!("100 * {} / {} = {}", shown(part), shown(all), short(value));
    let cells = vec![(column, row), (column, total)];
    Some(NumberReading { number: at, row, column, is_named: true, value, formula, cells, is_scaled: true })
}

fn shown_signed(value: Micro) -> String {
    if value < 0 { format!("-{}", shown(-value)) } else { shown(value) }
}

/// A percentage with one decimal.
fn short(value: Micro) -> String {
    let tenths = (value.abs() + ONE / 20) / (ONE / 10) * (ONE / 10);
    if value < 0 { format!("-{}", shown(tenths)) } else { shown(tenths) }
}

/// The columns of this period and of the one before: two years, or one that says `previous`.
fn ends(index: &Index, row: usize) -> Option<(usize, usize)> {
    let figures: Vec<usize> = (0..index.headings.len())
        .filter(|it| {
            index.is_numeric[*it]
                && !index.is_years[*it]
                && index.values[row][*it].is_some()
                && !index.roles[*it].is_change
        })
        .collect();
    let years: Vec<usize> = figures.iter().copied().filter(|it| index.years[*it].is_some()).collect();
    if let [one, two] = years[..] {
        return Some(if index.years[one] < index.years[two] { (two, one) } else { (one, two) });
    }
    let previous: Vec<usize> = figures.iter().copied().filter(|it| index.roles[*it].is_previous).collect();
    let levels: Vec<usize> = figures.iter().copied().filter(|it| !index.roles[*it].is_previous).collect();
    match (&previous[..], &levels[..]) {
        ([past], [now, ..]) => Some((*now, *past)),
        _ => None,
    }
}

/// Whether a number is told as a change, and which way.
pub(crate) fn change(reading: &Reading, number: &Number) -> Option<bool> {
    let raw = |it: usize| reading.words[it].raw.as_str();
    let mut at = number.at;
    for _ in 0..4 {
        at = at.checked_sub(1)?;
        match raw(at) {
            "rose" | "rise" | "rises" | "grew" | "increased" | "increase" | "climbed" | "up" | "jumped" | "growth" => {
                return Some(true);
            }
            "fell" | "fall" | "falls" | "dropped" | "drop" | "declined" | "decline" | "decreased" | "decrease"
            | "down" => return Some(false),
            "by" | "of" | "a" | "an" | "about" | "nearly" | "almost" | "only" | "just" => {}
            _ => break,
        }
    }
    match reading.words.get(number.at + 1).map_or("", |it| it.raw.as_str()) {
        "more" => Some(true),
        "fewer" | "less" => Some(false),
        _ => None,
    }
}
