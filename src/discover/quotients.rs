//! Proposes averages, rates, percentages, changes and shares: one line for each of another.

use super::claim::{Axis, Claim, Cut, Form, Lines, RelationKind, Term, View, count, size};
use super::evaluate::is_figure;
use super::figures::Class;
use super::judge::quotient;
use super::words::Senses;

/// Up to so many columns every pair is tried, above it only those this near.
const EVERY_PAIR_MAX: usize = 14;
const NEAR: usize = 6;
const ROWS_FOR_POWER: usize = 5;
const ROWS: usize = 8;
const POWERS: std::ops::RangeInclusive<i32> = -3..=6;
const PER_TARGET: usize = 6;

/// A quotient that fits some rows: how many, and what it is.
type Fit = (usize, RelationKind, Form);

/// Quotients of any two columns, changes, and shares of neighbouring parts.
pub(super) fn quotients(lines: &Lines<'_>) -> Vec<Claim> {
    let number = lines.all.len();
    let near = if number <= EVERY_PAIR_MAX { number } else { NEAR };
    let mut claims = Vec::new();
    for &target in lines.all.iter().filter(|it| is_target(lines, **it)) {
        let filled = |at: &&usize| lines.value(target, **at).is_some_and(|it| it != 0);
        let rows: Vec<usize> = lines.sampled.iter().filter(filled).copied().take(ROWS).collect();
        if rows.len() < 4 || !lines.budget.spend(near * near * 4 * ROWS) {
            continue;
        }
        let usable = |it: &usize| lines.sheet.lanes[*it].class != Class::Year && *it != target;
        let base: Vec<usize> =
            lines.all.iter().copied().filter(|it| it.abs_diff(target) <= near).filter(usable).collect();
        let mut fits: Vec<Fit> = Vec::new();
        for (index, &one) in base.iter().enumerate() {
            for (nth, &other) in base.iter().enumerate().filter(|it| it.0 != index) {
                let next = base.get(nth + 1).copied().filter(|it| *it != one);
                propose(lines, target, (one, other, next), &rows, &mut fits);
            }
        }
        fits.sort_by_key(|it| std::cmp::Reverse(it.0));
        let tries = count(number).powi(2) * 6.0;
        claims.extend(fits.into_iter().take(PER_TARGET).map(|(_, kind, form)| claim(kind, form, target, tries)));
    }
    claims
}

fn claim(kind: RelationKind, form: Form, target: usize, tries: f64) -> Claim {
    let mut parts: Vec<Term> = Vec::new();
    if let Form::Quotient { above, below, .. } = &form {
        for term in above.iter().chain(below) {
            if parts.iter().all(|it| it.line != term.line) {
                parts.push(Term { line: term.line, weight: 1 });
            }
        }
    }
    Claim::new(Axis::Columns, kind, form, target, parts, tries)
}

/// Only such columns are looked at as quotients: shares, averages, changes, and decimals.
fn is_target(lines: &Lines<'_>, line: usize) -> bool {
    let lane = &lines.sheet.lanes[line];
    let figures = lane.cells.iter().filter_map(|it| it.figure());
    let (all, decimal) = figures.fold((0, 0), |it, figure| (it.0 + 1, it.1 + usize::from(figure.places > 0)));
    matches!(lane.class, Class::Percent | Class::Average) || decimal * 2 >= all || lane.senses.has(Senses::DIFFERENCE)
}

fn propose(
    lines: &Lines<'_>,
    target: usize,
    columns: (usize, usize, Option<usize>),
    rows: &[usize],
    fits: &mut Vec<Fit>,
) {
    let (one, other, next) = columns;
    // In halves of a line, so that draws can count half.
    let whole = |line: usize| Term { line, weight: 2 };
    let ratio = (vec![whole(one)], vec![whole(other)]);
    for power in powers(lines, target, &ratio, rows) {
        fits.extend(fit(lines, target, RelationKind::Quotient, &ratio, power, rows));
    }
    let lane = &lines.sheet.lanes[target];
    if lane.class == Class::Percent || lane.senses.has(Senses::DIFFERENCE) {
        let change = (vec![whole(one), Term { line: other, weight: -2 }], vec![whole(other)]);
        for power in [2, 0] {
            fits.extend(fit(lines, target, RelationKind::Change, &change, power, rows));
        }
    }
    for third in [None, next] {
        let mut below = vec![whole(one), whole(other)];
        below.extend(third.map(whole));
        if third.is_none() && next.is_none() && below.len() > 2 {
            continue;
        }
        let share = (vec![whole(one)], below);
        for power in [2, 0] {
            fits.extend(fit(lines, target, RelationKind::Share, &share, power, rows));
        }
        if next.is_none() {
            break;
        }
    }
}

