//! What may be written next in a rule file: its keys by the schema, and the names that
//! it declares.

use lsp_types::{CompletionItem, CompletionItemKind, TextDocumentPositionParams};
use serde_json::{Value, json};

use super::Open;
use super::text::{Lines, path};

pub(super) fn complete(open: &Open, params: &Value) -> Option<Value> {
    let asked: TextDocumentPositionParams = serde_json::from_value(params.clone()).ok()?;
    if path(&open.uri).extension().is_none_or(|it| it != "toml") {
        return Some(Value::Null);
    }
    let lines = Lines::of(&open.text);
    let place = asked.position;
    let before = lines.before(place);
    let is_bare = |it: &str| it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_bare(before.trim_start()) {
        return Some(json!(keys(heading(&lines, place.line))));
    }
    // Inside of quotes a name of this file, or one of the few words that a key takes.
    let is_inside = before.matches('"').count() % 2 == 1;
    let key = before.split('=').next().unwrap_or("").trim();
    let words: Vec<String> = match key {
        _ if !is_inside => Vec::new(),
        "severity" => ["error", "warning", "note"].map(str::to_owned).to_vec(),
        "missing" => ["undetermined", "fail", "zero"].map(str::to_owned).to_vec(),
        "rounding" => ["exact", "independent", "truncated"].map(str::to_owned).to_vec(),
        "table" => declared(&open.text).0,
        _ => declared(&open.text).1,
    };
    Some(json!(words.into_iter().map(|it| item(it, CompletionItemKind::VALUE, None)).collect::<Vec<_>>()))
}

fn item(label: String, kind: CompletionItemKind, detail: Option<String>) -> CompletionItem {
    CompletionItem { label, kind: Some(kind), detail, ..CompletionItem::default() }
}

/// The heading that a line stands under.
fn heading<'a>(lines: &Lines<'a>, line: u32) -> &'a str {
    let above = (0..line).rev().map(|it| lines.line(it).trim());
    above.into_iter().find(|it| it.starts_with('[')).unwrap_or("")
}

/// The keys that may stand under a heading, by the schema of rule files.
fn keys(heading: &str) -> Vec<CompletionItem> {
    let schema = crate::rules::schema();
    let place = match heading {
        "" => "/properties",
        "[[rules]]" => "/$defs/Rule/properties",
        "[[pins]]" => "/$defs/PinTable/properties",
        "[[events]]" => "/$defs/EventTable/properties",
        it if it.starts_with("[tables.") && !it.ends_with(".columns]") => "/$defs/TableTable/properties",
        _ => return Vec::new(),
    };
    let known = schema.pointer(place).and_then(Value::as_object);
    let detail = |it: &Value| it.get("description").and_then(Value::as_str).map(str::to_owned);
    let keys = known.into_iter().flatten();
    keys.map(|it| item(it.0.clone(), CompletionItemKind::PROPERTY, detail(it.1))).collect()
}

/// The names of tables and of columns that a rule file declares, also while it is wrong.
fn declared(text: &str) -> (Vec<String>, Vec<String>) {
    let unquoted = |it: &str| it.trim().trim_matches('"').to_owned();
    let (mut tables, mut columns) = (Vec::new(), Vec::new());
    let mut is_columns = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("[tables.").and_then(|it| it.strip_suffix(']')) {
            is_columns = name.ends_with(".columns");
            if !is_columns {
                tables.push(unquoted(name));
            }
        } else if line.starts_with('[') {
            is_columns = false;
        } else if is_columns && let Some((name, _)) = line.split_once('=') {
            columns.push(unquoted(name));
        } else if let Some(inline) = line.strip_prefix("columns").and_then(|it| it.trim_start().strip_prefix('=')) {
            let names = inline.trim().trim_start_matches('{').split(',').filter_map(|it| it.split_once('='));
            columns.extend(names.map(|it| unquoted(it.0)));
        }
    }
    columns.sort();
    columns.dedup();
    (tables, columns)
}
