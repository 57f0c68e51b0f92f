//! The key of large files, where none is given: what their first rows suggest,
//! looked for in all of them.
//!
//! Two rows of one key have one hash, so a part of the hashes tells as well as all
//! of them whether keys stand twice, and how many both files have.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;

use super::Large;
use super::cursor::Cursor;
use crate::error::Result;
use crate::source::delimited::sieve::{Dialect, cells_of};

/// So many hashes of a key are kept, about.
const KEPT: u64 = 1 << 15;
/// Of so many rows one may have the key of another.
const UNIQUE_PARTS: usize = 1_000;
/// So many are seen before a key is given up.
const SEEN_MIN: usize = 500;
/// Of so many rows one at least has its key in the other file too.
const SHARED_PARTS: usize = 2;
/// So many records are read at once.
const AT_ONCE: usize = 1024;

/// A key that may be one: which cells of each file are it.
pub(super) type Columns = (Vec<usize>, Vec<usize>);

/// The hashes of a key in one file.
#[derive(Default)]
struct Seen {
    hashes: HashSet<u64, FixedState>,
    again: usize,
}

impl Seen {
    /// Those of all rows; nothing where they are not unique.
    fn of(marks: &[u64], parts: u64) -> Option<Self> {
        let mut seen = Self::default();
        marks.iter().all(|it| seen.take(*it, parts)).then_some(seen)
    }

    /// Takes the key of one more row; whether they may still be unique.
    fn take(&mut self, hash: u64, parts: u64) -> bool {
        if hash.is_multiple_of(parts) && !self.hashes.insert(hash) {
            self.again += 1;
        }
        self.again * UNIQUE_PARTS <= self.hashes.len().max(SEEN_MIN)
    }
}

/// The first of some keys that names the rows of both files, if any does. The likeliest
/// comes first and is looked for alone: only its cells are read then.
pub(super) fn find(files: [(Large<'_>, Dialect); 2], keys: &[Columns], block: usize) -> Result<Option<usize>> {
    let (first, others) = keys.split_at(keys.len().min(1));
    if let Some(at) = first_of(files, first, block)? {
        return Ok(Some(at));
    }
    Ok(first_of(files, others, block)?.map(|it| first.len() + it))
}

fn first_of(files: [(Large<'_>, Dialect); 2], keys: &[Columns], block: usize) -> Result<Option<usize>> {
    // The same part of the hashes in both files.
    let rows = |file: Large<'_>| {
        let printed = file.parts.size() * file.sample.lines().count() as u64 / file.sample.len().max(1) as u64;
        printed + file.rows_left_out()
    };
    let parts = (rows(files[0].0).max(rows(files[1].0)) / KEPT).max(1);
    let how = (parts, block);
    let old = seen(files[0], &keys.iter().map(|it| Some(&it.0[..])).collect::<Vec<_>>(), how)?;
    let left: Vec<Option<&[usize]>> = old.iter().zip(keys).map(|it| it.0.as_ref().map(|_| &it.1.1[..])).collect();
    let new = seen(files[1], &left, how)?;
    let is_key = |it: &(&Option<Seen>, &Option<Seen>)| {
        let (Some(old), Some(new)) = it else { return false };
        let shared = old.hashes.iter().filter(|it| new.hashes.contains(*it)).count();
        shared * SHARED_PARTS >= old.hashes.len().min(new.hashes.len()) && shared > 0
    };
    Ok(old.iter().zip(&new).position(|it| is_key(&it)))
}

/// The hashes of each key in a file; nothing of one whose rows are not unique.
fn seen(
    (file, dialect): (Large<'_>, Dialect),
    keys: &[Option<&[usize]>],
    (parts, block): (u64, usize),
) -> Result<Vec<Option<Seen>>> {
    if let Some(of) = file.keys {
        let marked = |key: &[usize]| Ok(Seen::of(&of.marks(key)?, parts));
        return keys.iter().map(|it| it.map_or(Ok(None), marked)).collect();
    }
    let mut seen: Vec<Option<Seen>> = keys.iter().map(|it| it.map(|_| Seen::default())).collect();
    let mut cursor = Cursor::new(file, block);
    let (mut records, mut cells) = (Vec::new(), Vec::new());
    while seen.iter().any(Option::is_some) {
        if cursor.records(AT_ONCE, dialect, &mut records)?.is_err() {
            return Ok(keys.iter().map(|_| None).collect());
        }
        let Some(last) = records.last().map(|it| it.next) else { break };
        for it in records.iter().filter(|it| it.filled) {
            take((&cursor.ahead()[it.start..it.end], dialect), keys, (parts, &mut cells), &mut seen);
        }
        cursor.skip(last);
    }
    Ok(seen)
}

/// A hash of the key of a record, by its cells.
pub(super) fn hash_of_cells<C: AsRef<[u8]>>(cells: &[C], key: &[usize]) -> u64 {
    let mut hash = FixedState::default().build_hasher();
    for &at in key {
        cells.get(at).map_or(&b""[..], AsRef::as_ref).hash(&mut hash);
    }
    hash.finish()
}

/// Takes the keys of one record.
fn take(
    (record, dialect): (&[u8], Dialect),
    keys: &[Option<&[usize]>],
    (parts, spans): (u64, &mut Vec<(usize, usize)>),
    seen: &mut [Option<Seen>],
) {
    // What stands behind the last cell of a key is not looked at.
    let wanted = keys.iter().zip(&*seen).filter(|it| it.1.is_some()).flat_map(|it| it.0.iter().copied().flatten());
    let most = wanted.max().map_or(0, |it| it + 1);
    spans.clear();
    let mut start = 0;
    for at in memchr::memchr_iter(dialect.delimiter, record).chain([record.len()]).take(most) {
        spans.push((start, at));
        start = at + 1;
    }
    let read = spans.last().map_or(0, |it| it.1);
    let quoted = match memchr::memchr(b'"', &record[..read]) {
        Some(_) => match std::str::from_utf8(record).ok().and_then(|it| cells_of(it, dialect)) {
            Some(it) => Some(it),
            None => return,
        },
        None => None,
    };
    let cell = |at: usize| match &quoted {
        Some(it) => it.get(at).map_or(&b""[..], |it| it.as_bytes()),
        None => spans.get(at).map_or(&b""[..], |it| &record[it.0..it.1]),
    };
    for (key, found) in keys.iter().zip(seen) {
        let (Some(key), Some(it)) = (key, &mut *found) else { continue };
        let mut hash = FixedState::default().build_hasher();
        for &at in *key {
            cell(at).trim_ascii().hash(&mut hash);
        }
        if !it.take(hash.finish(), parts) {
            *found = None;
        }
    }
}
