//! The reference page of the language of rules: each part fits one screen, and each of
//! its lines runs.
//!
//! A part is what its page says before the first worked example. Its blocks are tables
//! (`csv NAME`), what they declare (`toml`), files beside it (`toml NAME`), and lines
//! (`rules`, or `rules TABLE`): a condition a line, or a whole rule in braces. What stands
//! behind two spaces and `--` is a comment.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Folder, crossfoot};

const SCREEN: (usize, usize) = (80, 50);

struct Part {
    name: String,
    text: String,
}

/// The parts, by the names of their pages.
fn parts() -> Vec<Part> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/language");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    let part = |path: &std::path::PathBuf| {
        let page = fs::read_to_string(path).unwrap();
        let text = page.split("\n## ").next().unwrap().to_owned();
        Part { name: path.file_stem().unwrap().to_string_lossy().into_owned(), text }
    };
    paths.iter().map(part).collect()
}

/// The fenced blocks of a part: what stands behind the fence, and the text.
fn blocks(part: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut is_open = false;
    for line in part.lines() {
        match line.strip_prefix("```") {
            Some(_) if is_open => is_open = false,
            Some(info) => {
                blocks.push((info.to_owned(), String::new()));
                is_open = true;
            }
            None if is_open => blocks.last_mut().unwrap().1.push_str(&format!("{line}\n")),
            None => {}
        }
    }
    blocks
}

/// A line, and what a rule file says for it under a name.
struct Line {
    text: String,
    rule: String,
    /// The rule that must fail wherever the line holds, where it is a bare condition.
    opposite: Option<String>,
}

fn lines(block: &str, table: Option<&str>, number: &mut usize) -> Vec<Line> {
    let table = table.map_or(String::new(), |it| format!("table = \"{it}\", "));
    let mut line = |text: &str| {
        let text = text.split("  --").next().unwrap().trim().to_owned();
        *number += 1;
        let condition =
            |name: &str, text: &str| format!("{{ name = \"{name}-{number}\", {table}expect = '''{text}''' }}");
        match text.strip_prefix('{') {
            Some(rest) => Line { rule: format!("{{ name = \"line-{number}\", {table}{rest}"), opposite: None, text },
            None => Line {
                rule: condition("line", &text),
                opposite: Some(condition("not", &format!("not ({text})"))),
                text,
            },
        }
    };
    block.lines().map(&mut line).collect()
}

/// Checks the tables of a part by its lines, and returns how many checks came to what, by rule.
fn run(part: &Part, blocks: &[(String, String)], lines: &[Line]) -> Value {
    let folder = Folder::new(&format!("language-{}", part.name));
    let rules: Vec<&String> = lines.iter().flat_map(|it| std::iter::once(&it.rule).chain(&it.opposite)).collect();
    let rules: Vec<String> = rules.iter().map(|it| format!("    {it},\n")).collect();
    let mut head = format!("crossfoot = 1\ndataset = \"language\"\nrules = [\n{}]\n", rules.concat());
    for (info, text) in blocks {
        match info.split_once(' ') {
            None if info == "toml" => head.push_str(text),
            Some(("toml", name)) => folder.write(name, text),
            Some(("csv", name)) => folder.write(&format!("in/{name}.csv"), text),
            _ => {}
        }
    }
    folder.write("language.toml", head);
    let output = crossfoot(&folder, &["check", "in", "--rules", "language.toml", "--ignore", "follows", "-o", "json"]);
    let read: Value =
        serde_json::from_str(&output.stdout).unwrap_or_else(|it| panic!("{}: {it}: {}", part.name, output.stderr));
    read["summary"]["by_rule"].clone()
}

#[test]
fn each_part_fits_one_screen() {
    for part in parts() {
        let (columns, rows) = SCREEN;
        assert!(part.text.lines().count() <= rows, "{}: {} lines", part.name, part.text.lines().count());
        let wide: Vec<&str> = part.text.lines().filter(|it| it.chars().count() > columns).collect();
        assert!(wide.is_empty(), "{}: wider than {columns} columns: {wide:#?}", part.name);
    }
}

