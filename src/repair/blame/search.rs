//! Which figures, changed to what, explain why rules fail: a search in steps.
//!
//! A rule that fails must have a changed figure, so the search branches over
//! the figures of one rule that fails, to the values that rules ask of them.
//! What a branch is worth is a sum of logarithms: how likely the figure is
//! wrong at all, that it was printed so where the other was meant, how it
//! fits its context, and how many rules then fail or hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::number;
use super::super::range::{Range, unit};
use super::super::ratio::Ratio;
use super::super::system::{Block, System};
use super::likely::{Printed, slipped};
use super::rows::{Changed, Known, Rules};
use super::{Evidence, Options};
use crate::slip::{SlipKind, slips};
use crate::table::Decimal;

/// What a rule that still fails costs.
pub(super) const STILL_FAILS: f64 = 10.0;
/// What a rule that held and now fails costs.
pub(super) const BROKEN: f64 = 4.0;
/// What one more wrong figure in a block costs: one is rare, and two at a time are rarer.
const MORE: f64 = 2.0;
/// A total is wrong sooner than one of its parts, the sooner the more there are.
const TOTAL: f64 = 0.5;
/// A total that is a part itself is checked twice.
const SUBTOTAL: f64 = 1.0;
/// What context can weigh, either way.
const CONTEXT: f64 = 0.8;
const CONTEXT_MAX: f64 = 8.0;
/// Small figures are commoner than large ones.
const SIZE: f64 = 0.6;
/// So far behind the best move others are looked at.
const BEHIND_MAX: f64 = 14.0;
/// So far behind the best explanation a branch is left.
const HOPELESS: f64 = 9.0;
/// So many moves are followed at first, and later.
const FIRST_MOVES: usize = 12;
const LATER_MOVES: usize = 32;
/// So many states are kept a step.
const BEAM: usize = 24;
/// So many rules are compared for the one to branch at, at first and later.
const RULES_FIRST: usize = 3;
const RULES_LATER: usize = 2;
/// So many values are tried of one figure.
const VALUES_MAX: usize = 4;
/// So many slips are tried of a figure that is only bounded.
const SLIPS_MAX: usize = 12;
/// Of values that rounding allows so many are looked at.
const WITHIN_MAX: i128 = 41;
/// So many explanations are kept.
const KEPT_MAX: usize = 20_000;

/// A state by its cells, in the order of their names, and their values.
pub(super) type Key = Vec<(usize, i128, i8)>;

/// One explanation: figures in place of printed ones.
#[derive(Clone, Debug)]
pub(crate) struct Explained {
    pub(crate) changed: Changed,
    /// The natural logarithm of how likely it is, against the others.
    pub(crate) score: f64,
    /// How many of the rules that failed still do.
    pub(crate) failing: usize,
    /// How many that held now fail.
    pub(crate) broken: usize,
    /// Whether all other rules were asked.
    pub(crate) is_judged: bool,
    /// What happened to all of the figures at once, with its words.
    pub(crate) together: Option<(SlipKind, String)>,
}

impl Explained {
    /// What it may come to: each further change mends two rules at most, as a
    /// rule, and costs something.
    pub(super) fn hope(&self) -> f64 {
        self.score + STILL_FAILS * number(self.failing) - 2.0 * number(self.failing.div_ceil(2))
    }

    /// The same with one figure more changed.
    fn and(&self, it: &Move) -> Self {
        let mut changed = self.changed.clone();
        changed.push((it.cell, it.to));
        changed.sort_by_key(|it| it.0);
        Self {
            changed,
            score: self.score + it.gain - if self.changed.is_empty() { 0.0 } else { MORE },
            failing: self.failing - it.mended,
            broken: self.broken.saturating_add_signed(it.broken),
            is_judged: false,
            together: None,
        }
    }
}

