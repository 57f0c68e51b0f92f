//! Judges an accepted edition once more, from its snapshot alone.

use std::sync::Arc;

use super::assemble::Run;
use super::outcome::{Collector, Outcome};
use super::past::Past;
use super::undecided::Undecided;
use super::{Accepted, Options, history, implied, judge};
use crate::error::Result;
use crate::history::{Earlier, Memo};
use crate::rules::Dataset;
use crate::source::{Grid, infer_schema};
use crate::table::Document;

/// Judges an accepted edition by the rules of its dataset, with the edition
/// accepted before it; places point into the snapshots.
///
/// What is told of the form of a printed file (its types, blanks, columns and
/// unclear rows) cannot be told of a snapshot, and is not judged.
///
/// # Errors
///
/// As [`super::check`].
pub fn judge_again(dataset: &Dataset, accepted: &Accepted, previous: Option<&Accepted>) -> Result<Outcome> {
    let earlier: Vec<&Accepted> = previous.into_iter().collect();
    again(dataset, accepted, &earlier, &Options::default())
}

/// Measures how much a pass of an accepted edition means, with the editions
/// accepted before it, the last one last.
///
/// # Errors
///
/// As [`super::check`].
pub fn measure(dataset: &Dataset, accepted: &Accepted, earlier: &[&Accepted], options: &Options) -> Result<Outcome> {
    again(dataset, accepted, earlier, options)
}

fn again(dataset: &Dataset, accepted: &Accepted, earlier: &[&Accepted], options: &Options) -> Result<Outcome> {
    let previous = earlier.last().copied();
    // A table that is not declared has no rows to ask for.
    let bare = |name: &str| infer_schema(&Grid::default(), &Document::default(), name);
    let schema = |name: &str| {
        let declared = dataset.tables.iter().find(|it| it.name == name);
        declared.cloned().unwrap_or_else(|| bare(name))
    };
    let run = Run {
        dataset: Some(dataset),
        edition: Arc::clone(&accepted.edition),
        previous: previous.map(|it| Arc::clone(&it.edition)),
        past: earlier.iter().rev().map(|it| Arc::new(Earlier::new(Arc::clone(&it.edition), None))).collect(),
        memo: Memo::default(),
        on_file: Arc::default(),
        borrowed: Vec::new(),
        clean: Vec::new(),
        beside: Vec::new(),
        apart: Vec::new(),
        schemas: accepted.edition.tables.iter().map(|it| schema(&it.name)).collect(),
    };
    let options = Options { max_findings: usize::MAX, ..options.clone() };
    let mut collector = Collector::new(&options);
    collector.turn_to(run.dataset_name(), &run.edition);
    implied::judge(&run, true, &mut collector);
    history::judge(&run, &[], &Past::only(previous), &mut collector)?;
    let mut undecided = Undecided::default();
    judge::judge(&run, &options, &mut collector, &mut undecided)?;
    collector.leave(&run);
    undecided.report(&mut collector);
    Ok(collector.finish())
}
