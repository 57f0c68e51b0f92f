//! Cuts delimited text into records and cells, each with its place.
//!
//! The `csv` crate hands out unquoted copies, not where they stood, and where
//! a figure stands is what this tool is for. A test holds the records against
//! that crate's.

use super::Dialect;
use crate::source::GridCell;
use crate::table::{Span, is_space};

/// Cuts a text into records, one call of [`Records::next_into`] each.
pub(crate) struct Records<'a> {
    text: &'a str,
    dialect: Dialect,
    /// What a line begins with that is a comment.
    comment: Option<&'a str>,
    at: usize,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// All of it, without its line break.
    pub(super) span: Span,
    /// Whether any of its cells holds something.
    pub(super) filled: bool,
}

/// An opening quote, by byte offset, that nothing closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnclosedQuote(pub(super) usize);

impl<'a> Records<'a> {
    /// Reads cells that stand between commas, quotes doubled.
    pub(crate) fn of_commas(text: &'a str) -> Self {
        Self::new(text, Dialect::default(), 0)
    }

    /// Starts at a byte offset of the text.
    pub(super) fn new(text: &'a str, dialect: Dialect, at: usize) -> Self {
        Self { text, dialect, comment: None, at }
    }

    /// Takes lines that begin so for comments: records without cells.
    pub(super) fn with_comment(self, comment: Option<&'a str>) -> Self {
        Self { comment, ..self }
    }

    /// Where the next record starts.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Reads the next record, blank ones too, and appends its cells.
    pub(crate) fn next_into(&mut self, cells: &mut Vec<GridCell>) -> Result<Option<Record>, UnclosedQuote> {
        let start = self.at;
        if start >= self.text.len() {
            return Ok(None);
        }
        if let Some(comment) = self.comment
            && self.text[start..].starts_with(comment)
        {
            let end =
                memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[start..]).map_or(self.text.len(), |it| start + it);
            self.pass_line_break(end);
            return Ok(Some(Record { span: Span::new(start, end), filled: false }));
        }
        let mut filled = false;
        loop {
            let (cell, end) = self.cell()?;
            filled |= cell.unescaped.as_deref().map_or(!cell.span.is_empty(), |it| !it.is_empty());
            cells.push(cell);
            match self.text.as_bytes().get(end) {
                Some(&it) if it == self.dialect.delimiter => self.at = end + 1,
                _ => {
                    self.pass_line_break(end);
                    return Ok(Some(Record { span: Span::new(start, end), filled }));
                }
            }
        }
    }

    /// Goes on behind the line break at a byte, if there is one.
    fn pass_line_break(&mut self, end: usize) {
        let bytes = &self.text.as_bytes()[end..];
        self.at = end + if bytes.starts_with(b"\r\n") { 2 } else { usize::from(!bytes.is_empty()) };
    }

    /// Reads one cell, and where it ends: at a delimiter, a line break, or the end.
    fn cell(&self) -> Result<(GridCell, usize), UnclosedQuote> {
        let bytes = self.text.as_bytes();
        let mut open = self.at;
        if self.dialect.spaced {
            open += bytes[open..].iter().take_while(|it| **it == b' ').count();
        }
        match (self.dialect.quote, bytes.get(open)) {
            (Some(quote), Some(&it)) if it == quote => self.quoted(open, quote),
            _ => {
                let end = self.end_from(self.at);
                Ok((GridCell::at(trim(self.text, self.at, end)), end))
            }
        }
    }

    fn end_from(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        memchr::memchr3(self.dialect.delimiter, b'\n', b'\r', rest).map_or(self.text.len(), |it| at + it)
    }

    fn quoted(&self, open: usize, quote: u8) -> Result<(GridCell, usize), UnclosedQuote> {
        let bytes = self.text.as_bytes();
        let escape = self.dialect.escape.unwrap_or(quote);
        let mut doubled = false;
        let mut at = open + 1;
        let close = loop {
            at += memchr::memchr2(quote, escape, &bytes[at..]).ok_or(UnclosedQuote(open))?;
            let next = bytes.get(at + 1).copied();
            match bytes[at] {
                it if it != quote => (doubled, at) = (true, (at + 2).min(bytes.len())),
                _ if next == Some(quote) => (doubled, at) = (true, at + 2),
                _ => break at,
            }
        };
        let end = self.end_from(close + 1);
        let tail = &self.text[close + 1..end];
        let plain_tail = tail.chars().all(is_space);
        let span = trim(self.text, open + 1, if plain_tail { close } else { end });
        if !doubled && plain_tail {
            return Ok((GridCell::at(span), end));
        }
        // Spaces between the closing quote and the delimiter are no content.
        let mut text = self.undouble(&self.text[open + 1..close], quote);
        text.push_str(if plain_tail { "" } else { tail });
        let text = text.trim_matches(is_space);
        let unescaped = (text != &self.text[span.start as usize..span.end as usize]).then(|| Box::from(text));
        Ok((GridCell { span, unescaped }, end))
    }

    fn undouble(&self, inner: &str, quote: u8) -> String {
        let (quote, escape) = (char::from(quote), self.dialect.escape.map(char::from));
        let mut text = String::with_capacity(inner.len());
        let mut rest = inner.chars();
        while let Some(it) = rest.next() {
            let skipped = if it == quote || Some(it) == escape { rest.next() } else { None };
            text.push(skipped.unwrap_or(it));
        }
        text
    }
}

