//! A number in a rule file, taken exactly as it is written.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use super::literal;
use crate::table::Exact;

/// A number as TOML integer, float or text; `0.1` is the decimal 0.1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleNumber(pub(crate) Exact);

impl RuleNumber {
    /// A text that is a number.
    pub(crate) fn read(text: &str) -> Option<Self> {
        literal::number(text).ok().map(Self)
    }
}

struct NumberVisitor;

impl<'de> Deserialize<'de> for RuleNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

impl Visitor<'_> for NumberVisitor {
    type Value = RuleNumber;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a number, or a string that holds one")
    }

    fn visit_i64<E: de::Error>(self, it: i64) -> Result<RuleNumber, E> {
        Ok(RuleNumber(Exact::from_integer(it.into())))
    }

    fn visit_u64<E: de::Error>(self, it: u64) -> Result<RuleNumber, E> {
        Ok(RuleNumber(Exact::from_integer(it.into())))
    }

    fn visit_f64<E: de::Error>(self, it: f64) -> Result<RuleNumber, E> {
        // The shortest text that reads back as this float is what was written.
        self.visit_str(&it.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<RuleNumber, E> {
        literal::number(text.trim()).map(RuleNumber).map_err(|it| E::custom(it.message()))
    }
}

impl JsonSchema for RuleNumber {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"], "description": "A number, taken exactly as it is written." })
    }
}
