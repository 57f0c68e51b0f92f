//! `crossfoot suggest`: rules that the data support.

use std::path::PathBuf;

use clap::Args;

use super::editions::{self, Group};
use super::opened::Opened;
use super::{Color, Exit, collect, load_rules, output};
use crate::check::{self, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::suggest::{Names, Suggestion, quoted, suggest};
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
    /// Add the rules to the rule file of the dataset, leaving the rest of the file unchanged
    #[arg(long)]
    write: bool,
}

pub(super) fn run(args: &SuggestArgs, color: Color) -> Result<Exit> {
    let datasets = load_rules(args.rules.as_deref())?;
    let options = Options { dataset: args.dataset.clone(), ..Options::default() };
    let (mut loaded, mut errors) = (Vec::new(), Vec::new());
    for input in collect(&args.paths)? {
        let read = Opened::new(&input)
            .and_then(|it| it.document(None, &|name| check::layout_of(name, &datasets, &options)))
            .and_then(|it| check::load(it.0, it.1, &datasets, &options));
        match read {
            Ok(it) => loaded.push(it),
            Err(it) => errors.push(it),
        }
    }
    editions::sort(&mut loaded);
    let mut text = String::new();
    let (mut count, mut cut, mut unwritten) = (0, false, Vec::new());
    let all = editions::groups(&loaded, &datasets);
    for dataset in datasets.iter().map(Some).chain([None]) {
        let name = dataset.map(|it| it.name.clone());
        let groups: Vec<&Group<'_>> = all.iter().filter(|it| it.dataset == name).collect();
        let several = dataset.map_or(groups.len(), |it| it.tables.len()) > 1;
        let mut found: Vec<Suggestion> = Vec::new();
        for group in groups {
            let all = suggest(&group.name, &group.tables());
            cut |= all.cut;
            unwritten.extend(all.unwritten);
            found.extend(all.rules);
        }
        let fresh = match dataset {
            Some(dataset) => fresh(dataset, &read(dataset)?, found, several)?,
            None => editions::named_apart(found),
        };
        count += fresh.len();
        match dataset.filter(|_| args.write) {
            Some(dataset) if !fresh.is_empty() => text.push_str(&write(dataset, &fresh, several)?),
            _ => text.extend(fresh.iter().map(|it| format!("{}\n", it.stanza(several)))),
        }
    }
    if args.write && datasets.is_empty() {
        let error = Error::new(ErrorKind::Usage, "no rule file covers these files, so there is none to write to");
        return Err(error.hint("`crossfoot init FILE` writes one from a sample"));
    }
    if count == 0 && unwritten.is_empty() {
        text.push_str("these files support no rule beyond the existing ones\n");
    }
    for it in unwritten {
        let columns = format!("holds in {} of {} columns", it.held, it.columns);
        let why = "not written as a rule, because some of its rows have no label or share one";
        text.push_str(&format!("# {} ({columns}): {why}\n", it.words));
    }
    if cut {
        text.push_str("# a table is too large to be searched completely: it may follow more rules than these\n");
    }
    output::print(text.as_bytes())?;
    for error in &errors {
        output::tell(error, color);
    }
    Ok(if errors.is_empty() { Exit::Clean } else { Exit::Failed })
}

/// Adds the rules that say relations of a table to the rule file of its dataset, which may
/// have changed since it was read, and says what was added.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if no rule can say them or some do already, and as [`write`].
pub(super) fn keep(dataset: &Dataset, table: &Table, relations: &[&str]) -> Result<String> {
    let text = read(dataset)?;
    let dataset = reread(dataset, &text)?;
    let several = dataset.tables.len() > 1;
    let says_it = |it: &Suggestion| it.relations.iter().any(|it| relations.contains(&it.as_str()));
    let found: Vec<Suggestion> = suggest(&table.name, &[table]).rules.into_iter().filter(says_it).collect();
    if found.is_empty() {
        return Err(Error::new(ErrorKind::Usage, format!("no rule can be written for {}", relations.join("; "))));
    }
    let fresh = fresh(&dataset, &text, found, several)?;
    if fresh.is_empty() {
        let message = format!("the rules of {} already cover {}", dataset.path.display(), relations.join("; "));
        return Err(Error::new(ErrorKind::Usage, message));
    }
    write(&dataset, &fresh, several)
}

/// Leaves out what the rules of a dataset say already; `text` is its rule file.
pub(super) fn fresh(dataset: &Dataset, text: &str, found: Vec<Suggestion>, several: bool) -> Result<Vec<Suggestion>> {
    let mut names: Names = dataset.rules.iter().map(|it| it.name.as_str()).collect();
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let stanzas: Vec<String> = text.split("[[rules]]").skip(1).map(plain).collect();
    let is_known = |it: &Suggestion| {
        let (check, table) = (plain(&it.check), format!("table={}", plain(&quoted(&it.table))));
        stanzas.iter().any(|stanza| stanza.contains(&check) && (!several || stanza.contains(&table)))
    };
    let mut text = text.to_owned();
    let mut fresh: Vec<Suggestion> = Vec::new();
    let found = found.into_iter().filter(|it| !is_known(it));
    let found: Vec<Suggestion> = found.map(|it| it.renamed(|name| names.take(name))).collect();
    for table in found.chunk_by(|one, other| one.table == other.table) {
        // Mostly all of them say something; else each is tried after those before it.
        let together = with(&text, table, several);
        if says_something(dataset, &together, table)? {
            text = together;
            fresh.extend_from_slice(table);
            continue;
        }
        for it in table {
            let alone = with(&text, std::slice::from_ref(it), several);
            if says_something(dataset, &alone, std::slice::from_ref(it))? {
                text = alone;
                fresh.push(it.clone());
            }
        }
    }
    Ok(fresh)
}

