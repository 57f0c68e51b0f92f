//! Places as editors count them: paths as URIs, and columns in UTF-16.

use std::path::{Path, PathBuf};

use lsp_types::{Position, Range, Uri};

/// The path of a URI, from the working directory where it is below it.
pub(super) fn path(uri: &Uri) -> PathBuf {
    let text = uri.as_str();
    let text = text.strip_prefix("file://").unwrap_or(text);
    let decoded = percent_decoded(text);
    // `/C:/data` is `C:/data` on Windows.
    let is_drive = decoded.as_bytes().get(2) == Some(&b':') && decoded.starts_with('/');
    let path = PathBuf::from(if is_drive { &decoded[1..] } else { &decoded });
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map(Path::to_owned).unwrap_or(path)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let digits = behind.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        if let Some(byte) = digits.and_then(|it| u8::from_str_radix(it, 16).ok()).filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The URI of a path.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let whole = std::path::absolute(path).ok()?;
    let text = whole.to_string_lossy().replace('\\', "/");
    let text = if text.starts_with('/') { text } else { format!("/{text}") };
    let encoded: String = text
        .bytes()
        .map(|it| match it {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => char::from(it).to_string(),
            it => format!("%{it:02X}"),
        })
        .collect();
    format!("file://{encoded}").parse().ok()
}

/// The lines of a text, without their ends.
pub(super) struct Lines<'a>(Vec<&'a str>);

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut rest = text;
        while let Some(end) = rest.find(['\n', '\r']) {
            lines.push(&rest[..end]);
            rest = &rest[end + if rest[end..].starts_with("\r\n") { 2 } else { 1 }..];
        }
        lines.push(rest);
        Self(lines)
    }

    /// A line, from 0.
    pub(super) fn line(&self, number: u32) -> &'a str {
        self.0.get(number as usize).copied().unwrap_or("")
    }

    /// A range in a line; line and columns count from 1, columns in characters.
    pub(super) fn range(&self, line: u32, start: u32, end: u32) -> Range {
        let number = line.max(1) - 1;
        let text = self.line(number);
        let place = |column: u32| Position { line: number, character: utf16(text, column.max(1) - 1) };
        Range { start: place(start), end: place(end.max(start)) }
    }

    /// A whole line, from 1.
    pub(super) fn whole(&self, line: u32) -> Range {
        self.range(line, 1, u32::MAX)
    }

    /// What stands between two columns of a line.
    pub(super) fn between(&self, line: u32, start: u32, length: usize) -> String {
        self.line(line.max(1) - 1).chars().skip(start.max(1) as usize - 1).take(length).collect()
    }

    /// The text of a line before a place.
    pub(super) fn before(&self, place: Position) -> &'a str {
        let line = self.line(place.line);
        let mut units = 0;
        let end = line.char_indices().find(|it| {
            let is_behind = units >= place.character as usize;
            units += it.1.len_utf16();
            is_behind
        });
        &line[..end.map_or(line.len(), |it| it.0)]
    }
}

/// The UTF-16 units of so many characters.
fn utf16(text: &str, characters: u32) -> u32 {
    let units = text.chars().take(characters as usize).map(char::len_utf16).sum::<usize>();
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_utf_16() {
        let lines = Lines::of("a\r\né𝄞,12\rb");
        let range = lines.range(2, 4, 6);
        assert_eq!((range.start.line, range.start.character, range.end.character), (1, 4, 6));
        assert_eq!(lines.before(Position { line: 1, character: 3 }), "é𝄞");
        assert_eq!((lines.line(2), lines.between(2, 4, 2)), ("b", "12".to_owned()));
        assert_eq!(lines.whole(2).end.character, 6);
    }

    #[test]
    fn a_path_survives_the_way_to_a_uri_and_back() {
        let file = std::env::current_dir().unwrap().join("a folder/é%.csv");
        let uri = uri(&file).unwrap();
        assert!(uri.as_str().ends_with("a%20folder/%C3%A9%25.csv"), "{}", uri.as_str());
        assert_eq!(path(&uri), Path::new("a folder/é%.csv"));
    }
}
