//! Rows as the lines of the CSV file that says the same.

use std::ops::Range;

use super::cells::{Cells, Dictionary};
use super::file::ColumnFile;
use super::kind::Kind;
use super::pages::{Asks, Cache, Visit, walk};
use crate::error::{Error, ErrorKind, Result};
use crate::table::Document;

/// So many rows are printed at once.
const STRETCH: usize = 1 << 16;

/// Writes the cells of one row as a line of CSV, quoted where needed.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) text: String,
    /// How many line breaks stand inside of cells.
    pub(super) breaks: Vec<(u32, u32)>,
    rows: u32,
    cells: usize,
}

impl Lines {
    pub(super) fn cell(&mut self, cell: &str) {
        if self.cells > 0 {
            self.text.push(',');
        }
        self.cells += 1;
        if !cell.bytes().any(|it| matches!(it, b',' | b'"' | b'\n' | b'\r')) {
            self.text.push_str(cell);
            return;
        }
        let breaks = crate::source::delimited::sieve::breaks(cell.as_bytes());
        if breaks > 0 {
            self.breaks.push((self.rows, u32::try_from(breaks).unwrap_or(u32::MAX)));
        }
        self.text.push('"');
        self.text.push_str(&cell.replace('"', "\"\""));
        self.text.push('"');
    }

    pub(super) fn end(&mut self) {
        // A line without anything would be no row.
        if self.cells == 1 && (self.text.is_empty() || self.text.ends_with('\n')) {
            self.text.push_str("\"\"");
        }
        self.text.push('\n');
        self.cells = 0;
        self.rows += 1;
    }

    /// Writes a whole row.
    pub(super) fn row(&mut self, cells: &[&str]) {
        for cell in cells {
            self.cell(cell);
        }
        self.end();
    }

    /// The document of all lines.
    pub(super) fn document(self, name: &str) -> Document {
        if self.breaks.is_empty() {
            return Document::of_columns(name, self.text, Vec::new());
        }
        let mut numbers = Vec::new();
        let mut breaks = self.breaks.iter().peekable();
        for row in 0..=self.rows {
            numbers.push(row + 1);
            while let Some((_, count)) = breaks.next_if(|it| it.0 == row) {
                numbers.extend((0..*count).map(|_| row + 1));
            }
        }
        Document::of_columns(name, self.text, numbers)
    }

    /// Spans keep byte offsets in 32 bits.
    pub(super) fn check_size(&self, name: &str) -> Result<()> {
        if self.text.len() < u32::MAX as usize - (1 << 20) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Unreadable, "expected at most 4 GiB of text, found more")
            .in_file(name)
            .hint("split the file; rules that need only one row at a time can read it in parts"))
    }
}

/// Takes note of where the stretches stand that are left out before a row.
fn gaps_before(row: usize, left_out: &[Range<usize>], gaps: &mut Vec<u64>, at: usize) {
    while left_out.get(gaps.len()).is_some_and(|it| it.start <= row) {
        gaps.push(at as u64);
    }
}

/// The cells of a column, printed.
struct Printed<'a> {
    kind: Kind,
    wanted: &'a [usize],
    done: usize,
    text: String,
    ends: Vec<usize>,
}

impl Printed<'_> {
    fn cell(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}

impl Visit for Printed<'_> {
    fn skips(&self, rows: &Range<usize>) -> bool {
        self.wanted.get(self.done).is_none_or(|it| *it >= rows.end)
    }

    fn asks(&self) -> Asks {
        Asks::Few
    }

    fn page(&mut self, cells: &Cells<'_>, dictionary: &Dictionary<'_>) -> Option<()> {
        let wanted = &self.wanted[self.done..];
        let wanted = &wanted[..wanted.partition_point(|it| *it < cells.rows.end)];
        let (kind, text, ends) = (self.kind, &mut self.text, &mut self.ends);
        self.done += wanted.len();
        cells.pick(wanted, dictionary, |raw| {
            if let Some(raw) = raw {
                kind.print(raw, text);
            }
            ends.push(text.len());
        })
    }
}

