//! A contract of the Open Data Contract Standard, version 3.1.

use serde_json::json;

use super::{ColumnOut, TableOut};
use crate::exchange::Unmapped;
use crate::rules::Dataset;
use crate::table::ColumnType;

pub(super) fn write(dataset: &Dataset, tables: &[TableOut<'_>], unmapped: &mut Vec<Unmapped>) -> String {
    let name = text(&dataset.name);
    let mut out = format!("apiVersion: v3.1.0\nkind: DataContract\nid: {name}\nname: {name}\n");
    out.push_str("version: 1.0.0\nstatus: draft\nschema:\n");
    for table in tables {
        out.push_str(&format!("  - name: {}\n    logicalType: object\n    properties:\n", text(&table.schema.name)));
        let at = dataset.path.to_string_lossy();
        let mut tell = |what: String, why: &str| {
            unmapped.push(Unmapped { at: at.clone().into_owned(), what, why: why.to_owned() });
        };
        for it in &table.columns {
            property(it, table, &mut out);
            if !it.schema.blank && !it.is_required() {
                let what = format!("{}.{}", table.schema.name, it.schema.name);
                tell(what, "blank = false: markers such as `..` are not empty cells here, but would be there");
            }
            if it.schema.optional {
                let what = format!("{}.{}", table.schema.name, it.schema.name);
                tell(what, "optional = true: a contract has no optional columns");
            }
        }
        let several = |it: &&Vec<String>| it.len() > 1;
        let is_primary = is_primary(table);
        let key = Some(&table.schema.key).filter(|it| it.len() > 1 && !is_primary);
        let all: Vec<&Vec<String>> = table.unique.iter().filter(several).chain(key).collect();
        if !all.is_empty() {
            out.push_str("    quality:\n");
        }
        for it in all {
            let columns = json!(it);
            out.push_str("      - metric: duplicateValues\n        type: library\n        mustBe: 0\n");
            out.push_str(&format!("        arguments:\n          properties: {columns}\n"));
        }
        relationships(table, &mut out);
    }
    out
}

fn relationships(table: &TableOut<'_>, out: &mut String) {
    if table.references.is_empty() {
        return;
    }
    out.push_str("    relationships:\n");
    for it in &table.references {
        let names = |table: &str, columns: &[String]| {
            let all: Vec<String> = columns.iter().map(|it| format!("{table}.{it}")).collect();
            json!(all).to_string()
        };
        let (from, to) = (names(&table.schema.name, &it.columns), names(&it.table, &it.key));
        out.push_str(&format!("      - type: foreignKey\n        from: {from}\n        to: {to}\n"));
    }
}

/// Whether the key may stand as a primary one, which has no empty cells.
fn is_primary(table: &TableOut<'_>) -> bool {
    let is_filled = |name: &String| table.columns.iter().any(|it| it.schema.name == *name && it.is_required());
    !table.schema.key.is_empty() && table.schema.key.iter().all(is_filled)
}

fn property(it: &ColumnOut<'_>, table: &TableOut<'_>, out: &mut String) {
    let schema = it.schema;
    let kind = match schema.kind {
        ColumnType::Label | ColumnType::Text | ColumnType::Period => "string",
        ColumnType::Count | ColumnType::Integer => "integer",
        ColumnType::Amount | ColumnType::Percent => "number",
        ColumnType::Date => "date",
    };
    out.push_str(&format!("      - name: {}\n        logicalType: {kind}\n", text(&schema.name)));
    let position = table.schema.key.iter().position(|name| *name == schema.name);
    let is_primary = is_primary(table);
    if let Some(position) = position.filter(|_| is_primary) {
        out.push_str(&format!("        primaryKey: true\n        primaryKeyPosition: {}\n", position + 1));
    }
    if it.is_required() {
        out.push_str("        required: true\n");
    }
    let is_alone = |key: &[String]| matches!(key, [only] if *only == schema.name);
    if table.unique.iter().any(|it| is_alone(it)) || (is_alone(&table.schema.key) && !is_primary) {
        out.push_str("        unique: true\n");
    }
    let least = (schema.kind == ColumnType::Count).then(|| "0".to_owned());
    let options = [
        ("minimum", it.min.clone().or(least)),
        ("maximum", it.max.clone()),
        ("pattern", it.pattern.as_deref().map(text)),
    ];
    if options.iter().any(|it| it.1.is_some()) {
        out.push_str("        logicalTypeOptions:\n");
    }
    for (key, value) in options.iter().filter_map(|it| Some((it.0, it.1.as_ref()?))) {
        out.push_str(&format!("          {key}: {value}\n"));
    }
    if let Some(values) = &it.values {
        let listed = if it.is_text() { json!(values).to_string() } else { format!("[{}]", values.join(", ")) };
        out.push_str("        quality:\n          - metric: invalidValues\n            type: library\n");
        out.push_str(&format!("            mustBe: 0\n            arguments:\n              validValues: {listed}\n"));
    }
}

/// A text in quotes: JSON's are YAML's, too.
fn text(it: &str) -> String {
    json!(it).to_string()
}
