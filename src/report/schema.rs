//! The JSON Schemas of the formats that programs read.
//!
//! A schema is derived from the types that are written, so the two cannot part. Objects
//! may have more fields than it names: later programs add some.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Makes the JSON Schema of a format, as it is written.
pub(super) fn of<T: JsonSchema>(format: &str, version: u64) -> Value {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), format!("{format}, version {version}").into());
    schema.to_value()
}

/// A format by its word on the command line, and what makes its schema.
type Named = (&'static str, fn() -> Value);

/// The formats that have a schema, but that of rule files.
pub const SCHEMAS: [Named; 5] = [
    ("findings", super::json::schema),
    ("diff", super::diff::schema),
    ("article", super::article::schema),
    ("history", super::history::schema),
    ("extract", super::extract::schema),
];
