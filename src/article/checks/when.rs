//! Which edition a sentence speaks of, and whether it speaks of what happened at all.

use std::collections::HashSet;

use super::change::{self, Way};
use super::facts::Facts;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::tokens::Token;
use crate::article::words::{stem, weekday};
use crate::table::{Period, month};

/// The edition that a sentence speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// The one at hand.
    Current,
    /// The one before it.
    Previous,
    /// Another time, or it cannot be told.
    Other,
}

/// What a sentence says beside its numbers, worked out once for all of them.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) when: When,
    /// Which way it says that something went.
    pub(super) way: Option<Way>,
    /// Whether it tells a fact of the place that the tables are about.
    pub(super) is_sure: bool,
    /// The years that it names.
    pub(super) years: Vec<String>,
    /// Its words, as stems.
    pub(super) stems: HashSet<String>,
    /// The first verb of change, and what stands before it, if that is a noun phrase.
    changed: Option<(usize, Vec<String>)>,
}

impl Context {
    /// Reads the sentence of a mention.
    pub(super) fn of(case: &Case<'_>, mention: usize, facts: &Facts<'_>) -> Self {
        let words = case.words(mention);
        let years = case.beside(mention).filter(|it| case.mentions[*it].kind == MentionKind::Year);
        Self {
            when: of(case, mention),
            way: change::way(words),
            is_sure: is_told_as_fact(words) && !is_elsewhere(words, facts),
            years: years.map(|it| case.text(it).to_owned()).collect(),
            stems: words.iter().map(|it| stem(&it.lower)).collect(),
            changed: changed(words).map(|(verb, it)| (case.sentence(mention).start + verb, it)),
        }
    }

    /// What the sentence says to have changed, where its verb stands before a mention.
    pub(super) fn subject(&self, case: &Case<'_>, mention: usize) -> Option<Vec<String>> {
        let (verb, subject) = self.changed.as_ref()?;
        (*verb < case.mentions[mention].tokens.0).then(|| subject.clone())
    }
}

