//! Records of NDJSON that stand one a line, all with the same keys: their form, and
//! the pages of some of them.

use std::borrow::Cow;

use super::scan::{Kind, Value, value_from};
use super::{Page, Reader, is_plain, records_of};
use crate::source::GridCell;
use crate::table::{Document, Span};

/// The keys of such records.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// Each with its quotes and the column that it is, in the order of a record that has all.
    pub(crate) printed: Vec<(Box<str>, usize)>,
    /// Whether no text is a number with marks, so that all numbers are in the style of JSON.
    pub(crate) is_one_style: bool,
    /// So many lines at the start have all keys.
    heading_lines: usize,
}

/// The form of a file by its first lines, if each is a record of plain values; and
/// the page of those lines.
pub(crate) fn plain_form(sample: &Document) -> Option<(Keys, Page)> {
    let first = sample.text.lines().next()?;
    if !first.starts_with('{') || !first.ends_with('}') {
        return None;
    }
    let records: Vec<Value> = sample.text.lines().map(record).collect::<Option<_>>()?;
    let mut names: Vec<&str> = Vec::new();
    let mut heading_lines = 0;
    for (line, it) in (1..).zip(sample.text.lines().zip(&records)) {
        for (key, value) in members(it.1) {
            let name = &it.0[key.start as usize..key.end as usize];
            if name.contains('\\') || !is_plain(value) {
                return None;
            }
            if !names.contains(&name) {
                names.push(name);
                heading_lines = line;
            }
        }
    }
    let in_order = |(line, it): (&'_ str, &Value)| -> Option<Vec<usize>> {
        let key = |it: &Span| names.iter().position(|name| *name == &line[it.start as usize..it.end as usize]);
        let order: Vec<usize> = members(it).iter().map(|it| key(&it.0)).collect::<Option<_>>()?;
        (order.len() == names.len()).then_some(order)
    };
    let order = sample.text.lines().zip(&records).find_map(in_order).unwrap_or_else(|| (0..names.len()).collect());
    let printed = order.into_iter().map(|at| (names[at].into(), at)).collect();
    let mut keys = Keys { printed, is_one_style: true, heading_lines };
    let numbers: Vec<u32> = (1..).take(records.len()).collect();
    let page = page_of_lines(sample, names.len(), 0, &numbers)?;
    keys.is_one_style = page.grids[0].style.is_some();
    page.grids[0].headings.iter().all(|it| !it.text(sample).is_empty()).then_some((keys, page))
}

impl Keys {
    /// Where the lines end that stand for a heading.
    pub(crate) fn heading(&self, text: &str) -> usize {
        memchr::memchr_iter(b'\n', text.as_bytes()).nth(self.heading_lines - 1).map_or(text.len(), |it| it + 1)
    }

    /// The texts of a record by column, those that are not there empty; none where it
    /// is no such record.
    pub(crate) fn cells<'a>(&self, line: &'a str) -> Option<Vec<Cow<'a, str>>> {
        let mut cells = vec![Cow::Borrowed(""); self.printed.len()];
        for (key, value) in members(&record(line)?) {
            let text = &line[value.span.start as usize..value.span.end as usize];
            cells[self.column(line, *key)?] = match value.kind {
                Kind::Null => Cow::Borrowed(""),
                Kind::Text if text.contains('\\') => Cow::Owned(serde_json::from_str(text).ok()?),
                Kind::Text => Cow::Borrowed(&text[1..text.len() - 1]),
                _ => Cow::Borrowed(text),
            };
        }
        Some(cells)
    }

    fn column(&self, text: &str, key: Span) -> Option<usize> {
        let key = &text[key.start as usize..key.end as usize];
        self.printed.iter().find(|it| *it.0 == *key).map(|it| it.1)
    }

    /// The page of the lines of a document behind those of the heading, numbered as in
    /// their file; none where one of them is no record with these keys alone.
    pub(crate) fn page_of(&self, document: &Document, numbers: &[u32]) -> Option<Page> {
        let page = page_of_lines(document, self.printed.len(), self.heading_lines, numbers)?;
        (!self.is_one_style || page.grids[0].style.is_some()).then_some(page)
    }

    /// The cells of the record that starts at an offset or behind it, and where it ends;
    /// nothing where no more follows.
    pub(crate) fn next(
        &self,
        document: &Document,
        at: usize,
    ) -> Result<Option<(Vec<GridCell>, Span, usize)>, NoRecord> {
        let Some((value, end)) = value_from(&document.text, at).map_err(|_| NoRecord)? else { return Ok(None) };
        let reader = Reader { document };
        let mut cells = vec![GridCell::default(); self.printed.len()];
        for (key, value) in members(&value) {
            cells[self.column(&document.text, *key).ok_or(NoRecord)?] = reader.cell(value);
        }
        Ok(Some((cells, value.span, end)))
    }
}

