//! `crossfoot check`: read, check rules, report.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;

use super::again::Changes;
use super::memory::Memory;
use super::opened::Opened;
use super::rules::{self, reads};
use super::watch::{self, Watch};
use super::{Color, Exit, From, Reading, baseline, collect, collect_but, files, known_folder, load_rules, output};
use crate::check::stream::Limits;
use crate::check::{self, Accepted, FailOn, Loaded, Options, Outcome, Selection, Unread};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::nearest::nearest;
use crate::report::Format;
use crate::rules::{Dataset, PeriodSource};
use crate::source::Parts as _;

/// Inputs smaller than this in all are read on one thread: starting a pool
/// costs more than it saves.
const PARALLEL_BYTES_MIN: u64 = 2 << 20;

/// Files that no rule file claims are read in parts from this size on: held,
/// more can be told of them, as which rows add up.
const BARE_BYTES: u64 = 16 << 20;
const NOT_SO_LARGE: check::stream::Why = "no rule file claims it, and it is not so large";

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

/// What inputs are checked against.
pub(super) struct Given<'a> {
    pub(super) datasets: &'a [Dataset],
    pub(super) past: &'a [Accepted],
    pub(super) options: &'a Options,
    /// How much large files may take, about; as much as is usual if not given.
    pub(super) memory: Option<Memory>,
    /// Whether all rows are to be at hand afterwards, however large a file is.
    pub(super) whole: bool,
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
        files::Input::Stdin | files::Input::Table(_) => None,
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
    let mut datasets = load_rules(args.reading.ground.rules.as_deref())?;
    if let Some(column) = &args.edition_column {
        tell_editions_by(column, &mut datasets)?;
    }
    let mut options = args.reading.options(&datasets)?;
    options.fail_on = fail_on(&args.fail_on)?;
    options.selection = Selection { select: args.select.clone(), ignore: args.ignore.clone() };
    options.discovery = !args.no_discovery;
    options.repairs = !args.no_repairs;
    options.max_findings = args.max_findings;
    options.seen = targets.iter().any(|it| it.format == Format::Html);
    options.strength = args.verbose;
    options.baseline = args.baseline.as_deref().map(baseline::read).transpose()?.unwrap_or_default();
    known(&options.selection, &datasets)?;
    known_folder(args.reading.ground.snapshots.as_deref())?;
    let past = Arc::clone(&options.accepted);
    let given = Given { datasets: &datasets, past: &past, options: &options, memory: args.memory, whole: false };
    let watch = Watch::start();
    let (outcome, errors) = check_all(&args.paths, args.reading.from, args.threads, &given)?;
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

/// Has a column tell the editions of each dataset that declares it.
fn tell_editions_by(column: &str, datasets: &mut [Dataset]) -> Result<()> {
    let has_column = |it: &Dataset| it.tables.iter().any(|it| it.column(column).is_some());
    if !datasets.iter().any(has_column) {
        let names = datasets.iter().flat_map(|it| &it.tables).flat_map(|it| &it.columns).map(|it| it.name.as_str());
        let error = Error::new(ErrorKind::Usage, format!("no rule file declares the column \"{column}\""));
        return Err(match nearest(column, names) {
            Some(name) => error.hint(format!("the nearest name is {name}")),
            None => error.hint("--edition-column names a column of a table that a rule file declares"),
        });
    }
    for it in datasets.iter_mut().filter(|it| has_column(it)) {
        it.period = Some(PeriodSource::Column(column.to_owned()));
    }
    Ok(())
}

