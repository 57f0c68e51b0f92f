//! A Parquet file, or a table in memory: its columns, and its row groups in bytes.

use std::cell::Cell;
use std::io::Read;

use bytes::{Buf, Bytes, BytesMut};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::{ColumnDescPtr, ColumnDescriptor};

use super::frame::Batches;
use super::kind::{Kind, Raw};
use crate::error::{Error, ErrorKind, Result};
use crate::source::Parts;

/// A table that is read column by column: a Parquet file, or record batches in memory.
pub(crate) struct ColumnFile<'a> {
    pub(super) name: &'a str,
    store: Store<'a>,
    pub(super) leaves: Vec<Leaf>,
}

/// Where the values are.
enum Store<'a> {
    Parquet { parts: &'a dyn Parts, meta: Box<ParquetMetaData> },
    Memory(&'a Batches),
}

/// A column.
pub(super) struct Leaf {
    /// Its heading; of a field in a structure the names from the outermost on, with points.
    pub(super) name: String,
    pub(super) kind: Kind,
    /// How a Parquet file stores its values; no matter in memory.
    pub(super) physical: Type,
    /// How many bytes a value has, where each has as many.
    pub(super) length: usize,
    /// The level at which it is defined, 0 where it always is.
    pub(super) level: u32,
}

impl<'a> ColumnFile<'a> {
    /// Reads what the end of a file says of it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where it is damaged, or holds lists.
    pub(crate) fn open(name: &'a str, parts: &'a dyn Parts) -> Result<Self> {
        if let Some(frame) = parts.frame() {
            return Ok(Self::in_memory(name, frame.batches()));
        }
        let meta = ParquetMetaDataReader::new().parse_and_finish(&Whole { name, parts });
        let meta = meta.map_err(|it| damaged(name, "could not be read as a Parquet file", &it))?;
        let mut leaves = Vec::new();
        for it in meta.file_metadata().schema_descr().columns() {
            leaves.push(leaf(it).map_err(|it| it.in_file(name))?);
        }
        if leaves.is_empty() {
            return Err(Error::new(ErrorKind::Unreadable, "expected columns, found none").in_file(name));
        }
        Ok(Self { name, store: Store::Parquet { parts, meta: Box::new(meta) }, leaves })
    }

    /// A table in memory.
    pub(crate) fn in_memory(name: &'a str, batches: &'a Batches) -> Self {
        let leaf = |(name, kind): (&str, Kind)| Leaf {
            name: name.to_owned(),
            kind,
            physical: Type::BYTE_ARRAY,
            length: 0,
            level: 1,
        };
        Self { name, store: Store::Memory(batches), leaves: batches.columns().map(leaf).collect() }
    }

    /// The record batches, where it is a table in memory.
    pub(super) fn batches(&self) -> Option<&'a Batches> {
        match self.store {
            Store::Memory(it) => Some(it),
            Store::Parquet { .. } => None,
        }
    }

    /// The decimals that each column's numbers have by their type; none where it
    /// holds no numbers.
    pub(crate) fn scales(&self) -> Vec<Option<u8>> {
        self.leaves.iter().map(|it| it.kind.scale()).collect()
    }

    /// How many row groups it has.
    pub(crate) fn groups(&self) -> usize {
        match &self.store {
            Store::Parquet { meta, .. } => meta.num_row_groups(),
            Store::Memory(it) => it.groups(),
        }
    }

    /// How many rows a row group has.
    pub(crate) fn rows(&self, group: usize) -> usize {
        match &self.store {
            Store::Parquet { meta, .. } => usize::try_from(meta.row_group(group).num_rows()).unwrap_or(0),
            Store::Memory(it) => it.rows(group),
        }
    }

    /// How many rows it has.
    pub(crate) fn all_rows(&self) -> u64 {
        (0..self.groups()).map(|it| self.rows(it) as u64).sum()
    }

    /// How many rows stand before each row group.
    pub(crate) fn starts(&self) -> Vec<u64> {
        let mut start = 0;
        let each = (0..self.groups()).map(|it| {
            let own = start;
            start += self.rows(it) as u64;
            own
        });
        each.collect()
    }

    /// What a Parquet file says of a column in a row group; nothing in memory.
    pub(super) fn chunk_of(&self, group: usize, column: usize) -> Option<&ColumnChunkMetaData> {
        match &self.store {
            Store::Parquet { meta, .. } => Some(meta.row_group(group).column(column)),
            Store::Memory(_) => None,
        }
    }

    /// How a Parquet file stores a column in a row group.
    pub(super) fn stored(&self, group: usize, column: usize) -> Result<(&ColumnChunkMetaData, ColumnDescPtr)> {
        let chunk = self.chunk_of(group, column);
        let chunk = chunk.ok_or_else(|| self.fault(group, column, &"it is in no file"))?;
        Ok((chunk, chunk.column_descr_ptr()))
    }

    /// The bytes of a column in a row group.
    pub(super) fn bytes(&self, group: usize, column: usize, chunk: &ColumnChunkMetaData) -> Result<Stretch> {
        let Store::Parquet { parts, .. } = self.store else {
            return Err(self.fault(group, column, &"it is in no file"));
        };
        let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
        let range = u64::try_from(start).ok().zip(usize::try_from(chunk.compressed_size()).ok());
        let Some((start, length)) = range else {
            return Err(self.fault(group, column, &"it is not in the file"));
        };
        if start.checked_add(length as u64).is_none_or(|end| end > parts.size()) {
            return Err(self.fault(group, column, &"it extends past the end of the file"));
        }
        let mut bytes = BYTES.take();
        bytes.resize(length, 0);
        let read = parts.read_at(start, &mut bytes).map_err(|it| self.fault(group, column, &it))?;
        if read < length {
            return Err(self.fault(group, column, &"it was truncated while being read"));
        }
        let bytes = bytes.freeze();
        Ok(Stretch { start, bytes })
    }

    /// The error of a column that cannot be read.
    pub(super) fn fault(&self, group: usize, column: usize, why: &dyn std::fmt::Display) -> Error {
        let place = format!("row group {}, column \"{}\": could not be read", group + 1, self.leaves[column].name);
        damaged(self.name, place, why)
    }
}

