//! Markdown tables: a row of names, a row of dashes, and rows between bars.
//!
//! ```text
//! | Crime  | Total |
//! |--------|------:|
//! | Murder |    18 |
//! ```
//!
//! Bars at the ends may be left out. What stands between fences is code.

use super::lines::{Class, Line, trim};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow};
use crate::table::{Document, Span};

/// Reads the Markdown tables of a page, and takes their lines out of it.
pub(super) fn take(document: &Document, lines: &mut [Line]) -> Vec<Grid> {
    let mut grids = Vec::new();
    let mut at = 0;
    let mut fenced = false;
    while at + 1 < lines.len() {
        let text = document.slice(lines[at].body);
        fenced ^= text.starts_with("```") || text.starts_with("~~~");
        let names = if fenced || !text.contains('|') { Vec::new() } else { cells(document, lines[at].body) };
        let rules = rules(document.slice(lines[at + 1].body));
        if names.len() < 2 || rules != Some(names.len()) {
            at += 1;
            continue;
        }
        let is_row = |it: &&Line| document.slice(it.body).contains('|');
        let end = at + 2 + lines[at + 2..].iter().take_while(is_row).count();
        grids.push(read(document, title(document, &lines[..at]), names, &lines[at + 2..end]));
        for line in &mut lines[at..end] {
            (line.class, line.parts) = (Class::Blank, None);
        }
        at = end;
    }
    grids
}

/// How many columns a row of dashes parts; `None` for other lines.
fn rules(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('|').unwrap_or(text);
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    let is_rule = |it: &str| {
        let it = it.trim();
        let dashes = it.trim_start_matches(':').trim_end_matches(':');
        !dashes.is_empty() && dashes.bytes().all(|it| it == b'-') && it.len() - dashes.len() <= 2
    };
    let count = inside.split('|').count();
    (text.contains('|') && inside.split('|').all(is_rule)).then_some(count)
}

/// The heading or the title line above a table, at most one empty line away.
fn title(document: &Document, above: &[Line]) -> Option<String> {
    let mut near = above.iter().rev().take(2).skip_while(|it| document.slice(it.body).is_empty());
    let line = near.next()?;
    let text = document.slice(line.body);
    let heading = text.trim_start_matches('#');
    let marked = heading.len() < text.len() && heading.starts_with(' ');
    let plain = line.class == Class::Title && heading.len() == text.len();
    (marked || plain).then(|| heading.trim().trim_matches('*').trim().to_owned())
}

fn read(document: &Document, title: Option<String>, headings: Vec<GridCell>, lines: &[Line]) -> Grid {
    let mut grid = Grid { title, headings_printed: true, ..Grid::default() };
    for line in lines {
        let mut cells = cells(document, line.body);
        let row = u32::try_from(grid.rows.len()).ok();
        if cells.len() != headings.len() {
            let message = format!("expected {} cells, found {}", headings.len(), cells.len());
            grid.faults.push(Fault { kind: FaultKind::Ragged, row, span: line.body, message });
        }
        let missing = Span { start: line.body.end, end: line.body.end };
        cells.resize(headings.len().max(cells.len()), GridCell::at(missing));
        grid.rows.push(GridRow { cells, span: line.body, ..GridRow::default() });
    }
    grid.headings = headings;
    grid
}

/// The cells of a row, without bars, spaces and marks of emphasis.
fn cells(document: &Document, line: Span) -> Vec<GridCell> {
    let text = document.slice(line);
    let mut borders: Vec<usize> = Vec::new();
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'|' && !escaped {
            borders.push(at);
        }
        escaped = byte == b'\\' && !escaped;
    }
    if borders.first() != Some(&0) {
        borders.insert(0, usize::MAX);
    }
    if borders.last() != Some(&(text.len().wrapping_sub(1))) || borders.len() == 1 {
        borders.push(text.len());
    }
    let start = line.start as usize;
    let cell = |pair: &[usize]| {
        let span = trim(document, Span::new(start + pair[0].wrapping_add(1), start + pair[1]));
        let span = bare(document, span);
        let shown = document.slice(span);
        let unescaped = shown.contains("\\|").then(|| shown.replace("\\|", "|").into_boxed_str());
        GridCell { span, unescaped }
    };
    borders.windows(2).map(cell).collect()
}

/// A cell without the marks of emphasis and code around it.
fn bare(document: &Document, span: Span) -> Span {
    let text = document.slice(span);
    for mark in ["**", "__", "*", "_", "`"] {
        let inside = text.strip_prefix(mark).and_then(|it| it.strip_suffix(mark));
        if inside.is_some_and(|it| !it.is_empty() && !it.contains(mark)) {
            return Span::new(span.start as usize + mark.len(), span.end as usize - mark.len());
        }
    }
    span
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::page::{Options, read};

    /// Title, headings and cells of each table of a text.
    fn tables(text: &str) -> Vec<(Option<String>, Vec<Vec<String>>)> {
        let document = Document::new("draft.md", text.to_owned(), "UTF-8");
        let page = read(&document, &Options::default());
        let texts = |it: &[GridCell]| it.iter().map(|it| it.text(&document).to_owned()).collect::<Vec<_>>();
        let grid = |it: &Grid| {
            let rows = it.rows.iter().map(|it| texts(&it.cells));
            (it.title.clone(), std::iter::once(texts(&it.headings)).chain(rows).collect())
        };
        page.grids.iter().map(grid).collect()
    }

    #[test]
    fn bars_part_cells_and_dashes_follow_the_names() {
        let text = "## Crimes\n\n| Crime | Total |\n|:--|--:|\n| Murder | **18** |\n| A \\| B | 3 |\n\nText | more.\n";
        let rows = [["Crime", "Total"], ["Murder", "18"], ["A | B", "3"]];
        let rows = rows.map(|it| it.map(str::to_owned).to_vec()).to_vec();
        assert_eq!(tables(text), [(Some("Crimes".to_owned()), rows)]);
        assert_eq!(tables("Crime | Total\n--- | ---\nMurder | 18\n")[0].1[1], ["Murder", "18"]);
        assert_eq!(tables("a | b\n-|-\n")[0].1, [["a", "b"]]);
    }

    #[test]
    fn bars_without_dashes_and_in_code_are_no_table() {
        for text in
            ["| Crime | Total |\n| Murder | 18 |\n", "```\n| a | b |\n|---|---|\n| c | 1 |\n```\n", "|\n|-|\n", "---\n"]
        {
            assert!(tables(text).iter().all(|it| it.1[0] != ["a", "b"] && it.1[0] != ["Crime", "Total"]), "{text}");
        }
    }

    #[test]
    fn rows_of_another_length_are_faults() {
        let text = "| a | b |\n|---|---|\n| c | 1 | 2 |\n| d |\n";
        let document = Document::new("draft.md", text.to_owned(), "UTF-8");
        let faults = read(&document, &Options::default()).grids.remove(0).faults;
        let messages: Vec<&str> = faults.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(messages, ["expected 2 cells, found 3", "expected 2 cells, found 1"]);
    }
}
