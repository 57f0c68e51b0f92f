//! A pass means that something was judged: what was not is never called passed.

use rust_xlsxwriter::Workbook;

use crate::support::{Folder, Output, crossfoot};

const FORMATS: [&str; 6] = ["text", "json", "html", "junit", "sarif", "github"];

const HEAD: &str = "crossfoot = 1\ndataset = \"wards\"\n";
const TABLE: &str = "[tables.wards]\nkey = [\"ward\"]\n\
    columns = { ward = \"label\", men = \"count\", women = \"count\", total = \"count\" }\n";
const SUM: &str = "[[rules]]\nname = \"adds\"\ntable = \"wards\"\n\
    sum = { total = \"total\", parts = [\"men\", \"women\"] }\n";
const STREETS: &str = "[tables.streets]\nkey = [\"street\"]\n\
    columns = { street = \"label\", men = \"count\", women = \"count\", total = \"count\" }\n";

fn csv(heading: &str, wrong: bool) -> String {
    let total = if wrong { 93 } else { 39 };
    format!("{heading}\nEastgate,18,21,{total}\nHighfield,7,11,18\n")
}

const HEADING: &str = "ward,men,women,total";

/// One way in which a file and its rules can come apart: what is written, and
/// what the command is given beside the folder.
struct Case {
    name: &'static str,
    rules: String,
    file: &'static str,
    text: fn(bool) -> Vec<u8>,
    arguments: &'static [&'static str],
}

fn case(name: &'static str, rules: impl Into<String>, text: fn(bool) -> Vec<u8>) -> Case {
    Case { name, rules: rules.into(), file: "in/week-2.csv", text, arguments: &[] }
}

