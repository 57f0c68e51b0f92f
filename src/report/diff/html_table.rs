//! The table itself as HTML: changed cells with what they were, what history
//! expects of them, and everything that did not change folded away.

use std::io::{self, Write};

use super::super::escape::html as escaped;
use super::Show;
use super::grid::{Cell, Fold, Grid, Head, Row, margin};
use super::html::{list, merged, notes};
use super::table::is_figure;
use super::words::{self, Days};
use crate::diff::{ChangeKind, Laid, LaidColumn, Op, TableDiff};
use crate::history::Grade;
use crate::report::counted;

/// A table of more columns does not fit on paper, and is printed as a list of what differs.
const PRINTED_MAX: usize = 10;

pub(super) fn write(
    (table, laid): (&TableDiff, &Laid),
    (days, show): (Days, Show),
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>{}</h2>", escaped(&table.name))?;
    let matched = words::unmatched(table).unwrap_or_else(|| words::matched(&table.key));
    writeln!(out, "<p class=\"soft\">{}</p>", escaped(&matched))?;
    if words::unmatched(table).is_none() {
        notes(table, out)?;
    }
    let grid = Grid::of(table, laid, Fold::new(show, most));
    let is_wide = grid.columns.len() > PRINTED_MAX;
    let wide = if is_wide { " wide" } else { "" };
    writeln!(out, "<div class=\"scroll{wide}\">\n<table class=\"grid\">")?;
    writeln!(out, "<thead><tr><th></th><th class=\"line\">line</th>")?;
    for it in &grid.columns {
        head(it, out)?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    let span = grid.columns.len() + 2;
    for it in &grid.rows {
        match it {
            Row::Folded(count) => {
                let rows = counted(*count, "row");
                writeln!(out, "<tr class=\"folded\"><td colspan=\"{span}\">⋯ {rows} the same</td></tr>")?;
            }
            Row::Row { change, line, cells } => {
                let (what, place) = margin(*change, *line);
                let perhaps = change.and_then(words::perhaps).map_or(String::new(), |it| small(&it));
                let place = escaped(&place.replace("->", "→"));
                write!(
                    out,
                    "<tr class=\"{what}\"><td class=\"what\">{what}{perhaps}</td><td class=\"soft line\">{place}</td>"
                )?;
                for (at, it) in cells.iter().zip(&grid.columns) {
                    cell(at, it, change.map(|it| it.op), days, out)?;
                }
                writeln!(out, "</tr>")?;
            }
        }
    }
    writeln!(out, "</tbody>\n</table>\n</div>")?;
    if is_wide {
        writeln!(out, "<div class=\"printed\">")?;
        list(table, (days, show), most, out)?;
        writeln!(out, "</div>")?;
    }
    if !grid.left_out.is_empty() {
        writeln!(out, "<p class=\"soft{wide}\">… and {}</p>", words::folded(&grid.left_out))?;
    }
    writeln!(out, "</section>")
}

fn small(text: &str) -> String {
    format!("<small>{}</small>", escaped(text))
}

fn head(head: &Head<'_>, out: &mut dyn Write) -> io::Result<()> {
    match head {
        Head::Folded(names) => {
            let columns = counted(names.len(), "column");
            let title = format!("{columns} unchanged: {}", names.join(", "));
            writeln!(out, "<th class=\"folded\" title=\"{}\">⋯<small>{columns}</small></th>", escaped(&title))
        }
        Head::Column { column, .. } => {
            let class = match (&column.old, &column.new) {
                (None, _) => "added",
                (_, None) => "removed",
                _ => place(head),
            };
            writeln!(out, "<th{}>{}</th>", class_of(class), named(column))
        }
    }
}

/// Where a column stands to the change: what is quiet goes where there is little room.
fn place(head: &Head<'_>) -> &'static str {
    match head {
        Head::Column { is_key: true, .. } => "key",
        Head::Column { is_quiet: true, .. } => "quiet",
        Head::Column { .. } => "",
        Head::Folded(_) => "folded",
    }
}

fn class_of(names: &str) -> String {
    if names.is_empty() { String::new() } else { format!(" class=\"{names}\"") }
}

/// A column's name, with what happened to it.
fn named(column: &LaidColumn) -> String {
    let moved = if column.moved { small("moved") } else { String::new() };
    match (&column.old, &column.new) {
        (Some(old), Some(new)) if old != new => {
            format!("<del>{}</del> <ins>{}</ins>{}{moved}", escaped(old), escaped(new), small("renamed"))
        }
        (None, Some(new)) => format!("<ins>{}</ins>{}", escaped(new), small("added")),
        (Some(old), None) => format!("<del>{}</del>{}", escaped(old), small("removed")),
        _ => format!("{}{moved}", escaped(column.name())),
    }
}

fn cell(cell: &Cell<'_>, head: &Head<'_>, op: Option<Op>, days: Days, out: &mut dyn Write) -> io::Result<()> {
    if matches!(head, Head::Folded(_)) {
        return write!(out, "<td class=\"folded\"></td>");
    }
    let Some(change) = cell.change else {
        let figure = if is_figure(cell.text) { "figure" } else { "" };
        let text = escaped(cell.text);
        let whole = matches!(op, Some(Op::Added | Op::Removed));
        let (what, text) = match (cell.is_gone && !whole, cell.has_come) {
            (true, _) => ("gone", format!("<del>{text}</del>")),
            (_, true) => ("come", format!("<ins>{text}</ins>")),
            _ => (place(head), text),
        };
        let class = class_of([figure, what].join(" ").trim());
        return write!(out, "<td{class}>{text}</td>");
    };
    let (old, new) = words::sides(change);
    let unusual = change.usual.as_ref().is_some_and(|it| it.grade != Grade::AsExpected);
    let unusual = if unusual { " unusual" } else { "" };
    let figure = if is_figure(&new) { " figure" } else { "" };
    let inline = if change.kind == ChangeKind::Text { merged(&old, &new) } else { None };
    let both = inline.unwrap_or_else(|| {
        let (old, new) = (words::shown(Some(&old)), words::shown(Some(&new)));
        format!("<del>{}</del> <ins>{}</ins>", escaped(old), escaped(new))
    });
    let note = Some(words::notes(change, days)).filter(|it| !it.is_empty()).map_or(String::new(), |it| small(&it));
    write!(out, "<td class=\"edit{figure}{unusual}\">{both}{note}</td>")
}
