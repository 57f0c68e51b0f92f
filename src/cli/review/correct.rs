//! Corrections that are noted for the source, and never made in the input.

use std::fmt;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Repair};
use crate::snapshot::Proposal;
use crate::table::{NumberStyle, read_figure};

/// A correction of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    /// The finding's id.
    pub(super) finding: String,
    rule: String,
    figures: Vec<NotedFigure>,
}

/// One figure with what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NotedFigure {
    at: String,
    table: String,
    row: String,
    column: String,
    printed: String,
    meant: String,
    slip: String,
}

/// The heading of the file of corrections.
const HEADING: [&str; 12] =
    ["dataset", "period", "place", "table", "row", "column", "printed", "correction", "slip", "rule", "by", "noted"];

impl fmt::Display for Noted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told =
            |it: &NotedFigure| format!("{}, {}, {}: {} for {}", it.table, it.row, it.column, it.meant, it.printed);
        let all: Vec<String> = self.figures.iter().map(told).collect();
        out.write_str(&all.join("; "))
    }
}

/// What can be chosen by number: the repairs, in words.
pub(super) fn choices(finding: &Finding) -> Vec<String> {
    let told = |it: &Repair| {
        let all: Vec<String> =
            it.corrections.iter().map(|it| format!("{} {} ({})", it.figure.name, it.printed, it.words)).collect();
        all.join(" and ")
    };
    finding.repairs.iter().map(told).collect()
}

/// The question.
pub(super) fn prompt(finding: &Finding) -> String {
    let figure = finding.places.first().map_or("", |it| it.text.trim());
    match finding.repairs.len() {
        0 => format!("correct value for {figure} (empty to go back) > "),
        1 => format!("1, or = and the correct value for {figure} (empty to go back) > "),
        count => format!("1 to {count}, or = and the correct value for {figure} (empty to go back) > "),
    }
}

/// Reads the answer: a number of a repair, or a figure.
pub(super) fn read(finding: &Finding, answer: &str) -> Result<Noted, String> {
    let noted = |figures| Noted { finding: finding.id.clone(), rule: finding.rule.clone(), figures };
    if !finding.repairs.is_empty() && !answer.starts_with('=') {
        let number = answer.parse::<usize>().ok().and_then(|it| finding.repairs.get(it.checked_sub(1)?));
        let repair = number.ok_or(format!("expected a number from the list, found \"{answer}\""))?;
        let figure = |it: &crate::finding::Correction| NotedFigure {
            at: it.figure.at.clone(),
            table: it.figure.table.clone(),
            row: it.figure.row.clone(),
            column: it.figure.column.clone(),
            printed: it.from.clone(),
            meant: it.to.clone(),
            slip: it.slip.to_owned(),
        };
        return Ok(noted(repair.corrections.iter().map(figure).collect()));
    }
    let text = answer.trim_start_matches('=').trim();
    let meant =
        read_figure(text, NumberStyle::ENGLISH, None).map_err(|_| format!("expected a figure, found \"{text}\""))?;
    let place = finding.places.first().filter(|it| it.value.is_some());
    let place = place.ok_or("this finding is not about a single figure".to_owned())?;
    Ok(noted(vec![NotedFigure {
        at: place.at(),
        table: place.table.clone(),
        row: place.row.clone().unwrap_or_default(),
        column: place.column.clone().unwrap_or_default(),
        printed: place.value.clone().unwrap_or_default(),
        meant: meant.value.to_string(),
        slip: String::new(),
    }]))
}

/// Adds corrections to a file, each once.
pub(super) fn keep(
    file: &Path,
    proposal: &Proposal,
    noted: &[Noted],
    by: Option<&str>,
    today: jiff::civil::Date,
) -> Result<String> {
    let name = file.to_string_lossy().into_owned();
    let unreadable =
        |it: std::io::Error| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name.clone()).because(it);
    let mut text = if file.exists() { std::fs::read_to_string(file).map_err(unreadable)? } else { String::new() };
    if text.is_empty() {
        text = line(&HEADING.map(str::to_owned));
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let period = proposal.edition.period.map_or(String::new(), |it| it.to_string());
    let mut added = 0;
    for it in noted {
        for figure in &it.figures {
            let NotedFigure { at, table, row, column, printed, meant, slip } = figure;
            let cells = [&proposal.dataset, &period, at, table, row, column, printed, meant, slip, &it.rule];
            let told = line(&cells.map(Clone::clone));
            let known = told.trim_end_matches('\n');
            // Who noted it, and when, makes no other correction of it.
            if text.lines().any(|it| it.strip_prefix(known).is_some_and(|rest| rest.starts_with(','))) {
                continue;
            }
            let who = line(&[by.unwrap_or("").to_owned(), today.to_string()]);
            text.push_str(&format!("{known},{who}"));
            added += 1;
        }
    }
    crate::cli::output::put(Some(&name), text.as_bytes())?;
    Ok(format!("{name}: {added} added"))
}

/// One record of CSV.
fn line(cells: &[String]) -> String {
    let quoted = |it: &String| {
        if it.contains([',', '"', '\n', '\r']) { format!("\"{}\"", it.replace('"', "\"\"")) } else { it.clone() }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n"
}
