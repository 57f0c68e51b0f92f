//! What a break is when it is no fault: another definition, a line that is missing, an approximation.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{Axis, Broken, Claim, Form, Lines, count, size};
use super::figures::{Class, Sheet};
use super::instances::CellAt;
use super::words::Senses;

/// Breaks that stand together, this many and more, are another definition from here to there.
const REGIME: usize = 4;

/// The places of breaks that stand together.
pub(super) fn regimes(claim: &Claim, sheet: &Sheet<'_>) -> BTreeSet<usize> {
    let mut apart = BTreeSet::new();
    if claim.axis == Axis::Rows {
        return apart;
    }
    if let Form::Running { chain: chain @ 1.., .. } = claim.form {
        return along(claim, sheet, chain);
    }
    let broken: BTreeSet<usize> = claim.broken.iter().map(|it| it.at).collect();
    let all: BTreeSet<usize> = broken.iter().chain(&claim.held).copied().collect();
    let mut run: Vec<usize> = Vec::new();
    let number = |row: usize| sheet.table.rows[row].number;
    for at in all {
        // Where rows are left out, only those that stand together on paper do so here.
        let is_apart = sheet.is_sparse && run.last().is_some_and(|&last| number(at) > number(last) + 1);
        if broken.contains(&at) && !is_apart {
            run.push(at);
            continue;
        }
        if run.len() >= REGIME {
            apart.extend(&run);
        }
        run.clear();
        run.extend(broken.contains(&at).then_some(at));
    }
    if run.len() >= REGIME {
        apart.extend(run);
    }
    apart
}

/// The same in the rows of each group: its rows need not be neighbours.
fn along(claim: &Claim, sheet: &Sheet<'_>, chain: usize) -> BTreeSet<usize> {
    let mut runs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in claim.broken.iter().map(|it| it.at) {
        let before = sheet.neighbour(at, false, chain).and_then(|it| runs.remove(&it));
        let mut run = before.unwrap_or_default();
        run.push(at);
        runs.insert(at, run);
    }
    runs.into_values().filter(|it| it.len() >= REGIME).flatten().collect()
}

/// Another line that tells the breaks apart: figures where they are, nothing elsewhere.
pub(super) fn explained_by(claim: &Claim, lines: &Lines<'_>) -> Option<usize> {
    if claim.broken.is_empty() || claim.held.len() < 2 {
        return None;
    }
    if matches!(claim.form, Form::Mean | Form::Maximum | Form::Minimum) {
        return None;
    }
    let inside = claim.lines();
    let apart = |line: &&usize| !inside.contains(*line) && tells_apart(claim, lines, **line);
    lines.all.iter().find(apart).copied()
}

fn tells_apart(claim: &Claim, lines: &Lines<'_>, line: usize) -> bool {
    if !lines.budget.spend(claim.checked().min(50)) {
        return false;
    }
    let equals_gap =
        || claim.broken.iter().all(|it| lines.value(line, it.at).is_some_and(|v| i128::from(v).abs() == it.gap.abs()));
    let is_sum = matches!(claim.form, Form::Linear | Form::Distance);
    if is_sum && claim.axis == Axis::Rows && claim.broken.len() >= 2 && equals_gap() {
        return true;
    }
    let filled = |at: usize| lines.value(line, at).is_some_and(|it| it != 0);
    if !claim.broken.iter().all(|it| filled(it.at)) {
        return false;
    }
    let empty = count(claim.held.iter().filter(|it| !filled(**it)).count()) / count(claim.held.len());
    let number = claim.broken.len();
    let rare = count(lines.all.len()) * (1.0 - empty).max(0.02).powi(i32::try_from(number).unwrap_or(i32::MAX)) < 0.3;
    if empty < 0.8 || !(rare || number == 1) {
        return false;
    }
    let counts = lines.axis == Axis::Rows || lines.sheet.lanes[line].class == Class::Count;
    let quotient = matches!(claim.form, Form::Quotient { .. } | Form::Growth { .. } | Form::Product);
    (number >= 2 && counts) || (quotient && lines.senses(line).has(Senses::TIE)) || (is_sum && equals_gap())
}

