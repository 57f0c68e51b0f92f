//! Settles names and types: from a syntax tree to a tree of operations.

use sqlparser::ast::{BinaryOperator, CaseWhen, DataType, Expr, Ident, InTarget, UnaryOperator, Value, ValueWithSpan};

use super::dialect::fault;
use super::literal;
use super::names::{Name, Names, Part};
use super::node::{ColumnRef, Comparison, Constant, Inputs, Link, NamedCell, Node, Side, Slot, Source, Type, Via};
use super::shorthand::shown;
use crate::error::Result;
use crate::plan::Relation;
use crate::rules::Binding;

// Chains of AND, OR and + are flat; what is left nests this deep at most.
const DEPTH_MAX: usize = 120;

/// A node with the type of its value.
pub(super) type Typed = (Node, Type);

/// What is known while an expression is bound.
pub(super) struct Binder<'a> {
    pub(super) binding: &'a Binding<'a>,
    /// The table whose columns bare names are.
    pub(super) table: Option<usize>,
    /// The cells, aggregates and ways to other rows found so far.
    pub(super) inputs: Inputs,
    /// Whether a column of the row was read, outside aggregates.
    pub(super) reads_row: bool,
    /// What is known inside an aggregate.
    pub(super) aggregate: Option<Inside>,
    /// Inside `previous(…)`.
    pub(super) previous: bool,
    /// Inside `previous(…) along …`: the link to that row.
    pub(super) back: Option<usize>,
    /// Whether the edition before was asked for.
    pub(super) needs_previous: bool,
    pub(super) depth: usize,
    /// How the column bound last prints its days or periods, where that is declared.
    pub(super) format: Option<String>,
}

/// What is known inside an aggregate.
pub(super) struct Inside {
    /// The table of the rule, where the aggregate runs over another's rows.
    pub(super) outer: Option<usize>,
    /// Another table that a qualified name spoke of.
    pub(super) other: Option<usize>,
    /// Whether it reads the row judged.
    pub(super) relative: bool,
}

impl<'a> Binder<'a> {
    /// A binder for the rows of a table, if the rule is for one.
    pub(super) fn new(binding: &'a Binding<'a>, table: Option<usize>) -> Self {
        Self {
            binding,
            table,
            inputs: Inputs::default(),
            reads_row: false,
            aggregate: None,
            previous: false,
            back: None,
            needs_previous: false,
            depth: 0,
            format: None,
        }
    }

