//! `range`: figures lie within limits, ends included.

use std::borrow::Cow;

use num_traits::Zero;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::plan::{Equation, Relation, Sieved};
use crate::rules::expression::{
    Comparison, Constant, Expression, Node, RuleNumber, Side, Type, Words, number_columns, own_table,
};
use crate::rules::{Binding, CellSet, Context, Detail, Kind, Mark, Need, Scope};
use crate::table::{Exact, show_exact};

/// Limits that the figures of some columns lie within, ends included.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Range")]
pub(crate) struct Spec {
    /// The columns, all of numbers.
    pub(crate) columns: Vec<String>,
    /// The least that a figure may be.
    pub(crate) min: Option<RuleNumber>,
    /// The most that a figure may be.
    pub(crate) max: Option<RuleNumber>,
}

#[derive(Debug)]
struct Range {
    table: usize,
    columns: Vec<String>,
    /// One condition for each column, joined.
    expression: Expression,
}

/// Compiles the rule.
///
/// # Errors
///
/// [`ErrorKind::Rules`]: no limit, or limits that no figure fits;
/// [`ErrorKind::Expression`]: a column that is not there or holds no numbers.
pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = own_table(binding)?;
    if spec.columns.is_empty() {
        return Err(Error::new(ErrorKind::Rules, "range needs at least one column: columns = [\"…\"]"));
    }
    let columns = number_columns(&binding.tables[table], &spec.columns)?;
    let within: Result<Vec<Node>> = columns.iter().map(|it| limits(it, spec)).collect();
    let expression = Expression::of_rows(Node::All(within?), table, binding);
    Ok(Box::new(Range { table, columns, expression }))
}

fn limits(column: &str, spec: &Spec) -> Result<Node> {
    let value = Side::new(Node::number_column(column), column);
    let side = |it: &Exact| Side::new(Node::Constant(Constant::Number(it.clone())), show_exact(it));
    match (&spec.min, &spec.max) {
        (Some(RuleNumber(min)), Some(RuleNumber(max))) if (max - min) < Exact::zero() => {
            Err(Error::new(ErrorKind::Rules, format!("min {} is above max {}", show_exact(min), show_exact(max))))
        }
        (Some(min), Some(max)) => Ok(Node::Between(Box::new([value, side(&min.0), side(&max.0)]), Type::Number)),
        (Some(min), None) => Ok(Comparison::of_numbers(value, Relation::AtLeast, side(&min.0))),
        (None, Some(max)) => Ok(Comparison::of_numbers(value, Relation::AtMost, side(&max.0))),
        (None, None) => Err(Error::new(ErrorKind::Rules, "range needs min, max or both")),
    }
}

impl Range {
    /// The limits of the columns that an edition prints.
    fn printed(&self, context: &Context<'_>) -> Cow<'_, Expression> {
        self.expression.of_printed(context, self.table, &self.columns)
    }
}

impl Kind for Range {
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

    fn why_undetermined(&self, context: &Context<'_>, _marks: &[Mark]) -> Option<String> {
        context.prints_none(self.table, &self.columns)
    }

    fn sieve(&self) -> Option<Sieved> {
        self.expression.sieve()
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
        self.printed(context).explain(context, check, Words::Range)
    }
}

#[cfg(test)]
mod tests {
    use super::{Spec, compile};
    use crate::rules::expression::testing::World;
    use crate::rules::{Kind, Mark, Rounding};

    fn range(world: &World, text: &str) -> Box<dyn Kind> {
        let spec: Spec = toml::from_str(text).unwrap();
        world.compile(|it| compile(&spec, it)).unwrap()
    }

    fn fault(text: &str) -> String {
        let world = World::of("t", "item:label,a:amount", "x,1");
        match toml::from_str::<Spec>(text) {
            Ok(spec) => world.compile(|it| compile(&spec, it)).unwrap_err().to_string(),
            Err(it) => it.message().to_owned(),
        }
    }

    #[test]
    fn limits_are_inside_and_every_figure_outside_is_named() {
        let world = World::of("t", "item:label,a:amount,b:amount", "w,0,50\nx,60,-3\ny,,4\nz,,51");
        let rule = range(&world, "columns = ['a', 'b']\nmin = 0\nmax = 50");
        assert_eq!(world.marks(&*rule), [Mark::Holds, Mark::Fails, Mark::Undetermined, Mark::Fails]);
        let messages =
            ["x: a (60) is more than 50; b (-3) is less than 0", "y: a is empty", "z: b (51) is more than 50"];
        assert_eq!(world.messages(&*rule), messages);
        let detail = rule.explain(&world.context(), 1);
        assert_eq!(detail.places.len(), 2);
        assert_eq!(detail.places[0].label, "10 more than 50");
    }

    #[test]
    fn limits_are_decimals_as_written() {
        let world = World::of("t", "item:label,a:amount", "x,0.1\ny,0.3\nz,0.4");
        for text in ["columns = ['a']\nmin = 0.1\nmax = 0.3", "columns = ['a']\nmin = '0.1'\nmax = '0.30'"] {
            assert_eq!(world.marks(&*range(&world, text)), [Mark::Holds, Mark::Holds, Mark::Fails]);
        }
        let world = World { rounding: Rounding::Independent, ..world };
        let marks = world.marks(&*range(&world, "columns = ['a']\nmax = 0.35"));
        assert_eq!(marks, [Mark::Holds, Mark::Holds, Mark::Rounded]);
    }

    #[test]
    fn a_column_that_is_left_out_has_no_limits() {
        let world = World::of("t", "item:label,a:amount,b:amount", "x,60,\ny,4,").left_out("b");
        let rule = range(&world, "columns = ['b', 'a']\nmax = 50");
        assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Holds]);
        assert_eq!(world.messages(&*rule), ["x: a (60) is more than 50"]);
        assert_eq!(rule.equations(&world.context(), &[0, 1]).len(), 2);
        let rule = range(&world, "columns = ['b']\nmax = 50");
        assert_eq!(world.why_undetermined(&*rule).as_deref(), Some("column b is missing from this edition"));
    }

    #[test]
    fn faults_say_what_was_expected() {
        assert_eq!(fault("columns = ['a']"), "range needs min, max or both");
        assert_eq!(fault("columns = []\nmin = 1"), "range needs at least one column: columns = [\"…\"]");
        assert_eq!(fault("columns = ['a']\nmin = 2\nmax = 1"), "min 2 is above max 1");
        assert_eq!(fault("columns = ['item']\nmin = 2"), "column 'item' is a label, not a number");
        assert_eq!(fault("columns = ['c']\nmin = 2"), "table 't' has no column 'c'");
        assert!(fault("columns = ['a']\nmin = true").contains("expected a number, or a string that holds one"));
        assert!(fault("columns = ['a']\nmin = inf").contains("is not a number"));
    }
}