/// Whether the same text stands beside all breaks, or nothing in the same column, which hardly
/// any other place has: `Charged off`, or a balance of 0. They keep to another rule.
pub(super) fn are_of_a_kind(claim: &Claim, lines: &Lines<'_>) -> bool {
    const BREAKS_MIN: usize = 4;
    let number = claim.broken.len();
    if claim.axis == Axis::Rows || number < BREAKS_MIN || claim.held.len() < 2 * number {
        return false;
    }
    let sheet = lines.sheet;
    let columns = sheet.table.columns.len();
    let figures: BTreeSet<usize> = sheet.lanes.iter().map(|it| it.column).collect();
    let rare = |alike: &dyn Fn(usize) -> bool| {
        if !lines.budget.spend(claim.checked()) || !claim.broken.iter().all(|it| alike(it.at)) {
            return false;
        }
        let share = count(claim.held.iter().filter(|it| alike(**it)).count()) / count(claim.held.len());
        share < 0.2 && count(columns) * share.max(0.02).powi(i32::try_from(number).unwrap_or(i32::MAX)) < 0.01
    };
    let first = claim.broken[0].at;
    let text = |column: usize, row: usize| sheet.table.columns[column].text(&sheet.table.document, row);
    let by_text = (0..columns).filter(|it| !figures.contains(it)).any(|column| {
        let own = text(column, first);
        !own.trim().is_empty() && rare(&|row| text(column, row) == own)
    });
    // Nothing at all may be a fault of its own, so that more are asked for.
    let by_nothing = || {
        let is_nothing = |lane: usize, row: usize| lines.value(lane, row) == Some(0);
        claim.lines().into_iter().any(|lane| is_nothing(lane, first) && rare(&|row| is_nothing(lane, row)))
    };
    by_text || (number > BREAKS_MIN && by_nothing())
}

/// Many breaks, all small: figures that follow the formula roughly, of another base or year.
pub(super) fn is_approximate(claim: &Claim, sheet: &Sheet<'_>) -> bool {
    let quotient = matches!(claim.form, Form::Quotient { .. } | Form::Growth { .. } | Form::Product);
    // What no heading asks for and is only ever off by a little follows from being smooth,
    // the more so where steps are compared with steps.
    let steps = claim.parts.len() >= 3 && claim.parts.iter().any(|it| it.weight < 0);
    let nearly = |it: &Broken| {
        let part = if steps { it.computed.abs() / 20 } else { 0 };
        it.gap.abs() <= part.max(2 * i128::from(sheet.one()))
    };
    let unasked = claim.is_linear() && !claim.labelled && claim.broken.len() >= 4;
    if unasked && claim.broken.iter().all(nearly) {
        return true;
    }
    // Sums are exact, or many are off by a little: estimates each on its own, where nothing asks
    // for them, and always too high or too low, where a part is not printed.
    let one_sided = claim.broken.iter().all(|it| it.gap > 0) || claim.broken.iter().all(|it| it.gap < 0);
    let sum = claim.is_linear() && claim.axis == Axis::Columns && (!claim.labelled || one_sided);
    let (number, relative_max) = if quotient { (4, 0.06) } else { (6, 0.02) };
    if !(quotient || sum) || claim.broken.len() < number || claim.broken.len() * 100 <= 8 * claim.checked() {
        return false;
    }
    let mut relative: Vec<f64> =
        claim.broken.iter().map(|it| size(it.gap.abs()) / size(it.computed.abs().max(1))).collect();
    relative.sort_by(f64::total_cmp);
    relative[relative.len() / 2] < relative_max
}

/// What the columns of a claim that breaks are printed in: ones, or tens, hundreds, thousands.
pub(super) fn coarse_units(claim: &Claim, lines: &Lines<'_>) -> BTreeMap<usize, i128> {
    let sheet = lines.sheet;
    let rounds = matches!(claim.form, Form::Linear | Form::Distance | Form::Quotient { .. } | Form::Product);
    if claim.axis == Axis::Rows || claim.broken.is_empty() || !rounds {
        return BTreeMap::new();
    }
    let unit = |lane: usize| {
        lines.budget.spend(sheet.rows);
        coarse_unit(sheet, (0..sheet.rows).map(|row| (row, lane)))
    };
    claim.lines().into_iter().map(|lane| (lane, unit(lane))).collect()
}

