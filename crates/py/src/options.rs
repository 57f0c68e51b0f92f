//! Keyword arguments as the library's options.

use std::path::PathBuf;

use crossfoot::check::{FailOn, Selection};
use crossfoot::run::{ArticleOptions, CheckOptions, Detector, DiffOptions, HistoryOptions, Reading};
use crossfoot::source::Format;
use crossfoot::table::Layout;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::raised;

/// What inputs are held against, and how they are read.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct ReadingArguments {
    rules: Option<PathBuf>,
    snapshots: Option<PathBuf>,
    dataset: Option<String>,
    edition: Option<String>,
    locale: Option<String>,
    read: Option<String>,
    table: Option<String>,
    format: Option<String>,
}

#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct CheckArguments {
    reading: ReadingArguments,
    edition_column: Option<String>,
    select: Vec<String>,
    ignore: Vec<String>,
    baseline: Option<String>,
    fail_on: String,
    discovery: bool,
    repairs: bool,
    max_findings: usize,
    threads: Option<u16>,
}

#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct DiffArguments {
    reading: ReadingArguments,
    key: Vec<String>,
    tolerances: Vec<String>,
}

#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct ArticleArguments {
    reading: ReadingArguments,
    fail_on: String,
    date: Option<String>,
}

#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct HistoryArguments {
    reading: ReadingArguments,
    series: Option<String>,
    period: Option<String>,
    value: Option<String>,
    exposure: Option<String>,
    calendar: Option<String>,
    detector: String,
    alpha: Option<f64>,
    last: Option<usize>,
}

impl ReadingArguments {
    pub(crate) fn reading(self) -> PyResult<Reading> {
        let layout = self.read.as_deref().map(Layout::parse).transpose().map_err(|it| raised(&it))?;
        let from = self.format.as_deref().map(|word| one_of("format", word, &FORMATS)).transpose()?;
        Ok(Reading {
            rules: self.rules,
            snapshots: self.snapshots,
            dataset: self.dataset,
            edition: self.edition,
            locale: self.locale,
            layout: layout.unwrap_or_default(),
            table: self.table,
            pins: Vec::new(),
            from,
        })
    }
}

const FORMATS: [(&str, Format); 4] =
    [("delimited", Format::Delimited), ("page", Format::Page), ("json", Format::Json), ("html", Format::Html)];

impl CheckArguments {
    pub(crate) fn options(self) -> PyResult<CheckOptions> {
        Ok(CheckOptions {
            reading: self.reading.reading()?,
            edition_column: self.edition_column,
            selection: Selection { select: self.select, ignore: self.ignore },
            fail_on: one_of("fail_on", &self.fail_on, &FailOn::WORDS)?,
            baseline: self.baseline,
            discovery: self.discovery,
            repairs: self.repairs,
            max_findings: self.max_findings,
            threads: self.threads,
            seen: true,
            ..CheckOptions::default()
        })
    }
}

impl DiffArguments {
    pub(crate) fn options(self) -> PyResult<DiffOptions> {
        let reading = self.reading.reading()?;
        Ok(DiffOptions { reading, key: self.key, tolerances: self.tolerances, memory: None })
    }
}

impl ArticleArguments {
    pub(crate) fn options(self) -> PyResult<ArticleOptions> {
        let reading = self.reading.reading()?;
        Ok(ArticleOptions { reading, fail_on: one_of("fail_on", &self.fail_on, &FailOn::WORDS)?, date: self.date })
    }
}

impl HistoryArguments {
    pub(crate) fn options(self) -> PyResult<HistoryOptions> {
        Ok(HistoryOptions {
            reading: self.reading.reading()?,
            series: self.series,
            period: self.period,
            value: self.value,
            exposure: self.exposure,
            calendar: self.calendar,
            detector: one_of("detector", &self.detector, &Detector::WORDS)?,
            alpha: self.alpha,
            last: self.last,
            ..HistoryOptions::default()
        })
    }
}

/// What a word stands for.
fn one_of<T: Copy>(argument: &str, word: &str, words: &[(&str, T)]) -> PyResult<T> {
    words.iter().find(|it| it.0 == word).map(|it| it.1).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|it| it.0).collect();
        PyValueError::new_err(format!("expected {argument} to be one of {}, found \"{word}\"", known.join(", ")))
    })
}
