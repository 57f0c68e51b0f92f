//! Which cell is to blame for breaks, and the value that restores them.
//!
//! For each cell of a break, the value that mends it is tried in all relations
//! that the cell takes part in: breaks it mends, less places it breaks. The
//! best proposal is blamed where it stands alone, or where it alone is one slip
//! of the keyboard; else the total is named, and all that tie are listed.

use std::collections::{BTreeMap, BTreeSet};

use super::digits::slip_between;
use super::exchange::exchanges;
use super::excuse::{brought_near, smooth};
use super::figures::{Cell, Sheet};
use super::instances::{CellAt, Instances};
use super::mend::mending;
use super::shift::shifts;
use crate::slip::SlipKind;

/// How much fitting between neighbours counts, of a break mended: less than one, in tenths.
const SMOOTH: i64 = 9;
/// By how much nearer to the figures beside it a cell has to come, as a logarithm: four times.
const NEARER_MIN: f64 = 1.4;

/// Another value for a cell, and what it would do.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) cell: CellAt,
    pub(super) value: i64,
    /// Breaks that it mends.
    pub(super) mends: BTreeSet<usize>,
    /// Places that hold, and would break.
    pub(super) breaks: usize,
    pub(super) smooth: i32,
    pub(super) slip: Option<SlipKind>,
    /// Whether the cell is the total of a break that it mends.
    pub(super) is_target: bool,
    /// Whether nothing is printed in the cell.
    pub(super) is_missing: bool,
}

impl Proposal {
    /// Whether one slip explains the printed cell: another figure, or none where one belongs.
    pub(super) fn is_slip(&self) -> bool {
        self.slip.is_some() || self.is_missing
    }
}

/// Why a cell is blamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// It is not: others would do as well.
    Tied,
    /// No other cell mends as much.
    Alone,
    /// Of those that mend as much it alone is one slip.
    Slip,
    /// Of those that mend as much it alone would fit the figures beside it, which it does not now.
    Fits,
    /// Two cells of a column are in each other's place.
    Exchanged,
    /// The figures of a row stand a cell off.
    Shifted,
}

/// Breaks of one cause.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    pub(super) breaks: Vec<usize>,
    pub(super) proposal: Option<Proposal>,
    pub(super) reason: Reason,
    /// All proposals that tie, the one told first among them.
    pub(super) tied: Vec<Proposal>,
}

/// Finds the causes of all breaks.
pub(super) fn causes(instances: &Instances<'_>) -> Vec<Cause> {
    let mut left: BTreeSet<usize> = (0..instances.broken.len()).collect();
    let mut causes = shifts(instances, &mut left);
    causes.extend(exchanges(instances, &mut left));
    let proposals = proposals(instances, &left);
    for (breaks, members) in components(&proposals, &left) {
        resolve(instances, &breaks, members, &mut causes);
    }
    causes
}

/// What each cell of each break would have to be, and what that would do elsewhere.
fn proposals(instances: &Instances<'_>, left: &BTreeSet<usize>) -> Vec<Proposal> {
    let mut wanted: BTreeMap<(CellAt, i64), BTreeSet<usize>> = BTreeMap::new();
    for &id in left {
        let (claim, broken) = &instances.broken[id];
        if instances.budget.is_spent() {
            break;
        }
        for it in mending(&instances.claims[*claim], broken, instances.sheet) {
            wanted.entry(it).or_default().insert(id);
        }
    }
    wanted.into_iter().filter_map(|((cell, value), ids)| proposal(instances, cell, value, &ids)).collect()
}

fn proposal(instances: &Instances<'_>, cell: CellAt, value: i64, ids: &BTreeSet<usize>) -> Option<Proposal> {
    let sheet = instances.sheet;
    let (mut mends, mut breaks) = (BTreeSet::new(), 0);
    for (claim, at, broken) in instances.covering(cell) {
        let holds = instances.holds_with(claim, at, cell, value);
        match broken {
            Some(id) if holds => {
                mends.insert(id);
            }
            None if !holds => breaks += 1,
            _ => {}
        }
    }
    if mends.is_empty() {
        return None;
    }
    let printed = sheet.cell(cell.0, cell.1);
    let slip = printed.figure().and_then(|it| {
        let last = 10_i64.pow(u32::from(sheet.scale - it.places));
        (value % last == 0).then(|| slip_between(it.value / last, value / last))?
    });
    let is_target = ids.iter().any(|&it| instances.is_target(it, cell));
    let smooth = smooth(sheet, cell, value);
    Some(Proposal { cell, value, mends, breaks, smooth, slip, is_target, is_missing: printed == Cell::Missing })
}