impl ColumnFile<'_> {
    /// The heading.
    pub(super) fn heading(&self, lines: &mut Lines) {
        for leaf in &self.leaves {
            lines.cell(&leaf.name);
        }
        lines.end();
    }

    /// Prints some rows of a group, rising; `each` is shown their cells.
    pub(super) fn print(
        &self,
        group: usize,
        wanted: &[usize],
        cache: &mut Cache,
        mut each: impl FnMut(&[&str]),
    ) -> Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        let mut columns = Vec::with_capacity(self.leaves.len());
        for (column, leaf) in self.leaves.iter().enumerate() {
            let ends = Vec::with_capacity(wanted.len());
            let mut printed = Printed { kind: leaf.kind, wanted, done: 0, text: String::new(), ends };
            walk(self, (group, column), cache, &mut printed)?;
            if printed.ends.len() != wanted.len() {
                return Err(self.fault(group, column, &"it ends too early"));
            }
            columns.push(printed);
        }
        let mut cells = Vec::with_capacity(columns.len());
        for at in 0..wanted.len() {
            cells.clear();
            cells.extend(columns.iter().map(|it| it.cell(at)));
            each(&cells);
        }
        Ok(())
    }

    /// Some rows as lines of CSV: short runs, spread over the file.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where the file is damaged.
    pub(crate) fn spread(&self, rows: usize) -> Result<Vec<String>> {
        // A page is read for a run as for a row.
        const RUN: u64 = 64;
        let all: u64 = (0..self.groups()).map(|it| self.rows(it) as u64).sum();
        let runs = (rows as u64).div_ceil(RUN).max(1);
        let step = (all / runs).max(RUN);
        let is_wanted = |row: u64| row % step < RUN;
        let mut found = Vec::new();
        for (group, start) in self.starts().into_iter().enumerate() {
            let wanted: Vec<usize> =
                (0..self.rows(group)).filter(|row| is_wanted(start + *row as u64)).take(rows).collect();
            self.print(group, &wanted, &mut Cache::none(self), |cells| {
                let mut line = Lines::default();
                line.row(cells);
                line.text.pop();
                found.push(line.text);
            })?;
        }
        Ok(found)
    }

    /// It as lines of CSV, in parts, but for some rows that are left out, in order; where in the
    /// text each stretch of those would stand, or nothing where some row is more than one line.
    /// It ends at the first part in which one is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where the file is damaged, and those of `each`.
    pub(crate) fn lines(
        &self,
        left_out: &[Range<usize>],
        mut each: impl FnMut(&str) -> Result<()>,
    ) -> Result<Option<Vec<u64>>> {
        let mut lines = Lines::default();
        self.heading(&mut lines);
        let (mut gaps, mut written) = (Vec::new(), 0);
        let mut before = 0;
        for group in 0..self.groups() {
            for start in (0..self.rows(group)).step_by(STRETCH) {
                let rows = before + start..before + self.rows(group).min(start + STRETCH);
                let first = left_out.partition_point(|it| it.end <= rows.start);
                let mut gone = left_out[first..].iter().peekable();
                let is_there = |row: &usize| {
                    while gone.next_if(|it| it.end <= *row).is_some() {}
                    gone.peek().is_none_or(|it| *row < it.start)
                };
                let wanted: Vec<usize> = rows.filter(is_there).map(|it| it - before).collect();
                let mut at = 0;
                self.print(group, &wanted, &mut Cache::none(self), |cells| {
                    let row = before + wanted[at];
                    gaps_before(row, left_out, &mut gaps, written + lines.text.len());
                    at += 1;
                    lines.row(cells);
                })?;
                each(&lines.text)?;
                written += lines.text.len();
                lines.text.clear();
                if !lines.breaks.is_empty() {
                    return Ok(None);
                }
            }
            before += self.rows(group);
        }
        gaps_before(usize::MAX, left_out, &mut gaps, written);
        Ok(Some(gaps))
    }

    /// Stretches of rows, row groups or parts of long ones: how many rows each has.
    pub(crate) fn stretches(&self) -> Vec<usize> {
        let of_group = |rows: usize| (0..rows).step_by(STRETCH).map(move |it| STRETCH.min(rows - it));
        (0..self.groups()).flat_map(|it| of_group(self.rows(it))).collect()
    }

    /// The rows of a stretch as lines of CSV.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where the file is damaged.
    pub(crate) fn print_stretch(&self, stretch: usize) -> Result<String> {
        let mut before = stretch;
        let mut lines = Lines::default();
        for group in 0..self.groups() {
            let count = self.rows(group).div_ceil(STRETCH);
            if before < count {
                self.print_rows(group, before * STRETCH, &mut lines)?;
                break;
            }
            before -= count;
        }
        Ok(lines.text)
    }

    /// The rows of a stretch of a row group, from one on.
    fn print_rows(&self, group: usize, start: usize, lines: &mut Lines) -> Result<()> {
        let wanted: Vec<usize> = (start..self.rows(group).min(start + STRETCH)).collect();
        self.print(group, &wanted, &mut Cache::none(self), |cells| lines.row(cells))
    }

    /// The first rows as a document; as many as make so many bytes, or all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unreadable`] where the file is damaged.
    pub(crate) fn document(&self, bytes_max: usize) -> Result<Document> {
        const ROWS: usize = 1 << 16;
        const ROWS_FEW: usize = 1 << 11;
        let mut lines = Lines::default();
        self.heading(&mut lines);
        let block = if bytes_max == usize::MAX { ROWS } else { ROWS_FEW };
        for group in 0..self.groups() {
            let mut row = 0;
            while row < self.rows(group) && lines.text.len() < bytes_max {
                let wanted: Vec<usize> = (row..self.rows(group).min(row + block)).collect();
                self.print(group, &wanted, &mut Cache::none(self), |cells| lines.row(cells))?;
                lines.check_size(self.name)?;
                row += wanted.len();
            }
        }
        Ok(lines.document(self.name))
    }
}
