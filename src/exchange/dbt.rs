//! dbt: the tests in the properties of models, sources, seeds and snapshots.
//!
//! Source: <https://docs.getdbt.com/reference/resource-properties/data-tests>. Of packages,
//! the tests of dbt-utils and dbt-expectations that say the same as a rule.

use super::draft::{
    Draft, DraftColumn, DraftTable, Reading, codes, expect, expect_filled, matches, range, reference, sql, unique,
};
use super::tree::Node;
use crate::suggest::slug;

pub(super) fn read(reading: Reading<'_>, root: &Node) -> Draft {
    let mut draft = Draft { dataset: slug(reading.stem()), ..Draft::default() };
    for key in ["models", "seeds", "snapshots"] {
        for it in root.list(key) {
            model(reading, it, &mut draft);
        }
    }
    for source in root.list("sources") {
        for it in source.list("tables") {
            model(reading, it, &mut draft);
        }
        for (key, value) in source.entries().filter(|it| it.0 == "freshness") {
            draft.skip(reading.at(value), key, "rules are about figures, not about when they arrive");
        }
    }
    draft
}

/// The tests of a model or of a column: they stood under `tests` before they did under `data_tests`.
fn tests(it: &Node) -> impl Iterator<Item = &Node> {
    it.list("data_tests").iter().chain(it.list("tests"))
}

fn model(reading: Reading<'_>, it: &Node, draft: &mut Draft) {
    let name = it.get_text("name").unwrap_or("model");
    let mut table = DraftTable { name: name.to_owned(), at: reading.at(it), ..DraftTable::default() };
    for column in it.list("columns") {
        let Some(name) = column.get_text("name") else {
            draft.skip(reading.at(column), "a column", "it has no name");
            continue;
        };
        let kind = column.get_text("data_type").map_or("", kind_of);
        let drafted = DraftColumn { name: name.to_owned(), at: reading.at(column), kind, ..DraftColumn::default() };
        table.columns.push(drafted);
        for it in tests(column) {
            test(reading, it, Some(name), &mut table, draft);
        }
    }
    for it in tests(it) {
        test(reading, it, None, &mut table, draft);
    }
    draft.tables.push(table);
}

/// A type of rule files for one of SQL.
fn kind_of(sql: &str) -> &'static str {
    let word = sql.split(['(', ' ']).next().unwrap_or_default().to_lowercase();
    match word.as_str() {
        "int" | "integer" | "bigint" | "smallint" | "int64" | "tinyint" => "integer",
        "numeric" | "decimal" | "float" | "float64" | "double" | "real" | "number" => "amount",
        "date" | "timestamp" | "datetime" => "date",
        _ => "text",
    }
}

/// A test: its word, or a map of its word with arguments.
fn test(reading: Reading<'_>, it: &Node, column: Option<&str>, table: &mut DraftTable, draft: &mut Draft) {
    let nothing = it.clone();
    let named = it.get_text("test_name").map(|name| (name, it));
    let first = || it.entries().find(|it| it.0 != "name" && it.0 != "config");
    let (name, given) = match (it.text(), named) {
        (Some(name), _) => (name, &nothing),
        (None, Some(named)) => named,
        (None, None) => first().unwrap_or(("test", &nothing)),
    };
    let at = reading.at(it);
    let what = column.map_or(name.to_owned(), |column| format!("{column}: {name}"));
    // Since dbt 1.10 arguments stand under a key of their own.
    let argument = |key: &str| given.get("arguments").and_then(|it| it.get(key)).or_else(|| given.get(key));
    let config = |key: &str| given.get("config").and_then(|it| it.get(key)).or_else(|| given.get(key));
    let filter = config("where").and_then(Node::text).map(str::to_owned);
    for key in ["error_if", "warn_if", "limit", "group_by_columns"] {
        if let Some(it) = config(key).or_else(|| argument(key)) {
            return draft.skip(reading.at(it), format!("{what}: {key}"), "a rule holds for all rows; see `at_most`");
        }
    }
    let severity = config("severity").and_then(Node::text).filter(|it| it.eq_ignore_ascii_case("warn"));
    let is_plain = filter.is_none() && severity.is_none();
    // The name of a package says no more than which of two alike is meant.
    let word = name.rsplit('.').next().unwrap_or(name);
    if matches!(word, "not_null" | "expect_column_values_to_not_be_null")
        && is_plain
        && let Some(it) = column.and_then(|it| table.column(it))
    {
        it.filled = true;
        return;
    }
    let Some(check) = check(word, column, &argument, table) else {
        return draft.skip(at, what, "crossfoot has no such rule");
    };
    let rule = table.rule(format!("{} {word}", column.unwrap_or_default()), at, check);
    rule.filter = filter;
    rule.severity = severity.map(|_| "warning");
}

fn check<'a>(
    word: &str,
    column: Option<&str>,
    argument: &dyn Fn(&str) -> Option<&'a Node>,
    table: &mut DraftTable,
) -> Option<String> {
    let text = |key: &str| argument(key).and_then(Node::text);
    let texts = |key: &str| argument(key).map(Node::texts);
    let expression = || text("expression").map(str::to_owned);
    if let ("unique_combination_of_columns" | "expect_compound_columns_to_be_unique", None) = (word, column) {
        return texts("combination_of_columns").or_else(|| texts("column_list")).map(|it| unique(&it));
    }
    if let ("expression_is_true", None) = (word, column) {
        return expression().map(|it| expect(&it));
    }
    if word == "expect_table_row_count_to_be_between" {
        let ends = [("min_value", ">="), ("max_value", "<=")];
        let all: Vec<String> =
            ends.iter().filter_map(|it| Some(format!("count(*) {} {}", it.1, text(it.0)?))).collect();
        return (!all.is_empty()).then(|| expect(&all.join(" and ")));
    }
    let name = column?;
    let shown = sql(name);
    Some(match word {
        "unique" | "expect_column_values_to_be_unique" => unique(&[name.to_owned()]),
        "not_null" => expect(&format!("{shown} is not null")),
        "accepted_values" => codes(name, &texts("values")?),
        "expect_column_values_to_be_in_set" => codes(name, &texts("value_set")?),
        "relationships" => {
            let to = text("to")?;
            // `ref('customers')` or `source('shop', 'customers')`.
            let other = to.rsplit(['\'', '"']).nth(1).filter(|it| !it.is_empty())?;
            reference(&[name.to_owned()], other, &[text("field")?.to_owned()])
        }
        "accepted_range" | "expect_column_values_to_be_between" => {
            let (low, high) = (text("min_value"), text("max_value"));
            let is_strict = text("inclusive") == Some("false") || text("strictly") == Some("true");
            let is_number = |it: Option<&str>| it.is_none_or(|it| it.parse::<f64>().is_ok());
            if (low.is_none() && high.is_none()) || !is_number(low) || !is_number(high) {
                return None;
            }
            let kind = &mut table.column(name)?.kind;
            if kind.is_empty() {
                *kind = "amount";
            }
            if is_strict {
                let ends = low.map(|it| format!("{shown} > {it}")).into_iter();
                let ends: Vec<String> = ends.chain(high.map(|it| format!("{shown} < {it}"))).collect();
                expect_filled(name, &format!("({})", ends.join(" and ")))
            } else {
                range(name, low, high)
            }
        }
        "expect_column_values_to_match_regex" => matches(name, text("regex")?),
        "not_empty_string" => expect_filled(name, &format!("trim({shown}) <> ''")),
        // The test puts the column before what is said of it.
        "expression_is_true" => expect(&format!("{shown} {}", expression()?)),
        _ => return None,
    })
}
