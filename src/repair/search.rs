//! Which slips lead from the printed figures to ones that every rule allows.
//!
//! Slips are added one by one: each must let a rule hold that failed, and
//! break none that held. The last one must mend all that is left, so that it
//! is looked up, not tried: the rules say what the figure has to be.

use std::collections::{BTreeMap, HashMap};

use super::range::{Range, unit};
use super::ratio::Ratio;
use super::system::{Block, System, Values};
use crate::rules::expression::CellRef;
use crate::slip::{Slip, SlipKind, choices, slips};
use crate::table::{Decimal, Edition};

/// A figure in place of the printed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The cell of the system.
    pub(crate) cell: usize,
    /// What was meant.
    pub(crate) to: Decimal,
}

/// One slip, with all that it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) changes: Vec<Change>,
    pub(crate) kind: SlipKind,
    pub(crate) words: String,
    pub(crate) cost: i64,
}

/// Slips that together let every rule of a block hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) moves: Vec<Move>,
    /// How improbable it is, against others for the same block.
    pub(crate) cost: i64,
}

/// What a block is printed in.
pub(crate) struct Scene<'a> {
    /// The edition.
    pub(crate) edition: &'a Edition,
    /// The figure of a cell in the edition before.
    pub(crate) before: &'a dyn Fn(CellRef) -> Option<Decimal>,
}

/// What was found, and what cut the search short.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hunted {
    pub(crate) explanations: Vec<Explanation>,
    pub(crate) limit: Option<String>,
    /// How much work it was.
    pub(crate) steps: usize,
}

/// So many slips are put together: more explain anything.
pub(crate) const SLIPS_MAX: usize = 3;
/// So many tries are made for one block.
const TRIES_MAX: usize = 60_000;
/// So many cells are added up for one block to see whether its rules hold: a
/// try in a long sum costs more than one in a short one.
const STEPS_MAX: usize = 1_000_000;
/// So many failing rules are looked at for a slip that others must follow.
const ROWS_MAX: usize = 12;
/// Exchanges are looked for among so many cells of a line.
const LINE_MAX: usize = 400;

/// Figures one cell off break at least so many rules.
const SHIFTED_MIN: usize = 3;

const SWAPPED: i64 = 2_500;
const FAR: i64 = 1_500;
const SHIFTED: i64 = 3_500;
const PASTED: i64 = 3_000;
const SPLIT: i64 = 1_500;
/// Who slips twice slips the same way: a form filled in wrongly, a sheet pasted.
const REPEATED: i64 = 2_500;
/// What is the same as before by chance, and no slip, has at most one digit.
const PASTED_MIN: i128 = 10;

struct Hunt<'a> {
    system: &'a System,
    block: &'a Block,
    scene: &'a Scene<'a>,
    values: Values,
    /// Which rows of the system fail.
    fails: Vec<bool>,
    failing: usize,
    place: BTreeMap<CellRef, usize>,
    lines: Lines,
    cache: HashMap<usize, Vec<(Ratio, Slip)>>,
    found: BTreeMap<Vec<(usize, String)>, Explanation>,
    tries: usize,
    steps: usize,
}

/// The cells of a block by the row and by the column that they stand in.
#[derive(Default)]
struct Lines {
    rows: HashMap<(usize, usize), Vec<usize>>,
    columns: HashMap<(usize, usize), Vec<usize>>,
}

impl Lines {
    fn of(system: &System, block: &Block) -> Self {
        let mut lines = Self::default();
        for &cell in &block.cells {
            let at = system.cells[cell].at.cell;
            lines.rows.entry((at.table, at.row)).or_default().push(cell);
            lines.columns.entry((at.table, at.column)).or_default().push(cell);
        }
        lines
    }

    /// The others of the row and the column of a cell, in order; none where they are too many.
    fn mates(&self, system: &System, cell: usize) -> Vec<usize> {
        let at = system.cells[cell].at.cell;
        let row = self.rows.get(&(at.table, at.row)).map_or(&[][..], Vec::as_slice);
        let column = self.columns.get(&(at.table, at.column)).map_or(&[][..], Vec::as_slice);
        if row.len() + column.len() > LINE_MAX + 2 {
            return Vec::new();
        }
        let mut mates: Vec<usize> = row.iter().chain(column).copied().filter(|it| *it != cell).collect();
        mates.sort_unstable();
        mates
    }
}

