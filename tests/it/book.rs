//! Workbooks as inputs, and as a report.

use crate::support::{Folder, crossfoot};

const BOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables/workbooks");

const RULES: &str = "crossfoot = 1\ndataset = \"t\"\nfiles = [\"t.*\"]\n[tables.crimes]\nkey = [\"crime\"]\n\
    \
    columns = { crime = \"label\", \"cases total\" = \"count\", \"cases solved\" = \"count\", rate = \"percent\" }\n\
    [[rules]]\nname = \"solved\"\npart = \"[cases solved] <= [cases total]\"\n\
    [[rules]]\nname = \"all\"\nsum = { total = \"[All]\", parts = \"rest\", columns = [\"cases total\", \"cases solved\"] }\n\
    [[rules]]\nname = \"rate\"\nshare = { percent = \"rate\", of = [\"cases solved\", \"cases total\"] }\n";

const CSV: &str = "Crimes of the week\n\ncrime,cases total,cases solved,rate\nMurder,18,20,111.1%\nCar theft,1200,64,5.3%\n\
    Robbery,35,18,51.4%\nFraud,31,30,90.0%\nAll,1294,132,10.3%\n";

fn folder(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("rules/t.toml", RULES);
    folder
}

/// The findings of a file: message, then the cells by table and address.
fn findings(folder: &Folder, file: &str) -> Vec<(String, Vec<(String, String)>)> {
    // The books have a sheet beside that no rule is for.
    let output = crossfoot(folder, &["check", file, "-o", "json", "--ignore", "unclaimed"]);
    assert_eq!(output.code, 1, "{file}: {}{}", output.stdout, output.stderr);
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    let text = |it: &serde_json::Value| it.as_str().unwrap_or("").to_owned();
    let told = |it: &serde_json::Value| {
        let places = it["places"].as_array().unwrap().iter();
        let places = places.map(|it| {
            (format!("{} {}: {}", text(&it["row"]), text(&it["column"]), text(&it["value"])), text(&it["cell"]))
        });
        (format!("{} {}", text(&it["id"]), text(&it["message"])), places.collect())
    };
    let mut found: Vec<_> = document["findings"].as_array().unwrap().iter().map(told).collect();
    found.sort();
    found
}

fn copy(folder: &Folder, from: &str, to: &str) {
    std::fs::copy(format!("{BOOKS}/{from}"), folder.path(to)).unwrap();
}

#[test]
fn workbooks_have_the_findings_of_their_csv_twin_at_their_cells() {
    let folder = folder("book-twins");
    folder.write("t.csv", CSV);
    let wanted = findings(&folder, "t.csv");
    let messages = wanted.iter().map(|it| it.0.as_str()).collect::<Vec<_>>().join("\n");
    assert_eq!(wanted.len(), 4, "{messages}");
    for book in ["openpyxl.xlsx", "libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods", "word.docx"] {
        let file = format!("t.{}", book.rsplit('.').next().unwrap());
        copy(&folder, book, &file);
        let found = findings(&folder, &file);
        let plain = |it: &[(String, Vec<(String, String)>)]| -> Vec<(String, Vec<String>)> {
            // Figures stand in a message as they are printed.
            it.iter().map(|it| (it.0.replace(',', ""), it.1.iter().map(|it| it.0.clone()).collect())).collect()
        };
        assert_eq!(plain(&found), plain(&wanted), "{book}");
        if book == "word.docx" {
            continue;
        }
        let cells: Vec<&(String, String)> = found.iter().flat_map(|it| &it.1).collect();
        for (what, cell) in
            [("All cases total: 1294", "B10"), ("Murder cases total: 18", "B5"), ("Fraud rate: 90.0", "D8")]
        {
            assert!(cells.contains(&&(what.to_owned(), cell.to_owned())), "{book}: {what} not at {cell} in {cells:?}");
        }
    }
}

#[test]
fn a_workbook_is_told_by_sheet_and_cell_in_every_format() {
    let folder = folder("book-places");
    copy(&folder, "openpyxl.xlsx", "t.xlsx");
    let told = |format: &str| crossfoot(&folder, &["check", "t.xlsx", "-o", format, "--select", "all,solved"]).stdout;
    // The same figure breaks both rules: told by itself, the sum shows its place.
    let text = crossfoot(&folder, &["check", "t.xlsx", "--select", "all"]).stdout;
    assert!(text.contains("--> t.xlsx:Crimes!B10 (crimes, All, cases total)"), "{text}");
    assert!(told("text").contains("also fails: all: "), "{}", told("text"));
    assert!(
        told("text").contains("wrong: Murder, cases total (18, t.xlsx:Crimes!B5): the rules require 28 (first digit)"),
        "{}",
        told("text")
    );
    assert!(text.contains("\n10 | All | 1294 | 132 | 10.3%\n"), "{text}");
    assert!(told("concise").contains("t.xlsx:Crimes!B10: error[all]"), "{}", told("concise"));
    assert!(told("markdown").contains("t.xlsx:Crimes!C5<br>"), "{}", told("markdown"));
    assert!(told("markdown").contains("(t.xlsx:Crimes!B10)"), "{}", told("markdown"));
    let github = told("github");
    assert!(github.contains("file=t.xlsx,title=all::t.xlsx:Crimes!B10: "), "{github}");
    let sarif: serde_json::Value = serde_json::from_str(&told("sarif")).unwrap();
    let location = &sarif["runs"][0]["results"][1]["locations"][0];
    assert!(location["physicalLocation"]["region"].is_null(), "{location}");
    assert_eq!(location["logicalLocations"][0]["name"], "B10", "{location}");
}

