//! Tables with one column a period, through the program.

use crate::support::{Folder, crossfoot};

/// Beds of three wards over seven years; one figure is ten times too large, and the total follows it.
const BEDS: &str = "ward,2011,2012,2013,2014,2015,2016,2017\n\
    East,210,214,205,211,208,216,213\nWest,88,90,86,91,87,89,870\nAll wards,298,304,291,302,295,305,1083\n";

#[test]
fn columns_that_are_periods_are_series() {
    let folder = Folder::new("across-history");
    folder.write("beds.csv", BEDS);
    let output = crossfoot(&folder, &["history", "beds.csv"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let flagged: Vec<&str> = output.stdout.lines().filter(|it| it.contains("check before")).collect();
    assert!(
        matches!(flagged[..], [west, all] if west.contains("2017       870") && all.contains("1083")),
        "{flagged:?}"
    );
    // What a user says goes before what is found out.
    let long = crossfoot(&folder, &["history", "beds.csv", "--read", "layout=long"]);
    assert_eq!(long.code, 2, "{}", long.stdout);
}

#[test]
fn init_writes_that_columns_are_periods_and_rules_see_them() {
    let folder = Folder::new("across-init");
    folder.write("beds.csv", BEDS);
    assert_eq!(crossfoot(&folder, &["init", "beds.csv"]).code, 0);
    let rules = folder.read("rules/beds.toml");
    for line in [
        "cadence   = \"yearly\"",
        "period    = { column = \"period\" }",
        "key     = [\"ward\"]",
        "read    = { layout = \"wide\" }",
    ] {
        assert!(rules.lines().any(|it| it == line), "{line}: {rules}");
    }
    assert!(rules.contains("total = \"[All wards]\"") && !rules.contains("part  = "), "{rules}");
    let more = "\n[[rules]]\nname = \"usual\"\nusual = { columns = [\"value\"] }\n\
        [[rules]]\nname = \"steady\"\nexpect = \"value < 2 * previous(value)\"\n";
    folder.write("rules/beds.toml", rules + more);
    let output = crossfoot(&folder, &["check", "beds.csv", "-o", "concise"]);
    let found: Vec<&str> = output.stdout.lines().filter_map(|it| it.split_once("]: ").map(|it| it.0)).collect();
    // Each in the cell that it is printed in.
    let expected = [
        "beds.csv:3:24: error[steady",
        "beds.csv:3:24: error[usual",
        "beds.csv:4:35: error[steady",
        "beds.csv:4:35: error[usual",
    ];
    assert_eq!(
        found.iter().filter(|it| it.contains("error")).copied().collect::<Vec<_>>(),
        expected,
        "{}",
        output.stdout
    );
    let text = crossfoot(&folder, &["check", "beds.csv"]).stdout;
    assert!(text.contains("(beds, West, value, H3)"), "{text}");
}

#[test]
fn a_period_without_a_column_is_told() {
    let folder = Folder::new("across-gap");
    folder.write("beds.csv", "ward,Jan 2020,Feb 2020,Apr 2020,May 2020\nEast,210,214,205,211\nWest,88,90,86,91\n");
    assert_eq!(crossfoot(&folder, &["init", "beds.csv"]).code, 0);
    let output = crossfoot(&folder, &["check", "beds.csv"]);
    let told = "warning[period]: expected a column for each period, found none between 2020-02 and 2020-04\n --> beds.csv:1:24";
    assert!(output.stdout.contains(told), "{}", output.stdout);
}

#[test]
fn other_tables_are_read_as_they_are_printed() {
    let folder = Folder::new("across-plain");
    folder.write("beds.csv", BEDS);
    let output = crossfoot(&folder, &["extract", "beds.csv", "-o", "csv"]);
    assert_eq!(output.stdout, BEDS);
    let wide = crossfoot(&folder, &["extract", "beds.csv", "-o", "csv", "--read", "layout=wide"]);
    assert_eq!(wide.stdout.lines().count(), 22, "{}", wide.stdout);
    assert_eq!(wide.stdout.lines().nth(8), Some("West,2011-01-01,88"), "{}", wide.stdout);
}

#[test]
fn weeks_of_iso_years_are_periods() {
    let folder = Folder::new("across-weeks");
    folder.write("beds.csv", "week,beds\n2020-W52,210\n2020-W53,214\n2021-W01,205\n");
    let output = crossfoot(&folder, &["history", "beds.csv", "--period", "week", "--value", "beds"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(output.stdout.contains("2020-W53") && output.stdout.contains("1 series"), "{}", output.stdout);
}
