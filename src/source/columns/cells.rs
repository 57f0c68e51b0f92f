//! The values of a page, and how they are taken one by one.

use std::cell::OnceCell;
use std::ops::Range;

use bytes::Bytes;
use parquet::basic::Type;

use super::coded::Coded;
use super::file::Leaf;
use super::frame::Slots;
use super::kind::{Kind, Raw};

/// What a page holds.
pub(super) struct Cells<'a> {
    /// The rows of their group that stand in it.
    pub(super) rows: Range<usize>,
    /// Which of them hold a value; all where there is nothing.
    pub(super) present: Option<&'a [bool]>,
    /// Those values.
    pub(super) values: Values<'a>,
}

/// The values of a page.
pub(super) enum Values<'a> {
    /// Not asked for.
    Untold,
    /// By their place in the dictionary.
    Coded(&'a [u32]),
    /// The same, of which a few are to be taken.
    Packed(Coded<'a>),
    /// One after the other.
    Plain(Plain<'a>),
    /// Read by the parser, of pages that are packed in rarer ways.
    Held(&'a [Held]),
    /// In memory, one a row, nulls too.
    Slots(Slots<'a>),
}

/// A value that is kept.
pub(super) enum Held {
    Whole(i64),
    Single(f32),
    Double(f64),
    Bytes(Bytes),
}

impl Held {
    pub(super) fn raw(&self) -> Raw<'_> {
        match self {
            Self::Whole(it) => Raw::Whole(*it),
            Self::Single(it) => Raw::Single(*it),
            Self::Double(it) => Raw::Double(*it),
            Self::Bytes(it) => Raw::Bytes(it),
        }
    }
}

/// Values in plain form, one after the other.
#[derive(Clone, Copy)]
pub(super) struct Plain<'a> {
    physical: Type,
    unsigned: bool,
    length: usize,
    bytes: &'a [u8],
    /// The bit of the first byte, where values are bits.
    bit: usize,
}

impl<'a> Plain<'a> {
    pub(super) fn new(leaf: &Leaf, bytes: &'a [u8]) -> Self {
        let unsigned = leaf.kind == Kind::Unsigned;
        Self { physical: leaf.physical, unsigned, length: leaf.length, bytes, bit: 0 }
    }

    fn part(&mut self, length: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(part)
    }

    /// The next value; none behind the last.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Raw<'a>> {
        Some(match self.physical {
            Type::BOOLEAN => {
                let byte = self.bytes.get(self.bit / 8)?;
                self.bit += 1;
                Raw::Whole(i64::from(byte >> ((self.bit - 1) % 8) & 1))
            }
            Type::INT32 => {
                let it = i32::from_le_bytes(self.part(4)?.try_into().ok()?);
                Raw::Whole(widened(it, self.unsigned))
            }
            Type::INT64 => Raw::Whole(i64::from_le_bytes(self.part(8)?.try_into().ok()?)),
            Type::FLOAT => Raw::Single(f32::from_le_bytes(self.part(4)?.try_into().ok()?)),
            Type::DOUBLE => Raw::Double(f64::from_le_bytes(self.part(8)?.try_into().ok()?)),
            Type::INT96 => Raw::Bytes(self.part(12)?),
            Type::FIXED_LEN_BYTE_ARRAY => Raw::Bytes(self.part(self.length)?),
            Type::BYTE_ARRAY => {
                let length = u32::from_le_bytes(self.part(4)?.try_into().ok()?);
                Raw::Bytes(self.part(length as usize)?)
            }
        })
    }
}

impl Plain<'_> {
    /// How many bytes a value has, where each has as many.
    pub(super) fn size(&self) -> Option<usize> {
        match self.physical {
            Type::INT32 | Type::FLOAT => Some(4),
            Type::INT64 | Type::DOUBLE => Some(8),
            Type::INT96 => Some(12),
            Type::FIXED_LEN_BYTE_ARRAY => Some(self.length),
            Type::BOOLEAN | Type::BYTE_ARRAY => None,
        }
    }

    /// Leaves out so many values.
    fn skip(&mut self, count: usize) -> Option<()> {
        match self.size() {
            Some(size) => self.part(size.checked_mul(count)?).map(drop),
            None => (0..count).try_for_each(|_| self.take().map(drop)),
        }
    }
}

