//! Exact decimals as printed, and exact fractions for arithmetic between them.

use std::fmt;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Pow, Signed, ToPrimitive, Zero};

use super::column::rescale;

/// An exact fraction of whole numbers: what arithmetic between figures gives.
pub type Exact = BigRational;

/// A decimal with its printed precision: `units` × 10^`exponent`.
///
/// `12.0` is 120 × 10⁻¹ and `12` is 12 × 10⁰: equal in value, not in
/// precision. `4.5` under a heading in thousands is 45 × 10².
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// How many of the last printed unit.
    pub units: i128,
    /// The power of ten of the last printed unit, -38 to 38.
    pub exponent: i8,
}

impl Decimal {
    /// The whole number `units`.
    pub fn whole(units: i128) -> Self {
        Self { units, exponent: 0 }
    }

    /// The exact value.
    pub fn exact(self) -> Exact {
        scale(self.units, self.exponent)
    }

    /// The nearest float: for statistics and likeness, never for a verdict.
    pub fn nearest_float(self) -> f64 {
        // Both are floats as they are, so that one division rounds once (Clinger 1990, How to
        // Read Floating Point Numbers Accurately).
        const WHOLE_MAX: u128 = 1 << 53;
        const POWER_MAX: u8 = 22;
        let places = self.exponent.unsigned_abs();
        if self.units.unsigned_abs() > WHOLE_MAX || self.exponent > 0 || places > POWER_MAX {
            return self.to_string().parse().unwrap_or(f64::MAX);
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 53 bits")]
        let units = self.units as f64;
        units / 10_f64.powi(places.into())
    }

    /// Half of the last printed unit: what rounding can hide either way.
    pub fn half_unit(self) -> Exact {
        scale(1, self.exponent) / BigInt::from(2)
    }

    /// The same value without trailing zeros: alike for all that stand for it.
    #[must_use]
    pub fn normal(mut self) -> Self {
        while self.units != 0 && self.units % 10 == 0 && self.exponent < i8::MAX {
            self.units /= 10;
            self.exponent += 1;
        }
        Self { exponent: if self.units == 0 { 0 } else { self.exponent }, ..self }
    }

    /// How much more it is than another.
    pub fn minus(self, other: Self) -> Exact {
        let exponent = self.exponent.min(other.exponent);
        let units = rescale(self, exponent).zip(rescale(other, exponent)).and_then(|it| it.0.checked_sub(it.1));
        units.map_or_else(|| self.exact() - other.exact(), |it| scale(it, exponent))
    }

    /// Whether both stand for the same number, whatever their precision.
    pub fn same_value(self, other: Self) -> bool {
        // What does not fit at the finer power is larger than all that does.
        let exponent = self.exponent.min(other.exponent);
        rescale(self, exponent) == rescale(other, exponent)
    }
}

/// The fraction in lowest terms.
fn scale(units: i128, exponent: i8) -> Exact {
    let places = u32::from(exponent.unsigned_abs());
    if exponent >= 0 || units == 0 {
        return Exact::from_integer(BigInt::from(units) * BigInt::from(10).pow(places));
    }
    // A power of ten has no other prime factors than two and five.
    let twos = units.trailing_zeros().min(places);
    let (mut units, mut fives) = (units >> twos, 0);
    while fives < places && units % 5 == 0 {
        (units, fives) = (units / 5, fives + 1);
    }
    let power = |of: u32, times: u32| BigInt::from(of).pow(times);
    let below = match (2_u64.checked_pow(places - twos), 5_u64.checked_pow(places - fives)) {
        (Some(two), Some(five)) => BigInt::from(u128::from(two) * u128::from(five)),
        _ => power(2, places - twos) * power(5, places - fives),
    };
    Exact::new_raw(BigInt::from(units), below)
}

/// Prints the value plainly, without thousands marks: `-0.50`, `4477`.
impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = usize::from(self.exponent.min(0).unsigned_abs());
        let mut digits = self.units.unsigned_abs().to_string();
        if self.exponent > 0 && self.units != 0 {
            digits.extend(std::iter::repeat_n('0', usize::from(self.exponent.unsigned_abs())));
        }
        if digits.len() <= places {
            digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
        }
        let point = digits.len() - places;
        let sign = if self.units < 0 { "-" } else { "" };
        if places == 0 {
            return write!(out, "{sign}{digits}");
        }
        write!(out, "{sign}{}.{}", &digits[..point], &digits[point..])
    }
}

