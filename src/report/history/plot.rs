//! One series as a picture: its figures, what was ordinary, what was flagged, and the year before.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::escape::html as escaped;
use super::{HistoryPoint, HistorySeries};
use crate::history::Grade;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;
/// Around the plot: left for the figures of the scale, below for the periods.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 30.0;
/// So many of the last figures are drawn: more are no picture.
pub(super) const POINTS_MAX: usize = 400;
/// A range that is so many times wider than the figures does not set the scale.
const RANGE_MAX: f64 = 1.6;
/// So many flags have their figure beside them; more would cover each other.
const NAMED_MAX: usize = 12;

/// What is drawn of a series, and where.
struct Scale<'a> {
    points: &'a [HistoryPoint],
    first: i64,
    periods: f64,
    least: f64,
    most: f64,
}

/// A document of one series; more than one cannot be one picture, and the first is drawn.
pub(super) fn document(series: &[HistorySeries], out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = series.first() else { return Ok(()) };
    writeln!(out, "{}", picture(first, STYLE))
}

/// Colours of a picture that stands alone; a page has its own.
const STYLE: &str = "<style>\
    svg { background: #fff; color: #1d1f23; font: 11px system-ui, sans-serif }\
    .band { fill: #dbe4ee } .year { fill: none; stroke: #a7adb5; stroke-width: 1.2; stroke-dasharray: 3 3 }\
    .line { fill: none; stroke: #1d1f23; stroke-width: 1.4 } .dot { fill: #1d1f23 }\
    .flag { fill: #b3261e } .look { fill: #8a5a00 } .scale { stroke: #d6d9dd } text { fill: #4a4f57 }\
    .told { fill: #b3261e; font-weight: 600 } .event { stroke: #1f5fa8; stroke-dasharray: 2 3 }\
    </style>";

/// A series as an SVG element.
pub(super) fn picture(series: &HistorySeries, style: &str) -> String {
    let points = &series.points[series.points.len().saturating_sub(POINTS_MAX)..];
    let Some(scale) = Scale::of(points) else { return String::new() };
    let name = escaped(&format!("{}, {}, {}", series.table, series.row, series.column));
    let last = points.last().map_or("", |it| it.observed.as_str());
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{name}: \
         {} figures, the last {}\">{style}",
        points.len(),
        escaped(last),
    );
    scale.axes(&mut svg);
    scale.band(&mut svg);
    scale.year_before(series, &mut svg);
    scale.events(&mut svg);
    scale.line(&mut svg);
    scale.flags(&mut svg);
    svg.push_str("</svg>");
    svg
}

/// A figure for a full period, and a bound of its range.
fn rate(it: &HistoryPoint, figure: f64) -> f64 {
    figure / it.coverage.max(1e-9)
}

impl<'a> Scale<'a> {
    fn of(points: &'a [HistoryPoint]) -> Option<Self> {
        let (first, last) = (points.first()?.at, points.last()?.at);
        let figures = || points.iter().map(|it| rate(it, it.value)).filter(|it| it.is_finite());
        let highest = figures().fold(f64::MIN, f64::max);
        let lowest = figures().fold(f64::MAX, f64::min);
        let bounds = points.iter().filter_map(|it| Some(rate(it, it.traced.as_ref()?.high?)));
        let most = bounds.filter(|it| *it <= highest * RANGE_MAX).fold(highest, f64::max);
        let least = if lowest > 0.5 * most { 0.9 * lowest } else { lowest.min(0.0) };
        #[expect(clippy::cast_precision_loss, reason = "periods are few")]
        let periods = (last - first).max(1) as f64;
        (most > least && most.is_finite()).then_some(Self { points, first, periods, least, most })
    }

