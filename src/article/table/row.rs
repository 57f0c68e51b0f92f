//! A sentence as conditions on one row.

use std::collections::{HashMap, HashSet};

use super::index::{At, Index};
use super::normal::{Micro, ONE};
use super::read::{Number, Reading, Tie, What};

/// Points at or below which a verdict is given.
pub(crate) const CONFIRM_MAX: u32 = 2;
pub(crate) const CONTRADICT_MAX: u32 = 6;
/// How much likelier one wrong word is than the next.
const MARGIN: u32 = 2;

/// A condition on a row.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// A name, by its place among what is named.
    Name(usize),
    /// A number, by its place among the numbers.
    Number(usize),
}

/// What a table says of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) holds: bool,
    /// The bytes of what the verdict is on: of a contradiction the number that is wrong.
    pub(crate) bytes: Vec<(usize, usize)>,
    pub(crate) points: u32,
    /// Whether every word is accounted for.
    pub(crate) is_whole: bool,
    /// The cells that decide.
    pub(crate) cells: Vec<At>,
    pub(crate) kind: &'static str,
    /// What was worked out, where that is no single cell.
    pub(crate) formula: String,
}

/// A sentence with its conditions.
pub(crate) struct Conditions<'a> {
    pub(crate) reading: &'a Reading,
    pub(crate) index: &'a Index,
    pub(crate) slots: Vec<Slot>,
    /// The columns that no condition is tied to, but that are mentioned.
    pub(crate) free: Vec<Vec<usize>>,
    pub(crate) mismatches: usize,
}

impl<'a> Conditions<'a> {
    pub(crate) fn of(reading: &'a Reading, index: &'a Index) -> Self {
        let mut slots = Vec::new();
        let mut free = Vec::new();
        let mut mismatches = 0;
        for (at, it) in reading.named.iter().enumerate() {
            match &it.what {
                What::Name(cells) => {
                    slots.push(Slot::Name(at));
                    let known = |columns: &Vec<usize>| cells.iter().any(|it| columns.contains(&it.0));
                    mismatches += usize::from(it.role.as_ref().is_some_and(|it| !known(it)));
                }
                What::Heading(columns)
                    if !it.is_tied && (!it.is_noun || columns.iter().any(|it| index.is_numeric[*it])) =>
                {
                    free.push(columns.clone());
                }
                What::Heading(_) => {}
            }
        }
        slots.extend((0..reading.numbers.len()).map(Slot::Number));
        Self { reading, index, slots, free, mismatches }
    }

    /// The columns in which a row meets a condition.
    fn columns(&self, slot: &Slot, row: usize) -> Vec<usize> {
        match slot {
            Slot::Name(at) => {
                let named = &self.reading.named[*at];
                let What::Name(cells) = &named.what else { return Vec::new() };
                let role = named.role.as_ref().filter(|role| cells.iter().any(|it| role.contains(&it.0)));
                let fits = |it: &&At| it.1 == row && role.is_none_or(|role| role.contains(&it.0));
                cells.iter().filter(fits).map(|it| it.0).collect()
            }
            Slot::Number(at) => {
                let number = &self.reading.numbers[*at];
                let value = |column: usize| self.index.values[row].get(column).copied().flatten();
                let fits = |column: &usize| {
                    let tied = number.columns.is_empty() || number.columns.contains(column);
                    tied && value(*column).is_some_and(|it| number.low <= it && it <= number.high)
                };
                (0..self.index.headings.len()).filter(fits).collect()
            }
        }
    }

    /// The rows that have all names; without one if asked.
    fn rows(&self, without: Option<usize>) -> Vec<usize> {
        let mut left: Option<Vec<usize>> = None;
        for (_, slot) in self.slots.iter().enumerate().filter(|it| Some(it.0) != without) {
            let Slot::Name(it) = slot else { continue };
            let What::Name(cells) = &self.reading.named[*it].what else { continue };
            let own: HashSet<usize> = cells.iter().map(|it| it.1).collect();
            let mut rows: Vec<usize> = if let Some(rows) = left { rows } else { own.iter().copied().collect() };
            rows.retain(|it| own.contains(it));
            rows.sort_unstable();
            left = Some(rows);
        }
        left.unwrap_or_else(|| (0..self.index.values.len()).collect())
    }

