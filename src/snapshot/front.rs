//! The front matter of a snapshot, as it is written.

use std::ops::Range;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::{FORMAT_VERSION, Source};
use crate::check::{Replaced, Waiver};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Coverage, Document, Period};

/// What front matter says, checked.
pub(super) struct Front {
    pub(super) dataset: String,
    pub(super) period: Option<Period>,
    pub(super) coverage: Option<Coverage>,
    pub(super) known: Vec<String>,
    pub(super) sources: Vec<Source>,
    /// Each waiver, with its line.
    pub(super) waivers: Vec<(Waiver, u32)>,
    /// The figures that others took the place of.
    pub(super) replaced: Vec<Replaced>,
    /// The name and the number of rows of each table.
    pub(super) tables: Vec<(String, usize)>,
    /// The byte offset behind the front matter.
    pub(super) end: usize,
}

/// The only key that every version has.
#[derive(Deserialize)]
struct Head {
    crossfoot: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "crossfoot")]
    _version: i64,
    dataset: String,
    period: Option<Spanned<String>>,
    coverage: Option<WrittenCoverage>,
    #[serde(default)]
    known: Vec<String>,
    #[serde(default)]
    source: Vec<WrittenSource>,
    #[serde(default)]
    accepted: Vec<WrittenWaiver>,
    #[serde(default)]
    replaced: Vec<WrittenReplaced>,
    #[serde(default)]
    table: Vec<WrittenTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCoverage {
    days: u32,
    of: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    file: String,
    sha256: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWaiver {
    id: Spanned<String>,
    rule: String,
    place: String,
    figures: Vec<String>,
    reason: String,
    by: Option<String>,
    until: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReplaced {
    table: String,
    row: String,
    column: String,
    was: Spanned<String>,
    until: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    name: String,
    rows: usize,
}

const FENCE: &str = "+++\n";

/// Reads the front matter that a document starts with.
pub(super) fn read(document: &Document) -> Result<Front> {
    let Some(rest) = document.text.strip_prefix(FENCE) else {
        return Err(damaged(document, 0, "expected a snapshot, which begins with +++"));
    };
    let Some(length) = rest.find("\n+++\n") else {
        return Err(damaged(document, document.text.len(), "expected the front matter to end with +++, found the end"));
    };
    let text = &rest[..=length];
    check_version(document, text)?;
    let written: Written = parse(document, text)?;
    let place = |span: Range<usize>| FENCE.len() + span.start;
    let parsed = |it: &Spanned<String>| {
        let fault = || damaged(document, place(it.span()), format!("expected a period, found {:?}", it.get_ref()));
        Period::parse(it.get_ref()).ok_or_else(fault)
    };
    let period = written.period.as_ref().map(parsed);
    let replaced = |it: WrittenReplaced| {
        let (at, was) = (place(it.was.span()), it.was.into_inner());
        if !was.parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(damaged(document, at, format!("expected a figure, found {was:?}")));
        }
        Ok(Replaced { place: [it.table, it.row, it.column], was, until: parsed(&it.until)? })
    };
    let waiver = |it: WrittenWaiver| {
        let until = it.until.map(|it| {
            let fault = || damaged(document, place(it.span()), format!("expected a day, found {:?}", it.get_ref()));
            it.get_ref().parse::<Date>().map_err(|_| fault())
        });
        let line = line_of(document, place(it.id.span()));
        let (id, rule, place) = (it.id.into_inner(), it.rule, it.place);
        let (figures, reason, by, until) = (it.figures, it.reason, it.by, until.transpose()?);
        Ok((Waiver { id, rule, place, figures, reason, by, until }, line))
    };
    Ok(Front {
        dataset: written.dataset,
        period: period.transpose()?,
        coverage: written.coverage.map(|it| Coverage { days: it.days, of: it.of }),
        known: written.known,
        sources: written.source.into_iter().map(|it| Source { file: it.file, sha256: it.sha256 }).collect(),
        waivers: written.accepted.into_iter().map(waiver).collect::<Result<_>>()?,
        replaced: written.replaced.into_iter().map(replaced).collect::<Result<_>>()?,
        tables: written.table.into_iter().map(|it| (it.name, it.rows)).collect(),
        end: FENCE.len() + text.len() + FENCE.len(),
    })
}

/// Checks the version before all else: a newer file may have keys unknown here.
fn check_version(document: &Document, text: &str) -> Result<()> {
    let head: Head = parse(document, text)?;
    let (version, at) = (*head.crossfoot.get_ref(), FENCE.len() + head.crossfoot.span().start);
    if version == FORMAT_VERSION {
        return Ok(());
    }
    let position = document.position(u32::try_from(at).unwrap_or(0));
    let newer = version > FORMAT_VERSION;
    let message = if newer {
        format!("written by a newer crossfoot: its format is version {version}, this program reads {FORMAT_VERSION}")
    } else {
        format!("expected format version {FORMAT_VERSION}, found {version}")
    };
    let error = Error::new(ErrorKind::Unreadable, message).at(document.name.clone(), position.line, position.column);
    Err(if newer { error.hint("use a newer crossfoot") } else { error.hint(RESTORE) })
}

fn parse<T: DeserializeOwned>(document: &Document, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let at = FENCE.len() + error.span().map_or(0, |it| it.start);
        damaged(document, at, error.message().lines().collect::<Vec<_>>().join(", ").replace('`', "\""))
    })
}

fn line_of(document: &Document, at: usize) -> u32 {
    u32::try_from(at).map_or(0, |it| document.position(it).line)
}

/// How to mend a snapshot that is not whole.
pub(super) const RESTORE: &str = "restore it from version control, or remove it and accept the edition again";

/// An error for a snapshot that is not as it was written.
pub(super) fn damaged(document: &Document, at: usize, message: impl Into<String>) -> Error {
    let at = (0..=at.min(document.text.len())).rev().find(|&it| document.text.is_char_boundary(it)).unwrap_or(0);
    let position = document.position(u32::try_from(at).unwrap_or(0));
    Error::new(ErrorKind::Unreadable, message).at(document.name.clone(), position.line, position.column).hint(RESTORE)
}
