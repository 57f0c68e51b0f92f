//! Arrow IPC, files and streams, as the lines of a CSV file.

use std::io::Cursor;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType, Float16Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, DataType, Field, Fields, SchemaRef, TimeUnit};

use super::frame::Slots;
use super::kind::{Kind, Raw};
use super::text::Lines;
use crate::error::{Error, ErrorKind, Result};
use crate::source::workbook::quietly;
use crate::table::Document;

/// Reads a file or a stream into the document of the CSV file that says the same.
pub(super) fn document(name: &str, bytes: &[u8]) -> Result<Document> {
    let broken = |why: &str| damaged(name, 0, &ArrowError::IpcError(why.to_owned()));
    let is_file = bytes.starts_with(super::ARROW_FILE);
    if is_file && !bytes.ends_with(super::ARROW_FILE) {
        return Err(broken("its end is missing"));
    }
    let done = quietly(|| {
        let true_lengths = if is_file { blocks_are_true(bytes) } else { messages_are_true(bytes) };
        true_lengths.ok_or_else(|| broken("a message is broken or truncated"))?;
        if is_file {
            let reader = FileReader::try_new(Cursor::new(bytes), None).map_err(|it| damaged(name, 0, &it))?;
            return lines(name, &reader.schema(), reader);
        }
        let reader = StreamReader::try_new(Cursor::new(bytes), None).map_err(|it| damaged(name, 0, &it))?;
        lines(name, &reader.schema(), reader)
    });
    done.unwrap_or_else(|| Err(broken("it is broken")))
}

/// Holds the lengths that a file tells of its messages against what there is:
/// memory is reserved by them, and a run cannot go on where there is not so much.
fn blocks_are_true(bytes: &[u8]) -> Option<()> {
    let tail = bytes.len().checked_sub(super::ARROW_FILE.len() + 4)?;
    let length = i32::from_le_bytes(bytes[tail..tail + 4].try_into().ok()?);
    let start = tail.checked_sub(usize::try_from(length).ok()?)?;
    let footer = arrow_ipc::root_as_footer(&bytes[start..tail]).ok()?;
    for block in footer.dictionaries().into_iter().flatten().chain(footer.recordBatches().into_iter().flatten()) {
        let at = usize::try_from(block.offset()).ok()?;
        let end = at.checked_add(usize::try_from(block.metaDataLength()).ok()?)?;
        let behind = end.checked_add(usize::try_from(block.bodyLength()).ok()?)?;
        let (message, body) = (bytes.get(at..end)?, bytes.get(end..behind)?);
        let lengths = if message.starts_with(super::ARROW_STREAM) { 8 } else { 4 };
        message_is_true(message.get(lengths..)?, body)?;
    }
    Some(())
}

/// The same of a stream.
fn messages_are_true(stream: &[u8]) -> Option<()> {
    let number = |at: usize| Some(i32::from_le_bytes(stream.get(at..at + 4)?.try_into().ok()?));
    let mut at = 0;
    while at < stream.len() {
        let mut length = number(at)?;
        at += 4;
        if length == -1 {
            length = number(at)?;
            at += 4;
        }
        if length == 0 {
            return Some(());
        }
        let end = at.checked_add(usize::try_from(length).ok()?)?;
        let message = stream.get(at..end)?;
        let length = arrow_ipc::root_as_message(message).ok()?.bodyLength();
        at = end.checked_add(usize::try_from(length).ok()?)?;
        message_is_true(message, stream.get(end..at)?)?;
    }
    Some(())
}

fn message_is_true(message: &[u8], body: &[u8]) -> Option<()> {
    let message = arrow_ipc::root_as_message(message).ok()?;
    let batch = message.header_as_record_batch();
    let batch = batch.or_else(|| message.header_as_dictionary_batch().and_then(|it| it.data()));
    if let Some(batch) = batch.filter(|it| it.compression().is_some()) {
        for buffer in batch.buffers()? {
            is_likely(body, buffer.offset(), buffer.length())?;
        }
    }
    Some(())
}