    /// The column of each condition in a row, each its own; without one if asked.
    fn fit(&self, row: usize, without: Option<usize>) -> Option<Vec<Option<usize>>> {
        let mut options = Vec::with_capacity(self.slots.len());
        for (at, slot) in self.slots.iter().enumerate() {
            let found = if Some(at) == without { Vec::new() } else { self.columns(slot, row) };
            if found.is_empty() && Some(at) != without {
                return None;
            }
            options.push(found);
        }
        place(&options, without)
    }

    /// Whether a row meets all conditions.
    pub(crate) fn meets(&self, row: usize) -> bool {
        self.fit(row, None).is_some()
    }

    pub(crate) fn is_key(&self, slot: &Slot) -> bool {
        matches!(slot, Slot::Number(it) if self.reading.numbers[*it].tie == Tie::Key)
    }

    fn has_digits(&self, slot: &Slot) -> bool {
        matches!(slot, Slot::Name(it) if self.reading.named[*it].has_digits)
    }

    fn is_claim(&self, slot: &Slot) -> bool {
        matches!(slot, Slot::Number(_)) && !self.is_key(slot)
    }

    /// Whether a name is a whole cell of one row only.
    pub(crate) fn names_one(&self, without: Option<usize>) -> bool {
        self.slots.iter().enumerate().any(|(at, slot)| match slot {
            Slot::Name(it) if Some(at) != without => {
                let named = &self.reading.named[*it];
                let What::Name(cells) = &named.what else { return false };
                let rows: HashSet<usize> = cells.iter().map(|it| it.1).collect();
                named.grade == 0 && rows.len() == 1
            }
            _ => false,
        })
    }

    /// Points for names that are parts of cells only.
    fn grades(&self, without: Option<usize>) -> u32 {
        let of = |(at, slot): (usize, &Slot)| match slot {
            Slot::Name(it) if Some(at) != without => u32::from(self.reading.named[*it].grade),
            _ => 0,
        };
        self.slots.iter().enumerate().map(of).max().unwrap_or(0)
    }

    fn left(&self) -> u32 {
        u32::try_from(self.reading.left.len()).unwrap_or(u32::MAX)
    }

    /// What the rows say, if they say one thing.
    pub(crate) fn judge(&self) -> Option<Answer> {
        let claims = self.slots.iter().filter(|it| self.is_claim(it)).count();
        let digits = self.reading.named.iter().any(|it| it.has_digits && matches!(it.what, What::Name(_)));
        let names = self.slots.iter().any(|it| matches!(it, Slot::Name(_)) || self.is_key(it));
        if self.slots.len() < 2 || self.slots.len() > 10 || !names || claims == 0 && !digits {
            return None;
        }
        let met: Vec<(usize, Vec<Option<usize>>)> =
            self.rows(None).into_iter().filter_map(|it| Some((it, self.fit(it, None)?))).collect();
        if !met.is_empty() {
            return self.confirm(&met);
        }
        self.contradict()
    }

