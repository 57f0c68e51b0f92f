//! Record batches that another program holds: each, or a part of a long one, is a row group.

use std::sync::Arc;

use arrow_array::array::AnyDictionaryArray;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, BooleanArray, FixedSizeBinaryArray, LargeBinaryArray,
    LargeStringArray, RecordBatch, StringArray, StringViewArray,
};
use arrow_schema::{DataType, SchemaRef};

use super::arrow::{self, Leaf};
use super::cells::{Cells, Dictionary, Values};
use super::judge::{GroupStatistics, Judge};
use super::kind::{Kind, Raw};
use super::pages::{Asks, Then, Visit};
use crate::error::{Error, ErrorKind, Result};

/// So many rows are one row group: threads share them.
const ROWS: usize = 1 << 16;

/// A table in memory, column by column.
#[derive(Clone, Debug)]
pub(crate) struct Batches {
    names: Vec<String>,
    kinds: Vec<Kind>,
    groups: Vec<Vec<Leaf>>,
    /// How many rows each group has.
    rows: Vec<usize>,
    bytes: u64,
}

impl Batches {
    /// Takes record batches as they are; no value is copied, but decimals of 256 bits.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where there are no columns, or one holds lists.
    pub(crate) fn new(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        let mut names = Vec::new();
        arrow::headings(schema.fields(), "", &mut names)?;
        if names.is_empty() {
            return Err(Error::new(ErrorKind::Unreadable, "expected columns, found none"));
        }
        let empty = arrow::leaves(&RecordBatch::new_empty(Arc::clone(schema)));
        let kinds = empty.iter().map(kind_of).collect();
        let (mut groups, mut rows, mut bytes) = (Vec::new(), Vec::new(), 0);
        for batch in batches {
            bytes += batch.get_array_memory_size() as u64;
            for start in (0..batch.num_rows()).step_by(ROWS) {
                let part = batch.slice(start, ROWS.min(batch.num_rows() - start));
                rows.push(part.num_rows());
                groups.push(arrow::leaves(&part).into_iter().map(narrowed).collect());
            }
        }
        Ok(Self { names, kinds, groups, rows, bytes })
    }

    /// How many bytes it takes, about.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The heading and the kind of each column.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.names.iter().map(String::as_str).zip(self.kinds.iter().copied())
    }

    /// How many row groups it has.
    pub(super) fn groups(&self) -> usize {
        self.groups.len()
    }

    /// How many rows a row group has.
    pub(super) fn rows(&self, group: usize) -> usize {
        self.rows[group]
    }

    /// What all values of a column in a row group tell at once, as statistics of a file do:
    /// to look for the least and the most takes less than to judge each.
    pub(super) fn told(&self, (group, column): (usize, usize), judge: &Judge<'_>) -> GroupStatistics {
        let Leaf { array, above, .. } = &self.groups[group][column];
        if !above.is_empty() || array.as_any_dictionary_opt().is_some() || array.data_type() == &DataType::Null {
            return GroupStatistics::Nothing;
        }
        let limits = || Slots::of(array.as_ref()).filter(|_| array.null_count() == 0)?.limits();
        judge.told_in_memory((array.null_count() as u64, array.len() as u64), limits)
    }

    /// Shows a column of a row group as one page.
    pub(super) fn walk(&self, (group, column): (usize, usize), visit: &mut dyn Visit) -> Option<()> {
        let (leaf, rows) = (&self.groups[group][column], 0..self.rows[group]);
        let present = present(leaf, rows.len());
        let present = present.as_deref();
        let coded = leaf.array.as_any_dictionary_opt();
        let dictionary = coded.map_or(Some((Slots::Nothing, 0)), |it| {
            let values = it.values().as_ref();
            Some((Slots::of(values)?, values.len()))
        });
        let dictionary = dictionary.map(|(slots, count)| Dictionary::of_slots(slots, count))?;
        if visit.dictionary(&dictionary)? == Then::Enough || visit.skips(&rows) {
            return Some(());
        }
        if visit.asks() == Asks::Levels || leaf.array.data_type() == &DataType::Null {
            return visit.page(&Cells { rows, present, values: Values::Untold }, &dictionary);
        }
        if let Some(coded) = coded {
            let is_present = |row: &usize| present.is_none_or(|it| it[*row]);
            let code = |row| u32::try_from(arrow::whole(coded.keys(), row)?).ok();
            let codes: Vec<u32> = rows.clone().filter(is_present).map(code).collect::<Option<_>>()?;
            return visit.page(&Cells { rows, present, values: Values::Coded(&codes) }, &dictionary);
        }
        let values = Values::Slots(Slots::of(leaf.array.as_ref())?);
        visit.page(&Cells { rows, present, values }, &dictionary)
    }
}

