//! The forms that words of a story and of a table are compared in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use super::super::table;
use super::super::tokens::Token;
use super::super::words::{Atom, atom, ordinal};

/// Words that name nothing of a table.
#[rustfmt::skip]
const PLAIN: &[&str] = &[
    "a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "from", "with", "and", "or", "per", "as", "is", "was", "are", "were",
    "whom", "which", "that", "this", "its", "it", "all", "no", "number", "not", "be", "been", "than", "s",
];

/// Words that mean the same in a table's headings and in a story beside it.
#[rustfmt::skip]
const ALIKE: &[&[&str]] = &[
    &["temp", "temperature"], &["max", "maximum", "maxima"], &["min", "minimum", "minima"], &["crime", "offence", "offense"],
    &["homicide", "killing", "murder"], &["budget", "spending", "expenditure"], &["rain", "rainfall", "wet", "wettest", "driest"], &["snow", "snowiest", "snowfall"],
    &["sun", "sunshine", "sunniest"], &["price", "dearest", "cheapest"], &["no", "noes"], &["yes", "ayes"], &["hour", "h"], &["resident", "inhabitant", "population"], &["employee", "staff"],
    &["bicycle", "bike", "cycling"], &["vacancy", "vacant"], &["seat", "mandate"], &["ballot", "vote", "voted"], &["mean", "average", "avg"], &["gust", "wind"], &["winning", "winner"],
];

/// A word in the form in which it is compared.
pub(super) fn form(word: &str) -> String {
    if let Some(it) = ordinal(word) {
        return format!("#{it}");
    }
    if word.starts_with(|it: char| it.is_ascii_digit()) {
        return word.replace(',', "");
    }
    let stem = table::form(word);
    let class = class(&stem).into_iter().chain(class(word)).min();
    class.map_or(stem, |it| ALIKE[it][0].to_owned())
}

/// Which words a word means the same as, by their place in the list.
fn class(word: &str) -> Option<usize> {
    static PLACES: OnceLock<HashMap<&str, usize>> = OnceLock::new();
    PLACES.get_or_init(|| table::places(ALIKE)).get(word).copied()
}

/// A number of things, in a word or in digits.
pub(super) fn counted(it: &Token<'_>) -> Option<usize> {
    match atom(&it.lower) {
        Some(Atom::Small(it)) => Some(it.into()),
        _ => it.text.parse().ok(),
    }
}

/// The forms of all words and numbers of a text.
pub(super) fn forms(text: &str) -> Vec<String> {
    // `co2_kt` is two words.
    let text = if text.contains('_') { Cow::Owned(text.replace('_', " ")) } else { Cow::Borrowed(text) };
    let tokens = super::super::tokens::cut(&text, 0);
    tokens.iter().filter(|it| it.is_word() || it.is_number()).map(|it| form(&it.lower)).collect()
}

/// Whether a word names nothing of a table.
pub(super) fn is_plain(form: &str) -> bool {
    form.len() < 2 && !form.starts_with(|it: char| it.is_ascii_digit()) || PLAIN.contains(&form)
}

/// Whether two forms are of one word: `carers` and `care`, `attended` and `attendance`.
pub(super) fn is_akin(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let shared = a.chars().zip(b.chars()).take_while(|it| it.0 == it.1).count();
    // Most words part at once: their lengths need not be known.
    if shared < 4 {
        return false;
    }
    let (long, short) = (a.chars().count().max(b.chars().count()), a.chars().count().min(b.chars().count()));
    shared >= 5 && long - shared <= 4 || shared == short && long - shared <= 2
}

/// Which end of an order a word means, where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    High,
    Low,
    /// `Best` and `worst` are one or the other.
    Either,
}

/// The end of an order that a superlative means.
pub(super) fn superlative(word: &str) -> Option<End> {
    Some(match word {
        "highest" | "largest" | "biggest" | "greatest" | "most" | "strongest" | "warmest" | "hottest" | "busiest"
        | "longest" | "dearest" | "heaviest" | "oldest" | "tallest" | "sunniest" | "wettest" | "deepest"
        | "richest" | "snowiest" | "fiercest" | "steepest" | "costliest" => End::High,
        "lowest" | "smallest" | "fewest" | "least" | "coldest" | "coolest" | "weakest" | "shortest" | "cheapest"
        | "rarest" | "driest" | "youngest" | "mildest" => End::Low,
        "best" | "worst" | "poorest" | "safest" | "fastest" | "slowest" => End::Either,
        _ => return None,
    })
}

/// The form of a word with the one behind its hyphen: `turn-out`.
pub(super) fn compound<'a>(tokens: &[Token<'a>], at: usize) -> Option<Cow<'a, str>> {
    let (first, dash, last) = (tokens.get(at)?, tokens.get(at + 1)?, tokens.get(at + 2)?);
    let tight = dash.is_dash() && !dash.spaced && !last.spaced && first.is_word() && last.is_word();
    tight.then(|| Cow::Owned(format!("{}{}", first.lower, last.lower)))
}
