//! Tells title, heading, units, rows and notes of a file apart.

use std::collections::HashMap;

use super::{dialect, heading, notes};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow, Page};
use crate::table::{Document, Layout, Orientation, Span};

/// Makes a page with one grid of the records of a file.
pub(in crate::source) fn page(document: &Document, mut rows: Vec<GridRow>, layout: &Layout) -> Page {
    let mut page = Page::default();
    let mut grid = Grid::default();
    let widths: Vec<usize> = rows.iter().map(|it| it.cells.len()).collect();
    // Lines of prose around the table have one cell and may outnumber its rows.
    let wide: Vec<usize> = widths.iter().copied().filter(|&it| it > 1).collect();
    let width = dialect::mode(&wide).or(widths.first().copied()).unwrap_or(0);

    notes::take_comments(document, &mut rows, width, &mut page);
    notes::take_preamble(document, &mut rows, width, layout.skip_rows, &mut grid, &mut page);
    notes::take_below(document, &mut rows, width, &mut page);
    drop_empty_tail(&mut rows);
    if layout.orientation == Some(Orientation::Columns) {
        rows = turned(&rows);
    }

    let header = layout.header_rows.unwrap_or_else(|| heading::rows_of(document, &rows)).min(rows.len());
    let mut heads: Vec<GridRow> = rows.drain(..header).collect();
    if header > 1 && layout.header_rows.is_none() && heads.last().is_some_and(|it| heading::is_units(document, it)) {
        grid.units = heads.pop().map(|it| it.cells).unwrap_or_default();
    }
    let skipped = heads.first().map(|it| it.number.saturating_sub(1) as usize);
    page.layout = Some(Layout { header_rows: Some(header), skip_rows: skipped, ..Layout::default() });
    grid.headings_printed = !heads.is_empty();
    grid.headings = if heads.is_empty() { made_up(&rows) } else { heading::join(document, &heads) };
    let may_follow = heads.len() == 1 || (layout.header_rows.is_some() && grid.headings_printed);
    if may_follow && heading::units_stand_first(document, &rows) {
        grid.units = rows.remove(0).cells;
    }
    grid.faults = duplicate_headings(document, &grid.headings);
    ragged(&mut rows, grid.headings.len(), &mut grid.faults);
    grid.rows = rows;
    page.grids.push(grid);
    page
}

/// Makes a page of records under a heading that is known; those from the number
/// `tail` on are all that stands at the end of the file, and may be notes.
pub(super) fn page_of_rows(document: &Document, mut rows: Vec<GridRow>, mut grid: Grid, tail: u32) -> Page {
    let mut page = Page::default();
    let width = grid.headings.len();
    notes::take_comments(document, &mut rows, width, &mut page);
    let mut below = rows.split_off(rows.partition_point(|it| it.number < tail));
    // What stands right above them is as wide as the heading.
    let above = GridRow { cells: grid.headings.clone(), number: tail - 1, ..GridRow::default() };
    below.insert(0, above);
    notes::take_below(document, &mut below, width, &mut page);
    rows.extend(below.into_iter().skip(1));
    ragged(&mut rows, width, &mut grid.faults);
    grid.rows = rows;
    page.grids.push(grid);
    page
}

/// Columns as rows; the sheet has no row of that number.
fn turned(rows: &[GridRow]) -> Vec<GridRow> {
    let width = rows.iter().map(|it| it.cells.len()).max().unwrap_or(0);
    let turned = |column: usize| {
        let cells: Vec<GridCell> = rows.iter().map(|it| it.cells.get(column).cloned().unwrap_or_default()).collect();
        let span = cells.iter().find(|it| !it.span.is_empty()).map_or(Span::default(), |it| it.span);
        GridRow { cells, span, ..GridRow::default() }
    };
    (0..width).map(turned).collect()
}

fn made_up(rows: &[GridRow]) -> Vec<GridCell> {
    let widths: Vec<usize> = rows.iter().map(|it| it.cells.len()).collect();
    let name = |it| GridCell { span: Span::default(), unescaped: Some(format!("column{it}").into()) };
    (1..=dialect::mode(&widths).unwrap_or(0)).map(name).collect()
}

/// Drops cells at the end of every row that no row fills: a delimiter that
/// ends each line makes no column.
fn drop_empty_tail(rows: &mut [GridRow]) {
    let filled = |it: &GridRow| it.cells.iter().rposition(|it| !it.span.is_empty()).map_or(0, |it| it + 1);
    let width = rows.iter().map(filled).max().unwrap_or(0);
    for row in rows {
        row.cells.truncate(width);
    }
}

fn duplicate_headings(document: &Document, headings: &[GridCell]) -> Vec<Fault> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut faults = Vec::new();
    for (column, heading) in headings.iter().enumerate() {
        let text = heading.text(document);
        if text.is_empty() {
            continue;
        }
        if let Some(first) = seen.get(text) {
            let message = format!(
                "expected each heading once, found \"{text}\" over column {} and column {}",
                first + 1,
                column + 1
            );
            faults.push(Fault { kind: FaultKind::DuplicateHeading, row: None, span: heading.span, message });
        }
        seen.entry(text).or_insert(column);
    }
    faults
}

/// Notes rows that are not as wide as the heading; empty cells behind it are
/// dropped instead.
fn ragged(rows: &mut [GridRow], width: usize, faults: &mut Vec<Fault>) {
    for (index, row) in rows.iter_mut().enumerate() {
        while row.cells.len() > width && row.cells.last().is_some_and(|it| it.span.is_empty()) {
            row.cells.pop();
        }
        let found = row.cells.len();
        if found != width {
            let cells = if width == 1 { "cell" } else { "cells" };
            let message = format!("expected {width} {cells}, found {found}");
            let row_index = u32::try_from(index).ok();
            faults.push(Fault { kind: FaultKind::Ragged, row: row_index, span: row.span, message });
        }
    }
}
