//! How improbable a claim is by accident, and which claims are believed.

use super::claim::{Axis, Broken, Claim, Form, Lines, Origin, RelationKind, count, size};
use super::digits::{neighbours, slip_between};
use super::families;
use crate::slip::SlipKind;

/// What the steps of a statement lend each other: one place of each is enough then.
pub(super) const STEPS: f64 = -9.0;
/// Broken places that are looked at for near misses.
const NEAR_MISSES_MAX: usize = 50;

/// Works out the chance of coincidence: tries and choices of what may break
/// against what held, and against broken places that one slip explains.
pub(super) fn weigh(claim: &mut Claim, lines: &Lines<'_>) {
    let choices = log_choose(claim.checked(), claim.broken.len());
    claim.chance = claim.tries.max(1.0).log10() + choices - claim.information;
    if !claim.is_linear() {
        return;
    }
    let missed: f64 = claim.broken.iter().take(NEAR_MISSES_MAX).map(|it| near_miss(claim, lines, it)).sum();
    claim.chance -= missed;
    if exchange_mends(claim, lines) {
        claim.lent = claim.lent.min(-1.5);
    }
}

/// The logarithm to ten of how many ways there are to choose `of` from `all`.
pub(super) fn log_choose(all: usize, of: usize) -> f64 {
    let few = of.min(all - of);
    (1..=few).map(|it| (count(all - few + it) / count(it)).log10()).sum()
}

/// A break that one slip mends speaks for the claim: few figures are one slip away.
fn near_miss(claim: &Claim, lines: &Lines<'_>, broken: &Broken) -> f64 {
    let sheet = lines.sheet;
    let mut all = 0;
    let mut mends = false;
    for ((row, lane), factor) in claim.cells(broken.at, sheet) {
        let Some(it) = sheet.cell(row, lane).figure() else { continue };
        if broken.gap % i128::from(factor.abs()) != 0 {
            continue;
        }
        let last = 10_i64.pow(u32::from(sheet.scale - it.places));
        all += neighbours(it.value / last);
        if factor.abs() == 1 {
            let meant = i64::try_from(i128::from(it.value) - broken.gap * i128::from(factor));
            let meant = meant.ok().filter(|it| it % last == 0);
            let slip = meant.and_then(|meant| slip_between(it.value / last, meant / last));
            // Where nothing holds, what fits with another sign is a difference that is no sum.
            mends |= slip.is_some_and(|it| it != SlipKind::Sign || !claim.held.is_empty());
        }
    }
    let Some(total) = lines.figure(claim.target, broken.at).filter(|_| mends) else { return 0.0 };
    let unit = size(total.step(sheet.one()).into());
    ((size(i128::from(total.value).abs()) / unit + 1.0) / count(all.max(1))).log10().max(0.0)
}

/// Whether two breaks are one: two cells of a column in each other's place.
fn exchange_mends(claim: &Claim, lines: &Lines<'_>) -> bool {
    let [one, other] = claim.broken.as_slice() else { return false };
    if claim.axis == Axis::Rows {
        return false;
    }
    claim.cells(one.at, lines.sheet).iter().any(|&((_, lane), factor)| {
        let (Some(a), Some(b)) = (lines.value(lane, one.at), lines.value(lane, other.at)) else { return false };
        let step = i128::from(factor) * (i128::from(b) - i128::from(a));
        a != b && one.gap + step == 0 && other.gap == step
    })
}

/// Whether the evidence is enough to believe a claim.
pub(super) fn is_believed(claim: &mut Claim, lines: &Lines<'_>) -> bool {
    if claim.checked() == 0 {
        return false;
    }
    let mut chance = claim.chance + claim.lent;
    if claim.held.len() >= 3 && claim.share() >= 0.7 && families::is_known(claim, lines) {
        chance = (chance - 2.5).min(-3.0);
        claim.labelled = true;
    }
    let natural = claim.origin == Origin::Natural && claim.axis == Axis::Columns && claim.labelled;
    if chance < -1.2 && natural && claim.informing >= 3 && claim.share() >= 0.75 {
        chance = chance.min(-3.0);
    }
    if claim.axis == Axis::Rows && claim.is_linear() {
        return row_is_believed(claim, chance);
    }
    let labelled = claim.labelled;
    let (chance_max, share_min, informing_min) = match (&claim.form, claim.kind) {
        (Form::Proportional { .. }, _) => (if labelled { -8.0 } else { -14.0 }, 0.85, 5),
        (Form::Quotient { .. } | Form::Growth { .. } | Form::Product, _) => {
            (if labelled { -4.5 } else { -7.0 }, if labelled { 0.7 } else { 0.85 }, 4)
        }
        (Form::Steady { .. }, _) => (-4.0, 0.8, 6),
        (Form::Ordered { .. } | Form::Ranked { .. }, _) => (-3.0, 0.85, 5),
        (Form::Hundred, _) => (-4.0, 0.8, 4),
        (Form::Running { .. }, _) => (-6.0, 0.7, 4),
        (Form::Mean | Form::Maximum | Form::Minimum, _) => (-5.0, 0.7, 3),
        (_, RelationKind::Weighted) => (-4.0, 0.7, 3),
        _ => (if labelled { -2.5 } else { -5.0 }, if labelled { 0.6 } else { 0.75 }, 3),
    };
    chance < chance_max && claim.share() >= share_min && claim.informing >= informing_min
}

fn row_is_believed(claim: &Claim, chance: f64) -> bool {
    let labelled = claim.labelled;
    if claim.informing < 1 && !(labelled && !claim.broken.is_empty() && chance < -2.0) {
        return false;
    }
    if !labelled {
        // Where nothing breaks, nothing is told that could be a false alarm.
        let chance_of_two = if claim.broken.is_empty() && claim.open.is_empty() { -10.0 } else { -14.0 };
        let long = claim.parts.len() >= 3 || chance < chance_of_two;
        let informing_min = if claim.lent <= STEPS { 1 } else { 3 };
        return chance < -8.0 && claim.share() >= 0.75 && claim.informing >= informing_min && long;
    }
    let chance_max = if matches!(claim.origin, Origin::Natural | Origin::Outline) { -1.7 } else { -2.5 };
    let alone = claim.checked() == 1 && chance < -2.4;
    chance < chance_max && (claim.share() >= 0.5 || claim.lent <= -3.0 || alone)
}