fn kind_of(leaf: &Leaf) -> Kind {
    if leaf.is_uuid && leaf.array.as_fixed_size_binary_opt().is_some() {
        return Kind::Uuid;
    }
    let values = match leaf.array.data_type() {
        DataType::Dictionary(_, values) => values,
        other => other,
    };
    arrow::kind_of(values).unwrap_or(Kind::Text)
}

/// Decimals of 256 bits as their bytes, the highest first.
fn narrowed(leaf: Leaf) -> Leaf {
    let Some(wide) = leaf.array.as_primitive_opt::<Decimal256Type>() else { return leaf };
    let bytes = wide.iter().map(|it| it.map(<Decimal256Type as ArrowPrimitiveType>::Native::to_be_bytes));
    match FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes, 32) {
        Ok(it) => Leaf { array: Arc::new(it), ..leaf },
        Err(_) => leaf,
    }
}

/// Which rows hold a value; all where there is nothing.
fn present(leaf: &Leaf, rows: usize) -> Option<Vec<bool>> {
    let array = &leaf.array;
    let values = array.as_any_dictionary_opt().map(AnyDictionaryArray::values);
    let has_nulls = |it: &ArrayRef| it.data_type() == &DataType::Null || it.null_count() > 0;
    if !has_nulls(array) && !values.is_some_and(has_nulls) && !leaf.above.iter().any(has_nulls) {
        return None;
    }
    let nulls = array.logical_nulls();
    let is_there = |row: usize| nulls.as_ref().is_none_or(|it| it.is_valid(row));
    Some((0..rows).map(|row| is_there(row) && leaf.above.iter().all(|it| it.is_valid(row))).collect())
}

