//! Shares of a whole that words name, and so many of one thing for every other:
//! `8 per cent of the girls`, `one in eight goes home`, `one doctor for every 1,300 residents`.

use super::base;
use super::derive::{fits_rounded, half, percent};
use super::phrase;
use super::place::{Number, Story, exact};
use super::sheet::{Micro, Unit};
use super::tell;
use super::words::form;
use crate::article::claim::shown;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;
use crate::article::table::ONE;

/// A share as the table has it.
struct Share {
    number: Number,
    row: usize,
    measure: usize,
    value: Micro,
    holds: bool,
    /// Whether the row is named in the clause of the share.
    is_near: bool,
}

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    for (sentence, _) in case.told_sentences() {
        let all: Vec<usize> = case.of_sentence(sentence).collect();
        let open = |it: &usize| matches!(case.mentions[*it].kind, MentionKind::Percent | MentionKind::Ratio);
        let numbers: Vec<Number> = all.iter().copied().filter(open).filter_map(|it| Number::of(case, it)).collect();
        let shares: Vec<Share> = numbers.into_iter().filter_map(|it| share(case, story, it)).collect();
        judge(case, story, &shares);
        for it in all {
            per(case, story, it);
        }
    }
}

/// What a column adds up to: its total row, or the sum of its rows.
fn whole(story: &Story<'_, '_>, measure: usize) -> Option<Micro> {
    let values = &story.sheet.measures[measure].values;
    if let Some(total) = story.sheet.total() {
        return values[total].filter(|it| *it > 0);
    }
    let all = values.iter().copied().collect::<Option<Vec<Micro>>>()?;
    let sum: Micro = all.iter().sum();
    (sum > 0 && all.iter().all(|it| *it >= 0)).then_some(sum)
}

/// The one measure that some words name.
fn named(story: &Story<'_, '_>, words: &[&str]) -> Option<usize> {
    let forms: Vec<String> = words.iter().map(|it| form(it)).collect();
    let all = &story.sheet.measures;
    let mut found = (0..all.len()).filter(|it| all[*it].is_named(&forms));
    found.next().filter(|_| found.next().is_none())
}

/// The row that a share is of: named before it, or right behind.
fn row(case: &Case<'_>, story: &Story<'_, '_>, mention: usize) -> Option<(usize, bool)> {
    let scene = story.scenes.at(case, mention)?;
    let (before, _) = base::clause(case, mention);
    let tokens = case.tokens(mention);
    let end = case.mentions[mention].tokens.1;
    let start = before.clone().rev().find(|it| matches!(tokens[*it].text, ",") || tokens[*it].is("and"));
    let single = |it: &&super::scene::Hit| it.rows.len() == 1 && !it.is_end && !story.sheet.is_total[it.rows[0]];
    let past = scene.hits.iter().filter(single).rfind(|it| it.tokens.end <= end);
    if let Some(hit) = past.filter(|it| it.tokens.start >= start.unwrap_or(before.start)) {
        return Some((hit.rows[0], true));
    }
    let stop = (end..scene.tokens.end)
        .find(|it| base::parts(&tokens[*it]) || tokens[*it].text == "," || tokens[*it].is("and"));
    let next = scene.hits.iter().filter(single).find(|it| it.tokens.start >= end);
    if let Some(hit) = next.filter(|it| it.tokens.start < stop.unwrap_or(scene.tokens.end)) {
        return Some((hit.rows[0], true));
    }
    past.map(|it| (it.rows[0], false))
}

/// Whether a share is so much.
fn holds(case: &Case<'_>, number: &Number, value: Micro) -> bool {
    let mention = &case.mentions[number.mention];
    match mention.kind {
        MentionKind::Percent => fits_rounded(case, number, value),
        _ => mention.inner.as_ref().is_some_and(|it| it.holds(&exact(value / 100))),
    }
}