/// Whether a break is no more than rounding to the tens, hundreds or thousands
/// that all figures of its lines are printed in may leave.
pub(super) fn is_coarse(claim: &Claim, broken: &Broken, sheet: &Sheet<'_>, known: &BTreeMap<usize, i128>) -> bool {
    let cells = claim.cells(broken.at, sheet);
    let one = i128::from(sheet.one());
    let units: Vec<i128> = match claim.axis {
        Axis::Columns => cells.iter().map(|it| known.get(&it.0.1).copied().unwrap_or(one)).collect(),
        Axis::Rows => vec![coarse_unit(sheet, cells.iter().map(|it| it.0)); cells.len()],
    };
    let value = |at: usize| sheet.value(cells[at].0.0, cells[at].0.1).map_or(0, |it| i128::from(it).abs());
    match &claim.form {
        Form::Linear | Form::Distance => {
            let room = cells.iter().zip(&units).map(|(it, unit)| i128::from(it.1.abs()) * unit).sum::<i128>();
            units.iter().any(|it| *it > one) && 2 * broken.gap.abs() <= room
        }
        // Half a unit of each operand, for each of it.
        Form::Quotient { .. } | Form::Product => {
            let parts = 1..cells.len();
            let loose = parts.clone().any(|at| units[at] > one);
            let relative: f64 = parts.map(|at| size(units[at]) / size(2 * value(at).max(1))).sum();
            let unit = sheet.cell(cells[0].0.0, cells[0].0.1).figure().map_or(0, |it| it.step(sheet.one()));
            loose && size(broken.gap.abs()) <= relative * size(broken.computed.abs()) + size(unit.into()) / 2.0
        }
        _ => false,
    }
}

/// The largest power of ten, ten at least, that all figures are multiples of; one where there is none.
fn coarse_unit(sheet: &Sheet<'_>, cells: impl Iterator<Item = CellAt>) -> i128 {
    const FIGURES_MIN: usize = 3;
    let one = i128::from(sheet.one());
    let (mut unit, mut figures) = (one * 1_000_000, BTreeSet::new());
    for (row, lane) in cells {
        let Some(value) = sheet.value(row, lane).filter(|it| *it != 0).map(i128::from) else { continue };
        while unit > one && value % unit != 0 {
            unit /= 10;
        }
        if unit == one {
            return one;
        }
        if figures.len() < FIGURES_MIN {
            figures.insert(value);
        }
    }
    if figures.len() >= FIGURES_MIN { unit } else { one }
}

/// So many figures on each side of one are beside it.
const NEAR: usize = 4;

/// Whether a column, or else a row, runs smoothly past a cell, and which figure fits: 1 the new one,
/// -1 the old one.
pub(super) fn smooth(sheet: &Sheet<'_>, cell: CellAt, new: i64) -> i32 {
    let (row, lane) = cell;
    let Some(old) = sheet.value(row, lane) else { return 0 };
    let down = |it: usize| sheet.value(it, lane);
    let across = |it: usize| sheet.value(row, it);
    match runs_past(&down, (row, sheet.rows), (old, new), sheet) {
        0 => runs_past(&across, (lane, sheet.lanes.len()), (old, new), sheet),
        it => it,
    }
}

fn runs_past(
    value: &dyn Fn(usize) -> Option<i64>,
    (at, places): (usize, usize),
    (old, new): (i64, i64),
    sheet: &Sheet<'_>,
) -> i32 {
    let is_ordered = keeps_order(value, at, places);
    let near = around(value, at, places, if is_ordered { NEAR } else { places });
    if near.len() < NEAR || !(is_ordered || is_narrow(&near)) {
        return 0;
    }
    let largest = near.iter().map(|it| i128::from(it.1).abs()).max().unwrap_or(0);
    let (beside, mut steps) = if is_ordered { steps_past(&near, at) } else { steps_between(&near) };
    steps.sort_unstable();
    let step = steps[steps.len() / 2];
    let Ok(number) = i128::try_from(beside.len()) else { return 0 };
    if largest == 0 || step * 10 > largest {
        return 0;
    }
    let step = step.max(sheet.one().into());
    let far = |value: i64| (i128::from(value) * number - beside.iter().sum::<i128>()).abs();
    let (old, new) = (far(old), far(new));
    let (out, fine) = (6 * step * number, 3 * step * number);
    if old > out && new <= fine {
        1
    } else if new > out && old <= fine {
        -1
    } else {
        0
    }
}

/// The figures next to a place, and how far it is from each of those around to the next.
fn steps_past(near: &[(usize, i64)], at: usize) -> (Vec<i128>, Vec<i128>) {
    let before = near.iter().rev().find(|it| it.0 < at);
    let behind = near.iter().find(|it| it.0 > at);
    let beside = before.into_iter().chain(behind).map(|it| i128::from(it.1)).collect();
    (beside, near.windows(2).map(|it| (i128::from(it[1].1) - i128::from(it[0].1)).abs()).collect())
}

