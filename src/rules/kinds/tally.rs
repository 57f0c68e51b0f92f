//! `tally`: a figure is the number, or the sum, of matching rows of another table.

use std::collections::{BTreeMap, HashSet};

use num_bigint::BigInt;
use num_traits::Signed;
use schemars::JsonSchema;
use serde::Deserialize;

use super::bind::{fault, mark_missing, needed_column, needed_columns};
use super::keys::could_be;
use super::said::{about_cell, about_filter, counted, grouped, line_of, why_no_value};
use crate::error::Result;
use crate::finding::{Expected, Place, Role};
use crate::plan::{self, Fold, Joined, Missing, Side, Sieved, Term};
use crate::rules::expression::Condition;
use crate::rules::{Binding, Context, Detail, Kind, Mark, Need, Scope, all_open, prints_no};
use crate::table::{
    Blanks, CellState, ColumnData, ColumnType, Decimal, Exact, KeyCell, Keys, Period, Table, same, show_exact,
};

/// A column whose figures count, or add up, matching rows of another table.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Tally")]
pub(crate) struct Spec {
    /// The column of counts or sums, of the rule's table.
    column: String,
    /// The table whose rows are counted.
    of: String,
    /// Which of its rows match: columns here, and the columns there that equal them.
    on: BTreeMap<String, String>,
    /// The column there that is added up; without it, rows are counted.
    sums: Option<String>,
    /// Which rows there count: a SQL condition over its columns.
    #[serde(rename = "where")]
    filter: Option<String>,
}

#[derive(Debug)]
struct Tally {
    table: usize,
    column: String,
    of: usize,
    own: Vec<String>,
    theirs: Vec<String>,
    sums: Option<String>,
    filter: Option<Condition>,
    missing: Missing,
    /// The pairs of columns that are periods, by their places in `own`.
    periods: Vec<usize>,
}

// Enough to see the pattern; a report of thousands of places helps nobody.
const PLACES_MAX: usize = 20;

pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = binding.require_table()?;
    binding.refuse_rounding("tally")?;
    binding.number_column(table, &spec.column)?;
    let of = binding.other_table(&spec.of)?;
    if spec.on.is_empty() {
        return Err(fault("on is empty: every row would match"));
    }
    for (own, theirs) in &spec.on {
        binding.check_comparable((table, own), (of, theirs))?;
    }
    if let Some(sums) = &spec.sums {
        binding.number_column(of, sums)?;
    }
    let filter = spec.filter.as_ref().map(|it| Condition::parse(it, binding, of)).transpose()?;
    let is_period = |table: usize, name: &String| {
        let schema = &binding.tables[table];
        schema.column(name).is_some_and(|it| schema.columns[it].kind == ColumnType::Period)
    };
    let pairs = spec.on.iter().enumerate();
    let periods = pairs.filter(|(_, it)| is_period(table, it.0) && is_period(of, it.1)).map(|it| it.0).collect();
    Ok(Box::new(Tally {
        table,
        column: spec.column.clone(),
        of,
        own: spec.on.keys().cloned().collect(),
        theirs: spec.on.values().cloned().collect(),
        sums: spec.sums.clone(),
        filter,
        missing: binding.missing,
        periods,
    }))
}

/// Both tables, with the columns that matter.
struct Sides<'a> {
    own: &'a Table,
    column: usize,
    on: Vec<usize>,
    of: &'a Table,
    key: Vec<usize>,
    sums: Option<usize>,
    /// Which rows of the other table count; `None` where all do.
    truths: Option<Vec<Option<bool>>>,
}

/// What the rows of one key come to.
#[derive(Clone, Default)]
struct Total {
    /// The number of rows, or the sum in units of the column's power of ten.
    units: BigInt,
    /// The first row that leaves it open: its filter is unknown, or it has no figure.
    open: Option<usize>,
}

