//! How long a description of a file is, if its cells are told apart in a dialect.
//!
//! In a dialect that is right, rows are as wide as each other, columns hold one
//! kind of cell, and cells are figures rather than texts with signs in them: all
//! of that makes the file shorter to write down, in nats, by a code that knows
//! how often each width and kind has come (van den Burg, Nazabal and Sutton
//! 2019, doi:10.1007/s10618-019-00646-y, weigh the same signs by a score).

use std::collections::HashMap;

use super::dialect::{Dialect, FIRST_RECORDS, Sample};
use super::records::Records;
use crate::source::GridCell;
use crate::table::is_space;

/// What a cell looks like, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Glance {
    Empty,
    Number,
    Date,
    Marker,
    Text,
}

/// What is known of the records of a sample so far.
#[derive(Default)]
struct Described {
    lines: usize,
    characters: usize,
    widths: HashMap<usize, usize>,
    /// How often each kind of cell stands in each column.
    kinds: Vec<[usize; 5]>,
    /// What the texts of cells take.
    nats: f64,
    /// Cells that have quotes around them still.
    quoted: usize,
    /// Cells that begin with a quote and do not end with one.
    half_quoted: usize,
}

/// How well a dialect describes a sample: whether it leaves records uneven, and how
/// many nats it takes to write them down, as a share of the whole file.
///
/// Records that double quotes and a delimiter make as wide as each other, all of
/// them, are hardly so by chance, whatever other signs stand in their cells.
pub(super) fn length(sample: &Sample<'_>, dialect: Dialect) -> (bool, f64) {
    let mut described = Described::default();
    let mut cells = Vec::new();
    let mut records = Records::new(sample.text, dialect, 0).with_comment(sample.comment);
    for _ in 0..FIRST_RECORDS {
        cells.clear();
        let record = match records.next_into(&mut cells) {
            Ok(Some(record)) => record,
            // Escapes that keep a quote from being closed are none.
            Err(_) if dialect.escape.is_some() => return (true, f64::MAX),
            // So is an apostrophe that nothing closes, where none before it quotes anything.
            Err(_) if dialect.quote == Some(b'\'') && !sample.text[..records.at()].contains('\'') => {
                return (true, f64::MAX);
            }
            _ => break,
        };
        if record.filled {
            described.take(sample.text, &cells, (record.span.end - record.span.start) as usize);
        }
    }
    for line in &sample.lines {
        cells.clear();
        // A line may be the middle of a quoted cell.
        match Records::new(line, dialect, 0).with_comment(sample.comment).next_into(&mut cells) {
            Ok(Some(record)) if record.filled => described.take(line, &cells, line.len()),
            _ => {}
        }
    }
    let is_even = dialect.quote == Some(b'"') && described.widths.len() == 1 && described.kinds.len() > 1;
    (!is_even, described.total(sample.text.len()) + described.unusual(dialect))
}

impl Described {
    fn take(&mut self, text: &str, cells: &[GridCell], length: usize) {
        self.lines += 1;
        self.characters += length;
        *self.widths.entry(cells.len()).or_default() += 1;
        self.kinds.resize(self.kinds.len().max(cells.len()), [0; 5]);
        for (cell, kinds) in cells.iter().zip(&mut self.kinds) {
            let shown = &text[cell.span.start as usize..cell.span.end as usize];
            let (glance, nats) = glance(shown);
            kinds[glance as usize] += 1;
            self.nats += nats;
            let is_closed = shown.len() > 1 && shown.ends_with('"');
            self.quoted += usize::from(shown.starts_with('"') && is_closed);
            self.half_quoted += usize::from(shown.starts_with('"') && !is_closed);
        }
    }

    /// Widths, kinds and texts, for so many characters.
    fn total(&self, characters: usize) -> f64 {
        let (lines, widths) = (real(self.lines), real(self.widths.len()));
        let width = |it: &usize| -real(*it) * ((real(*it) + 0.5) / (lines + 0.5 * widths + 1.0)).ln();
        let mut nats = self.nats + self.widths.values().map(width).sum::<f64>();
        for kinds in &self.kinds {
            let cells = real(kinds.iter().sum());
            let kind = |it: &usize| -real(*it) * ((real(*it) + 0.3) / (cells + 1.5)).ln();
            nats += 1.0 + kinds.iter().map(kind).sum::<f64>();
        }
        // Under some quotes fewer characters are read than under others.
        nats * real(characters.max(1)) / real(self.characters.max(1))
    }

    /// What speaks against a dialect before it is tried.
    fn unusual(&self, dialect: Dialect) -> f64 {
        // A double quote that opens a cell is to be closed, or told.
        let open = 4.0 * real(self.quoted) + 200.0 * real(self.half_quoted);
        let quote = match dialect.quote {
            Some(b'"') => 0.0,
            Some(_) => 10.0 + open,
            None => 20.0 + open,
        };
        let escape = if dialect.escape.is_some() { 0.5 } else { 0.0 };
        let alone = if self.kinds.len() < 2 { 30.0 } else { 0.0 };
        // A sign in some cells does not part them.
        let narrow = self.widths.iter().filter(|it| *it.0 < 2).map(|it| it.1).sum::<usize>();
        let narrow = if narrow * 2 > self.lines { 50.0 } else { 0.0 };
        quote + escape + alone + narrow
    }
}

/// What a cell looks like, and how many nats its text takes.
fn glance(text: &str) -> (Glance, f64) {
    const DIGIT: f64 = std::f64::consts::LN_10;
    const LETTER: f64 = 3.4;
    if text.is_empty() {
        return (Glance::Empty, 0.0);
    }
    let (mut digits, mut letters, mut signs, mut parts, mut last) = (0_usize, 0_usize, 0_usize, 0_usize, b' ');
    let mut is_number = true;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'-' | b'/' | b':' | b'T' | b'Z' if digits > 0 => {
                parts += 1;
                is_number &= byte == b'-' && last == b' ';
            }
            // With the bytes of spaces, dashes and currency signs beyond ASCII.
            b'.'
            | b','
            | b'\''
            | b' '
            | b'%'
            | b'+'
            | b'-'
            | b'('
            | b')'
            | b'<'
            | b'>'
            | b'$'
            | 0xc2
            | 0xa0
            | 0xe2
            | 0x80..=0x82
            | 0xac
            | 0x99
            | 0xaf => signs += 1,
            _ if byte.is_ascii_alphabetic() || byte >= 0x80 => letters += 1,
            _ => is_number = false,
        }
        last = byte;
    }
    let other = text.len() - digits;
    if digits > 0 && letters == 0 && is_number && parts == 0 {
        return (Glance::Number, DIGIT * real(digits) + real(other));
    }
    let is_date = digits >= 4 && letters == 0 && (2..=7).contains(&parts) && parts + signs == other;
    if is_date {
        return (Glance::Date, 0.8 * DIGIT * real(digits) + 1.0);
    }
    let is_marker = (digits + letters == 0 && text.len() <= 4)
        || matches!(text, "n/a" | "N/A" | "na" | "NA" | "nan" | "NaN" | "null" | "NULL" | "x");
    if is_marker {
        return (Glance::Marker, 2.5);
    }
    let quotes = text.bytes().filter(|it| *it == b'"').count();
    let blanks = usize::from(text.starts_with(is_space)) + usize::from(text.ends_with(is_space));
    (Glance::Text, LETTER * real(text.chars().count()) + 1.5 + 2.0 * real(quotes) + 1.2 * real(blanks))
}

fn real(it: usize) -> f64 {
    f64::from(u32::try_from(it).unwrap_or(u32::MAX))
}
