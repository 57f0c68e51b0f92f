//! `crossfoot init`: a rule file from sample files, with the rules that they follow.

use std::collections::HashMap;

use clap::Args;

use super::editions::{self, Group};
use super::opened::Opened;
use super::{LayoutArgs, collect, output};
use crate::check::{self, Loaded, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::run::suggest::fresh;
use crate::source;
use crate::suggest::{Names, Suggestion, quoted, quoted_list, slug, suggest, widest};
use crate::table::{Cadence, ColumnType, Layout, Table};

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Samples of the files to check: one or several editions
    #[arg(value_name = "FILE", required = true)]
    paths: Vec<String>,
    /// Name of the dataset [default: the file name]
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Where to write; - is standard output [default: rules/DATASET.toml]
    #[arg(long, value_name = "FILE")]
    to: Option<String>,
    #[command(flatten)]
    layout: LayoutArgs,
    /// Overwrite an existing file
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &InitArgs) -> Result<()> {
    let options = Options { layout: args.layout.layout()?, ..Options::default() };
    let mut loaded = Vec::new();
    for input in collect(&args.paths)? {
        let (document, format) = Opened::new(&input)?.document(None, &|_| options.layout.clone())?;
        loaded.push(check::load(document, format, &[], &options)?);
    }
    if loaded.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "expected a sample file, found none").in_file(args.paths.join(" ")));
    }
    editions::sort(&mut loaded);
    // Columns that are periods are series: all files are read as such, or none.
    let wide = loaded.iter().map(|it| check::as_series(it, &options)).collect::<Result<Option<Vec<Loaded>>>>()?;
    let cadence = match &wide {
        Some(_) => loaded[0].cadence_across(),
        None => loaded[0].page.period.filter(|it| it.days() == 7).map(|_| Cadence::Weekly),
    };
    let (loaded, layout) = match wide {
        Some(wide) => (wide, Layout { wide: Some(true), ..options.layout.clone() }),
        None => (loaded, options.layout.clone()),
    };
    let dataset = args.dataset.clone().unwrap_or_else(|| dataset_name(&loaded));
    let (text, rules) = rule_file(&dataset, &loaded, (&layout, cadence))?;
    let to = args.to.clone().unwrap_or_else(|| format!("rules/{dataset}.toml"));
    if to == "-" {
        return output::print(text.as_bytes());
    }
    output::put_new(&to, text.as_bytes(), args.force)?;
    let plural = if rules == 1 { "" } else { "s" };
    let told = format!("wrote {to} with {rules} rule{plural}; `crossfoot check {}` uses it\n", args.paths.join(" "));
    output::print(told.as_bytes())
}

fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |it| it.0)
}

/// The file's name; of several editions without the digits that tell them apart.
pub(super) fn dataset_name(loaded: &[Loaded]) -> String {
    let name = stem(&loaded[0].document.name);
    let name = match loaded {
        [_] => slug(name),
        _ => undated(name),
    };
    if name.is_empty() { "dataset".to_owned() } else { name }
}

/// A name without the digits that tell editions apart.
fn undated(name: &str) -> String {
    slug(&name.replace(|it: char| it.is_ascii_digit(), " "))
}

/// A table to be declared, under its name.
struct Declared<'a> {
    name: String,
    group: Group<'a>,
}

