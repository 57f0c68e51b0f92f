//! Conditions and arithmetic over the cells of a row, exact or not at all.

use std::cmp::Ordering;

use jiff::civil::Date;
use num_traits::ToPrimitive;
use regex::Regex;

use super::Sure;
use super::Texts;
use super::test::Holds;
use crate::table::Exact;

/// A number worked out of the cells of a row; `C` says which column.
#[derive(Clone, Debug, PartialEq)]
pub enum Term<C> {
    /// The number or day of a cell.
    Column(C),
    /// A number: its digits, and how many of them are decimals.
    Constant(i128, u8),
    /// Terms added, or taken away where the flag is set.
    Sum(Vec<(bool, Term<C>)>),
    /// A product.
    Product(Box<[Term<C>; 2]>),
    /// The size of a number.
    Size(Box<Term<C>>),
    /// What a division to whole numbers leaves over, with the sign of the dividend;
    /// nothing where the divisor is zero.
    Rest(Box<[Term<C>; 2]>),
    /// Half away from zero, at so many decimals.
    Rounded(Box<Term<C>>, i32),
    /// How many characters a text has.
    Length(C),
    /// A day, counted from 1970-01-01.
    Ordinal(C),
    /// One of the last printed decimals of a cell; nothing where it has none.
    Unit(C),
    /// One of its last printed digits.
    Step(C),
}

/// What is true or false of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition<C> {
    /// Two numbers or two days stand so to each other.
    Compare(Term<C>, Holds, Term<C>),
    /// A text is one of these.
    Listed(C, Texts),
    /// Two texts are the same.
    Same(C, C),
    /// A text fits a pattern.
    Fits(C, Pattern),
    /// All of them are true.
    All(Vec<Condition<C>>),
    /// One of them is true.
    Any(Vec<Condition<C>>),
    /// It is false.
    Not(Box<Condition<C>>),
    /// The second, where the first is true; else nothing can be told.
    Known(Box<[Condition<C>; 2]>),
}

/// A pattern; the same where it is written the same.
#[derive(Clone, Debug)]
pub struct Pattern(pub Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// The cells that a condition is asked of.
pub(crate) trait Cells {
    /// A number or day.
    fn number(&self, column: usize) -> Number;

    /// A text without outer spaces.
    fn text(&self, column: usize) -> &[u8];

    /// Whether a cell of numbers or days holds nothing.
    fn is_blank(&self, column: usize) -> bool;
}

impl<C> Term<C> {
    /// A number as digits and decimals, where 18 decimals are enough.
    pub(crate) fn fixed(it: &Exact) -> Option<Self> {
        let ten = Exact::from_integer(10.into());
        let mut scaled = it.clone();
        for decimals in 0..=18 {
            if scaled.is_integer() {
                return Some(Self::Constant(scaled.to_i128()?, decimals));
            }
            scaled *= &ten;
        }
        None
    }

    pub(super) fn over<D>(&self, find: &impl Fn(&C) -> Option<D>) -> Option<Term<D>> {
        Some(match self {
            Self::Column(it) => Term::Column(find(it)?),
            Self::Constant(digits, decimals) => Term::Constant(*digits, *decimals),
            Self::Sum(terms) => {
                let over = |it: &(bool, Self)| Some((it.0, it.1.over(find)?));
                Term::Sum(terms.iter().map(over).collect::<Option<_>>()?)
            }
            Self::Product(pair) => Term::Product(Box::new([pair[0].over(find)?, pair[1].over(find)?])),
            Self::Size(it) => Term::Size(Box::new(it.over(find)?)),
            Self::Rest(pair) => Term::Rest(Box::new([pair[0].over(find)?, pair[1].over(find)?])),
            Self::Rounded(it, decimals) => Term::Rounded(Box::new(it.over(find)?), *decimals),
            Self::Length(it) => Term::Length(find(it)?),
            Self::Ordinal(it) => Term::Ordinal(find(it)?),
            Self::Unit(it) => Term::Unit(find(it)?),
            Self::Step(it) => Term::Step(find(it)?),
        })
    }

    /// Whether it reads a column.
    pub(crate) fn reads(&self, column: &C) -> bool
    where
        C: PartialEq,
    {
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        self.columns((&mut numbers, &mut texts));
        numbers.contains(&column) || texts.contains(&column)
    }

    pub(super) fn columns<'a>(&'a self, (numbers, texts): (&mut Vec<&'a C>, &mut Vec<&'a C>)) {
        match self {
            Self::Column(it) | Self::Unit(it) | Self::Step(it) | Self::Ordinal(it) => numbers.push(it),
            Self::Length(it) => texts.push(it),
            Self::Constant(..) => {}
            Self::Sum(terms) => terms.iter().for_each(|it| it.1.columns((numbers, texts))),
            Self::Product(pair) | Self::Rest(pair) => pair.iter().for_each(|it| it.columns((numbers, texts))),
            Self::Size(it) | Self::Rounded(it, _) => it.columns((numbers, texts)),
        }
    }
}

