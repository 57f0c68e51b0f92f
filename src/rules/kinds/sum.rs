//! `sum`: the parts make the total, over columns, rows or nested rows.

use std::fmt;

use num_traits::One;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor, value};

use crate::error::{Error, ErrorKind, Result};
use crate::rules::expression::{
    Balance, Condition, NamedCell, RuleNumber, across_tables, label_column, number_columns, own_table, row_name,
    unknown_column,
};
use crate::rules::{Binding, Kind};
use crate::table::Exact;

mod columns;
mod rows;

use columns::ColumnsSum;
use rows::{RowsSum, Which};

/// A total and its parts: columns of each row, rows of each column, or nested rows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Sum")]
pub(crate) struct Spec {
    /// The total: a column, a row as `[label]`, or a condition on rows.
    pub(crate) total: Option<Total>,
    /// The parts: columns, rows as `[label]`, `"rest"`, or a condition on rows.
    pub(crate) parts: Option<Parts>,
    /// A weight for each part, in their order; 1 by default.
    pub(crate) weights: Option<Vec<RuleNumber>>,
    /// Whether all parts are listed; `false` only requires that they do not exceed the total.
    #[serde(default = "yes")]
    pub(crate) complete: bool,
    /// For rows: the columns to add up; all counts and amounts by default.
    #[serde(default)]
    pub(crate) columns: Vec<String>,
    /// For rows by condition: columns whose values form groups, each with its own total.
    #[serde(default)]
    pub(crate) by: Vec<String>,
    /// Whether the rows nested under a row add up to it.
    #[serde(default)]
    pub(crate) nested: bool,
    /// How to treat an edition without an optional part; by default the other parts must make the total.
    pub(crate) absent: Option<AbsentWord>,
}

/// How to treat an edition without a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "AbsentPart")]
pub(crate) enum AbsentWord {
    /// The rule is undetermined for that edition.
    Undetermined,
    /// The part counts as 0, even if every part is missing.
    Zero,
}

fn yes() -> bool {
    true
}

/// Which rows, by a condition.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    /// A SQL condition over the columns of the table.
    pub(crate) r#where: String,
}

/// What the total is.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Total {
    /// A column, or a row as `[label]`.
    Name(String),
    /// The one row of each group that matches a condition.
    Where(Chosen),
}

/// What the parts are.
#[derive(Debug, JsonSchema)]
#[schemars(untagged)]
pub(crate) enum Parts {
    /// Columns, or rows as `[label]`.
    Names(Vec<String>),
    /// `rest`: every other row, or every other column of counts and amounts.
    Rest,
    /// The rows that match a condition.
    Where(Chosen),
}

struct TotalVisitor;
struct PartsVisitor;

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TotalVisitor)
    }
}

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PartsVisitor)
    }
}

