//! One JSON document: `crossfoot-extract`, version 1.
//!
//! Fields are only ever added. What is said of a field here is what its schema says of
//! it (`crossfoot schema extract`).

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{reasons, word};
use crate::check::{Loaded, Totals};
use crate::source::Splitting;
use crate::table::{CellState, Document, Span, Table, UnclearRow};

const FORMAT: &str = "crossfoot-extract";
const VERSION: u32 = 1;

/// The tables that were found in a file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Extract")]
struct ExtractJson<'a> {
    #[schemars(extend("const" = FORMAT))]
    format: &'static str,
    #[schemars(extend("const" = VERSION))]
    version: u32,
    file: &'a str,
    period: Option<PeriodJson<'a>>,
    coverage: Option<Days>,
    /// Who the figures are by, where the page says so.
    source: Option<&'a str>,
    footnotes: Vec<&'a str>,
    tables: Vec<TableJson<'a>>,
}

/// What the figures are for, from the first day to the last.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Period")]
struct PeriodJson<'a> {
    start: String,
    end: String,
    /// Whether its year was inferred, for the reasons in `because`.
    inferred: bool,
    because: &'a [String],
}

/// Days that were counted, of those that the period has.
#[derive(Serialize, JsonSchema)]
struct Days {
    days: u32,
    of: u32,
}

/// A table.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Table")]
struct TableJson<'a> {
    table: &'a str,
    title: Option<&'a str>,
    columns: Vec<&'a str>,
    rows: Vec<RowJson<'a>>,
    /// What stands below headings in a line of units, by column.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "BTreeMap<String, String>")]
    units: Map<String, Value>,
    /// The columns that are the sum of others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    total_columns: Vec<&'a str>,
}

/// A row of a table.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Row")]
struct RowJson<'a> {
    /// Its name, without outline mark and indent.
    label: Option<&'a str>,
    /// The name of the row that it is a part of.
    under: Option<&'a str>,
    line: u32,
    /// Its cells but the label.
    cells: Vec<CellJson<'a>>,
    /// Whether it is the sum of others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    total: bool,
}

/// A cell as printed and as read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Cell")]
struct CellJson<'a> {
    column: &'a str,
    text: &'a str,
    /// An exact decimal, or a text; null where nothing is printed, or it is too unsure.
    value: Option<String>,
    /// How sure the reading is, from 0 to 1.
    confidence: f64,
    #[schemars(extend("enum" = ["unique", "style", "table", "history", "sums", "pin"]))]
    decided_by: &'static str,
    runner_up: Option<ReadingJson>,
    /// All readings of a cell that is too unsure.
    #[serde(skip_serializing_if = "Option::is_none")]
    readings: Option<Vec<ReadingJson>>,
}

/// How a cell may be read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reading")]
struct ReadingJson {
    text: Option<String>,
    confidence: f64,
}

/// The JSON Schema of the document.
pub(in crate::report) fn schema() -> Value {
    crate::report::schema::of::<ExtractJson<'_>>(FORMAT, VERSION.into())
}

/// Writes what was found in one file as JSON, with the totals of each table.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn extract_json(loaded: &Loaded, totals: &[Totals], out: &mut dyn Write) -> io::Result<()> {
    let page = &loaded.page;
    let period = loaded.period().map(|it| {
        let (inferred, because) = reasons(page, it);
        PeriodJson { start: it.start.to_string(), end: it.end.to_string(), inferred, because }
    });
    let document = ExtractJson {
        format: FORMAT,
        version: VERSION,
        file: &loaded.document.name,
        period,
        coverage: page.coverage.map(|it| Days { days: it.days, of: it.of }),
        source: page.source.as_deref(),
        footnotes: page.footnotes.iter().map(|it| it.text.as_str()).collect(),
        tables: (0..page.grids.len()).map(|it| table(loaded, it, &totals[it])).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn table<'a>(loaded: &'a Loaded, at: usize, totals: &Totals) -> TableJson<'a> {
    let (grid, table) = (&loaded.page.grids[at], loaded.table(at));
    let name = |it: usize| table.columns[it].name.as_str();
    let units = (0..table.columns.len()).filter_map(|it| {
        let unit = grid.units.get(grid.column_at(table.columns[it].position)?)?.text(&loaded.document);
        Some((name(it).to_owned(), unit.into())).filter(|_| !unit.is_empty())
    });
    TableJson {
        table: &table.name,
        title: grid.title.as_deref(),
        columns: (0..table.columns.len()).map(name).collect(),
        rows: (0..table.rows.len()).map(|it| row(loaded, at, it, totals)).collect(),
        units: units.collect(),
        total_columns: totals.columns.iter().map(|it| name(*it)).collect(),
    }
}

fn row<'a>(loaded: &'a Loaded, at: usize, row: usize, totals: &Totals) -> RowJson<'a> {
    let (grid, table) = (&loaded.page.grids[at], loaded.table(at));
    let label = table.label_column();
    let label_of = |row: usize| label.map(|it| table.text(row, it));
    let splitting = grid.rows[row].splitting.as_deref();
    let columns = (0..table.columns.len()).filter(|&it| Some(it) != label);
    RowJson {
        label: label_of(row),
        under: table.rows[row].under.and_then(|it| label_of(it as usize)),
        line: loaded.document.position(table.rows[row].span.start).line,
        cells: columns.map(|it| cell(&loaded.document, table, (row, it), splitting)).collect(),
        total: totals.rows.contains(&row),
    }
}

fn cell<'a>(
    document: &'a Document,
    table: &'a Table,
    (row, column): (usize, usize),
    splitting: Option<&Splitting>,
) -> CellJson<'a> {
    let it = &table.columns[column];
    let text = it.text(document, row);
    let number = it.kind.is_number();
    let value = if number { it.decimal(row).map(|it| it.to_string()) } else { value_of(it.states[row], text) };
    let position = it.position as usize;
    let reading = |cells: &[Span], probability: f64| ReadingJson {
        text: cells.get(position).map(|&it| document.slice(it).to_owned()),
        confidence: rounded(probability),
    };
    let best = splitting.and_then(|it| it.readings.first());
    let unclear = table.unclear.iter().any(|it| it.row as usize == row && it.touches(column));
    let all = splitting.map(|it| it.readings.as_slice()).unwrap_or_default();
    CellJson {
        column: &it.name,
        text: splitting.filter(|_| unclear).map_or(text, |it| document.slice(it.blob)),
        value,
        confidence: best.map_or(1.0, |it| rounded(it.probability)),
        decided_by: splitting.map_or("unique", |it| word(it.decided_by)),
        runner_up: splitting.and_then(|it| it.readings.get(1)).map(|it| reading(&it.cells, it.probability)),
        readings: unclear.then(|| all.iter().map(|it| reading(&it.cells, it.probability)).collect()),
    }
}

fn value_of(state: CellState, text: &str) -> Option<String> {
    (state == CellState::Value).then(|| text.to_owned())
}

/// Probabilities to four places: no reader wants more, and output stays the
/// same where only the last bits of a float differ.
fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}

impl UnclearRow {
    fn touches(&self, column: usize) -> bool {
        self.readings.iter().any(|it| it.figures.iter().any(|it| it.0 == column))
    }
}
