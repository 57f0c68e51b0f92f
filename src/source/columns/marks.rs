//! What each row says, as a number: rows of files with the same columns that have the same
//! are printed the same.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::cells::{Cells, Dictionary, Values};
use super::file::ColumnFile;
use super::kind::Raw;
use super::pages::{Cache, Then, Visit, walk};
use crate::error::Result;

const STATE: FixedState = FixedState::with_seed(0);
/// That of a null.
const NULL: u64 = 0;

fn mark_of(raw: Raw<'_>) -> u64 {
    match raw {
        Raw::Whole(it) => STATE.hash_one(it),
        Raw::Single(it) => STATE.hash_one(it.to_bits()),
        Raw::Double(it) => STATE.hash_one(it.to_bits()),
        Raw::Bytes(it) => xxhash_rust::xxh3::xxh3_64(it),
        Raw::Wide(it) => STATE.hash_one(it),
    }
}

/// The marks of the rows of a row group, taken column by column.
struct Marks {
    rows: Vec<u64>,
    /// Those of the values that pages refer to.
    coded: Vec<u64>,
}

impl Visit for Marks {
    fn dictionary(&mut self, values: &Dictionary<'_>) -> Option<Then> {
        self.coded.clear();
        self.coded.extend(values.values().map(mark_of));
        (self.coded.len() == values.len()).then_some(Then::GoOn)
    }

    fn page(&mut self, cells: &Cells<'_>, _dictionary: &Dictionary<'_>) -> Option<()> {
        let mut plain = if let Values::Plain(it) = &cells.values { Some(*it) } else { None };
        let rows = self.rows.get_mut(cells.rows.clone())?;
        let mut place = 0;
        for (at, row) in rows.iter_mut().enumerate() {
            let value = if cells.present.is_some_and(|it| !it[at]) {
                NULL
            } else {
                place += 1;
                match &cells.values {
                    Values::Coded(codes) => *self.coded.get(*codes.get(place - 1)? as usize)?,
                    Values::Plain(_) => mark_of(plain.as_mut()?.take()?),
                    Values::Held(held) => mark_of(held.get(place - 1)?.raw()),
                    Values::Slots(slots) => mark_of(slots.get(at)?),
                    Values::Untold | Values::Packed(_) => return None,
                }
            };
            *row = STATE.hash_one((*row, value));
        }
        Some(())
    }
}

impl ColumnFile<'_> {
    /// Whether rows of another file that have the same mark are printed the same.
    pub(crate) fn is_printed_as(&self, other: &Self) -> bool {
        let same = |(own, other): (&super::file::Leaf, &super::file::Leaf)| {
            (&own.name, own.kind, own.physical) == (&other.name, other.kind, other.physical)
        };
        self.leaves.len() == other.leaves.len() && self.leaves.iter().zip(&other.leaves).all(same)
    }

    /// The mark of each row, in order: 8 bytes each.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`](crate::error::ErrorKind::Unreadable) where the file is damaged.
    pub(crate) fn marks(&self) -> Result<Vec<u64>> {
        self.marks_in(&(0..self.leaves.len()).collect::<Vec<_>>())
    }

    /// The mark of what each row says in some columns, in order.
    ///
    /// # Errors
    ///
    /// As [`marks`](Self::marks).
    pub(crate) fn marks_in(&self, columns: &[usize]) -> Result<Vec<u64>> {
        let of_group = |group: usize| {
            let mut marks = Marks { rows: vec![0; self.rows(group)], coded: Vec::new() };
            for &column in columns {
                walk(self, (group, column), &mut Cache::none(self), &mut marks)?;
            }
            Ok(marks.rows)
        };
        Ok((0..self.groups()).into_par_iter().map(of_group).collect::<Result<Vec<_>>>()?.concat())
    }
}
