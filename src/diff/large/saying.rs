//! What a record says: the same bytes in both files, however each is written.
//!
//! Two files may part their cells by other signs, quote other cells, have their
//! columns in another order, or keep numbers by columns, with the decimals of
//! their type. Records that differ in nothing else are alike in small files too.

use std::collections::HashMap;

use super::Large;
use crate::source::delimited::sieve::{Dialect, cells_of};
use crate::table::trim;

/// So many lines show which columns are quoted.
const QUOTING_LINES: usize = 1_000;
/// Stands before the bytes of a record that is not told by its cells.
const ODD: u8 = 0xff;

/// How the records of one file are brought into the form that both share.
#[derive(Clone, Debug)]
pub(super) struct Saying {
    pub(super) dialect: Dialect,
    /// What stands between cells in the shared form.
    delimiter: u8,
    /// Which cell of its own comes first, second, …; none where they stand so.
    order: Option<Vec<usize>>,
    /// Which cells, in the shared order, are numbers of no printed precision.
    plain: Vec<bool>,
    /// Whether records are alike by all their bytes only.
    to_the_byte: bool,
    /// Whether space inside quotes is told, and space outside of them is not.
    tells_space: bool,
}

impl Saying {
    /// Those of two files; nothing where their columns are not the same.
    pub(super) fn of(files: (Large<'_>, Large<'_>), dialects: (Dialect, Dialect)) -> Option<(Self, Self)> {
        let heading = |file: Large<'_>, dialect| -> Option<Vec<String>> {
            let cells = cells_of(file.sample.lines().next()?, dialect)?;
            Some(cells.iter().map(|it| trim(it).to_owned()).collect())
        };
        let (old, new) = (heading(files.0, dialects.0)?, heading(files.1, dialects.1)?);
        let places: HashMap<&str, usize> = (0..new.len()).rev().map(|at| (new[at].as_str(), at)).collect();
        let order: Vec<usize> = old.iter().map(|it| places.get(it.as_str()).copied()).collect::<Option<_>>()?;
        let is_same = order.iter().enumerate().all(|it| it.0 == *it.1);
        let mut once = order.clone();
        once.sort_unstable();
        once.dedup();
        if old.len() != new.len() || (!is_same && once.len() < new.len()) {
            return None;
        }
        let scale = |file: Large<'_>, at: usize| file.scales.and_then(|it| it.get(at).copied().flatten());
        // A number is kept to the decimals of its type; as text it has its own.
        let plain = order.iter().enumerate().map(|(from, &to)| scale(files.0, from) != scale(files.1, to));
        let plain: Vec<bool> = plain.collect();
        // Where both quote the same columns, as copies of one file do, bytes tell as well.
        let to_the_byte = dialects.0 == dialects.1
            && is_same
            && !plain.contains(&true)
            && quoting(files.0.sample, dialects.0) == quoting(files.1.sample, dialects.1);
        let of = |dialect, order| Self {
            dialect,
            delimiter: dialects.0.delimiter,
            order,
            plain: plain.clone(),
            to_the_byte,
            tells_space: files.0.scales.is_none() && files.1.scales.is_none(),
        };
        Some((of(dialects.0, None), of(dialects.1, (!is_same).then_some(order))))
    }

    /// Where each cell of the shared order stands in its own.
    pub(super) fn order(&self) -> Vec<usize> {
        self.order.clone().unwrap_or_else(|| (0..self.plain.len()).collect())
    }

    /// The same, but records are alike by all their bytes only.
    pub(super) fn by_bytes(self) -> Self {
        Self { to_the_byte: true, ..self }
    }

    /// Whether equal bytes say the same in the other file.
    pub(super) fn reads_as(&self, other: &Self) -> bool {
        self.order.is_none() && other.order.is_none() && self.dialect == other.dialect
    }

    /// What a record says; `scratch` is for what has to be written for it.
    pub(super) fn of_record<'a>(&self, record: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
        let is_own = self.order.is_none() && self.dialect.delimiter == self.delimiter && !self.plain.contains(&true);
        if self.to_the_byte || (is_own && memchr::memchr(b'"', record).is_none()) {
            return record;
        }
        scratch.clear();
        let written = if self.order.is_none() { self.write(record, scratch) } else { self.reorder(record, scratch) };
        if written.is_none() {
            scratch.clear();
            scratch.push(ODD);
            scratch.extend_from_slice(record);
        }
        scratch
    }

    fn write(&self, record: &[u8], into: &mut Vec<u8>) -> Option<()> {
        let (mut rest, mut column) = (record, 0);
        loop {
            if column > 0 {
                into.push(self.delimiter);
            }
            rest = match rest.first() {
                Some(b'"') => self.cell(rest, column, into)?,
                _ => self.bare(rest, column, into)?,
            };
            column += 1;
            match rest.split_first() {
                None => break,
                Some((_, behind)) => rest = behind,
            }
        }
        (column == self.plain.len()).then_some(())
    }

    /// Writes a first cell without quotes, as most are, in one go over its bytes.
    fn bare<'a>(&self, text: &'a [u8], column: usize, into: &mut Vec<u8>) -> Option<&'a [u8]> {
        let mut end = 0;
        while let Some(&it) = text.get(end).filter(|it| **it != self.dialect.delimiter) {
            if it == b'"' {
                return None;
            }
            if it == self.delimiter {
                return self.cell(text, column, into);
            }
            end += 1;
        }
        let cell = &text[..end];
        into.extend_from_slice(if self.plain.get(column) == Some(&true) { unscaled(cell) } else { cell });
        Some(&text[end..])
    }

    /// Writes a record whose columns stand in another order.
    fn reorder(&self, record: &[u8], into: &mut Vec<u8>) -> Option<()> {
        let order = self.order.as_ref()?;
        let (mut rest, mut starts) = (record, Vec::with_capacity(order.len()));
        loop {
            starts.push(rest);
            rest = skipped(rest, self.dialect)?;
            match rest.split_first() {
                None => break,
                Some((_, behind)) => rest = behind,
            }
        }
        if starts.len() != order.len() {
            return None;
        }
        for (column, it) in order.iter().enumerate() {
            if column > 0 {
                into.push(self.delimiter);
            }
            self.cell(starts[*it], column, into)?;
        }
        Some(())
    }

    /// Writes the first cell of a text, and gives what stands behind it.
    fn cell<'a>(&self, text: &'a [u8], column: usize, into: &mut Vec<u8>) -> Option<&'a [u8]> {
        let rest = skipped(text, self.dialect)?;
        let cell = &text[..text.len() - rest.len()];
        let start = into.len();
        match cell.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")) {
            Some(inner) => undouble(inner, into),
            None => into.extend_from_slice(cell),
        }
        if self.plain.get(column).is_some_and(|it| *it) {
            into.truncate(start + unscaled(&into[start..]).len());
        }
        let inner = &into[start..];
        let needs = |it: &u8| *it == self.delimiter || matches!(it, b'"' | b'\n' | b'\r');
        let is_space = |it: Option<&u8>| it.is_some_and(u8::is_ascii_whitespace);
        let tells_space = self.tells_space && cell.len() > inner.len();
        if inner.iter().any(needs) || (tells_space && (is_space(inner.first()) || is_space(inner.last()))) {
            let inner = inner.to_vec();
            into.truncate(start);
            into.push(b'"');
            for it in inner {
                into.extend(std::iter::repeat_n(it, 1 + usize::from(it == b'"')));
            }
            into.push(b'"');
        }
        Some(rest)
    }
}

