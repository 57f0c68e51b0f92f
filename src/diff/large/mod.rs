//! Large files: records that stand in both are taken away, and what is left is
//! compared like any two small tables.
//!
//! Two files are read side by side. As long as their bytes are equal, nothing
//! is parsed. Where they differ, the next records of both are looked at for
//! the place from which they agree again; those before it wait for their twin,
//! by 96 bits of a hash of what they say (`saying`). A record whose twin comes is in
//! both editions. In the end those without a twin are read again, and compared
//! in groups by their key, so that no group is large.
//!
//! So memory goes with what waits at once, not with the size of the files. If
//! it would be more than allowed, the files are read several times, each time
//! for a part of the hashes.
//!
//! Rows that both files have in the same order may be left out of both from the start, where
//! something tells them sooner than their text (`common`): they are counted where they
//! would stand. So it is with two files that are kept by columns, and with one of them beside
//! delimited text, whose rows are told by what their cells say (`texts`).
//!
//! Records are taken for alike by the bytes of their cells only, so nothing is
//! decided here that would be another way in a small file: `1.0` and `1` are
//! left, and judged as everywhere. Which rows moved is told of all together in the end, by
//! runs of them (`order`). Keys that stand twice are told only of records that
//! are left.

mod align;
mod common;
mod cursor;
mod groups;
mod keys;
mod left;
mod order;
mod pairs;
mod print;
mod saying;
mod stretch;
#[cfg(feature = "parquet")]
mod texts;
mod waiting;

#[cfg(test)]
mod tests;

pub use common::{LeftOut, Run, runs};
pub use groups::{Groups, Read};
#[cfg(feature = "parquet")]
pub use texts::CellMarks;

use self::align::{Aligner, Stop};
use self::left::Rest;
use self::saying::Saying;
use crate::error::Result;
use crate::source::Parts;

/// So many rows of the old file are always left, so that the rest has a form.
const SAMPLE_ROWS: u32 = 100;

/// A large file of delimited text.
#[derive(Clone, Copy)]
pub struct Large<'a> {
    /// Its bytes.
    pub parts: &'a dyn Parts,
    /// Its name, for errors.
    pub name: &'a str,
    /// Its first lines, from its start or behind a byte order mark: whole ones,
    /// the heading first.
    pub sample: &'a str,
    /// Where its first record starts, behind the heading's one line.
    pub body: u64,
    /// The decimals that each column's type has, where it is the CSV of a table
    /// that is kept by columns; none of a column of other things than numbers.
    pub scales: Option<&'a [Option<u8>]>,
    /// Rows that both files have and that are not looked at, in order: as many stretches in both.
    pub left_out: &'a [LeftOut],
    /// What tells its keys apart, where some rows are left out.
    pub keys: Option<&'a dyn Keys>,
}

/// Tells the keys of a file apart without its text.
pub trait Keys {
    /// A number for what each row says in some columns, by where they stand: the same for
    /// the same in both files.
    ///
    /// # Errors
    ///
    /// [`Unreadable`](crate::error::ErrorKind::Unreadable) if the file is damaged.
    fn marks(&self, columns: &[usize]) -> Result<Vec<u64>>;
}

impl Large<'_> {
    /// How many rows are not looked at.
    fn rows_left_out(self) -> u64 {
        self.left_out.iter().map(|it| it.rows).sum()
    }
}

/// How large files are compared.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many bytes of memory may be used, about.
    pub memory: u64,
    /// How many bytes are read at once.
    pub block: usize,
    /// Whether a patch is to make the new file to the byte.
    pub is_patch: bool,
    /// From so many records on, those of one key are read in the columns that differ.
    pub narrow: usize,
}

impl Limits {
    /// A block that stays in the processor's cache.
    pub const BLOCK_BYTES: usize = 256 << 10;
    /// So few records are soon read with all their cells.
    pub const NARROW: usize = 1 << 12;
}

/// Finds what is left of two files when the records that both have are taken
/// away; nothing where a file is no plain text.
///
/// # Errors
///
/// [`Unreadable`](crate::error::ErrorKind::Unreadable) if a file cannot be
/// read to its end, or becomes shorter.
fn rest(files: (Large<'_>, Large<'_>), sayings: &(Saying, Saying), limits: Limits) -> Result<Option<Rest>> {
    let mut passes = 1;
    loop {
        match passed(files, sayings, limits, passes) {
            Ok(it) => return Ok(Some(settle(it))),
            Err(Stop::Full) => passes *= 2,
            Err(Stop::NotPlain) => return Ok(None),
            Err(Stop::Unread(it)) => return Err(it),
        }
    }
}

/// What is found when the files are read so many times.
fn passed<'a>(
    files: (Large<'a>, Large<'a>),
    sayings: &(Saying, Saying),
    limits: Limits,
    passes: u32,
) -> Result<Aligner<'a>, Stop> {
    let mut first = Aligner::new(files, sayings.clone(), limits, (0, passes));
    first.run()?;
    for pass in 1..passes {
        let mut aligner = Aligner::new(files, sayings.clone(), limits, (pass, passes));
        aligner.run()?;
        first.take_in(aligner);
    }
    Ok(first)
}

/// What is left, and which row of the others is which.
fn settle(aligner: Aligner<'_>) -> Rest {
    let rows = usize::try_from(aligner.new.row).expect("rows are counted in 32 bits");
    let mut order = aligner.order;
    order.resize(rows, order::NONE);
    let met = order.iter().filter(|it| **it != order::NONE).count();
    let side = |mut left: Vec<(u64, u32)>, extras| {
        left.sort_unstable();
        left::Side { left, extras }
    };
    Rest { old: side(aligner.left.0, aligner.old.extras), new: side(aligner.left.1, aligner.new.extras), met, order }
}