impl<C> Condition<C> {
    /// The same with each column as `find` gives it; none where it does not.
    pub(crate) fn over<D>(&self, find: &impl Fn(&C) -> Option<D>) -> Option<Condition<D>> {
        let all = |them: &[Self]| them.iter().map(|it| it.over(find)).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::Compare(left, holds, right) => Condition::Compare(left.over(find)?, *holds, right.over(find)?),
            Self::Listed(it, values) => Condition::Listed(find(it)?, values.clone()),
            Self::Same(left, right) => Condition::Same(find(left)?, find(right)?),
            Self::Fits(it, pattern) => Condition::Fits(find(it)?, pattern.clone()),
            Self::All(them) => Condition::All(all(them)?),
            Self::Any(them) => Condition::Any(all(them)?),
            Self::Not(it) => Condition::Not(Box::new(it.over(find)?)),
            Self::Known(pair) => Condition::Known(Box::new([pair[0].over(find)?, pair[1].over(find)?])),
        })
    }

    /// Its columns: those of numbers and days, and those of texts.
    pub(crate) fn read(&self) -> (Vec<&C>, Vec<&C>) {
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        self.columns((&mut numbers, &mut texts));
        (numbers, texts)
    }

    fn columns<'a>(&'a self, (numbers, texts): (&mut Vec<&'a C>, &mut Vec<&'a C>)) {
        match self {
            Self::Compare(left, _, right) => [left, right].iter().for_each(|it| it.columns((numbers, texts))),
            Self::Listed(it, _) | Self::Fits(it, _) => texts.push(it),
            Self::Same(left, right) => texts.extend([left, right]),
            Self::Known(pair) => pair.iter().for_each(|it| it.columns((numbers, texts))),
            Self::All(them) | Self::Any(them) => them.iter().for_each(|it| it.columns((numbers, texts))),
            Self::Not(it) => it.columns((numbers, texts)),
        }
    }
}

/// Digits, and how many of them are decimals.
pub(crate) type Number = (i128, u32);

/// Two numbers with as many decimals each.
pub(super) fn aligned(left: Number, right: Number) -> Option<(i128, i128, u32)> {
    let most = left.1.max(right.1);
    let scaled = |it: Number| {
        if it.1 == most { Some(it.0) } else { it.0.checked_mul(10_i128.checked_pow(most - it.1)?) }
    };
    Some((scaled(left)?, scaled(right)?, most))
}

impl Term<usize> {
    /// Its value; none where it is out of range.
    pub(super) fn value(&self, cells: &impl Cells) -> Option<Number> {
        Some(match self {
            Self::Column(it) => cells.number(*it),
            Self::Constant(digits, decimals) => (*digits, (*decimals).into()),
            Self::Sum(terms) => terms.iter().try_fold((0, 0), |sum, (minus, it)| {
                let (sum, it, decimals) = aligned(sum, it.value(cells)?)?;
                Some((if *minus { sum.checked_sub(it)? } else { sum.checked_add(it)? }, decimals))
            })?,
            Self::Product(pair) => {
                let (left, right) = (pair[0].value(cells)?, pair[1].value(cells)?);
                (left.0.checked_mul(right.0)?, left.1 + right.1)
            }
            Self::Size(it) => {
                let (number, decimals) = it.value(cells)?;
                (number.checked_abs()?, decimals)
            }
            Self::Rest(pair) => {
                let (left, right, decimals) = aligned(pair[0].value(cells)?, pair[1].value(cells)?)?;
                (left.checked_rem(right)?, decimals)
            }
            Self::Rounded(it, decimals) => rounded(it.value(cells)?, *decimals)?,
            Self::Length(it) => (plain(cells.text(*it))?.len().try_into().ok()?, 0),
            Self::Ordinal(it) => (ordinal(cells.number(*it).0), 0),
            Self::Unit(it) => {
                let (_, decimals) = cells.number(*it);
                (i128::from(decimals > 0), decimals)
            }
            Self::Step(it) => (1, cells.number(*it).1),
        })
    }
}

impl Condition<usize> {
    /// Whether it is surely true of a row.
    pub(crate) fn truth(&self, cells: &impl Cells) -> Sure {
        match self {
            Self::Compare(left, holds, right) => {
                let compared = || {
                    let (left, right, _) = aligned(left.value(cells)?, right.value(cells)?)?;
                    Some(match left.cmp(&right) {
                        Ordering::Less => holds[0],
                        Ordering::Equal => holds[1],
                        Ordering::Greater => holds[2],
                    })
                };
                compared().map_or(Sure::Odd, Sure::of)
            }
            Self::Listed(it, values) => {
                let text = cells.text(*it);
                let is_listed = || values.contains(text);
                plain(text).map_or(Sure::Odd, |_| Sure::of(is_listed()))
            }
            Self::Same(left, right) => match (plain(cells.text(*left)), plain(cells.text(*right))) {
                (Some(left), Some(right)) => Sure::of(left == right),
                _ => Sure::Odd,
            },
            Self::Fits(it, pattern) => plain(cells.text(*it)).map_or(Sure::Odd, |it| Sure::of(pattern.0.is_match(it))),
            Self::All(them) => Sure::all(them.iter().map(|it| it.truth(cells))),
            Self::Any(them) => Sure::any(them.iter().map(|it| it.truth(cells))),
            Self::Not(it) => it.truth(cells).not(),
            Self::Known(pair) if pair[0].truth(cells).is_true() => pair[1].truth(cells),
            Self::Known(_) => Sure::Odd,
        }
    }
}