#[test]
fn a_total_by_formula_is_said_so_and_one_that_is_stale_is_found() {
    let folder = folder("book-formulas");
    copy(&folder, "stale.xlsx", "week.xlsx");
    let output = crossfoot(&folder, &["check", "week.xlsx"]);
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("error[stale]: the cell shows 19, but =SUM(B2:B4) gives 20"), "{}", output.stdout);
    assert!(output.stdout.contains("--> week.xlsx:Week!B5"), "{}", output.stdout);
    copy(&folder, "libreoffice.ods", "t.ods");
    let output = crossfoot(&folder, &["check", "t.ods", "--select", "all", "-v"]).stdout;
    assert!(!output.contains("stale") && !output.contains("=SUM"), "{output}");
    folder.write(
        "rules/t.toml",
        RULES.replace(
            "parts = \"rest\", columns = [\"cases total\", \"cases solved\"]",
            "parts = [\"[Murder]\", \"[Fraud]\"], columns = [\"cases solved\"]",
        ),
    );
    let output = crossfoot(&folder, &["check", "t.ods", "--select", "all"]).stdout;
    assert!(output.contains("=SUM(C5:C8)"), "{output}");
}

#[test]
fn a_report_as_a_workbook_holds_the_tables_and_no_formula() {
    let folder = folder("book-report");
    copy(&folder, "openpyxl.xlsx", "t.xlsx");
    copy(&folder, "stale.xlsx", "week.xlsx");
    let output = crossfoot(&folder, &["check", "t.xlsx", "week.xlsx", "-o", "xlsx=checked.xlsx", "-o", "concise"]);
    assert_eq!((output.code, output.stderr.as_str()), (1, ""));
    let again = std::fs::read(folder.path("checked.xlsx")).unwrap();
    crossfoot(&folder, &["check", "t.xlsx", "week.xlsx", "-o", "xlsx=checked.xlsx"]);
    assert!(again == std::fs::read(folder.path("checked.xlsx")).unwrap(), "the same outcome gave other bytes");
    let shown = crossfoot(&folder, &["extract", "checked.xlsx"]).stdout;
    for part in [
        "All               1294           132   10.3",
        "2005-03-02      7  <script>alert(1)</script>",
        "2005-03-03      9  =cmd|\" /C calc\"!A0",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    let refused = crossfoot(&folder, &["check", "t.xlsx", "-o", "xlsx"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("hint: name a file: -o xlsx=checked.xlsx"), "{}", refused.stderr);
}

#[test]
fn one_table_is_chosen_by_sheet_area_number_or_name() {
    let folder = folder("book-tables");
    copy(&folder, "openpyxl.xlsx", "t.xlsx");
    let first = |table: &str| {
        let output = crossfoot(&folder, &["extract", "t.xlsx", "-o", "csv", "--table", table]);
        assert_eq!(output.code, 0, "{table}: {}", output.stderr);
        output.stdout.lines().next().unwrap_or("").to_owned()
    };
    assert_eq!(first("crimes"), "crime,cases total,cases solved,rate");
    assert_eq!(first("Crimes of the week"), first("Crimes"));
    for (table, heading) in
        [("Places!B2:F4", "district,cases,day,calls"), ("Places!C9", "hour,cases"), ("3", "hour,cases")]
    {
        assert_eq!(first(table), heading, "{table}");
    }
    let output = crossfoot(&folder, &["check", "t.xlsx", "--table", "Plces"]);
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("there is no table \"Plces\"\n  hint: the nearest name is Places"),
        "{}",
        output.stderr
    );
    folder.write(
        "p.html",
        "<table id=a><tr><th>x</th><th>n</th></tr><tr><td>p</td><td>1</td></tr></table>\
        <table class='wide old'><tr><th>y</th><th>m</th></tr><tr><td>q</td><td>2</td></tr></table>",
    );
    for (table, heading) in [("#a", "x,n"), (".old", "y,m")] {
        let output = crossfoot(&folder, &["extract", "p.html", "-o", "csv", "--table", table]).stdout;
        assert!(output.starts_with(heading), "{table}: {output}");
    }
}

#[test]
fn what_is_no_workbook_is_said_so() {
    let folder = folder("book-errors");
    let whole = std::fs::read(format!("{BOOKS}/openpyxl.xlsx")).unwrap();
    folder.write("cut.xlsx", &whole[..whole.len() / 2]);
    folder.write("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing more");
    let zip = b"PK\x03\x04 no archive";
    folder.write("t.xlsx", zip);
    for file in ["cut.xlsx", "old.xls", "t.xlsx"] {
        let output = crossfoot(&folder, &["check", file]);
        assert_eq!(output.code, 2, "{file}: {}", output.stdout);
        assert!(
            output.stderr.starts_with(&format!("error: {file}: could not be read as a workbook")),
            "{}",
            output.stderr
        );
        assert!(output.stderr.contains("hint: "), "{}", output.stderr);
    }
}

#[test]
fn a_corner_merged_down_over_merged_headings_is_one_heading() {
    let folder = Folder::new("book-corner");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let plain = rust_xlsxwriter::Format::new();
    sheet.merge_range(0, 0, 1, 0, "Depot", &plain).unwrap();
    sheet.merge_range(0, 1, 0, 2, "Buses", &plain).unwrap();
    sheet.merge_range(0, 3, 0, 4, "Trams", &plain).unwrap();
    for (column, name) in (1..).zip(["old", "new", "old", "new"]) {
        sheet.write_string(1, column, name).unwrap();
    }
    for (row, name) in (2..).zip(["North", "South", "Harbour", "Airport"]) {
        sheet.write_string(row, 0, name).unwrap();
        for column in 1..5 {
            sheet.write_number(row, column, f64::from(row * 131 + u32::from(column) * 17)).unwrap();
        }
    }
    book.save(folder.path("depots.xlsx")).unwrap();
    let output = crossfoot(&folder, &["extract", "depots.xlsx", "-o", "csv"]);
    let heading = output.stdout.lines().next().unwrap_or_default();
    assert_eq!(heading, "Depot,Buses old,Buses new,Trams old,Trams new", "{}", output.stdout);
    assert_eq!(output.stdout.lines().nth(1), Some("North,279,296,313,330"));
}

#[test]
fn rows_and_columns_that_a_sheet_hides_are_read_and_told() {
    let folder = Folder::new("book-hidden");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, name) in (0..).zip(["Depot", "North", "Closed", "South", "Gone", "Harbour", "All"]) {
        sheet.write_string(row, 0, name).unwrap();
        for column in 1..4_u16 {
            match row {
                0 => sheet.write_string(row, column, ["", "old", "test", "new"][usize::from(column)]),
                6 => sheet.write_number(row, column, f64::from(150 * u32::from(column) + 65)),
                _ => sheet.write_number(row, column, f64::from(row * row + 30 * u32::from(column) + 2)),
            }
            .unwrap();
        }
    }
    sheet.set_row_hidden(2).unwrap().set_row_hidden(4).unwrap().set_column_hidden(2).unwrap();
    book.save(folder.path("depots.xlsx")).unwrap();
    let output = crossfoot(&folder, &["check", "depots.xlsx", "-o", "concise"]);
    let told: Vec<&str> = output.stdout.lines().filter(|it| it.contains("note[read]")).collect();
    assert_eq!(output.code, 0, "{}", output.stdout);
    assert_eq!(told.len(), 2, "{}", output.stdout);
    assert!(told[0].contains("Sheet1!C2: note[read]: column C is hidden in the sheet; its cells"), "{}", told[0]);
    assert!(told[1].contains("Sheet1!A3: note[read]: rows 3, 5 are hidden in the sheet; their"), "{}", told[1]);
}

#[test]
fn units_stand_by_their_columns_wherever_a_table_begins_in_its_sheet() {
    let folder = Folder::new("book-units");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows =
        [["Area", "Vacant", "Rent"], ["", "%", "£ million"], ["Wool", "73.2", "15.5"], ["Eller", "66.2", "69.4"]];
    for (row, cells) in (1..).zip(rows) {
        for (column, text) in (2..).zip(cells).filter(|it| !it.1.is_empty()) {
            match text.parse::<f64>() {
                Ok(figure) => sheet.write(row, column, figure).unwrap(),
                Err(_) => sheet.write(row, column, text).unwrap(),
            };
        }
    }
    std::fs::write(folder.path("t.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    let output = crossfoot(&folder, &["extract", "t.xlsx", "-o", "json"]);
    let document: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(document["tables"][0]["units"], serde_json::json!({ "Vacant": "%", "Rent": "£ million" }));
}
