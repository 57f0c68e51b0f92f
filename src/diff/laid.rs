//! Both editions as one table: rows and columns of either, each in its place.
//!
//! What went stands behind what it followed, before what came. Columns go by
//! the order of the new table, rows too.

use std::collections::{HashMap, HashSet};

use super::tables::partners;
use super::{Columns, Diff, Op, RowChange, TableDiff, value};
use crate::table::{Table, canonical};

/// So many rows beside one that differs are kept, to show where it stands.
const BESIDE: usize = 1;

/// One table of both editions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// The columns of either edition.
    pub columns: Vec<LaidColumn>,
    /// The rows that differ and those beside them, with how many stand between.
    pub lines: Vec<Line>,
}

/// A column of either edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaidColumn {
    /// Its name in the old one, if it is there.
    pub old: Option<String>,
    /// Its name in the new one, if it is there.
    pub new: Option<String>,
    /// Whether it stands elsewhere.
    pub moved: bool,
}

/// Rows of a table as it is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// So many rows that are alike in both editions.
    Same(usize),
    /// One row.
    Row(LaidRow),
}

/// One row, with a cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaidRow {
    /// Its place among [`TableDiff::changes`]; nothing where it is alike in both.
    pub change: Option<usize>,
    /// Its line in the new file, or in the old one where it went; from 1.
    pub line: u32,
    /// What is printed: old, new; nothing where the row or column is not there.
    pub cells: Vec<(Option<String>, Option<String>)>,
}

impl LaidColumn {
    /// Its name, by the new edition where it is there.
    pub fn name(&self) -> &str {
        self.new.as_deref().or(self.old.as_deref()).unwrap_or("")
    }
}

/// Lays out each table of a diff, in their order.
pub fn lay_out(diff: &Diff, old: &[Table], new: &[Table]) -> Vec<Laid> {
    let partners = partners(old, new);
    let paired: HashSet<usize> = partners.iter().copied().flatten().collect();
    let both = new.iter().zip(&partners).map(|it| (it.1.map(|at| &old[at]), Some(it.0)));
    let gone = (0..old.len()).filter(|it| !paired.contains(it)).map(|it| (Some(&old[it]), None));
    diff.tables.iter().zip(both.chain(gone)).map(|it| laid(it.0, it.1)).collect()
}

fn laid(change: &TableDiff, (old, new): (Option<&Table>, Option<&Table>)) -> Laid {
    let (old, new) = (old.map(canonical::flat), new.map(canonical::flat));
    let columns = columns(&change.columns);
    let sides = (old.as_deref(), new.as_deref());
    let place = |table: Option<&Table>, name: Option<&String>| table?.column(name?);
    let places: Vec<_> =
        columns.iter().map(|it| (place(sides.0, it.old.as_ref()), place(sides.1, it.new.as_ref()))).collect();
    let rows = rows(change, sides.0.map_or(0, |it| it.rows.len()), sides.1.map_or(0, |it| it.rows.len()));
    let mut lines = Vec::new();
    let differs = |at: usize| rows.get(at).is_some_and(|it| it.change.is_some());
    for (at, row) in rows.iter().enumerate() {
        if (at.saturating_sub(BESIDE)..=at + BESIDE).any(differs) {
            lines.push(Line::Row(row.laid(sides, &places)));
        } else if let Some(Line::Same(count)) = lines.last_mut() {
            *count += 1;
        } else {
            lines.push(Line::Same(1));
        }
    }
    Laid { columns, lines }
}

/// The columns of both, in the order of the new table; what went stands before
/// what it stood before.
fn columns(columns: &Columns) -> Vec<LaidColumn> {
    let was = |new: &String| -> Option<String> {
        let renamed = columns.renamed.iter().find(|it| it.1 == *new).map(|it| it.0.clone());
        renamed.or_else(|| (!columns.added.contains(new) && columns.old.contains(new)).then(|| new.clone()))
    };
    let kept: HashSet<String> = columns.new.iter().filter_map(was).collect();
    let mut gone = columns.old.iter().enumerate().filter(|it| !kept.contains(it.1)).peekable();
    let removed = |name: &String| LaidColumn { old: Some(name.clone()), ..LaidColumn::default() };
    let mut laid = Vec::new();
    for new in &columns.new {
        let (old, moved) = (was(new), columns.moved.contains(new));
        let place = old.as_ref().filter(|_| !moved).and_then(|name| columns.old.iter().position(|it| it == name));
        while let Some((_, name)) = place.and_then(|place| gone.next_if(|it| it.0 < place)) {
            laid.push(removed(name));
        }
        laid.push(LaidColumn { old, new: Some(new.clone()), moved });
    }
    laid.extend(gone.map(|it| removed(it.1)));
    laid
}

/// A row by its places.
struct Placed {
    change: Option<usize>,
    old: Option<usize>,
    new: Option<usize>,
}

/// The rows of both tables in the order of the new one.
fn rows(change: &TableDiff, old: usize, new: usize) -> Vec<Placed> {
    let by = |place: fn(&RowChange) -> Option<usize>| -> HashMap<usize, usize> {
        change.changes.iter().enumerate().filter_map(|it| Some((place(it.1)?, it.0))).collect()
    };
    let (by_old, by_new) = (by(|it| it.old_index), by(|it| it.new_index));
    let is_gone = |row: &usize| by_old.get(row).is_some_and(|it| change.changes[*it].op == Op::Removed);
    let mut gone = (0..old).filter(is_gone).peekable();
    // Rows that are not listed are the same, and in the same order.
    let mut same = (0..old).filter(|it| !by_old.contains_key(it));
    let mut rows = Vec::with_capacity(new);
    let went = |row: usize| Placed { change: by_old.get(&row).copied(), old: Some(row), new: None };
    let mut next = 0;
    for row in 0..new {
        let listed = by_new.get(&row).copied();
        let (from, moved) = match listed.map(|it| &change.changes[it]) {
            Some(it) => (it.old_index, it.moved || it.op == Op::Moved),
            None => (same.next(), false),
        };
        let kept = from.filter(|_| !moved);
        // What directly followed the row above, then what stood before this one.
        while let Some(it) = gone.next_if_eq(&next) {
            rows.push(went(it));
            next += 1;
        }
        if let Some(kept) = kept {
            while let Some(it) = gone.next_if(|it| *it < kept) {
                rows.push(went(it));
            }
            next = kept + 1;
        }
        rows.push(Placed { change: listed, old: from, new: Some(row) });
    }
    rows.extend(gone.map(went));
    rows
}

impl Placed {
    fn laid(&self, sides: (Option<&Table>, Option<&Table>), places: &[(Option<usize>, Option<usize>)]) -> LaidRow {
        let cell = |table: Option<&Table>, row: Option<usize>, column: Option<usize>| {
            Some(value::printed((table?, row?, column?)).to_owned())
        };
        let line = |table: Option<&Table>, row: Option<usize>| {
            let (table, row) = (table?, row?);
            Some(table.document.position(table.rows[row].span.start).line)
        };
        LaidRow {
            change: self.change,
            line: line(sides.1, self.new).or_else(|| line(sides.0, self.old)).unwrap_or(0),
            cells: places.iter().map(|it| (cell(sides.0, self.old, it.0), cell(sides.1, self.new, it.1))).collect(),
        }
    }
}
