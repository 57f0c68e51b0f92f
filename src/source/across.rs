//! Tables with one column a period: turned into one row a figure, so that every
//! kind of rule sees a series. Each cell keeps its place.
//!
//! - `stamp`: the period that a heading says

mod stamp;

use std::collections::BTreeSet;

use self::stamp::{Pace, Stamps};
use super::{Fault, FaultKind, Grid, GridCell, GridRow, OnSheet, Page};
use crate::table::{Cadence, Document, Period};

/// So many headings say that columns are periods, where nobody else does.
const DETECTED_MIN: usize = 3;
/// The same where it is declared.
const DECLARED_MIN: usize = 2;
/// More columns beside the periods are no labels; each would be repeated in every row.
const LABELS_MAX: usize = 64;
/// The name of the column that holds the periods.
pub(crate) const PERIOD: &str = "period";
/// The name of the column that holds the figures, where the headings say no other.
pub(crate) const VALUE: &str = "value";

/// Which columns of a grid are periods, and of what.
#[derive(Debug)]
struct Across {
    pace: Pace,
    /// The columns that are none.
    labels: Vec<usize>,
    /// The periods, as printed from left to right.
    periods: Vec<Period>,
    /// What is counted, and in which column for each period.
    measures: Vec<(String, Vec<usize>)>,
}

/// Turns the tables of a page that have one column a period into tables of one
/// row a figure: the labels, a column `period`, and a column `value`, or one for
/// each thing that the headings name beside the period (`2019 cases`).
///
/// Tables without such columns stay as they are, as do those with glued rows.
pub(super) fn lengthen(page: &mut Page, document: &Document) {
    for grid in &mut page.grids {
        if let Some(across) = Across::of(grid, document, DECLARED_MIN) {
            *grid = across.lengthened(grid);
        }
    }
}

/// How often the periods come that are columns of a table, where its headings
/// leave no doubt: three and more in order, over figures, and most of its columns.
pub(crate) fn cadence_across(grid: &Grid, document: &Document) -> Option<Cadence> {
    let across = Across::of(grid, document, DETECTED_MIN)?;
    let columns: usize = across.measures.iter().map(|it| it.1.len()).sum();
    let in_order = across.periods.is_sorted() || across.periods.iter().rev().is_sorted();
    let is_mostly = columns > across.labels.len() && across.labels.contains(&0);
    let has_figures = across.measures.iter().all(|it| mostly_figures(grid, document, &it.1));
    (in_order && is_mostly && has_figures && grid.headings_printed).then(|| across.pace.cadence(&across.periods))
}

/// Whether most filled cells of some columns have a digit in them.
fn mostly_figures(grid: &Grid, document: &Document, columns: &[usize]) -> bool {
    const ROWS_MAX: usize = 100;
    let rows = grid.rows.iter().take(ROWS_MAX);
    let texts = rows.flat_map(|row| columns.iter().filter_map(|it| row.cells.get(*it))).map(|it| it.text(document));
    let (mut filled, mut figures) = (0, 0);
    for text in texts.filter(|it| !it.is_empty()) {
        filled += 1;
        figures += usize::from(text.starts_with(|it: char| it.is_ascii_digit() || "-−(.,<$€£".contains(it)));
    }
    figures * 2 > filled
}

impl Across {
    /// Finds the columns that are periods; at least so many of one thing.
    fn of(grid: &Grid, document: &Document, least: usize) -> Option<Self> {
        if grid.rows.iter().any(|it| it.splitting.is_some()) {
            return None;
        }
        let headings: Vec<&str> = grid.headings.iter().map(|it| it.text(document)).collect();
        let stamps = Stamps::of(&headings, least)?;
        let mut measures: Vec<(String, Vec<(Period, usize)>)> = Vec::new();
        for (at, (period, rest)) in stamps.found.iter().enumerate().filter_map(|it| Some((it.0, it.1.as_ref()?))) {
            match measures.iter().position(|it| it.0 == *rest) {
                Some(it) => measures[it].1.push((*period, at)),
                None if measures.len() < LABELS_MAX => measures.push((rest.clone(), vec![(*period, at)])),
                None => return None,
            }
        }
        // All things are counted for the same periods; what is not stays as it is printed.
        let most = measures.iter().max_by_key(|it| it.1.len())?;
        let periods: Vec<Period> = most.1.iter().map(|it| it.0).collect();
        let distinct = periods.iter().collect::<BTreeSet<_>>().len();
        if distinct < least || distinct < periods.len() {
            return None;
        }
        measures.retain(|it| it.1.iter().map(|it| it.0).eq(periods.iter().copied()));
        let measures: Vec<(String, Vec<usize>)> =
            measures.into_iter().map(|it| (it.0, it.1.into_iter().map(|it| it.1).collect())).collect();
        let mut is_label = vec![true; headings.len()];
        measures.iter().flat_map(|it| &it.1).for_each(|it| is_label[*it] = false);
        let labels: Vec<usize> = (0..headings.len()).filter(|it| is_label[*it]).collect();
        (labels.len() <= LABELS_MAX).then_some(Self { pace: stamps.pace, labels, periods, measures })
    }

