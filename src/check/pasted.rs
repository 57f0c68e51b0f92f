//! `pasted`: no column or row of counts is copied from an earlier edition.
//!
//! A column that equals that of an earlier edition, figure by figure, is told
//! once: `usual` and `restated` leave it out. How improbable that is, is learnt
//! from how the column changed on file ([`Changes`]); what stands still by
//! nature is no copy.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use xxhash_rust::xxh3::xxh3_64;

use super::assemble::Run;
use super::implied::facts;
use super::outcome::Collector;
use super::past::{Accepted, Past};
use crate::finding::{Certainty, Place, Role, Severity, Verdict, identity};
use crate::history::{Changes, Earlier, SeriesOnFile};
use crate::rules::Detail;
use crate::table::{ColumnType, Decimal, Edition, Period, Table, followed_rows};

/// So many figures in a row or column that are all as before are no chance.
const PASTED_MIN: usize = 5;
/// Larger tables are data, and no form whose columns are pasted.
const ROWS_MAX: usize = 10_000;
/// So many of the last editions tell how a column changes.
const EDITIONS_MAX: usize = 60;
/// A copy that is less probable than this is an error.
const BEYOND_CHANCE: f64 = 1e-9;
/// A copy of an edition further back must be less probable than this.
const FURTHER_BACK_MAX: f64 = 1e-6;
/// What is more probable than this is no copy, but chance.
const CHANCE_MAX: f64 = 1e-3;

/// The editions of a dataset that are on file, by period, with their columns.
#[derive(Debug, Default)]
pub(super) struct OnFile {
    /// They, with their series.
    series: Arc<SeriesOnFile>,
    /// Which editions have a column, by a hash of its name and all its figures.
    columns: OnceLock<HashMap<u64, Vec<usize>>>,
}

/// What of one table is copied.
#[derive(Debug, Default)]
pub(super) struct Copies {
    columns: Vec<CopiedColumn>,
    /// Columns that are as in the edition before, copied or not.
    alike: Vec<usize>,
    /// Copied rows: now and in the edition before.
    rows: Vec<(usize, usize)>,
    /// How many columns and rows are not.
    holding: usize,
}

#[derive(Debug)]
struct CopiedColumn {
    column: usize,
    /// The edition that it is copied from; none for the one before.
    from: Option<Arc<Earlier>>,
    chance: Option<f64>,
    severity: Severity,
}

impl OnFile {
    /// Those of a dataset, the newest first.
    pub(super) fn new(editions: Vec<Arc<Earlier>>) -> Self {
        Self { series: Arc::new(SeriesOnFile::new(editions)), columns: OnceLock::new() }
    }

    /// The editions with their series.
    pub(super) fn series(&self) -> &Arc<SeriesOnFile> {
        &self.series
    }

    /// The editions before a period that starts on a day, the newest first, and those after it.
    pub(super) fn around(&self, start: Date) -> [Vec<&Edition>; 2] {
        let editions = self.series.editions();
        let is_after = |it: &Arc<Earlier>| it.edition.period.is_some_and(|it| it.start > start);
        let is_before = |it: &Arc<Earlier>| it.edition.period.is_some_and(|it| it.start < start);
        let (own, first) = (editions.partition_point(is_after), editions.partition_point(|it| !is_before(it)));
        let after = editions[..own].iter().rev().map(|it| &*it.edition).collect();
        [editions[first..].iter().map(|it| &*it.edition).collect(), after]
    }

    /// The editions before a day that have the very same column.
    fn with(&self, print: u64, before: Date) -> impl Iterator<Item = &Arc<Earlier>> {
        let columns = self.columns.get_or_init(|| self.prints());
        let found = columns.get(&print).map_or(&[][..], Vec::as_slice).iter().map(|&it| &self.series.editions()[it]);
        found.filter(move |it| it.edition.period.is_some_and(|it| it.start < before))
    }

    fn prints(&self) -> HashMap<u64, Vec<usize>> {
        let mut found: HashMap<u64, Vec<usize>> = HashMap::new();
        // The oldest comes first.
        for (at, it) in self.series.editions().iter().enumerate().rev() {
            for table in &it.edition.tables {
                for (_, print) in prints(table) {
                    found.entry(print).or_default().push(at);
                }
            }
        }
        found
    }
}

