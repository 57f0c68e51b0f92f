//! What kinds over many rows share: their table, its number columns, groups of rows.

use std::collections::HashMap;

use super::names::unknown_column;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Binding;
use crate::table::{ColumnData, ColumnType, Table, TableSchema};

/// The table that a rule is for.
///
/// # Errors
///
/// [`ErrorKind::Rules`] where the dataset has several and the rule names none.
pub(crate) fn own_table(binding: &Binding<'_>) -> Result<usize> {
    binding.table.ok_or_else(|| {
        let names: Vec<&str> = binding.tables.iter().map(|it| it.name.as_str()).collect();
        Error::new(ErrorKind::Rules, "expected the table that the rule is for")
            .hint(format!("add table = \"…\", one of: {}", names.join(", ")))
    })
}

/// The columns named, all of numbers; where none is named, all counts and amounts.
///
/// # Errors
///
/// [`ErrorKind::Expression`]: an unknown column, or one that holds no numbers.
pub(crate) fn number_columns(schema: &TableSchema, named: &[String]) -> Result<Vec<String>> {
    if named.is_empty() {
        let addable = |kind: ColumnType| kind.is_number() && kind != ColumnType::Percent;
        let columns: Vec<String> =
            schema.columns.iter().filter(|it| addable(it.kind)).map(|it| it.name.clone()).collect();
        if columns.is_empty() {
            return Err(Error::new(ErrorKind::Expression, format!("table '{}' has no column of numbers", schema.name)));
        }
        return Ok(columns);
    }
    for name in named {
        let column = &schema.columns[schema.column(name).ok_or_else(|| unknown_column(schema, name))?];
        if !column.kind.is_number() {
            let message = format!("column '{name}' is a {}, not a number", column.kind.word());
            return Err(Error::new(ErrorKind::Expression, message));
        }
    }
    Ok(named.to_vec())
}

/// The rows of a table in groups that share the texts of some columns, in the
/// order in which they first appear; blanks are alike, as in SQL's GROUP BY.
pub(crate) fn group_rows(table: &Table, by: &[usize]) -> Vec<Vec<usize>> {
    let mut at: HashMap<Vec<u32>, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut seen: Vec<HashMap<&str, u32>> = vec![HashMap::new(); by.len()];
    for row in 0..table.rows.len() {
        let mut key = Vec::with_capacity(by.len());
        for (which, &column) in by.iter().enumerate() {
            key.push(if let ColumnData::Texts(texts) = &table.columns[column].data {
                texts.codes[row]
            } else {
                let next = u32::try_from(seen[which].len()).expect("fewer rows than 4 billion");
                *seen[which].entry(table.text(row, column).trim()).or_insert(next)
            });
        }
        let group = *at.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(row);
    }
    groups
}
