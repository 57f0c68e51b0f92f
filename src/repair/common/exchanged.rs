//! Two lines in each other's place from one row to another, where the sums
//! across hold: the sums along them are off by the same, one up and one down.

use std::collections::HashMap;

use super::grid::{Check, Family, Grid, Term};
use super::{Axis, Common, MARGIN, What};
use crate::plan::Relation;
use crate::table::Decimal;

/// So many pairs of lines are compared.
const PAIRS_MAX: usize = 32;
/// So many runs of one pair are compared by how the figures fit.
const RUNS_MAX: usize = 64;
/// What it weighs at most that figures fit better.
const FIT_MAX: f64 = 8.0;
/// Of amounts in the wrong line one in fifty at most is to be taken for an exchange.
const SWAP_SURE: f64 = 3.9;
/// From here on they show which rows are exchanged.
const FIT_SURE: f64 = 4.0;
/// How far the spread of a normal distribution is from the median of what lies away from its middle.
const SPREAD_OF_MEDIAN: f64 = 1.4826;
const SPREAD_MIN: f64 = 0.02;
/// Something else is less probable than any amount at all by so much, as a natural logarithm.
const OTHERWISE_MIN: f64 = 4.0;
/// Rows that are exchanged at least: of one pair any explanation of single figures does as well.
const ROWS_MIN: usize = 2;
/// From so many rows on that would mend both lines by accident, one that does shows nothing.
const ACCIDENTS_MIN: f64 = 0.02;

/// The lines of a family's checks that are exchanged over a run of them.
pub(super) fn causes(grid: &Grid<'_>, family: &Family) -> Vec<Common> {
    let mut by_gap: HashMap<i128, Vec<usize>> = HashMap::new();
    for (at, it) in family.checks.iter().enumerate().filter(|it| it.1.fails && it.1.gap != 0) {
        by_gap.entry(it.gap).or_default().push(at);
    }
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (gap, ones) in by_gap.iter().filter(|it| *it.0 > 0) {
        let Some(others) = by_gap.get(&-gap) else { continue };
        let pair = |&one: &usize| others.iter().map(move |&other| (one.min(other), one.max(other)));
        pairs.extend(ones.iter().flat_map(pair).take(PAIRS_MAX));
    }
    pairs.sort_unstable();
    pairs.truncate(PAIRS_MAX);
    pairs.into_iter().filter_map(|it| exchanged(grid, family, it)).collect()
}

fn exchanged(grid: &Grid<'_>, family: &Family, (one, other): (usize, usize)) -> Option<Common> {
    let (one, other) = (&family.checks[one], &family.checks[other]);
    let apart = |at: usize| one.terms[at].weight * (other.terms[at].figure - one.terms[at].figure);
    let count = one.terms.len();
    // Changed in one pair, the totals too, they are exchanged there; unless of so
    // many rows one would do by accident.
    let is_pair = (0..count).any(|it| apart(it) == -one.gap);
    if is_pair && accidents(&apart, count) < ACCIDENTS_MIN {
        return None;
    }
    // A slip in one of both is off by as much across.
    let across = grid.families.iter().filter(|it| it.table == family.table && it.axis != family.axis);
    if across.flat_map(|it| &it.checks).any(|it| it.fails && it.gap.abs() == one.gap.abs()) {
        return None;
    }
    let Run { fit, span: [first, last], count: found } = run(one, other, &apart)?;
    let mut changed: Vec<(usize, Decimal)> = Vec::new();
    for (it, with) in one.terms[first..=last].iter().zip(&other.terms[first..=last]) {
        let (figure, its) = (grid.values[it.cell]?, grid.values[with.cell]?);
        if it.figure != with.figure {
            changed.extend([(it.cell, its), (with.cell, figure)]);
        }
    }
    changed.sort_by_key(|it| it.0);
    if !changed.iter().all(|&(cell, to)| grid.allows(cell, to)) {
        return None;
    }
    let (covers, breaks) = grid.effect(&changed);
    let both = covers.contains(&one.row) && covers.contains(&other.row);
    if !both || !breaks.is_empty() || changed.len() < 2 * ROWS_MIN {
        return None;
    }
    // Seen across, it runs along the lines that the checks are of.
    let axis = if family.axis == Axis::Down { Axis::Along } else { Axis::Down };
    let gain = (float(found) / runs(count)).ln() - otherwise(one, other, &apart) + fit.clamp(-FIT_MAX, FIT_MAX);
    let is_swap = gain >= SWAP_SURE;
    // Other rows would mend both sums as well: the figures have to show which.
    let is_told = is_swap && (found == 1 || fit >= FIT_SURE);
    if !is_told && !is_crossed(grid, [one, other]) {
        return None;
    }
    // What of both it was is left open, or in which rows, and so is what was meant.
    let like = grid.system.cells[one.terms[first].cell].printed?;
    let by = grid.figure(one.gap.abs(), like);
    let open = What::Misplaced { by, is_only: found == 1 && !is_pair, is_swap };
    Some(Common {
        axis,
        lines: [one.at, other.at],
        span: [first, last].map(|it| family.lines[it]),
        changed: if is_told { changed } else { Vec::new() },
        covers,
        gain: gain.max(MARGIN),
        ..Grid::cause(family, if is_told { What::Exchanged } else { open }, [0, 0], [0, 0])
    })
}

