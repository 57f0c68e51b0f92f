//! One cause of many findings in the words of the table.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::{JudgedRule, Run, System, told};
use crate::finding::{Cause, Ranked};
use crate::repair::{Axis, Common, Printing, What};
use crate::rules::{Cell, Mark};
use crate::table::{Decimal, Edition, Table, followed_rows};

/// Of so many figures the values that the rules require are listed.
const VALUES_MAX: usize = 8;
/// So many figures of a check are given with their values.
const RANKED_MAX: usize = 60;
/// So many rows are named that a cause leaves out.
const EXCEPT_MAX: usize = 3;

/// What is known of a failing check, by number of the rule held, and check.
type Explained = ((usize, usize), Cause);

/// Finds what explains many failing checks at once, and the system with that mended.
pub(super) fn causes(
    run: &Run<'_>,
    held: &[JudgedRule<'_>],
    system: &System,
    is_whole: bool,
) -> (Vec<Explained>, System) {
    let tables = &run.edition.tables;
    let figure = |it: Cell| {
        let table = tables.get(it.table)?;
        table.columns.get(it.column).filter(|_| it.row < table.rows.len())?.decimal(it.row)
    };
    let size = |it: usize| [tables[it].rows.len(), tables[it].columns.len()];
    let rows: Vec<OnceCell<Vec<Followed>>> = run.past.iter().map(|_| OnceCell::new()).collect();
    let earlier = |edition: usize, it: Cell| {
        let then = &run.past.get(edition)?.edition;
        let followed = rows[edition].get_or_init(|| tables.iter().map(|it| follow(it, then)).collect());
        let (table, rows) = followed.get(it.table)?.as_ref()?;
        let column = then.tables[*table].column(&tables[it.table].columns[it.column].name)?;
        then.tables[*table].columns[column].decimal((*rows.get(it.row)?)?)
    };
    let editions = run.past.len();
    let (found, mended) =
        system.common(&Printing { figure: &figure, earlier: &earlier, editions, size: &size, is_whole });
    let mut explained = Vec::new();
    for (number, it) in found.iter().enumerate() {
        let words = Words { run, table: &tables[it.table], system, cause: it };
        let text = words.text();
        let meant: HashMap<usize, Decimal> = it.changed.iter().copied().collect();
        let ranked = |row: usize| -> Vec<Ranked> {
            let read = system.rows[row].terms.iter().filter_map(|term| Some((term.1, *meant.get(&term.1)?)));
            read.take(RANKED_MAX).map(|(cell, to)| words.ranked(cell, to)).collect()
        };
        for &row in &it.covers {
            let check = (system.rows[row].rule, system.rows[row].check);
            if held[check.0].judged.marks.get(check.1) == Some(&Mark::Fails) {
                let group = format!("common {number}");
                let cause = Cause { group, common: Some(text.clone()), ranked: ranked(row), ..Cause::default() };
                explained.push((check, cause));
            }
        }
    }
    (explained, mended)
}

/// Which table of an earlier edition a table is, and which row each of its rows.
type Followed = Option<(usize, Vec<Option<usize>>)>;

fn follow(table: &Table, then: &Edition) -> Followed {
    let at = then.table(&table.name)?;
    let rows = followed_rows(table, &then.tables[at]);
    Some((at, rows.into_iter().map(|it| it.map(|it| it as usize)).collect()))
}

struct Words<'a> {
    run: &'a Run<'a>,
    table: &'a Table,
    system: &'a System,
    cause: &'a Common,
}

