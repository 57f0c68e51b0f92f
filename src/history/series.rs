//! Series of an edition: each figure with those of the same row and column
//! in the editions before.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::edition::{Asked, Course, Options, Verdicts};
use super::misplaced::misplaced;
use super::on_file::SeriesOnFile;
use super::{Calendar, Correction, Count, Line};
use crate::finding::identity;
use crate::table::{ColumnType, Edition, Table};

/// So many figures in a row that were waived are a new level, and count.
const LEVEL_MIN: usize = 3;
/// A table of more rows is read by the first name of its rows, where these have several.
const READ_MAX: usize = 40;

/// An edition of before.
#[derive(Debug)]
pub struct Earlier {
    /// The edition.
    pub edition: Arc<Edition>,
    /// Which of its figures to leave out.
    left_out: Option<LeftOut>,
    /// The rows of its tables by name, once asked for.
    rows: OnceLock<Vec<Rows>>,
}

/// The rows of a table of an edition, by name.
#[derive(Debug)]
struct Rows {
    /// The columns of the key that name the edition.
    dated: Vec<String>,
    /// By the whole key, once asked for.
    by_key: OnceLock<Named>,
    /// By the rest of the key, where a part of it names the edition, or there is none.
    by_rest: OnceLock<Named>,
}

/// The first row of each name, by a hash of it that no two names share.
#[derive(Debug, Default)]
struct Named {
    /// The names of the rows in their order.
    names: Vec<u128>,
    /// The first rows, in the order of their names.
    first: Vec<u32>,
    /// The rows whose name an earlier one has, in their order.
    repeated: Vec<u32>,
}

/// Figures that were accepted though they are out of the ordinary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The dataset.
    pub dataset: String,
    /// The rules whose findings were waived, or known and let pass.
    pub rules: Vec<String>,
    /// The ids of those findings.
    pub ids: HashSet<String>,
}

/// Which series to judge.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// The table, by its index in the edition.
    pub table: usize,
    /// The columns, by name; all that can be judged where empty.
    pub columns: &'a [String],
    /// The column of the totals that the figures are parts of.
    pub of: Option<&'a str>,
    /// Whether the change since the edition before is judged: for running totals.
    pub by_change: bool,
    /// Whether a row is among them.
    pub admits: &'a dyn Fn(usize) -> bool,
    /// Whether a row of an edition before is part of their history, by its place there; all without it.
    pub admits_before: Option<&'a dyn Fn(usize, usize) -> bool>,
}

impl Wanted<'_> {
    /// All series of a table.
    pub fn all(table: usize) -> Self {
        Self { table, columns: &[], of: None, by_change: false, admits: &|_| true, admits_before: None }
    }
}

/// The editions before one.
#[derive(Clone, Copy)]
pub struct History<'a> {
    /// The newest first.
    pub before: &'a [Arc<Earlier>],
    /// The series of these and later ones, where several editions are judged one after the other.
    pub on_file: Option<&'a SeriesOnFile>,
}

impl<'a> History<'a> {
    /// Editions before one, the newest first, for it alone.
    pub fn of(before: &'a [Arc<Earlier>]) -> Self {
        Self { before, on_file: None }
    }
}

/// One series, by the cell of the edition at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Index into `Edition::tables`.
    pub table: usize,
    /// Row index.
    pub row: usize,
    /// Index into `Table::columns`.
    pub column: usize,
    /// The figures, or the changes that are judged.
    pub asked: Asked,
    /// The figure that the change is from, where changes are judged.
    pub before: Option<f64>,
}

impl Earlier {
    /// An edition of before, less what is left out of it.
    pub fn new(edition: Arc<Edition>, left_out: Option<LeftOut>) -> Self {
        Self { edition, left_out: left_out.filter(|it| !it.ids.is_empty()), rows: OnceLock::new() }
    }

    fn rows(&self, table: usize) -> &Rows {
        &self.rows.get_or_init(|| self.edition.tables.iter().map(Rows::of).collect())[table]
    }

    /// The rows of a table by the hash of their names, each name once, by its first row: by the key less
    /// the columns that name the edition, where those are `dated`; none where they are others.
    pub(super) fn named_rows(
        &self,
        table: usize,
        dated: Option<&[String]>,
    ) -> Option<impl Iterator<Item = (u128, usize)> + use<>> {
        // Asked for once for each column, and too large to keep.
        let (rows, table) = (self.rows(table), &self.edition.tables[table]);
        let Named { names, repeated, .. } = match dated {
            Some(it) => (rows.dated == it).then(|| Rows::named_by_rest(table))?,
            None => Rows::named_by_key(table),
        };
        let mut repeated = repeated.into_iter().peekable();
        let first =
            names.into_iter().enumerate().filter(move |it| repeated.next_if(|at| *at as usize == it.0).is_none());
        Some(first.map(|(row, name)| (name, row)))
    }

