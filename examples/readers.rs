//! Reads a large file by the library that crossfoot reads its format with, and
//! nothing else: the peer of `benches/readers.py`.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("give a file")?;
    let extension = Path::new(&path).extension().map(|it| it.to_string_lossy().into_owned());
    let cells = match extension.as_deref() {
        Some("xlsx") => {
            let mut book: Xlsx<_> = open_workbook(&path)?;
            let sheets = book.worksheets();
            sheets.iter().flat_map(|it| it.1.used_cells()).filter(|it| *it.2 != Data::Empty).count()
        }
        Some("ndjson") => {
            let mut cells = 0;
            for line in BufReader::new(File::open(&path)?).lines() {
                if let Value::Object(record) = serde_json::from_str(&line?)? {
                    cells += record.len();
                }
            }
            cells
        }
        _ => return Err("expected .xlsx or .ndjson".into()),
    };
    println!("{cells} cells");
    Ok(())
}