/// Which columns have cells that stand in quotes without need, and which have
/// cells with something in them that do not, by the first records.
fn quoting(sample: &str, dialect: Dialect) -> Vec<(bool, bool)> {
    let mut found: Vec<(bool, bool)> = Vec::new();
    for line in sample.lines().skip(1).take(QUOTING_LINES) {
        let (mut rest, mut column) = (line.as_bytes(), 0);
        while let Some(behind) = skipped(rest, dialect) {
            let cell = &rest[..rest.len() - behind.len()];
            found.resize(found.len().max(column + 1), (false, false));
            let is_quoted = cell.first() == Some(&b'"');
            let needs = |it: &u8| *it == dialect.delimiter || *it == b'"';
            found[column].0 |= is_quoted && !cell[1..cell.len() - 1].iter().any(needs);
            found[column].1 |= !is_quoted && !cell.is_empty();
            column += 1;
            match behind.split_first() {
                None => break,
                Some((_, behind)) => rest = behind,
            }
        }
    }
    found
}

/// What stands behind the first cell of a text, from its delimiter on; nothing
/// where its quotes stand in unusual places.
pub(super) fn skipped(text: &[u8], dialect: Dialect) -> Option<&[u8]> {
    if text.first() != Some(&b'"') {
        let end = memchr::memchr(dialect.delimiter, text).unwrap_or(text.len());
        return memchr::memchr(b'"', &text[..end]).is_none().then_some(&text[end..]);
    }
    let mut at = 1;
    loop {
        at += memchr::memchr(b'"', &text[at..])? + 1;
        match text.get(at) {
            Some(b'"') => at += 1,
            Some(it) if *it != dialect.delimiter => return None,
            _ => return Some(&text[at..]),
        }
    }
}

