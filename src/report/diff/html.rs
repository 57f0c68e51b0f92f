//! One page by itself, for an editor to read, mail or print: the tables as they
//! are (`html_table`), or of very large files a list of what differs.
//!
//! It has no scripts and loads nothing; it follows the reader's choice of
//! light or dark, and says in words what colours say.

use std::io::{self, Write};

use super::super::escape::html as escaped;
use super::html_table;
use super::inline::{Piece, pieces};
use super::words::{self, Days};
use super::{Look, Show, differs, shown_cells, shown_rows};
use crate::diff::{CellChange, ChangeKind, Diff, Op, RowChange, TableDiff};

/// So many rows of one table are shown; a browser is slow above.
const SHOWN_PER_TABLE: usize = 1_000;

const CSS: &str = include_str!("../page.css");
const GRID_CSS: &str = include_str!("grid.css");

pub(super) fn write(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = (escaped(&diff.old.name), escaped(&diff.new.name));
    let title = if old == new { new } else { format!("{old} → {new}") };
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(
        out,
        "<title>{title}</title>\n<style>\n{CSS}{GRID_CSS}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>"
    )?;
    let editions = [words::edition(&diff.old), words::edition(&diff.new)];
    if let [Some(old), Some(new)] = editions {
        writeln!(out, "<p class=\"soft\">{} → {}</p>", escaped(&old), escaped(&new))?;
    }
    writeln!(out, "<p class=\"summary\">{}</p>", escaped(&words::summary(diff)))?;
    for it in &diff.aliases {
        writeln!(out, "<p class=\"soft\">{}</p>", escaped(&words::alias(it)))?;
    }
    let days = words::days(diff);
    let show = Show::of(look);
    let most = if look.verbose { usize::MAX } else { SHOWN_PER_TABLE };
    for (at, it) in diff.tables.iter().enumerate().filter(|it| differs(it.1, show)) {
        match diff.laid.get(at) {
            Some(laid) => html_table::write((it, laid), (days, show), most, out)?,
            None => table(it, (days, show), most, out)?,
        }
    }
    writeln!(out, "</main>\n</body>\n</html>")
}

/// The tables that differ, as part of another page, under a title.
pub(in crate::report) fn changed_tables(diff: &Diff, title: &str, rows: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>{}</h2>", escaped(title))?;
    writeln!(out, "<p class=\"summary\">{}</p>", escaped(&words::summary(diff)))?;
    let days = words::days(diff);
    for it in diff.tables.iter().filter(|it| differs(it, Show::ALL)) {
        table(it, (days, Show::ALL), rows, out)?;
    }
    writeln!(out, "</section>")
}

fn table(table: &TableDiff, (days, show): (Days, Show), most: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>{}</h2>", escaped(&table.name))?;
    if let Some(unmatched) = words::unmatched(table) {
        return writeln!(out, "<p>{}</p>\n</section>", escaped(&unmatched));
    }
    writeln!(out, "<p class=\"soft\">{}</p>", escaped(&words::matched(&table.key)))?;
    notes(table, out)?;
    list(table, (days, show), most, out)?;
    writeln!(out, "</section>")
}

