//! Conditions as tests of plain cells, where they are that simple.

use std::cmp::Ordering;

use num_traits::{One, ToPrimitive, Zero};

use super::Expression;
use super::node::{Comparison, Constant, Node, Relation, Side, Type};
use crate::rules::Sieved;
use crate::source::delimited::sieve::{self, Test};
use crate::table::Exact;

impl Expression {
    /// What surely makes a row hold: comparisons of columns with each other
    /// and with constants, all of them.
    pub(crate) fn sieve(&self) -> Option<Sieved> {
        let mut found = Vec::new();
        (self.slots.is_empty() && self.reads_row && !self.needs_previous && !self.reads_previous_rows)
            .then(|| tests(&self.node, &mut found))??;
        Some(Sieved::Each(found))
    }
}

fn tests(node: &Node, found: &mut Vec<Test<String>>) -> Option<()> {
    match node {
        Node::All(nodes) => nodes.iter().try_for_each(|it| tests(it, found)),
        Node::Compare(it) => {
            found.push(compare(it)?);
            Some(())
        }
        Node::Between(sides, Type::Number | Type::Date) => {
            let [value, low, high] = &**sides;
            let limits = limits(Some(&constant(low)?), Some(&constant(high)?));
            found.push(Test::Within(column(value)?, limits));
            Some(())
        }
        Node::In(value, listed, Type::Text) => {
            let text = |it: &Side| match &it.node {
                Node::Constant(Constant::Text(it)) => Some(it.as_bytes().into()),
                _ => None,
            };
            found.push(Test::Listed(column(value)?, listed.iter().map(text).collect::<Option<_>>()?));
            Some(())
        }
        _ => None,
    }
}

fn compare(it: &Comparison) -> Option<Test<String>> {
    if !matches!(it.kind, Type::Number | Type::Date) {
        return None;
    }
    if let (Some(left), Some(right)) = (column(&it.left), column(&it.right)) {
        let holds = [Ordering::Less, Ordering::Equal, Ordering::Greater].map(|order| it.relation.holds(order));
        return Some(Test::Compare(left, holds, right));
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
        Node::Column(it) if !it.previous => Some(it.name.clone()),
        _ => None,
    }
}

fn constant(side: &Side) -> Option<Exact> {
    value(&side.node)
}

/// The value of a node that reads no cell.
fn value(node: &Node) -> Option<Exact> {
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
            Some(Exact::from_integer(sieve::packed(year, number(day.month())?, number(day.day())?).into()))
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
