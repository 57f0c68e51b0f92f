//! Conditions as tests of plain cells: comparisons of columns with each other
//! and with constants by themselves, which is fastest, all else as formulas.

use std::cmp::Ordering;

use num_traits::{One, ToPrimitive, Zero};
use regex::Regex;

use super::Expression;
use super::fraction::Fraction;
use super::node::{Comparison, Constant, Function, Node, Side, Type, Via};
use crate::plan::{Condition, Holds, Pattern, Relation, Sieved, Term, Test, Texts, packed};
use crate::table::Exact;

impl Expression {
    /// What surely makes a row hold, or the whole table.
    pub(crate) fn sieve(&self) -> Option<Sieved> {
        if !self.reads_row {
            return self.whole();
        }
        if !self.inputs.links.is_empty() {
            return self.steps();
        }
        if !self.is_of_a_row() {
            return self.is_beside_totals().then(|| Some(Sieved::Beside(self.totals()?)))?;
        }
        tests(&self.node).map(Sieved::Each)
    }

    /// Whether it reads plain cells of one row, and nothing else.
    pub(crate) fn is_of_a_row(&self) -> bool {
        self.reads_row && !self.needs_previous && self.inputs.is_empty()
    }
}

impl Expression {
    /// A condition over sums and counts of all rows.
    fn whole(&self) -> Option<Sieved> {
        let totals = self.totals()?;
        // Nothing but slots is read, which are named by their index.
        let mut holds = condition(&self.node)?.over(&|it| it.parse().ok())?;
        let slots = self.inputs.slots.iter().enumerate();
        for ((at, _), count) in slots.filter(|it| it.1.is_mean()).zip(self.inputs.slots.len()..) {
            // Both sides are multiplied by the count.
            holds = multiplied(holds, at, count)?;
        }
        (!self.needs_previous && !totals.is_empty()).then_some(Sieved::Whole(totals, holds))
    }
}

impl super::Condition {
    /// Whether it reads the cells of one row and nothing else.
    pub(crate) fn is_of_a_row(&self) -> bool {
        self.0.is_of_a_row()
    }

    /// The same over plain cells, where it reads nothing else.
    pub(crate) fn sieve(&self) -> Option<Condition<String>> {
        self.0.is_of_a_row().then(|| condition(&self.0.node))?
    }
}

/// A condition as tests that must all hold.
pub(super) fn tests(node: &Node) -> Option<Vec<Test<String>>> {
    let mut found = Vec::new();
    gather(node, &mut found)?;
    Some(found)
}

fn gather(node: &Node, found: &mut Vec<Test<String>>) -> Option<()> {
    match node {
        Node::All(nodes) => nodes.iter().try_for_each(|it| gather(it, found)),
        Node::Compare(it) if compare(it).is_some() => {
            found.extend(compare(it));
            Some(())
        }
        Node::Between(sides, Type::Number | Type::Date) if between(sides).is_some() => {
            found.extend(between(sides));
            Some(())
        }
        Node::In(value, values, Type::Text) => {
            found.push(Test::Listed(column(value)?, listed(values)?));
            Some(())
        }
        _ => {
            found.push(Test::Formula(condition(node)?));
            Some(())
        }
    }
}

fn between([value, low, high]: &[Side; 3]) -> Option<Test<String>> {
    Some(Test::Within(column(value)?, limits(Some(&constant(low)?), Some(&constant(high)?))))
}

fn listed(values: &[Side]) -> Option<Texts> {
    values.iter().map(text).collect()
}

fn text(side: &Side) -> Option<Box<[u8]>> {
    match &side.node {
        Node::Constant(Constant::Text(it)) => Some(it.as_bytes().into()),
        _ => None,
    }
}

