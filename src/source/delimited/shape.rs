//! Tells title, heading, units, rows and notes of a file apart.

use std::collections::HashMap;

use super::{dialect, heading, notes, plain, roles, tables, units};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow, Page};
use crate::table::{Document, Layout, Orientation, Span};

/// Makes a page of the records of a file: one table as a rule, or several that
/// stand below or beside each other.
pub(in crate::source) fn page(document: &Document, mut rows: Vec<GridRow>, layout: &Layout) -> Page {
    let mut page = Page::default();
    let widths: Vec<usize> = rows.iter().map(|it| it.cells.len()).collect();
    // Lines of prose around the table have one cell and may outnumber its rows.
    let wide: Vec<usize> = widths.iter().copied().filter(|&it| it > 1).collect();
    let width = dialect::mode(&wide).or(widths.first().copied()).unwrap_or(0);
    notes::take_comments(document, &mut rows, width, &mut page);
    let is_declared = layout.header_rows.is_some() || layout.skip_rows.is_some() || layout.orientation.is_some();
    if !is_declared
        && width > 1
        && !plain::is_plain(document, &rows, width)
        && let Some(roles) = roles::of_rows(document, &rows)
    {
        tables::read(document, rows, &roles, &mut page);
        return page;
    }
    one_table(document, rows, width, layout, &mut page);
    page
}

/// Reads a table that is all of a file, but for lines above and below it.
fn one_table(document: &Document, mut rows: Vec<GridRow>, width: usize, layout: &Layout, page: &mut Page) {
    let mut grid = Grid::default();
    notes::take_preamble(document, &mut rows, width, layout.skip_rows, &mut grid, page);
    notes::take_below(document, &mut rows, width, page);
    if layout.orientation == Some(Orientation::Columns) {
        drop_empty_tail(&mut rows);
        rows = turned(&rows);
    }
    let header = layout.header_rows.unwrap_or_else(|| heading::rows_of(document, &rows)).min(rows.len());
    let mut heads: Vec<GridRow> = rows.drain(..header).collect();
    let skipped = heads.first().map(|it| it.number.saturating_sub(1) as usize);
    page.layout = Some(Layout { header_rows: Some(header), skip_rows: skipped, ..Layout::default() });
    if header > 1 && layout.header_rows.is_none() && heads.last().is_some_and(|it| units::is_units(document, it)) {
        grid.units = heads.pop().map(|it| it.cells).unwrap_or_default();
    }
    let may_follow = heads.len() == 1 || (layout.header_rows.is_some() && !heads.is_empty());
    if may_follow && heading::units_stand_first(document, &rows) {
        grid.units = rows.remove(0).cells;
    }
    fill(document, heads, rows, &mut grid);
    page.grids.push(grid);
}

/// Puts headings and rows into a grid, and notes what is odd of their widths.
pub(super) fn fill(document: &Document, mut heads: Vec<GridRow>, mut rows: Vec<GridRow>, grid: &mut Grid) {
    let headed = heads.iter().map(|it| it.cells.len()).max().unwrap_or(0);
    let printed: Vec<usize> = rows.iter().map(|it| it.cells.len()).collect();
    let usual = dialect::mode(&printed).unwrap_or(0);
    let width = heads.iter().chain(&rows).map(filled_width).max().unwrap_or(0);
    for row in heads.iter_mut().chain(&mut rows) {
        row.cells.truncate(width);
    }
    grid.units.truncate(width);
    grid.headings_printed = !heads.is_empty();
    grid.headings = if heads.is_empty() { made_up(&rows) } else { heading::join(document, &heads) };
    grid.faults.extend(duplicate_headings(document, &grid.headings));
    // A delimiter that ends each line but the heading may as well be one that
    // the heading lacks.
    if usual > headed && headed == grid.headings.len() && width <= headed && !heads.is_empty() {
        let span = heads[heads.len() - 1].span;
        let message = format!("expected {usual} cells in the heading, as in the rows below it, found {headed}");
        grid.faults.push(Fault { kind: FaultKind::Ragged, row: None, span, message });
    }
    let most = usual.max(headed);
    let wider: Vec<Option<usize>> = printed.iter().map(|it| Some(*it).filter(|it| *it > most)).collect();
    ragged(&mut rows, grid.headings.len(), &wider, &mut grid.faults);
    grid.rows = rows;
}

/// Makes a page of records under a heading that is known; those from the number
/// `tail` on are all that stands at the end of the file, and may be notes.
pub(super) fn page_of_rows(document: &Document, mut rows: Vec<GridRow>, mut grid: Grid, tail: u32) -> Page {
    let mut page = Page::default();
    let width = grid.headings.len();
    notes::take_comments(document, &mut rows, width, &mut page);
    // A heading that comes again is no row.
    let names: Vec<&str> = grid.headings.iter().map(|it| it.text(document)).collect();
    rows.retain(|row| !row.cells.iter().map(|it| it.text(document)).eq(names.iter().copied()));
    let mut below = rows.split_off(rows.partition_point(|it| it.number < tail));
    // What stands right above them is as wide as the heading.
    let above = GridRow { cells: grid.headings.clone(), number: tail - 1, ..GridRow::default() };
    below.insert(0, above);
    notes::take_below(document, &mut below, width, &mut page);
    rows.extend(below.into_iter().skip(1));
    let wider: Vec<Option<usize>> = rows.iter().map(|it| Some(it.cells.len()).filter(|it| *it > width)).collect();
    ragged(&mut rows, width, &wider, &mut grid.faults);
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
    let width = rows.iter().map(filled_width).max().unwrap_or(0);
    for row in rows {
        row.cells.truncate(width);
    }
}

/// How many cells a row has up to the last that holds something.
pub(super) fn filled_width(row: &GridRow) -> usize {
    row.cells.iter().rposition(|it| !it.span.is_empty()).map_or(0, |it| it + 1)
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
/// dropped, and told only where other rows have none (`wider`, as printed): a
/// delimiter too many may have shifted what stands before it.
fn ragged(rows: &mut [GridRow], width: usize, wider: &[Option<usize>], faults: &mut Vec<Fault>) {
    for (index, (row, wider)) in rows.iter_mut().zip(wider).enumerate() {
        while row.cells.len() > width && row.cells.last().is_some_and(|it| it.span.is_empty()) {
            row.cells.pop();
        }
        let found = wider.unwrap_or(row.cells.len());
        if found != width {
            let cells = if width == 1 { "cell" } else { "cells" };
            let message = format!("expected {width} {cells}, found {found}");
            let row_index = u32::try_from(index).ok();
            faults.push(Fault { kind: FaultKind::Ragged, row: row_index, span: row.span, message });
        }
    }
}
