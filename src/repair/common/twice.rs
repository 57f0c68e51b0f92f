//! A total that is exactly twice the sum of its parts, or half of it: subtotals
//! are counted again, and these are named.

use std::collections::{HashMap, HashSet};

use super::grid::{Check, Family, Grid};
use super::{Axis, Common, What};
use crate::plan::Cell;

/// What such a cause is worth: that rows which are no accident make exactly the rest.
const CLEAR: f64 = 8.0;
/// Smaller totals are twice something by accident.
const TOTAL_MIN: i128 = 10;
/// Of longer lines no subtotals are looked for among figures that no rule reads.
const LINE_MAX: usize = 20_000;

/// The totals of a family that count subtotals again.
pub(super) fn causes(grid: &Grid<'_>, family: &Family) -> Vec<Common> {
    let failing = family.checks.iter().enumerate().filter(|it| it.1.fails && it.1.slack == 0);
    let totals = std::cell::OnceCell::new();
    failing.filter_map(|(at, it)| twice(grid, family, (at, it), &|| totals.get_or_init(|| grid.totals()))).collect()
}

fn twice<'a>(
    grid: &Grid<'_>,
    family: &Family,
    (at, check): (usize, &Check),
    totals: &dyn Fn() -> &'a HashMap<usize, Vec<usize>>,
) -> Option<Common> {
    let total_cell = grid.system.rows[check.row].total_cell()?;
    let place = check.terms.iter().position(|it| it.cell == total_cell)?;
    let total = check.terms[place].figure;
    // All other weights are of the other sign; what is added as it stands is a sum of parts.
    if check.terms.iter().any(|it| it.weight.abs() != 1) || total.abs() < TOTAL_MIN {
        return None;
    }
    let parts = total - check.gap * check.terms[place].weight;
    let larger = total == 2 * parts;
    if !larger && parts != 2 * total {
        return None;
    }
    let counted =
        if larger { outside(grid, family, check, place, totals()) } else { within(family, check, place, totals()) };
    let counted: Vec<Cell> =
        counted.filter(|it| !it.is_empty())?.into_iter().map(|it| family.axis.cell(family.table, it.0, it.1)).collect();
    let changed = if larger { vec![(total_cell, grid.figure(parts, grid.values[total_cell]?))] } else { Vec::new() };
    let (mut covers, breaks) = grid.effect(&changed);
    covers.push(check.row);
    covers.sort_unstable();
    covers.dedup();
    let what = What::Twice { counted, larger };
    Some(Common { changed, covers, breaks, gain: CLEAR, ..Grid::cause(family, what, [place, place], [at, at]) })
}

/// Subtotals among the parts, by line and place.
fn within(
    family: &Family,
    check: &Check,
    total: usize,
    totals: &HashMap<usize, Vec<usize>>,
) -> Option<Vec<(usize, usize)>> {
    let cells: HashSet<usize> = check.terms.iter().map(|it| it.cell).collect();
    let parts = (0..check.terms.len()).filter(|it| *it != total);
    let parts: Vec<(usize, i128)> = parts.map(|it| (it, check.terms[it].figure)).collect();
    let is_total =
        |line: usize| totals.get(&check.terms[line].cell).is_some_and(|it| it.iter().all(|it| cells.contains(it)));
    let declared = parts.iter().copied().filter(|it| is_total(it.0)).collect();
    let found = first_of([declared, subtotals(&parts)], check.terms[total].figure)?;
    Some(found.into_iter().map(|it| (family.lines[it], check.at)).collect())
}

/// Subtotals that are no parts: rows beside them that make up the same again.
fn outside(
    grid: &Grid<'_>,
    family: &Family,
    check: &Check,
    total: usize,
    totals: &HashMap<usize, Vec<usize>>,
) -> Option<Vec<(usize, usize)>> {
    let parts: HashSet<usize> =
        check.terms.iter().map(|it| it.cell).filter(|it| *it != check.terms[total].cell).collect();
    let own: HashSet<usize> = family.lines.iter().copied().collect();
    let sum = check.terms[total].figure / 2;
    let declared = totals.iter().filter_map(|(&cell, of)| {
        let at = grid.system.cells[cell].at.cell;
        let here =
            at.table == family.table && family.axis.place(at) == check.at && !own.contains(&family.axis.line(at));
        let figure = grid.scaled(grid.values[cell]?)?;
        (here && of.iter().all(|it| parts.contains(it))).then_some((family.axis.line(at), figure))
    });
    let mut declared: Vec<(usize, i128)> = declared.collect();
    declared.sort_unstable();
    let [rows, columns] = (grid.printing.size)(family.table);
    let length = if family.axis == Axis::Down { columns } else { rows };
    let printed = (0..length.min(LINE_MAX)).filter(|it| *it != family.lines[total]).filter_map(|line| {
        let figure = (grid.printing.figure)(family.axis.cell(family.table, line, check.at))?;
        Some((line, grid.scaled(figure)?))
    });
    let mut beside = subtotals(&printed.collect::<Vec<_>>());
    beside.retain(|it| !own.contains(&it.0));
    let found = first_of([declared, beside], sum)?;
    Some(found.into_iter().map(|line| (line, check.at)).collect())
}

/// The lines of the first list that makes a sum.
fn first_of(lists: [Vec<(usize, i128)>; 2], sum: i128) -> Option<Vec<usize>> {
    let found = lists.into_iter().find(|it| it.iter().map(|it| it.1).sum::<i128>() == sum)?;
    Some(found.into_iter().map(|it| it.0).collect())
}

/// Figures that are the sum of two or more that stand right behind them, or
/// right before.
fn subtotals(figures: &[(usize, i128)]) -> Vec<(usize, i128)> {
    let before = heads(figures);
    let reversed: Vec<(usize, i128)> = figures.iter().rev().copied().collect();
    let mut behind = heads(&reversed);
    behind.reverse();
    if before.len() >= behind.len() { before } else { behind }
}

/// Figures that are the sum of two or more right behind them.
fn heads(figures: &[(usize, i128)]) -> Vec<(usize, i128)> {
    // Sums that never fall can be looked up by halving.
    if figures.iter().any(|it| it.1 < 0) {
        return Vec::new();
    }
    let mut sums = vec![0_i128];
    for it in figures {
        sums.push(sums[sums.len() - 1] + it.1);
    }
    let (mut at, mut found) = (0, Vec::new());
    while at + 2 < figures.len() {
        let end = sums[at + 1] + figures[at].1;
        let to = sums.partition_point(|it| *it < end);
        if figures[at].1 > 0 && to >= at + 3 && sums.get(to) == Some(&end) {
            found.push(figures[at]);
            at = to;
        } else {
            at += 1;
        }
    }
    found
}