/// Whether each figure of both lines stands in a check across them that holds, so
/// that nothing is lost or added between the two.
fn is_crossed(grid: &Grid<'_>, both: [&Check; 2]) -> bool {
    let [one, other] = both.map(|it| it.terms.iter().map(|it| it.cell));
    one.zip(other).all(|(cell, with)| {
        let mut across = grid.system.users[cell].iter().map(|it| &grid.system.rows[*it]);
        across.any(|it| it.relation == Relation::Equal && it.reads(with) && it.holds(grid.system, &grid.values))
    })
}

/// How many rows of two lines are apart by a given amount by accident, if it is
/// as likely anywhere between the two that lie furthest apart.
fn accidents(apart: &dyn Fn(usize) -> i128, count: usize) -> f64 {
    let all = || (0..count).map(apart);
    let range = all().max().unwrap_or(0) - all().min().unwrap_or(0);
    float(count) / (float128(range) + 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "of a number of rows")]
fn float(count: usize) -> f64 {
    count as f64
}

#[expect(clippy::cast_precision_loss, reason = "of figures, to weigh them")]
fn float128(figure: i128) -> f64 {
    figure as f64
}

/// Rows whose exchange mends both sums.
struct Run {
    /// How much better the figures fit with them exchanged.
    fit: f64,
    span: [usize; 2],
    /// How many runs would do.
    count: usize,
}

/// The run of rows whose exchange mends both sums, and whose figures then fit best.
fn run(one: &Check, other: &Check, apart: &dyn Fn(usize) -> i128) -> Option<Run> {
    let ratios = Ratios::of(one, other);
    let mut sums: HashMap<i128, Vec<usize>> = HashMap::from([(0, vec![0])]);
    let (mut sum, mut seen, mut bare, mut best) = (0, 0, 0, None);
    for last in 0..one.terms.len() {
        sum += apart(last);
        for &first in sums.get(&(sum + one.gap)).into_iter().flatten().filter(|it| **it < last) {
            seen += 1;
            // Rows at the ends that print the same are none of it.
            let gain = ratios.gain(first, last);
            let is_bare = apart(first) == 0 || apart(last) == 0;
            bare += usize::from(is_bare);
            if !is_bare && best.is_none_or(|it: (f64, [usize; 2])| gain > it.0) {
                best = Some((gain, [first, last]));
            }
        }
        if seen > RUNS_MAX {
            break;
        }
        sums.entry(sum).or_default().push(last + 1);
    }
    best.map(|(fit, span)| Run { fit, span, count: seen - bare })
}

