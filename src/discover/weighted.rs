//! Proposes sums in which lines count several times: points = 3 won + drawn.

use std::collections::BTreeMap;

use super::claim::{Axis, Claim, Form, Lines, RelationKind, Term, count};
use super::families::is_league;
use super::figures::Class;
use super::sums::Proposals;
use super::words::Senses;

const WEIGHT_MAX: i128 = 12;
/// How many weights there are without a sign, and with one.
const WEIGHTS: (f64, f64) = (13.0, 25.0);
const SETS_MAX: usize = 60;
const ROWS_MAX: usize = 40;
const DRAWS: usize = 12;

/// Whole weights that several draws of rows agree on, however many other rows are wrong.
pub(super) fn weighted(lines: &Lines<'_>, found: &mut Proposals) {
    let class = |it: usize| lines.sheet.lanes[it].class;
    for &target in lines.all.iter().filter(|&&it| lines.senses(it).has(Senses::POINTS)) {
        let counts: Vec<usize> =
            lines.all.iter().copied().filter(|&it| it != target && class(it) == Class::Count).collect();
        let sets = sets(&counts);
        for parts in sets.iter().take(SETS_MAX) {
            if !lines.budget.spend(ROWS_MAX * 4) {
                return;
            }
            let Some(weights) = agreed(lines, target, parts) else { continue };
            let terms: Vec<Term> = parts
                .iter()
                .zip(weights)
                .map(|(&line, weight)| Term { line, weight })
                .filter(|it| it.weight != 0)
                .collect();
            let weights = if terms.iter().any(|it| it.weight < 0) { WEIGHTS.1 } else { WEIGHTS.0 };
            let tries = count(sets.len()) * weights.powi(i32::try_from(parts.len()).unwrap_or(3));
            let claim = Claim::new(Axis::Columns, RelationKind::Weighted, Form::Linear, target, terms, tries);
            let tries = if is_league(&claim, lines) { 30.0 } else { tries };
            found.add(Claim { tries, ..claim });
        }
    }
}

/// Two or three neighbours, or two with one between.
fn sets(counts: &[usize]) -> Vec<Vec<usize>> {
    let mut sets = Vec::new();
    for from in 0..counts.len() {
        for length in [2, 3] {
            sets.extend(counts.get(from..from + length).map(<[usize]>::to_vec));
        }
        sets.extend(counts.get(from + 2).map(|&it| vec![counts[from], it]));
    }
    sets
}

/// The whole weights that most draws of as many rows as parts give.
fn agreed(lines: &Lines<'_>, target: usize, parts: &[usize]) -> Option<Vec<i64>> {
    let full = |at: &&usize| parts.iter().chain([&target]).all(|&it| lines.value(it, **at).is_some());
    let rows: Vec<usize> = lines.sample(ROWS_MAX).iter().filter(full).copied().collect();
    let number = parts.len();
    if rows.len() < number + 2 {
        return None;
    }
    let mut votes: BTreeMap<Vec<i64>, usize> = BTreeMap::new();
    for draw in 0..DRAWS.min(rows.len()) {
        let drawn: Vec<usize> = (0..number).map(|it| rows[(draw * 7 + it * (3 + draw % 3)) % rows.len()]).collect();
        let value = |line: usize, at: usize| lines.value(line, at).map_or(0, i128::from);
        let matrix: Vec<Vec<i128>> = drawn.iter().map(|&at| parts.iter().map(|&it| value(it, at)).collect()).collect();
        let right: Vec<i128> = drawn.iter().map(|&at| value(target, at)).collect();
        let Some(weights) = solve(&matrix, &right) else { continue };
        let several = weights.iter().filter(|it| **it != 0).count() >= 2 && weights.iter().any(|it| it.abs() > 1);
        if several {
            *votes.entry(weights).or_default() += 1;
        }
    }
    let best = votes.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)))?;
    (best.1 >= 2).then_some(best.0)
}

/// Solves two or three equations by determinants; only whole weights in range count.
fn solve(matrix: &[Vec<i128>], right: &[i128]) -> Option<Vec<i64>> {
    let whole = determinant(matrix)?;
    if whole == 0 {
        return None;
    }
    let weight = |column: usize| {
        let mut other = matrix.to_vec();
        for (row, value) in other.iter_mut().zip(right) {
            row[column] = *value;
        }
        let part = determinant(&other)?;
        let fits = part % whole == 0 && (part / whole).abs() <= WEIGHT_MAX;
        fits.then(|| i64::try_from(part / whole).ok()).flatten()
    };
    (0..matrix.len()).map(weight).collect()
}

fn determinant(m: &[Vec<i128>]) -> Option<i128> {
    let cross = |a: i128, b: i128, c: i128, d: i128| a.checked_mul(d)?.checked_sub(b.checked_mul(c)?);
    match m {
        [one, two] => cross(one[0], one[1], two[0], two[1]),
        [one, two, three] => {
            let minor = |a: usize, b: usize| cross(two[a], two[b], three[a], three[b]);
            let first = one[0].checked_mul(minor(1, 2)?)?;
            let second = one[1].checked_mul(minor(0, 2)?)?;
            let third = one[2].checked_mul(minor(0, 1)?)?;
            first.checked_sub(second)?.checked_add(third)
        }
        _ => None,
    }
}
