//! Says what each line of a page is: data, title, header, period, source, note.

use super::printed;
use super::{Options, columns};
use crate::table::{Document, Markers, Span, Thousands, is_space};

/// What a line is, judged on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A short label, then figures.
    Data,
    /// A short label, then markers only: data where its neighbours are.
    Marked,
    /// A short text that may be a title or a section head.
    Title,
    /// Names of columns.
    Header,
    /// A range of days and nothing else.
    Period,
    /// `Source: …`
    Source,
    /// `*…`
    Footnote,
    /// Nothing printed.
    Blank,
    /// Anything else.
    Prose,
}

/// A line with its class.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) class: Class,
    /// What is printed, without outer space.
    pub(super) body: Span,
    /// How many spaces of any kind stand before it.
    pub(super) indent: usize,
    /// Label and figures, for data.
    pub(super) parts: Option<Parts>,
}

/// A data line: a label and what stands behind it.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// The label with its outline mark, without outer space.
    pub(super) label: Span,
    /// Figures or markers that are printed apart; cells may be glued inside one.
    pub(super) tokens: Vec<Token>,
    /// Whether a space stands between the label and the first token.
    pub(super) apart: bool,
}

/// Digits or a marker between spaces.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// The digits with their group marks, or the marker.
    pub(super) digits: Span,
    /// One past the sign or footnote mark behind them.
    pub(super) end: u32,
    /// Whether it is a run of plain or grouped digits, with no sign or decimals.
    pub(super) count: bool,
    /// Whether a marker stands instead of a figure.
    pub(super) marker: bool,
}

const LABEL_CHARS: usize = 48;
const LABEL_WORDS: usize = 7;
const TITLE_CHARS: usize = 60;
const TITLE_WORDS: usize = 8;
const NOTE_MARKS: [char; 6] = ['*', '†', '‡', '¹', '²', '³'];

/// Classes every line of a document.
pub(super) fn classify(document: &Document, options: &Options<'_>) -> Vec<Line> {
    let markers =
        Markers { declared: options.expected.iter().flat_map(|it| it.markers.declared.iter().cloned()).collect() };
    let loose = options.thousands == Some(Thousands::Space) || (options.thousands.is_none() && spaces_group(document));
    let count = u32::try_from(document.line_count()).expect("lines are fewer than bytes");
    let mut lines: Vec<Line> =
        (1..=count).map(|number| classify_line(document, document.line(None, number), &markers, loose)).collect();
    numbered_titles(document, &mut lines);
    lines
}

/// Whether single spaces group digits in a text laid out in columns: wide gaps
/// part as many cells in nearly all rows of figures, every cell with a single
/// space in it is a grouped number, and there are some.
fn spaces_group(document: &Document) -> bool {
    let (mut widths, mut grouped, mut odd) = (Vec::new(), 0, 0);
    for line in document.text.lines() {
        let cells: Vec<&str> =
            line.split("  ").map(|it| it.trim_matches(is_space)).filter(|it| !it.is_empty()).collect();
        let figures = cells.get(1..).unwrap_or_default();
        let is_row = !figures.is_empty() && figures.iter().all(|it| figures_only(it));
        if !is_row || !cells[0].contains(char::is_alphabetic) {
            continue;
        }
        widths.push(cells.len());
        let spaced = figures.iter().filter(|it| it.contains(' '));
        let (whole, other): (Vec<&&str>, Vec<&&str>) = spaced.partition(|it| is_grouped_by_spaces(it));
        grouped += whole.len();
        odd += other.len();
    }
    let usual = widths.iter().max().copied().unwrap_or(0);
    let alike = widths.iter().filter(|it| **it == usual).count();
    usual >= 3 && grouped >= 2 && odd == 0 && alike >= 3 && alike * 5 >= widths.len() * 4
}

/// Digits with signs of numbers and single spaces only.
fn figures_only(text: &str) -> bool {
    text.contains(|it: char| it.is_ascii_digit())
        && text.chars().all(|it| it.is_ascii_digit() || " .,-+−%".contains(it))
}

