//! Schemas of other programs: read into rule files, and written from them.
//!
//! One file a format. What a schema says and a rule file cannot, or the other way
//! round, is listed with its line: neither side ever claims more than the other.

mod csvw;
mod dbt;
mod draft;
mod frictionless;
mod odcs;
mod sdmx;
mod tree;
mod validate;
mod written;

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use draft::{Draft, Reading};
use tree::Node;

pub use written::{Exported, export};

/// A schema as a rule file.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The dataset's name.
    pub dataset: String,
    /// The text of the rule file.
    pub text: String,
    /// How many rules it has.
    pub rules: usize,
    /// What it does not say, in the order of lines.
    pub unmapped: Vec<Unmapped>,
}

/// What one side says and the other cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// Where it stands: `file:line`.
    pub at: String,
    /// What it is.
    pub what: String,
    /// Why it was left out.
    pub why: String,
}

impl fmt::Display for Unmapped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: {}", self.at, self.what, self.why)
    }
}

/// A form of schemas that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaFormat {
    /// A table schema, a resource or a package of Frictionless.
    Frictionless,
    /// A data contract of the Open Data Contract Standard, version 3.
    Odcs,
    /// The properties of models of dbt.
    Dbt,
    /// Rules of the R package validate.
    Validate,
    /// Metadata of CSV on the Web.
    Csvw,
    /// Structures of SDMX: code lists.
    Sdmx,
}

impl SchemaFormat {
    /// Every format, with the word for it.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("frictionless", Self::Frictionless),
        ("odcs", Self::Odcs),
        ("dbt", Self::Dbt),
        ("validate", Self::Validate),
        ("csvw", Self::Csvw),
        ("sdmx", Self::Sdmx),
    ];

    /// Its name, as its makers write it.
    fn title(self) -> &'static str {
        match self {
            Self::Frictionless => "Frictionless",
            Self::Odcs => "ODCS",
            Self::Dbt => "dbt",
            Self::Validate => "R validate",
            Self::Csvw => "CSVW",
            Self::Sdmx => "SDMX",
        }
    }

    /// The format that a document is in, by the names at its top.
    fn of(root: &Node) -> Option<Self> {
        let has = |key: &str| root.get(key).is_some();
        let models = ["models", "sources", "seeds", "snapshots"].into_iter().any(has);
        Some(match () {
            () if has("@context") || has("tableSchema") || has("tables") => Self::Csvw,
            () if root.get_text("kind") == Some("DataContract") => Self::Odcs,
            () if has("resources") || has("fields") || (has("schema") && (has("path") || has("name"))) => {
                Self::Frictionless
            }
            () if models => Self::Dbt,
            () if has("rules") => Self::Validate,
            () if root.get("data").is_some_and(|it| it.get("codelists").is_some()) => Self::Sdmx,
            () => return None,
        })
    }
}

/// Reads a schema into a rule file.
///
/// `open` reads a file that the schema names, relative to it. Without a format, it is
/// told by the names at the top of the file.
///
/// # Errors
///
/// [`ErrorKind::Unreadable`] with its place for what is not such a schema, and what
/// `open` fails with.
pub fn import(
    file: &str,
    text: &str,
    format: Option<SchemaFormat>,
    open: &dyn Fn(&str) -> Result<Vec<u8>>,
) -> Result<Imported> {
    let reading = Reading { file, open };
    let is_xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    if is_xml && format.is_none_or(|it| it == SchemaFormat::Sdmx) {
        return sdmx::read_xml(reading, text)?.finish(file, SchemaFormat::Sdmx.title());
    }
    // Rules of validate may also be a plain list of expressions, which is no YAML.
    if format == Some(SchemaFormat::Validate) && !text.lines().any(|it| it.starts_with("rules:")) {
        return validate::read_plain(reading, text).finish(file, SchemaFormat::Validate.title());
    }
    let root = tree::parse(file, text)?;
    let format = format.or_else(|| SchemaFormat::of(&root)).ok_or_else(|| {
        let known = SchemaFormat::WORDS.map(|it| it.0).join(", ");
        Error::new(ErrorKind::Unreadable, "unknown schema format")
            .in_file(file)
            .hint(format!("name the format with --from: {known}"))
    })?;
    let draft: Draft = match format {
        SchemaFormat::Frictionless => frictionless::read(reading, &root)?,
        SchemaFormat::Odcs => odcs::read(reading, &root),
        SchemaFormat::Dbt => dbt::read(reading, &root),
        SchemaFormat::Validate => validate::read(reading, &root),
        SchemaFormat::Csvw => csvw::read(reading, &root)?,
        SchemaFormat::Sdmx => sdmx::read(reading, &root),
    };
    draft.finish(file, format.title())
}
