//! Arithmetic and comparison of whole vectors of numbers.
//!
//! Each operation runs on 64 bits, goes to 128 where one value of the vector
//! does not fit, and to fractions of any size where that is not enough.

use std::borrow::Cow;

use num_bigint::BigInt;
use num_traits::ops::overflowing::{OverflowingAdd, OverflowingMul, OverflowingSub};
use num_traits::{PrimInt, ToPrimitive, Zero};

use super::vector::{NumberVector, Truth, Units, both, index, is_there, together};
use crate::plan::Relation;
use crate::table::Exact;

/// Vectors brought to one form and one power of ten.
enum Aligned<'v> {
    Narrow(Vec<Cow<'v, [i64]>>, i32),
    Wide(Vec<Cow<'v, [i128]>>, i32),
    Exact(Vec<Cow<'v, [Exact]>>),
}

/// A number of units of a power of ten as a fraction.
pub(super) fn exact(units: i128, exponent: i32) -> Exact {
    let power = num_traits::pow(BigInt::from(10), exponent.unsigned_abs() as usize);
    if exponent < 0 { Exact::new(units.into(), power) } else { Exact::from_integer(BigInt::from(units) * power) }
}

/// Adds, or takes away, row by row.
pub(super) fn add(left: &NumberVector<'_>, right: &NumberVector<'_>, take_away: bool) -> NumberVector<'static> {
    let valid = both(&left.valid, &right.valid);
    let mut aligned = align(&[left, right]);
    loop {
        aligned = match aligned {
            Aligned::Narrow(it, exponent) => match add_fixed(&it[0], &it[1], take_away) {
                Some(sum) => return NumberVector { units: Units::Narrow(sum.into()), exponent, valid },
                None => {
                    Aligned::Wide(it.iter().map(|it| widen(it, 1).expect("64 bits fit 128").into()).collect(), exponent)
                }
            },
            Aligned::Wide(it, exponent) => match add_fixed(&it[0], &it[1], take_away) {
                Some(sum) => return NumberVector { units: Units::Wide(sum.into()), exponent, valid },
                None => {
                    Aligned::Exact(it.iter().map(|it| it.iter().map(|&it| exact(it, exponent)).collect()).collect())
                }
            },
            Aligned::Exact(it) => {
                let sum = zip(&it[0], &it[1], |left, right| if take_away { left - right } else { left + right });
                return NumberVector { units: Units::Exact(sum.into()), exponent: 0, valid };
            }
        }
    }
}

/// Multiplies row by row.
pub(super) fn multiply(left: &NumberVector<'_>, right: &NumberVector<'_>) -> NumberVector<'static> {
    let valid = both(&left.valid, &right.valid);
    let exponent = left.exponent + right.exponent;
    if let (Units::Narrow(a), Units::Narrow(b)) = (&left.units, &right.units)
        && let Some(product) = checked(a, b, i64::overflowing_mul)
    {
        return NumberVector { units: Units::Narrow(product.into()), exponent, valid };
    }
    if let (Some(a), Some(b)) = (wide(&left.units), wide(&right.units))
        && let Some(product) = checked(&a, &b, |a, b| OverflowingMul::overflowing_mul(&a, &b))
    {
        return NumberVector { units: Units::Wide(product.into()), exponent, valid };
    }
    let product = zip(&fractions(left), &fractions(right), |left, right| left * right);
    NumberVector { units: Units::Exact(product.into()), exponent: 0, valid }
}

/// Divides row by row; there is no value where the divisor is zero.
pub(super) fn divide(left: &NumberVector<'_>, right: &NumberVector<'_>) -> NumberVector<'static> {
    // One divisor for all rows, `/ 2` or `/ 1000`, is mostly a short decimal
    // turned over: that stays in whole numbers.
    if let (1, Some(divisor)) = (right.len(), right.get(0))
        && !divisor.is_zero()
    {
        return multiply(left, &NumberVector::single(divisor.recip()));
    }
    over_nonzero(left, right, |left, right| left / right)
}

/// What division to a whole number leaves over, with the sign of the dividend.
pub(super) fn remainder(left: &NumberVector<'_>, right: &NumberVector<'_>) -> NumberVector<'static> {
    over_nonzero(left, right, |left, right| left - right * (left / right).trunc())
}

