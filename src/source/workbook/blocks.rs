//! The tables that stand in a sheet: blank rows and columns part them, lines
//! above and below belong to one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::hidden;
use crate::source::delimited::{self, heading, notes, shape};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow, OnSheet, Page};
use crate::table::{Document, Layout, NumberStyle, Sheet, SheetCell, Span, StyleTally, read_figure};

/// All tables of a workbook.
pub(super) fn page(document: &Document, layout: &Layout) -> Page {
    let mut page = Page::default();
    let tables: Vec<(usize, Block)> = (0..document.sheets.len())
        .filter(|it| !document.sheets[*it].is_prose)
        .flat_map(|at| blocks(document, &document.sheets[at]).into_iter().map(move |it| (at, it)))
        .collect();
    let merged: Vec<Merged> = document.sheets.iter().map(Merged::of).collect();
    let alone = tables.len() == 1;
    let mut on_sheet: BTreeMap<usize, usize> = BTreeMap::new();
    let mut printed_titles: Vec<Option<String>> = Vec::new();
    for (at, block) in tables {
        let sheet = &document.sheets[at];
        let mut found = block.page(document, (sheet, &merged[at]), layout);
        for mut grid in std::mem::take(&mut found.grids) {
            let title = grid.title.clone();
            let above = page.grids.last_mut().filter(|it| it.sheet.as_ref().is_some_and(|it| it.name == sheet.name));
            let first = printed_titles.last().and_then(Option::as_ref);
            if let Some(above) = above.filter(|_| title.is_none() || title.as_ref() == first) {
                match delimited::unjoined(document, above, grid) {
                    Some(other) => grid = other,
                    None => continue,
                }
            }
            let number = on_sheet.entry(at).or_default();
            *number += 1;
            let name = if *number > 1 { format!("{} {number}", sheet.name) } else { sheet.name.clone() };
            grid.title = grid.title.take().or_else(|| (!alone).then_some(name));
            printed_titles.push(title);
            page.grids.push(grid);
        }
        page.footnotes.append(&mut found.footnotes);
        page.source = page.source.or(found.source);
    }
    page
}

/// One table: rows with the cells that are its own, and lines around it.
#[derive(Default)]
struct Block {
    /// Which rows, each with its cells in the sheet.
    rows: Vec<Range<usize>>,
    /// The columns that its rows fill.
    columns: BTreeSet<u32>,
    /// Rows that are lines of text above or below.
    lines: BTreeSet<u32>,
}

fn blocks(document: &Document, sheet: &Sheet) -> Vec<Block> {
    let mut done: Vec<Block> = Vec::new();
    let mut above: Vec<Range<usize>> = Vec::new();
    for band in bands(sheet) {
        let filled: Vec<&Range<usize>> = band.iter().filter(|it| it.len() > 1).collect();
        if filled.len() < 2
            && !(filled.len() == 1 && done.last().is_some_and(|it| continues(document, sheet, it, &band)))
        {
            above.extend(band);
            continue;
        }
        let columns: BTreeSet<u32> =
            filled.iter().flat_map(|it| &sheet.cells[(*it).clone()]).map(|it| it.column).collect();
        let goes_on = above.is_empty() && done.last().is_some_and(|it| continues(document, sheet, it, &band));
        if goes_on && let Some(last) = done.last_mut() {
            last.columns.extend(columns);
            last.rows.extend(band);
            continue;
        }
        let below = std::mem::take(&mut above);
        let lines = match done.last_mut() {
            Some(last) => {
                let is_note = |it: &Range<usize>| notes::is_note(sheet.cells[it.start].text(document));
                let (own, next): (Vec<_>, Vec<_>) = below.into_iter().partition(is_note);
                last.take_lines(sheet, own);
                next
            }
            None => below,
        };
        done.extend(apart(document, sheet, &band, &columns, lines));
    }
    if done.is_empty() {
        return single(document, sheet, above).into_iter().collect();
    }
    if let Some(last) = done.last_mut() {
        last.take_lines(sheet, above);
    }
    done
}

/// A column of figures with its heading, alone in its sheet.
fn single(document: &Document, sheet: &Sheet, rows: Vec<Range<usize>>) -> Option<Block> {
    const ROWS_MIN: usize = 3;
    let columns: BTreeSet<u32> = rows.iter().map(|it| sheet.cells[it.start].column).collect();
    let is_data = |it: &Range<usize>| it.len() == 1 && heading::is_data(sheet.cells[it.start].text(document));
    let (first, figures) = rows.split_first()?;
    let is_one = columns.len() == 1 && rows.len() >= ROWS_MIN && !is_data(first) && figures.iter().all(is_data);
    is_one.then(|| Block { rows, columns, lines: BTreeSet::new() })
}

