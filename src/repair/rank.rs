//! Which of several explanations is likeliest.
//!
//! Fewest slips first; then by what the slips cost, how far the rule file
//! trusts the columns, and how much better the figures meant fit their
//! history than the printed ones do. Floats rank here; they decide nothing.

use super::ratio::Ratio;
use super::search::Explanation;
use super::system::{System, WEIGHT};
use crate::table::Decimal;

/// What a figure would be expected to be by its history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Usual {
    pub(crate) expected: f64,
    /// The smallest ordinary figure.
    pub(crate) low: f64,
    /// The largest one.
    pub(crate) high: f64,
    /// How probable a figure as far out as the printed one is.
    pub(crate) p: f64,
}

/// Explanations further apart than this (about one in five) can be told apart.
pub(crate) const MARGIN: i64 = 1_500;
/// A figure is no more improbable than that: history can be wrong, too.
const SURPRISE_MAX: f64 = 20.0;

impl Usual {
    /// Whether a figure is within its ordinary range.
    pub(crate) fn has(&self, figure: Decimal) -> bool {
        let value = Ratio::of(figure).approximate();
        self.low <= value && value <= self.high
    }

    /// How improbable a figure is, as a natural logarithm: of a normal
    /// distribution with the same range.
    fn surprise(&self, figure: Decimal) -> f64 {
        let value = Ratio::of(figure).approximate();
        let side = if value > self.expected { self.high - self.expected } else { self.expected - self.low };
        // The range holds 99 in 100.
        let spread = (side / 2.576).max(self.expected.abs() * 1e-6).max(1e-9);
        let off = (value - self.expected) / spread;
        (off * off / 2.0).min(SURPRISE_MAX)
    }
}

impl System {
    /// Puts the likeliest explanation first; costs are those of the whole.
    ///
    /// Of several that are as likely the names of their cells decide, not where
    /// they stand: the order is one for every order of rows.
    pub(crate) fn rank(
        &self,
        explanations: &mut [Explanation],
        usual: &dyn Fn(usize) -> Option<Usual>,
        name: &dyn Fn(usize) -> String,
    ) {
        for it in explanations.iter_mut() {
            let changes = it.moves.iter().flat_map(|it| &it.changes);
            it.cost += changes.map(|it| self.unlikely(it.cell, it.to, usual(it.cell))).sum::<i64>();
        }
        explanations.sort_by(|a, b| {
            let key = |it: &Explanation| (it.moves.len(), it.cost);
            let cells = |it: &Explanation| -> Vec<(String, String, usize)> {
                let changes = it.moves.iter().flat_map(|it| &it.changes);
                let mut all: Vec<_> = changes.map(|it| (name(it.cell), it.to.to_string(), it.cell)).collect();
                all.sort();
                all
            };
            key(a).cmp(&key(b)).then_with(|| cells(a).cmp(&cells(b)))
        });
    }

    #[expect(clippy::cast_possible_truncation, reason = "of a few thousand")]
    fn unlikely(&self, cell: usize, to: Decimal, usual: Option<Usual>) -> i64 {
        let trust = (f64::from(self.cells[cell].weight) / f64::from(WEIGHT)).ln();
        let history = usual.map_or(0.0, |it| it.surprise(to) - (-it.p.max(1e-9).ln()).clamp(0.0, SURPRISE_MAX));
        ((trust + history) * 1_000.0).round() as i64
    }
}
