//! Records of one key that both files have, read in the columns that differ.
//!
//! Most of what is left of two editions are rows in which a cell or two changed.
//! To read all of their cells as figures and days would cost many times what the
//! comparison does, so the cells that are alike in every such row are left out.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::keys::{Columns, hash_of_cells};
use super::left::read_again;
use super::{Large, SAMPLE_ROWS};
use crate::error::Result;
use crate::source::delimited::sieve::{Dialect, cells_of};

/// Offset and row of records that are left.
pub(super) type Left = Vec<(u64, u32)>;

/// What is left, in two parts.
#[derive(Debug, Default)]
pub(super) struct Halves {
    /// Records whose key stands once in each file: old, new; in the order of each.
    pub(super) paired: (Left, Left),
    /// All others, and the first rows of both files.
    pub(super) rest: (Left, Left),
    /// The columns to read of those that are paired, by their place in each file.
    pub(super) columns: Columns,
}

/// One of the two files, with what is left of it and the columns of its key.
pub(super) type Side<'a> = (Large<'a>, Dialect, &'a [(u64, u32)], &'a [usize]);

/// Which of the old records with a key is meant.
#[derive(Clone, Copy)]
enum Known {
    One(usize),
    Several,
}

/// Parts what is left into records that are one by their key, and the others;
/// `order` says where each column of the old file stands in the new one. Nothing
/// where a record is not as wide as the heading.
pub(super) fn halves(old: Side<'_>, new: Side<'_>, order: &[usize]) -> Result<Option<Halves>> {
    let mut records: Vec<Vec<u8>> = Vec::with_capacity(old.2.len());
    let mut known: HashMap<u64, Known, FixedState> = HashMap::default();
    let read = read_again(old.0, old.2, old.1, |it| {
        let Some(cells) = cells(it, old.1).filter(|it| it.len() == order.len()) else { return false };
        let hash = hash_of_cells(&cells, old.3);
        let at = records.len();
        known.entry(hash).and_modify(|it| *it = Known::Several).or_insert(Known::One(at));
        records.push(it.to_vec());
        true
    })?;
    if !read {
        return Ok(None);
    }
    let mut twins: Vec<Option<usize>> = vec![None; old.2.len()];
    let mut again: Vec<bool> = vec![false; old.2.len()];
    let (mut differs, mut at) = (vec![false; order.len()], 0);
    let read = read_again(new.0, new.2, new.1, |it| {
        let Some(now) = cells(it, new.1).filter(|it| it.len() == order.len()) else { return false };
        let row = at;
        at += 1;
        let Some(&Known::One(twin)) = known.get(&hash_of_cells(&now, new.3)) else { return true };
        let Some(was) = cells(&records[twin], old.1) else { return false };
        if old.3.iter().zip(new.3).any(|it| was[*it.0] != now[*it.1]) {
            return true;
        }
        again[twin] |= twins[twin].replace(row).is_some();
        for (column, &to) in order.iter().enumerate() {
            differs[column] |= was[column] != now[to];
        }
        true
    })?;
    if !read {
        return Ok(None);
    }
    for at in (0..twins.len()).filter(|it| again[*it]) {
        twins[at] = None;
    }
    let mut halves = parted(old.2, new.2, &twins);
    let read: Vec<usize> = (0..order.len()).filter(|it| differs[*it] || old.3.contains(it)).collect();
    halves.columns = (read.clone(), read.iter().map(|it| order[*it]).collect());
    Ok(Some(halves))
}

/// The two parts of what is left, by the new record that each old one is.
fn parted(old: &[(u64, u32)], new: &[(u64, u32)], twins: &[Option<usize>]) -> Halves {
    let (mut is_paired, mut is_first) = (vec![false; new.len()], vec![false; new.len()]);
    let mut halves = Halves::default();
    for (it, twin) in old.iter().zip(twins) {
        if let Some(twin) = *twin {
            (is_paired[twin], is_first[twin]) = (true, it.1 < SAMPLE_ROWS);
            halves.paired.0.push(*it);
        }
        if twin.is_none() || it.1 < SAMPLE_ROWS {
            halves.rest.0.push(*it);
        }
    }
    for (row, it) in new.iter().enumerate() {
        if is_paired[row] {
            halves.paired.1.push(*it);
        }
        if !is_paired[row] || is_first[row] {
            halves.rest.1.push(*it);
        }
    }
    halves
}

/// The cells of a record.
fn cells(record: &[u8], dialect: Dialect) -> Option<Vec<std::borrow::Cow<'_, [u8]>>> {
    use std::borrow::Cow;
    if memchr::memchr(b'"', record).is_none() {
        let mut cells = Vec::new();
        let mut start = 0;
        for at in memchr::memchr_iter(dialect.delimiter, record).chain([record.len()]) {
            cells.push(Cow::Borrowed(&record[start..at]));
            start = at + 1;
        }
        return Some(cells);
    }
    let cells = cells_of(std::str::from_utf8(record).ok()?, dialect)?;
    let bytes = |it: Cow<'_, str>| Cow::Owned(it.into_owned().into_bytes());
    Some(cells.into_iter().map(bytes).collect())
}

/// Some cells of a record, written as they are in the record; nothing where it
/// cannot be told which bytes they have.
pub(super) fn narrowed(record: &[u8], dialect: Dialect, columns: &[usize], into: &mut Vec<u8>) -> Option<()> {
    let mut spans = Vec::new();
    let mut rest = record;
    loop {
        let behind = super::saying::skipped(rest, dialect)?;
        let start = record.len() - rest.len();
        spans.push(start..record.len() - behind.len());
        match behind.split_first() {
            None => break,
            Some((_, next)) => rest = next,
        }
    }
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            into.push(dialect.delimiter);
        }
        into.extend_from_slice(&record[spans.get(*column)?.clone()]);
    }
    Some(())
}
