//! Reads snapshots back.

use std::sync::Arc;

use super::Snapshot;
use super::front::{self, Front, RESTORE, damaged};
use super::write::heading;
use crate::check::Accepted;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::source::{read_canonical, type_canonical};
use crate::table::{Document, Edition, Table};

/// Reads a snapshot from its bytes; its dataset's schemas type its tables,
/// and types are inferred where no rule file declares it.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where it is no whole snapshot of a version that
/// this program reads.
pub fn open(file: &str, bytes: &[u8], datasets: &[Dataset]) -> Result<Accepted> {
    read(file, bytes, datasets).map(|it| it.accepted)
}

/// Reads all that a snapshot says from its bytes; tables are typed as by [`open`].
///
/// # Errors
///
/// As [`open`].
pub fn read(file: &str, bytes: &[u8], datasets: &[Dataset]) -> Result<Snapshot> {
    let not_text = |it| Error::new(ErrorKind::Unreadable, "expected UTF-8").in_file(file).because(it).hint(RESTORE);
    let text = str::from_utf8(bytes).map_err(not_text)?;
    if u32::try_from(text.len()).is_err() {
        return Err(Error::new(ErrorKind::Unreadable, "expected less than 4 GiB").in_file(file));
    }
    let document = Arc::new(Document::new(file, text.to_owned(), "UTF-8"));
    let front = front::read(&document)?;
    let tables = tables(&document, &front, datasets).map_err(|it| it.hint(RESTORE))?;
    let (waivers, waiver_lines) = front.waivers.into_iter().unzip();
    let accepted = Accepted {
        dataset: front.dataset,
        file: file.to_owned(),
        edition: Arc::new(Edition { period: front.period, coverage: front.coverage, tables }),
        waivers,
        known: front.known,
        replaced: front.replaced,
    };
    Ok(Snapshot { accepted, sources: front.sources, waiver_lines })
}

fn tables(document: &Arc<Document>, front: &Front, datasets: &[Dataset]) -> Result<Vec<Table>> {
    let dataset = datasets.iter().find(|it| it.name == front.dataset);
    let mut at = front.end;
    let mut tables = Vec::new();
    for (name, rows) in &front.tables {
        let expected = format!("\n{}\n", heading(name));
        if !document.text[at..].starts_with(&expected) {
            return Err(damaged(document, at, format!("expected table {name} after a blank line")));
        }
        let (grid, end) = read_canonical(document, at + expected.len(), *rows)?;
        let schema = dataset.and_then(|it| it.tables.iter().find(|it| it.name == *name));
        tables.push(type_canonical(grid, document, name, schema)?);
        at = end;
    }
    if at < document.text.len() {
        return Err(damaged(document, at, "expected the end of the file"));
    }
    Ok(tables)
}
