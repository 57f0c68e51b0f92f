//! What must hold of groups of rows that share the values of some columns, by
//! folds of their rows: whatever order chunks of a file are read in, those of a
//! group are joined in the order of the file.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::condition::{Cells, Condition, Number};
use super::{Fold, Span, Steps, Sure, Total};

/// A check of each group; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouped<C> {
    /// Rows with the same values here are a group.
    pub by: Vec<C>,
    /// Whether a blank there is unknown, and not a value like others.
    pub is_looked_up: bool,
    /// Which rows count; all without it.
    pub when: Option<Condition<C>>,
    /// What is asked of a group.
    pub asked: Asked<C>,
    /// How many checks a group is, or each of its rows but the first.
    pub checks: u64,
    /// The count whose rows are a check each, where a group is as many as that.
    pub by_row: Option<usize>,
    /// Whether a group whose rows are all told, and which does not hold, surely fails.
    pub is_decided: bool,
}

/// What is asked of a group.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked<C> {
    /// A condition over its counts and sums, by their index; and what makes it
    /// hold within rounding, where that is to be told apart.
    Totals(Vec<Total<C>>, Condition<usize>, Option<Condition<usize>>),
    /// Along one column, which rises from row to row, the others do not fall.
    Rising(C, Vec<C>),
    /// Something holds of each row and the one before it.
    Steps(Box<Steps<C>>),
}

impl<C> Grouped<C> {
    /// One check of each group of all rows.
    pub(crate) fn of(by: Vec<C>, asked: Asked<C>) -> Self {
        Self { by, is_looked_up: false, when: None, asked, checks: 1, by_row: None, is_decided: false }
    }

    /// The same with each column as `find` gives it; none where it does not.
    pub(crate) fn over<D>(&self, find: &impl Fn(&C) -> Option<D>) -> Option<Grouped<D>> {
        let all = |them: &[C]| them.iter().map(find).collect::<Option<Vec<D>>>();
        let asked = match &self.asked {
            Asked::Totals(totals, holds, rounded) => {
                let totals = totals.iter().map(|it| it.over(find)).collect::<Option<_>>()?;
                Asked::Totals(totals, holds.clone(), rounded.clone())
            }
            Asked::Rising(along, columns) => Asked::Rising(find(along)?, all(columns)?),
            Asked::Steps(it) => Asked::Steps(Box::new(it.over(find)?)),
        };
        let when = match &self.when {
            Some(it) => Some(it.over(find)?),
            None => None,
        };
        let Self { is_looked_up, checks, by_row, is_decided, .. } = *self;
        Some(Grouped { by: all(&self.by)?, is_looked_up, when, asked, checks, by_row, is_decided })
    }

    /// Its columns beside those that make groups: of numbers and days, and of texts.
    pub(crate) fn read(&self) -> (Vec<&C>, Vec<&C>) {
        let (mut numbers, mut texts) = self.when.as_ref().map(Condition::read).unwrap_or_default();
        match &self.asked {
            Asked::Totals(totals, ..) => {
                for (more, other) in totals.iter().map(Total::read) {
                    numbers.extend(more);
                    texts.extend(other);
                }
            }
            Asked::Rising(along, columns) => numbers.extend(std::iter::once(along).chain(columns)),
            Asked::Steps(it) => numbers.extend(it.read()),
        }
        (numbers, texts)
    }
}

/// The decimals that folds keep: those of the longest plain number.
const DECIMALS: u32 = 18;

impl Grouped<usize> {
    /// How many numbers a group comes to.
    fn width(&self) -> usize {
        match &self.asked {
            Asked::Totals(totals, ..) => totals.len(),
            // How many rows, the longest step along, the ends along, and those of each column.
            Asked::Rising(_, columns) => 4 + 2 * columns.len(),
            Asked::Steps(it) => it.width(),
        }
    }

    /// What one row comes to by itself; none where that is not sure.
    fn of_row(&self, cells: &impl Cells, numbers: &mut Vec<i128>) -> Option<()> {
        numbers.clear();
        match &self.asked {
            Asked::Totals(totals, ..) => {
                for total in totals {
                    numbers.push(of_total(total, cells)?);
                }
            }
            Asked::Rising(along, columns) => {
                let along = scaled(cells.number(*along))?;
                numbers.extend([1, 0, along, along]);
                for it in columns {
                    let value = scaled(cells.number(*it))?;
                    numbers.extend([value, value]);
                }
            }
            Asked::Steps(it) => it.of_row(scaled(cells.number(it.along))?, cells, numbers),
        }
        Some(())
    }