    /// Binds an expression of any type.
    pub(super) fn bind(&mut self, expression: &Expr) -> Result<Typed> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(fault("the expression is nested too deeply"));
        }
        let bound = self.bind_here(expression);
        self.depth -= 1;
        bound
    }

    fn bind_here(&mut self, expression: &Expr) -> Result<Typed> {
        match expression {
            Expr::Nested(inner) => self.bind(inner),
            Expr::Identifier(name) => self.name(std::slice::from_ref(name)),
            Expr::CompoundIdentifier(names) => self.name(names),
            Expr::Value(value) => constant(value),
            Expr::TypedString(it) if it.data_type == DataType::Date => {
                let text = it.value.value.clone().into_string().unwrap_or_default();
                Ok((Node::Constant(Constant::Date(literal::day(&text)?)), Type::Date))
            }
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::BinaryOp { left, op, right } => self.binary(expression, left, op, right),
            Expr::Between { expr, negated, low, high } => self.between(expr, low, high, *negated),
            Expr::In { expr, target: InTarget::List(list), negated, .. } => self.within(expr, list, *negated),
            Expr::Like { negated, expr, pattern, escape_char, any: false } => {
                self.like(expr, pattern, escape_char.as_deref(), false, *negated)
            }
            Expr::ILike { negated, expr, pattern, escape_char, any: false } => {
                self.like(expr, pattern, escape_char.as_deref(), true, *negated)
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Function(function) => self.function(function),
            Expr::Subquery(_) | Expr::Exists { .. } => Err(fault("subqueries cannot be used in a rule")),
            _ => self.is(expression),
        }
    }

    fn is(&mut self, expression: &Expr) -> Result<Typed> {
        let (inner, test, negated) = match expression {
            Expr::IsNull(it) | Expr::IsUnknown(it) => (it, None, false),
            Expr::IsNotNull(it) | Expr::IsNotUnknown(it) => (it, None, true),
            Expr::IsTrue(it) => (it, Some(true), false),
            Expr::IsNotTrue(it) => (it, Some(true), true),
            Expr::IsFalse(it) => (it, Some(false), false),
            Expr::IsNotFalse(it) => (it, Some(false), true),
            Expr::IsDistinctFrom(left, right) => return self.distinct(left, right, false),
            Expr::IsNotDistinctFrom(left, right) => return self.distinct(left, right, true),
            other => return Err(fault(format!("this cannot be used in a rule: {}", short(other)))),
        };
        let node = match test {
            Some(wanted) => Node::IsTruth(Box::new(self.truth(inner)?), wanted),
            None => Node::IsNull(Box::new(self.side(inner)?.0)),
        };
        Ok((negate(node, negated), Type::Truth))
    }

    /// Binds an expression that must be a condition.
    pub(super) fn truth(&mut self, expression: &Expr) -> Result<Node> {
        let (mut node, kind) = self.bind(expression)?;
        match kind {
            Type::Truth => Ok(node),
            Type::Null => {
                give_type(&mut node, Type::Truth);
                Ok(node)
            }
            _ => Err(fault(format!("expected a condition, found {}: {}", kind.word(), short(expression)))
                .hint("a condition compares: total > 0, solved <= total")),
        }
    }

    /// Binds an expression that must be a number.
    pub(super) fn number(&mut self, expression: &Expr) -> Result<Node> {
        let (mut node, kind) = self.bind(expression)?;
        expect_number(&mut node, kind, expression)?;
        Ok(node)
    }

    pub(super) fn side(&mut self, expression: &Expr) -> Result<(Side, Type)> {
        let (node, kind) = self.bind(expression)?;
        Ok((Side { node, text: shown(&expression.to_string()) }, kind))
    }

    fn name(&mut self, idents: &[Ident]) -> Result<Typed> {
        let parts: Vec<Part<'_>> =
            idents.iter().map(|it| Part { text: &it.value, bracketed: it.quote_style == Some('[') }).collect();
        let names = Names { tables: self.binding.tables, table: self.table };
        if let Some(bound) = self.this_or_other(&parts)? {
            return Ok(bound);
        }
        match names.resolve(&parts)? {
            Name::Lookup(link, name) => self.looked_up(link, name),
            Name::Column(table, name) => {
                let outer = self.aggregate.as_ref().and_then(|it| it.outer);
                if let (Some(outer), 1) = (outer, idents.len())
                    && self.binding.tables[outer].column(&name).is_some()
                {
                    let (one, other) = (&self.binding.tables[outer].name, &self.binding.tables[table].name);
                    return Err(fault(format!("'{name}' is a column of '{one}' and of '{other}'"))
                        .hint(format!("write {other}.{name}, or {one}.{name} for the row being checked")));
                }
                self.column(table, name)
            }
            Name::Cell(cell) => Ok(self.cell(cell)),
        }
    }

    pub(super) fn column(&mut self, table: usize, name: String) -> Result<Typed> {
        let schema = &self.binding.tables[table];
        let at = schema.column(&name).expect("the name was found among the columns");
        let kind = Type::of_column(schema.columns[at].kind);
        self.format.clone_from(&schema.columns[at].format);
        match &mut self.aggregate {
            Some(inside) if Some(table) != self.table && inside.outer == Some(table) => {
                inside.relative = true;
                return Ok((Node::Column(ColumnRef { name, kind, via: Via::This }), kind));
            }
            Some(inside) if Some(table) != self.table => inside.other = Some(table),
            Some(_) => {}
            None if Some(table) == self.table => self.reads_row = true,
            None => {
                return Err(fault(format!("'{}.{name}' is a column of another table", schema.name))
                    .hint(format!("use one cell, {0}.[row].{name}, or all of them, sum({0}.{name})", schema.name)));
            }
        }
        if self.previous && self.aggregate.is_none() && schema.has_unkeyed_rows() {
            return Err(fault(format!("previous({name}) needs a key to find the same row"))
                .hint(format!("declare it: [tables.{}] key = [\"…\"]", schema.name)));
        }
        let via = match (self.aggregate.is_some(), self.previous, self.back) {
            (true, ..) | (_, false, None) => Via::Own,
            (_, true, _) => Via::Link(self.link(Link::Previous)),
            (_, _, Some(link)) => Via::Link(link),
        };
        Ok((Node::Column(ColumnRef { name, kind, via }), kind))
    }

    fn cell(&mut self, cell: NamedCell) -> Typed {
        let schema = &self.binding.tables[cell.table];
        let column = schema.column(&cell.column).expect("the name was found among the columns");
        let kind = Type::of_column(schema.columns[column].kind);
        self.format.clone_from(&schema.columns[column].format);
        let known = |it: &Slot| it.previous == self.previous && matches!(&it.source, Source::Cell(it) if *it == cell);
        let at = self.inputs.slots.iter().position(known);
        let at = at.unwrap_or_else(|| self.slot(Slot { source: Source::Cell(cell), previous: self.previous, kind }));
        (Node::Slot(at), kind)
    }

    /// Adds a slot, and tells its index.
    pub(super) fn slot(&mut self, slot: Slot) -> usize {
        self.inputs.slots.push(slot);
        self.inputs.slots.len() - 1
    }

    /// A way to another row, by its index.
    pub(super) fn link(&mut self, link: Link) -> usize {
        let links = &mut self.inputs.links;
        links.iter().position(|it| *it == link).unwrap_or_else(|| {
            links.push(link);
            links.len() - 1
        })
    }

    fn unary(&mut self, operator: UnaryOperator, expression: &Expr) -> Result<Typed> {
        match operator {
            UnaryOperator::Not => Ok((Node::Not(Box::new(self.truth(expression)?)), Type::Truth)),
            UnaryOperator::Minus => Ok((Node::Sum(vec![(true, self.number(expression)?)]), Type::Number)),
            UnaryOperator::Plus => Ok((self.number(expression)?, Type::Number)),
            other => Err(fault(format!("the operator {other} cannot be used in a rule"))),
        }
    }

    fn binary(&mut self, whole: &Expr, left: &Expr, operator: &BinaryOperator, right: &Expr) -> Result<Typed> {
        let relation = match operator {
            BinaryOperator::And => {
                let terms = chain(whole, |it| matches!(it, BinaryOperator::And));
                let nodes: Result<Vec<Node>> = terms.into_iter().map(|it| self.truth(it.1)).collect();
                return Ok((Node::All(nodes?), Type::Truth));
            }
            BinaryOperator::Or => {
                let terms = chain(whole, |it| matches!(it, BinaryOperator::Or));
                let nodes: Result<Vec<Node>> = terms.into_iter().map(|it| self.truth(it.1)).collect();
                return Ok((Node::Any(nodes?), Type::Truth));
            }
            BinaryOperator::Plus | BinaryOperator::Minus => {
                let terms = chain(whole, |it| matches!(it, BinaryOperator::Plus | BinaryOperator::Minus));
                let minus = |it: Option<&BinaryOperator>| matches!(it, Some(BinaryOperator::Minus));
                let signed: Vec<(bool, &Expr)> = terms.into_iter().map(|it| (minus(it.0), it.1)).collect();
                return self.sum_of(&signed);
            }
            BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => {
                let pair = Box::new([self.number(left)?, self.number(right)?]);
                let node = match operator {
                    BinaryOperator::Multiply => Node::Product(pair),
                    BinaryOperator::Divide => Node::Quotient(pair),
                    _ => Node::Remainder(pair),
                };
                return Ok((node, Type::Number));
            }
            BinaryOperator::Eq => Relation::Equal,
            BinaryOperator::NotEq => Relation::Unequal,
            BinaryOperator::Lt => Relation::Less,
            BinaryOperator::LtEq => Relation::AtMost,
            BinaryOperator::Gt => Relation::More,
            BinaryOperator::GtEq => Relation::AtLeast,
            other => return Err(fault(format!("the operator {other} cannot be used in a rule"))),
        };
        let (mut left, mut right) = (self.side(left)?, self.side(right)?);
        let kind = meet(&mut [&mut left, &mut right], "compare", whole)?;
        if kind == Type::Truth && !matches!(relation, Relation::Equal | Relation::Unequal) {
            return Err(fault(format!("conditions cannot be compared by size: {}", short(whole))));
        }
        if let (Some(_), Node::Column(one), Node::Column(other)) = (&self.aggregate, &left.0.node, &right.0.node)
            && one == other
            && left.0.text != right.0.text
        {
            return Err(fault(format!("{} is compared with itself: {}", one.name, short(whole)))
                .hint(format!("write this.{} for the row being checked", one.name)));
        }
        Ok((Node::Compare(Box::new(Comparison { relation, left: left.0, right: right.0, kind })), Type::Truth))
    }

    fn between(&mut self, value: &Expr, low: &Expr, high: &Expr, negated: bool) -> Result<Typed> {
        let (mut it, mut low, mut high) = (self.side(value)?, self.side(low)?, self.side(high)?);
        let kind = meet(&mut [&mut it, &mut low, &mut high], "compare", value)?;
        if kind == Type::Truth {
            return Err(fault(format!("conditions cannot be compared by size: {}", short(value))));
        }
        Ok((negate(Node::Between(Box::new([it.0, low.0, high.0]), kind), negated), Type::Truth))
    }

    fn within(&mut self, value: &Expr, list: &[Expr], negated: bool) -> Result<Typed> {
        let mut it = self.side(value)?;
        let mut others = list.iter().map(|it| self.side(it)).collect::<Result<Vec<_>>>()?;
        let mut all: Vec<&mut (Side, Type)> = std::iter::once(&mut it).chain(&mut others).collect();
        let kind = meet(&mut all, "compare", value)?;
        let others = others.into_iter().map(|it| it.0).collect();
        Ok((negate(Node::In(Box::new(it.0), others, kind), negated), Type::Truth))
    }

    fn distinct(&mut self, left: &Expr, right: &Expr, negated: bool) -> Result<Typed> {
        let (mut a, mut b) = (self.side(left)?, self.side(right)?);
        meet(&mut [&mut a, &mut b], "compare", left)?;
        Ok((negate(Node::Distinct(Box::new([a.0, b.0])), negated), Type::Truth))
    }

    fn like(
        &mut self,
        value: &Expr,
        pattern: &Expr,
        escape: Option<&Expr>,
        any_case: bool,
        negated: bool,
    ) -> Result<Typed> {
        let (side, kind) = self.side(value)?;
        if kind != Type::Text {
            return Err(fault(format!("LIKE expects a text, found {}: {}", kind.word(), short(value))));
        }
        let Some(pattern) = literal::text(pattern) else {
            return Err(fault(format!("LIKE expects a pattern in quotes, found {}", short(pattern))));
        };
        let escape = match escape.map(literal::text) {
            None => None,
            Some(Some(it)) if it.chars().count() == 1 => it.chars().next(),
            Some(_) => return Err(fault("ESCAPE expects one character in quotes")),
        };
        let regex = literal::like(&pattern, escape, any_case)?;
        Ok((negate(Node::Like(Box::new(side), Box::new(regex), pattern), negated), Type::Truth))
    }

    fn case(&mut self, operand: Option<&Expr>, branches: &[CaseWhen], otherwise: Option<&Expr>) -> Result<Typed> {
        let mut conditions = Vec::new();
        let mut results = Vec::new();
        for it in branches {
            conditions.push(match operand {
                None => self.truth(&it.condition)?,
                Some(operand) => {
                    let (mut left, mut right) = (self.side(operand)?, self.side(&it.condition)?);
                    let kind = meet(&mut [&mut left, &mut right], "compare", operand)?;
                    let relation = Relation::Equal;
                    Node::Compare(Box::new(Comparison { relation, left: left.0, right: right.0, kind }))
                }
            });
            results.push(self.side(&it.result)?);
        }
        results.push(match otherwise {
            Some(it) => self.side(it)?,
            None => (Side::new(Node::Constant(Constant::Null(Type::Null)), "NULL"), Type::Null),
        });
        let mut all: Vec<&mut (Side, Type)> = results.iter_mut().collect();
        let kind = meet(&mut all, "mix", &branches[0].result)?;
        let otherwise = results.pop().expect("the last result was just added").0.node;
        let branches = conditions.into_iter().zip(results.into_iter().map(|it| it.0.node)).collect();
        Ok((Node::Case(branches, Box::new(otherwise), kind), kind))
    }
}

