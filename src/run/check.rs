//! What `check` does: read, check rules.

use std::sync::Arc;

use rayon::prelude::*;

use super::files::{Input, collect_but};
use super::memory::Memory;
use super::opened::Opened;
use super::rules::{known_folder, reads};
use super::{Reading, Source, baseline, check_pins, load_rules};
use crate::check::stream::Limits;
use crate::check::{self, Accepted, FailOn, Loaded, Options, Outcome, Selection, Unread};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::nearest::nearest;
use crate::rules::{Dataset, PeriodSource};
use crate::source::{Format, Parts as _};

/// Inputs smaller than this in all are read on one thread: starting a pool
/// costs more than it saves.
const PARALLEL_BYTES_MIN: u64 = 2 << 20;

/// Files that no rule file claims are read in parts from this size on: held,
/// more can be told of them, as which rows add up.
const BARE_BYTES: u64 = 16 << 20;
const NOT_SO_LARGE: check::stream::Why = "no rule file claims it, and it is not so large";

/// How a check is done, beside its inputs.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
pub struct CheckOptions {
    /// What inputs are held against, and how they are read.
    pub reading: Reading,
    /// The column that tells the editions of one table apart: a day or a period.
    pub edition_column: Option<String>,
    /// Which rules to judge.
    pub selection: Selection,
    /// What makes the run fail.
    pub fail_on: FailOn,
    /// The file of findings that do not fail.
    pub baseline: Option<String>,
    /// Whether to look for the arithmetic that tables follow by themselves.
    pub discovery: bool,
    /// Whether to look for the figures that are wrong where rules fail.
    pub repairs: bool,
    /// How many findings to keep, worst first.
    pub max_findings: usize,
    /// The number of threads; as many as the machine has where it is not given.
    pub threads: Option<u16>,
    /// How much memory large files may take, about, in bytes.
    pub memory: Option<u64>,
    /// Whether editions are to be seen beside those before them, for an HTML report.
    pub seen: bool,
    /// Whether it is to be measured how much a pass means.
    pub strength: bool,
}

impl Default for CheckOptions {
    fn default() -> Self {
        let usual = Options::default();
        Self {
            reading: Reading::default(),
            edition_column: None,
            selection: usual.selection,
            fail_on: usual.fail_on,
            baseline: None,
            discovery: usual.discovery,
            repairs: usual.repairs,
            max_findings: usual.max_findings,
            threads: None,
            memory: None,
            seen: usual.seen,
            strength: usual.strength,
        }
    }
}

/// Checks everything that can be read, and returns what could not be beside.
///
/// ```
/// use crossfoot::run::{CheckOptions, Source, check};
///
/// let options = CheckOptions::default();
/// let (outcome, unread) = check(&[Source::Path("docs/data/veneto.csv".to_owned())], &options)?;
/// assert!(unread.is_empty());
/// assert_eq!(outcome.inputs.len(), 1);
/// # Ok::<(), crossfoot::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Usage`] for an option that names nothing,
/// [`ErrorKind::NotFound`] for a path that is not there, what
/// [`load_rules`] says of a rule file, and as [`check::check`].
pub fn check(sources: &[Source], options: &CheckOptions) -> Result<(Outcome, Vec<Error>)> {
    let reading = &options.reading;
    let mut datasets = load_rules(reading.rules.as_deref())?;
    if let Some(column) = &options.edition_column {
        tell_editions_by(column, &mut datasets)?;
    }
    let judged = Options {
        fail_on: options.fail_on,
        selection: options.selection.clone(),
        discovery: options.discovery,
        repairs: options.repairs,
        max_findings: options.max_findings,
        seen: options.seen,
        strength: options.strength,
        baseline: options.baseline.as_deref().map(baseline::read).transpose()?.unwrap_or_default(),
        ..reading.options(&datasets)?
    };
    known(&judged.selection, &datasets)?;
    known_folder(reading.snapshots.as_deref())?;
    let past = Arc::clone(&judged.accepted);
    let memory = options.memory.map(Memory::of_bytes);
    let given = Given { datasets: &datasets, past: &past, options: &judged, memory, whole: false };
    let inputs = Source::inputs(sources, &reads(&datasets))?;
    check_inputs(&inputs, reading.from, options.threads, &given)
}

/// What inputs are checked against.
pub(crate) struct Given<'a> {
    pub(crate) datasets: &'a [Dataset],
    pub(crate) past: &'a [Accepted],
    pub(crate) options: &'a Options,
    /// How much large files may take, about; as much as is usual if not given.
    pub(crate) memory: Option<Memory>,
    /// Whether all rows are to be at hand afterwards, however large a file is.
    pub(crate) whole: bool,
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

/// Checks everything that can be read, and returns what could not be beside.
pub(crate) fn check_all(
    paths: &[String],
    from: Option<Format>,
    threads: Option<u16>,
    given: &Given<'_>,
) -> Result<(Outcome, Vec<Error>)> {
    check_inputs(&collect_but(paths, &reads(given.datasets))?, from, threads, given)
}