    /// Adds what later rows come to.
    fn join(&self, all: &mut [i128], more: &[i128]) -> Joint {
        match &self.asked {
            Asked::Totals(totals, ..) => {
                let add = |(total, (all, more)): (&Total<usize>, (&mut i128, &i128))| {
                    let joined = match total.fold {
                        Fold::Count | Fold::Sum => all.checked_add(*more),
                        Fold::Least => Some(*more.min(all)),
                        Fold::Most => Some(*more.max(all)),
                    };
                    *all = joined.unwrap_or_default();
                    joined.is_some()
                };
                if totals.iter().zip(all.iter_mut().zip(more)).all(add) { Joint::Sure } else { Joint::Odd }
            }
            Asked::Steps(it) => {
                if it.join(all, more) {
                    Joint::Sure
                } else {
                    Joint::Odd
                }
            }
            Asked::Rising(..) => {
                let (from, to) = (all[3], more[2]);
                let falls = (4..all.len()).step_by(2).any(|it| all[it + 1] > more[it]);
                all[0] += more[0];
                all[1] = all[1].max(more[1]).max(to.saturating_sub(from));
                (3..all.len()).step_by(2).for_each(|it| all[it] = more[it]);
                match () {
                    () if from >= to => Joint::Odd,
                    () if falls => Joint::Fall(from, to),
                    () => Joint::Sure,
                }
            }
        }
    }

    /// Where a row stands along the column that orders it; none where nothing does.
    pub(crate) fn along(&self, cells: &impl Cells) -> Option<i128> {
        match &self.asked {
            Asked::Rising(along, _) => scaled(cells.number(*along)),
            Asked::Totals(..) | Asked::Steps(_) => None,
        }
    }

    /// How many rows a group has, where it surely fails.
    fn fails(&self, group: &[i128]) -> Option<u64> {
        let Asked::Totals(totals, holds, rounded) = &self.asked else { return None };
        let values = Values { totals, group };
        let is_false = |it: &Condition<usize>| it.truth(&values) == Sure::False;
        let fails = self.is_decided && is_false(holds) && rounded.as_ref().is_none_or(is_false);
        let rows: i128 = totals.iter().zip(group).filter(|it| it.0.fold == Fold::Count).map(|it| *it.1).sum();
        fails.then(|| u64::try_from(rows).unwrap_or(0))
    }

    /// How many checks of a group surely hold; none where not all do.
    fn holds(&self, group: &[i128]) -> Option<Held> {
        let count = |it: i128| u64::try_from(it).unwrap_or(0);
        match &self.asked {
            Asked::Totals(totals, holds, rounded) => {
                let values = Values { totals, group };
                let is_exact = holds.truth(&values).is_true();
                let is_rounded = || rounded.as_ref().is_some_and(|it| it.truth(&values).is_true());
                let counted = totals.iter().zip(group).filter(|it| it.0.fold == Fold::Count);
                let checks = self.by_row.map_or(self.checks, |it| count(group[it]));
                let rows = self.by_row.map_or_else(|| counted.map(|it| count(*it.1)).sum(), |it| count(group[it]));
                match () {
                    () if is_exact => Some(Held { exact: checks, rows, ..Held::default() }),
                    () if is_rounded() => Some(Held { rounded: checks, rows, ..Held::default() }),
                    () => None,
                }
            }
            Asked::Steps(it) => it.checks(group).map(|(exact, rows)| Held { exact, rows, ..Held::default() }),
            Asked::Rising(..) => {
                // One row alone is compared with none.
                let rows = if group[0] > 1 { count(group[0]) } else { 0 };
                Some(Held { exact: count(group[0] - 1) * self.checks, rows, ..Held::default() })
            }
        }
    }
}

fn of_total(total: &Total<usize>, cells: &impl Cells) -> Option<i128> {
    match total.when.as_ref().map_or(Sure::True, |it| it.truth(cells)) {
        Sure::True => {}
        Sure::False => {
            return Some(match total.fold {
                Fold::Count | Fold::Sum => 0,
                Fold::Least => i128::MAX,
                Fold::Most => i128::MIN,
            });
        }
        Sure::Odd => return None,
    }
    match (&total.fold, &total.of) {
        (Fold::Count, None) => Some(1),
        (Fold::Sum | Fold::Least | Fold::Most, Some(it)) => scaled(it.value(cells)?),
        _ => None,
    }
}

