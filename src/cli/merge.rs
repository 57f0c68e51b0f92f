//! `crossfoot merge`: joins two corrected copies of one edition.

use std::io::Write;

use clap::Args;

use super::sides::{Reader, SideArgs, one_stdin};
use super::{Color, Exit, output};
use crate::diff::{self, Conflict, Options};
use crate::error::Result;

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 joined, 1 joined but for the conflicts that are listed, 2 could not be joined.")]
pub(super) struct MergeArgs {
    /// The edition that both copies started from
    #[arg(value_name = "BASE")]
    base: String,
    /// One corrected copy
    #[arg(value_name = "A")]
    a: String,
    /// The other corrected copy
    #[arg(value_name = "B")]
    b: String,
    #[command(flatten)]
    sides: SideArgs,
    /// The columns that name a row [default: as declared, else inferred]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    key: Vec<String>,
    /// Write to this file [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<String>,
}

pub(super) fn run(args: &MergeArgs, color: Color) -> Result<Exit> {
    let names = [args.base.as_str(), args.a.as_str(), args.b.as_str()];
    one_stdin(&names)?;
    output::spared(args.output.as_deref(), &names)?;
    let reader = Reader::new(&args.sides)?;
    let base = reader.read(&args.base)?;
    let (mut a, mut b) = (reader.read(&args.a)?, reader.read(&args.b)?);
    a.align(&base.names());
    b.align(&base.names());
    let options = Options { key: args.key.clone(), ..Options::default() };
    let merged = diff::merge(&base.tables, &a.tables, &b.tables, &options)?;
    output::put(args.output.as_deref(), diff::csv(&merged.tables).as_bytes())?;
    if merged.conflicts.is_empty() {
        return Ok(Exit::Clean);
    }
    let style = output::alarm(color);
    let mut out = std::io::stderr().lock();
    for conflict in &merged.conflicts {
        // A closed standard error leaves nobody to tell.
        drop(writeln!(out, "{style}conflict{style:#}: {}", said(conflict)));
    }
    drop(writeln!(out, "  hint: the values of BASE stand in their places; correct them, or one of the copies"));
    Ok(Exit::Findings)
}

/// `crimes, Robbery, total: base 314, A 298, B 300`.
fn said(it: &Conflict) -> String {
    let place: Vec<&str> =
        [Some(&it.table), it.row.as_ref(), it.column.as_ref()].into_iter().flatten().map(String::as_str).collect();
    let value = |it: &Option<String>| match it.as_deref() {
        None => "not there".to_owned(),
        Some("") => "empty".to_owned(),
        Some(text) => text.to_owned(),
    };
    format!("{}: base {}, A {}, B {}", place.join(", "), value(&it.base), value(&it.a), value(&it.b))
}
