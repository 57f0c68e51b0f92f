//! The JSON Schemas: of rule files, and of each format that programs read.
//!
//! All are committed for editors and programs to use, and so that a change shows.

use serde_json::Value;

use crate::support::{Folder, assert_same, crossfoot, writes_pages};

const FORMATS: [&str; 5] = ["findings", "diff", "article", "history", "extract"];

#[test]
fn the_committed_schemas_are_the_ones_printed() {
    let folder = Folder::repository();
    let formats = FORMATS.map(|it| (it, format!("docs/schemas/{it}.json")));
    for (format, file) in formats.into_iter().chain([("rules", "rules/schema.json".to_owned())]) {
        let output = crossfoot(&folder, &["schema", format]);
        if writes_pages() {
            folder.write(&file, &output.stdout);
        } else {
            assert_same(&folder.read(&file), &output.stdout);
        }
    }
    assert_eq!(crossfoot(&folder, &["schema"]).stdout, folder.read("rules/schema.json"));
}

#[test]
fn the_schema_names_what_each_kind_takes() {
    let text = Folder::repository().read("rules/schema.json");
    let schema: Value = serde_json::from_str(&text).unwrap();
    for kind in ["Sum", "Tally", "Part", "Expect", "Range", "Share", "Unique", "Codes", "Matches", "Rows"] {
        assert!(schema["$defs"][kind].is_object(), "{kind}");
    }
}

/// A schema that allows no field but those that it names.
fn closed(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") {
                fields.entry("additionalProperties").or_insert(false.into());
            }
            fields.values_mut().for_each(closed);
        }
        Value::Array(parts) => parts.iter_mut().for_each(closed),
        _ => {}
    }
}

/// What is wrong with a document by the closed schema of its format.
fn faults(format: &str, document: &str) -> Vec<String> {
    let mut schema = serde_json::from_str(&crossfoot(&Folder::repository(), &["schema", format]).stdout).unwrap();
    closed(&mut schema);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let value = serde_json::from_str(document).unwrap_or_else(|it| panic!("{format}: {it}: {document}"));
    validator.iter_errors(&value).map(|it| format!("{it} at {}", it.instance_path())).collect()
}

#[test]
fn documents_are_valid_by_the_schema_of_their_format() {
    let football = "tests/tables/football-fb-003";
    let runs: [&[&str]; 22] = [
        &["findings", "check", "examples/incoming"],
        &["findings", "check", "examples/city-crime"],
        &["findings", "check", "tests/tables/workbooks"],
        &["findings", "check", "tests/tables/italy-it-003", "--max-findings", "1"],
        &["findings", "check", "tests/tables/italy-it-036"],
        &["findings", "check", "tests/tables/gun-checks-2021-12"],
        &["findings", "check", football],
        &["findings", "check", "tests/tables/delimited", "examples/desk.png"],
        &["findings", "check", "examples/article/draft.md"],
        &["diff", "diff", "tests/tables/italy-it-003/before.csv", "tests/tables/italy-it-003/after.csv"],
        &["diff", "diff", "tests/tables/italy-it-027/before.csv", "tests/tables/italy-it-027/after.csv"],
        &["diff", "diff", "tests/tables/football-fb-013/before.csv", "tests/tables/football-fb-013/goals.csv"],
        &["diff", "diff", "examples/city-crime/2005-03-03.txt", "examples/city-crime/2006-06-21.txt"],
        &["article", "article", "examples/article/draft.md", "--table", "examples/incoming/2005-03-08.txt"],
        &["article", "article", "tests/tables/article/page.txt"],
        &["article", "article", "README.md"],
        &["history", "history", "city-crime", "killed"],
        &["history", "history", "city-crime"],
        &["extract", "extract", "examples/incoming/2005-03-08.txt"],
        &["extract", "extract", "examples/city-crime/2006-06-21.txt"],
        &["extract", "extract", "tests/tables/workbooks/openpyxl.xlsx"],
        &["extract", "extract", "tests/tables/glued/city-2005.txt"],
    ];
    for run in runs {
        let output = crossfoot(&Folder::repository(), &[&run[1..], &["-o", "json"]].concat());
        assert!(!output.stdout.is_empty(), "{run:?}: {}", output.stderr);
        assert_eq!(faults(run[0], &output.stdout), [""; 0], "{run:?}");
    }
}

#[test]
fn what_a_schema_forbids_is_found() {
    let run = ["check", "examples/incoming", "-o", "json"];
    let document = crossfoot(&Folder::repository(), &run).stdout;
    for (good, bad) in [
        ("\"crossfoot-findings\"", "\"other\""),
        ("\"version\": 1", "\"version\": 2"),
        ("\"verdict\": \"failed\"", "\"verdict\": \"fine\""),
        ("\"observed\": \"1911\"", "\"observed\": 1911"),
        ("\"gap\":", "\"gaps\":"),
    ] {
        assert!(document.contains(good), "{good}: {document}");
        assert_ne!(faults("findings", &document.replacen(good, bad, 1)), [""; 0], "{bad}");
    }
}