fn scaled((digits, decimals): Number) -> Option<i128> {
    digits.checked_mul(10_i128.pow(DECIMALS.checked_sub(decimals)?))
}

/// What a group comes to, as cells.
struct Values<'a> {
    totals: &'a [Total<usize>],
    group: &'a [i128],
}

impl Cells for Values<'_> {
    fn number(&self, column: usize) -> Number {
        (self.group[column], if self.totals[column].fold == Fold::Count { 0 } else { DECIMALS })
    }

    fn text(&self, _column: usize) -> &[u8] {
        &[]
    }

    fn is_blank(&self, _column: usize) -> bool {
        false
    }
}

/// How what a group comes to goes on with later rows.
enum Joint {
    Sure,
    /// A column falls, from one place along to the next.
    Fall(i128, i128),
    /// The group may not hold, whatever follows.
    Odd,
}

/// So many rows before and after a fall show how a series goes on.
pub(crate) const AROUND: usize = 6;
/// Of a group with more falls all rows are looked at: those around them are about
/// as many as can be looked at in a whole file.
const FALLS_MAX: usize = 8_192;

/// A group in order along which some column falls.
#[derive(Clone, Debug, Default)]
struct Fallen {
    rows: u64,
    /// The longest step along from one row to the next.
    step: i128,
    /// Where it falls: from one place along to the next, rising.
    falls: Vec<(i128, i128)>,
}

impl Fallen {
    /// Whether a row is one of those that show how the series goes on around a fall.
    fn is_near(&self, along: i128) -> bool {
        // Steps are no longer than this, so that these are so many rows at least.
        let margin = self.step.saturating_mul(AROUND as i128);
        let at = self.falls.partition_point(|it| it.1.saturating_add(margin) < along);
        self.falls.get(at).is_some_and(|it| it.0.saturating_sub(margin) <= along)
    }
}

/// The groups of a part of the file, by the hash of their key: two of them may
/// share it, and then do not hold, or are one group that does.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    /// Where some of them fall, and how often all do.
    falls: HashMap<u64, Vec<(i128, i128)>, FixedState>,
    fall_count: usize,
    /// Which of the numbers are those of each, and where its rows stand.
    places: HashMap<u64, (u32, Span), FixedState>,
    numbers: Vec<i128>,
    /// Those that cannot be told from here, and where rows of theirs stand.
    odd: HashMap<u64, Span, FixedState>,
    /// Where the rows stand that are taken now.
    pub(crate) at: Span,
    /// Whether some row is of a group that cannot be told.
    pub(crate) is_untold: bool,
    scratch: Vec<i128>,
}

/// How many checks surely hold: exactly, and within rounding only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) exact: u64,
    pub(crate) rounded: u64,
    /// How many rows they read.
    pub(crate) rows: u64,
    /// How many more fail, or cannot be told, than are kept to be shown.
    pub(crate) fails: u64,
    pub(crate) open: u64,
}

impl Held {
    /// Adds what others come to.
    pub(crate) fn add(&mut self, more: Self) {
        self.exact += more.exact;
        self.rounded += more.rounded;
        self.rows += more.rows;
        self.fails += more.fails;
        self.open += more.open;
    }

    /// How many checks it is known of that they hold or fail.
    pub(crate) fn decided(&self) -> u64 {
        self.exact + self.rounded + self.fails
    }
}

/// What came of all groups.
#[derive(Debug, Default)]
pub(crate) struct GroupCounts {
    pub(crate) held: Held,
    /// The groups that may not hold, by hash, rising.
    pub(crate) suspects: Vec<u64>,
    /// Where the rows of those stand in the first of their tables.
    pub(crate) spans: Vec<(u64, Span)>,
    /// Those of them of which only what is around some rows need be looked at.
    fallen: HashMap<u64, Fallen, FixedState>,
    /// Those that surely fail, with how many rows they have.
    pub(crate) failing: HashMap<u64, u64, FixedState>,
}

impl GroupCounts {
    fn suspect(&mut self, hash: u64, span: Span) {
        self.suspects.push(hash);
        self.spans.push((hash, span));
    }

    /// Counts the groups that surely fail as what fails, but for some, which are to be looked at.
    pub(crate) fn keep(&mut self, kept: &HashSet<u64>, checks: u64) {
        let failing = std::mem::take(&mut self.failing);
        let counted = |it: &u64| failing.get(it).filter(|_| !kept.contains(it)).copied();
        for rows in self.suspects.iter().filter_map(counted) {
            self.held.add(Held { fails: checks, rows, ..Held::default() });
        }
        self.suspects.retain(|it| counted(it).is_none());
    }

