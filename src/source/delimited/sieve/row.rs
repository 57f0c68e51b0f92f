//! One record, read straight from its bytes.

mod json;
mod read;

pub(super) use self::read::Read;
use self::read::{Blanks, UNKNOWN};
use super::counted::fares;
use super::days::{DayForm, ISO, day};
use super::hash::KeyHash;
use super::order::Key;
use super::record::{Record, Value};
use super::{RecordForm, Sieve, Wanted};
use crate::plan::{Partials, Sure, Total};
use crate::table::read_figure;

/// Reads records one by one, and keeps the values of the last.
pub(crate) struct Row<'a> {
    pub(super) sieve: &'a Sieve,
    pub(super) bytes: &'a [u8],
    columns: Vec<Column>,
    pub(super) values: Vec<Value>,
    /// Which numbers of decimals were read in each column, a bit each.
    decimals: Vec<u32>,
}

/// How a cell is read, and what it must be.
#[derive(Clone, Copy)]
pub(super) struct Column {
    form: Form,
    /// The least number, or the least length of a text.
    least: i64,
    /// The fewest decimals, and how many more there may be.
    decimals: (u8, u8),
    may_be_blank: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Number,
    /// Numbers whose digits may be grouped.
    Grouped,
    Day,
    DayAs(DayForm),
}

impl Column {
    pub(super) fn new((wanted, may_be_blank): (&Wanted, &bool)) -> Self {
        const ANY: (u8, u8) = (0, u8::MAX);
        let (form, least, decimals) = match wanted {
            Wanted::Text => (Form::Text, 0, ANY),
            Wanted::Filled => (Form::Text, 1, ANY),
            Wanted::Number => (Form::Number, i64::MIN, ANY),
            Wanted::Fixed(decimals) => (Form::Number, i64::MIN, (*decimals, 0)),
            Wanted::Count => (Form::Number, 0, (0, 0)),
            Wanted::Integer => (Form::Number, i64::MIN, (0, 0)),
            Wanted::Year => (Form::Number, 1000, (0, 0)),
            Wanted::Day => (Form::Day, 0, ANY),
            Wanted::DayAs(form) => (Form::DayAs(*form), 0, ANY),
        };
        Self { form, least, decimals, may_be_blank: *may_be_blank }
    }

    /// The same where numbers may be grouped.
    fn or_grouped(self, may_be_grouped: bool) -> Self {
        if may_be_grouped && self.form == Form::Number { Self { form: Form::Grouped, ..self } } else { self }
    }

    /// Whether a number is one that it may hold.
    #[inline]
    fn fits(&self, value: &Value) -> bool {
        value.decimals.wrapping_sub(self.decimals.0) <= self.decimals.1 && value.number >= self.least
    }
}

impl<'a> Row<'a> {
    pub(super) fn new(sieve: &'a Sieve, bytes: &'a [u8]) -> Self {
        let columns = sieve.columns.iter().zip(&sieve.blank).map(Column::new).zip(&sieve.may_be_grouped);
        let columns: Vec<Column> = columns.map(|(it, may_be_grouped)| it.or_grouped(*may_be_grouped)).collect();
        let values = vec![Value::default(); columns.len()];
        let decimals = vec![0; columns.len()];
        Self { sieve, bytes, columns, values, decimals }
    }

    /// What it reads from.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Which numbers of decimals were read in each column so far, a bit each.
    pub(super) fn decimals(self) -> Vec<u32> {
        self.decimals
    }

