//! Lists every way to cut the digits of a row into its cells.

use super::rows::RawRow;
use super::style::Style;
use crate::table::{Document, Span};

/// One way to read a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// Where the label ends: label digits may be glued to the figures.
    pub(super) label: Span,
    /// Where each figure stands.
    pub(super) cells: Vec<Span>,
    /// What each figure says.
    pub(super) values: Vec<u64>,
    /// How probable the label digits are on their own; 1 where there are none.
    pub(super) label_weight: f64,
}

/// The ways to read a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Candidates {
    /// All of them; none if the row cannot have so many figures.
    All(Vec<Candidate>),
    /// The row has too many to weigh.
    TooMany,
}

/// Where a label may end inside the digits of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LabelDigits {
    /// Before them.
    None,
    /// After so many bytes of them, as a known label says.
    Known(usize),
    /// After at least so many.
    AtLeast(usize),
}

const DIGITS_MAX: usize = 40;
const PIECE_DIGITS_MAX: usize = 18;
const CANDIDATES_MAX: usize = 5_000;
/// Where nothing but a gap or a hyphen hints at digits of the label.
const LABEL_DIGITS_RARE: f64 = 0.02;
const STEPS_MAX: usize = 100_000;

/// Lists the ways to read a row as so many figures.
pub(super) fn list(document: &Document, row: &RawRow, columns: usize, style: Style, digits: LabelDigits) -> Candidates {
    let (first, last) = match digits {
        LabelDigits::None => (0, 0),
        LabelDigits::Known(length) => (length, length),
        LabelDigits::AtLeast(least) => {
            (least, row.tokens.first().map_or(0, |it| (it.digits.end - it.digits.start) as usize))
        }
    };
    let mut found = Vec::new();
    for length in first..=last {
        let Some(mut run) = Run::new(document, row, length, style) else { continue };
        if run.digits > DIGITS_MAX {
            return Candidates::TooMany;
        }
        let start = row.blob().start as usize;
        let label_digits = document.text.get(start..start + length).unwrap_or("");
        if !label_digits.bytes().all(|it| it.is_ascii_digit()) {
            continue;
        }
        run.cut(0, columns);
        if run.steps > STEPS_MAX || run.found.len() + found.len() > CANDIDATES_MAX {
            return Candidates::TooMany;
        }
        let end = if length == 0 { row.label.end as usize } else { start + length };
        let label = Span::new(row.label.start as usize, end);
        let label_weight = match digits {
            LabelDigits::AtLeast(0) if length > 0 => LABEL_DIGITS_RARE * label_weight(label_digits),
            LabelDigits::AtLeast(_) => label_weight(label_digits),
            LabelDigits::None | LabelDigits::Known(_) => 1.0,
        };
        found.extend(run.found.into_iter().map(|(cells, values)| Candidate { label, cells, values, label_weight }));
    }
    Candidates::All(found)
}

/// How probable digits are at the end of a label: round numbers come first.
///
/// Scale-free over the digits before the closing zeros, as figures are, with
/// half as much for each zero more: `5000` is far likelier than `50005`.
fn label_weight(digits: &str) -> f64 {
    if digits.is_empty() {
        return 1.0;
    }
    let core = digits.trim_end_matches('0');
    let zeros = i32::try_from(digits.len() - core.len()).unwrap_or(i32::MAX);
    let value: f64 = core.parse().unwrap_or(0.0);
    0.5_f64.powi(zeros + 1) / (16.0 * (value + 1.0))
}

/// The digits and marks of a row, and the cuts found so far.
struct Run {
    /// Each sign with where it stands; spaces between tokens are left out.
    signs: Vec<(char, u32)>,
    /// Whether a cut must stand before the sign.
    forced: Vec<bool>,
    digits: usize,
    style: Style,
    steps: usize,
    open: Vec<(usize, usize)>,
    found: Vec<(Vec<Span>, Vec<u64>)>,
}

impl Run {
    fn new(document: &Document, row: &RawRow, skip: usize, style: Style) -> Option<Self> {
        let mut signs = Vec::new();
        let mut forced = Vec::new();
        for (index, token) in row.tokens.iter().enumerate() {
            let skip = if index == 0 { skip } else { 0 };
            let start = token.digits.start as usize + skip;
            let text = document.text.get(start..token.digits.end as usize)?;
            for (at, it) in text.char_indices() {
                signs.push((it, Span::new(0, start + at).end));
                forced.push(at == 0);
            }
        }
        let digits = signs.iter().filter(|it| it.0.is_ascii_digit()).count();
        Some(Self { signs, forced, digits, style, steps: 0, open: Vec::new(), found: Vec::new() })
    }

    fn cut(&mut self, from: usize, columns: usize) {
        self.steps += 1;
        if self.steps > STEPS_MAX || self.found.len() > CANDIDATES_MAX || from >= self.signs.len() {
            return;
        }
        if columns == 1 {
            self.close(from);
            return;
        }
        for to in from + 1..self.signs.len() {
            if self.forced[from + 1..to].contains(&true) {
                break;
            }
            if self.piece(from, to).is_some() {
                // A space that could group digits parts cells instead.
                let gap = self.signs[to].0.is_whitespace();
                self.open.push((from, to));
                self.cut(to + usize::from(gap), columns - 1);
                self.open.pop();
            }
        }
    }

    /// Takes the rest as the last cell.
    fn close(&mut self, from: usize) {
        let end = self.signs.len();
        if self.forced[from + 1..].contains(&true) || self.piece(from, end).is_none() {
            return;
        }
        self.open.push((from, end));
        let span = |&(from, to): &(usize, usize)| Span { start: self.signs[from].1, end: self.signs[to - 1].1 + 1 };
        let cells = self.open.iter().map(span).collect();
        let values = self.open.iter().filter_map(|&(from, to)| self.piece(from, to)).collect();
        self.found.push((cells, values));
        self.open.pop();
    }

    /// The value of a piece, if a figure may be printed so.
    fn piece(&self, from: usize, to: usize) -> Option<u64> {
        let signs = &self.signs[from..to];
        let digits = signs.iter().filter(|it| it.0.is_ascii_digit()).count();
        let first = signs.first()?.0;
        if !first.is_ascii_digit() || digits > PIECE_DIGITS_MAX || (first == '0' && signs.len() > 1) {
            return None;
        }
        let plain = digits == signs.len();
        let fits = if plain { digits <= 3 || !matches!(self.style, Style::Grouped(_)) } else { self.is_grouped(signs) };
        let value = signs.iter().filter_map(|it| it.0.to_digit(10)).fold(0_u64, |sum, it| sum * 10 + u64::from(it));
        fits.then_some(value)
    }

    /// One to three digits, then a mark before each three.
    fn is_grouped(&self, signs: &[(char, u32)]) -> bool {
        let middle = if self.style == Style::Grouped(crate::table::Thousands::Indian) { 2 } else { 3 };
        let groups: Vec<usize> = signs.split(|it| self.style.is_mark(it.0)).map(<[_]>::len).collect();
        let Some((last, head)) = groups.split_last() else { return false };
        let marks = signs.len() - signs.iter().filter(|it| it.0.is_ascii_digit()).count();
        let rest = head.get(1..).unwrap_or(&[]);
        let sizes = head.first().is_some_and(|it| (1..=middle).contains(it)) && rest.iter().all(|&it| it == middle);
        marks + 1 == groups.len() && *last == 3 && sizes
    }
}
