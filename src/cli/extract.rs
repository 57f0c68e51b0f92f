//! `crossfoot extract`: the tables found in a page or file.

use clap::{Args, ValueEnum};

use super::opened::Opened;
use super::{Color, Exit, From, Reading, check_pins, collect, load_rules, output};
use crate::check::{self, Loaded};
use crate::error::{Error, ErrorKind, Result};
use crate::report::{extract_csv, extract_json, extract_text};

#[derive(Debug, Args)]
pub(super) struct ExtractArgs {
    /// A page or file, or - for standard input
    path: String,
    #[command(flatten)]
    reading: Reading,
    /// Write as text, json or csv (one table), to a file if named
    #[arg(short, long, value_name = "FORMAT[=FILE]", default_value = "text")]
    output: String,
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
    let datasets = load_rules(args.reading.ground.rules.as_deref())?;
    let options = args.reading.options(&datasets)?;
    let inputs = collect(std::slice::from_ref(&args.path))?;
    let [input] = inputs.as_slice() else {
        return Err(
            Error::new(ErrorKind::Usage, format!("expected one file, found {}", inputs.len())).in_file(&args.path)
        );
    };
    let from = args.reading.from.map(From::format);
    let (document, format) = Opened::new(input)?.document(from, &|it| check::layout_of(it, &datasets, &options))?;
    let loaded = check::load(document, format, &datasets, &options)?;
    check_pins(&options.pins, std::slice::from_ref(&loaded))?;
    let mut bytes = Vec::new();
    let written = match form {
        Form::Text => extract_text(&loaded, &check::totals(&loaded), &mut bytes),
        Form::Json => extract_json(&loaded, &check::totals(&loaded), &mut bytes),
        Form::Csv => extract_csv(loaded.table(only(&loaded)?), &mut bytes),
    };
    written.map_err(|it| output::unwritten(file.unwrap_or("<stdout>"), it))?;
    output::put(file, &bytes)?;
    Ok(Exit::Clean)
}

/// The table to write, where there is one only.
fn only(loaded: &Loaded) -> Result<usize> {
    let names: Vec<&str> = (0..loaded.page.grids.len()).map(|it| loaded.table(it).name.as_str()).collect();
    match names[..] {
        [_] => Ok(0),
        _ => Err(Error::new(ErrorKind::Usage, format!("expected one table, found {}", names.len()))
            .in_file(loaded.document.name.clone())
            .hint(format!("choose with --table: {}", names.join(", ")))),
    }
}
