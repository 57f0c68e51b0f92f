//! Figures that are revised: what is usual for their age, from snapshots.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{Folder, crossfoot};

const AREAS: [(&str, f64); 3] = [("North", 400.0), ("South", 90.0), ("West", 1_500.0)];
const NOISE: [f64; 13] = [0.4, -0.9, 1.3, -0.2, -1.5, 0.7, 0.1, -0.6, 1.0, -1.1, 0.3, 0.8, -0.4];

/// What is printed for a week, so many weeks after it: late reports add about 6 in a hundred, then 2.
fn figure(area: usize, week: usize, age: usize) -> f64 {
    let noise = |at: usize| NOISE[(at * 5 + area * 3 + week) % 13];
    let first = AREAS[area].1 * (1.0 + 0.04 * noise(0));
    let late = [0.0, 0.06 + 0.01 * noise(1), 0.08 + 0.012 * noise(2)];
    (first * (1.0 + late[age.min(2)])).round()
}

/// How many figures of eight weeks are printed otherwise a week or two later.
fn revised() -> usize {
    let differs = |area: usize, week: usize, age: &usize| {
        week + age < 8 && figure(area, week, *age).total_cmp(&figure(area, week, *age - 1)).is_ne()
    };
    let all = (0..AREAS.len()).flat_map(|area| (0..8).map(move |week| (area, week)));
    all.map(|(area, week)| (1..=2).filter(|age| differs(area, week, age)).count()).sum()
}

fn day(week: usize) -> jiff::civil::Date {
    jiff::civil::date(2023, 1, 2).saturating_add(jiff::Span::new().weeks(i64::try_from(week).unwrap()))
}

/// The figures of all weeks as they are printed in one of them; `odd` are some that are other.
fn printed(newest: usize, odd: &[(usize, usize, f64)]) -> String {
    let mut text = "week,area,n\n".to_owned();
    for week in 0..=newest {
        for (area, (name, _)) in AREAS.iter().enumerate() {
            let other = odd.iter().find(|it| (it.0, it.1) == (area, week)).map(|it| it.2);
            let n = other.unwrap_or_else(|| figure(area, week, newest - week));
            writeln!(text, "{},{name},{n}", day(week)).unwrap();
        }
    }
    text
}

fn json(output: &str) -> Value {
    serde_json::from_str(output).unwrap_or_else(|it| panic!("{it}: {output}"))
}

const REPLACED: &str = "crossfoot = 1\ndataset = 'reports'\ncadence = 'weekly'\nperiod = { column = 'week' }\n\n\
    [tables.reports]\nkey = ['area']\ncolumns = { week = 'date', area = 'label', n = 'count' }\n";

/// A folder in which eight weeks were accepted, each with all weeks before it.
fn accepted(name: &str) -> Folder {
    let folder = Folder::new(name);
    folder.write("rules/reports.toml", REPLACED);
    for week in 0..8 {
        folder.write("reports.csv", printed(week, &[]));
        let output = crossfoot(&folder, &["accept", "reports.csv"]);
        assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    }
    folder
}

