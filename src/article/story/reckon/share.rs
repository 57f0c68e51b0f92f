//! Of how much: a part of the total, of its column, or of another column of its row.

use super::super::place::Number;
use super::super::sheet::{Micro, Unit};
use super::claim::Reading;
use super::cue::Around;
use super::level::{is_sure, sum, weight};
use super::view::View;
use super::{aim, subject};
use crate::article::judge::Case;
use crate::article::mention::MentionKind;
use crate::article::table::ONE;

/// One value over another, in the terms of a number.
pub(super) fn part_of(case: &Case<'_>, number: &Number, part: Micro, whole: Micro) -> Option<Micro> {
    let factor = if case.mentions[number.mention].kind == MentionKind::Percent { 100 } else { 1 };
    (whole != 0).then(|| part.checked_mul(factor * ONE)?.checked_div(whole)).flatten()
}

/// The shares that a number may be.
pub(super) fn readings(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Vec<Reading> {
    let mut found = Vec::new();
    let subjects = subject::subjects(case, view, around, number.mention);
    let free = number.with_unit(Unit::None);
    let columns = aim::columns(case, view, around, &free);
    let all = subject::all_rows(view);
    for subject in &subjects {
        for column in columns.iter().filter(|it| view.adds(it.measure)) {
            let Some(part) = sum(view, &subject.rows, column.measure) else { continue };
            let cells: Vec<_> = subject.rows.iter().map(|it| (*it, column.measure)).collect();
            let level = weight(subject, column);
            let whole = sum(view, &all, column.measure);
            if let Some(value) = whole.and_then(|it| part_of(case, number, part, it)).filter(|_| !subject.is_all) {
                let sure = is_sure(subject, column) && of_all(around);
                let cells = cells.iter().copied().chain(all.iter().map(|it| (*it, column.measure))).collect();
                found.push(Reading {
                    value,
                    level: level + 1,
                    is_sure: sure,
                    column: 0,
                    is_beside: false,
                    what: "the share",
                    cells,
                });
            }
            for group in view.groups().iter().filter(|it| subject.rows.iter().all(|row| it.contains(row))) {
                let value = sum(view, group, column.measure).and_then(|it| part_of(case, number, part, it));
                found.extend(value.map(|value| Reading {
                    value,
                    level: level - 1,
                    is_sure: false,
                    column: 0,
                    is_beside: false,
                    what: "the share",
                    cells: cells.clone(),
                }));
            }
            for other in columns.iter().filter(|it| it.measure != column.measure) {
                let whole = sum(view, &subject.rows, other.measure);
                let value = whole.and_then(|it| part_of(case, number, part, it));
                let cells = cells.iter().copied().chain(subject.rows.iter().map(|it| (*it, other.measure))).collect();
                found.extend(value.map(|value| Reading {
                    value,
                    level: level.min(weight(subject, other)),
                    is_sure: false,
                    column: 0,
                    is_beside: false,
                    what: "the share",
                    cells,
                }));
            }
        }
    }
    parts(view, &subjects, &columns, &mut found);
    complements(case, number, &mut found);
    restated(case, view, number, around, (&subjects, &columns), &mut found);
    rates(view, &subjects, number, &mut found);
    told(case, number, around, &mut found);
    found
}

/// A part that is named, of the least whole of its row that it may be of: whichever it is, none fits.
fn parts(view: &View<'_, '_, '_>, subjects: &[subject::Subject], columns: &[aim::Column], found: &mut [Reading]) {
    let named: Vec<&aim::Column> =
        columns.iter().filter(|it| it.level >= 3 && view.family(it.measure).len() == 1).collect();
    let [part] = named[..] else { return };
    for subject in subjects.iter().filter(|it| it.level >= 3 && it.rows.len() == 1) {
        let row = subject.rows[0];
        let Some(own) = view.value((row, part.measure)) else { continue };
        let wholes = columns.iter().filter(|it| it.measure != part.measure && view.adds(it.measure));
        let least = wholes
            .filter_map(|it| view.value((row, it.measure)).filter(|it| *it > own).map(|value| (value, it.measure)))
            .min();
        let Some((_, whole)) = least else { continue };
        for it in
            found.iter_mut().filter(|it| it.what == "the share" && it.cells == [(row, part.measure), (row, whole)])
        {
            it.is_sure = true;
            it.level = it.level.max(9);
        }
    }
}

/// What is not so is a share, too.
fn complements(case: &Case<'_>, number: &Number, found: &mut Vec<Reading>) {
    let one = if case.mentions[number.mention].kind == MentionKind::Percent { 100 * ONE } else { ONE };
    let rest: Vec<Reading> = found
        .iter()
        .filter(|it| (0..one).contains(&it.value))
        .map(|it| Reading { value: one - it.value, is_sure: false, level: it.level - 2, ..it.clone() })
        .collect();
    found.extend(rest);
}

/// `2,490 tonnes, or 9.6 percent of the waste`: the figure right before, of the whole of its column.
fn restated(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    (subjects, columns): (&[subject::Subject], &[aim::Column]),
    found: &mut Vec<Reading>,
) {
    let gap = around.past..around.own.0;
    let or = around.has(gap.clone(), &["or"]) && gap.len() <= 5 && around.behind(2).first() == Some(&"of");
    let before = case.beside(number.mention).rfind(|it| case.mentions[*it].tokens.1 <= around.own.0);
    let Some(before) = before.and_then(|it| Number::of(case, it)).filter(|it| or && it.digits >= 2) else { return };
    for subject in subjects.iter().filter(|it| it.level >= 2 && it.rows.len() == 1) {
        for column in columns.iter().filter(|it| view.adds(it.measure)) {
            let cell = (subject.rows[0], column.measure);
            let Some(part) = view.value(cell).filter(|it| before.fits(case, *it)) else { continue };
            let all = subject::all_rows(view);
            let value = sum(view, &all, column.measure).and_then(|it| part_of(case, number, part, it));
            found.extend(value.map(|value| Reading {
                value,
                level: 10,
                is_sure: subject.level >= 3,
                column: 0,
                is_beside: false,
                what: "the share",
                cells: vec![cell],
            }));
        }
    }
}

/// `One in three is older: 5,600 of the 24,000`: a part and its whole in the same sentence.
fn told(case: &Case<'_>, number: &Number, around: &Around<'_>, found: &mut Vec<Reading>) {
    let all: Vec<usize> = case.beside(number.mention).filter(|it| *it != number.mention).collect();
    for pair in all.windows(2) {
        let (one, two) = (&case.mentions[pair[0]], &case.mentions[pair[1]]);
        let between: Vec<&str> =
            around.tokens.get(one.tokens.1..two.tokens.0).unwrap_or_default().iter().map(|it| &*it.lower).collect();
        let joined = matches!(
            between[..],
            ["of"] | ["of", "the" | "its" | "all"] | ["out", "of"] | ["out", "of", "the"] | ["from", "the"]
        );
        let (Some(a), Some(b)) = (Number::of(case, pair[0]), Number::of(case, pair[1])) else { continue };
        if !joined || one.hedged || two.hedged || a.value > b.value {
            continue;
        }
        let gap = around.tokens.get(around.own.1..one.tokens.0).unwrap_or_default();
        let signs = gap.iter().filter(|it| matches!(it.text, ":" | "–" | "—")).count();
        let sure = signs == 1 && gap.len() <= 8 && around.own.1 <= one.tokens.0;
        let value = part_of(case, number, a.value, b.value);
        found.extend(value.map(|value| Reading {
            value,
            level: 8,
            is_sure: sure,
            column: 0,
            is_beside: false,
            what: "the share",
            cells: Vec::new(),
        }));
    }
}

/// Columns that tell shares themselves.
fn rates(view: &View<'_, '_, '_>, subjects: &[subject::Subject], number: &Number, found: &mut Vec<Reading>) {
    let factor = if number.unit == Unit::Percent { 1 } else { 100 };
    for (measure, own) in view.story.sheet.measures.iter().enumerate() {
        for subject in subjects.iter().filter(|_| own.unit == Unit::Percent) {
            let Some(value) = sum(view, &subject.rows, measure) else { continue };
            let cells = subject.rows.iter().map(|it| (*it, measure)).collect();
            found.push(Reading {
                value: value / factor,
                level: subject.level + 3,
                is_sure: false,
                column: 0,
                is_beside: false,
                what: "the cell",
                cells,
            });
        }
    }
}

/// Whether what stands behind `of` is everything: `of the total`, `of all votes`.
fn of_all(around: &Around<'_>) -> bool {
    let behind = around.behind(5);
    matches!(
        behind[..],
        ["of", "all" | "total" | "everything", ..]
            | ["of", "the", "total" | "whole" | "overall" | "entire" | "sum", ..]
    )
}
