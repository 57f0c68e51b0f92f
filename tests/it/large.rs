//! Large files, read in parts: the same findings as those of a small file. Drawn
//! rules and tables are in `differential`.

use crossfoot::check::stream::{self, Limits};
use crossfoot::check::{self, Options, Outcome};
use crossfoot::report::{Format, Look};
use crossfoot::rules::Dataset;
use proptest::prelude::*;

const RULES: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\n\
    id = \"count\"\npart = \"integer\"\nn = { type = \"amount\", blank = false }\nday = \"date\"\nlate = \"date\"\n\
    code = \"text\"\nnote = { type = \"text\", blank = false }\n\
    [[rules]]\nname = \"limits\"\nrange = { columns = [\"n\"], min = \"0.5\", max = 50 }\n\
    [[rules]]\nname = \"less\"\nexpect = \"n < 40.25 AND part >= -3\"\n\
    [[rules]]\nname = \"days\"\nexpect = \"day <= late AND day >= DATE '1999-01-01'\"\n\
    [[rules]]\nname = \"codes\"\ncodes = { column = \"code\", values = [\"R\", \"A b\"] }\n\
    [[rules]]\nname = \"once\"\nunique = [\"id\", \"part\"]\n";

const HEADING: &str = "id,part,n,day,late,code,note\n";

pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl crossfoot::source::Parts for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        let start = usize::try_from(offset).unwrap().min(self.0.len());
        let length = into.len().min(self.0.len() - start);
        into[..length].copy_from_slice(&self.0[start..start + length]);
        Ok(length)
    }

    fn is_json(&self) -> bool {
        self.0.starts_with(b"{")
    }
}

pub(crate) fn dataset(rules: &str) -> Vec<Dataset> {
    vec![crossfoot::rules::load("d.toml", rules, &|_| unreachable!("no file is named")).unwrap()]
}

/// In parts no relations are looked for.
pub(crate) fn options() -> Options {
    Options { discovery: false, ..Options::default() }
}

/// All that is told of a run but repairs: they need the rows beside a figure,
/// and are not looked for in parts.
pub(crate) fn told(outcome: &Outcome) -> String {
    let mut out = Vec::new();
    Format::Json.write(outcome, Look::default(), &mut out).unwrap();
    let mut told: serde_json::Value = serde_json::from_slice(&out).unwrap();
    told.as_object_mut().unwrap().remove("limits");
    for it in told["findings"].as_array_mut().unwrap() {
        // Which value a `where` asks for in vain is known only where all rows are.
        let has_guess = it["rule"] == "undecided";
        let is_left_out = |key: &str| ["repairs", "cause", "suspects"].contains(&key) || (has_guess && key == "hint");
        it.as_object_mut().unwrap().retain(|key, _| !is_left_out(key));
    }
    format!("{told:#}")
}

fn whole(datasets: &[Dataset], text: &str) -> String {
    let document = crossfoot::source::decode("t.csv", text.as_bytes().to_vec()).unwrap();
    let format = crossfoot::source::Format::Delimited;
    let loaded = check::load(document.into(), format, datasets, &options()).unwrap();
    told(&check::check(vec![loaded], datasets, &[], &options()).unwrap())
}

/// What a file read in parts comes to; none where it has to be read as a whole.
fn in_parts(datasets: &[Dataset], text: &str, chunk: u64) -> Option<String> {
    limited(datasets, text, Limits { chunk, memory: 1 << 30 })
}

fn limited(datasets: &[Dataset], text: &str, limits: Limits) -> Option<String> {
    let parts = Bytes(text.as_bytes().to_vec());
    let loaded = stream::load(&parts, "t.csv", datasets, &options(), &|_| false, limits).unwrap().ok()?;
    Some(told(&check::check(vec![loaded], datasets, &[], &options()).unwrap()))
}

/// Rows that are in order, so that a file has a form.
fn sound(count: usize) -> String {
    let row = |it: usize| format!("{},1,{}.25,2001-02-03,2001-02-04,R,\"a, b\"\n", it * 10, it % 30 + 1);
    (0..count).map(row).collect::<Vec<_>>().concat()
}

/// Conditions over the cells of one record, of all forms.
const CONDITIONS: [&str; 17] = [
    "n + part = n + part * 1",
    "n - 2 * part >= 0.5 OR part < 0",
    "NOT (n > 30 AND part = 7)",
    "abs(part) <= 8",
    "n / 4 < 12.25",
    "part IN (1, 2, 3.0, -4)",
    "n NOT BETWEEN 44 AND 46.5",
    "day IN (DATE '2000-01-11', DATE '2001-02-03') OR day <> late",
    "late BETWEEN day AND DATE '2003-01-01'",
    "code = 'R' OR code <> 'r'",
    "code IN ('R', 'A b') OR note LIKE 'a%'",
    "note IS NOT NULL",
    "code IS NULL OR n IS NOT NULL",
    "(n > 3) IS TRUE",
    "n * part * 100000000 * 100000000 * 100000000 * 100000000 <= n * part * 90000000000000000000000000000000",
    "1.5 * n > part",
    "coalesce(n, 0) + coalesce(part * 2, n) > 0.5",
];

