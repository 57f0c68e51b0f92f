//! `crossfoot diff`: one edition against another.

use clap::Args;

use super::sides::{Opened, Opener};
use super::{Color, Exit, Reading, output};
use crate::diff::{self, Diff, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::report::{DiffFormat, Look};
use crate::table::{NumberStyle, read_figure};

#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 nothing differs, 1 something does, 2 the run could not be done in full.")]
pub(super) struct DiffArgs {
    /// OLD and NEW: files, folders, snapshots, - for standard input, or REV:path of a git repository
    #[arg(value_name = "OLD NEW", required = true, num_args = 2..=9)]
    sides: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    how: How,
    /// Write differences as text, json, markdown or html, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// Only differences, no summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// List every change
    #[arg(short, long)]
    verbose: bool,
    /// Be git's diff driver for tables
    ///
    /// Two lines set it up, the second in .gitattributes:
    ///
    ///   git config diff.crossfoot.command "crossfoot diff --git-driver"
    ///   *.csv diff=crossfoot
    #[arg(long, verbatim_doc_comment)]
    git_driver: bool,
}

/// How tables are compared.
#[derive(Clone, Debug, Args)]
pub(super) struct How {
    /// The columns that name a row; repeatable, or with commas [default: the declared key, else inferred]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    key: Vec<String>,
    /// Differences up to so much are no change; repeatable
    #[arg(long, value_name = "COLUMN=NUMBER")]
    tolerance: Vec<String>,
}

pub(super) fn run(args: &DiffArgs, color: Color) -> Result<Exit> {
    let opener = Opener::new(&args.reading)?;
    let options = args.how.options()?;
    if args.git_driver {
        return drive(args, &opener, &options, color);
    }
    let [old, new] = args.sides.as_slice() else {
        let message = format!("expected two sides, OLD and NEW, found {}", args.sides.len());
        return Err(Error::new(ErrorKind::Usage, message));
    };
    let diff = compare(opener.open(old)?, opener.open(new)?, &options)?;
    for (format, file) in targets(&args.outputs)? {
        let look = look(args, file.is_none() && output::colored(color));
        let mut bytes = Vec::new();
        let written = format.write(&diff, look, &mut bytes);
        written.map_err(|it| output::unwritten(file.as_deref().unwrap_or("<stdout>"), it))?;
        output::put(file.as_deref(), &bytes)?;
    }
    Ok(if diff.is_empty() { Exit::Clean } else { Exit::Findings })
}

fn compare(old: Opened, new: Opened, options: &Options) -> Result<Diff> {
    diff::diff((old.0, &old.1), (new.0, &new.1), options)
}

fn look(args: &DiffArgs, color: bool) -> Look {
    Look { color, quiet: args.quiet, verbose: args.verbose, width: output::width() }
}

/// Answers git, which calls with `path old-file old-hex old-mode new-file new-hex new-mode`.
///
/// Always ends well where it could be done: git takes any other code for a failure.
fn drive(args: &DiffArgs, opener: &Opener, options: &Options, color: Color) -> Result<Exit> {
    let [path, old, _, _, new, ..] = args.sides.as_slice() else {
        return Err(Error::new(
            ErrorKind::Usage,
            format!("expected the 7 arguments of git, found {}", args.sides.len()),
        )
        .hint("git calls it: git config diff.crossfoot.command \"crossfoot diff --git-driver\""));
    };
    let name = args.sides.get(7).unwrap_or(path);
    let (mut before, mut after) = (opener.open_as(old, path)?, opener.open_as(new, name)?);
    (before.0.name, after.0.name) = (format!("a/{path}"), format!("b/{name}"));
    let diff = compare(before, after, options)?;
    let mut bytes = Vec::new();
    let written = DiffFormat::Text.write(&diff, look(args, output::colored(color)), &mut bytes);
    written.map_err(|it| output::unwritten("<stdout>", it))?;
    output::print(&bytes)?;
    Ok(Exit::Clean)
}

fn targets(outputs: &[String]) -> Result<Vec<(DiffFormat, Option<String>)>> {
    if outputs.is_empty() {
        return Ok(vec![(DiffFormat::Text, None)]);
    }
    let target = |text: &String| {
        let (word, file) = text.split_once('=').map_or((text.as_str(), None), |it| (it.0, Some(it.1.to_owned())));
        let words = || DiffFormat::WORDS.iter().map(|it| it.0);
        let format = DiffFormat::WORDS.iter().find(|it| it.0 == word).map(|it| (it.1, file));
        format.ok_or_else(|| {
            let known = words().collect::<Vec<_>>().join(", ");
            Error::new(ErrorKind::Usage, format!("expected an output format ({known}), found \"{word}\"")).hint(
                nearest(word, words()).map_or(format!("one of {known}"), |it| format!("the nearest name is {it}")),
            )
        })
    };
    outputs.iter().map(target).collect()
}

impl How {
    pub(super) fn options(&self) -> Result<Options> {
        let tolerance = |text: &String| {
            let wrong = || {
                Error::new(ErrorKind::Usage, format!("expected COLUMN=NUMBER after --tolerance, found \"{text}\""))
                    .hint("for example --tolerance total=0.5")
            };
            let (column, number) = text.rsplit_once('=').ok_or_else(wrong)?;
            let figure = read_figure(number, NumberStyle::PLAIN, None).map_err(|_| wrong())?;
            if figure.value.units < 0 { Err(wrong()) } else { Ok((column.to_owned(), figure.value)) }
        };
        Ok(Options {
            key: self.key.clone(),
            tolerance: self.tolerance.iter().map(tolerance).collect::<Result<Vec<_>>>()?,
        })
    }
}
