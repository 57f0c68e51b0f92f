//! `crossfoot patch`: makes the new edition of the old one and a diff.

use clap::Args;

use super::sides::{Reader, SideArgs};
use super::{files, output};
use crate::diff::{self, Match};
use crate::error::{Error, ErrorKind, Result};
use crate::report::read_diff;

#[derive(Debug, Args)]
pub(super) struct PatchArgs {
    /// The edition that the diff starts from: a file, folder, snapshot, REV:path, or -
    #[arg(value_name = "OLD")]
    old: String,
    /// The diff, as `crossfoot diff -o json` writes it [default: standard input]
    #[arg(long, value_name = "FILE")]
    diff: Option<String>,
    #[command(flatten)]
    sides: SideArgs,
    /// Write to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
}

pub(super) fn run(args: &PatchArgs) -> Result<()> {
    let file = args.diff.as_deref().filter(|it| *it != "-");
    if file.is_none() && args.old == "-" {
        return Err(Error::new(ErrorKind::Usage, "OLD and the diff cannot both come from standard input")
            .hint("give the diff with --diff FILE"));
    }
    let name = file.unwrap_or("<stdin>");
    let bytes = file.map_or_else(files::stdin, std::fs::read);
    let bytes = bytes.map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name).because(it))?;
    let diff = read_diff(name, &bytes)?;
    let mut old = Reader::new(&args.sides)?.read(&args.old)?;
    output::spared(args.output.as_deref(), &[&args.old])?;
    let known = diff.tables.iter().filter(|it| it.match_kind != Match::OnlyNew);
    old.align(&known.map(|it| it.name.clone()).collect::<Vec<_>>());
    let new = diff::patch(&diff::plain(&old.tables), &diff).map_err(|it| it.in_file(&args.old))?;
    output::put(args.output.as_deref(), diff::csv(&new).as_bytes())
}