impl Kind for Tally {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let own = self.own.iter().chain([&self.column]).map(|it| Need::Column(self.table, it.clone()));
        let theirs = self.theirs.iter().chain(&self.sums).map(|it| Need::Column(self.of, it.clone()));
        [Need::Table(self.table), Need::Table(self.of)].into_iter().chain(own).chain(theirs).collect()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.filter.as_ref().map_or_else(Vec::new, Condition::optional)
    }

    fn columns(&self) -> Vec<(usize, String)> {
        let own = self.own.iter().chain([&self.column]).map(|it| (self.table, it.clone()));
        let theirs = self.theirs.iter().chain(&self.sums).map(|it| (self.of, it.clone()));
        own.chain(theirs).chain(self.filter.iter().flat_map(Condition::columns)).collect()
    }

    fn idle(&self, context: &Context<'_>) -> Option<String> {
        self.longer_periods(context)
    }

    fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        if let Some(why) = self.longer_periods(context) {
            return Some(why);
        }
        let read = self.filter.as_ref().filter(|_| all_open(marks))?.columns();
        let absent = context.unprinted(&read);
        (!absent.is_empty()).then(|| prints_no(&absent))
    }

    fn sieve(&self) -> Option<Sieved> {
        // Whether periods are of one length is told of all of them.
        if !self.periods.is_empty() {
            return None;
        }
        let when = match &self.filter {
            Some(it) => Some(it.sieve()?),
            None => None,
        };
        // The figures of all rows with a key are one, and that is what is counted.
        let figure = || Some(self.column.clone());
        let total = if self.sums.is_some() { Fold::Sum } else { Fold::Count };
        let folds = vec![
            (Side::Own, Fold::Least, figure()),
            (Side::Own, Fold::Most, figure()),
            (Side::Theirs, total, self.sums.clone()),
        ];
        let same = |at| plan::Condition::Compare(Term::Column(at), [false, true, false], Term::Column(3));
        let holds = plan::Condition::All(vec![same(1), same(2)]);
        Some(Sieved::Joined(Box::new(Joined::new(&self.own, (self.of, &self.theirs, when), folds, holds))))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let sides = self.sides(context)?;
        let mut keys = Keys::new(Blanks::Unknown);
        let theirs = keys.number(sides.of, &sides.key);
        let mut totals = vec![Total::default(); keys.len()];
        for (row, key) in theirs.iter().enumerate() {
            if let Some(key) = key {
                sides.add(&mut totals[*key as usize], row, self.missing);
            }
        }
        let loose = sides.loose();
        let own = keys.number(sides.own, &sides.on);
        let none = Total::default();
        let mark = |row: usize| {
            context.gate(row).unwrap_or_else(|| {
                let (Some(key), Some(figure)) = (own[row], self.figure(&sides, row)) else {
                    return mark_missing(self.missing);
                };
                let total = totals.get(key as usize).unwrap_or(&none);
                match total.open {
                    Some(_) => mark_missing(self.missing),
                    None if sides.exact(&total.units) == figure.exact() => Mark::Holds,
                    None if sides.loose_for(row, &loose).is_some() => Mark::Undetermined,
                    None => Mark::Fails,
                }
            })
        };
        Ok((0..sides.own.rows.len()).map(mark).collect())
    }

    fn explain(&self, context: &Context<'_>, row: usize) -> Detail {
        let table = context.needed_table(self.table);
        if let Some(detail) = about_filter(context, table, row) {
            return detail;
        }
        // The verdicts of this very context were worked out before, so its
        // arithmetic stays in range.
        let Ok(sides) = self.sides(context) else { return Detail::new(&table.name, "undetermined") };
        let open_column = sides.on.iter().copied().find(|&it| KeyCell::of(table, row, it).is_none());
        let blank = open_column.or_else(|| self.figure(&sides, row).is_none().then_some(sides.column));
        if let Some(column) = blank {
            return about_cell(table, row, column, why_no_value(table, row, column), "no value");
        }
        let matching: Vec<usize> = (0..sides.of.rows.len()).filter(|&it| sides.matches(row, it)).collect();
        let mut total = Total::default();
        for &it in &matching {
            sides.add(&mut total, it, self.missing);
        }
        if let Some(it) = total.open {
            return self.explain_open(&sides, row, it);
        }
        self.explain_gap(&sides, row, &matching, &total)
    }
}

