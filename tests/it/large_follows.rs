//! Large files, read in parts: the arithmetic that they follow without a rule.

use crossfoot::check::stream::{self, Limits};
use crossfoot::check::{self, Options, Outcome};
use crossfoot::finding::Severity;
use crossfoot::rules::Dataset;
use proptest::prelude::*;

use crate::large::{Bytes, dataset, options, told};

const ROWS: u64 = 24_000;
const HEADING: &str = "district,births,deaths,arrivals,growth,births share,price,value,total\n";

/// A number below a limit that looks like no other.
fn any(seed: u64, limit: u64) -> u64 {
    let mut it = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    it ^= it >> 29;
    it = it.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (it ^ (it >> 32)) % limit
}

/// Cents as a printed amount.
fn amount(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The cells of a row in which every relation holds.
fn row(at: u64) -> Vec<String> {
    let [births, deaths, arrivals] = [1, 2, 3].map(|it| any(at * 7 + it, 9_000) + 1);
    let total = births + deaths + arrivals;
    let share = (1_000 * births + total / 2) / total;
    let price = any(at * 7 + 4, 90_000) + 100;
    let growth = i64::try_from(births).unwrap() - i64::try_from(deaths).unwrap();
    vec![
        format!("D{}", at % 311),
        births.to_string(),
        deaths.to_string(),
        arrivals.to_string(),
        growth.to_string(),
        format!("{}.{}", share / 10, share % 10),
        amount(price),
        amount(price * arrivals),
        total.to_string(),
    ]
}

/// A file in which some cells (row, column) are others.
fn file(changes: &[(u64, usize, &str)]) -> String {
    let line = |at: u64| {
        let mut cells = row(at);
        for (_, column, text) in changes.iter().filter(|it| it.0 == at) {
            (*text).clone_into(&mut cells[*column]);
        }
        cells.join(",") + "\n"
    };
    format!("{HEADING}{}", (0..ROWS).map(line).collect::<String>())
}

fn limited(datasets: &[Dataset], text: &str, chunk: u64) -> Outcome {
    let parts = Bytes(text.as_bytes().to_vec());
    let (limits, options) = (Limits { chunk, memory: 1 << 30 }, Options::default());
    let loaded = stream::load(&parts, "t.csv", datasets, &options, &|_| false, limits).unwrap().ok();
    check::check(vec![loaded.expect("it is plain enough")], datasets, &[], &options).unwrap()
}

fn whole(datasets: &[Dataset], text: &str, options: &Options) -> Outcome {
    let document = crossfoot::source::decode("t.csv", text.as_bytes().to_vec()).unwrap();
    let loaded = check::load(document.into(), crossfoot::source::Format::Delimited, datasets, options).unwrap();
    check::check(vec![loaded], datasets, &[], options).unwrap()
}

/// Line, column, and what would fit, of each finding; the relations that break.
fn breaks(outcome: &Outcome) -> Vec<(u32, String, String, Vec<String>)> {
    let of = |it: &crossfoot::finding::Finding| {
        let follows = it.cause.as_ref().unwrap().follows.clone().unwrap();
        let requires = follows.figures.first().map_or(String::new(), |it| it.requires.clone());
        (it.places[0].line, it.places[0].column.clone().unwrap(), requires, follows.relations)
    };
    outcome.findings.iter().filter(|it| it.rule == "follows").map(of).collect()
}

#[test]
fn a_slip_is_found_at_its_line_with_the_counts_of_all_rows() {
    let slip = row(17_321)[8].replacen(|it: char| it.is_ascii_digit(), "7", 1);
    let slip = if slip == row(17_321)[8] { slip.replacen('7', "8", 1) } else { slip };
    let outcome = limited(&[], &file(&[(17_321, 8, &slip)]), 1 << 15);
    let found = breaks(&outcome);
    let [(line, column, requires, relations)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((*line, column.as_str(), requires.as_str()), (17_323, "total", row(17_321)[8].as_str()));
    assert_eq!(relations.len(), 2, "the sum and the share: {relations:?}");
    let message = &outcome.findings.iter().find(|it| it.rule == "follows").unwrap().message;
    assert!(message.contains("23,999 of 24,000 rows"), "{message}");
    assert_eq!(outcome.findings.iter().find(|it| it.rule == "follows").unwrap().severity, Severity::Error);
}

#[test]
fn all_forms_are_counted_over_all_rows_and_a_sound_file_is_quiet() {
    let outcome = limited(&[], &file(&[]), 1 << 15);
    assert_eq!(breaks(&outcome), []);
    let held = outcome.by_rule["follows"].holds;
    assert_eq!(held, 4 * usize::try_from(ROWS).unwrap(), "a sum, a difference, a share, a product");
    let figures: usize = outcome.judged.iter().map(|it| it.figures).sum();
    assert_eq!(outcome.judged.iter().map(|it| it.judged).sum::<usize>(), figures);
}

#[test]
fn breaks_are_those_of_the_file_read_as_a_whole() {
    let text = file(&[(77, 1, "12345"), (9_000, 7, "1.00"), (9_001, 4, "0"), (20_000, 5, "99.9")]);
    let sorted = |outcome: &Outcome| {
        let mut found: Vec<_> = breaks(outcome).into_iter().map(|it| (it.0, it.1)).collect();
        found.sort();
        found
    };
    let parts = sorted(&limited(&[], &text, 1 << 15));
    assert_eq!(parts, sorted(&whole(&[], &text, &Options::default())));
    assert_eq!(parts.iter().map(|it| it.0).collect::<Vec<_>>(), [79, 9_002, 9_003, 20_002]);
}

#[test]
fn what_is_found_is_the_same_for_any_chunks_and_threads() {
    let text = file(&[(5, 8, "3"), (12_345, 2, "1"), (23_999, 7, "0.10")]);
    let known = breaks(&limited(&[], &text, 1 << 20));
    assert_eq!(known.len(), 3);
    for (chunk, threads) in [(3_000, 1), (3_000, 3), (50_000, 2)] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert_eq!(pool.install(|| breaks(&limited(&[], &text, chunk))), known, "{chunk}, {threads}");
    }
}

#[test]
fn breaks_in_a_stretch_are_another_definition_and_others_are_not() {
    // From one row on the total leaves the arrivals out.
    let texts: Vec<(u64, String)> = (6_000..6_040)
        .map(|at| {
            let sum: u64 = row(at)[1..3].iter().map(|it| it.parse::<u64>().unwrap()).sum();
            (at, sum.to_string())
        })
        .collect();
    let mut changes: Vec<(u64, usize, &str)> = texts.iter().map(|it| (it.0, 8, it.1.as_str())).collect();
    let lines = |changes: &[(u64, usize, &str)]| -> Vec<u32> {
        breaks(&limited(&[], &file(changes), 1 << 15)).iter().map(|it| it.0).collect()
    };
    assert_eq!(lines(&changes), [0; 0]);
    // Apart, with hundreds of rows between them, such breaks stand for themselves.
    changes.clear();
    for at in [1_000_u64, 1_400, 1_800, 2_200, 2_600] {
        changes.push((at, 8, "11"));
    }
    assert_eq!(lines(&changes).len(), 5);
}

#[test]
fn columns_that_no_rule_adds_up_are_looked_at_beside_rules() {
    let rules = "crossfoot = 1\ndataset = \"d\"\nfiles = [\"*.csv\"]\n[tables.t.columns]\ndistrict = \"text\"\n\
        births = \"count\"\ndeaths = \"count\"\narrivals = \"count\"\ntotal = \"count\"\n\
        [[rules]]\nname = \"adds-up\"\nsum = { total = \"total\", parts = [\"births\", \"deaths\", \"arrivals\"] }\n";
    let text = file(&[(40, 8, "3"), (18_000, 4, "123456")]);
    let outcome = limited(&dataset(rules), &text, 1 << 15);
    let of = |rule: &str| -> Vec<u32> {
        outcome.findings.iter().filter(|it| it.rule == rule).map(|it| it.places[0].line).collect()
    };
    assert_eq!((of("adds-up"), of("follows").contains(&18_002)), (vec![42], true));
    let relations: Vec<String> = breaks(&outcome).into_iter().flat_map(|it| it.3).collect();
    assert!(!relations.iter().any(|it| it.starts_with("total =")), "{relations:?}");
}

#[test]
fn a_blank_part_is_told_where_none_is_blank_else() {
    let outcome = limited(&[], &file(&[(7_000, 3, "")]), 1 << 15);
    let found = breaks(&outcome);
    assert_eq!(found.iter().map(|it| (it.0, it.1.as_str())).collect::<Vec<_>>(), [(7_002, "arrivals")]);
    let message = &outcome.findings.iter().find(|it| it.rule == "follows").unwrap().message;
    let arrivals = &row(7_000)[3];
    assert!(message.contains(&format!("arrivals is blank, but should be {arrivals} according to ")), "{message}");
    // Where every third row leaves it out, nothing is known of it.
    let blanks: Vec<(u64, usize, &str)> = (0..ROWS).step_by(3).map(|it| (it, 3, "")).collect();
    assert_eq!(breaks(&limited(&[], &file(&blanks), 1 << 15)), []);
}

#[test]
fn a_relation_that_breaks_in_many_rows_hands_out_few_of_them() {
    let changed: Vec<(u64, usize, &str)> = (0..ROWS).filter(|it| any(*it, 5) == 0).map(|it| (it, 8, "4")).collect();
    let outcome = limited(&[], &file(&changed), 1 << 20);
    assert!(breaks(&outcome).iter().all(|it| it.1 != "total"), "{:?}", breaks(&outcome));
}

fn cell(plain: &'static str) -> impl Strategy<Value = String> {
    // Names that differ in one space are told where a file is read as a whole, and named as a limit in parts.
    let odd = "|\" {2,4}7\"|\"1,234\"|[1-9]\\.[0-9]{3}|n/a|\\.\\.|-[0-9]{1,3}|[0-9]\\.[0-9]|é|[a-z]{0,3}|1O4";
    let odd: &'static str = Box::leak(format!("({odd})").into_boxed_str());
    prop_oneof![30 => plain, 1 => odd]
}

proptest! {
    #[test]
    fn files_without_rules_have_the_findings_of_whole_ones(
        records in proptest::collection::vec((cell("[1-9][0-9]{0,2}"), cell("[1-9][0-9]?\\.[0-9]{2}"), cell("[a-z]{1,4}|\"a\nb\"")), 0..30),
        chunk in 64_u64..4_096,
    ) {
        let sound: String = (0..400).map(|it| format!("{},2{:03},{}.25,x{}\n", it * 10, it, it % 30 + 1, it % 9)).collect::<Vec<_>>().concat();
        let odd: String = records.iter().map(|it| format!("{},2001,{},{}\n", it.0, it.1, it.2)).collect::<Vec<_>>().concat();
        let text = format!("count,year,n,note\n{sound}{odd}");
        let limits = Limits { chunk, memory: 1 << 30 };
        let loaded = stream::load(&Bytes(text.clone().into_bytes()), "t.csv", &[], &options(), &|_| false, limits).unwrap().ok();
        if let Some(loaded) = loaded {
            let parts = told(&check::check(vec![loaded], &[], &[], &options()).unwrap());
            prop_assert_eq!(parts, told(&whole(&[], &text, &options())), "{}", text);
        }
    }
}
