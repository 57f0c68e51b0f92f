//! Finds the rows that head the columns, and joins them.

use super::units::is_units;
use crate::source::{GridCell, GridRow};
use crate::table::{Document, Markers, NumberStyle, Period, Span, read_figure};

// Rows looked at to see what the columns hold.
const SAMPLE_ROWS: usize = 200;
const HEADER_ROWS_MAX: usize = 8;

/// What the cells of a column look like below its heading.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Look {
    data: usize,
    years: usize,
    /// Days and other periods that are no numbers.
    periods: usize,
    filled: usize,
}

impl Look {
    fn is_data(self) -> bool {
        self.data > 0 && self.data * 10 >= self.filled * 6
    }
}

/// How many rows at the top are headings.
pub(in crate::source) fn rows_of(document: &Document, rows: &[GridRow]) -> usize {
    let Some((first, body)) = rows.split_first() else { return 0 };
    if body.is_empty() {
        // A lone row is a heading, unless figures stand in it.
        return usize::from(!first.cells.iter().any(|it| is_data(it.text(document))));
    }
    let looks = looks(document, body, first.cells.len());
    if !looks.iter().any(|it| it.is_data()) {
        return usize::from(!repeats(document, first, body));
    }
    // A row that says nothing over any figures is one whose figures are missing.
    let over_data = first.cells.iter().zip(&looks).any(|it| !it.0.span.is_empty() && it.1.is_data());
    if !over_data || !heads(document, first, &looks) {
        return 0;
    }
    let gaps = |row: &GridRow| row.cells.iter().skip(1).filter(|it| it.span.is_empty()).count();
    let mut count = 1;
    let label = |row: &GridRow| row.cells.first().is_some_and(|it| !it.span.is_empty());
    while count < HEADER_ROWS_MAX.min(rows.len() - 1) {
        let next = &rows[count];
        // Only a heading with gaps goes on in the next row.
        let above = &rows[..count];
        let unlabelled = count > 1 && !above.iter().any(label) && label(next);
        if !unlabelled && above.iter().any(|it| gaps(it) == 0) {
            break;
        }
        let beyond_label = next.cells.iter().skip(1).any(|it| !it.span.is_empty());
        if !beyond_label || !heads(document, next, &looks) {
            break;
        }
        count += 1;
    }
    let units = rows.get(count).is_some_and(|it| count > 1 && count + 1 < rows.len() && is_units(document, it));
    count + usize::from(units)
}

/// Whether the first of some rows holds the units of the figures below it.
pub(super) fn units_stand_first(document: &Document, rows: &[GridRow]) -> bool {
    let Some((first, body)) = rows.split_first().filter(|it| is_units(document, it.0)) else { return false };
    looks(document, body, first.cells.len()).iter().any(|it| it.is_data())
}

/// Joins heading rows by a space; in the upper ones, a heading spans the empty
/// cells to its right.
pub(super) fn join(document: &Document, rows: &[GridRow]) -> Vec<GridCell> {
    let width = rows.iter().map(|it| it.cells.len()).max().unwrap_or(0);
    // In four rows and more, words are stacked in their own column instead.
    let labels = label_columns(document, rows, width);
    let spanning = rows.len() <= 3 || rows[..rows.len() - 1].iter().all(|it| spans_evenly(it, labels, width));
    let mut parts: Vec<Vec<&GridCell>> = vec![Vec::new(); width];
    for (at, row) in rows.iter().enumerate() {
        let mut spans: Option<&GridCell> = None;
        for (column, parts) in parts.iter_mut().enumerate() {
            let cell = row.cells.get(column).filter(|it| !it.span.is_empty());
            let upper = spanning && at + 1 < rows.len();
            let headed_below = |it: &GridRow| it.cells.get(column).is_some_and(|it| !it.span.is_empty());
            let spanned = upper && rows[at + 1..].iter().any(headed_below);
            let part = cell.or(spans.filter(|_| spanned));
            // A heading that spans rows stands in each of them.
            let again = |it: &&GridCell| {
                parts.last().is_some_and(|last| last.span == it.span || last.text(document) == it.text(document))
            };
            parts.extend(part.filter(|it| !again(it)));
            // The first columns name the rows, so nothing spans from them.
            spans = cell.or(spans).filter(|_| spanned && column >= labels);
        }
    }
    parts.into_iter().map(|it| joined(document, &it)).collect()
}

