//! Reads rule files: TOML to a [`Dataset`] with compiled rules.
//!
//! The serde structs of `written.rs` are the one source of what may be
//! written, and of the JSON Schema that editors check it with. Everything
//! that does not fit is an [`Error`] with file, line and
//! column, never a finding and never a pass.

mod calendar;
mod fault;
mod forms;
mod pins;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod written;

use std::ops::Range;

use globset::Glob;

use super::{At, Dataset, PeriodSource};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::table::{Cadence, NumberStyle};
pub(crate) use fault::Places;
pub(crate) use forms::{InOrder, WordOr};
pub use rules::RESERVED;
use written::{CadenceTable, Head, PeriodTable, RuleFile};

/// The version of the format that this program writes and the newest it reads.
///
/// Keys are only ever added within a version.
pub(super) const FORMAT_VERSION: i64 = 1;

/// Reads a rule file and compiles its rules.
///
/// `path` names the file in messages; `read` reads a file that a rule names,
/// relative to the rule file.
///
/// # Errors
///
/// [`ErrorKind::Rules`] for whatever the file does not say as it must, with
/// file, line, column and, where a name is near, a hint;
/// [`ErrorKind::Expression`] for an expression that cannot be compiled; and
/// what `read` fails with.
///
/// ```
/// let text = r#"
/// crossfoot = 1
/// dataset = "bakery"
///
/// [tables.sales]
/// key = ["item"]
/// columns = { item = "label", sold = "count" }
///
/// [[rules]]
/// name = "one-row-per-item"
/// unique = ["item"]
/// "#;
/// let dataset = crossfoot::rules::load("rules/bakery.toml", text, &|_| Ok(Vec::new()))?;
/// assert_eq!(dataset.tables[0].columns[1].name, "sold");
/// assert_eq!(dataset.rules[0].kind, "unique");
/// # Ok::<(), crossfoot::Error>(())
/// ```
pub fn load(path: &str, text: &str, read: &dyn Fn(&str) -> Result<Vec<u8>>) -> Result<Dataset> {
    let places = Places::new(path, text);
    check_version(&places, text)?;
    let (file, mut errors) = parse_rest(&places, text)?;
    check_dataset(&places, &file.dataset)?;
    if let Some(locale) = &file.locale
        && NumberStyle::of_locale(locale).is_none()
    {
        return Err(places.fault(locale.span(), format!("unknown locale {locale:?}")));
    }
    check_patterns(&places, &file.files)?;
    let tables = tables::declare(&places, &file)?;
    let (rules, found) = rules::compile(&places, &file.rules, &tables, read);
    errors.extend(found);
    if !errors.is_empty() {
        errors.sort_by_key(|it| it.place().map(|it| (it.line, it.column)));
        let first = errors.remove(0);
        return Err(first.with_others(errors));
    }
    let cadence = file.cadence.map(|it| read_cadence(&places, it)).transpose()?;
    let marks_end = file.period.as_ref().map(|it| read_marks(&places, it, cadence)).transpose()?.unwrap_or(false);
    let period = file.period.map(|it| read_period(&places, &it, &tables)).transpose()?;
    Ok(Dataset {
        unclaimed: file.unclaimed.map(Severity::from),
        follows: file.follows.map(Severity::from),
        reads: Vec::new(),
        name: file.dataset.into_inner(),
        title: file.title,
        publisher: file.publisher,
        cadence,
        calendar: calendar::read(&places, cadence, file.calendar.as_ref(), &file.events)?,
        period,
        marks_end,
        files: file.files.into_iter().map(At::into_inner).collect(),
        locale: file.locale.map(At::into_inner),
        aliases: file.article.map(|it| read_aliases(&places, it, &tables)).transpose()?.unwrap_or_default(),
        pins: pins::read(&places, &file.pins, &tables)?,
        tables,
        rules,
        path: path.into(),
    })
}

