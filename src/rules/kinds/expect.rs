//! `expect`: a SQL condition is true.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Result;
use crate::plan::{Equation, Sieved};
use crate::rules::expression::{Expression, Words};
use crate::rules::{Binding, CellSet, Context, Detail, Kind, Mark, Need, Scope};

/// A SQL boolean expression that must be true: of each row where it reads
/// columns, else once.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Expect")]
pub(crate) struct Spec(pub(crate) String);

#[derive(Debug)]
struct Expect(Expression);

/// Compiles the rule.
///
/// # Errors
///
/// [`ErrorKind::Expression`](crate::ErrorKind): it is no condition over what is declared.
pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    Ok(Box::new(Expect(Expression::parse(&spec.0, binding)?)))
}

impl Kind for Expect {
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
        self.0.explain(context, check, Words::Expect)
    }
}
