//! Tables of nothing but plain cells, as spreadsheets write them: titles, headings
//! over several lines, units and notes are told by what the cells hold.

use std::collections::HashMap;

use super::build::{Built, INLINE, Section, lay};
use super::lowered;
use super::scan::{Piece, pieces, undone};
use crate::source::delimited::shape;
use crate::source::{Footnote, GridCell, GridRow, Page};
use crate::table::{Document, Layout, Span};

impl Built<'_> {
    /// Whether nothing says what heads its columns, neither the page nor the user.
    pub(super) fn is_bare(&self, layout: &Layout) -> bool {
        let is_declared = layout.header_rows.is_some() || layout.skip_rows.is_some() || layout.orientation.is_some();
        let is_plain = |it: &super::build::HtmlRow| it.section == Section::Body && it.cells.iter().all(|it| !it.heads);
        !is_declared && self.rows.iter().all(is_plain)
    }

    /// Adds its tables to a page, and what its lines say.
    pub(super) fn add_to(mut self, document: &Document, page: &mut Page) {
        let spans: Vec<Span> = self.rows.iter().map(|it| Span::new(it.start, it.end)).collect();
        let row = |(number, (span, cells)): (u32, (Span, Vec<Option<GridCell>>))| {
            let cells = cells.into_iter().map(|it| filled(it, document)).collect();
            GridRow { cells, span, number, ..GridRow::default() }
        };
        let laid = (1..).zip(spans.into_iter().zip(lay(&mut self.rows))).map(row);
        let mut rows: Vec<GridRow> = laid.filter(|it| it.cells.iter().any(|it| !it.span.is_empty())).collect();
        end_where_cells_do(&mut rows);
        let found = shape::page(document, rows, &Layout::default());
        let (caption, alone) = (self.caption(), found.grids.len() == 1);
        for mut grid in found.grids {
            // Its own caption names it best, and what stands above the table least.
            let above = Some(&self.title).filter(|it| alone && !it.is_empty()).cloned();
            let title = grid.title.map(|it| if it.contains("</") { shown(&it) } else { it });
            grid.title = caption.clone().or(title).or(above);
            grid.selectors.clone_from(&self.selectors);
            grid.rows.iter_mut().for_each(|it| it.number = 0);
            page.grids.push(grid);
        }
        let notes = found.footnotes.into_iter();
        page.footnotes.extend(notes.map(|it| Footnote { text: shown(&it.text), ..it }));
        page.source = page.source.take().or(found.source.map(|it| shown(&it)));
    }
}

/// A line that is cut from the source as it is shown, without the tags in it.
fn shown(source: &str) -> String {
    let part = |it: (usize, Piece<'_>)| match it.1 {
        Piece::Text(_, text) => undone(text),
        Piece::Open(name, _) | Piece::Close(name) if !INLINE.contains(&&*lowered(name)) => " ".to_owned(),
        _ => String::new(),
    };
    let text: String = pieces(source).map(part).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A cell may span more columns than the table has: what it spans beyond is not there.
fn end_where_cells_do(rows: &mut [GridRow]) {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for row in rows.iter() {
        *counts.entry(row.cells.len()).or_default() += 1;
    }
    let Some(usual) = counts.into_iter().max_by_key(|it| (it.1, it.0)).map(|it| it.0) else { return };
    for row in rows {
        let filled = row.cells.iter().rposition(|it| !it.span.is_empty()).map_or(0, |it| it + 1);
        row.cells.truncate(usual.max(filled));
    }
}

/// A cell that shows nothing is empty, whatever space it holds.
fn filled(cell: Option<GridCell>, document: &Document) -> GridCell {
    cell.filter(|it| !it.text(document).trim().is_empty()).unwrap_or_default()
}
