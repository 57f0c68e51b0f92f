//! Values of many rows at once: numbers, texts, days, truth values.
//!
//! A vector has one value per row of its batch, or a single one that stands
//! for every row.

use std::borrow::Cow;

use num_traits::{ToPrimitive, Zero};

use super::node::{Constant, Type};
use crate::table::{CellState, Column, ColumnData, Exact, Lane, Table, is_fillable};

/// A truth value of SQL's three; their order makes AND the smaller and OR the larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Truth {
    /// False.
    False,
    /// Neither can be told.
    Unknown,
    /// True.
    True,
}

/// Which values are there; `None` where all are.
pub(super) type Valid = Option<Vec<bool>>;

/// Numbers, as narrow as they fit.
#[derive(Clone, Debug)]
pub(super) enum Units<'a> {
    /// 64 bits, in units of the vector's power of ten.
    Narrow(Cow<'a, [i64]>),
    /// 128 bits, in units of the vector's power of ten.
    Wide(Cow<'a, [i128]>),
    /// Fractions of any size; the power of ten is 0.
    Exact(Cow<'a, [Exact]>),
}

/// Numbers at one common power of ten.
#[derive(Clone, Debug)]
pub(super) struct NumberVector<'a> {
    pub(super) units: Units<'a>,
    pub(super) exponent: i32,
    pub(super) valid: Valid,
}

/// Texts, as codes into a column's dictionary where they come from one.
#[derive(Clone, Debug)]
pub(super) enum TextValues<'a> {
    Codes(&'a [u32], &'a [Box<str>]),
    Plain(Vec<Cow<'a, str>>),
}

/// Texts.
#[derive(Clone, Debug)]
pub(super) struct TextVector<'a> {
    pub(super) values: TextValues<'a>,
    pub(super) valid: Valid,
}

/// Days, counted from 1970-01-01.
#[derive(Clone, Debug)]
pub(super) struct DayVector<'a> {
    pub(super) days: Cow<'a, [i32]>,
    pub(super) valid: Valid,
}

/// Values of one type.
#[derive(Clone, Debug)]
pub(super) enum Vector<'a> {
    Numbers(NumberVector<'a>),
    Texts(TextVector<'a>),
    Days(DayVector<'a>),
    Truths(Vec<Truth>),
}

impl Truth {
    /// The truth value of an answer that may not be known.
    pub(crate) fn of(answer: Option<bool>) -> Self {
        match answer {
            Some(true) => Self::True,
            Some(false) => Self::False,
            None => Self::Unknown,
        }
    }

    /// The answer, where it is known.
    pub(crate) fn known(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Unknown => None,
        }
    }

    /// NOT.
    #[must_use]
    pub(crate) fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Reads a stretch of a column as a vector of a type.
///
/// `fill` takes missing figures as zero, which is what their rows hold.
pub(super) fn of_column(column: &Column, rows: std::ops::Range<usize>, kind: Type, fill: bool) -> Vector<'_> {
    let states = &column.states[rows.clone()];
    let fill = fill && kind == Type::Number;
    let there = |it: &CellState| it.has_value() || (fill && is_fillable(*it));
    let valid: Valid = (!states.iter().all(there)).then(|| states.iter().map(there).collect());
    match (&column.data, kind) {
        (ColumnData::Numbers(numbers), Type::Number) => {
            let units = match &numbers.units {
                Lane::Narrow(it) => Units::Narrow(Cow::Borrowed(&it[rows])),
                Lane::Wide(it) => Units::Wide(Cow::Borrowed(&it[rows])),
            };
            Vector::Numbers(NumberVector { units, exponent: i32::from(numbers.exponent), valid })
        }
        (ColumnData::Texts(texts), Type::Text) => {
            Vector::Texts(TextVector { values: TextValues::Codes(&texts.codes[rows], &texts.dictionary), valid })
        }
        (ColumnData::Dates(dates), Type::Date) => {
            Vector::Days(DayVector { days: Cow::Borrowed(&dates.days[rows]), valid })
        }
        _ => nothing(kind),
    }
}

/// Reads rows of a column, wherever they are, as a vector of a type; no row, no value.
pub(super) fn of_rows<'a>(column: &'a Column, rows: &[Option<u32>], kind: Type, fill: bool) -> Vector<'a> {
    let there = |row: &Option<u32>| {
        let state = row.map(|it| column.states[it as usize]);
        state.is_some_and(|it| it.has_value() || (fill && kind == Type::Number && is_fillable(it)))
    };
    let valid: Valid = Some(rows.iter().map(there).collect());
    let at = |row: &Option<u32>| row.map(|it| it as usize);
    match (&column.data, kind) {
        (ColumnData::Numbers(numbers), Type::Number) => {
            let units = rows.iter().map(|row| at(row).map_or(0, |it| numbers.units.get(it))).collect();
            let units = match Lane::from_wide(units) {
                Lane::Narrow(it) => Units::Narrow(Cow::Owned(it)),
                Lane::Wide(it) => Units::Wide(Cow::Owned(it)),
            };
            Vector::Numbers(NumberVector { units, exponent: i32::from(numbers.exponent), valid })
        }
        (ColumnData::Texts(texts), Type::Text) => {
            let values = rows.iter().map(|row| Cow::Borrowed(at(row).map_or("", |it| texts.get(it)))).collect();
            Vector::Texts(TextVector { values: TextValues::Plain(values), valid })
        }
        (ColumnData::Dates(dates), Type::Date) => {
            let days = rows.iter().map(|row| at(row).map_or(0, |it| dates.days[it])).collect();
            Vector::Days(DayVector { days, valid })
        }
        _ => nothing(kind),
    }
}

