//! The command line: one file a command, thin.
//!
//! Exit codes are part of the interface: 0 nothing at or above `--fail-on`,
//! 1 findings, 2 the run could not be completed.

mod accept;
mod accepting;
mod again;
mod article;
mod baseline;
mod check;
mod corrections;
mod desk;
mod diff;
mod exchange;
mod explain;
mod extract;
mod history;
mod init;
mod lint;
mod lsp;
mod merge;
mod output;
mod patch;
mod review;
mod side;
mod sql;
mod suggest;
mod test;
mod watch;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::error::{Error, ErrorKind, Result};
use crate::report::SCHEMAS;
use crate::rules::Dataset;
use crate::run;
use crate::run::files::{collect, collect_but};
use crate::run::rules::{known_folder, past};
use crate::run::{check_pins, editions, files, git, load_rules, memory, opened, rules, sides, today};
use crate::table::{Layout, Pin};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Findings at or above `--fail-on`.
    Findings,
    /// The run could not be done in full.
    Failed,
}

/// Checks published tables against themselves, and points at the figure that is wrong.
#[derive(Debug, Parser)]
#[command(name = "crossfoot", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 nothing found at or above --fail-on, 1 findings, 2 the run could not be completed."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    global: Global,
}

#[derive(Clone, Debug, Args)]
struct Global {
    /// When to use colours; `NO_COLOR` and `CLICOLOR_FORCE` also apply
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    /// Path or name of the ADBC driver library for a database: duckdb=PATH; repeatable [default: `CROSSFOOT_DRIVER_DUCKDB` and so on, else as ADBC finds it]
    #[cfg(feature = "sql")]
    #[arg(long = "driver", global = true, value_name = "[ENGINE=]PATH")]
    drivers: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read files, check rules and report findings; writes nothing (the main command)
    Check(check::CheckArgs),
    /// Write or prune a baseline: a file of findings that later runs ignore
    Baseline(baseline::BaselineArgs),
    /// Check every number in a draft against the text, a table and accepted editions
    Article(article::ArticleArgs),
    /// Check tables and a draft in the browser, settle findings, print a report
    Desk(desk::DeskArgs),
    /// Compare two editions: files, folders, snapshots or git revisions
    Diff(diff::DiffArgs),
    /// Apply a diff (`-o json`) to the old edition to get the new one
    Patch(patch::PatchArgs),
    /// Merge two corrected copies of one edition
    Merge(merge::MergeArgs),
    /// Show series with their usual ranges and flags
    History(history::HistoryArgs),
    /// Go through new editions and their findings: accept, waive, skip, undo
    Review(review::ReviewArgs),
    /// Keep editions as snapshots without asking
    Accept(accept::AcceptArgs),
    /// Show the tables found in a page or file, with how sure each reading is
    Extract(extract::ExtractArgs),
    /// Find contradicting, redundant and ineffective rules, expired waivers, and slips the rules would miss
    Lint(lint::LintArgs),
    /// Run the tests of rule files: rows and the results the rules must give
    Test(test::TestArgs),
    /// Suggest rules that the data support, with the evidence
    Suggest(suggest::SuggestArgs),
    /// Print the checks of rule files as SQL queries that return rows that may fail
    Sql(sql::SqlArgs),
    /// Explain a kind of rule, a rule of the rule files, or a finding
    Explain(explain::ExplainArgs),
    /// Print the JSON Schema of rule files, or of a format that programs read
    Schema {
        /// What to print: rules, or the format of check, diff, article, history or extract
        #[arg(value_name = "FORMAT", default_value = "rules", value_parser = schema_words())]
        format: String,
    },
    /// Write a commented rule file from a sample file
    Init(init::InitArgs),
    /// Convert a schema of another program into a rule file: Frictionless, ODCS, dbt, R validate, CSVW, SDMX
    Import(exchange::ImportArgs),
    /// Write a rule file as a schema: Frictionless or ODCS
    Export(exchange::ExportArgs),
    /// Check while you type: a language server (LSP) for editors, over standard input and output
    Lsp(lsp::LspArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

/// What inputs are held against.
#[derive(Clone, Debug, Args)]
struct RulesAndSnapshots {
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// Folder of accepted editions [default: `snapshots`, found upwards]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
    /// The dataset that every input belongs to
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// The period of every input: 2005-02-23/2005-03-01, 2021-12, 2021-Q4
    #[arg(long, value_name = "PERIOD")]
    edition: Option<String>,
    /// Language tag for the number style: en, de, fr-CH
    #[arg(long, value_name = "TAG")]
    locale: Option<String>,
    #[command(flatten)]
    layout: LayoutArgs,
}

const READ_HELP: &str = "How tables are printed, if crossfoot detects it wrongly: delimiter=;,header_rows=2; \
    the keys are delimiter, quote, encoding, header_rows, skip_rows, comment, decimal, thousands, \
    orientation (rows, columns) and layout (wide: a column a period); repeatable";

/// How the tables of inputs are printed, as far as the user says it.
#[derive(Clone, Debug, Default, Args)]
struct LayoutArgs {
    #[arg(long = "read", value_name = "KEY=VALUE,…", help = READ_HELP)]
    read: Vec<String>,
}

impl LayoutArgs {
    /// All that is said; what is said last goes before.
    fn layout(&self) -> Result<Layout> {
        self.read.iter().try_fold(Layout::default(), |before, it| Ok(Layout::parse(it)?.or(&before)))
    }
}

/// What inputs are held against, and how they are read.
#[derive(Clone, Debug, Args)]
struct Reading {
    #[command(flatten)]
    ground: RulesAndSnapshots,
    /// The table to read from each file: its name, title, number, sheet, an area (Sheet!A3:D10), or #id or .class in HTML
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// How to read a row of glued cells: "Murder=18|10" for Murder1810; repeatable
    #[arg(long = "pin", value_name = "ROW=CELL|CELL")]
    pins: Vec<String>,
    /// How to read inputs [default: by file name and content]
    #[arg(long, value_name = "FORMAT")]
    from: Option<From>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    Delimited,
    Page,
    Json,
    Html,
}

impl From {
    /// The reader that it stands for.
    fn format(self) -> crate::source::Format {
        match self {
            Self::Delimited => crate::source::Format::Delimited,
            Self::Page => crate::source::Format::Page,
            Self::Json => crate::source::Format::Json,
            Self::Html => crate::source::Format::Html,
        }
    }
}

/// Runs the command line given, and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    // A name need not be UTF-8, and the parser of arguments asks for text.
    let arguments = arguments.into_iter().map(|it| OsString::from(files::argument(&it)));
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let wrong = error.use_stderr();
            drop(error.print());
            return if wrong { Exit::Failed } else { Exit::Clean };
        }
    };
    let color = cli.global.color;
    #[cfg(feature = "sql")]
    run::use_drivers(cli.global.drivers.clone());
    match dispatch(cli) {
        Ok(exit) => exit,
        Err(error) => {
            output::tell(&error, color);
            Exit::Failed
        }
    }
}

