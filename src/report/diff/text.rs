//! Differences for people in a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Look, cell_words, column_lines, matched_by, row_name, shown, summary, told_cells};
use crate::diff::{Diff, Match, Op, RowChange, TableDiff};

pub(super) fn write(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if diff.is_empty() {
        return if look.quiet { Ok(()) } else { writeln!(out, "no differences") };
    }
    let bold = if look.color { Style::new().bold() } else { Style::new() };
    writeln!(out, "{bold}{} -> {}{bold:#}", diff.old.name, diff.new.name)?;
    for table in &diff.tables {
        if !quiet(table) {
            write_table(table, diff, look, out)?;
        }
    }
    if look.quiet { Ok(()) } else { writeln!(out, "\n{}", summary(diff)) }
}

/// Whether there is nothing to say of a table.
fn quiet(table: &TableDiff) -> bool {
    table.match_kind == Match::Corresponds
        && column_lines(table).is_empty()
        && table.duplicates.is_empty()
        && !table.changes.iter().any(RowChange::tells)
}

fn write_table(table: &TableDiff, diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{} ({})", table.name, matched_by(table))?;
    for line in column_lines(table) {
        writeln!(out, "  {line}")?;
    }
    for it in &table.duplicates {
        let lines = |lines: &[u32]| lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        let (key, old, new) = (it.key.join(", "), lines(&it.old_lines), lines(&it.new_lines));
        writeln!(out, "  key {key} is there more than once: old lines {old}; new lines {new}")?;
    }
    let (changes, more) = shown(table, look);
    for change in changes {
        let (sign, color) = match change.op {
            Op::Added => ('+', AnsiColor::Green),
            Op::Removed => ('-', AnsiColor::Red),
            Op::Changed => ('~', AnsiColor::Yellow),
            Op::Moved => ('>', AnsiColor::Cyan),
        };
        let style = if look.color { color.on_default() } else { Style::new() };
        writeln!(out, "  {style}{sign} {}{style:#}: {}", row_name(change), words(change, diff))?;
    }
    if more > 0 {
        writeln!(out, "  ... and {more} more; -v shows all, -o json lists them")?;
    }
    Ok(())
}

fn words(change: &RowChange, diff: &Diff) -> String {
    let line = |it: Option<u32>| it.map_or(String::new(), |it| it.to_string());
    match change.op {
        Op::Moved => format!("moved from line {} to line {}", line(change.old_line), line(change.new_line)),
        Op::Changed => {
            let cells: Vec<String> = told_cells(change).map(|it| cell_words(it, diff)).collect();
            let moved = if change.moved { format!("; moved to line {}", line(change.new_line)) } else { String::new() };
            format!("{}{moved}", cells.join("; "))
        }
        Op::Added | Op::Removed => {
            let cell = |it: &crate::diff::CellChange| it.new.clone().or_else(|| it.old.clone()).unwrap_or_default();
            let cells: Vec<String> =
                change.cells.iter().filter(|it| !change.key.iter().any(|key| key.0 == it.column)).map(cell).collect();
            cells.join(", ")
        }
    }
}
