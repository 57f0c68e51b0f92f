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
        if is_folded(text.as_bytes()) {
            return self.words(text.as_bytes());
        }
        let words: Vec<&str> = text.split(is_space).filter(|it| !it.is_empty()).collect();
        self.words(words.join(" ").as_bytes())
    }

    /// The same of a text that may be no UTF-8; what is none of it is replaced.
    pub(crate) fn bytes(&mut self, text: &[u8]) -> Option<()> {
        if is_folded(text) { self.words(text) } else { self.text(&String::from_utf8_lossy(text)) }
    }

    fn words(&mut self, text: &[u8]) -> Option<()> {
        self.0.write(text);
        // The length keeps `ab`, `c` apart from `a`, `bc`.
        self.0.write_u64(text.len() as u64);
        (!text.is_empty()).then_some(())
    }

    pub(crate) fn finish(self) -> u64 {
        self.0.finish()
    }
}

/// Whether a text is ASCII with single spaces at most, none of them at its ends.
#[inline]
fn is_folded(text: &[u8]) -> bool {
    let ([first, ..], [.., last]) = (text, text) else { return true };
    if text.iter().fold(true, |all, it| all & it.is_ascii_graphic()) {
        return true;
    }
    let is_plain = text.iter().all(|it| *it == b' ' || it.is_ascii_graphic());
    is_plain && *first != b' ' && *last != b' ' && !text.windows(2).any(|it| it == b"  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(texts: &[&str]) -> u64 {
        let mut hash = KeyHash::default();
        for it in texts {
            hash.bytes(it.as_bytes());
        }
        hash.finish()
    }

    #[test]
    fn texts_that_differ_in_spaces_alone_are_the_same_key() {
        assert_eq!(hash(&[" New\u{a0}  York "]), hash(&["New York"]));
        assert_eq!(hash(&["York"]), hash(&["\tYork"]));
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_ne!(hash(&["New York"]), hash(&["NewYork"]));
    }
}
