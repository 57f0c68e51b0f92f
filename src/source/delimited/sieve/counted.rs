//! Relations that are counted, not asked for.

use super::{Row, Sieve};
use crate::plan::{Cells, Condition, Sure};

/// So many records of a chunk are handed out for a relation that they may break.
pub(super) const HANDED_MAX: usize = 128;
/// So many relations are counted at most: a bit each.
pub(crate) const COUNTED_MAX: usize = 64;

/// A relation that records may follow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counted {
    /// Columns that must hold something, or there is nothing to tell.
    pub(crate) filled: Vec<usize>,
    /// Columns of which one must, where there are any.
    pub(crate) some: Vec<usize>,
    /// What must not be false, or there is nothing to tell.
    pub(crate) when: Option<Condition<usize>>,
    /// What surely makes it hold; a blank counts as nothing.
    pub(crate) holds: Condition<usize>,
}

/// How relations fare in a record, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fares {
    /// Those that surely hold.
    pub(super) held: u64,
    /// Those that may not.
    pub(super) open: u64,
}

/// In how many records a relation holds, and in how many it may not that were
/// not handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) held: u64,
    pub(crate) open: u64,
}

impl Counted {
    /// Whether it surely holds; nothing where there is nothing to tell.
    pub(crate) fn judge(&self, cells: &impl Cells) -> Option<bool> {
        let is_filled = |it: &usize| !cells.is_blank(*it);
        let is_told = self.filled.iter().all(is_filled) && (self.some.is_empty() || self.some.iter().any(is_filled));
        let is_out = || self.when.as_ref().is_some_and(|it| it.truth(cells) == Sure::False);
        (is_told && !is_out()).then(|| self.holds.truth(cells).is_true())
    }

    /// The columns that it reads.
    pub(crate) fn columns(&self) -> impl Iterator<Item = usize> {
        self.filled.iter().chain(&self.some).copied()
    }
}

/// How all of them fare in a record.
pub(super) fn fares(counted: &[Counted], cells: &impl Cells) -> Fares {
    let mut fares = Fares::default();
    for (at, it) in counted.iter().enumerate() {
        match it.judge(cells) {
            Some(true) => fares.held |= 1 << at,
            Some(false) => fares.open |= 1 << at,
            None => {}
        }
    }
    fares
}

/// Adds a record to tallies, or takes it out again.
pub(super) fn take(tallies: &mut [Tally], fares: Fares, out: bool) {
    if fares == Fares::default() {
        return;
    }
    for (at, tally) in tallies.iter_mut().enumerate() {
        for (bits, count) in [(fares.held, &mut tally.held), (fares.open, &mut tally.open)] {
            let bit = bits >> at & 1;
            *count = if out { *count - bit } else { *count + bit };
        }
    }
}

/// Adds the tallies of a part of the file.
pub(crate) fn join(tallies: &mut [Tally], others: &[Tally]) {
    for (tally, other) in tallies.iter_mut().zip(others) {
        tally.held += other.held;
        tally.open += other.open;
    }
}

/// Takes out a record that holds some relations, a bit each.
#[cfg(feature = "parquet")]
pub(crate) fn leave(tallies: &mut [Tally], held: u64) {
    take(tallies, Fares { held, open: 0 }, true);
}

impl Sieve {
    /// Which relations surely hold in a record, a bit each; none where it is not
    /// in order, or may break one.
    pub(crate) fn held_in(&self, record: &[u8]) -> Option<u64> {
        let read = Row::new(self, record).read(0);
        let is_whole = read.end.is_some_and(|it| it.0 == record.len());
        (read.is_clean && is_whole && read.fares.open == 0).then_some(read.fares.held)
    }
}
