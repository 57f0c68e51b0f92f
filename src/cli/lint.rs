//! `crossfoot lint`: what is the matter with rule files and waivers, and what
//! the rules would miss.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::{Color, Exit, load_rules, output, past, today};
use crate::check::{self, Judged, Lint, Options, Outcome};
use crate::error::Result;
use crate::report::strength_line;
use crate::run::check::{Given, check_all};
use crate::snapshot;

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Files to test the rules on [default: the last snapshot of each dataset]
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// Folder of snapshots [default: `snapshots`, found upwards]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// Report withheld figures that the rules reveal: exactly, or to within this percentage of their highest possible value
    #[arg(long, value_name = "PERCENT", num_args = 0..=1, require_equals = true, default_missing_value = "10", value_parser = clap::value_parser!(u8).range(0..=100))]
    disclosure: Option<u8>,
    /// List every figure that no rule reads or whose slips no rule would notice
    #[arg(short, long)]
    verbose: bool,
}

/// So many figures are named, where not all are asked for.
const NAMED_MAX: usize = 5;

pub(super) fn run(args: &LintArgs, color: Color) -> Result<Exit> {
    let datasets = load_rules(args.rules.as_deref())?;
    let folder = snapshot::find_folder(args.snapshots.as_deref());
    let snapshots = snapshot::all_whole(&folder, &datasets)?;
    let stale = snapshot::stale(&snapshots, &datasets, today())?;
    let mut text = String::new();
    let mut found = stale.len();
    for it in &stale {
        text.push_str(&format!("{}:{}: {}\n", it.file, it.line, it.message));
    }
    for dataset in &datasets {
        for it in check::lint(dataset)? {
            found += 1;
            text.push_str(&format!("{}:{}: {}\n", it.file, it.line, it.message));
        }
    }
    let mut errors = Vec::new();
    let options = Options { strength: true, disclosure: args.disclosure, ..Options::default() };
    let (mut strengths, mut loose) = (String::new(), BTreeSet::new());
    let named = if args.verbose { usize::MAX } else { NAMED_MAX };
    if args.paths.is_empty() {
        for dataset in &datasets {
            let own: Vec<_> = snapshots.iter().map(|it| &it.accepted).filter(|it| it.dataset == dataset.name).collect();
            let Some((last, earlier)) = own.split_last() else { continue };
            let judged = check::measure(dataset, last, earlier, &options)?;
            loose.extend(from_outcome(&judged));
            strengths.extend(judged.editions.iter().map(|it| told(it, named)));
        }
    } else {
        let accepted = past(args.snapshots.as_deref(), &datasets)?;
        let options = Options { today: Some(today()), ..options };
        let given = Given { datasets: &datasets, past: &accepted, options: &options, memory: None, whole: false };
        let (outcome, failed) = check_all(&args.paths, None, None, &given)?;
        loose.extend(from_outcome(&outcome));
        strengths.extend(outcome.editions.iter().map(|it| told(it, named)));
        errors = failed;
    }
    found += loose.len();
    text.extend(loose.iter().map(|it| format!("{}:{}: {}\n", it.file, it.line, it.message)));
    text.push_str(&strengths);
    let waivers: usize = snapshots.iter().map(|it| it.accepted.waivers.len()).sum();
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let rules: usize = datasets.iter().map(|it| it.rules.len()).sum();
    let counts = [count(rules, "rule"), count(snapshots.len(), "snapshot"), count(waivers, "waiver")];
    text.push_str(&format!("{}: {found} to look at\n", counts.join(", ")));
    output::print(text.as_bytes())?;
    for error in &errors {
        output::tell(error, color);
    }
    if !errors.is_empty() {
        return Ok(Exit::Failed);
    }
    Ok(if found == 0 { Exit::Clean } else { Exit::Findings })
}

/// What a check says of the rules themselves: those that can hardly fail, those that
/// were never judged, and those that give away what is withheld.
fn from_outcome(outcome: &Outcome) -> Vec<Lint> {
    let loose = outcome.editions.iter().filter_map(|it| it.strength.as_ref()).flat_map(|it| it.loose.clone());
    let undecided = outcome.findings.iter().filter(|it| it.rule == "undecided").filter_map(|it| {
        let at = it.rule_at.as_ref()?;
        let hint = it.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
        Some(Lint { file: at.file.clone(), line: at.line, message: format!("{}{hint}", it.message) })
    });
    let given_away =
        outcome.editions.iter().filter_map(|it| it.disclosure.as_ref()).flat_map(|it| it.given_away.clone());
    loose.chain(undecided).chain(given_away).collect()
}

/// What the rules would miss of an edition.
fn told(it: &Judged, named: usize) -> String {
    let Some(strength) = &it.strength else { return String::new() };
    let period = it.edition.period.map_or(String::new(), |it| format!(" {it}"));
    let mut text = format!("{}{period}: {}\n", it.dataset, strength_line(strength));
    for (what, list) in [("no rule reads", &strength.unread), ("no slip would be noticed at", &strength.blind)] {
        if !list.is_empty() {
            let more = list.len().saturating_sub(named);
            let shown: Vec<&str> = list.iter().take(named).map(String::as_str).collect();
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            text.push_str(&format!("  {what} {}{more}\n", shown.join("; ")));
        }
    }
    if let Some(disclosure) = &it.disclosure {
        let count = disclosure.given_away.len();
        let plural = if disclosure.withheld == 1 { "" } else { "s" };
        text.push_str(&format!("  {} withheld figure{plural}: {count} revealed\n", disclosure.withheld));
        text.extend(disclosure.limit.iter().map(|it| format!("  not checked: {it}\n")));
    }
    text
}
