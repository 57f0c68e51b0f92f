//! What a cell looks like, by its text alone.

use super::super::{heading, units};
use crate::source::{GridCell, GridRow};
use crate::table::{Document, Markers, Period, is_space, is_spreadsheet_error};

/// What a cell looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Empty,
    Number,
    /// A number that may be a year.
    Year,
    /// A day or another period.
    Date,
    /// A sign that stands where a figure would.
    Marker,
    Text,
}

impl Kind {
    pub(in super::super) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Year)
    }

    pub(in super::super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Date)
    }
}

/// A line as the roles are told by.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a sign of its own")]
pub(super) struct Line {
    /// Its index among the rows; none where it is blank.
    pub(super) row: Option<usize>,
    pub(super) kinds: Vec<Kind>,
    /// How many cells hold something.
    pub(super) filled: usize,
    /// How many cells there are up to the last that holds something.
    pub(super) width: usize,
    /// How its cells are numbered: `(1) (2) (3)`, or `1 2 3`.
    pub(super) counted: Counted,
    /// Whether years stand in it in order, two at least.
    pub(super) has_years: bool,
    /// How many of its cells name units, in hundredths of those filled.
    pub(super) units: usize,
    /// Whether it begins as a note does, and whether it is long or has a colon.
    pub(super) is_note: bool,
    pub(super) is_long: bool,
    pub(super) has_colon: bool,
    /// Whether its first cell is short enough to be a label.
    pub(super) is_short: bool,
    /// Whether it has names for all columns but those of the first, all different.
    pub(super) is_complete: bool,
    /// Whether it repeats a line without figures that stands above.
    pub(super) repeats_heading: bool,
    /// Whether it begins as the line above does: with a cell merged downwards; and how
    /// many of its first cells are so.
    pub(super) begins_as_above: bool,
    pub(super) as_above: usize,
    /// Whether most rows have another number of cells.
    pub(super) is_unlike_most: bool,
}

/// How the cells of a line number its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    No,
    Bare,
    InBrackets,
}

impl Line {
    pub(super) fn blank() -> Self {
        Self {
            row: None,
            kinds: Vec::new(),
            filled: 0,
            width: 0,
            counted: Counted::No,
            has_years: false,
            units: 0,
            is_note: false,
            is_long: false,
            has_colon: false,
            is_short: false,
            is_complete: false,
            repeats_heading: false,
            begins_as_above: false,
            as_above: 0,
            is_unlike_most: false,
        }
    }

    pub(super) fn of(document: &Document, index: usize, row: &GridRow) -> Self {
        const LONG: usize = 30;
        let text = |it: &GridCell| -> String { it.text(document).to_owned() };
        let kinds: Vec<Kind> = row.cells.iter().map(|it| kind_of(it.text(document))).collect();
        let filled = kinds.iter().filter(|it| **it != Kind::Empty).count();
        let width = kinds.iter().rposition(|it| *it != Kind::Empty).map_or(0, |it| it + 1);
        let first = row.cells.first().map(text).unwrap_or_default();
        let units = units::count(document, row);
        Self {
            row: Some(index),
            filled,
            width,
            counted: counted(document, &row.cells),
            has_years: has_years(document, &row.cells, &kinds),
            units,
            is_note: super::super::notes::is_note(&first),
            is_long: first.chars().take(LONG + 1).count() > LONG,
            has_colon: first.contains(": ") || first.ends_with(':'),
            is_short: first.chars().take(LONG + 11).count() <= LONG + 10,
            is_complete: is_complete(document, &row.cells),
            repeats_heading: false,
            begins_as_above: false,
            as_above: 0,
            is_unlike_most: false,
            kinds,
        }
    }

    pub(super) fn kind(&self, column: usize) -> Kind {
        self.kinds.get(column).copied().unwrap_or(Kind::Empty)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.row.is_none()
    }

    pub(super) fn has_first(&self) -> bool {
        self.kind(0) != Kind::Empty
    }

    pub(super) fn numbers(&self) -> usize {
        self.kinds.iter().filter(|it| it.is_number()).count()
    }
}

/// What a text looks like.
pub(in super::super) fn kind_of(text: &str) -> Kind {
    if text.is_empty() {
        return Kind::Empty;
    }
    if is_marker(text) {
        return Kind::Marker;
    }
    if !text.contains(|it: char| it.is_ascii_digit()) {
        return Kind::Text;
    }
    if heading::is_year(text) {
        return Kind::Year;
    }
    if is_plain_number(text) {
        return Kind::Number;
    }
    if is_date(text) {
        return Kind::Date;
    }
    if heading::is_figure(text) { Kind::Number } else { Kind::Text }
}

