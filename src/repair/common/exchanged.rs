//! Two lines in each other's place from one row to another, where the sums
//! across hold: the sums along them are off by the same, one up and one down.

use std::collections::HashMap;

use super::grid::{Check, Family, Grid};
use super::{Axis, Common, MARGIN, What};
use crate::plan::Relation;
use crate::table::Decimal;

/// So many pairs of lines are compared.
const PAIRS_MAX: usize = 32;
/// So many runs of one pair are compared by how the figures fit.
const RUNS_MAX: usize = 64;
/// What it weighs at most that figures fit better.
const FIT_MAX: f64 = 8.0;
/// Rows that are exchanged at least: of one pair any explanation of single figures does as well.
const ROWS_MIN: usize = 2;

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
    // Changed in one pair, the totals too, they are exchanged there.
    let apart = |at: usize| one.terms[at].weight * (other.terms[at].figure - one.terms[at].figure);
    if (0..one.terms.len()).any(|it| apart(it) == -one.gap) {
        return None;
    }
    // A slip in one of both is off by as much across.
    let across = grid.families.iter().filter(|it| it.table == family.table && it.axis != family.axis);
    if across.flat_map(|it| &it.checks).any(|it| it.fails && it.gap.abs() == one.gap.abs()) {
        return None;
    }
    let Run { fit, span: [first, last], is_only } = run(one, other, &apart)?;
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
    let gain = unlikely(&apart, one.terms.len()) + fit.clamp(-FIT_MAX, FIT_MAX);
    let is_told = gain >= MARGIN;
    if !is_told && !is_crossed(grid, [one, other]) {
        return None;
    }
    // What of both it was is left open, and so is what was meant.
    let like = grid.system.cells[one.terms[first].cell].printed?;
    let open = || What::Misplaced { by: grid.figure(one.gap.abs(), like), is_only };
    Some(Common {
        axis,
        lines: [one.at, other.at],
        span: [first, last].map(|it| family.lines[it]),
        changed: if is_told { changed } else { Vec::new() },
        covers,
        gain: gain.max(MARGIN),
        ..Grid::cause(family, if is_told { What::Exchanged } else { open() }, [0, 0], [0, 0])
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

/// Rows whose exchange mends both sums.
struct Run {
    /// How much better the figures fit with them exchanged.
    fit: f64,
    span: [usize; 2],
    /// Whether no other rows would do as well.
    is_only: bool,
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
    best.map(|(fit, span)| Run { fit, span, is_only: seen == bare + 1 })
}

/// How unlikely it is, as a natural logarithm, that the sum of some run is what
/// is missing by accident: if an amount was put into the wrong one of both
/// lines in a single row. Lines that are much alike leave that open.
#[expect(clippy::cast_precision_loss, reason = "a logarithm, to weigh")]
fn unlikely(apart: &dyn Fn(usize) -> i128, count: usize) -> f64 {
    let (mut sum, mut low, mut high) = (0, 0, 0);
    for at in 0..count {
        sum += apart(at);
        (low, high) = (sum.min(low), sum.max(high));
    }
    let runs = count as f64 * (count as f64 - 1.0) / 2.0;
    (((high - low) as f64 + 1.0) / runs.max(1.0)).ln()
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