/// The text of a rule file, and how many rules are in it.
pub(super) fn rule_file(
    dataset: &str,
    loaded: &[Loaded],
    (layout, cadence): (&Layout, Option<Cadence>),
) -> Result<(String, usize)> {
    let mut tables: Vec<Declared<'_>> = Vec::new();
    let mut names = Names::default();
    for group in editions::merged(editions::groups(loaded, &[])) {
        let (file, grid) = group.at;
        let titled = loaded[file].page.grids[grid].title.is_some();
        let name = if titled || group.files() == 1 { slug(&group.name) } else { undated(&group.name) };
        let wanted = if name.is_empty() { "table".to_owned() } else { name };
        tables.push(Declared { name: names.take(&wanted), group });
    }
    let mut text = head(dataset, loaded, cadence);
    if layout.wide == Some(true) {
        text.push_str(&format!("period    = {{ column = {} }}\n", quoted(source::PERIOD)));
    }
    for it in &tables {
        text.push_str(&format!("\n{}", declare(it, loaded, layout)));
    }
    // What is written must be read again: a rule file that fails is no help.
    let declared = load(&text)?;
    let mut found: Vec<Suggestion> = Vec::new();
    for it in &tables {
        let whole = it.group.tables();
        let periods: Vec<Table> = match layout.wide {
            Some(true) => whole.iter().flat_map(|it| it.by_period(it.column(source::PERIOD))).collect(),
            _ => Vec::new(),
        };
        let mut rules = suggest(&it.name, &if periods.is_empty() { whole } else { periods.iter().collect() }).rules;
        // Without a period no edition is known to be before another; a declared key is unique anyway.
        // That one figure was never above another may be an accident of what was counted:
        // `suggest` proposes it, and a person decides.
        let unique = shared_key(&it.group.tables()).map(|key| format!("unique = {}", quoted_list(&key)));
        rules.retain(|it| it.kind() != "part" && (it.kind() != "cumulative" || it.check.contains("along")));
        rules.retain(|it| unique.as_ref() != Some(&it.check));
        // A new code or a new extreme is worth a look; it contradicts nothing.
        for it in rules.iter_mut().filter(|it| matches!(it.kind(), "codes" | "range")) {
            it.check.push_str("\nseverity = \"warning\"");
        }
        found.extend(rules);
    }
    let several = tables.len() > 1;
    let rules = fresh(&declared, &text, found, several)?;
    text.push_str(match rules.len() {
        0 => {
            "\n# No rule was found in these files. A rule is a stanza with exactly one kind;\n# `crossfoot explain` \
             lists the kinds.\n"
        }
        _ => "\n# Rules that the figures follow. The comments say how often each rule held and where it failed.\n",
    });
    text.extend(rules.iter().map(|it| format!("\n{}", it.stanza(several))));
    load(&text)?;
    Ok((text, rules.len()))
}

fn load(text: &str) -> Result<Dataset> {
    let refuse = |_: &str| Err(Error::new(ErrorKind::NotFound, "no such file"));
    crate::rules::load("rules.toml", text, &refuse)
}

fn head(dataset: &str, loaded: &[Loaded], cadence: Option<Cadence>) -> String {
    let name = |it: &Loaded| it.document.name.rsplit('/').next().unwrap_or("").to_owned();
    let (first, newest) = (&loaded[0], &loaded[loaded.len() - 1]);
    let of = match loaded {
        [only] => printed(&name(only)),
        _ => format!("{} files, {} to {}", loaded.len(), printed(&name(first)), printed(&name(newest))),
    };
    let title = loaded.iter().find_map(|it| it.page.grids.first().and_then(|it| it.title.clone()));
    let mut text = format!("# Rules for {of}, written by `crossfoot init` as a starting point.\n");
    text.push_str("# `crossfoot explain` lists the kinds of rules; `crossfoot schema` describes the whole format.\n");
    text.push_str(&format!("crossfoot = 1\ndataset   = {}\n", quoted(dataset)));
    text.push_str(&format!("title     = {}\n", quoted(title.as_deref().unwrap_or(dataset))));
    text.push_str(&match loaded.iter().find_map(|it| it.page.source.as_ref()) {
        Some(source) => format!("publisher = {}\n", quoted(source)),
        None => "# publisher = \"who publishes it\"\n".to_owned(),
    });
    let word = Cadence::WORDS.iter().find(|it| Some(it.1) == cadence);
    text.push_str(&match (word, cadence) {
        (Some((word, _)), _) => format!("cadence   = \"{word}\"\n"),
        (None, Some(Cadence::Days(days))) => format!("cadence   = {{ days = {days} }}\n"),
        _ => "# cadence = \"weekly\"       # daily, weekly, monthly, quarterly, yearly, or { days = 10 }\n".to_owned(),
    });
    let mut patterns: Vec<String> = loaded.iter().map(|it| pattern(&name(it))).collect();
    patterns.sort();
    patterns.dedup();
    // A stream has no name that the next one will have too.
    let off = if patterns.iter().any(|it| it.starts_with('<')) { "# " } else { "" };
    let list = quoted_list(&patterns);
    text.push_str(&format!("{off}files     = {list}       # the files that belong to it, whatever their headings\n"));
    text
}

