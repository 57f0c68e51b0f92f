//! Records that wait for their twin in the other file.
//!
//! Most of the time of a shuffled file is spent waiting for memory: a map of
//! millions of records is touched in random places. So records are first put
//! into one of many shards by their hash, in order, and a shard is gone through
//! only when an eighth as many came as it holds already: it is small enough to stay
//! in the processor's cache.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// What a record is known by: 96 bits of a hash of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark([u32; 3]);

/// One of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Old,
    New,
}

/// A record that waits, in 12 bytes.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) row: u32,
    /// Its offset times two, and one for the new file; low half first.
    place: [u32; 2],
}

/// Two records with the same bytes: of the old file and of the new.
pub(super) type Pair = (Slot, Slot);

const SHARDS: usize = 1024;
/// So many records come at least before a shard is gone through.
const COME_MIN: usize = 64;
/// What a record that waits takes, about: its slot in a map that is half full.
pub(super) const SLOT_BYTES: u64 = 48;

type Map<V> = HashMap<Mark, V, BuildHasherDefault<Known>>;

pub(super) struct Waiting {
    shards: Vec<Shard>,
    /// How many wait, or came and were not gone through yet.
    pub(super) count: u64,
}

#[derive(Default)]
struct Shard {
    waiting: Map<Slot>,
    /// Further records with the same bytes, of the same file.
    more: Map<VecDeque<Slot>>,
    came: Vec<(Mark, Slot)>,
}

impl Mark {
    /// The mark of a record.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let hash = xxhash_rust::xxh3::xxh3_128(bytes);
        let part = |shift: u32| u32::try_from((hash >> shift) & 0xffff_ffff).expect("32 bits were kept");
        Self([part(0), part(32), part(64)])
    }

    /// Which of so many parts it belongs to.
    pub(super) fn part(self, of: u32) -> u32 {
        self.0[0] % of
    }
}

impl Hash for Mark {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[0]) | u64::from(self.0[1]) << 32);
    }
}

/// A mark is a hash already.
#[derive(Default)]
struct Known(u64);

impl Hasher for Known {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for it in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*it);
        }
    }

    fn write_u64(&mut self, it: u64) {
        self.0 = it;
    }
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), count: 0 }
    }

    /// Takes a record, and adds the pairs that are found at this.
    pub(super) fn take(&mut self, mark: Mark, slot: Slot, pairs: &mut Vec<Pair>) {
        let shard = &mut self.shards[mark.0[2] as usize % SHARDS];
        shard.came.push((mark, slot));
        self.count += 1;
        if shard.came.len() >= COME_MIN.max(shard.waiting.len() / 8) {
            self.count -= shard.settle(pairs);
        }
    }

    /// Goes through all that came.
    pub(super) fn settle(&mut self, pairs: &mut Vec<Pair>) {
        self.count -= self.shards.iter_mut().map(|it| it.settle(pairs)).sum::<u64>();
    }

    /// All that still wait, after [`Waiting::settle`].
    pub(super) fn left(&self) -> impl Iterator<Item = Slot> {
        self.shards.iter().flat_map(|it| it.waiting.values().chain(it.more.values().flatten())).copied()
    }
}

impl Shard {
    /// Goes through what came; how many records wait no more.
    fn settle(&mut self, pairs: &mut Vec<Pair>) -> u64 {
        let mut met = 0;
        for (mark, slot) in self.came.drain(..) {
            let Entry::Occupied(mut found) = self.waiting.entry(mark) else {
                self.waiting.insert(mark, slot);
                continue;
            };
            let twin = *found.get();
            if twin.of() == slot.of() {
                self.more.entry(mark).or_default().push_back(slot);
                continue;
            }
            met += 2;
            pairs.push(if slot.of() == Of::Old { (slot, twin) } else { (twin, slot) });
            match self.more.get_mut(&mark).and_then(VecDeque::pop_front) {
                Some(next) => {
                    found.insert(next);
                }
                None => {
                    found.remove();
                }
            }
        }
        met
    }
}

impl Slot {
    pub(super) fn new(of: Of, offset: u64, row: u32) -> Self {
        let place = offset * 2 + u64::from(of == Of::New);
        let half = |shift: u32| u32::try_from((place >> shift) & 0xffff_ffff).expect("32 bits were kept");
        Self { row, place: [half(0), half(32)] }
    }

    fn place(self) -> u64 {
        u64::from(self.place[0]) | u64::from(self.place[1]) << 32
    }

    pub(super) fn of(self) -> Of {
        if self.place() & 1 == 1 { Of::New } else { Of::Old }
    }

    pub(super) fn offset(self) -> u64 {
        self.place() / 2
    }
}
