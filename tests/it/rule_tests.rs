//! `crossfoot test`: tests of rule files, what they write, and what they would not notice.

use crate::support::{Folder, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"wards\"\n\n[tables.wards]\nkey = [\"ward\"]\n\
    columns = { ward = \"label\", voters = \"count\", votes = \"count\" }\n\n\
    [[rules]]\nname = \"turnout\"\npart = \"votes <= voters\"\n\n\
    [[rules]]\nname = \"never-falls\"\nexpect = \"votes >= previous(votes)\"\n";

fn folder(name: &str, tests: &str) -> Folder {
    let folder = Folder::new(&format!("rule-tests-{name}"));
    folder.write("rules/wards.toml", RULES);
    folder.write("rules/wards.test.toml", tests);
    folder
}

fn one(fails: &str, rows: &str) -> String {
    format!("[[tests]]\nname = \"one\"\n{fails}given.wards = \"\"\"\nward,voters,votes\n{rows}\"\"\"\n")
}

/// What a run says on standard error, and its exit code.
fn refused(name: &str, tests: &str) -> (String, i32) {
    let output = crossfoot(&folder(name, tests), &["test"]);
    (output.stderr, output.code)
}

#[test]
fn the_exit_code_tells_whether_the_rules_say_what_is_expected() {
    let run = |fails: &str, rows: &str| {
        let output = crossfoot(&folder("codes", &one(fails, rows)), &["test"]);
        (output.stdout, output.code)
    };
    assert_eq!(run("fails = []\n", "A,10,10\n"), ("1 test: 1 passed\n".to_owned(), 0));
    assert_eq!(run("fails = [\"turnout: A, votes\"]\n", "A,10,11\n").1, 0);
    assert_eq!(run("fails = [\"turnout\"]\n", "A,10,11\nB,10,12\n").1, 0);
    let (text, code) = run("fails = [\"turnout: B, votes\"]\n", "A,10,11\nB,10,9\n");
    assert_eq!(code, 1);
    let wanted = "failed: rules/wards.test.toml:1: one\n  - fails turnout: B, votes\n  + fails turnout: A, votes\n      \
     A: votes (11) is more than voters (10)\n1 test: 0 passed, 1 failed\n";
    assert_eq!(text, wanted);
    // What cannot be told is no pass.
    assert_eq!(run("fails = []\n", "A,,11\n").1, 1);
    // Nothing is expected yet.
    assert_eq!(run("", "A,10,10\n").1, 1);
}

#[test]
fn what_is_misspelt_is_an_error_with_its_place() {
    let wrong = one("fails = []\n", "A,10,10\n").replace("given.wards", "given.wrds");
    let wanted = "error: rules/wards.test.toml:4:7: unknown table \"wrds\"\n  hint: the nearest table is \"wards\"\n";
    assert_eq!(refused("table", &wrong), (wanted.to_owned(), 2));
    let wanted = "error: rules/wards.test.toml:1:1: unknown rule \"turnot\"\n  hint: the nearest rule is \"turnout\"\n";
    assert_eq!(refused("rule", &one("fails = [\"turnot: A\"]\n", "A,10,10\n")), (wanted.to_owned(), 2));
    let wanted = "error: rules/wards.test.toml:3:1: unknown key \"fials\"\n  hint: the nearest key is \"fails\"\n";
    assert_eq!(refused("key", &one("fials = []\n", "A,10,10\n")), (wanted.to_owned(), 2));
    let twice = one("fails = []\n", "A,10,10\n").repeat(2);
    assert!(
        refused("twice", &twice).0.contains(":9:8: test \"one\" is named twice, first in line 1"),
        "{:?}",
        refused("twice", &twice)
    );
    let (text, code) = refused("none", "");
    assert_eq!((text.contains("there are no tests to run"), code), (true, 2));
}

#[test]
fn bless_writes_what_is_found_and_leaves_the_rest_as_it_is() {
    let tests = format!(
        "# mine\n{}\n[[tests]]\nname = \"two\" # a comment\ngiven.wards = \"ward,voters,votes\\nB,,9\\nC,1,2\\n\"\n\n\
         [[tests]]\nname = \"three\"\nfails = [\n  \"turnout\",\n]\ngiven.wards = \"ward,voters,votes\\nD,1,2\\n\"\n",
        one("fails = [ \"turnout: X\" ]\n", "A,10,11\n")
    );
    let folder = folder("bless", &tests);
    let output = crossfoot(&folder, &["test", "--bless"]);
    assert_eq!((output.stdout.lines().last().unwrap(), output.code), ("3 tests: 1 passed, 2 blessed", 0));
    let written = tests.replace("[ \"turnout: X\" ]", "[\"turnout: A, votes\"]").replace(
        "# a comment",
        "# a comment\nfails = [\"turnout: C, votes\"]\nundetermined = [\"turnout: B, voters\"]",
    );
    assert_eq!(folder.read("rules/wards.test.toml"), written);
    assert_eq!(crossfoot(&folder, &["test"]).stdout, "3 tests: 3 passed\n");
    // Nothing is left to write.
    crossfoot(&folder, &["test", "--bless"]);
    assert_eq!(folder.read("rules/wards.test.toml"), written);
}

#[test]
fn bless_writes_into_inline_tables_and_markdown() {
    let inline = "tests = [{ name = \"one\", given = { wards = \"ward,voters,votes\\nA,1,2\" } }]\n";
    let folder = folder("bless-inline", inline);
    folder.write(
        "rules/wards.test.md",
        "# One\n\ntext\n\n```csv wards\nward,voters,votes\nA,1,2\n```\n\nmore\n\n# Two\n\n```csv \
         wards\nward,voters,votes\nA,1,1\n```\n\n```verdicts\n```\n",
    );
    assert_eq!(crossfoot(&folder, &["test", "--bless"]).code, 0);
    let wanted = inline.replace("\"one\"", "\"one\", fails = [\"turnout: A, votes\"]");
    assert_eq!(folder.read("rules/wards.test.toml"), wanted);
    let page = folder.read("rules/wards.test.md");
    assert!(page.contains("A,1,2\n```\n\n```verdicts\nfails turnout: A, votes\n```\n\nmore\n"), "{page}");
    assert!(page.ends_with("```verdicts\neverything holds\n```\n"), "{page}");
    assert_eq!(crossfoot(&folder, &["test"]).stdout, "3 tests: 3 passed\n");
}

#[test]
fn editions_before_are_in_order() {
    let before =
        "before = [{ wards = \"ward,voters,votes\\nA,20,15\" }, { wards = \"ward,voters,votes\\nA,20,12\" }]\n";
    let fails = format!("fails = [\"never-falls: A, votes\"]\n{before}");
    let output = crossfoot(&folder("before", &one(&fails, "A,20,11\nB,1,1\n")), &["test"]);
    assert!(output.stdout.contains("+ undetermined never-falls: B"), "{}", output.stdout);
    assert!(!output.stdout.contains("- fails"), "{}", output.stdout);
    let output = crossfoot(&folder("before", &one(&format!("fails = []\n{before}"), "A,20,13\n")), &["test"]);
    assert_eq!(output.stdout, "1 test: 1 passed\n");
}

#[test]
fn rows_may_stand_in_a_file_of_their_own() {
    let tests = "[[tests]]\nname = \"one\"\nfails = [\"turnout: A, votes\"]\ngiven.wards = { file = \"rows/a.csv\" }\n";
    let folder = folder("file", tests);
    assert!(crossfoot(&folder, &["test"]).stderr.contains("rules/rows/a.csv: no such file"));
    folder.write("rules/rows/a.csv", "ward,voters,votes\nA,10,11\n");
    assert_eq!(crossfoot(&folder, &["test"]).stdout, "1 test: 1 passed\n");
}

#[test]
fn a_file_of_tests_is_no_rule_file() {
    let folder = folder("no-rule-file", &one("fails = []\n", "A,10,10\n"));
    folder.write("in/wards.csv", "ward,voters,votes\nA,10,10\n");
    assert_eq!(crossfoot(&folder, &["check", "in"]).code, 0);
    let loaded = crossfoot(&folder, &["lint"]).stdout;
    assert!(loaded.contains("2 rules, "), "{loaded}");
    let named = crossfoot(&folder, &["check", "in", "--rules", "rules/wards.test.toml"]);
    assert_eq!(named.code, 2);
    assert!(named.stderr.contains("expected a rule file, found a test file\n  hint: `crossfoot test` runs it"));
    // Tests alone make no folder of rules.
    let alone = Folder::new("rule-tests-alone/rules");
    alone.write("wards.test.toml", one("fails = []\n", "A,10,10\n"));
    let text = crossfoot(&alone, &["test", "wards.test.toml"]);
    assert_eq!(text.code, 2);
    assert!(text.stderr.contains("wards.test.toml: no rule file wards.toml for these tests"), "{}", text.stderr);
}

#[test]
fn changes_that_no_test_notices_are_told() {
    let score = |name: &str, tests: &str| {
        let output = crossfoot(&folder(name, tests), &["test", "--mutants", "--fail-under", "60"]);
        (output.stdout, output.code)
    };
    let weak = one("fails = []\n", "A,10,9\n");
    let (text, code) = score("weak", &weak);
    assert!(text.starts_with("rules/wards.test.toml: 1 of 6 changed rules noticed (16%), less than 60%; "), "{text}");
    assert!(text.contains("  not noticed: rules/wards.toml:8: turnout: left out\n"), "{text}");
    assert!(text.contains("  not noticed: rules/wards.toml:8: turnout: <= made <\n"), "{text}");
    assert_eq!(code, 1);
    let before = "before = [{ wards = \"ward,voters,votes\\nA,20,11\\nB,20,12\" }]\n";
    let fails = format!("fails = [\"turnout: A, votes\", \"never-falls: B, votes\"]\n{before}");
    let (text, code) = score("strong", &one(&fails, "A,10,11\nB,11,11\n"));
    assert!(text.starts_with("rules/wards.test.toml: 6 of 6 changed rules noticed (100%); "), "{text}");
    assert_eq!(code, 0);
}

#[test]
fn results_are_written_for_programs() {
    let folder = folder("json", &one("fails = []\n", "A,10,11\n"));
    let output = crossfoot(&folder, &["test", "--mutants", "-o", "json", "-o", "junit=t.xml"]);
    let json: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!((&json["format"], &json["summary"]["failed"]), (&"crossfoot-test".into(), &1.into()));
    let test = &json["files"][0]["tests"][0];
    assert_eq!((&test["status"], &test["extra"][0]["check"]), (&"failed".into(), &"turnout: A, votes".into()));
    // Only tests that pass count.
    assert_eq!(json["files"][0]["mutants"]["noticed"], 0);
    let junit = folder.read("t.xml");
    assert!(junit.contains("<testsuite name=\"rules/wards.test.toml\" tests=\"1\""), "{junit}");
    assert!(junit.contains("<failure message=\"  + fails turnout: A, votes"), "{junit}");
}

#[test]
fn the_shipped_tests_pass_and_notice_every_change() {
    let output = crossfoot(&Folder::repository(), &["test", "--mutants", "--fail-under", "100"]);
    assert_eq!(output.code, 0, "{}", output.stdout);
    assert!(output.stdout.contains("rules/city-crime.test.toml: 13 of 13 changed rules noticed"), "{}", output.stdout);
    assert!(output.stdout.contains("rules/precinct-results.test.toml: 29 of 29 changed rules"), "{}", output.stdout);
}
