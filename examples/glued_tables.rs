//! Measures how well glued cells are told apart, regime by regime.
//!
//! `cargo run --release --example glued_tables [FILE]` reads
//! `tests/tables/glued/glued_tables.jsonl`, glues the cells of each table,
//! reads it as a page, and prints how many rows were ambiguous, how often the
//! best reading was right, how many rows were accepted, and how many of those
//! were wrong; without history, with last year's figures, and with a total row.
//! Tables of two and three columns that have nothing to do with each other are
//! drawn and read beside them.

#[path = "../tests/it/glued/score.rs"]
mod score;

#[path = "../tests/it/draws.rs"]
#[expect(dead_code, reason = "the tests draw in other ways too")]
mod draws;

#[path = "../tests/it/glued/drawn.rs"]
mod drawn;

use std::collections::BTreeMap;
use std::time::Instant;

use score::{Given, Score};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables/glued/glued_tables.jsonl");

/// Tables that are drawn of each kind of unrelated columns.
const DRAWN_EACH: u64 = 60;

fn main() {
    let path = std::env::args().nth(1).unwrap_or_else(|| FILE.to_owned());
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) => {
            eprintln!("{path}: {cause}");
            std::process::exit(2);
        }
    };
    let mut cases = score::cases(&text);
    cases.extend(drawn::unrelated(DRAWN_EACH));
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

/// The compared columns hold last year's figures already, and only attempts and drawn tables have a total row.
fn applies(case: &score::Case, given: Given) -> bool {
    let drawn = case.regime.contains("unrelated");
    let compared = drawn || case.regime.contains("years") || case.regime.contains("three");
    !(given.history && compared) && (!given.total || drawn || case.regime.contains("attempts"))
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
