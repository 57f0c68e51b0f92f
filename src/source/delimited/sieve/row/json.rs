//! One record of NDJSON, read straight from its bytes.

use super::{Blanks, Column, Form, ISO, Read, Row, UNKNOWN, Value, day, grouped_number, number, offset};
use crate::source::delimited::sieve::Sieve;
use crate::source::json::lines::{Keys, may_be_marked};
use crate::table::is_space;

impl Row<'_> {
    /// Reads the record that starts at an offset: an object with the known keys in the
    /// known order, where one may lack that may be blank.
    pub(super) fn read_object(&mut self, start: usize, keys: &Keys) -> Read {
        let bytes = self.bytes;
        let mut at = skip(bytes, start);
        if bytes.get(at) != Some(&b'{') {
            return UNKNOWN;
        }
        at = skip(bytes, at + 1);
        let (mut filled, mut blanks, mut is_open) = (0, Blanks::default(), true);
        for (key, place) in &keys.printed {
            let (column, value) = (self.columns[*place], &mut self.values[*place]);
            let found = if is_open { behind_key(bytes, at, key) } else { None };
            let Some(begin) = found else {
                if !column.may_be_blank {
                    return UNKNOWN;
                }
                blanks.add(column, *place);
                *value = Value { start: offset(at), end: offset(at), ..Value::default() };
                continue;
            };
            let end = match blank(bytes, begin) {
                Some(end) if column.least == 0 && column.form == Form::Text => {
                    *value = Value { start: offset(end), end: offset(end), ..Value::default() };
                    end
                }
                Some(end) if column.may_be_blank => {
                    blanks.add(column, *place);
                    *value = Value { start: offset(end), end: offset(end), ..Value::default() };
                    end
                }
                Some(_) => return UNKNOWN,
                None => {
                    let Some(end) = cell((self.sieve, keys), &column, bytes, begin, value) else { return UNKNOWN };
                    if matches!(column.form, Form::Number | Form::Grouped) {
                        self.decimals[*place] |= 1 << (value.decimals & 31);
                    }
                    filled += 1;
                    end
                }
            };
            at = skip(bytes, end);
            match bytes.get(at) {
                Some(b',') => at = skip(bytes, at + 1),
                Some(b'}') => is_open = false,
                _ => return UNKNOWN,
            }
        }
        if is_open {
            return UNKNOWN;
        }
        self.ended(skip(bytes, at + 1), filled, blanks)
    }
}

/// The next byte that is no space within a line.
#[inline]
fn skip(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// Where the value of a key starts, if the key stands here.
#[inline]
fn behind_key(bytes: &[u8], at: usize, key: &str) -> Option<usize> {
    let rest = bytes.get(at..)?;
    if !rest.starts_with(key.as_bytes()) {
        return None;
    }
    let colon = skip(bytes, at + key.len());
    (bytes.get(colon) == Some(&b':')).then(|| skip(bytes, colon + 1))
}

/// Where a value ends that is nothing.
#[inline]
fn blank(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => (bytes.get(at + 1) == Some(&b'"')).then_some(at + 2),
        b'n' => bytes[at..].starts_with(b"null").then_some(at + 4),
        _ => None,
    }
}

/// Reads a value as the cell of a column, and says where it ends; none where it is not
/// plain, or is a text that may be a number in another style than those of JSON.
#[inline]
fn cell((sieve, keys): (&Sieve, &Keys), column: &Column, bytes: &[u8], at: usize, value: &mut Value) -> Option<usize> {
    let is_text = bytes.get(at) == Some(&b'"');
    match column.form {
        Form::Text if is_text => {
            let end = string(bytes, at)?;
            (value.start, value.end) = (offset(at + 1), offset(end - 1));
            let text = &bytes[at + 1..end - 1];
            is_trim(text).then_some(())?;
            let is_marked = || std::str::from_utf8(text).map_or(true, may_be_marked);
            let is_word = text.first().is_some_and(u8::is_ascii_alphabetic);
            (is_word || !keys.is_one_style || !is_marked()).then_some(end)
        }
        Form::Text => {
            let words: [&[u8]; 2] = [b"true", b"false"];
            if let Some(it) = words.iter().find(|it| bytes[at..].starts_with(it)) {
                (value.start, value.end) = (offset(at), offset(at + it.len()));
                return Some(at + it.len());
            }
            number(bytes, at, b'.', value)
        }
        Form::Number | Form::Grouped => {
            if let Some(end) = number(bytes, at, sieve.point(), value) {
                let is_bare = value.decimals == 0 && value.number >= 0;
                return (column.fits(value) && (!is_text || !keys.is_one_style || is_bare)).then_some(end);
            }
            if !is_text || keys.is_one_style || column.form == Form::Number {
                return None;
            }
            let end = string(bytes, at)?;
            (value.start, value.end) = (offset(at + 1), offset(end - 1));
            (value.number, value.decimals) = grouped_number(&bytes[at + 1..end - 1], sieve)?;
            column.fits(value).then_some(end)
        }
        Form::Day => day(bytes, at, ISO, value),
        Form::DayAs(form) => day(bytes, at, form, value),
    }
}

/// Where a string ends that holds no escape.
#[inline]
fn string(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at + 1..];
    let end = at + 1 + memchr::memchr3(b'"', b'\\', b'\n', rest)?;
    (bytes[end] == b'"').then_some(end + 1)
}

/// Whether a text neither starts nor ends with a space, of whatever kind.
#[inline]
fn is_trim(text: &[u8]) -> bool {
    match text {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => true,
        _ => std::str::from_utf8(text).is_ok_and(|it| !it.starts_with(is_space) && !it.ends_with(is_space)),
    }
}
