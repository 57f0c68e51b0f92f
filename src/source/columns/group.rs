//! The rows of a row group that must be looked at.

use std::collections::BTreeSet;

use super::file::ColumnFile;
use super::judge::{GroupStatistics, Judge, UNKNOWN};
use super::kind::Kind;
use super::pages::{Cache, walk};
use super::sifting::{Numbers, Sifting};
use super::text::Lines;
use crate::error::Result;
use crate::plan::{Cells, Test};
use crate::source::delimited::sieve::{Key, Order, Sieve, Stand, Taken, Tally, Wanted};

/// Goes over row groups, and tells the rows that must be looked at.
pub(crate) struct Sifter<'a> {
    file: &'a ColumnFile<'a>,
    sieve: &'a Sieve,
    judges: Vec<Judge<'a>>,
}

/// So many rows of a group are handed out as soon as they are found.
const SUSPECTS_AT_ONCE: usize = 4_096;
/// So many rows of a group are handed out for relations that they may break.
const OPEN_MAX: usize = 2_048;

/// What is known of the order of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// They rise for the most part, above the one given.
    Rising(Option<Key>),
    /// Nothing: they are not looked at.
    Anyhow,
}

/// What came of a row group.
#[derive(Debug, Default)]
pub(crate) struct Group {
    /// The rows that must be looked at, from 0 on.
    pub(crate) suspects: BTreeSet<usize>,
    /// How many cells of the group hold something, and how many of those are figures.
    pub(crate) filled: u64,
    pub(crate) figures: u64,
    pub(crate) order: Order,
    /// Keys that do not rise: another row may have them too.
    pub(crate) late: Vec<Key>,
    /// How the relations of the sieve fare in rows in order.
    pub(crate) tallies: Vec<Tally>,
    /// The rows that were handed out at once.
    handed: Vec<Handed>,
}

/// A row that was handed out.
#[derive(Debug)]
pub(crate) struct Handed {
    /// Which it is in its group, from 0 on.
    pub(crate) row: usize,
    /// Its line of CSV, without the line break.
    pub(crate) line: String,
    /// How many of its cells hold something, and how many of those are figures.
    pub(crate) filled: u64,
    pub(crate) figures: u64,
}

impl<'a> Sifter<'a> {
    /// A sifter of the rows of a file; `blank` says which columns may be empty.
    /// None where the key is of a kind that is not read here, or a condition
    /// reads texts.
    pub(crate) fn new(file: &'a ColumnFile<'a>, sieve: &'a Sieve, blank: &[bool]) -> Option<Self> {
        let reads_texts = |it: &Test<usize>| matches!(it, Test::Formula(it) if !it.read().1.is_empty());
        let foreign = !sieve.gated.is_empty()
            || !sieve.totals.is_empty()
            || !sieve.markers.declared.is_empty()
            || sieve.columns.iter().any(|it| matches!(it, Wanted::Fixed(_) | Wanted::DayAs(_)))
            || sieve.tests.iter().any(reads_texts);
        if sieve.columns.len() != file.leaves.len() || foreign {
            return None;
        }
        let exact = |it: &usize| file.leaves[*it].kind.is_exact() || file.leaves[*it].kind == Kind::Day;
        if !sieve.rising().iter().all(exact) {
            return None;
        }
        let judge = |it: usize| Judge::of(sieve, it, file.leaves[it].kind, blank[it]);
        let mut judges: Vec<_> = (0..file.leaves.len()).map(judge).collect();
        // A row of nulls is a blank line, and no row: one column must tell.
        if !judges.iter().any(|it| it.strict) {
            judges[0].strict = true;
        }
        Some(Self { file, sieve, judges })
    }

    /// Whether rows at the end may be notes: those have text in the first column only.
    pub(crate) fn may_have_notes(&self) -> bool {
        matches!(self.file.leaves[0].kind, Kind::Text | Kind::Bytes)
    }

    /// How many relations are counted.
    pub(crate) fn counted(&self) -> usize {
        self.sieve.counted.len()
    }

    /// Which of them a row holds that was handed out and may have been counted.
    pub(crate) fn held_in(&self, line: &str) -> u64 {
        if self.sieve.counted.is_empty() { 0 } else { self.sieve.held_in(line.as_bytes()).unwrap_or(0) }
    }

