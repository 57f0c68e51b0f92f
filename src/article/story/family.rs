//! Shares and rates that a draft tells of one row after another: what is set
//! over what is said once, or by the first of them.

use super::cell::meant_row;
use super::derive::{fits_rounded, percent};
use super::phrase;
use super::place::{Number, Story, exact};
use super::sheet::{Micro, Unit};
use super::tell;
use crate::article::checks::slip;
use crate::article::claim::shown;
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::numeral::as_whole;
use crate::article::table::ONE;

/// A rate with its formula, its cells and the words of what it counts.
type Rate = (Micro, String, Vec<crate::finding::Place>, Vec<String>);

/// A share that was told of a row, by the columns of its part and its whole.
struct SharedRow {
    order: usize,
    mention: usize,
    row: usize,
    part: usize,
    whole: usize,
    digits: u32,
}

pub(super) fn run(case: &mut Case<'_>, story: &Story<'_, '_>) {
    let all: Vec<Number> = case
        .of_kinds(&[MentionKind::Percent, MentionKind::Ratio])
        .into_iter()
        .filter_map(|it| story.number(it).cloned().or_else(|| Number::of(case, it)))
        .collect();
    let pairs = pairs(story);
    let told: Vec<SharedRow> = all.iter().flat_map(|it| told(case, story, it, &pairs)).collect();
    for number in &all {
        if !case.is_decided(number.mention) {
            judge(case, story, number, &told, &pairs);
        }
    }
    for number in &all {
        if !case.is_decided(number.mention) {
            of_all(case, story, number);
        }
    }
    for number in &story.numbers {
        if !case.is_contradicted(number.mention) {
            rate(case, story, number);
        }
    }
}

/// `Station accounts for 25 percent of all fines`: its cell over the total of the column.
fn of_all(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let words = phrase::behind(case, number.mention, 5);
    let (["of", "all" | "the", ..], Some(total)) = (&words[..], story.sheet.total()) else { return };
    let forms: Vec<String> = words[1..].iter().map(|it| super::words::form(it)).collect();
    let all = &story.sheet.measures;
    let named = |it: &usize| {
        let own = &all[*it];
        let told = own.is_named(&forms);
        own.unit != Unit::Percent && !own.is_change && (told || forms.get(1).is_some_and(|it| it == "total"))
    };
    let Some((row, level)) = meant_row(case, story, number).filter(|it| it.1 >= 3 && !story.sheet.is_total[it.0])
    else {
        return;
    };
    let share = |it: usize| Some((it, percent(story.cell(row, it)?, story.cell(total, it)?)?));
    let found: Vec<(usize, Micro)> = (0..all.len()).filter(named).filter_map(share).collect();
    let shown_of = |it: usize| format!("{}, {}", story.shown(row, it), story.shown(total, it));
    let places = |it: usize| vec![story.spot(row, it), story.spot(total, it)];
    if let Some((it, _)) = found.iter().copied().find(|it| holds(case, number, it.1)) {
        return tell::confirm(case, number.mention, "percent", shown_of(it), places(it));
    }
    let Some((it, value)) = found.last().copied() else { return };
    let mention = &case.mentions[number.mention];
    let outer = match (mention.kind, &mention.outer) {
        (MentionKind::Ratio, Some(outer)) => outer.holds(&exact(value / 100)),
        _ => mention.hedged || (number.value - value).abs() <= 2 * super::derive::half(number),
    };
    let alike = found.iter().all(|it| all[it.0].stems == all[found[0].0].stems);
    let before = phrase::has(
        phrase::clause(case, number.mention),
        &["with", "than", "nearly", "together", "and", "by", "increase"],
    );
    if level >= 3 && !outer && alike && !before {
        let reason = format!("it is {} percent: {}", shown(&exact(value)), shown_of(it));
        tell::contradict(case, number.mention, "percent", reason, shown_of(it), places(it));
    }
}

/// Columns of counts, of which one may be a part of another.
fn pairs(story: &Story<'_, '_>) -> Vec<(usize, usize)> {
    let all = &story.sheet.measures;
    let counts = |it: &usize| all[*it].unit != Unit::Percent && !all[*it].is_change;
    let open: Vec<usize> = (0..all.len()).filter(counts).collect();
    let is_pair = |a: usize, b: usize| {
        let times = all[a].stems == all[b].stems && all[a].marks != all[b].marks;
        let part = (0..story.sheet.rows()).all(|row| match (all[a].values[row], all[b].values[row]) {
            (Some(a), Some(b)) => a <= b && a >= 0,
            _ => true,
        });
        a != b && !times && part
    };
    open.iter().flat_map(|a| open.iter().filter(|b| is_pair(*a, **b)).map(|b| (*a, *b))).collect()
}

/// The value of a share in percent.
fn found(story: &Story<'_, '_>, row: usize, (part, whole): (usize, usize)) -> Option<Micro> {
    percent(story.cell(row, part)?, story.cell(row, whole)?)
}

