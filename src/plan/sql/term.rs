//! Arithmetic and conditions over what was read: whole numbers, whose digits are counted.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Condition, Term, Test, unpacked};
use super::{Dialect, FALSE, Holding, Queried, TOO_WIDE, TRUE, Why, joined};

const PATTERN: Why = "it matches a pattern, which engines read differently";
const PRINTED: Why = "it depends on how many digits a cell prints";
const BACKSLASH: Why = "it compares a string with a backslash, which engines read differently";
const OTHER: Why = "it compares values of different types";

/// A whole number of so many digits at most, in its last decimals.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub(super) sql: String,
    pub(super) digits: u32,
    pub(super) scale: u32,
}

/// A column as it is read: its raw name, its read name, and the expression between.
struct Column {
    raw: String,
    name: String,
    read: String,
    holding: Holding,
    digits: u32,
}

/// The columns that a query reads.
pub(super) struct Columns<'a> {
    queried: &'a Queried<'a>,
    columns: BTreeMap<String, Column>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(queried: &'a Queried<'a>, names: &BTreeSet<&String>, digits: u32) -> Result<Self, Why> {
        let dialect = queried.dialect;
        let mut columns = BTreeMap::new();
        for name in names {
            let holding = (queried.holding)(name)?;
            let raw = dialect.quoted(name);
            let read = match holding {
                Holding::Number(scale) if u32::from(scale) >= digits => return Err(TOO_WIDE),
                Holding::Number(scale) => dialect.number(&raw, digits, scale.into()),
                Holding::Day => dialect.day(&raw),
                Holding::Text => dialect.plain_text(&raw),
            };
            let digits = if holding == Holding::Day { 8 } else { digits };
            let column = Column { raw, name: dialect.quoted(&format!("read {name}")), read, holding, digits };
            columns.insert((*name).clone(), column);
        }
        Ok(Self { queried, columns })
    }

    /// The query of the table with what is read of its columns.
    pub(super) fn inner(&self) -> String {
        let read: Vec<String> = self.columns.values().map(|it| format!(",\n  {} AS {}", it.read, it.name)).collect();
        format!("SELECT t.*{}\n  FROM {} t", read.concat(), self.queried.table)
    }

    /// That each of them was read.
    pub(super) fn are_read(&self) -> String {
        joined(&self.columns.values().map(|it| format!("{} IS NOT NULL", it.name)).collect::<Vec<_>>())
    }

    /// That no cell of a key holds something that is not read: it may be any key.
    pub(super) fn none_is_odd(&self, key: &[String]) -> String {
        let columns = key.iter().filter_map(|it| self.columns.get(it));
        let odd: Vec<String> = columns.map(|it| format!("({} IS NOT NULL AND {} IS NULL)", it.raw, it.read)).collect();
        format!("(SELECT COUNT(*) FROM {} WHERE {}) = 0", self.queried.table, odd.join(" OR "))
    }

    /// The names of what is read of columns.
    pub(super) fn read_names(&self, names: &[String]) -> Vec<String> {
        names.iter().filter_map(|it| self.columns.get(it)).map(|it| it.name.clone()).collect()
    }

    pub(super) fn term(&self, it: &Term<String>) -> Result<Number, Why> {
        self.numbers().term(it)
    }

    pub(super) fn condition(&self, it: &Condition<String>) -> Result<String, Why> {
        self.numbers().condition(it)
    }

    pub(super) fn test(&self, it: &Test<String>) -> Result<String, Why> {
        match it {
            Test::Formula(it) => self.condition(it),
            Test::Compare(left, holds, right) => {
                self.condition(&Condition::Compare(Term::Column(left.clone()), *holds, Term::Column(right.clone())))
            }
            Test::Listed(it, values) => self.condition(&Condition::Listed(it.clone(), values.clone())),
            Test::Within(it, limits) => {
                let column = &self.columns[it];
                let (least, most) = match column.holding {
                    Holding::Number(scale) => limits[usize::from(scale.min(18))],
                    Holding::Day => limits[0],
                    Holding::Text => return Err(OTHER),
                };
                let limit = |it: i64| {
                    let it = if column.holding == Holding::Day { day(it.into()) } else { it.into() };
                    self.queried.dialect.constant(it)
                };
                let least = (least > i64::MIN).then(|| format!("{} >= {}", column.name, limit(least)));
                let most = (most < i64::MAX).then(|| format!("{} <= {}", column.name, limit(most)));
                Ok(joined(&least.into_iter().chain(most).collect::<Vec<_>>()))
            }
        }
    }

    fn numbers(&self) -> Numbers<'_, String> {
        let find = |it: &String| {
            let column = &self.columns[it];
            let scale = match column.holding {
                Holding::Number(scale) => scale.into(),
                Holding::Day | Holding::Text => 0,
            };
            (Number { sql: column.name.clone(), digits: column.digits, scale }, column.holding)
        };
        Numbers { dialect: self.queried.dialect, find: Box::new(find) }
    }

    /// Totals as numbers, by their index.
    pub(super) fn over<'b>(&self, totals: &'b [Number]) -> Numbers<'b, usize> {
        let find = |it: &usize| (totals[*it].clone(), Holding::Number(0));
        Numbers { dialect: self.queried.dialect, find: Box::new(find) }
    }
}

/// What a name stands for.
type Find<'a, C> = Box<dyn Fn(&C) -> (Number, Holding) + 'a>;

/// Numbers by what names them.
pub(super) struct Numbers<'a, C> {
    dialect: Dialect,
    find: Find<'a, C>,
}

