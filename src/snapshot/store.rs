//! Where snapshots are kept: one folder a dataset, one file an edition.
//!
//! A file is replaced as a whole: the new text goes to a file beside it, which
//! then takes its name. A program that is killed leaves the old file or the
//! new one, and at worst a file of no use, which the next writer removes. One
//! program writes at a time: it holds a lock on the file `.lock`.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{EXTENSION, Snapshot, file_at, read};
use crate::check::Accepted;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;

const LOCK: &str = ".lock";
const TEMPORARY: &str = ".tmp";

/// So long a writer waits for another: longer than any but a huge run takes.
const WAIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// What replacing a file did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// There was none before.
    New,
    /// It holds something else now.
    Changed,
    /// It holds these very bytes already.
    Unchanged,
}

/// The right to write below a folder; others wait until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Finds the folder of snapshots: the one given, else `snapshots` in the
/// nearest folder upwards that has rule files in `rules` or snapshots in
/// `snapshots`, else `snapshots` in the working directory. It may not be there.
pub fn find_folder(given: Option<&Path>) -> PathBuf {
    if let Some(given) = given {
        return given.to_owned();
    }
    let here = std::env::current_dir().unwrap_or_default();
    // Tests of rule files are none.
    let is_test = |it: &Path| it.to_string_lossy().ends_with(".test.toml");
    let ends = |it: &Path, end: &str| it.extension().is_some_and(|it| it == end) && !is_test(it);
    let holds = |folder: &Path, end: &str| list(folder).is_ok_and(|it| it.iter().any(|it| ends(it, end)));
    // Other tools keep files of this ending directly in a folder of this name.
    let nested = |it: &Path| list(it).is_ok_and(|it| it.iter().any(|it| holds(it, EXTENSION)));
    let is_root = |it: &&Path| holds(&it.join("rules"), "toml") || nested(&it.join("snapshots"));
    let root = here.ancestors().find(is_root).unwrap_or(&here);
    let folder = root.join("snapshots");
    folder.strip_prefix(&here).map(Path::to_owned).unwrap_or(folder)
}

/// Reads every snapshot of the datasets given, in order of dataset and period;
/// none where the folder is not there.
///
/// # Errors
///
/// As [`super::open`], and [`ErrorKind::Unreadable`] where the folder cannot
/// be listed or a snapshot stands in the place of another.
pub fn all(folder: &Path, datasets: &[Dataset]) -> Result<Vec<Accepted>> {
    Ok(all_whole(folder, datasets)?.into_iter().map(|it| it.accepted).collect())
}

/// As [`all`], with all that each snapshot says.
///
/// # Errors
///
/// As [`all`].
pub fn all_whole(folder: &Path, datasets: &[Dataset]) -> Result<Vec<Snapshot>> {
    let mut snapshots = Vec::new();
    for dataset in datasets {
        let folder = folder.join(&dataset.name);
        let files = list(&folder).map_err(|it| failed(&folder, "could not be listed", it))?;
        for path in files.into_iter().filter(|it| it.extension().is_some_and(|it| it == EXTENSION)) {
            let bytes = fs::read(&path).map_err(|it| failed(&path, "could not be read", it))?;
            let snapshot = read(&shown(&path), &bytes, datasets)?;
            in_place(&snapshot.accepted, dataset, &path)?;
            snapshots.push(snapshot);
        }
    }
    snapshots.sort_by(|a, b| order(&a.accepted).cmp(&order(&b.accepted)));
    Ok(snapshots)
}

fn order(it: &Accepted) -> impl Ord + '_ {
    (it.dataset.as_str(), it.edition.period, it.file.as_str())
}

/// Checks that a snapshot holds what its path says.
fn in_place(accepted: &Accepted, dataset: &Dataset, path: &Path) -> Result<()> {
    let expected = file_at(accepted);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if expected == format!("{}/{name}", dataset.name) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unreadable,
        format!("expected this snapshot in {expected}, according to its dataset and period"),
    )
    .in_file(accepted.file.clone())
    .hint("move it back, or remove it and accept the edition again"))
}