/// A hash of each column of counts that says enough, with all its figures, in
/// whatever order its rows are.
fn prints(table: &Table) -> Vec<(usize, u64)> {
    if table.key.is_empty() || !(PASTED_MIN..=ROWS_MAX).contains(&table.rows.len()) {
        return Vec::new();
    }
    let counts: Vec<usize> = (0..table.columns.len()).filter(|it| is_count(table, *it)).collect();
    let key = table.series_key();
    let names: Vec<u64> = (0..table.rows.len()).map(|it| xxh3_64(table.path(it, &key).as_bytes())).collect();
    let print = |&column: &usize| {
        let mut sum = xxh3_64(format!("{}\u{1f}{}", table.name, table.columns[column].name).as_bytes());
        let mut values = HashSet::new();
        for (row, name) in names.iter().enumerate() {
            let Some(figure) = table.columns[column].decimal(row) else { continue };
            let mut bytes = [0; 25];
            bytes[..8].copy_from_slice(&name.to_le_bytes());
            bytes[8..24].copy_from_slice(&figure.units.to_le_bytes());
            bytes[24..].copy_from_slice(&figure.exponent.to_le_bytes());
            sum = sum.wrapping_add(xxh3_64(&bytes));
            if figure.units != 0 && values.len() < PASTED_MIN {
                values.insert((figure.units, figure.exponent));
            }
        }
        (values.len() >= PASTED_MIN).then_some((column, sum))
    };
    counts.iter().filter_map(print).collect()
}

/// Looks for copies in each table of an edition, in their order; none where the
/// rule is not wanted.
pub(super) fn find(run: &Run<'_>, last: &Edition, past: &Past<'_>, collector: &Collector) -> Vec<Copies> {
    let tables = run.edition.tables.iter().enumerate();
    let copies: Vec<Copies> = tables
        .map(|(at, table)| {
            let then = last.table(&table.name).map(|it| &last.tables[it]);
            let borrowed = run.borrowed.contains(&table.name);
            match then.filter(|_| collector.wants("pasted", "pasted") && !borrowed && !table.key.is_empty()) {
                Some(then) => of_table(run, at, then, past),
                None => Copies::default(),
            }
        })
        .collect();
    // That its figures are as before is told for the column, or is its nature.
    for (table, it) in copies.iter().enumerate() {
        it.alike.iter().for_each(|&it| run.memo.leave_out(table, None, Some(it)));
        it.rows.iter().for_each(|it| run.memo.leave_out(table, Some(it.0), None));
    }
    copies
}

impl Copies {
    /// The columns of a table that are copied beyond doubt.
    pub(super) fn sure<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a str> {
        let sure = self.columns.iter().filter(|it| it.severity == Severity::Error);
        sure.map(|it| table.columns[it.column].name.as_str())
    }
}

fn of_table(run: &Run<'_>, at: usize, last: &Table, past: &Past<'_>) -> Copies {
    let table = &run.edition.tables[at];
    let mut copies = Copies::default();
    let (rows, columns) = (shared_rows(table, last), shared_counts(table, last));
    let before = run.past.get(1).and_then(|it| Some(&it.edition.tables[it.edition.table(&table.name)?]));
    let prints: HashMap<usize, u64> = prints(table).into_iter().collect();
    // What has too few figures to tell is no check.
    for &(column, from) in columns.iter().filter(|_| rows.len() >= PASTED_MIN) {
        let alike = copied(rows.iter().map(|row| figures((table, last), *row, (column, from))));
        let found = if alike {
            copies.alike.push(column);
            let stood_still = before.is_some_and(|it| column_stood_still(last, it, from));
            if stood_still { None } else { of_the_one_before(run, table, column, past) }
        } else {
            prints.get(&column).and_then(|print| further_back(run, table, column, *print, past))
        };
        match found {
            Some(it) => copies.columns.push(it),
            None => copies.holding += 1,
        }
    }
    // Columns that were copied make rows alike.
    for &(now, then) in rows.iter().filter(|_| copies.columns.is_empty() && columns.len() >= PASTED_MIN) {
        let alike = copied(columns.iter().map(|column| figures((table, last), (now, then), *column)));
        if alike && !before.is_some_and(|it| row_stood_still(last, it, then)) {
            copies.rows.push((now, then));
        } else {
            copies.holding += 1;
        }
    }
    copies
}

