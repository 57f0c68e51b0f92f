//! `crossfoot desk`: check a page in the browser.

mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Args;

use super::rules::reads;
use super::{Color, Exit, Input, accepting, collect_but, init, known_folder, load_rules, output, today};
use crate::desk::{Setting, State};
use crate::error::{Error, ErrorKind, Result};
use crate::snapshot;
use crate::table::Layout;
use server::Server;

/// Larger files are for `check`.
const BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(super) struct DeskArgs {
    /// Files or folders to put on the desk
    #[arg(value_name = "FOLDER|FILE")]
    paths: Vec<String>,
    /// A draft: plain text, Markdown, HTML or DOCX
    #[arg(long, value_name = "FILE")]
    draft: Option<PathBuf>,
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// Folder of accepted editions [default: `snapshots`, found upwards]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// The port on this machine [default: a free one]
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Print the address without opening a browser
    #[arg(long)]
    no_open: bool,
    /// Read the files again when they change
    #[arg(long)]
    watch: bool,
    /// Name of the person who decides [default: `CROSSFOOT_BY`, else git's user.name, else nobody]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub(super) fn run(args: &DeskArgs, color: Color) -> Result<Exit> {
    let datasets = load_rules(args.rules.as_deref())?;
    known_folder(args.snapshots.as_deref())?;
    let folder = snapshot::find_folder(args.snapshots.as_deref());
    let accepted = snapshot::all(&folder, &datasets)?;
    let inputs = if args.paths.is_empty() { Vec::new() } else { collect_but(&args.paths, &reads(&datasets))? };
    let by = accepting::author(args.by.as_deref());
    let mut state = State::new(Setting::new(datasets, today(), by)?, accepted.into());
    let mut files = Vec::new();
    for it in &inputs {
        let Input::File(path) = it else {
            return Err(Error::new(ErrorKind::Usage, "expected files or folders, found standard input"));
        };
        state = state.give(&named(path), bytes(path)?);
        files.push(path.clone());
    }
    if let Some(path) = &args.draft {
        state = state.give_draft(&named(path), bytes(path)?);
    }
    let server = Arc::new(Server::bind(args.port, state, folder, args.rules.clone())?);
    output::print(
        format!("crossfoot desk: {}\nonly this machine can reach it; stop it with Ctrl-C\n", server.address())
            .as_bytes(),
    )?;
    if !args.no_open {
        open(&server.address(), color);
    }
    if args.watch {
        let watched = Arc::clone(&server);
        std::thread::spawn(move || watch(&files, &watched));
    }
    server.serve();
    Ok(Exit::Clean)
}

/// A rule file with what the tables follow that no rule file claims.
fn rule_file(state: &State) -> Result<Vec<u8>> {
    let loaded = state.without_rules();
    if loaded.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "every file on the desk has a rule file"));
    }
    let name = init::dataset_name(&loaded);
    Ok(init::rule_file(&name, &loaded, (&Layout::default(), None))?.0.into_bytes())
}

/// The file as it is shown.
fn named(path: &Path) -> String {
    super::files::shown(path)
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(named(path)).because(it);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > BYTES_MAX {
        let message = format!("is larger than {} MB: too large for the desk", BYTES_MAX >> 20);
        return Err(Error::new(ErrorKind::Unreadable, message).in_file(named(path)).hint("use `crossfoot check`"));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Opens the browser, and says so where that fails.
fn open(address: &str, color: Color) {
    let (program, before): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/c", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let quiet = Command::new(program)
        .args(before)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if quiet.is_err() {
        let error = Error::new(ErrorKind::Unreadable, "could not open a browser");
        output::tell(&error.hint("open the address above in a browser"), color);
    }
}

/// Puts files on the desk again when they change.
fn watch(files: &[PathBuf], server: &Server) {
    const PAUSE: Duration = Duration::from_millis(500);
    let time = |it: &PathBuf| std::fs::metadata(it).and_then(|it| it.modified()).ok();
    let mut known: Vec<Option<SystemTime>> = files.iter().map(time).collect();
    loop {
        std::thread::sleep(PAUSE);
        for (path, known) in files.iter().zip(&mut known) {
            let now = time(path);
            if now.is_some() && now != *known {
                *known = now;
                if let Ok(bytes) = bytes(path) {
                    server.turn(|state| state.give(&named(path), bytes.clone()));
                }
            }
        }
    }
}
