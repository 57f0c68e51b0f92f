//! How much a pass means: which figures some rule reads, and how many slips
//! some rule or the history would notice.

use super::assemble::Run;
use super::lint::Lint;
use super::readings;
use super::repairs::{JudgedRule, everything};
use crate::error::Result;
use crate::repair::{Ratio, System, Values};
use crate::rules::{Cell, Dataset, Mark, Need};
use crate::table::{ColumnData, Decimal, show_exact};

/// How much a pass of an edition means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strength {
    /// How many figures there are.
    pub figures: usize,
    /// The figures that no rule reads, by name.
    pub unread: Vec<String>,
    /// How many slips were tried.
    pub slips: usize,
    /// How many of them some rule or the history would notice.
    pub noticed: usize,
    /// The figures where none would be.
    pub blind: Vec<String>,
    /// Rules that rounding keeps from failing on these figures.
    pub loose: Vec<Lint>,
    /// What was not looked into, in words.
    pub limit: Option<String>,
}

/// Up to so many figures, rules that are not linear are put to each slip, too.
const JUDGED_MAX: usize = 300;
/// Of larger editions nothing is tried.
const FIGURES_MAX: usize = 20_000;

/// Tries four slips on each figure of an edition: a digit, an exchange of two,
/// a factor of ten, and a swap with the figure below.
pub(super) fn measure(run: &Run<'_>, dataset: &Dataset, held: &[JudgedRule<'_>]) -> Result<Strength> {
    let mut strength = Strength::default();
    let cells = cells(run);
    strength.figures = cells.len();
    if cells.len() > FIGURES_MAX {
        strength.limit = Some(format!("{} figures are too many to try a slip on each of them", cells.len()));
        return Ok(strength);
    }
    let (system, past) = everything(run, dataset, held);
    let index: std::collections::HashMap<Cell, usize> = (0..system.cells.len())
        .filter(|&it| system.cells[it].is_free())
        .map(|it| (system.cells[it].at.cell, it))
        .collect();
    let mut values = system.printed();
    strength.loose = loose(&system, &values, held);
    let linear: Vec<bool> = (0..held.len()).map(|rule| system.rows.iter().any(|it| it.rule == rule)).collect();
    let named = |rule: &JudgedRule<'_>, cell: Cell| {
        let table = &run.edition.tables[cell.table];
        let is_it = |of: usize, column: &str| {
            column == table.columns[cell.column].name && dataset.tables[of].name == table.name
        };
        let needed = |it: &Need| matches!(it, Need::Column(of, column) if is_it(*of, column));
        let check = &rule.rule.check;
        check.needs().iter().any(needed) || check.optional().iter().any(|it| is_it(it.0, &it.1))
    };
    let others: Vec<&JudgedRule<'_>> =
        held.iter().zip(&linear).filter(|it| !*it.1 && it.0.rule.kind != "usual").map(|it| it.0).collect();
    if cells.len() > JUDGED_MAX && !others.is_empty() {
        strength.limit = Some(format!("{} rules that are not linear were not tried", others.len()));
    }
    for &cell in &cells {
        let known = index.get(&cell).copied();
        let usual = past.usual_at(cell);
        if known.is_none() && usual.is_none() && !others.iter().any(|it| named(it, cell)) {
            strength.unread.push(name(run, cell));
        }
        let mut seen = 0;
        let slips = slips(run, cell);
        for slip in &slips {
            let by_rule = breaks(&system, &mut values, slip, &index);
            let by_history = || slip.iter().any(|(cell, to)| past.usual_at(*cell).is_some_and(|it| !it.has(*to)));
            let by_others = || -> Result<bool> { Ok(cells.len() <= JUDGED_MAX && fails(run, dataset, &others, slip)?) };
            seen += usize::from(by_rule || by_history() || by_others()?);
        }
        strength.slips += slips.len();
        strength.noticed += seen;
        if seen == 0 && !slips.is_empty() {
            strength.blind.push(name(run, cell));
        }
    }
    Ok(strength)
}