    pub(super) fn is_left_out(&self, table: &Table, row: usize, column: &str) -> bool {
        let Some(it) = &self.left_out else { return false };
        let name = table.row_name(row);
        it.rules.iter().any(|rule| it.ids.contains(&identity(&it.dataset, &table.name, rule, &name, column)))
    }
}

impl Rows {
    fn of(table: &Table) -> Self {
        Self { dated: Names::of(table).dated, by_key: OnceLock::new(), by_rest: OnceLock::new() }
    }

    fn by_key(&self, table: &Table) -> &Named {
        self.by_key.get_or_init(|| Self::named_by_key(table))
    }

    fn by_rest(&self, table: &Table) -> &Named {
        self.by_rest.get_or_init(|| Self::named_by_rest(table))
    }

    /// Nothing where the table has no key.
    fn named_by_key(table: &Table) -> Named {
        if table.key.is_empty() { Named::default() } else { Named::of(table, &table.key) }
    }

    fn named_by_rest(table: &Table) -> Named {
        Names::of(table).rest.map_or_else(Named::default, |it| Named::of(table, &it))
    }
}

impl Named {
    fn of(table: &Table, key: &[usize]) -> Self {
        let names: Vec<u128> = (0..table.rows.len()).map(|it| hash(&table.path(it, key))).collect();
        let count = u32::try_from(names.len()).expect("a table in memory has fewer rows");
        let mut first: Vec<u32> = (0..count).collect();
        first.sort_by_key(|it| names[*it as usize]);
        let mut repeated = Vec::new();
        first.dedup_by(|it, before| {
            let is_repeated = names[*it as usize] == names[*before as usize];
            repeated.extend(is_repeated.then_some(*it));
            is_repeated
        });
        first.shrink_to_fit();
        repeated.sort_unstable();
        Self { names, first, repeated }
    }

    fn is_repeated(&self, row: usize) -> bool {
        self.repeated.binary_search_by(|it| (*it as usize).cmp(&row)).is_ok()
    }

    /// The row of a name; most stand where they stood in another edition.
    fn row(&self, name: u128, likely: usize) -> Option<usize> {
        if self.names.get(likely) == Some(&name) && !self.is_repeated(likely) {
            return Some(likely);
        }
        let found = self.first.binary_search_by_key(&name, |it| self.names[*it as usize]).ok()?;
        Some(self.first[found] as usize)
    }
}

fn hash(name: &str) -> u128 {
    xxhash_rust::xxh3::xxh3_128(name.as_bytes())
}

/// Whether a column holds figures that can be judged by their history.
pub fn is_judged(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Count | ColumnType::Amount | ColumnType::Percent)
}

