//! Mentions with a form of their own: list marks, telephone numbers, times,
//! dates, multiples, ordinals.

use super::dates;
use super::hedge::{self, Hedge};
use super::mention::MentionKind;
use super::numeral::{self, Form, whole};
use super::scan::Found;
use super::tokens::Token;
use super::values::{self, is_plural};
use super::words::{ordinal, ordinal_scale};
use crate::table::month;

/// `3.` or `3)` that begins a paragraph.
pub(super) fn list_mark(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let marks = at == 0 && tokens[at].is_number() && tokens[at].text.len() <= 3;
    let behind = tokens.get(1).filter(|it| matches!(it.text, "." | ")") && !it.spaced)?;
    (marks && behind.end() > 0 && tokens.len() > 2 && tokens[2].spaced).then(|| Found::plain(1, MentionKind::ListMark))
}

/// Digits in groups with hyphens, seven or more in all: `+1-222-2222`.
pub(super) fn phone(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let plus = usize::from(tokens[at].text == "+" || tokens[at].text == "(");
    let mut end = at + plus;
    let mut count = 0;
    let mut groups = 0;
    while let Some(it) = tokens.get(end).filter(|it| it.is_number() && it.text.bytes().all(|it| it.is_ascii_digit())) {
        count += it.text.len();
        groups += 1;
        end += 1;
        let tied = tokens.get(end).is_some_and(|it| matches!(it.text, "-" | "/" | ")") && !it.spaced);
        let next = tokens.get(end + 1).is_some_and(|it| it.is_number() && (!it.spaced || tokens[end].text == ")"));
        if !(tied && next) {
            break;
        }
        end += 1;
    }
    let called = groups >= 3 || plus == 1 && groups >= 2;
    let dated = dates::read(&tokens[..end.min(tokens.len())], at).is_some();
    (called && count >= 7 && !dated).then(|| Found::plain(end, MentionKind::Phone))
}

/// `10:20`, `2.13 am`, `8 p.m.`.
pub(super) fn time(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let number = |at: usize| tokens.get(at).filter(|it| it.is_number());
    let hour: u32 = number(at)?.text.split('.').next()?.parse().ok().filter(|it| *it <= 24)?;
    let colon = tokens.get(at + 1).is_some_and(|it| it.text == ":" && !it.spaced)
        && number(at + 2).is_some_and(|it| !it.spaced && it.text.split('.').next().is_some_and(|it| it.len() == 2));
    let mut end = at + if colon { 3 } else { 1 };
    while colon && tokens.get(end).is_some_and(|it| it.text == ":" && !it.spaced) && number(end + 1).is_some() {
        end += 2;
    }
    // A number of three decimals is no time of day: 2.123 am is a length.
    let decimals = tokens[at].text.split_once('.').map_or(0, |it| it.1.len());
    let fits = hour <= 12 && (decimals == 0 || decimals == 2);
    let is = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|it| words.contains(&&*it.lower));
    if is(end, &["am", "pm"]) && fits {
        let measure =
            !colon && decimals == 2 && is(end, &["am"]) && tokens[end].spaced && tokens[at].text.starts_with("0.");
        return (!measure).then(|| Found::plain(end + 1, MentionKind::Time));
    }
    if is(end, &["a", "p"]) && is(end + 1, &["."]) && is(end + 2, &["m"]) && fits {
        let dot = usize::from(is(end + 3, &["."]));
        return Some(Found::plain(end + 3 + dot, MentionKind::Time));
    }
    if is(end, &["o'clock"]) {
        return Some(Found::plain(end + 1, MentionKind::Time));
    }
    colon.then(|| Found::plain(end, MentionKind::Time))
}

