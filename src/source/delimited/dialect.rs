//! Finds out which sign stands between cells, and how they are quoted.

use super::{Layout, Quote, description};
use crate::table::Document;

/// How cells are told apart in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between cells.
    pub(crate) delimiter: u8,
    /// What stands around cells, if anything does.
    pub(super) quote: Option<u8>,
    /// What stands before a quote inside quotes, apart from a doubled quote.
    pub(super) escape: Option<u8>,
    /// Whether spaces may stand before an opening quote.
    pub(super) spaced: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', quote: Some(b'"'), escape: None, spaced: false }
    }
}

/// So many records at the start of a file are looked at, and so many lines from
/// all over it.
pub(super) const FIRST_RECORDS: usize = 60;
const SPREAD_LINES: usize = 340;
/// So much of a line is looked at.
const LINE_BYTES: usize = 16 << 10;

// In the order of preference among equally good ones.
const DELIMITERS: [u8; 6] = *b",;\t|^~";

/// Finds the dialect in which the records of a document are shortest to describe.
pub(super) fn detect(document: &Document, layout: &Layout, start: usize) -> Dialect {
    if document.is_of_columns() {
        return Dialect::default();
    }
    let sample = Sample::of(&document.text[start..], layout.comment.as_deref());
    let declared =
        layout.delimiter.and_then(|it| u8::try_from(it).ok()).or_else(|| by_name(&document.name, &document.text));
    let delimiters = declared.map_or_else(|| DELIMITERS.to_vec(), |it| vec![it]);
    let quotes = quotes(&sample, layout.quote);
    let usual = Dialect { delimiter: declared.unwrap_or(b','), quote: quotes[0], ..Dialect::default() };
    let mut best = ((true, f64::MAX), usual);
    for quote in quotes {
        for escape in escapes(&sample, quote) {
            for &delimiter in delimiters.iter().filter(|it| sample.contains(&[**it])) {
                let spaced = quote.is_some_and(|it| sample.contains(&[delimiter, b' ', it]));
                let dialect = Dialect { delimiter, quote, escape, spaced };
                let length = description::length(&sample, dialect);
                if length < best.0 {
                    best = (length, dialect);
                }
            }
        }
    }
    best.1
}

/// What of a text is looked at: its start, and lines from all over the rest.
pub(super) struct Sample<'a> {
    /// All of it.
    pub(super) text: &'a str,
    /// What comments begin with.
    pub(super) comment: Option<&'a str>,
    /// Where its first records end, about.
    head: usize,
    /// Lines behind those.
    pub(super) lines: Vec<&'a str>,
}

impl<'a> Sample<'a> {
    fn of(text: &'a str, comment: Option<&'a str>) -> Self {
        let bytes = text.as_bytes();
        let mut ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let head = ends.nth(FIRST_RECORDS).unwrap_or(bytes.len());
        let mut lines = Vec::new();
        let mut at = head;
        let step = (bytes.len() - head) / SPREAD_LINES;
        while at < bytes.len() {
            // The rest of a line that is cut is left out.
            let Some(start) = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map(|it| at + it + 1) else { break };
            let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |it| start + it);
            if end > start && end - start <= LINE_BYTES {
                lines.push(&text[start..end]);
            }
            at = end.max(at + step);
            while !text.is_char_boundary(at.min(bytes.len())) {
                at += 1;
            }
        }
        Self { text, comment, head, lines }
    }

    fn contains(&self, sign: &[u8]) -> bool {
        let found = |it: &str| memchr::memmem::find(it.as_bytes(), sign).is_some();
        found(&self.text[..self.head]) || self.lines.iter().any(|it| found(it))
    }
}

fn by_name(name: &str, text: &str) -> Option<u8> {
    let suffix = name.rsplit_once('.').map_or("", |it| it.1).to_ascii_lowercase();
    (matches!(suffix.as_str(), "tsv" | "tab") && text.contains('\t')).then_some(b'\t')
}

/// Double quotes are usual: others, or none, are weighed where they may explain more.
fn quotes(sample: &Sample<'_>, declared: Quote) -> Vec<Option<u8>> {
    match declared {
        Quote::None => vec![None],
        Quote::Sign(it) => vec![u8::try_from(it).ok().filter(u8::is_ascii)],
        Quote::Detect => {
            let mut quotes = vec![Some(b'"')];
            quotes.extend(sample.contains(b"\"").then_some(None));
            quotes.extend(sample.contains(b"'").then_some(Some(b'\'')));
            quotes
        }
    }
}

