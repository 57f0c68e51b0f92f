//! How many days lie between two that a sentence names: `from 28 May to 6
//! August, which makes 70 days`.

use jiff::civil::Date;

use super::when;
use crate::article::claim::ClaimVerdict;
use crate::article::dates::Day;
use crate::article::judge::{Case, CheckResult, evidence};
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;

/// The words that tell a sum of days stand so many words at most before it.
const LEAD_MAX: usize = 4;

pub(super) fn run(case: &mut Case<'_>) {
    for it in case.of_kinds(&[MentionKind::Duration]) {
        if !case.mentions[it].hedged && when::is_told_as_fact(case.words(it)) && is_sum(case, it) {
            judge(case, it);
            years(case, it);
        }
    }
}

/// `built in 1897, lasted 71 years before it was rebuilt in 1958`: the only two years of the sentence.
fn years(case: &mut Case<'_>, it: usize) {
    let mention = &case.mentions[it];
    let (start, end) = mention.tokens;
    let tokens = case.tokens(it);
    let lasted = start.checked_sub(1).is_some_and(|it| matches!(&*tokens[it].lower, "lasted" | "lasting"));
    let unit = tokens[start..end].iter().any(|it| it.is("years"));
    let all: Vec<usize> = case.beside(it).filter(|it| case.mentions[*it].kind == MentionKind::Year).collect();
    let [a, b] = all[..] else { return };
    let year = |it: usize| case.mentions[it].value.as_ref().and_then(as_whole);
    let (Some(from), Some(to), Some(value)) = (year(a), year(b), mention.value.as_ref().and_then(as_whole)) else {
        return;
    };
    if !lasted || !unit || from >= to || case.is_decided(it) {
        return;
    }
    let length = to - from;
    let places = vec![case.place(a, "the first year"), case.place(b, "the last year")];
    let proof = evidence("duration", format!("{to} - {from} = {length}"), places);
    if (length - value).abs() <= 1 {
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "the years from the one to the other", proof));
    } else {
        let reason = format!("there are {length} years from {from} to {to}");
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    }
}

/// Whether a length is told as that of what was said before: `which makes`, `that is`, `lasted`.
fn is_sum(case: &Case<'_>, it: usize) -> bool {
    let start = case.mentions[it].tokens.0;
    let first = start.saturating_sub(LEAD_MAX).max(case.sentence(it).start);
    let words: Vec<&str> = case.tokens(it)[first..start].iter().map(|it| &*it.lower).collect();
    let pairs = words
        .windows(2)
        .any(|it| matches!(it, ["which" | "that" | "this", "makes" | "made" | "is" | "was" | "equals"]));
    pairs || words.iter().any(|it| matches!(*it, "lasted" | "lasting" | "totalling"))
}

/// The two days before a length, the second in the year of the first where it has none.
fn ends(case: &Case<'_>, it: usize) -> Option<(usize, usize, Date, Date)> {
    let dated = |other: &usize| {
        case.mentions[*other].kind == MentionKind::Date
            && case.mentions[*other].dated.is_some_and(|it| it.until.is_none() && it.from.day.is_some())
            && *other < it
    };
    let whole =
        |other: &usize| case.mentions[*other].dated.is_some_and(|it| it.until.is_some_and(|it| it.day.is_some()));
    let periods: Vec<usize> = case.beside(it).filter(|other| *other < it && whole(other)).collect();
    if let [one] = periods[..] {
        let dated = case.mentions[one].dated?;
        let until = dated.until?;
        let year = dated.from.year.or(until.year)?;
        let start = Day { year: Some(year), month: dated.from.month.or(until.month), ..dated.from }.date()?;
        let end = Day { year: Some(until.year.unwrap_or(year)), ..until }.date()?;
        return (start < end).then_some((one, one, start, end));
    }
    let all: Vec<usize> = case.beside(it).filter(dated).collect();
    let [a, b] = all[..] else { return None };
    let tokens = case.tokens(it);
    let lead = case.mentions[a].tokens.0.checked_sub(1).map(|it| &*tokens[it].lower);
    let between = &tokens[case.mentions[a].tokens.1..case.mentions[b].tokens.0];
    let joined = between.iter().any(|it| matches!(&*it.lower, "to" | "until" | "till" | "through" | "and" | "–" | "-"));
    let (from, to) = (case.mentions[a].dated?.from, case.mentions[b].dated?.from);
    let year = from.year.or(to.year).or(case.material.year)?;
    let start = Day { year: Some(from.year.unwrap_or(year)), ..from }.date()?;
    let wraps = i16::from((to.month, to.day) < (from.month, from.day) && to.year.is_none());
    let end = Day { year: Some(to.year.unwrap_or(year + wraps)), ..to }.date()?;
    let led = matches!(lead, Some("from" | "between"));
    (led && joined && start < end).then_some((a, b, start, end))
}

fn judge(case: &mut Case<'_>, it: usize) {
    let Some((a, b, from, to)) = ends(case, it) else { return };
    let mention = &case.mentions[it];
    let days =
        case.tokens(it)[mention.tokens.0..mention.tokens.1].iter().any(|it| matches!(&*it.lower, "days" | "day"));
    let Some(value) = mention.value.as_ref().and_then(as_whole).filter(|_| days) else { return };
    let Ok(length) = from.until(to) else { return };
    let length = i64::from(length.get_days());
    let proof = evidence(
        "duration",
        format!("{from} to {to} = {length} days"),
        vec![case.place(a, "the first day"), case.place(b, "the last day")],
    );
    if (0..=1).contains(&(value - length)) {
        case.say(it, CheckResult::of(ClaimVerdict::Confirmed, "the days from the one to the other", proof));
    } else if (value - length).abs() > 1 {
        let reason = format!("there are {length} days from {from} to {to}");
        case.say(it, CheckResult::of(ClaimVerdict::Contradicted, reason, proof));
    }
}