    /// Whether a row has to be looked at, by its group and where it stands along.
    pub(crate) fn asks_for(&self, hash: u64, along: impl Fn() -> Option<i128>) -> bool {
        match self.fallen.get(&hash) {
            Some(it) => along().is_none_or(|along| it.is_near(along)),
            None => self.fallen.len() < self.suspects.len() && self.suspects.binary_search(&hash).is_ok(),
        }
    }

    /// What surely holds of groups whose other rows, by their groups, are looked at.
    pub(crate) fn held_beside(&self, looked_at: impl Iterator<Item = u64>, checks: u64) -> Held {
        let all: u64 = self.fallen.values().map(|it| it.rows).sum();
        let rows = all.saturating_sub(looked_at.filter(|it| self.fallen.contains_key(it)).count() as u64);
        let mut held = self.held;
        // All but the first row of a group is compared with another.
        held.add(Held { exact: rows * checks, rows, ..Held::default() });
        held
    }
}

impl Groups {
    /// Takes a row; `is_known` says whether its key is.
    pub(crate) fn take(&mut self, grouped: &Grouped<usize>, (hash, is_known): (u64, bool), cells: &impl Cells) {
        let taken = match grouped.when.as_ref().map_or(Sure::True, |it| it.truth(cells)) {
            Sure::True => grouped.of_row(cells, &mut self.scratch).filter(|()| is_known),
            Sure::False => return,
            Sure::Odd => None,
        };
        if taken.is_none() {
            return self.take_odd(hash);
        }
        let more = std::mem::take(&mut self.scratch);
        self.join_one(grouped, hash, &more);
        self.scratch = more;
    }

    /// Takes a row that cannot be told.
    pub(crate) fn take_odd(&mut self, hash: u64) {
        self.odd.entry(hash).or_default().join(self.at);
    }

    fn join_one(&mut self, grouped: &Grouped<usize>, hash: u64, more: &[i128]) {
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let (at, span) = self.places.entry(hash).or_insert((next, self.at));
        span.join(self.at);
        if *at == next {
            self.numbers.extend_from_slice(more);
            return;
        }
        let start = *at as usize * more.len();
        match grouped.join(&mut self.numbers[start..start + more.len()], more) {
            Joint::Sure => {}
            Joint::Odd => self.take_odd(hash),
            Joint::Fall(from, to) => self.fall(hash, [(from, to)]),
        }
    }

    /// Takes where a group falls.
    fn fall(&mut self, hash: u64, falls: impl IntoIterator<Item = (i128, i128)>) {
        let all = self.falls.entry(hash).or_default();
        let before = all.len();
        all.extend(falls);
        self.fall_count += all.len() - before;
        if all.len() > FALLS_MAX {
            self.falls.remove(&hash);
            self.take_odd(hash);
        }
    }

    /// Joins what stands behind them in the file.
    pub(crate) fn join(&mut self, grouped: &Grouped<usize>, more: &Self) {
        let width = grouped.width();
        for (hash, (at, _)) in &more.places {
            let start = *at as usize * width;
            self.join_one(grouped, *hash, &more.numbers[start..start + width]);
            if let Some(falls) = more.falls.get(hash) {
                self.fall(*hash, falls.iter().copied());
            }
        }
        more.odd.keys().for_each(|it| self.take_odd(*it));
        self.is_untold |= more.is_untold;
    }

    /// Where the rows of a group stand, if it has any.
    pub(crate) fn span(&self, hash: u64) -> Option<Span> {
        let mut span = self.places.get(&hash).map(|it| it.1);
        if let Some(odd) = self.odd.get(&hash) {
            span.get_or_insert_default().join(*odd);
        }
        span
    }

    /// How many bytes they take, about.
    pub(crate) fn bytes(&self) -> u64 {
        // A table that grows has twice its entries, and a list twice its length.
        let falls = self.falls.capacity() * 40 + self.fall_count * 64;
        (self.places.capacity() * 24 + self.numbers.capacity() * 32 + falls) as u64
    }