/// A condition as a formula.
pub(super) fn condition(node: &Node) -> Option<Condition<String>> {
    let all = |them: &[Node]| them.iter().map(condition).collect::<Option<Vec<_>>>();
    let compare =
        |left: &Side, relation: Relation, right: &Side, kind: Type| compared(&left.node, relation, &right.node, kind);
    Some(match node {
        Node::All(them) => Condition::All(all(them)?),
        Node::Any(them) => Condition::Any(all(them)?),
        Node::Not(it) | Node::IsTruth(it, false) => Condition::Not(Box::new(condition(it)?)),
        Node::IsTruth(it, true) => condition(it)?,
        Node::Constant(Constant::Truth(true)) => Condition::All(Vec::new()),
        Node::Constant(Constant::Truth(false)) => Condition::Any(Vec::new()),
        Node::Compare(it) => match it.kind {
            Type::Number | Type::Date => compare(&it.left, it.relation, &it.right, it.kind)?,
            Type::Text => same_text(it)?,
            Type::Truth if matches!(it.relation, Relation::Equal | Relation::Unequal) => {
                let (left, right) = (condition(&it.left.node)?, condition(&it.right.node)?);
                let right = if it.relation == Relation::Equal { right } else { negated(right) };
                chosen(left, right.clone(), negated(right))
            }
            Type::Truth | Type::Null => return None,
        },
        Node::Case(branches, otherwise, Type::Truth) => by_case(branches, otherwise, &condition)?,
        Node::Distinct(sides) => distinct(sides)?,
        Node::Between(sides, kind @ (Type::Number | Type::Date)) => {
            let [value, low, high] = &**sides;
            let low = compare(value, Relation::AtLeast, low, *kind)?;
            Condition::All(vec![low, compare(value, Relation::AtMost, high, *kind)?])
        }
        Node::In(value, values, Type::Text) => Condition::Listed(column(value)?, listed(values)?),
        Node::In(value, values, kind @ (Type::Number | Type::Date)) => {
            let same = |it| compare(value, Relation::Equal, it, *kind);
            Condition::Any(values.iter().map(same).collect::<Option<_>>()?)
        }
        Node::Like(side, pattern, _) => Condition::Fits(column(side)?, Pattern((**pattern).clone())),
        Node::IsNull(side) => Condition::Not(Box::new(filled(side)?)),
        _ => return None,
    })
}

/// A condition in which a total is a sum that was to be divided by a count;
/// none where it is not by itself on one side.
fn multiplied(it: Condition<usize>, at: usize, count: usize) -> Option<Condition<usize>> {
    let all = |them: Vec<Condition<usize>>| them.into_iter().map(|it| multiplied(it, at, count)).collect::<Option<_>>();
    Some(match it {
        Condition::Compare(left, holds, right) => {
            let mean = Term::Column(at);
            let times = |it: Term<usize>| Term::Product(Box::new([it, Term::Column(count)]));
            let compared = match (left.reads(&at), right.reads(&at)) {
                (false, false) => return Some(Condition::Compare(left, holds, right)),
                (true, false) if left == mean => Condition::Compare(left, holds, times(right)),
                (false, true) if right == mean => Condition::Compare(times(left), holds, right),
                _ => return None,
            };
            let is_some = Condition::Compare(Term::Column(count), [false, false, true], Term::Constant(0, 0));
            Condition::All(vec![is_some, compared])
        }
        Condition::All(them) => Condition::All(all(them)?),
        Condition::Any(them) => Condition::Any(all(them)?),
        // Without a row a mean is unknown, and so is what is not so.
        Condition::Not(_) | Condition::Known(_) => return None,
        it @ (Condition::Listed(..) | Condition::Fits(..) | Condition::Same(..)) => it,
    })
}

fn negated(it: Condition<String>) -> Condition<String> {
    Condition::Not(Box::new(it))
}

/// The second where the first is true, else the third.
fn chosen(when: Condition<String>, then: Condition<String>, other: Condition<String>) -> Condition<String> {
    let then = Condition::All(vec![when.clone(), then]);
    Condition::Any(vec![then, Condition::All(vec![negated(when), other])])
}

/// What is asked of the result beside the first condition that is true.
fn by_case(
    branches: &[(Node, Node)],
    otherwise: &Node,
    asked: &dyn Fn(&Node) -> Option<Condition<String>>,
) -> Option<Condition<String>> {
    // Conditions are written out once for each branch: of many, that is too much.
    const BRANCHES_MAX: usize = 4;
    let branches = (branches.len() <= BRANCHES_MAX).then_some(branches)?;
    branches
        .iter()
        .rev()
        .try_fold(asked(otherwise)?, |other, (when, then)| Some(chosen(condition(when)?, asked(then)?, other)))
}

/// How two sides stand to each other.
fn compared(left: &Node, relation: Relation, right: &Node, kind: Type) -> Option<Condition<String>> {
    match (left, right) {
        (Node::Case(branches, otherwise, _), _) => {
            return by_case(branches, otherwise, &|it| compared(it, relation, right, kind));
        }
        (_, Node::Case(branches, otherwise, _)) => {
            return by_case(branches, otherwise, &|it| compared(left, relation, it, kind));
        }
        _ => {}
    }
    if let (Some(left), Some(right)) = (term(left, kind), term(right, kind)) {
        return Some(Condition::Compare(left, orders(relation), right));
    }
    if kind != Type::Number {
        return None;
    }
    Fraction::of(left)?.compared(relation, Fraction::of(right)?)
}