/// `1 204`, `12 345 678`: one to three digits, then three after each space.
fn is_grouped_by_spaces(text: &str) -> bool {
    let whole = text.trim_start_matches(['-', '+', '−']).split([',', '.']).next().unwrap_or("");
    let mut groups = whole.split(' ');
    let first = groups.next().is_some_and(|it| (1..=3).contains(&it.len()));
    first && groups.all(|it| it.len() == 3 && it.bytes().all(|it| it.is_ascii_digit()))
}

/// A line between blank lines with a heading below it is a title, though a number
/// ends it, or a number and a year: `District 1`, `District 1, 2020`.
fn numbered_titles(document: &Document, lines: &mut [Line]) {
    for at in 0..lines.len() {
        let is_dated = |it: &Parts| {
            let last = it.tokens.last().map_or("", |it| document.slice(it.digits));
            it.tokens.len() == 2 && is_year(last)
        };
        let is_one = lines[at].parts.as_ref().is_some_and(|it| it.apart && (it.tokens.len() == 1 || is_dated(it)));
        let is_free = at == 0 || lines[at - 1].class == Class::Blank;
        if lines[at].class != Class::Data || !is_one || !is_free {
            continue;
        }
        let below = lines[at + 1..].iter().find(|it| it.class != Class::Blank);
        if below.is_some_and(|it| it.class == Class::Header) {
            (lines[at].class, lines[at].parts) = (Class::Title, None);
        }
    }
}

/// Trims spaces of any kind off both ends of a span.
pub(super) fn trim(document: &Document, span: Span) -> Span {
    let text = document.slice(span);
    let left = text.len() - text.trim_start_matches(is_space).len();
    let length = text.trim_matches(is_space).len();
    Span::new(span.start as usize + left, span.start as usize + left + length)
}

/// Whether most lines have the same number of one delimiter, or as many as the
/// line before, as tables one below the other have.
///
/// Tabs part the columns of pages too: only where one stands beside another, so that
/// a cell is empty, would a page lose it.
pub(super) fn are_delimited(document: &Document) -> bool {
    const LINES: usize = 100;
    let texts: Vec<&str> =
        document.text.lines().filter(|it| !it.trim_matches(is_space).is_empty()).take(LINES).collect();
    let counts = |mark: char| -> Vec<usize> { texts.iter().map(|it| it.matches(mark).count()).collect() };
    let alike = |mark: char| {
        let mut counts = counts(mark);
        counts.sort_unstable();
        let usual = counts.get(counts.len() / 2).copied().unwrap_or(0);
        let alike = counts.iter().filter(|&&it| it == usual).count();
        usual > 0 && alike * 10 >= counts.len() * 8
    };
    let steady = |mark: char| {
        let marked: Vec<usize> = counts(mark).into_iter().filter(|it| *it > 0).collect();
        let steps = marked.windows(2).filter(|it| it[0] == it[1]).count();
        marked.len() > 2 && marked.len() * 2 > texts.len() && steps * 10 >= (marked.len() - 1) * 7
    };
    let has_empty = || texts.iter().any(|it| it.contains("\t\t") || it.starts_with('\t') || it.ends_with('\t'));
    [',', ';', '\t', '|'].into_iter().any(alike) || [';', '|'].into_iter().any(steady) || (steady('\t') && has_empty())
}

fn classify_line(document: &Document, line: Span, markers: &Markers, loose: bool) -> Line {
    let body = trim(document, line);
    let text = document.slice(body);
    let indent = document.text[line.start as usize..body.start as usize].chars().count();
    let mut found = Line { class: Class::Prose, body, indent, parts: None };
    found.class = if text.is_empty() {
        Class::Blank
    } else if text.starts_with(NOTE_MARKS) || starts_with_word(text, &["note:", "notes:"]) {
        Class::Footnote
    } else if starts_with_word(text, &["source:", "sources:"]) {
        Class::Source
    } else if printed::parse(text).is_some() {
        Class::Period
    } else if let Some(parts) = split_row(text, body.start, markers, loose) {
        let marked = parts.tokens.iter().all(|it| it.marker);
        let titled = ends_in_year(document, &parts) || printed::tail(text).is_some();
        found.parts = (!titled).then_some(parts);
        match (titled, marked) {
            (true, _) => Class::Title,
            (false, true) => Class::Marked,
            (false, false) => Class::Data,
        }
    } else if columns::header(text).is_some() {
        Class::Header
    } else if is_title(text) {
        Class::Title
    } else {
        Class::Prose
    };
    found
}