/// Rows without a blank one between them.
fn bands(sheet: &Sheet) -> Vec<Vec<Range<usize>>> {
    let mut bands: Vec<Vec<Range<usize>>> = Vec::new();
    let (mut start, mut before) = (0, 0);
    while let Some(first) = sheet.cells.get(start) {
        let row = sheet.row(first.row);
        match bands.last_mut().filter(|_| first.row == before + 1) {
            Some(band) => band.push(row.clone()),
            None => bands.push(vec![row.clone()]),
        }
        (start, before) = (row.end, first.row);
    }
    bands
}

/// Whether rows behind a blank one go on with the table above: in its columns,
/// without a heading of their own.
fn continues(document: &Document, sheet: &Sheet, above: &Block, band: &[Range<usize>]) -> bool {
    let cells = || band.iter().flat_map(|it| &sheet.cells[it.clone()]);
    let data = |it: &SheetCell| heading::is_data(it.text(document));
    let inside = cells().all(|it| above.columns.contains(&it.column));
    let first = band.iter().find(|it| it.len() > 1);
    let headed = first.is_none_or(|it| !sheet.cells[it.clone()].iter().any(data));
    let label = above.columns.first().copied();
    inside && !headed && band.iter().all(|it| it.len() == 1 || Some(sheet.cells[it.start].column) == label)
}

/// Tables side by side: a blank column parts them where what follows begins
/// with names of its own.
fn apart(
    document: &Document,
    sheet: &Sheet,
    band: &[Range<usize>],
    columns: &BTreeSet<u32>,
    mut lines: Vec<Range<usize>>,
) -> Vec<Block> {
    let mut groups: Vec<BTreeSet<u32>> = Vec::new();
    let mut before = None;
    for &column in columns {
        let gap = before.is_none_or(|it| column > it + 1);
        before = Some(column);
        if gap && (groups.is_empty() || names(document, sheet, band, column)) {
            groups.push(BTreeSet::new());
        }
        if let Some(group) = groups.last_mut() {
            group.insert(column);
        }
    }
    // A column alone is no table: it belongs to what stands before it.
    let mut joined: Vec<BTreeSet<u32>> = Vec::new();
    for mut group in groups {
        match joined.last_mut() {
            Some(last) if group.len() < 2 || last.len() < 2 => last.append(&mut group),
            _ => joined.push(group),
        }
    }
    let whole = joined.len() == 1;
    let mut blocks: Vec<Block> = Vec::new();
    for group in joined {
        let last = group.last().copied().unwrap_or(0);
        let start = if blocks.is_empty() { 0 } else { group.first().copied().unwrap_or(0) };
        let own = |it: &Range<usize>| {
            if whole {
                return it.clone();
            }
            let cells = &sheet.cells[it.clone()];
            let from = cells.partition_point(|it| it.column < start);
            it.start + from..it.start + cells.partition_point(|it| it.column <= last)
        };
        let rows = band.iter().map(own).filter(|it| !it.is_empty()).collect();
        let mut block = Block { rows, columns: group, lines: BTreeSet::new() };
        if blocks.is_empty() {
            let rows = std::mem::take(&mut block.rows);
            block.take_lines(sheet, std::mem::take(&mut lines));
            block.rows.extend(rows);
        }
        blocks.push(block);
    }
    blocks
}

/// Whether a column names rows: it holds texts, and no figures.
fn names(document: &Document, sheet: &Sheet, band: &[Range<usize>], column: u32) -> bool {
    let cells = band.iter().flat_map(|it| &sheet.cells[it.clone()]).filter(|it| it.column == column);
    let (data, texts): (Vec<_>, Vec<_>) = cells.partition(|it| heading::is_data(it.text(document)));
    texts.len() > 1 && texts.len() > 2 * data.len()
}

/// The cells that are merged downwards, by their first column: first and last row.
struct Merged(BTreeMap<u32, Vec<(u32, u32)>>);

impl Merged {
    fn of(sheet: &Sheet) -> Self {
        let mut columns: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
        for area in sheet.merged.iter().filter(|it| it.to.0 > it.from.0) {
            columns.entry(area.from.1).or_default().push((area.from.0, area.to.0));
        }
        for it in columns.values_mut() {
            it.sort_unstable();
        }
        Self(columns)
    }

