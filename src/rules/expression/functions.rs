//! Binds functions: those of one row, aggregates, and `previous`.

use num_bigint::BigInt;
use sqlparser::ast::{Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::bind::{Binder, Inside, Typed, meet, short};
use super::dates::DatePart;
use super::dialect::fault;
use super::literal;
use super::names::with_nearest;
use super::node::{Aggregate, Fold, Function, Node, Share, Side, Slot, Source, Type};
use crate::error::Result;

const NAMES: [&str; 28] = [
    "abs",
    "avg",
    "coalesce",
    "count",
    "day",
    "days",
    "days_in_month",
    "days_in_year",
    "greatest",
    "isoyear",
    "least",
    "length",
    "lower",
    "max",
    "median",
    "min",
    "month",
    "nullif",
    "percentile",
    "previous",
    "quarter",
    "round",
    "sum",
    "trim",
    "upper",
    "week",
    "weekday",
    "year",
];

/// The arguments of a call.
pub(super) enum Arguments<'e> {
    /// `*`
    Star,
    /// Expressions.
    List(Vec<&'e Expr>),
}

impl Binder<'_> {
    /// Binds a call of a function.
    pub(super) fn function(&mut self, call: &Call) -> Result<Typed> {
        let name = call.name.to_string().to_lowercase();
        if !call.within_group.is_empty() || call.null_treatment.is_some() {
            return Err(fault(format!("{name}: WITHIN GROUP and RESPECT NULLS cannot be used in a rule")));
        }
        if !NAMES.contains(&name.as_str()) {
            return Err(with_nearest(fault(format!("there is no function '{name}'")), &name, NAMES.into_iter())
                .hint(format!("known functions: {}", NAMES.join(", "))));
        }
        let mut arguments = arguments(&name, call)?;
        let fold = match name.as_str() {
            "count" => Some(Fold::Count),
            "sum" => Some(Fold::Sum),
            "min" => Some(Fold::Min),
            "max" => Some(Fold::Max),
            "avg" => Some(Fold::Average),
            "median" => Some(Fold::Percentile(Share::HALF)),
            "percentile" => Some(Fold::Percentile(share_of(&mut arguments)?)),
            _ => None,
        };
        if let Some(over) = &call.over {
            return self.over(&name, fold, &arguments, (call.filter.as_deref(), over));
        }
        if let Some(fold) = fold {
            return self.aggregate(&name, fold, &arguments, call.filter.as_deref());
        }
        let list = match arguments {
            Arguments::List(list) if call.filter.is_none() => list,
            _ => return Err(fault(format!("{name} is not an aggregate: it takes neither * nor FILTER"))),
        };
        if name == "previous" { self.previous_of(&list) } else { self.row_function(&name, &list) }
    }

    fn previous_of(&mut self, arguments: &[&Expr]) -> Result<Typed> {
        let [argument] = arguments else {
            let error = wrong_count("previous", "one argument", arguments.len());
            return Err(error.hint("to go back within one table, name the order: previous(x, 2) along day"));
        };
        if self.previous || self.back.is_some() || self.aggregate.is_some() {
            return Err(
                fault("previous cannot be used inside previous or an aggregate").hint("write previous(sum(column))")
            );
        }
        self.previous = true;
        self.needs_previous = true;
        let bound = self.bind(argument);
        self.previous = false;
        bound
    }

    fn row_function(&mut self, name: &str, list: &[&Expr]) -> Result<Typed> {
        match (name, list) {
            ("abs", [it]) => Ok((Node::Call(Function::Abs, vec![self.number(it)?], Type::Number), Type::Number)),
            ("round", [it]) => Ok((Node::Call(Function::Round(0), vec![self.number(it)?], Type::Number), Type::Number)),
            ("round", [it, decimals]) => {
                let function = Function::Round(decimals_of(decimals)?);
                Ok((Node::Call(function, vec![self.number(it)?], Type::Number), Type::Number))
            }
            (name, [it]) if DatePart::named(name).is_some() => self.date_part(name, it),
            ("length" | "lower" | "upper" | "trim", [it]) => self.text_function(name, it),
            ("coalesce" | "least" | "greatest", [_, ..]) | ("nullif", [_, _]) => self.choice(name, list),
            ("round", _) => Err(wrong_count(name, "one or two arguments", list.len())),
            ("nullif", _) => Err(wrong_count(name, "two arguments", list.len())),
            ("coalesce" | "least" | "greatest", []) => Err(wrong_count(name, "an argument", 0)),
            _ => Err(wrong_count(name, "one argument", list.len())),
        }
    }

    fn text_function(&mut self, name: &str, argument: &Expr) -> Result<Typed> {
        let (node, kind) = self.bind(argument)?;
        if kind != Type::Text {
            return Err(fault(format!("{name} expects a text, found {}: {}", kind.word(), short(argument))));
        }
        let (function, kind) = match name {
            "length" => (Function::Length, Type::Number),
            "lower" => (Function::Lower, Type::Text),
            "upper" => (Function::Upper, Type::Text),
            _ => (Function::Trim, Type::Text),
        };
        Ok((Node::Call(function, vec![node], kind), kind))
    }

    fn choice(&mut self, name: &str, list: &[&Expr]) -> Result<Typed> {
        let mut sides = list.iter().map(|it| self.side(it)).collect::<Result<Vec<(Side, Type)>>>()?;
        let mut all: Vec<&mut (Side, Type)> = sides.iter_mut().collect();
        let kind = meet(&mut all, "mix", list[0])?;
        let function = match name {
            "coalesce" => Function::Coalesce,
            "nullif" => Function::NullIf,
            "least" => Function::Least,
            _ => Function::Greatest,
        };
        if kind == Type::Truth && function != Function::Coalesce {
            return Err(fault(format!("{name} expects numbers, texts or dates: {}", short(list[0]))));
        }
        Ok((Node::Call(function, sides.into_iter().map(|it| it.0.node).collect(), kind), kind))
    }

    fn aggregate(&mut self, name: &str, fold: Fold, arguments: &Arguments<'_>, filter: Option<&Expr>) -> Result<Typed> {
        if self.aggregate.is_some() {
            return Err(fault(format!("{name} is inside another aggregate")));
        }
        let argument = match arguments {
            Arguments::Star if fold == Fold::Count => None,
            Arguments::List(list) if list.len() == 1 => Some(list[0]),
            Arguments::Star => return Err(fault(format!("{name}(*) is not allowed")).hint("only count(*) is")),
            Arguments::List(list) => return Err(wrong_count(name, "one argument", list.len())),
        };
        let (own, depth, slots) = (self.table, self.depth, self.inputs.slots.len());
        let mut bound = self.aggregate_over(own, None, argument, filter);
        let mut table = own;
        // A qualified name tells whose rows are meant; bare names are then of
        // that table too, so everything is bound once more, there.
        let mut inside = self.aggregate.take();
        if let Some(other) = inside.as_ref().and_then(|it| it.other) {
            self.depth = depth;
            self.inputs.slots.truncate(slots);
            table = Some(other);
            bound = self.aggregate_over(table, own, argument, filter);
            inside = self.aggregate.take();
            if inside.as_ref().is_some_and(|it| it.other.is_some()) {
                self.table = own;
                return Err(fault(format!("{name} covers the rows of one table, but names columns of two")));
            }
        }
        (self.aggregate, self.table) = (None, own);
        let (argument, filter) = bound?;
        let Some(table) = table else {
            let error = fault(format!("{name}: the table is not given"));
            return Err(error.hint("write table.column, or name the table in the rule"));
        };
        if inside.is_some_and(|it| it.relative) {
            return self.relative(fold, table, argument, filter);
        }
        self.aggregate_slot(fold, table, argument, filter)
    }

    pub(super) fn aggregate_over(
        &mut self,
        table: Option<usize>,
        outer: Option<usize>,
        argument: Option<&Expr>,
        filter: Option<&Expr>,
    ) -> Result<(Option<Typed>, Option<Node>)> {
        self.table = table;
        self.aggregate = Some(Inside { outer, other: None, relative: false });
        let argument = argument.map(|it| self.bind(it)).transpose()?;
        let filter = filter.map(|it| self.truth(it)).transpose()?;
        Ok((argument, filter))
    }

    fn aggregate_slot(
        &mut self,
        fold: Fold,
        table: usize,
        argument: Option<Typed>,
        filter: Option<Node>,
    ) -> Result<Typed> {
        let kind = folded_type(fold, argument.as_ref())?;
        let filtered = self.binding.table == Some(table);
        let argument = argument.map(|it| it.0);
        let source = Source::Aggregate(Aggregate { fold, table, argument, filter, filtered });
        let slot = Slot { source, previous: self.previous, kind };
        Ok((Node::Slot(self.slot(slot)), kind))
    }
}

