//! Rows of a large file that some rules are judged on, and no others: those of
//! groups that may not hold, and all rows in a few columns for the rules that
//! cannot be judged record by record, so that no rule costs the others their way.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::asked::Others;
use super::plan::{Plan, Why};
use super::sift::{File, Sifted};
use super::spread::Handed;
use super::{Begun, OTHERWISE};
use crate::check::Options;
use crate::check::assemble::Loaded;
use crate::error::Result;
use crate::plan::Held;
use crate::rules::expression::Condition;
use crate::rules::{Dataset, Need, Rule};
use crate::table::{Document, Exact, Table, TableSchema};

const OF_SHEET: Why = "a rule needs all rows of its sheet at once";
const TOO_LARGE: Why = "a rule needs all rows at once, but the file is larger than 4 GiB";

/// Rows that some rules are judged on.
#[derive(Clone, Debug)]
pub(in crate::check) struct ApartTable {
    pub(in crate::check) table: Table,
    /// What is known of each rule, by name.
    pub(in crate::check) rules: BTreeMap<String, Known>,
}

/// What is known of a rule beside the rows that it is judged on.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Known {
    /// What is known to hold of the other rows.
    pub(in crate::check) held: Held,
    /// How many of those print no figure, by column.
    pub(in crate::check) blanks: BTreeMap<String, usize>,
    /// What all rows come to, where it is judged beside that.
    pub(in crate::check) totals: Vec<Exact>,
}

impl ApartTable {
    /// Rows that one rule is judged on.
    pub(super) fn of(rule: &str, table: Table, known: Known) -> Self {
        Self { table, rules: BTreeMap::from([(rule.to_owned(), known)]) }
    }
}

/// A record with its line and its number.
pub(super) type Line = (u32, u32, String);

