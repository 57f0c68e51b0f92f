//! Many tests at once: how many false flags an edition may have.

/// Adjusts p-values so that flagging those up to `q` has a false discovery
/// rate of `q` at most.
///
/// The running minimum, from the largest on, of `p_(i) * m / i` (Benjamini and
/// Hochberg 1995). One value per p-value, in their order.
///
/// ```
/// use crossfoot::history::benjamini_hochberg;
///
/// assert_eq!(benjamini_hochberg(&[0.01, 0.5, 0.02]), [0.03, 0.5, 0.03]);
/// ```
#[expect(clippy::cast_precision_loss, reason = "an edition has fewer than 2^52 series")]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[b].total_cmp(&p[a]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (number, &at) in order.iter().enumerate() {
        let rank = (p.len() - number) as f64;
        least = least.min(p[at] * p.len() as f64 / rank);
        adjusted[at] = least;
    }
    adjusted
}

/// The same where tests may depend on each other in any way: every p-value
/// counts for `1 + 1/2 + … + 1/m` times as much (Benjamini and Yekutieli 2001).
#[expect(clippy::cast_precision_loss, reason = "an edition has fewer than 2^52 series")]
pub fn benjamini_yekutieli(p: &[f64]) -> Vec<f64> {
    let factor: f64 = (1..=p.len()).map(|it| 1.0 / it as f64).sum();
    benjamini_hochberg(&p.iter().map(|it| it * factor).collect::<Vec<_>>()).into_iter().map(|it| it.min(1.0)).collect()
}

/// How the many tests of an edition are allowed for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Correction {
    /// Benjamini and Hochberg 1995: tests that depend on each other not at all, or alike.
    #[default]
    Hochberg,
    /// Benjamini and Yekutieli 2001: tests that depend in any way.
    Yekutieli,
}

/// Which tests to flag at a false discovery rate of `q`.
///
/// Tests that could not have come out small enough, whatever the count, leave
/// the family first (Gilbert 2005): `attainable` holds the smallest p-value
/// that each could have.
#[expect(clippy::cast_precision_loss, reason = "an edition has fewer than 2^52 series")]
pub fn flagged(p: &[f64], attainable: &[f64], q: f64, correction: Correction) -> Vec<bool> {
    let mut least = attainable.to_vec();
    least.sort_by(f64::total_cmp);
    let could = (1..=p.len()).find(|&m| least.partition_point(|it| *it <= q / m as f64) <= m);
    let most = could.map_or(q, |m| q / m as f64);
    let family: Vec<usize> = (0..p.len()).filter(|&it| attainable[it] <= most).collect();
    let adjust = match correction {
        Correction::Hochberg => benjamini_hochberg,
        Correction::Yekutieli => benjamini_yekutieli,
    };
    let adjusted = adjust(&family.iter().map(|&it| p[it]).collect::<Vec<_>>());
    let mut flags = vec![false; p.len()];
    for (at, adjusted) in family.into_iter().zip(adjusted) {
        flags[at] = adjusted <= q;
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_1995_has_four_rejections() {
        // Benjamini and Hochberg 1995, section 3.2.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        assert_eq!(flagged(&p, &[0.0; 15], 0.05, Correction::Hochberg).iter().filter(|it| **it).count(), 4);
    }

    #[test]
    fn what_could_not_be_small_leaves_the_family() {
        assert_eq!(flagged(&[0.04, 0.9], &[0.0, 0.5], 0.05, Correction::Hochberg), [true, false]);
        assert_eq!(flagged(&[0.04, 0.9], &[0.0, 0.0], 0.05, Correction::Hochberg), [false, false]);
    }
}
