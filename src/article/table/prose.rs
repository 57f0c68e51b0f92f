//! Each number of a sentence on its own: the row that it is of, its column, and the cell.
//!
//! `Gas leaks rose to 305, from 291 the month before`: the row is the label
//! right behind the number, else the nearest before it, else the total; the
//! column is a heading beside it, the period that is named, or the first. A
//! contradiction needs a sentence in which every word is accounted for.

use super::column::column;
use super::growth::{change, changed, share, stepped};
use super::index::{At, Index};
use super::normal::{Micro, ONE, Word};
use super::read::{Number, Reading, Tie, What};
use super::row::Answer;
use super::whose::row;

/// A number that stands further from its cell by more than this factor is of something else.
const FAR: i128 = 4;
/// The same where its heading stands right behind it.
const FAR_NAMED: i128 = 8;
/// So many words that nothing accounts for leave a number to be confirmed.
const LEFT_MAX: usize = 1;
const LEFT_SMALL_MAX: usize = 0;

/// What a number was taken for.
#[derive(Clone, Debug)]
pub(crate) struct NumberReading {
    pub(crate) number: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
    /// Whether the column is named, or the only one.
    pub(crate) is_named: bool,
    pub(crate) value: Micro,
    pub(crate) formula: String,
    pub(crate) cells: Vec<At>,
    pub(crate) is_scaled: bool,
}

/// Judges the numbers of a sentence one by one.
pub(crate) fn judge(reading: &Reading, index: &Index) -> Vec<Answer> {
    if is_forbidden(reading, index) {
        return Vec::new();
    }
    let mut taken: Vec<NumberReading> = Vec::new();
    for at in 0..reading.numbers.len() {
        let found = take(reading, index, at, &taken);
        taken.extend(found);
    }
    let holds: Vec<Option<bool>> = taken.iter().map(|it| compare(reading, index, it)).collect();
    let mut answers = Vec::new();
    for (it, holds_it) in taken.iter().zip(&holds) {
        let Some(holds_it) = *holds_it else { continue };
        let number = &reading.numbers[it.number];
        let (from, to) = clause(reading, number.at);
        let left = left_in(reading, (from, to));
        let same_row =
            || taken.iter().zip(&holds).filter(|(other, _)| other.number != it.number && other.row == it.row);
        // Another number of the sentence that fits the same row says that the row is meant.
        let anchored = same_row().any(|it| *it.1 == Some(true));
        let near = stretch(reading, number, (from, to));
        let compared = it.formula.is_empty() && is_compared(reading, number, (from, to));
        // Where all numbers are of one row, all names have to be.
        let names = if taken.iter().all(|other| other.row == it.row) { (from, to) } else { near };
        let fits = fits_names(reading, it.row, names);
        let allowed = if holds_it {
            let few = if number.value.abs() < 20 * ONE { LEFT_SMALL_MAX } else { LEFT_MAX };
            // What fails beside it and is not told leaves open whether the row is meant.
            let open = left > 0 || reading.is_freed;
            let doubtful = same_row().any(|it| *it.1 == Some(false) && open || it.1.is_none());
            let own = left_in(reading, near);
            own <= few && fits && is_meant(reading, index, it, near) && !doubtful && (own == 0 || !number.is_hedged)
        } else {
            let open = reading.numbers.iter().enumerate().any(|(at, other)| {
                let dated = index.years.contains(&Some(other.value));
                let inside = (from..to).contains(&other.at) && other.tie != Tie::Key && !dated;
                inside && !taken.iter().any(|it| it.number == at)
            });
            let sure = fits && !open && !counts_rows(reading, number) && is_meant(reading, index, it, names);
            (it.is_named || anchored) && it.is_scaled && sure
        };
        if !allowed || compared {
            continue;
        }
        answers.push(Answer {
            holds: holds_it,
            bytes: vec![reading.bytes((number.at, number.at + 1))],
            points: 0,
            is_whole: left == 0 && !reading.is_freed,
            cells: it.cells.clone(),
            kind: "prose",
            formula: it.formula.clone(),
        });
    }
    answers
}

/// Whether the row is named by a whole cell, if by a cell, and no other column is mentioned.
fn is_meant(reading: &Reading, index: &Index, taken: &NumberReading, (from, to): (usize, usize)) -> bool {
    let inside = |it: &&super::read::Named| it.from >= from && it.to <= to;
    let mut names = reading.named.iter().filter(inside).filter_map(|it| match &it.what {
        What::Name(cells) => Some((it.grade, rows_of(cells).len())),
        What::Heading(_) => None,
    });
    let mut headings = reading.named.iter().filter(inside).filter_map(|it| match &it.what {
        What::Heading(columns) if !it.is_tied => Some(columns),
        _ => None,
    });
    let named = names.clone().next().is_none() || names.any(|it| it.0 == 0 && it.1 == 1);
    // `of all offences`: what a share is of may be called by the heading of the labels.
    let known = |it: &Vec<usize>| {
        let used = taken.cells.iter().any(|cell| it.contains(&cell.0));
        used || !taken.formula.is_empty() && it.iter().all(|it| !index.is_numeric[*it])
    };
    named && headings.all(known)
}

