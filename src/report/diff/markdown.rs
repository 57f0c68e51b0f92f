//! Differences as tables for a comment on a change.

use std::io::{self, Write};

use super::{Look, change_words, column_lines, matched_by, row_name, shown, summary, told_cells};
use crate::diff::{Diff, Op, RowChange};

pub(super) fn write(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### {} → {}\n", escaped(&diff.old.name), escaped(&diff.new.name))?;
    if diff.is_empty() {
        return writeln!(out, "No differences.");
    }
    for table in diff.tables.iter().filter(|it| it.changes.iter().any(RowChange::tells) || !column_lines(it).is_empty())
    {
        writeln!(out, "**{}** ({})\n", escaped(&table.name), escaped(&matched_by(table)))?;
        for line in column_lines(table) {
            writeln!(out, "- {}", escaped(&line))?;
        }
        if !column_lines(table).is_empty() {
            writeln!(out)?;
        }
        let (changes, more) = shown(table, look);
        if !changes.is_empty() {
            writeln!(out, "| row | column | old | new | change |\n|---|---|---:|---:|---|")?;
        }
        for change in changes {
            write_row(change, diff, out)?;
        }
        if more > 0 {
            writeln!(out, "\n… and {more} more rows.")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", escaped(&summary(diff)))
}

fn write_row(change: &RowChange, diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let name = escaped(&row_name(change));
    let whole = match change.op {
        Op::Added => Some("added"),
        Op::Removed => Some("removed"),
        Op::Moved => Some("moved"),
        Op::Changed => None,
    };
    if let Some(word) = whole {
        return writeln!(out, "| {name} | | | | {word} |");
    }
    for cell in told_cells(change) {
        let text = |it: &Option<String>| escaped(it.as_deref().unwrap_or(""));
        let words = change_words(cell, diff).unwrap_or_else(|| super::json::kind_word(cell.kind).to_owned());
        writeln!(out, "| {name} | {} | {} | {} | {words} |", escaped(&cell.column), text(&cell.old), text(&cell.new))?;
    }
    Ok(())
}

/// Keeps a text from being taken for Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut said = String::new();
    for character in text.chars() {
        match character {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' => said.extend(['\\', character]),
            '<' => said.push_str("&lt;"),
            '&' => said.push_str("&amp;"),
            '\n' | '\r' => said.push(' '),
            other => said.push(other),
        }
    }
    said
}
