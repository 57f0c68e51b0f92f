//! CSV on the Web: metadata of a table, or of a group of tables.
//!
//! Source: W3C, Metadata Vocabulary for Tabular Data, 2015,
//! <https://www.w3.org/TR/tabular-metadata/>.

use super::draft::{
    Draft, DraftColumn, DraftTable, ELSEWHERE, Reading, codes, expect_filled, is_elsewhere, matches, range, reference,
    sql, sql_text,
};
use super::tree::Node;
use crate::error::Result;
use crate::suggest::{quoted, slug};

pub(super) fn read(reading: Reading<'_>, root: &Node) -> Result<Draft> {
    let mut draft = Draft {
        dataset: slug(reading.stem()),
        title: root.get_text("dc:title").map(str::to_owned),
        ..Draft::default()
    };
    let tables = root.get("tables").map_or(std::slice::from_ref(root), Node::each);
    for it in tables {
        table(reading, it, root, tables, &mut draft)?;
    }
    Ok(draft)
}

/// A property, of a table or inherited of the group.
fn inherited<'a>(of: &'a Node, root: &'a Node, key: &str) -> Option<&'a Node> {
    of.get(key).or_else(|| root.get(key))
}

fn table(reading: Reading<'_>, node: &Node, root: &Node, all: &[Node], draft: &mut Draft) -> Result<()> {
    let url = node.get_text("url").unwrap_or_default();
    let mut table = DraftTable { name: name_of(url), at: reading.at(node), ..DraftTable::default() };
    if is_elsewhere(url) {
        draft.skip(reading.at(node), format!("url {url}"), ELSEWHERE);
    } else if !url.is_empty() {
        table.files.push(url.to_owned());
    }
    if let Some(it) = inherited(node, root, "dialect") {
        dialect(reading, it, &mut table, draft);
    }
    let Some(schema) = inherited(node, root, "tableSchema") else {
        draft.skip(reading.at(node), format!("table {url}"), "it has no tableSchema");
        return Ok(());
    };
    if let Some(path) = schema.text() {
        if is_elsewhere(path) {
            draft.skip(reading.at(schema), format!("tableSchema {path}"), ELSEWHERE);
            return Ok(());
        }
        let (reading, root) = reading.other(path)?;
        columns(reading, &root, (node, all), table, draft);
    } else {
        columns(reading, schema, (node, all), table, draft);
    }
    Ok(())
}

/// The name of a file without its folder and extension.
fn name_of(url: &str) -> String {
    let name = url.rsplit('/').next().unwrap_or(url);
    name.rsplit_once('.').map_or(name, |it| it.0).to_owned()
}

fn dialect(reading: Reading<'_>, node: &Node, table: &mut DraftTable, draft: &mut Draft) {
    for (key, value) in node.entries() {
        let text = value.text().unwrap_or_default();
        match key {
            "delimiter" => table.read.push(("delimiter", quoted(if text == "\t" { "tab" } else { text }))),
            "quoteChar" => table.read.push(("quote", quoted(if text.is_empty() { "none" } else { text }))),
            "encoding" if !text.eq_ignore_ascii_case("utf-8") => table.read.push(("encoding", quoted(text))),
            "header" if text == "false" => table.read.push(("header_rows", "0".to_owned())),
            "headerRowCount" => table.read.push(("header_rows", text.to_owned())),
            "skipRows" => table.read.push(("skip_rows", text.to_owned())),
            "commentPrefix" => table.read.push(("comment", quoted(text))),
            "encoding" | "header" | "doubleQuote" | "lineTerminators" | "trim" | "@type" | "@id" => {}
            _ => draft.skip(reading.at(value), format!("dialect {key}"), "a rule file has no such setting"),
        }
    }
}

fn columns(reading: Reading<'_>, schema: &Node, (of, all): (&Node, &[Node]), mut table: DraftTable, draft: &mut Draft) {
    // Keys name columns by `name`; the heading is a title of theirs.
    let headings: Vec<(String, String)> = schema.list("columns").iter().filter_map(heading).collect();
    for it in schema.list("columns").iter().filter(|it| !it.is_true("virtual")) {
        column(reading, it, (schema, of), &mut table, draft);
    }
    let named = |names: Vec<String>| -> Vec<String> {
        let heading = |it: &String| headings.iter().find(|known| known.0 == *it).map_or(it, |it| &it.1).clone();
        names.iter().map(heading).collect()
    };
    for it in schema.list("foreignKeys") {
        let columns = named(it.get("columnReference").map(Node::texts).unwrap_or_default());
        let to = it.get("reference");
        let url = to.and_then(|it| it.get_text("resource"));
        let other = all.iter().find(|it| url.is_some() && it.get_text("url") == url);
        let (Some(to), Some(url), Some(other)) = (to, url, other) else {
            draft.skip(reading.at(it), format!("foreign key {}", columns.join(", ")), "its table is not in this file");
            continue;
        };
        let theirs: Vec<_> =
            other.get("tableSchema").map_or(&[][..], |it| it.list("columns")).iter().filter_map(heading).collect();
        let key = to.get("columnReference").map(Node::texts).unwrap_or_default().into_iter();
        let key: Vec<String> =
            key.map(|it| theirs.iter().find(|known| known.0 == it).map_or(it, |it| it.1.clone())).collect();
        let other = name_of(url);
        table.rule(format!("{}-in-{other}", columns.join(" ")), reading.at(it), reference(&columns, &other, &key));
    }
    if let Some(key) = schema.get("primaryKey").map(Node::texts).filter(|it| !it.is_empty()) {
        table.keyed(named(key));
    }
    draft.tables.push(table);
}