impl<'a> Begun<'a> {
    /// None where the rows that were handed out turn out to be otherwise.
    pub(super) fn of(
        mut plan: Plan<'a>,
        file: File<'a>,
        (heading, start): (String, u64),
        mut sifted: Sifted,
        (datasets, options): (&'a [Dataset], &Options),
    ) -> Option<Self> {
        let loaded = plan.type_handed(&heading, &sifted)?;
        let dataset = loaded.dataset.map(|it| &datasets[it]);
        let notes = notes(&loaded.tables[0].table, &sifted);
        sifted.take_decimals(&loaded.tables[0].table);
        // Which findings are known is told only of all of them.
        let room = if options.baseline.is_empty() { options.max_findings } else { usize::MAX };
        Some(Self { dataset, plan, file, heading, start, sifted, loaded, notes, room })
    }

    /// Whether a rule file claims it.
    pub fn is_claimed(&self) -> bool {
        self.dataset.is_some()
    }

    /// Whether a record is no row, by its number.
    pub(super) fn is_note(&self, number: u64) -> bool {
        u32::try_from(number).is_ok_and(|it| self.notes.contains(&it))
    }

    /// The file with the rows that some rules are judged on apart: those given,
    /// and all rows for some others.
    pub(super) fn done(
        mut self,
        (mut apart, mut lines): (Vec<ApartTable>, Vec<Line>),
        others: &Others,
    ) -> Result<Result<Loaded, Why>> {
        let Some(dataset) = self.dataset else { return Ok(Ok(self.loaded)) };
        let main = &self.loaded.tables[0];
        let at = dataset.tables.iter().position(|it| it.name == main.table.name).unwrap_or(0);
        let mut others = others.clone();
        // Of a rule that lacks a column nothing is read.
        let is_printed =
            |it: &Need| !matches!(it, Need::Column(table, name) if *table == at && main.table.column(name).is_none());
        let is_whole = |rule: &Rule| rule.check.needs().iter().all(is_printed);
        others.retain(|name, _| dataset.rules.iter().any(|it| it.name == *name && is_whole(it)));
        for (rules, sieve) in self.local(dataset, &others) {
            if let Some(mut found) = self.in_blocks((dataset, at), &rules, sieve.as_ref())? {
                apart.append(&mut found.0);
                lines.append(&mut found.1);
                others.retain(|rule, _| !rules.iter().any(|it| it.name == *rule));
            }
        }
        if let Some(mut found) = self.beside_totals((dataset, at), &others)? {
            others.retain(|rule, _| !found.0.iter().any(|it| it.rules.contains_key(rule)));
            apart.append(&mut found.0);
            lines.append(&mut found.1);
        }
        let mut shown = self.lines_shown(lines);
        let mut notes = Vec::new();
        if !others.is_empty() {
            // Lines tell the rows of a sheet, and not where its cells stand.
            if self.plan.sieve.form.is_sheet() {
                return Ok(Err(OF_SHEET));
            }
            let Some(document) = self.file.document(self.plan.file().1)?.map(Arc::new) else {
                return Ok(Err(TOO_LARGE));
            };
            let read = columns_read((dataset, at), &main.table, &others);
            let Some(table) = self.some_columns(&document, &read, 0, &|it| it) else { return Ok(Err(OTHERWISE)) };
            let file = &self.loaded.input.file;
            let why = |it: (&String, &Why)| format!("{file}: rule {} was checked on all rows at once: {}", it.0, it.1);
            notes = others.iter().map(why).collect();
            let rules = others.keys().map(|it| (it.clone(), Known::default())).collect();
            apart.push(ApartTable { table, rules });
            shown = Some(document);
        }
        self.loaded.notes = notes;
        self.loaded.tables[0].apart = apart;
        // Places of all of them are shown by one document.
        self.loaded.shown = shown;
        Ok(Ok(self.loaded))
    }

    /// The lines that were handed out for whatever reason; nothing where there
    /// are none beside those of the table.
    fn lines_shown(&self, mut lines: Vec<Line>) -> Option<Arc<Document>> {
        if lines.is_empty() {
            return None;
        }
        let fit = |it: &u64| u32::try_from(*it).ok();
        for (it, line, number) in &self.sifted.handed {
            lines.push((fit(line)?, fit(number)?, std::str::from_utf8(&it.bytes).ok()?.to_owned()));
        }
        lines.sort();
        lines.dedup_by_key(|it| it.1);
        let mut handed = Handed::of(&self.heading);
        for (line, number, text) in &lines {
            handed.push(text, *line, self.plan.line_step(), *number);
        }
        Some(self.plan.document_of(handed))
    }
}

impl Sifted {
    /// Takes which numbers of decimals the figures have that were handed out.
    pub(super) fn take_decimals(&mut self, handed: &Table) {
        for column in handed.columns.iter().filter(|it| it.kind.is_number()) {
            let Some(known) = self.decimals.get_mut(column.position as usize) else { continue };
            for it in (0..handed.rows.len()).filter_map(|it| column.decimal(it)) {
                *known |= 1 << it.exponent.min(0).unsigned_abs().min(31);
            }
        }
    }
}

impl Plan<'_> {
    /// The schema of some columns of its table.
    pub(super) fn schema_of(&self, read: &BTreeSet<usize>, main: &Table) -> TableSchema {
        let mut schema = self.schema().clone();
        let is_read = |name: &String| main.column(name).is_some_and(|it| read.contains(&it));
        schema.columns.retain(|it| is_read(&it.name));
        schema
    }
}

/// The numbers of records that were handed out and are no rows of the table.
fn notes(main: &Table, sifted: &Sifted) -> HashSet<u32> {
    let rows: HashSet<u32> = main.rows.iter().map(|it| it.number).collect();
    let handed = sifted.handed.iter().filter_map(|it| u32::try_from(it.2).ok());
    handed.filter(|it| !rows.contains(it)).collect()
}

/// The columns of a table that some rules read, and those that name its rows.
pub(super) fn columns_read((dataset, at): (&Dataset, usize), table: &Table, rules: &Others) -> BTreeSet<usize> {
    let mut read: BTreeSet<usize> = table.key.iter().copied().chain(table.label_column()).collect();
    let of_rule = |rule: &Rule| {
        let filter = rule.filter.iter().flat_map(Condition::columns);
        rule.check.columns().into_iter().chain(filter).collect::<Vec<_>>()
    };
    let named = dataset.rules.iter().filter(|it| rules.contains_key(&it.name)).flat_map(of_rule);
    read.extend(named.filter(|it| it.0 == at).filter_map(|it| table.column(&it.1)));
    read
}
