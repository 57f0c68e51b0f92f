//! Forms that values take in rule files: a word or a table, maps in order.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use crate::rules::At;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// What is written as a word in short, and as a table in full.
#[derive(Clone, Debug)]
pub(crate) enum WordOr<T> {
    /// In short.
    Word(String),
    /// In full.
    Table(T),
}

/// A map that keeps the order in which it is written, and where.
#[derive(Debug)]
pub(crate) struct InOrder<T>(pub(crate) Vec<(At<String>, T)>);

/// A power of ten, as a word or a whole number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Power(pub(super) i8);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

struct WordOrVisitor<T>(PhantomData<T>);
struct InOrderVisitor<T>(PhantomData<T>);
struct PowerVisitor;

impl<'de, T: Deserialize<'de>> Deserialize<'de> for WordOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordOrVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for WordOrVisitor<T> {
    type Value = WordOr<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a string or a table")
    }

    fn visit_str<E>(self, word: &str) -> Result<Self::Value, E> {
        Ok(WordOr::Word(word.to_owned()))
    }

    fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<Self::Value, M::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(WordOr::Table)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrderVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for InOrderVisitor<T> {
    type Value = InOrder<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a table")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(InOrder(entries))
    }
}

impl<'de> Deserialize<'de> for Power {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PowerVisitor)
    }
}

impl Visitor<'_> for PowerVisitor {
    type Value = Power;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "\"thousand\", \"million\", \"billion\" or a power of ten from -12 to 12")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Power, E> {
        match word {
            "thousand" | "thousands" => Ok(Power(3)),
            "million" | "millions" => Ok(Power(6)),
            "billion" | "billions" => Ok(Power(9)),
            _ => Err(E::unknown_variant(word, &["thousand", "million", "billion"])),
        }
    }

    fn visit_i64<E: Error>(self, power: i64) -> Result<Power, E> {
        let fits = i8::try_from(power).ok().filter(|it| (-12..=12).contains(it));
        fits.map(Power).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Signed(power), &self))
    }
}

impl<T: JsonSchema> JsonSchema for WordOr<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("WordOr{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let table = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "string" }, table] })
    }
}

impl<T: JsonSchema> JsonSchema for InOrder<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("InOrder{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}

impl JsonSchema for Power {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Unit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "enum": ["thousand", "million", "billion"] },
            { "type": "integer", "minimum": -12, "maximum": 12 },
        ] })
    }
}
