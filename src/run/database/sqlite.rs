//! Tables of SQLite, where each cell has a type of its own.
//!
//! A driver takes the type of a column from its first rows, and fails at a later one
//! that is otherwise. So every cell is asked for as text that tells its type in the first
//! character, and printed here as those of any other table.

/// The query of the columns of a table.
pub(super) fn columns_of(parts: &[String]) -> String {
    let (table, schema) = (parts.last().map_or("", String::as_str), parts.iter().rev().nth(1));
    let word = |it: &str| format!("'{}'", it.replace('\'', "''"));
    let schema = schema.map_or(String::new(), |it| format!(", {}", word(it)));
    format!("SELECT name FROM pragma_table_xinfo({}{schema}) WHERE hidden <> 1 ORDER BY cid", word(table))
}

/// What is asked for of a column.
pub(super) fn selected(column: &str) -> String {
    format!(
        "CASE typeof({column}) WHEN 'null' THEN '' WHEN 'real' THEN 'r' || printf('%!.17g', {column}) \
         WHEN 'blob' THEN 'b0x' || lower(hex({column})) ELSE 't' || {column} END"
    )
}

/// Prints a cell without its type.
pub(super) fn amend(cell: &mut String) {
    let kind = if cell.is_empty() { None } else { Some(cell.remove(0)) };
    if kind == Some('r')
        && let Ok(it) = cell.parse::<f64>()
    {
        // The fewest digits that tell it apart, as of binary fractions anywhere.
        *cell = crate::source::columns::real(it);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_printed_without_their_type() {
        let amended = |it: &str| {
            let mut cell = it.to_owned();
            amend(&mut cell);
            cell
        };
        assert_eq!(
            ["", "t7", "r0.10000000000000001", "tr1", "r12.0", "b0xff"].map(amended),
            ["", "7", "0.1", "r1", "12", "0xff"]
        );
    }
}