fn dispatch(cli: Cli) -> Result<Exit> {
    let color = cli.global.color;
    match cli.command {
        Command::Check(args) => return check::run(&args, color),
        Command::Article(args) => return article::run(&args, color),
        Command::Baseline(args) => return baseline::run(&args, color),
        Command::Desk(args) => return desk::run(&args, color),
        Command::Diff(args) => return diff::run(&args, color),
        Command::Patch(args) => patch::run(&args)?,
        Command::Merge(args) => return merge::run(&args, color),
        Command::Review(args) => return review::run(&args, color),
        Command::Accept(args) => return accept::run(&args, color),
        Command::History(args) => history::run(&args, color)?,
        Command::Lint(args) => return lint::run(&args, color),
        Command::Test(args) => return test::run(&args, color),
        Command::Extract(args) => return extract::run(&args, color),
        Command::Suggest(args) => return suggest::run(&args, color),
        Command::Sql(args) => sql::run(&args)?,
        Command::Explain(args) => explain::run(&args, color)?,
        Command::Schema { format } => output::print(format!("{:#}\n", schema(&format)).as_bytes())?,
        Command::Init(args) => init::run(&args)?,
        Command::Lsp(args) => return lsp::run(&args),
        Command::Import(args) => return exchange::import(&args, color),
        Command::Export(args) => return exchange::export(&args, color),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "crossfoot", &mut script);
            output::print(&script)?;
        }
        Command::Man => output::print(&manual().map_err(|it| output::unwritten("<stdout>", it))?)?,
    }
    Ok(Exit::Clean)
}

/// What `crossfoot schema` knows.
fn schema_words() -> PossibleValuesParser {
    PossibleValuesParser::new(["rules"].into_iter().chain(SCHEMAS.iter().map(|it| it.0)))
}

fn schema(word: &str) -> serde_json::Value {
    SCHEMAS.iter().find(|it| it.0 == word).map_or_else(crate::rules::schema, |it| it.1())
}

/// The manual pages of the program and of each command, one after the other.
fn manual() -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands() {
        let name = format!("crossfoot-{}", sub.get_name());
        writeln!(page)?;
        clap_mangen::Man::new(sub.clone().display_name(name)).render(&mut page)?;
    }
    Ok(page)
}

impl Exit {
    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }
}

impl RulesAndSnapshots {
    /// What inputs are held against, and how they are read.
    fn reading(&self) -> Result<run::Reading> {
        Ok(run::Reading {
            rules: self.rules.clone(),
            snapshots: self.snapshots.clone(),
            dataset: self.dataset.clone(),
            edition: self.edition.clone(),
            locale: self.locale.clone(),
            layout: self.layout.layout()?,
            ..run::Reading::default()
        })
    }
}

impl Reading {
    /// What inputs are held against, and how they are read.
    fn reading(&self) -> Result<run::Reading> {
        let pins = self.pins.iter().map(|it| pin(it)).collect::<Result<_>>()?;
        let from = self.from.map(From::format);
        Ok(run::Reading { table: self.table.clone(), pins, from, ..self.ground.reading()? })
    }

    /// What a check is asked to do, as far as reading goes.
    fn options(&self, datasets: &[Dataset]) -> Result<crate::check::Options> {
        self.reading()?.options(datasets)
    }
}

/// Reads a settled reading: `Murder=18|10`.
fn pin(text: &str) -> Result<Pin> {
    Pin::parse(text).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("expected ROW=CELL|CELL after --pin, found \"{text}\""))
            .hint("write the cells as printed: --pin \"Murder=18|10\" for Murder1810")
    })
}
