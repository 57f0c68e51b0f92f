//! Rule files as schemas of other programs: Frictionless packages and ODCS contracts.
//!
//! Only what an error would follow from is written, and only where the other program
//! refuses nothing that the rule file allows. All else is listed.

mod frictionless;
mod odcs;

use toml::{Table, Value};

use super::{SchemaFormat, Unmapped};
use crate::error::{Error, ErrorKind, Result};
use crate::finding::Severity;
use crate::rules::{Dataset, Rule};
use crate::table::{ColumnSchema, ColumnType, NumberStyle, TableSchema};

/// A rule file as a schema of another program.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The text of the schema.
    pub text: String,
    /// What it does not say, in the order of the rule file.
    pub unmapped: Vec<Unmapped>,
}

/// A table, and what rules ask of it that both sides can say.
struct TableOut<'a> {
    schema: &'a TableSchema,
    style: Option<NumberStyle>,
    columns: Vec<ColumnOut<'a>>,
    unique: Vec<Vec<String>>,
    references: Vec<ReferenceOut>,
}

struct ColumnOut<'a> {
    schema: &'a ColumnSchema,
    min: Option<String>,
    max: Option<String>,
    values: Option<Vec<String>>,
    pattern: Option<String>,
}

struct ReferenceOut {
    columns: Vec<String>,
    table: String,
    key: Vec<String>,
}

/// Writes the schema that says what a rule file says, as far as that goes.
///
/// `text` is the rule file that `dataset` was loaded from.
///
/// # Errors
///
/// [`ErrorKind::Usage`] for a format that cannot be written.
pub fn export(dataset: &Dataset, text: &str, format: SchemaFormat) -> Result<Exported> {
    let file = dataset.path.to_string_lossy();
    let toml: Table = text
        .parse()
        .map_err(|it| Error::new(ErrorKind::Rules, "could not be read").in_file(file.as_ref()).because(it))?;
    let style = dataset.locale.as_deref().and_then(NumberStyle::of_locale);
    let mut tables: Vec<TableOut<'_>> = dataset.tables.iter().map(|it| TableOut::new(it, style)).collect();
    let mut unmapped = Vec::new();
    for table in dataset.tables.iter().filter(|it| !it.rows.is_empty()) {
        let what = format!("table {}: rows", table.name);
        unmapped.push(Unmapped { at: file.clone().into_owned(), what, why: "a schema cannot list rows".to_owned() });
    }
    let stanzas = toml.get("rules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (rule, stanza) in dataset.rules.iter().zip(stanzas) {
        if let Err(why) = add(rule, stanza, dataset, &mut tables) {
            let at = format!("{}:{}", rule.at.file, rule.at.line);
            unmapped.push(Unmapped { at, what: format!("{} ({})", rule.name, rule.kind), why: why.to_owned() });
        }
    }
    let text = match format {
        SchemaFormat::Frictionless => frictionless::write(dataset, &tables, &mut unmapped),
        SchemaFormat::Odcs => odcs::write(dataset, &tables, &mut unmapped),
        other => {
            let message = format!("{} can be read but not written", other.title());
            return Err(Error::new(ErrorKind::Usage, message).hint("use frictionless or odcs"));
        }
    };
    Ok(Exported { text, unmapped })
}

impl<'a> TableOut<'a> {
    fn new(schema: &'a TableSchema, style: Option<NumberStyle>) -> Self {
        let column = |schema| ColumnOut { schema, min: None, max: None, values: None, pattern: None };
        Self {
            schema,
            style: schema.style.or(style),
            columns: schema.columns.iter().map(column).collect(),
            unique: Vec::new(),
            references: Vec::new(),
        }
    }

    fn column(&mut self, name: &str) -> Option<&mut ColumnOut<'a>> {
        self.columns.iter_mut().find(|it| it.schema.name == name)
    }
}

impl ColumnOut<'_> {
    fn is_text(&self) -> bool {
        matches!(self.schema.kind, ColumnType::Label | ColumnType::Text)
    }

    /// Whether an empty cell is an error, and a sign such as `..` none: only texts
    /// are alike in this on both sides.
    fn is_required(&self) -> bool {
        !self.schema.blank && self.is_text()
    }
}

