//! A sieve over a large file, in chunks, on all threads.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rayon::prelude::*;

use super::folding::Folding;
use super::keys;
use super::plan::{Plan, Why};
use super::{Clean, Limits, MARK};
use crate::error::{Error, ErrorKind, Result};
use crate::plan::Partials;
use crate::source::Parts;
#[cfg(feature = "parquet")]
use crate::source::columns::ColumnFile;
use crate::source::delimited::sieve::{self, Chunk, KEY_MAX, Key, Keys, Mark, Sieve, Stop, Suspect, Tally, Wanted};
use crate::table::Document;

/// So many bytes more are read for the last record, then more and more.
const BEHIND_BYTES: u64 = 8 << 10;
const BEHIND_MAX: u64 = 1 << 26;
/// So many chunks are under way at once for each thread.
pub(super) const WINDOW: usize = 32;
/// So many records are handed out at most; more make the file no large one.
pub(super) const SUSPECTS_MAX: usize = 400_000;
/// So many for rules of single rows: more are judged some at a time.
pub(super) const SUSPECTS_FEW: usize = 1 << 16;
/// Where little memory is allowed, so many of its bytes allow for one of them.
const SUSPECT_BYTES: u64 = 8;

/// What a sieve made of a file.
#[derive(Debug, Default)]
pub(super) struct Sifted {
    /// The records to look at, with their line and their number, both from 1.
    pub(super) handed: Vec<(Suspect, u64, u64)>,
    pub(super) clean: Clean,
    /// How many of those each condition of the sieve leaves out.
    pub(super) left_out: Vec<usize>,
    /// What all records come to, where that could be told.
    pub(super) totals: Option<Partials>,
    /// The rules over all records that surely hold, where an engine said so.
    pub(super) settled: Option<BTreeSet<String>>,
    /// How the relations of the sieve fare in those that are not handed out.
    pub(super) tallies: Vec<Tally>,
    /// How many records there are, with the heading.
    pub(super) records: u64,
    /// Which numbers of decimals the plain numbers of each column have, a bit
    /// each; nothing where they need not be known.
    pub(super) decimals: Vec<u32>,
    /// What it is read in.
    pub(super) pieces: Vec<Piece>,
    /// What its checks of groups come to, where that was told in the same pass.
    pub(super) folding: Option<Folding>,
}

/// A piece of a file: its chunk, how many records stand before it beside the
/// heading, and the line of its first.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) chunk: Chunk,
    pub(super) before: u64,
    pub(super) line: u64,
}

const DIRTY: Why = "too many of its rows are not plain or fail a rule";

/// A large file, as records of text.
#[derive(Clone)]
pub(super) struct File<'a> {
    pub(super) parts: &'a dyn Parts,
    pub(super) name: &'a str,
    pub(super) limits: Limits,
    /// So many records are handed out at most.
    pub(super) suspects_max: usize,
    /// What prints its records, where it is kept column by column.
    #[cfg(feature = "parquet")]
    pub(super) columns: Option<std::sync::Arc<ColumnFile<'a>>>,
}

/// Chunks in order, as far as they were read.
#[derive(Default)]
struct Taken {
    done: Vec<Chunk>,
    /// Where the next one begins.
    at: u64,
    /// The last key of those that are in order.
    highest: Option<Key>,
    suspects: usize,
}

impl Taken {
    /// Whether the keys of a chunk do not go on from those before it.
    fn falls(&self, chunk: &Chunk) -> bool {
        chunk.order.first.is_some_and(|first| self.highest.is_some_and(|high| first <= high))
    }
}

/// The chunks of a file, or why they could not be read, and what groups of its rows come to.
type Folded = (Result<Vec<Chunk>, Stop>, Option<Folding>);

/// The records of a file.
#[derive(Clone, Copy)]
struct Body {
    /// Where the first starts.
    start: u64,
    /// How many bytes each has, about.
    record_bytes: u64,
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name)
    }
}

impl<'a> File<'a> {
    /// A file of delimited text.
    pub(super) fn of(parts: &'a dyn Parts, name: &'a str, limits: Limits) -> Self {
        Self {
            parts,
            name,
            limits,
            suspects_max: SUSPECTS_MAX,
            #[cfg(feature = "parquet")]
            columns: None,
        }
    }
}