/// A line is no record.
#[derive(Debug)]
pub(crate) struct NoRecord;

/// The one object that a line is.
fn record(line: &str) -> Option<Value> {
    let (value, end) = value_from(line, 0).ok()??;
    let is_all = line[end..].bytes().all(|it| it.is_ascii_whitespace());
    (is_all && matches!(value.kind, Kind::Object(_))).then_some(value)
}

fn members(value: &Value) -> &[(Span, Value)] {
    if let Kind::Object(members) = &value.kind { members } else { &[] }
}

/// The page of lines that are a record each, without the first ones.
fn page_of_lines(document: &Document, width: usize, skipped: usize, numbers: &[u32]) -> Option<Page> {
    let (mut values, mut at) = (Vec::new(), 0);
    for line in document.text.split_inclusive('\n') {
        let (value, end) = value_from(&document.text, at).ok()??;
        at += line.len();
        if end > at || !matches!(value.kind, Kind::Object(_)) {
            return None;
        }
        // What follows in its line is no more than space.
        document.text[end..at].bytes().all(|it| it.is_ascii_whitespace()).then_some(())?;
        values.push(value);
    }
    if values.len() != skipped + numbers.len() || document.text.contains('\0') {
        return None;
    }
    let mut page = records_of(document, &values).ok()?;
    let [grid] = &mut page.grids[..] else { return None };
    if grid.headings.len() != width {
        return None;
    }
    grid.rows.drain(..skipped);
    let first = u32::try_from(skipped).ok()?;
    grid.faults.retain(|it| it.row.is_none_or(|it| it >= first));
    for it in &mut grid.faults {
        it.row = it.row.map(|it| it - first);
    }
    for (row, number) in grid.rows.iter_mut().zip(numbers.iter().copied()) {
        row.number = number;
    }
    Some(page)
}

/// Whether a text may be read as a number with marks, in whatever style.
pub(crate) fn may_be_marked(text: &str) -> bool {
    // Marks and flags have three letters at most.
    const LETTERS_MAX: usize = 3;
    let bytes = text.as_bytes();
    if bytes.first().is_none_or(u8::is_ascii_alphabetic) || !bytes.iter().any(u8::is_ascii_digit) {
        return false;
    }
    // Nor is there a style with such signs between digits, as days have.
    let is_parted = |it: &[u8]| it[0].is_ascii_digit() && matches!(it[1], b'-' | b'/' | b':') && it[2].is_ascii_digit();
    let is_word = |it: &[u8]| it.iter().all(u8::is_ascii_alphabetic);
    if bytes.iter().all(u8::is_ascii_digit)
        || bytes.windows(3).any(is_parted)
        || bytes.windows(LETTERS_MAX + 1).any(is_word)
    {
        return false;
    }
    let mut tally = crate::table::StyleTally::new(crate::table::NumberStyle::ENGLISH);
    tally.add(text);
    tally.marked() > 0
}
