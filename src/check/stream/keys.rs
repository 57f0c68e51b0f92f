//! Which keys more than one record has: those that do not rise, and those
//! whose hash stands twice.

use rayon::prelude::*;

use super::sift::{File, SUSPECTS_MAX, WINDOW};
use crate::error::Result;
use crate::source::delimited::sieve::{Chunk, Key, Mark, Order, Row, Sieve};

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

/// A list that grows takes up to twice its length.
const HASH_BYTES: u64 = 16;

/// How many bytes a part of so many hashes takes, about.
pub(super) fn bytes(hashes: u64, (_, parts): (u64, u64)) -> u64 {
    hashes.saturating_mul(HASH_BYTES) / parts.max(1)
}

/// In how many parts so many hashes are held one after the other, for about so
/// many bytes of memory.
pub(super) fn parts(hashes: u64, memory: u64) -> u64 {
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

impl File<'_> {
    /// Hands out the records in order that have the key of a late one.
    pub(super) fn look_up(&self, sieve: &Sieve, columns: &[usize], done: &mut [Chunk]) -> Result<()> {
        let late = Late::new(done.iter_mut().flat_map(|it| std::mem::take(&mut it.late)).collect());
        let look = |chunk: &mut Chunk| {
            let wanted = late.within(&chunk.order);
            if wanted.is_empty() {
                return Ok(());
            }
            let around: Vec<(Mark, usize)> = wanted.iter().map(|it| chunk.around(it)).collect();
            let mut left = wanted;
            for places in around.chunk_by(PartialEq::eq) {
                let (near, rest) = left.split_at(places.len());
                left = rest;
                let (from, end) = places[0];
                let bytes = self.within(chunk, from.at, end)?;
                sieve.find(&bytes, from, |row| near.binary_search(&row.key(columns)).is_ok(), chunk);
            }
            Ok(())
        };
        done.par_iter_mut().map(look).collect()
    }

    /// Hands out the records in order whose key another has, by the hashes of
    /// keys; false where they are too many.
    pub(super) fn look_up_hashes(
        &self,
        sieve: &Sieve,
        sets: &[Vec<usize>],
        parts: u64,
        done: &mut [Chunk],
    ) -> Result<bool> {
        let of_part = |part: (u64, u64)| {
            let of_chunk = |chunk: &mut Chunk| -> Result<Vec<u64>> {
                if part.0 == 0 {
                    return Ok(std::mem::take(&mut chunk.hashes));
                }
                Ok(sieve.hashes(&self.again(chunk)?, part))
            };
            let mut hashes: Vec<u64> = Vec::new();
            for window in done.chunks_mut(WINDOW * rayon::current_num_threads()) {
                let found: Vec<Vec<u64>> = window.par_iter_mut().map(of_chunk).collect::<Result<_>>()?;
                hashes.extend(found.into_iter().flatten());
            }
            Ok(hashes)
        };
        let Some(twice) = repeated(parts, of_part)? else { return Ok(false) };
        if twice.is_empty() {
            return Ok(true);
        }
        let wanted = |row: &Row<'_>| {
            let known = |columns: &Vec<usize>| row.hash(columns).is_some_and(|it| twice.binary_search(&it).is_ok());
            sets.iter().any(known)
        };
        let look = |chunk: &mut Chunk| {
            let bytes = self.again(chunk)?;
            sieve.find(&bytes, Mark::default(), wanted, chunk);
            Ok(())
        };
        done.par_iter_mut().map(look).collect::<Result<()>>()?;
        Ok(done.iter().map(|it| it.suspects.len()).sum::<usize>() <= SUSPECTS_MAX)
    }
}
