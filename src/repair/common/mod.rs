//! One cause for many findings: a column one row off, ten times too large,
//! copied from another or from an earlier edition, two columns exchanged.
//!
//! A cause is believed where it takes fewer words to tell than so many
//! separate slips would (a minimum description length, in natural
//! logarithms): so a slip costs the choice of a figure among all of them and
//! of another value, a cause that of a column, of the first and last row, and
//! of what happened. `grid` lays checks of one form together, `labels` says
//! which causes a failing check speaks for, `runs` where a cause begins and
//! ends, `exchanged` and `twice` find causes of their own kind. Floats weigh;
//! what a cause mends is asked of the rules exactly.

mod exchanged;
mod grid;
mod labels;
mod runs;
#[cfg(test)]
mod tests;
mod twice;

use super::system::System;
use crate::plan::Cell;
use crate::plan::Relation;
use crate::table::Decimal;
pub(crate) use grid::Axis;
use grid::Grid;

/// What is printed beside the figures that rules read.
pub(crate) struct Printing<'a> {
    /// The figure printed in a cell.
    pub(crate) figure: &'a dyn Fn(Cell) -> Option<Decimal>,
    /// The figure of a cell in an earlier edition, by how many editions back.
    pub(crate) earlier: &'a dyn Fn(usize, Cell) -> Option<Decimal>,
    /// How many earlier editions are known.
    pub(crate) editions: usize,
    /// How many rows and columns a table has.
    pub(crate) size: &'a dyn Fn(usize) -> [usize; 2],
    /// Whether the system has every check of every rule, not only those of some rows.
    pub(crate) is_whole: bool,
}

/// What happened to several figures at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// Each figure stands one place too far on, or not far enough.
    Shifted {
        /// Whether they stand too far down, or to the right.
        onward: bool,
    },
    /// Each figure is so many times too large or too small.
    Factor {
        /// The factor.
        times: i64,
        /// Whether the printed figures are too large.
        larger: bool,
    },
    /// Each figure is that of another line.
    Copied {
        /// The column or row that is repeated.
        from: usize,
        /// Whether either of both may be the copy.
        either: bool,
    },
    /// Each figure is that of an earlier edition.
    Stale {
        /// Which edition: the last one is 0.
        edition: usize,
    },
    /// Each check misses by the same.
    Offset {
        /// By how much the figures are too large; of no known line, how far the checks miss.
        by: Decimal,
        /// Whether it is known which line is off.
        is_known: bool,
    },
    /// Two lines are in each other's place.
    Exchanged,
    /// Two lines are off by the same, one up and one down, where all across them
    /// holds: they are in each other's place, or an amount is in the wrong one.
    Misplaced {
        /// By how much.
        by: Decimal,
        /// Whether only the rows of the span, if exchanged, would mend both.
        is_only: bool,
        /// Whether they are in each other's place, though not known in which rows.
        is_swap: bool,
    },
    /// A total and the sum of its parts are in the ratio of two to one.
    Twice {
        /// The subtotals that are counted again.
        counted: Vec<Cell>,
        /// Whether the total is the larger one.
        larger: bool,
    },
}

/// One cause of several failing checks.
#[derive(Clone, Debug)]
pub(crate) struct Common {
    /// What happened.
    pub(crate) what: What,
    /// In which table.
    pub(crate) table: usize,
    /// Whether it runs down a column, or along a row.
    pub(crate) axis: Axis,
    /// The columns it runs down (or rows it runs along), first and last.
    pub(crate) lines: [usize; 2],
    /// The rows from and to which it does (or columns).
    pub(crate) span: [usize; 2],
    /// The rows between that it does not explain.
    pub(crate) except: Vec<usize>,
    /// The figures that were meant, as far as the rules tell, in order of their cells.
    pub(crate) changed: Vec<(usize, Decimal)>,
    /// The comparisons that it explains.
    pub(crate) covers: Vec<usize>,
    /// Those that held, and would fail.
    breaks: Vec<usize>,
    /// How much shorter it is to tell than separate slips.
    gain: f64,
}

/// So many causes of an edition are looked for.
const CAUSES_MAX: usize = 12;
/// A cause has to be shorter by so much. Among 4,000 drawn tables with three
/// to seven unrelated slips the best false one stayed below it.
const MARGIN: f64 = 2.0;
/// What it takes to tell any cause at all, and another value for one figure.
const ANY: f64 = 5.0;
/// A rule that held and would fail.
const BROKEN: f64 = 4.0;

impl System {
    /// Finds what explains many failing comparisons at once, the clearest first.
    /// The system that is returned is this one with those causes mended.
    pub(crate) fn common(&self, printing: &Printing<'_>) -> (Vec<Common>, Self) {
        let (mut found, mut system) = (Vec::new(), self.clone());
        while found.len() < CAUSES_MAX {
            let grid = Grid::new(&system, printing);
            let candidates = grid.families.iter().flat_map(|family| {
                let many = labels::causes(&grid, family).into_iter();
                many.chain(exchanged::causes(&grid, family)).chain(twice::causes(&grid, family))
            });
            let best = candidates.filter(|it| it.gain >= MARGIN).reduce(|best, it| {
                let order = best.gain.total_cmp(&it.gain).then_with(|| key(&it).cmp(&key(&best)));
                if order.is_lt() { it } else { best }
            });
            let Some(best) = best else { break };
            system.mend(&best);
            found.push(best);
        }
        (found, system)
    }

    /// Puts in what a cause says was meant; what it explains without a value asks nothing more.
    fn mend(&mut self, cause: &Common) {
        for &(cell, to) in &cause.changed {
            self.cells[cell].printed = Some(to);
        }
        let values = self.printed();
        for &row in cause.covers.iter().chain(&cause.breaks) {
            if !self.rows[row].holds(self, &values) {
                self.rows[row].relation = Relation::Unequal;
            }
        }
    }
}

fn key(cause: &Common) -> (usize, bool, [usize; 2], [usize; 2]) {
    (cause.table, cause.axis == Axis::Along, cause.lines, cause.span)
}
