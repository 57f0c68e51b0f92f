//! How much of a period the notes under a table say is covered.
//!
//! `days` finds the days that a note names or counts, `wording` says whether
//! they are said to be left out, or to be all there is. A note that says
//! anything else of its days (an event, another publication, one district)
//! says nothing here: it is better to miss a note than to misread one.

mod days;
mod wording;

use std::collections::BTreeSet;

use jiff::civil::Date;

use self::days::{Group, What};
use self::wording::Wording;
use super::page::printed::{self, Token};
use super::{Footnote, Format, Page};
use crate::table::{Coverage, Period};

/// Longer periods have no notes on single days.
const DAYS_MAX: usize = 400;
/// So many words of a note are read.
const TOKENS_MAX: usize = 2_000;

/// What notes say of the days of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stated {
    /// Nothing.
    Nothing,
    /// That some are missing, but not which or how many.
    Vague,
    /// How many are covered.
    Days(Coverage),
}

/// How much of a period the notes of a page say is covered: all of it where they
/// do not speak of days, `None` where they do without saying which or how many.
pub(super) fn of_page(footnotes: &[Footnote], period: Period) -> Option<Coverage> {
    match stated(footnotes, period) {
        Stated::Nothing => Some(Coverage { days: period.days(), of: period.days() }),
        Stated::Vague => None,
        Stated::Days(it) => Some(it),
    }
}

/// How much of a period the notes of a file of another form say is covered;
/// `None` where they do not say. A CSV file may have lost the notes of its page.
fn of_file(footnotes: &[Footnote], period: Period) -> Option<Coverage> {
    match stated(footnotes, period) {
        Stated::Days(it) => Some(it),
        Stated::Nothing | Stated::Vague => None,
    }
}

impl Page {
    /// Works out again how much is covered, once its period is known for sure.
    pub fn cover(&mut self, period: Period, format: Format) {
        let of = if format == Format::Page { of_page } else { of_file };
        self.coverage = of(&self.footnotes, period);
    }
}

/// Reads what notes say of the days of a period.
fn stated(footnotes: &[Footnote], period: Period) -> Stated {
    let days = period.start.series(jiff::Span::new().days(1)).take_while(|it| *it <= period.end);
    let days: Vec<Date> = days.take(DAYS_MAX + 1).collect();
    if days.len() > DAYS_MAX {
        return Stated::Nothing;
    }
    let mut notes = Notes { days: &days, named: BTreeSet::new(), counted: 0, says: false, vague: false };
    for footnote in footnotes {
        for clause in clauses(&footnote.text) {
            notes.take(&clause);
        }
    }
    notes.sum(period.days())
}

/// Gathers what clauses say.
struct Notes<'a> {
    days: &'a [Date],
    /// The missing days that are named, by their index.
    named: BTreeSet<usize>,
    /// How many are counted without being named.
    counted: usize,
    says: bool,
    vague: bool,
}

impl Notes<'_> {
    fn take(&mut self, tokens: &[Token]) {
        let mut at = 0;
        let mut found = false;
        while at < tokens.len() {
            let Some(group) = days::group(tokens, at, self.days) else {
                at += 1;
                continue;
            };
            found = true;
            self.judge(tokens, &group);
            at = group.end;
        }
        self.vague |= !found && wording::is_vague(tokens);
    }

    fn judge(&mut self, tokens: &[Token], group: &Group) {
        let count = self.days.len();
        let Some(wording) = wording::of(tokens, group, count) else { return };
        match (&group.what, wording) {
            (What::Days(named), Wording::Missing) => self.named.extend(named),
            (What::Days(named), Wording::Covered) => self.named.extend((0..count).filter(|it| !named.contains(it))),
            (What::Days(named), Wording::Until) => {
                self.named.extend(named.last().map_or(0, |it| it + 1)..count);
            }
            (What::Count(missing), Wording::Missing) => self.counted += (*missing).min(count),
            (What::Count(covered), Wording::Covered) => self.counted += count.saturating_sub(*covered),
            _ => return,
        }
        self.says = true;
    }

    fn sum(&self, of: u32) -> Stated {
        // A note that counts the days and names them says one thing twice.
        let missing = u32::try_from(self.named.len().max(self.counted)).unwrap_or(u32::MAX);
        match (self.says, self.vague) {
            (true, _) => Stated::Days(Coverage { days: of.saturating_sub(missing), of }),
            (false, true) => Stated::Vague,
            (false, false) => Stated::Nothing,
        }
    }
}

/// The clauses of a note, as words.
fn clauses(text: &str) -> Vec<Vec<Token>> {
    let plain = text.replace('’', "'").replace("n't", " not").replace("cannot", "can not").replace("'s", "");
    let mut clauses = Vec::new();
    let mut start = 0;
    for (at, sign) in plain.char_indices() {
        let ends = match sign {
            ';' | '!' => true,
            '.' => ends_sentence(&plain[start..at], &plain[at + 1..]),
            _ => false,
        };
        if ends {
            clauses.push(&plain[start..at]);
            start = at + 1;
        }
    }
    clauses.push(&plain[start..]);
    let words = |it: &str| {
        let mut tokens = printed::tokens(it);
        tokens.truncate(TOKENS_MAX);
        tokens
    };
    clauses.into_iter().map(words).filter(|it| !it.is_empty()).collect()
}

/// Whether a full stop ends a sentence: not in `Jan. 28`.
fn ends_sentence(before: &str, after: &str) -> bool {
    let next = after.trim_start();
    let word = before.rsplit(|it: char| !it.is_alphabetic()).next().unwrap_or("");
    let short = matches!(printed::tokens(word)[..], [Token::Month(_) | Token::Weekday(_)]) && word.len() <= 4;
    next.len() < after.len() && next.starts_with(char::is_uppercase) && !short
}

#[cfg(test)]
mod tests;