/// Tells what of a baseline is found no more: it can be taken out.
fn tell_stale(file: &str, stale: &[check::baseline::Entry]) {
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

/// Checks everything that can be read, and returns what could not be beside.
pub(super) fn check_all(
    paths: &[String],
    from: Option<From>,
    threads: Option<u16>,
    given: &Given<'_>,
) -> Result<(Outcome, Vec<Error>)> {
    let inputs = collect_but(paths, &reads(given.datasets))?;
    let from = from.map(From::format);
    let open = |input: &files::Input| -> Result<Read> {
        let opened = Opened::to_be_asked(input)?;
        if given.datasets.is_empty() || given.whole {
            opened.send_all()?;
        }
        // Packed, a sheet has a quarter of the bytes of its lines.
        let least = if given.datasets.is_empty() { BARE_BYTES / 4 } else { 0 };
        let is_sheet = !given.whole && from.is_none_or(|it| it == crate::source::Format::Workbook);
        let opened = if is_sheet { opened.with_lines(least)? } else { opened };
        if is_large(&opened, from, given) {
            Ok(Read::Large(opened))
        } else {
            whole(&opened, from, given).map(|it| Read::Whole(Box::new(it)))
        }
    };
    let size = |it: &files::Input| match it {
        files::Input::File(path) => std::fs::metadata(path).map_or(0, |it| it.len()),
        files::Input::Stdin | files::Input::Table(_) => 0,
    };
    let heavy = inputs.iter().map(size).sum::<u64>() >= PARALLEL_BYTES_MIN;
    let read = |is_parallel: bool| {
        let opened: Vec<Result<Read>> =
            if is_parallel { inputs.par_iter().map(open).collect() } else { inputs.iter().map(open).collect() };
        read_all(opened, from, given)
    };
    let (loaded, mut errors) = if heavy || threads.is_some() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
        let pool = pool.map_err(|it| Error::new(ErrorKind::Usage, "could not start threads").because(it))?;
        pool.install(|| read(true))
    } else {
        read(false)
    };
    errors.extend(super::check_pins(&given.options.pins, &loaded).err());
    let mut outcome = check::check(loaded, given.datasets, given.past, given.options)?;
    let file = |it: &Error| it.place().map_or(String::new(), |it| it.file.clone());
    outcome.unread = errors.iter().map(|it| Unread { file: file(it), why: it.to_string() }).collect();
    Ok((outcome, errors))
}

/// An input that was opened: read, or large.
enum Read {
    Whole(Box<Loaded>),
    Large(Opened),
}

/// Whether an input is read in parts where its form allows it: delimited text, or a Parquet file.
fn is_large(opened: &Opened, from: Option<crate::source::Format>, given: &Given<'_>) -> bool {
    let Some(parts) = opened.large(from).filter(|_| !given.whole) else { return false };
    !given.datasets.is_empty() || parts.size() >= BARE_BYTES
}

/// Reads all of an input.
fn whole(opened: &Opened, from: Option<crate::source::Format>, given: &Given<'_>) -> Result<Loaded> {
    let (document, format) = opened.document(from, &|it| check::layout_of(it, given.datasets, given.options))?;
    let mut loaded = check::load(document, format, given.datasets, given.options)?;
    loaded.notes.extend(opened.sent());
    Ok(loaded)
}

