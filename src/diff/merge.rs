//! Joins two corrected copies of one edition.

use std::collections::{BTreeMap, HashMap};

use super::{Match, Op, Options, Plain, RowChange, Side, TableDiff, diff, plain};
use crate::error::Result;
use crate::table::{Table, fold};

/// What a merge came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The joined tables in canonical form; where sides conflict, the base's value stands.
    pub tables: Vec<Plain>,
    /// Where the two sides disagree.
    pub conflicts: Vec<Conflict>,
}

/// A cell, row or column that both sides changed, not alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The table.
    pub table: String,
    /// The row's key values, if it is about a row.
    pub row: Option<String>,
    /// The column, if it is about one.
    pub column: Option<String>,
    /// What the base has.
    pub base: Option<String>,
    /// What the first side has.
    pub a: Option<String>,
    /// What the second side has.
    pub b: Option<String>,
}

/// Joins what two copies changed of a base, table by table.
///
/// A copy that changed nothing gives the other one whole. Rows and columns
/// keep the base's order, or that of the one side that changed it; what was
/// added stands behind the row that it was added behind.
///
/// # Errors
///
/// As [`diff`](super::diff).
pub fn merge(base: &[Table], a: &[Table], b: &[Table], options: &Options) -> Result<Merged> {
    let mut merged = Merged::default();
    let single = base.len() == 1 && a.len() == 1 && b.len() == 1;
    let find = |tables: &[Table], name: &str| -> Option<Table> {
        tables.iter().find(|it| single || fold(&it.name) == fold(name)).cloned()
    };
    let mut names: Vec<&str> = Vec::new();
    for table in base.iter().chain(a).chain(b) {
        if !names.iter().any(|it| single || fold(it) == fold(&table.name)) {
            names.push(&table.name);
        }
    }
    for name in names {
        let [base, a, b] = [base, a, b].map(|it| find(it, name));
        let form = |it: &Option<Table>| it.as_ref().map(|it| plain(std::slice::from_ref(it)).remove(0));
        let (base_form, a_form, b_form) = (form(&base), form(&a), form(&b));
        let same = |left: &Option<Plain>, right: &Option<Plain>| {
            left.as_ref().map(|it| (&it.1, &it.2)) == right.as_ref().map(|it| (&it.1, &it.2))
        };
        if same(&a_form, &b_form) || same(&base_form, &b_form) {
            merged.tables.extend(a_form);
        } else if same(&base_form, &a_form) {
            merged.tables.extend(b_form);
        } else if let (Some(base), Some(a), Some(b)) = (&base, &a, &b) {
            let sides = [side(base, a, options)?, side(base, b, options)?];
            Join { base: base_form.as_ref().unwrap_or(&Plain::default()), sides: &sides, merged: &mut merged }.run();
        } else {
            let there = |it: &Option<Plain>| Some(if it.is_some() { "changed" } else { "removed" }.to_owned());
            let base_said = base_form.as_ref().map(|_| "there".to_owned());
            merged.conflicts.push(Conflict {
                table: name.to_owned(),
                row: None,
                column: None,
                base: base_said,
                a: there(&a_form),
                b: there(&b_form),
            });
            merged.tables.extend(base_form);
        }
    }
    Ok(merged)
}

/// One copy against the base.
struct Copy {
    diff: TableDiff,
    /// What became of rows of the base that are not as they were.
    changes: HashMap<usize, RowChange>,
    /// Rows added, behind which row of the base, in order.
    added: BTreeMap<Option<usize>, Vec<BTreeMap<String, String>>>,
    /// The rows of the base, in the copy's order.
    order: Vec<usize>,
    /// Whether that order is another.
    moved: bool,
}

fn side(base: &Table, copy: &Table, options: &Options) -> Result<Copy> {
    let none = Side::default;
    let mut found = diff((none(), std::slice::from_ref(base)), (none(), std::slice::from_ref(copy)), options)?;
    let diff = found.tables.remove(0);
    let changes: HashMap<usize, RowChange> =
        diff.changes.iter().filter_map(|it| Some((it.old_index?, it.clone()))).collect();
    let new_rows = copy.rows.len();
    let mut at: Vec<Option<usize>> = vec![None; new_rows];
    let mut is_added = vec![false; new_rows];
    for it in &diff.changes {
        if let Some(new) = it.new_index {
            is_added[new] = it.op == Op::Added;
            at[new] = it.old_index.filter(|_| it.moved || it.op == Op::Moved);
        }
    }
    let added_rows: HashMap<usize, &RowChange> =
        diff.changes.iter().filter(|it| it.op == Op::Added).filter_map(|it| Some((it.new_index?, it))).collect();
    let stays = |it: &usize| changes.get(it).is_none_or(|it| it.op == Op::Changed && !it.moved);
    let mut kept = (0..base.rows.len()).filter(stays);
    let (mut order, mut added, mut last) = (Vec::new(), BTreeMap::<_, Vec<_>>::new(), None);
    for new in 0..new_rows {
        if is_added[new] {
            let cells = added_rows.get(&new).into_iter().flat_map(|it| &it.cells);
            let cells = cells.filter_map(|it| Some((it.column.clone(), it.new_trimmed()?.to_owned()))).collect();
            added.entry(last).or_default().push(cells);
        } else if let Some(old) = at[new].or_else(|| kept.next()) {
            order.push(old);
            last = Some(old);
        }
    }
    let moved = !order.is_sorted();
    Ok(Copy { diff, changes, added, order, moved })
}

