//! The rows of delimited text by a mark of each, to be told from those of a file that is kept
//! by columns: what both have in one place is neither parsed nor printed.

use super::Large;
use super::common::LeftOut;
use super::cursor::{Cursor, Record};
use super::saying::{skipped, undouble, unscaled};
use crate::error::Result;
use crate::source::columns::joined;
use crate::source::delimited::sieve::{Dialect, cells_of, plain_form};
use crate::table::trim;

/// So many records are read at once.
const AT_ONCE: usize = 1024;

/// What tells cells apart by what they say, whichever file has them.
#[derive(Clone, Debug)]
pub struct CellMarks {
    dialect: Dialect,
    /// Which cells are numbers of no printed precision.
    plain: Vec<bool>,
}

/// The rows of a file of text.
#[derive(Debug, Default)]
pub struct Rows {
    /// The mark of each.
    pub marks: Vec<u64>,
    /// Where each ends.
    ends: Vec<u64>,
}

impl CellMarks {
    /// What the cells of a text say beside those of a file with columns of some names and
    /// decimals; nothing where it has other columns, or no plain form.
    ///
    /// # Errors
    ///
    /// [`Unreadable`](crate::error::ErrorKind::Unreadable) where it is no text.
    pub fn of(file: Large<'_>, names: &[&str], scales: &[Option<u8>]) -> Result<Option<Self>> {
        let document = crate::source::decode(file.name, file.sample.as_bytes().to_vec())?;
        let Some((dialect, _)) = plain_form(&document) else { return Ok(None) };
        let heading = file.sample.lines().next().and_then(|it| cells_of(it, dialect)).unwrap_or_default();
        let is_same = heading.len() == names.len() && heading.iter().zip(names).all(|it| trim(it.0) == trim(it.1));
        let plain = scales.iter().map(Option::is_some).collect();
        Ok(is_same.then_some(Self { dialect, plain }))
    }

    /// The mark of a cell.
    pub fn mark(&self, column: usize, text: &[u8]) -> u64 {
        xxhash_rust::xxh3::xxh3_64(if self.plain[column] { unscaled(text) } else { text })
    }

    /// The rows of the text.
    ///
    /// # Errors
    ///
    /// [`Unreadable`](crate::error::ErrorKind::Unreadable) where it cannot be read to its end.
    pub fn rows(&self, file: Large<'_>, block: usize) -> Result<Option<Rows>> {
        let mut rows = Rows::default();
        let mut is_apart = false;
        let read = self.each(file, block, |place, bytes, it| {
            if !it.filled {
                is_apart = true;
                return;
            }
            // Where lines stand beside the rows, they are counted like others.
            let is_odd = std::mem::take(&mut is_apart) || it.breaks > 0;
            let mark = if is_odd { None } else { self.of_record(&bytes[it.start..it.end]) };
            rows.marks.push(mark.unwrap_or_else(|| odd(rows.marks.len())));
            rows.ends.push(place + it.next as u64);
        })?;
        Ok(read.then_some(rows))
    }

    /// The mark of what each row says in some columns.
    ///
    /// # Errors
    ///
    /// As [`rows`](Self::rows).
    pub fn marks_in(&self, file: Large<'_>, columns: &[usize], block: usize) -> Result<Vec<u64>> {
        let (mut marks, mut some) = (Vec::new(), vec![0; columns.len()]);
        self.each(file, block, |_, bytes, it| {
            if it.filled {
                let mark = self.of_some(&bytes[it.start..it.end], columns, &mut some);
                marks.push(mark.unwrap_or_else(|| odd(marks.len())));
            }
        })?;
        Ok(marks)
    }

    /// Goes over all records: where their bytes begin, those, and where each stands in them.
    /// Whether it could.
    fn each(&self, file: Large<'_>, block: usize, mut each: impl FnMut(u64, &[u8], &Record)) -> Result<bool> {
        let mut cursor = Cursor::new(Large { left_out: &[], ..file }, block);
        let mut records = Vec::new();
        loop {
            if cursor.records(AT_ONCE, self.dialect, &mut records)?.is_err() {
                return Ok(false);
            }
            let Some(last) = records.last().map(|it| it.next) else { return Ok(true) };
            for it in &records {
                each(cursor.place(), cursor.ahead(), it);
            }
            cursor.skip(last);
        }
    }

    /// The mark of a record by all of its cells; none where it is not told by them.
    fn of_record(&self, record: &[u8]) -> Option<u64> {
        let (mut mark, mut count) = (0, 0);
        self.cells(record, |cell| {
            if count < self.plain.len() {
                mark = joined(mark, self.mark(count, cell));
            }
            count += 1;
            true
        })?;
        (count == self.plain.len()).then_some(mark)
    }

    /// The same by some of its cells; `marks` is for theirs.
    fn of_some(&self, record: &[u8], columns: &[usize], marks: &mut [u64]) -> Option<u64> {
        let last = columns.iter().copied().max()?;
        let mut count = 0;
        self.cells(record, |cell| {
            for (_, it) in columns.iter().zip(&mut *marks).filter(|it| *it.0 == count) {
                *it = self.mark(count, cell);
            }
            count += 1;
            count <= last
        })?;
        (count > last).then(|| marks.iter().copied().fold(0, joined))
    }

    /// Hands out what the cells of a record hold, until one is refused; none where its quotes
    /// stand in unusual places.
    fn cells(&self, record: &[u8], mut take: impl FnMut(&[u8]) -> bool) -> Option<()> {
        if memchr::memchr(b'"', record).is_none() {
            let mut start = 0;
            // Most cells are shorter than what a search looks at at once.
            for at in (0..record.len()).filter(|it| record[*it] == self.dialect.delimiter) {
                if !take(&record[start..at]) {
                    return Some(());
                }
                start = at + 1;
            }
            take(&record[start..]);
            return Some(());
        }
        let (mut rest, mut unquoted) = (record, Vec::new());
        loop {
            let behind = skipped(rest, self.dialect)?;
            let cell = &rest[..rest.len() - behind.len()];
            let goes_on = match cell.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")) {
                Some(inner) if memchr::memchr(b'"', inner).is_some() => {
                    unquoted.clear();
                    undouble(inner, &mut unquoted);
                    take(&unquoted)
                }
                inner => take(inner.unwrap_or(cell)),
            };
            match behind.split_first() {
                Some((_, behind)) if goes_on => rest = behind,
                _ => return Some(()),
            }
        }
    }
}

/// The mark of a row that is like no other.
fn odd(row: usize) -> u64 {
    joined(u64::MAX, row as u64)
}

impl Rows {
    /// Where some of its rows are left out.
    pub fn left_out(&self, runs: impl Iterator<Item = (usize, usize)>) -> Vec<LeftOut> {
        let of = |(first, rows): (usize, usize)| {
            let at = first.checked_sub(1).map_or(0, |it| self.ends[it]);
            LeftOut { at, rows: rows as u64, bytes: self.ends[first + rows - 1] - at }
        };
        runs.map(of).collect()
    }
}
