//! The tables that lines of known roles make: one below the other, side by
//! side, or one wide table that is wrapped into blocks.

use std::collections::HashSet;

use super::roles::{Kind, Role, kind_of};
use super::{notes, shape};
use crate::source::{Grid, GridCell, GridRow, Page};
use crate::table::{Document, Layout, fold_spaces};

/// One table with the lines above it.
#[derive(Default)]
struct Part {
    above: Vec<GridRow>,
    heads: Vec<GridRow>,
    units: Vec<GridCell>,
    rows: Vec<GridRow>,
}

/// Reads the tables of lines whose roles are known.
pub(super) fn read(document: &Document, rows: Vec<GridRow>, roles: &[Role], page: &mut Page) {
    let skipped = rows.iter().zip(roles).position(|it| *it.1 == Role::Heading);
    let skipped = skipped.map(|it| rows[it].number.saturating_sub(1) as usize);
    let (parts, below) = parts(rows, roles);
    let header = parts.first().map_or(0, |it| it.heads.len());
    let alone = parts.len() == 1;
    let mut grids: Vec<Grid> = Vec::new();
    for part in parts {
        for (at, mut part) in side_by_side(document, part).into_iter().enumerate() {
            fill_down(document, &mut part);
            let mut grid = Grid { units: part.units, ..Grid::default() };
            let is_titled = !part.above.is_empty();
            notes::take_above(document, part.above.into_iter(), &mut grid, page);
            shape::fill(document, part.heads, part.rows, &mut grid);
            let last = grids.last_mut().filter(|it| at == 0 && (!is_titled || it.title == grid.title));
            if let Some(grid) = match last {
                Some(last) => unjoined(document, last, grid),
                None => Some(grid),
            } {
                grids.push(grid);
            }
        }
    }
    if alone && grids.len() == 1 {
        page.layout = Some(Layout { header_rows: Some(header), skip_rows: skipped, ..Layout::default() });
    }
    page.grids.append(&mut grids);
    for row in &below {
        notes::take_note(document, row, page);
    }
}

/// Parts lines where a table ends; gives the lines beside that are notes.
fn parts(rows: Vec<GridRow>, roles: &[Role]) -> (Vec<Part>, Vec<GridRow>) {
    let (mut parts, mut below) = (vec![Part::default()], Vec::new());
    for (row, role) in rows.into_iter().zip(roles) {
        let last = parts.len() - 1;
        let begins = matches!(role, Role::Preamble | Role::Heading) && !parts[last].rows.is_empty();
        if begins {
            parts.push(Part::default());
        }
        let last = parts.len() - 1;
        let part = &mut parts[last];
        match role {
            Role::Preamble => part.above.push(row),
            Role::Heading => part.heads.push(row),
            Role::Units => part.units = row.cells,
            Role::Body | Role::Group => part.rows.push(row),
            Role::Repeated => {}
            Role::Note => below.push(row),
        }
    }
    // Lines that no table follows stand below the last.
    if parts.len() > 1 && parts[parts.len() - 1].rows.is_empty() {
        let last = parts.pop().unwrap_or_default();
        below.extend(last.above.into_iter().chain(last.heads));
    }
    (parts, below)
}

/// Tables that an empty column parts, each with names and figures of its own.
fn side_by_side(document: &Document, part: Part) -> Vec<Part> {
    let lines = || part.heads.iter().chain(&part.rows);
    let width = lines().map(shape::filled_width).max().unwrap_or(0);
    if part.heads.is_empty() || part.rows.len() < 2 {
        return vec![part];
    }
    let mut filled = vec![false; width];
    for row in lines() {
        for (cell, filled) in row.cells.iter().zip(&mut filled) {
            *filled |= !cell.span.is_empty();
        }
    }
    let mut starts = vec![0];
    for gap in (1..width.saturating_sub(2)).filter(|it| !filled[*it] && filled[*it + 1]) {
        if names_rows(document, &part, gap + 1) {
            starts.push(gap + 1);
        }
    }
    if starts.len() == 1 {
        return vec![part];
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|it| it - 1).chain([width]).collect();
    let mut above = Some(part.above);
    let mut tables = Vec::new();
    for (start, end) in starts.into_iter().zip(ends) {
        let cut = |it: &GridRow| {
            let cells: Vec<GridCell> = it.cells.iter().take(end).skip(start).cloned().collect();
            let mut shown = cells.iter().filter(|it| !it.span.is_empty());
            let first = shown.next().map(|it| it.span);
            let last = shown.next_back().map(|it| it.span).or(first);
            let span = first.zip(last).map_or(it.span, |it| crate::table::Span { start: it.0.start, end: it.1.end });
            // Where it stands in a sheet cannot be told by its own columns.
            GridRow { cells, span, number: if start > 0 { 0 } else { it.number }, ..GridRow::default() }
        };
        let is_filled = |it: &GridRow| it.cells.iter().any(|it| !it.span.is_empty());
        tables.push(Part {
            above: above.take().unwrap_or_default(),
            heads: part.heads.iter().map(cut).collect(),
            units: part.units.iter().take(end).skip(start).cloned().collect(),
            rows: part.rows.iter().map(cut).filter(is_filled).collect(),
        });
    }
    tables
}

