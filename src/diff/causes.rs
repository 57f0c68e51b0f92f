//! One cause of many changes, told once: a column multiplied by a factor, moved
//! by a row, exchanged with another, re-coded, restated as a whole, or rows in
//! another order.

use std::collections::HashMap;

use super::changes::Compared;
use super::columns::ratio;
use super::{Cause, CauseKind, ChangeKind, Op, RowChange, value};
use crate::table::{Decimal, trim};

/// So many cells need a cause of their own, at least.
const CELLS_MIN: usize = 4;
/// A cause explains this share of the changes in its columns.
const SHARE_MIN: f64 = 0.8;
/// So many rows, and this share of them, make a column restated as a whole.
const RESTATED_ROWS_MIN: usize = 10;
const RESTATED_SHARE_MIN: f64 = 0.9;
/// So many rows that moved are one change of order.
const MOVED_MIN: usize = 5;
/// Figures may have moved so many rows.
const STEPS_MAX: usize = 3;
/// Figures that moved a row and changed a little are this much nearer to their
/// neighbours than to themselves, and so near on the logarithmic scale.
const NEAR_SHARE_MAX: f64 = 0.15;
const NEAR_MAX: f64 = 0.1;
/// Figures with thousands marks are that near to those without, on the logarithmic scale.
const MARKED_MAX: f64 = 0.7;
/// So many pairs of codes are named.
const CODES_SHOWN: usize = 3;
/// Tables with more columns have no two of them exchanged that anybody would look for.
const COLUMNS_MAX: usize = 60;

/// The changes of one column: the row among the changes, the cell in it, and
/// the rows of both tables.
#[derive(Clone, Copy)]
struct Changed {
    change: usize,
    cell: usize,
    old: usize,
    new: usize,
}

/// Finds the causes of changes, and marks the cells that they explain.
///
/// Beside the matched rows so many others are `known` to be in both, alike.
pub(super) fn find(
    compared: &Compared<'_>,
    matched: &[(usize, usize)],
    known: usize,
    changes: &mut [RowChange],
) -> Vec<Cause> {
    let mut columns: HashMap<String, Vec<Changed>> = HashMap::new();
    for (change, row) in changes.iter().enumerate().filter(|it| it.1.op == Op::Changed) {
        let Some((old, new)) = row.old_index.zip(row.new_index) else { continue };
        for (cell, it) in row.cells.iter().enumerate().filter(|it| it.1.tells() && it.1.is_of_both()) {
            columns.entry(it.column.clone()).or_default().push(Changed { change, cell, old, new });
        }
    }
    let search = Search { compared, matched, known };
    let mut causes = Vec::new();
    let mut found = search.exchanged(&columns);
    for &(from, to) in compared.pairs {
        let Some(changed) = columns.get(&compared.new.columns[to].name).filter(|it| it.len() >= CELLS_MIN) else {
            continue;
        };
        let is_taken = found.iter().any(|it| it.0.columns.contains(&compared.new.columns[to].name));
        if !is_taken {
            let mut way = search.factor((from, to), changed, changes);
            // Between rows that are left others stand: a neighbour is none, and a code may be kept.
            if known == 0 {
                way = way
                    .or_else(|| search.shifted((from, to), changed, changes))
                    .or_else(|| search.recoded((from, to), changed, changes))
                    .or_else(|| search.nearly_shifted((from, to)).map(|it| (it, Vec::new())));
            }
            found.extend(way);
        }
    }
    for (cause, cells) in found {
        for it in cells {
            changes[it.change].cells[it.cell].cause = Some(causes.len());
        }
        causes.push(cause);
    }
    for &(from, to) in compared.pairs {
        let name = &compared.new.columns[to].name;
        if let Some(changed) = columns.get(name).filter(|_| !causes.iter().any(|it| it.columns.contains(name))) {
            // That more or fewer digits are printed restates nothing.
            let is_value = |it: &&Changed| changes[it.change].cells[it.cell].kind != ChangeKind::Precision;
            causes.extend(search.restated((from, to), changed.iter().filter(is_value).count()));
        }
    }
    causes.extend(search.marked(&columns));
    causes.extend(search.resorted(changes));
    causes
}

