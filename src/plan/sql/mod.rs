//! Checks as queries, one each, that return what does not surely hold.
//!
//! A query is sound in one direction: what it leaves out holds. Each cell is read as
//! crossfoot reads it, by its text, into a whole number of its last decimals
//! ([`Dialect`]); what is not plain is null, and is returned. So there is no division, no
//! rounding, no collation and no missing figure in what is compared, and the digits of
//! every node are counted: a check that takes more of them than the engine has is not
//! printed.
//!
//! Conditions are asked as SQL has them, of values that are true, false or unknown: what
//! was not read is unknown, and so is what is computed of it.
//!
//! - `dialect`: how each engine reads a cell
//! - `typed`: columns whose types say how they print; days and texts
//! - `pushed`: all that a table is asked for at once
//! - `term`: arithmetic and conditions over what was read

mod dialect;
mod pushed;
mod term;
mod typed;

use std::collections::BTreeSet;

pub use self::dialect::Dialect;
pub use self::pushed::{Cell, Counted, Demand, Followed, Form, Pushed};
use self::term::{Columns, Number};
use super::{Asked, Condition, Fold, Grouped, Test, Total};

/// Why a check is not printed, in words.
pub type Why = &'static str;

/// What a column holds, as far as queries read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    /// A number with up to so many decimals.
    Number(u8),
    /// A day as `2005-03-01`.
    Day,
    /// A text.
    Text,
    /// A number of a type with so many digits, the last so many of which are decimals;
    /// all of those are printed.
    Decimal(u8, u8),
    /// A day of a type of days.
    Date,
    /// A text of which the same query asks that it is one of some plain ones.
    Listed,
}

/// A table that queries are printed for.
#[derive(Clone, Copy)]
pub struct Queried<'a> {
    /// Its name, as the engine reads it.
    pub table: &'a str,
    /// How the engine speaks.
    pub dialect: Dialect,
    /// What a column holds, by name; or why it is not read.
    pub holding: &'a dyn Fn(&str) -> Result<Holding, Why>,
}

/// How many digits of a number are read, the most first: with fewer, products of it
/// still have a place.
const DIGITS: [u32; 5] = [19, 18, 12, 9, 6];
/// A sum of so many rows, as a power of ten, has a place.
const ROWS_DIGITS: u32 = 9;
/// Amounts have up to so many decimals where nothing is declared.
pub const DECIMALS: u8 = 4;
/// What is true in every engine, and what is false.
const TRUE: &str = "1 = 1";
const FALSE: &str = "1 = 0";
const TOO_WIDE: Why = "its arithmetic needs more digits than the engine has";
const ONE_GROUP: Why = "it compares all rows with each other";
const DIVIDES: Why = "it adds up quotients whose divisors may be zero";
const ALONG: Why = "it compares each row with the previous one";

