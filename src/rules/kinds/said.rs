//! How kinds speak: details of checks, and why a cell has no value.

use crate::finding::{Place, Role};
use crate::rules::{Context, Detail, Mark};
use crate::table::{CellState, Table};

/// A detail of one cell, which is its primary place.
pub(super) fn about_cell(
    table: &Table,
    row: usize,
    column: usize,
    message: impl Into<String>,
    label: impl Into<String>,
) -> Detail {
    Detail {
        row: Some(table.row_name(row)),
        column: Some(table.columns[column].name.clone()),
        places: vec![Place::of_cell(table, row, column, Role::Primary, label)],
        ..Detail::new(&table.name, message)
    }
}

/// What to say where the rule's `where` is unknown for a row.
pub(super) fn about_filter(context: &Context<'_>, table: &Table, row: usize) -> Option<Detail> {
    (context.gate(row) == Some(Mark::Undetermined)).then(|| Detail {
        row: Some(table.row_name(row)),
        places: vec![Place::of_row(table, row, Role::Primary, "`where` is undetermined here")],
        ..Detail::new(&table.name, "it is unknown whether the rule applies to this row: `where` is undetermined")
    })
}

/// Why a cell has no value, beginning with its column's name.
pub(super) fn why_no_value(table: &Table, row: usize, column: usize) -> String {
    let it = &table.columns[column];
    let (name, text) = (&it.name, table.text(row, column));
    match it.states[row] {
        CellState::Empty => format!("{name} is empty"),
        CellState::Absent => format!("{name} is missing: the row ends before it"),
        CellState::Marker(marker) => format!("{name} is {}, printed as {text}", marker.word()),
        CellState::Unreadable => format!("{name} is {text}, which is not of type {}", it.kind.word()),
        CellState::Unclear => format!("{name} can be read in more than one way"),
        CellState::Value => format!("{name} is {text}"),
    }
}

/// The line that a row begins in.
pub(super) fn line_of(table: &Table, row: usize) -> u32 {
    table.document.position(table.rows[row].span.start).line
}

/// `1 row`, `2 rows`, `1,204 rows`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&count.to_string()), if count == 1 { one } else { many })
}

/// Puts thousands marks into the whole digits of a plain number.
pub(crate) fn grouped(plain: &str) -> String {
    let (sign, rest) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, decimals) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let mut out = String::with_capacity(plain.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    format!("{sign}{out}{decimals}")
}

#[cfg(test)]
mod tests {
    use super::{counted, grouped};

    #[test]
    fn groups_digits_by_threes() {
        assert_eq!(grouped("-1234567.50"), "-1,234,567.50");
        assert_eq!(grouped("999"), "999");
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }
}