/// The type of what an aggregate comes to.
pub(super) fn folded_type(fold: Fold, argument: Option<&Typed>) -> Result<Type> {
    let kind = argument.map_or(Type::Number, |it| it.1);
    let fits = match fold {
        Fold::Count => true,
        Fold::Sum | Fold::Average | Fold::Percentile(_) => kind == Type::Number,
        Fold::Min | Fold::Max => matches!(kind, Type::Number | Type::Date | Type::Text),
    };
    if !fits {
        return Err(fault(format!("an aggregate of numbers found {}", kind.word())));
    }
    Ok(if fold == Fold::Count { Type::Number } else { kind })
}

fn arguments<'e>(name: &str, call: &'e Call) -> Result<Arguments<'e>> {
    let FunctionArguments::List(list) = &call.args else {
        return Err(fault(format!("{name} expects its arguments in parentheses")));
    };
    if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
        return Err(fault(format!("{name}: DISTINCT and ORDER BY cannot be used in a rule")));
    }
    let mut expressions = Vec::new();
    for it in &list.args {
        match it {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(it)) => expressions.push(it),
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if list.args.len() == 1 => return Ok(Arguments::Star),
            other => return Err(fault(format!("{name} cannot take this argument: {other}"))),
        }
    }
    Ok(Arguments::List(expressions))
}