    /// Goes over a row group.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`](crate::ErrorKind::Unreadable) where it is damaged.
    pub(crate) fn sift(&self, group: usize, keys: Keys) -> Result<Group> {
        let rows = self.file.rows(group);
        let mut bad = vec![false; rows];
        let mut found = Group::default();
        let mut cache = Cache::new(self.file);
        let mut kept: Vec<Option<Numbers>> = Vec::with_capacity(self.judges.len());
        for (column, judge) in self.judges.iter().enumerate() {
            let mut sifting = Sifting::new(judge, self.file.chunk_of(group, column), rows, &mut bad);
            let statistics = sifting.chunk.and_then(|it| it.statistics());
            sifting.told = match self.file.batches() {
                Some(it) => it.told((group, column), judge),
                None => judge.told(&self.file.leaves[column], statistics, rows as u64),
            };
            if let GroupStatistics::Sound { nulls } = sifting.told {
                sifting.filled = rows as u64 - nulls;
            } else {
                walk(self.file, (group, column), &mut cache, &mut sifting)?;
            }
            found.filled += sifting.filled;
            found.figures += if judge.is_number() { sifting.filled } else { 0 };
            kept.push(sifting.numbers);
        }
        self.compare(&kept, &mut bad);
        found.tallies = self.count(&kept, &mut bad);
        found.suspects = bad.iter().enumerate().filter(|it| *it.1).map(|it| it.0).collect();
        if let Keys::Rising(floor) = keys {
            found.order.floor = floor;
            self.order(&kept, rows, &mut found);
        }
        // Their pages are at hand.
        if found.suspects.len() <= SUSPECTS_AT_ONCE {
            found.handed = self.lines(group, &found.suspects, &mut cache)?;
        }
        Ok(found)
    }

    /// Judges columns against each other.
    fn compare(&self, kept: &[Option<Numbers>], bad: &mut [bool]) {
        for test in &self.sieve.tests {
            if let Test::Formula(it) = test {
                let is_sound = |row| it.truth(&Record { kept, row }).is_true();
                bad.iter_mut().enumerate().filter(|it| !*it.1).for_each(|(row, bad)| *bad = !is_sound(row));
            }
            let Test::Compare(left, holds, right) = test else { continue };
            let (Some(left), Some(right)) = (&kept[*left], &kept[*right]) else { continue };
            let same = matches!((&left.decimals, &right.decimals), (Ok(left), Ok(right)) if left == right);
            for (row, bad) in bad.iter_mut().enumerate() {
                let order = if same {
                    left.numbers[row].cmp(&right.numbers[row])
                } else {
                    let most = left.decimals(row).max(right.decimals(row));
                    let scaled =
                        |it: &Numbers| i128::from(it.numbers[row]) * 10_i128.pow(u32::from(most - it.decimals(row)));
                    scaled(left).cmp(&scaled(right))
                };
                *bad |= !holds[(order as i8 + 1).unsigned_abs() as usize];
            }
        }
    }

    /// Counts in how many rows in order each relation of the sieve holds; those
    /// that may break one are marked to be handed out, unless they are many.
    fn count(&self, kept: &[Option<Numbers>], bad: &mut [bool]) -> Vec<Tally> {
        let counted = &self.sieve.counted;
        let mut tallies = vec![Tally::default(); counted.len()];
        let mut handed = 0;
        let mut told = Vec::with_capacity(counted.len());
        for (row, bad) in bad.iter_mut().enumerate().filter(|it| !*it.1 && !counted.is_empty()) {
            told.clear();
            told.extend(counted.iter().map(|it| it.judge(&Record { kept, row })));
            if told.contains(&Some(false)) && handed < OPEN_MAX {
                (handed, *bad) = (handed + 1, true);
                continue;
            }
            for (tally, it) in tallies.iter_mut().zip(&told) {
                tally.held += u64::from(*it == Some(true));
                tally.open += u64::from(*it == Some(false));
            }
        }
        tallies
    }

