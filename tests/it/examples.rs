//! The shipped dataset: both real editions, and the one with a planted slip.

use serde_json::Value;

use crate::support::{Folder, crossfoot};

fn json(arguments: &[&str]) -> (i32, Value) {
    let output = crossfoot(&Folder::repository(), arguments);
    let value = serde_json::from_str(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", output.stderr));
    (output.code, value)
}

/// Each row as `label < under: value value`.
fn rows(extract: &Value) -> Vec<String> {
    let tables = extract["tables"].as_array().unwrap();
    let rows = tables.iter().flat_map(|it| it["rows"].as_array().unwrap());
    rows.map(|row| {
        let under = row["under"].as_str().map_or(String::new(), |it| format!(" < {it}"));
        let cells = row["cells"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap_or("?"));
        format!("{}{under}: {}", row["label"].as_str().unwrap(), cells.collect::<Vec<_>>().join(" "))
    })
    .collect()
}

#[test]
fn every_cell_of_the_glued_page_is_read() {
    let (code, extract) = json(&["extract", "-o", "json", "examples/city-crime/2005-03-03.txt"]);
    assert_eq!(code, 0);
    let expected = [
        "Murder: 18 10",
        "Assault: 23 12",
        "Robbery: 314 164",
        "Rape: 3 2",
        "Theft (total): 849 325",
        "Apartment burglaries: 119 16",
        "Fraud: 70 50",
        "Car theft: 44 12",
        "Car accidents: 227",
        "killed < Car accidents: 2",
        "injured < Car accidents: 235",
        "Public drunkenness: 4477",
        "detained overnight < Public drunkenness: 1191",
        "Suicides: 30",
        "Missing persons: 60",
        "Bodies discovered: 70",
    ];
    assert_eq!(rows(&extract), expected);
    assert_eq!(extract["period"]["start"], "2005-02-23");
    assert_eq!(extract["period"]["end"], "2005-03-01");
    assert_eq!(extract["period"]["inferred"], true);
    assert!(!extract["period"]["because"].as_array().unwrap().is_empty());
    assert_eq!(extract["source"], "Moscow police");
}

#[test]
fn the_later_page_is_read_in_full_and_covers_5_of_7_days() {
    let (_, extract) = json(&["extract", "-o", "json", "examples/city-crime/2006-06-21.txt"]);
    assert_eq!(rows(&extract).len(), 14);
    assert_eq!(extract["coverage"]["days"], 5);
    assert_eq!(extract["coverage"]["of"], 7);
    assert_eq!(extract["period"]["start"], "2006-06-13");
}

#[test]
fn both_real_editions_have_no_errors_in_any_form() {
    let (code, check) = json(&["check", "-o", "json", "examples/city-crime"]);
    assert_eq!(code, 0);
    assert_eq!(check["summary"]["errors"], 0);
    assert_eq!(check["inputs"].as_array().unwrap().len(), 6);
    let figures: Vec<u64> =
        check["inputs"].as_array().unwrap().iter().map(|it| it["figures"].as_u64().unwrap()).collect();
    assert_eq!(figures.iter().sum::<u64>(), 2 * (24 + 14));
}

#[test]
fn the_planted_slip_is_found_at_its_place() {
    let (code, check) = json(&["check", "-o", "json", "examples/incoming"]);
    assert_eq!(code, 1);
    let findings = check["findings"].as_array().unwrap();
    let rules: Vec<&str> = findings.iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["detained-were-drunk"]);
    let (finding, place) = (&findings[0], &findings[0]["places"][0]);
    assert_eq!(finding["rule"], "detained-were-drunk");
    assert_eq!((&finding["observed"], &finding["gap"]), (&Value::from("1911"), &Value::from("434")));
    assert_eq!(finding["expected"], serde_json::json!({"at_most": "1477"}));
    assert_eq!((&place["line"], &place["text"]), (&Value::from(17), &Value::from("1,911")));
    assert_eq!(place["row"], "detained overnight");
}

#[test]
fn a_finding_is_explained_by_its_id() {
    let (_, check) = json(&["check", "-o", "json", "examples/incoming"]);
    let id = check["findings"][0]["id"].as_str().unwrap();
    let output = crossfoot(&Folder::repository(), &["explain", id, "examples/incoming"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.starts_with("error[detained-were-drunk]: "), "{}", output.stdout);
    assert!(output.stdout.contains("a rule of kind part"), "{}", output.stdout);
    let other = crossfoot(&Folder::repository(), &["explain", "00000000", "examples/incoming"]);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("hint:"), "{}", other.stderr);
}