/// Prints an exact value as a decimal: in full where it ends within 38
/// places, else rounded to six places.
///
/// ```
/// use crossfoot::table::{Exact, show_exact};
///
/// assert_eq!(show_exact(&Exact::new(1.into(), 8.into())), "0.125");
/// assert_eq!(show_exact(&Exact::new((-2).into(), 3.into())), "-0.666667");
/// ```
pub fn show_exact(value: &Exact) -> String {
    if value.is_integer() {
        return value.numer().to_string();
    }
    if let Some(it) = small(value) {
        return it.to_string();
    }
    let ten = BigInt::from(10);
    let mut places = 0_u32;
    let mut rest: BigInt = value.denom().clone();
    let none = BigInt::zero();
    for factor in [2, 5] {
        let mut power = 0;
        while &rest % BigInt::from(factor) == none {
            rest /= factor;
            power += 1;
        }
        places = places.max(power);
    }
    let ends = rest == BigInt::from(1) && places <= 38;
    let places = if ends { places } else { 6 };
    let scaled = (value * Exact::from_integer(Pow::pow(ten, places))).round().to_integer();
    let exponent = -i8::try_from(places).expect("at most 38 places");
    if let Some(units) = scaled.to_i128() {
        return Decimal { units, exponent }.to_string();
    }
    let (sign, digits) = (if scaled.is_negative() { "-" } else { "" }, scaled.abs().to_string());
    let places = places as usize;
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let point = digits.len() - places;
    format!("{sign}{}.{}", &digits[..point], &digits[point..])
}

/// A fraction of machine words as the decimal that shows it.
fn small(value: &Exact) -> Option<Decimal> {
    let (above, below) = (value.numer().to_i64()?, value.denom().to_i64()?);
    let mut rest = below;
    let mut places = 0_u32;
    for factor in [2, 5] {
        let mut power = 0;
        while rest % factor == 0 {
            (rest, power) = (rest / factor, power + 1);
        }
        places = places.max(power);
    }
    let places = if rest == 1 { places } else { 6 };
    let scaled = i128::from(above).checked_mul(10_i128.checked_pow(places)?)?;
    // Halves are rounded away from zero.
    let half = i128::from(below / 2) * scaled.signum();
    let units = scaled.checked_add(half)? / i128::from(below);
    Some(Decimal { units, exponent: -i8::try_from(places).ok()? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn prints_plainly() {
        let shown = |units, exponent| Decimal { units, exponent }.to_string();
        assert_eq!(shown(-50, -2), "-0.50");
        assert_eq!(shown(45, 2), "4500");
        assert_eq!(shown(0, 3), "0");
        assert_eq!(shown(0, -2), "0.00");
        assert_eq!(shown(i128::MIN, 0), i128::MIN.to_string());
    }

    #[test]
    fn equal_values_may_differ_in_precision() {
        let (coarse, fine) = (Decimal::whole(12), Decimal { units: 120, exponent: -1 });
        assert!(coarse.same_value(fine) && coarse != fine);
        assert_eq!(show_exact(&fine.half_unit()), "0.05");
    }

    #[test]
    fn values_beyond_any_figure_are_shown() {
        let power = |it: u32| BigInt::from(10).pow(it);
        assert_eq!(show_exact(&Exact::from_integer(-power(50))), format!("-1{}", "0".repeat(50)));
        assert_eq!(show_exact(&Exact::new(power(40) + 1, 10.into())), format!("1{}.1", "0".repeat(39)));
        assert_eq!(show_exact(&Exact::new(1.into(), power(60))), "0.000000");
    }

    proptest! {
        #[test]
        fn floats_are_those_that_the_text_is_read_as(units in any::<i64>(), shift in 0..64, exponent in -38_i8..=38) {
            let value = Decimal { units: i128::from(units >> shift), exponent };
            let read: f64 = value.to_string().parse().unwrap();
            prop_assert_eq!(value.nearest_float().to_bits(), read.to_bits());
        }

        #[test]
        fn values_are_in_lowest_terms(units in any::<i128>(), twos in 0_u32..20, exponent in -38_i8..=38) {
            let units = (units >> 70) << twos;
            let value = Decimal { units, exponent }.exact();
            let power = BigInt::from(10).pow(u32::from(exponent.unsigned_abs()));
            let (above, below) = if exponent < 0 { (1.into(), power) } else { (power, 1.into()) };
            prop_assert_eq!(value, Exact::new(BigInt::from(units) * above, below));
        }

        #[test]
        fn one_value_is_the_same_at_every_precision(
            units in prop_oneof![Just(0_i128), -100_i128..100, any::<i128>()], exponent in -38_i8..=38,
            other in prop_oneof![Just(0_i128), -100_i128..100, any::<i128>()], finer in -38_i8..=38, zeros in 0_i8..20
        ) {
            let (one, two) = (Decimal { units, exponent }, Decimal { units: other, exponent: finer });
            prop_assert_eq!(one.same_value(two), one.exact() == two.exact());
            prop_assert_eq!(one.minus(two), one.exact() - two.exact());
            let padded = units.checked_mul(10_i128.pow(u32::from(zeros.unsigned_abs()))).zip(exponent.checked_sub(zeros));
            if let Some((units, exponent)) = padded {
                let padded = Decimal { units, exponent };
                prop_assert!(one.same_value(padded));
            }
        }

        #[test]
        fn exact_values_show_as_the_figure_does(units in any::<i64>(), exponent in -38_i8..=38) {
            let value = Decimal { units: i128::from(units), exponent };
            let shown = value.to_string();
            let trimmed = if shown.contains('.') { shown.trim_end_matches('0').trim_end_matches('.') } else { &shown };
            prop_assert_eq!(show_exact(&value.exact()), if trimmed == "-0" { "0" } else { trimmed });
        }
    }
}
