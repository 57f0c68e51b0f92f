//! `usual` with `revised`: how figures were revised since the previous edition printed them.

use std::collections::HashMap;

use super::super::said::{about_cell, about_filter};
use crate::error::Result;
use crate::finding::{Certainty, Expected, Severity};
use crate::history::{
    Calendar, Correction, REVISIONS_MIN, Reprinted, Revision, UsualRevision, UsualRevisions, flagged, own_period,
    reprinted,
};
use crate::rules::{Cell, CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{ColumnType, Edition, Table};

/// So many of the last editions tell how figures are revised.
const EDITIONS_MAX: usize = 120;
/// The share of flags that may be false.
const DISCOVERY: f64 = 0.10;

/// Columns whose figures of earlier periods are printed again.
#[derive(Debug)]
pub(super) struct RevisedKind {
    pub(super) table: usize,
    pub(super) columns: Vec<String>,
    pub(super) optional: Vec<(usize, String)>,
}

/// A figure that the edition before prints, too, and what is usual where it differs.
type Judged = (Reprinted, Option<UsualRevision>, Mark);

impl Kind for RevisedKind {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::Table(self.table), Need::Past]
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.optional.clone()
    }

    /// An odd revision may well be right.
    fn worst(&self) -> Severity {
        Severity::Warning
    }

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        let table = context.needed_table(self.table);
        let none = || own_period(table).is_none().then(|| "no key column holds a date that differs by row".to_owned());
        context.prints_none(self.table, &self.columns).or_else(none)
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        Ok(self.judge(context).into_iter().map(|it| it.2).collect())
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let cell = |it: &Reprinted| self.cell(context, it);
        let judged = self.judge(context);
        let decided = judged.iter().zip(marks).filter(|it| it.1.is_decided());
        decided.filter_map(|it| cell(&it.0.0)).for_each(|it| cells.add(context.edition, it));
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.explain_all(context, &[check]).swap_remove(0)
    }

    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        let judged = self.judge(context);
        checks.iter().map(|it| self.told(context, &judged[*it])).collect()
    }

    fn cells(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Option<Cell>> {
        let judged = self.judge(context);
        checks.iter().map(|it| self.cell(context, &judged[*it].0)).collect()
    }
}

impl RevisedKind {
    fn cell(&self, context: &Context<'_>, it: &Reprinted) -> Option<Cell> {
        Some(Cell { table: context.table(self.table)?, row: it.row, column: it.column })
    }

    /// The figures of an edition that the one before prints for the same periods.
    fn reprinted(&self, now: (&Table, &Edition), before: &Edition, calendar: &Calendar) -> Vec<Reprinted> {
        let (table, edition) = now;
        let then = before.table(&table.name).map(|it| &before.tables[it]);
        let (Some(period), Some(then)) = (edition.period, then) else { return Vec::new() };
        let mut all = reprinted((table, period), then, calendar);
        all.retain(|it| self.columns.contains(&table.columns[it.column].name));
        all
    }

    fn judge(&self, context: &Context<'_>) -> Vec<Judged> {
        let calendar = context.calendar.unwrap_or(&Calendar::WEEKS);
        let table = context.needed_table(self.table);
        let Some(before) = context.past.first() else { return Vec::new() };
        let now = self.reprinted((table, context.edition), &before.edition, calendar);
        let mut on_file: HashMap<&str, Vec<Revision>> = HashMap::new();
        let pairs: Vec<_> = context.past.windows(2).take(EDITIONS_MAX).collect();
        for pair in pairs.into_iter().rev() {
            let edition = &*pair[0].edition;
            let Some(then) = edition.table(&table.name).map(|it| &edition.tables[it]) else { continue };
            let all = self.reprinted((then, edition), &pair[1].edition, calendar);
            for it in all {
                on_file.entry(&then.columns[it.column].name).or_default().push(it.revision);
            }
        }
        let learnt = |(name, revisions): (&str, Vec<Revision>)| {
            let kind = table.columns[table.column(name)?].kind;
            Some((table.column(name)?, UsualRevisions::of(&revisions, kind == ColumnType::Count)))
        };
        let learnt: HashMap<usize, UsualRevisions> = on_file.into_iter().filter_map(learnt).collect();
        let judge = |it: Reprinted| Self::judge_one(context, it, learnt.get(&it.column));
        let mut judged: Vec<Judged> = now.into_iter().map(judge).collect();
        let open = |it: &&mut Judged| it.2 == Mark::Holds && it.1.is_some();
        let p: Vec<f64> = judged.iter_mut().filter(open).filter_map(|it| it.1.map(|it| it.p)).collect();
        let flags = flagged(&p, &vec![0.0; p.len()], DISCOVERY, Correction::Hochberg);
        for (it, flag) in judged.iter_mut().filter(open).zip(flags) {
            let is_out = it.1.is_some_and(|it| it.is_out());
            it.2 = if flag && is_out { Mark::Fails } else { Mark::Holds };
        }
        judged
    }

    fn judge_one(context: &Context<'_>, it: Reprinted, learnt: Option<&UsualRevisions>) -> Judged {
        match context.gate(it.row) {
            Some(mark) => return (it, None, mark),
            None if it.revision.then.total_cmp(&it.revision.now).is_eq() => return (it, None, Mark::Holds),
            None => {}
        }
        let usual = learnt.and_then(|learnt| learnt.judge(it.revision));
        (it, usual, if usual.is_some() { Mark::Holds } else { Mark::Undetermined })
    }

    fn told(&self, context: &Context<'_>, (it, usual, _): &Judged) -> Detail {
        let table = context.needed_table(self.table);
        if let Some(detail) = about_filter(context, table, it.row) {
            return detail;
        }
        let (name, column) = (table.row_name(it.row), &table.columns[it.column].name);
        let text = table.text(it.row, it.column).trim();
        let then = context.past.first().and_then(|before| {
            let before = &before.edition;
            let then = &before.tables[before.table(&table.name)?];
            Some(then.text(it.row_before, it.column_before).trim().to_owned())
        });
        let change = format!("{name}: {column} was {} in the previous edition and is {text}", then.unwrap_or_default());
        let age = it.revision.age;
        let Some(usual) = usual else {
            let why =
                format!("{change}; fewer than {REVISIONS_MIN} revisions of figures {age} editions old are on file");
            return about_cell(table, it.row, it.column, why, "not judged");
        };
        let side = if it.revision.now > it.revision.then { "revised upwards" } else { "revised downwards" };
        let mut detail = about_cell(table, it.row, it.column, format!("{change}: {}", usual.about(age)), side);
        detail.certainty = Certainty::Unusual;
        detail.observed = table.columns[it.column].decimal(it.row).map(|it| it.to_string());
        let end = |factor: f64| format!("{:.0}", it.revision.then * factor);
        detail.expected = Some(Expected::Between(end(usual.low), end(usual.high)));
        detail.hint = Some("check the figure, and whether the source explains the revision".to_owned());
        detail
    }
}
