//! Series as small pictures with their ordinary range, and what changed since
//! the edition before.

use std::io::{self, Write};

use super::super::diff::changed_tables;
use super::{cut, escaped};
use crate::check::{Outcome, SeenSeries};
use crate::history::Grade;

/// So many series are drawn: those to look at first.
const DRAWN_MAX: usize = 120;
/// So many changed rows are listed of each table.
const CHANGES_MAX: usize = 60;
const WIDTH: f64 = 160.0;
const HEIGHT: f64 = 28.0;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let seen = outcome.editions.iter().filter_map(|it| it.seen.as_ref());
    let mut series: Vec<&SeenSeries> = seen.clone().flat_map(|it| &it.series).collect();
    series.sort_by_key(|it| std::cmp::Reverse(it.grade));
    if !series.is_empty() {
        writeln!(out, "<section>\n<h2>Against their own history</h2>")?;
        writeln!(out, "<p class=\"soft\">The band is the usual range of the last figure.</p>")?;
        writeln!(out, "<div class=\"scroll\" tabindex=\"0\">\n<table class=\"printed\">\n<thead><tr>")?;
        for head in ["figure", "course", "printed", "ordinary", "grade"] {
            writeln!(out, "<th scope=\"col\">{head}</th>")?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for it in series.iter().take(DRAWN_MAX) {
            row(it, out)?;
        }
        writeln!(out, "</tbody>\n</table>\n</div>")?;
        if series.len() > DRAWN_MAX {
            writeln!(out, "<p class=\"soft\">… and {} more series</p>", series.len() - DRAWN_MAX)?;
        }
        writeln!(out, "</section>")?;
    }
    for it in seen.filter(|it| !it.changes.is_empty()) {
        changed_tables(&it.changes, "Changed since the previous edition", CHANGES_MAX, out)?;
    }
    Ok(())
}

fn row(it: &SeenSeries, out: &mut dyn Write) -> io::Result<()> {
    let name = escaped(&cut(&it.name.join(", ")));
    let class = if it.grade > Grade::AsExpected { " class=\"look\"" } else { "" };
    let round = |it: f64| if it.fract() == 0.0 { format!("{it:.0}") } else { format!("{it:.1}") };
    write!(out, "<tr{class}><th scope=\"row\">{name}</th><td>{}</td>", picture(it))?;
    write!(out, "<td class=\"figure\">{}</td>", escaped(&cut(&it.text)))?;
    write!(out, "<td class=\"figure\">{} to {}</td>", round(it.low), round(it.high))?;
    writeln!(out, "<td>{}</td></tr>", it.grade.words())
}

/// The figures as a line, the range of the last as a band, the last as a dot.
fn picture(it: &SeenSeries) -> String {
    let (low, high) = (it.low / it.exposure, it.high / it.exposure);
    let most = it.rates.iter().copied().fold(high, f64::max).max(1e-9);
    let y = |rate: f64| HEIGHT - 3.0 - (HEIGHT - 6.0) * (rate / most).clamp(0.0, 1.0);
    #[expect(clippy::cast_precision_loss, reason = "figures are few")]
    let x = |at: usize| 3.0 + (WIDTH - 6.0) * at as f64 / (it.rates.len() - 1).max(1) as f64;
    let points: Vec<String> =
        it.rates.iter().enumerate().map(|(at, rate)| format!("{:.1},{:.1}", x(at), y(*rate))).collect();
    let last = it.rates.last().copied().unwrap_or(0.0);
    let band = format!(
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"12\" height=\"{:.1}\"/>",
        WIDTH - 14.0,
        y(high),
        (y(low) - y(high)).max(1.0)
    );
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" aria-label=\"course \
         of {} figures\">{band}<polyline points=\"{}\"/><circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/></svg>",
        it.rates.len(),
        points.join(" "),
        x(it.rates.len().saturating_sub(1)),
        y(last),
    )
}
