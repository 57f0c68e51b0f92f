//! Differences as JSON: `crossfoot-diff`, version 1.
//!
//! `old`, `new`, `summary` and `changes` tell what differs; values are exact
//! decimals or text, `change` is the new figure less the old one, `expected`
//! and `grade` wait for series. `tables`, and `kind`, `moved`, `old_index` and
//! `new_index` of what differs, hold what it takes to make the new tables of
//! the old ones. Fields are only ever added; a reader refuses a newer version.

use std::io::{self, Write};

use serde::Deserialize;
use serde_json::{Value, json};

use super::cells_changed;
use crate::diff::{CellChange, ChangeKind, Columns, Diff, Duplicate, Key, Match, Op, RowChange, Rows, Side, TableDiff};
use crate::error::{Error, ErrorKind, Result};

const VERSION: u64 = 1;

/// The words for what happened to a row, and to a cell.
const OPS: [(Op, &str); 4] =
    [(Op::Added, "added"), (Op::Removed, "removed"), (Op::Changed, "changed"), (Op::Moved, "moved")];
const KINDS: [(ChangeKind, &str); 4] = [
    (ChangeKind::Value, "value"),
    (ChangeKind::Precision, "precision"),
    (ChangeKind::Tolerated, "tolerated"),
    (ChangeKind::Text, "text"),
];

pub(super) fn kind_word(kind: ChangeKind) -> &'static str {
    KINDS.iter().find(|it| it.0 == kind).map_or("text", |it| it.1)
}

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let changes = diff.tables.iter().flat_map(|table| table.changes.iter().map(move |it| change(&table.name, it)));
    let value = json!({
        "format": "crossfoot-diff", "version": VERSION,
        "old": side(&diff.old), "new": side(&diff.new),
        "summary": summary(diff),
        "changes": changes.collect::<Vec<_>>(),
        "tables": diff.tables.iter().map(table).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &value)?;
    writeln!(out)
}

fn side(it: &Side) -> Value {
    json!({
        "file": it.name, "dataset": it.dataset,
        "edition": it.period.map(|it| format!("{}/{}", it.start, it.end)),
        "coverage": it.coverage.map(|it| json!({"days": it.days, "of": it.of})),
    })
}

fn summary(diff: &Diff) -> Value {
    let rows = diff.tables.iter().fold(Rows::default(), |sum, it| Rows {
        added: sum.added + it.rows.added,
        removed: sum.removed + it.rows.removed,
        changed: sum.changed + it.rows.changed,
        moved: sum.moved + it.rows.moved,
        same: sum.same + it.rows.same,
    });
    let all = |of: fn(&Columns) -> &Vec<String>| -> Vec<&String> {
        diff.tables.iter().flat_map(|it| of(&it.columns)).collect()
    };
    let renamed = diff.tables.iter().flat_map(|it| &it.columns.renamed);
    json!({
        "rows": count(rows),
        "columns": {
            "added": all(|it| &it.added), "removed": all(|it| &it.removed),
            "renamed": renamed.map(|it| json!({"from": it.0, "to": it.1})).collect::<Vec<_>>(),
            "moved": all(|it| &it.moved),
        },
        "cells_changed": cells_changed(diff),
    })
}

fn count(it: Rows) -> Value {
    let Rows { added, removed, changed, moved, same } = it;
    json!({"added": added, "removed": removed, "changed": changed, "moved": moved, "same": same})
}

fn change(table: &str, it: &RowChange) -> Value {
    let op = OPS.iter().find(|op| op.0 == it.op).map(|it| it.1);
    let row: serde_json::Map<String, Value> = it.key.iter().map(|it| (it.0.clone(), json!(it.1))).collect();
    json!({
        "op": op, "table": table, "row": row, "old_line": it.old_line, "new_line": it.new_line,
        "cells": it.cells.iter().map(cell).collect::<Vec<_>>(),
        "old_index": it.old_index, "new_index": it.new_index, "moved": it.moved,
    })
}

fn cell(it: &CellChange) -> Value {
    json!({
        "column": it.column, "old": it.old, "new": it.new, "change": it.difference,
        "expected": null, "grade": "not judged", "kind": kind_word(it.kind),
    })
}

