//! Whether a note says that days are left out, or that they are all there is.

use super::days::{Form, Group, What, word};
use crate::source::page::printed::Token;

/// What is said of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wording {
    /// They are left out.
    Missing,
    /// They are all there is.
    Covered,
    /// Nothing comes after the last of them.
    Until,
}

/// Words for what a table holds.
const DATA: [&str; 22] = [
    "data",
    "figures",
    "figure",
    "counts",
    "count",
    "numbers",
    "number",
    "reports",
    "report",
    "returns",
    "return",
    "statistics",
    "records",
    "results",
    "entries",
    "information",
    "submissions",
    "values",
    "readings",
    "totals",
    "total",
    "tallies",
];
/// Words for the table and its period.
const TABLE: [&str; 19] = [
    "table", "tables", "week", "month", "period", "edition", "release", "list", "sheet", "summary", "bulletin", "it",
    "they", "which", "that", "this", "these", "coverage", "here",
];
/// These make of the figures some other or only some of them.
const OTHER: [&str; 17] = [
    "annual",
    "yearly",
    "monthly",
    "previous",
    "last",
    "earlier",
    "next",
    "other",
    "another",
    "some",
    "several",
    "certain",
    "individual",
    "few",
    "quarterly",
    "former",
    "additional",
];
const LINKS: [&str; 22] = [
    "for", "of", "from", "on", "the", "is", "are", "was", "were", "has", "have", "had", "been", "be", "all", "any",
    "both", "yet", "still", "also", "so", "far",
];
const VERBS: [&str; 12] = ["is", "are", "was", "were", "has", "have", "had", "been", "be", "could", "can", "still"];
/// What figures are, or are not.
const DONE: [&str; 23] = [
    "included",
    "counted",
    "covered",
    "available",
    "reported",
    "received",
    "recorded",
    "published",
    "submitted",
    "supplied",
    "obtained",
    "processed",
    "entered",
    "known",
    "complete",
    "provided",
    "collected",
    "reflected",
    "represented",
    "added",
    "in",
    "filed",
    "returned",
];
const GONE: [&str; 10] = [
    "missing",
    "unavailable",
    "excluded",
    "omitted",
    "lacking",
    "outstanding",
    "absent",
    "incomplete",
    "lost",
    "pending",
];
const EXCEPT: [&str; 7] = ["excl", "without", "except", "excluding", "omitting", "minus", "lacking"];
const EXCLUDES: [&str; 8] = ["excludes", "exclude", "omits", "omit", "lacks", "lack", "misses", "miss"];
const INCLUDES: [&str; 12] = [
    "include",
    "includes",
    "including",
    "cover",
    "covers",
    "covering",
    "contain",
    "contains",
    "reflect",
    "reflects",
    "count",
    "counting",
];
const COVERS: [&str; 7] = ["cover", "covers", "covering", "covered", "comprise", "comprises", "span"];
/// What may follow: a reason, or another clause.
const REASONS: [&str; 18] = [
    "because", "due", "owing", "as", "since", "when", "while", "and", "but", "which", "where", "at", "so", "after",
    "until", "only", "yet", "here",
];
/// So many words to either side are looked at.
const REACH: usize = 12;

fn is(tokens: &[Token], at: usize, list: &[&str]) -> bool {
    word(tokens, at).is_some_and(|it| list.contains(&it))
}

/// What a clause says of some of its days; `None` where it says something else.
pub(super) fn of(tokens: &[Token], group: &Group, days: usize) -> Option<Wording> {
    if group.what == What::Elsewhere {
        return None;
    }
    let missing = is_missing(tokens, group);
    if group.form == Form::OfAll {
        return Some(if missing { Wording::Missing } else { Wording::Covered });
    }
    if missing {
        return Some(Wording::Missing);
    }
    if let What::Count(count) = group.what {
        return (count <= days && counts_all(tokens, group, days)).then_some(Wording::Covered);
    }
    if is_until(tokens, group.start) {
        return Some(Wording::Until);
    }
    let only = word(tokens, group.end) == Some("only") && names_days(tokens, group.start);
    (only || covers(tokens, group.start)).then_some(Wording::Covered)
}