impl System {
    /// Finds the fewest slips, up to so many, that let every rule of a block hold.
    pub(crate) fn hunt(&self, block: &Block, scene: &Scene<'_>, most: usize) -> Hunted {
        let values = self.printed();
        let mut fails = vec![false; self.rows.len()];
        for &row in &block.rows {
            fails[row] = !self.rows[row].holds(self, &values);
        }
        let failing = fails.iter().filter(|it| **it).count();
        let place = block.cells.iter().map(|&it| (self.cells[it].at, it)).collect();
        let (cache, found) = (HashMap::new(), BTreeMap::new());
        let (lines, tries, steps) = (Lines::of(self, block), 0, 0);
        let mut hunt =
            Hunt { system: self, block, scene, values, fails, failing, place, lines, cache, found, tries, steps };
        for slips in (1..=most).take_while(|_| failing > 0) {
            hunt.extend(&mut Vec::new(), slips);
            if !hunt.found.is_empty() || hunt.is_spent() {
                break;
            }
        }
        let limit = hunt.is_spent().then(|| "not every combination of slips was tried".to_owned());
        Hunted { explanations: hunt.found.into_values().collect(), limit, steps: hunt.steps + hunt.tries }
    }
}

impl Hunt<'_> {
    fn is_spent(&self) -> bool {
        self.tries > TRIES_MAX || self.steps > STEPS_MAX
    }

    /// Adds a slip to those made, where one more is allowed.
    fn extend(&mut self, moves: &mut Vec<Move>, left: usize) {
        if self.failing == 0 {
            self.record(moves);
            return;
        }
        if left == 0 || self.is_spent() {
            return;
        }
        for it in self.candidates(moves, left == 1) {
            if self.is_spent() {
                return;
            }
            self.tries += 1;
            let before = self.failing;
            let undo = self.apply(&it.changes);
            if undo.broken == 0 && (self.failing == 0 || (left > 1 && self.failing < before)) {
                moves.push(it);
                self.extend(moves, left - 1);
                moves.pop();
            }
            self.undo(undo);
        }
    }

    fn record(&mut self, moves: &[Move]) {
        let mut key: Vec<(usize, String)> =
            moves.iter().flat_map(|it| &it.changes).map(|it| (it.cell, it.to.to_string())).collect();
        key.sort();
        let mut moves = moves.to_vec();
        moves.sort_by(|a, b| a.changes[0].cell.cmp(&b.changes[0].cell));
        let mut kinds: Vec<SlipKind> = moves.iter().map(|it| it.kind).collect();
        kinds.sort_unstable();
        let again = kinds.windows(2).filter(|it| it[0] == it[1]).count();
        let cost: i64 = moves.iter().map(|it| it.cost).sum();
        let cost = cost - REPEATED * i64::try_from(again).unwrap_or(0);
        let known = self.found.get(&key).is_some_and(|it| it.cost <= cost);
        if !known {
            self.found.insert(key, Explanation { moves, cost });
        }
    }

    /// The slips worth trying next.
    fn candidates(&mut self, moves: &[Move], last: bool) -> Vec<Move> {
        let failing: Vec<usize> = self.block.rows.iter().copied().filter(|&it| self.fails[it]).collect();
        let free = |it: usize| self.system.cells[it].is_free() && !changes(moves, it);
        let mut cells: Vec<usize> = Vec::new();
        let mut shortest = failing.clone();
        shortest.sort_by_key(|&it| (self.system.rows[it].terms.len(), it));
        let looked = if last { 1 } else { ROWS_MAX };
        for &row in shortest.iter().take(looked) {
            cells.extend(self.system.rows[row].terms.iter().map(|it| it.1).filter(|&it| free(it)));
        }
        cells.sort_unstable();
        cells.dedup();
        let mut found = Vec::new();
        let mut weights: HashMap<usize, Vec<(usize, &Ratio)>> = HashMap::new();
        let system = self.system;
        for (weight, row, cell) in
            failing.iter().flat_map(|row| system.rows[*row].terms.iter().map(|it| (&it.0, *row, it.1)))
        {
            weights.entry(cell).or_default().push((row, weight));
        }
        for &cell in &cells {
            let own: Vec<usize> = failing.iter().copied().filter(|&it| self.system.rows[it].reads(cell)).collect();
            if last && own.len() == failing.len() {
                let need = own.iter().fold(self.system.cells[cell].allowed(), |need, &row| {
                    need.and(&self.system.rows[row].need(self.system, &self.values, cell))
                });
                self.of_cell(cell, &need, &mut found);
            } else if !last {
                for row in own {
                    let need = self.system.rows[row].need(self.system, &self.values, cell);
                    self.of_cell(cell, &need.and(&self.system.cells[cell].allowed()), &mut found);
                }
            }
            self.of_pair(cell, moves, &weights, &mut found);
        }
        if moves.is_empty() {
            self.of_lines(&cells, &mut found);
        }
        found.sort_by_key(|it| (it.changes.first().map(|it| it.cell), it.cost));
        found.dedup_by(|next, kept| next.changes == kept.changes);
        found
    }

    /// Slips of one figure to a value that it needs.
    fn of_cell(&mut self, cell: usize, need: &Range, found: &mut Vec<Move>) {
        let Some(printed) = self.values[cell].filter(|_| !need.is_empty()) else { return };
        let kind = self.system.cells[cell].kind;
        let known = self
            .cache
            .entry(cell)
            .or_insert_with(|| slips(printed, kind).into_iter().map(|it| (Ratio::of(it.to), it)).collect());
        let start = need.low.as_ref().map_or(0, |low| known.partition_point(|it| it.0 < low.value));
        let fits = known[start..].iter().take_while(|it| need.high.as_ref().is_none_or(|high| it.0 <= high.value));
        for (_, slip) in fits.filter(|it| need.has(&it.0)) {
            let changes = vec![Change { cell, to: slip.to }];
            found.push(Move { changes, kind: slip.kind, words: slip.words.clone(), cost: slip.cost });
        }
        let before = (self.scene.before)(self.system.cells[cell].at);
        let same = before.is_some_and(|it| it.same_value(printed)) && printed.units.abs() >= PASTED_MIN;
        if let Some(to) = need.only(&unit(printed)).filter(|_| same).and_then(|it| figure(&it, printed.exponent)) {
            let words = "the figure of the edition before once more".to_owned();
            found.push(Move { changes: vec![Change { cell, to }], kind: SlipKind::Pasted, words, cost: PASTED });
        }
    }

    /// A figure and another of its row or column in each other's place.
    ///
    /// Two that stand with one weight in every rule that fails change nothing there.
    fn of_pair(
        &self,
        cell: usize,
        moves: &[Move],
        weights: &HashMap<usize, Vec<(usize, &Ratio)>>,
        found: &mut Vec<Move>,
    ) {
        let at = self.system.cells[cell].at;
        let Some(printed) = self.values[cell] else { return };
        let mates = self.lines.mates(self.system, cell);
        for &mate in mates.iter().filter(|&&it| !changes(moves, it)) {
            let Some(other) = self.values[mate].filter(|it| !it.same_value(printed)) else { continue };
            if weights.get(&cell) == weights.get(&mate) {
                found.extend(self.split([cell, mate]));
                continue;
            }
            let there = self.system.cells[mate].at;
            let fits = |cell: usize, it: Decimal| self.system.cells[cell].allowed().has(&Ratio::of(it));
            if !fits(cell, other) || !fits(mate, printed) {
                continue;
            }
            let total = self.system.users[cell].iter().any(|&row| {
                let total = self.system.rows[row].total_cell();
                self.system.rows[row].reads(mate) && (total == Some(cell) || total == Some(mate))
            });
            let near = at.cell.row.abs_diff(there.cell.row) + at.cell.column.abs_diff(there.cell.column) == 1;
            let (kind, base) = if total { (SlipKind::Total, SWAPPED) } else { (SlipKind::Swapped, SWAPPED) };
            let cost = if near { base + choices(4) } else { base + FAR + choices(mates.len()) };
            let mut changes = vec![Change { cell, to: other }, Change { cell: mate, to: printed }];
            changes.sort_by_key(|it| it.cell);
            let words = if total { "total and part exchanged" } else { "in each other's place" };
            found.push(Move { changes, kind, words: words.to_owned(), cost });
            found.extend(self.split([cell, mate]));
        }
    }

    /// Two cells whose digits touch, split where one rule more holds.
    fn split(&self, pair: [usize; 2]) -> Vec<Move> {
        let [mut left, mut right] = pair;
        if self.system.cells[left].at > self.system.cells[right].at {
            (left, right) = (right, left);
        }
        let (a, b) = (self.system.cells[left].at.cell, self.system.cells[right].at.cell);
        let table = &self.scene.edition.tables[a.table];
        let spans = (table.columns[a.column].spans[a.row], table.columns[b.column].spans[b.row]);
        if a.row != b.row || spans.0.end != spans.1.start || spans.0.is_empty() || spans.1.is_empty() {
            return Vec::new();
        }
        let (first, second) = (table.text(a.row, a.column), table.text(b.row, b.column));
        let digits = format!("{first}{second}");
        if digits.len() > 30 || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Vec::new();
        }
        let splits = (1..digits.len()).filter(|&it| it != first.len() && !digits[it..].starts_with('0'));
        let moved = |at: usize| {
            let to = |text: &str| text.parse().ok().map(Decimal::whole);
            let (one, other) = (to(&digits[..at])?, to(&digits[at..])?);
            let changes = vec![Change { cell: left, to: one }, Change { cell: right, to: other }];
            let words = "glued digits split elsewhere".to_owned();
            Some(Move { changes, kind: SlipKind::Split, words, cost: SPLIT + choices(digits.len()) })
        };
        splits.filter_map(moved).collect()
    }

    /// Lines of figures one cell off; the one that was lost is what the rules need.
    fn of_lines(&self, cells: &[usize], found: &mut Vec<Move>) {
        let mut lines: BTreeMap<(usize, bool, usize), Vec<usize>> = BTreeMap::new();
        for &cell in cells {
            let at = self.system.cells[cell].at.cell;
            lines.entry((at.table, true, at.row)).or_default();
            lines.entry((at.table, false, at.column)).or_default();
        }
        for (place, &cell) in &self.place {
            let at = place.cell;
            for key in [(at.table, true, at.row), (at.table, false, at.column)] {
                if let Some(line) = lines.get_mut(&key).filter(|_| self.values[cell].is_some()) {
                    line.push(cell);
                }
            }
        }
        for mut line in lines.into_values().filter(|it| (3..=LINE_MAX).contains(&it.len())) {
            for _ in 0..2 {
                found.extend(self.shifted(&line));
                line.reverse();
            }
        }
    }

    /// A line whose figures stand one cell too far on: the last one is lost.
    fn shifted(&self, line: &[usize]) -> Option<Move> {
        // So many figures in the wrong place break many rules: fewer are a slip
        // of one, and a line moved to fit is no explanation.
        if self.failing < SHIFTED_MIN {
            return None;
        }
        let (lost, kept) = line.split_last()?;
        let mut values = self.values.clone();
        let mut changes = Vec::new();
        for (at, &cell) in kept.iter().enumerate() {
            let to = self.values[line[at + 1]]?;
            values[cell] = Some(to);
            changes.push(Change { cell, to });
        }
        let printed = self.values[*lost]?;
        let rows = &self.system.users[*lost];
        let need = rows.iter().fold(self.system.cells[*lost].allowed(), |need, &row| {
            need.and(&self.system.rows[row].need(self.system, &values, *lost))
        });
        let to = figure(&need.only(&unit(printed))?, printed.exponent)?;
        changes.push(Change { cell: *lost, to });
        changes.retain(|it| self.values[it.cell].is_none_or(|old| !old.same_value(it.to)));
        changes.sort_by_key(|it| it.cell);
        let words = "figures one cell off".to_owned();
        let enough = changes.len() > 3 && self.failing * 2 >= changes.len();
        enough.then_some(Move { changes, kind: SlipKind::Shifted, words, cost: SHIFTED + choices(4) })
    }

    fn apply(&mut self, changes: &[Change]) -> Undo {
        let mut undo = Undo { values: Vec::new(), rows: Vec::new(), broken: 0 };
        for it in changes {
            undo.values.push((it.cell, self.values[it.cell]));
            self.values[it.cell] = Some(it.to);
        }
        let mut rows: Vec<usize> = changes.iter().flat_map(|it| &self.system.users[it.cell]).copied().collect();
        rows.sort_unstable();
        rows.dedup();
        for row in rows {
            self.steps += self.system.rows[row].terms.len();
            let fails = !self.system.rows[row].holds(self.system, &self.values);
            if fails != self.fails[row] {
                undo.rows.push(row);
                undo.broken += usize::from(fails);
                self.flip(row);
            }
        }
        undo
    }

    fn flip(&mut self, row: usize) {
        self.fails[row] = !self.fails[row];
        if self.fails[row] { self.failing += 1 } else { self.failing -= 1 }
    }

    fn undo(&mut self, undo: Undo) {
        for row in undo.rows {
            self.flip(row);
        }
        for (cell, value) in undo.values.into_iter().rev() {
            self.values[cell] = value;
        }
    }
}

/// What takes a slip back.
struct Undo {
    values: Vec<(usize, Option<Decimal>)>,
    rows: Vec<usize>,
    /// How many rules it broke that held.
    broken: usize,
}

fn changes(moves: &[Move], cell: usize) -> bool {
    moves.iter().any(|it| it.changes.iter().any(|it| it.cell == cell))
}

/// A value as a figure printed at a power of ten, where it is one.
fn figure(value: &Ratio, exponent: i8) -> Option<Decimal> {
    let units = value / &Ratio::of(Decimal { units: 1, exponent });
    match units {
        Ratio::Small(units, 1) => Some(Decimal { units: i128::from(units), exponent }),
        _ => None,
    }
}
