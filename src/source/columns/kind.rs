//! What the values of a column are, and how they are printed.

use std::fmt::Write as _;

use num_bigint::BigInt;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `true` and `false`.
    Truth,
    /// Whole numbers.
    Whole,
    /// Whole numbers of 64 bits without a sign.
    Unsigned,
    /// Decimals with so many digits behind the point.
    Decimal(u8),
    /// Binary fractions, printed with the fewest digits that tell them apart.
    Real,
    /// Days from 1970-01-01 on.
    Day,
    /// Points of time from 1970-01-01 on; of so many in a second.
    Moment {
        per_second: i64,
        zoned: bool,
    },
    /// Times of day; of so many in a second.
    Clock {
        per_second: i64,
    },
    /// Points of time as Impala wrote them: nanoseconds of a Julian day.
    OldMoment,
    Text,
    /// Bytes that may be text, or else are printed in hexadecimal.
    Bytes,
    Uuid,
}

/// A value as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Raw<'a> {
    Whole(i64),
    Single(f32),
    Double(f64),
    /// Text; or a number, its highest byte first.
    Bytes(&'a [u8]),
    /// A number that takes more than 64 bits.
    Wide(&'a i128),
}

/// Numbers below this have eighteen digits at most.
pub(super) const PLAIN_END: i64 = 1_000_000_000_000_000_000;

const SECONDS: i64 = 86_400;

impl Kind {
    /// Whether its values are numbers that [`Kind::number`] tells.
    pub(super) fn is_exact(self) -> bool {
        matches!(self, Self::Whole | Self::Unsigned | Self::Decimal(_))
    }

    /// The decimals that its numbers have; as many as it takes for fractions.
    pub(super) fn scale(self) -> Option<u8> {
        match self {
            Self::Whole | Self::Unsigned => Some(0),
            Self::Decimal(scale) => Some(scale),
            Self::Real => Some(u8::MAX),
            _ => None,
        }
    }

    /// The digits of a number and how many are decimals, where it has no more
    /// than eighteen.
    pub(super) fn number(self, raw: Raw<'_>) -> Option<(i64, u8)> {
        let (number, decimals) = match (self, raw) {
            (Self::Whole, Raw::Whole(it)) => (it, 0),
            (Self::Unsigned, Raw::Whole(it)) if it >= 0 => (it, 0),
            (Self::Decimal(scale), Raw::Whole(it)) => (it, scale),
            (Self::Decimal(scale), Raw::Bytes(bytes)) => (i64::try_from(wide(bytes)?).ok()?, scale),
            _ => return None,
        };
        (number.unsigned_abs() < PLAIN_END.unsigned_abs() && decimals <= 18).then_some((number, decimals))
    }

    /// Prints a value.
    pub(super) fn print(self, raw: Raw<'_>, text: &mut String) {
        match (self, raw) {
            (Self::Truth, Raw::Whole(it)) => text.push_str(if it == 0 { "false" } else { "true" }),
            (Self::Unsigned, Raw::Whole(it)) => put(text, format_args!("{}", it.cast_unsigned())),
            (Self::Decimal(scale), Raw::Whole(it)) => decimal(i128::from(it), scale, text),
            (Self::Decimal(scale), Raw::Bytes(bytes)) => match wide(bytes) {
                Some(it) => decimal(it, scale, text),
                None => point(&BigInt::from_signed_bytes_be(bytes).to_string(), scale, text),
            },
            (Self::Decimal(scale), Raw::Wide(it)) => decimal(*it, scale, text),
            (_, Raw::Wide(it)) => put(text, format_args!("{it}")),
            (Self::Day, Raw::Whole(it)) => day(it, text),
            (Self::Moment { per_second, zoned }, Raw::Whole(it)) => moment(it, per_second, zoned, text),
            (Self::Clock { per_second }, Raw::Whole(it)) => clock(it, per_second, text),
            (Self::OldMoment, Raw::Bytes(bytes)) => match old_moment(bytes) {
                Some(it) => moment_of(it.0, it.1, 1_000_000_000, false, text),
                None => hexadecimal(bytes, text),
            },
            (Self::Uuid, Raw::Bytes(bytes)) if bytes.len() == 16 => uuid(bytes, text),
            (_, Raw::Whole(it)) => whole(it.unsigned_abs(), it < 0, text),
            (_, Raw::Single(it)) if (1e-7..1e21).contains(&it.abs()) || it == 0.0 => put(text, format_args!("{it}")),
            (_, Raw::Single(it)) => put(text, format_args!("{it:e}")),
            (_, Raw::Double(it)) if (1e-7..1e21).contains(&it.abs()) || it == 0.0 => put(text, format_args!("{it}")),
            (_, Raw::Double(it)) => put(text, format_args!("{it:e}")),
            (_, Raw::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(it) => text.push_str(it),
                Err(_) => hexadecimal(bytes, text),
            },
        }
    }
}

fn put(text: &mut String, it: std::fmt::Arguments<'_>) {
    text.write_fmt(it).expect("a string takes all");
}

/// A number of up to sixteen bytes, the highest first.
fn wide(bytes: &[u8]) -> Option<i128> {
    let (first, length) = (*bytes.first()?, bytes.len());
    if length > 16 {
        return None;
    }
    let mut filled = if first < 0x80 { [0; 16] } else { [0xff; 16] };
    filled[16 - length..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(filled))
}

fn decimal(number: i128, scale: u8, text: &mut String) {
    if scale == 0 {
        return put(text, format_args!("{number}"));
    }
    if let (Ok(it), 1..=18) = (u64::try_from(number.unsigned_abs()), scale) {
        let unit = 10_u64.pow(u32::from(scale));
        whole(it / unit, number < 0, text);
        text.push('.');
        return digits(it % unit, usize::from(scale), text);
    }
    match 10_u128.checked_pow(u32::from(scale)) {
        Some(unit) => {
            let sign = if number < 0 { "-" } else { "" };
            let it = number.unsigned_abs();
            put(text, format_args!("{sign}{}.{:0width$}", it / unit, it % unit, width = usize::from(scale)));
        }
        None => point(&number.to_string(), scale, text),
    }
}

/// A whole number with its sign.
fn whole(number: u64, is_negative: bool, text: &mut String) {
    if is_negative {
        text.push('-');
    }
    let count = number.checked_ilog10().map_or(1, |it| it as usize + 1);
    digits(number, count, text);
}

/// The last so many digits of a number.
fn digits(mut number: u64, count: usize, text: &mut String) {
    const DIGITS_MAX: usize = 20;
    let mut made = [b'0'; DIGITS_MAX];
    let first = DIGITS_MAX - count.min(DIGITS_MAX);
    for digit in made[first..].iter_mut().rev() {
        *digit += u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    text.push_str(std::str::from_utf8(&made[first..]).expect("digits are ASCII"));
}

/// Digits with a point before the last so many.
fn point(digits: &str, scale: u8, text: &mut String) {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |it| ("-", it));
    let scale = usize::from(scale);
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let dot = if scale == 0 { "" } else { "." };
    put(text, format_args!("{sign}{whole}{dot}{fraction}"));
}

/// Year, month and day of a day counted from 1970-01-01 (Hinnant,
/// *chrono-compatible low-level date algorithms*, `civil_from_days`).
pub(super) fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let number = |it: i64| u32::try_from(it).unwrap_or(0);
    (year + era * 400 + i64::from(month <= 2), number(month), number(day))
}

