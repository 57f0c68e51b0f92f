//! Sums over columns of each row.

use std::borrow::Cow;

use num_traits::One;

use super::{AbsentWord, Balance};
use crate::error::Result;
use crate::plan::{Cell, CellRef, Equation, Missing, Relation, Rounding, Sieved};
use crate::rules::expression::{Comparison, Constant, Expression, Node, Side};
use crate::rules::{Binding, CellSet, Context, Detail, Kind, Mark, Need, Scope, prints_no};
use crate::table::Exact;

/// A sum over columns of each row.
#[derive(Debug)]
pub(super) struct ColumnsSum {
    /// It over all of its parts.
    expression: Expression,
    table: usize,
    total: String,
    parts: Vec<(Exact, String)>,
    /// The parts that an edition may leave out.
    optional: Vec<(usize, String)>,
    complete: bool,
    absent: Option<AbsentWord>,
    missing: Missing,
    rounding: Rounding,
}

impl ColumnsSum {
    pub(super) fn new(
        (table, total): (usize, String),
        parts: Vec<(Exact, String)>,
        (complete, absent): (bool, Option<AbsentWord>),
        binding: &Binding<'_>,
    ) -> Self {
        let names: Vec<String> = parts.iter().map(|it| it.1.clone()).collect();
        let optional = match absent {
            Some(AbsentWord::Undetermined) => Vec::new(),
            Some(AbsentWord::Zero) | None => binding.optional(table, &names),
        };
        let expression = Expression::of_rows(balance(&total, complete, parts.iter()), table, binding);
        let (missing, rounding) = (binding.missing, binding.rounding);
        Self { expression, table, total, parts, optional, complete, absent, missing, rounding }
    }

    /// The parts that an edition prints.
    fn printed(&self, context: &Context<'_>) -> Vec<&(Exact, String)> {
        let table = context.table(self.table).map(|it| &context.edition.tables[it]);
        self.parts.iter().filter(|it| table.is_none_or(|table| table.column(&it.1).is_some())).collect()
    }

    /// The sum over the parts that an edition prints.
    fn reduced(&self, context: &Context<'_>) -> Cow<'_, Expression> {
        let parts = self.printed(context);
        if parts.len() == self.parts.len() {
            return Cow::Borrowed(&self.expression);
        }
        Cow::Owned(self.expression.with_node(balance(&self.total, self.complete, parts.into_iter())))
    }
}

/// The total against its parts.
fn balance<'a>(total: &str, complete: bool, parts: impl Iterator<Item = &'a (Exact, String)>) -> Node {
    let weighted = |(weight, name): &(Exact, String)| {
        let column = Node::number_column(name);
        let factor = Node::Constant(Constant::Number(weight.clone()));
        let node = if weight.is_one() { column } else { Node::Product(Box::new([factor, column])) };
        (false, node)
    };
    let made = Node::Sum(parts.map(weighted).collect());
    let relation = if complete { Relation::Equal } else { Relation::AtLeast };
    Comparison::of_numbers(Side::new(Node::number_column(total), total), relation, Side::new(made, "parts"))
}

impl Kind for ColumnsSum {
    fn scope(&self) -> Scope {
        self.expression.scope()
    }

    fn is_local(&self) -> bool {
        self.expression.is_of_a_row()
    }

    fn sieve(&self) -> Option<Sieved> {
        self.expression.sieve()
    }

    fn needs(&self) -> Vec<Need> {
        let parts = self.parts.iter().map(|it| &it.1);
        let parts = parts.filter(|it| !self.optional.iter().any(|optional| optional.1 == **it));
        let columns = std::iter::once(&self.total).chain(parts);
        let columns = columns.map(|it| Need::Column(self.table, it.clone()));
        std::iter::once(Need::Table(self.table)).chain(columns).collect()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.optional.clone()
    }

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        let nothing = self.printed(context).is_empty() && self.absent.is_none();
        nothing.then(|| prints_no(&self.parts.iter().map(|it| it.1.as_str()).collect::<Vec<_>>()))
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        Ok(self.reduced(context).marks(context))
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        self.reduced(context).reads(context, marks, cells);
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        self.reduced(context).equations(context, checks)
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        let name = &context.tables[self.table].name;
        let Some(table) = context.table(self.table) else {
            return Detail::new(name, format!("there is no table {name}"));
        };
        let cell = |column: &String| {
            let column = context.edition.tables[table].column(column)?;
            Some(CellRef { cell: Cell { table, row: check, column }, previous: false })
        };
        let printed = self.printed(context);
        let parts: Option<Vec<(Exact, CellRef)>> =
            printed.iter().map(|it| Some((it.0.clone(), cell(&it.1)?))).collect();
        let (Some(total), Some(parts)) = (cell(&self.total), parts) else {
            return Detail::new(name, "a column of the sum is missing");
        };
        let (complete, missing, rounding) = (self.complete, self.missing, self.rounding);
        let balance = Balance { total, parts: &parts, complete, missing, rounding, in_row: true };
        let mut detail = balance.explain(context);
        if context.filter.is_some_and(|it| it[check].is_none()) {
            "it is unknown whether the rule applies to this row".clone_into(&mut detail.message);
        }
        let left_out = context.unprinted(&self.optional);
        if !left_out.is_empty() {
            detail.hint = Some(format!("{}: the sum covers the other parts", prints_no(&left_out)));
        }
        detail
    }
}
