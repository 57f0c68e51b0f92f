//! Keys of rows: values that compare across columns, tables and editions.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::FixedState;

use super::bind::is_puzzle;
use crate::table::{CellState, Column, ColumnData, Decimal, Table, matching_key};

/// A cell's value: numbers by value, texts with their space folded, dates by day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Value<'a> {
    /// Units and power of ten, without trailing zeros.
    Number(i128, i8),
    /// A text, trimmed, with one space for many.
    Text(Cow<'a, str>),
    /// A day, counted from 1970-01-01.
    Day(i32),
}

/// Numbers the distinct keys of rows, alike over all the tables it is shown.
///
/// Columns are taken one by one, and a pair of numbers becomes one number, so
/// that no key is ever stored as a whole; texts are looked at once each.
#[derive(Default)]
pub(super) struct Keys<'a> {
    values: Vec<HashMap<Value<'a>, u32, FixedState>>,
    pairs: Vec<HashMap<(u32, u32), u32, FixedState>>,
}

impl<'a> Keys<'a> {
    /// One number a row; `None` where a cell of the key has no value.
    ///
    /// Without columns, all rows have one key.
    pub(super) fn number(&mut self, table: &'a Table, columns: &[usize]) -> Vec<Option<u32>> {
        let mut keys = vec![Some(0); table.rows.len()];
        for (position, &column) in columns.iter().enumerate() {
            if self.values.len() <= position {
                self.values.push(HashMap::default());
                self.pairs.push(HashMap::default());
            }
            let codes = number_column(&mut self.values[position], &table.columns[column]);
            let pairs = &mut self.pairs[position];
            for (key, code) in keys.iter_mut().zip(codes) {
                *key = match (*key, code) {
                    (Some(_), Some(code)) if position == 0 => Some(code),
                    (Some(key), Some(code)) => Some(intern(pairs, (key, code))),
                    _ => None,
                };
            }
        }
        keys
    }

    /// How many keys have been numbered.
    pub(super) fn len(&self) -> usize {
        match (self.values.len(), self.pairs.last()) {
            (0, _) => 1,
            (1, _) => self.values[0].len(),
            (_, pairs) => pairs.map_or(0, HashMap::len),
        }
    }
}

fn number_column<'a>(values: &mut HashMap<Value<'a>, u32, FixedState>, column: &'a Column) -> Vec<Option<u32>> {
    let rows = 0..column.states.len();
    let ColumnData::Texts(texts) = &column.data else {
        return rows.map(|row| value(column, row).map(|it| intern(values, it))).collect();
    };
    let mut known: Vec<Option<u32>> = vec![None; texts.dictionary.len()];
    let mut number = |row: usize| {
        let code = texts.codes[row] as usize;
        if column.states[row] != CellState::Value {
            return None;
        }
        let number = known[code].get_or_insert_with(|| intern(values, Value::Text(folded(&texts.dictionary[code]))));
        Some(*number)
    };
    rows.map(&mut number).collect()
}

fn intern<K: Eq + Hash>(known: &mut HashMap<K, u32, FixedState>, key: K) -> u32 {
    let next = u32::try_from(known.len()).expect("fewer keys than 4 billion, as there are fewer rows");
    *known.entry(key).or_insert(next)
}

/// The value of a cell, if it has one.
pub(super) fn value(column: &Column, row: usize) -> Option<Value<'_>> {
    let state = column.states[row];
    match &column.data {
        ColumnData::Numbers(numbers) => state.has_value().then(|| number(numbers.decimal(row))),
        ColumnData::Texts(texts) => (state == CellState::Value).then(|| Value::Text(folded(texts.get(row)))),
        ColumnData::Dates(dates) => (state == CellState::Value).then(|| Value::Day(dates.days[row])),
    }
}

/// A number by value, whatever its printed precision.
pub(super) fn number(it: Decimal) -> Value<'static> {
    let Decimal { units, exponent } = it.normal();
    Value::Number(units, exponent)
}

