//! `follows`: the arithmetic that a table follows by itself, and where it breaks.
//!
//! No rule asks for it. What a declared rule judges already is left to that
//! rule: a break is told only where one of its figures is read by no declared
//! rule of arithmetic.

use std::collections::{HashMap, HashSet};

use super::assemble::Run;
use super::implied::facts;
use super::outcome::Collector;
use super::repairs::{printed, suspect_at};
use crate::discover::{self, Axis, Break, BreakClass, Discovery, Relation, RelationKind};
use crate::finding::{Cause, Certainty, Correction, Follows, Meant, Place, Repair, Role, Severity, Verdict};
use crate::rules::{Cell, CellSet, Detail, grouped};
use crate::table::{CellState, Decimal, Table, show_exact};

/// The word for it.
pub(super) const FOLLOWS: &str = "follows";

/// From these probabilities on a break is told as an error, a warning, a note.
///
/// Where two independent relations cross in the figure a warning is an error, too:
/// all of those that were read were true.
const ERROR: f64 = 0.99;
const WARNING: f64 = 0.90;
const CROSSED: f64 = WARNING;
const NOTE: f64 = 0.75;

/// Steps of work for each cell of a table, and at most.
const STEPS_A_CELL: u64 = 20_000;
const STEPS_MIN: u64 = 4_000_000;
const STEPS_MAX: u64 = 400_000_000;

/// So many places of a break are marked.
const PLACES_MAX: usize = 12;
/// So many figures that would mend a break are named.
const MENDS_MAX: usize = 3;

/// Judges what the tables of an edition follow by themselves.
pub(super) fn judge(run: &Run<'_>, collector: &mut Collector) {
    if !collector.wants(FOLLOWS, FOLLOWS) {
        return;
    }
    if run.is_in_parts() {
        // Where columns are declared, their keys tell.
        let names = if run.dataset.is_none() { ", and names that differ only in spaces," } else { "" };
        let limit = format!("relations between rows{names} were not looked for: the file was read in parts");
        collector.limit(vec![limit]);
    }
    let declared = std::mem::take(&mut collector.coverage.arithmetic);
    for (at, table) in run.edition.tables.iter().enumerate() {
        let clean = &run.clean[at];
        if run.borrowed.contains(&table.name) {
            continue;
        }
        let (table, found, rows) = match clean.follows.as_deref() {
            Some(it) => (&it.table, it.discover(), Some(numbered(table))),
            None if clean.rows > 0 => continue,
            None => (table, discover::discover(table, &discover::Options { steps: steps(table) }), None),
        };
        collector.about(&table.name);
        if found.cut {
            let limit = format!("table {}: not all relations were looked for, there are too many figures", table.name);
            collector.limit(vec![limit]);
        }
        let judged = FollowedTable { run, at, table, rows, found: &found, declared: &declared };
        judged.cover(collector);
        judged.tell(collector);
    }
    collector.coverage.arithmetic = declared;
}

/// How many steps of work a table is worth.
pub(super) fn steps(table: &Table) -> u64 {
    let cells = (table.rows.len() * table.columns.len()) as u64;
    (cells * STEPS_A_CELL).clamp(STEPS_MIN, STEPS_MAX)
}

/// The rows of a table by their number on paper.
fn numbered(table: &Table) -> HashMap<u32, usize> {
    table.rows.iter().enumerate().map(|(row, it)| (it.number, row)).collect()
}

/// What was found in one table.
struct FollowedTable<'a> {
    run: &'a Run<'a>,
    at: usize,
    /// The table; of one that was read in parts the rows that may break a
    /// relation, and a sample of the others.
    table: &'a Table,
    /// The rows of the edition by number, where the table is not that of the edition.
    rows: Option<HashMap<u32, usize>>,
    found: &'a Discovery,
    /// The cells that declared rules of arithmetic read.
    declared: &'a CellSet,
}

