//! Makes the new tables of the old ones.

use std::collections::HashMap;

use super::{CellChange, Diff, Match, Op, RowChange, TableDiff, value};
use crate::error::{Error, ErrorKind, Result};
use crate::table::{Table, canonical, fold};

/// A table of text as it is printed: name, heading, rows.
pub type Plain = (String, Vec<String>, Vec<Vec<String>>);

/// Tables as they are printed, quotes undone; nesting stands in a column of its own.
pub fn plain(tables: &[Table]) -> Vec<Plain> {
    let one = |table: &Table| {
        let flat = canonical::flat(table);
        let cells =
            |row: usize| (0..flat.columns.len()).map(|it| value::printed((&flat, row, it)).to_owned()).collect();
        let names = flat.columns.iter().map(|it| it.name.clone()).collect();
        (table.name.clone(), names, (0..flat.rows.len()).map(cells).collect())
    };
    tables.iter().map(one).collect()
}

/// Writes tables as plain CSV: one as it is, several under `# name` each.
pub fn csv(tables: &[Plain]) -> String {
    let one = |(_, heading, rows): &Plain| canonical::csv_of(heading, rows);
    match tables {
        [single] => one(single),
        _ => tables.iter().map(|it| format!("# {}\n{}", it.0, one(it))).collect::<Vec<_>>().join("\n"),
    }
}

/// Makes the new tables of the old ones, as they are printed.
///
/// # Errors
///
/// [`ErrorKind::Usage`](crate::ErrorKind) if a row or cell of the old tables
/// is not what the diff says it was.
pub fn patch(old: &[Plain], diff: &Diff) -> Result<Vec<Plain>> {
    let mut tables = Vec::new();
    for it in diff.tables.iter().filter(|it| it.match_kind != Match::OnlyOld) {
        let named = old.iter().find(|table| fold(&table.0) == fold(&it.name));
        let before = match (named.or(old.first().filter(|_| old.len() == 1)), &it.match_kind) {
            (_, Match::OnlyNew) => (it.name.clone(), Vec::new(), Vec::new()),
            (Some(found), _) => found.clone(),
            (None, _) => return Err(refused(&it.name, "the table is missing")),
        };
        tables.push(Patch { table: it, old: &before }.make()?);
    }
    Ok(tables)
}

/// The new place of each row that moved, by its old one, of a table of so many rows.
pub(super) fn places(moves: &[(u32, u32, u32)], rows: usize) -> HashMap<usize, usize> {
    let each = moves.iter().flat_map(|it| (0..it.2).map(|at| (it.0.saturating_add(at), it.1.saturating_add(at))));
    each.take(rows).map(|it| (it.0 as usize, it.1 as usize)).collect()
}

pub(super) fn refused(table: &str, message: impl AsRef<str>) -> Error {
    Error::new(ErrorKind::Usage, format!("table {table}: {}", message.as_ref()))
        .hint("the diff was made from another table; create it again")
}

struct Patch<'a> {
    table: &'a TableDiff,
    old: &'a Plain,
}

