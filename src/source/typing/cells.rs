//! The text of a column to figures, labels and days.

use std::borrow::Cow;
use std::sync::Arc;

use super::columns::Matched;
use super::days::{DayFault, DayReader};
use super::{Context, TypeFault, TypeFaultKind, expected, state_of};
use crate::source::GridCell;
use crate::table::{
    Bounds, CellState, Column, ColumnData, ColumnSchema, ColumnType, Dates, Decimal, Figure, Marker, NumberFault,
    Numbers, NumbersBuilder, Period, Span, StyleTally, Texts, Unit, fold_spaces, is_spreadsheet_error, read_figure,
};

/// What a cell came to: a state, a value where there is one, and what to say
/// where it is not of its type.
type Read<T> = Result<(CellState, Option<T>), Doubt>;

/// What is the matter with a cell.
#[derive(Debug)]
struct Doubt {
    kind: TypeFaultKind,
    message: String,
    hint: Option<&'static str>,
}

impl Doubt {
    fn new(kind: TypeFaultKind, message: String) -> Self {
        Self { kind, message, hint: None }
    }
}

impl Context<'_> {
    /// Types one column, and adds what is the matter with its cells.
    pub(super) fn column(&self, index: usize, matched: &Matched, faults: &mut Vec<TypeFault>) -> Column {
        let (schema, position) = (&matched.schema, matched.position);
        let mut states = Vec::with_capacity(self.grid.rows.len());
        let mut sink = Sink { index, faults, states: &mut states };
        let data = match schema.kind {
            ColumnType::Label => ColumnData::Texts(self.labels(schema, position, &mut sink)),
            ColumnType::Text => ColumnData::Texts(self.texts(schema, position, &mut sink)),
            ColumnType::Date | ColumnType::Period => ColumnData::Dates(self.dates(schema, position, &mut sink)),
            _ => ColumnData::Numbers(self.numbers(schema, position, &mut sink)),
        };
        let heading = &self.grid.headings[position];
        Column {
            name: schema.name.clone(),
            heading: heading.text(self.document).to_owned(),
            kind: schema.kind,
            position: match &self.grid.sheet {
                Some(sheet) => sheet.columns[position],
                None => u32::try_from(position).unwrap_or(u32::MAX),
            },
            positions: match self.grid.across.get(position).map(Vec::as_slice) {
                None | Some([]) => Vec::new(),
                Some(printed) => printed.iter().copied().cycle().take(self.grid.rows.len()).collect(),
            },
            data,
            states,
            spans: self.cells(position).map(|it| it.map_or(Span::default(), |it| it.span)).collect(),
            // Texts keep their own.
            undone: match schema.kind {
                ColumnType::Label | ColumnType::Text => Arc::default(),
                _ => Arc::new(self.undone(position).collect()),
            },
        }
    }

    /// The cells that read otherwise than their source.
    fn undone(&self, position: usize) -> impl Iterator<Item = (u32, Box<str>)> {
        self.cells(position).flatten().filter_map(|it| {
            let text = it.unescaped.as_ref().filter(|text| ***text != *self.document.slice(it.span))?;
            Some((it.span.start, text.clone()))
        })
    }

    /// The cells of a column in row order.
    pub(super) fn cells(&self, position: usize) -> impl Iterator<Item = Option<&GridCell>> {
        self.grid.rows.iter().map(move |it| it.cells.get(position))
    }

    /// The unit that the figures of a column are printed in.
    pub(super) fn unit(&self, schema: &ColumnSchema, position: usize) -> Option<Unit> {
        let printed = || {
            let cell = |it: Option<&GridCell>| it.and_then(|it| Unit::in_heading(it.text(self.document)));
            cell(self.grid.headings.get(position)).or_else(|| cell(self.grid.units.get(position)))
        };
        if schema.kind == ColumnType::Percent { schema.unit } else { schema.unit.or_else(printed) }
    }

    fn numbers(&self, schema: &ColumnSchema, position: usize, sink: &mut Sink<'_>) -> Numbers {
        let unit = self.unit(schema, position);
        let mut figures = NumbersBuilder::with_capacity(self.grid.rows.len());
        for (row, cell) in self.cells(position).enumerate() {
            let text = cell.map(|it| it.text(self.document));
            if self.is_unclear(row) {
                sink.states.push(CellState::Unclear);
                figures.push(None);
                continue;
            }
            let own = self.row_kinds.get(row).copied().flatten();
            let of_row = own.map_or((schema.kind, unit), |it| (it, None));
            let (value, doubt) = match self.number(text, of_row) {
                Ok((state, Some(figure))) => {
                    sink.states.push(state);
                    let doubt = decimals_fault(&figure, schema, unit, text.unwrap_or(""));
                    (Some(figure.value), doubt)
                }
                Ok((state, None)) => {
                    sink.states.push(state);
                    (None, blank_fault(state, schema))
                }
                Err(fault) => {
                    sink.states.push(CellState::Unreadable);
                    (None, Some(fault))
                }
            };
            figures.push(value);
            sink.add(row, cell, doubt);
        }
        let (numbers, misfits) = figures.finish();
        for row in misfits {
            sink.states[row] = CellState::Unreadable;
            let cell = self.grid.rows[row].cells.get(position);
            let found = cell.map_or("", |it| it.text(self.document));
            let message = format!("expected numbers within 38 digits of each other in one column, found \"{found}\"");
            sink.add(row, cell, Some(Doubt::new(TypeFaultKind::Type, message)));
        }
        numbers
    }

    /// Reads a cell of a number column.
    fn number(&self, text: Option<&str>, (kind, unit): (ColumnType, Option<Unit>)) -> Read<Figure> {
        let state = state_of(text);
        let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok((state, None)) };
        let markers = &self.schema.markers;
        // A declared marker may look like a figure: `-1` or `999` for missing.
        if let Some(marker) = self.schema.markers.read_declared(text) {
            return Ok(marked(marker));
        }
        if is_spreadsheet_error(text) {
            let message = format!("expected {}, found the spreadsheet error \"{text}\"", expected(kind));
            return Err(Doubt::new(TypeFaultKind::Type, message));
        }
        match read_figure(text, self.style, unit) {
            Ok(figure) if fits(&figure, kind) => Ok((CellState::Value, Some(figure))),
            Ok(_) => Err(Doubt::new(TypeFaultKind::Type, found(kind, text))),
            Err(fault) => match markers.read(text) {
                Some(marker) => Ok(marked(marker)),
                // A figure that is withheld, of which its bounds are told.
                None if unit.is_none() && Bounds::read(text).is_some() => Ok(marked(Marker::Confidential)),
                None => Err(self.number_fault(fault, kind, text)),
            },
        }
    }

    fn number_fault(&self, fault: NumberFault, kind: ColumnType, text: &str) -> Doubt {
        if fault == NumberFault::TooLong {
            return Doubt::new(TypeFaultKind::Type, format!("{} with more than 38 digits", found(kind, text)));
        }
        if StyleTally::new(self.style).add(text) {
            let example = self.style.example();
            return Doubt::new(
                TypeFaultKind::Style,
                format!("expected a number printed as {example}, found \"{text}\""),
            );
        }
        Doubt::new(TypeFaultKind::Type, found(kind, text))
    }

    fn labels(&self, schema: &ColumnSchema, position: usize, sink: &mut Sink<'_>) -> Texts {
        let names_rows = match self.schema.key.as_slice() {
            [] => self.schema.columns.iter().find(|it| it.kind == ColumnType::Label).map(|it| &it.name),
            key => key.iter().find(|it| **it == schema.name),
        };
        let names_rows = names_rows == Some(&schema.name) && !self.aliases.is_empty();
        self.strings(schema, position, sink, |text| {
            let folded = fold_spaces(text);
            match self.aliases.get(folded.as_ref()) {
                Some(&name) if names_rows => Cow::Owned(name.to_owned()),
                _ => folded,
            }
        })
    }

    fn texts(&self, schema: &ColumnSchema, position: usize, sink: &mut Sink<'_>) -> Texts {
        self.strings(schema, position, sink, Cow::Borrowed)
    }

    fn strings<'a>(
        &'a self,
        schema: &ColumnSchema,
        position: usize,
        sink: &mut Sink<'_>,
        value: impl Fn(&'a str) -> Cow<'a, str>,
    ) -> Texts {
        let mut texts: Vec<Cow<'_, str>> = Vec::with_capacity(self.grid.rows.len());
        for (row, cell) in self.cells(position).enumerate() {
            let text = cell.map(|it| it.text(self.document));
            // Only declared signs are markers here: `NA` may be Namibia.
            let marker = text.and_then(|it| self.schema.markers.read_declared(it));
            let state = marker.map_or(state_of(text), CellState::Marker);
            texts.push(if state == CellState::Value { value(text.unwrap_or("")) } else { Cow::Borrowed("") });
            sink.states.push(state);
            sink.add(row, cell, blank_fault(state, schema));
        }
        Texts::new(texts.iter().map(AsRef::as_ref))
    }

    fn dates(&self, schema: &ColumnSchema, position: usize, sink: &mut Sink<'_>) -> Dates {
        let texts = self.cells(position).flatten().map(|it| it.text(self.document));
        let reader = DayReader::new(schema.format.clone(), texts);
        let mut days = Vec::with_capacity(self.grid.rows.len());
        for (row, cell) in self.cells(position).enumerate() {
            let text = cell.map(|it| it.text(self.document));
            let (state, day, fault) = match self.day(text, schema, &reader) {
                Ok((state, day)) => (state, day.unwrap_or(0), blank_fault(state, schema)),
                Err(fault) => (CellState::Unreadable, 0, Some(fault)),
            };
            days.push(day);
            sink.states.push(state);
            sink.add(row, cell, fault);
        }
        Dates { days }
    }

    fn day(&self, text: Option<&str>, schema: &ColumnSchema, reader: &DayReader) -> Read<i32> {
        let state = state_of(text);
        let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok((state, None)) };
        let written = || schema.format.as_ref().map_or_else(|| Period::parse(text), |it| Period::parse_as(it, text));
        let period = || written().filter(|_| schema.kind == ColumnType::Period).map(|it| it.start);
        let day = match reader.read(text) {
            Err(fault) => period().ok_or(fault),
            day => day,
        };
        match day {
            Ok(day) => Ok((CellState::Value, Some(DayReader::number(day)))),
            Err(fault) => match (self.schema.markers.read(text), fault) {
                (Some(marker), _) => Ok((CellState::Marker(marker), None)),
                (None, DayFault::Ambiguous) => {
                    let message = format!("{}, which may have the day or the month first", found(schema.kind, text));
                    let hint = Some("declare the format of the column, such as %d/%m/%Y");
                    Err(Doubt { hint, ..Doubt::new(TypeFaultKind::Type, message) })
                }
                (None, DayFault::NotADay) => Err(Doubt::new(TypeFaultKind::Type, found(schema.kind, text))),
            },
        }
    }
}

