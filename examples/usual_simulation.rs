//! How often `usual` flags what is ordinary, and sees what is not.
//!
//! 15 series vary beyond chance. Every edition is simulated with its own history, judged as
//! `crossfoot check` judges it, and printed is the share of editions with a false flag; then the
//! share of changes of one series that are flagged, beside what is flagged of them by one who knows
//! the distribution that the figure was drawn from, and by one who has to learn its mean alone, and the
//! share of those editions in which another series is flagged. Seeded: the same each time for the same first seed.
//!
//! `cargo run --release --example usual_simulation [EDITIONS] [flags|recall|many|all] [FIRST SEED]`

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "counts and seeds are small"
)]

use std::f64::consts::TAU;
use std::ops::Range;
use std::sync::Arc;

use crossfoot::history::{Agenda, Asked, Calendar, Count, Country, Grade, Line, Options, judge, quantiles};
use crossfoot::table::{Cadence, Period};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rayon::prelude::*;

const MEANS: [f64; 15] = [0.5, 1.0, 2.0, 4.0, 8.0, 18.0, 28.0, 45.0, 66.0, 88.0, 140.0, 227.0, 400.0, 1200.0, 4400.0];
const VARIATION: f64 = 0.10;
const HISTORIES: [usize; 5] = [2, 8, 26, 104, 260];
/// One in 200 ordinary figures is out of its range.
const OUT: f64 = 0.005;
const LAST: Date = date(2023, 12, 31);

/// What is true of the series besides.
#[derive(Clone, Copy, PartialEq)]
enum World {
    Steady,
    /// 10% a year, up or down by series.
    Trend,
    /// So many percent a year, all up.
    Growth10,
    Growth30,
    Growth80,
    /// 15% either way with the year, at each series' own time.
    Season,
    /// 30% either way with the year, the same for all.
    Wave,
    /// 30% and 20% with half a year and a year.
    Waves,
    /// Four weeks of each year have 1.8 times as much.
    December,
    /// The week of Easter Sunday has 1.6 times as much, and the calendar is known, or not.
    Easter,
    EasterUnknown,
    /// One series stands 60% higher since ten editions.
    Step,
    /// One series stands at half since ten editions.
    Halving,
    /// Two series ended twenty editions ago.
    Ended,
    /// Three in five figures of every third series are zero.
    Zeros,
    /// One period in six is missing.
    Missing,
    /// One earlier edition of every series was twice as high.
    Contaminated,
    /// Five of seven days are covered in this edition and in every fourth.
    Covered,
    /// Days: 1% more each.
    Daily,
    /// Days: Saturdays have 0.6 of the others, Sundays 0.4.
    Weekdays,
    /// Days: the holidays of Germany have 0.4 of the others, and the calendar is known, or not.
    Holidays,
    HolidaysUnknown,
}

const WORLDS: [(&str, World); 22] = [
    ("steady", World::Steady),
    ("10% a year, up or down", World::Trend),
    ("growth of 10% a year", World::Growth10),
    ("growth of 30% a year", World::Growth30),
    ("growth of 80% a year", World::Growth80),
    ("season of 15%", World::Season),
    ("one wave of 30%", World::Wave),
    ("two waves of 20% and 30%", World::Waves),
    ("December 1.8 times as high", World::December),
    ("Easter 1.6 times, with calendar", World::Easter),
    ("Easter 1.6 times, without", World::EasterUnknown),
    ("a step of 60%", World::Step),
    ("a halving", World::Halving),
    ("two series ended", World::Ended),
    ("zeros among the figures", World::Zeros),
    ("one period in six missing", World::Missing),
    ("one earlier figure doubled", World::Contaminated),
    ("5 of 7 days covered", World::Covered),
    ("days: growth of 1% a day", World::Daily),
    ("days: weekends are quiet", World::Weekdays),
    ("days: holidays, with calendar", World::Holidays),
    ("days: holidays, without", World::HolidaysUnknown),
];

/// What is done to one series of the edition at hand.
#[derive(Clone, Copy)]
enum Slip {
    Times(f64),
    /// Two neighbouring digits exchanged or one left out, at random among those that move the
    /// figure by half or more.
    Digits,
}

/// Series of some means that vary by so much beyond chance.
struct Setting {
    world: World,
    means: Vec<f64>,
    variation: f64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|it| it.parse::<u64>().ok());
    let (editions, first) = (number(0).unwrap_or(1000), number(2).unwrap_or(0));
    let part = arguments.get(1).map_or("all", String::as_str);
    let seeds = first..first + editions;
    if ["flags", "all"].contains(&part) {
        ordinary(&seeds);
    }
    if ["recall", "all"].contains(&part) {
        changed(&seeds);
    }
    if ["many", "all"].contains(&part) {
        many(&(first..first + editions.div_ceil(50)));
    }
}

