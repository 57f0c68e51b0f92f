//! One file a format: what a check came to, as people and programs read it.
//!
//! Formats own their shape: no internal type is serialised, and nothing is
//! computed here that the [`Outcome`] does not hold.

mod article;
mod causes;
mod concise;
mod diff;
mod escape;
mod extract;
mod github;
mod gitlab;
mod history;
mod html;
mod json;
mod junit;
mod markdown;
mod marks;
mod ndjson;
mod sarif;
mod schema;
mod test;
mod text;
mod verdict;
mod vintages;
mod xlsx;

pub use article::ArticleFormat;
pub(crate) use causes::Causes;
pub use causes::strength_line;
pub use diff::{DiffFormat, DiffLines, Differs, read_diff};
pub use extract::{extract_csv, extract_json, extract_text};
pub use history::{HistoryFormat, HistoryPoint, HistorySeries};
pub use schema::SCHEMAS;
pub use test::{TestFormat, TestLook};

use std::io::{self, Write};

use crate::check::Outcome;
use crate::finding::{Finding, Status};
use verdict::summary;
pub(crate) use verdict::{capital, headline, reach};

/// A form that results are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people: each finding with its source lines.
    Text,
    /// One line a finding.
    Concise,
    /// One JSON document, format version 1.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// SARIF 2.1.0.
    Sarif,
    /// `JUnit` XML.
    Junit,
    /// Annotations of GitHub's workflow commands.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// For a pull request's comment.
    Markdown,
    /// One page for an editor.
    Html,
    /// A workbook: findings, and tables with notes on marked cells.
    Xlsx,
}

/// How text for people is laid out.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own, as on the command line")]
pub struct Look {
    /// Whether to use terminal colours.
    pub color: bool,
    /// Only findings: no summary.
    pub quiet: bool,
    /// Also list every undetermined check, and fold nothing.
    pub verbose: bool,
    /// How wide the terminal is, if there is one.
    pub width: Option<usize>,
    /// Of a diff, also list cells that are only printed differently.
    pub text: bool,
}

impl Format {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 11] = [
        ("text", Self::Text),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
        ("xlsx", Self::Xlsx),
    ];

    /// Writes an outcome in this format.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(self, outcome: &Outcome, look: Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(outcome, look, out),
            Self::Concise => concise::write(outcome, look, out),
            Self::Json => json::write(outcome, out),
            Self::Ndjson => ndjson::write(outcome, out),
            Self::Sarif => sarif::write(outcome, out),
            Self::Junit => junit::write(outcome, out),
            Self::Github => github::write(outcome, out),
            Self::Gitlab => gitlab::write(outcome, out),
            Self::Markdown => markdown::write(outcome, out),
            Self::Html => html::write(outcome, out),
            Self::Xlsx => xlsx::write(outcome, out),
        }
    }
}

/// The findings to list: waived ones only where everything is wanted.
fn listed(outcome: &Outcome, look: Look) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().filter(move |it| look.verbose || it.status != Status::Waived)
}

/// `1 file`, `2 files`.
fn counted(count: usize, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {one}{plural}")
}
