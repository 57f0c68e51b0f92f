//! What an edition may leave out, and rows that have no name of their own.

use serde_json::Value;

use crate::support::{Folder, crossfoot};

const VOTES: &str = "crossfoot = 1\ndataset = \"votes\"\nfiles = [\"*.csv\"]\n[tables.votes]\nkey = [\"ward\"]\n\
    columns = { ward = \"label\", cast = \"count\", polls = \"count\", \
    post = { type = \"count\", optional = true }, spoilt = { type = \"count\", optional = true } }\n";

fn check(name: &str, head: &str, rules: &[(&str, &str)], table: &str) -> Value {
    let folder = Folder::new(&format!("optional-{name}"));
    let rules: Vec<String> = rules.iter().map(|it| format!("[[rules]]\nname = \"{}\"\n{}\n", it.0, it.1)).collect();
    folder.write("rules/d.toml", format!("{head}{}", rules.concat()));
    folder.write("in.csv", table);
    let output = crossfoot(&folder, &["check", "in.csv", "-o", "json"]);
    assert_ne!(output.code, 2, "{}", output.stderr);
    serde_json::from_str(&output.stdout).unwrap()
}

/// How many checks of a rule hold, fail and are undetermined.
fn tally(document: &Value, rule: &str) -> [u64; 3] {
    let tally = &document["summary"]["by_rule"][rule];
    ["holds", "fails", "undetermined"].map(|it| tally[it].as_u64().unwrap_or(0))
}

fn whys(document: &Value) -> Vec<&str> {
    document["undetermined"].as_array().unwrap().iter().map(|it| it["why"].as_str().unwrap()).collect()
}

#[test]
fn a_column_that_is_left_out_silences_no_rule_that_can_do_without_it() {
    let rules = [
        ("parts", "sum = { total = \"cast\", parts = [\"polls\", \"post\"] }"),
        ("coalesced", "expect = \"cast = polls + coalesce(post, 0)\""),
        ("as-zero", "expect = \"cast = polls + post\"\nmissing = \"zero\""),
        ("rest", "sum = { total = \"[All]\", parts = \"rest\" }"),
        ("limits", "range = { columns = [\"post\", \"cast\"], max = 400 }"),
        ("others", "part = \"polls <= cast\""),
        ("chosen", "where = \"post IS NULL\"\nexpect = \"cast > 0\""),
    ];
    let document = check("silences", VOTES, &rules, "ward,cast,polls\nEast,150,130\nWest,90,90\nAll,250,220\n");
    assert_eq!(tally(&document, "parts"), [1, 2, 0]);
    assert_eq!(tally(&document, "coalesced"), [1, 2, 0]);
    assert_eq!(tally(&document, "as-zero"), [1, 2, 0]);
    assert_eq!(tally(&document, "rest"), [1, 1, 0], "one check for each of the columns printed");
    assert_eq!(tally(&document, "limits"), [3, 0, 0]);
    assert_eq!(tally(&document, "others"), [3, 0, 0]);
    assert_eq!(tally(&document, "chosen"), [3, 0, 0]);
}

#[test]
fn what_cannot_be_told_without_a_column_is_told_once() {
    let rules = [
        ("sum", "expect = \"cast = polls + post\""),
        ("aggregate", "expect = \"sum(post) < 9\""),
        ("chosen", "where = \"post > 3\"\nexpect = \"cast > 0\""),
        ("only", "sum = { total = \"cast\", parts = [\"post\", \"spoilt\"] }"),
        ("total", "sum = { total = \"spoilt\", parts = [\"cast\"] }"),
        ("strict", "sum = { total = \"cast\", parts = [\"polls\", \"post\"], absent = \"undetermined\" }"),
        ("codes", "codes = { column = \"post\", values = [1] }"),
    ];
    let document = check("once", VOTES, &rules, "ward,cast,polls\nEast,150,130\nWest,90,90\n");
    for (rule, _) in rules {
        assert_eq!(tally(&document, rule), [0, 0, 1], "{rule}");
    }
    let both = "columns post, spoilt are missing from this edition";
    let mut expected = vec!["column post is missing from this edition"; 5];
    expected.extend(["column spoilt is missing from this edition", both]);
    let mut whys = whys(&document);
    whys.sort_unstable();
    assert_eq!(whys, expected);
}

