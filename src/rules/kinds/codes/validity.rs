//! From when to when codes are valid.

use std::collections::HashMap;

use jiff::civil::Date;

use super::super::bind::fault;
use super::super::said::about_cell;
use crate::error::Result;
use crate::rules::{Binding, Detail, Mark};
use crate::table::{ColumnType, KeyCell, Period, Table};

/// A code's first and last day, where it has one.
type Span = (Option<Date>, Option<Date>);

/// The column that tells the day of a row, and when each code is valid.
#[derive(Debug)]
pub(super) struct Validity {
    pub(super) on: String,
    spans: HashMap<KeyCell<'static>, Vec<Span>>,
}

impl Validity {
    /// Reads when the codes of a CSV file are valid, from its columns `from` and `to`.
    pub(super) fn read(
        (file, bytes): (&str, &[u8]),
        on: &str,
        (binding, table): (&Binding<'_>, usize),
        key: impl Fn(&String) -> Result<KeyCell<'static>>,
    ) -> Result<Self> {
        let column = binding.column(table, on)?;
        if !matches!(column.kind, ColumnType::Date | ColumnType::Period) {
            return Err(fault(format!("column {on:?} is a {}, not a date or period", column.kind.word())));
        }
        let unread = |cause: csv::Error| fault("cannot read the list of codes").in_file(file).because(cause);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(super::plain(bytes));
        let headings = reader.headers().map_err(unread)?.clone();
        let place = |name: &str| headings.iter().position(|it| it.trim().eq_ignore_ascii_case(name));
        let (from, to) = (place("from"), place("to"));
        if from.is_none() && to.is_none() {
            return Err(fault(format!("{file} has neither a column \"from\" nor a column \"to\""))
                .hint("these columns hold the first and last day on which a code is valid"));
        }
        let mut spans: HashMap<KeyCell<'static>, Vec<Span>> = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(unread)?;
            let line = record.position().map_or(0, csv::Position::line);
            let day = |at: Option<usize>| -> Result<Option<Period>> {
                let text = at.and_then(|it| record.get(it)).map_or("", str::trim);
                let read = || Period::parse(text);
                let wrong = || fault(format!("{file}, line {line}: expected a day, found {text:?}"));
                if text.is_empty() { Ok(None) } else { read().map(Some).ok_or_else(wrong) }
            };
            let Some(code) = record.get(0).map(str::trim).filter(|it| !it.is_empty()) else { continue };
            let span = (day(from)?.map(|it| it.start), day(to)?.map(|it| it.end));
            spans.entry(key(&code.to_owned())?).or_default().push(span);
        }
        Ok(Self { on: on.to_owned(), spans })
    }

    /// What a listed code comes to on the day of its row.
    pub(super) fn mark(&self, table: &Table, row: usize, code: &KeyCell<'_>) -> Mark {
        let Some(at) = table.column(&self.on) else { return Mark::Undetermined };
        let Some(period) = table.period_at(row, at) else { return Mark::Undetermined };
        let spans = self.spans.get(code).map(Vec::as_slice).unwrap_or_default();
        let covers = |it: &Span| it.0.is_none_or(|from| from <= period.start) && it.1.is_none_or(|to| period.end <= to);
        let meets = |it: &Span| it.0.is_none_or(|from| from <= period.end) && it.1.is_none_or(|to| period.start <= to);
        match () {
            () if spans.iter().any(covers) => Mark::Holds,
            // Valid in a part of the period: its figures may be of that part.
            () if spans.iter().any(meets) => Mark::Undetermined,
            () => Mark::Fails,
        }
    }

    /// What there is to say of a listed code that does not hold.
    pub(super) fn explain(&self, table: &Table, row: usize, column: usize) -> Detail {
        let text = table.text(row, column);
        let day = table.column(&self.on).map_or("", |at| table.text(row, at));
        let code = KeyCell::of(table, row, column);
        let spans = code.as_ref().and_then(|it| self.spans.get(it)).map(Vec::as_slice).unwrap_or_default();
        let words: Vec<String> = spans.iter().map(words).collect();
        let message = match day {
            "" => format!("{text:?} is listed, but {} is empty, so it is unknown whether it is valid", self.on),
            day if table.column(&self.on).and_then(|at| table.period_at(row, at)).is_none() => {
                format!("{text:?} is listed, but {} ({day}) does not settle whether it is valid", self.on)
            }
            day => format!("{text:?} is not valid on {day}: it is valid {}", words.join(" and ")),
        };
        about_cell(table, row, column, message, "not valid")
    }
}

fn words(it: &Span) -> String {
    match it {
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (None, None) => "always".to_owned(),
    }
}
