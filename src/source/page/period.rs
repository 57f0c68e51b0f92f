//! Finds the period of a page, and its year where none is printed.
//!
//! A year is taken only if one alone fits: the day of publication settles it,
//! then the edition before, then years that the text ties to its own (`last
//! year` and `in 2004` said of one thing make an article of 2005). The length
//! of the range is a witness: Feb. 23 to March 1 is 7 days in 2005, 8 in 2004.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::{Span as Stretch, ToSpan};

use super::Options;
use super::blocks::Block;
use super::lines::{Class, Line, is_year};
use super::printed::{self, Day, Printed, Token};
use crate::source::Page;
use crate::table::{Document, Period};

/// The usual length of a period where none is known.
const WEEK: u32 = 7;
/// Years before the upper bound that are tried without other evidence.
const YEARS_BACK: i16 = 10;

/// Puts the period of a page in place, with reasons where it was inferred.
pub(super) fn read(document: &Document, lines: &[Line], blocks: &[Block], options: &Options<'_>, page: &mut Page) {
    let stated =
        blocks.iter().find_map(|it| it.period).and_then(|span| Some((span, parse(document.slice(span), options)?)));
    let Some((span, printed)) = stated else { return };
    page.period_span = Some(span);
    let days = options.days.unwrap_or(WEEK);
    let year = printed.end.and_then(|it| it.year).or(printed.start.and_then(|it| it.year));
    if year.is_some() {
        page.period = in_year(&printed, 0, days);
        return;
    }
    let text = document.slice(span);
    let published = options.published.or_else(|| stated_publication(document, lines));
    let witnesses = [
        published.and_then(|it| by_publication(&printed, it, options)),
        by_edition_before(&printed, options),
        by_ties(document, lines, &printed, options),
    ];
    let inferred = agreeing(witnesses).unwrap_or_else(|| by_bound(&printed, text, options));
    (page.period, page.because) = inferred;
    page.period_inferred = page.period.is_some();
}

/// What the first witness says, with the reasons of all who say the same.
fn agreeing(witnesses: impl IntoIterator<Item = Option<Inferred>>) -> Option<Inferred> {
    let mut witnesses = witnesses.into_iter().flatten();
    let (period, mut because) = witnesses.next()?;
    because.extend(witnesses.filter(|it| it.0.is_some() && it.0 == period).flat_map(|it| it.1));
    Some((period, because))
}

type Inferred = (Option<Period>, Vec<String>);

/// How many days a range has, where that is the same in every year.
pub(super) fn steady_period(text: &str, options: &Options<'_>) -> Option<Period> {
    let printed = parse(text, options)?;
    let (common, leap) = (in_year(&printed, 2001, WEEK)?, in_year(&printed, 2004, WEEK)?);
    (common.days() == leap.days()).then_some(common)
}

fn parse(text: &str, options: &Options<'_>) -> Option<Printed> {
    let printed = printed::parse(text)?;
    // One full date above a table is its period only in a daily series.
    (!printed.single || options.days == Some(1)).then_some(printed)
}

/// The period with its first day in a year, if there is one; printed years come first.
fn in_year(printed: &Printed, year: i16, days: u32) -> Option<Period> {
    let date = |it: Day, year: i16| Date::new(it.year.unwrap_or(year), it.month, it.day).ok();
    let span: Stretch = i64::from(days.saturating_sub(1)).days();
    let (start, end) = match (printed.start, printed.end) {
        (Some(start), Some(end)) => {
            let wraps = i16::from((start.month, start.day) > (end.month, end.day));
            (date(start, year)?, date(end, year + wraps)?)
        }
        (Some(start), None) => {
            let start = date(start, year)?;
            (start, start.checked_add(span).ok()?)
        }
        (None, Some(end)) => {
            let end = date(end, year)?;
            (end.checked_sub(span).ok()?, end)
        }
        (None, None) => return None,
    };
    (start <= end).then_some(Period { start, end })
}