impl FollowedTable<'_> {
    /// Counts the places that hold, and takes their figures as judged.
    fn cover(&self, collector: &mut Collector) {
        // That a figure is near its neighbours, or in order, does not say that it is right.
        let is_weak =
            |it: &&Relation| matches!(it.kind, RelationKind::Steady | RelationKind::Order | RelationKind::Rank);
        for relation in self.found.relations.iter().filter(|it| !is_weak(it)) {
            let held = self.held(relation);
            // Declared rules read all that it is about.
            if held.iter().all(|&(row, column)| self.reads(row, column)) {
                continue;
            }
            collector.count(FOLLOWS, Verdict::Holds, relation.held);
            for &(row, column) in &held {
                if let Some(cell) = self.cell(row, column) {
                    collector.coverage.cells.add(&self.run.edition, cell);
                }
            }
            self.cover_clean(relation, &held, collector);
            if let Some(kept) = collector.held().filter(|_| self.rows.is_none()) {
                kept.relations.push((self.at, relation.clone()));
            }
            if relation.labelled {
                self.leave_open(relation, collector);
            }
        }
    }

    /// Tells of totals that are no sums where others of their row are: wrong, or not meant as such.
    fn leave_open(&self, relation: &Relation, collector: &mut Collector) {
        for &(column, would) in relation.open.iter().filter(|it| !self.reads(relation.target, it.0)) {
            let row = relation.target;
            let (name, text) = (self.name((row, column)), self.table.text(row, column).trim());
            let (would, held) = (printed_like(would, self.table, (row, column)), relation.held);
            let columns = if held == 1 { "column" } else { "columns" };
            let message = format!(
                "{name} {text} is not the sum of its rows, {would}, although {held} other {columns} add up; either it \
                 is wrong or it is not meant as a sum"
            );
            let mut detail = Detail::new(&self.table.name, message);
            (detail.row, detail.column) =
                (Some(self.table.row_name(row)), Some(self.table.columns[column].name.clone()));
            detail.places = vec![Place::of_cell(self.table, row, column, Role::Primary, "not judged")];
            collector.count(FOLLOWS, Verdict::Undetermined, 1);
            collector.undetermined(FOLLOWS, &detail);
        }
    }

    /// Takes the figures as judged of rows that hold and are not in the edition.
    fn cover_clean(&self, relation: &Relation, held: &[(usize, usize)], collector: &mut Collector) {
        if self.rows.is_none() {
            return;
        }
        let lines = std::iter::once(relation.target).chain(relation.terms.iter().map(|it| it.line));
        for column in lines {
            let here = held.iter().filter(|it| it.1 == column && self.cell(it.0, column).is_some()).count();
            let clean = self.run.clean[self.at].rows.min(relation.held.saturating_sub(here));
            collector.coverage.judge_clean(&self.table.name, &self.table.columns[column].name, clean);
        }
    }

    /// A cell of the table in the edition; none where its row is not there.
    fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        let row = match &self.rows {
            None => row,
            Some(rows) => *rows.get(&self.table.rows[row].number)?,
        };
        Some(Cell { table: self.at, row, column })
    }

    fn reads(&self, row: usize, column: usize) -> bool {
        let is_read = |it: Cell| self.declared.rows(it.table, it.column).get(it.row).copied();
        self.cell(row, column).and_then(is_read).unwrap_or(false)
    }

    /// The figures of the places where a relation holds, as row and column.
    fn held(&self, relation: &Relation) -> Vec<(usize, usize)> {
        let lines: Vec<usize> =
            std::iter::once(relation.target).chain(relation.terms.iter().map(|it| it.line)).collect();
        let by_row = relation.axis == Axis::Columns;
        let places = if by_row { self.table.rows.len() } else { self.table.columns.len() };
        let at = |place: usize, line: usize| if by_row { (place, line) } else { (line, place) };
        let is_figure = |&(row, column): &(usize, usize)| {
            let it = &self.table.columns[column];
            it.kind.is_number() && it.states[row] == CellState::Value
        };
        let not_held: HashSet<usize> = relation.not_held().collect();
        let held = (0..places).filter(|it| !not_held.contains(it));
        let whole = held.filter(|&place| is_figure(&at(place, relation.target)));
        whole.flat_map(|place| lines.iter().map(move |&line| at(place, line))).filter(is_figure).collect()
    }

    fn tell(&self, collector: &mut Collector) {
        let facts = |severity| facts(self.run.dataset_name(), FOLLOWS, severity);
        for (number, it) in self.found.breaks.iter().enumerate() {
            let Some(severity) = severity(it, self.found) else { continue };
            if it.cells.iter().all(|&(row, column)| self.reads(row, column)) {
                continue;
            }
            let cap = self.run.dataset.and_then(|it| it.follows).unwrap_or(Severity::Error);
            let facts = facts(severity.min(cap));
            collector.fail(&facts, 1);
            for cell in it.cells.iter().filter_map(|&(row, column)| self.cell(row, column)) {
                collector.coverage.cells.add(&self.run.edition, cell);
            }
            let (cause, repairs) = self.explained(number, it);
            collector.find_explained(&facts, self.detail(it, severity), Some((cause, repairs)));
        }
    }

    fn detail(&self, it: &Break, severity: Severity) -> Detail {
        let table = self.table;
        let (row, column) = it.repairs.first().map_or(it.cells[0], |it| it.cell);
        let message = self.message(it, (row, column));
        let mut detail = Detail::new(&table.name, message);
        detail.certainty = if severity == Severity::Error { Certainty::Contradiction } else { Certainty::Likely };
        (detail.row, detail.column) = (Some(table.row_name(row)), Some(table.columns[column].name.clone()));
        detail.observed = table.columns[column].decimal(row).map(|it| it.to_string());
        let gap = it.gap.exact();
        detail.gap = Some(show_exact(&if gap < crate::table::Exact::default() { -gap } else { gap }));
        let mut places = vec![Place::of_cell(table, row, column, Role::Primary, "does not match")];
        let others = it.cells.iter().filter(|other| **other != (row, column)).take(PLACES_MAX);
        places.extend(others.map(|&(row, column)| Place::of_cell(table, row, column, Role::Operand, "")));
        detail.places = places;
        detail.hint = self.hint(it);
        detail
    }

    fn message(&self, it: &Break, (row, column): (usize, usize)) -> String {
        let relation = &self.found.relations[it.relations[0]];
        let (held, of) = (grouped(&relation.held.to_string()), grouped(&relation.of.to_string()));
        let other = if relation.held + 1 == relation.of { "the other " } else { "" };
        let places = if relation.axis == Axis::Columns { "rows" } else { "columns" };
        let holds = format!("{}, which holds in {other}{held} of {of} {places}", relation.words);
        let more = |joint: &str| {
            let others = it.relations[1..].iter().map(|it| format!(", {joint} {}", self.found.relations[*it].words));
            others.collect::<Vec<_>>().concat()
        };
        let name = self.name((row, column));
        let text = self.table.text(row, column).trim();
        if text.is_empty() {
            return match it.repairs.first() {
                Some(it) => {
                    let should = printed_like(it.value, self.table, (row, column));
                    format!("{name} is blank, but should be {should} according to {holds}{}", more("and"))
                }
                None => format!("{name} is blank and does not match {holds}{}", more("nor")),
            };
        }
        format!("{name} {text} does not match {holds}{}", more("nor"))
    }

    /// A cell as people call it.
    fn name(&self, (row, column): (usize, usize)) -> String {
        format!("{}, {}", self.table.row_name(row), self.table.columns[column].name)
    }

    /// The value that would fit, where no slip explains the break.
    fn hint(&self, it: &Break) -> Option<String> {
        let first = it.repairs.first().filter(|_| it.repairs.iter().all(|it| it.slip.is_none()))?;
        // Where nothing is printed, the message has said so.
        let alone = it.is_blamed() && self.table.text(first.cell.0, first.cell.1).trim().is_empty();
        let others = if it.is_blamed() { "" } else { ", if the other figures are right" };
        (!alone).then(|| {
            format!("{} {} would fit{others}", self.name(first.cell), printed_like(first.value, self.table, first.cell))
        })
    }

    /// The slips that would mend it, and whose figures these are.
    fn explained(&self, number: usize, it: &Break) -> (Cause, Vec<Repair>) {
        let slips = it.repairs.iter().filter(|it| it.slip.is_some());
        let repairs: Vec<Repair> = slips.take(MENDS_MAX).map(|it| self.repair(it)).collect();
        let set = |it: &discover::Repair| vec![suspect_at(self.table, it.cell)];
        let relation = &self.found.relations[it.relations[0]];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
        let probability = (it.probability() * 1000.0).round() as u16;
        let follows = Follows {
            relations: it.relations.iter().map(|it| self.found.relations[*it].words.clone()).collect(),
            held: relation.held,
            of: relation.of,
            probability,
            figures: it.repairs.iter().map(|it| self.meant(it)).collect(),
        };
        let cause = Cause {
            group: format!("follows {} {number}", self.at),
            suspects: it.repairs.iter().map(set).collect(),
            follows: Some(follows),
            ..Cause::default()
        };
        (cause, repairs)
    }

    fn meant(&self, it: &discover::Repair) -> Meant {
        let figure = suspect_at(self.table, it.cell);
        let value = self.table.columns[it.cell.1].decimal(it.cell.0).map(|it| it.to_string());
        let printed = printed_like(it.value, self.table, it.cell);
        let because = it.slip.map_or("", crate::slip::SlipKind::word);
        Meant { figure, value, requires: it.value.to_string(), printed, because }
    }

    fn repair(&self, it: &discover::Repair) -> Repair {
        let (row, column) = it.cell;
        let figure = suspect_at(self.table, it.cell);
        let from = self.table.columns[column].decimal(row);
        let kind = self.table.columns[column].kind;
        let slips = from.map_or_else(Vec::new, |from| crate::slip::slips(from, kind));
        let words = slips.into_iter().find(|slip| slip.to.same_value(it.value)).map(|it| it.words);
        let correction = Correction {
            printed: printed_like(it.value, self.table, it.cell),
            figure,
            from: from.map_or(String::new(), |it| it.to_string()),
            to: it.value.to_string(),
            slip: it.slip.map_or("", crate::slip::SlipKind::word),
            words: words.unwrap_or_else(|| it.slip.map_or("", crate::slip::SlipKind::word).to_owned()),
        };
        Repair { corrections: vec![correction], restores: vec![FOLLOWS.to_owned()], usual: None }
    }
}

