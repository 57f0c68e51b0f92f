//! What changed in matched rows, cell by cell.

use std::collections::HashMap;
use std::ops::Range;

use super::codes::longest_increasing;
use super::identity::names_things;
use super::rows::Rows as Matched;
use super::value;
use super::{CellChange, ChangeKind, Op, RowChange, Rows};
use crate::table::{Decimal, Table, show_exact};

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
    /// Columns that only the new table has, and that only the old one has.
    pub(super) came: Vec<usize>,
    pub(super) gone: Vec<usize>,
    /// Whether each new column names things.
    pub(super) naming: Vec<bool>,
    /// Whether texts are left aside.
    pub(super) values_only: bool,
    /// Days covered, where both sides say so and differ: old, new.
    pub(super) days: Option<(u32, u32)>,
}

impl Compared<'_> {
    /// Counts rows, and says what happened to those that differ.
    pub(super) fn rows(&self, found: &Matched) -> (Rows, Vec<RowChange>) {
        let matched = &found.matched;
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
            let naming = naming(table);
            changes.extend(rows.into_iter().map(|row| self.whole((table, &naming), op, row)));
        }
        self.name_likely(&found.perhaps, &mut changes);
        (counts, changes)
    }

    /// Names the rows that may stand for ones that went or came.
    fn name_likely(&self, pairs: &[(usize, usize)], changes: &mut [RowChange]) {
        let by_old: HashMap<usize, usize> = pairs.iter().copied().collect();
        let by_new: HashMap<usize, usize> = pairs.iter().map(|it| (it.1, it.0)).collect();
        for change in changes {
            let other = match (change.op, change.old_index, change.new_index) {
                (Op::Removed, Some(old), _) => by_old.get(&old).map(|it| (None, Some(*it))),
                (Op::Added, _, Some(new)) => by_new.get(&new).map(|it| (Some(*it), None)),
                _ => None,
            };
            change.perhaps = other.map_or_else(Vec::new, |it| self.key(it));
        }
    }

    fn whole(&self, (table, naming): (&Table, &[bool]), op: Op, row: usize) -> RowChange {
        let mut change = whole_row(table, naming, op, row);
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
        let changed = cells.iter().any(|it| it.1.tells());
        for &at in &self.came {
            cells.push((at, one_sided((self.new, new, at), true)));
        }
        cells.sort_by_key(|it| it.0);
        let gone = self.gone.iter().map(|&at| one_sided((self.old, old, at), false));
        (cells.into_iter().map(|it| it.1).chain(gone).collect(), changed)
    }

    fn cell(&self, old: (usize, usize), new: (usize, usize)) -> Option<CellChange> {
        let (before, now) = ((self.old, old.0, old.1), (self.new, new.0, new.1));
        let mut kind = value::compare(before, now, self.values_only)?;
        let figures = value::figure(before).zip(value::figure(now)).filter(|_| !self.naming[new.1]);
        let difference = figures.map(|it| it.1.minus(it.0));
        let most = self.tolerance.get(new.1).copied().flatten();
        if kind == ChangeKind::Value
            && let (Some(difference), Some(most)) = (&difference, most)
            && within(difference, most)
        {
            kind = ChangeKind::Tolerated;
        }
        let printed = |it: value::At<'_>| {
            let (before, after) = if kind == ChangeKind::Printed { value::stray(it) } else { ("", "") };
            let text = value::printed(it);
            let text =
                if before.is_empty() && after.is_empty() { text.to_owned() } else { format!("{before}{text}{after}") };
            Some(text).filter(|_| !self.values_only)
        };
        let (was, is) = (value::text(before).into_owned(), value::text(now).into_owned());
        Some(CellChange {
            column: self.new.columns[new.1].name.clone(),
            old_text: printed(before).filter(|it| *it != was),
            new_text: printed(now).filter(|it| *it != is),
            old: Some(was),
            new: Some(is),
            kind,
            // Between $5 and €5, or 7 and 7 p, no amount says what changed.
            difference: difference
                .filter(|_| !matches!(kind, ChangeKind::Printed | ChangeKind::Text))
                .as_ref()
                .map(show_exact),
            cause: None,
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
        let sized = |it: &&CellChange| it.kind == ChangeKind::Value && it.difference.is_some();
        let surprise = cells.iter().filter(sized).map(|it| self.surprise(it));
        RowChange {
            op,
            key: self.key((old, new)),
            old_index: old,
            new_index: new,
            old_line: old.map(|it| line(self.old, it)),
            new_line: new.map(|it| line(self.new, it)),
            moved,
            surprise: surprise.fold(0.0, f64::max),
            perhaps: Vec::new(),
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
            (self.new.columns[it.1].name.clone(), value::text((table, row, at)).into_owned())
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
fn one_sided(at: value::At<'_>, is_new: bool) -> CellChange {
    let text = value::text(at).into_owned();
    let printed = Some(value::printed(at).to_owned()).filter(|it| *it != text);
    let (old, new) = if is_new { (None, Some(text)) } else { (Some(text), None) };
    let (old_text, new_text) = if is_new { (None, printed) } else { (printed, None) };
    CellChange {
        column: at.0.columns[at.2].name.clone(),
        old,
        new,
        old_text,
        new_text,
        kind: ChangeKind::Text,
        difference: None,
        cause: None,
        usual: None,
        relation: None,
    }
}

/// Which columns of a table name things: they have no size to rank rows by.
pub(super) fn naming(table: &Table) -> Vec<bool> {
    (0..table.columns.len()).map(|it| names_things(table, it)).collect()
}

/// Rows that only one side has, with all their cells.
pub(super) fn whole_rows(table: &Table, op: Op, rows: Range<usize>) -> Vec<RowChange> {
    let naming = naming(table);
    rows.map(|row| whole_row(table, &naming, op, row)).collect()
}

fn whole_row(table: &Table, naming: &[bool], op: Op, row: usize) -> RowChange {
    let added = op == Op::Added;
    let named = |at: usize| (table.columns[at].name.clone(), value::text((table, row, at)).into_owned());
    let key: Vec<(String, String)> = table.key.iter().map(|&at| named(at)).collect();
    let numbered = || vec![("row".to_owned(), (row + 1).to_string())];
    let counted = table.columns.iter().zip(naming).filter(|it| !it.1);
    let figures = counted.filter_map(|it| it.0.decimal(row)).map(Decimal::nearest_float);
    RowChange {
        op,
        key: if key.is_empty() { numbered() } else { key },
        old_index: (!added).then_some(row),
        new_index: added.then_some(row),
        old_line: (!added).then(|| line(table, row)),
        new_line: added.then(|| line(table, row)),
        moved: false,
        cells: (0..table.columns.len()).map(|at| one_sided((table, row, at), added)).collect(),
        perhaps: Vec::new(),
        surprise: figures.fold(0.0, |most, it| f64::max(most, it.abs().sqrt())),
    }
}

/// The most surprising first, then in the order of the new table.
pub(super) fn ranked(mut changes: Vec<RowChange>) -> Vec<RowChange> {
    let place = |it: &RowChange| (it.new_index.is_none(), it.new_index, it.old_index);
    changes.sort_by(|a, b| b.surprise.total_cmp(&a.surprise).then_with(|| place(a).cmp(&place(b))));
    changes
}
