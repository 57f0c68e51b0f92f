//! Sums over rows: named, by condition in groups, or nested.

use num_traits::One;

use super::{AbsentWord, Balance};
use crate::error::Result;
use crate::plan::{self, Asked, Cell, CellRef, Equation, Fold, Grouped, Holds, Missing, Rounding, Sieved, Term, Total};
use crate::rules::expression::{Condition, NamedCell, find_row, lacks_row};
use crate::rules::{CellSet, Context, Detail, Kind, Mark, Need, Scope, all_open, prints_no};
use crate::table::{ColumnData, Exact, RowSchema, Table, TableSchema, fold_spaces};

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
    /// The column of labels, where a row has one name only.
    pub(super) label: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) optional: Optional,
    pub(super) total: Which,
    pub(super) parts: Which,
    pub(super) weights: Vec<Exact>,
    pub(super) by: Vec<String>,
    pub(super) complete: bool,
    pub(super) absent: Option<AbsentWord>,
    pub(super) missing: Missing,
    pub(super) rounding: Rounding,
}

/// What an edition may leave out.
#[derive(Debug)]
pub(super) struct Optional {
    /// Columns, by table and name.
    pub(super) columns: Vec<(usize, String)>,
    /// Declared rows.
    pub(super) rows: Vec<RowSchema>,
}

/// A total row with its part rows, or why there is none.
struct Group {
    total: Option<usize>,
    parts: Vec<usize>,
    /// Where among the listed parts each of them stands, where some are left out.
    listed: Option<Vec<usize>>,
    /// Why it cannot be judged, where it cannot.
    why: Option<String>,
    /// Left out by the rule's `where`.
    skipped: bool,
}

impl Group {
    fn new(total: usize, parts: Vec<usize>) -> Self {
        let why = parts.is_empty().then(|| "there are no parts".to_owned());
        Self { total: Some(total), parts, listed: None, why, skipped: false }
    }

    fn untold(total: Option<usize>, why: impl Into<String>) -> Self {
        Self { total, parts: Vec::new(), listed: None, why: Some(why.into()), skipped: false }
    }
}

const NO_TOTAL: &str = "there is no total row";
const WHICH_ROWS: &str = "it is unknown which rows count";