/// What replacing a file with a text would do.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] where there is a file that cannot be read.
pub fn standing(folder: &Path, file: &str, text: &str) -> Result<Change> {
    let path = folder.join(file);
    match fs::read(&path) {
        Ok(bytes) if bytes == text.as_bytes() => Ok(Change::Unchanged),
        Ok(_) => Ok(Change::Changed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Change::New),
        Err(error) => Err(failed(&path, "could not be read", error)),
    }
}

/// Replaces a file below the locked folder, as a whole, unless it holds this
/// text already.
///
/// # Errors
///
/// [`ErrorKind::Output`] where it cannot be written.
pub fn replace(lock: &Lock, file: &str, text: &str) -> Result<Change> {
    let root = lock.path.parent().unwrap_or(Path::new(""));
    let change = standing(root, file, text)?;
    if change == Change::Unchanged {
        return Ok(change);
    }
    let path = root.join(file);
    let folder = path.parent().unwrap_or(root);
    put(&path, folder, text)
        .map_err(|it| Error::new(ErrorKind::Output, "could not be written").in_file(shown(&path)).because(it))?;
    Ok(change)
}

fn put(path: &Path, folder: &Path, text: &str) -> io::Result<()> {
    if !folder.is_dir() {
        fs::create_dir_all(folder)?;
        settle(folder.parent().unwrap_or(Path::new("")))?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}{TEMPORARY}", std::process::id()));
    let mut file = File::create(&temporary)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    drop(file);
    if let Err(error) = written.and_then(|()| fs::rename(&temporary, path)) {
        drop(fs::remove_file(&temporary));
        return Err(error);
    }
    settle(folder)
}

/// Waits until a folder's names are on the disk; only Unix opens folders.
fn settle(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()
    } else {
        Ok(())
    }
}

impl Lock {
    /// Waits for the right to write below a folder, and makes the folder.
    ///
    /// `command` tells others who holds it. What a killed writer left is removed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Output`] where another program holds it for ten seconds,
    /// or the folder cannot be written.
    pub fn take(folder: &Path, command: &str) -> Result<Self> {
        Self::take_within(folder, command, WAIT)
    }

    fn take_within(folder: &Path, command: &str, wait: Duration) -> Result<Self> {
        let path = folder.join(LOCK);
        let unlockable = |it| Error::new(ErrorKind::Output, "could not be locked").in_file(shown(&path)).because(it);
        fs::create_dir_all(folder).map_err(unlockable)?;
        let until = Instant::now() + wait;
        let mark = format!("process {}: {command}", std::process::id());
        loop {
            if let Some(lock) = Self::attempt(&path, &mark).map_err(unlockable)? {
                sweep(folder).map_err(|it| failed(folder, "could not be listed", it))?;
                return Ok(lock);
            }
            if Instant::now() >= until {
                return Err(held(&path));
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Locks the file at once, or not.
    fn attempt(path: &Path, mark: &str) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        Self::claim(file, path, mark)
    }

    /// Locks a file that was opened at a path, if it is still there.
    fn claim(mut file: File, path: &Path, mark: &str) -> io::Result<Option<Self>> {
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        file.write_all(mark.as_bytes())?;
        file.flush()?;
        // The one before removes the file at its end: a lock on a file that no
        // longer has this name keeps nobody out.
        if cfg!(unix) && fs::read(path).ok().as_deref() != Some(mark.as_bytes()) {
            return Ok(None);
        }
        Ok(Some(Self { file, path: path.to_owned() }))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held, so that nobody else's file is removed. What
        // fails leaves a file that the next writer takes over.
        if cfg!(unix) {
            drop(fs::remove_file(&self.path));
        }
        drop(self.file.unlock());
    }
}

fn held(path: &Path) -> Error {
    let mut holder = String::new();
    // Where a lock keeps readers out too, the holder stays unnamed.
    let read = File::open(path).and_then(|it| it.take(400).read_to_string(&mut holder));
    let who = if read.is_ok() && !holder.is_empty() { holder } else { "another program".to_owned() };
    Error::new(ErrorKind::Output, format!("the snapshots are being written by {who}"))
        .in_file(shown(path))
        .hint("run again when it has finished")
}

/// Removes what writers left that were killed.
fn sweep(folder: &Path) -> io::Result<()> {
    for dataset in list(folder)?.into_iter().filter(|it| it.is_dir()) {
        for file in list(&dataset)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') && name.contains(".snap.") && name.ends_with(TEMPORARY) {
                fs::remove_file(&file)?;
            }
        }
    }
    Ok(())
}

