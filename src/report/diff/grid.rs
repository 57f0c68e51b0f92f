//! A table of both editions as formats show it: folded where nothing differs.

use std::collections::{HashMap, HashSet};

use super::words;
use super::{Show, is_resorted, is_shown, shown_cells};
use crate::diff::{CellChange, Laid, LaidColumn, LaidRow, Line, Op, RowChange, TableDiff};

/// A table with up to so many columns is shown with all of them.
const COLUMNS_MIN: usize = 8;
/// So many rows that do not differ are shown beside one that does.
const BESIDE: usize = 1;

/// A table as it is shown.
pub(super) struct Grid<'a> {
    pub(super) columns: Vec<Head<'a>>,
    pub(super) rows: Vec<Row<'a>>,
    /// Rows that differ and are left out, for there are too many.
    pub(super) left_out: Vec<&'a RowChange>,
}

/// A column, or several that do not differ.
pub(super) enum Head<'a> {
    Column {
        column: &'a LaidColumn,
        /// Whether it tells rows apart.
        is_key: bool,
        /// Whether nothing in it differs.
        is_quiet: bool,
    },
    Folded(Vec<&'a str>),
}

/// A row, or several that do not differ.
pub(super) enum Row<'a> {
    Folded(usize),
    Row { change: Option<&'a RowChange>, line: u32, cells: Vec<Cell<'a>> },
}

/// What stands in a cell: nothing in folded columns.
#[derive(Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) text: &'a str,
    /// Whether only the old edition has it.
    pub(super) is_gone: bool,
    /// Whether only the new edition has it, though its row is in both.
    pub(super) has_come: bool,
    pub(super) change: Option<&'a CellChange>,
}

/// How much of a table is shown.
#[derive(Clone, Copy)]
pub(super) struct Fold {
    pub(super) show: Show,
    /// So many rows that differ, at most.
    pub(super) rows: usize,
    /// Columns that do not differ, up to so many columns in all.
    pub(super) columns: usize,
}

impl Fold {
    pub(super) fn new(show: Show, rows: usize) -> Self {
        Self { show, rows, columns: COLUMNS_MIN }
    }
}

impl<'a> Grid<'a> {
    pub(super) fn of(table: &'a TableDiff, laid: &'a Laid, fold: Fold) -> Self {
        let resorted = is_resorted(table, fold.show);
        let told = |at: usize| Some(&table.changes[at]).filter(|it| is_shown(it, fold.show, resorted));
        let (mut kept, mut left_out) = (HashSet::new(), Vec::new());
        for (at, line) in laid.lines.iter().enumerate() {
            let Line::Row(LaidRow { change: Some(change), .. }) = line else { continue };
            match told(*change) {
                Some(_) if kept.len() < fold.rows => drop(kept.insert(at)),
                Some(it) => left_out.push(it),
                None => {}
            }
        }
        let places = columns(table, laid, &kept, fold);
        let mut rows: Vec<Row<'a>> = Vec::new();
        for (at, line) in laid.lines.iter().enumerate() {
            let is_beside = (at.saturating_sub(BESIDE)..=at + BESIDE).any(|it| kept.contains(&it));
            let row = match line {
                Line::Row(row) => {
                    let change = row.change.and_then(told);
                    match (kept.contains(&at), change.is_some(), is_beside) {
                        (true, _, _) | (_, false, true) => Row::of(row, change, laid, (&places, fold.show)),
                        (_, true, _) => continue,
                        _ => Row::Folded(1),
                    }
                }
                Line::Same(count) => Row::Folded(*count),
            };
            match (rows.last_mut(), &row) {
                (Some(Row::Folded(count)), Row::Folded(more)) => *count += more,
                _ => rows.push(row),
            }
        }
        let head = |it: &Place| match it {
            Place::Column { at, is_quiet } => {
                let column = &laid.columns[*at];
                let is_key = table.key.columns.iter().any(|it| it == column.name());
                Head::Column { column, is_key, is_quiet: *is_quiet && !is_key }
            }
            Place::Folded(from, to) => Head::Folded(laid.columns[*from..*to].iter().map(LaidColumn::name).collect()),
        };
        Self { columns: places.iter().map(head).collect(), rows, left_out }
    }
}

impl<'a> Row<'a> {
    fn of(row: &'a LaidRow, change: Option<&'a RowChange>, laid: &'a Laid, (places, show): (&[Place], Show)) -> Self {
        let changed: HashMap<&str, &CellChange> = match change {
            Some(it) if matches!(it.op, Op::Changed | Op::Moved) => {
                shown_cells(it, show).map(|it| (it.column.as_str(), it)).collect()
            }
            _ => HashMap::new(),
        };
        let cell = |it: &Place| {
            let Place::Column { at, .. } = it else {
                return Cell { text: "", is_gone: false, has_come: false, change: None };
            };
            let (old, new) = &row.cells[*at];
            Cell {
                text: new.as_deref().or(old.as_deref()).unwrap_or("").trim(),
                is_gone: new.is_none() && old.is_some(),
                has_come: old.is_none() && new.is_some() && change.is_none_or(|it| it.op != Op::Added),
                change: changed.get(laid.columns[*at].name()).copied(),
            }
        };
        Self::Row { change, line: row.line, cells: places.iter().map(cell).collect() }
    }
}

/// A column that is shown, or those from one up to another that are folded.
enum Place {
    Column { at: usize, is_quiet: bool },
    Folded(usize, usize),
}

/// The columns that tell rows apart or differ; the others are folded.
fn columns(table: &TableDiff, laid: &Laid, kept: &HashSet<usize>, fold: Fold) -> Vec<Place> {
    let mut named: HashSet<&str> = table.key.columns.iter().map(String::as_str).collect();
    for line in kept {
        let Line::Row(LaidRow { change: Some(change), .. }) = &laid.lines[*line] else { continue };
        let change = &table.changes[*change];
        if matches!(change.op, Op::Changed | Op::Moved) {
            named.extend(shown_cells(change, fold.show).map(|it| it.column.as_str()));
        }
    }
    let differs = |it: &LaidColumn| it.moved || it.old != it.new || named.contains(it.name());
    let differ: Vec<bool> = laid.columns.iter().map(differs).collect();
    let mut free = fold.columns.saturating_sub(differ.iter().filter(|it| **it).count());
    let mut places = Vec::new();
    for (at, differs) in differ.into_iter().enumerate() {
        let is_shown = differs || free > 0;
        free -= usize::from(is_shown && !differs);
        match places.last_mut() {
            _ if is_shown => places.push(Place::Column { at, is_quiet: !differs }),
            Some(Place::Folded(_, to)) => *to = at + 1,
            _ => places.push(Place::Folded(at, at + 1)),
        }
    }
    places
}

/// What happened to a row, and where it stands: `changed`, `5`; `moved`, `12 -> 3`.
pub(super) fn margin(change: Option<&RowChange>, line: u32) -> (&'static str, String) {
    let Some(change) = change else { return ("", line.to_string()) };
    let place = match change.old_line {
        Some(old) if change.moved || change.op == Op::Moved => format!("{old} -> {line}"),
        _ => line.to_string(),
    };
    (words::op(change.op), place)
}
