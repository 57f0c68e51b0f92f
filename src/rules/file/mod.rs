//! Reads rule files: TOML to a [`Dataset`] with compiled rules.
//!
//! The serde structs of `written.rs` are the one source of what may be
//! written, and of the JSON Schema that editors check it with. Everything
//! that does not fit is an [`Error`] with file, line and
//! column, never a finding and never a pass.

mod calendar;
mod extends;
mod fault;
mod forms;
mod pins;
mod recover;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod written;

use std::ops::Range;

use globset::Glob;

use super::expression::{VariableText, Variables};
use super::{At, Dataset, PeriodSource};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::history::Calendar;
use crate::table::{Cadence, NumberStyle};
pub use extends::stands_alone;
pub(crate) use fault::Places;
pub(crate) use forms::{InOrder, WordOr};
pub(crate) use recover::stanza_at;
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
    let (places, file, errors) = extends::read(path, text, read)?;
    let mut faults = Faults(errors);
    // Where a key was left out that could not be read, it may have been this one.
    let is_whole = faults.0.is_empty();
    let dataset = faults.take(dataset_name(&places, &file, is_whole));
    faults.take(check_locale(&places, file.locale.as_ref()));
    faults.take(check_patterns(&places, &file.files));
    let (tables, found) = tables::declare(&places, &file, is_whole);
    let are_tables_whole = found.is_empty() && !tables.is_empty();
    faults.0.extend(found);
    let (variables, found) = read_variables(&places, &file.variables);
    faults.0.extend(found);
    let cadence = file.cadence.map(|it| read_cadence(&places, it)).transpose();
    let cadence = faults.take(cadence).flatten();
    let period = file.period.as_ref();
    let marks_end = faults.take(period.map(|it| read_marks(&places, it, cadence)).transpose()).flatten();
    let calendar = faults.take(calendar::read(&places, cadence, file.calendar.as_ref(), &file.events));
    // What names a table or a column is judged by what is declared, where that is known.
    let (mut rules, mut pins, mut aliases, mut source) = (Vec::new(), Vec::new(), Vec::new(), None);
    if are_tables_whole {
        let folder = Folder { places: &places, first: path, read };
        let (compiled, found) = rules::compile(&folder, &file.rules, (&tables, &variables));
        faults.0.extend(found);
        rules = compiled;
        source = faults.take(period.map(|it| read_period(&places, it, &tables)).transpose()).flatten();
        let article = file.article.map(|it| read_aliases(&places, it, &tables)).transpose();
        aliases = faults.take(article).flatten().unwrap_or_default();
        pins = faults.take(pins::read(&places, &file.pins, &tables)).unwrap_or_default();
    }
    faults.none()?;
    Ok(Dataset {
        unclaimed: file.unclaimed.map(Severity::from),
        follows: file.follows.map(Severity::from),
        reads: Vec::new(),
        name: dataset.unwrap_or_default(),
        title: file.title,
        publisher: file.publisher,
        cadence,
        calendar: calendar.unwrap_or(Calendar::WEEKS),
        period: source,
        marks_end: marks_end.unwrap_or(false),
        files: file.files.into_iter().map(At::into_inner).collect(),
        locale: file.locale.map(At::into_inner),
        aliases,
        pins,
        tables,
        rules,
        path: path.into(),
    })
}

/// What is wrong with a rule file, gathered while it is read.
struct Faults(Vec<Error>);

impl Faults {
    /// The value, or nothing where it is at fault.
    fn take<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|it| self.0.push(it)).ok()
    }

    /// All faults as one error.
    fn none(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(recover::together(self.0)) }
    }
}

/// Where the files stand that rules name: beside the rule file that names them.
struct Folder<'a> {
    places: &'a Places,
    /// The rule file that was asked for.
    first: &'a str,
    read: &'a dyn Fn(&str) -> Result<Vec<u8>>,
}

