//! Finds the lines that are a table: rows, section heads, title, notes.

use super::lines::{Class, Line, is_year, trim};
use super::{columns, printed};
use crate::table::{Document, Span, is_space};

/// Lines that belong together, by index.
#[derive(Clone, Debug, Default)]
pub(super) struct Block {
    /// The title printed above everything.
    pub(super) title: Option<Span>,
    /// Where the period is printed.
    pub(super) period: Option<Span>,
    /// The parts with a title or header of their own; one at least.
    pub(super) sections: Vec<Section>,
    /// Lines that name a source.
    pub(super) sources: Vec<usize>,
    /// Footnotes, each from its first line to its last.
    pub(super) footnotes: Vec<(usize, usize)>,
}

/// Rows under one head.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// The title printed above the rows.
    pub(super) title: Option<Span>,
    /// Names of columns, where printed.
    pub(super) header: Vec<Span>,
    /// Lines of the rows.
    pub(super) rows: Vec<usize>,
}

const ROWS_MIN: usize = 3;
const HEADS_BETWEEN: usize = 2;
const BLANKS_BETWEEN: usize = 2;

/// Finds every block of three data lines or more.
pub(super) fn find(document: &Document, lines: &[Line]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut at = 0;
    let mut floor = 0;
    while at < lines.len() {
        if !is_row(&lines[at]) {
            at += 1;
            continue;
        }
        let end = rows_end(lines, at);
        let rows: Vec<&Line> = lines[at..end].iter().filter(|it| it.class == Class::Data).collect();
        if rows.len() >= ROWS_MIN && !is_no_table(document, &rows) {
            let mut block = Block { sections: sections(document, lines, at..end), ..Block::default() };
            extend_up(document, lines, floor..at, &mut block);
            if !is_contents(document, &block, &rows) {
                let notes_end = extend_down(lines, end, &mut block);
                blocks.push(block);
                floor = notes_end;
                at = notes_end.max(end);
                continue;
            }
        }
        at = end;
    }
    blocks
}

fn is_row(line: &Line) -> bool {
    matches!(line.class, Class::Data | Class::Marked)
}

/// One past the last row that a gap of few heads and blanks ties to the first.
fn rows_end(lines: &[Line], start: usize) -> usize {
    let mut end = start;
    let (mut heads, mut blanks) = (0, 0);
    for (at, line) in lines.iter().enumerate().skip(start) {
        match line.class {
            Class::Data | Class::Marked => (end, heads, blanks) = (at + 1, 0, 0),
            Class::Title | Class::Header => (heads, blanks) = (heads + 1, 0),
            Class::Blank => blanks += 1,
            _ => break,
        }
        if heads > HEADS_BETWEEN || blanks > BLANKS_BETWEEN {
            break;
        }
    }
    end
}

fn sections(document: &Document, lines: &[Line], range: std::ops::Range<usize>) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for at in range {
        let line = &lines[at];
        let current = sections.last_mut().expect("there is one from the start");
        let years =
            if current.rows.is_empty() && current.header.is_empty() { year_names(document, line) } else { None };
        if let Some(names) = years {
            current.header = names;
        } else if is_row(line) {
            current.rows.push(at);
        } else if line.class != Class::Blank {
            if !current.rows.is_empty() {
                sections.push(Section::default());
            }
            let current = sections.last_mut().expect("one was just there");
            if line.class == Class::Header {
                current.header = name_spans(document, line.body);
            } else {
                current.title = Some(without_mark(document, line.body));
            }
        }
    }
    sections.retain(|it| !it.rows.is_empty());
    sections
}

/// Takes header, period and title above the first row.
fn extend_up(document: &Document, lines: &[Line], above: std::ops::Range<usize>, block: &mut Block) {
    let Some(first) = block.sections.first_mut() else { return };
    let mut blanks = 0;
    let mut titles = Vec::new();
    for line in lines[above].iter().rev() {
        blanks = if line.class == Class::Blank { blanks + 1 } else { 0 };
        match line.class {
            Class::Blank if blanks <= BLANKS_BETWEEN => {}
            Class::Header if first.header.is_empty() && titles.is_empty() => {
                first.header = name_spans(document, line.body);
            }
            Class::Period if block.period.is_none() => block.period = Some(line.body),
            // Two titles stand above a table only with its period between them.
            Class::Title
                if titles.is_empty() || (titles.len() == 1 && block.period.is_some_and(|it| it.end < titles[0])) =>
            {
                titles.push(line.body.start);
                let text = without_mark(document, line.body);
                block.title = Some(take_period(document, text, &mut block.period));
            }
            _ => break,
        }
    }
    first.title = block.title.or(first.title);
}

