//! The rules of a table as what a sieve asks of its records.

use std::collections::BTreeSet;

use crate::plan::{Condition, Gated, Sieved, Test, Total};
use crate::rules::{Dataset, Rule, expression};
use crate::source::delimited::sieve::Wanted;

/// So many rules may have a `where`.
const GATES_MAX: usize = 64;

/// The rules of a table as what a sieve asks.
#[derive(Default)]
pub(super) struct Asked {
    /// Tests of every record.
    pub(super) each: Vec<Test<usize>>,
    /// Tests of those that a rule's `where` lets in.
    pub(super) gated: Vec<Gated>,
    /// Which rule each of those belongs to.
    pub(super) gates: Vec<String>,
    /// What rules over all records ask of their totals.
    pub(super) wholes: Vec<(String, Condition<usize>)>,
    /// Those totals.
    pub(super) totals: Vec<Total<usize>>,
    /// The columns of each key.
    pub(super) keys: Vec<Vec<usize>>,
}

/// How columns are found by name, and what they hold.
struct Columns<'a> {
    wanted: &'a [Wanted],
    position: &'a dyn Fn(&String) -> Option<usize>,
}

impl Columns<'_> {
    fn find(&self, name: &String) -> Option<usize> {
        (self.position)(name)
    }

    fn key(&self, names: &[String]) -> Option<Vec<usize>> {
        names.iter().map(|it| self.find(it)).collect()
    }

    /// A `where` over plain cells, if it is one.
    fn condition(&self, filter: &expression::Condition) -> Option<Condition<usize>> {
        filter.sieve()?.over(&|it| self.find(it)).filter(|it| self.fit(it.read()))
    }

    /// Whether columns that are asked for numbers hold some, and others texts.
    fn fit(&self, (numbers, texts): (Vec<&usize>, Vec<&usize>)) -> bool {
        let is_text = |it: &usize| matches!(self.wanted[*it], Wanted::Text | Wanted::Filled);
        !numbers.into_iter().any(is_text) && texts.into_iter().all(is_text)
    }
}

impl Asked {
    /// All rules of a dataset, if all are such.
    pub(super) fn of(
        dataset: &Dataset,
        table: usize,
        wanted: &[Wanted],
        position: &dyn Fn(&String) -> Option<usize>,
    ) -> Option<Self> {
        let mut asked = Self::default();
        let columns = Columns { wanted, position };
        let declared = &dataset.tables[table];
        if !declared.key.is_empty() {
            asked.keys.push(columns.key(&declared.key)?);
        }
        for rule in &dataset.rules {
            asked.take(rule, table, &columns)?;
        }
        asked.keys.sort();
        asked.keys.dedup();
        (asked.gated.len() <= GATES_MAX).then_some(asked)
    }

    fn take(&mut self, rule: &Rule, table: usize, columns: &Columns<'_>) -> Option<()> {
        if rule.table != Some(table) {
            return None;
        }
        match rule.check.sieve()? {
            // Keys are looked up whether or not a row is let in: rows that are not
            // are handed out beside those that are, and left out when judged.
            Sieved::Once(names) => {
                self.keys.push(columns.key(&names)?);
                if let Some(filter) = &rule.filter {
                    self.gate(rule, columns.condition(filter)?, Vec::new());
                }
            }
            Sieved::Whole(totals, holds) => {
                let first = self.totals.len();
                for it in totals {
                    self.totals.push(total(it, rule, columns)?);
                }
                self.wholes.push((rule.name.clone(), holds.over(&|it| Some(it + first))?));
            }
            Sieved::Each(tests) => {
                let find = |it: &Test<String>| it.over(|it| columns.find(it)).filter(|it| columns.fit(it.columns()));
                let tests: Vec<Test<usize>> = tests.iter().map(find).collect::<Option<_>>()?;
                let Some(filter) = &rule.filter else {
                    self.each.extend(tests);
                    return Some(());
                };
                self.gate(rule, columns.condition(filter)?, tests);
            }
        }
        Some(())
    }

    fn gate(&mut self, rule: &Rule, when: Condition<usize>, tests: Vec<Test<usize>>) {
        self.gated.push(Gated { when, tests });
        self.gates.push(rule.name.clone());
    }

    /// The columns that a test, a condition, a total or a key reads.
    pub(super) fn read(&self) -> BTreeSet<usize> {
        let gates = self.gated.iter().map(|it| it.when.read());
        let tests = self.each.iter().chain(self.gated.iter().flat_map(|it| &it.tests)).map(Test::columns);
        let totals = self.totals.iter().map(Total::read);
        let columns = gates.chain(tests).chain(totals).flat_map(|(numbers, texts)| [numbers, texts].concat());
        columns.chain(self.keys.iter().flatten()).copied().collect()
    }
}

/// A total of the records that its rule is for.
fn total(it: Total<String>, rule: &Rule, columns: &Columns<'_>) -> Option<Total<usize>> {
    let when = match rule.filter.as_ref().filter(|_| it.filtered) {
        Some(filter) => Some(Condition::All(it.when.into_iter().chain([filter.sieve()?]).collect())),
        None => it.when,
    };
    Total { when, ..it }.over(&|it| columns.find(it)).filter(|it| columns.fit(it.read()))
}