/// The texts that a column prints in some rows, where they have a value.
pub(super) fn printed<'a>(table: &'a Table, column: &Column, rows: impl Iterator<Item = Option<usize>>) -> Vector<'a> {
    let position = table.column(&column.name);
    let text = |row: Option<usize>| {
        let row = row.filter(|it| column.states[*it].has_value())?;
        Some(Cow::Borrowed(table.text(row, position?).trim()))
    };
    let texts: Vec<Option<Cow<'a, str>>> = rows.map(text).collect();
    let valid = texts.contains(&None).then(|| texts.iter().map(Option::is_some).collect());
    let values = TextValues::Plain(texts.into_iter().map(Option::unwrap_or_default).collect());
    Vector::Texts(TextVector { values, valid })
}

/// The vector of a constant: one value for every row.
pub(super) fn of_constant(constant: &Constant) -> Vector<'_> {
    match constant {
        Constant::Number(it) => Vector::Numbers(NumberVector::single(it.clone())),
        Constant::Text(it) => {
            Vector::Texts(TextVector { values: TextValues::Plain(vec![Cow::Borrowed(it)]), valid: None })
        }
        Constant::Date(it) => Vector::Days(DayVector { days: Cow::Owned(vec![*it]), valid: None }),
        Constant::Truth(it) => Vector::Truths(vec![Truth::of(Some(*it))]),
        Constant::Null(kind) => nothing(*kind),
    }
}

/// No value for any row.
pub(super) fn nothing<'a>(kind: Type) -> Vector<'a> {
    let valid = Some(vec![false]);
    match kind {
        Type::Number | Type::Null => Vector::Numbers(NumberVector { valid, ..NumberVector::single(Exact::zero()) }),
        Type::Text => Vector::Texts(TextVector { values: TextValues::Plain(vec![Cow::Borrowed("")]), valid }),
        Type::Date => Vector::Days(DayVector { days: Cow::Owned(vec![0]), valid }),
        Type::Truth => Vector::Truths(vec![Truth::Unknown]),
    }
}

/// Zero for every row.
pub(super) fn of_zero<'a>() -> Vector<'a> {
    Vector::Numbers(NumberVector::single(Exact::zero()))
}

/// Zero where there is a row, and else no value.
pub(super) fn zero_where<'a>(rows: &[Option<u32>]) -> Vector<'a> {
    let units = Units::Narrow(Cow::Owned(vec![0; rows.len()]));
    Vector::Numbers(NumberVector { units, exponent: 0, valid: Some(rows.iter().map(Option::is_some).collect()) })
}

/// The index of a row in a vector that may hold a single value.
pub(super) fn index(length: usize, row: usize) -> usize {
    if length == 1 { 0 } else { row }
}

/// How many values come of several operands: one that is the same for all rows takes as many
/// as the others have, and none where these have none.
pub(super) fn together(lengths: impl IntoIterator<Item = usize>) -> usize {
    lengths.into_iter().fold(1, |length, it| if it == 1 { length } else { it })
}

/// Whether the value of a row is there.
pub(super) fn is_there(valid: &Valid, row: usize) -> bool {
    valid.as_ref().is_none_or(|it| it[index(it.len(), row)])
}

/// Where both are there.
pub(super) fn both(left: &Valid, right: &Valid) -> Valid {
    match (left, right) {
        (None, it) | (it, None) => it.clone(),
        (Some(left), Some(right)) => {
            let length = together([left.len(), right.len()]);
            let there = |row| left[index(left.len(), row)] && right[index(right.len(), row)];
            Some((0..length).map(there).collect())
        }
    }
}

