//! Two large files compared without holding them.

use std::path::Path;
use std::sync::Arc;

use super::files::Input;
use super::memory::Memory;
use super::opened::{Opened, Parts, Scales};
use super::sides::Reader;
use crate::diff::large::{Groups, Large, Limits};
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
    /// The decimals that its columns have by their types, where they have such.
    scales: Option<Scales>,
}

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
    let (Some(old), Some(new)) = (File::open(reader, names.0)?, File::open(reader, names.1)?) else {
        return Ok(None);
    };
    let read = |document: Document| {
        let name = document.name.clone();
        let sided = reader.document(&name, (Arc::new(document), Format::Delimited))?;
        Ok((sided.side, sided.tables))
    };
    // Of what is kept by columns nothing is printed.
    let is_text = old.scales.is_none() && new.scales.is_none();
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

impl File {
    fn open(reader: &Reader, name: &str) -> Result<Option<Self>> {
        let path = Path::new(name);
        // A form that is declared may be another than these are compared in.
        if name == "-" || !path.is_file() || reader.layout_of(name).is_of_form() {
            return Ok(None);
        }
        let opened = Opened::in_parts_from(&Input::File(path.to_owned()), LARGE_BYTES)?;
        if opened.large(reader.from()).is_none_or(crate::source::Parts::is_json) {
            return Ok(None);
        }
        #[cfg(feature = "parquet")]
        let Some((opened, scales)) = opened.into_lines()? else { return Ok(None) };
        #[cfg(not(feature = "parquet"))]
        let scales = None;
        let Some((name, parts)) = opened.into_large(reader.from()) else { return Ok(None) };
        let mut bytes = vec![0; SAMPLE_BYTES];
        let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&name).because(it);
        let read = parts.read_at(0, &mut bytes).map_err(unreadable)?;
        bytes.truncate(memchr::memrchr(b'\n', &bytes[..read]).map_or(0, |it| it + 1));
        let sample = String::from_utf8(bytes).ok().filter(|it| !it.is_empty());
        Ok(sample.map(|sample| Self { name, parts, sample, scales }))
    }

    fn large(&self) -> Large<'_> {
        let body = self.sample.find('\n').map_or(0, |it| it as u64 + 1);
        // A byte order mark is no part of the heading.
        let sample = self.sample.trim_start_matches('\u{feff}');
        Large { parts: &self.parts, name: &self.name, sample, body, scales: self.scales.as_deref() }
    }
}
