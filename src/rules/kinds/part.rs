//! `part`: a part is at most its whole.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Equation, Relation, Sieved};
use crate::rules::expression::{Expression, Node, Type, Words};
use crate::rules::{Binding, CellSet, Context, Detail, Kind, Mark, Need, Scope};

/// A part and its whole, as `part <= whole`; both may be sums of columns or cells.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Part")]
pub(crate) struct Spec(pub(crate) String);

#[derive(Debug)]
struct Part(Expression);

/// Compiles the rule.
///
/// # Errors
///
/// [`ErrorKind::Expression`](crate::ErrorKind): it is not `part <= whole` over what is declared.
pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let expression = Expression::parse(&spec.0, binding)?.with_smaller_left();
    let ordered = |it: Relation| matches!(it, Relation::AtMost | Relation::Less);
    match expression.node() {
        Node::Compare(it) if ordered(it.relation) && it.kind == Type::Number => Ok(Box::new(Part(expression))),
        _ => Err(Error::new(ErrorKind::Expression, format!("expected part <= whole, found {}", spec.0))
            .hint("use `expect` for any other condition")),
    }
}

impl Kind for Part {
    fn scope(&self) -> Scope {
        self.0.scope()
    }

    fn is_local(&self) -> bool {
        self.0.is_of_a_row()
    }

    fn needs(&self) -> Vec<Need> {
        self.0.needs()
    }

    fn optional(&self) -> Vec<(usize, String)> {
        self.0.optional()
    }

    fn why_undetermined(&self, context: &Context<'_>, marks: &[Mark]) -> Option<String> {
        self.0.why_undetermined(context, marks)
    }

    fn sieve(&self) -> Option<Sieved> {
        self.0.sieve()
    }

    fn verdicts(&self, context: &Context<'_>) -> Result<Vec<Mark>> {
        Ok(self.0.marks(context))
    }

    fn reads(&self, context: &Context<'_>, marks: &[Mark], cells: &mut CellSet) {
        self.0.reads(context, marks, cells);
    }

    fn equations(&self, context: &Context<'_>, checks: &[usize]) -> Vec<(usize, Equation)> {
        self.0.equations(context, checks)
    }

    fn explain(&self, context: &Context<'_>, check: usize) -> Detail {
        self.0.explain(context, check, Words::Part)
    }

    fn explain_all(&self, context: &Context<'_>, checks: &[usize]) -> Vec<Detail> {
        self.0.explain_all(context, checks, Words::Part)
    }
}
