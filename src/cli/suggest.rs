//! `crossfoot suggest`: rules that the data support.

use std::path::PathBuf;

use clap::Args;

use super::{Color, Exit, output};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::run::suggest::{fresh, read, reread, with};
use crate::run::{self, Reading, Source, SuggestOptions, Suggested};
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
    /// Add the rules to the rule file of the dataset, leaving the rest of the file unchanged
    #[arg(long)]
    write: bool,
}

pub(super) fn run(args: &SuggestArgs, color: Color) -> Result<Exit> {
    let reading = Reading { rules: args.rules.clone(), dataset: args.dataset.clone(), ..Reading::default() };
    let sources: Vec<Source> = args.paths.iter().cloned().map(Source::Path).collect();
    let Suggested { datasets, rules, unwritten, cut, errors } = run::suggest(&sources, &SuggestOptions { reading })?;
    let mut text = String::new();
    for found in &rules {
        let dataset = found.dataset.as_ref().and_then(|name| datasets.iter().find(|it| it.name == *name));
        match dataset.filter(|_| args.write) {
            Some(dataset) => text.push_str(&write(dataset, &found.rules, found.several)?),
            None => text.extend(found.stanzas().map(|it| format!("{it}\n"))),
        }
    }
    if args.write && datasets.is_empty() {
        let error = Error::new(ErrorKind::Usage, "no rule file covers these files, so there is none to write to");
        return Err(error.hint("`crossfoot init FILE` writes one from a sample"));
    }
    if rules.is_empty() && unwritten.is_empty() {
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
    use crate::check::{self, Options};
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
            let load = || crate::run::load_rules(Some(&file)).unwrap().remove(0);
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