/// Takes sources and footnotes below the last row; returns where they end.
fn extend_down(lines: &[Line], start: usize, block: &mut Block) -> usize {
    let mut end = start;
    let mut blanks = 0;
    let mut at = start;
    while at < lines.len() {
        match lines[at].class {
            Class::Blank if blanks < BLANKS_BETWEEN => blanks += 1,
            Class::Source => {
                block.sources.push(at);
                (end, blanks) = (at + 1, 0);
            }
            Class::Footnote => {
                let mut last = at;
                while lines.get(last + 1).is_some_and(|it| it.class == Class::Prose) {
                    last += 1;
                }
                block.footnotes.push((at, last));
                (at, end, blanks) = (last, last + 1, 0);
            }
            _ => break,
        }
        at += 1;
    }
    end
}

/// `City Crime Statistics, June 13-19` holds its period.
fn take_period(document: &Document, title: Span, period: &mut Option<Span>) -> Span {
    let text = document.slice(title);
    let Some(at) = printed::tail(text).filter(|_| period.is_none()) else { return title };
    let start = title.start as usize;
    *period = Some(trim(document, Span::new(start + at, start + text.trim_end_matches(')').len())));
    let head = text[..at].trim_end_matches(|it: char| is_space(it) || ",:-–—(".contains(it));
    Span::new(start, start + head.len())
}

/// Leaves out the footnote mark behind a title.
fn without_mark(document: &Document, title: Span) -> Span {
    let text = document.slice(title).trim_end_matches(['*', '†', '‡', ':', '¹', '²', '³']);
    let text = text.trim_end_matches(is_space);
    Span::new(title.start as usize, title.start as usize + text.len())
}

fn name_spans(document: &Document, line: Span) -> Vec<Span> {
    let start = line.start as usize;
    let names = columns::header(document.slice(line)).unwrap_or_default();
    names.into_iter().map(|(from, to)| Span::new(start + from, start + to)).collect()
}

/// A first line of years is a header: `Crime20042005`, `Crime 2004 2005`.
fn year_names(document: &Document, line: &Line) -> Option<Vec<Span>> {
    let parts = line.parts.as_ref()?;
    let mut names = vec![parts.label];
    for token in &parts.tokens {
        let text = document.slice(token.digits);
        let years = text.len() / 4;
        for at in 0..years {
            let start = token.digits.start as usize + 4 * at;
            is_year(text.get(4 * at..4 * at + 4)?).then_some(())?;
            names.push(Span::new(start, start + 4));
        }
        text.len().is_multiple_of(4).then_some(())?;
    }
    (names.len() >= 3).then_some(names)
}

/// Scores and lists look like rows, but their labels give them away.
fn is_no_table(document: &Document, rows: &[&Line]) -> bool {
    let labels: Vec<&str> = rows.iter().filter_map(|it| Some(document.slice(it.parts.as_ref()?.label))).collect();
    let scores = labels.iter().filter(|it| holds_score(it)).count();
    let alike = labels.iter().all(|it| it == &labels[0]);
    let hyphened = labels.iter().filter(|it| it.ends_with(['-', '–'])).count();
    let parts = rows.iter().filter_map(|it| it.parts.as_ref());
    let dated =
        parts.clone().all(|it| it.apart && it.tokens.len() == 1 && is_year(document.slice(it.tokens[0].digits)));
    (scores + hyphened) * 10 >= labels.len() * 6 || alike || dated
}

/// `Spartak 2 Dynamo`, `Lakers 102, Celtics`, `Spartak - Dynamo 2:` hold the first half of a score.
fn holds_score(label: &str) -> bool {
    let words: Vec<&str> = label.split(is_space).filter(|it| !it.is_empty()).collect();
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let inner = words.len() >= 3 && words[1..words.len() - 1].iter().any(|it| digits(it.trim_end_matches([',', ';'])));
    let versus = words.iter().any(|it| matches!(*it, "vs" | "vs." | "v" | "v."));
    let rising = words.first().is_some_and(|it| digits(it.trim_end_matches([',', ';']))) && label.contains(", ");
    let listed =
        words.iter().any(|it| it.ends_with(',') && it.trim_end_matches(',').ends_with(|it: char| it.is_ascii_digit()));
    inner || versus || rising || listed
}

/// Page numbers never fall, behind leaders or under a title that says so.
fn is_contents(document: &Document, block: &Block, rows: &[&Line]) -> bool {
    let title = block.title.map_or(String::new(), |it| document.slice(it).to_lowercase());
    if ["contents", "table of contents", "index"].contains(&title.as_str()) {
        return true;
    }
    let parts = rows.iter().filter_map(|it| it.parts.as_ref());
    let mut last = 0;
    parts.clone().all(|it| {
        let number = document.slice(it.tokens[0].digits).parse::<u32>().unwrap_or(0);
        let label = document.slice(it.label);
        let behind = &document.text[it.label.end as usize..it.tokens[0].digits.start as usize];
        let numbered = label.starts_with(|it: char| it.is_ascii_digit()) || label.starts_with("Chapter");
        let rises = number >= last && it.tokens.len() == 1;
        last = number;
        rises && (numbered || behind.contains("..."))
    })
}
