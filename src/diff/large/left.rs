//! The records that are left, read again.

use super::Large;
use super::cursor::{self, Fault, record};
use super::pairs::narrowed;
use super::stretch::is_filled;
use crate::error::Result;
use crate::source::delimited::sieve::{Dialect, breaks};
use crate::table::Document;

/// What is left of two large files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) old: Side,
    pub(super) new: Side,
    /// How many records stand in both.
    pub(super) met: usize,
    /// The old row of each new one that stands in both.
    pub(super) order: Vec<u32>,
}

/// What is left of one of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Side {
    /// Offset and row, from 0, of each record without a twin, in order.
    pub(super) left: Vec<(u64, u32)>,
    /// From which row on there were so many lines more than rows.
    pub(super) extras: Vec<(u64, u64)>,
}

/// Reads records again, in order, and hands out the bytes of each, without
/// its line break, until one is refused; false then, and where one is no plain
/// text.
pub(super) fn read_again(
    file: Large<'_>,
    left: &[(u64, u32)],
    dialect: Dialect,
    mut each: impl FnMut(&[u8]) -> bool,
) -> Result<bool> {
    const LEAST: u64 = 4 << 10;
    const MOST: u64 = 1 << 24;
    let mut bytes = Vec::new();
    let mut from = 0;
    let mut length = LEAST;
    for &(offset, _) in left {
        let mut end = from + bytes.len() as u64;
        loop {
            let known = (from..end).contains(&offset);
            if known {
                let at = usize::try_from(offset - from).expect("it is within what was read");
                match record(&bytes, at, dialect, end >= file.parts.size()) {
                    Ok(it) => {
                        if !each(&bytes[at..it.end]) {
                            return Ok(false);
                        }
                        break;
                    }
                    Err(Fault::NotPlain) => return Ok(false),
                    Err(Fault::More) if from == offset && length >= MOST => return Ok(false),
                    Err(Fault::More) => {}
                }
            }
            // Where records stand close together, more is read at once.
            let near = known || offset < end + length;
            length = if near { (length * 2).min(if from == offset { MOST } else { MOST >> 4 }) } else { LEAST };
            cursor::read(file, offset, length, &mut bytes)?;
            from = offset;
            end = from + bytes.len() as u64;
        }
    }
    Ok(true)
}

/// The heading and records that are left as a document that knows their lines,
/// with all cells or those of some columns; none where they are no text, or where
/// a record has nothing in those.
pub(super) fn document(
    (file, dialect): (Large<'_>, Dialect),
    heading: &str,
    (side, which): (&Side, &[(u64, u32)]),
    columns: Option<&[usize]>,
) -> Result<Option<Document>> {
    let mut bytes = Vec::new();
    let take = |it: &[u8], bytes: &mut Vec<u8>| match columns {
        Some(columns) => narrowed(it, dialect, columns, bytes).is_some(),
        None => {
            bytes.extend_from_slice(it);
            true
        }
    };
    if !take(heading.as_bytes(), &mut bytes) {
        return Ok(None);
    }
    bytes.push(b'\n');
    let mut lines = vec![1];
    let mut rows = which.iter();
    let read = read_again(file, which, dialect, |it| {
        let row = u64::from(rows.next().map_or(0, |it| it.1));
        let before = side.extras.partition_point(|it| it.0 <= row);
        let extra = before.checked_sub(1).map_or(0, |it| side.extras[it].1);
        let Ok(line) = u32::try_from(row + 2 + extra) else { return false };
        let start = bytes.len();
        if !take(it, &mut bytes) || !is_filled(&bytes[start..], dialect) {
            return false;
        }
        lines.extend((0..=u32::try_from(breaks(&bytes[start..])).unwrap_or(u32::MAX)).map(|at| line + at));
        bytes.push(b'\n');
        true
    })?;
    let text = String::from_utf8(bytes).ok().filter(|_| read);
    Ok(text.map(|it| match file.scales {
        Some(_) => Document::of_columns(file.name, it, lines),
        None => Document::of_lines(file.name, it, "UTF-8", lines),
    }))
}
