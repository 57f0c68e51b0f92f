//! Sums and averages over rows that words name, over all of them, and over columns.

use super::super::place::Number;
use super::super::sheet::Micro;
use super::claim::Reading;
use super::cue::Around;
use super::level::{Aims, cells, sum};
use super::subject;
use super::view::View;
use crate::article::judge::Case;

/// The sums that a number may be.
pub(super) fn sums(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    aims: &Aims,
) -> Vec<Reading> {
    let mut found: Vec<Reading> = cells(view, aims).into_iter().map(|it| Reading { is_sure: false, ..it }).collect();
    for (rows, level) in sets(case, view, number, around) {
        for column in aims.columns.iter().filter(|it| view.adds(it.measure)) {
            let Some(value) = sum(view, &rows, column.measure) else { continue };
            let sure = level >= 3 && column.level >= 3 && column.time >= 2;
            let cells = rows.iter().map(|it| (*it, column.measure)).collect();
            found.push(Reading {
                value,
                level: level + column.level + column.time,
                is_sure: sure,
                column: column.level,
                is_beside: false,
                what: "the sum",
                cells,
            });
        }
    }
    along(view, aims, false, &mut found);
    found
}

/// The averages that a number may be.
pub(super) fn averages(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    aims: &Aims,
) -> Vec<Reading> {
    let mut found: Vec<Reading> = cells(view, aims).into_iter().map(|it| Reading { is_sure: false, ..it }).collect();
    for (rows, level) in sets(case, view, number, around) {
        for column in &aims.columns {
            let rows: Vec<usize> = rows.iter().copied().filter(|it| !view.story.sheet.is_total[*it]).collect();
            let rows = if rows.is_empty() { view.parts() } else { rows };
            let (Some(total), Ok(count)) = (sum(view, &rows, column.measure), Micro::try_from(rows.len())) else {
                continue;
            };
            let sure = level >= 3 && column.level >= 3 && column.time >= 2 && count > 1;
            let cells = rows.iter().map(|it| (*it, column.measure)).collect();
            let value = total / count;
            found.push(Reading {
                value,
                level: level + column.level + column.time,
                is_sure: sure,
                column: column.level,
                is_beside: false,
                what: "the average",
                cells,
            });
        }
    }
    along(view, aims, true, &mut found);
    found
}

/// What a row has at all times together, or on average.
fn along(view: &View<'_, '_, '_>, aims: &Aims, averaged: bool, found: &mut Vec<Reading>) {
    for subject in &aims.subjects {
        let [row] = subject.rows[..] else { continue };
        for column in &aims.columns {
            let family = view.family(column.measure);
            if family.len() < 3 || family.last() != Some(&column.measure) || !averaged && !view.adds(column.measure) {
                continue;
            }
            let Some(total) = family.iter().map(|it| view.value((row, *it))).sum::<Option<Micro>>() else { continue };
            let count = Micro::try_from(family.len()).unwrap_or(1);
            let value = if averaged { total / count } else { total };
            let cells = family.iter().map(|it| (row, *it)).collect();
            let is_sure = averaged && subject.level >= 3 && column.level >= 2;
            let what = if averaged { "the average" } else { "the sum" };
            found.push(Reading {
                value,
                level: subject.level + column.level + 2,
                is_sure,
                column: column.level,
                is_beside: false,
                what,
                cells,
            });
        }
    }
}

/// Rows that belong together, and how surely they are meant.
fn sets(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, around: &Around<'_>) -> Vec<(Vec<usize>, i32)> {
    let Some(scene) = view.story.scenes.at(case, number.mention) else { return Vec::new() };
    let sheet = view.story.sheet;
    let mut found = Vec::new();
    let singles: Vec<usize> =
        scene.hits.iter().filter(|it| it.rows.len() == 1 && !it.is_end).map(|it| it.rows[0]).collect();
    let before: Vec<usize> = scene
        .hits
        .iter()
        .filter(|it| {
            it.rows.len() == 1 && !it.is_end && it.tokens.end <= around.own.0 && it.tokens.start >= around.clause.start
        })
        .map(|it| it.rows[0])
        .collect();
    for mut rows in [singles, before] {
        rows.sort_unstable();
        rows.dedup();
        if rows.len() > 1 && !rows.iter().any(|it| sheet.is_total[*it]) {
            found.push((rows, 2));
        }
    }
    // `The two of them together`: the last two that were named.
    let both = scene.hits.is_empty()
        && (super::cue::says(around, around.sentence.clone(), &["two", "of", "them"])
            || super::cue::says(around, around.sentence.clone(), &["between", "them"])
            || around.has(around.sentence.clone(), &["both"]));
    if let Some(before) = view.story.scenes.before(case, number.mention).filter(|_| both) {
        let mut rows: Vec<usize> = Vec::new();
        for hit in before.hits.iter().filter(|it| it.rows.len() == 1) {
            if !rows.contains(&hit.rows[0]) {
                rows.push(hit.rows[0]);
            }
        }
        if rows.len() == 2 {
            found.push((rows, 4));
        }
    }
    // All rows of a name: the months of one town.
    let start = around.clause.start;
    let groups = scene
        .hits
        .iter()
        .filter(|it| it.rows.len() > 1 && !it.is_word && it.tokens.end <= around.own.0 && it.tokens.start >= start);
    found.extend(groups.max_by_key(|it| it.tokens.start).map(|it| (it.rows.clone(), 4)));
    // From the first to the last of a range.
    let ends: Vec<usize> =
        scene.hits.iter().filter(|it| it.is_end && it.rows.len() == 1).map(|it| it.rows[0]).collect();
    if let [first, last] = ends[..] {
        found.push(((first.min(last)..=first.max(last)).collect(), 2));
    }
    let named = scene.hits.iter().any(|it| around.clause.contains(&it.tokens.start));
    found.push((subject::all_rows(view), if named { 1 } else { 3 }));
    if sheet.total().is_some() {
        found.push((view.parts(), 1));
    }
    found.extend(view.groups().into_iter().map(|it| (it, 1)));
    found
}