/// Whether a number may count rows as well: `Five episodes …`, `there was one win`.
fn counts_rows(reading: &Reading, number: &Number) -> bool {
    let word = &reading.words[number.at];
    let raw = |steps: usize| number.at.checked_sub(steps).map_or("", |it| reading.words[it].raw.as_str());
    let opens = number.at == 0 || raw(2) == "there";
    let small = number.value <= 20 * ONE;
    let text = |it: &usize| reading.heading_of(Some(*it)).is_some();
    let headed = reading.named_from(number.at + 1).is_some_and(|it| text(&it));
    small && (opens && headed || word.is_spelled && number.value <= 2 * ONE)
}

/// How many words between two others nothing accounts for.
fn left_in(reading: &Reading, (from, to): (usize, usize)) -> usize {
    reading.left.iter().filter(|it| (from..to).contains(*it) && !is_explained(reading, **it)).count()
}

/// The words around a number, up to the numbers before and behind it.
fn stretch(reading: &Reading, number: &Number, (from, to): (usize, usize)) -> (usize, usize) {
    let is_claim = |it: &usize| reading.numbers.iter().any(|number| number.at == *it && number.tie != Tie::Key);
    let start = (from..number.at).rev().find(is_claim).map_or(from, |it| it + 1);
    let goes_on = (number.at + 1..to).any(|it| is_claim(&it));
    let ends = |it: &usize| {
        is_claim(it)
            || goes_on
                && (matches!(reading.words[*it].raw.as_str(), "and" | "or")
                    || reading.words[*it].signs.contains([',', '(']))
    };
    (start, (number.at + 1..to).find(ends).unwrap_or(to))
}

/// Whether all names of a clause are of a row, in columns of their own where they can be.
fn fits_names(reading: &Reading, row: usize, (from, to): (usize, usize)) -> bool {
    reading.named.iter().filter(|it| it.from >= from && it.to <= to).all(|it| match &it.what {
        What::Name(cells) => {
            let role = it.role.as_ref().is_none_or(|role| cells.iter().any(|it| it.1 == row && role.contains(&it.0)));
            role && cells.iter().any(|it| it.1 == row)
        }
        What::Heading(_) => true,
    })
}

/// Whether a clause compares: then a number that is a cell is not what it says.
fn is_compared(reading: &Reading, number: &Number, (from, to): (usize, usize)) -> bool {
    let bound = |steps: usize| {
        number
            .at
            .checked_sub(steps)
            .is_some_and(|it| matches!(reading.words[it].raw.as_str(), "more" | "less" | "fewer"))
    };
    if !number.is_hedged && (bound(1) || bound(2)) {
        return true;
    }
    reading.words[from..to].iter().enumerate().any(|(at, it)| {
        let than =
            it.raw == "than" && !reading.numbers.iter().any(|number| number.is_hedged && number.at == from + at + 1);
        than || super::superlative::direction(&it.raw).is_some()
            || matches!(it.raw.as_str(), "between" | "greater" | "larger" | "higher" | "lower" | "smaller" | "only")
    })
}

/// Words that say that a number is of something else, or of no fact.
#[rustfmt::skip]
const FORBIDDEN: &[&str] = &[
    "not", "no", "never", "none", "without", "except", "another", "other", "will", "would", "could", "should", "may", "might", "expects", "expected",
    "expect", "plan", "plans", "planned", "due", "driven", "because", "related", "including", "includes", "primarily", "partially", "since", "per",
    "if", "organic", "adjusted", "forma", "comparable", "average", "averaged", "estimate", "forecast", "target", "same", "half", "each",
    "every", "until", "further", "additional", "alone", "likely", "quarterly", "monthly", "annually", "first", "ago",
];

/// Whether a sentence speaks of something else than the table does.
fn is_forbidden(reading: &Reading, index: &Index) -> bool {
    reading.words.iter().enumerate().any(|(at, word)| {
        let named = reading.named.iter().any(|it| it.from <= at && at < it.to);
        let titled = index.title.contains(&word.text);
        let foreign = at > 0 && word.is_capital && word.value.is_none() && word.raw != "i" && !starts(reading, at);
        !named && !titled && (FORBIDDEN.contains(&word.raw.as_str()) || foreign)
    })
}

/// Whether a word begins a sentence or a quotation.
fn starts(reading: &Reading, at: usize) -> bool {
    reading.words[at].signs.contains(['.', '"', '“', ':', '!', '?'])
}

/// The clause of a word: from one `while` or `;` to the next.
pub(crate) fn clause(reading: &Reading, at: usize) -> (usize, usize) {
    let breaks = |it: usize| {
        matches!(reading.words[it].raw.as_str(), "while" | "whereas" | "but") || reading.words[it].signs.contains(';')
    };
    let from = (0..=at).rev().find(|it| breaks(*it)).unwrap_or(0);
    let to = (at + 1..reading.words.len()).find(|it| breaks(*it)).unwrap_or(reading.words.len());
    (from, to)
}