/// Whether two sides differ; a plain cell has a value.
fn distinct(sides: &[Side; 2]) -> Option<Condition<String>> {
    let [left, right] = sides;
    let is_null = |it: &Side| matches!(it.node, Node::Constant(Constant::Null(_)));
    match (is_null(left), is_null(right)) {
        (true, true) => return Some(Condition::Any(Vec::new())),
        (true, false) => return filled(right),
        (false, true) => return filled(left),
        (false, false) => {}
    }
    let column = |it: &Side| match &it.node {
        Node::Column(it) if it.via == Via::Own => Some(it.kind),
        _ => None,
    };
    match column(left).or_else(|| column(right))? {
        kind @ (Type::Number | Type::Date) => {
            let (left, right) = (term(&left.node, kind)?, term(&right.node, kind)?);
            Some(Condition::Compare(left, orders(Relation::Unequal), right))
        }
        Type::Text => {
            let (left, right) = (left.clone(), right.clone());
            same_text(&Comparison { relation: Relation::Unequal, left, right, kind: Type::Text })
        }
        Type::Truth | Type::Null => None,
    }
}

/// Whether a text is, or is not, a constant or another.
fn same_text(it: &Comparison) -> Option<Condition<String>> {
    let listed = |name, value| Condition::Listed(name, Texts::from_iter([value]));
    let same = match (text_column(&it.left), text_column(&it.right)) {
        (Some(left), Some(right)) => Condition::Same(left, right),
        (Some(name), None) => listed(name, text(&it.right)?),
        (None, Some(name)) => listed(name, text(&it.left)?),
        (None, None) => return None,
    };
    match it.relation {
        Relation::Equal => Some(same),
        Relation::Unequal => Some(Condition::Not(Box::new(same))),
        _ => None,
    }
}

/// What is true of a cell that holds something: a plain one with no value is
/// handed out before anything is asked of it.
fn filled(side: &Side) -> Option<Condition<String>> {
    let Node::Column(it) = &side.node else { return None };
    Some(match it.kind {
        _ if it.via != Via::Own => return None,
        Type::Number | Type::Date => {
            let value = || Term::Column(it.name.clone());
            Condition::Compare(value(), [true; 3], value())
        }
        Type::Text => Condition::Fits(it.name.clone(), Pattern(Regex::new("").ok()?)),
        Type::Truth | Type::Null => return None,
    })
}

/// What a side computes; days stand for themselves, and are in no arithmetic.
pub(super) fn term(node: &Node, kind: Type) -> Option<Term<String>> {
    let of = |it: &Node| term(it, Type::Number);
    match node {
        Node::Column(it) if it.via == Via::Own && it.kind == kind => Some(Term::Column(it.name.clone())),
        Node::Slot(it) if kind == Type::Number => Some(Term::Column(it.to_string())),
        _ if value(node).is_some() => Term::fixed(&value(node)?),
        _ if kind != Type::Number => None,
        Node::Sum(terms) => {
            Some(Term::Sum(terms.iter().map(|(minus, it)| Some((*minus, of(it)?))).collect::<Option<_>>()?))
        }
        Node::Product(pair) => Some(Term::Product(Box::new([of(&pair[0])?, of(&pair[1])?]))),
        Node::Quotient(pair) => {
            let divisor = value(&pair[1]).filter(|it| !it.is_zero())?;
            Some(Term::Product(Box::new([of(&pair[0])?, Term::fixed(&divisor.recip())?])))
        }
        // All plain cells have a value, and what is computed of them has one.
        Node::Call(Function::Coalesce, list, _) => of(list.first()?),
        Node::Call(Function::Abs, list, _) => Some(Term::Size(Box::new(of(list.first()?)?))),
        Node::Call(Function::Round(decimals), list, _) => Some(Term::Rounded(Box::new(of(list.first()?)?), *decimals)),
        Node::Call(Function::Length, list, _) => match list.first()? {
            Node::Column(it) if it.via == Via::Own && it.kind == Type::Text => Some(Term::Length(it.name.clone())),
            _ => None,
        },
        Node::Call(Function::DaysBetween, list, _) => {
            let [left, right] = &list[..] else { return None };
            Some(Term::Sum(vec![(false, ordinal(left)?), (true, ordinal(right)?)]))
        }
        Node::Remainder(pair) => Some(Term::Rest(Box::new([of(&pair[0])?, of(&pair[1])?]))),
        _ => None,
    }
}