impl Leaf {
    /// A value as statistics keep it.
    pub(super) fn stored<'a>(&self, bytes: &'a [u8]) -> Option<Raw<'a>> {
        Some(match self.physical {
            Type::INT32 if self.kind == Kind::Unsigned => {
                Raw::Whole(i64::from(u32::from_le_bytes(bytes.try_into().ok()?)))
            }
            Type::INT32 => Raw::Whole(i64::from(i32::from_le_bytes(bytes.try_into().ok()?))),
            Type::INT64 => Raw::Whole(i64::from_le_bytes(bytes.try_into().ok()?)),
            Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY => Raw::Bytes(bytes),
            Type::BOOLEAN | Type::FLOAT | Type::DOUBLE | Type::INT96 => return None,
        })
    }
}

fn damaged(name: &str, what: impl Into<String>, why: &dyn std::fmt::Display) -> Error {
    // The parser's own words begin with what kind of error it is.
    let why = why.to_string();
    let why =
        ["Parquet error: ", "EOF: ", "External: "].iter().fold(why.as_str(), |it, head| it.trim_start_matches(head));
    Error::new(ErrorKind::Unreadable, format!("{}: {why}", what.into()))
        .in_file(name)
        .hint("the file is damaged or incomplete: create or download it again")
}

fn leaf(it: &ColumnDescPtr) -> Result<Leaf> {
    let name = it.path().parts().join(".");
    if it.max_rep_level() > 0 {
        let outer = it.path().parts().first().map_or(name.as_str(), String::as_str).to_owned();
        return Err(Error::new(
            ErrorKind::Unreadable,
            format!("expected one value per cell, but column \"{outer}\" holds lists"),
        )
        .hint("remove the column, or write its values as text"));
    }
    let length = usize::try_from(it.type_length()).unwrap_or(0);
    let level = u32::try_from(it.max_def_level()).unwrap_or(0);
    let kind = kind_of(it);
    Ok(Leaf { name, kind, physical: it.physical_type(), length, level })
}

