//! `restated`: an edition that was accepted still says what it said.
//!
//! A figure that is revised as figures of its age usually are is a note.

use std::collections::HashMap;

use super::assemble::Run;
use super::implied::facts;
use super::judge::heading_place;
use super::outcome::Collector;
use super::past::{Accepted, Past};
use super::pasted::Copies;
use crate::diff::{self, CellChange, ChangeKind, Match, Op, RowChange, Side, TableDiff};
use crate::error::Result;
use crate::finding::{Expected, Place, Role, Severity, Verdict};
use crate::history::{Calendar, Revision, UsualRevision, UsualRevisions, is_judged};
use crate::rules::Detail;
use crate::table::{ColumnType, Period, Table};

/// Compares an edition with its own snapshot, where both have a table.
///
/// A column that is copied for sure is told by `pasted` alone.
pub(super) fn judge(
    run: &Run<'_>,
    own: &Accepted,
    (copies, newest, past): (&[Copies], Option<Period>, &Past<'_>),
    collector: &mut Collector,
) -> Result<()> {
    if !collector.wants("restated", "restated") {
        return Ok(());
    }
    let calendar = run.dataset.map_or(&Calendar::WEEKS, |it| &it.calendar);
    let periods = run.edition.period.zip(newest);
    let age = periods.map(|(own, newest)| calendar.position(newest) - calendar.position(own));
    let replaced = past.replaced(calendar);
    for then in &own.edition.tables {
        collector.about(&then.name);
        let Some(at) = run.edition.table(&then.name) else {
            let mut detail =
                Detail::new(&then.name, format!("table {} of {} is not among the inputs", then.name, own.file));
            detail.places = vec![heading_place(then, "accepted")];
            collector.count("restated", Verdict::Undetermined, 1);
            collector.undetermined("restated", &detail);
            continue;
        };
        let now = &run.edition.tables[at];
        if run.borrowed.contains(&now.name) {
            continue;
        }
        let side = |name: &str| Side { name: name.to_owned(), ..Side::default() };
        let (old, new) = (std::slice::from_ref(then), std::slice::from_ref(now));
        let diff = diff::diff(
            (side(&own.file), old),
            (side(&now.document.name), new),
            &diff::Options { values_only: true, ..diff::Options::default() },
        )?;
        let copied = copies.get(at).map_or_else(Vec::new, |it| it.sure(now).collect());
        let known = Known { age, columns: learnt(now, replaced) };
        let mut told =
            Restatements { dataset: run.dataset_name(), now, then, file: &own.file, copied, known, collector };
        for it in &diff.tables {
            told.table(it);
        }
    }
    Ok(())
}

/// What is known of revisions.
struct Known {
    /// How many editions after its own this one is checked.
    age: Option<i64>,
    /// What is usual in the columns of its table, by their index.
    columns: HashMap<usize, UsualRevisions>,
}

/// What those on file teach of the columns of a table.
fn learnt(table: &Table, replaced: &HashMap<[String; 2], Vec<Revision>>) -> HashMap<usize, UsualRevisions> {
    let judged = table.columns.iter().enumerate().filter(|it| is_judged(it.1.kind));
    let learnt = judged.filter_map(|(at, it)| {
        let on_file = replaced.get(&[table.name.clone(), it.name.clone()])?;
        Some((at, UsualRevisions::of(on_file, it.kind == ColumnType::Count)))
    });
    learnt.collect()
}

/// Turns what differs into findings.
struct Restatements<'a> {
    dataset: &'a str,
    now: &'a Table,
    then: &'a Table,
    file: &'a str,
    /// The columns that are told by `pasted`.
    copied: Vec<&'a str>,
    known: Known,
    collector: &'a mut Collector,
}

