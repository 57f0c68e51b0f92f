//! `cumulative`: a running total never falls.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{check_names, fault, mark_missing, needed_column, needed_columns, printed_columns};
use super::keys::rows_before;
use super::said::{about_cell, about_filter, grouped, why_no_value};
use crate::error::Result;
use crate::finding::{Expected, Place, Role};
use crate::plan::{AROUND, Asked, Grouped, Missing, Sieved};
use crate::rules::expression::not_followed;
use crate::rules::{Binding, Cell, CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{Blanks, CellState, Decimal, Keys, Table, same, show_exact};

/// Columns that never fall from one edition, or from one row, to the next.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Cumulative")]
pub(crate) struct Spec {
    /// The columns of running totals.
    columns: Vec<String>,
    /// The column that orders rows inside one file; without it, each row is compared with the row
    /// of the same key in the previous edition.
    along: Option<String>,
}

#[derive(Debug)]
struct Cumulative {
    table: usize,
    columns: Vec<String>,
    /// Those of the columns that an edition may leave out.
    optional: Vec<(usize, String)>,
    along: Option<String>,
    /// The columns that identify a row.
    key: Vec<String>,
    missing: Missing,
}

/// Which rows come before which.
enum Order<'a> {
    /// In the edition before, where there is one of the same key; a row that
    /// has none is new there, or the first of its series.
    Editions { earlier: Option<&'a Table>, rows: Vec<Option<usize>>, new: Before },
    /// In the same table: series and row, sorted along.
    Along(Vec<(u32, usize)>),
}

/// What a figure must not be below.
#[derive(Clone, Copy)]
enum Before {
    /// Nothing: it is the first of its series.
    First,
    /// There is a row before, but no figure is known.
    Unknown,
    /// The last figure known: the row it stands in, and its value.
    At(usize, Decimal),
}

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("cumulative")?;
    check_names("columns", &spec.columns)?;
    for name in &spec.columns {
        binding.number_column(table, name)?;
    }
    match &spec.along {
        Some(along) => {
            binding.column(table, along)?;
            if spec.columns.contains(along) {
                return Err(fault(format!("column {along:?} cannot run along itself")));
            }
        }
        None => {
            binding.check_followed(table).map_err(|it| it.hint("give the table a key, or set along in the rule"))?;
        }
    }
    let (columns, along) = (spec.columns.clone(), spec.along.clone());
    let optional = binding.optional(table, &columns);
    let key = binding.tables[table].key.clone();
    Ok(Box::new(Cumulative { table, columns, optional, along, key, missing: binding.missing }))
}

