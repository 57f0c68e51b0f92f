//! Sums over rows: named, by condition in groups, or nested.

use num_traits::One;

use super::{Balance, CellRef, group_rows};
use crate::error::Result;
use crate::rules::expression::{Condition, NamedCell, find_row};
use crate::rules::{Cell, CellSet, Context, Detail, Equation, Kind, Mark, Missing, Need, Rounding, Scope};
use crate::table::{ColumnData, Exact, Table};

/// Which rows are totals, or parts.
#[derive(Debug)]
pub(super) enum Which {
    /// Rows by label.
    Named(Vec<NamedCell>),
    /// Rows that a condition is true of.
    Where(Condition),
    /// Every row that is not the total.
    Rest,
    /// Rows with others nested under them, and those.
    Nested,
}

/// A sum over rows of each column.
#[derive(Debug)]
pub(super) struct RowsSum {
    pub(super) table: usize,
    pub(super) columns: Vec<String>,
    pub(super) total: Which,
    pub(super) parts: Which,
    pub(super) weights: Vec<Exact>,
    pub(super) by: Vec<String>,
    pub(super) complete: bool,
    pub(super) missing: Missing,
    pub(super) rounding: Rounding,
}

/// A total row with its part rows, or why there is none.
struct Group {
    total: Option<usize>,
    parts: Vec<usize>,
    /// Why it cannot be judged, where it cannot.
    why: Option<String>,
    /// Left out by the rule's `where`.
    skipped: bool,
}

impl Group {
    fn new(total: usize, parts: Vec<usize>) -> Self {
        let why = parts.is_empty().then(|| "there are no parts".to_owned());
        Self { total: Some(total), parts, why, skipped: false }
    }

    fn untold(total: Option<usize>, why: impl Into<String>) -> Self {
        Self { total, parts: Vec::new(), why: Some(why.into()), skipped: false }
    }
}

const NO_TOTAL: &str = "no row is the total";
const WHICH_ROWS: &str = "it cannot be told which rows count";

impl RowsSum {
    fn groups(&self, context: &Context<'_>, at: usize) -> Result<Vec<Group>> {
        let table = &context.edition.tables[at];
        let mut groups = match &self.total {
            Which::Nested => nested(table),
            Which::Named(total) => vec![self.named(context, at, &total[0])?],
            Which::Where(condition) => {
                let totals = condition.truths(context, at)?;
                let parts = match &self.parts {
                    Which::Where(it) => Some(it.truths(context, at)?),
                    _ => None,
                };
                self.by_condition(context, table, &totals, parts.as_deref())
            }
            Which::Rest => Vec::new(),
        };
        if let Some(filter) = context.filter {
            for group in &mut groups {
                choose(group, filter, matches!(self.parts, Which::Named(_)));
            }
        }
        Ok(groups)
    }

    fn named(&self, context: &Context<'_>, at: usize, total: &NamedCell) -> Result<Group> {
        let table = &context.edition.tables[at];
        let schema = &context.tables[self.table];
        let total = match find_row(schema, table, total) {
            Ok(row) => row,
            Err(why) => return Ok(Group::untold(None, why)),
        };
        let parts = match &self.parts {
            Which::Named(names) => match names.iter().map(|it| find_row(schema, table, it)).collect() {
                Ok(rows) => rows,
                Err(why) => return Ok(Group::untold(Some(total), why)),
            },
            Which::Where(condition) => {
                let truths = condition.truths(context, at)?;
                if (0..truths.len()).any(|row| row != total && truths[row].is_none() && is_let_in(context, row)) {
                    return Ok(Group::untold(Some(total), WHICH_ROWS));
                }
                (0..truths.len()).filter(|&row| row != total && truths[row] == Some(true)).collect()
            }
            Which::Rest | Which::Nested => {
                let others: Vec<usize> = (0..table.rows.len()).filter(|&row| row != total).collect();
                outermost(table, &others)
            }
        };
        Ok(Group::new(total, parts))
    }

