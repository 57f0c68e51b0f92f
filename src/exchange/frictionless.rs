//! Frictionless: table schemas, resources and packages, of version 1 and 2.
//!
//! Source: Data Package, version 2, <https://datapackage.org/standard/table-schema/>.

use super::draft::{
    Draft, DraftColumn, DraftTable, ELSEWHERE, Reading, codes, expect_filled, is_elsewhere, matches, range, reference,
    sql, sql_text, unique,
};
use super::tree::Node;
use crate::error::Result;
use crate::suggest::{quoted, slug};

/// Fields of a table schema that ask nothing of the data.
const SILENT: &[&str] = &[
    "$schema",
    "fields",
    "primaryKey",
    "uniqueKeys",
    "foreignKeys",
    "missingValues",
    "fieldsMatch",
    "name",
    "title",
    "description",
    "path",
    "profile",
];

pub(super) fn read(reading: Reading<'_>, root: &Node) -> Result<Draft> {
    let name = |node: &Node| node.get_text("name").map_or_else(|| reading.stem().to_owned(), str::to_owned);
    let mut draft =
        Draft { dataset: slug(&name(root)), title: root.get_text("title").map(str::to_owned), ..Draft::default() };
    if let Some(resources) = root.get("resources") {
        for it in resources.each() {
            resource(reading, it, &name(it), &mut draft)?;
        }
    } else if root.get("fields").is_some() {
        let table = DraftTable { name: name(root), at: reading.at(root), ..DraftTable::default() };
        schema(reading, root, table, &mut draft);
    } else {
        resource(reading, root, &name(root), &mut draft)?;
    }
    Ok(draft)
}

fn resource(reading: Reading<'_>, it: &Node, name: &str, draft: &mut Draft) -> Result<()> {
    let mut table = DraftTable { name: name.to_owned(), at: reading.at(it), ..DraftTable::default() };
    for path in it.get("path").map(Node::texts).unwrap_or_default() {
        if is_elsewhere(&path) {
            draft.skip(reading.at(it), format!("path {path}"), ELSEWHERE);
        } else {
            table.files.push(path);
        }
    }
    if let Some(encoding) = it.get_text("encoding").filter(|it| !it.eq_ignore_ascii_case("utf-8")) {
        table.read.push(("encoding", quoted(encoding)));
    }
    if let Some(node) = it.get("dialect") {
        dialect(reading, node, &mut table, draft);
    }
    let Some(node) = it.get("schema") else {
        draft.skip(reading.at(it), format!("resource {name}"), "it has no schema");
        return Ok(());
    };
    let Some(path) = node.text() else {
        schema(reading, node, table, draft);
        return Ok(());
    };
    if is_elsewhere(path) {
        draft.skip(reading.at(node), format!("schema {path}"), ELSEWHERE);
        return Ok(());
    }
    let (reading, root) = reading.other(path)?;
    table.at = reading.at(&root);
    schema(reading, &root, table, draft);
    Ok(())
}

/// How files are printed; of version 2 the same names may stand under `csv`.
fn dialect(reading: Reading<'_>, node: &Node, table: &mut DraftTable, draft: &mut Draft) {
    for (key, value) in node.entries() {
        let text = value.text().unwrap_or_default();
        match key {
            "csv" => dialect(reading, value, table, draft),
            "delimiter" => table.read.push(("delimiter", quoted(if text == "\t" { "tab" } else { text }))),
            "quoteChar" if text != "\"" => table.read.push(("quote", quoted(text))),
            "header" if text == "false" => table.read.push(("header_rows", "0".to_owned())),
            "commentChar" => table.read.push(("comment", quoted(text))),
            "quoteChar"
            | "header"
            | "lineTerminator"
            | "doubleQuote"
            | "caseSensitiveHeader"
            | "csvddfVersion"
            | "$schema" => {}
            _ => draft.skip(reading.at(value), format!("dialect {key}"), "a rule file has no such setting"),
        }
    }
}

