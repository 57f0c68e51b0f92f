//! Keys of records that are not plain, as they are read when looked at: a plain
//! record may have the same.

use std::borrow::Cow;

use super::{Dialect, Key, KeyHash, Sieve, Stop, Wanted, cells_of, order, packed};
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

    /// The hash of its key, as [`Row::hash`] has it.
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
    fn slow_value(&self, column: usize, text: &str) -> Result<Option<Decimal>, Stop> {
        let text = text.trim();
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
fn cells_of_bytes(record: &[u8], dialect: Dialect) -> Option<Vec<Cow<'_, str>>> {
    cells_of(std::str::from_utf8(record).ok()?, dialect)
}

/// A day as a number of a key.
fn day_number(day: jiff::civil::Date) -> Decimal {
    let number = |it: i8| u32::from(it.unsigned_abs());
    let year = u32::from(day.year().unsigned_abs());
    Decimal::whole(packed(year, number(day.month()), number(day.day())).into())
}
