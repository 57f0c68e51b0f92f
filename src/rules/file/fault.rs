//! Faults of a rule file: their place, their words, and the nearest name.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::nearest::nearest;
use crate::table::{Document, Position};

/// Rule files' names and texts: turns spans into places.
///
/// A rule file stands behind those that it extends as if all were one text, so that a
/// span says which file it is in.
pub(crate) struct Places {
    /// Each with where it begins.
    files: Vec<(usize, Document)>,
}

impl Places {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut places = Self { files: Vec::new() };
        places.add(path, text);
        places
    }

    /// Takes another file, and returns where it begins.
    pub(crate) fn add(&mut self, path: &str, text: &str) -> usize {
        let start = self.files.last().map_or(0, |it| it.0 + it.1.text.len() + 1);
        self.files.push((start, Document::new(path, text.to_owned(), "UTF-8")));
        start
    }

    fn at(&self, at: usize) -> &(usize, Document) {
        let behind = self.files.partition_point(|it| it.0 <= at);
        &self.files[behind.saturating_sub(1)]
    }

    /// The file that a span is in, as the user would name it.
    pub(crate) fn file(&self, span: &Range<usize>) -> &str {
        &self.at(span.start).1.name
    }

    /// What is written at a span.
    pub(crate) fn text(&self, span: &Range<usize>) -> &str {
        let (start, document) = self.at(span.start);
        document.text.get(span.start - start..span.end.saturating_sub(*start)).unwrap_or_default()
    }

    /// Where the line ends that a byte stands in.
    pub(crate) fn line_end(&self, at: usize) -> usize {
        let (start, document) = self.at(at);
        let rest = document.text.get(at - start..).unwrap_or_default();
        at + rest.find(['\n', '\r']).unwrap_or(rest.len())
    }

    /// The line and column that a span starts at.
    pub(crate) fn position(&self, span: &Range<usize>) -> Position {
        let (start, document) = self.at(span.start);
        let text = &document.text;
        let at = (span.start - start).min(text.len());
        let at = (0..=at).rev().find(|&it| text.is_char_boundary(it)).unwrap_or(0);
        document.position(u32::try_from(at).unwrap_or(0))
    }

    /// An error at a span.
    pub(crate) fn fault(&self, span: Range<usize>, message: impl Into<String>) -> Error {
        self.put(span, super::fault(message))
    }

    /// Puts an error at a span, unless it has a place already.
    pub(crate) fn put(&self, span: Range<usize>, error: Error) -> Error {
        let position = self.position(&span);
        error.at(self.file(&span), position.line, position.column)
    }

    /// An error for a name that is not declared, with the nearest that is.
    pub(crate) fn unknown<'a>(
        &self,
        span: Range<usize>,
        what: &str,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Error {
        let error = self.fault(span, format!("unknown {what} {written:?}"));
        match nearest(written, known) {
            Some(near) => error.hint(format!("the nearest {what} is {near:?}")),
            None => error,
        }
    }

    /// Finds what a word stands for, or says which words there are.
    pub(crate) fn one_of<T: Copy>(
        &self,
        span: Range<usize>,
        what: &str,
        word: &str,
        words: &[(&'static str, T)],
    ) -> Result<T> {
        if let Some(it) = words.iter().find(|it| it.0 == word) {
            return Ok(it.1);
        }
        let known: Vec<&str> = words.iter().map(|it| it.0).collect();
        let message = format!("unknown {what} {word:?}: expected one of {}", known.join(", "));
        let error = self.fault(span, message);
        Err(match nearest(word, known) {
            Some(near) => error.hint(format!("the nearest {what} is {near:?}")),
            None => error,
        })
    }

    /// Reads the TOML of the first file; what does not fit becomes an error with its place.
    pub(crate) fn parse<T: DeserializeOwned>(&self, text: &str) -> Result<T> {
        self.parse_from(0, text)
    }

    /// The same for the file that begins at a byte.
    pub(crate) fn parse_from<T: DeserializeOwned>(&self, start: usize, text: &str) -> Result<T> {
        let padded = if start == 0 { Cow::Borrowed(text) } else { Cow::Owned(" ".repeat(start) + text) };
        toml::from_str(&padded).map_err(|error| {
            let span = error.span().unwrap_or(start..start);
            let (message, hint) = reword(error.message());
            let error = self.fault(span.start.max(start)..span.end.max(start), message);
            if let Some(hint) = hint { error.hint(hint) } else { error }
        })
    }
}

/// Puts serde's messages in the words of rule files, with a hint for a name
/// that is near a known one.
///
/// The messages have a fixed form, made by serde's own `Error::unknown_field`
/// and its kin: what was found, then what is known, each in backquotes.
fn reword(message: &str) -> (String, Option<String>) {
    let message = message.lines().collect::<Vec<_>>().join(", ");
    let mut quoted = message.split('`').skip(1).step_by(2);
    let first = quoted.next().unwrap_or_default();
    let named = |what: &str| {
        let near = nearest(first, quoted.clone());
        (format!("unknown {what} {first:?}"), near.map(|it| format!("the nearest {what} is {it:?}")))
    };
    if message.starts_with("unknown field") {
        let (text, hint) = named("key");
        return (text, hint.or_else(|| Some(format!("known keys: {}", quoted.collect::<Vec<_>>().join(", ")))));
    }
    if message.starts_with("unknown variant") {
        let (_, hint) = named("word");
        let known = quoted.collect::<Vec<_>>().join(", ");
        return (format!("unknown word {first:?}: expected one of {known}"), hint);
    }
    if message.starts_with("missing field") {
        return (format!("missing key {first:?}"), None);
    }
    let hint = message
        .starts_with("invalid type")
        .then(|| "`crossfoot explain KIND` shows how to write a kind; `crossfoot schema` lists every key".to_owned());
    (message.replace('`', "\""), hint)
}
