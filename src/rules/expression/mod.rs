//! SQL expressions over columns and cells: parsed, bound, evaluated.
//!
//! Text goes through sqlparser (`dialect`), names and types are settled once
//! (`bind`, `functions`, `names`), and what comes of it is a tree of typed
//! operations over columns (`node`). That tree is evaluated batch by batch
//! over column slices (`evaluate`, `kernels`, `vector`) in the tables at hand
//! (`frame`). `judge` makes marks of truth values: a comparison that fails
//! exactly is judged again with what rounding can hide (`linear`,
//! `bounds`). `wording` says what failed.

mod bind;
mod bounds;
mod dates;
mod dialect;
mod evaluate;
mod fraction;
mod frame;
mod functions;
mod groups;
mod judge;
mod kernels;
mod linear;
mod literal;
mod lookup;
mod names;
mod needs;
mod node;
mod number;
mod over;
#[cfg(test)]
mod properties;
mod reads;
mod related;
#[cfg(test)]
mod related_tests;
mod shorthand;
mod sieve;
mod step;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod totals;
mod unmatched;
mod unprinted;
mod variables;
mod vector;
mod wording;

pub(crate) use frame::{find_row, lacks_row};
pub(crate) use groups::{number_columns, own_table};
pub(crate) use judge::OPERANDS_MAX;
pub(crate) use names::{label_column, unknown_column};
pub(crate) use needs::not_followed;
pub(crate) use node::{Comparison, Constant, NamedCell, Node, Side, Type};
pub(crate) use number::RuleNumber;
#[cfg(test)]
pub(crate) use variables::NO_VARIABLES;
pub(crate) use variables::{VariableText, Variables};
pub(crate) use wording::{Balance, Words};

use std::borrow::Cow;

use bind::Binder;
use dialect::fault;
use names::{Name, Names, Part};
use needs::Optional;
use node::{Inputs, Link, NO_INPUTS};

use super::{Binding, Context, Missing, Need, Rounding, Scope};
use crate::error::Result;
use crate::plan::Relation;
use crate::table::ColumnType;

/// A condition, compiled: what one rule judges, per row or once.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    node: Node,
    text: String,
    inputs: Box<Inputs>,
    optional: Optional,
    table: Option<usize>,
    reads_row: bool,
    needs_previous: bool,
    missing: Missing,
    rounding: Rounding,
    exact_counts: bool,
}

impl Expression {
    /// Reads a condition of a rule; bare names are columns of the rule's table.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expression`](crate::ErrorKind): does not parse, names what
    /// is not there, has a wrong type, or is no condition.
    pub(crate) fn parse(text: &str, binding: &Binding<'_>) -> Result<Self> {
        Self::parse_over(text, binding, binding.table)
    }

    /// Reads one condition for each of some columns, in which `it` is the column.
    pub(crate) fn parse_each(text: &str, columns: &[String], binding: &Binding<'_>) -> Result<Self> {
        let mut binder = Binder::new(binding, binding.table);
        let condition = |column: &String| binder.truth(&dialect::parse_for(text, binding.variables, Some(column))?);
        let conditions = columns.iter().map(condition).collect::<Result<Vec<Node>>>()?;
        Ok(Self::bound(Node::All(conditions), text, binder, binding))
    }

    fn parse_over(text: &str, binding: &Binding<'_>, table: Option<usize>) -> Result<Self> {
        let tree = dialect::parse(text, binding.variables)?;
        let mut binder = Binder::new(binding, table);
        let node = binder.truth(&tree)?;
        Ok(Self::bound(node, text, binder, binding))
    }

    fn bound(node: Node, text: &str, binder: Binder<'_>, binding: &Binding<'_>) -> Self {
        let table = binder.table;
        Self {
            optional: Optional::of(&node, &binder.inputs, table, binding),
            node,
            text: text.to_owned(),
            inputs: Box::new(binder.inputs),
            table,
            reads_row: binder.reads_row,
            needs_previous: binder.needs_previous,
            missing: binding.missing,
            rounding: binding.rounding,
            exact_counts: false,
        }
        .with_exact_counts(binding)
    }

    /// A condition on each row of a table, built by a kind and not written as SQL.
    pub(crate) fn of_rows(node: Node, table: usize, binding: &Binding<'_>) -> Self {
        Self {
            optional: Optional::of(&node, &NO_INPUTS, Some(table), binding),
            node,
            text: String::new(),
            inputs: Box::default(),
            table: Some(table),
            reads_row: true,
            needs_previous: false,
            missing: binding.missing,
            rounding: binding.rounding,
            exact_counts: false,
        }
        .with_exact_counts(binding)
    }

    /// Counts beside figures of another type are exact: it is the others that are rounded.
    fn with_exact_counts(mut self, binding: &Binding<'_>) -> Self {
        let kind = |(table, name): (usize, String)| {
            let schema = &binding.tables[table];
            schema.column(&name).map(|it| schema.columns[it].kind).filter(|it| it.is_number())
        };
        let kinds: Vec<ColumnType> = self.columns().into_iter().filter_map(kind).collect();
        let counted = |it: &ColumnType| matches!(it, ColumnType::Count | ColumnType::Integer);
        self.exact_counts = kinds.iter().any(counted) && !kinds.iter().all(counted);
        self
    }

