//! Which dataset a file belongs to, and which declared table each of its
//! tables is.

use globset::Glob;

use super::Options;
use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::rules::Dataset;
use crate::source::{Grid, Page, unpacked};
use crate::table::{ColumnSchema, Document, TableSchema, fold};

/// A file's dataset, and the declared table of each of its grids.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) dataset: usize,
    pub(super) tables: Vec<Option<usize>>,
}

/// How well a dataset fits a file; more is better, field by field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    named_and_shaped: bool,
    shaped_columns: usize,
    named: bool,
}

/// Finds the dataset of a file: the one the user names, else the one whose
/// `files` patterns, titles or columns fit best.
///
/// # Errors
///
/// [`ErrorKind::Usage`] if no dataset has the name given, or two fit alike.
pub(super) fn claim(
    document: &Document,
    page: &Page,
    datasets: &[Dataset],
    options: &Options,
) -> Result<Option<Claim>> {
    if let Some(wanted) = &options.dataset {
        let Some(dataset) = datasets.iter().position(|it| it.name == *wanted) else {
            let names = datasets.iter().map(|it| it.name.as_str());
            let error = Error::new(ErrorKind::Usage, format!("no rule file declares the dataset {wanted}"));
            return Err(match nearest(wanted, names) {
                Some(name) => error.hint(format!("the nearest name is {name}")),
                None => error,
            });
        };
        let tables = tables_of(document, page, &datasets[dataset], true);
        return Ok(Some(Claim { dataset, tables }));
    }
    let fits: Vec<Fit> = datasets.iter().map(|it| fit(document, page, it)).collect();
    let best = fits.iter().copied().max().unwrap_or_default();
    if best == Fit::default() {
        return Ok(None);
    }
    let winners: Vec<usize> = (0..fits.len()).filter(|&it| fits[it] == best).collect();
    if let [first, second, ..] = winners[..] {
        let (first, second) = (&datasets[first].name, &datasets[second].name);
        let message = format!("both {first} and {second} claim this file");
        return Err(Error::new(ErrorKind::Usage, message)
            .in_file(document.name.clone())
            .hint("say which with --dataset, or give the rule files `files` patterns"));
    }
    let dataset = winners[0];
    let tables = tables_of(document, page, &datasets[dataset], best.named || best.named_and_shaped);
    Ok(Some(Claim { dataset, tables }))
}

fn fit(document: &Document, page: &Page, dataset: &Dataset) -> Fit {
    let named = matches_any(&dataset.files, &document.name)
        || dataset.tables.iter().any(|it| matches_any(&it.files, &document.name));
    let shaped = |grid: &Grid| dataset.tables.iter().map(|it| shape(document, grid, it)).max().unwrap_or(0);
    let shaped_columns = page.grids.iter().map(shaped).max().unwrap_or(0);
    Fit { named_and_shaped: named && shaped_columns > 0, shaped_columns, named }
}

fn tables_of(document: &Document, page: &Page, dataset: &Dataset, trusted: bool) -> Vec<Option<usize>> {
    let pick = |grid: &Grid| {
        let named = dataset.tables.iter().position(|it| matches_any(&it.files, &document.name));
        let score = |at: usize| shape(document, grid, &dataset.tables[at]);
        let shaped = (0..dataset.tables.len()).rev().max_by_key(|&it| score(it)).filter(|&it| score(it) > 0);
        let only = (trusted && dataset.tables.len() == 1 && page.grids.len() == 1).then_some(0);
        named.or(shaped).or(only)
    };
    let mut tables: Vec<Option<usize>> = page.grids.iter().map(pick).collect();
    // A declared table is printed once: the first grid that fits keeps it.
    for at in 1..tables.len() {
        if tables[..at].contains(&tables[at]) {
            tables[at] = None;
        }
    }
    tables
}

/// How well a grid has the shape of a declared table; 0 is not at all.
fn shape(document: &Document, grid: &Grid, table: &TableSchema) -> usize {
    let same_title = |title: &String| grid.title.as_ref().is_some_and(|it| fold(it) == fold(title));
    if table.title.as_ref().is_some_and(same_title) {
        return 1_000;
    }
    let headings: Vec<String> = grid.headings.iter().map(|it| fold(it.text(document))).collect();
    let printed = |name: &String| headings.contains(&fold(name));
    let has = |it: &&ColumnSchema| printed(&it.name) || it.aliases.iter().any(printed);
    let found = table.columns.iter().filter(has).count();
    let required = table.columns.iter().filter(|it| !it.optional).all(|it| has(&it));
    if !required || found < 2 || !shares_rows(document, grid, table) {
        return 0;
    }
    found
}

/// Whether at least half of the declared rows are printed: common headings
/// alone (`item,count`) claim nothing.
fn shares_rows(document: &Document, grid: &Grid, table: &TableSchema) -> bool {
    if table.rows.is_empty() {
        return true;
    }
    let printed: Vec<String> =
        grid.rows.iter().flat_map(|row| row.cells.iter().map(|it| fold(it.text(document)))).collect();
    let required: Vec<_> = table.rows.iter().filter(|it| !it.optional).collect();
    let found = required.iter().filter(|it| printed.contains(&fold(&it.name))).count();
    found * 2 >= required.len()
}

/// Whether a file is named by one of the patterns, by its name or whole path,
/// packed or not.
pub(super) fn matches_any(patterns: &[String], file: &str) -> bool {
    let inner = unpacked(file);
    if inner != file && matches_any(patterns, inner) {
        return true;
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    // A pattern is worth its regular expression only where it begins as the file does.
    let begins = |pattern: &&String| {
        let plain = pattern.split(['*', '?', '[', '{', '\\', '/']).next().unwrap_or_default();
        name.starts_with(plain) || file.starts_with(plain)
    };
    patterns.iter().filter(begins).any(|pattern| {
        Glob::new(pattern).is_ok_and(|it| {
            let matcher = it.compile_matcher();
            matcher.is_match(name) || matcher.is_match(file)
        })
    })
}
