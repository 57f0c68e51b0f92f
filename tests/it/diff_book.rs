//! Workbooks patched and corrected in a copy that changes only the cells.

use std::io::Read;

use rust_xlsxwriter::{Format, Formula, Workbook, XlsxError};

use crate::support::{Folder, crossfoot};

/// Deaths and their share by region, a day each, and a total that is a formula.
fn book(folder: &Folder, name: &str, deaths: [u32; 3], share: f64, day: &str) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    let (count, percent, date) = (
        Format::new().set_num_format("#,##0"),
        Format::new().set_num_format("0.0%"),
        Format::new().set_num_format("yyyy-mm-dd"),
    );
    let sheet = book.add_worksheet().set_name("Week & more")?;
    sheet.write_row(0, 0, ["Region", "Deaths", "Share", "Reported"])?;
    for (row, (region, deaths)) in (1..).zip(["North", "South", "West"].into_iter().zip(deaths)) {
        sheet.write(row, 0, region)?.write_with_format(row, 1, deaths, &count)?;
        sheet.write_with_format(row, 2, if row == 2 { share } else { 0.25 }, &percent)?;
        let day = rust_xlsxwriter::ExcelDateTime::parse_from_str(if row == 3 { day } else { "2026-03-02" })?;
        sheet.write_with_format(row, 3, &day, &date)?;
    }
    sheet.write(4, 0, "Total")?;
    let total = Formula::new("=SUM(B2:B4)").set_result(deaths.iter().sum::<u32>().to_string());
    sheet.write_formula_with_format(4, 1, total, &count)?;
    book.add_worksheet().set_name("About")?.write(0, 0, "Deaths by region; provisional")?;
    std::fs::write(folder.path(name), book.save_to_buffer()?).unwrap();
    Ok(())
}

/// The parts of an archive, unpacked.
fn parts(folder: &Folder, name: &str) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(folder.path(name)).unwrap()).unwrap();
    let count = archive.len();
    let part = |at: usize| {
        let mut part = archive.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        (part.name().unwrap().to_string(), text)
    };
    (0..count).map(part).collect()
}

#[test]
fn a_workbook_is_patched_in_a_copy_that_changes_only_the_cells() {
    let folder = Folder::new("diff-book");
    book(&folder, "old.xlsx", [1_495, 2_610, 12], 0.125, "2026-03-03").unwrap();
    book(&folder, "new.xlsx", [1_496, 2_610, 14], 0.131, "2026-03-04").unwrap();
    folder.write("d.json", crossfoot(&folder, &["diff", "old.xlsx", "new.xlsx", "-o", "json"]).stdout);
    let output = crossfoot(&folder, &["patch", "old.xlsx", "--diff", "d.json", "-o", "made.xlsx"]);
    assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (0, "", ""));
    let told = crossfoot(&folder, &["diff", "made.xlsx", "new.xlsx"]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let (old, made) = (parts(&folder, "old.xlsx"), parts(&folder, "made.xlsx"));
    assert_eq!(old.len(), made.len());
    for (old, made) in old.iter().zip(&made) {
        match old.0.as_str() {
            "xl/worksheets/sheet1.xml" => {
                let cells = |it: &str| it.split("<c ").map(str::to_owned).collect::<Vec<_>>();
                let (old, made) = (cells(&old.1), cells(&made.1));
                let changed: Vec<&str> =
                    old.iter().zip(&made).filter(|it| it.0 != it.1).map(|it| it.1.as_str()).collect();
                let names: Vec<&str> = changed.iter().map(|it| &it[..6]).collect();
                assert_eq!(names, ["r=\"B2\"", "r=\"C3\"", "r=\"B4\"", "r=\"D4\"", "r=\"B5\""], "{changed:?}");
                assert!(
                    changed[1].contains("<v>0.131</v>") && changed[4].contains("<f>SUM(B2:B4)</f><v>4120</v>"),
                    "{changed:?}"
                );
            }
            // Formulas are worked out anew when the copy is opened.
            "xl/workbook.xml" => assert!(made.1.contains("fullCalcOnLoad"), "{}", made.1),
            _ => assert_eq!(old, made),
        }
    }
}

