//! All rows of a large file in a few columns: for the rules that cannot be judged
//! record by record, so that none of them costs the others their way.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::asked::Others;
use super::plan::Plan;
use super::sift::Sifted;
use crate::check::assemble::{Loaded, LoadedTable};
use crate::error::Result;
use crate::rules::{Dataset, Rule};
use crate::source::delimited::sieve;
use crate::table::{Document, Table, TableSchema};

/// The rules that are judged on all rows of a file, and those rows.
#[derive(Clone, Debug)]
pub(in crate::check) struct Whole {
    /// All rows, in the columns that those rules read.
    pub(in crate::check) table: Table,
    /// The rules by name, and why each is judged so.
    pub(in crate::check) rules: Others,
}

impl Plan<'_> {
    /// Adds all rows of a file for the rules that need them; `all` reads it.
    pub(super) fn with_whole(
        &self,
        mut loaded: Loaded,
        sifted: &Sifted,
        datasets: &[Dataset],
        all: impl FnOnce() -> Result<Option<Document>>,
    ) -> Result<Option<Loaded>> {
        let main = &loaded.tables[0];
        let rules = self.others(&main.clean.settled);
        let (Some(dataset), false) = (loaded.dataset.map(|it| &datasets[it]), rules.is_empty()) else {
            return Ok(Some(loaded));
        };
        let Some(at) = dataset.tables.iter().position(|it| it.name == main.table.name) else { return Ok(None) };
        let Some(document) = all()? else { return Ok(None) };
        let whole = self.whole((dataset, at), &Arc::new(document), main, sifted, rules);
        loaded.tables[0].whole = whole;
        Ok(loaded.tables[0].whole.is_some().then_some(loaded))
    }

    /// Reads all rows for some rules; `main` has those that were handed out.
    pub(super) fn whole(
        &self,
        dataset: (&Dataset, usize),
        document: &Arc<Document>,
        main: &LoadedTable,
        sifted: &Sifted,
        rules: Others,
    ) -> Option<Whole> {
        let read = columns_read(dataset, &main.table, &rules);
        let positions: Vec<usize> = {
            let all: BTreeSet<usize> = read.iter().map(|it| main.table.columns[*it].position as usize).collect();
            all.into_iter().collect()
        };
        // What was handed out and is no row in the table is a note.
        let rows: HashSet<u32> = main.table.rows.iter().map(|it| it.number).collect();
        let handed = sifted.handed.iter().filter_map(|it| u32::try_from(it.2).ok());
        let notes: HashSet<u32> = handed.filter(|it| !rows.contains(it)).collect();
        let (heading, dialect) = self.heading();
        let is_row = |number: u32| !notes.contains(&number);
        let mut page = sieve::page_of_columns(document, heading, dialect, &positions, is_row)?;
        page.grids[0].style = Some(self.style());
        let schema = self.schema_of(&read, &main.table);
        let mut table = self.typed_as(&page, document, &schema).table;
        for column in &mut table.columns {
            let position = *positions.get(column.position as usize)?;
            column.position = u32::try_from(position).ok()?;
        }
        Some(Whole { table, rules })
    }

    /// The schema of some columns of its table.
    fn schema_of(&self, read: &BTreeSet<usize>, main: &Table) -> TableSchema {
        let mut schema = self.schema().clone();
        let is_read = |name: &String| main.column(name).is_some_and(|it| read.contains(&it));
        schema.columns.retain(|it| is_read(&it.name));
        schema
    }
}

/// The columns of a table that some rules read, and those that name its rows.
fn columns_read((dataset, at): (&Dataset, usize), table: &Table, rules: &Others) -> BTreeSet<usize> {
    let mut read: BTreeSet<usize> = table.key.iter().copied().chain(table.label_column()).collect();
    let of_rule = |rule: &Rule| {
        let filter = rule.filter.iter().flat_map(|it| it.columns());
        rule.check.columns().into_iter().chain(filter).collect::<Vec<_>>()
    };
    let named = dataset.rules.iter().filter(|it| rules.contains_key(&it.name)).flat_map(of_rule);
    read.extend(named.filter(|it| it.0 == at).filter_map(|it| table.column(&it.1)));
    read
}
