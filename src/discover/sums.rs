//! Proposes sums of neighbouring lines: what a total's label stands for, and what is seen to add up.

use std::collections::HashSet;

use super::claim::{Axis, Claim, Lines, Origin, RelationKind, Term, count};
use super::lines::Order;

/// Claims that were proposed, each once.
pub(super) struct Proposals {
    pub(super) claims: Vec<Claim>,
    seen: HashSet<(bool, usize, Vec<Term>)>,
}

/// Above so many rows only labelled rows are proposed as totals.
pub(super) const LONG: usize = 300;
/// Above so many labelled totals a table is in long format, and groups are looked at.
const LABELLED_MAX: usize = 60;
const SAMPLE: usize = 24;
/// Starts of a block that are looked at per line and place.
const HITS_MAX: usize = 6;
const BLOCKS_PER_TOTAL: usize = 4;

impl Proposals {
    pub(super) fn new() -> Self {
        Self { claims: Vec::new(), seen: HashSet::new() }
    }

    /// Adds a claim unless it was there, or is about itself.
    pub(super) fn add(&mut self, claim: Claim) -> bool {
        let mut terms = claim.parts.clone();
        terms.sort_unstable();
        let key = (claim.kind == RelationKind::Distance, claim.target, terms);
        if claim.parts.iter().any(|it| it.line == claim.target) || !self.seen.insert(key) {
            return false;
        }
        self.claims.push(claim);
        true
    }

    fn add_sum(&mut self, axis: Axis, target: usize, parts: &[usize], tries: f64, origin: Origin) {
        let claim = Claim { origin, ..Claim::sum(axis, target, parts, tries) };
        self.add(claim);
    }
}

/// The blocks that labelled totals stand for: all before, from the last total on,
/// all behind, up to the next total, all the rest.
pub(super) fn natural(lines: &Lines<'_>, order: &Order, found: &mut Proposals) {
    if order.stride || order.lines.len() < 3 {
        return;
    }
    let all = &order.lines;
    let labelled: Vec<usize> = (0..all.len()).filter(|&it| lines.may_be_total(all[it])).collect();
    let also: Vec<usize> =
        (0..all.len()).filter(|&it| lines.may_be_total(all[it]) || lines.names_all(all[it])).collect();
    natural_of(lines, all, &labelled, found);
    if also.len() > labelled.len() {
        natural_of(lines, all, &also, found);
    }
}

fn natural_of(lines: &Lines<'_>, all: &[usize], labelled: &[usize], found: &mut Proposals) {
    if labelled.len() > LABELLED_MAX {
        return;
    }
    for (nth, &at) in labelled.iter().enumerate() {
        let after_last = nth.checked_sub(1).map_or(0, |it| labelled[it] + 1);
        let next = labelled.get(nth + 1).copied().unwrap_or(all.len());
        for block in [0..at, after_last..at, at + 1..all.len(), at + 1..next] {
            if block.len() >= 2 && lines.budget.spend(block.len()) {
                found.add_sum(lines.axis, all[at], &all[block], 2.0, Origin::Natural);
            }
        }
        if 0 < at && at + 1 < all.len() {
            let rest: Vec<usize> = all.iter().copied().filter(|&it| it != all[at]).collect();
            found.add_sum(lines.axis, all[at], &rest, 4.0, Origin::Natural);
        }
    }
}

/// A block of an order that a line may be the total of.
type Block = (usize, usize, usize);

/// Blocks of any length next to a total, by sums from the start: nearly linear
/// in lines × sampled places.
pub(super) fn blocks(lines: &Lines<'_>, order: &Order, found: &mut Proposals) {
    let all = &order.lines;
    if all.len() < 3 {
        return;
    }
    let long = lines.axis == Axis::Rows && lines.all.len() > LONG;
    let wanted: Vec<usize> = (0..all.len()).filter(|&it| !long || lines.is_total(all[it])).collect();
    if wanted.is_empty() {
        return;
    }
    let mut seen: Vec<Block> = Vec::new();
    for &at in lines.sample(SAMPLE) {
        if !lines.budget.spend(all.len() * 4) {
            return;
        }
        blocks_at(lines, all, &wanted, at, &mut seen);
    }
    let tries = count(lines.all.len());
    for (target, from, to) in most_seen(seen, BLOCKS_PER_TOTAL, 1) {
        let labelled = lines.may_be_total(all[target]);
        let tries = if labelled { tries } else { tries * tries };
        found.add_sum(lines.axis, all[target], &all[from..to], tries, Origin::Seen);
    }
}

