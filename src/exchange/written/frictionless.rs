//! A package of Frictionless, version 2.1: a resource a table.

use serde_json::{Map, Value, json};

use super::{ColumnOut, TableOut, path};
use crate::exchange::Unmapped;
use crate::rules::Dataset;
use crate::table::{ColumnType, DecimalSign, Layout, Markers, NumberStyle, Orientation, Quote, Thousands};

/// Tells what is left out, and why.
type Tell<'a> = &'a mut dyn FnMut(String, &str);

pub(super) fn write(dataset: &Dataset, tables: &[TableOut<'_>], unmapped: &mut Vec<Unmapped>) -> String {
    let mut package = Map::new();
    package.insert("$schema".to_owned(), "https://datapackage.org/profiles/2.1/datapackage.json".into());
    package.insert("name".to_owned(), dataset.name.as_str().into());
    package.extend(dataset.title.as_ref().map(|it| ("title".to_owned(), it.as_str().into())));
    let resources: Vec<Value> = tables.iter().map(|it| resource(it, dataset, unmapped)).collect();
    package.insert("resources".to_owned(), resources.into());
    format!("{:#}\n", Value::Object(package))
}

fn resource(table: &TableOut<'_>, dataset: &Dataset, unmapped: &mut Vec<Unmapped>) -> Value {
    let schema = table.schema;
    let at = || dataset.path.to_string_lossy().into_owned();
    let mut tell = |what: String, why: &str| unmapped.push(Unmapped { at: at(), what, why: why.to_owned() });
    let path = path(schema, dataset).unwrap_or_else(|| {
        tell(format!("table {}: files", schema.name), "it is a pattern; write the path of an edition into the package");
        format!("{}.csv", schema.name)
    });
    let fields = table.columns.iter().map(|it| field(it, table.style, (&schema.name, &mut tell))).collect::<Vec<_>>();
    let match_kind = if schema.columns.iter().any(|it| it.optional) { "partial" } else { "superset" };
    let mut out = json!({ "fields": fields, "fieldsMatch": match_kind, "missingValues": missing(&schema.markers) });
    let is_filled = |name: &String| table.columns.iter().any(|it| it.schema.name == *name && it.is_required());
    let mut unique = table.unique.clone();
    if !schema.key.is_empty() && schema.key.iter().all(is_filled) {
        out["primaryKey"] = json!(schema.key);
    } else if !schema.key.is_empty() {
        // A primary key may have no empty cell, which the rule file does not ask.
        unique.insert(0, schema.key.clone());
    }
    if !unique.is_empty() {
        out["uniqueKeys"] = json!(unique);
    }
    let references = table.references.iter().map(|it| {
        let resource = if it.table == schema.name { "" } else { it.table.as_str() };
        json!({ "fields": it.columns, "reference": { "resource": resource, "fields": it.key } })
    });
    let references: Vec<Value> = references.collect();
    if !references.is_empty() {
        out["foreignKeys"] = references.into();
    }
    let mut resource = json!({ "name": schema.name, "type": "table", "path": path });
    if let Some(encoding) = &schema.layout.encoding {
        resource["encoding"] = encoding.as_str().into();
    }
    let dialect = dialect(&schema.layout, (&schema.name, &mut tell));
    if !dialect.is_empty() {
        resource["dialect"] = dialect.into();
    }
    resource["schema"] = out;
    resource
}

/// How the files are printed, as far as that is declared.
fn dialect(layout: &Layout, (table, tell): (&str, Tell<'_>)) -> Map<String, Value> {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| drop(out.insert(key.to_owned(), value));
    if let Some(it) = layout.delimiter {
        put("delimiter", it.to_string().into());
    }
    if let Quote::Sign(it) = layout.quote {
        put("quoteChar", it.to_string().into());
    }
    if let Some(it) = &layout.comment {
        put("commentChar", it.as_str().into());
    }
    if layout.header_rows == Some(0) {
        put("header", false.into());
    }
    let is_more = layout.header_rows.is_some_and(|it| it > 1) || layout.skip_rows.is_some_and(|it| it > 0);
    if is_more || layout.orientation == Some(Orientation::Columns) || layout.wide == Some(true) {
        tell(format!("table {table}: read"), "the layout of its rows is not exported");
    }
    out
}

/// The signs that stand for no value: all that are known, since none of them is an error.
fn missing(markers: &Markers) -> Vec<String> {
    let mut all = vec![String::new()];
    let usual = Markers::usual().flat_map(|it| [it.to_owned(), it.to_uppercase()]);
    for sign in markers.declared.iter().map(|it| it.0.clone()).chain(usual) {
        if !all.contains(&sign) {
            all.push(sign);
        }
    }
    all
}

fn field(it: &ColumnOut<'_>, style: Option<NumberStyle>, (table, tell): (&str, Tell<'_>)) -> Value {
    let schema = it.schema;
    let what = format!("{table}.{}", schema.name);
    let is_number = schema.kind.is_number();
    let (kind, format) = match schema.kind {
        ColumnType::Label | ColumnType::Text => ("string", None),
        ColumnType::Date => ("date", Some(schema.format.clone().unwrap_or_else(|| "any".to_owned()))),
        ColumnType::Count | ColumnType::Integer if style.is_some() => ("integer", None),
        _ if is_number && style.is_some() => ("number", None),
        _ => ("any", None),
    };
    let mut out = json!({ "name": schema.name, "type": kind });
    if let Some(format) = format {
        out["format"] = format.into();
    }
    if let Some(style) = style.filter(|_| is_number) {
        out["bareNumber"] = false.into();
        if style.thousands != Thousands::None {
            out["groupChar"] = group_sign(style.thousands).into();
        }
        if kind == "number" {
            out["decimalChar"] = decimal_sign(style.decimal).into();
        }
    } else if is_number {
        tell(what.clone(), "the number style is not declared; set `locale` in the rule file");
    }
    let mut constraints = Map::new();
    let mut put = |key: &str, value: Value| drop(constraints.insert(key.to_owned(), value));
    if it.is_required() {
        put("required", true.into());
        // A sign such as `..` is no empty cell.
        out["missingValues"] = json!([""]);
    } else if !schema.blank {
        tell(what.clone(), "blank = false: markers such as `..` are not empty cells here, but would be there");
    }
    let has_type = kind != "any";
    if schema.kind == ColumnType::Count && has_type && it.min.is_none() {
        put("minimum", 0.into());
    }
    if it.values.is_some() && !it.is_text() && !has_type {
        tell(what.clone(), "codes: numbers are compared as numbers here, but as strings there");
    } else if let Some(values) = &it.values {
        put("enum", if it.is_text() { json!(values) } else { values.iter().map(|it| number(it)).collect() });
    }
    for (key, limit) in [("minimum", &it.min), ("maximum", &it.max)] {
        match limit {
            Some(limit) if has_type => put(key, number(limit)),
            Some(_) => tell(what.clone(), "range: limits need a type"),
            None => {}
        }
    }
    if let Some(pattern) = &it.pattern {
        put("pattern", whole(pattern).into());
    }
    if !constraints.is_empty() {
        out["constraints"] = constraints.into();
    }
    out
}

fn group_sign(it: Thousands) -> &'static str {
    match it {
        Thousands::None => "",
        Thousands::Comma | Thousands::Indian => ",",
        Thousands::Point => ".",
        Thousands::Space => " ",
        Thousands::Apostrophe => "'",
    }
}

