//! What a diff compares: files, folders, snapshots, git revisions.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use super::{Input, Reading, collect, files, load_rules};
use crate::check::{self, Loaded, Options};
use crate::diff::Side;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::{Dataset, PeriodSource};
use crate::source::{self, Format};
use crate::table::Table;

/// Opens what the user names, by the rules that claim it.
pub(super) struct Opener {
    datasets: Vec<Dataset>,
    options: Options,
    from: Option<Format>,
}

/// A side with its tables.
pub(super) type Opened = (Side, Vec<Table>);

impl Opener {
    pub(super) fn new(reading: &Reading) -> Result<Self> {
        Ok(Self {
            datasets: load_rules(reading.rules.as_deref())?,
            options: reading.options()?,
            from: reading.from.map(super::From::format),
        })
    }

    /// Opens a file, folder, snapshot, `-`, or `REV:path`.
    pub(super) fn open(&self, name: &str) -> Result<Opened> {
        let path = Path::new(name);
        if name != "-" && !path.exists() && name.contains(':') {
            let (revision, _) = name.split_once(':').unwrap_or((name, ""));
            return self.bytes(name, git_show(name, revision)?, name);
        }
        if path.is_dir() {
            return self.folder(name);
        }
        let inputs = collect(&[name.to_owned()])?;
        match inputs.first() {
            Some(Input::File(path)) if !is_snapshot(path) => {
                let (document, format) = files::open(&inputs[0], self.from)?;
                Ok(self.side(name, &[check::load(document, format, &self.datasets, &self.options)?]))
            }
            Some(Input::File(path)) => {
                let bytes = std::fs::read(path)
                    .map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name).because(it))?;
                self.snapshot(name, &bytes)
            }
            _ => {
                let (document, format) = files::open(&Input::Stdin, self.from)?;
                Ok(self.side(name, &[check::load(document, format, &self.datasets, &self.options)?]))
            }
        }
    }

    /// Opens a file that git hands over, under the name it has in the repository.
    pub(super) fn open_as(&self, file: &str, name: &str) -> Result<Opened> {
        if file == "/dev/null" {
            return Ok((Side { name: file.to_owned(), ..Side::default() }, Vec::new()));
        }
        let bytes = std::fs::read(file)
            .map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(file).because(it))?;
        self.bytes(name, bytes, name)
    }

    fn bytes(&self, name: &str, bytes: Vec<u8>, path: &str) -> Result<Opened> {
        if is_snapshot(Path::new(path)) {
            return self.snapshot(name, &bytes);
        }
        let document = Arc::new(source::decode(name, bytes)?);
        let format = self.from.unwrap_or_else(|| files::format_of(Path::new(path), &document));
        Ok(self.side(name, &[check::load(document, format, &self.datasets, &self.options)?]))
    }

    fn snapshot(&self, name: &str, bytes: &[u8]) -> Result<Opened> {
        let accepted = crate::snapshot::open(name, bytes, &self.datasets)?;
        let side = Side {
            name: name.to_owned(),
            dataset: Some(accepted.dataset),
            period: accepted.edition.period,
            coverage: accepted.edition.coverage,
        };
        Ok((side, accepted.edition.tables.clone()))
    }

    fn folder(&self, name: &str) -> Result<Opened> {
        let inputs = collect(&[name.to_owned()])?;
        let mut loaded = Vec::new();
        for input in &inputs {
            let (document, format) = files::open(input, self.from)?;
            loaded.push(check::load(document, format, &self.datasets, &self.options)?);
        }
        Ok(self.side(name, &loaded))
    }

    /// The tables of files; a name that several have is told apart by the file's.
    fn side(&self, name: &str, loaded: &[Loaded]) -> Opened {
        let mut tables: Vec<Table> = Vec::new();
        for file in loaded {
            let dataset = self.datasets.iter().find(|it| Some(&it.name) == file.input.dataset.as_ref());
            for mut table in file.tables() {
                if let Some(PeriodSource::Column(period)) = dataset.and_then(|it| it.period.as_ref())
                    && let Some(at) = table.column(period)
                    && file.input.editions > 1
                    && !table.key.contains(&at)
                {
                    // One file holds many editions: a row is named by its period too.
                    table.key.insert(0, at);
                }
                if tables.iter().any(|it| it.name == table.name) {
                    let stem = Path::new(&file.document.name).file_stem().unwrap_or_default();
                    table.name = format!("{} ({})", table.name, stem.to_string_lossy());
                }
                tables.push(table);
            }
        }
        let first = loaded.first();
        let side = Side {
            name: name.to_owned(),
            dataset: first.and_then(|it| it.input.dataset.clone()),
            period: first.and_then(Loaded::period),
            coverage: first.and_then(|it| it.input.coverage),
        };
        (side, tables)
    }
}

fn is_snapshot(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == crate::snapshot::EXTENSION)
}

/// Asks git for a file as it was in a revision.
fn git_show(name: &str, revision: &str) -> Result<Vec<u8>> {
    let output = Command::new("git").args(["show", "--end-of-options", name]).output().map_err(|it| {
        Error::new(ErrorKind::NotFound, "git could not be run")
            .in_file(name)
            .because(it)
            .hint("no file has this name, so it was taken for REV:path")
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or("").trim_start_matches("fatal: ").to_owned();
    Err(Error::new(ErrorKind::NotFound, format!("no such file, and git does not know it: {said}"))
        .in_file(name)
        .hint(format!("a path in {revision} is taken from the root of the repository; {revision}:./path is from here")))
}
