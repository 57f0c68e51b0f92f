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

mod order;
mod row;
mod tests;

pub(crate) use order::{KEY_MAX, Key, Order, Stand, Taken};
pub(crate) use row::packed;
#[cfg(feature = "parquet")]
pub(crate) use row::{plain_day, plain_number};
pub use tests::{Holds, Test};

use std::borrow::Cow;
use std::collections::BTreeMap;

use self::row::Row;
pub(crate) use super::dialect::Dialect;
use super::records::Records;
use super::{Layout, dialect, shape};
use crate::source::{Grid, GridCell, GridRow, Page};
use crate::table::{Decimal, Document, NumberStyle, read_figure};

/// How the cells of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Plain text.
    Text,
    /// Text that may not be empty.
    Filled,
    /// A decimal number with a point.
    Number,
    /// A whole number, zero or more.
    Count,
    /// A whole number.
    Integer,
    /// A day as `2005-03-01`.
    Day,
}

/// What makes a record one that is in order.
#[derive(Debug)]
pub(crate) struct Sieve {
    /// How cells are told apart.
    pub(crate) dialect: Dialect,
    /// One for each printed column.
    pub(crate) columns: Vec<Wanted>,
    /// What must hold of each record.
    pub(crate) tests: Vec<Test<usize>>,
    /// The columns of the key, numbers or days: none where no key is unique.
    pub(crate) key: Vec<usize>,
}

/// A record that must be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suspect {
    /// How many line breaks of its chunk stand before it.
    pub(crate) line: u64,
    /// The record without its line break.
    pub(crate) bytes: Box<[u8]>,
}

/// What came of one chunk.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    /// Where in the file its first record starts, and the first behind it.
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// How many records it has, blank ones too, and how many are in order.
    pub(crate) records: u64,
    pub(crate) clean: u64,
    /// How many cells of records in order hold something.
    pub(crate) filled: u64,
    /// How many line breaks.
    pub(crate) lines: u64,
    /// What must be looked at, by the record of the chunk that it is, from 0.
    pub(crate) suspects: BTreeMap<u64, Suspect>,
    pub(crate) order: Order,
    /// Keys that do not rise: another record may have them too.
    pub(crate) late: Vec<Key>,
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
}

/// More suspects than this are too many, where they are most of a chunk.
const SUSPECTS_MIN: usize = 4_096;

impl Sieve {
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
        let order = Order { floor, ..Order::default() };
        let mut chunk = Chunk { order, ..Chunk::default() };
        let mut row = Row::new(self, bytes);
        let mut lines = Lines::default();
        let mut at = 0;
        while at < limit.min(bytes.len()) {
            let read = row.read(at);
            let (end, next) = match read.end {
                Some(it) => it,
                None => slow_end(bytes, at, self.dialect, last)?,
            };
            if next >= bytes.len() && !last {
                return Err(Stop::More);
            }
            let stand = Stand { record: chunk.records, at };
            chunk.records += 1;
            let key = if self.key.is_empty() {
                None
            } else if read.is_clean {
                Some(row.key())
            } else {
                self.slow_key(&bytes[at..end])
            };
            if read.is_clean {
                chunk.clean += 1;
                chunk.filled += read.filled;
            } else {
                let suspect = Suspect { line: lines.before(bytes, at), bytes: bytes[at..end].into() };
                chunk.suspects.insert(stand.record, suspect);
            }
            if let Some(key) = key {
                chunk.take_key(key, stand, &mut row, &mut lines);
            }
            if chunk.suspects.len() > SUSPECTS_MIN && chunk.suspects.len() as u64 * 2 > chunk.records {
                return Err(Stop::Dirty);
            }
            at = next;
        }
        let own = &bytes[..at.min(bytes.len())];
        chunk.lines = breaks(own);
        if std::str::from_utf8(own).is_err() {
            return Err(Stop::NotText);
        }
        Ok((chunk, at))
    }

    /// The records of a chunk whose keys are wanted, as [`Sieve::chunk`] would hand them out.
    pub(crate) fn find(&self, bytes: &[u8], wanted: &[Key], chunk: &mut Chunk) {
        let mut row = Row::new(self, bytes);
        let mut lines = Lines::default();
        let (mut at, mut record) = (0, 0);
        while at < bytes.len() {
            let read = row.read(at);
            if read.is_clean && wanted.binary_search(&row.key()).is_ok() {
                chunk.hand_out(&mut row, Stand { record, at }, &mut lines);
            }
            let Ok((_, next)) = read.end.map_or_else(|| slow_end(bytes, at, self.dialect, true), Ok) else { break };
            (at, record) = (next, record + 1);
        }
    }

    /// The key of a record that is not in order, where it can be told.
    fn slow_key(&self, record: &[u8]) -> Option<Key> {
        let cells = cells_of(std::str::from_utf8(record).ok()?, self.dialect)?;
        let value = |column: &usize| {
            let text = cells.get(*column)?;
            match self.columns[*column] {
                Wanted::Day => row::day_of(text).map(|it| Decimal::whole(i128::from(it))),
                _ => read_figure(text, NumberStyle::ENGLISH, None).ok().map(|it| it.value),
            }
        };
        let values: Vec<Decimal> = self.key.iter().map(value).collect::<Option<_>>()?;
        Key::of_decimals(values.into_iter())
    }
}

