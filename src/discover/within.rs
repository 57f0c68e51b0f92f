//! Sums of columns that only the rows of one group follow: the counts of a table
//! that has averages in other rows.

use std::collections::BTreeMap;

use super::choose::choose;
use super::claim::{Claim, Lines, count};
use super::evaluate::glance;
use super::evidence::weigh;

/// Fewer rows of a group tell nothing.
const ROWS_MIN: usize = 6;
/// More groups are names, not kinds of rows.
const GROUPS_MAX: usize = 12;
/// Wider tables, and more columns of groups, would cost many searches.
const LANES_MAX: usize = 20;
const CHAINS_MAX: usize = 3;
/// Rows of other groups that are looked at.
const GLANCE: usize = 24;

/// The rows of one group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// The column of the table that names it.
    pub(super) column: usize,
    /// The first of its rows.
    pub(super) row: usize,
}

/// Sums that hold in one group and not in the others; `find` looks for all in the rows that it is given.
pub(super) fn sums(lines: &Lines<'_>, mut kept: Vec<Claim>, find: impl Fn(&Lines<'_>) -> Vec<Claim>) -> Vec<Claim> {
    let table = lines.sheet.table;
    let chains = if lines.all.len() > LANES_MAX { 0 } else { CHAINS_MAX };
    for chain in lines.sheet.chains.iter().take(chains) {
        let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for &row in &lines.places {
            groups.entry(table.text(row, chain.column).trim()).or_default().push(row);
            if groups.len() > GROUPS_MAX {
                break;
            }
        }
        if !(2..=GROUPS_MAX).contains(&groups.len()) {
            continue;
        }
        let number = count(groups.len());
        for places in groups.into_values().filter(|it| it.len() >= ROWS_MIN) {
            if lines.budget.is_spent() {
                return kept;
            }
            let group = Group { column: chain.column, row: places[0] };
            let (own, others) = (part(lines, |row| places.binary_search(&row).is_ok()), {
                part(lines, |row| places.binary_search(&row).is_err())
            });
            let found = find(&own).into_iter().filter(|it| is_of_group(it, &others)).map(|it| {
                let mut it = Claim { group: Some(group), tries: it.tries * number, ..it };
                weigh(&mut it, &own);
                it
            });
            kept = choose(found.collect(), &own, kept);
        }
    }
    kept
}

/// The same lines over some of the rows.
fn part<'a>(lines: &Lines<'a>, is_in: impl Fn(usize) -> bool) -> Lines<'a> {
    let some = |all: &[usize]| all.iter().copied().filter(|it| is_in(*it)).collect();
    Lines {
        sheet: lines.sheet,
        axis: lines.axis,
        all: lines.all.clone(),
        places: some(&lines.places),
        sampled: some(&lines.sampled),
        budget: lines.budget,
    }
}

/// Whether a claim that holds in its group holds mostly not in the other rows.
fn is_of_group(claim: &Claim, others: &Lines<'_>) -> bool {
    let (held, all) = glance(claim, others, GLANCE);
    all >= 3 && held * 3 <= all
}
