//! How a file groups its digits, and which decimal sign it prints.

use std::collections::HashMap;

use super::figure::{is_space, read_figure};

/// What stands between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thousands {
    /// Nothing: `4477`.
    None,
    /// `4,477`.
    Comma,
    /// `4.477`.
    Point,
    /// `4 477`, with any space.
    Space,
    /// `4'477`, with either apostrophe.
    Apostrophe,
    /// `12,34,567`.
    Indian,
}

/// Which sign stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DecimalSign {
    /// `0.5`.
    Point,
    /// `0,5`.
    Comma,
}

/// How numbers are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NumberStyle {
    /// What stands between groups of digits.
    pub thousands: Thousands,
    /// Which sign stands before the decimals.
    pub decimal: DecimalSign,
}

/// What the numbers of a file say of their style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StyleEvidence {
    /// One style reads them all; where several do, they agree or the first is usual.
    Settled(NumberStyle),
    /// No style reads them all: the best, and the index of the first number it cannot read.
    Mixed(NumberStyle, usize),
}

impl Thousands {
    /// Whether a character separates groups in this style.
    pub fn is_mark(self, it: char) -> bool {
        match self {
            Self::None => false,
            Self::Comma | Self::Indian => it == ',',
            Self::Point => it == '.',
            // A line break inside a cell parts two numbers.
            Self::Space => is_space(it) && !matches!(it, '\n' | '\r' | '\t'),
            Self::Apostrophe => matches!(it, '\'' | '’'),
        }
    }
}

impl DecimalSign {
    /// The printed sign.
    pub fn sign(self) -> char {
        if self == Self::Point { '.' } else { ',' }
    }
}

impl NumberStyle {
    /// `4,477.5`
    pub const ENGLISH: Self = Self { thousands: Thousands::Comma, decimal: DecimalSign::Point };
    /// `4.477,5`
    pub const GERMAN: Self = Self { thousands: Thousands::Point, decimal: DecimalSign::Comma };
    /// `4477.5`
    pub const PLAIN: Self = Self { thousands: Thousands::None, decimal: DecimalSign::Point };

    // In the order of preference among styles that read the same numbers.
    const ALL: [Self; 8] = [
        Self::ENGLISH,
        Self::GERMAN,
        Self { thousands: Thousands::Space, decimal: DecimalSign::Point },
        Self { thousands: Thousands::Space, decimal: DecimalSign::Comma },
        Self { thousands: Thousands::Apostrophe, decimal: DecimalSign::Point },
        Self { thousands: Thousands::Apostrophe, decimal: DecimalSign::Comma },
        Self { thousands: Thousands::Indian, decimal: DecimalSign::Point },
        Self { thousands: Thousands::None, decimal: DecimalSign::Comma },
    ];

    /// How a number is printed in it, for messages: `1,234.5`.
    pub fn example(self) -> &'static str {
        match (self.thousands, self.decimal) {
            // One sign cannot do both, so a style that says so has no groups.
            (Thousands::None | Thousands::Point, DecimalSign::Point) => "1234.5",
            (Thousands::None | Thousands::Comma | Thousands::Indian, DecimalSign::Comma) => "1234,5",
            (Thousands::Comma, DecimalSign::Point) => "1,234.5",
            (Thousands::Indian, DecimalSign::Point) => "12,34,567.5",
            (Thousands::Point, DecimalSign::Comma) => "1.234,5",
            (Thousands::Space, DecimalSign::Point) => "1 234.5",
            (Thousands::Space, DecimalSign::Comma) => "1 234,5",
            (Thousands::Apostrophe, DecimalSign::Point) => "1'234.5",
            (Thousands::Apostrophe, DecimalSign::Comma) => "1'234,5",
        }
    }

    /// The style of a language tag: `en`, `de`, `fr-CH`, `hi`; `None` if unknown.
    pub fn of_locale(tag: &str) -> Option<Self> {
        let tag = tag.replace('_', "-").to_lowercase();
        let (language, region) = tag.split_once('-').unwrap_or((tag.as_str(), ""));
        let style = |thousands, decimal| Some(Self { thousands, decimal });
        match (language, region) {
            ("de" | "fr" | "it" | "rm", "ch") => style(Thousands::Apostrophe, DecimalSign::Point),
            ("en" | "hi", "in") | ("hi", "") => style(Thousands::Indian, DecimalSign::Point),
            ("en" | "zh" | "ja" | "ko" | "th" | "he", _) => Some(Self::ENGLISH),
            ("de" | "it" | "es" | "nl" | "pt" | "da" | "tr" | "id" | "el" | "ro", _) => {
                style(Thousands::Point, DecimalSign::Comma)
            }
            ("fr" | "ru" | "uk" | "pl" | "cs" | "sk" | "sv" | "nb" | "no" | "fi" | "hu" | "bg", _) => {
                style(Thousands::Space, DecimalSign::Comma)
            }
            _ => None,
        }
    }

    /// Finds the style that reads all of the numbers given.
    ///
    /// Cells that no style reads (labels, markers) are passed over. `prefer`
    /// is tried first: it decides `1,234` where nothing else does.
    pub fn detect<'a>(texts: impl IntoIterator<Item = &'a str>, prefer: Self) -> StyleEvidence {
        let mut tally = StyleTally::new(prefer);
        for text in texts {
            tally.add(text);
        }
        tally.evidence()
    }
}

