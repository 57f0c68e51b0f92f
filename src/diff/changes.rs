//! What changed in matched rows, cell by cell.

use std::ops::Range;

use super::codes::longest_increasing;
use super::columns::as_float;
use super::{CellChange, ChangeKind, Op, RowChange, Rows};
use crate::table::{Decimal, Table, canonical, show_exact};

/// Two tables whose columns go together.
pub(super) struct Compared<'a> {
    pub(super) old: &'a Table,
    pub(super) new: &'a Table,
    /// Columns: old, new.
    pub(super) pairs: &'a Vec<(usize, usize)>,
    /// The key's columns: old, new; none where rows go by their order.
    pub(super) key: Vec<(usize, usize)>,
    /// What is tolerated, by new column.
    pub(super) tolerance: &'a [Option<Decimal>],
    /// Days covered, where both sides say so and differ: old, new.
    pub(super) days: Option<(u32, u32)>,
}

impl Compared<'_> {
    /// Counts rows, and says what happened to those that differ.
    pub(super) fn rows(&self, matched: &[(usize, usize)]) -> (Rows, Vec<RowChange>) {
        let mut counts = Rows::default();
        let mut changes = Vec::new();
        let olds: Vec<usize> = matched.iter().map(|it| it.0).collect();
        let mut in_order = vec![false; matched.len()];
        for it in longest_increasing(&olds) {
            in_order[it] = true;
        }
        let (mut old_left, mut new_left) = (vec![true; self.old.rows.len()], vec![true; self.new.rows.len()]);
        for (&(old, new), in_order) in matched.iter().zip(in_order) {
            (old_left[old], new_left[new]) = (false, false);
            let (cells, changed) = self.cells(old, new);
            match (changed, in_order) {
                (true, _) => counts.changed += 1,
                (false, false) => counts.moved += 1,
                (false, true) => counts.same += 1,
            }
            if !cells.is_empty() || !in_order {
                let op = if cells.is_empty() { Op::Moved } else { Op::Changed };
                changes.push(self.change(op, (Some(old), Some(new)), !in_order, cells));
            }
        }
        let left = |it: Vec<bool>| it.into_iter().enumerate().filter(|it| it.1).map(|it| it.0).collect::<Vec<_>>();
        let (removed, added) = (left(old_left), left(new_left));
        (counts.removed, counts.added) = (removed.len(), added.len());
        for (table, op, rows) in [(self.old, Op::Removed, removed), (self.new, Op::Added, added)] {
            for row in rows {
                changes.push(self.whole(table, op, row));
            }
        }
        (counts, changes)
    }

    fn whole(&self, table: &Table, op: Op, row: usize) -> RowChange {
        let mut change = whole_rows(table, op, row..row + 1).remove(0);
        let places = if op == Op::Added { (None, Some(row)) } else { (Some(row), None) };
        change.key = self.key(places);
        change
    }

    /// The cells of a row that differ, and whether that makes it a changed one.
    fn cells(&self, old: usize, new: usize) -> (Vec<CellChange>, bool) {
        let mut cells: Vec<(usize, CellChange)> = Vec::new();
        for &(from, to) in self.pairs {
            if let Some(it) = self.cell((old, from), (new, to)) {
                cells.push((to, it));
            }
        }
        let changed = cells.iter().any(|it| it.1.kind != ChangeKind::Tolerated);
        let came = (0..self.new.columns.len()).filter(|at| !self.pairs.iter().any(|it| it.1 == *at));
        for at in came {
            let text = canonical::cell(self.new, new, at).into_owned();
            cells.push((at, one_sided(self.new, at, None, Some(text))));
        }
        cells.sort_by_key(|it| it.0);
        let gone = (0..self.old.columns.len()).filter(|at| !self.pairs.iter().any(|it| it.0 == *at));
        let gone = gone.map(|at| one_sided(self.old, at, Some(canonical::cell(self.old, old, at).into_owned()), None));
        (cells.into_iter().map(|it| it.1).chain(gone).collect(), changed)
    }

    fn cell(&self, old: (usize, usize), new: (usize, usize)) -> Option<CellChange> {
        let (before, now) = (&self.old.columns[old.1], &self.new.columns[new.1]);
        let value = |it: &crate::table::Column, row: usize| {
            it.decimal(row).filter(|_| it.states[row] == crate::table::CellState::Value)
        };
        let figures = value(before, old.0).zip(value(now, new.0));
        if figures.is_some_and(|it| it.0 == it.1) {
            return None;
        }
        let (was, is) = (canonical::cell(self.old, old.0, old.1), canonical::cell(self.new, new.0, new.1));
        if was == is {
            return None;
        }
        let difference = figures.map(|it| it.1.exact() - it.0.exact());
        let kind = match (&figures, self.tolerance.get(new.1).copied().flatten()) {
            (Some((was, is)), _) if was.same_value(*is) => ChangeKind::Precision,
            (Some(_), Some(most)) if difference.as_ref().is_some_and(|it| within(it, most)) => ChangeKind::Tolerated,
            (Some(_), _) => ChangeKind::Value,
            (None, _) => ChangeKind::Text,
        };
        Some(CellChange {
            column: now.name.clone(),
            old: Some(was.into_owned()),
            new: Some(is.into_owned()),
            kind,
            difference: difference.as_ref().map(show_exact),
            usual: None,
            relation: None,
        })
    }

    fn change(
        &self,
        op: Op,
        (old, new): (Option<usize>, Option<usize>),
        moved: bool,
        cells: Vec<CellChange>,
    ) -> RowChange {
        let surprise = cells.iter().filter(|it| it.kind == ChangeKind::Value).map(|it| self.surprise(it));
        RowChange {
            op,
            key: self.key((old, new)),
            old_index: old,
            new_index: new,
            old_line: old.map(|it| line(self.old, it)),
            new_line: new.map(|it| line(self.new, it)),
            moved,
            surprise: surprise.fold(0.0, f64::max),
            cells,
        }
    }

    fn key(&self, places: (Option<usize>, Option<usize>)) -> Vec<(String, String)> {
        let (table, row) = match places {
            (_, Some(row)) => (self.new, row),
            (Some(row), None) => (self.old, row),
            (None, None) => return Vec::new(),
        };
        if self.key.is_empty() {
            return vec![("row".to_owned(), (row + 1).to_string())];
        }
        let cell = |it: &(usize, usize)| {
            let at = if places.1.is_some() { it.1 } else { it.0 };
            (self.new.columns[it.1].name.clone(), canonical::cell(table, row, at).into_owned())
        };
        self.key.iter().map(cell).collect()
    }

    /// The change on the square-root scale, per day covered where that is known.
    fn surprise(&self, cell: &CellChange) -> f64 {
        let figure = |it: &Option<String>| it.as_ref().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
        let per_day = self.days.map_or(1.0, |(old, new)| f64::from(old) / f64::from(new));
        (root(figure(&cell.new) * per_day) - root(figure(&cell.old))).abs()
    }
}