/// Whether a packed stretch may have been as long as it says it was.
fn is_likely(body: &[u8], offset: i64, length: i64) -> Option<()> {
    // No packing gains more, and no table that is read here has longer columns.
    const GAIN_MAX: i64 = 1 << 16;
    const BYTES_MAX: i64 = 4 << 30;
    if length == 0 {
        return Some(());
    }
    let start = usize::try_from(offset).ok()?;
    let told = i64::from_le_bytes(body.get(start..start.checked_add(8)?)?.try_into().ok()?);
    (told <= length.saturating_mul(GAIN_MAX).min(BYTES_MAX)).then_some(())
}

fn damaged(name: &str, batch: usize, why: &ArrowError) -> Error {
    let place = if batch == 0 { String::new() } else { format!("batch {batch}: ") };
    let why = why.to_string();
    let why = why.split_once("error: ").map_or(why.as_str(), |it| it.1);
    Error::new(ErrorKind::Unreadable, format!("{place}could not be read as Arrow IPC: {why}"))
        .in_file(name)
        .hint("the file is damaged or incomplete: create or download it again")
}

fn lines(
    name: &str,
    schema: &SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
) -> Result<Document> {
    let mut lines = Lines::default();
    heading(schema.fields(), &mut lines).map_err(|it| it.in_file(name))?;
    for (number, batch) in batches.enumerate() {
        let batch = batch.map_err(|it| damaged(name, number + 1, &it))?;
        print_rows(&batch, &mut lines, &|_| ());
        lines.check_size(name)?;
    }
    Ok(lines.document(name))
}

/// The names of columns as a line.
pub(super) fn heading(fields: &Fields, lines: &mut Lines) -> Result<()> {
    let mut names = Vec::new();
    headings(fields, "", &mut names)?;
    if names.is_empty() {
        return Err(Error::new(ErrorKind::Unreadable, "expected columns, found none"));
    }
    for it in &names {
        lines.cell(it);
    }
    lines.end();
    Ok(())
}

/// The rows of a batch as a line each; `amend` has each cell as it was printed.
pub(super) fn print_rows(batch: &RecordBatch, lines: &mut Lines, amend: &dyn Fn(&mut String)) {
    let leaves = leaves(batch);
    let mut cell = String::new();
    for row in 0..batch.num_rows() {
        for Leaf { array, above, is_uuid } in &leaves {
            cell.clear();
            if above.iter().all(|it| it.is_valid(row)) {
                match array.as_fixed_size_binary_opt().filter(|it| *is_uuid && it.is_valid(row)) {
                    Some(it) => Kind::Uuid.print(Raw::Bytes(it.value(row)), &mut cell),
                    None => print(array, row, &mut cell),
                }
            }
            amend(&mut cell);
            lines.cell(&cell);
        }
        lines.end();
    }
}

/// The cells of a column.
#[cfg(feature = "sql")]
pub(super) fn cells(array: &dyn Array) -> Vec<String> {
    let printed = |row: usize| {
        let mut text = String::new();
        print(array, row, &mut text);
        text
    };
    (0..array.len()).map(printed).collect()
}

/// The headings of fields, those of structures with the names above them.
pub(super) fn headings(fields: &Fields, above: &str, names: &mut Vec<String>) -> Result<()> {
    for field in fields {
        let name = format!("{above}{}", field.name());
        match field.data_type() {
            DataType::Struct(inner) => headings(inner, &format!("{name}."), names)?,
            _ if is_read(field) => names.push(name),
            other => {
                let lists = other.is_nested();
                let held = if lists { "lists".to_owned() } else { format!("values of type {other}") };
                let message = format!("expected one value per cell, but column \"{name}\" holds {held}");
                return Err(
                    Error::new(ErrorKind::Unreadable, message).hint("remove the column, or write its values as text")
                );
            }
        }
    }
    Ok(())
}

fn is_read(field: &Field) -> bool {
    let kind = match field.data_type() {
        DataType::Dictionary(_, values) => kind_of(values),
        DataType::Null => return true,
        other => kind_of(other),
    };
    kind.is_some()
}

