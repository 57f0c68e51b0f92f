//! `crossfoot merge`: joins two corrected copies of one edition.

use std::io::Write;

use clap::Args;

use super::side::SideArgs;
use super::sides::{Reader, Sided, one_stdin};
use super::{Color, Exit, output, patch};
use crate::diff::{self, Conflict, Options};
use crate::error::{Error, ErrorKind, Result};

#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 merged, 1 merged except for the conflicts listed, 2 could not be merged.\nCSV files \
     keep every byte that neither copy changed. For other formats, the tables are written as CSV if both copies \
     changed."
)]
pub(super) struct MergeArgs {
    /// The edition that both copies are based on
    #[arg(value_name = "BASE")]
    base: String,
    /// One corrected copy
    #[arg(value_name = "A")]
    a: String,
    /// The other corrected copy
    #[arg(value_name = "B")]
    b: String,
    /// The path of the merged file in git
    #[arg(hide = true, requires = "git_driver")]
    path: Option<String>,
    #[command(flatten)]
    sides: SideArgs,
    /// The columns that name a row [default: as declared, else inferred]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    key: Vec<String>,
    /// Write to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
    /// Merge for git: the result goes to A
    /// Run these two lines once, and `git merge` merges tables this way:
    ///
    ///   git config merge.crossfoot.driver "crossfoot merge --git-driver %O %A %B %P"
    ///   echo "*.csv merge=crossfoot" >> .gitattributes
    #[arg(long, verbatim_doc_comment, conflicts_with = "output")]
    git_driver: bool,
}

pub(super) fn run(args: &MergeArgs, color: Color) -> Result<Exit> {
    let names = [args.base.as_str(), args.a.as_str(), args.b.as_str()];
    one_stdin(&names)?;
    output::spared(args.output.as_deref(), &names)?;
    let reader = args.sides.reader()?;
    let read = |name: &str| if args.git_driver { driven(&reader, args, name) } else { reader.read(name) };
    let base = read(&args.base)?;
    let (mut a, mut b) = (read(&args.a)?, read(&args.b)?);
    a.align(&base.names());
    b.align(&base.names());
    let values_only = base.is_snapshot || a.is_snapshot || b.is_snapshot;
    let options = Options { key: args.key.clone(), values_only, ..Options::default() };
    let marks = if args.git_driver { ("ours", "theirs") } else { (names[1], names[2]) };
    let sources = base.source().zip(a.source().zip(b.source()));
    let joined = sources.map_or(Ok(None), |(base, (a, b))| diff::merge_in_place(base, [a, b], marks, &options))?;
    let target = if args.git_driver { Some(args.a.as_str()) } else { args.output.as_deref() };
    let (conflicts, is_marked) = if let Some(joined) = joined {
        let of = if joined.is_of_second { &b } else { &a };
        let (encoding, mark) =
            of.source().map_or(("UTF-8", false), |it| (it.document.encoding, it.document.has_byte_order_mark));
        output::put(target, &patch::encoded(&joined.text, encoding, mark)?)?;
        (joined.conflicts, true)
    } else if args.git_driver {
        // Git keeps our version, and tells of a conflict: nothing is lost.
        let message = "cannot be merged cell by cell: both sides changed its columns or the order of its rows";
        return Err(Error::new(ErrorKind::Usage, message)
            .in_file(args.path.as_deref().unwrap_or(names[1]))
            .hint("our version is kept; add the changes of theirs by hand"));
    } else {
        let merged = diff::merge(&base.tables, &a.tables, &b.tables, &options)?;
        output::put(target, diff::csv(&merged.tables).as_bytes())?;
        (merged.conflicts, false)
    };
    Ok(list(&conflicts, is_marked, color))
}

/// Reads one of the files that git made, under the path that it stands for.
fn driven(reader: &Reader, args: &MergeArgs, file: &str) -> Result<Sided> {
    let unreadable = |it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(file).because(it);
    let bytes = std::fs::read(file).map_err(unreadable)?;
    reader.bytes(args.path.as_deref().unwrap_or("merged.csv"), bytes)
}

/// Lists conflicts on standard error.
fn list(conflicts: &[Conflict], is_marked: bool, color: Color) -> Exit {
    if conflicts.is_empty() {
        return Exit::Clean;
    }
    let style = output::alarm(color);
    let mut out = std::io::stderr().lock();
    for conflict in conflicts {
        // A closed standard error leaves nobody to tell.
        drop(writeln!(out, "{style}conflict{style:#}: {}", said(conflict)));
    }
    let hint = if is_marked {
        "both versions are between <<<<<<< and >>>>>>>; keep one of them and delete the markers"
    } else {
        "these cells keep the values of BASE; correct them, or correct one of the copies"
    };
    drop(writeln!(out, "  hint: {hint}"));
    Exit::Findings
}

/// `crimes, Robbery, total: base 314, A 298, B 300`.
fn said(it: &Conflict) -> String {
    let place: Vec<&str> =
        [Some(&it.table), it.row.as_ref(), it.column.as_ref()].into_iter().flatten().map(String::as_str).collect();
    let value = |it: &Option<String>| match it.as_deref() {
        None => "missing".to_owned(),
        Some("") => "empty".to_owned(),
        Some(text) => text.to_owned(),
    };
    format!("{}: base {}, A {}, B {}", place.join(", "), value(&it.base), value(&it.a), value(&it.b))
}