/// A file name as it may stand in a comment.
fn printed(name: &str) -> String {
    name.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
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

fn declare(declared: &Declared<'_>, loaded: &[Loaded], layout: &Layout) -> String {
    let (file, grid) = declared.group.at;
    let tables = declared.group.tables();
    let mut text = format!("[tables.{}]\n", quoted(&declared.name));
    if let Some(title) = &loaded[file].page.grids[grid].title {
        text.push_str(&format!("title   = {}       # finds the table on a page\n", quoted(title)));
    }
    match shared_key(&tables) {
        Some(key) => text.push_str(&format!("key     = {}\n", quoted_list(&key))),
        None => text.push_str("# key   = [\"the columns that name a row\"]\n"),
    }
    if *layout != Layout::default() {
        text.push_str(&format!("read    = {}\n", layout.written()));
    } else if let Some(found) = found_out(&loaded[file]) {
        text.push_str(&format!("# read  = {}       # as detected; uncomment to fix it\n", found.written()));
    }
    if loaded[file].format == source::Format::Page {
        text.push_str(&rows(&tables));
    }
    text.push_str(&format!("\n[tables.{}.columns]\n", quoted(&declared.name)));
    text.push_str(&columns(&tables));
    text
}

/// How a file was found to be printed, where that is not the usual way.
fn found_out(loaded: &Loaded) -> Option<Layout> {
    let found = loaded.page.layout.as_ref().filter(|_| loaded.format == source::Format::Delimited)?;
    let usual = if source::unpacked(&loaded.document.name).to_lowercase().ends_with(".tsv") { '\t' } else { ',' };
    let encoding = loaded.document.encoding;
    let layout = Layout {
        delimiter: found.delimiter.filter(|it| *it != usual),
        header_rows: found.header_rows.filter(|it| *it != 1),
        skip_rows: found.skip_rows.filter(|it| *it > 0),
        encoding: (encoding != "UTF-8" && !encoding.is_empty() && !loaded.document.is_of_database())
            .then(|| encoding.to_owned()),
        ..Layout::default()
    };
    (layout != Layout::default()).then_some(layout)
}

/// The columns that name a row in all editions.
fn shared_key(tables: &[&Table]) -> Option<Vec<String>> {
    // The column that names the edition names no row of it.
    let is_of_row = |table: &Table, at: usize| {
        let column = &table.columns[at];
        column.positions.is_empty() || column.name != source::PERIOD
    };
    let key = |table: &Table| -> Vec<String> {
        table.key.iter().filter(|at| is_of_row(table, **at)).map(|&at| table.columns[at].name.clone()).collect()
    };
    let own = key(tables[0]);
    (!own.is_empty() && tables.iter().all(|it| key(it) == own)).then_some(own)
}

/// The columns of all editions; what one leaves out is optional.
fn columns(tables: &[&Table]) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut kinds: HashMap<&str, Vec<ColumnType>> = HashMap::new();
    for column in tables.iter().flat_map(|it| &it.columns) {
        let seen = kinds.entry(&column.name).or_default();
        if seen.is_empty() {
            names.push(&column.name);
        }
        seen.push(column.kind);
    }
    let line = |name: &&str| {
        let seen = &kinds[*name];
        let kind = seen.iter().copied().map(Some).reduce(|one, other| widest(one?, other?)).flatten();
        let kind = quoted(kind.unwrap_or(ColumnType::Text).word());
        if seen.len() < tables.len() {
            format!("{} = {{ type = {kind}, optional = true }}\n", quoted(name))
        } else {
            format!("{} = {kind}\n", quoted(name))
        }
    };
    names.iter().map(line).collect()
}

/// A row's label, the label above it, and how many rows above have the same.
type RowName = (String, Option<String>, usize);

/// The rows of a page table, nested as printed; what an edition leaves out is optional.
fn rows(tables: &[&Table]) -> String {
    let mut all: Vec<RowName> = Vec::new();
    let mut times: HashMap<RowName, usize> = HashMap::new();
    for table in tables {
        for name in row_names(table) {
            let seen = times.entry(name.clone()).or_default();
            *seen += 1;
            if *seen == 1 {
                all.push(name);
            }
        }
    }
    if all.is_empty() {
        return String::new();
    }
    let line = |it: &RowName| {
        let name = quoted(&it.0);
        let mut parts = vec![format!("name = {name}")];
        parts.extend(it.1.as_ref().map(|it| format!("under = {}", quoted(it))));
        parts.extend((times[it] < tables.len()).then(|| "optional = true".to_owned()));
        if parts.len() == 1 { format!("  {name},\n") } else { format!("  {{ {} }},\n", parts.join(", ")) }
    };
    format!("rows    = [\n{}]\n", all.iter().map(line).collect::<String>())
}

fn row_names(table: &Table) -> Vec<RowName> {
    let Some(label) = table.label_column() else { return Vec::new() };
    let mut seen: HashMap<(String, Option<String>), usize> = HashMap::new();
    let mut name = |row: usize| {
        let above = table.rows[row].under.map(|it| table.text(it as usize, label).to_owned());
        let name = (table.text(row, label).to_owned(), above);
        let turn = seen.entry(name.clone()).or_default();
        *turn += 1;
        (name.0, name.1, *turn)
    };
    (0..table.rows.len()).map(&mut name).collect()
}