/// A text that is read as it stands: words of ASCII with one space between.
/// An empty one has no value, and is not plain.
fn plain(text: &[u8]) -> Option<&str> {
    let apart = |it: &[u8]| it != b"  ";
    let printed = text.iter().all(|it| it.is_ascii_graphic() || *it == b' ') && text.windows(2).all(apart);
    std::str::from_utf8(text).ok().filter(|it| printed && !it.is_empty())
}

/// A number half away from zero, at so many decimals.
fn rounded((number, scale): Number, decimals: i32) -> Option<Number> {
    let cut = i64::from(scale) - i64::from(decimals);
    if cut <= 0 {
        return Some((number, scale));
    }
    let unit = 10_i128.checked_pow(u32::try_from(cut).ok()?)?;
    let size = number.checked_abs()?.checked_add(unit / 2)?;
    Some(((size - size % unit) * number.signum(), scale))
}

/// A day, counted from 1970-01-01 (Hinnant, *chrono-compatible low-level date algorithms*).
fn ordinal(packed: i128) -> i128 {
    let (year, month, day) = unpacked(packed);
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + of_year - 719_468
}

/// Cells by their position: a number or day, and a text.
pub(crate) struct Plain<'a>(pub(crate) Vec<(Number, &'a [u8])>);

impl Cells for Plain<'_> {
    fn number(&self, column: usize) -> Number {
        self.0[column].0
    }

    fn text(&self, column: usize) -> &[u8] {
        self.0[column].1
    }

    fn is_blank(&self, column: usize) -> bool {
        self.0[column].1.is_empty()
    }
}

/// A day of the calendar as such a number; none where it is before the year 0.
pub(crate) fn day_number(day: Date) -> Option<i64> {
    let number = |it: i8| u32::try_from(it).ok();
    Some(packed(u32::try_from(day.year()).ok()?, number(day.month())?, number(day.day())?))
}

/// A day as one number: days in order are numbers in order, at most four apart where they
/// follow each other, and no calendar has to be worked out.
#[inline]
pub(crate) fn packed(year: u32, month: u32, day: u32) -> i64 {
    (i64::from(year) * 12 + i64::from(month)) * 31 + i64::from(day)
}

/// Year, month and day of such a number.
pub(crate) fn unpacked(day: i128) -> (i128, i128, i128) {
    let (months, day) = ((day - 1).div_euclid(31), (day - 1).rem_euclid(31) + 1);
    ((months - 1).div_euclid(12), (months - 1).rem_euclid(12) + 1, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        for (year, month, day) in
            [(1600, 2, 29), (1969, 12, 31), (1970, 1, 1), (2000, 3, 1), (2024, 2, 29), (9999, 12, 31)]
        {
            let date = jiff::civil::date(year, month, day);
            let since = date.since(jiff::civil::date(1970, 1, 1)).unwrap().get_days();
            let number = day_number(date).unwrap();
            assert_eq!(ordinal(number.into()), since.into(), "{date}");
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        assert_eq!(
            (rounded((25, 1), 0), rounded((-25, 1), 0), rounded((24, 1), 0)),
            (Some((30, 1)), Some((-30, 1)), Some((20, 1)))
        );
        assert_eq!((rounded((12345, 1), -2), rounded((7, 0), 2)), (Some((12000, 1)), Some((7, 0))));
    }

    #[test]
    fn what_is_divided_by_zero_cannot_be_told() {
        let cells = |divisor: i128| Plain(vec![((7, 0), &b""[..]), ((divisor, 0), &b""[..])]);
        let rest = Term::Rest(Box::new([Term::Column(0), Term::Column(1)]));
        let is_one = Condition::Compare(rest, [false, true, false], Term::Constant(1, 0));
        assert_eq!(is_one.truth(&cells(2)), Sure::True);
        assert_eq!(is_one.truth(&cells(0)), Sure::Odd);
        let known = Condition::Known(Box::new([is_one, Condition::Any(Vec::new())]));
        assert_eq!((known.truth(&cells(2)), known.truth(&cells(3))), (Sure::False, Sure::False));
        assert_eq!(Condition::Not(Box::new(known)).truth(&cells(4)), Sure::Odd);
    }
}
