//! A whole edition that is higher or lower than usual: told once, and its
//! lines judged relative to it.
//!
//! The shift is the weighted median of the lines' log ratios to what was
//! expected. Days that were left out, and a period of another length, show so.

use super::shared::{Weight, weighted_median};

/// Fewer lines tell no shift.
const LINES_MIN: usize = 5;
/// Lines that expect less tell nothing of it.
const EXPECTED_MIN: f64 = 5.0;
/// Smaller shifts are not told: 15%.
const SHIFT_MIN: f64 = 0.14;
/// So many standard errors of the median.
const ERRORS_MIN: f64 = 4.0;

/// How much higher or lower an edition is than expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shift {
    /// The ratio to what was expected: 0.7 is three tenths lower.
    pub ratio: f64,
    /// How many lines tell it.
    pub lines: usize,
    /// Whether it is large, and sure, enough to tell.
    pub told: bool,
}

/// The shift of an edition, from (observed, expected, variance of the log
/// ratio) of its lines; `None` where too few tell it.
pub fn shift(lines: &[(f64, f64, f64)]) -> Option<Shift> {
    let telling: Vec<&(f64, f64, f64)> = lines.iter().filter(|it| it.1 >= EXPECTED_MIN && it.2 > 0.0).collect();
    if telling.len() < LINES_MIN {
        return None;
    }
    let weight: f64 = telling.iter().map(|it| 1.0 / it.2).sum();
    let ratios = telling.iter().map(|it| (((it.0 + 0.5) / (it.1 + 0.5)).ln(), Weight::new(1.0 / it.2))).collect();
    let log: f64 = weighted_median(ratios)?;
    let error = 1.2533 / weight.sqrt();
    Some(Shift { ratio: log.exp(), lines: telling.len(), told: log.abs() > SHIFT_MIN.max(ERRORS_MIN * error) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_left_out_show_once() {
        let lines: Vec<(f64, f64, f64)> =
            [20.0, 50.0, 100.0, 400.0, 900.0, 2000.0].iter().map(|it| (it * 5.0 / 7.0, *it, 1.0 / it + 0.01)).collect();
        let seen = shift(&lines).unwrap();
        assert!(seen.told && (seen.ratio - 0.714).abs() < 0.01, "{seen:?}");
        // One line alone is no shift.
        let one: Vec<(f64, f64, f64)> =
            lines.iter().enumerate().map(|(at, it)| (if at == 3 { it.1 * 3.0 } else { it.1 }, it.1, it.2)).collect();
        assert!(!shift(&one).unwrap().told);
    }
}
