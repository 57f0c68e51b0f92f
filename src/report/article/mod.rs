//! The numbers of an article, with their verdicts and evidence.

mod json;
mod text;

use std::io::{self, Write};

use super::Look;
use crate::article::Article;
use crate::check::RunVerdict;
pub(super) use json::schema;

/// A form that the numbers of an article are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleFormat {
    /// For people: each number marked in its line, alarms first.
    Text,
    /// One JSON document, format version 1.
    Json,
}

impl ArticleFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 2] = [("text", Self::Text), ("json", Self::Json)];

    /// Writes an article in this format.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(self, article: &Article, verdict: RunVerdict, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(article, verdict, look, out),
            Self::Json => json::write(article, verdict, out),
        }
    }
}
