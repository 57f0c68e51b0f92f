//! Which row of one table is which of the other.

use std::collections::{BTreeSet, HashMap, HashSet};

use foldhash::fast::FixedState;

use super::codes::{NOTHING, longest_increasing};
use super::value;
use crate::table::Table;

/// Above so many pairs of rows, none is looked at for likeness.
pub(super) const PAIRS_MAX: usize = 250_000;

/// Both tables as codes: one pair of code columns for each pair of columns.
pub(super) struct Coded<'a> {
    pub(super) old: &'a Table,
    pub(super) new: &'a Table,
    /// The columns that the codes are of: old, new.
    pub(super) pairs: Vec<(usize, usize)>,
    /// The codes, by pair, then by row.
    pub(super) codes: Vec<(Vec<u32>, Vec<u32>)>,
}

/// How rows go together.
#[derive(Default)]
pub(super) struct Rows {
    /// Matched rows: old, new; sorted by the new one.
    pub(super) matched: Vec<(usize, usize)>,
    /// Keys that several rows of one side share: old rows, new rows.
    pub(super) duplicates: Vec<(Vec<usize>, Vec<usize>)>,
    /// Rows that may be one, on weak evidence: old, new. They are not matched.
    pub(super) perhaps: Vec<(usize, usize)>,
}

/// The codes of a key's columns in one row.
pub(super) type KeyCodes = Box<[u32]>;

impl Coded<'_> {
    /// How many rows a side has.
    pub(super) fn rows(&self, new: bool) -> usize {
        if new { self.new.rows.len() } else { self.old.rows.len() }
    }

    /// One code of a row.
    pub(super) fn code(&self, pair: usize, row: usize, new: bool) -> u32 {
        if new { self.codes[pair].1[row] } else { self.codes[pair].0[row] }
    }

    fn codes_of(&self, key: &[usize], row: usize, new: bool) -> KeyCodes {
        key.iter().map(|it| self.code(*it, row, new)).collect()
    }

    /// The key of a row; nothing where a part of it is blank.
    pub(super) fn key_of(&self, key: &[usize], row: usize, new: bool) -> Option<KeyCodes> {
        Some(self.codes_of(key, row, new)).filter(|it| !it.contains(&NOTHING))
    }

    /// How many values a pair of columns has on either side.
    pub(super) fn distinct(&self, pair: usize) -> [usize; 2] {
        let count = |it: &[u32]| it.iter().collect::<HashSet<_, FixedState>>().len();
        [count(&self.codes[pair].0), count(&self.codes[pair].1)]
    }

    /// How many cells of two rows are alike and say something, and how many
    /// say something on both sides.
    fn equal(&self, old: usize, new: usize) -> (usize, usize) {
        let filled = self.codes.iter().filter(|it| it.0[old] != NOTHING && it.1[new] != NOTHING);
        filled.fold((0, 0), |(equal, all), it| (equal + usize::from(it.0[old] == it.1[new]), all + 1))
    }
}

/// The rows of each side that are not matched: old, new.
pub(super) fn left_over(coded: &Coded<'_>, matched: &[(usize, usize)]) -> (Vec<usize>, Vec<usize>) {
    let (mut old, mut new) = (vec![true; coded.rows(false)], vec![true; coded.rows(true)]);
    for it in matched {
        (old[it.0], new[it.1]) = (false, false);
    }
    let free = |it: Vec<bool>| (0..it.len()).filter(|at| it[*at]).collect();
    (free(old), free(new))
}

/// Matches rows by key: indexes into the pairs of columns.
pub(super) fn by_key(coded: &Coded<'_>, key: &[usize]) -> Rows {
    let mut groups: HashMap<KeyCodes, (Vec<usize>, Vec<usize>), FixedState> = HashMap::default();
    for row in 0..coded.old.rows.len() {
        groups.entry(coded.codes_of(key, row, false)).or_default().0.push(row);
    }
    for row in 0..coded.new.rows.len() {
        groups.entry(coded.codes_of(key, row, true)).or_default().1.push(row);
    }
    let mut rows = Rows::default();
    for (old, new) in groups.into_values() {
        match (&old[..], &new[..]) {
            ([old], [new]) => rows.matched.push((*old, *new)),
            ([_] | [], []) | ([], [_]) => {}
            _ => {
                pair_group(coded, old.clone(), new.clone(), &mut rows.matched);
                rows.duplicates.push((old, new));
            }
        }
    }
    rows.matched.sort_by_key(|it| it.1);
    rows.duplicates.sort();
    rows
}

