//! Finds and reads input files: paths, folders, patterns, standard input.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::GlobBuilder;
use ignore::WalkBuilder;

use super::database::Address;
use super::pdf;
use crate::error::{Error, ErrorKind, Result};
use crate::source::{self, Decoding, Format, Frame};
use crate::table::{Document, Layout, Quote};

/// An input to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// A table of a database.
    Table(Address),
    /// A table in memory.
    Frame(Frame),
}

const DELIMITED: [&str; 5] = ["csv", "tsv", "tab", "psv", "ssv"];
/// Read where they are named: folders hold many that are no tables.
const JSON: [&str; 3] = ["json", "ndjson", "jsonl"];
const HTML: [&str; 3] = ["html", "htm", "xhtml"];
const TEXT: [&str; 2] = ["txt", "text"];
const WORKBOOK: [&str; 6] = ["xlsx", "xlsm", "xlsb", "xls", "ods", "docx"];

/// Tables that are kept column by column.
const COLUMNS: [&str; 4] = ["parquet", "arrow", "arrows", "feather"];
/// Formats that hold tables and are not read by this build: a folder that
/// has one cannot be checked in full.
const UNREAD: &[&str] = if cfg!(feature = "parquet") { &[] } else { &COLUMNS };

/// Finds the files that paths, folders and patterns name: each once, sorted.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] for a path that is not there, a pattern that
/// matches nothing, or a folder without a file to read.
pub fn collect(paths: &[String]) -> Result<Vec<Input>> {
    collect_but(paths, &[])
}

/// Finds the files that paths, folders and patterns name, but for those left
/// out: in a folder and by a pattern they are no inputs.
pub(crate) fn collect_but(paths: &[String], left_out: &[PathBuf]) -> Result<Vec<Input>> {
    let is_input = |it: &PathBuf| left_out.is_empty() || !it.canonicalize().is_ok_and(|it| left_out.contains(&it));
    let mut inputs = Vec::new();
    for path in paths {
        if let Some(address) = Address::of(path)? {
            inputs.push(Input::Table(address));
            continue;
        }
        let native = native(path);
        let file = native.as_path();
        if path == "-" {
            inputs.push(Input::Stdin);
        } else if file.is_dir() {
            inputs.extend(folder(file)?.into_iter().filter(is_input).map(Input::File));
        } else if file.exists() {
            inputs.push(Input::File(file.to_owned()));
        } else if path.contains(['*', '?', '[', '{']) {
            inputs.extend(pattern(path)?.into_iter().filter(is_input).map(Input::File));
        } else {
            return Err(missing(path));
        }
    }
    inputs.sort();
    inputs.dedup();
    Ok(inputs)
}

/// Bytes of an argument that are no UTF-8 go through the program as characters
/// that nobody uses, from this one on.
const RAW: u32 = 0x10_ff00;

/// An argument as text, whatever its bytes are.
pub(crate) fn argument(it: &std::ffi::OsStr) -> String {
    let mut text = String::new();
    for chunk in it.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|it| char::from_u32(RAW + u32::from(*it))));
    }
    text
}

