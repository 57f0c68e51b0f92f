//! The verdict in words, and how much of what was read it is about.

use super::counted;
use crate::check::{JudgedFigures, Outcome, RunVerdict};
use crate::finding::Severity;

/// So many tables are named.
const TABLES_MAX: usize = 3;

/// The closing line: the verdict, what was read, and how the checks went.
pub(super) fn summary(outcome: &Outcome) -> String {
    let total = outcome.total();
    let mut line = format!("{}; {}", verdict(outcome), counted(total.checks, "check"));
    let passes = if total.rounded == 1 { "passes" } else { "pass" };
    let rounded = format!("{passes} only after allowing for rounding");
    for (count, word) in [(total.undetermined, "undetermined"), (total.waived, "waived"), (total.rounded, &rounded)] {
        if count > 0 {
            line.push_str(&format!(", {count} {word}"));
        }
    }
    line
}

/// The verdict, and how far it reaches: `passed: 1 file, 1 table, 21 of 21
/// figures judged`.
pub(super) fn verdict(outcome: &Outcome) -> String {
    format!("{}{}{}", headline(outcome), if not_checked(outcome).is_some() { "; " } else { ": " }, reach(outcome))
}

/// The verdict with the count of findings: `failed (1 error, 2 warnings)`.
pub(crate) fn headline(outcome: &Outcome) -> String {
    let found = findings(outcome);
    let found = if found.is_empty() { found } else { format!(" ({found})") };
    let why = not_checked(outcome).map_or(String::new(), |it| format!(": {it}"));
    format!("{}{found}{why}", outcome.verdict().words())
}

/// How many findings there are: `1 error, 2 warnings`; empty where there is none.
pub(super) fn findings(outcome: &Outcome) -> String {
    let words = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let found = words.iter().filter(|it| outcome.count(it.0) > 0);
    found.map(|it| counted(outcome.count(it.0), it.1)).collect::<Vec<_>>().join(", ")
}

/// Why nothing was judged, where nothing was.
pub(super) fn not_checked(outcome: &Outcome) -> Option<&'static str> {
    if outcome.verdict() != RunVerdict::NotChecked {
        return None;
    }
    Some(match () {
        () if outcome.of_article => "no number could be confirmed",
        () if !outcome.unread.is_empty() && outcome.inputs.is_empty() => "nothing could be read",
        () if outcome.coverage().0 == 0 => "there are no figures to judge",
        () if outcome.total().undetermined > 0 => "no rule could be decided",
        () => "no rule reads these figures",
    })
}

/// What was read, and how many of the figures were judged.
pub(crate) fn reach(outcome: &Outcome) -> String {
    let inputs = &outcome.inputs;
    let (figures, judged) = outcome.coverage();
    let unread = match outcome.unread.len() {
        0 => String::new(),
        count => format!(" and {count} unread"),
    };
    let files = format!("{}{unread}", counted(inputs.len(), "file"));
    if outcome.of_article {
        return format!("{files}, {judged} of {} decided", counted(figures, "number"));
    }
    let tables = counted(inputs.iter().map(|it| it.tables).sum(), "table");
    let none = match (judged, &unjudged(outcome)[..]) {
        (0, _) | (_, []) => String::new(),
        (_, tables) => format!(" (none in {})", names(tables, outcome)),
    };
    format!("{files}, {tables}, {judged} of {} judged{none}", counted(figures, "figure"))
}

/// The tables with figures of which none was judged.
pub(super) fn unjudged(outcome: &Outcome) -> Vec<&JudgedFigures> {
    outcome.judged.iter().filter(|it| it.judged == 0 && it.figures > 0).collect()
}

/// `Feb, Mar, Apr and 2 more`; with its file where other files have a table of that name.
fn names(tables: &[&JudgedFigures], outcome: &Outcome) -> String {
    let named = tables.iter().take(TABLES_MAX).map(|it| {
        let is_one = outcome.judged.iter().filter(|other| other.table == it.table).nth(1).is_none();
        if is_one { it.table.clone() } else { format!("{} of {}", it.table, it.file) }
    });
    let named: Vec<String> = named.collect();
    let more = tables.len() - named.len();
    match (&named[..], more) {
        ([first @ .., last], 0) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        (_, 0) => named.concat(),
        _ => format!("{} and {more} more", named.join(", ")),
    }
}

/// A sentence with its first letter large.
pub(crate) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}