/// A column that is that of the edition before, unless chance explains it.
fn of_the_one_before(run: &Run<'_>, table: &Table, column: usize, past: &Past<'_>) -> Option<CopiedColumn> {
    let changes = changes(run, table, column, past);
    let chance = changes.chance(&counts(table, column));
    // Whole numbers that are no counts may be codes: only their changes tell.
    let untold = chance.is_none() && table.columns[column].kind != ColumnType::Count;
    if untold || chance.is_some_and(|it| it > CHANCE_MAX) {
        return None;
    }
    let sure = changes.are_steady(is_daily(run)) && chance.is_some_and(|it| it < BEYOND_CHANCE);
    let severity = if sure { Severity::Error } else { Severity::Warning };
    Some(CopiedColumn { column, from: None, chance, severity })
}

/// A column that is that of one edition further back, and not by chance.
fn further_back(run: &Run<'_>, table: &Table, column: usize, print: u64, past: &Past<'_>) -> Option<CopiedColumn> {
    let period = run.edition.period?;
    let mut found = run.on_file.with(print, period.start);
    let (from, other) = (found.next()?, found.next());
    // What came back before comes back by nature.
    if other.is_some() || !is_the_same(table, column, &from.edition) {
        return None;
    }
    let changes = changes(run, table, column, past);
    let tried = run.past.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "editions are few")]
    let chance = changes.chance(&counts(table, column))? * tried as f64;
    if chance > FURTHER_BACK_MAX || !changes.are_steady(is_daily(run)) {
        return None;
    }
    let severity = if chance < BEYOND_CHANCE { Severity::Error } else { Severity::Warning };
    Some(CopiedColumn { column, from: Some(Arc::clone(from)), chance: Some(chance), severity })
}

fn is_daily(run: &Run<'_>) -> bool {
    run.edition.period.is_some_and(|it| it.days() == 1)
}

/// Whether a column is figure by figure that of an edition: hashes may collide.
fn is_the_same(table: &Table, column: usize, edition: &Edition) -> bool {
    let Some(then) = edition.table(&table.name).map(|it| &edition.tables[it]) else { return false };
    let Some(from) = then.column(&table.columns[column].name) else { return false };
    copied(shared_rows(table, then).into_iter().map(|row| figures((table, then), row, (column, from))))
}

/// How a column changed on file, but for editions whose copy was waived.
fn changes(run: &Run<'_>, table: &Table, column: usize, past: &Past<'_>) -> Changes {
    let name = &table.columns[column].name;
    let id = identity(run.dataset_name(), &table.name, "pasted", "", name);
    let waived: HashSet<Option<Period>> =
        past.all().filter(|it| it.waivers.iter().any(|it| it.id == id)).map(|it| it.edition.period).collect();
    let mut changes = Changes::default();
    for pair in run.past.windows(2).take(EDITIONS_MAX) {
        let [newer, older] = [&pair[0].edition, &pair[1].edition];
        let tables = [older, newer].map(|it| it.table(&table.name).map(|at| &it.tables[at]));
        let [Some(older), Some(later)] = tables else { continue };
        let (Some(from), Some(to)) = (older.column(name), later.column(name)) else { continue };
        if waived.contains(&newer.period) {
            continue;
        }
        let counts = shared_rows(later, older).into_iter().filter_map(|row| {
            let (now, then) = figures((later, older), row, (to, from));
            Some((then?.nearest_float(), now?.nearest_float()))
        });
        changes.take(&counts.collect::<Vec<_>>());
    }
    changes
}

fn counts(table: &Table, column: usize) -> Vec<f64> {
    (0..table.rows.len()).filter_map(|it| table.columns[column].decimal(it)).map(Decimal::nearest_float).collect()
}

