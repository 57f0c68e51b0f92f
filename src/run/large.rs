//! Two large files compared without holding them.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::files::Input;
use super::memory::Memory;
use super::opened::{OfColumns, Opened, Parts};
use super::sides::Reader;
#[cfg(feature = "parquet")]
use crate::diff::large::{CellMarks, runs};
use crate::diff::large::{Groups, Keys, Large, LeftOut, Limits};
use crate::diff::{Diff, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::source::{Format, Parts as _};
use crate::table::Document;

/// So much of a file tells its form.
const SAMPLE_BYTES: usize = 1 << 18;
/// Files from this size on are compared in parts, where their form allows it.
const LARGE_BYTES: u64 = 1 << 20;
/// Below this size a diff for `patch` also keeps what is only printed otherwise.
const WHOLE_BYTES: u64 = 16 << 20;

/// One of the two files.
struct File {
    name: String,
    parts: Parts,
    /// Its start, up to the end of a line.
    sample: String,
    /// Where it is kept by columns, what it is, and what its text does not tell.
    of_columns: Option<(Opened, OfColumns)>,
    /// Where it is text beside a file kept by columns, rows that are not looked at.
    left_out: Vec<LeftOut>,
    /// What tells its cells from those of the other, where only one of them is kept by columns.
    #[cfg(feature = "parquet")]
    cell_marks: Option<CellMarks>,
}

/// Some rows of a file.
#[cfg(feature = "parquet")]
type Rows = Vec<Range<usize>>;

/// Compares two files in parts, where their form allows it; `each` is told of
/// what differs in each part, and may take the changes. A patch of files that
/// are not very large is one of all bytes.
///
/// # Errors
///
/// As for small files, and where a file becomes shorter while it is read.
pub(crate) fn differ(
    reader: &Reader,
    names: (&str, &str),
    options: &Options,
    (memory, is_patch): (Option<Memory>, bool),
    each: &mut dyn FnMut(&mut Diff) -> Result<()>,
) -> Result<Option<Diff>> {
    let (Some(old), Some(new)) = (open(reader, names.0)?, open(reader, names.1)?) else {
        return Ok(None);
    };
    let Some((old, new)) = files(reader, (old, new), Memory::or_usual(memory))? else { return Ok(None) };
    let read = |document: Document| {
        let name = document.name.clone();
        let sided = reader.document(&name, (Arc::new(document), Format::Delimited))?;
        Ok((sided.side, sided.tables))
    };
    // Of what is kept by columns nothing is printed.
    let is_text = old.of_columns.is_none() && new.of_columns.is_none();
    let is_patch = is_patch && is_text && old.parts.size().max(new.parts.size()) < WHOLE_BYTES;
    let limits =
        Limits { memory: Memory::or_usual(memory), block: Limits::BLOCK_BYTES, is_patch, narrow: Limits::NARROW };
    let Some(mut groups) = Groups::of(old.large(), new.large(), options, limits, &read)? else { return Ok(None) };
    let count = groups.count();
    let mut part = |it| {
        let mut diff = groups.diff(it)?;
        each(&mut diff)?;
        Ok(diff)
    };
    let diffs: Vec<Diff> = (0..count).map(&mut part).collect::<Result<_>>()?;
    let joined = groups.joined(diffs);
    Ok(joined.filter(|it| !is_patch || it.print.is_some()))
}

/// A file that may be compared in parts.
fn open(reader: &Reader, name: &str) -> Result<Option<Opened>> {
    let path = Path::new(name);
    // A form that is declared may be another than these are compared in.
    if name == "-" || !path.is_file() || reader.layout_of(name).is_of_form() {
        return Ok(None);
    }
    let opened = Opened::in_parts_from(&Input::File(path.to_owned()), LARGE_BYTES)?;
    let is_fit = opened.large(reader.from()).is_some_and(|it| !crate::source::Parts::is_json(it));
    Ok(is_fit.then_some(opened))
}

/// Both files as text, without rows that both have, where they are kept by columns.
#[cfg(feature = "parquet")]
fn files(reader: &Reader, (old, new): (Opened, Opened), memory: u64) -> Result<Option<(File, File)>> {
    let is_of_columns = (old.columns()?.is_some(), new.columns()?.is_some());
    let (old, new) = match is_of_columns {
        (true, false) => return Ok(mixed(reader, (new, old), memory)?.map(|(new, old)| (old, new))),
        (false, true) => return mixed(reader, (old, new), memory),
        _ => (old, new),
    };
    let runs = old.runs(&new, (SAMPLE_BYTES, memory))?;
    let (old_rows, new_rows): (Rows, Rows) =
        runs.iter().map(|it| (it.old..it.old + it.rows, it.new..it.new + it.rows)).unzip();
    Ok(File::of(reader, old, &old_rows)?.zip(File::of(reader, new, &new_rows)?))
}

#[cfg(not(feature = "parquet"))]
fn files(reader: &Reader, (old, new): (Opened, Opened), _memory: u64) -> Result<Option<(File, File)>> {
    Ok(File::of(reader, old, &[])?.zip(File::of(reader, new, &[])?))
}

/// A file of text, and one that is kept by columns.
#[cfg(feature = "parquet")]
fn mixed(reader: &Reader, (text, columns): (Opened, Opened), memory: u64) -> Result<Option<(File, File)>> {
    let Some(mut text) = File::of(reader, text, &[])? else { return Ok(None) };
    let found = text.runs_beside(&columns, memory)?;
    let (cell_marks, left_out, rows) = found.map_or((None, Vec::new(), Rows::new()), |it| (Some(it.0), it.1, it.2));
    let Some(mut columns) = File::of(reader, columns, &rows)? else { return Ok(None) };
    text.left_out = left_out;
    (text.cell_marks, columns.cell_marks) = (cell_marks.clone(), cell_marks);
    Ok(Some((text, columns)))
}

impl File {
    /// Its text, without some of its rows where it is kept by columns.
    fn of(reader: &Reader, opened: Opened, left_out: &[Range<usize>]) -> Result<Option<Self>> {
        #[cfg(feature = "parquet")]
        if opened.columns()?.is_some() {
            let Some((parts, of_columns)) = opened.printed(left_out)? else { return Ok(None) };
            return Self::sampled(opened.name.clone(), parts, Some((opened, of_columns)));
        }
        debug_assert!(left_out.is_empty(), "of text all rows are read");
        let Some((name, parts)) = opened.into_large(reader.from()) else { return Ok(None) };
        Self::sampled(name, parts, None)
    }

    fn sampled(name: String, parts: Parts, of_columns: Option<(Opened, OfColumns)>) -> Result<Option<Self>> {
        let mut bytes = vec![0; SAMPLE_BYTES];
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&name).because(it);
        let read = parts.read_at(0, &mut bytes).map_err(unreadable)?;
        bytes.truncate(memchr::memrchr(b'\n', &bytes[..read]).map_or(0, |it| it + 1));
        let sample = String::from_utf8(bytes).ok().filter(|it| !it.is_empty());
        Ok(sample.map(|sample| Self {
            name,
            parts,
            sample,
            of_columns,
            left_out: Vec::new(),
            #[cfg(feature = "parquet")]
            cell_marks: None,
        }))
    }

    /// What tells its rows from those of a file that is kept by columns, and those that both
    /// have in the same order: here, and there; none where that cannot be told.
    #[cfg(feature = "parquet")]
    fn runs_beside(&self, other: &Opened, memory: u64) -> Result<Option<(CellMarks, Vec<LeftOut>, Rows)>> {
        const ROW_BYTES: u64 = 32;
        let Some(columns) = other.columns()? else { return Ok(None) };
        let Some(cell_marks) = CellMarks::of(self.large(), &columns.names(), &columns.scales())? else {
            return Ok(None);
        };
        if columns.all_rows().saturating_mul(ROW_BYTES) > memory {
            return Ok(None);
        }
        let Some(own) = cell_marks.rows(self.large(), Limits::BLOCK_BYTES)? else { return Ok(None) };
        let all: Vec<usize> = (0..columns.width()).collect();
        let there = columns.text_marks_in(&all, &|column, text| cell_marks.mark(column, text))?;
        let first = columns.document(SAMPLE_BYTES)?.line_count().max(self.sample.lines().count());
        let runs = runs(&own.marks, &there, first);
        let left_out = own.left_out(runs.iter().map(|it| (it.old, it.rows)));
        Ok(Some((cell_marks, left_out, runs.iter().map(|it| it.new..it.new + it.rows).collect())))
    }

    fn large(&self) -> Large<'_> {
        let body = self.sample.find('\n').map_or(0, |it| it as u64 + 1);
        // A byte order mark is no part of the heading.
        let sample = self.sample.trim_start_matches('\u{feff}');
        let mut large = Large {
            parts: &self.parts,
            name: &self.name,
            sample,
            body,
            scales: None,
            left_out: &self.left_out,
            keys: None,
        };
        if let Some((_, it)) = &self.of_columns {
            (large.scales, large.left_out) = (Some(&it.scales[..]), &it.left_out[..]);
        }
        large.keys = (!large.left_out.is_empty()).then_some(self as &dyn Keys);
        large
    }
}

impl Keys for File {
    fn marks(&self, columns: &[usize]) -> Result<Vec<u64>> {
        #[cfg(feature = "parquet")]
        match (&self.of_columns, &self.cell_marks) {
            (Some((opened, _)), cell_marks) => {
                let Some(it) = opened.columns()? else { return Ok(Vec::new()) };
                return match cell_marks {
                    Some(cell_marks) => it.text_marks_in(columns, &|column, text| cell_marks.mark(column, text)),
                    None => it.marks_in(columns),
                };
            }
            (None, Some(cell_marks)) => return cell_marks.marks_in(self.large(), columns, Limits::BLOCK_BYTES),
            (None, None) => {}
        }
        unreachable!("of text no rows are left out, {columns:?}")
    }
}
