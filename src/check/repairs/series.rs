//! A figure among those of the same row and column in the editions around it.

use std::collections::HashMap;

use super::{Run, told};
use crate::finding::Suspect;
use crate::repair::Ratio;
use crate::rules::Cell;
use crate::table::{Decimal, Edition, Period, Table, followed_rows};

/// So many editions on each side are looked at for one figure, at most.
const EDITIONS_MAX: usize = 200;

/// A figure where it stands: in this edition or another.
#[derive(Clone, Copy)]
pub(super) struct Point<'a> {
    pub(super) table: &'a Table,
    pub(super) row: usize,
    pub(super) column: usize,
    /// Its edition, where that tells it from the others of its series.
    pub(super) period: Option<Period>,
}

impl Point<'_> {
    pub(super) fn figure(&self) -> Option<Decimal> {
        self.table.columns[self.column].decimal(self.row)
    }

    /// The figure as a float, to compare with.
    pub(super) fn value(&self) -> Option<f64> {
        self.figure().map(|it| Ratio::of(it).approximate())
    }

    /// What tells it from the others of its series.
    pub(super) fn name(&self) -> String {
        self.period.map_or_else(|| self.table.row_name(self.row), short)
    }

    /// The figure as one that may be wrong.
    pub(super) fn suspect(&self) -> Suspect {
        let it = told::suspect_at(self.table, (self.row, self.column));
        let name = self.period.map_or_else(|| it.name.clone(), |period| format!("{}, {}", it.name, short(period)));
        Suspect { name, ..it }
    }
}

/// A year or a month as people write it, else from when to when.
fn short(period: Period) -> String {
    let (start, end) = (period.start, period.end);
    let is_month = start.day() == 1 && end == start.last_of_month();
    match () {
        () if start == start.first_of_year() && end == start.last_of_year() => start.year().to_string(),
        () if is_month => format!("{}-{:02}", start.year(), start.month()),
        () => period.to_string(),
    }
}

/// The editions around one, and which of their rows are which of its own.
pub(super) struct Editions<'a> {
    edition: &'a Edition,
    /// Before it, the newest first, and after it.
    around: [Vec<&'a Edition>; 2],
    rows: HashMap<(usize, usize, usize), Followed>,
}

/// A table of another edition, and its row of each of this one's.
type Followed = Option<(usize, Vec<Option<u32>>)>;

impl<'a> Editions<'a> {
    pub(super) fn of(run: &'a Run<'_>) -> Self {
        let around = run.edition.period.map(|it| run.on_file.around(it.start)).unwrap_or_default();
        Self { edition: &run.edition, around, rows: HashMap::new() }
    }

    /// The figure of a cell here.
    pub(super) fn here(&self, it: Cell) -> Point<'a> {
        Point { table: &self.edition.tables[it.table], row: it.row, column: it.column, period: self.edition.period }
    }

    /// Up to so many figures that a cell had before, the newest first.
    pub(super) fn before(&mut self, cell: Cell, most: usize) -> Vec<Point<'a>> {
        self.side(0, cell, most)
    }

    /// Up to so many figures that it had after.
    pub(super) fn after(&mut self, cell: Cell, most: usize) -> Vec<Point<'a>> {
        self.side(1, cell, most)
    }

    fn side(&mut self, side: usize, cell: Cell, most: usize) -> Vec<Point<'a>> {
        let (here, mut points) = (&self.edition.tables[cell.table], Vec::new());
        for (at, &edition) in self.around[side].iter().take(EDITIONS_MAX).enumerate() {
            let follow = || {
                let table = edition.table(&here.name)?;
                Some((table, followed_rows(here, &edition.tables[table])))
            };
            let followed = self.rows.entry((side, at, cell.table)).or_insert_with(follow);
            let Some((table, rows)) = followed else { continue };
            let table = &edition.tables[*table];
            let Some((row, column)) = rows[cell.row].zip(table.column(&here.columns[cell.column].name)) else {
                continue;
            };
            let point = Point { table, row: row as usize, column, period: edition.period };
            points.extend(point.figure().map(|_| point));
            if points.len() == most {
                break;
            }
        }
        points
    }
}
