//! A sieve over a large file, in chunks, on all threads.

use std::cell::Cell;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::keys::{self, Late};
use super::plan::Why;
use super::{Clean, Limits};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Partials;
use crate::source::Parts;
use crate::source::delimited::sieve::{
    self, Chunk, KEY_MAX, Key, Keys, Mark, Row, Sieve, Stop, Suspect, Tally, Wanted,
};

/// So many bytes more are read for the last record, then more and more.
const BEHIND_BYTES: u64 = 8 << 10;
const BEHIND_MAX: u64 = 1 << 26;
/// So many chunks are under way at once for each thread.
const WINDOW: usize = 32;
/// So many records are handed out at most; more make the file no large one.
pub(super) const SUSPECTS_MAX: usize = 400_000;

/// What a sieve made of a file.
#[derive(Default)]
pub(super) struct Sifted {
    /// The records to look at, with their line and their number, both from 1.
    pub(super) handed: Vec<(Suspect, u64, u64)>,
    pub(super) clean: Clean,
    /// How many of those each condition of the sieve leaves out.
    pub(super) left_out: Vec<usize>,
    /// What all records come to, where that could be told.
    pub(super) totals: Option<Partials>,
    /// How the relations of the sieve fare in those that are not handed out.
    pub(super) tallies: Vec<Tally>,
    /// How many records there are, with the heading.
    pub(super) records: u64,
    /// Which numbers of decimals the plain numbers of each column have, a bit
    /// each; nothing where they need not be known.
    pub(super) decimals: Vec<u32>,
}

#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    pub(super) parts: &'a dyn Parts,
    pub(super) name: &'a str,
    pub(super) limits: Limits,
}

/// The records of a file.
#[derive(Clone, Copy)]
pub(super) struct Body {
    /// Where the first starts.
    pub(super) start: u64,
    /// How many bytes each has, about.
    pub(super) record_bytes: u64,
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

    /// Goes over the whole file; or says why it is not plain enough.
    ///
    /// Keys that rise are told without keeping them; others by a hash of each,
    /// of as many at once as the memory allows.
    pub(super) fn sift(&self, sieve: &mut Sieve, keys: &[Vec<usize>], body: Body) -> Result<Result<Sifted, Why>> {
        let is_text = |it: &usize| matches!(sieve.columns[*it], Wanted::Text | Wanted::Filled);
        sieve.keys = match keys {
            [] => Keys::None,
            [key] if key.len() <= KEY_MAX && !key.iter().any(is_text) => Keys::Rising(key.clone()),
            _ => self.hashed(keys, body),
        };
        let mut done = self.chunks(sieve, body.start, &mut |_| {})?;
        if matches!(done, Err(Stop::Disorder)) {
            sieve.keys = self.hashed(keys, body);
            done = self.chunks(sieve, body.start, &mut |_| {})?;
        }
        let mut done = match done {
            Ok(it) => it,
            Err(stop) => return Ok(Err(why(stop))),
        };
        let found = match &sieve.keys {
            Keys::None => true,
            Keys::Rising(columns) => {
                self.look_up(sieve, columns, &mut done)?;
                true
            }
            Keys::Hashed(sets, part) => self.look_up_hashes(sieve, sets, part.1, &mut done)?,
        };
        Ok(if found { Ok(gather(done, sieve)) } else { Err(why(Stop::Dirty)) })
    }

    fn hashed(&self, keys: &[Vec<usize>], body: Body) -> Keys {
        let records = (self.parts.size() / body.record_bytes.max(1)).max(1);
        let parts = keys::parts(records.saturating_mul(keys.len() as u64), self.limits.memory);
        Keys::Hashed(keys.to_vec(), (0, parts))
    }

