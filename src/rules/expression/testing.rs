//! Small tables for tests of expressions and kinds.

use std::sync::Arc;

use crate::error::Result;
use crate::plan::{Missing, Rounding};
use crate::rules::{Binding, Context, Kind, Mark};
use crate::table::{
    Bounds, CellState, Column, ColumnData, ColumnSchema, ColumnType, Dates, Decimal, Document, Edition, Marker,
    Markers, NumberStyle, Numbers, Row, RowSchema, Span, Table, TableSchema, Texts, read_figure,
};

/// Declared tables with an edition of them, and perhaps one before.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) schemas: Vec<TableSchema>,
    pub(crate) edition: Edition,
    pub(crate) previous: Option<Edition>,
    pub(crate) rounding: Rounding,
    pub(crate) missing: Missing,
    pub(crate) filter: Option<Vec<Option<bool>>>,
}

/// A table: its columns as `name:type,…`, a `*` after the type for the key, and
/// rows as lines of cells parted by `,`, or `;` where a cell has commas.
///
/// A line that starts with spaces is nested under the nearest line with fewer.
pub(crate) fn table(name: &str, columns: &str, rows: &str) -> (TableSchema, Table) {
    let schema = schema(name, columns);
    let (mut text, mut cells, mut spans, mut lines) = (String::new(), Vec::new(), Vec::new(), Vec::new());
    let mut open: Vec<(usize, u32)> = Vec::new();
    for (number, line) in rows.lines().filter(|it| !it.trim().is_empty()).enumerate() {
        let indent = line.len() - line.trim_start().len();
        open.retain(|it| it.0 < indent);
        let under = open.last().map(|it| it.1);
        open.push((indent, u32::try_from(number).unwrap()));
        let start = text.len();
        let mark = if line.contains(';') { ';' } else { ',' };
        let (mut row_cells, mut row_spans) = (Vec::new(), Vec::new());
        for cell in line.trim_start().split(mark) {
            row_spans.push(Span::new(text.len(), text.len() + cell.len()));
            text.push_str(cell);
            text.push(mark);
            row_cells.push(cell.trim().to_owned());
        }
        text.pop();
        lines.push(Row { under, span: Span::new(start, text.len()), number: u32::try_from(number + 2).unwrap() });
        text.push('\n');
        cells.push(row_cells);
        spans.push(row_spans);
    }
    let key = schema.key.iter().filter_map(|it| schema.column(it)).collect();
    let columns = (0..schema.columns.len()).map(|at| column(&schema, at, &cells, &spans)).collect();
    let document = Arc::new(Document::new(format!("{name}.csv"), text, "UTF-8"));
    let (name, unclear, doubts) = (name.to_owned(), Vec::new(), Vec::new());
    let table = Table { name, document, sheet: None, columns, key, rows: lines, unclear, doubts };
    (schema, table)
}

fn schema(name: &str, columns: &str) -> TableSchema {
    let mut key = Vec::new();
    let columns = columns.split(',').map(|it| {
        let (name, kind) = it.trim().split_once(':').unwrap();
        if kind.ends_with('*') {
            key.push(name.to_owned());
        }
        let kind = kind.trim_end_matches('*');
        let kind = ColumnType::WORDS.iter().find(|it| it.0 == kind).unwrap().1;
        ColumnSchema::new(name, kind)
    });
    let columns: Vec<ColumnSchema> = columns.collect();
    if key.is_empty() {
        key.extend(columns.iter().find(|it| it.kind == ColumnType::Label).map(|it| it.name.clone()));
    }
    TableSchema {
        name: name.to_owned(),
        title: None,
        aliases: Vec::new(),
        optional: false,
        empty: false,
        files: Vec::new(),
        key,
        columns,
        rows: Vec::new(),
        layout: crate::table::Layout::default(),
        style: None,
        markers: Markers::default(),
    }
}

