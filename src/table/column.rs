//! One column of a table: what a rule reads as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use num_bigint::BigInt;

use super::{ColumnType, Decimal, Document, Figure, Marker, Span};

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellState {
    /// A value of the column's type.
    Value,
    /// Nothing is printed.
    Empty,
    /// A marker stands instead of a value; `nil` counts as the value zero.
    Marker(Marker),
    /// The row ends before this column.
    Absent,
    /// The text is not of the column's type.
    Unreadable,
    /// The text can be read in more than one way.
    Unclear,
}

impl CellState {
    /// Whether there is a value to compute with.
    pub fn has_value(self) -> bool {
        matches!(self, Self::Value | Self::Marker(Marker::Nil))
    }
}

/// Whether a missing figure may be taken as zero: an empty cell, or a marker
/// that says there is nothing. A figure withheld or not yet printed exists.
pub(crate) fn is_fillable(state: CellState) -> bool {
    matches!(state, CellState::Empty | CellState::Marker(Marker::Missing | Marker::NotApplicable))
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// The name that rules use.
    pub name: String,
    /// The heading as printed.
    pub heading: String,
    /// What it holds.
    pub kind: ColumnType,
    /// Where it stands among the printed columns, from 0.
    pub position: u32,
    /// The same of each cell, where it differs from row to row; else empty.
    pub positions: Vec<u32>,
    /// The values.
    pub data: ColumnData,
    /// What stands in each cell.
    pub states: Vec<CellState>,
    /// Where each cell is printed.
    pub spans: Vec<Span>,
    /// How figures read whose source is written otherwise (`4&nbsp;477`), by
    /// the byte that they start at.
    pub undone: Arc<HashMap<u32, Box<str>>>,
}

/// The values of a column, one per row; rows without a value hold a zero.
#[derive(Clone, Debug)]
pub enum ColumnData {
    /// Figures.
    Numbers(Numbers),
    /// Labels and text.
    Texts(Texts),
    /// Days.
    Dates(Dates),
}

/// Figures of a column at one common power of ten.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The values in units of 10^`exponent`.
    pub units: Lane,
    /// The common power of ten: the smallest printed one.
    pub exponent: i8,
    /// The power of ten of each figure's last printed digit.
    pub printed: Vec<i8>,
}

/// Whole numbers in the narrowest form that holds them all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lane {
    /// All fit 64 bits.
    Narrow(Vec<i64>),
    /// All fit 128 bits.
    Wide(Vec<i128>),
}

/// Texts as codes into a dictionary.
#[derive(Clone, Debug)]
pub struct Texts {
    /// One code per row.
    pub codes: Vec<u32>,
    /// The text of each code, each once, in order of first appearance.
    pub dictionary: Arc<[Box<str>]>,
}

/// Days as counted from 1970-01-01.
#[derive(Clone, Debug, Default)]
pub struct Dates {
    /// One day number per row.
    pub days: Vec<i32>,
}

impl Column {
    /// The text printed in a cell, with quotes undone.
    pub fn text<'a>(&'a self, document: &'a Document, row: usize) -> &'a str {
        match &self.data {
            ColumnData::Texts(texts) if self.states[row] == CellState::Value => texts.get(row),
            _ => {
                let span = self.spans[row];
                let undone = if self.undone.is_empty() { None } else { self.undone.get(&span.start) };
                match undone {
                    Some(it) => it,
                    None => document.slice(span),
                }
            }
        }
    }

    /// The figure of a cell, where it has one.
    pub fn decimal(&self, row: usize) -> Option<Decimal> {
        match &self.data {
            ColumnData::Numbers(numbers) if self.states[row].has_value() => Some(numbers.decimal(row)),
            _ => None,
        }
    }

    /// Puts a figure in place of a cell.
    pub(super) fn set_figure(&mut self, row: usize, span: Span, figure: &Figure) {
        if let ColumnData::Numbers(numbers) = &mut self.data {
            numbers.set(row, figure.value);
            self.states[row] = CellState::Value;
            self.spans[row] = span;
        }
    }

    /// Where a cell stands among the printed columns, from 0.
    pub fn printed_position(&self, row: usize) -> u32 {
        self.positions.get(row).copied().unwrap_or(self.position)
    }

