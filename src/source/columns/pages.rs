//! The pages of a column, one after the other.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Encoding, Type};
use parquet::column::page::{Page, PageReader};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{AsBytes, DataType};
use parquet::errors::ParquetError;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescPtr;

use super::cells::{Cells, Dictionary, Held, Plain, Values, widened};
use super::coded::Coded;
use super::file::{ColumnFile, Leaf, Stretch};
use super::kind::Kind;
use crate::error::Result;
use crate::source::workbook::quietly;

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    Enough,
}

/// Who is shown the pages of a column.
pub(super) trait Visit {
    /// Whether the page with these rows is of no interest.
    fn skips(&self, _rows: &Range<usize>) -> bool {
        false
    }

    /// What of a page is of interest.
    fn asks(&self) -> Asks {
        Asks::All
    }

    /// The values that pages refer to. None where they are broken.
    fn dictionary(&mut self, _values: &Dictionary<'_>) -> Option<Then> {
        Some(Then::GoOn)
    }

    /// A page; `dictionary` as it was told before. None where it is broken.
    fn page(&mut self, cells: &Cells<'_>, dictionary: &Dictionary<'_>) -> Option<()>;
}

/// What of a page is of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asks {
    /// All values.
    All,
    /// Only which rows hold a value.
    Levels,
    /// The values of a few rows.
    Few,
}

/// Pages of a row group that were read, for as many bytes as there is room.
pub(super) struct Cache {
    columns: Vec<Option<Vec<Page>>>,
    room: usize,
}

impl Cache {
    /// A row group that takes more room is read twice.
    const ROOM: usize = 24 << 20;

    pub(super) fn new(file: &ColumnFile<'_>) -> Self {
        Self { columns: vec![None; file.leaves.len()], room: Self::ROOM }
    }

    /// One that keeps nothing.
    pub(super) fn none(file: &ColumnFile<'_>) -> Self {
        Self { room: 0, ..Self::new(file) }
    }
}

/// Shows the pages of a column in a row group.
pub(super) fn walk(
    file: &ColumnFile<'_>,
    (group, column): (usize, usize),
    cache: &mut Cache,
    visit: &mut dyn Visit,
) -> Result<()> {
    if let Some(batches) = file.batches() {
        let done = quietly(|| batches.walk((group, column), visit)).flatten();
        return done.ok_or_else(|| file.fault(group, column, &"its values are broken"));
    }
    let (leaf, rows) = (&file.leaves[column], file.rows(group));
    if let Some(pages) = cache.columns[column].take() {
        let read = Pages { leaf, rows, source: Source::Kept(pages.iter()) }.walk(visit);
        cache.columns[column] = Some(pages);
        return read.map_err(|it| file.fault(group, column, &it));
    }
    let (chunk, descriptor) = file.stored(group, column)?;
    let bytes = file.bytes(group, column, chunk)?;
    let reused = bytes.clone();
    let work = || {
        let reader = SerializedPageReader::new(Arc::new(bytes), chunk, rows, None)?;
        // Truth values may be in runs, which no flag tells beforehand.
        if !chunk.encodings().all(is_usual) || leaf.physical == Type::BOOLEAN {
            return held((leaf, descriptor), rows, reader, visit);
        }
        let mut pages = Vec::new();
        let kept = (cache.room > 0).then_some((&mut pages, &mut cache.room));
        Pages { leaf, rows, source: Source::Read { reader, kept } }.walk(visit)?;
        let all: usize = pages.iter().filter(|it| it.is_data_page()).map(|it| it.num_values() as usize).sum();
        if all == rows {
            cache.columns[column] = Some(pages);
        }
        Ok(())
    };
    let done = quietly(work);
    reused.give_back();
    match done {
        Some(Ok(())) => Ok(()),
        Some(Err(why)) => Err(file.fault(group, column, &why)),
        None => Err(file.fault(group, column, &"a page is broken")),
    }
}

/// Whether pages with this encoding are read here.
fn is_usual(it: Encoding) -> bool {
    #[expect(deprecated, reason = "older files have it")]
    let older = it == Encoding::BIT_PACKED;
    let plain = matches!(it, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY);
    older || plain || matches!(it, Encoding::RLE_DICTIONARY | Encoding::RLE)
}

fn broken(what: &str) -> ParquetError {
    ParquetError::General(what.to_owned())
}

