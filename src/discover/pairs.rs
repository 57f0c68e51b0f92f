//! Proposes sums of two or three lines that stand anywhere, differences and distances.

use std::collections::{BTreeMap, HashMap};

use super::claim::{Axis, Claim, Form, Lines, RelationKind, Term, count, size};
use super::evaluate::is_figure;
use super::sums::Proposals;
use super::words::Senses;

const PLACES: usize = 12;
/// Up to so many lines every pair is tried, above it only pairs this near.
const EVERY_PAIR_MAX: usize = 40;
const NEAR: usize = 8;
/// Above so many rows, pairs of rows are not tried.
const ROWS_MAX: usize = 60;

/// How often a pair was seen to add up to a line: (total, first, second).
type Votes = BTreeMap<(usize, usize, usize), usize>;

/// Proposes a + b = c wherever it is seen, also as a difference or a distance.
pub(super) fn pairs(lines: &Lines<'_>, every: bool, found: &mut Proposals) {
    let number = lines.all.len();
    if lines.axis == Axis::Rows && number > ROWS_MAX {
        return;
    }
    let window = if every && number <= EVERY_PAIR_MAX { number } else { NEAR };
    let sample = lines.sample(PLACES);
    let mut votes = Votes::new();
    for &at in sample {
        if !lines.budget.spend(number * window * 4) {
            return;
        }
        vote(lines, window, at, &mut votes);
    }
    let least = if sample.len() >= 3 { 2 } else { 1 };
    let tries = count(number).powi(3) / 2.0;
    for (&(total, first, second), &seen) in &votes {
        if seen >= least && seen * 10 >= sample.len() * 3 {
            found.add(read(lines, total, first, second, tries));
        }
    }
    if lines.axis == Axis::Columns {
        distances(lines, &votes, sample.len(), found);
    }
}

fn vote(lines: &Lines<'_>, window: usize, at: usize, votes: &mut Votes) {
    let mut values: Vec<(i64, usize)> =
        lines.all.iter().filter_map(|&it| Some((lines.value(it, at)?, it))).filter(|it| it.0 != 0).collect();
    values.sort_unstable();
    for (index, &first) in lines.all.iter().enumerate() {
        let Some(one) = lines.figure(first, at).filter(|it| it.value != 0) else { continue };
        for &second in lines.all.iter().skip(index + 1).take(window - 1) {
            let Some(other) = lines.figure(second, at).filter(|it| it.value != 0) else { continue };
            let unit = one.unit.max(other.unit);
            let sum = one.value + other.value;
            let mut add = |total: usize| {
                if total != first && total != second {
                    *votes.entry((total, first, second)).or_default() += 1;
                }
            };
            if window < lines.all.len() {
                // In a wide table small counts meet everywhere: the total is near too.
                let near = &lines.all[index.saturating_sub(window)..(index + 2 * window).min(lines.all.len())];
                let fits = |it: &usize| lines.value(*it, at).is_some_and(|it| it != 0 && (it - sum).abs() <= unit);
                near.iter().copied().filter(fits).for_each(&mut add);
                continue;
            }
            let from = values.partition_point(|it| it.0 < sum - unit);
            values[from..].iter().take_while(|it| it.0 <= sum + unit).for_each(|it| add(it.1));
        }
    }
}

/// Reads a + b = c as a sum, or as a difference where a heading or signs say so.
fn read(lines: &Lines<'_>, total: usize, first: usize, second: usize, tries: f64) -> Claim {
    let axis = lines.axis;
    let difference = |target: usize, other: usize| {
        let parts = vec![Term { line: total, weight: 1 }, Term { line: other, weight: -1 }];
        Claim::new(axis, RelationKind::Difference, Form::Linear, target, parts, tries)
    };
    if !lines.is_total(total) {
        for (target, other) in [(first, second), (second, first)] {
            let negative = || lines.places.iter().any(|&at| lines.value(target, at).is_some_and(|it| it < 0));
            let named = !lines.label(target).is_empty();
            if lines.senses(target).has(Senses::DIFFERENCE) || (named && negative()) {
                return difference(target, other);
            }
        }
        let leads = total < first.min(second) && second.max(first) - total <= 2;
        if axis == Axis::Columns && leads && !lines.may_be_total(total) {
            return difference(second, first);
        }
    }
    Claim::sum(axis, total, &[first, second], tries)
}

/// |a - b| = c: a = b + c in some rows, b = a + c in the others.
fn distances(lines: &Lines<'_>, votes: &Votes, sampled: usize, found: &mut Proposals) {
    let tries = count(lines.all.len()).powi(3);
    let seen = |total: usize, a: usize, b: usize| votes.get(&(total, a.min(b), a.max(b))).copied().unwrap_or(0);
    for (&(total, first, second), &one_way) in votes {
        for (apart, other) in [(first, second), (second, first)] {
            let other_way = seen(other, total, apart);
            if other_way == 0 || (one_way + other_way) * 2 < sampled || lines.sheet.lanes[apart].negative {
                continue;
            }
            let mut parts = vec![Term { line: total, weight: 1 }, Term { line: other, weight: -1 }];
            parts.sort_unstable_by_key(|it| it.line);
            parts[0].weight = 1;
            parts[1].weight = -1;
            found.add(Claim::new(Axis::Columns, RelationKind::Distance, Form::Distance, apart, parts, tries));
        }
    }
}

