//! What kinds over many rows share: their table, and its number columns.

use super::names::unknown_column;
use crate::error::{Error, ErrorKind, Result};
use crate::rules::Binding;
use crate::table::{ColumnType, TableSchema};

/// The table that a rule is for.
///
/// # Errors
///
/// [`ErrorKind::Rules`] where the dataset has several and the rule names none.
pub(crate) fn own_table(binding: &Binding<'_>) -> Result<usize> {
    binding.table.ok_or_else(|| {
        let names: Vec<&str> = binding.tables.iter().map(|it| it.name.as_str()).collect();
        Error::new(ErrorKind::Rules, "the rule names no table")
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
