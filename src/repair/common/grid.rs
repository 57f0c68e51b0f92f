//! Checks of one form, side by side: the same columns in every row, or the
//! same rows in every column.

use std::collections::{BTreeMap, HashMap};

use super::super::ratio::Ratio;
use super::super::system::{System, Values};
use super::{Common, Printing, What};
use crate::plan::Cell;
use crate::plan::Relation;
use crate::table::Decimal;

/// Which way a cause runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Axis {
    /// Down a column: its checks are those of rows.
    Down,
    /// Along a row: its checks are those of columns.
    Along,
}

/// One cell of a check.
#[derive(Clone, Copy)]
pub(super) struct Term {
    pub(super) weight: i128,
    pub(super) cell: usize,
    pub(super) figure: i128,
}

/// One check, whose cells stand in one row or in one column.
pub(super) struct Check {
    /// The row of the system.
    pub(super) row: usize,
    /// The row of the table that it is of, or the column.
    pub(super) at: usize,
    /// Its cells, in the order of the lines of its family.
    pub(super) terms: Vec<Term>,
    /// What its figures add up to, where they should make nothing.
    pub(super) gap: i128,
    /// How far rounding may have it off.
    pub(super) slack: i128,
    pub(super) fails: bool,
}

/// Checks of the same lines with the same weights.
pub(super) struct Family {
    pub(super) table: usize,
    pub(super) axis: Axis,
    /// The columns that each check has a cell of, or the rows.
    pub(super) lines: Vec<usize>,
    /// In the order of the table.
    pub(super) checks: Vec<Check>,
}

/// What the checks of a family share: the table, and their lines with weights.
type Form = (usize, Axis, Vec<(usize, i128)>);

/// The checks of a system that can be compared with each other.
pub(super) struct Grid<'a> {
    pub(super) system: &'a System,
    pub(super) printing: &'a Printing<'a>,
    pub(super) values: Values,
    /// The power of ten that all figures are whole multiples of.
    exponent: i8,
    pub(super) families: Vec<Family>,
}

/// Figures beyond this are left alone: their products would not fit.
const FIGURE_MAX: i128 = 1_000_000_000_000_000_000_000_000;
const WEIGHT_MAX: u64 = 1_000_000;
/// Figures with more decimals are left alone.
const EXPONENT_MIN: i8 = -9;

impl<'a> Grid<'a> {
    pub(super) fn new(system: &'a System, printing: &'a Printing<'a>) -> Self {
        let exponents = system.cells.iter().filter_map(|it| it.printed).map(|it| it.exponent);
        let exponent = exponents.filter(|it| *it >= EXPONENT_MIN).min().unwrap_or(0).min(0);
        let mut grid = Self { system, printing, values: system.printed(), exponent, families: Vec::new() };
        let mut families: BTreeMap<Form, Vec<Check>> = BTreeMap::new();
        for row in 0..system.rows.len() {
            if let Some((key, check)) = grid.check(row) {
                families.entry(key).or_default().push(check);
            }
        }
        for ((table, axis, lines), mut checks) in families {
            if checks.iter().any(|it| it.fails) {
                checks.sort_by_key(|it| (it.at, it.row));
                let lines = lines.into_iter().map(|it| it.0).collect();
                grid.families.push(Family { table, axis, lines, checks });
            }
        }
        grid
    }

    /// A check as one of its family; `None` where it has no family.
    fn check(&self, row: usize) -> Option<(Form, Check)> {
        let (system, it) = (self.system, &self.system.rows[row]);
        if it.share || it.relation != Relation::Equal {
            return None;
        }
        let mut gap = self.whole(&it.constant, true)?;
        let mut cells: Vec<(Cell, Term)> = Vec::with_capacity(it.terms.len());
        for (weight, cell) in &it.terms {
            let Ratio::Small(weight, 1) = *weight else { return None };
            if weight == 0 || weight.unsigned_abs() > WEIGHT_MAX {
                return None;
            }
            let (weight, figure) = (i128::from(weight), self.scaled(system.cells[*cell].printed?)?);
            gap += weight * figure;
            if system.cells[*cell].is_free() {
                cells.push((system.cells[*cell].at.cell, Term { weight, cell: *cell, figure }));
            }
        }
        let first = cells.first()?.0;
        let others = &cells[1..];
        let axis = match () {
            () if others.is_empty() || others.iter().any(|it| it.0.table != first.table) => return None,
            () if others.iter().all(|it| it.0.row == first.row) => Axis::Down,
            () if others.iter().all(|it| it.0.column == first.column) => Axis::Along,
            () => return None,
        };
        cells.sort_by_key(|it| axis.line(it.0));
        let lines: Vec<(usize, i128)> = cells.iter().map(|it| (axis.line(it.0), it.1.weight)).collect();
        let slack = it.slack(&self.values).and_then(|it| self.whole(&it.0, false)).unwrap_or(0);
        let terms = cells.into_iter().map(|it| it.1).collect();
        let fails = !it.holds(system, &self.values);
        Some(((first.table, axis, lines), Check { row, at: axis.place(first), terms, gap, slack, fails }))
    }