/// Whether a clause without days says that figures are missing.
pub(super) fn is_vague(tokens: &[Token]) -> bool {
    let noun = |at: usize| is(tokens, at, &DATA) || matches!(word(tokens, at), Some("day" | "days"));
    (0..tokens.len())
        .filter(|at| noun(*at))
        .any(|at| gone_behind(tokens, at + 1).is_some_and(|end| tokens.len() == end || is(tokens, end, &REASONS)))
}

fn is_missing(tokens: &[Token], group: &Group) -> bool {
    let before = gone_before(tokens, group.start) && ends_well(tokens, group.end);
    let behind = || {
        let end = gone_behind(tokens, group.end);
        end.is_some_and(|end| names_days(tokens, group.start) && ends_well(tokens, end))
    };
    before || behind()
}

/// `… are not included`, `… missing`, `… : no data`: where it ends.
fn gone_behind(tokens: &[Token], from: usize) -> Option<usize> {
    for at in from..tokens.len().min(from + REACH) {
        if is(tokens, at, &GONE) {
            return Some(at + 1);
        }
        match word(tokens, at)? {
            "not" => {
                let done = (at + 1..at + 5).find(|it| !is(tokens, *it, &LINKS))?;
                return is(tokens, done, &DONE).then_some(done + 1);
            }
            "no" => return is(tokens, at + 1, &DATA).then_some(at + 2),
            "left" => return (word(tokens, at + 1) == Some("out")).then_some(at + 2),
            it if LINKS.contains(&it) || DATA.contains(&it) || VERBS.contains(&it) => {}
            _ => return None,
        }
    }
    None
}

/// `excludes …`, `no report was received for …`, `data were not available for …`.
fn gone_before(tokens: &[Token], start: usize) -> bool {
    let (mut data, mut done, mut includes, mut on) = (false, false, false, false);
    for at in (start.saturating_sub(REACH)..start).rev() {
        let Some(it) = word(tokens, at) else { return false };
        match it {
            "no" => return data,
            "not" if includes => {
                return is(tokens, at + 1, &["including", "covering", "counting"]) || subject(tokens, at);
            }
            "not" => return done && subject(tokens, at),
            // A case is excluded on a day; figures are excluded for it.
            "excluded" | "omitted" | "lost" if on => return false,
            it if EXCEPT.contains(&it) => return true,
            it if GONE.contains(&it) || EXCLUDES.contains(&it) => return subject(tokens, at),
            _ => {}
        }
        if !(is(tokens, at, &LINKS) || is(tokens, at, &DATA) || is(tokens, at, &DONE) || is(tokens, at, &INCLUDES)) {
            return false;
        }
        data |= DATA.contains(&it);
        done |= DONE.contains(&it);
        includes |= INCLUDES.contains(&it);
        on |= it == "on";
    }
    false
}

/// Whether what stands before a verb is the table or its figures, or nothing.
fn subject(tokens: &[Token], verb: usize) -> bool {
    let auxiliary =
        |at: &usize| is(tokens, *at, &VERBS) || is(tokens, *at, &["do", "does", "did", "therefore", "thus"]);
    let before = (verb.saturating_sub(REACH)..verb).rev().find(|it| !auxiliary(it));
    match before {
        None => true,
        Some(at) if is(tokens, at, &["with", "note", "notes", "but", "and", "provisional", "preliminary"]) => true,
        Some(at) => (is(tokens, at, &DATA) || is(tokens, at, &TABLE)) && !is_other(tokens, at),
    }
}

/// `the annual figures`, `last year's figures`: not those of the table.
fn is_other(tokens: &[Token], noun: usize) -> bool {
    (noun.saturating_sub(2)..noun).any(|it| is(tokens, it, &OTHER))
}

