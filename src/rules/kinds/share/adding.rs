//! Percentages that add up, as far as rounding lets them.

use num_traits::{One, Signed, Zero};

use crate::error::Result;
use crate::finding::{Expected, Place, Role};
use crate::plan::{
    Asked, Cell, CellRef, Condition, Equation, Fold, Grouped, Linear, Missing, Relation, Rounding, Sieved, Term, Total,
};
use crate::rules::{CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{CellState, Column, Exact, Table, is_fillable, show_exact};

/// The percentages of each group make a total, give or take half a printed
/// unit for each of them but zeros.
#[derive(Debug)]
pub(super) struct Adding {
    pub(super) table: usize,
    pub(super) percent: String,
    pub(super) total: Exact,
    pub(super) by: Vec<String>,
    pub(super) missing: Missing,
}

/// What a group of percentages comes to.
struct Added {
    sum: Exact,
    slack: Exact,
    figures: usize,
    /// Those that rounding may have hidden something of.
    rounded: usize,
    lacking: Vec<usize>,
}

const PLACES_MAX: usize = 40;

impl Adding {
    fn groups(&self, context: &Context<'_>, table: &Table) -> Vec<Vec<usize>> {
        let by: Vec<usize> = self.by.iter().filter_map(|it| table.column(it)).collect();
        let let_in = |row: &usize| context.filter.is_none_or(|it| it[*row] != Some(false));
        let groups = table.groups(&by).into_iter();
        groups.map(|rows| rows.into_iter().filter(let_in).collect::<Vec<usize>>()).filter(|it| !it.is_empty()).collect()
    }

    fn add(&self, column: &Column, rows: &[usize]) -> Added {
        let mut added = Added { sum: Exact::zero(), slack: Exact::zero(), figures: 0, rounded: 0, lacking: Vec::new() };
        for &row in rows {
            match column.decimal(row) {
                Some(figure) => {
                    let value = figure.exact();
                    // As everywhere, slack never exceeds the figure's own size: a
                    // column of zeros would hide any gap.
                    added.slack += figure.half_unit().min(value.abs());
                    added.rounded += usize::from(!value.is_zero());
                    added.sum += value;
                    added.figures += 1;
                }
                None if self.missing == Missing::Zero && is_fillable(column.states[row]) => {}
                None => added.lacking.push(row),
            }
        }
        added
    }

    /// A group that does not make its total, in words.
    fn told(&self, context: &Context<'_>, (table, column): (&Table, usize), rows: &[usize]) -> Detail {
        let name = &context.tables[self.table].name;
        let added = self.add(&table.columns[column], rows);
        let untold = context.filter.is_some_and(|it| rows.iter().any(|&row| it[row].is_none()));
        let key: Vec<&str> =
            self.by.iter().filter_map(|it| table.column(it)).map(|it| table.text(rows[0], it)).collect();
        let key = (!key.is_empty()).then(|| key.join(", "));
        let message = self.message(table, column, &added, untold);
        let message = key.as_ref().map_or(message.clone(), |key| format!("{key}: {message}"));
        let mut detail = Detail::new(name, message);
        (detail.row, detail.column) = (key, Some(self.percent.clone()));
        let sum = show_exact(&added.sum);
        let primary = added.lacking.first().copied().unwrap_or(rows[0]);
        let others = rows.iter().copied().filter(|&it| it != primary);
        let ordered = std::iter::once(primary).chain(others).take(PLACES_MAX).enumerate();
        detail.places = ordered
            .map(|(at, row)| match at {
                0 if added.lacking.is_empty() => {
                    Place::of_cell(table, row, column, Role::Primary, format!("these add up to {sum}"))
                }
                0 => Place::of_cell(table, row, column, Role::Primary, "the check needs this value"),
                _ => Place::of_cell(table, row, column, Role::Operand, "included"),
            })
            .collect();
        if added.lacking.is_empty() {
            let (low, high) = (&self.total - &added.slack, &self.total + &added.slack);
            detail.expected = Some(Expected::Between(show_exact(&low), show_exact(&high)));
            detail.observed = Some(sum);
            let off = (&added.sum - &self.total).abs() - &added.slack;
            detail.gap = Some(show_exact(&off.max(Exact::zero())));
        }
        detail
    }

    fn mark(&self, context: &Context<'_>, column: &Column, rows: &[usize]) -> Mark {
        let untold = context.filter.is_some_and(|it| rows.iter().any(|&row| it[row].is_none()));
        let added = self.add(column, rows);
        let off = &added.sum - &self.total;
        if untold || added.figures == 0 {
            return Mark::Undetermined;
        }
        if !added.lacking.is_empty() {
            // Shares are not negative: what is missing cannot bring the sum down.
            let printed = |&row: &usize| matches!(column.states[row], CellState::Unreadable | CellState::Unclear);
            let fails = off > added.slack || (self.missing == Missing::Fail && !added.lacking.iter().any(printed));
            return if fails { Mark::Fails } else { Mark::Undetermined };
        }
        if off.is_zero() {
            Mark::Holds
        } else if off.abs() <= added.slack {
            Mark::Rounded
        } else {
            Mark::Fails
        }
    }

    fn message(&self, table: &Table, column: usize, added: &Added, untold: bool) -> String {
        if untold {
            return "it is unknown which rows count".to_owned();
        }
        let total = show_exact(&self.total);
        if let Some(&first) = added.lacking.first()
            && (&added.sum - &self.total) <= added.slack
        {
            let text = table.text(first, column);
            let what = if text.is_empty() { "is empty".to_owned() } else { format!("is \"{text}\"") };
            let more = added.lacking.len() - 1;
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            return format!("{} {what}{more}", table.row_name(first));
        }
        let sum = show_exact(&added.sum);
        let message = format!("{} adds up to {sum}, not {total}", self.percent);
        let most = show_exact(&added.slack);
        match added.rounded {
            0 => message,
            1 => format!("{message}; rounding of 1 figure explains at most {most}"),
            many => format!("{message}; rounding of {many} figures explains at most {most}"),
        }
    }
}

impl Kind for Adding {
    fn scope(&self) -> Scope {
        Scope::Whole
    }

    fn needs(&self) -> Vec<Need> {
        let columns = std::iter::once(&self.percent).chain(&self.by);
        let columns = columns.map(|it| Need::Column(self.table, it.clone()));
        std::iter::once(Need::Table(self.table)).chain(columns).collect()
    }

    fn judged(&self) -> Vec<(usize, String)> {
        vec![(self.table, self.percent.clone())]
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        let Some(at) = context.table(self.table) else { return };
        let table = &context.edition.tables[at];
        let Some(column) = table.column(&self.percent) else { return };
        let decided = self.groups(context, table).into_iter().zip(marks).filter(|it| it.1.is_decided());
        for row in decided.flat_map(|it| it.0) {
            cells.add(context.edition, Cell { table: at, row, column });
        }
    }

    fn sieve(&self) -> Option<Sieved> {
        let percent = || Term::Column(self.percent.clone());
        let is_some = Condition::Compare(percent(), [true, false, true], Term::Constant(0, 0));
        let sum = |of, when| Total { fold: Fold::Sum, of: Some(of), when, filtered: false };
        // The sum, and what printed precision hides of it, twice.
        let count = Total { fold: Fold::Count, of: None, when: None, filtered: false };
        let totals = vec![sum(percent(), None), sum(Term::Step(self.percent.clone()), Some(is_some)), count];
        let total = || Term::fixed(&self.total);
        let holds = Condition::Compare(Term::Column(0), [false, true, false], total()?);
        let off = Term::Size(Box::new(Term::Sum(vec![(false, Term::Column(0)), (true, total()?)])));
        let twice = Term::Product(Box::new([Term::Constant(2, 0), off]));
        let rounded = Condition::Compare(twice, [true, true, false], Term::Column(1));
        let asked = Asked::Totals(totals, holds, Some(rounded));
        Some(Sieved::Groups(Box::new(Grouped { is_decided: true, ..Grouped::of(self.by.clone(), asked) })))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        let Some(table) = context.table(self.table).map(|it| &context.edition.tables[it]) else {
            return Ok(Vec::new());
        };
        let Some(column) = table.column(&self.percent).map(|it| &table.columns[it]) else {
            return Ok(vec![Mark::Undetermined]);
        };
        Ok(self.groups(context, table).iter().map(|rows| self.mark(context, column, rows)).collect())
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        let Some(at) = context.table(self.table) else { return Vec::new() };
        let table = &context.edition.tables[at];
        let Some(column) = table.column(&self.percent) else { return Vec::new() };
        let groups = self.groups(context, table);
        let equation = |&check: &usize| {
            let cell = |&row: &usize| {
                let cell = Cell { table: at, row, column };
                (Exact::one(), CellRef { cell, previous: false })
            };
            let sum = Linear::new(groups.get(check)?.iter().map(cell).collect(), -self.total.clone());
            // Percentages that add up were each rounded, whatever the rule says of counts.
            Some((check, Equation::linear(sum, Relation::Equal, Rounding::Independent, self.missing)))
        };
        checks.iter().filter_map(equation).collect()
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.explain_all(context, &[check]).swap_remove(0)
    }

    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        let name = &context.tables[self.table].name;
        let table = context.table(self.table).map(|it| &context.edition.tables[it]);
        let known = table.and_then(|it| Some((it, it.column(&self.percent)?, self.groups(context, it))));
        let told = |check: &usize| {
            let (table, column, groups) = known.as_ref()?;
            Some(self.told(context, (table, *column), groups.get(*check)?))
        };
        checks.iter().map(|it| told(it).unwrap_or_else(|| Detail::new(name, "there is no such share"))).collect()
    }
}