/// Whether a text stands where a figure would: no letter or digit, a usual
/// marker, or up to three letters in brackets.
fn is_marker(text: &str) -> bool {
    const WORDS: [&str; 4] = ["nan", "null", "x", ":"];
    if text.len() > 12 {
        return false;
    }
    let bracketed = text.strip_prefix(['(', '[']).and_then(|it| it.strip_suffix([')', ']']));
    !text.chars().any(char::is_alphanumeric)
        || bracketed.is_some_and(|it| it.chars().count() <= 3 && it.chars().all(char::is_alphabetic))
        || WORDS.contains(&text.to_lowercase().as_str())
        || is_spreadsheet_error(text)
        || Markers::default().read(text).is_some()
}

/// Whether a text is digits with marks between them, and signs around.
fn is_plain_number(text: &str) -> bool {
    let around = |it: char| matches!(it, '(' | ')' | '%' | '€' | '$' | '£') || is_space(it);
    let before = |it: char| around(it) || matches!(it, '-' | '+' | '−' | '<' | '>');
    // `65+` names a group.
    let inner = text.trim_start_matches(before).trim_end_matches(around);
    let edges = inner.starts_with(|it: char| it.is_ascii_digit()) && inner.ends_with(|it: char| it.is_ascii_digit());
    let mark = |it: char| it.is_ascii_digit() || matches!(it, ',' | '.' | '\'' | '’') || is_space(it);
    edges && inner.chars().all(mark) && !is_day_between_points(inner)
}

/// Whether a text is a day as `1.12.2004`, and not `1.234.567`.
fn is_day_between_points(text: &str) -> bool {
    let parts: Vec<usize> = text.split('.').map(str::len).collect();
    matches!(parts[..], [1..=2, 1..=2, 2 | 4]) || matches!(parts[..], [4, 1..=2, 1..=2])
}

/// Whether all of a text is a day, a time or another period.
fn is_date(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let grouped = text.contains('.') && !is_day_between_points(text);
    if (heading::is_day(text) && !grouped) || Period::parse(text).is_some() {
        return true;
    }
    let mut months = 0;
    let part = |it: &str| {
        let lower = it.to_lowercase();
        let month = MONTHS.iter().any(|month| lower.starts_with(month)) && lower.chars().all(char::is_alphabetic);
        months += usize::from(month);
        month || ((1..=4).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit()))
    };
    let parts: Vec<&str> = text.split(['-', ' ', '/', '.', ',']).filter(|it| !it.is_empty()).collect();
    let all = (2..=4).contains(&parts.len()) && parts.into_iter().all(part);
    all && months == 1
}

/// Whether the cells of a line behind the first number its columns.
fn counted(document: &Document, cells: &[GridCell]) -> Counted {
    let texts = || cells.iter().skip(1).map(|it| it.text(document)).filter(|it| !it.is_empty());
    let runs = |number: &dyn Fn(&str) -> Option<u32>, least: usize| {
        let numbers: Vec<Option<u32>> = texts().take(200).map(number).collect();
        let start = numbers.first().copied().flatten();
        numbers.len() >= least
            && start.is_some_and(|it| it <= 2)
            && numbers.iter().zip(start.unwrap_or(0)..).all(|(it, expected)| *it == Some(expected))
    };
    let bare = |it: &str| it.parse::<u32>().ok();
    let bracketed = |it: &str| it.strip_prefix('(')?.strip_suffix(')')?.parse::<u32>().ok();
    match () {
        () if runs(&bracketed, 2) => Counted::InBrackets,
        () if runs(&bare, 3) => Counted::Bare,
        () => Counted::No,
    }
}

/// Whether all cells but the first hold something, each something else.
fn is_complete(document: &Document, cells: &[GridCell]) -> bool {
    let mut texts: Vec<&str> = cells.iter().map(|it| it.text(document)).collect();
    let filled = texts.len() > 1 && texts.iter().skip(1).all(|it| !it.is_empty());
    texts.sort_unstable();
    filled && texts.windows(2).all(|it| it[0] != it[1])
}

/// Whether two years or more stand in a line, in order or again.
fn has_years(document: &Document, cells: &[GridCell], kinds: &[Kind]) -> bool {
    let years = cells.iter().zip(kinds).filter(|it| *it.1 == Kind::Year);
    let years: Vec<u16> = years.filter_map(|it| it.0.text(document).parse().ok()).collect();
    let first = years.first().copied();
    let sorted = years.is_sorted() || years.is_sorted_by(|a, b| a >= b);
    let again = years.iter().skip(1).any(|it| Some(*it) == first);
    years.len() > 1 && (sorted || again)
}