impl<'de> Visitor<'de> for TotalVisitor {
    type Value = Total;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a column, a row as \"[label]\", or {{ where = \"condition\" }}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Total, E> {
        Ok(Total::Name(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Total, A::Error> {
        Chosen::deserialize(value::MapAccessDeserializer::new(map)).map(Total::Where)
    }
}

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a list of columns or rows, \"rest\", or {{ where = \"condition\" }}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Parts, E> {
        match text {
            "rest" => Ok(Parts::Rest),
            _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Parts, A::Error> {
        Vec::deserialize(value::SeqAccessDeserializer::new(list)).map(Parts::Names)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Parts, A::Error> {
        Chosen::deserialize(value::MapAccessDeserializer::new(map)).map(Parts::Where)
    }
}

/// Compiles the rule.
///
/// # Errors
///
/// [`ErrorKind::Rules`]: keys that do not go together;
/// [`ErrorKind::Expression`]: names or conditions that fit nothing declared.
pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = own_table(binding)?;
    let by_rows = match (&spec.total, &spec.parts) {
        (Some(Total::Name(total)), Some(Parts::Names(_) | Parts::Rest)) => total.trim_start().starts_with('['),
        _ => true,
    };
    if by_rows { compile_rows(spec, binding, table) } else { compile_columns(spec, binding, table) }
}

fn fault(message: &str) -> Error {
    Error::new(ErrorKind::Rules, message)
}

fn weights(spec: &Spec, parts: usize) -> Result<Vec<Exact>> {
    match &spec.weights {
        None => Ok(vec![Exact::one(); parts]),
        Some(weights) if weights.len() == parts => Ok(weights.iter().map(|it| it.0.clone()).collect()),
        Some(weights) => Err(fault(&format!("expected a weight for each of {parts} parts, found {}", weights.len()))),
    }
}

fn compile_columns(spec: &Spec, binding: &Binding<'_>, table: usize) -> Result<Box<dyn Kind>> {
    let Some(Total::Name(total)) = &spec.total else { unreachable!("only named columns come here") };
    if !spec.columns.is_empty() || !spec.by.is_empty() || spec.nested {
        return Err(fault("columns, by and nested apply only to sums over rows"));
    }
    let schema = &binding.tables[table];
    let parts = match &spec.parts {
        Some(Parts::Names(parts)) => parts.clone(),
        _ if spec.weights.is_some() => return Err(fault("weights apply only to listed parts")),
        // Percentages are no part of a total.
        _ => number_columns(schema, &[])?.into_iter().filter(|it| it != total).collect(),
    };
    if parts.is_empty() {
        return Err(fault("sum needs at least one part"));
    }
    let named: Vec<String> = std::iter::once(total).chain(&parts).cloned().collect();
    for name in named.iter().filter(|it| schema.column(it).is_none()) {
        if let Some(hint) = across_tables(name, binding) {
            return Err(fault(&format!("table '{}' has no column '{name}'", schema.name)).hint(hint));
        }
    }
    number_columns(schema, &named)?;
    if parts.contains(total) {
        return Err(fault(&format!("the total '{total}' is among its own parts")));
    }
    let weights = weights(spec, parts.len())?;
    let parts = weights.into_iter().zip(parts.iter().cloned()).collect();
    Ok(Box::new(ColumnsSum::new((table, total.clone()), parts, (spec.complete, spec.absent), binding)))
}

fn compile_rows(spec: &Spec, binding: &Binding<'_>, table: usize) -> Result<Box<dyn Kind>> {
    let schema = &binding.tables[table];
    let columns = number_columns(schema, &spec.columns)?;
    let condition = |it: &Chosen| Condition::parse(&it.r#where, binding, table);
    let named = |name: &String| row_name(name, binding, table, &columns[0]);
    let (total, parts) = match (spec.nested, &spec.total, &spec.parts) {
        (true, None, None) => (Which::Nested, Which::Nested),
        (true, ..) => return Err(fault("remove total and parts: nested = true finds them")),
        (false, Some(total), Some(parts)) => {
            let total = match total {
                Total::Name(name) => Which::Named(vec![named(name)?]),
                Total::Where(it) => Which::Where(condition(it)?),
            };
            let parts = match parts {
                Parts::Names(list) => Which::Named(list.iter().map(named).collect::<Result<Vec<NamedCell>>>()?),
                Parts::Rest => Which::Rest,
                Parts::Where(it) => Which::Where(condition(it)?),
            };
            (total, parts)
        }
        _ => return Err(fault("sum needs total and parts, or nested = true")),
    };
    if let (Which::Named(total), Which::Named(parts)) = (&total, &parts) {
        if parts.is_empty() {
            return Err(fault("sum needs at least one part"));
        }
        if parts.contains(&total[0]) {
            return Err(fault(&format!("the total '{}' is among its own parts", total[0].row)));
        }
    }
    let by = spec.by.iter().map(|it| schema.column(it).map(|_| it.clone()).ok_or_else(|| unknown_column(schema, it)));
    let by = by.collect::<Result<Vec<String>>>()?;
    if !by.is_empty() && !matches!(total, Which::Where(_)) {
        return Err(fault("by needs a total in each group: total = { where = \"…\" }"));
    }
    let weights = match &parts {
        Which::Named(parts) => weights(spec, parts.len())?,
        _ if spec.weights.is_some() => return Err(fault("weights apply only to listed parts")),
        _ => Vec::new(),
    };
    if spec.absent.is_some() && !matches!(parts, Which::Named(_)) {
        return Err(fault("absent applies only to listed parts"));
    }
    let optional = binding.optional(table, &columns);
    let (complete, absent, missing, rounding) = (spec.complete, spec.absent, binding.missing, binding.rounding);
    let rows = schema.rows.iter().filter(|it| it.optional).cloned().collect();
    let optional = rows::Optional { columns: optional, rows };
    // Declared rows may have other names, too.
    let label = label_column(schema).filter(|_| schema.rows.is_empty()).map(|it| it.name.clone());
    let sum =
        RowsSum { table, label, columns, optional, total, parts, weights, by, complete, absent, missing, rounding };
    Ok(Box::new(sum))
}

#[cfg(test)]
mod tests;
