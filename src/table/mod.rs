//! What a published table is: figures, markers, places, periods, editions.
//!
//! Values stand in columns, not in boxed cells: a rule reads a [`Column`] as a
//! whole. Where a cell was printed is kept beside it as a [`Span`] of the
//! [`Document`], and turned into line and column only for what is shown.

mod bounds;
pub mod canonical;
mod column;
mod decimal;
mod document;
mod figure;
mod follow;
mod key;
mod layout;
mod marker;
mod month;
mod period;
mod pin;
mod rank;
mod schema;
mod sheet;
mod stack;
mod style;

pub(crate) use bounds::Bounds;
pub(crate) use column::is_fillable;
pub use column::{CellState, Column, ColumnData, Dates, Lane, Numbers, NumbersBuilder, Texts};
pub use decimal::{Decimal, Exact, show_exact};
pub use document::{Document, Position, Span};
pub use figure::{Figure, NumberFault, Unit, read_figure};
pub(crate) use figure::{beside, is_space, trim};
pub(crate) use follow::{followed_row, followed_rows, matching_key, why_not_followed};
pub(crate) use key::{Blanks, KeyCell, Keys, fold_spaces, same};
pub(crate) use layout::{DECIMAL, THOUSANDS};
pub use layout::{Layout, Orientation, Quote};
pub(crate) use marker::is_spreadsheet_error;
pub use marker::{Marker, Markers};
pub(crate) use month::{MONTHS, month};
pub use period::{Cadence, Coverage, Period};
pub use pin::Pin;
pub use schema::{ColumnSchema, ColumnType, RowSchema, TableSchema};
pub(crate) use sheet::address;
pub use sheet::{Area, Sheet, SheetCell, column_letters};
pub(crate) use stack::Stack;
pub use style::{DecimalSign, NumberStyle, StyleEvidence, Thousands};
pub(crate) use style::{Shaped, StyleTally};

use std::collections::{BTreeMap, HashMap};
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
    /// Rows of glued cells that were read in one way, and could be in another.
    pub doubts: Vec<Doubt>,
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

/// A row of glued cells whose reading is sure enough to stand, if not certain.
#[derive(Clone, Debug)]
pub struct Doubt {
    /// Which row.
    pub row: u32,
    /// The columns that another reading would change.
    pub columns: Vec<usize>,
    /// How probable the reading that stands is, 0 to 1.
    pub probability: f64,
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

    /// All columns by name, for whoever looks for many.
    pub(crate) fn columns_by_name(&self) -> HashMap<&str, usize> {
        self.columns.iter().enumerate().rev().map(|(at, it)| (it.name.as_str(), at)).collect()
    }

    /// The text printed in a cell, as the reader understood it (quotes undone).
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.columns[column].text(&self.document, row)
    }

    /// The column that labels rows: the first of the key that holds labels, else the first that does.
    pub fn label_column(&self) -> Option<usize> {
        let is_label = |it: &usize| self.columns[*it].kind == ColumnType::Label;
        let keyed = self.key.iter().copied().find(is_label);
        keyed.or_else(|| (0..self.columns.len()).find(is_label))
    }

    /// Finds a row by its label, and by the label above it where that is given.
    pub fn find_row(&self, label: &str, under: Option<&str>) -> Option<usize> {
        let column = self.label_column()?;
        (0..self.rows.len()).find(|&row| {
            let above = |it: &str| self.rows[row].under.is_some_and(|above| self.text(above as usize, column) == it);
            self.text(row, column) == label && under.is_none_or(above)
        })
    }

    /// How probable it is that a cell was read right: less than 1 where glued
    /// digits can be split in another way.
    pub fn confidence(&self, row: usize, column: usize) -> f64 {
        let doubt = self.doubts.iter().find(|it| it.row as usize == row && it.columns.contains(&column));
        doubt.map_or(1.0, |it| it.probability)
    }

    /// What names a row in messages: its key cells, joined by `, `, or `row N`.
    pub fn row_name(&self, row: usize) -> String {
        if self.key.is_empty() {
            return format!("row {}", self.rows[row].number.max(u32::try_from(row + 1).unwrap_or(u32::MAX)));
        }
        self.named_by(row, &self.key)
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

    /// The table with other figures in some cells: row, column and figure.
    #[must_use]
    pub fn with_figures(&self, figures: &[(usize, usize, Decimal)]) -> Self {
        let mut table = self.clone();
        for &(row, column, figure) in figures {
            let span = table.columns[column].spans[row];
            table.columns[column].set_figure(row, span, &Figure::plain(figure));
        }
        table
    }

    /// The rows of each day or period of a column of such, the earliest first; none
    /// where it is no such column.
    pub(crate) fn by_period(&self, column: Option<usize>) -> Vec<Self> {
        let Some(column) = column.map(|it| &self.columns[it]) else { return Vec::new() };
        let ColumnData::Dates(dates) = &column.data else { return Vec::new() };
        let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        for ((row, &day), state) in (0_u32..).zip(&dates.days).zip(&column.states) {
            if state.has_value() {
                days.entry(day).or_default().push(row);
            }
        }
        days.values().map(|rows| self.take(rows)).collect()
    }

    /// The table with only the rows given, in that order.
    #[must_use]
    pub fn take(&self, rows: &[u32]) -> Self {
        // Most tables neither nest nor are unclear, and need no index.
        let asked = !self.unclear.is_empty()
            || !self.doubts.is_empty()
            || rows.iter().any(|&it| self.rows[it as usize].under.is_some());
        let index: HashMap<u32, u32> = rows.iter().filter(|_| asked).copied().zip(0..).collect();
        let new_index = |old: u32| index.get(&old).copied();
        let pick = |&row: &u32| {
            let it = self.rows[row as usize];
            Row { under: it.under.and_then(new_index), ..it }
        };
        let unclear = self.unclear.iter().filter_map(|it| Some(UnclearRow { row: new_index(it.row)?, ..it.clone() }));
        let doubts = self.doubts.iter().filter_map(|it| Some(Doubt { row: new_index(it.row)?, ..it.clone() }));
        Self {
            name: self.name.clone(),
            document: Arc::clone(&self.document),
            sheet: self.sheet.clone(),
            columns: self.columns.iter().map(|it| it.take(rows)).collect(),
            key: self.key.clone(),
            rows: rows.iter().map(pick).collect(),
            unclear: unclear.collect(),
            doubts: doubts.collect(),
        }
    }
}

impl Edition {
    /// Finds a table by the name that rules use.
    pub fn table(&self, name: &str) -> Option<usize> {
        self.tables.iter().position(|it| it.name == name)
    }
}

/// Folds a label for comparison: outer space off, inner space single, case down.
///
/// ```
/// use crossfoot::table::fold;
///
/// assert_eq!(fold(" Theft\u{a0} (Total) "), "theft (total)");
/// ```
pub fn fold(text: &str) -> String {
    let words: Vec<String> = text.split(is_space).filter(|it| !it.is_empty()).map(str::to_lowercase).collect();
    words.join(" ")
}