    /// Reads the record that starts at an offset.
    pub(super) fn read(&mut self, start: usize) -> Read {
        let bytes = self.bytes;
        let delimiter = match &self.sieve.form {
            RecordForm::Delimited(dialect) => dialect.delimiter,
            RecordForm::Sheet(_) => b',',
            RecordForm::Json(keys) => return self.read_object(start, keys),
        };
        let point = self.sieve.point();
        let mut at = start;
        let (mut filled, mut blanks) = (0, Blanks::default());
        let mut left = self.columns.len();
        for ((column, value), decimals) in self.columns.iter().zip(&mut self.values).zip(&mut self.decimals) {
            let (end, mut holds) = match column.form {
                Form::Text => {
                    let end = text(bytes, at, delimiter, value);
                    let length = value.end - value.start;
                    (end.filter(|_| i64::from(length) >= column.least), length > 0)
                }
                Form::Number => {
                    let end = number(bytes, at, point, value);
                    *decimals |= 1 << (value.decimals & 31);
                    (end.filter(|_| column.fits(value)), true)
                }
                Form::Grouped => {
                    let mut end = number(bytes, at, point, value);
                    if !is_plain(end, bytes, delimiter, *value) {
                        end = grouped(bytes, at, (self.sieve, delimiter), value);
                    }
                    *decimals |= 1 << (value.decimals & 31);
                    (end.filter(|_| column.fits(value)), true)
                }
                Form::Day => (spanned(at, day(bytes, at, ISO, value), value), true),
                Form::DayAs(form) => (spanned(at, day(bytes, at, form, value), value), true),
            };
            let end = match end {
                Some(end) => end,
                // Looked at last, so that cells that hold something cost no more for it.
                None if column.may_be_blank && is_end(bytes, at, delimiter) => {
                    blanks.add(*column, self.columns.len() - left);
                    holds = false;
                    *value = Value { start: offset(at), end: offset(at), ..Value::default() };
                    at
                }
                None => return UNKNOWN,
            };
            filled += u64::from(holds);
            left -= 1;
            if left == 0 {
                return self.ended(end, filled, blanks);
            }
            if bytes.get(end) != Some(&delimiter) {
                return UNKNOWN;
            }
            at = end + 1;
        }
        UNKNOWN
    }

    /// What comes of a record whose last cell ends at an offset.
    #[inline]
    fn ended(&self, end: usize, filled: u64, blanks: Blanks) -> Read {
        let (values, bytes) = (&self.values, self.bytes);
        let next = match bytes.get(end) {
            None => end,
            Some(b'\n') => end + 1,
            Some(b'\r') => end + 1 + usize::from(bytes.get(end + 1) == Some(&b'\n')),
            Some(_) => return UNKNOWN,
        };
        let is_marker = |it: &Value| self.sieve.is_marker(&bytes[it.start as usize..it.end as usize]);
        if !self.sieve.markers.declared.is_empty() && values.iter().any(is_marker) {
            return Read { end: Some((end, next)), ..UNKNOWN };
        }
        // One cell alone may be a note, which is no row.
        let is_row = filled > 1 || (filled == 1 && values.len() == 1);
        let record = Record { values, bytes };
        let mut is_clean = is_row && self.sieve.tests.iter().all(|it| it.holds(&record));
        let mut left_out = 0;
        for (at, it) in self.sieve.gated.iter().enumerate() {
            match it.when.truth(&record) {
                Sure::True => is_clean &= it.tests.iter().all(|it| it.holds(&record)),
                Sure::False => left_out |= 1 << at,
                Sure::Odd => is_clean = false,
            }
        }
        let counted = if is_clean { &self.sieve.counted[..] } else { &[] };
        let fares = fares(counted, &Record { values, bytes });
        Read { end: Some((end, next)), is_clean, filled, blanks, left_out, fares }
    }

    /// Whether the record read last, which is in order, counts for a total.
    pub(crate) fn counts(&self, total: &Total<usize>) -> bool {
        total.counts(&Record { values: &self.values, bytes: self.bytes })
    }

    /// Adds the record read last, which is in order, to totals.
    pub(super) fn take(&self, partials: &mut Partials) -> Option<()> {
        partials.take(&self.sieve.totals, &Record { values: &self.values, bytes: self.bytes })
    }

    /// The key of the record read last.
    pub(crate) fn key(&self, columns: &[usize]) -> Key {
        Key::of(columns.iter().map(|it| (self.values[*it].number, self.values[*it].decimals)))
    }

    /// The hash of the key of the record read last, which is in order.
    pub(crate) fn hash(&self, columns: &[usize]) -> Option<u64> {
        let mut hash = KeyHash::default();
        for it in columns {
            let value = &self.values[*it];
            match self.sieve.columns[*it] {
                Wanted::Text | Wanted::Filled => {
                    hash.bytes(&self.bytes[value.start as usize..value.end as usize])?;
                }
                _ => hash.number(value.scaled()),
            }
        }
        Some(hash.finish())
    }
}

