//! A paragraph to words, numbers and signs, each with its place.

use std::borrow::Cow;

/// One word, number or sign.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    /// As printed.
    pub(super) text: &'a str,
    /// In small letters, with straight apostrophes.
    pub(super) lower: Cow<'a, str>,
    /// The byte of the document that it starts at.
    pub(super) start: usize,
    /// What it is.
    pub(super) class: Class,
    /// Whether white space stands before it.
    pub(super) spaced: bool,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Letters, perhaps with digits behind (`Q3`) and apostrophes inside.
    Word,
    /// A number as digits, grouped and with decimals where it has them.
    Number,
    /// Digits with more than one point: `192.168.1.2`, `13.5.2015`.
    Dotted,
    /// An address, a path, a name in code: nothing in it is read.
    Opaque,
    /// Any other sign.
    Sign,
}

impl Token<'_> {
    /// One past its last byte.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.lower == word
    }

    pub(super) fn is_word(&self) -> bool {
        self.class == Class::Word
    }

    pub(super) fn is_number(&self) -> bool {
        self.class == Class::Number
    }

    /// Whether it begins with a capital letter.
    pub(super) fn is_capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    /// Whether it is a hyphen or a dash.
    pub(super) fn is_dash(&self) -> bool {
        matches!(self.text, "-" | "–" | "—" | "‑" | "−")
    }

    /// Whether it ends a sentence where it stands.
    pub(super) fn is_stop(&self) -> bool {
        matches!(self.text, "." | "!" | "?" | "…")
    }
}

/// Cuts a text that starts at a byte of its document.
pub(super) fn cut(text: &str, start: usize) -> Vec<Token<'_>> {
    let mut tokens: Vec<Token<'_>> = Vec::with_capacity(text.len() / 5);
    let mut at = 0;
    let mut spaced = true;
    while let Some(first) = text[at..].chars().next() {
        if is_space(first) {
            spaced = true;
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (class, length) = match opaque(rest, spaced) {
            Some(length) => (Class::Opaque, length),
            None => piece(rest, first, tokens.last().filter(|_| !spaced)),
        };
        let word = &rest[..length];
        let plain = word.bytes().all(|it| it.is_ascii() && !it.is_ascii_uppercase());
        let lower = if plain { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase().replace('’', "'")) };
        tokens.push(Token { text: word, lower, start: start + at, class, spaced });
        spaced = false;
        at += length;
    }
    tokens
}

/// White space, also where it has no width.
fn is_space(it: char) -> bool {
    it.is_whitespace() || it == '\u{200b}'
}

/// How long an address or a name in code is that starts here.
fn opaque(rest: &str, spaced: bool) -> Option<usize> {
    if !spaced {
        return None;
    }
    let chunk = &rest[..rest.find(is_space).unwrap_or(rest.len())];
    let is_code = chunk.starts_with('`') && chunk.len() > 1;
    let is_address = chunk.contains("://") || chunk.starts_with("www.") || (chunk.contains('@') && chunk.contains('.'));
    let is_name = chunk.contains('_') || chunk.contains("::") || chunk.contains('\\') || chunk.starts_with("--");
    (is_code || is_address || is_name).then(|| {
        let length = chunk.trim_end_matches(['.', ',', ';', ')', '!', '?']).len();
        if length == 0 { chunk.len() } else { length }
    })
}

fn piece(rest: &str, first: char, before: Option<&Token<'_>>) -> (Class, usize) {
    let point = first == '.' && rest[1..].starts_with(|it: char| it.is_ascii_digit());
    let free = before.is_none_or(|it| !matches!(it.class, Class::Number | Class::Dotted | Class::Word));
    if first.is_ascii_digit() || (point && free) {
        return number(rest);
    }
    if first.is_alphabetic() {
        return (Class::Word, word(rest));
    }
    (Class::Sign, first.len_utf8())
}

/// Letters, then letters, digits, and apostrophes between letters.
fn word(rest: &str) -> usize {
    let mut end = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, it)) = chars.next() {
        let inside = matches!(it, '\'' | '’') && chars.peek().is_some_and(|next| next.1.is_alphabetic());
        if !it.is_alphanumeric() && !inside {
            break;
        }
        end = at + it.len_utf8();
    }
    end
}

