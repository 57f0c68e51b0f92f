//! Editions in time: what is compared with the editions before, and how.

use std::sync::Arc;

use crossfoot::check::{self, Accepted, Options, Outcome, Waiver};
use crossfoot::finding::{Severity, Status};
use crossfoot::rules::Dataset;
use crossfoot::source::{self, Format};

const RULES: &str = r#"
crossfoot = 1
dataset = "crimes"
cadence = "weekly"
period = { filename = "%Y-%m-%d.csv" }

[tables.crimes]
key = ["crime"]
columns = { crime = "label", total = "count", solved = "count" }

[[rules]]
name = "within"
part = "solved <= total"

[[rules]]
name = "no-tenfold"
expect = "total <= 10 * previous(total)"
"#;

const FIRST: &str = "crime,total,solved\nMurder,18,10\nAssault,23,12\nRobbery,314,164\nFraud,70,50\nTheft,849,325\n";
const SECOND: &str = "crime,total,solved\nMurder,17,11\nAssault,27,12\nRobbery,298,151\nFraud,66,44\nTheft,812,340\n";

fn rules() -> [Dataset; 1] {
    [crossfoot::rules::load("crimes.toml", RULES, &|_| Ok(Vec::new())).unwrap()]
}

fn check_on(today: &str, files: &[(&str, &str)], past: &[Accepted]) -> Outcome {
    let datasets = rules();
    let options = Options { today: Some(today.parse().unwrap()), ..Options::default() };
    let load = |(name, text): &(&str, &str)| {
        let document = Arc::new(source::decode(name, text.as_bytes().to_vec()).unwrap());
        check::load(document, Format::Delimited, &datasets, &options).unwrap()
    };
    check::check(files.iter().map(load).collect(), &datasets, past, &options).unwrap()
}

fn check(files: &[(&str, &str)], past: &[Accepted]) -> Outcome {
    check_on("2005-06-01", files, past)
}

fn accepted(name: &str, text: &str) -> Accepted {
    let edition = Arc::clone(&check(&[(name, text)], &[]).editions[0].edition);
    Accepted {
        dataset: "crimes".to_owned(),
        file: name.to_owned(),
        edition,
        waivers: Vec::new(),
        known: Vec::new(),
        replaced: Vec::new(),
    }
}

fn waived(mut accepted: Accepted, outcome: &Outcome, until: Option<&str>) -> Accepted {
    let waiver = |it: &crossfoot::finding::Finding| Waiver {
        id: it.id.clone(),
        rule: it.rule.clone(),
        place: String::new(),
        figures: check::figures(it),
        reason: "old cases count".to_owned(),
        by: Some("desk".to_owned()),
        until: until.map(|it| it.parse().unwrap()),
    };
    accepted.waivers = outcome.findings.iter().map(waiver).collect();
    accepted
}

fn said(outcome: &Outcome) -> Vec<String> {
    let line = |it: &crossfoot::finding::Finding| format!("{}[{}]: {}", it.severity.word(), it.rule, it.message);
    outcome.findings.iter().map(line).collect()
}

#[test]
fn an_edition_right_after_the_last_one_is_silent() {
    let outcome = check(&[("2005-03-09.csv", SECOND)], &[accepted("2005-03-02.csv", FIRST)]);
    assert_eq!(said(&outcome), Vec::<String>::new());
    assert_eq!(outcome.by_rule["no-tenfold"].holds, 5);
}

#[test]
fn previous_is_the_accepted_edition_right_before() {
    let tenfold = SECOND.replace("Murder,17", "Murder,181");
    let outcome = check(&[("2005-03-09.csv", &tenfold)], &[accepted("2005-03-02.csv", FIRST)]);
    assert_eq!(outcome.findings.len(), 1, "{:?}", said(&outcome));
    assert_eq!(outcome.findings[0].rule, "no-tenfold");
    let before = outcome.findings[0].places.iter().find(|it| it.file == "2005-03-02.csv");
    assert_eq!(before.map(|it| (it.line, it.text.as_str())), Some((2, "18")));
}

#[test]
fn editions_checked_side_by_side_follow_each_other() {
    let outcome = check(&[("2005-03-09.csv", SECOND), ("2005-03-02.csv", FIRST)], &[]);
    assert_eq!(outcome.by_rule["no-tenfold"].holds, 5);
    assert_eq!(outcome.by_rule["no-tenfold"].undetermined, 1);
}