/// Pairs rows that share a key: alike ones first, then those with most cells
/// alike; ties go by what the rows say, so that their order does not matter.
fn pair_group(coded: &Coded<'_>, old: Vec<usize>, new: Vec<usize>, matched: &mut Vec<(usize, usize)>) {
    let every: Vec<usize> = (0..coded.codes.len()).collect();
    let (mut old, mut new) = (old, new);
    twins(coded, &every, &mut old, &mut new, matched);
    old.sort_by_cached_key(|&it| (texts(coded.old, it), it));
    new.sort_by_cached_key(|&it| (texts(coded.new, it), it));
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        matched.extend(old.into_iter().zip(new));
        return;
    }
    let mut scored: Vec<(usize, usize, usize)> = Vec::new();
    for (a, &from) in old.iter().enumerate() {
        scored.extend(new.iter().enumerate().map(|(b, &to)| (usize::MAX - coded.equal(from, to).0, a, b)));
    }
    scored.sort_unstable();
    let (mut old_free, mut new_free) = (vec![true; old.len()], vec![true; new.len()]);
    for (_, a, b) in scored {
        if old_free[a] && new_free[b] {
            (old_free[a], new_free[b]) = (false, false);
            matched.push((old[a], new[b]));
        }
    }
}

/// Takes out rows that are alike in some columns, the first with the first.
fn twins(
    coded: &Coded<'_>,
    columns: &[usize],
    old: &mut Vec<usize>,
    new: &mut Vec<usize>,
    matched: &mut Vec<(usize, usize)>,
) {
    let mut waiting: HashMap<KeyCodes, std::collections::VecDeque<usize>, FixedState> = HashMap::default();
    for &row in new.iter() {
        waiting.entry(coded.codes_of(columns, row, true)).or_default().push_back(row);
    }
    let mut taken = HashSet::with_hasher(FixedState::default());
    old.retain(|&row| {
        let twin =
            waiting.get_mut(&coded.codes_of(columns, row, false)).and_then(std::collections::VecDeque::pop_front);
        if let Some(twin) = twin {
            matched.push((row, twin));
            taken.insert(twin);
        }
        twin.is_none()
    });
    new.retain(|it| !taken.contains(it));
}

/// All cells of a row, as they are kept.
fn texts(table: &Table, row: usize) -> Vec<String> {
    (0..table.columns.len()).map(|it| value::text((table, row, it)).into_owned()).collect()
}

/// Matches rows where no column names them: alike ones wherever they stand,
/// then those between them, in order, that have most cells in common.
pub(super) fn by_order(coded: &Coded<'_>) -> Rows {
    let every: Vec<usize> = (0..coded.codes.len()).collect();
    let (mut old, mut new): (Vec<usize>, Vec<usize>) =
        ((0..coded.rows(false)).collect(), (0..coded.rows(true)).collect());
    let mut matched = Vec::new();
    twins(coded, &every, &mut old, &mut new, &mut matched);
    matched.sort_unstable_by_key(|it| it.1);
    let olds: Vec<usize> = matched.iter().map(|it| it.0).collect();
    let mut anchors: Vec<(usize, usize)> = longest_increasing(&olds).into_iter().map(|it| matched[it]).collect();
    anchors.push((coded.rows(false), coded.rows(true)));
    let (mut old, mut new) = (&old[..], &new[..]);
    for (to_old, to_new) in anchors {
        let (from, to) = (old.partition_point(|it| *it < to_old), new.partition_point(|it| *it < to_new));
        between(coded, &old[..from], &new[..to], &mut matched);
        (old, new) = (&old[from..], &new[to..]);
    }
    matched.sort_unstable_by_key(|it| it.1);
    Rows { matched, ..Rows::default() }
}

/// Pairs rows of a stretch in their order, so that most cells are alike; rows
/// with less than half of their cells alike are not one.
fn between(coded: &Coded<'_>, old: &[usize], new: &[usize], matched: &mut Vec<(usize, usize)>) {
    let alike = |from: usize, to: usize| {
        let (equal, filled) = coded.equal(from, to);
        if equal * 2 >= filled { equal } else { 0 }
    };
    if old.is_empty() || new.is_empty() {
        return;
    }
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        matched.extend(old.iter().copied().zip(new.iter().copied()).filter(|it| alike(it.0, it.1) > 0));
        return;
    }
    // The most cells alike of the first rows of both: an alignment as of Needleman and Wunsch.
    let width = new.len() + 1;
    let scores: Vec<usize> = old.iter().flat_map(|&from| new.iter().map(move |&to| alike(from, to))).collect();
    let mut best = vec![0_usize; (old.len() + 1) * width];
    for a in 0..old.len() {
        for b in 0..new.len() {
            let score = scores[a * new.len() + b];
            let pair = if score > 0 { best[a * width + b] + score } else { 0 };
            best[(a + 1) * width + b + 1] = pair.max(best[a * width + b + 1]).max(best[(a + 1) * width + b]);
        }
    }
    let (mut a, mut b) = (old.len(), new.len());
    while a > 0 && b > 0 {
        let here = best[a * width + b];
        if here == best[(a - 1) * width + b] {
            a -= 1;
        } else if here == best[a * width + b - 1] {
            b -= 1;
        } else {
            (a, b) = (a - 1, b - 1);
            matched.push((old[a], new[b]));
        }
    }
}

/// The lines that rows stand in, in order.
pub(super) fn lines(table: &Table, rows: &[usize]) -> Vec<u32> {
    let line = |it: &usize| table.document.position(table.rows[*it].span.start).line;
    rows.iter().map(line).collect::<BTreeSet<u32>>().into_iter().collect()
}