    /// The first row of the cell that goes on in a row below it.
    fn row_above(&self, row: u32, column: u32) -> Option<u32> {
        let areas = self.0.get(&column)?;
        let (from, to) = *areas[..areas.partition_point(|it| it.0 < row)].last()?;
        (row <= to).then_some(from)
    }
}

impl Block {
    fn take_lines(&mut self, sheet: &Sheet, lines: Vec<Range<usize>>) {
        self.lines.extend(lines.iter().map(|it| sheet.cells[it.start].row));
        self.rows.extend(lines);
    }

    /// The table with what its lines say.
    fn page(&self, document: &Document, (sheet, merged): (&Sheet, &Merged), layout: &Layout) -> Page {
        let columns: Vec<u32> = self.columns.iter().copied().collect();
        let style = self.style_of_texts(document, sheet);
        let rows = self.rows.iter().map(|it| self.row(document, sheet, it, (&columns, merged), style)).collect();
        let mut page = shape::page(document, rows, layout);
        for grid in &mut page.grids {
            let mut letters = columns.clone();
            let width = grid.rows.iter().map(|it| it.cells.len()).max().unwrap_or(0).max(grid.headings.len());
            letters.resize(letters.len().max(width), u32::MAX - 1);
            grid.sheet = Some(OnSheet { name: sheet.name.clone(), columns: letters });
            grid.style = Some(NumberStyle::ENGLISH);
            tell_stale(document, sheet, grid);
            hidden::tell(sheet, grid);
        }
        page
    }

    /// The row of a grid, with a cell for each column, or a line for itself.
    fn row(
        &self,
        document: &Document,
        sheet: &Sheet,
        range: &Range<usize>,
        (columns, merged): (&[u32], &Merged),
        style: Option<NumberStyle>,
    ) -> GridRow {
        let cells = &sheet.cells[range.clone()];
        let number = cells[0].row;
        let span = Span { start: cells[0].span.start, end: cells[cells.len() - 1].span.end };
        let one = |it: &SheetCell| cell(document, it, style);
        let line = self.lines.contains(&number) || (cells.len() == 1 && !self.columns.contains(&cells[0].column));
        if line {
            return GridRow { cells: cells.iter().map(one).collect(), span, number, ..GridRow::default() };
        }
        let at = |column: u32| {
            let in_column = |cells: &[SheetCell]| cells.binary_search_by_key(&column, |it| it.column).ok();
            let own = in_column(cells).map(|it| &cells[it]);
            let from_above = || {
                let from = merged.row_above(number, column)?;
                let cells = &sheet.cells[sheet.row(from)];
                in_column(cells).map(|it| &cells[it])
            };
            own.or_else(from_above).map(one).unwrap_or_default()
        };
        GridRow { cells: columns.iter().map(|it| at(*it)).collect(), span, number, ..GridRow::default() }
    }

    /// How numbers that are stored as text are printed, unless in English.
    fn style_of_texts(&self, document: &Document, sheet: &Sheet) -> Option<NumberStyle> {
        let mut tally = StyleTally::new(NumberStyle::ENGLISH);
        let texts = self.rows.iter().flat_map(|it| &sheet.cells[it.clone()]).filter(|it| it.is_text);
        for it in texts {
            tally.add(it.text(document));
        }
        tally.candidates().next().filter(|it| *it != NumberStyle::ENGLISH)
    }
}

/// A cell of a grid; a number stored as text in another style is put in ours.
fn cell(document: &Document, it: &SheetCell, style: Option<NumberStyle>) -> GridCell {
    let figure = style.filter(|_| it.is_text).and_then(|style| read_figure(it.text(document), style, None).ok());
    let plain = figure.map(|figure| {
        let percent = if figure.percent { "%" } else { "" };
        format!("{}{percent}{}", figure.value, figure.marks).into_boxed_str()
    });
    GridCell { span: it.span, unescaped: plain.or_else(|| it.unescaped.clone()) }
}

/// Notes the cells whose formulas give another value.
fn tell_stale(document: &Document, sheet: &Sheet, grid: &mut Grid) {
    for (row, it) in (0..).zip(&grid.rows) {
        for cell in it.cells.iter().filter_map(|it| sheet.cell_at(it.span.start)).filter(|cell| cell.row == it.number) {
            let Some((stale, formula)) = cell.stale.as_ref().zip(cell.formula.as_ref()) else { continue };
            let formula: String = formula.chars().take(80).collect();
            let message = format!("the cell shows {}, but ={formula} gives {stale}", cell.text(document));
            grid.faults.push(Fault { kind: FaultKind::Stale, row: Some(row), span: cell.span, message });
        }
    }
}
