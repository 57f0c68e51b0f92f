//! What history makes of each figure that changed.

use std::collections::HashMap;
use std::sync::Arc;

use super::identity::names_things;
use super::{CellChange, ChangeKind, Diff, RowChange, TableDiff, Usual};
use crate::history::{Calendar, Correction, Course, Earlier, Grade, History, Wanted, judge_edition};
use crate::table::{Edition, Table};

/// Larger tables are data, not series of an edition.
const ROWS_MAX: usize = 20_000;

/// Gives every changed figure its expected range and its grade, by the
/// editions before the new one, the newest first; `old` is one of them unless
/// it is for the same period.
///
/// Rows and columns are followed as the diff matched them.
pub fn judge(diff: &mut Diff, old: &Edition, new: &Edition, past: &[Arc<Earlier>], calendar: &Calendar) {
    let tables = new.tables.iter().filter(|it| it.rows.len() <= ROWS_MAX);
    let keyed = |it: &Table| matched(diff, it, false);
    let new = Edition { period: new.period, coverage: new.coverage, tables: tables.map(keyed).collect() };
    let same = new.period.is_some() && old.period == new.period;
    let known = past.iter().any(|it| it.edition.period.is_some() && it.edition.period == old.period);
    let mut before: Vec<Arc<Earlier>> = past.to_vec();
    if !same && !known {
        let tables = old.tables.iter().map(|it| matched(diff, it, true)).collect();
        let old = Edition { period: old.period, coverage: old.coverage, tables };
        before.push(Arc::new(Earlier::new(Arc::new(old), None)));
        before.sort_by_key(|it| std::cmp::Reverse(it.edition.period));
    }
    before.retain(|it| it.edition.period.is_none() || new.period.is_none() || it.edition.period < new.period);
    let all = (0..new.tables.len()).filter(|it| !new.tables[*it].key.is_empty());
    let wanted: Vec<Wanted<'_>> = all.map(Wanted::all).collect();
    let (series, verdicts) =
        judge_edition(&new, History::of(&before), &wanted, calendar, Correction::Hochberg, &mut Course::default());
    let mut judged = HashMap::new();
    for (it, verdict) in series.iter().zip(&verdicts.judged) {
        let Some(verdict) = verdict else { continue };
        if names_things(&new.tables[it.table], it.column) {
            continue;
        }
        let decimals = usize::from(!it.asked.is_count);
        let (low, high) = verdict.range();
        let range =
            Usual { low: format!("{low:.decimals$}"), high: format!("{high:.decimals$}"), grade: verdict.grade };
        let table = &new.tables[it.table];
        judged.insert((table.name.clone(), it.row, table.columns[it.column].name.clone()), range);
    }
    for table in &mut diff.tables {
        for (change, row) in table.changes.iter_mut().filter_map(|it| it.new_index.map(|row| (it, row))) {
            // Where only a currency or a flag changed, the figure is as usual as before.
            let is_other = |it: &&mut CellChange| it.kind != ChangeKind::Printed && it.old != it.new;
            for cell in change.cells.iter_mut().filter(is_other) {
                cell.usual = judged.remove(&(table.name.clone(), row, cell.column.clone()));
            }
        }
        // What history flags comes first; else as the diff has it.
        let grade = |it: &RowChange| it.cells.iter().filter_map(|it| Some(it.usual.as_ref()?.grade)).max();
        table.changes.sort_by_key(|it| std::cmp::Reverse(grade(it).filter(|it| *it > Grade::AsExpected)));
    }
}

/// A table with the key that its rows were matched by, under the names that
/// its columns have now.
fn matched(diff: &Diff, table: &Table, is_old: bool) -> Table {
    let mut table = table.clone();
    let Some(it) = diff.tables.iter().find(|it| it.name == table.name) else { return table };
    if is_old {
        rename(&mut table, it);
    }
    if table.key.is_empty() {
        table.key = it.key.columns.iter().filter_map(|it| table.column(it)).collect();
    }
    table
}

fn rename(table: &mut Table, diff: &TableDiff) {
    for (old, new) in &diff.columns.renamed {
        if let Some(at) = table.column(old) {
            table.columns[at].name.clone_from(new);
        }
    }
}
