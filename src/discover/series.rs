//! Proposes running totals, shares that make up a hundred, means and extremes.

use super::claim::{Axis, Claim, Cut, Form, Lines, RelationKind, Term, View, count};
use super::evaluate::is_figure;
use super::figures::Class;
use super::judge::{judge, ratio};
use super::words::Senses;

/// Running totals, downwards and upwards: the same identity is a change on the row before.
pub(super) fn running(lines: &Lines<'_>) -> Vec<Claim> {
    const ROWS_MIN: usize = 5;
    const LINES_MAX: usize = 40;
    const ROWS: usize = 12;
    let number = lines.all.len();
    if lines.sheet.rows < ROWS_MIN || number > LINES_MAX {
        return Vec::new();
    }
    let mut claims = Vec::new();
    for chain in 0..=lines.sheet.chains.len() {
        // The order of rows is evidence here, so they are taken evenly, in order.
        let linked = |it: &usize| [false, true].iter().all(|&back| lines.sheet.neighbour(*it, back, chain).is_some());
        let inner: Vec<usize> = (0..lines.sheet.rows).filter(linked).collect();
        let rows = super::lines::spread(&inner, ROWS);
        for &target in &lines.all {
            if !lines.budget.spend(number * ROWS * 2) {
                return claims;
            }
            for part in lines.all.iter().copied().filter(|it| *it != target) {
                let runs =
                    [false, true].into_iter().filter_map(|back| run(lines, (target, part), (back, chain), &rows));
                claims.extend(runs);
            }
        }
    }
    claims
}

/// A running total if it holds in some of the rows.
fn run(
    lines: &Lines<'_>,
    (target, part): (usize, usize),
    (back, chain): (bool, usize),
    rows: &[usize],
) -> Option<Claim> {
    let view = View::of(lines.sheet);
    let parts = vec![Term { line: part, weight: 1 }];
    let tries = count(lines.all.len()).powi(2) * 2.0 * count(chain + 1);
    let form = Form::Running { back, chain };
    let claim = Claim::new(Axis::Columns, RelationKind::Running, form, target, parts, tries);
    let (mut held, mut seen) = (0, 0);
    for &at in rows {
        let Some(it) = judge(&claim, at, &view) else { continue };
        seen += 1;
        held += usize::from(it.holds && it.filled > 0);
        if seen >= 5 && held == 0 {
            return None;
        }
    }
    (held >= 3 && held * 10 >= seen * 4).then_some(claim)
}

/// Changes on the row before in per cent: columns of shares and changes, by each near column.
pub(super) fn growths(lines: &Lines<'_>) -> Vec<Claim> {
    const ROWS_MIN: usize = 6;
    const ROWS: usize = 10;
    const NEAR: usize = 6;
    if lines.sheet.rows < ROWS_MIN {
        return Vec::new();
    }
    let view = View::of(lines.sheet);
    let inner: Vec<usize> = (1..lines.sheet.rows - 1).collect();
    let rows = super::lines::spread(&inner, ROWS);
    let is_target =
        |it: &usize| lines.sheet.lanes[*it].class == Class::Percent || lines.senses(*it).has(Senses::DIFFERENCE);
    let mut claims = Vec::new();
    for target in lines.all.iter().copied().filter(is_target) {
        let usable = |it: &usize| *it != target && it.abs_diff(target) <= NEAR && fits(lines, *it);
        if !lines.budget.spend(2 * NEAR * ROWS * 4) {
            break;
        }
        for part in lines.all.iter().copied().filter(usable) {
            for (back, power) in [(false, 2), (true, 2), (false, 0), (true, 0)] {
                let form = Form::Growth { back, power, cut: Cut::Rounded };
                let parts = vec![Term { line: part, weight: 1 }];
                let tries = count(lines.all.len()).powi(2) * 4.0;
                let claim = Claim::new(Axis::Columns, RelationKind::Growth, form, target, parts, tries);
                let near = rows.iter().filter_map(|&at| ratio(&claim, at, &view)).filter(|it| it.within(2, false));
                if near.count() * 2 >= rows.len() {
                    claims.push(claim);
                }
            }
        }
    }
    claims
}