    /// What comes of them.
    pub(crate) fn counts(&self, grouped: &Grouped<usize>, counts: &mut GroupCounts) {
        let width = grouped.width();
        for (hash, (at, span)) in &self.places {
            let start = *at as usize * width;
            let group = &self.numbers[start..start + width];
            let is_odd = self.odd.contains_key(hash);
            let falls = self.falls.get(hash).filter(|_| !is_odd);
            match (grouped.holds(group).filter(|_| !is_odd), falls) {
                (Some(held), None) => counts.held.add(held),
                (Some(held), Some(falls)) if grouped.when.is_none() => {
                    let fallen = Fallen { rows: held.rows, step: group[1], falls: falls.clone() };
                    counts.fallen.insert(*hash, fallen);
                    counts.suspect(*hash, *span);
                }
                _ => {
                    counts.suspect(*hash, *span);
                    counts.failing.extend(grouped.fails(group).filter(|_| !is_odd).map(|rows| (*hash, rows)));
                }
            }
        }
        for (hash, span) in &self.odd {
            if self.places.contains_key(hash) {
                counts.spans.push((*hash, *span));
            } else {
                counts.suspect(*hash, *span);
            }
        }
        counts.suspects.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Holds, Term};

    const EQUAL: Holds = [false, true, false];

    struct Row(Vec<Number>);

    impl Cells for Row {
        fn number(&self, column: usize) -> Number {
            self.0[column]
        }

        fn text(&self, _column: usize) -> &[u8] {
            b""
        }

        fn is_blank(&self, _column: usize) -> bool {
            false
        }
    }

    fn counts(grouped: &Grouped<usize>, parts: &[&[(u64, i128, i128)]]) -> (u64, u64, Vec<u64>) {
        let mut all = Groups::default();
        for part in parts {
            let mut groups = Groups::default();
            for (hash, first, second) in *part {
                groups.take(grouped, (*hash, true), &Row(vec![(*first, 0), (*second, 1)]));
            }
            all.join(grouped, &groups);
        }
        let mut counts = GroupCounts::default();
        all.counts(grouped, &mut counts);
        (counts.held.exact, counts.held.rounded, counts.suspects)
    }

    #[test]
    fn sums_of_a_group_are_those_of_its_parts() {
        let sum = |of| Total { fold: Fold::Sum, of: Some(Term::Column(of)), when: None, filtered: false };
        let holds = Condition::Compare(Term::Column(0), EQUAL, Term::Column(1));
        let asked = Asked::Totals(vec![sum(0), sum(1)], holds, None);
        let grouped = Grouped { checks: 2, ..Grouped::of(Vec::new(), asked) };
        assert_eq!(counts(&grouped, &[&[(7, 1, 15), (8, 1, 10)], &[(7, 2, 15), (9, 1, 11)]]), (4, 0, vec![9]));
        assert_eq!(counts(&grouped, &[&[(7, i128::MAX / 10, 0)]]).2, [7], "out of range");
    }

    #[test]
    fn what_falls_or_stands_out_of_order_is_a_suspect() {
        let asked = Asked::Rising(0, vec![1]);
        let grouped = Grouped { is_looked_up: true, ..Grouped::of(Vec::new(), asked) };
        assert_eq!(counts(&grouped, &[&[(1, 1, 5), (2, 1, 5)], &[(1, 2, 5), (2, 2, 4)]]), (1, 0, vec![2]));
        assert_eq!(counts(&grouped, &[&[(1, 2, 5), (1, 2, 6)], &[(2, 2, 1), (2, 1, 1)]]).2, [1, 2]);
    }

    #[test]
    fn of_a_group_that_falls_only_the_rows_around_it_are_asked_for() {
        let asked = Asked::Rising(0, vec![1]);
        let grouped = Grouped { is_looked_up: true, ..Grouped::of(Vec::new(), asked) };
        let mut all = Groups::default();
        // A row every day, two days once; it falls from day 50 to 51, where another part begins.
        for days in [0..51, 51..98] {
            let mut part = Groups::default();
            for day in days.filter(|it| *it != 20) {
                part.take(&grouped, (1, true), &Row(vec![(day, 0), (if day == 50 { 99 } else { day }, 0)]));
            }
            all.join(&grouped, &part);
        }
        let mut counts = GroupCounts::default();
        all.counts(&grouped, &mut counts);
        let scale = 10_i128.pow(DECIMALS);
        let near: Vec<i128> = (0..98).filter(|day| counts.asks_for(1, || Some(day * scale))).collect();
        assert_eq!(near, (38..=63).collect::<Vec<_>>(), "six rows, however long they are apart");
        assert_eq!(counts.held_beside(near.iter().map(|_| 1), 1).exact, 97 - 26);
        assert!(!counts.asks_for(2, || Some(50)));
    }
}