fn day(days: i64, text: &mut String) {
    let (year, month, day) = civil(days);
    match year {
        0..=9999 => {
            digits(year.unsigned_abs(), 4, text);
            text.push('-');
            digits(month.into(), 2, text);
            text.push('-');
            digits(day.into(), 2, text);
        }
        // ISO 8601 has six digits and a sign for these.
        _ => put(text, format_args!("{year:+07}-{month:02}-{day:02}")),
    }
}

/// A point of time; only its day where no time of day is told.
fn moment(it: i64, per_second: i64, zoned: bool, text: &mut String) {
    let (days, rest) = (it.div_euclid(per_second * SECONDS), it.rem_euclid(per_second * SECONDS));
    moment_of(days, rest, per_second, zoned, text);
}

fn moment_of(days: i64, rest: i64, per_second: i64, zoned: bool, text: &mut String) {
    day(days, text);
    if rest != 0 {
        text.push(' ');
        clock(rest, per_second, text);
        text.push_str(if zoned { "Z" } else { "" });
    }
}

fn clock(it: i64, per_second: i64, text: &mut String) {
    let (seconds, rest) = (it.div_euclid(per_second), it.rem_euclid(per_second));
    put(text, format_args!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    if rest != 0 {
        let digits = format!("{rest:0width$}", width = per_second.ilog10() as usize);
        put(text, format_args!(".{}", digits.trim_end_matches('0')));
    }
}

/// The day from 1970-01-01 on, and the nanoseconds of it.
fn old_moment(bytes: &[u8]) -> Option<(i64, i64)> {
    let nanoseconds = i64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let julian = i32::from_le_bytes(bytes.get(8..12)?.try_into().ok()?);
    Some((i64::from(julian) - 2_440_588, nanoseconds))
}

fn uuid(bytes: &[u8], text: &mut String) {
    for (at, byte) in bytes.iter().enumerate() {
        let bar = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
        put(text, format_args!("{bar}{byte:02x}"));
    }
}

fn hexadecimal(bytes: &[u8], text: &mut String) {
    text.push_str("0x");
    for byte in bytes {
        put(text, format_args!("{byte:02x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(kind: Kind, raw: Raw<'_>) -> String {
        let mut text = String::new();
        kind.print(raw, &mut text);
        text
    }

    #[test]
    fn numbers_keep_the_decimals_of_their_type() {
        assert_eq!(printed(Kind::Decimal(2), Raw::Whole(1200)), "12.00");
        assert_eq!(printed(Kind::Decimal(2), Raw::Bytes(&[0xff, 0xfb])), "-0.05");
        assert_eq!(printed(Kind::Decimal(0), Raw::Bytes(&[7])), "7");
        assert_eq!(printed(Kind::Decimal(40), Raw::Whole(-1)), format!("-0.{:0>40}", 1));
        assert_eq!(printed(Kind::Decimal(1), Raw::Bytes(&[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])), {
            "34028236692093846346337460743176821145.6"
        });
        assert_eq!(printed(Kind::Unsigned, Raw::Whole(-1)), u64::MAX.to_string());
        assert_eq!(
            (printed(Kind::Real, Raw::Double(5.0)), printed(Kind::Real, Raw::Single(0.1))),
            ("5".into(), "0.1".into())
        );
        assert_eq!(
            (printed(Kind::Real, Raw::Double(1e300)), printed(Kind::Real, Raw::Double(f64::NAN))),
            ("1e300".into(), "NaN".into())
        );
    }

    #[test]
    fn days_and_times_are_printed_as_iso_8601_has_them() {
        assert_eq!(printed(Kind::Day, Raw::Whole(0)), "1970-01-01");
        assert_eq!(printed(Kind::Day, Raw::Whole(-719_529)), "-000001-12-31");
        assert_eq!(printed(Kind::Day, Raw::Whole(11_016)), "2000-02-29");
        let seconds = Kind::Moment { per_second: 1_000, zoned: true };
        assert_eq!(printed(seconds, Raw::Whole(86_400_000)), "1970-01-02");
        assert_eq!(printed(seconds, Raw::Whole(-1_500)), "1969-12-31 23:59:58.5Z");
        assert_eq!(printed(Kind::Clock { per_second: 1_000_000 }, Raw::Whole(3_723_000_040)), "01:02:03.00004");
        let day = jiff::civil::date(1970, 1, 1);
        for days in (-140_000..140_000).step_by(97) {
            let it = day.checked_add(jiff::Span::new().days(days)).unwrap();
            let (year, month, day) = civil(days);
            assert_eq!(
                (year, i64::from(month), i64::from(day)),
                (it.year().into(), it.month().into(), it.day().into())
            );
        }
    }
}
