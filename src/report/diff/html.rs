//! Differences as one page for a browser: no scripts, light and dark.

use std::io::{self, Write};

use super::{change_words, column_lines, matched_by, row_name, summary, told_cells};
use crate::diff::{ChangeKind, Diff, Op, RowChange, TableDiff};

const STYLE: &str = "\
:root{color-scheme:light dark;--line:#8884;--old:#c0392b;--new:#1e8449}\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.3rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;width:100%}\
th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}\
td.figure,th.figure{text-align:right;font-variant-numeric:tabular-nums}\
del{color:var(--old)}ins{color:var(--new);text-decoration:none;font-weight:600}\
.said{opacity:.75}";

pub(super) fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} → {}", escaped(&diff.old.name), escaped(&diff.new.name));
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>")?;
    writeln!(out, "<p>{}</p>", if diff.is_empty() { "No differences.".to_owned() } else { escaped(&summary(diff)) })?;
    for table in &diff.tables {
        if table.changes.iter().any(RowChange::tells) || !column_lines(table).is_empty() {
            write_table(table, diff, out)?;
        }
    }
    writeln!(out, "</body>\n</html>")
}

fn write_table(table: &TableDiff, diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h2>{}</h2>\n<p class=\"said\">{}</p>", escaped(&table.name), escaped(&matched_by(table)))?;
    for line in column_lines(table) {
        writeln!(out, "<p>{}</p>", escaped(&line))?;
    }
    writeln!(
        out,
        "<table>\n<thead><tr><th>row</th><th>column</th><th class=\"figure\">old</th><th class=\"figure\">new</th><th>change</th></tr></thead>\n<tbody>"
    )?;
    for change in table.changes.iter().filter(|it| it.tells()) {
        write_row(change, diff, out)?;
    }
    writeln!(out, "</tbody>\n</table>")
}

fn write_row(change: &RowChange, diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let name = escaped(&row_name(change));
    let word = match change.op {
        Op::Added => "added",
        Op::Removed => "removed",
        Op::Moved => "moved",
        Op::Changed => "",
    };
    if change.op == Op::Moved {
        return writeln!(out, "<tr><th>{name}</th><td></td><td></td><td></td><td>{word}</td></tr>");
    }
    for (number, cell) in told_cells(change)
        .filter(|it| !change.key.iter().any(|key| key.0 == it.column) || change.op == Op::Changed)
        .enumerate()
    {
        let side = |it: &Option<String>, tag: &str| {
            it.as_ref()
                .filter(|it| !it.is_empty())
                .map_or(String::new(), |it| format!("<{tag}>{}</{tag}>", escaped(it)))
        };
        let words = change_words(cell, diff).unwrap_or_else(|| match cell.kind {
            ChangeKind::Precision => "another precision".to_owned(),
            _ => word.to_owned(),
        });
        let head = if number == 0 { name.as_str() } else { "" };
        let (column, old, new) = (escaped(&cell.column), side(&cell.old, "del"), side(&cell.new, "ins"));
        writeln!(
            out,
            "<tr><th>{head}</th><td>{column}</td><td class=\"figure\">{old}</td><td class=\"figure\">{new}</td><td>{}</td></tr>",
            escaped(&words)
        )?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