/// Counts which styles read which of many numbers.
///
/// Numbers of one shape (as many digits between the same signs) read alike, so
/// each shape is tried once, and stands for all of its numbers.
#[derive(Debug)]
pub(crate) struct StyleTally {
    styles: Vec<NumberStyle>,
    shapes: HashMap<Shape, Shaped, foldhash::fast::FixedState>,
    /// Numbers without a shape, by the styles that read them.
    others: HashMap<u16, Shaped, foldhash::fast::FixedState>,
    seen: usize,
    /// How many numbers are plain digits: one to three of them and not zero,
    /// or four and more, which no thousands mark groups.
    pub(crate) short: usize,
    pub(crate) ungrouped: usize,
    /// How many of those have so many digits.
    lengths: [usize; LENGTHS],
}

/// Longer runs of digits are no counts.
const LENGTHS: usize = 40;

/// The numbers of one shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shaped {
    /// Which styles read them, one bit each; none where they are no numbers.
    fits: u16,
    /// How many there are.
    pub(crate) count: usize,
    /// The index of the first.
    pub(crate) first: usize,
}

type Shape = [u8; SHAPE_BYTES];

// Longer texts are tried each time: few figures are as long.
const SHAPE_BYTES: usize = 24;

impl StyleTally {
    /// Starts with the style that is tried first.
    pub(crate) fn new(prefer: NumberStyle) -> Self {
        let others = NumberStyle::ALL.into_iter().filter(|&it| it != prefer);
        Self {
            styles: std::iter::once(prefer).chain(others).collect(),
            shapes: HashMap::default(),
            others: HashMap::default(),
            seen: 0,
            short: 0,
            ungrouped: 0,
            lengths: [0; LENGTHS],
        }
    }

    /// Counts a text; false if it is no number in any style.
    pub(crate) fn add(&mut self, text: &str) -> bool {
        let index = self.seen;
        self.seen += 1;
        if !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()) {
            self.short += usize::from(text.len() < 4 && text.bytes().any(|it| it != b'0'));
            self.ungrouped += usize::from(text.len() > 3 && !text.starts_with('0'));
            let length = if text.len() == 1 && text.starts_with('0') { 0 } else { text.len() };
            self.lengths[length.min(LENGTHS - 1)] += 1;
            return text.len() <= 38;
        }
        if !text.contains(|it: char| it.is_ascii_digit()) {
            return false;
        }
        let styles = &self.styles;
        let fits = || {
            let fit = |(at, &style): (usize, &NumberStyle)| u16::from(read_figure(text, style, None).is_ok()) << at;
            styles.iter().enumerate().map(fit).sum()
        };
        let new = |fits| Shaped { fits, count: 0, first: index };
        let it = if let Some(shape) = shape(text) {
            self.shapes.entry(shape).or_insert_with(|| new(fits()))
        } else {
            let fits = fits();
            self.others.entry(fits).or_insert_with(|| new(fits))
        };
        it.count += 1;
        it.fits != 0
    }

    /// What the texts counted so far say.
    pub(crate) fn evidence(&self) -> StyleEvidence {
        let read = self.read();
        let best = (0..self.styles.len()).rev().max_by_key(|&at| read[at]).expect("there are styles");
        let unread = self.numbers().filter(|it| it.fits & (1 << best) == 0).map(|it| it.first).min();
        let style = self.styles[best];
        unread.map_or(StyleEvidence::Settled(style), |first| StyleEvidence::Mixed(style, first))
    }

    /// The styles that read most of the texts counted so far, the usual first.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = NumberStyle> {
        let read = self.read();
        let most = read.iter().copied().max().unwrap_or(0);
        self.styles.iter().zip(read).filter(move |it| it.1 == most).map(|it| *it.0)
    }

    /// How many of the marked numbers counted so far each style reads, the
    /// usual style first.
    pub(crate) fn read(&self) -> Vec<usize> {
        let of = |at: usize| self.numbers().filter(|it| it.fits & (1 << at) != 0).map(|it| it.count).sum();
        (0..self.styles.len()).map(of).collect()
    }

    /// How many plain numbers there are of each number of digits; zero has none.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = (usize, usize)> {
        self.lengths.iter().copied().enumerate()
    }

    /// The styles, in the order in which they are tried.
    pub(crate) fn styles(&self) -> &[NumberStyle] {
        &self.styles
    }

    /// How many numbers are more than plain digits.
    pub(crate) fn marked(&self) -> usize {
        self.numbers().map(|it| it.count).sum()
    }

    /// The shapes of marked numbers, each as a text that reads as its numbers do.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = (&str, Shaped)> {
        let text = |it: &'_ Shape| it.iter().position(|it| *it == 0).unwrap_or(SHAPE_BYTES);
        let numbers = self.shapes.iter().filter(|it| it.1.fits != 0);
        numbers.filter_map(move |(shape, it)| Some((std::str::from_utf8(&shape[..text(shape)]).ok()?, *it)))
    }

    fn numbers(&self) -> impl Iterator<Item = &Shaped> {
        self.shapes.values().chain(self.others.values()).filter(|it| it.fits != 0)
    }
}

