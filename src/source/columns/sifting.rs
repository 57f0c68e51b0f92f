//! The values of one column in a row group, judged.

use parquet::basic::Encoding;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;

use super::cells::{Cells, Dictionary, Held, Plain, Values};
use super::frame::Slots;
use super::judge::{GroupStatistics, Judge, JudgedValue, UNKNOWN};
use super::kind::Kind;
use super::pages::{Asks, Then, Visit};

/// The numbers of a column, one a row.
pub(super) struct Numbers {
    pub(super) numbers: Vec<i64>,
    /// How many of their digits are decimals: in all the same, or one a row.
    pub(super) decimals: Result<u8, Vec<u8>>,
}

impl Numbers {
    pub(super) fn decimals(&self, row: usize) -> u8 {
        self.decimals.as_ref().map_or_else(|it| it[row], |it| *it)
    }
}

/// Judges the values of a column in a row group.
pub(super) struct Sifting<'a> {
    judge: &'a Judge<'a>,
    pub(super) chunk: Option<&'a ColumnChunkMetaData>,
    pub(super) told: GroupStatistics,
    /// The dictionary, judged; and whether all of it is in order.
    entries: Vec<JudgedValue>,
    sound: bool,
    levels_only: bool,
    rows: usize,
    bad: &'a mut [bool],
    pub(super) numbers: Option<Numbers>,
    pub(super) filled: u64,
    scratch: String,
}

impl<'a> Sifting<'a> {
    pub(super) fn new(
        judge: &'a Judge<'a>,
        chunk: Option<&'a ColumnChunkMetaData>,
        rows: usize,
        bad: &'a mut [bool],
    ) -> Self {
        let decimals = match judge.kind {
            Kind::Decimal(scale) => Ok(scale.min(18)),
            Kind::Whole | Kind::Unsigned | Kind::Day => Ok(0),
            _ => Err(vec![0; if judge.kept { rows } else { 0 }]),
        };
        let numbers = judge.kept.then(|| Numbers { numbers: vec![UNKNOWN; rows], decimals });
        let (entries, scratch) = (Vec::new(), String::new());
        let (told, sound, levels_only, filled) = (GroupStatistics::Nothing, false, false, 0);
        Self { judge, chunk, told, entries, sound, levels_only, rows, bad, numbers, filled, scratch }
    }

    #[inline]
    fn put(&mut self, row: usize, it: JudgedValue) {
        self.bad[row] |= !it.sound;
        self.filled += u64::from(it.filled);
        if let Some(numbers) = &mut self.numbers {
            numbers.numbers[row] = it.number;
            if let Err(decimals) = &mut numbers.decimals {
                decimals[row] = it.decimals;
            }
        }
    }

    /// Takes a page without nulls by its places in the dictionary.
    fn coded(&mut self, start: usize, codes: &[u32]) {
        if let Some(Numbers { numbers, decimals: Ok(_) }) = &mut self.numbers {
            for (number, code) in numbers[start..].iter_mut().zip(codes) {
                *number = self.entries[*code as usize].number;
            }
        } else if self.numbers.is_some() {
            for (row, code) in codes.iter().enumerate() {
                self.put(start + row, self.entries[*code as usize]);
            }
            return;
        }
        if self.sound {
            self.filled += codes.len() as u64;
            return;
        }
        for (bad, code) in self.bad[start..].iter_mut().zip(codes) {
            let it = &self.entries[*code as usize];
            *bad |= !it.sound;
            self.filled += u64::from(it.filled);
        }
    }

    /// Takes which rows hold a value, all of which are in order.
    fn levels(&mut self, cells: &Cells<'_>) {
        let start = cells.rows.start;
        self.filled += cells.rows.len() as u64;
        for (row, _) in cells.present.unwrap_or(&[]).iter().enumerate().filter(|it| !it.1) {
            self.bad[start + row] |= self.judge.strict;
            self.filled -= 1;
        }
    }

    fn is_all_coded(&self) -> bool {
        let coded = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
        self.chunk
            .and_then(ColumnChunkMetaData::page_encoding_stats_mask)
            .is_some_and(|mask| coded.iter().any(|it| mask.is_only(*it)))
    }
}

impl Visit for Sifting<'_> {
    fn asks(&self) -> Asks {
        if self.levels_only { Asks::Levels } else { Asks::All }
    }

    fn dictionary(&mut self, values: &Dictionary<'_>) -> Option<Then> {
        let (judge, scratch) = (self.judge, &mut self.scratch);
        self.levels_only = self.told == GroupStatistics::SoundButNulls;
        if self.levels_only {
            return Some(Then::GoOn);
        }
        self.entries.clear();
        self.entries.extend(values.values().map(|it| judge.value(it, scratch)));
        if self.entries.len() != values.len() {
            return None;
        }
        self.sound = self.entries.iter().all(|it| it.sound && it.filled);
        if self.entries.is_empty() || !self.sound || judge.kept || !self.is_all_coded() {
            return Some(Then::GoOn);
        }
        let nulls = self.chunk.and_then(ColumnChunkMetaData::statistics).and_then(Statistics::null_count_opt);
        if let Some(nulls) = nulls.filter(|it| *it <= self.rows as u64 && (*it == 0 || !judge.strict)) {
            self.filled = self.rows as u64 - nulls;
            return Some(Then::Enough);
        }
        self.levels_only = true;
        Some(Then::GoOn)
    }

    fn page(&mut self, cells: &Cells<'_>, _: &Dictionary<'_>) -> Option<()> {
        let mut rows = cells.rows.clone();
        let null = self.judge.null();
        let mut values = match &cells.values {
            Values::Untold => {
                self.levels(cells);
                return Some(());
            }
            Values::Coded(codes) if cells.present.is_none() => {
                self.coded(rows.start, codes);
                return Some(());
            }
            Values::Coded(codes) => {
                let mut codes = codes.iter();
                return rows.try_for_each(|row| {
                    let present = cells.present.is_none_or(|it| it[row - cells.rows.start]);
                    let it = if present { self.entries[*codes.next()? as usize] } else { null };
                    self.put(row, it);
                    Some(())
                });
            }
            Values::Packed(_) => return None,
            Values::Plain(it) => Either::Plain(*it),
            Values::Held(it) => Either::Held(it.iter()),
            Values::Slots(it) => Either::Slots(*it),
        };
        let mut scratch = std::mem::take(&mut self.scratch);
        for row in rows {
            let present = cells.present.is_none_or(|it| it[row - cells.rows.start]);
            let judged = if present {
                let raw = match &mut values {
                    Either::Plain(it) => it.take()?,
                    Either::Held(it) => it.next()?.raw(),
                    Either::Slots(it) => it.get(row - cells.rows.start)?,
                };
                self.judge.value(raw, &mut scratch)
            } else {
                null
            };
            self.put(row, judged);
        }
        self.scratch = scratch;
        Some(())
    }
}

/// Values in plain form, as the parser gave them, or in memory.
enum Either<'a> {
    Plain(Plain<'a>),
    Held(std::slice::Iter<'a, Held>),
    Slots(Slots<'a>),
}
