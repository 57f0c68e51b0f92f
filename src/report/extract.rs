//! The tables found in a page: JSON (`crossfoot-extract`, version 1), CSV, text.
//!
//! `label` is without its outline mark and indent, `under` the label above
//! it; `cells` leaves out the label. A cell that is too unsure has
//! `"value": null` and its `readings`. `units` has what stands below headings in
//! a line of units, by column. `total` marks a row, and `total_columns`
//! names the columns, that are the sum of others. Fields are only ever added.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::counted;
use super::escape::cell as safe;
use crate::check::{Loaded, Totals};
use crate::source::{DecidedBy, Page, Splitting};
use crate::table::{CellState, Document, Period, Span, Table, UnclearRow, canonical};

/// Writes what was found in one file as JSON, with the totals of each table.
///
/// # Errors
///
/// If `out` cannot be written.
pub fn extract_json(loaded: &Loaded, totals: &[Totals], out: &mut dyn Write) -> io::Result<()> {
    let page = &loaded.page;
    let period = loaded.period().map(|it| {
        let (inferred, because) = reasons(page, it);
        json!({"start": it.start.to_string(), "end": it.end.to_string(), "inferred": inferred, "because": because})
    });
    let value = json!({
        "format": "crossfoot-extract", "version": 1, "file": loaded.document.name,
        "period": period,
        "coverage": page.coverage.map(|it| json!({"days": it.days, "of": it.of})),
        "source": page.source,
        "footnotes": page.footnotes.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
        "tables": (0..page.grids.len()).map(|it| table(loaded, it, &totals[it])).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

/// Whether a period was inferred, and why: not where a user or a file name gives it.
fn reasons(page: &Page, period: Period) -> (bool, &[String]) {
    if page.period == Some(period) { (page.period_inferred, &page.because) } else { (false, &[]) }
}

fn table(loaded: &Loaded, at: usize, totals: &Totals) -> Value {
    let (grid, table) = (&loaded.page.grids[at], loaded.table(at));
    let label = table.label_column();
    let label_of = |row: usize| label.map(|it| table.text(row, it));
    let rows = (0..table.rows.len()).map(|row| {
        let under = table.rows[row].under.and_then(|it| label_of(it as usize));
        let splitting = grid.rows[row].splitting.as_ref();
        let columns = (0..table.columns.len()).filter(|&it| Some(it) != label);
        let cells: Vec<Value> = columns.map(|it| cell(&loaded.document, table, row, it, splitting)).collect();
        let line = loaded.document.position(table.rows[row].span.start).line;
        let mut value = json!({"label": label_of(row), "under": under, "line": line, "cells": cells});
        if totals.rows.contains(&row) {
            value["total"] = json!(true);
        }
        value
    });
    let name = |it: &usize| table.columns[*it].name.as_str();
    let mut value = json!({
        "table": table.name, "title": grid.title,
        "columns": (0..table.columns.len()).map(|it| name(&it)).collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    });
    let units = (0..table.columns.len()).filter_map(|it| {
        let unit = grid.units.get(table.columns[it].position as usize)?.text(&loaded.document);
        Some((name(&it).to_owned(), json!(unit))).filter(|_| !unit.is_empty())
    });
    let units: serde_json::Map<String, Value> = units.collect();
    if !units.is_empty() {
        value["units"] = units.into();
    }
    if !totals.columns.is_empty() {
        value["total_columns"] = totals.columns.iter().map(name).collect();
    }
    value
}

fn cell(document: &Document, table: &Table, row: usize, column: usize, splitting: Option<&Splitting>) -> Value {
    let it = &table.columns[column];
    let text = it.text(document, row);
    let number = it.kind.is_number();
    let value = if number { it.decimal(row).map(|it| it.to_string()) } else { value_of(it.states[row], text) };
    let position = it.position as usize;
    let reading = |cells: &[Span]| cells.get(position).map(|&it| document.slice(it).to_owned());
    let best = splitting.and_then(|it| it.readings.first());
    let runner_up = splitting
        .and_then(|it| it.readings.get(1))
        .map(|it| json!({"text": reading(&it.cells), "confidence": rounded(it.probability)}));
    let unclear = table.unclear.iter().find(|it| it.row as usize == row && it.touches(column));
    let mut value = json!({
        "column": it.name,
        "text": unclear.map_or(text, |_| splitting.map_or(text, |it| document.slice(it.blob))),
        "value": value,
        "confidence": best.map_or(1.0, |it| rounded(it.probability)),
        "decided_by": splitting.map_or("unique", |it| word(it.decided_by)),
        "runner_up": runner_up,
    });
    if unclear.is_some() {
        let readings = splitting.map(|it| it.readings.as_slice()).unwrap_or_default();
        value["readings"] = readings
            .iter()
            .map(|it| json!({"text": reading(&it.cells), "confidence": rounded(it.probability)}))
            .collect();
    }
    value
}

fn value_of(state: CellState, text: &str) -> Option<String> {
    (state == CellState::Value).then(|| text.to_owned())
}

/// Probabilities to four places: no reader wants more, and output stays the
/// same where only the last bits of a float differ.
fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
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

impl UnclearRow {
    fn touches(&self, column: usize) -> bool {
        self.readings.iter().any(|it| it.figures.iter().any(|it| it.0 == column))
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
        if let Some(it) = number.checked_sub(1).and_then(|row| grid.rows[row].splitting.as_ref()) {
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
