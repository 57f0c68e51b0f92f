//! How a file groups its digits, and which decimal sign it prints.

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
            Self::Space => is_space(it),
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
        let styles: Vec<Self> =
            std::iter::once(prefer).chain(Self::ALL.into_iter().filter(|&it| it != prefer)).collect();
        let mut read = vec![0_usize; styles.len()];
        let mut first_unread = vec![None; styles.len()];
        let mut numbers = 0;
        for (index, text) in texts.into_iter().enumerate() {
            let plain = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
            if plain || !text.contains(|it: char| it.is_ascii_digit()) {
                continue;
            }
            let fits: Vec<bool> = styles.iter().map(|&style| read_figure(text, style, None).is_ok()).collect();
            if !fits.contains(&true) {
                continue;
            }
            numbers += 1;
            for (at, fit) in fits.into_iter().enumerate() {
                read[at] += usize::from(fit);
                if !fit {
                    first_unread[at].get_or_insert(index);
                }
            }
        }
        let best = (0..styles.len()).rev().max_by_key(|&at| read[at]).expect("there are styles");
        match first_unread[best] {
            Some(index) if read[best] < numbers => StyleEvidence::Mixed(styles[best], index),
            _ => StyleEvidence::Settled(styles[best]),
        }
    }
}