/// Where pages come from.
enum Source<'a> {
    /// From the file; those that there is room for are kept.
    Read { reader: SerializedPageReader<Stretch>, kept: Option<(&'a mut Vec<Page>, &'a mut usize)> },
    /// From an earlier time.
    Kept(std::slice::Iter<'a, Page>),
}

impl Source<'_> {
    /// How many rows the next page has; none where it is a dictionary.
    fn peek(&mut self) -> Result<Option<usize>, ParquetError> {
        match self {
            Self::Read { reader, .. } => {
                let next = reader.peek_next_page()?.ok_or_else(|| broken("pages are missing"))?;
                Ok(next.num_levels.filter(|_| !next.is_dict))
            }
            Self::Kept(pages) => {
                let next = pages.as_slice().first().ok_or_else(|| broken("pages are missing"))?;
                Ok(next.is_data_page().then_some(next.num_values() as usize))
            }
        }
    }

    fn take(&mut self) -> Result<Page, ParquetError> {
        match self {
            Self::Read { reader, kept } => {
                let page = reader.get_next_page()?.ok_or_else(|| broken("pages are missing"))?;
                if let Some((pages, room)) = kept
                    && **room >= page.buffer().len()
                {
                    **room -= page.buffer().len();
                    pages.push(page.clone());
                }
                Ok(page)
            }
            Self::Kept(pages) => pages.next().cloned().ok_or_else(|| broken("pages are missing")),
        }
    }

    fn skip(&mut self) -> Result<(), ParquetError> {
        match self {
            Self::Read { reader, .. } => reader.skip_next_page(),
            Self::Kept(pages) => {
                pages.next();
                Ok(())
            }
        }
    }
}

/// The pages of a column that are read here.
struct Pages<'a> {
    leaf: &'a Leaf,
    rows: usize,
    source: Source<'a>,
}

impl Pages<'_> {
    fn walk(mut self, visit: &mut dyn Visit) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut buffer = Bytes::new();
        let mut count = 0;
        if self.source.peek()?.is_none() {
            let Page::DictionaryPage { buf, num_values, .. } = self.source.take()? else {
                return Err(broken("its dictionary is broken"));
            };
            (buffer, count) = (buf, num_values as usize);
        }
        let plain = Plain::new(self.leaf, &buffer);
        // A count that is made up must not reserve memory.
        if plain.size().map_or(count > buffer.len(), |it| it.checked_mul(count) != Some(buffer.len())) {
            return Err(broken("its dictionary is broken"));
        }
        let dictionary = Dictionary::new(plain, count);
        if visit.dictionary(&dictionary).ok_or_else(|| broken("its dictionary is broken"))? == Then::Enough {
            return Ok(());
        }
        let mut scratch = Scratch::default();
        let mut row = 0;
        while row < self.rows {
            let told = self.source.peek()?.ok_or_else(|| broken("it has two dictionaries"))?;
            let rows = row..row + told;
            if rows.end > self.rows {
                return Err(broken("its pages have more rows than it"));
            }
            row = rows.end;
            if visit.skips(&rows) {
                self.source.skip()?;
                continue;
            }
            let page = self.source.take()?;
            let read = self.page(&page, rows, &dictionary, &mut scratch, visit);
            read.ok_or_else(|| broken("a page is broken"))?;
        }
        Ok(())
    }

    fn page(
        &self,
        page: &Page,
        rows: Range<usize>,
        dictionary: &Dictionary<'_>,
        scratch: &mut Scratch,
        visit: &mut dyn Visit,
    ) -> Option<()> {
        let body: &[u8] = page.buffer();
        let width = 32 - self.leaf.level.leading_zeros();
        let (levels, body) = match page {
            Page::DataPageV2 { rep_levels_byte_len, def_levels_byte_len, .. } => {
                body.get(*rep_levels_byte_len as usize..)?.split_at_checked(*def_levels_byte_len as usize)?
            }
            _ if self.leaf.level == 0 => (&[][..], body),
            Page::DataPage { def_level_encoding: Encoding::RLE, .. } => {
                let (length, rest) = body.split_at_checked(4)?;
                rest.split_at_checked(u32::from_le_bytes(length.try_into().ok()?) as usize)?
            }
            _ => return None,
        };
        let mut filled = rows.len();
        let mut present = None;
        if self.leaf.level > 0 && !Coded::new(levels, width)?.all_are(self.leaf.level, rows.len()) {
            Coded::new(levels, width)?.take(rows.len(), &mut scratch.codes)?;
            scratch.present.clear();
            scratch.present.extend(scratch.codes.iter().map(|it| *it == self.leaf.level));
            filled = scratch.present.iter().filter(|it| **it).count();
            present = Some(&scratch.present[..]);
        }
        let coded = matches!(page.encoding(), Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
        let values = if visit.asks() == Asks::Levels {
            Values::Untold
        } else if coded && filled > 0 {
            let (width, body) = body.split_first()?;
            let coded = Coded::new(body, u32::from(*width))?;
            if visit.asks() == Asks::Few {
                Values::Packed(coded)
            } else {
                coded.take(filled, &mut scratch.codes)?;
                let most = scratch.codes.iter().fold(0, |most, it| most.max(*it));
                if most as usize >= dictionary.len() {
                    return None;
                }
                Values::Coded(&scratch.codes)
            }
        } else {
            Values::Plain(Plain::new(self.leaf, body))
        };
        visit.page(&Cells { rows, present, values }, dictionary)
    }
}

