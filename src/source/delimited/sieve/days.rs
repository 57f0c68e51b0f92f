//! Days as they are read at once: in ISO order, and in declared forms of ten signs.

use super::record::Value;
use super::row::offset;
use crate::plan::packed;

/// Where a day of ten signs has its numbers, and what stands between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DayForm {
    year: u8,
    month: u8,
    day: u8,
    sign: u8,
}

/// ISO 8601.
pub(super) const ISO: DayForm = DayForm { year: 0, month: 5, day: 8, sign: b'-' };

impl DayForm {
    /// That of a format in strftime's notation, if it is one of these.
    pub(crate) fn of(format: &str) -> Option<Self> {
        let bytes = format.as_bytes();
        let [b'%', first, sign, b'%', second, last_sign, b'%', third] = *bytes else { return None };
        let known = sign == last_sign && b"-/.".contains(&sign);
        let (year, month, day) = match [first, second, third] {
            [b'Y', b'm', b'd'] => (0, 5, 8),
            [b'd', b'm', b'Y'] => (6, 3, 0),
            [b'm', b'd', b'Y'] => (6, 0, 3),
            _ => return None,
        };
        known.then_some(Self { year, month, day, sign })
    }

    /// The places of its signs.
    fn signs(self) -> [usize; 2] {
        if self.year == 0 { [4, 7] } else { [2, 5] }
    }
}

/// A day of ten signs, perhaps in quotes, and where its cell ends.
#[expect(clippy::inline_always, reason = "called for many cells: keeping registers costs a sixth of it")]
#[inline(always)]
pub(super) fn day(bytes: &[u8], start: usize, form: DayForm, value: &mut Value) -> Option<usize> {
    let quoted = bytes.get(start) == Some(&b'"');
    let begin = start + usize::from(quoted);
    let it: &[u8; 10] = bytes.get(begin..begin + 10)?.try_into().ok()?;
    let digit = |at: usize| u32::from(it[at].wrapping_sub(b'0'));
    let signs = form.signs();
    if it[signs[0]] != form.sign || it[signs[1]] != form.sign {
        return None;
    }
    let wrong = (0..10).fold(false, |wrong, at| wrong | (digit(at) > 9 && !signs.contains(&at)));
    let pair = |at: u8| digit(usize::from(at)) * 10 + digit(usize::from(at) + 1);
    let year = pair(form.year) * 100 + pair(form.year + 2);
    let (month, number) = (pair(form.month), pair(form.day));
    if wrong || number == 0 || number > longest(year, month) || year < 1583 {
        return None;
    }
    let end = begin + 10;
    let end = if quoted { (bytes.get(end) == Some(&b'"')).then_some(end + 1)? } else { end };
    *value = Value { start: offset(begin), end: offset(begin + 10), number: packed(year, month, number), decimals: 0 };
    Some(end)
}

/// The day that a text says, if it is nothing but that, without quotes.
#[cfg(feature = "parquet")]
pub(crate) fn plain_day(text: &str) -> Option<i64> {
    let mut value = Value::default();
    let end = day(text.as_bytes(), 0, ISO, &mut value)?;
    (end == text.len() && !text.starts_with('"')).then_some(value.number)
}

/// How many days a month has; none where there is no such month.
#[inline]
fn longest(year: u32, month: u32) -> u32 {
    const LONGEST: [u8; 16] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0];
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    LONGEST.get(month as usize).map_or(0, |it| u32::from(*it)) + u32::from(leap && month == 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: DayForm) -> Option<i64> {
        let mut value = Value::default();
        day(text.as_bytes(), 0, form, &mut value).map(|_| value.number)
    }

    #[test]
    fn days_of_the_calendar_are_read_and_no_others() {
        assert_eq!(
            (read("2000-02-29", ISO), read("1969-12-31,", ISO)),
            (Some(packed(2000, 2, 29)), Some(packed(1969, 12, 31)))
        );
        assert!(packed(1999, 12, 31) < packed(2000, 1, 1) && packed(2000, 1, 31) < packed(2000, 2, 1));
        for text in ["1996-02-30", "1996-13-01", "1996-00-10", "1996-1-1", "96-01-01xx", "1900-02-29"] {
            assert_eq!(read(text, ISO), None, "{text}");
        }
    }

    #[test]
    fn declared_forms_are_read_by_their_own_order() {
        for (format, text) in [("%d/%m/%Y", "03/02/2001"), ("%m.%d.%Y", "02.03.2001"), ("%Y/%m/%d", "2001/02/03")] {
            let form = DayForm::of(format).unwrap();
            assert_eq!(read(text, form), Some(packed(2001, 2, 3)), "{format}");
            assert_eq!(read("2001-02-03", form), None, "{format}");
        }
        assert_eq!((DayForm::of("%d %m %Y"), DayForm::of("%d/%m-%Y"), DayForm::of("%d/%m/%y")), (None, None, None));
    }
}