fn table(it: &TableDiff) -> Value {
    let (word, why) = match &it.match_kind {
        Match::Corresponds => ("corresponds", None),
        Match::OnlyOld => ("only_old", None),
        Match::OnlyNew => ("only_new", None),
        Match::Unrelated(why) => ("unrelated", Some(why)),
    };
    let columns = &it.columns;
    json!({
        "table": it.name, "match": word, "why": why,
        "key": {"columns": it.key.columns, "inferred": it.key.inferred},
        "columns": {
            "old": columns.old, "new": columns.new, "added": columns.added, "removed": columns.removed,
            "renamed": columns.renamed.iter().map(|it| json!({"from": it.0, "to": it.1})).collect::<Vec<_>>(),
            "moved": columns.moved,
        },
        "rows": count(it.rows),
        "duplicates": it.duplicates.iter().map(|it| json!({
            "key": it.key, "old_lines": it.old_lines, "new_lines": it.new_lines,
        })).collect::<Vec<_>>(),
    })
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u64,
}

#[derive(Deserialize)]
struct Document {
    changes: Vec<ChangeJson>,
    tables: Vec<TableJson>,
}

#[derive(Deserialize)]
struct ChangeJson {
    op: String,
    table: String,
    row: serde_json::Map<String, Value>,
    cells: Vec<CellJson>,
    old_index: Option<usize>,
    new_index: Option<usize>,
    moved: bool,
}

#[derive(Deserialize)]
struct CellJson {
    column: String,
    old: Option<String>,
    new: Option<String>,
    kind: String,
    change: Option<String>,
}

#[derive(Deserialize)]
struct TableJson {
    table: String,
    r#match: String,
    columns: ColumnsJson,
}

#[derive(Deserialize)]
struct ColumnsJson {
    old: Vec<String>,
    new: Vec<String>,
    added: Vec<String>,
    removed: Vec<String>,
    renamed: Vec<Renamed>,
}

#[derive(Deserialize)]
struct Renamed {
    from: String,
    to: String,
}

/// Reads differences back, as far as [`patch`](crate::diff::patch) needs them.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where the text is no such JSON, or of a newer version.
pub fn read(file: &str, text: &str) -> Result<Diff> {
    let wrong = |it: serde_json::Error| {
        let (line, column) = (u32::try_from(it.line()).unwrap_or(0), u32::try_from(it.column()).unwrap_or(0));
        Error::new(ErrorKind::Unreadable, "expected the JSON of `crossfoot diff -o json`")
            .at(file, line, column)
            .because(it)
            .hint("crossfoot diff OLD NEW -o json | crossfoot patch OLD")
    };
    let head: Head = serde_json::from_str(text).map_err(wrong)?;
    if head.format != "crossfoot-diff" || head.version > VERSION {
        let message =
            format!("expected crossfoot-diff, version {VERSION}, found {}, version {}", head.format, head.version);
        return Err(Error::new(ErrorKind::Unreadable, message).in_file(file).hint("a newer crossfoot wrote it"));
    }
    let document: Document = serde_json::from_str(text).map_err(wrong)?;
    let mut tables: Vec<TableDiff> = document.tables.into_iter().map(table_of).collect();
    for it in document.changes {
        if let Some(table) = tables.iter_mut().find(|table| table.name == it.table) {
            table.changes.push(change_of(it));
        }
    }
    Ok(Diff { tables, ..Diff::default() })
}

fn table_of(it: TableJson) -> TableDiff {
    let ColumnsJson { old, new, added, removed, renamed } = it.columns;
    let match_kind = match it.r#match.as_str() {
        "only_old" => Match::OnlyOld,
        "only_new" => Match::OnlyNew,
        "unrelated" => Match::Unrelated(String::new()),
        _ => Match::Corresponds,
    };
    TableDiff {
        name: it.table,
        match_kind,
        key: Key::default(),
        columns: Columns {
            old,
            new,
            added,
            removed,
            renamed: renamed.into_iter().map(|it| (it.from, it.to)).collect(),
            moved: Vec::new(),
        },
        rows: Rows::default(),
        changes: Vec::new(),
        duplicates: Vec::<Duplicate>::new(),
    }
}

fn change_of(it: ChangeJson) -> RowChange {
    let cell = |it: CellJson| CellChange {
        column: it.column,
        old: it.old,
        new: it.new,
        kind: KINDS.iter().find(|kind| kind.1 == it.kind).map_or(ChangeKind::Text, |it| it.0),
        difference: it.change,
    };
    RowChange {
        op: OPS.iter().find(|op| op.1 == it.op).map_or(Op::Changed, |it| it.0),
        key: it.row.into_iter().map(|(name, value)| (name, value.as_str().unwrap_or("").to_owned())).collect(),
        old_index: it.old_index,
        new_index: it.new_index,
        old_line: None,
        new_line: None,
        moved: it.moved,
        cells: it.cells.into_iter().map(cell).collect(),
        surprise: 0.0,
    }
}
