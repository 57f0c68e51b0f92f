//! Rows of a table that is held, as parts of groups whose other rows stand in a
//! large file.

use jiff::civil::Date;

use super::sides::{Check, Place};
use super::whole::ApartTable;
use crate::nearest::NAMES_MAX;
use crate::plan::{Grouped, Groups, Plain, day_number};
use crate::source::delimited::sieve::{KeyHash, scaled};
use crate::table::{CellState, ColumnData, Decimal, KeyCell, Table};

/// The rows of a table that is held.
pub(super) struct HeldRows<'a> {
    pub(super) place: Place,
    pub(super) table: &'a Table,
    /// The checks that it has rows of.
    pub(super) halves: Vec<Half>,
}

/// One side of a check, over columns of a table by their index.
pub(super) struct Half(pub(super) Grouped<usize>);

impl Half {
    /// None where a column holds something else than the check asks for.
    pub(super) fn of(table: &Table, grouped: &Grouped<String>) -> Option<Self> {
        let grouped = grouped.over(&|it| table.column(it))?;
        let is_text = |it: &usize| matches!(table.columns[*it].data, ColumnData::Texts(_));
        let (numbers, texts) = grouped.read();
        let fits = !numbers.into_iter().any(is_text) && texts.into_iter().all(is_text);
        fits.then_some(Self(grouped))
    }
}

impl HeldRows<'_> {
    /// What its rows come to in one part of the keys.
    pub(super) fn fold(&self, part: (u64, u64)) -> Vec<Groups> {
        let fold = |Half(grouped): &Half| {
            let mut groups = Groups::default();
            for row in 0..self.table.rows.len() {
                match self.group(grouped, row) {
                    None => groups.is_untold = true,
                    Some(key) if key.0 % part.1 == part.0 => match self.cells(grouped, row) {
                        Some(cells) => groups.take(grouped, key, &cells),
                        None => groups.take_odd(key.0),
                    },
                    Some(_) => {}
                }
            }
            groups
        };
        self.halves.iter().map(fold).collect()
    }

    /// The rows that checks are judged on, a table each.
    pub(super) fn tables(&self, source: usize, checks: &[Check]) -> Vec<ApartTable> {
        let of = |check: &Check| {
            // Of another table with few rows all are at hand, for what is near to them.
            let is_all = check.looks_up_in(source) && self.table.rows.len() <= NAMES_MAX;
            let rows: Vec<u32> = match check.asked_in(source) {
                None => Vec::new(),
                Some(half) => {
                    let Half(grouped) = &self.halves[half];
                    let is_of = |row: u32| self.group(grouped, row as usize).is_some_and(|it| check.is_suspect(it.0));
                    (0..).take(self.table.rows.len()).filter(|row| is_all || is_of(*row)).collect()
                }
            };
            check.apart(self.table.take(&rows), check.counts.held)
        };
        checks.iter().filter(|it| it.why.is_none() && it.is_of(source)).map(of).collect()
    }

    /// The hash of a row's group, as a sieve has it, and whether its key is known;
    /// none where a sieve reads it otherwise.
    fn group(&self, grouped: &Grouped<usize>, row: usize) -> Option<(u64, bool)> {
        let (mut hash, mut is_known) = (KeyHash::default(), true);
        for &column in &grouped.by {
            match KeyCell::of(self.table, row, column) {
                Some(KeyCell::Number(units, exponent)) => hash.number(scaled(Decimal { units, exponent })?),
                Some(KeyCell::Text(text)) => is_known &= hash.text(&text).is_some(),
                Some(KeyCell::Days(first, 0, "")) => hash.number(day(first)?.into()),
                Some(KeyCell::Days(..) | KeyCell::Printed(_)) => return None,
                None => {
                    hash.text(self.table.text(row, column));
                    is_known = false;
                }
            }
        }
        Some((hash.finish(), is_known || !grouped.is_looked_up))
    }

    /// The cells of a row that a check reads, if each has a value.
    fn cells(&self, grouped: &Grouped<usize>, row: usize) -> Option<Plain<'_>> {
        let mut values = vec![((0, 0), &b""[..]); self.table.columns.len()];
        let (numbers, texts) = grouped.read();
        for &column in numbers.into_iter().chain(texts) {
            let it = &self.table.columns[column];
            if !it.states[row].has_value() {
                return None;
            }
            values[column] = match &it.data {
                ColumnData::Numbers(numbers) => (number(numbers.decimal(row))?, &b""[..]),
                ColumnData::Texts(texts) if it.states[row] == CellState::Value => {
                    ((0, 0), texts.get(row).trim().as_bytes())
                }
                ColumnData::Texts(_) => return None,
                ColumnData::Dates(dates) => ((day(dates.days[row])?.into(), 0), &b""[..]),
            };
        }
        Some(Plain(values))
    }
}

/// Digits, and how many of them are decimals.
fn number(it: Decimal) -> Option<(i128, u32)> {
    match u32::try_from(it.exponent) {
        Ok(zeros) => Some((it.units.checked_mul(10_i128.checked_pow(zeros)?)?, 0)),
        Err(_) => Some((it.units, it.exponent.unsigned_abs().into())),
    }
}

/// A day as a sieve counts it, of days from 1970-01-01.
fn day(days: i32) -> Option<i64> {
    let span = jiff::Span::new().try_days(days).ok()?;
    day_number(Date::constant(1970, 1, 1).checked_add(span).ok()?)
}
