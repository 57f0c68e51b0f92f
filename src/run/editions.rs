//! Which tables of several files are editions of one.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::Loaded;
use crate::rules::Dataset;
use crate::suggest::{Names, Suggestion};
use crate::table::Table;

/// The editions of one table.
pub(crate) struct Group<'a> {
    /// The dataset, if a rule file claims it.
    pub(crate) dataset: Option<String>,
    /// The table's name.
    pub(crate) name: String,
    /// The first file that holds it, and which of its tables it is.
    pub(crate) at: (usize, usize),
    files: Vec<usize>,
    editions: Vec<Cow<'a, Table>>,
}

/// A table is compared with so many of those that begin with the same heading.
const NEAR_MAX: usize = 8;

impl Group<'_> {
    /// Its editions, in order.
    pub(crate) fn tables(&self) -> Vec<&Table> {
        self.editions.iter().map(AsRef::as_ref).collect()
    }

    /// How many files hold it.
    pub(crate) fn files(&self) -> usize {
        self.files.len()
    }

    /// Whether it has most of the headings of another, and no file in common.
    fn is_like(&self, other: &Self) -> bool {
        let (one, two) = (&self.editions[0], &other.editions[0]);
        let same = one.columns.iter().filter(|it| two.column(&it.name).is_some()).count();
        let most = one.columns.len().max(two.columns.len());
        same >= 2 && same * 10 >= most * 6 && self.files.iter().all(|it| !other.files.contains(it))
    }
}

/// Puts files in the order of their periods.
pub(crate) fn sort(loaded: &mut [Loaded]) {
    loaded.sort_by(|a, b| (a.period(), &a.document.name).cmp(&(b.period(), &b.document.name)));
}

/// Tables that are editions of one: by declared name, or by their headings; a
/// file with a column of periods holds many.
///
/// Of several tables of a file that have the same headings, the first is an
/// edition of the first of another file, and so on.
pub(crate) fn groups<'a>(loaded: &'a [Loaded], datasets: &[Dataset]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut known: HashMap<(Option<String>, Vec<String>, usize), usize> = HashMap::new();
    for (file, it) in loaded.iter().enumerate() {
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
                groups.push(Group { dataset, name, at: (file, at), files: Vec::new(), editions: Vec::new() });
                groups.len() - 1
            });
            groups[group].files.push(file);
            groups[group].editions.extend(it.editions(at, datasets));
        }
    }
    groups
}

/// Suggestions under names of their own.
pub(crate) fn named_apart(found: Vec<Suggestion>) -> Vec<Suggestion> {
    let mut names = Names::default();
    found.into_iter().map(|it| it.renamed(|name| names.take(name))).collect()
}

/// Takes tables of different files for editions of one that have most headings in common.
pub(crate) fn merged(groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    let mut merged: Vec<Group<'_>> = Vec::new();
    let mut by_first: HashMap<String, Vec<usize>> = HashMap::new();
    for group in groups {
        let first = group.editions[0].columns.first().map_or_else(String::new, |it| it.name.clone());
        let near = by_first.entry(first).or_default();
        let other = near.iter().rev().take(NEAR_MAX).copied().find(|it| merged[*it].is_like(&group));
        if let Some(other) = other {
            merged[other].files.extend(group.files);
            merged[other].editions.extend(group.editions);
        } else {
            near.push(merged.len());
            merged.push(group);
        }
    }
    merged
}
