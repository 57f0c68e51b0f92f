//! Diffs of large Parquet files: the same as those of the CSV files that say the same.

use crate::columns::{Form, PLAIN, Row, csv, parquet, sound};
use crate::draws::Draws;
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

/// An edition with so many rows in a thousand changed, gone or come, and a block of rows
/// moved to the front.
fn edited(old: &[Row], seed: u64) -> Vec<Row> {
    let mut draws = Draws::new(seed);
    let mut new = Vec::with_capacity(old.len());
    for (at, row) in (0_i64..).zip(old) {
        let mut other = row.clone();
        match draws.between(0, 600) {
            0 => {
                other.n = Some(-at);
                new.push(other);
            }
            1 => {}
            2 => {
                other.id = Some(1_000_000 + at);
                new.extend([row.clone(), other]);
            }
            _ => new.push(other),
        }
    }
    let block = usize::try_from(draws.between(1, 9_000)).unwrap();
    let moved: Vec<Row> = new.drain(9_000..9_000 + block).collect();
    new.splice(200..200, moved);
    new
}

#[test]
fn drawn_editions_of_parquet_files_differ_as_their_csv_twins_do() {
    for seed in 0..4 {
        let folder = Folder::new(&format!("columns-diff-drawn-{seed}"));
        let old = sound(ROWS);
        let new = edited(&old, seed);
        let groups = [20_000, 7_001];
        for (name, rows, group) in [("old", &old, groups[0]), ("new", &new, groups[usize::from(seed % 2 == 1)])] {
            folder.write(&format!("{name}.csv"), csv(rows));
            folder.write(&format!("{name}.parquet"), parquet(rows, Form { group, ..LARGE }));
        }
        let wanted = told(&folder, &["old.csv", "new.csv", "--key", "id"]);
        assert!(wanted.1.as_array().unwrap().len() > 60, "{}", wanted.0);
        assert_eq!(told(&folder, &["old.parquet", "new.parquet", "--key", "id"]), wanted, "seed {seed}");
    }
}
