//! How large the parts of a sum are: what shows that one of them is out of
//! place where there is no history, and no row beside it.

use super::evidence::MEDIAN;
use crate::history::median;
use crate::repair::{Ratio, System, number};

/// So many parts of a total show how large they are…
const SIBLINGS_MIN: usize = 4;
/// …and their logarithms lie apart by so much at least, and span so much.
const SIBLINGS_SPREAD: f64 = 0.3;
const SIBLINGS_SPAN: f64 = 0.5;
/// Beyond the outermost of them figures thin out over so many of their mean gaps…
const BEYOND: f64 = 1.5;
/// …by this power.
const BEYOND_POWER: f64 = 2.5;
/// Around their middle they lie as in Student's distribution: this power, and what makes its
/// density add up to one.
const BELL_POWER: f64 = 4.0;
const BELL: f64 = 2.405;

/// How large the parts of a total are.
pub(super) struct Sizes {
    /// Their logarithms, the smallest first.
    logs: Vec<f64>,
    /// The median of them.
    middle: f64,
    /// How far these lie from it.
    spread: f64,
    /// Half a printed unit: a logarithm of nothing is none.
    half: f64,
}

impl Sizes {
    /// The sizes of the parts of a check; `None` where they are few, or some
    /// are below nothing.
    pub(super) fn of(system: &System, row: usize) -> Option<Self> {
        let row = &system.rows[row];
        let total = row.total_cell();
        let printed = |cell: usize| system.cells[cell].printed;
        let exponent = row.terms.iter().filter_map(|it| printed(it.1)).map(|it| it.exponent).min()?;
        let half = 0.5 * 10.0_f64.powi(i32::from(exponent));
        let mut logs = Vec::new();
        for part in row.terms.iter().map(|it| it.1).filter(|it| Some(*it) != total) {
            let value = printed(part).map_or(0.0, |it| Ratio::of(it).approximate());
            if value < 0.0 {
                return None;
            }
            logs.push((value + half).ln());
        }
        if logs.len() < SIBLINGS_MIN {
            return None;
        }
        logs.sort_by(f64::total_cmp);
        let middle = median(&mut logs.clone())?;
        let spread = MEDIAN * median(&mut logs.iter().map(|it| (it - middle).abs()).collect::<Vec<f64>>())?;
        Some(Self { logs, middle, spread: spread.max(SIBLINGS_SPREAD), half })
    }

    pub(super) fn log(&self, size: f64) -> f64 {
        (size + self.half).ln()
    }

    /// The logarithm of the density of a figure in place of one of the parts.
    ///
    /// Nothing tells whether parts thin out from a middle or end at bounds, so
    /// each is taken for as likely. In logarithms, since sizes are compared. Where
    /// none of n parts is below zero, the next one is once in n + 2 (Laplace).
    pub(super) fn fit(&self, value: f64, own: f64) -> f64 {
        let log = self.log(value.abs());
        let off = (log - self.middle) / self.spread;
        let bell = (1.0 + off * off / 6.0).powf(-BELL_POWER) / (BELL * self.spread);
        let below = if value < 0.0 { number(self.logs.len() + 2).ln() } else { 0.0 };
        (bell + self.bounded(log, own)).ln() - log - below
    }

    /// The density where the other parts are spread evenly between the smallest
    /// and the largest of them: the next of n parts is the largest once in n.
    #[expect(clippy::float_cmp, reason = "a part is found among all by its own logarithm")]
    fn bounded(&self, log: f64, own: f64) -> f64 {
        let [low, next, .., last, high] = self.logs[..] else { return 0.0 };
        let (low, high) = (if own == low { next } else { low }, if own == high { last } else { high });
        let span = (high - low).max(SIBLINGS_SPAN);
        let gap = BEYOND * span / number(self.logs.len() - 1);
        let beyond = (low - log).max(log - high).max(0.0);
        (1.0 + beyond / gap).powf(-BEYOND_POWER) / (span + 2.0 * gap / (BEYOND_POWER - 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(parts: &[f64]) -> Sizes {
        let mut logs: Vec<f64> = parts.iter().map(|it| (it + 0.5).ln()).collect();
        logs.sort_by(f64::total_cmp);
        Sizes { middle: logs[logs.len() / 2], spread: 0.5, logs, half: 0.5 }
    }

    #[test]
    fn a_figure_beyond_all_others_fits_worse_than_one_among_them() {
        let it = sizes(&[120.0, 150.0, 180.0, 210.0, 260.0, 300.0]);
        let fit = |value: f64| it.fit(value, it.log(210.0)) + it.log(value.abs());
        assert!(fit(200.0) > fit(900.0) && fit(900.0) > fit(9_000.0));
        assert!(fit(200.0) > fit(20.0));
    }

    #[test]
    fn the_largest_part_fits_as_the_others_do() {
        let it = sizes(&[120.0, 150.0, 180.0, 210.0, 260.0, 300.0]);
        let fit = |value: f64| it.fit(value, it.log(value)) + it.log(value);
        assert!((fit(300.0) - fit(260.0)).abs() < 2.0);
    }

    #[test]
    fn a_figure_below_zero_is_rare_where_no_other_is() {
        let it = sizes(&[120.0, 150.0, 180.0, 210.0]);
        assert!(it.fit(-150.0, it.log(180.0)) < it.fit(150.0, it.log(180.0)) - 1.5);
    }
}
