//! All that is known of one cell.

use serde::Serialize;

use super::cells::At;
use super::marks::rules;
use super::rows::{series_of, text, whole};
use super::state::{State, key_of};
use super::sums;
use crate::discover::Axis;
use crate::table::{CellState, Table};

/// What is known of a cell.
#[derive(Debug, Serialize)]
pub struct CellDetail {
    cell: At,
    name: String,
    text: String,
    mark: Option<&'static str>,
    words: Option<&'static str>,
    /// What it adds up with, and the declared rules that hold for it.
    holds: Vec<Holding>,
    /// Why nothing can be said of it.
    open: Vec<String>,
    /// The keys of the findings that are about it.
    findings: Vec<String>,
    /// How its row can be read, where that is unclear.
    readings: Vec<ReadingView>,
    series: Option<SeriesView>,
    /// Whether it is a figure, so that it can be corrected.
    is_figure: bool,
}

#[derive(Debug, Serialize)]
struct Holding {
    words: String,
    sum: Option<String>,
    cells: Vec<At>,
}

#[derive(Debug, Serialize)]
struct ReadingView {
    label: String,
    percent: String,
}

#[derive(Debug, Serialize)]
struct SeriesView {
    rates: Vec<f64>,
    low: f64,
    high: f64,
    words: String,
}

impl State {
    /// What is known of a cell; nothing where it is none.
    pub fn cell(&self, at: At) -> Option<CellDetail> {
        let (outcome, cells) = (&self.tables.outcome, &self.tables.cells);
        let table = cells.table(outcome, at.0)?;
        let column = table.columns.get(at.2).filter(|_| at.1 < table.rows.len())?;
        let mark = self.tables.marks.at(outcome, cells, table, at);
        let row = table.row_name(at.1);
        let is_open = |it: &&crate::check::Undetermined| {
            it.table == table.name && it.row.as_deref() == Some(&row) && it.column.as_deref() == Some(&column.name)
        };
        let open = outcome.undetermined.iter().filter(is_open).map(|it| format!("{}: {}", it.rule, it.why));
        Some(CellDetail {
            cell: at,
            name: format!("{row}, {}", column.name),
            text: text(table, at.1, at.2),
            mark: mark.map(|it| it.words().0),
            words: mark.map(|it| it.words().1),
            holds: self.holdings(table, at),
            open: open.collect(),
            findings: self.tables.marks.findings(at).iter().map(|it| key_of(&outcome.findings[*it])).collect(),
            readings: readings(table, at.1),
            series: self.series(table, at),
            is_figure: column.kind.is_number() && column.states[at.1] != CellState::Absent,
        })
    }

    fn holdings(&self, table: &Table, at: At) -> Vec<Holding> {
        let (outcome, cells) = (&self.tables.outcome, &self.tables.cells);
        let mut holdings: Vec<Holding> = Vec::new();
        let place = cells.place_of(at.0);
        if let Some((edition, number)) = place
            && let Some(held) = &outcome.editions[edition].held
        {
            let own: Vec<_> = held.relations.iter().filter(|it| it.0 == number).map(|it| &it.1).collect();
            for it in self.tables.marks.relations(at).filter_map(|it| own.get(it)) {
                let by_row = it.axis == Axis::Columns;
                let place = if by_row { at.1 } else { at.2 };
                let lines = std::iter::once(it.target).chain(it.terms.iter().map(|it| it.line));
                let cell = |line: usize| if by_row { At(at.0, place, line) } else { At(at.0, line, place) };
                holdings.push(Holding {
                    words: it.words.clone(),
                    sum: sums::written(table, it, place),
                    cells: lines.map(cell).collect(),
                });
            }
        }
        let declared = rules(outcome, cells, at);
        holdings.extend(declared.map(|it| Holding { words: format!("rule {it} holds"), sum: None, cells: vec![] }));
        holdings
    }

    fn series(&self, table: &Table, at: At) -> Option<SeriesView> {
        let it = series_of(self, at.0, table, at.1, at.2)?;
        let words = format!("usual range: {} to {}; {}", whole(it.low), whole(it.high), it.grade.words());
        Some(SeriesView { rates: it.rates.clone(), low: it.low / it.exposure, high: it.high / it.exposure, words })
    }
}

fn readings(table: &Table, row: usize) -> Vec<ReadingView> {
    let unclear = table.unclear.iter().find(|it| it.row as usize == row);
    let readings = unclear.map_or(&[][..], |it| it.readings.as_slice()).iter();
    readings
        .map(|it| {
            let cell = |figure: &(usize, crate::table::Span, crate::table::Figure)| {
                format!("{} {}", table.columns[figure.0].name, table.document.slice(figure.1).trim())
            };
            let label = it.figures.iter().map(cell).collect::<Vec<_>>().join(", ");
            ReadingView { label, percent: format!("{:.0}%", it.probability * 100.0) }
        })
        .collect()
}
