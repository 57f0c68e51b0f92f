//! Keys of rows, and when two of them are the same.
//!
//! Groups, joins, repeated keys and rows of two editions all ask the same
//! question, and all ask it here: numbers are the same by value, days by day,
//! texts with their spaces folded, whatever was printed. Cells without a value
//! differ by what a key is for: see [`Blanks`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::Hash;

use foldhash::fast::FixedState;

use super::{CellState, ColumnData, ColumnType, Decimal, Period, Table, is_space};

/// What a cell without a value says in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blanks {
    /// It is alike others that print the same, or nothing, as in SQL's GROUP BY:
    /// for groups, and for the key that names a row.
    Alike,
    /// It is unknown, and so is the key: for values that are looked up.
    Unknown,
}

/// A cell as a part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyCell<'a> {
    /// Units and power of ten, without trailing zeros.
    Number(i128, i8),
    /// A text, trimmed, with one space for many.
    Text(Cow<'a, str>),
    /// The first day, counted from 1970-01-01; how many days follow it; and the
    /// time of the day, where one is printed.
    Days(i32, u32, &'a str),
    /// What is printed instead of a value; nothing where a cell is blank.
    Printed(Cow<'a, str>),
}

impl<'a> KeyCell<'a> {
    /// The value of a cell, if it has one.
    pub(crate) fn of(table: &'a Table, row: usize, column: usize) -> Option<Self> {
        let it = &table.columns[column];
        let state = it.states[row];
        match &it.data {
            ColumnData::Numbers(numbers) => state.has_value().then(|| Self::number(numbers.decimal(row))),
            ColumnData::Texts(texts) => (state == CellState::Value).then(|| Self::text(texts.get(row))),
            ColumnData::Dates(dates) => (state == CellState::Value).then(|| {
                let text = table.text(row, column).trim();
                let period = (it.kind == ColumnType::Period).then(|| Period::parse(text)).flatten();
                let days = period.map_or(1, Period::days);
                Self::Days(dates.days[row], days.saturating_sub(1), time_of(text))
            }),
        }
    }

    /// What a cell says, whether it has a value or not.
    fn printed(table: &'a Table, row: usize, column: usize) -> Self {
        Self::of(table, row, column).unwrap_or_else(|| Self::Printed(fold_spaces(table.text(row, column))))
    }

    /// A number by value, whatever its printed precision.
    pub(crate) fn number(it: Decimal) -> Self {
        let Decimal { units, exponent } = it.normal();
        Self::Number(units, exponent)
    }

    /// A text with its spaces folded.
    pub(crate) fn text(text: &'a str) -> Self {
        Self::Text(fold_spaces(text))
    }
}

/// The time printed behind a day of ISO 8601; nothing where it is midnight.
fn time_of(text: &str) -> &str {
    let (day, time) = text.split_at_checked(10).unwrap_or((text, ""));
    let is_time = day.as_bytes()[..day.len().min(4)].iter().all(u8::is_ascii_digit) && time.starts_with(['T', ' ']);
    let time = if is_time { time[1..].trim() } else { "" };
    if time.bytes().any(|it| matches!(it, b'1'..=b'9')) { time } else { "" }
}

/// A text without outer spaces, and with one space for several inside.
pub(crate) fn fold_spaces(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_space);
    let bytes = text.as_bytes();
    let plain = text.is_ascii() && !bytes.iter().any(|it| *it < b' ') && memchr::memmem::find(bytes, b"  ").is_none();
    if plain || !text.contains(is_space) {
        return Cow::Borrowed(text);
    }
    let words: Vec<&str> = text.split(is_space).filter(|it| !it.is_empty()).collect();
    Cow::Owned(words.join(" "))
}

/// Numbers the distinct keys of rows, alike over all the tables it is shown.
///
/// Columns are taken one by one, and a pair of numbers becomes one number, so
/// that no key is ever stored as a whole; texts are looked at once each. Keys
/// are numbered from 0 in the order in which they first appear.
pub(crate) struct Keys<'a> {
    blanks: Blanks,
    cells: Vec<HashMap<KeyCell<'a>, u32, FixedState>>,
    pairs: Vec<HashMap<(u32, u32), u32, FixedState>>,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(blanks: Blanks) -> Self {
        Self { blanks, cells: Vec::new(), pairs: Vec::new() }
    }

    /// One number a row; `None` where a cell of the key is unknown.
    ///
    /// Without columns, all rows have one key.
    pub(crate) fn number(&mut self, table: &'a Table, columns: &[usize]) -> Vec<Option<u32>> {
        let mut keys = vec![Some(0); table.rows.len()];
        for (position, &column) in columns.iter().enumerate() {
            if self.cells.len() <= position {
                self.cells.push(HashMap::default());
                self.pairs.push(HashMap::default());
            }
            let codes = number_column(&mut self.cells[position], table, column, self.blanks);
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
    pub(crate) fn len(&self) -> usize {
        match (self.cells.len(), self.pairs.last()) {
            (0, _) => 1,
            (1, _) => self.cells[0].len(),
            (_, pairs) => pairs.map_or(0, HashMap::len),
        }
    }
}

fn number_column<'a>(
    cells: &mut HashMap<KeyCell<'a>, u32, FixedState>,
    table: &'a Table,
    at: usize,
    blanks: Blanks,
) -> Vec<Option<u32>> {
    let column = &table.columns[at];
    let without_value = |row: usize, cells: &mut HashMap<KeyCell<'a>, u32, FixedState>| match blanks {
        Blanks::Alike => Some(intern(cells, KeyCell::printed(table, row, at))),
        Blanks::Unknown => None,
    };
    let rows = 0..column.states.len();
    let ColumnData::Texts(texts) = &column.data else {
        let number = |row| match KeyCell::of(table, row, at) {
            Some(it) => Some(intern(cells, it)),
            None => without_value(row, cells),
        };
        return rows.map(number).collect();
    };
    let mut known: Vec<Option<u32>> = vec![None; texts.dictionary.len()];
    let number = |row: usize| {
        if column.states[row] != CellState::Value {
            return without_value(row, cells);
        }
        let code = texts.codes[row] as usize;
        Some(*known[code].get_or_insert_with(|| intern(cells, KeyCell::text(&texts.dictionary[code]))))
    };
    rows.map(number).collect()
}

