//! Cells as small numbers: equal values have equal codes, over both tables.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::value;
use crate::table::{ColumnData, Table};

/// A cell's value; figures by value, whatever their printed precision.
#[derive(PartialEq, Eq, Hash)]
enum Value<'a> {
    /// Units and power of ten, without trailing zeros.
    Number(i128, i8),
    /// What it says, as a text.
    Text(Cow<'a, str>),
}

/// Gives out codes; nothing printed is always 0.
#[derive(Default)]
pub(super) struct Codes<'a> {
    known: HashMap<Value<'a>, u32, FixedState>,
}

/// The code of a cell where nothing is printed.
pub(super) const NOTHING: u32 = 0;

impl<'a> Codes<'a> {
    /// One code a row for a pair of columns.
    pub(super) fn pair(&mut self, old: (&'a Table, usize), new: (&'a Table, usize)) -> (Vec<u32>, Vec<u32>) {
        let numbers = |it: (&Table, usize)| matches!(it.0.columns[it.1].data, ColumnData::Numbers(_));
        let as_numbers = numbers(old) && numbers(new);
        (self.column(old, as_numbers), self.column(new, as_numbers))
    }

    /// One code a row of a column.
    fn column(&mut self, (table, column): (&'a Table, usize), as_numbers: bool) -> Vec<u32> {
        let it = &table.columns[column];
        let code = |row: usize| {
            if let Some(figure) =
                it.decimal(row).filter(|_| as_numbers && it.states[row] == crate::table::CellState::Value)
            {
                let (mut units, mut exponent) = (figure.units, figure.exponent);
                while units != 0 && units % 10 == 0 && exponent < i8::MAX {
                    units /= 10;
                    exponent += 1;
                }
                return self.intern(Value::Number(units, if units == 0 { 0 } else { exponent }));
            }
            match value::identity((table, row, column)) {
                text if text.is_empty() => NOTHING,
                text => self.intern(Value::Text(text)),
            }
        };
        (0..table.rows.len()).map(code).collect()
    }

    fn intern(&mut self, value: Value<'a>) -> u32 {
        let next = u32::try_from(self.known.len() + 1).unwrap_or(u32::MAX);
        *self.known.entry(value).or_insert(next)
    }
}

/// The indexes of a longest increasing subsequence.
///
/// What is left out is as little as has to move for the rest to be in order.
/// Method: patience sorting (Fredman 1975), `O(n log n)`.
pub(super) fn longest_increasing(values: &[usize]) -> Vec<usize> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; values.len()];
    for at in 0..values.len() {
        let place = tails.partition_point(|&it| values[it] < values[at]);
        before[at] = place.checked_sub(1).map(|it| tails[it]);
        if place == tails.len() { tails.push(at) } else { tails[place] = at }
    }
    let mut chain = Vec::with_capacity(tails.len());
    let mut at = tails.last().copied();
    while let Some(it) = at {
        chain.push(it);
        at = before[it];
    }
    chain.reverse();
    chain
}