impl Words<'_> {
    fn line(&self, line: usize) -> String {
        self.name(self.cause.axis == Axis::Down, line)
    }

    fn name(&self, is_column: bool, at: usize) -> String {
        if is_column { self.table.columns[at].name.clone() } else { self.table.row_name(at) }
    }

    /// What happened, and where.
    fn text(&self) -> String {
        let Common { what, axis, lines, .. } = self.cause;
        let ([first, last], down) = (lines.map(|it| self.line(it)), *axis == Axis::Down);
        let many = first != last;
        let subject = if many { format!("{first} to {last}") } else { first.clone() };
        let (is, stands) = if many { ("are", "are") } else { ("is", "is") };
        let (span, within) = self.span();
        match what {
            What::Shifted { onward } => {
                let far = match (down, onward) {
                    (true, true) => "one row too low",
                    (true, false) => "one row too high",
                    (false, true) => "one column too far right",
                    (false, false) => "one column too far left",
                };
                format!("{subject} {stands} {far} {span}{}", self.values())
            }
            What::Factor { times: 2, larger: true } => format!("{subject} {is} exactly double {within}"),
            What::Factor { times: 2, larger: false } => format!("{subject} {is} exactly half {within}"),
            What::Factor { times, larger } => {
                format!("{subject} {is} {times} times too {} {within}", if *larger { "large" } else { "small" })
            }
            What::Copied { from, either: true } => {
                format!("{first} and {} have the same figures {within}; one of them is a copy", self.line(*from))
            }
            What::Copied { from, either: false } => {
                format!("{first} is a copy of {} {within}{}", self.line(*from), self.values())
            }
            What::Stale { edition } => {
                let period = self.run.past.get(*edition).and_then(|it| it.edition.period);
                let which = period.map_or("an earlier edition".to_owned(), |it| format!("the edition of {it}"));
                format!("{subject} repeats {which} {within}{}", self.values())
            }
            What::Offset { by, is_known: true } => {
                let far = if by.units < 0 { "small" } else { "large" };
                let by = by.to_string();
                format!("{subject} {is} {} too {far} {within}", by.trim_start_matches('-'))
            }
            What::Offset { by, is_known: false } => self.unknown(&by.to_string(), by.units < 0, &within),
            What::Exchanged => format!("{first} and {last} are swapped {within}"),
            What::Misplaced { .. } => self.misplaced([&first, &last], &within),
            What::Twice { counted, larger } => {
                let names: Vec<String> = counted.iter().map(|it| self.line(axis.line(*it))).collect();
                let names = told_list(&names);
                let again = if counted.len() == 1 { "is counted twice" } else { "are counted twice" };
                if *larger {
                    format!("{first} is exactly twice the sum of its parts: {names} {again}")
                } else {
                    format!("the parts of {first} add up to exactly twice the total: {names} {again}")
                }
            }
        }
    }

    /// Two lines that miss their totals by the same, in opposite directions.
    fn misplaced(&self, [first, last]: [&str; 2], within: &str) -> String {
        let What::Misplaced { by, is_only, is_swap } = &self.cause.what else { return String::new() };
        if *is_swap {
            return format!(
                "{first} and {last} are swapped {within} or others: both miss their totals by the same {by}"
            );
        }
        let rows = if *is_only { within.to_owned() } else { format!("{within} or others") };
        format!(
            "{first} and {last} miss their totals by the same {by} in opposite directions, and the rules across them \
             hold: they are swapped {rows}, or an amount stands in the wrong one; the rules do not show which"
        )
    }

    /// An offset of no known line, seen from the total.
    fn unknown(&self, by: &str, is_less: bool, within: &str) -> String {
        let by = by.trim_start_matches('-');
        let row = self.cause.covers.first().map(|it| &self.system.rows[*it]);
        let total = row.and_then(|row| {
            let total = row.total_cell()?;
            Some((total, row.terms.iter().find(|it| it.1 == total)?.0.sign() < 0))
        });
        let Some((total, is_turned)) = total else { return format!("the rule is off by the same {by} {within}") };
        let name = self.line(self.cause.axis.line(self.system.cells[total].at.cell));
        let far = if is_less == is_turned { "more" } else { "less" };
        format!("{name} is {by} {far} than the sum of its parts {within}")
    }

    /// Where it begins and ends: `from r2 to r7`, `in rows r2 to r7`.
    fn span(&self) -> (String, String) {
        let down = self.cause.axis == Axis::Down;
        let [from, to] = self.cause.span.map(|it| self.name(!down, it));
        let except: Vec<String> = self.cause.except.iter().take(EXCEPT_MAX).map(|it| self.name(!down, *it)).collect();
        let more = self.cause.except.len() - except.len();
        let except = match (except.is_empty(), more) {
            (true, _) => String::new(),
            (false, 0) => format!(", except {}", told_list(&except)),
            (false, _) => format!(", except {} and {more} more", except.join(", ")),
        };
        let word = if down { "rows" } else { "columns" };
        (format!("from {from} to {to}{except}"), format!("in {word} {from} to {to}{except}"))
    }

    /// The values that the rules require along one line, where they are few.
    fn values(&self) -> String {
        let changed = &self.cause.changed;
        let is_single = self.cause.lines[0] == self.cause.lines[1];
        if !is_single || changed.is_empty() || changed.len() > VALUES_MAX {
            return String::new();
        }
        let mut values: Vec<(usize, String)> = Vec::new();
        for &(cell, to) in changed {
            let at = self.system.cells[cell].at.cell;
            let text = self.table.text(at.row, at.column);
            values.push((self.cause.axis.place(at), told::printed(to, text)));
        }
        values.sort();
        let values: Vec<String> = values.into_iter().map(|it| it.1).collect();
        format!("; the rules require {}", told_list(&values))
    }

    fn ranked(&self, cell: usize, to: Decimal) -> Ranked {
        let at = self.system.cells[cell].at.cell;
        let figure = told::suspect_at(&self.run.edition.tables[at.table], (at.row, at.column));
        let unknown = &self.system.cells[cell];
        Ranked {
            value: unknown.printed.filter(|_| !unknown.is_blank).map(|it| it.to_string()),
            requires: Some(to.to_string()),
            printed: told::printed(to, &figure.text),
            rules: 1,
            weight: 1_000,
            because: None,
            usual: None,
            figure,
        }
    }
}

/// Words in a list: `a, b and c`.
pub(super) fn told_list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