fn starts_with_word(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.get(..word.len()).is_some_and(|it| it.eq_ignore_ascii_case(word)))
}

fn is_title(text: &str) -> bool {
    let short = text.chars().count() <= TITLE_CHARS && text.split_whitespace().count() <= TITLE_WORDS;
    short && text.contains(char::is_alphabetic) && !text.ends_with(['.', ';', ',', '!', '?'])
}

/// `Cases registered in 2004` is a title, though a number ends it.
fn ends_in_year(document: &Document, parts: &Parts) -> bool {
    let [token] = parts.tokens[..] else { return false };
    let word = document.slice(parts.label).rsplit(is_space).next().unwrap_or("").to_lowercase();
    let leads = ["in", "of", "for", "since", "from", "during", "year", "to", "until"].contains(&word.as_str());
    parts.apart && leads && is_year(document.slice(token.digits))
}

/// Whether digits are a year of our time.
pub(super) fn is_year(digits: &str) -> bool {
    digits.len() == 4 && digits.bytes().all(|it| it.is_ascii_digit()) && matches!(&digits[..2], "19" | "20")
}

/// Splits a line into a label and what stands behind it; `None` for other lines.
fn split_row(text: &str, start: u32, markers: &Markers, loose: bool) -> Option<Parts> {
    let words = words(text, loose);
    let behind = words.iter().rev().take_while(|&&(from, to)| {
        let word = &text[from..to];
        figure_end(word).is_some() || is_marker(word, markers)
    });
    let count = behind.count().min(words.len());
    let at = |from: usize, to: usize| Span::new(start as usize + from, start as usize + to);
    let mut tokens = Vec::new();
    let (label_end, apart) = if count > 0 && count < words.len() {
        for &(from, to) in &words[words.len() - count..] {
            let figure = figure_end(&text[from..to]);
            let digits = figure.map_or(to, |it| from + it);
            tokens.push(Token {
                digits: at(from, digits),
                end: start + u32::try_from(to).ok()?,
                count: is_count(&text[from..digits]),
                marker: figure.is_none(),
            });
        }
        (words[words.len() - count - 1].1, true)
    } else {
        let &(_, to) = words.last()?;
        let (from, digits) = glued_run(&text[..to])?;
        let end = start + u32::try_from(to).ok()?;
        tokens.push(Token { digits: at(from, digits), end, count: is_count(&text[from..digits]), marker: false });
        (from, text[..from].ends_with(is_space))
    };
    let label = text[..label_end].trim_end_matches(|it: char| is_space(it) || matches!(it, '.' | ':' | '…' | '_'));
    is_label(label).then(|| Parts { label: at(0, label.len()), tokens, apart })
}

fn is_label(label: &str) -> bool {
    let letters = label.contains(char::is_alphabetic);
    let closed = !label.ends_with([',', ';', '"', '(', '/', '?', '!']) && !label.starts_with(['#', '/', '.', '$']);
    let words = label.split(is_space).filter(|it| !it.is_empty()).count();
    let short = label.chars().count() <= LABEL_CHARS && words <= LABEL_WORDS;
    letters && closed && short && !is_code(label)
}

/// Signs of programs, addresses and file names, which end in digits too.
fn is_code(label: &str) -> bool {
    let open = label.matches('(').count() > label.matches(')').count();
    let chars: Vec<char> = label.chars().collect();
    let named = |it: &char| it.is_lowercase() || it.is_ascii_digit();
    let dotted = chars.windows(3).any(|it| it[1] == '.' && named(&it[0]) && named(&it[2]));
    open || dotted
        || label.contains(['<', '>', '{', '}', '[', ']', '=', '`', '\\', '|', '@', '_'])
        || label.contains("://")
}