/// Nothing, or why something cannot be said.
type Expressible = std::result::Result<(), &'static str>;

/// Parts of patterns that not every program reads alike, besides flags.
const ODD: [&str; 6] = ["\\p", "\\P", "\\z", "\\A", "&&", "[:"];

/// Adds what a rule asks to its table.
fn add(rule: &Rule, stanza: &Value, dataset: &Dataset, tables: &mut [TableOut<'_>]) -> Expressible {
    if rule.severity != Severity::Error {
        return Err("it is not an error, and a schema has only errors");
    }
    for (key, why) in [
        ("where", "it applies only to some rows"),
        ("at_most", "some rows may fail"),
        ("rounding", "it allows for rounding"),
        ("optional", "an edition may give it nothing to check"),
    ] {
        if stanza.get(key).is_some() {
            return Err(why);
        }
    }
    let table = match rule.table {
        Some(it) => &mut tables[it],
        None if tables.len() == 1 => &mut tables[0],
        None => return Err("it is about several tables"),
    };
    let spec = stanza.get(rule.kind).ok_or("a schema has no such rule")?;
    say(rule.kind, spec, dataset, table)
}

/// Adds what a rule of a kind says.
fn say(kind: &str, spec: &Value, dataset: &Dataset, table: &mut TableOut<'_>) -> Expressible {
    let text = |key: &str| spec.get(key).and_then(Value::as_str);
    match kind {
        "unique" => table.unique.push(texts(spec)),
        "codes" => {
            let values = spec.get("values").map(texts).ok_or("its values are in another file")?;
            let column = text("column").and_then(|it| table.column(it)).ok_or("a schema has no such rule")?;
            set(&mut column.values, values)?;
        }
        "matches" => {
            let column = text("column").and_then(|it| table.column(it)).ok_or("a schema has no such rule")?;
            let pattern = text("pattern").unwrap_or_default();
            if !column.is_text() {
                return Err("a schema has patterns only for strings");
            }
            let is_odd = |it: &&str| pattern.contains(*it);
            if pattern.replace("(?:", "").contains("(?") || ODD.iter().any(is_odd) {
                return Err("programs read this pattern differently");
            }
            set(&mut column.pattern, pattern.to_owned())?;
        }
        "range" => {
            for name in spec.get("columns").map(texts).unwrap_or_default() {
                let column = table.column(&name).ok_or("a schema has no such rule")?;
                for (key, limit) in [("min", &mut column.min), ("max", &mut column.max)] {
                    if let Some(it) = spec.get(key).and_then(number) {
                        set(limit, it)?;
                    }
                }
            }
        }
        "reference" => {
            let other = text("table").unwrap_or_default().to_owned();
            let own = || dataset.tables.iter().find(|it| it.name == other).map(|it| it.key.clone());
            let key = spec.get("key").map(texts).or_else(own).unwrap_or_default();
            let columns = spec.get("columns").map(texts).unwrap_or_default();
            table.references.push(ReferenceOut { columns, table: other, key });
        }
        _ => return Err("a schema has no such rule"),
    }
    Ok(())
}

/// Sets what only one rule can say of a column.
fn set<T>(of: &mut Option<T>, value: T) -> Expressible {
    if of.is_some() {
        return Err("another rule already sets this for the column");
    }
    *of = Some(value);
    Ok(())
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(number).collect()
}

/// A text, or a number as one.
fn number(value: &Value) -> Option<String> {
    match value {
        Value::String(it) => Some(it.clone()),
        Value::Integer(it) => Some(it.to_string()),
        Value::Float(it) => Some(it.to_string()),
        _ => None,
    }
}

/// The path of a table, where the rule file names it without wildcards.
fn path(table: &TableSchema, dataset: &Dataset) -> Option<String> {
    let all = if table.files.is_empty() { &dataset.files } else { &table.files };
    match all.as_slice() {
        [only] if !only.contains(['*', '?', '[', '{']) => Some(only.clone()),
        _ => None,
    }
}
