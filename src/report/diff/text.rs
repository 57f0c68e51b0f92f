//! For people in a terminal: tables in order, rows most surprising first.
//!
//! Lists are folded, counts are exact; what happened stands in words, so
//! that nothing is lost without colours.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::inline::{Piece, pieces};
use super::words::{self, Days};
use super::{Look, Show, cells_printed, differs, shown_cells, shown_rows};
use crate::diff::{CellChange, ChangeKind, Diff, Op, RowChange, TableDiff};

/// So many rows of one table are shown; the rest is counted.
const SHOWN_PER_TABLE: usize = 10;
/// So many keys that stand twice are listed.
const DUPLICATES_SHOWN: usize = 3;
/// How wide a line may be where no terminal says so.
const WIDTH: usize = 120;
/// How wide the column is that says what happened.
const INDENT: usize = 11;

/// The colours of what was and what is.
pub(super) struct Styles {
    pub(super) old: Style,
    pub(super) new: Style,
    changed: Style,
    pub(super) heading: Style,
    plain: bool,
}

pub(super) fn write(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let styles = Styles::new(look.color);
    if !look.quiet && (!diff.is_empty() || look.verbose) {
        heading(diff, &styles, out)?;
    }
    let days = words::days(diff);
    for it in diff.tables.iter().filter(|it| differs(it, Show::of(look)) || look.verbose) {
        table(it, days, look, &styles, out)?;
    }
    let hint = if cells_printed(diff) > 0 && !look.text { " (--text lists them)" } else { "" };
    if look.quiet {
        return Ok(());
    }
    writeln!(out, "{}{hint}", words::summary(diff))?;
    diff.aliases.iter().try_for_each(|it| writeln!(out, "{}", words::alias(it)))
}

pub(super) fn heading(diff: &Diff, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    let bold = styles.heading;
    let (old, new) = (&diff.old.name, &diff.new.name);
    if old == new {
        writeln!(out, "{bold}{old}{bold:#}")?;
    } else {
        writeln!(out, "{bold}{old} -> {new}{bold:#}")?;
    }
    let (old, new) = (words::edition(&diff.old), words::edition(&diff.new));
    if old.is_some() || new.is_some() {
        let or = |it: Option<String>| it.unwrap_or_else(|| "no period known".to_owned());
        writeln!(out, "{} -> {}", or(old), or(new))?;
    }
    writeln!(out)
}

fn table(table: &TableDiff, days: Days, look: Look, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    about(table, look, styles, out)?;
    if words::unmatched(table).is_some() && !look.verbose {
        return writeln!(out);
    }
    let rows = shown_rows(table, Show::of(look));
    let listed = if look.verbose { rows.len() } else { SHOWN_PER_TABLE.min(rows.len()) };
    for it in &rows[..listed] {
        row(it, days, look, styles, out)?;
    }
    if rows.len() > listed {
        writeln!(out, "  ... and {}; -v shows all", words::folded(&rows[listed..]))?;
    }
    writeln!(out)
}

/// What is to be said of a table before its rows.
pub(super) fn about(table: &TableDiff, look: Look, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    let bold = styles.heading;
    let unmatched = words::unmatched(table);
    let said = unmatched.clone().unwrap_or_else(|| words::matched(&table.key));
    writeln!(out, "{bold}{}{bold:#}: {said}", table.name)?;
    if unmatched.is_some() {
        return Ok(());
    }
    columns(table, styles, out)?;
    for it in &table.causes {
        writeln!(out, "  {}", words::cause(it))?;
    }
    if let Some(it) = words::moves(table) {
        writeln!(out, "  {it}")?;
    }
    let listed = if look.verbose { usize::MAX } else { DUPLICATES_SHOWN };
    for it in table.duplicates.iter().take(listed) {
        writeln!(out, "  key appears more than once: {}", words::duplicate(it))?;
    }
    if table.duplicates.len() > listed {
        writeln!(out, "  ... and {} more such keys", table.duplicates.len() - listed)?;
    }
    Ok(())
}

fn columns(table: &TableDiff, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    for (what, names) in words::columns(&table.columns) {
        let s = if names.len() == 1 { "" } else { "s" };
        writeln!(out, "  column{s} {what}: {}", names.join(", "))?;
    }
    for (old, new) in &table.columns.renamed {
        writeln!(out, "  column renamed: {}", styles.change(old, new))?;
    }
    Ok(())
}

