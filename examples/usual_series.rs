//! What `usual` sees of changes planted in series of your own, and how often it flags them as they are, beside a
//! plain rule: farther than three standard deviations from the mean of the last 26 figures.
//!
//! A file has the columns `period`, `series` and `value`, and `exposure` where periods are covered in part. Each of
//! 300 figures, spread over all that have enough before them, is changed alone and judged with the other series of
//! its edition; then each series is judged by itself as it is.
//!
//! `cargo run --release --example usual_series CADENCE LEAST FILE…`, where `LEAST` is how many earlier figures of a
//! series a figure needs to be asked.

#![expect(clippy::cast_precision_loss, reason = "figures are few")]

use std::collections::BTreeMap;

use crossfoot::history::{Asked, Calendar, Count, Grade, Line, Options, judge};
use crossfoot::table::{Cadence, Period};
use rayon::prelude::*;

/// So many figures are changed.
const CHANGED: usize = 300;
/// A plain rule looks back so far.
const BACK: usize = 26;

type Series = Vec<Vec<Count>>;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let word = arguments.next().unwrap_or_default();
    let cadence = Cadence::WORDS.iter().find(|it| it.0 == word).map_or(Cadence::Weekly, |it| it.1);
    let least = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(BACK);
    println!("percent of changes found, and of editions of one series flagged (worst series); beside 3 sigma\n");
    println!("{:20}{:>16}{:>16}{:>16}{:>26}", "", "times ten", "digits", "30% more", "flags");
    for file in arguments {
        let calendar = Calendar::of(cadence);
        let series = read(&file, &calendar);
        let found = found(&series, &calendar, least);
        let flags = flags(&series, &calendar, least);
        let pair = |it: [f64; 2]| format!("{:.1} | {:.1}", it[0], it[1]);
        let flags = flags.map(|it| format!("{:.1} ({:.1})", it.0, it.1)).join(" | ");
        let name = file.rsplit('/').next().unwrap_or(&file);
        println!("{name:20}{:>16}{:>16}{:>16}{flags:>26}", pair(found[0]), pair(found[1]), pair(found[2]));
    }
}

/// The series of a file, each with the oldest figure first.
fn read(file: &str, calendar: &Calendar) -> Series {
    let mut reader = csv::Reader::from_path(file).expect("a CSV file");
    let headings = reader.headers().expect("a heading").clone();
    let column = |name: &str| headings.iter().position(|it| it == name);
    let (period, series, value) = (column("period"), column("series"), column("value"));
    let (Some(period), Some(series), Some(value)) = (period, series, value) else {
        panic!("{file}: expected the columns period, series and value");
    };
    let mut all: BTreeMap<String, Vec<Count>> = BTreeMap::new();
    for it in reader.records() {
        let it = it.expect("a record");
        let at = calendar.position(Period::parse(&it[period]).expect("a period"));
        let exposure = column("exposure").map_or(1.0, |at| it[at].parse().expect("a number"));
        let count = Count { at, observed: it[value].parse().expect("a number"), exposure };
        all.entry(it[series].to_owned()).or_default().push(count);
    }
    let mut all: Series = all.into_values().collect();
    for it in &mut all {
        it.sort_by_key(|it| it.at);
    }
    all
}

/// A figure with those of its series before it.
fn asked(series: &[Count], at: usize) -> Asked {
    let before: Vec<Count> = series[..at].iter().rev().copied().collect();
    Asked { line: Line { now: series[at], before: before.into() }, is_count: true, most: None, family: 0 }
}

fn is_flagged(asked: &[Asked], which: usize, calendar: &Calendar) -> bool {
    let verdicts = judge(asked, &Options::new(calendar.clone()));
    verdicts.judged[which].is_some_and(|it| it.grade == Grade::CheckBeforePrinting)
}

