//! A log-linear regression of counts: a factor, up to three covariates, and
//! the exposure as offset.
//!
//! Iteratively reweighted least squares (Nelder and Wedderburn 1972), stopped at a relative change of the deviance of 1e-8. The factor
//! makes the normal equations an arrow: the levels fall out one by one, and
//! what is left is a system of as many unknowns as there are covariates.

use statrs::function::gamma::ln_gamma;

/// How many covariates there can be.
const MOST: usize = 3;
const STEPS_MAX: usize = 25;
const CHANGE_MIN: f64 = 1e-8;

type Vector = [f64; MOST];
type Matrix = [Vector; MOST];

/// One count with what it is explained by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Its level of the factor, from 0.
    pub level: usize,
    /// Its covariates; those beyond the number in use are 0.
    pub covariates: [f64; 3],
    /// The count.
    pub observed: f64,
    /// Its exposure, above 0.
    pub exposure: f64,
    /// Its weight.
    pub weight: f64,
}

/// How the variance goes with the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// As the mean; times a dispersion, it is quasi-Poisson.
    Poisson,
    /// `mean + mean^2 / theta`.
    NegativeBinomial {
        /// The size.
        theta: f64,
    },
}

/// A fitted regression.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The means, one a row.
    pub fitted: Vec<f64>,
    /// The deviance.
    pub deviance: f64,
    /// Pearson's statistic over its degrees of freedom.
    pub dispersion: f64,
    /// Rows of weight, less the unknowns.
    pub degrees: f64,
    levels: Vec<Level>,
    slopes: Vector,
    centre: Vector,
    covariance: Matrix,
    working: Vec<f64>,
    used: usize,
}

/// What is known of a level, at the covariates' centre.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    weight: f64,
    cross: Vector,
    response: f64,
    intercept: f64,
}

impl Family {
    fn variance(self, mean: f64) -> f64 {
        match self {
            Self::Poisson => mean,
            Self::NegativeBinomial { theta } => mean + mean * mean / theta,
        }
    }

    fn deviance(self, observed: f64, mean: f64) -> f64 {
        let log = if observed > 0.0 { observed * (observed / mean).ln() } else { 0.0 };
        2.0 * match self {
            Self::Poisson => log - (observed - mean),
            Self::NegativeBinomial { theta } => log - (observed + theta) * ((observed + theta) / (mean + theta)).ln(),
        }
    }
}

/// Fits the first `used` covariates and the levels that occur.
///
/// `None` if it does not converge, if covariates cannot be told apart, or if
/// there are no more rows than unknowns.
pub fn fit(rows: &[Row], used: usize, family: Family) -> Option<Fit> {
    let levels = rows.iter().map(|it| it.level + 1).max()?;
    let mut fit = Fit {
        fitted: rows.iter().map(|it| it.observed + 0.1).collect(),
        deviance: f64::INFINITY,
        dispersion: 1.0,
        degrees: 0.0,
        levels: vec![Level::default(); levels],
        slopes: [0.0; MOST],
        centre: centre(rows),
        covariance: [[0.0; MOST]; MOST],
        working: vec![0.0; rows.len()],
        used: used.min(MOST),
    };
    for _ in 0..STEPS_MAX {
        fit.step(rows, family)?;
        let deviance =
            rows.iter().zip(&fit.fitted).map(|(row, &mean)| row.weight * family.deviance(row.observed, mean));
        let deviance: f64 = deviance.sum();
        let settled = (deviance - fit.deviance).abs() / (deviance.abs() + 0.1) < CHANGE_MIN;
        fit.deviance = deviance;
        if settled {
            return fit.finish(rows, family);
        }
    }
    None
}

#[expect(clippy::cast_precision_loss, reason = "rows are few")]
fn centre(rows: &[Row]) -> Vector {
    let mut centre = [0.0; MOST];
    for (at, it) in centre.iter_mut().enumerate() {
        *it = rows.iter().map(|row| row.covariates[at]).sum::<f64>() / rows.len() as f64;
    }
    centre
}

impl Fit {
    /// One step: weights and working responses, then the least squares.
    fn step(&mut self, rows: &[Row], family: Family) -> Option<()> {
        let used = self.used;
        self.levels.fill(Level::default());
        let (mut squares, mut responses) = ([[0.0; MOST]; MOST], [0.0; MOST]);
        for (at, row) in rows.iter().enumerate() {
            let mean = self.fitted[at];
            let weight = row.weight * mean * mean / family.variance(mean);
            let response = (mean / row.exposure).ln() + (row.observed - mean) / mean;
            self.working[at] = weight;
            let level = &mut self.levels[row.level];
            level.weight += weight;
            level.response += weight * response;
            for one in 0..used {
                let value = row.covariates[one] - self.centre[one];
                level.cross[one] += weight * value;
                responses[one] += weight * value * response;
                for (two, sum) in squares[one].iter_mut().enumerate().take(used) {
                    *sum += weight * value * (row.covariates[two] - self.centre[two]);
                }
            }
        }
        for level in self.levels.iter().filter(|it| it.weight > 0.0) {
            for one in 0..used {
                responses[one] -= level.cross[one] * level.response / level.weight;
                for (two, sum) in squares[one].iter_mut().enumerate().take(used) {
                    *sum -= level.cross[one] * level.cross[two] / level.weight;
                }
            }
        }
        self.covariance = inverse(&squares, used)?;
        self.slopes = [0.0; MOST];
        for one in 0..used {
            self.slopes[one] = dot(&self.covariance[one], &responses);
        }
        for level in self.levels.iter_mut().filter(|it| it.weight > 0.0) {
            level.intercept = (level.response - dot(&level.cross, &self.slopes)) / level.weight;
        }
        for (at, row) in rows.iter().enumerate() {
            let mean = row.exposure * self.rate(row.level, &row.covariates)?;
            // So that a level of zeros, whose rate has no bound below, ends too.
            self.fitted[at] = mean.max(1e-12);
        }
        self.fitted.iter().all(|it| it.is_finite()).then_some(())
    }