#[test]
fn a_missing_week_is_a_gap_and_a_shifted_one_an_error() {
    let past = [accepted("2005-03-02.csv", FIRST)];
    let gap = check(&[("2005-03-16.csv", SECOND)], &past);
    assert_eq!(
        said(&gap),
        ["warning[period]: there is no edition between 2005-03-02/2005-03-08 and 2005-03-16/2005-03-22"]
    );
    let shifted = check(&[("2005-03-10.csv", SECOND)], &past);
    assert_eq!(
        said(&shifted),
        ["error[period]: the period 2005-03-10/2005-03-16 starts on a Thursday, but the previous period, \
             2005-03-02/2005-03-08, on a Wednesday"]
    );
    let overlap = check(&[("2005-03-07.csv", SECOND)], &past);
    assert_eq!(
        said(&overlap),
        ["error[period]: the period 2005-03-07/2005-03-13 overlaps the accepted edition of 2005-03-02/2005-03-08"]
    );
}

#[test]
fn two_files_for_one_period_must_agree() {
    let silent = check(&[("a/2005-03-02.csv", FIRST), ("b/2005-03-02.csv", FIRST)], &[]);
    assert_eq!(said(&silent), Vec::<String>::new());
    let outcome = check(&[("a/2005-03-02.csv", FIRST), ("b/2005-03-02.csv", SECOND)], &[]);
    assert_eq!(
        said(&outcome),
        ["error[period]: two files for 2005-03-02/2005-03-08 differ; the other one is a/2005-03-02.csv"]
    );
}

#[test]
fn a_row_that_vanished_is_told_with_its_likely_new_name() {
    let renamed = SECOND.replace("Robbery", "Robberies").replace("Fraud,66,44\n", "") + "Arson,3,1\n";
    let outcome = check(&[("2005-03-09.csv", &renamed)], &[accepted("2005-03-02.csv", FIRST)]);
    let mut told = said(&outcome);
    told.sort();
    assert_eq!(
        told,
        [
            "note[rows]: row \"Arson\" is not in the previous edition",
            "warning[rows]: row \"Fraud\" of the previous edition is missing",
            "warning[rows]: row \"Robbery\" of the previous edition is missing",
        ]
    );
    let robbery = outcome.findings.iter().find(|it| it.message.contains("Robbery")).unwrap();
    assert_eq!(robbery.hint.as_deref(), Some("\"Robberies\" may be the same row under another name"));
}

#[test]
fn a_column_pasted_from_the_last_edition_is_told_at_its_first_cell() {
    let pasted = "crime,total,solved\nMurder,17,10\nAssault,27,12\nRobbery,298,164\nFraud,66,50\nTheft,812,325\n";
    let past = [accepted("2005-03-02.csv", FIRST)];
    let outcome = check(&[("2005-03-09.csv", pasted)], &past);
    assert_eq!(said(&outcome), ["warning[pasted]: every figure of solved is the same as in the previous edition"]);
    assert_eq!((outcome.findings[0].places[0].line, outcome.findings[0].places[0].column_start), (2, 11));
    // A column that was the same before, too, is a constant.
    let twice = [accepted("2005-02-23.csv", FIRST), accepted("2005-03-02.csv", FIRST)];
    assert_eq!(said(&check(&[("2005-03-09.csv", pasted)], &twice)), Vec::<String>::new());
}

#[test]
fn a_waiver_holds_for_its_figures_alone_and_until_its_day() {
    let wrong = FIRST.replace("Murder,18,10", "Murder,18,19");
    let outcome = check(&[("2005-03-02.csv", &wrong)], &[]);
    assert_eq!(outcome.count(Severity::Error), 1);
    let past = [waived(accepted("2005-03-02.csv", &wrong), &outcome, Some("2005-03-31"))];

    let again = check_on("2005-03-31", &[("2005-03-02.csv", &wrong)], &past);
    assert_eq!((again.count(Severity::Error), again.total().waived, again.total().fails), (0, 1, 0));
    assert_eq!(again.findings[0].status, Status::Waived);

    let expired = check_on("2005-04-01", &[("2005-03-02.csv", &wrong)], &past);
    assert_eq!(expired.count(Severity::Error), 1);
    let hint = expired.findings[0].hint.as_deref().unwrap();
    assert_eq!(hint, "the waiver by desk expired on 2005-03-31: old cases count");

    let changed = check_on("2005-03-31", &[("2005-03-02.csv", &wrong.replace("18,19", "18,20"))], &past);
    let within = changed.findings.iter().find(|it| it.rule == "within").unwrap();
    assert_eq!(within.status, Status::Known);
    assert_eq!(within.hint.as_deref(), Some("it was waived by desk for 19, 18, but the figures have changed since"));
}

