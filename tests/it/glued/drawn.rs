//! Draws tables of columns that have nothing to do with each other.

use super::score::Case;

/// Draws numbers one after the other; the same from the same start.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// Above 0 and below 1.
    fn share(&mut self) -> f64 {
        (f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) + 0.5) / 4_294_967_296.0
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// Log-normal about a median.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures below 10^9")]
    fn about(&mut self, median: f64, spread: f64) -> u64 {
        let normal = (-2.0 * self.share().ln()).sqrt() * (std::f64::consts::TAU * self.share()).cos();
        (median * (spread * normal).exp()).clamp(0.0, 1e9).round() as u64
    }
}

/// A kind of table: its name, its headings, and a row from what all rows of a table share.
type Kind = (&'static str, &'static str, fn(&mut Draws, f64) -> Vec<u64>);

const KINDS: [Kind; 7] = [
    ("unrelated-ages", "MemberAgeIncome", |it, _| vec![it.between(18, 79), it.about(2_400.0, 0.35)]),
    ("unrelated-larger", "TownClubsVisitors", |it, size| vec![it.about(30.0, 0.5), it.about(300.0 * size, 0.6)]),
    ("unrelated-small", "TeamGamesCards", |it, _| vec![it.between(1, 40), it.between(0, 9)]),
    ("unrelated-wide", "PlaceStaffVisits", |it, size| vec![it.about(200.0 * size, 1.3), it.about(500.0, 1.4)]),
    ("unrelated-schools", "AreaSchoolsPupils", |it, size| {
        let schools = it.about(12.0, 0.5).max(1);
        let pupils = 80.0 * (1.0 + size) * f64::from(u32::try_from(schools).unwrap_or(1));
        vec![schools, it.about(pupils, 0.2)]
    }),
    ("unrelated-said-part", "TownHallsSolved", |it, _| vec![it.about(40.0, 0.6), it.about(900.0, 0.5)]),
    ("unrelated-triple", "PersonAgeIncomePoints", |it, _| {
        vec![it.between(18, 79), it.about(2_400.0, 0.3), it.between(0, 15)]
    }),
];

/// So many tables of each kind, of 6 to 16 rows.
pub(crate) fn unrelated(each: u64) -> Vec<Case> {
    let mut all = Vec::new();
    for (index, (name, columns, row)) in (0_u64..).zip(KINDS) {
        for table in 0..each {
            let mut draws = Draws(index * 1_000_003 + table * 7_919 + 20);
            let size = 0.3 + 3.0 * draws.share();
            let rows = draws.between(6, 16);
            all.push(Case::drawn(name, columns, (0..rows).map(|_| row(&mut draws, size)).collect()));
        }
    }
    all
}