/// Whether texts stand in a column, under a heading, and figures behind it.
fn names_rows(document: &Document, part: &Part, column: usize) -> bool {
    let of = |column: usize| {
        let cells = part.rows.iter().take(50).filter_map(move |it| it.cells.get(column));
        cells.map(|it| kind_of(it.text(document))).filter(|it| *it != Kind::Empty).collect::<Vec<_>>()
    };
    let (names, figures) = (of(column), of(column + 1));
    let texts = names.iter().filter(|it| it.is_text()).count();
    let numbers = figures.iter().filter(|it| it.is_number()).count();
    let headed = part.heads.iter().any(|it| it.cells.get(column + 1).is_some_and(|it| !it.span.is_empty()));
    headed && !names.is_empty() && texts * 10 >= names.len() * 8 && numbers * 2 > figures.len()
}

/// Fills labels down that are printed once for the rows below them.
fn fill_down(document: &Document, part: &mut Part) {
    let cell = |row: &GridRow, column: usize| row.cells.get(column).filter(|it| !it.span.is_empty()).cloned();
    let gaps = part.rows.iter().filter(|it| cell(it, 0).is_none()).count();
    let labels: Vec<GridCell> = part.rows.iter().filter_map(|it| cell(it, 0)).collect();
    let first = part.rows.first().and_then(|it| cell(it, 0));
    let are_texts = labels.iter().take(50).all(|it| kind_of(it.text(document)).is_text());
    let names: HashSet<&str> = labels.iter().map(|it| it.text(document)).collect();
    // A remark here and there is no label of the rows below it.
    let are_groups = gaps >= labels.len() && names.len() == labels.len() && labels.len() > 1;
    let is_named = |it: &GridRow| cell(it, 1).is_some_and(|it| kind_of(it.text(document)).is_text());
    if first.is_none() || !are_texts || !are_groups || !part.rows.iter().all(is_named) {
        return;
    }
    let mut label = first;
    for row in &mut part.rows {
        match cell(row, 0) {
            Some(own) => label = Some(own),
            None => row.cells[0] = label.clone().unwrap_or_default(),
        }
    }
}

/// Joins a table to the one above where it is another block of it, or goes on
/// with its rows; gives it back where it is another table.
pub(in crate::source) fn unjoined(document: &Document, above: &mut Grid, grid: Grid) -> Option<Grid> {
    if !above.headings_printed || !grid.headings_printed {
        return Some(grid);
    }
    let names = |it: &Grid| -> Vec<String> {
        it.headings.iter().map(|it| fold_spaces(it.text(document)).into_owned()).collect()
    };
    let labels = |it: &Grid| -> Vec<String> {
        let label = |it: &GridRow| it.cells.first().map(|it| fold_spaces(it.text(document)).into_owned());
        it.rows.iter().map(|it| label(it).unwrap_or_default()).collect()
    };
    let (upper, lower) = (names(above), names(&grid));
    if upper == lower && above.units.len() == grid.units.len() {
        // The same rows again are those of another table.
        let seen: HashSet<String> = labels(above).into_iter().collect();
        if labels(&grid).iter().any(|it| seen.contains(it)) {
            return Some(grid);
        }
        let moved = u32::try_from(above.rows.len()).unwrap_or(u32::MAX);
        let faults = grid.faults.into_iter().filter(|it| it.row.is_some());
        above.faults.extend(faults.map(|mut it| {
            it.row = it.row.map(|row| row.saturating_add(moved));
            it
        }));
        above.rows.extend(grid.rows);
        return None;
    }
    let is_block = upper.first() == lower.first()
        && lower.iter().skip(1).all(|it| !upper[1..].contains(it))
        && above.rows.len() > 1
        && labels(above) == labels(&grid);
    if !is_block {
        return Some(grid);
    }
    let width = above.headings.len();
    above.headings.extend(grid.headings.into_iter().skip(1));
    if !above.units.is_empty() || !grid.units.is_empty() {
        above.units.resize(width, GridCell::default());
        above.units.extend(grid.units.into_iter().skip(1));
    }
    if let (Some(above), Some(more)) = (&mut above.sheet, grid.sheet) {
        above.columns.truncate(width);
        above.columns.extend(more.columns.into_iter().skip(1));
    }
    for (row, more) in above.rows.iter_mut().zip(grid.rows) {
        row.cells.resize(width, GridCell::default());
        row.cells.extend(more.cells.into_iter().skip(1));
        // It stands in several lines of a sheet.
        row.number = 0;
    }
    above.faults.extend(grid.faults);
    None
}