/// The state of a search.
pub(super) struct Search<'a> {
    pub(super) rules: Rules<'a>,
    pub(super) system: &'a System,
    pub(super) evidence: &'a Evidence<'a>,
    /// The rules that fail, by a name that does not hang on their order.
    failing: Vec<usize>,
    is_failing: HashSet<usize>,
    /// The place of each cell by its name.
    pub(super) order: HashMap<usize, usize>,
    /// How likely a cell is wrong, before its figure is looked at.
    priors: HashMap<usize, f64>,
    contexts: HashMap<(usize, Decimal), f64>,
    pub(super) found: BTreeMap<Key, Explained>,
    /// What rules add up to in the state whose moves are looked at.
    known: Known,
    pub(super) steps: usize,
    budget: usize,
}

/// A value that is asked of a figure.
#[derive(Clone, Copy)]
struct RequiredValue {
    to: Decimal,
    /// The least and the largest that would do, where rounding allows several.
    within: [Decimal; 2],
}

/// One more figure changed.
struct Move {
    cell: usize,
    to: Decimal,
    gain: f64,
    mended: usize,
    /// How many more rules that held fail, or fewer.
    broken: isize,
}

impl<'a> Search<'a> {
    pub(super) fn new(system: &'a System, block: &Block, evidence: &'a Evidence<'a>, options: Options) -> Self {
        let rules = Rules::new(system, &block.rows);
        let none = Changed::new();
        let mut failing: Vec<usize> = block.rows.iter().copied().filter(|&it| !rules.holds(it, &none)).collect();
        let mut named: Vec<(String, usize)> = block.cells.iter().map(|&it| ((evidence.name)(it), it)).collect();
        named.sort();
        let order: HashMap<usize, usize> = named.iter().enumerate().map(|(at, it)| (it.1, at)).collect();
        let key = |row: usize| {
            let mut cells: Vec<usize> =
                system.rows[row].terms.iter().filter_map(|it| order.get(&it.1).copied()).collect();
            cells.sort_unstable();
            (cells.len(), cells)
        };
        failing.sort_by_cached_key(|&it| key(it));
        let steps = block.rows.iter().map(|&it| system.rows[it].terms.len()).sum();
        let mut search = Self {
            rules,
            system,
            evidence,
            is_failing: failing.iter().copied().collect(),
            failing,
            order,
            priors: HashMap::new(),
            contexts: HashMap::new(),
            found: BTreeMap::new(),
            known: Known::default(),
            steps,
            budget: options.steps,
        };
        search.weigh(block);
        search
    }

    /// How many rules fail.
    pub(super) fn failing(&self) -> &[usize] {
        &self.failing
    }

    /// Whether the search was cut short.
    pub(super) fn is_cut(&self) -> bool {
        self.steps > self.budget
    }

    /// Weighs each cell by what it is to its rules.
    fn weigh(&mut self, block: &Block) {
        let mut parts: HashMap<usize, usize> = HashMap::new();
        let mut is_part: HashSet<usize> = HashSet::new();
        for &at in &block.rows {
            let row = &self.system.rows[at];
            let Some(total) = row.total_cell() else { continue };
            let count = parts.entry(total).or_default();
            *count = (*count).max(row.terms.len() - 1);
            is_part.extend(row.terms.iter().map(|it| it.1).filter(|it| *it != total));
        }
        for &cell in &block.cells {
            let total = parts.get(&cell).map_or(0.0, |&it| TOTAL + TOTAL * number(it).ln());
            let below = if total > 0.0 && is_part.contains(&cell) { SUBTOTAL } else { 0.0 };
            let doubt = (self.evidence.doubt)(cell).max(1e-6);
            self.priors.insert(cell, total - below + doubt.ln());
        }
    }

    /// Looks for explanations until there are no more, or the budget is spent.
    pub(super) fn run(&mut self) {
        let mut beam = vec![self.start()];
        let mut first = true;
        while !beam.is_empty() && !self.is_cut() {
            let mut next: BTreeMap<Key, Explained> = BTreeMap::new();
            for state in &beam {
                for it in self.moves(state, first) {
                    let after = state.and(&it);
                    next.entry(self.key(&after.changed)).or_insert(after);
                }
                if self.is_cut() {
                    break;
                }
            }
            let fresh: Vec<(Key, Explained)> = next.into_iter().filter(|it| !self.found.contains_key(&it.0)).collect();
            for (key, it) in &fresh {
                if self.found.len() < KEPT_MAX {
                    self.found.insert(key.clone(), it.clone());
                }
            }
            beam = self.kept(fresh);
            first = false;
        }
    }

