//! `crossfoot diff`: one edition against another.

use clap::Args;

use super::memory::Memory;
use super::output::Target;
use super::side::SideArgs;
use super::sides::{Reader, Sided, one_stdin};
use super::watch::Watch;
use super::{Color, Exit, output};
use crate::diff::{Diff, FormChange, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{DiffFormat, DiffLines, Differs};
use crate::run::diff::{Wants, compare, differ, lay_out, tolerance};
use crate::run::large;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are flags of the command line")]
#[command(
    after_help = "Exit codes: 0 nothing differs, 1 something differs, even if only in how it is printed (see \
     --fail-on), 2 the editions could not be compared.",
    override_usage = "crossfoot diff [OPTIONS] <OLD> <NEW>"
)]
pub(super) struct DiffArgs {
    /// The old edition: a file, folder, snapshot, REV:path of git, or - for standard input
    #[arg(value_name = "OLD")]
    old: String,
    /// The new edition, in the same forms
    #[arg(value_name = "NEW", required_unless_present = "git_driver")]
    new: Option<String>,
    /// Further arguments that git passes to its drivers
    #[arg(hide = true)]
    more: Vec<String>,
    #[command(flatten)]
    sides: SideArgs,
    /// The columns that name a row [default: as declared, else inferred]
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    key: Vec<String>,
    /// Ignore differences up to this size; repeatable
    #[arg(long = "tolerance", value_name = "COLUMN=NUMBER")]
    tolerances: Vec<String>,
    /// Approximate memory to use for large files: 256M, 2G [default: a quarter of the machine's]
    #[arg(long, value_name = "SIZE")]
    memory: Option<Memory>,
    /// Write as text, json, ndjson, markdown, html, csv (of daff) or table, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// Show only differences, without a heading and a summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Show the table with its changed cells instead of a list; needs a wide terminal
    #[arg(long)]
    table: bool,
    /// Also list cells with the same value printed differently: 1,200 and 1200
    #[arg(long)]
    text: bool,
    /// What gives exit code 1: any difference, a changed value, or a changed structure
    #[arg(long, value_name = "WHAT", default_value = "any")]
    fail_on: FailOn,
    /// List every row that differs
    #[arg(short, long)]
    verbose: bool,
    /// Work as a git diff driver for tables
    /// Run these two lines once, and `git diff` shows tables this way:
    ///
    ///   git config diff.crossfoot.command "crossfoot diff --git-driver"
    ///   echo "*.csv diff=crossfoot" >> .gitattributes
    #[arg(long, verbatim_doc_comment)]
    git_driver: bool,
}

/// What makes a diff end with exit code 1.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FailOn {
    /// Any difference, even if only in how it is printed.
    Any,
    /// A value, row or column that differs.
    Values,
    /// A table or column that was removed or renamed.
    Breaking,
}

impl FailOn {
    fn exit(self, differs: Differs, diff: &Diff) -> Exit {
        let fails = match self {
            Self::Any => differs.any,
            Self::Values => differs.values,
            Self::Breaking => diff.form_change() == FormChange::Breaking,
        };
        if fails { Exit::Findings } else { Exit::Clean }
    }
}

pub(super) fn run(args: &DiffArgs, color: Color) -> Result<Exit> {
    let targets = args.targets()?;
    let options = args.options()?;
    let reader = args.sides.reader()?;
    if args.git_driver {
        return driver(args, &reader, &options, &targets, color);
    }
    let new = args.new.as_deref().unwrap_or("-");
    if let Some(extra) = args.more.first() {
        return Err(Error::new(ErrorKind::Usage, format!("expected OLD and NEW, found a third edition \"{extra}\"")));
    }
    one_stdin(&[&args.old, new])?;
    let watch = Watch::start();
    if let [Target { format: DiffFormat::Ndjson, file }] = &targets[..]
        && let Some(exit) = args.stream(&reader, new, (&options, args.memory), file.as_deref())?
    {
        return Ok(exit);
    }
    let large = if targets.iter().any(|it| it.format.needs_tables()) {
        None
    } else {
        large::differ(&reader, (&args.old, new), &options, (args.memory, is_patch(&targets)), &mut |_| Ok(()))?
    };
    let diff = match large {
        Some(diff) => diff,
        None => compare(reader.read(&args.old)?, reader.read(new)?, &reader, &options, wants(&targets))?,
    };
    drop(watch);
    args.write(&diff, &targets, color)?;
    Ok(args.fail_on.exit(Differs::of(&diff), &diff))
}

