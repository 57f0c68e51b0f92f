//! The records of a delimited file: one line each, with all that stands around them.

use std::ops::Range;

use crate::table::{CellState, Span, Table, trim};

/// Rows that are looked at to find out how cells are set apart.
const SAMPLE_ROWS: usize = 50;

/// A file cut into what stands before its records, the records, what stands
/// between them, and what stands behind.
pub(super) struct Records<'a> {
    pub(super) table: &'a Table,
    text: &'a str,
    /// Each record, without its line break.
    spans: Vec<Range<usize>>,
    /// Where the line break of each record ends.
    ends: Vec<usize>,
    delimiter: char,
    line_break: &'a str,
}

/// A record as it will be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Its own line break; empty for the last of some files.
    pub(super) end: String,
    /// Blank lines and the like behind it, up to the next record.
    pub(super) gap: String,
}

impl<'a> Records<'a> {
    /// Cuts the file of a table; nothing where its rows are no lines of their own.
    pub(super) fn of(table: &'a Table) -> Option<Self> {
        // A record that holds many rows is not to be written anew from one.
        if table.columns.iter().any(|it| !it.positions.is_empty()) {
            return None;
        }
        let text = table.document.text.as_str();
        let bytes = text.as_bytes();
        let (mut spans, mut ends) = (Vec::with_capacity(table.rows.len()), Vec::with_capacity(table.rows.len()));
        let mut before = 0;
        for row in &table.rows {
            let (start, end) = (row.span.start as usize, row.span.end as usize);
            let starts = start == 0 || matches!(bytes[start - 1], b'\n' | b'\r');
            let line_end = match (bytes.get(end), bytes.get(end + 1)) {
                (Some(b'\r'), Some(b'\n')) => end + 2,
                (Some(b'\n' | b'\r'), _) => end + 1,
                (None, _) => end,
                _ => return None,
            };
            if !starts || start < before || end <= start {
                return None;
            }
            before = line_end;
            spans.push(start..end);
            ends.push(line_end);
        }
        let line_break = spans.first().zip(ends.first()).map_or("", |it| &text[it.0.end..*it.1]);
        let line_break = if line_break.is_empty() { first_break(text) } else { line_break };
        Some(Self { table, text, spans, ends, delimiter: delimiter(table, text), line_break })
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// A column by its name, unless it is made up by the reader.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.table.column(name)
    }

