//! The running text of an HTML page, every character at its place in the source.
//!
//! Tags and references become white space of the same length, so that a span
//! of the text is a span of the page. What is not the main text (menus, forms,
//! footers, asides) is left out; where the page marks its article, so is all else.

use super::scan::{Piece, attribute, pieces, undone};
use crate::table::{Document, Span};

/// The running text of a page.
#[derive(Clone, Debug, Default)]
pub struct RunningText {
    /// As long as the page; paragraphs stand apart by empty lines.
    pub text: String,
    /// Where headings stand, with their level.
    pub headings: Vec<(Span, u8)>,
}

const LEFT_OUT: [&str; 14] = [
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "select",
    "svg",
    "iframe",
    "title",
    "caption",
    "dialog",
    "menu",
    "object",
    "figcaption",
];
const INLINE: [&str; 19] = [
    "b", "i", "em", "strong", "span", "a", "font", "small", "u", "sub", "sup", "abbr", "code", "mark", "time", "s",
    "q", "cite", "wbr",
];

/// Reads the running text of a page.
pub fn running_text(document: &Document) -> RunningText {
    let marked = ["<article", "<main"].iter().any(|it| document.text.contains(it));
    let main = collect(document, marked);
    let has_letters = main.text.bytes().any(|it| it.is_ascii_alphabetic());
    if marked && !has_letters { collect(document, false) } else { main }
}

fn collect(document: &Document, main_only: bool) -> RunningText {
    let source = &document.text;
    let mut text = vec![b' '; source.len()];
    let mut headings: Vec<(Span, u8)> = Vec::new();
    let (mut left_out, mut main, mut heading) = (0_usize, 0_usize, None);
    for (at, piece) in pieces(source) {
        match piece {
            Piece::Open(name, inside) => {
                let name = name.to_ascii_lowercase();
                part(&mut text, at, &name);
                let hidden = attribute(inside, "hidden").is_some() || attribute(inside, "aria-hidden") == Some("true");
                let alone = inside.ends_with('/');
                left_out += usize::from(!alone && LEFT_OUT.contains(&name.as_str()) && !hidden);
                main += usize::from(matches!(name.as_str(), "article" | "main"));
                heading = level(&name).map(|it| (at, it)).or(heading);
            }
            Piece::Close(name) => {
                let name = name.to_ascii_lowercase();
                part(&mut text, at, &name);
                if LEFT_OUT.contains(&name.as_str()) {
                    left_out = left_out.saturating_sub(1);
                }
                if matches!(name.as_str(), "article" | "main") {
                    main = main.saturating_sub(1);
                }
                if let Some((start, level)) = heading.take_if(|it| level(&name) == Some(it.1)) {
                    headings.push((Span::new(start, at), level));
                }
            }
            Piece::Text(start, shown) => {
                if left_out == 0 && (main > 0 || !main_only) {
                    write(&mut text[start..start + shown.len()], shown);
                }
            }
        }
    }
    RunningText { text: String::from_utf8(text).unwrap_or_default(), headings }
}

fn level(name: &str) -> Option<u8> {
    let digit = name.strip_prefix('h').filter(|it| it.len() == 1)?;
    digit.parse().ok().filter(|it| (1..=6).contains(it))
}

/// Parts paragraphs where an element begins or ends that is not in a line.
fn part(text: &mut [u8], at: usize, name: &str) {
    if INLINE.contains(&name) {
        return;
    }
    if let Some(byte) = text.get_mut(at) {
        *byte = b'\n';
    }
    if name != "br"
        && let Some(byte) = text.get_mut(at + 1)
    {
        *byte = b'\n';
    }
}

/// Writes a text over its own source: line breaks become spaces, and a
/// reference its sign, behind as many spaces as make up its length.
fn write(out: &mut [u8], shown: &str) {
    let mut at = 0;
    while at < shown.len() {
        let bytes = &shown.as_bytes()[at..];
        if bytes[0] == b'&'
            && let Some(end) = bytes.iter().take(12).position(|it| *it == b';')
        {
            let rest = &shown[at..];
            let sign = undone(&rest[..=end]);
            if sign.len() <= end && sign != rest[..=end] {
                out[at + end + 1 - sign.len()..=at + end].copy_from_slice(sign.as_bytes());
                at += end + 1;
                continue;
            }
        }
        let byte = bytes[0];
        out[at] = if matches!(byte, b'\n' | b'\r' | b'\t') { b' ' } else { byte };
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_keeps_its_places() {
        let page =
            "<html><nav>Home 1</nav><h1>Up 5</h1><p>Some <b>50&nbsp;000</b>\nwomen &amp; men, &pound;2.</p></html>";
        let found = running_text(&Document::new("p.html", page.to_owned(), "UTF-8"));
        assert_eq!(found.text.len(), page.len());
        let words: Vec<&str> = found.text.split_whitespace().collect();
        assert_eq!(words, ["Up", "5", "Some", "50", "000", "women", "&", "men,", "£2."]);
        assert_eq!(found.text.find("women"), page.find("women"));
        assert_eq!(found.headings.len(), 1);
    }

    #[test]
    fn letters_of_any_length_stay_as_they_are() {
        let page = "<p>Für €4 &amp; 漢字 7, &é; and &\u{1f980}</p>";
        let found = running_text(&Document::new("p.html", page.to_owned(), "UTF-8"));
        assert_eq!(found.text.trim(), "Für €4     & 漢字 7, &é; and &\u{1f980}");
    }

    #[test]
    fn a_marked_article_leaves_out_the_rest() {
        let page = "<body><p>Menu 7</p><article><p>Ten ships.</p></article><footer>5</footer></body>";
        let found = running_text(&Document::new("p.html", page.to_owned(), "UTF-8"));
        assert_eq!(found.text.split_whitespace().collect::<Vec<_>>(), ["Ten", "ships."]);
    }
}
