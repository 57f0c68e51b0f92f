//! What is the matter with one text: its findings, and what the editor shows of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range,
};

use super::text::{Lines, uri};
use crate::check::{self, Draft, Loaded, Options, Outcome};
use crate::cli::{files, rules, today};
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity, Status};
use crate::rules::Dataset;
use crate::source::Format;

/// A text larger than this is not checked while one types.
const BYTES_MAX: usize = 8 << 20;
/// So many are shown; the command line lists all.
const SHOWN_MAX: usize = 200;
/// Files that a folder has besides, for rules over several tables.
const BESIDE_MAX: usize = 50;

/// What one file cannot tell: whether others are there, or what is read of it.
const OF_RUNS: [&str; 3] = ["unclaimed", "undecided", "tables"];

/// A text that the editor holds.
pub(super) struct OpenText {
    pub(super) path: PathBuf,
    pub(super) text: Arc<str>,
}

/// What a check came to.
#[derive(Default)]
pub(super) struct Checked {
    /// What is shown, and which finding it is of.
    pub(super) shown: Vec<(Diagnostic, Option<usize>)>,
    pub(super) outcome: Option<Outcome>,
    pub(super) datasets: Vec<Dataset>,
}

impl Checked {
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.shown.iter().map(|it| it.0.clone()).collect()
    }

    /// The findings that are shown in a range.
    pub(super) fn findings(&self, within: Range) -> impl Iterator<Item = (&Diagnostic, usize, &Finding)> {
        let touches = move |it: &Range| it.start <= within.end && within.start <= it.end;
        let outcome = self.outcome.as_ref();
        self.shown.iter().filter(move |it| touches(&it.0.range)).filter_map(move |(diagnostic, finding)| {
            let finding = (*finding)?;
            Some((diagnostic, finding, outcome?.findings.get(finding)?))
        })
    }
}

/// What is shown of a check that a panic ended.
pub(super) fn failed(said: &str) -> Checked {
    let message = format!("the check ended early: {said}; please report this with the file");
    told(message, DiagnosticSeverity::WARNING)
}

fn told(message: String, severity: DiagnosticSeverity) -> Checked {
    let diagnostic = Diagnostic { severity: Some(severity), message, ..of_program(Range::default()) };
    Checked { shown: vec![(diagnostic, None)], ..Checked::default() }
}

fn of_program(range: Range) -> Diagnostic {
    Diagnostic { range, source: Some("crossfoot".to_owned()), ..Diagnostic::default() }
}

/// Checks one of the texts that the editor holds.
pub(super) fn check(path: &Path, held: &[OpenText]) -> Checked {
    let Some(own) = held.iter().find(|it| it.path == path) else { return Checked::default() };
    let extension = path.extension().map(|it| it.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "toml" => rule_file(own),
        _ if own.text.len() > BYTES_MAX => {
            told("too large to check while you type; use `crossfoot check`".to_owned(), DiagnosticSeverity::INFORMATION)
        }
        "md" | "markdown" => draft(own, held),
        _ => table(own, held),
    }
}

/// A rule file: all of its errors, and what `lint` says.
fn rule_file(own: &OpenText) -> Checked {
    // Other files end in .toml, too.
    if !own.text.lines().any(|it| it.trim_start().starts_with("crossfoot")) {
        return Checked::default();
    }
    let lines = Lines::of(&own.text);
    let severe = |message: &str, line: u32, column: u32, severity: DiagnosticSeverity| {
        let range = if column > 0 { lines.range(line, column, u32::MAX) } else { lines.whole(line) };
        Diagnostic { severity: Some(severity), message: message.to_owned(), ..of_program(range) }
    };
    match rules::load_text(&own.path, Some(&own.text), None) {
        Ok(dataset) => {
            let lints = check::lint(&dataset).unwrap_or_default();
            let shown = lints.iter().map(|it| (severe(&it.message, it.line, 0, DiagnosticSeverity::WARNING), None));
            Checked { shown: shown.collect(), datasets: vec![dataset], ..Checked::default() }
        }
        Err(error) => {
            let all = std::iter::once(&error).chain(error.others());
            let shown = all.map(|it| {
                let place = it.place().map_or((1, 0), |it| (it.line, it.column));
                (severe(&words(it), place.0, place.1, DiagnosticSeverity::ERROR), None)
            });
            Checked { shown: shown.collect(), ..Checked::default() }
        }
    }
}