    /// All chunks of the file, in order; `each` sees them so.
    pub(super) fn chunks(
        &self,
        sieve: &Sieve,
        heading: u64,
        each: &mut dyn FnMut(&mut Chunk),
    ) -> Result<Result<Vec<Chunk>, Stop>> {
        let size = self.parts.size();
        let count = (size - heading).div_ceil(self.limits.chunk);
        let starts: Vec<u64> = (0..count).map(|it| heading + it * self.limits.chunk).collect();
        let limit = |start: u64| (start + self.limits.chunk).min(size);
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
                let mut chunk = match chunk {
                    Ok(it) => it,
                    Err(stop) => return Ok(Err(stop)),
                };
                each(&mut chunk);
                suspects += chunk.suspects.len();
                self.parts.handed_out(chunk.suspects.len());
                if suspects > SUSPECTS_MAX {
                    return Ok(Err(Stop::Dirty));
                }
                at = chunk.end;
                highest = chunk.order.last.map(|it| it.0).or(highest);
                done.push(chunk);
            }
        }
        Ok(Ok(done))
    }

    /// Hands out the records in order that have the key of a late one.
    fn look_up(&self, sieve: &Sieve, columns: &[usize], done: &mut [Chunk]) -> Result<()> {
        let late = Late::new(done.iter_mut().flat_map(|it| std::mem::take(&mut it.late)).collect());
        let look = |chunk: &mut Chunk| {
            let wanted = late.within(&chunk.order);
            let mut bytes = Vec::new();
            let around: Vec<(Mark, usize)> = wanted.iter().map(|it| chunk.around(it)).collect();
            let mut left = wanted;
            for places in around.chunk_by(PartialEq::eq) {
                let (near, rest) = left.split_at(places.len());
                left = rest;
                let (from, end) = places[0];
                self.read(chunk.start + from.at as u64, (end - from.at) as u64, &mut bytes)?;
                sieve.find(&bytes, from, |row| near.binary_search(&row.key(columns)).is_ok(), chunk);
            }
            Ok(())
        };
        done.par_iter_mut().map(look).collect()
    }

    /// Hands out the records in order whose key another has, by the hashes of
    /// keys; false where they are too many.
    fn look_up_hashes(&self, sieve: &Sieve, sets: &[Vec<usize>], parts: u64, done: &mut [Chunk]) -> Result<bool> {
        let of_part = |part: (u64, u64)| {
            let of_chunk = |chunk: &mut Chunk| -> Result<Vec<u64>> {
                if part.0 == 0 {
                    return Ok(std::mem::take(&mut chunk.hashes));
                }
                Ok(sieve.hashes(&self.again(chunk)?, part))
            };
            let mut hashes: Vec<u64> = Vec::new();
            for window in done.chunks_mut(WINDOW * rayon::current_num_threads()) {
                let found: Vec<Vec<u64>> = window.par_iter_mut().map(of_chunk).collect::<Result<_>>()?;
                hashes.extend(found.into_iter().flatten());
            }
            Ok(hashes)
        };
        let Some(twice) = keys::repeated(parts, of_part)? else { return Ok(false) };
        if twice.is_empty() {
            return Ok(true);
        }
        let wanted = |row: &Row<'_>| {
            let known = |columns: &Vec<usize>| row.hash(columns).is_some_and(|it| twice.binary_search(&it).is_ok());
            sets.iter().any(known)
        };
        let look = |chunk: &mut Chunk| {
            let bytes = self.again(chunk)?;
            sieve.find(&bytes, Mark::default(), wanted, chunk);
            Ok(())
        };
        done.par_iter_mut().map(look).collect::<Result<()>>()?;
        Ok(done.iter().map(|it| it.suspects.len()).sum::<usize>() <= SUSPECTS_MAX)
    }

    /// The bytes of a chunk, read again.
    pub(super) fn again(&self, chunk: &Chunk) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read(chunk.start, chunk.end - chunk.start, &mut bytes)?;
        Ok(bytes)
    }
}

/// Why a file is not plain enough, in words.
fn why(stop: Stop) -> Why {
    match stop {
        Stop::More => "a record of it is too long",
        Stop::NotText => "it is no text in UTF-8, or a quote in it is not closed",
        Stop::Dirty => "too many of its rows are not plain, or break a rule",
        Stop::Disorder | Stop::Unsure => "its keys cannot be told row by row",
    }
}

/// All that was handed out, in the order of the file.
fn gather(done: Vec<Chunk>, sieve: &Sieve) -> Sifted {
    let (mut line, mut records) = (2, 1);
    let figures = sieve.figures();
    let of_chunk = |mut totals: Partials, chunk: &Chunk, sieve: &Sieve| {
        totals.join(&sieve.totals, chunk.totals.as_ref()?)?;
        let mut rest = chunk.suspects.values().filter(|it| !sieve.totals.is_empty() && !it.is_counted);
        rest.try_for_each(|it| sieve.take_slow(&it.bytes, &mut totals))?;
        Some(totals)
    };
    let decimals = vec![0; sieve.columns.len()];
    let tallies = vec![Tally::default(); sieve.counted.len()];
    let mut sifted = Sifted { left_out: vec![0; sieve.gated.len()], decimals, tallies, ..Sifted::default() };
    sifted.totals = Some(Partials::none(&sieve.totals));
    for chunk in done {
        let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
        sifted.clean.rows += count(chunk.clean);
        sifted.clean.cells += count(chunk.filled);
        sifted.totals = sifted.totals.and_then(|it| of_chunk(it, &chunk, sieve));
        sieve::join(&mut sifted.tallies, &chunk.tallies);
        sifted.decimals.iter_mut().zip(&chunk.decimals).for_each(|it| *it.0 |= *it.1);
        sifted.left_out.iter_mut().zip(&chunk.left_out).for_each(|it| *it.0 += count(*it.1));
        sifted.clean.figures += count(chunk.clean) * figures - count(chunk.blanks);
        records += chunk.records;
        placed(chunk.suspects, (&mut line, chunk.lines), records - chunk.records, &mut sifted.handed);
    }
    sifted.records = records;
    sifted
}

/// Records with their line and number in the file; `line` goes on behind their chunk.
pub(super) fn placed(
    suspects: BTreeMap<u64, Suspect>,
    (line, lines): (&mut u64, u64),
    records: u64,
    handed: &mut Vec<(Suspect, u64, u64)>,
) {
    handed.extend(suspects.into_iter().map(|(record, it)| {
        let at = *line + it.line;
        (it, at, records + 1 + record)
    }));
    *line += lines;
}
