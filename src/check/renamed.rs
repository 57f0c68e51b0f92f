//! Which printed column is a declared one that is missing, under a new heading.
//!
//! Three things tell: the name, the place between the columns beside it, and
//! the figures of the edition before. A pair is taken only where all of them
//! that tell name the same column, and no other missing column has it.

use std::collections::{HashMap, HashSet};

use super::assemble::LoadedTable;
use crate::diff::{self, Side};
use crate::nearest::nearest;
use crate::rules::column_with_alias;
use crate::table::{ColumnSchema, ColumnType, Table, TableSchema};

/// With more columns on a side nothing is paired.
const COLUMNS_MAX: usize = 100;
/// Larger tables are not compared with the edition before for this.
const ROWS_MAX: usize = 10_000;

/// What to paste for each declared column that is missing, by its name.
pub(super) fn hints(loaded: &LoadedTable, before: Option<&Table>) -> HashMap<String, String> {
    let (table, schema) = (&loaded.table, &loaded.schema);
    let printed = table.columns_by_name();
    let declared: HashSet<&str> = schema.columns.iter().map(|it| it.name.as_str()).collect();
    let absent: Vec<usize> =
        (0..schema.columns.len()).filter(|&it| !printed.contains_key(schema.columns[it].name.as_str())).collect();
    let free: Vec<usize> =
        (0..table.columns.len()).filter(|&it| !declared.contains(table.columns[it].name.as_str())).collect();
    let missing: Vec<usize> = absent.iter().copied().filter(|&it| !schema.columns[it].optional).collect();
    if missing.is_empty() || free.is_empty() || absent.len().max(free.len()) > COLUMNS_MAX {
        return HashMap::new();
    }
    let by_figures = before.map_or_else(Vec::new, |before| renamed(before, table));
    let pairing = Pairing { table, schema, absent: &absent, missing: &missing, free: &free, by_figures: &by_figures };
    let found: Vec<Option<usize>> = missing.iter().map(|it| pairing.partner(*it)).collect();
    let pairs = missing.iter().zip(&found).filter_map(|(at, partner)| {
        let partner = (*partner)?;
        let alone = found.iter().filter(|it| **it == Some(partner)).count() == 1;
        alone.then(|| (&schema.columns[*at], table.columns[partner].heading.trim()))
    });
    pairs.map(|(column, heading)| (column.name.clone(), hint(column, heading))).collect()
}

fn hint(column: &ColumnSchema, heading: &str) -> String {
    let line = column_with_alias(column, heading);
    format!("if \"{heading}\" is column {}, add the alias to the rule file: {line}", column.name)
}

/// Columns under other names since the edition before: then, now.
fn renamed(before: &Table, table: &Table) -> Vec<(String, String)> {
    if before.rows.len().max(table.rows.len()) > ROWS_MAX {
        return Vec::new();
    }
    let side = || Side::default();
    let (old, new) = (std::slice::from_ref(before), std::slice::from_ref(table));
    let Ok(diff) =
        diff::diff((side(), old), (side(), new), &diff::Options { values_only: true, ..diff::Options::default() })
    else {
        return Vec::new();
    };
    diff.tables.into_iter().flat_map(|it| it.columns.renamed).collect()
}

struct Pairing<'a> {
    table: &'a Table,
    schema: &'a TableSchema,
    /// The declared columns that are not printed; optional ones too.
    absent: &'a [usize],
    missing: &'a [usize],
    /// The printed columns that are not declared.
    free: &'a [usize],
    by_figures: &'a [(String, String)],
}

impl Pairing<'_> {
    /// The one printed column that everything points to.
    fn partner(&self, missing: usize) -> Option<usize> {
        let told = [self.by_name(missing), self.by_place(missing), self.by_figures(missing)];
        let mut told = told.into_iter().flatten();
        let first = told.next()?;
        (told.all(|it| it == first) && self.fits(missing, first)).then_some(first)
    }

    fn fits(&self, missing: usize, free: usize) -> bool {
        let printed = self.table.columns[free].kind;
        match self.schema.columns[missing].kind {
            ColumnType::Text => true,
            ColumnType::Label => matches!(printed, ColumnType::Label | ColumnType::Text),
            ColumnType::Integer => matches!(printed, ColumnType::Integer | ColumnType::Count),
            ColumnType::Amount | ColumnType::Percent => printed.is_number(),
            ColumnType::Period => matches!(printed, ColumnType::Period | ColumnType::Date | ColumnType::Count),
            declared => declared == printed,
        }
    }

    /// Each is the nearest to the other, and their digits are the same:
    /// `2023` is not another name of `2024`.
    fn by_name(&self, missing: usize) -> Option<usize> {
        let name = |it: usize| self.schema.columns[it].name.as_str();
        let heading = |it: usize| self.table.columns[it].name.as_str();
        let near = nearest(name(missing), self.free.iter().map(|&it| heading(it)))?;
        let back = nearest(near, self.missing.iter().map(|&it| name(it)))?;
        let digits = |it: &str| it.chars().filter(char::is_ascii_digit).collect::<String>();
        let agree = back == name(missing) && digits(near) == digits(name(missing));
        self.free.iter().copied().find(|&it| agree && heading(it) == near)
    }

    /// It alone stands where the missing one, and it alone, would stand.
    fn by_place(&self, missing: usize) -> Option<usize> {
        let position = |at: usize| {
            let column = self.table.column(&self.schema.columns[at].name)?;
            Some((at, self.table.columns[column].position))
        };
        let before = (0..missing).rev().find_map(position);
        let behind = (missing + 1..self.schema.columns.len()).find_map(position);
        let declared = |at: usize| before.is_none_or(|it| at > it.0) && behind.is_none_or(|it| at < it.0);
        let printed = |at: u32| before.is_none_or(|it| at > it.1) && behind.is_none_or(|it| at < it.1);
        let alone = self.absent.iter().filter(|it| declared(**it)).count() == 1;
        let mut here = self.free.iter().copied().filter(|&it| printed(self.table.columns[it].position));
        let found = here.next()?;
        (alone && here.next().is_none()).then_some(found)
    }

    fn by_figures(&self, missing: usize) -> Option<usize> {
        let name = &self.schema.columns[missing].name;
        let (_, now) = self.by_figures.iter().find(|it| it.0 == *name)?;
        self.free.iter().copied().find(|&it| self.table.columns[it].name == *now)
    }
}
