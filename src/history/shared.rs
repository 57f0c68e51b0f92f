//! The default for short histories: counts whose extra variation is learned
//! from all series of an edition together.
//!
//! The variance of a count is `phi * mu` with `phi = 1 + c * mu`; `c` is
//! shared over the series, `phi` shrunk towards it. Tails are those of a
//! negative binomial that also carries the uncertainty of the mean, widened by
//! Student's t for that of `phi`. At `phi = 1` they are those of
//! [`exact`](super::exact()). Needs one earlier edition; from 104 on trend and
//! season can be told and should be. Idea of the moderation: Lund et al. 2012.

use statrs::distribution::StudentsT;

use super::tails::Tails;
use super::{Judgement, Line};

/// Extra variation before anything is seen: 10% of the mean, squared.
const SPREAD: f64 = 0.01;
/// How many series' worth that assumption weighs.
const SPREAD_WEIGHT: f64 = 10.0;
/// What the shared spread weighs against a series' own, in editions.
const SHARED_WEIGHT: f64 = 6.0;
/// Series of smaller counts tell nothing of the spread.
const MEAN_MIN: f64 = 5.0;
/// The median of a chi-squared with one degree of freedom.
const CHI_MEDIAN: f64 = 0.455;

/// What is shared by the series of one edition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// The extra variation `c`: its root is the variation in shares of the mean.
    pub spread: f64,
}

/// Judges every series of an edition; `None` where one has no history.
///
/// `alpha` is the share of ordinary counts that falls out of a range, half of
/// it on either side.
pub fn shared(lines: &[Line], alpha: f64) -> (Shared, Vec<Option<Judgement>>) {
    let shared = Shared { spread: spread(lines) };
    (shared, lines.iter().map(|it| judge(it, shared, alpha)).collect())
}

/// The shared spread: a weighted median of what each series shows, held
/// between 0.0005 and 0.25, and drawn to the assumption while little is seen.
fn spread(lines: &[Line]) -> f64 {
    let mut shown: Vec<(f64, Weight)> = Vec::new();
    let mut weight = 0.0;
    for line in lines {
        if let Some((mean, excess)) = excess(line).filter(|it| it.0 >= MEAN_MIN) {
            shown.push((excess, Weight::new(1.0 / (1.0 / mean + SPREAD))));
            weight += degrees(line).max(0.5);
        }
    }
    let median = weighted_median(shown).unwrap_or(0.0).max(0.0);
    ((SPREAD_WEIGHT * SPREAD + weight * median) / (SPREAD_WEIGHT + weight)).clamp(0.0005, 0.25)
}

/// Editions before, less one.
#[expect(clippy::cast_precision_loss, reason = "editions are few")]
fn degrees(line: &Line) -> f64 {
    line.before.len() as f64 - 1.0
}

/// The mean of a series, and its variance beyond Poisson over the mean squared.
fn excess(line: &Line) -> Option<(f64, f64)> {
    let (sum, exposure) = line.sums();
    if line.before.len() == 1 {
        let total = line.now.observed + sum;
        let q = line.now.exposure / (exposure + line.now.exposure);
        let mean = total / 2.0;
        let ratio = (line.now.observed - q * total).powi(2) / (total * q * (1.0 - q));
        return (total > 0.0).then(|| (mean, (ratio / CHI_MEDIAN - 1.0) / mean));
    }
    let mean = sum / exposure;
    dispersion(line).map(|it| (mean, (it - 1.0) / mean))
}

/// Pearson's dispersion of the editions before around their mean.
fn dispersion(line: &Line) -> Option<f64> {
    let (sum, exposure) = line.sums();
    if line.before.len() < 2 || sum <= 0.0 {
        return None;
    }
    let term = |expected: f64, observed: f64| (observed - expected).powi(2) / expected;
    let terms = line.before.iter().map(|it| term(it.exposure * sum / exposure, it.observed));
    Some(terms.sum::<f64>() / degrees(line))
}

/// The value in the middle, or the mean of the two that are; `None` of none.
pub(crate) fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let is_even = values.len().is_multiple_of(2);
    let (below, high, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let low = below.iter().copied().max_by(f64::total_cmp).filter(|_| is_even);
    Some(low.map_or(*high, |it| f64::midpoint(it, *high)))
}

/// The lowest value that with all below it has half of the weight; `None` of none.
pub(super) fn weighted_median(mut values: Vec<(f64, Weight)>) -> Option<f64> {
    let sum = |it: &[(f64, Weight)]| it.iter().map(|it| u128::from(it.1.0)).sum::<u128>();
    let all = sum(&values);
    let (mut left, mut before) = (&mut values[..], 0_u128);
    loop {
        let middle = left.len().checked_sub(1)? / 2;
        let (below, it, above) = left.select_nth_unstable_by(middle, |a, b| a.0.total_cmp(&b.0));
        let less = before + sum(below);
        let with = less + u128::from(it.1.0);
        if 2 * less >= all && !below.is_empty() {
            left = below;
        } else if 2 * with >= all || above.is_empty() {
            return Some(it.0);
        } else {
            (left, before) = (above, with);
        }
    }
}