type Found = (Cause, Vec<Changed>);

struct Search<'a> {
    compared: &'a Compared<'a>,
    /// Rows of both tables: old, new; in the order of the new one.
    matched: &'a [(usize, usize)],
    /// How many rows more are alike.
    known: usize,
}

impl Search<'_> {
    fn cause(&self, columns: &[usize], kind: CauseKind, detail: String, cells: usize) -> Cause {
        let columns = columns.iter().map(|it| self.compared.new.columns[*it].name.clone()).collect();
        Cause { columns, kind, detail, from: None, cells }
    }

    /// The name of a row of the old table, by its place among the matched ones.
    fn row(&self, at: Option<usize>) -> Option<String> {
        let (old, row) = (self.compared.old, self.matched.get(at?)?.0);
        let key: Vec<_> = self.compared.key.iter().map(|it| value::text((old, row, it.0))).collect();
        Some(if key.is_empty() { old.row_name(row) } else { key.join(", ") })
    }

    fn figures(&self, (from, to): (usize, usize), it: &Changed) -> Option<(Decimal, Decimal)> {
        let (old, new) = (self.compared.old, self.compared.new);
        value::figure((old, it.old, from)).zip(value::figure((new, it.new, to)))
    }

    /// All figures multiplied by one number: exactly by a power of ten, or by
    /// another as far as their printed digits tell.
    fn factor(&self, pair: (usize, usize), changed: &[Changed], _: &[RowChange]) -> Option<Found> {
        if self.compared.naming[pair.1] {
            return None;
        }
        let figures: Vec<(Changed, Decimal, Decimal)> =
            changed.iter().filter_map(|it| self.figures(pair, it).map(|found| (*it, found.0, found.1))).collect();
        let largest = figures.iter().max_by(|a, b| a.1.nearest_float().abs().total_cmp(&b.1.nearest_float().abs()))?;
        if largest.1.units == 0 || largest.2.units == 0 {
            return None;
        }
        let power = (-9_i8..=9).filter(|it| *it != 0).find(|it| scaled(largest.1, *it).same_value(largest.2));
        let (detail, fits): (String, Box<dyn Fn(Decimal, Decimal) -> bool>) = if let Some(power) = power {
            let factor = Decimal { units: 1, exponent: power };
            (factor.to_string(), Box::new(move |old, new| scaled(old, power).same_value(new)))
        } else {
            let factor = largest.2.nearest_float() / largest.1.nearest_float();
            // The last digit of small figures hides any factor near one.
            let digits = figures.iter().filter(|it| it.2.units.unsigned_abs() >= 100).count();
            if digits * 2 < figures.len() || (factor - 1.0).abs() < 0.005 {
                return None;
            }
            let half = |it: Decimal| 0.5 * 10_f64.powi(i32::from(it.exponent));
            let fits = move |old: Decimal, new: Decimal| {
                let margin = half(new) + half(old) * factor.abs();
                (old.nearest_float() * factor - new.nearest_float()).abs() <= margin * 1.01
            };
            (format!("{}", (factor * 1e4).round() / 1e4), Box::new(fits))
        };
        let cells: Vec<Changed> = figures.iter().filter(|it| fits(it.1, it.2)).map(|it| it.0).collect();
        enough(cells, changed.len()).map(|cells| (self.cause(&[pair.1], CauseKind::Factor, detail, cells.len()), cells))
    }

    /// The texts of a column that stand some rows further down or up.
    fn shifted(&self, (from, to): (usize, usize), changed: &[Changed], _: &[RowChange]) -> Option<Found> {
        let (old, new) = (self.compared.old, self.compared.new);
        let place: HashMap<usize, usize> = self.matched.iter().enumerate().map(|it| (it.1.1, it.0)).collect();
        let steps = (1..=STEPS_MAX).flat_map(|it| [(it, true), (it, false)]);
        steps.into_iter().find_map(|(step, down)| {
            let mut distinct = std::collections::HashSet::new();
            let fits = |it: &&Changed| {
                let at = place.get(&it.new).copied();
                let source = at.and_then(|at| if down { at.checked_sub(step) } else { Some(at + step) });
                let Some(source) = source.and_then(|it| self.matched.get(it)) else { return false };
                let (was, is) = (value::identity((old, source.0, from)), value::identity((new, it.new, to)));
                let same = !is.is_empty() && was == is;
                if same {
                    distinct.insert(is.into_owned());
                }
                same
            };
            let cells: Vec<Changed> = changed.iter().filter(fits).copied().collect();
            let detail = format!("{}{step}", if down { "" } else { "-" });
            let cells = enough(cells, changed.len()).filter(|_| distinct.len() >= CELLS_MIN - 1)?;
            // The first that moved, where it stood before.
            let first = cells.iter().filter_map(|it| place.get(&it.new)).min();
            let from = self.row(first.and_then(|at| if down { at.checked_sub(step) } else { Some(at + step) }));
            Some((Cause { from, ..self.cause(&[to], CauseKind::Shifted, detail, cells.len()) }, cells))
        })
    }

    /// Figures that got a mark before their last three digits, or lost it, and
    /// would be near what they were if it parted thousands.
    fn marked(&self, columns: &HashMap<String, Vec<Changed>>) -> Option<Cause> {
        let (old, new) = (self.compared.old, self.compared.new);
        let (mut cells, mut named, mut first) = (0, Vec::new(), None);
        for &(from, to) in self.compared.pairs {
            let Some(changed) = columns.get(&new.columns[to].name).filter(|_| !self.compared.naming[to]) else {
                continue;
            };
            let fits = |it: &&Changed| {
                let (was, is) = ((old, it.old, from), (new, it.new, to));
                let Some((before, now)) = value::figure(was).zip(value::figure(is)) else { return false };
                let (was, is) = (has_mark(value::printed(was)), has_mark(value::printed(is)));
                let (before, now) = (before.nearest_float(), now.nearest_float());
                let near = |marked: f64, plain: f64| (marked * 1000.0 / plain).ln().abs() <= MARKED_MAX;
                (is && !was && near(now, before)) || (was && !is && near(before, now))
            };
            let count = changed.iter().filter(fits).count();
            if count >= 2 && ratio(count, changed.len()) >= SHARE_MIN {
                cells += count;
                named.push(to);
                first = first.or_else(|| changed.iter().find(fits).map(|it| (from, to, *it)));
            }
        }
        let (from, to, it) = first.filter(|_| cells >= CELLS_MIN)?;
        let printed = (trim(value::printed((old, it.old, from))), trim(value::printed((new, it.new, to))));
        Some(self.cause(&named, CauseKind::Marked, format!("{} -> {}", printed.0, printed.1), cells))
    }

    /// Figures that are near those a row further up or down, from some row on,
    /// and far from what they were. That is seen, not sure: it explains no cell.
    fn nearly_shifted(&self, (from, to): (usize, usize)) -> Option<Cause> {
        let (old, new) = (self.compared.old, self.compared.new);
        if self.compared.naming[to] {
            return None;
        }
        let before = |at: usize| {
            value::figure((old, self.matched.get(at)?.0, from)).map(Decimal::nearest_float).filter(|it| *it > 0.0)
        };
        let now =
            |at: usize| value::figure((new, self.matched[at].1, to)).map(Decimal::nearest_float).filter(|it| *it > 0.0);
        [true, false].into_iter().find_map(|down| {
            // How far each figure is from its own old one, and from the neighbour's.
            let far = |at: usize| {
                let neighbour = if down { at.checked_sub(1) } else { Some(at + 1) };
                let (own, other, is) = (before(at)?, before(neighbour?)?, now(at)?);
                Some(((is / own).ln().abs(), (is / other).ln().abs()))
            };
            let far: Vec<Option<(f64, f64)>> = (0..self.matched.len()).map(far).collect();
            let (mut sum, mut best, mut start) = (0.0, 0.0, far.len());
            for at in (0..far.len()).rev() {
                sum += far[at].map_or(0.0, |it| it.0 - it.1);
                if sum > best {
                    (best, start) = (sum, at);
                }
            }
            let run: Vec<(f64, f64)> = far[start..].iter().flatten().copied().collect();
            let nearer = run.iter().filter(|it| it.1 < it.0).count();
            let sums = run.iter().fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
            let clear = run.len() > CELLS_MIN && ratio(nearer, run.len()) >= SHARE_MIN;
            let clear = clear && sums.1 <= NEAR_SHARE_MAX * sums.0 && sums.1 <= NEAR_MAX * ratio(run.len(), 1);
            let detail = if down { "~1" } else { "~-1" };
            let from = || self.row(if down { start.checked_sub(1) } else { Some(start + 1) });
            clear.then(|| Cause { from: from(), ..self.cause(&[to], CauseKind::Shifted, detail.to_owned(), run.len()) })
        })
    }

    /// Names whose old texts became new ones, one to one.
    fn recoded(&self, (from, to): (usize, usize), changed: &[Changed], changes: &[RowChange]) -> Option<Found> {
        let (old, new) = (self.compared.old, self.compared.new);
        let kind = |it: &Changed| changes[it.change].cells[it.cell].kind;
        let is_figure = |it: &Changed| matches!(kind(it), ChangeKind::Value | ChangeKind::Precision);
        if !self.compared.naming[to] && changed.iter().any(is_figure) {
            return None;
        }
        let mut codes: Vec<(String, String)> = Vec::new();
        let (mut forth, mut back): (HashMap<String, String>, HashMap<String, String>) = Default::default();
        for &(before, now) in self.matched {
            let (was, is) = (value::text((old, before, from)).into_owned(), value::text((new, now, to)).into_owned());
            let known = forth.insert(was.clone(), is.clone());
            let is_first = known.is_none();
            if known.is_some_and(|it| it != is) || back.insert(is.clone(), was.clone()).is_some_and(|it| it != was) {
                return None;
            }
            if was != is && is_first {
                codes.push((was, is));
            }
            // Each code stands in two rows at least, or it is a name of its own.
            if codes.len() * 2 > changed.len() {
                return None;
            }
        }
        let shown: Vec<String> = codes.iter().take(CODES_SHOWN).map(|it| format!("{} -> {}", it.0, it.1)).collect();
        let more = codes.len().saturating_sub(CODES_SHOWN);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        let detail = shown.join(", ") + &more;
        Some((self.cause(&[to], CauseKind::Recoded, detail, changed.len()), changed.to_vec()))
    }

    /// Two columns whose contents changed places.
    fn exchanged(&self, columns: &HashMap<String, Vec<Changed>>) -> Vec<Found> {
        let (old, new) = (self.compared.old, self.compared.new);
        let pairs = self.compared.pairs;
        let mut found = Vec::new();
        if pairs.len() > COLUMNS_MAX {
            return found;
        }
        for (at, &(a_old, a_new)) in pairs.iter().enumerate() {
            for &(b_old, b_new) in &pairs[at + 1..] {
                let changed = |it: usize| columns.get(&new.columns[it].name).filter(|it| it.len() >= CELLS_MIN - 1);
                let Some((a, b)) = changed(a_new).zip(changed(b_new)) else { continue };
                let same = |it: &Changed, was: usize, is: usize| {
                    value::identity((old, it.old, was)) == value::identity((new, it.new, is))
                };
                let crossed = |it: &&Changed| same(it, a_old, b_new) && same(it, b_old, a_new);
                let both: Vec<Changed> = a.iter().chain(b).filter(crossed).copied().collect();
                let all = a.len() + b.len();
                if both.len() >= 2 * (CELLS_MIN - 1) && ratio(both.len(), all) >= SHARE_MIN {
                    let cause = self.cause(&[a_new, b_new], CauseKind::Exchanged, String::new(), both.len() / 2);
                    found.push((cause, both));
                }
            }
        }
        found
    }

    /// A column of figures of which nearly all changed, and by how much its sum did.
    fn restated(&self, (from, to): (usize, usize), changed: usize) -> Option<Cause> {
        let (old, new) = (self.compared.old, self.compared.new);
        let figures =
            self.matched.iter().filter_map(|it| value::figure((old, it.0, from)).zip(value::figure((new, it.1, to))));
        let (mut rows, mut before, mut now) = (0, 0.0, 0.0);
        for it in figures {
            rows += 1;
            before += it.0.nearest_float();
            now += it.1.nearest_float();
        }
        let is_whole = rows >= RESTATED_ROWS_MIN && ratio(changed, rows + self.known) >= RESTATED_SHARE_MIN;
        if !is_whole || self.compared.naming[to] || before == 0.0 {
            return None;
        }
        // The report shows it to one digit; it decides nothing.
        let detail = format!("{:+.1}", (now - before) / f64::abs(before) * 100.0);
        Some(self.cause(&[to], CauseKind::Restated, detail, changed))
    }

    /// Rows in another order, and the column that they are sorted by now.
    fn resorted(&self, changes: &[RowChange]) -> Option<Cause> {
        let moved = changes.iter().filter(|it| it.op == Op::Moved || it.moved).count();
        if moved < MOVED_MIN || moved * 5 < self.matched.len() + self.known {
            return None;
        }
        let sorted = self.compared.pairs.iter().find_map(|&(_, to)| {
            let rises = self.is_sorted(to, true);
            (rises || self.is_sorted(to, false)).then_some((to, rises))
        });
        let columns: Vec<usize> = sorted.iter().map(|it| it.0).collect();
        let detail = sorted.map_or(String::new(), |it| if it.1 { "rising" } else { "falling" }.to_owned());
        Some(self.cause(&columns, CauseKind::Resorted, detail, moved))
    }

    fn is_sorted(&self, column: usize, rises: bool) -> bool {
        let table = self.compared.new;
        let rows = || (0..table.rows.len()).map(|row| (table, row, column));
        let distinct = |it: &[f64]| it.first().zip(it.last()).is_some_and(|it| it.0.total_cmp(it.1).is_ne());
        if table.columns[column].kind.is_number() {
            let figures: Vec<f64> = rows().filter_map(value::figure).map(Decimal::nearest_float).collect();
            let in_order = figures.windows(2).all(|it| if rises { it[0] <= it[1] } else { it[0] >= it[1] });
            return figures.len() * 10 >= table.rows.len() * 9 && in_order && distinct(&figures);
        }
        let texts: Vec<_> = rows().map(value::text).collect();
        let in_order = texts.windows(2).all(|it| if rises { it[0] <= it[1] } else { it[0] >= it[1] });
        in_order && texts.first() != texts.last()
    }
}

/// Whether one mark stands in a figure, before its last three digits.
fn has_mark(text: &str) -> bool {
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let text = text.trim().trim_start_matches(['-', '\u{2212}']);
    text.split_once(['.', ',']).is_some_and(|it| digits(it.0) && it.0.len() <= 3 && digits(it.1) && it.1.len() == 3)
}

/// The cells, if they are enough of those that changed.
fn enough(cells: Vec<Changed>, changed: usize) -> Option<Vec<Changed>> {
    (cells.len() >= CELLS_MIN && ratio(cells.len(), changed) >= SHARE_MIN).then_some(cells)
}

/// A figure times a power of ten.
fn scaled(it: Decimal, power: i8) -> Decimal {
    Decimal { exponent: it.exponent.saturating_add(power), ..it }
}
