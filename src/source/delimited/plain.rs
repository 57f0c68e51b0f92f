//! Whether a file is one plain table: a line of headings, then rows alike.
//!
//! Most files are, and need no look at the role of each line.

use std::collections::HashSet;

use super::heading;
use crate::source::GridRow;
use crate::table::{Document, Span};

/// Whether all lines are rows as wide as the first, which alone is a heading.
pub(super) fn is_plain(document: &Document, rows: &[GridRow], width: usize) -> bool {
    let Some((head, body)) = rows.split_first() else { return true };
    let has_two = |it: &GridRow| it.cells.iter().take(width).filter(|it| !it.span.is_empty()).count() > 1;
    let is_alike = |it: &GridRow| it.cells.len() == width && (width < 3 || has_two(it));
    let apart = rows.windows(2).any(|it| it[1].number != it[0].number + 1);
    if apart || !rows.iter().all(is_alike) {
        return false;
    }
    match heading::rows_of(document, rows) {
        // Rows alike, of which none is a heading: texts, or names and figures.
        0 => {
            let is_full = width == 2 || head.cells.iter().all(|it| !it.span.is_empty());
            return is_full && rows.iter().all(|it| !it.cells[0].span.is_empty());
        }
        1 => {}
        _ => return false,
    }
    let texts: HashSet<&str> = head.cells.iter().map(|it| it.text(document)).collect();
    let named = head.cells.iter().skip(1).all(|it| !it.span.is_empty()) && texts.len() == width;
    let labelled = body.iter().all(|it| !it.cells[0].span.is_empty());
    let corner = head.cells[0].text(document);
    let again = |it: &GridRow| !corner.is_empty() && same(document, it.cells[0].span, corner);
    named && labelled && !body.iter().any(again)
}

fn same(document: &Document, span: Span, text: &str) -> bool {
    !span.is_empty() && document.slice(span) == text
}
