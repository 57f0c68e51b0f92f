//! Diffs of large Parquet files: the same as those of the CSV files that say the same.

use crate::columns::{Form, PLAIN, Row, csv, parquet, sound};
use crate::support::{Folder, crossfoot};

/// Without packing and codes, so that few rows make a large file.
const LARGE: Form = Form {
    group: 20_000,
    page: 5_000,
    dictionary: false,
    compression: parquet::basic::Compression::UNCOMPRESSED,
    ..PLAIN
};
const ROWS: i64 = 24_000;

/// Rows, and an edition of them: one figure changed, one row gone, one come; by turns if asked.
fn editions(turned: bool) -> (Vec<Row>, Vec<Row>) {
    let old = sound(ROWS);
    let mut new = old.clone();
    new[14_007].n = Some(4_444);
    new[21_000].id = Some(7);
    if turned {
        let turn = |it: usize| it * 7_919 % new.len();
        new = (0..new.len()).map(|it| new[turn(it)].clone()).collect();
    }
    (old, new)
}

/// The changes and counts that a diff in JSON has.
fn told(folder: &Folder, arguments: &[&str]) -> (serde_json::Value, serde_json::Value) {
    let output = crossfoot(folder, &[&["diff", "-o", "json"], arguments].concat());
    assert_eq!((output.code, output.stderr.as_str()), (1, ""), "{arguments:?}");
    let it: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    (it["summary"].clone(), it["changes"].clone())
}

#[test]
fn large_parquet_files_differ_as_their_csv_twins_do() {
    for turned in [false, true] {
        let folder = Folder::new(if turned { "columns-diff-turned" } else { "columns-diff" });
        let (old, new) = editions(turned);
        for (name, rows) in [("old", old), ("new", new)] {
            folder.write(&format!("{name}.csv"), csv(&rows));
            folder.write(&format!("{name}.parquet"), parquet(&rows, LARGE));
        }
        for key in [&["--key", "id"][..], &[]] {
            let wanted = told(&folder, &[&["old.csv", "new.csv"], key].concat());
            let rows = &wanted.0["rows"];
            assert_eq!([&rows["added"], &rows["removed"], &rows["changed"]], [1, 1, 1], "{rows}");
            assert_eq!(rows["moved"] == 0, !turned, "{rows}");
            for files in [["old.parquet", "new.parquet"], ["old.csv", "new.parquet"], ["old.parquet", "new.csv"]] {
                assert_eq!(told(&folder, &[&files, key].concat()), wanted, "{files:?}, {key:?}");
            }
        }
    }
}
