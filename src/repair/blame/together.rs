//! Explanations that change several figures for one reason: two exchanged, a
//! line one cell off, glued digits split in the wrong place.

use std::collections::{BTreeMap, HashSet};

use super::super::range::unit;
use super::super::ratio::Ratio;
use super::super::system::Block;
use super::search::{Explained, Key, STILL_FAILS, Search};
use crate::slip::{SlipKind, choices};
use crate::table::Decimal;

/// Above so many cells of a block only neighbours are exchanged.
const PAIRS_MAX: usize = 60;
/// Above so many cells of a line nothing is tried of it.
const LINE_MAX: usize = 400;
/// Figures one cell off break at least so many rules.
const SHIFTED_MIN: usize = 3;

// Thousandths of a natural logarithm, as in `slip`.
const SWAPPED: i64 = 1_900;
const FAR: i64 = 1_500;
const SHIFTED: i64 = 3_500;
const SPLIT: i64 = 1_500;

/// What a figure gains at least where it belongs, as a natural logarithm.
const FITS_BETTER: f64 = 3.0;

/// So many states that explain a part are gone on from.
const OPEN_MAX: usize = 5;

/// One way to change several figures.
struct Mishap {
    kind: SlipKind,
    words: &'static str,
    cost: i64,
}

impl Search<'_> {
    /// Adds the explanations by one mishap that changed several figures, alone
    /// or beside the best that other explanations leave open.
    pub(super) fn find_together(&mut self, block: &Block) {
        let start = self.start();
        let mut open: Vec<(f64, Key, Explained)> = self
            .found
            .iter()
            .filter(|it| it.1.failing > 0)
            .map(|(key, it)| (it.hope(), key.clone(), it.clone()))
            .collect();
        open.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        open.truncate(OPEN_MAX);
        self.add_together(block, &start);
        for (_, _, it) in open {
            self.add_together(block, &it);
        }
    }

    fn add_together(&mut self, block: &Block, base: &Explained) {
        let left: Vec<usize> =
            self.failing().iter().copied().filter(|&it| !self.rules.holds(it, &base.changed)).collect();
        let mut cells: Vec<usize> =
            left.iter().flat_map(|&it| self.system.rows[it].terms.iter().map(|it| it.1)).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.retain(|cell| self.order.contains_key(cell) && base.changed.iter().all(|it| it.0 != *cell));
        if cells.len() > LINE_MAX {
            return;
        }
        self.exchanged(&cells, base);
        for &cell in &cells {
            for (next, one, other) in (self.evidence.splits)(cell) {
                let digits = one.units.unsigned_abs().to_string().len() + other.units.unsigned_abs().to_string().len();
                let mishap = Mishap {
                    kind: SlipKind::Split,
                    words: "glued digits split in the wrong place",
                    cost: SPLIT + choices(digits),
                };
                self.try_together(&[(cell, one), (next, other)], &mishap, base);
            }
        }
        if left.len() >= SHIFTED_MIN && base.changed.is_empty() {
            self.lines(block, &cells, base);
        }
    }

    /// Two figures of a row or a column, or at one corner, swapped.
    fn exchanged(&mut self, cells: &[usize], base: &Explained) {
        // Exchanged, any two figures are as a bound wants them: that shows
        // nothing, where each is not out of place beside what stands around it.
        let is_bounded = self.failing().iter().all(|&it| !self.system.rows[it].is_equation());
        let totals: HashSet<usize> =
            self.failing().iter().filter_map(|&it| self.system.rows[it].total_cell()).collect();
        for (at, &one) in cells.iter().enumerate() {
            for &other in &cells[at + 1..] {
                let (a, b) = (self.system.cells[one].at.cell, self.system.cells[other].at.cell);
                let (down, across) = (a.row.abs_diff(b.row), a.column.abs_diff(b.column));
                let in_line = down == 0 || across == 0;
                let is_near = down <= 1 && across <= 1;
                let has_total = totals.contains(&one) != totals.contains(&other);
                let is_asked = is_near || (in_line && (has_total || cells.len() <= PAIRS_MAX));
                if a.table != b.table || !is_asked {
                    continue;
                }
                let (Some(first), Some(second)) = (self.rules.printed[one], self.rules.printed[other]) else {
                    continue;
                };
                if first.same_value(second) || (is_bounded && !self.fits_better([(one, first), (other, second)])) {
                    continue;
                }
                let kind = if has_total { SlipKind::Total } else { SlipKind::Swapped };
                let words = "swapped";
                let cost = match (is_near, in_line) {
                    (true, true) => choices(4),
                    (true, false) => choices(8),
                    (false, _) => FAR + choices(cells.len()),
                };
                let cost = SWAPPED + cost;
                self.try_together(&[(one, second), (other, first)], &Mishap { kind, words, cost }, base);
            }
        }
    }

    /// Whether each of two figures fits the place of the other much better than its own.
    fn fits_better(&self, [(one, first), (other, second)]: [(usize, Decimal); 2]) -> bool {
        let gain = |cell: usize, from: Decimal, to: Decimal| {
            let fit = |it: Decimal| (self.evidence.fit)(cell, it);
            Some(fit(to)? - fit(from)?)
        };
        let gains = [gain(one, first, second), gain(other, second, first)];
        gains.iter().all(|it| it.is_some_and(|it| it > FITS_BETTER))
    }

    /// Lines of figures shifted by one cell; the one that was lost is what the rules need.
    fn lines(&mut self, block: &Block, cells: &[usize], base: &Explained) {
        let mut lines: BTreeMap<(usize, bool, usize), Vec<usize>> = BTreeMap::new();
        for &cell in cells {
            let at = self.system.cells[cell].at.cell;
            lines.entry((at.table, true, at.row)).or_default();
            lines.entry((at.table, false, at.column)).or_default();
        }
        for &cell in &block.cells {
            let at = self.system.cells[cell].at.cell;
            for key in [(at.table, true, at.row), (at.table, false, at.column)] {
                if let Some(line) = lines.get_mut(&key).filter(|_| self.rules.printed[cell].is_some()) {
                    line.push(cell);
                }
            }
        }
        for mut line in lines.into_values().filter(|it| (3..=LINE_MAX).contains(&it.len())) {
            for _ in 0..2 {
                self.shifted(&line, base);
                line.reverse();
            }
        }
    }

    /// A line whose figures stand one cell too far on: the last one is lost.
    fn shifted(&mut self, line: &[usize], base: &Explained) {
        let Some((&lost, kept)) = line.split_last() else { return };
        let mut changed = Vec::new();
        for (at, &cell) in kept.iter().enumerate() {
            let Some(to) = self.rules.printed[line[at + 1]] else { return };
            if self.rules.printed[cell].is_none_or(|it| !it.same_value(to)) {
                changed.push((cell, to));
            }
        }
        // So many figures in the wrong place break many rules: a line moved to
        // fit is no explanation of a few.
        if changed.len() < 3 || self.failing().len() * 2 < changed.len() {
            return;
        }
        let need = self.system.users[lost]
            .iter()
            .filter(|&&it| self.rules.is_asked(it))
            .fold(self.system.cells[lost].allowed(), |need, &row| need.and(&self.rules.need(row, lost, &changed)));
        let Some(printed) = self.rules.printed[lost] else { return };
        let Some(Ratio::Small(units, 1)) = need.only(&unit(printed)).map(|it| &it / &unit(printed)) else { return };
        changed.push((lost, Decimal { units: i128::from(units), exponent: printed.exponent }));
        let mishap =
            Mishap { kind: SlipKind::Shifted, words: "figures shifted by one cell", cost: SHIFTED + choices(4) };
        self.try_together(&changed, &mishap, base);
    }

    /// Takes an explanation if every rule then holds.
    fn try_together(&mut self, own: &[(usize, Decimal)], mishap: &Mishap, base: &Explained) {
        let fits = |&(cell, to): &(usize, Decimal)| {
            self.order.contains_key(&cell) && self.system.cells[cell].allowed().has(&Ratio::of(to))
        };
        if !own.iter().all(fits) || own.iter().any(|it| base.changed.iter().any(|other| other.0 == it.0)) {
            return;
        }
        let mut changed = [&base.changed[..], own].concat();
        changed.sort_by_key(|it| it.0);
        let mends = self.failing().iter().all(|&it| self.rules.holds(it, &changed));
        self.steps += 1;
        if !mends {
            return;
        }
        let mut rows: Vec<usize> = changed.iter().flat_map(|it| &self.system.users[it.0]).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        self.steps += rows.len();
        if rows.iter().any(|&it| self.rules.is_asked(it) && !self.rules.holds(it, &changed)) {
            return;
        }
        let context: f64 = own
            .iter()
            .map(|&(cell, to)| self.context(cell, self.rules.printed[cell].unwrap_or(Decimal::whole(0)), to))
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "of a few thousand")]
        let score = base.score + STILL_FAILS * base.failing as f64 + context - mishap.cost as f64 / 1_000.0;
        let key = self.key(&changed);
        // Beside other changes it is not all that happened.
        let together = base.changed.is_empty().then(|| (mishap.kind, mishap.words.to_owned()));
        let known = self.found.get(&key).is_some_and(|it| it.score >= score);
        if !known {
            self.found.insert(key, Explained { changed, score, failing: 0, broken: 0, is_judged: false, together });
        }
    }
}