impl Chunk {
    /// Puts a key in the order, and hands out the records that this makes late.
    fn take_key(&mut self, key: Key, stand: Stand, row: &mut Row<'_>, lines: &mut Lines) {
        let handed = match self.order.take(key, stand) {
            Taken::Rises => return,
            Taken::Repeats(other) => [Some(stand), Some(other)],
            Taken::Late => {
                self.late.push(key);
                [Some(stand), None]
            }
            Taken::Ahead(ahead, other) => {
                self.late.push(ahead);
                [Some(other), None]
            }
        };
        for it in handed.into_iter().flatten() {
            self.hand_out(row, it, lines);
        }
    }

    /// Hands out a record that is in order by itself.
    fn hand_out(&mut self, row: &mut Row<'_>, it: Stand, lines: &mut Lines) {
        let bytes = row.bytes();
        if self.suspects.contains_key(&it.record) {
            return;
        }
        let read = row.read(it.at);
        let Some((end, _)) = read.end else { return };
        self.clean -= 1;
        self.filled -= read.filled;
        let suspect = Suspect { line: lines.before(bytes, it.at), bytes: bytes[it.at..end].into() };
        self.suspects.insert(it.record, suspect);
    }
}

/// Counts line breaks, going on from where it counted last.
#[derive(Default)]
struct Lines {
    at: usize,
    count: u64,
}

impl Lines {
    fn before(&mut self, bytes: &[u8], at: usize) -> u64 {
        if at >= self.at {
            self.count += breaks(&bytes[self.at..at]);
            self.at = at;
            return self.count;
        }
        self.count - breaks(&bytes[at..self.at])
    }
}

/// Where a record ends that is not plain, and where the next one starts.
pub(crate) fn slow_end(bytes: &[u8], at: usize, dialect: Dialect, last: bool) -> Result<(usize, usize), Stop> {
    // A record of this length is no table, or a quote that nothing closes.
    const RECORD_MAX: usize = 1 << 24;
    let rest = &bytes[at..bytes.len().min(at + RECORD_MAX)];
    let text = match std::str::from_utf8(rest) {
        Ok(it) => it,
        // A character may be cut at the end of what was given.
        Err(fault) if fault.error_len().is_none() => {
            std::str::from_utf8(&rest[..fault.valid_up_to()]).map_err(|_| Stop::NotText)?
        }
        Err(_) => return Err(Stop::NotText),
    };
    let mut records = Records::new(text, dialect, 0);
    match records.next_into(&mut Vec::new()) {
        Ok(Some(record)) => Ok((at + record.span.end as usize, at + records.at())),
        _ if last || rest.len() == RECORD_MAX => Err(Stop::NotText),
        _ => Err(Stop::More),
    }
}

/// The cells of a record, quotes undone.
pub(crate) fn cells_of(record: &str, dialect: Dialect) -> Option<Vec<Cow<'_, str>>> {
    let mut cells = Vec::new();
    Records::new(record, dialect, 0).next_into(&mut cells).ok()??;
    let text = |it: GridCell| match it.unescaped {
        Some(text) => Cow::Owned(text.into()),
        None => Cow::Borrowed(&record[it.span.start as usize..it.span.end as usize]),
    };
    Some(cells.into_iter().map(text).collect())
}

/// How many line breaks bytes hold: `\n`, `\r\n`, or lone `\r`.
pub(crate) fn breaks(bytes: &[u8]) -> u64 {
    let count = memchr::memchr_iter(b'\n', bytes).count();
    let lone = memchr::memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n')).count();
    (count + lone) as u64
}

/// Whether a file has the plain form that can be sieved, by its first records:
/// one heading in the first line, cells apart by one sign, quotes doubled.
/// Returns how it is told apart, and the page of the sample.
pub(crate) fn plain_form(sample: &Document) -> Option<(Dialect, Page)> {
    let layout = Layout::default();
    let dialect = dialect::detect(sample, &layout, 0);
    let usual = Dialect { delimiter: dialect.delimiter, spaced: dialect.spaced, ..Dialect::default() };
    if dialect != usual || sample.text.starts_with("sep=") {
        return None;
    }
    let page = super::read_page(sample, &layout).ok()?;
    let [grid] = &page.grids[..] else { return None };
    let heads = grid.headings_printed && grid.units.is_empty() && grid.title.is_none();
    let first = grid.rows.first().is_some_and(|it| it.number == 2);
    let named = grid.headings.iter().all(|it| !it.text(sample).is_empty());
    let bare = page.footnotes.is_empty() && page.source.is_none();
    (heads && first && named && bare && grid.faults.iter().all(|it| it.row.is_some())).then_some((dialect, page))
}

/// The page of records that were handed out: the heading, then a record each,
/// numbered as in their file. Those from the number `tail` on stand at its end
/// without a gap, and may be notes.
pub(crate) fn page_of(
    document: &Document,
    heading: &Grid,
    dialect: Dialect,
    numbers: &[u32],
    tail: u32,
) -> Option<Page> {
    let mut records = Records::new(&document.text, dialect, 0);
    records.next_into(&mut Vec::new()).ok()??;
    let mut rows = Vec::new();
    for &number in numbers {
        let mut cells = Vec::new();
        let record = records.next_into(&mut cells).ok()??;
        if record.filled {
            rows.push(GridRow { cells, span: record.span, number, ..GridRow::default() });
        }
    }
    let grid = Grid { headings: heading.headings.clone(), headings_printed: true, ..Grid::default() };
    Some(shape::page_of_rows(document, rows, grid, tail))
}