    fn confirm(&self, met: &[(usize, Vec<Option<usize>>)]) -> Option<Answer> {
        if self.reading.is_quantified {
            return None;
        }
        let orphans = |columns: &Vec<Option<usize>>| {
            self.free.iter().filter(|it| !it.iter().any(|it| columns.contains(&Some(*it)))).count()
        };
        let (row, columns) = met.iter().min_by_key(|it| orphans(&it.1))?;
        let mut points = 3 * self.left() + self.grades(None);
        points += match orphans(columns) {
            0 => 0,
            1 => 4,
            _ => 6,
        };
        points += 4 * u32::from(self.mismatches > 0);
        let untied = self.reading.numbers.iter().filter(|it| it.tie == Tie::Free);
        if untied.clone().any(|it| it.is_hedged) {
            return None;
        }
        points += u32::from(self.free.len() > 1 || untied.count() > 0);
        points += u32::from(self.reading.numbers.iter().any(|it| it.is_hedged));
        points += u32::from(!self.names_one(None));
        points += 3 * u32::from(met.len() > 3);
        // A small number without a heading equals some figure of most rows.
        let small = |it: &&Number| it.tie == Tie::Free && it.value.abs() < 100 * ONE;
        points += 2 * u32::from(self.reading.numbers.iter().any(|it| small(&it)));
        points += u32::from(self.has_choice());
        let cells: Vec<At> = columns.iter().flatten().map(|it| (*it, *row)).collect();
        let claims = self.slots.iter().filter(|it| self.is_claim(it) || self.has_digits(it));
        let claims: Vec<(usize, usize)> = claims.map(|it| self.words_of(it)).collect();
        Some(self.answer(true, &claims, points, cells, "cell"))
    }

    /// Whether several rows have the names: then another number might fit another row.
    fn has_choice(&self) -> bool {
        let claims: Vec<usize> = (0..self.slots.len()).filter(|it| self.is_claim(&self.slots[*it])).collect();
        let [claim] = claims[..] else { return false };
        self.rows(Some(claim)).into_iter().filter(|it| self.fit(*it, Some(claim)).is_some()).nth(1).is_some()
    }

    fn words_of(&self, slot: &Slot) -> (usize, usize) {
        match slot {
            Slot::Name(it) => (self.reading.named[*it].from, self.reading.named[*it].to),
            Slot::Number(it) => (self.reading.numbers[*it].at, self.reading.numbers[*it].at + 1),
        }
    }

    fn answer(&self, holds: bool, words: &[(usize, usize)], points: u32, cells: Vec<At>, kind: &'static str) -> Answer {
        let is_whole = self.reading.left.is_empty() && self.mismatches == 0 && !self.reading.is_quantified;
        let bytes = words.iter().map(|it| self.reading.bytes(*it)).collect();
        Answer { holds, bytes, points, is_whole, cells, kind, formula: String::new() }
    }

    /// The one condition that keeps the rows from fitting.
    fn contradict(&self) -> Option<Answer> {
        let mut found: Vec<Answer> = Vec::new();
        for (at, slot) in self.slots.iter().enumerate() {
            if !matches!(slot, Slot::Number(_)) && !self.has_digits(slot) {
                continue;
            }
            let rows: Vec<(usize, Vec<Option<usize>>)> =
                self.rows(Some(at)).into_iter().filter_map(|it| Some((it, self.fit(it, Some(at))?))).collect();
            if rows.is_empty() {
                continue;
            }
            found.extend(match slot {
                Slot::Number(number) => self.wrong_number(at, *number, &rows),
                Slot::Name(name) => self.wrong_digits(at, *name, &rows),
            });
        }
        found.sort_by_key(|it| it.points);
        // Two that may be wrong: neither is told, unless one is far likelier.
        let rival = found.get(1).is_some_and(|it| it.points < found[0].points + MARGIN);
        found.into_iter().next().filter(|_| !rival)
    }

    fn shared(&self, at: usize, rows: &[(usize, Vec<Option<usize>>)]) -> u32 {
        let mut points = 2 * self.left() + 2 * u32::try_from(self.free.len()).unwrap_or(9);
        points += 3 * u32::from(self.mismatches > 0);
        points += 3 * u32::from(!self.names_one(Some(at)));
        points += 2 * u32::from(rows.len() > 1);
        for (_, slot) in self.slots.iter().enumerate().filter(|it| it.0 != at) {
            if matches!(slot, Slot::Number(_)) {
                points += if self.is_key(slot) { 1 } else { 3 };
            }
        }
        points
            + match self.grades(Some(at)) {
                0 => 0,
                1 => 2,
                _ => 3,
            }
    }