#[test]
fn an_accepted_figure_that_is_revised_as_usual_is_a_note_and_another_an_error() {
    let folder = accepted("revisions-restated");
    let fall = (figure(0, 7, 0) * 0.8).round();
    folder.write("reports.csv", printed(8, &[(0, 7, fall)]));
    let output = crossfoot(&folder, &["check", "reports.csv", "-o", "json", "--select", "restated"]);
    let findings = json(&output.stdout)["findings"].as_array().unwrap().clone();
    let of = |row: &str, severity: &str| {
        let is = |it: &&Value| {
            let message = it["message"].as_str().unwrap();
            message.starts_with(row) && it["severity"] == severity
        };
        findings.iter().filter(is).map(|it| it["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // Two weeks are revised in each area, and one figure of them the wrong way.
    assert_eq!((findings.len(), of("", "error").len()), (6, 1), "{findings:#?}");
    let told = &of("", "error")[0];
    assert!(
        told.contains(&format!("but is now {fall}; an unusual revision of a figure 1 edition old (usually +")),
        "{told}"
    );
    assert!(of("", "note").iter().all(|it| it.contains("an ordinary revision of a figure ")), "{findings:#?}");
    assert_eq!(output.code, 1);
    folder.write("reports.csv", printed(8, &[]));
    assert_eq!(crossfoot(&folder, &["check", "reports.csv", "--select", "restated"]).code, 0);
}

#[test]
fn a_revision_without_others_on_file_is_an_error_as_before() {
    let folder = Folder::new("revisions-few");
    folder.write("rules/reports.toml", REPLACED);
    folder.write("reports.csv", printed(0, &[]));
    assert_eq!(crossfoot(&folder, &["accept", "reports.csv"]).code, 0);
    folder.write("reports.csv", printed(1, &[]));
    let output = crossfoot(&folder, &["check", "reports.csv", "-o", "concise", "--select", "restated"]);
    assert_eq!(output.code, 1, "{}", output.stdout);
    assert!(!output.stdout.contains("revision"), "{}", output.stdout);
}

#[test]
fn snapshots_keep_the_figures_that_others_took_the_place_of() {
    let folder = accepted("revisions-kept");
    let snapshot = folder.read("snapshots/reports/2023-01-02.snap");
    let was = |age: usize| format!("was = \"{}\"\nuntil = \"{}/", figure(0, 0, age), day(age + 1));
    assert!(snapshot.contains(&was(0)) && snapshot.contains(&was(1)) && !snapshot.contains(&was(2)), "{snapshot}");
    let again = crossfoot(&folder, &["accept", "reports.csv"]);
    assert!(again.stdout.ends_with("8 editions: 8 unchanged\n"), "{}", again.stdout);
    assert_eq!(folder.read("snapshots/reports/2023-01-02.snap"), snapshot);
    let output = crossfoot(&folder, &["history", "reports", "--vintages", "-o", "json"]);
    let revisions = json(&output.stdout)["revisions"].as_array().unwrap().clone();
    let own = |it: &&Value| it["row"] == "North" && it["period"] == "2023-01-02/2023-01-08";
    let ages: Vec<i64> = revisions.iter().filter(own).map(|it| it["age"].as_i64().unwrap()).collect();
    assert_eq!((ages, revisions.len()), (vec![1, 2], revised()), "{}", output.stdout);
    assert!(revisions.iter().all(|it| it["grade"] != "check before printing"), "{}", output.stdout);
}

#[test]
fn vintages_say_how_far_figures_of_an_age_are_usually_revised() {
    let folder = accepted("revisions-text");
    let output = crossfoot(&folder, &["history", "reports", "north", "--vintages"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    insta::assert_snapshot!(output.stdout);
    let refused = crossfoot(&folder, &["history", "reports", "--vintages", "-o", "svg"]);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
    let unknown = crossfoot(&folder, &["history", "report", "--vintages"]);
    assert!(unknown.stderr.contains("the nearest dataset is reports"), "{}", unknown.stderr);
}

#[test]
fn figures_of_earlier_months_in_the_same_table_are_judged_by_the_revisions_on_file() {
    let folder = Folder::new("revisions-table");
    let rules = "crossfoot = 1\ndataset = 'release'\ncadence = 'weekly'\nperiod = { filename = '%Y-%m-%d' }\n\n\
        [tables.release]\nkey = ['week', 'area']\ncolumns = { week = 'date', area = 'label', n = 'count' }\n\n\
        [[rules]]\nname = 'revised'\ntable = 'release'\nusual = { columns = ['n'], revised = true }\nseverity = 'warning'\n";
    folder.write("rules/release.toml", rules);
    for week in 0..8 {
        let file = format!("{}.csv", day(week));
        folder.write(&file, printed(week, &[]));
        let output = crossfoot(&folder, &["accept", &file, "--dataset", "release"]);
        assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    }
    let file = format!("{}.csv", day(8));
    folder.write(&file, printed(8, &[(2, 6, figure(2, 6, 1) * 2.0)]));
    let output = crossfoot(&folder, &["check", &file, "--dataset", "release", "-o", "json"]);
    let all = json(&output.stdout);
    let told: Vec<&str> = all["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["rule"] == "revised")
        .map(|it| it["message"].as_str().unwrap())
        .collect();
    assert_eq!(told.len(), 1, "{}", output.stdout);
    assert!(told[0].starts_with("2023-02-13, West: n was ") && told[0].contains("an unusual revision"), "{told:?}");
    assert_eq!(all["summary"]["by_rule"]["revised"]["holds"], 8 * 3 - 1, "{}", output.stdout);
    let vintages = crossfoot(&folder, &["history", "release", "--vintages", "-o", "csv"]);
    assert_eq!(vintages.stdout.lines().count(), 1 + revised(), "{}", vintages.stdout);
}
