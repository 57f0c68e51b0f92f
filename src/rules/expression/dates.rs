//! Days in expressions: their parts, days between two, so many days later.

use std::borrow::Cow;

use jiff::civil::Date;
use sqlparser::ast::Expr;

use super::bind::{Binder, Typed, short};
use super::dialect::fault;
use super::literal;
use super::node::{Constant, Function, Node, Type};
use super::vector::{DayVector, NumberVector, Units, Vector};
use crate::error::Result;
use crate::table::{Exact, Period};

/// A number that a day, or a period, has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatePart {
    Year,
    Quarter,
    Month,
    Day,
    /// The week of ISO 8601.
    Week,
    /// The year that this week belongs to.
    WeekYear,
    /// 1 is Monday, 7 is Sunday.
    Weekday,
    /// How many days the period has; 1 for a day.
    Days,
    DaysInMonth,
    DaysInYear,
}

impl DatePart {
    /// The part that a function of this name gives.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Self::Year,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "day" => Self::Day,
            "week" => Self::Week,
            "isoyear" => Self::WeekYear,
            "weekday" | "isodow" => Self::Weekday,
            "days" => Self::Days,
            "days_in_month" => Self::DaysInMonth,
            "days_in_year" => Self::DaysInYear,
            _ => return None,
        })
    }

    fn of(self, it: Period) -> Option<i64> {
        let day = it.start;
        Some(match self {
            // A period that goes on into another year, quarter or month is in none.
            Self::Year => within(it, |it| it.year().into())?,
            Self::Quarter => within(it, |it| (i64::from(it.year()), (it.month() + 2) / 3))?.1.into(),
            Self::Month => within(it, |it| (it.year(), it.month()))?.1.into(),
            Self::Day => within(it, Date::day).filter(|_| it.start == it.end)?.into(),
            Self::Week => within(it, week)?.1.into(),
            Self::WeekYear => within(it, week)?.0.into(),
            Self::Weekday => i64::from(day.weekday().to_monday_one_offset()),
            Self::Days => it.days().into(),
            Self::DaysInMonth => within(it, Date::first_of_month).map(Date::days_in_month)?.into(),
            Self::DaysInYear => within(it, Date::first_of_year).map(Date::days_in_year)?.into(),
        })
    }
}

/// What is the same for the first and the last day of a period.
fn within<T: PartialEq>(it: Period, part: impl Fn(Date) -> T) -> Option<T> {
    let first = part(it.start);
    (first == part(it.end)).then_some(first)
}

fn week(it: Date) -> (i16, i8) {
    let week = it.iso_week_date();
    (week.year(), week.week())
}

impl Binder<'_> {
    /// Binds a function of a day, or of a period, which is read as it is printed.
    pub(super) fn date_part(&mut self, name: &str, argument: &Expr) -> Result<Typed> {
        let part = DatePart::named(name).expect("the caller knows the name");
        self.format = None;
        let (node, kind) = self.bind(argument)?;
        // What is computed of a text is none that its column declares.
        let is_printed = kind == Type::Text && matches!(node, Node::Column(_) | Node::Slot(_));
        let format = self.format.take().filter(|_| is_printed);
        let node = match (node, kind) {
            (Node::Constant(Constant::Text(text)), _) if Period::parse(&text).is_none() => {
                return Err(fault(format!("'{text}' is not a date or a period")));
            }
            (node, Type::Date | Type::Text) => node,
            (_, kind) => {
                return Err(fault(format!(
                    "{name} expects a date or a period, found {}: {}",
                    kind.word(),
                    short(argument)
                )));
            }
        };
        let format = format.map(|it| Node::Constant(Constant::Text(it)));
        let list = std::iter::once(node).chain(format).collect();
        Ok((Node::Call(Function::Part(part), list, Type::Number), Type::Number))
    }

    /// Binds what is added and taken away: numbers, and days.
    pub(super) fn sum_of(&mut self, terms: &[(bool, &Expr)]) -> Result<Typed> {
        let mut bound = Vec::with_capacity(terms.len());
        for (minus, it) in terms {
            let (node, kind) = self.bind(it)?;
            bound.push((*minus, node, kind, *it));
        }
        if bound.iter().all(|it| it.2 != Type::Date) {
            let number = |(minus, mut node, kind, it): (bool, Node, Type, &Expr)| {
                super::bind::expect_number(&mut node, kind, it)?;
                Ok((minus, node))
            };
            return Ok((Node::Sum(bound.into_iter().map(number).collect::<Result<_>>()?), Type::Number));
        }
        let mut bound = bound.into_iter();
        let (_, mut sum, mut kind, first) = bound.next().expect("a sum has two terms");
        for (minus, mut node, other, it) in bound {
            for (node, kind, beside) in [(&mut node, other, kind), (&mut sum, kind, other)] {
                if let (Node::Constant(Constant::Text(text)), Type::Text, Type::Date) = (&*node, kind, beside) {
                    *node = Node::Constant(Constant::Date(literal::day(text)?));
                }
            }
            let kinds = (date_if_constant(&sum, kind), minus, date_if_constant(&node, other));
            let function = match kinds {
                (Type::Date, true, Type::Date) => Function::DaysBetween,
                (Type::Date, minus, Type::Number) => Function::AddDays(minus),
                (Type::Number, minus, Type::Number) => {
                    sum = Node::Sum(vec![(false, sum), (minus, node)]);
                    continue;
                }
                (_, _, other) => {
                    let message = format!("{} cannot be added to {}: {}", other.word(), kind.word(), short(it));
                    return Err(fault(message).hint(format!("days between: {} - day", short(first))));
                }
            };
            kind = if function == Function::DaysBetween { Type::Number } else { Type::Date };
            sum = Node::Call(function, vec![sum, node], kind);
        }
        Ok((sum, kind))
    }
}

