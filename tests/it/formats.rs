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
    let long = "<b>".repeat(30_000);
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
