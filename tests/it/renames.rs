//! Columns and rows under another name: told as such where that is clear.

use crate::support::{Folder, Output, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"towns\"\ncadence = \"weekly\"\nperiod = { filename = \"%Y-%m-%d.csv\" }\n\
    files = [\"*.csv\"]\n[tables.towns]\nkey = [\"town\"]\n[tables.towns.columns]\ntown = \"label\"\nseen = \"date\"\n\
    reported = { type = \"count\", blank = false, aliases = [\"notified\"] }\nsolved = \"count\"\nopen = \"count\"\n";

const ROWS: [&str; 6] =
    ["Ashby,300,100,200", "Barrow,50,10,40", "Corby,80,30,50", "Derwent,21,5,16", "Exton,9,3,6", "Fenwick,70,20,50"];

fn table(heading: &str) -> String {
    let rows = ROWS.map(|it| it.replacen(',', ",2025-01-06,", 1)).join("\n");
    format!("{heading}\n{rows}\n")
}

/// The hints of a check of one file, by the message that each belongs to.
fn hints(output: &Output) -> Vec<(String, String)> {
    let found: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let text = |it: &serde_json::Value| it.as_str().unwrap_or("").to_owned();
    found["findings"].as_array().unwrap().iter().map(|it| (text(&it["message"]), text(&it["hint"]))).collect()
}

fn check(name: &str, rules: &str, text: &str) -> Vec<(String, String)> {
    let folder = Folder::new(&format!("renames-{name}"));
    folder.write("rules/towns.toml", rules);
    folder.write("2025-01-06.csv", text);
    hints(&crossfoot(&folder, &["check", "2025-01-06.csv", "-o", "json"]))
}

#[test]
fn a_column_of_a_near_name_is_told_with_the_line_to_paste() {
    let found = check("near", RULES, &table("town,seen,recorded,solved,open"));
    let line = "reported = { type = \"count\", blank = false, aliases = [\"notified\", \"recorded\"] }";
    let hint = format!("if \"recorded\" is column reported, add the alias to the rule file: {line}");
    assert_eq!(found, [("expected a column \"reported\", found none".to_owned(), hint)]);
    // Pasted, the line settles it.
    let (before, after) = RULES.split_once("reported = ").unwrap();
    let rules = format!("{before}{line}\n{}", after.split_once('\n').unwrap().1);
    assert_eq!(check("pasted", &rules, &table("town,seen,recorded,solved,open")), []);
}

#[test]
fn a_column_that_alone_stands_in_the_place_is_told_whatever_its_name() {
    let found = check("place", RULES, &table("town,seen,cases,solved,open"));
    assert!(found[0].1.starts_with("if \"cases\" is column reported, add the alias"), "{found:?}");
}

#[test]
fn what_may_be_several_columns_is_not_told_as_a_rename() {
    // Two are missing, and two may be either.
    let found = check("several", RULES, &table("town,seen,a,b,open"));
    assert!(found.len() == 2 && found.iter().all(|it| it.1.is_empty()), "{found:?}");
    // A date is no count; the name says one column, the place another.
    let found = check("type", RULES, &table("town,reported on,seen,solved,open"));
    assert!(found.iter().all(|it| !it.1.contains("add the alias to the rule file")), "{found:?}");
    let rules = RULES.replace("reported = ", "rate_per_100000 = ");
    let text = table("town,seen,solved,open,rate_per_1000000").replace("2025-01-06,", "2025-01-06,4,");
    let found = check("digits", &rules, &text);
    assert!(found.iter().all(|it| !it.1.contains("add the alias to the rule file")), "{found:?}");
}

#[test]
fn a_column_that_moved_is_known_by_its_figures() {
    let folder = Folder::new("renames-figures");
    folder.write("rules/towns.toml", RULES);
    folder.write("2025-01-06.csv", table("town,seen,reported,solved,open"));
    assert_eq!(crossfoot(&folder, &["accept", "2025-01-06.csv"]).code, 0);
    let rows: String = ROWS
        .map(|it| {
            let cells: Vec<&str> = it.split(',').collect();
            format!("{},2025-01-13,{},{},7,{}\n", cells[0], cells[2], cells[3], cells[1])
        })
        .concat();
    folder.write("2025-01-13.csv", format!("town,seen,solved,open,staff,incidents\n{rows}"));
    let found = hints(&crossfoot(&folder, &["check", "2025-01-13.csv", "-o", "json", "--select", "columns"]));
    assert!(found[0].1.starts_with("if \"incidents\" is column reported, add the alias"), "{found:?}");
}

const LISTED: &str = "crossfoot = 1\ndataset = \"towns\"\ncadence = \"weekly\"\nperiod = { filename = \"%Y-%m-%d.csv\" }\n\
    files = [\"*.csv\"]\n[tables.towns]\nkey = [\"crime\"]\ncolumns = { crime = \"label\", total = \"count\", solved = \"count\" }\n\
    rows = [\"Murder\", { name = \"Robbery\", optional = false, aliases = [\"Robberies\"] }, \"Theft\", \"Fraud\"]\n";

#[test]
fn a_renamed_row_is_one_finding_with_the_entry_to_paste() {
    let found = check("row", LISTED, "crime,total,solved\nMurder,18,10\nRobery,314,164\nTheft,849,325\nFraud,70,50\n");
    let entry = "{ name = \"Robbery\", aliases = [\"Robberies\", \"Robery\"] }";
    let hint = format!("if \"Robery\" is row \"Robbery\", add the alias to the rule file: {entry}");
    assert_eq!(found, [("row \"Robbery\" is missing, and \"Robery\" is not listed".to_owned(), hint)]);
}

#[test]
fn a_row_of_another_name_is_known_by_its_figures() {
    let folder = Folder::new("renames-row-figures");
    folder.write("rules/towns.toml", LISTED);
    folder.write("2025-01-06.csv", "crime,total,solved\nMurder,18,10\nRobbery,314,164\nTheft,849,325\nFraud,70,50\n");
    assert_eq!(crossfoot(&folder, &["accept", "2025-01-06.csv"]).code, 0);
    let later =
        |held_up: &str| format!("crime,total,solved\nMurder,17,11\nHeld up,{held_up}\nTheft,812,340\nFraud,66,44\n");
    folder.write("2025-01-13.csv", later("298,151"));
    let rows =
        |folder: &Folder| hints(&crossfoot(folder, &["check", "2025-01-13.csv", "-o", "json", "--select", "rows"]));
    let found = rows(&folder);
    assert!(found.len() == 1 && found[0].1.contains("aliases = [\"Robberies\", \"Held up\"]"), "{found:?}");
    // Other figures make it another row.
    folder.write("2025-01-13.csv", later("29,15"));
    let found = rows(&folder);
    assert!(found.len() == 2 && found.iter().all(|it| !it.1.contains("aliases")), "{found:?}");
}