/// The length that the period must have: the series', or a week where some year gives one.
fn length(printed: &Printed, years: &[i16], options: &Options<'_>) -> Option<u32> {
    let week = years.iter().filter_map(|&it| in_year(printed, it, WEEK)).any(|it| it.days() == WEEK);
    options.days.or(week.then_some(WEEK))
}

fn by_publication(printed: &Printed, published: Date, options: &Options<'_>) -> Option<Inferred> {
    let days = options.days.unwrap_or(WEEK);
    let years = [published.year(), published.year() - 1];
    let period = years.iter().filter_map(|&it| in_year(printed, it, days)).find(|it| it.end <= published)?;
    if let Some(days) = options.days.filter(|&it| it != period.days()) {
        let because = format!(
            "the range is {} days long in {}, not {days}, although published on {published}",
            period.days(),
            year_of(period)
        );
        return Some((None, vec![because]));
    }
    Some((
        Some(period),
        vec![format!("the page was published on {published}; the last period before that ended on {}", period.end)],
    ))
}

fn by_edition_before(printed: &Printed, options: &Options<'_>) -> Option<Inferred> {
    let before = options.previous_end?;
    let start = before.tomorrow().ok()?;
    let period = in_year(printed, start.year(), options.days.unwrap_or(WEEK)).filter(|it| it.start == start)?;
    Some((
        Some(period),
        vec![format!("it starts on {start}, right after the previous edition, which ends on {before}")],
    ))
}

/// Ties the year to years that the text names.
fn by_ties(document: &Document, lines: &[Line], printed: &Printed, options: &Options<'_>) -> Option<Inferred> {
    let sentences = sentences(document, lines);
    let tie = tie(&sentences)?;
    let years = [tie.year + 1, tie.year];
    let days = length(printed, &years, options);
    let periods: Vec<Period> =
        years.iter().filter_map(|&it| in_year(printed, it, options.days.unwrap_or(WEEK))).collect();
    let bounded = |it: &&Period| options.latest.is_none_or(|latest| it.end <= latest);
    let fitting: Vec<Period> =
        periods.iter().filter(bounded).filter(|it| days.is_none_or(|days| it.days() == days)).copied().collect();
    let firm = tie.shared >= 2;
    let chosen = fitting.iter().find(|it| it.end.year() == tie.year + 1).filter(|_| firm || fitting.len() == 1);
    let article = tie.year + 1;
    let Some(&period) = chosen else {
        let text =
            format!("the text mentions last year and {}, but that does not settle the year of the range", tie.year);
        return Some((None, vec![text]));
    };
    let mut because = vec![format!(
        "the text uses both last year and {} for the same thing, so it was written in {article}",
        tie.year
    )];
    if !firm {
        because[0] = format!("the text mentions last year and {}, so it may be from {article}", tie.year);
    }
    if let Some(other) = periods.iter().find(|it| it.days() != period.days()) {
        because.push(format!(
            "the range is {} days long in {}, but {} in {}",
            period.days(),
            year_of(period),
            other.days(),
            year_of(*other)
        ));
    }
    because.extend(weekday_reason(&sentences, period));
    Some((Some(period), because))
}

fn year_of(period: Period) -> i16 {
    period.end.year()
}

/// Falls back on an upper bound, which settles the year only if one alone fits.
fn by_bound(printed: &Printed, text: &str, options: &Options<'_>) -> Inferred {
    let Some(latest) = options.latest else {
        return (None, vec![format!("no year is printed with \"{text}\", and the page does not show it")]);
    };
    let years: Vec<i16> = (latest.year() - YEARS_BACK..=latest.year()).rev().collect();
    let days = length(printed, &years, options);
    let fitting: Vec<Period> = years
        .iter()
        .filter_map(|&it| in_year(printed, it, options.days.unwrap_or(WEEK)))
        .filter(|it| it.end <= latest && days.is_none_or(|days| it.days() == days))
        .collect();
    match fitting[..] {
        [only] => (
            Some(only),
            vec![format!("{} is the only year before {latest} that gives the usual length", year_of(only))],
        ),
        [] => (None, vec![format!("no year before {latest} gives \"{text}\" the usual length")]),
        _ => {
            let named: Vec<String> = fitting.iter().map(|it| year_of(*it).to_string()).collect();
            (None, vec![format!("no year is printed with \"{text}\", and several fit: {}", named.join(", "))])
        }
    }
}

