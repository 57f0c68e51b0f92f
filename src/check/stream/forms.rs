//! How the cells of a large file are read, by their types.

use super::asked::Asked;
use crate::plan::Test;
use crate::source::Grid;
use crate::source::delimited::sieve::{DayForm, Wanted};
use crate::table::{Column, ColumnSchema, ColumnType, Document, Table, TableSchema, Unit};

/// A key without a value is for the rules to tell.
pub(super) fn strengthen(columns: &mut [Wanted], asked: &Asked) {
    for &it in asked.keys.iter().flatten() {
        if columns[it] == Wanted::Text {
            columns[it] = Wanted::Filled;
        }
    }
}

/// Years have four digits, of this millennium or the last.
pub(super) fn years(columns: &[Wanted]) -> Vec<Test<usize>> {
    let years = columns.iter().enumerate().filter(|it| *it.1 == Wanted::Year);
    years.map(|(at, _)| Test::Within(at, Box::new([(1000, 2999); 19]))).collect()
}

/// How the cells of a table are read.
pub(super) struct Forms {
    /// The schema with the columns that are not declared, as inferred.
    pub(super) schema: TableSchema,
    /// How each printed column is read, and whether it may be empty.
    pub(super) columns: Vec<Wanted>,
    pub(super) blanks: Vec<bool>,
    /// Which of them are printed in units.
    pub(super) scaled: Vec<bool>,
}

impl Forms {
    /// None where a column is read in another way than a sieve does.
    pub(super) fn of(
        declared: &TableSchema,
        is_inferred: bool,
        typed: &Table,
        grid: &Grid,
        document: &Document,
    ) -> Option<Self> {
        let count = grid.headings.len();
        let (columns, blanks) = (vec![Wanted::Text; count], vec![true; count]);
        let mut forms = Self { schema: declared.clone(), columns, blanks, scaled: vec![false; count] };
        for it in &typed.columns {
            let at = it.position as usize;
            let known = declared.column(&it.name).map(|it| &declared.columns[it]);
            let heading = grid.headings[at].text(document);
            let unit = known.and_then(|it| it.unit).or_else(|| Unit::in_heading(heading));
            if known.is_none() {
                let column = ColumnSchema { optional: true, ..ColumnSchema::new(it.name.clone(), it.kind) };
                forms.schema.columns.push(column);
            }
            let blank = known.is_none_or(|it| it.blank);
            let is_year = is_inferred && it.kind == ColumnType::Period && has_years(it, document);
            let read = if is_year { Wanted::Year } else { wanted(it.kind, blank, known)? };
            (forms.columns[at], forms.blanks[at]) = (read, blank && !is_year);
            forms.scaled[at] = unit.is_some();
        }
        Some(forms)
    }
}

/// Whether a column of periods holds years and nothing else.
fn has_years(column: &Column, document: &Document) -> bool {
    let is_year = |text: &str| text.len() == 4 && text.starts_with(['1', '2']) && text.parse::<u16>().is_ok();
    (0..column.states.len()).all(|row| is_year(column.text(document, row)))
}

/// How a column of a type is read, if it can be.
fn wanted(kind: ColumnType, blank: bool, declared: Option<&ColumnSchema>) -> Option<Wanted> {
    let decimals = declared.and_then(|it| it.decimals);
    Some(match (kind, decimals) {
        (ColumnType::Label | ColumnType::Text, _) if blank => Wanted::Text,
        (ColumnType::Label | ColumnType::Text, _) => Wanted::Filled,
        (ColumnType::Count, None | Some(0)) => Wanted::Count,
        (ColumnType::Integer, None | Some(0)) => Wanted::Integer,
        (ColumnType::Amount | ColumnType::Percent, None) => Wanted::Number,
        (ColumnType::Amount | ColumnType::Percent, Some(it)) => Wanted::Fixed(it),
        (ColumnType::Date, _) => match declared.and_then(|it| it.format.as_ref()) {
            Some(format) => Wanted::DayAs(DayForm::of(format)?),
            None => Wanted::Day,
        },
        (ColumnType::Count | ColumnType::Integer, Some(_)) | (ColumnType::Period, _) => return None,
    })
}
