//! Rows that the key does not match: which of them are one all the same.
//!
//! Another key is another row, unless there is evidence of identity. A key that
//! was declared or named is final but for zeros in front of its numbers. Where
//! the key was inferred, rows are one if a column that identifies them is
//! equal, or if their labels and most of what they say are alike, and more so
//! than chance would have it among the rows left over.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::FixedState;

use super::codes::NOTHING;
use super::columns::ratio;
use super::identity::is_named_so;
use super::rows::{Coded, KeyCodes, PAIRS_MAX, Rows, left_over};
use super::value;
use crate::table::{ColumnType, Table};

/// Labels so much alike may be one label under two names.
const LABEL_MIN: f32 = 0.6;
/// Rows with this share of equal cells may be one row under two names.
const CELLS_MIN: f64 = 0.5;
/// Evidence in bits above that of the number of pairs: chance has it once in 16.
const BITS_MIN: f64 = 4.0;
/// So many matched rows show whether a column identifies rows.
const SHOWN_MIN: usize = 5;
/// So many pairs of labels show how much alike labels are by chance.
const LABELS_SAMPLED: usize = 400;

/// Matches rows that are left over, and names those that may be one.
pub(super) fn pair(coded: &Coded<'_>, key: &[usize], inferred: bool, rows: &mut Rows) {
    by_number(coded, key, inferred, rows);
    if inferred {
        by_identifier(coded, key, rows);
    }
    let (old, new) = left_over(coded, &rows.matched);
    if old.is_empty() || new.is_empty() {
        return;
    }
    let mut likely = Likely::of(coded, key, (&old, &new));
    if inferred {
        likely.by_content(rows);
    }
    likely.by_likeness(inferred, rows);
    rows.matched.sort_by_key(|it| it.1);
}

/// Pairs rows by something that is unique among those left over on both sides.
fn by_unique<K: Eq + Hash>(coded: &Coded<'_>, rows: &mut Rows, of: impl Fn(usize, bool) -> Option<K>) {
    let (old, new) = left_over(coded, &rows.matched);
    if old.is_empty() || new.is_empty() {
        return;
    }
    let mut found: HashMap<K, ([usize; 2], [usize; 2]), FixedState> = HashMap::default();
    for (side, left) in [(0, &old), (1, &new)] {
        for &row in left {
            if let Some(key) = of(row, side == 1) {
                let entry = found.entry(key).or_default();
                entry.0[side] += 1;
                entry.1[side] = row;
            }
        }
    }
    let pairs = found.into_values().filter(|it| it.0 == [1, 1]).map(|it| (it.1[0], it.1[1]));
    rows.matched.extend(pairs);
    rows.matched.sort_by_key(|it| it.1);
}

/// Pairs keys whose numbers lost or got zeros in front (`05`, `5`); where the
/// key was inferred, also those that differ in case, spaces and stops.
fn by_number(coded: &Coded<'_>, key: &[usize], inferred: bool, rows: &mut Rows) {
    by_unique(coded, rows, |row, new| {
        let part = |it: &usize| {
            let (table, column) = if new { (coded.new, coded.pairs[*it].1) } else { (coded.old, coded.pairs[*it].0) };
            let text = value::identity((table, row, column));
            if text.bytes().all(|it| it.is_ascii_digit()) {
                return text.trim_start_matches('0').to_owned();
            }
            if !inferred {
                return text.into_owned();
            }
            let plain = |it: char| if it.is_alphanumeric() { it } else { ' ' };
            crate::table::fold(&text.chars().map(plain).collect::<String>())
        };
        let parts: Vec<String> = key.iter().map(part).collect();
        parts.iter().any(|it| !it.is_empty()).then_some(parts)
    });
}

/// Pairs rows by columns beside the key that identify them: under a heading
/// that says so, or a text that is the same in all rows known to be one and
/// differs between all others.
fn by_identifier(coded: &Coded<'_>, key: &[usize], rows: &mut Rows) {
    let names = |it: usize| {
        let column = &coded.new.columns[coded.pairs[it].1];
        let named = is_named_so(&column.heading) || is_named_so(&column.name);
        (named, matches!(column.kind, ColumnType::Label | ColumnType::Text))
    };
    for at in (0..coded.pairs.len()).filter(|it| !key.contains(it)) {
        let (named, text) = names(at);
        if !(named || text) || !is_unique(&coded.codes[at].0) || !is_unique(&coded.codes[at].1) {
            continue;
        }
        let stays = rows.matched.iter().filter(|it| coded.code(at, it.0, false) == coded.code(at, it.1, true)).count();
        let shown = rows.matched.len() >= SHOWN_MIN && stays * 10 >= rows.matched.len() * 9;
        if shown || (named && stays * 2 >= rows.matched.len()) {
            by_unique(coded, rows, |row, new| Some(coded.code(at, row, new)).filter(|it| *it != NOTHING));
        }
    }
}

