//! What changed since the edition before, in words.

use super::state::State;
use crate::diff::{Op, RowChange, TableDiff};

/// So many changes are named.
const NAMED_MAX: usize = 20;

impl State {
    /// What changed in a table since the edition before: names, rows and their order.
    pub(super) fn changes_of(&self, number: usize) -> Vec<String> {
        let outcome = &self.tables.outcome;
        let place = self.tables.cells.place_of(number);
        let seen = place.and_then(|it| outcome.editions.get(it.0)?.seen.as_ref());
        let name = self.tables.cells.table(outcome, number).map_or("", |it| it.name.as_str());
        let table = seen.into_iter().flat_map(|it| &it.changes.tables).find(|it| it.name == name);
        table.map_or(Vec::new(), words)
    }
}

fn words(table: &TableDiff) -> Vec<String> {
    let columns = &table.columns;
    let renamed = columns.renamed.iter().map(|it| format!("column {} is now called {}", it.0, it.1));
    let added = columns.added.iter().map(|it| format!("column {it} is new"));
    let removed = columns.removed.iter().map(|it| format!("column {it} was removed"));
    let mut words: Vec<String> = renamed.chain(added).chain(removed).collect();
    words.extend(table.changes.iter().filter_map(row));
    if words.len() > NAMED_MAX {
        let more = words.len() - NAMED_MAX;
        words.truncate(NAMED_MAX);
        words.push(format!("{more} more"));
    }
    words
}

/// A row that came, went, moved or has another name; figures that changed stand in the table.
fn row(it: &RowChange) -> Option<String> {
    let name = it.key.iter().map(|it| it.1.as_str()).collect::<Vec<_>>().join(", ");
    let renamed = it.cells.iter().find(|cell| cell.is_of_both() && it.key.iter().any(|key| key.0 == cell.column));
    match (it.op, renamed) {
        (Op::Added, _) => Some(format!("row {name} is new")),
        (Op::Removed, _) => Some(format!("row {name} was removed")),
        (_, Some(cell)) => Some(format!("row {} is now called {name}", cell.old.as_deref().unwrap_or_default())),
        _ if it.moved => Some(format!("row {name} moved")),
        _ => None,
    }
}
