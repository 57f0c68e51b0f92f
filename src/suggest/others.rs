//! Parts, codes, keys, percentages, and counts that never fall.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::support::columns;
use super::{Suggestion, Unit, column_sql, quoted, quoted_list, slug, suggestion};
use crate::table::{ColumnType, Decimal, Exact, Table};

/// So many different texts in a column are a list of codes, at most.
const CODES_MAX: usize = 12;
/// So many rows a text, a percentage or a key must have been seen in.
pub(super) const ROWS_MIN: usize = 20;
/// Of so many columns every pair is compared.
const COLUMNS_MAX: usize = 100;
/// Larger tables are judged by their first rows.
pub(super) const ROWS_MAX: usize = 2_000;

/// Proposes what is no sum.
///
/// `added` are parts and totals that a sum is proposed for: it says more.
pub(super) fn find(editions: &[&Table], added: &[(String, String)]) -> Vec<Suggestion> {
    let mut found = parts(editions, added);
    found.extend(percentages(editions));
    found.extend(codes(editions));
    found.extend(keys(editions));
    found.extend(cumulative(editions));
    found
}

/// Pairs of counts, one never above the other, where rows put together by
/// chance would often have it the other way; without those that others imply.
fn parts(editions: &[&Table], added: &[(String, String)]) -> Vec<Suggestion> {
    let mut names = columns(editions, |it| it == ColumnType::Count);
    names.truncate(COLUMNS_MAX);
    let known = Known::of(added);
    let figures: Vec<Vec<Option<Exact>>> = names.iter().map(|it| figures(editions, it)).collect();
    #[expect(clippy::cast_precision_loss, reason = "few columns")]
    let tried = ((names.len() * names.len()) as f64).log10();
    let mut found: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (part, name) in names.iter().enumerate() {
        let may_be = |it: &usize| *it != part && !known.decides(name, &names[*it]) && !is_series(name, &names[*it]);
        for whole in (0..names.len()).filter(may_be) {
            let chance = never_above(&figures[part], &figures[whole]).map(|it| it + tried);
            found.extend(chance.filter(|it| *it <= super::CHANCE_MAX).map(|it| ((part, whole), it)));
        }
    }
    let holds =
        |part: usize, whole: usize| found.contains_key(&(part, whole)) || known.is_in(&names[part], &names[whole]);
    let is_implied = |it: &(usize, usize)| (0..names.len()).any(|between| holds(it.0, between) && holds(between, it.1));
    let told = |((part, whole), chance): (&(usize, usize), &f64)| {
        let (part, whole) = (&names[*part], &names[*whole]);
        let check = format!("part  = {}", quoted(&format!("{} <= {}", column_sql(part), column_sql(whole))));
        suggestion(format!("{}-within-{}", slug(part), slug(whole)), check, Unit::Checks, *chance)
    };
    found.iter().filter(|it| !is_implied(it.0)).map(told).collect()
}

/// The chance that one column is nowhere above another by accident, as a power
/// of ten; `None` where it is, or where there is too little to tell.
fn never_above(parts: &[Option<Exact>], wholes: &[Option<Exact>]) -> Option<f64> {
    // Most pairs fail in one of the first rows: only the others are gone through.
    let both = || parts.iter().zip(wholes).filter_map(|it| it.0.as_ref().zip(it.1.as_ref()));
    if both().any(|it| it.0 > it.1) || both().count() < 5 || both().all(|it| it.0 == it.1) {
        return None;
    }
    let mut wholes: Vec<&Exact> = both().map(|it| it.1).collect();
    wholes.sort();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand at most")]
    let fits = |it: &Exact| {
        let below = wholes.partition_point(|whole| **whole < *it);
        (wholes.len() - below) as f64 / wholes.len() as f64
    };
    Some(both().map(|it| fits(it.0).max(1e-9).log10()).sum())
}

/// What sums say of pairs of columns: of each column the totals that it is in,
/// with the part of that total that holds it.
struct Known<'a>(HashMap<&'a str, HashMap<&'a str, HashSet<&'a str>>>);

impl<'a> Known<'a> {
    fn of(added: &'a [(String, String)]) -> Self {
        let mut totals: HashMap<&str, Vec<&str>> = HashMap::new();
        for (part, total) in added {
            totals.entry(part).or_default().push(total);
        }
        let mut known: HashMap<&str, HashMap<&str, HashSet<&str>>> = HashMap::new();
        for start in totals.keys() {
            let (mut open, mut seen) = (vec![*start], HashSet::new());
            while let Some(part) = open.pop().filter(|it| seen.insert(*it)) {
                for total in totals.get(part).into_iter().flatten() {
                    known.entry(start).or_default().entry(total).or_default().insert(part);
                    open.push(total);
                }
            }
        }
        Self(known)
    }

    /// Whether a sum says all there is to say: the one is in the other, or both
    /// are in different parts of one total, and which is larger is no rule.
    fn decides(&self, part: &str, whole: &str) -> bool {
        let Some(totals) = self.0.get(part) else { return false };
        let others = self.0.get(whole);
        let apart = |(total, through): (&&str, &HashSet<&str>)| {
            others.and_then(|it| it.get(*total)).is_some_and(|it| it.is_disjoint(through))
        };
        self.is_in(part, whole) || totals.iter().any(apart)
    }

    /// Whether one column is counted in another.
    fn is_in(&self, part: &str, whole: &str) -> bool {
        self.0.get(part).is_some_and(|it| it.contains_key(whole))
    }
}

/// Whether two headings differ in their digits only: years and quarters of one
/// series are no parts of each other, however they grow.
fn is_series(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|it| !it.is_ascii_digit()).collect::<String>();
    one.bytes().any(|it| it.is_ascii_digit()) && plain(one) == plain(other)
}

