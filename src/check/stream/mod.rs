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
//! Sums and counts of all rows are worked out by partial results. A condition over
//! these alone is settled by them, and one of each row beside them is asked of the
//! rows in a second pass (`totals`).
//!
//! What the file follows by itself is proposed by a sample of its records, spread
//! over the whole of it, and counted in the same pass; records that may break a
//! relation are handed out like others.
//!
//! Rules over groups of rows are folded in the same pass (`folding`), or where memory or
//! the print of the file asks for it in passes of their own (`groups`); those that look rows
//! up in another table in passes over both (`sides`). The rows of groups that may not hold
//! are judged apart. A rule that takes more than
//! that is judged on all rows, in the columns that it reads (`whole`), and costs
//! no other rule its way.
//!
//! Of a table that a database holds, the engine is asked how many rows surely hold and
//! which do not, where all that is asked for can be written as queries (`database`); else
//! all rows are sent.
//!
//! Where anything else stands in the way of this (an edition before this one,
//! numbers grouped in thousands), [`load`] says so, and the file is read as a whole.

mod asked;
mod blocks;
#[cfg(feature = "parquet")]
mod columns;
#[cfg(feature = "sql")]
mod database;
mod folding;
mod forms;
mod groups;
mod held;
mod keys;
mod plan;
mod relations;
mod sides;
mod sift;
mod spread;
mod totals;
mod whole;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use self::groups::Judged;
use self::plan::Plan;
pub use self::plan::Why;
use self::sides::Place;
use self::sift::{File, Sifted};
use self::spread::Followed;
pub(super) use self::whole::{ApartTable, Known};
use super::Options;
use super::assemble::Loaded;
use crate::error::Result;
use crate::rules::Dataset;
use crate::source::delimited::sieve::RecordForm;
use crate::source::{Page, Parts, decode};
use crate::table::Document;

/// What the first rows show turns out not to be so.
const OTHERWISE: Why = "its later rows differ from the first ones in number style or columns";
/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// So much of a file tells its form.
const SAMPLE_BYTES: u64 = 1 << 15;
/// How large files are read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many bytes are read at once, for each thread.
    pub chunk: u64,
    /// How many bytes of memory keys may take, about.
    pub memory: u64,
}

impl Limits {
    /// What a file is best read in.
    pub const CHUNK_BYTES: u64 = 1 << 20;
}

/// What is known to be in order, beside what was loaded.
#[derive(Clone, Debug, Default)]
pub(super) struct Clean {
    /// How many rows.
    pub(super) rows: usize,
    /// How many of their cells hold a value.
    pub(super) cells: usize,
    /// How many of those are figures.
    pub(super) figures: usize,
    /// How many of the rows leave a column blank where a figure could be: by where it is
    /// printed, of the first columns.
    pub(super) blanks: Vec<usize>,
    /// How many of the rows the `where` of a rule leaves out, by its name.
    pub(super) left_out: BTreeMap<String, usize>,
    /// The rules over all rows that are known to hold, by name.
    pub(super) settled: BTreeSet<String>,
    /// What is known of rules that are judged on other rows, by name.
    pub(super) known: BTreeMap<String, Known>,
    /// What they follow by themselves, where that was looked for.
    pub(super) follows: Option<Arc<Followed>>,
}

impl Clean {
    /// How many of the rows have a figure in a column that is printed at a place.
    pub(super) fn filled(&self, position: usize) -> usize {
        self.rows - self.blanks.get(position).copied().unwrap_or(0)
    }

    /// Counts cells that more rows leave blank, by their column.
    fn leave_blank(&mut self, blanks: &[i64]) {
        self.blanks.resize(self.blanks.len().max(blanks.len()), 0);
        for (all, more) in self.blanks.iter_mut().zip(blanks) {
            *all += usize::try_from(*more).unwrap_or(0);
        }
    }
}

/// A large file that was gone over once. What several files come to together is
/// told of all of them at the end: see [`finish`].
#[derive(Debug)]
pub struct Begun<'a> {
    dataset: Option<&'a Dataset>,
    plan: Plan<'a>,
    file: File<'a>,
    /// Its first line.
    heading: String,
    /// Where its first record starts.
    start: u64,
    sifted: Sifted,
    loaded: Loaded,
    /// The numbers of records that are no rows.
    notes: HashSet<u32>,
    /// So many findings of a rule can be shown.
    room: usize,
}

/// Reads a large file, if it is of a form that allows it; else it says why it has
/// to be read as a whole.
///
/// `judged_before` says whether anything of a dataset was accepted before.
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
    limits: Limits,
) -> Result<Result<Loaded, Why>> {
    match begin(parts, name, datasets, options, judged_before, limits)? {
        Ok(it) => Ok(finish(vec![it], &mut [])?.remove(0)),
        Err(why) => Ok(Err(why)),
    }
}

