//! What would be kept of a checked edition, and what stands against it.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Snapshot, Source, file_of};
use crate::check::{Accepted, Judged, Outcome, Replaced, Waiver, figures};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::{Finding, Place, Severity, Status};
use crate::history::is_judged;
use crate::rules::Dataset;
use crate::table::{Edition, Table, followed_rows};

/// An edition that may be accepted.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The dataset that it belongs to.
    pub dataset: String,
    /// Its tables.
    pub edition: Arc<Edition>,
    /// The files that it was read from, as the user named them.
    pub files: Vec<String>,
    /// Its snapshot, below the folder of snapshots.
    pub file: String,
    /// The figures of its snapshots so far that others took the place of.
    pub replaced: Vec<Replaced>,
    /// What was found in it, each with its waiver if it has one.
    pub findings: Vec<(Finding, Option<Waiver>)>,
}

/// On what terms findings are waived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: Option<String>,
    /// The last day that it holds on; for good where there is none.
    pub until: Option<Date>,
}

/// Finds what may be accepted of a check: one proposal an edition, in their order.
///
/// A finding that was waived before, on figures that still stand and for
/// longer than `today`, keeps its waiver.
///
/// # Errors
///
/// [`ErrorKind::Usage`] for an edition that no dataset claims or whose period
/// is not known, for two editions of one period, and where the check found
/// more than it lists.
pub fn propose(outcome: &Outcome, datasets: &[Dataset], past: &[Accepted], today: Date) -> Result<Vec<Proposal>> {
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    if outcome.by_severity.iter().sum::<usize>() > outcome.findings.len() {
        let message = format!("there are more than {} findings: too many to accept", outcome.findings.len());
        return Err(usage(message).hint("`crossfoot check` lists the worst of them"));
    }
    let mut proposals: Vec<Proposal> = Vec::new();
    for judged in &outcome.editions {
        let first = judged.files.first().cloned().unwrap_or_default();
        let Some(dataset) = datasets.iter().find(|it| it.name == judged.dataset) else {
            return Err(usage("no rule file covers this file, so it has no place among the snapshots".to_owned())
                .in_file(first)
                .hint(
                    "`crossfoot init FILE` writes a rule file from a sample; --dataset assigns the file to an existing \
                     one",
                ));
        };
        let file = file_of(dataset, judged.edition.period).map_err(|it| it.in_file(&first))?;
        if let Some(same) = proposals.iter().find(|it| it.file == file) {
            let other = same.files.first().map_or("", String::as_str);
            let message = format!("two editions would be kept as {file}: this one and {other}");
            return Err(usage(message).in_file(first).hint("pass the files of only one of them"));
        }
        proposals.push(Proposal {
            dataset: judged.dataset.clone(),
            edition: Arc::clone(&judged.edition),
            files: judged.files.clone(),
            file,
            replaced: replaced(judged, &outcome.editions, past),
            findings: Vec::new(),
        });
    }
    // To accept an edition anew is to take back what its snapshot said.
    for finding in outcome.findings.iter().filter(|it| it.kind != "restated") {
        for at in editions_of(finding, &outcome.editions) {
            let proposal = &mut proposals[at];
            let waiver = standing_waiver(finding, proposal, past, today);
            proposal.findings.push((finding.clone(), waiver));
        }
    }
    Ok(proposals)
}

/// The figures of an edition's snapshots so far that others took the place of.
fn replaced(judged: &Judged, all: &[Judged], past: &[Accepted]) -> Vec<Replaced> {
    let Some(period) = judged.edition.period else { return Vec::new() };
    let known = || past.iter().filter(|it| it.dataset == judged.dataset);
    let Some(own) = known().find(|it| it.edition.period.is_some_and(|it| it.start == period.start)) else {
        return Vec::new();
    };
    let beside = all.iter().filter(|it| it.dataset == judged.dataset).filter_map(|it| it.edition.period);
    let until = known().filter_map(|it| it.edition.period).chain(beside).max().unwrap_or(period);
    let mut replaced = own.replaced.clone();
    for now in &judged.edition.tables {
        let Some(then) = own.edition.table(&now.name).map(|it| &own.edition.tables[it]) else { continue };
        for (row, was) in followed_rows(now, then).into_iter().enumerate().filter_map(|it| Some((it.0, it.1? as usize)))
        {
            for (column, figures) in now.columns.iter().enumerate().filter(|it| is_judged(it.1.kind)) {
                let before = then.column(&figures.name).and_then(|it| then.columns[it].decimal(was));
                let (Some(before), Some(after)) = (before, now.columns[column].decimal(row)) else { continue };
                if before.same_value(after) {
                    continue;
                }
                let place = [now.name.clone(), now.row_name(row), figures.name.clone()];
                // Until the next edition a figure is revised once, however often it is accepted anew.
                let known = replaced.iter().position(|it| it.place == place && it.until == until);
                match known {
                    Some(at) if replaced[at].was == after.to_string() => drop(replaced.remove(at)),
                    Some(_) => {}
                    None => replaced.push(Replaced { place, was: before.to_string(), until }),
                }
            }
        }
    }
    replaced
}

