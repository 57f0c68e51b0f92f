//! `expect`: a SQL condition is true.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Equation, Sieved, Test};
use crate::rules::expression::{Expression, Words, own_table, unknown_column};
use crate::rules::file::WordOr;
use crate::rules::{Binding, CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::Exact;

/// A SQL boolean expression that must be true: of each row where it reads
/// columns, else once; or one for each of some columns.
pub(crate) type Spec = WordOr<Each>;

/// A condition for each of some columns.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Expect")]
pub(crate) struct Each {
    /// The columns; each stands for `it` in turn.
    columns: Vec<String>,
    /// The condition, in which `it` is the column.
    holds: String,
}

#[derive(Debug)]
struct Expect {
    expression: Expression,
    /// The columns that it has a condition each for, and their table.
    each: Option<(usize, Vec<String>)>,
}

/// Compiles the rule.
///
/// # Errors
///
/// [`ErrorKind::Expression`](crate::ErrorKind): it is no condition over what is declared.
pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let each = match spec {
        WordOr::Word(text) => {
            return Ok(Box::new(Expect { expression: Expression::parse(text, binding)?, each: None }));
        }
        WordOr::Table(each) => each,
    };
    let table = own_table(binding)?;
    let schema = &binding.tables[table];
    if each.columns.is_empty() {
        return Err(Error::new(ErrorKind::Rules, "expect needs at least one column: columns = [\"…\"]"));
    }
    if let Some(unknown) = each.columns.iter().find(|it| schema.column(it).is_none()) {
        return Err(unknown_column(schema, unknown));
    }
    let expression = Expression::parse_each(&each.holds, &each.columns, binding)?;
    Ok(Box::new(Expect { expression, each: Some((table, each.columns.clone())) }))
}

impl Expect {
    /// The conditions of the columns that an edition prints.
    fn printed(&self, context: &Context<'_>) -> Cow<'_, Expression> {
        match &self.each {
            Some((table, columns)) => self.expression.of_printed(context, *table, columns),
            None => Cow::Borrowed(&self.expression),
        }
    }

    fn words(&self) -> Words {
        if self.each.is_some() { Words::Range } else { Words::Expect }
    }
}

impl Kind for Expect {
    fn scope(&self) -> Scope {
        self.expression.scope()
    }

    fn is_local(&self) -> bool {
        self.expression.is_of_a_row()
    }

    fn needs(&self) -> Vec<Need> {
        self.expression.needs()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.expression.optional()
    }

    fn judged(&self) -> Vec<(usize, String)> {
        self.expression.judged()
    }

    fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        if let Some((table, columns)) = &self.each
            && let Some(why) = context.prints_none(*table, columns)
        {
            return Some(why);
        }
        self.expression.why_undetermined(context, marks)
    }

    fn sieve(&self) -> Option<Sieved> {
        self.expression.sieve()
    }

    fn sieve_beside(&self, totals: &[Exact]) -> Option<Vec<Test<String>>> {
        self.expression.sieve_beside(totals)
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        Ok(self.printed(context).marks(context))
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        self.printed(context).reads(context, marks, cells);
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        self.printed(context).equations(context, checks)
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.printed(context).explain(context, check, self.words())
    }

    /// What is read beside the row is worked out once for all of them.
    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        self.printed(context).explain_all(context, checks, self.words())
    }
}
