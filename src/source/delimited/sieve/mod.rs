//! Tells the records of a large file that are surely in order from those that
//! must be looked at.
//!
//! A record is in order where each cell reads plainly as its type, in ASCII
//! and without a sign of grouping, and every test holds. All others, and those
//! whose key does not come after the last, are handed out with their place, to
//! be read and judged as in any small file. Nothing is decided here that a
//! small file would decide otherwise: where in doubt, a record is handed out.
//!
//! A file is cut into chunks, each read on its own. A chunk begins behind the
//! first line break at or after its offset, which may stand inside quotes: the
//! caller holds where a chunk ended against where the next one began, and reads
//! again from the right place where they differ.

mod chunk;
mod counted;
mod days;
mod form;
mod groups;
mod hash;
mod lines;
mod order;
mod record;
mod row;
mod slow;

#[cfg(feature = "parquet")]
pub(crate) use counted::leave;
pub(crate) use counted::{COUNTED_MAX, Counted, Tally, join};
pub(crate) use days::DayForm;
#[cfg(feature = "parquet")]
pub(crate) use days::plain_day;
pub(crate) use form::{ColumnPages, RecordForm, plain_form};
pub(crate) use hash::KeyHash;
pub(crate) use lines::breaks;
#[cfg(feature = "parquet")]
pub(crate) use order::Taken;
pub(crate) use order::{KEY_MAX, Key, Order, Stand, scaled};
#[cfg(feature = "parquet")]
pub(crate) use row::plain_number;
pub(crate) use slow::{cells_of, slow_end};

use std::collections::{BTreeMap, BTreeSet};

use self::lines::{Lines, Text};
pub(crate) use self::row::Row;
pub(crate) use super::dialect::Dialect;
use crate::plan::{Gated, Grouped, Groups, Partials, Test, Total};
use crate::table::{DecimalSign, Markers, NumberStyle};

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Plain text.
    Text,
    /// Text that may not be empty.
    Filled,
    /// A decimal number.
    Number,
    /// A decimal number with so many decimals.
    Fixed(u8),
    /// A whole number, zero or more.
    Count,
    /// A whole number.
    Integer,
    /// A year of four digits.
    Year,
    /// A day as `2005-03-01`.
    Day,
    /// A day in another declared form.
    DayAs(DayForm),
}

impl Wanted {
    /// Whether it is a figure.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Fixed(_) | Self::Count | Self::Integer)
    }
}

/// What makes a record one that is in order.
#[derive(Debug)]
pub(crate) struct Sieve {
    /// How records and their cells are told apart.
    pub(crate) form: RecordForm,
    /// One for each printed column.
    pub(crate) columns: Vec<Wanted>,
    /// Which of them may be empty, and are read by no test and no key.
    pub(crate) blank: Vec<bool>,
    /// Which of them surely have figures in groups of digits, as the style has it.
    pub(crate) may_be_grouped: Vec<bool>,
    /// What must hold of each record.
    pub(crate) tests: Vec<Test<usize>>,
    /// What must hold of some: 64 conditions at most.
    pub(crate) gated: Vec<Gated>,
    /// What all records come to.
    pub(crate) totals: Vec<Total<usize>>,
    /// Relations that records may follow.
    pub(crate) counted: Vec<Counted>,
    /// Checks of groups of records, of the hashes that are one part of so many.
    pub(crate) grouped: Vec<Grouped<usize>>,
    /// The columns of figures and days that those read.
    pub(crate) grouped_figures: Vec<usize>,
    pub(crate) part: (u64, u64),
    /// Signs that are declared, whatever else they would say.
    pub(crate) markers: Markers,
    /// How numbers are printed that are not plain.
    pub(crate) style: NumberStyle,
    /// How records are told from others by their keys.
    pub(crate) keys: Keys,
}

/// How records with the same key are found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// They need not be.
    None,
    /// One key of numbers or days, which rises from record to record.
    Rising(Vec<usize>),
    /// By a hash of each key, of the hashes that are one part of so many.
    Hashed(Vec<Vec<usize>>, (u64, u64)),
}

/// A record that must be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suspect {
    /// How many line breaks of its chunk stand before it.
    pub(crate) line: u64,
    /// The record without its line break.
    pub(crate) bytes: Box<[u8]>,
    /// Whether the totals of its chunk have it already.
    pub(crate) is_counted: bool,
}