    fn x(&self, at: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "periods are few")]
        let share = (at - self.first) as f64 / self.periods;
        LEFT + (WIDTH - LEFT - RIGHT) * share
    }

    fn y(&self, figure: f64) -> f64 {
        let share = ((figure - self.least) / (self.most - self.least)).clamp(0.0, 1.0);
        HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share
    }

    /// Four lines with their figures, and the first, the middle and the last period.
    fn axes(&self, svg: &mut String) {
        let step = nice((self.most - self.least) / 4.0);
        let mut figure = (self.least / step).ceil() * step;
        while figure <= self.most && step > 0.0 {
            let y = self.y(figure);
            let (end, at) = (WIDTH - RIGHT, LEFT - 6.0);
            let _ = write!(svg, "<line class=\"scale\" x1=\"{LEFT}\" x2=\"{end}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
            let _ =
                write!(svg, "<text x=\"{at}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>", y + 4.0, shown(figure, step));
            figure += step;
        }
        let middle = self.points.len() / 2;
        let ends = [(0, "start"), (middle, "middle"), (self.points.len() - 1, "end")];
        for (index, anchor) in ends.into_iter().take(if middle == 0 { 1 } else { 3 }) {
            let it = &self.points[index];
            let (x, y, period) = (self.x(it.at), HEIGHT - 10.0, escaped(&it.period));
            let _ = write!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"{anchor}\">{period}</text>");
        }
    }

    /// What was ordinary, period by period.
    fn band(&self, svg: &mut String) {
        let (mut above, mut below): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for it in self.points {
            let Some((high, low)) = it.traced.as_ref().and_then(|it| Some((it.high?, it.low.unwrap_or(self.least))))
            else {
                self.piece(&mut above, &mut below, svg);
                continue;
            };
            let x = self.x(it.at);
            above.push(format!("{x:.1},{:.1}", self.y(rate(it, high))));
            below.push(format!("{x:.1},{:.1}", self.y(rate(it, low))));
        }
        self.piece(&mut above, &mut below, svg);
    }

    #[expect(clippy::unused_self, reason = "reads as the others")]
    fn piece(&self, above: &mut Vec<String>, below: &mut Vec<String>, svg: &mut String) {
        if above.len() > 1 {
            let outline: Vec<&str> = above.iter().chain(below.iter().rev()).map(String::as_str).collect();
            let _ = write!(svg, "<polygon class=\"band\" points=\"{}\"/>", outline.join(" "));
        }
        above.clear();
        below.clear();
    }

    /// The figures of a year ago, where they stand now; only where a year has more than a few periods.
    fn year_before(&self, series: &HistorySeries, svg: &mut String) {
        #[expect(clippy::cast_possible_truncation, reason = "a year has few periods")]
        let year = match series.year.round() as i64 {
            // Of days, the same weekday.
            365 => 364,
            year @ 12.. => year,
            _ => return,
        };
        let last = self.points.last().map_or(self.first, |it| it.at);
        let moved = series.points.iter().map(|it| (it.at + year, it));
        let within = moved.filter(|it| (self.first.max(last - year)..=last).contains(&it.0));
        let points: Vec<String> =
            within.map(|(at, it)| format!("{:.1},{:.1}", self.x(at), self.y(rate(it, it.value)))).collect();
        if points.len() > 2 {
            let _ = write!(svg, "<polyline class=\"year\" points=\"{}\"/>", points.join(" "));
        }
    }

    fn events(&self, svg: &mut String) {
        for it in self.points.iter().filter(|it| it.note.is_some()) {
            let (x, end) = (self.x(it.at), HEIGHT - BOTTOM);
            let note = escaped(it.note.as_deref().unwrap_or(""));
            let _ = write!(
                svg,
                "<line class=\"event\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{end}\"><title>{note}</title></line>"
            );
        }
    }

    /// The figures; a period without one breaks the line.
    fn line(&self, svg: &mut String) {
        for run in self.points.chunk_by(|one, other| other.at - one.at <= 1) {
            let points: Vec<String> =
                run.iter().map(|it| format!("{:.1},{:.1}", self.x(it.at), self.y(rate(it, it.value)))).collect();
            match &points[..] {
                [one] => {
                    let (x, y) = one.split_once(',').unwrap_or((one, "0"));
                    let _ = write!(svg, "<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"1.6\"/>");
                }
                _ => {
                    let _ = write!(svg, "<polyline class=\"line\" points=\"{}\"/>", points.join(" "));
                }
            }
        }
    }

    /// What was flagged, the last ones with their figure.
    fn flags(&self, svg: &mut String) {
        let grade = |it: &HistoryPoint| it.traced.as_ref().map_or(Grade::NotJudged, |it| it.grade);
        let told: Vec<&HistoryPoint> = self.points.iter().filter(|it| grade(it) > Grade::AsExpected).collect();
        let flags = told.iter().filter(|it| grade(it) == Grade::CheckBeforePrinting).count();
        let mut unnamed = flags.saturating_sub(NAMED_MAX);
        for it in told {
            let (x, y) = (self.x(it.at), self.y(rate(it, it.value)));
            let is_flag = grade(it) == Grade::CheckBeforePrinting;
            let (class, size) = if is_flag { ("flag", 4.0) } else { ("look", 2.6) };
            let [period, figure, range, word, _] = super::cells(it).map(|it| escaped(&it));
            let _ = write!(
                svg,
                "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{size}\"><title>{period}: {figure}, usual \
                 range {range}; {word}</title></circle>"
            );
            if is_flag && unnamed == 0 {
                let above = if y > TOP + 12.0 { y - 7.0 } else { y + 16.0 };
                let anchor = if x > WIDTH - 60.0 { "end" } else { "middle" };
                let _ = write!(
                    svg,
                    "<text class=\"told\" x=\"{x:.1}\" y=\"{above:.1}\" text-anchor=\"{anchor}\">{figure}</text>"
                );
            } else if is_flag {
                unnamed -= 1;
            }
        }
    }
}

