//! The machine formats, whole: what other programs rely on.

use crate::support::{Folder, crossfoot};

fn output(arguments: &[&str]) -> String {
    crossfoot(&Folder::repository(), arguments).stdout
}

#[test]
fn json_of_a_check_has_the_shape_that_programs_rely_on() {
    insta::assert_snapshot!(output(&["check", "-o", "json", "examples/incoming"]));
}

#[test]
fn ndjson_has_one_object_a_line() {
    insta::assert_snapshot!(output(&["check", "-o", "ndjson", "examples/incoming"]));
}

#[test]
fn concise_has_one_line_a_finding() {
    insta::assert_snapshot!(output(&["check", "-o", "concise", "examples/incoming"]));
}

#[test]
fn json_of_an_extract_has_the_shape_that_programs_rely_on() {
    insta::assert_snapshot!(output(&["extract", "-o", "json", "examples/city-crime/2006-06-21.txt"]));
}

#[test]
fn csv_of_an_extract_is_plain_figures() {
    insta::assert_snapshot!(output(&["extract", "-o", "csv", "--table", "record", "examples/incoming/2005-03-08.txt"]));
}

#[test]
fn sarif_has_the_shape_that_hosts_rely_on() {
    insta::assert_snapshot!(output(&["check", "-o", "sarif", "examples/incoming"]));
}

/// What is wrong with a document by a published schema.
fn against_schema(text: &str, schema: &str) -> Vec<String> {
    let file = format!("{}/tests/tables/schemas/{schema}", env!("CARGO_MANIFEST_DIR"));
    // One pattern of SARIF's schema is no regular expression; its errata of 2023 have this one.
    let (slip, mended) = ("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    let schema = std::fs::read_to_string(file).unwrap().replace(slip, mended);
    if let Ok(schema) = serde_json::from_str(&schema) {
        let validator = jsonschema::validator_for(&schema).unwrap();
        let value = serde_json::from_str(text).unwrap();
        return validator.iter_errors(&value).map(|it| format!("{it} at {}", it.instance_path())).collect();
    }
    let validator = uppsala::XsdValidator::from_schema(&uppsala::parse(&schema).unwrap()).unwrap();
    validator.validate(&uppsala::parse(text).unwrap()).iter().map(|it| format!("{it:?}")).collect()
}

#[test]
fn sarif_and_junit_are_valid_by_their_schemas() {
    for input in ["examples/incoming", "examples/city-crime", "tests/tables/workbooks", "tests/tables/italy-it-003"] {
        for (format, schema) in [("sarif", "sarif-2.1.0.json"), ("junit", "junit-10.xsd")] {
            let text = output(&["check", "-o", format, input]);
            assert_eq!(against_schema(&text, schema), Vec::<String>::new(), "{format} of {input}");
        }
    }
    // The schemas are in force: what they forbid is found.
    assert!(!against_schema("{\"version\": \"2.1.0\"}", "sarif-2.1.0.json").is_empty());
    assert!(!against_schema("<testsuites><testsuite name='a'/></testsuites>", "junit-10.xsd").is_empty());
}

#[test]
fn junit_has_a_case_for_what_holds_and_for_what_fails() {
    let text = output(&["check", "-o", "junit", "examples/incoming"]);
    assert!(roxmltree::Document::parse(&text).is_ok(), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn github_annotations_are_one_line_each() {
    insta::assert_snapshot!(output(&["check", "-o", "github", "examples/incoming"]));
}

#[test]
fn gitlab_issues_have_a_fingerprint_and_a_line() {
    insta::assert_snapshot!(output(&["check", "-o", "gitlab", "examples/incoming"]));
}

#[test]
fn markdown_tells_the_verdict_first() {
    insta::assert_snapshot!(output(&["check", "-o", "markdown", "examples/incoming"]));
}

/// Cell texts that are markup, commands or formulas in some format.
const HOSTILE: &str = "<script>alert(1)</script>|`x`\u{1}::error::=cmd()'&\u{1b}[31m%0A]]>--\u{202e}";

#[test]
fn hostile_cells_do_no_harm_in_any_format() {
    let folder = Folder::new("formats-hostile");
    folder.write(
        "rules/t.toml",
        "crossfoot = 1\ndataset = \"t\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n\
         columns = { id = \"label\", n = \"count\", m = \"count\" }\n[[rules]]\nname = \"less\"\npart = \"n <= m\"\n",
    );
    let long = "<b>".repeat(35_000);
    folder.write("a,b:c%.csv", format!("id,n,m\n\"{HOSTILE}\",5,3\n\"{long}\",x\"<i>,3\n"));
    let run = |format: &str| {
        let output = crossfoot(&folder, &["check", "-o", format]);
        assert_eq!(output.code, 1, "{format}: {}", output.stderr);
        output.stdout
    };
    for format in ["json", "sarif", "gitlab"] {
        assert!(serde_json::from_str::<serde_json::Value>(&run(format)).is_ok(), "{format}");
    }
    let junit = run("junit");
    assert!(roxmltree::Document::parse(&junit).is_ok(), "{junit}");
    let github = run("github");
    assert!(github.lines().rev().skip(1).all(|it| it.starts_with("::error file=a%2Cb%3Ac%25.csv,")), "{github}");
    crossfoot(&folder, &["check", "-o", "xlsx=checked.xlsx"]);
    let shown = crossfoot(&folder, &["extract", "checked.xlsx"]).stdout;
    assert!(shown.contains("<script>alert(1)</script>|`x`"), "{shown}");
    folder.write("e.csv", "id,n\n=cmd|' /C calc'!A0,-5\n@SUM(1),+7\n-x,-1.5\n");
    let csv = crossfoot(&folder, &["extract", "e.csv", "-o", "csv"]).stdout;
    assert_eq!(csv, "id,n\n'=cmd|' /C calc'!A0,-5\n'@SUM(1),7\n'-x,-1.5\n");
    let markdown = run("markdown");
    assert!(!markdown.contains("<script>") && !markdown.contains("<b>") && !markdown.contains("<i>"), "{markdown}");
    assert!(markdown.len() < 65_536, "{}", markdown.len());
}

#[test]
fn several_outputs_are_written_in_one_run() {
    let folder = Folder::new("formats-several");
    folder.write("t.csv", "a,b\n1,2\n1,2\n");
    let output =
        crossfoot(&folder, &["check", "t.csv", "-o", "concise", "-o", "sarif=out.sarif", "-o", "junit=out.xml"]);
    assert!(!output.stdout.is_empty() && folder.read("out.sarif").contains("2.1.0"), "{}", output.stderr);
    assert!(folder.read("out.xml").contains("<testsuites"));
}
