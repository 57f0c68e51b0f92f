//! Rules that read figures of all rows, like a sum, a mean or a count: alone, or beside
//! the cells of each row.
//!
//! What all rows come to is known once the file was gone over. A condition over nothing
//! else is judged by that. One of each row is asked of the rows in a second pass, with
//! those figures in it, and only rows that may fail are handed out. Messages name the
//! first rows of a sum, so these are handed out too.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Begun;
use super::asked::{Columns, GATES_MAX, Others};
use super::blocks::Apart;
use super::forms::years;
use super::plan::Plan;
use super::sift::Sifted;
use super::spread::Handed;
use super::whole::{ApartTable, Known, Line};
use crate::error::Result;
use crate::plan::{Condition, Gated, Held, Number, Plain, Test, Total};
use crate::rules::expression::OPERANDS_MAX;
use crate::rules::{Context, Dataset, Rule, Scope};
use crate::source::delimited::sieve::{Row, Sieve, Suspect, Wanted};
use crate::table::{Decimal, Edition, Exact, Table};

/// A rule that is judged beside totals.
struct Beside<'a> {
    rule: &'a Rule,
    /// Which totals of the sieve it reads, and what they are.
    totals: Range<usize>,
    values: Vec<Exact>,
    /// What must hold of each row that it is for; nothing where it is judged once.
    tests: Option<Gated>,
}

/// Records by their number, with their line.
type Records = BTreeMap<u64, (u64, Suspect)>;

impl Begun<'_> {
    /// The rows that rules beside totals are judged on, and the lines that they are of;
    /// nothing where there are no such rules, or where that cannot be told.
    pub(super) fn beside_totals(&self, (dataset, at): (&Dataset, usize), others: &Others) -> Result<Option<Apart>> {
        let rules: Vec<Beside<'_>> = self.beside(dataset, at, others);
        if rules.is_empty() {
            return Ok(None);
        }
        let gated: Vec<Gated> = rules.iter().filter_map(|it| it.tests.clone()).collect();
        let totals = rules.iter().flat_map(|it| &self.plan.sieve.totals[it.totals.clone()]).map(Total::read);
        let counted: Vec<usize> = totals.flat_map(|it| [it.0, it.1].concat()).copied().collect();
        let mut sieve = self.plan.sieve_of(Vec::new(), gated, &counted);
        let is_once = sieve.gated.is_empty();
        let again = if is_once { None } else { self.file.sift_again(&mut sieve, &self.plan, self.start)? };
        if !is_once && again.is_none() {
            return Ok(None);
        }
        let handed = &again.as_ref().unwrap_or(&self.sifted).handed;
        let mut records: Records = handed.iter().map(|(it, line, number)| (*number, (*line, it.clone()))).collect();
        let looked_at: BTreeSet<u64> = records.keys().copied().collect();
        records.extend(self.first_rows(&sieve, &rules)?);
        let Some((table, lines)) = self.rows(&records) else { return Ok(None) };
        let rows = self.sifted.clean.rows + self.loaded.tables[0].table.rows.len();
        let mut gates = again.iter().flat_map(|it| &it.left_out);
        let mut found = Vec::new();
        for it in rules {
            let held = match (&it.tests, &again) {
                (Some(_), Some(again)) => {
                    let left_out = gates.next().copied().unwrap_or(0);
                    let Some(known) = known(dataset, it.rule, &table, &looked_at) else { return Ok(None) };
                    held_of(again, left_out, &known)
                }
                _ => Held { rows: (rows - table.rows.len().min(rows)) as u64, ..Held::default() },
            };
            let known = Known { held, totals: it.values, ..Known::default() };
            found.push(ApartTable::of(&it.rule.name, table.clone(), known));
        }
        Ok(Some((found, lines)))
    }

    /// Those of some rules whose totals are known.
    fn beside<'a>(&self, dataset: &'a Dataset, at: usize, others: &Others) -> Vec<Beside<'a>> {
        let table = &self.loaded.tables[0].table;
        let position = |it: &String| self.plan.position(table, it);
        let columns = Columns { wanted: &self.plan.sieve.columns, position: &position };
        let known = self.plan.totals(&self.sifted, table);
        let beside = |rule: &'a Rule| {
            let totals = self.plan.totals_of.get(&rule.name).filter(|_| others.contains_key(&rule.name))?.clone();
            let values: Vec<Exact> = known[totals.clone()].iter().map(|it| exact((*it)?)).collect::<Option<_>>()?;
            let tests = columns.tests(&rule.check.sieve_beside(&values)?)?;
            let when = match &rule.filter {
                Some(it) => columns.condition(it)?,
                None => Condition::All(Vec::new()),
            };
            let is_of_rows = rule.check.scope() == Scope::Row(at);
            Some(Beside { rule, totals, values, tests: is_of_rows.then_some(Gated { when, tests }) })
        };
        dataset.rules.iter().filter_map(beside).take(GATES_MAX).collect()
    }

    /// The first rows of each total, as many as a message names.
    fn first_rows(&self, sieve: &Sieve, rules: &[Beside<'_>]) -> Result<Records> {
        let totals = rules.iter().flat_map(|it| &self.plan.sieve.totals[it.totals.clone()]);
        let totals: Vec<(&Total<usize>, Cell<usize>)> = totals.map(|it| (it, Cell::new(OPERANDS_MAX))).collect();
        let mut handed = Vec::new();
        for piece in &self.sifted.pieces {
            if totals.iter().all(|it| it.1.get() == 0) {
                break;
            }
            let bytes = self.file.again(&piece.chunk)?;
            let mut line = piece.line;
            let is_first = |row: &Row<'_>| {
                let of = totals.iter().filter(|it| it.1.get() > 0 && row.counts(it.0));
                of.inspect(|it| it.1.set(it.1.get() - 1)).count() > 0
            };
            self.file.placed(
                sieve.copies(&bytes, is_first),
                (&mut line, 0),
                piece.before + sieve.form.headings(),
                &mut handed,
            );
        }
        Ok(handed.into_iter().map(|(it, line, number)| (number, (line, it))).collect())
    }

    /// Records as a table of the file, and their lines.
    fn rows(&self, records: &Records) -> Option<(Table, Vec<Line>)> {
        let mut handed = Handed::of(&self.heading);
        let mut lines = Vec::new();
        for (number, (line, it)) in records {
            let (line, number) = (u32::try_from(*line).ok()?, u32::try_from(*number).ok()?);
            let text = std::str::from_utf8(&it.bytes).ok()?;
            handed.push(text, line, self.plan.line_step(), number);
            lines.push((line, number, text.to_owned()));
        }
        Some((self.table_of(handed)?, lines))
    }
}