/// The next of 1, 2, 5, 10 … above a step.
fn nice(step: f64) -> f64 {
    if step <= 0.0 || !step.is_finite() {
        return 0.0;
    }
    let power = 10_f64.powf(step.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|it| it * power).into_iter().find(|it| *it >= step).unwrap_or(10.0 * power)
}

/// A figure of the scale: with thousands marked, and as many decimals as its steps need.
fn shown(figure: f64, step: f64) -> String {
    if step < 1.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few digits")]
        let decimals = (-step.log10()).ceil().clamp(0.0, 12.0) as usize;
        return format!("{figure:.decimals$}");
    }
    let digits = format!("{:.0}", figure.abs());
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|it| std::str::from_utf8(it).ok()).collect();
    format!("{}{}", if figure < 0.0 { "-" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_a_scale_are_round() {
        for (step, round) in [(0.3, 0.5), (17.0, 20.0), (210.0, 500.0), (5.0, 5.0)] {
            assert!((nice(step) - round).abs() < 1e-9, "{step}");
        }
        assert_eq!([shown(1_500.0, 500.0), shown(0.25, 0.05), shown(-20.0, 10.0)], ["1,500", "0.25", "-20"]);
        assert!(nice(0.0) == 0.0 && nice(f64::INFINITY) == 0.0);
    }

    #[test]
    fn a_series_without_figures_or_of_one_value_is_no_picture_and_no_panic() {
        let mut series = HistorySeries {
            table: "t".to_owned(),
            row: "<b>".to_owned(),
            column: "c".to_owned(),
            year: 52.0,
            points: Vec::new(),
        };
        assert_eq!(picture(&series, ""), "");
        let point = |at: i64, value: f64| HistoryPoint {
            period: at.to_string(),
            at,
            note: None,
            observed: value.to_string(),
            value,
            coverage: 1.0,
            traced: None,
            since: None,
        };
        series.points = vec![point(0, 0.0)];
        assert_eq!(picture(&series, ""), "");
        series.points = vec![point(0, 3.0), point(1, f64::MAX), point(9, 4.0)];
        let it = picture(&series, "");
        assert!(it.contains("&lt;b&gt;") && !it.contains("NaN") && !it.contains("inf"), "{it}");
    }
}
