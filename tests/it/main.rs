//! The one test binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod corrections;
mod errors;
mod examples;
mod formats;
mod glued;
mod invariance;
mod page;
mod pages;
mod readme;
mod schema;
mod support;
mod tidy;
