//! Keys by a hash: records with the same key have the same, and few others.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::{FixedState, FoldHasher};

use crate::table::is_space;

#[cfg(feature = "parquet")]
use super::order::Key;

/// Hashes a key, cell by cell: numbers by value, texts with their space folded.
pub(crate) struct KeyHash(FoldHasher<'static>);

impl Default for KeyHash {
    fn default() -> Self {
        Self(FixedState::default().build_hasher())
    }
}

impl KeyHash {
    /// That of a key of numbers and days.
    #[cfg(feature = "parquet")]
    pub(crate) fn of(key: &Key) -> u64 {
        let mut hash = Self::default();
        key.scaled().for_each(|it| hash.number(it));
        hash.finish()
    }

    /// Takes a number, in the last unit that keys keep, or a day.
    pub(crate) fn number(&mut self, it: i128) {
        self.0.write_i128(it);
    }

    /// Takes a text; a key with an empty one has no hash.
    pub(crate) fn text(&mut self, text: &str) -> Option<()> {
        // The length keeps `ab`, `c` apart from `a`, `bc`.
        let mut length = 0_u64;
        for word in text.split(is_space).filter(|it| !it.is_empty()) {
            self.0.write(word.as_bytes());
            self.0.write_u8(b' ');
            length += word.len() as u64 + 1;
        }
        self.0.write_u64(length);
        (length > 0).then_some(())
    }

    pub(crate) fn finish(self) -> u64 {
        self.0.finish()
    }
}
