//! Large files: what is surely in order is counted, the rest is judged as a
//! small file of its own.
//!
//! The rules of the dataset become tests of plain cells where they can
//! ([`Kind::sieve`](crate::rules::Kind::sieve)), and a sieve goes over the
//! file in chunks, on all threads. The records that it hands out stand in a
//! document of their own, which knows their lines; it is typed and judged like
//! any other, so verdicts, messages and places are those of a small file.
//!
//! A key that rises from record to record cannot repeat, so only those that do
//! not rise are looked up, in the chunks that they would stand in.
//!
//! Where anything stands in the way of this (a rule that sees several rows, an
//! edition before this one, numbers grouped in thousands), [`load`] gives
//! nothing, and the file is read as a whole.

use std::cell::Cell;
use std::sync::Arc;

use rayon::prelude::*;

use super::Options;
use super::assemble::{Loaded, LoadedTable};
use super::claim::claim;
use super::outcome::Input;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::{Dataset, Sieved};
use crate::source::delimited::sieve::{self, Chunk, Key, Sieve, Stop, Suspect, Wanted};
use crate::source::{Page, TypeOptions, decode, style_of, type_grid};
use crate::table::{ColumnType, Document, NumberStyle, TableSchema};

/// So much of a file tells its form.
const SAMPLE_BYTES: u64 = 1 << 18;
/// A file is best read in chunks of so many bytes.
pub const CHUNK_BYTES: u64 = 4 << 20;
/// So many bytes more are read for the last record, then more and more.
const BEHIND_BYTES: u64 = 64 << 10;
const BEHIND_MAX: u64 = 1 << 26;
/// So many chunks are under way at once for each thread.
const WINDOW: usize = 4;
/// So many records are handed out at most; more make the file no large one.
const SUSPECTS_MAX: usize = 400_000;

/// A file whose parts can be read in any order, by many threads at once.
pub trait Parts: Sync {
    /// How many bytes it has.
    fn size(&self) -> u64;

    /// Reads at an offset as much as fits, and says how much that was; less
    /// only at the end.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize>;
}

/// What is known to be in order, beside what was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Clean {
    /// How many rows.
    pub(super) rows: usize,
    /// How many of their cells hold a value.
    pub(super) cells: usize,
    /// How many of those are figures.
    pub(super) figures: usize,
}

/// Reads a large file, if it is of a form that allows it.
///
/// `judged_before` says whether anything of a dataset was accepted before;
/// `chunk` is how many bytes are read at once, for each thread.
///
/// # Errors
///
/// As [`load`](super::load), and where the file cannot be read to its end.
pub fn load(
    parts: &dyn Parts,
    name: &str,
    datasets: &[Dataset],
    options: &Options,
    judged_before: &dyn Fn(&str) -> bool,
    chunk: u64,
) -> Result<Option<Loaded>> {
    let file = File { parts, name, chunk: chunk.max(1) };
    let mut sample = Vec::new();
    file.read(0, SAMPLE_BYTES, &mut sample)?;
    let end = memchr::memrchr(b'\n', &sample).map_or(0, |it| it + 1);
    if end == 0 || sample.starts_with(b"\xef\xbb\xbf") || std::str::from_utf8(&sample[..end]).is_err() {
        return Ok(None);
    }
    let sample = decode(name, sample[..end].to_vec())?;
    let Some(plan) = Plan::of(&sample, datasets, options, judged_before)? else { return Ok(None) };
    let heading = memchr::memchr(b'\n', sample.text.as_bytes()).map_or(0, |it| it + 1);
    let Some(sifted) = file.sift(&plan.sieve, heading as u64)? else { return Ok(None) };
    Ok(plan.type_handed(name, &sample.text[..heading], sample.encoding, &sifted))
}

/// How a file is read, by its sample and its dataset.
struct Plan<'a> {
    dataset: usize,
    dataset_name: String,
    declared: &'a TableSchema,
    /// With the columns that are not declared, as inferred.
    schema: TableSchema,
    style: NumberStyle,
    page: Page,
    sieve: Sieve,
}

