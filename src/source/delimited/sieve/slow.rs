//! Records that are not plain: their keys, as they are read when looked at, since
//! a plain record may have the same; and what they add to figures of all records.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::row::{Column, value_of};
use super::{Dialect, Key, KeyHash, Sieve, Stop, Wanted, cells_of, order};
use crate::plan::{Cells, Number, Partials, packed};
use crate::source::typing::day_alone;
use crate::table::{Decimal, Marker, read_figure};

impl Sieve {
    /// The key of a record that is not in order; none where no plain one is the same.
    pub(super) fn slow_key(&self, columns: &[usize], record: &[u8]) -> Result<Option<Key>, Stop> {
        let Some(cells) = cells_of_bytes(record, self.dialect) else { return Ok(None) };
        let mut values = Vec::with_capacity(columns.len());
        for it in columns {
            let Some(cell) = cells.get(*it) else { return Ok(None) };
            let Some(value) = self.slow_value(*it, cell)? else { return Ok(None) };
            values.push(value);
        }
        Ok(Key::of_decimals(values.into_iter()))
    }

    /// The hash of its key, as `Row::hash` has it.
    pub(super) fn slow_hash(&self, columns: &[usize], record: &[u8]) -> Result<Option<u64>, Stop> {
        let Some(cells) = cells_of_bytes(record, self.dialect) else { return Ok(None) };
        let mut hash = KeyHash::default();
        for it in columns {
            let Some(cell) = cells.get(*it) else { return Ok(None) };
            let taken = match self.columns[*it] {
                Wanted::Text | Wanted::Filled => hash.text(cell),
                _ => self.slow_value(*it, cell)?.and_then(order::scaled).map(|it| hash.number(it)),
            };
            if taken.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(hash.finish()))
    }

    /// The number or day of a cell that may not be plain, as it is read when its
    /// record is looked at.
    pub(super) fn slow_value(&self, column: usize, text: &str) -> Result<Option<Decimal>, Stop> {
        let text = text.trim();
        if let Wanted::DayAs(_) = self.columns[column] {
            // What else its format reads is not known here.
            let form = Column::new((&self.columns[column], &false));
            let number = value_of(form, text.as_bytes(), self.point()).ok_or(Stop::Unsure)?;
            return Ok(Some(Decimal::whole(number.0)));
        }
        if self.columns[column] == Wanted::Day {
            return day_alone(text).map(|it| it.map(day_number)).map_err(|_| Stop::Unsure);
        }
        let nil = |it: Option<Marker>| (it == Some(Marker::Nil)).then(|| Decimal::whole(0));
        if let Some(marker) = self.markers.read_declared(text) {
            return Ok(nil(Some(marker)));
        }
        let figure = read_figure(text, self.style, None).ok().map(|it| it.value);
        Ok(figure.or_else(|| nil(self.markers.read(text))))
    }
}

/// The cells of a record of bytes; none where it is no text.
pub(super) fn cells_of_bytes(record: &[u8], dialect: Dialect) -> Option<Vec<Cow<'_, str>>> {
    cells_of(std::str::from_utf8(record).ok()?, dialect)
}

/// A day as a number of a key.
fn day_number(day: jiff::civil::Date) -> Decimal {
    let number = |it: i8| u32::from(it.unsigned_abs());
    let year = u32::from(day.year().unsigned_abs());
    Decimal::whole(packed(year, number(day.month()), number(day.day())).into())
}

/// The cells of a record that is not plain, as far as totals read them.
pub(super) struct Slow<'a>(Vec<(Number, &'a [u8])>);

impl Cells for Slow<'_> {
    fn number(&self, column: usize) -> Number {
        self.0[column].0
    }

    fn text(&self, column: usize) -> &[u8] {
        self.0[column].1
    }

    fn is_blank(&self, column: usize) -> bool {
        self.0[column].1.is_empty()
    }
}

impl Sieve {
    /// Whether a record has no cell that holds something: it is no row.
    pub(crate) fn is_blank(&self, record: &[u8]) -> bool {
        cells_of_bytes(record, self.dialect).is_some_and(|it| all_empty(&it))
    }

    /// Adds a record that was handed out to the totals; none where it cannot be
    /// told what it adds, as where a cell is no plain figure.
    pub(crate) fn take_slow(&self, record: &[u8], partials: &mut Partials) -> Option<()> {
        let cells = cells_of_bytes(record, self.dialect)?;
        if all_empty(&cells) {
            return Some(());
        }
        let read = self.totals.iter().flat_map(|it| [it.read().0, it.read().1].concat());
        let read: BTreeSet<usize> = read.copied().collect();
        partials.take(&self.totals, &self.slow_cells(&cells, read)?)
    }

    /// Some cells of a record, if each of them is plain by itself.
    pub(super) fn slow_cells<'a>(
        &self,
        cells: &'a [Cow<'_, str>],
        read: impl IntoIterator<Item = usize>,
    ) -> Option<Slow<'a>> {
        if cells.len() != self.columns.len() {
            return None;
        }
        let mut values = vec![((0, 0), &b""[..]); cells.len()];
        for column in read {
            let text = cells[column].trim().as_bytes();
            let form = Column::new((&self.columns[column], &false));
            let number = value_of(form, text, self.point()).filter(|_| !self.is_marker(text))?;
            values[column] = (number, text);
        }
        Some(Slow(values))
    }
}

pub(super) fn all_empty(cells: &[Cow<'_, str>]) -> bool {
    cells.iter().all(|it| it.trim().is_empty())
}