/// Whether a share is so much, where a fraction is one.
fn holds(case: &Case<'_>, number: &Number, found: Micro) -> bool {
    let mention = &case.mentions[number.mention];
    if mention.kind == MentionKind::Percent {
        return fits_rounded(case, number, found);
    }
    mention.inner.as_ref().is_some_and(|it| it.holds(&exact(found / 100)))
}

/// Cells that shares of three digits are worked out of: they say that a draft speaks of its table.
pub(super) fn anchors(case: &Case<'_>, story: &Story<'_, '_>) -> Vec<(usize, (usize, usize))> {
    let all = case.of_kinds(&[MentionKind::Percent]).into_iter().filter_map(|it| Number::of(case, it));
    let pairs = pairs(story);
    let strong = all.filter(|it| it.digits >= 3).flat_map(|it| told(case, story, &it, &pairs)).collect::<Vec<_>>();
    strong.into_iter().map(|it| (it.order, (it.row, it.part))).collect()
}

fn told(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, pairs: &[(usize, usize)]) -> Vec<SharedRow> {
    let Some((row, _)) = meant_row(case, story, number) else { return Vec::new() };
    let fits = |it: &(usize, usize)| found(story, row, *it).is_some_and(|it| holds(case, number, it));
    let percent = case.mentions[number.mention].kind == MentionKind::Percent;
    let digits = if percent { number.digits } else { 1 };
    let order = case.order(number.mention);
    let made = |(part, whole)| SharedRow { order, mention: number.mention, row, part, whole, digits };
    pairs.iter().copied().filter(fits).map(made).collect()
}

/// Whether the words around a share tell a change, or of what else it is.
fn is_other(case: &Case<'_>, number: &Number) -> bool {
    let near = phrase::clause(case, number.mention);
    let change = phrase::has(near, super::relate::CHANGE)
        || phrase::has(near, &["than", "times", "of", "by", "points", "vote", "votes"]);
    let mention = &case.mentions[number.mention];
    change && !matches!(phrase::behind(case, number.mention, 2)[..], ["of", "them" | "those"])
        || !mention.head.of.is_empty()
}

fn judge(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number, told: &[SharedRow], pairs: &[(usize, usize)]) {
    let Some((row, level)) = meant_row(case, story, number) else { return };
    let order = case.order(number.mention);
    let near = |it: &&SharedRow| it.mention != number.mention && it.row != row && it.order.abs_diff(order) <= 2;
    let mut families: Vec<(usize, usize)> = told.iter().filter(near).map(|it| (it.part, it.whole)).collect();
    families.sort_unstable();
    families.dedup();
    // One share of three digits says what they are of, or two of fewer.
    let sure = |family: &(usize, usize)| {
        let own: Vec<&SharedRow> = told.iter().filter(near).filter(|it| (it.part, it.whole) == *family).collect();
        let mut rows: Vec<usize> = own.iter().map(|it| it.row).collect();
        rows.sort_unstable();
        rows.dedup();
        own.iter().any(|it| it.digits >= 3) || rows.len() >= 2
    };
    families.retain(sure);
    let own = named_part(case, story, number);
    // `70 percent of them part-timers` says itself which part it is.
    if let Some(part) = own {
        families.retain(|it| it.0 == part);
    }
    // `5,200 teachers, 35 percent of them part-timers`: the whole stands right before.
    let before = story.beside(case, number.mention).into_iter().rfind(|it| it.mention < number.mention);
    let whole = before.and_then(|it| story.placed.get(&it.mention)).filter(|it| it.row == row && it.row_level >= 2);
    if let (Some(part), Some(whole)) = (own, whole) {
        families = pairs.iter().copied().filter(|it| *it == (part, whole.measure)).collect();
    }
    let [family] = families[..] else { return };
    let Some(value) = found(story, row, family) else { return };
    let formula =
        format!("100 * {} / {} = {}", story.shown(row, family.0), story.shown(row, family.1), shown(&exact(value)));
    let places = vec![story.spot(row, family.0), story.spot(row, family.1)];
    if holds(case, number, value) {
        return tell::confirm(case, number.mention, "percent", formula, places);
    }
    let mention = &case.mentions[number.mention];
    let outer = match (mention.kind, &mention.outer) {
        (MentionKind::Ratio, Some(outer)) => outer.holds(&exact(value / 100)),
        _ => (number.value - value).abs() <= 2 * super::derive::half(number) || mention.hedged,
    };
    let explained =
        own.is_none() && super::derive::is_rate(case, story, number, row) && mention.kind == MentionKind::Percent
            || own.is_none() && pairs.iter().any(|it| found(story, row, *it).is_some_and(|it| holds(case, number, it)));
    let ranged = case.words(number.mention).iter().any(|it| matches!(&*it.lower, "respectively" | "least" | "most"));
    // `a third voted for it` is of something else than the share before.
    let elided = phrase::behind(case, number.mention, 1)
        .first()
        .is_none_or(|it| matches!(*it, "," | "." | ";" | ":" | ")" | "and" | "while" | "but" | "–" | "!" | "\"" | "”"));
    if level >= 3 && (elided || own.is_some()) && !outer && !explained && !ranged && !is_other(case, number) {
        let reason = format!("it is {} percent: {formula}", shown(&exact(value)));
        tell::contradict(case, number.mention, "percent", reason, formula, places);
    }
}

