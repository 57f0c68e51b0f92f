//! Weighs the readings of all rows of a table together (empirical Bayes).
//!
//! What rows share (the rate of the part, its spread) is unknown, so every
//! setting on a grid is tried and weighted by how well it explains the whole
//! table: `p(θ | table) ∝ Π_r Σ_c L_r(c; θ)`, and
//! `p(c | table) = Σ_θ p(θ | table) L_r(c; θ) / Σ_c' L_r(c'; θ)`.

use super::candidates::Candidate;
use super::columns::Role;
use super::likelihood::{GOES_ON, Past, later, scale_free, settings};

/// A row to weigh: its readings, and what earlier editions say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'a> {
    /// Its readings; one at least.
    pub(super) candidates: &'a [Candidate],
    /// Its past, if known.
    pub(super) past: Option<&'a Past>,
}

/// What the whole table makes of its rows.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    /// The probability of each reading of each row.
    pub(super) rows: Vec<Vec<f64>>,
    /// The natural logarithm of how well the readings explain the table.
    pub(super) log_evidence: f64,
    /// The mean rate of the parts; the least where there are several, 1 where there is none.
    pub(super) rate: f64,
}

/// More work than this is spent on no table; its columns are then weighed one by one.
const WORK_MAX: usize = 40_000_000;

/// Weighs a table under each assignment of roles and mixes them by their evidence.
pub(super) fn weigh(rows: &[Evidence<'_>], assignments: &[Vec<Role>]) -> Posterior {
    let readings: usize = rows.iter().map(|it| it.candidates.len()).sum();
    let fits = |roles: &&Vec<Role>| {
        let grid: usize = roles.iter().map(|&it| settings(it).len()).product();
        grid.saturating_mul(readings) <= WORK_MAX
    };
    let mut found: Vec<Posterior> = assignments.iter().filter(fits).map(|roles| weigh_roles(rows, roles)).collect();
    if found.is_empty() {
        let later = assignments.first().map_or(0, Vec::len);
        found.push(weigh_roles(rows, &vec![Role::Free; later]));
    }
    let best = found.iter().map(|it| it.log_evidence).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = found.iter().map(|it| (it.log_evidence - best).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mut mixed = Posterior {
        rows: rows.iter().map(|it| vec![0.0; it.candidates.len()]).collect(),
        log_evidence: best + (total / count(found.len())).ln(),
        rate: 0.0,
    };
    for (one, weight) in found.iter().zip(&weights) {
        let share = weight / total;
        mixed.rate += share * one.rate;
        for (into, from) in mixed.rows.iter_mut().flatten().zip(one.rows.iter().flatten()) {
            *into += share * from;
        }
    }
    mixed
}

/// The likelihood of one reading, as factors: one list of settings a later column.
struct Factors {
    base: f64,
    fresh: Vec<Vec<f64>>,
    past: Option<(f64, Vec<Vec<f64>>)>,
}

fn weigh_roles(rows: &[Evidence<'_>], roles: &[Role]) -> Posterior {
    let factors: Vec<Vec<Factors>> =
        rows.iter().map(|row| row.candidates.iter().map(|it| factors(it, row.past, roles)).collect()).collect();
    let grid: usize = roles.iter().map(|&it| settings(it).len()).product();
    let mut log_weights = vec![0.0; grid];
    let mut table = Vec::new();
    for row in &factors {
        likelihoods(row, grid, &mut table);
        for (setting, log_weight) in log_weights.iter_mut().enumerate() {
            let sum: f64 = (0..row.len()).map(|it| table[it * grid + setting]).sum();
            *log_weight += sum.ln();
        }
    }
    let best = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = log_weights.iter().map(|it| (it - best).exp()).collect();
    let total: f64 = weights.iter().sum();
    for it in &mut weights {
        *it /= total;
    }
    let posterior = |row: &Vec<Factors>| {
        likelihoods(row, grid, &mut table);
        share_out(&table, &weights, row.len())
    };
    Posterior {
        rows: factors.iter().map(posterior).collect(),
        log_evidence: best + (total / count(grid)).ln(),
        rate: mean_rate(roles, &weights),
    }
}

fn factors(candidate: &Candidate, past: Option<&Past>, roles: &[Role]) -> Factors {
    let first = float(candidate.values[0]);
    let values = candidate.values[1..].iter().map(|&it| float(it));
    let pairs: Vec<(Role, f64)> = roles.iter().copied().zip(values).collect();
    let fresh: Vec<Vec<f64>> = pairs.iter().map(|&(role, value)| later(role, first, value, (0.0, 0.0))).collect();
    let past = past.map(|past| {
        let bound = |(column, &(role, value)): (usize, &(Role, f64))| match role {
            Role::Nested => later(role, first, value, past.cases(column)),
            // A comparable figure follows the first one, not its own past.
            Role::Comparable | Role::Free => fresh[column].clone(),
        };
        (candidate.label_weight * past.total(first), pairs.iter().enumerate().map(bound).collect())
    });
    Factors { base: candidate.label_weight * scale_free(first), fresh, past }
}

/// Fills a table with the likelihood of each reading at each setting.
///
/// With a past: `.97` that the series goes on, `.03` that it broke, total and
/// rate together; a flat tail would read a true 106|11 as 10|611.
fn likelihoods(row: &[Factors], grid: usize, table: &mut Vec<f64>) {
    table.clear();
    for it in row {
        match &it.past {
            Some((total, parts)) => {
                let from = table.len();
                product((1.0 - GOES_ON) * it.base, &it.fresh, table);
                let mut bound = Vec::with_capacity(grid);
                product(GOES_ON * total, parts, &mut bound);
                table[from..].iter_mut().zip(bound).for_each(|(into, it)| *into += it);
            }
            None => product(it.base, &it.fresh, table),
        }
    }
    // Nothing is impossible, so that no row takes the logarithm of zero.
    for it in table.iter_mut() {
        *it = it.max(f64::MIN_POSITIVE);
    }
}

/// Appends the product of factors over every combination of settings.
fn product(base: f64, factors: &[Vec<f64>], out: &mut Vec<f64>) {
    match factors {
        [] => out.push(base),
        [last] => out.extend(last.iter().map(|it| base * it)),
        [first, rest @ ..] => first.iter().for_each(|it| product(base * it, rest, out)),
    }
}

fn share_out(table: &[f64], weights: &[f64], readings: usize) -> Vec<f64> {
    let grid = weights.len();
    let mut shares = vec![0.0; readings];
    for (setting, weight) in weights.iter().enumerate() {
        let sum: f64 = (0..readings).map(|it| table[it * grid + setting]).sum();
        for (reading, share) in shares.iter_mut().enumerate() {
            *share += weight * table[reading * grid + setting] / sum;
        }
    }
    shares
}

/// The mean rate of the nested columns, the least of them.
fn mean_rate(roles: &[Role], weights: &[f64]) -> f64 {
    let mut least = 1.0_f64;
    let mut stride = weights.len();
    for &role in roles {
        let grid = settings(role);
        stride /= grid.len();
        if role == Role::Nested {
            let mean = weights.iter().enumerate().map(|(at, it)| it * grid[at / stride % grid.len()].centre).sum();
            least = least.min(mean);
        }
    }
    least
}

#[expect(clippy::cast_precision_loss, reason = "a statistic: 18 digits need no more than 53 bits of it")]
pub(super) fn float(value: u64) -> f64 {
    value as f64
}

fn count(length: usize) -> f64 {
    float(length as u64)
}
