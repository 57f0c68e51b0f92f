//! Causes that show in checks that fail one beside the other: what each of
//! them would have to be says what happened to all.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::number;
use super::grid::{Check, Family, Grid, Term, ln, value_ln};
use super::runs::{self, Says};
use super::{ANY, BROKEN, Common, What};
use crate::table::Decimal;

/// What may have happened to a line, or to lines beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Sort {
    Shifted { onward: bool },
    Factor { times: i128, larger: bool },
    Copied { from: usize },
    Stale { edition: usize },
    Exchanged,
    Offset { by: i128 },
}

/// One thing that may have happened: to the lines from the first to the last,
/// or to both where they are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Suspicion {
    sort: Sort,
    lines: [usize; 2],
}

/// A change of a check: what its figures would add up to more, times a divisor.
struct Change {
    more: i128,
    divisor: i128,
    /// What was lost with the last digits.
    lost: i128,
}

const FACTORS: [i128; 4] = [10, 100, 1_000, 2];
/// So many suspicions are looked into, and so many of them are asked of all rules.
const SUSPICIONS_MAX: usize = 64;
const ASKED_MAX: usize = 8;
/// A check speaks for so many blocks of one sort, or so many pairs.
const BLOCKS_MAX: usize = 8;
const PAIRS_MAX: usize = 200;
/// So many earlier editions are compared with.
const EDITIONS_MAX: usize = 12;
/// Checks of a cause at least; of an offset more, since it says less.
const CHECKS_MIN: usize = 2;
const OFFSETS_MIN: usize = 3;
/// What it takes to tell another value beside how far off it is.
const NEAR: f64 = 1.5;
/// The same of slips that are common: one digit by one or by more, ten times
/// too large, the figure of a neighbour.
const DIGIT_BY_ONE: f64 = 2.0;
const DIGIT: f64 = 3.0;
const TIMES: f64 = 3.0;
const NEIGHBOUR: f64 = 4.0;
/// A figure of fewer units says nothing once its last digits are lost.
const CUT_MIN: i128 = 20;

/// The causes that explain several checks of a family.
pub(super) fn causes(grid: &Grid<'_>, family: &Family) -> Vec<Common> {
    let failing: Vec<usize> = (0..family.checks.len()).filter(|&it| family.checks[it].fails).collect();
    if failing.len() < CHECKS_MIN {
        return Vec::new();
    }
    let mut counts: BTreeMap<Suspicion, usize> = BTreeMap::new();
    for &at in &failing {
        for it in suspicions(grid, family, at) {
            *counts.entry(it).or_default() += 1;
        }
    }
    let mut all: Vec<(f64, Suspicion)> = counts
        .into_iter()
        .filter(|it| it.1 >= it.0.sort.least())
        .map(|(it, count)| (number(count) * (family.figures_ln() + ANY) - it.cost(family), it))
        .filter(|it| it.0 > 0.0)
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.truncate(SUSPICIONS_MAX);
    let run = |(_, it): (f64, Suspicion)| {
        let says: Vec<Says> = (0..family.checks.len()).map(|at| it.says(grid, family, at)).collect();
        let (span, count, gain) = runs::best(&says, |at| apart(grid, family, at))?;
        let gain = gain - it.cost(family);
        (count >= it.sort.least() && gain > 0.0).then_some((gain, it, span, says))
    };
    let mut found: Vec<_> = all.into_iter().filter_map(run).collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.truncate(ASKED_MAX);
    found.into_iter().filter_map(|(gain, it, span, says)| it.cause(grid, family, (span, &says), gain)).collect()
}

/// What the rows between two checks cost that are none: they hold where only some rows are at hand.
fn apart(grid: &Grid<'_>, family: &Family, at: usize) -> f64 {
    match at.checked_sub(1) {
        Some(before) if !grid.printing.is_whole => {
            let between = (family.checks[at].at - family.checks[before].at).saturating_sub(1);
            2.0 * number(between)
        }
        _ => 0.0,
    }
}

