//! Lays tables of many files together into editions, and the rows that some
//! rules are judged on apart beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assemble::{Loaded, LoadedTable, period_at, period_column};
use super::pasted::OnFile;
use super::stream::{ApartTable, Clean, Known};
use crate::history::{Earlier, History, Memo};
use crate::plan::Held;
use crate::rules::{Dataset, Need, Rule};
use crate::table::{ColumnData, Coverage, Edition, Exact, Period, Table, TableSchema};

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
    /// How many rows those are.
    pub(super) beside: Vec<usize>,
    /// The same edition with other rows of its tables, for some of the rules.
    pub(super) apart: Vec<Apart<'a>>,
}

/// An edition that some rules are judged on, and no others.
pub(super) struct Apart<'a> {
    /// Their names.
    pub(super) rules: BTreeSet<String>,
    pub(super) run: Run<'a>,
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
    let clean: Vec<Clean> = loaded.tables.iter().map(|it| it.clean.clone()).collect();
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
        beside: beside(&clean),
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
        beside: tables.iter().map(|it| it.clean.rows).collect(),
        apart: Vec::new(),
    };
    if days.is_empty() {
        let edition = |tables| Edition { period, coverage, tables };
        let mut main = run(edition(tables.iter().map(|it| it.table.clone()).collect()), None);
        let apart = |rules: BTreeSet<String>| {
            let (rows, clean) = rows_apart(&tables, &rules);
            Apart { rules, run: Run { beside: beside(&clean), clean, ..run(edition(rows), None) } }
        };
        main.apart = rules_apart(&tables).into_iter().map(apart).collect();
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

/// The rows that some rules are judged on, and what is in order beside them.
fn rows_apart(tables: &[&LoadedTable], rules: &BTreeSet<String>) -> (Vec<Table>, Vec<Clean>) {
    let own: Vec<Option<&ApartTable>> = tables.iter().map(|it| it.apart_of(rules)).collect();
    let rows = tables.iter().zip(&own).map(|(it, own)| own.map_or(&it.table, |it| &it.table).clone());
    let clean = tables.iter().zip(&own).map(|(it, own)| it.clean_apart(*own));
    (rows.collect(), clean.collect())
}

fn beside(clean: &[Clean]) -> Vec<usize> {
    clean.iter().map(|it| it.rows).collect()
}

impl LoadedTable {
    /// The other rows of it that one of some rules is judged on.
    fn apart_of(&self, rules: &BTreeSet<String>) -> Option<&ApartTable> {
        self.apart.iter().find(|it| rules.iter().any(|rule| it.rules.contains_key(rule)))
    }

    /// What is in order beside the rows that some rules are judged on apart.
    fn clean_apart(&self, apart: Option<&ApartTable>) -> Clean {
        let Some(apart) = apart else { return self.clean.clone() };
        let rows = (self.clean.rows + self.table.rows.len()).saturating_sub(apart.table.rows.len());
        Clean { rows, known: apart.rules.clone(), ..Clean::default() }
    }
}

/// The rules that are judged on other rows of some tables, those on the same
/// rows together.
fn rules_apart(tables: &[&LoadedTable]) -> Vec<BTreeSet<String>> {
    let mut places: BTreeMap<&String, Vec<(usize, usize)>> = BTreeMap::new();
    for (table, it) in tables.iter().enumerate() {
        for (at, apart) in it.apart.iter().enumerate() {
            apart.rules.keys().for_each(|rule| places.entry(rule).or_default().push((table, at)));
        }
    }
    let mut together: BTreeMap<Vec<(usize, usize)>, BTreeSet<String>> = BTreeMap::new();
    for (rule, places) in places {
        together.entry(places).or_default().insert(rule.clone());
    }
    together.into_values().collect()
}

impl Run<'_> {
    /// The editions before it.
    pub(super) fn history(&self) -> History<'_> {
        History { before: &self.past, on_file: self.memo.on_file() }
    }

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

    /// How many of the rows that are known to hold of a rule judged apart print no figure in a column.
    pub(super) fn blanks(&self, table: &str, rule: &str, column: &str) -> usize {
        self.known(table, rule).and_then(|it| it.blanks.get(column)).copied().unwrap_or(0)
    }

    /// How many of those a rule is for.
    pub(super) fn clean_checks(&self, table: &str, rule: &str) -> usize {
        self.clean_of(table).map_or(0, |it| it.rows - it.left_out.get(rule).copied().unwrap_or(0))
    }

    /// What is known to hold of a rule beside the rows of the edition.
    pub(super) fn held(&self, table: &str, rule: &str) -> Held {
        let exact = self.clean_checks(table, rule) as u64;
        self.known(table, rule).map_or(Held { exact, rows: exact, ..Held::default() }, |it| it.held)
    }

    /// What all rows of a rule's table come to, where it is judged beside that.
    pub(super) fn totals(&self, dataset: &Dataset, rule: &Rule) -> &[Exact] {
        let table = rule.table.map(|it| dataset.tables[it].name.as_str());
        table.and_then(|it| self.known(it, &rule.name)).map_or(&[], |it| &it.totals)
    }

    /// Whether checks of a rule were decided on rows that were judged before.
    pub(super) fn is_decided_apart(&self, table: &str, rule: &str) -> bool {
        self.known(table, rule).is_some_and(|it| it.held.decided() > 0)
    }

    /// Whether a rule over all rows of a table is known to hold.
    pub(super) fn is_settled(&self, table: &str, rule: &str) -> bool {
        self.clean_of(table).is_some_and(|it| it.settled.contains(rule))
    }

    fn known(&self, table: &str, rule: &str) -> Option<&Known> {
        self.clean_of(table)?.known.get(rule)
    }

    fn clean_of(&self, table: &str) -> Option<&Clean> {
        self.edition.table(table).and_then(|it| self.clean.get(it))
    }

    /// Whether it is a later edition of the dataset of another.
    pub(super) fn comes_after(&self, other: &Self) -> bool {
        let is_same = self.dataset.is_some() && self.dataset_name() == other.dataset_name();
        is_same && self.edition.period > other.edition.period
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