#[test]
fn each_line_of_the_language_holds_where_its_part_says_and_its_opposite_fails() {
    for part in parts() {
        let blocks = blocks(&part.text);
        let mut number = 0;
        let of_block = |(info, text): &(String, String)| {
            let table = info.strip_prefix("rules")?;
            Some(lines(text, Some(table.trim()).filter(|it| !it.is_empty()), &mut number))
        };
        let lines: Vec<Line> = blocks.iter().filter_map(of_block).flatten().collect();
        if lines.is_empty() {
            assert!(part.text.contains("```toml rules.test.toml"), "{} has no lines", part.name);
            continue;
        }
        let counts = run(&part, &blocks, &lines);
        let count =
            |rule: &str, at: usize, what: &str| counts[format!("{rule}-{}", at + 1)][what].as_u64().unwrap_or(0);
        for (at, line) in lines.iter().enumerate() {
            let place = format!("{}: {}: {counts:#}", part.name, line.text);
            let allowed = if line.text.contains("at_most") { 2 } else { 0 };
            assert!(count("line", at, "holds") > 0 && count("line", at, "fails") <= allowed, "{place}");
            // The first edition has none before it.
            let waits = ["previous(a)", "{ cumulative", "{ revision", "{ usual"];
            let open = u64::from(waits.iter().any(|it| line.text.starts_with(it)));
            assert_eq!(count("line", at, "undetermined"), open, "{place}");
            if line.opposite.is_some() {
                assert_eq!(count("not", at, "fails"), count("line", at, "holds"), "{place}");
            }
        }
    }
}

#[test]
fn the_tests_of_the_page_on_tests_pass() {
    let part = parts().into_iter().find(|it| it.name == "tests").unwrap();
    let folder = Folder::new("language-of-tests");
    for (info, text) in blocks(&part.text) {
        folder.write(info.strip_prefix("toml ").unwrap(), text);
    }
    let output = crossfoot(&folder, &["test", "rules.test.toml"]);
    assert_eq!((output.code, output.stdout.as_str()), (0, "1 test: 1 passed\n"), "{}", output.stderr);
}

#[test]
fn explain_language_prints_every_part() {
    let output = crossfoot(&Folder::repository(), &["explain", "language"]);
    for part in parts() {
        assert!(output.stdout.contains(part.text.trim_end()), "{} is missing", part.name);
    }
}

#[test]
fn a_rule_that_fails_only_by_rounding_says_so() {
    const HINT: &str = "rounding can explain this difference";
    let folder = Folder::new("language-only-rounded");
    let table = "[tables.t]\nkey = [\"day\"]\ncolumns = { day = \"count\", new = \"count\", mean = \"amount\", all = \"count\" }\n";
    let rules = |condition: &str| {
        format!("crossfoot = 1\ndataset = \"d\"\n{table}[[rules]]\nname = \"r\"\nexpect = \"{condition}\"\n")
    };
    folder.write("t.csv", "day,new,mean,all\n1,10,10.0,10\n2,11,10.5,21\n3,14,11.7,35\n4,15,19.5,51\n");
    let mean = "avg(new) over (order by day rows between 2 preceding and current row)";
    folder.write("rules/d.toml", rules(&format!("mean = {mean}")));
    let output = crossfoot(&folder, &["check", "t.csv"]).stdout;
    let findings: Vec<&str> = output.split("error[r]").skip(1).collect();
    let has_hint: Vec<bool> = findings.iter().map(|it| it.contains(HINT)).collect();
    // The third is 11.666…, the fourth is wrong.
    assert_eq!(has_hint, [true, false], "{output}");
    // Counts are not rounded, and a miss of one is one.
    folder.write("rules/d.toml", rules("all = sum(new) over (order by day)"));
    let output = crossfoot(&folder, &["check", "t.csv"]).stdout;
    assert!(output.contains("error[r]") && !output.contains(HINT), "{output}");
}
