//! Lays the tables of many files together into editions.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;

use super::Options;
use super::meant::{keep_declared, locale_of, read};
use super::outcome::Input;
pub(super) use super::runs::{Run, runs};
use super::stream::{ApartTable, Clean};
use super::unread;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::{Dataset, PeriodSource};
use crate::source::{self, DecidedBy, Format, Page, TypeFault, TypeOptions};
use crate::table::{Cadence, CellState, ColumnData, Document, Layout, Period, Pin, Table, TableSchema, fold};

/// One file, read and typed.
#[derive(Clone, Debug)]
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
    /// What shows the places of all its tables, where its own document does not.
    pub(super) shown: Option<Arc<Document>>,
    /// What of a large file was held in memory, and why, in words.
    pub notes: Vec<String>,
}

/// One table of a file, typed by its schema.
#[derive(Clone, Debug)]
pub(super) struct LoadedTable {
    pub(super) grid: usize,
    /// Whether it is a table that a rule file declares.
    pub(super) is_claimed: bool,
    pub(super) schema: TableSchema,
    pub(super) table: Table,
    pub(super) faults: Vec<TypeFault>,
    /// Rows that are in order, and not in the table.
    pub(super) clean: Clean,
    /// Other rows of it, each for some of the rules.
    pub(super) apart: Vec<ApartTable>,
}

impl Loaded {
    /// Refuses datasets among which its own is not where it was when it was loaded.
    pub(super) fn expect_among(&self, datasets: &[Dataset]) -> Result<()> {
        let found = self.dataset.map(|it| datasets.get(it).map(|it| &it.name));
        if found.is_none_or(|it| it == self.input.dataset.as_ref()) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, "was loaded with different datasets")
            .in_file(&self.input.file)
            .hint("pass the same datasets to `load` and to `check`"))
    }
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
    let (mut page, mut claimed, found) = read(&document, format, datasets, options)?;
    let dataset = claimed.as_ref().map(|it| &datasets[it.dataset]);
    if let Some(wanted) = options.table.as_deref().filter(|_| !found) {
        keep_declared(wanted, &document, dataset, &mut page, claimed.as_mut())?;
    }
    let known = TypeOptions { locale: locale_of(dataset, options), style: options.layout.style(), inferred: false };
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
        shown: None,
        notes: Vec::new(),
    };
    unread::refuse(&loaded)?;
    tell_editions(&mut loaded, datasets);
    Ok(loaded)
}

/// Reads a file again as series, where its tables print one column a period and
/// nobody says how it is to be read; nothing where they do not.
///
/// # Errors
///
/// As [`load`].
pub fn as_series(loaded: &Loaded, options: &Options) -> Result<Option<Loaded>> {
    if options.layout.wide.is_some() || loaded.cadence_across().is_none() {
        return Ok(None);
    }
    let layout = Layout { wide: Some(true), ..options.layout.clone() };
    let options = Options { layout, ..options.clone() };
    load(Arc::clone(&loaded.document), loaded.format, &[], &options).map(Some)
}

impl Loaded {
    /// How often the periods come that its tables print as columns, where all that
    /// have such columns agree.
    pub fn cadence_across(&self) -> Option<Cadence> {
        let mut all = self.page.grids.iter().filter_map(|it| source::cadence_across(it, &self.document));
        let first = all.next()?;
        all.all(|it| it == first).then_some(first)
    }

    /// Whether a row of it was read as a pin says.
    pub fn is_pinned(&self, pin: &Pin) -> bool {
        let rows = self.page.grids.iter().flat_map(|it| &it.rows);
        rows.filter_map(|it| it.splitting.as_deref()).any(|it| {
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
    LoadedTable {
        grid,
        is_claimed,
        schema,
        table: typed.table,
        faults: typed.faults,
        clean: Clean::default(),
        apart: Vec::new(),
    }
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
        let stem = match name.rsplit_once('#').filter(|_| document.is_of_database()) {
            Some((_, table)) => table,
            None => name.rsplit_once('.').map_or(name, |it| it.0),
        };
        if page.grids.len() > 1 { format!("{stem}-{}", grid + 1) } else { stem.to_owned() }
    };
    page.grids[grid].title.clone().filter(|it| !it.is_empty()).unwrap_or_else(stem)
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
            start.map(|it| dataset.period_of(it))
        }
        _ => None,
    };
    named.or(page.period)
}

/// The column that tells the period of each row, where the dataset has one.
pub(super) fn period_column(dataset: Option<&Dataset>, table: &Table) -> Option<usize> {
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

pub(super) fn period_at(day: i32, dataset: Option<&Dataset>) -> Period {
    use jiff::ToSpan;
    let start = jiff::civil::date(1970, 1, 1).saturating_add(i64::from(day).days());
    dataset.map_or(Period { start, end: start }, |it| it.period_of(start))
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
        if column.is_none_or(|it| !matches!(table.columns[it].data, ColumnData::Dates(_))) {
            return vec![Cow::Borrowed(table)];
        }
        table.by_period(column).into_iter().map(Cow::Owned).collect()
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
