//! One JSON object a line, each with its `type`: one `run`, then `input`s,
//! `finding`s and `undetermined`, what was `unread`, the `verdict`, and last the
//! `summary`.
//!
//! The objects are those of the JSON document, and grow the same way.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::json;
use crate::check::Outcome;

#[derive(Serialize)]
struct Line<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    rest: T,
}

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    line(out, "run", json!({"format": json::FORMAT, "version": json::VERSION, "tool": json::tool()}))?;
    for it in &outcome.inputs {
        line(out, "input", json::input(it))?;
    }
    for it in &outcome.findings {
        line(out, "finding", json::finding(it))?;
    }
    for it in &outcome.undetermined {
        line(out, "undetermined", json::undetermined(it))?;
    }
    for it in json::unread(outcome) {
        line(out, "unread", it)?;
    }
    line(out, "verdict", json!({"verdict": outcome.verdict().key(), "coverage": json::coverage(outcome)}))?;
    line(out, "summary", json::summary(outcome))
}

fn line<T: Serialize>(out: &mut dyn Write, kind: &'static str, rest: T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &Line { kind, rest })?;
    writeln!(out)
}