fn over_nonzero(
    left: &NumberVector<'_>,
    right: &NumberVector<'_>,
    operation: impl Fn(&Exact, &Exact) -> Exact,
) -> NumberVector<'static> {
    let length = together([left.len(), right.len()]);
    let (a, b) = (fractions(left), fractions(right));
    let nonzero: Vec<bool> = b.iter().map(|it| !it.is_zero()).collect();
    let valid = both(&both(&left.valid, &right.valid), &Some(nonzero));
    let values = (0..length).map(|row| {
        let divisor = &b[index(b.len(), row)];
        if divisor.is_zero() { Exact::zero() } else { operation(&a[index(a.len(), row)], divisor) }
    });
    NumberVector { units: Units::Exact(values.collect()), exponent: 0, valid }
}

/// Compares row by row; unknown where either value is not there.
pub(super) fn compare(left: &NumberVector<'_>, right: &NumberVector<'_>, relation: Relation) -> Vec<Truth> {
    let mut truths = match align(&[left, right]) {
        Aligned::Narrow(it, _) => compare_by(&it[0], &it[1], relation),
        Aligned::Wide(it, _) => compare_by(&it[0], &it[1], relation),
        Aligned::Exact(it) => compare_by(&it[0], &it[1], relation),
    };
    if let Some(valid) = both(&left.valid, &right.valid) {
        if truths.len() < valid.len() {
            truths = vec![truths[0]; valid.len()];
        }
        for (row, truth) in truths.iter_mut().enumerate() {
            if !valid[index(valid.len(), row)] {
                *truth = Truth::Unknown;
            }
        }
    }
    truths
}

fn compare_by<T: Ord>(left: &[T], right: &[T], relation: Relation) -> Vec<Truth> {
    // One loop for each relation: none decides anew for every row.
    let truth = |it: bool| if it { Truth::True } else { Truth::False };
    match relation {
        Relation::Equal => zip(left, right, |a, b| truth(a == b)),
        Relation::Unequal => zip(left, right, |a, b| truth(a != b)),
        Relation::Less => zip(left, right, |a, b| truth(a < b)),
        Relation::AtMost => zip(left, right, |a, b| truth(a <= b)),
        Relation::More => zip(left, right, |a, b| truth(a > b)),
        Relation::AtLeast => zip(left, right, |a, b| truth(a >= b)),
    }
}

