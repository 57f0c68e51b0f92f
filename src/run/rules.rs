//! Finds rule files: given, or in the folder `rules` found upwards.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::files::shown;
use crate::check::Accepted;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::{Dataset, stands_alone};
use crate::test::ENDINGS;

/// Loads the rule files at a path given, or of the nearest folder `rules`
/// upwards that has any; none is found where there is no such folder.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] if the path given is not there or holds no rule
/// file, and what [`crate::rules::load`] says of a rule file.
pub fn load_rules(given: Option<&Path>) -> Result<Vec<Dataset>> {
    let files = match given {
        Some(path) => {
            let files = rule_files(path)?;
            if files.is_empty() {
                return Err(Error::new(ErrorKind::NotFound, "expected rule files (*.toml) in this folder, found none")
                    .in_file(shown(path))
                    .hint("`crossfoot init FILE` writes one from a sample file"));
            }
            files
        }
        None => upwards(),
    };
    let mut datasets: Vec<Dataset> = Vec::new();
    for file in without_parts(files) {
        let dataset = load(&file)?;
        if let Some(same) = datasets.iter().find(|it| it.name == dataset.name) {
            let message = format!("the dataset {} is declared twice, first in {}", dataset.name, same.path.display());
            return Err(Error::new(ErrorKind::Rules, message).in_file(shown(&file)));
        }
        datasets.push(dataset);
    }
    Ok(datasets)
}

/// Loads each rule file of the folder `rules` that is found upwards, and says of those
/// that cannot be read why; `typed` has the text of a file that an editor holds.
pub(crate) fn load_each(typed: &dyn Fn(&Path) -> Option<String>) -> (Vec<Dataset>, Vec<Error>) {
    let (mut datasets, mut errors) = (Vec::new(), Vec::new());
    for file in upwards() {
        match typed(&file).map_or_else(|| load(&file), |text| load_text(&file, Some(&text), None)) {
            Ok(it) => datasets.push(it),
            Err(it) => errors.push(it),
        }
    }
    (datasets, errors)
}

/// Leaves out the files without a dataset that others of a folder extend.
fn without_parts(files: Vec<PathBuf>) -> Vec<PathBuf> {
    let outline = |it: &PathBuf| read_text(it).map_or((true, Vec::new()), |text| stands_alone(&text));
    let outlines: Vec<(bool, Vec<String>)> = files.iter().map(outline).collect();
    let extended = |file: &PathBuf| {
        let own = file.canonicalize().ok();
        files.iter().zip(&outlines).any(|(other, (_, extends))| {
            let folder = other.parent().unwrap_or(Path::new(""));
            extends.iter().any(|it| folder.join(it).canonicalize().ok() == own)
        })
    };
    let kept: Vec<bool> = files.iter().zip(&outlines).map(|(file, it)| it.0 || !extended(file)).collect();
    files.into_iter().zip(kept).filter(|it| it.1).map(|it| it.0).collect()
}

fn load(file: &Path) -> Result<Dataset> {
    load_text(file, None, None)
}

/// Loads a rule file, with its text where it stands in another file; `changed` is a file
/// by name, with the text to be read in its place.
pub(crate) fn load_text(file: &Path, text: Option<&str>, changed: Option<(&str, &str)>) -> Result<Dataset> {
    let is_it = |path: &Path, name: &str| {
        shown(path) == name || path.canonicalize().ok() == Path::new(name).canonicalize().ok()
    };
    let given = |path: &Path| changed.filter(|it| is_it(path, it.0)).map(|it| it.1.to_owned());
    let text = match (given(file), text) {
        (Some(text), _) => text,
        (None, Some(text)) => text.to_owned(),
        (None, None) => read_text(file)?,
    };
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let named = RefCell::new(Vec::new());
    let read = |name: &str| {
        let path = folder.join(name);
        let bytes = given(&path).map_or_else(|| read_bytes(&path), |it| Ok(it.into_bytes()))?;
        named.borrow_mut().push(path);
        Ok(bytes)
    };
    let dataset = crate::rules::load(&shown(file), &text, &read)?;
    Ok(Dataset { reads: named.take(), ..dataset })
}

/// The text of a rule file.
pub(crate) fn read_text(file: &Path) -> Result<String> {
    String::from_utf8(read_bytes(file)?)
        .map_err(|it| Error::new(ErrorKind::Rules, "expected UTF-8").in_file(shown(file)).because(it.utf8_error()))
}

pub(crate) fn read_bytes(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).map_err(|it| unreadable(file, it))
}

/// The rule files at a path given, or of the nearest folder `rules` upwards.
pub(crate) fn files(given: Option<&Path>) -> Vec<PathBuf> {
    given.map_or_else(upwards, |it| rule_files(it).unwrap_or_default())
}

/// The files that rule files read themselves: they are no inputs.
pub(crate) fn reads(datasets: &[Dataset]) -> Vec<PathBuf> {
    datasets.iter().flat_map(|it| &it.reads).filter_map(|it| it.canonicalize().ok()).collect()
}

pub(crate) fn unreadable(file: &Path, cause: std::io::Error) -> Error {
    let (kind, message) = match cause.kind() {
        std::io::ErrorKind::NotFound => (ErrorKind::NotFound, "no such file"),
        _ => (ErrorKind::Unreadable, "could not be read"),
    };
    Error::new(kind, message).in_file(shown(file)).because(cause)
}

/// Whether a file is one of tests, by its name.
pub(crate) fn is_test(path: &Path) -> bool {
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    ENDINGS.iter().any(|it| name.ends_with(it))
}

/// The rule files at a path: itself, or those directly in it, by name.
fn rule_files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return if is_test(path) {
            Err(Error::new(ErrorKind::Usage, "expected a rule file, found a test file")
                .in_file(shown(path))
                .hint("`crossfoot test` runs it"))
        } else if path.exists() {
            Ok(vec![path.to_owned()])
        } else {
            Err(Error::new(ErrorKind::NotFound, "no such rule file or folder").in_file(shown(path)))
        };
    }
    let entries = std::fs::read_dir(path).map_err(|it| unreadable(path, it))?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(|it| unreadable(path, it))?.path();
        if file.extension().is_some_and(|it| it == "toml") && !is_test(&file) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// What was accepted of the datasets given.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] if the folder given is not there, and what
/// [`crate::snapshot::all`] says of a snapshot.
pub(crate) fn past(given: Option<&Path>, datasets: &[Dataset]) -> Result<Vec<Accepted>> {
    known_folder(given)?;
    crate::snapshot::all(&crate::snapshot::find_folder(given), datasets)
}

/// Refuses a folder of snapshots that is named and not there.
pub(crate) fn known_folder(given: Option<&Path>) -> Result<()> {
    match given.filter(|it| !it.is_dir()) {
        Some(folder) => Err(Error::new(ErrorKind::NotFound, "no such folder of snapshots").in_file(shown(folder))),
        None => Ok(()),
    }
}

fn upwards() -> Vec<PathBuf> {
    folder_upwards().map_or(Vec::new(), |it| rule_files(&it).unwrap_or_default())
}

/// The nearest folder `rules` upwards that has rule files.
pub(crate) fn folder_upwards() -> Option<PathBuf> {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here
        .ancestors()
        .map(|it| it.join("rules"))
        .find(|folder| rule_files(folder).is_ok_and(|files| !files.is_empty()))?;
    Some(found.strip_prefix(&here).map(Path::to_owned).unwrap_or(found))
}