/// Whether a break is sure enough to be told.
pub(super) fn is_told(it: &Break, found: &Discovery) -> bool {
    severity(it, found).is_some()
}

/// A value as a cell would print it.
pub(super) fn printed_like(value: Decimal, table: &Table, cell: (usize, usize)) -> String {
    printed(value, style(table, cell))
}

/// A text that shows how a cell prints its figure: where it is blank, the
/// longest of the first few in its column.
fn style(table: &Table, (row, column): (usize, usize)) -> &str {
    const LOOKED_AT: usize = 100;
    let text = table.text(row, column);
    let others = || (0..table.rows.len().min(LOOKED_AT)).map(|it| table.text(it, column));
    if text.trim().is_empty() { others().max_by_key(|it| it.len()).unwrap_or(text) } else { text }
}

/// How much a break weighs; none where it is not sure enough to be told.
fn severity(it: &Break, found: &Discovery) -> Option<Severity> {
    if !matches!(it.class, BreakClass::Slip | BreakClass::Contradiction) {
        return None;
    }
    let probability = it.probability();
    let axes: Vec<Axis> = it.relations.iter().map(|it| found.relations[*it].axis).collect();
    let crossed = it.is_blamed() && axes.contains(&Axis::Columns) && axes.contains(&Axis::Rows);
    match probability {
        ERROR.. => Some(Severity::Error),
        CROSSED.. if crossed => Some(Severity::Error),
        WARNING.. => Some(Severity::Warning),
        NOTE.. => Some(Severity::Note),
        _ => None,
    }
}

/// Whether a rule of a kind says what figures add up to.
pub(super) fn is_arithmetic(kind: &str) -> bool {
    matches!(kind, "sum" | "part" | "expect" | "share" | "tally" | "revision")
}
