//! Series with their expected ranges: a table or a line each for people, a page of plots
//! (HTML) or one plot (SVG), JSON (`crossfoot-history`, version 1) and CSV for programs.
//!
//! Revised figures are written in the same forms but as pictures, see `vintages`.
//! In CSV a line is a point; what a detector does not give is empty. Fields
//! and columns are only ever added, at the end.

mod html;
mod plot;
mod text;

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::escape::cell;
use super::vintages::Revised;
use super::{Look, vintages};
use crate::history::{Grade, Traced, UsualRevision, Vintage};

/// A form that series are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// One line a point.
    Csv,
    /// A page with a plot of each series.
    Html,
    /// The plot of one series.
    Svg,
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
    /// How many periods a year has, on average.
    pub year: f64,
    /// Its figures, oldest first.
    pub points: Vec<HistoryPoint>,
}

/// One figure of a series.
#[derive(Clone, Debug)]
pub struct HistoryPoint {
    /// The period, as printed or as first day/last day.
    pub period: String,
    /// Which period it is, counted from an arbitrary one.
    pub at: i64,
    /// The holiday or the event of its date, if one is known.
    pub note: Option<String>,
    /// The figure, as an exact decimal.
    pub observed: String,
    /// The same as a number, to draw it.
    pub value: f64,
    /// How much of a usual period is covered.
    pub coverage: f64,
    /// What was made of it, if anything.
    pub traced: Option<Traced>,
    /// The period since which the series has been out of its earlier range, where that was told.
    pub since: Option<String>,
}

const FORMAT: &str = "crossfoot-history";
const VERSION: u32 = 1;

/// Series of figures with their usual ranges.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    #[schemars(extend("const" = FORMAT))]
    format: &'static str,
    #[schemars(extend("const" = VERSION))]
    version: u32,
    series: Vec<Series<'a>>,
    /// The figures that were revised, the oldest first, if these were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    revisions: Vec<Revised<'a>>,
}

/// The figures of one row and column over all editions, the oldest first.
#[derive(Serialize, JsonSchema)]
struct Series<'a> {
    table: &'a str,
    row: &'a str,
    column: &'a str,
    points: Vec<Point<'a>>,
}

/// A figure beside its usual range; null where it was not judged.
#[derive(Serialize, JsonSchema)]
struct Point<'a> {
    /// As printed, or `first day/last day`.
    period: &'a str,
    /// An exact decimal.
    observed: &'a str,
    /// How much of a usual period is covered; 1 is all of it.
    coverage: f64,
    low: Option<f64>,
    high: Option<f64>,
    /// How often chance alone moves a figure this far.
    p: Option<f64>,
    grade: &'static str,
    detector: Option<&'static str>,
    upper_bound: Option<f64>,
    /// Whether the detector raised an alarm.
    alarm: Option<bool>,
    /// The holiday or the event of its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    /// The period since which the series has been out of its earlier range, where that was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
}

impl HistoryFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 5] =
        [("text", Self::Text), ("json", Self::Json), ("csv", Self::Csv), ("html", Self::Html), ("svg", Self::Svg)];

    /// Writes series in this format.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(self, series: &[HistorySeries], look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(series, look, out),
            Self::Json => json(series, out),
            Self::Csv => csv(series, out),
            Self::Html => html::write(series, out),
            Self::Svg => plot::document(series, out),
        }
    }

    /// The formats that revisions are written in.
    pub const OF_REVISIONS: [(&'static str, Self); 3] =
        [("text", Self::Text), ("json", Self::Json), ("csv", Self::Csv)];

    /// Writes some revised figures in this format, and as text what is usual by all that are on file.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write_revisions(
        self,
        judged: &[(Vintage, Option<UsualRevision>)],
        all: &[Vintage],
        look: Look,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Self::Json => document(Vec::new(), vintages::all(judged), out),
            Self::Csv => vintages::csv(judged, out),
            Self::Text | Self::Html | Self::Svg => vintages::text(judged, all, look, out),
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
        note: it.note.as_deref(),
        since: it.since.as_deref(),
    }
}

/// The JSON Schema of the document.
pub(super) fn schema() -> serde_json::Value {
    super::schema::of::<Document<'_>>(FORMAT, VERSION.into())
}

fn json(series: &[HistorySeries], out: &mut dyn Write) -> io::Result<()> {
    let series = series.iter().map(|it| Series {
        table: &it.table,
        row: &it.row,
        column: &it.column,
        points: it.points.iter().map(point).collect(),
    });
    document(series.collect(), Vec::new(), out)
}

fn document(series: Vec<Series<'_>>, revisions: Vec<Revised<'_>>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document { format: FORMAT, version: VERSION, series, revisions };
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
        "since",
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
                it.since.unwrap_or(""),
            ])?;
        }
    }
    writer.flush()
}

/// A figure in words: period, figure, range, grade, chance.
fn cells(it: &HistoryPoint) -> [String; 5] {
    let traced = it.traced.as_ref();
    let grade = traced.map_or(Grade::NotJudged, |it| it.grade);
    let chance = traced.and_then(|it| it.p).filter(|it| *it < 0.1);
    let chance = chance.map_or(String::new(), |it| match it {
        it if it < 1e-6 => "< 1 in a million".to_owned(),
        it => format!("1 in {:.0}", 1.0 / it),
    });
    let words = it.since.as_ref().map_or_else(|| grade.words().to_owned(), |it| format!("as since {it}"));
    [it.period.clone(), it.observed.clone(), range(traced), words, chance]
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
