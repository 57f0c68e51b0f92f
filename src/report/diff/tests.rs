//! A diff made by hand, with one of everything, in every format.

use super::*;
use crate::diff::{Duplicate, Key, Side};
use crate::table::{Coverage, Period};

fn text(it: &str) -> String {
    it.to_owned()
}

fn cell(column: &str, old: Option<&str>, new: Option<&str>, kind: ChangeKind, difference: Option<&str>) -> CellChange {
    CellChange {
        column: text(column),
        old: old.map(text),
        new: new.map(text),
        old_text: None,
        new_text: None,
        kind,
        difference: difference.map(text),
        cause: None,
        usual: None,
        relation: None,
    }
}

fn row(op: Op, key: &str, at: (Option<usize>, Option<usize>), cells: Vec<CellChange>) -> RowChange {
    let line = |it: Option<usize>| it.map(|it| u32::try_from(it).expect("tests are small") + 2);
    RowChange {
        op,
        key: vec![(text("crime"), text(key))],
        old_index: at.0,
        new_index: at.1,
        old_line: line(at.0),
        new_line: line(at.1),
        moved: op == Op::Changed && at.0 != at.1,
        cells,
        perhaps: Vec::new(),
        surprise: 0.0,
    }
}

fn side(name: &str, period: &str, days: u32) -> Side {
    Side {
        name: text(name),
        dataset: Some(text("city-crime")),
        period: Period::parse(period),
        coverage: Some(Coverage { days, of: 7 }),
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|it| text(it)).collect()
}

fn crimes() -> TableDiff {
    use ChangeKind::{Precision, Text, Tolerated, Value};
    let gone = |it: &str| [cell("crime", Some(it), None, Text, None), cell("all", Some("12"), None, Text, None)];
    let come = |it: &str| [cell("crime", None, Some(it), Text, None), cell("all", None, Some("7"), Text, None)];
    TableDiff {
        name: text("crimes"),
        match_kind: Match::Corresponds,
        key: Key { columns: names(&["crime"]), inferred: true, tried: Vec::new() },
        columns: Columns {
            old: names(&["crime", "total", "solved", "source"]),
            new: names(&["crime", "solved", "all", "note"]),
            added: names(&["note"]),
            removed: names(&["source"]),
            renamed: vec![(text("total"), text("all"))],
            moved: names(&["solved"]),
        },
        rows: Rows { added: 1, removed: 1, changed: 3, moved: 1, same: 4 },
        changes: vec![
            row(
                Op::Changed,
                "Robbery",
                (Some(1), Some(2)),
                vec![
                    cell("all", Some("314"), Some("223"), Value, Some("-91")),
                    cell("solved", Some("164.0"), Some("164"), Precision, Some("0")),
                    cell("note", None, Some("x"), Text, None),
                ],
            ),
            row(
                Op::Changed,
                "Rape | <b>*all*</b>",
                (Some(3), Some(3)),
                vec![
                    cell("crime", Some("Rape, of all ages"), Some("Rape | <b>*all*</b>"), Text, None),
                    cell("solved", Some("0"), Some("3"), Value, Some("3")),
                ],
            ),
            row(Op::Removed, "Fraud", (Some(4), None), gone("Fraud").to_vec()),
            row(Op::Added, "Car theft", (None, Some(4)), come("Car theft").to_vec()),
            row(Op::Changed, "Theft", (Some(5), Some(5)), vec![cell("all", Some("9"), Some(""), Text, None)]),
            row(Op::Moved, "Murder", (Some(6), Some(0)), Vec::new()),
            row(
                Op::Changed,
                "Assault",
                (Some(7), Some(7)),
                vec![cell("all", Some("99"), Some("98"), Tolerated, Some("-1"))],
            ),
        ],
        moves: Vec::new(),
        duplicates: vec![Duplicate { key: names(&["Theft"]), old_lines: vec![7, 9], new_lines: vec![7] }],
        causes: Vec::new(),
    }
}

fn whole(name: &str, match_kind: Match, rows: Rows) -> TableDiff {
    TableDiff {
        name: text(name),
        match_kind,
        key: Key::default(),
        columns: Columns::default(),
        rows,
        changes: Vec::new(),
        moves: Vec::new(),
        duplicates: Vec::new(),
        causes: Vec::new(),
    }
}

