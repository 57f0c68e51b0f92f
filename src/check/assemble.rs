//! Lays the tables of many files together into editions.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::slice;
use std::sync::Arc;

use jiff::civil::Date;

use super::Options;
use super::claim::{Claim, claim, matches_any};
use super::outcome::Input;
use super::pasted::OnFile;
use super::stream::{Clean, Whole};
use super::unread;
use crate::error::{Error, ErrorKind, Result};
use crate::history::{Earlier, Memo};
use crate::nearest::nearest;
use crate::rules::{Dataset, Need, PeriodSource, Rule};
use crate::source::{self, DecidedBy, Format, Hints, Page, TypeFault, TypeOptions};
use crate::table::{
    CellState, ColumnData, Coverage, Document, Edition, NumberStyle, Period, Pin, Table, TableSchema, fold,
};

/// One file, read and typed.
#[derive(Debug)]
pub struct Loaded {
    /// Its text.
    pub document: Arc<Document>,
    /// What its reader found.
    pub page: Page,
    /// What to tell of it.
    pub input: Input,
    /// How it was read.
    pub format: Format,
    pub(super) dataset: Option<usize>,
    pub(super) period: Option<Period>,
    pub(super) tables: Vec<LoadedTable>,
}

/// One table of a file, typed by its schema.
#[derive(Debug)]
pub(super) struct LoadedTable {
    pub(super) grid: usize,
    /// Whether it is a table that a rule file declares.
    pub(super) is_claimed: bool,
    pub(super) schema: TableSchema,
    pub(super) table: Table,
    pub(super) faults: Vec<TypeFault>,
    /// Rows that are in order, and not in the table.
    pub(super) clean: Clean,
    /// All rows, for the rules that need them, where others are not in the table.
    pub(super) whole: Option<Whole>,
}

/// One edition to judge, with the one before it.
pub(super) struct Run<'a> {
    pub(super) dataset: Option<&'a Dataset>,
    pub(super) edition: Arc<Edition>,
    pub(super) previous: Option<Arc<Edition>>,
    /// All earlier editions that are known, the newest first.
    pub(super) past: Vec<Arc<Earlier>>,
    /// All editions of its dataset that are known.
    pub(super) on_file: Arc<OnFile>,
    /// What was made of its series, while it is judged.
    pub(super) memo: Memo,
    /// Tables that several runs look at, and an earlier one judges.
    pub(super) borrowed: Vec<String>,
    /// The schemas of the edition's tables, in their order.
    pub(super) schemas: Vec<TableSchema>,
    /// What is in order and not in each of the edition's tables.
    pub(super) clean: Vec<Clean>,
    /// The same edition with other rows of its tables, for some of the rules.
    pub(super) apart: Vec<Apart<'a>>,
}

/// An edition that some rules are judged on, and no others.
pub(super) struct Apart<'a> {
    /// Their names.
    pub(super) rules: BTreeSet<String>,
    pub(super) run: Run<'a>,
}

/// Reads one document, finds its dataset, and types its tables.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`](crate::ErrorKind) where the text is no table
/// file, or holds figures and no table that can be read,
/// [`ErrorKind::Usage`](crate::ErrorKind) where its dataset cannot be
/// told.
pub fn load(document: Arc<Document>, format: Format, datasets: &[Dataset], options: &Options) -> Result<Loaded> {
    let published = date_in(&document.name);
    let hints = Hints { published, today: options.today, pins: &options.pins, ..Hints::default() };
    let wanted = options.table.as_deref();
    let (mut page, mut found) = meant(wanted, &document, format.read(&document, &hints)?);
    let mut claimed = claim(&document, &page, datasets, options)?;
    if let (Some(it), Format::Page) = (&claimed, format) {
        // The rule file knows titles, rows and arity: read again with them.
        let dataset = &datasets[it.dataset];
        let of_file = |it: &&Pin| it.file.as_ref().is_none_or(|it| matches_any(slice::from_ref(it), &document.name));
        let pins: Vec<Pin> = options.pins.iter().chain(dataset.pins.iter().filter(of_file)).cloned().collect();
        let hints = Hints { tables: &dataset.tables, cadence: dataset.cadence, pins: &pins, ..hints };
        (page, found) = meant(wanted, &document, format.read(&document, &hints)?);
        claimed = claim(&document, &page, datasets, options)?;
    }
    let dataset = claimed.as_ref().map(|it| &datasets[it.dataset]);
    if let Some(wanted) = wanted.filter(|_| !found) {
        keep_declared(wanted, &document, dataset, &mut page, claimed.as_mut())?;
    }
    let locale = options.locale.as_deref().or_else(|| dataset.and_then(|it| it.locale.as_deref()));
    let known = TypeOptions { locale: locale.and_then(NumberStyle::of_locale), inferred: false };
    let declared = |grid: usize| {
        let table = claimed.as_ref()?.tables[grid]?;
        Some(dataset?.tables[table].clone())
    };
    let typed = |grid: usize| type_one(&document, &page, grid, declared(grid), known);
    let tables: Vec<LoadedTable> = (0..page.grids.len()).map(typed).collect();
    let period = options.edition.or_else(|| dataset.and_then(|it| period_of(&document, &page, it)));
    if let Some(period) = period.or(page.period) {
        page.cover(period, format);
    }
    let mut loaded = Loaded {
        input: Input {
            file: document.name.clone(),
            dataset: dataset.map(|it| it.name.clone()),
            edition: period.or(page.period).map(|it| format!("{}/{}", it.start, it.end)),
            editions: 1,
            coverage: page.coverage,
            tables: tables.len(),
            rows: tables.iter().map(|it| it.table.rows.len()).sum(),
            figures: tables.iter().map(|it| figures(&it.table)).sum(),
        },
        format,
        dataset: claimed.map(|it| it.dataset),
        period,
        document,
        page,
        tables,
    };
    unread::refuse(&loaded)?;
    tell_editions(&mut loaded, datasets);
    Ok(loaded)
}

