//! Words for what stanzas of every kind may set.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Severity;
use crate::plan::{Missing, Rounding};

/// How much a failure weighs.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Severity")]
pub(crate) enum SeverityWord {
    /// Must not be published like this.
    Error,
    /// Should be looked at.
    Warning,
    /// Good to know.
    Note,
}

/// What a missing figure comes to.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Missing")]
pub(crate) enum MissingWord {
    /// The check is undetermined.
    Undetermined,
    /// It counts as zero.
    Zero,
    /// The check fails.
    Fail,
}

/// What printed precision comes to.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Rounding")]
pub(crate) enum RoundingWord {
    /// Figures are what they say.
    Exact,
    /// Each figure was rounded on its own.
    Independent,
    /// Each figure was cut off.
    Truncated,
}

impl From<SeverityWord> for Severity {
    fn from(it: SeverityWord) -> Self {
        match it {
            SeverityWord::Error => Self::Error,
            SeverityWord::Warning => Self::Warning,
            SeverityWord::Note => Self::Note,
        }
    }
}

impl From<MissingWord> for Missing {
    fn from(it: MissingWord) -> Self {
        match it {
            MissingWord::Undetermined => Self::Undetermined,
            MissingWord::Zero => Self::Zero,
            MissingWord::Fail => Self::Fail,
        }
    }
}

impl From<RoundingWord> for Rounding {
    fn from(it: RoundingWord) -> Self {
        match it {
            RoundingWord::Exact => Self::Exact,
            RoundingWord::Independent => Self::Independent,
            RoundingWord::Truncated => Self::Truncated,
        }
    }
}
