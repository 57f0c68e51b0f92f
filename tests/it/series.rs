//! Series of editions: what is flagged, and `crossfoot history`.

use std::fmt::Write as _;
use std::sync::Arc;

use crossfoot::finding::identity;
use crossfoot::history::{
    Asked, Calendar, Correction, Count, Earlier, Grade, History, Judged, LeftOut, Line, Options, SeriesOnFile,
    Verdicts, Wanted, collect, judge,
};
use crossfoot::source::{self, TypeOptions, delimited};
use crossfoot::table::{Cadence, Document, Edition, Period};

use crate::draws::Draws;
use crate::support::{Folder, crossfoot};

/// A series of counts from the newest back, each for a full period.
fn series(newest_first: &[f64]) -> Asked {
    let count = |(back, observed): (i64, &f64)| Count { at: 1000 - back, observed: *observed, exposure: 1.0 };
    let mut counts = (0..).zip(newest_first).map(count);
    let line = Line { now: counts.next().unwrap(), before: counts.collect() };
    Asked { line, is_count: true, most: None, family: 0 }
}

fn options(cadence: Cadence) -> Options {
    let calendar = Calendar::of(cadence);
    Options::new(calendar)
}

/// Counts of seven series of some editions, steady but for a few percent.
fn steady(editions: usize) -> Vec<Vec<f64>> {
    let wobble = [1.0, 1.03, 0.96, 1.01, 0.98, 1.05, 0.97, 1.02, 0.99];
    [20.0_f64, 44.0, 90.0, 130.0, 300.0, 700.0, 4400.0]
        .iter()
        .enumerate()
        .map(|(at, mean)| (0..=editions).map(|it| (mean * wobble[(it * 5 + at) % 9]).round()).collect())
        .collect()
}

fn judged(counts: &[Vec<f64>]) -> Verdicts {
    judge(&counts.iter().map(|it| series(it)).collect::<Vec<_>>(), &options(Cadence::Weekly))
}

fn flagged(verdicts: &Verdicts) -> Vec<usize> {
    let is = |it: &Option<Judged>| it.is_some_and(|it| it.grade == Grade::CheckBeforePrinting);
    (0..verdicts.judged.len()).filter(|it| is(&verdicts.judged[*it])).collect()
}

#[test]
fn a_tenfold_figure_is_flagged_and_the_others_are_not() {
    let mut counts = steady(8);
    assert_eq!(flagged(&judged(&counts)), Vec::<usize>::new());
    counts[3][0] *= 10.0;
    assert_eq!(flagged(&judged(&counts)), [3]);
}

#[test]
fn an_edition_that_is_lower_as_a_whole_is_told_once() {
    let mut counts = steady(8);
    for it in &mut counts {
        it[0] = (it[0] * 5.0 / 7.0).round();
    }
    let verdicts = judged(&counts);
    let shift = verdicts.shift.unwrap();
    assert!(shift.told && shift.lines == 7 && (shift.ratio - 5.0 / 7.0).abs() < 0.05, "{shift:?}");
    assert_eq!(flagged(&verdicts), Vec::<usize>::new());
    // A line is judged relative to the rest.
    counts[5][0] *= 3.0;
    let verdicts = judged(&counts);
    assert!(verdicts.shift.unwrap().told);
    assert_eq!(flagged(&verdicts), [5]);
}

#[test]
fn a_large_count_that_is_the_same_as_before_is_told_unless_it_always_is() {
    let mut counts = steady(8);
    (counts[6][0], counts[6][2]) = (counts[6][1], counts[6][1]);
    let verdicts = judged(&counts);
    let it = verdicts.judged[6].unwrap();
    assert!(it.unchanged == Some(3) && it.p < 1e-4, "{it:?}");
    counts[6].fill(4400.0);
    assert!(judged(&counts).judged[6].unwrap().unchanged.is_none());
}

#[test]
fn low_counts_say_nothing_where_the_coverage_is_unknown() {
    let mut counts = steady(8);
    counts[5][0] = 70.0;
    assert_eq!(flagged(&judged(&counts)), [5]);
    let asked: Vec<Asked> = counts.iter().map(|it| series(it)).collect();
    let unknown = Options { coverage_known: false, ..options(Cadence::Weekly) };
    assert_eq!(flagged(&judge(&asked, &unknown)), Vec::<usize>::new());
}

#[test]
fn a_verdict_that_turns_on_the_coverage_says_so() {
    let mut asked: Vec<Asked> = steady(8).iter().map(|it| series(it)).collect();
    for it in &mut asked {
        it.line.now.exposure = 2.0 / 7.0;
        it.line.now.observed = (it.line.now.observed * 2.0 / 7.0).round();
    }
    // As many as in a whole week.
    asked[4].line.now.observed = 300.0;
    let partly = Options { covered: 2.0 / 7.0, ..options(Cadence::Weekly) };
    let verdicts = judge(&asked, &partly);
    assert_eq!(flagged(&verdicts), [4]);
    assert!(verdicts.judged[4].unwrap().turns_on_coverage);
}

