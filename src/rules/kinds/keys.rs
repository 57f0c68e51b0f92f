//! Keys of rows that a kind looks up: what could be one, and rows of the edition before.

use super::bind::is_puzzle;
use crate::table::{KeyCell, Table, followed_row, followed_rows};

/// The row of an earlier table that is each row, or one row only: the one of
/// the same key, or the only one where both tables have one row.
pub(super) fn rows_before(earlier: &Table, table: &Table, key: &[String], only: Option<usize>) -> Vec<Option<usize>> {
    let whole = |it: &Table| key.iter().all(|name| it.column(name).is_some());
    let mut rows = vec![None; table.rows.len()];
    if !(whole(table) && whole(earlier)) {
        return rows;
    }
    match only {
        Some(row) => rows[row] = followed_row(table, earlier, row),
        None => rows = followed_rows(table, earlier).into_iter().map(|it| it.map(|it| it as usize)).collect(),
    }
    rows
}

/// Whether the second row could have the first row's key, if the cells that
/// have no value were known.
///
/// A row whose key says nothing at all could have any: it counts only where
/// something is printed that could not be understood.
pub(super) fn could_be(left: (&Table, &[usize], usize), right: (&Table, &[usize], usize)) -> bool {
    let mut evidence = false;
    for (&own, &other) in left.1.iter().zip(right.1) {
        let own = KeyCell::of(left.0, left.2, own);
        match KeyCell::of(right.0, right.2, other) {
            Some(it) if own.as_ref() == Some(&it) => evidence = true,
            Some(_) => return false,
            None => evidence |= is_puzzle(right.0.columns[other].states[right.2]),
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, table};
    use crate::table::{Blanks, Keys, same};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_have_one_number_if_and_only_if_their_keys_are_the_same(
            cells in prop::collection::vec(("[ab]{0,2}", "[12]{0,1}(\\.0)?"), 1..12)
        ) {
            let rules = "[tables.t]\ncolumns = { a = 'label', n = 'amount' }\n";
            let schema = dataset(rules).unwrap().tables.remove(0);
            let lines: Vec<String> = cells.iter().map(|(a, n)| format!("\n{a},{n}")).collect();
            let (left, right) = (table(&schema, &format!("a,n{}", lines.concat())), table(&schema, "a,n\nab,1\nb,2.0"));
            let mut keys = Keys::new(Blanks::Unknown);
            let (first, second) = (keys.number(&left, &[0, 1]), keys.number(&right, &[0, 1]));
            for (row, key) in first.iter().enumerate() {
                prop_assert!(key.is_none_or(|it| (it as usize) < keys.len()));
                for (other, theirs) in second.iter().enumerate() {
                    let equal = same((&left, &[0, 1], row), (&right, &[0, 1], other));
                    prop_assert_eq!(equal, key.is_some() && key == theirs);
                }
            }
        }
    }
}