impl Plan<'_> {
    /// A sieve of the same records that asks for other tests, and reads some more columns.
    pub(super) fn sieve_of(&self, mut tests: Vec<Test<usize>>, gated: Vec<Gated>, more: &[usize]) -> Sieve {
        let of_gates = gated.iter().flat_map(|it| it.tests.iter().map(Test::columns).chain([it.when.read()]));
        let of_tests = of_gates.chain(tests.iter().map(Test::columns)).flat_map(|it| [it.0, it.1].concat());
        let read: BTreeSet<usize> = of_tests.chain(more).copied().collect();
        let blank = (0..self.blank.len()).map(|it| self.blank[it] && !read.contains(&it)).collect();
        let own = &self.sieve;
        // What is not read only has to end somewhere.
        let columns = own.columns.iter().enumerate();
        let columns: Vec<Wanted> =
            columns.map(|(at, it)| if read.contains(&at) { *it } else { Wanted::Text }).collect();
        tests.extend(years(&columns));
        let plain = Sieve::plain(own.form.clone(), (columns, blank), own.style);
        let (markers, may_be_grouped) = (own.markers.clone(), own.may_be_grouped.clone());
        Sieve { may_be_grouped, tests, gated, markers, ..plain }
    }

    /// Finds the printed column of a name, whose figures are what their digits say.
    pub(super) fn position(&self, table: &Table, name: &str) -> Option<usize> {
        let at = table.columns[table.column(name)?].position as usize;
        (!self.scaled[at]).then_some(at)
    }

    /// What all rows come to, for each total that is known.
    pub(super) fn totals(&self, sifted: &Sifted, typed: &Table) -> Vec<Option<Number>> {
        let records = || sifted.handed.iter().filter(|it| !self.sieve.is_blank(&it.0.bytes)).count();
        // With a note, or a heading again, the totals have a record that is no row.
        let known = sifted.totals.as_ref().filter(|_| !self.sieve.totals.is_empty() && records() == typed.rows.len());
        known.map_or_else(|| vec![None; self.sieve.totals.len()], |it| it.values(&self.sieve.totals))
    }

    /// The rules over all records that surely hold.
    pub(super) fn settled(&self, sifted: &Sifted, typed: &Table) -> BTreeSet<String> {
        let totals = self.totals(sifted, typed);
        let values = Plain(totals.iter().map(|it| (it.unwrap_or_default(), &b""[..])).collect());
        let is_known = |rule: &String| totals[self.totals_of[rule].clone()].iter().all(Option::is_some);
        let settled = |it: &&(String, Condition<usize>)| is_known(&it.0) && it.1.truth(&values).is_true();
        self.wholes.iter().filter(settled).map(|it| it.0.clone()).collect()
    }
}

/// What is known to hold of the rows that a second pass did not hand out.
fn held_of(again: &Sifted, left_out: usize, known: &AtHand) -> Held {
    let clean = again.clean.rows.saturating_sub(known.rows);
    let exact = again.clean.rows.saturating_sub(left_out).saturating_sub(known.checks);
    Held { exact: exact as u64, rows: clean as u64, ..Held::default() }
}

/// Rows in order that are handed out all the same, and how many of them a rule is for.
struct AtHand {
    rows: usize,
    checks: usize,
}

/// None where it is not sure which of them a rule is for.
fn known(dataset: &Dataset, rule: &Rule, table: &Table, looked_at: &BTreeSet<u64>) -> Option<AtHand> {
    let rows: Vec<u32> =
        (0..).zip(&table.rows).filter(|it| !looked_at.contains(&u64::from(it.1.number))).map(|it| it.0).collect();
    let edition = Edition { period: None, coverage: None, tables: vec![table.take(&rows)] };
    let Some(filter) = &rule.filter else { return Some(AtHand { rows: rows.len(), checks: rows.len() }) };
    let context = Context::of(&edition, dataset);
    let truths = filter.truths(&context, context.table(rule.table?)?).ok()?;
    Some(AtHand { rows: rows.len(), checks: truths.iter().filter(|it| **it == Some(true)).count() })
}

fn exact((digits, decimals): Number) -> Option<Exact> {
    Some(Decimal { units: digits, exponent: -i8::try_from(decimals).ok()? }.exact())
}