    /// Nothing changed.
    pub(super) fn start(&self) -> Explained {
        Explained {
            changed: Changed::new(),
            score: -STILL_FAILS * number(self.failing.len()),
            failing: self.failing.len(),
            broken: 0,
            is_judged: false,
            together: None,
        }
    }

    /// The states worth going on from.
    fn kept(&self, fresh: Vec<(Key, Explained)>) -> Vec<Explained> {
        let best =
            self.found.values().filter(|it| it.failing == 0).map(|it| it.score).fold(f64::NEG_INFINITY, f64::max);
        let mut open: Vec<(Key, Explained)> =
            fresh.into_iter().filter(|it| it.1.failing > 0 && it.1.hope() >= best - HOPELESS).collect();
        open.sort_by(|a, b| b.1.hope().total_cmp(&a.1.hope()).then_with(|| a.0.cmp(&b.0)));
        open.truncate(BEAM);
        open.into_iter().map(|it| it.1).collect()
    }

    /// A state by the names of its cells.
    pub(super) fn key(&self, changed: &Changed) -> Key {
        let mut key: Key = changed
            .iter()
            .map(|(cell, to)| {
                let to = to.normal();
                (self.order[cell], to.units, to.exponent)
            })
            .collect();
        key.sort_unstable();
        key
    }

    /// The moves from a state: the figures of one rule that still fails.
    fn moves(&mut self, state: &Explained, first: bool) -> Vec<Move> {
        self.known.clear();
        let open: Vec<usize> =
            self.failing.clone().into_iter().filter(|&it| !self.rules.holds(it, &state.changed)).collect();
        let only = self.failing.len() == 1;
        let places: HashMap<usize, usize> = open.iter().enumerate().map(|(place, it)| (*it, place)).collect();
        let mut best: Option<(f64, Vec<Move>)> = None;
        for row in self.branches(&open, state, if first { RULES_FIRST } else { RULES_LATER }) {
            let moves = self.moves_of(row, &places, state);
            let top = moves.iter().map(|it| it.gain).fold(f64::NEG_INFINITY, f64::max);
            if best.as_ref().is_none_or(|it| it.0 < top) {
                best = Some((top, moves));
            }
        }
        let Some((top, mut moves)) = best else { return Vec::new() };
        if only {
            return moves;
        }
        moves.retain(|it| it.gain >= top - BEHIND_MAX);
        moves.sort_by(|a, b| b.gain.total_cmp(&a.gain).then_with(|| self.order[&a.cell].cmp(&self.order[&b.cell])));
        moves.truncate(if first { FIRST_MOVES } else { LATER_MOVES });
        moves
    }

    /// The rules to branch at: first those with a gap that another has too (a
    /// row and a column that share the figure), then the shortest.
    fn branches(&mut self, open: &[usize], state: &Explained, most: usize) -> Vec<usize> {
        let gaps: Vec<Option<Ratio>> = open.iter().map(|&it| self.rules.residual(it, &state.changed)).collect();
        self.steps += open.len();
        let mut count: HashMap<&Ratio, usize> = HashMap::new();
        for it in gaps.iter().flatten() {
            *count.entry(it).or_default() += 1;
        }
        let is_pair = |at: usize| gaps[at].as_ref().is_some_and(|it| count[it] == 2);
        let mut order: Vec<usize> = (0..open.len()).collect();
        // The rules stand by length already.
        order.sort_by_key(|&at| !is_pair(at));
        order.into_iter().take(most).map(|at| open[at]).collect()
    }

