//! Lines around a table that are no rows of it: titles, comments, notes, source.

use super::heading;
use crate::source::{Footnote, Grid, GridCell, GridRow, Page};
use crate::table::{Document, Span, is_space};

const MARKS: [char; 9] = ['*', '†', '‡', '§', '¶', '#', '¹', '²', '³'];
const SOURCE_WORDS: [&str; 9] =
    ["source", "sources", "quelle", "quellen", "источник", "fonte", "fuente", "bron", "data source"];
const NOTE_WORDS: [&str; 8] = ["note", "notes", "n.b", "nb", "anmerkung", "примечание", "remarque", "nota"];

/// Takes out lines that begin with `#` and have no cells, wherever they stand.
pub(super) fn take_comments(document: &Document, rows: &mut Vec<GridRow>, width: usize, page: &mut Page) {
    if width < 2 {
        return;
    }
    rows.retain(|row| {
        let comment = row.cells.len() == 1 && document.slice(row.span).starts_with('#');
        if comment {
            note(document, row.span, page);
        }
        !comment
    });
}

/// Takes out what stands above the heading: the first line is the title, the
/// others are notes.
pub(super) fn take_preamble(
    document: &Document,
    rows: &mut Vec<GridRow>,
    width: usize,
    declared: Option<usize>,
    grid: &mut Grid,
    page: &mut Page,
) {
    let above = match declared {
        Some(lines) => rows.iter().take_while(|it| it.number as usize <= lines).count(),
        None => set_off(rows, width).unwrap_or_else(|| titles(document, rows, width)),
    };
    // A file of single cells only has no table for them to stand above.
    if declared.is_none() && (above == rows.len() || width < 2) {
        return;
    }
    take_above(document, rows.drain(..above), grid, page);
}

/// Takes lines that stand above a heading: the first is the title, the others
/// are notes.
pub(super) fn take_above(document: &Document, rows: impl Iterator<Item = GridRow>, grid: &mut Grid, page: &mut Page) {
    for row in rows {
        let span = content(&row);
        let text = if filled(&row) == 1 { first_text(document, &row) } else { document.slice(span) };
        if let Some(source) = source_in(text) {
            page.source.get_or_insert(source);
        } else if grid.title.is_none() {
            grid.title = Some(text.to_owned());
        } else {
            note(document, span, page);
        }
    }
}

/// Takes a line that stands below a table.
pub(super) fn take_note(document: &Document, row: &GridRow, page: &mut Page) {
    let text = document.slice(content(row));
    match source_in(text) {
        Some(source) => drop(page.source.get_or_insert(source)),
        None => note(document, content(row), page),
    }
}

/// Takes out the notes under a table, from the last line upwards.
pub(super) fn take_below(document: &Document, rows: &mut Vec<GridRow>, width: usize, page: &mut Page) {
    if width < 2 {
        return;
    }
    let is_note = |at: usize| {
        let gap = at > 0 && rows[at].number > rows[at - 1].number + 1;
        looks_like_note(document, &rows[at], width, gap)
    };
    let mut first = rows.len();
    for at in (1..rows.len()).rev() {
        // Lines above a note and set off with it belong to it.
        let joined = at + 1 == first && first < rows.len() && rows[at].cells.len() == 1 && width > 2;
        if is_note(at) || joined {
            first = at;
        } else if rows[at].cells.len() > 1 || width < 3 {
            break;
        }
    }
    for row in rows.drain(first..) {
        take_note(document, &row, page);
    }
}

fn filled(row: &GridRow) -> usize {
    row.cells.iter().filter(|it| !it.span.is_empty()).count()
}

fn first_text<'a>(document: &'a Document, row: &'a GridRow) -> &'a str {
    row.cells.iter().find(|it| !it.span.is_empty()).map_or("", |it| it.text(document))
}

/// From the first cell that holds something to the last.
fn content(row: &GridRow) -> Span {
    // A cell that is merged from above stands in another row of the source.
    let own = |it: &&GridCell| row.span.start <= it.span.start && it.span.end <= row.span.end;
    let mut filled = row.cells.iter().filter(|it| !it.span.is_empty()).filter(own);
    let first = filled.next().map_or(row.span, |it| it.span);
    let last = filled.next_back().map_or(first, |it| it.span);
    Span { start: first.start, end: last.end }
}

