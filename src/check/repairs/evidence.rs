//! What shows whether a figure is out of place: its series, the rows beside
//! it, and the editions before.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::sizes::Sizes;
use super::system::Past;
use super::{Run, told};
use crate::history::median;
use crate::plan::CellRef;
use crate::repair::{Printed, Ratio, SlipKind, System, WEIGHT, slipped};
use crate::rules::Cell;
use crate::table::{Column, ColumnData, Decimal, Table};

/// So many checks of a rule on each side show what is usual.
const PEERS: usize = 12;
/// Fewer do not show how far shares lie apart…
const PEERS_MIN: usize = 4;
/// …and are taken to lie apart by so much of a share.
const PEERS_SPREAD: f64 = 1.0 / 3.0;
/// So many steps on each side show how far a series moves.
const STEPS: usize = 5;
/// How often a printed figure is wrong, about; a reading as doubtful as that is
/// as likely the cause.
const MISPRINTS: f64 = 0.0015;
/// A normal range holds so many deviations, and a median deviation is so much of one.
pub(super) const RANGE: f64 = 2.576;
pub(super) const MEDIAN: f64 = 1.48;

/// What is expected of a cell.
enum Context {
    /// A value, and how far figures lie from it.
    Near { expected: f64, scale: f64 },
    /// A total by its parts: the usual share of each, how far shares lie from it, and the part.
    Total(Vec<(f64, f64, f64)>),
    /// A figure of the size of the other parts of a sum, and the logarithm of its own.
    Sized(Rc<Sizes>, f64),
    /// The sum of parts whose sizes are known: as large as they make it.
    Sum,
}

/// A check that is a sum, and its total if it has one.
type Sum = (usize, Option<usize>);

/// Whether a sum is over several rows, and its total if it has one.
type Addition = (bool, Option<usize>);

/// The usual share of each part of a total, by its line, and how far shares lie from it.
type Shares = HashMap<usize, (f64, f64)>;

/// The evidence on the cells of one system.
pub(super) struct Surroundings<'a> {
    run: &'a Run<'a>,
    system: &'a System,
    past: &'a Past,
    /// The cells by where they stand.
    places: HashMap<CellRef, usize>,
    /// The checks of each rule, in order.
    families: HashMap<usize, Vec<usize>>,
    series: RefCell<HashMap<usize, Rc<Series>>>,
    contexts: RefCell<HashMap<usize, Option<Rc<Context>>>>,
    shares: RefCell<HashMap<usize, Rc<Shares>>>,
    /// Which checks add cells up.
    additions: RefCell<HashMap<usize, Option<Addition>>>,
    /// How large the parts of each check are.
    sizes: RefCell<HashMap<usize, Option<Rc<Sizes>>>>,
}

