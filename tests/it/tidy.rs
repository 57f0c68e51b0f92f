//! The structure: which module may use which, and how large a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order that data travel: each may use those before it only.
/// Modules on one line do not use each other.
const ORDER: &[&[&str]] = &[
    &["error", "nearest"],
    &["table"],
    &["plan"],
    &["source", "slip", "finding"],
    &["history"],
    &["rules", "diff", "article"],
    &["repair", "discover"],
    &["check"],
    &["snapshot", "suggest"],
    &["test"],
    &["exchange"],
    &["report"],
    &["run"],
    &["desk"],
    &["cli"],
];

/// What a module may not use though it comes before: a rule knows no file format,
/// and a repair no rule.
const NEVER: &[(&str, &str)] = &[("rules", "source"), ("repair", "source"), ("repair", "rules")];

/// Files, network, clock, environment and terminal belong to these.
const EDGES: &[&str] = &["snapshot", "run", "cli"];

const LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 60;

fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push(path);
            }
        }
    }
    let tests: Vec<PathBuf> = files.iter().flat_map(|it| test_modules(it)).collect();
    files.retain(|it| !tests.iter().any(|test| it.with_extension("").starts_with(test)));
    files.sort();
    assert!(files.len() > 20, "found only {} files", files.len());
    files
}

/// Where the modules stand that a file declares for its tests only.
fn test_modules(path: &Path) -> Vec<PathBuf> {
    let stem = path.with_extension("");
    let is_folder = ["mod", "lib", "main"].iter().any(|it| stem.ends_with(it));
    let folder = if is_folder { path.parent().expect("it is in src").to_owned() } else { stem };
    let text = read(path);
    let declared = text.split("#[cfg(test)]\n").skip(1).filter_map(|it| {
        let (head, _) = it.split_once('\n')?;
        let name = head.trim_start_matches("pub(crate) ").strip_prefix("mod ")?.strip_suffix(';')?;
        Some(folder.join(name))
    });
    declared.collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a source file can be read")
}

/// A file's lines before its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

fn module(path: &Path) -> String {
    let inside = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("it is in src");
    let first = inside.components().next().expect("a path has a part").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|it| it.contains(&module))
}

/// The modules that a text names as `crate::x` or in `use crate::{x, …}`.
fn used(text: &str) -> Vec<String> {
    let word = |it: &str| it.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect::<String>();
    text.lines()
        .filter(|it| !it.trim_start().starts_with("//"))
        .flat_map(|line| line.split("crate::").skip(1).map(word).collect::<Vec<_>>())
        .filter(|it| it.chars().next().is_some_and(char::is_lowercase))
        .collect()
}

#[test]
fn modules_use_only_what_comes_before_them() {
    for path in sources() {
        let own = module(&path);
        let Some(own_rank) = rank(&own) else {
            assert!(own == "lib" || own == "main", "{} is in no row of the order", path.display());
            continue;
        };
        for other in used(code(&read(&path))) {
            let other_rank = rank(&other).unwrap_or_else(|| panic!("{}: {other} is in no row", path.display()));
            let is_before = other_rank < own_rank && !NEVER.contains(&(own.as_str(), other.as_str()));
            let fine = other == own || is_before || (own == "finding" && other == "table");
            assert!(fine, "{}: {own} uses {other}", path.display());
        }
    }
}

#[test]
fn only_the_edges_touch_the_world() {
    for path in sources() {
        if EDGES.contains(&module(&path).as_str()) || path.ends_with("main.rs") {
            continue;
        }
        let text = read(&path);
        for line in code(&text).lines().filter(|it| !it.trim_start().starts_with("//")) {
            for world in ["std::fs", "std::env", "std::net", "SystemTime", "Instant::now", "println!", "std::process"] {
                assert!(!line.contains(world), "{}: {world}", path.display());
            }
        }
    }
}

#[test]
fn files_stay_short() {
    for path in sources() {
        let text = read(&path);
        let lines = code(&text).lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines before its tests", path.display());
    }
}

#[test]
fn functions_fit_a_screen() {
    for path in sources() {
        let text = read(&path);
        let mut start: Option<(usize, usize, String)> = None;
        for (number, line) in code(&text).lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let head = line.trim_start();
            let is_function = head.starts_with("fn ") || (head.starts_with("pub") && head.contains(" fn "));
            if is_function && !head.ends_with(';') && start.is_none() {
                start = Some((number, indent, head.to_owned()));
            }
            if let Some((first, at, name)) = &start
                && (line == format!("{}}}", " ".repeat(*at)) || (number == *first && line.ends_with('}')))
            {
                let lines = number - first + 1;
                assert!(lines <= FUNCTION_LINES_MAX, "{}: {lines} lines: {name}", path.display());
                start = None;
            }
        }
    }
}

#[test]
fn nothing_is_unwrapped_or_silenced() {
    for path in sources() {
        let text = read(&path);
        for (number, line) in code(&text).lines().enumerate() {
            let doc = line.trim_start().starts_with("//");
            assert!(doc || !line.contains(".unwrap()"), "{}:{}: unwrap", path.display(), number + 1);
            assert!(!line.contains("#[allow("), "{}:{}: use expect with a reason", path.display(), number + 1);
        }
    }
}
