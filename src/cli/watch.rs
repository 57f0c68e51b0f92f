//! What a long run shows on a terminal, and how it ends on Ctrl-C.
//!
//! After a second, a bar on standard error tells how much was read, how fast,
//! how long it will take, and how many rows were handed out to be looked at.
//! Nothing is shown where standard error is no terminal.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What a shell gives for a run that Ctrl-C ended: 128 and the signal's number.
const INTERRUPTED: i32 = 130;
/// A run that ends sooner shows nothing.
const QUIET: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

static READ: AtomicU64 = AtomicU64::new(0);
static TOTAL: AtomicU64 = AtomicU64::new(0);
static HANDED_OUT: AtomicU64 = AtomicU64::new(0);
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Adds to what there is to be read, in bytes.
pub(super) fn expect(bytes: u64) {
    TOTAL.fetch_add(bytes, Ordering::Relaxed);
}

/// Adds to what was read, in bytes.
pub(super) fn read(bytes: u64) {
    READ.fetch_add(bytes, Ordering::Relaxed);
}

/// Adds to the rows that are to be looked at.
pub(super) fn handed_out(rows: u64) {
    HANDED_OUT.fetch_add(rows, Ordering::Relaxed);
}

/// A run that is watched, until it is dropped.
pub(super) struct Watch {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Watches the run from here on, and lets Ctrl-C end it with exit code 130.
    pub(super) fn start() -> Self {
        // Where no handler can be had, the signal ends the process by itself.
        drop(ctrlc::set_handler(|| {
            if SHOWN.load(Ordering::Relaxed) {
                eprint!("\r\x1b[2K");
            }
            std::process::exit(INTERRUPTED);
        }));
        let done = Arc::new(AtomicBool::new(false));
        let known = Arc::clone(&done);
        let show = std::io::stderr().is_terminal();
        Self { done, thread: show.then(|| std::thread::spawn(move || tell(&known))) }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // It holds nothing that a panic of its own could harm.
            drop(thread.join());
        }
    }
}

fn tell(done: &AtomicBool) {
    let start = Instant::now();
    // It counts from the start, so that its rate is right when it is shown.
    let bar = ProgressBar::hidden().with_style(style());
    while !done.load(Ordering::Relaxed) {
        let total = TOTAL.load(Ordering::Relaxed);
        bar.set_length(total);
        bar.set_position(READ.load(Ordering::Relaxed).min(total));
        let rows = HANDED_OUT.load(Ordering::Relaxed);
        if rows > 0 {
            bar.set_message(format!(", {rows} rows to look at"));
        }
        if start.elapsed() >= QUIET && !SHOWN.swap(true, Ordering::Relaxed) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        std::thread::park_timeout(TICK);
    }
    bar.finish_and_clear();
}

fn style() -> ProgressStyle {
    const FORM: &str = "{bytes} of {total_bytes} [{bar:24}] {bytes_per_sec}, {eta} left{msg}";
    let style = ProgressStyle::with_template(FORM).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("=> ")
}