/// An array of values with the structures that it stands in.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) array: ArrayRef,
    pub(super) above: Vec<ArrayRef>,
    /// Whether its bytes are identifiers (RFC 9562).
    pub(super) is_uuid: bool,
}

/// The columns of a batch, those of structures one by one.
pub(super) fn leaves(batch: &RecordBatch) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for (column, field) in batch.columns().iter().zip(batch.schema_ref().fields()) {
        flatten((column, is_uuid(field)), &mut Vec::new(), &mut leaves);
    }
    leaves
}

fn is_uuid(field: &Field) -> bool {
    field.metadata().get("ARROW:extension:name").is_some_and(|it| it == "arrow.uuid")
}

/// The arrays of columns, each with the structures that it stands in.
fn flatten((array, is_uuid_here): (&ArrayRef, bool), above: &mut Vec<ArrayRef>, leaves: &mut Vec<Leaf>) {
    let (Some(structure), DataType::Struct(fields)) = (array.as_struct_opt(), array.data_type()) else {
        leaves.push(Leaf { array: Arc::clone(array), above: above.clone(), is_uuid: is_uuid_here });
        return;
    };
    above.push(Arc::clone(array));
    for (column, field) in structure.columns().iter().zip(fields) {
        flatten((column, is_uuid(field)), above, leaves);
    }
    above.pop();
}

pub(super) fn kind_of(it: &DataType) -> Option<Kind> {
    let per_second = |unit: &TimeUnit| match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    };
    Some(match it {
        DataType::Boolean => Kind::Truth,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 | DataType::Duration(_) => Kind::Whole,
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => Kind::Unsigned,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Kind::Real,
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Kind::Decimal(u8::try_from(*scale).ok()?),
        DataType::Date32 => Kind::Day,
        DataType::Date64 => Kind::Moment { per_second: 1_000, zoned: false },
        DataType::Timestamp(unit, zone) => Kind::Moment { per_second: per_second(unit), zoned: zone.is_some() },
        DataType::Time32(unit) | DataType::Time64(unit) => Kind::Clock { per_second: per_second(unit) },
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => Kind::Bytes,
        _ => return None,
    })
}

/// Prints a cell; nothing for a null.
fn print(array: &dyn Array, row: usize, text: &mut String) {
    if array.is_null(row) {
        return;
    }
    if let Some(dictionary) = array.as_any_dictionary_opt() {
        let key = print_key(dictionary.keys(), row);
        if let Some(key) = key.filter(|it| *it < dictionary.values().len()) {
            print(dictionary.values(), key, text);
        }
        return;
    }
    let Some(kind) = kind_of(array.data_type()) else { return };
    let bytes = |bytes: &[u8], text: &mut String| kind.print(Raw::Bytes(bytes), text);
    match array.data_type() {
        DataType::Boolean => kind.print(Raw::Whole(i64::from(array.as_boolean().value(row))), text),
        DataType::Utf8 => text.push_str(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text.push_str(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text.push_str(array.as_string_view().value(row)),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row), text),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row), text),
        DataType::BinaryView => bytes(array.as_binary_view().value(row), text),
        DataType::FixedSizeBinary(_) => bytes(array.as_fixed_size_binary().value(row), text),
        DataType::Float16 => kind.print(Raw::Single(value::<Float16Type>(array, row).to_f32()), text),
        DataType::Float32 => kind.print(Raw::Single(value::<Float32Type>(array, row)), text),
        DataType::Float64 => kind.print(Raw::Double(value::<Float64Type>(array, row)), text),
        DataType::Decimal32(..) => bytes(&value::<Decimal32Type>(array, row).to_be_bytes(), text),
        DataType::Decimal64(..) => bytes(&value::<Decimal64Type>(array, row).to_be_bytes(), text),
        DataType::Decimal128(..) => bytes(&value::<Decimal128Type>(array, row).to_be_bytes(), text),
        DataType::Decimal256(..) => bytes(&value::<Decimal256Type>(array, row).to_be_bytes(), text),
        _ => {
            if let Some(number) = whole(array, row) {
                kind.print(Raw::Whole(number), text);
            }
        }
    }
}

