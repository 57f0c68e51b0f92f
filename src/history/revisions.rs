//! How far figures of an age are usually revised, and in which direction.
//!
//! A revision is the logarithm of a figure over what was printed before it. Of the
//! revisions on file of figures as old, those that changed anything give the typical
//! one (their median) and their spread: of counts between that of chance, which falls
//! with the root of the count, and a proportional one, whichever of five mixtures makes
//! the revisions on file most probable; of amounts proportional. Large errors count for
//! nine variances at most, and the tails are Student's. A revision as far out as two on
//! file is not unusual, as for figures themselves.
//!
//! Ages are counted in editions: up to four each by itself, then from five to nine, ten
//! to nineteen, and so on. Needs eight revisions on file. Figures that were not revised
//! tell nothing of how far a revision goes; that a figure was not revised is never unusual.

use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::automatic::OUT;
use super::peers::number;
use super::shared::median;

/// So many revisions of figures as old have to be on file.
pub const REVISIONS_MIN: usize = 8;
/// Up to this age each is by itself.
const EXACT: i64 = 4;
/// How much of the spread is that of chance.
const MIXTURES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// An error counts for at most so many variances.
const ERROR_MAX: f64 = 9.0;
/// A median deviation of a normal distribution, in standard deviations.
const MEDIAN_DEVIATION: f64 = 0.6745;
/// Revisions that are all alike vary by so much of the typical one at least.
const ALIKE: f64 = 0.1;

/// A figure that differs from the one printed before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Revision {
    /// How many editions after its own the figure was printed anew.
    pub age: i64,
    /// What was printed before.
    pub then: f64,
    /// What is printed now.
    pub now: f64,
}

/// What is usual for a revision, as factors of the figure before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UsualRevision {
    /// How many revisions of figures as old are on file.
    pub number: usize,
    /// The typical one.
    pub typical: f64,
    /// The smallest and the largest that is ordinary.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// How probable one as far out is, by revisions alone.
    pub p: f64,
}

impl UsualRevision {
    /// What is usual, in percent.
    pub fn range(&self) -> String {
        format!("{} to {}", percent(self.low), percent(self.high))
    }

    /// What is made of a revision of a figure of an age, in words.
    pub fn about(&self, age: i64) -> String {
        let word = if self.is_out() { "an unusual" } else { "an ordinary" };
        let old = if age == 1 { "1 edition old".to_owned() } else { format!("{age} editions old") };
        format!("{word} revision of a figure {old} (usually {}; {} on file)", self.range(), self.number)
    }

    /// Whether the revision that was asked for lies outside of what is ordinary.
    pub fn is_out(&self) -> bool {
        self.p <= OUT
    }
}

impl Revision {
    /// Whether figures of two ages are as old.
    pub fn is_as_old(one: i64, other: i64) -> bool {
        class(one) == class(other)
    }

    /// Its logarithm; of counts half a one more, so that zero has one.
    fn log(&self, is_count: bool) -> Option<f64> {
        let added = if is_count { 0.5 } else { 0.0 };
        let log = ((self.now + added) / (self.then + added)).ln();
        (self.then + added > 0.0 && log.is_finite()).then_some(log)
    }
}

/// A factor as a change in percent.
pub fn percent(factor: f64) -> String {
    format!("{:+.1}%", 100.0 * (factor - 1.0))
}

/// The ages that are as good as one another.
fn class(age: i64) -> i64 {
    if age <= EXACT { age } else { EXACT + 1 + i64::from((age / (EXACT + 1)).ilog2()) }
}

/// Judges a revision by those on file; `None` where there are too few of figures as old, or
/// it has no logarithm.
///
/// ```
/// use crossfoot::history::{Revision, judge_revision};
///
/// // Late reports add 4 to 6 in a hundred.
/// let on_file: Vec<Revision> =
///     (0..20).map(|it| Revision { age: 1, then: 1_000.0, now: 1_040.0 + f64::from(it) }).collect();
/// let ordinary = judge_revision(&on_file, Revision { age: 1, then: 800.0, now: 838.0 }, true).unwrap();
/// assert!(!ordinary.is_out() && ordinary.typical > 1.04);
/// assert!(judge_revision(&on_file, Revision { age: 1, then: 800.0, now: 790.0 }, true).unwrap().is_out());
/// ```
pub fn judge_revision(on_file: &[Revision], it: Revision, is_count: bool) -> Option<UsualRevision> {
    UsualRevisions::of(on_file, is_count).judge(it)
}

