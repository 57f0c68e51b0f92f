//! Arithmetic and conditions over what was read: whole numbers, whose digits are counted.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Condition, Holds, Term, Test, Texts};
use super::{Dialect, FALSE, Holding, Queried, TOO_WIDE, TRUE, Why, joined};

const PATTERN: Why = "it matches a pattern, which engines read differently";
const PRINTED: Why = "it depends on how many digits a cell prints";
const BACKSLASH: Why = "it compares a string with a backslash, which engines read differently";
const OTHER: Why = "it compares values of different types";

/// A text is shorter than a billion signs, and a day nearer than ten million to 1970.
const LENGTH_DIGITS: u32 = 9;
const ORDINAL_DIGITS: u32 = 7;

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

impl Column {
    /// That a cell surely holds nothing.
    fn blank(&self, dialect: Dialect) -> String {
        match self.holding {
            Holding::Decimal(..) | Holding::Date => format!("{} IS NULL", self.raw),
            _ => dialect.is_blank(&self.raw),
        }
    }

    /// Whether all values of its type are read.
    fn is_whole_type(&self) -> bool {
        matches!(self.holding, Holding::Decimal(all, _) if u32::from(all) <= self.digits)
    }
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
                Holding::Number(scale) | Holding::Decimal(_, scale) if u32::from(scale) >= digits => {
                    return Err(TOO_WIDE);
                }
                Holding::Number(scale) => dialect.number(&raw, digits, scale.into()),
                Holding::Decimal(all, scale) => {
                    let digits = typed_digits(digits, all, scale);
                    let below = (u32::from(all) > digits).then(|| digits - u32::from(scale));
                    dialect.typed_number(&raw, scale.into(), below)
                }
                Holding::Day => dialect.day(&raw),
                Holding::Date => dialect.typed_day(&raw),
                Holding::Text => dialect.plain_text(&raw),
                Holding::Listed => dialect.bare_text(&raw),
            };
            let digits = match holding {
                Holding::Decimal(all, scale) => typed_digits(digits, all, scale),
                _ => digits,
            };
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

    /// The name of what is read of a column.
    pub(super) fn name(&self, column: &str) -> &str {
        self.columns.get(column).map_or("", |it| &it.name)
    }

    /// That a cell surely holds nothing.
    pub(super) fn blank(&self, column: &str) -> String {
        self.columns.get(column).map_or(FALSE.to_owned(), |it| it.blank(self.queried.dialect))
    }

    /// That a cell holds something that is not read; nothing where a type rules that out.
    pub(super) fn odd(&self, column: &str) -> Option<String> {
        let it = self.columns.get(column)?;
        let is_sure = self.queried.dialect != Dialect::PostgreSql && it.is_whole_type();
        let blank = it.blank(self.queried.dialect);
        (!is_sure).then(|| format!("({} IS NULL AND NOT ({blank}))", it.name))
    }

    /// The columns of a key as rows are grouped by them: values of a type as they are.
    pub(super) fn grouped_by(&self, key: &[String]) -> String {
        let columns = key.iter().filter_map(|it| self.columns.get(it));
        let name = |it: &Column| if it.is_whole_type() { it.raw.clone() } else { it.name.clone() };
        columns.map(name).collect::<Vec<_>>().join(", ")
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
            Test::Within(it, limits) => self.within(&self.columns[it], limits),
        }
    }

    fn within(&self, column: &Column, limits: &[(i64, i64); 19]) -> Result<String, Why> {
        let dialect = self.queried.dialect;
        let (least, most) = match column.holding {
            Holding::Number(scale) | Holding::Decimal(_, scale) => limits[usize::from(scale.min(18))],
            Holding::Day | Holding::Date => limits[0],
            Holding::Text | Holding::Listed => return Err(OTHER),
        };
        // The day before or after one of the calendar may be none itself.
        let limit = |it: i64, signs: [&str; 2], nearer: i64| match column.holding {
            Holding::Day | Holding::Date => {
                let day = |it: i64| dialect.day_constant(it.into());
                let known = day(it).map(|it| (signs[0], it)).or_else(|| Some((signs[1], day(nearer)?)));
                known.map(|(sign, it)| format!("{} {sign} {it}", column.name)).ok_or(OTHER)
            }
            _ => Ok(format!("{} {} {}", column.name, signs[0], dialect.constant(it.into()))),
        };
        let mut limited = vec![format!("{} IS NOT NULL", column.name)];
        if least > i64::MIN {
            limited.push(limit(least, [">=", ">"], least - 1)?);
        }
        if most < i64::MAX {
            limited.push(limit(most, ["<=", "<"], most + 1)?);
        }
        Ok(joined(&limited))
    }

    fn numbers(&self) -> Numbers<'_, String> {
        let find = |it: &String| {
            let column = &self.columns[it];
            let scale = match column.holding {
                Holding::Number(scale) | Holding::Decimal(_, scale) => scale.into(),
                Holding::Day | Holding::Date | Holding::Text | Holding::Listed => 0,
            };
            let number = Number { sql: column.name.clone(), digits: column.digits, scale };
            Found { number, holding: column.holding, blank: Some(column.blank(self.queried.dialect)) }
        };
        Numbers { dialect: self.queried.dialect, find: Box::new(find) }
    }

    /// Totals as numbers, by their index.
    pub(super) fn over<'b>(&self, totals: &'b [Number]) -> Numbers<'b, usize> {
        let find = |it: &usize| Found { number: totals[*it].clone(), holding: Holding::Number(0), blank: None };
        Numbers { dialect: self.queried.dialect, find: Box::new(find) }
    }
}