/// A weight of up to a million in whole parts of 2^-24: the sum of many is the same in any order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight(u64);

impl Weight {
    const ONE: f64 = 16_777_216.0;

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within what fits")]
    pub(super) fn new(weight: f64) -> Self {
        Self((weight.clamp(0.0, 1e6) * Self::ONE) as u64)
    }
}

impl std::iter::Sum<Weight> for f64 {
    #[expect(clippy::cast_precision_loss, reason = "a sum of weights")]
    fn sum<I: Iterator<Item = Weight>>(weights: I) -> Self {
        weights.map(|it| u128::from(it.0)).sum::<u128>() as Self / Weight::ONE
    }
}

fn judge(line: &Line, shared: Shared, alpha: f64) -> Option<Judgement> {
    let (_, exposure) = line.sums();
    if exposure <= 0.0 || line.now.exposure <= 0.0 {
        return None;
    }
    Some(tails(line, shared).judge(line.now.observed, alpha))
}

/// The tails of one series: the upper one with a count more than was seen,
/// both with the uncertainty of the mean.
fn tails(line: &Line, shared: Shared) -> Tails {
    let (sum, exposure) = line.sums();
    let (share, degrees) = (line.now.exposure / exposure, degrees(line));
    let assumed = SHARED_WEIGHT * (1.0 + shared.spread * sum / exposure);
    let own = dispersion(line).map(|it| degrees * it);
    let seen = if own.is_some() { degrees } else { 0.0 };
    let dispersion = ((assumed + own.unwrap_or(0.0)) / (SHARED_WEIGHT + seen)).max(1.0);
    Tails {
        expected: share * sum,
        raised: share * (sum + 1.0),
        dispersion: dispersion * (1.0 + share),
        student: StudentsT::new(0.0, 1.0, SHARED_WEIGHT + seen).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tails::ordinary;
    use super::super::{Count, exact_tails};
    use super::*;

    fn line(now: f64, before: &[f64]) -> Line {
        let count = |observed: &f64| Count { at: 0, observed: *observed, exposure: 1.0 };
        Line { now: count(&now), before: before.iter().map(count).collect() }
    }

    #[test]
    fn without_extra_variation_the_tails_are_exact() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables/history/two-edition/poisson_test.csv");
        let mut reader = csv::Reader::from_path(path).unwrap();
        let table = reader.records().map(|it| {
            let it = it.unwrap();
            let number = |at: usize| it[at].parse::<f64>().unwrap();
            (number(0), number(2), number(1), number(3))
        });
        let more = [(15.0, 2.0, 1.0, 1.0), (2.0, 21.0, 5.0 / 7.0, 1.0), (262.0, 1816.0, 5.0 / 7.0, 8.0)];
        for (count, sum, own, exposure) in table.chain(more) {
            let tails = Tails {
                expected: own * sum / exposure,
                raised: own * (sum + 1.0) / exposure,
                dispersion: 1.0 + own / exposure,
                student: None,
            };
            let (upper, lower) = exact_tails(count, own, sum, exposure);
            assert!((tails.upper(count) / upper - 1.0).abs() < 1e-9, "{count} after {sum}");
            assert!((tails.lower(count) / lower - 1.0).abs() < 1e-9, "{count} after {sum}");
        }
    }

    #[test]
    fn the_worked_example_comes_out() {
        // 262 accidents in 5 of 7 days, 1,816 in the last 8 full weeks.
        let before = [227.0; 8];
        let mut it = line(262.0, &before);
        it.now.exposure = 5.0 / 7.0;
        let phi: f64 = 1.0 + 0.01 * 162.0;
        let tails = Tails {
            expected: 5.0 / 7.0 * 1816.0 / 8.0,
            raised: 5.0 / 7.0 * 1817.0 / 8.0,
            dispersion: phi * (1.0 + 5.0 / 56.0),
            student: StudentsT::new(0.0, 1.0, 13.0).ok(),
        };
        let (low, high) = ordinary(0.01, 300.0, |it| tails.upper(it), |it| tails.lower(it));
        assert_eq!((low, high, tails.expected.round()), (104.0, 233.0, 162.0));
        let upper = tails.upper(262.0);
        assert!((1.0 / upper - 1400.0).abs() < 50.0, "one in {}", 1.0 / upper);
    }

    #[test]
    fn steady_series_are_as_expected_and_a_tenfold_one_is_not() {
        let lines =
            [line(230.0, &[227.0, 219.0, 240.0]), line(18.0, &[20.0, 15.0, 17.0]), line(700.0, &[70.0, 66.0, 73.0])];
        let (_, judged) = shared(&lines, 0.01);
        let p: Vec<f64> = judged.iter().map(|it| it.unwrap().p()).collect();
        assert!(p[0] > 0.3 && p[1] > 0.3 && p[2] < 1e-4, "{p:?}");
    }

    #[test]
    fn a_series_without_history_is_not_judged() {
        assert_eq!(shared(&[line(3.0, &[])], 0.01).1, [None]);
    }
}