/// What the revisions on file of one column teach, once for all figures that are judged by them.
#[derive(Debug)]
pub struct UsualRevisions {
    is_count: bool,
    /// By the class of their age; none of a class with too few.
    by_age: BTreeMap<i64, Learnt>,
}

/// What revisions of figures as old teach.
#[derive(Debug)]
struct Learnt {
    number: usize,
    typical: f64,
    /// The least that the variance can be.
    least: f64,
    spread: Spread,
    /// How far out each of them is, in standard deviations, rising.
    far: Vec<f64>,
}

impl UsualRevisions {
    /// Learns from revisions of figures of any age.
    pub fn of(on_file: &[Revision], is_count: bool) -> Self {
        let mut known: BTreeMap<i64, Vec<(f64, f64)>> = BTreeMap::new();
        for it in on_file {
            if let Some(log) = it.log(is_count).filter(|log| *log != 0.0) {
                known.entry(class(it.age)).or_default().push((it.then, log));
            }
        }
        let learnt = |(age, known): (i64, Vec<(f64, f64)>)| Some((age, Learnt::of(&known, is_count)?));
        Self { is_count, by_age: known.into_iter().filter_map(learnt).collect() }
    }

    /// Judges a revision, as [`judge_revision`].
    pub fn judge(&self, it: Revision) -> Option<UsualRevision> {
        let log = it.log(self.is_count)?;
        self.by_age.get(&class(it.age))?.judge(it, log, self.is_count)
    }
}

impl Learnt {
    /// From figures before they were revised, with the logarithms of their revisions.
    fn of(known: &[(f64, f64)], is_count: bool) -> Option<Self> {
        if known.len() < REVISIONS_MIN {
            return None;
        }
        let size = known.iter().map(|it| 1.0 / (it.0 + 1.0)).sum::<f64>() / number(known.len());
        let typical = median(&mut known.iter().map(|it| it.1).collect::<Vec<_>>())?;
        let least = (ALIKE * typical).powi(2);
        let spread = |mixture: f64| Spread::of(known, typical, Mixture { chance: mixture, size });
        let mixtures = MIXTURES.iter().filter(|it| is_count || **it == 0.0);
        let spread = mixtures.map(|it| spread(*it)).max_by(|one, other| one.likelihood.total_cmp(&other.likelihood))?;
        let out = |it: &(f64, f64)| (it.1 - typical) / (spread.variance(it.0).max(least)).sqrt();
        let mut far: Vec<f64> = known.iter().map(out).collect();
        far.sort_by(f64::total_cmp);
        Some(Self { number: known.len(), typical, least, spread, far })
    }

    fn judge(&self, it: Revision, log: f64, is_count: bool) -> Option<UsualRevision> {
        let Self { number: known, typical, least, .. } = *self;
        // Of a count a change by one is none to speak of.
        let one = if is_count { (it.then.max(0.0) + 0.5).powi(-2) } else { 0.0 };
        let doubt = 1.0 + 1.0 / number(known);
        let deviation = (self.spread.variance(it.then) * doubt).max(least).max(one).sqrt();
        let student = StudentsT::new(0.0, 1.0, number(known - 1)).ok()?;
        let out = (log - typical) / deviation;
        let seen = if out < 0.0 {
            self.far.partition_point(|it| *it <= out)
        } else {
            known - self.far.partition_point(|it| *it < out)
        };
        let often = 2.0 * number(seen.saturating_sub(1)) / (number(known) + 10.0);
        let p = (2.0 * student.cdf(-out.abs())).max(often).min(1.0);
        let reach = deviation * student.inverse_cdf(1.0 - OUT / 2.0);
        let (mut low, mut high) = (typical - reach, typical + reach);
        if p > OUT {
            (low, high) = (low.min(log), high.max(log));
        }
        Some(UsualRevision { number: known, typical: typical.exp(), low: low.exp(), high: high.exp(), p })
    }
}

/// How the variance of a revision goes by the figure.
#[derive(Clone, Copy, Debug)]
struct Mixture {
    /// How much of it is that of chance.
    chance: f64,
    /// One over a figure, on average.
    size: f64,
}

#[derive(Debug)]
struct Spread {
    mixture: Mixture,
    variance: f64,
    likelihood: f64,
}

impl Mixture {
    fn weight(&self, then: f64) -> f64 {
        let chance = if self.size > 0.0 { 1.0 / ((then.max(0.0) + 1.0) * self.size) } else { 1.0 };
        1.0 - self.chance + self.chance * chance
    }
}