/// What a failing check may be due to.
fn suspicions(grid: &Grid<'_>, family: &Family, at: usize) -> Vec<Suspicion> {
    let check = &family.checks[at];
    let mut found = Vec::new();
    // Rounded parts miss their total by as much, here and there.
    if !is_clear(grid, check) {
        return found;
    }
    let shifts = [true, false].map(|onward| Sort::Shifted { onward });
    let factors = FACTORS.into_iter().flat_map(|times| [true, false].map(|larger| Sort::Factor { times, larger }));
    for sort in shifts.into_iter().chain(factors) {
        let of = |line: usize| Suspicion { sort, lines: [line, line] };
        let single = (0..check.terms.len()).map(of).filter(|it| matches!(it.says(grid, family, at), Says::For(_)));
        found.extend(single);
        found.extend(blocks(grid, family, at, sort));
    }
    let mut same: HashMap<i128, Vec<usize>> = HashMap::new();
    for (line, it) in check.terms.iter().enumerate().filter(|it| it.1.figure != 0) {
        same.entry(it.figure).or_default().push(line);
    }
    for lines in same.values().filter(|it| (2..=BLOCKS_MAX).contains(&it.len())) {
        for &line in lines {
            let others = lines.iter().filter(|it| **it != line);
            found.extend(others.map(|&from| Suspicion { sort: Sort::Copied { from }, lines: [line, line] }));
        }
    }
    for line in 0..check.terms.len() {
        let editions = (0..grid.printing.editions.min(EDITIONS_MAX)).filter(|&it| is_stale(grid, family, at, line, it));
        found.extend(editions.map(|edition| Suspicion { sort: Sort::Stale { edition }, lines: [line, line] }));
    }
    let pair = |(one, other): (usize, usize)| Suspicion { sort: Sort::Exchanged, lines: [one, other] };
    let pairs = apart_by_weight(check).into_iter().map(pair);
    found.extend(pairs.filter(|it| matches!(it.says(grid, family, at), Says::For(_))));
    found.push(Suspicion { sort: Sort::Offset { by: check.gap }, lines: [0, check.terms.len() - 1] });
    found
}

/// Whether a cell prints the figure of an earlier edition, where figures change
/// from one to the next: that of the cell did, or nothing else of the check is
/// as it was.
fn is_stale(grid: &Grid<'_>, family: &Family, at: usize, line: usize, edition: usize) -> bool {
    let terms = &family.checks[at].terms;
    let is_same = |it: &Term| grid.earlier(edition, it.cell).map(|then| then == it.figure);
    if terms[line].figure == 0 || is_same(&terms[line]) != Some(true) {
        return false;
    }
    let mut others = (0..grid.printing.editions.min(EDITIONS_MAX)).filter(|it| *it != edition);
    let moves = others.any(|it| grid.earlier(it, terms[line].cell).is_some_and(|it| it != terms[line].figure));
    let mut beside = terms.iter().enumerate().filter(|it| it.0 != line);
    (moves || grid.printing.editions == 1) && beside.all(|it| is_same(it.1) == Some(false))
}

/// The pairs of cells of a check that are not added alike.
fn apart_by_weight(check: &Check) -> Vec<(usize, usize)> {
    let rare = |sign: i128| check.terms.iter().filter(|it| it.weight.signum() == sign).count();
    let sign = if rare(1) < rare(-1) { 1 } else { -1 };
    let few = (0..check.terms.len()).filter(|&it| check.terms[it].weight.signum() == sign);
    let pair = |one: usize| {
        let others = (0..check.terms.len()).filter(move |&it| check.terms[it].weight.signum() != sign);
        others.map(move |other| (one.min(other), one.max(other)))
    };
    few.flat_map(pair).take(PAIRS_MAX).collect()
}

/// Whether a check misses by more than rounded parts can.
fn is_clear(grid: &Grid<'_>, check: &Check) -> bool {
    let unit = |cell: usize| {
        let exponent = grid.values[cell].map_or(0, |it| it.exponent);
        grid.scaled(Decimal { units: 1, exponent }).unwrap_or(1)
    };
    let rounded: i128 = check.terms.iter().map(|it| unit(it.cell) * it.weight.abs()).sum();
    check.gap.abs() * 2 > rounded
}

/// The blocks of two lines and more of which a sort explains a check exactly.
fn blocks(grid: &Grid<'_>, family: &Family, at: usize, sort: Sort) -> Vec<Suspicion> {
    let check = &family.checks[at];
    let mut sums: HashMap<i128, Vec<usize>> = HashMap::new();
    let (mut sum, mut found) = (0_i128, Vec::new());
    sums.entry(0).or_default().push(0);
    for line in 0..check.terms.len() {
        let Some(it) = change(grid, family, at, Suspicion { sort, lines: [line, line] }) else {
            // Nothing stands there: no block goes across.
            sums.clear();
            sums.entry(sum).or_default().push(line + 1);
            continue;
        };
        sum += it.more;
        let from = sums.get(&(sum + check.gap * it.divisor));
        let starts = from.into_iter().flatten().filter(|from| line > **from);
        found.extend(starts.map(|&from| Suspicion { sort, lines: [from, line] }).take(BLOCKS_MAX));
        sums.entry(sum).or_default().push(line + 1);
        if found.len() >= BLOCKS_MAX {
            break;
        }
    }
    found
}