/// The column of a part that the words right behind a share name: `of them part-timers`.
fn named_part(case: &Case<'_>, story: &Story<'_, '_>, number: &Number) -> Option<usize> {
    let words = phrase::behind(case, number.mention, 5);
    let end =
        words.iter().position(|it| matches!(*it, "," | "." | ";" | "and" | "in" | "while")).unwrap_or(words.len());
    let forms: Vec<String> = words[..end].iter().map(|it| super::words::form(it)).collect();
    let all = &story.sheet.measures;
    let found: Vec<usize> = (0..all.len()).filter(|it| all[*it].is_named(&forms)).collect();
    let led = matches!(words[..], ["of", "them" | "those" | "whom" | "which", ..]);
    if let ([one], true) = (&found[..], led) { Some(*one) } else { None }
}

/// `43 cases for every 100,000 residents`: so many of how many.
fn per(case: &Case<'_>, number: &Number) -> Option<i64> {
    let end = case.mentions[number.mention].tokens.1;
    let behind = phrase::behind(case, number.mention, 5);
    let at = behind.iter().position(|it| *it == "per" || *it == "every")?;
    let next = case.beside(number.mention).find(|it| case.mentions[*it].tokens.0 == end + at + 1)?;
    case.mentions[next]
        .value
        .as_ref()
        .and_then(as_whole)
        .filter(|it| matches!(it, 1_000 | 10_000 | 100_000 | 1_000_000))
}

/// The column of such a rate, or the count and the people that it is worked out of.
fn rates(story: &Story<'_, '_>, row: usize, of: i64) -> Vec<Rate> {
    let all = &story.sheet.measures;
    let printed: Vec<usize> = (0..all.len()).filter(|it| is_per(story.sheet.heading(*it), of)).collect();
    if !printed.is_empty() {
        let cell = |it: &usize| {
            Some((story.cell(row, *it)?, story.shown(row, *it), vec![story.spot(row, *it)], all[*it].stems.clone()))
        };
        return printed.iter().filter_map(cell).collect();
    }
    let people = |it: &usize| {
        all[*it]
            .stems
            .iter()
            .any(|it| matches!(it.as_str(), "population" | "inhabitant" | "resident" | "people" | "person" | "citizen"))
    };
    let wholes: Vec<usize> = (0..all.len()).filter(people).collect();
    let [whole] = wholes[..] else { return Vec::new() };
    let rate = |it: usize| {
        let (a, b) = (story.cell(row, it)?, story.cell(row, whole).filter(|it| *it > 0)?);
        let formula = format!("{of} * {} / {}", story.shown(row, it), story.shown(row, whole));
        let value = a.checked_mul(i128::from(of))?.checked_mul(ONE)? / b;
        Some((value, formula, vec![story.spot(row, it), story.spot(row, whole)], all[it].stems.clone()))
    };
    let counts = |it: &usize| *it != whole && all[*it].unit == Unit::None && !all[*it].is_change;
    (0..all.len()).filter(counts).filter_map(rate).collect()
}

/// Whether a heading tells figures per so many people.
fn is_per(heading: &str, of: i64) -> bool {
    let digits: String = heading.chars().filter(char::is_ascii_digit).collect();
    digits.contains(&of.to_string()) && heading.to_lowercase().contains("per")
}

fn rate(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) {
    let Some(of) = per(case, number) else { return };
    let Some((row, level)) = meant_row(case, story, number) else { return };
    let all = rates(story, row, of);
    let hedged = case.mentions[number.mention].hedged;
    let half = super::derive::half(number);
    let fits = |it: &Micro| if hedged { number.fits(case, *it) } else { (number.value - it).abs() <= half };
    if let Some((_, formula, places, _)) = all.iter().find(|it| fits(&it.0)).cloned() {
        return tell::confirm(case, number.mention, "rate", formula, places);
    }
    let nouns: Vec<String> = case.mentions[number.mention].head.nouns.iter().map(|it| super::words::form(it)).collect();
    let named: Vec<_> = all
        .iter()
        .filter(|it| all.len() == 1 || it.3.iter().any(|stem| nouns.iter().any(|it| super::words::is_akin(it, stem))))
        .collect();
    let [(value, formula, places, _)] = &named[..] else { return };
    let compared = phrase::has(
        phrase::clause(case, number.mention),
        &["than", "against", "compared", "average", "from", "by", "more", "fewer"],
    );
    let near = number.value * 3 > *value && value * 3 > number.value;
    if hedged || compared || level < 3 || !near || story.sheet.is_total[row] {
        return;
    }
    let slip = slip::between(&exact(number.value), &exact(value / ONE * ONE));
    let reason = match slip {
        Some(slip) => format!("it is {}: {formula}: {slip}", shown(&exact(*value))),
        None => format!("it is {}: {formula}", shown(&exact(*value))),
    };
    tell::contradict(case, number.mention, "rate", reason, formula.clone(), places.clone());
}
