//! `crossfoot import` and `crossfoot export`: rule files from and to other programs' schemas.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Color, Exit, output};
use crate::error::{Error, ErrorKind, Result};
use crate::exchange::{self, SchemaFormat, Unmapped};
use crate::nearest::nearest;

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The schema file: a table schema or package, a data contract, dbt model properties, ...
    #[arg(value_name = "FILE")]
    file: String,
    /// Its format [default: detected]: frictionless, odcs, dbt, validate (R), csvw or sdmx
    #[arg(long, value_name = "FORMAT")]
    from: Option<String>,
    /// Where to write; - is standard output [default: rules/DATASET.toml]
    #[arg(long, value_name = "FILE")]
    to: Option<String>,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The rule file
    #[arg(value_name = "RULES")]
    file: PathBuf,
    /// Format to write: frictionless or odcs
    #[arg(short, long, value_name = "FORMAT", default_value = "frictionless")]
    output: String,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    to: Option<String>,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

fn format(word: &str) -> Result<SchemaFormat> {
    let known = SchemaFormat::WORDS;
    known.iter().find(|it| it.0 == word).map(|it| it.1).ok_or_else(|| {
        let words = known.map(|it| it.0);
        let error = Error::new(ErrorKind::Usage, format!("unknown schema format \"{word}\""));
        error.hint(nearest(word, words).map_or(words.join(", "), |it| format!("the nearest name is {it}")))
    })
}

pub(super) fn import(args: &ImportArgs, color: Color) -> Result<Exit> {
    let from = args.from.as_deref().map(format).transpose()?;
    let folder = Path::new(&args.file).parent().unwrap_or(Path::new("")).to_owned();
    let text = String::from_utf8(read(Path::new(&args.file), &args.file)?)
        .map_err(|it| Error::new(ErrorKind::Unreadable, "is not UTF-8").in_file(&args.file).because(it))?;
    let imported = exchange::import(&args.file, &text, from, &|name| read(&folder.join(name), name))?;
    let to = args.to.clone().unwrap_or_else(|| format!("rules/{}.toml", imported.dataset));
    if to == "-" {
        output::print(imported.text.as_bytes())?;
    } else {
        output::put_new(&to, imported.text.as_bytes(), args.force)?;
        let plural = if imported.rules == 1 { "" } else { "s" };
        output::print(format!("wrote {to} with {} rule{plural}\n", imported.rules).as_bytes())?;
    }
    Ok(told(&imported.unmapped, color))
}

pub(super) fn export(args: &ExportArgs, color: Color) -> Result<Exit> {
    let to = format(&args.output)?;
    let datasets = super::load_rules(Some(&args.file))?;
    let [dataset] = datasets.as_slice() else {
        let message = format!("expected one rule file, found {}", datasets.len());
        return Err(Error::new(ErrorKind::Usage, message).in_file(args.file.to_string_lossy()));
    };
    let bytes = read(&dataset.path, &dataset.path.to_string_lossy())?;
    let exported = exchange::export(dataset, &String::from_utf8_lossy(&bytes), to)?;
    match args.to.as_deref().filter(|it| *it != "-") {
        Some(to) => output::put_new(to, exported.text.as_bytes(), args.force)?,
        None => output::print(exported.text.as_bytes())?,
    }
    Ok(told(&exported.unmapped, color))
}

/// Lists on standard error what one side says and the other cannot.
fn told(unmapped: &[Unmapped], color: Color) -> Exit {
    let style = output::alarm(color);
    let lines = unmapped.iter().map(|it| format!("{style}left out{style:#}: {it}\n"));
    output::aside(&lines.collect::<String>());
    if unmapped.is_empty() { Exit::Clean } else { Exit::Findings }
}

fn read(path: &Path, name: &str) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|it| {
        let error = match it.kind() {
            std::io::ErrorKind::NotFound => Error::new(ErrorKind::NotFound, "no such file"),
            _ => Error::new(ErrorKind::Unreadable, "could not be read").because(it),
        };
        error.in_file(name)
    })
}