/// The same of figures in no order: the one in the middle, and how far from each other any two
/// are, which is 1.4 times as far as from the middle (of normal ones).
fn steps_between(near: &[(usize, i64)]) -> (Vec<i128>, Vec<i128>) {
    let mut sorted: Vec<i128> = near.iter().map(|it| it.1.into()).collect();
    sorted.sort_unstable();
    let middle = sorted[sorted.len() / 2];
    (vec![middle], sorted.iter().map(|it| (it - middle).abs() * 7 / 5).collect())
}

/// The figures that stand at most so many places before or behind one, with their places.
fn around(value: &dyn Fn(usize) -> Option<i64>, at: usize, places: usize, reach: usize) -> Vec<(usize, i64)> {
    let near = at.saturating_sub(reach)..(at + reach + 1).min(places);
    near.filter(|it| *it != at).filter_map(|it| Some((it, value(it)?))).collect()
}

/// Whether figures are so alike that any two of them would be neighbours.
fn is_narrow(near: &[(usize, i64)]) -> bool {
    let sizes = || near.iter().map(|it| i128::from(it.1).abs());
    let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
    (most - least) * 10 <= most
}

/// Whether the figures around a place hang together with their order, as a time series does
/// and a list of names does not: the rank version of von Neumann's ratio (Bartels 1982, The Rank
/// Version of von Neumann's Ratio Test for Randomness, JASA 77, 40-46) at one in a hundred.
fn keeps_order(value: &dyn Fn(usize) -> Option<i64>, at: usize, places: usize) -> bool {
    const REACH: usize = 30;
    const ONE_IN_A_HUNDRED: f64 = 2.326;
    let near = around(value, at, places, REACH);
    let mut sorted: Vec<i64> = near.iter().map(|it| it.1).collect();
    sorted.sort_unstable();
    // Ties share the middle of their ranks.
    let rank = |it: i64| {
        let below = sorted.partition_point(|other| *other < it);
        let until = sorted.partition_point(|other| *other <= it);
        (count(below) + count(until) - 1.0) / 2.0
    };
    let ranks: Vec<f64> = near.iter().map(|it| rank(it.1)).collect();
    let number = count(ranks.len());
    let mean = (number - 1.0) / 2.0;
    let spread: f64 = ranks.iter().map(|it| (it - mean).powi(2)).sum();
    let steps: f64 = ranks.windows(2).map(|it| (it[1] - it[0]).powi(2)).sum();
    let variance = 4.0 * (number - 2.0) * (5.0 * number.powi(2) - 2.0 * number - 9.0)
        / (5.0 * number * (number + 1.0) * (number - 1.0).powi(2));
    spread > 0.0 && steps / spread < 2.0 - ONE_IN_A_HUNDRED * variance.sqrt()
}

/// By how much nearer a figure comes to those beside it in its row or its column, as a logarithm;
/// negative where it leads away, and 0 where these are not alike.
pub(super) fn brought_near(sheet: &Sheet<'_>, cell: CellAt, new: i64) -> f64 {
    let (row, lane) = cell;
    let Some(old) = sheet.value(row, lane) else { return 0.0 };
    let down = |it: usize| sheet.value(it, lane);
    let across = |it: usize| sheet.value(row, it);
    // What stands beside a row says nothing where rows are in no order.
    let reach = if keeps_order(&down, row, sheet.rows) { NEAR } else { sheet.rows };
    let one = size(sheet.one().into());
    [around(&across, lane, sheet.lanes.len(), NEAR), around(&down, row, sheet.rows, reach)]
        .into_iter()
        .find_map(|near| {
            let mut near: Vec<i64> = near.into_iter().map(|it| it.1).collect();
            near.sort_unstable();
            let median = size(i128::from(*near.get(near.len() / 2)?));
            let alike = near.iter().filter(|it| (0.5..=2.0).contains(&(size(i128::from(**it)) / median))).count();
            if near.len() < NEAR || median <= 0.0 || alike < near.len() {
                return None;
            }
            let far = |value: i64| ((size(i128::from(value.max(0))) + one / 2.0) / (median + one / 2.0)).ln().abs();
            Some(far(old) - far(new))
        })
        .unwrap_or(0.0)
}