fn schema(reading: Reading<'_>, node: &Node, mut table: DraftTable, draft: &mut Draft) {
    let marks: Vec<String> =
        node.get("missingValues").map(Node::each).unwrap_or_default().iter().filter_map(mark).collect();
    table.missing = marks.into_iter().filter(|it| !it.is_empty()).collect();
    let left_out = match node.get("fieldsMatch").and_then(|it| it.each().first()).and_then(Node::text) {
        Some("subset" | "partial") => true,
        Some("superset") | None => false,
        Some(other @ ("equal" | "exact")) => {
            draft.skip(reading.at(node), format!("fieldsMatch {other}"), "additional columns are allowed");
            false
        }
        Some(other) => {
            draft.skip(reading.at(node), format!("fieldsMatch {other}"), "not a standard value");
            false
        }
    };
    for it in node.list("fields") {
        field(reading, it, &mut table, draft);
    }
    styles(reading, node, &mut table, draft);
    table.columns.iter_mut().for_each(|it| it.optional = left_out);
    for it in node.list("uniqueKeys") {
        let columns = it.texts();
        table.rule(format!("{}-unique", columns.join(" ")), reading.at(it), unique(&columns));
    }
    for it in node.list("foreignKeys") {
        foreign_key(reading, it, &mut table, draft);
    }
    if let Some(key) = node.get("primaryKey").map(Node::texts).filter(|it| !it.is_empty()) {
        table.keyed(key);
    }
    for (key, value) in node.entries().filter(|it| !SILENT.contains(&it.0)) {
        draft.skip(reading.at(value), key, "not a standard property");
    }
    draft.tables.push(table);
}

/// A missing value: a text, or one with a label.
fn mark(node: &Node) -> Option<String> {
    node.text().or_else(|| node.get_text("value")).map(str::to_owned)
}

fn foreign_key(reading: Reading<'_>, it: &Node, table: &mut DraftTable, draft: &mut Draft) {
    let columns = it.get("fields").map(Node::texts).unwrap_or_default();
    let Some(to) = it.get("reference") else {
        return draft.skip(reading.at(it), format!("foreign key {}", columns.join(", ")), "it names no table");
    };
    let key = to.get("fields").map(Node::texts).unwrap_or_default();
    // Without a resource, a key refers to its own table.
    let own = table.name.clone();
    let other = to.get_text("resource").filter(|it| !it.is_empty()).unwrap_or(&own);
    table.rule(format!("{}-in-{other}", columns.join(" ")), reading.at(it), reference(&columns, other, &key));
}

fn field(reading: Reading<'_>, it: &Node, table: &mut DraftTable, draft: &mut Draft) {
    let Some(name) = it.get_text("name") else {
        return draft.skip(reading.at(it), "a field", "it has no name");
    };
    let mut column = DraftColumn { name: name.to_owned(), at: reading.at(it), ..DraftColumn::default() };
    let kind = it.get_text("type").unwrap_or("any");
    let form = it.get_text("format").unwrap_or("default");
    column.kind = match kind {
        "integer" => "integer",
        "number" => "amount",
        "date" | "datetime" => "date",
        "year" | "yearmonth" => "period",
        _ => "text",
    };
    match (kind, form) {
        ("date" | "datetime", form) if form.contains('%') => column.format = Some(form.to_owned()),
        (
            "date" | "datetime" | "year" | "yearmonth" | "string" | "any" | "integer" | "number" | "boolean",
            "default",
        )
        | ("date" | "datetime", "any") => {}
        ("string", form) => {
            draft.skip(reading.at(it), format!("{name}: format {form}"), "this format is not checked");
        }
        ("time" | "duration" | "object" | "array" | "list" | "geopoint" | "geojson", _) => {
            draft.skip(reading.at(it), format!("{name}: type {kind}"), "read as text; its format is not checked");
        }
        _ => draft.skip(reading.at(it), format!("{name}: type {kind}, format {form}"), "not known"),
    }
    table.columns.push(column);
    if kind == "boolean" {
        let of =
            |key: &str, usual: [&str; 4]| it.get(key).map_or_else(|| usual.map(str::to_owned).to_vec(), Node::texts);
        let mut values = of("trueValues", ["true", "True", "TRUE", "1"]);
        values.extend(of("falseValues", ["false", "False", "FALSE", "0"]));
        table.rule(format!("{name}-boolean"), reading.at(it), codes(name, &values));
    }
    // Categories are what a value may be.
    if let Some(list) = it.get("categories") {
        let values: Vec<String> = list.each().iter().filter_map(mark).collect();
        table.rule(format!("{name}-categories"), reading.at(list), codes(name, &values));
    }
    if let Some(list) = it.get("missingValues") {
        draft.skip(reading.at(list), format!("{name}: missingValues"), "markers are declared for a whole table");
    }
    for (key, value) in it.get("constraints").map(Node::entries).into_iter().flatten() {
        constraint(reading, (name, kind), (key, value), table, draft);
    }
}

