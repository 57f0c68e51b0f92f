//! Two editions, exactly: a count against one before it, both Poisson.
//!
//! Given their sum, the later count is binomial with `q = e / (E + e)`
//! (Przyborowski and Wilenski 1940). Needs one earlier edition. Published
//! counts vary more than Poisson does, so that a flag on this alone is no
//! flag: at 10% extra variation 93% of editions of 15 series have one.

use statrs::function::beta::beta_reg;

use super::{Judgement, Line, ordinary};

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
    let p = (2.0 * upper.min(lower)).min(1.0);
    Some(Judgement { expected, low, high, p, p_attainable: 0.0 })
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