    fn moves_of(&mut self, row: usize, open: &HashMap<usize, usize>, state: &Explained) -> Vec<Move> {
        let mut moves = Vec::new();
        let system = self.system;
        for (_, cell) in &system.rows[row].terms {
            let cell = *cell;
            if !self.order.contains_key(&cell) || state.changed.iter().any(|it| it.0 == cell) {
                continue;
            }
            if self.is_cut() {
                break;
            }
            for asked in self.asked(row, cell, open, state) {
                moves.extend(self.weighed(cell, asked, state));
            }
        }
        moves
    }

    /// The values that the rules which fail ask of a figure, this one's first.
    fn asked(
        &mut self,
        row: usize,
        cell: usize,
        open: &HashMap<usize, usize>,
        state: &Explained,
    ) -> Vec<RequiredValue> {
        // What bounds a figure leaves many values, and no room for those asked
        // for: it comes last, and the order of the rules plays no part.
        let mut rows: Vec<usize> = self.system.users[cell].iter().copied().filter(|it| open.contains_key(it)).collect();
        rows.sort_by_key(|it| (!self.system.rows[*it].is_equation(), *it != row, open[it]));
        let allowed = self.system.cells[cell].allowed();
        let mut values: Vec<RequiredValue> = Vec::new();
        for row in rows.into_iter().take(VALUES_MAX) {
            self.steps += 1;
            let need = self.rules.need_knowing(row, cell, (&state.changed, &mut self.known)).and(&allowed);
            let is_range = self.system.rows[row].is_equation();
            for to in self.values_in(row, cell, &need) {
                if !values.iter().any(|known| known.to.same_value(to)) {
                    let within = if is_range { within(&need, to) } else { [to; 2] };
                    values.push(RequiredValue { to, within });
                }
            }
        }
        values.truncate(SLIPS_MAX);
        values
    }

    /// The values to be tried of a range: the one that it leaves, its middle,
    /// or where it has no end the slips that lead into it.
    fn values_in(&self, row: usize, cell: usize, need: &Range) -> Vec<Decimal> {
        let unknown = &self.system.cells[cell];
        let printed = unknown.printed.unwrap_or(Decimal::whole(0));
        if need.is_empty() {
            return Vec::new();
        }
        // What a bound and the type leave is no value to be asked for.
        let (true, Some(low), Some(high)) = (self.system.rows[row].is_equation(), &need.low, &need.high) else {
            return self.slips_into(cell, printed, need);
        };
        let middle = &(&low.value + &high.value) / &Ratio::whole(2);
        // What others of the rule print more precisely, this one may have, too.
        let finest = self.rules.finest.get(&row).copied();
        let finer = finest.filter(|it| *it < printed.exponent && !unknown.is_whole());
        let mut units = [Some(printed.exponent), finer].into_iter().flatten();
        let value = units.find_map(|exponent| nearest(&middle, exponent).filter(|it| need.has(&Ratio::of(*it))));
        value.into_iter().filter(|it| !it.same_value(printed)).collect()
    }

    fn slips_into(&self, cell: usize, printed: Decimal, need: &Range) -> Vec<Decimal> {
        if need.has(&Ratio::of(printed)) || (need.low.is_none() && need.high.is_none()) {
            return Vec::new();
        }
        let all = slips(printed, self.system.cells[cell].kind);
        let mut fits: Vec<_> = all.into_iter().filter(|it| need.has(&Ratio::of(it.to))).collect();
        let fit = |it: Decimal| self.context(cell, printed, it) + self.slipped(cell, printed, it);
        fits.sort_by(|a, b| fit(b.to).total_cmp(&fit(a.to)));
        fits.into_iter().take(SLIPS_MAX).map(|it| it.to).collect()
    }

    fn slipped(&self, cell: usize, printed: Decimal, to: Decimal) -> f64 {
        self.slipped_within(cell, printed, RequiredValue { to, within: [to; 2] })
    }