/// Joins one table.
struct Join<'a> {
    base: &'a Plain,
    sides: &'a [Copy; 2],
    merged: &'a mut Merged,
}

impl Join<'_> {
    fn run(mut self) {
        let (name, columns) = (self.base.0.clone(), self.columns());
        if self.sides.iter().any(|it| it.diff.match_kind != Match::Corresponds) {
            let said = |it: &Copy| match &it.diff.match_kind {
                Match::Unrelated(why) => Some(why.clone()),
                _ => Some("corresponds".to_owned()),
            };
            let (a, b) = (said(&self.sides[0]), said(&self.sides[1]));
            self.conflict(None, None, (None, a, b));
            self.merged.tables.push(self.base.clone());
            return;
        }
        let mut rows = Vec::new();
        self.added(None, &columns, &mut rows);
        for at in self.order() {
            if let Some(row) = self.row(at, &columns) {
                rows.push(row);
            }
            self.added(Some(at), &columns, &mut rows);
        }
        let heading = columns.into_iter().map(|it| it.0).collect();
        self.merged.tables.push((name, heading, rows));
    }

    fn conflict(
        &mut self,
        row: Option<String>,
        column: Option<String>,
        (base, a, b): (Option<String>, Option<String>, Option<String>),
    ) {
        self.merged.conflicts.push(Conflict { table: self.base.0.clone(), row, column, base, a, b });
    }

    /// The joined columns: name, and place in the base.
    fn columns(&mut self) -> Vec<(String, Option<usize>)> {
        let base = &self.base.1;
        let mut columns = Vec::new();
        let removed = |name: &String| self.sides.iter().any(|it| it.diff.columns.removed.contains(name));
        // The order is that of the one side that changed it.
        let moved: Vec<&Copy> = self.sides.iter().filter(|it| !it.diff.columns.moved.is_empty()).collect();
        let old_name = |copy: &Copy, name: &String| {
            copy.diff.columns.renamed.iter().find(|it| it.1 == *name).map_or_else(|| name.clone(), |it| it.0.clone())
        };
        let order: Vec<String> = match moved[..] {
            [one] => one.diff.columns.new.iter().map(|it| old_name(one, it)).filter(|it| base.contains(it)).collect(),
            _ => base.clone(),
        };
        let mut order = order;
        order.extend(base.iter().filter(|it| !order.contains(it)).cloned().collect::<Vec<_>>());
        let mut clashes = Vec::new();
        for name in order.iter().filter(|it| !removed(it)) {
            let new = |copy: &Copy| copy.diff.columns.renamed.iter().find(|it| it.0 == *name).map(|it| it.1.clone());
            let (a, b) = (new(&self.sides[0]), new(&self.sides[1]));
            let joined = match (&a, &b) {
                (Some(x), Some(y)) if x != y => {
                    clashes.push((name.clone(), a.clone(), b.clone()));
                    name.clone()
                }
                _ => a.or(b).unwrap_or_else(|| name.clone()),
            };
            columns.push((joined, base.iter().position(|it| it == name)));
        }
        let mut added: Vec<(usize, String)> = Vec::new();
        for copy in self.sides {
            for name in &copy.diff.columns.added {
                let at = copy.diff.columns.new.iter().position(|it| it == name).unwrap_or(0);
                if !added.iter().any(|it| it.1 == *name) {
                    added.push((at, name.clone()));
                }
            }
        }
        added.sort();
        for (at, name) in added {
            columns.insert(at.min(columns.len()), (name, None));
        }
        for (name, a, b) in clashes {
            self.conflict(None, Some(name.clone()), (Some(name), a, b));
        }
        columns
    }

    /// The order of the base's rows: that of the one side that changed it.
    fn order(&mut self) -> Vec<usize> {
        let all = 0..self.base.2.len();
        let moved: Vec<&Copy> = self.sides.iter().filter(|it| it.moved).collect();
        match moved[..] {
            [] => all.collect(),
            [one] => with_rest(&one.order, all.end),
            _ if self.sides[0].order == self.sides[1].order => with_rest(&self.sides[0].order, all.end),
            _ => {
                let said = Some("the rows in another order".to_owned());
                self.conflict(None, None, (None, said.clone(), said));
                all.collect()
            }
        }
    }

    /// A row of the base as it came out, or none where it was removed.
    fn row(&mut self, at: usize, columns: &[(String, Option<usize>)]) -> Option<Vec<String>> {
        let sides = self.sides;
        let [a, b] = [&sides[0], &sides[1]].map(|it| it.changes.get(&at));
        let gone = |it: Option<&RowChange>| it.is_some_and(|it| it.op == Op::Removed);
        let tells = |it: Option<&RowChange>| {
            it.is_some_and(|it| it.cells.iter().any(|it| it.old.is_some() && it.new.is_some()))
        };
        if gone(a) || gone(b) {
            if !tells(if gone(a) { b } else { a }) || (gone(a) && gone(b)) {
                return None;
            }
            let said = |it: Option<&RowChange>| Some(if gone(it) { "removed" } else { "changed" }.to_owned());
            let name = name_of([a, b]);
            self.conflict(name, None, (Some("there".to_owned()), said(a), said(b)));
            return Some(
                columns.iter().map(|it| it.1.map_or_else(String::new, |from| self.base.2[at][from].clone())).collect(),
            );
        }
        let cell = |(name, from): &(String, Option<usize>)| {
            let base = from.map(|it| self.base.2[at][it].clone());
            let (x, y) =
                (new_cell(&sides[0], a, name, *from, self.base), new_cell(&sides[1], b, name, *from, self.base));
            match (x, y) {
                (Some(x), Some(y)) if x != y => Err((name.clone(), base, x, y)),
                (x, y) => Ok(x.or(y).or(base).unwrap_or_default()),
            }
        };
        let cells: Vec<Result<String, _>> = columns.iter().map(cell).collect();
        let name = name_of([a, b]);
        let mut row = Vec::new();
        for it in cells {
            row.push(it.unwrap_or_else(|(column, base, a, b)| {
                self.conflict(name.clone(), Some(column), (base.clone(), Some(a), Some(b)));
                base.unwrap_or_default()
            }));
        }
        Some(row)
    }

    /// The rows that were added behind one: alike ones once.
    fn added(&mut self, behind: Option<usize>, columns: &[(String, Option<usize>)], rows: &mut Vec<Vec<String>>) {
        let lay = |copy: &Copy, cells: &BTreeMap<String, String>| -> Vec<String> {
            let own = |(name, from): &(String, Option<usize>)| {
                let renamed = from.and_then(|it| copy.diff.columns.renamed.iter().find(|r| r.0 == self.base.1[it]));
                let own = renamed.map_or_else(|| from.map_or(name, |it| &self.base.1[it]), |it| &it.1);
                cells.get(own).cloned().unwrap_or_default()
            };
            columns.iter().map(own).collect()
        };
        let of = |copy: &Copy| -> Vec<Vec<String>> {
            copy.added.get(&behind).into_iter().flatten().map(|it| lay(copy, it)).collect()
        };
        let (a, b) = (of(&self.sides[0]), of(&self.sides[1]));
        if b.is_empty() || a == b {
            rows.extend(a);
        } else if a.is_empty() {
            rows.extend(b);
        } else {
            // Neither side comes first: what the rows say puts them in order.
            let mut all: Vec<Vec<String>> = a.into_iter().chain(b).collect();
            all.sort();
            all.dedup();
            rows.extend(all);
        }
    }
}