/// Offsets within a chunk fit: chunks are far below 4 GiB.
pub(super) fn offset(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

/// Takes note of where a cell stands that ends somewhere.
#[inline]
fn spanned(at: usize, end: Option<usize>, value: &mut Value) -> Option<usize> {
    (value.start, value.end) = (offset(at), offset(end.unwrap_or(at)));
    end
}

/// Whether a cell ends at an offset.
#[inline]
fn is_end(bytes: &[u8], at: usize, delimiter: u8) -> bool {
    bytes.get(at).is_none_or(|it| *it == delimiter || matches!(it, b'\n' | b'\r'))
}

/// A cell of text, without quotes and outer spaces, and where it ends.
#[inline]
fn text(bytes: &[u8], at: usize, delimiter: u8, value: &mut Value) -> Option<usize> {
    if bytes.get(at) == Some(&b'"') {
        let close = at + 1 + memchr::memchr(b'"', &bytes[at + 1..])?;
        let ends = bytes.get(close + 1).is_none_or(|it| *it == delimiter || matches!(it, b'\n' | b'\r'));
        return (trimmed(bytes, at + 1, close, value) && ends).then_some(close + 1);
    }
    let length = length_of(bytes, at, delimiter);
    if !trimmed(bytes, at, at + length, value) {
        return None;
    }
    // Spaces may stand before a quote that opens.
    let opens = value.start as usize > at && bytes.get(value.start as usize) == Some(&b'"');
    (!opens).then_some(at + length)
}

/// Takes what stands between two offsets without outer spaces; not where a
/// character that is not ASCII may be a space.
#[inline]
fn trimmed(bytes: &[u8], mut start: usize, mut end: usize, value: &mut Value) -> bool {
    while start < end && bytes[start] == b' ' {
        start += 1;
    }
    while start < end && bytes[end - 1] == b' ' {
        end -= 1;
    }
    let inner = &bytes[start..end];
    let plain = inner.first().is_none_or(u8::is_ascii_graphic) || inner.iter().any(u8::is_ascii_graphic);
    (value.start, value.end) = (offset(start), offset(end));
    plain
}

/// Eight bytes at an offset, the first the lowest, where there are so many.
#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// The high bit of each byte that is the one sought; of the lowest for sure
/// (Warren, *Hacker's Delight*, 6-1).
#[inline]
fn holds(word: u64, sought: u8) -> u64 {
    let it = word ^ (ONES * u64::from(sought));
    it.wrapping_sub(ONES) & !it & (ONES << 7)
}

/// How many bytes from an offset on are no delimiter and no line break.
#[inline]
fn length_of(bytes: &[u8], at: usize, delimiter: u8) -> usize {
    // Most cells are short: two words are faster than starting a search.
    for skipped in [0, 8] {
        let Some(word) = word(bytes, at + skipped) else { break };
        let ends = holds(word, delimiter) | holds(word, b'\n') | holds(word, b'\r');
        if ends != 0 {
            return skipped + ends.trailing_zeros() as usize / 8;
        }
    }
    let rest = &bytes[at.min(bytes.len())..];
    memchr::memchr3(delimiter, b'\n', b'\r', rest).unwrap_or(rest.len())
}

/// A character `0` in each byte.
const ZEROS: u64 = ONES * b'0' as u64;

/// A bit or two of the upper half of each byte that is no digit, up to the
/// first byte that is not ASCII; `values` are characters less `0`.
#[inline]
fn others(values: u64) -> u64 {
    (values | values.wrapping_add(ONES * 6)) & (ONES * 0xf0)
}

/// What digits say, one to eight of them, the first in the lowest byte.
///
/// All at once, without a branch for each (Lemire, *Quickly parsing eight
/// digits*, 2018): lengths differ from row to row, and each wrong guess of a
/// branch costs more than the digits.
#[inline]
fn joined(values: u64, count: usize) -> u64 {
    const MASK: u64 = 0x0000_00ff_0000_00ff;
    const HIGH: u64 = 100 + (1_000_000 << 32);
    const LOW: u64 = 1 + (10_000 << 32);
    let values = values << (64 - 8 * count);
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    (pairs & MASK).wrapping_mul(HIGH).wrapping_add(((pairs >> 16) & MASK).wrapping_mul(LOW)) >> 32
}

/// The digits from an offset on: what they say, and how many they are.
#[inline]
fn digits(bytes: &[u8], at: usize) -> (u64, usize) {
    let Some(word) = word(bytes, at) else { return digits_singly(bytes, at, (0, 0)) };
    let values = word ^ ZEROS;
    let count = others(values).trailing_zeros() as usize / 8;
    match count {
        0 => (0, 0),
        8 => digits_singly(bytes, at, (joined(values, 8), 8)),
        _ => (joined(values, count), count),
    }
}

/// Digits and perhaps decimals: what they say without the point, how many
/// stand before it, and how many behind.
#[inline]
fn decimal(bytes: &[u8], at: usize, point: u8) -> (u64, usize, usize) {
    let Some(word) = word(bytes, at) else { return long_decimal(bytes, at, point) };
    let values = word ^ ZEROS;
    let others = others(values);
    let whole = others.trailing_zeros() as usize / 8;
    if whole == 0 || whole > 6 {
        return long_decimal(bytes, at, point);
    }
    if (word >> (8 * whole)) & 0xff != u64::from(point) {
        return (joined(values, whole), whole, 0);
    }
    // The point is taken out, and the digits close up.
    let behind = others & !(0xff << (8 * whole));
    let end = behind.trailing_zeros() as usize / 8;
    let goes_on = end == 8 && bytes.get(at + 8).is_some_and(u8::is_ascii_digit);
    if goes_on || end == whole + 1 {
        return long_decimal(bytes, at, point);
    }
    let before = (1_u64 << (8 * whole)) - 1;
    let digits = (values & before) | ((values >> 8) & !before);
    (joined(digits, end - 1), whole, end - 1 - whole)
}

/// The same of any length; no digits where a point stands at its end or there
/// are more than fit.
fn long_decimal(bytes: &[u8], at: usize, point: u8) -> (u64, usize, usize) {
    const NONE: (u64, usize, usize) = (0, 0, 0);
    let (number, whole) = digits(bytes, at);
    if bytes.get(at + whole) != Some(&point) {
        return (number, whole, 0);
    }
    let (fraction, count) = digits(bytes, at + whole + 1);
    if count == 0 || whole + count > DIGITS_MAX {
        return NONE;
    }
    (number.wrapping_mul(POWERS[count]).wrapping_add(fraction), whole, count)
}

/// Digits one by one, behind those that were read.
fn digits_singly(bytes: &[u8], at: usize, (mut number, mut count): (u64, usize)) -> (u64, usize) {
    while let Some(digit) = bytes.get(at + count).map(|it| it.wrapping_sub(b'0')).filter(|it| *it < 10) {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit));
        count += 1;
    }
    (number, count)
}

