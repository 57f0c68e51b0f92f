//! How often `usual` flags what is ordinary, and sees what is not.
//!
//! 15 series of means 0.5 to 4,400 vary by 10% beyond chance. Every edition
//! is simulated with its own history, judged as `crossfoot check` judges it,
//! and printed is the share of editions with a false flag; then the share of
//! doublings and halvings that are flagged. Seeded: the same each time.
//!
//! `cargo run --release --example usual_simulation [EDITIONS]`

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "counts and seeds are small, and means are compared with themselves"
)]

use crossfoot::history::{Asked, Calendar, Correction, Count, Grade, Line, Options, judge};
use crossfoot::table::Cadence;
use rayon::prelude::*;

const MEANS: [f64; 15] = [0.5, 1.0, 2.0, 4.0, 8.0, 18.0, 28.0, 45.0, 66.0, 88.0, 140.0, 227.0, 400.0, 1200.0, 4400.0];
const VARIATION: f64 = 0.10;
const HISTORIES: [usize; 5] = [2, 8, 26, 104, 260];
const POWER: [f64; 5] = [4.0, 18.0, 88.0, 400.0, 4400.0];

/// What is true of the series besides.
#[derive(Clone, Copy, PartialEq)]
enum World {
    Steady,
    /// 10% a year, up or down by series.
    Trend,
    /// So many percent a year, all up.
    Growth30,
    Growth80,
    /// 15% either way with the year, at each series' own time.
    Season,
    /// 30% and 20% with half a year and a year.
    Waves,
    /// Four weeks of each year have 1.8 times as much.
    December,
    /// One series stands 60% higher since ten editions, one at half.
    Steps,
    /// Two series ended twenty editions ago.
    Ended,
    /// Three in five figures of every third series are zero.
    Zeros,
    /// One earlier edition of every series was twice as high.
    Contaminated,
    /// Five of seven days are covered in this edition and in every fourth.
    Covered,
}

const WORLDS: [(&str, World); 12] = [
    ("steady", World::Steady),
    ("trend of 10% a year", World::Trend),
    ("growth of 30% a year", World::Growth30),
    ("growth of 80% a year", World::Growth80),
    ("season of 15%", World::Season),
    ("two waves of 20% and 30%", World::Waves),
    ("December 1.8 times as high", World::December),
    ("a step up, a halving", World::Steps),
    ("two series ended", World::Ended),
    ("zeros among the figures", World::Zeros),
    ("one earlier figure doubled", World::Contaminated),
    ("5 of 7 days covered", World::Covered),
];

fn main() {
    let editions: u64 = std::env::args().nth(1).and_then(|it| it.parse().ok()).unwrap_or(1000);
    println!("{editions} editions each of {} series; share of editions with a false flag, in percent\n", MEANS.len());
    header("editions before", &HISTORIES.map(|it| it.to_string()));
    for (name, world) in WORLDS {
        let shares = HISTORIES.map(|history| {
            let flagged = |seed: u64| !flags(&edition(seed, history, world, None), world).is_empty();
            percent((0..editions).into_par_iter().filter(|it| flagged(*it)).count(), editions)
        });
        row(name, &shares);
    }
    for (name, factor) in [("a doubling", 2.0), ("a halving", 0.5)] {
        println!("\nshare of cases in which {name} of one series is flagged, in percent\n");
        header("mean", &POWER.map(|it| format!("{it}")));
        for history in HISTORIES {
            let shares = POWER.map(|mean| {
                let at = MEANS.iter().position(|it| *it == mean).unwrap_or(0);
                let seen = |seed: u64| {
                    flags(&edition(seed, history, World::Steady, Some((at, factor))), World::Steady).contains(&at)
                };
                percent((0..editions).into_par_iter().filter(|it| seen(*it)).count(), editions)
            });
            row(&format!("{history} editions before"), &shares);
        }
    }
}