/// Counts with a season of the year, from the newest back.
fn seasonal(periods: u32, year: f64) -> Vec<f64> {
    let rate = |back: u32| 1.0 + 0.5 * (std::f64::consts::TAU * f64::from(back) / year).cos();
    (0..=periods).map(|back| (400.0 * rate(back) * (1.0 + 0.02 * f64::from(back * 7 % 5) - 0.04)).round()).collect()
}

fn alone(counts: &[f64], cadence: Cadence) -> Judged {
    judge(&[series(counts)], &options(cadence)).judged[0].unwrap()
}

#[test]
fn a_season_is_expected_and_its_opposite_is_not() {
    for (cadence, periods, year) in
        [(Cadence::Weekly, 140, 52.1775), (Cadence::Weekly, 290, 52.1775), (Cadence::Monthly, 48, 12.0)]
    {
        let mut counts = seasonal(periods, year);
        let summer = alone(&counts, cadence);
        assert_eq!(summer.grade, Grade::AsExpected, "{cadence:?} {periods}: {summer:?}");
        // What is ordinary in winter.
        counts[0] = 200.0;
        let winter = alone(&counts, cadence);
        assert_eq!(winter.grade, Grade::CheckBeforePrinting, "{cadence:?} {periods}: {winter:?}");
    }
}

#[test]
fn sundays_are_compared_with_sundays() {
    // Position 1000 is a Friday; every seventh day has a tenth.
    let mut counts: Vec<f64> =
        (0..=60).map(|back| f64::from(300 - 10 * (back % 3)) * if back % 7 == 0 { 0.1 } else { 1.0 }).collect();
    let quiet = alone(&counts, Cadence::Daily);
    assert_eq!(quiet.grade, Grade::AsExpected, "{quiet:?}");
    counts[0] = 300.0;
    assert_eq!(alone(&counts, Cadence::Daily).grade, Grade::CheckBeforePrinting);
}

#[test]
fn an_amount_ten_times_too_large_is_flagged_alone() {
    let mut asked: Vec<Asked> = steady(8).iter().map(|it| series(it)).collect();
    for it in &mut asked {
        it.is_count = false;
    }
    asked[2].line.now.observed *= 10.0;
    let verdicts = judge(&asked, &options(Cadence::Weekly));
    assert_eq!(flagged(&verdicts), [2]);
}

#[test]
fn the_order_of_series_does_not_matter() {
    let mut counts = steady(30);
    counts[1][0] = 200.0;
    let one = judged(&counts);
    counts.reverse();
    let mut other = judged(&counts).judged;
    other.reverse();
    assert_eq!(one.judged, other);
}

const RULES: &str = "crossfoot = 1\ndataset = \"crimes\"\ncadence = \"weekly\"\nperiod = { column = \"week\" }\n\n\
    [tables.crimes]\nkey = [\"crime\"]\ncolumns = { week = \"date\", crime = \"label\", total = \"count\", solved = \"count\" }\n\n\
    [[rules]]\nname = \"usual\"\nusual = { columns = [\"total\"] }\n\n\
    [[rules]]\nname = \"share\"\nusual = { columns = [\"solved\"], of = \"total\", correction = \"by\" }\n";

/// Weeks of 2005 from the second of March on: crime, total and solved of each.
fn weeks(editions: &[[(&str, u32, u32); 3]]) -> String {
    let mut text = "week,crime,total,solved\n".to_owned();
    for (at, edition) in (0..).zip(editions) {
        let day = jiff::civil::date(2005, 3, 2).checked_add(jiff::Span::new().weeks(at)).unwrap();
        for (crime, total, solved) in edition {
            writeln!(text, "{day},{crime},{total},{solved}").unwrap();
        }
    }
    text
}

fn folder(name: &str) -> Folder {
    let folder = Folder::new(&format!("series-{name}"));
    folder.write("rules/crimes.toml", RULES);
    let steady = [("Theft", 821, 410), ("Fraud", 66, 30), ("Murder", 18, 12)];
    let next = [("Theft", 830, 420), ("Fraud", 71, 33), ("Murder", 16, 11)];
    let last = [("Theft", 812, 30), ("Fraud", 710, 320), ("Murder", 21, 15)];
    folder.write("crimes.csv", weeks(&[steady, next, steady, next, last]));
    folder
}

