//! Words for what stanzas of every kind may set.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::Severity;
use crate::plan::{Missing, Rounding};
use crate::rules::expression::RuleNumber;
use crate::table::{ColumnType, Exact};

/// The severity of a failure.
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

/// How to treat a missing figure.
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

/// How to treat printed precision.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Rounding")]
pub(crate) enum RoundingWord {
    /// Figures are exact.
    Exact,
    /// Each figure was rounded separately.
    Independent,
    /// Each figure was cut off.
    Truncated,
}

/// A type of figures.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "NumberType")]
pub(super) enum NumberWord {
    /// Whole, and not below zero.
    Count,
    /// Whole.
    Integer,
    /// Any number.
    Amount,
    /// A percentage.
    Percent,
}

impl NumberWord {
    /// The type of columns that it is.
    pub(super) fn kind(self) -> ColumnType {
        match self {
            Self::Count => ColumnType::Count,
            Self::Integer => ColumnType::Integer,
            Self::Amount => ColumnType::Amount,
            Self::Percent => ColumnType::Percent,
        }
    }
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

/// How many checks of a rule may fail.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Allowance {
    /// So many.
    Count(u64),
    /// So many of a hundred that are decided, as it is written.
    Percent(RuleNumber, String),
}

struct AllowanceVisitor;

impl Allowance {
    /// Whether so many of so many may fail.
    pub(crate) fn allows(&self, fails: usize, decided: usize) -> bool {
        match self {
            Self::Count(most) => u64::try_from(fails).is_ok_and(|it| it <= *most),
            Self::Percent(percent, _) => {
                let whole = |it: usize| Exact::from_integer(it.into());
                whole(fails) * whole(100) <= &percent.0 * whole(decided)
            }
        }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(most) => write!(out, "{most}"),
            Self::Percent(_, text) => out.write_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Allowance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AllowanceVisitor)
    }
}

impl Visitor<'_> for AllowanceVisitor {
    type Value = Allowance;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a number of checks, or a share as \"2%\"")
    }

    fn visit_i64<E: de::Error>(self, it: i64) -> Result<Allowance, E> {
        u64::try_from(it).map(Allowance::Count).map_err(|_| E::invalid_value(de::Unexpected::Signed(it), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Allowance, E> {
        let number = text.trim().strip_suffix('%').and_then(|it| RuleNumber::read(it.trim()));
        let zero = Exact::from_integer(0.into());
        let hundred = Exact::from_integer(100.into());
        match number.filter(|it| it.0 >= zero && it.0 <= hundred) {
            Some(it) => Ok(Allowance::Percent(it, text.trim().to_owned())),
            None => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

impl JsonSchema for Allowance {
    fn schema_name() -> Cow<'static, str> {
        "Allowance".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%$" },
        ] })
    }
}