/// Reads the large inputs too, in parts where their form allows it.
fn read_all(
    opened: Vec<Result<Read>>,
    from: Option<crate::source::Format>,
    given: &Given<'_>,
) -> (Vec<Loaded>, Vec<Error>) {
    let (mut loaded, mut large, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for it in opened {
        match it {
            Ok(Read::Whole(it)) => loaded.push(*it),
            Ok(Read::Large(it)) => large.push(it),
            Err(it) => errors.push(it),
        }
    }
    let begun: Vec<_> = large.par_iter().map(|it| begin(it, from, given)).collect();
    let (mut files, mut streams, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (opened, it) in large.iter().zip(begun) {
        match it {
            Ok(Ok(it)) => {
                files.push(opened);
                streams.push(it);
            }
            Ok(Err(why)) => others.push((opened, why)),
            Err(it) => errors.push(it),
        }
    }
    let read_whole = |(opened, why): &(&Opened, check::stream::Why)| {
        let mut loaded = whole(opened, from, given)?;
        let note = || format!("{} was read as a whole: {why}", loaded.input.file);
        loaded.notes.extend((*why != NOT_SO_LARGE).then(note));
        Ok(loaded)
    };
    let mut take = |others: Vec<(&Opened, check::stream::Why)>, loaded: &mut Vec<Loaded>| {
        for it in others.par_iter().map(read_whole).collect::<Vec<Result<Loaded>>>() {
            match it {
                Ok(it) => loaded.push(it),
                Err(it) => errors.push(it),
            }
        }
    };
    take(others, &mut loaded);
    let mut others = Vec::new();
    match check::stream::finish(streams, &mut loaded) {
        Ok(done) => {
            for (opened, it) in files.into_iter().zip(done) {
                match it {
                    Ok(mut it) => {
                        it.notes.extend(opened.sent());
                        loaded.push(it);
                    }
                    Err(why) => others.push((opened, why)),
                }
            }
            take(others, &mut loaded);
        }
        Err(it) => errors.push(it),
    }
    (loaded, errors)
}

/// Goes over a large input once; or it says why it is to be read as a whole.
fn begin<'a>(
    opened: &'a Opened,
    from: Option<crate::source::Format>,
    given: &Given<'a>,
) -> Result<Result<check::stream::Begun<'a>, check::stream::Why>> {
    let Some(parts) = opened.large(from) else { return Ok(Err(NOT_SO_LARGE)) };
    let accepted = |dataset: &str| given.past.iter().any(|it| it.dataset == dataset);
    let limits = Limits { chunk: Limits::CHUNK_BYTES, memory: Memory::for_keys(given.memory) };
    let begun = check::stream::begin(parts, &opened.name, given.datasets, given.options, &accepted, limits)?;
    // Held, more can be told of a file that is not so large.
    let is_held = begun.as_ref().is_ok_and(|it| !it.is_claimed() && parts.size() < BARE_BYTES);
    Ok(if is_held { Err(NOT_SO_LARGE) } else { begun })
}

/// Reads what a run is to fail on.
pub(super) fn fail_on(word: &str) -> Result<FailOn> {
    let severity = Severity::WORDS.iter().find(|it| it.0 == word).map(|it| it.1);
    match (severity, word) {
        (Some(it), _) => Ok(FailOn::Severity(it)),
        (None, "never") => Ok(FailOn::Never),
        (None, "undetermined") => Ok(FailOn::Undetermined),
        _ => {
            let message =
                format!("expected error, warning, note, undetermined or never after --fail-on, found \"{word}\"");
            Err(Error::new(ErrorKind::Usage, message))
        }
    }
}

/// Reads from which severity on an edition is refused.
pub(super) fn refuse_on(word: &str) -> Result<Option<Severity>> {
    match fail_on(word)? {
        FailOn::Severity(it) => Ok(Some(it)),
        FailOn::Never => Ok(None),
        FailOn::Undetermined => Err(Error::new(ErrorKind::Usage, "--fail-on undetermined works only with `check`")
            .hint("here, use error, warning, note or never")),
    }
}

/// Checks that every rule selected or ignored exists: a misspelled name
/// would check nothing, silently.
fn known(selection: &Selection, datasets: &[Dataset]) -> Result<()> {
    let rules = datasets.iter().flat_map(|it| &it.rules).flat_map(|it| [it.name.as_str(), it.kind]);
    let kinds = crate::rules::kinds().iter().map(|it| it.name);
    let names: Vec<&str> = rules.chain(kinds).chain(crate::rules::RESERVED).collect();
    for wanted in selection.select.iter().chain(&selection.ignore) {
        if !names.contains(&wanted.as_str()) {
            let error = Error::new(ErrorKind::Usage, format!("there is no rule or kind \"{wanted}\""));
            return Err(match nearest(wanted, names.iter().copied()) {
                Some(name) => error.hint(format!("the nearest name is {name}")),
                None => error,
            });
        }
    }
    Ok(())
}
