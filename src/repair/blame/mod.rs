//! Which figure is wrong, and what it should be: a ranking with its evidence.
//!
//! Every explanation of what fails is weighed against the others and against
//! what no explanation covers (several slips, a stale edition, a rule that
//! does not apply). A figure is as suspect as the explanations that change it
//! are likely together. `likely` weighs slips, `rows` says what rules ask,
//! `search` finds explanations, `together` those of several figures at once.
//! Floats rank; a rule holds or not exactly.

mod likely;
mod rows;
mod search;
#[cfg(test)]
mod tests;
mod together;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::number;
use super::system::{Block, System};
use crate::slip::SlipKind;
use crate::table::{ColumnType, Decimal};
pub(crate) use likely::{Printed, slipped};
pub(crate) use search::Explained;
use search::Search;

/// What is known of figures beside the rules that fail.
pub(crate) struct Evidence<'a> {
    /// A name for a cell that no other has, wherever its row stands.
    pub(crate) name: &'a dyn Fn(usize) -> String,
    /// How much likelier a cell is wrong than others: 1 where nothing is known.
    pub(crate) doubt: &'a dyn Fn(usize) -> f64,
    /// The figures printed around a cell.
    pub(crate) neighbours: &'a dyn Fn(usize) -> Vec<Decimal>,
    /// The figure of a cell in the edition before.
    pub(crate) before: &'a dyn Fn(usize) -> Option<Decimal>,
    /// Other ways to split the digits of a cell and of another behind it.
    pub(crate) splits: &'a dyn Fn(usize) -> Vec<(usize, Decimal, Decimal)>,
    /// How many rules beside those searched some figures would break.
    pub(crate) breaks: &'a Breaks<'a>,
    /// How well a figure fits the context of a cell, as a natural logarithm;
    /// `None` where nothing shows what to expect.
    pub(crate) fit: &'a dyn Fn(usize, Decimal) -> Option<f64>,
}

/// How many rules some figures would break.
pub(crate) type Breaks<'a> = dyn Fn(&[(usize, Decimal)]) -> usize + 'a;

/// How long to search.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// So many steps: a rule asked about a figure.
    pub(crate) steps: usize,
}

/// A figure that may be wrong.
#[derive(Clone, Debug)]
pub(crate) struct Accused {
    /// The cell of the system.
    pub(crate) cell: usize,
    /// What the rules ask for; `None` where nothing fits.
    pub(crate) to: Option<Decimal>,
    /// How many of the rules that fail ask for that value.
    pub(crate) asked: usize,
    /// How likely it is wrong, if any explanation here is right: 0 to 1.
    pub(crate) share: f64,
    /// The slip that would explain the value, with its words.
    pub(crate) slip: Option<(SlipKind, String)>,
    /// Whether it hangs together with so many other wrong figures that others
    /// of the same rules would do as well.
    pub(crate) is_entangled: bool,
}

/// What was found of a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blame {
    /// The likeliest first.
    pub(crate) accused: Vec<Accused>,
    /// How many more could be wrong, less likely.
    pub(crate) others: usize,
    /// The likeliest first; at most [`EXPLANATIONS_MAX`].
    pub(crate) explanations: Vec<Explained>,
    /// Whether the rules that fail only bound several figures, and ask for no value.
    pub(crate) is_bounded: bool,
    /// How likely the first of them is right, if any is: 0 to 1.
    pub(crate) first: f64,
    /// How likely none of the explanations is right: 0 to 1.
    pub(crate) other: f64,
    /// How many figures cannot be wrong alone: they would have to be negative.
    pub(crate) negative: usize,
    /// Parts that print the same as the total of the only rule that fails.
    pub(crate) copied: Vec<usize>,
    /// What cut the search short, in words.
    pub(crate) limit: Option<String>,
    /// How much work it was.
    pub(crate) steps: usize,
}

