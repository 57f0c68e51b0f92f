//! Markdown for a pull request's comment, or for the summary of a job.
//!
//! The verdict first, then a table of findings, worst first; what is beyond
//! the limit of a comment is folded into a count.

use std::io::{self, Write};

use super::causes::Causes;
use super::escape::markdown as escaped;
use super::{summary, verdict};
use crate::check::Outcome;
use crate::finding::{Finding, Status};

/// So many findings are listed: a comment holds 65,536 characters.
const LISTED_MAX: usize = 50;
const BYTES_MAX: usize = 60_000;
/// Longer texts are cut.
const MESSAGE_MAX: usize = 600;
const NAME_MAX: usize = 120;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### crossfoot: {}\n", verdict::headline(outcome))?;
    let mut findings: Vec<&Finding> = outcome.findings.iter().filter(|it| it.status != Status::Waived).collect();
    findings.sort_by_key(|it| (std::cmp::Reverse(it.severity), it.status == Status::Known));
    let causes = Causes::of(outcome);
    if !findings.is_empty() {
        writeln!(out, "| | where | what |\n|---|---|---|")?;
        let (mut listed, mut size) = (0, 0);
        for (it, told) in causes.folded(&findings).iter().take(LISTED_MAX) {
            let row = row(it, &causes);
            size += row.len();
            if size > BYTES_MAX {
                break;
            }
            listed += 1 + told.len();
            writeln!(out, "{row}")?;
        }
        if findings.len() > listed {
            writeln!(out, "\n… and {} more", findings.len() - listed)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{}", escaped(&summary(outcome)))
}

fn row(it: &Finding, causes: &Causes<'_>) -> String {
    let place = it.places.first().map_or(String::new(), |it| {
        let line = match &it.sheet {
            Some(_) => it.at()[it.file.len()..].to_owned(),
            None if it.has_line() => format!(":{}", it.line),
            None => String::new(),
        };
        let line = escaped(&line);
        let cell = [it.row.as_deref(), it.column.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let cell = if cell.is_empty() { cell } else { format!("<br>{}", escaped(&cut(&cell, NAME_MAX))) };
        format!("{}{line}{cell}", escaped(&it.file))
    });
    let lines = causes.lines(it).into_iter();
    let reasons: Vec<String> =
        lines.map(|(name, text)| format!("<br>{name}: {}", escaped(&cut(&text, MESSAGE_MAX)))).collect();
    let reasons = reasons.concat();
    let hint = it.hint.as_ref().map_or(String::new(), |it| format!("<br>hint: {}", escaped(&cut(it, MESSAGE_MAX))));
    let known = if it.status == Status::Known { " (known)" } else { "" };
    let rule = escaped(&it.rule);
    let message = escaped(&cut(&causes.headline(it), MESSAGE_MAX));
    format!("| {}{known} | {place} | **{rule}**: {message}{reasons}{hint} |", it.severity.word())
}

/// A text up to so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() { text.to_owned() } else { text.chars().take(most).chain(['…']).collect() }
}
