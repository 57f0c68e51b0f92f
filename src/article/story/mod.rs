//! A story beside its tables: each number to its cell, and what is worked out of them.
//!
//! A draft of several sentences speaks of a table where several of its numbers
//! are cells whose rows and columns it names. Only then is it read as a story:
//! names are carried from one sentence to the next, the total row stands for
//! everything, and differences, shares, changes, places and records are worked
//! out between the cells. A contradiction needs both operands placed, or a slip
//! that explains the number.

mod base;
mod cell;
mod changed;
mod derive;
mod extreme;
mod family;
mod lapse;
mod pairs;
mod parts;
mod phrase;
mod place;
mod ranks;
mod reckon;
mod relate;
mod scene;
mod score;
mod shares;
mod sheet;
pub(in crate::article) mod span;
mod tally;
mod tell;
mod turn;
mod units;
mod whole;
mod words;
mod wrong;

pub(super) use tell::run;
