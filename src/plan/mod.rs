//! What rules ask of rows, in a form that knows no file format.
//!
//! Rules compile to it, and every way to read a table judges by it: conditions
//! and arithmetic over the cells of one row, tests of one or two columns, which
//! are the fast form of the commonest conditions, and figures of all rows by
//! partial results. Nothing is decided here that exact judgement would decide
//! otherwise: where in doubt, the answer is "odd", and the row is judged
//! like any other.
//!
//! - `interval`: what a printed figure, or what is computed of some, may be
//! - `linear`: cells, and weighted sums of them against zero
//! - `sure`: the answers that a condition has
//! - `condition`: conditions and arithmetic over cells
//! - `test`: tests of one or two columns
//! - `texts`: texts that a cell may be one of
//! - `total`: figures of all rows together
//! - `group`: what must hold of groups of rows
//! - `span`: which pieces of a file those stand in
//! - `joined`: the same of rows in two tables
//! - `steps`: what must hold of rows that follow each other in a group
//! - `sql`: checks as queries for engines that hold the rows themselves

mod condition;
mod group;
mod interval;
mod joined;
mod linear;
mod span;
pub mod sql;
mod steps;
mod sure;
mod test;
mod texts;
mod total;

pub(crate) use condition::{Cells, Number, Plain, day_number, packed, unpacked};
pub use condition::{Condition, Pattern, Term};
pub(crate) use group::{AROUND, GroupCounts, Groups, Held};
pub use group::{Asked, Grouped};
pub use interval::Rounding;
pub(crate) use interval::{End, Interval, Number as Value};
pub use joined::{Joined, Side};
pub use linear::{Cell, Equation, Missing};
pub(crate) use linear::{CellRef, Form, Linear, Relation};
pub(crate) use span::Span;
pub use steps::Steps;
pub(crate) use sure::Sure;
pub(crate) use test::{Digits, Gated};
pub use test::{Holds, Test};
pub use texts::Texts;
pub(crate) use total::Partials;
pub use total::{Fold, Total};

/// What a row of a large table must be, so that a rule surely holds there.
#[derive(Clone, Debug, PartialEq)]
pub enum Sieved {
    /// These tests hold, over columns by name.
    Each(Vec<Test<String>>),
    /// No other row has the same values in these columns.
    Once(Vec<String>),
    /// A condition over totals of all rows, by their index.
    Whole(Vec<Total<String>>, Condition<usize>),
    /// Tests of each row beside totals of all of them, which are to be known first.
    Beside(Vec<Total<String>>),
    /// A check of each group of rows.
    Groups(Box<Grouped<String>>),
    /// A check of groups that rows of another table belong to, too.
    Joined(Box<Joined>),
}