/// A line that is a full date, or says when the page was published.
fn stated_publication(document: &Document, lines: &[Line]) -> Option<Date> {
    lines.iter().filter(|it| matches!(it.class, Class::Period | Class::Prose | Class::Title | Class::Data)).find_map(
        |it| {
            let text = document.slice(it.body);
            let lead = ["published", "posted", "updated", "last updated", "date"];
            let lower = text.to_ascii_lowercase();
            let said = lead.iter().filter(|it| lower.starts_with(**it)).map(|it| it.len()).max().unwrap_or(0);
            let rest = text[said..].trim_start_matches([':', ' ']);
            let printed = printed::parse(rest.strip_prefix("on ").unwrap_or(rest)).filter(|it| it.single)?;
            Some(in_year(&printed, 0, 1)?.end)
        },
    )
}

/// A year that the text says is the last one.
struct Tie {
    year: i16,
    /// How many words the two sentences share.
    shared: usize,
}

struct Sentence {
    words: BTreeSet<String>,
    last_year: bool,
    years: Vec<i16>,
    weekdays: Vec<Weekday>,
}

fn sentences(document: &Document, lines: &[Line]) -> Vec<Sentence> {
    let told = lines.iter().filter(|it| matches!(it.class, Class::Prose | Class::Title));
    let texts = told.flat_map(|it| document.slice(it.body).split_inclusive(['.', '!', '?']));
    texts.map(Sentence::read).collect()
}

impl Sentence {
    fn read(text: &str) -> Self {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
        let tokens = printed::tokens(text);
        // `every Friday` is a custom, not a day of this week.
        let custom =
            |at: usize| matches!(&tokens[at], Token::Word(it) if matches!(it.as_str(), "every" | "each" | "any"));
        let weekday = |(at, it): (usize, &Token)| match it {
            Token::Weekday(it) if at == 0 || !custom(at - 1) => Some(*it),
            _ => None,
        };
        Self {
            last_year: words.windows(2).any(|it| it == ["last", "year"]),
            years: words.iter().filter(|it| is_year(it)).filter_map(|it| it.parse().ok()).collect(),
            weekdays: tokens.iter().enumerate().filter_map(weekday).collect(),
            words: words.into_iter().filter(|it| it.chars().count() >= 5).map(str::to_owned).collect(),
        }
    }
}

/// The year of the sentence that shares most words with one that says `last year`.
fn tie(sentences: &[Sentence]) -> Option<Tie> {
    let mut best: Option<Tie> = None;
    for last in sentences.iter().filter(|it| it.last_year) {
        for dated in sentences.iter().filter(|it| !it.years.is_empty()) {
            let shared = last.words.intersection(&dated.words).count();
            let year = dated.years.iter().copied().max().unwrap_or_default();
            let better = best.as_ref().is_none_or(|it| (shared, year) > (it.shared, it.year));
            if better {
                best = Some(Tie { year, shared });
            }
        }
    }
    best
}

/// An article of the same week often names its days.
fn weekday_reason(sentences: &[Sentence], period: Period) -> Option<String> {
    let mut named: Vec<Weekday> = sentences.iter().flat_map(|it| it.weekdays.iter().copied()).collect();
    named.sort_by_key(|it| it.to_monday_zero_offset());
    named.dedup();
    let last = period.end.weekday();
    named.contains(&last).then(|| {
        let days: Vec<String> = named.iter().map(|it| format!("{it:?}")).collect();
        format!(
            "the range ends on a {last:?} in {}, and the text names {} as days of its own week",
            year_of(period),
            days.join(" and ")
        )
    })
}
