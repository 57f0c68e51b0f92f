//! Which column of one table is which of the other.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::Columns;
use super::codes::{Codes, NOTHING, longest_increasing};
use crate::source::read_as;
use crate::table::{Column, ColumnData, Decimal, Document, Table, canonical, fold};

/// So many shared rows say by their order whether two columns are one.
const ROWS_MIN: usize = 5;
/// So many bits of equal cells say that two columns are one; fewer where their
/// headings are alike.
const BITS_MIN: f64 = 12.0;
const BITS_NAMED_MIN: f64 = 5.0;
/// So many cells of columns that no name pairs are held against each other.
const CELLS_MAX: usize = 200_000_000;
/// So many values must be shared to take columns for one before rows are known.
const VALUES_MIN: usize = 4;
/// This share of shared cells must be alike for columns of other names.
const ALIKE_MIN: f64 = 0.8;
/// This rank agreement (Spearman's rho) tells one column of all new values.
const RANKS_MIN: f64 = 0.9;

/// Pairs of columns: old, new.
pub(super) type Pairs = Vec<(usize, usize)>;

/// Pairs columns by name, by name whatever its case and space, by heading.
pub(super) fn by_name(old: &Table, new: &Table) -> Pairs {
    let mut pairs: Pairs = Vec::new();
    let ways: [fn(&Column) -> String; 3] = [|it| it.name.clone(), |it| fold(&it.name), |it| fold(&it.heading)];
    for way in ways {
        let mut free: HashMap<String, Vec<usize>> = HashMap::new();
        for at in (0..new.columns.len()).rev().filter(|it| !pairs.iter().any(|pair| pair.1 == *it)) {
            free.entry(way(&new.columns[at])).or_default().push(at);
        }
        for at in 0..old.columns.len() {
            if pairs.iter().all(|it| it.0 != at)
                && let Some(found) = free.get_mut(&way(&old.columns[at])).and_then(Vec::pop)
            {
                pairs.push((at, found));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Reads columns alike that go together: one edition may have so many cells
/// that are no days or figures that its column is text.
pub(super) fn read_alike(old: &mut Cow<'_, Table>, new: &mut Cow<'_, Table>, pairs: &Pairs) {
    let rank = |it: &Column| match it.data {
        ColumnData::Dates(_) => 2,
        ColumnData::Numbers(_) => 1,
        ColumnData::Texts(_) => 0,
    };
    for &(from, to) in pairs {
        let (before, now) = ((&old.columns[from], &*old.document), (&new.columns[to], &*new.document));
        match rank(before.0).cmp(&rank(now.0)) {
            Ordering::Less => {
                if let Some(column) = read_as(before, now) {
                    old.to_mut().columns[from] = column;
                }
            }
            Ordering::Greater => {
                if let Some(column) = read_as(now, before) {
                    new.to_mut().columns[to] = column;
                }
            }
            Ordering::Equal => {
                if let Some(column) = ungrouped(now, before) {
                    new.to_mut().columns[to] = column;
                } else if let Some(column) = ungrouped(before, now) {
                    old.to_mut().columns[from] = column;
                }
            }
        }
    }
}

/// A column whose figures all have three decimals, which are thousands where the other edition
/// has most of these as whole numbers, and none of those as they are.
fn ungrouped(column: (&Column, &Document), other: (&Column, &Document)) -> Option<Column> {
    let (ColumnData::Numbers(own), ColumnData::Numbers(whole)) = (&column.0.data, &other.0.data) else { return None };
    let is_grouped = own.exponent == -3 && figures(column.0).all(|(row, _)| own.printed[row] == -3);
    if !is_grouped || whole.exponent < 0 {
        return None;
    }
    let known: HashSet<Decimal> = figures(other.0).map(|it| it.1).collect();
    let shared = |it: &Column| figures(it).filter(|it| known.contains(&it.1)).count();
    let read = (shared(column.0) == 0).then(|| read_as(column, other)).flatten()?;
    (2 * shared(&read) > figures(column.0).count()).then_some(read)
}

/// The figures of a column, each with its row.
fn figures(column: &Column) -> impl Iterator<Item = (usize, Decimal)> {
    (0..column.states.len()).filter_map(|row| Some((row, column.decimal(row)?.normal())))
}

/// Pairs columns that no name pairs, over rows that both tables have: by
/// their cells, then by the order that their figures put the rows in.
pub(super) fn by_content<'a>(
    tables: (&'a Table, &'a Table),
    pairs: &mut Pairs,
    rows: &[(usize, usize)],
    codes: &mut Codes<'a>,
) {
    for likeness in [alike as Likeness, ranks_agree as Likeness] {
        let free = |taken: Vec<usize>, count: usize| (0..count).filter(move |it| !taken.contains(it));
        let old: Vec<usize> = free(pairs.iter().map(|it| it.0).collect(), tables.0.columns.len()).collect();
        let new: Vec<usize> = free(pairs.iter().map(|it| it.1).collect(), tables.1.columns.len()).collect();
        if old.len() * new.len() * rows.len() > CELLS_MAX {
            return;
        }
        let mut scored: Vec<(f64, usize, usize)> = Vec::new();
        for &from in &old {
            for &to in &new {
                if tables.0.columns[from].kind == tables.1.columns[to].kind
                    && let Some(score) = likeness(tables, (from, to), rows, codes)
                {
                    scored.push((score, from, to));
                }
            }
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for &(score, from, to) in &scored {
            let taken = |it: &(usize, usize)| it.0 == from || it.1 == to;
            let rival = |it: &&(f64, usize, usize)| {
                (it.1 == from || it.2 == to) && (it.1, it.2) != (from, to) && (it.0 - score).abs() < 1e-9
            };
            if !pairs.iter().any(taken) && !scored.iter().any(|it| rival(&it)) {
                pairs.push((from, to));
            }
        }
    }
    pairs.sort_unstable();
}

type Likeness =
    for<'a, 'b> fn((&'a Table, &'a Table), (usize, usize), &'b [(usize, usize)], &mut Codes<'a>) -> Option<f64>;

/// The share of shared rows whose cells are alike, if it is high and says something.
fn alike<'a>(
    tables: (&'a Table, &'a Table),
    columns: (usize, usize),
    rows: &[(usize, usize)],
    codes: &mut Codes<'a>,
) -> Option<f64> {
    let (old, new) = codes.pair((tables.0, columns.0), (tables.1, columns.1));
    let same: Vec<&(usize, usize)> = rows.iter().filter(|it| old[it.0] == new[it.1] && old[it.0] != NOTHING).collect();
    let varied = same.iter().any(|it| old[it.0] != old[same[0].0]);
    let filled = rows.iter().filter(|it| old[it.0] != NOTHING || new[it.1] != NOTHING).count();
    let share = ratio(same.len(), filled);
    let bits: f64 = same.iter().map(|it| told(tables.1, it.1, columns.1)).sum();
    let headings = (&tables.0.columns[columns.0].heading, &tables.1.columns[columns.1].heading);
    let needed = if alike_names(headings.0, headings.1) { BITS_NAMED_MIN } else { BITS_MIN };
    (varied && share >= ALIKE_MIN && bits >= needed).then_some(share)
}

/// How much it tells that a cell is equal, in bits: about those of its digits.
fn told(table: &Table, row: usize, column: usize) -> f64 {
    const TEXT_BITS: f64 = 6.0;
    const MOST: f64 = 16.0;
    match table.columns[column].decimal(row) {
        Some(it) => crate::table::Decimal { exponent: 0, ..it.normal() }.nearest_float().abs().ln_1p().min(MOST),
        None => TEXT_BITS,
    }
}

/// Whether one heading is the other with something before or behind.
fn alike_names(old: &str, new: &str) -> bool {
    const SHORT: usize = 3;
    let (old, new) = (fold(old), fold(new));
    let (short, long) = if old.len() < new.len() { (old, new) } else { (new, old) };
    let shared = short.bytes().zip(long.bytes()).take_while(|it| it.0 == it.1).count();
    short.len() >= SHORT && (long.contains(&short) || shared * 5 >= long.len() * 4)
}

/// Pairs columns of names that no name pairs, and that have nearly all their
/// values in common: they may be the key, which has to be known first.
pub(super) fn by_values<'a>(tables: (&'a Table, &'a Table), pairs: &mut Pairs, codes: &mut Codes<'a>) {
    let naming = |table: &Table, at: usize| {
        use crate::table::ColumnType::{Count, Date, Integer, Label, Text};
        matches!(table.columns[at].kind, Label | Text | Date | Count | Integer)
    };
    let free = |table: &Table, taken: Vec<usize>| -> Vec<usize> {
        (0..table.columns.len()).filter(|it| !taken.contains(it) && naming(table, *it)).collect()
    };
    let old = free(tables.0, pairs.iter().map(|it| it.0).collect());
    let new = free(tables.1, pairs.iter().map(|it| it.1).collect());
    if old.len() * new.len() * (tables.0.rows.len() + tables.1.rows.len()) > CELLS_MAX {
        return;
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for &from in &old {
        for &to in new.iter().filter(|it| tables.0.columns[from].kind == tables.1.columns[**it].kind) {
            let (before, now) = codes.pair((tables.0, from), (tables.1, to));
            let set = |it: Vec<u32>| {
                let rows = it.len();
                let set: HashSet<u32, FixedState> = it.into_iter().filter(|it| *it != NOTHING).collect();
                (set.len() * 2 > rows).then_some(set)
            };
            let Some((before, now)) = set(before).zip(set(now)) else { continue };
            let shared = before.intersection(&now).count();
            if shared >= VALUES_MIN && ratio(shared, before.len().min(now.len())) >= ALIKE_MIN {
                found.push((from, to));
            }
        }
    }
    let alone = |it: &&(usize, usize)| found.iter().filter(|other| other.0 == it.0 || other.1 == it.1).count() == 1;
    pairs.extend(found.iter().filter(alone));
    pairs.sort_unstable();
}

/// Spearman's rank correlation over shared rows, if it is high.
fn ranks_agree<'a>(
    tables: (&'a Table, &'a Table),
    columns: (usize, usize),
    rows: &[(usize, usize)],
    _: &mut Codes<'a>,
) -> Option<f64> {
    let figure = |it: &(usize, usize)| {
        Some((tables.0.columns[columns.0].decimal(it.0)?, tables.1.columns[columns.1].decimal(it.1)?))
    };
    let figures: Vec<_> = rows.iter().filter_map(figure).collect();
    let (old, new): (Vec<f64>, Vec<f64>) =
        figures.iter().map(|it| (it.0.nearest_float(), it.1.nearest_float())).unzip();
    if figures.len() < ROWS_MIN || figures.len() * 5 < rows.len() * 4 {
        return None;
    }
    correlation(&ranks(&old), &ranks(&new)).filter(|it| *it >= RANKS_MIN)
}

/// Ranks from 1; ties share the mean of theirs.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    while start < order.len() {
        let same = order[start..].iter().take_while(|&&it| values[it].total_cmp(&values[order[start]]).is_eq()).count();
        for &it in &order[start..start + same] {
            ranks[it] = ratio(2 * start + same + 1, 2);
        }
        start += same;
    }
    ranks
}

