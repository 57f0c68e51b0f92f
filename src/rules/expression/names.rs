//! What names in an expression stand for: columns, rows, tables.

use super::dialect::fault;
use super::lookup::is_latest;
use super::node::{Link, NamedCell};
use crate::error::{Error, Result};
use crate::table::{ColumnSchema, TableSchema, fold_spaces};

/// What a name stands for.
pub(super) enum Name {
    /// A column of the rows of a declared table.
    Column(usize, String),
    /// A single cell.
    Cell(NamedCell),
    /// A column of the row of a table that own columns name.
    Lookup(Link, String),
}

/// One part of a name, and whether it stood in square brackets.
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) bracketed: bool,
}

/// Where names are looked up.
pub(super) struct Names<'a> {
    /// The declared tables.
    pub(super) tables: &'a [TableSchema],
    /// The table whose columns need no table's name before them.
    pub(super) table: Option<usize>,
}

impl Names<'_> {
    /// Finds what a name of one to three parts stands for.
    pub(super) fn resolve(&self, parts: &[Part<'_>]) -> Result<Name> {
        match parts {
            [name] => self.resolve_one(name),
            [first, second] => self.resolve_two(first, second),
            [table, row, latest] if is_latest(latest) && self.is_free(table, latest) => {
                self.latest(self.table_named(table.text)?, row, None)
            }
            [table, row, column] => {
                let table = self.table_named(table.text)?;
                match self.lookup_keys(table, row)? {
                    Some(on) => self.lookup(Link::Lookup(table, on), row, Some(column.text)),
                    None => self.cell(table, row.text, Some(column.text)),
                }
            }
            [table, row, latest, column] if is_latest(latest) => {
                self.latest(self.table_named(table.text)?, row, Some(column.text))
            }
            _ => Err(fault("a name has at most three parts: table.[row].column")),
        }
    }

    fn resolve_one(&self, name: &Part<'_>) -> Result<Name> {
        let table = self.own_table(name.text)?;
        let schema = &self.tables[table];
        let is_column = schema.column(name.text).is_some();
        let is_row = schema.rows.iter().any(|it| it.name == name.text);
        if is_column && !(name.bracketed && is_row) {
            return Ok(Name::Column(table, name.text.to_owned()));
        }
        if name.bracketed && (schema.rows.is_empty() || declared_row(schema, name.text)?.is_some()) {
            return self.cell(table, name.text, None);
        }
        let error = if name.bracketed {
            fault(format!("table '{}' has no row or column '{}'", schema.name, name.text))
        } else {
            fault(format!("table '{}' has no column '{}'", schema.name, name.text))
        };
        if is_row {
            return Err(error.hint(format!("write a row in square brackets: [{}]", name.text)));
        }
        let columns = schema.columns.iter().map(|it| it.name.as_str());
        let rows = schema.rows.iter().map(|it| it.name.as_str()).filter(|_| name.bracketed);
        Err(with_nearest(error, name.text, columns.chain(rows)))
    }

    fn resolve_two(&self, first: &Part<'_>, second: &Part<'_>) -> Result<Name> {
        let named = self.tables.iter().position(|it| it.name == first.text);
        let is_own_row = |own: usize| -> Result<bool> {
            let schema = &self.tables[own];
            Ok(first.bracketed && (declared_row(schema, first.text)?.is_some() || schema.rows.is_empty()))
        };
        if let Some(own) = self.table
            && (named.is_none() || declared_row(&self.tables[own], first.text)?.is_some())
            && is_own_row(own)?
        {
            return self.cell(own, first.text, Some(second.text));
        }
        if named.is_none() && first.bracketed {
            let own = self.own_table(first.text)?;
            return Err(unknown_row(&self.tables[own], first.text));
        }
        let table = self.table_named(first.text)?;
        let schema = &self.tables[table];
        if schema.column(second.text).is_some()
            && !(second.bracketed && schema.rows.iter().any(|it| it.name == second.text))
        {
            return Ok(Name::Column(table, second.text.to_owned()));
        }
        if second.bracketed {
            return match self.lookup_keys(table, second)? {
                Some(on) => self.lookup(Link::Lookup(table, on), second, None),
                None => self.cell(table, second.text, None),
            };
        }
        Err(unknown_column(schema, second.text))
    }

    /// Whether a word is no column of a table.
    fn is_free(&self, table: &Part<'_>, word: &Part<'_>) -> bool {
        self.tables.iter().find(|it| it.name == table.text).is_some_and(|it| it.column(word.text).is_none())
    }

    /// The table that a rule is for, where its names need one.
    fn own_table(&self, name: &str) -> Result<usize> {
        self.table.ok_or_else(|| {
            fault(format!("'{name}' does not say which table it belongs to"))
                .hint("name the table in the rule (table = \"…\"), or before the name: table.[row].column")
        })
    }

    fn table_named(&self, name: &str) -> Result<usize> {
        self.tables.iter().position(|it| it.name == name).ok_or_else(|| {
            with_nearest(
                fault(format!("there is no table '{name}'")),
                name,
                self.tables.iter().map(|it| it.name.as_str()),
            )
        })
    }

    fn cell(&self, table: usize, label: &str, column: Option<&str>) -> Result<Name> {
        let schema = &self.tables[table];
        if label_column(schema).is_none() {
            return Err(fault(format!("table '{}' has no label column, so its rows cannot be named", schema.name)));
        }
        let column = match column {
            Some(name) => schema.column(name).ok_or_else(|| unknown_column(schema, name))?,
            None => only_number_column(schema, label)?,
        };
        let (row, under) = match declared_row(schema, label)? {
            Some(found) => found,
            None if schema.rows.is_empty() => split_label(label),
            None => return Err(unknown_row(schema, label)),
        };
        Ok(Name::Cell(NamedCell { table, row, under, column: schema.columns[column].name.clone() }))
    }
}