impl<C> Numbers<'_, C> {
    fn fitted(&self, it: Number) -> Result<Number, Why> {
        if it.digits <= self.dialect.digits_max() { Ok(it) } else { Err(TOO_WIDE) }
    }

    /// The same number in more decimals.
    fn scaled(&self, it: Number, scale: u32) -> Result<Number, Why> {
        let more = scale - it.scale;
        if more == 0 {
            return Ok(it);
        }
        let unit = 10_i128.checked_pow(more).ok_or(TOO_WIDE)?;
        let sql = format!("({} * {})", it.sql, self.dialect.constant(unit));
        self.fitted(Number { sql, digits: it.digits + more, scale })
    }

    pub(super) fn term(&self, it: &Term<C>) -> Result<Number, Why> {
        match it {
            Term::Column(it) => match (self.find)(it) {
                (number, Holding::Number(_)) => self.fitted(number),
                _ => Err(OTHER),
            },
            Term::Constant(digits, decimals) => {
                let number = Number {
                    sql: self.dialect.constant(*digits),
                    digits: digits.unsigned_abs().checked_ilog10().map_or(1, |it| it + 1),
                    scale: (*decimals).into(),
                };
                self.fitted(number)
            }
            Term::Sum(terms) => {
                let numbers: Vec<(bool, Number)> =
                    terms.iter().map(|(minus, it)| Ok((*minus, self.term(it)?))).collect::<Result<_, Why>>()?;
                let scale = numbers.iter().map(|it| it.1.scale).max().unwrap_or(0);
                let mut sum = Number { sql: self.dialect.constant(0), digits: 1, scale };
                for (minus, number) in numbers {
                    let number = self.scaled(number, scale)?;
                    let sign = if minus { "-" } else { "+" };
                    let digits = sum.digits.max(number.digits) + 1;
                    sum = self.fitted(Number { sql: format!("{} {sign} {}", sum.sql, number.sql), digits, scale })?;
                }
                Ok(Number { sql: format!("({})", sum.sql), ..sum })
            }
            Term::Product(pair) => {
                let (left, right) = (self.term(&pair[0])?, self.term(&pair[1])?);
                let sql = format!("({} * {})", left.sql, right.sql);
                self.fitted(Number { sql, digits: left.digits + right.digits, scale: left.scale + right.scale })
            }
            Term::Size(it) => {
                let it = self.term(it)?;
                Ok(Number { sql: format!("abs({})", it.sql), ..it })
            }
            Term::Unit(_) | Term::Step(_) => Err(PRINTED),
        }
    }

    /// A side of a comparison of days; nothing where it is none.
    fn day(&self, it: &Term<C>) -> Option<Result<String, i128>> {
        match it {
            Term::Column(it) => match (self.find)(it) {
                (number, Holding::Day) => Some(Ok(number.sql)),
                _ => None,
            },
            Term::Constant(it, 0) => Some(Err(*it)),
            _ => None,
        }
    }

    pub(super) fn condition(&self, it: &Condition<C>) -> Result<String, Why> {
        let all = |them: &[Condition<C>]| them.iter().map(|it| self.condition(it)).collect::<Result<Vec<_>, _>>();
        let truth = |it: bool| if it { TRUE.to_owned() } else { FALSE.to_owned() };
        Ok(match it {
            Condition::Compare(left, holds, right) => {
                let days = (self.day(left), self.day(right));
                let (left, right) = if let (Some(Ok(left)), Some(right)) = &days {
                    (left.clone(), right.clone().unwrap_or_else(|it| self.dialect.constant(day(it))))
                } else if let (Some(Err(left)), Some(Ok(right))) = &days {
                    (self.dialect.constant(day(*left)), right.clone())
                } else {
                    let (left, right) = (self.term(left)?, self.term(right)?);
                    let scale = left.scale.max(right.scale);
                    (self.scaled(left, scale)?.sql, self.scaled(right, scale)?.sql)
                };
                let sign = match holds {
                    [false, false, false] => return Ok(truth(false)),
                    [true, true, true] => return Ok(truth(true)),
                    [true, false, false] => "<",
                    [false, true, false] => "=",
                    [false, false, true] => ">",
                    [true, true, false] => "<=",
                    [false, true, true] => ">=",
                    [true, false, true] => "<>",
                };
                format!("{left} {sign} {right}")
            }
            Condition::Listed(it, values) => {
                let (column, Holding::Text) = (self.find)(it) else { return Err(OTHER) };
                // One that is not plain is no plain text; a backslash is another sign in some engines.
                if values.iter().any(|it| it.contains(&b'\\')) {
                    return Err(BACKSLASH);
                }
                let values: Vec<String> = values.iter().filter_map(|it| self.dialect.text(it)).collect();
                if values.is_empty() {
                    return Ok(truth(false));
                }
                format!("{} IN ({})", column.sql, values.join(", "))
            }
            Condition::Fits(it, pattern) => match (self.find)(it) {
                // What was read is filled.
                (_, Holding::Text) if pattern.0.as_str().is_empty() => truth(true),
                _ => return Err(PATTERN),
            },
            Condition::All(them) if them.is_empty() => truth(true),
            Condition::Any(them) if them.is_empty() => truth(false),
            Condition::All(them) => format!("({})", all(them)?.join(" AND ")),
            Condition::Any(them) => format!("({})", all(them)?.join(" OR ")),
            Condition::Not(it) => format!("(NOT ({}))", self.condition(it)?),
        })
    }
}

/// A day as one number, from how conditions keep it: the same order.
fn day(packed: i128) -> i128 {
    let (year, month, day) = unpacked(packed);
    year * 10_000 + month * 100 + day
}