    fn by_condition(
        &self,
        context: &Context<'_>,
        table: &Table,
        totals: &[Option<bool>],
        parts: Option<&[Option<bool>]>,
    ) -> Vec<Group> {
        let schema = &context.tables[self.table];
        let named: Option<Vec<usize>> = match &self.parts {
            Which::Named(names) => names.iter().map(|it| find_row(schema, table, it).ok()).collect(),
            _ => Some(Vec::new()),
        };
        let by: Vec<usize> = self.by.iter().filter_map(|it| table.column(it)).collect();
        let groups = group_rows(table, &by).into_iter().map(|rows| {
            let rows: Vec<usize> = rows.into_iter().filter(|&it| is_let_in(context, it)).collect();
            if rows.is_empty() {
                return Group { skipped: true, ..Group::untold(None, "") };
            }
            let found: Vec<usize> = rows.iter().copied().filter(|&it| totals[it] == Some(true)).collect();
            let total = match found[..] {
                [total] => total,
                [] => return Group::untold(rows.first().copied(), NO_TOTAL),
                _ => return Group::untold(found.first().copied(), format!("{} rows are the total", found.len())),
            };
            let unclear = |&it: &usize| parts.map_or(totals[it], |parts| parts[it]).is_none() && it != total;
            if rows.iter().any(unclear) {
                return Group::untold(Some(total), WHICH_ROWS);
            }
            let in_group = &rows;
            let is_part = |it: &usize| match (parts, &self.parts, &named) {
                (Some(parts), _, _) => parts[*it] == Some(true) && *it != total,
                (_, Which::Named(_), Some(_)) => in_group.contains(it) && *it != total,
                (_, Which::Named(_), None) => false,
                _ => totals[*it] == Some(false),
            };
            let rows = named.as_ref().filter(|it| !it.is_empty()).unwrap_or(&rows);
            let parts: Vec<usize> = rows.iter().copied().filter(is_part).collect();
            let rest = matches!(self.parts, Which::Rest);
            Group::new(total, if rest { outermost(table, &parts) } else { parts })
        });
        groups.collect()
    }

    fn balance<T>(
        &self,
        context: &Context<'_>,
        at: usize,
        group: &Group,
        column: &str,
        judge: impl FnOnce(&Balance<'_>) -> T,
    ) -> Option<T> {
        let column = context.edition.tables[at].column(column)?;
        let cell = |row: usize| CellRef { cell: Cell { table: at, row, column }, previous: false };
        let weight = |part: usize| self.weights.get(part).cloned().unwrap_or_else(Exact::one);
        let parts: Vec<(Exact, CellRef)> =
            group.parts.iter().enumerate().map(|(part, &row)| (weight(part), cell(row))).collect();
        let (complete, missing, rounding) = (self.complete, self.missing, self.rounding);
        let total = cell(group.total?);
        Some(judge(&Balance { total, parts: &parts, complete, missing, rounding, in_row: false }))
    }

    /// The common case without a fraction: whole figures that add up.
    fn adds_up(&self, table: &Table, group: &Group, column: &str) -> bool {
        let Some(column) = table.column(column).map(|it| &table.columns[it]) else { return false };
        let (ColumnData::Numbers(numbers), Some(total)) = (&column.data, group.total) else { return false };
        if self.weights.iter().any(|it| !it.is_one()) {
            return false;
        }
        let value = |row: usize| column.states[row].has_value().then(|| numbers.units.get(row));
        let sum = group.parts.iter().try_fold(0_i128, |sum, &row| sum.checked_add(value(row)?));
        match (sum, value(total)) {
            (Some(sum), Some(total)) => sum == total || (!self.complete && sum < total),
            _ => false,
        }
    }

    fn mark(&self, context: &Context<'_>, at: usize, group: &Group, column: &str) -> Mark {
        if group.skipped {
            return Mark::Skipped;
        }
        if group.why.is_some() {
            let fails = self.missing == Missing::Fail;
            return if fails { Mark::Fails } else { Mark::Undetermined };
        }
        if self.adds_up(&context.edition.tables[at], group, column) {
            return Mark::Holds;
        }
        self.balance(context, at, group, column, |it| it.mark(context)).unwrap_or(Mark::Undetermined)
    }
}

impl Kind for RowsSum {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = vec![Need::Table(self.table)];
        let columns = self.columns.iter().chain(&self.by);
        needs.extend(columns.map(|it| Need::Column(self.table, it.clone())));
        for which in [&self.total, &self.parts] {
            if let Which::Named(rows) = which {
                needs.extend(rows.iter().map(|it| Need::Row(self.table, it.row.clone(), it.under.clone())));
            }
            if let Which::Where(condition) = which {
                needs.extend(condition.needs().into_iter().filter(|it| *it != Need::Table(self.table)));
            }
        }
        needs
    }

