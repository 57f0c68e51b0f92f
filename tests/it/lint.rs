//! What `lint` says of rules that contradict, repeat or cannot fail.

use crate::support::{Folder, crossfoot};

/// The lines of `lint` for a rule file with these rules, and its exit code.
fn lint(name: &str, rules: &str) -> (Vec<String>, i32) {
    let folder = Folder::new(&format!("lint-{name}"));
    let head = "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nkey = [\"item\"]\n\
                columns = { item = \"label\", total = \"count\", a = \"count\", b = \"count\" }\n";
    folder.write("rules/d.toml", format!("{head}{rules}"));
    let output = crossfoot(&folder, &["lint"]);
    (output.stdout.lines().map(str::to_owned).collect(), output.code)
}

fn rule(name: &str, check: &str) -> String {
    format!("[[rules]]\nname = \"{name}\"\n{check}\n")
}

#[test]
fn a_contradiction_is_told_with_the_fewest_rules_that_make_it() {
    let rules = [
        rule("sum", "sum = { total = \"total\", parts = [\"a\", \"b\"] }"),
        rule("beside", "expect = \"b <= 7\""),
        rule("large", "expect = \"a >= 100\""),
        rule("small", "expect = \"total < 50\""),
    ];
    let (lines, code) = lint("contradiction", &rules.concat());
    let wanted =
        "rules/d.toml:6: sum: contradicts large (line 12), small (line 15): no table can satisfy all of these rules";
    assert_eq!((lines[0].as_str(), lines.len(), code), (wanted, 2, 1));
}

#[test]
fn a_rule_that_others_imply_is_told_with_them() {
    let rules = [
        rule("sum", "sum = { total = \"total\", parts = [\"a\", \"b\"] }"),
        rule("within", "part = \"a <= total\""),
        rule("again", "expect = \"total - a = b\""),
        rule("own", "part = \"a <= b\""),
    ];
    let (lines, _) = lint("redundant", &rules.concat());
    assert_eq!(
        lines[..2],
        [
            "rules/d.toml:9: within: is redundant: sum (line 6) already says it",
            "rules/d.toml:12: again: is redundant: sum (line 6) already says it",
        ]
    );
    assert_eq!(lines.len(), 3, "{lines:?}");
}

#[test]
fn what_cannot_fail_or_leaves_one_value_is_told() {
    let (lines, _) = lint("vacuous", &rule("natural", "range = { columns = [\"a\", \"b\"], min = 0 }"));
    assert_eq!(lines[0], "rules/d.toml:6: natural: cannot fail: the column types already guarantee it");
    let (lines, _) = lint("fixed", &[rule("low", "expect = \"a <= 5\""), rule("high", "expect = \"a >= 5\"")].concat());
    assert_eq!(lines[0], "rules/d.toml:1: t: the rules allow only one value for a, 5");
}

#[test]
fn one_value_is_found_where_no_rule_names_it() {
    let rules = [rule("both", "expect = \"a + b = 10\""), rule("apart", "expect = \"a - b = 4\"")];
    let (lines, _) = lint("one-value", &rules.concat());
    let fixed =
        |column: &str, value: u32| format!("rules/d.toml:1: t: the rules allow only one value for {column}, {value}");
    assert_eq!(lines[..2], [fixed("a", 7), fixed("b", 3)]);
    // Every cell of a large table is asked, and one that is fixed is found among them.
    let folder = Folder::new("lint-large");
    let rows: Vec<String> = (0..120).map(|it| format!("\"r{it}\"")).collect();
    folder.write(
        "rules/d.toml",
        format!(
            "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nkey = [\"item\"]\nrows = [{}]\n\
             columns = {{ item = \"label\", total = \"count\", a = \"count\", b = \"count\" }}\n{}{}",
            rows.join(", "),
            rule("sum", "sum = { total = \"total\", parts = [\"a\", \"b\"] }"),
            rule("none", "expect = \"[r7].total <= 0\""),
        ),
    );
    let lines = crossfoot(&folder, &["lint"]).stdout;
    let told: Vec<&str> = lines.lines().filter(|it| it.contains("one value")).collect();
    let wanted =
        ["a", "b", "total"].map(|it| format!("rules/d.toml:1: t: the rules allow only one value for r7, {it}, 0"));
    assert_eq!(told, wanted, "{lines}");
    assert!(!lines.contains("not checked"), "{lines}");
}

