//! Which row of one table is which of the other.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::FixedState;

use super::codes::NOTHING;
use super::columns::ratio;
use crate::table::{ColumnType, Table, canonical};

/// Above so many pairs of rows left over, none is looked at for likeness.
const PAIRS_MAX: usize = 4_000_000;
/// Labels so much alike are one label under two names.
const LABEL_MIN: f32 = 0.6;
/// Rows with this share of equal cells are one row under two names.
const CELLS_MIN: f64 = 0.5;

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
}

impl Coded<'_> {
    fn key_of(&self, key: &[usize], row: usize, new: bool) -> Vec<u32> {
        let code = |it: &usize| if new { self.codes[*it].1[row] } else { self.codes[*it].0[row] };
        key.iter().map(code).collect()
    }

    /// How many cells of two rows are alike and say something; over all.
    fn equal(&self, old: usize, new: usize) -> usize {
        self.codes.iter().filter(|it| it.0[old] == it.1[new] && it.0[old] != NOTHING).count()
    }

    fn same(&self, old: usize, new: usize) -> bool {
        self.codes.iter().all(|it| it.0[old] == it.1[new])
    }
}

/// Matches rows by key: indexes into the pairs of columns.
pub(super) fn by_key(coded: &Coded<'_>, key: &[usize]) -> Rows {
    let mut groups: HashMap<Vec<u32>, (Vec<usize>, Vec<usize>), FixedState> = HashMap::default();
    for row in 0..coded.old.rows.len() {
        groups.entry(coded.key_of(key, row, false)).or_default().0.push(row);
    }
    for row in 0..coded.new.rows.len() {
        groups.entry(coded.key_of(key, row, true)).or_default().1.push(row);
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
fn pair_group(coded: &Coded<'_>, mut old: Vec<usize>, mut new: Vec<usize>, matched: &mut Vec<(usize, usize)>) {
    old.sort_by_cached_key(|&it| (texts(coded.old, it), it));
    new.sort_by_cached_key(|&it| (texts(coded.new, it), it));
    old.retain(|&from| {
        let twin = new.iter().position(|&to| coded.same(from, to));
        if let Some(at) = twin {
            matched.push((from, new.remove(at)));
        }
        twin.is_none()
    });
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        matched.extend(old.into_iter().zip(new));
        return;
    }
    let mut scored: Vec<(usize, usize, usize)> = Vec::new();
    for (a, &from) in old.iter().enumerate() {
        scored.extend(new.iter().enumerate().map(|(b, &to)| (usize::MAX - coded.equal(from, to), a, b)));
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

/// All cells of a row, as they are kept.
fn texts(table: &Table, row: usize) -> Vec<String> {
    (0..table.columns.len()).map(|it| canonical::cell(table, row, it).into_owned()).collect()
}

/// Matches rows by their order, alike ones first.
pub(super) fn by_order(coded: &Coded<'_>) -> Rows {
    let every: Vec<usize> = (0..coded.codes.len()).collect();
    let whole =
        |count: usize, new: bool| -> Vec<Vec<u32>> { (0..count).map(|row| coded.key_of(&every, row, new)).collect() };
    let (old, new) = (whole(coded.old.rows.len(), false), whole(coded.new.rows.len(), true));
    let mut matched = Vec::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Patience, &old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        match op {
            similar::DiffOp::Equal { .. } => matched.extend(from.zip(to)),
            _ => matched.extend(from.zip(to).filter(|it| coded.equal(it.0, it.1) > 0)),
        }
    }
    matched.sort_by_key(|it| it.1);
    Rows { matched, duplicates: Vec::new() }
}

/// Matches rows that are left over, by likeness of label and of figures.
pub(super) fn by_likeness(coded: &Coded<'_>, key: &[usize], rows: &mut Rows) {
    let free = |count: usize, taken: &dyn Fn(&(usize, usize)) -> usize| -> Vec<usize> {
        let mut is_free = vec![true; count];
        rows.matched.iter().for_each(|it| is_free[taken(it)] = false);
        (0..count).filter(|it| is_free[*it]).collect()
    };
    let old = free(coded.old.rows.len(), &|it| it.0);
    let new = free(coded.new.rows.len(), &|it| it.1);
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        return;
    }
    let label = |table: &Table, row: usize, new: bool| -> Label {
        let columns = key.iter().map(|&it| if new { coded.pairs[it].1 } else { coded.pairs[it].0 });
        Label::of(&columns.map(|it| canonical::cell(table, row, it).into_owned()).collect::<Vec<_>>())
    };
    let olds: Vec<Label> = old.iter().map(|&it| label(coded.old, it, false)).collect();
    let news: Vec<Label> = new.iter().map(|&it| label(coded.new, it, true)).collect();
    let worded =
        key.iter().any(|&it| matches!(coded.new.columns[coded.pairs[it].1].kind, ColumnType::Label | ColumnType::Text));
    let others = coded.codes.len() - key.len();
    let mut scored = Vec::new();
    for (a, &from) in old.iter().enumerate() {
        for (b, &to) in new.iter().enumerate() {
            let equal = coded.equal(from, to);
            let share = if equal >= 2 { ratio(equal, others) } else { 0.0 };
            let likeness = if worded { olds[a].likeness(&news[b]) } else { 0.0 };
            if likeness >= LABEL_MIN || (share >= CELLS_MIN && worded) {
                scored.push((f64::from(likeness) + share, a, b));
            }
        }
    }
    // What rows say decides between equals, not where they stand.
    let place = |it: &(f64, usize, usize)| (&olds[it.1].text, &news[it.2].text, it.1, it.2);
    scored.sort_by(|x, y| y.0.total_cmp(&x.0).then_with(|| place(x).cmp(&place(y))));
    let (mut old_free, mut new_free) = (vec![true; old.len()], vec![true; new.len()]);
    for (_, a, b) in scored {
        if old_free[a] && new_free[b] {
            (old_free[a], new_free[b]) = (false, false);
            rows.matched.push((old[a], new[b]));
        }
    }
    rows.matched.sort_by_key(|it| it.1);
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
        if self.digits != other.digits || self.folded.is_empty() || other.folded.is_empty() {
            return 0.0;
        }
        let (short, long) = (self.folded.len().min(other.folded.len()), self.folded.len().max(other.folded.len()));
        // The ratio cannot be higher than this, and is slow to find.
        if ratio(2 * short, short + long) < f64::from(LABEL_MIN) {
            return 0.0;
        }
        similar::TextDiff::from_chars(self.folded.as_str(), other.folded.as_str()).ratio()
    }
}

