//! Printed text inside other languages: nothing in it is markup.

use std::borrow::Cow;

/// Inside HTML, also in an attribute.
pub(super) fn html(text: &str) -> String {
    let mut safe = String::new();
    for it in text.chars() {
        match it {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(it),
        }
    }
    safe
}

/// Inside a cell of CSV that a spreadsheet may open: what would be a formula
/// there gets the apostrophe that marks text. A figure is none.
pub(super) fn cell(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let figure = || text[1..].bytes().all(|it| it.is_ascii_digit() || it == b'.') && text.len() > 1;
    if formula && !figure() { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Inside Markdown, also in a cell of a table.
pub(super) fn markdown(text: &str) -> String {
    let mut safe = String::new();
    for it in text.chars() {
        match it {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '@' => safe.extend(['\\', it]),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\r' => safe.push(' '),
            _ => safe.push(it),
        }
    }
    safe
}