fn value<T: ArrowPrimitiveType>(array: &dyn Array, row: usize) -> T::Native {
    array.as_primitive::<T>().value(row)
}

fn print_key(keys: &dyn Array, row: usize) -> Option<usize> {
    usize::try_from(whole(keys, row)?).ok()
}

/// Numbers, days and times that are kept as whole numbers.
pub(super) fn whole(array: &dyn Array, row: usize) -> Option<i64> {
    Some(match array.data_type() {
        DataType::Int8 => i64::from(value::<Int8Type>(array, row)),
        DataType::Int16 => i64::from(value::<Int16Type>(array, row)),
        DataType::Int32 => i64::from(value::<Int32Type>(array, row)),
        DataType::Int64 => value::<Int64Type>(array, row),
        DataType::UInt8 => i64::from(value::<UInt8Type>(array, row)),
        DataType::UInt16 => i64::from(value::<UInt16Type>(array, row)),
        DataType::UInt32 => i64::from(value::<UInt32Type>(array, row)),
        DataType::UInt64 => value::<UInt64Type>(array, row).cast_signed(),
        DataType::Date32 => i64::from(value::<Date32Type>(array, row)),
        DataType::Date64 => value::<Date64Type>(array, row),
        DataType::Time32(TimeUnit::Second) => i64::from(value::<Time32SecondType>(array, row)),
        DataType::Time32(_) => i64::from(value::<Time32MillisecondType>(array, row)),
        DataType::Time64(TimeUnit::Microsecond) => value::<Time64MicrosecondType>(array, row),
        DataType::Time64(_) => value::<Time64NanosecondType>(array, row),
        DataType::Timestamp(TimeUnit::Second, _) => value::<TimestampSecondType>(array, row),
        DataType::Timestamp(TimeUnit::Millisecond, _) => value::<TimestampMillisecondType>(array, row),
        DataType::Timestamp(TimeUnit::Microsecond, _) => value::<TimestampMicrosecondType>(array, row),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => value::<TimestampNanosecondType>(array, row),
        DataType::Duration(TimeUnit::Second) => value::<DurationSecondType>(array, row),
        DataType::Duration(TimeUnit::Millisecond) => value::<DurationMillisecondType>(array, row),
        DataType::Duration(TimeUnit::Microsecond) => value::<DurationMicrosecondType>(array, row),
        DataType::Duration(TimeUnit::Nanosecond) => value::<DurationNanosecondType>(array, row),
        _ => return None,
    })
}

/// Times of day, points of time and durations: counts of a unit.
pub(super) fn counts(array: &dyn Array) -> Option<Slots<'_>> {
    fn long<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array) -> Slots<'_> {
        Slots::Long(array.as_primitive::<T>().values())
    }
    Some(match array.data_type() {
        DataType::Time32(TimeUnit::Second) => Slots::Middle(array.as_primitive::<Time32SecondType>().values()),
        DataType::Time32(_) => Slots::Middle(array.as_primitive::<Time32MillisecondType>().values()),
        DataType::Time64(TimeUnit::Microsecond) => long::<Time64MicrosecondType>(array),
        DataType::Time64(_) => long::<Time64NanosecondType>(array),
        DataType::Timestamp(TimeUnit::Second, _) => long::<TimestampSecondType>(array),
        DataType::Timestamp(TimeUnit::Millisecond, _) => long::<TimestampMillisecondType>(array),
        DataType::Timestamp(TimeUnit::Microsecond, _) => long::<TimestampMicrosecondType>(array),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => long::<TimestampNanosecondType>(array),
        DataType::Duration(TimeUnit::Second) => long::<DurationSecondType>(array),
        DataType::Duration(TimeUnit::Millisecond) => long::<DurationMillisecondType>(array),
        DataType::Duration(TimeUnit::Microsecond) => long::<DurationMicrosecondType>(array),
        DataType::Duration(TimeUnit::Nanosecond) => long::<DurationNanosecondType>(array),
        _ => return None,
    })
}
