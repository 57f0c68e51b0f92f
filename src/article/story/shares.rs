//! Shares of a total that a sentence tells beside the cell, or of a cell that it names.

use super::derive::{fits_rounded, growth, half, percent};
use super::place::{Number, Placed, Story, exact};
use super::sheet::{Micro, Unit};
use super::tell;
use crate::article::claim::shown;
use crate::article::judge::Case;
use crate::article::tokens::Token;

/// Judges a number as a share; whether it is one.
pub(super) fn judge(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    let rate = number.unit == Unit::Percent;
    rate && between(case, story, number) || share(case, story, number) || based(case, story, number)
}

/// The cell right before a share, and its total: `1,536 million or 48 percent of the total`.
fn part(case: &Case<'_>, story: &Story<'_, '_>, mention: usize) -> Option<(Placed, Micro)> {
    const NEAR: usize = 4;
    let start = case.mentions[mention].tokens.0;
    let before = story.beside(case, mention).into_iter().rfind(|it| case.mentions[it.mention].tokens.1 <= start)?;
    let gap = start - case.mentions[before.mention].tokens.1;
    let sure = before.digits >= 4;
    let placed = *story.placed.get(&before.mention).filter(|it| gap <= NEAR && (it.row_level >= 2 || sure))?;
    let measure = &story.sheet.measures[placed.measure];
    let whole = match story.sheet.total() {
        Some(row) => measure.values[row].filter(|_| placed.row < row)?,
        None if story.sheet.years.is_none() => measure.values.iter().flatten().sum(),
        None => return None,
    };
    (measure.unit != Unit::Percent && measure.values.iter().flatten().all(|it| *it >= 0)).then_some((placed, whole))
}

/// A part and its whole in words.
fn shared(story: &Story<'_, '_>, placed: Placed, whole: Micro) -> (String, Vec<crate::finding::Place>) {
    let formula = format!("{}, of {}", story.shown(placed.row, placed.measure), shown(&exact(whole)));
    (formula, vec![story.spot(placed.row, placed.measure)])
}

/// Whether a share is told to be of everything: `of the total`, `of all`.
fn is_of_all(case: &Case<'_>, mention: usize) -> bool {
    let end = case.mentions[mention].tokens.1;
    let start = case.mentions[mention].tokens.0;
    let led = start >= 2 && {
        let before = &case.tokens(mention)[start - 2..start];
        matches!(
            (&*before[0].lower, &*before[1].lower),
            ("accounts" | "account" | "accounted", "for") | ("makes" | "make", "up")
        )
    };
    let words: Vec<&str> = case.tokens(mention)[end..].iter().take(3).map(|it| &*it.lower).collect();
    if led && words.first().is_none_or(|it| *it != "of") {
        return true;
    }
    matches!(words[..], ["of", "the", "total" | "whole" | "lot" | "sum"] | ["of", "all" | "everything", ..])
}

/// `2,490 gigawatt-hours, or 9.6 percent of the power`: a share of a cell that nothing else in the table explains.
fn is_restated(case: &Case<'_>, story: &Story<'_, '_>, number: &Number, placed: Placed) -> bool {
    const NEAR: usize = 5;
    let or = matches!(super::phrase::before(case, number.mention, 1)[..], ["or"]);
    let behind = super::phrase::behind(case, number.mention, NEAR);
    let stop = behind.iter().position(|it| matches!(*it, "," | "." | ";" | "in" | "and")).unwrap_or(behind.len());
    let words: Vec<String> = behind[..stop].iter().map(|it| super::words::form(it)).collect();
    let mut told = super::words::forms(&story.sheet.table.name);
    told.extend(story.sheet.measures[placed.measure].stems.iter().cloned());
    let about =
        words.iter().any(|it| !super::words::is_plain(it) && told.iter().any(|own| super::words::is_akin(own, it)));
    let of = matches!(behind[..], ["of", "the" | "all" | "its", ..]) && about && story.sheet.total().is_some();
    let rate = super::derive::is_rate(case, story, number, placed.row);
    let grown = super::base::pairs(story, (placed.row, placed.measure)).into_iter().any(|(a, b)| {
        let cells = story.cell(a.0, a.1).zip(story.cell(b.0, b.1));
        cells.and_then(|(a, b)| growth(a, b)).is_some_and(|it| fits_rounded(case, number, it.abs()))
    });
    or && of && !rate && !grown && placed.row_level >= 2 && number.digits >= 2
}