impl Loaded {
    /// Whether a row of it was read as a pin says.
    pub fn is_pinned(&self, pin: &Pin) -> bool {
        let rows = self.page.grids.iter().flat_map(|it| &it.rows);
        rows.filter_map(|it| it.splitting.as_ref()).any(|it| {
            let cells = it.readings.first().map(|it| it.cells.as_slice()).unwrap_or_default();
            let printed = cells.iter().skip(1).map(|&it| self.document.slice(it));
            it.decided_by == DecidedBy::Pin
                && cells.first().is_some_and(|&it| fold(self.document.slice(it)) == fold(&pin.row))
                // A footnote mark may stand behind the last.
                && printed.zip(&pin.cells).all(|(printed, cell)| printed.starts_with(cell.as_str()))
        })
    }
}

/// Types one grid of a page by its declared schema, else by what its cells suggest.
fn type_one(
    document: &Arc<Document>,
    page: &Page,
    grid: usize,
    declared: Option<TableSchema>,
    known: TypeOptions,
) -> LoadedTable {
    let printed = &page.grids[grid];
    let is_claimed = declared.is_some();
    let known = TypeOptions { inferred: !is_claimed, ..known };
    let infer = || source::infer_schema_as(printed, document, &table_name(document, page, grid), known);
    let schema = declared.unwrap_or_else(infer);
    let typed = source::type_grid(printed, document, &schema, &known);
    LoadedTable { grid, is_claimed, schema, table: typed.table, faults: typed.faults, clean: Clean::default(), whole: None }
}

/// The tables of a page that a user means by what is printed; all where none
/// is, and whether one is.
fn meant(wanted: Option<&str>, document: &Document, mut page: Page) -> (Page, bool) {
    let is_meant = |it: usize, wanted: &str| {
        page.grids[it].is_meant(it + 1, wanted) || fold(&table_name(document, &page, it)) == fold(wanted)
    };
    let kept: Vec<bool> = (0..page.grids.len()).map(|it| wanted.is_some_and(|wanted| is_meant(it, wanted))).collect();
    let found = kept.contains(&true);
    if found {
        let mut kept = kept.into_iter();
        page.grids.retain(|_| kept.next().unwrap_or(false));
    }
    (page, found)
}

/// Keeps the table that a user means by its declared name.
fn keep_declared(
    wanted: &str,
    document: &Document,
    dataset: Option<&Dataset>,
    page: &mut Page,
    claimed: Option<&mut Claim>,
) -> Result<()> {
    let declared = dataset.and_then(|it| it.tables.iter().position(|it| fold(&it.name) == fold(wanted)));
    let at = claimed.as_ref().and_then(|it| it.tables.iter().position(|it| it.is_some() && *it == declared));
    if let (Some(at), Some(claimed)) = (at, claimed) {
        claimed.tables = vec![declared];
        page.grids = vec![page.grids.swap_remove(at)];
        return Ok(());
    }
    let declared = dataset.into_iter().flat_map(|it| it.tables.iter().map(|it| it.name.clone()));
    let names: Vec<String> = (0..page.grids.len()).map(|it| table_name(document, page, it)).chain(declared).collect();
    let missing = Error::new(ErrorKind::Usage, format!("there is no table \"{wanted}\"")).in_file(&document.name);
    Err(match nearest(wanted, names.iter().map(String::as_str)) {
        Some(name) => missing.hint(format!("the nearest name is {name}")),
        None => missing.hint(format!("there are {}", names.join(", "))),
    })
}

