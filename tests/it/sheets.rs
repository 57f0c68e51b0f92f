//! Sums across the sheets of a workbook: each sheet is a table, found by its name.

use rust_xlsxwriter::Workbook;

use crate::support::{Folder, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"births\"\n\
    [tables.summary]\ntitle = \"Summary\"\nkey = [\"area\"]\ncolumns = { area = \"label\", boys = \"count\", girls = \"count\" }\n\
    [tables.north]\ntitle = \"North\"\nkey = [\"place\"]\ncolumns = { place = \"label\", boys = \"count\", girls = \"count\" }\n\
    [tables.south]\ntitle = \"South\"\nkey = [\"place\"]\ncolumns = { place = \"label\", boys = \"count\", girls = \"count\" }\n\
    [[rules]]\nname = \"all\"\ntable = \"summary\"\n\
    expect = { columns = [\"boys\", \"girls\"], holds = \"[All].it = sum(north.it) + sum(south.it)\" }\n";

/// A row of a sheet: its label, boys and girls.
type Row = (&'static str, u32, u32);

/// A workbook of three sheets, with the girls of the total as given.
fn workbook(girls: u32) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheets: [(&str, &str, &[Row]); 3] = [
        ("Summary", "area", &[("North", 30, 41), ("South", 50, 46), ("All", 80, girls)]),
        ("North", "place", &[("Ayle", 10, 20), ("Brock", 20, 21)]),
        ("South", "place", &[("Ayle", 30, 25), ("Dene", 20, 21)]),
    ];
    for (name, label, rows) in sheets {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (column, heading) in (0..).zip([label, "boys", "girls"]) {
            sheet.write(0, column, heading).unwrap();
        }
        for (at, (label, boys, girls)) in (1..).zip(rows) {
            sheet.write(at, 0, *label).unwrap();
            sheet.write(at, 1, *boys).unwrap();
            sheet.write(at, 2, *girls).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn check(girls: u32) -> (i32, String) {
    let folder = Folder::new(&format!("sheets-{girls}"));
    folder.write("rules/births.toml", RULES);
    folder.write("births.xlsx", workbook(girls));
    let output = crossfoot(&folder, &["check", "births.xlsx"]);
    (output.code, output.stdout)
}

#[test]
fn a_total_in_one_sheet_is_the_sum_of_columns_in_others() {
    assert_eq!(check(87).0, 0, "{}", check(87).1);
    let (code, text) = check(78);
    let said = "error[all]: All, girls (78) is not equal to sum(north.girls) + sum(south.girls) (87)";
    assert!(code == 1 && text.starts_with(said), "{text}");
    assert!(text.contains("births.xlsx: sheet Summary, cell C4") || text.contains("C4"), "{text}");
}
