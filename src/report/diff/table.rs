//! The table itself, for people in a wide terminal: changed cells in their rows.

use std::io::{self, Write};

use super::grid::{Cell, Fold, Grid, Head, Row, margin};
use super::text::Styles;
use super::words;
use super::{Look, Show, differs};
use crate::diff::{Diff, Op};
use crate::report::counted;

/// So many rows that differ are shown; the rest is counted.
const ROWS_SHOWN: usize = 40;
/// Longer cells are cut.
const CELL_MAX: usize = 40;
/// How wide a line may be where no terminal says so.
const WIDTH: usize = 160;

/// A cell as it is printed, and without colours.
struct Text {
    styled: String,
    width: usize,
    is_figure: bool,
}

pub(super) fn write(diff: &Diff, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let styles = Styles::new(look.color);
    if !look.quiet {
        super::text::heading(diff, &styles, out)?;
    }
    let show = Show::of(look);
    for (table, laid) in diff.tables.iter().zip(&diff.laid).filter(|it| differs(it.0, show)) {
        super::text::about(table, look, &styles, out)?;
        if words::unmatched(table).is_some() && !look.verbose {
            writeln!(out)?;
            continue;
        }
        let most = if look.verbose { usize::MAX } else { ROWS_SHOWN };
        let fold = Fold::new(show, most);
        let width = look.width.unwrap_or(WIDTH);
        // Columns that do not differ stand aside where there is no room for them.
        let grids = (0..=fold.columns).rev().step_by(2).map(|columns| Grid::of(table, laid, Fold { columns, ..fold }));
        let rows = grids.map(|it| lines(&it, &styles));
        let mut rows = rows.peekable();
        while let Some(laid_out) = rows.next() {
            let widths = widths(&laid_out);
            if rows.peek().is_none() || widths.iter().sum::<usize>() + 2 * widths.len() <= width {
                print(&laid_out, &widths, out)?;
                break;
            }
        }
        let left_out = Grid::of(table, laid, fold).left_out;
        if !left_out.is_empty() {
            writeln!(out, "... and {}; -v shows all", words::folded(&left_out))?;
        }
        writeln!(out)?;
    }
    if look.quiet {
        return Ok(());
    }
    writeln!(out, "{}", words::summary(diff))?;
    diff.aliases.iter().try_for_each(|it| writeln!(out, "{}", words::alias(it)))
}

/// All lines of a grid, cell by cell; a row of one cell is a remark.
fn lines(grid: &Grid<'_>, styles: &Styles) -> Vec<Vec<Text>> {
    let bold = styles.heading;
    let mut heads = vec![Text::plain(""), Text::plain("line")];
    heads.extend(grid.columns.iter().map(|it| match it {
        Head::Folded(names) => Text::plain(&format!("({})", names.len())),
        Head::Column { column: it, .. } => {
            let name = match (&it.old, &it.new) {
                (Some(old), Some(new)) if old != new => format!("{old} -> {new}"),
                (None, Some(new)) => format!("+ {new}"),
                (Some(old), None) => format!("- {old}"),
                _ => it.name().to_owned(),
            };
            let name = if it.moved { format!("{name} (moved)") } else { name };
            Text { styled: format!("{bold}{name}{bold:#}"), ..Text::plain(&name) }
        }
    }));
    let mut all = vec![heads];
    for row in &grid.rows {
        all.push(match row {
            Row::Folded(count) => vec![Text::plain(&format!("... {} the same", counted(*count, "row")))],
            Row::Row { change, line, cells } => {
                let (what, place) = margin(*change, *line);
                let op = change.map(|it| it.op);
                let style = op.map(|it| styles.of(it)).unwrap_or_default();
                let mark = Text { styled: format!("{style}{what}{style:#}"), ..Text::plain(what) };
                let cells = cells.iter().map(|it| Text::of(it, op, styles));
                [mark, Text { is_figure: true, ..Text::plain(&place) }].into_iter().chain(cells).collect()
            }
        });
    }
    all
}

fn widths(lines: &[Vec<Text>]) -> Vec<usize> {
    let mut widths = vec![0; lines.first().map_or(0, Vec::len)];
    for line in lines.iter().filter(|it| it.len() > 1) {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.width.max(*width);
        }
    }
    widths
}

fn print(lines: &[Vec<Text>], widths: &[usize], out: &mut dyn Write) -> io::Result<()> {
    for line in lines {
        let mut text = String::new();
        for (at, (cell, width)) in line.iter().zip(widths).enumerate() {
            let space = " ".repeat(width.saturating_sub(cell.width));
            let gap = if at > 0 { "  " } else { "" };
            let (before, behind) = if cell.is_figure { (space.as_str(), "") } else { ("", space.as_str()) };
            text.push_str(&format!("{gap}{before}{}{behind}", cell.styled));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

impl Text {
    fn plain(text: &str) -> Self {
        let cut: String = if text.chars().count() > CELL_MAX {
            text.chars().take(CELL_MAX - 1).chain(['…']).collect()
        } else {
            text.to_owned()
        };
        Self { width: cut.chars().count(), styled: cut, is_figure: false }
    }

    fn of(cell: &Cell<'_>, op: Option<Op>, styles: &Styles) -> Self {
        let Some(change) = cell.change else {
            let style = match op {
                Some(op @ (Op::Added | Op::Removed)) => styles.of(op),
                _ if cell.is_gone => styles.old,
                _ if cell.has_come => styles.new,
                _ => anstyle::Style::new(),
            };
            let text = Self::plain(cell.text);
            let styled = format!("{style}{}{style:#}", text.styled);
            return Self { styled, is_figure: is_figure(cell.text), ..text };
        };
        let (old, new) = words::sides(change);
        let (was, is) = (Self::plain(words::shown(Some(&old))), Self::plain(words::shown(Some(&new))));
        let usual = words::unusual(change).map_or(String::new(), |it| format!(" ({it})"));
        let styled = format!("{}{usual}", styles.sides(&was.styled, &is.styled));
        let width = was.width + is.width + " -> ".len() + usual.chars().count();
        Self { styled, width, is_figure: is_figure(&new) }
    }
}

/// Whether a text looks like a figure, to be set on the right.
pub(super) fn is_figure(text: &str) -> bool {
    text.bytes().any(|it| it.is_ascii_digit()) && !text.chars().any(char::is_alphabetic)
}
