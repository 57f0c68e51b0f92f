//! Numbers that are the same in every run.

/// How many draws are asked for by hand, by `CROSSFOOT_DRAWS`.
pub(crate) fn by_hand() -> Option<u32> {
    std::env::var("CROSSFOOT_DRAWS").ok()?.parse().ok()
}

/// Draws numbers one after the other; the same from the same start.
pub(crate) struct Draws(u64);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// Above 0 and below 1.
    pub(crate) fn share(&mut self) -> f64 {
        (f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) + 0.5) / 4_294_967_296.0
    }

    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// From nought, and below a count.
    pub(crate) fn upto(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(count.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    /// Log-normal about a median.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures below 10^9")]
    pub(crate) fn about(&mut self, median: f64, spread: f64) -> u64 {
        let normal = (-2.0 * self.share().ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos();
        (median * (spread * normal).exp()).clamp(0.0, 1e9).round() as u64
    }
}
