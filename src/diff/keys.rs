//! Finds the columns that name a row, where neither a rule nor the user says so.

use std::collections::HashSet;

use foldhash::fast::FixedState;

use super::columns::ratio;
use super::identity::is_named_so;
use super::rows::Coded;
use super::value;
use crate::table::{Column, ColumnType};

/// So many columns are looked at, the first ones.
const COLUMNS_MAX: usize = 24;
/// So many columns make a key, at most.
const KEY_MAX: usize = 3;
/// So many are looked for in all rows of large files.
const SAMPLED_MAX: usize = 48;
/// Cells of more words than this are running text, by so many rows.
const PROSE_WORDS: usize = 3;
const PROSE_ROWS: usize = 200;
/// So many cells are read to find a key of several columns.
const CELLS_MAX: usize = 200_000_000;
/// Figures are a key where so many rows have them in common.
const WHOLE_MIN: f64 = 0.9;
/// A key that few rows share is taken for one only where no other is shared by more.
const SHARED_MIN: f64 = 0.5;

/// A key that was found: indexes into the pairs of columns.
#[derive(Default)]
pub(super) struct Found {
    pub(super) key: Option<Vec<usize>>,
    /// What is unique in both tables, and how many rows of both it matches.
    pub(super) tried: Vec<(Vec<usize>, usize)>,
}

/// What a column may be in a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Its heading says that it names things.
    Identifier,
    /// A label, text, day or period.
    Name,
    /// Whole numbers, which may count or name.
    Whole,
}

/// Finds the columns whose values are there in every row, differ from row to
/// row in both tables, and that most rows have in common: one column if that
/// is enough, else the fewest first ones.
///
/// Whole numbers under another heading than that of an identifier are a key
/// only where no name is one: figures seldom are, and then in the first column
/// or in nearly all rows.
pub(super) fn infer(coded: &Coded<'_>) -> Found {
    let mut candidates: Vec<(Part, usize)> =
        (0..coded.pairs.len()).filter_map(|it| Some((part(coded, it)?, it))).collect();
    candidates.sort_by_key(|it| (it.0, coded.pairs[it.1].1));
    candidates.truncate(COLUMNS_MAX);
    let least = coded.old.rows.len().min(coded.new.rows.len());
    let mut search = Search { coded, least, tried: Vec::new(), budget: CELLS_MAX };
    let key = search.run(&candidates);
    let best = search.tried.iter().max_by_key(|it| (it.1, std::cmp::Reverse(it.0.len())));
    let key = key.or_else(|| best.map(|it| it.0.clone()));
    Found { key, tried: search.tried }
}

/// The columns that may name rows, by the first rows of two tables that need have
/// none in common: what is unique in both, the likeliest first.
pub(super) fn infer_sampled(coded: &Coded<'_>) -> Vec<Vec<usize>> {
    let mut candidates: Vec<(Part, usize)> =
        (0..coded.pairs.len()).filter_map(|it| Some((part(coded, it)?, it))).collect();
    candidates.sort_by_key(|it| (it.0, coded.pairs[it.1].1));
    candidates.truncate(COLUMNS_MAX);
    let kind_of = |it: usize| candidates.iter().find(|known| known.1 == it).map(|it| it.0);
    let is_first = |it: usize| coded.pairs[it].1 == 0;
    let is_prose = |it: &usize| kind_of(*it) == Some(Part::Name) && is_prose(coded, *it);
    let stands_for_rows = |it: &&(Part, usize)| it.0 != Part::Whole || is_first(it.1);
    let single = candidates.iter().filter(stands_for_rows).map(|it| vec![it.1]);
    // Two numbers name a row where the first of all columns is one of them: an order, and its line.
    let whole: Vec<usize> = candidates.iter().filter(|it| it.0 == Part::Whole).map(|it| it.1).collect();
    let first = whole.iter().copied().find(|it| is_first(*it));
    let numbers = first
        .into_iter()
        .flat_map(|first| whole.iter().filter(move |it| **it != first).map(move |it| vec![first, *it]));
    let several = sets(&candidates, coded).into_iter().filter(|it| it.len() == 2);
    let mut all: Vec<Vec<usize>> = single.chain(several).chain(numbers).collect();
    // Running text is the last to name a row, figures in any column but the first come before it.
    let figures = |set: &[usize]| set.iter().filter(|it| kind_of(**it) == Some(Part::Whole) && !is_first(**it)).count();
    all.sort_by_key(|it| (it.iter().any(is_prose), it.len(), !it.iter().any(|it| is_first(*it)), figures(it)));
    all.retain(|it| shared(coded, it).is_some());
    all.truncate(SAMPLED_MAX);
    all
}