/// What the formats ask of a diff.
fn wants(targets: &[Target<DiffFormat>]) -> Wants {
    Wants { print: is_patch(targets), tables: targets.iter().any(|it| it.format.shows_tables()) }
}

/// Whether a diff is written that `patch` reads.
fn is_patch(targets: &[Target<DiffFormat>]) -> bool {
    targets.iter().any(|it| it.format == DiffFormat::Json)
}

/// Does what git asks of an external diff driver: `path old-file old-hex
/// old-mode new-file new-hex new-mode`, for a rename also `new-path
/// similarity`, and for a path that is not merged yet `path` alone.
fn driver(
    args: &DiffArgs,
    reader: &Reader,
    options: &Options,
    targets: &[Target<DiffFormat>],
    color: Color,
) -> Result<Exit> {
    let told: Vec<&str> = args.new.iter().chain(&args.more).map(String::as_str).collect();
    let path = args.old.as_str();
    let (old_file, new_file, new_path) = match told[..] {
        [] => {
            output::print(format!("{path}: not merged yet\n").as_bytes())?;
            return Ok(Exit::Clean);
        }
        [old, _, _, new, _, _] => (old, new, path),
        [old, _, _, new, _, _, new_path, ..] => (old, new, new_path),
        _ => {
            let message = format!("expected 1, 7 or 9 arguments from git, found {}", told.len() + 1);
            return Err(Error::new(ErrorKind::Usage, message).hint("git calls --git-driver by itself; see --help"));
        }
    };
    let mut old = driven(reader, path, old_file)?;
    let new = driven(reader, new_path, new_file)?;
    // Two revisions of one file are no successive editions, unless they say so.
    let diff = if new.side.period.is_some() {
        compare(old, new, reader, options, wants(targets))?
    } else {
        let mut diff = differ(&mut old, &new, reader, options)?;
        lay_out(&mut diff, (&old.tables, &new.tables), wants(targets));
        diff
    };
    if diff.is_empty() {
        // Git asks where bytes differ: quotes, line ends, or its mode.
        output::print(format!("{new_path}: no differences\n").as_bytes())?;
    } else {
        args.write(&diff, targets, color)?;
    }
    Ok(Exit::Clean)
}

/// Reads one of the files that git made, under the path that it stands for.
fn driven(reader: &Reader, path: &str, file: &str) -> Result<Sided> {
    let mut sided = Sided::default();
    if file == "/dev/null" {
        path.clone_into(&mut sided.side.name);
        return Ok(sided);
    }
    let bytes = std::fs::read(file);
    let bytes = bytes.map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(file).because(it))?;
    reader.bytes(path, bytes)
}

impl DiffArgs {
    /// What is to be written; `--table` is how text is.
    fn targets(&self) -> Result<Vec<Target<DiffFormat>>> {
        let mut targets = output::targets(&self.outputs, &DiffFormat::WORDS)?;
        for it in targets.iter_mut().filter(|it| self.table && it.format == DiffFormat::Text) {
            it.format = DiffFormat::Table;
        }
        Ok(targets)
    }

    fn options(&self) -> Result<Options> {
        let tolerance = self.tolerances.iter().map(|it| tolerance(it)).collect::<Result<Vec<_>>>()?;
        Ok(Options { key: self.key.clone(), tolerance, values_only: false })
    }

    /// Writes what differs in large files part by part, if they are such.
    fn stream(
        &self,
        reader: &Reader,
        new: &str,
        (options, memory): (&Options, Option<Memory>),
        file: Option<&str>,
    ) -> Result<Option<Exit>> {
        let unwritten = |it| output::unwritten(file.unwrap_or("<stdout>"), it);
        output::spared(file, &[&self.old, new])?;
        let mut lines: Option<DiffLines> = None;
        let joined = large::differ(reader, (&self.old, new), options, (memory, false), &mut |it| {
            let lines = match &mut lines {
                Some(lines) => lines,
                none => none.insert(DiffLines::new(output::open(file)?)),
            };
            lines.part(it).map_err(unwritten)
        })?;
        let Some((joined, lines)) = joined.zip(lines) else { return Ok(None) };
        let differs = lines.end(&joined).map_err(unwritten)?;
        Ok(Some(self.fail_on.exit(differs, &joined)))
    }

    fn write(&self, diff: &Diff, targets: &[Target<DiffFormat>], color: Color) -> Result<()> {
        let wish = output::Wish { color, quiet: self.quiet, verbose: self.verbose, text: self.text };
        output::write_each(targets, wish, &[], |format, look, out| format.write(diff, look, out))
    }
}