/// Refuses what is no number, and gives a NULL its type.
pub(super) fn expect_number(node: &mut Node, kind: Type, expression: &Expr) -> Result<()> {
    match kind {
        Type::Number => Ok(()),
        Type::Null => {
            give_type(node, Type::Number);
            Ok(())
        }
        _ => Err(fault(format!("expected a number, found {}: {}", kind.word(), short(expression)))
            .hint("columns of type count, integer, amount and percent are numbers")),
    }
}

/// Reads a literal.
fn constant(value: &ValueWithSpan) -> Result<Typed> {
    Ok(match &value.value {
        Value::Number(text, _) => (Node::Constant(Constant::Number(literal::number(text)?)), Type::Number),
        Value::SingleQuotedString(text) => (Node::Constant(Constant::Text(text.clone())), Type::Text),
        Value::Boolean(it) => (Node::Constant(Constant::Truth(*it)), Type::Truth),
        Value::Null => (Node::Constant(Constant::Null(Type::Null)), Type::Null),
        other => return Err(fault(format!("this literal cannot be used in a rule: {other}"))),
    })
}

/// Finds the one type of several values: NULL fits any, and a text in quotes
/// beside a date is a date.
pub(super) fn meet(values: &mut [&mut (Side, Type)], verb: &str, whole: &Expr) -> Result<Type> {
    let has_date = values.iter().any(|it| it.1 == Type::Date);
    for it in values.iter_mut() {
        if let (true, Node::Constant(Constant::Text(text))) = (has_date, &it.0.node) {
            let day = literal::day(text)?;
            (it.0.node, it.1) = (Node::Constant(Constant::Date(day)), Type::Date);
        }
    }
    let kind = values.iter().map(|it| it.1).find(|&it| it != Type::Null).unwrap_or(Type::Number);
    for it in values {
        if it.1 == Type::Null {
            give_type(&mut it.0.node, kind);
        } else if it.1 != kind {
            let (one, other) = (kind.word(), it.1.word());
            return Err(fault(format!("cannot {verb} {one} with {other}: {}", short(whole))));
        }
    }
    Ok(kind)
}

/// Gives a NULL, or what can only be NULL, a type.
pub(super) fn give_type(node: &mut Node, kind: Type) {
    *node = Node::Constant(Constant::Null(kind));
}

fn negate(node: Node, negated: bool) -> Node {
    if negated { Node::Not(Box::new(node)) } else { node }
}

/// The operands of a chain that leans to the left, each with the operator
/// before it; parentheses end a chain.
fn chain(whole: &Expr, same: impl Fn(&BinaryOperator) -> bool) -> Vec<(Option<&BinaryOperator>, &Expr)> {
    let mut operands = Vec::new();
    let mut rest = whole;
    while let Expr::BinaryOp { left, op, right } = rest {
        if !same(op) {
            break;
        }
        operands.push((Some(op), &**right));
        rest = left;
    }
    operands.push((None, rest));
    operands.reverse();
    operands
}

/// An expression's text, cut where it is long.
pub(super) fn short(expression: &Expr) -> String {
    let text = shown(&expression.to_string());
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(57).chain("…".chars()).collect()
}
