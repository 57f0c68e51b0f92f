//! One cause of many unusual figures: a column that stands one row off, or two
//! columns in each other's place, where history shows what each should be.
//!
//! A figure that fits the expected range of the row above or below, and not its
//! own, says little; a run of them that takes fewer words to tell than so many
//! separate slips is one cause, as in `repair::common`.

use std::collections::{BTreeMap, HashMap};

use super::evidence::{RANGE, heavy};
use super::system::{Past, Usual};
use super::{JudgedRule, Run, told};
use crate::finding::{Cause, Ranked, Repair};
use crate::repair::Ratio;
use crate::rules::{Cell, Dataset, Mark};
use crate::table::{Decimal, Table};

/// A run is of so many rows at least…
const ROWS_MIN: usize = 3;
/// …of which so many in a hundred have to be usual where they belong.
const USUAL_PERCENT: usize = 80;
/// So many of them are findings.
const FINDINGS_MIN: usize = 2;
/// So many columns with findings on each side may be the one exchanged.
const BESIDE: usize = 8;
/// What it takes to tell any cause, in natural logarithms, and to be sure.
const COST: f64 = 7.0;

/// A finding of what is unusual, by number of the rule held, and check.
type Check = (usize, usize);

/// The columns of each table with unusual figures, with their rows.
type Columns = BTreeMap<(usize, usize), BTreeMap<usize, Vec<Check>>>;

/// What was found of one column, or of two.
struct Line {
    /// By how many rows each figure stands too low: minus one is too high.
    off: i8,
    /// The column that it is exchanged with.
    with: Option<usize>,
    rows: [usize; 2],
    gain: f64,
}

impl Line {
    /// Whether it tells the finding of a row; the row before a line that is one
    /// off has the figure that pushed it.
    fn covers(&self, row: usize) -> bool {
        let [first, last] = self.rows;
        let beside = row.checked_add_signed(isize::from(self.off)).unwrap_or(row);
        (first..=last).contains(&row) || (first..=last).contains(&beside)
    }
}

/// Says what happened to whole columns, by number of the rule held, and check.
pub(super) fn find(run: &Run<'_>, dataset: &Dataset, held: &[JudgedRule<'_>]) -> HashMap<Check, (Cause, Vec<Repair>)> {
    let mut columns = Columns::new();
    for (number, it) in held.iter().enumerate().filter(|it| it.1.rule.kind == "usual") {
        let failing: Vec<usize> = (0..it.judged.marks.len()).filter(|&at| it.judged.marks[at] == Mark::Fails).collect();
        let context = it.judged.context(&run.edition);
        for (check, cell) in failing.iter().zip(it.rule.check.cells(&context, &failing)) {
            let Some(cell) = cell else { continue };
            let rows = columns.entry((cell.table, cell.column)).or_default();
            rows.entry(cell.row).or_default().push((number, *check));
        }
    }
    let mut causes = HashMap::new();
    if columns.values().all(|it| it.len() < FINDINGS_MIN) {
        return causes;
    }
    let past = &Past::of(run, dataset);
    for (&(at, column), rows) in columns.iter().filter(|it| it.1.len() >= FINDINGS_MIN) {
        let looked = Looked { past, at, table: &run.edition.tables[at], column };
        let before = columns.range((at, 0)..(at, column)).rev().take(BESIDE);
        let others = before.chain(columns.range((at, column + 1)..(at, usize::MAX)).take(BESIDE)).map(|it| it.0.1);
        let found = [1, -1].into_iter().filter_map(|off| looked.shifted(off));
        let found = found.chain(others.filter_map(|it| looked.exchanged(it)));
        let Some(best) = found.reduce(|best, it| if best.gain >= it.gain { best } else { it }) else { continue };
        let own: Vec<(usize, &Vec<Check>)> =
            rows.iter().filter(|it| best.covers(*it.0)).map(|it| (*it.0, it.1)).collect();
        if own.len() < FINDINGS_MIN {
            continue;
        }
        for (row, checks) in own {
            let cause = looked.told(&best, row);
            causes.extend(checks.iter().map(|it| (*it, (cause.clone(), Vec::new()))));
        }
    }
    causes
}

/// One column of a table.
struct Looked<'a> {
    past: &'a Past,
    at: usize,
    table: &'a Table,
    column: usize,
}