#[test]
fn a_finding_that_the_last_edition_had_is_known() {
    let wrong = |text: &str| text.replace("Assault,23,12", "Assault,23,24").replace("Assault,27,12", "Assault,27,28");
    let first = check(&[("2005-03-02.csv", &wrong(FIRST))], &[]);
    let mut last = accepted("2005-03-02.csv", &wrong(FIRST));
    last.known = first.findings.iter().map(|it| it.id.clone()).collect();
    let second = check(&[("2005-03-09.csv", &wrong(SECOND))], &[last]);
    assert_eq!(second.findings[0].status, Status::Known);
    assert_eq!(second.count(Severity::Error), 1);
}

#[test]
fn a_row_pasted_from_the_last_edition_is_told_at_its_first_figure() {
    let rules =
        RULES.replace("solved = \"count\" }", "solved = \"count\", a = \"count\", b = \"count\", c = \"count\" }");
    let table = |theft: &str| format!("crime,total,solved,a,b,c\nMurder,{theft},1,2,3,4\nTheft,849,325,12,70,8\n");
    let datasets = [crossfoot::rules::load("crimes.toml", &rules, &|_| Ok(Vec::new())).unwrap()];
    let options = Options::default();
    let load = |name: &str, text: String| {
        let document = Arc::new(source::decode(name, text.into_bytes()).unwrap());
        check::load(document, Format::Delimited, &datasets, &options).unwrap()
    };
    let files = vec![load("2005-03-02.csv", table("18")), load("2005-03-09.csv", table("17"))];
    let outcome = check::check(files, &datasets, &[], &options).unwrap();
    assert_eq!(
        said(&outcome),
        ["warning[pasted]: every figure of row \"Theft\" is the same as in the previous edition"]
    );
    assert_eq!((outcome.findings[0].places[0].line, outcome.findings[0].places[0].column_start), (3, 7));
}

const DEATHS: &str = r#"
crossfoot = 1
dataset = "deaths"
cadence = "weekly"
period = { filename = "%Y-%m-%d.csv" }

[tables.regions]
key = ["region"]
columns = { region = "label", deaths = "count", people = "count", cases = "count" }

[[rules]]
name = "usual"
usual = { tables = ["regions"] }
severity = "warning"
"#;

const REGIONS: [&str; 10] =
    ["Ashby", "Barrow", "Corby", "Derwent", "Exton", "Fenwick", "Grange", "Halton", "Irby", "Joyce"];

/// A week of ten regions: deaths that vary, people who are counted once a year,
/// a few cases.
fn week(number: i64) -> [Vec<i64>; 3] {
    let deaths = (0..10).map(|it| 620 + 130 * it + (number * (7 + it) * 37) % 83 - 41).collect();
    let people = (0..10).map(|it| 53_000 + 4_100 * it + if number > 52 { 300 + 11 * it } else { 0 }).collect();
    let cases = (0..10).map(|it| (number * (it + 3) + it) % 4 + it % 3).collect();
    [deaths, people, cases]
}

fn printed(week: &[Vec<i64>; 3]) -> String {
    let row = |at: usize| format!("{},{},{},{}\n", REGIONS[at], week[0][at], week[1][at], week[2][at]);
    format!("region,deaths,people,cases\n{}", (0..10).map(row).collect::<String>())
}

/// Checks weeks one after the other, the later of which are given.
fn weeks_of(rules: &str, weeks: &[[Vec<i64>; 3]]) -> Outcome {
    let datasets = [crossfoot::rules::load("deaths.toml", rules, &|_| Ok(Vec::new())).unwrap()];
    let options = Options::default();
    let load = |(at, week): (i64, &[Vec<i64>; 3])| {
        let day = "2019-01-04".parse::<jiff::civil::Date>().unwrap() + jiff::Span::new().days(7 * at);
        let document = Arc::new(source::decode(&format!("{day}.csv"), printed(week).into_bytes()).unwrap());
        check::load(document, Format::Delimited, &datasets, &options).unwrap()
    };
    check::check((0..).zip(weeks).map(load).collect(), &datasets, &[], &options).unwrap()
}

fn weeks(weeks: &[[Vec<i64>; 3]]) -> Outcome {
    weeks_of(DEATHS, weeks)
}

/// What is told of an edition, or of later ones: of the second nothing is known yet.
fn said_from(outcome: &Outcome, edition: usize) -> Vec<String> {
    let from = outcome.findings.iter().filter(|it| it.edition.is_some_and(|it| it >= edition));
    from.map(|it| format!("{}[{}]: {}", it.severity.word(), it.rule, it.message)).collect()
}

fn ordinary(count: i64) -> Vec<[Vec<i64>; 3]> {
    (0..count).map(week).collect()
}

