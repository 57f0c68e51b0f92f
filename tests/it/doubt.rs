//! What could not be read for sure is told: empty files, pages without tables.

use std::io::Write;

use crate::support::{Folder, Output, crossfoot, crossfoot_with};

fn refused(output: &Output, parts: &[&str]) {
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    for part in parts.iter().chain(&["hint:"]) {
        assert!(output.stderr.contains(part), "expected {part:?} in:\n{}", output.stderr);
    }
}

#[test]
fn an_empty_file_is_no_pass_in_any_format_or_command() {
    let folder = Folder::new("doubt-empty");
    folder.write("full.csv", "crop,tons\nRye,12\nOats,30\n");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(b"\n \n").unwrap();
    folder.write("packed.csv.gz", packed.finish().unwrap());
    for name in ["e.csv", "e.tsv", "e.txt", "e.json", "e.html", "e.xlsx", "e.ods"] {
        folder.write(name, "");
    }
    folder.write("blank.csv", "\u{feff}\r\n  \n\t\n\u{a0}\n");
    folder.write("blank.txt", "\n\n\n");
    let names =
        ["e.csv", "e.tsv", "e.txt", "e.json", "e.html", "e.xlsx", "e.ods", "blank.csv", "blank.txt", "packed.csv.gz"];
    for name in names {
        refused(&crossfoot(&folder, &["check", name]), &[name, "the file is empty"]);
    }
    for command in [
        &["extract", "blank.csv"][..],
        &["diff", "full.csv", "e.csv"],
        &["diff", "e.xlsx", "full.csv"],
        &["history", "e.csv"],
        &["suggest", "e.csv"],
        &["init", "e.csv"],
        &["article", "full.csv", "--table", "e.csv"],
        &["article", "e.txt", "--table", "full.csv"],
        &["check", "full.csv", "e.csv"],
    ] {
        refused(&crossfoot(&folder, command), &["the file is empty"]);
    }
    refused(&crossfoot_with(&folder, &["check", "-"], b""), &["<stdin>", "the file is empty"]);
}

#[test]
fn a_heading_without_rows_is_no_empty_file() {
    let folder = Folder::new("doubt-heading");
    folder.write("h.csv", "crop,tons\n");
    assert_eq!(crossfoot(&folder, &["check", "h.csv"]).code, 0);
}

/// Labels and figures run into each other, with decimals.
const GLUED: &str = "Milk prices\n\nDairyPriceLast year\nButter31.529.1\nCheese8.257.90\nCream101.499.7\nWhey2.42.9\n\
    Yoghurt44.043.6\nSource: dairy board\n\nThe board met on Monday.\n";

#[test]
fn text_with_figures_and_no_table_is_no_pass() {
    let folder = Folder::new("doubt-page");
    folder.write("page.txt", GLUED);
    folder.write("page.csv", GLUED);
    folder.write("minutes.txt", "Minutes\n\nThe board met on 5 May and\nagreed to meet again on 9 June.\n");
    for command in [&["check", "page.txt"][..], &["check", "--from", "page", "page.txt"], &["extract", "page.txt"]] {
        refused(&crossfoot(&folder, command), &["page.txt", "no table was found in this text"]);
    }
    refused(&crossfoot(&folder, &["check", "page.csv"]), &["page.csv", "run into each other"]);
    refused(&crossfoot(&folder, &["check", "minutes.txt"]), &["minutes.txt"]);
    refused(&crossfoot_with(&folder, &["check", "-"], GLUED.as_bytes()), &["<stdin>"]);
}

#[test]
fn text_without_figures_and_lists_of_labels_are_in_order() {
    let folder = Folder::new("doubt-lists");
    folder.write("words.txt", "Minutes\n\nThe board met on Monday\nand agreed to meet again.\n");
    folder.write("codes.csv", "code\nAB12\nAB13\nCD7\nEF44\n");
    folder.write("areas.csv", "area\nNorth 1\nNorth 2\nSouth 1\nEast\n");
    folder.write("days.txt", "day\n2004-05-06\n2004-05-07\n2004-05-08\n");
    folder.write("numbers.txt", "12\n15\n19\n");
    for name in ["words.txt", "codes.csv", "areas.csv", "days.txt", "numbers.txt"] {
        let output = crossfoot(&folder, &["check", name]);
        assert_eq!(output.code, 0, "{name}: {}{}", output.stdout, output.stderr);
    }
}

#[test]
fn a_pdf_is_refused_by_its_name_and_by_its_bytes() {
    let folder = Folder::new("doubt-pdf");
    let pdf = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";
    folder.write("a.pdf", pdf);
    folder.write("a.csv", pdf);
    folder.write("named.pdf", "crop,tons\nRye,12\n");
    for name in ["a.pdf", "a.csv", "named.pdf"] {
        refused(&crossfoot(&folder, &["check", name]), &[name, "PDF files are not read", "CSV"]);
    }
}