/// Digits, in groups of three where they are grouped, and decimals.
fn number(rest: &str) -> (Class, usize) {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from.min(bytes.len())..].iter().take_while(|it| it.is_ascii_digit()).count();
    let mut end = digits(0);
    let mut grouped = false;
    if (1..=3).contains(&end) {
        while let Some(length) = separator(&rest[end..]) {
            if digits(end + length) != 3 || (grouped && length == 0) {
                break;
            }
            end += length + 3;
            grouped = true;
        }
    }
    let points = |from: usize| bytes.get(from) == Some(&b'.') && digits(from + 1) > 0;
    if !points(end) {
        return (Class::Number, exponent(rest, end));
    }
    end += 1 + digits(end + 1);
    if !points(end) || grouped {
        return (Class::Number, exponent(rest, end));
    }
    while points(end) {
        end += 1 + digits(end + 1);
    }
    (Class::Dotted, end)
}

/// Where a number with an exponent ends (`4e14`, `1e-3`), else its end as it is.
fn exponent(rest: &str, end: usize) -> usize {
    let Some(after) = rest[end..].strip_prefix(['e', 'E']) else { return end };
    let digits = after.trim_start_matches(['-', '+']);
    let signs = after.len() - digits.len();
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let free = !digits[count..].starts_with(|it: char| it.is_alphanumeric() || it == '.');
    if signs <= 1 && (1..=2).contains(&count) && free { end + 1 + signs + count } else { end }
}

/// How long the sign between groups of digits is, if one stands here.
fn separator(rest: &str) -> Option<usize> {
    let sign = rest.chars().next()?;
    matches!(sign, ',' | '\u{a0}' | '\u{202f}' | '\u{2009}').then(|| sign.len_utf8())
}

/// Words that end in a point inside a sentence.
const ABBREVIATIONS: [&str; 46] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "nos", "vs", "gen", "lt", "col", "sgt", "capt", "gov", "sen", "rep",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "tues", "wed",
    "thu", "thur", "thurs", "fri", "sat", "sun", "inc", "co", "corp", "ltd", "approx", "ca", "est",
];

/// Longer sentences are none: lists without end, or no prose at all. Cutting
/// them keeps every check in the bounds of a sentence.
pub(super) const TOKENS_MAX: usize = 300;

/// Where each sentence of a paragraph starts and ends, by token, and how many
/// were cut.
pub(super) fn sentences(tokens: &[Token<'_>]) -> (Vec<std::ops::Range<usize>>, usize) {
    let mut sentences = Vec::new();
    let mut start = 0;
    let mut cut = 0;
    for (at, token) in tokens.iter().enumerate() {
        if at >= start + TOKENS_MAX {
            sentences.push(start..at);
            start = at;
            cut += 1;
        }
        if !token.is_stop() || at < start {
            continue;
        }
        let mut next = at + 1;
        while tokens.get(next).is_some_and(|it| !it.spaced && !it.is_word()) {
            next += 1;
        }
        let opens = tokens.get(next).is_none_or(|it| it.spaced && !it.text.starts_with(char::is_lowercase));
        let before = at.checked_sub(1).map(|it| &tokens[it]);
        let short = before.is_some_and(|it| {
            let letter = it.is_word() && it.text.chars().count() == 1 && it.is_capital();
            it.is_word() && !token.spaced && (letter || ABBREVIATIONS.contains(&&*it.lower))
        });
        if opens && !(token.text == "." && short) {
            sentences.push(start..next);
            start = next;
        }
    }
    if start < tokens.len() {
        sentences.push(start..tokens.len());
    }
    (sentences, cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        cut(text, 0).iter().map(|it| it.text).collect()
    }

    #[test]
    fn numbers_keep_their_groups_and_decimals() {
        assert_eq!(texts("1,234,567.25 and 22,24,26"), ["1,234,567.25", "and", "22", ",", "24", ",", "26"]);
        assert_eq!(texts("In 2005. .5 50\u{a0}000"), ["In", "2005", ".", ".5", "50\u{a0}000"]);
        assert_eq!(texts("192.168.1.2 12,3456"), ["192.168.1.2", "12", ",", "3456"]);
    }

    #[test]
    fn addresses_are_not_read() {
        let tokens = cut("see https://a.b/?x=25, or a_1 and x@y.org.", 0);
        let opaque: Vec<&str> = tokens.iter().filter(|it| it.class == Class::Opaque).map(|it| it.text).collect();
        assert_eq!(opaque, ["https://a.b/?x=25", "a_1", "x@y.org"]);
    }

    #[test]
    fn abbreviations_do_not_end_a_sentence() {
        let tokens = cut("On Feb. 23 the U.S. team won 3.5 points. Mr. Lee left. \"Yes.\" He did!", 0);
        assert_eq!(sentences(&tokens).0.len(), 4);
    }
}
