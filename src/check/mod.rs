//! Files to editions, rules to findings: the main job.
//!
//! `claim` says which dataset and table a file holds, `assemble` lays tables
//! together into editions, `judge` puts the rules to them, and `implied` and
//! `history` the checks that need no rule; `claims` judges prose. All of it ends in an [`Outcome`].

mod again;
mod assemble;
pub mod baseline;
mod causes;
mod claim;
mod claims;
mod declared;
mod disclosure;
mod doubted;
mod follows;
mod held;
mod history;
mod implied;
mod judge;
mod judged;
mod lint;
mod meant;
mod outcome;
mod past;
mod pasted;
mod printed_before;
pub mod queries;
mod readings;
mod related;
mod renamed;
mod repairs;
mod restated;
mod runs;
mod seen;
mod selection;
pub mod stream;
mod strength;
mod tally;
mod totals;
mod unclaimed;
mod undecided;
mod unread;
mod verdict;

pub use again::{judge_again, measure};
pub use assemble::{Loaded, as_series, load};
pub use baseline::Baseline;
pub use claims::{Draft, article};
pub use declared::layout_of;
pub use disclosure::Disclosure;
pub use held::HeldFigures;
pub use lint::{Lint, lint};
pub use outcome::{Collector, Input, Judged, Outcome, Undetermined};
pub use past::{Accepted, Replaced, Waiver, figures, replaced_vintages};
pub use related::relate;
pub use seen::{Seen, SeenSeries};
pub use selection::Selection;
pub use strength::Strength;
pub use tally::Tally;
pub use totals::{Totals, totals};
pub use verdict::{FailOn, JudgedFigures, RunVerdict, Unread};

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Result;
use crate::rules::Dataset;
use past::Past;
use undecided::Undecided;

/// What a check is asked to do, beside its inputs.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct Options {
    /// The dataset that every input belongs to, where the user says so.
    pub dataset: Option<String>,
    /// The period of every input, where the user says so.
    pub edition: Option<crate::table::Period>,
    /// The language tag of numbers, where the user says so.
    pub locale: Option<String>,
    /// How files are to be read, as far as the user says it.
    pub layout: crate::table::Layout,
    /// The only table to read of each file, as [`Grid::is_meant`](crate::source::Grid::is_meant) or by its declared name.
    pub table: Option<String>,
    /// Readings of glued rows that the user has settled; they win over those of rule files.
    pub pins: Vec<crate::table::Pin>,
    /// What was accepted of all datasets: glued rows of a page are read by it.
    pub accepted: Arc<[Accepted]>,
    /// Which rules to judge.
    pub selection: Selection,
    /// What makes the run fail.
    pub fail_on: FailOn,
    /// Whether to look for the arithmetic that tables follow by themselves.
    pub discovery: bool,
    /// Whether to look for the figures that are wrong where rules fail.
    pub repairs: bool,
    /// How many findings to keep, worst first.
    pub max_findings: usize,
    /// The day that a page without a year was published at the latest.
    pub today: Option<jiff::civil::Date>,
    /// Findings that do not fail.
    pub baseline: Baseline,
    /// Whether editions are to be seen beside those before them, for a report.
    pub seen: bool,
    /// Whether it is to be measured how much a pass means.
    pub strength: bool,
    /// Whether to look for withheld figures that the rules give away: to the figure, or
    /// within so many percent of the highest that they can be.
    pub disclosure: Option<u8>,
    /// Whether to keep which figures hold, and by what.
    pub held: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dataset: None,
            edition: None,
            locale: None,
            layout: crate::table::Layout::default(),
            table: None,
            pins: Vec::new(),
            accepted: Arc::default(),
            selection: Selection::default(),
            fail_on: FailOn::default(),
            discovery: true,
            repairs: true,
            max_findings: 1_000,
            today: None,
            baseline: Baseline::default(),
            seen: false,
            strength: false,
            disclosure: None,
            held: false,
        }
    }
}

/// Checks everything that was loaded against the rules of its datasets.
///
/// `past` holds what was accepted before, in order of dataset and period; an
/// edition is compared with those of earlier periods, and with its own. The
/// order of `loaded` changes nothing.
///
/// # Errors
///
/// [`ErrorKind::Expression`](crate::ErrorKind) where exact arithmetic leaves
/// its range, [`ErrorKind::Usage`](crate::ErrorKind) where a file was loaded with
/// other datasets than these.
pub fn check(loaded: Vec<Loaded>, datasets: &[Dataset], past: &[Accepted], options: &Options) -> Result<Outcome> {
    loaded.iter().try_for_each(|it| it.expect_among(datasets))?;
    let mut collector = Collector::new(options);
    let accepted = past;
    let mut known: HashMap<String, Past<'_>> = HashMap::new();
    for file in &loaded {
        collector.file(file);
        let dataset = file.input.dataset.clone().unwrap_or_default();
        let past = known.entry(dataset.clone()).or_insert_with_key(|it| Past::of(it, accepted));
        collector.consider(&dataset, past);
        implied::judge_file(file, past, &mut collector);
        unclaimed::judge(file, datasets, &mut collector);
        claims::judge_file(file, datasets, accepted, options, &mut collector);
    }
    let mut runs = assemble::runs(loaded, datasets);
    history::link(&mut runs, past);
    let mut undecided = Undecided::default();
    for (number, run) in runs.iter().enumerate() {
        let past = &*known.entry(run.dataset_name().to_owned()).or_insert_with_key(|it| Past::of(it, accepted));
        collector.consider(run.dataset_name(), past);
        collector.turn_to(run.dataset_name(), &run.edition);
        let before = run.edition.period.and_then(|it| past.before(it).next());
        collector.know(past.own(run.edition.period), before);
        let leads = number == 0 || !run.continues(&runs[number - 1]);
        if let Some(before) = runs[..number].last().filter(|it| run.comes_after(it)) {
            run.memo.follow(&before.memo);
        }
        implied::judge(run, leads, &mut collector);
        history::judge(run, &runs, past, &mut collector)?;
        judge::judge(run, options, &mut collector, &mut undecided)?;
        if options.discovery {
            follows::judge(run, &mut collector);
        }
        collector.leave(run);
        if options.seen {
            collector.see(seen::see(run)?);
        }
        if runs.get(number + 1).is_none_or(|next| !next.continues(run)) {
            undecided.report(&mut collector);
        }
    }
    Ok(collector.finish())
}