impl Tally {
    /// Why no period can match, where those here are longer than all there: a
    /// year is not its first month.
    fn longer_periods(&self, context: &Context<'_>) -> Option<String> {
        let (own, of) = (context.needed_table(self.table), context.needed_table(self.of));
        let days = |table: &Table, name: &str| -> Vec<u32> {
            let column = needed_column(table, name);
            let printed: HashSet<&str> = (0..table.rows.len()).map(|row| table.text(row, column)).collect();
            printed.into_iter().filter_map(|it| Period::parse(it.trim())).map(Period::days).collect()
        };
        self.periods.iter().find_map(|&at| {
            let (here, there) = (days(own, &self.own[at]), days(of, &self.theirs[at]));
            let longest = there.into_iter().max()?;
            let is_longer = here.into_iter().min().is_some_and(|it| it > longest);
            is_longer.then(|| {
                let (one, other) = (&self.own[at], &self.theirs[at]);
                format!(
                    "{one} holds longer periods than {}.{other}: `crossfoot explain lookups` shows how to add them up",
                    of.name
                )
            })
        })
    }

    fn sides<'a>(&self, context: &Context<'a>) -> Result<Sides<'a>> {
        let (own, of) = (context.needed_table(self.table), context.needed_table(self.of));
        let index = context.table(self.of).expect("a rule is judged only where the tables it needs are");
        let truths = self.filter.as_ref().map(|it| it.truths(context, index)).transpose()?;
        Ok(Sides {
            own,
            column: needed_column(own, &self.column),
            on: needed_columns(own, &self.own),
            of,
            key: needed_columns(of, &self.theirs),
            sums: self.sums.as_ref().map(|it| needed_column(of, it)),
            truths,
        })
    }

    fn figure(&self, sides: &Sides<'_>, row: usize) -> Option<Decimal> {
        let column = &sides.own.columns[sides.column];
        let zero = self.missing == Missing::Zero && column.states[row] != CellState::Unclear;
        column.decimal(row).or_else(|| zero.then(|| Decimal::whole(0)))
    }

    /// A row of the other table leaves the total open.
    fn explain_open(&self, sides: &Sides<'_>, row: usize, open: usize) -> Detail {
        let (name, line) = (&sides.of.name, line_of(sides.of, open));
        let (why, place) = match sides.sums {
            Some(column) if sides.truth(open) == Some(true) => (
                why_no_value(sides.of, open, column),
                Place::of_cell(sides.of, open, column, Role::Operand, "no value"),
            ),
            _ => (
                "it is unknown whether the row counts".to_owned(),
                Place::of_row(sides.of, open, Role::Operand, "may count or not"),
            ),
        };
        let message = format!("{} cannot be compared: in line {line} of {name}, {why}", self.column);
        let mut detail = about_cell(sides.own, row, sides.column, message, "not compared");
        detail.places.push(place);
        detail
    }

    fn explain_gap(&self, sides: &Sides<'_>, row: usize, matching: &[usize], total: &Total) -> Detail {
        let counts = |it: &&usize| sides.truth(**it) == Some(true);
        let counting: Vec<usize> = matching.iter().filter(counts).copied().collect();
        let (name, printed) = (&sides.of.name, sides.own.text(row, sides.column).trim());
        let expected = sides.exact(&total.units);
        let rows = counted(counting.len() as u64, "matching row", "matching rows");
        let message = match sides.sums {
            Some(_) => {
                let verb = if counting.len() == 1 { "adds" } else { "add" };
                format!(
                    "{} is {printed}, but {rows} in table {name} {verb} up to {}",
                    self.column,
                    grouped(&show_exact(&expected))
                )
            }
            None => format!("{} is {printed}, but table {name} has {rows}", self.column),
        };
        let figure = self.figure(sides, row).unwrap_or(Decimal::whole(0));
        let gap = figure.exact() - &expected;
        let side = if gap.is_positive() { "more" } else { "less" };
        let gap = show_exact(&gap.abs());
        let label = format!("{} {side} than in {name}", grouped(&gap));
        let mut detail = about_cell(sides.own, row, sides.column, message, label);
        let place = |&it: &usize| match sides.sums {
            Some(column) => Place::of_cell(sides.of, it, column, Role::Operand, "added"),
            None => Place::of_row(sides.of, it, Role::Operand, "counted"),
        };
        detail.places.extend(counting.iter().take(PLACES_MAX).map(place));
        if let Some(loose) = sides.loose_for(row, &sides.loose()) {
            let line = line_of(sides.of, loose);
            detail.message =
                format!("{}; the row in line {line} may match too, but its key is incomplete", detail.message);
            detail.places.push(Place::of_row(sides.of, loose, Role::Operand, "may match too"));
        }
        detail.observed = Some(figure.to_string());
        detail.expected = Some(Expected::Equal(show_exact(&expected)));
        detail.gap = Some(gap);
        detail
    }
}

