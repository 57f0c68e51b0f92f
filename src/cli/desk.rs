//! `crossfoot desk`: check a page in the browser.

mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use clap::Args;

use super::again::Changes;
use super::opened::Opened;
use super::rules::{self, reads};
use super::{Color, Exit, accepting, collect_but, init, known_folder, load_rules, output, today};
use crate::check;
use crate::desk::{Given, Setting, State};
use crate::error::{Error, ErrorKind, Result};
use crate::run::Input;
use crate::snapshot::{self, Source};
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
    /// Read the files and the rule files again when they change
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
        state = give(&state, path)?;
        files.push(path.clone());
    }
    if let Some(path) = &args.draft {
        state = state.give_draft(&named(path), read(&state, &named(path), bytes(path)?));
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
        let (watched, rules) = (Arc::clone(&server), args.rules.clone());
        std::thread::spawn(move || watch(&files, rules.as_deref(), &watched));
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

/// Puts a file on the desk, whatever there is to say against it.
fn give(state: &State, path: &Path) -> Result<State> {
    let name = named(path);
    Ok(state.give(&name, read(state, &name, bytes(path)?)))
}

/// Reads the bytes of a file as `check` does: what is packed is unpacked.
fn read(state: &State, name: &str, bytes: Vec<u8>) -> Result<Given> {
    let source = Source::of(name, &bytes);
    let opened = Opened::of_bytes(name.to_owned(), bytes)?;
    if opened.size() > BYTES_MAX {
        return Err(too_large(name));
    }
    let options = check::Options::default();
    let document = opened.document(None, &|it| check::layout_of(it, state.datasets(), &options))?;
    Given::of(name, document, &opened.bytes()?, source)
}

fn too_large(name: &str) -> Error {
    let message = format!("is larger than {} MB: too large for the desk", BYTES_MAX >> 20);
    Error::new(ErrorKind::Unreadable, message).in_file(name).hint("use `crossfoot check`")
}

/// The file as it is shown.
fn named(path: &Path) -> String {
    super::files::shown(path)
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(named(path)).because(it);
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > BYTES_MAX {
        return Err(too_large(&named(path)));
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

/// Puts files on the desk again when they change, and judges by rule files as they are.
fn watch(files: &[PathBuf], rules: Option<&Path>, server: &Server) {
    let list = || files.iter().cloned().chain(rules::files(rules)).collect();
    let mut changes = Changes::of(list());
    loop {
        let changed = changes.wait(&list);
        if changed.iter().any(|it| !files.contains(it)) {
            server.turn(|state| {
                let now = load_rules(rules).and_then(|it| state.with_rules(it, "the rule files were reloaded"));
                now.unwrap_or_else(|it| {
                    state.told(&format!("the rule files could not be reloaded: {it}{}", it.hint_behind()))
                })
            });
        }
        for path in changed.iter().filter(|it| files.contains(it) && it.exists()) {
            server.turn(|state| give(state, path).unwrap_or_else(|it| state.told(&it.to_string())));
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::run::opened::packed::{bzip2, gzip, zstandard};

    fn desk() -> State {
        State::new(Setting::new(Vec::new(), date(2026, 1, 5), None).unwrap(), Arc::default())
    }

    #[test]
    fn packed_files_are_read_as_what_is_in_them() {
        let text = "area,cases\nLund,7\n";
        let packed = [("t.csv.gz", gzip as fn(&[u8]) -> _), ("t.csv.bz2", bzip2), ("t.csv.zst", zstandard)];
        let packed = packed.map(|it| (it.0, it.1(text.as_bytes())));
        for (name, bytes) in packed {
            let given = read(&desk(), name, bytes).unwrap();
            assert_eq!(
                (given.document.text.as_str(), given.format),
                (text, crate::source::Format::Delimited),
                "{name}"
            );
        }
    }

    #[test]
    fn a_declared_encoding_counts_and_the_copy_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("d.toml");
        let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"area\"]\n\
            read = { encoding = \"macintosh\" }\ncolumns = { area = \"label\", cases = \"count\" }\n";
        std::fs::write(&file, rules).unwrap();
        let setting = Setting::new(load_rules(Some(&file)).unwrap(), date(2026, 1, 5), None).unwrap();
        let state = State::new(setting, Arc::default());
        let bytes = b"area,cases\nM\x9fnster,7\n".to_vec();
        let state = state.give("t.csv", read(&state, "t.csv", bytes.clone()));
        let rows = serde_json::to_string(&state.rows(0, 0, 9)).unwrap();
        assert!(rows.contains("M\u{fc}nster"), "{rows}");
        assert_eq!(state.copy("t.csv").unwrap().bytes, bytes);
    }

    #[test]
    fn a_packed_file_that_is_broken_or_unpacks_to_too_much_is_refused() {
        let rows = "Lund,7\n".repeat(10_000);
        let packed = gzip(rows.as_bytes());
        let broken = read(&desk(), "t.csv.gz", packed[..packed.len() / 2].to_vec()).unwrap_err();
        assert!(broken.message().contains("could not be read or unpacked to the end"), "{broken}");
        let large = read(&desk(), "t.csv.zst", zstandard(&rows.into_bytes().repeat(1_000))).unwrap_err();
        assert_eq!(large.message(), "is larger than 64 MB: too large for the desk");
    }
}
