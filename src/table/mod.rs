//! What a published table is: figures, markers, places, periods, editions.
//!
//! Values stand in columns, not in boxed cells: a rule reads a [`Column`] as a
//! whole. Where a cell was printed is kept beside it as a [`Span`] of the
//! [`Document`], and turned into line and column only for what is shown.

mod column;
mod decimal;
mod document;
mod figure;
mod marker;
mod period;
mod schema;
mod style;

pub use column::{CellState, Column, ColumnData, Dates, Lane, Numbers, Texts};
pub use decimal::{Decimal, Exact, show_exact};
pub use document::{Document, Position, Span};
#[expect(unused_imports, reason = "readers trim with it")]
pub(crate) use figure::is_space;
pub use figure::{Figure, NumberFault, Unit, read_figure};
pub use marker::{Marker, Markers};
pub use period::{Cadence, Coverage, Period};
pub use schema::{ColumnSchema, ColumnType, RowSchema, TableSchema};
pub use style::{DecimalSign, NumberStyle, StyleEvidence, Thousands};

use std::sync::Arc;

/// A table as published: typed columns over keyed rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name that rules use.
    pub name: String,
    /// The document that it was printed in.
    pub document: Arc<Document>,
    /// The sheet of a workbook, if any.
    pub sheet: Option<String>,
    /// The columns that are there, in the order of the rule file, or as printed.
    pub columns: Vec<Column>,
    /// Which columns name a row; empty where none is declared.
    pub key: Vec<usize>,
    /// The rows in printed order, as long as every column.
    pub rows: Vec<Row>,
    /// Rows that can be read in more than one way.
    pub unclear: Vec<UnclearRow>,
}

/// One printed row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row above that this one is a part of (`a) killed` under `Car accidents`).
    pub under: Option<u32>,
    /// Everything printed of it.
    pub span: Span,
    /// The row number that a spreadsheet shows, from 1; 0 for pages.
    pub number: u32,
}

/// A row that can be read in more than one way.
#[derive(Clone, Debug)]
pub struct UnclearRow {
    /// Which row.
    pub row: u32,
    /// Every reading above 1%, best first; two at least.
    pub readings: Vec<RowReading>,
}

/// One way to read a row.
#[derive(Clone, Debug)]
pub struct RowReading {
    /// How probable it is, 0 to 1.
    pub probability: f64,
    /// The figures it gives: column index, where it stands, and what it says.
    pub figures: Vec<(usize, Span, Figure)>,
}

/// The tables of one dataset for one period.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// The period that the figures are for, if the dataset has periods.
    pub period: Option<Period>,
    /// How much of the period is covered, if known.
    pub coverage: Option<Coverage>,
    /// The tables, in the order of the rule file, or as printed.
    pub tables: Vec<Table>,
}

impl Table {
    /// Finds a column by the name that rules use.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|it| it.name == name)
    }

    /// The text printed in a cell, as the reader understood it (quotes undone).
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.columns[column].text(&self.document, row)
    }

    /// What names a row in messages: its key cells, joined by `, `, or `row N`.
    pub fn row_name(&self, row: usize) -> String {
        if self.key.is_empty() {
            return format!("row {}", self.rows[row].number.max(u32::try_from(row + 1).unwrap_or(u32::MAX)));
        }
        let cells: Vec<&str> = self.key.iter().map(|&it| self.text(row, it)).collect();
        cells.join(", ")
    }

    /// The table under one choice of readings: `(index into unclear, reading)`.
    ///
    /// Figures of the chosen readings take their cells; all else is as it was.
    #[must_use]
    pub fn with_readings(&self, choices: &[(usize, usize)]) -> Self {
        let mut table = self.clone();
        for &(which, reading) in choices {
            let unclear = &self.unclear[which];
            for (column, span, figure) in &unclear.readings[reading].figures {
                table.columns[*column].set_figure(unclear.row as usize, *span, figure);
            }
        }
        table
    }

    /// The table with only the rows given, in that order.
    #[must_use]
    pub fn take(&self, rows: &[u32]) -> Self {
        let new_index = |old: u32| rows.iter().position(|&it| it == old).and_then(|it| u32::try_from(it).ok());
        let pick = |&row: &u32| {
            let it = self.rows[row as usize];
            Row { under: it.under.and_then(new_index), ..it }
        };
        let unclear = self.unclear.iter().filter_map(|it| Some(UnclearRow { row: new_index(it.row)?, ..it.clone() }));
        Self {
            name: self.name.clone(),
            document: Arc::clone(&self.document),
            sheet: self.sheet.clone(),
            columns: self.columns.iter().map(|it| it.take(rows)).collect(),
            key: self.key.clone(),
            rows: rows.iter().map(pick).collect(),
            unclear: unclear.collect(),
        }
    }
}

impl Edition {
    /// Finds a table by the name that rules use.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|it| it.name == name)
    }
}
