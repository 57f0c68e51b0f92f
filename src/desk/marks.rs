//! What is known of each cell: adds up, cannot be right, unusual, unclear, not judged.

use std::collections::{HashMap, HashSet};

use super::cells::{At, Cells};
use crate::check::Outcome;
use crate::discover::{Axis, Relation};
use crate::finding::{Certainty, Finding, Severity, Status};
use crate::rules::{CellSet, RESERVED};
use crate::table::{CellState, Table};

/// What is known of a cell; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    /// It contradicts other figures.
    Wrong,
    /// It is not as it must be: it cannot be read, is missing, or stands twice.
    Faulty,
    /// It may well be wrong.
    Doubtful,
    /// It is out of the ordinary.
    Unusual,
    /// It can be read in more than one way.
    Unclear,
    /// It was found, and said to be right.
    Settled,
    /// A check that reads it holds.
    Holds,
    /// It is a figure, and nothing at hand says anything of it.
    NotJudged,
}

/// The marks of the tables of an outcome.
#[derive(Debug, Default)]
pub(super) struct Marks {
    found: HashMap<At, (Mark, Vec<usize>)>,
    tables: Vec<TableRelations>,
}

/// What holds in one table.
#[derive(Debug, Default)]
struct TableRelations {
    relations: Vec<Places>,
}

/// The lines of a relation, and the places where it does not hold.
#[derive(Debug)]
struct Places {
    lines: HashSet<usize>,
    not_held: HashSet<usize>,
    by_row: bool,
    counts: bool,
}

impl Mark {
    /// The key that the page knows it by, and the words for it.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Wrong => ("bad", "cannot be right"),
            Self::Faulty => ("bad", "not in order"),
            Self::Doubtful => ("odd", "may be wrong"),
            Self::Unusual => ("odd", "unusual"),
            Self::Unclear => ("ask", "unclear"),
            Self::Settled => ("set", "settled"),
            Self::Holds => ("ok", "adds up"),
            Self::NotJudged => ("none", "not judged"),
        }
    }
}

/// What a finding makes of the figure that it points at.
pub(super) fn of_finding(it: &Finding) -> Mark {
    match (it.status, it.certainty, it.severity) {
        (Status::Waived, ..) => Mark::Settled,
        (_, Certainty::Unclear, _) => Mark::Unclear,
        (_, Certainty::Unusual, _) => Mark::Unusual,
        (_, Certainty::Contradiction, Severity::Error) if is_form(&it.rule) => Mark::Faulty,
        (_, Certainty::Contradiction, Severity::Error) => Mark::Wrong,
        _ => Mark::Doubtful,
    }
}

/// Whether a rule is about the form of a file, not about what its figures say.
fn is_form(rule: &str) -> bool {
    RESERVED.contains(&rule) && !["follows", "joint", "claim", "pasted", "restated"].contains(&rule)
}

impl Marks {
    pub(super) fn of(outcome: &Outcome, cells: &Cells) -> Self {
        let mut marks = Self::default();
        for (number, it) in outcome.findings.iter().enumerate() {
            let mark = of_finding(it);
            for cell in blamed(it, outcome, cells) {
                let entry = marks.found.entry(cell).or_insert((mark, Vec::new()));
                entry.0 = entry.0.min(mark);
                entry.1.push(number);
            }
        }
        for number in 0..cells.len() {
            let held = cells.place_of(number).and_then(|(edition, table)| {
                let held = outcome.editions[edition].held.as_ref()?;
                let own = held.relations.iter().filter(|it| it.0 == table);
                Some(TableRelations { relations: own.map(|it| Places::of(&it.1)).collect() })
            });
            marks.tables.push(held.unwrap_or_default());
        }
        marks
    }

    /// The findings that point at a cell.
    pub(super) fn findings(&self, at: At) -> &[usize] {
        self.found.get(&at).map_or(&[], |it| it.1.as_slice())
    }

    /// What is known of a cell; nothing where it is no figure and nothing was found.
    pub(super) fn at(&self, outcome: &Outcome, cells: &Cells, table: &Table, at: At) -> Option<Mark> {
        if let Some(it) = self.found.get(&at) {
            return Some(it.0);
        }
        let column = &table.columns[at.2];
        match column.states[at.1] {
            CellState::Unclear => return Some(Mark::Unclear),
            CellState::Value if column.kind.is_number() => {}
            _ => return None,
        }
        let ruled = || rules(outcome, cells, at).next().is_some();
        let holds = self.relations(at).next().is_some() || ruled();
        Some(if holds { Mark::Holds } else { Mark::NotJudged })
    }

    /// The relations that hold for a cell, by their place among those of its table.
    pub(super) fn relations(&self, at: At) -> impl Iterator<Item = usize> + '_ {
        let all = self.tables.get(at.0).map_or(&[][..], |it| it.relations.as_slice());
        all.iter().enumerate().filter(move |it| it.1.counts && it.1.holds(at)).map(|it| it.0)
    }
}

impl Places {
    fn of(relation: &Relation) -> Self {
        use crate::discover::RelationKind::{Order, Rank, Steady};
        Self {
            lines: std::iter::once(relation.target).chain(relation.terms.iter().map(|it| it.line)).collect(),
            not_held: relation.not_held().collect(),
            by_row: relation.axis == Axis::Columns,
            counts: !matches!(relation.kind, Order | Rank | Steady) && relation.group.is_none(),
        }
    }

    fn holds(&self, at: At) -> bool {
        let (line, place) = if self.by_row { (at.2, at.1) } else { (at.1, at.2) };
        self.lines.contains(&line) && !self.not_held.contains(&place)
    }
}

/// The declared rules that hold for a cell.
pub(super) fn rules<'a>(outcome: &'a Outcome, cells: &Cells, at: At) -> impl Iterator<Item = &'a str> {
    let place = cells.place_of(at.0);
    let held = place.and_then(|it| outcome.editions.get(it.0)?.held.as_ref());
    let table = place.map_or(0, |it| it.1);
    let reads = move |it: &&(String, CellSet)| it.1.rows(table, at.2).get(at.1).copied().unwrap_or(false);
    held.into_iter().flat_map(|it| &it.rules).filter(reads).map(|it| it.0.as_str())
}

/// The cells that a finding says are wrong or may be.
pub(super) fn blamed(it: &Finding, outcome: &Outcome, cells: &Cells) -> Vec<At> {
    let mut found: Vec<At> = Vec::new();
    if let Some(cause) = &it.cause {
        let named = cause.ranked.iter().take(cause.named).map(|it| &it.figure);
        found.extend(named.filter_map(|it| cells.suspect(outcome, it)));
    }
    if found.is_empty() {
        if it.certainty == Certainty::Unclear {
            return unclear(it, outcome, cells);
        }
        // What is about a row points at its label, which is not what is wrong.
        let first = it.places.first().filter(|it| it.column.is_some());
        found.extend(first.and_then(|it| cells.find(outcome, it)));
    }
    found.sort();
    found.dedup();
    found
}

/// The cells of a row that can be read in more than one way.
fn unclear(it: &Finding, outcome: &Outcome, cells: &Cells) -> Vec<At> {
    let Some(at) = it.places.first().and_then(|it| cells.find(outcome, it)) else { return Vec::new() };
    let Some(table) = cells.table(outcome, at.0) else { return Vec::new() };
    let is_unclear = |column: &usize| table.columns[*column].states[at.1] == CellState::Unclear;
    let found: Vec<At> = (0..table.columns.len()).filter(is_unclear).map(|it| At(at.0, at.1, it)).collect();
    if found.is_empty() { vec![at] } else { found }
}