impl RowsSum {
    fn groups(&self, context: &Context<'_>, at: usize) -> Result<Vec<Group>> {
        let table = &context.edition.tables[at];
        // Of a large file the rows of a sum that holds are not here.
        if table.rows.is_empty() && context.beside.get(at).is_some_and(|it| *it > 0) {
            return Ok(Vec::new());
        }
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
            Which::Named(names) => return Ok(self.of_listed(schema, table, total, names)),
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

    /// A total and the listed parts that are there.
    fn of_listed(&self, schema: &TableSchema, table: &Table, total: usize, names: &[NamedCell]) -> Group {
        let mut group = Group { listed: Some(Vec::new()), ..Group::new(total, Vec::new()) };
        group.why = None;
        for (at, name) in names.iter().enumerate().filter(|it| !self.is_left_out(schema, table, it.1)) {
            match find_row(schema, table, name) {
                Ok(row) => {
                    group.parts.push(row);
                    group.listed.get_or_insert_default().push(at);
                }
                Err(why) => return Group::untold(Some(total), why),
            }
        }
        if group.parts.is_empty() && self.absent.is_none() {
            group.why = Some("there are no parts".to_owned());
        }
        group
    }

    /// Whether a listed part is one that an edition may leave out, and does.
    fn is_left_out(&self, schema: &TableSchema, table: &Table, name: &NamedCell) -> bool {
        self.may_leave_out(name) && lacks_row(schema, table, name)
    }

    fn may_leave_out(&self, name: &NamedCell) -> bool {
        self.absent != Some(AbsentWord::Undetermined)
            && self.optional.rows.iter().any(|it| it.name == name.row && it.under == name.under)
    }

    fn by_condition(
        &self,
        context: &Context<'_>,
        table: &Table,
        totals: &[Option<bool>],
        parts: Option<&[Option<bool>]>,
    ) -> Vec<Group> {
        let schema = &context.tables[self.table];
        let named: Option<Vec<(usize, usize)>> = match &self.parts {
            Which::Named(names) => {
                let there = names.iter().enumerate().filter(|it| !self.is_left_out(schema, table, it.1));
                there.map(|(at, name)| Some((find_row(schema, table, name).ok()?, at))).collect()
            }
            _ => Some(Vec::new()),
        };
        let by: Vec<usize> = self.by.iter().filter_map(|it| table.column(it)).collect();
        let let_in = |rows: Vec<usize>| rows.into_iter().filter(|&it| is_let_in(context, it)).collect();
        let mut groups: Vec<Vec<usize>> = table.groups(&by).into_iter().map(let_in).collect();
        // In the order of the first rows that count, as where the others are not at hand.
        groups.sort_by_key(|it| it.first().copied());
        let group = |rows: Vec<usize>| {
            if rows.is_empty() {
                return Group { skipped: true, ..Group::untold(None, "") };
            }
            let found: Vec<usize> = rows.iter().copied().filter(|&it| totals[it] == Some(true)).collect();
            let total = match found[..] {
                [total] => total,
                [] => return Group::untold(rows.first().copied(), NO_TOTAL),
                _ => return Group::untold(found.first().copied(), format!("{} rows match the total", found.len())),
            };
            let unclear = |&it: &usize| parts.map_or(totals[it], |parts| parts[it]).is_none() && it != total;
            if rows.iter().any(unclear) {
                return Group::untold(Some(total), WHICH_ROWS);
            }
            if matches!(self.parts, Which::Named(_)) {
                let inside = |it: &&(usize, usize)| it.0 != total && rows.contains(&it.0);
                let (parts, listed) = named.iter().flatten().filter(inside).copied().unzip();
                return Group { listed: Some(listed), ..Group::new(total, parts) };
            }
            let of_parts = |it: &usize| parts.map(|parts| parts[*it] == Some(true) && *it != total);
            let is_part = |it: &usize| of_parts(it).unwrap_or(totals[*it] == Some(false));
            let parts: Vec<usize> = rows.iter().copied().filter(is_part).collect();
            Group::new(total, if matches!(self.parts, Which::Rest) { outermost(table, &parts) } else { parts })
        };
        groups.into_iter().map(group).collect()
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
        let place = |part: usize| group.listed.as_ref().map_or(part, |it| it[part]);
        let weight = |part: usize| self.weights.get(place(part)).cloned().unwrap_or_else(Exact::one);
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

impl RowsSum {
    /// The columns that an edition prints.
    fn printed<'a>(&'a self, table: &Table) -> Vec<&'a String> {
        self.columns.iter().filter(|it| table.column(it).is_some()).collect()
    }

    /// Which rows are totals, or parts, by their plain cells.
    fn chosen(&self, which: &Which) -> Option<plan::Condition<String>> {
        match which {
            Which::Where(it) => it.sieve(),
            Which::Named(rows) => {
                let label = self.label.clone()?;
                let name = |it: &NamedCell| it.under.is_none().then(|| fold_spaces(&it.row).as_bytes().into());
                Some(plan::Condition::Listed(label, rows.iter().map(name).collect::<Option<_>>()?))
            }
            Which::Rest | Which::Nested => None,
        }
    }

    /// In each group one row is the total, and the others make it.
    fn grouped(&self, total: &plan::Condition<String>, part: &plan::Condition<String>) -> Grouped<String> {
        const AT_LEAST: Holds = [false, true, true];
        const EQUAL: Holds = [false, true, false];
        let fold = |fold, of: Option<&String>, when: &plan::Condition<String>| {
            let of = of.map(|it| Term::Column(it.clone()));
            Total { fold, of, when: Some(when.clone()), filtered: false }
        };
        let compare = |left, holds, right| plan::Condition::Compare(Term::Column(left), holds, right);
        let one = || Term::Constant(1, 0);
        let mut totals = vec![fold(Fold::Count, None, total), fold(Fold::Count, None, part)];
        let mut holds = vec![compare(0, EQUAL, one()), compare(1, AT_LEAST, one())];
        for column in &self.columns {
            let at = totals.len();
            totals.extend([fold(Fold::Sum, Some(column), total), fold(Fold::Sum, Some(column), part)]);
            holds.push(compare(at, if self.complete { EQUAL } else { AT_LEAST }, Term::Column(at + 1)));
        }
        // Each of the parts that are named is there once.
        if let plan::Condition::All(them) = part
            && let (Which::Named(_), Some(plan::Condition::Listed(label, names))) = (&self.parts, them.last())
        {
            for name in names.iter() {
                holds.push(compare(totals.len(), EQUAL, one()));
                let when = Some(plan::Condition::Listed(label.clone(), plan::Texts::from_iter([name.clone()])));
                totals.push(Total { fold: Fold::Sum, of: Some(Term::Constant(1, 0)), when, filtered: false });
            }
        }
        let asked = Asked::Totals(totals, plan::Condition::All(holds), None);
        Grouped { checks: self.columns.len() as u64, ..Grouped::of(self.by.clone(), asked) }
    }

    /// The conditions that choose rows.
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        [&self.total, &self.parts].into_iter().filter_map(|it| match it {
            Which::Where(condition) => Some(condition),
            _ => None,
        })
    }

    /// Why no listed part is there, where none is.
    fn lacks_parts(&self, context: &Context<'_>) -> Option<String> {
        let table = &context.edition.tables[context.table(self.table)?];
        let Which::Named(names) = &self.parts else { return None };
        let schema = &context.tables[self.table];
        let none = self.absent.is_none() && names.iter().all(|it| self.is_left_out(schema, table, it));
        let labels = || names.iter().map(|it| it.row.as_str()).collect::<Vec<_>>().join(", ");
        let (word, is) = if names.len() == 1 { ("row", "is") } else { ("rows", "are") };
        none.then(|| format!("{word} {} {is} missing from this edition", labels()))
    }
}

