//! Rows whose figures stand a cell off: one was left out, or a blank put in.
//!
//! Only where a cell is blank that its column nearly always fills, and where
//! moving the figures back makes every relation of the row hold that can be
//! checked. Relations with the figure that was pushed out cannot be.

use std::collections::BTreeSet;

use super::blame::{Cause, Proposal, Reason};
use super::claim::{Axis, Claim, Form, View, count, size};
use super::figures::{Cell, Class};
use super::instances::Instances;
use super::judge::judge;
use crate::slip::SlipKind;

/// Rows that are tried.
const ROWS_MAX: usize = 100;
/// Fewer figures moved are a cell or two in each other's place.
const MOVED_MIN: usize = 3;
/// How improbable the relations that hold again must be by accident, in powers of ten.
const INFORMATION_MIN: f64 = 2.5;
/// What a rank that fits between its neighbours tells, in powers of ten.
const COUNTED: f64 = 3.5;

/// Takes out the breaks of rows that hold again when their figures move by a cell.
pub(super) fn shifts(instances: &Instances<'_>, left: &mut BTreeSet<usize>) -> Vec<Cause> {
    let rows: BTreeSet<usize> = left.iter().filter_map(|&id| row_of(instances, id)).collect();
    let mut causes = Vec::new();
    for row in rows.into_iter().take(ROWS_MAX) {
        let best = moves(instances, row).into_iter().find(|it| mends(instances, row, it));
        let Some(cells) = best else { continue };
        let group: BTreeSet<usize> = left.iter().copied().filter(|&id| row_of(instances, id) == Some(row)).collect();
        let proposals = moved(instances, row, &cells, &group);
        let Some(first) = proposals.first().cloned() else { continue };
        left.retain(|it| !group.contains(it));
        causes.push(Cause {
            breaks: group.into_iter().collect(),
            proposal: Some(first),
            reason: Reason::Shifted,
            tied: proposals,
        });
    }
    causes
}

/// The row that a break between columns is in; none for breaks that span rows.
fn row_of(instances: &Instances<'_>, id: usize) -> Option<usize> {
    let (claim, broken) = &instances.broken[id];
    let claim = &instances.claims[*claim];
    let spans =
        matches!(claim.form, Form::Running { .. } | Form::Growth { .. } | Form::Steady { .. } | Form::Ordered { .. });
    (claim.axis == Axis::Columns && !spans).then_some(broken.at)
}

/// The row with its figures moved back, in the ways that its blanks allow.
fn moves(instances: &Instances<'_>, row: usize) -> Vec<Vec<Cell>> {
    let sheet = instances.sheet;
    let lanes: Vec<usize> = (0..sheet.lanes.len()).filter(|&it| sheet.cell(row, it) != Cell::Text).collect();
    let unusual = |lane: usize| {
        let blanks = sheet.lanes[lane].cells.iter().filter(|it| **it == Cell::Missing).count();
        sheet.cell(row, lane) == Cell::Missing && blanks * 5 <= sheet.rows
    };
    let as_printed: Vec<Cell> = (0..sheet.lanes.len()).map(|it| sheet.cell(row, it)).collect();
    let mut ways = Vec::new();
    if let Some(blank) = lanes.iter().position(|&it| unusual(it)) {
        // A blank was put in: what stands behind it moves back, and the last figure is gone.
        let mut cells = as_printed.clone();
        for at in blank..lanes.len() {
            cells[lanes[at]] = lanes.get(at + 1).map_or(Cell::Text, |&next| as_printed[next]);
        }
        ways.push(cells);
    }
    if lanes.last().is_some_and(|&it| unusual(it)) {
        // A figure was left out: what stands behind its place moves on.
        for gap in 0..lanes.len() - 1 {
            let mut cells = as_printed.clone();
            cells[lanes[gap]] = Cell::Text;
            for at in gap + 1..lanes.len() {
                cells[lanes[at]] = as_printed[lanes[at - 1]];
            }
            ways.push(cells);
        }
    }
    ways
}

/// Whether every relation of the row that can be checked holds, a broken one
/// among them, and that is no accident.
fn mends(instances: &Instances<'_>, row: usize, cells: &[Cell]) -> bool {
    let (before, view) = (View::of(instances.sheet), View::with_row(instances.sheet, row, cells));
    let one = size(instances.sheet.one().into());
    let (mut mended, mut information) = (0, 0.0);
    for claim in instances.claims {
        let spans = matches!(
            claim.form,
            Form::Running { .. } | Form::Growth { .. } | Form::Steady { .. } | Form::Ordered { .. }
        );
        if claim.axis == Axis::Rows || spans || !instances.budget.spend(claim.parts.len() * 2) {
            continue;
        }
        let Some(it) = judge(claim, row, &view) else { continue };
        if !it.holds || it.missing > 0 {
            return false;
        }
        let unit = if matches!(claim.form, Form::Linear | Form::Distance) { one } else { size(it.slack) };
        if it.filled >= 2 {
            information -= ((size(it.slack) + unit) / (size(it.computed.abs()) + 2.0 * unit)).min(1.0).log10();
        }
        mended += usize::from(judge(claim, row, &before).is_none_or(|it| !it.holds));
    }
    let counted =
        (0..cells.len()).filter(|&it| cells[it] != instances.sheet.cell(row, it) && counts(instances, row, it, cells));
    information += COUNTED * count(counted.count());
    let changed = (0..cells.len()).filter(|&it| cells[it] != instances.sheet.cell(row, it)).count();
    // A break that can no longer be checked lost its total over the edge.
    let broken = |it: &Claim| it.axis == Axis::Columns && it.broken.iter().any(|it| it.at == row);
    let lost = information >= COUNTED && instances.claims.iter().any(broken);
    (mended > 0 || lost)
        && changed >= MOVED_MIN
        && information >= INFORMATION_MIN + count(instances.sheet.lanes.len()).log10()
}

/// Whether a figure that moved into a column of ranks stands between its neighbours, one apart.
fn counts(instances: &Instances<'_>, row: usize, lane: usize, cells: &[Cell]) -> bool {
    let sheet = instances.sheet;
    let one = sheet.one();
    let beside = |row: Option<usize>| row.filter(|it| *it < sheet.rows).and_then(|it| sheet.value(it, lane));
    let (above, below) = (beside(row.checked_sub(1)), beside(Some(row + 1)));
    let Some(value) = cells[lane].value().filter(|_| sheet.lanes[lane].class == Class::Rank) else { return false };
    let steps = [above.map(|it| value - it), below.map(|it| it - value)];
    steps.iter().flatten().all(|it| *it == one) && steps.iter().flatten().count() > 0
}

/// Every cell that takes another figure.
fn moved(instances: &Instances<'_>, row: usize, cells: &[Cell], group: &BTreeSet<usize>) -> Vec<Proposal> {
    let sheet = instances.sheet;
    let proposal = |(lane, cell): (usize, &Cell)| {
        let value = cell.value()?;
        let printed = sheet.cell(row, lane);
        (printed.value() != Some(value)).then(|| Proposal {
            cell: (row, lane),
            value,
            mends: group.clone(),
            breaks: 0,
            smooth: 0,
            slip: Some(SlipKind::Shifted),
            is_target: false,
            is_missing: printed == Cell::Missing,
        })
    };
    cells.iter().enumerate().filter_map(proposal).collect()
}
