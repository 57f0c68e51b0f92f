//! For people: each finding with its source lines, carets and rule.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

use super::causes::Causes;
use super::{Look, causes, counted, listed, summary};
use crate::check::Outcome;
use crate::finding::{Finding, Place, Role, Severity, Status};
use crate::table::Document;

/// So many findings of one rule are shown in full; the rest is counted.
const SHOWN_PER_RULE: usize = 10;
/// So many undetermined checks of one rule are listed.
const UNDETERMINED_PER_RULE: usize = 3;
/// So many places of one finding are marked.
const PLACES_SHOWN: usize = 8;

pub(super) fn write(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(look.width.unwrap_or(120));
    let shown_max = if look.verbose { usize::MAX } else { SHOWN_PER_RULE };
    let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
    let causes = Causes::of(outcome);
    for finding in listed(outcome, look) {
        let count = shown.entry(&finding.rule).or_default();
        *count += 1;
        if *count <= shown_max && !causes.is_told(finding) {
            writeln!(out, "{}\n", render(finding, outcome, &causes, &renderer))?;
        }
    }
    for (rule, listed) in shown {
        let fails = outcome.by_rule.get(rule).map_or(listed, |it| it.fails);
        if fails > listed.min(shown_max) {
            let more = fails - listed.min(shown_max);
            writeln!(out, "... and {} of {rule}; -v shows all, -o json lists them\n", counted(more, "more finding"))?;
        }
    }
    undetermined(outcome, look, out)?;
    for it in outcome.limits.iter().filter(|_| !look.quiet) {
        writeln!(out, "limit: {it}")?;
    }
    if look.verbose {
        for it in &outcome.notes {
            writeln!(out, "note: {it}")?;
        }
        for it in &outcome.editions {
            if let Some(strength) = &it.strength {
                writeln!(out, "{}", causes::strength_line(strength))?;
            }
        }
    }
    if look.quiet { Ok(()) } else { writeln!(out, "{}", summary(outcome)) }
}

/// Lists what could not be told, by rule, with the reasons.
fn undetermined(outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for it in &outcome.undetermined {
        let line = if it.line > 0 { format!(":{}", it.line) } else { String::new() };
        let place = it.file.as_ref().map_or(String::new(), |file| format!("{file}{line}: "));
        by_rule.entry(&it.rule).or_default().push(format!("{place}{}", it.why));
    }
    if look.quiet || by_rule.is_empty() {
        return Ok(());
    }
    let listed = if look.verbose { usize::MAX } else { UNDETERMINED_PER_RULE };
    for (rule, whys) in by_rule {
        for why in whys.iter().take(listed) {
            writeln!(out, "undetermined[{rule}]: {why}")?;
        }
        let count = outcome.by_rule.get(rule).map_or(whys.len(), |it| it.undetermined);
        if count > listed.min(whys.len()) {
            writeln!(out, "undetermined[{rule}]: ... and {} more", count - listed.min(whys.len()))?;
        }
    }
    writeln!(out)
}

fn render(finding: &Finding, outcome: &Outcome, causes: &Causes<'_>, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut elements: Vec<Element<'_>> = Vec::new();
    let mut files: Vec<(&str, Option<&str>)> =
        finding.places.iter().map(|it| (it.file.as_str(), it.sheet.as_deref())).collect();
    let mut seen = Vec::new();
    files.retain(|it| {
        !seen.contains(it) && {
            seen.push(*it);
            true
        }
    });
    for (file, sheet) in files {
        if let Some(document) = outcome.documents.get(file) {
            let here = |it: &&Place| it.file == file && it.sheet.as_deref() == sheet;
            let places = finding.places.iter().filter(here).take(PLACES_SHOWN);
            let places: Vec<&Place> = places.collect();
            elements.extend(runs(document, places).iter().map(|it| snippet(document, it).into()));
        }
    }
    let note = |name: &'static str, text: String| -> Element<'_> { Level::NOTE.with_name(name).message(text).into() };
    let status = (finding.status != Status::New).then(|| note("status", finding.status.word().to_owned()));
    elements.extend(status);
    elements.extend(causes.lines(finding).into_iter().map(|it| note(it.0, it.1)));
    elements.extend(finding.hint.iter().map(|it| note("hint", it.clone())));
    elements.extend(finding.why.iter().map(|it| note("why", it.clone())));
    elements.extend(finding.rule_at.iter().map(|it| note("rule", format!("{}:{}", it.file, it.line))));
    let headline = causes.headline(finding);
    let group: Group<'_> = level.primary_title(headline.as_ref()).id(finding.rule.as_str()).elements(elements);
    if finding.places.iter().any(|it| it.is_keyed) {
        let rendered = renderer.clone().anonymized_snippet_line_numbers(true).render(&[group]);
        return name_the_cell(&without_lines(&rendered, &finding.places), finding.places.first());
    }
    name_the_cell(&renderer.render(&[group]), finding.places.first())
}