impl Kind for Cumulative {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let is_optional = |it: &&String| self.optional.iter().any(|optional| optional.1 == **it);
        let columns = self.columns.iter().filter(|it| !is_optional(it)).chain(&self.along);
        let columns = columns.map(|it| Need::Column(self.table, it.clone()));
        let previous = self.along.is_none().then_some(Need::Previous);
        std::iter::once(Need::Table(self.table)).chain(columns).chain(previous).collect()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.optional.clone()
    }

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        let followed = self.along.is_none().then(|| not_followed(context, self.table)).flatten();
        followed.or_else(|| context.prints_none(self.table, &self.columns))
    }

    fn judged(&self) -> Vec<(usize, String)> {
        self.columns.iter().map(|it| (self.table, it.clone())).collect()
    }

    fn sieve(&self) -> Option<Sieved> {
        let along = self.along.clone()?;
        let by = self.key.iter().filter(|it| **it != along).cloned().collect();
        let (asked, checks) = (Asked::Rising(along, self.columns.clone()), self.columns.len() as u64);
        Some(Sieved::Groups(Box::new(Grouped { is_looked_up: true, checks, ..Grouped::of(by, asked) })))
    }

    /// One check a row, column by column.
    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let table = context.needed_table(self.table);
        let order = self.order(context, table, None);
        let mut marks = Vec::with_capacity(table.rows.len() * self.columns.len());
        for column in printed_columns(table, &self.columns) {
            let befores = self.befores(table, column, &order);
            let mark = |(row, before): (usize, Before)| self.mark(context, table, (row, column), before);
            marks.extend(befores.into_iter().enumerate().map(mark));
        }
        Ok(marks)
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let Some(at) = context.table(self.table) else { return };
        let table = &context.edition.tables[at];
        let order = self.order(context, table, None);
        let columns = printed_columns(table, &self.columns);
        for (column, marks) in columns.into_iter().zip(marks.chunks(table.rows.len().max(1))) {
            let mut marks = marks.to_vec();
            // The first figure of a series has no check of its own: that of the next reads it.
            if let Order::Along(rows) = &order {
                for series in rows.chunk_by(|one, next| one.0 == next.0) {
                    if series.iter().any(|it| marks[it.1].is_decided()) {
                        marks[series[0].1] = Mark::Holds;
                    }
                }
            }
            if marks.iter().any(|it| it.is_decided()) {
                cells.add_decided((at, column), &marks);
            }
        }
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let table = context.needed_table(self.table);
        let order = self.order(context, table, Some(check % table.rows.len()));
        let column = printed_columns(table, &self.columns)[check / table.rows.len()];
        self.told(context, table, check, &order, &self.befores(table, column, &order))
    }

    /// The order of the rows is worked out once for all of them.
    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        if checks.len() < 2 {
            return checks.iter().map(|&it| self.explain(context, it)).collect();
        }
        let table = context.needed_table(self.table);
        let order = self.order(context, table, None);
        let columns = printed_columns(table, &self.columns);
        let mut befores: HashMap<usize, Vec<Before>> = HashMap::new();
        let of = |&check: &usize| {
            let column = columns[check / table.rows.len()];
            let befores = befores.entry(column).or_insert_with(|| self.befores(table, column, &order));
            self.told(context, table, check, &order, befores)
        };
        checks.iter().map(of).collect()
    }

    fn along(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(Vec<Cell>, usize)> {
        let Some(at) = context.table(self.table) else { return Vec::new() };
        let table = &context.edition.tables[at];
        let columns = printed_columns(table, &self.columns);
        let place = |check: usize| (check % table.rows.len(), columns[check / table.rows.len()]);
        let Order::Along(rows) = self.order(context, table, None) else {
            let own = |(row, column): (usize, usize)| (vec![Cell { table: at, row, column }], 0);
            return checks.iter().map(|it| own(place(*it))).collect();
        };
        let asked: HashSet<usize> = checks.iter().map(|it| place(*it).0).collect();
        let places = rows.iter().enumerate().filter(|it| asked.contains(&it.1.1));
        let places: HashMap<usize, usize> = places.map(|(place, it)| (it.1, place)).collect();
        let around = |&check: &usize| {
            let (row, column) = place(check);
            let Some(&place) = places.get(&row) else { return (Vec::new(), 0) };
            let series = rows[place].0;
            let known = |it: &&(u32, usize)| self.figure(table, it.1, column).is_some();
            let same = |it: &&(u32, usize)| it.0 == series;
            let mut before: Vec<usize> =
                rows[..place].iter().rev().take_while(same).filter(known).take(AROUND).map(|it| it.1).collect();
            before.reverse();
            let own = before.len();
            let after = rows[place..].iter().take_while(same).filter(known).take(AROUND).map(|it| it.1);
            (before.into_iter().chain(after).map(|row| Cell { table: at, row, column }).collect(), own)
        };
        checks.iter().map(around).collect()
    }
}

