//! How a page prints thousands: declared, or seen in its numbers.

use super::Options;
use super::blocks::Block;
use super::lines::{Class, Line, Token};
use crate::table::{Document, Thousands, is_space};

/// What is known of the thousands of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Numbers from 1,000 on are grouped.
    Grouped(Thousands),
    /// No number is grouped.
    Plain,
    /// Numbers may be grouped or not, and with commas where nothing else is declared.
    Unknown(Thousands),
}

impl Style {
    /// Whether a sign may stand between groups of digits.
    pub(super) fn is_mark(self, it: char) -> bool {
        match self {
            Self::Grouped(thousands) | Self::Unknown(thousands) => thousands.is_mark(it),
            Self::Plain => false,
        }
    }
}

/// Finds the style of a page: what is declared, else what its tables show, else its prose.
pub(super) fn detect(document: &Document, lines: &[Line], blocks: &[Block], options: &Options<'_>) -> Style {
    if let Some(declared) = options.thousands {
        return of(declared);
    }
    let rows = blocks.iter().flat_map(|it| &it.sections).flat_map(|it| &it.rows);
    let parts = rows.filter_map(|&it| lines[it].parts.as_ref());
    let mut seen = Vec::new();
    let mut plain = false;
    for part in parts {
        for token in &part.tokens {
            seen.extend(grouping(document.slice(token.digits)));
            plain |= part.tokens.len() > 1 && is_long(document, token);
        }
    }
    if seen.is_empty() && !plain {
        let prose = lines.iter().filter(|it| it.class == Class::Prose);
        let words = prose.flat_map(|it| document.slice(it.body).split_whitespace());
        let bare = words.map(|it| it.trim_matches(|it: char| !it.is_ascii_digit()));
        // Points and apostrophes in prose are decimals and quotes as well.
        seen.extend(bare.filter_map(grouping).filter(|&it| it == Thousands::Comma));
    }
    // A declared language has one mark: another groups nothing.
    seen.retain(|&it| options.usual.is_none_or(|usual| same_mark(it, usual)));
    match seen.first() {
        Some(&first) if !plain && seen.iter().all(|&it| it == first) => Style::Grouped(first),
        None if plain => Style::Plain,
        _ => unknown(options),
    }
}

/// What a page may do of which nothing is known but its language.
pub(super) fn unknown(options: &Options<'_>) -> Style {
    Style::Unknown(options.usual.filter(|&it| it != Thousands::None).unwrap_or(Thousands::Comma))
}

fn same_mark(one: Thousands, other: Thousands) -> bool {
    let bare = |it| if it == Thousands::Indian { Thousands::Comma } else { it };
    bare(one) == bare(other)
}

/// The style that a declared grouping asks for.
pub(super) fn of(declared: Thousands) -> Style {
    if declared == Thousands::None { Style::Plain } else { Style::Grouped(declared) }
}

fn is_long(document: &Document, token: &Token) -> bool {
    let text = document.slice(token.digits);
    token.count && text.len() >= 4 && text.bytes().all(|it| it.is_ascii_digit()) && !super::lines::is_year(text)
}

/// What groups digits in a text that has a mark before each three of them.
fn grouping(text: &str) -> Option<Thousands> {
    let mark = text.chars().find(|it| !it.is_ascii_digit())?;
    let thousands = match mark {
        ',' => Thousands::Comma,
        '.' => Thousands::Point,
        '\'' | '’' => Thousands::Apostrophe,
        it if is_space(it) => Thousands::Space,
        _ => return None,
    };
    let groups: Vec<&str> = text.split(|it| thousands.is_mark(it)).collect();
    let grouped = groups.iter().all(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
    // More digits may follow a group where cells are glued: `1,709253`.
    (grouped && groups[1..].iter().all(|it| it.len() >= 3)).then_some(thousands)
}