/// What came of one chunk.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Where in the file its first record starts, and the first behind it.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Which stretch of rows it is, where the file is kept column by column.
    #[cfg(feature = "parquet")]
    pub(crate) stretch: usize,
    /// How many records it has, blank ones too, and how many are in order.
    pub(crate) records: u64,
    pub(crate) clean: u64,
    /// How many cells of records in order hold something.
    pub(crate) filled: u64,
    /// How many cells of records in order are empty where a figure could be.
    pub(crate) blanks: u64,
    /// How many of those each of the first columns has.
    pub(crate) blanks_of: Vec<i64>,
    /// How many records in order each condition of the sieve leaves out.
    pub(crate) left_out: Vec<u64>,
    /// What the records that read plainly come to; none where that is not sure.
    pub(crate) totals: Option<Partials>,
    /// How the relations of the sieve fare in records in order.
    pub(crate) tallies: Vec<Tally>,
    /// What groups of records in order come to, one for each check of them.
    pub(crate) groups: Vec<Groups>,
    /// Records in order that are in none of those, as some figure of theirs is blank.
    pub(crate) set_aside: BTreeMap<u64, Suspect>,
    /// How many records were handed out for one of those.
    pub(crate) handed: usize,
    /// How many line breaks.
    pub(crate) lines: u64,
    /// Which numbers of decimals each column has, a bit each.
    pub(crate) decimals: Vec<u32>,
    /// What must be looked at, by the record of the chunk that it is, from 0.
    pub(crate) suspects: BTreeMap<u64, Suspect>,
    pub(crate) order: Order,
    /// Records that start behind one another, and the key that rose last before each.
    pub(crate) marks: Vec<(Key, Mark)>,
    /// Keys that do not rise: another record may have them too.
    pub(crate) late: Vec<Key>,
    /// The hash of each key, where those are wanted.
    pub(crate) hashes: Vec<u64>,
}

/// Where a record of a chunk starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Which record of the chunk it is, from 0.
    record: u64,
    /// Its byte.
    pub(crate) at: usize,
    /// How many line breaks stand before it.
    lines: u64,
}

/// Why a chunk could not be read by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Its last record ends behind what was given.
    More,
    /// It is no plain text.
    NotText,
    /// More of it must be looked at than is in order.
    Dirty,
    /// Its keys do not rise.
    Disorder,
    /// It cannot be told which key a record has.
    Unsure,
    /// What was taken of it so far is as much as fits.
    Full,
}

/// A chunk is looked at again in about so many pieces, each surely in the cache.
const PIECES: usize = 128;
/// It has about so many marks: they are kept for the whole file.
const MARKS: usize = 8;
/// More suspects than this are too many, where they are most of a chunk.
const SUSPECTS_MIN: usize = 4_096;
/// So many keys that do not rise are no disorder, however few records there are.
const LATE_MIN: usize = 256;

impl Sieve {
    /// How many columns hold figures.
    pub(crate) fn figures(&self) -> usize {
        self.columns.iter().filter(|it| it.is_number()).count()
    }

    /// A sieve that asks for no more than plain cells.
    pub(crate) fn plain(form: RecordForm, (columns, blank): (Vec<Wanted>, Vec<bool>), style: NumberStyle) -> Self {
        Self {
            form,
            may_be_grouped: vec![false; columns.len()],
            columns,
            blank,
            tests: Vec::new(),
            gated: Vec::new(),
            totals: Vec::new(),
            counted: Vec::new(),
            grouped: Vec::new(),
            grouped_figures: Vec::new(),
            part: (0, 1),
            markers: Markers::default(),
            style,
            keys: Keys::None,
        }
    }

    /// A sieve of the same file that asks for groups only.
    pub(crate) fn with_groups(&self, columns: Vec<Wanted>, grouped: Vec<Grouped<usize>>) -> Self {
        let blank = columns.iter().map(|it| *it == Wanted::Text).collect();
        let plain = Self::plain(self.form.clone(), (columns, blank), self.style);
        let (markers, may_be_grouped) = (self.markers.clone(), self.may_be_grouped.clone());
        Self { may_be_grouped, markers, ..plain }.folding(grouped)
    }

