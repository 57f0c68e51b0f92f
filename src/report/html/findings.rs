//! Each finding in a sentence, and as a question for the source.

use std::io::{self, Write};

use super::super::causes::Causes;
use super::{Listed, cut, edition, escaped, grounds};
use crate::check::Outcome;
use crate::finding::{Expected, Finding, Severity, Status};

pub(super) fn write(causes: &Causes<'_>, listed: &[Listed<'_>], told: usize, out: &mut dyn Write) -> io::Result<()> {
    if listed.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>What to look at</h2>\n<ol class=\"findings\">")?;
    for (at, it) in listed.iter().enumerate() {
        finding(at + 1, it.0, causes, out)?;
    }
    writeln!(out, "</ol>")?;
    let shown: usize = listed.iter().map(|it| 1 + it.1.len()).sum();
    if told > shown {
        writeln!(out, "<p class=\"soft\">… and {} more that are not shown on this page</p>", told - shown)?;
    }
    writeln!(out, "</section>")
}

fn finding(number: usize, it: &Finding, causes: &Causes<'_>, out: &mut dyn Write) -> io::Result<()> {
    let class = match it.severity {
        Severity::Error => "stop",
        Severity::Warning => "look",
        Severity::Note => "fine",
    };
    let known = if it.status == Status::Known { ", already known" } else { "" };
    writeln!(out, "<li id=\"finding-{number}\" class=\"{class}\">")?;
    let message = escaped(&cut(&causes.headline(it)));
    writeln!(out, "<p><strong class=\"word\">{}{known}</strong> {message}.</p>\n<dl>", it.severity.word())?;
    let mut row = |name: &str, text: Option<String>| match text {
        Some(text) => writeln!(out, "<div><dt>{name}</dt><dd>{}</dd></div>", escaped(&cut(&text))),
        None => Ok(()),
    };
    row("where", place(it))?;
    row("printed", it.observed.clone())?;
    row("would fit", it.expected.as_ref().map(expected))?;
    row("misses by", it.gap.clone())?;
    row("grounds", Some(grounds(it.certainty).to_owned()))?;
    for (name, text) in causes.lines(it) {
        row(name, Some(text))?;
    }
    row("hint", it.hint.clone())?;
    writeln!(out, "</dl>\n<details><summary>The rule</summary>")?;
    let at = it.rule_at.as_ref().map_or(String::new(), |it| format!(", {}:{}", it.file, it.line));
    let why = it.why.as_ref().map_or(String::new(), |it| format!(": {it}"));
    writeln!(out, "<p>{}</p></details>\n</li>", escaped(&cut(&format!("{} ({}{at}){why}", it.rule, it.kind))))
}

fn place(it: &Finding) -> Option<String> {
    let place = it.places.first()?;
    let cell = [Some(place.table.as_str()), place.row.as_deref(), place.column.as_deref(), place.cell.as_deref()];
    let cell: Vec<&str> = cell.into_iter().flatten().filter(|it| !it.is_empty()).collect();
    let line = match &place.sheet {
        Some(sheet) => format!(", sheet {sheet}"),
        None if place.has_line() => format!(", line {}", place.line),
        None => String::new(),
    };
    Some(format!("{} ({}{line})", cell.join(", "), place.file))
}

/// What would fit, in words.
fn expected(it: &Expected) -> String {
    match it {
        Expected::Equal(it) => it.clone(),
        Expected::AtMost(it) => format!("{it} or less"),
        Expected::AtLeast(it) => format!("{it} or more"),
        Expected::Between(low, high) => format!("{low} to {high}"),
        Expected::OneOf(it) => it.join(" or "),
        Expected::Pattern(it) => format!("a text like {it}"),
    }
}

/// Questions for the source, as text to copy into a letter.
pub(super) fn questions(outcome: &Outcome, listed: &[Listed<'_>], out: &mut dyn Write) -> io::Result<()> {
    // Breaks of one relation are questions of their own.
    let follows = |it: &&&Finding| it.cause.as_ref().is_some_and(|it| it.follows.is_some());
    let each = listed.iter().flat_map(|it| std::iter::once(it.0).chain(it.1.iter().filter(follows).copied()));
    let asked: Vec<&Finding> = each.filter(|it| it.severity > Severity::Note).collect();
    if asked.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Questions for the source</h2>\n<pre>")?;
    for (at, it) in asked.iter().enumerate() {
        let of = it.edition.and_then(|at| outcome.editions.get(at)).map(edition);
        let of = of.map_or(String::new(), |it| format!("In {it}: "));
        let figure = it.places.first().filter(|it| it.value.is_some());
        let asks = match figure {
            Some(place) => format!("Is {} right?", place.text.trim()),
            None => "What is right?".to_owned(),
        };
        writeln!(out, "{}. {}{}. {}", at + 1, escaped(&of), escaped(&cut(&it.message)), escaped(&cut(&asks)))?;
    }
    writeln!(out, "</pre>\n</section>")
}