/// Whether days are named for themselves or for their figures: not `the fire
/// on January 28`.
fn names_days(tokens: &[Token], start: usize) -> bool {
    let mut prepositions = false;
    for at in (start.saturating_sub(REACH)..start).rev() {
        match word(tokens, at) {
            Some("the" | "both" | "all" | "also" | "only") => {}
            Some("for" | "of" | "from" | "on") => prepositions = true,
            Some("collected" | "recorded") if prepositions => {}
            Some(_) if is(tokens, at, &DATA) => return !is_other(tokens, at),
            Some("but" | "and" | "with" | "that" | "as" | "because" | "since" | "so" | "note" | "notes") => {
                return true;
            }
            Some("incomplete" | "provisional" | "preliminary" | "however") => return true,
            _ => return false,
        }
    }
    true
}

/// Whether a statement ends, gives a reason, or says no more than where the
/// figures are missing: not `… from Ashby`.
fn ends_well(tokens: &[Token], end: usize) -> bool {
    let data = (end..tokens.len()).take_while(|it| is(tokens, *it, &DATA)).count();
    let mut at = end + data;
    match (tokens.get(at), word(tokens, at)) {
        (None | Some(Token::Until | Token::Other), _) => true,
        (_, Some("in" | "from" | "by" | "for" | "of" | "under")) => {
            at += 1;
            while is(tokens, at, &["the", "this", "these", "our", "all", "weekly", "above"]) {
                at += 1;
            }
            at >= tokens.len() || is(tokens, at, &DATA) || is(tokens, at, &TABLE)
        }
        (_, Some(it)) => {
            REASONS.contains(&it) || VERBS.contains(&it) || GONE.contains(&it) || it == "not" || it == "no"
        }
        _ => false,
    }
}

/// `five reporting days`, `six-day week`, `covers six days`, `six days only`.
fn counts_all(tokens: &[Token], group: &Group, days: usize) -> bool {
    let behind = word(tokens, group.end);
    match group.form {
        Form::Reporting => return true,
        Form::Compound => {
            let length = match behind {
                Some("week") => days == 7,
                Some("month") => (28..=31).contains(&days),
                Some("period") => true,
                _ => false,
            };
            return length;
        }
        Form::Plain | Form::OfAll => {}
    }
    let of_data =
        behind == Some("of") && (is(tokens, group.end + 1, &DATA) || is(tokens, group.end + 1, &["reporting"]));
    let only = behind == Some("only") && (group.start == 0 || names_days(tokens, group.start));
    let lead = group.start == 0 || (group.start == 1 && word(tokens, 0) == Some("only"));
    let only_so_many = group.start == 1 && lead && (behind.is_none() || is(tokens, group.end, &VERBS));
    covers(tokens, group.start) || only || only_so_many || (of_data && lead)
}

/// `covers …`, `based on …`, `limited to …`, `includes only …`.
fn covers(tokens: &[Token], start: usize) -> bool {
    let mut only = false;
    for at in (start.saturating_sub(REACH)..start).rev() {
        match (tokens.get(at), word(tokens, at)) {
            (Some(Token::Until), _) => return at > 0 && word(tokens, at - 1) == Some("limited"),
            (_, Some("on")) if at > 0 && word(tokens, at - 1) == Some("based") => return true,
            (_, Some("only" | "just")) => only = true,
            (_, Some("for" | "from" | "the" | "period" | "days" | "dates" | "on" | "are" | "is")) => {}
            (_, Some("available" | "complete")) if only => return subject(tokens, at),
            (_, Some(it)) if COVERS.contains(&it) || (only && INCLUDES.contains(&it)) => {
                let negated = at > 0 && word(tokens, at - 1) == Some("not");
                return !negated && subject(tokens, at);
            }
            (_, Some(_)) if is(tokens, at, &DATA) => {}
            _ => return false,
        }
    }
    false
}

/// `figures through Thursday`, `data up to and including March 6`.
fn is_until(tokens: &[Token], start: usize) -> bool {
    let mut at = start;
    while at > 0 && is(tokens, at - 1, &["and", "including"]) {
        at -= 1;
    }
    if at == 0 || tokens[at - 1] != Token::Until {
        return false;
    }
    at -= 1;
    while at > 0 && is(tokens, at - 1, &["up", "only", "available", "complete", "is", "are", "run", "runs", "go"]) {
        at -= 1;
    }
    at > 0 && (is(tokens, at - 1, &DATA) || is(tokens, at - 1, &COVERS)) && !is_other(tokens, at - 1)
}
