//! Weighs the readings of all rows of a table together (empirical Bayes).
//!
//! What rows share (the rate of the part, its spread) is unknown, so every
//! setting on a grid is tried and weighted by how well it explains the whole
//! table: `p(θ | table) ∝ Π_r Σ_c L_r(c; θ)`, and
//! `p(c | table) = Σ_θ p(θ | table) L_r(c; θ) / Σ_c' L_r(c'; θ)`.

use super::candidates::Candidate;
use super::columns::Role;
use super::likelihood::{GOES_ON, Past, Setting, alone, later, priors, scale_free, settings};

/// A row to weigh: its readings, and what earlier editions say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Evidence<'a> {
    /// Its readings; one at least.
    pub(super) candidates: &'a [Candidate],
    /// Its past, if known.
    pub(super) past: Option<&'a Past>,
}

/// What the figures of a row may be to each other, and how probable that is
/// before the table speaks.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) prior: f64,
    /// What each later figure is to the first.
    pub(super) later: Vec<Role>,
    /// Whether the first has a size of its own, too: no figure says anything of another.
    pub(super) apart: bool,
}

/// What the whole table makes of its rows.
#[derive(Clone, Debug)]
pub(super) struct Posterior {
    /// The probability of each reading of each row.
    pub(super) rows: Vec<Vec<f64>>,
    /// The natural logarithm of how well the readings explain the table.
    pub(super) log_evidence: f64,
    /// The mean rate of the parts; the least where there are several, 1 where there is none.
    pub(super) rate: f64,
    /// How probable it is that all later figures are parts of the first, or comparable to it.
    pub(super) related: f64,
}

/// More work than this is spent on no table; its columns are then weighed one by one.
const WORK_MAX: usize = 40_000_000;

impl Model {
    /// One in which every figure is for itself and of any size.
    fn free(later: usize) -> Self {
        Self { prior: 1.0, later: vec![Role::Free; later], apart: false }
    }

    /// The roles that have settings, the first figure's before the others.
    fn roles(&self) -> impl Iterator<Item = Role> + '_ {
        self.apart.then_some(Role::Unrelated).into_iter().chain(self.later.iter().copied())
    }

    fn grid(&self) -> usize {
        let figures = self.later.len() + 1;
        self.roles().map(|it| settings(it, figures).len()).fold(1, usize::saturating_mul)
    }
}

