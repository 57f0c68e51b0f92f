//! Measures how well glued cells are told apart, regime by regime.
//!
//! `cargo run --release --example glued_tables [FILE]` reads
//! `tests/tables/glued/glued_tables.jsonl`, glues the cells of each table,
//! reads it as a page, and prints how many rows were ambiguous, how often the
//! best reading was right, how many rows were accepted, and how many of those
//! were wrong; without history, with last year's figures, and with a total row.

#[path = "../tests/it/glued/score.rs"]
mod score;

use std::collections::BTreeMap;
use std::time::Instant;

use score::{Given, Score};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables/glued/glued_tables.jsonl");

fn main() {
    let path = std::env::args().nth(1).unwrap_or_else(|| FILE.to_owned());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) => {
            eprintln!("{path}: {cause}");
            std::process::exit(2);
        }
    };
    let cases = score::cases(&text);
    println!(
        "{:<24} {:>8} {:>6} {:>6} {:>9} {:>8} {:>8} {:>14} {:>7} {:>6}",
        "regime", "given", "tables", "rows", "ambiguous", "top-1", "cover", "wrong/accepted", "wrong", "ECE"
    );
    let nothing = Given::default();
    let ways =
        [("-", nothing), ("history", Given { history: true, ..nothing }), ("total", Given { total: true, ..nothing })];
    for (name, given) in ways {
        let started = Instant::now();
        let mut scores: BTreeMap<&str, (usize, Score)> = BTreeMap::new();
        for case in cases.iter().filter(|it| applies(it, given)) {
            let (tables, score) = scores.entry(&case.regime).or_default();
            *tables += 1;
            case.read_into(given, score);
        }
        let mut all = (0, Score::default());
        for (regime, (tables, score)) in &scores {
            print(regime, name, *tables, score);
            all.0 += tables;
            all.1.merge(score);
        }
        print("all", name, all.0, &all.1);
        println!("{:<24} {:>8} {:.3} s for {} tables", "time", name, started.elapsed().as_secs_f64(), all.0);
    }
}

/// The compared columns hold last year's figures already, and only attempts have a total row.
fn applies(case: &score::Case, given: Given) -> bool {
    let compared = case.regime.contains("years") || case.regime.contains("three");
    !(given.history && compared) && (!given.total || case.regime.contains("attempts"))
}

fn print(regime: &str, given: &str, tables: usize, score: &Score) {
    println!(
        "{regime:<24} {given:>8} {tables:>6} {:>6} {:>9} {:>7.2}% {:>7.2}% {:>14} {:>6.2}% {:>6.3}",
        score.rows,
        score.ambiguous,
        100.0 * score.top_one(),
        100.0 * score.cover(),
        format!("{}/{}", score.wrong, score.standing),
        100.0 * score.errors(),
        score.calibration_error()
    );
}
