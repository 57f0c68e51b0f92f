//! Columns that rise or fall in the order of the rows, or of a rank beside them, and
//! a figure that one slip put out of that order; ranks that are not the place of what
//! they rank.
//!
//! A list is sorted by one column, and others go along with it more or less. So only
//! the column that keeps the order best is taken for what the rows are sorted by, and
//! only where nothing else sorts them; a figure is told only where it is far from its
//! neighbours and one slip brings it back. Cumulative columns rise by their nature,
//! whatever else sorts the rows.

use std::sync::Arc;

use super::claim::{Axis, Claim, Form, Lines, RelationKind, Term, View, count};
use super::figures::{Cell, Class, Sheet};
use super::judge::ClaimAtPlace;
use super::words::Senses;
use crate::slip::slips;
use crate::table::ColumnType;

/// Fewer steps up or down say nothing of an order.
const STEPS_MIN: usize = 8;
/// Steps against the order of a column that is worth a closer look.
const AGAINST_MAX: usize = 3;
/// A figure out of order is so many usual steps from where it belongs.
const APART: u64 = 4;
/// Fewer ranks say nothing.
const RANKS_MIN: usize = 8;

/// How a column goes from row to row of a chain.
struct Steps {
    lane: usize,
    up: usize,
    down: usize,
}

impl Steps {
    fn of(sheet: &Sheet<'_>, lane: usize, chain: usize) -> Self {
        let mut steps = Self { lane, up: 0, down: 0 };
        for row in 0..sheet.rows {
            let before = sheet.neighbour(row, false, chain).and_then(|it| sheet.value(it, lane));
            let (Some(before), Some(here)) = (before, sheet.value(row, lane)) else { continue };
            steps.up += usize::from(here > before);
            steps.down += usize::from(here < before);
        }
        steps
    }

    fn against(&self) -> usize {
        self.up.min(self.down)
    }

    /// Whether it keeps an order but for a few steps.
    fn is_ordered(&self) -> bool {
        let along = self.up.max(self.down);
        along >= STEPS_MIN && self.against() * 8 <= along
    }
}

/// Columns in the order of the rows or of a rank, with one or two figures that are out of it.
pub(super) fn ordered(lines: &Lines<'_>) -> Vec<Claim> {
    let sheet = lines.sheet;
    let mut claims = Vec::new();
    if sheet.rows <= STEPS_MIN {
        return claims;
    }
    for chain in 0..=sheet.chains.len() + sheet.ranked.len() {
        if !lines.budget.spend(sheet.rows * lines.all.len()) {
            break;
        }
        let all: Vec<Steps> = lines.all.iter().map(|&it| Steps::of(sheet, it, chain)).collect();
        let rank = sheet.rank_of(chain);
        let of_groups = rank.is_none() && chain > 0;
        let keeps = |it: &Steps| Some(it.lane) != rank && it.against() == 0 && it.is_ordered();
        let sorted = all.iter().any(keeps) || (chain == 0 && is_sorted_by_texts(sheet));
        for steps in all.iter().filter(|it| it.is_ordered() && (1..=AGAINST_MAX).contains(&it.against())) {
            let lane = &sheet.lanes[steps.lane];
            let is_cumulative = lane.senses.has(Senses::RUNNING) && steps.up > steps.down;
            let is_figure = matches!(lane.class, Class::Count | Class::Average | Class::Percent);
            if !is_figure || ((sorted || of_groups) && !is_cumulative) {
                continue;
            }
            let form = Form::Ordered { falls: steps.down > steps.up, chain };
            let parts = rank.map(|line| Term { line, weight: 1 }).into_iter().collect();
            let tries = count(lines.all.len()) * 2.0;
            let claim = Claim::new(Axis::Columns, RelationKind::Order, form, steps.lane, parts, tries);
            // A rank says that there is an order.
            let lent = if rank.is_some() { -2.0 } else { 0.0 };
            claims.extend(seen(Claim { lent, ..claim }, lines));
        }
    }
    claims
}