/// Weighs a table under each model and mixes them by their evidence.
pub(super) fn weigh(rows: &[Evidence<'_>], models: &[Model]) -> Posterior {
    let readings: usize = rows.iter().map(|it| it.candidates.len()).sum();
    let fits = |model: &&Model| model.grid().saturating_mul(readings) <= WORK_MAX;
    let mut tried: Vec<&Model> = models.iter().filter(fits).collect();
    // Where what is unrelated cannot be weighed, nothing else may pass for sure.
    let free = Model::free(models.first().map_or(0, |it| it.later.len()));
    if tried.len() < models.len() {
        tried = vec![&free];
    }
    let found: Vec<Posterior> = tried.iter().map(|model| weigh_model(rows, model)).collect();
    let log_weights: Vec<f64> = tried.iter().zip(&found).map(|it| it.0.prior.ln() + it.1.log_evidence).collect();
    let best = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = log_weights.iter().map(|it| (it - best).exp()).collect();
    let total: f64 = weights.iter().sum();
    let mut mixed = Posterior {
        rows: rows.iter().map(|it| vec![0.0; it.candidates.len()]).collect(),
        log_evidence: best + total.ln(),
        rate: 0.0,
        related: 0.0,
    };
    for (one, weight) in found.iter().zip(&weights) {
        let share = weight / total;
        mixed.rate += share * one.rate;
        mixed.related += share * one.related;
        for (into, from) in mixed.rows.iter_mut().flatten().zip(one.rows.iter().flatten()) {
            *into += share * from;
        }
    }
    mixed
}

/// The likelihood of one reading, as factors: one list of settings for each role.
struct Factors {
    base: f64,
    fresh: Vec<Vec<f64>>,
    past: Option<(f64, Vec<Vec<f64>>)>,
}

fn weigh_model(rows: &[Evidence<'_>], model: &Model) -> Posterior {
    let factors: Vec<Vec<Factors>> =
        rows.iter().map(|row| row.candidates.iter().map(|it| factors(it, row.past, model)).collect()).collect();
    let figures = model.later.len() + 1;
    let priors: Vec<Vec<f64>> = model.roles().map(|it| priors(it, figures)).collect();
    let mut log_weights = Vec::with_capacity(model.grid());
    product(1.0, &priors, &mut log_weights);
    for it in &mut log_weights {
        *it = it.ln();
    }
    let grid = log_weights.len();
    let mut table = Vec::new();
    for row in &factors {
        likelihoods(row, grid, &mut table);
        for (setting, log_weight) in log_weights.iter_mut().enumerate() {
            let sum: f64 = (0..row.len()).map(|it| table[it * grid + setting]).sum();
            *log_weight += sum.ln();
        }
    }
    let best = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = log_weights.iter().map(|it| (it - best).exp()).collect();
    let total: f64 = weights.iter().sum();
    for it in &mut weights {
        *it /= total;
    }
    let posterior = |row: &Vec<Factors>| {
        likelihoods(row, grid, &mut table);
        share_out(&table, &weights, row.len())
    };
    let is_related = model.later.iter().all(|it| matches!(it, Role::Nested | Role::Comparable));
    Posterior {
        rows: factors.iter().map(posterior).collect(),
        log_evidence: best + total.ln(),
        rate: mean_rate(model, &weights),
        related: if is_related { 1.0 } else { 0.0 },
    }
}

fn factors(candidate: &Candidate, past: Option<&Past>, model: &Model) -> Factors {
    let figures = model.later.len() + 1;
    let first = float(candidate.values[0]);
    // What is not printed is neither likely nor unlikely.
    let value = |column: usize| candidate.values.get(column + 1).filter(|_| column + 1 < candidate.cells.len());
    let of = |(column, &role): (usize, &Role), cases: (f64, f64)| match value(column) {
        Some(&it) => later(role, first, float(it), cases, figures),
        None => vec![1.0; settings(role, figures).len()],
    };
    let own = |it: fn(f64, &[Setting]) -> Vec<f64>| model.apart.then(|| it(first, settings(Role::Unrelated, figures)));
    let later = || model.later.iter().enumerate();
    let fresh: Vec<Vec<f64>> = own(alone).into_iter().chain(later().map(|it| of(it, (0.0, 0.0)))).collect();
    let past = past.map(|past| {
        let bound = |(column, role): (usize, &Role)| match (role, value(column)) {
            (Role::Nested, _) => of((column, role), past.cases(column)),
            (Role::Unrelated | Role::Proportional, Some(&it)) => {
                vec![past.alone(column, float(it)); settings(*role, figures).len()]
            }
            // A comparable figure follows the first one, not its own past.
            _ => of((column, role), (0.0, 0.0)),
        };
        let first_known = own(|_, settings| vec![1.0; settings.len()]);
        (candidate.label_weight * past.total(first), first_known.into_iter().chain(later().map(bound)).collect())
    });
    let size = if model.apart { 1.0 } else { scale_free(first) };
    Factors { base: candidate.label_weight * size, fresh, past }
}

/// Fills a table with the likelihood of each reading at each setting.
///
/// With a past: `.97` that the series goes on, `.03` that it broke, total and
/// rate together; a flat tail would read a true 106|11 as 10|611.
fn likelihoods(row: &[Factors], grid: usize, table: &mut Vec<f64>) {
    table.clear();
    for it in row {
        match &it.past {
            Some((total, parts)) => {
                let from = table.len();
                product((1.0 - GOES_ON) * it.base, &it.fresh, table);
                let mut bound = Vec::with_capacity(grid);
                product(GOES_ON * total, parts, &mut bound);
                table[from..].iter_mut().zip(bound).for_each(|(into, it)| *into += it);
            }
            None => product(it.base, &it.fresh, table),
        }
    }
    // Nothing is impossible, so that no row takes the logarithm of zero.
    for it in table.iter_mut() {
        *it = it.max(f64::MIN_POSITIVE);
    }
}

/// Appends the product of factors over every combination of settings.
fn product(base: f64, factors: &[Vec<f64>], out: &mut Vec<f64>) {
    match factors {
        [] => out.push(base),
        [last] => out.extend(last.iter().map(|it| base * it)),
        [first, rest @ ..] => first.iter().for_each(|it| product(base * it, rest, out)),
    }
}

fn share_out(table: &[f64], weights: &[f64], readings: usize) -> Vec<f64> {
    let grid = weights.len();
    let mut shares = vec![0.0; readings];
    for (setting, weight) in weights.iter().enumerate() {
        let sum: f64 = (0..readings).map(|it| table[it * grid + setting]).sum();
        for (reading, share) in shares.iter_mut().enumerate() {
            *share += weight * table[reading * grid + setting] / sum;
        }
    }
    shares
}

/// The mean rate of the nested columns, the least of them.
fn mean_rate(model: &Model, weights: &[f64]) -> f64 {
    let mut least = 1.0_f64;
    let mut stride = weights.len();
    for role in model.roles() {
        let grid = settings(role, model.later.len() + 1);
        stride /= grid.len();
        if role == Role::Nested {
            let mean = weights.iter().enumerate().map(|(at, it)| it * grid[at / stride % grid.len()].centre).sum();
            least = least.min(mean);
        }
    }
    least
}

#[expect(clippy::cast_precision_loss, reason = "a statistic: 18 digits need no more than 53 bits of it")]
pub(super) fn float(value: u64) -> f64 {
    value as f64
}
