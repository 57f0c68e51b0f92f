//! Waivers that are no longer needed, or no longer hold.

use jiff::civil::Date;

use super::Snapshot;
use crate::check::{Accepted, Outcome, Waiver, judge_again};
use crate::error::Result;
use crate::finding::Finding;
use crate::rules::Dataset;

/// A waiver to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// The snapshot file.
    pub file: String,
    /// The line of the waiver.
    pub line: u32,
    /// What is the matter, in words.
    pub message: String,
}

/// The implied rules that a snapshot alone can answer.
const ANSWERED: [&str; 2] = ["rows", "keys"];

/// Finds the waivers that match nothing any more, and those that have expired.
///
/// The rules are put to each snapshot's own tables. A rule that cannot be
/// answered from them (the form of the printed file, or undetermined there)
/// leaves its waivers as they are. Snapshots come in order of dataset and period.
///
/// # Errors
///
/// As [`crate::check::check`].
pub fn stale(snapshots: &[Snapshot], datasets: &[Dataset], today: Date) -> Result<Vec<Stale>> {
    let mut found = Vec::new();
    for (at, snapshot) in snapshots.iter().enumerate() {
        let accepted = &snapshot.accepted;
        let Some(dataset) = datasets.iter().find(|it| it.name == accepted.dataset) else { continue };
        if accepted.waivers.is_empty() {
            continue;
        }
        let earlier = at.checked_sub(1).map(|it| &snapshots[it].accepted).filter(|it| precedes(it, accepted, dataset));
        let outcome = judge_again(dataset, accepted, earlier)?;
        for (number, waiver) in accepted.waivers.iter().enumerate() {
            if let Some(why) = matter(waiver, dataset, &outcome, today) {
                let message = format!("waiver {} ({}: {}) {why}", waiver.id, waiver.rule, waiver.place);
                let line = snapshot.waiver_lines.get(number).copied().unwrap_or(0);
                found.push(Stale { file: accepted.file.clone(), line, message });
            }
        }
    }
    Ok(found)
}

/// Whether an edition is the one right before another.
fn precedes(earlier: &Accepted, later: &Accepted, dataset: &Dataset) -> bool {
    let (Some(first), Some(next)) = (earlier.edition.period, later.edition.period) else { return false };
    earlier.dataset == later.dataset && (dataset.cadence.is_none() || first.is_followed_by(next))
}

/// What is the matter with a waiver, if anything.
fn matter(waiver: &Waiver, dataset: &Dataset, outcome: &Outcome, today: Date) -> Option<String> {
    if let Some(until) = waiver.until.filter(|it| *it < today) {
        return Some(format!("expired on {until}"));
    }
    let declared = dataset.rules.iter().any(|it| it.name == waiver.rule);
    if !declared && !crate::rules::RESERVED.contains(&waiver.rule.as_str()) {
        return Some("matches nothing: there is no longer a rule of this name".to_owned());
    }
    let mut same = outcome.findings.iter().filter(|it| it.id == waiver.id).peekable();
    if same.peek().is_some() {
        let fits = same.any(|it| same_figures(it, waiver));
        return (!fits).then(|| "matches nothing: the figures are no longer those that were accepted".to_owned());
    }
    let answered = declared || ANSWERED.contains(&waiver.rule.as_str());
    let told = outcome.by_rule.get(&waiver.rule).is_none_or(|it| it.undetermined == 0);
    (answered && told).then(|| "matches nothing: the rule now holds there".to_owned())
}

/// Whether a finding is about the figures that were accepted. Places that are
/// no figures are passed over: their text differs between page and snapshot.
fn same_figures(finding: &Finding, waiver: &Waiver) -> bool {
    let pairs = finding.places.iter().zip(&waiver.figures);
    finding.places.len() == waiver.figures.len()
        && pairs.into_iter().all(|it| it.0.value.as_ref().is_none_or(|value| value == it.1))
}
