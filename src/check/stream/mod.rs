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
//! A condition over sums and counts of all rows is worked out by partial
//! results; where it may not hold, what is wrong is told of the whole file.
//!
//! What the file follows by itself is proposed by a sample of its records, spread
//! over the whole of it, and counted in the same pass; records that may break a
//! relation are handed out like others.
//!
//! Rules over groups of rows are folded in a pass of their own (`groups`), and the
//! rows of groups that may not hold are judged apart. A rule that takes more than
//! that is judged on all rows, in the columns that it reads (`whole`), and costs
//! no other rule its way.
//!
//! Where anything else stands in the way of this (an edition before this one,
//! numbers grouped in thousands), [`load`] says so, and the file is read as a whole.

mod asked;
#[cfg(feature = "parquet")]
mod columns;
mod forms;
mod groups;
mod keys;
mod plan;
mod relations;
mod sift;
mod spread;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::plan::Plan;
pub use self::plan::Why;
use self::sift::{Body, File};
use self::spread::Followed;
pub(super) use self::whole::ApartTable;
use self::whole::Rest;
use super::Options;
use super::assemble::Loaded;
use crate::error::Result;
use crate::plan::Held;
use crate::rules::Dataset;
use crate::source::delimited::sieve;
use crate::source::{Parts, decode};
use crate::table::Document;

/// What the first rows show turns out not to be so.
const OTHERWISE: Why = "its numbers or columns are not what its first rows show";
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
    /// How many of the rows the `where` of a rule leaves out, by its name.
    pub(super) left_out: BTreeMap<String, usize>,
    /// The rules over all rows that are known to hold, by name.
    pub(super) settled: BTreeSet<String>,
    /// What is known to hold of a rule that is judged on other rows, by its name.
    pub(super) held: BTreeMap<String, Held>,
    /// What they follow by themselves, where that was looked for.
    pub(super) follows: Option<Arc<Followed>>,
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
    // A form that is declared may be another than a sieve reads.
    if super::layout_of(name, datasets, options).is_of_form() {
        return Ok(Err(plan::DECLARED_FORM));
    }
    let limits = Limits { chunk: limits.chunk.max(1), ..limits };
    let file = File { parts, name, limits };
    let mut sample = Vec::new();
    file.read(0, SAMPLE_BYTES, &mut sample)?;
    #[cfg(feature = "parquet")]
    if crate::source::columns::is_parquet(&sample) {
        return columns::load(parts, name, datasets, options, judged_before, limits.memory);
    }
    let mark = if sample.starts_with(MARK) { MARK.len() } else { 0 };
    let end = memchr::memrchr(b'\n', &sample).map_or(0, |it| it + 1);
    if end == 0 || std::str::from_utf8(&sample[..end]).is_err() {
        return Ok(Err("its first lines are no text in UTF-8"));
    }
    let sample = decode(name, sample[..end].to_vec())?;
    let heading = memchr::memchr(b'\n', sample.text.as_bytes()).map_or(0, |it| it + 1);
    let Some((dialect, page)) = sieve::plain_form(&sample) else { return Ok(Err(plan::NO_PLAIN_FORM)) };
    let lines = file.spread((mark + heading) as u64, dialect, page.grids[0].headings.len())?;
    let mut plan = match Plan::of(&sample, lines, datasets, options, judged_before)? {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let body = Body { start: (mark + heading) as u64, record_bytes: plan.record_bytes() };
    let sifted = match file.sift(&mut plan.sieve, &plan.keys, body)? {
        Ok(it) => it,
        Err(why) => return Ok(Err(why)),
    };
    let Some(loaded) = plan.type_handed(name, &sample.text[..heading], sample.encoding, &sifted) else {
        return Ok(Err(OTHERWISE));
    };
    let all = || {
        let mut bytes = Vec::new();
        file.read(mark as u64, parts.size(), &mut bytes)?;
        let text = String::from_utf8(bytes).ok().filter(|it| u32::try_from(it.len()).is_ok());
        Ok(text.map(|it| Document::new(name, it, sample.encoding)))
    };
    let rest = Rest { datasets, sifted: &sifted, file: Some((file, body.start)) };
    plan.with_rest(loaded, &sample.text[..heading], &rest, all)
}