/// Which series are flagged.
fn flags(asked: &[Asked], world: World) -> Vec<usize> {
    let covered = if world == World::Covered { 5.0 / 7.0 } else { 1.0 };
    let calendar = Calendar::of(Cadence::Weekly);
    let options = Options { calendar, correction: Correction::Hochberg, coverage_known: true, covered };
    let verdicts = judge(asked, &options);
    let flagged = |it: &usize| verdicts.judged[*it].is_some_and(|it| it.grade == Grade::CheckBeforePrinting);
    let mut flags: Vec<usize> = (0..asked.len()).filter(flagged).collect();
    // An edition that is told to be shifted as a whole is a flag, too.
    flags.extend(verdicts.shift.filter(|it| it.told).map(|_| usize::MAX));
    flags
}

/// One edition with its history; `planted` is a series and what it is changed by.
fn edition(seed: u64, history: usize, world: World, planted: Option<(usize, f64)>) -> Vec<Asked> {
    let mut random = Random::new(seed * 5 + history as u64 * 7919 + world as u64);
    let doubled = random.below(history);
    // The edition falls on any week of the year, the same for its series.
    let week = random.uniform() * 52.18;
    let line = |(at, mean): (usize, &f64)| {
        let phase = random.uniform() * 52.0;
        let up = if random.uniform() < 0.5 { 0.1 } else { -0.1 };
        // The edition at hand falls on any week of the year.
        let start = random.uniform() * 52.0;
        let mut count = |back: usize| {
            let exposure = if world == World::Covered && back.is_multiple_of(4) { 5.0 / 7.0 } else { 1.0 };
            let weeks = -(back as f64);
            let rate = match world {
                World::Trend => (up * weeks / 52.18).exp(),
                World::Season => 1.0 + 0.15 * (std::f64::consts::TAU * (start + weeks + phase) / 52.18).sin(),
                World::Growth30 => (1.3_f64.ln() * weeks / 52.18).exp(),
                World::Growth80 => (1.8_f64.ln() * weeks / 52.18).exp(),
                World::Waves => {
                    let angle = std::f64::consts::TAU * (week + weeks) / 52.18;
                    1.0 + 0.2 * angle.sin() + 0.3 * (2.0 * angle + 1.0).cos()
                }
                World::December if (week + weeks).rem_euclid(52.18) < 4.0 => 1.8,
                World::Steps if at == 9 && back < 10 => 1.6,
                World::Steps if at == 11 && back < 10 => 0.5,
                World::Ended if at % 7 == 6 && back < 20 => 0.0,
                World::Zeros if at % 3 == 1 && random.uniform() < 0.6 => 0.0,
                World::Contaminated if back == doubled + 1 => 2.0,
                _ => 1.0,
            };
            let changed = planted.filter(|it| it.0 == at && back == 0).map_or(1.0, |it| it.1);
            let mean = mean * rate * exposure * changed * random.gamma(VARIATION.powi(-2)) * VARIATION.powi(2);
            Count { at: 1000 - back as i64, observed: random.poisson(mean), exposure }
        };
        let line = Line { now: count(0), before: (1..=history).map(&mut count).collect() };
        Asked { line, is_count: true, most: None }
    };
    MEANS.iter().enumerate().map(line).collect()
}

fn percent(count: usize, of: u64) -> f64 {
    100.0 * count as f64 / of as f64
}

fn header(name: &str, columns: &[String; 5]) {
    let columns: Vec<String> = columns.iter().map(|it| format!("{it:>8}")).collect();
    println!("{name:30}{}", columns.concat());
}

fn row(name: &str, shares: &[f64; 5]) {
    let shares: Vec<String> = shares.iter().map(|it| format!("{it:8.1}")).collect();
    println!("{name:30}{}", shares.concat());
}

/// Numbers that look random and are the same each time (`SplitMix64`).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        let mut it = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D);
        it.next();
        it
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        it ^ (it >> 31)
    }

    /// Above 0, below 1.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn below(&mut self, most: usize) -> usize {
        (self.uniform() * most as f64) as usize
    }

    /// Box and Muller 1958.
    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Marsaglia and Tsang 2000, for shapes from 1 on.
    fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// By inversion, in steps small enough for the exponential.
    fn poisson(&mut self, mean: f64) -> f64 {
        let (mut left, mut count) = (mean, 0.0);
        while left > 0.0 {
            let step = left.min(500.0);
            let (least, mut product) = ((-step).exp(), self.uniform());
            while product > least {
                count += 1.0;
                product *= self.uniform();
            }
            left -= step;
        }
        count
    }
}
