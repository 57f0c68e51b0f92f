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
///
/// A file that a pattern names belongs to that dataset whatever its headings
/// are; a pattern for all files (`*.csv`) says little, and counts last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    named: bool,
    named_and_shaped: bool,
    shaped_columns: usize,
    named_by_any: bool,
}

/// How well a grid fits a declared table; more is better, field by field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct TableFit {
    named: bool,
    shape: usize,
    likeness: usize,
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
        let tables = match named_table(&datasets[dataset], options) {
            // The user says what the one table of the file is.
            Some(table) if page.grids.len() == 1 => vec![Some(table)],
            _ => tables_of(document, page, &datasets[dataset], true),
        };
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
            .hint("choose one with --dataset, or add `files` patterns to the rule files"));
    }
    let dataset = winners[0];
    let tables = tables_of(document, page, &datasets[dataset], best.named || best.named_by_any);
    Ok(Some(Claim { dataset, tables }))
}

/// The declared table that the user names, by its own name.
fn named_table(dataset: &Dataset, options: &Options) -> Option<usize> {
    let wanted = options.table.as_ref()?;
    dataset.tables.iter().position(|it| it.name == *wanted)
}

fn fit(document: &Document, page: &Page, dataset: &Dataset) -> Fit {
    let patterns = || dataset.files.iter().chain(dataset.tables.iter().flat_map(|it| &it.files));
    let is_named = |wanted: bool| {
        patterns().any(|it| names_some(it) == wanted && matches_any(std::slice::from_ref(it), &document.name))
    };
    let (named, named_by_any) = (is_named(true), is_named(false));
    let shaped = |grid: &Grid| dataset.tables.iter().map(|it| shape(document, grid, it)).max().unwrap_or(0);
    let shaped_columns = page.grids.iter().map(shaped).max().unwrap_or(0);
    let named_and_shaped = (named || named_by_any) && shaped_columns > 0;
    Fit { named, named_and_shaped, shaped_columns, named_by_any }
}

/// Whether a pattern says more of a file than what it ends in.
fn names_some(pattern: &str) -> bool {
    let name = pattern.rsplit('/').next().unwrap_or(pattern);
    let stem = name.split_once('.').map_or(name, |it| it.0);
    stem.contains(char::is_alphanumeric) || pattern[..pattern.len() - name.len()].contains(char::is_alphanumeric)
}

/// Which declared table each grid is, the best pairs first: a declared table is
/// printed once.
///
/// In a file that is known to belong to the dataset (`pointed`), what is left
/// goes to the table that it is most like: that one lacks columns then.
fn tables_of(document: &Document, page: &Page, dataset: &Dataset, pointed: bool) -> Vec<Option<usize>> {
    let named: Vec<bool> = dataset.tables.iter().map(|it| matches_any(&it.files, &document.name)).collect();
    let only = dataset.tables.len() == 1 && page.grids.len() == 1;
    let mut pairs: Vec<(TableFit, usize, usize)> = Vec::new();
    for (at, grid) in page.grids.iter().enumerate() {
        for (table, declared) in dataset.tables.iter().enumerate() {
            let like = if pointed { likeness(document, grid, declared) } else { 0 };
            let likeness = if only && pointed { like.max(1) } else { like };
            let fit = TableFit { named: named[table], shape: shape(document, grid, declared), likeness };
            if fit > TableFit::default() {
                pairs.push((fit, at, table));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut tables = vec![None; page.grids.len()];
    for (_, at, table) in pairs {
        if tables[at].is_none() && !tables.contains(&Some(table)) {
            tables[at] = Some(table);
        }
    }
    tables
}

/// How many columns of a declared table a grid prints, where that is half of
/// those it must print, or half of the rows that it must.
fn likeness(document: &Document, grid: &Grid, table: &TableSchema) -> usize {
    let printed = printed_columns(document, grid, table);
    let required = table.columns.iter().filter(|it| !it.optional).count();
    let by_rows = !table.rows.is_empty() && shares_rows(document, grid, table);
    if by_rows || printed * 2 >= required.max(1) { printed.max(1) } else { 0 }
}

/// How many columns of a declared table a grid prints.
pub(super) fn printed_columns(document: &Document, grid: &Grid, table: &TableSchema) -> usize {
    let headings: Vec<String> = grid.headings.iter().map(|it| fold(it.text(document))).collect();
    table.columns.iter().filter(|it| is_printed(it, &headings)).count()
}

/// Whether a column stands among folded headings, under one of its names.
pub(super) fn is_printed(column: &ColumnSchema, headings: &[String]) -> bool {
    std::iter::once(&column.name).chain(&column.aliases).any(|it| headings.contains(&fold(it)))
}

/// How well a grid has the shape of a declared table; 0 is not at all.
fn shape(document: &Document, grid: &Grid, table: &TableSchema) -> usize {
    if has_title(grid, table) {
        return 1_000;
    }
    let headings: Vec<String> = grid.headings.iter().map(|it| fold(it.text(document))).collect();
    let found = table.columns.iter().filter(|it| is_printed(it, &headings)).count();
    let required = table.columns.iter().filter(|it| !it.optional).all(|it| is_printed(it, &headings));
    if !required || found < 2 || !shares_rows(document, grid, table) {
        return 0;
    }
    found
}

/// Whether a grid stands under a title of a declared table.
pub(super) fn has_title(grid: &Grid, table: &TableSchema) -> bool {
    let printed = grid.title.as_ref().map(|it| fold(it));
    printed.is_some_and(|printed| table.title.iter().chain(&table.aliases).any(|it| fold(it) == printed))
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
