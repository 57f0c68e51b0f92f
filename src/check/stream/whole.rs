//! Rows of a large file that some rules are judged on, and no others: those of
//! groups that may not hold, and all rows in a few columns for the rules that
//! cannot be judged record by record, so that no rule costs the others their way.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::OTHERWISE;
use super::asked::Others;
use super::groups::GroupPass;
use super::plan::{Plan, Why};
use super::sift::{File, Sifted};
use super::spread::Handed;
use crate::check::assemble::{Loaded, LoadedTable};
use crate::error::Result;
use crate::plan::Held;
use crate::rules::expression::Condition;
use crate::rules::{Dataset, Rule};
use crate::source::delimited::sieve;
use crate::table::{Document, Table, TableSchema};

const OF_COLUMNS: Why = "groups of rows of a Parquet file are not folded";
const TOO_LARGE: Why = "a rule needs all of its rows at once, and it is above 4 GiB";

/// Rows that some rules are judged on.
#[derive(Clone, Debug)]
pub(in crate::check) struct ApartTable {
    pub(in crate::check) table: Table,
    /// The rules by name, and why each needs all rows, if it does.
    pub(in crate::check) rules: BTreeMap<String, Option<&'static str>>,
    /// What is known to hold of the rows that are not here.
    pub(in crate::check) held: Held,
}

/// A record with its line and its number.
pub(super) type Line = (u32, u32, String);

/// What rules are judged on apart from the others.
pub(super) struct Rest<'a> {
    pub(super) datasets: &'a [Dataset],
    pub(super) sifted: &'a Sifted,
    /// The file where it is delimited text, and where its first record starts.
    pub(super) file: Option<(File<'a>, u64)>,
}

impl Plan<'_> {
    /// Adds the rows that some rules are judged on apart; `all` reads the whole file.
    pub(super) fn with_rest(
        &self,
        mut loaded: Loaded,
        heading: &str,
        rest: &Rest<'_>,
        all: impl FnOnce() -> Result<Option<Document>>,
    ) -> Result<Result<Loaded, Why>> {
        let main = &loaded.tables[0];
        let mut others = self.others(&main.clean.settled);
        let Some(dataset) = loaded.dataset.map(|it| &rest.datasets[it]) else { return Ok(Ok(loaded)) };
        let notes = notes(&main.table, rest.sifted);
        let (mut apart, lines) = if let Some((file, start)) = rest.file {
            GroupPass { file, plan: self, start, notes: notes.clone() }.judge(heading, &mut others)?
        } else {
            others.extend(self.groups.iter().map(|it| (it.0.clone(), OF_COLUMNS)));
            Default::default()
        };
        let at = dataset.tables.iter().position(|it| it.name == main.table.name).unwrap_or(0);
        let mut shown = self.lines_shown(heading, rest.sifted, lines);
        if !others.is_empty() {
            let Some(document) = all()?.map(Arc::new) else { return Ok(Err(TOO_LARGE)) };
            let Some(table) = self.whole((dataset, at), &document, main, &notes, &others) else {
                return Ok(Err(OTHERWISE));
            };
            let file = &loaded.input.file;
            let why = |it: (&String, &Why)| format!("{file}: rule {} was judged on all rows at once: {}", it.0, it.1);
            loaded.notes = others.iter().map(why).collect();
            let rules = others.into_iter().map(|it| (it.0, Some(it.1))).collect();
            apart.push(ApartTable { table, rules, held: Held::default() });
            shown = Some(document);
        }
        loaded.tables[0].apart = apart;
        // Places of all of them are shown by one document.
        loaded.shown = shown;
        Ok(Ok(loaded))
    }

    /// The lines that were handed out for whatever reason; nothing where there
    /// are none beside those of the table.
    fn lines_shown(&self, heading: &str, sifted: &Sifted, mut lines: Vec<Line>) -> Option<Arc<Document>> {
        if lines.is_empty() {
            return None;
        }
        let fit = |it: &u64| u32::try_from(*it).ok();
        for (it, line, number) in &sifted.handed {
            lines.push((fit(line)?, fit(number)?, std::str::from_utf8(&it.bytes).ok()?.to_owned()));
        }
        lines.sort();
        lines.dedup_by_key(|it| it.1);
        let mut handed = Handed::of(heading);
        for (line, number, text) in &lines {
            handed.push(text, *line, 1, *number);
        }
        let (name, encoding) = self.file();
        Some(Arc::new(Document::of_lines(name, handed.text, encoding, handed.lines)))
    }

    /// All rows in the columns that some rules read; `main` has those that were handed out.
    fn whole(
        &self,
        dataset: (&Dataset, usize),
        document: &Arc<Document>,
        main: &LoadedTable,
        notes: &HashSet<u32>,
        rules: &Others,
    ) -> Option<Table> {
        let read = columns_read(dataset, &main.table, rules);
        let positions: BTreeSet<usize> = read.iter().map(|it| main.table.columns[*it].position as usize).collect();
        let positions: Vec<usize> = positions.into_iter().collect();
        let (heading, dialect) = self.heading();
        let is_row = |number: u32| !notes.contains(&number);
        let mut page = sieve::page_of_columns(document, heading, dialect, &positions, is_row)?;
        page.grids[0].style = Some(self.style());
        let schema = self.schema_of(&read, &main.table);
        let mut table = Self::typed_as(&page, document, &schema).table;
        for column in &mut table.columns {
            let position = *positions.get(column.position as usize)?;
            column.position = u32::try_from(position).ok()?;
        }
        Some(table)
    }

    /// The schema of some columns of its table.
    fn schema_of(&self, read: &BTreeSet<usize>, main: &Table) -> TableSchema {
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
fn columns_read((dataset, at): (&Dataset, usize), table: &Table, rules: &Others) -> BTreeSet<usize> {
    let mut read: BTreeSet<usize> = table.key.iter().copied().chain(table.label_column()).collect();
    let of_rule = |rule: &Rule| {
        let filter = rule.filter.iter().flat_map(Condition::columns);
        rule.check.columns().into_iter().chain(filter).collect::<Vec<_>>()
    };
    let named = dataset.rules.iter().filter(|it| rules.contains_key(&it.name)).flat_map(of_rule);
    read.extend(named.filter(|it| it.0 == at).filter_map(|it| table.column(&it.1)));
    read
}