pub(super) fn sample() -> Diff {
    let why = text("none of their columns has the same name");
    Diff {
        old: side("2005-03-03.txt", "2005-02-23/2005-03-01", 7),
        new: side("2006-06-21.txt", "2006-06-14/2006-06-20", 5),
        tables: vec![
            crimes(),
            whole("record", Match::OnlyNew, Rows { added: 8, ..Rows::default() }),
            whole("same", Match::Corresponds, Rows { same: 3, ..Rows::default() }),
            whole("weather", Match::Unrelated(why), Rows { added: 1, removed: 2, ..Rows::default() }),
        ],
        print: None,
        laid: Vec::new(),
        aliases: Vec::new(),
    }
}

fn written(format: DiffFormat, diff: &Diff, look: Look) -> String {
    let mut bytes = Vec::new();
    format.write(diff, look, &mut bytes).expect("memory can be written");
    String::from_utf8(bytes).expect("reports are UTF-8")
}

#[test]
fn text_says_what_happened_in_words() {
    insta::assert_snapshot!(written(DiffFormat::Text, &sample(), Look::default()));
}

#[test]
fn colours_change_no_word() {
    let colored = written(DiffFormat::Text, &sample(), Look { color: true, ..Look::default() });
    assert!(colored.contains("\u{1b}[31m314\u{1b}[0m -> \u{1b}[32m223\u{1b}[0m (-91, -29% printed"), "{colored}");
    assert!(!colored.contains("[-"), "{colored}");
}

#[test]
fn long_lists_are_folded_with_exact_counts() {
    let mut diff = sample();
    let more = |at| row(Op::Added, &format!("New {at}"), (None, Some(at)), Vec::new());
    diff.tables[0].changes.extend((10..25).map(more));
    let text = written(DiffFormat::Text, &diff, Look::default());
    assert!(text.contains("  ... and 11 more: 11 added; -v shows all\n"), "{text}");
    let all = written(DiffFormat::Text, &diff, Look { verbose: true, ..Look::default() });
    assert!(all.contains("New 24") && !all.contains("... and"), "{all}");
}

#[test]
fn markdown_escapes_what_is_printed() {
    insta::assert_snapshot!(written(DiffFormat::Markdown, &sample(), Look::default()));
}

#[test]
fn a_page_escapes_what_is_printed_and_loads_nothing() {
    let page = written(DiffFormat::Html, &sample(), Look::default());
    assert!(page.contains("Rape | &lt;b&gt;*all*&lt;/b&gt;") && !page.contains("<b>"), "{page}");
    for world in ["<script", "http:", "https:", "<link", "<img"] {
        assert!(!page.contains(world), "{world}");
    }
}

#[test]
fn json_is_read_back_whole() {
    let json = written(DiffFormat::Json, &sample(), Look::default());
    let read = read_diff("d.json", json.as_bytes()).expect("it was just written");
    assert_eq!(format!("{read:?}"), format!("{:?}", sample()));
    insta::assert_snapshot!(json);
}

#[test]
fn a_newer_version_and_another_format_are_refused() {
    let refused = |it: &str| read_diff("d.json", it.as_bytes()).map(|_| ()).expect_err("it is no diff").to_string();
    assert_eq!(
        refused(r#"{"format": "crossfoot-diff", "version": 2}"#),
        "d.json: expected version 1 of the format crossfoot-diff, found 2"
    );
    assert_eq!(
        refused(r#"{"format": "crossfoot-findings", "version": 1}"#),
        "d.json: expected the format \"crossfoot-diff\", found \"crossfoot-findings\""
    );
    assert!(refused("crime,total\n").starts_with("d.json: expected a diff as JSON"), "{}", refused("crime,total\n"));
    let part = refused(r#"{"format": "crossfoot-diff", "version": 1, "old": {}}"#);
    assert!(part.starts_with("d.json: expected a complete diff: missing field"), "{part}");
}

#[test]
fn same_against_same_is_silent() {
    let mut diff = sample();
    diff.tables.retain(|it| it.name == "same");
    assert!(diff.is_empty());
    assert_eq!(written(DiffFormat::Text, &diff, Look::default()), "1 table, 3 rows: no differences\n");
    assert_eq!(written(DiffFormat::Text, &diff, Look { quiet: true, ..Look::default() }), "");
}