fn column(schema: &TableSchema, at: usize, cells: &[Vec<String>], spans: &[Vec<Span>]) -> Column {
    let declared = &schema.columns[at];
    let cell = |row: &Vec<String>| row.get(at).cloned();
    let mut states = Vec::new();
    let (mut figures, mut texts, mut days) = (Vec::new(), Vec::new(), Vec::new());
    for text in cells.iter().map(cell) {
        let text = text.as_deref();
        let figure = text.and_then(|it| read_figure(it, NumberStyle::ENGLISH, None).ok()).map(|it| it.value);
        let day = text.and_then(|it| super::literal::day(it).ok());
        let fits = match declared.kind {
            ColumnType::Label | ColumnType::Text | ColumnType::Period => true,
            ColumnType::Date => day.is_some(),
            _ => figure.is_some(),
        };
        states.push(match text {
            None => CellState::Absent,
            Some("") => CellState::Empty,
            Some("unclear") => CellState::Unclear,
            Some(_) if fits => CellState::Value,
            Some(it) => {
                let bounds = || Bounds::read(it).map(|_| Marker::Confidential);
                schema.markers.read(it).or_else(bounds).map_or(CellState::Unreadable, CellState::Marker)
            }
        });
        figures.push(figure);
        texts.push(text.unwrap_or("").to_owned());
        days.push(day.unwrap_or(0));
    }
    let data = match declared.kind {
        ColumnType::Label | ColumnType::Text | ColumnType::Period => {
            ColumnData::Texts(Texts::new(texts.iter().map(String::as_str)))
        }
        ColumnType::Date => ColumnData::Dates(Dates { days }),
        _ => ColumnData::Numbers(Numbers::new(&figures.into_iter().collect::<Vec<Option<Decimal>>>()).0),
    };
    Column {
        name: declared.name.clone(),
        heading: declared.name.clone(),
        kind: declared.kind,
        position: u32::try_from(at).unwrap(),
        positions: Vec::new(),
        data,
        states,
        spans: spans.iter().map(|it| it.get(at).copied().unwrap_or_default()).collect(),
        undone: Arc::default(),
    }
}

impl World {
    /// A world of one table.
    pub(crate) fn of(name: &str, columns: &str, rows: &str) -> Self {
        Self::default().with(name, columns, rows)
    }

    /// Adds a table.
    pub(crate) fn with(mut self, name: &str, columns: &str, rows: &str) -> Self {
        let (schema, table) = table(name, columns, rows);
        self.schemas.push(schema);
        self.edition.tables.push(table);
        self
    }

    /// Adds the table of the edition before, of a table there already.
    pub(crate) fn before(mut self, name: &str, columns: &str, rows: &str) -> Self {
        let (_, table) = table(name, columns, rows);
        self.previous.get_or_insert_default().tables.push(table);
        self
    }

    /// Lets editions leave a column of the first table out, as the one at hand does.
    pub(crate) fn left_out(mut self, column: &str) -> Self {
        let at = self.schemas[0].column(column).unwrap();
        self.schemas[0].columns[at].optional = true;
        self.edition.tables[0].columns.remove(at);
        self.edition.tables[0].key.retain(|it| *it != at);
        self
    }

    /// Why nothing of a rule can be told, where there is one reason.
    pub(crate) fn why_undetermined(&self, kind: &dyn Kind) -> Option<String> {
        kind.why_undetermined(&self.context(), &self.marks(kind))
    }

    /// Declares the rows of the first table: `label` or `parent > label`.
    pub(crate) fn rows(mut self, labels: &[&str]) -> Self {
        self.schemas[0].rows = labels
            .iter()
            .map(|it| {
                let (under, name) = it.split_once(" > ").map_or((None, *it), |(under, name)| (Some(under), name));
                let (name, under) = (name.to_owned(), under.map(str::to_owned));
                RowSchema { name, under, optional: false, aliases: Vec::new(), kind: None }
            })
            .collect();
        self
    }

    /// Compiles a rule for the only table, or for none.
    pub(crate) fn compile<T>(&self, compile: impl FnOnce(&Binding<'_>) -> Result<T>) -> Result<T> {
        let read = |_: &str| -> Result<Vec<u8>> { Ok(Vec::new()) };
        compile(&Binding {
            tables: &self.schemas,
            table: (self.schemas.len() == 1).then_some(0),
            rounding: self.rounding,
            missing: self.missing,
            filter: None,
            variables: &crate::rules::expression::NO_VARIABLES,
            read: &read,
        })
    }

    /// What rules are judged on.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            past: &[],
            memo: None,
            calendar: None,
            edition: &self.edition,
            previous: self.previous.as_ref(),
            tables: &self.schemas,
            filter: self.filter.as_deref(),
            beside: &[],
            totals: &[],
        }
    }

    /// The marks of a compiled kind.
    pub(crate) fn marks(&self, kind: &dyn Kind) -> Vec<Mark> {
        kind.verdicts(&self.context()).unwrap()
    }

    /// The messages of the checks that do not hold, in order.
    pub(crate) fn messages(&self, kind: &dyn Kind) -> Vec<String> {
        let open = |it: &(usize, Mark)| matches!(it.1, Mark::Fails | Mark::Undetermined);
        let marks = self.marks(kind).into_iter().enumerate().filter(open);
        marks.map(|(check, _)| kind.explain(&self.context(), check).message).collect()
    }
}