impl Cumulative {
    fn told(
        &self,
        context: &Context<'_>,
        table: &Table,
        check: usize,
        order: &Order<'_>,
        befores: &[Before],
    ) -> Detail {
        let row = check % table.rows.len();
        let column = printed_columns(table, &self.columns)[check / table.rows.len()];
        let name = &table.columns[column].name;
        if let Some(detail) = about_filter(context, table, row) {
            return detail;
        }
        let Some(now) = self.figure(table, row, column) else {
            return about_cell(table, row, column, why_no_value(table, row, column), "no value");
        };
        let Before::At(from, then) = befores[row] else {
            let message = match &self.along {
                Some(along) => format!("{name} has no earlier figure along {along}"),
                None => format!("the previous edition has no {name} for {}", table.row_name(row)),
            };
            return about_cell(table, row, column, message, "not compared");
        };
        let earlier = if let Order::Editions { earlier: Some(earlier), .. } = order { *earlier } else { table };
        let from_column = needed_column(earlier, name);
        let gap = then.minus(now);
        let (now_text, then_text) = (table.text(row, column).trim(), earlier.text(from, from_column).trim());
        let message = format!("{name} falls from {then_text} to {now_text}");
        let label = format!("{} less than before", grouped(&show_exact(&gap)));
        let mut detail = about_cell(table, row, column, message, label);
        detail.places.push(Place::of_cell(earlier, from, from_column, Role::Operand, "before"));
        detail.observed = Some(now.to_string());
        detail.expected = Some(Expected::AtLeast(then.to_string()));
        detail.gap = Some(show_exact(&gap));
        detail
    }

    /// The order of all rows, or of what one row's check reads: a finding is
    /// told without numbering the keys of a large table again.
    fn order<'a>(&self, context: &Context<'a>, table: &'a Table, only: Option<usize>) -> Order<'a> {
        let key = &context.tables[self.table].key;
        let earlier = context.previous.and_then(|it| it.tables.iter().find(|it| it.name == table.name));
        let Some(along) = &self.along else { return order_editions(earlier, table, key, only, Before::Unknown) };
        // Where each edition is one step along, the step before is an edition before.
        if let Some(before) = earlier.filter(|it| table.is_step_from(it, along)) {
            return order_editions(Some(before), table, key, only, Before::First);
        }
        let series: Vec<String> = key.iter().filter(|it| *it != along).cloned().collect();
        let series = needed_columns(table, &series);
        let numbered = match only {
            None => Keys::new(Blanks::Unknown).number(table, &series),
            Some(row) => {
                let alike = |it| same((table, &series, row), (table, &series, it)).then_some(0);
                (0..table.rows.len()).map(alike).collect()
            }
        };
        let ranks = table.columns[needed_column(table, along)].ranks();
        let admitted = (0..table.rows.len()).filter(|&row| context.gate(row).is_none());
        let mut rows: Vec<(u32, i128, usize)> =
            admitted.filter_map(|row| Some((numbered[row]?, ranks[row]?, row))).collect();
        rows.sort_unstable();
        Order::Along(rows.into_iter().map(|it| (it.0, it.2)).collect())
    }

    /// What each row's figure must not be below.
    fn befores(&self, table: &Table, column: usize, order: &Order<'_>) -> Vec<Before> {
        let mut befores = vec![Before::Unknown; table.rows.len()];
        match order {
            Order::Editions { earlier, rows, new } => {
                let earlier = earlier.and_then(|it| Some((it, it.column(&table.columns[column].name)?)));
                for (before, from) in befores.iter_mut().zip(rows) {
                    if from.is_none() {
                        *before = *new;
                    }
                    if let (Some((earlier, column)), Some(from)) = (earlier, *from)
                        && let Some(then) = self.figure(earlier, from, column)
                    {
                        *before = Before::At(from, then);
                    }
                }
            }
            Order::Along(rows) => {
                let mut last = (u32::MAX, Before::First);
                for &(series, row) in rows {
                    if last.0 != series {
                        last = (series, Before::First);
                    }
                    befores[row] = last.1;
                    match self.figure(table, row, column) {
                        Some(figure) => last.1 = Before::At(row, figure),
                        None if matches!(last.1, Before::First) => last.1 = Before::Unknown,
                        None => {}
                    }
                }
            }
        }
        befores
    }

    fn figure(&self, table: &Table, row: usize, column: usize) -> Option<Decimal> {
        let it = &table.columns[column];
        let zero = self.missing == Missing::Zero && it.states[row] != CellState::Unclear;
        it.decimal(row).or_else(|| zero.then(|| Decimal::whole(0)))
    }

