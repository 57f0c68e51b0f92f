//! Checks published tables against themselves, and points at the figure that is wrong.
//!
//! Modules in the order that data travel.

pub mod error;

pub mod nearest;

pub mod table;

pub mod plan;

mod slip;

pub mod source;

pub mod finding;

pub mod rules;

pub mod diff;

pub mod article;

pub mod history;

pub mod repair;

pub mod discover;

pub mod check;

pub mod suggest;

pub mod exchange;

pub mod snapshot;

pub mod report;

pub mod desk;

pub mod cli;

pub use error::{Error, ErrorKind, Result};