impl File<'_> {
    /// The whole of it; none where it is too large.
    pub(super) fn document(&self, encoding: &'static str) -> Result<Option<Document>> {
        #[cfg(feature = "parquet")]
        if let Some(columns) = &self.columns {
            return columns.document(usize::MAX).map(Some);
        }
        let mut bytes = Vec::new();
        self.read(0, self.parts.size(), &mut bytes)?;
        #[cfg(feature = "sql")]
        if self.parts.is_of_database() {
            let text = String::from_utf8(bytes).ok().filter(|it| u32::try_from(it.len()).is_ok());
            return Ok(text.map(|it| crate::source::columns::document_of_lines(self.name, it)));
        }
        if bytes.starts_with(MARK) {
            bytes.drain(..MARK.len());
        }
        let text = String::from_utf8(bytes).ok().filter(|it| u32::try_from(it.len()).is_ok());
        if self.parts.is_json() {
            return Ok(text.map(|it| Document::of_records(self.name, it, Vec::new())));
        }
        Ok(text.map(|it| Document::new(self.name, it, encoding)))
    }

    /// Reads so many bytes, or as many as there are.
    pub(super) fn read(&self, offset: u64, length: u64, bytes: &mut Vec<u8>) -> Result<()> {
        let left = self.parts.size().saturating_sub(offset).min(length);
        let wanted = usize::try_from(left).unwrap_or(usize::MAX);
        bytes.resize(wanted, 0);
        let unreadable =
            |it| Error::new(ErrorKind::Unreadable, "could not be read to the end").in_file(self.name).because(it);
        if self.parts.read_at(offset, bytes).map_err(unreadable)? < wanted {
            return Err(Error::new(ErrorKind::Unreadable, "was truncated while being read")
                .in_file(self.name)
                .hint("run again when no program is writing to it"));
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

    /// Goes over the whole file; or says why it is not plain enough. Where too much
    /// breaks rules of single rows, those are left for later.
    pub(super) fn sift_plan(&self, plan: &mut Plan<'_>, start: u64) -> Result<Result<Sifted, Why>> {
        let body = Body { start, record_bytes: plan.record_bytes() };
        let few = self.few();
        let records = self.parts.size() / body.record_bytes.max(1);
        let (failing, of) = plan.sampled;
        if records.saturating_mul(failing as u64) > (few.suspects_max * of) as u64 {
            plan.loosen();
            return self.sift(&mut plan.sieve, &plan.keys, body);
        }
        match few.sift(&mut plan.sieve, &plan.keys, body)? {
            Err(DIRTY) => {
                plan.loosen();
                self.sift(&mut plan.sieve, &plan.keys, body)
            }
            sifted => Ok(sifted),
        }
    }

    /// Goes over the whole file with another sieve, which looks for no keys; none where
    /// too much of it must be looked at.
    pub(super) fn sift_again(&self, sieve: &mut Sieve, plan: &Plan<'_>, start: u64) -> Result<Option<Sifted>> {
        let body = Body { start, record_bytes: plan.record_bytes() };
        Ok(self.few().sift(sieve, &[], body)?.ok())
    }

    /// The same file, of which few records may be handed out.
    fn few(&self) -> Self {
        let fit = usize::try_from(self.limits.memory / SUSPECT_BYTES).unwrap_or(usize::MAX);
        Self { suspects_max: SUSPECTS_FEW.min(fit), ..self.clone() }
    }

    /// Goes over the whole file; or says why it is not plain enough.
    ///
    /// Keys that rise are told without keeping them; others by a hash of each,
    /// of as many at once as the memory allows.
    fn sift(&self, sieve: &mut Sieve, keys: &[Vec<usize>], body: Body) -> Result<Result<Sifted, Why>> {
        let is_text = |it: &usize| matches!(sieve.columns[*it], Wanted::Text | Wanted::Filled);
        sieve.keys = match keys {
            [] => Keys::None,
            [key] if key.len() <= KEY_MAX && !key.iter().any(is_text) => Keys::Rising(key.clone()),
            _ => self.hashed(keys, body),
        };
        let (mut done, mut folding) = self.folded(sieve, body)?;
        if matches!(done, Err(Stop::Disorder)) {
            sieve.keys = self.hashed(keys, body);
            (done, folding) = self.folded(sieve, body)?;
        }
        let mut done = match done {
            Ok(it) => it,
            Err(stop) => return Ok(Err(why(stop))),
        };
        // What is told of a whole sheet is shown at its first row.
        if sieve.form.is_sheet()
            && let Some(first) = done.first_mut()
        {
            let bytes = self.again(first)?;
            let end = memchr::memchr(b'\n', &bytes).map_or(bytes.len(), |it| it + 1);
            sieve.find(&bytes[..end], Mark::default(), |_| true, first);
        }
        let found = match &sieve.keys {
            Keys::None => true,
            Keys::Rising(columns) => {
                self.look_up(sieve, columns, &mut done)?;
                true
            }
            Keys::Hashed(sets, part) => self.look_up_hashes(sieve, sets, part.1, &mut done)?,
        };
        let gathered = |it| Sifted { folding, ..gather(self, it, sieve) };
        Ok(if found { Ok(gathered(done)) } else { Err(why(Stop::Dirty)) })
    }

    /// All chunks of the file, and what groups of its rows come to.
    fn folded(&self, sieve: &Sieve, body: Body) -> Result<Folded> {
        let mut folding = Folding::new(sieve, self.room_beside(&sieve.keys, body));
        let done = self.chunks(sieve, body.start, &mut |chunk| {
            if !folding.as_mut().is_some_and(|it| it.take(sieve, chunk)) {
                folding = None;
                (chunk.groups, chunk.set_aside) = Default::default();
            }
            true
        })?;
        Ok((done, folding))
    }

    /// How many bytes of memory the hashes of keys leave.
    fn room_beside(&self, keys: &Keys, body: Body) -> u64 {
        let Keys::Hashed(sets, part) = keys else { return self.limits.memory };
        let records = self.parts.size() / body.record_bytes.max(1);
        self.limits.memory - keys::bytes(records.saturating_mul(sets.len() as u64), *part).min(self.limits.memory)
    }

    fn hashed(&self, keys: &[Vec<usize>], body: Body) -> Keys {
        let records = (self.parts.size() / body.record_bytes.max(1)).max(1);
        let parts = keys::parts(records.saturating_mul(keys.len() as u64), self.limits.memory);
        Keys::Hashed(keys.to_vec(), (0, parts))
    }

    /// All chunks of the file, in order; `each` sees them so, and may stop.
    pub(super) fn chunks(
        &self,
        sieve: &Sieve,
        heading: u64,
        each: &mut dyn FnMut(&mut Chunk) -> bool,
    ) -> Result<Result<Vec<Chunk>, Stop>> {
        #[cfg(feature = "parquet")]
        if let Some(columns) = &self.columns {
            return self.printed_chunks(columns, sieve, each);
        }
        let size = self.parts.size();
        let count = (size - heading).div_ceil(self.limits.chunk);
        let starts: Vec<u64> = (0..count).map(|it| heading + it * self.limits.chunk).collect();
        let limit = |start: u64| (start + self.limits.chunk).min(size);
        let mut taken = Taken { at: heading, ..Taken::default() };
        for window in starts.chunks(WINDOW * rayon::current_num_threads()) {
            let read = |&start: &u64| self.chunk(sieve, (start, limit(start)), start == heading, None);
            let read: Vec<Result<Result<Chunk, Stop>>> = window.par_iter().map(read).collect();
            for (chunk, &start) in read.into_iter().zip(window) {
                let limit = limit(start);
                let mut chunk = chunk?;
                if taken.at >= limit {
                    // The record before reaches over all of it.
                    continue;
                }
                // A line break in quotes may have misled it: the right start is known by now.
                let strayed = chunk.as_ref().map_or(true, |it| it.start != taken.at);
                if strayed || chunk.as_ref().is_ok_and(|it| taken.falls(it)) {
                    chunk = self.chunk(sieve, (taken.at, limit), true, taken.highest)?;
                }
                if let Err(stop) = chunk.and_then(|it| self.take(it, &mut taken, each)) {
                    return Ok(Err(stop));
                }
            }
        }
        Ok(Ok(taken.done))
    }

    /// Lays a chunk behind those before it.
    fn take(&self, mut chunk: Chunk, taken: &mut Taken, each: &mut dyn FnMut(&mut Chunk) -> bool) -> Result<(), Stop> {
        if !each(&mut chunk) {
            return Err(Stop::Full);
        }
        taken.suspects += chunk.suspects.len();
        self.parts.handed_out(chunk.suspects.len());
        if taken.suspects > self.suspects_max {
            return Err(Stop::Dirty);
        }
        taken.at = chunk.end;
        taken.highest = chunk.order.last.map(|it| it.0).or(taken.highest);
        taken.done.push(chunk);
        Ok(())
    }

    /// The same of a file that is kept column by column: stretches of its rows, printed.
    #[cfg(feature = "parquet")]
    fn printed_chunks(
        &self,
        columns: &ColumnFile<'_>,
        sieve: &Sieve,
        each: &mut dyn FnMut(&mut Chunk) -> bool,
    ) -> Result<Result<Vec<Chunk>, Stop>> {
        let stretches: Vec<usize> = (0..columns.stretches().len()).collect();
        let mut taken = Taken::default();
        let read = |stretch: usize, floor: Option<Key>| -> Result<Result<Chunk, Stop>> {
            let bytes = columns.print_stretch(stretch)?.into_bytes();
            let end = bytes.len() as u64;
            let chunk = sieve.chunk(&bytes, bytes.len(), true, floor);
            Ok(chunk.map(|(it, _)| Chunk { end, stretch, ..it }))
        };
        for window in stretches.chunks(rayon::current_num_threads()) {
            let found: Vec<Result<Result<Chunk, Stop>>> = window.par_iter().map(|it| read(*it, None)).collect();
            for (chunk, &stretch) in found.into_iter().zip(window) {
                let mut chunk = chunk?;
                if chunk.as_ref().is_ok_and(|it| taken.falls(it)) {
                    chunk = read(stretch, taken.highest)?;
                }
                let chunk = chunk.map(|it| Chunk { start: taken.at, end: taken.at + it.end, ..it });
                if let Err(stop) = chunk.and_then(|it| self.take(it, &mut taken, each)) {
                    return Ok(Err(stop));
                }
            }
        }
        Ok(Ok(taken.done))
    }

    /// The bytes of a chunk, read again.
    pub(super) fn again(&self, chunk: &Chunk) -> Result<Vec<u8>> {
        #[cfg(feature = "parquet")]
        if let Some(columns) = &self.columns {
            return columns.print_stretch(chunk.stretch).map(String::into_bytes);
        }
        self.within(chunk, 0, usize::try_from(chunk.end - chunk.start).unwrap_or(usize::MAX))
    }

    /// Some of the bytes of a chunk, read again.
    pub(super) fn within(&self, chunk: &Chunk, from: usize, end: usize) -> Result<Vec<u8>> {
        #[cfg(feature = "parquet")]
        if self.columns.is_some() {
            let mut bytes = self.again(chunk)?;
            bytes.truncate(end);
            bytes.drain(..from);
            return Ok(bytes);
        }
        let mut bytes = Vec::new();
        self.read(chunk.start + from as u64, (end - from) as u64, &mut bytes)?;
        Ok(bytes)
    }

    /// Records with their line and number in the file; `line` goes on behind their chunk.
    pub(super) fn placed(
        &self,
        suspects: BTreeMap<u64, Suspect>,
        (line, lines): (&mut u64, u64),
        records: u64,
        handed: &mut Vec<(Suspect, u64, u64)>,
    ) {
        // A row of columns is one line, whatever line breaks it holds.
        #[cfg(feature = "parquet")]
        let is_line = self.columns.is_some() || self.parts.is_of_database();
        #[cfg(not(feature = "parquet"))]
        let is_line = self.parts.is_of_database();
        handed.extend(suspects.into_iter().map(|(record, it)| {
            let number = records + 1 + record;
            let at = if is_line { number } else { *line + it.line };
            (it, at, number)
        }));
        *line += lines;
    }
}

/// Why a file is not plain enough, in words.
fn why(stop: Stop) -> Why {
    match stop {
        Stop::More => "one of its records is too long",
        Stop::NotText => "it is not UTF-8 text, or has an unclosed quote",
        Stop::Dirty => DIRTY,
        Stop::Disorder | Stop::Unsure | Stop::Full => "its keys cannot be read row by row",
    }
}

/// All that was handed out, in the order of the file.
fn gather(file: &File<'_>, done: Vec<Chunk>, sieve: &Sieve) -> Sifted {
    let headings = sieve.form.headings();
    let (mut line, mut records) = (1 + headings, headings);
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
        sifted.clean.leave_blank(&chunk.blanks_of);
        sifted.pieces.push(Piece { chunk: chunk.place(), before: records - headings, line });
        records += chunk.records;
        file.placed(chunk.suspects, (&mut line, chunk.lines), records - chunk.records, &mut sifted.handed);
    }
    sifted.records = records;
    sifted
}