impl NumberVector<'_> {
    /// One number for every row.
    pub(super) fn single<'a>(value: Exact) -> NumberVector<'a> {
        let narrow = if value.is_integer() { value.numer().to_i64() } else { None };
        let decimal = narrow.map(|it| (it, 0)).or_else(|| as_decimal(&value));
        match decimal {
            Some((units, exponent)) => {
                NumberVector { units: Units::Narrow(Cow::Owned(vec![units])), exponent, valid: None }
            }
            None => NumberVector { units: Units::Exact(Cow::Owned(vec![value])), exponent: 0, valid: None },
        }
    }

    /// Numbers of some rows, where they are known.
    pub(super) fn of_exact<'a>(values: &[Option<Exact>]) -> NumberVector<'a> {
        let valid = values.contains(&None).then(|| values.iter().map(Option::is_some).collect());
        let units = values.iter().map(|it| it.clone().unwrap_or_else(Exact::zero)).collect();
        NumberVector { units: Units::Exact(Cow::Owned(units)), exponent: 0, valid }
    }

    /// How many values it holds.
    pub(super) fn len(&self) -> usize {
        match &self.units {
            Units::Narrow(it) => it.len(),
            Units::Wide(it) => it.len(),
            Units::Exact(it) => it.len(),
        }
    }

    /// The value of a row, where it is there.
    pub(super) fn get(&self, row: usize) -> Option<Exact> {
        if !is_there(&self.valid, row) {
            return None;
        }
        let at = index(self.len(), row);
        Some(match &self.units {
            Units::Narrow(it) => super::kernels::exact(i128::from(it[at]), self.exponent),
            Units::Wide(it) => super::kernels::exact(it[at], self.exponent),
            Units::Exact(it) => it[at].clone(),
        })
    }
}

/// A fraction as few decimals in 64 bits, so that `0.1` stays on the fast path.
fn as_decimal(value: &Exact) -> Option<(i64, i32)> {
    let mut scaled = value.clone();
    for exponent in 1..=18 {
        scaled *= Exact::from_integer(10.into());
        if scaled.is_integer() {
            return Some((scaled.numer().to_i64()?, -exponent));
        }
    }
    None
}

impl<'a> TextVector<'a> {
    /// The text of a row that has one, shared where it is a column's.
    pub(super) fn share(&self, row: usize) -> Cow<'a, str> {
        let at = index(self.len(), row);
        match &self.values {
            TextValues::Codes(it, dictionary) => Cow::Borrowed(&dictionary[it[at] as usize]),
            TextValues::Plain(it) => it[at].clone(),
        }
    }

    /// How many values it holds.
    pub(super) fn len(&self) -> usize {
        match &self.values {
            TextValues::Codes(it, _) => it.len(),
            TextValues::Plain(it) => it.len(),
        }
    }

    /// The text of a row, where it is there.
    pub(super) fn get(&self, row: usize) -> Option<&str> {
        if !is_there(&self.valid, row) {
            return None;
        }
        let at = index(self.len(), row);
        Some(match &self.values {
            TextValues::Codes(it, dictionary) => &dictionary[it[at] as usize],
            TextValues::Plain(it) => &it[at],
        })
    }
}

impl DayVector<'_> {
    /// The day of a row, where it is there.
    pub(super) fn get(&self, row: usize) -> Option<i32> {
        is_there(&self.valid, row).then(|| self.days[index(self.days.len(), row)])
    }
}

impl<'a> Vector<'a> {
    /// How many values it holds.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Numbers(it) => it.len(),
            Self::Texts(it) => it.len(),
            Self::Days(it) => it.days.len(),
            Self::Truths(it) => it.len(),
        }
    }

    /// Whether the value of a row is there.
    pub(super) fn is_there(&self, row: usize) -> bool {
        match self {
            Self::Numbers(it) => is_there(&it.valid, row),
            Self::Texts(it) => is_there(&it.valid, row),
            Self::Days(it) => is_there(&it.valid, row),
            Self::Truths(it) => it[index(it.len(), row)] != Truth::Unknown,
        }
    }

    /// The numbers of an operand that is a number by its type.
    pub(super) fn into_numbers(self) -> NumberVector<'a> {
        match self {
            Self::Numbers(it) => it,
            _ => unreachable!("types are settled when the rule is read"),
        }
    }

    /// The texts of an operand that is a text by its type.
    pub(super) fn into_texts(self) -> TextVector<'a> {
        match self {
            Self::Texts(it) => it,
            _ => unreachable!("types are settled when the rule is read"),
        }
    }

    /// The truth values of an operand that is a condition by its type.
    pub(super) fn into_truths(self) -> Vec<Truth> {
        match self {
            Self::Truths(it) => it,
            _ => unreachable!("types are settled when the rule is read"),
        }
    }

    /// The value of a row as a constant that outlives its table.
    pub(super) fn constant(&self, row: usize) -> Constant {
        let value = match self {
            Self::Numbers(it) => it.get(row).map(Constant::Number),
            Self::Texts(it) => it.get(row).map(|it| Constant::Text(it.to_owned())),
            Self::Days(it) => it.get(row).map(Constant::Date),
            Self::Truths(it) => it[index(it.len(), row)].known().map(Constant::Truth),
        };
        value.unwrap_or(Constant::Null(self.kind()))
    }

    /// The type of its values.
    pub(super) fn kind(&self) -> Type {
        match self {
            Self::Numbers(_) => Type::Number,
            Self::Texts(_) => Type::Text,
            Self::Days(_) => Type::Date,
            Self::Truths(_) => Type::Truth,
        }
    }
}