    #[expect(clippy::cast_precision_loss, reason = "rows are few")]
    fn finish(mut self, rows: &[Row], family: Family) -> Option<Self> {
        let unknowns = self.levels.iter().filter(|it| it.weight > 0.0).count() + self.used;
        let weighing = rows.iter().filter(|it| it.weight > 0.0).count();
        self.degrees = weighing as f64 - unknowns as f64;
        let term = |(row, &mean): (&Row, &f64)| row.weight * (row.observed - mean).powi(2) / family.variance(mean);
        self.dispersion = rows.iter().zip(&self.fitted).map(term).sum::<f64>() / self.degrees;
        (self.degrees > 0.0).then_some(self)
    }

    fn centred(&self, covariates: &Vector) -> Vector {
        std::array::from_fn(|it| if it < self.used { covariates[it] - self.centre[it] } else { 0.0 })
    }

    /// The mean at an exposure of 1; `None` for a level that no row has.
    pub fn rate(&self, level: usize, covariates: &[f64; 3]) -> Option<f64> {
        let it = self.levels.get(level).filter(|it| it.weight > 0.0)?;
        Some((it.intercept + dot(&self.slopes, &self.centred(covariates))).exp())
    }

    /// The variance of the logarithm of that mean, at a dispersion of 1.
    pub fn variance(&self, level: usize, covariates: &[f64; 3]) -> Option<f64> {
        let it = self.levels.get(level).filter(|it| it.weight > 0.0)?;
        let mut away = self.centred(covariates);
        for (away, cross) in away.iter_mut().zip(&it.cross) {
            *away -= cross / it.weight;
        }
        let spread: f64 = (0..self.used).map(|one| away[one] * dot(&self.covariance[one], &away)).sum();
        Some(1.0 / it.weight + spread)
    }

    /// The coefficient of a covariate, and its variance at a dispersion of 1.
    pub fn slope(&self, covariate: usize) -> (f64, f64) {
        (self.slopes[covariate], self.covariance[covariate][covariate])
    }

    /// How much a row pulls its own mean: the diagonal of the hat matrix.
    pub fn hat(&self, row: usize, it: &Row) -> f64 {
        self.working[row] * self.variance(it.level, &it.covariates).unwrap_or(0.0)
    }
}

/// A fit with the size of the negative binomial that makes the counts most
/// likely, and that size.
///
/// Mean and size in turns, as Venables and Ripley 2002, section 7.4. `None`
/// where either does not settle: counts that vary no more than Poisson have no
/// finite size.
pub fn negative_binomial(rows: &[Row], used: usize) -> Option<(Fit, f64)> {
    let mut last = f64::INFINITY;
    let mut it = fit(rows, used, Family::Poisson)?;
    for _ in 0..100 {
        let theta = size(rows, &it.fitted);
        it = fit(rows, used, Family::NegativeBinomial { theta })?;
        if (theta - last).abs() <= 1e-6 * theta {
            return (theta < SIZE_MAX * 0.99).then_some((it, theta));
        }
        last = theta;
    }
    None
}

const SIZE_MAX: f64 = 1e8;

/// The most likely size, by golden section on its logarithm.
fn size(rows: &[Row], means: &[f64]) -> f64 {
    let likelihood = |log: f64| {
        let theta = log.exp();
        let term = |(row, mean): (&Row, &f64)| {
            let y = row.observed;
            ln_gamma(theta + y) - ln_gamma(theta)
                + theta * (theta / (theta + mean)).ln()
                + y * (mean / (theta + mean)).ln()
        };
        rows.iter().zip(means).map(term).sum::<f64>()
    };
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-10.0_f64, SIZE_MAX.ln());
    while high - low > 1e-8 {
        let (one, two) = (high - golden * (high - low), low + golden * (high - low));
        if likelihood(one) < likelihood(two) { low = one } else { high = two }
    }
    f64::midpoint(low, high).exp()
}

fn dot(one: &Vector, two: &Vector) -> f64 {
    one.iter().zip(two).map(|it| it.0 * it.1).sum()
}

/// The inverse of the leading part of a symmetric positive matrix, by
/// Gauss and Jordan; `None` where it has none.
fn inverse(matrix: &Matrix, used: usize) -> Option<Matrix> {
    let (mut left, mut right) = (*matrix, [[0.0; MOST]; MOST]);
    for (at, row) in right.iter_mut().enumerate().take(used) {
        row[at] = 1.0;
    }
    for pivot in 0..used {
        let value = left[pivot][pivot];
        if value.is_nan() || value <= matrix[pivot][pivot] * 1e-11 {
            return None;
        }
        for column in 0..used {
            left[pivot][column] /= value;
            right[pivot][column] /= value;
        }
        let (own_left, own_right) = (left[pivot], right[pivot]);
        for row in (0..used).filter(|it| *it != pivot) {
            let factor = left[row][pivot];
            for column in 0..used {
                left[row][column] -= factor * own_left[column];
                right[row][column] -= factor * own_right[column];
            }
        }
    }
    Some(right)
}