/// Whether a figure is farther from the mean of those before it than three of their standard deviations.
fn is_plainly_far(asked: &Asked) -> bool {
    let rate = |it: &Count| it.observed / it.exposure;
    let last: Vec<f64> = asked.line.before.iter().take(BACK).map(rate).collect();
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    let variance = last.iter().map(|it| (it - mean).powi(2)).sum::<f64>() / (last.len() as f64 - 1.0);
    (rate(&asked.line.now) - mean).abs() > 3.0 * variance.sqrt()
}

/// Of changes times ten, of digits, and by 30%: how many are found, and how many by the plain rule, in percent.
fn found(series: &Series, calendar: &Calendar, least: usize) -> [[f64; 2]; 3] {
    let places = series.iter().enumerate().flat_map(|(which, it)| (least..it.len()).map(move |at| (which, at)));
    let places: Vec<(usize, usize)> = places.filter(|it| series[it.0][it.1].observed > 0.0).collect();
    let step = places.len().div_ceil(CHANGED).max(1);
    let chosen: Vec<(usize, usize)> = places.into_iter().step_by(step).collect();
    let judged = |&(which, at): &(usize, usize)| {
        let period = series[which][at].at;
        let own = |it: &Vec<Count>| it.binary_search_by_key(&period, |it| it.at).ok().map(|at| asked(it, at));
        let edition: Vec<Option<Asked>> = series.iter().map(own).collect();
        let place = edition[..which].iter().flatten().count();
        let edition: Vec<Asked> = edition.into_iter().flatten().collect();
        let figure = series[which][at].observed;
        [figure * 10.0, slip(figure, at), (figure * 1.3).round()].map(|changed| {
            let mut edition = edition.clone();
            edition[place].line.now.observed = changed;
            [is_flagged(&edition, place, calendar), is_plainly_far(&edition[place])].map(|it| f64::from(u8::from(it)))
        })
    };
    let all: Vec<[[f64; 2]; 3]> = chosen.par_iter().map(judged).collect();
    let share = |kind: usize, rule: usize| 100.0 * all.iter().map(|it| it[kind][rule]).sum::<f64>() / all.len() as f64;
    [0, 1, 2].map(|kind| [0, 1].map(|rule| share(kind, rule)))
}

/// Of editions of one series each, how many are flagged, and how many by the plain rule: the mean and the worst series.
fn flags(series: &Series, calendar: &Calendar, least: usize) -> [(f64, f64); 2] {
    let own = |it: &Vec<Count>| {
        let asked: Vec<Asked> = (least..it.len()).map(|at| asked(it, at)).collect();
        let flagged = asked.iter().filter(|it| is_flagged(std::slice::from_ref(it), 0, calendar)).count();
        let plain = asked.iter().filter(|it| is_plainly_far(it)).count();
        [flagged, plain].map(|it| 100.0 * it as f64 / asked.len() as f64)
    };
    let shares: Vec<[f64; 2]> = series.par_iter().filter(|it| it.len() > least).map(own).collect();
    [0, 1].map(|rule| {
        let each = || shares.iter().map(|it| it[rule]);
        (each().sum::<f64>() / shares.len() as f64, each().fold(0.0, f64::max))
    })
}

/// A figure with two neighbouring digits exchanged or one left out, so that it moves by half or more; times ten where
/// none does.
fn slip(figure: f64, choice: usize) -> f64 {
    let digits = format!("{figure:.0}").into_bytes();
    let number = |it: Vec<u8>| String::from_utf8(it).ok().and_then(|it| it.parse::<f64>().ok());
    let swapped = (1..digits.len()).filter_map(|at| {
        let mut it = digits.clone();
        it.swap(at - 1, at);
        number(it)
    });
    let dropped = (0..digits.len()).filter_map(|at| number([&digits[..at], &digits[at + 1..]].concat()));
    let slips: Vec<f64> = swapped.chain(dropped).filter(|it| (it - figure).abs() >= figure / 2.0).collect();
    if slips.is_empty() { figure * 10.0 } else { slips[choice % slips.len()] }
}
