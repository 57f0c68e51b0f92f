//! `crossfoot check`: read, check rules, report.

use std::path::PathBuf;

use clap::Args;

use super::again::Changes;
use super::memory::Memory;
use super::watch::{self, Watch};
use super::{Color, Exit, Reading, collect, files, load_rules, output, rules};
use crate::check::{Selection, baseline};
use crate::error::{Error, ErrorKind, Result};
use crate::report::Format;
use crate::run::check::fail_on;
use crate::run::{self, CheckOptions, Source};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line are apart")]
pub(super) struct CheckArgs {
    /// Files, folders, patterns, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Write results as text, concise, json, ndjson, sarif, junit, github, gitlab, markdown, html or xlsx, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// Ignore findings recorded in this file: see `crossfoot baseline`
    #[arg(long, value_name = "FILE")]
    baseline: Option<String>,
    /// Fail on findings of this severity or higher: error, warning, note; never; or undetermined, the strictest, which also fails where something could not be judged
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: String,
    /// Check only these rules or kinds; repeatable or comma-separated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not search tables for arithmetic they follow without a rule (`follows`)
    #[arg(long)]
    no_discovery: bool,
    /// Do not search failed rules for the wrong figures and their correct values
    #[arg(long)]
    no_repairs: bool,
    /// Skip these rules or kinds; repeatable or comma-separated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// One table holds many editions, told apart by this column: a day or a period
    #[arg(long, value_name = "COLUMN", conflicts_with = "edition")]
    edition_column: Option<String>,
    /// How many findings to list, worst first
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_findings: usize,
    /// Number of threads [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    threads: Option<u16>,
    /// Approximate memory to use for large files: 256M, 2G [default: 256M]
    #[arg(long, value_name = "SIZE")]
    memory: Option<Memory>,
    /// Run again when an input or a rule file changes, until Ctrl-C; the exit code is that of the last run
    #[arg(long)]
    watch: bool,
    /// List only findings, without a summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// List every finding and every undetermined check
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(args: &CheckArgs, color: Color) -> Result<Exit> {
    if args.watch { watched(args, color) } else { run_once(args, color) }
}

/// Checks, and checks again whenever a file changes. A run that could not be done is told;
/// it may be mended by the next change.
fn watched(args: &CheckArgs, color: Color) -> Result<Exit> {
    let rules = args.reading.ground.rules.as_deref();
    let no_file = |it: &files::Input| !matches!(it, files::Input::File(path) if path.is_file());
    if collect(&args.paths)?.iter().any(no_file) {
        let error = Error::new(ErrorKind::Usage, "--watch works only with files and folders");
        return Err(error.hint("standard input, pipes and databases do not tell when they change"));
    }
    let mut is_first = true;
    loop {
        let reads: Vec<PathBuf> = load_rules(rules).unwrap_or_default().into_iter().flat_map(|it| it.reads).collect();
        let list = || watched_files(args, &reads);
        // Before the run: what changes while it reads is a change.
        let mut changes = Changes::of(list());
        let exit = match run_once(args, color) {
            Err(error) if is_first && error.kind() == ErrorKind::Usage => return Err(error),
            Err(error) => {
                output::tell(&error, color);
                Exit::Failed
            }
            Ok(it) => it,
        };
        watch::end_with(exit.code());
        is_first = false;
        output::aside("watching for changes; press Ctrl-C to stop\n");
        let changed = changes.wait(&list);
        let names: Vec<String> = changed.iter().map(|it| files::shown(it)).collect();
        output::aside(&format!("\nchanged: {}\n", names.join(", ")));
    }
}

/// The files that a check reads: inputs, rule files and what these read, and a baseline;
/// not what it writes.
fn watched_files(args: &CheckArgs, reads: &[PathBuf]) -> Vec<PathBuf> {
    let inputs = collect(&args.paths).unwrap_or_default().into_iter().filter_map(|it| match it {
        files::Input::File(path) => Some(path),
        files::Input::Stdin | files::Input::Table(_) | files::Input::Frame(_) => None,
    });
    let rules = rules::files(args.reading.ground.rules.as_deref());
    let baseline = args.baseline.iter().map(PathBuf::from);
    let targets = output::targets(&args.outputs, &Format::WORDS).unwrap_or_default();
    let written: Vec<PathBuf> =
        targets.into_iter().filter_map(|it| PathBuf::from(it.file?).canonicalize().ok()).collect();
    let is_written = |it: &PathBuf| it.canonicalize().is_ok_and(|it| written.contains(&it));
    inputs.chain(rules).chain(reads.iter().cloned()).chain(baseline).filter(|it| !is_written(it)).collect()
}

fn run_once(args: &CheckArgs, color: Color) -> Result<Exit> {
    let targets = output::targets(&args.outputs, &Format::WORDS)?;
    if targets.iter().any(|it| it.format == Format::Xlsx && it.file.is_none()) {
        let error = Error::new(ErrorKind::Usage, "a workbook cannot be written to standard output");
        return Err(error.hint("name a file: -o xlsx=checked.xlsx"));
    }
    let options = CheckOptions {
        reading: args.reading.reading()?,
        edition_column: args.edition_column.clone(),
        selection: Selection { select: args.select.clone(), ignore: args.ignore.clone() },
        fail_on: fail_on(&args.fail_on)?,
        baseline: args.baseline.clone(),
        discovery: !args.no_discovery,
        repairs: !args.no_repairs,
        max_findings: args.max_findings,
        threads: args.threads,
        memory: args.memory.map(Memory::bytes),
        seen: targets.iter().any(|it| it.format == Format::Html),
        strength: args.verbose,
    };
    let sources: Vec<Source> = args.paths.iter().cloned().map(Source::Path).collect();
    let watch = Watch::start();
    let (outcome, errors) = run::check(&sources, &options)?;
    drop(watch);
    let wish = output::Wish { color, quiet: args.quiet, verbose: args.verbose, text: false };
    output::write_each(&targets, wish, &[], |format, look, out| format.write(&outcome, look, out))?;
    if let Some(file) = args.baseline.as_deref().filter(|_| !outcome.stale.is_empty() && errors.is_empty()) {
        tell_stale(file, &outcome.stale);
    }
    for error in &errors {
        output::tell(error, color);
    }
    if !errors.is_empty() {
        return Ok(Exit::Failed);
    }
    Ok(if outcome.fails() { Exit::Findings } else { Exit::Clean })
}

/// Tells what of a baseline is found no more: it can be taken out.
fn tell_stale(file: &str, stale: &[baseline::Entry]) {
    const TOLD_MAX: usize = 5;
    let count = stale.len();
    let (findings, occur) = if count == 1 { ("finding", "occurs") } else { ("findings", "occur") };
    let mut text = format!("{file}: {count} {findings} in the baseline no longer {occur}\n");
    for it in stale.iter().take(TOLD_MAX) {
        text.push_str(&format!("  {}: {} ({})\n", it.file, it.rule, it.place));
    }
    if count > TOLD_MAX {
        text.push_str(&format!("  ... and {} more\n", count - TOLD_MAX));
    }
    text.push_str("  hint: `crossfoot baseline prune` removes them\n");
    output::aside(&text);
}