    fn columns_of_key<'b>(&self, kept: &'b [Option<Numbers>]) -> Vec<&'b Numbers> {
        self.sieve.rising().iter().filter_map(|it| kept[*it].as_ref()).collect()
    }

    /// Finds the keys that do not rise.
    fn order(&self, kept: &[Option<Numbers>], rows: usize, found: &mut Group) {
        let columns = self.columns_of_key(kept);
        if columns.is_empty() {
            return;
        }
        let key = |row: usize| key_of(&columns, row);
        // Where one key rose, those that rise above it do: only the last two are taken.
        let mut rising: Option<usize> = None;
        let mut waiting: [Option<usize>; 2] = [None; 2];
        for row in 0..rows {
            if columns.iter().any(|it| it.numbers[row] == UNKNOWN) {
                continue;
            }
            if rising.is_some_and(|before| rises(&columns, before, row)) {
                waiting = [waiting[1], Some(row)];
                rising = Some(row);
                continue;
            }
            for it in std::mem::take(&mut waiting).into_iter().flatten() {
                found.take(key(it), it);
            }
            rising = found.take(key(row), row).then_some(row);
        }
        for it in waiting.into_iter().flatten() {
            found.take(key(it), it);
        }
    }

    /// Shows the rows of a group that have a key, with it.
    ///
    /// # Errors
    ///
    /// As [`Sifter::sift`].
    pub(crate) fn keys(&self, group: usize, mut show: impl FnMut(usize, Key)) -> Result<()> {
        let rows = self.file.rows(group);
        let mut bad = vec![false; rows];
        let mut kept: Vec<Option<Numbers>> = self.judges.iter().map(|_| None).collect();
        for &column in self.sieve.rising() {
            let judge = &self.judges[column];
            let mut sifting = Sifting::new(judge, self.file.chunk_of(group, column), rows, &mut bad);
            walk(self.file, (group, column), &mut Cache::none(self.file), &mut sifting)?;
            kept[column] = sifting.numbers;
        }
        let columns = self.columns_of_key(&kept);
        for row in (0..rows).filter(|row| columns.iter().all(|it| it.numbers[*row] != UNKNOWN)) {
            show(row, key_of(&columns, row));
        }
        Ok(())
    }

    /// The suspects of a group as lines of CSV.
    ///
    /// # Errors
    ///
    /// As [`Sifter::sift`].
    pub(crate) fn hand_out(&self, group: usize, found: &mut Group) -> Result<Vec<Handed>> {
        let mut handed = std::mem::take(&mut found.handed);
        for it in &handed {
            found.suspects.remove(&it.row);
        }
        handed.extend(self.lines(group, &found.suspects, &mut Cache::none(self.file))?);
        handed.sort_unstable_by_key(|it| it.row);
        Ok(handed)
    }

    fn lines(&self, group: usize, suspects: &BTreeSet<usize>, cache: &mut Cache) -> Result<Vec<Handed>> {
        let mut handed = Vec::with_capacity(suspects.len());
        if suspects.is_empty() {
            return Ok(handed);
        }
        let rows: Vec<usize> = suspects.iter().copied().collect();
        let mut next = rows.iter();
        self.file.print(group, &rows, cache, |cells| {
            let mut line = Lines::default();
            let (mut filled, mut figures) = (0, 0);
            for (cell, judge) in cells.iter().zip(&self.judges) {
                line.cell(cell);
                let holds = u64::from(cell.bytes().any(|it| it != b' '));
                filled += holds;
                figures += if judge.is_number() { holds } else { 0 };
            }
            line.end();
            line.text.pop();
            let row = *next.next().expect("a line is shown for each row");
            handed.push(Handed { row, line: line.text, filled, figures });
        })?;
        Ok(handed)
    }
}

/// The numbers of a row that is in order so far.
struct Record<'a> {
    kept: &'a [Option<Numbers>],
    row: usize,
}

impl Cells for Record<'_> {
    fn number(&self, column: usize) -> (i128, u32) {
        // A blank counts as nothing.
        let number = |it: &Numbers| match it.numbers[self.row] {
            UNKNOWN => (0, 0),
            known => (known.into(), it.decimals(self.row).into()),
        };
        self.kept[column].as_ref().map_or((0, 0), number)
    }

    fn text(&self, _column: usize) -> &[u8] {
        unreachable!("conditions that read texts are refused")
    }

    fn is_blank(&self, column: usize) -> bool {
        self.kept[column].as_ref().is_none_or(|it| it.numbers[self.row] == UNKNOWN)
    }
}

fn key_of(columns: &[&Numbers], row: usize) -> Key {
    Key::of(columns.iter().map(|it| (it.numbers[row], it.decimals(row))))
}

/// Whether the key of a row is above that of another; all have the same decimals.
#[inline]
fn rises(columns: &[&Numbers], before: usize, row: usize) -> bool {
    for it in columns {
        match it.numbers[row].cmp(&it.numbers[before]) {
            std::cmp::Ordering::Greater => return true,
            std::cmp::Ordering::Less => return false,
            std::cmp::Ordering::Equal => {}
        }
    }
    false
}

impl Group {
    /// Puts a key in the order, and hands out the rows that this makes late.
    /// Says whether it rises.
    fn take(&mut self, key: Key, row: usize) -> bool {
        let at = |it: Stand| usize::try_from(it.record).unwrap_or(usize::MAX);
        match self.order.take(key, Stand { record: row as u64, at: row }) {
            Taken::Rises => return true,
            Taken::Repeats(other) => self.suspects.extend([row, at(other)]),
            Taken::Late => {
                self.late.push(key);
                self.suspects.insert(row);
            }
            Taken::Ahead(ahead, other) => {
                self.late.push(ahead);
                self.suspects.insert(at(other));
            }
        }
        false
    }
}