/// Writes what stands in quotes, its own of which are doubled.
pub(super) fn undouble(inner: &[u8], into: &mut Vec<u8>) {
    let mut at = inner;
    while let Some(quote) = memchr::memchr(b'"', at) {
        into.extend_from_slice(&at[..=quote]);
        at = &at[quote + 2..];
    }
    into.extend_from_slice(at);
}

/// A number without zeros at the end of its decimals; any other text as it is.
pub(super) fn unscaled(text: &[u8]) -> &[u8] {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let Some(point) = memchr::memchr(b'.', digits) else { return text };
    let (whole, decimals) = (&digits[..point], &digits[point + 1..]);
    if whole.is_empty() || !whole.iter().chain(decimals).all(u8::is_ascii_digit) {
        return text;
    }
    let kept = decimals.iter().rposition(|it| *it != b'0').map_or(0, |it| it + 2);
    &text[..text.len() - decimals.len() - 1 + kept]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(record: &str, saying: &Saying) -> String {
        String::from_utf8_lossy(saying.of_record(record.as_bytes(), &mut Vec::new())).into_owned()
    }

    fn commas(columns: usize) -> Saying {
        let dialect = Dialect::default();
        Saying {
            dialect,
            delimiter: b',',
            order: None,
            plain: vec![false; columns],
            to_the_byte: false,
            tells_space: true,
        }
    }

    #[test]
    fn quotes_that_no_cell_needs_say_nothing() {
        let it = commas(3);
        for same in ["a,1,", "\"a\",1,", "\"a\",\"1\",\"\""] {
            assert_eq!(said(same, &it), "a,1,");
        }
        for own in ["\"a,1\",,", "\"a\"\"\",1,2", "\"a\nb\",1,2", "\" a\",1,2"] {
            assert_eq!(said(own, &it), own);
        }
    }

    #[test]
    fn odd_records_are_alike_by_their_bytes_only() {
        let it = commas(2);
        for odd in ["a\"b,1", "\"a\"b,1", "\"a,1", "\"a\",1,2", "\"a\""] {
            assert!(said(odd, &it).starts_with('\u{fffd}'), "{odd}");
        }
    }

    #[test]
    fn cells_are_brought_into_one_order_and_between_one_sign() {
        let mut dialect = Dialect::default();
        dialect.delimiter = b';';
        let it = Saying { order: Some(vec![2, 0, 1]), dialect, ..commas(3) };
        assert_eq!(said("1;b,c;a", &it), "a,1,\"b,c\"");
        assert_eq!(said("1;\"b\";\"a;\"", &it), "a;,1,b");
    }

    #[test]
    fn numbers_of_a_type_have_no_printed_precision() {
        let it = Saying { plain: vec![true, false], ..commas(2) };
        for (text, same) in [("17.00", "17"), ("-0.50", "-0.5"), ("17", "17"), ("100", "100"), ("1.0e5", "1.0e5")] {
            assert_eq!(said(&format!("{text},1.0"), &it), format!("{same},1.0"));
        }
    }
}
