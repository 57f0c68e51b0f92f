//! Columns that are always the same multiple of another: miles and kilometres,
//! shares of a total that is not printed.

use std::collections::HashSet;

use super::claim::{Axis, Claim, Form, Lines, RelationKind, Term, count};
use super::evaluate::is_figure;
use super::figures::Class;
use super::judge::bounds;

/// Rows that the factor is worked out from.
const ROWS: usize = 200;
const ROWS_MIN: usize = 5;

/// Every pair of a column of shares or decimals with another column, in narrow tables.
pub(super) fn proportional(lines: &Lines<'_>) -> Vec<Claim> {
    const LINES_MAX: usize = 24;
    let number = lines.all.len();
    if number > LINES_MAX {
        return Vec::new();
    }
    let mut claims = Vec::new();
    for &target in &lines.all {
        let lane = &lines.sheet.lanes[target];
        let figures = lane.cells.iter().filter_map(|it| it.figure());
        let (all, decimal) = figures.fold((0, 0), |it, figure| (it.0 + 1, it.1 + usize::from(figure.places > 0)));
        if !matches!(lane.class, Class::Percent | Class::Average) && decimal * 2 < all {
            continue;
        }
        for &part in lines.all.iter().filter(|&&it| it != target && is_figure(lines.sheet.lanes[it].class)) {
            if !lines.budget.spend(ROWS * 4) {
                return claims;
            }
            let parts = vec![Term { line: part, weight: 1 }];
            let form = Form::Proportional { factor: (1, 1) };
            claims.push(Claim::new(
                Axis::Columns,
                RelationKind::Proportional,
                form,
                target,
                parts,
                count(number) * 100.0,
            ));
        }
    }
    claims
}

/// The factor that most rows agree on, and how many different figures say so.
///
/// Each row's rounding leaves an interval for it; the factor is taken from
/// inside the part that most intervals share.
pub(super) fn factor(claim: &Claim, lines: &Lines<'_>) -> Option<((i128, i128), usize)> {
    let one = lines.sheet.one();
    let mut ends: Vec<((i128, i128), bool)> = Vec::new();
    let (mut targets, mut parts) = (HashSet::new(), HashSet::new());
    for &at in lines.sample(ROWS) {
        let (target, part) = (lines.figure(claim.target, at), lines.figure(claim.parts[0].line, at));
        let (Some(target), Some(part)) = (target, part) else { continue };
        if target.percent && part.percent {
            continue;
        }
        let Some((low, high)) = bounds(target, part, one) else { continue };
        ends.extend([(low, true), (high, false)]);
        targets.insert(target.value);
        parts.insert(part.value);
    }
    if ends.len() < 2 * ROWS_MIN {
        return None;
    }
    // Openings before closings where they meet: the borders are inside.
    ends.sort_by(|a, b| (a.0.0 * b.0.1).cmp(&(b.0.0 * a.0.1)).then(b.1.cmp(&a.1)));
    let (mut open, mut best, mut at) = (0_usize, 0, 0);
    for (index, (_, opens)) in ends.iter().enumerate() {
        open = if *opens { open + 1 } else { open - 1 };
        if open > best {
            (best, at) = (open, index);
        }
    }
    if best * 2 < ends.len() / 2 {
        return None;
    }
    let (low, high) = (ends[at].0, ends.get(at + 1).map_or(ends[at].0, |it| it.0));
    let factor = (low.0 + high.0, low.1 + high.1);
    // Within two in a hundred of one it is the same thing counted twice.
    let same = 50 * (factor.0 - factor.1).abs() <= factor.1;
    (!same && factor.0 > 0).then(|| (factor, targets.len().min(parts.len())))
}
