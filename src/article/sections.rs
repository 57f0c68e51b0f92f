//! A page to headline, article, table block and boilerplate.
//!
//! No check crosses boilerplate: what stands behind it is another segment.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::source::html::running_text;
use crate::source::{Format, Page};
use crate::table::{Document, Span};

/// The part of a page that a text stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// The title, above the text.
    Headline,
    /// The text itself.
    Article,
    /// What belongs to a table: not prose.
    Table,
    /// Menus, appeals, terms of use.
    Boilerplate,
}

/// A paragraph, as bytes of its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paragraph {
    pub(super) bytes: Range<usize>,
    pub(super) section: Section,
    /// Paragraphs with boilerplate between them are in different segments.
    pub(super) segment: usize,
}

/// The prose of a document.
#[derive(Clone, Debug)]
pub(super) struct Prose<'a> {
    /// As long as the document's own text.
    pub(super) text: Cow<'a, str>,
    pub(super) paragraphs: Vec<Paragraph>,
}

/// A line, or several that were one before they were wrapped.
struct Block {
    bytes: Range<usize>,
    table: bool,
    level: Option<u8>,
}

/// Finds the prose of a document beside the tables that were found in it.
pub(super) fn of<'a>(document: &'a Document, format: Format, page: &Page) -> Prose<'a> {
    let (text, headings) = match format {
        Format::Html => {
            let found = running_text(document);
            (Cow::Owned(found.text), found.headings)
        }
        _ => (Cow::Borrowed(document.text.as_str()), Vec::new()),
    };
    let printed = Printed::of(document, page);
    let lines = lines(&text, document);
    let blocks = blocks(&text, &lines, &printed, &headings, document.sheets.is_empty());
    let paragraphs = classify(&text, &blocks);
    Prose { text, paragraphs }
}

/// What the tables of a page cover.
struct Printed {
    spans: Vec<Span>,
    titles: HashSet<String>,
}

impl Printed {
    fn of(document: &Document, page: &Page) -> Self {
        let mut spans: Vec<Span> = page.period_span.into_iter().collect();
        spans.extend(page.footnotes.iter().map(|it| it.span));
        let mut titles: HashSet<String> = HashSet::new();
        for grid in &page.grids {
            spans.extend(grid.rows.iter().map(|it| it.span));
            if grid.headings_printed {
                spans.extend(grid.headings.iter().map(|it| it.span));
            }
            titles.extend(grid.title.iter().map(|it| it.trim().to_owned()));
        }
        titles.extend(page.source.iter().map(|it| format!("Source: {it}")));
        spans.retain(|it| !it.is_empty() && it.end as usize <= document.text.len());
        spans.sort_by_key(|it| it.start);
        Self { spans, titles }
    }

    fn covers(&self, line: &Range<usize>, text: &str) -> bool {
        let after = self.spans.partition_point(|it| (it.start as usize) < line.end);
        // Spans may lie in each other: a few before may reach furthest.
        let reaches = self.spans[..after].iter().rev().take(64).any(|it| it.end as usize > line.start);
        reaches || self.titles.contains(text.trim_end_matches('*').trim())
    }
}

/// The lines of a text; of a workbook those that hold its text.
fn lines(text: &str, document: &Document) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\n' || (byte == b'\r' && text.as_bytes().get(at + 1) != Some(&b'\n')) {
            lines.push(start..at);
            start = at + 1;
        }
    }
    lines.push(start..text.len());
    if !document.sheets.is_empty() {
        let of_text = |it: &Range<usize>| {
            let offset = u32::try_from(it.start).unwrap_or(u32::MAX);
            document.sheet(offset).is_some_and(|it| it.is_prose)
        };
        lines.retain(of_text);
    }
    lines
}

/// Puts wrapped lines together, and leaves out code.
fn blocks(text: &str, lines: &[Range<usize>], printed: &Printed, headings: &[(Span, u8)], wraps: bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut before: Option<Range<usize>> = None;
    let mut code = false;
    for line in lines {
        let trimmed = trim(text, line);
        let shown = &text[trimmed.clone()];
        let fence = shown.starts_with("```") || shown.starts_with("~~~");
        code ^= fence;
        if shown.is_empty() || code || fence {
            before = None;
            continue;
        }
        let table = printed.covers(&trimmed, shown) || (shown.starts_with('|') && shown.len() > 1);
        let hashes = shown.bytes().take_while(|it| *it == b'#').count();
        let marked = (1..=6).contains(&hashes) && shown[hashes..].starts_with(' ');
        let named = shown.starts_with("HEADLINE:").then_some(1);
        let after = headings.partition_point(|it| it.0.start as usize <= trimmed.start);
        let tag = headings[..after].last().filter(|it| trimmed.end <= it.0.end as usize);
        let level = marked.then(|| u8::try_from(hashes).unwrap_or(6)).or(named).or(tag.map(|it| it.1));
        let joins = wraps && !table && level.is_none() && before.as_ref().is_some_and(|it| is_wrapped(text, it, shown));
        match blocks.last_mut().filter(|it| joins && !it.table && it.level.is_none()) {
            Some(it) => it.bytes.end = trimmed.end,
            None => blocks.push(Block { bytes: trimmed.clone(), table, level }),
        }
        before = (!table).then_some(trimmed);
    }
    blocks
}

fn trim(text: &str, line: &Range<usize>) -> Range<usize> {
    let shown = &text[line.clone()];
    let start = line.start + (shown.len() - shown.trim_start().len());
    start..start + shown.trim().len()
}

