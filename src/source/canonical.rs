//! Reads back tables in canonical form, each cell exactly as it was written.
//!
//! The form is specified at [`crate::table::canonical`]. Unlike the reader of
//! delimited text nothing is guessed or trimmed here: what does not fit was
//! not written by this program, or not in full, and is an error with its line.

use std::sync::Arc;

use super::{Grid, GridCell, GridRow, TypeOptions, infer_schema, type_grid};
use crate::error::{Error, ErrorKind, Result};
use crate::table::canonical::{self, UNDER};
use crate::table::{
    CellState, ColumnData, ColumnSchema, ColumnType, Decimal, Document, NumberStyle, Numbers, Span, Table, TableSchema,
    Unit,
};

/// Cuts a table of so many rows out of a document, from a byte offset on.
///
/// Returns its grid and the offset behind its last row; a column that tells
/// nesting is still one of its columns.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where there are fewer rows, or one is not as
/// wide as the heading.
pub fn read_canonical(document: &Document, start: usize, rows: usize) -> Result<(Grid, usize)> {
    let mut records = Records { document, at: start };
    let headings = records.next()?.ok_or_else(|| damaged(document, start, "expected a heading, found none"))?;
    let mut grid = Grid { headings: headings.cells, headings_printed: true, ..Grid::default() };
    for row in 0..rows {
        let at = records.at;
        let missing = || damaged(document, at, format!("expected {rows} rows, found {row}"));
        let mut record = records.next()?.ok_or_else(missing)?;
        if record.cells.len() != grid.headings.len() {
            let (wanted, found) = (grid.headings.len(), record.cells.len());
            return Err(damaged(document, at, format!("expected {wanted} cells, found {found}")));
        }
        // As a spreadsheet would number it under its heading.
        record.number = u32::try_from(row + 2).unwrap_or(u32::MAX);
        grid.rows.push(record);
    }
    // Every column has a name: a lone empty cell stands for none.
    if let [only] = &grid.headings[..]
        && only.text(document).is_empty()
    {
        grid.headings.clear();
        grid.rows.iter_mut().for_each(|it| it.cells.clear());
    }
    Ok((grid, records.at))
}

/// Types a table in canonical form by its declared schema, or by an inferred
/// one, and undoes the column that tells nesting.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where a row is under one that does not stand above it.
pub fn type_canonical(
    mut grid: Grid,
    document: &Arc<Document>,
    name: &str,
    declared: Option<&TableSchema>,
) -> Result<Table> {
    let under = take_under(&mut grid, document);
    let mut schema = declared.cloned().unwrap_or_else(|| infer_schema(&grid, document, name));
    name.clone_into(&mut schema.name);
    // Figures stand in full, whatever unit and style they were printed in.
    schema.style = Some(NumberStyle::PLAIN);
    let scaled = |it: &&GridCell| Unit::in_heading(it.text(document)).is_some();
    if declared.is_some() && grid.headings.iter().any(|it| scaled(&it)) {
        let undeclared = |it: &ColumnSchema| schema.column(&it.name).is_none();
        let extra: Vec<_> = infer_schema(&grid, document, name).columns.into_iter().filter(undeclared).collect();
        for mut column in extra.into_iter().filter(|it| Unit::in_heading(&it.name).is_some()) {
            // A text that is not declared labels no row.
            column.kind = if column.kind == ColumnType::Label { ColumnType::Text } else { column.kind };
            schema.columns.push(column);
        }
    }
    for column in &mut schema.columns {
        column.unit = Some(Unit { power: 0 });
        column.decimals = None;
        column.format = None;
    }
    let mut table = type_grid(&grid, document, &schema, &TypeOptions::default()).table;
    keep_unreadable(&mut table, &grid);
    nest(&mut table, &grid, &under)?;
    Ok(table)
}