/// The JSON Schema of rule files, for editors.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(RuleFile);
    schema.insert("title".to_owned(), "crossfoot rule file".into());
    let mut schema = schema.to_value();
    // A derived schema cannot say that exactly one of some keys is there.
    let one_kind = super::kinds::all().iter().map(|it| serde_json::json!({ "required": [it.name] })).collect();
    schema["$defs"]["Rule"]["oneOf"] = serde_json::Value::Array(one_kind);
    schema
}

// A file with more faults than this is no rule file that was nearly right.
const FAULTS_MAX: usize = 50;

/// Parses a rule file; rules that cannot be read are left out, and told.
fn parse_rest(places: &Places, text: &str) -> Result<(RuleFile, Vec<Error>)> {
    let mut text = text.to_owned();
    let mut errors = Vec::new();
    loop {
        let error = match places.parse(&text) {
            Ok(file) => return Ok((file, errors)),
            Err(error) => error,
        };
        let stanza = error.place().and_then(|it| stanza_at(&text, it.line));
        let Some(stanza) = stanza.filter(|_| errors.len() < FAULTS_MAX) else {
            // What is wrong elsewhere leaves the rest in doubt.
            errors.push(error);
            errors.sort_by_key(|it: &Error| it.place().map(|it| (it.line, it.column)));
            let first = errors.remove(0);
            return Err(first.with_others(errors));
        };
        errors.push(error);
        // Blanks keep the place of what follows.
        let blank: String = text[stanza.clone()].bytes().map(|it| if it == b'\n' { '\n' } else { ' ' }).collect();
        text.replace_range(stanza, &blank);
    }
}

/// The rule that a line belongs to: from its heading to the next heading.
pub(crate) fn stanza_at(text: &str, line: u32) -> Option<Range<usize>> {
    let mut offset = 0;
    let mut start = None;
    for (number, it) in (1..).zip(text.split_inclusive('\n')) {
        let named = it.trim_start_matches(['[', ' ']).starts_with(char::is_alphabetic);
        // `[rules.sum]` is a part of the rule above it.
        let is_part = it.trim_start().starts_with("[rules.");
        if it.trim_start().starts_with('[') && it.trim_end().ends_with(']') && named && !is_part {
            if number > line {
                return start.map(|start| start..offset);
            }
            start = it.trim().eq("[[rules]]").then_some(offset);
        }
        offset += it.len();
    }
    start.map(|start| start..offset)
}

/// Checks the version before all else: a newer file may have keys unknown here.
fn check_version(places: &Places, text: &str) -> Result<()> {
    let head: Head = places.parse(text)?;
    let Some(version) = head.crossfoot else {
        return Err(places
            .fault(0..0, "missing key \"crossfoot\"")
            .hint(format!("begin the file with crossfoot = {FORMAT_VERSION}")));
    };
    let found = *version;
    if found == FORMAT_VERSION {
        return Ok(());
    }
    let message = format!("this rule file has format version {found}; this crossfoot reads version {FORMAT_VERSION}");
    let error = places.fault(version.span(), message);
    Err(if found > FORMAT_VERSION { error.hint("install a newer crossfoot") } else { error })
}

/// Checks the dataset's name, which names a folder of snapshots too.
fn check_dataset(places: &Places, name: &At<String>) -> Result<()> {
    let unfit = |it: char| it.is_control() || matches!(it, '/' | '\\' | ':');
    if name.trim().is_empty() {
        return Err(places.fault(name.span(), "the dataset has an empty name"));
    }
    if name.starts_with('.') || name.contains(unfit) {
        let message = format!("dataset {name:?} cannot name a folder: its snapshots are kept in one of that name");
        return Err(places.fault(name.span(), message));
    }
    Ok(())
}

