//! How long it takes to judge 10,000 series of 300 weeks: `cargo bench --bench history`.
//!
//! Prints seconds for one edition of all series, by each length of history, and where the
//! system tells it the seconds of processor time. Run by hand; nothing asserts a time.

use std::time::Instant;

use crossfoot::history::{Asked, Calendar, Count, Line, Options, judge};
use crossfoot::table::Cadence;

const SERIES: u32 = 10_000;

fn main() {
    for weeks in [8, 26, 110, 300] {
        let asked: Vec<Asked> = (0..SERIES).map(|it| series(it, weeks)).collect();
        let options = Options::new(Calendar::of(Cadence::Weekly));
        let (started, before) = (Instant::now(), processor_seconds());
        let verdicts = judge(&asked, &options);
        let judged = verdicts.judged.iter().flatten().count();
        let taken = started.elapsed().as_secs_f64();
        let cpu = processor_seconds().zip(before).map_or(String::new(), |it| format!(", {:.2} s of CPU", it.0 - it.1));
        println!("{SERIES} series of {weeks} weeks: {judged} judged in {taken:.3} s{cpu}");
    }
}

/// The seconds that this process has had a processor for itself, on Linux: ticks of a hundredth.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let ticks = stat.rsplit_once(") ")?.1.split(' ').nth(11)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// Counts that vary about a mean of 5 to 500, the same each time.
fn series(number: u32, weeks: i64) -> Asked {
    let mean = 5.0 + f64::from(number % 496);
    let mut state = u64::from(number) + 1;
    let mut count = |at: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let uniform = f64::from(u32::try_from(state >> 33).unwrap_or(0)) / f64::from(1_u32 << 31);
        let spread = (mean * 12.0).sqrt() + mean * 0.3;
        Count { at, observed: (mean + (uniform - 0.5) * spread).max(0.0).round(), exposure: 1.0 }
    };
    let line = Line { now: count(weeks), before: (0..weeks).rev().map(&mut count).collect() };
    Asked { line, is_count: true, most: None, family: 0 }
}