/// The size of each number.
pub(super) fn abs(values: &NumberVector<'_>) -> NumberVector<'static> {
    let negated = add(&NumberVector::single(Exact::zero()), values, true);
    let negative = compare(values, &NumberVector::single(Exact::zero()), Relation::Less);
    let picks: Vec<Option<usize>> = negative.iter().map(|&it| Some(usize::from(it == Truth::True))).collect();
    choose(&[values, &negated], &picks)
}

/// Each number at so many decimals, halves away from zero.
pub(super) fn round(values: &NumberVector<'_>, decimals: i32) -> NumberVector<'static> {
    let rounded = fractions(values).iter().map(|it| round_exact(it, decimals)).collect();
    NumberVector { units: Units::Exact(rounded), exponent: 0, valid: values.valid.clone() }
}

/// A number at so many decimals, halves away from zero.
pub(super) fn round_exact(value: &Exact, decimals: i32) -> Exact {
    (value * exact(1, decimals)).round() * exact(1, -decimals)
}

/// Takes the value of each row from the vector that its pick names; no pick, no value.
pub(super) fn choose(vectors: &[&NumberVector<'_>], picks: &[Option<usize>]) -> NumberVector<'static> {
    let there = |(row, pick): (usize, &Option<usize>)| pick.is_some_and(|it| is_there(&vectors[it].valid, row));
    let valid: Vec<bool> = picks.iter().enumerate().map(there).collect();
    let valid = valid.contains(&false).then_some(valid);
    let (units, exponent) = match align(vectors) {
        Aligned::Narrow(it, exponent) => (Units::Narrow(pick(&it, picks).into()), exponent),
        Aligned::Wide(it, exponent) => (Units::Wide(pick(&it, picks).into()), exponent),
        Aligned::Exact(it) => (Units::Exact(pick(&it, picks).into()), 0),
    };
    NumberVector { units, exponent, valid }
}

fn pick<T: Clone + Zero>(from: &[Cow<'_, [T]>], picks: &[Option<usize>]) -> Vec<T> {
    let value = |(row, pick): (usize, &Option<usize>)| match pick {
        Some(it) => from[*it][index(from[*it].len(), row)].clone(),
        None => T::zero(),
    };
    picks.iter().enumerate().map(value).collect()
}

/// The exact sum of all values that are there.
pub(super) fn total(values: &NumberVector<'_>, rows: &[bool]) -> Exact {
    let chosen = |row: usize| rows[row] && is_there(&values.valid, row);
    let mut wide = 0_i128;
    let mut rest = Exact::zero();
    for row in (0..rows.len()).filter(|&row| chosen(row)) {
        let at = index(values.len(), row);
        let units = match &values.units {
            Units::Narrow(it) => i128::from(it[at]),
            Units::Wide(it) => it[at],
            Units::Exact(it) => {
                rest += &it[at];
                continue;
            }
        };
        wide = wide.checked_add(units).unwrap_or_else(|| {
            rest += exact(wide, values.exponent);
            units
        });
    }
    rest + exact(wide, values.exponent)
}

/// Brings vectors to one power of ten, as narrow as they all fit.
fn align<'v>(vectors: &[&'v NumberVector<'_>]) -> Aligned<'v> {
    let exponent = vectors.iter().map(|it| it.exponent).min().unwrap_or(0);
    let factor = |it: &NumberVector<'_>| 10_i128.checked_pow(it.exponent.abs_diff(exponent));
    let narrow: Option<Vec<_>> = vectors.iter().map(|it| rescale_narrow(&it.units, factor(it)?.to_i64()?)).collect();
    if let Some(narrow) = narrow {
        return Aligned::Narrow(narrow, exponent);
    }
    let wide: Option<Vec<_>> = vectors.iter().map(|it| rescale_wide(&it.units, factor(it)?)).collect();
    wide.map_or_else(
        || Aligned::Exact(vectors.iter().map(|it| fractions(it)).collect()),
        |it| Aligned::Wide(it, exponent),
    )
}

fn rescale_narrow<'v>(units: &'v Units<'_>, factor: i64) -> Option<Cow<'v, [i64]>> {
    match units {
        Units::Narrow(it) if factor == 1 => Some(Cow::Borrowed(it)),
        Units::Narrow(it) => checked(it, &[factor], i64::overflowing_mul).map(Cow::Owned),
        _ => None,
    }
}

fn rescale_wide<'v>(units: &'v Units<'_>, factor: i128) -> Option<Cow<'v, [i128]>> {
    match units {
        Units::Narrow(it) => widen(it, factor).map(Cow::Owned),
        Units::Wide(it) if factor == 1 => Some(Cow::Borrowed(it)),
        Units::Wide(it) => checked(it, &[factor], |a, b| OverflowingMul::overflowing_mul(&a, &b)).map(Cow::Owned),
        Units::Exact(_) => None,
    }
}

fn widen(units: &[i64], factor: i128) -> Option<Vec<i128>> {
    units.iter().map(|&it| i128::from(it).checked_mul(factor)).collect()
}

fn wide<'v>(units: &'v Units<'_>) -> Option<Cow<'v, [i128]>> {
    rescale_wide(units, 1)
}

fn fractions<'v>(values: &'v NumberVector<'_>) -> Cow<'v, [Exact]> {
    match &values.units {
        Units::Narrow(it) => it.iter().map(|&it| exact(i128::from(it), values.exponent)).collect(),
        Units::Wide(it) => it.iter().map(|&it| exact(it, values.exponent)).collect(),
        Units::Exact(it) => Cow::Borrowed(it),
    }
}

fn add_fixed<T>(left: &[T], right: &[T], take_away: bool) -> Option<Vec<T>>
where
    T: PrimInt + OverflowingAdd + OverflowingSub,
{
    if take_away {
        checked(left, right, |a, b| OverflowingSub::overflowing_sub(&a, &b))
    } else {
        checked(left, right, |a, b| OverflowingAdd::overflowing_add(&a, &b))
    }
}

/// Runs an operation over two columns; none where one row overflows. The flag
/// is gathered, not branched on, so that the loop stays a plain one.
fn checked<T: Copy>(left: &[T], right: &[T], operation: impl Fn(T, T) -> (T, bool)) -> Option<Vec<T>> {
    let mut overflowed = false;
    let values = zip(left, right, |&a, &b| {
        let (value, over) = operation(a, b);
        overflowed |= over;
        value
    });
    (!overflowed).then_some(values)
}

/// Runs an operation over two columns, either of which may be a single value.
fn zip<T, U>(left: &[T], right: &[T], mut operation: impl FnMut(&T, &T) -> U) -> Vec<U> {
    match (left, right) {
        ([left], _) => right.iter().map(|it| operation(left, it)).collect(),
        (_, [right]) => left.iter().map(|it| operation(it, right)).collect(),
        _ => left.iter().zip(right).map(|(left, right)| operation(left, right)).collect(),
    }
}

/// A count of rows or characters as a number.
pub(super) fn of_count(count: usize) -> Exact {
    Exact::from_integer(BigInt::from(count))
}
