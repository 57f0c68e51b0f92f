//! The Open Data Contract Standard, version 3.
//!
//! Source: <https://bitol-io.github.io/open-data-contract-standard/>, versions 3.0 and 3.1.

use super::draft::{
    Draft, DraftColumn, DraftTable, Reading, codes, expect, expect_filled, matches, range, reference, sql, sql_text,
    unique,
};
use super::tree::Node;
use crate::suggest::slug;

/// What a library rule is called, in version 3.0 and since 3.1.
const METRICS: [(&str, &str); 7] = [
    ("rowCount", "rowCount"),
    ("nullCheck", "nullValues"),
    ("nullValues", "nullValues"),
    ("uniqueCheck", "duplicateValues"),
    ("duplicateCount", "duplicateValues"),
    ("duplicateValues", "duplicateValues"),
    ("invalidValues", "invalidValues"),
];

const COMPARISONS: [(&str, &str); 8] = [
    ("mustBe", "="),
    ("mustNotBe", "<>"),
    ("mustBeGreaterThan", ">"),
    ("mustBeGreaterOrEqualTo", ">="),
    ("mustBeGreaterThanOrEqualTo", ">="),
    ("mustBeLessThan", "<"),
    ("mustBeLessOrEqualTo", "<="),
    ("mustBeLessThanOrEqualTo", "<="),
];

pub(super) fn read(reading: Reading<'_>, root: &Node) -> Draft {
    let name = ["name", "dataProduct", "id"].into_iter().find_map(|it| root.get_text(it));
    let mut draft =
        Draft { dataset: slug(name.unwrap_or(reading.stem())), title: name.map(str::to_owned), ..Draft::default() };
    for it in root.list("schema") {
        object(reading, it, &mut draft);
    }
    for (key, value) in root.entries().filter(|it| it.0 == "slaProperties") {
        draft.skip(reading.at(value), key, "rules are about figures, not about when they arrive");
    }
    draft
}

fn object(reading: Reading<'_>, it: &Node, draft: &mut Draft) {
    let name = it.get_text("name").or(it.get_text("physicalName")).unwrap_or("table");
    let mut table = DraftTable { name: name.to_owned(), at: reading.at(it), ..DraftTable::default() };
    let mut key: Vec<(i64, String)> = Vec::new();
    for property in it.list("properties") {
        let Some(name) = property.get_text("name") else {
            draft.skip(reading.at(property), "a property", "it has no name");
            continue;
        };
        column(reading, property, name, &mut table, draft);
        if property.is_true("primaryKey") {
            let position = property.get_text("primaryKeyPosition").and_then(|it| it.parse().ok()).unwrap_or(i64::MAX);
            key.push((position, heading(property, name)));
        }
    }
    for quality in it.list("quality") {
        library(reading, quality, None, &mut table, draft);
    }
    for it in it.list("relationships") {
        let (from, to) = (it.get("from").map(Node::texts), it.get("to").map(Node::texts));
        relationship(reading, it, &from.unwrap_or_default(), &to.unwrap_or_default(), &mut table, draft);
    }
    if !key.is_empty() {
        key.sort_by_key(|it| it.0);
        table.keyed(key.into_iter().map(|it| it.1).collect());
    }
    draft.tables.push(table);
}

/// What a column is called in the files: its physical name, where it has one.
fn heading(property: &Node, name: &str) -> String {
    property.get_text("physicalName").filter(|it| !it.is_empty()).unwrap_or(name).to_owned()
}

fn column(reading: Reading<'_>, it: &Node, name: &str, table: &mut DraftTable, draft: &mut Draft) {
    let name = &heading(it, name);
    let logical = it.get_text("logicalType").unwrap_or("string");
    let kind = match logical {
        "integer" => "integer",
        "number" => "amount",
        "date" | "timestamp" => "date",
        _ => "text",
    };
    if matches!(logical, "object" | "array" | "time") {
        draft.skip(reading.at(it), format!("{name}: {logical}"), "read as text; its format is not checked");
    }
    let filled = it.is_true("required");
    table.columns.push(DraftColumn { name: name.clone(), at: reading.at(it), kind, filled, ..DraftColumn::default() });
    if it.is_true("unique") {
        table.rule(format!("{name}-unique"), reading.at(it), unique(std::slice::from_ref(name)));
    }
    for (key, value) in it.get("logicalTypeOptions").map(Node::entries).into_iter().flatten() {
        option(reading, (name, kind), (key, value), table, draft);
    }
    for quality in it.list("quality") {
        library(reading, quality, Some(name), table, draft);
    }
    for relation in it.list("relationships") {
        let to = relation.get("to").map(Node::texts).unwrap_or_default();
        relationship(reading, relation, std::slice::from_ref(name), &to, table, draft);
    }
}

