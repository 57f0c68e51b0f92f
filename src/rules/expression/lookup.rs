//! Binds lookups: a row of another table by values of this row,
//! `population.[region].people`.

use super::bind::{Binder, Typed};
use super::dialect::fault;
use super::names::{Name, Names, Part, declared_row, only_number_column, unknown_column};
use super::node::{ColumnRef, Link, Node, Type, Via};
use crate::error::Result;
use crate::table::TableSchema;

impl Names<'_> {
    /// The pairs of columns that a name in brackets looks a row up by; nothing
    /// where it is the label of a row.
    pub(super) fn lookup_keys(&self, table: usize, name: &Part<'_>) -> Result<Option<Vec<(String, String)>>> {
        let schema = &self.tables[table];
        // In the rule's own table it names a row.
        let from = self.table.filter(|it| name.bracketed && *it != table);
        let Some(own) = from.map(|it| &self.tables[it]) else { return Ok(None) };
        let columns: Vec<&str> = name.text.split(',').map(str::trim).collect();
        let is_own = |it: &&str| own.column(it).is_some();
        if declared_row(schema, name.text)?.is_some() || !columns.iter().all(is_own) {
            return Ok(None);
        }
        if columns.len() != schema.key.len() {
            return Err(wrong_key(schema, &columns));
        }
        // Columns of the names that the key has stand for those, in any order.
        let same_names = schema.key.iter().all(|it| columns.contains(&it.as_str()));
        let pairs = schema.key.iter().zip(&columns);
        let pair =
            |(key, own): (&String, &&str)| (if same_names { key.clone() } else { (*own).to_owned() }, key.clone());
        let on: Vec<(String, String)> = pairs.map(pair).collect();
        for (one, other) in &on {
            let kind = |schema: &TableSchema, name: &str| {
                schema.column(name).map_or(Type::Null, |it| Type::of_column(schema.columns[it].kind))
            };
            let (left, right) = (kind(own, one), kind(schema, other));
            if left != right {
                let message = format!("{one} is {}, and {}.{other} {}", left.word(), schema.name, right.word());
                return Err(fault(message).hint("a row is looked up by values of one type"));
            }
        }
        Ok(Some(on))
    }

    /// A column of the row that is looked up.
    pub(super) fn lookup(
        &self,
        table: usize,
        on: Vec<(String, String)>,
        name: &Part<'_>,
        column: Option<&str>,
    ) -> Result<Name> {
        let schema = &self.tables[table];
        let column = match column {
            Some(it) => schema.column(it).ok_or_else(|| unknown_column(schema, it))?,
            None => only_number_column(schema, name.text)?,
        };
        Ok(Name::Lookup(table, on, schema.columns[column].name.clone()))
    }
}

fn wrong_key(schema: &TableSchema, columns: &[&str]) -> crate::Error {
    if schema.key.is_empty() {
        let error = fault(format!("table '{}' has no key to find a row by", schema.name));
        return error.hint(format!("declare it: [tables.{}] key = [\"…\"]", schema.name));
    }
    let key = schema.key.join(", ");
    let found = columns.join(", ");
    fault(format!("a row of '{}' has the key {key}, and [{found}] names another number of columns", schema.name))
        .hint(format!("name a column for each: {}.[{key}]", schema.name))
}

impl Binder<'_> {
    /// A column of the row of another table that this row leads to.
    pub(super) fn looked_up(&mut self, table: usize, on: Vec<(String, String)>, name: String) -> Result<Typed> {
        if self.aggregate.is_some() || self.previous || self.back.is_some() {
            return Err(fault("a row is looked up by the row judged, not inside an aggregate or previous()"));
        }
        let schema = &self.binding.tables[table];
        let at = schema.column(&name).expect("the name was found among the columns");
        let kind = Type::of_column(schema.columns[at].kind);
        self.reads_row = true;
        let via = Via::Link(self.link(Link::Lookup(table, on)));
        Ok((Node::Column(ColumnRef { name, kind, via }), kind))
    }
}
