//! How probable a reading is, before the rest of its table has its say.
//!
//! Scale-free for a figure on its own, beta-binomial for a part of it, and
//! negative binomial about what earlier editions printed; a column that is
//! unrelated to the first has a size and a spread of its own. The constants were
//! measured on 1,017 rows of Toronto police figures and 3,000 rows of German
//! state figures (see `tests/tables/glued`). Floats: these are statistics
//! about figures, not figures.

use std::sync::LazyLock;

use statrs::function::erf::erf;
use statrs::function::gamma::ln_gamma;

use super::columns::Role;

/// One setting of what a table has in common: a rate and its spread, or a change and its spread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    /// The rate of the part, 0 to 1; or the change as a natural logarithm.
    pub(super) centre: f64,
    /// How alike the rows are; or how much they scatter.
    pub(super) spread: f64,
}

/// What earlier editions say of one row.
#[derive(Clone, Debug)]
pub(super) struct Past {
    /// The weighted mean of the first figure.
    mean: f64,
    /// Weighted sums of first and later figure, one pair a later column.
    sums: Vec<(f64, f64)>,
}

/// The probability that a series goes on as it did.
pub(super) const GOES_ON: f64 = 0.97;
/// Parts above their whole are rare: 0.63% in 169,882 German rows, where old cases are cleared.
const ABOVE_WHOLE: f64 = 0.005;
const FADE: f64 = 0.7;
/// A past of more than so many cases binds a rate no further.
const CASES_BINDING: f64 = 30.0;

/// How alike the rates of the rows may be.
const SPREADS: [f64; 8] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];
/// Every rate at every spread, the spreads within.
static NESTED: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let rates = std::iter::once(0.02).chain((1..20).map(|it| f64::from(it) * 0.05)).chain(std::iter::once(0.98));
    rates.flat_map(|centre| SPREADS.map(|spread| Setting { centre, spread })).collect()
});
/// The weights of a row without a past, which most rows share.
static FRESH: LazyLock<Vec<Weights>> = LazyLock::new(|| Weights::all((0.0, 0.0)));
static COMPARABLE: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let changes = [0.0, 0.1, -0.1, 0.25, -0.25, 0.5, -0.5];
    changes
        .into_iter()
        .flat_map(|centre| [0.005, 0.02, 0.08, 0.3, 1.0].map(|spread| Setting { centre, spread }))
        .collect()
});
/// Rates from 1 in 8,000 to 8,000, by how much rows scatter about them.
static PROPORTIONAL: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let rates = (-9..=9).map(f64::from);
    rates.flat_map(|centre| [0.02, 0.15, 0.8].map(|spread| Setting { centre, spread })).collect()
});
/// Sizes of a column as logarithms with their spreads; without a spread, a bound.
static UNRELATED: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let sizes = [(0.2, 0.45), (0.45, 0.7), (0.9, 1.1), (1.6, 1.8)];
    let bounds = [5.0, 10.0, 20.0, 30.0, 50.0, 100.0, 200.0, 400.0, 1000.0];
    sizes_and_bounds(&sizes, &bounds)
});
/// The same for rows of three figures and more, where all must be tried together.
static UNRELATED_COARSE: LazyLock<Vec<Setting>> =
    LazyLock::new(|| sizes_and_bounds(&[(0.3, 0.8), (1.0, 1.5)], &[10.0, 30.0, 100.0, 1000.0]));
/// What the sizes weigh before the table speaks, the bounds the rest.
const SIZES_WEIGHT: f64 = 0.8;
const FREE: [Setting; 1] = [Setting { centre: 0.0, spread: 0.0 }];

fn sizes_and_bounds(sizes: &[(f64, f64)], bounds: &[f64]) -> Vec<Setting> {
    let mut all = Vec::new();
    for &(spread, step) in sizes {
        let mut centre = 0.0;
        while centre <= 14.0 {
            all.push(Setting { centre, spread });
            centre += step;
        }
    }
    all.extend(bounds.iter().map(|&centre| Setting { centre, spread: 0.0 }));
    all
}

/// The settings that are tried for a column, in rows of so many figures.
pub(super) fn settings(role: Role, figures: usize) -> &'static [Setting] {
    match role {
        Role::Nested => &NESTED,
        Role::Comparable => &COMPARABLE,
        Role::Proportional => &PROPORTIONAL,
        Role::Unrelated if figures > 2 => &UNRELATED_COARSE,
        Role::Unrelated => &UNRELATED,
        Role::Free => &FREE,
    }
}