/// Checks every input that can be read, and returns what could not be beside.
fn check_inputs(
    inputs: &[Input],
    from: Option<Format>,
    threads: Option<u16>,
    given: &Given<'_>,
) -> Result<(Outcome, Vec<Error>)> {
    let open = |input: &Input| -> Result<Read> {
        let opened = Opened::to_be_asked(input)?;
        if given.datasets.is_empty() || given.whole {
            opened.send_all()?;
        }
        // Packed, a sheet has a quarter of the bytes of its lines.
        let least = if given.datasets.is_empty() { BARE_BYTES / 4 } else { 0 };
        let is_sheet = !given.whole && from.is_none_or(|it| it == Format::Workbook);
        let opened = if is_sheet { opened.with_lines(least)? } else { opened };
        if is_large(&opened, from, given) {
            Ok(Read::Large(opened))
        } else {
            whole(&opened, from, given).map(|it| Read::Whole(Box::new(it)))
        }
    };
    let size = |it: &Input| match it {
        Input::File(path) => std::fs::metadata(path).map_or(0, |it| it.len()),
        Input::Frame(frame) => frame.size(),
        Input::Stdin | Input::Table(_) => 0,
    };
    let heavy = inputs.iter().map(size).sum::<u64>() >= PARALLEL_BYTES_MIN;
    let pool = Pool::of(threads, heavy || threads.is_some())?;
    let opened: Vec<Result<Read>> = match &pool.0 {
        Some(it) => it.install(|| inputs.par_iter().map(open).collect()),
        None => inputs.iter().map(open).collect(),
    };
    let (loaded, mut errors) = read_all(opened, from, given, &pool);
    errors.extend(check_pins(&given.options.pins, &loaded).err());
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
fn is_large(opened: &Opened, from: Option<Format>, given: &Given<'_>) -> bool {
    let Some(parts) = opened.large(from).filter(|_| !given.whole) else { return false };
    !given.datasets.is_empty() || parts.size() >= BARE_BYTES
}

/// Reads all of an input.
fn whole(opened: &Opened, from: Option<Format>, given: &Given<'_>) -> Result<Loaded> {
    let (document, format) = opened.document(from, &|it| check::layout_of(it, given.datasets, given.options))?;
    let mut loaded = check::load(document, format, given.datasets, given.options)?;
    loaded.notes.extend(opened.sent());
    Ok(loaded)
}

/// The threads that inputs are read on, where these are worth starting.
struct Pool(Option<rayon::ThreadPool>);

impl Pool {
    fn of(threads: Option<u16>, is_wanted: bool) -> Result<Self> {
        let build = || rayon::ThreadPoolBuilder::new().num_threads(threads.map_or(0, usize::from)).build();
        let pool = is_wanted.then(build).transpose();
        pool.map(Self).map_err(|it| Error::new(ErrorKind::Usage, "could not start threads").because(it))
    }

    fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(it) => it.install(work),
            None => work(),
        }
    }
}

/// Reads the large inputs too, in parts where their form allows it.
fn read_all(
    opened: Vec<Result<Read>>,
    from: Option<Format>,
    given: &Given<'_>,
    pool: &Pool,
) -> (Vec<Loaded>, Vec<Error>) {
    let (mut loaded, mut large, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for it in opened {
        match it {
            Ok(Read::Whole(it)) => loaded.push(*it),
            Ok(Read::Large(it)) => large.push(it),
            Err(it) => errors.push(it),
        }
    }
    let begun: Vec<_> = pool.run(|| large.par_iter().map(|it| begin(it, from, given)).collect());
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
    let mut take = |others: Vec<(&Opened, check::stream::Why)>, loaded: &mut Vec<Loaded>| {
        for it in read_whole(&others, from, given, pool) {
            match it {
                Ok(it) => loaded.push(it),
                Err(it) => errors.push(it),
            }
        }
    };
    take(others, &mut loaded);
    let mut others = Vec::new();
    match pool.run(|| check::stream::finish(streams, &mut loaded)) {
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

/// Reads all of each of some inputs, which say why they are not read in parts.
fn read_whole(
    others: &[(&Opened, check::stream::Why)],
    from: Option<Format>,
    given: &Given<'_>,
    pool: &Pool,
) -> Vec<Result<Loaded>> {
    let read = |(opened, why): &(&Opened, check::stream::Why)| {
        let mut loaded = whole(opened, from, given)?;
        let note = || format!("{} was read as a whole: {why}", loaded.input.file);
        loaded.notes.extend((*why != NOT_SO_LARGE).then(note));
        Ok(loaded)
    };
    match others {
        // One file is read by this thread: what that leaves free is where the next steps take theirs from.
        [one] => vec![read(one)],
        several => pool.run(|| several.par_iter().map(read).collect()),
    }
}

/// Goes over a large input once; or it says why it is to be read as a whole.
fn begin<'a>(
    opened: &'a Opened,
    from: Option<Format>,
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
pub(crate) fn fail_on(word: &str) -> Result<FailOn> {
    FailOn::WORDS.iter().find(|it| it.0 == word).map(|it| it.1).ok_or_else(|| {
        let message = format!("a run fails on error, warning, note, undetermined or never, not on \"{word}\"");
        Error::new(ErrorKind::Usage, message)
    })
}

/// Reads from which severity on an edition is refused.
pub(crate) fn refuse_on(word: &str) -> Result<Option<Severity>> {
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
