//! The report that an editor reads: one page, no script, nothing loaded.
//!
//! The verdict comes first, in words; then each finding in a sentence, the
//! tables as printed with the figures marked by number, what was checked and
//! what was not, questions for the source, and a place to sign. It stays
//! below a megabyte: what is left out is said.

mod article;
mod findings;
mod series;
mod tables;

use std::io::{self, Write};

use super::causes::Causes;
use super::escape::html as escaped;
use super::verdict::{self, capital};
use super::{markdown, summary};
use crate::check::{Judged, Outcome, RunVerdict};
use crate::finding::{Certainty, Finding, Severity, Status};

const CSS: &str = include_str!("../page.css");
const OWN_CSS: &str = include_str!("report.css");

/// No request leaves the page, and no script runs in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// So many findings are told; the rest is counted.
const FINDINGS_MAX: usize = 200;
/// So many checks that could not be judged are listed.
const OPEN_MAX: usize = 100;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let causes = Causes::of(outcome);
    let listed = listed(outcome, &causes);
    let title = title(outcome);
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>{}</title>\n<style>\n{CSS}{OWN_CSS}</style>\n</head>\n<body>", escaped(&title))?;
    writeln!(out, "<header>\n<h1>{}</h1>", escaped(&title))?;
    head(outcome, out)?;
    writeln!(out, "</header>\n<main>")?;
    findings::write(&causes, &listed, told(outcome), out)?;
    decided(outcome, out)?;
    article::write(outcome, out)?;
    tables::write(outcome, &listed, out)?;
    series::write(outcome, out)?;
    checked(outcome, out)?;
    open(outcome, out)?;
    findings::questions(outcome, &listed, out)?;
    writeln!(out, "</main>\n<footer>\n<h2>Signed off</h2>")?;
    writeln!(out, "<p class=\"sign\">Checked by <span></span> on <span></span></p>")?;
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, "<p class=\"soft\">crossfoot {version}: {}</p>\n</footer>", escaped(&summary(outcome)))?;
    writeln!(out, "</body>\n</html>")
}

/// How many findings there are that were not accepted.
fn told(outcome: &Outcome) -> usize {
    outcome.by_severity.iter().sum()
}

/// A finding, and those of the same cause that it tells of.
type Listed<'a> = (&'a Finding, Vec<&'a Finding>);

/// The findings that are told, in the order of their numbers.
fn listed<'a>(outcome: &'a Outcome, causes: &Causes<'a>) -> Vec<Listed<'a>> {
    let mut listed: Vec<&Finding> = outcome.findings.iter().filter(|it| it.status != Status::Waived).collect();
    listed.sort_by_key(|it| (std::cmp::Reverse(it.severity), it.status == Status::Known));
    let mut listed = causes.folded(&listed);
    listed.truncate(FINDINGS_MAX);
    listed
}

fn title(outcome: &Outcome) -> String {
    match &outcome.editions[..] {
        [it] => edition(it),
        _ => super::counted(outcome.inputs.len(), "file"),
    }
}

/// The dataset and the period of an edition, as far as known.
fn edition(it: &Judged) -> String {
    let named = if it.dataset.is_empty() { it.files.join(", ") } else { it.dataset.clone() };
    it.edition.period.map_or(named.clone(), |period| format!("{named}, {period}"))
}

/// The verdict in words, and what it is about.
fn head(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let class = match outcome.verdict() {
        RunVerdict::Failed if outcome.count(Severity::Error) > 0 => "stop",
        RunVerdict::Failed | RunVerdict::PassedInPart => "look",
        RunVerdict::Passed if outcome.count(Severity::Warning) > 0 => "look",
        RunVerdict::Passed => "fine",
        RunVerdict::NotChecked => "blank",
    };
    let advice = match class {
        "stop" => "Do not publish before this is settled.",
        "look" if told(outcome) > 0 => "Look at the findings before publishing.",
        "look" => "Everything that was checked is right; the rest was not checked.",
        "fine" => "Nothing was found that stands against publishing.",
        _ => "Nothing was found that shows whether the figures are right.",
    };
    writeln!(out, "<p class=\"verdict {class}\">{}. {advice}</p>", escaped(&capital(&verdict::headline(outcome))))?;
    writeln!(out, "<p class=\"soft\">{}</p>", escaped(&verdict::reach(outcome)))?;
    for it in outcome.inputs.iter().take(FINDINGS_MAX) {
        let covered = it.coverage.map_or(String::new(), |it| format!(", {} of {} days covered", it.days, it.of));
        let period = it.edition.as_deref().map_or(String::new(), |it| format!(", {it}"));
        writeln!(out, "<p class=\"soft\">{}{}</p>", escaped(&it.file), escaped(&format!("{period}{covered}")))?;
    }
    Ok(())
}

/// What was decided about findings and figures.
fn decided(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    if outcome.decided.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>What was decided</h2>\n<ul>")?;
    for it in outcome.decided.iter().take(FINDINGS_MAX) {
        writeln!(out, "<li>{}</li>", escaped(&cut(&capital(it))))?;
    }
    writeln!(out, "</ul>\n</section>")
}

/// What was checked, rule by rule.
fn checked(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section>\n<h2>What was checked</h2>\n<div class=\"scroll\" tabindex=\"0\">\n<table class=\"printed\">"
    )?;
    let heads = ["rule", "checks", "hold", "fail", "undetermined", "accepted"];
    let class = |it: &str| if it == "rule" { "" } else { " class=\"figure\"" };
    let heads: Vec<String> = heads.iter().map(|it| format!("<th scope=\"col\"{}>{it}</th>", class(it))).collect();
    writeln!(out, "<thead><tr>{}</tr></thead>\n<tbody>", heads.concat())?;
    for (name, it) in &outcome.by_rule {
        let counts = [it.checks, it.holds, it.fails, it.undetermined, it.waived];
        let counts: Vec<String> = counts.iter().map(|it| format!("<td class=\"figure\">{it}</td>")).collect();
        writeln!(out, "<tr><th scope=\"row\">{}</th>{}</tr>", escaped(name), counts.concat())?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</section>")
}

/// What could not be checked, and why.
fn open(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    if outcome.undetermined.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>What could not be checked</h2>\n<ul>")?;
    for it in outcome.undetermined.iter().take(OPEN_MAX) {
        let place = [Some(it.table.as_str()), it.row.as_deref(), it.column.as_deref()];
        let place: Vec<&str> = place.into_iter().flatten().filter(|it| !it.is_empty()).collect();
        let place = if place.is_empty() { String::new() } else { format!(" ({})", place.join(", ")) };
        let text = cut(&format!("{}{place}: {}", it.rule, it.why));
        writeln!(out, "<li>{}</li>", escaped(&text))?;
    }
    writeln!(out, "</ul>")?;
    if outcome.undetermined.len() > OPEN_MAX {
        writeln!(out, "<p class=\"soft\">… and {} more</p>", outcome.undetermined.len() - OPEN_MAX)?;
    }
    writeln!(out, "</section>")
}

/// On what grounds, for people.
fn grounds(it: Certainty) -> &'static str {
    match it {
        Certainty::Contradiction => "arithmetic: the figures cannot all be right",
        Certainty::Likely => "arithmetic that the table seems to follow",
        Certainty::Unusual => "far outside its usual range",
        Certainty::Unclear => "the text can be read in more than one way",
    }
}

/// A text up to a length that a page bears.
fn cut(text: &str) -> String {
    const MOST: usize = 600;
    markdown::cut(text, MOST)
}