/// `58.9 million and so made up 27.1% of the income of 217.0 million`: the part before, the whole behind.
fn between(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    const FAR: usize = 9;
    let (start, end) = case.mentions[number.mention].tokens;
    let beside = story.beside(case, number.mention);
    let part = beside.iter().rfind(|it| case.mentions[it.mention].tokens.1 <= start).copied();
    let whole = beside.iter().find(|it| case.mentions[it.mention].tokens.0 >= end).copied();
    let (Some(part), Some(whole)) = (part, whole) else { return false };
    let tokens = case.tokens(number.mention);
    let lead = &tokens[case.mentions[part.mention].tokens.1..start];
    let behind = &tokens[end..case.mentions[whole.mention].tokens.0];
    let up = lead.windows(2).any(|it| it[0].lower.starts_with('m') && it[1].is("up"))
        || lead.last().is_some_and(|it| it.is("or"));
    let of = behind.first().is_some_and(|it| it.is("of"))
        && behind.last().is_some_and(|it| matches!(&*it.lower, "of" | "the"));
    let stops = |it: &Token<'_>| matches!(it.text, "," | ";" | ":") || it.is("and") || it.is("than");
    let near = lead.len() <= FAR && behind.len() <= FAR && !behind.iter().any(stops);
    let (Some(one), Some(two)) = (story.placed.get(&part.mention).copied(), story.placed.get(&whole.mention).copied())
    else {
        return false;
    };
    let total = one.measure == two.measure && story.sheet.is_total[two.row] && !story.sheet.is_total[one.row];
    if !(up && of && near && total) || case.is_decided(number.mention) {
        return false;
    }
    let found = story.cell(one.row, one.measure).zip(story.cell(two.row, two.measure)).and_then(|(a, b)| percent(a, b));
    let Some(found) = found else { return false };
    let formula = format!("{}, {}", story.shown(one.row, one.measure), story.shown(two.row, two.measure));
    let places = vec![story.spot(one.row, one.measure), story.spot(two.row, two.measure)];
    if fits_rounded(case, number, found) {
        tell::confirm(case, number.mention, "percent", formula, places);
    } else if !case.mentions[number.mention].hedged && (found - number.value).abs() > 2 * half(number) {
        let reason = format!("it is {} percent: {formula}", shown(&exact(found)));
        tell::contradict(case, number.mention, "percent", reason, formula, places);
    }
    true
}

fn share(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    if number.unit != Unit::Percent || case.is_decided(number.mention) {
        return false;
    }
    let Some((placed, whole)) = part(case, story, number.mention) else { return false };
    let Some(found) = story.cell(placed.row, placed.measure).and_then(|it| percent(it, whole)) else { return false };
    let (formula, places) = shared(story, placed, whole);
    if fits_rounded(case, number, found) {
        tell::confirm(case, number.mention, "percent", formula, places);
        return true;
    }
    let hedged = case.mentions[number.mention].hedged;
    let told = is_of_all(case, number.mention) || is_restated(case, story, number, placed);
    if hedged || !told || (found - number.value).abs() <= 2 * half(number) {
        return false;
    }
    let reason = format!("it is {} percent of the total: {formula}", shown(&exact(found)));
    tell::contradict(case, number.mention, "percent", reason, formula, places);
    true
}

/// `70 percent of the career changers who applied`: the base is a cell, the part another of its row.
fn based(case: &mut Case<'_>, story: &Story<'_, '_>, number: &Number) -> bool {
    const NEAR: usize = 4;
    let (tokens, end) = (case.tokens(number.mention), case.mentions[number.mention].tokens.1);
    let sentence = case.sentence(number.mention);
    let of = tokens.get(end).is_some_and(|it| it.is("of"));
    let Some(scene) = story.scenes.at(case, number.mention).filter(|_| of && number.unit == Unit::Percent) else {
        return false;
    };
    let hit = scene.hits.iter().find(|it| it.tokens.start > end && it.tokens.start <= end + 2 && it.rows.len() == 1);
    let Some((row, last)) = hit.map(|it| (it.rows[0], it.tokens.end)) else { return false };
    let words: Vec<String> = tokens[last..sentence.end.min(last + NEAR)]
        .iter()
        .take_while(|it| it.is_word())
        .map(|it| super::words::form(&it.lower))
        .collect();
    let all = &story.sheet.measures;
    let bases: Vec<usize> = (0..all.len()).filter(|it| all[*it].is_named(&words)).collect();
    let [base] = bases[..] else { return false };
    let fits = |part: usize, whole: usize| {
        let (a, b) = (story.cell(row, part), story.cell(row, whole));
        part != whole && a.zip(b).and_then(|(a, b)| percent(a, b)).is_some_and(|it| fits_rounded(case, number, it))
    };
    let cells = |part: usize, whole: usize| {
        (
            format!("{}, {}", story.shown(row, part), story.shown(row, whole)),
            vec![story.spot(row, part), story.spot(row, whole)],
        )
    };
    if let Some(part) = (0..all.len()).find(|it| fits(*it, base)) {
        let (formula, places) = cells(part, base);
        tell::confirm(case, number.mention, "percent", formula, places);
        return true;
    }
    // Another base explains it.
    let other =
        (0..all.len()).flat_map(|part| (0..all.len()).map(move |whole| (part, whole))).find(|it| fits(it.0, it.1));
    let Some((part, whole)) = other.filter(|_| !case.mentions[number.mention].hedged) else { return false };
    let (formula, places) = cells(part, whole);
    let reason = format!(
        "no figure of {} is this share of {}; it fits {formula}",
        story.sheet.label(row),
        story.sheet.heading(base)
    );
    tell::contradict(case, number.mention, "percent", reason, formula, places);
    true
}

/// `1,688 calls, a third of the lot`.
pub(super) fn ratio(case: &mut Case<'_>, story: &Story<'_, '_>, it: usize) {
    if case.is_decided(it) {
        return;
    }
    let Some((placed, whole)) = part(case, story, it) else { return };
    let found = story.cell(placed.row, placed.measure).and_then(|it| percent(it, whole));
    let Some(found) = found.map(|it| exact(it / 100)) else { return };
    let (formula, places) = shared(story, placed, whole);
    let (inner, outer) = (case.mentions[it].inner.clone(), case.mentions[it].outer.clone());
    if inner.is_some_and(|it| it.holds(&found)) {
        tell::confirm(case, it, "percent", formula, places);
    } else if is_of_all(case, it) && outer.is_some_and(|it| !it.holds(&found)) {
        let reason = format!("it is {} of the total: {formula}", shown(&found));
        tell::contradict(case, it, "percent", reason, formula, places);
    }
}
