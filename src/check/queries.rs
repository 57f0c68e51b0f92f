//! The checks of a dataset as queries for an engine that holds its tables.

use crate::plan::sql::{DECIMALS, Dialect, Holding, Queried, Why};
use crate::plan::{Grouped, Sieved, Total};
use crate::rules::{Dataset, Rule};
use crate::table::{ColumnType, DecimalSign, NumberStyle, TableSchema};

/// One check as a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The rule, or `keys` for the key of a table.
    pub rule: String,
    /// The table that it reads.
    pub table: String,
    /// The query, which returns what does not surely hold; or why there is none.
    pub sql: Result<String, &'static str>,
}

const OTHER_TABLE: Why = "it also reads another table";
const OTHER_CELLS: Why = "it needs more than the plain cells of one row";
const EDITIONS: Why = "its rows may belong to several editions, which are checked separately";
const MARKERS: Why = "its table declares markers";
const STYLE: Why = "its table declares a decimal comma";
const PRINT: Why = "its table declares how it is printed";
const UNIT: Why = "one of its columns is in units";
const KIND: Why = "one of its columns has a type or format that can only be told from its text";
const ABSENT: Why = "one of its columns is optional";
const UNKNOWN: Why = "one of its columns is not declared";

/// The checks of a dataset, one query each; `named` gives the name of a declared table
/// as the engine reads it.
pub fn queries(dataset: &Dataset, dialect: Dialect, named: &dyn Fn(&str) -> String) -> Vec<Query> {
    let mut queries = Vec::new();
    for (at, table) in dataset.tables.iter().enumerate() {
        let name = named(&table.name);
        let holding = |column: &str| holding(table, column);
        let queried = Queried { table: &name, dialect, holding: &holding };
        let plain = is_plain(dataset, table);
        let mut add = |rule: &str, sql: Result<String, Why>| {
            queries.push(Query { rule: rule.to_owned(), table: table.name.clone(), sql });
        };
        if !table.key.is_empty() {
            let sql = plain.and_then(|()| one_edition(dataset)).and_then(|()| queried.once(&table.key));
            add("keys", sql);
        }
        for rule in dataset.rules.iter().filter(|it| it.table.is_none_or(|it| it == at)) {
            // A rule of no one table is told once, with the first.
            if rule.table.is_some() || at == 0 {
                add(&rule.name, plain.and_then(|()| of_rule(dataset, rule, &queried)));
            }
        }
    }
    queries
}

fn of_rule(dataset: &Dataset, rule: &Rule, queried: &Queried<'_>) -> Result<String, Why> {
    if rule.table.is_none() {
        return Err(OTHER_TABLE);
    }
    let filter = rule.filter.as_ref().map(|it| it.sieve().ok_or(OTHER_CELLS)).transpose()?;
    match rule.check.sieve().ok_or(OTHER_CELLS)? {
        Sieved::Each(tests) => queried.rows(filter.as_ref(), &tests),
        Sieved::Joined(_) => Err(OTHER_TABLE),
        Sieved::Beside(_) => Err(OTHER_CELLS),
        Sieved::Once(key) => one_edition(dataset).and_then(|()| queried.once(&key)),
        Sieved::Whole(totals, holds) => {
            one_edition(dataset)?;
            let chosen = |it: Total<String>| {
                let own = filter.clone().filter(|_| it.filtered);
                let when =
                    it.when.into_iter().chain(own).reduce(|left, right| crate::plan::Condition::All(vec![left, right]));
                Total { when, ..it }
            };
            queried.whole(&totals.into_iter().map(chosen).collect::<Vec<_>>(), &holds)
        }
        Sieved::Groups(it) => {
            one_edition(dataset)?;
            let when = if rule.filter.is_some() { filter } else { it.when.clone() };
            queried.groups(&Grouped { when, ..*it })
        }
    }
}

/// Whether the cells of a table are read as any engine reads them.
fn is_plain(dataset: &Dataset, table: &TableSchema) -> Result<(), Why> {
    let has_point = |it: NumberStyle| it.decimal == DecimalSign::Point;
    let locale = dataset.locale.as_deref().and_then(NumberStyle::of_locale);
    match () {
        () if !table.markers.declared.is_empty() => Err(MARKERS),
        () if !table.style.or(locale).is_none_or(has_point) => Err(STYLE),
        () if table.layout.wide == Some(true) => Err(PRINT),
        () => Ok(()),
    }
}

/// Whether all rows of a dataset are of one edition.
fn one_edition(dataset: &Dataset) -> Result<(), Why> {
    if dataset.cadence.is_some() || dataset.period.is_some() { Err(EDITIONS) } else { Ok(()) }
}

/// What a declared column holds.
fn holding(table: &TableSchema, column: &str) -> Result<Holding, Why> {
    let column = table.column(column).map(|it| &table.columns[it]).ok_or(UNKNOWN)?;
    match column.kind {
        _ if column.unit.is_some() => Err(UNIT),
        _ if column.optional => Err(ABSENT),
        ColumnType::Label | ColumnType::Text => Ok(Holding::Text),
        ColumnType::Count | ColumnType::Integer if column.decimals.is_none_or(|it| it == 0) => Ok(Holding::Number(0)),
        ColumnType::Amount | ColumnType::Percent => Ok(Holding::Number(column.decimals.unwrap_or(DECIMALS))),
        ColumnType::Date if column.format.is_none() => Ok(Holding::Day),
        _ => Err(KIND),
    }
}