fn blocks_at(lines: &Lines<'_>, all: &[usize], wanted: &[usize], at: usize, seen: &mut Vec<Block>) {
    let mut width = 1_i128;
    let mut decimals = false;
    let mut sum = 0_i128;
    let mut starts: Vec<(i128, usize)> = Vec::with_capacity(all.len() + 1);
    let mut sums: Vec<i128> = Vec::with_capacity(all.len() + 1);
    sums.push(0);
    for &line in all {
        if let Some(it) = lines.figure(line, at) {
            sum += i128::from(it.value);
            width = width.max(it.unit.into());
            decimals |= it.unit > 0;
        }
        sums.push(sum);
    }
    starts.extend(sums.iter().enumerate().map(|(index, it)| (it.div_euclid(width), index)));
    starts.sort_unstable();
    let near = if decimals { 3 } else { 0 };
    let hits = |value: i128| {
        let bucket = value.div_euclid(width);
        let first = starts.partition_point(|it| it.0 < bucket - near);
        starts[first..].iter().take_while(move |it| it.0 <= bucket + near).map(|it| it.1)
    };
    for &target in wanted {
        let Some(value) = lines.value(all[target], at).filter(|&it| it != 0) else { continue };
        let mut before: Vec<usize> = hits(sums[target] - i128::from(value)).filter(|&it| it + 2 <= target).collect();
        before.sort_unstable_by(|a, b| b.cmp(a));
        seen.extend(before.into_iter().take(HITS_MAX).map(|it| (target, it, target)));
        let mut behind: Vec<usize> =
            hits(sums[target + 1] + i128::from(value)).filter(|&it| it >= target + 3).collect();
        behind.sort_unstable();
        seen.extend(behind.into_iter().take(HITS_MAX).map(|it| (target, target + 1, it)));
    }
}

/// The blocks seen most often, the longest first: a few for each total.
pub(super) fn most_seen(mut seen: Vec<Block>, per_total: usize, least: usize) -> Vec<Block> {
    seen.sort_unstable();
    let mut votes: Vec<(usize, usize, Block)> = Vec::new();
    for block in seen {
        match votes.last_mut() {
            Some(last) if last.2 == block => last.1 += 1,
            _ => votes.push((block.0, 1, block)),
        }
    }
    votes.retain(|it| it.1 >= least);
    votes.sort_by(|a, b| (a.0, b.1, b.2.2 - b.2.1, b.2).cmp(&(b.0, a.1, a.2.2 - a.2.1, a.2)));
    let mut kept = Vec::new();
    let mut last = (usize::MAX, 0);
    for (target, _, block) in votes {
        last = if last.0 == target { (target, last.1 + 1) } else { (target, 1) };
        if last.1 <= per_total {
            kept.push(block);
        }
    }
    kept
}

/// Blocks that stand anywhere, in narrow tables.
pub(super) fn blocks_anywhere(lines: &Lines<'_>, order: &[usize], found: &mut Proposals) {
    const PLACES: usize = 8;
    const LINES_MAX: usize = 40;
    if lines.all.len() > LINES_MAX || order.len() < 3 {
        return;
    }
    let mut seen: Vec<Block> = Vec::new();
    for &at in lines.sample(PLACES) {
        if !lines.budget.spend(order.len() * order.len()) {
            return;
        }
        let mut values: Vec<(i128, usize)> = order
            .iter()
            .enumerate()
            .filter_map(|(index, &line)| Some((i128::from(lines.value(line, at)?), index)))
            .filter(|it| it.0 != 0)
            .collect();
        values.sort_unstable();
        for from in 0..order.len() {
            let mut sum = i128::from(lines.value(order[from], at).unwrap_or(0));
            for to in from + 2..=order.len() {
                sum += i128::from(lines.value(order[to - 1], at).unwrap_or(0));
                let first = values.partition_point(|it| it.0 < sum);
                let totals = values[first..].iter().take_while(|it| it.0 == sum).map(|it| it.1);
                seen.extend(totals.filter(|it| !(from..to).contains(it)).map(|it| (it, from, to)));
            }
        }
    }
    let least = if lines.places.len() > 2 { 2 } else { 1 };
    let tries = count(lines.all.len()).powi(3) / 2.0;
    for (target, from, to) in most_seen(seen, 2, least) {
        found.add_sum(lines.axis, order[target], &order[from..to], tries, Origin::Seen);
    }
}
