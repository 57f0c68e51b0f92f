//! For a comment on a pull request: one Markdown table a table that differs.
//!
//! Tables are as GitHub and GitLab read them; all that is printed in a cell
//! is escaped, so that no figure turns into markup.

use std::io::{self, Write};

use super::super::escape::markdown as escaped;
use super::inline::{Piece, pieces};
use super::words::{self, Days};
use super::{Look, Show, differs, shown_cells, shown_rows};
use crate::diff::{CellChange, ChangeKind, Diff, Op, RowChange, TableDiff};

/// So many rows of one table are shown; a comment has a limit.
const SHOWN_PER_TABLE: usize = 50;

pub(super) fn write(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    if !look.quiet {
        let (old, new) = (&diff.old.name, &diff.new.name);
        let heading = if old == new { code(old) } else { format!("{} → {}", code(old), code(new)) };
        writeln!(out, "### {heading}\n\n{}", escaped(&words::summary(diff)))?;
        let editions = [words::edition(&diff.old), words::edition(&diff.new)];
        if let ([Some(old), Some(new)], true) = (editions, !diff.is_empty()) {
            writeln!(out, "\n{} → {}", escaped(&old), escaped(&new))?;
        }
    }
    let days = words::days(diff);
    for it in diff.tables.iter().filter(|it| differs(it, Show::of(look))) {
        table(it, days, look, out)?;
    }
    Ok(())
}

fn table(table: &TableDiff, days: Days, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n#### {}\n", escaped(&table.name))?;
    if let Some(unmatched) = words::unmatched(table) {
        return writeln!(out, "{}", escaped(&unmatched));
    }
    writeln!(out, "{}", escaped(&words::matched(&table.key)))?;
    notes(table, out)?;
    let rows = shown_rows(table, Show::of(look));
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| | row | line | column | old | new | change |\n|---|---|---|---|--:|--:|---|")?;
    let listed = if look.verbose { rows.len() } else { SHOWN_PER_TABLE.min(rows.len()) };
    for it in &rows[..listed] {
        row(it, (days, Show::of(look)), out)?;
    }
    if rows.len() > listed {
        writeln!(out, "\n… and {}", words::folded(&rows[listed..]))?;
    }
    Ok(())
}

/// What happened to columns, and keys that stand twice, as a list.
fn notes(table: &TableDiff, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    for (what, names) in words::columns(&table.columns) {
        lines.push(format!("columns {what}: {}", names.iter().map(|it| code(it)).collect::<Vec<_>>().join(", ")));
    }
    let renamed = table.columns.renamed.iter().map(|it| format!("column renamed: {} → {}", code(&it.0), code(&it.1)));
    lines.extend(renamed);
    lines.extend(table.causes.iter().map(|it| escaped(&words::cause(it))));
    lines.extend(words::moves(table).map(|it| escaped(&it)));
    let twice = |it| format!("key appears more than once: {}", escaped(&words::duplicate(it)));
    lines.extend(table.duplicates.iter().take(SHOWN_PER_TABLE).map(twice));
    if !lines.is_empty() {
        writeln!(out)?;
    }
    lines.iter().try_for_each(|it| writeln!(out, "- {it}"))
}

fn row(row: &RowChange, (days, show): (Days, Show), out: &mut dyn Write) -> io::Result<()> {
    let place = words::place(row).replace("->", "→");
    let place = place.trim_start_matches("line ");
    let mut head = format!("| {} | {} | {place} |", words::op(row.op), escaped(&words::name(row)));
    match row.op {
        Op::Removed => return writeln!(out, "{head} | {} | | |", escaped(&values(row))),
        Op::Added => return writeln!(out, "{head} | | {} | |", escaped(&values(row))),
        Op::Changed | Op::Moved if shown_cells(row, show).next().is_none() => {
            return writeln!(out, "{head} | | | |");
        }
        Op::Changed | Op::Moved => {}
    }
    for cell in shown_cells(row, show) {
        let (old, new) = sides(cell);
        let note = escaped(&words::notes(cell, days));
        writeln!(out, "{head} {} | {old} | {new} | {note} |", escaped(&cell.column))?;
        "| | | |".clone_into(&mut head);
    }
    Ok(())
}

/// The cells of a row that came or went, and which other row may stand for it.
fn values(row: &RowChange) -> String {
    let parts = [Some(words::values(row)).filter(|it| !it.is_empty()), words::perhaps(row)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The old and the new text, with what differs inside them marked.
fn sides(cell: &CellChange) -> (String, String) {
    let (old, new) = words::sides(cell);
    let (old, new) = (words::shown(Some(&old)), words::shown(Some(&new)));
    let pieces = if cell.kind == ChangeKind::Text { pieces(old, new) } else { None };
    let Some(pieces) = pieces else { return (escaped(old), escaped(new)) };
    let (mut was, mut is) = (String::new(), String::new());
    for piece in pieces {
        match piece {
            Piece::Same(it) => {
                was.push_str(&escaped(&it));
                is.push_str(&escaped(&it));
            }
            // HTML marks hold where the text has spaces at its ends.
            Piece::Old(it) => was.push_str(&format!("<del>{}</del>", escaped(&it))),
            Piece::New(it) => is.push_str(&format!("<ins>{}</ins>", escaped(&it))),
        }
    }
    (was, is)
}

/// A name as code; a backtick in it would end that.
fn code(text: &str) -> String {
    if text.contains(['`', '|']) { escaped(text) } else { format!("`{}`", text.replace(['\n', '\r'], " ")) }
}
