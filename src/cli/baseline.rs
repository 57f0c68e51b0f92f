//! `crossfoot baseline`: findings that were there when checking began.

use std::sync::Arc;

use clap::{Args, Subcommand};

use super::{Color, Exit, Reading, known_folder, load_rules, output};
use crate::check::{Baseline, Outcome, baseline};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Status;
use crate::run::check::{Given, check_all};

/// More findings than these are no baseline, but another file.
const FINDINGS_MAX: usize = 100_000;

#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write all current findings to a baseline
    Write(Inputs),
    /// Remove from a baseline the findings that no longer occur
    Prune(Inputs),
}

#[derive(Debug, Args)]
struct Inputs {
    /// The baseline file
    #[arg(value_name = "FILE")]
    file: String,
    /// Files, folders, patterns, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
}

pub(super) fn run(args: &BaselineArgs, color: Color) -> Result<Exit> {
    let (inputs, prune) = match &args.command {
        Command::Write(it) => (it, false),
        Command::Prune(it) => (it, true),
    };
    let Some(outcome) = inputs.outcome(color)? else { return Ok(Exit::Failed) };
    if outcome.truncated {
        let message = format!("there are more than {FINDINGS_MAX} findings");
        return Err(Error::new(ErrorKind::Usage, message).hint("write a baseline for some of the inputs"));
    }
    let found = outcome.findings.iter().filter(|it| it.status != Status::Waived).map(baseline::Entry::of);
    let found: Baseline = found.collect();
    let (kept, told) = if prune {
        let old = crate::run::baseline::read(&inputs.file)?;
        let kept: Baseline = old.entries().filter(|it| found.entries().any(|found| found == *it)).cloned().collect();
        let told = format!("{} of {} findings kept", kept.len(), old.len());
        (kept, told)
    } else {
        let told = format!("{} findings written", found.len());
        (found, told)
    };
    output::put(Some(&inputs.file), kept.write().as_bytes())?;
    output::print(format!("{}: {told}\n", inputs.file).as_bytes())?;
    Ok(Exit::Clean)
}

impl Inputs {
    /// What a check finds; none where an input could not be read, which is told.
    fn outcome(&self, color: Color) -> Result<Option<Outcome>> {
        let datasets = load_rules(self.reading.ground.rules.as_deref())?;
        let mut options = self.reading.options(&datasets)?;
        options.max_findings = FINDINGS_MAX;
        known_folder(self.reading.ground.snapshots.as_deref())?;
        let past = Arc::clone(&options.accepted);
        let given = Given { datasets: &datasets, past: &past, options: &options, memory: None, whole: false };
        let (outcome, errors) = check_all(&self.paths, self.reading.from.map(super::From::format), None, &given)?;
        for error in &errors {
            output::tell(error, color);
        }
        Ok(errors.is_empty().then_some(outcome))
    }
}
