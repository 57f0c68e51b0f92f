//! What differs inside a text: by words, or by characters of a single word.

use similar::{ChangeTag, TextDiff};

/// Texts that have less than this in common are shown one after the other:
/// below two thirds, what is marked reads worse than both.
const ALIKE_MIN: f32 = 0.66;

/// A stretch of two texts that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// In both.
    Same(String),
    /// In the old text only.
    Old(String),
    /// In the new text only.
    New(String),
}

/// Splits two texts into what they share and what they do not; `None` where
/// they have little in common, or one is mostly digits: those of a figure or
/// a date mean nothing one by one.
pub(super) fn pieces(old: &str, new: &str) -> Option<Vec<Piece>> {
    let is_text = |it: &&str| {
        let count = |is: fn(char) -> bool| it.chars().filter(|it| is(*it)).count();
        // `2021-03-01T08:00Z` has letters, and is none.
        count(char::is_alphabetic) * 2 > count(|it| it.is_ascii_digit())
    };
    if ![old, new].iter().all(is_text) {
        return None;
    }
    let spaced = |it: &str| it.trim().contains(char::is_whitespace);
    let diff = if spaced(old) && spaced(new) { TextDiff::from_words(old, new) } else { TextDiff::from_chars(old, new) };
    if diff.ratio() < ALIKE_MIN {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        match (change.tag(), pieces.last_mut()) {
            (ChangeTag::Equal, Some(Piece::Same(it)))
            | (ChangeTag::Delete, Some(Piece::Old(it)))
            | (ChangeTag::Insert, Some(Piece::New(it))) => it.push_str(text),
            (ChangeTag::Equal, _) => pieces.push(Piece::Same(text.to_owned())),
            (ChangeTag::Delete, _) => pieces.push(Piece::Old(text.to_owned())),
            (ChangeTag::Insert, _) => pieces.push(Piece::New(text.to_owned())),
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Option<String> {
        let show = |it: Piece| match it {
            Piece::Same(it) => it,
            Piece::Old(it) => format!("[-{it}-]"),
            Piece::New(it) => format!("{{+{it}+}}"),
        };
        Some(pieces(old, new)?.into_iter().map(show).collect())
    }

    #[test]
    fn sentences_differ_by_words_and_words_by_characters() {
        assert_eq!(shown("Car theft, all", "Car thefts, all").as_deref(), Some("Car [-theft,-]{+thefts,+} all"));
        assert_eq!(shown("Robery", "Robbery").as_deref(), Some("Rob{+b+}ery"));
        assert_eq!(shown("Murder", "Fraud"), None);
        assert_eq!(shown("2020-04-01", "2020-04-02"), None);
    }
}
