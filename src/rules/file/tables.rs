//! Declared tables: columns, keys, rows, styles and markers.

use super::fault::Places;
use super::forms::{InOrder, WordOr};
use super::written::{ColumnTable, MarkersTable, ReadTable, RuleFile, StyleTable, TableTable};
use super::{Faults, check_format, check_patterns};
use crate::error::{Error, Result};
use crate::rules::At;
use crate::rules::kinds::{RowTable, check_row, read_row};
use crate::table::{
    ColumnSchema, ColumnType, DECIMAL, DecimalSign, Layout, Marker, Markers, NumberStyle, RowSchema, THOUSANDS,
    TableSchema, Thousands, Unit,
};

/// Reads what a rule file declares of its tables, in the order written, and what is wrong
/// with them.
pub(super) fn declare(places: &Places, file: &RuleFile, is_whole: bool) -> (Vec<TableSchema>, Vec<Error>) {
    let tables = file.tables.as_ref().map_or(&[][..], |it| &it.get().0);
    if tables.is_empty() {
        let error = match &file.tables {
            Some(it) => places.fault(it.span(), "the file declares no table"),
            None if !is_whole => return (Vec::new(), Vec::new()),
            None => places.fault(0..0, "missing key \"tables\""),
        };
        return (Vec::new(), vec![error]);
    }
    let mut faults = Faults(Vec::new());
    let style = faults.take(file.style.as_ref().map(|it| read_style(places, it)).transpose()).flatten();
    let markers = faults.take(read_markers(places, file.markers.as_ref())).unwrap_or_default();
    let mut declared = Vec::new();
    for (name, table) in tables {
        match declare_table(places, name, table, (style, &markers, &file.files)) {
            Ok(it) => declared.push(it),
            Err(it) => faults.0.extend(it),
        }
    }
    (declared, faults.0)
}

fn declare_table(
    places: &Places,
    name: &At<String>,
    table: &TableTable,
    (style, markers, all_files): (Option<NumberStyle>, &Markers, &[At<String>]),
) -> Result<TableSchema, Vec<Error>> {
    let mut faults = Faults(Vec::new());
    if name.trim().is_empty() {
        faults.0.push(places.fault(name.span(), "a table has an empty name"));
    }
    faults.take(check_patterns(places, &table.files));
    let (columns, found) = read_columns(places, name, &table.columns);
    // What names a column is judged where all are known.
    let (mut key, mut rows) = (None, None);
    if found.is_empty() {
        key = faults.take(read_key(places, &table.key, &columns));
        rows = faults.take(read_rows(places, &table.rows, &columns));
    }
    faults.0.extend(found);
    let own_style = faults.take(table.style.as_ref().map(|it| read_style(places, it)).transpose()).flatten();
    let is_named = !table.files.is_empty() || !all_files.is_empty();
    let layout = faults.take(layout_of(places, table, is_named)).unwrap_or_default();
    let mut own_markers = faults.take(read_markers(places, table.markers.as_ref())).unwrap_or_default();
    own_markers.declared.extend(markers.declared.iter().cloned());
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    Ok(TableSchema {
        name: name.get().clone(),
        title: table.title.clone(),
        aliases: table.aliases.clone(),
        optional: table.optional,
        empty: table.empty,
        files: table.files.iter().map(|it| it.get().clone()).collect(),
        key: key.unwrap_or_default(),
        rows: rows.unwrap_or_default(),
        columns,
        style: layout.style().or(own_style).or(style),
        layout,
        markers: own_markers,
    })
}

/// How the files of a table are to be read; `is_named` says that there are patterns for them.
fn layout_of(places: &Places, table: &TableTable, is_named: bool) -> Result<Layout> {
    let layout = table.read.as_ref().map(|it| read_layout(places, it)).transpose()?.unwrap_or_default();
    if let (Some(style), Some(_)) = (&table.style, layout.style()) {
        return Err(places.fault(style.span(), "both style and read say how numbers are printed"));
    }
    if let (Some(read), Some(_), false) = (&table.read, &layout.encoding, is_named) {
        let error = places.fault(read.span(), "an encoding needs files");
        return Err(error.hint("say which files have it: files = [\"figures-*.csv\"]"));
    }
    Ok(layout)
}

fn read_columns(
    places: &Places,
    table: &At<String>,
    written: &InOrder<At<WordOr<ColumnTable>>>,
) -> (Vec<ColumnSchema>, Vec<Error>) {
    let mut columns: Vec<ColumnSchema> = Vec::with_capacity(written.0.len());
    let mut faults = Faults(Vec::new());
    for (name, column) in &written.0 {
        let Some(it) = faults.take(read_column(places, name, column)) else { continue };
        // One heading must not stand for two columns: the reader could not tell.
        for heading in std::iter::once(&it.name).chain(&it.aliases) {
            if let Some(twin) = columns.iter().find(|it| &it.name == heading || it.aliases.contains(heading)) {
                let message = format!("columns {:?} and {:?} share the heading {heading:?}", twin.name, it.name);
                faults.0.push(places.fault(name.span(), message));
            }
        }
        columns.push(it);
    }
    if written.0.is_empty() {
        faults.0.push(places.fault(table.span(), format!("table {table:?} declares no column")));
    }
    (columns, faults.0)
}