/// The powers of ten that two rows at least ask for, the commonest first.
fn powers(lines: &Lines<'_>, target: usize, ratio: &(Vec<Term>, Vec<Term>), rows: &[usize]) -> Vec<i32> {
    let mut votes: Vec<(i32, usize)> = Vec::new();
    for &at in rows.iter().take(ROWS_FOR_POWER) {
        let value = |line: usize| lines.value(line, at).map(|it| size(it.into()));
        let (Some(printed), Some(above), Some(below)) = (value(target), value(ratio.0[0].line), value(ratio.1[0].line))
        else {
            continue;
        };
        let times = printed / size(lines.sheet.one().into()) * below / above;
        if !times.is_finite() || times <= 0.0 {
            continue;
        }
        #[expect(clippy::cast_possible_truncation, reason = "of a logarithm")]
        let power = times.log10().round() as i32;
        if !POWERS.contains(&power) || (times / 10_f64.powi(power) - 1.0).abs() >= 0.2 {
            continue;
        }
        match votes.iter_mut().find(|it| it.0 == power) {
            Some(it) => it.1 += 1,
            None => votes.push((power, 1)),
        }
    }
    votes.retain(|it| it.1 >= 2);
    votes.sort_by_key(|it| (std::cmp::Reverse(it.1), it.0));
    votes.into_iter().take(2).map(|it| it.0).collect()
}

/// A quotient if half the sampled rows fit it.
fn fit(
    lines: &Lines<'_>,
    target: usize,
    kind: RelationKind,
    terms: &(Vec<Term>, Vec<Term>),
    power: i32,
    rows: &[usize],
) -> Option<Fit> {
    let view = View::of(lines.sheet);
    let form = Form::Quotient { above: terms.0.clone(), below: terms.1.clone(), power, cut: Cut::Rounded };
    let probe = Claim::new(Axis::Columns, kind, Form::Mean, target, Vec::new(), 1.0);
    let (mut held, mut seen) = (0, 0);
    for &at in rows {
        let Some(it) = quotient(&probe, at, &view, &terms.0, &terms.1, power) else { continue };
        seen += 1;
        held += usize::from(it.within(2, false));
        if seen >= 4 && held == 0 {
            return None;
        }
    }
    (seen >= 3 && held * 2 >= seen).then_some((held, kind, form))
}

/// Quantity times price: products of two columns that are printed in a third.
pub(super) fn products(lines: &Lines<'_>) -> Vec<Claim> {
    const LINES_MAX: usize = 40;
    const PLACES: usize = 10;
    let number = lines.all.len();
    if !(3..=LINES_MAX).contains(&number) {
        return Vec::new();
    }
    let base: Vec<usize> = lines.all.iter().copied().filter(|&it| is_figure(lines.sheet.lanes[it].class)).collect();
    let sample = lines.sample(PLACES);
    let one = lines.sheet.one();
    let mut votes: std::collections::BTreeMap<(usize, usize, usize), usize> = std::collections::BTreeMap::new();
    let view = View::of(lines.sheet);
    for &at in sample {
        if !lines.budget.spend(base.len() * base.len()) {
            return Vec::new();
        }
        let mut values: Vec<(i128, usize)> =
            base.iter().filter_map(|&it| Some((i128::from(lines.value(it, at)?), it))).collect();
        values.sort_unstable();
        for (index, &first) in base.iter().enumerate() {
            let Some(a) = lines.value(first, at).filter(|&it| it != 0 && it.abs() != one) else { continue };
            for &second in &base[index + 1..] {
                let Some(b) = lines.value(second, at).filter(|&it| it != 0 && it.abs() != one) else { continue };
                let about = i128::from(a) * i128::from(b) / i128::from(one);
                // Rounding of the three never hides as much as a hundredth and some units.
                let room = about.abs() / 100 + 2 * i128::from(one);
                let from = values.partition_point(|it| it.0 < about - room);
                for &(_, target) in values[from..].iter().take_while(|it| it.0 <= about + room) {
                    if target == first || target == second {
                        continue;
                    }
                    let probe = product(target, first, second, 1.0);
                    let holds = super::judge::judge(&probe, at, &view).is_some_and(|it| it.holds);
                    if holds {
                        *votes.entry((target, first, second)).or_default() += 1;
                    }
                }
            }
        }
    }
    let tries = count(base.len()).powi(3) / 2.0;
    let often = |it: &((usize, usize, usize), usize)| it.1 >= 3 && it.1 * 3 >= sample.len();
    votes.into_iter().filter(often).map(|((target, a, b), _)| product(target, a, b, tries)).collect()
}

fn product(target: usize, first: usize, second: usize, tries: f64) -> Claim {
    let parts = vec![Term { line: first, weight: 1 }, Term { line: second, weight: 1 }];
    Claim::new(Axis::Columns, RelationKind::Product, Form::Product, target, parts, tries)
}