/// Whether a line goes on in the next one.
fn is_wrapped(text: &str, before: &Range<usize>, next: &str) -> bool {
    const WIDTH_MIN: usize = 40;
    const WIDTH_MAX: usize = 130;
    let width = text[before.clone()].chars().count();
    let ended = text[before.clone()].ends_with(['.', '!', '?', ':', ';', ',', '"', '”']);
    let item = next.starts_with(['-', '*', '•', '>', '#']) || next.starts_with(|it: char| it.is_ascii_digit()) && ended;
    let opens = next.starts_with(char::is_uppercase);
    let small = next.starts_with(char::is_lowercase);
    !item && (small || ((WIDTH_MIN..=WIDTH_MAX).contains(&width) && (ended || !opens || width > WIDTH_MIN + 20)))
}

/// Says what each block is.
fn classify(text: &str, blocks: &[Block]) -> Vec<Paragraph> {
    let shown = |it: &Block| &text[it.bytes.clone()];
    let first =
        blocks.iter().position(|it| !it.table && it.level.is_none() && is_prose(shown(it)) && !appeals(shown(it)));
    let mut paragraphs = Vec::with_capacity(blocks.len());
    let (mut segment, mut closed) = (0, false);
    for (at, block) in blocks.iter().enumerate() {
        let shown = shown(block);
        let section = if block.table {
            Section::Table
        } else if first.is_none() {
            if appeals(shown) { Section::Boilerplate } else { Section::Article }
        } else if Some(at) < first {
            let title =
                block.level.is_some() || (shown.split_whitespace().count() > 2 && !shown.ends_with(['!', '.', ':']));
            if title && !appeals(shown) { Section::Headline } else { Section::Boilerplate }
        } else if appeals(shown) || (closed && !reopens(shown)) {
            Section::Boilerplate
        } else {
            Section::Article
        };
        if section == Section::Boilerplate && Some(at) > first {
            closed = true;
        } else if section == Section::Article && closed {
            closed = false;
            segment += 1;
        }
        paragraphs.push(Paragraph { bytes: block.bytes.clone(), section, segment });
    }
    paragraphs
}

/// Whether a text is a sentence or more, not a title or a label.
fn is_prose(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let ends = text.ends_with(['.', '?', '!', '"', '”', ')']);
    (words >= 5 && ends) || words >= 16
}

const APPEALS: [&str; 34] = [
    "sign up for",
    "subscribe",
    "subscribers agree",
    "newsletter",
    "privacy policy",
    "terms of use",
    "terms of service",
    "all rights reserved",
    "a message from",
    "support us",
    "support our",
    "your support",
    "make a donation",
    "donate now",
    "read more",
    "read also",
    "related articles",
    "related stories",
    "most read",
    "follow us",
    "share this",
    "cookie policy",
    "accept cookies",
    "uses cookies",
    "advertisement",
    "sponsored content",
    "log in",
    "create an account",
    "click here",
    "download our app",
    "remind me later",
    "dear readers",
    "copyright ©",
    "contact us",
];

/// Whether a text asks something of its reader.
fn appeals(text: &str) -> bool {
    const LENGTH_MAX: usize = 300;
    let small = text.chars().take(LENGTH_MAX).collect::<String>().to_lowercase();
    if small.starts_with("copyright") || small.starts_with("©") {
        return true;
    }
    let cue = APPEALS.iter().any(|it| small.contains(it));
    let words = text.split_whitespace().count();
    // A story may be about subscribers: only short texts, or such that speak to the reader.
    cue && (words <= 8 || addresses(&small))
}

/// Whether a text speaks to its reader, outside of what it quotes.
fn addresses(text: &str) -> bool {
    let mut quoted = false;
    let small = text.to_lowercase();
    for word in small.split_whitespace() {
        quoted |= word.starts_with(['"', '“']);
        let bare = word.trim_matches(|it: char| !it.is_alphanumeric() && it != '\'' && it != '’');
        let bare = bare.split(['\'', '’']).next().unwrap_or(bare);
        if !quoted && matches!(bare, "we" | "our" | "us" | "you" | "your" | "me") {
            return true;
        }
        quoted &= !word.trim_end_matches([',', '.', ';']).ends_with(['"', '”']);
    }
    false
}

/// Whether an article goes on behind boilerplate: a whole paragraph that
/// speaks to nobody.
fn reopens(text: &str) -> bool {
    text.split_whitespace().count() >= 12 && text.ends_with(['.', '"', '”']) && !addresses(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(text: &str) -> Vec<(Section, usize)> {
        let document = Document::new("a.txt", text.to_owned(), "UTF-8");
        of(&document, Format::Page, &Page::default()).paragraphs.iter().map(|it| (it.section, it.segment)).collect()
    }

    #[test]
    fn nothing_crosses_boilerplate() {
        let text = "Five Ships Lost in Storm\n\nThe harbour master said five ships were lost.\n\n\
            Sign up for our weekly letter\n\nYou pay only $2.\n\n\
            Two of the ships were found on Tuesday by the coast guard near the old lighthouse.\n";
        let expected = [
            (Section::Headline, 0),
            (Section::Article, 0),
            (Section::Boilerplate, 0),
            (Section::Boilerplate, 0),
            (Section::Article, 1),
        ];
        assert_eq!(sections(text), expected);
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        let text = "The harbour master said on Tuesday that five of the\nships were lost in the storm, and\nthree were found.\n";
        assert_eq!(sections(text).len(), 1);
    }

    #[test]
    fn code_is_no_prose() {
        assert_eq!(sections("Run it as follows, and wait.\n\n```\nx = 5\n```\n").len(), 1);
    }
}
