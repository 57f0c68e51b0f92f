//! `crossfoot init`: a commented rule file from a sample file.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::opened::Opened;
use super::{collect, output};
use crate::check::{self, Loaded, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::source;
use crate::table::{ColumnType, Table};

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// A sample of the files to be checked
    path: String,
    /// The dataset's name [default: the file's]
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Where to write; - is standard output [default: rules/DATASET.toml]
    #[arg(long, value_name = "FILE")]
    to: Option<String>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &InitArgs) -> Result<()> {
    let inputs = collect(std::slice::from_ref(&args.path))?;
    let [input] = inputs.as_slice() else {
        return Err(Error::new(ErrorKind::Usage, format!("expected one sample file, found {}", inputs.len()))
            .in_file(&args.path));
    };
    let (document, format) = Opened::new(input)?.document(None)?;
    let loaded = check::load(document, format, &[], &Options::default())?;
    let dataset = args.dataset.clone().unwrap_or_else(|| slug(stem(&loaded.document.name)));
    let text = rule_file(&dataset, &loaded, format);
    // What is written must be read again: a rule file that fails is no help.
    let refuse = |_: &str| Err(Error::new(ErrorKind::NotFound, "no such file"));
    crate::rules::load("rules.toml", &text, &refuse)?;
    let to = args.to.clone().unwrap_or_else(|| format!("rules/{dataset}.toml"));
    if to == "-" {
        return output::print(text.as_bytes());
    }
    let path = PathBuf::from(&to);
    if path.exists() && !args.force {
        return Err(Error::new(ErrorKind::Usage, "the file is there already")
            .in_file(to)
            .hint("--force writes over it, --to - prints"));
    }
    if let Some(folder) = path.parent().filter(|it| *it != Path::new("")) {
        std::fs::create_dir_all(folder).map_err(|it| output::unwritten(&to, it))?;
    }
    output::put(Some(&to), text.as_bytes())?;
    output::print(format!("wrote {to}; `crossfoot check {}` uses it\n", args.path).as_bytes())
}

fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |it| it.0)
}

/// A name in lower case letters, digits and hyphens.
fn slug(text: &str) -> String {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    let name = words.map(str::to_lowercase).collect::<Vec<_>>().join("-");
    if name.is_empty() { "dataset".to_owned() } else { name }
}

/// A TOML string, always quoted.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for it in text.chars() {
        match it {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            it if it.is_control() => drop(write!(out, "\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

fn rule_file(dataset: &str, loaded: &Loaded, format: source::Format) -> String {
    let mut text = String::new();
    let name = loaded.document.name.rsplit('/').next().unwrap_or("");
    let title = loaded.page.grids.first().and_then(|it| it.title.clone());
    let mut line = |it: String| {
        text.push_str(&it);
        text.push('\n');
    };
    line(format!("# Rules for {name}, written by `crossfoot init`: a start to be edited."));
    line("# `crossfoot explain` lists the kinds of rules, `crossfoot schema` the whole format.".to_owned());
    line("crossfoot = 1".to_owned());
    line(format!("dataset   = {}", quoted(dataset)));
    line(format!("title     = {}", quoted(title.as_deref().unwrap_or(dataset))));
    line(match &loaded.page.source {
        Some(source) => format!("publisher = {}", quoted(source)),
        None => "# publisher = \"who prints it\"".to_owned(),
    });
    match loaded.page.period.map(crate::table::Period::days) {
        Some(7) => line("cadence   = \"weekly\"".to_owned()),
        _ => line(
            "# cadence = \"weekly\"       # daily, weekly, monthly, quarterly, yearly, or { days = 10 }".to_owned(),
        ),
    }
    // A stream has no name that the next one will have too.
    let off = if name.starts_with('<') { "# " } else { "" };
    line(format!(
        "{off}files     = [{}]       # which files belong to it, whatever their headings are",
        quoted(&pattern(name))
    ));
    for grid in 0..loaded.page.grids.len() {
        line(String::new());
        line(table(loaded, grid, format));
    }
    line(rules(loaded));
    text
}

/// The name of a file with its digits as wildcards.
fn pattern(name: &str) -> String {
    let mut out = String::new();
    for it in globset::escape(name).chars() {
        if !it.is_ascii_digit() {
            out.push(it);
        } else if !out.ends_with('*') {
            out.push('*');
        }
    }
    out
}

fn table_key(loaded: &Loaded, grid: usize) -> String {
    slug(&loaded.table(grid).name)
}

fn table(loaded: &Loaded, grid: usize, format: source::Format) -> String {
    let table = loaded.table(grid);
    let mut text = format!("[tables.{}]\n", quoted(&table_key(loaded, grid)));
    if let Some(title) = &loaded.page.grids[grid].title {
        text.push_str(&format!("title   = {}       # finds the table on a page\n", quoted(title)));
    }
    let key: Vec<String> = table.key.iter().map(|&it| quoted(&table.columns[it].name)).collect();
    if key.is_empty() {
        text.push_str("# key   = [\"the columns that name a row\"]\n");
    } else {
        text.push_str(&format!("key     = [{}]\n", key.join(", ")));
    }
    if format == source::Format::Page {
        text.push_str(&rows(table));
    }
    text.push_str(&format!("\n[tables.{}.columns]\n", quoted(&table_key(loaded, grid))));
    for column in &table.columns {
        text.push_str(&format!("{} = {}\n", quoted(&column.name), quoted(column.kind.word())));
    }
    text
}

/// The rows of a page table, nested as printed.
fn rows(table: &Table) -> String {
    let Some(label) = table.label_column() else { return String::new() };
    let mut text = String::from("rows    = [\n");
    for (row, it) in table.rows.iter().enumerate() {
        let name = quoted(table.text(row, label));
        match it.under {
            None => text.push_str(&format!("  {name},\n")),
            Some(above) => {
                let above = quoted(table.text(above as usize, label));
                text.push_str(&format!("  {{ name = {name}, under = {above} }},\n"));
            }
        }
    }
    text.push_str("]\n");
    text
}

/// Example rules over the sample's own names, commented out.
fn rules(loaded: &Loaded) -> String {
    let several = loaded.page.grids.len() > 1;
    let mut text = String::from("\n# Rules are stanzas with exactly one kind each. Some to start from:\n");
    for grid in 0..loaded.page.grids.len() {
        let table = loaded.table(grid);
        let of = if several { format!("# table = {}\n", quoted(&table_key(loaded, grid))) } else { String::new() };
        let numbers: Vec<&str> = table
            .columns
            .iter()
            .filter(|it| it.kind.is_number() && it.kind != ColumnType::Percent)
            .map(|it| it.name.as_str())
            .collect();
        if let [first, second, ..] = numbers[..] {
            text.push_str(&format!(
                "#\n# [[rules]]\n# name  = {}\n{of}# part  = {}\n# why   = \"what makes it so\"\n",
                quoted(&format!("{}-within-{}", slug(second), slug(first))),
                quoted(&format!("\"{second}\" <= \"{first}\"")),
            ));
        }
        if let Some(first) = numbers.first() {
            text.push_str(&format!(
                "#\n# [[rules]]\n# name  = {}\n{of}# range = {{ columns = [{}], min = 0 }}\n",
                quoted(&format!("{}-not-negative", slug(first))),
                quoted(first),
            ));
        }
    }
    text
}