/// How many columns at the left name rows: each has one name over all heading lines.
/// The first always does, and one is left for figures.
fn label_columns(document: &Document, rows: &[GridRow], width: usize) -> usize {
    let is_label = |column: &usize| {
        let cells = rows.iter().filter_map(|it| it.cells.get(*column));
        let mut names = cells.map(|it| it.text(document)).filter(|it| !it.is_empty());
        names.next().is_some_and(|first| names.all(|it| it == first))
    };
    (0..width.saturating_sub(1)).take_while(is_label).count().max(1)
}

/// Whether the headings of a row stand over as many columns each, and over all
/// behind the first ones.
fn spans_evenly(row: &GridRow, labels: usize, width: usize) -> bool {
    let starts: Vec<usize> = (labels..row.cells.len()).filter(|it| !row.cells[*it].span.is_empty()).collect();
    let ends = starts.iter().skip(1).copied().chain([width]);
    let mut lengths = starts.iter().zip(ends).map(|it| it.1 - it.0);
    let first = lengths.next();
    starts.first() == Some(&labels) && lengths.all(|it| Some(it) == first)
}

fn joined(document: &Document, parts: &[&GridCell]) -> GridCell {
    match parts {
        [] => GridCell::at(Span::default()),
        [one] => (*one).clone(),
        [.., last] => {
            let texts: Vec<&str> = parts.iter().map(|it| it.text(document)).collect();
            GridCell { span: last.span, unescaped: Some(texts.join(" ").into()) }
        }
    }
}

fn looks(document: &Document, body: &[GridRow], width: usize) -> Vec<Look> {
    let markers = Markers::default();
    let mut looks = vec![Look::default(); width];
    for row in body.iter().take(SAMPLE_ROWS) {
        for (cell, look) in row.cells.iter().zip(&mut looks) {
            let text = cell.text(document);
            if text.is_empty() || markers.read(text).is_some() {
                continue;
            }
            look.filled += 1;
            look.data += usize::from(is_data(text));
            look.years += usize::from(is_year(text));
            look.periods += usize::from(is_period(text));
        }
    }
    looks
}

/// Whether a row has no data where the columns have; years and other periods over
/// columns of other figures are headings.
fn heads(document: &Document, row: &GridRow, looks: &[Look]) -> bool {
    let columns = looks.iter().filter(|it| it.is_data()).count();
    let mut figures = 0;
    for (cell, look) in row.cells.iter().zip(looks).filter(|it| it.1.is_data()) {
        let text = cell.text(document);
        // A week over figures is no figure.
        if !is_data(text) || (is_period(text) && look.periods * 2 <= look.filled) {
            continue;
        }
        figures += 1;
        if !is_year(text) || look.years * 2 > look.filled {
            return false;
        }
    }
    // One year alone may as well be a count, unless other headings stand by it.
    figures != 1 || columns >= 3
}

/// Whether a text is a year of the last centuries.
pub(super) fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse().is_ok_and(|it: u32| (1800..=2100).contains(&it))
}

/// Whether a row's text comes again below it, as no heading does.
fn repeats(document: &Document, first: &GridRow, body: &[GridRow]) -> bool {
    let long = body.len() > 1;
    let again = |(column, cell): (usize, &GridCell)| {
        let text = cell.text(document);
        let same = |it: &GridRow| it.cells.get(column).is_some_and(|it| it.text(document) == text);
        !text.is_empty() && body.iter().take(SAMPLE_ROWS).any(same)
    };
    long && first.cells.iter().enumerate().any(again)
}

/// Whether a text is a figure, a day or a period in any usual print.
pub(in crate::source) fn is_data(text: &str) -> bool {
    const ENDS: [char; 3] = [',', '.', '-'];
    if !text.contains(|it: char| it.is_ascii_digit()) {
        return false;
    }
    // The quickest first: every cell of a sample is asked.
    if !text.ends_with(ENDS) && is_day(text) {
        return true;
    }
    is_figure(text) || Period::parse(text).is_some()
}

/// Whether a text is a day or another period that is no number: `2019-W50`, `2020-01`.
fn is_period(text: &str) -> bool {
    text.contains('-') && Period::parse(text).is_some()
}

/// Whether a text is a figure in any usual print.
pub(super) fn is_figure(text: &str) -> bool {
    let style = |it: &str| NumberStyle::of_locale(it).unwrap_or(NumberStyle::ENGLISH);
    ["en", "de", "fr", "de-CH"].iter().any(|it| read_figure(text, style(it), None).is_ok())
}

/// Whether a text is three numbers apart, or begins as an ISO day does.
pub(super) fn is_day(text: &str) -> bool {
    let day = text.split_once(['T', ' ']).map_or(text, |it| it.0);
    let mut parts = 0;
    let digits = |it: &str| (1..=4).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    day.split(['-', '/', '.']).inspect(|_| parts += 1).all(digits) && parts == 3
}
