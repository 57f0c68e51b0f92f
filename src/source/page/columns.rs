//! How many figures a row has, and what they are to each other.

use super::rows::RawRow;
use crate::table::{ColumnSchema, ColumnType, TableSchema, is_space};

/// What a figure is to the first one of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A part of it: solved of registered.
    Nested,
    /// The same count at another time: last year's.
    Comparable,
    /// In proportion to it, whatever the rate: schools and pupils.
    Proportional,
    /// Of a size of its own, which the rows share: age and income.
    Unrelated,
    /// Nothing is known.
    Free,
}

const NAME_CHARS: usize = 30;
const NAMES_MAX: usize = 12;

/// Names that only a column of figures has.
const FIGURE_NAMES: [&str; 14] = [
    "total",
    "solved",
    "cleared",
    "count",
    "number",
    "reported",
    "recorded",
    "registered",
    "cases",
    "attempts",
    "this year",
    "last year",
    "this week",
    "last week",
];
const COMPARABLE: [&str; 10] =
    ["last", "previous", "prior", "ago", "before", "earlier", "year", "week", "month", "compared"];
const NESTED: [&str; 14] = [
    "solved", "cleared", "attempt", "subset", "of which", "convict", "charged", "detected", "closed", "fatal",
    "killed", "arrest", "part", "of them",
];

/// Splits a header into names, as byte ranges; `None` if a line is none.
pub(super) fn header(text: &str) -> Option<Vec<(usize, usize)>> {
    parted_names(text).or_else(|| spaced_names(text))
}

/// Names are parted by tabs, wide gaps, or where a capital follows a small
/// letter: `CrimeTotalSolved`.
fn parted_names(text: &str) -> Option<Vec<(usize, usize)>> {
    if text.contains(|it: char| it.is_ascii_digit()) || text.ends_with(['.', '!', '?', ';', ',']) {
        return None;
    }
    let mut cuts = Vec::new();
    for (at, it) in text.char_indices() {
        let before = &text[..at];
        let wide = is_space(it) && text[at + it.len_utf8()..].starts_with(is_space);
        let junction = it.is_uppercase()
            && before.ends_with(|it: char| it.is_lowercase() || it == ')')
            && !before.ends_with("Mc")
            && !before.ends_with("Mac");
        if it == '\t' || wide || junction {
            cuts.push(at);
        }
    }
    cuts.push(text.len());
    let mut names = Vec::new();
    let mut start = 0;
    for cut in cuts {
        let piece = &text[start..cut];
        let left = piece.len() - piece.trim_start_matches(is_space).len();
        let length = piece.trim_matches(is_space).len();
        if length > 0 {
            names.push((start + left, start + left + length));
        }
        start = cut;
    }
    let fit = names.iter().all(|&(from, to)| {
        text[from..to].chars().count() <= NAME_CHARS && text[from..to].contains(char::is_alphabetic)
    });
    (fit && (2..=NAMES_MAX).contains(&names.len())).then_some(names)
}

/// The names of a title that is a header with single spaces: `Crime Total Solved`.
fn spaced_names(text: &str) -> Option<Vec<(usize, usize)>> {
    let mut names = Vec::new();
    let mut start = 0;
    for word in text.split(is_space) {
        names.push((start, start + word.len()));
        start += word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    names.retain(|it| it.0 < it.1);
    let known = |&(from, to): &(usize, usize)| FIGURE_NAMES.contains(&text[from..to].to_lowercase().as_str());
    (names.len() >= 2 && names[1..].iter().all(known) && !known(&names[0])).then_some(names)
}

/// What each figure after the first is to it, as far as names tell; `None` is unknown.
pub(super) fn roles(names: &[&str]) -> Vec<Option<Role>> {
    let said = |name: &str, words: &[&str]| words.iter().any(|it| name.contains(it));
    names
        .iter()
        .skip(1)
        .map(|name| {
            let lower = name.to_lowercase();
            if super::lines::is_year(name) || said(&lower, &COMPARABLE) {
                Some(Role::Comparable)
            } else if said(&lower, &NESTED) {
                Some(Role::Nested)
            } else {
                None
            }
        })
        .collect()
}

/// Whether the first of the names stands over figures, so that the label has none.
pub(super) fn lacks_label_name(first: &str, schema: Option<&TableSchema>) -> bool {
    let names = |it: &ColumnSchema| {
        is_figure(it)
            && (it.name.eq_ignore_ascii_case(first) || it.aliases.iter().any(|it| it.eq_ignore_ascii_case(first)))
    };
    FIGURE_NAMES.contains(&first.to_lowercase().as_str()) || schema.is_some_and(|it| it.columns.iter().any(names))
}

/// Whether a column is declared to hold figures, not labels.
pub(super) fn is_figure(column: &ColumnSchema) -> bool {
    !matches!(column.kind, ColumnType::Label | ColumnType::Text)
}

/// The least and the most figures that a declared table has in a row.
pub(super) fn declared_range(schema: &TableSchema) -> (usize, usize) {
    let figures = schema.columns.iter().filter(|it| is_figure(it));
    (figures.clone().filter(|it| !it.optional).count().max(1), figures.count().max(1))
}

/// How many tokens the widest row prints apart.
pub(super) fn tokens_max(rows: &[RawRow]) -> usize {
    rows.iter().map(|it| it.tokens.len()).max().unwrap_or(1)
}

/// Whether most lines print a space between label and figures.
pub(super) fn are_apart(rows: &[RawRow]) -> bool {
    rows.iter().filter(|it| it.apart).count() * 2 > rows.len()
}
