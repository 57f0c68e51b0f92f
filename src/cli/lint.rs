//! `crossfoot lint`: what in rule files and snapshots is no longer needed.

use std::path::PathBuf;

use clap::Args;

use super::{Exit, load_rules, output, today};
use crate::error::Result;
use crate::snapshot;

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// Folder of snapshots [default: `snapshots`, found upwards]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

pub(super) fn run(args: &LintArgs) -> Result<Exit> {
    let datasets = load_rules(args.rules.as_deref())?;
    let folder = snapshot::find_folder(args.snapshots.as_deref());
    let snapshots = snapshot::all_whole(&folder, &datasets)?;
    let stale = snapshot::stale(&snapshots, &datasets, today())?;
    let mut text = String::new();
    for it in &stale {
        text.push_str(&format!("{}:{}: {}\n", it.file, it.line, it.message));
    }
    let waivers: usize = snapshots.iter().map(|it| it.accepted.waivers.len()).sum();
    let count = |number: usize, word: &str| format!("{number} {word}{}", if number == 1 { "" } else { "s" });
    let (snapshots, waivers) = (count(snapshots.len(), "snapshot"), count(waivers, "waiver"));
    text.push_str(&format!("{snapshots}, {waivers}: {} to look at\n", stale.len()));
    output::print(text.as_bytes())?;
    Ok(if stale.is_empty() { Exit::Clean } else { Exit::Findings })
}
