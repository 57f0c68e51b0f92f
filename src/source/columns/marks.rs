//! What each row says, as a number: rows of files with the same columns that have the same
//! are printed the same.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::cells::{Cells, Dictionary, Values};
use super::file::ColumnFile;
use super::kind::{Kind, Raw};
use super::pages::{Cache, Then, Visit, walk};
use crate::error::Result;

const STATE: FixedState = FixedState::with_seed(0);
/// That of a null.
const NULL: u64 = 0;

/// What a cell says as a number, by its column and its text.
pub(crate) type TextMark<'a> = &'a (dyn Fn(usize, &[u8]) -> u64 + Sync);

/// The mark of a row with one more of its cells.
pub(crate) fn joined(row: u64, cell: u64) -> u64 {
    STATE.hash_one((row, cell))
}

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
struct Marks<'a> {
    rows: Vec<u64>,
    /// Those of the values that pages refer to.
    coded: Vec<u64>,
    /// The column, how it is printed, and what tells its texts apart, where those are marked.
    printed: Option<(usize, Kind, TextMark<'a>)>,
    text: String,
}

impl Marks<'_> {
    fn of(&mut self, raw: Raw<'_>) -> u64 {
        let Some((column, kind, mark)) = self.printed else { return mark_of(raw) };
        self.text.clear();
        kind.print(raw, &mut self.text);
        mark(column, self.text.as_bytes())
    }
}

impl Visit for Marks<'_> {
    fn dictionary(&mut self, values: &Dictionary<'_>) -> Option<Then> {
        let mut coded = std::mem::take(&mut self.coded);
        coded.clear();
        coded.extend(values.values().map(|it| self.of(it)));
        self.coded = coded;
        (self.coded.len() == values.len()).then_some(Then::GoOn)
    }

    fn page(&mut self, cells: &Cells<'_>, _dictionary: &Dictionary<'_>) -> Option<()> {
        let mut plain = if let Values::Plain(it) = &cells.values { Some(*it) } else { None };
        let null = self.printed.map_or(NULL, |(column, _, mark)| mark(column, b""));
        let mut place = 0;
        for (at, row) in cells.rows.clone().enumerate() {
            let value = if cells.present.is_some_and(|it| !it[at]) {
                null
            } else {
                place += 1;
                match &cells.values {
                    Values::Coded(codes) => *self.coded.get(*codes.get(place - 1)? as usize)?,
                    Values::Plain(_) => self.of(plain.as_mut()?.take()?),
                    Values::Held(held) => self.of(held.get(place - 1)?.raw()),
                    Values::Slots(slots) => self.of(slots.get(at)?),
                    Values::Untold | Values::Packed(_) => return None,
                }
            };
            let row = self.rows.get_mut(row)?;
            *row = joined(*row, value);
        }
        Some(())
    }
}

impl ColumnFile<'_> {
    /// The headings.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.leaves.iter().map(|it| it.name.as_str()).collect()
    }

    /// How many columns it has.
    pub(crate) fn width(&self) -> usize {
        self.leaves.len()
    }

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
        self.marked(columns, None)
    }

    /// The same by how the values are printed.
    ///
    /// # Errors
    ///
    /// As [`marks`](Self::marks).
    pub(crate) fn text_marks_in(&self, columns: &[usize], mark: TextMark<'_>) -> Result<Vec<u64>> {
        self.marked(columns, Some(mark))
    }

    fn marked(&self, columns: &[usize], mark: Option<TextMark<'_>>) -> Result<Vec<u64>> {
        let of_group = |group: usize| {
            let rows = vec![0; self.rows(group)];
            let mut marks = Marks { rows, coded: Vec::new(), printed: None, text: String::new() };
            for &column in columns {
                marks.printed = mark.map(|it| (column, self.leaves[column].kind, it));
                walk(self, (group, column), &mut Cache::none(self), &mut marks)?;
            }
            Ok(marks.rows)
        };
        Ok((0..self.groups()).into_par_iter().map(of_group).collect::<Result<Vec<_>>>()?.concat())
    }
}
