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