impl Queried<'_> {
    /// The rows that tests do not surely hold of, among those that a condition lets in.
    ///
    /// # Errors
    ///
    /// Why it is not printed.
    pub fn rows(&self, when: Option<&Condition<String>>, tests: &[Test<String>]) -> Result<String, Why> {
        let read = tests.iter().map(Test::columns).chain(when.map(Condition::read));
        self.with_digits(&names(read), |columns| {
            let tests: Vec<String> = tests.iter().map(|it| columns.test(it)).collect::<Result<_, _>>()?;
            let tests = joined(&tests);
            let holds = match when.map(|it| columns.condition(it)).transpose()? {
                // Where it cannot be told whether a row is let in, that is told of it.
                Some(when) => {
                    format!("CASE WHEN {when} THEN {tests} WHEN NOT ({when}) THEN {TRUE} ELSE {FALSE} END")
                }
                None => tests,
            };
            Ok(not_surely(&columns.inner(), "", &holds))
        })
    }

    /// The rows whose key another row has too, or may have.
    ///
    /// # Errors
    ///
    /// As [`Queried::rows`].
    pub fn once(&self, key: &[String]) -> Result<String, Why> {
        self.with_digits(&key.iter().collect(), |columns| {
            let again = self.dialect.quoted("rows with this key");
            let keys = columns.read_names(key).join(", ");
            let count = format!("COUNT(*) OVER (PARTITION BY {keys}) AS {again}");
            let inner = format!("SELECT q.*, {count} FROM ({}) q", columns.inner());
            let holds = joined(&[format!("{again} = 1"), columns.none_is_odd(key)]);
            Ok(not_surely(&inner, &columns.are_read(), &holds))
        })
    }

    /// One row with the totals of all rows, where a condition over them does not surely hold.
    ///
    /// # Errors
    ///
    /// As [`Queried::rows`].
    pub fn whole(&self, totals: &[Total<String>], holds: &Condition<usize>) -> Result<String, Why> {
        let read = names(totals.iter().map(Total::read));
        self.with_digits(&read, |columns| {
            let (selected, numbers) = self.totals(columns, totals, (false, None))?;
            let inner = format!("SELECT {selected} FROM ({}) q", columns.inner());
            let holds = columns.over(&numbers).condition(holds)?;
            Ok(not_surely(&inner, &self.all_read(totals.len()), &holds))
        })
    }

    /// The groups that a check does not surely hold of.
    ///
    /// # Errors
    ///
    /// As [`Queried::rows`].
    pub fn groups(&self, it: &Grouped<String>) -> Result<String, Why> {
        let Asked::Totals(totals, holds, _) = &it.asked else { return Err(ALONG) };
        if it.by.is_empty() {
            return Err(ONE_GROUP);
        }
        let mut read = names(totals.iter().map(Total::read).chain(it.when.as_ref().map(Condition::read)));
        read.extend(&it.by);
        self.with_digits(&read, |columns| {
            let (selected, numbers) = self.totals(columns, totals, (true, it.when.as_ref()))?;
            let keys = columns.read_names(&it.by);
            let inner = format!(
                "SELECT {}, {selected} FROM ({}) q GROUP BY {}",
                keys.join(", "),
                columns.inner(),
                keys.join(", ")
            );
            let filled: Vec<String> = keys.iter().map(|it| format!("{it} IS NOT NULL")).collect();
            let read = joined(&[joined(&filled), self.all_read(totals.len())]);
            let mut holds = columns.over(&numbers).condition(holds)?;
            if it.when.is_some() {
                // A group without a row that counts is none.
                holds = format!("({} = 0 OR {holds})", self.dialect.quoted("rows that count"));
            }
            let holds = joined(&[holds, columns.none_is_odd(&it.by)]);
            Ok(not_surely(&inner, &read, &holds))
        })
    }

    /// Totals as columns of a query: how many rows there are, how many were read, and
    /// each; and how each is read further.
    fn totals(
        &self,
        columns: &Columns<'_>,
        totals: &[Total<String>],
        (is_group, when): (bool, Option<&Condition<String>>),
    ) -> Result<(String, Vec<Number>), Why> {
        let quoted = |it: &str| self.dialect.quoted(it);
        let conditions = totals.iter().filter_map(|it| it.when.as_ref()).chain(when);
        if !conditions.clone().all(is_told) || totals.iter().filter_map(|it| it.of.as_ref()).any(term::may_divide) {
            return Err(DIVIDES);
        }
        let are_read = columns.are_read();
        let mut selected = vec![
            format!("COUNT(*) AS {}", quoted("rows")),
            format!("COUNT(CASE WHEN {are_read} THEN 1 END) AS {}", quoted("rows read")),
        ];
        if let Some(when) = when {
            let when = columns.condition(when)?;
            selected.push(format!("COUNT(CASE WHEN {when} THEN 1 END) AS {}", quoted("rows that count")));
        }
        let mut numbers = Vec::new();
        for (at, total) in totals.iter().enumerate() {
            let conditions = [when, total.when.as_ref()].into_iter().flatten();
            let conditions: Vec<String> = conditions.map(|it| columns.condition(it)).collect::<Result<_, _>>()?;
            let of = total.of.as_ref().map(|it| columns.term(it)).transpose()?;
            let (digits, scale) = of.as_ref().map_or((0, 0), |it| (it.digits, it.scale));
            let name = quoted(&format!("total {}", at + 1));
            let value = of.map_or("1".to_owned(), |it| it.sql);
            let counted = format!("CASE WHEN {} THEN {value} END", joined(&conditions));
            let folded = match total.fold {
                Fold::Count => format!("COUNT({counted})"),
                // Groups without a row to add come to nothing, tables without one to no value.
                Fold::Sum if is_group => format!("COALESCE(SUM({counted}), 0)"),
                Fold::Sum => format!("SUM({counted})"),
                Fold::Least => format!("MIN({counted})"),
                Fold::Most => format!("MAX({counted})"),
            };
            selected.push(format!("{} AS {name}", self.dialect.whole(&folded)));
            numbers.push(Number { sql: name, digits: digits + ROWS_DIGITS, scale });
        }
        Ok((selected.join(", "), numbers))
    }

    /// That all rows were read, and each total has a value.
    fn all_read(&self, totals: usize) -> String {
        let quoted = |it: &str| self.dialect.quoted(it);
        let filled = (1..=totals).map(|it| format!("{} IS NOT NULL", quoted(&format!("total {it}"))));
        let rows = format!("{} = {}", quoted("rows"), quoted("rows read"));
        joined(&std::iter::once(rows).chain(filled).collect::<Vec<_>>())
    }

    /// Prints with as many digits of each column as the arithmetic leaves room for.
    fn with_digits(
        &self,
        read: &BTreeSet<&String>,
        print: impl Fn(&Columns<'_>) -> Result<String, Why>,
    ) -> Result<String, Why> {
        let mut last = Err(TOO_WIDE);
        for digits in DIGITS {
            last = Columns::of(self, read, digits).and_then(|it| print(&it));
            if last != Err(TOO_WIDE) {
                break;
            }
        }
        last
    }
}

/// The columns that conditions and tests read.
fn names<'a>(read: impl Iterator<Item = (Vec<&'a String>, Vec<&'a String>)>) -> BTreeSet<&'a String> {
    read.flat_map(|(numbers, texts)| numbers.into_iter().chain(texts)).collect()
}

/// The rows of a query that are not read, or of which something does not hold: what is
/// unknown is not true, and is returned.
fn not_surely(inner: &str, are_read: &str, holds: &str) -> String {
    let are_read = if are_read.is_empty() { String::new() } else { format!("{are_read} AND ") };
    format!("SELECT * FROM ({inner}) q\nWHERE CASE WHEN {are_read}({holds}) THEN 0 ELSE 1 END = 1")
}

/// Whether a condition over what was read is true or false, and never unknown.
fn is_told(it: &Condition<String>) -> bool {
    match it {
        Condition::Compare(left, _, right) => !term::may_divide(left) && !term::may_divide(right),
        Condition::All(them) | Condition::Any(them) => them.iter().all(is_told),
        Condition::Not(it) => is_told(it),
        Condition::Known(_) => false,
        Condition::Listed(..) | Condition::Fits(..) | Condition::Same(..) => true,
    }
}

/// All of them; true without any.
fn joined(them: &[String]) -> String {
    let them: Vec<&str> = them.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    if them.is_empty() { TRUE.to_owned() } else { them.join(" AND ") }
}
