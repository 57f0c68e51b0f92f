//! Short forms that SQL writes at length: `previous(x) along day`,
//! `avg(x) over 7 along day`, `sum(x) by region`, `extract(year from day)`.
//!
//! Each becomes the SQL that means the same, token by token, before it is
//! parsed. A frame of GROUPS marks what was written in short: it goes by the
//! key of the table where it names no series, as SQL never does.

use std::sync::LazyLock;

use regex::Regex;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use super::dialect::{column_of, fault};
use crate::error::Result;

// What may stand inside OVER ( … ), which elsewhere are plain names.
const IN_OVER: [&str; 14] = [
    "and",
    "asc",
    "between",
    "by",
    "current",
    "desc",
    "following",
    "order",
    "partition",
    "preceding",
    "row",
    "rows",
    "range",
    "unbounded",
];

/// Puts SQL in place of the short forms.
pub(super) fn expand(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let tokens: Vec<TokenWithSpan> =
        tokens.into_iter().filter(|it| !matches!(it.token, Token::Whitespace(_))).collect();
    let mut expanded = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(it) = tokens.get(at) {
        let after_call = at > 0 && tokens[at - 1].token == Token::RParen;
        if after_call && is_word(it, "over") && tokens.get(at + 1).is_some_and(|it| it.token == Token::LParen) {
            at = window(&tokens, at, &mut expanded);
        } else if after_call && ["over", "along", "by"].iter().any(|word| is_word(it, word)) {
            at = short(&tokens, at, &mut expanded)?;
        } else if let Some(field) = extracted(&tokens[at..]) {
            // `extract(year from day)` is year(day).
            expanded.extend([field.clone(), tokens[at + 1].clone()]);
            at += 4;
        } else {
            expanded.push(it.clone());
            at += 1;
        }
    }
    Ok(expanded)
}

/// Writes windows in short again, for messages.
pub(super) fn shown(text: &str) -> String {
    static WINDOW: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r" OVER \((?:PARTITION BY (.+?))?(?: ?ORDER BY (.+?) GROUPS (UNBOUNDED|\d+) PRECEDING)?\)")
            .expect("the pattern is fixed")
    });
    let replaced = WINDOW.replace_all(text, |found: &regex::Captures<'_>| {
        // What was written as SQL stays so.
        if found.get(1).is_some_and(|it| it.as_str().contains(" ORDER BY ")) {
            return found[0].to_owned();
        }
        let rows = found.get(3).and_then(|it| it.as_str().parse::<u32>().ok()).map(|it| it.saturating_add(1));
        let mut out = rows.map_or_else(String::new, |it| format!(" over {it}"));
        if let Some(along) = found.get(2) {
            out.push_str(&format!(" along {}", along.as_str()));
        }
        match found.get(1).map(|it| it.as_str()) {
            Some(by) if by.contains(',') => out.push_str(&format!(" by ({by})")),
            Some(by) => out.push_str(&format!(" by {by}")),
            None => {}
        }
        out
    });
    replaced.into_owned()
}

/// Takes a window in SQL's own words, and tells where it ends.
fn window(tokens: &[TokenWithSpan], from: usize, expanded: &mut Vec<TokenWithSpan>) -> usize {
    expanded.push(keyword("over", &tokens[from]));
    let mut depth = 0;
    for (at, it) in tokens.iter().enumerate().skip(from + 1) {
        match &it.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ => {}
        }
        let own = IN_OVER.into_iter().find(|word| is_word(it, word));
        expanded.push(own.map_or_else(|| it.clone(), |word| keyword(word, it)));
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// Takes `[over N] [along COLUMN] [by COLUMN]`, and tells where it ends.
fn short(tokens: &[TokenWithSpan], from: usize, expanded: &mut Vec<TokenWithSpan>) -> Result<usize> {
    let mut at = from;
    let next = |at: usize, word: &str| tokens.get(at).is_some_and(|it| is_word(it, word));
    let mut rows = None;
    if next(at, "over") {
        let count = match tokens.get(at + 1).map(|it| &it.token) {
            Some(Token::Number(text, _)) => text.parse::<u32>().ok().filter(|it| *it > 0),
            _ => None,
        };
        let place = column_of(tokens[at].span.start);
        rows = Some(count.ok_or_else(|| fault(format!("over expects a number of rows{place}")).hint(HINT))?);
        at += 2;
        if !next(at, "along") {
            return Err(fault(format!("the order of these rows is not given{place}")).hint(HINT));
        }
    }
    let mut along = None;
    if next(at, "along") {
        along = Some(column(tokens, at + 1)?);
        at += 2;
    }
    let mut by = Vec::new();
    if next(at, "by") {
        let listed = tokens.get(at + 1).is_some_and(|it| it.token == Token::LParen);
        at += 1 + usize::from(listed);
        by.push(column(tokens, at)?);
        at += 1;
        while listed && tokens.get(at).is_some_and(|it| it.token == Token::Comma) {
            by.push(column(tokens, at + 1)?);
            at += 2;
        }
        if listed {
            if tokens.get(at).is_none_or(|it| it.token != Token::RParen) {
                return Err(fault("by expects columns in parentheses").hint("write by (area, sex)"));
            }
            at += 1;
        }
    }
    emit(&tokens[from], (rows, along, &by), expanded);
    Ok(at)
}

const HINT: &str = "write avg(x) over 7 along day";

fn emit(
    like: &TokenWithSpan,
    (rows, along, by): (Option<u32>, Option<TokenWithSpan>, &[TokenWithSpan]),
    expanded: &mut Vec<TokenWithSpan>,
) {
    let of = |token: Token| TokenWithSpan { token, span: like.span };
    let words = |expanded: &mut Vec<TokenWithSpan>, all: &[&str]| {
        expanded.extend(all.iter().map(|it| keyword(it, like)));
    };
    words(expanded, &["over"]);
    expanded.push(of(Token::LParen));
    if !by.is_empty() {
        words(expanded, &["partition", "by"]);
        for (place, it) in by.iter().enumerate() {
            if place > 0 {
                expanded.push(of(Token::Comma));
            }
            expanded.push(it.clone());
        }
    }
    if let Some(along) = along {
        words(expanded, &["order", "by"]);
        expanded.push(along);
        words(expanded, &["groups"]);
        match rows {
            Some(rows) => expanded.push(of(Token::Number((rows - 1).to_string(), false))),
            None => words(expanded, &["unbounded"]),
        }
        words(expanded, &["preceding"]);
    }
    expanded.push(of(Token::RParen));
}

fn column(tokens: &[TokenWithSpan], at: usize) -> Result<TokenWithSpan> {
    match tokens.get(at) {
        Some(it) if matches!(it.token, Token::Word(_)) => Ok(it.clone()),
        _ => {
            let before = &tokens[at - 1];
            Err(fault(format!("expected the name of a column after {}{}", before.token, column_of(before.span.start))))
        }
    }
}

/// The field of `extract ( field from`.
fn extracted(tokens: &[TokenWithSpan]) -> Option<&TokenWithSpan> {
    let [name, open, field, from, ..] = tokens else { return None };
    let fits = is_word(name, "extract") && open.token == Token::LParen && is_word(from, "from");
    (fits && matches!(field.token, Token::Word(_))).then_some(field)
}

fn is_word(it: &TokenWithSpan, word: &str) -> bool {
    matches!(&it.token, Token::Word(Word { value, quote_style: None, .. }) if value.eq_ignore_ascii_case(word))
}

fn keyword(word: &str, like: &TokenWithSpan) -> TokenWithSpan {
    TokenWithSpan { token: Token::make_keyword(word), span: like.span }
}
