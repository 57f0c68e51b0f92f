//! Series with their expected ranges: a table or a line each for people, JSON
//! (`crossfoot-history`, version 1) and CSV for programs.
//!
//! In CSV a line is a point; what a detector does not give is empty. Fields
//! and columns are only ever added, at the end.

use std::io::{self, Write};

use serde::Serialize;

use super::Look;
use super::escape::cell;
use crate::history::{Grade, Traced};

/// So many of the last figures are drawn.
const DRAWN: usize = 40;
/// So many series are shown figure by figure; of more, a line each.
const WHOLE_MAX: usize = 3;
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A form that series are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// One line a point.
    Csv,
}

/// One series.
#[derive(Clone, Debug)]
pub struct HistorySeries {
    /// Its table.
    pub table: String,
    /// Its row, by its key.
    pub row: String,
    /// Its column.
    pub column: String,
    /// Its figures, oldest first.
    pub points: Vec<HistoryPoint>,
}

/// One figure of a series.
#[derive(Clone, Debug)]
pub struct HistoryPoint {
    /// The period, as printed or as first day/last day.
    pub period: String,
    /// The figure, as an exact decimal.
    pub observed: String,
    /// The same as a number, to draw it.
    pub value: f64,
    /// How much of a usual period is covered.
    pub coverage: f64,
    /// What was made of it, if anything.
    pub traced: Option<Traced>,
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    series: Vec<Series<'a>>,
}

#[derive(Serialize)]
struct Series<'a> {
    table: &'a str,
    row: &'a str,
    column: &'a str,
    points: Vec<Point<'a>>,
}

#[derive(Serialize)]
struct Point<'a> {
    period: &'a str,
    observed: &'a str,
    coverage: f64,
    low: Option<f64>,
    high: Option<f64>,
    p: Option<f64>,
    grade: &'static str,
    detector: Option<&'static str>,
    upper_bound: Option<f64>,
    alarm: Option<bool>,
}

impl HistoryFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 3] = [("text", Self::Text), ("json", Self::Json), ("csv", Self::Csv)];

    /// Writes series in this format.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(self, series: &[HistorySeries], look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text(series, look, out),
            Self::Json => json(series, out),
            Self::Csv => csv(series, out),
        }
    }
}

fn point(it: &HistoryPoint) -> Point<'_> {
    let traced = it.traced.as_ref();
    Point {
        period: &it.period,
        observed: &it.observed,
        coverage: it.coverage,
        low: traced.and_then(|it| it.low),
        high: traced.and_then(|it| it.high),
        p: traced.and_then(|it| it.p),
        grade: traced.map_or(Grade::NotJudged, |it| it.grade).words(),
        detector: traced.map(|it| it.detector),
        upper_bound: traced.map(|it| it.upper_bound),
        alarm: traced.map(|it| it.alarm),
    }
}

fn json(series: &[HistorySeries], out: &mut dyn Write) -> io::Result<()> {
    let series = series.iter().map(|it| Series {
        table: &it.table,
        row: &it.row,
        column: &it.column,
        points: it.points.iter().map(point).collect(),
    });
    let document = Document { format: "crossfoot-history", version: 1, series: series.collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn csv(series: &[HistorySeries], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record([
        "table",
        "row",
        "column",
        "period",
        "observed",
        "coverage",
        "low",
        "high",
        "p",
        "grade",
        "detector",
        "upper_bound",
        "alarm",
    ])?;
    let number = |it: Option<f64>| it.map_or(String::new(), |it| it.to_string());
    for of in series {
        for it in of.points.iter().map(point) {
            let alarm = it.alarm.map_or("", |it| if it { "1" } else { "0" });
            writer.write_record([
                &cell(&of.table),
                &cell(&of.row),
                &cell(&of.column),
                it.period,
                it.observed,
                &it.coverage.to_string(),
                &number(it.low),
                &number(it.high),
                &number(it.p),
                it.grade,
                it.detector.unwrap_or(""),
                &number(it.upper_bound),
                alarm,
            ])?;
        }
    }
    writer.flush()
}

fn text(series: &[HistorySeries], look: Look, out: &mut dyn Write) -> io::Result<()> {
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
    let heads = ["period", "figure", "ordinary", "grade", "by chance"];
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

fn cells(it: &HistoryPoint) -> [String; 5] {
    let traced = it.traced.as_ref();
    let grade = traced.map_or(Grade::NotJudged, |it| it.grade);
    let chance = traced.and_then(|it| it.p).filter(|it| *it < 0.1);
    let chance = chance.map_or(String::new(), |it| match it {
        it if it < 1e-6 => "< 1 in a million".to_owned(),
        it => format!("1 in {:.0}", 1.0 / it),
    });
    [it.period.clone(), it.observed.clone(), range(traced), grade.words().to_owned(), chance]
}

/// `33 to 116`, `up to 116`.
fn range(traced: Option<&Traced>) -> String {
    let round = |it: f64| if it.fract() == 0.0 || it >= 1000.0 { format!("{it:.0}") } else { format!("{it:.1}") };
    match traced.map(|it| (it.low, it.high)) {
        Some((Some(low), Some(high))) => format!("{} to {}", round(low), round(high)),
        Some((None, Some(high))) => format!("up to {}", round(high)),
        _ => String::new(),
    }
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
