//! Chooses claims so that no relation is told twice.
//!
//! A linear claim that follows from those kept is left out. Whether it does is
//! found by elimination modulo a prime: weights are small, so that only a
//! multiple of the prime in a determinant could deceive it.

use std::collections::{BTreeMap, HashSet};

use super::claim::{Axis, Claim, Form, Lines, RelationKind};
use super::evidence::is_believed;

const PRIME: i128 = (1 << 61) - 1;

/// Equations kept, each solved for one of its lines.
#[derive(Default)]
struct Basis(Vec<(usize, BTreeMap<usize, i128>)>);

impl Basis {
    /// Adds the equation of a claim; false if it follows from those that are there,
    /// but for lines that are `idle`: with them it says no more than that these are nothing.
    fn add(&mut self, claim: &Claim, idle: &dyn Fn(usize) -> bool) -> bool {
        let mut row: BTreeMap<usize, i128> = BTreeMap::new();
        row.insert(claim.target, PRIME - 1);
        for part in &claim.parts {
            let known = row.entry(part.line).or_default();
            *known = (*known + i128::from(part.weight)).rem_euclid(PRIME);
        }
        row.retain(|_, it| *it != 0);
        for (pivot, other) in &self.0 {
            let Some(&factor) = row.get(pivot) else { continue };
            for (line, weight) in other {
                let known = row.entry(*line).or_default();
                *known = (*known - factor * weight).rem_euclid(PRIME);
            }
            row.retain(|_, it| *it != 0);
        }
        let Some((&pivot, &lead)) = row.iter().next() else { return false };
        if row.keys().all(|&it| idle(it)) {
            return false;
        }
        let inverse = power(lead, PRIME - 2);
        for weight in row.values_mut() {
            *weight = *weight * inverse % PRIME;
        }
        self.0.push((pivot, row));
        true
    }
}

fn power(base: i128, mut exponent: i128) -> i128 {
    let (mut result, mut square) = (1, base % PRIME);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % PRIME;
        }
        square = square * square % PRIME;
        exponent >>= 1;
    }
    result
}

/// Keeps the believed claims that say something new, the cleanest first; `have` stay.
pub(super) fn choose(candidates: Vec<Claim>, lines: &Lines<'_>, have: Vec<Claim>) -> Vec<Claim> {
    let mut candidates: Vec<Claim> =
        candidates.into_iter().filter_map(|mut it| is_believed(&mut it, lines).then_some(it)).collect();
    candidates.sort_by(|a, b| quality(a).partial_cmp(&quality(b)).unwrap_or(std::cmp::Ordering::Equal));
    let mut basis = Basis::default();
    let mut kept = have;
    for claim in kept.iter().filter(|it| it.is_linear()) {
        basis.add(claim, &|_| false);
    }
    let mut seen: HashSet<Vec<usize>> = kept.iter().map(lines_of).collect();
    let mut hundred = false;
    for claim in candidates {
        let set = lines_of(&claim);
        if seen.contains(&set) || !lines.budget.spend(kept.len() + claim.parts.len() * kept.len()) {
            continue;
        }
        let alike = |it: &&Claim| it.target == claim.target && family(it) == family(&claim);
        let new = match claim.form {
            Form::Linear => !is_worse(&claim, &kept) && basis.add(&claim, &|line| is_idle(&claim, line, lines)),
            Form::Distance => !is_worse(&claim, &kept),
            Form::Hundred => !std::mem::replace(&mut hundred, true),
            Form::Quotient { .. } | Form::Growth { .. } | Form::Product | Form::Proportional { .. } => {
                let summed = !claim.broken.is_empty() && kept.iter().any(|it| is_sum(it) && it.target == claim.target);
                !summed && !kept.iter().any(|it| alike(&it))
            }
            // What came in a row belongs to one running total, not to others that went along with it.
            Form::Running { .. } => {
                let step = |it: &Claim| family(it) == family(&claim) && it.parts == claim.parts;
                !kept.iter().any(|it| alike(&it) || step(it))
            }
            Form::Steady { .. }
            | Form::Ordered { .. }
            | Form::Ranked { .. }
            | Form::Mean
            | Form::Maximum
            | Form::Minimum => !kept.iter().any(|it| alike(&it)),
        };
        if new {
            seen.insert(set);
            kept.push(claim);
        } else {
            contest(&mut kept, &claim);
        }
    }
    kept
}

/// Marks breaks of kept claims where a claim that was left out holds, and that is as good:
/// which of the two the table means cannot be known.
fn contest(kept: &mut [Claim], other: &Claim) {
    for claim in kept.iter_mut() {
        let rival = claim.target == other.target && claim.axis == other.axis && family(claim) == family(other);
        if rival && !claim.broken.is_empty() && other.broken.len() <= claim.broken.len() {
            let held = claim.broken.iter().map(|it| it.at).filter(|it| other.held.binary_search(it).is_ok());
            claim.contested.extend(held);
        }
    }
}

/// Whether a line is nothing, or not there, at nearly all places of a claim that breaks.
fn is_idle(claim: &Claim, line: usize, lines: &Lines<'_>) -> bool {
    let filled = claim.held.iter().filter(|&&at| lines.value(line, at).is_some_and(|it| it != 0)).count();
    !claim.broken.is_empty() && filled * 10 <= claim.held.len()
}

fn is_sum(claim: &Claim) -> bool {
    matches!(claim.form, Form::Linear | Form::Distance)
}

/// Whether a total already has a relation of the kind with no more breaks, and
/// this one is no second decomposition of its own (regions and sexes).
fn is_worse(claim: &Claim, kept: &[Claim]) -> bool {
    let own = !claim.broken.is_empty() && (claim.share() < 0.9 || claim.chance > -15.0);
    let better = |it: &Claim| {
        is_sum(it)
            && it.target == claim.target
            && it.kind == claim.kind
            && it.broken.len() * claim.checked() <= claim.broken.len() * it.checked()
    };
    own && kept.iter().any(better)
}

/// Relations of one family say the same of their target.
fn family(claim: &Claim) -> u8 {
    match claim.form {
        Form::Linear | Form::Distance => 0,
        Form::Quotient { .. } | Form::Growth { .. } | Form::Product | Form::Proportional { .. } => 1,
        Form::Running { .. } => 2,
        Form::Hundred => 3,
        Form::Mean | Form::Maximum | Form::Minimum => 4,
        Form::Steady { .. } => 5,
        Form::Ordered { .. } => 6,
        Form::Ranked { .. } => 7,
    }
}

fn lines_of(claim: &Claim) -> Vec<usize> {
    let mut lines = claim.lines();
    lines.sort_unstable();
    lines
}

/// Few breaks first, then simple and labelled relations, then those seen most.
fn quality(claim: &Claim) -> (f64, f64, f64, f64, usize, f64, usize) {
    let simple = match claim.kind {
        RelationKind::Sum | RelationKind::Difference => 0.0,
        RelationKind::Weighted => 0.5,
        // Quantity times price, before price for each of the quantity.
        RelationKind::Product => 0.9,
        _ => 1.0,
    };
    let label = if claim.labelled { 1.0 } else { 0.0 };
    let held = -super::claim::count(claim.held.len());
    // A total row stands for all rows above it, also for those with nothing in most columns.
    let likely = if claim.axis == Axis::Rows { claim.chance } else { 0.0 };
    (claim.share_broken(), simple - label, held, likely, claim.parts.len(), claim.chance, claim.target)
}