/// Whether the cells of a column are running text, by those of the new table.
fn is_prose(coded: &Coded<'_>, pair: usize) -> bool {
    let (table, column) = (coded.new, coded.pairs[pair].1);
    let rows = table.rows.len().min(PROSE_ROWS);
    let words = |row: usize| table.text(row, column).split_whitespace().count();
    rows > 0 && (0..rows).map(words).sum::<usize>() > rows * PROSE_WORDS
}

struct Search<'a> {
    coded: &'a Coded<'a>,
    /// The rows of the shorter table.
    least: usize,
    /// Keys with a name in them that were found, and how many rows share them.
    tried: Vec<(Vec<usize>, usize)>,
    budget: usize,
}

impl Search<'_> {
    /// A key that enough rows share; what falls short of that is tried.
    fn run(&mut self, candidates: &[(Part, usize)]) -> Option<Vec<usize>> {
        let (names, whole): (Vec<_>, Vec<_>) = candidates.iter().partition(|it| it.0 != Part::Whole);
        for &(_, it) in &names {
            let shared = self.shared(&[it]);
            if shared.is_some_and(|it| it == self.least) {
                return Some(vec![it]);
            }
        }
        let enough = |it: &&(Vec<usize>, usize)| ratio(it.1, self.least) >= SHARED_MIN;
        // The first of those that most rows share.
        let best = self.tried.iter().rev().filter(enough).max_by_key(|it| it.1);
        if let Some(it) = best {
            return Some(it.0.clone());
        }
        let loose = self.tried.iter().find(|it| ratio(shared_loosely(self.coded, it.0[0]), self.least) >= SHARED_MIN);
        if let Some(it) = loose {
            return Some(it.0.clone());
        }
        for set in sets(candidates, self.coded) {
            let cells = set.len() * (self.coded.rows(false) + self.coded.rows(true));
            if self.budget < cells {
                break;
            }
            self.budget -= cells;
            if self.shared(&set).is_some_and(|it| ratio(it, self.least) >= SHARED_MIN) {
                // What a number names alone needs no name beside it.
                let numbers: Vec<(Part, usize)> = whole.iter().copied().filter(|it| set.contains(&it.1)).collect();
                return self.whole(&numbers).or(Some(set));
            }
        }
        if self.tried.is_empty() { self.whole(&whole) } else { None }
    }

    /// How many rows share a key, if each row has one of its own.
    fn shared(&mut self, key: &[usize]) -> Option<usize> {
        let shared = shared(self.coded, key)?;
        self.tried.push((key.to_vec(), shared));
        Some(shared)
    }

    fn whole(&self, candidates: &[(Part, usize)]) -> Option<Vec<usize>> {
        let first = |it: usize| self.coded.pairs[it].1 == 0;
        let needed = |it: usize| if first(it) { SHARED_MIN } else { WHOLE_MIN };
        let is_key = |it: &usize| {
            self.least > 0 && shared(self.coded, &[*it]).is_some_and(|rows| ratio(rows, self.least) >= needed(*it))
        };
        candidates.iter().map(|it| it.1).find(is_key).map(|it| vec![it])
    }
}

