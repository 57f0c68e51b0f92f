//! Sums that hold in every line of numbers: exact linear identities with
//! factors of one, or of other small whole numbers where those do not reach.
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
    /// How often each part counts.
    pub(super) weights: Vec<i64>,
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
/// No part counts more often than that.
pub(super) const WEIGHT_MAX: u8 = 12;
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
            whole(&mut vector);
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

/// Makes whole numbers of fractions, by one factor.
fn whole(vector: &mut [Ratio]) {
    while let Some(it) = vector.iter().find(|it| !it.is_whole()) {
        let denominator = Ratio::of_exact(&num_rational::BigRational::from(it.exact().denom().clone()));
        scale_by(vector, &denominator);
    }
}

/// The shortest independent sums among small combinations of vectors: those
/// that count each part once come first.
fn shortest(vectors: &[Vec<Ratio>]) -> Vec<Identity> {
    let width = vectors.first().map_or(0, Vec::len);
    let mut candidates: Vec<(Identity, Vec<Ratio>)> = Vec::new();
    let factors: &[i64] = match vectors.len() {
        0..=3 => &[0, 1, -1, 2, -2, 3, -3],
        4 | 5 => &[0, 1, -1, 2, -2],
        _ => &[0, 1, -1],
    };
    let count = factors.len().pow(u32::try_from(vectors.len()).unwrap_or(0));
    for number in 1..count {
        let mut rest = number;
        let mut sum = vec![Ratio::ZERO; width];
        for vector in vectors {
            let factor = Ratio::whole(factors[rest % factors.len()]);
            rest /= factors.len();
            if !factor.is_zero() {
                sum.iter_mut().zip(vector).for_each(|(it, other)| *it = &*it + &(&factor * other));
            }
        }
        if let Some(identity) = as_sum(&sum) {
            candidates.push((identity, sum));
        }
    }
    let plainness = |it: &Identity| (it.is_weighted(), it.parts.len(), it.weights.iter().sum::<i64>());
    candidates.sort_by(|(a, _), (b, _)| plainness(a).cmp(&plainness(b)).then_with(|| a.cmp(b)));
    let mut kept: Vec<Identity> = Vec::new();
    let mut span: Vec<(usize, Vec<Ratio>)> = Vec::new();
    for (identity, mut vector) in candidates {
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

/// Reads weights as one total and its parts: two or more, unless they count
/// more than once.
fn as_sum(weights: &[Ratio]) -> Option<Identity> {
    let side = |sign: i8| (0..weights.len()).filter(|it| weights[*it].sign() == sign).collect::<Vec<usize>>();
    let (above, below) = (side(1), side(-1));
    let read = |total: &[usize], parts: &[usize]| {
        let [total] = total else { return None };
        let times = |part: &usize| match &weights[*part].size() / &weights[*total].size() {
            Ratio::Small(times, 1) if times <= i64::from(WEIGHT_MAX) => Some(times),
            _ => None,
        };
        let times: Vec<i64> = parts.iter().map(times).collect::<Option<_>>()?;
        let told = parts.len() >= 2 || times.iter().any(|it| *it > 1);
        told.then(|| Identity { total: *total, parts: parts.to_vec(), weights: times })
    };
    read(&above, &below).or_else(|| read(&below, &above))
}

impl Identity {
    /// Whether a part counts more than once.
    pub(super) fn is_weighted(&self) -> bool {
        self.weights.iter().any(|it| *it != 1)
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
        let plain = |total: usize, parts: [usize; 2]| Identity { total, parts: parts.to_vec(), weights: vec![1, 1] };
        let wanted = [plain(2, [0, 1]), plain(4, [2, 3])];
        assert_eq!((found.found.as_slice(), found.confirming), (wanted.as_slice(), 4));
    }

    #[test]
    fn a_part_may_count_more_than_once() {
        // Played is won, drawn and lost; a win counts three points, a draw one.
        let lines: Vec<Vec<Ratio>> = [(3, 5, 2), (10, 1, 7), (4, 9, 9), (8, 8, 1), (2, 6, 30), (1, 1, 5), (9, 4, 4)]
            .iter()
            .map(|&(won, drawn, lost)| {
                [won + drawn + lost, won, drawn, lost, 3 * won + drawn].map(Ratio::whole).to_vec()
            })
            .collect();
        let wanted = [
            Identity { total: 0, parts: vec![1, 2, 3], weights: vec![1, 1, 1] },
            Identity { total: 4, parts: vec![1, 2], weights: vec![3, 1] },
        ];
        assert_eq!(find(&lines).found, wanted);
    }
}
