//! Parts of totals: whether the share of a part is what it was, exactly.
//!
//! Fisher's exact test of two editions, with the conditional odds ratio. It
//! takes shares to vary by chance alone: report it, and flag by the part with
//! its total as exposure ([`shared`](super::shared())).

/// What the test says of two shares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fisher {
    /// How probable a table as improbable as this is.
    pub p: f64,
    /// The conditional odds ratio of the new over the old share.
    pub ratio: f64,
    /// Its interval of 95%.
    pub interval: (f64, f64),
}

/// Tests a part of a total against those of the edition before: (part, total),
/// whole numbers with the part at most the total.
pub fn fisher(new: (f64, f64), old: (f64, f64)) -> Fisher {
    let table = Hypergeometric::of(new, old);
    let weights = table.weights(1.0);
    let own = weights[table.at];
    // As R has it: as improbable up to a rounding error.
    let p: f64 = weights.iter().filter(|it| **it <= own * (1.0 + 1e-7)).sum();
    let upper = |ratio: f64| table.weights(ratio)[table.at..].iter().sum::<f64>();
    let lower = |ratio: f64| table.weights(ratio)[..=table.at].iter().sum::<f64>();
    let last = table.log_weights.len() - 1;
    let interval = (
        if table.at == 0 { 0.0 } else { root(|it| upper(it) - 0.025) },
        if table.at == last { f64::INFINITY } else { root(|it| 0.025 - lower(it)) },
    );
    let ratio = match table.at {
        0 => 0.0,
        it if it == last => f64::INFINITY,
        #[expect(clippy::cast_precision_loss, reason = "counts are below 2^52")]
        it => root(|ratio| table.mean(ratio) - it as f64),
    };
    Fisher { p: p.min(1.0), ratio, interval }
}

/// The new part given both totals and the sum of the parts.
struct Hypergeometric {
    /// Logarithms of weights of each possible part, from the smallest on.
    log_weights: Vec<f64>,
    /// Where the part that was seen stands among them.
    at: usize,
}

impl Hypergeometric {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole and bounded")]
    fn of(new: (f64, f64), old: (f64, f64)) -> Self {
        let parts = new.0 + old.0;
        let (least, most) = ((parts - old.1).max(0.0), parts.min(new.1));
        // The ratio of neighbours needs no factorials.
        let mut log_weights = vec![0.0_f64];
        let mut part = least;
        while part < most {
            let step = ((new.1 - part) * (parts - part)) / ((part + 1.0) * (old.1 - parts + part + 1.0));
            log_weights.push(log_weights[log_weights.len() - 1] + step.ln());
            part += 1.0;
        }
        Self { log_weights, at: (new.0 - least).max(0.0) as usize }
    }

    /// The probabilities at an odds ratio.
    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^52")]
    fn weights(&self, ratio: f64) -> Vec<f64> {
        let log = ratio.ln();
        let shifted: Vec<f64> = self.log_weights.iter().enumerate().map(|(at, it)| it + log * at as f64).collect();
        let most = shifted.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = shifted.into_iter().map(|it| (it - most).exp()).collect();
        let sum: f64 = weights.iter().sum();
        weights.into_iter().map(|it| it / sum).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are below 2^52")]
    fn mean(&self, ratio: f64) -> f64 {
        self.weights(ratio).iter().enumerate().map(|(at, it)| at as f64 * it).sum()
    }
}

/// Where a growing function of a ratio is 0, by halving its logarithm.
fn root(grows: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    while high - low > 1e-12 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if grows(middle.exp()) < 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high).exp()
}