/// What a pair of columns may be in a key, if anything.
fn part(coded: &Coded<'_>, pair: usize) -> Option<Part> {
    let (from, to) = coded.pairs[pair];
    let kinds = [&coded.old.columns[from], &coded.new.columns[to]];
    let name =
        |it: &&Column| matches!(it.kind, ColumnType::Label | ColumnType::Text | ColumnType::Date | ColumnType::Period);
    let whole = |it: &&Column| match it.kind {
        ColumnType::Count | ColumnType::Integer => true,
        // Programs write the numbers of a register as `1001.0` where one is missing.
        ColumnType::Amount => {
            (0..it.states.len()).filter_map(|row| it.decimal(row)).all(|it| it.normal().exponent >= 0)
        }
        _ => false,
    };
    let named = is_named_so(&coded.new.columns[to].heading) || is_named_so(&coded.new.columns[to].name);
    match () {
        () if named && kinds.iter().all(|it| name(it) || whole(it)) => Some(Part::Identifier),
        () if kinds.iter().all(name) => Some(Part::Name),
        () if kinds.iter().all(|it| name(it) || whole(it)) => Some(Part::Whole),
        () => None,
    }
}

/// Sets of two and three columns, in the order in which they are tried: those
/// that cannot tell so many rows apart, and figures alone, are left out.
fn sets(candidates: &[(Part, usize)], coded: &Coded<'_>) -> Vec<Vec<usize>> {
    let distinct: Vec<[usize; 2]> = candidates.iter().map(|it| coded.distinct(it.1)).collect();
    let rows = [coded.rows(false), coded.rows(true)];
    let mut sets: Vec<Vec<usize>> = (0..candidates.len()).map(|it| vec![it]).collect();
    let mut all: Vec<Vec<usize>> = Vec::new();
    for _ in 1..KEY_MAX {
        let longer = |set: &Vec<usize>| {
            let next = set.last().map_or(0, |it| it + 1);
            (next..candidates.len()).map(|it| [set.as_slice(), &[it]].concat()).collect::<Vec<_>>()
        };
        sets = sets.iter().flat_map(longer).collect();
        all.extend(sets.iter().cloned());
    }
    let tells = |set: &Vec<usize>| {
        (0..2).all(|side| set.iter().fold(1_usize, |all, it| all.saturating_mul(distinct[*it][side])) >= rows[side])
    };
    let figures = |set: &Vec<usize>| set.iter().all(|it| candidates[*it].0 == Part::Whole);
    let counts = |set: &Vec<usize>| set.iter().filter(|it| candidates[**it].0 == Part::Whole).count();
    all.retain(|it| tells(it) && !figures(it));
    all.sort_by_key(|it| (counts(it) > 0, it.len(), counts(it)));
    all.into_iter().map(|set| set.into_iter().map(|it| candidates[it].1).collect()).collect()
}

/// How many values of a column both tables have, zeros in front of numbers aside.
fn shared_loosely(coded: &Coded<'_>, pair: usize) -> usize {
    let values = |new: bool| -> HashSet<String, FixedState> {
        let (table, column) = if new { (coded.new, coded.pairs[pair].1) } else { (coded.old, coded.pairs[pair].0) };
        let numbers = (0..table.rows.len()).map(|row| value::identity((table, row, column)));
        let numbers = numbers.filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
        numbers.map(|it| it.trim_start_matches('0').to_owned()).collect()
    };
    values(false).intersection(&values(true)).count()
}

/// How many keys both tables have, if each row has one of its own.
fn shared(coded: &Coded<'_>, key: &[usize]) -> Option<usize> {
    let keys = |new: bool| {
        let mut seen = HashSet::with_hasher(FixedState::default());
        let all = (0..coded.rows(new)).all(|row| coded.key_of(key, row, new).is_some_and(|it| seen.insert(it)));
        all.then_some(seen)
    };
    let (old, new) = (keys(false)?, keys(true)?);
    Some(old.iter().filter(|it| new.contains(*it)).count())
}