    pub(super) fn take(&self, rows: &[u32]) -> Self {
        let data = match &self.data {
            ColumnData::Numbers(it) => ColumnData::Numbers(Numbers {
                units: match &it.units {
                    Lane::Narrow(units) => Lane::Narrow(pick(units, rows)),
                    Lane::Wide(units) => Lane::Wide(pick(units, rows)),
                },
                exponent: it.exponent,
                printed: pick(&it.printed, rows),
            }),
            ColumnData::Texts(it) => {
                ColumnData::Texts(Texts { codes: pick(&it.codes, rows), dictionary: Arc::clone(&it.dictionary) })
            }
            ColumnData::Dates(it) => ColumnData::Dates(Dates { days: pick(&it.days, rows) }),
        };
        Self {
            name: self.name.clone(),
            heading: self.heading.clone(),
            kind: self.kind,
            position: self.position,
            positions: if self.positions.is_empty() { Vec::new() } else { pick(&self.positions, rows) },
            data,
            states: pick(&self.states, rows),
            spans: pick(&self.spans, rows),
            undone: Arc::clone(&self.undone),
        }
    }
}

fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|&it| values[it as usize]).collect()
}

impl Numbers {
    /// Lays figures out at their smallest common power of ten; `None` is a
    /// row without a value.
    ///
    /// A figure that does not fit 128 bits at the common power (only where a
    /// column mixes very large with very fine figures) is returned by index:
    /// it must be reported, and stands as a row without a value.
    pub fn new(figures: &[Option<Decimal>]) -> (Self, Vec<usize>) {
        let mut builder = NumbersBuilder::with_capacity(figures.len());
        for it in figures {
            builder.push(*it);
        }
        builder.finish()
    }

    /// The figure of a row, with its printed precision.
    pub fn decimal(&self, row: usize) -> Decimal {
        let printed = self.printed[row];
        let divisor = 10_i128.checked_pow(u32::from(printed.abs_diff(self.exponent))).unwrap_or(i128::MAX);
        Decimal { units: self.units.get(row) / divisor, exponent: printed }
    }

    fn set(&mut self, row: usize, value: Decimal) {
        let exponent = self.exponent.min(value.exponent);
        let all: Vec<Option<Decimal>> =
            (0..self.printed.len()).map(|it| Some(if it == row { value } else { self.decimal(it) })).collect();
        if exponent < self.exponent {
            *self = Self::new(&all).0;
            return;
        }
        let units = rescale(value, exponent).unwrap_or(0);
        self.printed[row] = value.exponent;
        self.units.set(row, units);
    }
}

/// Figures as they come, each at its own power of ten; a row of them takes a third of what it would as a figure.
#[derive(Clone, Debug)]
pub struct NumbersBuilder {
    units: Lane,
    /// `None` where a row has no value.
    exponents: Vec<Option<i8>>,
}

impl NumbersBuilder {
    /// With room for so many rows.
    pub fn with_capacity(rows: usize) -> Self {
        Self { units: Lane::Narrow(Vec::with_capacity(rows)), exponents: Vec::with_capacity(rows) }
    }

    /// Adds a row; `None` is one without a value.
    pub fn push(&mut self, figure: Option<Decimal>) {
        self.exponents.push(figure.map(|it| it.exponent));
        self.units.push(figure.map_or(0, |it| it.units));
    }

    /// Lays the figures out, as [`Numbers::new`].
    pub fn finish(self) -> (Numbers, Vec<usize>) {
        let Self { mut units, exponents } = self;
        let exponent = exponents.iter().flatten().min().copied().unwrap_or(0);
        let mut misfits = Vec::new();
        for (row, own) in exponents.iter().enumerate() {
            let Some(own) = own.filter(|it| *it != exponent) else { continue };
            let rescaled = rescale(Decimal { units: units.get(row), exponent: own }, exponent);
            misfits.extend(rescaled.is_none().then_some(row));
            units.set(row, rescaled.unwrap_or(0));
        }
        let units = match units {
            Lane::Wide(it) => Lane::from_wide(it),
            narrow @ Lane::Narrow(_) => narrow,
        };
        let printed = exponents.into_iter().map(|it| it.unwrap_or(exponent)).collect();
        (Numbers { units, exponent, printed }, misfits)
    }
}

pub(super) fn rescale(value: Decimal, exponent: i8) -> Option<i128> {
    if value.units == 0 {
        return Some(0);
    }
    let power = 10_i128.checked_pow(u32::from(value.exponent.abs_diff(exponent)))?;
    value.units.checked_mul(power)
}