/// Whether texts or days of the table stand in order: then no figure sorts its rows.
fn is_sorted_by_texts(sheet: &Sheet<'_>) -> bool {
    let table = sheet.table;
    let is_text = |column: &usize| sheet.lanes.iter().all(|it| it.column != *column);
    (0..table.columns.len()).filter(is_text).any(|column| {
        if matches!(table.columns[column].kind, ColumnType::Date | ColumnType::Period) {
            return true;
        }
        let texts = || (0..sheet.rows).map(|row| table.text(row, column).trim().to_lowercase());
        let (up, down) = texts()
            .zip(texts().skip(1))
            .fold((0, 0), |(up, down), (a, b)| (up + usize::from(b > a), down + usize::from(b < a)));
        up.min(down) == 0 && up.max(down) >= STEPS_MIN
    })
}

/// The claim, if it breaks once or twice, and each time one slip explains it.
fn seen(mut claim: Claim, lines: &Lines<'_>) -> Option<Claim> {
    if !lines.budget.spend(lines.places.len() * 3) {
        return None;
    }
    super::evaluate::evaluate(&mut claim, lines);
    let held_min = if claim.parts.is_empty() { STEPS_MIN } else { RANKS_MIN / 2 };
    let few = (1..=2).contains(&claim.broken.len()) && claim.held.len() >= held_min;
    let slip = |at: usize| is_apart(&claim, at, lines.sheet) && !mended(&claim, at, lines.sheet).is_empty();
    (few && claim.broken.iter().all(|it| slip(it.at))).then_some(claim)
}

/// The figures before and behind a place, the smaller one first; `None` where they are not in order.
fn between(claim: &Claim, at: usize, view: &View<'_>) -> Option<(i64, i64)> {
    let Form::Ordered { falls, chain } = claim.form else { return None };
    let value = |back: bool| view.cell(view.sheet.neighbour(at, back, chain)?, claim.target).value();
    let (before, behind) = (value(false)?, value(true)?);
    let (low, high) = if falls { (behind, before) } else { (before, behind) };
    (low <= high).then_some((low, high))
}

/// Judges a place of a column in order by its neighbours; `None` where they say nothing.
pub(super) fn judge(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let printed = view.cell(at, claim.target).value()?;
    let (low, high) = between(claim, at, view)?;
    let holds = (low..=high).contains(&printed);
    let computed = i128::midpoint(low.into(), high.into());
    let filled = if low < printed && printed < high { 2 } else { 0 };
    Some(ClaimAtPlace {
        holds,
        gap: i128::from(printed) - computed,
        slack: i128::from(high - low),
        computed,
        missing: 0,
        filled,
    })
}

/// Whether a figure is farther from where it belongs than the steps around it are long.
fn is_apart(claim: &Claim, at: usize, sheet: &Sheet<'_>) -> bool {
    const REACH: usize = 5;
    let Form::Ordered { chain, .. } = claim.form else { return false };
    let (Some(printed), Some((low, high))) = (sheet.value(at, claim.target), between(claim, at, &View::of(sheet)))
    else {
        return false;
    };
    let walk = |back: bool| {
        let next = move |row: &usize| sheet.neighbour(*row, back, chain);
        std::iter::successors(next(&at), next).take(REACH).filter_map(|row| sheet.value(row, claim.target))
    };
    let sides = [walk(false).collect::<Vec<i64>>(), walk(true).collect()];
    let mut steps: Vec<u64> = sides.iter().flat_map(|it| it.windows(2).map(|it| it[0].abs_diff(it[1]))).collect();
    steps.push(low.abs_diff(high));
    steps.sort_unstable();
    let away = if printed < low { low.abs_diff(printed) } else { printed.abs_diff(high) };
    let step = steps[steps.len() / 2].max(1);
    away >= APART.saturating_mul(step) && away >= low.abs_diff(high)
}