/// What is in a folder, by name; nothing where it is not there.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        entries => entries?,
    };
    let mut paths = entries.map(|it| it.map(|it| it.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn failed(path: &Path, message: &str, cause: io::Error) -> Error {
    Error::new(ErrorKind::Unreadable, message).in_file(shown(path)).because(cause)
}

/// A path as it is shown: with forward slashes.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("crossfoot-store-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        folder
    }

    #[test]
    fn the_loser_of_a_lock_names_the_holder() {
        let folder = folder("held");
        let lock = Lock::take(&folder, "crossfoot accept in.csv").unwrap();
        let error = Lock::take_within(&folder, "crossfoot review", Duration::from_millis(50)).unwrap_err();
        if cfg!(unix) {
            let holder = format!("process {}: crossfoot accept in.csv", std::process::id());
            assert!(error.message().ends_with(&holder), "{error}");
        }
        drop(lock);
        assert!(Lock::take_within(&folder, "crossfoot review", Duration::ZERO).is_ok());
        assert!(!folder.join(LOCK).exists() || !cfg!(unix));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_lock_on_a_file_that_was_removed_is_none() {
        let folder = folder("removed");
        let lock = Lock::take(&folder, "a").unwrap();
        let path = folder.join(LOCK);
        let waiting = || OpenOptions::new().read(true).write(true).open(&path).unwrap();
        let (first, second) = (waiting(), waiting());
        drop(lock);
        assert!(Lock::claim(first, &path, "b").unwrap().is_none());
        let lock = Lock::take(&folder, "c").unwrap();
        assert!(Lock::claim(second, &path, "b").unwrap().is_none());
        drop(lock);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn one_holds_the_lock_at_a_time_though_its_file_goes() {
        let folder = folder("turns");
        let inside = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let lock = Lock::take(&folder, "a").unwrap();
                        assert_eq!(inside.fetch_add(1, std::sync::atomic::Ordering::SeqCst), 0);
                        inside.fetch_sub(1, std::sync::atomic::Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_a_killed_writer_left_is_removed_and_nothing_else() {
        let folder = folder("sweep");
        fs::create_dir_all(folder.join("d")).unwrap();
        for file in [".2024-01-01.snap.7.tmp", ".keep", "notes.tmp", "2024-01-01.snap"] {
            fs::write(folder.join("d").join(file), "x").unwrap();
        }
        drop(Lock::take(&folder, "a").unwrap());
        let left = list(&folder.join("d")).unwrap();
        let left: Vec<_> = left.iter().map(|it| it.file_name().unwrap().to_string_lossy()).collect();
        assert_eq!(left, [".keep", "2024-01-01.snap", "notes.tmp"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_same_bytes_are_not_written_again() {
        let folder = folder("same");
        let lock = Lock::take(&folder, "a").unwrap();
        assert_eq!(replace(&lock, "d/x.snap", "1").unwrap(), Change::New);
        assert_eq!(replace(&lock, "d/x.snap", "1").unwrap(), Change::Unchanged);
        assert_eq!(replace(&lock, "d/x.snap", "2").unwrap(), Change::Changed);
        assert_eq!(fs::read_to_string(folder.join("d/x.snap")).unwrap(), "2");
        drop(lock);
        fs::remove_dir_all(folder).unwrap();
    }
}
