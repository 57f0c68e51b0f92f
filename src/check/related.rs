//! What a changed figure does to the arithmetic that both editions follow by themselves.

use std::collections::HashMap;

use crate::diff::{Diff, Match, Op, RelationChange, TableDiff};
use crate::discover::{self, Axis, BreakClass, Discovery};
use crate::table::{CellState, Table};

/// Steps of a search in one table.
const STEPS: u64 = 40_000_000;
/// Larger tables are not looked at.
const CELLS_MAX: usize = 400_000;

/// Tells of each changed figure whether a relation that both editions follow
/// holds there in one of them only: then the change repairs it, or breaks it.
pub fn relate(diff: &mut Diff, old: &[Table], new: &[Table]) {
    for it in &mut diff.tables {
        let changes = it.changes.iter().any(|it| it.op == Op::Changed);
        let named = |tables: &'_ [Table]| tables.iter().position(|table| table.name == it.name);
        if it.match_kind != Match::Corresponds || !changes {
            continue;
        }
        let (Some(before), Some(now)) = (named(old), named(new)) else { continue };
        let (before, now) = (&old[before], &new[now]);
        let is_small = |it: &Table| it.rows.len() * it.columns.len() <= CELLS_MAX;
        if is_small(before) && is_small(now) {
            of_table(it, &Side::of(before), &Side::of(now));
        }
    }
}

fn of_table(diff: &mut TableDiff, before: &Side<'_>, now: &Side<'_>) {
    let was: HashMap<&str, &str> = diff.columns.renamed.iter().map(|it| (it.1.as_str(), it.0.as_str())).collect();
    for change in &mut diff.changes {
        let (Some(old), Some(new)) = (change.old_index, change.new_index) else { continue };
        for cell in change.cells.iter_mut().filter(|it| it.old.is_some() && it.new.is_some()) {
            let name = was.get(cell.column.as_str()).copied().unwrap_or(&cell.column);
            let columns = before.table.column(name).zip(now.table.column(&cell.column));
            let Some((from, to)) = columns else { continue };
            let repairs = before.lone((old, from), now, (new, to)).map(|words| (true, words));
            let change = repairs.or_else(|| now.lone((new, to), before, (old, from)).map(|words| (false, words)));
            cell.relation = change.map(|(repairs, words)| RelationChange { repairs, words: words.to_owned() });
        }
    }
}

/// One edition of a table, with what it follows.
struct Side<'a> {
    table: &'a Table,
    found: Discovery,
    by_words: HashMap<String, usize>,
}

type At = (usize, usize);

impl<'a> Side<'a> {
    fn of(table: &'a Table) -> Self {
        let found = discover::discover(table, &discover::Options { steps: STEPS });
        let by_words = found.relations.iter().enumerate().map(|(at, it)| (it.words.clone(), at)).collect();
        Self { table, found, by_words }
    }

    /// A relation that breaks at a cell here, and holds at the same cell there.
    fn lone(&self, here: At, other: &Self, there: At) -> Option<&str> {
        let broken =
            self.found.breaks.iter().filter(|it| {
                matches!(it.class, BreakClass::Slip | BreakClass::Contradiction) && it.cells.contains(&here)
            });
        let relations = broken.flat_map(|it| &it.relations).map(|it| &self.found.relations[*it]);
        let holds = |words: &str| other.by_words.get(words).is_some_and(|it| other.holds(*it, there));
        relations.map(|it| it.words.as_str()).find(|it| holds(it))
    }

    /// Whether a relation holds where a cell is one of its figures.
    fn holds(&self, relation: usize, (row, column): At) -> bool {
        let it = &self.found.relations[relation];
        let (line, place) = if it.axis == Axis::Columns { (column, row) } else { (row, column) };
        let is_line = it.target == line || it.terms.iter().any(|it| it.line == line);
        let target = if it.axis == Axis::Columns { (row, it.target) } else { (it.target, column) };
        let is_filled = |(row, column): At| self.table.columns[column].states[row] == CellState::Value;
        is_line && is_filled(target) && it.not_held().all(|it| it != place)
    }
}
