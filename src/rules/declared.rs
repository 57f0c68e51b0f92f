//! Columns and rows as a rule file declares them, for hints to be pasted.

use crate::table::{ColumnSchema, RowSchema};

/// The line that declares a column with one more heading: `total = { type =
/// "count", aliases = ["all"] }`.
pub fn column_with_alias(it: &ColumnSchema, alias: &str) -> String {
    let mut parts = vec![format!("type = {}", quoted(it.kind.word()))];
    if it.optional {
        parts.push("optional = true".to_owned());
    }
    if !it.blank {
        parts.push("blank = false".to_owned());
    }
    parts.push(aliases(&it.aliases, alias));
    parts.extend(it.unit.map(|it| match it.power {
        3 => "unit = \"thousand\"".to_owned(),
        6 => "unit = \"million\"".to_owned(),
        9 => "unit = \"billion\"".to_owned(),
        power => format!("unit = {power}"),
    }));
    parts.extend(it.decimals.map(|it| format!("decimals = {it}")));
    if (it.trust - 1.0).abs() > f64::EPSILON {
        parts.push(format!("trust = {:?}", it.trust));
    }
    parts.extend(it.format.as_ref().map(|it| format!("format = {}", quoted(it))));
    parts.extend(it.rounded.map(|it| format!("rounding = \"{}\"", if it { "independent" } else { "exact" })));
    format!("{} = {{ {} }}", key(&it.name), parts.join(", "))
}

/// The entry that lists a row with one more label.
pub fn row_with_alias(it: &RowSchema, alias: &str) -> String {
    let mut parts = vec![format!("name = {}", quoted(&it.name))];
    parts.extend(it.under.as_ref().map(|it| format!("under = {}", quoted(it))));
    if it.optional {
        parts.push("optional = true".to_owned());
    }
    parts.push(aliases(&it.aliases, alias));
    parts.extend(it.kind.map(|it| format!("type = {}", quoted(it.word()))));
    format!("{{ {} }}", parts.join(", "))
}

fn aliases(known: &[String], alias: &str) -> String {
    let all: Vec<String> = known.iter().map(String::as_str).chain([alias]).map(quoted).collect();
    format!("aliases = [{}]", all.join(", "))
}

/// A key, in quotes where it needs some.
fn key(name: &str) -> String {
    let bare = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { quoted(name) }
}

/// A text as a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => out.extend(['\\', sign]),
            it if it.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(it))),
            it => out.push(it),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load;
    use crate::table::TableSchema;

    fn table(columns: &str, rows: &str) -> TableSchema {
        let text =
            format!("crossfoot = 1\ndataset = \"d\"\n[tables.t]\nrows = [{rows}]\n[tables.t.columns]\n{columns}\n");
        load("d.toml", &text, &|_| Ok(Vec::new())).unwrap().tables.remove(0)
    }

    #[test]
    fn a_column_reads_back_as_it_was_declared_with_one_more_alias() {
        for written in [
            "n = \"count\"",
            "\"Previous week\" = { type = \"amount\", optional = true, aliases = [\"a \\\"b\\\"\"], unit = \"million\", decimals = 2 }",
            "day = { type = \"date\", blank = false, format = \"%d.%m.%Y\" }",
            "share = { type = \"percent\", unit = -2, trust = 0.5, rounding = \"exact\" }",
        ] {
            let before = table(&format!("label = \"label\"\n{written}"), "").columns.remove(1);
            let line = column_with_alias(&before, "new\tname \\ \"x\"");
            let after = table(&format!("label = \"label\"\n{line}"), "").columns.remove(1);
            assert_eq!(after.aliases.last().map(String::as_str), Some("new\tname \\ \"x\""), "{line}");
            let bare =
                |it: &ColumnSchema| format!("{:?}", ColumnSchema { aliases: before.aliases.clone(), ..it.clone() });
            assert_eq!(bare(&after), bare(&before), "{line}");
        }
    }

    #[test]
    fn a_row_reads_back_as_it_was_listed_with_one_more_alias() {
        let rows = "\"Cars\", { name = \"killed\", under = \"Cars\", optional = true, aliases = [\"dead\"] }";
        let before = table("label = \"label\"", rows).rows.remove(1);
        let line = row_with_alias(&before, "fatal");
        let after = table("label = \"label\"", &format!("\"Cars\", {line}")).rows.remove(1);
        assert_eq!(after.aliases, ["dead", "fatal"]);
        assert_eq!((after.name, after.under, after.optional), (before.name, before.under, before.optional));
    }
}
