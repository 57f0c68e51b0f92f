//! What was seen before: how often a series, or its edition, was as far out.

use std::collections::VecDeque;

/// Periods that are looked back.
pub(super) const BACK: i64 = 104;
/// Ratios are counted in so many steps of a thousandth each, up to e^8 and down to e^-8.
const BINS: usize = 16_384;
const EACH: f64 = 1_024.0;

/// How far figures of all series of an edition lay from what was expected, over the last periods.
#[derive(Debug)]
pub(super) struct Ratios {
    /// How many, by the logarithm of the ratio.
    bins: Vec<u32>,
    all: u32,
    by_period: VecDeque<(i64, Vec<u16>)>,
}

impl Ratios {
    pub(super) fn new() -> Self {
        Self { bins: vec![0; BINS], all: 0, by_period: VecDeque::new() }
    }

    fn bin(ratio: f64) -> u16 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within the bins")]
        let at = (ratio.max(1e-9).ln().mul_add(EACH, 8.0 * EACH)).clamp(0.0, 16_383.0) as u16;
        at
    }

    /// Adds those of a period.
    pub(super) fn add(&mut self, at: i64, ratios: impl Iterator<Item = f64>) {
        let bins: Vec<u16> = ratios.map(Self::bin).collect();
        for it in &bins {
            self.bins[usize::from(*it)] += 1;
        }
        self.all += u32::try_from(bins.len()).unwrap_or(u32::MAX);
        self.by_period.push_back((at, bins));
    }

    /// Forgets what lies before a period.
    pub(super) fn forget(&mut self, before: i64) {
        while self.by_period.front().is_some_and(|it| it.0 < before) {
            let Some((_, bins)) = self.by_period.pop_front() else { return };
            for it in &bins {
                self.bins[usize::from(*it)] -= 1;
            }
            self.all -= u32::try_from(bins.len()).unwrap_or(u32::MAX);
        }
    }

    /// The share that is as far out, two of them free.
    pub(super) fn share(&self, ratio: f64, is_above: bool) -> f64 {
        let at = usize::from(Self::bin(ratio));
        let far: u32 = if is_above { self.bins[at..].iter().sum() } else { self.bins[..=at].iter().sum() };
        if self.all == 0 { 0.0 } else { f64::from(far.saturating_sub(2)) / f64::from(self.all) }
    }
}