/// The root of a figure's size, with its sign.
fn root(figure: f64) -> f64 {
    figure.abs().sqrt().copysign(figure)
}

fn within(difference: &crate::table::Exact, most: Decimal) -> bool {
    let most = most.exact();
    *difference <= most && -difference <= most
}

fn line(table: &Table, row: usize) -> u32 {
    table.document.position(table.rows[row].span.start).line
}

/// A cell that only one side has.
fn one_sided(table: &Table, column: usize, old: Option<String>, new: Option<String>) -> CellChange {
    CellChange {
        column: table.columns[column].name.clone(),
        old,
        new,
        kind: ChangeKind::Text,
        difference: None,
        usual: None,
        relation: None,
    }
}

/// Rows that only one side has, with all their cells.
pub(super) fn whole_rows(table: &Table, op: Op, rows: Range<usize>) -> Vec<RowChange> {
    let row = |row: usize| {
        let text = |at: usize| canonical::cell(table, row, at).into_owned();
        let added = op == Op::Added;
        let cell = |at: usize| {
            let (old, new) = if added { (None, Some(text(at))) } else { (Some(text(at)), None) };
            one_sided(table, at, old, new)
        };
        let key: Vec<(String, String)> =
            table.key.iter().map(|&at| (table.columns[at].name.clone(), text(at))).collect();
        let numbered = || vec![("row".to_owned(), (row + 1).to_string())];
        let figures = table.columns.iter().filter_map(|it| it.decimal(row)).map(as_float);
        RowChange {
            op,
            key: if key.is_empty() { numbered() } else { key },
            old_index: (!added).then_some(row),
            new_index: added.then_some(row),
            old_line: (!added).then(|| line(table, row)),
            new_line: added.then(|| line(table, row)),
            moved: false,
            cells: (0..table.columns.len()).map(cell).collect(),
            surprise: figures.fold(0.0, |most, it| f64::max(most, it.abs().sqrt())),
        }
    };
    rows.map(row).collect()
}

/// The most surprising first, then in the order of the new table.
pub(super) fn ranked(mut changes: Vec<RowChange>) -> Vec<RowChange> {
    let place = |it: &RowChange| (it.new_index.is_none(), it.new_index, it.old_index);
    changes.sort_by(|a, b| b.surprise.total_cmp(&a.surprise).then_with(|| place(a).cmp(&place(b))));
    changes
}
