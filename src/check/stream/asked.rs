//! The rules of a table as what a sieve asks of its records.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::check::Selection;
use crate::plan::{Condition, Gated, Grouped, Sieved, Test, Total};
use crate::rules::{Dataset, Need, Rule, expression};
use crate::source::delimited::sieve::Wanted;

/// So many rules may have a `where`.
pub(super) const GATES_MAX: usize = 64;

const BESIDE_TOTALS: &str = "it compares rows with totals over all rows";

/// The rules of a table as what a sieve asks.
#[derive(Default)]
pub(super) struct Asked {
    /// The rules that a sieve cannot judge, by name, and why not.
    pub(super) others: Others,
    /// Tests of every record.
    pub(super) each: Vec<Test<usize>>,
    /// Tests of those that a rule's `where` lets in.
    pub(super) gated: Vec<Gated>,
    /// The rules that those and the tests of every record are of.
    pub(super) row_rules: Vec<String>,
    /// Which rule each condition belongs to.
    pub(super) gates: Vec<String>,
    /// What rules over all records ask of their totals.
    pub(super) wholes: Vec<(String, Condition<usize>)>,
    /// Those totals, and what other rules are judged beside.
    pub(super) totals: Vec<Total<usize>>,
    /// Which of them a rule asks for.
    pub(super) totals_of: BTreeMap<String, Range<usize>>,
    /// The columns of each key.
    pub(super) keys: Vec<Vec<usize>>,
    /// The rules that are checks of groups.
    pub(super) groups: Vec<(String, Grouped<usize>)>,
}

/// Rules that are judged on all rows of a file, by name, each with why.
pub(super) type Others = BTreeMap<String, &'static str>;

/// Finds the printed column of a name.
pub(super) type Position<'a> = &'a dyn Fn(&String) -> Option<usize>;

/// How columns are found by name, and what they hold.
pub(super) struct Columns<'a> {
    pub(super) wanted: &'a [Wanted],
    pub(super) position: Position<'a>,
}

impl Columns<'_> {
    fn find(&self, name: &String) -> Option<usize> {
        (self.position)(name)
    }

    fn key(&self, names: &[String]) -> Option<Vec<usize>> {
        names.iter().map(|it| self.find(it)).collect()
    }

    /// A `where` over plain cells, if it is one.
    pub(super) fn condition(&self, filter: &expression::Condition) -> Option<Condition<usize>> {
        filter.sieve()?.over(&|it| self.find(it)).filter(|it| self.fit(it.read()))
    }

    /// Tests of the printed columns.
    pub(super) fn tests(&self, tests: &[Test<String>]) -> Option<Vec<Test<usize>>> {
        let find = |it: &Test<String>| it.over(|it| self.find(it)).filter(|it| self.fit(it.columns()));
        tests.iter().map(find).collect()
    }

    /// Whether columns that are asked for numbers hold some, and others texts.
    fn fit(&self, (numbers, texts): (Vec<&usize>, Vec<&usize>)) -> bool {
        let is_text = |it: &usize| matches!(self.wanted[*it], Wanted::Text | Wanted::Filled);
        !numbers.into_iter().any(is_text) && texts.into_iter().all(is_text)
    }
}

