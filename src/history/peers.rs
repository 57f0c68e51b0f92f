//! A figure against its peers of the same edition: is its share of a size, such
//! as a total, far from that of the other rows?
//!
//! Hidiroglou and Berthelot 1986, *Statistical editing and imputation for
//! periodic business surveys* (Survey Methodology 12): ratios are made even on
//! both sides of their median, and a figure is suspect that lies more than so
//! many quartile distances beyond it. Here logarithms make them even, all sizes
//! weigh the same, and one condition more keeps lists quiet whose ratios have
//! heavy tails: the figure stands apart, so many times as far out as the next.
//!
//! Needs eight rows. Not for parts that are often zero.

/// So many rows are needed.
pub const PEERS_MIN: usize = 8;
/// So many quartile distances from the median.
const DISTANCES: f64 = 5.0;
/// So many times as far out as the next one on the same side.
const APART: f64 = 2.5;
/// So many stand apart together at most, on a side.
const TOGETHER: usize = 2;
/// Ratios that hardly vary: a quartile distance is so much of a logarithm.
const DISTANCE_MIN: f64 = 0.03;
/// Counts lie so many standard deviations beyond chance.
const CHANCE: f64 = 6.0;
/// Parts of which more are zero have no usual ratio.
const ZEROS_MAX: f64 = 0.25;

/// One figure, and the size that it is compared by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sized {
    /// The figure: zero or more.
    pub figure: f64,
    /// The size: above zero.
    pub size: f64,
}

/// What ratios are usual among some rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Peers {
    /// The middle ratio.
    pub median: f64,
    /// The ratios between which half of the rows lie.
    pub middle: [f64; 2],
    /// The ratios between which rows are ordinary.
    pub ends: [f64; 2],
    /// The rows that are not, by their place, in order.
    pub apart: Vec<usize>,
}

/// Judges the ratios of some rows against each other; `None` where there are
/// too few, or too many of them are zero.
///
/// ```
/// use crossfoot::history::{Sized, peers};
///
/// let mut rows: Vec<Sized> =
///     (0..12).map(|it| Sized { figure: 100.0 + f64::from(it * 7 % 5), size: 400.0 }).collect();
/// assert!(peers(&rows, true).unwrap().apart.is_empty());
/// rows[4].figure = 1_040.0;
/// assert_eq!(peers(&rows, true).unwrap().apart, [4]);
/// ```
pub fn peers(rows: &[Sized], are_counts: bool) -> Option<Peers> {
    let zeros = rows.iter().filter(|it| it.figure <= 0.0).count();
    if rows.len() < PEERS_MIN || number(zeros) > ZEROS_MAX * number(rows.len()) {
        return None;
    }
    // A zero is half of the least that could be printed of a count.
    let ratio = |it: &Sized| (if it.figure > 0.0 { it.figure } else { 0.5 } / it.size).ln();
    let ratios: Vec<f64> = rows.iter().map(ratio).collect();
    let mut sorted = ratios.clone();
    sorted.sort_by(f64::total_cmp);
    let [low, median, high] = [0.25, 0.5, 0.75].map(|it| quantile(&sorted, it));
    let mut found = Peers { median: median.exp(), middle: [low.exp(), high.exp()], ends: [0.0; 2], apart: Vec::new() };
    for (side, distance) in [(-1.0, median - low), (1.0, high - median)] {
        let distance = distance.max(DISTANCE_MIN);
        let mut out: Vec<(f64, usize)> =
            ratios.iter().enumerate().map(|it| (side * (it.1 - median) / distance, it.0)).collect();
        out.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let limit = |next: f64| DISTANCES.max(APART * next.max(1.0));
        let count = (1..=TOGETHER).rev().find(|&it| out[it - 1].0 > limit(out[it].0)).unwrap_or(0);
        let end = limit(out[count].0);
        found.ends[usize::from(side > 0.0)] = (median + side * end * distance).exp();
        let is_beyond_chance = |it: &Sized| {
            let expected = found.median * it.size;
            !are_counts || (it.figure - expected).abs() > CHANCE * (expected + 1.0).sqrt()
        };
        found.apart.extend(out[..count].iter().map(|it| it.1).filter(|&it| is_beyond_chance(&rows[it])));
    }
    found.apart.sort_unstable();
    Some(found)
}

fn quantile(sorted: &[f64], at: f64) -> f64 {
    let place = at * number(sorted.len() - 1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let below = place as usize;
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + (place - number(below)) * (above - sorted[below])
}

#[expect(clippy::cast_precision_loss, reason = "of counts")]
pub(super) fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(figures: &[f64], size: f64) -> Vec<Sized> {
        figures.iter().map(|&figure| Sized { figure, size }).collect()
    }

    #[test]
    fn a_lost_digit_and_one_too_many_stand_apart_on_their_sides() {
        let mut figures: Vec<f64> = (0..20).map(|it| 300.0 + f64::from(it * 37 % 90)).collect();
        figures[3] /= 10.0;
        figures[11] *= 10.0;
        assert_eq!(peers(&rows(&figures, 1_000.0), true).unwrap().apart, [3, 11]);
    }

    #[test]
    fn ratios_with_a_heavy_tail_are_ordinary() {
        // Each is half again as large as the one before.
        let figures: Vec<f64> = (0..24).map(|it| 20.0 * 1.5_f64.powi(it)).collect();
        assert!(peers(&rows(&figures, 1e6), true).unwrap().apart.is_empty());
    }

    #[test]
    fn small_counts_vary_by_chance() {
        let figures = [2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 2.0, 1.0, 11.0];
        assert!(peers(&rows(&figures, 100.0), true).unwrap().apart.is_empty());
    }

    #[test]
    fn few_rows_and_parts_that_are_often_zero_have_no_peers() {
        assert_eq!(peers(&rows(&[5.0; 7], 9.0), true), None);
        assert_eq!(peers(&rows(&[0.0, 0.0, 0.0, 5.0, 5.0, 5.0, 5.0, 5.0], 9.0), true), None);
    }
}