/// Editions in which nothing is wrong.
fn ordinary(seeds: &Range<u64>) {
    let editions = seeds.end - seeds.start;
    println!("{editions} editions each of {} series; share of editions with a false flag, in percent\n", MEANS.len());
    header("editions before", &HISTORIES.map(|it| it.to_string()));
    for (name, world) in WORLDS {
        let setting = Setting { world, means: MEANS.to_vec(), variation: VARIATION };
        let shares = HISTORIES.map(|history| {
            let flagged = |seed: u64| {
                !flags(&setting.edition(seed, history, &|_| None, MEANS.len()), &setting, history).is_empty()
            };
            percent(seeds.clone().into_par_iter().filter(|it| flagged(*it)).count(), editions)
        });
        row(name, &shares);
    }
}

/// Editions in which one figure is.
fn changed(seeds: &Range<u64>) {
    println!("\nshare of changes of one series that are flagged, in percent; 15 series of one mean\n");
    header("editions before", &HISTORIES.map(|it| it.to_string()));
    let power = [
        ("times ten", Slip::Times(10.0), &[(3.0, 0.10), (6.0, 0.10), (30.0, 0.10), (300.0, 0.10)][..]),
        ("doubled", Slip::Times(2.0), &[(18.0, 0.10), (88.0, 0.10), (400.0, 0.10)][..]),
        ("halved", Slip::Times(0.5), &[(18.0, 0.10), (88.0, 0.10), (400.0, 0.10)][..]),
        ("digits", Slip::Digits, &[(30.0, 0.02), (30.0, 0.08), (300.0, 0.08), (3000.0, 0.08)][..]),
        ("30% more", Slip::Times(1.3), &[(3000.0, 0.02), (3000.0, 0.04), (3000.0, 0.05)][..]),
    ];
    for (name, slip, settings) in power {
        for &(mean, variation) in settings {
            let setting = Setting { world: World::Steady, means: vec![mean; 15], variation };
            let counts = HISTORIES.map(|history| {
                let seen = |seed: u64| {
                    let edition = setting.edition(seed, history, &|it| (it == 7).then_some(slip), 15);
                    let flags = flags(&edition, &setting, history);
                    let line = &edition[7].line;
                    let learnt = line.before.iter().map(|it| it.observed).sum::<f64>();
                    let known = setting.is_out((mean, mean), 1.0, line.now.observed);
                    // The mean of figures is in doubt by as much as one more of them varies over their number.
                    let figures = history as f64;
                    let means = (learnt / figures, (learnt + 1.0) / figures);
                    let but_mean = setting.is_out(means, 1.0 + 1.0 / figures, line.now.observed);
                    [flags.contains(&7), known, but_mean, flags.iter().any(|it| *it != 7)].map(u64::from)
                };
                let add = |one: [u64; 4], other: [u64; 4]| [0, 1, 2, 3].map(|it| one[it] + other[it]);
                seeds.clone().into_par_iter().map(seen).reduce(|| [0; 4], add)
            });
            let share = |at: usize| counts.map(|it| percent(it[at] as usize, seeds.end - seeds.start));
            row(&format!("{name}, mean {mean}, {:.0}%", variation * 100.0), &share(0));
            row("  by one who knows", &share(1));
            row("  by one who knows but the mean", &share(2));
            row("  editions with another flag", &share(3));
        }
    }
}

/// 1,500 series in tables of 15: one series of each table is times ten.
fn many(seeds: &Range<u64>) {
    let editions = seeds.end - seeds.start;
    println!("\n1,500 series in 100 tables of 15, in each of which one figure is times ten; in percent\n");
    header("editions before", &HISTORIES.map(|it| it.to_string()));
    for mean in [2.0, 3.0, 4.0, 5.0, 6.0] {
        let means = (0..1_500).map(|it| if it % 15 == 7 { mean } else { MEANS[it % 15] }).collect();
        let setting = Setting { world: World::Steady, means, variation: VARIATION };
        let is_planted = |it: usize| it != usize::MAX && it % 15 == 7;
        let counts = HISTORIES.map(|history| {
            let told = |seed: u64| {
                let planted = |it: usize| is_planted(it).then_some(Slip::Times(10.0));
                let flags = flags(&setting.edition(seed, history, &planted, 15), &setting, history);
                let found = flags.iter().filter(|it| is_planted(**it)).count();
                let mut tables: Vec<usize> =
                    flags.into_iter().filter(|it| !is_planted(*it)).map(|it| it / 15).collect();
                tables.dedup();
                (found, tables.len())
            };
            let all: Vec<(usize, usize)> = seeds.clone().into_par_iter().map(told).collect();
            all.into_iter().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
        });
        row(&format!("mean {mean}: found"), &counts.map(|it| percent(it.0, 100 * editions)));
        row("  tables with another flag", &counts.map(|it| percent(it.1, 100 * editions)));
    }
}