/// The editions that a finding is about: one on the form of a file is about
/// every edition with that row, or with that file where it names no row.
fn editions_of(finding: &Finding, editions: &[Judged]) -> Vec<usize> {
    if let Some(edition) = finding.edition {
        return vec![edition];
    }
    let Some(place) = finding.places.first() else { return (0..editions.len()).collect() };
    let with = |holds: &dyn Fn(&Table) -> bool| -> Vec<usize> {
        (0..editions.len()).filter(|&it| editions[it].edition.tables.iter().any(holds)).collect()
    };
    let rows = with(&|it| it.document.name == place.file && prints(it, place));
    if rows.is_empty() { with(&|it| it.document.name == place.file) } else { rows }
}

/// Whether a row of a table is printed on the line of a place.
fn prints(table: &Table, place: &Place) -> bool {
    if place.row.is_none() || place.line == 0 {
        return false;
    }
    let line = table.document.line(place.sheet.as_deref(), place.line);
    table.rows.iter().any(|it| it.span.start <= line.end && line.start < it.span.end.max(1))
}

/// The waiver that a finding has already: of the edition's own snapshot, or
/// the one that the check went by.
fn standing_waiver(finding: &Finding, proposal: &Proposal, past: &[Accepted], today: Date) -> Option<Waiver> {
    let own = |it: &&Accepted| {
        it.dataset == proposal.dataset
            && it.edition.period.map(|it| it.start) == proposal.edition.period.map(|it| it.start)
    };
    let known = figures(finding);
    let fits = |it: &&Waiver| it.id == finding.id && it.figures == known && it.until.is_none_or(|it| it >= today);
    let find = |it: &Accepted| it.waivers.iter().find(fits).cloned();
    let earlier = || past.iter().rev().find_map(find).filter(|_| finding.status == Status::Waived);
    past.iter().filter(own).find_map(find).or_else(earlier)
}

impl Proposal {
    /// What it is called in messages: dataset and period.
    pub fn name(&self) -> String {
        match self.edition.period {
            Some(it) => format!("{} {it}", self.dataset),
            None => self.dataset.clone(),
        }
    }

    /// The findings that stand against it: at or above a level, and not waived.
    pub fn refused_by(&self, level: Option<Severity>) -> impl Iterator<Item = &Finding> {
        let refuses = move |it: &&(Finding, Option<Waiver>)| {
            it.1.is_none() && it.0.status != Status::Waived && level.is_some_and(|level| it.0.severity >= level)
        };
        self.findings.iter().filter(refuses).map(|it| &it.0)
    }

    /// Waives one of its findings.
    pub fn waive(&mut self, finding: usize, terms: &Terms) {
        let (it, waiver) = &mut self.findings[finding];
        let place = it.places.first();
        let words = |it: &Place| [Some(it.table.clone()), it.row.clone(), it.column.clone()];
        let words: Vec<String> = place.map(words).into_iter().flatten().flatten().filter(|it| !it.is_empty()).collect();
        *waiver = Some(Waiver {
            id: it.id.clone(),
            rule: it.rule.clone(),
            place: words.join(", "),
            figures: figures(it),
            reason: terms.reason.clone(),
            by: terms.by.clone(),
            until: terms.until,
        });
    }

    /// Its snapshot, with what is waived and known in it.
    pub fn snapshot(&self, sources: Vec<Source>) -> Snapshot {
        let mut waivers: Vec<Waiver> = self.findings.iter().filter_map(|it| it.1.clone()).collect();
        waivers.sort_by(|a, b| (&a.rule, &a.place, &a.id, &a.figures).cmp(&(&b.rule, &b.place, &b.id, &b.figures)));
        waivers.dedup();
        let standing = self.findings.iter().filter(|it| it.1.is_none());
        let mut known: Vec<String> = standing.map(|it| it.0.id.clone()).collect();
        known.sort();
        known.dedup();
        let accepted = Accepted {
            dataset: self.dataset.clone(),
            file: self.file.clone(),
            edition: Arc::clone(&self.edition),
            waivers,
            known,
            replaced: self.replaced.clone(),
        };
        Snapshot { accepted, sources, waiver_lines: Vec::new() }
    }
}
