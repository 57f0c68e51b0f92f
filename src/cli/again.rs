//! Runs again when files change: looked for by size and time of change, a few
//! times a second, which works on every file system.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// Files are looked at so often.
const PAUSE: Duration = Duration::from_millis(300);

/// When a file was changed, and its size; nothing where it is not there.
type Stamp = Option<(SystemTime, u64)>;
type Stamps = BTreeMap<PathBuf, Stamp>;

/// Files as they were when they were last read.
#[derive(Debug)]
pub(super) struct Changes {
    known: Stamps,
    /// As they were at the last look, if that was not as they are known.
    pending: Option<Stamps>,
}

impl Changes {
    /// Files as they are now.
    pub(super) fn of(files: Vec<PathBuf>) -> Self {
        Self { known: stamps(files), pending: None }
    }

    /// Waits until files change, come or go, and says which; `files` lists them.
    pub(super) fn wait(&mut self, files: &dyn Fn() -> Vec<PathBuf>) -> Vec<PathBuf> {
        loop {
            std::thread::sleep(PAUSE);
            if let Some(changed) = self.look(stamps(files())) {
                return changed;
            }
        }
    }

    /// Which files changed, once they are the same in two looks: a file that is being
    /// written is not yet what it will be.
    fn look(&mut self, now: Stamps) -> Option<Vec<PathBuf>> {
        if now == self.known {
            self.pending = None;
            return None;
        }
        if self.pending.as_ref() != Some(&now) {
            self.pending = Some(now);
            return None;
        }
        let is_other = |it: &&PathBuf| self.known.get(*it) != now.get(*it);
        let gone = self.known.keys().filter(|it| !now.contains_key(*it));
        let changed = now.keys().filter(is_other).chain(gone).cloned().collect();
        (self.known, self.pending) = (now, None);
        Some(changed)
    }
}

fn stamps(files: Vec<PathBuf>) -> Stamps {
    let stamp = |it: &PathBuf| {
        let meta = std::fs::metadata(it).ok()?;
        Some((meta.modified().ok()?, meta.len()))
    };
    files.into_iter().map(|it| (it.clone(), stamp(&it))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(sizes: &[(&str, u64)]) -> Stamps {
        let stamp = |it: u64| Some((SystemTime::UNIX_EPOCH + Duration::from_secs(it), it));
        sizes.iter().map(|it| (PathBuf::from(it.0), stamp(it.1))).collect()
    }

    #[test]
    fn a_file_that_still_grows_is_waited_for() {
        let mut changes = Changes { known: at(&[("a", 9), ("b", 5)]), pending: None };
        assert_eq!(changes.look(at(&[("a", 9), ("b", 5)])), None);
        for size in [0, 3, 7] {
            assert_eq!(changes.look(at(&[("a", size), ("b", 5)])), None, "{size} bytes");
        }
        assert_eq!(changes.look(at(&[("a", 7), ("b", 5)])), Some(vec![PathBuf::from("a")]));
        assert_eq!(changes.look(at(&[("a", 7), ("b", 5)])), None);
    }

    #[test]
    fn files_that_come_and_go_are_changes() {
        let mut changes = Changes { known: at(&[("a", 9), ("b", 5)]), pending: None };
        let now = || at(&[("b", 5), ("c", 1)]);
        assert_eq!(changes.look(now()), None);
        assert_eq!(changes.look(now()), Some(vec![PathBuf::from("c"), PathBuf::from("a")]));
    }

    #[test]
    fn what_is_as_before_at_the_second_look_is_no_change() {
        let mut changes = Changes { known: at(&[("a", 9)]), pending: None };
        for size in [8, 9, 8, 9] {
            assert_eq!(changes.look(at(&[("a", size)])), None);
        }
    }
}
