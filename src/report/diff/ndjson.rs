//! One JSON object a line, so that any number of changes can be written and
//! read one at a time: `{"format", "version", "old", "new"}`, then each change
//! as in the JSON document with `"op"`, then `{"summary", "tables"}`.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{change, side, summary_of, table};
use super::shape::{self, FORMAT, VERSION};
use super::{cells_changed, cells_printed, rows};
use crate::diff::{Diff, TableDiff};

#[derive(Serialize)]
struct First {
    format: &'static str,
    version: u64,
    old: shape::Side,
    new: shape::Side,
}

#[derive(Serialize)]
struct Last {
    summary: shape::Summary,
    tables: Vec<shape::Table>,
}

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    first(diff, out)?;
    changes(diff, out)?;
    last(diff, (cells_changed(diff), cells_printed(diff)), out)
}

/// Writes what stands before all changes.
pub(super) fn first(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    line(&First { format: FORMAT, version: VERSION, old: side(&diff.old), new: side(&diff.new) }, out)
}

/// Writes the changes of a diff, or of a part of one.
pub(super) fn changes(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let all = diff.tables.iter().flat_map(|table: &TableDiff| table.changes.iter().map(move |it| (table, it)));
    all.into_iter().try_for_each(|(table, it)| line(&change(table, it), out))
}

/// Writes what stands behind all changes, of which so many were of cells: changed, and only printed differently.
pub(super) fn last(diff: &Diff, cells: (usize, usize), out: &mut dyn Write) -> io::Result<()> {
    let summary = summary_of(diff, rows(diff), cells);
    line(&Last { summary, tables: diff.tables.iter().map(table).collect() }, out)
}

fn line(it: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, it)?;
    writeln!(out)
}
