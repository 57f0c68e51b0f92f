//! What came of a run, written in the formats of the program.

use crossfoot::article::Article;
use crossfoot::diff::Diff;
use crossfoot::report::{ArticleFormat, DiffFormat, Format, HistoryFormat, HistorySeries, Look};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Writes with a writer of the library into text.
fn text(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> PyResult<String> {
    let mut bytes = Vec::new();
    write(&mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

/// The format that a word stands for.
fn format_of<F: Copy>(word: &str, words: &[(&'static str, F)]) -> PyResult<F> {
    let found = words.iter().find(|it| it.0 == word).map(|it| it.1);
    found.ok_or_else(|| PyValueError::new_err(format!("there is no format \"{word}\"")))
}

/// What a check came to.
#[pyclass(frozen)]
pub(crate) struct Outcome(crossfoot::check::Outcome);

impl Outcome {
    pub(crate) fn new(it: crossfoot::check::Outcome) -> Self {
        Self(it)
    }
}

#[pymethods]
impl Outcome {
    /// Whether there is anything at or above what was asked to fail on.
    #[getter]
    fn fails(&self) -> bool {
        self.0.fails()
    }

    /// It in a format of `check -o` that is text.
    #[pyo3(signature = (format, verbose = false))]
    fn write(&self, format: &str, verbose: bool) -> PyResult<String> {
        let format = format_of(format, &Format::WORDS)?;
        text(|out| format.write(&self.0, Look { verbose, ..Look::default() }, out))
    }
}

/// How two editions differ.
#[pyclass(frozen)]
pub(crate) struct Difference(Diff);

impl Difference {
    pub(crate) fn new(it: Diff) -> Self {
        Self(it)
    }
}

#[pymethods]
impl Difference {
    /// Whether nothing differs.
    #[getter]
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// It in a format of `diff -o`.
    fn write(&self, format: &str) -> PyResult<String> {
        let format = format_of(format, &DiffFormat::WORDS)?;
        text(|out| format.write(&self.0, Look::default(), out))
    }
}

/// What was said of the numbers of a draft.
#[pyclass(frozen)]
pub(crate) struct Draft {
    #[pyo3(get)]
    json: String,
    #[pyo3(get)]
    text: String,
}

impl Draft {
    pub(crate) fn new(article: &Article, outcome: &crossfoot::check::Outcome) -> PyResult<Self> {
        let write = |word: &str| {
            let format = format_of(word, &ArticleFormat::WORDS)?;
            text(|out| format.write(article, outcome.verdict(), Look::default(), out))
        };
        Ok(Self { json: write("json")?, text: write("text")? })
    }
}

/// Rules that tables support.
#[pyclass(frozen)]
pub(crate) struct Suggested {
    /// Each rule as it stands in a rule file, with the name of its dataset.
    #[pyo3(get)]
    rules: Vec<(Option<String>, String)>,
    /// What holds, and cannot be written as a rule.
    #[pyo3(get)]
    unwritten: Vec<String>,
    /// Whether a table is too large to be searched completely.
    #[pyo3(get)]
    cut: bool,
    /// What could not be read.
    #[pyo3(get)]
    unread: Vec<String>,
}

impl Suggested {
    pub(crate) fn new(it: crossfoot::run::Suggested) -> Self {
        let rules = it.rules.iter().flat_map(|of| of.stanzas().map(|rule| (of.dataset.clone(), rule)));
        Self {
            rules: rules.collect(),
            unwritten: it.unwritten.iter().map(|it| it.words.clone()).collect(),
            cut: it.cut,
            unread: it.errors.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Series, and what was expected of them.
#[pyclass(frozen)]
pub(crate) struct Series(Vec<HistorySeries>);

impl Series {
    pub(crate) fn new(it: Vec<HistorySeries>) -> Self {
        Self(it)
    }
}

#[pymethods]
impl Series {
    /// They in a format of `history -o`.
    fn write(&self, format: &str) -> PyResult<String> {
        let format = format_of(format, &HistoryFormat::WORDS)?;
        text(|out| format.write(&self.0, Look::default(), out))
    }
}