/// A row, and beneath it which relations it repairs or breaks.
fn row(row: &RowChange, days: Days, look: Look, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    changed(row, days, look, styles, out)?;
    let mut relations: Vec<String> = shown_cells(row, Show::of(look)).filter_map(words::relation).collect();
    relations.dedup();
    relations.iter().try_for_each(|it| writeln!(out, "{:INDENT$}{it}", ""))
}

/// A row on one line where it fits, else with one line a cell.
fn changed(row: &RowChange, days: Days, look: Look, styles: &Styles, out: &mut dyn Write) -> io::Result<()> {
    let style = styles.of(row.op);
    let place = Some(words::place(row)).filter(|it| !it.is_empty());
    let head = format!("{}{}", words::name(row), place.map_or(String::new(), |it| format!(" ({it})")));
    write!(out, "  {style}{:<word$}{style:#}{head}", words::op(row.op), word = INDENT - 2)?;
    if matches!(row.op, Op::Added | Op::Removed) {
        let parts = [Some(words::values(row)).filter(|it| !it.is_empty()), words::perhaps(row)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        return if parts.is_empty() { writeln!(out) } else { writeln!(out, ": {}", parts.join("; ")) };
    }
    let cells: Vec<&CellChange> = shown_cells(row, Show::of(look)).collect();
    if cells.is_empty() {
        return writeln!(out);
    }
    let plain = Styles::new(false);
    let joined = |styles: &Styles| {
        let cells = cells.iter().map(|it| format!("{} {}", it.column, change(it, days, styles)));
        cells.collect::<Vec<_>>().join("; ")
    };
    let length = INDENT + head.chars().count() + 2 + joined(&plain).chars().count();
    if length <= look.width.unwrap_or(WIDTH) {
        return writeln!(out, ": {}", joined(styles));
    }
    writeln!(out)?;
    let width = cells.iter().map(|it| it.column.chars().count()).max().unwrap_or(0);
    for it in cells {
        writeln!(out, "{:INDENT$}{:<width$}  {}", "", it.column, change(it, days, styles))?;
    }
    Ok(())
}

/// What a cell was and is: `314 -> 298 (-16, -5.1%)`.
fn change(cell: &CellChange, days: Days, styles: &Styles) -> String {
    let (old, new) = words::sides(cell);
    let change = if cell.kind == ChangeKind::Text { styles.change(&old, &new) } else { styles.sides(&old, &new) };
    words::note(cell, days).map_or(change.clone(), |it| format!("{change} ({it})"))
}

impl Styles {
    pub(super) fn new(color: bool) -> Self {
        let style = |it: AnsiColor| if color { it.on_default() } else { Style::new() };
        let heading = if color { Style::new().bold() } else { Style::new() };
        Self {
            old: style(AnsiColor::Red),
            new: style(AnsiColor::Green),
            changed: style(AnsiColor::Yellow),
            heading,
            plain: !color,
        }
    }

    pub(super) fn of(&self, op: Op) -> Style {
        match op {
            Op::Added => self.new,
            Op::Removed => self.old,
            Op::Changed | Op::Moved => self.changed,
        }
    }

    pub(super) fn sides(&self, old: &str, new: &str) -> String {
        let (was, is) = (self.old, self.new);
        format!("{was}{}{was:#} -> {is}{}{is:#}", words::shown(Some(old)), words::shown(Some(new)))
    }

    /// Two texts as one where they are alike, else one after the other.
    fn change(&self, old: &str, new: &str) -> String {
        let Some(pieces) = pieces(old, new) else { return self.sides(old, new) };
        let (was, is) = (self.old.strikethrough(), self.new);
        let show = |it: Piece| match (it, self.plain) {
            (Piece::Same(it), _) => it,
            (Piece::Old(it), true) => format!("[-{it}-]"),
            (Piece::New(it), true) => format!("{{+{it}+}}"),
            (Piece::Old(it), false) => format!("{was}{it}{was:#}"),
            (Piece::New(it), false) => format!("{is}{it}{is:#}"),
        };
        pieces.into_iter().map(show).collect()
    }
}