/// Where the states and faults of one column go.
struct Sink<'a> {
    index: usize,
    faults: &'a mut Vec<TypeFault>,
    states: &'a mut Vec<CellState>,
}

impl Sink<'_> {
    fn add(&mut self, row: usize, cell: Option<&GridCell>, fault: Option<Doubt>) {
        let Some(Doubt { kind, message, hint }) = fault else { return };
        self.faults.push(TypeFault {
            kind,
            row: u32::try_from(row).ok(),
            column: Some(self.index),
            missing: None,
            message,
            hint: hint.map(str::to_owned),
            span: cell.map_or(Span::default(), |it| it.span),
        });
    }
}

fn marked<T>(marker: Marker) -> (CellState, Option<T>)
where
    Figure: Into<T>,
{
    let zero = (marker == Marker::Nil).then(|| Figure::plain(Decimal::whole(0)).into());
    (CellState::Marker(marker), zero)
}

fn found(kind: ColumnType, text: &str) -> String {
    format!("expected {}, found \"{text}\"", expected(kind))
}

/// Whether a figure is of a type.
pub(in crate::source) fn fits(figure: &Figure, kind: ColumnType) -> bool {
    let plain = !figure.percent || kind == ColumnType::Percent;
    plain
        && match kind {
            ColumnType::Count => figure.value.units >= 0 && is_whole(figure.value),
            ColumnType::Integer => is_whole(figure.value),
            _ => true,
        }
}

fn is_whole(value: Decimal) -> bool {
    let places = u32::from(value.exponent.min(0).unsigned_abs());
    // Above 38 places no figure but zero is whole.
    10_i128.checked_pow(places).map_or(value.units == 0, |it| value.units % it == 0)
}

fn decimals_fault(figure: &Figure, schema: &ColumnSchema, unit: Option<Unit>, text: &str) -> Option<Doubt> {
    let declared = i16::from(schema.decimals?);
    let printed = i16::from(unit.map_or(0, |it| it.power)) - i16::from(figure.value.exponent);
    let decimals = if declared == 1 { "decimal" } else { "decimals" };
    let message = || format!("expected {declared} {decimals}, found \"{text}\"");
    (declared != printed).then(|| Doubt::new(TypeFaultKind::Type, message()))
}

fn blank_fault(state: CellState, schema: &ColumnSchema) -> Option<Doubt> {
    let message = || format!("expected {}, found an empty cell", expected(schema.kind));
    (state == CellState::Empty && !schema.blank).then(|| Doubt::new(TypeFaultKind::Blank, message()))
}