fn kind_of(it: &ColumnDescriptor) -> Kind {
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    let decimal = |scale: i32| u8::try_from(scale).map_or(Kind::Bytes, Kind::Decimal);
    if let Some(logical) = it.logical_type_ref() {
        match logical {
            LogicalType::String | LogicalType::Enum | LogicalType::Json => return Kind::Text,
            LogicalType::Decimal(it) => return decimal(it.scale),
            LogicalType::Date => return Kind::Day,
            LogicalType::Time(it) => return Kind::Clock { per_second: per_second(&it.unit) },
            LogicalType::Timestamp(it) => {
                return Kind::Moment { per_second: per_second(&it.unit), zoned: it.is_adjusted_to_u_t_c };
            }
            LogicalType::Integer(it) => return if it.is_signed { Kind::Whole } else { Kind::Unsigned },
            LogicalType::Uuid => return Kind::Uuid,
            _ => {}
        }
    }
    match (it.converted_type(), it.physical_type()) {
        (ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON, _) => Kind::Text,
        (ConvertedType::DECIMAL, _) => decimal(it.type_scale()),
        (ConvertedType::DATE, _) => Kind::Day,
        (ConvertedType::TIME_MILLIS, _) => Kind::Clock { per_second: 1_000 },
        (ConvertedType::TIME_MICROS, _) => Kind::Clock { per_second: 1_000_000 },
        (ConvertedType::TIMESTAMP_MILLIS, _) => Kind::Moment { per_second: 1_000, zoned: true },
        (ConvertedType::TIMESTAMP_MICROS, _) => Kind::Moment { per_second: 1_000_000, zoned: true },
        (ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64, _) => {
            Kind::Unsigned
        }
        (_, Type::BOOLEAN) => Kind::Truth,
        (_, Type::INT32 | Type::INT64) => Kind::Whole,
        (_, Type::FLOAT | Type::DOUBLE) => Kind::Real,
        (_, Type::INT96) => Kind::OldMoment,
        (_, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY) => Kind::Bytes,
    }
}

/// The whole file, as the parser wants to have it.
struct Whole<'a> {
    name: &'a str,
    parts: &'a dyn Parts,
}

impl Length for Whole<'_> {
    fn len(&self) -> u64 {
        self.parts.size()
    }
}

impl<'a> ChunkReader for Whole<'a> {
    type T = Tail<'a>;

    fn get_read(&self, start: u64) -> Result<Tail<'a>, ParquetError> {
        Ok(Tail { parts: self.parts, at: start })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.parts.size()) {
            return Err(ParquetError::EOF(format!("{} ends too early", self.name)));
        }
        let mut bytes = vec![0; length];
        let read = self.parts.read_at(start, &mut bytes)?;
        if read < length {
            return Err(ParquetError::EOF("it was truncated while being read".to_owned()));
        }
        Ok(bytes.into())
    }
}

/// A file from an offset on.
pub(super) struct Tail<'a> {
    parts: &'a dyn Parts,
    at: u64,
}

impl Read for Tail<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.parts.read_at(self.at, into)?;
        self.at += read as u64;
        Ok(read)
    }
}

thread_local! {
    /// Fresh memory costs more than what is read into it.
    static BYTES: Cell<BytesMut> = Cell::new(BytesMut::new());
}

/// Bytes of a file from an offset on.
#[derive(Clone)]
pub(super) struct Stretch {
    start: u64,
    bytes: Bytes,
}

impl Stretch {
    /// Lets the next column use its memory.
    pub(super) fn give_back(self) {
        if let Ok(mut bytes) = self.bytes.try_into_mut() {
            bytes.clear();
            BYTES.set(bytes);
        }
    }

    fn from(&self, start: u64) -> Result<Bytes, ParquetError> {
        let at = start.checked_sub(self.start).and_then(|it| usize::try_from(it).ok());
        let at = at.filter(|it| *it <= self.bytes.len());
        at.map(|it| self.bytes.slice(it..)).ok_or_else(|| ParquetError::EOF("a page is outside the column".to_owned()))
    }
}

impl Length for Stretch {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl ChunkReader for Stretch {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(self.from(start)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let bytes = self.from(start)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("a page extends past the end".to_owned()));
        }
        Ok(bytes.slice(..length))
    }
}