/// What a name stands for: the number, day or text that was read, and what says that
/// there surely is none.
struct Found {
    number: Number,
    holding: Holding,
    blank: Option<String>,
}

type Find<'a, C> = Box<dyn Fn(&C) -> Found + 'a>;

/// Numbers by what names them.
pub(super) struct Numbers<'a, C> {
    dialect: Dialect,
    find: Find<'a, C>,
}

/// How many digits of a number type are read: those of 64 bits, where decimals have to be
/// multiplied out.
fn typed_digits(most: u32, all: u8, scale: u8) -> u32 {
    let most = if scale > 0 { most.min(18) } else { most };
    most.min(all.into())
}

/// Whether a term divides by something, and has no value where that is zero.
pub(super) fn may_divide<C>(it: &Term<C>) -> bool {
    match it {
        Term::Rest(_) => true,
        Term::Sum(terms) => terms.iter().any(|it| may_divide(&it.1)),
        Term::Product(pair) => pair.iter().any(may_divide),
        Term::Size(it) | Term::Rounded(it, _) => may_divide(it),
        Term::Column(_) | Term::Constant(..) | Term::Length(_) | Term::Ordinal(_) | Term::Unit(_) | Term::Step(_) => {
            false
        }
    }
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
                Found { number, holding: Holding::Number(_) | Holding::Decimal(..), .. } => self.fitted(number),
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
            Term::Rest(pair) => {
                let (left, right) = (self.term(&pair[0])?, self.term(&pair[1])?);
                let scale = left.scale.max(right.scale);
                let (left, right) = (self.scaled(left, scale)?, self.scaled(right, scale)?);
                let sql = format!("({} % NULLIF({}, {}))", left.sql, right.sql, self.dialect.constant(0));
                Ok(Number { sql, digits: left.digits.max(right.digits), scale })
            }
            Term::Rounded(it, decimals) => self.rounded(self.term(it)?, *decimals),
            Term::Length(it) => match (self.find)(it) {
                Found { number, holding: Holding::Text | Holding::Listed, .. } => {
                    Ok(Number { sql: self.dialect.length(&number.sql), digits: LENGTH_DIGITS, scale: 0 })
                }
                _ => Err(OTHER),
            },
            Term::Ordinal(it) => match (self.find)(it) {
                Found { number, holding: Holding::Day | Holding::Date, .. } => {
                    Ok(Number { sql: self.dialect.ordinal(&number.sql), digits: ORDINAL_DIGITS, scale: 0 })
                }
                _ => Err(OTHER),
            },
            Term::Unit(it) => self.printed(it, |scale| i128::from(scale > 0)),
            Term::Step(it) => self.printed(it, |_| 1),
        }
    }

    /// A number half away from zero, without a division.
    fn rounded(&self, it: Number, decimals: i32) -> Result<Number, Why> {
        let cut = i64::from(it.scale) - i64::from(decimals);
        if cut <= 0 {
            return Ok(it);
        }
        let unit = u32::try_from(cut).ok().and_then(|it| 10_i128.checked_pow(it)).ok_or(TOO_WIDE)?;
        let (half, unit) = (self.dialect.constant(unit / 2), self.dialect.constant(unit));
        let size = format!("(abs({}) + {half})", it.sql);
        let size = format!("({size} - {size} % {unit})");
        let sql = format!("(CASE WHEN {} < 0 THEN 0 - {size} ELSE {size} END)", it.sql);
        let digits = it.digits.max(u32::try_from(cut).unwrap_or(u32::MAX)) + 1;
        self.fitted(Number { sql, digits, scale: it.scale })
    }

    /// What the last printed digit of a cell counts, where the type of its column tells.
    fn printed(&self, it: &C, counts: impl Fn(u8) -> i128) -> Result<Number, Why> {
        match (self.find)(it) {
            Found { number, holding: Holding::Decimal(_, scale) | Holding::Number(scale @ 0), .. } => {
                let one = self.dialect.constant(counts(scale));
                let sql = format!("(CASE WHEN {} IS NOT NULL THEN {one} END)", number.sql);
                Ok(Number { sql, digits: 1, scale: scale.into() })
            }
            _ => Err(PRINTED),
        }
    }

    /// A side of a comparison of days; nothing where it is none.
    fn day(&self, it: &Term<C>) -> Option<Result<String, i128>> {
        match it {
            Term::Column(it) => match (self.find)(it) {
                Found { number, holding: Holding::Day | Holding::Date, .. } => Some(Ok(number.sql)),
                _ => None,
            },
            Term::Constant(it, 0) => Some(Err(*it)),
            _ => None,
        }
    }

    /// Both sides of a comparison, in as many decimals.
    fn sides(&self, left: &Term<C>, right: &Term<C>) -> Result<(String, String), Why> {
        let constant = |it: i128| self.dialect.day_constant(it).ok_or(OTHER);
        Ok(match (self.day(left), self.day(right)) {
            (Some(Ok(left)), Some(Ok(right))) => (left, right),
            (Some(Ok(left)), Some(Err(right))) => (left, constant(right)?),
            (Some(Err(left)), Some(Ok(right))) => (constant(left)?, right),
            _ => {
                let (left, right) = (self.term(left)?, self.term(right)?);
                let scale = left.scale.max(right.scale);
                (self.scaled(left, scale)?.sql, self.scaled(right, scale)?.sql)
            }
        })
    }

    /// Whether a cell holds something: false where it surely holds nothing.
    fn filled(it: &Found) -> String {
        let read = format!("{} IS NOT NULL", it.number.sql);
        match &it.blank {
            Some(blank) => format!("(CASE WHEN {read} THEN {TRUE} WHEN {blank} THEN {FALSE} END)"),
            None => format!("(CASE WHEN {read} THEN {TRUE} END)"),
        }
    }

    fn compared(&self, left: &Term<C>, holds: Holds, right: &Term<C>) -> Result<String, Why>
    where
        C: PartialEq,
    {
        if let (Term::Column(column), [true, true, true]) = (left, holds)
            && left == right
        {
            return Ok(Self::filled(&(self.find)(column)));
        }
        let (left, right) = self.sides(left, right)?;
        let always = |it: &str| format!("(CASE WHEN {left} IS NOT NULL AND {right} IS NOT NULL THEN {it} END)");
        let sign = match holds {
            [false, false, false] => return Ok(always(FALSE)),
            [true, true, true] => return Ok(always(TRUE)),
            [true, false, false] => "<",
            [false, true, false] => "=",
            [false, false, true] => ">",
            [true, true, false] => "<=",
            [false, true, true] => ">=",
            [true, false, true] => "<>",
        };
        Ok(format!("{left} {sign} {right}"))
    }

    fn listed(&self, it: &C, values: &Texts) -> Result<String, Why> {
        let Found { number, holding: Holding::Text | Holding::Listed, .. } = (self.find)(it) else { return Err(OTHER) };
        // One that is not plain is no plain text; a backslash is another sign in some engines.
        if values.iter().any(|it| it.contains(&b'\\')) {
            return Err(BACKSLASH);
        }
        let values: Vec<String> = values.iter().filter_map(|it| self.dialect.text(it)).collect();
        if values.is_empty() {
            return Ok(format!("(CASE WHEN {} IS NOT NULL THEN {FALSE} END)", number.sql));
        }
        Ok(format!("{} IN ({})", number.sql, values.join(", ")))
    }

    pub(super) fn condition(&self, it: &Condition<C>) -> Result<String, Why>
    where
        C: PartialEq,
    {
        let all = |them: &[Condition<C>]| them.iter().map(|it| self.condition(it)).collect::<Result<Vec<_>, _>>();
        Ok(match it {
            Condition::Compare(left, holds, right) => self.compared(left, *holds, right)?,
            Condition::Listed(it, values) => self.listed(it, values)?,
            Condition::Same(left, right) => match ((self.find)(left), (self.find)(right)) {
                (
                    Found { number: left, holding: Holding::Text | Holding::Listed, .. },
                    Found { number: right, holding: Holding::Text | Holding::Listed, .. },
                ) => {
                    format!("{} = {}", left.sql, right.sql)
                }
                _ => return Err(OTHER),
            },
            Condition::Fits(it, pattern) => match (self.find)(it) {
                it @ Found { holding: Holding::Text | Holding::Listed, .. } if pattern.0.as_str().is_empty() => {
                    Self::filled(&it)
                }
                Found { number, holding: Holding::Text | Holding::Listed, .. } => {
                    self.dialect.fits_like(&number.sql, pattern.0.as_str()).ok_or(PATTERN)?
                }
                _ => return Err(OTHER),
            },
            Condition::All(them) if them.is_empty() => TRUE.to_owned(),
            Condition::Any(them) if them.is_empty() => FALSE.to_owned(),
            Condition::All(them) => format!("({})", all(them)?.join(" AND ")),
            Condition::Any(them) => format!("({})", all(them)?.join(" OR ")),
            Condition::Not(it) => format!("(NOT ({}))", self.condition(it)?),
            Condition::Known(pair) => {
                let (known, it) = (self.condition(&pair[0])?, self.condition(&pair[1])?);
                format!("(CASE WHEN {known} THEN {it} END)")
            }
        })
    }
}