/// A date or a period, where more than a bare year is printed.
pub(super) fn date(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let it = dates::read(tokens, at)?;
    let bare = it.until.is_none() && it.from.month.is_none() && it.from.day.is_none();
    let years = it.until.is_some_and(|until| {
        let year = |it: Option<i16>| it.is_some_and(|it| (1500..2100).contains(&it));
        until.month.is_none() && !(year(it.from.year) && year(until.year))
    });
    if bare || years {
        return None;
    }
    // `In January 25 people`: what follows a day is no plural.
    let day_last = it.from.day.is_some() && it.from.year.is_none() && it.until.is_none();
    let named = tokens[at].is_word() && month(&tokens[at].lower).is_some() || tokens[at].is_capital();
    let plural = tokens.get(it.end).is_some_and(|it| it.is_word() && !it.is_capital() && is_plural(&it.lower));
    (!(day_last && named && plural)).then(|| day(it))
}

pub(super) fn day(it: dates::Dated) -> Found {
    let period = it.until.is_some() || it.days.is_some() || it.from.day.is_none();
    let kind = if period { MentionKind::Period } else { MentionKind::Date };
    Found { start: Some(it.start), dated: Some(it), ..Found::plain(it.end, kind) }
}

/// `doubled`, `more than doubled`, `twice`, `nearly tripled`.
pub(super) fn factor(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let hedged = hedge::read(tokens, at);
    let (start, hedge) = hedged.unwrap_or((at, Hedge::Exact));
    let (factor, _) = values::factor(&tokens.get(start)?.lower)?;
    // A double room, a triple jump, and twice a year are no change.
    let word = &*tokens[start].lower;
    let noun = matches!(word, "double" | "triple") && tokens.get(start + 1).is_none_or(|it| !it.is("the"));
    let often =
        matches!(word, "twice" | "thrice") && tokens.get(start + 1).is_none_or(|it| !it.is("as") && !it.is("the"));
    if noun || often {
        return None;
    }
    let (inner, outer) = values::multiple(hedge, &factor);
    let found = Found::plain(start + 1, MentionKind::Multiple);
    Some(Found {
        value: Some(factor.clone()),
        inner: Some(inner),
        outer: Some(outer),
        hedged: hedged.is_some(),
        unit: factor,
        ..found
    })
}

/// `21st`, `first`, `twenty-fifth`, `one hundred twenty-fifth`.
pub(super) fn rank(tokens: &[Token<'_>], at: usize) -> Option<Found> {
    let made = |end: usize, value: i128| {
        let found = Found::plain(end, MentionKind::Rank);
        Some(Found { value: Some(whole(value)), ..found })
    };
    let token = &tokens[at];
    if token.is_number() {
        let suffix = tokens.get(at + 1).filter(|it| !it.spaced)?;
        let fits = matches!(&*suffix.lower, "st" | "nd" | "rd" | "th");
        return if fits { made(at + 2, token.text.replace(',', "").parse().ok()?) } else { None };
    }
    let before = numeral::read(tokens, at).filter(|it| it.form == Form::Words);
    let (mut next, mut value) = before.map_or((at, whole(0)), |it| (it.end, it.value));
    let started = next > at;
    next += usize::from(started && tokens.get(next).is_some_and(|it| it.is_dash() || it.is("and")));
    let word = tokens.get(next).filter(|it| it.is_word())?;
    if let Some(exponent) = ordinal_scale(&word.lower) {
        let lead = usize::from(tokens[at].is("a"));
        let factor = if started { value.clone() } else { whole(1) };
        let bare = (started && value != whole(1)) || (!started && lead == 0);
        value = factor * numeral::power(i32::try_from(exponent).ok()?);
        return if bare { made(next + 1, i128::from(numeral::as_whole(&value)?)) } else { None };
    }
    let last = ordinal(&word.lower)?;
    let sum = numeral::as_whole(&value)?;
    // `two third` is no rank, `one hundred twenty fifth` and `thirty-second` are.
    let joins = !started || (last < 10 && sum % 10 == 0) || (sum % 100 == 0);
    let second = word.is("second") && tokens.get(next + 1).is_some_and(|it| it.is("half"));
    (joins && !second).then(|| made(next + 1, i128::from(sum) + i128::from(last))).flatten()
}
