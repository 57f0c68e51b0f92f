//! Sums that hold in every line of numbers: exact linear identities with
//! factors of one.
//!
//! The null space of the lines, in exact fractions, holds every identity there
//! is; of its small combinations the shortest independent ones are the sums
//! that a table was made with.

use crate::repair::Ratio;

/// A total, and what it is the sum of: indices of columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    pub(super) total: usize,
    pub(super) parts: Vec<usize>,
}

/// What was found, and how many lines there are beyond those that any
/// identity needs to be told at all.
#[derive(Clone, Debug, Default)]
pub(super) struct Identities {
    pub(super) found: Vec<Identity>,
    pub(super) confirming: usize,
}

/// Wider tables are looked at in part only.
pub(super) const WIDTH_MAX: usize = 60;
/// So many identities are told apart; more are the marks of too few lines.
const FREE_MAX: usize = 8;
/// So many lines more than unknowns an identity must hold in.
const CONFIRMING_MIN: usize = 3;

/// Finds the sums that hold in all lines.
pub(super) fn find(lines: &[Vec<Ratio>]) -> Identities {
    let width = lines.first().map_or(0, Vec::len);
    if !(3..=WIDTH_MAX).contains(&width) {
        return Identities::default();
    }
    let mut basis: Vec<(usize, Vec<Ratio>)> = Vec::new();
    let mut confirming = 0;
    for line in lines {
        let mut line = line.clone();
        for (lead, row) in &basis {
            take_away(&mut line, row, *lead);
        }
        let Some(lead) = line.iter().position(|it| !it.is_zero()) else {
            confirming += 1;
            continue;
        };
        let scale = &Ratio::ONE / &line[lead];
        scale_by(&mut line, &scale);
        for (_, row) in &mut basis {
            take_away(row, &line, lead);
        }
        basis.push((lead, line));
        if basis.len() == width {
            return Identities::default();
        }
    }
    let free: Vec<usize> = (0..width).filter(|it| basis.iter().all(|row| row.0 != *it)).collect();
    if free.len() > FREE_MAX || confirming < CONFIRMING_MIN {
        return Identities::default();
    }
    let vectors: Vec<Vec<Ratio>> = free
        .iter()
        .map(|&at| {
            let mut vector = vec![Ratio::ZERO; width];
            vector[at] = Ratio::ONE;
            for (lead, row) in &basis {
                vector[*lead] = -&row[at];
            }
            vector
        })
        .collect();
    Identities { found: shortest(&vectors), confirming }
}

fn scale_by(line: &mut [Ratio], scale: &Ratio) {
    for it in line {
        *it = &*it * scale;
    }
}

fn take_away(line: &mut [Ratio], row: &[Ratio], lead: usize) {
    let factor = line[lead].clone();
    if !factor.is_zero() {
        for (it, other) in line.iter_mut().zip(row) {
            *it = &*it - &(&factor * other);
        }
    }
}

/// The shortest independent sums among small combinations of vectors.
fn shortest(vectors: &[Vec<Ratio>]) -> Vec<Identity> {
    let width = vectors.first().map_or(0, Vec::len);
    let mut candidates: Vec<(usize, Identity, Vec<Ratio>)> = Vec::new();
    let count = 3_usize.pow(u32::try_from(vectors.len()).unwrap_or(0));
    for number in 1..count {
        let mut rest = number;
        let mut sum = vec![Ratio::ZERO; width];
        for vector in vectors {
            let factor = Ratio::whole([0, 1, -1][rest % 3]);
            rest /= 3;
            if !factor.is_zero() {
                sum.iter_mut().zip(vector).for_each(|(it, other)| *it = &*it + &(&factor * other));
            }
        }
        if let Some(identity) = as_sum(&sum) {
            candidates.push((identity.parts.len(), identity, sum));
        }
    }
    candidates.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let mut kept: Vec<Identity> = Vec::new();
    let mut span: Vec<(usize, Vec<Ratio>)> = Vec::new();
    for (_, identity, mut vector) in candidates {
        for (lead, row) in &span {
            take_away(&mut vector, row, *lead);
        }
        let Some(lead) = vector.iter().position(|it| !it.is_zero()) else { continue };
        let scale = &Ratio::ONE / &vector[lead];
        scale_by(&mut vector, &scale);
        for (_, row) in &mut span {
            take_away(row, &vector, lead);
        }
        span.push((lead, vector));
        kept.push(identity);
    }
    kept
}

/// Reads weights as one total and two parts or more, each counted once.
fn as_sum(weights: &[Ratio]) -> Option<Identity> {
    let one = weights.iter().find(|it| !it.is_zero())?.size();
    if weights.iter().any(|it| !it.is_zero() && it.size() != one) {
        return None;
    }
    let side = |sign: i8| (0..weights.len()).filter(|it| weights[*it].sign() == sign).collect::<Vec<usize>>();
    match (&side(1)[..], &side(-1)[..]) {
        ([total], parts) | (parts, [total]) if parts.len() >= 2 => {
            Some(Identity { total: *total, parts: parts.to_vec() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_sums_come_out_as_they_were_made() {
        // a + b = c, c + d = e.
        let lines: Vec<Vec<Ratio>> = [(3, 5, 2), (10, 1, 7), (4, 9, 9), (8, 8, 1), (2, 6, 30), (1, 1, 5), (9, 4, 4)]
            .iter()
            .map(|&(a, b, d)| [a, b, a + b, d, a + b + d].map(Ratio::whole).to_vec())
            .collect();
        let found = find(&lines);
        let wanted = [Identity { total: 2, parts: vec![0, 1] }, Identity { total: 4, parts: vec![2, 3] }];
        assert_eq!((found.found.as_slice(), found.confirming), (wanted.as_slice(), 4));
    }
}
