//! `crossfoot article`: every number in a draft, and what can be said of it.

use clap::Args;

use super::{Color, Exit, From, RulesAndSnapshots, output};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{ArticleFormat, Format};
use crate::run::check::fail_on;
use crate::run::{self, ArticleOptions, Source};

#[derive(Debug, Args)]
pub(super) struct ArticleArgs {
    /// The draft (plain text, Markdown, HTML or DOCX), or - for standard input
    draft: String,
    /// A table to compare with: any file that `check` reads; repeatable
    #[arg(long = "table", value_name = "FILE")]
    tables: Vec<String>,
    #[command(flatten)]
    ground: RulesAndSnapshots,
    /// The date of the draft, for weekdays without a year and for "last year"
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
    /// How to read the draft [default: by file name and content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<From>,
    /// Write results as text or json, or as any format of `check`, to a file if named; repeatable
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    outputs: Vec<String>,
    /// Fail on findings of this severity or higher: error, warning, note, never
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: String,
    /// List only contradicted numbers, without a summary
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Also list the numbers that no check applies to
    #[arg(short, long)]
    verbose: bool,
}

/// A form of its own, or one of those of findings.
#[derive(Clone, Copy)]
enum Form {
    Article(ArticleFormat),
    Findings(Format),
}

pub(super) fn run(args: &ArticleArgs, color: Color) -> Result<Exit> {
    let own = ArticleFormat::WORDS.iter().map(|it| (it.0, Form::Article(it.1)));
    let others = Format::WORDS.iter().filter(|it| !ArticleFormat::WORDS.iter().any(|own| own.0 == it.0));
    let words: Vec<(&'static str, Form)> = own.chain(others.map(|it| (it.0, Form::Findings(it.1)))).collect();
    let targets = output::targets(&args.outputs, &words)?;
    let book = |it: &output::Target<Form>| matches!(it.format, Form::Findings(Format::Xlsx)) && it.file.is_none();
    if targets.iter().any(book) {
        let error = Error::new(ErrorKind::Usage, "a workbook cannot be written to standard output");
        return Err(error.hint("name a file: -o xlsx=checked.xlsx"));
    }
    let options = ArticleOptions {
        reading: run::Reading { from: args.from.map(From::format), ..args.ground.reading()? },
        fail_on: fail_on(&args.fail_on)?,
        date: args.date.clone(),
    };
    let tables: Vec<Source> = args.tables.iter().cloned().map(Source::Path).collect();
    let (article, outcome) = run::article(&args.draft, &tables, &options)?;
    let wish = output::Wish { color, quiet: args.quiet, verbose: args.verbose, text: false };
    let inputs: Vec<&str> = std::iter::once(&args.draft).chain(&args.tables).map(String::as_str).collect();
    output::write_each(&targets, wish, &inputs, |form, look, out| match form {
        Form::Article(format) => format.write(&article, outcome.verdict(), look, out),
        Form::Findings(format) => format.write(&outcome, look, out),
    })?;
    Ok(if outcome.fails() { Exit::Findings } else { Exit::Clean })
}