fn book(sheet: &str, wrong: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, label, wrong) in [("Wards", "ward", wrong), (sheet, "street", false)] {
        let page = book.add_worksheet().set_name(name).unwrap();
        for (row, line) in (0..).zip(csv(&HEADING.replace("ward", label), wrong).lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                match cell.parse::<f64>() {
                    Ok(number) => page.write_number(row, column, number).unwrap(),
                    Err(_) => page.write_string(row, column, cell).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn cases() -> Vec<Case> {
    let renamed: fn(bool) -> Vec<u8> = |wrong| csv("ward,men,women_,total", wrong).into();
    let plain: fn(bool) -> Vec<u8> = |wrong| csv(HEADING, wrong).into();
    let row = "[[rules]]\nname = \"row\"\ntable = \"wards\"\npart = \"[Highfields].total <= [Eastgate].total\"\n";
    let titled = format!(
        "{HEAD}{}{SUM}{}",
        TABLE.replace("key", "title = \"Wards\"\nkey"),
        STREETS.replace("key", "title = \"Streets\"\nkey")
    );
    let optional = "[[rules]]\nname = \"mail\"\ntable = \"wards\"\npart = \"mail <= total\"\n";
    let with_mail = |declared: &str| {
        format!("{HEAD}{}{SUM}{optional}", TABLE.replace("total =", &format!("mail = {declared}, total =")))
    };
    vec![
        case("heading renamed", format!("{HEAD}{TABLE}{SUM}"), renamed),
        case(
            "row renamed",
            format!("{HEAD}{}{SUM}", TABLE.replace("key", "rows = [\"Eastgate\", \"High Field\"]\nkey")),
            plain,
        ),
        Case { file: "in/week-2.xlsx", ..case("sheet renamed", &*titled, |wrong| book("Street list", wrong)) },
        case("table missing", format!("{HEAD}{TABLE}{STREETS}{SUM}"), plain),
        case("file empty", format!("{HEAD}{TABLE}{SUM}"), |_| Vec::new()),
        case("heading only", format!("{HEAD}{TABLE}{SUM}"), |_| format!("{HEADING}\n").into()),
        case(
            "where matches nothing",
            format!("{HEAD}{TABLE}{}", SUM.replace("sum", "where = \"ward = 'Eastgat'\"\nsum")),
            plain,
        ),
        case("row label misspelt", format!("{HEAD}{TABLE}{row}"), plain),
        case("optional column absent", with_mail("{ type = \"count\", optional = true }"), plain),
        case("undeclared column absent", with_mail("\"count\""), plain),
        case("files pattern", format!("{HEAD}files = [\"week-*.csv\"]\n{TABLE}{SUM}"), renamed),
        Case {
            arguments: &["--rules", "rules/wards.toml"],
            ..case("rules file", format!("{HEAD}{TABLE}{SUM}"), renamed)
        },
        Case { arguments: &["--dataset", "wards"], ..case("dataset", format!("{HEAD}{TABLE}{SUM}"), renamed) },
    ]
}

fn run(case: &Case, format: &str, wrong: bool) -> Output {
    let folder = Folder::new(&format!("verdict-{}-{format}-{wrong}", case.name.replace(' ', "-")));
    folder.write("rules/wards.toml", &case.rules);
    folder.write(case.file, (case.text)(wrong));
    let arguments = [&["check", "in", "-o", format], case.arguments].concat();
    crossfoot(&folder, &arguments)
}

#[test]
fn nothing_that_was_not_judged_is_called_passed_in_any_format() {
    for case in cases() {
        for format in FORMATS {
            let output = run(&case, format, false);
            let what = format!("{} as {format}:\n{}{}", case.name, output.stdout, output.stderr);
            for said in ["passed:", "passed (", "\"verdict\": \"passed\"", "verdict fine"] {
                assert!(!output.stdout.contains(said), "{what}");
            }
            let told = [
                "failed",
                "not checked",
                "not-checked",
                "passed in part",
                "passed-in-part",
                "Failed",
                "Passed in part",
            ];
            assert!(output.code == 2 || told.iter().any(|it| output.stdout.contains(it)), "{what}");
        }
    }
}

#[test]
fn a_wrong_total_fails_whatever_else_came_apart() {
    for case in cases() {
        for format in FORMATS {
            let output = run(&case, format, true);
            let what = format!("{} as {format}:\n{}{}", case.name, output.stdout, output.stderr);
            assert!(output.code > 0, "{what}");
        }
    }
}

#[test]
fn a_file_with_all_figures_judged_passes() {
    let passes = case("plain", format!("{HEAD}{TABLE}{SUM}"), |wrong| csv(HEADING, wrong).into());
    let output = run(&passes, "text", false);
    assert_eq!(output.stdout, "passed: 1 file, 1 table, 6 of 6 figures judged; 19 checks\n");
    assert_eq!(output.code, 0);
}

#[test]
fn figures_that_no_rule_reads_are_not_checked() {
    let folder = Folder::new("verdict-no-rules");
    folder.write("in/week-2.csv", csv(HEADING, true));
    let check = |more: &[&str]| crossfoot(&folder, &[&["check", "in"], more].concat());
    let text = check(&[]);
    assert!(
        text.stdout.starts_with("not checked: no rule reads these figures; 1 file, 1 table, 0 of 6 figures judged")
    );
    assert_eq!(text.code, 0);
    assert_eq!(check(&["--fail-on", "undetermined"]).code, 1);
    let html = check(&["-o", "html"]).stdout;
    assert!(html.contains("<p class=\"verdict blank\">Not checked"), "{html}");
    let json = check(&["-o", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["verdict"], "not-checked");
    assert_eq!(json["coverage"]["figures"], 6);
    assert_eq!(json["coverage"]["tables"][0]["judged"], 0);
}

#[test]
fn figures_of_one_table_alone_are_a_pass_in_part() {
    let folder = Folder::new("verdict-in-part");
    let streets = STREETS.replace("key", "files = [\"streets.csv\"]\nkey");
    folder.write("rules/wards.toml", format!("{HEAD}{TABLE}{streets}{SUM}"));
    folder.write("in/wards.csv", csv(HEADING, false));
    folder.write("in/streets.csv", csv("street,men,women,total", false));
    let output = crossfoot(&folder, &["check", "in", "-o", "github"]);
    assert!(output.stdout.starts_with(
        "::notice title=crossfoot::passed in part: 2 files, 2 tables, 6 of 12 figures judged (none in streets)"
    ));
    assert_eq!(output.code, 0);
    let junit = crossfoot(&folder, &["check", "in", "-o", "junit"]).stdout;
    assert!(junit.contains("<skipped message=\"0 of 6 figures judged\"/>"), "{junit}");
    let sarif = crossfoot(&folder, &["check", "in", "-o", "sarif"]).stdout;
    assert!(sarif.contains("none of 6 figures was checked"), "{sarif}");
}

#[test]
fn a_rule_that_may_have_nothing_to_judge_says_so() {
    let folder = Folder::new("verdict-optional-rule");
    let rule =
        "[[rules]]\nname = \"late\"\ntable = \"wards\"\nwhere = \"ward = 'Northside'\"\npart = \"men <= total\"\n";
    folder.write("in/week-2.csv", csv(HEADING, false));
    folder.write("rules/wards.toml", format!("{HEAD}{TABLE}{SUM}{rule}"));
    let output = crossfoot(&folder, &["check", "in"]);
    assert!(
        output.stdout.contains("error[undecided]: rule late was never checked: its `where` matches none of 2 rows")
    );
    assert_eq!(output.code, 1);
    folder.write("rules/wards.toml", format!("{HEAD}{TABLE}{SUM}{rule}optional = true\n"));
    assert_eq!(crossfoot(&folder, &["check", "in"]).code, 0);
}

#[test]
fn a_rule_that_one_period_of_a_file_decides_is_decided() {
    let folder = Folder::new("verdict-periods");
    let rules = "crossfoot = 1\ndataset = \"days\"\ncadence = \"daily\"\nperiod = { column = \"day\" }\n\
        [tables.days]\nkey = [\"day\", \"ward\"]\ncolumns = { day = \"date\", ward = \"label\", n = \"count\" }\n\
        [[rules]]\nname = \"east\"\npart = \"[Eastgate].n <= [Highfield].n\"\n";
    folder.write("rules/days.toml", rules);
    let rows = "day,ward,n\n2024-05-01,Eastgate,2\n2024-05-01,Highfield,3\n2024-05-02,Highfield,4\n";
    folder.write("in/days.csv", rows);
    let output = crossfoot(&folder, &["check", "in"]);
    assert!(!output.stdout.contains("undecided"), "{}", output.stdout);
    folder.write("in/days.csv", rows.replace("Eastgate", "East Gate"));
    let output = crossfoot(&folder, &["check", "in"]);
    assert_eq!(output.stdout.matches("error[undecided]").count(), 1, "{}", output.stdout);
}

#[test]
fn what_lies_beside_the_data_is_no_input() {
    let folder = Folder::new("verdict-beside");
    let codes =
        "[[rules]]\nname = \"known\"\ntable = \"wards\"\ncodes = { column = \"ward\", file = \"../in/codes.csv\" }\n";
    folder.write("rules/wards.toml", format!("{HEAD}{TABLE}{SUM}{codes}"));
    folder.write("in/week-2.csv", csv(HEADING, false));
    folder.write("in/codes.csv", "ward\nEastgate\nHighfield\n");
    folder.write("in/budget.csv", "office,euros\nParks,12\n");
    let output = crossfoot(&folder, &["check", "in", "-o", "concise"]);
    assert!(output.stdout.contains("in/budget.csv:1:1: error[unclaimed]"), "{}", output.stdout);
    assert!(output.stdout.contains("2 files"), "{}", output.stdout);
    folder.write("rules/wards.toml", format!("{HEAD}unclaimed = \"warning\"\n{TABLE}{SUM}{codes}"));
    let output = crossfoot(&folder, &["check", "in", "-o", "concise"]);
    assert!(output.stdout.contains("in/budget.csv:1:1: warning[unclaimed]"), "{}", output.stdout);
    assert_eq!(output.code, 0);
    folder.write(".crossfootignore", "budget.csv\n");
    let output = crossfoot(&folder, &["check", "in", "-o", "concise"]);
    assert!(output.stdout.starts_with("passed: 1 file"), "{}", output.stdout);
}

#[test]
fn one_missing_column_is_one_cause() {
    let folder = Folder::new("verdict-cause");
    let part = "[[rules]]\nname = \"within\"\ntable = \"wards\"\npart = \"women <= total\"\n";
    folder.write("rules/wards.toml", format!("{HEAD}files = [\"week-*.csv\"]\n{TABLE}{SUM}{part}"));
    folder.write("in/week-2.csv", csv("ward,men,women_,total", false));
    let output = crossfoot(&folder, &["check", "in"]).stdout;
    assert_eq!(output.matches("error[").count(), 1, "{output}");
    assert!(output.contains("also fails: undecided: rule adds was never checked"), "{output}");
    assert!(output.contains("also fails: undecided: rule within was never checked"), "{output}");
}

#[test]
fn new_findings_are_refused_waived_and_baselined_like_any_other() {
    let folder = Folder::new("verdict-accepted");
    let row = "[[rules]]\nname = \"row\"\ntable = \"wards\"\npart = \"[Highfields].total <= [Eastgate].total\"\n";
    folder.write("rules/wards.toml", format!("{HEAD}cadence = \"weekly\"\n{TABLE}{SUM}{row}"));
    folder.write("in/week-2.csv", csv(HEADING, false));
    let edition = ["--edition", "2024-01-01/2024-01-07"];
    let accept = |more: &[&str]| crossfoot(&folder, &[&["accept", "in"], &edition[..], more].concat());
    let refused = accept(&[]);
    assert_eq!(refused.code, 1, "{}{}", refused.stdout, refused.stderr);
    assert!(!folder.path("snapshots/wards/2024-01-01.snap").exists());
    assert_eq!(accept(&["--waive", "all", "--reason", "named so next week"]).code, 0);
    let check = crossfoot(&folder, &[&["check", "in"], &edition[..]].concat());
    assert_eq!(check.code, 0, "{}", check.stdout);
    assert!(check.stdout.contains(", 1 waived"), "{}", check.stdout);

    folder.write("other/budget.csv", "office,euros\nParks,12\n");
    assert_eq!(crossfoot(&folder, &["check", "other"]).code, 1);
    assert_eq!(crossfoot(&folder, &["baseline", "write", "known.json", "other"]).code, 0);
    let check = crossfoot(&folder, &["check", "other", "--baseline", "known.json"]);
    assert_eq!(check.code, 0, "{}", check.stdout);
    assert!(check.stdout.starts_with("not checked"), "{}", check.stdout);
}

#[test]
fn a_table_without_a_judged_figure_is_told_with_its_file_where_others_have_it_too() {
    let folder = Folder::new("verdict-none-in");
    folder.write(
        "rules/w.toml",
        "crossfoot = 1\ndataset = \"w\"\ncadence = \"weekly\"\nperiod = { filename = \"%Y-%m-%d\" }\n[tables.t]\n\
         key = [\"area\"]\ncolumns = { area = \"label\", n = \"count\" }\n[[rules]]\nname = \"usual\"\n\
         usual = { tables = [\"t\"] }\n",
    );
    for (day, north) in [("2024-01-01", 40), ("2024-01-08", 41)] {
        folder.write(&format!("in/{day}.csv"), format!("area,n\nNorth,{north}\nSouth,33\n"));
    }
    let output = crossfoot(&folder, &["check", "in"]).stdout;
    assert!(output.contains("2 of 4 figures judged (none in t of in/2024-01-01.csv)"), "{output}");
}
