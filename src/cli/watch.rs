//! What a long run shows on a terminal, and how it ends on Ctrl-C.
//!
//! After a second, a bar on standard error tells how much was read, how fast,
//! how long it will take, and how many rows were handed out to be looked at.
//! Nothing is shown where standard error is no terminal.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::progress::{self, Progress};

/// What a shell gives for a run that Ctrl-C ended: 128 and the signal's number.
const INTERRUPTED: i32 = 130;
/// A run that ends sooner shows nothing.
const QUIET: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

static SHOWN: AtomicBool = AtomicBool::new(false);
static DONE: AtomicBool = AtomicBool::new(false);
/// The exit code of the program when Ctrl-C ends it.
static ENDS_WITH: AtomicI32 = AtomicI32::new(INTERRUPTED);
static THREAD: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

/// Has Ctrl-C end the program with an exit code from now on.
pub(super) fn end_with(code: u8) {
    ENDS_WITH.store(i32::from(code), Ordering::Relaxed);
    on_interrupt();
}

fn on_interrupt() {
    // Where no handler can be had, the signal ends the process by itself; where there is
    // one, it stays.
    drop(ctrlc::set_handler(|| {
        if SHOWN.load(Ordering::Relaxed) {
            eprint!("\r\x1b[2K");
        }
        std::process::exit(ENDS_WITH.load(Ordering::Relaxed));
    }));
}

/// A run that is watched, until it is dropped.
pub(super) struct Watch(());

impl Watch {
    /// Watches the run as soon as there is something large to read: small
    /// ones end sooner than a thread begins.
    pub(super) fn start() -> Self {
        // It may not be the first one.
        for state in [&SHOWN, &DONE] {
            state.store(false, Ordering::Relaxed);
        }
        progress::start(Some(begin));
        Self(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        progress::end();
        let thread = THREAD.lock().ok().and_then(|mut it| it.take());
        if let Some(thread) = thread {
            DONE.store(true, Ordering::Relaxed);
            thread.thread().unpark();
            // It holds nothing that a panic of its own could harm.
            drop(thread.join());
        }
    }
}

/// Lets Ctrl-C end the run, and shows how far it is.
fn begin() {
    on_interrupt();
    if std::io::stderr().is_terminal()
        && let Ok(mut thread) = THREAD.lock()
    {
        *thread = Some(std::thread::spawn(tell));
    }
}

fn tell() {
    let start = Instant::now();
    // It counts from the start, so that its rate is right when it is shown.
    let bar = ProgressBar::hidden().with_style(style());
    while !DONE.load(Ordering::Relaxed) {
        let Progress { read, total, handed_out } = progress::progress();
        bar.set_length(total);
        bar.set_position(read.min(total));
        if handed_out > 0 {
            bar.set_message(format!(", {handed_out} rows to look at"));
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
