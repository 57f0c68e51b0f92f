//! Checks as queries; what engines answer them is in `tests/engines`.

use crate::support::{Folder, crossfoot};

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n[tables.t.columns]\n\
    id = \"integer\"\na = { type = \"amount\", decimals = 2 }\nb = \"amount\"\nday = \"date\"\ns = \"text\"\n";

/// What is printed for rules of a table, and what is told beside.
fn printed(name: &str, rules: &str, dialect: &str) -> (String, String) {
    let folder = Folder::new(name);
    folder.write("rules/d.toml", format!("{RULES}{rules}"));
    let output = crossfoot(&folder, &["sql", "--dialect", dialect]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    (output.stdout, output.stderr)
}

fn expect(condition: &str) -> String {
    format!("[[rules]]\nname = \"r\"\nexpect = \"{condition}\"\n")
}

#[test]
fn a_check_is_one_query_and_what_is_not_printed_is_told() {
    let (text, told) =
        printed("sql-one", &(expect("a <= b") + &expect("upper(s) = 'X'").replace("\"r\"", "\"q\"")), "duckdb");
    assert_eq!(text.matches(";\n").count(), 2, "{text}");
    assert!(text.contains("-- d, table t, rule keys: rows that may fail\nSELECT"), "{text}");
    assert!(text.contains("rule q: not printed: it needs more than the plain cells"), "{text}");
    assert_eq!(told, "1 of 3 checks not printed; use `crossfoot check` for them\n");
}

#[test]
fn decimals_are_brought_together_and_days_are_numbers() {
    let (text, _) = printed("sql-scale", &expect("a <= b and day >= '2021-03-05'"), "postgresql");
    assert!(text.contains("(\"read a\" * CAST('100' AS NUMERIC)) <= \"read b\""), "{text}");
    assert!(text.contains("\"read day\" >= DATE '2021-03-05'"), "{text}");
}

#[test]
fn products_leave_room_for_their_digits_or_are_not_printed() {
    let (text, _) = printed("sql-wide", &expect("a * b > 0"), "sqlite");
    assert!(text.contains("\"a\" BETWEEN -9999999 AND 9999999"), "{text}");
    let (text, told) = printed("sql-wider", &expect("a * b * a * b > 0"), "sqlite");
    assert!(text.contains("rule r: not printed: its arithmetic needs more digits than the engine has"), "{text}");
    assert!(told.starts_with("1 of 2 checks"), "{told}");
    let (text, _) = printed("sql-widest", &expect("a * b * a * b > 0"), "postgresql");
    assert!(!text.contains("not printed"), "{text}");
}

#[test]
fn what_divides_is_multiplied_out_and_must_not_be_zero() {
    let (text, _) = printed("sql-divided", &expect("a / b = 0.5"), "duckdb");
    assert!(text.contains("CASE WHEN (\"read b\" <> (CAST('0' AS HUGEINT) * CAST"), "{text}");
    assert!(!text.contains(" / "), "{text}");
    let (text, _) = printed("sql-rest", &expect("a % b = 0"), "postgresql");
    assert!(text.contains("% NULLIF(\"read b\", CAST('0' AS NUMERIC))"), "{text}");
    let (text, _) = printed("sql-divided-sum", &expect("sum(a % b) = 0"), "duckdb");
    assert!(text.contains("rule r: not printed: it adds up quotients whose divisors may be zero"), "{text}");
}

#[test]
fn what_is_not_read_is_unknown() {
    let (text, _) = printed("sql-null", &expect("s is null or a > 5"), "duckdb");
    assert!(text.contains("WHEN (\"s\" IS NULL OR length(CAST(\"s\" AS VARCHAR)) = 0) THEN 1 = 0 END"), "{text}");
    assert!(!text.contains("CASE WHEN \"read a\" IS NOT NULL AND"), "{text}");
}

#[test]
fn groups_are_grouped_by_what_they_share() {
    let sum = |by: &str| {
        format!(
            "[[rules]]\nname = \"r\"\nsum = {{ total = {{ where = \"s = 'all'\" }}, parts = {{ where = \"s <> 'all'\" \
             }}, columns = [\"a\"]{by} }}\n"
        )
    };
    let (text, _) = printed("sql-by", &sum(", by = [\"day\"]"), "duckdb");
    assert!(text.contains("GROUP BY \"read day\"") && !text.contains("not printed"), "{text}");
    let (text, _) = printed("sql-all", &sum(""), "duckdb");
    assert!(text.contains("rule r: not printed: it compares all rows with each other"), "{text}");
}

#[test]
fn texts_that_engines_take_for_others_are_not_printed() {
    let (text, _) = printed("sql-backslash", &expect("s <> 'x\\\\y'"), "spark");
    assert!(text.contains("rule r: not printed: it compares a string with a backslash"), "{text}");
    let (text, _) = printed("sql-quote", &expect("s <> 'it''s'"), "spark");
    assert!(text.contains("IN ('it''s')"), "{text}");
    let (text, _) = printed("sql-like", &expect("s like 'x%'"), "duckdb");
    assert!(text.contains("decode(\"read s\") LIKE 'x%' ESCAPE '!'"), "{text}");
    let matches = "[[rules]]\nname = \"r\"\nmatches = { column = \"s\", pattern = \"[a-z]+\" }\n";
    let (text, _) = printed("sql-matches", matches, "duckdb");
    assert!(text.contains("rule r: not printed: it matches a pattern"), "{text}");
}

#[test]
fn numbers_with_a_decimal_comma_and_declared_markers_are_not_printed() {
    for (name, declared) in [("comma", "read = { decimal = \",\" }"), ("marker", "markers = { missing = [\"999\"] }")] {
        let folder = Folder::new(&format!("sql-{name}"));
        let rules = RULES.replace("key = [\"id\"]", &format!("key = [\"id\"]\n{declared}"));
        folder.write("rules/d.toml", rules + &expect("a <= b"));
        let output = crossfoot(&folder, &["sql", "--dialect", "duckdb"]);
        assert_eq!(output.stdout.matches("not printed").count(), 2, "{name}: {} {}", output.stdout, output.stderr);
    }
}

#[test]
fn an_engine_a_rule_or_a_table_that_is_not_known_is_told() {
    let folder = Folder::new("sql-unknown");
    folder.write("rules/d.toml", format!("{RULES}{}", expect("a <= b")));
    for (arguments, told) in [
        (&["sql", "--dialect", "oracle"][..], "expected one of duckdb, postgresql, sqlite, spark"),
        (&["sql", "--dialect", "spark", "--select", "q"], "there is no rule \"q\""),
        (&["sql", "--dialect", "spark", "--table", "x=y"], "no rule file declares the table x"),
        (&["sql", "--dialect", "spark", "--table", "t"], "expected TABLE=NAME"),
    ] {
        let output = crossfoot(&folder, arguments);
        assert_eq!(output.code, 2, "{}", output.stdout);
        assert!(output.stderr.contains(told), "{}", output.stderr);
    }
}