/// A day as a count of days.
fn ordinal(node: &Node) -> Option<Term<String>> {
    match node {
        Node::Column(it) if it.via == Via::Own && it.kind == Type::Date => Some(Term::Ordinal(it.name.clone())),
        Node::Constant(Constant::Date(it)) => Some(Term::Constant((*it).into(), 0)),
        _ => None,
    }
}

/// In which orders a relation holds.
pub(super) fn orders(relation: Relation) -> Holds {
    [Ordering::Less, Ordering::Equal, Ordering::Greater].map(|order| relation.holds(order))
}

fn compare(it: &Comparison) -> Option<Test<String>> {
    if !matches!(it.kind, Type::Number | Type::Date) {
        return None;
    }
    if let (Some(left), Some(right)) = (column(&it.left), column(&it.right)) {
        return Some(Test::Compare(left, orders(it.relation), right));
    }
    let (value, relation, limit) = match (column(&it.left), column(&it.right)) {
        (Some(value), None) => (value, it.relation, constant(&it.right)?),
        (None, Some(value)) => (value, it.relation.mirrored(), constant(&it.left)?),
        _ => return None,
    };
    let limits = match relation {
        Relation::AtMost => limits(None, Some(&limit)),
        Relation::AtLeast => limits(Some(&limit), None),
        Relation::Equal => limits(Some(&limit), Some(&limit)),
        // One digit off the limit, at each count of decimals.
        Relation::Less => at_each(|scale| (i64::MIN, floor_below(&(&limit * scale)))),
        Relation::More => at_each(|scale| (-floor_below(&-(&limit * scale)), i64::MAX)),
        Relation::Unequal => return None,
    };
    Some(Test::Within(value, limits))
}

fn column(side: &Side) -> Option<String> {
    match &side.node {
        Node::Column(it) if it.via == Via::Own => Some(it.name.clone()),
        _ => None,
    }
}

/// A column of texts, whatever spaces are cut off around it: those are no part of a text.
fn text_column(side: &Side) -> Option<String> {
    let node = match &side.node {
        Node::Call(Function::Trim, list, _) => list.first()?,
        node => node,
    };
    match node {
        Node::Column(it) if it.via == Via::Own && it.kind == Type::Text => Some(it.name.clone()),
        _ => None,
    }
}

fn constant(side: &Side) -> Option<Exact> {
    value(&side.node)
}

/// The value of a node that reads no cell.
pub(super) fn value(node: &Node) -> Option<Exact> {
    match node {
        // `-3` is nothing less three.
        Node::Sum(terms) => terms.iter().try_fold(Exact::zero(), |sum, (minus, it)| {
            let Node::Constant(Constant::Number(it)) = it else { return None };
            Some(if *minus { sum - it } else { sum + it })
        }),
        Node::Constant(Constant::Number(it)) => Some(it.clone()),
        Node::Constant(Constant::Date(it)) => {
            let day = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(*it)).ok()?;
            let number = |it: i8| u32::try_from(it).ok();
            let year = u32::try_from(day.year()).ok()?;
            Some(Exact::from_integer(packed(year, number(day.month())?, number(day.day())?).into()))
        }
        _ => None,
    }
}

fn limits(low: Option<&Exact>, high: Option<&Exact>) -> Box<[(i64, i64); 19]> {
    at_each(|scale| {
        let least = low.map_or(i64::MIN, |it| {
            (it * scale).ceil().to_i64().unwrap_or(if *it < Exact::one() { i64::MIN } else { i64::MAX })
        });
        let most = high.map_or(i64::MAX, |it| {
            (it * scale).floor().to_i64().unwrap_or(if *it < Exact::one() { i64::MIN } else { i64::MAX })
        });
        (least, most)
    })
}

/// The largest whole number below a value.
fn floor_below(it: &Exact) -> i64 {
    let floor = it.floor();
    let below = if floor == *it { floor - Exact::one() } else { floor };
    // Where no digits fit, none is surely below.
    below.to_i64().map_or(-i64::MAX, |it| it.max(-i64::MAX))
}

fn at_each(limits: impl Fn(&Exact) -> (i64, i64)) -> Box<[(i64, i64); 19]> {
    let mut scale = Exact::one();
    let ten = Exact::from_integer(10.into());
    let mut all = Box::new([(0, 0); 19]);
    for it in all.iter_mut() {
        *it = limits(&scale);
        scale *= &ten;
    }
    all
}