/// Breaks that hang together by what would mend them, with those proposals.
fn components<'a>(proposals: &'a [Proposal], left: &BTreeSet<usize>) -> Vec<(Vec<usize>, Vec<&'a Proposal>)> {
    let mut root: BTreeMap<usize, usize> = left.iter().map(|&it| (it, it)).collect();
    for proposal in proposals {
        let mut ids = proposal.mends.iter().filter(|it| left.contains(it));
        let Some(&first) = ids.next() else { continue };
        for &other in ids {
            let (a, b) = (find(&mut root, first), find(&mut root, other));
            root.insert(a.max(b), a.min(b));
        }
    }
    let mut groups: BTreeMap<usize, (Vec<usize>, Vec<&Proposal>)> = BTreeMap::new();
    for &id in left {
        let at = find(&mut root, id);
        groups.entry(at).or_default().0.push(id);
    }
    for proposal in proposals {
        if let Some(&first) = proposal.mends.iter().find(|it| left.contains(it)) {
            let at = find(&mut root, first);
            groups.entry(at).or_default().1.push(proposal);
        }
    }
    groups.into_values().collect()
}

/// The first break that one hangs together with, on the way to it made shorter.
fn find(root: &mut BTreeMap<usize, usize>, of: usize) -> usize {
    let mut at = of;
    while root[&at] != at {
        let above = root[&root[&at]];
        root.insert(at, above);
        at = above;
    }
    at
}

/// Takes the best proposals of a component one after the other, until all breaks have a cause.
fn resolve(instances: &Instances<'_>, breaks: &[usize], mut members: Vec<&Proposal>, causes: &mut Vec<Cause>) {
    let mut left: BTreeSet<usize> = breaks.iter().copied().collect();
    let mends = |it: &Proposal, left: &BTreeSet<usize>| it.mends.intersection(left).count();
    let score = |it: &Proposal, left: &BTreeSet<usize>| {
        let whole = i64::try_from(mends(it, left)).unwrap_or(0) - i64::try_from(it.breaks).unwrap_or(0);
        10 * whole + SMOOTH * i64::from(it.smooth)
    };
    let all = left.clone();
    members.sort_by_key(|it| (-score(it, &all), !it.is_slip(), !it.is_target, it.cell, it.value));
    while !left.is_empty() && instances.budget.spend(members.len()) {
        members.retain(|it| mends(it, &left) > 0);
        let Some(top) = members.iter().map(|it| score(it, &left)).max() else { break };
        let best: Vec<&Proposal> = members.iter().copied().filter(|it| score(it, &left) == top).collect();
        let first = best.iter().rev().max_by_key(|it| (it.is_slip(), mends(it, &left))).copied();
        let Some(first) = first else { break };
        let group: BTreeSet<usize> = first.mends.intersection(&left).copied().collect();
        let rivals = best.iter().copied().filter(|it| !std::ptr::eq(*it, first) && mends(it, &group) > 0);
        let tied: Vec<&Proposal> = std::iter::once(first).chain(rivals).collect();
        let (chosen, reason) = settle(&tied, instances.sheet);
        let group: BTreeSet<usize> = chosen.mends.intersection(&left).copied().collect();
        left = left.difference(&group).copied().collect();
        causes.push(Cause {
            breaks: group.into_iter().collect(),
            proposal: Some(chosen.clone()),
            reason,
            tied: tied.into_iter().cloned().collect(),
        });
    }
    for id in left {
        causes.push(Cause { breaks: vec![id], proposal: None, reason: Reason::Tied, tied: Vec::new() });
    }
}

/// The one proposal that brings its cell near the figures beside it, where all others lead away from them.
fn fitting<'a>(tied: &[&'a Proposal], sheet: &Sheet<'_>) -> Option<&'a Proposal> {
    let mut nearer = tied.iter().map(|it| (*it, brought_near(sheet, it.cell, it.value))).filter(|it| it.1 > 0.0);
    let first = nearer.next().filter(|it| it.1 >= NEARER_MIN)?;
    nearer.next().is_none().then_some(first.0)
}

fn settle<'a>(tied: &[&'a Proposal], sheet: &Sheet<'_>) -> (&'a Proposal, Reason) {
    if let [alone] = tied {
        return (alone, Reason::Alone);
    }
    // Which cell is known, though not which figure it should be.
    if tied.iter().all(|it| it.cell == tied[0].cell) {
        return (tied[0], Reason::Alone);
    }
    let slips: Vec<&Proposal> = tied.iter().copied().filter(|it| it.is_slip()).collect();
    if let [one] = slips.as_slice() {
        return (one, Reason::Slip);
    }
    if let Some(one) = fitting(tied, sheet) {
        return (one, Reason::Fits);
    }
    let target = tied.iter().copied().find(|it| it.is_target);
    (target.unwrap_or(tied[0]), Reason::Tied)
}
