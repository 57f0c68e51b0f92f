//! Which cell of which table a place is.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::check::Outcome;
use crate::finding::{Place, Role, Suspect};
use crate::table::Table;

/// A cell: table, row and column, each from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At(pub usize, pub usize, pub usize);

/// The tables of an outcome, in their order, and where their cells stand.
#[derive(Debug, Default)]
pub(super) struct Cells {
    tables: Vec<Known>,
}

/// A table: its edition, and its place there.
#[derive(Debug)]
struct Known {
    edition: usize,
    table: usize,
    /// Whether its rows stand in the file one after the other.
    is_sorted: bool,
    /// The rows of each name, from when one is asked for.
    names: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Cells {
    pub(super) fn of(outcome: &Outcome) -> Self {
        let editions = outcome.editions.iter().enumerate();
        let all = editions.flat_map(|(edition, it)| it.edition.tables.iter().enumerate().map(move |it| (edition, it)));
        let known = |(edition, (table, it)): (usize, (usize, &Table))| Known {
            edition,
            table,
            is_sorted: it.rows.is_sorted_by_key(|it| it.span.start),
            names: OnceLock::new(),
        };
        Self { tables: all.map(known).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    /// Edition and place there of a table.
    pub(super) fn place_of(&self, table: usize) -> Option<(usize, usize)> {
        self.tables.get(table).map(|it| (it.edition, it.table))
    }

    pub(super) fn table<'a>(&self, outcome: &'a Outcome, number: usize) -> Option<&'a Table> {
        let (edition, at) = self.place_of(number)?;
        outcome.editions.get(edition)?.edition.tables.get(at)
    }

    /// The cell of a place, where it is one.
    pub(super) fn find(&self, outcome: &Outcome, place: &Place) -> Option<At> {
        let document = outcome.documents.get(&place.file)?;
        // A file may have the name of another document: its places are not trusted.
        let is_beyond = place.sheet.is_none() && place.line as usize > document.line_count();
        if place.line == 0 || is_beyond || document.text.is_empty() {
            return None;
        }
        let line = document.line(place.sheet.as_deref(), place.line);
        let text = document.slice(line);
        let characters = place.column_start.saturating_sub(1) as usize;
        let bytes = text.char_indices().nth(characters).map_or(text.len(), |it| it.0);
        let offset = line.start + u32::try_from(bytes).ok()?;
        let of_file = |it: &usize| self.table(outcome, *it).is_some_and(|it| it.document.name == place.file);
        let mut found = (0..self.len()).filter(of_file).filter_map(|it| self.starting_at(outcome, it, offset));
        let is_it = |it: &At| {
            let table = self.table(outcome, it.0);
            table.is_some_and(|table| place.column.as_ref().is_none_or(|name| *name == table.columns[it.2].name))
        };
        found.find(is_it).or_else(|| {
            let all = self.all_named(outcome, &place.table, place.row.as_deref()?, place.column.as_deref()?);
            all.first().copied()
        })
    }

    /// The cell of a table whose text starts at a byte of its file.
    fn starting_at(&self, outcome: &Outcome, number: usize, offset: u32) -> Option<At> {
        let table = self.table(outcome, number)?;
        let holds = |row: &usize| table.rows[*row].span.start <= offset && offset <= table.rows[*row].span.end;
        let starts = |row: usize, column: usize| {
            let span = table.columns[column].spans[row];
            span.start == offset && !span.is_empty()
        };
        let in_row = |row: usize| (0..table.columns.len()).find(|&it| starts(row, it)).map(|it| At(number, row, it));
        if self.tables[number].is_sorted {
            let end = table.rows.partition_point(|it| it.span.start <= offset);
            return (0..end).rev().take_while(holds).find_map(in_row);
        }
        (0..table.rows.len()).filter(holds).find_map(in_row)
    }

    /// The cell of a figure that may be wrong.
    pub(super) fn suspect(&self, outcome: &Outcome, it: &Suspect) -> Option<At> {
        self.all_named(outcome, &it.table, &it.row, &it.column).into_iter().reduce(|first, other| {
            let at = |cell: At| {
                let table = self.table(outcome, cell.0);
                table.map(|table| Place::of_cell(table, cell.1, cell.2, Role::Primary, "").at())
            };
            if at(first).as_deref() == Some(&it.at) { first } else { other }
        })
    }

    fn all_named(&self, outcome: &Outcome, table: &str, row: &str, column: &str) -> Vec<At> {
        let mut found = Vec::new();
        for (number, known) in self.tables.iter().enumerate() {
            let Some(it) = self.table(outcome, number).filter(|it| it.name == table) else { continue };
            let Some(column) = it.column(column) else { continue };
            let names = known.names.get_or_init(|| {
                let mut names: HashMap<String, Vec<usize>> = HashMap::new();
                for row in 0..it.rows.len() {
                    names.entry(it.row_name(row)).or_default().push(row);
                }
                names
            });
            found.extend(names.get(row).into_iter().flatten().map(|row| At(number, *row, column)));
        }
        found
    }
}