    /// How likely a figure was printed as it is: on average over all values that
    /// were asked for, as many as are looked at. One of them was meant, and
    /// rounding hides which.
    fn slipped_within(&self, cell: usize, printed: Decimal, asked: RequiredValue) -> f64 {
        let neighbours = (self.evidence.neighbours)(cell);
        let is_blank = self.system.cells[cell].is_blank;
        let before = (self.evidence.before)(cell);
        let printed = Printed { figure: printed, is_blank, neighbours: &neighbours, before };
        let [low, high] = asked.within.map(|it| it.units);
        let count = (high - low + 1).clamp(1, WITHIN_MAX);
        if count == 1 {
            return slipped(printed, asked.to).log;
        }
        let value = |it: i128| Decimal { units: low + it * (high - low) / (count - 1), exponent: asked.to.exponent };
        let sum: f64 = (0..count).map(|it| slipped(printed, value(it)).log.exp()).sum();
        #[expect(clippy::cast_precision_loss, reason = "of a few dozen")]
        let mean = sum / count as f64;
        mean.ln()
    }

    pub(super) fn context(&self, cell: usize, printed: Decimal, to: Decimal) -> f64 {
        let fits = |it: Decimal| (self.evidence.fit)(cell, it);
        if let (Some(to), Some(from)) = (fits(to), fits(printed)) {
            return (CONTEXT * (to - from)).clamp(-CONTEXT * CONTEXT_MAX, CONTEXT * CONTEXT_MAX);
        }
        if self.system.cells[cell].is_blank {
            // Nothing was printed, and nothing is of no size.
            return 0.0;
        }
        let size = |it: Decimal| (Ratio::of(it).approximate().abs() + 1.0).ln();
        SIZE * (size(printed) - size(to))
    }

    /// What a change is worth in a state.
    fn weighed(&mut self, cell: usize, asked: RequiredValue, state: &Explained) -> Option<Move> {
        let (to, printed) = (asked.to, self.system.cells[cell].printed.unwrap_or(Decimal::whole(0)));
        let known = self.contexts.get(&(cell, to)).copied();
        let own = known.unwrap_or_else(|| {
            self.priors[&cell] + self.slipped_within(cell, printed, asked) + self.context(cell, printed, to)
        });
        self.contexts.insert((cell, to), own);
        let mut changed = state.changed.clone();
        changed.push((cell, to));
        let (mut mended, mut broken, mut gain) = (0_usize, 0_usize, own);
        let (mut again, mut healed) = (0_usize, 0_usize);
        for &row in &self.system.users[cell] {
            self.steps += 1;
            if !self.rules.is_asked(row) {
                continue;
            }
            let [before, after] = self.rules.both_hold(row, &mut self.known, (&state.changed, &changed));
            match (self.is_failing.contains(&row), before, after) {
                (true, false, true) => mended += 1,
                (true, true, false) => again += 1,
                (false, true, false) => broken += 1,
                (false, false, true) => healed += 1,
                _ => {}
            }
        }
        gain += STILL_FAILS * (number(mended) - number(again)) - BROKEN * (number(broken) - number(healed));
        // A move that mends nothing, or undoes what another mended, leads nowhere.
        let broken = broken.cast_signed() - healed.cast_signed();
        (mended > 0 && again == 0).then_some(Move { cell, to, gain, mended, broken })
    }
}

/// The least and the largest value of a range, printed as one of them is.
fn within(range: &Range, one: Decimal) -> [Decimal; 2] {
    let (Some(low), Some(high)) = (&range.low, &range.high) else { return [one; 2] };
    let ends = [nearest(&low.value, one.exponent), nearest(&high.value, one.exponent)];
    match ends {
        [Some(low), Some(high)] if low.units <= one.units && one.units <= high.units => [low, high],
        _ => [one; 2],
    }
}

/// The figure nearest to a value that is printed to a power of ten.
fn nearest(value: &Ratio, exponent: i8) -> Option<Decimal> {
    let step = unit(Decimal { units: 1, exponent });
    let scaled = &(value / &step) + &(&Ratio::ONE / &Ratio::whole(2));
    match scaled.floor() {
        Ratio::Small(units, 1) => Some(Decimal { units: i128::from(units), exponent }),
        _ => None,
    }
}