#[test]
fn a_rule_that_rounding_keeps_from_failing_is_told_with_its_figures() {
    let folder = Folder::new("lint-loose");
    let rules = [
        rule("coarse", "sum = { total = \"total\", parts = [\"a\", \"b\"] }\nrounding = \"independent\""),
        rule("within", "part = \"a <= total\""),
    ];
    folder.write(
        "rules/d.toml",
        format!(
            "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"item\"]\n\
             columns = {{ item = \"label\", total = \"amount\", a = \"amount\", b = \"amount\" }}\n{}",
            rules.concat()
        ),
    );
    let told = |figures: &str| {
        folder.write("t.csv", format!("item,total,a,b\n{figures}"));
        crossfoot(&folder, &["lint", "t.csv"]).stdout
    };
    let lines = told("x,1,1,0\ny,1,0,1\nz,90,40,50\n");
    let wanted = "rules/d.toml:7: coarse: can hardly fail: in 2 of 3 checks, rounding may hide as much as the figures \
     themselves (at most 1 of 1)\n";
    assert!(lines.starts_with(wanted), "{lines}");
    let lines = told("x,1.0,0.5,0.5\ny,61,20,41\nz,90,40,50\n");
    assert!(!lines.contains("can hardly fail"), "{lines}");
}

#[test]
fn the_shipped_rules_have_nothing_to_look_at() {
    let output = crossfoot(&Folder::repository(), &["lint"]);
    assert_eq!(output.code, 0, "{}", output.stdout);
    assert!(
        output.stdout.contains("city-crime 2006-06-13/2006-06-19: coverage: 14 of 14 figures"),
        "{}",
        output.stdout
    );
}

const SUPPRESSED: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"area\"]\n\
    columns = { area = \"label\", a = \"count\", b = \"count\", all = \"count\" }\n\
    [[rules]]\nname = \"across\"\nsum = { total = \"all\", parts = [\"a\", \"b\"] }\n\
    [[rules]]\nname = \"down\"\nsum = { total = \"[Total]\", parts = \"rest\" }\n";

/// What `lint --disclosure` says of a table, by line, and the count it ends in.
fn disclosed(name: &str, rows: &str) -> (Vec<String>, String) {
    let folder = Folder::new(&format!("lint-disclosure-{name}"));
    folder.write("rules/d.toml", SUPPRESSED);
    folder.write("t.csv", format!("area,a,b,all\n{rows}"));
    let text = crossfoot(&folder, &["lint", "t.csv", "--disclosure"]).stdout;
    let lines = text.lines().filter(|it| it.starts_with("t.csv:")).map(str::to_owned).collect();
    (lines, text.lines().find(|it| it.contains("withheld figure")).unwrap_or_default().trim().to_owned())
}

#[test]
fn a_withheld_figure_that_the_margins_give_away_is_told() {
    // One withheld cell in its row: the margin tells it.
    let (lines, count) = disclosed("one", "X,<5,97,100\nY,40,60,100\nTotal,43,157,200\n");
    assert_eq!(lines, ["t.csv:2: t: X, a is withheld (<5), but can only be 3, according to across"]);
    assert_eq!(count, "1 withheld figure: 1 revealed");
    // Two by two: every margin is open, and nothing is told.
    let (lines, count) = disclosed("square", "X,c,c,100\nY,c,c,100\nTotal,90,110,200\n");
    assert_eq!((lines, count.as_str()), (Vec::new(), "4 withheld figures: 0 revealed"));
    // The same with bounds that leave each but one value.
    let (lines, _) = disclosed("bounds", "X,<5,<5,8\nY,<5,<5,8\nTotal,8,8,16\n");
    assert_eq!(lines.len(), 4);
    assert!(
        lines[0].starts_with("t.csv:2: t: X, a is withheld (<5), but can only be 4, according to across"),
        "{}",
        lines[0]
    );
}

#[test]
fn a_withheld_figure_is_told_where_little_is_left_of_it() {
    let rows = "X,c,<5,100\nY,c,<5,100\nTotal,193,7,200\n";
    let (lines, count) = disclosed("narrow", rows);
    // 3 or 4 of a hundred: the others are 96 or 97.
    assert_eq!(
        lines,
        [
            "t.csv:2: t: X, a is withheld (c), but can only be 96 to 97, according to across, down",
            "t.csv:3: t: Y, a is withheld (c), but can only be 96 to 97, according to across, down",
        ]
    );
    assert_eq!(count, "4 withheld figures: 2 revealed");
    // Rules that do not hold together say nothing.
    let (lines, count) = disclosed("broken", "X,c,c,100\nY,c,c,100\nTotal,90,110,201\n");
    assert_eq!((lines, count.as_str()), (Vec::new(), "4 withheld figures: 0 revealed"));
}
