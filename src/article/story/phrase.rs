//! The words around a number: what leads it, what follows, and which column they name.

use std::collections::HashSet;
use std::ops::Range;

use super::place::{Number, Story};
use super::scene::chunk;
use super::words::{compound, form, is_akin};
use crate::article::judge::Case;
use crate::article::tokens::Token;

/// The words of the sentence before a number, the nearest first.
pub(super) fn before<'a>(case: &Case<'a>, mention: usize, most: usize) -> Vec<&'a str> {
    let tokens = case.tokens(mention);
    let sentence = case.sentence(mention);
    tokens[sentence.start..case.mentions[mention].tokens.0.max(sentence.start)]
        .iter()
        .rev()
        .take(most)
        .map(|it| &*it.lower)
        .collect()
}

/// The words of the sentence behind a number.
pub(super) fn behind<'a>(case: &Case<'a>, mention: usize, most: usize) -> Vec<&'a str> {
    let tokens = case.tokens(mention);
    let end = case.sentence(mention).end;
    let start = case.mentions[mention].tokens.1.min(end);
    tokens[start..end].iter().take(most).map(|it| &*it.lower).collect()
}

/// The stretch of a sentence around a number, up to signs and `while`.
pub(super) fn clause<'a>(case: &Case<'a>, mention: usize) -> &'a [Token<'a>] {
    let tokens = case.tokens(mention);
    &tokens[chunk(tokens, &case.sentence(mention), case.mentions[mention].tokens.0)]
}

/// Whether a clause has one of some words.
pub(super) fn has(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.iter().any(|it| words.contains(&&*it.lower))
}

/// Whether words stand in a stretch in this order, one behind the other.
pub(super) fn says(tokens: &[Token<'_>], words: &[&str]) -> bool {
    tokens.windows(words.len()).any(|it| it.iter().zip(words).all(|(token, word)| token.is(word)))
}

/// Where the words of a number's own end: before it at the number before, behind it at the next.
fn own(case: &Case<'_>, mention: usize) -> (Range<usize>, Range<usize>) {
    let sentence = case.sentence(mention);
    let (start, end) = case.mentions[mention].tokens;
    let tokens = case.tokens(mention);
    let others: Vec<(usize, usize)> = case.beside(mention).map(|it| case.mentions[it].tokens).collect();
    let first = others.iter().map(|it| it.1).filter(|it| *it <= start).max().unwrap_or(sentence.start);
    let last = others.iter().map(|it| it.0).filter(|it| *it >= end).min().unwrap_or(sentence.end);
    let stops = |it: &usize| {
        matches!(tokens[*it].text, "," | ";" | ":" | "(" | ")" | "–" | "—" | ".")
            || matches!(&*tokens[*it].lower, "and" | "while" | "whereas" | "but")
    };
    let last = (end..last.max(end)).find(|it| stops(it)).unwrap_or(last.max(end));
    (first.min(start)..start, end..last)
}

/// The forms of some words.
fn forms(tokens: &[Token<'_>], range: Range<usize>) -> HashSet<String> {
    let mut all: HashSet<String> = tokens[range.clone()].iter().map(|it| form(&it.lower)).collect();
    all.extend(range.filter_map(|it| compound(tokens, it)).map(|it| form(&it)));
    all
}

/// The column that the words around a number name before all others, and whether its own words do.
pub(super) fn column(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<(usize, bool)> {
    let tokens = case.tokens(number.mention);
    let all = &story.sheet.measures;
    let fits: Vec<usize> =
        (0..all.len()).filter(|it| !all[*it].is_change && story.column_score(case, number, *it).is_some()).collect();
    let (first, last) = own(case, number.mention);
    let near = chunk(tokens, &case.sentence(number.mention), case.mentions[number.mention].tokens.0);
    for (step, range) in [last, first, near, case.sentence(number.mention)].into_iter().enumerate() {
        let words = forms(tokens, range);
        let hits = |it: usize| {
            let named = |stem: &&String| words.iter().any(|word| is_akin(word, stem));
            all[it].stems.iter().filter(named).count() * 2
                + all[it].marks.iter().filter(|it| words.contains(*it)).count()
        };
        let counts: Vec<(usize, usize)> = fits.iter().map(|it| (hits(*it), *it)).collect();
        let Some(top) = counts.iter().map(|it| it.0).max().filter(|it| *it > 0) else { continue };
        let best: Vec<usize> = counts.iter().filter(|it| it.0 == top).map(|it| it.1).collect();
        return match best[..] {
            [one] => Some((one, step < 2)),
            _ => latest(story, &best).map(|it| (it, false)),
        };
    }
    None
}

/// Whether what a number counts may be what a measure tells of: by its heading, that of the rows or the title.
pub(super) fn is_about(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, measure: usize) -> bool {
    let nouns: Vec<String> = case.mentions[number.mention].head.nouns.iter().map(|it| form(it)).collect();
    let table = story.sheet.table;
    let keys = story.sheet.keys.iter().flat_map(|it| super::words::forms(&table.columns[*it].name));
    let mut told = story.sheet.measures[measure].stems.clone();
    told.extend(super::words::forms(&table.name).into_iter().chain(keys));
    let plain = |it: &String| super::words::is_plain(it) || matches!(it.as_str(), "more" | "fewer" | "less" | "short");
    nouns.iter().all(plain) || nouns.iter().any(|noun| told.iter().any(|it| is_akin(it, noun)))
}

/// Of columns that differ by their years alone the latest.
fn latest(story: &Story<'_, '_>, all: &[usize]) -> Option<usize> {
    let measure = |it: usize| &story.sheet.measures[it];
    let family = story.sheet.siblings(*all.first()?);
    let alike = all.iter().all(|it| family.contains(it));
    let last = all.iter().copied().max_by_key(|it| measure(*it).time)?;
    alike.then_some(last)
}

/// The columns that tell the same of other times, the earliest first.
pub(super) fn siblings(story: &Story<'_, '_>, measure: usize) -> Vec<usize> {
    story.sheet.siblings(measure)
}

/// The cell of the period before: of the column before, or of the year before.
pub(super) fn previous(story: &Story<'_, '_>, row: usize, measure: usize) -> Option<(usize, usize)> {
    let all = siblings(story, measure);
    if all.len() > 1 {
        let at = all.iter().position(|it| *it == measure)?.checked_sub(1)?;
        return Some((row, all[at]));
    }
    story.sheet.years.as_ref()?;
    Some((row.checked_sub(1)?, measure))
}
