//! A place in a large file, with what is read ahead of it.

use super::stretch::{Stretch, is_filled};
use super::{Large, LeftOut};
use crate::error::{Error, ErrorKind, Result};
use crate::source::delimited::sieve::{Dialect, Stop, breaks, slow_end};

/// A record of more bytes is no table, or a quote that nothing closes.
const RECORD_MAX: usize = 1 << 24;

/// Why a record could not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It ends behind what was read.
    More,
    /// It is no plain text.
    NotPlain,
}

/// A record among bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub(super) start: usize,
    /// Without its line break.
    pub(super) end: usize,
    pub(super) next: usize,
    /// Whether any cell holds something.
    pub(super) filled: bool,
    /// How many line breaks are inside its quotes.
    pub(super) breaks: u64,
}

/// The record that starts at a place.
pub(super) fn record(bytes: &[u8], start: usize, dialect: Dialect, last: bool) -> Result<Record, Fault> {
    let Some(at) = memchr::memchr3(b'\n', b'"', b'\r', &bytes[start..]).map(|it| start + it) else {
        return if last { Ok(Record::of(bytes, start, (bytes.len(), bytes.len()), dialect)) } else { Err(Fault::More) };
    };
    let ends = match (bytes[at], bytes.get(at + 1)) {
        (b'\r', Some(b'\n')) => (at, at + 2),
        (b'\r', None) if !last => return Err(Fault::More),
        (b'\n', _) | (b'\r', None) => (at, at + 1),
        (b'\r', _) => return Err(Fault::NotPlain),
        _ => return quoted(bytes, start, dialect, last),
    };
    Ok(Record::of(bytes, start, ends, dialect))
}

impl Record {
    fn of(bytes: &[u8], start: usize, (end, next): (usize, usize), dialect: Dialect) -> Self {
        Self { start, end, next, filled: is_filled(&bytes[start..end], dialect), breaks: 0 }
    }
}

/// A record with quotes, told by where they stand, or else by the reader of small files.
fn quoted(bytes: &[u8], start: usize, dialect: Dialect, last: bool) -> Result<Record, Fault> {
    if let Some(ends) = plain_quotes(bytes, start, dialect) {
        return Ok(Record::of(bytes, start, ends, dialect));
    }
    let mut length = 1 << 10;
    loop {
        let until = bytes.len().min(start + length);
        let whole = until == bytes.len();
        match slow_end(&bytes[..until], start, dialect, whole && last) {
            Ok((end, next)) if next < until || (whole && last) => {
                let breaks = breaks(&bytes[start..end]);
                return Ok(Record { breaks, ..Record::of(bytes, start, (end, next), dialect) });
            }
            Ok(_) | Err(Stop::More) if whole => return Err(Fault::More),
            Ok(_) | Err(Stop::More) if length < RECORD_MAX => length *= 16,
            _ => return Err(Fault::NotPlain),
        }
    }
}

/// Where a record ends whose quotes open behind a delimiter, close before one,
/// and hold no line break.
fn plain_quotes(bytes: &[u8], start: usize, dialect: Dialect) -> Option<(usize, usize)> {
    let (mut open, mut skip) = (false, 0);
    for at in memchr::memchr2_iter(b'"', b'\n', &bytes[start..]).map(|it| start + it) {
        match (bytes[at], bytes.get(at + 1)) {
            _ if at < skip => {}
            (b'\n', _) if open => return None,
            (b'\n', _) if bytes[at - 1] == b'\r' => return Some((at - 1, at + 1)),
            (b'\n', _) => return Some((at, at + 1)),
            (_, Some(b'"')) if open => skip = at + 2,
            (_, Some(&it)) if open && (it == dialect.delimiter || it == b'\n' || it == b'\r') => open = false,
            _ if !open && (at == start || bytes[at - 1] == dialect.delimiter) => open = true,
            _ => return None,
        }
    }
    None
}

/// Reads so many bytes at an offset, or as many as there are.
pub(super) fn read(file: Large<'_>, offset: u64, length: u64, bytes: &mut Vec<u8>) -> Result<()> {
    bytes.clear();
    let wanted = file.parts.size().saturating_sub(offset).min(length);
    append(file, offset, usize::try_from(wanted).unwrap_or(usize::MAX), bytes)
}

