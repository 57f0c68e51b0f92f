//! Which figure is wrong where a running total falls: the one before, or the
//! one after.
//!
//! A peak and a dip look the same to the rule. What tells them apart is how the
//! series goes on: each of the two is left out in turn, and the one without
//! which it runs more smoothly is blamed. Measured on real falls with one wrong
//! figure: 40 of 41 right where the two differ by more than [`CLEAR`].

use std::cmp::Ordering;
use std::collections::HashMap;

use super::series::{Editions, Point};
use super::{JudgedRule, Run};
use crate::finding::{Blame, Cause, Ranked, Repair};
use crate::rules::{Cell, Mark};
use crate::table::Decimal;

/// What a fall costs, in steps of the usual size.
const FALL: f64 = 3.0;
/// From this difference on one of the two is blamed alone.
const CLEAR: f64 = 1.0;
/// What a run of figures of another size must be smoother by than a single wrong one.
const SCALED: f64 = 2.0;
/// A run is of so many figures at least: one alone is any slip.
const RUN_MIN: usize = 2;
/// Where a run begins or ends, a series steps by so many of its largest steps at most.
const STEPS_MAX: f64 = 3.0;

/// So many editions on each side show how a series goes on.
const AROUND: usize = 6;

/// What to say of every fall, by number of the rule held, and check.
pub(super) fn find(run: &Run<'_>, held: &[JudgedRule<'_>]) -> HashMap<(usize, usize), (Cause, Vec<Repair>)> {
    let (mut causes, mut editions) = (HashMap::new(), Editions::of(run));
    for (number, it) in held.iter().enumerate() {
        let failing: Vec<usize> = (0..it.judged.marks.len()).filter(|&at| it.judged.marks[at] == Mark::Fails).collect();
        if failing.is_empty() {
            continue;
        }
        let around = it.rule.check.along(&it.judged.context(&run.edition), &failing);
        for (check, (cells, own)) in failing.into_iter().zip(around) {
            let (points, own) = match cells[..] {
                [cell] => across(&mut editions, cell),
                _ => (cells.iter().map(|it| Point { period: None, ..editions.here(*it) }).collect(), own),
            };
            if let Some(cause) = blame(&points, own) {
                causes.insert((number, check), (Cause { group: format!("{number} {check}"), ..cause }, Vec::new()));
            }
        }
    }
    causes
}

/// The figures of a cell in the editions around its own, in their order, and which is its own.
fn across<'a>(editions: &mut Editions<'a>, cell: Cell) -> (Vec<Point<'a>>, usize) {
    let mut points = editions.before(cell, AROUND);
    points.reverse();
    let own = points.len();
    points.push(editions.here(cell));
    points.extend(editions.after(cell, AROUND - 1));
    (points, own)
}