/// A text, trimmed, with one space for many.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let plain = |it: char| !it.is_whitespace() || it == ' ';
    if trimmed.chars().all(plain) && !trimmed.contains("  ") {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(trimmed.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether two rows have the same key, and no cell of it lacks a value.
pub(super) fn same(left: (&Table, &[usize], usize), right: (&Table, &[usize], usize)) -> bool {
    let mut pairs = left.1.iter().zip(right.1);
    pairs.all(|(&own, &other)| {
        let own = value(&left.0.columns[own], left.2);
        own.is_some() && own == value(&right.0.columns[other], right.2)
    })
}

/// The row of an earlier table that is each row, or one row only: the one of
/// the same key, or the only one where both tables have one row.
pub(super) fn rows_before(earlier: &Table, table: &Table, key: &[String], only: Option<usize>) -> Vec<Option<usize>> {
    let mut rows = vec![None; table.rows.len()];
    let whole = |it: &Table| key.iter().all(|name| it.column(name).is_some());
    let matched = matching_key(table, earlier).filter(|_| whole(table) && whole(earlier));
    let Some([own, theirs]) = matched else { return rows };
    if let Some(row) = only {
        rows[row] = (0..earlier.rows.len()).find(|&it| same((table, &own, row), (earlier, &theirs, it)));
        return rows;
    }
    let mut keys = Keys::default();
    let numbered = keys.number(earlier, &theirs);
    let mut first = vec![None; keys.len()];
    for (row, key) in numbered.into_iter().enumerate() {
        if let Some(key) = key {
            first[key as usize].get_or_insert(row);
        }
    }
    let own = keys.number(table, &own);
    own.into_iter().map(|key| first.get(key? as usize).copied().flatten()).collect()
}

/// Whether the second row could have the first row's key, if the cells that
/// have no value were known.
///
/// A row whose key says nothing at all could have any: it counts only where
/// something is printed that could not be understood.
pub(super) fn could_be(left: (&Table, &[usize], usize), right: (&Table, &[usize], usize)) -> bool {
    let mut evidence = false;
    for (&own, &other) in left.1.iter().zip(right.1) {
        let (own, column) = (value(&left.0.columns[own], left.2), &right.0.columns[other]);
        match value(column, right.2) {
            Some(it) if own.as_ref() == Some(&it) => evidence = true,
            Some(_) => return false,
            None => evidence |= is_puzzle(column.states[right.2]),
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, table};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trailing_zeros_do_not_make_another_number() {
        let (short, long) = (Decimal { units: 12, exponent: 0 }, Decimal { units: 1200, exponent: -2 });
        assert_eq!(number(short), number(long));
        assert_eq!(number(Decimal { units: 0, exponent: -2 }), number(Decimal::whole(0)));
    }

    #[test]
    fn spaces_fold() {
        assert_eq!(folded("  Car \u{a0} theft\t"), "Car theft");
        assert_eq!(folded("Car theft"), "Car theft");
    }

    proptest! {
        #[test]
        fn rows_have_one_number_if_and_only_if_their_keys_are_the_same(
            cells in prop::collection::vec(("[ab]{0,2}", "[12]{0,1}(\\.0)?"), 1..12)
        ) {
            let rules = "[tables.t]\ncolumns = { a = 'label', n = 'amount' }\n";
            let schema = dataset(rules).unwrap().tables.remove(0);
            let lines: Vec<String> = cells.iter().map(|(a, n)| format!("\n{a},{n}")).collect();
            let (left, right) = (table(&schema, &format!("a,n{}", lines.concat())), table(&schema, "a,n\nab,1\nb,2.0"));
            let mut keys = Keys::default();
            let (first, second) = (keys.number(&left, &[0, 1]), keys.number(&right, &[0, 1]));
            for (row, key) in first.iter().enumerate() {
                prop_assert!(key.is_none_or(|it| (it as usize) < keys.len()));
                for (other, theirs) in second.iter().enumerate() {
                    let equal = same((&left, &[0, 1], row), (&right, &[0, 1], other));
                    prop_assert_eq!(equal, key.is_some() && key == theirs);
                }
            }
        }

        #[test]
        fn numbers_are_the_same_if_and_only_if_their_values_are(
            a in -2000_i128..2000, e in -3_i8..3, b in -2000_i128..2000, f in -3_i8..3
        ) {
            let (left, right) = (Decimal { units: a, exponent: e }, Decimal { units: b, exponent: f });
            prop_assert_eq!(number(left) == number(right), left.same_value(right));
        }
    }
}
