//! Sums and averages over rows that words name, over all of them, and over columns.

use super::super::place::Number;
use super::super::sheet::Micro;
use super::claim::Reading;
use super::cue::Around;
use super::level::{Aims, cells, sum};
use super::subject;
use super::view::View;
use crate::article::judge::Case;

/// What cells come to together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    Sum,
    Average,
}

impl Fold {
    fn word(self) -> &'static str {
        if self == Self::Sum { "the sum" } else { "the average" }
    }

    fn of(self, total: Micro, count: usize) -> Option<Micro> {
        if self == Self::Sum { Some(total) } else { total.checked_div(Micro::try_from(count).ok()?) }
    }
}

/// The sums or averages that a number may be.
pub(super) fn readings(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
    (aims, fold): (&Aims, Fold),
) -> Vec<Reading> {
    let mut found: Vec<Reading> = cells(view, aims).into_iter().map(|it| Reading { is_sure: false, ..it }).collect();
    for (rows, level) in sets(case, view, number, around) {
        let rows = if fold == Fold::Sum { rows } else { averaged(view, rows) };
        for column in aims.columns.iter().filter(|it| fold == Fold::Average || view.adds(it.measure)) {
            let Some(value) = sum(view, &rows, column.measure).and_then(|it| fold.of(it, rows.len())) else { continue };
            let is_one = fold == Fold::Average && rows.len() == 1;
            found.push(Reading {
                value,
                level: level + column.level + column.time,
                is_sure: level >= 3 && column.level >= 3 && column.time >= 2 && !is_one,
                column: column.level,
                is_beside: false,
                what: fold.word(),
                cells: rows.iter().map(|it| (*it, column.measure)).collect(),
            });
        }
    }
    along(view, aims, fold, &mut found);
    found
}

/// The rows that an average is over: no totals.
fn averaged(view: &View<'_, '_, '_>, mut rows: Vec<usize>) -> Vec<usize> {
    rows.retain(|it| !view.story.sheet.is_total[*it]);
    if rows.is_empty() { view.parts() } else { rows }
}

/// What a row has at all times together, or on average.
fn along(view: &View<'_, '_, '_>, aims: &Aims, fold: Fold, found: &mut Vec<Reading>) {
    for subject in &aims.subjects {
        let [row] = subject.rows[..] else { continue };
        for column in &aims.columns {
            let family = view.family(column.measure);
            if family.len() < 3
                || family.last() != Some(&column.measure)
                || fold == Fold::Sum && !view.adds(column.measure)
            {
                continue;
            }
            let Some(total) = family.iter().map(|it| view.value((row, *it))).sum::<Option<Micro>>() else { continue };
            let Some(value) = fold.of(total, family.len()) else { continue };
            found.push(Reading {
                value,
                level: subject.level + column.level + 2,
                is_sure: fold == Fold::Average && subject.level >= 3 && column.level >= 2,
                column: column.level,
                is_beside: false,
                what: fold.word(),
                cells: family.iter().map(|it| (row, *it)).collect(),
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