/// A plain number, perhaps in quotes, and where its cell ends.
#[expect(clippy::inline_always, reason = "called for half of all cells: keeping registers costs a sixth of it")]
#[inline(always)]
fn number(bytes: &[u8], start: usize, point: u8, value: &mut Value) -> Option<usize> {
    let quoted = bytes.get(start) == Some(&b'"');
    let begin = start + usize::from(quoted);
    let negative = bytes.get(begin) == Some(&b'-');
    let first = begin + usize::from(negative);
    let (number, whole, decimals) = decimal(bytes, first, point);
    if whole == 0 || whole + decimals > DIGITS_MAX {
        return None;
    }
    let at = first + whole + usize::from(decimals > 0) + decimals;
    let end = if quoted { (bytes.get(at) == Some(&b'"')).then_some(at + 1)? } else { at };
    let number = i64::try_from(number).ok()?;
    (value.start, value.end) = (offset(begin), offset(at));
    value.number = if negative { -number } else { number };
    value.decimals = u8::try_from(decimals).unwrap_or(u8::MAX);
    Some(end)
}

/// Whether a number was read to the end of its cell, and is not so long that others
/// of its length are grouped.
#[inline]
fn is_plain(end: Option<usize>, bytes: &[u8], delimiter: u8, value: Value) -> bool {
    const UNGROUPED_DIGITS: u32 = 3;
    let signs = u32::from(value.decimals) + u32::from(value.decimals > 0) + u32::from(value.number < 0);
    end.is_some_and(|it| is_end(bytes, it, delimiter)) && value.end - value.start <= UNGROUPED_DIGITS + signs
}

