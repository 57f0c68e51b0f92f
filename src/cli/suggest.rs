//! `crossfoot suggest`: rules that the data support.

use std::borrow::Cow;
use std::path::PathBuf;

use clap::Args;

use super::opened::Opened;
use super::{Color, Exit, collect, load_rules, output};
use crate::check::{self, Loaded, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::suggest::{Suggestion, suggest};
use crate::table::Table;

#[derive(Debug, Args)]
pub(super) struct SuggestArgs {
    /// Editions of a dataset: files, folders or patterns
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<String>,
    /// Rule file, or folder of rule files [default: `rules`, found upwards]
    #[arg(long, value_name = "DIR|FILE")]
    rules: Option<PathBuf>,
    /// The dataset that every input belongs to
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Add the rules to the rule file of the dataset; what stands there stays as it is
    #[arg(long)]
    write: bool,
}

/// The editions of one table: the dataset, if one claims it, the table's name, and which.
type Group<'a> = (Option<String>, String, Vec<Cow<'a, Table>>);

pub(super) fn run(args: &SuggestArgs, color: Color) -> Result<Exit> {
    let datasets = load_rules(args.rules.as_deref())?;
    let options = Options { dataset: args.dataset.clone(), ..Options::default() };
    let (mut loaded, mut errors) = (Vec::new(), Vec::new());
    for input in collect(&args.paths)? {
        let read = Opened::new(&input)
            .and_then(|it| it.document(None))
            .and_then(|it| check::load(it.0, it.1, &datasets, &options));
        match read {
            Ok(it) => loaded.push(it),
            Err(it) => errors.push(it),
        }
    }
    loaded.sort_by(|a, b| (a.period(), &a.document.name).cmp(&(b.period(), &b.document.name)));
    let mut text = String::new();
    let mut count = 0;
    let all = groups(&loaded, &datasets);
    for dataset in datasets.iter().map(Some).chain([None]) {
        let name = dataset.map(|it| it.name.clone());
        let groups: Vec<&Group<'_>> = all.iter().filter(|it| it.0 == name).collect();
        let several = dataset.map_or(groups.len(), |it| it.tables.len()) > 1;
        let found: Vec<Suggestion> = groups
            .iter()
            .flat_map(|it| suggest(&it.1, &it.2.iter().map(AsRef::as_ref).collect::<Vec<&Table>>()))
            .collect();
        let fresh = fresh(dataset, found, several)?;
        count += fresh.len();
        match dataset.filter(|_| args.write) {
            Some(dataset) if !fresh.is_empty() => text.push_str(&write(dataset, &fresh, several)?),
            _ => text.extend(fresh.iter().map(|it| format!("{}\n", it.stanza(several)))),
        }
    }
    if args.write && datasets.is_empty() {
        let error = Error::new(ErrorKind::Usage, "no rule file claims these files, so that there is none to write to");
        return Err(error.hint("`crossfoot init FILE` writes one from a sample"));
    }
    if count == 0 {
        text.push_str("no rule beyond those there are is supported by these files\n");
    }
    output::print(text.as_bytes())?;
    for error in &errors {
        output::tell(error, color);
    }
    Ok(if errors.is_empty() { Exit::Clean } else { Exit::Failed })
}

/// Tables that are editions of one: by declared name, or by their headings; a
/// file with a column of periods holds many.
fn groups<'a>(loaded: &'a [Loaded], datasets: &[Dataset]) -> Vec<Group<'a>> {
    let mut groups: Vec<(Vec<String>, Group<'_>)> = Vec::new();
    for it in loaded {
        let dataset = it.input.dataset.clone();
        for (at, table) in (0..it.page.grids.len()).map(|at| (at, it.table(at))) {
            let headings: Vec<String> = match &dataset {
                Some(_) => vec![table.name.clone()],
                None => table.columns.iter().map(|it| it.name.clone()).collect(),
            };
            match groups.iter_mut().find(|it| it.0 == headings && it.1.0 == dataset) {
                Some(group) => group.1.2.extend(it.editions(at, datasets)),
                None => groups.push((headings, (dataset.clone(), table.name.clone(), it.editions(at, datasets)))),
            }
        }
    }
    groups.into_iter().map(|it| it.1).collect()
}

/// Leaves out what the rules of the dataset say already.
fn fresh(dataset: Option<&Dataset>, found: Vec<Suggestion>, several: bool) -> Result<Vec<Suggestion>> {
    let Some(dataset) = dataset else { return Ok(found) };
    let mut text = read(dataset)?;
    let mut fresh: Vec<Suggestion> = Vec::new();
    for mut it in found {
        let wanted = it.name.clone();
        let mut number = 2;
        while dataset.rules.iter().any(|rule| rule.name == it.name) {
            it.name = format!("{wanted}-{number}");
            number += 1;
        }
        let with = reread(dataset, &format!("{text}\n{}", it.stanza(several)));
        // A rule that cannot be read, or that the others imply, is no help.
        let Ok(with) = with else { continue };
        let known =
            check::lint(&with)?.iter().any(|lint| lint.message.starts_with(&format!("{}: says nothing", it.name)));
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        if !known && !plain(&text).contains(&plain(&it.check)) {
            text = format!("{text}\n{}", it.stanza(several));
            fresh.push(it);
        }
    }
    Ok(fresh)
}

fn read(dataset: &Dataset) -> Result<String> {
    let name = dataset.path.to_string_lossy();
    std::fs::read_to_string(&dataset.path)
        .map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name.into_owned()).because(it))
}

fn reread(dataset: &Dataset, text: &str) -> Result<Dataset> {
    let folder = dataset.path.parent().map(std::path::Path::to_owned).unwrap_or_default();
    let open = move |name: &str| {
        std::fs::read(folder.join(name)).map_err(|it| Error::new(ErrorKind::NotFound, "no such file").because(it))
    };
    crate::rules::load(&dataset.path.to_string_lossy(), text, &open)
}

/// Adds rules to the end of a rule file: every line that is there stays.
fn write(dataset: &Dataset, fresh: &[Suggestion], several: bool) -> Result<String> {
    let name = dataset.path.to_string_lossy().into_owned();
    let mut text = read(dataset)?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(fresh.iter().map(|it| format!("\n{}", it.stanza(several))));
    // What is written must be read again.
    reread(dataset, &text)?;
    output::put(Some(&name), text.as_bytes())?;
    let names: Vec<&str> = fresh.iter().map(|it| it.name.as_str()).collect();
    Ok(format!("{name}: added {}\n", names.join(", ")))
}