/// The figures of a column: of each edition the first rows, with their gaps.
pub(super) fn figures(editions: &[&Table], name: &str) -> Vec<Option<Exact>> {
    let of = |table: &&Table| -> Vec<Option<Exact>> {
        let Some(column) = table.column(name) else { return Vec::new() };
        let rows = 0..table.rows.len().min(ROWS_MAX);
        rows.map(|row| table.columns[column].decimal(row).map(Decimal::exact)).collect()
    };
    editions.iter().flat_map(of).collect()
}

fn percentages(editions: &[&Table]) -> Vec<Suggestion> {
    let zero = Decimal::whole(0).exact();
    let hundred = Decimal::whole(100).exact();
    let within = |name: &String| {
        let all: Vec<Exact> = figures(editions, name).into_iter().flatten().collect();
        (all.len() >= ROWS_MIN && all.iter().all(|it| *it >= zero && *it <= hundred)).then_some(())
    };
    let told = |name: String| {
        within(&name)?;
        let check = format!("range = {{ columns = {}, min = 0, max = 100 }}", quoted_list(std::slice::from_ref(&name)));
        Some(suggestion(format!("{}-is-a-share", slug(&name)), check, Unit::Checks, -4.0))
    };
    columns(editions, |it| it == ColumnType::Percent).into_iter().filter_map(told).collect()
}

fn codes(editions: &[&Table]) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for column in columns(editions, |it| matches!(it, ColumnType::Text | ColumnType::Label)) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for table in editions {
            let Some(at) = table.column(&column) else { continue };
            for row in (0..table.rows.len()).filter(|&it| table.columns[at].states[it].has_value()) {
                *seen.entry(table.text(row, at)).or_default() += 1;
            }
        }
        let count: usize = seen.values().sum();
        if rows_if_unique(editions, std::slice::from_ref(&column)).is_some() {
            // It names rows: a list of them belongs to the table.
            continue;
        }
        if seen.len() < 2 || seen.len() > CODES_MAX || count < ROWS_MIN.max(seen.len() * 5) {
            continue;
        }
        // That a code so often looked for has not come up yet (Laplace's rule
        // would say once in so many rows).
        #[expect(clippy::cast_precision_loss, reason = "rows are counted")]
        let chance = -(count as f64 / seen.len() as f64);
        let values: Vec<String> = seen.keys().map(|it| (*it).to_owned()).collect();
        let check = format!("codes = {{ column = {}, values = {} }}", quoted(&column), quoted_list(&values));
        found.push(suggestion(format!("{}-is-listed", slug(&column)), check, Unit::Checks, chance));
    }
    found
}

/// One column, or two, whose values no two rows of an edition share.
fn keys(editions: &[&Table]) -> Vec<Suggestion> {
    let names = columns(editions, |it| !it.is_number());
    let single = names.iter().map(|it| vec![it.clone()]);
    let double = names
        .iter()
        .enumerate()
        .flat_map(|(at, one)| names[at + 1..].iter().map(|other| vec![one.clone(), other.clone()]).collect::<Vec<_>>());
    let is_key = |key: &Vec<String>| rows_if_unique(editions, key).is_some_and(|it| it >= ROWS_MIN);
    let told = |key: Vec<String>| {
        let check = format!("unique = {}", quoted_list(&key));
        suggestion(format!("one-row-per-{}", slug(&key.join(" "))), check, Unit::Checks, -4.0)
    };
    single.chain(double).find(is_key).map(told).into_iter().collect()
}

fn rows_if_unique(editions: &[&Table], key: &[String]) -> Option<usize> {
    let mut count = 0;
    for table in editions {
        let columns: Option<Vec<usize>> = key.iter().map(|it| table.column(it)).collect();
        let columns = columns?;
        let mut seen: HashSet<Vec<&str>> = HashSet::new();
        for row in 0..table.rows.len() {
            let cells: Vec<&str> = columns.iter().map(|&it| table.text(row, it)).collect();
            if cells.iter().any(|it| it.trim().is_empty()) || !seen.insert(cells) {
                return None;
            }
        }
        count += table.rows.len();
    }
    Some(count)
}

/// Counts that never fall from one edition to the next; editions come in order.
fn cumulative(editions: &[&Table]) -> Vec<Suggestion> {
    let mut found = Vec::new();
    let names = columns(editions, |it| it == ColumnType::Count);
    for column in names.iter().filter(|_| editions.len() >= 4) {
        let (mut rises, mut falls) = (0_usize, 0_usize);
        for pair in editions.windows(2) {
            let (Some(then), Some(now)) = (pair[0].column(column), pair[1].column(column)) else { continue };
            let before: HashMap<String, usize> = (0..pair[0].rows.len()).map(|it| (pair[0].row_name(it), it)).collect();
            for row in 0..pair[1].rows.len() {
                let Some(&old) = before.get(&pair[1].row_name(row)) else { continue };
                let figures = (pair[0].columns[then].decimal(old), pair[1].columns[now].decimal(row));
                let (Some(old), Some(new)) = figures else { continue };
                rises += usize::from(new.exact() > old.exact());
                falls += usize::from(new.exact() < old.exact());
            }
        }
        if falls > 0 || rises == 0 {
            continue;
        }
        #[expect(clippy::cast_precision_loss, reason = "rows are counted")]
        let chance = (names.len() as f64).log10() - rises as f64 * 2_f64.log10();
        let check = format!("cumulative = {{ columns = {} }}", quoted_list(std::slice::from_ref(column)));
        found.push(suggestion(format!("{}-never-falls", slug(column)), check, Unit::Checks, chance));
    }
    found
}