impl Looked<'_> {
    fn figure(&self, row: usize, column: usize) -> Option<Decimal> {
        self.table.columns[column].decimal(row)
    }

    /// How well a figure fits what is expected in a row, as a natural logarithm,
    /// and whether it is usual there.
    fn fit(&self, figure: Decimal, row: usize, column: usize) -> Option<(f64, bool)> {
        let cell = Cell { table: self.at, row, column };
        let usual = self.past.usual_at(cell).or_else(|| {
            // Of a figure that was not judged, the edition before still says something.
            let before = Ratio::of(self.past.before_at(cell)?).approximate();
            let away = before.abs() / 4.0;
            Some(Usual { expected: before, low: before - away, high: before + away })
        })?;
        let spread = ((usual.high - usual.low) / 2.0 / RANGE).max(usual.expected.abs() * 1e-6).max(1e-9);
        let off = (Ratio::of(figure).approximate() - usual.expected) / spread;
        Some((heavy(off) - spread.ln(), usual.has(figure)))
    }

    /// How much better the figure of a row fits another cell, and whether it is usual there.
    fn gain(&self, row: usize, column: usize, to: (usize, usize)) -> Option<(f64, bool)> {
        let figure = self.figure(row, column)?;
        let (own, there) = (self.fit(figure, row, column)?, self.fit(figure, to.0, to.1)?);
        Some((there.0 - own.0, there.1))
    }

    /// Whether the column stands one row too low from one row to another, or too high.
    fn shifted(&self, off: i8) -> Option<Line> {
        let gains: Vec<Option<(f64, bool)>> = (0..self.table.rows.len())
            .map(|row| {
                let from = row.checked_add_signed(-isize::from(off)).filter(|it| *it < self.table.rows.len())?;
                self.gain(row, self.column, (from, self.column))
            })
            .collect();
        let (rows, gain) = best_run(&gains)?;
        Some(Line { off, with: None, rows, gain })
    }

    /// Whether it stands in the place of another column from one row to another.
    fn exchanged(&self, with: usize) -> Option<Line> {
        let both = |row: usize| {
            let one = self.gain(row, self.column, (row, with))?;
            let other = self.gain(row, with, (row, self.column))?;
            Some((one.0 + other.0, one.1 && other.1))
        };
        let gains: Vec<Option<(f64, bool)>> = (0..self.table.rows.len()).map(both).collect();
        let (rows, gain) = best_run(&gains)?;
        Some(Line { off: 0, with: Some(with), rows, gain })
    }

    fn told(&self, line: &Line, row: usize) -> Cause {
        let name = |it: usize| self.table.row_name(it);
        let (column, [first, last]) = (&self.table.columns[self.column].name, line.rows.map(name));
        let common = match (line.with, line.off) {
            (Some(with), _) => {
                let mut both = [column, &self.table.columns[with].name];
                both.sort();
                let [one, other] = both;
                format!("{one} and {other} are swapped in rows {first} to {last}: each fits the other")
            }
            (None, 1) => {
                let extra = self.extra(line.rows[0].checked_sub(1));
                format!("{column} is one row too low from {first} to {last}: each figure fits the row above{extra}")
            }
            (None, _) => {
                let extra = self.extra(Some(line.rows[1] + 1));
                format!("{column} is one row too high from {first} to {last}: each figure fits the row below{extra}")
            }
        };
        let from =
            row.checked_add_signed(isize::from(line.off)).filter(|it| (line.rows[0]..=line.rows[1]).contains(it));
        let meant = match line.with {
            Some(with) => self.figure(row, with),
            None => from.and_then(|it| self.figure(it, self.column)),
        };
        let figure = told::suspect_at(self.table, (row, self.column));
        let usual = meant.and_then(|it| Some(self.fit(it, row, self.column)?.1));
        let ranked = Ranked {
            value: self.figure(row, self.column).map(|it| it.to_string()),
            requires: meant.map(|it| it.to_string()),
            printed: meant.map_or(String::new(), |it| told::printed(it, &figure.text)),
            rules: 0,
            weight: 1_000,
            because: None,
            usual,
            figure,
        };
        let lead = line.with.map_or(self.column, |it| it.min(self.column));
        let group = format!("line {} {lead} {} {}", self.at, line.rows[0], line.off);
        Cause { group, common: Some(common), ranked: vec![ranked], named: 1, ..Cause::default() }
    }

    /// The figure that pushed the others on, in words: it stands where they end, and fits nothing.
    fn extra(&self, row: Option<usize>) -> String {
        let row = row.filter(|it| *it < self.table.rows.len());
        let out = row.filter(|&row| {
            let figure = self.figure(row, self.column);
            figure.is_some_and(|it| !self.fit(it, row, self.column).is_some_and(|it| it.1))
        });
        let text = |row: usize| self.table.text(row, self.column).trim();
        out.map_or(String::new(), |row| format!("; {} of {} seems to be extra", text(row), self.table.row_name(row)))
    }
}

/// The run of rows that gains most, where it takes fewer words to tell than
/// separate slips, with what it gains.
fn best_run(gains: &[Option<(f64, bool)>]) -> Option<([usize; 2], f64)> {
    let mut best: Option<([usize; 2], f64)> = None;
    let (mut from, mut sum) = (0, 0.0);
    for (at, it) in gains.iter().enumerate() {
        let Some((gain, _)) = it else {
            (from, sum) = (at + 1, 0.0);
            continue;
        };
        if sum <= 0.0 {
            (from, sum) = (at, 0.0);
        }
        sum += gain;
        if best.is_none_or(|it| sum > it.1) {
            best = Some(([from, at], sum));
        }
    }
    let (rows, sum) = best?;
    let [first, last] = rows;
    let run = &gains[first..=last];
    let usual = run.iter().flatten().filter(|it| it.1).count();
    #[expect(clippy::cast_precision_loss, reason = "of rows of a table")]
    let cost = COST + 2.0 * (gains.len() as f64).ln();
    (run.len() >= ROWS_MIN && usual * 100 >= run.len() * USUAL_PERCENT && sum > cost).then_some((rows, sum - cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_needs_rows_that_are_usual_where_they_belong() {
        let fits = [Some((-3.0, false)), Some((9.0, true)), Some((0.5, true)), Some((8.0, true)), Some((-4.0, false))];
        assert_eq!(best_run(&fits).map(|it| it.0), Some([1, 3]));
        let unusual = fits.map(|it| it.map(|it| (it.0, false)));
        assert_eq!(best_run(&unusual), None);
    }

    #[test]
    fn one_figure_that_fits_elsewhere_is_no_run() {
        assert_eq!(best_run(&[Some((-1.0, true)), Some((40.0, true)), Some((-1.0, true))]), None);
        assert_eq!(best_run(&[None, None]), None);
    }
}
