//! What came of a chunk: counted as it is read, and handed out of it.

use std::ops::Range;

use super::counted;
use super::lines::Lines;
use super::order::{Key, Stand, Taken};
use super::row::{Read, Row};
use super::{Chunk, Mark, Suspect};

impl Suspect {
    /// A record that is in order by itself.
    pub(super) fn of((bytes, at): (&[u8], Range<usize>), lines: &mut Lines) -> Self {
        Self { line: lines.before(bytes, at.start), bytes: bytes[at].into(), is_counted: true }
    }
}

impl Chunk {
    /// Where it stands, and nothing else.
    pub(crate) fn place(&self) -> Self {
        Self {
            start: self.start,
            end: self.end,
            records: self.records,
            #[cfg(feature = "parquet")]
            stretch: self.stretch,
            ..Self::default()
        }
    }

    /// Between which marks the record with a key must stand, if its key rose:
    /// the first, and the byte of the second.
    pub(crate) fn around(&self, key: &Key) -> (Mark, usize) {
        let behind = self.marks.partition_point(|it| it.0 < *key);
        let end = usize::try_from(self.end - self.start).unwrap_or(usize::MAX);
        let first = behind.checked_sub(1).map_or_else(Mark::default, |it| self.marks[it].1);
        (first, self.marks.get(behind).map_or(end, |it| it.1.at))
    }

    /// Whether a record in order is handed out for a relation that it may break.
    pub(super) fn is_handed(&mut self, read: &Read) -> bool {
        let handed = read.fares.open != 0 && self.handed < counted::HANDED_MAX;
        self.handed += usize::from(handed);
        handed
    }

    /// Counts a record in order.
    pub(super) fn count(&mut self, read: &Read) {
        self.clean += 1;
        self.filled += read.filled;
        self.blanks += read.blanks.count;
        self.count_blanks(read, 1);
        counted::take(&mut self.tallies, read.fares, false);
        if read.left_out != 0 {
            for (at, count) in self.left_out.iter_mut().enumerate() {
                *count += read.left_out >> at & 1;
            }
        }
    }

    /// Counts blanks by their column, or no longer.
    fn count_blanks(&mut self, read: &Read, by: i64) {
        let mut columns = read.blanks.of_first;
        while columns != 0 {
            let column = columns.trailing_zeros() as usize;
            if self.blanks_of.len() <= column {
                self.blanks_of.resize(column + 1, 0);
            }
            self.blanks_of[column] += by;
            columns &= columns - 1;
        }
    }

    /// Puts a key in the order, and hands out the records that this makes late.
    pub(super) fn take_key(&mut self, key: Key, stand: Stand, row: &mut Row<'_>, lines: &mut Lines) {
        let handed = match self.order.take(key, stand) {
            Taken::Rises => return,
            Taken::Repeats(other) => [Some(stand), Some(other)],
            Taken::Late => {
                self.late.push(key);
                [Some(stand), None]
            }
            Taken::Ahead(ahead, other) => {
                self.late.push(ahead);
                while self.marks.pop_if(|it| it.0 == ahead).is_some() {}
                [Some(other), None]
            }
        };
        for it in handed.into_iter().flatten() {
            self.hand_out(row, it, lines);
        }
    }

    /// Hands out a record that is in order by itself.
    pub(super) fn hand_out(&mut self, row: &mut Row<'_>, it: Stand, lines: &mut Lines) {
        let bytes = row.bytes();
        if self.suspects.contains_key(&it.record) {
            return;
        }
        let read = row.read(it.at);
        let Some((end, _)) = read.end else { return };
        self.clean -= 1;
        self.filled -= read.filled;
        self.blanks -= read.blanks.count;
        self.count_blanks(&read, -1);
        counted::take(&mut self.tallies, read.fares, true);
        for (at, count) in self.left_out.iter_mut().enumerate() {
            *count -= read.left_out >> at & 1;
        }
        self.suspects.insert(it.record, Suspect::of((bytes, it.at..end), lines));
    }
}