/// What differs, a row and then a cell a line.
pub(super) fn list(table: &TableDiff, (days, show): (Days, Show), most: usize, out: &mut dyn Write) -> io::Result<()> {
    let rows = shown_rows(table, show);
    if rows.is_empty() {
        return Ok(());
    }
    let heads = "<th>row</th><th>line</th><th>column</th><th>old</th><th>new</th><th>change</th>";
    writeln!(out, "<div class=\"scroll\">\n<table>\n<thead><tr><th></th>{heads}</tr></thead>\n<tbody>")?;
    let listed = most.min(rows.len());
    for it in &rows[..listed] {
        row(it, (days, show), out)?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    if rows.len() > listed {
        writeln!(out, "<p class=\"soft\">… and {}</p>", words::folded(&rows[listed..]))?;
    }
    Ok(())
}

/// What happened to columns, and keys that stand twice, as a list.
pub(super) fn notes(table: &TableDiff, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    for (what, names) in words::columns(&table.columns) {
        let s = if names.len() == 1 { "" } else { "s" };
        lines.push(format!("column{s} {what}: {}", escaped(&names.join(", "))));
    }
    for (old, new) in &table.columns.renamed {
        let (old, new) = marked(old, new).unwrap_or_else(|| (escaped(old), escaped(new)));
        lines.push(format!("column renamed: {old} → {new}"));
    }
    lines.extend(table.causes.iter().map(|it| escaped(&words::cause(it))));
    lines.extend(words::moves(table).map(|it| escaped(&it)));
    let twice = |it| format!("key appears more than once: {}", escaped(&words::duplicate(it)));
    lines.extend(table.duplicates.iter().take(SHOWN_PER_TABLE).map(twice));
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "<ul>")?;
    lines.iter().try_for_each(|it| writeln!(out, "<li>{it}</li>"))?;
    writeln!(out, "</ul>")
}

fn row(row: &RowChange, (days, show): (Days, Show), out: &mut dyn Write) -> io::Result<()> {
    let what = words::op(row.op);
    let cells: Vec<&CellChange> = shown_cells(row, show).collect();
    let changed = row.op == Op::Changed;
    let span = if changed && cells.len() > 1 { format!(" rowspan=\"{}\"", cells.len()) } else { String::new() };
    let place = words::place(row).replace("->", "→");
    let place = escaped(place.trim_start_matches("line "));
    let name = escaped(&words::name(row));
    let mut head = format!("<td class=\"what\"{span}>{what}</td><th{span}>{name}</th><td{span}>{place}</td>");
    if !changed || cells.is_empty() {
        let values = [Some(words::values(row)).filter(|it| !it.is_empty()), words::perhaps(row)];
        let values = escaped(&values.into_iter().flatten().collect::<Vec<_>>().join("; "));
        return writeln!(out, "<tr class=\"{what}\">{head}<td colspan=\"4\">{values}</td></tr>");
    }
    for cell in cells {
        let (old, new) = sides(cell);
        let figure = if cell.kind == ChangeKind::Text { "" } else { "figure " };
        let note = escaped(&words::notes(cell, days));
        write!(out, "<tr class=\"{what}\">{head}<td>{}</td>", escaped(&cell.column))?;
        writeln!(out, "<td class=\"{figure}old\">{old}</td><td class=\"{figure}new\">{new}</td><td>{note}</td></tr>")?;
        head.clear();
    }
    Ok(())
}

/// The old and the new text of a cell, with what differs inside them marked.
fn sides(cell: &CellChange) -> (String, String) {
    let (old, new) = words::sides(cell);
    let (old, new) = (words::shown(Some(&old)), words::shown(Some(&new)));
    let marked = if cell.kind == ChangeKind::Text { marked(old, new) } else { None };
    marked.unwrap_or_else(|| (escaped(old), escaped(new)))
}

fn marked(old: &str, new: &str) -> Option<(String, String)> {
    let (mut was, mut is) = (String::new(), String::new());
    for piece in pieces(old, new)? {
        match piece {
            Piece::Same(it) => {
                was.push_str(&escaped(&it));
                is.push_str(&escaped(&it));
            }
            Piece::Old(it) => was.push_str(&format!("<del>{}</del>", escaped(&it))),
            Piece::New(it) => is.push_str(&format!("<ins>{}</ins>", escaped(&it))),
        }
    }
    Some((was, is))
}

/// Two texts as one with what differs marked, where they are alike.
pub(super) fn merged(old: &str, new: &str) -> Option<String> {
    let piece = |it| match it {
        Piece::Same(it) => escaped(&it),
        Piece::Old(it) => format!("<del>{}</del>", escaped(&it)),
        Piece::New(it) => format!("<ins>{}</ins>", escaped(&it)),
    };
    Some(pieces(old, new)?.into_iter().map(piece).collect())
}