impl Asked {
    /// The rules of a dataset that read a table of it.
    pub(super) fn of(
        dataset: &Dataset,
        table: usize,
        (wanted, position): (&[Wanted], Position<'_>),
        selection: &Selection,
    ) -> Self {
        let mut asked = Self::default();
        let columns = Columns { wanted, position };
        let printed: Vec<usize> = dataset.tables[table].key.iter().filter_map(position).collect();
        asked.keys.extend((!printed.is_empty()).then_some(printed));
        let is_asked = |it: &&Rule| selection.wants(&it.name, it.kind) && reads(it, table) && !waits(it);
        for rule in dataset.rules.iter().filter(is_asked) {
            if rule.table != Some(table) {
                if asked.take_looked_up(rule, table, &columns).is_some() {
                    continue;
                }
                asked.others.insert(rule.name.clone(), "it also reads another table");
            } else if asked.take(rule, &columns).is_none() {
                asked.others.insert(rule.name.clone(), why(rule));
            }
        }
        asked.keys.sort();
        asked.keys.dedup();
        asked
    }

    /// Takes a rule that a sieve can judge.
    fn take(&mut self, rule: &Rule, columns: &Columns<'_>) -> Option<()> {
        if rule.filter.is_some() && self.gated.len() == GATES_MAX {
            return None;
        }
        match rule.check.sieve()? {
            // Keys are looked up whether or not a row is let in: rows that are not
            // are handed out beside those that are, and left out when judged.
            Sieved::Once(names) => {
                let key = columns.key(&names)?;
                if let Some(filter) = &rule.filter {
                    self.gate(rule, columns.condition(filter)?, Vec::new());
                }
                self.keys.push(key);
            }
            Sieved::Groups(it) => self.take_grouped(rule, *it, rule.filter.as_ref(), columns)?,
            Sieved::Joined(it) => self.take_grouped(rule, it.own, rule.filter.as_ref(), columns)?,
            Sieved::Whole(totals, holds) => {
                let first = self.totals.len();
                let holds = holds.over(&|it| Some(it + first))?;
                self.take_totals(totals, rule, columns)?;
                self.wholes.push((rule.name.clone(), holds));
            }
            Sieved::Beside(totals) => {
                self.take_totals(totals, rule, columns)?;
                self.others.insert(rule.name.clone(), BESIDE_TOTALS);
            }
            Sieved::Each(tests) => {
                let tests = columns.tests(&tests)?;
                match &rule.filter {
                    Some(filter) => self.gate(rule, columns.condition(filter)?, tests),
                    None => self.each.extend(tests),
                }
                self.row_rules.push(rule.name.clone());
            }
        }
        Some(())
    }

    /// Takes what a rule of another table looks up here.
    fn take_looked_up(&mut self, rule: &Rule, table: usize, columns: &Columns<'_>) -> Option<()> {
        match rule.check.sieve()? {
            Sieved::Joined(it) if it.other == table => self.take_grouped(rule, it.theirs, None, columns),
            _ => None,
        }
    }

    fn take_grouped(
        &mut self,
        rule: &Rule,
        it: Grouped<String>,
        filter: Option<&expression::Condition>,
        columns: &Columns<'_>,
    ) -> Option<()> {
        let when = match filter {
            Some(filter) => Some(filter.sieve()?),
            None => it.when.clone(),
        };
        let grouped = Grouped { when, ..it }.over(&|it| columns.find(it))?;
        columns.fit(grouped.read()).then_some(())?;
        self.groups.push((rule.name.clone(), grouped));
        Some(())
    }

    fn take_totals(&mut self, totals: Vec<Total<String>>, rule: &Rule, columns: &Columns<'_>) -> Option<()> {
        let totals: Vec<_> = totals.into_iter().map(|it| total(it, rule, columns)).collect::<Option<_>>()?;
        self.totals_of.insert(rule.name.clone(), self.totals.len()..self.totals.len() + totals.len());
        self.totals.extend(totals);
        Some(())
    }

    fn gate(&mut self, rule: &Rule, when: Condition<usize>, tests: Vec<Test<usize>>) {
        self.gated.push(Gated { when, tests });
        self.gates.push(rule.name.clone());
    }

    /// Which columns may be blank, of those that could be: the ones that nothing reads.
    pub(super) fn leaves_blank(&self, blanks: &[bool]) -> Vec<bool> {
        let read = self.read();
        blanks.iter().enumerate().map(|(at, it)| *it && !read.contains(&at)).collect()
    }

    /// The columns that a test, a condition, a total or a key reads.
    fn read(&self) -> BTreeSet<usize> {
        let gates = self.gated.iter().map(|it| it.when.read());
        let tests = self.each.iter().chain(self.gated.iter().flat_map(|it| &it.tests)).map(Test::columns);
        let totals = self.totals.iter().map(Total::read);
        let columns = gates.chain(tests).chain(totals).flat_map(|(numbers, texts)| [numbers, texts].concat());
        columns.chain(self.keys.iter().flatten()).copied().collect()
    }
}

/// Whether a rule reads a table.
fn reads(rule: &Rule, table: usize) -> bool {
    let needs = rule.check.needs();
    let is_its = |it: &Need| matches!(it, Need::Table(of) | Need::Column(of, _) | Need::Row(of, ..) if *of == table);
    rule.table == Some(table) || needs.iter().any(is_its) || rule.check.columns().iter().any(|it| it.0 == table)
}

/// Whether a rule compares with an earlier edition: a file in parts has none, and
/// that is all there is to say of it.
fn waits(rule: &Rule) -> bool {
    let needs = rule.check.needs();
    let has_rows = needs.iter().any(|it| matches!(it, Need::Row(..)));
    !has_rows && needs.iter().any(|it| matches!(it, Need::Previous | Need::Past))
}

/// Why a sieve cannot judge a rule of its table, in words.
fn why(rule: &Rule) -> &'static str {
    match rule.kind {
        "tally" | "reference" => "it looks its rows up in another table",
        "cumulative" => "it compares each row with the previous one",
        "rows" => "it compares all labels with a list",
        "sum" | "share" => "it compares rows with each other",
        _ => "it needs more than the plain cells of one row",
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
