//! `crossfoot test`: whether rules say of rows what they should.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::files::shown;
use super::rules::{folder_upwards, is_test, load_text, read_bytes, read_text, unreadable};
use super::{Color, Exit, output};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{TestFormat, TestLook};
use crate::rules::Dataset;
use crate::test::{ENDINGS, FileResults, Mutant, MutantsOf, TestFile, TestStatus, mutants, results};

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// Test files (*.test.toml, *.test.md), or folders that hold them [default: `rules`, found upwards]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the actual results into tests that fail or expect nothing yet; review the change before you commit it
    #[arg(long)]
    bless: bool,
    /// Change the rules and the figures, and list the changes that no test notices
    #[arg(long)]
    mutants: bool,
    /// Fail if the tests notice less than this percentage of the rule changes
    #[arg(long, value_name = "PERCENT", requires = "mutants", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Run only tests whose name contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// Write results as text, json or junit, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// List every test, and every figure whose slips no test notices
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(args: &TestArgs, color: Color) -> Result<Exit> {
    let targets = output::targets(&args.outputs, &TestFormat::WORDS)?;
    let files = find(&args.paths)?;
    let (mut all, mut errors) = (Vec::new(), Vec::new());
    for path in &files {
        match run_file(args, path) {
            Ok(it) => all.push(it),
            Err(it) => errors.push(it),
        }
    }
    let count: usize = all.iter().map(|it| it.tests.len()).sum();
    if count == 0 && errors.is_empty() {
        let error = Error::new(ErrorKind::NotFound, "there are no tests to run");
        return Err(if args.filter.is_empty() {
            error.hint("`crossfoot explain tests` shows how to write tests")
        } else {
            error.hint(format!("no test name contains \"{}\"", args.filter))
        });
    }
    let wish = output::Wish { color, quiet: false, verbose: args.verbose, text: false };
    let look = TestLook { verbose: args.verbose, fail_under: args.fail_under.map(usize::from) };
    output::write_each(&targets, wish, &[], |format, _, out| format.write(&all, look, out))?;
    for error in &errors {
        output::tell(error, color);
    }
    if !errors.is_empty() {
        return Ok(Exit::Failed);
    }
    let fails = |it: &FileResults| it.tests.iter().any(|it| it.status.fails()) || look.is_under(it);
    Ok(if all.iter().any(fails) { Exit::Findings } else { Exit::Clean })
}

/// Runs the tests of a file, and writes what they should expect where that is asked for.
fn run_file(args: &TestArgs, path: &Path) -> Result<FileResults> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = |name: &str| read_bytes(&folder.join(name));
    let mut file = TestFile::read(&shown(path), &read_text(path)?, &read)?;
    let inline = file.inline.clone();
    // A rule file among the tests is read as if it were beside them.
    let rules = if file.inline.is_some() { path.to_owned() } else { folder.join(file.rule_file()) };
    let load = |changed: Option<&Mutant>| -> Result<Dataset> {
        let other = changed.map(|it| (it.at.file.as_str(), it.text.as_str()));
        load_text(&rules, inline.as_deref(), other)
    };
    if file.inline.is_none() && !rules.is_file() {
        let error = Error::new(ErrorKind::NotFound, format!("no rule file {} for these tests", shown(&rules)));
        return Err(error.in_file(shown(path)).hint("name the rule file: rules = \"../rules/wards.toml\""));
    }
    let dataset = load(None)?;
    let (mut found, verdicts) = results(&file, &dataset, &args.filter)?;
    if args.bless && found.tests.iter().any(|it| it.status.fails()) {
        let text = file.blessed(&verdicts);
        // What is written must be read again.
        file = TestFile::read(&file.path, &text, &read)?;
        output::put(Some(&file.path), text.as_bytes())?;
        for it in found.tests.iter_mut().filter(|it| it.status.fails()) {
            it.status = TestStatus::Blessed;
        }
    }
    if args.mutants {
        let mut texts = BTreeMap::new();
        for rule in &dataset.rules {
            let name = &rule.at.file;
            if !texts.contains_key(name) {
                let text = match &inline {
                    Some(text) if *name == shown(&rules) => text.clone(),
                    _ => read_text(Path::new(name))?,
                };
                texts.insert(name.clone(), text);
            }
        }
        let load = |it: &Mutant| load(Some(it)).ok();
        let all = MutantsOf { file: &file, dataset: &dataset, mutants: mutants(&dataset, &texts), load: &load };
        found.score = Some(all.score(&found)?);
    }
    Ok(found)
}

/// The files of tests that paths name; those of the folder of rules where there is none.
fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let folders = if paths.is_empty() { folder_upwards().into_iter().collect() } else { paths.to_vec() };
    for path in &folders {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(|it| unreadable(path, it))?;
            let all = entries.map(|it| Ok(it.map_err(|it| unreadable(path, it))?.path()));
            let mut own = all.collect::<Result<Vec<_>>>()?;
            own.retain(|it| is_test(it) && it.is_file());
            own.sort();
            files.extend(own);
        } else if !path.exists() {
            return Err(Error::new(ErrorKind::NotFound, "no such file or folder").in_file(shown(path)));
        } else if is_test(path) {
            files.push(path.clone());
        } else {
            let error = Error::new(ErrorKind::Usage, "expected the name of a test file").in_file(shown(path));
            return Err(error.hint(format!("test files end in {}", ENDINGS.join(" or "))));
        }
    }
    if files.is_empty() {
        let place = folders.first().map_or("rules".to_owned(), |it| shown(it));
        return Err(Error::new(ErrorKind::NotFound, "expected test files (*.test.toml, *.test.md), found none")
            .in_file(place)
            .hint("`crossfoot explain tests` shows how to write them"));
    }
    files.dedup();
    Ok(files)
}
