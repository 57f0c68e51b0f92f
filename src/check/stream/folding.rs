//! What groups of rows come to, folded in the same pass that tells which rows are in order.

use crate::plan::{Grouped, Groups, Span};
use crate::source::delimited::sieve::{Chunk, Sieve};

/// So many records whose cells are not plain are kept. Where there are more, groups are
/// folded in a pass of their own, which reads fewer cells.
const SET_ASIDE_MAX: usize = 1 << 14;

/// Groups of the rows of a file, folded piece by piece.
#[derive(Debug, Default)]
pub(super) struct Folding {
    /// One for each check of groups; all are there until they are taken.
    groups: Vec<Option<Groups>>,
    /// The pieces, each with the records that are not folded yet.
    pub(super) pieces: Vec<Chunk>,
    /// How many those are.
    set_aside: usize,
    /// About so many bytes may be used.
    room: u64,
}

impl Folding {
    /// None where nothing is to be folded.
    pub(super) fn new(sieve: &Sieve, room: u64) -> Option<Self> {
        let groups = sieve.grouped.iter().map(|_| Some(Groups::default())).collect();
        (!sieve.grouped.is_empty()).then_some(Self { groups, room, ..Self::default() })
    }

    /// Takes the next piece; whether it could.
    pub(super) fn take(&mut self, sieve: &Sieve, chunk: &mut Chunk) -> bool {
        let bytes = join(self.groups.iter_mut().flatten(), sieve, chunk, self.pieces.len());
        let unread = chunk.suspects.iter().filter(|it| !it.1.is_counted).map(|it| (*it.0, it.1.clone()));
        let mut suspects = std::mem::take(&mut chunk.set_aside);
        suspects.extend(unread);
        self.set_aside += suspects.len();
        self.pieces.push(Chunk { lines: chunk.lines, suspects, ..chunk.place() });
        bytes <= self.room && self.set_aside <= SET_ASIDE_MAX
    }

    /// What one of its checks comes to, so far; it can be taken once.
    pub(super) fn groups(&mut self, check: usize) -> Option<Groups> {
        self.groups.get_mut(check)?.take()
    }
}

/// Joins the groups of a piece to those before it; about how many bytes all of them take.
pub(super) fn join<'a>(
    all: impl Iterator<Item = &'a mut Groups>,
    sieve: &Sieve,
    chunk: &mut Chunk,
    piece: usize,
) -> u64 {
    let more = std::mem::take(&mut chunk.groups);
    let joined = all.zip(&more).zip(&sieve.grouped).map(|((groups, more), grouped)| {
        groups.at = Span::of(piece);
        groups.join(grouped, more);
        groups.bytes()
    });
    joined.sum()
}

/// Checks of groups, each with which of a plan's it is.
pub(super) type Numbered = Vec<(usize, Grouped<usize>)>;
