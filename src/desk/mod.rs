//! The desk: the state of what an editor checks in the browser.
//!
//! A pure function: [`State::apply`] takes what was done, [`State::view`] says
//! what there is to see. Files, network and clock are the caller's.
//!
//! - `given`: files, and the working copy with its corrections
//! - `event`: what can be done
//! - `state`: undo and redo, and what each event does
//! - `checked`: the tables and the draft, checked as `check` and `article` do
//! - `cells`, `marks`, `sums`: which cell a place is, and what is known of it
//! - `view`, `rows`, `findings`, `draft`, `detail`, `changes`: what is shown
//! - `example`: the shipped page that one can try it on
//! - `weeks`: editions that are accepted
//! - `out`: the report, the corrected copy, corrections and questions

mod cells;
mod changes;
mod checked;
mod detail;
mod draft;
mod event;
mod example;
mod findings;
mod given;
mod marks;
mod out;
mod rows;
mod state;
mod sums;
#[cfg(test)]
mod tests;
mod view;
mod weeks;

pub use cells::At;
pub use detail::CellDetail;
pub use event::{Event, Meant};
pub use given::Given;
pub use rows::Rows;
pub use state::{Setting, State};
pub use view::View;
pub use weeks::Kept;