    fn lengthened(&self, grid: &Grid) -> Grid {
        let first = self.measures[0].1[0];
        let named = |at: usize, name: &str| GridCell { span: grid.headings[at].span, unescaped: Some(name.into()) };
        let mut headings: Vec<GridCell> = self.labels.iter().map(|it| grid.headings[*it].clone()).collect();
        headings.push(named(first, PERIOD));
        let name = |it: &str| if it.is_empty() { VALUE.to_owned() } else { it.to_owned() };
        headings.extend(self.measures.iter().map(|it| named(it.1[0], &name(&it.0))));
        let mut units = Vec::new();
        if !grid.units.is_empty() {
            let unit = |at: usize| grid.units.get(at).cloned().unwrap_or_default();
            units.extend(self.labels.iter().map(|it| unit(*it)));
            units.push(GridCell::default());
            units.extend(self.measures.iter().map(|it| unit(it.1[0])));
        }
        let printed = |at: usize| match &grid.sheet {
            Some(sheet) => sheet.columns.get(at).copied().unwrap_or_default(),
            None => u32::try_from(at).unwrap_or(u32::MAX),
        };
        let mut across: Vec<Vec<u32>> = self.labels.iter().map(|it| vec![printed(*it)]).collect();
        across.push(self.measures[0].1.iter().map(|it| printed(*it)).collect());
        across.extend(self.measures.iter().map(|it| it.1.iter().map(|it| printed(*it)).collect()));
        let count = u32::try_from(self.periods.len()).unwrap_or(u32::MAX);
        let faults = grid.faults.iter().cloned();
        let faults = faults.map(|it| Fault { row: it.row.map(|it| it.saturating_mul(count)), ..it });
        Grid {
            headings,
            units,
            rows: grid.rows.iter().flat_map(|row| (0..self.periods.len()).map(|at| self.row(grid, row, at))).collect(),
            faults: faults.chain(self.gaps(grid)).collect(),
            sheet: grid
                .sheet
                .as_ref()
                .map(|it| OnSheet { name: it.name.clone(), columns: across.iter().map(|it| it[0]).collect() }),
            across,
            title: grid.title.clone(),
            selectors: grid.selectors.clone(),
            headings_printed: grid.headings_printed,
            style: grid.style,
        }
    }

    /// The periods that have no column between two that have.
    fn gaps<'a>(&'a self, grid: &'a Grid) -> impl Iterator<Item = Fault> + 'a {
        let mut order: Vec<usize> = (0..self.periods.len()).collect();
        order.sort_by_key(|it| self.periods[*it]);
        let pairs: Vec<(usize, usize)> = order.windows(2).map(|it| (it[0], it[1])).collect();
        // Days may be any that something was counted on.
        let is_gap =
            |it: &(usize, usize)| self.pace != Pace::Day && !self.periods[it.0].is_followed_by(self.periods[it.1]);
        pairs.into_iter().filter(is_gap).map(|(before, after)| {
            let [from, to] = [before, after].map(|it| self.pace.written(self.periods[it]));
            let message = format!("expected a column for each period, found none between {from} and {to}");
            Fault { kind: FaultKind::Gap, row: None, span: grid.headings[self.measures[0].1[after]].span, message }
        })
    }

    /// The row of one period.
    fn row(&self, grid: &Grid, row: &GridRow, at: usize) -> GridRow {
        let count = u32::try_from(self.periods.len()).unwrap_or(u32::MAX);
        let offset = u32::try_from(at).unwrap_or(u32::MAX);
        let cell = |column: usize| row.cells.get(column).cloned();
        let mut cells: Vec<GridCell> = self.labels.iter().map(|it| cell(*it).unwrap_or_default()).collect();
        let heading = grid.headings[self.measures[0].1[at]].span;
        cells.push(GridCell { span: heading, unescaped: Some(self.pace.written(self.periods[at]).into()) });
        // A row that ends before its last figure is short here, too.
        cells.extend(self.measures.iter().map_while(|it| cell(it.1[at])));
        GridRow {
            cells,
            under: row.under.map(|it| it.saturating_mul(count).saturating_add(offset)),
            span: row.span,
            number: row.number,
            splitting: None,
        }
    }
}

#[cfg(test)]
mod tests;
