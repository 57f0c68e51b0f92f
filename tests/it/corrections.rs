//! Real corrections: the wrong cell's rule fails before, and no error is left after.

use serde_json::Value;

use crate::support::{Folder, crossfoot};

/// A case: its folder, and the wrong cell (part of its row's key, column) with the rule that shows it.
const CASES: [(&str, &str, &str, &str); 6] = [
    ("italy-it-003", "Veneto", "totale_positivi_test_antigenico_rapido", "totals-never-fall"),
    ("italy-it-007", "P.A. Bolzano", "casi_testati", "tested-within-swabs"),
    ("italy-it-027", "Molise", "tamponi", "not-tenfold"),
    ("italy-it-036", "Abruzzo", "totale_casi", "cases"),
    ("football-fb-003", "Uruguay", "home_score", "home-goals"),
    ("football-fb-013", "Mali", "away_score", "away-goals"),
];

fn check(case: &str, table: &str) -> Value {
    let folder = Folder::repository();
    let table = format!("tests/tables/{case}/{table}.csv");
    let goals = format!("tests/tables/{case}/goals.csv");
    let mut arguments = vec!["check", "-o", "json", &table];
    arguments.extend(case.starts_with("football").then_some(goals.as_str()));
    let output = crossfoot(&folder, &arguments);
    serde_json::from_str(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", output.stderr))
}

/// The rules that name a cell as a place of what fails.
fn rules_at(check: &Value, row: &str, column: &str) -> Vec<String> {
    let named = |place: &Value| place["column"] == column && place["row"].as_str().is_some_and(|it| it.contains(row));
    let findings = check["findings"].as_array().unwrap().iter();
    let at = findings.filter(|it| it["places"].as_array().unwrap().iter().any(named));
    at.map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_rule_of_the_wrong_cell_fails_before_its_correction() {
    for (case, row, column, rule) in CASES {
        let rules = rules_at(&check(case, "before"), row, column);
        assert!(rules.iter().any(|it| it == rule), "{case}: {rules:?}");
    }
}

#[test]
fn no_error_is_left_after_the_correction() {
    for (case, row, column, rule) in CASES {
        let after = check(case, "after");
        assert_eq!(after["summary"]["errors"], 0, "{case}: {after:#}");
        assert!(!rules_at(&after, row, column).iter().any(|it| it == rule), "{case}");
    }
}

#[test]
fn a_table_that_adds_up_in_every_row_is_silent() {
    let check = check("gun-checks-2021-12", "gun-checks");
    assert_eq!(check["findings"], Value::Array(Vec::new()));
    assert_eq!(check["summary"]["by_rule"]["totals"]["holds"], 16, "{check:#}");
}