/// Checks that every pattern of file names can be read.
fn check_patterns(places: &Places, patterns: &[At<String>]) -> Result<()> {
    for pattern in patterns {
        if let Err(cause) = Glob::new(pattern) {
            let message = format!("{:?} is not a file pattern: {}", pattern, cause.kind());
            return Err(places.fault(pattern.span(), message));
        }
    }
    Ok(())
}

/// Other words for labels: each label must be a row that some table lists,
/// where all tables list their rows.
fn read_aliases(
    places: &Places,
    article: written::ArticleTable,
    tables: &[crate::table::TableSchema],
) -> Result<Vec<(String, Vec<String>)>> {
    let listed = !tables.is_empty() && tables.iter().all(|it| !it.rows.is_empty());
    let mut aliases = Vec::new();
    for (label, words) in article.aliases.0 {
        let known = tables.iter().flat_map(|it| it.rows.iter().map(|it| it.name.as_str()));
        if listed && !known.clone().any(|it| it == label.get()) {
            return Err(places.unknown(label.span(), "row", label.get(), known));
        }
        if words.iter().any(|it| it.trim().is_empty()) {
            return Err(places.fault(label.span(), format!("an alias of {:?} is empty", label.get())));
        }
        aliases.push((label.into_inner(), words));
    }
    Ok(aliases)
}

fn read_cadence(places: &Places, cadence: At<WordOr<CadenceTable>>) -> Result<Cadence> {
    let span = cadence.span();
    match cadence.into_inner() {
        WordOr::Table(it) if it.days == 0 => Err(places.fault(span, "a period of 0 days has no end")),
        WordOr::Table(it) => Ok(Cadence::Days(it.days)),
        WordOr::Word(word) => {
            places.one_of(span, "cadence", &word, &Cadence::WORDS).map_err(|it| it.hint("or write { days = 7 }"))
        }
    }
}

/// Whether the date of a period is its last day.
fn read_marks(places: &Places, period: &At<PeriodTable>, cadence: Option<Cadence>) -> Result<bool> {
    let Some(marks) = &period.get().marks else { return Ok(false) };
    let is_end = places.one_of(marks.span(), "mark", marks, &[("start", false), ("end", true)])?;
    if cadence.is_none() {
        let error = places.fault(marks.span(), "without a cadence nothing tells how long a period is");
        return Err(error.hint("add cadence = \"weekly\""));
    }
    Ok(is_end)
}

fn read_period(
    places: &Places,
    period: &At<PeriodTable>,
    tables: &[crate::table::TableSchema],
) -> Result<PeriodSource> {
    let PeriodTable { filename, column, .. } = period.get();
    match (filename, column) {
        (Some(format), None) => {
            check_format(places, format.span(), format)?;
            Ok(PeriodSource::Filename(format.get().clone()))
        }
        (None, Some(column)) => {
            let columns = || tables.iter().flat_map(|it| &it.columns).map(|it| it.name.as_str());
            if columns().all(|it| it != column.get()) {
                return Err(places.unknown(column.span(), "column", column, columns()));
            }
            Ok(PeriodSource::Column(column.get().clone()))
        }
        _ => Err(places.fault(period.span(), "a period has exactly one of filename and column")),
    }
}

/// Checks that a date format is one, by printing a day with it and reading it back.
fn check_format(places: &Places, span: Range<usize>, format: &str) -> Result<()> {
    use jiff::fmt::strtime;
    let moment = jiff::civil::date(2005, 3, 8).at(17, 30, 0, 0);
    let printed = strtime::format(format, moment);
    let read = printed.and_then(|it| strtime::parse(format, it));
    let fault = match read {
        Err(cause) => format!("{format:?} is not a date format: {cause}"),
        Ok(it) if it.year().is_none() && it.iso_week_year().is_none() => {
            format!("{format:?} names no year")
        }
        Ok(_) => return Ok(()),
    };
    Err(places.fault(span, fault).hint("dates are written as in %Y-%m-%d"))
}

/// An error of a rule file without a place yet.
fn fault(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Rules, message)
}
