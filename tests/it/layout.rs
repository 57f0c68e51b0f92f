//! How tables are to be read, as a user or a rule file says it, through the program.

use crate::support::{Folder, Output, crossfoot, crossfoot_with};

/// What `extract` prints as CSV.
fn extracted(folder: &Folder, arguments: &[&str]) -> String {
    let output = crossfoot(folder, &[&["extract"], arguments, &["-o", "csv"]].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    output.stdout
}

fn refused(output: &Output, message: &str, hint: &str) {
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    assert!(output.stderr.contains(message) && output.stderr.contains(hint), "{}", output.stderr);
}

/// A rule file for a table of wards with a sum, read as said.
fn rules(read: &str, files: &str) -> String {
    format!(
        "crossfoot = 1\ndataset = \"wards\"\n{files}\n[tables.wards]\nkey = [\"ward\"]\n{read}\n\
         [tables.wards.columns]\nward = \"label\"\nbeds = \"amount\"\nchairs = \"amount\"\nall = \"amount\"\n\
         [[rules]]\nname = \"adds\"\nsum = {{ total = \"all\", parts = [\"beds\", \"chairs\"] }}\n"
    )
}

#[test]
fn each_key_of_a_layout_is_obeyed() {
    let folder = Folder::new("layout-keys");
    folder.write("d.csv", "ward:beds\nEast:4\nWest:11\n");
    assert_eq!(extracted(&folder, &["d.csv", "--read", "delimiter=:"]), "ward,beds\nEast,4\nWest,11\n");
    folder.write("q.csv", "ward,remark\nEast,\"never closed\nWest,none\n");
    let text = extracted(&folder, &["q.csv", "--read", "quote=none"]);
    assert_eq!(text, "ward,remark\nEast,\"\"\"never closed\"\nWest,none\n");
    folder.write("e.csv", b"ward,beds\n\xc5st,4\nWest,11\n");
    assert_eq!(extracted(&folder, &["e.csv", "--read", "encoding=latin1"]), "ward,beds\nÅst,4\nWest,11\n");
    folder.write("h.csv", ",Beds,Beds\n,old,new\nEast,4,5\nWest,11,12\n");
    assert_eq!(
        extracted(&folder, &["h.csv", "--read", "header_rows=2"]),
        "column1,Beds old,Beds new\nEast,4,5\nWest,11,12\n"
    );
    assert_eq!(extracted(&folder, &["h.csv", "--read", "header_rows=0"]).lines().count(), 5);
    folder.write("s.csv", "made \"by hand,\nfor the, board\nward,beds\nEast,4\nWest,11\n");
    assert_eq!(extracted(&folder, &["s.csv", "--read", "skip_rows=2"]), "ward,beds\nEast,4\nWest,11\n");
    folder.write("c.csv", "// beds, by ward\nward,beds\nEast,4\n// closed, since May\nWest,11\n");
    assert_eq!(extracted(&folder, &["c.csv", "--read", "comment=//"]), "ward,beds\nEast,4\nWest,11\n");
    folder.write("n.csv", "ward;rate\nEast;1.204\nWest;7.500\n");
    let amounts = |read| {
        let output = crossfoot(&folder, &["extract", "n.csv", "--read", read, "-o", "json"]);
        output.stdout.matches("\"value\": \"1204\"").count()
    };
    assert_eq!((amounts("thousands=."), amounts("decimal=.")), (1, 0));
    folder.write("o.csv", "ward,East,West\nbeds,4,11\nchairs,5,9\n");
    assert_eq!(
        extracted(&folder, &["o.csv", "--read", "orientation=columns"]),
        "ward,beds,chairs\nEast,4,5\nWest,11,9\n"
    );
}

#[test]
fn a_layout_is_for_workbooks_and_html_too() {
    let folder = Folder::new("layout-html");
    let row = |cells: [&str; 3]| format!("<tr><td>{}</td></tr>", cells.join("</td><td>"));
    let rows = [["", "Beds", "Beds"], ["", "old", "new"], ["East", "4", "5"], ["West", "11", "12"]].map(row);
    folder.write("t.html", format!("<table>{}</table>", rows.concat()));
    let text = extracted(&folder, &["t.html", "--read", "header_rows=2"]);
    assert!(text.contains("Beds old,Beds new\nEast,4,5\n"), "{text}");
}

#[test]
fn a_rule_file_says_how_its_files_are_read() {
    let folder = Folder::new("layout-rules");
    let table = "Wards; all;\nof May\nward;beds;chairs;all\nEast;1.204,5;3;1.207,5\nWest;7;2;10\n";
    folder.write("in.csv", table);
    let read = "read = { delimiter = \";\", skip_rows = 2, header_rows = 1, thousands = \".\", decimal = \",\" }";
    for files in ["files = [\"in.csv\"]", ""] {
        folder.write("rules/wards.toml", rules(read, files));
        let output = crossfoot(&folder, &["check", "in.csv", "-o", "concise"]);
        assert!(output.code == 1 && output.stdout.starts_with("in.csv:5:"), "{}{}", output.stdout, output.stderr);
    }
    // What the user says goes before.
    let output = crossfoot(&folder, &["check", "in.csv", "--read", "skip_rows=3"]);
    assert!(!output.stdout.contains("in.csv:5:10"), "{}", output.stdout);
}

#[test]
fn every_command_that_reads_tables_can_be_told_how() {
    let folder = Folder::new("layout-commands");
    folder.write("old.csv", "ward:day:beds\nEast:2024-05-01:4\nEast:2024-05-02:5\n");
    folder.write("new.csv", "ward:day:beds\nEast:2024-05-01:4\nEast:2024-05-02:6\n");
    let read = ["--read", "delimiter=:"];
    for (arguments, told) in [
        (&["check", "new.csv"][..], "of 2 figures"),
        (&["extract", "new.csv"], "East  2024-05-02"),
        (&["diff", "old.csv", "new.csv", "--key", "day"], "5 -> 6"),
        (&["history", "new.csv", "--period", "day", "--value", "beds", "-v"], "2024-05-02"),
        (&["init", "new.csv", "--to", "-"], "read    = { delimiter = \":\" }"),
    ] {
        let output = crossfoot(&folder, &[arguments, &read].concat());
        assert!(output.stdout.contains(told), "{arguments:?}\n{}{}", output.stdout, output.stderr);
    }
}

#[test]
fn what_is_unknown_in_a_layout_is_refused_with_a_hint() {
    let folder = Folder::new("layout-unknown");
    folder.write("in.csv", "ward,beds\nEast,4\nWest,11\n");
    let with = |read| crossfoot(&folder, &["check", "in.csv", "--read", read]);
    refused(&with("header=2"), "unknown key \"header\"", "hint: the nearest key is header_rows");
    refused(&with("encoding=utf-99"), "unknown encoding \"utf-99\"", "hint: usual names are");
    folder.write("rules/wards.toml", rules("read = { skip = 2 }", ""));
    refused(&crossfoot(&folder, &["check", "in.csv"]), "rules/wards.toml:6:", "skip_rows");
    folder.write("rules/wards.toml", rules("read = { orientation = \"down\" }", ""));
    refused(
        &crossfoot(&folder, &["check", "in.csv"]),
        "unknown orientation",
        "hint: known values are \"rows\", \"columns\"",
    );
    folder.write("rules/wards.toml", rules("read = { encoding = \"latin1\" }", ""));
    refused(&crossfoot(&folder, &["check", "in.csv"]), "an encoding needs files", "hint: say which files have it");
    folder.write("rules/wards.toml", rules("style = { decimal = \",\" }\nread = { decimal = \".\" }", ""));
    refused(&crossfoot(&folder, &["check", "in.csv"]), "both style and read say", "");
}

#[test]
fn init_writes_how_a_table_was_found_to_be_printed() {
    let folder = Folder::new("layout-init");
    folder.write("in.csv", ",Beds;new\n");
    folder.write("in.csv", "Wards of May\n\nward;beds;chairs\nEast;4;7\nWest;11;9\n");
    let output = crossfoot(&folder, &["init", "in.csv", "--to", "-"]);
    assert!(output.stdout.contains("# read  = { delimiter = \";\", skip_rows = 2 }"), "{}", output.stdout);
    folder.write("plain.csv", "ward,beds\nEast,4\nWest,11\n");
    let output = crossfoot(&folder, &["init", "plain.csv", "--to", "-"]);
    assert!(!output.stdout.contains("read "), "{}", output.stdout);
}

#[test]
fn a_declared_language_is_that_of_pages_too() {
    let folder = Folder::new("layout-page");
    let page = "Wards\n\nWardBedsChairs\nEast1.204320\nWest31498\nNorth2.907411\nSouth86655\n";
    let first = |locale: &str| {
        let arguments = ["extract", "-", "--from", "page", "--locale", locale, "-o", "json"];
        let output = crossfoot_with(&folder, &arguments, page.as_bytes());
        output.stdout.contains("\"value\": \"1204\"")
    };
    assert!(first("de") && !first("en"));
}