/// How many cells of a table are figures, or should be.
pub(super) fn figures(table: &Table) -> usize {
    let numbers = table.columns.iter().filter(|it| matches!(it.data, ColumnData::Numbers(_)));
    let figure = |it: &&CellState| matches!(it, CellState::Value | CellState::Unclear);
    numbers.map(|it| it.states.iter().filter(figure).count()).sum()
}

/// The title of a grid, or the name of its file.
pub(super) fn table_name(document: &Document, page: &Page, grid: usize) -> String {
    let stem = || {
        let name = document.name.rsplit('/').next().unwrap_or(&document.name);
        let stem = name.rsplit_once('.').map_or(name, |it| it.0);
        if page.grids.len() > 1 { format!("{stem}-{}", grid + 1) } else { stem.to_owned() }
    };
    page.grids[grid].title.clone().filter(|it| !it.is_empty()).unwrap_or_else(stem)
}

/// A date in a file name (`2006-06-21-page.txt`).
fn date_in(file: &str) -> Option<Date> {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.char_indices().find_map(|(at, _)| name.get(at..at + 10)?.parse().ok())
}

/// The period that a dataset's declaration or the page itself gives a file.
fn period_of(document: &Document, page: &Page, dataset: &Dataset) -> Option<Period> {
    let name = document.name.rsplit('/').next().unwrap_or(&document.name);
    let named = match &dataset.period {
        Some(PeriodSource::Filename(pattern)) => {
            let start = Date::strptime(pattern, name).ok().or_else(|| {
                let stem = name.rsplit_once('.').map_or(name, |it| it.0);
                Date::strptime(pattern, stem).ok()
            });
            start.map(|it| {
                dataset.cadence.and_then(|cadence| cadence.period_from(it)).unwrap_or(Period { start: it, end: it })
            })
        }
        _ => None,
    };
    named.or(page.period)
}

/// The column that tells the period of each row, where the dataset has one.
fn period_column(dataset: Option<&Dataset>, table: &Table) -> Option<usize> {
    match dataset?.period.as_ref()? {
        PeriodSource::Column(name) => table.column(name),
        PeriodSource::Filename(_) => None,
    }
}

fn tell_editions(loaded: &mut Loaded, datasets: &[Dataset]) {
    let dataset = loaded.dataset.map(|it| &datasets[it]);
    let mut days: Vec<i32> = Vec::new();
    for it in &loaded.tables {
        if let Some(ColumnData::Dates(dates)) = period_column(dataset, &it.table).map(|at| &it.table.columns[at].data) {
            days.extend(&dates.days);
        }
    }
    days.sort_unstable();
    days.dedup();
    if let (Some(&first), Some(&last)) = (days.first(), days.last()) {
        let end = period_at(last, dataset).end;
        loaded.input.edition = Some(format!("{}/{end}", period_at(first, dataset).start));
        loaded.input.editions = days.len();
    }
}

fn period_at(day: i32, dataset: Option<&Dataset>) -> Period {
    use jiff::ToSpan;
    let start = jiff::civil::date(1970, 1, 1).saturating_add(i64::from(day).days());
    dataset.and_then(|it| it.cadence).and_then(|it| it.period_from(start)).unwrap_or(Period { start, end: start })
}

/// Lays files together: those of one dataset, folder and period are one
/// edition; a table that only one file holds serves all of them.
pub(super) fn runs(loaded: Vec<Loaded>, datasets: &[Dataset]) -> Vec<Run<'_>> {
    type Place = (usize, String, Option<Period>);
    let mut groups: BTreeMap<Place, Vec<Loaded>> = BTreeMap::new();
    let mut runs = Vec::new();
    for it in loaded {
        match it.dataset {
            None => runs.push(single(it)),
            Some(dataset) => {
                let folder = it.document.name.rsplit_once('/').map_or("", |it| it.0).to_owned();
                groups.entry((dataset, folder, it.period)).or_default().push(it);
            }
        }
    }
    for ((dataset, _, period), mut files) in groups {
        files.sort_by(|a, b| a.document.name.cmp(&b.document.name));
        runs.extend(editions(&datasets[dataset], period, files));
    }
    runs
}

