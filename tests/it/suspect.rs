//! Cells that a spreadsheet has made something else of are told without a rule.

use crate::support::{Folder, crossfoot};

fn told(folder: &Folder, file: &str) -> Vec<String> {
    let output = crossfoot(folder, &["check", file, "-o", "concise", "--no-discovery"]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    output.stdout.lines().filter(|it| it.contains("warning[type]")).map(str::to_owned).collect()
}

#[test]
fn dates_among_names_are_told_once_a_column() {
    let folder = Folder::new("suspect-dates");
    folder.write("markers.csv", "marker,reads\nOCT4,71\n4-Oct,12\nPAX6,33\nNOV,8\n1-Nov,5\nSOX2,90\n");
    let found = told(&folder, "markers.csv");
    let message = "markers.csv:3:1: warning[type]: expected names as in the other cells of this column, found \"4-Oct\", \"1-Nov\", which look like dates";
    assert_eq!(found, [message]);
}

#[test]
fn dates_in_columns_of_dates_and_of_running_text_are_what_they_say() {
    let folder = Folder::new("suspect-none");
    folder.write("visits.csv", "day,visits\n4-Oct,71\n5-Oct,12\n6-Oct,33\nlater,8\n");
    assert!(told(&folder, "visits.csv").is_empty());
    folder.write("notes.csv", "place,note,visits\nA,open,1\nB,2020-05-01,2\nC,closed since May,3\nD,open,4\n");
    assert!(told(&folder, "notes.csv").is_empty());
}

#[test]
fn figures_stored_as_text_beside_numbers_are_told() {
    let folder = Folder::new("suspect-text");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, heading) in (0..).zip(["Depot", "Buses", "Trams"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for (row, name, buses, trams) in [(1, "North", 41.0, "12"), (2, "South", 38.0, "15"), (3, "Harbour", 27.0, "9")] {
        sheet.write_string(row, 0, name).unwrap();
        if row == 2 { sheet.write_string(row, 1, "38") } else { sheet.write_number(row, 1, buses) }.unwrap();
        // A column that is text as a whole is how it was exported.
        sheet.write_string(row, 2, trams).unwrap();
    }
    book.save(folder.path("depots.xlsx")).unwrap();
    let found = told(&folder, "depots.xlsx");
    assert!(
        matches!(&found[..], [one] if one.contains("B3") && one.contains("\"38\" is stored as text beside 2 numbers")),
        "{found:?}"
    );
}

#[test]
fn letters_that_were_decoded_wrongly_are_told() {
    let folder = Folder::new("suspect-letters");
    folder.write("towns.csv", "town,shops\nMálaga,12\nCÃ¡diz,9\nJaÃ©n,4\nLugo,7\n");
    let found = told(&folder, "towns.csv");
    let message = "towns.csv:3:1: warning[type]: \"CÃ¡diz\" seems to have been decoded with the wrong encoding, as in \
     1 more cell";
    assert!(matches!(&found[..], [one] if one.starts_with(message)), "{found:?}");
}

#[test]
fn numbers_that_stand_for_a_missing_value_are_told() {
    let folder = Folder::new("suspect-sentinels");
    folder.write("rain.csv", "station,rain,change\nA,12.5,-999\nB,-999999,3\nC,8.0,-4\nD,-999999,5\nE,9.5,1\n");
    let found = told(&folder, "rain.csv");
    let message = "rain.csv:3:3: warning[type]: -999999 appears 2 times in a column with no other figure below zero";
    assert!(matches!(&found[..], [one] if one.starts_with(message)), "{found:?}");
}

#[test]
fn one_name_with_and_without_a_stray_space_is_told() {
    let folder = Folder::new("suspect-spaces");
    folder.write("ports.csv", "port,ships\nDover,12\n Dover,4\nHarwich,7\nTilbury\u{a0},3\nTilbury,5\n");
    let found = told(&folder, "ports.csv");
    let message =
        "ports.csv:3:2: warning[type]: \"·Dover\" and \"Dover\" differ only in spaces; 1 more cell of this column";
    assert!(matches!(&found[..], [one] if one.starts_with(message)), "{found:?}");
    // Columns that are padded, names that stand under others and one name twice are as they should be.
    folder.write("padded.csv", "port    ,ships\nDover   ,   12\nHarwich ,    7\nDover   ,    3\n");
    folder.write("outline.csv", "port,ships\nKent,16\n  Other,12\nEssex,7\n  Other,4\n    Other,3\n");
    for file in ["padded.csv", "outline.csv"] {
        assert!(told(&folder, file).is_empty(), "{file}");
    }
}