/// What each setting of a column weighs before the table speaks; they sum to 1.
pub(super) fn priors(role: Role, figures: usize) -> Vec<f64> {
    let settings = settings(role, figures);
    let bounds = settings.iter().filter(|it| it.spread == 0.0).count();
    let share = |part: f64, count: usize| part / f64::from(u32::try_from(count.max(1)).unwrap_or(u32::MAX));
    let weight = |it: &Setting| match role {
        Role::Unrelated if it.spread == 0.0 => share(1.0 - SIZES_WEIGHT, bounds),
        Role::Unrelated => share(SIZES_WEIGHT, settings.len() - bounds),
        _ => share(1.0, settings.len()),
    };
    settings.iter().map(weight).collect()
}

impl Past {
    /// Weighs the editions of a row, newest first; `None` if no first figure is known.
    pub(super) fn new(previous: &[Vec<Option<f64>>], columns: usize) -> Option<Self> {
        let figure = |edition: &[Option<f64>], column: usize| {
            edition.get(column).copied().flatten().filter(|it| it.is_finite() && *it >= 0.0)
        };
        let (mut total, mut weights, mut weight) = (0.0, 0.0, 1.0);
        let mut sums = vec![(0.0, 0.0); columns.saturating_sub(1)];
        for edition in previous {
            if let Some(first) = figure(edition, 0) {
                total += weight * first;
                weights += weight;
                for (column, sum) in sums.iter_mut().enumerate() {
                    if let Some(later) = figure(edition, column + 1) {
                        sum.0 += weight * first;
                        sum.1 += weight * later;
                    }
                }
            }
            weight *= FADE;
        }
        (weights > 0.0).then(|| Self { mean: (total + 0.5) / weights, sums })
    }

    /// How probable a first figure is after this past.
    pub(super) fn total(&self, value: f64) -> f64 {
        0.75 * negative_binomial(value, self.mean, 0.05) + 0.25 * negative_binomial(value, self.mean, 0.6)
    }

    /// How probable a later figure is after this past, whatever the first one is.
    pub(super) fn alone(&self, column: usize, value: f64) -> f64 {
        let (whole, part) = self.sums[column];
        if whole <= 0.0 {
            return scale_free(value);
        }
        let mean = part / whole * self.mean + 0.5;
        0.75 * negative_binomial(value, mean, 0.05) + 0.25 * negative_binomial(value, mean, 0.6)
    }

    /// The cases that bind the rate of a later column: solved, and left over.
    pub(super) fn cases(&self, column: usize) -> (f64, f64) {
        let (whole, part) = self.sums[column];
        let fade = if whole > 0.0 { (CASES_BINDING / whole).min(1.0) } else { 1.0 };
        (fade * part, fade * (whole - part).max(0.0))
    }
}

/// A figure of which nothing is known: `1 / (16 (t + 1))`.
pub(super) fn scale_free(value: f64) -> f64 {
    1.0 / (16.0 * (value + 1.0))
}

/// How probable a later figure is beside the first, at each setting of its role.
///
/// `cases` adds what is known of the rate of this row, which has so many figures.
pub(super) fn later(role: Role, first: f64, value: f64, cases: (f64, f64), figures: usize) -> Vec<f64> {
    match role {
        Role::Nested if value <= first => {
            let ways = |weights: &[Weights]| -> Vec<f64> {
                beta_binomials(value, first, weights).map(|it| (1.0 - ABOVE_WHOLE) * it).collect()
            };
            if cases == (0.0, 0.0) { ways(&FRESH) } else { ways(&Weights::all(cases)) }
        }
        Role::Nested => {
            let stop = 1.0 / (2.0 + 0.05 * first);
            let tail = ABOVE_WHOLE * stop * ((value - first - 1.0) * (-stop).ln_1p()).exp();
            vec![tail; NESTED.len()]
        }
        Role::Comparable | Role::Proportional => settings(role, figures)
            .iter()
            .map(|it| {
                let mean = (first + 0.5) * it.centre.exp();
                GOES_ON * negative_binomial(value, mean, it.spread) + (1.0 - GOES_ON) * scale_free(value)
            })
            .collect(),
        Role::Unrelated => alone(value, settings(role, figures)),
        Role::Free => vec![scale_free(value)],
    }
}

/// How probable a figure is in a column of its own, at each of some sizes: log-normal,
/// or any number up to a bound; 2% are of another kind.
pub(super) fn alone(value: f64, settings: &[Setting]) -> Vec<f64> {
    const OTHERS: f64 = 0.02;
    let (low, high) = ((value - 0.5).max(1e-9).ln(), (value + 0.5).ln());
    let below = |at: f64| 0.5 * (1.0 + erf(at * std::f64::consts::FRAC_1_SQRT_2));
    let fits = |it: &Setting| match it.spread {
        0.0 if value <= it.centre => 1.0 / (it.centre + 1.0),
        0.0 => 0.0,
        spread => (below((high - it.centre) / spread) - below((low - it.centre) / spread)).max(0.0),
    };
    settings.iter().map(|it| (1.0 - OTHERS) * fits(it) + OTHERS * scale_free(value)).collect()
}