fn titles(document: &Document, rows: &[GridRow], width: usize) -> usize {
    let count = rows.iter().take_while(|it| is_title(it, width)).count();
    // In two columns, `North,` may as well be a row whose figure is missing.
    let data = |it: &GridRow| it.cells.iter().any(|it| heading::is_data(it.text(document)));
    let doubtful = width == 2 && count > 0 && rows[count - 1].cells.len() == 2 && rows.get(count).is_some_and(data);
    if doubtful { 0 } else { count }
}

fn is_title(row: &GridRow, width: usize) -> bool {
    let alone = filled(row) == 1 && row.cells.first().is_some_and(|it| !it.span.is_empty());
    // A title with commas in it falls into a few cells, all of them filled.
    let cut = row.cells.len() * 2 < width && row.cells.iter().all(|it| !it.span.is_empty());
    alone || cut
}

/// How many rows stand above the first blank line, if all are too short for the table.
fn set_off(rows: &[GridRow], width: usize) -> Option<usize> {
    const LINES_MAX: usize = 10;
    let gap = rows.windows(2).take(LINES_MAX).position(|it| it[1].number > it[0].number + 1)? + 1;
    let short = |it: &GridRow| filled(it) == 1 || it.cells.len() < width;
    rows[..gap].iter().all(short).then_some(gap)
}

/// Whether a line that stands alone belongs to the table above it.
pub(in crate::source) fn is_note(text: &str) -> bool {
    text.starts_with(MARKS)
        || numbered(text)
        || begins_with(text, &NOTE_WORDS)
        || source_in(text).is_some()
        || is_legend(text)
}

/// Whether a text says what a mark means: `r = revised; p = provisional`.
fn is_legend(text: &str) -> bool {
    let Some((mark, meaning)) = text.split_once('=') else { return false };
    let mark = mark.trim_matches(is_space);
    !mark.is_empty()
        && mark.chars().count() <= 3
        && !mark.contains(|it: char| it.is_ascii_digit())
        && meaning.trim_matches(is_space).starts_with(char::is_alphabetic)
}

fn looks_like_note(document: &Document, row: &GridRow, width: usize, gap: bool) -> bool {
    let text = document.slice(content(row));
    let alone = filled(row) == 1 && !row.cells[0].span.is_empty();
    let whole = row.cells.len() != width && filled(row) == row.cells.len();
    let marked = is_note(text);
    let long = text.chars().count() > 60 || (text.ends_with('.') && text.split_whitespace().count() > 3);
    (marked && (alone || whole)) || (alone && (long || (gap && row.cells.len() == 1)))
}

/// Whether a text begins as `1) `, `(1) ` or `[a] ` do.
fn numbered(text: &str) -> bool {
    let open = text.starts_with(['(', '[']);
    let rest = text.strip_prefix(['(', '[']).unwrap_or(text);
    let mark = rest.find([')', ']']).map_or("", |it| &rest[..it]);
    let digits = mark.bytes().all(|it| it.is_ascii_digit()) || (open && mark.bytes().all(|it| it.is_ascii_lowercase()));
    (1..=2).contains(&mark.len()) && digits && rest[mark.len() + 1..].starts_with(is_space)
}

/// Whether a text begins with one of the words and a colon.
fn begins_with(text: &str, words: &[&str]) -> bool {
    let head = text.split_once([':', '.']).map_or("", |it| it.0).trim().to_lowercase();
    words.contains(&head.as_str())
}

/// What a line names as the source, if it does.
fn source_in(text: &str) -> Option<String> {
    let (head, rest) = text.split_once(':')?;
    let named = SOURCE_WORDS.contains(&head.trim().to_lowercase().as_str());
    named.then(|| rest.trim_matches(|it: char| is_space(it) || it == '"').to_owned())
}

/// Keeps a line as a note, or as the source that it names.
pub(super) fn note(document: &Document, span: Span, page: &mut Page) {
    let text = document.slice(span);
    if let Some(source) = source_in(text.trim_start_matches(MARKS).trim()) {
        page.source.get_or_insert(source);
        return;
    }
    let text = text.trim_start_matches(|it| MARKS.contains(&it) || is_space(it)).trim_end_matches(is_space);
    page.footnotes.push(Footnote { text: text.to_owned(), span });
}