    /// The same that also folds groups.
    pub(crate) fn folding(self, grouped: Vec<Grouped<usize>>) -> Self {
        let read = grouped.iter().flat_map(|it| it.by.iter().chain(it.read().0)).copied();
        let is_figure = |it: &usize| !matches!(self.columns[*it], Wanted::Text | Wanted::Filled);
        let figures: BTreeSet<usize> = read.filter(is_figure).collect();
        Self { grouped_figures: figures.into_iter().collect(), grouped, ..self }
    }

    /// The columns of the one key that may rise.
    #[cfg(feature = "parquet")]
    pub(crate) fn rising(&self) -> &[usize] {
        if let Keys::Rising(columns) = &self.keys { columns } else { &[] }
    }

    /// Reads the records that start before `limit`; `bytes` begin with a
    /// record, go on behind the limit, and end with the file if `last` is set.
    /// Keys up to `floor` do not rise. Returns where the next record starts.
    pub(crate) fn chunk(
        &self,
        bytes: &[u8],
        limit: usize,
        last: bool,
        floor: Option<Key>,
    ) -> Result<(Chunk, usize), Stop> {
        let mut chunk = self.nothing(floor);
        let mut row = Row::new(self, bytes);
        let (mut lines, mut text) = (Lines::default(), Text::default());
        let mut mark = Mark::default();
        let mut at = self.form.start(bytes, 0, last)?;
        while at < limit.min(bytes.len()) {
            let read = row.read(at);
            let (end, next) = match read.end {
                Some(it) => it,
                None => self.form.end(bytes, at, last)?,
            };
            if next >= bytes.len() && !last {
                return Err(Stop::More);
            }
            let stand = Stand { record: chunk.records, at };
            chunk.records += 1;
            if read.is_clean && !self.totals.is_empty() {
                chunk.totals = chunk.totals.take().and_then(|mut it| row.take(&mut it).map(|()| it));
            }
            if read.is_clean && !self.grouped.is_empty() && !row.take_groups(&mut chunk.groups) {
                chunk.set_aside.insert(stand.record, Suspect::of((bytes, at..end), &mut lines));
            }
            let is_handed = read.is_clean && chunk.is_handed(&read);
            if read.is_clean && !is_handed {
                chunk.count(&read);
            } else {
                let line = lines.before(bytes, at);
                let suspect = Suspect { line, bytes: bytes[at..end].into(), is_counted: is_handed };
                chunk.suspects.insert(stand.record, suspect);
            }
            self.take_keys(&mut chunk, (stand, read.is_clean, &bytes[at..end]), &mut row, &mut lines)?;
            if chunk.late.len() > LATE_MIN && chunk.late.len() as u64 * 16 > chunk.records {
                return Err(Stop::Disorder);
            }
            if chunk.suspects.len() > SUSPECTS_MIN && chunk.suspects.len() as u64 * 2 > chunk.records {
                return Err(Stop::Dirty);
            }
            at = self.form.start(bytes, next, last)?;
            if at - text.at > limit / PIECES {
                text.check(bytes, at, &mut lines)?;
            }
            if at - mark.at > limit / MARKS {
                mark = Mark { record: chunk.records, at, lines: lines.before(bytes, at) };
                chunk.marks.extend(chunk.order.last.map(|it| (it.0, mark)));
            }
        }
        chunk.lines = text.check(bytes, at.min(bytes.len()), &mut lines)?;
        chunk.decimals = row.decimals();
        Ok((chunk, at))
    }

    /// What no record comes to.
    fn nothing(&self, floor: Option<Key>) -> Chunk {
        let order = Order { floor, ..Order::default() };
        let tallies = vec![Tally::default(); self.counted.len()];
        let totals = Some(Partials::none(&self.totals));
        let groups = self.grouped.iter().map(|_| Groups::default()).collect();
        Chunk { order, left_out: vec![0; self.gated.len()], totals, tallies, groups, ..Chunk::default() }
    }

