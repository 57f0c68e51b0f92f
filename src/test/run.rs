//! Puts the rules of a dataset to the rows of a test.

use std::sync::Arc;

use super::verdicts::{VerdictLine, rule_of, verdict_lines};
use super::{Given, Test, Wanted};
use crate::check::{self, Accepted, Loaded, Options, Outcome, Selection, Strength};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::rules::{Dataset, Need, PeriodSource, RESERVED, kinds};
use crate::source::Format;
use crate::table::{Cadence, Document, Period};

/// What the rules say of the rows of a test.
#[derive(Debug)]
pub struct Ran {
    /// What fails and what cannot be told.
    pub lines: Vec<VerdictLine>,
    /// How many slips in the figures the rules would notice, where it was asked for.
    pub strength: Vec<Strength>,
}

/// Implied rules that a test asks for by name only: it gives the rows that it needs, and
/// not all that an edition has.
const NOT_ASKED: [&str; 10] =
    ["rows", "columns", "tables", "undecided", "unclaimed", "empty", "follows", "period", "pasted", "claim"];

/// Runs a test; where `measures` is set, slips are tried on its figures.
///
/// A rule that reads a table, or an edition before, that the test does not give is not
/// judged, unless the test names it.
///
/// # Errors
///
/// [`ErrorKind::Rules`] for a table or rule that the rule file does not have, and
/// what a check fails with.
pub fn run(file: &str, test: &Test, dataset: &Dataset, measures: bool) -> Result<Ran> {
    check_names(file, test, dataset)?;
    let selection = if test.select.is_empty() {
        Selection { select: Vec::new(), ignore: not_asked(test, dataset) }
    } else {
        Selection { select: test.select.iter().map(|it| it.text.clone()).collect(), ignore: Vec::new() }
    };
    judge(file, test, dataset, (selection, measures))
}

/// Runs a test with one rule of a dataset alone.
pub(super) fn run_one(file: &str, test: &Test, dataset: &Dataset, rule: &str) -> Result<Ran> {
    let selection = Selection { select: vec![rule.to_owned()], ignore: Vec::new() };
    judge(file, test, dataset, (selection, false))
}

/// Whether a test judges a rule.
pub(super) fn asks(test: &Test, dataset: &Dataset, rule: &str, kind: &str) -> bool {
    if test.select.is_empty() {
        return !not_asked(test, dataset).iter().any(|it| it == rule);
    }
    test.select.iter().any(|it| it.text == rule || it.text == kind)
}

fn judge(file: &str, test: &Test, dataset: &Dataset, (selection, strength): (Selection, bool)) -> Result<Ran> {
    let periods = periods(test, dataset);
    let mut past = Vec::new();
    for (before, period) in test.before.iter().zip(&periods) {
        let outcome = check_one(file, before, dataset, (*period, &[]), &Options::default())?;
        past.extend(outcome.editions.into_iter().map(|it| Accepted {
            dataset: dataset.name.clone(),
            file: file.to_owned(),
            edition: it.edition,
            waivers: Vec::new(),
            known: Vec::new(),
            replaced: Vec::new(),
        }));
    }
    let options = Options { selection, strength, ..Options::default() };
    let own = periods.last().copied().flatten();
    let outcome = check_one(file, &test.given, dataset, (own, &past), &options)?;
    let lines = verdict_lines(&outcome, dataset);
    Ok(Ran { lines, strength: outcome.editions.into_iter().filter_map(|it| it.strength).collect() })
}

fn check_one(
    file: &str,
    given: &[Given],
    dataset: &Dataset,
    (edition, past): (Option<Period>, &[Accepted]),
    options: &Options,
) -> Result<Outcome> {
    let datasets = std::slice::from_ref(dataset);
    let options = Options {
        dataset: Some(dataset.name.clone()),
        edition,
        discovery: false,
        repairs: false,
        max_findings: usize::MAX,
        ..options.clone()
    };
    let load = |it: &Given| -> Result<Loaded> {
        let options = Options { table: Some(it.table.text.clone()), ..options.clone() };
        let document = Document::new(format!("{}.csv", it.table.text), it.text.clone(), "UTF-8");
        check::load(Arc::new(document), Format::Delimited, datasets, &options)
            .map_err(|error| error_at(file, &it.table, ErrorKind::Rules, error.to_string()))
    };
    let loaded = given.iter().map(load).collect::<Result<Vec<_>>>()?;
    check::check(loaded, datasets, past, &options)
}