fn append(file: Large<'_>, offset: u64, count: usize, bytes: &mut Vec<u8>) -> Result<()> {
    let had = bytes.len();
    bytes.resize(had + count, 0);
    let unreadable =
        |it| Error::new(ErrorKind::Unreadable, "could not be read to the end").in_file(file.name).because(it);
    if file.parts.read_at(offset, &mut bytes[had..]).map_err(unreadable)? < count {
        return Err(Error::new(ErrorKind::Unreadable, "was truncated while being read")
            .in_file(file.name)
            .hint("run again when no program is writing to it"));
    }
    Ok(())
}

/// A place in a file: the start of a record.
pub(super) struct Cursor<'a> {
    file: Large<'a>,
    block: usize,
    bytes: Vec<u8>,
    /// Where in the file `bytes` begin.
    offset: u64,
    at: usize,
    /// How many rows stand before it.
    pub(super) row: u64,
    /// From which row on there were so many lines more than rows.
    pub(super) extras: Vec<(u64, u64)>,
    extra: u64,
    /// How many stretches of rows were passed that are not looked at.
    passed: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(file: Large<'a>, block: usize) -> Self {
        let (bytes, extras) = (Vec::new(), Vec::new());
        Self { file, block: block.max(1), bytes, offset: file.body, at: 0, row: 0, extras, extra: 0, passed: 0 }
    }

    /// What is read ahead.
    pub(super) fn ahead(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    /// Where in the file it stands.
    pub(super) fn place(&self) -> u64 {
        self.offset + self.at as u64
    }

    /// Whether the file ends with what is read ahead.
    pub(super) fn is_last(&self) -> bool {
        self.offset + self.bytes.len() as u64 >= self.file.parts.size()
    }

    /// The rows that stand here and are not looked at, if there are such.
    pub(super) fn left_out(&self) -> Option<LeftOut> {
        self.file.left_out.get(self.passed).filter(|it| it.at == self.place()).copied()
    }

    /// Goes over those.
    pub(super) fn pass(&mut self, it: LeftOut) {
        let end = it.at + it.bytes;
        match usize::try_from(end - self.offset) {
            Ok(at) if at <= self.bytes.len() => self.at = at,
            _ => {
                self.bytes.clear();
                (self.offset, self.at) = (end, 0);
            }
        }
        self.row += it.rows;
        self.passed += 1;
    }

    /// Reads ahead until there are so many bytes.
    pub(super) fn fill(&mut self, wanted: usize) -> Result<()> {
        while self.ahead().len() < wanted && !self.is_last() {
            self.bytes.drain(..self.at);
            (self.offset, self.at) = (self.place(), 0);
            let from = self.offset + self.bytes.len() as u64;
            let left = usize::try_from(self.file.parts.size() - from).unwrap_or(usize::MAX);
            append(self.file, from, self.block.max(wanted - self.bytes.len()).min(left), &mut self.bytes)?;
        }
        Ok(())
    }

    /// Up to so many of the next records, their places counted from here.
    pub(super) fn records(
        &mut self,
        count: usize,
        dialect: Dialect,
        found: &mut Vec<Record>,
    ) -> Result<Result<(), Fault>> {
        found.clear();
        let mut at = 0;
        let end = self.file.left_out.get(self.passed).map(|it| it.at);
        while found.len() < count {
            let is_here = end.is_some_and(|end| self.place() + at as u64 >= end);
            if is_here || (at >= self.ahead().len() && self.is_last()) {
                break;
            }
            match record(self.ahead(), at, dialect, self.is_last()) {
                Ok(it) if it.next < self.ahead().len() || self.is_last() => {
                    at = it.next;
                    found.push(it);
                }
                Ok(_) | Err(Fault::More) if !self.is_last() && self.ahead().len() - at < RECORD_MAX => {
                    self.fill(self.ahead().len() + self.block.max(self.ahead().len() - at))?;
                }
                _ => return Ok(Err(Fault::NotPlain)),
            }
        }
        Ok(Ok(()))
    }

    /// Goes over one record, the next one at `from` bytes ahead of here.
    pub(super) fn count(&mut self, it: &Record) {
        self.row += u64::from(it.filled);
        let more = it.breaks + u64::from(!it.filled);
        if more > 0 {
            self.extra += more;
            self.extras.push((self.row, self.extra));
        }
    }

    /// Goes over whole records told without parsing.
    pub(super) fn count_all(&mut self, found: &Stretch) {
        for (rows, more) in &found.extras {
            self.extra += more;
            self.extras.push((self.row + rows, self.extra));
        }
        self.row += found.rows;
    }

    /// Moves on.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }
}
