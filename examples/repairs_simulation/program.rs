//! Runs the program on what was drawn, and reads what it says.

use std::sync::Arc;

use crossfoot::check::{Options, check, load};
use crossfoot::finding::{Blame, Cause, Finding, Ranked};
use crossfoot::rules::Dataset;
use crossfoot::source::Format;
use crossfoot::table::Document;

/// A cell by the names of its row and column.
pub type Cell = (String, String);

/// The findings of rules of one kind in the last of some weekly editions.
pub fn findings(rules: &str, editions: &[String]) -> Vec<Finding> {
    let dataset: Dataset = crossfoot::rules::load("t.toml", rules, &|_| Ok(Vec::new())).expect("the rules are right");
    let datasets = [dataset];
    let options = Options::default();
    let start = jiff::civil::date(2024, 1, 1);
    let name = |at: usize| {
        let days = i64::try_from(at).expect("few editions") * 7;
        format!("{}.csv", start.saturating_add(jiff::ToSpan::days(days)))
    };
    let loaded = editions.iter().enumerate().map(|(at, text)| {
        let document = Arc::new(Document::new(name(at), text.clone(), "UTF-8"));
        load(document, Format::Delimited, &datasets, &options).expect("the table can be read")
    });
    let outcome = check(loaded.collect(), &datasets, &[], &options).expect("the rules can be judged");
    let last = name(editions.len() - 1);
    let own = |it: &Finding| it.kind == "sum" && it.places.first().is_some_and(|it| it.file == last);
    outcome.findings.into_iter().filter(own).collect()
}

/// The cells that a finding names before all others, with their values: those
/// that are wrong for sure, else what happened at once to the first of them, else the first.
pub fn named(cause: &Cause) -> Vec<(Cell, Option<String>)> {
    let count = match (&cause.together, cause.blame) {
        (Some((count, _)), _) => *count,
        (None, Some(Blame::Wrong)) => cause.named,
        _ => 1,
    };
    cause.ranked.iter().take(count).map(|it| (cell(it), it.requires.clone())).collect()
}

/// The cell of a figure.
pub fn cell(it: &Ranked) -> Cell {
    (it.figure.row.clone(), it.figure.column.clone())
}

/// A share in percent.
#[expect(clippy::cast_precision_loss, reason = "of a few thousand")]
pub fn percent(it: usize, of: usize) -> String {
    if of == 0 { "-".to_owned() } else { format!("{:.1}%", 100.0 * it as f64 / of as f64) }
}
