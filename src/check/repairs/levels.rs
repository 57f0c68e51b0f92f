//! Figures of one series that were printed in another unit for a while: where
//! it comes back to its level, the run that was so many times too small is told.
//!
//! A run is believed where the series goes on smoothly on both sides once its
//! figures are multiplied, and jumps where they are not.

use std::collections::HashMap;

use super::series::{Editions, Point};
use super::{JudgedRule, Run, told};
use crate::finding::{Cause, Ranked, Repair};
use crate::rules::Mark;
use crate::table::Decimal;

/// A run is of so many figures at least: one alone is a finding of its own.
const RUN_MIN: usize = 2;
/// So many earlier figures are looked at.
const FIGURES_MAX: usize = 120;
/// So many of them before the run show how the series goes.
const BEFORE: usize = 6;
/// Factors of ten that a unit or a decimal point makes.
const POWERS: [i8; 4] = [1, 2, 3, 6];
/// Where a run begins or ends a series steps by a factor of at most about 1.6, as a logarithm…
const STEP_MAX: f64 = 0.5;
/// …and by so many times its largest step beside it, or by a fourth.
const STEPS_MAX: f64 = 3.0;
const STEP_FREE: f64 = 0.25;

/// A run of earlier figures that are a power of ten too small, or too large.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scaled {
    /// How many there are, from the last edition back.
    count: usize,
    power: i8,
    is_larger: bool,
}

/// What to say where a series comes back from another unit, by number of the rule held, and check.
pub(super) fn find(run: &Run<'_>, held: &[JudgedRule<'_>]) -> HashMap<(usize, usize), (Cause, Vec<Repair>)> {
    let (mut causes, mut editions) = (HashMap::new(), Editions::of(run));
    for (number, it) in held.iter().enumerate().filter(|it| it.1.rule.kind == "usual") {
        let failing: Vec<usize> = (0..it.judged.marks.len()).filter(|&at| it.judged.marks[at] == Mark::Fails).collect();
        if failing.is_empty() {
            continue;
        }
        let cells = it.rule.check.cells(&it.judged.context(&run.edition), &failing);
        for (check, cell) in failing.iter().zip(cells) {
            let Some(cell) = cell else { continue };
            let mut points = vec![editions.here(cell)];
            points.extend(editions.before(cell, FIGURES_MAX));
            let values: Vec<f64> = points.iter().filter_map(Point::value).collect();
            let found = (values.len() == points.len()).then(|| scaled(&values)).flatten();
            if let Some(found) = found {
                let cause = told(&points, found);
                let group = format!("level {number} {check}");
                causes.insert((number, *check), (Cause { group, ..cause }, Vec::new()));
            }
        }
    }
    causes
}

/// The run before the figure at hand, the newest figure first, that the series
/// comes back from with it.
fn scaled(values: &[f64]) -> Option<Scaled> {
    if values.iter().any(|it| *it <= 0.0) {
        return None;
    }
    let logs: Vec<f64> = values.iter().map(|it| it.ln()).collect();
    let mut runs = POWERS.into_iter().flat_map(|power| [(power, false), (power, true)]);
    runs.find_map(|(power, is_larger)| {
        let by = f64::from(power) * std::f64::consts::LN_10 * if is_larger { -1.0 } else { 1.0 };
        let is_near = |it: &&f64| (**it + by - logs[0]).abs() < (**it - logs[0]).abs();
        let count = logs[1..].iter().take_while(is_near).count();
        (count >= RUN_MIN && is_smooth(&logs, count, by)).then_some(Scaled { count, power, is_larger })
    })
}

/// Whether the series goes on over both ends of a run as it does beside them.
fn is_smooth(logs: &[f64], count: usize, by: f64) -> bool {
    let before = &logs[count + 1..logs.len().min(count + 1 + BEFORE)];
    let (Some(last), run) = (before.first(), &logs[1..=count]) else { return false };
    let steps = |it: &[f64]| it.windows(2).map(|it| (it[0] - it[1]).abs()).fold(0.0, f64::max);
    let usual = steps(run).max(steps(before));
    let most = (STEPS_MAX * usual).clamp(STEP_FREE, STEP_MAX);
    let ends = [logs[0] - (run[0] + by), (run[count - 1] + by) - last];
    usual <= STEP_MAX && ends.iter().all(|it| it.abs() <= most)
}

fn told(points: &[Point<'_>], run: Scaled) -> Cause {
    let column = &points[0].table.columns[points[0].column].name;
    let side = if run.is_larger { "large" } else { "small" };
    let times = match run.power {
        1 => "10",
        2 => "100",
        3 => "1,000",
        _ => "1,000,000",
    };
    let (first, last) = (points[run.count].name(), points[1].name());
    let common = format!("{column} is {times} times too {side} from {first} to {last}, or in another unit");
    let ranked: Vec<Ranked> = points[1..=run.count].iter().rev().filter_map(|it| one(it, run)).collect();
    Cause { common: Some(common), named: ranked.len(), ranked, ..Cause::default() }
}

fn one(point: &Point<'_>, run: Scaled) -> Option<Ranked> {
    let figure = point.figure()?;
    let power = if run.is_larger { -run.power } else { run.power };
    let meant = Decimal { exponent: figure.exponent.checked_add(power)?, ..figure };
    let suspect = point.suspect();
    Some(Ranked {
        value: Some(figure.to_string()),
        requires: Some(meant.to_string()),
        printed: told::printed(meant, &suspect.text),
        rules: 0,
        weight: 500,
        because: None,
        usual: None,
        figure: suspect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_that_comes_back_from_another_unit_tells_the_run() {
        let it = scaled(&[589.0, 5.83, 5.79, 5.71, 566.0, 561.0]).unwrap();
        assert_eq!((it.count, it.power, it.is_larger), (3, 2, false));
        let it = scaled(&[41.0, 402.0, 396.0, 39.0, 38.5]).unwrap();
        assert_eq!((it.count, it.power, it.is_larger), (2, 1, true));
    }

    #[test]
    fn one_figure_a_new_level_and_rough_series_tell_none() {
        assert_eq!(scaled(&[589.0, 5.83, 571.0, 566.0]), None);
        assert_eq!(scaled(&[589.0, 5.83, 5.79, 5.71]), None);
        assert_eq!(scaled(&[589.0, 9.0, 2.0, 14.0, 40.0, 566.0]), None);
        assert_eq!(scaled(&[589.0, 0.0, 0.0, 566.0]), None);
    }
}