/// A number whose digits are grouped as the style of the file has it, and where its cell ends.
fn grouped(bytes: &[u8], at: usize, (sieve, delimiter): (&Sieve, u8), value: &mut Value) -> Option<usize> {
    let end = text(bytes, at, delimiter, value)?;
    let printed = &bytes[value.start as usize..value.end as usize];
    let (number, decimals) = grouped_number(printed, sieve)?;
    (value.number, value.decimals) = (number, decimals);
    Some(end)
}

/// What such a number says: its digits, and how many are decimals.
fn grouped_number(printed: &[u8], sieve: &Sieve) -> Option<(i64, u8)> {
    let printed = std::str::from_utf8(printed).ok()?;
    let is_sign = |it: char| it == sieve.style.decimal.sign() || sieve.style.thousands.is_mark(it);
    let digits = printed.strip_prefix('-').unwrap_or(printed);
    let is_bare = digits.chars().all(|it| it.is_ascii_digit() || is_sign(it));
    // Without a mark it is as plain as others, or longer than these would be.
    let is_grouped = is_bare && digits.contains(|it| sieve.style.thousands.is_mark(it));
    let figure = read_figure(printed, sieve.style, None).ok().filter(|_| is_grouped)?;
    Some((i64::try_from(figure.value.units).ok()?, u8::try_from(-figure.value.exponent).ok()?))
}

/// So many digits fit.
const DIGITS_MAX: usize = 18;

/// Powers of ten.
const POWERS: [u64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < 19 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// What a whole text says as the cell of a column; for a text, nothing.
pub(super) fn value_of(column: usize, text: &[u8], sieve: &Sieve) -> Option<(i128, u32)> {
    let column = Column::new((&sieve.columns[column], &false)).or_grouped(sieve.may_be_grouped[column]);
    // Quotes are undone already: one that is left is printed in the cell.
    if column.form != Form::Text && text.first() == Some(&b'"') {
        return None;
    }
    let mut value = Value::default();
    let end = match column.form {
        Form::Text => return (!text.is_empty()).then_some((0, 0)),
        Form::Number => number(text, 0, sieve.point(), &mut value)?,
        Form::Grouped => {
            if number(text, 0, sieve.point(), &mut value) != Some(text.len()) {
                (value.number, value.decimals) = grouped_number(text, sieve)?;
            }
            text.len()
        }
        Form::Day => day(text, 0, ISO, &mut value)?,
        Form::DayAs(form) => day(text, 0, form, &mut value)?,
    };
    let fits = !matches!(column.form, Form::Number | Form::Grouped) || column.fits(&value);
    (fits && end == text.len()).then_some((value.number.into(), value.decimals.into()))
}

/// The digits of a text that is a plain number, and how many are decimals.
#[cfg(feature = "parquet")]
pub(crate) fn plain_number(text: &[u8]) -> Option<(i64, u8)> {
    let mut value = Value::default();
    let end = number(text, 0, b'.', &mut value)?;
    (end == text.len() && text.first() != Some(&b'"')).then_some((value.number, value.decimals))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_read_and_all_else_is_not() {
        let read = |text: &str| {
            let mut value = Value::default();
            number(text.as_bytes(), 0, b'.', &mut value).map(|end| (value.number, value.decimals, end))
        };
        assert_eq!(read("12.50,"), Some((1250, 2, 5)));
        assert_eq!(read("\"-7\",x"), Some((-7, 0, 4)));
        assert_eq!(read("123456789012345.678,1"), Some((123_456_789_012_345_678, 3, 19)));
        assert_eq!(read("12345678,90"), Some((12_345_678, 0, 8)));
        for length in 1..=18 {
            for point in 1..=length {
                let digits = &"123456789012345678"[..length];
                let text = format!("{}{}{}", &digits[..point], if point < length { "." } else { "" }, &digits[point..]);
                let decimals = u8::try_from(length - point).unwrap();
                for behind in ["", ",", "\n", ",99999999", "\u{ff}9999999", "x.1"] {
                    let expected = Some((digits.parse().unwrap(), decimals, text.len()));
                    assert_eq!(read(&format!("{text}{behind}")), expected, "{text}{behind}");
                }
            }
        }
        for text in ["", "-", ".5", "1.", "1.,234567", "\"1", "1234567890123456789", "1.234567890123456789"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
