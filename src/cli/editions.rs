//! Which tables of several files are editions of one.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::Loaded;
use crate::rules::Dataset;
use crate::suggest::{Names, Suggestion};
use crate::table::Table;

/// The editions of one table.
pub(super) struct Group<'a> {
    /// The dataset, if a rule file claims it.
    pub(super) dataset: Option<String>,
    /// The table's name.
    pub(super) name: String,
    editions: Vec<Cow<'a, Table>>,
}

impl Group<'_> {
    /// Its editions, in order.
    pub(super) fn tables(&self) -> Vec<&Table> {
        self.editions.iter().map(AsRef::as_ref).collect()
    }
}

/// Puts files in the order of their periods.
pub(super) fn sort(loaded: &mut [Loaded]) {
    loaded.sort_by(|a, b| (a.period(), &a.document.name).cmp(&(b.period(), &b.document.name)));
}

/// Tables that are editions of one: by declared name, or by their headings; a
/// file with a column of periods holds many.
///
/// Of several tables of a file that have the same headings, the first is an
/// edition of the first of another file, and so on.
pub(super) fn groups<'a>(loaded: &'a [Loaded], datasets: &[Dataset]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<(Option<String>, Vec<String>, usize), usize> = HashMap::new();
    for it in loaded {
        let dataset = it.input.dataset.clone();
        let mut turns: HashMap<Vec<String>, usize> = HashMap::new();
        for (at, table) in (0..it.page.grids.len()).map(|at| (at, it.table(at))) {
            let headings: Vec<String> = match &dataset {
                Some(_) => vec![table.name.clone()],
                None => table.columns.iter().map(|it| it.name.clone()).collect(),
            };
            let turn = turns.entry(headings.clone()).or_default();
            *turn += usize::from(dataset.is_none());
            let group = *known.entry((dataset.clone(), headings, *turn)).or_insert_with(|| {
                let (dataset, name) = (dataset.clone(), table.name.clone());
                groups.push(Group { dataset, name, editions: Vec::new() });
                groups.len() - 1
            });
            groups[group].editions.extend(it.editions(at, datasets));
        }
    }
    groups
}

/// Suggestions under names of their own.
pub(super) fn named_apart(found: Vec<Suggestion>) -> Vec<Suggestion> {
    let mut names = Names::default();
    found.into_iter().map(|it| it.renamed(|name| names.take(name))).collect()
}