fn constraint(
    reading: Reading<'_>,
    (name, kind): (&str, &str),
    (key, value): (&str, &Node),
    table: &mut DraftTable,
    draft: &mut Draft,
) {
    let (at, text) = (reading.at(value), value.text().unwrap_or_default());
    let is_date = matches!(kind, "date" | "datetime");
    let column = sql(name);
    let limit = if is_date { format!("date {}", sql_text(text)) } else { text.to_owned() };
    let bound = |sign: &str| expect_filled(name, &format!("{column} {sign} {limit}"));
    let is_number = matches!(kind, "integer" | "number");
    let wanted = format!("{name}-{key}");
    match key {
        "required" if text == "true" => {
            if let Some(it) = table.column(name) {
                it.filled = true;
            }
        }
        "unique" if text == "true" => drop(table.rule(wanted, at, unique(&[name.to_owned()]))),
        "required" | "unique" => {}
        "enum" => drop(table.rule(wanted, at, codes(name, &value.texts()))),
        // The whole cell has to fit, as with patterns of XML Schema.
        "pattern" => drop(table.rule(wanted, at, matches(name, &format!("^(?:{text})$")))),
        "minimum" if is_number => drop(table.rule(wanted, at, range(name, Some(text), None))),
        "maximum" if is_number => drop(table.rule(wanted, at, range(name, None, Some(text)))),
        "minimum" if is_date => drop(table.rule(wanted, at, bound(">="))),
        "maximum" if is_date => drop(table.rule(wanted, at, bound("<="))),
        "exclusiveMinimum" if is_number || is_date => drop(table.rule(wanted, at, bound(">"))),
        "exclusiveMaximum" if is_number || is_date => drop(table.rule(wanted, at, bound("<"))),
        "minLength" if kind == "string" => {
            table.rule(wanted, at, expect_filled(name, &format!("length({column}) >= {text}")));
        }
        "maxLength" if kind == "string" => {
            table.rule(wanted, at, expect_filled(name, &format!("length({column}) <= {text}")));
        }
        _ => draft.skip(at, format!("{name}: {key}"), format!("crossfoot has no such rule for a {kind}")),
    }
}

/// Takes one style for the table where its fields agree on one.
fn styles(reading: Reading<'_>, node: &Node, table: &mut DraftTable, draft: &mut Draft) {
    let numbers = || node.list("fields").iter().filter(|it| matches!(it.get_text("type"), Some("number" | "integer")));
    let style = |it: &Node| {
        let sign = |key: &str, usual: &str| it.get_text(key).unwrap_or(usual).to_owned();
        (sign("decimalChar", "."), sign("groupChar", ""))
    };
    let is_said = |it: &&Node| it.get("decimalChar").is_some() || it.get("groupChar").is_some();
    if numbers().next().is_none() {
        return;
    }
    // The standard says how numbers are printed also where a schema does not.
    let Some(first) = numbers().find(is_said) else {
        table.style = Some((".".to_owned(), String::new()));
        return;
    };
    if numbers().filter(is_said).all(|it| style(it) == style(first)) {
        table.style = Some(style(first));
    } else {
        draft.skip(reading.at(first), "decimalChar, groupChar", "all numbers of a table have one style");
    }
}
