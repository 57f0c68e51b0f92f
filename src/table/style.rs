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
    /// `4477.5`
    pub const PLAIN: Self = Self { thousands: Thousands::None, decimal: DecimalSign::Point };

    // In the order of preference among styles that read the same numbers.
    const ALL: [Self; 8] = [
        Self::ENGLISH,
        Self { thousands: Thousands::Point, decimal: DecimalSign::Comma },
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
/// each shape is tried once.
#[derive(Debug)]
pub(crate) struct StyleTally {
    styles: Vec<NumberStyle>,
    read: Vec<usize>,
    first_unread: Vec<Option<usize>>,
    numbers: usize,
    seen: usize,
    shapes: HashMap<Shape, u16, foldhash::fast::FixedState>,
}

type Shape = [u8; SHAPE_BYTES];

// Longer texts are tried each time: few figures are as long.
const SHAPE_BYTES: usize = 24;

impl StyleTally {
    /// Starts with the style that is tried first.
    pub(crate) fn new(prefer: NumberStyle) -> Self {
        let others = NumberStyle::ALL.into_iter().filter(|&it| it != prefer);
        let styles: Vec<NumberStyle> = std::iter::once(prefer).chain(others).collect();
        let count = styles.len();
        Self {
            styles,
            read: vec![0; count],
            first_unread: vec![None; count],
            numbers: 0,
            seen: 0,
            shapes: HashMap::default(),
        }
    }

    /// Counts a text; false if it is no number in any style.
    pub(crate) fn add(&mut self, text: &str) -> bool {
        let index = self.seen;
        self.seen += 1;
        let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if plain || !text.contains(|it: char| it.is_ascii_digit()) {
            return plain && text.len() <= 38;
        }
        let fits = self.fits(text);
        if fits == 0 {
            return false;
        }
        self.numbers += 1;
        for at in 0..self.styles.len() {
            if fits & (1 << at) != 0 {
                self.read[at] += 1;
            } else {
                self.first_unread[at].get_or_insert(index);
            }
        }
        true
    }

    /// What the texts counted so far say.
    pub(crate) fn evidence(&self) -> StyleEvidence {
        let best = (0..self.styles.len()).rev().max_by_key(|&at| self.read[at]).expect("there are styles");
        match self.first_unread[best] {
            Some(index) if self.read[best] < self.numbers => StyleEvidence::Mixed(self.styles[best], index),
            _ => StyleEvidence::Settled(self.styles[best]),
        }
    }

    /// The styles that read most of the texts counted so far, the usual first.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = NumberStyle> {
        let most = self.read.iter().copied().max().unwrap_or(0);
        self.styles.iter().zip(&self.read).filter(move |it| *it.1 == most).map(|it| *it.0)
    }

    /// Which styles read a text, one bit each.
    fn fits(&mut self, text: &str) -> u16 {
        let styles = &self.styles;
        let read = || {
            let fit = |(at, &style): (usize, &NumberStyle)| u16::from(read_figure(text, style, None).is_ok()) << at;
            styles.iter().enumerate().map(fit).sum()
        };
        match shape(text) {
            Some(shape) => *self.shapes.entry(shape).or_insert_with(read),
            None => read(),
        }
    }
}

/// The text with digits as `9`, and as `0` where a run begins with zero: all
/// that makes a number read or not, for a text this short.
fn shape(text: &str) -> Option<Shape> {
    let mut shape = [0; SHAPE_BYTES];
    if text.len() > SHAPE_BYTES || text.contains(['e', 'E']) {
        return None;
    }
    let mut inside = false;
    for (to, byte) in shape.iter_mut().zip(text.bytes()) {
        *to = if byte.is_ascii_digit() && (inside || byte != b'0') { b'9' } else { byte };
        inside = byte.is_ascii_digit();
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Decimal;
    use super::*;

    const GERMAN: NumberStyle = NumberStyle { thousands: Thousands::Point, decimal: DecimalSign::Comma };

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
        assert_eq!(detect(&["1.234", "1,5", "total", ".."]), StyleEvidence::Settled(GERMAN));
        let evidence = NumberStyle::detect(["1,234"], GERMAN);
        assert_eq!(evidence, StyleEvidence::Settled(GERMAN));
    }

    #[test]
    fn names_the_first_number_of_another_style() {
        let evidence = detect(&["n", "1.234,5", "7", "2.345,5", "1,234.5", "2,345.5", "3.456,5"]);
        assert_eq!(evidence, StyleEvidence::Mixed(GERMAN, 4));
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
