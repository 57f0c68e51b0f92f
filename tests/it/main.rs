//! The one test binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod baseline;
mod book;
mod corrections;
mod diff;
mod diff_cli;
mod errors;
mod examples;
mod formats;
mod glued;
mod history;
mod html;
mod invariance;
mod json;
mod large;
mod lint;
mod page;
mod pages;
mod readme;
mod references;
mod repairs;
mod review;
mod schema;
mod series;
mod snapshot;
mod suggest;
mod support;
mod tidy;
mod usual;
mod web;
