//! `crossfoot patch` and `crossfoot merge`: differences, applied and joined.

use std::io::Read;

use clap::Args;

use super::diff::How;
use super::sides::Opener;
use super::{Exit, Reading, output};
use crate::diff::{csv, merge, patch, plain};
use crate::error::{Error, ErrorKind, Result};
use crate::report::read_diff;

#[derive(Debug, Args)]
pub(super) struct PatchArgs {
    /// What the diff was made of: a file, folder, snapshot, or REV:path
    #[arg(value_name = "OLD")]
    old: String,
    /// The diff, as `crossfoot diff -o json` writes it; - is standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    diff: String,
    #[command(flatten)]
    reading: Reading,
    /// Where to write the new tables [default: standard output]
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 joined, 1 the sides conflict, 2 the run could not be done in full.")]
pub(super) struct MergeArgs {
    /// What both copies were made of
    base: String,
    /// One corrected copy
    a: String,
    /// The other
    b: String,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    how: How,
    /// Where to write the joined tables [default: standard output]
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<String>,
}

pub(super) fn run_patch(args: &PatchArgs) -> Result<()> {
    let unread =
        |it: std::io::Error| Error::new(ErrorKind::Unreadable, "could not be read").in_file(&args.diff).because(it);
    let (file, text) = if args.diff == "-" {
        let mut text = String::new();
        std::io::stdin().lock().read_to_string(&mut text).map_err(unread)?;
        ("<stdin>", text)
    } else {
        (args.diff.as_str(), std::fs::read_to_string(&args.diff).map_err(unread)?)
    };
    let diff = read_diff(file, &text)?;
    let (_, tables) = Opener::new(&args.reading)?.open(&args.old)?;
    let made = patch(&plain(&tables), &diff).map_err(|it| it.in_file(&args.old))?;
    output::put(args.output.as_deref(), csv(&made).as_bytes())
}

pub(super) fn run_merge(args: &MergeArgs) -> Result<Exit> {
    let opener = Opener::new(&args.reading)?;
    let [base, a, b] = [&args.base, &args.a, &args.b].map(|it| opener.open(it));
    let (base, a, b) = (base?.1, a?.1, b?.1);
    let merged = merge(&base, &a, &b, &args.how.options()?)?;
    output::put(args.output.as_deref(), csv(&merged.tables).as_bytes())?;
    for it in &merged.conflicts {
        let place = [Some(it.table.as_str()), it.row.as_deref(), it.column.as_deref()];
        let place: Vec<&str> = place.into_iter().flatten().collect();
        let said = |it: &Option<String>| it.clone().unwrap_or_else(|| "nothing".to_owned());
        let (was, one, other) = (said(&it.base), said(&it.a), said(&it.b));
        let (a, b) = (&args.a, &args.b);
        output::warn(&format!("conflict at {}: {a} has {one}, {b} has {other}; {was} was kept", place.join(", ")));
    }
    Ok(if merged.conflicts.is_empty() { Exit::Clean } else { Exit::Findings })
}