/// Rules that allow for more rounding than their figures are large, in half of
/// their checks or more.
fn loose(system: &System, values: &Values, held: &[JudgedRule<'_>]) -> Vec<Lint> {
    let mut found = Vec::new();
    for (number, held) in held.iter().enumerate() {
        let own = system.rows.iter().filter(|it| it.rule == number);
        let rounded: Vec<(Ratio, Ratio)> = own.filter_map(|it| it.slack(values)).collect();
        let loose: Vec<&(Ratio, Ratio)> = rounded.iter().filter(|(slack, size)| slack >= size).collect();
        let Some((slack, size)) =
            loose.iter().max_by(|a, b| a.1.cmp(&b.1)).filter(|_| loose.len() * 2 >= rounded.len())
        else {
            continue;
        };
        let (count, of) = (loose.len(), rounded.len());
        let message = format!(
            "{}: can hardly fail: in {count} of {of} checks, rounding may hide as much as the figures themselves (at \
             most {} of {})",
            held.rule.name,
            show_exact(&slack.exact()),
            show_exact(&size.exact()),
        );
        found.push(Lint { file: held.rule.at.file.clone(), line: held.rule.at.line, message });
    }
    found
}

fn cells(run: &Run<'_>) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (at, table) in run.edition.tables.iter().enumerate() {
        for row in 0..table.rows.len() {
            for (column, it) in table.columns.iter().enumerate() {
                if matches!(it.data, ColumnData::Numbers(_)) && it.decimal(row).is_some() {
                    cells.push(Cell { table: at, row, column });
                }
            }
        }
    }
    cells
}

fn name(run: &Run<'_>, it: Cell) -> String {
    let table = &run.edition.tables[it.table];
    format!("{}: {}, {}", table.name, table.row_name(it.row), table.columns[it.column].name)
}

/// The figures that a slip puts in place of those printed.
type Slip = Vec<(Cell, Decimal)>;

fn slips(run: &Run<'_>, cell: Cell) -> Vec<Slip> {
    let column = &run.edition.tables[cell.table].columns[cell.column];
    let Some(figure) = column.decimal(cell.row) else { return Vec::new() };
    let mut digits: Vec<u8> = figure.units.unsigned_abs().to_string().into_bytes();
    if digits.len() > 30 {
        return Vec::new();
    }
    let sign = if figure.units < 0 { -1 } else { 1 };
    let read = |digits: &[u8]| {
        let size = digits.iter().fold(0_i128, |sum, it| sum * 10 + i128::from(it - b'0'));
        Decimal { units: sign * size, exponent: figure.exponent }
    };
    let mut found = Vec::new();
    let middle = digits.len() / 2;
    let kept = digits[middle];
    digits[middle] = if kept == b'9' { b'8' } else { kept + 1 };
    found.push(read(&digits));
    digits[middle] = kept;
    if let Some(at) = (1..digits.len()).rev().find(|&it| digits[it - 1] != digits[it]) {
        digits.swap(at - 1, at);
        found.push(read(&digits));
    }
    if figure.units != 0 {
        found.push(Decimal { units: figure.units * 10, ..figure });
    }
    let mut slips: Vec<Slip> = found.into_iter().map(|it| vec![(cell, it)]).collect();
    let below = Cell { row: cell.row + 1, ..cell };
    let there = (below.row < column.states.len()).then(|| column.decimal(below.row)).flatten();
    if let Some(other) = there.filter(|it| !it.same_value(figure)) {
        slips.push(vec![(cell, other), (below, figure)]);
    }
    slips
}

/// Whether a linear rule fails with a slip that holds without it; the values are left as they were.
fn breaks(system: &System, values: &mut Values, slip: &Slip, index: &std::collections::HashMap<Cell, usize>) -> bool {
    let changed: Vec<(usize, Decimal)> = slip.iter().filter_map(|it| Some((*index.get(&it.0)?, it.1))).collect();
    let mut rows: Vec<usize> = changed.iter().flat_map(|it| &system.users[it.0]).copied().collect();
    rows.retain(|it| system.rows[*it].holds(system, values));
    let printed: Vec<_> = changed.iter().map(|(at, to)| (*at, values[*at].replace(*to))).collect();
    let breaks = rows.into_iter().any(|it| !system.rows[it].holds(system, values));
    for (at, it) in printed.into_iter().rev() {
        values[at] = it;
    }
    breaks
}

/// Whether one of some rules fails with a slip that holds without it.
fn fails(run: &Run<'_>, dataset: &Dataset, rules: &[&JudgedRule<'_>], slip: &Slip) -> Result<bool> {
    if rules.is_empty() {
        return Ok(false);
    }
    let mut edition = (*run.edition).clone();
    for (cell, to) in slip {
        edition.tables[cell.table] = edition.tables[cell.table].with_figures(&[(cell.row, cell.column, *to)]);
    }
    for held in rules {
        let marks = readings::marks_of(run, &edition, dataset, held.rule)?.0;
        let worse = |it: (&Mark, &Mark)| *it.0 == Mark::Fails && *it.1 != Mark::Fails;
        if marks.len() != held.judged.marks.len() || marks.iter().zip(&held.judged.marks).any(worse) {
            return Ok(true);
        }
    }
    Ok(false)
}