/// The check before or behind another.
fn beside(grid: &Grid<'_>, family: &Family, at: usize, behind: bool) -> Option<usize> {
    let here = family.checks[at].at;
    let place = if grid.printing.is_whole {
        family.checks.get(if behind { at + 1 } else { at.checked_sub(1)? })?.at
    } else if behind {
        here + 1
    } else {
        here.checked_sub(1)?
    };
    (place != here).then_some(place)
}

/// What a cell would be.
fn meant(grid: &Grid<'_>, family: &Family, at: usize, line: usize, it: Suspicion) -> Option<i128> {
    let terms = &family.checks[at].terms;
    match it.sort {
        Sort::Shifted { onward } => grid.printed(family, line, beside(grid, family, at, onward)?),
        Sort::Factor { times, larger: true } => Some(terms[line].figure / times),
        Sort::Factor { times, larger: false } => Some(terms[line].figure * times),
        Sort::Exchanged => Some(terms[it.lines[usize::from(line == it.lines[0])]].figure),
        Sort::Copied { .. } | Sort::Stale { .. } | Sort::Offset { .. } => None,
    }
}

/// What a suspicion changes of a check.
fn change(grid: &Grid<'_>, family: &Family, at: usize, it: Suspicion) -> Option<Change> {
    let terms = &family.checks[at].terms;
    let (mut more, mut lost) = (0, 0);
    for line in it.touched() {
        let Term { weight, figure, cell } = terms[line];
        more += match it.sort {
            Sort::Factor { times, larger: true } => weight * (figure - figure * times),
            _ => weight * (meant(grid, family, at, line, it)? - figure),
        };
        if let Sort::Factor { times, larger: false } = it.sort {
            let unit = grid.values[cell].and_then(|it| grid.scaled(Decimal { units: 1, ..it })).unwrap_or(1);
            lost += if times > 2 && figure.abs() >= CUT_MIN * unit { weight.abs() * times * unit / 2 } else { 0 };
        }
    }
    let divisor = if let Sort::Factor { times, larger: true } = it.sort { times } else { 1 };
    Some(Change { more, divisor, lost })
}

impl Sort {
    /// So many checks have to speak for it.
    fn least(self) -> usize {
        if matches!(self, Self::Offset { .. }) { OFFSETS_MIN } else { CHECKS_MIN }
    }
}

impl Suspicion {
    /// The lines that it changes.
    fn touched(self) -> impl Iterator<Item = usize> {
        let [first, last] = self.lines;
        let step = if self.sort == Sort::Exchanged { last - first } else { 1 };
        (first..=last).step_by(step.max(1))
    }

    /// What it takes to tell it.
    fn cost(self, family: &Family) -> f64 {
        let [first, last] = self.lines;
        let lines = ln(family.lines.len());
        let (lines, parameter) = match self.sort {
            Sort::Shifted { .. } if first == last => (lines, ln(2)),
            Sort::Shifted { .. } => (2.0 * lines, ln(2)),
            Sort::Factor { .. } if first == last => (lines, ln(2 * FACTORS.len())),
            Sort::Factor { .. } => (2.0 * lines, ln(2 * FACTORS.len())),
            Sort::Copied { .. } => (lines, lines + 1.0),
            Sort::Stale { .. } => (lines, ln(EDITIONS_MAX) + 1.0),
            Sort::Exchanged => (2.0 * lines, 0.0),
            Sort::Offset { by } => (0.0, value_ln(by)),
        };
        ANY + lines + 2.0 * ln(family.checks.len()) + parameter
    }