/// What is used again from page to page.
#[derive(Default)]
struct Scratch {
    codes: Vec<u32>,
    present: Vec<bool>,
}

/// Shows the values of a column as the parser reads them.
fn held(
    (leaf, descriptor): (&Leaf, ColumnDescPtr),
    rows: usize,
    reader: SerializedPageReader<Stretch>,
    visit: &mut dyn Visit,
) -> Result<(), ParquetError> {
    let unsigned = leaf.kind == Kind::Unsigned;
    match get_column_reader(descriptor, Box::new(reader)) {
        ColumnReader::BoolColumnReader(it) => batches(it, leaf, rows, visit, |it| Held::Whole(i64::from(*it))),
        ColumnReader::Int32ColumnReader(it) => batches(it, leaf, rows, visit, |it| Held::Whole(widened(*it, unsigned))),
        ColumnReader::Int64ColumnReader(it) => batches(it, leaf, rows, visit, |it| Held::Whole(*it)),
        ColumnReader::FloatColumnReader(it) => batches(it, leaf, rows, visit, |it| Held::Single(*it)),
        ColumnReader::DoubleColumnReader(it) => batches(it, leaf, rows, visit, |it| Held::Double(*it)),
        ColumnReader::Int96ColumnReader(it) => {
            batches(it, leaf, rows, visit, |it| Held::Bytes(Bytes::copy_from_slice(it.as_bytes())))
        }
        ColumnReader::ByteArrayColumnReader(it) => {
            batches(it, leaf, rows, visit, |it| Held::Bytes(Bytes::copy_from_slice(it.as_bytes())))
        }
        ColumnReader::FixedLenByteArrayColumnReader(it) => {
            batches(it, leaf, rows, visit, |it| Held::Bytes(Bytes::copy_from_slice(it.as_bytes())))
        }
    }
}

fn batches<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    leaf: &Leaf,
    rows: usize,
    visit: &mut dyn Visit,
    keep: impl Fn(&T::T) -> Held,
) -> Result<(), ParquetError> {
    const ROWS: usize = 8_192;
    let none = Dictionary::new(Plain::new(leaf, &[]), 0);
    if visit.dictionary(&none) != Some(Then::GoOn) {
        return Ok(());
    }
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let mut row = 0;
    while row < rows {
        let next = row..rows.min(row + ROWS);
        if visit.skips(&next) {
            if reader.skip_records(next.len())? < next.len() {
                return Err(broken("pages are missing"));
            }
            row = next.end;
            continue;
        }
        levels.clear();
        values.clear();
        let into = (leaf.level > 0).then_some(&mut levels);
        let (read, _, _) = reader.read_records(next.len(), into, None, &mut values)?;
        if read == 0 {
            return Err(broken("pages are missing"));
        }
        let held: Vec<Held> = values.iter().map(&keep).collect();
        let present: Vec<bool> = levels.iter().map(|it| i64::from(*it) == i64::from(leaf.level)).collect();
        let present = (leaf.level > 0).then_some(&present[..]);
        let cells = Cells { rows: row..row + read, present, values: Values::Held(&held) };
        visit.page(&cells, &none).ok_or_else(|| broken("a page is broken"))?;
        row += read;
    }
    Ok(())
}