fn decimal_sign(it: DecimalSign) -> &'static str {
    match it {
        DecimalSign::Point => ".",
        DecimalSign::Comma => ",",
    }
}

/// A number as JSON has it, or as a text where JSON would round it.
fn number(text: &str) -> Value {
    match text.parse::<serde_json::Number>() {
        Ok(it) if it.to_string() == text => it.into(),
        _ => text.into(),
    }
}

/// A pattern that the whole cell has to fit, for one that may fit anywhere in it.
fn whole(pattern: &str) -> String {
    let inner = pattern.strip_prefix('^').and_then(|it| it.strip_suffix('$')).filter(|it| !it.ends_with('\\'));
    match inner {
        Some(it) if it.starts_with("(?:") && it.ends_with(')') && is_one_group(it) => it[3..it.len() - 1].to_owned(),
        Some(it) if !it.contains('|') => it.to_owned(),
        _ => format!("[\\s\\S]*(?:{pattern})[\\s\\S]*"),
    }
}

/// Whether the first bracket of a pattern is closed by its last sign.
fn is_one_group(pattern: &str) -> bool {
    let (mut depth, mut is_escaped, mut in_class) = (0_i32, false, false);
    for (at, it) in pattern.char_indices() {
        match it {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return at + 1 == pattern.len();
                }
            }
            _ => {}
        }
    }
    false
}
