//! Which cells, and which slips, explain what fails.
//!
//! The rules of an edition that are linear in its cells make one sparse
//! system, in blocks that share no cell. `joint` asks whether a block can
//! hold at all, over what rounding hid (`simplex`), and keeps the proof where
//! it cannot; `words` tells that proof, and `leak` what the rules give away of
//! figures that are withheld. `blame` ranks the figures that may be
//! wrong, with the value that the rules require of each and the slip that
//! would explain it (`crate::slip`); before that, `common` finds what explains
//! many findings at once. All numbers are exact (`ratio`, `range`);
//! floats only rank.

mod blame;
mod common;
mod joint;
mod leak;
mod lint;
mod range;
mod ratio;
mod simplex;
mod system;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use blame::{Accused, Blame, Evidence, Explained, Options as BlameOptions, Printed, slipped};
pub(crate) use common::{Axis, Common, Printing, What};
pub(crate) use joint::{Certificate, Joint, Question, SHARED_MAX};
pub(crate) use leak::Leak;
pub(crate) use lint::Linted;
pub(crate) use range::{End as RangeEnd, Range};
pub(crate) use ratio::Ratio;
pub(crate) use system::{Block, System, Values, WEIGHT};

pub use crate::slip::SlipKind;

/// A count, to weigh with.
#[expect(clippy::cast_precision_loss, reason = "of counts")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
