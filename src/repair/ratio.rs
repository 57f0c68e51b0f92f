//! Exact fractions that stay in machine words as long as they fit.
//!
//! Systems of published sums have weights of one and small figures; taking
//! each through a heap of big integers would cost most of the time.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::table::{Decimal, Exact};

/// An exact fraction, in lowest terms.
///
/// What fits two words is never kept as `Large`, so that equal values are
/// equal in form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ratio {
    /// A numerator, and a denominator above zero.
    Small(i64, i64),
    /// Anything else.
    Large(Box<BigRational>),
}

impl Ratio {
    /// Zero.
    pub(crate) const ZERO: Self = Self::Small(0, 1);
    /// One.
    pub(crate) const ONE: Self = Self::Small(1, 1);

    /// A whole number.
    pub(crate) fn whole(value: i64) -> Self {
        Self::Small(value, 1)
    }

    /// The value of a printed figure.
    pub(crate) fn of(figure: Decimal) -> Self {
        let units = i64::try_from(figure.units).ok();
        let power = 10_i64.checked_pow(u32::from(figure.exponent.unsigned_abs()));
        match (units, power) {
            (Some(units), Some(1)) => Self::whole(units),
            (Some(units), Some(power)) if figure.exponent < 0 => reduced(i128::from(units), i128::from(power)),
            (Some(units), Some(power)) => reduced(i128::from(units) * i128::from(power), 1),
            _ => Self::of_exact(&figure.exact()),
        }
    }

    /// The same value as a fraction of big numbers.
    pub(crate) fn of_exact(value: &Exact) -> Self {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            (Some(numerator), Some(denominator)) => Self::Small(numerator, denominator),
            _ => Self::Large(Box::new(value.clone())),
        }
    }

    /// The same value as a fraction of big numbers.
    pub(crate) fn exact(&self) -> Exact {
        match self {
            Self::Small(numerator, denominator) => Exact::new_raw(BigInt::from(*numerator), BigInt::from(*denominator)),
            Self::Large(it) => (**it).clone(),
        }
    }

    /// -1, 0 or 1.
    pub(crate) fn sign(&self) -> i8 {
        match self {
            Self::Small(numerator, _) => i8::try_from(numerator.signum()).unwrap_or(0),
            Self::Large(it) if it.is_negative() => -1,
            Self::Large(it) => i8::from(!it.is_zero()),
        }
    }

    /// Whether it is zero.
    pub(crate) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// Whether it is a whole number.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Self::Small(_, denominator) => *denominator == 1,
            Self::Large(it) => it.is_integer(),
        }
    }

    /// The largest whole number that is not above it.
    pub(crate) fn floor(&self) -> Self {
        match self {
            Self::Small(numerator, denominator) => Self::whole(numerator.div_floor(denominator)),
            Self::Large(it) => Self::of_exact(&it.floor()),
        }
    }

    /// Its size.
    pub(crate) fn size(&self) -> Self {
        if self.sign() < 0 { -self } else { self.clone() }
    }

    /// As a float: for statistics only.
    pub(crate) fn approximate(&self) -> f64 {
        self.exact().to_f64().unwrap_or(f64::MAX)
    }
}

/// A fraction of numbers whose denominator is above zero, in lowest terms.
fn reduced(numerator: i128, denominator: i128) -> Ratio {
    let divisor = numerator.gcd(&denominator).max(1);
    let (numerator, denominator) = (numerator / divisor, denominator / divisor);
    match (i64::try_from(numerator), i64::try_from(denominator)) {
        (Ok(numerator), Ok(denominator)) => Ratio::Small(numerator, denominator),
        _ => Ratio::Large(Box::new(BigRational::new_raw(BigInt::from(numerator), BigInt::from(denominator)))),
    }
}

impl Add for &Ratio {
    type Output = Ratio;

    fn add(self, other: Self) -> Ratio {
        if let (Ratio::Small(a, b), Ratio::Small(c, d)) = (self, other) {
            if *b == 1
                && *d == 1
                && let Some(sum) = a.checked_add(*c)
            {
                return Ratio::whole(sum);
            }
            let (a, b, c, d) = (i128::from(*a), i128::from(*b), i128::from(*c), i128::from(*d));
            // Products of words fit twice their width, and their sum may not.
            if let Some(numerator) = (a * d).checked_add(c * b) {
                return reduced(numerator, b * d);
            }
        }
        Ratio::of_exact(&(self.exact() + other.exact()))
    }
}

impl Sub for &Ratio {
    type Output = Ratio;

    fn sub(self, other: Self) -> Ratio {
        self + &-other
    }
}

impl Neg for &Ratio {
    type Output = Ratio;

    fn neg(self) -> Ratio {
        match self {
            Ratio::Small(numerator, denominator) => reduced(-i128::from(*numerator), i128::from(*denominator)),
            Ratio::Large(it) => Ratio::of_exact(&-(**it).clone()),
        }
    }
}

impl Mul for &Ratio {
    type Output = Ratio;

    fn mul(self, other: Self) -> Ratio {
        if let (Ratio::Small(a, b), Ratio::Small(c, d)) = (self, other) {
            return reduced(i128::from(*a) * i128::from(*c), i128::from(*b) * i128::from(*d));
        }
        Ratio::of_exact(&(self.exact() * other.exact()))
    }
}

impl Div for &Ratio {
    type Output = Ratio;

    /// The divisor is not zero.
    fn div(self, other: Self) -> Ratio {
        match other {
            Ratio::Small(numerator, denominator) => {
                let (numerator, denominator) = (i128::from(*numerator), i128::from(*denominator));
                let turned = if numerator < 0 {
                    reduced(-denominator, -numerator)
                } else {
                    reduced(denominator, numerator.max(1))
                };
                self * &turned
            }
            Ratio::Large(it) => Ratio::of_exact(&(self.exact() / &**it)),
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(a, b), Self::Small(c, d)) if b == d => a.cmp(c),
            (Self::Small(a, b), Self::Small(c, d)) => {
                (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b)))
            }
            _ => self.exact().cmp(&other.exact()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_ratio() -> impl Strategy<Value = Ratio> {
        let part = prop_oneof![any::<i64>(), -9_i64..=9, Just(i64::MAX), Just(i64::MIN)];
        (part.clone(), part)
            .prop_filter("a denominator", |it| it.1 != 0)
            .prop_map(|(a, b)| Ratio::of_exact(&Exact::new(BigInt::from(a), BigInt::from(b))))
    }

    proptest! {
        #[test]
        fn arithmetic_is_that_of_big_fractions(a in any_ratio(), b in any_ratio(), c in any_ratio()) {
            prop_assert_eq!((&a + &b).exact(), a.exact() + b.exact());
            prop_assert_eq!((&a - &b).exact(), a.exact() - b.exact());
            prop_assert_eq!((&(&a * &b) * &c).exact(), a.exact() * b.exact() * c.exact());
            prop_assert_eq!(a.cmp(&b), a.exact().cmp(&b.exact()));
            prop_assert_eq!(a.floor().exact(), a.exact().floor());
            if !b.is_zero() {
                prop_assert_eq!((&a / &b).exact(), a.exact() / b.exact());
            }
        }

        #[test]
        fn equal_values_have_one_form(a in any_ratio(), b in any_ratio()) {
            prop_assert_eq!(&(&(&a + &b) - &b), &a);
        }
    }
}
