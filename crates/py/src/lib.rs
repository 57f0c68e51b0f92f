//! What Python calls: thin, so that all that can be said of a table is said by the library.
//!
//! - `frame`: tables in memory by the Arrow C stream, in and out
//! - `options`: keyword arguments as the library's options
//! - `results`: what came of a run, written in the formats of the program

mod frame;
mod options;
mod results;

use crossfoot::run::{self, Source};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use frame::{Frame, stream};
use options::{ArticleArguments, CheckArguments, DiffArguments, HistoryArguments, ReadingArguments};
use results::{Difference, Draft, Outcome, Series, Suggested};

pyo3::create_exception!(_native, Error, PyException, "A run that could not be done, and why.");

/// What Python names or hands over.
#[derive(FromPyObject)]
enum Given<'py> {
    Frame(PyRef<'py, Frame>),
    Path(String),
}

impl Given<'_> {
    fn source(&self) -> Source {
        match self {
            Self::Frame(frame) => Source::Frame(frame.frame().clone()),
            Self::Path(path) => Source::Path(path.clone()),
        }
    }
}

fn sources(given: &[Given<'_>]) -> Vec<Source> {
    given.iter().map(Given::source).collect()
}

/// The exception of an error, with what could not be done beside.
fn raised(error: &crossfoot::Error) -> PyErr {
    let mut text = error.to_string();
    if let Some(hint) = error.hint_text() {
        text.push_str(&format!("\nhint: {hint}"));
    }
    for other in error.others() {
        text.push_str(&format!("\n{other}"));
    }
    Error::new_err(as_arguments(&text))
}

/// The same with the names of arguments where it has options of the command line: what a
/// reader of files advises is one sentence for both.
fn as_arguments(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("--") {
        let (before, option) = (&rest[..at], &rest[at + 2..]);
        let end = option.find(|it: char| !it.is_ascii_lowercase() && it != '-').unwrap_or(option.len());
        let starts = before.is_empty() || before.ends_with([' ', '`', '(']);
        out.push_str(before);
        match &option[..end] {
            "" => out.push_str("--"),
            "from" if starts => out.push_str("format"),
            "table" if starts => out.push_str("tables"),
            word if starts => out.push_str(&word.replace('-', "_")),
            word => out.push_str(&format!("--{word}")),
        }
        rest = &option[end..];
    }
    out + rest
}

/// Checks tables. What cannot be read is an error, not a finding.
#[pyfunction]
fn check(py: Python<'_>, tables: Vec<Given<'_>>, options: CheckArguments) -> PyResult<Outcome> {
    let (sources, options) = (sources(&tables), options.options()?);
    let (outcome, unread) = py.detach(|| run::check(&sources, &options)).map_err(|it| raised(&it))?;
    let mut unread = unread.into_iter();
    match unread.next() {
        Some(first) => Err(raised(&first.with_others(unread))),
        None => Ok(Outcome::new(outcome)),
    }
}

/// Compares two editions.
#[pyfunction]
fn diff(py: Python<'_>, old: Given<'_>, new: Given<'_>, options: DiffArguments) -> PyResult<Difference> {
    let (old, new, options) = (old.source(), new.source(), options.options()?);
    py.detach(|| run::diff(&old, &new, &options)).map(Difference::new).map_err(|it| raised(&it))
}

/// Checks the numbers of a draft.
#[pyfunction]
fn article(
    py: Python<'_>,
    draft: String,
    tables: Vec<Given<'_>>,
    options: ArticleArguments,
) -> PyResult<(Draft, Outcome)> {
    let (sources, options) = (sources(&tables), options.options()?);
    let (article, outcome) = py.detach(|| run::article(&draft, &sources, &options)).map_err(|it| raised(&it))?;
    Ok((Draft::new(&article, &outcome)?, Outcome::new(outcome)))
}

/// Looks for rules that tables support.
#[pyfunction]
fn suggest(py: Python<'_>, tables: Vec<Given<'_>>, reading: ReadingArguments) -> PyResult<Suggested> {
    let sources = sources(&tables);
    let options = run::SuggestOptions { reading: reading.reading()? };
    py.detach(|| run::suggest(&sources, &options)).map(Suggested::new).map_err(|it| raised(&it))
}

/// Looks at series, and what was expected of them.
#[pyfunction]
fn history(py: Python<'_>, source: Given<'_>, options: HistoryArguments) -> PyResult<Series> {
    let (source, options) = (source.source(), options.options()?);
    py.detach(|| run::history(&source, &options)).map(Series::new).map_err(|it| raised(&it))
}

#[pymodule]
#[pyo3(name = "_native")]
fn native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Error", module.py().get_type::<Error>())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<Frame>()?;
    for function in [
        wrap_pyfunction!(check, module)?,
        wrap_pyfunction!(diff, module)?,
        wrap_pyfunction!(article, module)?,
        wrap_pyfunction!(suggest, module)?,
        wrap_pyfunction!(history, module)?,
        wrap_pyfunction!(stream, module)?,
    ] {
        module.add_function(function)?;
    }
    Ok(())
}
