//! Finds what a stanza names among what its rule file declares.

use crate::error::{Error, ErrorKind, Result};
use crate::nearest::nearest;
use crate::plan::{Missing, Rounding};
use crate::rules::{Binding, Context, Mark};
use crate::table::{CellState, ColumnSchema, ColumnType, Table};

impl Binding<'_> {
    /// The table that the rule is for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rules`] where the rule names none and there are several.
    pub(crate) fn require_table(&self) -> Result<usize> {
        self.table.ok_or_else(|| {
            let names: Vec<&str> = self.tables.iter().map(|it| it.name.as_str()).collect();
            fault("it names no table, but the dataset has several")
                .hint(format!("add table = \"…\": {}", names.join(", ")))
        })
    }

    /// Refuses a `rounding` that the kind would not heed.
    pub(super) fn refuse_rounding(&self, kind: &str) -> Result<()> {
        if self.rounding == Rounding::Exact {
            return Ok(());
        }
        Err(fault(format!("rounding does not apply to {kind}: it compares figures as printed")))
    }

    /// Refuses `missing = "zero"` where values are not numbers.
    pub(super) fn refuse_zero(&self, kind: &str) -> Result<()> {
        if self.missing != Missing::Zero {
            return Ok(());
        }
        Err(fault(format!("missing = \"zero\" does not apply to {kind}: it does not compute with its values")))
    }

    /// Another table, by name.
    pub(super) fn other_table(&self, name: &str) -> Result<usize> {
        let found = self.tables.iter().position(|it| it.name == name);
        found.ok_or_else(|| unknown("table", name, self.tables.iter().map(|it| it.name.as_str())))
    }

    /// A column of a table, by name.
    pub(super) fn column(&self, table: usize, name: &str) -> Result<&ColumnSchema> {
        let columns = &self.tables[table].columns;
        let found = columns.iter().find(|it| it.name == name);
        found.ok_or_else(|| unknown("column", name, columns.iter().map(|it| it.name.as_str())))
    }

    /// A column of figures, by name.
    pub(super) fn number_column(&self, table: usize, name: &str) -> Result<&ColumnSchema> {
        let column = self.column(table, name)?;
        if column.kind.is_number() {
            return Ok(column);
        }
        Err(fault(format!("column {name:?} is a {}, not a number", column.kind.word())))
    }

    /// Refuses a table whose rows can never be found in another edition.
    pub(super) fn check_followed(&self, table: usize) -> Result<()> {
        let schema = &self.tables[table];
        if !schema.has_unkeyed_rows() {
            return Ok(());
        }
        Err(fault(format!(
            "table {:?} lists rows but has no key, so rows of two editions cannot be matched",
            schema.name
        )))
    }

    /// Those of some columns of a table that an edition may leave out.
    pub(super) fn optional(&self, table: usize, names: &[String]) -> Vec<(usize, String)> {
        let schema = &self.tables[table];
        let is_optional = |it: &&String| schema.column(it).is_some_and(|at| schema.columns[at].optional);
        names.iter().filter(is_optional).map(|it| (table, it.clone())).collect()
    }

    /// Checks that values of one column can be compared with those of another.
    pub(super) fn check_comparable(&self, own: (usize, &str), other: (usize, &str)) -> Result<()> {
        let (left, right) = (self.column(own.0, own.1)?.kind, self.column(other.0, other.1)?.kind);
        if family(left) == family(right) {
            return Ok(());
        }
        let message = format!(
            "column {:?} is a {} and {:?} of {} is a {}: they are never equal",
            own.1,
            left.word(),
            other.1,
            self.tables[other.0].name,
            right.word()
        );
        Err(fault(message))
    }
}

/// The columns that a rule is about, by name: at least one, each once.
pub(super) fn check_names(key: &str, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Err(fault(format!("{key} is empty")));
    }
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(fault(format!("{key} lists column {name:?} twice")));
        }
    }
    Ok(())
}

/// An error of a stanza; the rule file's reader adds the place.
pub(super) fn fault(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Rules, message)
}

/// An error for a name that is not declared, with the nearest that is.
pub(super) fn unknown<'a>(what: &str, written: &str, known: impl IntoIterator<Item = &'a str>) -> Error {
    let error = fault(format!("unknown {what} {written:?}"));
    match nearest(written, known) {
        Some(near) => error.hint(format!("the nearest {what} is {near:?}")),
        None => error,
    }
}

fn family(kind: ColumnType) -> u8 {
    match kind {
        ColumnType::Label | ColumnType::Text => 0,
        ColumnType::Count | ColumnType::Integer | ColumnType::Amount | ColumnType::Percent => 1,
        ColumnType::Date => 2,
        ColumnType::Period => 3,
    }
}

impl<'a> Context<'a> {
    /// The table that a kind needs, which the engine has seen to be there.
    pub(super) fn needed_table(&self, declared: usize) -> &'a Table {
        let index = self.table(declared).expect("a rule is judged only where the tables it needs are");
        &self.edition.tables[index]
    }

    /// What the rule's `where` makes of a row by itself; `None` lets it in.
    pub(super) fn gate(&self, row: usize) -> Option<Mark> {
        match self.filter.map_or(Some(true), |it| it[row]) {
            Some(true) => None,
            Some(false) => Some(Mark::Skipped),
            None => Some(Mark::Undetermined),
        }
    }
}

/// The column that a kind needs, which the engine has seen to be there.
pub(super) fn needed_column(table: &Table, name: &str) -> usize {
    table.column(name).expect("a rule is judged only where the columns it needs are")
}

/// The columns that a kind needs.
pub(super) fn needed_columns(table: &Table, names: &[String]) -> Vec<usize> {
    names.iter().map(|it| needed_column(table, it)).collect()
}

/// Those of some columns that a table has.
pub(super) fn printed_columns(table: &Table, names: &[String]) -> Vec<usize> {
    names.iter().filter_map(|it| table.column(it)).collect()
}

/// What a missing value comes to where no number can stand in for it.
pub(super) fn mark_missing(missing: Missing) -> Mark {
    if missing == Missing::Fail { Mark::Fails } else { Mark::Undetermined }
}

/// Whether something is printed in a cell that could not be understood.
pub(super) fn is_puzzle(state: CellState) -> bool {
    matches!(state, CellState::Unreadable | CellState::Unclear)
}