impl Kind for RowsSum {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = vec![Need::Table(self.table)];
        let is_optional = |it: &&String| self.optional.columns.iter().any(|optional| optional.1 == **it);
        let columns = self.columns.iter().filter(|it| !is_optional(it)).chain(&self.by);
        needs.extend(columns.map(|it| Need::Column(self.table, it.clone())));
        for (which, is_part) in [(&self.total, false), (&self.parts, true)] {
            if let Which::Named(rows) = which {
                let rows = rows.iter().filter(|it| !(is_part && self.may_leave_out(it)));
                needs.extend(rows.map(|it| Need::Row(self.table, it.row.clone(), it.under.clone())));
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
            return Some("no row is nested under another".to_owned());
        }
        let mut asked = groups.iter().filter(|it| !it.skipped).peekable();
        let lacks_total = asked.peek().is_some() && asked.all(|it| it.why.as_deref() == Some(NO_TOTAL));
        lacks_total.then(|| NO_TOTAL.to_owned())
    }

    fn optional(&self) -> Vec<(usize, String)> {
        let conditions = self.conditions().flat_map(Condition::optional);
        self.optional.columns.iter().cloned().chain(conditions).collect()
    }

    fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        let none = context.prints_none(self.table, &self.columns).or_else(|| self.lacks_parts(context));
        none.or_else(|| {
            let read: Vec<(usize, String)> = self.conditions().flat_map(Condition::optional).collect();
            let absent = if all_open(marks) { context.unprinted(&read) } else { Vec::new() };
            (!absent.is_empty()).then(|| prints_no(&absent))
        })
    }

    fn judged(&self) -> Vec<(usize, String)> {
        self.columns.iter().map(|it| (self.table, it.clone())).collect()
    }

    fn sieve(&self) -> Option<Sieved> {
        let total = self.chosen(&self.total)?;
        let other = plan::Condition::Not(Box::new(total.clone()));
        let part = match (&self.total, &self.parts) {
            (_, Which::Where(_)) | (Which::Named(_), Which::Named(_)) => {
                plan::Condition::All(vec![other, self.chosen(&self.parts)?])
            }
            (_, Which::Rest) => other,
            _ => return None,
        };
        let is_plain = self.weights.iter().all(Exact::is_one);
        is_plain.then(|| Sieved::Groups(Box::new(self.grouped(&total, &part))))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let Some(at) = context.table(self.table) else { return Ok(Vec::new()) };
        let groups = self.groups(context, at)?;
        let columns = &self.printed(&context.edition.tables[at]);
        let checks = groups.iter().flat_map(|group| columns.iter().map(move |column| (group, column)));
        Ok(checks.map(|(group, column)| self.mark(context, at, group, column)).collect())
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let Some(at) = context.table(self.table) else { return };
        let Ok(groups) = self.groups(context, at) else { return };
        let columns = self.printed(&context.edition.tables[at]);
        for (check, _) in marks.iter().enumerate().filter(|it| it.1.is_decided()) {
            let group = check.checked_div(columns.len()).and_then(|it| groups.get(it));
            let column = group.and_then(|_| context.edition.tables[at].column(columns[check % columns.len()]));
            let (Some(group), Some(column)) = (group, column) else { continue };
            for row in group.total.into_iter().chain(group.parts.iter().copied()) {
                cells.add(context.edition, Cell { table: at, row, column });
            }
        }
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        let Some(at) = context.table(self.table).filter(|_| !checks.is_empty()) else { return Vec::new() };
        let Ok(groups) = self.groups(context, at) else { return Vec::new() };
        let columns = self.printed(&context.edition.tables[at]);
        let equation = |&check: &usize| {
            let group = groups.get(check.checked_div(columns.len())?).filter(|it| it.why.is_none() && !it.skipped)?;
            let column = columns[check % columns.len()];
            let equation = |it: &Balance<'_>| (check, it.equation());
            self.balance(context, at, group, column, equation)
        };
        checks.iter().filter_map(equation).collect()
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let name = &context.tables[self.table].name;
        let nothing = || Detail::new(name, "there is no such sum");
        let Some(at) = context.table(self.table) else { return nothing() };
        let Ok(groups) = self.groups(context, at) else { return nothing() };
        let table = &context.edition.tables[at];
        let columns = self.printed(table);
        let Some(group) = check.checked_div(columns.len()).and_then(|it| groups.get(it)) else { return nothing() };
        let column = columns[check % columns.len()];
        if let Some(why) = &group.why {
            let key: Vec<&str> = match group.total {
                Some(row) => self.by.iter().filter_map(|it| table.column(it)).map(|it| table.text(row, it)).collect(),
                None => Vec::new(),
            };
            let shown = |it: &&str| if it.trim().is_empty() { "(blank)".to_owned() } else { (*it).to_owned() };
            let shown: Vec<String> = key.iter().map(shown).collect();
            let place = if key.is_empty() { String::new() } else { format!("{}: ", shown.join(", ")) };
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
    } else if group.why.is_none() && group.parts.is_empty() && !named {
        group.why = Some("there are no parts".to_owned());
    }
}