/// The Monday of a week with an Easter Sunday.
fn is_easter(monday: Date) -> bool {
    // The anonymous Gregorian algorithm, Nature 1876.
    let year = i32::from(monday.saturating_add(6.days()).year());
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    let (month, day) = (days / 31, days % 31 + 1);
    monday.saturating_add(6.days()) == date(year as i16, month as i8, day as i8)
}

/// Which series are flagged.
fn flags(asked: &[Asked], setting: &Setting, history: usize) -> Vec<usize> {
    let covered = if setting.world == World::Covered { 5.0 / 7.0 } else { 1.0 };
    let mut options = Options { covered, ..Options::new(setting.calendar()) };
    let now = asked[0].line.now.at;
    let periods = (now - history as i64..=now).map(|it| setting.period(it));
    options.known = options.calendar.known(periods);
    let verdicts = judge(asked, &options);
    let flagged = |it: &usize| verdicts.judged[*it].is_some_and(|it| it.grade == Grade::CheckBeforePrinting);
    let mut flags: Vec<usize> = (0..asked.len()).filter(flagged).collect();
    // An edition that is told to be shifted as a whole is a flag, too.
    flags.extend(verdicts.shift.filter(|it| it.told).map(|_| usize::MAX));
    flags
}

fn day_of(at: i64) -> Date {
    date(1970, 1, 1).saturating_add(at.days())
}

impl Setting {
    fn is_daily(&self) -> bool {
        matches!(self.world, World::Daily | World::Weekdays | World::Holidays | World::HolidaysUnknown)
    }

    fn calendar(&self) -> Calendar {
        let calendar = Calendar::of(if self.is_daily() { Cadence::Daily } else { Cadence::Weekly });
        match self.world {
            World::Holidays | World::Easter => calendar.with(Arc::new(Agenda::new(Country::of("de"), Vec::new()))),
            _ => calendar,
        }
    }

    fn period(&self, at: i64) -> Period {
        if self.is_daily() {
            return Period { start: day_of(at), end: day_of(at) };
        }
        let start = day_of(at * 7);
        Period { start, end: start.saturating_add(6.days()) }
    }

    /// Whether a figure of a steady series lies out of the range that all but one in 200 do not, by the distribution
    /// that it is drawn from: what can be flagged at all at this rate of false flags. Its mean may be known for each
    /// tail only, and its variance be larger for that.
    fn is_out(&self, (low, high): (f64, f64), doubt: f64, figure: f64) -> bool {
        let range = |mean: f64, out: f64| quantiles(mean, doubt * (1.0 + mean * self.variation.powi(2)), out);
        // Where nothing at all is likelier than one in 200, only high figures can be out.
        if range(high, OUT).0 <= 0.0 {
            return figure > range(high, OUT).1;
        }
        figure < range(low, OUT / 2.0).0 || figure > range(high, OUT / 2.0).1
    }