impl<'a> Plan<'a> {
    fn of(
        sample: &Document,
        datasets: &'a [Dataset],
        options: &Options,
        judged_before: &dyn Fn(&str) -> bool,
    ) -> Result<Option<Self>> {
        let Some((dialect, page)) = sieve::plain_form(sample) else { return Ok(None) };
        let Some(claimed) = claim(sample, &page, datasets, options)? else { return Ok(None) };
        let dataset = &datasets[claimed.dataset];
        let Some(table) = claimed.tables[0] else { return Ok(None) };
        let declared = &dataset.tables[table];
        let alone = dataset.cadence.is_none() && dataset.period.is_none() && options.edition.is_none();
        let plain = declared.rows.is_empty() && declared.markers.declared.is_empty() && options.table.is_none();
        if !alone || !plain || judged_before(&dataset.name) || page.period.is_some() {
            return Ok(None);
        }
        let grid = &page.grids[0];
        let document = Arc::new(Document::new(sample.name.clone(), sample.text.clone(), sample.encoding));
        let locale = options.locale.as_deref().or(dataset.locale.as_deref());
        let prefer = locale.and_then(NumberStyle::of_locale).unwrap_or(NumberStyle::ENGLISH);
        let style = style_of(grid, &document, declared, prefer);
        let typed = type_grid(grid, &document, declared, &TypeOptions { prefer }).table;
        if style.decimal != crate::table::DecimalSign::Point {
            return Ok(None);
        }
        let mut schema = declared.clone();
        let mut columns = vec![Wanted::Text; grid.headings.len()];
        for it in &typed.columns {
            let known = declared.column(&it.name).map(|it| &declared.columns[it]);
            let scaled = grid.headings[it.position as usize].text(&document);
            let unit = known.and_then(|it| it.unit).or_else(|| crate::table::Unit::in_heading(scaled));
            if unit.is_some() || known.is_some_and(|it| it.decimals.is_some() || it.format.is_some()) {
                return Ok(None);
            }
            if known.is_none() {
                schema.columns.push(crate::table::ColumnSchema {
                    optional: true,
                    ..crate::table::ColumnSchema::new(it.name.clone(), it.kind)
                });
            }
            let Some(wanted) = wanted(it.kind, known.is_none_or(|it| it.blank)) else { return Ok(None) };
            columns[it.position as usize] = wanted;
        }
        let position = |name: &String| typed.column(name).map(|it| typed.columns[it].position as usize);
        let Some((tests, key)) = tests(dataset, table, declared, &columns, &position) else { return Ok(None) };
        let sieve = Sieve { dialect, columns, tests, key };
        let dataset_name = dataset.name.clone();
        Ok(Some(Self { dataset: claimed.dataset, dataset_name, declared, schema, style, page, sieve }))
    }