/// Whether values, where there are any, differ from row to row, and most rows have one.
fn is_unique(codes: &[u32]) -> bool {
    let mut seen = std::collections::HashSet::with_hasher(FixedState::default());
    let filled: Vec<u32> = codes.iter().copied().filter(|it| *it != NOTHING).collect();
    filled.len() * 2 >= codes.len() && filled.into_iter().all(|it| seen.insert(it))
}

/// What is left over, with how much its cells tell.
struct Likely<'a> {
    coded: &'a Coded<'a>,
    key: &'a [usize],
    others: Vec<usize>,
    /// How often each value stands in both tables, by column beside the key.
    counts: Vec<HashMap<u32, usize, FixedState>>,
    /// The evidence that this many pairs ask for.
    needed: f64,
}

impl<'a> Likely<'a> {
    fn of(coded: &'a Coded<'a>, key: &'a [usize], left: (&[usize], &[usize])) -> Self {
        let others: Vec<usize> = (0..coded.pairs.len()).filter(|it| !key.contains(it)).collect();
        let counts = others.iter().map(|it| {
            let mut counts: HashMap<u32, usize, FixedState> = HashMap::default();
            let codes = &coded.codes[*it];
            codes.0.iter().chain(&codes.1).for_each(|it| *counts.entry(*it).or_default() += 1);
            counts
        });
        let needed = (ratio(left.0.len(), 1) * ratio(left.1.len(), 1)).log2() + BITS_MIN;
        Self { coded, key, counts: counts.collect(), others, needed }
    }

    /// How much it tells that a cell of a column says this, in bits.
    fn bits(&self, at: usize, code: u32) -> f64 {
        let all = self.coded.rows(false) + self.coded.rows(true);
        -ratio(self.counts[at].get(&code).copied().unwrap_or(1), all.max(2)).min(1.0).log2()
    }

    /// The evidence of what two rows say beside their keys, and the share of
    /// cells that is equal, where both say something.
    fn content(&self, old: usize, new: usize) -> (f64, f64) {
        let (mut bits, mut equal, mut filled) = (0.0, 0, 0);
        for (at, pair) in self.others.iter().enumerate() {
            let codes = (self.coded.code(*pair, old, false), self.coded.code(*pair, new, true));
            if codes.0 == NOTHING || codes.1 == NOTHING {
                continue;
            }
            filled += 1;
            if codes.0 == codes.1 {
                equal += 1;
                bits += self.bits(at, codes.0);
            } else {
                bits -= 1.0;
            }
        }
        (bits, ratio(equal, filled))
    }

    /// Pairs rows that say the same in all cells beside the key, where that is
    /// said by no other row and by no accident.
    fn by_content(&mut self, rows: &mut Rows) {
        let coded = self.coded;
        let whole = |row: usize, new: bool| -> Option<KeyCodes> {
            let codes: KeyCodes = self.others.iter().map(|it| coded.code(*it, row, new)).collect();
            let bits: f64 =
                codes.iter().enumerate().filter(|it| *it.1 != NOTHING).map(|it| self.bits(it.0, *it.1)).sum();
            let several = codes.iter().filter(|it| **it != NOTHING).count() >= 2;
            (several && bits >= self.needed).then_some(codes)
        };
        by_unique(coded, rows, whole);
    }

