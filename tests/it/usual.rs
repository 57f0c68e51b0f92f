//! Counts against their own history: what is told.

use std::sync::Arc;

use crossfoot::check::{self, Accepted, Options, Outcome};
use crossfoot::rules::Dataset;
use crossfoot::source::{self, Format};
use crossfoot::table::Period;

use crate::support::{Folder, crossfoot};

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
        replaced: Vec::new(),
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
        ["killed: count is 2; expected about 21, based on the last edition; no usual range: earlier figures are too \
             few or too varied; a figure this far out happens by chance about once in 84 figures; 6 were checked; with \
             only one earlier edition, any figure from 1 to 69 passes unnoticed"]
    );
    assert_eq!(told(&outcome), Vec::<&str>::new());
}

/// Weeks of a table without a period in it, and what the last one is accepted with.
const WEEKS: [(&str, &str); 4] = [
    ("2025-01-01/2025-01-07", "w1"),
    ("2025-01-08/2025-01-14", "w2"),
    ("2025-01-15/2025-01-21", "w3"),
    ("2025-01-22/2025-01-28", "w4"),
];

#[test]
fn the_coverage_note_of_a_csv_counts_per_day() {
    let folder = Folder::new("usual-coverage");
    folder.write(
        "rules/d.toml",
        "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\nfiles = [\"w*.csv\"]\n[tables.t]\nkey = [\"area\"]\n\
         columns = { area = \"label\", n = \"count\" }\n[[rules]]\nname = \"usual\"\nusual = { tables = [\"t\"] }\n",
    );
    for (at, (period, name)) in WEEKS[..3].iter().enumerate() {
        folder.write(
            &format!("{name}.csv"),
            format!("area,n\nNorth,{}\nSouth,{}\nEast,{}\n", 2101 + at, 4196 - 2 * at, 1391 + at),
        );
        let output = crossfoot(&folder, &["accept", &format!("{name}.csv"), "--edition", period]);
        assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    }
    // Three of seven days.
    let rows = "area,n\nNorth,903\nSouth,1790\nEast,592\n";
    let (period, file) = (WEEKS[3].0, "w4.csv");
    folder.write(file, rows);
    let full = crossfoot(&folder, &["check", file, "--edition", period]);
    assert!(full.stdout.contains("3 of 3 figures are far from their few earlier ones"), "{}", full.stdout);
    folder.write(file, format!("{rows}\"Note: no data for January 22, 23, 24 and 28.\"\n"));
    let output = crossfoot(&folder, &["check", file, "--edition", period, "-o", "json"]);
    let checked: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(checked["inputs"][0]["coverage"], serde_json::json!({"days": 3, "of": 7}));
    assert_eq!(checked["summary"]["by_rule"]["usual"]["fails"], 0, "{}", output.stdout);
    let shown = crossfoot(&folder, &["extract", file, "--edition", period]);
    assert!(
        shown.stdout.starts_with("w4.csv: 1 table\nperiod: 2025-01-22/2025-01-28\ncoverage: 3 of 7 days\n"),
        "{}",
        shown.stdout
    );
    // The next edition says nothing, as most do: a low count is told.
    assert_eq!(crossfoot(&folder, &["accept", file, "--edition", period]).code, 0);
    folder.write("w5.csv", rows);
    let after = crossfoot(&folder, &["check", "w5.csv", "--edition", "2025-01-29/2025-02-04"]);
    assert!(after.stdout.contains("3 of 3 figures are far from their few earlier ones"), "{}", after.stdout);
}

/// Counts of 800 days from 1 January 2022: weekends are a third, first days of a month four times as
/// many, Christmas Days hardly any; and one Wednesday as quiet as a Sunday.
fn days_with_firsts_and_christmas() -> String {
    let mut day = jiff::civil::date(2022, 1, 1);
    let mut text = String::from("day,bills\n");
    let mut drawn = 27_u64;
    for number in 0..800 {
        drawn = drawn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let weekend = day.weekday().to_monday_one_offset() > 5;
        let ordinary = if weekend || number == 648 { 300 } else { 1_000 };
        let bills = match (day.month(), day.day()) {
            (12, 25) => 40,
            (_, 1) => 4 * ordinary,
            _ => ordinary,
        };
        text.push_str(&format!("{day},{}\n", bills + (drawn >> 33) % (bills / 8)));
        day = day.tomorrow().unwrap();
    }
    text
}

/// The lines of what a rule file's rules say of those days, by rule.
fn lines_of(name: &str, rules: &str) -> Vec<(String, u64)> {
    let folder = Folder::new(&format!("usual-{name}"));
    folder.write("bills.csv", days_with_firsts_and_christmas());
    let head = "crossfoot = 1\ndataset = \"bills\"\ncadence = \"daily\"\nperiod = { column = \"day\" }\n\
        [tables.bills]\ncolumns = { day = \"date\", bills = \"count\" }\n";
    folder.write("rules/bills.toml", format!("{head}{rules}"));
    let output = crossfoot(&folder, &["check", "bills.csv", "-o", "json", "--ignore", "follows"]);
    let told: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let line =
        |it: &serde_json::Value| (it["rule"].as_str().unwrap().to_owned(), it["places"][0]["line"].as_u64().unwrap());
    told["findings"].as_array().unwrap().iter().map(line).collect()
}

#[test]
fn first_days_of_months_are_ordinary_after_a_year_and_christmas_after_two() {
    let lines = lines_of("firsts", "[[rules]]\nname = \"usual\"\nusual = { columns = [\"bills\"] }\n");
    // The second year begins in line 367, with its Christmas in line 725.
    let late: Vec<u64> = lines.iter().map(|it| it.1).filter(|it| *it > 366).collect();
    assert_eq!(late, [650], "{lines:?}");
    // The first of February is the second first.
    assert!(lines.iter().any(|it| it.1 == 33), "{lines:?}");
}

#[test]
fn days_that_a_rule_leaves_out_are_no_part_of_the_history() {
    let usual = "usual = { columns = [\"bills\"] }\n";
    let rules = format!(
        "[[rules]]\nname = \"days\"\nwhere = \"day(day) <> 1\"\n{usual}\
         [[rules]]\nname = \"firsts\"\nwhere = \"day(day) = 1\"\n{usual}"
    );
    let lines = lines_of("left-out", &rules);
    // After the second first day: Christmas of the first year, and the quiet Wednesday.
    let days = |it: u64| ("days".to_owned(), it);
    let mut late: Vec<(String, u64)> = lines.iter().filter(|it| it.1 > 33).cloned().collect();
    late.sort();
    assert_eq!(late, [days(360), days(650)], "{lines:?}");
}
