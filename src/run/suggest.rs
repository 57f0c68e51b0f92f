//! What `suggest` does: rules that the data support.

use super::editions::{self, Group};
use super::opened::Opened;
use super::{Reading, Source, load_rules};
use crate::check::{self, Options};
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Dataset;
use crate::suggest::{Names, Suggestion, Unwritten, quoted, suggest as suggest_for};

/// How rules are looked for.
#[derive(Clone, Debug, Default)]
pub struct SuggestOptions {
    /// The rule files that say something already, and the dataset of every input.
    pub reading: Reading,
}

/// The rules that were found.
#[derive(Debug)]
pub struct Suggested {
    /// The datasets of the rule files.
    pub datasets: Vec<Dataset>,
    /// What each dataset could say beside; of each only where there is something.
    pub rules: Vec<SuggestedRules>,
    /// What holds, and cannot be written as a rule.
    pub unwritten: Vec<Unwritten>,
    /// Whether a table is too large to be searched completely.
    pub cut: bool,
    /// What could not be read.
    pub errors: Vec<Error>,
}

/// Rules that a dataset could have beside its own.
#[derive(Debug)]
pub struct SuggestedRules {
    /// The dataset; none of files that no rule file claims.
    pub dataset: Option<String>,
    /// The rules.
    pub rules: Vec<Suggestion>,
    /// Whether rules must say which table they are of.
    pub several: bool,
}

impl SuggestedRules {
    /// The rules as they stand in a rule file.
    pub fn stanzas(&self) -> impl Iterator<Item = String> {
        self.rules.iter().map(|it| it.stanza(self.several))
    }
}

/// Looks for the rules that editions support, beyond those that their dataset has.
///
/// # Errors
///
/// [`ErrorKind::NotFound`] for a path that is not there, and what [`load_rules`] says
/// of a rule file. What cannot be read is in [`Suggested::errors`].
pub fn suggest(sources: &[Source], options: &SuggestOptions) -> Result<Suggested> {
    let datasets = load_rules(options.reading.rules.as_deref())?;
    let options = Options { dataset: options.reading.dataset.clone(), ..Options::default() };
    let (mut loaded, mut errors) = (Vec::new(), Vec::new());
    for input in Source::inputs(sources, &[])? {
        let read = Opened::new(&input)
            .and_then(|it| it.document(None, &|name| check::layout_of(name, &datasets, &options)))
            .and_then(|it| check::load(it.0, it.1, &datasets, &options));
        match read {
            Ok(it) => loaded.push(it),
            Err(it) => errors.push(it),
        }
    }
    editions::sort(&mut loaded);
    let (mut rules, mut cut, mut unwritten) = (Vec::new(), false, Vec::new());
    let all = editions::groups(&loaded, &datasets);
    for dataset in datasets.iter().map(Some).chain([None]) {
        let name = dataset.map(|it| it.name.clone());
        let groups: Vec<&Group<'_>> = all.iter().filter(|it| it.dataset == name).collect();
        let several = dataset.map_or(groups.len(), |it| it.tables.len()) > 1;
        let mut found: Vec<Suggestion> = Vec::new();
        for group in groups {
            let all = suggest_for(&group.name, &group.tables());
            cut |= all.cut;
            unwritten.extend(all.unwritten);
            found.extend(all.rules);
        }
        let fresh = match dataset {
            Some(dataset) => fresh(dataset, &read(dataset)?, found, several)?,
            None => editions::named_apart(found),
        };
        rules.extend((!fresh.is_empty()).then_some(SuggestedRules { dataset: name, rules: fresh, several }));
    }
    drop(all);
    Ok(Suggested { datasets, rules, unwritten, cut, errors })
}

/// Leaves out what the rules of a dataset say already; `text` is its rule file.
pub(crate) fn fresh(dataset: &Dataset, text: &str, found: Vec<Suggestion>, several: bool) -> Result<Vec<Suggestion>> {
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
pub(crate) fn with(text: &str, rules: &[Suggestion], several: bool) -> String {
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

pub(crate) fn read(dataset: &Dataset) -> Result<String> {
    let name = dataset.path.to_string_lossy();
    std::fs::read_to_string(&dataset.path)
        .map_err(|it| Error::new(ErrorKind::Unreadable, "could not be read").in_file(name.into_owned()).because(it))
}

pub(crate) fn reread(dataset: &Dataset, text: &str) -> Result<Dataset> {
    let folder = dataset.path.parent().map(std::path::Path::to_owned).unwrap_or_default();
    let open = move |name: &str| {
        std::fs::read(folder.join(name)).map_err(|it| Error::new(ErrorKind::NotFound, "no such file").because(it))
    };
    crate::rules::load(&dataset.path.to_string_lossy(), text, &open)
}