/// Words between spaces; a space that groups digits does not part them.
///
/// A fixed space before exactly three digits groups them, as does a common
/// one if `loose`.
fn words(text: &str, loose: bool) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut from = None;
    for (at, it) in text.char_indices() {
        let parting = is_space(it) && !groups_digits(text, at, it, loose);
        match (from, parting) {
            (Some(start), true) => {
                words.push((start, at));
                from = None;
            }
            (None, false) => from = Some(at),
            _ => {}
        }
    }
    words.extend(from.map(|start| (start, text.len())));
    words
}

fn groups_digits(text: &str, at: usize, space: char, loose: bool) -> bool {
    let fixed = matches!(space, '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}') || (loose && space == ' ');
    let after = text[at + space.len_utf8()..].bytes().take_while(u8::is_ascii_digit).count();
    // A glued row may go on behind the group: `1 314164`.
    fixed && after >= 3 && text[..at].ends_with(|it: char| it.is_ascii_digit())
}

fn is_marker(word: &str, markers: &Markers) -> bool {
    // Words that are markers in a spreadsheet (`none`, `missing`) end sentences
    // on a page.
    let plain = word.chars().all(char::is_alphabetic) && !matches!(word, "NA" | "NaN");
    markers.read(word).is_some() && (!plain || markers.read_declared(word).is_some())
}

/// Where the digits of a figure end, if the word is one; marks may stand behind.
fn figure_end(word: &str) -> Option<usize> {
    let bare = word.trim_end_matches(NOTE_MARKS);
    let digits = bare.strip_suffix('%').unwrap_or(bare);
    let body = digits.strip_prefix(['-', '+', '\u{2212}', '$', '€', '£']).unwrap_or(digits);
    let ends = body.starts_with(|it: char| it.is_ascii_digit()) && body.ends_with(|it: char| it.is_ascii_digit());
    let mut marked = false;
    let inner = body.chars().all(|it| {
        let doubled = marked && is_mark(it);
        marked = is_mark(it);
        it.is_ascii_digit() || (is_mark(it) && !doubled)
    });
    (ends && inner && points_group(body)).then_some(digits.len())
}

fn is_mark(it: char) -> bool {
    matches!(it, ',' | '.' | '\'' | '’') || is_space(it)
}

/// Whether digits have neither sign nor anything but marks between them.
pub(super) fn is_count(digits: &str) -> bool {
    let ends = digits.starts_with(|it: char| it.is_ascii_digit()) && digits.ends_with(|it: char| it.is_ascii_digit());
    ends && digits.chars().all(|it| it.is_ascii_digit() || is_mark(it))
}

/// Several points group thousands: `1.234.567`, not `2.6.1` or `12.05.2004`.
fn points_group(digits: &str) -> bool {
    let groups: Vec<&str> = digits.split('.').collect();
    groups.len() <= 2 || groups[1..].iter().all(|it| it.len() == 3)
}

/// The digits at the end of a text, where they are glued to a word.
fn glued_run(text: &str) -> Option<(usize, usize)> {
    let end = text.trim_end_matches(NOTE_MARKS).len();
    let mut from = end;
    let mut last_mark = true;
    for (at, it) in text[..end].char_indices().rev() {
        if it.is_ascii_digit() {
            (from, last_mark) = (at, false);
        } else if is_mark(it) && !last_mark {
            last_mark = true;
        } else {
            break;
        }
    }
    let before = &text[..from];
    let joint = before.chars().next_back()?;
    // `2-1`, `12:30`, `5/6` and `a,5` are scores, times and lists, not cells.
    let bound = before[..before.len() - joint.len_utf8()].ends_with(|it: char| it.is_ascii_digit());
    let joined = matches!(joint, '-' | '–' | ':' | '/' | '.') && bound;
    // Glued decimals would be versions (`GPL-2.0`), unless points group.
    let points = text[from..end].split('.').skip(1).all(|it| it.len() >= 3);
    (from < end && !joined && points && !matches!(joint, ',' | '\'' | '’' | '(' | '"')).then_some((from, end))
}
