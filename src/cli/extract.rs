//! `crossfoot extract`: the tables found in a page or file.

use clap::{Args, ValueEnum};

use super::{Color, Exit, From, Reading, collect, files, load_rules, output};
use crate::check::{self, Loaded};
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::report::{extract_csv, extract_json, extract_text};
use crate::table::fold;

#[derive(Debug, Args)]
pub(super) struct ExtractArgs {
    /// A page or file, or - for standard input
    path: String,
    #[command(flatten)]
    reading: Reading,
    /// Write as text, json or csv (one table), to a file if named
    #[arg(short, long, value_name = "FORMAT[=FILE]", default_value = "text")]
    output: String,
    /// Which table to write as CSV, by name or title
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Text,
    Json,
    Csv,
}

pub(super) fn run(args: &ExtractArgs, _color: Color) -> Result<Exit> {
    let (word, file) = args.output.split_once('=').map_or((args.output.as_str(), None), |it| (it.0, Some(it.1)));
    let form = Form::from_str(word, false).map_err(|_| {
        Error::new(ErrorKind::Usage, format!("expected an output format (text, json, csv), found \"{word}\""))
    })?;
    let datasets = load_rules(args.reading.rules.as_deref())?;
    let options = args.reading.options()?;
    let inputs = collect(std::slice::from_ref(&args.path))?;
    let [input] = inputs.as_slice() else {
        return Err(
            Error::new(ErrorKind::Usage, format!("expected one file, found {}", inputs.len())).in_file(&args.path)
        );
    };
    let from = args.reading.from.map(From::format);
    let (document, format) = files::open(input, from)?;
    let loaded = check::load(document, format, &datasets, &options)?;
    let mut bytes = Vec::new();
    let written = match form {
        Form::Text => extract_text(&loaded, &mut bytes),
        Form::Json => extract_json(&loaded, &mut bytes),
        Form::Csv => extract_csv(loaded.table(choose(&loaded, args.table.as_deref())?), &mut bytes),
    };
    written.map_err(|it| output::unwritten(file.unwrap_or("<stdout>"), it))?;
    output::put(file, &bytes)?;
    Ok(Exit::Clean)
}

/// The table to write: the one named, or the only one.
fn choose(loaded: &Loaded, wanted: Option<&str>) -> Result<usize> {
    let grids = &loaded.page.grids;
    let names: Vec<&str> = (0..grids.len()).map(|it| loaded.table(it).name.as_str()).collect();
    let error = |message: String| Error::new(ErrorKind::Usage, message).in_file(loaded.document.name.clone());
    match wanted {
        None if names.len() == 1 => Ok(0),
        None => Err(error(format!("expected one table, found {}", names.len()))
            .hint(format!("choose with --table: {}", names.join(", ")))),
        Some(wanted) => {
            let title = |at: usize| grids[at].title.as_ref().is_some_and(|it| fold(it) == fold(wanted));
            let found = (0..names.len()).find(|&at| fold(names[at]) == fold(wanted) || title(at));
            found.ok_or_else(|| {
                let missing = error(format!("there is no table \"{wanted}\""));
                match nearest(wanted, names.iter().copied()) {
                    Some(name) => missing.hint(format!("the nearest name is {name}")),
                    None => missing.hint(format!("there are {}", names.join(", "))),
                }
            })
        }
    }
}