    fn idle(&self, context: &Context<'_>) -> Option<String> {
        let groups = self.groups(context, context.table(self.table)?).ok()?;
        if groups.is_empty() && matches!(self.total, Which::Nested) {
            return Some("no row stands under another".to_owned());
        }
        let lacks_total = !groups.is_empty() && groups.iter().all(|it| it.why.as_deref() == Some(NO_TOTAL));
        lacks_total.then(|| NO_TOTAL.to_owned())
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let Some(at) = context.table(self.table) else { return Ok(Vec::new()) };
        let groups = self.groups(context, at)?;
        let checks = groups.iter().flat_map(|group| self.columns.iter().map(move |column| (group, column)));
        Ok(checks.map(|(group, column)| self.mark(context, at, group, column)).collect())
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let Some(at) = context.table(self.table) else { return };
        let Ok(groups) = self.groups(context, at) else { return };
        for (check, _) in marks.iter().enumerate().filter(|it| it.1.is_decided()) {
            let Some(group) = groups.get(check / self.columns.len()) else { continue };
            let Some(column) = context.edition.tables[at].column(&self.columns[check % self.columns.len()]) else {
                continue;
            };
            for row in group.total.into_iter().chain(group.parts.iter().copied()) {
                cells.add(context.edition, Cell { table: at, row, column });
            }
        }
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        let Some(at) = context.table(self.table).filter(|_| !checks.is_empty()) else { return Vec::new() };
        let Ok(groups) = self.groups(context, at) else { return Vec::new() };
        let equation = |&check: &usize| {
            let group = groups.get(check / self.columns.len()).filter(|it| it.why.is_none() && !it.skipped)?;
            let column = &self.columns[check % self.columns.len()];
            let equation = |it: &Balance<'_>| (check, it.equation());
            self.balance(context, at, group, column, equation)
        };
        checks.iter().filter_map(equation).collect()
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let name = &context.tables[self.table].name;
        let column = &self.columns[check % self.columns.len()];
        let nothing = || Detail::new(name, "there is no such sum");
        let Some(at) = context.table(self.table) else { return nothing() };
        let Ok(groups) = self.groups(context, at) else { return nothing() };
        let Some(group) = groups.get(check / self.columns.len()) else { return nothing() };
        let table = &context.edition.tables[at];
        if let Some(why) = &group.why {
            let key: Vec<&str> = match group.total {
                Some(row) => self.by.iter().filter_map(|it| table.column(it)).map(|it| table.text(row, it)).collect(),
                None => Vec::new(),
            };
            let place = if key.is_empty() { String::new() } else { format!("{}: ", key.join(", ")) };
            let mut detail = Detail::new(name, format!("{place}{why}"));
            detail.row = if key.is_empty() { group.total.map(|it| table.row_name(it)) } else { Some(key.join(", ")) };
            detail.column = Some(column.clone());
            return detail;
        }
        self.balance(context, at, group, column, |it| it.explain(context)).unwrap_or_else(nothing)
    }
}

/// Rows that are nested under none of the others: what those below make is in them already.
fn outermost(table: &Table, rows: &[usize]) -> Vec<usize> {
    let mut among = vec![false; table.rows.len()];
    for &it in rows {
        among[it] = true;
    }
    let is_outer = |&row: &usize| {
        let mut above = table.rows[row].under;
        // Outlines are a few levels deep; a circle in them must not hang.
        for _ in 0..16 {
            match above {
                Some(it) if among[it as usize] => return false,
                Some(it) => above = table.rows[it as usize].under,
                None => return true,
            }
        }
        true
    };
    rows.iter().copied().filter(is_outer).collect()
}

fn nested(table: &Table) -> Vec<Group> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); table.rows.len()];
    for (row, it) in table.rows.iter().enumerate() {
        if let Some(under) = it.under {
            children[under as usize].push(row);
        }
    }
    let totals = children.into_iter().enumerate().filter(|it| !it.1.is_empty());
    totals.map(|(total, parts)| Group::new(total, parts)).collect()
}

fn is_let_in(context: &Context<'_>, row: usize) -> bool {
    context.filter.is_none_or(|it| it[row] != Some(false))
}

/// Keeps the rows that the rule's `where` lets in.
fn choose(group: &mut Group, filter: &[Option<bool>], named: bool) {
    let Some(total) = group.total else { return };
    let left_out = |it: usize| filter[it] == Some(false);
    // Parts that are listed make the total together, or not at all.
    group.skipped = left_out(total) || (named && group.parts.iter().any(|&it| left_out(it)));
    group.parts.retain(|&it| !left_out(it) || named);
    let unclear = filter[total].is_none() || group.parts.iter().any(|&it| filter[it].is_none());
    if group.why.is_none() && unclear {
        group.why = Some(WHICH_ROWS.to_owned());
    } else if group.why.is_none() && group.parts.is_empty() {
        group.why = Some("there are no parts".to_owned());
    }
}