    fn wrong_number(&self, at: usize, number: usize, rows: &[(usize, Vec<Option<usize>>)]) -> Option<Answer> {
        let it = &self.reading.numbers[number];
        let [column] = it.columns[..] else { return None };
        if it.tie == Tie::Both || self.reading.words[it.at].is_ordinal {
            return None;
        }
        let values: Vec<Micro> = rows.iter().filter_map(|row| self.index.values[row.0][column]).collect();
        if values.is_empty() || values.len() < rows.len() {
            return None;
        }
        let word = &self.reading.words[it.at];
        let mut points = self.shared(at, rows);
        points += 4 * u32::from(it.tie == Tie::Key);
        points += match (word.is_spelled, it.value == ONE) {
            (true, true) => 9,
            (true, false) => 2,
            (false, true) => 3,
            _ => 0,
        };
        let starts = it.at == 0 || it.at >= 2 && self.reading.words[it.at - 2].raw == "there";
        points += 4 * u32::from(starts && it.tie == Tie::Right);
        points += 5 * u32::from(it.is_hedged) + u32::from(it.tie == Tie::Far);
        points += 3 * u32::from(!self.index.is_numeric[column]);
        let far = |real: Micro| real.abs() > 4 * it.value.abs() || it.value.abs() > 4 * real.abs();
        points += 7 * u32::from(values.iter().all(|it| far(*it)));
        let cells = rows.iter().map(|it| (column, it.0)).collect();
        Some(self.answer(false, &[(it.at, it.at + 1)], points, cells, "cell"))
    }

    fn wrong_digits(&self, at: usize, name: usize, rows: &[(usize, Vec<Option<usize>>)]) -> Option<Answer> {
        let it = &self.reading.named[name];
        let What::Name(cells) = &it.what else { return None };
        if !it.has_digits || it.grade > 1 {
            return None;
        }
        let columns: HashSet<usize> = cells.iter().map(|it| it.0).collect();
        let column = *columns.iter().next().filter(|_| columns.len() == 1)?;
        let mut points = self.shared(at, rows);
        // `on A and on B`: two of one column are two rows.
        let same = rows.iter().any(|row| row.1.contains(&Some(column)));
        points += 6 * u32::from(same);
        let turned: Vec<&str> = self.reading.words[it.from..it.to].iter().rev().map(|it| it.text.as_str()).collect();
        let turned = turned.join(" ");
        if rows.iter().any(|row| self.index.keys[row.0][column] == turned) {
            return None;
        }
        let cells = rows.iter().map(|it| (column, it.0)).collect();
        Some(self.answer(false, &[(it.from, it.to)], points, cells, "text"))
    }
}

/// Gives each condition a column of its own, if there is a way to.
fn place(options: &[Vec<usize>], without: Option<usize>) -> Option<Vec<Option<usize>>> {
    let mut owner: HashMap<usize, usize> = HashMap::new();
    for at in (0..options.len()).filter(|it| Some(*it) != without) {
        if !find(options, at, &mut owner, &mut HashSet::new()) {
            return None;
        }
    }
    let mut taken = vec![None; options.len()];
    for (column, at) in owner {
        taken[at] = Some(column);
    }
    Some(taken)
}

/// Finds a column for one condition, where others may move to another of theirs.
fn find(options: &[Vec<usize>], at: usize, owner: &mut HashMap<usize, usize>, tried: &mut HashSet<usize>) -> bool {
    for column in &options[at] {
        if !tried.insert(*column) {
            continue;
        }
        let free = match owner.get(column).copied() {
            Some(other) => find(options, other, owner, tried),
            None => true,
        };
        if free {
            owner.insert(*column, at);
            return true;
        }
    }
    false
}