/// Conditions over all records.
const TOTALS: [&str; 7] = [
    "count(*) > 10",
    "sum(n) > 100 AND sum(n) < 100000",
    "min(part) >= -9 OR max(n) < 30",
    "count(n) = count(*)",
    "sum(part) FILTER (WHERE n > 3) < 100000",
    "sum(n * 2) - sum(part) >= 60.5",
    "max(id) - min(id) <= 999",
];

#[test]
fn records_that_are_no_rows_count_in_no_total() {
    let (columns, _) = RULES.split_once("[[rules]]").unwrap();
    let datasets = dataset(&format!("{columns}[[rules]]\nname = \"r\"\nexpect = \"count(*) = 2001\"\n"));
    for odd in
        ["Source: the office,,,,,,\n", "Source: the office\n", HEADING, "1,1,2,2001-02-03,2001-02-04,R,\n", ",,,,,,\n"]
    {
        // Behind what tells the form of the file.
        let text = format!("{HEADING}{}{odd}", sound(2_000));
        let found = whole(&datasets, &text);
        assert_eq!(in_parts(&datasets, &text, 1 << 20).unwrap_or_else(|| found.clone()), found, "{odd}");
    }
}

#[test]
fn a_column_that_is_left_out_changes_nothing_between_parts_and_whole() {
    let declared = RULES.replace("id = \"count\"", "id = \"count\"\nspare = { type = \"count\", optional = true }");
    let text = format!("{HEADING}{}3,1,60,2001-02-03,2001-02-04,R,x\n", sound(60));
    let datasets = dataset(&declared);
    assert_eq!(in_parts(&datasets, &text, 1 << 10), Some(whole(&datasets, &text)), "no rule reads it");
    for rule in [
        "sum = { total = \"n\", parts = [\"part\", \"spare\"], complete = false }",
        "range = { columns = [\"n\", \"spare\"], max = 50 }",
        "expect = \"n > coalesce(spare, 0)\"",
        "expect = \"n > spare\"",
        "where = \"spare > 1\"\nexpect = \"n > 3\"",
        "unique = [\"id\", \"spare\"]",
    ] {
        let datasets = dataset(&format!("{declared}[[rules]]\nname = \"r\"\n{rule}\n"));
        let found = whole(&datasets, &text);
        assert_eq!(in_parts(&datasets, &text, 1 << 10).unwrap_or_else(|| found.clone()), found, "{rule}");
    }
}

#[test]
fn a_note_that_reads_as_a_row_is_none() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\nname = \"text\"\n\
        n = \"count\"\nm = \"count\"\n[[rules]]\nname = \"few\"\nrange = { columns = [\"m\"], max = 9 }\n";
    let rows: String = (0..4_000).map(|it| format!("row {it},{},7\n", it % 5)).collect::<Vec<_>>().concat();
    for (rules, odd) in [
        (rules.to_owned(), "Source: the office,,\n"),
        (
            rules.replace("range = { columns = [\"m\"], max = 9 }", "expect = \"count(*) = 4001\""),
            "Source: the office,,\n",
        ),
        (rules.replace("range = { columns = [\"m\"], max = 9 }", "unique = [\"name\"]"), "* preliminary,,\n"),
    ] {
        let datasets = dataset(&rules);
        let text = format!("name,n,m\n{rows}{odd}");
        let found = whole(&datasets, &text);
        assert_eq!(in_parts(&datasets, &text, 1 << 12).unwrap_or_else(|| found.clone()), found, "{rules}");
    }
}

#[test]
fn conditions_of_all_forms_are_judged_in_parts() {
    let (columns, _) = RULES.split_once("[[rules]]").unwrap();
    let text = format!("{HEADING}{}", sound(60));
    for it in TOTALS {
        let rule = format!("{columns}[[rules]]\nname = \"r\"\nwhere = \"n > 2.5\"\nexpect = \"{it}\"\n");
        let parts = in_parts(&dataset(&rule), &text, 1 << 10);
        assert_eq!(parts, Some(whole(&dataset(&rule), &text)), "{it}");
    }
    for it in CONDITIONS {
        let rule = format!("{columns}[[rules]]\nname = \"r\"\nwhere = \"{it}\"\nexpect = \"{it}\"\n");
        let parts = in_parts(&dataset(&rule), &text, 1 << 20);
        assert_eq!(parts, Some(whole(&dataset(&rule), &text)), "{it}");
    }
}

/// Rows that are in order by themselves, in no order of their keys.
fn shuffled(count: usize) -> String {
    let mut rows: Vec<String> = sound(count).lines().map(|it| format!("{it}\n")).collect();
    rows.sort_by_key(|it| it.bytes().fold(7_u32, |sum, it| sum.wrapping_mul(31).wrapping_add(u32::from(it))));
    rows.concat()
}