impl Patch<'_> {
    fn make(&self) -> Result<Plain> {
        let (name, columns) = (&self.table.name, &self.table.columns);
        if self.old.1 != columns.old {
            let message = format!("expected columns {}, found {}", columns.old.join(", "), self.old.1.join(", "));
            return Err(refused(name, message));
        }
        let changes: HashMap<usize, &RowChange> =
            self.table.changes.iter().filter_map(|it| Some((it.old_index?, it))).collect();
        let moves = places(&self.table.moves, self.old.2.len());
        let mut placed: HashMap<usize, Vec<String>> = HashMap::new();
        let mut kept: Vec<Vec<String>> = Vec::new();
        for (at, row) in self.old.2.iter().enumerate() {
            match changes.get(&at) {
                Some(it) if it.op == Op::Removed => self.check_whole(it, row)?,
                Some(it) => {
                    let new = self.changed(it, row)?;
                    match it.new_index.filter(|_| it.moved || it.op == Op::Moved) {
                        Some(to) => drop(placed.insert(to, new)),
                        None => kept.push(new),
                    }
                }
                None => {
                    let row = self.changed_by(row, &HashMap::new())?;
                    match moves.get(&at) {
                        Some(to) => drop(placed.insert(*to, row)),
                        None => kept.push(row),
                    }
                }
            }
        }
        if let Some(last) = changes.keys().max().filter(|it| **it >= self.old.2.len()) {
            return Err(refused(name, format!("expected at least {} rows, found {}", last + 1, self.old.2.len())));
        }
        for it in self.table.changes.iter().filter(|it| it.op == Op::Added) {
            let cells: HashMap<&str, &str> =
                it.cells.iter().filter_map(|it| Some((it.column.as_str(), it.new_trimmed()?))).collect();
            let row = columns.new.iter().map(|it| cells.get(it.as_str()).map_or(String::new(), |it| (*it).to_owned()));
            placed.insert(it.new_index.unwrap_or(usize::MAX), row.collect());
        }
        let count = kept.len() + placed.len();
        let mut kept = kept.into_iter();
        let rows = (0..count).map(|at| placed.remove(&at).or_else(|| kept.next()));
        let rows: Option<Vec<Vec<String>>> = rows.collect();
        let rows = rows.ok_or_else(|| refused(name, "its row positions contradict each other"))?;
        Ok((name.clone(), columns.new.clone(), rows))
    }

    fn check_whole(&self, change: &RowChange, row: &[String]) -> Result<()> {
        for (column, found) in self.table.columns.old.iter().zip(row) {
            let said = change.cells.iter().find(|it| it.column == *column).and_then(CellChange::old_printed);
            if said.is_some_and(|it| it != found) {
                return Err(self.unlike(change, column, said.unwrap_or(""), found));
            }
        }
        Ok(())
    }

    fn unlike(&self, change: &RowChange, column: &str, expected: &str, found: &str) -> Error {
        let row: Vec<&str> = change.key.iter().map(|it| it.1.as_str()).collect();
        let message = format!("row {}, column {column}: expected \"{expected}\", found \"{found}\"", row.join(", "));
        refused(&self.table.name, message)
    }

    fn changed(&self, change: &RowChange, row: &[String]) -> Result<Vec<String>> {
        for cell in change.cells.iter().filter(|it| it.old.is_some()) {
            let was = self.old_name(&cell.column, cell.new.is_none());
            let at = self.table.columns.old.iter().position(|it| *it == was);
            let found = at.map_or("", |it| row[it].as_str());
            let expected = cell.old_trimmed().unwrap_or("");
            if expected != found {
                return Err(self.unlike(change, &cell.column, expected, found));
            }
        }
        let new = change.cells.iter().filter_map(|it| Some((it.column.as_str(), it.new_trimmed()?)));
        self.changed_by(row, &new.collect())
    }

    /// The name that a column of the diff has in the old table.
    fn old_name(&self, column: &str, gone: bool) -> String {
        let renamed = self.table.columns.renamed.iter().find(|it| !gone && it.1 == column);
        renamed.map_or_else(|| column.to_owned(), |it| it.0.clone())
    }

    fn changed_by(&self, row: &[String], new: &HashMap<&str, &str>) -> Result<Vec<String>> {
        let columns = &self.table.columns;
        if row.len() != columns.old.len() {
            let message = format!("expected {} cells, found {}", columns.old.len(), row.len());
            return Err(refused(&self.table.name, message));
        }
        let cell = |name: &String| {
            if let Some(text) = new.get(name.as_str()) {
                return (*text).to_owned();
            }
            let was = self.old_name(name, false);
            let at = columns.old.iter().position(|it| *it == was).filter(|_| !columns.added.contains(name));
            at.map_or_else(String::new, |it| row[it].clone())
        };
        Ok(columns.new.iter().map(cell).collect())
    }
}
