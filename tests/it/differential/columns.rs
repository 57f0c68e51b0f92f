//! Drawn tables as Parquet files.

use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::cells::{Cell, Form, Line, Tables};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(super) struct Layout {
    group: usize,
    page: usize,
    dictionary: bool,
    newer: bool,
    statistics: bool,
    packed: bool,
}

pub(super) fn layouts() -> impl Strategy<Value = Layout> {
    (1..90_usize, 1..40_usize, any::<[bool; 4]>()).prop_map(|(group, page, [dictionary, newer, statistics, packed])| {
        Layout { group, page, dictionary, newer, statistics, packed }
    })
}

/// How a column is kept: by its type where every cell of it is one, else as text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Whole,
    Hundredths,
    Day,
    Text,
}

const NAMES: [&str; 9] = ["id", "part", "n", "m", "day", "late", "area", "code", "note"];

/// The first table as Parquet, less what is no row of cells.
pub(super) fn written(form: &Form, tables: &Tables, layout: Layout) -> Vec<u8> {
    let rows: Vec<[Cell; 9]> =
        tables.lines().into_iter().filter_map(|it| if let Line::Row(it) = it { Some(*it) } else { None }).collect();
    let kept: Vec<Kept> = (0..9).map(|column| kept(column, rows.iter().map(|it| &it[column]))).collect();
    let field = |(name, kept): (&&str, &Kept)| match kept {
        Kept::Whole => format!("optional int64 {name};"),
        Kept::Hundredths => format!("optional int64 {name} (decimal(18, 2));"),
        Kept::Day => format!("optional int32 {name} (date);"),
        Kept::Text => format!("optional binary {name} (string);"),
    };
    let schema = format!("message t {{ {} }}", NAMES.iter().zip(&kept).map(field).collect::<Vec<_>>().join(" "));
    let properties = WriterProperties::builder()
        .set_writer_version(if layout.newer { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 })
        .set_dictionary_enabled(layout.dictionary)
        .set_statistics_enabled(if layout.statistics { EnabledStatistics::Page } else { EnabledStatistics::None })
        .set_data_page_row_count_limit(layout.page)
        .set_write_batch_size(layout.page)
        .set_compression(if layout.packed { Compression::SNAPPY } else { Compression::UNCOMPRESSED })
        .build();
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for rows in rows.chunks(layout.group) {
        let mut group = writer.next_row_group().unwrap();
        for (column, kept) in kept.iter().enumerate() {
            let cells = || rows.iter().map(|it| &it[column]);
            match kept {
                Kept::Whole => put::<Int64Type>(&mut group, cells().map(|it| hundredths(it).map(|it| it / 100))),
                Kept::Hundredths => put::<Int64Type>(&mut group, cells().map(hundredths)),
                Kept::Day => put::<Int32Type>(&mut group, cells().map(day)),
                Kept::Text => put::<ByteArrayType>(&mut group, cells().map(|it| text(it, form))),
            }
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn put<T: DataType>(group: &mut SerializedRowGroupWriter<'_, Vec<u8>>, values: impl Iterator<Item = Option<T::T>>) {
    let values: Vec<Option<T::T>> = values.collect();
    let levels: Vec<i16> = values.iter().map(|it| i16::from(it.is_some())).collect();
    let filled: Vec<T::T> = values.into_iter().flatten().collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<T>().write_batch(&filled, Some(&levels), None).unwrap();
    column.close().unwrap();
}

fn kept<'a>(column: usize, mut cells: impl Iterator<Item = &'a Cell>) -> Kept {
    let is_number = |it: &Cell| is_blank(it) || hundredths(it).is_some();
    match column {
        0 | 1 if cells.all(|it| is_number(it) && hundredths(it).is_none_or(|it| it % 100 == 0)) => Kept::Whole,
        2 | 3 if cells.all(is_number) => Kept::Hundredths,
        4 | 5 if cells.all(|it| is_blank(it) || day(it).is_some()) => Kept::Day,
        _ => Kept::Text,
    }
}

fn is_blank(it: &Cell) -> bool {
    matches!(it, Cell::Raw(""))
}

fn hundredths(it: &Cell) -> Option<i64> {
    match it {
        Cell::Number(it, _) => Some(*it),
        Cell::Grouped(it) => Some(it * 100),
        _ => None,
    }
}

fn day(it: &Cell) -> Option<i32> {
    let Cell::Text(text) = it else { return None };
    let day: jiff::civil::Date = text.parse().ok()?;
    day.since(jiff::civil::date(1970, 1, 1)).ok().map(|it| it.get_days())
}

fn text(it: &Cell, form: &Form) -> Option<ByteArray> {
    let text = it.text(form);
    (!text.is_empty()).then(|| ByteArray::from(text.as_str()))
}
