//! Whole records told by their quotes and line breaks alone, without parsing.

use crate::source::delimited::sieve::Dialect;

/// The whole records at the start of some bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    /// How many bytes they have, line breaks included.
    pub(super) length: usize,
    /// How many of them are rows: any cell holds something.
    pub(super) rows: u64,
    /// Where more lines than rows were: behind how many rows, and how many.
    pub(super) extras: Vec<(u64, u64)>,
}

/// The whole records at the start of bytes that begin with one; none where a
/// quote or line break stands in an unusual place, and only parsing can tell.
///
/// Each quote must open right behind a delimiter or line break and close right
/// before one; then a line break outside of quotes surely ends a record.
pub(super) fn stretch(bytes: &[u8], dialect: Dialect, last: bool) -> Option<Stretch> {
    let mut found = Stretch::default();
    let (mut open, mut skip, mut breaks) = (false, 0, 0);
    for at in memchr::memchr3_iter(b'"', b'\n', b'\r', bytes) {
        let next = bytes.get(at + 1).copied();
        match bytes[at] {
            _ if at < skip => {}
            b'\r' if next == Some(b'\n') => {}
            // The byte that decides may stand behind these.
            b'\r' if next.is_none() && !last => break,
            b'\r' => return None,
            b'\n' if open => breaks += 1,
            b'\n' => {
                found.end_record(bytes, at + 1, breaks, dialect);
                breaks = 0;
            }
            _ if open => match next {
                None if !last => break,
                Some(b'"') => skip = at + 2,
                Some(it) if it != dialect.delimiter && it != b'\n' && it != b'\r' => return None,
                _ => open = false,
            },
            _ if at == found.length || bytes[at - 1] == dialect.delimiter => open = true,
            _ => return None,
        }
    }
    if last && open {
        return None;
    }
    if last && found.length < bytes.len() {
        found.end_record(bytes, bytes.len(), breaks, dialect);
    }
    Some(found)
}

impl Stretch {
    fn end_record(&mut self, bytes: &[u8], end: usize, breaks: u64, dialect: Dialect) {
        let own = &bytes[self.length..end];
        let filled = is_filled(own, dialect);
        self.rows += u64::from(filled);
        let extra = breaks + u64::from(!filled);
        if extra > 0 {
            self.extras.push((self.rows, extra));
        }
        self.length = end;
    }
}

/// Whether any cell of a record holds something.
pub(super) fn is_filled(record: &[u8], dialect: Dialect) -> bool {
    record.iter().any(|it| *it != dialect.delimiter && !matches!(it, b'"' | b' ' | b'\t' | b'\n' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::super::cursor::record;
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str, last: bool) -> Option<Stretch> {
        stretch(text.as_bytes(), Dialect::default(), last)
    }

    #[test]
    fn records_end_at_line_breaks_outside_of_quotes() {
        let text = "a,1\n\"b\n\"\"c\",2\r\n,\nd,\"4\"\ne";
        let extras = vec![(2, 1), (2, 1)];
        assert_eq!(of(text, false), Some(Stretch { length: text.len() - 1, rows: 3, extras: extras.clone() }));
        assert_eq!(of(text, true), Some(Stretch { length: text.len(), rows: 4, extras }));
        for odd in ["a\"b\n", "\"a\"b\n", "a\rb\n", " \"a\n\"\n"] {
            assert_eq!(of(odd, true), None, "{odd}");
        }
        assert_eq!(of("a\n\"b\n", true), None);
        assert_eq!(of("a\n\"b\n", false), Some(Stretch { length: 2, rows: 1, extras: vec![] }));
    }

    proptest! {
        #[test]
        fn what_is_told_without_parsing_is_what_parsing_tells(text in "([a, \"\n]|\r\n|\"\"){0,24}", last: bool) {
            let Some(found) = of(&text, last) else { return Ok(()) };
            let (mut at, mut rows, mut extra) = (0, 0, 0);
            while at < found.length {
                let it = record(&text.as_bytes()[..found.length], at, Dialect::default(), true).unwrap();
                (at, rows, extra) = (it.next, rows + u64::from(it.filled), extra + it.breaks + u64::from(!it.filled));
            }
            prop_assert_eq!((at, rows), (found.length, found.rows));
            prop_assert_eq!(extra, found.extras.iter().map(|it| it.1).sum::<u64>());
        }
    }
}
