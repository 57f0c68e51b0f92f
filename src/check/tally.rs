//! How the checks of a rule went, as counts.

use crate::finding::Verdict;

/// How the checks of one rule went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there were.
    pub checks: usize,
    /// How many hold.
    pub holds: usize,
    /// How many of those hold only within rounding.
    pub rounded: usize,
    /// How many fail.
    pub fails: usize,
    /// How many cannot be told.
    pub undetermined: usize,
    /// How many fail, but were accepted as they are.
    pub waived: usize,
}

impl Tally {
    pub(super) fn count(&mut self, verdict: Verdict, times: usize) {
        self.checks += times;
        match verdict {
            Verdict::Holds => self.holds += times,
            Verdict::Fails => self.fails += times,
            Verdict::Undetermined => self.undetermined += times,
        }
    }

    /// Takes one failing check as waived.
    pub(super) fn waive(&mut self) {
        self.fails = self.fails.saturating_sub(1);
        self.waived += 1;
    }

    /// Adds other checks to these.
    pub fn add(&mut self, more: Self) {
        self.checks += more.checks;
        self.holds += more.holds;
        self.rounded += more.rounded;
        self.fails += more.fails;
        self.undetermined += more.undetermined;
        self.waived += more.waived;
    }
}
