//! How far a run is: counted here, and shown by whoever watches it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

static READ: AtomicU64 = AtomicU64::new(0);
static TOTAL: AtomicU64 = AtomicU64::new(0);
static HANDED_OUT: AtomicU64 = AtomicU64::new(0);
/// Who is to be called once, as soon as there is something large to read.
static WATCHER: Mutex<Option<fn()>> = Mutex::new(None);

/// So much of a run is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// How many bytes were read.
    pub(crate) read: u64,
    /// How many there are to be read, as far as is known.
    pub(crate) total: u64,
    /// How many rows are to be looked at.
    pub(crate) handed_out: u64,
}

/// How far the run is.
pub(crate) fn progress() -> Progress {
    let now = |it: &AtomicU64| it.load(Ordering::Relaxed);
    Progress { read: now(&READ), total: now(&TOTAL), handed_out: now(&HANDED_OUT) }
}

/// Begins to count anew, and calls a watcher as soon as there is something large to read.
pub(crate) fn start(watcher: Option<fn()>) {
    for count in [&READ, &TOTAL, &HANDED_OUT] {
        count.store(0, Ordering::Relaxed);
    }
    if let Ok(mut it) = WATCHER.lock() {
        *it = watcher;
    }
}

/// Calls no watcher any more.
pub(crate) fn end() {
    if let Ok(mut it) = WATCHER.lock() {
        *it = None;
    }
}

/// Adds to what there is to be read, in bytes: something large.
pub(super) fn expect(bytes: u64) {
    TOTAL.fetch_add(bytes, Ordering::Relaxed);
    let watcher = WATCHER.lock().ok().and_then(|mut it| it.take());
    if let Some(begin) = watcher {
        begin();
    }
}

/// Adds to what was read, in bytes.
pub(super) fn read(bytes: u64) {
    READ.fetch_add(bytes, Ordering::Relaxed);
}

/// Adds to the rows that are to be looked at.
pub(super) fn handed_out(rows: u64) {
    HANDED_OUT.fetch_add(rows, Ordering::Relaxed);
}
