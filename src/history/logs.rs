//! Amounts and percentages: figures that are no counts, on the log scale.
//!
//! The centre is the median, the scale the median absolute deviation (times
//! 1.4826), drawn to that of the other series of the edition while there are
//! few; the tails are Student's. Needs five figures above zero before.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{Judgement, Line};

/// Figures before that tell nothing if they are fewer.
const FIGURES_MIN: usize = 5;
/// What the shared scale weighs against a series' own, in figures.
const SHARED_WEIGHT: f64 = 6.0;
/// The efficiency of the median absolute deviation for normal data.
const EFFICIENCY: f64 = 0.37;
/// A series varies by so much at least: half a percent.
const SCALE_MIN: f64 = 0.005;

/// Judges figures above zero; `None` where a series has too few before.
///
/// `alpha` is the share of ordinary figures that falls out of a range.
pub fn logs(lines: &[Line], alpha: f64) -> Vec<Option<Judgement>> {
    let known: Vec<Option<(f64, f64, f64)>> = lines.iter().map(moments).collect();
    let mut scales: Vec<f64> = known.iter().flatten().map(|it| it.1).collect();
    let shared = median(&mut scales).unwrap_or(SCALE_MIN);
    let judge = |(line, known): (&Line, &Option<(f64, f64, f64)>)| {
        let (centre, own, count) = (*known)?;
        judge(line.now.observed, (centre, own, count), shared, alpha)
    };
    lines.iter().zip(&known).map(judge).collect()
}

fn judge(observed: f64, (centre, own, count): (f64, f64, f64), shared: f64, alpha: f64) -> Option<Judgement> {
    let seen = EFFICIENCY * (count - 1.0);
    let degrees = SHARED_WEIGHT + seen;
    let variance = (SHARED_WEIGHT * shared.powi(2) + seen * own.powi(2)) / degrees;
    // The median is as sure as a mean of fewer figures.
    let error = (variance * (1.0 + std::f64::consts::FRAC_PI_2 / count)).sqrt();
    let student = StudentsT::new(0.0, 1.0, degrees).ok().filter(|_| observed > 0.0)?;
    let away = (observed.ln() - centre) / error;
    let reach = -student.inverse_cdf(alpha / 2.0) * error;
    let high = (centre + reach).exp();
    Some(Judgement {
        expected: centre.exp(),
        low: (centre - reach).exp(),
        high,
        upper_bound: high,
        upper: student.cdf(-away),
        lower: student.cdf(away),
        trend: None,
        dispersion: 1.0,
    })
}

/// Median and scale of the logarithms before, and how many there are.
#[expect(clippy::cast_precision_loss, reason = "figures are few")]
fn moments(line: &Line) -> Option<(f64, f64, f64)> {
    let mut logs: Vec<f64> = line.before.iter().filter(|it| it.observed > 0.0).map(|it| it.observed.ln()).collect();
    if logs.len() < FIGURES_MIN {
        return None;
    }
    let centre = median(&mut logs)?;
    let mut away: Vec<f64> = logs.iter().map(|it| (it - centre).abs()).collect();
    Some((centre, (1.4826 * median(&mut away)?).max(SCALE_MIN), logs.len() as f64))
}

pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let high = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { high } else { f64::midpoint(values[middle - 1], high) })
}

#[cfg(test)]
mod tests {
    use super::super::Count;
    use super::*;

    #[test]
    fn a_slipped_point_is_seen_and_an_outlier_before_does_no_harm() {
        let count = |observed: &f64| Count { at: 0, observed: *observed, exposure: 1.0 };
        let before: Vec<Count> = [12.1, 11.8, 12.4, 120.0, 12.0, 12.3, 11.9, 12.2].iter().map(count).collect();
        let line = |now: f64| Line { now: count(&now), before: before.clone() };
        let judged = logs(&[line(12.2), line(121.0)], 0.01);
        let p: Vec<f64> = judged.iter().map(|it| it.unwrap().p()).collect();
        assert!(p[0] > 0.3 && p[1] < 1e-5, "{p:?}");
        assert_eq!(logs(&[line(0.0)], 0.01), [None]);
    }
}