/// What a sentence says to have changed: the words before its verb, where one
/// of them is all that it could be.
fn changed(words: &[Token<'_>]) -> Option<(usize, Vec<String>)> {
    const WORDS_MAX: usize = 6;
    let verb = words.iter().position(|it| change::way(std::slice::from_ref(it)).is_some())?;
    let telling: Vec<&Token<'_>> = words[..verb]
        .iter()
        .filter(|it| !["the", "number", "of", "reported", "has", "have"].contains(&&*it.lower))
        .collect();
    let plain = telling.iter().all(|it| it.is_word()) && (1..=WORDS_MAX).contains(&telling.len());
    plain.then(|| (verb, telling.iter().map(|it| stem(&it.lower)).collect()))
}

/// Which edition the sentence of a mention speaks of.
fn of(case: &Case<'_>, mention: usize) -> When {
    let words = case.words(mention);
    let period = case.material.period;
    let dated = case.beside(mention).filter(|it| {
        matches!(
            case.mentions[*it].kind,
            MentionKind::Year | MentionKind::Date | MentionKind::Period | MentionKind::Duration
        )
    });
    for it in dated {
        if !is_within(case, it, period) {
            return When::Other;
        }
    }
    let mut when = When::Current;
    for (at, token) in words.iter().enumerate() {
        let next = words.get(at + 1).map(|it| &*it.lower);
        let before = at.checked_sub(1).map(|it| &*words[it].lower);
        match &*token.lower {
            "week" | "month" | "year" | "quarter" | "day" => {
                // `the same week of last year`.
                if before == Some("same") || before == Some("last") && at > 1 && words[at - 2].is("of") {
                    return When::Other;
                }
                let unit = fits(&token.lower, period);
                let earlier = matches!(next, Some("earlier" | "before" | "ago"))
                    || matches!(before, Some("previous" | "preceding"));
                match (unit, earlier) {
                    (true, true) => when = When::Previous,
                    (true, false) => {}
                    _ => return When::Other,
                }
            }
            "weeks" | "months" | "years" | "days" | "decade" | "decades" | "annual" | "annually" | "yearly"
            | "monthly" | "daily" | "century" | "ago" | "since" | "average" | "averaged" | "typically" | "usually"
            | "normally" | "today" | "yesterday" | "historically" | "hour" | "hours" | "every" | "once" | "summer"
            | "winter" | "spring" | "autumn" | "season" => {
                return When::Other;
            }
            "so" if next == Some("far") => return When::Other,
            "per" | "each" => return When::Other,
            word => {
                let named = token.is_capital() && at > 0;
                let said = said_on(words, at);
                if named && !said && ((month(word).is_some() && word != "may") || weekday(word).is_some()) {
                    return When::Other;
                }
            }
        }
    }
    when
}

/// Whether a day is only that of a statement: `said on Wednesday`.
fn said_on(words: &[Token<'_>], at: usize) -> bool {
    let on = usize::from(at > 0 && words[at - 1].is("on"));
    let before = at.checked_sub(1 + on).map(|it| &*words[it].lower);
    before.is_some_and(|it| {
        ["said", "told", "announced", "reported", "says", "reporters", "added", "confirmed", "stated", "statement"]
            .contains(&it)
    })
}

/// Whether a stretch of time is as long as the period at hand; where none is known, any is.
fn fits(unit: &str, period: Option<Period>) -> bool {
    let Some(days) = period.map(Period::days) else { return unit != "day" };
    match unit {
        "day" => days == 1,
        "week" => (5..=9).contains(&days),
        "month" => (28..=31).contains(&days),
        "quarter" => (90..=92).contains(&days),
        _ => (365..=366).contains(&days),
    }
}

/// Whether a date of the sentence lies in the period at hand.
fn is_within(case: &Case<'_>, it: usize, period: Option<Period>) -> bool {
    let mention = &case.mentions[it];
    let Some(period) = period else { return false };
    if mention.kind == MentionKind::Year {
        let year = mention.value.as_ref().and_then(crate::article::numeral::as_whole);
        return fits("year", Some(period)) && year == Some(i64::from(period.end.year()));
    }
    let Some(dated) = mention.dated else { return false };
    let day = |it: crate::article::dates::Day| {
        let year = it.year.unwrap_or(period.end.year());
        crate::article::dates::Day { year: Some(year), ..it }.date()
    };
    match (day(dated.from), dated.until.and_then(day)) {
        (Some(from), Some(until)) => from == period.start && until == period.end,
        (Some(from), None) => dated.days.is_some_and(|it| it > 0) && from == period.start,
        _ => false,
    }
}

/// Whether a sentence tells what is, not what may be, was planned or is denied.
pub(in crate::article) fn is_told_as_fact(words: &[Token<'_>]) -> bool {
    !words.iter().any(|it| {
        [
            "would",
            "could",
            "might",
            "should",
            "if",
            "expected",
            "expects",
            "forecast",
            "predicted",
            "planned",
            "plans",
            "target",
            "goal",
            "hope",
            "hoped",
            "not",
            "never",
            "unless",
            "wants",
            "aims",
            "until",
            "didn't",
            "wasn't",
            "weren't",
            "isn't",
            "aren't",
            "projected",
            "suppose",
            "imagine",
            "falsely",
        ]
        .contains(&&*it.lower)
    })
}

/// Nouns that name no other place than the one that a table is about.
#[rustfmt::skip]
const HERE: [&str; 21] = [
    "city", "capital", "country", "nation", "state", "period", "week", "month", "quarter", "year", "table", "figure", "report",
    "statistic", "same", "last", "past", "seven", "whole", "day", "total",
];

/// Whether a sentence names a place that no title at hand names: one with a
/// name, or a part (`in the old town`).
pub(super) fn is_elsewhere(words: &[Token<'_>], facts: &Facts<'_>) -> bool {
    let part = words.windows(3).any(|it| {
        let lead = ["in", "at", "near", "outside", "inside", "within", "across"].contains(&&*it[0].lower);
        let article = ["the", "a", "an", "one", "two", "three", "its", "their", "his", "her"].contains(&&*it[1].lower);
        let noun = stem(&it[2].lower);
        lead && article && it[2].is_word() && !HERE.contains(&noun.as_str()) && !facts.titles.contains(&noun)
    });
    if part {
        return true;
    }
    words.windows(2).any(|pair| {
        let lead = ["in", "at", "across", "near", "outside", "throughout", "from", "for"].contains(&&*pair[0].lower);
        let name = pair[1].is_word()
            && pair[1].is_capital()
            && month(&pair[1].lower).is_none()
            && weekday(&pair[1].lower).is_none();
        lead && name && !facts.titles.contains(&stem(&pair[1].lower))
    })
}