/// The figures in order that one slip turns into the printed one, the likeliest first.
pub(super) fn mended(claim: &Claim, at: usize, sheet: &Sheet<'_>) -> Vec<i64> {
    let Some((low, high)) = between(claim, at, &View::of(sheet)) else { return Vec::new() };
    let Some(figure) = sheet.cell(at, claim.target).figure() else { return Vec::new() };
    let printed = sheet.decimal(figure.value.into(), at, claim.target);
    let kind = if sheet.lanes[claim.target].negative { ColumnType::Integer } else { ColumnType::Count };
    let mut all = slips(printed, kind);
    all.sort_by_key(|it| it.cost);
    let scale = i32::from(sheet.scale);
    let value = |it: &crate::slip::Slip| {
        let steps = u32::try_from(i32::from(it.to.exponent) + scale).ok()?;
        i64::try_from(it.to.units.checked_mul(10_i128.checked_pow(steps)?)?).ok()
    };
    all.iter().filter_map(value).filter(|it| (low..=high).contains(it)).collect()
}

/// Ranks, and the columns that may be what they rank.
pub(super) fn ranks(lines: &Lines<'_>) -> Vec<Claim> {
    let sheet = lines.sheet;
    let is_rank = |it: &usize| sheet.lanes[*it].class == Class::Rank && sheet.lanes[*it].senses.has(Senses::PLACE);
    let is_figure = |it: &usize| matches!(sheet.lanes[*it].class, Class::Count | Class::Average | Class::Percent);
    let mut claims = Vec::new();
    for target in lines.all.iter().copied().filter(is_rank) {
        for part in lines.all.iter().copied().filter(is_figure) {
            if sheet.rows < RANKS_MIN || !lines.budget.spend(sheet.rows * 4) {
                return claims;
            }
            // A place of several is no figure, but takes a place.
            let ranked = |row: usize| sheet.value(row, part).filter(|_| sheet.cell(row, target) != Cell::Missing);
            let mut values: Vec<i64> = (0..sheet.rows).filter_map(ranked).collect();
            values.sort_unstable();
            // Many that share a figure are ranked by another one.
            let kinds = values.chunk_by(|a, b| a == b).count();
            if kinds * 10 < values.len() * 9 {
                continue;
            }
            let values: Arc<[i64]> = values.into();
            for falls in [true, false] {
                let (kind, form) = (RelationKind::Rank, Form::Ranked { falls, values: Arc::clone(&values) });
                let parts = vec![Term { line: part, weight: 1 }];
                let mut claim = Claim::new(Axis::Columns, kind, form, target, parts, count(lines.all.len()) * 2.0);
                claim.labelled = true;
                super::evaluate::evaluate(&mut claim, lines);
                if claim.held.len() >= RANKS_MIN && is_one_rank_off(&claim, sheet) {
                    claims.push(claim);
                }
            }
        }
    }
    claims
}

/// Whether one rank alone is not the place, and is one that another row has: where the last is too
/// high, rows are left out in front of it.
fn is_one_rank_off(claim: &Claim, sheet: &Sheet<'_>) -> bool {
    let [broken] = claim.broken[..] else { return false };
    let printed = sheet.value(broken.at, claim.target);
    claim.held.iter().any(|&it| sheet.value(it, claim.target) == printed)
}

/// Judges a rank: one, and as many more as are before it; any of the places that those with its figure share.
pub(super) fn judge_rank(claim: &Claim, at: usize, view: &View<'_>) -> Option<ClaimAtPlace> {
    let Form::Ranked { falls, values } = &claim.form else { return None };
    let printed = i128::from(view.cell(at, claim.target).value()?);
    let value = view.cell(at, claim.parts[0].line).value()?;
    let (below, up_to) = (values.partition_point(|it| *it < value), values.partition_point(|it| *it <= value));
    let (before, behind) = if *falls { (values.len() - up_to, values.len() - below) } else { (below, up_to) };
    let one = i128::from(view.sheet.one());
    let place = |it: usize| i128::try_from(it).ok().map(|it| it * one);
    let (first, last) = (place(before + 1)?, place(behind)?);
    let holds = (first..=last.max(first)).contains(&printed);
    let computed = if holds { printed } else { first };
    Some(ClaimAtPlace { holds, gap: printed - computed, slack: 0, computed, missing: 0, filled: 1 })
}
