//! What the tests of a file came to, and how many changes of the rules they notice.

use super::mutants::Mutant;
use super::run::{Ran, run};
use super::verdicts::VerdictLine;
use super::{TestFile, Verdicts};
use crate::error::Result;
use crate::rules::Dataset;

/// What the tests of one file came to.
#[derive(Clone, Debug, Default)]
pub struct FileResults {
    /// The file.
    pub path: String,
    /// Its tests, in the order written, as far as they were run.
    pub tests: Vec<TestResult>,
    /// How many changes of the rules and figures they notice, where that was asked for.
    pub score: Option<MutantScore>,
}

/// What one test came to.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// The line it begins in.
    pub line: u32,
    /// How it ended.
    pub status: TestStatus,
    /// What is expected and was not found: whether it should fail, and the line.
    pub missing: Vec<(bool, String)>,
    /// What was found and is not expected.
    pub extra: Vec<VerdictLine>,
}

/// How a test ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestStatus {
    /// The rules say what is expected.
    Passed,
    /// They say something else.
    Failed,
    /// Nothing is expected yet.
    New,
    /// What they say was written.
    Blessed,
}

impl TestStatus {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::New => "new",
            Self::Blessed => "blessed",
        }
    }

    /// Whether a run fails for it.
    pub fn fails(self) -> bool {
        matches!(self, Self::Failed | Self::New)
    }
}

/// How many changes of rules and of figures the tests of a file notice.
#[derive(Clone, Debug, Default)]
pub struct MutantScore {
    /// How many changes of the rules were tried.
    pub tried: usize,
    /// How many of them a test notices.
    pub noticed: usize,
    /// Those that none does.
    pub missed: Vec<Mutant>,
    /// How many more there are that were not tried.
    pub untried: usize,
    /// How many slips were tried on the figures of the rows.
    pub slips: usize,
    /// How many of them a rule notices.
    pub slips_noticed: usize,
    /// The figures of the rows where none is noticed, each once.
    pub blind: Vec<String>,
}

impl MutantScore {
    /// The share of changes of the rules that a test notices, in percent, rounded down; 100
    /// where there is nothing to change.
    pub fn percent(&self) -> usize {
        (self.noticed * 100).checked_div(self.tried).unwrap_or(100)
    }
}

/// Runs the tests of a file whose names contain a text, and returns beside each what was found.
///
/// # Errors
///
/// As [`run`].
pub fn results(file: &TestFile, dataset: &Dataset, filter: &str) -> Result<(FileResults, Vec<Option<Verdicts>>)> {
    let mut results = FileResults { path: file.path.clone(), ..FileResults::default() };
    let mut found = Vec::new();
    for test in &file.tests {
        if !test.name.contains(filter) {
            found.push(None);
            continue;
        }
        let Ran { lines, .. } = run(&file.path, test, dataset, false)?;
        let none = Verdicts::default();
        let difference = test.expected.as_ref().unwrap_or(&none).compare(&lines, None);
        let status = match (&test.expected, difference.is_empty()) {
            (None, _) => TestStatus::New,
            (Some(_), true) => TestStatus::Passed,
            (Some(_), false) => TestStatus::Failed,
        };
        results.tests.push(TestResult {
            name: test.name.clone(),
            line: test.line,
            status,
            missing: difference.missing.iter().map(|it| (it.0, it.1.to_owned())).collect(),
            extra: difference.extra.into_iter().cloned().collect(),
        });
        // What is expected and found stays as it is written.
        found.push(status.fails().then(|| Verdicts::of(&lines)));
    }
    Ok((results, found))
}

/// The changes of rules to be tried on the tests of a file.
pub struct MutantsOf<'a> {
    /// The tests.
    pub file: &'a TestFile,
    /// The rule file as it is.
    pub dataset: &'a Dataset,
    /// Its changes.
    pub mutants: Vec<Mutant>,
    /// Reads a rule file that was changed; nothing where the change makes it no rule file.
    pub load: &'a dyn Fn(&Mutant) -> Option<Dataset>,
}

/// So many runs of a test are made for the changes of one rule file.
const RUNS_MAX: usize = 5_000;

impl MutantsOf<'_> {
    /// Tries every change on the tests that pass, those that were blessed among them.
    ///
    /// # Errors
    ///
    /// As [`run`].
    pub fn score(self, results: &FileResults) -> Result<MutantScore> {
        let passed = |name: &str| results.tests.iter().any(|it| it.name == name && !it.status.fails());
        let tests: Vec<_> = self.file.tests.iter().filter(|it| passed(&it.name)).collect();
        let mut score = MutantScore::default();
        let mut runs = 0;
        for mutant in self.mutants {
            let changed = if mutant.is_left_out { None } else { (self.load)(&mutant) };
            if changed.is_none() && !mutant.is_left_out {
                continue;
            }
            if runs > RUNS_MAX {
                score.untried += 1;
                continue;
            }
            let dataset = changed.as_ref().unwrap_or(self.dataset);
            let mut noticed = false;
            for test in &tests {
                runs += usize::from(!mutant.is_left_out);
                // A change after which nothing can be judged is noticed.
                noticed = mutant.is_noticed(&self.file.path, test, dataset).unwrap_or(true);
                if noticed {
                    break;
                }
            }
            score.tried += 1;
            if noticed {
                score.noticed += 1;
            } else {
                score.missed.push(mutant);
            }
        }
        for test in tests {
            for it in run(&self.file.path, test, self.dataset, true)?.strength {
                score.slips += it.slips;
                score.slips_noticed += it.noticed;
                score.blind.extend(it.blind);
            }
        }
        score.blind.sort();
        score.blind.dedup();
        Ok(score)
    }
}