/// The path that an argument names.
#[cfg(unix)]
fn native(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    for it in text.chars() {
        match u8::try_from(u32::from(it).wrapping_sub(RAW)) {
            Ok(raw) => bytes.push(raw),
            Err(_) => bytes.extend_from_slice(it.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn native(text: &str) -> PathBuf {
    PathBuf::from(text)
}

fn missing(path: &str) -> Error {
    let error = Error::new(ErrorKind::NotFound, "no such file or folder").in_file(shown(Path::new(path)));
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    match crate::nearest::nearest(name, names.iter().map(String::as_str)) {
        Some(name) => error.hint(format!("the nearest name there is {name}")),
        None => error,
    }
}

fn folder(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in walk(path).build() {
        let entry = entry
            .map_err(|it| Error::new(ErrorKind::Unreadable, "could not be listed").in_file(shown(path)).because(it))?;
        let file = entry.into_path();
        let known = |list: &[&str]| extension(&file).is_some_and(|it| list.contains(&it.as_str()));
        if file.is_file() && known(UNREAD) {
            return Err(unread(&file));
        }
        if file.is_file() && is_read(&file.to_string_lossy()) {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::new(
            ErrorKind::NotFound,
            "expected tables in this folder (csv, tsv, txt, html, xlsx, ods), found none",
        )
        .in_file(shown(path)));
    }
    Ok(files)
}

/// The files of a folder by name, without those that `.gitignore` or
/// `.crossfootignore` leaves out.
fn walk(path: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(path);
    walk.sort_by_file_name(Ord::cmp).add_custom_ignore_filename(".crossfootignore");
    walk
}

fn pattern(text: &str) -> Result<Vec<PathBuf>> {
    let glob = GlobBuilder::new(text.trim_start_matches("./")).literal_separator(true).build();
    let glob = glob.map_err(|it| Error::new(ErrorKind::Usage, "expected a file pattern").in_file(text).because(it))?;
    let matcher = glob.compile_matcher();
    let fixed = text.split(['*', '?', '[', '{']).next().unwrap_or("");
    let base = fixed.rsplit_once('/').map_or(if fixed.starts_with('/') { "/" } else { "." }, |it| it.0);
    let base = if base.is_empty() { "/" } else { base };
    let files: Vec<PathBuf> = walk(base.as_ref())
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .map(|it| it.strip_prefix("./").map(Path::to_owned).unwrap_or(it))
        .filter(|it| it.is_file() && matcher.is_match(it))
        .collect();
    if files.is_empty() {
        return Err(Error::new(ErrorKind::NotFound, "the pattern matches no file")
            .in_file(text)
            .hint("a pattern that matches nothing is never a pass"));
    }
    Ok(files)
}

/// All of standard input.
pub(crate) fn stdin() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
}

/// Decodes bytes that stand under a name; `from` overrides how they are read, and
/// `layout` is what somebody says of them.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] if they cannot be decoded.
pub(crate) fn decode(
    name: &str,
    mut bytes: Vec<u8>,
    mut from: Option<Format>,
    layout: &Layout,
) -> Result<(Arc<Document>, Format)> {
    let extension = extension(Path::new(name)).unwrap_or_default();
    if from.is_none() && UNREAD.contains(&extension.as_str()) {
        return Err(unread(Path::new(name)));
    }
    if from.is_none_or(|it| it == Format::Page) && pdf::is_pdf(&bytes, extension == "pdf") {
        bytes = pdf::text(name, &bytes)?;
        from = Some(Format::Page);
    } else if from.is_none() && extension == "pdf" {
        return Err(Error::new(ErrorKind::Unreadable, "expected a PDF file because of its name, found something else")
            .in_file(name)
            .hint("the download may have failed; to read the file in another way, use --from"));
    }
    let document = source::decode_with(name, bytes, &Decoding { encoding: layout.encoding.clone() })?;
    // Only delimited text has delimiters, quotes and comments.
    let said = layout.delimiter.is_some() || layout.comment.is_some() || layout.quote != Quote::Detect;
    let delimited = DELIMITED.contains(&extension.as_str());
    let format = from.unwrap_or_else(|| match () {
        () if !document.sheets.is_empty() => Format::Workbook,
        () if delimited => Format::Delimited,
        () if said => Format::Delimited,
        () if HTML.contains(&extension.as_str()) => Format::Html,
        () if JSON.contains(&extension.as_str()) => Format::Json,
        () => Format::sniff(&document),
    });
    Ok((Arc::new(document), format))
}

/// Whether a large file can be read in parts, by its name: delimited text and
/// Parquet.
pub(crate) fn is_read_in_parts(name: &str) -> bool {
    let columns = |it: &str| it == "parquet" && !UNREAD.contains(&it);
    extension(Path::new(name)).is_some_and(|it| DELIMITED.contains(&it.as_str()) || columns(&it))
}

/// Whether a file is a workbook whose sheets are XML, by its name.
pub(crate) fn is_sheets(name: &str) -> bool {
    extension(Path::new(name)).is_some_and(|it| ["xlsx", "xlsm"].contains(&it.as_str()))
}

/// Whether a file is JSON, by its name.
pub(crate) fn is_json(name: &str) -> bool {
    extension(Path::new(name)).is_some_and(|it| JSON.contains(&it.as_str()))
}

/// Whether a file in a folder is read, by its name.
pub(crate) fn is_read(name: &str) -> bool {
    extension(Path::new(name)).is_some_and(|it| {
        [&DELIMITED[..], &HTML, &TEXT, &WORKBOOK, &COLUMNS].iter().any(|list| list.contains(&it.as_str()))
    })
}

fn unread(path: &Path) -> Error {
    let format = extension(path).unwrap_or_default();
    Error::new(ErrorKind::Unreadable, format!("this build cannot read {format} files"))
        .in_file(shown(path))
        .hint("build crossfoot with the feature parquet, save the table as CSV, or name the files to check one by one")
}

/// What the name of a file ends in, apart from what it is packed with.
fn extension(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    Path::new(source::unpacked(&name)).extension().map(|it| it.to_string_lossy().to_lowercase())
}

/// A path as it is shown: with forward slashes, and with marks for what would
/// speak to a terminal.
pub(crate) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.strip_prefix("./").map(str::to_owned).unwrap_or(text);
    if text.contains(char::is_control) { text.chars().map(visible).collect() } else { text }
}

/// A character, or the mark for a control character.
fn visible(it: char) -> char {
    match u32::from(it) {
        code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or(it),
        0x7f => '\u{2421}',
        _ if it.is_control() => char::REPLACEMENT_CHARACTER,
        _ => it,
    }
}
