//! Why a run could not be done: kind, place, cause.
//!
//! A fault in the data is a [`Finding`](crate::finding::Finding), never an
//! [`Error`]: an `Error` means that something was not checked.

use std::fmt;

/// The result of everything that can keep a run from being done in full.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kept a run from being done in full.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    place: Option<ErrorPlace>,
    hint: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    others: Box<[Error]>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Flags that cannot be followed as given.
    Usage,
    /// A file or folder that is not there, or a pattern that matches nothing.
    NotFound,
    /// A file that could not be read to its end.
    Unreadable,
    /// A rule file that does not say what it must.
    Rules,
    /// An expression that does not parse, or names what is not there.
    Expression,
    /// A result that could not be written.
    Output,
}

/// Where an [`Error`] stands. Lines and columns count from 1, columns in
/// characters; 0 means unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorPlace {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Error {
    /// Makes an error of a kind with its message: lowercase, without full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), place: None, hint: None, cause: None, others: Box::default() }
    }

    /// Adds the file it happened in.
    #[must_use]
    pub fn in_file(self, file: impl Into<String>) -> Self {
        self.at(file, 0, 0)
    }

    /// Adds the place it happened at, unless one is known already.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: u32, column: u32) -> Self {
        self.place.get_or_insert(ErrorPlace { file: file.into(), line, column });
        self
    }

    /// Adds a sentence that tells how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert(hint.into());
        self
    }

    /// Adds the error beneath.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Adds errors that were found beside it.
    #[must_use]
    pub fn with_others(mut self, others: impl IntoIterator<Item = Self>) -> Self {
        self.others = self.others.into_vec().into_iter().chain(others).collect();
        self
    }

    /// The errors that were found beside it, in order.
    pub fn others(&self) -> &[Self] {
        &self.others
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was expected and what was found, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where it happened, if known.
    pub fn place(&self) -> Option<&ErrorPlace> {
        self.place.as_ref()
    }

    /// How to mend it, if known.
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// The same in parentheses, to go behind a message on one line; empty where it is not known.
    pub fn hint_behind(&self) -> String {
        self.hint.as_ref().map_or(String::new(), |it| format!(" ({it})"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(out, "{}:", place.file)?;
            if place.line > 0 {
                write!(out, "{}:", place.line)?;
            }
            if place.column > 0 {
                write!(out, "{}:", place.column)?;
            }
            write!(out, " ")?;
        }
        write!(out, "{}", self.message)?;
        if let Some(cause) = &self.cause {
            write!(out, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|it| it as _)
    }
}
