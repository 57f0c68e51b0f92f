//! What cannot be done in full ends with exit code 2, its place, and a hint.

use crossfoot::{check, source};

use crate::large::{dataset, options};
use crate::support::{Folder, Output, crossfoot, crossfoot_with};

const CSV: &str = "crime,total,solved\nMurder,18,10\nRobbery,314,164\n";

const HEAD: &str = "crossfoot = 1\ndataset = \"d\"\n\n[tables.crimes]\nkey = [\"crime\"]\n\
    columns = { crime = \"label\", total = \"count\", solved = \"count\" }\nrows = [\"Murder\", \"Robbery\"]\n\n";

fn folder(name: &str, rules: &str) -> Folder {
    let folder = Folder::new(&format!("errors-{name}"));
    folder.write("in.csv", CSV);
    folder.write("rules/d.toml", rules);
    folder
}

fn refused(output: &Output, parts: &[&str]) {
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    for part in parts {
        assert!(output.stderr.contains(part), "expected {part:?} in:\n{}", output.stderr);
    }
}

fn refused_rules(name: &str, rules: &str, parts: &[&str]) {
    refused(&crossfoot(&folder(name, rules), &["check", "in.csv"]), parts);
}

#[test]
fn names_an_unknown_key() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\nseverty = \"note\"\npart = \"solved <= total\"\n");
    refused_rules("key", &rules, &["rules/d.toml:11:", "severty", "severity"]);
}

#[test]
fn names_an_unknown_column() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\npart = \"sloved <= total\"\n");
    refused_rules("column", &rules, &["rules/d.toml:11:", "sloved", "hint:", "solved"]);
}

#[test]
fn names_the_nearest_row() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\npart = \"[Roberry].solved <= [Murder].total\"\n");
    refused_rules("row", &rules, &["rules/d.toml:11:", "Roberry", "hint:", "Robbery"]);
}

#[test]
fn names_a_type_error_in_an_expression() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\nexpect = \"crime + 1 > total\"\n");
    refused_rules("type", &rules, &["rules/d.toml:11:", "crime", "number", "hint:"]);
}

#[test]
fn names_both_kinds_of_a_stanza() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\npart = \"solved <= total\"\nexpect = \"total > 0\"\n");
    refused_rules("kinds", &rules, &["rules/d.toml:", "part", "expect", "hint:"]);
}

#[test]
fn says_that_a_file_is_not_there() {
    let folder = folder("file", HEAD);
    refused(&crossfoot(&folder, &["check", "inn.csv"]), &["inn.csv", "no such file", "hint:", "in.csv"]);
}

#[test]
fn a_pattern_that_matches_nothing_is_no_pass() {
    let folder = folder("glob", HEAD);
    refused(&crossfoot(&folder, &["check", "data/*.csv"]), &["data/*.csv", "matches no file", "hint:"]);
}

#[test]
fn names_the_first_byte_that_does_not_decode() {
    let folder = folder("encoding", HEAD);
    folder.write("in.csv", b"crime,total,solved\nMurder,18,1\x000\n");
    refused(&crossfoot(&folder, &["check", "in.csv"]), &["in.csv:2:12:", "hint:"]);
}

#[test]
fn names_the_quote_that_is_never_closed() {
    let folder = folder("quote", HEAD);
    folder.write("in.csv", "crime,total,solved\nMurder,18,10\n\"Robbery,314,164\n");
    refused(&crossfoot(&folder, &["check", "in.csv"]), &["in.csv:3:1:", "quote", "hint:"]);
}

#[test]
fn a_folder_without_rule_files_is_no_rule_set() {
    let folder = folder("empty", HEAD);
    folder.write("other/README.md", "nothing here\n");
    refused(&crossfoot(&folder, &["check", "in.csv", "--rules", "other"]), &["other", "found none", "hint:"]);
}

#[test]
fn a_misspelled_selection_is_no_pass() {
    let rules = format!("{HEAD}[[rules]]\nname = \"solved-within-total\"\npart = \"solved <= total\"\n");
    let folder = folder("select", &rules);
    let output = crossfoot(&folder, &["check", "in.csv", "--select", "solved-within-totl"]);
    refused(&output, &["solved-within-totl", "hint:", "solved-within-total"]);
}

#[test]
fn an_unread_file_is_told_and_the_rest_still_checked() {
    let folder = folder("rest", HEAD);
    folder.write("bad.csv", b"a,b\n1,\x00\n");
    let output = crossfoot(&folder, &["check", "bad.csv", "in.csv"]);
    refused(&output, &["bad.csv:2:"]);
    assert!(output.stdout.contains("1 file and 1 unread, 1 table, 0 of 4 figures judged"), "{}", output.stdout);
}