/// Goes over a large file once, as [`load`].
///
/// # Errors
///
/// As [`load`].
pub fn begin<'a>(
    parts: &'a dyn Parts,
    name: &'a str,
    datasets: &'a [Dataset],
    options: &Options,
    judged_before: &dyn Fn(&str) -> bool,
    limits: Limits,
) -> Result<Result<Begun<'a>, Why>> {
    // A form that is declared may be another than a sieve reads.
    if super::layout_of(name, datasets, options).is_of_form() {
        return Ok(Err(plan::DECLARED_FORM));
    }
    let limits = Limits { chunk: limits.chunk.max(1), ..limits };
    let file = File::of(parts, name, limits);
    let mut sample = Vec::new();
    if parts.frame().is_none() {
        file.read(0, SAMPLE_BYTES, &mut sample)?;
    }
    #[cfg(feature = "parquet")]
    if parts.frame().is_some() || crate::source::columns::is_parquet(&sample) && !parts.is_of_database() {
        return columns::begin(&file, datasets, options, judged_before);
    }
    let mark = if sample.starts_with(MARK) && !parts.is_of_database() { MARK.len() } else { 0 };
    let end = memchr::memrchr(b'\n', &sample).map_or(0, |it| it + 1);
    if end == 0 || std::str::from_utf8(&sample[..end]).is_err() {
        return Ok(Err("its first lines are not UTF-8 text"));
    }
    sample.truncate(end);
    let sample = decoded(&file, sample)?;
    let text = sample.text.clone();
    let (form, sample, page) = match form_of(&file, sample) {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let sample = (&sample, text.as_str());
    let heading = form.heading(&text);
    // Lines that stand for the heading may be records, too.
    let start = (mark + form.body(&text)) as u64;
    #[cfg(feature = "sql")]
    if let Some(engine) = parts.engine() {
        let lines = file.spread(start, &form, page.grids[0].headings.len())?;
        let plan = Plan::of(sample, (form.clone(), page.clone()), lines, datasets, (options, judged_before))?;
        let heading = (text[..heading].to_owned(), start);
        match database::begin(engine, (&file, heading), plan, (datasets, options))? {
            Ok(it) => return Ok(Ok(it)),
            Err(why) => engine.send_all(why)?,
        }
    }
    let lines = file.spread(start, &form, page.grids[0].headings.len())?;
    let mut plan = match Plan::of(sample, (form, page), lines, datasets, (options, judged_before))? {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let sifted = match file.sift_plan(&mut plan, start)? {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    Ok(Begun::of(plan, file, (text[..heading].to_owned(), start), sifted, (datasets, options)).ok_or(OTHERWISE))
}

/// The first lines of a file, which are UTF-8.
fn decoded(file: &File<'_>, text: Vec<u8>) -> Result<Document> {
    #[cfg(feature = "sql")]
    if file.parts.is_of_database() {
        let text = String::from_utf8_lossy(&text).into_owned();
        return Ok(crate::source::columns::document_of_lines(file.name, text));
    }
    decode(file.name, text)
}

/// How the records of a file are told apart by its first lines, and what those are.
fn form_of(file: &File<'_>, sample: Document) -> Result<(RecordForm, Document, Page), Why> {
    if let Some(sheet) = file.parts.sheet() {
        return RecordForm::of_sheet(file.name, sheet, &sample.text).ok_or(plan::NO_PLAIN_FORM);
    }
    let is_json = file.parts.is_json();
    let found = RecordForm::of(&sample, is_json);
    let (form, page) = found.ok_or(if is_json { plan::NO_RECORDS } else { plan::NO_PLAIN_FORM })?;
    Ok((form, sample, page))
}

/// Judges what several files come to together, some of them large and some held,
/// and what is judged on all rows of one; a file where that cannot be done says
/// why it has to be read as a whole.
///
/// # Errors
///
/// As [`load`].
pub fn finish(mut begun: Vec<Begun<'_>>, held: &mut [Loaded]) -> Result<Vec<Result<Loaded, Why>>> {
    let folded = begun.iter_mut().map(|it| it.sifted.folding.take()).collect();
    let Judged { checks, mut tables } = groups::judge(&begun, folded, held)?;
    for (place, (apart, _)) in &mut tables {
        if let Place::Held(file, table) = place {
            held[*file].tables[*table].apart.append(apart);
        }
    }
    let mut done = Vec::new();
    for (at, it) in begun.into_iter().enumerate() {
        let mut others = it.plan.others(&it.loaded.tables[0].clean.settled);
        let failed = checks.iter().filter(|it| it.is_of(at));
        others.extend(failed.filter_map(|it| Some((it.rule.clone(), it.why?))));
        let (dataset, apart) = (it.loaded.dataset, tables.remove(&Place::Large(at)).unwrap_or_default());
        done.push((dataset, it.done(apart, &others)?));
    }
    // What was told of one file together with others is not without it.
    let failed: Vec<(Option<usize>, Why)> =
        done.iter().filter_map(|it| Some((it.0, it.1.as_ref().err().copied()?))).collect();
    for (dataset, why) in failed {
        done.iter_mut().filter(|it| it.0 == dataset).for_each(|it| it.1 = Err(why));
        let tables = held.iter_mut().filter(|it| it.dataset == dataset).flat_map(|it| &mut it.tables);
        tables.for_each(|it| it.apart.clear());
    }
    Ok(done.into_iter().map(|it| it.1).collect())
}
