//! HTML text to tags and text, each with its place.
//!
//! Not a browser: no tree is built, and what is out of order stays so. Tables
//! need no more, and every character keeps its place in the source.

use std::collections::HashMap;
use std::sync::OnceLock;

/// One piece of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A tag that opens: name, and what follows it up to `>`.
    Open(&'a str, &'a str),
    /// A tag that closes.
    Close(&'a str),
    /// Text between tags, from a byte on.
    Text(usize, &'a str),
}

/// Elements whose content is no text of the page.
const RAW: [&str; 5] = ["script", "style", "template", "textarea", "noscript"];

/// The pieces of a page with the byte that each starts at.
pub(super) fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0 }
}

/// Reads a page piece by piece.
pub(super) struct Pieces<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (usize, Piece<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let (at, rest) = (self.at, &self.text[self.at..]);
            if !rest.starts_with('<') {
                let end = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                self.at += end;
                return Some((at, Piece::Text(at, &rest[..end])));
            } else if let Some(inside) = rest.strip_prefix("<!--") {
                self.at += inside.find("-->").map_or(rest.len(), |it| it + 7);
            } else if rest[1..].starts_with(['!', '?']) {
                self.at += memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |it| it + 1);
            } else if rest[1..].starts_with(|it: char| it.is_ascii_alphabetic() || it == '/') {
                let (piece, length) = tag(rest);
                self.at += length;
                if let Piece::Open(name, _) = piece
                    && let Some(raw) = RAW.iter().find(|it| it.eq_ignore_ascii_case(name))
                {
                    self.at += end_of(&self.text[self.at..], raw);
                }
                return Some((at, piece));
            } else {
                // A bare `<` is text.
                self.at += 1;
                return Some((at, Piece::Text(at, &rest[..1])));
            }
        }
        None
    }
}

/// A tag at the start of a text, and its length; quotes may hold a `>`.
fn tag(rest: &str) -> (Piece<'_>, usize) {
    let bytes = rest.as_bytes();
    let closes = bytes.get(1) == Some(&b'/');
    let start = if closes { 2 } else { 1 };
    let name_end = bytes[start..].iter().position(|it| !it.is_ascii_alphanumeric()).map_or(rest.len(), |it| it + start);
    let (mut end, mut quote) = (name_end, None);
    while let Some(&byte) = bytes.get(end) {
        match (quote, byte) {
            (None, b'>') => break,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        end += 1;
    }
    let (name, inside) = (&rest[start..name_end], &rest[name_end..end]);
    let piece = if closes { Piece::Close(name) } else { Piece::Open(name, inside) };
    (piece, (end + 1).min(rest.len()))
}

/// Where the closing tag of a raw element starts.
fn end_of(text: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text[from..].find("</").map(|it| it + from) {
        let after = &text.as_bytes()[at + 2..];
        if after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return at;
        }
        from = at + 2;
    }
    text.len()
}

/// The value of an attribute.
pub(super) fn attribute<'a>(inside: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = inside.trim_start_matches(|it: char| it.is_whitespace() || it == '/');
    while !rest.is_empty() {
        let end = rest.find(|it: char| it.is_whitespace() || it == '=' || it == '/').unwrap_or(rest.len());
        let name = &rest[..end];
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inner = &after[1..];
                    let end = inner.find(quote).unwrap_or(inner.len());
                    (&inner[..end], inner.get(end + 1..).unwrap_or(""))
                }
                _ => after.split_at(after.find(char::is_whitespace).unwrap_or(after.len())),
            };
        }
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        if name.is_empty() && value.is_empty() {
            // A sign that belongs to nothing.
            rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
        }
        rest = rest.trim_start_matches(|it: char| it.is_whitespace() || it == '/');
    }
    None
}

/// The named character references of the HTML standard, by name with or without
/// its semicolon, and what they stand for in hexadecimal: sorted by name.
const ENTITIES: &str = include_str!("entities.txt");
/// The longest of their names.
const NAME_MAX: usize = 33;

/// A text with its character references undone; those that are unknown stay.
pub(super) fn undone(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (length, sign) = reference(rest).unwrap_or((1, "&".to_owned()));
        out.push_str(&sign);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// How many bytes of a text are a reference, and what it stands for.
fn reference(text: &str) -> Option<(usize, String)> {
    let name = &text[1..];
    if let Some(number) = name.strip_prefix('#') {
        let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |it| (it, 16));
        let count = digits.bytes().take_while(|it| char::from(*it).is_digit(radix)).take(8).count();
        let code = u32::from_str_radix(&digits[..count], radix).ok()?;
        let sign = numbered(code)?;
        let end = text.len() - digits.len() + count;
        return Some((end + usize::from(text[end..].starts_with(';')), sign.to_string()));
    }
    let letters = name.bytes().take(NAME_MAX).take_while(u8::is_ascii_alphanumeric).count();
    let whole = letters + usize::from(name[letters..].starts_with(';'));
    // Some names may go without their semicolon, whatever stands behind them.
    let mut named = (whole == letters + 1).then_some(whole).into_iter().chain((2..=letters).rev());
    named.find_map(|length| Some((length + 1, entity(&name[..length])?)))
}

/// The character of a number; those that are none are read as windows-1252, as
/// browsers do.
fn numbered(code: u32) -> Option<char> {
    let byte = u8::try_from(code).ok().filter(|it| (0x80..0xa0).contains(it));
    match byte {
        Some(byte) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        None => char::from_u32(code).filter(|it| *it != '\0'),
    }
}

/// What a name stands for.
fn entity(name: &str) -> Option<String> {
    static BY_NAME: OnceLock<HashMap<&str, &str>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| ENTITIES.lines().filter_map(|it| it.split_once(' ')).collect());
    let codes = by_name.get(name)?.split(' ');
    codes.map(|it| u32::from_str_radix(it, 16).ok().and_then(char::from_u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_text_know_where_they_stand() {
        let page = "a<td class=\"x>y\">1 &lt; 2</TD><!-- <td> --><script>if (a<b) '</td>'</script>5 < 6";
        let found: Vec<Piece<'_>> = pieces(page).map(|it| it.1).collect();
        assert_eq!(found[0], Piece::Text(0, "a"));
        assert_eq!(found[1], Piece::Open("td", " class=\"x>y\""));
        assert_eq!(found[2], Piece::Text(17, "1 &lt; 2"));
        assert_eq!(found[3], Piece::Close("TD"));
        assert!(matches!(found[4], Piece::Open("script", _)) && found[5] == Piece::Close("script"), "{found:?}");
    }

    #[test]
    fn attributes_are_read_however_they_are_quoted() {
        assert_eq!(attribute(" rowspan=2 colspan='3' nowrap", "colspan"), Some("3"));
        assert_eq!(attribute(" rowspan = \"2\"/", "ROWSPAN"), Some("2"));
        assert_eq!(attribute(" nowrap = ", "colspan"), None);
    }

    #[test]
    fn references_are_undone_and_unknown_ones_stay() {
        assert_eq!(undone("4&nbsp;477 &#8722;3 &x; &amp;lt; &"), "4\u{a0}477 −3 &x; &lt; &");
        assert_eq!(undone("K&ouml;ln&sup1; S&atilde;o &eacute &rarr;&#x2192"), "Köln¹ São é →→");
        assert_eq!(undone("A&ampB &copy2020 4&#150;5 &notit;"), "A&B ©2020 4–5 ¬it;");
        assert_eq!(undone("R&D; AT&T &unheardof; &;"), "R&D; AT&T &unheardof; &;");
    }
}