/// Finds a key where none is declared: the fewest first columns whose values
/// are there in every row and differ from row to row, in both tables.
pub(super) fn infer_key(coded: &Coded<'_>) -> Option<Vec<usize>> {
    const COLUMNS_MAX: usize = 12;
    let names_rows = |it: &usize| {
        let kind = |table: &Table, at: usize| table.columns[at].kind;
        let (old, new) = (kind(coded.old, coded.pairs[*it].0), kind(coded.new, coded.pairs[*it].1));
        let naming =
            |it: ColumnType| matches!(it, ColumnType::Label | ColumnType::Text | ColumnType::Date | ColumnType::Period);
        naming(old) && naming(new)
    };
    let mut candidates: Vec<usize> = (0..coded.pairs.len()).filter(names_rows).collect();
    candidates.sort_by_key(|&it| coded.pairs[it].1);
    candidates.truncate(COLUMNS_MAX);
    let mut sets: Vec<Vec<usize>> = candidates.iter().map(|&it| vec![it]).collect();
    for size in 1..=3_usize {
        if let Some(found) = sets.iter().find(|it| is_unique(coded, it)) {
            return Some(found.clone());
        }
        if size < 3 {
            let longer = |set: &Vec<usize>| {
                let last = candidates.iter().position(|it| Some(it) == set.last()).unwrap_or(0);
                candidates[last + 1..].iter().map(|&it| [set.as_slice(), &[it]].concat()).collect::<Vec<_>>()
            };
            sets = sets.iter().flat_map(longer).collect();
        }
    }
    None
}

fn is_unique(coded: &Coded<'_>, key: &[usize]) -> bool {
    [(coded.old.rows.len(), false), (coded.new.rows.len(), true)].into_iter().all(|(count, new)| {
        let mut seen = std::collections::HashSet::with_hasher(FixedState::default());
        (0..count).all(|row| {
            let key = coded.key_of(key, row, new);
            !key.contains(&NOTHING) && seen.insert(key)
        })
    })
}

/// The lines that rows stand in, in order.
pub(super) fn lines(table: &Table, rows: &[usize]) -> Vec<u32> {
    let line = |it: &usize| table.document.position(table.rows[*it].span.start).line;
    rows.iter().map(line).collect::<BTreeSet<u32>>().into_iter().collect()
}
