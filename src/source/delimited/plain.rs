//! Whether a file is one plain table: a line of headings, then rows alike.
//!
//! Most files are, and need no look at the role of each line.

use std::collections::HashSet;

use super::{heading, roles};
use crate::source::GridRow;
use crate::table::{Document, Span};

/// So many rows at each end are looked at cell by cell.
const LOOKED_AT: usize = 200;

/// Whether all lines are rows as wide as the first, which alone is a heading.
pub(super) fn is_plain(document: &Document, rows: &[GridRow], width: usize) -> bool {
    let Some((head, body)) = rows.split_first() else { return true };
    let is_full = |it: &GridRow| it.cells.iter().take(width).filter(|it| !it.span.is_empty()).count() > 1;
    let is_alike = |it: &GridRow| it.cells.len() == width && (width < 3 || is_full(it));
    let apart = rows.windows(2).any(|it| it[1].number != it[0].number + 1);
    if apart || !rows.iter().all(is_alike) || heading::rows_of(document, rows) != 1 {
        return false;
    }
    let texts: HashSet<&str> = head.cells.iter().map(|it| it.text(document)).collect();
    let named = head.cells.iter().skip(1).all(|it| !it.span.is_empty()) && texts.len() == width;
    let labelled = body.iter().all(|it| !it.cells[0].span.is_empty());
    let corner = head.cells[0].text(document);
    let again = |it: &GridRow| !corner.is_empty() && same(document, it.cells[0].span, corner);
    named && labelled && !body.iter().any(again) && are_alike(document, body, width)
}

fn same(document: &Document, span: Span, text: &str) -> bool {
    !span.is_empty() && document.slice(span) == text
}

/// Whether no column holds figures in some rows and texts in others.
fn are_alike(document: &Document, body: &[GridRow], width: usize) -> bool {
    let ends = || body.iter().take(LOOKED_AT).chain(body.iter().skip(LOOKED_AT).rev().take(LOOKED_AT / 4));
    let (mut numbers, mut texts) = (vec![false; width], vec![false; width]);
    for row in ends() {
        for (column, cell) in row.cells.iter().enumerate() {
            let kind = roles::kind_of(cell.text(document));
            numbers[column] |= kind.is_number();
            texts[column] |= kind.is_text();
        }
    }
    // Names of rows may be numbers in part.
    numbers.iter().zip(texts).skip(1).all(|it| !(*it.0 && it.1)) && numbers.contains(&true)
}
