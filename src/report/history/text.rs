//! Series for people: a table each, or a line.

use std::io::{self, Write};

use super::super::Look;
use super::{HistorySeries, cells};
use crate::history::Grade;

/// So many of the last figures are drawn.
const DRAWN: usize = 40;
/// So many series are shown figure by figure; of more, a line each.
const WHOLE_MAX: usize = 3;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

pub(super) fn write(series: &[HistorySeries], look: Look, out: &mut dyn Write) -> io::Result<()> {
    if series.len() <= WHOLE_MAX || look.verbose {
        for it in series {
            whole(it, out)?;
        }
    } else {
        lines(series, out)?;
    }
    if look.quiet {
        return Ok(());
    }
    let grades = series.iter().filter_map(|it| Some(it.points.last()?.traced.as_ref()?.grade));
    let told = grades.filter(|it| *it > Grade::AsExpected).count();
    writeln!(out, "{} series: {told} to look at in the last edition", series.len())
}

/// A series figure by figure.
fn whole(series: &HistorySeries, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}, {}, {}", series.table, series.row, series.column)?;
    writeln!(out, "  {}\n", drawn(series))?;
    let cells: Vec<[String; 5]> = series.points.iter().map(cells).collect();
    let heads = ["period", "figure", "usual range", "grade", "chance"];
    let width = |at: usize| {
        let cells = cells.iter().map(|it| it[at].chars().count());
        cells.chain([heads[at].len()]).max().unwrap_or(0)
    };
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |cells: [&str; 5]| {
        let [period, figure, range, grade, chance] = cells;
        let [a, b, c, d, _] = widths;
        format!("  {period:<a$}  {figure:>b$}  {range:>c$}  {grade:<d$}  {chance}").trim_end().to_owned()
    };
    writeln!(out, "{}", line(heads))?;
    for it in &cells {
        writeln!(out, "{}", line(std::array::from_fn(|at| it[at].as_str())))?;
    }
    writeln!(out)
}

/// One line a series, those to look at first.
fn lines(series: &[HistorySeries], out: &mut dyn Write) -> io::Result<()> {
    let name = |it: &HistorySeries| format!("{}, {}, {}", it.table, it.row, it.column);
    let mut order: Vec<&HistorySeries> = series.iter().collect();
    order.sort_by_key(|it| std::cmp::Reverse(it.points.last().and_then(|it| it.traced.as_ref()).map(|it| it.grade)));
    let width = order.iter().map(|it| name(it).chars().count()).max().unwrap_or(0).min(50);
    let drawn_width = order.iter().map(|it| it.points.len().min(DRAWN)).max().unwrap_or(0);
    for it in order {
        let Some(last) = it.points.last() else { continue };
        let [_, figure, range, grade, _] = cells(last);
        let range = if range.is_empty() { range } else { format!(" ({range})") };
        writeln!(out, "{:<width$}  {:<drawn_width$}  {figure}{range}, {grade}", name(it), drawn(it))?;
    }
    writeln!(out)
}

/// A series as bars, from nothing up to its largest figure a full period.
fn drawn(series: &HistorySeries) -> String {
    let last = &series.points[series.points.len().saturating_sub(DRAWN)..];
    let rates: Vec<f64> = last.iter().map(|it| it.value / it.coverage.max(1e-9)).collect();
    let most = rates.iter().copied().fold(0.0, f64::max);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of seven")]
    let bar = |rate: f64| BARS[((rate / most).clamp(0.0, 1.0) * 7.0).round() as usize];
    rates.into_iter().map(|it| if most > 0.0 { bar(it) } else { BARS[0] }).collect()
}