    fn mark(&self, context: &Context<'_>, table: &Table, cell: (usize, usize), before: Before) -> Mark {
        if let Some(mark) = context.gate(cell.0) {
            return mark;
        }
        match (self.figure(table, cell.0, cell.1), before) {
            (None, _) => mark_missing(self.missing),
            (_, Before::First) => Mark::Skipped,
            (_, Before::Unknown) => Mark::Undetermined,
            (Some(now), Before::At(_, then)) if is_below(now, then) => Mark::Fails,
            _ => Mark::Holds,
        }
    }
}

fn order_editions<'a>(
    earlier: Option<&'a Table>,
    table: &'a Table,
    key: &[String],
    only: Option<usize>,
    new: Before,
) -> Order<'a> {
    let rows = earlier.map_or_else(|| vec![None; table.rows.len()], |it| rows_before(it, table, key, only));
    Order::Editions { earlier, rows, new }
}

fn is_below(now: Decimal, then: Decimal) -> bool {
    if now.exponent == then.exponent { now.units < then.units } else { now.exact() < then.exact() }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{dataset, judge, said, why_undetermined};
    use super::*;
    use Mark::{Fails, Holds, Skipped, Undetermined};

    const TABLE: &str = "[tables.cases]\nkey = ['day', 'area']\n\
        columns = { day = 'date', area = 'label', total = 'count', tests = 'count' }\n[[rules]]\nname = 'grows'\n";
    const KEYED: &str = "[tables.cases]\nkey = ['area']\ncolumns = { area = 'label', total = 'count' }\n\
        [[rules]]\nname = 'grows'\ncumulative = { columns = ['total'] }";

    #[test]
    fn a_fall_from_the_edition_before_shows_both_figures() {
        let now = [("cases", "area,total\nSouth,30\nNorth,1237")];
        let before = [("cases", "area,total\nNorth,10\nSouth,31.0")];
        let (marks, details) = judge(KEYED, &now, &before);
        assert_eq!(marks, [Mark::Fails, Mark::Holds]);
        assert_eq!(details[0].message, "total falls from 31.0 to 30");
        assert_eq!((details[0].places[0].line, details[0].places[1].line), (2, 3));
        assert_eq!(details[0].gap.as_deref(), Some("1"));
    }

    #[test]
    fn the_same_edition_twice_is_silent() {
        let table = [("cases", "area,total\nSouth,30\nNorth,12")];
        assert_eq!(judge(KEYED, &table, &table).0, [Holds, Holds]);
    }

    #[test]
    fn a_row_that_is_new_is_undetermined() {
        let told = said(KEYED, &[("cases", "area,total\nEast,3")], &[("cases", "area,total\nWest,4")]);
        assert_eq!(told, ["the previous edition has no total for East"]);
    }

    #[test]
    fn rows_of_one_series_are_sorted_along() {
        let rules = format!("{TABLE}cumulative = {{ columns = ['total', 'tests'], along = 'day' }}");
        let table = "day,area,total,tests\n2020-04-03,A,12,5\n2020-04-01,A,10,5\n2020-04-02,A,13,\n2020-04-02,B,1,1";
        let (marks, details) = judge(&rules, &[("cases", table)], &[]);
        assert_eq!(marks, [Fails, Skipped, Holds, Skipped, Holds, Skipped, Undetermined, Skipped]);
        assert_eq!(details[0].message, "total falls from 13 to 12");
        assert_eq!(details[1].message, "tests is empty");
    }

    #[test]
    fn a_first_figure_after_a_gap_is_undetermined() {
        let rules = format!("{TABLE}cumulative = {{ columns = ['total'], along = 'day' }}");
        let table = "day,area,total,tests\n2020-04-01,A,,1\n2020-04-02,A,13,1";
        let told = said(&rules, &[("cases", table)], &[]);
        assert_eq!(told, ["total is empty", "total has no earlier figure along day"]);
    }

    #[test]
    fn rows_that_are_listed_need_a_key_or_an_along() {
        let error = dataset(
            "[tables.t]\nrows = ['A', 'B']\ncolumns = { area = 'label', n = 'count' }\n[[rules]]\nname = 'x'\n\
             cumulative = { columns = ['n'] }",
        );
        assert_eq!(
            error.unwrap_err().message(),
            "rule \"x\": table \"t\" lists rows but has no key, so rows of two editions cannot be matched"
        );
    }

    const DAILY: &str = "[tables.days]\ncolumns = { day = 'date', total = 'count' }\n[[rules]]\nname = 'grows'\n";

    #[test]
    fn the_only_row_of_two_editions_is_one_row_without_a_key_and_with_its_day_as_key() {
        let (now, before) = ([("days", "day,total\n2020-04-02,109")], [("days", "day,total\n2020-04-01,110")]);
        for key in ["", "key = []\n", "key = ['day']\n"] {
            let rules = DAILY.replace("columns", &format!("{key}columns"));
            let rules = format!("{rules}cumulative = {{ columns = ['total'] }}");
            assert_eq!(said(&rules, &now, &before), ["total falls from 110 to 109"], "{key}");
            assert_eq!(why_undetermined(&rules, &now, &before), None);
        }
    }

    #[test]
    fn several_rows_without_a_key_are_told_once() {
        let rules = format!("{DAILY}cumulative = {{ columns = ['total'] }}");
        let (one, two) = ("day,total\n2020-04-01,5", "day,total\n2020-04-02,4\n2020-04-03,6");
        let why = "table days has several rows but no key, so its rows cannot be found in another edition";
        assert_eq!(why_undetermined(&rules, &[("days", two)], &[("days", one)]).as_deref(), Some(why));
        assert_eq!(why_undetermined(&rules, &[("days", one)], &[("days", two)]).as_deref(), Some(why));
    }

    #[test]
    fn a_day_that_all_rows_share_names_the_edition_and_not_the_row() {
        let rules = format!("{TABLE}cumulative = {{ columns = ['total'] }}");
        let before = [("cases", "day,area,total,tests\n2020-04-01,A,10,1\n2020-04-01,B,20,1")];
        let now = [("cases", "day,area,total,tests\n2020-04-02,B,19,1\n2020-04-02,A,10,1")];
        assert_eq!(judge(&rules, &now, &before).0, [Fails, Holds]);
        // Rows of several days are rows of their day.
        let now = [("cases", "day,area,total,tests\n2020-04-02,B,19,1\n2020-04-01,B,20,1")];
        assert_eq!(judge(&rules, &now, &before).0, [Undetermined, Holds]);
    }

    #[test]
    fn an_edition_that_is_one_step_along_is_compared_with_the_step_before() {
        let rules = format!("{TABLE}cumulative = {{ columns = ['total'], along = 'day' }}");
        let before = [("cases", "day,area,total,tests\n2020-04-01,A,10,1\n2020-04-01,B,,1")];
        let now = [("cases", "day,area,total,tests\n2020-04-02,A,9,1\n2020-04-02,B,19,1\n2020-04-02,D,1,1")];
        assert_eq!(judge(&rules, &now, &before).0, [Fails, Undetermined, Skipped]);
        assert_eq!(judge(&rules, &now, &[]).0, [Skipped, Skipped, Skipped]);
    }

    #[test]
    fn a_column_that_is_left_out_silences_no_other() {
        let rules = format!("{TABLE}cumulative = {{ columns = ['tests', 'total'], along = 'day' }}")
            .replace("tests = 'count'", "tests = { type = 'count', optional = true }");
        let table = [("cases", "day,area,total\n2020-04-01,A,1010\n2020-04-02,A,102")];
        assert_eq!(said(&rules, &table, &[]), ["total falls from 1010 to 102"]);
        let rules = rules.replace("['tests', 'total']", "['tests']");
        assert_eq!(why_undetermined(&rules, &table, &[]).as_deref(), Some("column tests is missing from this edition"));
    }
}
