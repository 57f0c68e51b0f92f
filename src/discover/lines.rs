//! The columns and the rows of a table as lines, and the orders in which blocks of them are looked for.

use std::hash::{BuildHasher, Hasher};

use super::claim::{Axis, Budget, Lines};
use super::evaluate::is_figure;
use super::figures::{Class, Sheet};

/// How many places are kept for sampling.
const SAMPLED_MAX: usize = 256;

/// Lines in one order, in which a total and its parts may be neighbours.
pub(super) struct Order {
    pub(super) lines: Vec<usize>,
    /// Every second or third of them: not what a label stands for.
    pub(super) stride: bool,
}

/// The columns of figures as lines: every row is a place.
pub(super) fn columns<'a>(sheet: &'a Sheet<'a>, budget: &'a Budget) -> Lines<'a> {
    let lines: Vec<usize> = (0..sheet.lanes.len()).collect();
    let places: Vec<usize> = (0..sheet.rows).collect();
    let sampled = sampled(sheet, &lines, &places);
    Lines { sheet, axis: Axis::Columns, all: lines, places, sampled, budget }
}

/// The rows as lines: every column that may add up is a place.
pub(super) fn rows<'a>(sheet: &'a Sheet<'a>, budget: &'a Budget) -> Lines<'a> {
    let places: Vec<usize> = (0..sheet.lanes.len()).filter(|&it| is_figure(sheet.lanes[it].class)).collect();
    let filled = |row: &usize| places.iter().any(|&it| sheet.value(*row, it).is_some());
    let lines: Vec<usize> = (0..sheet.rows).filter(filled).collect();
    let sampled = spread(&places, SAMPLED_MAX);
    Lines { sheet, axis: Axis::Rows, all: lines, places, sampled, budget }
}

/// Rows in the order of a hash of their figures: the order of rows is no evidence between columns.
fn sampled(sheet: &Sheet<'_>, lines: &[usize], places: &[usize]) -> Vec<usize> {
    let state = foldhash::fast::FixedState::default();
    let hash = |&row: &usize| {
        let mut hasher = state.build_hasher();
        let mut figures = 0_usize;
        for &lane in lines {
            let value = sheet.value(row, lane);
            figures += usize::from(value.is_some_and(|it| it != 0));
            hasher.write_i64(value.unwrap_or(i64::MIN));
        }
        (figures, hasher.finish(), row)
    };
    let mut order: Vec<(usize, u64, usize)> = places.iter().map(hash).collect();
    let most = order.iter().map(|it| it.0).max().unwrap_or(0);
    // Rows with hardly a figure say little.
    order.sort_by_key(|it| (it.0 * 2 < most, it.1, it.2));
    order.truncate(SAMPLED_MAX);
    order.into_iter().map(|it| it.2).collect()
}

/// At most so many, spread evenly.
pub(super) fn spread(all: &[usize], count: usize) -> Vec<usize> {
    let step = all.len().div_ceil(count.max(1)).max(1);
    all.iter().copied().step_by(step).collect()
}

/// Orders of columns: all, those that count, all but years and ranks, percentages, every 2nd and 3rd.
pub(super) fn column_orders(lines: &Lines<'_>) -> Vec<Order> {
    let class = |it: usize| lines.sheet.lanes[it].class;
    let of = |keep: &dyn Fn(Class) -> bool| -> Vec<usize> {
        lines.all.iter().copied().filter(|&it| keep(class(it))).collect()
    };
    let figures = of(&is_figure);
    let mut orders: Vec<Order> = Vec::new();
    let plain = [lines.all.clone(), of(&|it| it == Class::Count), figures.clone(), of(&|it| it == Class::Percent)];
    for order in plain {
        if order.len() >= 3 && orders.iter().all(|it| it.lines != order) {
            orders.push(Order { lines: order, stride: false });
        }
    }
    for stride in [2, 3] {
        for phase in 0..stride {
            let order: Vec<usize> = figures.iter().copied().skip(phase).step_by(stride).collect();
            if order.len() >= 3 {
                orders.push(Order { lines: order, stride: true });
            }
        }
    }
    orders
}