fn date_if_constant(node: &Node, kind: Type) -> Type {
    if matches!(node, Node::Constant(Constant::Date(_))) { Type::Date } else { kind }
}

/// A part of each day, or of each period as it is printed, in a declared notation or one of all.
pub(super) fn parts<'f>(values: &Vector<'_>, format: Option<&Vector<'_>>, part: DatePart) -> Vector<'f> {
    let format = match format {
        Some(Vector::Texts(it)) => it.get(0),
        _ => None,
    };
    let parse = |text: &str| format.map_or_else(|| Period::parse(text), |it| Period::parse_as(it, text));
    let period = |row: usize| match values {
        Vector::Days(it) => it.get(row).and_then(literal::date).map(|it| Period { start: it, end: it }),
        Vector::Texts(it) => it.get(row).and_then(parse),
        _ => None,
    };
    numbers((0..values.len()).map(|row| period(row).and_then(|it| part.of(it))))
}

/// How many days lie between two.
pub(super) fn between<'f>(left: &Vector<'_>, right: &Vector<'_>) -> Vector<'f> {
    let day = |it: &Vector<'_>, row: usize| match it {
        Vector::Days(it) => it.get(row),
        _ => None,
    };
    let days = |row| Some(i64::from(day(left, row)?) - i64::from(day(right, row)?));
    numbers((0..left.len().max(right.len())).map(days))
}

/// Days that are so many days later, or earlier; none where they are no whole days.
pub(super) fn add<'f>(days: &Vector<'_>, by: &NumberVector<'_>, minus: bool) -> Vector<'f> {
    use num_traits::ToPrimitive;
    let sum = |row: usize| {
        let Vector::Days(days) = days else { return None };
        let by = by.get(row).filter(Exact::is_integer)?.numer().to_i32()?;
        let day = days.get(row)?;
        if minus { day.checked_sub(by) } else { day.checked_add(by) }
    };
    let length = days.len().max(by.len());
    let found: Vec<Option<i32>> = (0..length).map(sum).collect();
    let valid = Some(found.iter().map(Option::is_some).collect());
    let found = found.into_iter().map(Option::unwrap_or_default).collect();
    Vector::Days(DayVector { days: Cow::Owned(found), valid })
}

fn numbers<'f>(values: impl Iterator<Item = Option<i64>>) -> Vector<'f> {
    let values: Vec<Option<i64>> = values.collect();
    let valid = values.contains(&None).then(|| values.iter().map(Option::is_some).collect());
    let units = values.into_iter().map(Option::unwrap_or_default).collect();
    Vector::Numbers(NumberVector { units: Units::Narrow(Cow::Owned(units)), exponent: 0, valid })
}