/// So many explanations are put to the rules that are not linear.
const JUDGED_MAX: usize = 12;
/// A slip within bounds is named if it is so much of all that a figure may be.
const NAMED_SLIP: f64 = 0.35;
/// So many figures are named.
pub(crate) const ACCUSED_MAX: usize = 60;
/// So many explanations are handed out.
pub(crate) const EXPLANATIONS_MAX: usize = 40;
/// What no explanation covers, before anything is known.
const OTHER: f64 = -7.0;
/// The same for each rule more that fails.
const OTHER_RULE: f64 = -10.0;
/// Parts that print the total speak for copied cells, whose figures are lost.
const COPIED_TOTAL: f64 = 6.0;
/// Of so many changes that hang together all the ways to place them are seen.
const TOLD_APART_MAX: usize = 3;
/// Among many changes one is told apart only where rules of its kinds hold so often.
const ALONE_MIN: f64 = 0.08;
/// Above so many figures of a rule any of them gains.
const SHORT_RULE: usize = 20;

/// A cell that some explanation changes.
struct Suspected {
    cell: usize,
    /// The explanations that change it, of all.
    share: f64,
    /// The likeliest of them.
    best: f64,
    /// What that makes of it.
    to: Decimal,
}

impl System {
    /// Ranks the figures that may be wrong in a block.
    pub(crate) fn blame(&self, block: &Block, evidence: &Evidence<'_>, options: Options) -> Blame {
        let mut search = Search::new(self, block, evidence, options);
        let failing = search.failing().to_vec();
        if failing.is_empty() {
            return Blame::default();
        }
        search.run();
        search.find_together(block);
        let limit = search
            .is_cut()
            .then(|| "the search for wrong figures was cut short; other figures may be wrong instead".to_owned());
        let steps = search.steps;
        let mut found: Vec<Explained> = std::mem::take(&mut search.found).into_values().collect();
        judge_others(&mut found, evidence);
        let other = self.other(&failing);
        let top = found.iter().map(|it| it.score).fold(other, f64::max);
        let weight = |score: f64| (score - top).exp();
        let all: f64 = found.iter().map(|it| weight(it.score)).sum();
        let other = weight(other) / (all + weight(other));
        let mut cells: BTreeMap<usize, Suspected> = BTreeMap::new();
        for it in &found {
            let share = weight(it.score) / all;
            for &(cell, to) in &it.changed {
                let entry = cells.entry(cell).or_insert(Suspected { cell, share: 0.0, best: 0.0, to });
                entry.share += share;
                if share > entry.best {
                    (entry.best, entry.to) = (share, to);
                }
            }
        }
        let mut ranked: Vec<Suspected> = cells.into_values().collect();
        ranked.sort_by(|a, b| {
            b.share.total_cmp(&a.share).then_with(|| search.order[&a.cell].cmp(&search.order[&b.cell]))
        });
        let key = |it: &Explained| search.key(&it.changed);
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| key(a).cmp(&key(b))));
        found.truncate(EXPLANATIONS_MAX);
        let negative = if limit.is_some() { 0 } else { self.negative(&search, &ranked) };
        let others = ranked.len().saturating_sub(ACCUSED_MAX);
        ranked.truncate(ACCUSED_MAX);
        let mut accused = self.accused(&ranked, &failing, evidence);
        if let Some(best) = found.first().filter(|it| it.together.is_none()) {
            let entangled = self.entangled(best, &search);
            for it in &mut accused {
                it.is_entangled = entangled.contains(&it.cell);
            }
        }
        let first = found.first().map_or(0.0, |it| weight(it.score) / all);
        let is_bounded = failing.iter().all(|&it| !self.rows[it].is_equation() && self.rows[it].terms.len() > 1);
        let copied = self.copied_total(&failing);
        Blame { accused, others, explanations: found, is_bounded, first, other, negative, copied, limit, steps }
    }

    /// The likeliest cells, with what is known of the value that each would need.
    fn accused(&self, ranked: &[Suspected], failing: &[usize], evidence: &Evidence<'_>) -> Vec<Accused> {
        let is_copied = !self.copied_total(failing).is_empty();
        let mut values = self.printed();
        let one = |it: &Suspected| {
            let Suspected { cell, share, best, to } = *it;
            let unknown = &self.cells[cell];
            let figure = unknown.printed.unwrap_or(Decimal::whole(0));
            let neighbours = (evidence.neighbours)(cell);
            let before = (evidence.before)(cell);
            let printed = Printed { figure, is_blank: unknown.is_blank, neighbours: &neighbours, before };
            let slip = slipped(printed, to).slip;
            let printed = values[cell].replace(to);
            // A bound asks for no value: what is offered is a slip within it.
            let own: Vec<usize> = failing
                .iter()
                .copied()
                .filter(|&it| self.rows[it].reads(cell) && self.rows[it].is_equation())
                .collect();
            let asked = own.iter().filter(|&&it| self.rows[it].holds(self, &values)).count();
            values[cell] = printed;
            // Where rules only bound a figure, of many slips none is worth naming.
            let is_known = !is_copied && (!own.is_empty() || best >= NAMED_SLIP * share);
            Accused { cell, to: is_known.then_some(to), asked, share, slip, is_entangled: false }
        };
        ranked.iter().map(one).collect()
    }

    /// The figures of rules that are tied to each other by many changes.
    ///
    /// Where the changes in rows and columns make a tree, many other trees over
    /// the same rows and columns mend them too, with other values, and no
    /// search sees them all. Only changes that share one rule, and have
    /// another each to themselves, can be told; and few can be listed.
    fn entangled(&self, best: &Explained, search: &Search<'_>) -> HashSet<usize> {
        let mut cells_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, (cell, _)) in best.changed.iter().enumerate() {
            let rows =
                self.users[*cell].iter().filter(|it| search.rules.is_asked(**it) && self.rows[**it].is_equation());
            rows.for_each(|row| cells_of.entry(*row).or_default().push(at));
        }
        // The first change of each group that hangs together.
        let mut lead: Vec<usize> = (0..best.changed.len()).collect();
        for cells in cells_of.values() {
            let leads: Vec<usize> = cells.iter().map(|it| lead[*it]).collect();
            let first = leads.iter().copied().min().unwrap_or(0);
            lead.iter_mut().filter(|it| leads.contains(it)).for_each(|it| *it = first);
        }
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, first) in lead.iter().enumerate() {
            groups.entry(*first).or_default().push(at);
        }
        // Of rules that are off by the same, any may go with any other.
        let gap = |row: usize| search.rules.residual(row, &rows::Changed::new()).map(|it| it.approximate().to_bits());
        let mut gaps: BTreeMap<u64, usize> = BTreeMap::new();
        for it in search.failing().iter().filter_map(|it| gap(*it)) {
            *gaps.entry(it).or_default() += 1;
        }
        let mut entangled = HashSet::new();
        // Among many changes not all the ways to place a few of them are seen.
        let is_crowded = best.changed.len() > TOLD_APART_MAX;
        let holding = if is_crowded { self.holding(search) } else { BTreeMap::new() };
        let most = if search.is_cut() || is_crowded { 1 } else { TOLD_APART_MAX };
        for group in groups.values() {
            let rows: Vec<(usize, &Vec<usize>)> =
                cells_of.iter().filter(|it| group.contains(&it.1[0])).map(|it| (*it.0, it.1)).collect();
            let shared = rows.iter().filter(|it| it.1.len() > 1).count();
            let is_open = rows.iter().any(|it| !search.rules.holds(it.0, &best.changed));
            let limit = if group.len() == 1 { rows.len() } else { 1 };
            let mut own = rows.iter().filter(|it| it.1.len() == 1).filter_map(|it| gap(it.0));
            let is_alike = is_crowded && own.any(|it| gaps.get(&it).is_some_and(|it| *it > limit));
            let kinds: BTreeSet<usize> = rows.iter().map(|it| self.rows[it.0].rule).collect();
            let is_dense = kinds.iter().filter_map(|it| holding.get(it)).product::<f64>() < ALONE_MIN;
            if is_open || is_alike || is_dense || (group.len() > most && shared > 1) {
                entangled.extend(rows.iter().flat_map(|it| &self.rows[it.0].terms).map(|it| it.1));
            }
        }
        entangled
    }

    /// How many rules of each kind hold, of all that are asked.
    ///
    /// Where most fail, a row and a column that are off by the same are so by
    /// accident as likely as by one figure.
    fn holding(&self, search: &Search<'_>) -> BTreeMap<usize, f64> {
        let mut counts: BTreeMap<usize, [usize; 2]> = BTreeMap::new();
        let asked = self.rows.iter().enumerate().filter(|it| it.1.is_equation() && search.rules.is_asked(it.0));
        asked.for_each(|it| counts.entry(it.1.rule).or_default()[0] += 1);
        for it in search.failing() {
            counts.entry(self.rows[*it].rule).or_default()[1] += 1;
        }
        counts.into_iter().map(|(kind, [all, fail])| (kind, 1.0 - number(fail) / number(all.max(1)))).collect()
    }

    /// How likely it is that no explanation covers what fails.
    fn other(&self, failing: &[usize]) -> f64 {
        let longest = failing.iter().map(|&it| self.rows[it].terms.len()).max().unwrap_or(0);
        let long = (number(longest.max(SHORT_RULE)) / number(SHORT_RULE)).ln();
        let copied = if self.copied_total(failing).is_empty() { 0.0 } else { COPIED_TOTAL };
        OTHER + OTHER_RULE * number(failing.len().saturating_sub(1)) + long + copied
    }

    /// The parts of the only rule that fails that print its total, where two or
    /// more do. Figures of one digit are the same by chance.
    fn copied_total(&self, failing: &[usize]) -> Vec<usize> {
        let [only] = failing[..] else { return Vec::new() };
        let row = &self.rows[only];
        let total_cell = row.total_cell();
        let total = total_cell.and_then(|it| self.cells[it].printed).filter(|it| it.units.abs() >= 10);
        let Some(total) = total else { return Vec::new() };
        let parts = row.terms.iter().map(|it| it.1).filter(|it| Some(*it) != total_cell);
        let same: Vec<usize> =
            parts.filter(|&it| self.cells[it].printed.is_some_and(|it| it.same_value(total))).collect();
        if same.len() < 2 { Vec::new() } else { same }
    }

    /// How many counts of the only rule that fails cannot mend it, since they
    /// would have to be negative.
    fn negative(&self, search: &Search<'_>, ranked: &[Suspected]) -> usize {
        let [only] = search.failing()[..] else { return 0 };
        let named: HashSet<usize> = ranked.iter().map(|it| it.cell).collect();
        let none = rows::Changed::new();
        let is_below = |cell: usize| {
            let it = &self.cells[cell];
            let is_count = it.is_free() && it.kind == ColumnType::Count && it.printed.is_some();
            is_count
                && !named.contains(&cell)
                && search.rules.need(only, cell, &none).high.is_some_and(|it| it.value.sign() < 0)
        };
        self.rows[only].terms.iter().filter(|it| is_below(it.1)).count()
    }
}

/// Asks the rules that the search does not know of the likeliest explanations.
fn judge_others(found: &mut [Explained], evidence: &Evidence<'_>) {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    for it in found.iter_mut().filter(|it| it.failing == 0).take(JUDGED_MAX) {
        let broken = (evidence.breaks)(&it.changed);
        it.broken += broken;
        it.score -= search::BROKEN * number(broken);
        it.is_judged = true;
    }
}
