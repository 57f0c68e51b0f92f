//! Large Parquet files: a row group at a time, on all threads.
//!
//! Where a rule asks for more than that, its rows are printed as lines of the CSV
//! file that says the same, some at a time, and go through the same sieve as text.
//! Only the columns are read that a rule, a type or the key asks for, and of
//! those only what the statistics of a row group do not tell. The rows to look
//! at become lines of the CSV file that says the same.

use std::sync::Arc;

use rayon::prelude::*;

use super::keys::{self, Late};
use super::plan::{NO_PLAIN_FORM, Plan, Why};
use super::sift::{File, Piece, SUSPECTS_MAX, Sifted};
use super::spread::ROWS;
use super::{Begun, OTHERWISE, SAMPLE_BYTES};
use crate::check::Options;
use crate::error::Result;
use crate::rules::Dataset;
use crate::source::columns::{ColumnFile, Group, Keys, Sifter};
use crate::source::delimited::sieve::{self, Chunk, KEY_MAX, Key, KeyHash, Suspect, Tally, Wanted};

/// So many row groups are under way at once for each thread.
const WINDOW: usize = 4;
/// A row group where more keys than these, and than an eighth, do not rise is in no order.
const LATE_MIN: usize = 64;
/// So many rows at the end are looked at where they may be notes.
const NOTES_MAX: usize = 256;

/// Goes over a large Parquet file: column by column where its rules allow it, else
/// by its rows, printed.
pub(super) fn begin<'a>(
    file: &File<'a>,
    datasets: &'a [Dataset],
    options: &Options,
    judged_before: &dyn Fn(&str) -> bool,
) -> Result<Result<Begun<'a>, Why>> {
    let columns = Arc::new(ColumnFile::open(file.name, file.parts)?);
    let file = File { columns: Some(Arc::clone(&columns)), ..file.clone() };
    let sample = columns.document(usize::try_from(SAMPLE_BYTES).unwrap_or(usize::MAX))?;
    let Some(form) = sieve::RecordForm::of(&sample, false) else { return Ok(Err(NO_PLAIN_FORM)) };
    let mut plan =
        match Plan::of((&sample, &sample.text), form, columns.spread(ROWS)?, datasets, (options, judged_before))? {
            Ok(it) => it,
            Err(why) => return Ok(Err(why)),
        };
    let sifted = match by_columns(&columns, &mut plan, file.limits.memory)? {
        Some(it) => it,
        None => match file.sift_plan(&mut plan, 0)? {
            Ok(it) => it,
            Err(why) => return Ok(Err(why)),
        },
    };
    let heading = memchr::memchr(b'\n', sample.text.as_bytes()).map_or(0, |it| it + 1);
    Ok(Begun::of(plan, file, (sample.text[..heading].to_owned(), 0), sifted, (datasets, options)).ok_or(OTHERWISE))
}

/// What comes of its columns; nothing where a rule, a column or the key of it is
/// not read so, or too much must be looked at.
fn by_columns(file: &ColumnFile<'_>, plan: &mut Plan<'_>, memory: u64) -> Result<Option<Sifted>> {
    let is_text = |it: &usize| matches!(plan.sieve.columns[*it], Wanted::Text | Wanted::Filled);
    plan.sieve.keys = match &plan.keys[..] {
        [] => sieve::Keys::None,
        [key] if key.len() <= KEY_MAX && !key.iter().any(is_text) => sieve::Keys::Rising(key.clone()),
        _ => return Ok(None),
    };
    let sifter = Sifter::new(file, &plan.sieve, &plan.blank).filter(|_| !plan.has_units());
    let Some(sifter) = sifter else { return Ok(None) };
    let Some(mut groups) = sift(file, &sifter, memory)? else { return Ok(None) };
    if sifter.may_have_notes() {
        hand_out_end(file, &mut groups);
    }
    let mut sifted = gather(file, &sifter, &mut groups)?;
    let mut before = 0;
    for (stretch, rows) in file.stretches().into_iter().enumerate() {
        let chunk = Chunk { stretch, records: rows as u64, ..Chunk::default() };
        sifted.pieces.push(Piece { chunk, before, line: before + 2 });
        before += rows as u64;
    }
    Ok(Some(sifted))
}

/// What came of all row groups.
enum Sift {
    Done(Vec<Group>),
    /// Most keys do not rise.
    Disorder,
    /// Too much must be looked at.
    TooMuch,
}

/// Goes over all row groups, and finds the rows whose keys another has too;
/// nothing where too much must be looked at.
fn sift(file: &ColumnFile<'_>, sifter: &Sifter<'_>, memory: u64) -> Result<Option<Vec<Group>>> {
    match pass(file, sifter, true)? {
        Sift::Done(mut groups) => look_up(sifter, &mut groups).map(|()| Some(groups)),
        Sift::TooMuch => Ok(None),
        Sift::Disorder => {
            let Sift::Done(mut groups) = pass(file, sifter, false)? else { return Ok(None) };
            let Some(repeated) = repeated(file, sifter, memory)? else { return Ok(None) };
            let find = |(number, group): (usize, &mut Group)| {
                let is_wanted = |key: &Key| repeated.binary_search(&KeyHash::of(key)).is_ok();
                find(sifter, number, group, is_wanted)
            };
            groups.par_iter_mut().enumerate().map(find).collect::<Result<()>>()?;
            let suspects: usize = groups.iter().map(|it| it.suspects.len()).sum();
            Ok((suspects <= SUSPECTS_MAX).then_some(groups))
        }
    }
}

