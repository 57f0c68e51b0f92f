//! HTML pages as inputs: the same findings as their CSV twin, in ten shapes.

use crate::support::{Folder, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"t\"\nfiles = [\"t.*\"]\n[tables.crimes]\nkey = [\"crime\"]\n\
    columns = { crime = \"label\", total = \"count\", solved = \"count\" }\n\
    [[rules]]\nname = \"solved\"\npart = \"solved <= total\"\n\
    [[rules]]\nname = \"all\"\nsum = { total = \"[All]\", parts = \"rest\", columns = [\"total\", \"solved\"] }\n";

const CSV: &str = "crime,total,solved\nMurder,18,20\nCar theft,\"1,200\",300\nFraud,64,n/a?\nAll,1292,310\n";

const HEAD: &str = "<tr><th>crime</th><th>total</th><th>solved</th></tr>";
const BODY: &str = "<tr><td>Murder</td><td>18</td><td>20</td></tr>\n\
    <tr><td>Car theft</td><td>1,200</td><td>300</td></tr>\n<tr><td>Fraud</td><td>64</td><td>n/a?</td></tr>\n";
const FOOT: &str = "<tr><td>All</td><td>1292</td><td>310</td></tr>\n";

/// The findings without the places of their source: id, message, texts.
fn findings(folder: &Folder, file: &str) -> Vec<String> {
    let output = crossfoot(folder, &["check", file, "-o", "json"]);
    assert_eq!(output.code, 1, "{file}: {}{}", output.stdout, output.stderr);
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let line = |it: &serde_json::Value| {
        let places = it["places"].as_array().unwrap();
        let places: Vec<String> =
            places.iter().map(|it| format!("{} {} {}", it["row"], it["column"], it["value"])).collect();
        format!("{} {} {}", it["id"], it["message"], places.join("; "))
    };
    let mut lines: Vec<String> = document["findings"].as_array().unwrap().iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn ten_shapes_have_the_findings_of_their_csv_twin() {
    let folder = Folder::new("web-twins");
    folder.write("rules/t.toml", RULES);
    folder.write("t.csv", CSV);
    let wanted = findings(&folder, "t.csv");
    assert_eq!(wanted.len(), 4, "{wanted:#?}");
    let cells = BODY.replace("</td>", "").replace("</tr>", "");
    let shapes = [
        ("plain", format!("<!doctype html><title>x</title><table>{HEAD}{BODY}{FOOT}</table>")),
        ("unclosed", format!("<table>{}{cells}{}</table>", HEAD.replace("</th>", ""), FOOT.replace("</td>", ""))),
        ("sections", format!("<table><thead>{HEAD}</thead><tfoot>{FOOT}</tfoot><tbody>{BODY}</tbody></table>")),
        ("caption", format!("<table><caption>Crimes of <b>the week</b></caption>{HEAD}{BODY}{FOOT}</table>")),
        ("layout", format!("<table><tr><td>menu</td><td><table>{HEAD}{BODY}{FOOT}</table></td></tr></table>")),
        ("marks", format!("<table>{HEAD}{}{FOOT}</table>", BODY.replace("18</td>", "18<sup>1)</sup></td>"))),
        (
            "row-heads",
            format!("<table>{HEAD}{}{FOOT}</table>", BODY.replace("<td>Fraud</td>", "<th scope=row>Fraud</th>")),
        ),
        (
            "references",
            format!(
                "<table>{HEAD}{}{FOOT}</table>",
                BODY.replace("1,200", "1&#44;200").replace("Car theft", "Car&#32;theft")
            ),
        ),
        (
            "breaks",
            format!(
                "<table border=1>{HEAD}{}{FOOT}</table>",
                BODY.replace("Car theft", "Car<br/>\n  theft").replace("64", "<b> 64 </b>")
            ),
        ),
        (
            "two-headers",
            format!(
                "<table><tr><th rowspan=2>crime</th><th colspan=2></th></tr><tr><th>total</th><th>solved</th></tr>{BODY}{FOOT}</table>"
            ),
        ),
    ];
    for (name, page) in shapes {
        folder.write("t.html", format!("<!-- {name} -->\n<html><body><p>Words 1, 2.</p>\n{page}\n</body></html>"));
        assert_eq!(findings(&folder, "t.html"), wanted, "{name}");
    }
}

#[test]
fn places_are_lines_and_columns_of_the_source() {
    let folder = Folder::new("web-places");
    folder.write("rules/t.toml", RULES);
    folder.write("t.html", format!("<html>\n<table>\n{HEAD}\n{BODY}{FOOT}</table>\n"));
    let text = crossfoot(&folder, &["check", "t.html", "--select", "solved"]).stdout;
    assert!(text.contains("--> t.html:4:35 (crimes, Murder, solved)"), "{text}");
    assert!(text.contains("4 | <tr><td>Murder</td><td>18</td><td>20</td></tr>"), "{text}");
}
