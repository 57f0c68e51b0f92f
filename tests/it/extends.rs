//! Rule files that extend others, in a folder of rules.

use crate::support::{Folder, crossfoot};

const HEAD: &str =
    "[tables.wards]\nkey = [\"ward\"]\ncolumns = { ward = \"label\", voters = \"count\", votes = \"count\" }\n";
const RULE: &str = "[[rules]]\nname = \"turnout\"\npart = \"votes <= voters\"\n";

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("extends-{name}"));
    folder.write("rules/base.toml", format!("crossfoot = 1\n{HEAD}{RULE}"));
    folder.write(
        "rules/north.toml",
        "crossfoot = 1\nextends = [\"base.toml\"]\ndataset = \"north\"\nfiles = [\"north*\"]\n",
    );
    folder.write(
        "rules/south.toml",
        "crossfoot = 1\nextends = [\"base.toml\"]\ndataset = \"south\"\nfiles = [\"south*\"]\n",
    );
    folder.write("in/north.csv", "ward,voters,votes\nA,10,11\n");
    folder.write("in/south.csv", "ward,voters,votes\nA,10,9\n");
    folder
}

#[test]
fn a_part_of_others_is_no_rule_file_by_itself() {
    let folder = folder("part");
    let output = crossfoot(&folder, &["check", "in"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stdout.contains("= rule: rules/base.toml:5\n"), "{}", output.stdout);
    assert!(output.stdout.contains("2 files, 2 tables, 4 of 4 figures judged"), "{}", output.stdout);
    // One that nobody extends is told.
    folder.write("rules/lost.toml", "crossfoot = 1\n");
    let output = crossfoot(&folder, &["check", "in"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("rules/lost.toml:1:1: missing key \"dataset\""), "{}", output.stderr);
}

#[test]
fn findings_keep_their_ids_wherever_a_rule_is_written() {
    let folder = folder("ids");
    let ids = || -> Vec<String> {
        let text = crossfoot(&folder, &["check", "in", "-o", "json"]).stdout;
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["findings"].as_array().unwrap().iter().map(|it| it["id"].to_string()).collect()
    };
    let before = ids();
    assert_eq!(before.len(), 1);
    folder.write("rules/north.toml", format!("crossfoot = 1\ndataset = \"north\"\nfiles = [\"north*\"]\n{HEAD}{RULE}"));
    assert_eq!(ids(), before);
}

#[test]
fn rules_of_a_file_that_is_extended_are_changed_too() {
    let folder = folder("mutants");
    folder.write(
        "rules/north.test.toml",
        "[[tests]]\nname = \"one\"\nfails = []\ngiven.wards = \"ward,voters,votes\\nA,10,10\"\n",
    );
    let output = crossfoot(&folder, &["test", "--mutants"]);
    let wanted = "1 of 3 changed rules noticed (33%)";
    assert!(output.stdout.contains(wanted), "{}{}", output.stdout, output.stderr);
    let missed = "not noticed: rules/base.toml:5: turnout: left out";
    assert!(output.stdout.contains(missed), "{}", output.stdout);
}
