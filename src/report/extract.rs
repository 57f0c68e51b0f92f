//! The tables found in a page: JSON (`crossfoot-extract`, version 1), CSV, text.

mod json;

use std::io::{self, Write};

use super::counted;
use super::escape::cell as safe;
use crate::check::{Loaded, Totals};
use crate::source::{DecidedBy, Page};
use crate::table::{CellState, Period, Table, canonical};
pub use json::extract_json;
pub(super) use json::schema;

/// Whether a period was inferred, and why: not where a user or a file name gives it.
fn reasons(page: &Page, period: Period) -> (bool, &[String]) {
    if page.period == Some(period) { (page.period_inferred, &page.because) } else { (false, &[]) }
}

fn word(it: DecidedBy) -> &'static str {
    match it {
        DecidedBy::Unique => "unique",
        DecidedBy::Style => "style",
        DecidedBy::Table => "table",
        DecidedBy::History => "history",
        DecidedBy::Sums => "sums",
        DecidedBy::Pin => "pin",
    }
}

/// Writes one table as CSV, in its [canonical form](crate::table::canonical);
/// a text that a spreadsheet would take for a formula gets an apostrophe.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn extract_csv(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    let table = canonical::flat(table);
    let names: Vec<_> = table.columns.iter().map(|it| safe(&it.name)).collect();
    let cells = |row: usize| (0..table.columns.len()).map(move |it| (row, it));
    let cells = (0..table.rows.len()).map(|row| {
        let texts = cells(row).map(|it| canonical::cell(&table, it.0, it.1));
        texts.map(|it| safe(&it).into_owned()).collect::<Vec<_>>()
    });
    out.write_all(canonical::csv_of(&names, cells).as_bytes())
}

/// The sign of totals, in tables for people.
const TOTAL: &str = " Σ";

/// Writes what was found for people: each table with its rows, its totals marked.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn extract_text(loaded: &Loaded, totals: &[Totals], out: &mut dyn Write) -> io::Result<()> {
    let page = &loaded.page;
    writeln!(out, "{}: {}", loaded.document.name, counted(page.grids.len(), "table"))?;
    if let Some(period) = loaded.period() {
        let (inferred, because) = reasons(page, period);
        writeln!(out, "period: {period}{}", if inferred { " (year inferred)" } else { "" })?;
        for because in because {
            writeln!(out, "  because {because}")?;
        }
    }
    if let Some(it) = page.coverage.filter(|it| it.days < it.of) {
        writeln!(out, "coverage: {} of {} days", it.days, it.of)?;
    }
    if let Some(source) = &page.source {
        writeln!(out, "source: {source}")?;
    }
    for footnote in &page.footnotes {
        writeln!(out, "footnote: {}", footnote.text)?;
    }
    for (at, totals) in totals.iter().enumerate() {
        write!(out, "\n{}\n", page.grids[at].title.as_deref().unwrap_or(&loaded.table(at).name))?;
        rows(loaded, at, totals, out)?;
    }
    Ok(())
}

fn rows(loaded: &Loaded, at: usize, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    let (grid, table) = (&loaded.page.grids[at], loaded.table(at));
    let text = |row: usize, column: usize| match table.columns[column].states[row] {
        CellState::Unclear => "?".to_owned(),
        _ => table.text(row, column).to_owned(),
    };
    let indent = |row: usize| if table.rows[row].under.is_some() { "  " } else { "" };
    let marked = |text: String, is_total: bool| if is_total { text + TOTAL } else { text };
    let heading = |it: usize| marked(table.columns[it].name.clone(), totals.columns.contains(&it));
    let mut lines: Vec<Vec<String>> = vec![(0..table.columns.len()).map(heading).collect()];
    let label = table.label_column().unwrap_or(0);
    for row in 0..table.rows.len() {
        let mut cells: Vec<String> = (0..table.columns.len()).map(|it| text(row, it)).collect();
        if let Some(first) = cells.first_mut() {
            first.insert_str(0, indent(row));
        }
        if let Some(it) = cells.get_mut(label).filter(|_| totals.rows.contains(&row)) {
            it.push_str(TOTAL);
        }
        lines.push(cells);
    }
    let width = |column: usize| lines.iter().map(|it| it[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..table.columns.len()).map(width).collect();
    for (number, line) in lines.iter().enumerate() {
        let cells = line.iter().enumerate().map(|(column, it)| {
            let pad = " ".repeat(widths[column] - it.chars().count());
            if table.columns[column].kind.is_number() { format!("{pad}{it}") } else { format!("{it}{pad}") }
        });
        let mut line = format!("  {}", cells.collect::<Vec<_>>().join("  ")).trim_end().to_owned();
        if let Some(it) = number.checked_sub(1).and_then(|row| grid.rows[row].splitting.as_deref()) {
            let best = it.readings.first().map_or(1.0, |it| it.probability);
            line.push_str(&format!("    {:.3} by {}", best, word(it.decided_by)));
        }
        writeln!(out, "{line}")?;
    }
    if *totals != Totals::default() {
        writeln!(out, "  Σ: the sum of other rows or columns")?;
    }
    Ok(())
}