fn option(
    reading: Reading<'_>,
    (name, kind): (&str, &str),
    (key, value): (&str, &Node),
    table: &mut DraftTable,
    draft: &mut Draft,
) {
    let (at, text, column) = (reading.at(value), value.text().unwrap_or_default(), sql(name));
    let is_number = matches!(kind, "integer" | "amount");
    let shown = if kind == "date" { format!("date {}", sql_text(text)) } else { text.to_owned() };
    let bound = |sign: &str| expect_filled(name, &format!("{column} {sign} {shown}"));
    let check = match key {
        "minimum" if is_number => range(name, Some(text), None),
        "maximum" if is_number => range(name, None, Some(text)),
        "minimum" if kind == "date" => bound(">="),
        "maximum" if kind == "date" => bound("<="),
        "exclusiveMinimum" if is_number || kind == "date" => bound(">"),
        "exclusiveMaximum" if is_number || kind == "date" => bound("<"),
        "multipleOf" if is_number => expect_filled(name, &format!("{column} % {text} = 0")),
        "minLength" if kind == "text" => expect_filled(name, &format!("length({column}) >= {text}")),
        "maxLength" if kind == "text" => expect_filled(name, &format!("length({column}) <= {text}")),
        "pattern" if kind == "text" => matches(name, text),
        _ => return draft.skip(at, format!("{name}: {key}"), "crossfoot has no such rule"),
    };
    table.rule(format!("{name}-{key}"), at, check);
}

fn relationship(
    reading: Reading<'_>,
    node: &Node,
    from: &[String],
    to: &[String],
    table: &mut DraftTable,
    draft: &mut Draft,
) {
    let last = |it: &String| it.rsplit('.').next().unwrap_or(it).to_owned();
    let other = to.first().and_then(|it| it.rsplit_once('.')).map(|it| last(&it.0.to_owned()));
    let Some(other) = other.filter(|_| from.len() == to.len()) else {
        return draft.skip(
            reading.at(node),
            format!("relationship to {}", to.join(", ")),
            "it names no table and column",
        );
    };
    let columns: Vec<String> = from.iter().map(last).collect();
    let key: Vec<String> = to.iter().map(last).collect();
    table.rule(format!("{}-in-{other}", columns.join(" ")), reading.at(node), reference(&columns, &other, &key));
}

/// A rule of quality: those of the library that ask about rows, blanks, repeats and values.
fn library(reading: Reading<'_>, it: &Node, column: Option<&str>, table: &mut DraftTable, draft: &mut Draft) {
    let metric = it.get_text("metric").or(it.get_text("rule"));
    let what = || {
        let name = metric.or(it.get_text("name")).or(it.get_text("type")).unwrap_or("quality");
        column.map_or(name.to_owned(), |column| format!("{column}: {name}"))
    };
    let at = reading.at(it);
    let kind = it.get_text("type").unwrap_or("library");
    if kind != "library" {
        return draft.skip(at, what(), format!("checks of type {kind} are meant for another engine or for people"));
    }
    if it.get_text("unit").is_some_and(|it| it.starts_with("percent")) {
        return draft.skip(at, what(), "a share of rows; `at_most` in a rule allows one");
    }
    let metric = METRICS.iter().find(|known| Some(known.0) == metric).map(|it| it.1);
    let Some((metric, is_none)) = metric.map(|metric| (metric, bounds(it) == ["= 0"])) else {
        return draft.skip(at, what(), "not a library rule that applies to rows");
    };
    let named = column.map(|it| vec![it.to_owned()]);
    let arguments = it.get("arguments");
    let named = named.or_else(|| arguments.and_then(|it| it.get("properties")).map(Node::texts)).unwrap_or_default();
    let check = match (metric, named.as_slice()) {
        ("rowCount", _) => counted("count(*)", &bounds(it)),
        ("nullValues", [name]) if is_none => {
            if let Some(it) = table.column(name) {
                it.filled = true;
            }
            return;
        }
        ("nullValues", [name]) => counted(&format!("count(*) filter (where {} is null)", sql(name)), &bounds(it)),
        // Rules of version 3.0 ask for no repeats without saying how many there may be.
        ("duplicateValues", [_, ..]) if is_none || bounds(it).is_empty() => Some(unique(&named)),
        ("invalidValues", [name]) if is_none => {
            let said = |key: &str| arguments.and_then(|it| it.get(key)).or_else(|| it.get(key));
            let listed = said("validValues").map(|it| codes(name, &it.texts()));
            listed.or_else(|| Some(matches(name, said("pattern")?.text()?)))
        }
        _ => None,
    };
    let Some(check) = check else {
        return draft.skip(at, what(), "crossfoot has no such rule");
    };
    let of = column.map_or_else(|| named.join(" "), str::to_owned);
    let rule = table.rule(format!("{of} {metric}"), at, check);
    rule.severity = it.get_text("severity").filter(|it| matches!(*it, "warning" | "info" | "low")).map(|_| "warning");
    rule.why = it.get_text("description").map(str::to_owned);
}

/// What is asked of a number, as ends of SQL comparisons; none where that is not said.
fn bounds(it: &Node) -> Vec<String> {
    let one = |known: &(&str, &str)| Some(format!("{} {}", known.1, it.get_text(known.0)?));
    let between = it.get("mustBeBetween").map(Node::texts).filter(|it| it.len() == 2);
    let outside = it.get("mustNotBeBetween").map(Node::texts).filter(|it| it.len() == 2);
    let all = COMPARISONS.iter().filter_map(one);
    let all = all.chain(between.map(|it| format!("between {} and {}", it[0], it[1])));
    all.chain(outside.map(|it| format!("not between {} and {}", it[0], it[1]))).collect()
}

fn counted(what: &str, bounds: &[String]) -> Option<String> {
    let all: Vec<String> = bounds.iter().map(|it| format!("{what} {it}")).collect();
    (!all.is_empty()).then(|| expect(&all.join(" and ")))
}