impl Lane {
    /// Takes whole numbers, as narrow as they fit.
    pub fn from_wide(units: Vec<i128>) -> Self {
        let narrow: Result<Vec<i64>, _> = units.iter().map(|&it| i64::try_from(it)).collect();
        narrow.map_or(Self::Wide(units), Self::Narrow)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(it) => it.len(),
            Self::Wide(it) => it.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a row.
    pub fn get(&self, row: usize) -> i128 {
        match self {
            Self::Narrow(it) => i128::from(it[row]),
            Self::Wide(it) => it[row],
        }
    }

    fn set(&mut self, row: usize, units: i128) {
        match (&mut *self, i64::try_from(units)) {
            (Self::Narrow(it), Ok(units)) => it[row] = units,
            (Self::Wide(it), _) => it[row] = units,
            (Self::Narrow(it), Err(_)) => {
                let mut wide: Vec<i128> = it.iter().map(|&it| i128::from(it)).collect();
                wide[row] = units;
                *self = Self::Wide(wide);
            }
        }
    }

    fn push(&mut self, units: i128) {
        match (&mut *self, i64::try_from(units)) {
            (Self::Narrow(it), Ok(units)) => it.push(units),
            (Self::Wide(it), _) => it.push(units),
            (Self::Narrow(it), Err(_)) => {
                *self = Self::Wide(it.iter().map(|&it| i128::from(it)).chain([units]).collect());
            }
        }
    }

    /// The exact sum of all; never wraps.
    pub fn sum(&self) -> BigInt {
        match self {
            Self::Narrow(it) => BigInt::from(it.iter().map(|&it| i128::from(it)).sum::<i128>()),
            Self::Wide(it) => it.iter().map(|&it| BigInt::from(it)).sum(),
        }
    }
}

impl Texts {
    /// Builds the dictionary over texts in row order.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut seen: std::collections::HashMap<&str, u32, foldhash::fast::FixedState> =
            std::collections::HashMap::default();
        let mut dictionary = Vec::new();
        let codes = texts.into_iter().map(|text| {
            *seen.entry(text).or_insert_with(|| {
                dictionary.push(Box::from(text));
                u32::try_from(dictionary.len() - 1).expect("fewer rows than 4 billion")
            })
        });
        let codes = codes.collect();
        Self { codes, dictionary: dictionary.into() }
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> &str {
        &self.dictionary[self.codes[row] as usize]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decimal() -> impl Strategy<Value = Decimal> {
        (any::<i64>(), -6_i8..6).prop_map(|(units, exponent)| Decimal { units: i128::from(units), exponent })
    }

    #[test]
    fn a_figure_that_fits_no_common_power_is_told() {
        let huge = Decimal { units: i128::MAX, exponent: 0 };
        let fine = Decimal { units: 1, exponent: -5 };
        let (numbers, misfits) = Numbers::new(&[Some(huge), Some(fine), None]);
        assert_eq!((misfits, numbers.decimal(1)), (vec![0], fine));
    }

    #[test]
    fn zero_fits_every_power() {
        let zero = Decimal { units: 0, exponent: 38 };
        let (numbers, misfits) = Numbers::new(&[Some(zero), Some(Decimal { units: 7, exponent: -38 })]);
        assert_eq!((misfits.len(), numbers.decimal(0)), (0, zero));
    }

    #[test]
    fn sums_never_wrap() {
        let sum = BigInt::from(i64::MAX) * 3;
        assert_eq!(Lane::from_wide(vec![i128::from(i64::MAX); 3]).sum(), sum);
        assert_eq!(Lane::from_wide(vec![i128::MAX; 3]).sum(), BigInt::from(i128::MAX) * 3);
    }

    #[test]
    fn texts_are_kept_once() {
        let texts = Texts::new(["a", "b", "a", ""]);
        assert_eq!((texts.codes.as_slice(), texts.dictionary.len(), texts.get(2)), ([0, 1, 0, 2].as_slice(), 3, "a"));
    }

    proptest! {
        #[test]
        fn figures_come_back_as_printed(figures in proptest::collection::vec(proptest::option::of(decimal()), 0..20)) {
            let (numbers, misfits) = Numbers::new(&figures);
            prop_assert!(misfits.is_empty());
            for (row, figure) in figures.iter().enumerate().filter_map(|it| Some((it.0, (*it.1)?))) {
                prop_assert_eq!(numbers.decimal(row), figure);
            }
        }

        #[test]
        fn a_figure_put_in_place_leaves_the_others(
            figures in proptest::collection::vec(decimal(), 1..8), value in decimal(), at in any::<prop::sample::Index>()
        ) {
            let at = at.index(figures.len());
            let mut numbers = Numbers::new(&figures.iter().map(|it| Some(*it)).collect::<Vec<_>>()).0;
            numbers.set(at, value);
            for (row, figure) in figures.iter().enumerate() {
                prop_assert_eq!(numbers.decimal(row), if row == at { value } else { *figure });
            }
        }

        #[test]
        fn lanes_hold_what_they_are_given(units in proptest::collection::vec(any::<i128>(), 0..8), at in any::<prop::sample::Index>(), new in any::<i128>()) {
            let mut lane = Lane::from_wide(units.clone());
            prop_assert_eq!(lane.len(), units.len());
            prop_assert_eq!(lane.sum(), units.iter().map(|&it| BigInt::from(it)).sum::<BigInt>());
            if !lane.is_empty() {
                lane.set(at.index(units.len()), new);
                prop_assert_eq!(lane.get(at.index(units.len())), new);
            }
        }
    }
}