/// Goes over all row groups once, with their keys in order or without them.
fn pass(file: &ColumnFile<'_>, sifter: &Sifter<'_>, ordered: bool) -> Result<Sift> {
    let numbers: Vec<usize> = (0..file.groups()).collect();
    let mut groups: Vec<Group> = Vec::with_capacity(numbers.len());
    let mut highest: Option<Key> = None;
    let mut suspects = 0;
    for window in numbers.chunks(WINDOW * rayon::current_num_threads()) {
        let keys = if ordered { Keys::Rising(None) } else { Keys::Anyhow };
        let read: Vec<Result<Group>> = window.par_iter().map(|it| sifter.sift(*it, keys)).collect();
        for (group, &number) in read.into_iter().zip(window) {
            let mut group = group?;
            if group.order.first.is_some_and(|first| highest.is_some_and(|high| first <= high)) {
                group = sifter.sift(number, Keys::Rising(highest))?;
            }
            if group.late.len() > LATE_MIN + file.rows(number) / 8 {
                return Ok(Sift::Disorder);
            }
            suspects += group.suspects.len();
            if suspects > SUSPECTS_MAX {
                return Ok(Sift::TooMuch);
            }
            highest = group.order.last.map(|it| it.0).or(highest);
            groups.push(group);
        }
    }
    Ok(Sift::Done(groups))
}

/// Hands out the rows whose keys are wanted.
fn find(sifter: &Sifter<'_>, number: usize, group: &mut Group, is_wanted: impl Fn(&Key) -> bool) -> Result<()> {
    let mut rows = Vec::new();
    sifter.keys(number, |row, key| rows.extend(is_wanted(&key).then_some(row)))?;
    group.suspects.extend(rows);
    Ok(())
}

/// Hands out the rows in order that have the key of a late one.
fn look_up(sifter: &Sifter<'_>, groups: &mut [Group]) -> Result<()> {
    let late = Late::new(groups.iter_mut().flat_map(|it| std::mem::take(&mut it.late)).collect());
    let look = |(number, group): (usize, &mut Group)| {
        let wanted = late.within(&group.order);
        if wanted.is_empty() { Ok(()) } else { find(sifter, number, group, |it| wanted.binary_search(it).is_ok()) }
    };
    groups.par_iter_mut().enumerate().map(look).collect()
}

/// The hashes of keys that more than one row has; nothing where they are too many.
fn repeated(file: &ColumnFile<'_>, sifter: &Sifter<'_>, memory: u64) -> Result<Option<Vec<u64>>> {
    let rows: usize = (0..file.groups()).map(|it| file.rows(it)).sum();
    let of_part = |part: (u64, u64)| {
        let of_group = |group: usize| {
            let mut hashes = Vec::new();
            sifter.keys(group, |_, key| {
                let hash = KeyHash::of(&key);
                hashes.extend((hash % part.1 == part.0).then_some(hash));
            })?;
            Ok(hashes)
        };
        let hashes: Vec<Vec<u64>> = (0..file.groups()).into_par_iter().map(of_group).collect::<Result<_>>()?;
        Ok(hashes.concat())
    };
    keys::repeated(keys::parts(rows as u64, memory), of_part)
}

/// Hands out the last rows of the file.
fn hand_out_end(file: &ColumnFile<'_>, groups: &mut [Group]) {
    let mut left = NOTES_MAX;
    for (number, group) in groups.iter_mut().enumerate().rev() {
        let rows = file.rows(number);
        group.suspects.extend(rows - left.min(rows)..rows);
        left -= left.min(rows);
    }
}

/// All that was handed out, in the order of the file.
fn gather(file: &ColumnFile<'_>, sifter: &Sifter<'_>, groups: &mut [Group]) -> Result<Sifted> {
    let handed = groups.par_iter_mut().enumerate().map(|(number, it)| sifter.hand_out(number, it));
    let handed: Vec<_> = handed.collect::<Result<_>>()?;
    let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
    let tallies = vec![Tally::default(); sifter.counted()];
    let mut sifted = Sifted { records: 1, tallies, ..Sifted::default() };
    for ((start, rows), (group, handed)) in
        file.starts().into_iter().zip((0..).map(|it| file.rows(it))).zip(groups.iter_mut().zip(handed))
    {
        sifted.clean.rows += rows - handed.len();
        let (mut filled, mut figures) = (group.filled, group.figures);
        sieve::join(&mut sifted.tallies, &group.tallies);
        for it in handed {
            // One that was handed out for its key was counted before.
            sieve::leave(&mut sifted.tallies, sifter.held_in(&it.line));
            // The heading is the first line.
            let number = start + it.row as u64 + 2;
            (filled, figures) = (filled - it.filled, figures - it.figures);
            let suspect = Suspect { line: number, bytes: it.line.into_bytes().into(), is_counted: false };
            sifted.handed.push((suspect, number, number));
        }
        sifted.clean.cells += count(filled);
        sifted.clean.figures += count(figures);
        sifted.records = start + rows as u64 + 1;
    }
    Ok(sifted)
}