/// The periods of the editions before and of the edition itself, in order; none where the
/// rows tell theirs.
fn periods(test: &Test, dataset: &Dataset) -> Vec<Option<Period>> {
    if matches!(dataset.period, Some(PeriodSource::Column(_))) {
        return vec![None; test.before.len() + 1];
    }
    let cadence = dataset.cadence.unwrap_or(Cadence::Daily);
    // A year, a quarter, a month and a day begin here.
    let first = cadence.period_from(jiff::civil::date(2021, 1, 1));
    let mut periods = vec![test.edition.or(first)];
    for _ in &test.before {
        let last = periods.last().copied().flatten();
        periods.push(last.and_then(|it| cadence.period_to(it.start.yesterday().ok()?)));
    }
    periods.reverse();
    periods
}

/// The rules that a test without a choice of its own does not judge.
fn not_asked(test: &Test, dataset: &Dataset) -> Vec<String> {
    let is_given = |table: usize| test.given.iter().any(|it| it.table.text == dataset.tables[table].name);
    let in_column = matches!(dataset.period, Some(PeriodSource::Column(_)));
    let lacks = |need: &Need| match need {
        Need::Table(table) | Need::Column(table, _) | Need::Row(table, ..) => !is_given(*table),
        Need::Previous | Need::Past => test.before.is_empty() && !in_column,
    };
    let rules = dataset
        .rules
        .iter()
        .filter(|rule| rule.table.is_some_and(|it| !is_given(it)) || rule.check.needs().iter().any(lacks));
    rules.map(|it| it.name.clone()).chain(NOT_ASKED.map(str::to_owned)).collect()
}

/// Checks that every table and rule that a test names is there: a misspelled one would
/// test nothing.
fn check_names(file: &str, test: &Test, dataset: &Dataset) -> Result<()> {
    let in_column = matches!(dataset.period, Some(PeriodSource::Column(_)));
    if in_column && let Some(first) = test.before.iter().flatten().next() {
        let message = "the rows of this dataset have their period in a column";
        let error = error_at(file, &first.table, ErrorKind::Rules, message.to_owned());
        return Err(error.hint("include the rows of the previous edition with the others"));
    }
    let tables = || dataset.tables.iter().map(|it| it.name.as_str());
    for it in test.given.iter().chain(test.before.iter().flatten()) {
        if !tables().any(|name| name == it.table.text) {
            return Err(unknown(file, "table", &it.table, tables()));
        }
    }
    let rules: Vec<&str> = dataset.rules.iter().map(|it| it.name.as_str()).chain(RESERVED).collect();
    for it in &test.select {
        if !rules.contains(&it.text.as_str()) && !kinds().iter().any(|kind| kind.name == it.text) {
            return Err(unknown(file, "rule", it, rules.iter().copied()));
        }
    }
    for line in test.expected.iter().flat_map(|it| it.fails.iter().chain(&it.undetermined)) {
        let rule = rule_of(line, &rules);
        if !rules.contains(&rule) {
            let at = Wanted { text: rule.to_owned(), line: test.line, column: 1 };
            return Err(unknown(file, "rule", &at, rules.iter().copied()));
        }
    }
    Ok(())
}

fn unknown<'a>(file: &str, what: &str, it: &Wanted, known: impl Iterator<Item = &'a str>) -> Error {
    let error = error_at(file, it, ErrorKind::Rules, format!("unknown {what} {:?}", it.text));
    match nearest(&it.text, known) {
        Some(near) => error.hint(format!("the nearest {what} is {near:?}")),
        None => error,
    }
}

fn error_at(file: &str, it: &Wanted, kind: ErrorKind, message: String) -> Error {
    Error::new(kind, message).at(file, it.line, it.column)
}
