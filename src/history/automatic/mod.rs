//! The detector that is taken where none is asked for.
//!
//! Everything is done in the order of time, and a figure is judged only by what came
//! before it. Several cheap forecasts run side by side (`forecast`), with and without a
//! season (`season`); those whose past errors are as small as the best's are averaged.
//! The spread is learnt from the errors of that mean (`spread`). A range is not around
//! one expected figure but around all good explanations: the forecast, what happened at
//! this date in earlier years (`dates`), and, once something was told, the last figure.
//! What was seen before as far out, at least twice, is not unusual (`seen`); three
//! figures out on one side are a new level. What is known beforehand, holidays and declared
//! events, is not learnt, not judged, or explained by its like.
//!
//! Counts have the tails of a negative binomial distribution, amounts and rates those of
//! a gamma distribution, both widened where their spread is learnt from few figures. No
//! constant of amounts depends on their unit.

mod dates;
mod forecast;
mod frame;
mod run;
mod season;
mod seen;
mod spread;
#[cfg(test)]
mod tests;
mod track;
mod weeks;

pub(super) use frame::Frame;
pub(super) use run::Outcome;
pub use run::Unjudged;
pub(super) use track::{Track, run};

/// Up to this chance a figure is out of its range, once in so many by chance.
pub(super) const OUT: f64 = 0.005;

/// Appends a figure to those of its series. There are many series, so each takes little room that it may not need.
fn push<T>(figures: &mut Vec<T>, next: T) {
    if figures.len() == figures.capacity() {
        figures.reserve_exact(figures.len() / 8 + 8);
    }
    figures.push(next);
}
