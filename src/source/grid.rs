//! What a reader finds in a document: tables of text with places, no types.

use crate::table::{Area, Coverage, Layout, NumberStyle, Period, Span};

/// All that was found in one document.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The tables, in printed order.
    pub grids: Vec<Grid>,
    /// The period that the page states, or that was inferred.
    pub period: Option<Period>,
    /// Whether part of the period (its year) was inferred.
    pub period_inferred: bool,
    /// Why the period reads so, one reason a sentence.
    pub because: Vec<String>,
    /// Where the period is printed.
    pub period_span: Option<Span>,
    /// How much of the period is covered, where a footnote says so.
    pub coverage: Option<Coverage>,
    /// What the page names as its source.
    pub source: Option<String>,
    /// Footnotes, as printed.
    pub footnotes: Vec<Footnote>,
    /// How delimited text with one table was read.
    pub layout: Option<Layout>,
}

/// A footnote under a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footnote {
    /// Its text, without the mark.
    pub text: String,
    /// Where it is printed.
    pub span: Span,
}

/// A table of text.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The title printed above it, if any.
    pub title: Option<String>,
    /// One heading per column; several header rows are joined by a space.
    pub headings: Vec<GridCell>,
    /// The units row, if there is one: one cell per column.
    pub units: Vec<GridCell>,
    /// The rows, in printed order.
    pub rows: Vec<GridRow>,
    /// Rows that were not as they should be; the rest is still read.
    pub faults: Vec<Fault>,
    /// Whether the headings were printed, or made up by the reader.
    pub headings_printed: bool,
    /// How a page of HTML names it: `#id`, `.class`; in JSON the keys that lead
    /// to it, where there are several: `2005/crimes`.
    pub selectors: Vec<String>,
    /// Where it stands in a workbook.
    pub sheet: Option<OnSheet>,
    /// The style that its figures are in, whatever is declared: they were numbers.
    pub style: Option<NumberStyle>,
    /// Where the cells of each column stand among the printed columns, from 0, row
    /// after row and over again; empty where the columns are those printed.
    pub across: Vec<Vec<u32>>,
}

/// Where a table stands in a workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnSheet {
    /// The sheet.
    pub name: String,
    /// The column of the sheet, from 0, that each of its columns is.
    pub columns: Vec<u32>,
}

/// A printed row.
#[derive(Clone, Debug, Default)]
pub struct GridRow {
    /// One cell per column; a row may be shorter or longer than the heading.
    pub cells: Vec<GridCell>,
    /// The row above that this one is a part of.
    pub under: Option<u32>,
    /// Everything printed of it.
    pub span: Span,
    /// The row number that a spreadsheet shows, from 1; 0 for pages.
    pub number: u32,
    /// How a glued row was split; `None` where cells were printed apart.
    pub splitting: Option<Box<Splitting>>,
}

/// A printed cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GridCell {
    /// Where it is printed, without outer quotes and spaces.
    pub span: Span,
    /// Its text where that differs from what stands at the span (quotes undone).
    pub unescaped: Option<Box<str>>,
}

/// How the glued cells of a row were told apart.
#[derive(Clone, Debug)]
pub struct Splitting {
    /// The digits that were glued.
    pub blob: Span,
    /// Every reading above 1%, best first; the first is in the row's cells if `accepted`.
    pub readings: Vec<Reading>,
    /// Whether the best reading is sure enough to stand.
    pub accepted: bool,
    /// What decided it.
    pub decided_by: DecidedBy,
}

/// One way to split a glued row.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// How probable it is, 0 to 1.
    pub probability: f64,
    /// Where each cell of the row stands, label first.
    pub cells: Vec<Span>,
}

/// What decided how a glued row is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecidedBy {
    /// There is only one way.
    Unique,
    /// The thousands style of the document.
    Style,
    /// The other rows of the table.
    Table,
    /// Earlier editions.
    History,
    /// A total row.
    Sums,
    /// The user.
    Pin,
}

/// A row or heading that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is the matter.
    pub kind: FaultKind,
    /// The row, counted in `Grid::rows`; `None` for the heading.
    pub row: Option<u32>,
    /// Where.
    pub span: Span,
    /// The message: lowercase, what was expected, what was found.
    pub message: String,
}

/// What is the matter with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// It has fewer or more cells than the heading.
    Ragged,
    /// Two columns have the same heading.
    DuplicateHeading,
    /// Totals do not add up under any reading of glued rows.
    NoReadingAdds,
    /// The number of columns, or their borders, cannot be told.
    UnclearColumns,
    /// A formula gives another value than the one that stands in the file.
    Stale,
    /// A period has no column, and those before and after it have.
    Gap,
    /// Its sheet does not show it.
    Hidden,
}

impl Grid {
    /// Whether a table is meant by what a user wrote: its title, its number in
    /// the file from 1, its sheet, an area that it stands in
    /// (`Sheet!A3:D10`), or its id or class in a page (`#id`, `.class`).
    pub fn is_meant(&self, number: usize, wanted: &str) -> bool {
        let named = |it: &str| crate::table::fold(it) == crate::table::fold(wanted);
        let (sheet, area) = wanted.split_once('!').unwrap_or((wanted, ""));
        let on_sheet = |it: &OnSheet| {
            let inside = |area: Area| {
                let rows = self.rows.iter().map(|it| it.number);
                let columns = it.columns.iter().filter(|it| (area.from.1..=area.to.1).contains(it)).count();
                columns > 0 && rows.filter(|it| (area.from.0..=area.to.0).contains(it)).count() > 0
            };
            it.name == sheet && (area.is_empty() || Area::parse(area).is_some_and(inside))
        };
        self.title.as_deref().is_some_and(named)
            || wanted.parse() == Ok(number)
            || self.selectors.iter().any(|it| it == wanted)
            || self.sheet.as_ref().is_some_and(on_sheet)
    }

    /// Which of its columns stands at a printed position, from 0: in a sheet, at
    /// that column of it.
    pub(crate) fn column_at(&self, position: u32) -> Option<usize> {
        match &self.sheet {
            Some(sheet) => sheet.columns.iter().position(|it| *it == position),
            None => usize::try_from(position).ok(),
        }
    }
}

impl GridCell {
    /// A cell that stands at a span as it is printed.
    pub fn at(span: Span) -> Self {
        Self { span, unescaped: None }
    }

    /// Its text.
    pub fn text<'a>(&'a self, document: &'a crate::table::Document) -> &'a str {
        self.unescaped.as_deref().unwrap_or_else(|| document.slice(self.span))
    }
}