/// Takes the share behind what a percentile is of.
fn share_of(arguments: &mut Arguments<'_>) -> Result<Share> {
    let Arguments::List(list) = arguments else { return Err(fault("percentile(*) is not allowed")) };
    let refused = |found: String| {
        Err(fault(format!("percentile expects a share from 0 to 1{found}")).hint("write percentile(x, 0.9)"))
    };
    let [_, share] = list[..] else { return refused(String::new()) };
    let text = share.to_string();
    let read = literal::number(text.trim_matches(['(', ')'])).ok();
    let small = |it: &BigInt| u32::try_from(it).ok();
    let share = read.and_then(|it| Some(Share { of: small(it.numer())?, all: small(it.denom())? }));
    let Some(share) = share.filter(|it| it.of <= it.all) else { return refused(format!(", found {text}")) };
    list.truncate(1);
    Ok(share)
}

fn decimals_of(expression: &Expr) -> Result<i32> {
    let text = expression.to_string();
    let number: Option<i32> = text.replace(' ', "").parse().ok().filter(|it| (-38..=38).contains(it));
    number.ok_or_else(|| {
        fault(format!("round expects a whole number of decimals, -38 to 38, found {}", short(expression)))
    })
}

pub(super) fn wrong_count(name: &str, expected: &str, found: usize) -> crate::Error {
    fault(format!("{name} expects {expected}, found {found}"))
}
