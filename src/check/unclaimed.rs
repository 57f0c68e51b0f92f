//! `unclaimed`: where rule files are at hand, one of them judges every table
//! that has figures.

use super::assemble::{Loaded, LoadedTable, figures};
use super::claim::{is_printed, printed_columns};
use super::implied::facts;
use super::outcome::Collector;
use crate::finding::{Place, Role, Severity};
use crate::rules::{Dataset, Detail};
use crate::source::Grid;
use crate::table::{Document, TableSchema, fold};

/// So many names of columns are given.
const NAMED_MAX: usize = 3;

/// Says which tables of a file no rule file judges: once of a file that none does.
pub(super) fn judge(loaded: &Loaded, datasets: &[Dataset], collector: &mut Collector) {
    if datasets.is_empty() || !collector.wants("unclaimed", "unclaimed") {
        return;
    }
    let open = loaded.tables.iter().filter(|it| !it.is_claimed && figures(&it.table) + it.clean.figures > 0);
    let told = if loaded.dataset.is_some() { usize::MAX } else { 1 };
    for table in open.take(told) {
        let own = loaded.dataset.map(|it| &datasets[it]);
        let near = own.map_or(datasets, std::slice::from_ref);
        let severity = match own {
            Some(it) => it.unclaimed,
            // The mildest that any rule file asks for.
            None => datasets.iter().filter_map(|it| it.unclaimed).min(),
        };
        let name = own.map_or("", |it| it.name.as_str());
        collector.about(&table.table.name);
        collector.fail_one(&facts(name, "unclaimed", severity.unwrap_or(Severity::Error)), detail(loaded, table, near));
    }
}

/// A declared table, the dataset that it is of, and how many of its columns are printed.
struct Nearest<'a> {
    dataset: &'a Dataset,
    table: &'a TableSchema,
    printed: usize,
}

fn detail(loaded: &Loaded, table: &LoadedTable, datasets: &[Dataset]) -> Detail {
    let grid = &loaded.page.grids[table.grid];
    let nearest = nearest(&loaded.document, grid, datasets);
    let (message, hint) = match &nearest {
        Some(it) => near(&loaded.document, grid, it),
        None => far(datasets),
    };
    let mut detail = Detail::new(&table.table.name, message);
    detail.hint = Some(hint);
    let mut place = match grid.headings.first().filter(|_| grid.headings_printed) {
        Some(first) => {
            let last = grid.headings.last().unwrap_or(first);
            let span = crate::table::Span { start: first.span.start, end: last.span.end.max(first.span.end) };
            Place::of_span(&loaded.document, span, Role::Primary, "")
        }
        None => super::judge::heading_place(&table.table, ""),
    };
    place.table.clone_from(&table.table.name);
    detail.places = vec![place];
    detail
}

/// The declared table most like a grid: half of the columns it must have are printed.
fn nearest<'a>(document: &Document, grid: &Grid, datasets: &'a [Dataset]) -> Option<Nearest<'a>> {
    let all = datasets.iter().flat_map(|dataset| dataset.tables.iter().map(move |table| (dataset, table)));
    let known = all.map(|(dataset, table)| {
        let printed = printed_columns(document, grid, table);
        Nearest { dataset, table, printed }
    });
    let like = known.filter(|it| it.printed > 0 && it.printed * 2 >= required(it.table).max(1));
    // Of equals the first: the share of columns decides, then their number.
    let mut best: Option<Nearest<'_>> = None;
    for it in like {
        let share = |it: &Nearest<'_>| (it.printed * 1_000 / it.table.columns.len().max(1), it.printed);
        if best.as_ref().is_none_or(|best| share(&it) > share(best)) {
            best = Some(it);
        }
    }
    best
}

fn required(table: &TableSchema) -> usize {
    table.columns.iter().filter(|it| !it.optional).count()
}

/// What differs from the nearest table, and how to settle it.
fn near(document: &Document, grid: &Grid, nearest: &Nearest<'_>) -> (String, String) {
    let (table, file) = (nearest.table, nearest.dataset.path.display());
    let headings: Vec<String> = grid.headings.iter().map(|it| fold(it.text(document))).collect();
    let missing: Vec<&str> = table
        .columns
        .iter()
        .filter(|it| !it.optional && !is_printed(it, &headings))
        .map(|it| it.name.as_str())
        .collect();
    let known = |it: &str| table.columns.iter().any(|column| is_printed(column, &[fold(it)]));
    let extra: Vec<&str> =
        grid.headings.iter().map(|it| it.text(document)).filter(|it| !it.is_empty() && !known(it)).collect();
    let (differs, alias) = match (&missing[..], &extra[..]) {
        ([], _) => ("its rows differ".to_owned(), None),
        ([column], [heading]) => {
            let words = format!("it has a column \"{heading}\" instead of \"{column}\"");
            (words, Some(format!("add \"{heading}\" to the aliases of \"{column}\"")))
        }
        (missing, []) => (format!("it lacks {}", columns(missing)), None),
        (missing, extra) => (format!("it lacks {} and has {}", columns(missing), columns(extra)), None),
    };
    let message = format!("no rule file covers this table; the closest is {} in {file}, but {differs}", table.name);
    let name = document.name.rsplit('/').next().unwrap_or(&document.name);
    let point = format!("add the file to that rule file: files = [\"{name}\"]");
    (message, alias.map_or(point.clone(), |alias| format!("{alias}, or {point}")))
}

/// `the column "a"`, `the columns "a", "b", "c" and 2 more`.
fn columns(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().take(NAMED_MAX).map(|it| format!("\"{it}\"")).collect();
    match (names.len(), &quoted[..]) {
        (1, _) => format!("the column {}", quoted[0]),
        (count, _) if count > NAMED_MAX => {
            format!("the columns {} and {} more", quoted.join(", "), count - NAMED_MAX)
        }
        (_, [first @ .., last]) => format!("the columns {} and {last}", first.join(", ")),
        _ => String::new(),
    }
}

fn far(datasets: &[Dataset]) -> (String, String) {
    let whose = match datasets {
        [one] => format!("{} has no table with these columns", one.path.display()),
        many => format!("none of the {} rule files has a table with these columns", many.len()),
    };
    let message = format!("no rule file covers this table: {whose}");
    let hint = "`crossfoot init` writes a rule file for it; to skip the file, list it in .crossfootignore; to make \
     this a warning, set unclaimed = \"warning\" in a rule file";
    (message, hint.to_owned())
}
