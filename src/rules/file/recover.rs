//! Reads all of a rule file that can be read, and tells everything that cannot.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::fault::Places;
use super::written::RuleFile;
use crate::error::{Error, Result};

// A file with more faults than this is no rule file that was nearly right.
const FAULTS_MAX: usize = 50;

/// Parses the rule file that begins at a byte; rules and keys that cannot be read are left
/// out, and told.
pub(super) fn parse_all(places: &Places, start: usize, text: &str) -> Result<(RuleFile, Vec<Error>)> {
    let mut text = text.to_owned();
    let mut errors: Vec<Error> = Vec::new();
    loop {
        let error = match places.parse_from(start, &text) {
            Ok(file) => return Ok((file, errors)),
            Err(error) => error,
        };
        // Of a key that was left out it is known that it is not there.
        let is_left_out = !errors.is_empty() && error.message().starts_with("missing key");
        let place = error.place().map(|it| (it.line, it.column));
        let cut = place.and_then(|it| faulty(&text, it)).filter(|_| errors.len() < FAULTS_MAX && !is_left_out);
        if !is_left_out {
            errors.push(error);
        }
        let Some(cut) = cut else { return Err(together(errors)) };
        // Blanks keep the place of what follows.
        let blank: String = text[cut.clone()].chars().flat_map(blank_for).collect();
        text.replace_range(cut, &blank);
    }
}

fn blank_for(it: char) -> impl Iterator<Item = char> {
    std::iter::repeat_n(if it == '\n' { '\n' } else { ' ' }, it.len_utf8())
}

/// All errors as the first of them, in the order of their places.
pub(super) fn together(mut errors: Vec<Error>) -> Error {
    errors.sort_by_key(|it| it.place().map(|it| (it.file.clone(), it.line, it.column)));
    let first = errors.remove(0);
    first.with_others(errors)
}

/// What is to be left out for a fault at a line and column: the rule that it is in, else the
/// key, else the table whose heading it is in.
fn faulty(text: &str, (line, column): (u32, u32)) -> Option<Range<usize>> {
    if let Some(stanza) = stanza_at(text, line) {
        return Some(stanza);
    }
    // What is no TOML has no keys.
    let parsed = DeTable::parse(text).ok()?;
    let at = offset(text, line, column);
    if let Some((cut, is_inline)) = key_at(text, parsed.get_ref(), at, false) {
        return Some(if is_inline { with_comma(text, cut) } else { cut });
    }
    heading_at(text, line)
}

fn offset(text: &str, line: u32, column: u32) -> usize {
    let before = (line as usize).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let rest = &text[start..];
    start + rest.char_indices().nth((column as usize).saturating_sub(1)).map_or(rest.len(), |it| it.0)
}

/// The innermost key with its value around a byte, and whether it stands in a table in braces.
fn key_at(text: &str, table: &DeTable<'_>, at: usize, is_inline: bool) -> Option<(Range<usize>, bool)> {
    for (key, value) in table {
        let (key, span) = (key.span(), value.span());
        let own = key.start..key.end.max(span.end);
        let inner = match value.get_ref() {
            DeValue::Table(inner) => {
                key_at(text, inner, at, text.get(span.clone()).is_some_and(|it| it.starts_with('{')))
            }
            DeValue::Array(list) => list.iter().find_map(|it| match it.get_ref() {
                DeValue::Table(inner) => {
                    key_at(text, inner, at, text.get(it.span()).is_some_and(|it| it.starts_with('{')))
                }
                _ => None,
            }),
            _ => None,
        };
        if inner.is_some() {
            return inner;
        }
        // A table under a heading of its own is no value beside its key.
        let beside = span.start >= key.end && text.get(key.end..span.start).is_some_and(|it| it.trim() == "=");
        if beside && own.contains(&at) {
            return Some((own, is_inline));
        }
    }
    None
}

/// A key in braces with the comma behind it, or the one before it.
fn with_comma(text: &str, cut: Range<usize>) -> Range<usize> {
    let behind = &text[cut.end..];
    let gap = behind.len() - behind.trim_start().len();
    if behind.trim_start().starts_with(',') {
        return cut.start..cut.end + gap + 1;
    }
    let before = text[..cut.start].trim_end();
    if before.ends_with(',') { before.len() - 1..cut.end } else { cut }
}

/// A table from its heading in a line to the next heading.
fn heading_at(text: &str, line: u32) -> Option<Range<usize>> {
    let mut start = None;
    let mut offset = 0;
    for (number, it) in (1..).zip(text.split_inclusive('\n')) {
        if it.trim_start().starts_with('[') && number >= line {
            match start {
                None if number > line => return None,
                None => start = Some(offset),
                Some(start) => return Some(start..offset),
            }
        }
        offset += it.len();
    }
    start.map(|start| start..offset)
}

/// The rule that a line belongs to: from its heading to the next heading.
pub(crate) fn stanza_at(text: &str, line: u32) -> Option<Range<usize>> {
    let mut offset = 0;
    let mut start = None;
    for (number, it) in (1..).zip(text.split_inclusive('\n')) {
        let named = it.trim_start_matches(['[', ' ']).starts_with(char::is_alphabetic);
        // `[rules.sum]` is a part of the rule above it.
        let is_part = it.trim_start().starts_with("[rules.");
        if it.trim_start().starts_with('[') && it.trim_end().ends_with(']') && named && !is_part {
            if number > line {
                return start.map(|start| start..offset);
            }
            start = it.trim().eq("[[rules]]").then_some(offset);
        }
        offset += it.len();
    }
    start.map(|start| start..offset)
}
