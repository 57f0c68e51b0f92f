//! Counts against their own history: what is told.

use std::sync::Arc;

use crossfoot::check::{self, Accepted, Options, Outcome};
use crossfoot::rules::Dataset;
use crossfoot::source::{self, Format};
use crossfoot::table::Period;

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
