//! Records that are not plain: their keys, as they are read when looked at, since
//! a plain record may have the same; and what they add to figures of all records.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::super::records::Records;
use super::row::value_of;
use super::{Dialect, Key, KeyHash, Sieve, Stop, Wanted, order};
use crate::plan::{Partials, Plain, day_number};
use crate::source::GridCell;
use crate::source::typing::{day_alone, fits};
use crate::table::{ColumnType, Decimal, Marker, read_figure};

impl Sieve {
    /// The key of a record that is not in order; none where no plain one is the same.
    pub(super) fn slow_key(&self, columns: &[usize], record: &[u8]) -> Result<Option<Key>, Stop> {
        let Some(cells) = self.form.cells_of_bytes(record) else { return Ok(None) };
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
        let Some(cells) = self.form.cells_of_bytes(record) else { return Ok(None) };
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
        let text = self.printed(text);
        if let Wanted::DayAs(_) = self.columns[column] {
            // What else its format reads is not known here.
            let number = value_of(column, text.as_bytes(), self).ok_or(Stop::Unsure)?;
            return Ok(Some(Decimal::whole(number.0)));
        }
        if self.columns[column] == Wanted::Day {
            let day = day_alone(text).map_err(|_| Stop::Unsure)?;
            return Ok(day.and_then(day_number).map(|it| Decimal::whole(it.into())));
        }
        let nil = |it: Option<Marker>| (it == Some(Marker::Nil)).then(|| Decimal::whole(0));
        if let Some(marker) = self.markers.read_declared(text) {
            return Ok(nil(Some(marker)));
        }
        let Ok(figure) = read_figure(text, self.style, None) else { return Ok(nil(self.markers.read(text))) };
        // What is not of the column's type has no value there.
        let kind = match self.columns[column] {
            Wanted::Count => ColumnType::Count,
            Wanted::Integer | Wanted::Year => ColumnType::Integer,
            // Whether it is one of percentages is not known here.
            _ if figure.percent => return Err(Stop::Unsure),
            _ => ColumnType::Amount,
        };
        Ok(fits(&figure, kind).then_some(figure.value))
    }
}

impl Sieve {
    /// Whether a record has no cell that holds something: it is no row.
    pub(crate) fn is_blank(&self, record: &[u8]) -> bool {
        self.form.cells_of_bytes(record).is_some_and(|it| self.is_no_row(&it))
    }

    /// Adds a record that was handed out to the totals; none where it cannot be
    /// told what it adds, as where a cell is no plain figure.
    pub(crate) fn take_slow(&self, record: &[u8], partials: &mut Partials) -> Option<()> {
        let cells = self.form.cells_of_bytes(record)?;
        if self.is_no_row(&cells) {
            return Some(());
        }
        let read = self.totals.iter().flat_map(|it| [it.read().0, it.read().1].concat());
        let read: BTreeSet<usize> = read.copied().collect();
        partials.take(&self.totals, &self.slow_cells(&cells, read)?)
    }

    /// What is read of a cell: in JSON all of it, since ` 2005-03-02` there is no day.
    fn printed<'a>(&self, cell: &'a str) -> &'a str {
        if self.form.is_json() { cell } else { cell.trim() }
    }

    /// Whether a record with these cells is no row: one of delimited text that is empty.
    pub(super) fn is_no_row(&self, cells: &[Cow<'_, str>]) -> bool {
        !self.form.is_json() && cells.iter().all(|it| it.trim().is_empty())
    }

    /// Some cells of a record, if each of them is plain by itself.
    pub(super) fn slow_cells<'a>(
        &self,
        cells: &'a [Cow<'_, str>],
        read: impl IntoIterator<Item = usize>,
    ) -> Option<Plain<'a>> {
        if cells.len() != self.columns.len() {
            return None;
        }
        let mut values = vec![((0, 0), &b""[..]); cells.len()];
        for column in read {
            let text = self.printed(&cells[column]).as_bytes();
            let number = value_of(column, text, self).filter(|_| !self.is_marker(text))?;
            values[column] = (number, text);
        }
        Some(Plain(values))
    }
}

/// Where a record ends that is not plain, and where the next one starts.
pub(crate) fn slow_end(bytes: &[u8], at: usize, dialect: Dialect, last: bool) -> Result<(usize, usize), Stop> {
    // A record of this length is no table, or a quote that nothing closes.
    const RECORD_MAX: usize = 1 << 24;
    let rest = &bytes[at..bytes.len().min(at + RECORD_MAX)];
    let text = match std::str::from_utf8(rest) {
        Ok(it) => it,
        // A character may be cut at the end of what was given.
        Err(fault) if fault.error_len().is_none() => {
            std::str::from_utf8(&rest[..fault.valid_up_to()]).map_err(|_| Stop::NotText)?
        }
        Err(_) => return Err(Stop::NotText),
    };
    let mut records = Records::new(text, dialect, 0);
    match records.next_into(&mut Vec::new()) {
        Ok(Some(record)) => Ok((at + record.span.end as usize, at + records.at())),
        _ if last || rest.len() == RECORD_MAX => Err(Stop::NotText),
        _ => Err(Stop::More),
    }
}

/// The cells of a record, quotes undone.
pub(crate) fn cells_of(record: &str, dialect: Dialect) -> Option<Vec<Cow<'_, str>>> {
    let mut cells = Vec::new();
    Records::new(record, dialect, 0).next_into(&mut cells).ok()??;
    let text = |it: GridCell| match it.unescaped {
        Some(text) => Cow::Owned(text.into()),
        None => Cow::Borrowed(&record[it.span.start as usize..it.span.end as usize]),
    };
    Some(cells.into_iter().map(text).collect())
}