/// Runs of neighbouring columns of shares that may make up a hundred.
pub(super) fn hundreds(lines: &Lines<'_>) -> Vec<Claim> {
    const LENGTHS: std::ops::RangeInclusive<usize> = 2..=15;
    let shares: Vec<usize> =
        lines.all.iter().copied().filter(|&it| lines.sheet.lanes[it].class == Class::Percent).collect();
    let tries = count(shares.len()).powi(2);
    let mut claims = Vec::new();
    for from in 0..shares.len() {
        for length in LENGTHS.take_while(|it| from + it <= shares.len()) {
            let parts: Vec<Term> = shares[from..from + length].iter().map(|&line| Term { line, weight: 1 }).collect();
            let target = parts[length - 1].line;
            claims.push(Claim::new(Axis::Columns, RelationKind::Hundred, Form::Hundred, target, parts, tries));
        }
    }
    claims
}

/// Means, largest and smallest of the lines beside them, only where a label says so.
pub(super) fn aggregates(lines: &Lines<'_>) -> Vec<Claim> {
    const LABELLED_MAX: usize = 20;
    const PARTS_MAX: usize = 12;
    let apart = Senses::MAXIMUM.or(Senses::MINIMUM).or(Senses::AVERAGE).or(Senses::TOTAL);
    let own = Senses::MEAN.or(Senses::MAXIMUM).or(Senses::MINIMUM);
    let mut claims = Vec::new();
    let labelled = lines.all.iter().copied().filter(|&it| lines.senses(it).has(own));
    for target in labelled.take(LABELLED_MAX) {
        let senses = lines.senses(target);
        let plain = |it: &usize| *it != target && !lines.senses(*it).has(apart) && fits(lines, *it);
        let (before, behind): (Vec<usize>, Vec<usize>) =
            lines.all.iter().copied().filter(plain).partition(|it| *it < target);
        for (kind, form) in kinds(senses, lines.axis) {
            for (side, is_before) in [(&before, true), (&behind, false)] {
                let lengths = match lines.axis {
                    Axis::Columns => 2..=side.len().min(PARTS_MAX),
                    Axis::Rows => side.len().max(2)..=side.len(),
                };
                let tries = if lines.axis == Axis::Columns { 2.0 * count(side.len()) } else { 4.0 };
                for length in lengths.take_while(|it| *it <= side.len()) {
                    let block = if is_before { &side[side.len() - length..] } else { &side[..length] };
                    let parts = block.iter().map(|&line| Term { line, weight: 1 }).collect();
                    let claim = Claim::new(lines.axis, kind, form.clone(), target, parts, tries);
                    claims.push(Claim { labelled: true, ..claim });
                }
            }
        }
    }
    claims
}

fn fits(lines: &Lines<'_>, line: usize) -> bool {
    lines.axis == Axis::Rows || is_figure(lines.sheet.lanes[line].class)
}

fn kinds(senses: Senses, axis: Axis) -> Vec<(RelationKind, Form)> {
    let mut kinds = Vec::new();
    if senses.has(Senses::MEAN) {
        kinds.push((RelationKind::Mean, Form::Mean));
    }
    let extreme = senses.has(Senses::MAXIMUM.or(Senses::MINIMUM)) && !senses.has(Senses::MEAN);
    // The best of several columns may be the largest or, of times, the smallest.
    if extreme && (axis == Axis::Columns || senses.has(Senses::MAXIMUM)) {
        kinds.push((RelationKind::Maximum, Form::Maximum));
    }
    if extreme && (axis == Axis::Columns || senses.has(Senses::MINIMUM)) {
        kinds.push((RelationKind::Minimum, Form::Minimum));
    }
    kinds
}