/// Takes back what reads as a value but is not written as one: it stands as
/// printed because its own style or format could not read it.
fn keep_unreadable(table: &mut Table, grid: &Grid) {
    for column in 0..table.columns.len() {
        let position = table.columns[column].position as usize;
        let written = |row: usize| grid.rows[row].cells[position].text(&table.document);
        let is_value = |row: usize| table.columns[column].states[row] == CellState::Value;
        let loose: Vec<usize> = (0..table.rows.len())
            .filter(|&row| is_value(row) && canonical::cell(table, row, column) != written(row))
            .collect();
        let it = &mut table.columns[column];
        if loose.is_empty() || matches!(it.data, ColumnData::Texts(_)) {
            continue;
        }
        for &row in &loose {
            it.states[row] = CellState::Unreadable;
        }
        // Rows without a value hold a zero.
        let figures: Vec<Option<Decimal>> = (0..it.states.len()).map(|row| it.decimal(row)).collect();
        match &mut it.data {
            ColumnData::Numbers(numbers) => *numbers = Numbers::new(&figures).0,
            ColumnData::Dates(dates) => loose.iter().for_each(|&row| dates.days[row] = 0),
            ColumnData::Texts(_) => {}
        }
    }
}

/// Takes the column that tells nesting out of a grid, if it has one.
fn take_under(grid: &mut Grid, document: &Document) -> Vec<GridCell> {
    if grid.headings.last().is_none_or(|it| it.text(document) != UNDER) {
        return Vec::new();
    }
    grid.headings.pop();
    grid.rows.iter_mut().filter_map(|it| it.cells.pop()).collect()
}

fn nest(table: &mut Table, grid: &Grid, under: &[GridCell]) -> Result<()> {
    let document = Arc::clone(&table.document);
    for (row, cell) in under.iter().enumerate().filter(|it| !it.1.text(&document).is_empty()) {
        let above = table.label_column().and_then(|label| {
            let position = table.columns[label].position as usize;
            let named = |it: &usize| grid.rows[*it].cells[position].text(&document) == cell.text(&document);
            (0..row).rev().find(named)
        });
        let Some(above) = above else {
            let message = format!("expected a row \"{}\" above this one, found none", cell.text(&document));
            return Err(damaged(&document, cell.span.start as usize, message));
        };
        table.rows[row].under = u32::try_from(above).ok();
    }
    Ok(())
}

struct Records<'a> {
    document: &'a Document,
    at: usize,
}

impl Records<'_> {
    /// The next record; none at the end and at a blank line, which ends a table.
    fn next(&mut self) -> Result<Option<GridRow>> {
        let bytes = self.document.text.as_bytes();
        let start = self.at;
        if bytes.get(start).is_none_or(|it| *it == b'\n') {
            return Ok(None);
        }
        let mut cells = Vec::new();
        loop {
            let (cell, end) = self.cell()?;
            cells.push(cell);
            self.at = end + 1;
            match bytes.get(end) {
                Some(b',') => {}
                Some(b'\n') => {
                    return Ok(Some(GridRow { cells, span: Span::new(start, end), ..GridRow::default() }));
                }
                Some(_) => return Err(damaged(self.document, end, "expected a comma or a new line")),
                None => return Err(damaged(self.document, end, "expected a new line, found the end of the file")),
            }
        }
    }

    /// The next cell, and the offset of what ends it.
    fn cell(&self) -> Result<(GridCell, usize)> {
        let text = &self.document.text;
        let bytes = text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            let rest = &bytes[self.at..];
            let end = memchr::memchr2(b',', b'\n', rest).map_or(bytes.len(), |it| self.at + it);
            return Ok((GridCell::at(Span::new(self.at, end)), end));
        }
        let start = self.at + 1;
        let (mut at, mut doubled) = (start, false);
        loop {
            let unclosed = || damaged(self.document, self.at, "expected a closing quote, found none");
            at += memchr::memchr(b'"', &bytes[at..]).ok_or_else(unclosed)?;
            if bytes.get(at + 1) != Some(&b'"') {
                break;
            }
            (at, doubled) = (at + 2, true);
        }
        let unescaped = doubled.then(|| text[start..at].replace("\"\"", "\"").into_boxed_str());
        Ok((GridCell { span: Span::new(start, at), unescaped }, at + 1))
    }
}

