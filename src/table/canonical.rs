//! The canonical form of a table: what snapshots keep, and what patches give.
//!
//! A table is CSV (RFC 4180, lines end in `\n`, quotes only where needed):
//! a heading of the names that rules use, then the rows in printed order. A
//! figure is an exact decimal with its printed decimals and without grouping
//! (`4477`, `12.0`), a day is `2005-03-01`, all else is the text as printed.
//! A table whose rows nest has one more column, last, named [`UNDER`], with
//! the label of the row above. Equal tables give equal bytes.

use std::borrow::Cow;
use std::sync::Arc;

use super::{CellState, Column, ColumnData, ColumnType, Span, Table, Texts};

/// The heading of the column that says which row another is a part of.
pub const UNDER: &str = "(under)";

/// A cell in canonical form; empty where nothing is printed or it is unclear.
pub fn cell(table: &Table, row: usize, column: usize) -> Cow<'_, str> {
    let it = &table.columns[column];
    match it.states[row] {
        CellState::Empty | CellState::Absent | CellState::Unclear => Cow::Borrowed(""),
        CellState::Value => match &it.data {
            ColumnData::Numbers(numbers) => Cow::Owned(numbers.decimal(row).to_string()),
            ColumnData::Dates(dates) => Cow::Owned(day(dates.days[row]).to_string()),
            ColumnData::Texts(texts) => Cow::Borrowed(texts.get(row)),
        },
        CellState::Marker(_) | CellState::Unreadable => Cow::Borrowed(it.text(&table.document, row)),
    }
}

fn day(number: i32) -> jiff::civil::Date {
    use jiff::ToSpan;
    jiff::civil::date(1970, 1, 1).saturating_add(i64::from(number).days())
}

/// The table with nesting told by a column of its own, where its rows nest.
pub fn flat(table: &Table) -> Cow<'_, Table> {
    let (Some(label), true) = (table.label_column(), table.rows.iter().any(|it| it.under.is_some())) else {
        return Cow::Borrowed(table);
    };
    let under = |row: usize| table.rows[row].under.map_or("", |it| table.text(it as usize, label));
    let mut flat = table.clone();
    flat.columns.push(Column {
        name: UNDER.to_owned(),
        heading: UNDER.to_owned(),
        kind: ColumnType::Text,
        position: u32::try_from(table.columns.len()).unwrap_or(u32::MAX),
        positions: Vec::new(),
        data: ColumnData::Texts(Texts::new((0..table.rows.len()).map(under))),
        states: table
            .rows
            .iter()
            .map(|it| if it.under.is_some() { CellState::Value } else { CellState::Empty })
            .collect(),
        spans: vec![Span::default(); table.rows.len()],
        undone: std::sync::Arc::default(),
    });
    for row in &mut flat.rows {
        row.under = None;
    }
    flat.key.push(flat.columns.len() - 1);
    flat.document = Arc::clone(&table.document);
    Cow::Owned(flat)
}

/// The table as canonical CSV.
pub fn csv(table: &Table) -> String {
    let table = flat(table);
    let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
    let rows = (0..table.rows.len()).map(|row| (0..table.columns.len()).map(move |it| (row, it)));
    let cells = rows.map(|row| row.map(|it| cell(&table, it.0, it.1)).collect::<Vec<_>>());
    csv_of(&names, cells)
}

/// Canonical CSV of a heading and rows.
pub fn csv_of<T: AsRef<str>>(heading: &[impl AsRef<str>], rows: impl IntoIterator<Item = impl AsRef<[T]>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = "memory can be written";
    writer.write_record(heading.iter().map(AsRef::as_ref)).expect(written);
    for row in rows {
        writer.write_record(row.as_ref().iter().map(|it| it.as_ref().as_bytes())).expect(written);
    }
    String::from_utf8(writer.into_inner().expect(written)).expect("cells are UTF-8")
}
