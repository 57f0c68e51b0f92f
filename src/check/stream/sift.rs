//! A sieve over a large file, in chunks, on all threads.

use std::cell::Cell;

use rayon::prelude::*;

use super::Clean;
use crate::error::{Error, ErrorKind, Result};
use crate::source::Parts;
use crate::source::delimited::sieve::{Chunk, Key, Sieve, Stop, Suspect};

/// So many bytes more are read for the last record, then more and more.
const BEHIND_BYTES: u64 = 64 << 10;
const BEHIND_MAX: u64 = 1 << 26;
/// So many chunks are under way at once for each thread.
const WINDOW: usize = 4;
/// So many records are handed out at most; more make the file no large one.
pub(super) const SUSPECTS_MAX: usize = 400_000;

/// What a sieve made of a file.
pub(super) struct Sifted {
    /// The records to look at, with their line and their number, both from 1.
    pub(super) handed: Vec<(Suspect, u64, u64)>,
    pub(super) clean: Clean,
    /// How many records there are, with the heading.
    pub(super) records: u64,
}

#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) parts: &'a dyn Parts,
    pub(super) name: &'a str,
    pub(super) chunk: u64,
}

impl File<'_> {
    /// Reads so many bytes, or as many as there are.
    pub(super) fn read(&self, offset: u64, length: u64, bytes: &mut Vec<u8>) -> Result<()> {
        let left = self.parts.size().saturating_sub(offset).min(length);
        let wanted = usize::try_from(left).unwrap_or(usize::MAX);
        bytes.resize(wanted, 0);
        let unreadable =
            |it| Error::new(ErrorKind::Unreadable, "could not be read to its end").in_file(self.name).because(it);
        if self.parts.read_at(offset, bytes).map_err(unreadable)? < wanted {
            return Err(Error::new(ErrorKind::Unreadable, "became shorter while it was read")
                .in_file(self.name)
                .hint("check it again when nobody writes it any more"));
        }
        Ok(())
    }

    /// The records that start from `start` on and before `limit`; where no
    /// record is known to start there, from the first line break on.
    fn chunk(
        &self,
        sieve: &Sieve,
        (start, limit): (u64, u64),
        aligned: bool,
        floor: Option<Key>,
    ) -> Result<Result<Chunk, Stop>> {
        thread_local! {
            static BYTES: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
        }
        let mut bytes = BYTES.take();
        let mut behind = BEHIND_BYTES;
        // The byte before tells whether a record starts here.
        let from = if aligned { start } else { start - 1 };
        let chunk = loop {
            self.read(from, limit - from + behind, &mut bytes)?;
            let last = from + bytes.len() as u64 >= self.parts.size();
            let first = if aligned { Some(0) } else { memchr::memchr(b'\n', &bytes).map(|it| it + 1) };
            let read = match first {
                Some(first) => {
                    let begin = from + first as u64;
                    let within = usize::try_from(limit.saturating_sub(begin)).unwrap_or(usize::MAX);
                    let read = sieve.chunk(&bytes[first..], within, last, floor);
                    read.map(|(chunk, end)| Chunk { start: begin, end: begin + end as u64, ..chunk })
                }
                None if last => Ok(Chunk { start: limit, end: limit, ..Chunk::default() }),
                None => Err(Stop::More),
            };
            match read {
                Err(Stop::More) if behind < BEHIND_MAX => behind *= 8,
                other => break other,
            }
        };
        BYTES.set(bytes);
        Ok(chunk)
    }

    /// Goes over the whole file; nothing where it is not plain enough.
    pub(super) fn sift(&self, sieve: &Sieve, heading: u64) -> Result<Option<Sifted>> {
        let size = self.parts.size();
        let count = (size - heading).div_ceil(self.chunk);
        let starts: Vec<u64> = (0..count).map(|it| heading + it * self.chunk).collect();
        let limit = |start: u64| (start + self.chunk).min(size);
        let mut done: Vec<Chunk> = Vec::with_capacity(starts.len());
        let mut at = heading;
        let mut highest: Option<Key> = None;
        let mut suspects = 0;
        for window in starts.chunks(WINDOW * rayon::current_num_threads()) {
            let read = |&start: &u64| self.chunk(sieve, (start, limit(start)), start == heading, None);
            let read: Vec<Result<Result<Chunk, Stop>>> = window.par_iter().map(read).collect();
            for (chunk, &start) in read.into_iter().zip(window) {
                let limit = limit(start);
                let mut chunk = chunk?;
                if at >= limit {
                    // The record before reaches over all of it.
                    continue;
                }
                // A line break in quotes may have misled it: the right start is known by now.
                let strayed = chunk.as_ref().map_or(true, |it| it.start != at);
                let falls = |it: &Chunk| it.order.first.is_some_and(|first| highest.is_some_and(|high| first <= high));
                if strayed || chunk.as_ref().is_ok_and(falls) {
                    chunk = self.chunk(sieve, (at, limit), true, highest)?;
                }
                let Ok(chunk) = chunk else { return Ok(None) };
                suspects += chunk.suspects.len();
                if suspects > SUSPECTS_MAX {
                    return Ok(None);
                }
                at = chunk.end;
                highest = chunk.order.last.map(|it| it.0).or(highest);
                done.push(chunk);
            }
        }
        self.look_up(sieve, &mut done)?;
        Ok(Some(gather(done)))
    }

    /// Hands out the records in order that have the key of a late one.
    fn look_up(&self, sieve: &Sieve, done: &mut [Chunk]) -> Result<()> {
        let mut late: Vec<Key> = done.iter_mut().flat_map(|it| std::mem::take(&mut it.late)).collect();
        late.sort_unstable();
        late.dedup();
        let look = |chunk: &mut Chunk| {
            let (Some(first), Some((last, _))) = (chunk.order.first, chunk.order.last) else { return Ok(()) };
            let wanted = &late[late.partition_point(|it| *it < first)..late.partition_point(|it| *it <= last)];
            if wanted.is_empty() {
                return Ok(());
            }
            let mut bytes = Vec::new();
            self.read(chunk.start, chunk.end - chunk.start, &mut bytes)?;
            sieve.find(&bytes, wanted, chunk);
            Ok(())
        };
        done.par_iter_mut().map(look).collect()
    }
}

/// All that was handed out, in the order of the file.
fn gather(done: Vec<Chunk>) -> Sifted {
    let (mut line, mut records) = (2, 1);
    let mut sifted = Sifted { handed: Vec::new(), clean: Clean::default(), records: 0 };
    for chunk in done {
        let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
        sifted.clean.rows += count(chunk.clean);
        sifted.clean.cells += count(chunk.filled);
        let handed = chunk.suspects.into_iter();
        sifted
            .handed
            .extend(handed.map(|(record, it)| (line + it.line, records + 1 + record, it)).map(|it| (it.2, it.0, it.1)));
        line += chunk.lines;
        records += chunk.records;
    }
    sifted.records = records;
    sifted
}
