//! What explains a failing table, whatever the order of rows, rules and threads.

use serde_json::Value;

use crate::support::{Folder, crossfoot};

const HEAD: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
    columns = { item = \"label\", a = \"count\", b = \"count\", c = \"count\", total = \"count\" }\n";

const RULES: [&str; 4] = [
    "[[rules]]\nname = \"across\"\nsum = { total = \"total\", parts = [\"a\", \"b\", \"c\"] }\n",
    "[[rules]]\nname = \"north\"\nsum = { total = \"[North]\", parts = [\"[Ayr]\", \"[Bute]\"] }\n",
    "[[rules]]\nname = \"all\"\nsum = { total = \"[All]\", parts = [\"[North]\", \"[South]\"] }\n",
    "[[rules]]\nname = \"less\"\npart = \"a <= total\"\n",
];

/// Ayr's b was 52: its digits were exchanged.
const ROWS: [&str; 5] =
    ["North,40,93,17,150", "Ayr,18,25,9,79", "Bute,22,41,8,71", "South,60,70,80,210", "All,100,163,97,360"];

/// What is said of each failing rule, without what hangs on order: lines and places.
fn said(folder: &Folder, rules: &[&str], rows: &[&str], threads: &str) -> Vec<String> {
    folder.write("rules/d.toml", format!("{HEAD}{}", rules.concat()));
    folder.write("t.csv", format!("item,a,b,c,total\n{}\n", rows.join("\n")));
    let output = crossfoot(folder, &["check", "t.csv", "-o", "json", "--threads", threads]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let names = |it: &Value| format!("{}.{}", it["row"].as_str().unwrap(), it["column"].as_str().unwrap());
    let mut said: Vec<String> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let repairs: Vec<String> = it["repairs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| format!("{} {} ({})", names(it), it["to"], it["words"]))
                .collect();
            let mut sets: Vec<String> = it["cause"]["suspects"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_array().unwrap().iter().map(names).collect::<Vec<_>>().join("+"))
                .collect();
            sets.sort();
            format!("{} {repairs:?} {sets:?}", it["rule"])
        })
        .collect();
    said.sort();
    said
}

#[test]
fn the_answer_is_one_for_every_order_of_rows_and_rules_and_for_one_and_two_threads() {
    let folder = Folder::new("repairs-order");
    let first = said(&folder, &RULES, &ROWS, "1");
    let one = "[\"Ayr.b \\\"52\\\" (\\\"5 and 2 exchanged\\\")\"] [\"Ayr.b\"]";
    assert_eq!(first, ["\"across\" ", "\"north\" "].map(|it| format!("{it}{one}")));
    for turn in 0..5 {
        let mut rows = ROWS;
        let mut rules = RULES;
        rows.rotate_left(turn);
        rules.rotate_left(turn % 4);
        if turn % 2 == 1 {
            rows.reverse();
            rules.reverse();
        }
        assert_eq!(said(&folder, &rules, &rows, "2"), first, "{rows:?} {rules:?}");
    }
}

#[test]
fn findings_of_one_cause_are_told_once() {
    let folder = Folder::new("repairs-fold");
    folder.write("rules/d.toml", format!("{HEAD}{}", RULES.concat()));
    folder.write("t.csv", format!("item,a,b,c,total\n{}\n", ROWS.join("\n")));
    let text = crossfoot(&folder, &["check", "t.csv"]).stdout;
    assert_eq!((text.matches("error[").count(), text.matches("also fails: ").count()), (1, 1), "{text}");
    assert!(text.contains("= wrong: Ayr, b (25, t.csv:3:8) alone can explain this"), "{text}");
    assert!(text.contains("59 checks, 2 fail"), "{text}");
}

#[test]
fn sums_that_hold_within_rounding_and_not_together_are_a_contradiction() {
    let folder = Folder::new("repairs-joint");
    let sum = |name: &str, it: &str| format!("[[rules]]\nname = \"{name}\"\nrounding = \"independent\"\nsum = {it}\n");
    folder.write(
        "rules/d.toml",
        format!(
            "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
             columns = {{ item = \"label\", a = \"amount\", b = \"amount\", total = \"amount\" }}\n{}{}",
            sum("across", "{ total = \"total\", parts = [\"a\", \"b\"] }\nwhere = \"item <> 'All'\""),
            sum("down", "{ total = \"[All]\", parts = [\"[r]\", \"[s]\"], columns = [\"a\", \"b\"] }"),
        ),
    );
    let check = |totals: [&str; 4]| {
        let [r, s, a, b] = totals;
        folder.write("t.csv", format!("item,a,b,total\nr,10,10,{r}\ns,10,10,{s}\nAll,{a},{b},\n"));
        crossfoot(&folder, &["check", "t.csv"])
    };
    let output = check(["21", "21", "19", "19"]);
    let told = "the same 4 figures come to at least 41 by across (r, total; s, total), and to at most 39 by down \
                (All, a; All, b)";
    assert!(output.code == 1 && output.stdout.contains(told), "{}", output.stdout);
    assert!(output.stdout.contains("error[joint]"), "{}", output.stdout);
    // Each total that moves brings the two sums nearer by one: it takes two.
    assert_eq!(check(["20", "21", "19", "19"]).code, 1);
    for totals in [["20", "21", "20", "19"], ["20", "20", "19", "19"]] {
        let output = check(totals);
        assert_eq!(output.code, 0, "{totals:?}: {}", output.stdout);
    }
}