impl Spread {
    fn of(known: &[(f64, f64)], typical: f64, mixture: Mixture) -> Self {
        let scaled = |it: &(f64, f64)| (it.1 - typical).powi(2) / mixture.weight(it.0);
        let squares: Vec<f64> = known.iter().map(scaled).collect();
        let middle = median(&mut squares.clone()).unwrap_or(0.0) / MEDIAN_DEVIATION.powi(2);
        let most = if middle > 0.0 { ERROR_MAX * middle } else { f64::INFINITY };
        let variance = squares.iter().map(|it| it.min(most)).sum::<f64>() / number(known.len() - 1);
        let own = |it: &(f64, f64)| (variance * mixture.weight(it.0)).max(f64::MIN_POSITIVE);
        let likelihood = known
            .iter()
            .zip(&squares)
            .map(|(it, square)| -own(it).ln() - square.min(most) * mixture.weight(it.0) / own(it));
        Self { mixture, variance, likelihood: likelihood.sum() }
    }

    fn variance(&self, then: f64) -> f64 {
        self.variance * self.mixture.weight(then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Revisions of figures from 20 to 4,000 that add about so much, with noise of so much.
    fn on_file(age: i64, added: f64, noise: f64) -> Vec<Revision> {
        let noises = [0.4, -0.9, 1.3, -0.2, -1.5, 0.7, 0.1, -0.6, 1.0, -1.1, 0.3, 0.8, -0.4];
        let revision = |at: usize| {
            let then = [20.0, 150.0, 900.0, 4_000.0][at % 4];
            Revision { age, then, now: (then * (added + noise * noises[at % 13]).exp()).round() }
        };
        (0..40).map(revision).collect()
    }

    fn p(on_file: &[Revision], age: i64, then: f64, now: f64) -> f64 {
        judge_revision(on_file, Revision { age, then, now }, true).unwrap().p
    }

    #[test]
    fn a_revision_in_the_usual_direction_is_ordinary_and_one_in_the_other_is_not() {
        let known = on_file(1, 0.08, 0.02);
        assert!(p(&known, 1, 1_000.0, 1_083.0) > 0.2);
        assert!(p(&known, 1, 1_000.0, 900.0) < 0.001);
        assert!(p(&known, 1, 1_000.0, 1_400.0) < 0.001);
    }

    #[test]
    fn small_counts_are_revised_by_more_of_themselves() {
        // One case more or less of small counts, few in a hundred of large ones.
        let steps = [1.0, -1.0, 2.0, -1.0, 1.0, 1.0, -2.0, 1.0];
        let known: Vec<Revision> = (0..32_usize)
            .map(|at| {
                let then = [5.0, 80.0, 1_000.0, 9_000.0][at % 4];
                Revision { age: 2, then, now: then + steps[at % 8] * (then / 5.0_f64).sqrt().round() }
            })
            .collect();
        assert!(p(&known, 2, 5.0, 7.0) > 0.01);
        assert!(p(&known, 2, 9_000.0, 12_600.0) < 0.001);
    }

    #[test]
    fn ages_are_told_apart_and_too_few_revisions_judge_nothing() {
        let mut known = on_file(1, 0.30, 0.02);
        known.extend(on_file(9, 0.01, 0.004));
        assert!(p(&known, 1, 1_000.0, 1_350.0) > 0.05);
        assert!(p(&known, 6, 1_000.0, 1_350.0) < 0.001);
        assert_eq!(judge_revision(&known, Revision { age: 3, then: 100.0, now: 110.0 }, true), None);
        let few = [Revision { age: 1, then: 10.0, now: 11.0 }; REVISIONS_MIN - 1];
        assert_eq!(judge_revision(&few, Revision { age: 1, then: 10.0, now: 90.0 }, true), None);
    }

    #[test]
    fn what_was_seen_twice_is_ordinary() {
        let mut known = on_file(1, 0.02, 0.004);
        assert!(p(&known, 1, 1_000.0, 2_000.0) < 0.001);
        known.extend([Revision { age: 1, then: 500.0, now: 1_100.0 }; 3]);
        let it = judge_revision(&known, Revision { age: 1, then: 1_000.0, now: 2_000.0 }, true).unwrap();
        assert!(!it.is_out() && it.high > 1.99, "{it:?}");
    }

    #[test]
    fn amounts_do_not_depend_on_their_unit() {
        let amounts = |unit: f64| {
            let known: Vec<Revision> = on_file(1, 0.05, 0.03)
                .iter()
                .map(|it| Revision { then: it.then * unit, now: it.now * unit, ..*it })
                .collect();
            let it = Revision { age: 1, then: 300.0 * unit, now: 340.0 * unit };
            judge_revision(&known, it, false).unwrap().p
        };
        assert!((amounts(1.0) - amounts(1e-6)).abs() < 1e-9);
    }
}
