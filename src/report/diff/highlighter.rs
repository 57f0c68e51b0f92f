//! The tabular diff format of daff, as CSV, for other tools to show and apply.
//!
//! The first cell of a row says what the row is: `!` what happened to columns
//! (`+++` added, `---` removed, `(old name)` renamed, `:` moved), `@@` their
//! names, `+++` a row added, `---` removed, `->` changed (its cells too are
//! `old->new`, with a longer arrow where the table holds one), `:` moved, `+`
//! with cells of added columns, `...` rows left out, nothing for a row that is
//! there to show the place. Specification: Paul Fitzpatrick, "Tabular diff
//! format", version 1 of daff-doc. Several tables stand under `# name` each.

use std::io::{self, Write};

use crate::diff::{Diff, Laid, LaidColumn, LaidRow, Line, Op, TableDiff};
use crate::table::canonical;

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let tables: Vec<(&TableDiff, &Laid)> = diff.tables.iter().zip(&diff.laid).collect();
    for (at, (table, laid)) in tables.iter().enumerate() {
        if tables.len() > 1 {
            writeln!(out, "{}# {}", if at > 0 { "\n" } else { "" }, table.name)?;
        }
        out.write_all(of_table(table, laid).as_bytes())?;
    }
    Ok(())
}

fn of_table(table: &TableDiff, laid: &Laid) -> String {
    let arrow = arrow(laid);
    let names: Vec<String> =
        std::iter::once("@@").chain(laid.columns.iter().map(LaidColumn::name)).map(str::to_owned).collect();
    let form: Vec<String> = std::iter::once("!".to_owned()).chain(laid.columns.iter().map(happened)).collect();
    let has_changed = form[1..].iter().any(|it| !it.is_empty());
    let (heading, rest) = if has_changed { (form, Some(names)) } else { (names, None) };
    let lines = laid.lines.iter().map(|line| match line {
        Line::Same(_) => vec!["...".to_owned(); laid.columns.len() + 1],
        Line::Row(row) => row_of(table, row, &arrow),
    });
    canonical::csv_of(&heading, rest.into_iter().chain(lines))
}

/// What happened to a column.
fn happened(column: &LaidColumn) -> String {
    let moved = if column.moved { ":" } else { "" };
    match (&column.old, &column.new) {
        (None, _) => "+++".to_owned(),
        (_, None) => "---".to_owned(),
        (Some(old), Some(new)) if old != new => format!("{moved}({old})"),
        _ => moved.to_owned(),
    }
}

fn row_of(table: &TableDiff, row: &LaidRow, arrow: &str) -> Vec<String> {
    let change = row.change.map(|it| &table.changes[it]);
    let trimmed = |it: &Option<String>| it.as_ref().map(|it| it.trim().to_owned());
    let cells: Vec<_> = row.cells.iter().map(|it| (trimmed(&it.0), trimmed(&it.1))).collect();
    let differs = cells.iter().any(|it| it.0.is_some() && it.1.is_some() && it.0 != it.1);
    let has_come = cells.iter().any(|it| it.0.is_none() && it.1.is_some());
    let what = match change.map(|it| (it.op, it.moved)) {
        Some((Op::Added, _)) => "+++",
        Some((Op::Removed, _)) => "---",
        _ if differs => arrow,
        Some((Op::Moved, _) | (_, true)) => ":",
        _ if has_come => "+",
        _ => "",
    };
    let cell = |it: (Option<String>, Option<String>)| match it {
        (Some(old), Some(new)) if old != new => format!("{old}{arrow}{new}"),
        (old, new) => new.or(old).unwrap_or_default(),
    };
    std::iter::once(what.to_owned()).chain(cells.into_iter().map(cell)).collect()
}

/// The shortest arrow that the table does not hold.
fn arrow(laid: &Laid) -> String {
    let rows = laid.lines.iter().filter_map(|it| if let Line::Row(row) = it { Some(row) } else { None });
    let texts = rows.flat_map(|it| &it.cells).flat_map(|it| [&it.0, &it.1]).flatten();
    let dashes = texts.flat_map(|it| {
        it.match_indices("->").map(|at| it[..at.0].bytes().rev().take_while(|it| *it == b'-').count() + 1)
    });
    format!("{}->", "-".repeat(dashes.max().unwrap_or(0)))
}
