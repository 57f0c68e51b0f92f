//! Files to editions, rules to findings: the main job.
//!
//! `claim` says which dataset and table a file holds, `assemble` lays tables
//! together into editions, `judge` puts the rules to them, and `implied` the
//! checks that need no rule. All of it ends in an [`Outcome`].

mod assemble;
mod claim;
mod implied;
mod judge;
mod outcome;
mod readings;

pub use assemble::{Loaded, load};
pub use outcome::{Collector, Input, Outcome, Selection, Tally, Undetermined};

use crate::error::Result;
use crate::rules::Dataset;

/// What a check is asked to do, beside its inputs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The dataset that every input belongs to, where the user says so.
    pub dataset: Option<String>,
    /// The period of every input, where the user says so.
    pub edition: Option<crate::table::Period>,
    /// The language tag of numbers, where the user says so.
    pub locale: Option<String>,
    /// Which rules to judge.
    pub selection: Selection,
    /// How many findings to keep, worst first.
    pub max_findings: usize,
    /// The day that a page without a year was published at the latest.
    pub today: Option<jiff::civil::Date>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dataset: None,
            edition: None,
            locale: None,
            selection: Selection::default(),
            max_findings: 1_000,
            today: None,
        }
    }
}

/// Checks everything that was loaded against the rules of its datasets.
///
/// The order of `loaded` changes nothing.
///
/// # Errors
///
/// [`ErrorKind::Expression`](crate::ErrorKind) where exact arithmetic leaves
/// its range.
pub fn check(loaded: Vec<Loaded>, datasets: &[Dataset], options: &Options) -> Result<Outcome> {
    let mut collector = Collector::new(options);
    for file in &loaded {
        collector.file(file);
        implied::judge_file(file, &mut collector);
    }
    for run in assemble::runs(loaded, datasets) {
        implied::judge(&run, &mut collector);
        judge::judge(&run, &mut collector)?;
    }
    Ok(collector.finish())
}