    /// The same condition, with `whole >= part` turned into `part <= whole`.
    pub(crate) fn with_smaller_left(mut self) -> Self {
        if let Node::Compare(it) = &mut self.node
            && matches!(it.relation, Relation::AtLeast | Relation::More)
        {
            it.relation = it.relation.mirrored();
            std::mem::swap(&mut it.left, &mut it.right);
        }
        self
    }

    /// Another condition in place of this one, over no other columns.
    pub(crate) fn with_node(&self, node: Node) -> Self {
        Self { node, ..self.clone() }
    }

    /// The conditions of the columns that an edition prints, where there is one for each of some.
    pub(crate) fn of_printed(&self, context: &Context<'_>, table: usize, columns: &[String]) -> Cow<'_, Self> {
        let Some(table) = context.table(table).map(|it| &context.edition.tables[it]) else {
            return Cow::Borrowed(self);
        };
        let is_printed = |it: &String| table.column(it).is_some();
        let Node::All(conditions) = &self.node else { return Cow::Borrowed(self) };
        if columns.iter().all(is_printed) {
            return Cow::Borrowed(self);
        }
        let kept = conditions.iter().zip(columns).filter(|it| is_printed(it.1)).map(|it| it.0.clone());
        Cow::Owned(self.with_node(Node::All(kept.collect())))
    }

    /// Whether it reads rows of the edition before.
    fn reads_previous_rows(&self) -> bool {
        self.inputs.links.contains(&Link::Previous)
    }

    /// The condition itself.
    pub(crate) fn node(&self) -> &Node {
        &self.node
    }

    /// Whether it is judged for each row of its table, or once.
    pub(crate) fn scope(&self) -> Scope {
        match self.table {
            Some(table) if self.reads_row => Scope::Row(table),
            _ => Scope::Whole,
        }
    }
}

/// What to write for a part of a sum that stands in another table; nothing where it names none.
pub(crate) fn across_tables(part: &str, binding: &Binding<'_>) -> Option<&'static str> {
    let table = part.split_once('.').map_or(part, |it| it.0);
    let is_table = binding.tables.iter().any(|it| it.name == table);
    is_table.then_some("a sum covers one table; `crossfoot explain tables` shows sums across tables")
}

/// Reads the name of a row of a table, in square brackets: `[All]`, `[Car accidents > killed]`.
///
/// # Errors
///
/// [`ErrorKind::Expression`](crate::ErrorKind): it is no such name, or the table declares no such row.
pub(crate) fn row_name(text: &str, binding: &Binding<'_>, table: usize, column: &str) -> Result<NamedCell> {
    let inner = text.trim().strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    let Some(inner) = inner else {
        let error = fault(format!("'{text}' is not a row"));
        let brackets = || format!("write a row in square brackets: [{text}]");
        return Err(error.hint(across_tables(text, binding).map_or_else(brackets, str::to_owned)));
    };
    let label = inner.replace("]]", "]");
    let names = Names { tables: binding.tables, table: Some(table) };
    let parts = [
        Part { text: &binding.tables[table].name, bracketed: false },
        Part { text: &label, bracketed: true },
        Part { text: column, bracketed: false },
    ];
    match names.resolve(&parts)? {
        Name::Cell(it) => Ok(it),
        Name::Column(..) | Name::Lookup(..) => unreachable!("a name of three parts is a cell"),
    }
}

/// A row condition, bound to one table: the `where` of a rule.
#[derive(Clone, Debug)]
pub struct Condition(Expression);

impl Condition {
    /// Parses a SQL condition over the rows of a declared table.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expression`](crate::ErrorKind): does not parse, names what is not there, or has a wrong type.
    pub fn parse(text: &str, binding: &Binding<'_>, table: usize) -> Result<Self> {
        let it = Expression::parse_over(text, binding, Some(table))?;
        if it.needs_previous {
            return Err(fault("a `where` cannot use previous()"));
        }
        Ok(Self(it))
    }

    /// The text of it.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    /// What it cannot be judged without.
    pub(crate) fn needs(&self) -> Vec<Need> {
        self.0.needs()
    }

    /// The columns that it reads as empty where an edition does not print them.
    pub(crate) fn optional(&self) -> Vec<(usize, String)> {
        self.0.optional()
    }

    /// Every column that it reads, by table and name.
    pub(crate) fn columns(&self) -> Vec<(usize, String)> {
        self.0.columns()
    }

    /// One truth value a row of the table (index into the edition's tables); `None` is unknown.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Expression`](crate::ErrorKind) where exact arithmetic leaves its range.
    pub fn truths(&self, context: &Context<'_>, table: usize) -> Result<Vec<Option<bool>>> {
        // A condition chooses rows; it is not itself held to rows already chosen.
        let context = Context { filter: None, ..*context };
        let mut frame = self.0.frame(&context);
        frame.table = Some(table);
        let length = context.edition.tables[table].rows.len();
        let mut answers = Vec::with_capacity(length);
        for start in (0..length).step_by(frame::BATCH_ROWS) {
            let rows = start..(start + frame::BATCH_ROWS).min(length);
            let truths = frame.truths(&self.0.node, &rows, frame.zero);
            answers.extend((0..rows.len()).map(|it| truths[vector::index(truths.len(), it)].known()));
        }
        Ok(answers)
    }
}
