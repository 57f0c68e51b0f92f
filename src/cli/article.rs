//! `crossfoot article`: every number in a draft, and what can be said of it.

use std::sync::Arc;

use clap::Args;

use super::check::fail_on;
use super::opened::Opened;
use super::{Color, Exit, From, Ground, collect, known_folder, load_rules, output};
use crate::check::{self, Draft};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{ArticleFormat, Format};
use crate::source;
use crate::table::Layout;

#[derive(Debug, Args)]
pub(super) struct ArticleArgs {
    /// The draft (plain text, Markdown, HTML or DOCX), or - for standard input
    draft: String,
    /// A table to compare with: any file that `check` reads; repeatable
    #[arg(long = "table", value_name = "FILE")]
    tables: Vec<String>,
    #[command(flatten)]
    ground: Ground,
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
    let datasets = load_rules(args.ground.rules.as_deref())?;
    let options = check::Options { fail_on: fail_on(&args.fail_on)?, ..args.ground.options(&datasets)? };
    known_folder(args.ground.snapshots.as_deref())?;
    let past = Arc::clone(&options.accepted);
    let draft = draft(args)?;
    let mut tables = Vec::new();
    for input in collect(&args.tables)? {
        let (document, format) =
            Opened::new(&input)?.document(None, &|it| check::layout_of(it, &datasets, &options))?;
        tables.push(check::load(document, format, &datasets, &options)?);
    }
    let (article, mut outcome) = check::article(&draft, &tables, &datasets, &past, &options)?;
    // The text and JSON of an article say more of each number than findings do.
    outcome.undetermined.truncate(options.max_findings);
    let wish = output::Wish { color, quiet: args.quiet, verbose: args.verbose, text: false };
    let inputs: Vec<&str> = std::iter::once(&args.draft).chain(&args.tables).map(String::as_str).collect();
    output::write_each(&targets, wish, &inputs, |form, look, out| match form {
        Form::Article(format) => format.write(&article, outcome.verdict(), look, out),
        Form::Findings(format) => format.write(&outcome, look, out),
    })?;
    Ok(if outcome.fails() { Exit::Findings } else { Exit::Clean })
}

/// The draft, with the day that it was written.
fn draft(args: &ArticleArgs) -> Result<Draft> {
    let inputs = collect(std::slice::from_ref(&args.draft))?;
    let [input] = inputs.as_slice() else {
        let message = format!("expected one draft, found {} files", inputs.len());
        return Err(Error::new(ErrorKind::Usage, message).in_file(&args.draft));
    };
    let (document, found) = Opened::new(input)?.document(args.from.map(From::format), &|_| Layout::default())?;
    let format = match found {
        source::Format::Html | source::Format::Workbook => found,
        _ if args.from.is_some() && found != source::Format::Page => {
            let error = Error::new(ErrorKind::Usage, "a draft must be a page or HTML, not a table file");
            return Err(error.hint("give tables with --table"));
        }
        _ => source::Format::Page,
    };
    if format == source::Format::Workbook && !document.sheets.iter().any(|it| it.is_prose) {
        let error = Error::new(ErrorKind::Unreadable, "expected a draft with text, found a workbook of tables");
        return Err(error.in_file(&args.draft).hint("give tables with --table, and the text as the draft"));
    }
    let written = args.date.as_deref().map(|it| {
        it.parse().map_err(|_| {
            Error::new(ErrorKind::Usage, format!("expected a date after --date, found \"{it}\""))
                .hint("write dates as 2005-03-02")
        })
    });
    Ok(Draft { document, format, written: written.transpose()? })
}