    /// Types what was handed out as a small file of its own.
    fn type_handed(self, name: &str, heading: &str, encoding: &'static str, sifted: &Sifted) -> Option<Loaded> {
        let mut text = heading.to_owned();
        let mut lines = vec![1];
        let mut numbers = Vec::with_capacity(sifted.handed.len());
        for (suspect, line, record) in &sifted.handed {
            let record_text = std::str::from_utf8(&suspect.bytes).ok()?;
            text.push_str(record_text);
            text.push('\n');
            let first = u32::try_from(*line).ok()?;
            let count = Document::new("", record_text.to_owned(), "").line_count();
            lines.extend((0..u32::try_from(count).ok()?).map(|it| first + it));
            numbers.push(u32::try_from(*record).ok()?);
        }
        let document = Arc::new(Document::of_lines(name, text, encoding, lines));
        let end = u32::try_from(sifted.records).ok()?;
        let at_end = numbers.iter().rev().zip(0..end).take_while(|(number, it)| **number == end - it).count();
        let tail = end + 1 - u32::try_from(at_end).ok()?;
        let mut page = sieve::page_of(&document, &self.page.grids[0], self.sieve.dialect, &numbers, tail)?;
        page.grids[0].style = Some(self.style);
        let typed = type_grid(&page.grids[0], &document, &self.schema, &TypeOptions { prefer: self.style });
        let figures = typed.table.columns.iter().filter(|it| it.kind.is_number()).count();
        let clean = Clean { figures: sifted.clean.rows * figures, ..sifted.clean };
        let schema = self.declared.clone();
        let table = LoadedTable { grid: 0, schema, table: typed.table, faults: typed.faults, clean };
        let input = Input {
            file: name.to_owned(),
            dataset: Some(self.dataset_name),
            edition: None,
            editions: 1,
            coverage: None,
            tables: 1,
            rows: clean.rows + table.table.rows.len(),
            figures: clean.figures + super::assemble::figures(&table.table),
        };
        let format = crate::source::Format::Delimited;
        Some(Loaded { document, page, input, format, dataset: Some(self.dataset), period: None, tables: vec![table] })
    }
}

/// How a column of a type is read, if it can be.
fn wanted(kind: ColumnType, blank: bool) -> Option<Wanted> {
    Some(match kind {
        ColumnType::Label | ColumnType::Text if blank => Wanted::Text,
        ColumnType::Label | ColumnType::Text => Wanted::Filled,
        ColumnType::Count => Wanted::Count,
        ColumnType::Integer => Wanted::Integer,
        ColumnType::Amount | ColumnType::Percent => Wanted::Number,
        ColumnType::Date => Wanted::Day,
        ColumnType::Period => return None,
    })
}

type Tests = (Vec<sieve::Test<usize>>, Vec<usize>);

/// The rules of a table as tests of its columns, and its key, if all are such.
fn tests(
    dataset: &Dataset,
    table: usize,
    declared: &TableSchema,
    columns: &[Wanted],
    position: &dyn Fn(&String) -> Option<usize>,
) -> Option<Tests> {
    let mut tests = Vec::new();
    let mut keys: Vec<Vec<usize>> = Vec::new();
    let is_text = |it: usize| matches!(columns[it], Wanted::Text | Wanted::Filled);
    let of_key = |names: &[String]| names.iter().map(position).collect::<Option<Vec<usize>>>();
    if !declared.key.is_empty() {
        keys.push(of_key(&declared.key)?);
    }
    for rule in &dataset.rules {
        if rule.filter.is_some() || rule.table != Some(table) {
            return None;
        }
        match rule.check.sieve()? {
            Sieved::Each(each) => {
                for test in each {
                    let test = test.over(position)?;
                    let (numbers, texts) = test.columns();
                    if numbers.iter().any(|it| is_text(**it)) || texts.iter().any(|it| !is_text(**it)) {
                        return None;
                    }
                    tests.push(test);
                }
            }
            Sieved::Once(names) => keys.push(of_key(&names)?),
        }
    }
    keys.dedup();
    let key = match &mut keys[..] {
        [] => Vec::new(),
        [one] => std::mem::take(one),
        _ => return None,
    };
    let plain = key.len() <= sieve::KEY_MAX && !key.iter().any(|it| is_text(*it));
    plain.then_some((tests, key))
}

/// What a sieve made of a file.
struct Sifted {
    /// The records to look at, with their line and their number, both from 1.
    handed: Vec<(Suspect, u64, u64)>,
    clean: Clean,
    /// How many records there are, with the heading.
    records: u64,
}

#[derive(Clone, Copy)]
struct File<'a> {
    parts: &'a dyn Parts,
    name: &'a str,
    chunk: u64,
}

impl File<'_> {
    /// Reads so many bytes, or as many as there are.
    fn read(&self, offset: u64, length: u64, bytes: &mut Vec<u8>) -> Result<()> {
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
    fn sift(&self, sieve: &Sieve, heading: u64) -> Result<Option<Sifted>> {
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
