//! Printed text inside other languages: nothing in it is markup.

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