    /// What stands before the first record; all where there is none.
    pub(super) fn head(&self) -> &'a str {
        &self.text[..self.spans.first().map_or(self.text.len(), |it| it.start)]
    }

    /// What stands behind the last record's line.
    pub(super) fn tail(&self) -> &'a str {
        self.ends.last().map_or("", |it| &self.text[*it..])
    }

    /// A record as it stands.
    pub(super) fn piece(&self, row: usize) -> Piece {
        let next = self.spans.get(row + 1).map_or(self.ends[row], |it| it.start);
        let record = self.spans[row].clone();
        Piece {
            end: self.text[record.end..self.ends[row]].to_owned(),
            text: self.text[record].to_owned(),
            gap: self.text[self.ends[row]..next].to_owned(),
        }
    }

    /// A record with other texts in some cells; nothing where one has no place.
    pub(super) fn edited(&self, row: usize, cells: &[(usize, &str)]) -> Option<Piece> {
        let record = self.spans[row].clone();
        let mut edits = Vec::new();
        for &(column, text) in cells {
            let place = self.table.columns[column].spans[row];
            let (start, end) = (place.start as usize, place.end as usize);
            let within = start >= record.start && end <= record.end && place != Span::default();
            if !within || self.table.columns[column].states[row] == CellState::Absent {
                return None;
            }
            let is_quoted =
                self.text[record.start..start].ends_with('"') && self.text[end..record.end].starts_with('"');
            // Quotes that the old text needed go with it.
            let is_bare = is_quoted && !self.needs_quotes(text) && self.needs_quotes(&self.text[start..end]);
            let (start, end) = if is_bare { (start - 1, end + 1) } else { (start, end) };
            let kept = is_quoted && !is_bare;
            let text = if kept { text.replace('"', "\"\"") } else { self.quoted(text, false) };
            let at = |it: usize| u32::try_from(it - record.start).ok();
            edits.push((Span { start: at(start)?, end: at(end)? }, text));
        }
        let piece = self.piece(row);
        // A span at the very start is an empty first cell, not one that is missing.
        let shifted =
            edits.into_iter().map(|(it, text)| (Span { start: it.start + 1, end: it.end + 1 }, text)).collect();
        let made = super::replaced(&format!("\n{}", piece.text), shifted)?;
        Some(Piece { text: made[1..].to_owned(), ..piece })
    }

    /// A new record of cells, quoted as those above are.
    pub(super) fn composed(&self, cells: &[(usize, &str)]) -> Piece {
        let position = |it: usize| self.table.columns[it].position as usize;
        let width = (0..self.table.columns.len()).map(|it| position(it) + 1).max().unwrap_or(0);
        let mut texts = vec![String::new(); width];
        let always = self.always_quoted();
        for &(column, text) in cells {
            texts[position(column)] = self.quoted(text, always[column]);
        }
        self.whole(texts.join(&self.delimiter.to_string()))
    }

    /// A record of this text, in a line as the others have.
    pub(super) fn whole(&self, text: String) -> Piece {
        Piece { text, end: self.line_break.to_owned(), gap: String::new() }
    }

    /// Which columns are quoted in the first records that have something in them.
    fn always_quoted(&self) -> Vec<bool> {
        let quoted = |column: usize| {
            let spans = &self.table.columns[column].spans;
            let rows = (0..self.len().min(SAMPLE_ROWS)).filter(|it| !spans[*it].is_empty());
            let mut rows =
                rows.map(|it| (spans[it].start as usize) > 0 && self.text[..spans[it].start as usize].ends_with('"'));
            rows.next().is_some_and(|it| it) && rows.all(|it| it)
        };
        (0..self.table.columns.len()).map(quoted).collect()
    }

    /// A text as it is written in a cell without quotes around it.
    fn quoted(&self, text: &str, always: bool) -> String {
        if always || self.needs_quotes(text) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
    }

    fn needs_quotes(&self, text: &str) -> bool {
        text.contains([self.delimiter, '"', '\n', '\r']) || trim(text) != text
    }

    /// The whole file with other records in place of its own.
    pub(super) fn laid(&self, pieces: Vec<Piece>) -> String {
        self.laid_between(self.head(), pieces, self.tail())
    }

    /// Records between what stands before and behind them.
    pub(super) fn laid_between(&self, head: &str, pieces: Vec<Piece>, tail: &str) -> String {
        let mut made = head.to_owned();
        if !pieces.is_empty() && !head.is_empty() && !head.ends_with(['\n', '\r']) {
            made.push_str(self.line_break);
        }
        let ends = self.ends.last().is_none_or(|it| self.spans.last().is_none_or(|span| *it > span.end));
        let count = pieces.len();
        for (at, it) in pieces.into_iter().enumerate() {
            made.push_str(&it.text);
            let needs = at + 1 < count || ends || !tail.is_empty();
            made.push_str(if !needs {
                ""
            } else if it.end.is_empty() {
                self.line_break
            } else {
                &it.end
            });
            made.push_str(&it.gap);
        }
        made + tail
    }
}

fn first_break(text: &str) -> &str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => &text[at..at + 2],
        Some(at) => &text[at..=at],
        None => "\n",
    }
}

/// What stands between neighbouring cells of the first rows.
fn delimiter(table: &Table, text: &str) -> char {
    let mut columns: Vec<_> = table.columns.iter().collect();
    columns.sort_by_key(|it| it.position);
    let mut seen: Vec<(char, usize)> = Vec::new();
    for row in 0..table.rows.len().min(SAMPLE_ROWS) {
        for pair in columns.windows(2).filter(|it| it[0].position + 1 == it[1].position) {
            let (end, start) = (pair[0].spans[row].end as usize, pair[1].spans[row].start as usize);
            let between = text.get(end..start).unwrap_or("").trim_matches(['"', ' ']);
            let mut signs = between.chars();
            if let (Some(sign), None) = (signs.next(), signs.next()) {
                match seen.iter_mut().find(|it| it.0 == sign) {
                    Some(it) => it.1 += 1,
                    None => seen.push((sign, 1)),
                }
            }
        }
    }
    seen.into_iter().max_by_key(|it| it.1).map_or(',', |it| it.0)
}