/// The rows of a table along a day, by the rest of their key.
#[derive(Default)]
struct Series {
    /// Which series a row is of, and where it stands in it.
    places: HashMap<usize, (usize, usize)>,
    rows: Vec<Vec<usize>>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(run: &'a Run<'a>, system: &'a System, past: &'a Past) -> Self {
        let mut families: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, row) in system.rows.iter().enumerate() {
            families.entry(row.rule).or_default().push(at);
        }
        for rows in families.values_mut() {
            rows.sort_by_key(|&it| system.rows[it].check);
        }
        let places = (0..).zip(&system.cells).filter(|it| !it.1.is_blank).map(|it| (it.1.at, it.0)).collect();
        let (series, contexts) = (RefCell::default(), RefCell::default());
        let (shares, additions, sizes) = (RefCell::default(), RefCell::default(), RefCell::default());
        Self { run, system, past, places, families, series, contexts, shares, additions, sizes }
    }

    pub(super) fn name(&self, cell: usize) -> String {
        told::name(self.run, self.system, cell)
    }

    /// How much likelier a cell is wrong than others: by how far its column is
    /// trusted, and how sure its reading is.
    pub(super) fn doubt(&self, cell: usize) -> f64 {
        let unknown = &self.system.cells[cell];
        let at = unknown.at.cell;
        let doubt = 1.0 - self.run.edition.tables[at.table].confidence(at.row, at.column);
        f64::from(WEIGHT) / f64::from(unknown.weight) * (1.0 + doubt / MISPRINTS)
    }

    /// The figures printed around a cell: two above, two below, and beside it.
    pub(super) fn neighbours(&self, cell: usize) -> Vec<Decimal> {
        let at = self.system.cells[cell].at.cell;
        let table = &self.run.edition.tables[at.table];
        let rows = [at.row.checked_sub(2), at.row.checked_sub(1), Some(at.row + 1), Some(at.row + 2)];
        let above = rows.into_iter().flatten().filter(|it| *it < table.rows.len()).map(|it| (it, at.column));
        let columns = [at.column.checked_sub(1), Some(at.column + 1)];
        let beside = columns.into_iter().flatten().filter(|it| *it < table.columns.len()).map(|it| (at.row, it));
        above.chain(beside).filter_map(|(row, column)| table.columns[column].decimal(row)).collect()
    }

    /// The other ways to split the digits of a cell and of the one behind it,
    /// where they were printed without a gap.
    pub(super) fn splits(&self, cell: usize) -> Vec<(usize, Decimal, Decimal)> {
        let at = self.system.cells[cell].at;
        let right = CellRef { cell: Cell { column: at.cell.column + 1, ..at.cell }, ..at };
        let table = &self.run.edition.tables[at.cell.table];
        let Some(&next) = self.places.get(&right) else { return Vec::new() };
        let span = |it: Cell| table.columns[it.column].spans[it.row];
        let (one, other) = (span(at.cell), span(right.cell));
        if one.end != other.start || one.is_empty() || other.is_empty() {
            return Vec::new();
        }
        let first = table.text(at.cell.row, at.cell.column);
        let digits = format!("{first}{}", table.text(at.cell.row, right.cell.column));
        if digits.len() > 30 || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Vec::new();
        }
        let cuts = (1..digits.len()).filter(|&it| it != first.len() && !digits[it..].starts_with('0'));
        let to = |text: &str| text.parse().ok().map(Decimal::whole);
        cuts.filter_map(|it| Some((next, to(&digits[..it])?, to(&digits[it..])?))).collect()
    }

    /// The slip by which another figure may have become the printed one.
    pub(super) fn slip(&self, cell: usize, meant: Decimal) -> Option<(SlipKind, String)> {
        let unknown = &self.system.cells[cell];
        let (neighbours, before) = (self.neighbours(cell), self.before(cell));
        let figure = unknown.printed.unwrap_or(Decimal::whole(0));
        slipped(Printed { figure, is_blank: unknown.is_blank, neighbours: &neighbours, before }, meant).slip
    }

    /// The figure of the edition before.
    pub(super) fn before(&self, cell: usize) -> Option<Decimal> {
        self.past.before(self.system.cells[cell].at)
    }

    /// How well a figure fits what is expected of a cell, as a natural logarithm.
    pub(super) fn fit(&self, cell: usize, figure: Decimal) -> Option<f64> {
        let context = self.contexts.borrow().get(&cell).cloned();
        let context = context.unwrap_or_else(|| {
            let found = self.context(cell).map(Rc::new);
            self.contexts.borrow_mut().insert(cell, found.clone());
            found
        })?;
        let value = Ratio::of(figure).approximate();
        Some(match &*context {
            Context::Near { expected, scale } => heavy((value - expected) / scale),
            Context::Total(parts) => {
                let of = |&(share, spread, part): &(f64, f64, f64)| {
                    let scale = scale_of(share * value, spread * value.abs());
                    heavy((part - share * value) / scale) - scale.ln()
                };
                parts.iter().map(of).sum()
            }
            Context::Sized(sizes, own) => sizes.fit(value, *own),
            Context::Sum => 0.0,
        })
    }

    /// The first that is there: its usual range, its neighbours in time, the
    /// rows beside it, the edition before, the other parts of its total.
    fn context(&self, cell: usize) -> Option<Context> {
        let at = self.system.cells[cell].at;
        if let Some(it) = self.past.usual(at) {
            let spread = ((it.high - it.low) / 2.0 / RANGE).max(it.expected.abs() * 1e-6).max(1e-9);
            return Some(Context::Near { expected: it.expected, scale: spread });
        }
        if let Some(it) = self.in_time(cell).or_else(|| self.among_peers(cell)) {
            return Some(it);
        }
        let Some(before) = self.past.before(at) else { return self.among_siblings(cell) };
        let before = Ratio::of(before).approximate();
        Some(Context::Near { expected: before, scale: (before.abs() * 0.1).max(1.0) })
    }

    /// Between the rows of the same key on the days before and after.
    fn in_time(&self, cell: usize) -> Option<Context> {
        let at = self.system.cells[cell].at.cell;
        let table = &self.run.edition.tables[at.table];
        let known = self.series.borrow().get(&at.table).cloned();
        let series = known.unwrap_or_else(|| {
            let found = Rc::new(Series::of(table));
            self.series.borrow_mut().insert(at.table, Rc::clone(&found));
            found
        });
        let &(which, place) = series.places.get(&at.row)?;
        let rows = &series.rows[which];
        let column = &table.columns[at.column];
        let value = |place: usize| column.decimal(rows[place]).map(|it| Ratio::of(it).approximate());
        let before: Vec<f64> = (0..place).rev().filter_map(value).take(STEPS + 1).collect();
        let after: Vec<f64> = (place + 1..rows.len()).filter_map(value).take(STEPS + 1).collect();
        let steps = |it: &[f64]| -> Vec<f64> { it.windows(2).map(|it| (it[0] - it[1]).abs()).collect() };
        let median = median(&mut [steps(&before), steps(&after)].concat());
        let expected = match (&before[..], &after[..]) {
            ([last, ..], [next, ..]) => f64::midpoint(*last, *next),
            ([last, earlier, ..], []) => last + (last - earlier),
            ([], [next, later, ..]) => next + (next - later),
            _ => return None,
        };
        let scale = median.unwrap_or(0.0).max(0.002 * expected.abs()).max(1.0);
        Some(Context::Near { expected, scale })
    }

    /// By its share of the total in the checks of the same rule beside it.
    fn among_peers(&self, cell: usize) -> Option<Context> {
        let system = self.system;
        let value = |it: usize| system.cells[it].printed.map(|it| Ratio::of(it).approximate());
        self.sums(cell).into_iter().find_map(|(row, total)| {
            let shares = self.shares(row, total);
            let share = |part: usize| shares.get(&self.line(part, total)).copied();
            if cell == total {
                let parts = system.rows[row].terms.iter().map(|it| it.1).filter(|it| *it != total);
                let of = |part: usize| share(part).zip(value(part)).map(|((usual, spread), it)| (usual, spread, it));
                let parts: Vec<(f64, f64, f64)> = parts.filter_map(of).collect();
                return (!parts.is_empty()).then_some(Context::Total(parts));
            }
            let ((share, spread), total) = (share(cell)?, value(total)?);
            let expected = share * total;
            Some(Context::Near { expected, scale: scale_of(expected, spread * total.abs()) })
        })
    }

    /// The sums that a cell is in, with their totals: the rules may stand in
    /// any order, and sums over columns come first.
    fn sums(&self, cell: usize) -> Vec<(usize, usize)> {
        self.additions(cell).into_iter().filter_map(|(row, total)| Some((row, total?))).collect()
    }

    /// The same with sums that come to a number, which have no total.
    fn additions(&self, cell: usize) -> Vec<Sum> {
        let mut sums: Vec<(bool, Option<String>, usize, Sum)> = Vec::new();
        for &row in &self.system.users[cell] {
            let known = self.additions.borrow().get(&row).copied();
            let form = known.unwrap_or_else(|| {
                let found = self.addition(row);
                self.additions.borrow_mut().insert(row, found);
                found
            });
            let Some((over_rows, total)) = form else { continue };
            let name = total.map(|it| self.name(it));
            sums.push((over_rows, name, self.system.rows[row].terms.len(), (row, total)));
        }
        sums.sort();
        sums.into_iter().map(|it| it.3).collect()
    }

    /// Whether a check adds up cells of several rows, and what to.
    fn addition(&self, row: usize) -> Option<Addition> {
        let row = &self.system.rows[row];
        let total = row.total_cell();
        if row.share || (total.is_none() && !row.terms.windows(2).all(|it| it[0].0 == it[1].0)) {
            return None;
        }
        let at = |it: usize| self.system.cells[it].at.cell.row;
        let own = at(row.terms.first()?.1);
        Some((row.terms.iter().any(|it| at(it.1) != own), total))
    }

    /// Of the size of the other parts: what is far larger or smaller than all
    /// of them is wrong sooner. Of a total it says that any size will do.
    fn among_siblings(&self, cell: usize) -> Option<Context> {
        let sized = |&(row, _): &Sum| self.sizes(row);
        let (totals, parts): (Vec<_>, Vec<_>) = self.additions(cell).into_iter().partition(|it| it.1 == Some(cell));
        if let Some(sizes) = parts.iter().find_map(sized) {
            let own = self.system.cells[cell].printed.map_or(0.0, |it| Ratio::of(it).approximate());
            let own = sizes.log(own);
            return Some(Context::Sized(sizes, own));
        }
        totals.iter().find_map(sized).map(|_| Context::Sum)
    }

    /// How large the parts of a check are, where they are enough to tell.
    fn sizes(&self, row: usize) -> Option<Rc<Sizes>> {
        let known = self.sizes.borrow().get(&row).cloned();
        known.unwrap_or_else(|| {
            let found = Sizes::of(self.system, row).map(Rc::new);
            self.sizes.borrow_mut().insert(row, found.clone());
            found
        })
    }

    /// What makes a part the same in other checks: its column, or its row where
    /// rows are added up.
    fn line(&self, part: usize, total: usize) -> usize {
        let (part, total) = (self.system.cells[part].at.cell, self.system.cells[total].at.cell);
        if part.row == total.row { part.column } else { part.row }
    }

    /// What share of its total each part has in the checks of the same rule on
    /// both sides, by its line, and how far those shares lie apart.
    fn shares(&self, row: usize, total: usize) -> Rc<Shares> {
        if let Some(known) = self.shares.borrow().get(&row) {
            return Rc::clone(known);
        }
        let system = self.system;
        let value = |it: usize| system.cells[it].printed.map(|it| Ratio::of(it).approximate());
        let family = &self.families[&system.rows[row].rule];
        let at = family.partition_point(|&it| system.rows[it].check < system.rows[row].check);
        let near = family[at.saturating_sub(PEERS)..family.len().min(at + PEERS + 1)].iter().filter(|it| **it != row);
        let there = system.cells[total].at.cell;
        let mut pairs: HashMap<usize, Vec<(f64, f64)>> = HashMap::new();
        for &peer in near {
            let Some(its_total) = system.rows[peer].total_cell() else { continue };
            let its = system.cells[its_total].at.cell;
            // Only a total in the same column, or in the same row, is of the same parts.
            let Some(sum) =
                value(its_total).filter(|it| *it > 0.0 && (its.column == there.column || its.row == there.row))
            else {
                continue;
            };
            for cell in system.rows[peer].terms.iter().map(|it| it.1).filter(|it| *it != its_total) {
                let line = self.line(cell, its_total);
                pairs.entry(line).or_default().extend(value(cell).map(|it| (it, sum)));
            }
        }
        let usual = |pairs: &Vec<(f64, f64)>| {
            let (parts, totals) = pairs.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
            let share = parts / totals;
            let spread =
                median(&mut pairs.iter().map(|it| (it.0 / it.1 - share).abs()).collect::<Vec<f64>>()).unwrap_or(0.0);
            let least = if pairs.len() < PEERS_MIN { PEERS_SPREAD * share.abs() } else { 0.0 };
            (share, (MEDIAN * spread).max(least))
        };
        let some = pairs.iter().filter(|it| !it.1.is_empty());
        let found: Rc<Shares> = Rc::new(some.map(|it| (*it.0, usual(it.1))).collect());
        self.shares.borrow_mut().insert(row, Rc::clone(&found));
        found
    }
}