#[test]
fn the_share_of_a_part_is_judged_by_its_total() {
    let folder = folder("share");
    let output = crossfoot(&folder, &["check", "crimes.csv", "-o", "concise"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    let told: Vec<&str> = output.stdout.lines().filter(|it| it.contains("[share]") || it.contains("[usual]")).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_file_with_a_period_column_shows_its_series() {
    let folder = folder("file");
    let all = crossfoot(&folder, &["history", "crimes.csv"]);
    let one = crossfoot(&folder, &["history", "crimes.csv", "fraud, total"]);
    assert_eq!((all.code, one.code), (0, 0), "{}{}", all.stderr, one.stderr);
    insta::assert_snapshot!(format!("{}\n----\n\n{}", all.stdout, one.stdout));
}

#[test]
fn json_and_csv_of_a_history_have_the_shape_that_programs_rely_on() {
    let folder = folder("shape");
    let arguments = ["history", "crimes.csv", "Murder, total", "--last", "1", "-o"];
    let json = crossfoot(&folder, &[&arguments[..], &["json"]].concat());
    let csv = crossfoot(&folder, &[&arguments[..], &["csv"]].concat());
    insta::assert_snapshot!(format!("{}\n{}", json.stdout, csv.stdout));
}

#[test]
fn a_waived_figure_is_left_out_of_the_baseline() {
    let folder = folder("waived");
    let past = crossfoot(
        &folder,
        &["accept", "crimes.csv", "--waive", "all", "--reason", "misprint, the office says", "--by", "A"],
    );
    assert_eq!(past.code, 0, "{}{}", past.stdout, past.stderr);
    let before = crossfoot(&folder, &["history", "crimes", "fraud, total", "-o", "csv"]).stdout;
    assert_eq!(before.lines().count(), 6, "{before}");
    folder.write("next.csv", "week,crime,total,solved\n2005-04-06,Fraud,69,31\n");
    let clean = crossfoot(&folder, &["check", "next.csv", "-o", "json"]);
    let judged: serde_json::Value = serde_json::from_str(&clean.stdout).unwrap();
    assert_eq!(judged["summary"]["by_rule"]["usual"]["holds"], 1, "{}", clean.stdout);
    // Ten times as many again is told by the four editions that were not waived.
    folder.write("next.csv", "week,crime,total,solved\n2005-04-06,Fraud,700,310\n");
    let again = crossfoot(&folder, &["check", "next.csv", "-o", "concise"]).stdout;
    assert!(again.contains("expected about 69, based on the last 4 editions"), "{again}");
}

#[test]
fn detectors_by_name_are_as_surveillance_has_them() {
    let folder = Folder::new("series-names");
    let of = |name: &str| std::fs::read(format!("{}/tests/tables/history/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for (word, table, more) in [
        ("farrington-flexible", "farrington/sim_long_noufaily2012.csv", ""),
        ("farrington", "farrington-classic/sim_long.csv", ""),
        ("ears-c1", "ears/sim_long_C1_minSigma0.5.csv", "--min-sigma=0.5"),
        ("ears-c2", "ears/sim_long_C2.csv", "--min-sigma=0"),
        ("cusum", "cusum/sim_short_rossi.csv", "--baseline=8"),
    ] {
        folder.write("long.csv", of(if word == "cusum" { "input/sim_short.csv" } else { "input/sim_long.csv" }));
        let mut arguments =
            vec!["history", "long.csv", "--period", "index", "--value", "observed", "-o", "csv", "--detector", word];
        arguments.extend(Some(more).filter(|it| !it.is_empty()));
        let output = crossfoot(&folder, &arguments);
        let bound = |text: &str, index: &str, column: &str| {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let heads = reader.headers().unwrap().clone();
            let at = |name: &str| heads.iter().position(|it| it == name).unwrap();
            let (index, column) = (at(index), at(column));
            let pair = |it: csv::StringRecord| Some((it[index].to_owned(), it[column].parse::<f64>().ok()?));
            reader.records().filter_map(|it| pair(it.unwrap())).collect::<std::collections::BTreeMap<_, _>>()
        };
        let found = bound(&output.stdout, "period", "upper_bound");
        let wanted = bound(&String::from_utf8(of(table)).unwrap(), "index", "upperbound");
        assert!(wanted.len() > 15, "{word}");
        for (at, wanted) in wanted.into_iter().filter(|it| it.1 > 0.0) {
            let found = found.get(&at).copied().unwrap_or(f64::NAN);
            assert!((found - wanted).abs() <= 1e-4 * wanted, "{word} {at}: {found} for {wanted}");
        }
    }
}

#[test]
fn what_cannot_be_shown_is_refused_with_a_hint() {
    let folder = folder("refused");
    for (arguments, parts) in [
        (&["history", "crime"][..], ["no such dataset or file", "the nearest dataset is crimes"]),
        (&["history", "crimes"], ["has no snapshots", "crossfoot accept"]),
        (&["history", "crimes.csv", "Frau d"], ["no series has", "the nearest row is Fraud"]),
        (&["history", "crimes.csv", "--period", "wek", "--value", "total"], ["no column \"wek\"", "\"week\""]),
        (&["history", "crimes.csv", "--period", "crime", "--value", "total"], ["expected a period", "2005-03-02"]),
        (&["history", "crimes.csv", "--alpha", "7"], ["expected an alpha above 0", "found 7"]),
    ] {
        let output = crossfoot(&folder, arguments);
        assert_eq!(output.code, 2, "{arguments:?}: {}{}", output.stdout, output.stderr);
        for part in parts {
            assert!(output.stderr.contains(part), "expected {part:?} in:\n{}", output.stderr);
        }
    }
}

/// The editions of drawn weeks, newest first: rows and columns come and go, keys name the week or
/// do not, and some figures are left out.
fn drawn_editions(draws: &mut Draws) -> Vec<Arc<Earlier>> {
    let schema = "crossfoot = 1\ndataset = \"d\"\ncadence = \"weekly\"\n[tables.t]\nkey = [KEY]\n[tables.t.columns]\n\
                  week = \"label\"\narea = \"label\"\ncases = \"count\"\nall = \"count\"\nlevel = \"integer\"\n";
    let is_dated = draws.upto(2) == 0;
    let schema = schema.replace("KEY", if is_dated { "\"week\", \"area\"" } else { "\"area\"" });
    let dataset = crossfoot::rules::load("rules/d.toml", &schema, &|_| Ok(Vec::new())).unwrap();
    let mut editions = Vec::new();
    for week in 0..draws.between(3, 9) {
        let start: jiff::civil::Date = "2024-01-01".parse().unwrap();
        let start = start.checked_add(jiff::Span::new().days(7 * i64::try_from(week).unwrap())).unwrap();
        let end = start.checked_add(jiff::Span::new().days(6)).unwrap();
        if draws.upto(6) == 0 {
            continue;
        }
        let mut text = String::from("week,area,cases,all,level\n");
        let has_column = draws.upto(7) > 0;
        for area in ["North", "South", "East", "West", "North"] {
            if draws.upto(5) == 0 {
                continue;
            }
            let cases = if draws.upto(8) == 0 { "n/a".to_owned() } else { draws.between(0, 40).to_string() };
            let (all, level) = (draws.between(0, 90), draws.upto(9));
            let sign = if draws.upto(6) == 0 { "-" } else { "" };
            writeln!(text, "{start},{area},{cases},{all},{sign}{level}").unwrap();
        }
        let text = if has_column { text } else { text.replace("cases", "number") };
        let document = Arc::new(Document::new("t.csv", text, "UTF-8"));
        let page = delimited::read_page(&document, &delimited::Layout::default()).unwrap();
        let Some(grid) = page.grids.first() else { continue };
        let table = source::type_grid(grid, &document, &dataset.tables[0], &TypeOptions::default()).table;
        let period = Period::parse(&format!("{start}/{end}"));
        let names: Vec<String> = (0..table.rows.len()).map(|it| table.row_name(it)).collect();
        let waived = names.iter().filter(|_| draws.upto(9) == 0);
        let ids = waived.map(|it| identity("d", "t", "usual", it, "cases")).collect();
        let left_out = LeftOut { dataset: "d".to_owned(), rules: vec!["usual".to_owned()], ids };
        let edition = Edition { period, coverage: None, tables: vec![table] };
        editions.push(Arc::new(Earlier::new(Arc::new(edition), Some(left_out))));
    }
    editions.reverse();
    editions
}

#[test]
fn series_collected_once_are_those_collected_for_each_edition() {
    let mut draws = Draws::new(18);
    let columns = ["cases", "all", "level"].map(str::to_owned);
    let mut figures = 0;
    for _ in 0..150 {
        let editions = drawn_editions(&mut draws);
        let on_file = SeriesOnFile::new(editions.clone());
        for (at, it) in editions.iter().enumerate().rev() {
            for (of, by_change) in [(None, false), (None, true), (Some("all"), false)] {
                let wanted = [Wanted { columns: &columns, of, by_change, ..Wanted::all(0) }];
                let before = &editions[at + 1..];
                let collect = |history: History<'_>| {
                    collect(&it.edition, history, &wanted, &Calendar::of(Cadence::Weekly), Correction::Hochberg)
                };
                let shared = collect(History { before, on_file: Some(&on_file) });
                let alone = collect(History::of(before));
                figures += alone.0.iter().map(|it| it.asked.line.before.len()).sum::<usize>();
                assert_eq!(shared, alone, "{:?}", it.edition.period);
            }
        }
    }
    assert!(figures > 10_000, "{figures}");
}