fn share(case: &Case<'_>, story: &Story<'_, '_>, number: Number) -> Option<Share> {
    let behind = phrase::behind(case, number.mention, 5);
    if base::clause(case, number.mention).1.is_empty() || super::changed::way(case, number.mention).is_some() {
        return None;
    }
    let (row, is_near) = row(case, story, number.mention)?;
    let all = &story.sheet.measures;
    let measure = if behind.first() == Some(&"of") {
        let end = behind
            .iter()
            .skip(1)
            .position(|it| matches!(*it, "," | "." | "in" | "who" | "were" | "was" | "is" | "are" | "and" | ";"));
        named(story, &behind[1..end.map_or(behind.len(), |it| it + 1)])?
    } else {
        // Where all figures are of one measure, the whole is all of it.
        let open: Vec<usize> =
            (0..all.len()).filter(|it| !all[*it].is_change && all[*it].unit != Unit::Percent).collect();
        let [one] = open[..] else { return None };
        one
    };
    if all[measure].unit == Unit::Percent || story.sheet.is_timed() {
        return None;
    }
    let value = percent(story.cell(row, measure)?, whole(story, measure)?)?;
    let holds = holds(case, &number, value);
    Some(Share { number, row, measure, value, holds, is_near })
}

/// Contradicts the one share of a sentence that does not hold, where others do that are told alike.
fn judge(case: &mut Case<'_>, story: &Story<'_, '_>, shares: &[Share]) {
    for it in shares {
        let mention = it.number.mention;
        let (total, heading) = (whole(story, it.measure).unwrap_or(0), story.sheet.heading(it.measure));
        let formula = format!("{}, of {} in {heading}", story.shown(it.row, it.measure), shown(&exact(total)));
        let places = vec![story.spot(it.row, it.measure)];
        if it.holds && (it.is_near || it.number.digits >= 2) {
            tell::confirm(case, mention, "percent", formula, places);
            continue;
        }
        let mate = shares.iter().any(|other| other.holds && other.number.mention != mention);
        let own = &case.mentions[mention];
        let open = match (own.kind, &own.outer) {
            (MentionKind::Ratio, Some(outer)) => outer.holds(&exact(it.value / 100)),
            _ => own.hedged || (it.number.value - it.value).abs() <= 2 * half(&it.number),
        };
        if !mate || open || it.holds || case.is_decided(mention) {
            continue;
        }
        let reason = format!("it is {} percent: {formula}", shown(&exact(it.value)));
        tell::contradict(case, mention, "percent", reason, formula, places);
    }
}

/// `one family doctor for every 1,400 residents`: one measure over another, of one row.
fn per(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    const NEAR: usize = 6;
    let counts = |it: usize| case.mentions[it].kind == MentionKind::Count;
    let behind = phrase::behind(case, it, NEAR);
    let Some(every) = behind.windows(2).position(|it| it == ["for", "every"] || it == ["to", "every"]) else { return };
    let end = case.mentions[it].tokens.1;
    let next = case.beside(it).find(|other| case.mentions[*other].tokens.0 == end + every + 2);
    let Some(next) = next.filter(|next| counts(it) && counts(*next) && !case.is_decided(*next)) else { return };
    let (one, many) = (named(story, &behind[..every]), named(story, &phrase::behind(case, next, 3)));
    let (Some(one), Some(many)) = (one, many) else { return };
    let Some((row, true)) = base::row(case, story, it) else { return };
    let (Some(a), Some(b)) = (story.cell(row, one), story.cell(row, many)) else { return };
    let Some(number) = Number::of(case, next) else { return };
    let first = case.mentions[it].value.as_ref().and_then(as_whole).map(i128::from).filter(|it| *it > 0);
    let Some(value) = first.and_then(|it| b.checked_mul(it)?.checked_mul(ONE)?.checked_div(a)) else { return };
    let hedged = case.mentions[next].hedged || case.mentions[it].hedged;
    let step = ONE.max(number.value / super::place::significant(number.value).max(1));
    let formula = format!("{}, {}", story.shown(row, many), story.shown(row, one));
    let places = vec![story.spot(row, many), story.spot(row, one)];
    if hedged && number.fits(case, value) || (number.value - value).abs() * 2 <= step {
        return tell::confirm(case, next, "rate", formula, places);
    }
    let near = number.value < value * 3 && value < number.value * 3 && (number.value - value).abs() * 4 > step * 3;
    if !hedged && near && one != many {
        let reason = format!("it is {}: {formula}", shown(&exact(value)));
        tell::contradict(case, next, "rate", reason, formula, places);
    }
}