fn intern<K: Eq + Hash>(known: &mut HashMap<K, u32, FixedState>, key: K) -> u32 {
    let next = u32::try_from(known.len()).expect("fewer keys than 4 billion, as there are fewer rows");
    *known.entry(key).or_insert(next)
}

/// Whether two rows have the same key, and no cell of it is unknown.
pub(crate) fn same(left: (&Table, &[usize], usize), right: (&Table, &[usize], usize)) -> bool {
    let mut pairs = left.1.iter().zip(right.1);
    pairs.all(|(&own, &other)| {
        let own = KeyCell::of(left.0, left.2, own);
        own.is_some() && own == KeyCell::of(right.0, right.2, other)
    })
}

impl Table {
    /// The rows in groups that share the values of some columns, in the order in
    /// which they first appear; blanks are alike.
    pub(crate) fn groups(&self, by: &[usize]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (row, key) in Keys::new(Blanks::Alike).number(self, by).into_iter().enumerate() {
            let group = key.expect("no key is unknown where blanks are alike") as usize;
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].push(row);
        }
        groups
    }

    /// What names a row among those of its table and of other editions: some
    /// columns, and the same of the rows that it stands under. Rows of one path
    /// have the same keys; blanks are alike.
    pub(crate) fn path(&self, row: usize, columns: &[usize]) -> String {
        /// Outlines are a few levels deep; a circle in them must not hang.
        const LEVELS_MAX: usize = 16;
        let mut path = String::new();
        let mut at = Some(row);
        for _ in 0..LEVELS_MAX {
            let Some(row) = at else { break };
            for &column in columns {
                // A letter for each sort of cell keeps the number 1 apart from the text.
                let written = match KeyCell::printed(self, row, column) {
                    KeyCell::Number(units, exponent) => write!(path, "n{units}e{exponent}"),
                    KeyCell::Text(text) => write!(path, "t{text}"),
                    KeyCell::Days(first, more, time) => write!(path, "d{first}+{more} {time}"),
                    KeyCell::Printed(text) => write!(path, "p{text}"),
                };
                written.expect("a string can be written");
                path.push('\u{1f}');
            }
            path.push('\u{1e}');
            at = self.rows[row].under.map(|it| it as usize);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn trailing_zeros_do_not_make_another_number() {
        let (short, long) = (Decimal { units: 12, exponent: 0 }, Decimal { units: 1200, exponent: -2 });
        assert_eq!(KeyCell::number(short), KeyCell::number(long));
        assert_eq!(KeyCell::number(Decimal { units: 0, exponent: -2 }), KeyCell::number(Decimal::whole(0)));
    }

    #[test]
    fn spaces_fold() {
        assert_eq!(fold_spaces("  Car \u{a0} theft\t"), "Car theft");
        assert_eq!(fold_spaces("Car theft"), "Car theft");
        assert_eq!(fold_spaces("\u{feff}Car\u{200b}theft"), "Car theft");
    }

    proptest! {
        #[test]
        fn numbers_are_the_same_if_and_only_if_their_values_are(
            a in -2000_i128..2000, e in -3_i8..3, b in -2000_i128..2000, f in -3_i8..3
        ) {
            let (left, right) = (Decimal { units: a, exponent: e }, Decimal { units: b, exponent: f });
            prop_assert_eq!(KeyCell::number(left) == KeyCell::number(right), left.same_value(right));
        }
    }
}