    /// Takes note of the keys of a record.
    #[inline]
    fn take_keys(
        &self,
        chunk: &mut Chunk,
        (stand, is_clean, record): (Stand, bool, &[u8]),
        row: &mut Row<'_>,
        lines: &mut Lines,
    ) -> Result<(), Stop> {
        match &self.keys {
            Keys::None => {}
            Keys::Rising(columns) => {
                let key = if is_clean { Some(row.key(columns)) } else { self.slow_key(columns, record)? };
                if let Some(key) = key {
                    chunk.take_key(key, stand, row, lines);
                }
            }
            Keys::Hashed(sets, part) => {
                for hash in self.hashes_of(sets, *part, is_clean.then_some(&*row), record) {
                    chunk.hashes.push(hash?);
                }
            }
        }
        Ok(())
    }

    /// The records of a chunk from a mark on that are wanted by their keys, as
    /// [`Sieve::chunk`] would hand them out.
    pub(crate) fn find(&self, bytes: &[u8], from: Mark, wanted: impl Fn(&Row<'_>) -> bool, chunk: &mut Chunk) {
        self.each_wanted(bytes, from, wanted, |row, stand, lines| chunk.hand_out(row, stand, lines));
    }

    /// The records in order of a chunk that are wanted, which stay counted as such.
    pub(crate) fn copies(&self, bytes: &[u8], wanted: impl Fn(&Row<'_>) -> bool) -> BTreeMap<u64, Suspect> {
        let mut found = BTreeMap::new();
        self.each_wanted(bytes, Mark::default(), wanted, |row, stand, lines| {
            if let Some((end, _)) = row.read(stand.at).end {
                found.insert(stand.record, Suspect::of((bytes, stand.at..end), lines));
            }
        });
        found
    }

    fn each_wanted(
        &self,
        bytes: &[u8],
        from: Mark,
        wanted: impl Fn(&Row<'_>) -> bool,
        mut each: impl FnMut(&mut Row<'_>, Stand, &mut Lines),
    ) {
        let mut row = Row::new(self, bytes);
        let mut lines = Lines { at: 0, count: from.lines };
        let (mut at, mut record) = (self.form.start(bytes, 0, true).unwrap_or(0), from.record);
        while at < bytes.len() {
            let read = row.read(at);
            if read.is_clean && wanted(&row) {
                each(&mut row, Stand { record, at }, &mut lines);
            }
            let Ok((_, next)) = read.end.map_or_else(|| self.form.end(bytes, at, true), Ok) else { break };
            (at, record) = (self.form.start(bytes, next, true).unwrap_or(next), record + 1);
        }
    }

    /// The hashes of the keys in a chunk that belong to another part.
    pub(crate) fn hashes(&self, bytes: &[u8], part: (u64, u64)) -> Vec<u64> {
        let Keys::Hashed(sets, _) = &self.keys else { return Vec::new() };
        let mut row = Row::new(self, bytes);
        let (mut at, mut found) = (self.form.start(bytes, 0, true).unwrap_or(0), Vec::new());
        while at < bytes.len() {
            let read = row.read(at);
            let Ok((end, next)) = read.end.map_or_else(|| self.form.end(bytes, at, true), Ok) else { break };
            // All that is not plain could be told when the first part was read.
            let hashes = self.hashes_of(sets, part, read.is_clean.then_some(&row), &bytes[at..end]);
            found.extend(hashes.filter_map(Result::ok));
            at = self.form.start(bytes, next, true).unwrap_or(next);
        }
        found
    }

    /// The hashes of the keys of a record that belong to a part; of one that is
    /// in order by its row.
    fn hashes_of(
        &self,
        sets: &[Vec<usize>],
        part: (u64, u64),
        row: Option<&Row<'_>>,
        record: &[u8],
    ) -> impl Iterator<Item = Result<u64, Stop>> {
        let hash = move |columns: &Vec<usize>| match row {
            Some(row) => row.hash(columns).map(Ok),
            None => self.slow_hash(columns, record).transpose(),
        };
        let is_of_part = move |it: &Result<u64, Stop>| it.as_ref().map_or(true, |it| it % part.1 == part.0);
        sets.iter().filter_map(hash).filter(is_of_part)
    }

    /// The sign before decimals.
    #[inline]
    fn point(&self) -> u8 {
        if self.style.decimal == DecimalSign::Comma { b',' } else { b'.' }
    }

    /// Whether a text is a declared sign.
    fn is_marker(&self, text: &[u8]) -> bool {
        std::str::from_utf8(text).is_ok_and(|it| self.markers.read_declared(it).is_some())
    }
}