/// The values that pages refer to by their place.
pub(super) struct Dictionary<'a> {
    entries: Entries<'a>,
    count: usize,
    /// Where each value starts, where they differ in length.
    starts: OnceCell<Vec<usize>>,
}

#[derive(Clone, Copy)]
enum Entries<'a> {
    Plain(Plain<'a>),
    Slots(Slots<'a>),
}

impl<'a> Dictionary<'a> {
    pub(super) fn new(plain: Plain<'a>, count: usize) -> Self {
        Self { entries: Entries::Plain(plain), count, starts: OnceCell::new() }
    }

    /// One of values in memory.
    pub(super) fn of_slots(slots: Slots<'a>, count: usize) -> Self {
        Self { entries: Entries::Slots(slots), count, starts: OnceCell::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// All values; fewer than there should be where it is broken.
    pub(super) fn values(&self) -> impl Iterator<Item = Raw<'a>> {
        let mut entries = self.entries;
        (0..self.count).map_while(move |at| match &mut entries {
            Entries::Plain(plain) => plain.take(),
            // What stands at a null is never referred to.
            Entries::Slots(slots) => Some(slots.get(at).unwrap_or(Raw::Bytes(&[]))),
        })
    }

    pub(super) fn get(&self, place: u32) -> Option<Raw<'a>> {
        let place = place as usize;
        let mut plain = match self.entries {
            Entries::Plain(it) => it,
            Entries::Slots(slots) => return slots.get(place),
        };
        if plain.size().is_some() {
            plain.skip(place)?;
            return plain.take();
        }
        let starts = self.starts.get_or_init(|| {
            let mut plain = plain;
            let all = plain.bytes.len();
            let start = |_| {
                let start = all - plain.bytes.len();
                plain.take().map(|_| start)
            };
            (0..self.count).map_while(start).collect()
        });
        plain.bytes = &plain.bytes[*starts.get(place)?..];
        plain.take()
    }
}

impl Cells<'_> {
    /// Shows the values of some of its rows, in their order; none for a null.
    pub(super) fn pick(
        &self,
        wanted: &[usize],
        dictionary: &Dictionary<'_>,
        mut show: impl FnMut(Option<Raw<'_>>),
    ) -> Option<()> {
        let (mut row, mut place) = (self.rows.start, 0);
        let mut plain = if let Values::Plain(it) = &self.values { Some(*it) } else { None };
        let mut packed = if let Values::Packed(it) = &self.values { Some(it.clone()) } else { None };
        for &wanted in wanted {
            let skipped = match self.present {
                None => wanted - row,
                Some(it) => {
                    let between = &it[row - self.rows.start..wanted - self.rows.start];
                    between.iter().filter(|it| **it).count()
                }
            };
            place += skipped;
            if let Some(plain) = &mut plain {
                plain.skip(skipped)?;
            }
            row = wanted;
            if self.present.is_some_and(|it| !it[wanted - self.rows.start]) {
                show(None);
                continue;
            }
            match &self.values {
                Values::Untold => return None,
                Values::Coded(codes) => show(Some(dictionary.get(*codes.get(place)?)?)),
                Values::Packed(_) => show(Some(dictionary.get(packed.as_mut()?.at(place)?)?)),
                Values::Held(held) => show(Some(held.get(place)?.raw())),
                Values::Plain(_) => show(Some(plain.as_mut()?.take()?)),
                Values::Slots(slots) => show(Some(slots.get(wanted - self.rows.start)?)),
            }
            (row, place) = (row + 1, place + 1);
        }
        Some(())
    }
}

pub(super) fn widened(it: i32, unsigned: bool) -> i64 {
    if unsigned { i64::from(it.cast_unsigned()) } else { i64::from(it) }
}
