//! Groups of records by the hash of their key, of records that are plain and of others.

use std::borrow::Cow;

use super::hash::KeyHash;
use super::record::Record;
use super::{Row, Sieve, Wanted, order};
use crate::plan::{Cells, Grouped, Groups};

impl Row<'_> {
    /// Adds the record read last, which is in order, to its groups; whether it could: not
    /// where a figure that they read is blank.
    pub(super) fn take_groups(&self, groups: &mut [Groups]) -> bool {
        let record = self.record();
        if self.sieve.grouped_figures.iter().any(|it| record.is_blank(*it)) {
            return false;
        }
        for (grouped, groups) in self.sieve.grouped.iter().zip(groups) {
            let key = self.group(grouped);
            if self.sieve.is_of_part(key.0) {
                groups.take(grouped, key, &record);
            }
        }
        true
    }

    fn record(&self) -> Record<'_> {
        Record { values: &self.values, bytes: self.bytes }
    }

    /// Where the record read last stands in its group.
    pub(crate) fn along(&self, grouped: &Grouped<usize>) -> Option<i128> {
        grouped.along(&self.record())
    }

    /// The hash of its group, and whether no cell of the key is blank where
    /// that would be unknown.
    pub(crate) fn group(&self, grouped: &Grouped<usize>) -> (u64, bool) {
        let (mut hash, mut is_known) = (KeyHash::default(), true);
        for it in &grouped.by {
            let value = &self.values[*it];
            match self.sieve.columns[*it] {
                Wanted::Text | Wanted::Filled => {
                    // What was read plainly is text: chunks are checked.
                    is_known &= hash.bytes(&self.bytes[value.start as usize..value.end as usize]).is_some();
                }
                _ => hash.number(value.scaled()),
            }
        }
        (hash.finish(), is_known || !grouped.is_looked_up)
    }
}

impl Sieve {
    fn is_of_part(&self, hash: u64) -> bool {
        hash % self.part.1 == self.part.0
    }

    /// Adds a record that was handed out to its groups.
    pub(crate) fn take_slow_groups(&self, record: &[u8], groups: &mut [Groups]) {
        let Some(cells) = self.form.cells_of_bytes(record) else {
            for it in groups {
                it.is_untold = true;
            }
            return;
        };
        for (grouped, groups) in self.grouped.iter().zip(groups).filter(|_| !self.is_no_row(&cells)) {
            let Some(key) = self.slow_group(grouped, &cells) else {
                groups.is_untold = true;
                continue;
            };
            if !self.is_of_part(key.0) {
                continue;
            }
            let read = grouped.read();
            match self.slow_cells(&cells, [read.0, read.1].concat().into_iter().copied()) {
                Some(it) => groups.take(grouped, key, &it),
                None => groups.take_odd(key.0),
            }
        }
    }

    /// The groups of a record, by its bytes, one for each check of them.
    pub(crate) fn groups_of(&self, record: &[u8]) -> Vec<Option<u64>> {
        let cells = self.form.cells_of_bytes(record).unwrap_or_default();
        self.grouped.iter().map(|it| self.slow_group(it, &cells).map(|it| it.0)).collect()
    }

    /// The group of a record that is not plain, as [`Row::group`] has it.
    fn slow_group(&self, grouped: &Grouped<usize>, cells: &[Cow<'_, str>]) -> Option<(u64, bool)> {
        let (mut hash, mut is_known) = (KeyHash::default(), true);
        for it in &grouped.by {
            // What a short record lacks is blank.
            let text = cells.get(*it).map_or("", |it| it);
            match self.columns[*it] {
                Wanted::Text | Wanted::Filled => {
                    let is_there = hash.text(text).is_some();
                    is_known &= is_there && !self.is_marker(text.trim().as_bytes());
                }
                _ => {
                    if let Some(value) = self.slow_value(*it, text).ok()? {
                        hash.number(order::scaled(value)?);
                    } else {
                        // It is alike others that print the same.
                        hash.text(text);
                        is_known = false;
                    }
                }
            }
        }
        Some((hash.finish(), is_known || !grouped.is_looked_up))
    }
}