/// Pearson's correlation; `None` where one side does not vary.
fn correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    let mean = |it: &[f64]| it.iter().sum::<f64>() / ratio(it.len(), 1);
    let (a, b) = (mean(left), mean(right));
    let (mut product, mut first, mut second) = (0.0, 0.0, 0.0);
    for (x, y) in left.iter().zip(right) {
        product += (x - a) * (y - b);
        first += (x - a).powi(2);
        second += (y - b).powi(2);
    }
    let spread = (first * second).sqrt();
    (spread > 0.0).then(|| product / spread)
}

#[expect(clippy::cast_precision_loss, reason = "likeness of fewer than 2^52 rows")]
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Says what happened to columns.
pub(super) fn changes(old: &Table, new: &Table, pairs: &Pairs) -> Columns {
    let name = |table: &Table, at: usize| table.columns[at].name.clone();
    let names = |table: &Table| (0..table.columns.len()).map(|it| name(table, it)).collect();
    let mut by_new: Pairs = pairs.clone();
    by_new.sort_by_key(|it| it.1);
    let olds: Vec<usize> = by_new.iter().map(|it| it.0).collect();
    let in_order = longest_increasing(&olds);
    let moved = (0..by_new.len()).filter(|it| !in_order.contains(it)).map(|it| name(new, by_new[it].1));
    let unpaired = |table: &Table, side: fn(&(usize, usize)) -> usize| -> Vec<String> {
        (0..table.columns.len())
            .filter(|at| !pairs.iter().any(|it| side(it) == *at))
            .filter(|at| table.columns[*at].name != canonical::UNDER || !pairs.is_empty())
            .map(|it| name(table, it))
            .collect()
    };
    let renamed = pairs.iter().map(|it| (name(old, it.0), name(new, it.1))).filter(|it| it.0 != it.1);
    Columns {
        old: names(old),
        new: names(new),
        added: unpaired(new, |it| it.1),
        removed: unpaired(old, |it| it.0),
        renamed: renamed.collect(),
        moved: moved.collect(),
    }
}