    /// What a check says of it.
    fn says(self, grid: &Grid<'_>, family: &Family, at: usize) -> Says {
        let check = &family.checks[at];
        let figure = |line: usize| check.terms[line].figure;
        let [first, last] = self.lines;
        let explains = match self.sort {
            Sort::Offset { by } => check.gap == by,
            Sort::Copied { from } => {
                let same = figure(first) == figure(from);
                if !check.fails {
                    return if same { Says::Nothing } else { Says::Against };
                }
                same && figure(first) != 0 && check.gap % check.terms[first].weight == 0
            }
            Sort::Stale { edition } => {
                let same = grid.earlier(edition, check.terms[first].cell) == Some(figure(first));
                if !check.fails {
                    // One that stayed the same and is right says nothing.
                    return if same { Says::Nothing } else { Says::Against };
                }
                is_stale(grid, family, at, first, edition) && check.gap % check.terms[first].weight == 0
            }
            _ => {
                let Some(it) = change(grid, family, at, self) else {
                    return if check.fails { Says::Against } else { Says::Nothing };
                };
                let lost = if first == last { it.lost } else { 0 };
                let off = (check.gap * it.divisor + it.more).abs();
                if !check.fails {
                    return if off <= check.slack * it.divisor { Says::Nothing } else { Says::Against };
                }
                it.more != 0
                    && off <= check.slack * it.divisor + lost
                    && (first == last || self.sort == Sort::Exchanged || self.leaves_some(grid, family, at))
            }
        };
        if explains { Says::For(self.slip_ln(family, check)) } else { Says::Against }
    }

    /// What a slip of its own would take: which check, and which of its figures
    /// where that shows, and another value.
    fn slip_ln(self, family: &Family, check: &Check) -> f64 {
        let (checks, value) = (ln(family.checks.len()), gap_ln(check.gap));
        match self.sort {
            Sort::Copied { .. } | Sort::Stale { .. } => checks + value_ln(check.terms[self.lines[0]].figure).min(ANY),
            Sort::Offset { .. } => checks + value,
            Sort::Factor { .. } => family.figures_ln() + value.min(TIMES),
            Sort::Shifted { .. } | Sort::Exchanged => family.figures_ln() + value.min(NEIGHBOUR),
        }
    }

    /// Whether a line beside a block would be another figure too: else the whole
    /// check moves, and with it whether it holds.
    fn leaves_some(self, grid: &Grid<'_>, family: &Family, at: usize) -> bool {
        let terms = &family.checks[at].terms;
        let mut beside = (0..terms.len()).filter(|it| !(self.lines[0]..=self.lines[1]).contains(it));
        beside.any(|it| meant(grid, family, at, it, self).is_some_and(|to| to != terms[it].figure))
    }

    /// The cause that it is, over a run of checks; `None` where a value cannot be.
    fn cause(self, grid: &Grid<'_>, family: &Family, (span, says): ([usize; 2], &[Says]), gain: f64) -> Option<Common> {
        if let Sort::Offset { by } = self.sort {
            return self.offset(grid, family, (span, says), by, gain);
        }
        let [mut first, mut last] = span;
        let mut gain = gain;
        let mut changed = Vec::new();
        let own = |at: &usize| matches!(says[*at], Says::For(_));
        for at in (first..=last).filter(|at| *at == first || says[*at] != Says::Against) {
            for line in self.touched() {
                changed.extend(self.value(grid, family, at, line));
            }
        }
        let mut covers: Vec<usize> = (first..=last).filter(own).map(|it| family.checks[it].row).collect();
        if let Some(lost) = self.lost(grid, family, span) {
            let check = &family.checks[lost];
            changed.push(needed(grid, check, self.lines[0])?);
            covers.push(check.row);
            gain += self.slip_ln(family, check);
            (first, last) = (first.min(lost), last.max(lost));
        }
        if !changed.iter().all(|&(cell, to)| grid.allows(cell, to)) {
            return None;
        }
        changed.sort_by_key(|it| it.0);
        let (mended, broken) = grid.effect(&changed);
        let own: HashSet<usize> = covers.iter().copied().collect();
        let beyond = mended.iter().any(|it| !own.contains(it));
        let what = match self.sort {
            Sort::Shifted { onward } => What::Shifted { onward },
            Sort::Factor { times, larger } => What::Factor { times: i64::try_from(times).unwrap_or(i64::MAX), larger },
            Sort::Copied { from } => What::Copied { from: family.lines[from], either: !beyond && broken.is_empty() },
            Sort::Stale { edition } => What::Stale { edition },
            Sort::Exchanged | Sort::Offset { .. } => What::Exchanged,
        };
        let is_known = !matches!(what, What::Copied { either: true, .. });
        covers.extend(mended);
        covers.sort_unstable();
        covers.dedup();
        let against = (span[0]..=span[1]).filter(|it| says[*it] == Says::Against);
        Some(Common {
            except: against.map(|it| family.checks[it].at).collect(),
            covers,
            gain: gain - BROKEN * number(broken.len()),
            breaks: broken,
            changed: if is_known { changed } else { Vec::new() },
            ..Grid::cause(family, what, self.lines, [first, last])
        })
    }