/// The column that names the rows of a table: the first label column of its key, or of all.
pub(crate) fn label_column(schema: &TableSchema) -> Option<&ColumnSchema> {
    let keys = || schema.key.iter().filter_map(|it| schema.column(it)).map(|it| &schema.columns[it]);
    let is_label = |it: &&ColumnSchema| it.kind == crate::table::ColumnType::Label;
    keys().find(is_label).or_else(|| schema.columns.iter().find(is_label)).or_else(|| keys().next())
}

/// A label as `parent > child`, where it is written so.
fn split_label(label: &str) -> (String, Option<String>) {
    match label.rsplit_once(" > ") {
        Some((under, row)) => (row.trim().to_owned(), Some(under.trim().to_owned())),
        None => (label.to_owned(), None),
    }
}

/// The declared row that a label names: its name, and the label above it.
pub(super) fn declared_row(schema: &TableSchema, label: &str) -> Result<Option<(String, Option<String>)>> {
    let find = |label: &str, under: Option<&str>| {
        let label = fold_spaces(label);
        let fits = |it: &&crate::table::RowSchema| {
            let name = fold_spaces(&it.name) == label || it.aliases.iter().any(|it| fold_spaces(it) == label);
            name && under
                .is_none_or(|under| it.under.as_deref().is_some_and(|it| fold_spaces(it) == fold_spaces(under)))
        };
        schema.rows.iter().filter(fits).collect::<Vec<_>>()
    };
    let mut found = find(label, None);
    if found.is_empty()
        && let (row, Some(under)) = split_label(label)
    {
        found = find(&row, Some(&under));
    }
    if let [first, second, ..] = found[..] {
        let full = |it: &crate::table::RowSchema| match &it.under {
            Some(under) => format!("[{under} > {}]", it.name),
            None => format!("[{}]", it.name),
        };
        let message = format!("table '{}' has more than one row '{label}'", schema.name);
        return Err(fault(message).hint(format!("write {} or {}", full(first), full(second))));
    }
    Ok(found.first().map(|it| (it.name.clone(), it.under.clone())))
}

pub(super) fn only_number_column(schema: &TableSchema, label: &str) -> Result<usize> {
    let numbers: Vec<usize> = (0..schema.columns.len()).filter(|&it| schema.columns[it].kind.is_number()).collect();
    match numbers[..] {
        [column] => Ok(column),
        [] => Err(fault(format!("[{label}]: table '{}' has no column of numbers", schema.name))),
        [first, ..] => {
            Err(fault(format!("[{label}]: table '{}' has {} columns of numbers", schema.name, numbers.len()))
                .hint(format!("name the column: [{label}].{}", schema.columns[first].name)))
        }
    }
}

fn unknown_row(schema: &TableSchema, label: &str) -> Error {
    let error = fault(format!("table '{}' has no row '{label}'", schema.name));
    with_nearest(error, label, schema.rows.iter().map(|it| it.name.as_str()))
}

/// An error that names a column that is not there.
pub(crate) fn unknown_column(schema: &TableSchema, name: &str) -> Error {
    let error = fault(format!("table '{}' has no column '{name}'", schema.name));
    with_nearest(error, name, schema.columns.iter().map(|it| it.name.as_str()))
}

/// Adds the name that was most likely meant.
pub(super) fn with_nearest<'a>(error: Error, name: &str, among: impl Iterator<Item = &'a str>) -> Error {
    let among: Vec<&str> = among.collect();
    match crate::nearest::nearest(name, among.iter().copied()) {
        Some(nearest) => error.hint(format!("the nearest name is '{nearest}'")),
        None if among.is_empty() || among.len() > 12 => error,
        None => error.hint(format!("known names: {}", among.join(", "))),
    }
}
