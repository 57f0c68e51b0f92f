//! Columns that change little from row to row, and a figure that one slip put out of all proportion.
//!
//! Only a digit that was added, or zeros too many or too few, are told: what
//! they leave fits between its neighbours, and nothing else explains a tenfold
//! figure in a column that never moves by more than a fiftieth.

use super::claim::{Axis, Claim, Form, Lines, RelationKind, View, count, size};
use super::digits::slip_between;
use super::figures::{Class, Sheet};
use super::judge::ClaimAtPlace;
use crate::slip::SlipKind;

/// Neighbours that are looked at, on each side.
const REACH: usize = 4;
/// A usual step is at most so small a part of the figures.
const STEADY: i128 = 50;
/// So many times as large as its neighbours, or as small, is out of proportion.
const APART: i128 = 3;
/// A mended figure may be so many usual steps off.
const STEPS: i128 = 6;
/// Figures below so many units say too little with their digits.
const UNITS_MIN: i128 = 1_000;
/// Fewer places that hold do not say that a column is steady.
const HELD_MIN: usize = 6;
/// Jumps of a column that is worth a closer look: more are its nature.
const JUMPS_MAX: usize = 4;

/// What the neighbours of a place say it should be about.
#[derive(Clone, Copy)]
struct Expected {
    about: i128,
    step: i128,
    /// Whether they only rise (1), or only fall (-1).
    trend: i128,
}

/// A column and the rows of a group, or of the whole table, if one figure stands out.
pub(super) fn steady(lines: &Lines<'_>) -> Vec<Claim> {
    let sheet = lines.sheet;
    let mut claims = Vec::new();
    for &target in lines.all.iter().filter(|it| sheet.lanes[**it].class == Class::Count) {
        for chain in (0..=sheet.chains.len()).rev() {
            if !lines.budget.spend(sheet.rows) {
                return claims;
            }
            if !(1..=JUMPS_MAX).contains(&jumps(sheet, target, chain)) {
                continue;
            }
            let (kind, form) = (RelationKind::Steady, Form::Steady { chain });
            let claim = Claim::new(Axis::Columns, kind, form, target, Vec::new(), count(lines.all.len()));
            if let Some(claim) = seen(claim, lines) {
                claims.push(claim);
                break;
            }
        }
    }
    claims
}

/// How often a figure is out of proportion to the one before: a cheap look, that mostly ends it.
fn jumps(sheet: &Sheet<'_>, lane: usize, chain: usize) -> usize {
    let least = UNITS_MIN * i128::from(sheet.one());
    let jump = |row: &usize| {
        let before = sheet.neighbour(*row, false, chain).and_then(|it| sheet.value(it, lane)).map(i128::from);
        let (Some(before), Some(here)) = (before, sheet.value(*row, lane).map(i128::from)) else { return false };
        before.min(here) > 0 && before.max(here) >= least && before.max(here) >= APART * before.min(here)
    };
    (0..sheet.rows).filter(jump).count()
}

/// The claim, if it breaks once or twice, and each time one slip explains it.
fn seen(mut claim: Claim, lines: &Lines<'_>) -> Option<Claim> {
    if !lines.budget.spend(lines.places.len() * 2 * REACH) {
        return None;
    }
    super::evaluate::evaluate(&mut claim, lines);
    let few = (1..=2).contains(&claim.broken.len()) && claim.held.len() >= HELD_MIN;
    let slips = claim.broken.iter().all(|it| !mended(&claim, it.at, lines.sheet).is_empty());
    (few && slips).then_some(claim)
}

/// Judges one place by its neighbours; `None` where they say nothing.
pub(super) fn judge(claim: &Claim, at: usize, view: &View<'_>, chain: usize) -> Option<ClaimAtPlace> {
    let printed = i128::from(view.cell(at, claim.target).value()?);
    let it = expected(claim.target, at, view, chain)?;
    let holds = printed * APART > it.about && printed < it.about * APART;
    Some(ClaimAtPlace {
        holds,
        gap: printed - it.about,
        slack: 2 * STEPS * it.step,
        computed: it.about,
        missing: 0,
        filled: 2,
    })
}

