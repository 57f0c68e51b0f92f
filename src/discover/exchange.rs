//! Two figures of a column that stand in each other's place.

use std::collections::{BTreeMap, BTreeSet};

use super::blame::{Cause, Proposal, Reason};
use super::claim::{Axis, Form};
use super::instances::{CellAt, Instances};
use crate::slip::SlipKind;

/// With more breaks some pair of cells mends two by accident.
const BREAKS: std::ops::RangeInclusive<usize> = 2..=8;

/// Takes out the breaks that an exchange of two cells mends, breaking nothing.
pub(super) fn exchanges(instances: &Instances<'_>, left: &mut BTreeSet<usize>) -> Vec<Cause> {
    let mut by_claim: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &id in left.iter() {
        let claim = instances.broken[id].0;
        let of = &instances.claims[claim];
        let pairwise = !matches!(
            of.form,
            Form::Running { .. }
                | Form::Growth { .. }
                | Form::Steady { .. }
                | Form::Ordered { .. }
                | Form::Ranked { .. }
                | Form::Mean
                | Form::Maximum
                | Form::Minimum
        );
        if of.axis == Axis::Columns && pairwise {
            by_claim.entry(claim).or_default().push(id);
        }
    }
    let mut causes = Vec::new();
    for (claim, ids) in by_claim.into_iter().filter(|it| BREAKS.contains(&it.1.len())) {
        for (index, &one) in ids.iter().enumerate() {
            for &other in &ids[index + 1..] {
                if left.contains(&one) && left.contains(&other) {
                    exchange(instances, claim, (one, other), left, &mut causes);
                }
            }
        }
    }
    causes
}

fn exchange(
    instances: &Instances<'_>,
    claim: usize,
    ids: (usize, usize),
    left: &mut BTreeSet<usize>,
    causes: &mut Vec<Cause>,
) {
    let rows = (instances.broken[ids.0].1.at, instances.broken[ids.1].1.at);
    let mends = |(cell, value): (CellAt, i64)| instances.holds_with(claim, cell.0, cell, value);
    let cells_of = |lane: usize| {
        let (a, b) = (instances.sheet.value(rows.0, lane)?, instances.sheet.value(rows.1, lane)?);
        let cells = [((rows.0, lane), b), ((rows.1, lane), a)];
        let fits = a != b && cells.into_iter().all(mends) && !cells.into_iter().any(|it| breaks(instances, it));
        fits.then_some(cells)
    };
    // There are more parts than totals, so that a part is likelier.
    let mut lanes = instances.claims[claim].lines();
    lanes.rotate_left(1);
    let ways: Vec<[(CellAt, i64); 2]> = lanes.into_iter().filter_map(cells_of).collect();
    let Some(first) = ways.first() else { return };
    for side in [0, 1] {
        let covered = instances.covering(first[side].0).into_iter();
        let group: BTreeSet<usize> = covered
            .filter(|it| instances.claims[it.0].axis == Axis::Columns)
            .filter_map(|it| it.2)
            .filter(|it| left.contains(it))
            .collect();
        if group.is_empty() {
            continue;
        }
        left.retain(|it| !group.contains(it));
        let tied: Vec<Proposal> = ways.iter().map(|it| proposal(instances, claim, it[side], &group)).collect();
        causes.push(Cause {
            breaks: group.into_iter().collect(),
            proposal: tied.first().cloned(),
            reason: if tied.len() == 1 { Reason::Exchanged } else { Reason::Tied },
            tied,
        });
    }
}

fn proposal(
    instances: &Instances<'_>,
    claim: usize,
    (cell, value): (CellAt, i64),
    group: &BTreeSet<usize>,
) -> Proposal {
    Proposal {
        cell,
        value,
        mends: group.clone(),
        breaks: 0,
        smooth: 0,
        slip: Some(SlipKind::Swapped),
        is_target: cell.1 == instances.claims[claim].target,
        is_missing: false,
    }
}

/// Whether another figure in a cell breaks a relation of its row that holds. Sums
/// down the column stay as they are when two of its cells change places.
fn breaks(instances: &Instances<'_>, (cell, value): (CellAt, i64)) -> bool {
    instances.covering(cell).into_iter().any(|(claim, at, broken)| {
        let row = instances.claims[claim].axis == Axis::Columns;
        row && broken.is_none() && !instances.holds_with(claim, at, cell, value)
    })
}