/// Words that tell when, how, or that something changed: they narrow nothing.
pub(crate) fn is_explained(reading: &Reading, at: usize) -> bool {
    #[rustfmt::skip]
    const KNOWN: &[&str] = &[
        "rose", "fell", "rise", "fall", "rises", "falls", "grew", "grow", "increased", "decreased", "increase", "decrease", "dropped", "drop", "climbed", "declined", "up",
        "down", "more", "fewer", "less", "compared", "all", "altogether", "month", "week", "year", "before", "earlier", "previous", "last", "carries", "carried",
        "brings", "brought", "drew", "takes", "take", "gets", "cast", "percent", "only", "people", "patients", "over", "just", "euros", "dollars", "million", "billion",
        "thousand", "day", "spectators", "drawn", "said", "told", "won", "according", "table", "figures", "show", "shows",
    ];
    let word = &reading.words[at];
    KNOWN.contains(&word.raw.as_str()) || word.value.is_some()
}

pub(crate) fn rows_of(cells: &[At]) -> Vec<usize> {
    let mut rows: Vec<usize> = cells.iter().map(|it| it.1).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// The row, the column and the value that a number would have to have.
fn take(reading: &Reading, index: &Index, at: usize, before: &[NumberReading]) -> Option<NumberReading> {
    let number = &reading.numbers[at];
    let word = &reading.words[number.at];
    let tied = |it: Option<&Word>| it.is_some_and(|it| it.value.is_some() && it.signs.contains([':', '-', '–', '/']));
    let has_part = tied(Some(word)) && number.at > 0 && reading.words[number.at - 1].value.is_some()
        || tied(reading.words.get(number.at + 1));
    if number.tie == Tie::Key || word.is_ordinal || has_part {
        return None;
    }
    let (row, follows) = row(reading, index, number, before)?;
    let is_percent = is_percent(reading, number);
    let change = change(reading, number);
    if let Some(up) = change.filter(|_| !led(reading, number, &["to", "from", "at"])) {
        return changed(reading, index, at, row, up, is_percent)
            .or_else(|| stepped(reading, index, at, row, up, before.last()?.column).filter(|_| !is_percent));
    }
    if is_percent && let Some(it) = share(reading, index, at, row) {
        return Some(it);
    }
    let (column, is_named) = column(reading, index, number, row, follows, before)?;
    if is_percent != index.roles[column].is_percent {
        return None;
    }
    let scale = index.scales[column].filter(|_| !is_percent);
    let cell = index.values[row][column]?;
    let is_scaled = scale.is_some() || word.factor == 1;
    // Without a scale in the heading a text may give it: then it can only be confirmed.
    let value = if is_scaled { cell * scale.unwrap_or(1) } else { cell * word.factor };
    Some(NumberReading {
        number: at,
        row,
        column,
        is_named,
        value,
        formula: String::new(),
        cells: vec![(column, row)],
        is_scaled,
    })
}

/// Whether a number is what its cell says; nothing where it is too far to be of it.
fn compare(reading: &Reading, index: &Index, taken: &NumberReading) -> Option<bool> {
    let number = &reading.numbers[taken.number];
    let word = &reading.words[number.at];
    let mut unit = ONE * word.factor;
    for _ in 0..word.decimals {
        unit /= 10;
    }
    let off = (number.value - taken.value).abs();
    let rounds = word.decimals > 0 || word.factor > 1 || !taken.formula.is_empty();
    let holds = if number.is_hedged {
        number.low <= taken.value && taken.value <= number.high
    } else {
        off == 0 || rounds && 2 * off <= unit
    };
    if holds {
        return Some(true);
    }
    // The same digits with another word of scale are a slip, however far.
    let cell = index.values[taken.row].get(taken.column).copied().flatten()?;
    let digits = word.factor > 1 && number.value == cell * word.factor && taken.formula.is_empty();
    let row = &index.values[taken.row];
    // What stands in another column of the row was taken from there.
    let swapped = number.value.abs() >= 100 * ONE && row.contains(&Some(number.value));
    let bound = if number.tie == Tie::Right { FAR_NAMED } else { FAR };
    let far =
        !swapped && (number.value.abs() > bound * taken.value.abs() || taken.value.abs() > bound * number.value.abs());
    (!number.is_hedged && (digits || !far)).then_some(false)
}

/// Whether one of some words stands right before a number.
pub(crate) fn led(reading: &Reading, number: &Number, words: &[&str]) -> bool {
    number.at > 0 && words.contains(&reading.words[number.at - 1].raw.as_str())
}

pub(crate) fn is_percent(reading: &Reading, number: &Number) -> bool {
    reading.words.get(number.at + 1).map_or("", |it| it.raw.as_str()).starts_with("percent")
        || reading.words.get(number.at + 1).is_some_and(|it| it.signs.starts_with('%'))
        || reading.words.len() == number.at + 1 && reading.ends.starts_with('%')
}
