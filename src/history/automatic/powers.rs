//! Logarithms and exponentials of several numbers side by side.
//!
//! Those of the system's library take one number a call. These are straight lines of
//! arithmetic, so that the compiler does two or four at once, and they say the same on
//! every system. Both are right to 15 digits where forecasts ask for them.

/// The bits of the square root of a half, from which fractions are taken up to that of two.
const ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
/// The bits of 1, and of the fraction of a number.
const ONE: u64 = 0x3ff0_0000_0000_0000;
const FRACTION: u64 = 0x000f_ffff_ffff_ffff;
/// The bits of 2^52: a whole number in its last bits is added to it.
const WHOLE: u64 = 0x4330_0000_0000_0000;
/// Added to a number and taken away again, it leaves a whole one, whose bits are its last.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The logarithm of two, in two parts.
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
/// The largest number whose exponential is asked for.
const MOST: f64 = 700.0;

/// The natural logarithm of a number above zero; large and negative of zero.
pub(super) fn ln(of: f64) -> f64 {
    let bits = of.to_bits().wrapping_add(ONE - ROOT);
    let power = f64::from_bits(WHOLE | bits >> 52) - (f64::from_bits(WHOLE) + 1_023.0);
    let fraction = f64::from_bits((bits & FRACTION) + ROOT);
    // ln((1 + s) / (1 - s)) = 2 (s + s^3 / 3 + s^5 / 5 + …), where s is 0.172 at most.
    let s = (fraction - 1.0) / (fraction + 1.0);
    let square = s * s;
    let mut sum = 2.0 / 21.0;
    for divisor in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        sum = sum * square + 2.0 / divisor;
    }
    let rest = s * square * sum + power * LN_2[1];
    power * LN_2[0] + (2.0 * s + rest)
}

/// The exponential of a number that is no larger than 700, and no smaller than less than that.
pub(super) fn exp(of: f64) -> f64 {
    let of = if of < MOST { of } else { MOST };
    let of = if of > -MOST { of } else { -MOST };
    let rounded = of * std::f64::consts::LOG2_E + ROUND;
    let power = rounded - ROUND;
    let rest = (of - power * LN_2[0]) - power * LN_2[1];
    // Taylor's series, where what is left is 0.347 at most.
    let mut sum = 1.0 / 6_227_020_800.0;
    for divisor in FACTORIALS {
        sum = sum * rest + 1.0 / divisor;
    }
    sum * f64::from_bits((rounded.to_bits() << 52).wrapping_add(ONE))
}

/// The factorials of 12 down to 0.
const FACTORIALS: [f64; 13] =
    [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0, 1.0];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn logarithms_are_those_of_the_library(of in 1e-300_f64..1e300, near in 0.5_f64..2.0) {
            for it in [of, near, 1.0 + (near - 1.0) * 1e-6] {
                prop_assert!((ln(it) - it.ln()).abs() <= 2e-15 * it.ln().abs().max(1e-3), "{}: {} {}", it, ln(it), it.ln());
            }
        }

        #[test]
        fn exponentials_are_those_of_the_library(of in -699.0_f64..699.0, near in -3.0_f64..3.0) {
            for it in [of, near, near * 1e-6] {
                prop_assert!((exp(it) / it.exp() - 1.0).abs() <= 1e-15 + 1e-16 * it.abs(), "{}", it);
            }
        }
    }

    #[test]
    fn ends_are_what_forecasts_make_something_of() {
        assert!(ln(0.0) < -700.0 && ln(1.0).abs() < 1e-300 && (exp(0.0) - 1.0).abs() < 1e-300);
        assert!(exp(1e9).is_finite() && exp(-1e9) > 0.0);
    }
}
