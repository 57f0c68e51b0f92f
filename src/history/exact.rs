//! Two editions, exactly: a count against one before it, both Poisson.
//!
//! Given their sum, the later count is binomial with `q = e / (E + e)`
//! (Przyborowski and Wilenski 1940). Needs one earlier edition. Published
//! counts vary more than Poisson does, so that a flag on this alone is no
//! flag: at 10% extra variation 93% of editions of 15 series have one.

use statrs::function::beta::{beta_reg, inv_beta_reg};

use super::tails::ordinary;
use super::{Judgement, Line};

/// Judges a count by the sum of those before it; `None` where there is none.
///
/// `alpha` is the share of ordinary counts that falls out of the range, half
/// of it on either side.
pub fn exact(line: &Line, alpha: f64) -> Option<Judgement> {
    let (sum, exposure) = line.sums();
    if exposure <= 0.0 || line.now.exposure <= 0.0 {
        return None;
    }
    let tails = |count: f64| exact_tails(count, line.now.exposure, sum, exposure);
    let expected = line.now.exposure * sum / exposure;
    let (low, high) = ordinary(alpha, expected * 2.0, |it| tails(it).0, |it| tails(it).1);
    let (upper, lower) = tails(line.now.observed);
    Some(Judgement { expected, low, high, upper_bound: high, upper, lower, trend: None, dispersion: 1.0 })
}

/// The tails of a count: at least as many, at most as many, given `sum` over `exposure` before.
///
/// `P(Y >= y) = I_q(y, S + 1)`, `P(Y <= y) = 1 - I_q(y + 1, S)`, with
/// `q = e / (E + e)` and the regularised incomplete beta `I`.
pub fn exact_tails(count: f64, own_exposure: f64, sum: f64, exposure: f64) -> (f64, f64) {
    let q = own_exposure / (exposure + own_exposure);
    let upper = if count <= 0.0 { 1.0 } else { beta_reg(count, sum + 1.0, q) };
    let lower = if sum <= 0.0 { 1.0 } else { beta_reg(sum, count + 1.0, 1.0 - q) };
    (upper, lower)
}

/// The ratio of two rates with its interval: the later over the earlier one.
///
/// Clopper and Pearson's interval for `y` out of `y + S`, turned into a ratio;
/// its ends are 0 or infinite where a count is 0.
pub fn rate_ratio(count: f64, own_exposure: f64, sum: f64, exposure: f64, alpha: f64) -> (f64, f64, f64) {
    let scale = exposure / own_exposure;
    let odds = |share: f64| if share >= 1.0 { f64::INFINITY } else { scale * share / (1.0 - share) };
    let low = if count <= 0.0 { 0.0 } else { inv_beta_reg(count, sum + 1.0, alpha / 2.0) };
    let high = if sum <= 0.0 { 1.0 } else { inv_beta_reg(count + 1.0, sum, 1.0 - alpha / 2.0) };
    (scale * count / sum, odds(low), odds(high))
}
