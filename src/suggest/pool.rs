//! Editions laid together, so that relations are looked for in all of them at once.
//!
//! Relations between columns are seen in rows, whichever edition they are of:
//! rows are laid below each other. Relations between rows are seen in columns:
//! the columns of all editions are laid beside each other, row by row. Of what
//! is large, parts spread over the whole stand for it; every rule is judged on
//! all rows before it is proposed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::table::{CellState, Column, ColumnData, ColumnType, Decimal, Numbers, Row, Span, Table, Texts};

/// So many rows are looked at in all.
const ROWS_MAX: usize = 3_000;
/// Rows of a large table are taken in so many runs, as neighbours tell of running totals and groups.
const RUNS: usize = 6;
/// So many rows, and columns of figures, are laid beside each other.
const BESIDE_ROWS_MAX: usize = 2_000;
const BESIDE_COLUMNS_MAX: usize = 240;

/// Editions laid together.
pub(super) struct Pool {
    /// Their rows below each other.
    pub(super) below: Table,
    /// Their columns beside each other; `None` where there is one edition, or too many rows.
    pub(super) beside: Option<Table>,
    /// Whether all rows are there, so that what rows say of each other is true of the whole.
    pub(super) is_whole: bool,
}

/// Lays editions together; `None` where there are none.
pub(super) fn pool(editions: &[&Table]) -> Option<Pool> {
    match editions {
        [] => None,
        [only] => {
            let rows = runs(only.rows.len(), ROWS_MAX);
            Some(Pool { below: only.take(&rows), beside: None, is_whole: rows.len() == only.rows.len() })
        }
        [first, ..] => {
            let is_whole = first.rows.len() <= BESIDE_ROWS_MAX;
            Some(Pool { below: below(editions), beside: is_whole.then(|| beside(editions)), is_whole })
        }
    }
}

/// At most so many of the rows of a table, in runs that are spread over it.
fn runs(rows: usize, most: usize) -> Vec<u32> {
    let all = u32::try_from(rows).unwrap_or(u32::MAX);
    if rows <= most {
        return (0..all).collect();
    }
    let length = (most / RUNS).max(1);
    let count = (most / length).max(2);
    let start = |run: usize| run * (rows - length) / (count - 1);
    (0..count).flat_map(|run| start(run)..start(run) + length).filter_map(|it| u32::try_from(it).ok()).collect()
}

/// Columns that every edition has.
fn shared<'a>(editions: &[&'a Table]) -> impl Iterator<Item = &'a Column> {
    let (first, others) = editions.split_first().expect("there are several");
    first.columns.iter().filter(move |column| {
        let alike = |it: &&Table| it.column(&column.name).is_some_and(|at| is_like(&it.columns[at], column));
        others.iter().all(alike)
    })
}

fn is_like(one: &Column, other: &Column) -> bool {
    one.kind.is_number() == other.kind.is_number()
}

fn below(editions: &[&Table]) -> Table {
    let share = (ROWS_MAX / editions.len()).max(1);
    let parts: Vec<(&Table, Vec<u32>)> = editions.iter().map(|it| (*it, runs(it.rows.len(), share))).collect();
    let columns = shared(editions).map(|column| {
        let cells = || {
            parts.iter().flat_map(|(table, rows)| {
                let at = table.column(&column.name).expect("every edition has it");
                rows.iter().map(move |row| (*table, *row as usize, at))
            })
        };
        if column.kind.is_number() {
            figures(column, &cells().map(|(table, row, at)| table.columns[at].decimal(row)).collect::<Vec<_>>())
        } else {
            texts(column, &cells().map(|(table, row, at)| table.text(row, at)).collect::<Vec<&str>>())
        }
    });
    let rows = parts.iter().map(|it| it.1.len()).sum();
    let row = Row { under: None, span: Span::default(), number: 0 };
    with(editions[0], columns.collect(), vec![row; rows])
}

fn beside(editions: &[&Table]) -> Table {
    let first = editions[0];
    let (numbers, words): (Vec<&Column>, Vec<&Column>) = shared(editions).partition(|it| it.kind.is_number());
    let mut columns: Vec<Column> = words.into_iter().cloned().collect();
    let step = (editions.len() * numbers.len()).div_ceil(BESIDE_COLUMNS_MAX).max(1);
    for table in editions.iter().step_by(step) {
        let rows = followed(first, table);
        for column in &numbers {
            let at = table.column(&column.name).expect("every edition has it");
            let column =
                figures(column, &rows.iter().map(|row| table.columns[at].decimal((*row)?)).collect::<Vec<_>>());
            let position = u32::try_from(columns.len()).unwrap_or(u32::MAX);
            columns.push(Column { position, ..column });
        }
    }
    with(first, columns, first.rows.clone())
}

/// The row of an edition that each row of the first is: of the same label, in its turn.
fn followed(first: &Table, table: &Table) -> Vec<Option<usize>> {
    let mut known: HashMap<(String, usize), usize> = HashMap::new();
    for (row, name) in names(table).into_iter().enumerate() {
        known.insert(name, row);
    }
    names(first).iter().map(|it| known.get(it).copied()).collect()
}

/// The labels of each row, and how many rows above have the same.
fn names(table: &Table) -> Vec<(String, usize)> {
    let columns: Vec<usize> =
        (0..table.columns.len()).filter(|&it| table.columns[it].kind == ColumnType::Label).collect();
    let mut times: HashMap<String, usize> = HashMap::new();
    let mut name = |row: usize| {
        let above =
            table.rows[row].under.map_or("", |it| table.text(it as usize, columns.first().copied().unwrap_or(0)));
        let own = columns.iter().map(|&it| table.text(row, it).trim());
        let name = [above].into_iter().chain(own).collect::<Vec<&str>>().join("\u{1f}");
        let time = times.entry(name.clone()).or_default();
        *time += 1;
        (name, *time)
    };
    (0..table.rows.len()).map(&mut name).collect()
}

fn figures(like: &Column, figures: &[Option<Decimal>]) -> Column {
    let (numbers, misfits) = Numbers::new(figures);
    let state = |(row, it): (usize, &Option<Decimal>)| {
        let stands = it.is_some() && misfits.binary_search(&row).is_err();
        if stands { CellState::Value } else { CellState::Empty }
    };
    let states: Vec<CellState> = figures.iter().enumerate().map(state).collect();
    column(like, like.kind, ColumnData::Numbers(numbers), states)
}

fn texts(like: &Column, texts: &[&str]) -> Column {
    let state = |it: &&str| if it.trim().is_empty() { CellState::Empty } else { CellState::Value };
    let states: Vec<CellState> = texts.iter().map(state).collect();
    let kind = if like.kind == ColumnType::Label { ColumnType::Label } else { ColumnType::Text };
    column(like, kind, ColumnData::Texts(Texts::new(texts.iter().copied())), states)
}

fn column(like: &Column, kind: ColumnType, data: ColumnData, states: Vec<CellState>) -> Column {
    Column {
        name: like.name.clone(),
        heading: like.heading.clone(),
        kind,
        position: like.position,
        positions: Vec::new(),
        data,
        spans: vec![Span::default(); states.len()],
        states,
        undone: Arc::default(),
    }
}

/// A table of other columns and rows, in the document of the first edition.
fn with(first: &Table, columns: Vec<Column>, rows: Vec<Row>) -> Table {
    Table {
        name: first.name.clone(),
        document: Arc::clone(&first.document),
        sheet: first.sheet.clone(),
        columns,
        key: Vec::new(),
        rows,
        unclear: Vec::new(),
        doubts: Vec::new(),
    }
}