/// A file that no dataset claims: its tables as they are.
fn single<'a>(loaded: Loaded) -> Run<'a> {
    let schemas = loaded.tables.iter().map(|it| it.schema.clone()).collect();
    let clean = loaded.tables.iter().map(|it| it.clean.clone()).collect();
    let tables = loaded.tables.into_iter().map(|it| it.table).collect();
    let edition = Edition { period: loaded.page.period, coverage: loaded.page.coverage, tables };
    let edition = Arc::new(edition);
    Run {
        dataset: None,
        edition,
        previous: None,
        past: Vec::new(),
        memo: Memo::default(),
        on_file: Arc::default(),
        borrowed: Vec::new(),
        schemas,
        clean,
        apart: Vec::new(),
    }
}

/// The editions that the files of one dataset, folder and period make.
fn editions(dataset: &Dataset, period: Option<Period>, files: Vec<Loaded>) -> Vec<Run<'_>> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for it in files.iter().flat_map(|it| &it.tables) {
        *count.entry(it.table.name.clone()).or_default() += 1;
    }
    let repeated = |it: &LoadedTable| count[&it.table.name] > 1;
    let coverage = files.iter().find_map(|it| it.page.coverage);
    let (mut own, mut shared): (Vec<Vec<LoadedTable>>, Vec<LoadedTable>) = (Vec::new(), Vec::new());
    for file in files {
        let (mine, rest): (Vec<_>, Vec<_>) = file.tables.into_iter().partition(repeated);
        shared.extend(rest);
        own.extend((!mine.is_empty()).then_some(mine));
    }
    if own.is_empty() {
        own.push(Vec::new());
    }
    let mut runs = Vec::new();
    for (number, mine) in own.iter().enumerate() {
        let tables: Vec<&LoadedTable> = mine.iter().chain(&shared).collect();
        let borrowed = if number > 0 { shared.iter().map(|it| it.table.name.clone()).collect() } else { Vec::new() };
        runs.extend(by_period(dataset, period, coverage, tables, &borrowed));
    }
    runs
}

/// Splits tables with a period column into one edition a period, in order.
fn by_period<'a>(
    dataset: &'a Dataset,
    period: Option<Period>,
    coverage: Option<Coverage>,
    mut tables: Vec<&LoadedTable>,
    borrowed: &[String],
) -> Vec<Run<'a>> {
    tables.sort_by_key(|it| dataset.tables.iter().position(|schema| schema.name == it.table.name));
    let schemas: Vec<TableSchema> = tables.iter().map(|it| it.schema.clone()).collect();
    let mut days: BTreeMap<i32, Vec<Vec<u32>>> = BTreeMap::new();
    for (at, it) in tables.iter().enumerate() {
        let Some(column) = period_column(Some(dataset), &it.table) else { continue };
        let column = &it.table.columns[column];
        let ColumnData::Dates(dates) = &column.data else { continue };
        for (row, &day) in (0_u32..).zip(&dates.days) {
            if column.states[row as usize].has_value() {
                days.entry(day).or_insert_with(|| vec![Vec::new(); tables.len()])[at].push(row);
            }
        }
    }
    let run = |edition: Edition, previous| Run {
        dataset: Some(dataset),
        edition: Arc::new(edition),
        previous,
        past: Vec::new(),
        memo: Memo::default(),
        on_file: Arc::default(),
        borrowed: borrowed.to_vec(),
        schemas: schemas.clone(),
        clean: tables.iter().map(|it| it.clean.clone()).collect(),
        apart: Vec::new(),
    };
    if days.is_empty() {
        let edition = |tables| Edition { period, coverage, tables };
        let mut main = run(edition(tables.iter().map(|it| it.table.clone()).collect()), None);
        let rules: BTreeSet<String> =
            tables.iter().filter_map(|it| it.whole.as_ref()).flat_map(|it| it.rules.keys().cloned()).collect();
        if !rules.is_empty() {
            let whole = |it: &&LoadedTable| it.whole.as_ref().map_or(&it.table, |it| &it.table).clone();
            let mut apart = run(edition(tables.iter().map(whole).collect()), None);
            for (clean, _) in apart.clean.iter_mut().zip(&tables).filter(|it| it.1.whole.is_some()) {
                *clean = Clean::default();
            }
            main.apart.push(Apart { rules, run: apart });
        }
        return vec![main];
    }
    let mut runs: Vec<Run<'a>> = Vec::new();
    for (day, rows) in days {
        let table = |(at, it): (usize, &&LoadedTable)| {
            if period_column(Some(dataset), &it.table).is_some() { it.table.take(&rows[at]) } else { it.table.clone() }
        };
        let tables = tables.iter().enumerate().map(table).collect();
        let period = period_at(day, Some(dataset));
        // Without a cadence any earlier period is the one before; with one,
        // a gap leaves nothing to compare with.
        let follows =
            |it: &&Run<'_>| dataset.cadence.is_none() || it.edition.period.is_some_and(|it| it.is_followed_by(period));
        let previous = runs.last().filter(follows).map(|it| Arc::clone(&it.edition));
        runs.push(run(Edition { period: Some(period), coverage: None, tables }, previous));
    }
    runs
}

