//! How a file is declared to be read: by the user, else by a rule file.

use std::slice;

use super::Options;
use super::claim::{Claim, matches_any};
use crate::rules::Dataset;
use crate::table::{Layout, TableSchema};

/// What is said of the layout of a file before it is read, by its name: what the
/// user says goes before the rule file that names it.
pub fn layout_of(name: &str, datasets: &[Dataset], options: &Options) -> Layout {
    let is_wanted = |it: &&Dataset| match &options.dataset {
        Some(wanted) => it.name == *wanted,
        None => names_file(it, name),
    };
    let declared = datasets.iter().filter(is_wanted).find_map(|it| of_dataset(it, name));
    declared.map_or_else(|| options.layout.clone(), |it| options.layout.or(it))
}

/// What the table says that a file was claimed as.
pub(super) fn of_claim(claim: &Claim, datasets: &[Dataset], options: &Options) -> Option<Layout> {
    let tables = claim.tables.iter().flatten().map(|&it| &datasets[claim.dataset].tables[it]);
    let declared = tables.map(|it| &it.layout).find(|it| is_said(it))?;
    Some(options.layout.or(declared))
}

/// The layouts of rule files that name no files: one of them may fit a file that
/// none claims as it stands.
pub(super) fn others<'a>(datasets: &'a [Dataset], options: &'a Options) -> impl Iterator<Item = Layout> + 'a {
    let nameless = |it: &&Dataset| it.files.is_empty() && it.tables.iter().all(|it| it.files.is_empty());
    let tables = datasets.iter().filter(nameless).flat_map(|it| &it.tables);
    tables.map(|it| &it.layout).filter(|it| it.is_of_form()).map(|it| options.layout.or(it))
}

fn of_dataset<'a>(dataset: &'a Dataset, name: &str) -> Option<&'a Layout> {
    let is_named = |it: &&TableSchema| matches_any(&it.files, name);
    let mut named = dataset.tables.iter().filter(is_named).peekable();
    if named.peek().is_some() {
        return named.map(|it| &it.layout).find(|it| is_said(it));
    }
    dataset.tables.iter().map(|it| &it.layout).find(|it| is_said(it))
}

fn is_said(layout: &Layout) -> bool {
    *layout != Layout::default()
}

/// Whether a rule file names a file by one of its patterns.
fn names_file(dataset: &Dataset, name: &str) -> bool {
    let patterns = dataset.files.iter().chain(dataset.tables.iter().flat_map(|it| &it.files));
    patterns.into_iter().any(|it| matches_any(slice::from_ref(it), name))
}