/// What the figures before and behind a place in its chain say, where they are steady.
fn expected(lane: usize, at: usize, view: &View<'_>, chain: usize) -> Option<Expected> {
    let walk = |back: bool| {
        let next = move |row: &usize| view.sheet.neighbour(*row, back, chain);
        let rows = std::iter::successors(next(&at), next).take(REACH);
        rows.filter_map(|row| view.cell(row, lane).value().map(i128::from)).collect::<Vec<i128>>()
    };
    let (mut before, mut behind) = (walk(false), walk(true));
    // In a table of no groups a figure at the end may be of another kind: the rest, a forecast.
    let inner = chain > 0 || (before.len() >= 2 && behind.len() >= 2);
    if before.len() + behind.len() < REACH || !inner {
        return None;
    }
    let median = |sizes: &mut Vec<i128>| {
        sizes.sort_unstable();
        sizes[sizes.len() / 2]
    };
    let level = median(&mut before.iter().chain(&behind).copied().collect());
    // A neighbour may itself be the one that stands out.
    for side in [&mut before, &mut behind] {
        side.retain(|it| it * APART > level && *it < level * APART);
    }
    if before.len() + behind.len() < REACH - 1 {
        return None;
    }
    let (last, next) = (before.first().copied(), behind.first().copied());
    before.reverse();
    let near: Vec<i128> = before.into_iter().chain(behind).collect();
    let signed: Vec<i128> = near.windows(2).map(|it| it[1] - it[0]).collect();
    let one = i128::from(view.sheet.one());
    let step = median(&mut signed.iter().map(|it| it.abs()).collect()).max(one);
    if level < UNITS_MIN * one || step * STEADY > level {
        return None;
    }
    let trend = if signed.iter().all(|it| *it >= 0) { 1 } else { -i128::from(signed.iter().all(|it| *it <= 0)) };
    let about = match (last, next) {
        (Some(last), Some(next)) => i128::midpoint(last, next),
        (Some(last), None) => last + trend * step,
        (None, Some(next)) => next - trend * step,
        (None, None) => return None,
    };
    (about > 0).then_some(Expected { about, step, trend })
}

/// The figures that one slip leaves in proportion, the likeliest first.
pub(super) fn mended(claim: &Claim, at: usize, sheet: &Sheet<'_>) -> Vec<i64> {
    let Form::Steady { chain } = claim.form else { return Vec::new() };
    let figure = sheet.cell(at, claim.target).figure();
    let Some((it, figure)) = expected(claim.target, at, &View::of(sheet), chain).zip(figure) else { return Vec::new() };
    let last = 10_i64.pow(u32::from(sheet.scale - figure.places));
    let printed = figure.value / last;
    let off = |meant: i64| i128::from(meant) * i128::from(last) - it.about;
    let fits = |meant: &i64| {
        let slip = slip_between(printed, *meant);
        let off = off(*meant);
        let against = it.trend != 0 && off.signum() == -it.trend && off.abs() > it.step;
        matches!(slip, Some(SlipKind::Added | SlipKind::Factor)) && off.abs() <= STEPS * it.step && !against
    };
    let mut fitting: Vec<i64> = ways(printed).into_iter().filter(fits).collect();
    // A digit in front of zeros is as good as the last of them, and less likely.
    if let Some(&tenth) = fitting.iter().find(|it| it.checked_mul(10) == Some(printed)) {
        fitting = vec![tenth];
    }
    fitting.sort_by_key(|it| (off(*it).abs(), *it));
    fitting.dedup();
    fitting.into_iter().filter_map(|it| it.checked_mul(last)).collect()
}

/// What a figure may have been before a digit or zeros were added or lost.
fn ways(printed: i64) -> Vec<i64> {
    let mut ways = Vec::new();
    let mut below = 1_i64;
    while below <= printed {
        ways.push(printed / below / 10 * below + printed % below);
        if printed % (below * 10) == 0 {
            ways.push(printed / (below * 10));
        }
        let Some(next) = below.checked_mul(10) else { break };
        below = next;
    }
    let more = [10, 100, 1_000].into_iter().filter_map(|it| printed.checked_mul(it));
    ways.extend(more.filter(|it| i128::from(*it) < super::figures::VALUE_MAX));
    ways
}

/// How improbable it is that a place lies so near to its neighbours.
pub(super) fn information(it: &ClaimAtPlace) -> f64 {
    (size(it.computed) / size(it.slack.max(1))).max(1.0).log10()
}
