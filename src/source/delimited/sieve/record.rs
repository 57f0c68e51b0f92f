//! The cells of a record that was read plainly.

use crate::plan::{Cells, Digits, Number};

/// A cell as it was read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Value {
    /// Where its text starts and ends.
    pub(super) start: u32,
    pub(super) end: u32,
    /// Its digits, or its day.
    pub(super) number: i64,
    /// How many of its digits are decimals.
    pub(super) decimals: u8,
}

/// The cells of a record.
pub(super) struct Record<'a> {
    pub(super) values: &'a [Value],
    pub(super) bytes: &'a [u8],
}

impl Cells for Record<'_> {
    #[inline]
    fn number(&self, column: usize) -> Number {
        (self.values[column].number.into(), self.values[column].decimals.into())
    }

    #[inline]
    fn text(&self, column: usize) -> &[u8] {
        let it = &self.values[column];
        &self.bytes[it.start as usize..it.end as usize]
    }

    #[inline]
    fn is_blank(&self, column: usize) -> bool {
        self.values[column].start == self.values[column].end
    }
}

impl Digits for Record<'_> {
    #[inline]
    fn digits(&self, column: usize) -> (i64, u8) {
        (self.values[column].number, self.values[column].decimals)
    }
}