fn blame(points: &[Point<'_>], own: usize) -> Option<Cause> {
    let figures: Vec<Decimal> = points.iter().map(Point::figure).collect::<Option<Vec<Decimal>>>()?;
    let before = own.checked_sub(1)?;
    // Two figures are one fall, whichever is wrong.
    if points.len() < 3 {
        return None;
    }
    let values: Vec<f64> = points.iter().filter_map(Point::value).collect();
    let (peak, dip) = (roughness(&values, before), roughness(&values, own));
    if let Some(run) = scaled(&values, own).filter(|it| it.cost + SCALED < peak.min(dip)) {
        return Some(told_run(points, &figures, &run));
    }
    let (first, second) = if peak <= dip { (before, own) } else { (own, before) };
    let is_clear = (peak - dip).abs() > CLEAR;
    // What comes last may be wrong, or all before it was restated.
    let is_open = is_clear && first + 1 == points.len();
    let word = match () {
        () if is_open => Blame::Likely,
        () if is_clear => Blame::Wrong,
        () => Blame::OneOf,
    };
    let (sure, rest) = if is_clear { (1_000, 0) } else { (600, 400) };
    Some(Cause {
        blame: Some(word),
        named: if is_clear { 1 } else { 2 },
        or_several: is_open,
        ranked: vec![ranked(points, &figures, first, sure), ranked(points, &figures, second, rest)],
        ..Cause::default()
    })
}

fn ranked(points: &[Point<'_>], figures: &[Decimal], at: usize, weight: u16) -> Ranked {
    let between = |low: Decimal, high: Decimal| match low.exact().cmp(&high.exact()) {
        Ordering::Less => Some(format!("between {low} and {high}")),
        Ordering::Equal => Some(low.to_string()),
        Ordering::Greater => None,
    };
    let low = at.checked_sub(1).map(|it| figures[it]);
    let fits = low.zip(figures.get(at + 1).copied()).and_then(|(low, high)| between(low, high));
    Ranked {
        figure: points[at].suspect(),
        value: Some(figures[at].to_string()),
        requires: fits.clone(),
        printed: fits.unwrap_or_default(),
        rules: 0,
        weight,
        because: None,
        usual: None,
    }
}

/// A run of figures that are so many times too small, or too large.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scaled {
    from: usize,
    to: usize,
    times: u32,
    larger: bool,
    cost: f64,
}

/// The run beside a fall that makes the series smoothest as one with a last
/// digit left out or added.
fn scaled(values: &[f64], own: usize) -> Option<Scaled> {
    let mut best: Option<Scaled> = None;
    if own < RUN_MIN {
        return None;
    }
    for times in [10_u32, 100, 1_000] {
        let by = f64::from(times);
        let after = (own + RUN_MIN..=values.len()).map(|end| (own, end, false));
        let before = (0..=own - RUN_MIN).map(|start| (start, own, true));
        for (from, end, larger) in after.chain(before) {
            let mut meant = values.to_vec();
            for it in &mut meant[from..end] {
                // The middle of what the digit may be.
                *it = if larger { *it / by } else { *it * by + (by - 1.0) / 2.0 };
            }
            // The digit that was left out leaves so much open.
            let slack = if larger { 1.0 } else { by };
            if !goes_on(values, &meant, (from, end), slack) {
                continue;
            }
            // What the figures at hand begin with is taken for right, as a rule.
            let doubt = if from == 0 { CLEAR } else { 0.0 };
            let cost = roughness(&meant, meant.len()) + doubt;
            if best.is_none_or(|it| cost < it.cost) {
                best = Some(Scaled { from, to: end - 1, times, larger, cost });
            }
        }
    }
    best
}

/// Whether a series with a run scaled goes on as it does beside it: it rises,
/// and by no more than a few of the steps there.
fn goes_on(values: &[f64], meant: &[f64], (from, end): (usize, usize), slack: f64) -> bool {
    let steps = |it: &[f64]| it.windows(2).map(|it| (it[1] - it[0]).abs()).fold(0.0, f64::max);
    let (before, after) = (&values[..from], &values[end..]);
    if before.len() < RUN_MIN && after.len() < RUN_MIN {
        return false;
    }
    let most = STEPS_MAX * steps(before).max(steps(after)) + slack;
    let near = &meant[from.saturating_sub(1)..(end + 1).min(meant.len())];
    let begins = from == 0 || meant[from] - meant[from - 1] <= most;
    let ends = end == meant.len() || meant[end] - meant[end - 1] <= most;
    begins && ends && near.windows(2).all(|it| it[0] <= it[1] + slack)
}

fn told_run(points: &[Point<'_>], figures: &[Decimal], run: &Scaled) -> Cause {
    let row = |at: usize| points[at].name();
    let column = &points[run.from].table.columns[points[run.from].column].name;
    // Where the figures at hand end, the run may go on.
    let span = match (run.from == 0, run.to + 1 == points.len()) {
        (_, true) => format!("from {} onwards", row(run.from)),
        (true, false) => format!("up to {}", row(run.to)),
        (false, false) => format!("from {} to {}", row(run.from), row(run.to)),
    };
    let (far, digit) = if run.larger { ("large", "added") } else { ("small", "left out") };
    let digits = if run.times == 10 { format!("a last digit {digit}") } else { format!("last digits {digit}") };
    let common = format!("{column} is {} times too {far} {span} ({digits}), or was revised", run.times);
    let meant = |at: usize| {
        let (figure, times) = (figures[at], i128::from(run.times));
        let low = Decimal { units: figure.units.saturating_mul(times), ..figure };
        let high = Decimal { units: low.units.saturating_add(times - 1), ..figure };
        if run.larger {
            format!("about {}", Decimal { units: figure.units / times, ..figure })
        } else {
            format!("between {low} and {high}")
        }
    };
    let one = |at: usize| {
        let requires = Some(meant(at));
        let printed = meant(at);
        let (figure, value) = (points[at].suspect(), Some(figures[at].to_string()));
        Ranked { figure, value, requires, printed, rules: 0, weight: 500, because: None, usual: None }
    };
    let ranked: Vec<Ranked> = (run.from..=run.to).map(one).collect();
    Cause { common: Some(common), named: ranked.len(), ranked, ..Cause::default() }
}

/// How roughly a series runs without one of its figures: falls, and steps
/// against the usual one.
fn roughness(values: &[f64], left_out: usize) -> f64 {
    let all: Vec<f64> = values.windows(2).map(|it| (it[1] - it[0]).abs()).collect();
    let mut sorted = all;
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[sorted.len() / 2].max(1.0);
    let kept: Vec<f64> = values.iter().enumerate().filter(|it| it.0 != left_out).map(|it| *it.1).collect();
    let step = |it: &[f64]| (if it[1] < it[0] { FALL } else { 0.0 }) + ((it[1] - it[0]).abs() / usual).ln_1p();
    kept.windows(2).map(step).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blamed(values: &[f64], own: usize) -> Option<usize> {
        let (peak, dip) = (roughness(values, own - 1), roughness(values, own));
        ((peak - dip).abs() > CLEAR).then_some(if peak < dip { own - 1 } else { own })
    }

    #[test]
    fn a_peak_is_blamed_on_the_peak_and_a_dip_on_the_dip() {
        assert_eq!(blamed(&[40.0, 43.0, 53.0, 48.0, 50.0], 3), Some(2));
        assert_eq!(blamed(&[109.0, 112.0, 351.0, 109.0, 111.0], 3), Some(2));
        assert_eq!(blamed(&[110.0, 117.0, 119.0, 98.0, 121.0, 124.0], 3), Some(3));
    }

    #[test]
    fn a_last_digit_left_out_from_one_day_on_is_a_run() {
        let it = scaled(&[3120.0, 3151.0, 3188.0, 321.0, 325.0, 329.0], 3).unwrap();
        assert_eq!((it.from, it.to, it.times, it.larger), (3, 5, 10, false));
        let it = scaled(&[3120.0, 3151.0, 31_880.0, 32_100.0, 3240.0, 3290.0], 4).unwrap();
        assert_eq!((it.from, it.to, it.times, it.larger), (2, 3, 10, true));
    }

    #[test]
    fn a_series_that_begins_anew_is_no_run() {
        assert!(scaled(&[812.0, 830.0, 871.0, 38.0, 45.0, 51.0], 3).is_none());
    }

    #[test]
    fn a_fall_that_lasts_is_blamed_on_who_is_out_of_line_with_both_sides() {
        assert_eq!(blamed(&[812.0, 830.0, 871.0, 838.0, 845.0, 851.0], 3), Some(2));
    }
}
