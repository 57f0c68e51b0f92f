//! Slips that need no reading of all words: another unit, a thousand left out, a digit of the headline.

use super::super::place::{Number, Story, exact};
use super::super::sheet::{Micro, Unit};
use super::claim::{Finding, Fit, Reading, fit};
use super::cue::Around;
use super::view::View;
use super::{explain, level, subject};
use crate::article::checks::slip;
use crate::article::judge::Case;

/// `0.9 centimetres` for 0.9 metres: the cell in another unit of its kind.
pub(super) fn dimension(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
) -> Option<Finding> {
    const KINDS: &[&[&str]] =
        &[&["mm", "cm", "m", "km"], &["g", "kg", "t", "kt", "mt"], &["kw", "mw", "gw"], &["kwh", "mwh", "gwh", "twh"]];
    let Unit::Of(own) = &number.unit else { return None };
    let kind = KINDS.iter().find(|it| it.contains(&own.as_str()))?;
    let subjects = subject::subjects(case, view, around, number.mention);
    let rows = subjects.iter().filter(|it| it.level >= 3 && it.rows.len() == 1).map(|it| it.rows[0]);
    let other = |measure: &usize| match &view.story.sheet.measures[*measure].unit {
        Unit::Of(it) => it != own && kind.contains(&it.as_str()),
        _ => false,
    };
    let all = 0..view.story.sheet.measures.len();
    let found = rows.flat_map(|row| all.clone().filter(other).map(move |it| (row, it)));
    let cell = found.into_iter().find(|it| view.value(*it).is_some_and(|it| it == number.value))?;
    let away = around.behind(1).first().is_some_and(|it| {
        matches!(*it, "from" | "away" | "off" | "north" | "south" | "east" | "west" | "to" | "outside")
    });
    if away || case.is_decided(number.mention) || case.mentions[number.mention].hedged {
        return None;
    }
    let Unit::Of(unit) = &view.story.sheet.measures[cell.1].unit else { return None };
    let reason = format!("the table is in {unit}");
    let reading = Reading {
        value: number.value,
        level: 9,
        is_sure: true,
        column: 0,
        is_beside: false,
        what: "the cell",
        cells: vec![cell],
    };
    Some(Finding { mention: number.mention, is_right: false, is_explained: true, reading, reason })
}

/// `2,585 seizures in a year`, a digit away from what all rows add up to, where no row is named.
pub(super) fn headline(
    case: &Case<'_>,
    view: &View<'_, '_, '_>,
    number: &Number,
    around: &Around<'_>,
) -> Option<Finding> {
    let scene = view.story.scenes.at(case, number.mention)?;
    let first = case.mentions[number.mention].sentence == 0;
    let hedged = case.mentions[number.mention].hedged;
    if number.digits < 4 || !first || hedged || !scene.hits.is_empty() || case.is_decided(number.mention) {
        return None;
    }
    let rows = subject::all_rows(view);
    let slips = |measure: &usize| {
        let total = level::sum(view, &rows, *measure)?;
        let (_, slip) = slip::explained(&exact(number.value), &exact(total))?;
        Some((*measure, total, slip))
    };
    let found: Vec<(usize, Micro, String)> =
        (0..view.story.sheet.measures.len()).filter(|it| view.adds(*it)).filter_map(|it| slips(&it)).collect();
    let [(measure, value, slip)] = &found[..] else { return None };
    if explain::is_explained(case, view, number, around) {
        return None;
    }
    let cells = rows.iter().map(|it| (*it, *measure)).collect();
    let reading =
        Reading { value: *value, level: 6, is_sure: true, column: 0, is_beside: false, what: "the sum", cells };
    Some(Finding {
        mention: number.mention,
        is_right: false,
        is_explained: true,
        reading,
        reason: format!("the sum is {slip}"),
    })
}

/// `carried just 500 passengers` for 500 thousand, where other figures of the column are told in full.
pub(super) fn unscaled(case: &Case<'_>, view: &View<'_, '_, '_>, number: &Number, best: &Reading) -> Option<Finding> {
    let [(row, measure)] = best.cells[..] else { return None };
    let own = &view.story.sheet.measures[measure];
    let exact = fit(case, number, best.value / own.scale) == Fit::Holds;
    let told = view.story.numbers.iter().any(|it| {
        let placed = view.story.placed.get(&it.mention);
        it.mention != number.mention
            && placed.is_some_and(|it| view.story.sheet.measures[it.measure].scale == own.scale && it.row_level >= 3)
    });
    let noun = Story::is_noun(case, number, own) && own.unit != Unit::Money;
    (exact && told && noun && !case.is_decided(number.mention)).then(|| Finding {
        mention: number.mention,
        is_right: false,
        is_explained: true,
        reading: best.clone(),
        reason: format!("the table has {} times as many in {}", own.scale, view.story.sheet.label(row)),
    })
}
