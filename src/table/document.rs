//! A decoded input, and how an offset in it becomes line and column.

use std::sync::OnceLock;

use super::Sheet;

/// What the text of a database's table has for an encoding: it was written here.
const DATABASE: &str = "database";
/// Farther into a line than this, characters are counted from a checkpoint.
const STEP: usize = 1_024;

/// A stretch of a [`Document`], in bytes of its decoded text.
///
/// An empty span at offset 0 stands for a cell that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span between two byte offsets.
    ///
    /// # Panics
    ///
    /// If an offset is above 4 GiB: readers refuse such documents before.
    pub fn new(start: usize, end: usize) -> Self {
        let fit = |it: usize| u32::try_from(it).expect("documents above 4 GiB are refused when read");
        Self { start: fit(start), end: fit(end) }
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// A line and a column, both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// The decoded text of one input, with its name and line borders.
#[derive(Debug, Default)]
pub struct Document {
    /// The file as the user named it, with forward slashes; `<stdin>` for standard input.
    pub name: String,
    /// The text, decoded to UTF-8, without byte order mark.
    pub text: String,
    /// The encoding that it was decoded from (`UTF-8`, `windows-1251`, …).
    pub encoding: &'static str,
    /// Whether a byte order mark stood first.
    pub has_byte_order_mark: bool,
    /// The sheets, where it is the text of a workbook: their rows are its lines.
    pub sheets: Vec<Sheet>,
    lines: Vec<u32>,
    /// The number of each line in its file, where only some of them are here.
    numbers: Vec<u32>,
    /// Whether it was written here, as plain CSV, of a table that is kept column by column.
    of_columns: bool,
    /// Whether it holds some records of JSON, a line each, which have no numbers that are shown.
    of_records: bool,
    /// The characters before every [`STEP`]th byte, from when a long line first asks.
    checkpoints: OnceLock<Vec<u32>>,
}

impl Document {
    /// Takes decoded text and finds its lines (`\n`, `\r\n`, or lone `\r`).
    pub fn new(name: impl Into<String>, text: String, encoding: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut lines = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                lines.push(Span::new(0, at + 1).end);
            }
        }
        Self { name: name.into(), text, encoding, lines, ..Self::default() }
    }

    /// Takes some lines of a file, each with its number there, rising.
    pub fn of_lines(name: impl Into<String>, text: String, encoding: &'static str, numbers: Vec<u32>) -> Self {
        Self { numbers, ..Self::new(name, text, encoding) }
    }

    /// Takes the CSV of a table that is kept column by column; `numbers` says
    /// which row each line belongs to, if that is not the number of the line.
    pub(crate) fn of_columns(name: impl Into<String>, text: String, numbers: Vec<u32>) -> Self {
        Self { numbers, of_columns: true, ..Self::new(name, text, "UTF-8") }
    }

    /// Whether it is the CSV of a table that is kept column by column: one
    /// heading, commas, doubled quotes.
    pub(crate) fn is_of_columns(&self) -> bool {
        self.of_columns
    }

    /// Takes some lines of a file that are a record of JSON each.
    pub(crate) fn of_records(name: impl Into<String>, text: String, numbers: Vec<u32>) -> Self {
        Self { of_records: true, ..Self::of_lines(name, text, "UTF-8", numbers) }
    }

    /// Whether it holds some records of JSON, a line each.
    pub(crate) fn is_of_records(&self) -> bool {
        self.of_records
    }

    /// The same of a table of a database, whose rows have no lines that anyone could turn to.
    #[cfg(feature = "sql")]
    pub(crate) fn of_database(name: impl Into<String>, text: String, numbers: Vec<u32>) -> Self {
        Self { encoding: DATABASE, ..Self::of_columns(name, text, numbers) }
    }

    /// Whether it is of a table of a database, or some rows of one.
    pub(crate) fn is_of_database(&self) -> bool {
        self.encoding == DATABASE
    }

    /// Whether lines of the file are missing between those that are here.
    pub fn has_gaps(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// Takes the text of a workbook, the rows of each sheet a line.
    pub fn of_sheets(name: impl Into<String>, text: String, encoding: &'static str, sheets: Vec<Sheet>) -> Self {
        let mut document = Self { sheets, ..Self::new(name, text, encoding) };
        let mut line = 0;
        for sheet in &mut document.sheets {
            sheet.first_line = line;
            line += sheet.rows.len();
        }
        document
    }

    /// The same text, without what is known of the lines of its file.
    pub(crate) fn again(&self) -> Self {
        let text = self.text.clone();
        match &self.sheets[..] {
            [] if self.of_columns => Self::of_columns(self.name.clone(), text, Vec::new()),
            [] => Self::new(self.name.clone(), text, self.encoding),
            sheets => Self::of_sheets(self.name.clone(), text, self.encoding, sheets.to_vec()),
        }
    }

    /// The sheet that a byte offset stands in.
    pub fn sheet(&self, offset: u32) -> Option<&Sheet> {
        if self.sheets.is_empty() {
            return None;
        }
        let line = self.lines.partition_point(|&it| it <= offset) - 1;
        self.sheets[..self.sheets.partition_point(|it| it.first_line <= line)].last()
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The line and column of a byte offset; in a workbook the line is the row of its sheet.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.lines.partition_point(|&it| it <= offset) - 1;
        let start = self.lines[line] as usize;
        let column = self.characters(start, offset as usize) + 1;
        let row = self.sheet(offset).and_then(|it| it.rows.get(line - it.first_line)).copied();
        let row = row.or_else(|| self.numbers.get(line).copied());
        Position {
            line: row.unwrap_or(u32::try_from(line + 1).unwrap_or(u32::MAX)),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// How many characters stand between two byte offsets: the work does not
    /// grow with the length of a line.
    fn characters(&self, start: usize, end: usize) -> usize {
        if end - start <= STEP {
            return characters(&self.text.as_bytes()[start..end]);
        }
        let before = self.checkpoints.get_or_init(|| checkpoints(self.text.as_bytes()));
        let until = |at: usize| before[at / STEP] as usize + characters(&self.text.as_bytes()[at - at % STEP..at]);
        until(end) - until(start)
    }

    /// How many lines there are; text after the last line break counts as one.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The span of a line, counted from 1 or from the first row of a sheet, without its line break.
    pub fn line(&self, sheet: Option<&str>, number: u32) -> Span {
        let sheet = self.sheets.iter().find(|it| Some(it.name.as_str()) == sheet);
        let own = if self.numbers.is_empty() {
            number as usize - 1
        } else {
            self.numbers.partition_point(|it| *it < number).min(self.lines.len() - 1)
        };
        let index = sheet.map_or(own, |it| {
            it.first_line + it.rows.partition_point(|row| *row < number).min(it.rows.len().saturating_sub(1))
        });
        let start = self.lines[index] as usize;
        let end = self.lines.get(index + 1).map_or(self.text.len(), |&it| it as usize);
        let text = self.text[start..end].trim_end_matches(['\n', '\r']);
        Span::new(start, start + text.len())
    }
}

/// How many characters begin in some bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|it| **it & 0xC0 != 0x80).count()
}

/// How many characters begin before each [`STEP`]th byte, the first and the last included.
fn checkpoints(bytes: &[u8]) -> Vec<u32> {
    let sums = bytes.chunks(STEP).scan(0_u32, |sum, it| {
        // A text has fewer than 4 Gi characters: see `Span::new`.
        *sum += u32::try_from(characters(it)).unwrap_or(0);
        Some(*sum)
    });
    std::iter::once(0).chain(sums).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_long_line_count_characters() {
        let long = "aé漢🦀".repeat(2_000);
        let document = Document::new("a.txt", format!("one\n{long}\n{long}"), "UTF-8");
        for line in [4, 4 + long.len() + 1] {
            let ends = long.char_indices().map(|it| it.0).chain([long.len()]);
            for (at, offset) in ends.enumerate() {
                let found = document.position(u32::try_from(line + offset).unwrap());
                assert_eq!(found.column as usize, at + 1, "{offset}");
            }
        }
    }

    #[test]
    fn short_lines_need_no_checkpoints() {
        let document = Document::new("a.txt", "five men\n".repeat(1_000), "UTF-8");
        assert_eq!(document.position(8_999), Position { line: 1_000, column: 9 });
        assert!(document.checkpoints.get().is_none());
    }
}
