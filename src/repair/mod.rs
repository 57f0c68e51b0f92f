//! Which cells, and which slips, explain what fails.
//!
//! The rules of an edition that are linear in its cells make one sparse
//! system, in blocks that share no cell. `joint` asks whether a block can
//! hold at all, over what rounding hid (`simplex`), and keeps the proof where
//! it cannot; `words` tells that proof. `locate` finds the lightest sets of
//! figures that could be wrong; `search` the slips (`crate::slip`) that lead to
//! figures which every rule allows, and `rank` puts the likeliest first. All
//! numbers are exact (`ratio`, `range`).

mod joint;
mod lint;
mod locate;
mod range;
mod rank;
mod ratio;
mod search;
mod simplex;
mod system;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use joint::{Certificate, Joint, Question};
pub(crate) use lint::Linted;
pub(crate) use locate::SHARED_MAX;
pub(crate) use rank::{MARGIN, Usual};
pub(crate) use ratio::Ratio;
pub(crate) use search::{Change, Explanation, SLIPS_MAX, Scene};
pub(crate) use system::{Block, System, Values};

pub use crate::slip::SlipKind;