impl Sides<'_> {
    fn truth(&self, row: usize) -> Option<bool> {
        self.truths.as_ref().map_or(Some(true), |it| it[row])
    }

    /// Whether a row of the other table has the key of an own row, and may count.
    fn matches(&self, own: usize, other: usize) -> bool {
        self.truth(other) != Some(false) && same((self.own, &self.on, own), (self.of, &self.key, other))
    }

    /// Adds a row of the other table to the total of its key.
    fn add(&self, total: &mut Total, row: usize, missing: Missing) {
        match (self.truth(row), self.sums) {
            (Some(false), _) => {}
            (None, _) => total.open = total.open.or(Some(row)),
            (Some(true), None) => total.units += 1,
            (Some(true), Some(column)) => match (&self.of.columns[column].data, self.of.columns[column].states[row]) {
                (ColumnData::Numbers(it), state) if state.has_value() => total.units += it.units.get(row),
                (_, state) if missing == Missing::Zero && state != CellState::Unclear => {}
                _ => total.open = total.open.or(Some(row)),
            },
        }
    }

    /// A total as an exact number.
    fn exact(&self, units: &BigInt) -> Exact {
        let exponent = match self.sums.map(|it| &self.of.columns[it].data) {
            Some(ColumnData::Numbers(it)) => it.exponent,
            _ => 0,
        };
        Exact::from_integer(units.clone()) * Decimal { units: 1, exponent }.exact()
    }

    /// Rows of the other table that may count, but whose key is incomplete.
    fn loose(&self) -> Vec<usize> {
        let incomplete = |row: usize| self.key.iter().any(|&it| KeyCell::of(self.of, row, it).is_none());
        (0..self.of.rows.len()).filter(|&it| self.truth(it) != Some(false) && incomplete(it)).collect()
    }

    /// One of them that could match an own row.
    fn loose_for(&self, own: usize, loose: &[usize]) -> Option<usize> {
        loose.iter().copied().find(|&it| could_be((self.own, &self.on, own), (self.of, &self.key, it)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{judge, said, said_by_all, why_undetermined};
    use super::*;

    const TABLES: &str = "[tables.results]\nkey = ['date', 'home_team']\n\
        columns = { date = 'date', home_team = 'label', home_score = 'count' }\n\
        [tables.goals]\ncolumns = { date = 'date', team = 'label', minute = 'count' }\n\
        [[rules]]\nname = 'home-goals'\ntable = 'results'\n";
    const FOOTBALL: &str = include_str!("../../../rules/international-football.toml");
    const COUNTS: &str = "tally = { column = 'home_score', of = 'goals', on = { date = 'date', home_team = 'team' } }";
    const GOALS: &str = "date,team,minute\n2024-06-27,Uruguay,8\n2024-06-27,Uruguay,21\n2024-06-27,Bolivia,77";

    fn results(score: &str) -> String {
        format!("date,home_team,home_score\n2024-06-27,Uruguay,{score}\n2024-06-28,Peru,0")
    }

    #[test]
    fn counts_the_matching_rows() {
        let rules = format!("{TABLES}{COUNTS}");
        let (marks, details) = judge(&rules, &[("results", &results("4")), ("goals", GOALS)], &[]);
        assert_eq!(marks, [Mark::Fails, Mark::Holds]);
        assert_eq!(details[0].message, "home_score is 4, but table goals has 2 matching rows");
        assert_eq!(details[0].places.len(), 3);
        assert_eq!((details[0].gap.as_deref(), details[0].places[2].line), (Some("2"), 3));
        assert_eq!(judge(&rules, &[("results", &results("2.0")), ("goals", GOALS)], &[]).0[0], Mark::Holds);
    }

    #[test]
    fn finds_scores_that_were_corrected_later() {
        macro_rules! case {
            ($name:literal) => {{
                let goals = include_str!(concat!("../../../tests/tables/football-", $name, "/goals.csv"));
                let before = include_str!(concat!("../../../tests/tables/football-", $name, "/before.csv"));
                let after = include_str!(concat!("../../../tests/tables/football-", $name, "/after.csv"));
                [before, after].map(|it| said_by_all(FOOTBALL, &[("results", it), ("goals", goals)]))
            }};
        }
        let [before, after] = case!("fb-003");
        assert_eq!(before, ["home_score is 4, but table goals has 5 matching rows"]);
        assert!(after.is_empty());
        let [before, after] = case!("fb-013");
        assert_eq!(before, ["away_score is 3, but table goals has 1 matching row"]);
        assert!(after.is_empty());
    }

    #[test]
    fn adds_up_a_column() {
        let sums = COUNTS.replace("of =", "sums = 'minute', of =");
        let rules = format!("{TABLES}{sums}");
        let tables = [("results", results("30")), ("goals", GOALS.to_owned())];
        let tables = tables.each_ref().map(|it| (it.0, it.1.as_str()));
        assert_eq!(said(&rules, &tables, &[]), ["home_score is 30, but 2 matching rows in table goals add up to 29"]);
    }

    #[test]
    fn a_year_is_not_its_first_month() {
        let rules = "[tables.years]\nkey = ['year']\ncolumns = { year = 'period', n = 'count' }\n\
            [tables.months]\nkey = ['month']\ncolumns = { month = 'period', n = 'count' }\n\
            [[rules]]\nname = 'r'\ntable = 'years'\n\
            tally = { column = 'n', of = 'months', on = { year = 'month' }, sums = 'n' }";
        let why = |months: &str| why_undetermined(rules, &[("years", "year,n\n2023,190"), ("months", months)], &[]);
        let longer =
            "year holds longer periods than months.month: `crossfoot explain lookups` shows how to add them up";
        assert_eq!(why("month,n\n2023-01,190\n2023-02,90").as_deref(), Some(longer));
        assert_eq!(why("month,n\n2023,190"), None);
    }

    #[test]
    fn a_missing_part_leaves_a_sum_open_or_counts_as_zero() {
        let sums = COUNTS.replace("of =", "sums = 'minute', of =");
        let goals = GOALS.replace(",21", ",");
        let results = results("8");
        let tables = [("results", results.as_str()), ("goals", goals.as_str())];
        let told = said(&format!("{TABLES}{sums}"), &tables, &[]);
        assert_eq!(told, ["home_score cannot be compared: in line 3 of goals, minute is empty"]);
        assert!(said(&format!("{TABLES}missing = 'zero'\n{sums}"), &tables, &[]).is_empty());
        let marks = judge(&format!("{TABLES}missing = 'fail'\n{sums}"), &tables, &[]).0;
        assert_eq!(marks, [Mark::Fails, Mark::Holds]);
    }

    #[test]
    fn a_row_with_half_a_key_may_be_the_one_that_lacks() {
        let goals = GOALS.replace("Bolivia", "");
        let told = said(&format!("{TABLES}{COUNTS}"), &[("results", &results("3")), ("goals", &goals)], &[]);
        assert_eq!(
            told,
            ["home_score is 3, but table goals has 2 matching rows; the row in line 4 may match too, but its key is \
                 incomplete"]
        );
    }

    #[test]
    fn a_missing_figure_is_undetermined() {
        let told = said(&format!("{TABLES}{COUNTS}"), &[("results", &results("n/a")), ("goals", GOALS)], &[]);
        assert_eq!(told, ["home_score is missing, printed as n/a"]);
    }

    #[test]
    fn shows_twenty_of_many_rows() {
        let goals = format!("date,team,minute{}", "\n2024-06-27,Uruguay,8".repeat(50));
        let (_, details) = judge(&format!("{TABLES}{COUNTS}"), &[("results", &results("1")), ("goals", &goals)], &[]);
        assert_eq!(details[0].places.len(), 21);
    }
}
