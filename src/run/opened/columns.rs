//! Large files that are kept by columns, to be compared.

#[cfg(feature = "parquet")]
use std::io::Write as _;
#[cfg(feature = "parquet")]
use std::ops::Range;

#[cfg(feature = "parquet")]
use super::{Bytes, MAGIC_BYTES, Opened, Parts, no_room};
use crate::diff::large::LeftOut;
#[cfg(feature = "parquet")]
use crate::diff::large::{Run, runs};
#[cfg(feature = "parquet")]
use crate::error::{Error, ErrorKind, Result};
#[cfg(feature = "parquet")]
use crate::source;
#[cfg(feature = "parquet")]
use crate::source::columns::ColumnFile;

/// What the lines of a file that is kept by columns do not tell.
pub(crate) struct OfColumns {
    /// The decimals that the types of columns have; none where they hold no numbers.
    pub(crate) scales: Vec<Option<u8>>,
    /// Where rows are left out of them.
    pub(crate) left_out: Vec<LeftOut>,
}

#[cfg(feature = "parquet")]
impl Opened {
    /// A file that is kept by columns as the CSV file that says the same, but for some of its
    /// rows; nothing where it is none, or where a line of that would not be a row.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if it is damaged, or if there is no room for it.
    pub(crate) fn printed(&self, left_out: &[Range<usize>]) -> Result<Option<(Parts, OfColumns)>> {
        let Some(columns) = self.columns()? else { return Ok(None) };
        let unwritten = |it| no_room(&self.name, it);
        let mut file = tempfile::tempfile().map_err(unwritten)?;
        let mut size = 0;
        let gaps = columns.lines(left_out, |it| {
            size += it.len() as u64;
            file.write_all(it.as_bytes()).map_err(unwritten)
        })?;
        let Some(gaps) = gaps else { return Ok(None) };
        let left_out = gaps.into_iter().zip(left_out).map(|(at, it)| LeftOut { at, rows: it.len() as u64, bytes: 0 });
        let of_columns = OfColumns { scales: columns.scales(), left_out: left_out.collect() };
        Ok(Some((Parts::of_file(file, size), of_columns)))
    }

    /// The longer runs of rows that two files kept by columns have in the same order; none
    /// where their columns are not the same, or where `memory` is not enough to tell. The rows
    /// of so many first bytes of text are not looked at.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] if one is damaged.
    pub(crate) fn runs(&self, new: &Self, (sample, memory): (usize, u64)) -> Result<Vec<Run>> {
        const MARK_BYTES: u64 = 8;
        let (Some(old), Some(new)) = (self.columns()?, new.columns()?) else { return Ok(Vec::new()) };
        let rows = old.all_rows() + new.all_rows();
        if !old.is_printed_as(&new) || rows.saturating_mul(MARK_BYTES * 2) > memory {
            return Ok(Vec::new());
        }
        let first = old.document(sample)?.line_count().max(new.document(sample)?.line_count());
        Ok(runs(&old.marks()?, &new.marks()?, first))
    }

    /// It as a file that is kept by columns, if it is a large one.
    pub(crate) fn columns(&self) -> Result<Option<ColumnFile<'_>>> {
        let Bytes::Parts(parts) = &self.bytes else { return Ok(None) };
        let mut start = [0; MAGIC_BYTES];
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&self.name).because(it);
        source::Parts::read_at(parts, 0, &mut start).map_err(unreadable)?;
        if !source::columns::is_parquet(&start) {
            return Ok(None);
        }
        ColumnFile::open(&self.name, parts).map(Some)
    }
}