#[test]
fn keys_in_no_order_are_told_apart_by_their_hash() {
    let rules = format!("{RULES}[[rules]]\nname = \"texts\"\nunique = [\"note\", \"id\"]\n");
    let datasets = dataset(&rules);
    let again = "2340,1.0,3,2001-02-03,2001-02-04,R,\"a,  b\"\n77,1,3,2001-02-03,2001-02-04,R,\n\
        78,1,3,2001-02-03,2001-02-04,R,é\n78,2,3,2001-02-03,2001-02-04,R,é\n";
    let text = format!("{HEADING}{}{again}", shuffled(3_000));
    let found = whole(&datasets, &text);
    for (chunk, memory) in [(4_096, 1 << 30), (1 << 20, 10_000), (7_000, 30_000)] {
        let parts = limited(&datasets, &text, Limits { chunk, memory });
        assert_eq!(parts.as_ref(), Some(&found), "chunks of {chunk}, memory of {memory}");
    }
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    let fails = |rule: &str| found["summary"]["by_rule"][rule]["fails"].as_u64();
    assert_eq!((fails("once"), fails("texts")), (Some(1), Some(2)));
}

#[test]
fn keys_of_rows_that_a_where_lets_in_are_told_in_parts() {
    let rules = format!("{RULES}[[rules]]\nname = \"let-in\"\nunique = [\"id\", \"note\"]\nwhere = \"code = 'A b'\"\n");
    let datasets = dataset(&rules);
    // The same key outside, inside, inside again, and where it cannot be told.
    let again = "20,3,3,2001-02-03,2001-02-04,R,x\n20,4,3,2001-02-03,2001-02-04,A b,x\n\
        20,5,3,2001-02-03,2001-02-04,A b,x\n20,6,3,2001-02-03,2001-02-04,,x\n";
    for rows in [sound(2_000), shuffled(2_000)] {
        let text = format!("{HEADING}{rows}{again}");
        let found = whole(&datasets, &text);
        for chunk in [300, 1 << 20] {
            assert_eq!(in_parts(&datasets, &text, chunk).as_ref(), Some(&found), "chunks of {chunk}");
        }
        let found: serde_json::Value = serde_json::from_str(&found).unwrap();
        let by_rule = &found["summary"]["by_rule"]["let-in"];
        assert_eq!(["holds", "fails", "undetermined"].map(|it| by_rule[it].as_u64()), [Some(1), Some(1), Some(1)]);
    }
}

#[test]
fn many_keys_out_of_order_are_told_without_an_index_of_records() {
    let datasets = dataset(RULES);
    let text = format!("{HEADING}{}{}", shuffled(6_000), "20,1,3,2001-02-03,2001-02-04,R,x\n");
    let parts = in_parts(&datasets, &text, 1 << 16).expect("it is plain enough");
    assert_eq!(parts, whole(&datasets, &text));
}

