//! How well a rule holds in editions: judged as `check` judges it, on every row.

use super::{quoted, quoted_list};
use crate::error::{Error, ErrorKind};
use crate::finding::Place;
use crate::rules::expression::{NamedCell, find_row};
use crate::rules::{Context, Dataset, Detail, Mark, Need};
use crate::table::{Column, ColumnType, Edition, Table};

/// So many exceptions are looked at one by one.
const EXCEPTIONS_MAX: usize = 400;
/// The name that the table has here.
const TABLE: &str = "t";

/// The editions of a table, with what a rule file would declare of it.
pub(super) struct Editions {
    all: Vec<Edition>,
    declared: String,
}

/// How often a rule held, and where it did not.
#[derive(Clone, Debug, Default)]
pub(super) struct Support {
    pub(super) held: usize,
    pub(super) failed: usize,
    /// In how many editions it held at all.
    pub(super) editions: usize,
    /// Whether there are several editions, so that exceptions are named with their file.
    pub(super) of_several: bool,
    /// The first exceptions.
    pub(super) exceptions: Vec<Exception>,
}

/// A check that fails.
#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) row: Option<String>,
    pub(super) column: Option<String>,
    pub(super) place: Option<Place>,
}

impl Support {
    pub(super) fn of(&self) -> usize {
        self.held + self.failed
    }
}

impl Editions {
    pub(super) fn new(editions: &[&Table]) -> Self {
        let named = |it: &&Table| {
            let table = Table { name: TABLE.to_owned(), ..(*it).clone() };
            Edition { tables: vec![table], ..Edition::default() }
        };
        Self { all: editions.iter().map(named).collect(), declared: declared(editions) }
    }

    /// Judges a rule in all editions; `None` where it is no rule for them.
    pub(super) fn judge(&self, check: &str) -> Option<Support> {
        let text = format!("{}\n[[rules]]\nname = \"r\"\n{check}\n", self.declared);
        let refuse = |_: &str| Err(Error::new(ErrorKind::NotFound, "no such file"));
        let dataset = crate::rules::load("rules.toml", &text, &refuse).ok()?;
        let mut support = Support { of_several: self.all.len() > 1, ..Support::default() };
        for number in 0..self.all.len() {
            self.judge_one(&dataset, number, &mut support)?;
        }
        Some(support)
    }

    fn judge_one(&self, dataset: &Dataset, number: usize, support: &mut Support) -> Option<()> {
        let rule = dataset.rules.first()?;
        let edition = &self.all[number];
        let previous = number.checked_sub(1).map(|it| &self.all[it]);
        if rule.check.needs().iter().any(|it| is_lacking(it, dataset, edition, previous)) {
            return Some(());
        }
        let context = Context {
            past: &[],
            memo: None,
            calendar: None,
            filter: None,
            beside: &[],
            totals: &[],
            tables: &dataset.tables,
            edition,
            previous,
        };
        let marks = rule.check.verdicts(&context).ok()?;
        if rule.check.why_undetermined(&context, &marks).is_some() {
            return Some(());
        }
        let held = marks.iter().filter(|it| matches!(it, Mark::Holds | Mark::Rounded)).count();
        let failing: Vec<usize> = (0..marks.len()).filter(|&it| marks[it] == Mark::Fails).collect();
        support.held += held;
        support.failed += failing.len();
        support.editions += usize::from(held > 0);
        let room = EXCEPTIONS_MAX.saturating_sub(support.exceptions.len());
        let shown = &failing[..failing.len().min(room)];
        support.exceptions.extend(rule.check.explain_all(&context, shown).into_iter().map(Exception::of));
        Some(())
    }
}

impl Exception {
    fn of(detail: Detail) -> Self {
        Self { row: detail.row, column: detail.column, place: detail.places.into_iter().next() }
    }
}

fn is_lacking(need: &Need, dataset: &Dataset, edition: &Edition, previous: Option<&Edition>) -> bool {
    let Some(table) = edition.tables.first() else { return true };
    match need {
        Need::Table(_) => false,
        Need::Column(_, name) => table.column(name).is_none(),
        Need::Row(declared, row, under) => {
            let (row, under) = (row.clone(), under.clone());
            let named = NamedCell { table: *declared, row, under, column: String::new() };
            find_row(&dataset.tables[*declared], table, &named).is_err()
        }
        Need::Previous | Need::Past => previous.is_none(),
    }
}

/// What a rule file would declare of the table of all editions.
fn declared(editions: &[&Table]) -> String {
    let mut text = format!("crossfoot = 1\ndataset = \"d\"\n[tables.{TABLE}]\n");
    let Some(first) = editions.first() else { return text };
    let key: Vec<String> = first.key.iter().map(|&it| first.columns[it].name.clone()).collect();
    if !key.is_empty() {
        text.push_str(&format!("key = {}\n", quoted_list(&key)));
    }
    text.push_str(&format!("[tables.{TABLE}.columns]\n"));
    for column in &first.columns {
        let alike = editions.iter().filter_map(|it| it.column(&column.name).map(|at| it.columns[at].kind));
        if let Some(kind) = alike.map(Some).reduce(|one, other| widest(one?, other?)).flatten() {
            text.push_str(&format!("{} = {}\n", quoted(&column.name), quoted(kind.word())));
        }
    }
    text
}

/// The type that holds the figures of two; `None` where one holds figures and the other does not.
pub(crate) fn widest(one: ColumnType, other: ColumnType) -> Option<ColumnType> {
    const NUMBERS: [ColumnType; 3] = [ColumnType::Count, ColumnType::Integer, ColumnType::Amount];
    if one == other {
        return Some(one);
    }
    let rank = |it: ColumnType| NUMBERS.iter().position(|known| *known == it);
    match (rank(one), rank(other)) {
        (Some(a), Some(b)) => Some(NUMBERS[a.max(b)]),
        _ if one.is_number() && other.is_number() => Some(ColumnType::Percent),
        _ if one.is_number() || other.is_number() => None,
        _ => Some(ColumnType::Text),
    }
}

/// Columns of some types that every edition has.
pub(super) fn columns(editions: &[&Table], wanted: impl Fn(ColumnType) -> bool) -> Vec<String> {
    let Some(first) = editions.first() else { return Vec::new() };
    let fits = |it: &&Column| {
        let like = |table: &&Table| table.column(&it.name).is_some_and(|at| table.columns[at].kind.is_number());
        wanted(it.kind) && (!it.kind.is_number() || editions.iter().all(like))
    };
    let names = first.columns.iter().filter(fits).map(|it| it.name.clone());
    names.filter(|name| editions.iter().all(|it| it.column(name).is_some())).collect()
}
