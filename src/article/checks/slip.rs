//! Slips that would explain why a number is not what it should be.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use crate::slip::{self, SlipKind};
use crate::table::{ColumnType, Decimal, Exact};

/// One digit of two says nothing: half of all pairs differ by one.
const DIGITS_MIN: usize = 3;
/// Numbers with more decimals are no printed figures; slips make three more of them.
const PLACES_MAX: i8 = 4;
const SCALE: i8 = PLACES_MAX + 3;

/// What was likely done wrong where one number stands for another: what was
/// meant, and what happened to it.
pub(in crate::article) fn between(printed: &Exact, meant: &Exact) -> Option<String> {
    Some(explained(printed, meant)?.1)
}

/// The same with the kind of slip.
pub(in crate::article) fn explained(printed: &Exact, meant: &Exact) -> Option<(SlipKind, String)> {
    let (printed, meant) = (decimal(printed)?, decimal(meant)?);
    if printed.units.is_negative() || meant.units.is_negative() || !may_be(printed, meant) {
        return None;
    }
    // Of short numbers only an exchange and a factor tell anything.
    let (from, to) = (digits(printed), digits(meant));
    let short = from.len().max(to.len()) < DIGITS_MIN;
    if short && from.bytes().rev().ne(to.bytes()) && from.trim_end_matches('0') != to.trim_end_matches('0') {
        return None;
    }
    let kind = if printed.exponent < 0 { ColumnType::Amount } else { ColumnType::Count };
    let meant_units = aligned(meant, -SCALE)?;
    let found = slip::slips(printed, kind).into_iter().find(|it| aligned(it.to, -SCALE) == Some(meant_units))?;
    let telling = matches!(found.kind, SlipKind::Exchanged | SlipKind::Factor) || !short;
    telling.then(|| (found.kind, format!("{} ({})", super::super::claim::shown(&meant.exact()), found.words)))
}

/// Whether two numbers have the same digits but for two, or but for zeros at
/// the end: few pairs do, and only of those it is worked out what happened.
fn may_be(printed: Decimal, meant: Decimal) -> bool {
    let exponent = printed.exponent.min(meant.exponent);
    let (Some(a), Some(b)) = (aligned(printed, exponent), aligned(meant, exponent)) else { return false };
    if a == b {
        return false;
    }
    let (a, b) = (a.to_string(), b.to_string());
    let head = a.bytes().zip(b.bytes()).take_while(|it| it.0 == it.1).count();
    let tail = a.bytes().rev().zip(b.bytes().rev()).take_while(|it| it.0 == it.1).count();
    let scaled = a.trim_end_matches('0') == b.trim_end_matches('0');
    scaled || (a.len().abs_diff(b.len()) <= 1 && head + tail + 2 >= a.len().max(b.len()))
}

/// A number in units of a power of ten that is not above its own.
fn aligned(it: Decimal, exponent: i8) -> Option<i128> {
    let steps = u32::try_from(i16::from(it.exponent) - i16::from(exponent)).ok()?;
    it.units.checked_mul(10_i128.checked_pow(steps)?)
}

fn digits(it: Decimal) -> String {
    it.units.unsigned_abs().to_string()
}

/// A number as it would be printed, where that takes few decimals.
fn decimal(value: &Exact) -> Option<Decimal> {
    if value.is_integer() {
        return value.numer().to_i128().map(Decimal::whole);
    }
    (1..=PLACES_MAX).find_map(|places| {
        let scaled = value * Exact::from_integer(BigInt::from(10).pow(u32::from(places.unsigned_abs())));
        let units = scaled.is_integer().then(|| scaled.to_integer().to_i128()).flatten()?;
        Some(Decimal { units, exponent: -places })
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::numeral::{power, whole};
    use super::*;

    #[test]
    fn slips_are_named_by_what_was_meant() {
        let slip = |a, b| between(&whole(a), &whole(b)).unwrap_or_default();
        assert_eq!(slip(52, 25), "25 (2 and 5 swapped)");
        assert_eq!(slip(1911, 1191), "1,191 (1 and 9 swapped)");
        assert_eq!(slip(314, 324), "324 (second digit)");
        assert_eq!(slip(3140, 314), "314 (extra digit 0)");
        assert_eq!(slip(45, 45_000), "45,000 (1,000 times too small)");
        for (printed, meant) in [(5, 7), (51, 57), (5, 57), (314, 413), (314, 314), (849, 325)] {
            assert_eq!(slip(printed, meant), "", "{printed} for {meant}");
        }
        let tenths = |it| whole(it) * power(-1);
        assert_eq!(between(&tenths(125), &tenths(152)).as_deref(), Some("15.2 (5 and 2 swapped)"));
        assert_eq!(between(&(whole(1) / whole(3)), &whole(3)), None);
    }

    #[test]
    fn no_slip_is_passed_over_for_its_looks() {
        for printed in [5_i128, 52, 314, 1911, 4477, 50_000] {
            for it in slip::slips(Decimal::whole(printed), ColumnType::Count) {
                assert!(may_be(Decimal::whole(printed), it.to), "{printed} for {}", it.to);
            }
        }
    }
}