/// The weights of a beta-binomial, with what of it does not depend on the figures.
#[derive(Clone, Copy, Debug)]
struct Weights {
    alpha: f64,
    beta: f64,
    /// `-ln B(alpha, beta)`.
    log: f64,
}

impl Weights {
    fn new(alpha: f64, beta: f64) -> Self {
        Self { alpha, beta, log: ln_gamma(alpha + beta) - ln_gamma(alpha) - ln_gamma(beta) }
    }

    /// Those of each nested setting, where the rate is bound by `cases`.
    fn all(cases: (f64, f64)) -> Vec<Self> {
        let weights =
            |it: &Setting| Self::new(it.centre * it.spread + cases.0, (1.0 - it.centre) * it.spread + cases.1);
        NESTED.iter().map(weights).collect()
    }
}

/// Of `whole` cases, `part`: beta-binomial, for the weights of each nested setting.
fn beta_binomials(part: f64, whole: f64, weights: &[Weights]) -> impl Iterator<Item = f64> {
    let (part, rest, whole) = (Count::new(part), Count::new(whole - part), Count::new(whole));
    // `alpha + beta` depends on the spread alone.
    let sums: Vec<f64> = weights.iter().take(SPREADS.len()).map(|it| whole.ratio(it.alpha + it.beta)).collect();
    weights.iter().enumerate().map(move |(at, it)| {
        let ways = part.ratio(it.alpha) + rest.ratio(it.beta) - sums[at % sums.len()];
        (ways + it.log).exp()
    })
}

/// A count about a mean, with variance `mean + scatter mean²`.
fn negative_binomial(value: f64, mean: f64, scatter: f64) -> f64 {
    let size = 1.0 / scatter;
    let ways = Count::new(value).ratio(size) - ln_gamma(size);
    let (stay, grow) = ((-mean / (size + mean)).ln_1p(), (-size / (size + mean)).ln_1p());
    (ways + size * stay + value * grow).exp()
}

/// A count, with what its probabilities share.
#[derive(Clone, Copy, Debug)]
struct Count {
    value: f64,
    /// `ln Γ(value + 1)`.
    factorial: f64,
}

impl Count {
    fn new(value: f64) -> Self {
        Self { value, factorial: ln_gamma(value + 1.0) }
    }

    /// `ln Γ(x + a) - ln Γ(x + 1)`.
    ///
    /// Above 20,000 by the expansion about the middle (Tricomi and Erdélyi 1951):
    /// the difference of two large logarithms would lose its digits.
    fn ratio(self, a: f64) -> f64 {
        if self.value < 20_000.0 {
            return ln_gamma(self.value + a) - self.factorial;
        }
        let gap = a - 1.0;
        let middle = self.value + a / 2.0;
        gap * middle.ln() - gap * (gap * gap - 1.0) / (24.0 * middle * middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_whole_sum_to_one() {
        for whole in [0_u32, 1, 7, 300] {
            let weights = [Weights::new(0.7, 3.1)];
            let ways = |it| beta_binomials(f64::from(it), f64::from(whole), &weights).sum::<f64>();
            let sum: f64 = (0..=whole).map(ways).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{whole}: {sum}");
        }
    }

    #[test]
    fn counts_about_a_mean_sum_to_one() {
        let sum: f64 = (0..40_000).map(|it| negative_binomial(f64::from(it), 900.0, 0.3)).sum();
        assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    }

    #[test]
    fn a_column_of_its_own_sums_to_one_at_each_size() {
        for setting in UNRELATED.iter().filter(|it| it.centre < 5.0 && it.spread < 1.0) {
            let sum: f64 = (0..4_000).map(|it| alone(f64::from(it), &[*setting])[0]).sum();
            // The rest is what is of another kind, of which the tail is left out.
            assert!((sum - 1.0).abs() < 0.02, "{setting:?}: {sum}");
        }
        let priors: f64 = priors(Role::Unrelated, 2).iter().sum();
        assert!((priors - 1.0).abs() < 1e-9, "{priors}");
    }

    #[test]
    fn large_counts_join_small_ones_smoothly() {
        for a in [0.01, 1.0, 2.5, 64.0, 200.0] {
            let (below, above) = (Count::new(19_999.999).ratio(a), Count::new(20_000.0).ratio(a));
            assert!((below - above).abs() < 1e-4, "{a}: {below} {above}");
        }
        assert!(Count::new(1e18).ratio(0.5).is_finite());
    }
}