    /// One edition with its history; `planted` says what is done to series, and a family has so many.
    fn edition(&self, seed: u64, history: usize, planted: &dyn Fn(usize) -> Option<Slip>, family: usize) -> Vec<Asked> {
        let world = self.world;
        let mut random = Random::new(seed * 5 + history as u64 * 7919 + world as u64);
        let doubled = random.below(history);
        // The edition falls on any week of the year, the same for its series.
        let week = random.uniform() * 52.18;
        let last = LAST.saturating_sub((random.uniform() * 730.0) as i64 * 1.day());
        let holidays = Country::of("de").map(Country::holidays).unwrap_or_default();
        let day = |back: usize| last.saturating_sub((back as i64).days());
        let day_number = date(1970, 1, 1).until(last).map_or(0, |it| i64::from(it.get_days()));
        let now = if self.is_daily() { day_number } else { day_number.div_euclid(7) };
        let monday = |back: usize| day_of((now - back as i64) * 7);
        let line = |(at, mean): (usize, &f64)| {
            let phase = random.uniform() * 52.0;
            let up = if random.uniform() < 0.5 { 0.1 } else { -0.1 };
            let start = random.uniform() * 52.0;
            let mut count = |back: usize| {
                let exposure = if world == World::Covered && back.is_multiple_of(4) { 5.0 / 7.0 } else { 1.0 };
                let weeks = -(back as f64);
                let years = weeks / 52.18;
                let rate = match world {
                    World::Trend => (up * years).exp(),
                    World::Season => 1.0 + 0.15 * (TAU * (start + weeks + phase) / 52.18).sin(),
                    World::Growth10 => 1.1_f64.powf(years),
                    World::Growth30 => 1.3_f64.powf(years),
                    World::Growth80 => 1.8_f64.powf(years),
                    World::Wave => 1.0 + 0.3 * (TAU * (week + weeks) / 52.18).sin(),
                    World::Waves => {
                        let angle = TAU * (week + weeks) / 52.18;
                        1.0 + 0.2 * angle.sin() + 0.3 * (2.0 * angle + 1.0).cos()
                    }
                    World::December if (week + weeks).rem_euclid(52.18) < 4.0 => 1.8,
                    World::Easter | World::EasterUnknown if is_easter(monday(back)) => 1.6,
                    World::Step if at == 9 && back < 10 => 1.6,
                    World::Halving if at == 11 && back < 10 => 0.5,
                    World::Ended if at % 7 == 6 && back < 20 => 0.0,
                    World::Zeros if at % 3 == 1 && random.uniform() < 0.6 => 0.0,
                    World::Contaminated if back == doubled + 1 => 2.0,
                    World::Daily => 1.01_f64.powf(weeks),
                    World::Weekdays => {
                        [1.0, 1.0, 1.0, 1.0, 1.0, 0.6, 0.4][day(back).weekday().to_monday_zero_offset() as usize]
                    }
                    World::Holidays | World::HolidaysUnknown if holidays.contains_key(&day(back)) => 0.4,
                    _ => 1.0,
                };
                let beyond = random.gamma(self.variation.powi(-2)) * self.variation.powi(2);
                let mut observed = random.poisson(mean * rate * exposure * beyond);
                // Nothing is not printed ten times too large.
                let slip = planted(at).filter(|_| back == 0);
                while slip.is_some() && observed == 0.0 {
                    observed = random.poisson(mean * rate * exposure * beyond);
                }
                if let Some(slip) = slip {
                    observed = slip.applied(observed, mean * rate * beyond, &mut random);
                }
                Count { at: now - back as i64, observed, exposure }
            };
            let figures: Vec<Count> = (0..=history).map(&mut count).collect();
            let is_kept = |it: &Count| world != World::Missing || random.uniform() < 5.0 / 6.0 || it.at + 1 == now;
            let before = figures[1..].iter().copied().filter(is_kept).collect();
            Asked { line: Line { now: figures[0], before }, is_count: true, most: None, family: (at / family) as u64 }
        };
        self.means.iter().enumerate().map(line).collect()
    }
}

impl Slip {
    fn applied(self, observed: f64, mean: f64, random: &mut Random) -> f64 {
        match self {
            Self::Times(factor) if factor.fract() == 0.0 && factor >= 10.0 => observed * factor,
            Self::Times(factor) => random.poisson(mean * factor),
            Self::Digits => {
                let digits: Vec<u8> = format!("{observed:.0}").into_bytes();
                let number = |it: Vec<u8>| String::from_utf8(it).ok().and_then(|it| it.parse::<f64>().ok());
                let swapped = (1..digits.len()).filter_map(|at| {
                    let mut it = digits.clone();
                    it.swap(at - 1, at);
                    number(it)
                });
                let dropped = (0..digits.len()).filter_map(|at| number([&digits[..at], &digits[at + 1..]].concat()));
                let moved = |it: &f64| (it - observed).abs() >= observed / 2.0;
                let slips: Vec<f64> = swapped.chain(dropped).filter(moved).collect();
                if slips.is_empty() { observed * 10.0 } else { slips[random.below(slips.len())] }
            }
        }
    }
}

fn percent(count: usize, of: u64) -> f64 {
    100.0 * count as f64 / of as f64
}

fn header(name: &str, columns: &[String; 5]) {
    let columns: Vec<String> = columns.iter().map(|it| format!("{it:>8}")).collect();
    println!("{name:32}{}", columns.concat());
}

fn row(name: &str, shares: &[f64; 5]) {
    let shares: Vec<String> = shares.iter().map(|it| format!("{it:8.1}")).collect();
    println!("{name:32}{}", shares.concat());
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