impl Run<'_> {
    /// Whether a rule is this run's to judge: not where an earlier run
    /// judged the very same tables.
    pub(super) fn judges(&self, rule: &Rule) -> bool {
        let Some(dataset) = self.dataset else { return false };
        let borrowed = |table: usize| self.borrowed.contains(&dataset.tables[table].name);
        let needs = rule.check.needs();
        let touched = needs.iter().filter_map(|it| match it {
            Need::Table(table) | Need::Column(table, _) | Need::Row(table, ..) => Some(*table),
            Need::Previous | Need::Past => None,
        });
        let mut touched = touched.chain(rule.table).peekable();
        self.borrowed.is_empty() || touched.peek().is_none() || !touched.all(borrowed)
    }

    /// How many rows of a table are in order, and not in the edition.
    pub(super) fn clean_rows(&self, table: &str) -> usize {
        self.clean_of(table).map_or(0, |it| it.rows)
    }

    /// How many of those a rule is for.
    pub(super) fn clean_checks(&self, table: &str, rule: &str) -> usize {
        self.clean_of(table).map_or(0, |it| it.rows - it.left_out.get(rule).copied().unwrap_or(0))
    }

    /// Whether a rule over all rows of a table is known to hold.
    pub(super) fn is_settled(&self, table: &str, rule: &str) -> bool {
        self.clean_of(table).is_some_and(|it| it.settled.contains(rule))
    }

    fn clean_of(&self, table: &str) -> Option<&Clean> {
        self.edition.table(table).and_then(|it| self.clean.get(it))
    }

    /// Whether it is of the same files as another, for another period.
    pub(super) fn continues(&self, other: &Self) -> bool {
        let files = |it: &Self| {
            let mut files: Vec<String> = it.edition.tables.iter().map(|it| it.document.name.clone()).collect();
            files.sort();
            files.dedup();
            files
        };
        self.dataset.is_some() && self.dataset_name() == other.dataset_name() && files(self) == files(other)
    }

    /// Whether rows are known to be in order that are not in the edition.
    pub(super) fn is_in_parts(&self) -> bool {
        self.clean.iter().any(|it| it.rows > 0)
    }

    /// The dataset's name, or none.
    pub(super) fn dataset_name(&self) -> &str {
        self.dataset.map_or("", |it| it.name.as_str())
    }
}

impl Loaded {
    /// The typed table of a grid of the page.
    pub fn table(&self, grid: usize) -> &Table {
        &self.tables[grid].table
    }

    /// The editions of one of its tables, in order: one a period, where its rule
    /// file names the column that tells them.
    pub fn editions(&self, grid: usize, datasets: &[Dataset]) -> Vec<Cow<'_, Table>> {
        let table = self.table(grid);
        let column = period_column(self.dataset.map(|it| &datasets[it]), table);
        let Some(ColumnData::Dates(dates)) = column.map(|at| &table.columns[at].data) else {
            return vec![Cow::Borrowed(table)];
        };
        let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        let states = column.map(|at| &table.columns[at].states);
        for ((row, &day), state) in (0_u32..).zip(&dates.days).zip(states.into_iter().flatten()) {
            if state.has_value() {
                days.entry(day).or_default().push(row);
            }
        }
        days.values().map(|rows| Cow::Owned(table.take(rows))).collect()
    }

    /// The period that its rule file or the page itself gives it.
    pub fn period(&self) -> Option<Period> {
        self.period.or(self.page.period)
    }

    /// Its typed tables, as printed.
    pub fn into_tables(self) -> Vec<Table> {
        self.tables.into_iter().map(|it| it.table).collect()
    }
}
