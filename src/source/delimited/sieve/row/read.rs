//! What came of reading a record.

use super::{Column, Form};
use crate::source::delimited::sieve::counted::Fares;

/// What came of reading a record.
#[derive(Clone, Copy, Debug)]
pub(in crate::source::delimited::sieve) struct Read {
    /// Where it ends, and where the next one starts; unknown where it is not plain.
    pub(in crate::source::delimited::sieve) end: Option<(usize, usize)>,
    /// Whether it is in order.
    pub(in crate::source::delimited::sieve) is_clean: bool,
    /// How many of its cells hold something.
    pub(in crate::source::delimited::sieve) filled: u64,
    /// How many are empty where a figure could be.
    pub(in crate::source::delimited::sieve) blanks: Blanks,
    /// Which conditions of the sieve leave it out, each a bit.
    pub(in crate::source::delimited::sieve) left_out: u64,
    /// How the relations of the sieve fare in it, where it is in order.
    pub(in crate::source::delimited::sieve) fares: Fares,
}

pub(super) const UNKNOWN: Read = Read {
    end: None,
    is_clean: false,
    filled: 0,
    blanks: Blanks { count: 0, of_first: 0 },
    left_out: 0,
    fares: Fares { held: 0, open: 0 },
};

/// Cells of a record that are empty where a figure could be.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::source::delimited::sieve) struct Blanks {
    pub(in crate::source::delimited::sieve) count: u64,
    /// Which of the first 64 columns have one, each a bit.
    pub(in crate::source::delimited::sieve) of_first: u64,
}

impl Blanks {
    /// Takes an empty cell of a column.
    pub(super) fn add(&mut self, column: Column, at: usize) {
        if matches!(column.form, Form::Number | Form::Grouped) {
            self.count += 1;
            self.of_first |= 1_u64.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
        }
    }
}
