//! Prints what tables contradict by their own arithmetic, as JSON lines.
//!
//! `cargo run --release --example discover [--relations] FILE...` reads CSV files
//! (or JSON lines with `table` and `rows`), and prints one line a break:
//! file, row (from 1, below the heading), column (from 0), what is printed and
//! expected, grade, and all cells of the broken places. `--relations` prints the
//! relations in words too, to standard error; `--time` the seconds taken.

use std::sync::Arc;
use std::time::Instant;

use crossfoot::discover::{Break, Discovery, Evidence, Grade, Options, discover};
use crossfoot::source::{Format, Hints, TypeOptions, decode, infer_schema, type_grid};
use crossfoot::table::Table;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_set = |flag: &str| arguments.iter().any(|it| it == flag);
    let (relations, time) = (is_set("--relations"), is_set("--time"));
    for path in arguments.iter().filter(|it| !it.starts_with("--")) {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(cause) => {
                eprintln!("{path}: {cause}");
                std::process::exit(2);
            }
        };
        for (name, bytes) in inputs(path, bytes) {
            for table in tables(&name, bytes) {
                let started = Instant::now();
                let found = discover(&table, &Options::default());
                if time {
                    eprintln!("{name}: {:.4} s", started.elapsed().as_secs_f64());
                }
                print(&name, &table, &found, relations);
            }
        }
    }
}

/// The tables of a file: itself, or one a line.
fn inputs(path: &str, bytes: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let is_lines = path.rsplit('.').next().is_some_and(|it| it.eq_ignore_ascii_case("jsonl"));
    if !is_lines {
        let name = path.rsplit('/').next().unwrap_or(path);
        return vec![(name.to_owned(), bytes)];
    }
    let text = String::from_utf8_lossy(&bytes);
    let table = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).ok()?;
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in value.get("rows")?.as_array()? {
            let cells = row.as_array()?.iter().map(|it| it.as_str().unwrap_or(""));
            writer.write_record(cells).ok()?;
        }
        Some((value.get("table")?.as_str()?.to_owned(), writer.into_inner().ok()?))
    };
    text.lines().filter_map(table).collect()
}

fn tables(name: &str, bytes: Vec<u8>) -> Vec<Table> {
    let Ok(document) = decode(name, bytes) else { return Vec::new() };
    let document = Arc::new(document);
    let page = Format::sniff(&document).read(&document, &Hints::default());
    let Ok(page) = page else { return Vec::new() };
    let typed = page.grids.iter().map(|grid| {
        let schema = infer_schema(grid, &document, name);
        type_grid(grid, &document, &schema, &TypeOptions::default()).table
    });
    typed.collect()
}

fn print(name: &str, table: &Table, found: &Discovery, relations: bool) {
    if relations {
        for it in &found.relations {
            let label = if it.labelled { ", labelled" } else { "" };
            eprintln!(
                "{name}: {:?} {:?}: {} ({} of {}, chance 1e{:.1}{label})",
                it.axis, it.kind, it.words, it.held, it.of, it.chance
            );
        }
    }
    for it in &found.breaks {
        println!("{}", line(name, table, found, it));
    }
}

fn line(name: &str, table: &Table, found: &Discovery, it: &Break) -> serde_json::Value {
    let place = |(row, column): (usize, usize)| {
        let number = table.rows[row].number as usize;
        (if number > 1 { number - 1 } else { row + 1 }, table.columns[column].position)
    };
    let cell = it.repairs.first().map_or(it.cells[0], |it| it.cell);
    let (row, column) = place(cell);
    let grade = match it.grade {
        Grade::Sure => "sure",
        Grade::Likely => "likely",
        Grade::Rounding => "rounding",
        Grade::Weak => "weak",
    };
    let relation = &found.relations[it.relations[0]];
    let alternatives: Vec<_> =
        it.repairs.iter().skip(1).take(12).map(|it| (place(it.cell), it.value.to_string())).collect();
    serde_json::json!({
        "file": name,
        "row": row,
        "column": column,
        "printed": table.text(cell.0, cell.1),
        "expected": it.repairs.first().map(|it| it.value.to_string()),
        "grade": grade,
        "blamed": it.is_blamed(),
        "class": format!("{:?}", it.class),
        "blame": format!("{:?}", it.blame),
        "slip": it.repairs.first().and_then(|it| it.slip).map(|it| format!("{it:?}")),
        "odds": it.log_odds,
        "kind": format!("{:?} {:?}", relation.axis, relation.kind),
        "what": relation.words,
        "held": relation.held,
        "of": relation.of,
        "chance": relation.chance,
        "gap": it.gap.to_string(),
        "evidence": evidence(&it.evidence),
        "cells": it.cells.iter().map(|&it| place(it)).collect::<Vec<_>>(),
        "alternatives": alternatives,
    })
}

/// What the odds were worked out of, so that they can be fitted anew.
fn evidence(it: &Evidence) -> serde_json::Value {
    serde_json::json!({
        "axis": format!("{:?}", it.axis),
        "kind": format!("{:?}", it.kind),
        "natural": it.natural,
        "labelled": it.labelled,
        "held": it.held,
        "broken": it.broken,
        "chance": it.chance,
        "parts": it.parts,
        "is_slip": it.is_slip,
        "slip": it.slip.map(|it| format!("{it:?}")),
        "crossed": it.crossed,
        "blamed": it.blamed,
        "smooth": it.smooth,
        "relative": it.relative,
        "gap": it.gap,
        "steps": it.steps,
        "one_sided": it.one_sided,
        "excuse": it.excuse.map(|it| format!("{it:?}")),
    })
}