/// Backslashes count as escapes only where they explain more than doubling does.
fn escapes(sample: &Sample<'_>, quote: Option<u8>) -> Vec<Option<u8>> {
    let used = quote.is_some_and(|it| sample.contains(&[b'\\', it]));
    if used { vec![None, Some(b'\\')] } else { vec![None] }
}

/// The most frequent width; the larger of equals.
pub(super) fn mode(widths: &[usize]) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::new();
    for &width in widths {
        *counts.entry(width).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|it| (it.1, it.0)).map(|it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Dialect {
        detect(&Document::new("a.csv", text.to_owned(), "UTF-8"), &Layout::default(), 0)
    }

    #[test]
    fn finds_the_usual_delimiters() {
        for (sign, delimiter) in [(",", b','), (";", b';'), ("\t", b'\t'), ("|", b'|')] {
            let text = "crime,total,solved\nTheft,12,3\nFraud,7,1\n".replace(',', sign);
            assert_eq!(of(&text).delimiter, delimiter, "{text}");
        }
    }

    #[test]
    fn decimal_commas_do_not_hide_a_semicolon() {
        assert_eq!(of("land;rate;share\nBremen;1,5;20,1\nHessen;2,5;79,9\n").delimiter, b';');
        assert_eq!(of("1,5;2,5\n3,5;4,5\n").delimiter, b';');
    }

    #[test]
    fn semicolons_inside_cells_do_not_hide_a_comma() {
        assert_eq!(of("id,ward,codes,n\n7,AB,A1;B2,12\n8,CD,A1,9\n9,EF,B2;C3;D4,31\n10,GH,C3,4\n").delimiter, b',');
    }

    #[test]
    fn a_title_with_commas_does_not_decide() {
        assert_eq!(of("Crime, theft, and fraud\n\narea;total\nNorth;1\nSouth;2\nEast;4\n").delimiter, b';');
    }

    #[test]
    fn backslashes_escape_only_where_they_must() {
        assert_eq!(of("a,b\n\"x \\\"y\\\", z\",1\n\"p\",2\n").escape, Some(b'\\'));
        assert_eq!(of("a,b\n\"C:\\dir\\\",1\n\"p\",2\n").escape, None);
    }

    #[test]
    fn an_apostrophe_in_a_name_is_no_quote_wherever_quotes_begin() {
        let mut text = "county,place,note,n\nLeeds,Hale's Corner,x,5\n".to_owned();
        text.push_str(&"Leeds,O'Dell,'tis,5\n".repeat(900));
        text.push_str("Leeds,\"Miller, Jr.\",x,7\n");
        assert_eq!(of(&text), Dialect::default());
    }

    #[test]
    fn a_lone_apostrophe_opens_nothing() {
        assert_eq!(of("total,total\n0,0\n0\n0,0.0\n-1000\n'\n0\n0\n0\nTotal\n"), Dialect::default());
        // After cells in apostrophes it does, and is told as not closed.
        let quoted = "'Hale, Ann','2'\n".repeat(20);
        assert_eq!(of(&format!("'name','n'\n{quoted}'Orr, Bo,6\n")).quote, Some(b'\''));
    }

    #[test]
    fn signs_inside_quoted_cells_are_no_delimiters() {
        let text = "id,\"pay\",\"note\",\"n\",\"ok\",\"no\"\nB1,\"$0.20\",\"Part:1;Form:3;\",\"9\"\n\
                    B2,\"$0.20\",\"Part:1;Form:3;\",\"7\"\nB3,\"$0.20\",\"Part:2;Form:3;\",\"8\"\n";
        assert_eq!(of(text).delimiter, b',');
    }

    #[test]
    fn thousands_marks_are_no_delimiters() {
        let text = "Area|Births|Trips\nSelton|151,403|9.6\nPenby|112,345|1.6\nGarth|283,235|2.3\n\n\
                    Births, trips, and homes, 2021\nArea|Trips|Homes\nEasby|48.8|688,778\nHornton|58.1|13,222\n";
        assert_eq!(of(text).delimiter, b'|');
    }

    #[test]
    fn a_single_column_counts_as_comma_separated() {
        assert_eq!(of("name\nNorth\nSouth\n"), Dialect::default());
    }
}