/// Judges the series of an edition by the editions before it.
pub fn judge_edition(
    edition: &Edition,
    history: History<'_>,
    wanted: &[Wanted<'_>],
    calendar: &Calendar,
    correction: Correction,
    course: &mut Course,
) -> (Vec<Series>, Verdicts) {
    let (series, options) = collect(edition, history, wanted, calendar, correction);
    let asked: Vec<Asked> = series.iter().map(|it| it.asked.clone()).collect();
    let mut verdicts = course.judge(&asked, &options);
    if verdicts.early.is_some() {
        let figures = misplaced(&series, &verdicts.judged);
        verdicts.flag(&figures);
    }
    (series, verdicts)
}

/// The series of an edition, and how they are to be judged.
pub fn collect(
    edition: &Edition,
    history: History<'_>,
    wanted: &[Wanted<'_>],
    calendar: &Calendar,
    correction: Correction,
) -> (Vec<Series>, Options) {
    let past = history.before;
    let series: Vec<Series> = wanted.iter().flat_map(|it| of_table(edition, history, it, calendar)).collect();
    let partly = |it: &Edition| it.coverage.is_some_and(|it| it.days < it.of);
    let covered = edition.coverage.filter(|it| it.of > 0).map_or(1.0, |it| f64::from(it.days) / f64::from(it.of));
    // Where every edition says how much it covers, and some were covered in part,
    // one that does not say may be, too. In a series where most do not say, a note
    // stands only where days are missing.
    let says = |it: &Edition| it.coverage.is_some();
    let always = past.iter().all(|it| says(&it.edition));
    let coverage_known = says(edition) || !always || !past.iter().any(|it| partly(&it.edition));
    let periods = past.iter().map(|it| &*it.edition).chain([edition]).filter_map(|it| it.period);
    let known = calendar.known(periods);
    (series, Options { calendar: calendar.clone(), known, correction, coverage_known, covered })
}

fn of_table(edition: &Edition, history: History<'_>, wanted: &Wanted<'_>, calendar: &Calendar) -> Vec<Series> {
    let table = &edition.tables[wanted.table];
    let earlier = LazyCell::new(|| Before::all(&table.name, history.before, calendar));
    let here = |column: &usize| {
        let column = &table.columns[*column];
        // Whole numbers may be codes: they are judged where they are named.
        let is_named = wanted.columns.contains(&column.name);
        is_named && column.kind == ColumnType::Integer
            || is_judged(column.kind) && (wanted.columns.is_empty() || is_named)
    };
    let total = wanted.of.and_then(|it| table.column(it));
    let (at, full) = (position(edition, 0, calendar), calendar.exposure(edition.period, edition.coverage));
    let names = Names::of(table);
    let families = families(table, wanted.table);
    let rows: Vec<(usize, Name)> =
        (0..table.rows.len()).filter(|it| (wanted.admits)(*it)).map(|it| (it, names.row(table, it))).collect();
    let mut series = Vec::new();
    for column in (0..table.columns.len()).filter(here) {
        let (name, kind) = (table.columns[column].name.as_str(), table.columns[column].kind);
        // Asked for only where a series is not on file.
        let columns = LazyCell::new(|| -> Vec<(&Before<'_>, Columns<'_>)> {
            earlier.iter().filter_map(|it| Some((it, it.columns(name, wanted.of)?))).collect()
        });
        let on_file =
            history.on_file.and_then(|it| it.column(history.before, (&table.name, name), (&names, wanted), calendar));
        for (row, row_name) in &rows {
            let whole = total.map(|it| figure(table, *row, it));
            let (Some(observed), Some(exposure)) = (figure(table, *row, column), whole.unwrap_or(Some(full))) else {
                continue;
            };
            let now = Count { at, observed, exposure };
            let known = on_file.as_ref().and_then(|it| it.before(row_name.found(), at));
            let (before, changes) = known.unwrap_or_else(|| {
                let before = columns.iter().map(|(it, columns)| it.count(&names, (*row, row_name), *columns, wanted));
                let before = kept(before.collect());
                let changes = if wanted.by_change { changes(&before) } else { Vec::new() };
                (before.into(), changes.into())
            });
            let whole = kind == ColumnType::Integer && before.iter().chain([&now]).all(|it| it.observed >= 0.0);
            let last = before.first().filter(|it| wanted.by_change && it.at < at).copied();
            let now = last.map_or(now, |it| now.since(&it));
            let line = Line { now, before: if wanted.by_change { changes } else { before } };
            let (is_count, most) = (kind == ColumnType::Count || whole, total.map(|_| exposure));
            let asked = Asked { line, is_count, most, family: families[*row] };
            let before = last.map(|it| it.observed);
            series.push(Series { table: wanted.table, row: *row, column, asked, before });
        }
    }
    series
}

/// The changes of figures, newest first, each since the one before it.
fn changes(figures: &[Count]) -> Vec<Count> {
    figures.windows(2).filter(|it| it[0].at > it[1].at).map(|it| it[0].since(&it[1])).collect()
}

/// The families of a table's rows, whose many tests are allowed for together: what is read at
/// once. A long table whose rows have several names is read by the first of them.
fn families(table: &Table, number: usize) -> Vec<u64> {
    let first = (number as u64) << 32;
    let rows = table.rows.len();
    let key = table.series_key();
    let mut known: HashMap<&str, u64> = HashMap::new();
    if key.len() < 2 || rows <= READ_MAX {
        return vec![first; rows];
    }
    let ids: Vec<u64> = (0..rows)
        .map(|row| {
            let next = known.len() as u64;
            first + *known.entry(table.text(row, key[0]).trim()).or_insert(next)
        })
        .collect();
    if known.len() * 2 > rows { vec![first; rows] } else { ids }
}

/// What is left of the counts: those that were not waived, and those that
/// were so often in a row that they are the new level.
fn kept(counts: Vec<Option<(Count, bool)>>) -> Vec<Count> {
    let counts: Vec<(Count, bool)> = counts.into_iter().flatten().collect();
    let runs = counts.chunk_by(|one, other| one.1 == other.1);
    runs.filter(|run| !run[0].1 || run.len() >= LEVEL_MIN).flatten().map(|it| it.0).collect()
}

/// A table of an earlier edition.
struct Before<'a> {
    earlier: &'a Earlier,
    place: usize,
    table: usize,
    position: i64,
    exposure: f64,
}

/// A column of it by name, and that of the totals that its figures are parts of.
#[derive(Clone, Copy)]
struct Columns<'a> {
    name: &'a str,
    column: usize,
    of: Option<usize>,
}

