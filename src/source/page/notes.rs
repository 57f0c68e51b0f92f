//! Reads what stands under a table: its source, its footnotes, the days they miss.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::blocks::Block;
use super::lines::Line;
use super::printed::{self, Token};
use crate::source::{Footnote, Page};
use crate::table::{Coverage, Document, Period, Span, is_space};

const MISSING: [&str; 12] = [
    "missing",
    "unavailable",
    "not available",
    "no data",
    "no figures",
    "incomplete",
    "excluded",
    "excluding",
    "not included",
    "not counted",
    "omitted",
    "without",
];
const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Puts source and footnotes of all blocks in place.
pub(super) fn read(document: &Document, lines: &[Line], blocks: &[Block], page: &mut Page) {
    for block in blocks {
        if let (None, Some(&source)) = (&page.source, block.sources.first()) {
            let text = document.slice(lines[source].body);
            let name = text.split_once(':').map_or(text, |it| it.1).trim_matches(is_space);
            page.source = Some(name.to_owned());
        }
        for &(first, last) in &block.footnotes {
            let span = Span { start: lines[first].body.start, end: lines[last].body.end };
            let words: Vec<&str> = document.slice(span).split_whitespace().collect();
            let text = words.join(" ");
            let text =
                text.trim_start_matches(|it: char| matches!(it, '*' | '†' | '‡' | '¹' | '²' | '³') || is_space(it));
            page.footnotes.push(Footnote { text: text.to_owned(), span });
        }
    }
}

/// How much of a period is covered, as the footnotes have it.
///
/// All of it where no footnote speaks of missing days; `None` where one does
/// without saying which or how many.
pub(super) fn coverage(footnotes: &[Footnote], period: Period) -> Option<Coverage> {
    let of = period.days();
    let mut missing = BTreeSet::new();
    let mut counted = 0;
    for footnote in footnotes {
        let lower = footnote.text.to_lowercase();
        if !MISSING.iter().any(|it| lower.contains(it)) {
            continue;
        }
        let tokens = printed::tokens(&footnote.text);
        let dates = dates(&tokens, period);
        let days = count_of_days(&tokens);
        if dates.is_empty() && days.is_none() {
            return None;
        }
        if dates.is_empty() {
            counted += days.unwrap_or(0);
        }
        missing.extend(dates);
    }
    let gone = u32::try_from(missing.len()).unwrap_or(u32::MAX).saturating_add(counted);
    Some(Coverage { days: of.saturating_sub(gone), of })
}

/// The days of a period that a note names: `June 16 and 19`, `June 16 to 18`, `Tuesday`.
fn dates(tokens: &[Token], period: Period) -> BTreeSet<Date> {
    let days: Vec<Date> =
        period.start.series(jiff::Span::new().days(1)).take_while(|it| *it <= period.end).take(400).collect();
    let find = |month: i8, day: i16| days.iter().position(|it| it.month() == month && i16::from(it.day()) == day);
    let mut found = BTreeSet::new();
    let (mut month, mut last, mut range) = (None, None, false);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Month(it) => month = Some(*it),
            Token::Number(day, 1 | 2) => {
                // `16 June` names its month behind the day.
                let behind = if let Some(Token::Month(it)) = tokens.get(at + 1) { Some(*it) } else { None };
                let this = behind.or(month).and_then(|it| find(it, *day));
                if let Some(this) = this {
                    let from = if range { last.unwrap_or(this) } else { this };
                    found.extend(days.get(from..=this).unwrap_or(&[]));
                }
                (last, range) = (this, false);
            }
            Token::Full(date) => found.extend(days.iter().filter(|it| *it == date)),
            Token::Weekday(it) if days.len() <= 7 => found.extend(days.iter().filter(|day| day.weekday() == *it)),
            Token::Until => range = last.is_some(),
            Token::Word(word) if word == "and" => {}
            _ => (month, last, range) = (None, None, false),
        }
    }
    found
}

/// `for two days`, `3 days`.
fn count_of_days(tokens: &[Token]) -> Option<u32> {
    tokens.windows(2).find_map(|pair| {
        let counts = matches!(&pair[1], Token::Word(it) if it == "days" || it == "day");
        match &pair[0] {
            Token::Number(it, _) if counts => u32::try_from(*it).ok(),
            Token::Word(it) if counts => {
                let at = NUMBERS.iter().position(|word| word == it)?;
                u32::try_from(at + 1).ok()
            }
            _ => None,
        }
    })
}