/// All titles of a column, whatever their language.
fn titles(it: &Node) -> Vec<String> {
    let Some(titles) = it.get("titles") else { return Vec::new() };
    if titles.is_map() { titles.entries().flat_map(|it| it.1.texts()).collect() } else { titles.texts() }
}

/// The name of a column, and its heading.
fn heading(it: &Node) -> Option<(String, String)> {
    let titles = titles(it);
    let name = it.get_text("name").map(str::to_owned).or_else(|| titles.first().cloned())?;
    let heading = titles.into_iter().next().unwrap_or_else(|| name.clone());
    Some((name, heading))
}

fn column(reading: Reading<'_>, it: &Node, (schema, of): (&Node, &Node), table: &mut DraftTable, draft: &mut Draft) {
    let Some((_, heading)) = heading(it) else {
        return draft.skip(reading.at(it), "a column", "it has neither name nor titles");
    };
    let said = |key: &str| it.get(key).or_else(|| schema.get(key)).or_else(|| of.get(key));
    let datatype = said("datatype");
    let base = datatype.map_or("string", |it| it.text().or(it.get_text("base")).unwrap_or("string"));
    let mut column = DraftColumn {
        name: heading.clone(),
        at: reading.at(it),
        aliases: titles(it).into_iter().skip(1).collect(),
        filled: it.is_true("required"),
        ..DraftColumn::default()
    };
    column.kind = kind(base);
    let is_list = said("separator").is_some();
    if is_list {
        column.kind = "text";
        draft.skip(reading.at(it), format!("{heading}: separator"), "a list in a cell is read as text");
    } else if matches!(
        base,
        "time"
            | "duration"
            | "dayTimeDuration"
            | "yearMonthDuration"
            | "json"
            | "xml"
            | "html"
            | "anyURI"
            | "hexBinary"
            | "base64Binary"
            | "QName"
            | "gDay"
            | "gMonth"
            | "gMonthDay"
    ) {
        draft.skip(reading.at(it), format!("{heading}: datatype {base}"), "read as text; its format is not checked");
    }
    for mark in said("null").map(Node::texts).unwrap_or_default() {
        if !mark.is_empty() && !table.missing.contains(&mark) {
            table.missing.push(mark);
        }
    }
    table.columns.push(column);
    if base == "boolean" && datatype.is_none_or(|it| it.get("format").is_none()) {
        let values = ["true", "false", "1", "0"].map(str::to_owned);
        table.rule(format!("{heading}-boolean"), reading.at(it), codes(&heading, &values));
    }
    for (key, value) in datatype.map(Node::entries).into_iter().flatten().filter(|_| !is_list) {
        facet(reading, (&heading, base), (key, value), table, draft);
    }
}

fn kind(base: &str) -> &'static str {
    match base {
        "integer" | "int" | "long" | "short" | "byte" | "negativeInteger" | "nonPositiveInteger" => "integer",
        "nonNegativeInteger" | "positiveInteger" | "unsignedInt" | "unsignedLong" | "unsignedShort"
        | "unsignedByte" => "count",
        "decimal" | "number" | "double" | "float" => "amount",
        "date" | "dateTime" | "datetime" | "dateTimeStamp" => "date",
        "gYear" | "gYearMonth" => "period",
        _ => "text",
    }
}

fn facet(
    reading: Reading<'_>,
    (name, base): (&str, &str),
    (key, value): (&str, &Node),
    table: &mut DraftTable,
    draft: &mut Draft,
) {
    let (at, text, column, kind) = (reading.at(value), value.text().unwrap_or_default(), sql(name), kind(base));
    let is_number = matches!(kind, "integer" | "count" | "amount");
    let shown = if kind == "date" { format!("date {}", sql_text(text)) } else { text.to_owned() };
    let bound = |sign: &str| expect_filled(name, &format!("{column} {sign} {shown}"));
    let length = |sign: &str| expect_filled(name, &format!("length({column}) {sign} {text}"));
    let check = match key {
        "base" | "@type" | "@id" | "name" | "dc:title" | "dc:description" => return,
        "minimum" | "minInclusive" if is_number => range(name, Some(text), None),
        "maximum" | "maxInclusive" if is_number => range(name, None, Some(text)),
        "minimum" | "minInclusive" if kind == "date" => bound(">="),
        "maximum" | "maxInclusive" if kind == "date" => bound("<="),
        "minExclusive" if is_number || kind == "date" => bound(">"),
        "maxExclusive" if is_number || kind == "date" => bound("<"),
        "length" if kind == "text" => length("="),
        "minLength" if kind == "text" => length(">="),
        "maxLength" if kind == "text" => length("<="),
        "format" if base == "string" => matches(name, &format!("^(?:{text})$")),
        "format" if base == "boolean" && text.contains('|') => {
            codes(name, &text.split('|').map(str::to_owned).collect::<Vec<_>>())
        }
        "format" if kind == "date" && strftime(text).is_some() => {
            if let Some(it) = table.column(name) {
                it.format = strftime(text);
            }
            return;
        }
        _ => return draft.skip(at, format!("{name}: {key} {text}"), "crossfoot has no such rule"),
    };
    table.rule(format!("{name}-{key}"), at, check);
}

/// A pattern of dates, of those that Unicode's have, in strftime's notation.
fn strftime(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = rest.chars().take_while(|it| *it == first).count();
        let run = &rest[..length * first.len_utf8()];
        out.push_str(match run {
            "yyyy" => "%Y",
            "MM" => "%m",
            "dd" => "%d",
            "M" => "%-m",
            "d" => "%-d",
            it if !first.is_alphanumeric() && first != '%' => it,
            _ => return None,
        });
        rest = &rest[run.len()..];
    }
    Some(out)
}