/// The text of a rule file with rules at its end, which end lines as it does: every byte
/// that is there stays.
fn with(text: &str, rules: &[Suggestion], several: bool) -> String {
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let mut added = end.to_owned();
    for it in rules {
        added.push('\n');
        added.push_str(&it.stanza(several));
    }
    let added = if text.contains("\r\n") { added.replace('\n', "\r\n") } else { added };
    format!("{text}{added}")
}

/// Whether a rule file can be read with rules in it that none of the others imply.
fn says_something(dataset: &Dataset, text: &str, rules: &[Suggestion]) -> Result<bool> {
    let Ok(with) = reread(dataset, text) else { return Ok(false) };
    let is_one = |message: &str| rules.iter().any(|it| message.starts_with(&format!("{}: no rule found", it.name)));
    Ok(!check::lint(&with)?.iter().any(|it| is_one(&it.message)))
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
    let text = with(&read(dataset)?, fresh, several);
    // What is written must be read again.
    reread(dataset, &text)?;
    output::put(Some(&name), text.as_bytes())?;
    let names: Vec<&str> = fresh.iter().map(|it| it.name.as_str()).collect();
    Ok(format!("{name}: added {}\n", names.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::source::Format;
    use crate::table::Document;

    const TABLE: &str = "ward,day,mail,votes\nAshby,1204,918,2122\nBarrow,877,1015,1892\nCorby,1431,1290,2721\n\
        Derwent,652,701,1353\nExton,1988,1622,3610\nFenwick,1147,1093,2240\n";
    const RELATION: &str = "votes = day + mail";

    /// Lines of a rule file with other spaces, comments and orders than crossfoot writes.
    fn text() -> impl Strategy<Value = String> {
        let between = prop::sample::select(vec!["", "\n", "# ward = \"x\"\n", "\t# [[rules]] é  \n", "\n\n#\n"]);
        let columns = prop::sample::select(vec![
            "[ tables.t ]\nkey=[ \"ward\" ]\ncolumns = { ward = 'label', day = \"count\", mail=\"count\", votes = \"count\" } # all",
            "[tables.t]\nkey = [\n  \"ward\", # the only one\n]\n[tables.t.columns]\nward = \"label\"\n\nday   = \"count\"\nmail = \"count\"\n  votes = \"count\"",
        ]);
        let rule = prop::sample::select(vec![
            "",
            "\n[[rules]] # by hand\nname = 'few'\nseverity = \"note\"\nrange = { columns = [\"day\"], max = 9_000 }",
            "\n[[ rules ]]\nname=\"votes-adds-up\"\nexpect = \"\"\"\nvotes > 0\"\"\"",
        ]);
        let end = prop::sample::select(vec!["", "\n", " # the end", "\n\n\n", "\n#\n\t"]);
        (between.clone(), columns, between, rule, end, any::<bool>()).prop_map(
            |(one, columns, two, rule, end, is_crlf)| {
                let text =
                    format!("crossfoot=1\n{one}dataset = 'd'\nfiles = [ \"*.csv\" ]\n{two}{columns}\n{rule}{end}");
                if is_crlf { text.replace('\n', "\r\n") } else { text }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_rule_that_is_kept_leaves_every_byte_of_its_file(text in text()) {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("d.toml");
            std::fs::write(&file, &text).unwrap();
            let load = || crate::cli::load_rules(Some(&file)).unwrap().remove(0);
            let dataset = load();
            let document = Arc::new(Document::new("t.csv", TABLE.to_owned(), "UTF-8"));
            let loaded = check::load(document, Format::Delimited, std::slice::from_ref(&dataset), &Options::default());
            let loaded = loaded.unwrap();
            let added = keep(&dataset, loaded.table(0), &[RELATION]).unwrap();
            prop_assert!(added.contains(": added votes-adds-up"), "{added}");
            let written = std::fs::read_to_string(&file).unwrap();
            let rest = written.strip_prefix(&text);
            prop_assert!(rest.is_some_and(|it| it.contains("total = \"votes\"")), "{written}");
            prop_assert_eq!(text.contains("\r\n"), rest.is_some_and(|it| it.contains("\r\n")));
            prop_assert_eq!(load().rules.len(), dataset.rules.len() + 1);
            let again = keep(&dataset, loaded.table(0), &[RELATION]).unwrap_err();
            prop_assert!(again.to_string().contains("already cover"), "{again}");
            prop_assert_eq!(std::fs::read_to_string(&file).unwrap(), written);
        }
    }
}
