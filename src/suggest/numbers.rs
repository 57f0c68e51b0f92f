//! Ranges of numbers, and percentages that add up.

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};

use super::others::{ROWS_MIN, figures};
use super::support::columns;
use super::{Suggestion, Unit, quoted, quoted_list, slug, suggestion};
use crate::table::{ColumnType, Decimal, Exact, Table, show_exact};

/// So many parts at least make a whole.
const PARTS_MIN: usize = 3;

/// Proposes ranges, and percentages that make a whole.
pub(super) fn find(editions: &[&Table]) -> Vec<Suggestion> {
    let mut found = ranges(editions);
    found.extend(whole(editions));
    found
}

#[expect(clippy::cast_precision_loss, reason = "rows are counted")]
fn log(count: usize) -> f64 {
    (count.max(1) as f64).log10()
}

/// Columns whose ends are met again and again: scales, not sizes.
fn ranges(editions: &[&Table]) -> Vec<Suggestion> {
    let kinds = |it| matches!(it, ColumnType::Count | ColumnType::Integer | ColumnType::Amount);
    let names = columns(editions, kinds);
    let keyed = |name: &str| editions.iter().any(|it| it.column(name).is_some_and(|at| it.key.contains(&at)));
    let told = |name: &String| {
        let values: Vec<Exact> = figures(editions, name).into_iter().flatten().collect();
        let scale = Scale::of(&values)?;
        let counts = editions[0].columns[editions[0].column(name)?].kind == ColumnType::Count;
        // A count is never below nothing: that goes without saying.
        let natural = counts && scale.low.is_zero();
        let chance = if natural { scale.above } else { scale.above.max(scale.below) };
        let low = if natural { String::new() } else { format!("min = {}, ", show_exact(&scale.low)) };
        let list = quoted_list(std::slice::from_ref(name));
        let check = format!("range = {{ columns = {list}, {low}max = {} }}", show_exact(&scale.high));
        Some(suggestion(format!("{}-in-range", slug(name)), check, Unit::Checks, chance + log(2 * names.len())))
    };
    names.iter().filter(|it| !keyed(it)).filter_map(told).collect()
}

/// How often a value is there.
#[derive(Clone, Copy, Default)]
struct Times {
    rows: usize,
    /// Several on end are one.
    runs: usize,
}

/// The ends of a column, and how probable values beyond them are that have not
/// come up, as powers of ten.
struct Scale {
    low: Exact,
    high: Exact,
    below: f64,
    above: f64,
}

impl Scale {
    /// Looks at values in printed order.
    fn of(values: &[Exact]) -> Option<Self> {
        let mut times: BTreeMap<&Exact, Times> = BTreeMap::new();
        // The same value several times on end is one case of it: rows are in groups.
        for run in values.chunk_by(|one, other| one == other) {
            let times = times.entry(&run[0]).or_default();
            (times.runs, times.rows) = (times.runs + 1, times.rows + run.len());
        }
        let known: Vec<(&Exact, Times)> = times.into_iter().collect();
        if values.len() < ROWS_MIN || known.len() < 2 {
            return None;
        }
        // Years and numbers go on: what mostly steps to the next value has no end.
        let at = |it: &Exact| known.binary_search_by(|known| known.0.cmp(it)).unwrap_or(0);
        let steps = values.windows(2).filter(|it| at(&it[1]) == at(&it[0]) + 1).count();
        if steps * 2 > values.len() {
            return None;
        }
        let ([first, second, ..], [.., other, last]) = (&known[..], &known[..]) else { return None };
        Some(Self {
            low: first.0.clone(),
            high: last.0.clone(),
            below: beyond(first.1, second.1),
            above: beyond(last.1, other.1),
        })
    }
}

/// The chance that a value beyond an end is there and has not come up: it would
/// be expected as often as the end, less what frequencies fall by towards it.
#[expect(clippy::cast_precision_loss, reason = "rows are counted")]
fn beyond(end: Times, inner: Times) -> f64 {
    let fall = (end.rows as f64 / inner.rows as f64).min(1.0);
    -(end.runs as f64) * fall * std::f64::consts::LOG10_E
}

fn unit(figure: Decimal) -> Exact {
    Decimal { units: 1, exponent: figure.exponent }.exact()
}

/// Percentages that add up to 100 in every edition.
fn whole(editions: &[&Table]) -> Vec<Suggestion> {
    let percents = columns(editions, |it| it == ColumnType::Percent);
    let told = |name: &String| {
        let mut chance = log(percents.len());
        for table in editions {
            let column = table.column(name)?;
            let rows = 0..table.rows.len();
            let figures: Vec<Decimal> = rows.filter_map(|row| table.columns[column].decimal(row)).collect();
            let several = figures.iter().filter(|it| it.units != 0).count() >= PARTS_MIN;
            let sum = figures.iter().fold(Exact::zero(), |sum, it| sum + it.exact());
            let room = figures.iter().fold(Exact::zero(), |sum, it| sum + unit(*it));
            let off = (sum - Decimal::whole(100).exact()).abs();
            // Each was rounded by half a unit at most.
            if !several || off * Decimal::whole(2).exact() > room {
                return None;
            }
            // Any other sum up to twice as much would have been as good.
            let room: f64 = figures.iter().map(|it| 10_f64.powi(i32::from(it.exponent))).sum();
            chance += (room / 200.0).min(1.0).log10();
        }
        let check = format!("share = {{ percent = {}, sums_to = 100 }}", quoted(name));
        Some(suggestion(format!("{}-makes-a-whole", slug(name)), check, Unit::Checks, chance))
    };
    percents.iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(list: impl IntoIterator<Item = i128>) -> Vec<Exact> {
        list.into_iter().map(|it| Decimal::whole(it).exact()).collect()
    }

    #[test]
    fn a_scale_has_ends_and_a_size_has_none() {
        // Marks of 1 to 5, in no order.
        let marks = Scale::of(&values((0..200).map(|it| 1 + it * 7 % 11 % 5))).unwrap();
        assert!(marks.above < -6.0 && marks.below < -6.0, "{} {}", marks.above, marks.below);
        // Rare events: one is common, two would be no surprise.
        let rare = Scale::of(&values((0..200).map(|it| i128::from(it % 11 == 0)))).unwrap();
        assert!(rare.above > -1.0, "{}", rare.above);
        // Years, by region.
        assert!(Scale::of(&values((0..200).map(|it| 2000 + it % 20))).is_none());
        // One number a row.
        let sizes = Scale::of(&values((0..200).map(|it| it * 37 % 199))).unwrap();
        assert!(sizes.above > -1.0);
    }
}
