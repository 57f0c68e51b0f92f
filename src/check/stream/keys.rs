//! Which keys more than one record has: those that do not rise, and those
//! whose hash stands twice.

use rayon::prelude::*;

use super::sift::SUSPECTS_MAX;
use crate::error::Result;
use crate::source::delimited::sieve::{Key, Order};

/// Keys that do not rise, each of which a record that rose may have too.
pub(super) struct Late(Vec<Key>);

impl Late {
    pub(super) fn new(mut keys: Vec<Key>) -> Self {
        keys.sort_unstable();
        keys.dedup();
        Self(keys)
    }

    /// Those that may stand among records of an order, rising.
    pub(super) fn within(&self, order: &Order) -> &[Key] {
        let (Some(first), Some((last, _))) = (order.first, order.last) else { return &[] };
        &self.0[self.0.partition_point(|it| *it < first)..self.0.partition_point(|it| *it <= last)]
    }
}

/// In how many parts so many hashes are held one after the other, for about so
/// many bytes of memory.
pub(super) fn parts(hashes: u64, memory: u64) -> u64 {
    // A list that grows takes up to twice its length.
    const HASH_BYTES: u64 = 16;
    hashes.saturating_mul(HASH_BYTES).div_ceil(memory.max(1)).max(1)
}

/// The hashes that stand more than once, rising; `of_part` gives those of one
/// part of so many. Nothing where they are too many.
pub(super) fn repeated(
    parts: u64,
    mut of_part: impl FnMut((u64, u64)) -> Result<Vec<u64>>,
) -> Result<Option<Vec<u64>>> {
    let mut repeated = Vec::new();
    for part in 0..parts {
        let mut hashes = of_part((part, parts))?;
        hashes.par_sort_unstable();
        let more = hashes.chunk_by(PartialEq::eq).filter(|it| it.len() > 1).map(|it| it[0]);
        repeated.extend(more.take(SUSPECTS_MAX + 1));
        if repeated.len() > SUSPECTS_MAX {
            return Ok(None);
        }
    }
    repeated.sort_unstable();
    Ok(Some(repeated))
}
