//! `crossfoot patch`: makes the new edition of the old one and a diff.

use std::path::Path;

use clap::Args;

use super::git::{self, Object};
use super::side::SideArgs;
use super::sides::Sided;
use super::{corrections, files, output};
use crate::diff::{self, Diff, Match};
use crate::error::{Error, ErrorKind, Result};
use crate::report::read_diff;
use crate::source::{self, Format, workbook};

#[derive(Debug, Args)]
#[command(
    after_help = "Text files (CSV, JSON, HTML, pages) are rebuilt byte for byte. An XLSX workbook becomes a copy in \
    which only the changed cells are edited. Other workbooks, Parquet files and workbooks with added or removed rows \
    are written as CSV."
)]
pub(super) struct PatchArgs {
    /// The old edition of the diff: a file, folder, snapshot, REV:path, or -
    #[arg(value_name = "OLD")]
    old: String,
    /// The diff, as `crossfoot diff -o json` writes it [default: standard input]
    #[arg(long, value_name = "FILE")]
    diff: Option<String>,
    /// Instead of a diff, apply the corrections that `crossfoot review` noted to a copy
    #[arg(long, value_name = "FILE", conflicts_with = "diff", requires = "output")]
    corrections: Option<String>,
    #[command(flatten)]
    sides: SideArgs,
    /// Write to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
}

pub(super) fn run(args: &PatchArgs) -> Result<()> {
    let reader = args.sides.reader()?;
    output::spared(args.output.as_deref(), &[&args.old])?;
    let (old, diff) = if let Some(file) = &args.corrections {
        let old = reader.read(&args.old)?;
        let diff = corrections::of(file, &old)?;
        (old, diff)
    } else {
        let diff = diff_of(args)?;
        let mut old = reader.read(&args.old)?;
        let known = diff.tables.iter().filter(|it| it.match_kind != Match::OnlyNew);
        old.align(&known.map(|it| it.name.clone()).collect::<Vec<_>>());
        (old, diff)
    };
    let bytes = match book(args, &old, &diff).map_err(|it| it.in_file(&args.old))? {
        Some(bytes) => bytes,
        None => patched(&old, &diff).map_err(|it| it.in_file(&args.old))?,
    };
    output::put(args.output.as_deref(), &bytes)
}

/// The diff that is to be applied.
fn diff_of(args: &PatchArgs) -> Result<Diff> {
    let file = args.diff.as_deref().filter(|it| *it != "-");
    if file.is_none() && args.old == "-" {
        return Err(Error::new(ErrorKind::Usage, "OLD and the diff cannot both come from standard input")
            .hint("give the diff with --diff FILE"));
    }
    let name = file.unwrap_or("<stdin>");
    let bytes = file.map_or_else(files::stdin, std::fs::read);
    let bytes = bytes.map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name).because(it))?;
    read_diff(name, &bytes)
}

/// A copy of a workbook in which the changed cells hold something else; nothing
/// where it is no XLSX file, or rows or columns changed too.
fn book(args: &PatchArgs, old: &Sided, diff: &Diff) -> Result<Option<Vec<u8>>> {
    let Some(source) = old.source().filter(|it| it.format == Format::Workbook) else { return Ok(None) };
    let unread = |it| Error::new(ErrorKind::Unreadable, "could not be read").because(it);
    let bytes = match git::path_of(&args.old) {
        _ if args.old == "-" => return Ok(None),
        Some(_) if !Path::new(&args.old).exists() => match git::read(&args.old)? {
            Object::File(bytes) => bytes,
            Object::Folder(_) => return Ok(None),
        },
        _ => std::fs::read(&args.old).map_err(unread)?,
    };
    let cells = if workbook::can_copy(&bytes) { diff::cells_in_place(source, diff)? } else { None };
    let Some(cells) = cells else {
        let is_book = args.output.as_deref().is_some_and(|it| it.to_ascii_lowercase().ends_with(".xlsx"));
        if is_book {
            let error = Error::new(ErrorKind::Usage, "cannot be written as a workbook: more than cell values changed");
            return Err(error.hint("write the tables as CSV, as with -o new.csv"));
        }
        return Ok(None);
    };
    let copy = workbook::copy(&bytes, &cells)?;
    if !copy.formulas_lost.is_empty() {
        let lost = copy.formulas_lost.join(", ");
        output::aside(&format!("note: these cells now hold a value instead of a formula: {lost}\n"));
    }
    Ok(Some(copy.bytes))
}

/// The bytes of the new edition: in the old file's own form where that is
/// text, else its tables as CSV.
fn patched(old: &Sided, diff: &Diff) -> Result<Vec<u8>> {
    let source = old.source();
    let made = source.map_or(Ok(None), |it| diff::patch_in_place(it, diff))?;
    let text = match (source, made, &diff.print) {
        (_, Some(made), None) => made,
        (_, Some(made), Some(print)) => print.applied(&made).unwrap_or_else(|| {
            output::aside(
                "note: titles, notes and quotes stay as they are in this file, because the diff was made from another \
                 file\n",
            );
            made
        }),
        (Some(it), None, Some(print)) => print.applied(&it.document.text).ok_or_else(|| {
            Error::new(ErrorKind::Usage, "this file does not match the one the diff was made from")
                .hint("create the diff again from this file")
        })?,
        _ => return Ok(diff::csv(&diff::patch(&diff::plain(&old.tables), diff)?).into_bytes()),
    };
    let (encoding, mark) = match (&diff.print, source) {
        (Some(it), _) => (it.encoding.as_str(), it.byte_order_mark),
        (None, Some(it)) => (it.document.encoding, it.document.has_byte_order_mark),
        (None, None) => ("UTF-8", false),
    };
    encoded(&text, encoding, mark)
}

/// A text in the encoding that its file had.
pub(super) fn encoded(text: &str, encoding: &str, byte_order_mark: bool) -> Result<Vec<u8>> {
    source::encode(text, encoding, byte_order_mark).ok_or_else(|| {
        Error::new(ErrorKind::Output, format!("a character cannot be written in {encoding}"))
            .hint("save the old file as UTF-8 and create the diff again")
    })
}
