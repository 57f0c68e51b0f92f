//! What a run came to in one word, and what makes it fail.

use super::Outcome;
use crate::finding::Severity;
use crate::rules::RESERVED;

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunVerdict {
    /// There is a finding that fails the run.
    Failed,
    /// Every figure stands in a decided check, and every check was decided.
    Passed,
    /// Nothing failed, but some figures or rules could not be judged.
    PassedInPart,
    /// No figure stands in a decided check.
    NotChecked,
}

/// What makes a run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Nothing.
    Never,
    /// A finding of this severity or above.
    Severity(Severity),
    /// Any finding, any undetermined check, and a run in which nothing was judged.
    Undetermined,
}

/// How many figures of a table stand in a decided check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedFigures {
    /// The file.
    pub file: String,
    /// The table.
    pub table: String,
    /// How many figures it has.
    pub figures: usize,
    /// How many of them a decided check reads; at least so many where the file
    /// was read in parts.
    pub judged: usize,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its name.
    pub file: String,
    /// Why, in words.
    pub why: String,
}

impl FailOn {
    /// The words for what can be asked for, gravest first.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("error", Self::Severity(Severity::Error)),
        ("warning", Self::Severity(Severity::Warning)),
        ("note", Self::Severity(Severity::Note)),
        ("undetermined", Self::Undetermined),
        ("never", Self::Never),
    ];
}

impl Default for FailOn {
    fn default() -> Self {
        Self::Severity(Severity::Error)
    }
}

impl RunVerdict {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::PassedInPart => "passed in part",
            Self::NotChecked => "not checked",
        }
    }

    /// The word for it in formats for programs.
    pub fn key(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Passed => "passed",
            Self::PassedInPart => "passed-in-part",
            Self::NotChecked => "not-checked",
        }
    }
}

impl Outcome {
    /// What the run came to.
    ///
    /// A run told never to fail is called failed all the same where it has errors.
    pub fn verdict(&self) -> RunVerdict {
        let never = self.fail_on == FailOn::Never && self.fails_on(Severity::Error);
        if never || self.fails() { RunVerdict::Failed } else { self.reach() }
    }

    /// Whether there is anything that fails the run.
    pub fn fails(&self) -> bool {
        match self.fail_on {
            FailOn::Never => false,
            FailOn::Severity(it) => self.fails_on(it),
            FailOn::Undetermined => {
                let open = self.total().undetermined > 0 || self.reach() == RunVerdict::NotChecked;
                open || self.fails_on(Severity::Note)
            }
        }
    }

    /// How many figures there are, and how many of them stand in a decided
    /// check; of an article, how many numbers, and how many were decided.
    pub fn coverage(&self) -> (usize, usize) {
        if self.of_article {
            let counts = self.articles.iter().map(crate::article::Article::summary);
            return counts.fold((0, 0), |sum, it| (sum.0 + it.found, sum.1 + it.confirmed + it.contradicted));
        }
        self.judged.iter().fold((0, 0), |sum, it| (sum.0 + it.figures, sum.1 + it.judged))
    }

    /// How far a run reached that nothing failed.
    fn reach(&self) -> RunVerdict {
        let (figures, judged) = self.coverage();
        let declared = |it: &(&String, &super::Tally)| !RESERVED.contains(&it.0.as_str());
        let decided = || self.by_rule.iter().filter(declared).any(|it| it.1.holds + it.1.waived > 0);
        let nothing = if figures > 0 { judged == 0 } else { !decided() };
        if nothing {
            return RunVerdict::NotChecked;
        }
        let open = judged < figures || self.total().undetermined > 0 || !self.unread.is_empty();
        if open { RunVerdict::PassedInPart } else { RunVerdict::Passed }
    }
}