/// How many runs there are.
fn runs(count: usize) -> f64 {
    (float(count) * (float(count) - 1.0) / 2.0).max(1.0)
}

/// How probable it is, as a natural logarithm, that both sums are off by what
/// they are if no run was exchanged, but an amount was put into the wrong one of
/// both lines in a single row, or one pair was exchanged.
///
/// An amount is any that is not more than the figure it was taken from; and the
/// two figures that were meant should be to each other as those of other rows are.
fn otherwise(one: &Check, other: &Check, apart: &dyn Fn(usize) -> i128) -> f64 {
    let count = one.terms.len();
    let ratio = |it: i128, with: i128| ((float128(it) + 0.5) / (float128(with) + 0.5)).ln();
    let both = || one.terms.iter().zip(&other.terms).filter(|it| it.0.figure >= 0 && it.1.figure >= 0);
    let mut ratios: Vec<f64> = both().map(|it| ratio(it.0.figure, it.1.figure)).collect();
    let middle = median(&mut ratios);
    let mut away: Vec<f64> = ratios.iter().map(|it| (it - middle).abs()).collect();
    let spread = (SPREAD_OF_MEDIAN * median(&mut away)).max(SPREAD_MIN);
    let fit = |it: i128, with: i128| -2.0 * (1.0 + ((ratio(it, with) - middle) / spread).powi(2) / 3.0).ln();
    let amount = |(it, with): (&Term, &Term)| {
        if it.weight == 0 || one.gap % it.weight != 0 {
            return 0.0;
        }
        let by = -one.gap / it.weight;
        let (meant, its) = (it.figure + by, with.figure - by);
        if meant < 0 || its < 0 {
            return 0.0;
        }
        let from = float128(if by > 0 { meant } else { its }).max(1.0);
        (fit(meant, its) - fit(it.figure, with.figure)).exp() / from / 2.0
    };
    let amounts: f64 = both().map(amount).sum();
    let pairs = (0..count).filter(|&it| apart(it) == -one.gap).count();
    let (mut sum, mut low, mut high) = (0, 0, 0);
    for at in 0..count {
        sum += apart(at);
        (low, high) = (sum.min(low), sum.max(high));
    }
    // What none of it explains may have happened in yet another way.
    let least = -(float128(high - low) + 1.0).ln() - OTHERWISE_MIN;
    ((amounts + float(pairs)) / float(count)).ln().max(least)
}

fn median(of: &mut [f64]) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or(0.0)
}

/// How much the one line is of the other, as logarithms added up row by row.
struct Ratios {
    sums: Vec<f64>,
    squares: f64,
    count: f64,
}

impl Ratios {
    #[expect(clippy::cast_precision_loss, reason = "logarithms, to compare with")]
    fn of(one: &Check, other: &Check) -> Self {
        let mut ratios = Self { sums: vec![0.0], squares: 0.0, count: 0.0 };
        for (it, with) in one.terms.iter().zip(&other.terms) {
            let is_known = it.figure > 0 && with.figure > 0;
            let ratio = if is_known { (it.figure as f64 / with.figure as f64).ln() } else { 0.0 };
            ratios.sums.push(ratios.sums[ratios.sums.len() - 1] + ratio);
            ratios.squares += ratio * ratio;
            ratios.count += f64::from(u8::from(is_known));
        }
        ratios
    }

    /// How much likelier the rows are with some of them exchanged: of a normal
    /// distribution, by how far they then lie apart.
    fn gain(&self, first: usize, last: usize) -> f64 {
        // Ratios that are all the same show nothing beyond this.
        const APART_MIN: f64 = 1e-4;
        if self.count < 3.0 {
            return 0.0;
        }
        let all = self.sums[self.sums.len() - 1];
        let exchanged = all - 2.0 * (self.sums[last + 1] - self.sums[first]);
        let apart = |sum: f64| (self.squares / self.count - (sum / self.count).powi(2)).max(APART_MIN);
        self.count / 2.0 * (apart(all) / apart(exchanged)).ln()
    }
}