#[test]
fn unknown_flags_and_formats_are_usage_errors() {
    let folder = folder("usage", HEAD);
    assert_eq!(crossfoot(&folder, &["check", "--no-such-flag"]).code, 2);
    refused(&crossfoot(&folder, &["check", "in.csv", "-o", "jsn"]), &["jsn", "hint:", "json"]);
    refused(&crossfoot(&folder, &["check", "in.csv", "--fail-on", "fatal"]), &["fatal"]);
    refused(&crossfoot(&folder, &["check", "in.csv", "--dataset", "dd"]), &["dd", "hint:"]);
}

#[test]
fn fail_on_decides_between_0_and_1() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\npart = \"total <= solved\"\nseverity = \"warning\"\n");
    let folder = folder("fail-on", &rules);
    for (severity, code) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        assert_eq!(crossfoot(&folder, &["check", "in.csv", "--fail-on", severity]).code, code, "{severity}");
    }
    assert_eq!(crossfoot(&folder, &["check", "in.csv", "--fail-on", "note", "--ignore", "r"]).code, 0);
    assert_eq!(crossfoot(&folder, &["check", "in.csv", "--fail-on", "note", "--select", "part"]).code, 1);
}

#[test]
fn standard_input_is_checked_like_a_file() {
    let rules = format!("{HEAD}[[rules]]\nname = \"r\"\npart = \"total <= solved\"\n");
    let output = crossfoot_with(&folder("stdin", &rules), &["check", "-", "-o", "concise"], CSV.as_bytes());
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stdout.starts_with("<stdin>:2:8: error[r]: "), "{}", output.stdout);
}

#[cfg(not(feature = "parquet"))]
#[test]
fn tables_kept_by_columns_name_the_feature_that_reads_them() {
    let folder = folder("columns", HEAD);
    for name in ["t.parquet", "t.arrow", "t.feather"] {
        folder.write(name, b"PAR1");
        refused(&crossfoot(&folder, &["check", name]), &["this build cannot read", "feature parquet"]);
    }
}

#[test]
fn a_table_without_rows_is_judged_by_any_rule_and_never_a_panic() {
    let folder = Folder::new("errors-empty");
    folder.write("t.csv", "a,s,d\n");
    for expect in [
        "sum(a) filter (where s = 'x') < 9",
        "a * 2 <= sum(a)",
        "coalesce(a, 1) = nullif(a, 0)",
        "CASE WHEN s = 'x' THEN a ELSE 1 END < 2",
        "greatest(a, 1) >= avg(a) filter (where d > DATE '2001-02-03')",
        "(s || 'x') LIKE '%x' and a / 2 < 4",
        "s IS DISTINCT FROM 'x'",
    ] {
        let rules = "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nfiles = [\"t.csv\"]\n\
            columns = { a = \"count\", s = \"text\", d = \"date\" }\n";
        folder.write("rules/d.toml", format!("{rules}[[rules]]\nname = \"r\"\nexpect = \"{expect}\"\n"));
        let told = crossfoot(&folder, &["check", "t.csv"]);
        assert!(told.code < 2 || told.stderr.contains("rules/d.toml"), "{expect}: {}", told.stderr);
        assert!(!told.stderr.contains("panicked"), "{expect}: {}", told.stderr);
    }
}

#[test]
fn a_file_is_checked_with_the_datasets_that_it_was_loaded_with() {
    let datasets =
        dataset("crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\ncolumns = { n = \"count\" }\n");
    let document = source::decode("t.csv", b"n\n1\n2\n".to_vec()).unwrap();
    let loaded = check::load(document.into(), source::Format::Delimited, &datasets, &options()).unwrap();
    let error = check::check(vec![loaded.clone()], &[], &[], &options()).unwrap_err();
    assert_eq!(error.to_string(), "t.csv: was loaded with different datasets");
    assert!(check::check(vec![loaded], &datasets, &[], &options()).is_ok());
}

#[test]
fn a_rule_that_adds_up_months_to_a_year_without_saying_so_is_no_pass() {
    let rules = "crossfoot = 1\ndataset = \"p\"\n\
        [tables.months]\nkey = [\"month\"]\ncolumns = { month = \"period\", n = \"count\" }\nfiles = [\"months.csv\"]\n\
        [tables.years]\nkey = [\"year\"]\ncolumns = { year = \"period\", n = \"count\" }\nfiles = [\"years.csv\"]\n\
        [[rules]]\nname = \"sums\"\ntable = \"years\"\n\
        tally = { column = \"n\", of = \"months\", on = { year = \"month\" }, sums = \"n\" }\n";
    let folder = Folder::new("errors-periods");
    folder.write("rules/p.toml", rules);
    folder.write("months.csv", "month,n\n2023-01,100\n2023-02,90\n");
    folder.write("years.csv", "year,n\n2023,190\n");
    let output = crossfoot(&folder, &["check", "months.csv", "years.csv"]);
    assert_eq!(output.code, 1, "{}", output.stdout);
    assert!(output.stdout.contains("error[undecided]: rule sums was never checked: year holds longer periods"));
}
