//! Finds out which sign stands between cells, and how they are quoted.

use super::records::Records;
use super::{Layout, Quote};
use crate::table::{Document, is_space};

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

// Enough records to see a pattern behind titles and notes.
const SAMPLE_BYTES: usize = 64 << 10;
const SAMPLE_RECORDS: usize = 300;

// In the order of preference among equally good ones.
const DELIMITERS: [u8; 6] = *b",;\t|^~";

/// Finds the dialect in which the records of a document agree best.
pub(super) fn detect(document: &Document, layout: &Layout, start: usize) -> Dialect {
    if document.is_of_columns() {
        return Dialect::default();
    }
    let text = sample(&document.text[start..]);
    let whole = start + text.len() == document.text.len();
    let declared = layout.delimiter.and_then(|it| u8::try_from(it).ok()).or_else(|| by_name(&document.name, text));
    let delimiters = declared.map_or_else(|| DELIMITERS.to_vec(), |it| vec![it]);
    let mut best = (f64::MIN, Dialect { delimiter: declared.unwrap_or(b','), ..Dialect::default() });
    for quote in quotes(text, layout.quote) {
        for escape in escapes(text, quote) {
            for &delimiter in delimiters.iter().filter(|it| text.as_bytes().contains(it)) {
                let spaced = quote.is_some_and(|it| is_spaced(text, delimiter, it));
                let dialect = Dialect { delimiter, quote, escape, spaced };
                let score = score(text, dialect, whole, layout.comment.as_deref());
                if score > best.0 {
                    best = (score, dialect);
                }
            }
        }
    }
    if layout.quote == Quote::None {
        best.1.quote = None;
    }
    best.1
}

/// The first lines, up to a line break.
fn sample(text: &str) -> &str {
    if text.len() <= SAMPLE_BYTES {
        return text;
    }
    let end = memchr::memrchr2(b'\n', b'\r', &text.as_bytes()[..SAMPLE_BYTES]);
    end.map_or(text, |it| &text[..=it])
}

fn by_name(name: &str, text: &str) -> Option<u8> {
    let suffix = name.rsplit_once('.').map_or("", |it| it.1).to_ascii_lowercase();
    (matches!(suffix.as_str(), "tsv" | "tab") && text.contains('\t')).then_some(b'\t')
}

fn quotes(text: &str, declared: Quote) -> Vec<Option<u8>> {
    match declared {
        Quote::None => vec![None],
        Quote::Sign(it) => vec![u8::try_from(it).ok().filter(u8::is_ascii)],
        Quote::Detect if text.contains('"') => vec![Some(b'"')],
        Quote::Detect if text.contains('\'') => vec![None, Some(b'\'')],
        Quote::Detect => vec![Some(b'"')],
    }
}

/// Backslashes count as escapes only where they explain more than doubling does.
fn escapes(text: &str, quote: Option<u8>) -> Vec<Option<u8>> {
    let used = quote.is_some_and(|it| memchr::memmem::find(text.as_bytes(), &[b'\\', it]).is_some());
    if used { vec![None, Some(b'\\')] } else { vec![None] }
}

fn is_spaced(text: &str, delimiter: u8, quote: u8) -> bool {
    memchr::memmem::find(text.as_bytes(), &[delimiter, b' ', quote]).is_some()
}

/// How well a dialect explains a sample: records alike in width, cells that
/// hold no other delimiter. Below zero where it yields one column only.
fn score(text: &str, dialect: Dialect, whole: bool, comment: Option<&str>) -> f64 {
    let mut records = Records::new(text, dialect, 0).with_comment(comment);
    let mut cells = Vec::new();
    let mut widths = Vec::new();
    let (mut clean, mut all) = (0_u32, 0_u32);
    while widths.len() < SAMPLE_RECORDS {
        cells.clear();
        match records.next_into(&mut cells) {
            Ok(Some(record)) if record.filled => widths.push(cells.len()),
            Ok(Some(_)) => continue,
            Ok(None) => break,
            // A quoted cell may run on behind the end of the sample.
            Err(_) if !whole && !widths.is_empty() => break,
            Err(_) => return -2.0,
        }
        all += u32::try_from(cells.len()).unwrap_or(u32::MAX);
        let holds = |it: &crate::source::GridCell| &text[it.span.start as usize..it.span.end as usize];
        let tidy = cells.iter().filter(|it| is_tidy(holds(it), dialect)).count();
        clean += u32::try_from(tidy).unwrap_or(u32::MAX);
    }
    let wide: Vec<usize> = widths.iter().copied().filter(|&it| it > 1).collect();
    let Some(width) = mode(&wide) else { return -1.0 };
    let alike = wide.iter().filter(|&&it| it == width).count();
    let alike = f64::from(u32::try_from(alike).unwrap_or(u32::MAX));
    let share = alike / f64::from(u32::try_from(widths.len()).unwrap_or(u32::MAX));
    share * share * (0.5 + f64::from(clean) / f64::from(all))
}

/// Whether a cell looks like one cell: no other delimiter stands in it, and a
/// comma only as part of a number or followed by a space.
fn is_tidy(text: &str, dialect: Dialect) -> bool {
    let number = text.chars().all(|it| it.is_ascii_digit() || is_space(it) || ".,-+%()'".contains(it));
    let bytes = text.as_bytes();
    let edges = dialect.quote == Some(b'"') || !(text.starts_with('"') || text.ends_with('"'));
    let single = dialect.quote.is_none() && text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    let quotes = dialect.quote.is_none_or(|it| bytes.first() != Some(&it)) && edges && !single;
    number || (quotes && !bytes.iter().any(|it| matches!(it, b';' | b'\t' | b'|') && *it != dialect.delimiter))
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
        assert_eq!(of("col1,col2\n1;2;3,4;5;6\na;b;c,d;e;f\n").delimiter, b',');
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
    fn a_single_column_counts_as_comma_separated() {
        assert_eq!(of("name\nNorth\nSouth\n"), Dialect::default());
    }
}