/// The same without the numbers of lines, where rows have none.
fn without_lines(rendered: &str, places: &[Place]) -> String {
    let of_line = |line: &str| {
        let plain = without_styles(line);
        if plain.starts_with("LL ") {
            return line.replacen("LL", "  ", 1);
        }
        let is_origin = plain.contains("--> ") || plain.contains("::: ");
        let named = |it: &&Place| line.contains(&format!("{}:{}:", it.file, it.line));
        let Some(place) = places.iter().find(named).filter(|_| is_origin) else { return line.to_owned() };
        let before = line.split(place.file.as_str()).next().unwrap_or("");
        let row = place.row.as_ref().filter(|_| plain.contains("::: "));
        let row = row.map_or(String::new(), |it| format!(" ({it})"));
        format!("{before}{}{row}", place.file)
    };
    rendered.lines().map(of_line).collect::<Vec<_>>().join("\n")
}

/// A line without the sequences that colour it.
fn without_styles(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut parts = line.split("\x1b[");
    plain.extend(parts.next());
    for part in parts {
        // A sequence ends with the first letter.
        plain.extend(part.split_once(|it: char| it.is_ascii_alphabetic()).map(|it| it.1));
    }
    plain
}

/// Adds table and row to the line that names the file.
fn name_the_cell(rendered: &str, place: Option<&Place>) -> String {
    let Some(place) = place else { return rendered.to_owned() };
    let mut names: Vec<&str> = vec![&place.table];
    names.extend(place.row.as_deref());
    names.extend(place.column.as_deref());
    names.retain(|it| !it.is_empty());
    let said = names.join(", ");
    let mut named = false;
    let lines = rendered.lines().map(|line| {
        if named || said.is_empty() || !line.contains("--> ") {
            return line.to_owned();
        }
        named = true;
        match &place.cell {
            // A workbook has no lines: its cells stand for them.
            _ if place.sheet.is_some() => {
                let path = line.split_once("--> ").map_or("", |it| it.0);
                format!("{path}--> {} ({said})", place.at())
            }
            Some(cell) => format!("{line} ({said}, {cell})"),
            None => format!("{line} ({said})"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Places that are shown together: where lines are missing, those on lines that follow
/// each other, in the order of the first place of each run.
fn runs<'a>(document: &Document, places: Vec<&'a Place>) -> Vec<Vec<&'a Place>> {
    if !document.has_gaps() {
        return vec![places];
    }
    let mut lines: Vec<u32> = places.iter().map(|it| it.line).collect();
    lines.sort_unstable();
    lines.dedup();
    let runs: Vec<&[u32]> = lines.chunk_by(|a, b| a + 1 == *b).collect();
    let mut found: Vec<(usize, Vec<&Place>)> = Vec::new();
    for place in places {
        let run = runs.partition_point(|it| it[it.len() - 1] < place.line);
        match found.iter_mut().find(|it| it.0 == run) {
            Some(it) => it.1.push(place),
            None => found.push((run, vec![place])),
        }
    }
    found.into_iter().map(|it| it.1).collect()
}

/// The lines that places stand on, marked.
fn snippet<'a>(document: &'a Document, places: &[&'a Place]) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let first = places.iter().map(|it| it.line).min().unwrap_or(1);
    let last = places.iter().map(|it| it.line).max().unwrap_or(1);
    let sheet = places.first().and_then(|it| it.sheet.as_deref());
    let start = document.line(sheet, first).start as usize;
    let end = document.line(sheet, last).end as usize;
    let marks = places.iter().map(|place| {
        let kind = if place.role == Role::Primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let mark = kind.span(bytes(document, place, start));
        if place.label.is_empty() { mark } else { mark.label(place.label.as_str()) }
    });
    Snippet::source(&document.text[start..end])
        .line_start(first as usize)
        .path(document.name.as_str())
        .annotations(marks)
}

/// The bytes that a place covers, counted from `start`.
fn bytes(document: &Document, place: &Place, start: usize) -> Range<usize> {
    let line = document.line(place.sheet.as_deref(), place.line);
    let text = document.slice(line);
    let at = |column: u32| {
        let offset = text.char_indices().nth(column as usize - 1).map_or(text.len(), |it| it.0);
        line.start as usize + offset - start
    };
    at(place.column_start)..at(place.column_end)
}
