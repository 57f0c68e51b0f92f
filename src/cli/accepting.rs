//! What `accept` and `review` share: the check before, and what it is kept with.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::civil::Date;

use super::opened::Opened;
use super::{Color, Reading, output, today};
use crate::check::{Accepted, Outcome};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::run::check::{Given, check_all};
use crate::snapshot::{self, Change, Proposal, Source};
use crate::table::Layout;

/// So many findings are worked out: above, an edition is no case for waivers.
const FINDINGS_MAX: usize = 100_000;

/// A check with what may be accepted of it.
pub(super) struct Checked {
    pub(super) outcome: Outcome,
    pub(super) proposals: Vec<Proposal>,
    pub(super) past: Vec<Accepted>,
    pub(super) sources: Sources,
    pub(super) today: Date,
}

/// Checks the inputs; none where one of them could not be read, which is told.
pub(super) fn checked(
    paths: &[String],
    reading: &Reading,
    datasets: &[Dataset],
    folder: &Path,
    color: Color,
) -> Result<Option<Checked>> {
    if paths.iter().any(|it| it == "-") {
        return Err(Error::new(ErrorKind::Usage, "expected files, because a snapshot names the file it was read from")
            .in_file("<stdin>")
            .hint("write standard input to a file first"));
    }
    let mut options = reading.options(datasets)?;
    options.max_findings = FINDINGS_MAX;
    let snapshots = snapshot::all_whole(folder, datasets)?;
    let former = snapshots.iter().map(|it| (snapshot::file_at(&it.accepted), it.sources.clone())).collect();
    let past: Vec<Accepted> = snapshots.into_iter().map(|it| it.accepted).collect();
    let given = Given { datasets, past: &past, options: &options, memory: None, whole: true };
    let (outcome, errors) = check_all(paths, reading.from.map(super::From::format), None, &given)?;
    for error in &errors {
        output::tell(error, color);
    }
    if !errors.is_empty() {
        return Ok(None);
    }
    let proposals = snapshot::propose(&outcome, datasets, &past, today())?;
    let sources = Sources { folder: folder.to_owned(), former, known: HashMap::new() };
    Ok(Some(Checked { outcome, proposals, past, sources, today: today() }))
}

/// The files that editions were read from, each read again once.
pub(super) struct Sources {
    folder: PathBuf,
    /// Those that each snapshot names already.
    former: HashMap<String, Vec<Source>>,
    known: HashMap<String, Source>,
}

impl Sources {
    /// The files of an edition, which must be as they were when it was checked.
    ///
    /// An edition that stands as it was accepted keeps the file that it was
    /// accepted from: a file with many editions grows, and they stay the same.
    pub(super) fn of(&mut self, proposal: &Proposal, outcome: &Outcome) -> Result<Vec<Source>> {
        if let Some(former) = self.former.get(&proposal.file) {
            let text = snapshot::write(&proposal.snapshot(former.clone()));
            if snapshot::standing(&self.folder, &proposal.file, &text)? == Change::Unchanged {
                return Ok(former.clone());
            }
        }
        proposal.files.iter().map(|it| self.source(it, outcome)).collect()
    }

    fn source(&mut self, name: &str, outcome: &Outcome) -> Result<Source> {
        if let Some(source) = self.known.get(name) {
            return Ok(source.clone());
        }
        if let Some(table) = outcome.documents.get(name).filter(|it| it.is_of_database()) {
            // The rows that were judged are those that are kept, whatever it holds by now.
            return Ok(Source::of(name, table.text.as_bytes()));
        }
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name).because(it);
        let bytes = std::fs::read(name).map_err(unreadable)?;
        let source = Source::of(name, &bytes);
        let seen = outcome.documents.get(name);
        // Text is decoded as it was then: its encoding may have been declared.
        let text = seen.filter(|it| it.sheets.is_empty() && !it.is_of_columns());
        let layout = Layout { encoding: text.map(|it| it.encoding.to_owned()), ..Layout::default() };
        let now = Opened::of_bytes(name.to_owned(), bytes)?.document(None, &|_| layout.clone())?.0;
        if seen.map(|it| &it.text) != Some(&now.text) {
            return Err(changed(name));
        }
        self.known.insert(name.to_owned(), source.clone());
        Ok(source)
    }
}

/// An error for a file that somebody else wrote meanwhile.
pub(super) fn changed(file: &str) -> Error {
    Error::new(ErrorKind::Unreadable, "changed while it was being checked").in_file(file).hint("run again")
}

/// Who accepts: the name given, else `CROSSFOOT_BY`, else git's user name, if
/// there is one.
pub(super) fn author(given: Option<&str>) -> Option<String> {
    let filled = |it: String| Some(it.trim().to_owned()).filter(|it| !it.is_empty());
    if let Some(given) = given {
        return filled(given.to_owned());
    }
    if let Ok(by) = std::env::var("CROSSFOOT_BY") {
        return filled(by);
    }
    let git = Command::new("git").args(["config", "user.name"]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    filled(String::from_utf8(git.ok()?.stdout).ok()?)
}

/// Reads the last day of a waiver, which must not be past.
pub(super) fn last_day(text: &str, today: Date) -> Result<Date, String> {
    match text.parse::<Date>() {
        Ok(day) if day < today => Err(format!("expected today or a later date, found {day}")),
        Ok(day) => Ok(day),
        Err(_) => Err(format!("expected a date such as 2026-12-31, found \"{text}\"")),
    }
}

/// A snapshot as it is shown.
pub(super) fn shown(folder: &Path, file: &str) -> String {
    super::files::shown(&folder.join(file))
}
