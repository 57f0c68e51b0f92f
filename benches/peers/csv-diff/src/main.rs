//! `csv-diff-peer OLD NEW 0,3`: the csv-diff crate, its counts as JSON.

use std::error::Error;
use std::fs::File;

use csv_diff::csv::Csv;
use csv_diff::csv_diff::CsvByteDiffBuilder;
use csv_diff::diff_row::DiffByteRecord;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [old, new, key] = &arguments[..] else { return Err("expected OLD NEW KEY".into()) };
    let key = key.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?;
    let differ = CsvByteDiffBuilder::new().primary_key_columns(key).build()?;
    let (mut added, mut removed, mut changed, mut cells) = (0, 0, 0, 0);
    for it in differ.diff(Csv::with_reader(File::open(old)?), Csv::with_reader(File::open(new)?)) {
        match it? {
            DiffByteRecord::Add(_) => added += 1,
            DiffByteRecord::Delete(_) => removed += 1,
            DiffByteRecord::Modify { field_indices, .. } => {
                changed += 1;
                cells += field_indices.len();
            }
        }
    }
    println!("{{\"added\": {added}, \"removed\": {removed}, \"changed\": {changed}, \"cells\": {cells}}}");
    Ok(())
}
