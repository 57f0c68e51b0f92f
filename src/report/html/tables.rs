//! The tables as printed, with the figures of findings marked by number.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::super::marks::Marks;
use super::{Listed, cut, edition, escaped};
use crate::check::Outcome;
use crate::table::{ColumnType, Table};

/// So many rows of one table are shown besides those with a mark.
const ROWS_MAX: usize = 200;
/// So many bytes of tables are written.
const BYTES_MAX: usize = 600_000;
/// Longer cells are cut.
const CELL_MAX: usize = 200;

pub(super) fn write(outcome: &Outcome, listed: &[Listed<'_>], out: &mut dyn Write) -> io::Result<()> {
    let all = (1..).zip(listed).flat_map(|(number, it)| {
        // What is told with another is marked by its number.
        std::iter::once(it.0).chain(it.1.iter().copied()).map(move |it| (number, it))
    });
    let marks = Marks::of(all);
    let mut left_out = 0;
    let mut bytes = 0;
    for judged in &outcome.editions {
        for table in &judged.edition.tables {
            let mut section = Vec::new();
            let title = format!("{}: {}", edition(judged), table.name);
            one(&title, table, &marks, &mut section)?;
            if bytes + section.len() > BYTES_MAX {
                left_out += 1;
                continue;
            }
            bytes += section.len();
            out.write_all(&section)?;
        }
    }
    if left_out > 0 {
        writeln!(out, "<p class=\"soft\">{left_out} more tables are not shown on this page</p>")?;
    }
    Ok(())
}

fn one(title: &str, table: &Table, marks: &Marks<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>{}</h2>", escaped(&cut(title)))?;
    writeln!(out, "<div class=\"scroll\" tabindex=\"0\">\n<table class=\"printed\">\n<thead><tr>")?;
    for it in &table.columns {
        let texts = matches!(it.kind, ColumnType::Label | ColumnType::Text | ColumnType::Date | ColumnType::Period);
        let class = if texts { "" } else { " class=\"figure\"" };
        writeln!(out, "<th scope=\"col\"{class}>{}</th>", escaped(&cut(&it.name)))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    let mut hidden = 0;
    for row in 0..table.rows.len() {
        let found: Vec<BTreeSet<usize>> = (0..table.columns.len()).map(|it| marks.at(table, row, it)).collect();
        if row >= ROWS_MAX && found.iter().all(BTreeSet::is_empty) {
            hidden += 1;
            continue;
        }
        write!(out, "<tr>")?;
        for (column, found) in found.iter().enumerate() {
            cell(table, (row, column), found, out)?;
        }
        writeln!(out, "</tr>")?;
        if out.len() > BYTES_MAX {
            hidden += table.rows.len() - row - 1;
            break;
        }
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    if hidden > 0 {
        writeln!(out, "<p class=\"soft\">{hidden} rows are not shown on this page</p>")?;
    }
    writeln!(out, "</section>")
}

fn cell(table: &Table, (row, column): (usize, usize), found: &BTreeSet<usize>, out: &mut Vec<u8>) -> io::Result<()> {
    let it = &table.columns[column];
    let text = table.text(row, column).trim();
    let short: String = text.chars().take(CELL_MAX).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    let mut text = format!("{}{more}", escaped(&short));
    if !found.is_empty() {
        let link = |it: &usize| format!("<a href=\"#finding-{it}\" aria-label=\"finding {it}\">{it}</a>");
        let links: Vec<String> = found.iter().map(link).collect();
        text = format!("<mark>{text}</mark><sup>{}</sup>", links.join(" "));
    }
    let under = table.rows[row].under.is_some();
    match it.kind {
        ColumnType::Label if under => write!(out, "<th scope=\"row\" class=\"under\">{text}</th>"),
        ColumnType::Label => write!(out, "<th scope=\"row\">{text}</th>"),
        ColumnType::Text | ColumnType::Date | ColumnType::Period => write!(out, "<td>{text}</td>"),
        _ => write!(out, "<td class=\"figure\">{text}</td>"),
    }
}
