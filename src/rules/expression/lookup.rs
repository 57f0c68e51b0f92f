//! Binds lookups: a row of another table by values of this row,
//! `population.[region].people`.

use super::bind::{Binder, Typed};
use super::dialect::fault;
use super::names::{Name, Names, Part, declared_row, only_number_column, unknown_column};
use super::node::{ColumnRef, Link, Node, Type, Via};
use crate::error::Result;
use crate::table::{ColumnType, TableSchema};

impl Names<'_> {
    /// The pairs of columns that a name in brackets looks a row up by; nothing
    /// where it is the label of a row.
    pub(super) fn lookup_keys(&self, table: usize, name: &Part<'_>) -> Result<Option<Vec<(String, String)>>> {
        let schema = &self.tables[table];
        let Some((own, columns)) = self.named(table, name)? else { return Ok(None) };
        if columns.len() != schema.key.len() {
            return Err(wrong_key(schema, &columns));
        }
        let on = pairs(&schema.key.iter().collect::<Vec<_>>(), &columns);
        check_types(schema, own, &on)?;
        Ok(Some(on))
    }

    /// The rule's own table and the columns of it that a name in brackets consists of.
    fn named<'p>(&self, table: usize, name: &'p Part<'_>) -> Result<Option<(&TableSchema, Vec<&'p str>)>> {
        // In the rule's own table it names a row.
        let from = self.table.filter(|it| name.bracketed && *it != table);
        let Some(own) = from.map(|it| &self.tables[it]) else { return Ok(None) };
        let columns: Vec<&str> = name.text.split(',').map(str::trim).collect();
        let is_own = |it: &&str| own.column(it).is_some();
        if declared_row(&self.tables[table], name.text)?.is_some() || !columns.iter().all(is_own) {
            return Ok(None);
        }
        Ok(Some((own, columns)))
    }

    /// A column of the row that is looked up.
    pub(super) fn lookup(&self, link: Link, name: &Part<'_>, column: Option<&str>) -> Result<Name> {
        let (Link::Lookup(table, _) | Link::Latest(table, ..)) = &link else {
            unreachable!("only lookups lead to another table")
        };
        let schema = &self.tables[*table];
        let column = match column {
            Some(it) => schema.column(it).ok_or_else(|| unknown_column(schema, it))?,
            None => only_number_column(schema, name.text)?,
        };
        let column = schema.columns[column].name.clone();
        Ok(Name::Lookup(link, column))
    }

    /// A column of the latest row of those that have the values of some columns: the one
    /// column of the key that is not named tells which is later.
    pub(super) fn latest(&self, table: usize, name: &Part<'_>, column: Option<&str>) -> Result<Name> {
        let schema = &self.tables[table];
        let Some((own, columns)) = self.named(table, name)? else {
            return Err(fault(format!("[{}] does not name columns of the rule's table", name.text)).hint(LATEST));
        };
        let is_named = |key: &&String| columns.contains(&key.as_str());
        let mut named: Vec<&String> = schema.key.iter().filter(is_named).collect();
        if named.len() != columns.len() {
            named = schema.key.iter().take(columns.len()).collect();
        }
        let left: Vec<&String> = schema.key.iter().filter(|it| !named.contains(it)).collect();
        let [along] = left[..] else {
            let message = format!(
                "the key of '{}' is {}: name every key column except the one that tells which row is the latest",
                schema.name,
                schema.key.join(", ")
            );
            return Err(fault(message).hint(LATEST));
        };
        let kind = schema.column(along).map(|it| schema.columns[it].kind);
        if kind.is_none_or(|it| matches!(it, ColumnType::Label | ColumnType::Text)) {
            return Err(fault(format!(
                "{along} of '{}' cannot order the rows: it is not a date, period or number",
                schema.name
            )));
        }
        let on = pairs(&named, &columns);
        check_types(schema, own, &on)?;
        self.lookup(Link::Latest(table, on, along.clone()), name, column)
    }
}

const LATEST: &str = "with the key region, year: population.[region].latest.people";

/// Whether a part of a name asks for the latest row.
pub(super) fn is_latest(part: &Part<'_>) -> bool {
    !part.bracketed && part.text == "latest"
}

/// Pairs of own columns and those of a key.
fn pairs(key: &[&String], columns: &[&str]) -> Vec<(String, String)> {
    // Columns of the names that the key has stand for those, in any order.
    let same_names = key.iter().all(|it| columns.contains(&it.as_str()));
    let pair =
        |(key, own): (&&String, &&str)| (if same_names { (*key).clone() } else { (*own).to_owned() }, (*key).clone());
    key.iter().zip(columns).map(pair).collect()
}

fn check_types(schema: &TableSchema, own: &TableSchema, on: &[(String, String)]) -> Result<()> {
    for (one, other) in on {
        let kind = |schema: &TableSchema, name: &str| {
            schema.column(name).map_or(Type::Null, |it| Type::of_column(schema.columns[it].kind))
        };
        let (left, right) = (kind(own, one), kind(schema, other));
        if left != right {
            let message = format!("{one} is {}, but {}.{other} is {}", left.word(), schema.name, right.word());
            return Err(fault(message).hint("a lookup compares values of the same type"));
        }
    }
    Ok(())
}

fn wrong_key(schema: &TableSchema, columns: &[&str]) -> crate::Error {
    if schema.key.is_empty() {
        let error = fault(format!("table '{}' has no key for lookups", schema.name));
        return error.hint(format!("declare one: [tables.{}] key = [\"…\"]", schema.name));
    }
    let key = schema.key.join(", ");
    let found = columns.join(", ");
    fault(format!("the key of '{}' is {key}, but [{found}] has a different number of columns", schema.name))
        .hint(format!("give one column for each key column: {}.[{key}]", schema.name))
}

impl Binder<'_> {
    /// A column of the row of another table that this row leads to.
    pub(super) fn looked_up(&mut self, link: Link, name: String) -> Result<Typed> {
        if self.aggregate.is_some() || self.previous || self.back.is_some() {
            return Err(fault("a lookup cannot be used inside an aggregate or previous()"));
        }
        let (Link::Lookup(table, _) | Link::Latest(table, ..)) = &link else {
            unreachable!("only lookups lead to another table")
        };
        let schema = &self.binding.tables[*table];
        let at = schema.column(&name).expect("the name was found among the columns");
        let kind = Type::of_column(schema.columns[at].kind);
        self.format.clone_from(&schema.columns[at].format);
        self.reads_row = true;
        let via = Via::Link(self.link(link));
        Ok((Node::Column(ColumnRef { name, kind, via }), kind))
    }
}