impl Series {
    fn of(table: &Table) -> Self {
        let days = |column: &Column| match &column.data {
            ColumnData::Dates(it) => Some(it.days.clone()),
            _ => None,
        };
        let keyed = table.key.iter().copied();
        let candidates: Vec<usize> =
            if table.key.is_empty() { (0..table.columns.len()).collect() } else { keyed.collect() };
        let Some((at, days)) = candidates.iter().find_map(|&it| Some((it, days(&table.columns[it])?))) else {
            return Self::default();
        };
        let others: Vec<usize> = table.key.iter().copied().filter(|it| *it != at).collect();
        let mut groups: BTreeMap<String, Vec<(i32, usize)>> = BTreeMap::new();
        for (row, &day) in days.iter().enumerate() {
            if table.columns[at].states[row].has_value() {
                groups.entry(table.named_by(row, &others)).or_default().push((day, row));
            }
        }
        let mut series = Self::default();
        for (which, mut rows) in groups.into_values().enumerate() {
            rows.sort_unstable();
            let rows: Vec<usize> = rows.into_iter().map(|it| it.1).collect();
            series.places.extend(rows.iter().enumerate().map(|(place, &row)| (row, (which, place))));
            series.rows.push(rows);
        }
        series
    }
}

/// The logarithm of a density with heavy tails: a series that jumps is not
/// punished without end.
pub(super) fn heavy(off: f64) -> f64 {
    -2.0 * (off * off / 3.0).ln_1p()
}

/// How far counts lie from what is expected of them.
fn scale_of(expected: f64, spread: f64) -> f64 {
    (expected.abs() + 0.25).sqrt().max(spread).max(1.0)
}