/// Where an edition stands among others: without a period, so many editions back.
fn position(edition: &Edition, back: i64, calendar: &Calendar) -> i64 {
    edition.period.map_or(-back, |it| calendar.position(it))
}

impl<'a> Before<'a> {
    /// The tables of a name in the editions before one, the newest first.
    fn all(name: &str, editions: &'a [Arc<Earlier>], calendar: &Calendar) -> Vec<Self> {
        let of_edition = |(place, (back, it)): (usize, (i64, &'a Arc<Earlier>))| {
            let table = it.edition.table(name)?;
            let exposure = calendar.exposure(it.edition.period, it.edition.coverage);
            Some(Self { earlier: it, place, table, position: position(&it.edition, back, calendar), exposure })
        };
        (1..).zip(editions).enumerate().filter_map(of_edition).collect()
    }
}

impl Before<'_> {
    /// None where it lacks one of the columns.
    fn columns<'a>(&self, name: &'a str, of: Option<&str>) -> Option<Columns<'a>> {
        let table = &self.earlier.edition.tables[self.table];
        let of = match of {
            Some(it) => Some(table.column(it)?),
            None => None,
        };
        Some(Columns { name, column: table.column(name)?, of })
    }

    /// A figure, and whether it is to be left out.
    fn count(
        &self,
        names: &Names,
        (row, name): (usize, &Name),
        columns: Columns<'_>,
        wanted: &Wanted<'_>,
    ) -> Option<(Count, bool)> {
        let table = &self.earlier.edition.tables[self.table];
        let rows = self.earlier.rows(self.table);
        let row = match name.by_rest {
            Some(it) if rows.dated == names.dated => rows.by_rest(table).row(it, row)?,
            _ => rows.by_key(table).row(name.by_key, row)?,
        };
        let observed = figure(table, row, columns.column)
            .filter(|_| wanted.admits_before.is_none_or(|admits| admits(self.place, row)))?;
        let exposure = match columns.of {
            Some(of) => figure(table, row, of)?,
            None => self.exposure,
        };
        let count = Count { at: self.position, observed, exposure };
        (exposure > 0.0).then(|| (count, self.earlier.is_left_out(table, row, columns.name)))
    }
}

/// How the rows of the edition at hand are named.
pub(super) struct Names {
    pub(super) dated: Vec<String>,
    /// The key without what names the edition, if that is how rows are found.
    rest: Option<Vec<usize>>,
}

/// A row of it, by name.
struct Name {
    by_key: u128,
    by_rest: Option<u128>,
}

impl Name {
    /// The name that the row is found by, where all editions name theirs the same way.
    fn found(&self) -> u128 {
        self.by_rest.unwrap_or(self.by_key)
    }
}

impl Names {
    fn of(table: &Table) -> Self {
        let dated = table.edition_key();
        let rest = table.key_without(&dated);
        let is_followed = !rest.is_empty() || table.rows.len() == 1;
        let rest = (is_followed && rest.len() < table.key.len().max(1)).then_some(rest);
        Self { dated: table.names(&dated).into_iter().map(str::to_owned).collect(), rest }
    }

    /// Whether rows are found by a part of their key.
    pub(super) fn is_by_rest(&self) -> bool {
        self.rest.is_some()
    }

    fn row(&self, table: &Table, row: usize) -> Name {
        let named = |key: &[usize]| hash(&table.path(row, key));
        Name { by_key: named(&table.key), by_rest: self.rest.as_deref().map(named) }
    }
}

/// A figure as a float: for statistics only.
pub(super) fn figure(table: &Table, row: usize, column: usize) -> Option<f64> {
    Some(table.columns[column].decimal(row)?.nearest_float())
}