impl Folder<'_> {
    /// Reads a file that is named at a span.
    fn read_from(&self, span: &Range<usize>, name: &str) -> Result<Vec<u8>> {
        let folder = |it: &'_ str| it.rsplit_once('/').map_or(String::new(), |it| it.0.to_owned());
        let (own, first) = (folder(self.places.file(span)), folder(self.first));
        match own.strip_prefix(&first) {
            _ if own == first => (self.read)(name),
            // A folder within is reached from here, and others by their whole way.
            Some(below) if first.is_empty() || below.starts_with('/') => {
                (self.read)(&extends::join(below.trim_start_matches('/'), name))
            }
            _ => (self.read)(&extends::join(&extends::way(&first, &own), name)),
        }
    }
}

/// The variables of a rule file, and what is wrong with them.
fn read_variables(places: &Places, written: &InOrder<At<VariableText>>) -> (Variables, Vec<Error>) {
    let declared: Vec<(&str, &str)> = written.0.iter().map(|it| (it.0.get().as_str(), it.1.0.as_str())).collect();
    let is_word = |it: &str| it.chars().all(|it| it.is_alphanumeric() || it == '_') && !it.is_empty();
    let unfit = written.0.iter().filter(|it| !is_word(it.0.get())).map(|(name, _)| {
        let message = format!("{:?} is not a variable name: use letters, digits and _", name.get());
        places.fault(name.span(), message)
    });
    let (variables, found) = Variables::read(&declared);
    let faulty = found.into_iter().map(|(at, error)| {
        let (name, value) = &written.0[at];
        let named = Error::new(error.kind(), format!("variable {:?}: {error}", name.get()));
        places.put(value.span(), if let Some(hint) = error.hint_text() { named.hint(hint) } else { named })
    });
    (variables, unfit.chain(faulty).collect())
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

/// Checks the version before all else: a newer file may have keys unknown here.
fn check_version(places: &Places, start: usize, text: &str) -> Result<()> {
    let head: Head = places.parse_from(start, text)?;
    let Some(version) = head.crossfoot else {
        return Err(places
            .fault(start..start, "missing key \"crossfoot\"")
            .hint(format!("start the file with crossfoot = {FORMAT_VERSION}")));
    };
    let found = *version;
    if found == FORMAT_VERSION {
        return Ok(());
    }
    let message = format!("this rule file has format version {found}; this crossfoot reads version {FORMAT_VERSION}");
    let error = places.fault(version.span(), message);
    Err(if found > FORMAT_VERSION { error.hint("install a newer crossfoot") } else { error })
}

/// The dataset's name, which names a folder of snapshots too.
fn dataset_name(places: &Places, file: &RuleFile, is_whole: bool) -> Result<String> {
    let Some(name) = &file.dataset else {
        if !is_whole {
            return Ok(String::new());
        }
        return Err(places.fault(0..0, "missing key \"dataset\""));
    };
    let unfit = |it: char| it.is_control() || matches!(it, '/' | '\\' | ':');
    if name.trim().is_empty() {
        return Err(places.fault(name.span(), "the dataset has an empty name"));
    }
    if name.starts_with('.') || name.contains(unfit) {
        let message = format!("dataset {name:?} is not a valid folder name, which its snapshots need");
        return Err(places.fault(name.span(), message));
    }
    Ok(name.get().clone())
}

fn check_locale(places: &Places, locale: Option<&At<String>>) -> Result<()> {
    match locale {
        Some(it) if NumberStyle::of_locale(it).is_none() => {
            Err(places.fault(it.span(), format!("unknown locale {:?}", it.get())))
        }
        _ => Ok(()),
    }
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
        WordOr::Table(it) if it.days == 0 => Err(places.fault(span, "a period needs at least 1 day")),
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
        let error = places.fault(marks.span(), "without a cadence, the length of a period is unknown");
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
        _ => Err(places.fault(period.span(), "a period needs exactly one of filename and column")),
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
            format!("{format:?} has no year")
        }
        Ok(_) => return Ok(()),
    };
    Err(places.fault(span, fault).hint("write dates like %Y-%m-%d"))
}

/// An error of a rule file without a place yet.
fn fault(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Rules, message)
}