/// The values of an array, one a row; what stands at a null is nothing.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slots<'a> {
    Nothing,
    Truth(&'a BooleanArray),
    Tiny(&'a [i8]),
    Short(&'a [i16]),
    Middle(&'a [i32]),
    Long(&'a [i64]),
    UnsignedTiny(&'a [u8]),
    UnsignedShort(&'a [u16]),
    UnsignedMiddle(&'a [u32]),
    UnsignedLong(&'a [u64]),
    Wide(&'a [i128]),
    Half(&'a [<Float16Type as ArrowPrimitiveType>::Native]),
    Single(&'a [f32]),
    Double(&'a [f64]),
    Text(&'a StringArray),
    LongText(&'a LargeStringArray),
    TextView(&'a StringViewArray),
    Bytes(&'a BinaryArray),
    LongBytes(&'a LargeBinaryArray),
    BytesView(&'a BinaryViewArray),
    FixedBytes(&'a FixedSizeBinaryArray),
}

impl<'a> Slots<'a> {
    /// Those of an array; none where its values are not read.
    fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Null => Self::Nothing,
            DataType::Boolean => Self::Truth(array.as_boolean()),
            DataType::Int8 => Self::Tiny(array.as_primitive::<Int8Type>().values()),
            DataType::Int16 => Self::Short(array.as_primitive::<Int16Type>().values()),
            DataType::Int32 => Self::Middle(array.as_primitive::<Int32Type>().values()),
            DataType::Date32 => Self::Middle(array.as_primitive::<Date32Type>().values()),
            DataType::Decimal32(..) => Self::Middle(array.as_primitive::<Decimal32Type>().values()),
            DataType::Int64 => Self::Long(array.as_primitive::<Int64Type>().values()),
            DataType::Date64 => Self::Long(array.as_primitive::<Date64Type>().values()),
            DataType::Decimal64(..) => Self::Long(array.as_primitive::<Decimal64Type>().values()),
            DataType::UInt8 => Self::UnsignedTiny(array.as_primitive::<UInt8Type>().values()),
            DataType::UInt16 => Self::UnsignedShort(array.as_primitive::<UInt16Type>().values()),
            DataType::UInt32 => Self::UnsignedMiddle(array.as_primitive::<UInt32Type>().values()),
            DataType::UInt64 => Self::UnsignedLong(array.as_primitive::<UInt64Type>().values()),
            DataType::Decimal128(..) => Self::Wide(array.as_primitive::<Decimal128Type>().values()),
            DataType::Float16 => Self::Half(array.as_primitive::<Float16Type>().values()),
            DataType::Float32 => Self::Single(array.as_primitive::<Float32Type>().values()),
            DataType::Float64 => Self::Double(array.as_primitive::<Float64Type>().values()),
            DataType::Utf8 => Self::Text(array.as_string()),
            DataType::LargeUtf8 => Self::LongText(array.as_string()),
            DataType::Utf8View => Self::TextView(array.as_string_view()),
            DataType::Binary => Self::Bytes(array.as_binary()),
            DataType::LargeBinary => Self::LongBytes(array.as_binary()),
            DataType::BinaryView => Self::BytesView(array.as_binary_view()),
            DataType::FixedSizeBinary(_) => Self::FixedBytes(array.as_fixed_size_binary()),
            _ => arrow::counts(array)?,
        })
    }

    /// The least and the most of whole numbers.
    fn limits(&self) -> Option<(Raw<'a>, Raw<'a>)> {
        fn of<T: Copy + Ord>(numbers: &[T], whole: impl Fn(T) -> Option<i64>) -> Option<(Raw<'static>, Raw<'static>)> {
            let first = *numbers.first()?;
            let (least, most) =
                numbers.iter().fold((first, first), |(least, most), it| (least.min(*it), most.max(*it)));
            Some((Raw::Whole(whole(least)?), Raw::Whole(whole(most)?)))
        }
        match self {
            Self::Tiny(it) => of(it, |it| Some(i64::from(it))),
            Self::Short(it) => of(it, |it| Some(i64::from(it))),
            Self::Middle(it) => of(it, |it| Some(i64::from(it))),
            Self::Long(it) => of(it, Some),
            Self::UnsignedTiny(it) => of(it, |it| Some(i64::from(it))),
            Self::UnsignedShort(it) => of(it, |it| Some(i64::from(it))),
            Self::UnsignedMiddle(it) => of(it, |it| Some(i64::from(it))),
            Self::UnsignedLong(it) => of(it, |it| i64::try_from(it).ok()),
            Self::Wide(it) => of(it, |it| i64::try_from(it).ok()),
            _ => None,
        }
    }

    /// The value of a row; none behind the last.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<Raw<'a>> {
        let whole = |it: i64| Some(Raw::Whole(it));
        match self {
            Self::Nothing => None,
            Self::Truth(it) => (row < it.len()).then(|| Raw::Whole(i64::from(it.value(row)))),
            Self::Tiny(it) => whole(i64::from(*it.get(row)?)),
            Self::Short(it) => whole(i64::from(*it.get(row)?)),
            Self::Middle(it) => whole(i64::from(*it.get(row)?)),
            Self::Long(it) => whole(*it.get(row)?),
            Self::UnsignedTiny(it) => whole(i64::from(*it.get(row)?)),
            Self::UnsignedShort(it) => whole(i64::from(*it.get(row)?)),
            Self::UnsignedMiddle(it) => whole(i64::from(*it.get(row)?)),
            Self::UnsignedLong(it) => whole(it.get(row)?.cast_signed()),
            Self::Wide(it) => {
                let wide = it.get(row)?;
                Some(i64::try_from(*wide).map_or(Raw::Wide(wide), Raw::Whole))
            }
            Self::Half(it) => Some(Raw::Single(it.get(row)?.to_f32())),
            Self::Single(it) => Some(Raw::Single(*it.get(row)?)),
            Self::Double(it) => Some(Raw::Double(*it.get(row)?)),
            Self::Text(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row).as_bytes())),
            Self::LongText(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row).as_bytes())),
            Self::TextView(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row).as_bytes())),
            Self::Bytes(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row))),
            Self::LongBytes(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row))),
            Self::BytesView(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row))),
            Self::FixedBytes(it) => (row < it.len()).then(|| Raw::Bytes(it.value(row))),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{
        Date32Array, Decimal128Array, Decimal256Array, DictionaryArray, Float64Array, Int32Array, NullArray,
        StructArray, TimestampMillisecondArray, UInt64Array,
    };
    use arrow_ipc::writer::StreamWriter;
    use arrow_schema::{Field, Fields, Schema};

    use super::super::ColumnFile;
    use super::*;

    /// Columns of every form, with a null in each.
    fn batch() -> RecordBatch {
        let wide = [Some(150), Some(-5), None, Some(i128::MAX / 10)];
        let codes: DictionaryArray<arrow_array::types::Int8Type> =
            [Some("b"), None, Some("a"), Some("b")].into_iter().collect();
        let city: ArrayRef = Arc::new(StringViewArray::from(vec![Some("Lund"), None, Some("Ny\n"), Some("a,\"b")]));
        let fields = Fields::from(vec![Field::new("city", DataType::Utf8View, true)]);
        let place = StructArray::new(fields, vec![city], Some(vec![true, true, true, false].into()));
        let huge = [Some(7.into()), None, Some(<Decimal256Type as ArrowPrimitiveType>::Native::MAX), Some((-7).into())];
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("whole", Arc::new(Int32Array::from(vec![Some(-3), None, Some(0), Some(i32::MIN)]))),
            ("unsigned", Arc::new(UInt64Array::from(vec![Some(u64::MAX), Some(1), None, Some(0)]))),
            ("price", Arc::new(Decimal128Array::from_iter(wide).with_precision_and_scale(38, 2).unwrap())),
            ("huge", Arc::new(Decimal256Array::from_iter(huge).with_precision_and_scale(76, 1).unwrap())),
            ("share", Arc::new(Float64Array::from(vec![Some(0.1), Some(1e-9), None, Some(-0.0)]))),
            ("day", Arc::new(Date32Array::from(vec![Some(0), Some(12_843), None, Some(-1)]))),
            ("at", Arc::new(TimestampMillisecondArray::from(vec![Some(1), Some(86_400_000), None, Some(-1)]))),
            ("true", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, Some(true)]))),
            ("code", Arc::new(codes)),
            ("nothing", Arc::new(NullArray::new(4))),
            ("place", Arc::new(place)),
        ];
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, it)| (name, it, true))).unwrap()
    }

    fn text(batches: &[RecordBatch]) -> String {
        let batches = Batches::new(&batches[0].schema(), batches).unwrap();
        ColumnFile::in_memory("t", &batches).document(usize::MAX).unwrap().text
    }

    #[test]
    fn batches_print_as_the_stream_that_says_the_same() {
        let (batch, mut bytes) = (batch(), Vec::new());
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        let printed = arrow::document("t", &bytes).unwrap().text;
        assert!(printed.contains("1.50") && printed.contains("place.city"), "{printed}");
        assert_eq!(text(std::slice::from_ref(&batch)), printed);
        assert_eq!(text(&[batch.slice(0, 1), batch.slice(1, 2), batch.slice(3, 1)]), printed);
    }

    #[test]
    fn long_batches_are_several_row_groups() {
        let numbers: ArrayRef = Arc::new(Int32Array::from_iter_values(0..100_000));
        let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
        let batches = Batches::new(&batch.schema(), &[batch]).unwrap();
        assert_eq!((batches.groups(), batches.rows(0), batches.rows(1)), (2, ROWS, 100_000 - ROWS));
        assert!(batches.bytes() >= 400_000);
    }

    #[test]
    fn a_table_without_columns_or_with_lists_is_refused() {
        let schema: SchemaRef = Arc::new(Schema::empty());
        assert!(Batches::new(&schema, &[]).unwrap_err().to_string().contains("expected columns"));
        let item = Arc::new(Field::new("item", DataType::Int32, true));
        let schema: SchemaRef = Arc::new(Schema::new(vec![Field::new("a", DataType::List(item), true)]));
        assert!(Batches::new(&schema, &[]).unwrap_err().to_string().contains("column \"a\" holds lists"));
    }
}