/// The span between two offsets without its outer spaces.
pub(super) fn trim(text: &str, start: usize, end: usize) -> Span {
    let bytes = &text.as_bytes()[start..end];
    let solid = |it: Option<&u8>| it.is_some_and(u8::is_ascii_graphic);
    if solid(bytes.first()) && solid(bytes.last()) {
        return Span::new(start, end);
    }
    let left = text[start..end].trim_start_matches(is_space);
    let trimmed = left.trim_end_matches(is_space);
    let start = end - left.len();
    Span::new(start, start + trimmed.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, dialect: Dialect) -> Vec<Vec<String>> {
        let mut records = Records::new(text, dialect, 0);
        let mut all = Vec::new();
        let mut cells = Vec::new();
        while let Some(record) = records.next_into(&mut cells).unwrap() {
            let of = |it: &GridCell| {
                let slice = &text[it.span.start as usize..it.span.end as usize];
                it.unescaped.as_deref().unwrap_or(slice).to_owned()
            };
            if record.filled {
                all.push(cells.iter().map(of).collect());
            }
            cells.clear();
        }
        all
    }

    fn by_csv_crate(text: &str, escape: Option<u8>) -> Vec<Vec<String>> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).escape(escape).from_reader(text.as_bytes());
        let records = reader.records().map(|it| it.unwrap());
        let records = records.map(|it| it.iter().map(|it| it.trim_matches(is_space).to_owned()).collect::<Vec<_>>());
        records.filter(|it| it.iter().any(|it| !it.is_empty())).collect()
    }

    #[test]
    fn ends_lines_at_lf_crlf_and_lone_cr() {
        let records = read("a,b\nc,d\r\ne,f\rg,h", Dialect::default());
        assert_eq!(records.concat().concat(), "abcdefgh");
        assert_eq!(records.len(), 4);
    }

    #[test]
    fn keeps_delimiters_quotes_and_line_breaks_inside_quotes() {
        let records = read("\"a,\"\"b\"\"\nc\",d\n", Dialect::default());
        assert_eq!(records, [["a,\"b\"\nc", "d"]]);
    }

    #[test]
    fn spans_stand_inside_quotes_and_spaces() {
        let text = "  x ,\" y z \" , w\n";
        let mut cells = Vec::new();
        Records::new(text, Dialect::default(), 0).next_into(&mut cells).unwrap();
        let spans: Vec<&str> = cells.iter().map(|it| &text[it.span.start as usize..it.span.end as usize]).collect();
        assert_eq!(spans, ["x", "y z", "w"]);
        assert!(cells.iter().all(|it| it.unescaped.is_none()));
    }

    #[test]
    fn a_spaced_dialect_lets_spaces_stand_before_a_quote() {
        let records = read("\"a\", \"b, c\"\n", Dialect { spaced: true, ..Dialect::default() });
        assert_eq!(records, [["a", "b, c"]]);
    }

    #[test]
    fn points_at_the_quote_that_nothing_closes() {
        let mut records = Records::new("a,\"b\n", Dialect::default(), 0);
        assert_eq!(records.next_into(&mut Vec::new()), Err(UnclosedQuote(2)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn reads_the_same_records_as_the_csv_crate(text in "[ab1,\"\n\r ö]{0,30}") {
            let quotes = text.clone() + "\"";
            let dialect = Dialect::default();
            if Records::new(&text, dialect, 0).all_closed() {
                prop_assert_eq!(read(&text, dialect), by_csv_crate(&text, None));
            } else if Records::new(&quotes, dialect, 0).all_closed() {
                prop_assert_eq!(read(&quotes, dialect), by_csv_crate(&quotes, None));
            }
        }

        #[test]
        fn reads_backslash_escapes_as_the_csv_crate(text in "[a,\"\\\\\n]{0,20}") {
            let dialect = Dialect { escape: Some(b'\\'), ..Dialect::default() };
            if Records::new(&text, dialect, 0).all_closed() {
                prop_assert_eq!(read(&text, dialect), by_csv_crate(&text, Some(b'\\')));
            }
        }

        #[test]
        fn any_text_in_any_dialect_ends(text in "\\PC{0,40}|[,;\"'\\\\\t\n\r ]{0,40}", spaced: bool, escape: bool) {
            let escape = escape.then_some(b'\\');
            let dialect = Dialect { delimiter: b';', quote: Some(b'\''), escape, spaced };
            let _ = Records::new(&text, dialect, 0).all_closed();
        }
    }

    impl Records<'_> {
        fn all_closed(mut self) -> bool {
            loop {
                match self.next_into(&mut Vec::new()) {
                    Ok(Some(_)) => {}
                    it => return it.is_ok(),
                }
            }
        }
    }
}