fn read_column(places: &Places, name: &At<String>, column: &At<WordOr<ColumnTable>>) -> Result<ColumnSchema> {
    let read_type = |word: &str| places.one_of(column.span(), "type", word, &ColumnType::WORDS);
    if name.trim().is_empty() {
        return Err(places.fault(name.span(), "a column has an empty name"));
    }
    let table = match column.get() {
        WordOr::Word(word) => return Ok(ColumnSchema::new(name.get(), read_type(word)?)),
        WordOr::Table(table) => table,
    };
    let kind = read_type(&table.kind)?;
    let refuse = |key: &str, what: &str| {
        let message = format!("column {:?}: {key} is for {what}, not for a {}", name, kind.word());
        Err(places.fault(column.span(), message))
    };
    if (table.unit.is_some() || table.decimals.is_some()) && !kind.is_number() {
        return refuse(if table.unit.is_some() { "unit" } else { "decimals" }, "numbers");
    }
    if table.trust.is_some_and(|it| !it.is_finite() || it <= 0.0) {
        let message = format!("column {name:?}: trust must be above 0");
        return Err(places.fault(column.span(), message));
    }
    if let Some(format) = &table.format {
        if !matches!(kind, ColumnType::Date | ColumnType::Period) {
            return refuse("format", "dates and periods");
        }
        check_format(places, format.span(), format)?;
    }
    let rounded = match &table.rounding {
        Some(_) if !kind.is_number() => return refuse("rounding", "numbers"),
        Some(word) => Some(places.one_of(word.span(), "rounding", word, &[("exact", false), ("independent", true)])?),
        None => None,
    };
    Ok(ColumnSchema {
        aliases: table.aliases.clone(),
        optional: table.optional,
        blank: table.blank.unwrap_or(true),
        unit: table.unit.map(|it| Unit { power: it.0 }),
        decimals: table.decimals,
        format: table.format.as_ref().map(|it| it.get().clone()),
        trust: table.trust.unwrap_or(1.0),
        rounded,
        ..ColumnSchema::new(name.get(), kind)
    })
}

fn read_key(places: &Places, key: &[At<String>], columns: &[ColumnSchema]) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::with_capacity(key.len());
    for written in key {
        let name = written.get();
        let Some(column) = columns.iter().find(|it| &it.name == name) else {
            return Err(places.unknown(written.span(), "column", name, columns.iter().map(|it| it.name.as_str())));
        };
        if column.optional {
            let message = format!("key column {name:?} cannot be optional: a row without it has no name");
            return Err(places.fault(written.span(), message));
        }
        if names.contains(name) {
            return Err(places.fault(written.span(), format!("column {name:?} is in the key twice")));
        }
        names.push(name.clone());
    }
    Ok(names)
}

fn read_rows(places: &Places, written: &[At<WordOr<RowTable>>], columns: &[ColumnSchema]) -> Result<Vec<RowSchema>> {
    let rows: Vec<RowSchema> = written.iter().map(|it| read_row(it.get())).collect();
    for (index, row) in written.iter().enumerate() {
        check_row(&rows, index).map_err(|error| places.put(row.span(), error))?;
    }
    if !rows.is_empty() && columns.iter().all(|it| it.kind != ColumnType::Label) {
        return Err(places.fault(written[0].span(), "rows are listed, but the table has no column of type label"));
    }
    Ok(rows)
}

fn read_style(places: &Places, style: &At<StyleTable>) -> Result<NumberStyle> {
    let StyleTable { thousands, decimal } = style.get();
    let thousands = thousands.as_deref().unwrap_or_default();
    let thousands = places.one_of(style.span(), "thousands mark", thousands, &THOUSANDS)?;
    let decimal = match decimal {
        Some(sign) => places.one_of(style.span(), "decimal sign", sign, &DECIMAL)?,
        None if thousands == Thousands::Point => DecimalSign::Comma,
        None => DecimalSign::Point,
    };
    if thousands.is_mark(decimal.sign()) {
        let message = format!("{:?} cannot be both the thousands mark and the decimal sign", decimal.sign());
        return Err(places.fault(style.span(), message));
    }
    Ok(NumberStyle { thousands, decimal })
}

/// Reads how files are to be read, key by key as on a command line.
fn read_layout(places: &Places, read: &At<ReadTable>) -> Result<Layout> {
    let it = read.get();
    let rows = |it: Option<u32>| it.map(|it| it.to_string());
    let written = [
        ("delimiter", it.delimiter.clone()),
        ("quote", it.quote.clone()),
        ("encoding", it.encoding.clone()),
        ("header_rows", rows(it.header_rows)),
        ("skip_rows", rows(it.skip_rows)),
        ("comment", it.comment.clone()),
        ("decimal", it.decimal.clone()),
        ("thousands", it.thousands.clone()),
        ("orientation", it.orientation.clone()),
        ("layout", it.layout.clone()),
    ];
    let refused = |it: crate::Error| {
        let error = places.fault(read.span(), it.message());
        match it.hint_text() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    };
    let mut layout = Layout::default();
    for (key, value) in written {
        if let Some(value) = value {
            layout.set(key, &value).map_err(refused)?;
        }
    }
    layout.check().map_err(refused)?;
    Ok(layout)
}

fn read_markers(places: &Places, markers: Option<&At<MarkersTable>>) -> Result<Markers> {
    let Some(written) = markers else { return Ok(Markers::default()) };
    let it = written.get();
    let lists = [
        (&it.missing, Marker::Missing),
        (&it.nil, Marker::Nil),
        (&it.confidential, Marker::Confidential),
        (&it.provisional, Marker::Provisional),
        (&it.not_applicable, Marker::NotApplicable),
    ];
    let mut declared: Vec<(String, Marker)> = Vec::new();
    for (signs, marker) in lists {
        for sign in signs {
            // Readers compare a marker with the trimmed cell.
            let sign = sign.trim();
            if sign.is_empty() {
                return Err(places.fault(written.span(), "an empty marker would match every empty cell"));
            }
            if declared.iter().any(|it| it.0 == sign) {
                return Err(places.fault(written.span(), format!("marker {sign:?} is declared twice")));
            }
            declared.push((sign.to_owned(), marker));
        }
    }
    Ok(Markers { declared })
}