/// An error for a document that is not as it was written.
fn damaged(document: &Document, at: usize, message: impl Into<String>) -> Error {
    let position = document.position(Span::new(at.min(document.text.len()), at.min(document.text.len())).start);
    Error::new(ErrorKind::Unreadable, message).at(document.name.clone(), position.line, position.column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, rows: usize) -> Result<Table> {
        let document = Arc::new(Document::new("a.snap", text.to_owned(), "UTF-8"));
        let (grid, _) = read_canonical(&document, 0, rows)?;
        type_canonical(grid, &document, "t", None)
    }

    #[test]
    fn nesting_comes_back_from_its_column() {
        let table = read("item,count,(under)\nAccidents,7,\nkilled,1,Accidents\n", 2).unwrap();
        assert_eq!((table.columns.len(), table.rows[1].under), (2, Some(0)));
        assert_eq!(canonical::csv(&table), "item,count,(under)\nAccidents,7,\nkilled,1,Accidents\n");
    }

    #[test]
    fn a_figure_under_a_heading_with_a_unit_is_not_scaled_again() {
        let table = read("area,Population (thousands)\nNorth,4500\n", 1).unwrap();
        assert_eq!(table.columns[1].decimal(0), Some(Decimal::whole(4500)));
        let (grid, _) = read_canonical(&table.document, 0, 1).unwrap();
        let mut declared = infer_schema(&grid, &table.document, "t");
        declared.columns.truncate(1);
        let table = type_canonical(grid, &table.document, "t", Some(&declared)).unwrap();
        assert_eq!(table.columns[1].decimal(0), Some(Decimal::whole(4500)));
    }

    #[test]
    fn a_figure_that_its_file_could_not_read_is_no_figure_now() {
        let plain = read("area,n\nNorth,1.5\n", 1).unwrap();
        let (grid, _) = read_canonical(&plain.document, 0, 1).unwrap();
        let schema = infer_schema(&grid, &plain.document, "t");
        let text = "area,n\nNorth,1.5\nSouth,1.50e1\nEast,007\nWest,..\n".to_owned();
        let document = Arc::new(Document::new("a.snap", text.clone(), "UTF-8"));
        let (grid, _) = read_canonical(&document, 0, 4).unwrap();
        let table = type_canonical(grid, &document, "t", Some(&schema)).unwrap();
        let values: Vec<bool> = table.columns[1].states.iter().map(|it| *it == CellState::Value).collect();
        assert_eq!(values, [true, false, false, false]);
        assert_eq!(canonical::csv(&table), text);
    }

    #[test]
    fn says_where_a_table_breaks_off() {
        for (text, line, message) in [
            ("a,b\n1,2\n", 3, "expected 2 rows, found 1"),
            ("a,b\n1,2\n3", 3, "expected a new line, found the end of the file"),
            ("a,b\n1,2\n3\n", 3, "expected 2 cells, found 1"),
            ("a,b\n1,2\n\"3,4\n", 3, "expected a closing quote, found none"),
        ] {
            let error = read(text, 2).unwrap_err();
            assert_eq!((error.place().unwrap().line, error.message()), (line, message), "{text}");
        }
    }

    proptest! {
        #[test]
        fn cells_come_back_as_they_were_written(
            cells in proptest::collection::vec(proptest::array::uniform2("[a-c1 ,\"\n\r#+ö]{0,6}"), 0..6)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b"]).unwrap();
            for row in &cells {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let document = Document::new("a.snap", text, "UTF-8");
            let (grid, end) = read_canonical(&document, 0, cells.len()).unwrap();
            prop_assert_eq!(end, document.text.len());
            for (row, written) in grid.rows.iter().zip(&cells) {
                let texts: Vec<&str> = row.cells.iter().map(|it| it.text(&document)).collect();
                prop_assert_eq!(texts, written.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
    }
}