    /// The check whose figure was lost where a column was moved.
    fn lost(self, grid: &Grid<'_>, family: &Family, [first, last]: [usize; 2]) -> Option<usize> {
        let Sort::Shifted { onward } = self.sort else { return None };
        let at = if onward { last + 1 } else { first.checked_sub(1)? };
        let check = family.checks.get(at)?;
        let from = if onward { last } else { first };
        let is_next = beside(grid, family, from, onward) == Some(check.at);
        let divides = check.gap % check.terms[self.lines[0]].weight == 0;
        (self.lines[0] == self.lines[1] && check.fails && is_next && divides).then_some(at)
    }

    /// What a cell was meant to be: what its check needs, where that is one value.
    fn value(self, grid: &Grid<'_>, family: &Family, at: usize, line: usize) -> Option<(usize, Decimal)> {
        let check = &family.checks[at];
        let Term { cell, figure, weight } = check.terms[line];
        let is_single = self.lines[0] == self.lines[1];
        if matches!(self.sort, Sort::Copied { .. } | Sort::Stale { .. })
            || (is_single && check.fails && check.slack == 0)
        {
            if !check.fails {
                return None;
            }
            if check.gap % weight == 0 {
                return needed(grid, check, line);
            }
        }
        let to = meant(grid, family, at, line, self).filter(|it| *it != figure)?;
        Some((cell, grid.figure(to, grid.values[cell]?)))
    }

    /// The same offset in every check, of the line whose own sum it mends.
    fn offset(
        self,
        grid: &Grid<'_>,
        family: &Family,
        (span, says): ([usize; 2], &[Says]),
        by: i128,
        gain: f64,
    ) -> Option<Common> {
        let own = (span[0]..=span[1]).filter(|at| matches!(says[*at], Says::For(_)));
        let checks: Vec<&Check> = own.map(|it| &family.checks[it]).collect();
        let against = (span[0]..=span[1]).filter(|it| says[*it] == Says::Against);
        let except: Vec<usize> = against.map(|it| family.checks[it].at).collect();
        let like = grid.values[checks.first()?.terms[0].cell]?;
        let mut covers: Vec<usize> = checks.iter().map(|it| it.row).collect();
        let known: HashSet<usize> = covers.iter().copied().collect();
        for line in 0..family.lines.len() {
            let weight = checks[0].terms[line].weight;
            if by % weight != 0 {
                continue;
            }
            let changed: Option<Vec<_>> = checks.iter().map(|it| needed(grid, it, line)).collect();
            let Some(mut changed) = changed.filter(|all| all.iter().all(|it| grid.allows(it.0, it.1))) else {
                continue;
            };
            changed.sort_by_key(|it| it.0);
            let (mended, breaks) = grid.effect(&changed);
            if breaks.is_empty() && mended.iter().any(|it| !known.contains(it)) {
                covers.extend(mended);
                covers.sort_unstable();
                covers.dedup();
                let what = What::Offset { by: grid.figure(by / weight, like), is_known: true };
                return Some(Common { except, changed, covers, gain, ..Grid::cause(family, what, [line, line], span) });
            }
        }
        let what = What::Offset { by: grid.figure(by, like), is_known: false };
        Some(Common { except, covers, gain, ..Grid::cause(family, what, self.lines, span) })
    }
}

/// What it takes to tell a slip by how far off it is: one digit changed is the
/// commonest of all.
fn gap_ln(gap: i128) -> f64 {
    let mut digits = gap.abs();
    while digits > 9 && digits % 10 == 0 {
        digits /= 10;
    }
    let most = match digits {
        1 => DIGIT_BY_ONE,
        2..=9 => DIGIT,
        _ => ANY,
    };
    (NEAR + value_ln(gap)).min(most)
}

/// What a check needs of one of its cells.
fn needed(grid: &Grid<'_>, check: &Check, line: usize) -> Option<(usize, Decimal)> {
    let Term { weight, cell, figure } = check.terms[line];
    Some((cell, grid.figure(figure - check.gap / weight, grid.values[cell]?)))
}