/// a = b + c + d wherever it is seen, by sums of pairs.
pub(super) fn triples(lines: &Lines<'_>, found: &mut Proposals) {
    const PLACES: usize = 6;
    const LINES: std::ops::RangeInclusive<usize> = 5..=120;
    let number = lines.all.len();
    if lines.axis == Axis::Rows || !LINES.contains(&number) || lines.places.len() < PLACES {
        return;
    }
    let base: Vec<usize> = lines.all.iter().copied().filter(|&it| is_figure(lines.sheet.lanes[it].class)).collect();
    let filled = |at: &&usize| base.iter().filter(|&&it| lines.value(it, **at).is_some_and(|it| it != 0)).count() >= 5;
    let places: Vec<usize> = lines.sample(2 * PLACES).iter().filter(filled).copied().take(PLACES).collect();
    let mut votes: BTreeMap<[usize; 4], usize> = BTreeMap::new();
    for &at in &places {
        if !lines.budget.spend(base.len() * base.len() * 2) {
            return;
        }
        vote_triples(lines, &base, at, &mut votes);
    }
    let tries = count(number).powi(4) / 6.0;
    for ([total, parts @ ..], seen) in votes {
        if seen >= 3 && seen * 2 >= places.len() {
            found.add(Claim::sum(Axis::Columns, total, &parts, tries));
        }
    }
}

fn vote_triples(lines: &Lines<'_>, base: &[usize], at: usize, votes: &mut BTreeMap<[usize; 4], usize>) {
    // Small counts add up by accident everywhere.
    let least = 20 * lines.sheet.one();
    let value = |&line: &usize| Some((line, lines.value(line, at)?));
    let values: Vec<(usize, i64)> = base.iter().filter_map(value).filter(|it| it.1 >= least).collect();
    let mut sums: HashMap<i64, Vec<(usize, usize)>, foldhash::fast::FixedState> = HashMap::default();
    for (index, one) in values.iter().enumerate() {
        for other in &values[index + 1..] {
            let pairs = sums.entry(one.1 + other.1).or_default();
            if pairs.len() < 6 {
                pairs.push((one.0, other.0));
            }
        }
    }
    for &(total, whole) in &values {
        for &(first, part) in values.iter().filter(|it| it.1 < whole) {
            for &(second, third) in sums.get(&(whole - part)).into_iter().flatten() {
                if first < second && total != first && total != second && total != third {
                    *votes.entry([total, first, second, third]).or_default() += 1;
                }
            }
        }
    }
}

/// Neighbours that balance with signs: opening + in - out = closing.
pub(super) fn balances(lines: &Lines<'_>, found: &mut Proposals) {
    let number = lines.all.len();
    if number > if lines.axis == Axis::Rows { ROWS_MAX } else { 200 } {
        return;
    }
    for width in [4_usize, 5] {
        for window in lines.all.windows(width) {
            if !lines.budget.spend(width << (width - 1)) {
                return;
            }
            for bits in 1_u32..1 << (width - 1) {
                let sign = |it: usize| if it > 0 && bits >> (it - 1) & 1 == 1 { -1 } else { 1 };
                let signs: Vec<i64> = (0..width).map(sign).collect();
                let minus = signs.iter().filter(|it| **it < 0).count();
                if minus < 2 || width - minus < 2 || !balances_often(lines, window, &signs) {
                    continue;
                }
                let (last, rest) = window.split_last().expect("a window has lines");
                let turn = -signs[width - 1];
                let parts = rest.iter().zip(&signs).map(|(&line, it)| Term { line, weight: turn * it }).collect();
                let tries = count(number) * size(1 << width);
                found.add(Claim::new(lines.axis, RelationKind::Balance, Form::Linear, *last, parts, tries));
            }
        }
    }
}

fn balances_often(lines: &Lines<'_>, window: &[usize], signs: &[i64]) -> bool {
    const PLACES: usize = 8;
    let (mut held, mut seen) = (0, 0);
    for &at in lines.sample(PLACES) {
        let figures: Option<Vec<_>> = window.iter().map(|&it| lines.figure(it, at)).collect();
        let Some(figures) = figures else { continue };
        seen += 1;
        let sum: i128 = figures.iter().zip(signs).map(|(it, sign)| i128::from(it.value) * i128::from(*sign)).sum();
        let slack: i128 = figures.iter().map(|it| i128::from(it.unit)).sum();
        held += usize::from(2 * sum.abs() <= slack && figures.iter().any(|it| it.value != 0));
        if seen >= 3 && held == 0 {
            return false;
        }
    }
    held >= 2 && held * 2 >= seen
}
