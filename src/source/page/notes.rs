//! Reads what stands under a table: its source and its footnotes.

use super::blocks::Block;
use super::lines::Line;
use crate::source::{Footnote, Page};
use crate::table::{Document, Span, is_space};

/// Puts source and footnotes of all blocks in place.
pub(super) fn read(document: &Document, lines: &[Line], blocks: &[Block], page: &mut Page) {
    for block in blocks {
        if let (None, Some(&source)) = (&page.source, block.sources.first()) {
            let text = document.slice(lines[source].body);
            let name = text.split_once(':').map_or(text, |it| it.1).trim_matches(is_space);
            page.source = Some(name.to_owned());
        }
        for &(first, last) in &block.footnotes {
            let span = Span { start: lines[first].body.start, end: lines[last].body.end };
            let words: Vec<&str> = document.slice(span).split_whitespace().collect();
            let text = words.join(" ");
            let text =
                text.trim_start_matches(|it: char| matches!(it, '*' | '†' | '‡' | '¹' | '²' | '³') || is_space(it));
            page.footnotes.push(Footnote { text: text.to_owned(), span });
        }
    }
}