#[test]
fn a_column_that_must_be_there_still_leaves_its_rules_open() {
    let head = VOTES.replace("polls = \"count\", ", "polls = \"count\", late = \"count\", ");
    let rules = [("parts", "sum = { total = \"cast\", parts = [\"polls\", \"late\"] }")];
    let document = check("required", &head, &rules, "ward,cast,polls\nEast,150,150\nWest,90,90\n");
    assert_eq!(tally(&document, "parts"), [0, 0, 1]);
    assert_eq!(whys(&document), ["column late is missing from this edition"]);
}

#[test]
fn a_repair_is_looked_for_among_the_parts_that_are_printed() {
    let rules = [("parts", "sum = { total = \"cast\", parts = [\"polls\", \"post\"] }\nmissing = \"zero\"")];
    let document = check("repair", VOTES, &rules, "ward,cast,polls\nEast,150,105\nWest,90,90\n");
    let repairs: Vec<&str> =
        document["findings"][0]["repairs"].as_array().unwrap().iter().map(|it| it["to"].as_str().unwrap()).collect();
    assert!(repairs.contains(&"150") && repairs.contains(&"105"), "{document:#}");
}

const DAILY: &str = "crossfoot = 1\ndataset = \"days\"\ncadence = \"daily\"\nperiod = { column = \"day\" }\n\
    [tables.days]\nKEYcolumns = { day = \"date\", total = \"count\", fresh = \"count\" }\n";

/// Twenty days, one row each; the total of the twelfth is ten times too large.
fn days() -> String {
    let (mut text, mut total) = ("day,total,fresh\n".to_owned(), 1_000);
    for day in 1..=20 {
        let fresh = 30 + day % 4;
        total += fresh;
        let printed = if day == 12 { total * 10 } else { total };
        text.push_str(&format!("2020-04-{day:02},{printed},{fresh}\n"));
    }
    text
}

#[test]
fn one_row_a_day_is_followed_without_a_label() {
    let rules = [
        ("new", "expect = \"fresh = total - previous(total)\""),
        ("grows", "cumulative = { columns = [\"total\"] }"),
        ("along", "cumulative = { columns = [\"total\"], along = \"day\" }"),
        ("usual", "usual = { columns = [\"fresh\"] }"),
    ];
    for key in ["", "key = []\n", "key = [\"day\"]\n"] {
        let document = check("days", &DAILY.replace("KEY", key), &rules, &days());
        assert_eq!(tally(&document, "new"), [17, 2, 1], "{key}");
        assert_eq!(tally(&document, "grows"), [18, 1, 1], "{key}");
        assert_eq!(tally(&document, "along"), [18, 1, 0], "{key}");
        assert_eq!(tally(&document, "usual")[1], 0, "{key}");
        assert!(tally(&document, "usual")[0] >= 15, "{key}");
        assert_eq!(tally(&document, "rows")[1], 0, "a day that is another one is no other row: {key}");
    }
}

#[test]
fn several_rows_a_day_without_a_key_are_told_once() {
    let rules = [
        ("new", "expect = \"coalesce(previous(total), 0) <= total\""),
        ("grows", "cumulative = { columns = [\"total\"] }"),
        ("usual", "usual = { columns = [\"fresh\"] }"),
    ];
    let table = "day,total,fresh\n2020-04-01,5,5\n2020-04-01,9,9\n2020-04-02,6,1\n2020-04-02,9,0\n";
    let document = check("several", &DAILY.replace("KEY", ""), &rules, table);
    for (rule, _) in rules {
        assert_eq!(tally(&document, rule), [0, 0, 2], "{rule}");
    }
    let why = "table days has several rows but no key, so its rows cannot be found in another edition";
    assert_eq!(whys(&document).iter().filter(|it| **it == why).count(), 3);
}