/// The row's key as the base has it, alike whichever side comes first.
fn name_of(changes: [Option<&RowChange>; 2]) -> Option<String> {
    let before = |it: &RowChange| {
        let cell = |key: &(String, String)| {
            let changed = it.cells.iter().find(|cell| cell.column == key.0).and_then(|it| it.old.clone());
            changed.unwrap_or_else(|| key.1.clone())
        };
        it.key.iter().map(cell).collect::<Vec<_>>().join(", ")
    };
    changes.into_iter().flatten().map(before).min()
}

fn with_rest(order: &[usize], count: usize) -> Vec<usize> {
    // A row that the side removed stands where the base has it.
    let mut all = order.to_vec();
    let ordered: std::collections::HashSet<usize> = order.iter().copied().collect();
    for at in (0..count).filter(|it| !ordered.contains(it)) {
        let behind = all.iter().position(|it| at > 0 && *it == at - 1).map_or(0, |it| it + 1);
        all.insert(behind, at);
    }
    all
}

/// What a side put into a cell of the joined table, where it changed it.
fn new_cell(copy: &Copy, change: Option<&RowChange>, name: &str, from: Option<usize>, base: &Plain) -> Option<String> {
    let renamed = from.and_then(|it| copy.diff.columns.renamed.iter().find(|r| r.0 == base.1[it]));
    let own = renamed.map_or_else(|| from.map_or(name, |it| base.1[it].as_str()), |it| it.1.as_str());
    let cell = change?.cells.iter().find(|it| it.column == own && it.new.is_some())?;
    (from.is_none() || cell.old.is_some()).then(|| cell.new_trimmed().map(str::to_owned)).flatten()
}