impl Restatements<'_> {
    fn table(&mut self, diff: &TableDiff) {
        if let Match::Unrelated(why) = &diff.match_kind {
            let mut detail =
                Detail::new(&self.now.name, format!("this is not the table accepted in {}: {why}", self.file));
            detail.places = vec![heading_place(self.now, "")];
            return self.fail(Severity::Error, detail);
        }
        self.collector.count("restated", Verdict::Holds, diff.rows.same + diff.rows.moved);
        for (name, word) in diff
            .columns
            .removed
            .iter()
            .map(|it| (it, "is missing"))
            .chain(diff.columns.added.iter().map(|it| (it, "is new")))
        {
            let mut detail = Detail::new(&self.now.name, format!("column {name} {word}, compared with {}", self.file));
            detail.column = Some(name.clone());
            detail.places = vec![heading_place(self.now, "")];
            self.fail(Severity::Error, detail);
        }
        for change in &diff.changes {
            self.row(change, diff);
        }
    }

    fn row(&mut self, change: &RowChange, diff: &TableDiff) {
        match (change.op, change.old_index, change.new_index) {
            (Op::Changed, Some(old), Some(new)) => {
                for cell in &change.cells {
                    let column_came_or_went =
                        diff.columns.added.contains(&cell.column) || diff.columns.removed.contains(&cell.column);
                    let is_copied = self.copied.contains(&cell.column.as_str());
                    if cell.kind != ChangeKind::Tolerated && !column_came_or_went && !is_copied {
                        self.cell(old, new, cell);
                    }
                }
            }
            (Op::Added, _, Some(new)) => {
                let name = self.now.row_name(new);
                let mut detail = Detail::new(&self.now.name, format!("row \"{name}\" is not in the accepted edition"));
                detail.row = Some(name);
                detail.places = vec![Place::of_row(self.now, new, Role::Primary, "not in the snapshot")];
                self.fail(Severity::Error, detail);
            }
            (Op::Removed, Some(old), _) => {
                let name = self.then.row_name(old);
                let mut detail =
                    Detail::new(&self.now.name, format!("row \"{name}\" of the accepted edition is missing"));
                detail.row = Some(name);
                detail.places = vec![
                    heading_place(self.now, "the table starts here"),
                    Place::of_row(self.then, old, Role::Operand, "accepted"),
                ];
                self.fail(Severity::Error, detail);
            }
            _ => {}
        }
    }

    fn cell(&mut self, old: usize, new: usize, cell: &CellChange) {
        let said = |it: &Option<String>| it.clone().filter(|it| !it.is_empty()).unwrap_or_else(|| "nothing".to_owned());
        let name = self.now.row_name(new);
        let mut message =
            format!("{name}: {} was accepted as {}, but is now {}", cell.column, said(&cell.old), said(&cell.new));
        let usual = self.usual(old, new, &cell.column);
        if let (Some(it), Some(age)) = (&usual, self.known.age) {
            message = format!("{message}; {}", it.about(age));
        }
        let mut detail = Detail::new(&self.now.name, message);
        detail.row = Some(name);
        detail.column = Some(cell.column.clone());
        let label = cell.difference.as_ref().map_or_else(|| "changed".to_owned(), |it| format!("changed by {it}"));
        detail.places = vec![match self.now.column(&cell.column) {
            Some(column) => Place::of_cell(self.now, new, column, Role::Primary, label),
            None => Place::of_row(self.now, new, Role::Primary, label),
        }];
        if let Some(column) = self.then.column(&cell.column) {
            detail.places.push(Place::of_cell(self.then, old, column, Role::Operand, "accepted"));
        }
        detail.observed.clone_from(&cell.new);
        detail.expected = cell.old.clone().map(Expected::Equal);
        detail.gap.clone_from(&cell.difference);
        let severity = match usual {
            Some(it) if !it.is_out() => Severity::Note,
            _ if cell.kind == ChangeKind::Precision => Severity::Warning,
            _ => Severity::Error,
        };
        self.fail(severity, detail);
    }

    /// What is usual for a revision of the figure in a column, by its rows then and now.
    fn usual(&self, old: usize, new: usize, column: &str) -> Option<UsualRevision> {
        let at = self.now.column(column)?;
        let usual = self.known.columns.get(&at)?;
        let then = self.then.columns[self.then.column(column)?].decimal(old)?.nearest_float();
        let now = self.now.columns[at].decimal(new)?.nearest_float();
        usual.judge(Revision { age: self.known.age?, then, now })
    }

    fn fail(&mut self, severity: Severity, detail: Detail) {
        self.collector.fail_one(&facts(self.dataset, "restated", severity), detail);
    }
}