#[test]
fn a_formula_that_gives_another_value_gives_way_and_is_told() {
    let folder = Folder::new("diff-book-formula");
    book(&folder, "old.xlsx", [1, 2, 3], 0.25, "2026-03-03").unwrap();
    folder.write("c.csv", "place,printed,correction\nold.xlsx:Week & more!B5,6,60\nother.xlsx:Week!B5,1,2\n");
    let output = crossfoot(&folder, &["patch", "old.xlsx", "--corrections", "c.csv", "-o", "made.xlsx"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert_eq!(
        output.stderr,
        "1 figure corrected in the copy; 1 for other files skipped\n\
         note: these cells now hold a value instead of a formula: Week & more!B5\n"
    );
    let sheet = &parts(&folder, "made.xlsx").into_iter().find(|it| it.0.ends_with("sheet1.xml")).unwrap().1;
    assert!(sheet.contains("<c r=\"B5\" s=\"1\"><v>60</v></c>") && !sheet.contains("SUM"), "{sheet}");
}

#[test]
fn what_no_cell_can_show_is_refused() {
    let folder = Folder::new("diff-book-refused");
    book(&folder, "old.xlsx", [1, 2, 3], 0.25, "2026-03-03").unwrap();
    folder.write("c.csv", "place,printed,correction\nold.xlsx:Week & more!B3,2,2.5\n");
    let output = crossfoot(&folder, &["patch", "old.xlsx", "--corrections", "c.csv", "-o", "made.xlsx"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    let why = "cell Week & more!B3 cannot be changed: it shows 2.5 as ";
    assert!(output.stderr.contains(why) && !folder.path("made.xlsx").exists(), "{}", output.stderr);
}

#[test]
fn rows_that_came_make_no_workbook() {
    let folder = Folder::new("diff-book-rows");
    book(&folder, "old.xlsx", [1, 2, 3], 0.25, "2026-03-03").unwrap();
    folder.write("old.csv", "k,n\nA,1\nB,2\n");
    let diff = crossfoot(&folder, &["diff", "old.xlsx", "old.csv", "-o", "json"]).stdout;
    folder.write("d.json", diff);
    let output = crossfoot(&folder, &["patch", "old.xlsx", "--diff", "d.json", "-o", "made.xlsx"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("write the tables as CSV"), "{}", output.stderr);
}

#[test]
fn corrections_are_made_in_a_copy_in_the_print_of_the_file() {
    let folder = Folder::new("diff-corrections");
    let week =
        "Deaths by week;;\r\n\r\nRegion;Deaths;Rate\r\nNorth;1.495;10,50\r\nSouth;2.610;9,00\r\nWest;12;1,10\r\n";
    folder.write("in/week.csv", week);
    let noted = "dataset,period,place,table,row,column,printed,correction,slip,rule,by,noted\n\
        d,,in/week.csv:5:7,week,South,Deaths,2610,12610,digit,sum,Ann,2026-03-04\n\
        d,,in/week.csv:4:13,week,North,Rate,10.50,11.5,,sum,Ann,2026-03-04\n";
    folder.write("corrections.csv", noted);
    let arguments = ["patch", "in/week.csv", "--corrections", "corrections.csv", "-o", "made.csv"];
    let output = crossfoot(&folder, &arguments);
    assert_eq!((output.code, output.stderr.as_str()), (0, "2 figures corrected in the copy\n"));
    assert_eq!(folder.read("made.csv"), week.replace("2.610", "12.610").replace("10,50", "11,50"));
    assert_eq!(folder.read("in/week.csv"), week);
    folder.write("in/week.csv", week.replace("2.610", "2.611"));
    let output = crossfoot(&folder, &arguments);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("in/week.csv:5:7: expected \"2610\", found \"2.611\""), "{}", output.stderr);
    let onto = crossfoot(&folder, &["patch", "in/week.csv", "--corrections", "corrections.csv", "-o", "in/week.csv"]);
    assert_eq!(onto.code, 2, "{}", onto.stderr);
}