fn words(error: &Error) -> String {
    match error.hint_text() {
        Some(hint) => format!("{}\nhint: {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

/// The rule files of the project, as the editor holds them.
fn datasets(held: &[OpenText]) -> (Vec<Dataset>, Vec<Error>) {
    let text = |path: &Path| {
        let path = std::path::absolute(path).ok();
        held.iter().find(|it| std::path::absolute(&it.path).ok() == path).map(|it| it.text.to_string())
    };
    rules::load_each(&text)
}

fn options(datasets: &[Dataset]) -> Options {
    // A snapshot that cannot be read is told on the command line; here it is as if it were not there.
    let past = rules::past(None, datasets).unwrap_or_default();
    Options { accepted: past.into(), today: Some(today()), max_findings: SHOWN_MAX, ..Options::default() }
}

/// A table, by the rules of its dataset and by what it follows itself.
fn table(own: &OpenText, held: &[OpenText]) -> Checked {
    let (datasets, errors) = datasets(held);
    let options = options(&datasets);
    let loaded = match load(&own.path, own.text.as_bytes().to_vec(), &datasets, &options) {
        Ok(it) => it,
        Err(error) => return unread(own, &error, datasets),
    };
    let name = loaded.document.name.clone();
    let dataset = datasets.iter().find(|it| Some(&it.name) == loaded.input.dataset.as_ref());
    let others = if dataset.is_some_and(|it| it.tables.len() > 1) {
        beside(own, held, loaded.input.dataset.as_deref(), (&datasets, &options))
    } else {
        Vec::new()
    };
    let all: Vec<Loaded> = std::iter::once(loaded).chain(others).collect();
    match check::check(all, &datasets, &options.accepted, &options) {
        Ok(outcome) => shown(own, &name, outcome, datasets, &errors),
        Err(error) => unread(own, &error, datasets),
    }
}

fn load(path: &Path, bytes: Vec<u8>, datasets: &[Dataset], options: &Options) -> Result<Loaded> {
    let name = files::shown(path);
    let layout = check::layout_of(&name, datasets, options);
    let (document, format) = files::decode(&name, bytes, None, &layout)?;
    check::load(document, format, datasets, options)
}

/// The other tables of a dataset, in the folder of the file.
fn beside(own: &OpenText, held: &[OpenText], dataset: Option<&str>, with: (&[Dataset], &Options)) -> Vec<Loaded> {
    let folder = own.path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let here = own.path.file_name();
    let mut paths: Vec<PathBuf> = entries.flatten().map(|it| it.path()).filter(|it| it.is_file()).collect();
    paths.retain(|it| it.file_name() != here && it.extension() == own.path.extension());
    paths.sort();
    let mut loaded = Vec::new();
    let mut left = BYTES_MAX;
    for path in paths.into_iter().take(BESIDE_MAX) {
        let typed =
            held.iter().find(|it| it.path.file_name() == path.file_name() && it.path.parent() == own.path.parent());
        let size = std::fs::metadata(&path).map_or(usize::MAX, |it| usize::try_from(it.len()).unwrap_or(usize::MAX));
        if size > left {
            continue;
        }
        left -= size;
        let bytes = typed.map_or_else(|| std::fs::read(&path).ok(), |it| Some(it.text.as_bytes().to_vec()));
        let path = path.strip_prefix(".").unwrap_or(&path);
        let read = bytes.and_then(|it| load(path, it, with.0, with.1).ok());
        loaded.extend(read.filter(|it| it.input.dataset.as_deref() == dataset));
    }
    loaded
}

/// A draft: its numbers against each other, what was accepted, and the tables of its
/// folder that the editor holds.
fn draft(own: &OpenText, held: &[OpenText]) -> Checked {
    let (datasets, errors) = datasets(held);
    let options = options(&datasets);
    let name = files::shown(&own.path);
    let document = match crate::source::decode(&name, own.text.as_bytes().to_vec()) {
        Ok(it) => Arc::new(it),
        Err(error) => return unread(own, &error, datasets),
    };
    let is_table = |it: &&OpenText| {
        let ends = it.path.extension().is_some_and(|it| it == "csv" || it == "tsv");
        ends && it.path.parent() == own.path.parent() && it.text.len() <= BYTES_MAX
    };
    let tables: Vec<Loaded> = held
        .iter()
        .filter(is_table)
        .filter_map(|it| load(&it.path, it.text.as_bytes().to_vec(), &datasets, &options).ok())
        .collect();
    let draft = Draft { document, format: Format::Page, written: None };
    match check::article(&draft, &tables, &datasets, &options.accepted, &options) {
        Ok((_, outcome)) => shown(own, &name, outcome, datasets, &errors),
        Err(error) => unread(own, &error, datasets),
    }
}

fn unread(own: &OpenText, error: &Error, datasets: Vec<Dataset>) -> Checked {
    let lines = Lines::of(&own.text);
    let place = error.place().filter(|it| it.line > 0);
    let range = place.map_or(Range::default(), |it| lines.range(it.line, it.column, u32::MAX));
    let severity = Some(DiagnosticSeverity::ERROR);
    let diagnostic = Diagnostic { severity, message: words(error), ..of_program(range) };
    Checked { shown: vec![(diagnostic, None)], datasets, ..Checked::default() }
}

/// What is shown in a text: its findings, and the rule files that could not be read.
fn shown(own: &OpenText, name: &str, outcome: Outcome, datasets: Vec<Dataset>, errors: &[Error]) -> Checked {
    let lines = Lines::of(&own.text);
    let mut shown: Vec<(Diagnostic, Option<usize>)> = Vec::new();
    for error in errors {
        let file = error.place().map_or("a rule file", |it| it.file.as_str());
        let message = format!("{file} cannot be read, so its rules are not checked: {}", error.message());
        let severity = Some(DiagnosticSeverity::WARNING);
        shown.push((Diagnostic { severity, message, ..of_program(Range::default()) }, None));
    }
    for (at, it) in outcome.findings.iter().enumerate() {
        let is_here = it.places.first().is_none_or(|it| it.file == name);
        if is_here && it.status != Status::Waived && !OF_RUNS.contains(&it.kind) {
            shown.push((diagnostic(it, name, &lines), Some(at)));
        }
    }
    Checked { shown, outcome: Some(outcome), datasets }
}

fn diagnostic(it: &Finding, name: &str, lines: &Lines<'_>) -> Diagnostic {
    let place = it.places.first();
    let range = place.map_or(Range::default(), |it| lines.range(it.line, it.column_start, it.column_end));
    let severity = match it.severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Note => DiagnosticSeverity::INFORMATION,
    };
    let related = it.places.iter().skip(1).filter(|it| it.file == name && it.line > 0).filter_map(|it| {
        let range = lines.range(it.line, it.column_start, it.column_end);
        let location = Location { uri: uri(Path::new(&it.file))?, range };
        Some(DiagnosticRelatedInformation { location, message: it.text.clone() })
    });
    let related: Vec<DiagnosticRelatedInformation> = related.collect();
    Diagnostic {
        severity: Some(severity),
        code: Some(NumberOrString::String(it.rule.clone())),
        message: it.message.clone(),
        related_information: Some(related).filter(|it| !it.is_empty()),
        ..of_program(range)
    }
}

/// A place before all others.
pub(super) const START: Position = Position { line: 0, character: 0 };