/// Tells of the copies in a table, once each.
pub(super) fn tell(
    run: &Run<'_>,
    (at, last): (usize, &Edition),
    copies: &Copies,
    own: Option<&Accepted>,
    collector: &mut Collector,
) {
    let table = &run.edition.tables[at];
    let Some(last) = last.table(&table.name).map(|it| &last.tables[it]) else { return };
    for it in &copies.columns {
        let name = &table.columns[it.column].name;
        let (edition, which) = match &it.from {
            Some(from) => {
                let Some(then) = from.edition.table(&table.name) else { continue };
                let period = from.edition.period.map_or(String::new(), |it| format!(" of {it}"));
                (&from.edition.tables[then], format!("the edition{period}"))
            }
            None => (last, "the previous edition".to_owned()),
        };
        let chance = it.chance.map_or(String::new(), |it| format!("; this happens by chance {}", how_often(it)));
        let mut detail = Detail::new(&table.name, format!("every figure of {name} is the same as in {which}{chance}"));
        detail.column = Some(name.clone());
        let restated = own.is_some_and(|own| !is_the_same(table, it.column, &own.edition));
        let restated = if restated { "; the accepted edition had different figures" } else { "" };
        let waive = "if the figures really are the same, waive the finding";
        detail.hint = Some(format!("check whether the column was copied by mistake; {waive}{restated}"));
        let shared = shared_rows(table, edition);
        let (Some(&(now, then)), Some(from)) = (shared.first(), edition.column(name)) else { continue };
        detail.places = vec![
            Place::of_cell(table, now, it.column, Role::Primary, "the column starts here"),
            Place::of_cell(edition, then, from, Role::Operand, "the same figures"),
        ];
        fail(run, it.severity, detail, collector);
    }
    let columns = shared_counts(table, last);
    for (&(now, then), &(to, from)) in copies.rows.iter().filter_map(|row| Some((row, columns.first()?))) {
        let name = table.row_name(now);
        let mut detail =
            Detail::new(&table.name, format!("every figure of row \"{name}\" is the same as in the previous edition"));
        detail.row = Some(name);
        detail.places = vec![
            Place::of_cell(table, now, to, Role::Primary, "the row starts here"),
            Place::of_cell(last, then, from, Role::Operand, "the same figures"),
        ];
        fail(run, Severity::Warning, detail, collector);
    }
    collector.count("pasted", Verdict::Holds, copies.holding);
}

fn fail(run: &Run<'_>, severity: Severity, mut detail: Detail, collector: &mut Collector) {
    detail.certainty = Certainty::Unusual;
    collector.fail_one(&facts(run.dataset_name(), "pasted", severity), detail);
}

/// A chance as people say it.
fn how_often(chance: f64) -> String {
    if chance < BEYOND_CHANCE {
        return "less than once in a billion editions".to_owned();
    }
    if chance < 1e-6 {
        return "less than once in a million editions".to_owned();
    }
    // One digit is all that is known.
    let digits = (1.0 / chance).log10().floor();
    let rounded = (1.0 / chance / 10_f64.powf(digits)).round() * 10_f64.powf(digits);
    let plain = format!("{rounded:.0}");
    let grouped: Vec<&str> = plain.as_bytes().rchunks(3).rev().filter_map(|it| std::str::from_utf8(it).ok()).collect();
    format!("about once in {} editions", grouped.join(","))
}

fn column_stood_still(last: &Table, before: &Table, column: usize) -> bool {
    let same = |pair: &(usize, usize)| {
        copied(shared_rows(last, before).into_iter().map(|row| figures((last, before), row, *pair)))
    };
    shared_counts(last, before).iter().any(|pair| pair.0 == column && same(pair))
}

fn row_stood_still(last: &Table, before: &Table, row: usize) -> bool {
    let same = |pair: &(usize, usize)| {
        copied(shared_counts(last, before).into_iter().map(|column| figures((last, before), *pair, column)))
    };
    shared_rows(last, before).iter().any(|pair| pair.0 == row && same(pair))
}

/// The rows that two tables share.
fn shared_rows(table: &Table, last: &Table) -> Vec<(usize, usize)> {
    let rows = followed_rows(table, last).into_iter().enumerate();
    rows.filter_map(|(row, then)| Some((row, then? as usize))).collect()
}

fn is_count(table: &Table, column: usize) -> bool {
    matches!(table.columns[column].kind, ColumnType::Count | ColumnType::Integer)
}

/// The columns of counts that two tables share.
fn shared_counts(table: &Table, last: &Table) -> Vec<(usize, usize)> {
    let counts = (0..table.columns.len()).filter(|it| is_count(table, *it));
    counts.filter_map(|it| Some((it, last.column(&table.columns[it].name)?))).collect()
}

type Figures = (Option<Decimal>, Option<Decimal>);

fn figures((now, then): (&Table, &Table), row: (usize, usize), column: (usize, usize)) -> Figures {
    (now.columns[column.0].decimal(row.0), then.columns[column.1].decimal(row.1))
}

/// Whether figures are all as they were, and not so by chance: enough of them
/// differ among themselves, and are not zero.
fn copied(figures: impl Iterator<Item = Figures>) -> bool {
    let mut values = HashSet::new();
    for (now, then) in figures {
        if now != then {
            return false;
        }
        values.extend(now.filter(|it| it.units != 0).map(|it| (it.units, it.exponent)));
    }
    values.len() >= PASTED_MIN
}
