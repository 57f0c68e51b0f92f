//! What must hold of each row of a group and the one before it, along a column.

use super::condition::{Cells, Condition, Number};

/// A check of rows that follow each other; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps<C> {
    /// What orders the rows of a group.
    pub along: C,
    /// What is read of both rows.
    pub columns: Vec<C>,
    /// A condition over twice as many cells: of each column first that of the row before.
    pub holds: Condition<usize>,
    /// Whether the first row of a group holds; else it is no check where others follow.
    pub first_holds: bool,
}

impl<C> Steps<C> {
    /// The same with each column as `find` gives it; none where it does not.
    pub(super) fn over<D>(&self, find: &impl Fn(&C) -> Option<D>) -> Option<Steps<D>> {
        let columns = self.columns.iter().map(find).collect::<Option<_>>()?;
        let (holds, first_holds) = (self.holds.clone(), self.first_holds);
        Some(Steps { along: find(&self.along)?, columns, holds, first_holds })
    }

    /// Its columns.
    pub(super) fn read(&self) -> impl Iterator<Item = &C> {
        std::iter::once(&self.along).chain(&self.columns)
    }
}

/// How many rows there are, and where the first and the last stand along.
const HEAD: usize = 3;

impl Steps<usize> {
    /// How many numbers a group comes to: behind those, the digits and decimals of each
    /// column in the first row, and in the last.
    pub(super) fn width(&self) -> usize {
        HEAD + 4 * self.columns.len()
    }

    /// What one row comes to by itself; `along` says where it stands.
    pub(super) fn of_row(&self, along: i128, cells: &impl Cells, numbers: &mut Vec<i128>) {
        numbers.extend([1, along, along]);
        for _ in ["first", "last"] {
            for (digits, decimals) in self.columns.iter().map(|it| cells.number(*it)) {
                numbers.extend([digits, decimals.into()]);
            }
        }
    }

    /// Adds what later rows come to; false where they may not hold behind the others.
    pub(super) fn join(&self, all: &mut [i128], more: &[i128]) -> bool {
        let last = HEAD + 2 * self.columns.len();
        let beside = Beside { before: &all[last..], own: &more[HEAD..last] };
        let is_sure = all[2] < more[1] && self.holds.truth(&beside).is_true();
        all[0] += more[0];
        all[2] = more[2];
        all[last..].copy_from_slice(&more[last..]);
        is_sure
    }

    /// How many checks a group has, and how many rows they read; none where that is not sure.
    pub(super) fn checks(&self, group: &[i128]) -> Option<(u64, u64)> {
        let rows = u64::try_from(group[0]).ok()?;
        if self.first_holds { Some((rows, rows)) } else { (rows > 1).then_some((rows - 1, rows)) }
    }
}

/// The cells of a row, and of the one before it.
struct Beside<'a> {
    before: &'a [i128],
    own: &'a [i128],
}

impl Cells for Beside<'_> {
    fn number(&self, column: usize) -> Number {
        let of = if column.is_multiple_of(2) { self.before } else { self.own };
        let at = column / 2 * 2;
        (of[at], u32::try_from(of[at + 1]).unwrap_or(u32::MAX))
    }

    fn text(&self, _column: usize) -> &[u8] {
        &[]
    }

    fn is_blank(&self, _column: usize) -> bool {
        false
    }
}
