//! What an edition looks like beside those before it, for a report: its
//! series with their ranges, and what changed since the last one.

use std::sync::Arc;

use super::assemble::Run;
use crate::diff::{self, Diff, Side};
use crate::error::Result;
use crate::history::{Calendar, Correction, Course, Grade, Wanted, judge_edition};
use crate::table::Edition;

/// Larger tables are data, and no table of a report.
const ROWS_MAX: usize = 2_000;
/// So many of the last figures of a series are kept.
const POINTS_MAX: usize = 60;

/// An edition beside those before it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Its series that an earlier edition has, too.
    pub series: Vec<SeenSeries>,
    /// What changed since the edition before.
    pub changes: Diff,
}

/// One series, with the range of its last figure.
#[derive(Clone, Debug)]
pub struct SeenSeries {
    /// Table, row and column.
    pub name: [String; 3],
    /// The last figures for a full period, oldest first.
    pub rates: Vec<f64>,
    /// The figure as printed.
    pub text: String,
    /// The smallest ordinary figure.
    pub low: f64,
    /// The largest one.
    pub high: f64,
    /// How much of a period the last figure covers.
    pub exposure: f64,
    /// In plain words.
    pub grade: Grade,
}

/// Looks at an edition; `None` where nothing is before it.
pub(super) fn see(run: &Run<'_>) -> Result<Option<Seen>> {
    let Some(last) = run.past.first() else { return Ok(None) };
    let edition = &run.edition;
    let calendar = run.dataset.map_or(&Calendar::WEEKS, |it| &it.calendar);
    let small = |it: &usize| edition.tables[*it].rows.len() <= ROWS_MAX && edition.tables[*it].can_be_followed();
    let all = (0..edition.tables.len()).filter(small);
    let wanted: Vec<Wanted<'_>> = all.map(Wanted::all).collect();
    let (series, verdicts) =
        judge_edition(edition, run.history(), &wanted, calendar, Correction::Hochberg, &mut Course::default());
    let seen = series.iter().zip(&verdicts.judged).filter_map(|(it, judged)| {
        let (table, judged) = (&edition.tables[it.table], (*judged)?);
        let (low, high) = judged.range();
        let line = &it.asked.line;
        let newest_first = std::iter::once(&line.now).chain(&line.before).take(POINTS_MAX);
        let mut rates: Vec<f64> = newest_first.map(|it| it.observed / it.exposure).collect();
        rates.reverse();
        Some(SeenSeries {
            name: [table.name.clone(), table.row_name(it.row), table.columns[it.column].name.clone()],
            rates,
            text: table.text(it.row, it.column).trim().to_owned(),
            low,
            high,
            exposure: line.now.exposure,
            grade: judged.grade,
        })
    });
    let side = |it: &Edition, name: &str| Side {
        name: name.to_owned(),
        dataset: Some(run.dataset_name().to_owned()),
        period: it.period,
        coverage: it.coverage,
    };
    let tables = |it: &Edition| it.tables.iter().filter(|it| it.rows.len() <= ROWS_MAX).cloned().collect::<Vec<_>>();
    let (old, new) = (&last.edition, Arc::clone(edition));
    let mut changes = diff::diff(
        (side(old, "before"), &tables(old)),
        (side(&new, "now"), &tables(&new)),
        &diff::Options { values_only: true, ..diff::Options::default() },
    )?;
    diff::judge(&mut changes, old, &new, &run.past, calendar);
    Ok(Some(Seen { series: seen.collect(), changes }))
}
