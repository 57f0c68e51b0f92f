//! Lets a total row decide between the readings of the rows above it.
//!
//! Exact: a dictionary of every sum that the first rows can reach, forward,
//! and of every sum that is left over from a goal, backward. A sum that no
//! rest can bring to a goal is dropped at once, which changes no result.

use std::collections::BTreeMap;

use super::candidates::Candidate;

/// The readings of one row, and how probable each is.
pub(super) type Weighed<'a> = (&'a [Candidate], &'a [f64]);

/// What the sums say.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sums {
    /// The probability of each reading of each row, then of the total row.
    Hold(Vec<Vec<f64>>, Vec<f64>),
    /// No choice of readings adds up to any reading of the total row.
    NeverHold,
    /// There are more sums than can be kept.
    TooMany,
}

// Keeps the product over a long table above the smallest float.
const SHARE_MIN: f64 = 1e-10;
const STATES_MAX: usize = 200_000;

type States = BTreeMap<Vec<u64>, f64>;

/// Weighs the readings of rows by whether they add up to a reading of the total row.
pub(super) fn weigh(rows: &[Weighed<'_>], goals: &[Candidate]) -> Sums {
    let Some(width) = goals.first().map(|it| it.values.len()) else { return Sums::NeverHold };
    // Rows that can differ most go first, so that sums out of reach show early.
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&it| std::cmp::Reverse(reach(rows[it].0, 0)));
    let rest = rests(rows, &order, width);
    let mut forward: Vec<States> = vec![BTreeMap::from([(vec![0; width], 1.0)])];
    for (step, &row) in order.iter().enumerate() {
        let mut next = States::new();
        for (sum, weight) in &forward[step] {
            for (candidate, share) in rows[row].0.iter().zip(rows[row].1) {
                let Some(sum) = add(sum, &candidate.values) else { continue };
                if goals.iter().any(|it| is_in_reach(&sum, &rest[step + 1], &it.values)) {
                    *next.entry(sum).or_insert(0.0) += weight * share.max(SHARE_MIN);
                }
            }
        }
        if next.len() > STATES_MAX {
            return Sums::TooMany;
        }
        forward.push(next);
    }
    let last = &forward[order.len()];
    // A sum that is reached counts, however improbable the way to it.
    let weight = |it: &Candidate| last.get(&it.values).map_or(0.0, |it| it.max(f64::MIN_POSITIVE));
    let reached: Vec<f64> = goals.iter().map(weight).collect();
    let total: f64 = reached.iter().sum();
    if total <= 0.0 {
        return Sums::NeverHold;
    }
    let backward = goals.iter().zip(&reached).filter(|it| *it.1 > 0.0).map(|it| (it.0.values.clone(), 1.0)).collect();
    let shares = walk_back(rows, &order, &forward, backward);
    Sums::Hold(shares, reached.iter().map(|it| it / total).collect())
}

/// Goes from the goals back to nothing, and weighs each reading on the way.
fn walk_back(rows: &[Weighed<'_>], order: &[usize], forward: &[States], goals: States) -> Vec<Vec<f64>> {
    let mut shares: Vec<Vec<f64>> = rows.iter().map(|it| vec![0.0; it.0.len()]).collect();
    let mut backward = goals;
    for (step, &row) in order.iter().enumerate().rev() {
        let mut before = States::new();
        for (sum, weight) in &forward[step] {
            for (reading, candidate) in rows[row].0.iter().enumerate() {
                let Some(after) = add(sum, &candidate.values).and_then(|it| backward.get(&it).copied()) else {
                    continue;
                };
                let share = rows[row].1[reading].max(SHARE_MIN) * after;
                shares[row][reading] += weight * share;
                *before.entry(sum.clone()).or_insert(0.0) += share;
            }
        }
        let total: f64 = shares[row].iter().sum::<f64>().max(f64::MIN_POSITIVE);
        shares[row].iter_mut().for_each(|it| *it /= total);
        backward = before;
    }
    shares
}

/// The least and the most that the rows from each step on can add.
fn rests(rows: &[Weighed<'_>], order: &[usize], width: usize) -> Vec<Vec<(u64, u64)>> {
    let mut rests = vec![vec![(0_u64, 0_u64); width]];
    for &row in order.iter().rev() {
        let after = rests.last().expect("there is one from the start");
        let next = (0..width).map(|column| {
            let values = rows[row].0.iter().map(|it| it.values[column]);
            let least = values.clone().min().unwrap_or(0);
            (after[column].0.saturating_add(least), after[column].1.saturating_add(values.max().unwrap_or(0)))
        });
        let next = next.collect();
        rests.push(next);
    }
    rests.reverse();
    rests
}

fn is_in_reach(sum: &[u64], rest: &[(u64, u64)], goal: &[u64]) -> bool {
    sum.iter()
        .zip(rest)
        .zip(goal)
        .all(|((sum, rest), goal)| sum.saturating_add(rest.0) <= *goal && sum.saturating_add(rest.1) >= *goal)
}

fn reach(candidates: &[Candidate], column: usize) -> u64 {
    let values = candidates.iter().map(|it| it.values[column]);
    values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
}

fn add(sum: &[u64], values: &[u64]) -> Option<Vec<u64>> {
    sum.iter().zip(values).map(|(a, b)| a.checked_add(*b)).collect()
}
