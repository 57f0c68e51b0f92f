//! Which printed row is a listed one under another label.
//!
//! The label tells, and the figures of the edition before. A pair is taken only
//! where no other row would do as well.

use super::RowCheck;
use crate::nearest::nearest;
use crate::table::{RowSchema, Table};

/// With more rows on a side nothing is compared: it is another table.
const ROWS_MAX: usize = 20;
/// Figures of one row differ by a quarter at most from edition to edition.
const NEAR: f64 = 0.25;
/// A single figure must be nearer than that, and in the same place.
const NEAR_ALONE: f64 = 0.1;
/// Counts that differ by no more are near, however small they are.
const NEAR_COUNT: f64 = 3.0;
/// One figure of a row is at least so large, or they say nothing.
const TELLING_MIN: f64 = 20.0;

/// What rows are compared by.
pub(super) struct Tables<'a> {
    pub(super) table: &'a Table,
    /// The table in the edition before.
    pub(super) before: Option<&'a Table>,
    /// The column that holds the labels.
    pub(super) label: usize,
    pub(super) listed: &'a [RowSchema],
    /// The printed row of each listed one.
    pub(super) taken: &'a [Option<usize>],
}

/// Makes one check of a row that is missing and one that is not listed, where
/// they are surely the same.
pub(super) fn join(checks: &mut Vec<RowCheck>, tables: &Tables<'_>) {
    let missing: Vec<usize> =
        checks.iter().filter_map(|it| if let RowCheck::Missing(at) = it { Some(*at) } else { None }).collect();
    let strangers: Vec<usize> =
        checks.iter().filter_map(|it| if let RowCheck::Unexpected(row) = it { Some(*row) } else { None }).collect();
    if missing.len().max(strangers.len()) > ROWS_MAX {
        return;
    }
    let pairs: Vec<(usize, usize)> = missing
        .iter()
        .filter_map(|&at| {
            let by_label = tables.by_label(at, &missing, &strangers);
            let by_figures = tables.by_figures(at, &missing, &strangers);
            let agree = by_label.is_none() || by_figures.is_none() || by_label == by_figures;
            by_label.or(by_figures).filter(|_| agree).map(|row| (at, row))
        })
        .collect();
    let alone = |row: usize| pairs.iter().filter(|it| it.1 == row).count() == 1;
    for &(at, row) in pairs.iter().filter(|it| alone(it.1)) {
        checks.retain(|it| *it != RowCheck::Unexpected(row));
        for it in checks.iter_mut().filter(|it| **it == RowCheck::Missing(at)) {
            *it = RowCheck::Renamed(at, row);
        }
    }
}

impl Tables<'_> {
    fn text(&self, row: usize) -> &str {
        self.table.text(row, self.label).trim()
    }

    /// Each is the nearest to the other, no other is as near, and their digits
    /// are the same: `District 2` is not another name of `District 1`.
    fn by_label(&self, listed: usize, missing: &[usize], strangers: &[usize]) -> Option<usize> {
        let name = self.listed[listed].name.as_str();
        let near = nearest(name, strangers.iter().map(|&it| self.text(it)))?;
        let back = nearest(near, missing.iter().map(|&it| self.listed[it].name.as_str()))?;
        let row = strangers.iter().copied().find(|&it| self.text(it) == near)?;
        let others = strangers.iter().filter(|it| **it != row).map(|&it| self.text(it));
        let rival = nearest(name, others).is_some_and(|it| likeness(name, it) >= likeness(name, near));
        (back == name && !rival && digits(near) == digits(name)).then_some(row)
    }

    /// Its figures are near those of the edition before, and no others are.
    fn by_figures(&self, listed: usize, missing: &[usize], strangers: &[usize]) -> Option<usize> {
        let near = |at: usize, row: usize| self.is_near(at, row);
        let mut rows = strangers.iter().copied().filter(|&row| near(listed, row));
        let row = rows.next()?;
        let alone = rows.next().is_none() && missing.iter().filter(|it| near(**it, row)).count() == 1;
        alone.then_some(row)
    }

    /// Whether the figures of a printed row are near those that a listed one had.
    fn is_near(&self, listed: usize, row: usize) -> bool {
        let Some(before) = self.before else { return false };
        let it = &self.listed[listed];
        let Some(then) = before.find_row(&it.name, it.under.as_deref()) else { return false };
        let figures = self.table.columns.iter().filter_map(|column| {
            let old = before.column(&column.name)?;
            Some((column.decimal(row)?.nearest_float(), before.columns[old].decimal(then)?.nearest_float()))
        });
        let figures: Vec<(f64, f64)> = figures.collect();
        let all_within = |share: f64| {
            figures.iter().all(|it| (it.0 - it.1).abs() <= NEAR_COUNT.max(share * it.0.abs().max(it.1.abs())))
        };
        let telling = figures.iter().any(|it| it.0.abs().min(it.1.abs()) >= TELLING_MIN);
        match figures.len() {
            0 => false,
            1 => telling && all_within(NEAR_ALONE) && self.stands_alone(listed, row),
            _ => telling && all_within(NEAR),
        }
    }

    /// Whether a row stands where a listed one would: between the same rows.
    fn stands_alone(&self, listed: usize, row: usize) -> bool {
        let above = self.taken[..listed].iter().rev().find_map(|it| *it);
        let below = self.taken[listed + 1..].iter().find_map(|it| *it);
        above.is_none_or(|it| it < row) && below.is_none_or(|it| it > row)
    }
}

fn likeness(one: &str, other: &str) -> f32 {
    similar::TextDiff::from_chars(one.to_lowercase().as_str(), other.to_lowercase().as_str()).ratio()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
