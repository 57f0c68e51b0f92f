//! Counts against their own history: reference outputs, and what is told.

use std::sync::Arc;

use crossfoot::check::{self, Accepted, Options, Outcome};
use crossfoot::history::{Count, Line, benjamini_hochberg, exact, exact_tails};
use crossfoot::rules::Dataset;
use crossfoot::source::{self, Format};
use crossfoot::table::Period;

/// A reference table: its columns by name.
fn reference(name: &str) -> Vec<std::collections::HashMap<String, f64>> {
    let path = format!("{}/tests/tables/history/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let heads = reader.headers().unwrap().clone();
    let row = |it: csv::StringRecord| {
        heads.iter().zip(&it).map(|(head, cell)| (head.to_owned(), cell.parse().unwrap_or(f64::NAN))).collect()
    };
    reader.records().map(|it| row(it.unwrap())).collect()
}

fn near(left: f64, right: f64, most: f64) -> bool {
    (left - right).abs() <= most * right.abs().max(1e-300)
}

#[test]
fn two_editions_are_as_r_has_them() {
    let rows = reference("poisson_test");
    assert!(rows.len() >= 20);
    for it in rows {
        let (upper, lower) = exact_tails(it["x_new"], it["t_new"], it["x_old"], it["t_old"]);
        assert!(near(upper, it["p_greater"], 1e-8), "{it:?}: {upper}");
        assert!(near(lower, it["p_less"], 1e-8), "{it:?}: {lower}");
        let count = |observed: f64, exposure: f64| Count { observed, exposure };
        let line = Line { now: count(it["x_new"], it["t_new"]), before: vec![count(it["x_old"], it["t_old"])] };
        assert!(near(exact(&line, 0.01).unwrap().p, it["p_two_sided_doubled"], 1e-8), "{it:?}");
    }
}

#[test]
fn expected_ranges_of_two_editions_are_as_r_has_them() {
    for it in reference("exact_expected_range") {
        let count = |observed: f64, exposure: f64| Count { observed, exposure };
        let line = Line { now: count(0.0, it["t_new"]), before: vec![count(it["x_old"], it["t_old"])] };
        let judged = exact(&line, 2.0 * it["alpha_one_sided"]).unwrap();
        let wanted = (it["lowest_unremarkable"], it["highest_unremarkable"]);
        assert!((judged.low - wanted.0).abs() < 0.5 && (judged.high - wanted.1).abs() < 0.5, "{it:?}: {judged:?}");
    }
}

#[test]
fn adjusted_p_values_are_as_r_has_them() {
    for name in ["p_adjust", "p_adjust_bh1995"] {
        let rows = reference(name);
        let adjusted = benjamini_hochberg(&rows.iter().map(|it| it["p"]).collect::<Vec<_>>());
        for (it, adjusted) in rows.iter().zip(adjusted) {
            assert!(near(adjusted, it["bh"], 1e-9), "{it:?}: {adjusted}");
        }
    }
}

fn rules() -> [Dataset; 1] {
    let file = format!("{}/rules/city-crime.toml", env!("CARGO_MANIFEST_DIR"));
    [crossfoot::rules::load(&file, &std::fs::read_to_string(&file).unwrap(), &|_| Ok(Vec::new())).unwrap()]
}

fn check(page: &str, period: &str, past: &[Accepted]) -> Outcome {
    let path = format!("{}/examples/city-crime/{page}", env!("CARGO_MANIFEST_DIR"));
    let document = Arc::new(source::decode(page, std::fs::read(path).unwrap()).unwrap());
    let options = Options { edition: Period::parse(period), ..Options::default() };
    let loaded = check::load(document, Format::Page, &rules(), &options).unwrap();
    check::check(vec![loaded], &rules(), past, &options).unwrap()
}

fn accepted(page: &str, period: &str) -> Accepted {
    let edition = Arc::clone(&check(page, period, &[]).editions[0].edition);
    Accepted {
        dataset: "city-crime".to_owned(),
        file: page.to_owned(),
        edition,
        waivers: Vec::new(),
        known: Vec::new(),
    }
}

fn told(outcome: &Outcome) -> Vec<&str> {
    outcome.findings.iter().filter(|it| it.rule == "usual").map(|it| it.message.as_str()).collect()
}

#[test]
fn the_real_editions_one_after_the_other_are_ordinary() {
    let past = [accepted("2005-03-03.txt", "2005-02-23/2005-03-01")];
    assert_eq!(told(&check("2006-06-21.txt", "2005-03-02/2005-03-08", &past)), Vec::<&str>::new());
}

#[test]
fn the_other_way_round_the_killed_are_told_with_range_and_limit() {
    let past = [accepted("2006-06-21.txt", "2005-02-16/2005-02-22")];
    let outcome = check("2005-03-03.txt", "2005-02-23/2005-03-01", &past);
    let open: Vec<&str> = outcome
        .undetermined
        .iter()
        .filter(|it| it.rule == "usual" && it.row.as_deref() == Some("killed"))
        .map(|it| it.why.as_str())
        .collect();
    assert_eq!(
        open,
        ["killed: count is 2; from the last edition (21 a full period), about 21 was expected, and 1 to 72 would be \
          ordinary; by chance 1 in 44 is as far out; 14 were checked; only one earlier edition: anything from 1 to 72 \
          would pass unnoticed"]
    );
    assert_eq!(told(&outcome), Vec::<&str>::new());
}
