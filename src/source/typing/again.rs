//! Reads a column again, as what the same column of another edition holds.
//!
//! One cell in twenty that is no day (`??`) makes text of a column of days, and
//! then its days are no longer those of the other edition. What reads as the
//! other column does is read so here; the other cells stay, unreadable.

use std::collections::HashSet;
use std::sync::Arc;

use super::days::DayReader;
use super::state_of;
use crate::table::{
    CellState, Column, ColumnData, ColumnType, Dates, Decimal, Document, Markers, NumberStyle, Numbers, Period, Span,
    StyleTally, Unit, read_figure,
};

/// A column read as the type of another one, cell by cell; nothing where no cell
/// is of that type, or where they are codes (`05`).
pub(crate) fn read_as(
    (column, document): (&Column, &Document),
    (other, other_document): (&Column, &Document),
) -> Option<Column> {
    let texts: Vec<&str> = (0..column.states.len()).map(|row| column.text(document, row).trim()).collect();
    let printed = |row: usize| match column.states[row] {
        CellState::Value | CellState::Marker(_) | CellState::Unreadable => Some(texts[row]),
        _ => None,
    };
    let (data, read) = match &other.data {
        ColumnData::Dates(_) => days(&texts, other, other_document),
        ColumnData::Numbers(_) => figures(&texts, other)?,
        ColumnData::Texts(_) => return None,
    };
    let markers = Markers::default();
    let state = |row: usize| match printed(row) {
        None => column.states[row],
        Some(text) if read[row] => state_of(Some(text)),
        Some(text) => markers.read(text).map_or(CellState::Unreadable, CellState::Marker),
    };
    let states: Vec<CellState> = (0..texts.len()).map(state).collect();
    states.contains(&CellState::Value).then(|| Column {
        kind: other.kind,
        data,
        states,
        undone: Arc::new(undone(column, document)),
        ..column.clone()
    })
}

/// The texts of cells that read otherwise than their source.
fn undone(column: &Column, document: &Document) -> std::collections::HashMap<u32, Box<str>> {
    let texts = (0..column.states.len()).map(|row| (column.spans[row], column.text(document, row)));
    let differs = texts.filter(|it| it.0 != Span::default() && document.slice(it.0) != it.1);
    differs.map(|it| (it.0.start, Box::from(it.1))).collect()
}

/// Days, and which cells are some.
fn days(texts: &[&str], other: &Column, other_document: &Document) -> (ColumnData, Vec<bool>) {
    // The other edition may show which of day and month comes first.
    let others = (0..other.states.len()).map(|row| other.text(other_document, row).trim());
    let reader = DayReader::new(None, texts.iter().copied());
    let either = DayReader::new(None, texts.iter().copied().chain(others));
    let period = |text: &str| Period::parse(text).filter(|_| other.kind == ColumnType::Period).map(|it| it.start);
    let day = |text: &&str| reader.read(text).or_else(|_| either.read(text)).ok().or_else(|| period(text));
    let days: Vec<_> = texts.iter().map(day).collect();
    let read = days.iter().map(Option::is_some).collect();
    (ColumnData::Dates(Dates { days: days.into_iter().map(|it| it.map_or(0, DayReader::number)).collect() }), read)
}

/// Figures, and which cells are some; nothing where they are codes.
fn figures(texts: &[&str], other: &Column) -> Option<(ColumnData, Vec<bool>)> {
    let is_code = |it: &&str| it.len() > 1 && it.starts_with('0') && it.bytes().all(|it| it.is_ascii_digit());
    if texts.iter().any(is_code) {
        return None;
    }
    let unit = Unit::in_heading(&other.heading).filter(|_| other.kind != ColumnType::Percent);
    let figures = |style: NumberStyle| -> Vec<Option<Decimal>> {
        texts.iter().map(|it| read_figure(it, style, unit).ok().map(|it| it.value)).collect()
    };
    let mut tally = StyleTally::new(NumberStyle::ENGLISH);
    for text in texts {
        tally.add(text);
    }
    // The style in which most of its figures are those of the other edition.
    let known: HashSet<Decimal> =
        (0..other.states.len()).filter_map(|row| other.decimal(row)).map(Decimal::normal).collect();
    let shared = |it: &[Option<Decimal>]| it.iter().flatten().filter(|it| known.contains(&it.normal())).count();
    let mut readings: Vec<Vec<Option<Decimal>>> = tally.candidates().map(figures).collect();
    // Of those that share as many, the usual one, which comes first.
    readings.reverse();
    let read = readings.into_iter().max_by_key(|it| shared(it))?;
    let (numbers, misfits) = Numbers::new(&read);
    let mut is_read: Vec<bool> = read.iter().map(Option::is_some).collect();
    for row in misfits {
        is_read[row] = false;
    }
    Some((ColumnData::Numbers(numbers), is_read))
}