    /// A figure in units of the grid.
    pub(super) fn scaled(&self, figure: Decimal) -> Option<i128> {
        let power = u32::try_from(i16::from(figure.exponent) - i16::from(self.exponent)).ok()?;
        let scaled = figure.units.checked_mul(10_i128.checked_pow(power)?)?;
        (scaled.abs() <= FIGURE_MAX).then_some(scaled)
    }

    /// A number in units of the grid: whole ones, or cut to them.
    fn whole(&self, value: &Ratio, exact: bool) -> Option<i128> {
        let power = 10_i64.checked_pow(u32::from(self.exponent.unsigned_abs()))?;
        let units = value * &Ratio::whole(power);
        match units.floor() {
            Ratio::Small(whole, _) if !exact || units.is_whole() => Some(i128::from(whole)),
            _ => None,
        }
    }

    /// Units of the grid as a figure, with the decimals of another where they do.
    pub(super) fn figure(&self, units: i128, like: Decimal) -> Decimal {
        let power = u32::try_from(i16::from(like.exponent) - i16::from(self.exponent)).unwrap_or(0);
        let step = 10_i128.checked_pow(power).unwrap_or(1);
        if units % step == 0 {
            Decimal { units: units / step, exponent: like.exponent }
        } else {
            Decimal { units, exponent: self.exponent }
        }
    }

    /// The figure printed in a line of a family, by where along it.
    pub(super) fn printed(&self, family: &Family, line: usize, at: usize) -> Option<i128> {
        let cell = family.axis.cell(family.table, family.lines[line], at);
        self.scaled((self.printing.figure)(cell)?)
    }

    /// The figure of a cell in an earlier edition.
    pub(super) fn earlier(&self, edition: usize, cell: usize) -> Option<i128> {
        self.scaled((self.printing.earlier)(edition, self.system.cells[cell].at.cell)?)
    }

    /// Whether a cell may hold a value by its type.
    pub(super) fn allows(&self, cell: usize, to: Decimal) -> bool {
        let unknown = &self.system.cells[cell];
        let value = Ratio::of(to);
        unknown.allowed().has(&value) && (!unknown.is_whole() || value.is_whole())
    }

    /// The comparisons that hold with some figures changed and did not, and
    /// those that do not and did.
    pub(super) fn effect(&self, changed: &[(usize, Decimal)]) -> (Vec<usize>, Vec<usize>) {
        let mut values = self.values.clone();
        for &(cell, to) in changed {
            values[cell] = Some(to);
        }
        let mut touched: Vec<usize> = changed.iter().flat_map(|it| &self.system.users[it.0]).copied().collect();
        touched.sort_unstable();
        touched.dedup();
        let (mut mended, mut broken) = (Vec::new(), Vec::new());
        for row in touched {
            let it = &self.system.rows[row];
            match (it.holds(self.system, &self.values), it.holds(self.system, &values)) {
                (false, true) => mended.push(row),
                (true, false) => broken.push(row),
                _ => {}
            }
        }
        (mended, broken)
    }

    /// A cause of a family, without what it changes.
    pub(super) fn cause(family: &Family, what: What, lines: [usize; 2], checks: [usize; 2]) -> Common {
        Common {
            what,
            table: family.table,
            axis: family.axis,
            lines: lines.map(|it| family.lines[it]),
            span: checks.map(|it| family.checks[it].at),
            except: Vec::new(),
            changed: Vec::new(),
            covers: Vec::new(),
            breaks: Vec::new(),
            gain: 0.0,
        }
    }

    /// The cells that hold the total of other checks, with their parts.
    pub(super) fn totals(&self) -> HashMap<usize, Vec<usize>> {
        let rows = self.system.rows.iter().filter(|it| it.relation == Relation::Equal);
        let total = rows.filter_map(|row| {
            let total = row.total_cell()?;
            Some((total, row.terms.iter().map(|it| it.1).filter(|it| *it != total).collect()))
        });
        total.collect()
    }
}

impl Axis {
    /// The line that a cell is of: its column, where causes run down.
    pub(crate) fn line(self, it: Cell) -> usize {
        if self == Self::Down { it.column } else { it.row }
    }

    /// Where along the line it stands.
    pub(crate) fn place(self, it: Cell) -> usize {
        if self == Self::Down { it.row } else { it.column }
    }

    /// The cell of a line.
    pub(crate) fn cell(self, table: usize, line: usize, at: usize) -> Cell {
        let (row, column) = if self == Self::Down { (at, line) } else { (line, at) };
        Cell { table, row, column }
    }
}

impl Family {
    /// The natural logarithm of how many figures its checks have.
    pub(super) fn figures_ln(&self) -> f64 {
        ln(self.checks.len()) + ln(self.lines.len())
    }
}

#[expect(clippy::cast_precision_loss, reason = "of a count")]
pub(super) fn ln(count: usize) -> f64 {
    (count.max(1) as f64).ln()
}

/// What it takes to tell a value, up to what a slip is given for it: of a small
/// figure there are few others.
#[expect(clippy::cast_precision_loss, reason = "a logarithm, to weigh")]
pub(super) fn value_ln(figure: i128) -> f64 {
    ((figure.unsigned_abs() + 2) as f64).ln()
}