/// The text with digits as `9`, and as `0` where a run begins or ends with zero
/// or holds nothing else: all that makes a number read or not, whole or not,
/// and its decimals trimmed or not, for a text this short.
fn shape(text: &str) -> Option<Shape> {
    let mut shape = [0; SHAPE_BYTES];
    if text.len() > SHAPE_BYTES || text.contains(['e', 'E']) {
        return None;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|it| it.is_ascii_digit()).count();
        if run == 0 {
            shape[at] = bytes[at];
            at += 1;
            continue;
        }
        let zeros = bytes[at..at + run].iter().all(|it| *it == b'0');
        for (offset, to) in shape[at..at + run].iter_mut().enumerate() {
            let edge = (offset == 0 || (at > 0 && offset + 1 == run)) && bytes[at + offset] == b'0';
            *to = if zeros || edge { b'0' } else { b'9' };
        }
        at += run;
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Decimal;
    use super::*;

    fn detect(texts: &[&str]) -> StyleEvidence {
        NumberStyle::detect(texts.iter().copied(), NumberStyle::ENGLISH)
    }

    /// Prints a value as a style has it.
    fn print(value: Decimal, style: NumberStyle) -> String {
        let plain = value.to_string();
        let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |it| ("-", it));
        let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
        let mark = match style.thousands {
            Thousands::None => "",
            Thousands::Comma | Thousands::Indian => ",",
            Thousands::Point => ".",
            Thousands::Space => "\u{a0}",
            Thousands::Apostrophe => "’",
        };
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            let left = whole.len() - index;
            let edge = if style.thousands == Thousands::Indian {
                left == 3 || (left > 3 && left % 2 == 1)
            } else {
                left % 3 == 0
            };
            grouped.push_str(if index > 0 && edge { mark } else { "" });
            grouped.push(digit);
        }
        let point = if decimals.is_empty() { String::new() } else { format!("{}{decimals}", style.decimal.sign()) };
        format!("{sign}{grouped}{point}")
    }

    #[test]
    fn one_number_decides_for_the_others() {
        assert_eq!(detect(&["1,234", "5"]), StyleEvidence::Settled(NumberStyle::ENGLISH));
        assert_eq!(detect(&["1.234", "1,5", "total", ".."]), StyleEvidence::Settled(NumberStyle::GERMAN));
        let evidence = NumberStyle::detect(["1,234"], NumberStyle::GERMAN);
        assert_eq!(evidence, StyleEvidence::Settled(NumberStyle::GERMAN));
    }

    #[test]
    fn names_the_first_number_of_another_style() {
        let evidence = detect(&["n", "1.234,5", "7", "2.345,5", "1,234.5", "2,345.5", "3.456,5"]);
        assert_eq!(evidence, StyleEvidence::Mixed(NumberStyle::GERMAN, 4));
    }

    #[test]
    fn numbers_of_one_shape_read_alike_but_for_leading_zeros() {
        assert_eq!(
            detect(&["1,234", "0,123", "9,123"]),
            StyleEvidence::Settled(NumberStyle { thousands: Thousands::Point, decimal: DecimalSign::Comma })
        );
    }

    #[test]
    fn examples_read_in_their_own_style() {
        for style in NumberStyle::ALL {
            assert!(read_figure(style.example(), style, None).is_ok(), "{style:?}");
        }
    }

    proptest! {
        #[test]
        fn printed_in_any_style_reads_back(
            units in any::<i64>(), places in 0_i8..6, at in 0..NumberStyle::ALL.len()
        ) {
            let (value, style) = (Decimal { units: i128::from(units), exponent: -places }, NumberStyle::ALL[at]);
            let text = print(value, style);
            prop_assert_eq!(read_figure(&text, style, None).unwrap().value, value, "{}", text);
            let (StyleEvidence::Settled(found) | StyleEvidence::Mixed(found, _)) = NumberStyle::detect([text.as_str()], style);
            prop_assert_eq!(read_figure(&text, found, None).unwrap().value, value);
        }

        #[test]
        fn detection_reads_what_it_counts(texts in proptest::collection::vec("[0-9]{1,4}([.,' ][0-9]{1,3}){0,2}", 0..8)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let any = |text: &&str| NumberStyle::ALL.iter().any(|it| read_figure(text, *it, None).is_ok());
            match detect(&texts) {
                StyleEvidence::Settled(style) => {
                    prop_assert!(texts.iter().filter(|it| any(it)).all(|it| read_figure(it, style, None).is_ok()));
                }
                StyleEvidence::Mixed(style, at) => {
                    prop_assert!(any(&texts[at]) && read_figure(texts[at], style, None).is_err());
                }
            }
        }
    }
}
