//! Figures that one edition prints otherwise than the edition before.
//!
//! A table whose key holds a date or a period that differs from row to row prints figures
//! of many periods again in every edition. A figure is as old as editions lie between its
//! own period and that of the edition.

use std::collections::{BTreeMap, HashMap};

use super::revisions::{Revision, UsualRevision, UsualRevisions};
use super::{Calendar, is_judged};
use crate::table::{ColumnType, Edition, Period, Table, followed_rows};

/// A figure that was revised.
#[derive(Clone, Debug, PartialEq)]
pub struct Vintage {
    /// Its table, row and column by name.
    pub place: [String; 3],
    /// The period that it is for.
    pub period: Period,
    /// The edition that prints it anew.
    pub edition: Period,
    /// Where that edition stands among others, counted from an arbitrary one.
    pub at: i64,
    /// What was printed before and what is printed now, as exact decimals.
    pub printed: [String; 2],
    /// The same as numbers, and the age of the figure.
    pub revision: Revision,
    /// Whether it is a count.
    pub is_count: bool,
}

/// A figure of an edition that the edition before prints, too, with the age that it has now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Reprinted {
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) row_before: usize,
    pub(crate) column_before: usize,
    pub(crate) revision: Revision,
}

/// The column of a table's key that says which period a row is for, where rows differ in it.
pub(crate) fn own_period(table: &Table) -> Option<usize> {
    let dated = |it: &usize| matches!(table.columns[*it].kind, ColumnType::Date | ColumnType::Period);
    let shared = table.edition_key();
    table.key.iter().copied().filter(dated).find(|it| !shared.contains(it))
}

/// The figures of a table that the edition before prints for the same period.
pub(crate) fn reprinted(now: (&Table, Period), before: &Table, calendar: &Calendar) -> Vec<Reprinted> {
    let (table, edition) = now;
    let Some(dated) = own_period(table) else { return Vec::new() };
    let at = calendar.position(edition);
    let here = |it: &usize| is_judged(table.columns[*it].kind);
    let columns = (0..table.columns.len()).filter(here);
    let columns: Vec<(usize, usize)> =
        columns.filter_map(|it| Some((it, before.column(&table.columns[it].name)?))).collect();
    let mut found = Vec::new();
    for (row, row_before) in followed_rows(table, before).into_iter().enumerate() {
        let (Some(row_before), Some(own)) = (row_before, table.period_at(row, dated)) else { continue };
        let (row_before, age) = (row_before as usize, at - calendar.position(own));
        for &(column, column_before) in columns.iter().filter(|_| age >= 0) {
            let then = before.columns[column_before].decimal(row_before);
            let (Some(then), Some(now)) = (then, table.columns[column].decimal(row)) else { continue };
            let revision = Revision { age, then: then.nearest_float(), now: now.nearest_float() };
            found.push(Reprinted { row, column, row_before, column_before, revision });
        }
    }
    found
}

/// The figures that an edition prints otherwise than the edition before.
pub fn vintages(now: &Edition, before: &Edition, calendar: &Calendar) -> Vec<Vintage> {
    let Some(edition) = now.period else { return Vec::new() };
    let mut found = Vec::new();
    for table in &now.tables {
        let Some(then) = before.table(&table.name).map(|it| &before.tables[it]) else { continue };
        let Some(dated) = own_period(table) else { continue };
        for it in reprinted((table, edition), then, calendar) {
            let printed =
                [then.columns[it.column_before].decimal(it.row_before), table.columns[it.column].decimal(it.row)];
            let [Some(was), Some(is)] = printed else { continue };
            let (false, Some(period)) = (was.same_value(is), table.period_at(it.row, dated)) else { continue };
            found.push(Vintage {
                place: [table.name.clone(), table.row_name(it.row), table.columns[it.column].name.clone()],
                period,
                edition,
                at: calendar.position(edition),
                printed: [was, is].map(|it| it.to_string()),
                revision: it.revision,
                is_count: table.columns[it.column].kind == ColumnType::Count,
            });
        }
    }
    found
}

/// Judges revised figures, each by those of its table and column in editions before; oldest edition first.
pub fn judge_vintages(mut all: Vec<Vintage>) -> Vec<(Vintage, Option<UsualRevision>)> {
    all.sort_by(|a, b| (a.at, &a.place, a.period).cmp(&(b.at, &b.place, b.period)));
    let mut on_file: HashMap<[String; 2], Vec<Revision>> = HashMap::new();
    let mut judged = Vec::new();
    for edition in all.chunk_by(|one, other| one.at == other.at) {
        let column = |it: &Vintage| [it.place[0].clone(), it.place[2].clone()];
        let mut learnt: HashMap<([String; 2], bool), Option<UsualRevisions>> = HashMap::new();
        for it in edition {
            let learn = |(column, is_count): &([String; 2], bool)| {
                on_file.get(column).map(|on_file| UsualRevisions::of(on_file, *is_count))
            };
            let usual = learnt.entry((column(it), it.is_count)).or_insert_with_key(learn);
            judged.push((it.clone(), usual.as_ref().and_then(|usual| usual.judge(it.revision))));
        }
        for it in edition {
            on_file.entry(column(it)).or_default().push(it.revision);
        }
    }
    judged
}

/// What is usual by now for each table, column and age of which enough is on file, of the median figure.
pub fn usual_vintages(all: &[Vintage]) -> BTreeMap<([&str; 2], i64), UsualRevision> {
    let mut columns: BTreeMap<[&str; 2], Vec<&Vintage>> = BTreeMap::new();
    for it in all {
        columns.entry([&it.place[0], &it.place[2]]).or_default().push(it);
    }
    let mut found = BTreeMap::new();
    for (column, own) in columns {
        let revisions: Vec<Revision> = own.iter().map(|it| it.revision).collect();
        let learnt = UsualRevisions::of(&revisions, own[0].is_count);
        let mut ages: Vec<i64> = revisions.iter().map(|it| it.age).collect();
        ages.sort_unstable();
        ages.dedup_by(|one, other| Revision::is_as_old(*one, *other));
        for age in ages {
            let mut then: Vec<f64> =
                revisions.iter().filter(|it| Revision::is_as_old(it.age, age)).map(|it| it.then).collect();
            let Some(then) = super::median(&mut then) else { continue };
            let usual = learnt.judge(Revision { age, then, now: then });
            found.extend(usual.map(|it| ((column, age), it)));
        }
    }
    found
}
