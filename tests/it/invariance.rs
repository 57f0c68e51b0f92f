//! Order of rows, files and threads changes no verdict; places quote what
//! stands there.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Folder, crossfoot};

fn check(folder: &Folder, arguments: &[&str]) -> Value {
    let mut all = vec!["check", "-o", "json"];
    all.extend(arguments);
    let output = crossfoot(folder, &all);
    serde_json::from_str(&output.stdout).unwrap_or_else(|it| panic!("{it}: {}", output.stderr))
}

fn ids(check: &Value) -> BTreeSet<String> {
    let findings = check["findings"].as_array().unwrap();
    findings.iter().map(|it| format!("{} {} {}", it["id"], it["observed"], it["gap"])).collect()
}

const RULES: &str = r#"crossfoot = 1
dataset = "d"
[tables.t]
key = ["name"]
columns = { name = "label", a = "count", b = "count", total = "count" }
[[rules]]
name = "adds"
sum = { total = "total", parts = ["a", "b"] }
[[rules]]
name = "all"
sum = { total = "[All]", parts = "rest" }
[[rules]]
name = "within"
part = "a <= total"
"#;

const ROWS: [&str; 5] = ["x,1,2,3", "y,4,5,10", "z,12,0,11", "w,..,1,2", "All,17,8,27"];

fn table(order: &[usize]) -> String {
    let rows: Vec<&str> = order.iter().map(|&it| ROWS[it]).collect();
    format!("name,a,b,total\n{}\n", rows.join("\n"))
}

#[test]
fn the_order_of_rows_changes_no_verdict() {
    let folder = Folder::new("invariance-rows");
    folder.write("rules/d.toml", RULES);
    let mut seen: Option<(BTreeSet<String>, Value)> = None;
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 1, 3], [3, 0, 4, 2, 1]] {
        folder.write("t.csv", table(&order));
        let check = check(&folder, &["t.csv"]);
        let this = (ids(&check), check["summary"].clone());
        assert!(this.0.len() >= 3, "{:?}", this.0);
        assert_eq!(*seen.get_or_insert_with(|| this.clone()), this, "{order:?}");
    }
}

#[test]
fn the_order_of_files_and_the_number_of_threads_change_nothing() {
    let folder = Folder::new("invariance-files");
    folder.write("rules/d.toml", RULES);
    for (at, name) in ["a.csv", "b.csv", "c.csv"].iter().enumerate() {
        folder.write(name, table(&[at, 4, (at + 1) % 4, (at + 2) % 4, (at + 3) % 4]));
    }
    let first = crossfoot(&folder, &["check", "-o", "json", "a.csv", "b.csv", "c.csv", "--threads", "1"]).stdout;
    for arguments in [["c.csv", "a.csv", "b.csv", "--threads", "1"], ["b.csv", "c.csv", "a.csv", "--threads", "2"]] {
        let mut all = vec!["check", "-o", "json"];
        all.extend(arguments);
        assert_eq!(crossfoot(&folder, &all).stdout, first);
    }
    assert_eq!(crossfoot(&folder, &["check", "-o", "json", ".", "--threads", "2"]).stdout, first);
}

#[test]
fn every_place_quotes_what_stands_there() {
    let folder = Folder::repository();
    for input in ["examples/incoming", "tests/tables"] {
        let check = check(&folder, &[input, "--fail-on", "never"]);
        let mut places = 0;
        for place in check["findings"].as_array().unwrap().iter().flat_map(|it| it["places"].as_array().unwrap()) {
            if place["sheet"].is_string() {
                continue;
            }
            let text = place["text"].as_str().unwrap();
            let file = std::fs::read_to_string(place["file"].as_str().unwrap()).unwrap();
            let line = file.lines().nth(usize::try_from(place["line"].as_u64().unwrap()).unwrap() - 1).unwrap();
            let at = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap() - 1;
            let printed: String =
                line.chars().skip(at("column_start")).take(at("column_end") - at("column_start")).collect();
            // A row is quoted as printed, a cell with its quotes undone.
            let quoted = text.lines().next().unwrap_or("");
            assert!(printed == quoted || printed.replace("\"\"", "\"") == quoted, "{place}");
            places += 1;
        }
        assert!(places > 0, "{input}");
    }
}

#[test]
fn same_bytes_in_are_same_bytes_out() {
    let folder = Folder::repository();
    for format in ["text", "concise", "json", "ndjson"] {
        let run = || crossfoot(&folder, &["check", "examples", "-o", format]).stdout;
        assert_eq!(run(), run());
    }
}