#[test]
fn what_is_wrong_is_found_in_parts_at_its_line() {
    let datasets = dataset(RULES);
    let bad = "600,1,n?a,2001-02-03,2001-02-04,R,x\n601,1,3,2001-02-30,2001-02-04,R,x\n\
        602,1,60,2001-02-03,2001-02-04,R,\"two\nlines\"\n603,1,3,2001-02-05,2001-02-04,R,x\n\
        604,1,3,2001-02-03,2001-02-04,R,x,17\n20,1,3,2001-02-03,2001-02-04,R,x\n\
        605,1,3,2001-02-03,2001-02-04,R,x\n605,1.0,3,2001-02-03,2001-02-04,R,x\n606,1,3,2001-02-03,2001-02-04,Q,\n";
    let text = format!("{HEADING}{}{bad}{}", sound(20), sound(80).replace(",1,", ",2,"));
    for chunk in [1, 7, 64, 300, 1 << 20] {
        let parts = in_parts(&datasets, &text, chunk).expect("it is plain enough");
        assert_eq!(parts, whole(&datasets, &text), "chunks of {chunk}");
    }
    let found: serde_json::Value = serde_json::from_str(&in_parts(&datasets, &text, 100).unwrap()).unwrap();
    let at = |rule: &str| {
        let it = found["findings"].as_array().unwrap().iter().find(|it| it["rule"] == rule).unwrap();
        it["places"].as_array().unwrap().iter().map(|it| it["line"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    // A line break in quotes stands before these.
    assert_eq!((at("days"), at("read")), (vec![26], vec![27]));
    assert_eq!(at("once"), [28, 4]);
}

#[test]
fn blank_figures_that_no_rule_reads_are_in_order() {
    let rules = RULES.replace("code = \"text\"", "code = \"text\"\nspare = \"count\"\nsince = \"date\"");
    let datasets = dataset(&rules);
    let spare = |it: (usize, &str)| match it.0 % 3 {
        0 => format!("{},,\n", it.1),
        1 => format!("{},{},\n", it.1, it.0),
        _ => format!("{},,2001-02-03\n", it.1),
    };
    let rows = sound(9_000).lines().enumerate().map(spare).collect::<Vec<_>>().concat();
    let text = format!("{},spare,since\n{rows}1,1,3,2001-02-03,2001-02-04,R,x,n?a,\n", HEADING.trim_end());
    for chunk in [100, 1 << 20] {
        let parts = in_parts(&datasets, &text, chunk).expect("it is plain enough");
        assert_eq!(parts, whole(&datasets, &text), "chunks of {chunk}");
    }
}

#[test]
fn keys_that_join_to_the_same_text_are_two() {
    let datasets = dataset(RULES);
    let text = format!("{HEADING}{}1,12,3,2001-02-03,2001-02-04,R,x\n11,2,3,2001-02-03,2001-02-04,R,x\n", sound(50));
    let parts = in_parts(&datasets, &text, 128).expect("it is plain enough");
    assert!(!parts.contains("\"once\",") || !parts.contains("appears"), "{parts}");
    assert_eq!(parts, whole(&datasets, &text));
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_an_error() {
    struct Shrinking(Bytes);
    impl crossfoot::source::Parts for Shrinking {
        fn size(&self) -> u64 {
            self.0.size()
        }

        fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read_at(offset, into)?;
            Ok(if offset > 2_000_000 { 0 } else { read })
        }
    }
    let text = format!("{HEADING}{}", sound(80_000));
    let parts = Shrinking(Bytes(text.into_bytes()));
    let limits = Limits { chunk: 1 << 16, memory: 1 << 30 };
    let datasets = dataset(RULES);
    let error = stream::load(&parts, "t.csv", &datasets, &options(), &|_| false, limits).unwrap_err();
    assert_eq!(error.to_string(), "t.csv: was truncated while being read");
}

#[test]
fn falls_of_a_running_total_are_judged_by_what_is_around_them() {
    let rules = "crossfoot = 1\ndataset = \"d\"\n[tables.t]\nkey = [\"day\", \"area\"]\n\
        columns = { day = \"date\", area = \"label\", total = \"count\", dead = \"count\" }\n\
        [[rules]]\nname = \"r\"\ncumulative = { columns = [\"total\", \"dead\"], along = \"day\" }\n";
    // Days with a gap, and falls in the middle, one after the other, and at both ends.
    let falls = [("B", 150, 40), ("C", 1, 90), ("C", 11, 30), ("C", 12, 60), ("C", 198, 2000), ("D", 60, 3000)];
    let mut text = String::from("day,area,total,dead\n");
    for at in (0..200_i32).filter(|at| !(80..95).contains(at)) {
        for area in ["A", "B", "C", "D"] {
            let fallen = falls.iter().find(|it| (it.0, it.1) == (area, at)).map_or(0, |it| it.2);
            let (month, day) = (at / 28 + 1, at % 28 + 1);
            text += &format!("2021-{month:02}-{day:02},{area},{},{}\n", at * 10 + 5000 - fallen, at / 7);
        }
    }
    let datasets = dataset(rules);
    let all = whole(&datasets, &text);
    let found: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert_eq!(found["summary"]["by_rule"]["r"]["fails"], 6, "{all}");
    for chunk in [100, 1 << 11, 1 << 20] {
        assert_eq!(in_parts(&datasets, &text, chunk).as_ref(), Some(&all), "chunks of {chunk}");
    }
}

#[test]
fn a_rule_over_all_rows_costs_the_others_nothing() {
    let text = format!("{HEADING}{}7,1,60,2001-02-03,2001-02-04,R,x\n", sound(50));
    for rule in ["n <= 3 * avg(n)", "sum(n) < 3", "avg(n) > 3 AND avg(part) <= 1"] {
        let datasets = dataset(&RULES.replace("unique = [\"id\", \"part\"]", &format!("expect = \"{rule}\"")));
        assert_eq!(in_parts(&datasets, &text, 128), Some(whole(&datasets, &text)), "{rule}");
    }
}

#[test]
fn lines_that_follow_each_other_are_shown_as_one_piece() {
    let datasets = dataset(&RULES.replace("unique = [\"id\", \"part\"]", "expect = \"sum(n) < 3\""));
    let parts = Bytes(format!("{HEADING}{}", sound(50)).into_bytes());
    let limits = Limits { chunk: 128, memory: 1 << 30 };
    let loaded = stream::load(&parts, "t.csv", &datasets, &options(), &|_| false, limits).unwrap().unwrap();
    let outcome = check::check(vec![loaded], &datasets, &[], &options()).unwrap();
    let mut out = Vec::new();
    Format::Text.write(&outcome, Look::default(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let told = text.split("error[once]").nth(1).unwrap().split("\n\n").next().unwrap();
    assert!(told.contains("--> t.csv:2:") && told.contains("\n9 |") && !told.contains(":::"), "{told}");
}

#[test]
fn what_needs_all_rows_is_named_with_the_reason() {
    let notes = |rule: &str| {
        let datasets = dataset(&RULES.replace("unique = [\"id\", \"part\"]", rule));
        let parts = Bytes(format!("{HEADING}{}", sound(50)).into_bytes());
        let limits = Limits { chunk: 128, memory: 1 << 30 };
        stream::load(&parts, "t.csv", &datasets, &options(), &|_| false, limits).unwrap().unwrap().notes
    };
    let sums = "sum = { total = { where = \"id = 0\" }, parts = \"rest\", complete = false, columns = [\"id\"] }";
    assert_eq!(notes(sums), ["t.csv: rule once was checked on all rows at once: its totals may not hold"]);
    for rule in [
        "unique = [\"id\", \"part\"]",
        "expect = \"length(note) < 60\"",
        "expect = \"lower(code) = 'r'\"",
        "expect = \"sum(n) < 3\"",
        "expect = \"n <= avg(n) filter (where part > 0)\"",
    ] {
        assert_eq!(notes(rule), [""; 0], "{rule}");
    }
    assert_eq!(
        notes("expect = \"n <= percentile(n, 0.9)\""),
        ["t.csv: rule once was checked on all rows at once: it needs more than the plain cells of one row"]
    );
}

#[test]
fn rows_that_break_a_rule_are_counted_and_kept_as_far_as_they_are_shown() {
    let rules = RULES.replace("unique = [\"id\", \"part\"]", "expect = \"length(note) < 4 OR n > 25\"");
    let datasets = dataset(&rules.replace("n < 40.25", "n > 100"));
    let options = Options { max_findings: 9, repairs: false, ..options() };
    let text = format!("{HEADING}{}", sound(9_000));
    let bytes = text.clone().into_bytes();
    let limits = Limits { chunk: 1 << 20, memory: 1 << 30 };
    let parts = stream::load(&Bytes(bytes.clone()), "t.csv", &datasets, &options, &|_| false, limits).unwrap().unwrap();
    let document = crossfoot::source::decode("t.csv", bytes).unwrap();
    let whole = check::load(document.into(), crossfoot::source::Format::Delimited, &datasets, &options).unwrap();
    let [parts, whole] = [parts, whole].map(|it| told(&check::check(vec![it], &datasets, &[], &options).unwrap()));
    assert_eq!(parts, whole);
    assert!(whole.contains("\"fails\": 9000") && whole.contains("\"fails\": 7200"), "{whole}");
}

#[test]
fn of_many_rows_that_fail_only_those_are_looked_at_again() {
    let rules = RULES.replace("unique = [\"id\", \"part\"]", "expect = \"part < 40\"\nwhere = \"n > 20\"");
    let datasets = dataset(&rules);
    let options = Options { max_findings: 9, repairs: false, ..options() };
    // One row in three breaks a limit, one in seven another, and some do not read plainly.
    let row = |it: usize| {
        let part = if it.is_multiple_of(7) { 55 } else { it % 40 };
        let n = if it.is_multiple_of(3) { "77.5".to_owned() } else { format!("{}.25", it % 40) };
        let note = if it.is_multiple_of(11) { "\"a\nb \"\"c\"\"\"" } else { "x" };
        let day = if it == 200 { "2001-02-30" } else { "2001-02-03" };
        format!("{it},{part},{n},{day},2001-03-04,R,{note}\n")
    };
    let text = format!("{HEADING}{}", (0..900).map(row).collect::<String>());
    let limits = Limits { chunk: 2_000, memory: 1 << 10 };
    let parts = Bytes(text.clone().into_bytes());
    let parts = stream::load(&parts, "t.csv", &datasets, &options, &|_| false, limits).unwrap().unwrap();
    assert!(parts.notes.is_empty(), "{:?}", parts.notes);
    let document = crossfoot::source::decode("t.csv", text.into_bytes()).unwrap();
    let whole = check::load(document.into(), crossfoot::source::Format::Delimited, &datasets, &options).unwrap();
    let [parts, whole] = [parts, whole].map(|it| told(&check::check(vec![it], &datasets, &[], &options).unwrap()));
    assert_eq!(parts, whole);
}

#[test]
fn groups_that_fail_are_counted_and_the_first_are_shown() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\narea = \"label\"\n\
        share = \"percent\"\n[[rules]]\nname = \"all\"\nshare = { percent = \"share\", sums_to = 100, by = [\"area\"] }\n";
    let datasets = dataset(rules);
    let options = Options { max_findings: 7, repairs: false, ..options() };
    let last = |area: usize| if area.is_multiple_of(3) { "50.0" } else { "40.5" };
    let area = |it: usize| format!("A{it},49.5\nA{it},{}\n\"A{it}\",0.5\n", last(it));
    let text = format!("area,share\n{}", (0..3_000).map(area).collect::<String>());
    let whole = crossfoot::source::decode("t.csv", text.clone().into_bytes()).unwrap();
    let whole = check::load(whole.into(), crossfoot::source::Format::Delimited, &datasets, &options).unwrap();
    let limits = Limits { chunk: 4_096, memory: 1 << 30 };
    let parts = stream::load(&Bytes(text.into_bytes()), "t.csv", &datasets, &options, &|_| false, limits);
    let parts = parts.unwrap().unwrap();
    assert!(parts.notes.is_empty(), "{:?}", parts.notes);
    let [parts, whole] = [parts, whole].map(|it| told(&check::check(vec![it], &datasets, &[], &options).unwrap()));
    assert_eq!(parts, whole);
    assert!(whole.contains("\"fails\": 2000"), "{whole}");
}

#[test]
fn rules_over_two_large_files_count_what_holds_in_both() {
    let rules = "crossfoot = 1\ndataset = \"d\"\n[tables.orders]\nfiles = [\"orders.csv\"]\nkey = [\"id\"]\n\
        columns = { id = \"count\", lines = \"count\", worth = \"amount\" }\n[tables.lines]\nfiles = [\"lines.csv\"]\n\
        columns = { order = \"count\", price = \"amount\" }\n[[rules]]\nname = \"lines\"\ntable = \"orders\"\n\
        tally = { column = \"lines\", of = \"lines\", on = { id = \"order\" } }\n[[rules]]\nname = \"worth\"\n\
        table = \"orders\"\ntally = { column = \"worth\", of = \"lines\", sums = \"price\", on = { id = \"order\" } }\n\
        [[rules]]\nname = \"known\"\ntable = \"lines\"\nreference = { columns = [\"order\"], table = \"orders\" }\n";
    let datasets = dataset(rules);
    let order = |it: usize| format!("{it},{},{}\n", it % 3, ["0", "2.50", "5.50"][it % 3]);
    let orders: String = (0..400).map(order).collect();
    let line = |it: usize| format!("{it},2.{}0\n", if it % 3 == 1 { 5 } else { 75 });
    let lines: String = (0..400).flat_map(|it| (0..it % 3).map(move |_| it)).map(line).collect();
    let orders = Bytes(format!("id,lines,worth\n{orders}").replace("\n300,0,0", "\n300,4,0").into_bytes());
    let lines = Bytes(format!("order,price\n{lines}").replace("\n22,2.50", "\n900,2.50").into_bytes());
    for memory in [1 << 14, 1 << 30] {
        let limits = Limits { chunk: 256, memory };
        let begin =
            |parts, name| stream::begin(parts, name, &datasets, &options(), &|_| false, limits).unwrap().unwrap();
        let begun = vec![begin(&orders, "orders.csv"), begin(&lines, "lines.csv")];
        let loaded: Vec<check::Loaded> =
            stream::finish(begun, &mut []).unwrap().into_iter().map(|it| it.unwrap()).collect();
        assert!(loaded.iter().all(|it| it.notes.is_empty()));
        let whole = |(bytes, name): (&Bytes, &str)| {
            let document = crossfoot::source::decode(name, bytes.0.clone()).unwrap();
            check::load(document.into(), crossfoot::source::Format::Delimited, &datasets, &options()).unwrap()
        };
        let all = [(&orders, "orders.csv"), (&lines, "lines.csv")].map(whole);
        let told = |it| told(&check::check(it, &datasets, &[], &options()).unwrap());
        assert_eq!(told(loaded), told(all.into()));
    }
}

#[test]
fn a_small_table_that_looks_up_a_large_one_heeds_its_where_and_its_types() {
    let rules = "crossfoot = 1\ndataset = \"d\"\n[tables.orders]\nfiles = [\"orders.csv\"]\n\
        columns = { id = \"count\", lines = \"count\", worth = \"amount\" }\n[tables.lines]\nfiles = [\"lines.csv\"]\n\
        columns = { order = \"integer\", price = \"amount\" }\n[[rules]]\nname = \"lines\"\ntable = \"orders\"\n\
        where = \"worth > 0\"\ntally = { column = \"lines\", of = \"lines\", on = { id = \"order\" } }\n\
        [[rules]]\nname = \"known\"\ntable = \"lines\"\n\
        reference = { columns = [\"order\"], table = \"orders\", key = [\"id\"] }\n";
    let datasets = dataset(rules);
    let orders = "id,lines,worth\n1,1,2.50\n2,2,5.00\n3,0,0\n7,1,0\n";
    let lines = format!("order,price\n{}1,2.50\n2,2.50\n2,2.50\n7%,2.50\n", "5,1.00\n".repeat(60));
    let lines = Bytes(lines.into_bytes());
    let whole = |name: &str, bytes: &[u8]| {
        let document = crossfoot::source::decode(name, bytes.to_vec()).unwrap();
        check::load(document.into(), crossfoot::source::Format::Delimited, &datasets, &options()).unwrap()
    };
    let limits = Limits { chunk: 64, memory: 1 << 30 };
    let begun = stream::begin(&lines, "lines.csv", &datasets, &options(), &|_| false, limits).unwrap().unwrap();
    let mut loaded = vec![whole("orders.csv", orders.as_bytes())];
    let done = stream::finish(vec![begun], &mut loaded).unwrap();
    loaded.extend(done.into_iter().map(|it| it.unwrap()));
    let told = |it| told(&check::check(it, &datasets, &[], &options()).unwrap());
    let all = told(vec![whole("orders.csv", orders.as_bytes()), whole("lines.csv", &lines.0)]);
    assert!(all.contains("order is 7%, which is not of type integer"), "{all}");
    assert_eq!(told(loaded), all);
}

#[test]
fn an_edition_that_is_compared_with_others_is_read_as_a_whole() {
    let datasets = dataset(&RULES.replace("dataset = \"d\"", "dataset = \"d\"\ncadence = \"weekly\""));
    let parts = Bytes(format!("{HEADING}{}", sound(50)).into_bytes());
    let limits = Limits { chunk: 128, memory: 1 << 30 };
    let loaded = stream::load(&parts, "t.csv", &datasets, &options(), &|_| false, limits).unwrap();
    assert_eq!(loaded.unwrap_err(), "it is compared with other editions");
}

#[test]
fn declared_forms_of_figures_and_days_are_read_in_parts() {
    let datasets = dataset(
        "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t]\n\
         style = { thousands = \".\", decimal = \",\" }\n[tables.t.columns]\nid = \"count\"\n\
         n = { type = \"amount\", decimals = 2 }\nday = { type = \"date\", format = \"%d.%m.%Y\" }\n\
         k = { type = \"amount\", unit = \"thousands\" }\n\
         [[rules]]\nname = \"limits\"\nrange = { columns = [\"n\"], max = 50 }\n\
         [[rules]]\nname = \"days\"\nexpect = \"day >= DATE '2001-02-03'\"\n\
         [[rules]]\nname = \"thousands\"\nexpect = \"k < 30000\"\n",
    );
    let row = |it: usize| format!("{it};{},25;{:02}.03.2001;{},5\n", it % 40, it % 28 + 1, it % 20);
    let rows = (0..60).map(row).collect::<String>();
    let odd = "60;51,00;01.03.2001;1,5\n61;3,5;02.02.2001;1\n62;1.003,50;3.2.2001;40,5\n63;x;2001-02-03;1.000\n";
    let text = format!("id;n;day;k\n{rows}{odd}");
    for chunk in [16, 1 << 20] {
        assert_eq!(in_parts(&datasets, &text, chunk), Some(whole(&datasets, &text)));
    }
}

/// Rules that allow for rounding, over the figures of one row.
const ROUNDED: &str = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\n\
    id = \"count\"\nnorth = \"amount\"\nsouth = \"amount\"\nall = \"amount\"\ntwice = \"amount\"\nnote = \"text\"\n\
    [[rules]]\nname = \"halves\"\nrounding = \"independent\"\nsum = { total = \"all\", parts = [\"north\", \"south\"] }\n\
    [[rules]]\nname = \"doubled\"\nrounding = \"independent\"\nexpect = \"twice = 2 * north + 2 * south\"\n";

/// Rows whose rules hold exactly.
fn exact(count: usize) -> String {
    let row =
        |it: usize| format!("{it},{}.1,{}.2,{}.3,{}.6,x\n", it % 9, it % 7, it % 9 + it % 7, 2 * (it % 9 + it % 7));
    (0..count).map(row).collect()
}

fn rounded(rows: &str, count: usize) -> String {
    format!("id,north,south,all,twice,note\n{}{rows}", exact(count))
}

/// How `joint` went: checks that hold, fail and cannot be told.
fn joint(told: &str) -> [Option<u64>; 3] {
    let told: serde_json::Value = serde_json::from_str(told).unwrap();
    ["holds", "fails", "undetermined"].map(|it| told["summary"]["by_rule"]["joint"][it].as_u64())
}

/// Within rounding each, the first two rows together too; the last one not.
const WITHIN: &str = "9001,1.2,1.3,2.6,5.1,x\n9002,3.1,3.1,6.2,12.3,x\n9003,2.1,3.2,5.2,10.7,x\n";

#[test]
fn rules_that_hold_within_rounding_are_judged_together_in_parts() {
    let datasets = dataset(ROUNDED);
    let text = rounded(WITHIN, 200);
    let parts = in_parts(&datasets, &text, 256).expect("it is plain enough");
    assert_eq!(joint(&parts), [Some(2), Some(1), Some(0)]);
    assert_eq!(parts, whole(&datasets, &text));
}

#[test]
fn rules_that_hold_within_rounding_are_judged_together_in_a_large_edition() {
    // More figures than make one system of all rules.
    let text = rounded(WITHIN, 6_000);
    assert_eq!(joint(&whole(&dataset(ROUNDED), &text)), [Some(2), Some(1), Some(0)]);
}

#[test]
fn of_very_many_rounded_rows_the_first_are_judged_and_the_rest_is_told() {
    let text = rounded(&"9002,3.1,3.1,6.2,12.3,x\n".repeat(2_050), 2_060);
    let parts = in_parts(&dataset(ROUNDED), &text, 1 << 14).expect("it is plain enough");
    assert_eq!(joint(&parts), [Some(2_000), Some(0), Some(1)]);
    assert!(parts.contains("50 more rows pass only after allowing for rounding and were not tried"), "{parts}");
}

#[test]
fn what_cannot_be_judged_together_in_parts_is_told() {
    let sum = "[[rules]]\nname = \"few\"\nexpect = \"sum(north) < 1000000\"\n";
    let parts = in_parts(&dataset(&format!("{ROUNDED}{sum}")), &rounded(WITHIN, 200), 256).unwrap();
    assert_eq!(joint(&parts), [Some(0), Some(0), Some(1)]);
    assert!(parts.contains("the file was read in parts, so rules over several rows"), "{parts}");
    // A count of rows binds no figures.
    let count = sum.replace("sum(north) < 1000000", "count(*) > 3");
    let parts = in_parts(&dataset(&format!("{ROUNDED}{count}")), &rounded(WITHIN, 200), 256).unwrap();
    assert_eq!(joint(&parts), [Some(2), Some(1), Some(0)]);
}

proptest! {
    #[test]
    fn rounded_rows_are_judged_as_in_whole_files(
        rows in proptest::collection::vec((0_u8..30, 0_u8..30, -1_i8..2, -2_i8..3, 0_u8..12), 0..30),
        truncated: bool,
        chunk in 1_u64..2_048,
    ) {
        let tenths = |it: i32| format!("{}.{}", it / 10, it % 10);
        let row = |(at, it): (usize, &(u8, u8, i8, i8, u8))| {
            let all = (i32::from(it.0) + i32::from(it.1) + i32::from(it.2)).max(0);
            let south = if it.4 == 0 { "..".to_owned() } else { tenths(i32::from(it.1)) };
            let twice = tenths((2 * all + i32::from(it.3)).max(0));
            format!("{},{},{south},{},{twice},y\n", 1_000 + at, tenths(i32::from(it.0)), tenths(all))
        };
        let text = rounded(&rows.iter().enumerate().map(row).collect::<String>(), 60);
        let rules = if truncated { ROUNDED.replace("independent", "truncated") } else { ROUNDED.to_owned() };
        if let Some(parts) = in_parts(&dataset(&rules), &text, chunk) {
            prop_assert_eq!(parts, whole(&dataset(&rules), &text), "{}", text);
        }
    }
}

#[test]
fn a_row_that_is_not_looked_at_is_not_missing() {
    let labels = RULES.replace("code = \"text\"", "code = \"label\"").replace("[\"R\", \"A b\"]", "[\"R\", \"All\"]");
    let rows: Vec<String> = (1..=8).map(|it| format!("{it},1,5,2001-02-03,2001-02-04,R,x\n")).collect();
    let rows = rows.concat();
    let text = format!("{HEADING}{rows}9,2,40,2001-02-03,2001-02-04,All,x\n");
    for filter in ["", "where = \"part > 100\"\n", "where = \"part > 1\"\n", "where = \"part < 2\"\n"] {
        let sum = format!("{filter}sum = {{ total = \"[All]\", parts = \"rest\", columns = [\"n\"] }}");
        let datasets = dataset(&labels.replace("unique = [\"id\", \"part\"]", &sum));
        for chunk in [128, 1 << 20] {
            assert_eq!(in_parts(&datasets, &text, chunk), Some(whole(&datasets, &text)), "{filter}, {chunk}");
        }
    }
}

#[test]
fn a_figure_in_quotes_of_its_own_is_none() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\nid = \"count\"\n\
        part = \"integer\"\n[[rules]]\nname = \"all\"\nexpect = \"sum(part) = 48\"\n";
    let rows = (0..40).map(|it| format!("{it},1\n")).collect::<Vec<_>>().concat();
    let text = format!("id,part\n{rows}40,\"\"\"8\"\"\"\n");
    let told = in_parts(&dataset(rules), &text, 64).expect("it is plain");
    assert_eq!(told, whole(&dataset(rules), &text));
    assert!(told.contains("cannot be read"), "{told}");
}

/// Counts how many bytes are read.
struct Counting(Bytes, std::sync::atomic::AtomicU64);

impl crossfoot::source::Parts for Counting {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        self.1.fetch_add(into.len() as u64, std::sync::atomic::Ordering::Relaxed);
        self.0.read_at(offset, into)
    }
}

/// Sums of three rows each, and a range of single rows.
const SUMS: &str = "sum = { total = { where = \"ward = 'All'\" }, parts = { where = \"ward <> 'All'\" }, \
    columns = [\"votes\"], by = [\"office\"] }";
const RANGE: &str = "range = { columns = [\"votes\"], min = 0, max = 99 }";

/// How often a file of 60,000 groups is read for a rule, and how many of its checks fail;
/// one total may have a slip.
fn passes(rule: &str, slip: Option<usize>) -> (f64, u64) {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\noffice = \"label\"\n\
        ward = \"label\"\nvotes = \"count\"\n[[rules]]\nname = \"r\"\n";
    let group = |it: usize| {
        let total = 5 + it % 7 + usize::from(slip == Some(it));
        format!("office {it},East,5\noffice {it},West,{}\noffice {it},All,{total}\n", it % 7)
    };
    let text = format!("office,ward,votes\n{}", (0..60_000).map(group).collect::<String>());
    let file = Counting(Bytes(text.into_bytes()), 0.into());
    let (datasets, size) = (dataset(&format!("{rules}{rule}\n")), crossfoot::source::Parts::size(&file));
    let limits = Limits { chunk: 1 << 16, memory: 1 << 30 };
    let loaded = stream::load(&file, "t.csv", &datasets, &options(), &|_| false, limits).unwrap().unwrap();
    let read = file.1.load(std::sync::atomic::Ordering::Relaxed);
    let told = check::check(vec![loaded], &datasets, &[], &options()).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "a few megabytes")]
    (read as f64 / size as f64, told.by_rule["r"].fails as u64)
}

#[test]
fn rules_over_groups_take_no_pass_of_their_own() {
    // A sample and the heads of chunks are read beside the one pass.
    let (rows, _) = passes(RANGE, None);
    let (clean, none) = passes(SUMS, None);
    let (broken, one) = passes(SUMS, Some(31_000));
    assert_eq!((none, one), (0, 1));
    assert!(clean - rows < 0.01, "read {} times more for groups", clean - rows);
    assert!(broken - clean < 0.1, "read {} times more for the rows of one group", broken - clean);
}