#[test]
fn a_copied_column_beyond_chance_is_one_error_and_nothing_else_is_told_of_it() {
    let mut all = ordinary(4);
    all[3][0] = all[2][0].clone();
    let outcome = weeks(&all);
    assert_eq!(
        said_from(&outcome, 3),
        ["error[pasted]: every figure of deaths is the same as in the previous edition; this happens by chance less \
             than once in a billion editions"]
    );
    assert_eq!((outcome.count(Severity::Error), outcome.by_rule["usual"].fails), (1, 0));
    // That a figure is as before is nothing by itself.
    let datasets = [crossfoot::rules::load("deaths.toml", DEATHS, &|_| Ok(Vec::new())).unwrap()];
    let ignoring = check::Selection { ignore: vec!["pasted".to_owned()], ..check::Selection::default() };
    let options = Options { selection: ignoring, ..Options::default() };
    let files = ["2019-01-04", "2019-01-11", "2019-01-18", "2019-01-25"].into_iter().zip(&all).map(|(day, week)| {
        let document = Arc::new(source::decode(&format!("{day}.csv"), printed(week).into_bytes()).unwrap());
        check::load(document, Format::Delimited, &datasets, &options).unwrap()
    });
    let outcome = check::check(files.collect(), &datasets, &[], &options).unwrap();
    assert_eq!(outcome.by_rule["usual"].fails, 0, "{:?}", said(&outcome));
}

#[test]
fn a_column_copied_from_an_edition_further_back_names_it() {
    let mut all = ordinary(9);
    all[8][0] = all[3][0].clone();
    assert_eq!(
        said_from(&weeks(&all), 8),
        ["error[pasted]: every figure of deaths is the same as in the edition of 2019-01-25/2019-01-31; this \
             happens by chance less than once in a billion editions"]
    );
}

#[test]
fn columns_that_stand_still_by_nature_are_no_copies() {
    // People are counted anew after a year; cases are few, and often the same.
    assert_eq!(said_from(&weeks(&ordinary(60)[48..]), 2), Vec::<String>::new());
    let mut all = ordinary(6);
    all[5][2] = all[4][2].clone();
    let outcome = weeks(&all);
    assert_eq!(outcome.count(Severity::Error), 0, "{:?}", said(&outcome));
}

#[test]
fn of_one_change_that_only_grows_a_copy_is_a_warning() {
    let mut all = ordinary(3);
    all[1][0] = all[0][0].iter().map(|it| it + 9).collect();
    all[2][0] = all[1][0].clone();
    let outcome = weeks_of(
        &DEATHS
            .replace("[[rules]]\nname = \"usual\"\nusual = { tables = [\"regions\"] }\nseverity = \"warning\"\n", ""),
        &all,
    );
    let told = said_from(&outcome, 2);
    assert!(
        told.len() == 1 && told[0].starts_with("warning[pasted]: every figure of deaths is the same as in"),
        "{told:?}"
    );
}

#[test]
fn a_column_copied_over_an_accepted_edition_is_not_told_figure_by_figure() {
    let rules = DEATHS.replace("usual = { tables", "usual = { correction = \"by\", tables");
    let datasets = [crossfoot::rules::load("deaths.toml", &rules, &|_| Ok(Vec::new())).unwrap()];
    let mut all = ordinary(4);
    let days = ["2019-01-04", "2019-01-11", "2019-01-18", "2019-01-25"];
    let load = |day: &str, week: &[Vec<i64>; 3]| {
        let document = Arc::new(source::decode(&format!("{day}.csv"), printed(week).into_bytes()).unwrap());
        check::load(document, Format::Delimited, &datasets, &Options::default()).unwrap()
    };
    let accepted: Vec<Accepted> = days
        .iter()
        .zip(&all)
        .map(|(day, week)| {
            let outcome = check::check(vec![load(day, week)], &datasets, &[], &Options::default()).unwrap();
            let edition = Arc::clone(&outcome.editions[0].edition);
            Accepted {
                dataset: "deaths".to_owned(),
                file: format!("{day}.snap"),
                edition,
                waivers: vec![],
                known: vec![],
                replaced: vec![],
            }
        })
        .collect();
    all[3][0] = all[2][0].clone();
    all[3][2][4] += 1;
    let outcome = check::check(vec![load(days[3], &all[3])], &datasets, &accepted, &Options::default()).unwrap();
    let told = said(&outcome);
    assert!(told.len() == 2 && told[0].starts_with("error[pasted]: every figure of deaths"), "{told:?}");
    assert!(told[1].starts_with("error[restated]: Exton: cases was accepted as"), "{told:?}");
    let hint = outcome.findings[0].hint.as_deref().unwrap();
    assert!(hint.ends_with("; the accepted edition had different figures"), "{hint}");
}