    /// Goes through all pairs that are left, the likeliest first: those with
    /// evidence enough are one, others may be.
    fn by_likeness(&mut self, inferred: bool, rows: &mut Rows) {
        let (old, new) = left_over(self.coded, &rows.matched);
        if old.len().saturating_mul(new.len()) > PAIRS_MAX {
            return;
        }
        let (olds, news) = (self.labels(&old, false), self.labels(&new, true));
        let chance =
            Chance::of(&self.labels(&(0..self.coded.rows(false)).take(LABELS_SAMPLED).collect::<Vec<_>>(), false));
        let worded = self.key.iter().any(|&it| {
            matches!(self.coded.new.columns[self.coded.pairs[it].1].kind, ColumnType::Label | ColumnType::Text)
        });
        let mut scored = Vec::new();
        for (a, &from) in old.iter().enumerate() {
            for (b, &to) in new.iter().enumerate() {
                let (bits, share) = self.content(from, to);
                let likeness = if worded { olds[a].likeness(&news[b]) } else { 0.0 };
                let alike = likeness >= LABEL_MIN;
                if alike || (share >= CELLS_MIN && bits > 0.0 && worded) {
                    let bits = bits + if alike { chance.bits(likeness) } else { 0.0 };
                    let sure = inferred && alike && share >= CELLS_MIN && bits >= self.needed;
                    scored.push((sure, f64::from(likeness) + share, a, b));
                }
            }
        }
        // What rows say decides between equals, not where they stand.
        let place = |it: &(bool, f64, usize, usize)| (&olds[it.2].text, &news[it.3].text, it.2, it.3);
        scored.sort_by(|x, y| y.0.cmp(&x.0).then(y.1.total_cmp(&x.1)).then_with(|| place(x).cmp(&place(y))));
        let (mut old_free, mut new_free) = (vec![true; old.len()], vec![true; new.len()]);
        for (sure, _, a, b) in scored {
            if old_free[a] && new_free[b] {
                (old_free[a], new_free[b]) = (false, false);
                let pairs = if sure { &mut rows.matched } else { &mut rows.perhaps };
                pairs.push((old[a], new[b]));
            }
        }
    }

    fn labels(&self, rows: &[usize], new: bool) -> Vec<Label> {
        let table: &Table = if new { self.coded.new } else { self.coded.old };
        let columns: Vec<usize> =
            self.key.iter().map(|&it| if new { self.coded.pairs[it].1 } else { self.coded.pairs[it].0 }).collect();
        let cells =
            |row: &usize| columns.iter().map(|&it| value::text((table, *row, it)).into_owned()).collect::<Vec<_>>();
        rows.iter().map(|it| Label::of(&cells(it))).collect()
    }
}

/// How much alike different labels of a table are.
struct Chance {
    /// The likeness of pairs of labels, rising.
    pairs: Vec<f32>,
}

impl Chance {
    fn of(labels: &[Label]) -> Self {
        let mut pairs = Vec::new();
        // Neighbours of every distance, so that no order of the rows matters much.
        'all: for step in 1..labels.len() {
            for at in 0..labels.len() - step {
                pairs.push(labels[at].likeness(&labels[at + step]));
                if pairs.len() >= LABELS_SAMPLED {
                    break 'all;
                }
            }
        }
        pairs.sort_by(f32::total_cmp);
        Self { pairs }
    }

    /// How much it tells that two labels are so much alike, in bits.
    fn bits(&self, likeness: f32) -> f64 {
        let as_alike = self.pairs.len() - self.pairs.partition_point(|it| *it < likeness);
        -ratio(as_alike + 1, self.pairs.len() + 1).log2()
    }
}

/// A row's label, made ready for comparison.
struct Label {
    text: String,
    folded: String,
    digits: String,
}

impl Label {
    fn of(cells: &[String]) -> Self {
        let text = cells.join(", ");
        let digits = text.chars().filter(char::is_ascii_digit).collect();
        Self { folded: crate::table::fold(&text), digits, text }
    }

    /// How much alike two labels are, 0 to 1; none at all where their numbers
    /// differ (`2005-03-02` is not another name of `2005-03-09`).
    fn likeness(&self, other: &Self) -> f32 {
        /// Longer labels are compared by their starts.
        const LENGTH_MAX: usize = 200;
        if self.digits != other.digits || self.folded.is_empty() || other.folded.is_empty() {
            return 0.0;
        }
        let (short, long) = (self.folded.len().min(other.folded.len()), self.folded.len().max(other.folded.len()));
        // The ratio cannot be higher than this, and is slow to find.
        if ratio(2 * short, short + long) < f64::from(LABEL_MIN) {
            return 0.0;
        }
        let start = |it: &str| it.chars().take(LENGTH_MAX).collect::<String>();
        similar::TextDiff::from_chars(start(&self.folded), start(&other.folded)).ratio()
    }
}
