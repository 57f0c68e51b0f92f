//! The grammar of mentions against the test sets of others, with every case that is left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use crossfoot::article::{Mention, MentionKind, mentions};
use crossfoot::source::{Format, Page};
use crossfoot::table::{Document, show_exact};
use regex::Regex;
use serde_json::Value;

/// A group of cases that is left out, with the reason for it.
struct Rule {
    name: &'static str,
    pattern: Regex,
}

fn rules(rules: &[(&'static str, &str)]) -> Vec<Rule> {
    rules
        .iter()
        .map(|&(name, pattern)| Rule { name, pattern: Regex::new(&format!("(?i){pattern}")).unwrap() })
        .collect()
}

fn find(text: &str) -> Vec<Mention> {
    let document = Document::new("case.txt", text.to_owned(), "UTF-8");
    mentions(&document, Format::Page, &Page::default())
}

fn cases(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/tables/{file}/cases.jsonl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

/// How a model's cases went, with a line for each that was left out or is wrong.
struct Score {
    right: usize,
    judged: usize,
    all: usize,
    left_out: BTreeMap<&'static str, Vec<String>>,
    wrong: Vec<String>,
}

impl Score {
    fn report(&self, model: &str) -> String {
        let mut text = String::new();
        let tenths = 1_000 * self.right / self.judged.max(1);
        let percent = format!("{}.{}", tenths / 10, tenths % 10);
        writeln!(text, "{model}: {} of {} right ({percent}%), {} cases in all", self.right, self.judged, self.all)
            .unwrap();
        for (rule, cases) in &self.left_out {
            writeln!(text, "  left out, {rule}: {}", cases.len()).unwrap();
            for it in cases {
                writeln!(text, "    {it}").unwrap();
            }
        }
        for it in &self.wrong {
            writeln!(text, "  wrong: {it}").unwrap();
        }
        text
    }
}

/// Judges the cases of a model that no rule leaves out.
fn judge(
    model: &str,
    rules: &[Rule],
    found: impl Fn(&str) -> Vec<String>,
    same: impl Fn(&[String], &[String]) -> bool,
) -> Score {
    let mut score = Score { right: 0, judged: 0, all: 0, left_out: BTreeMap::new(), wrong: Vec::new() };
    for case in cases("recognizers-text").iter().filter(|it| it["model"] == model) {
        score.all += 1;
        let input = case["input"].as_str().unwrap();
        if let Some(rule) = rules.iter().find(|it| it.pattern.is_match(input)) {
            score.left_out.entry(rule.name).or_default().push(input.to_owned());
            continue;
        }
        score.judged += 1;
        let expected: Vec<String> =
            case["expected"].as_array().unwrap().iter().filter_map(|it| it.as_str().map(str::to_owned)).collect();
        let found = found(input);
        if same(&found, &expected) {
            score.right += 1;
        } else {
            score.wrong.push(format!("{input:?}: expected {expected:?}, found {found:?}"));
        }
    }
    score
}

fn number(text: &str) -> f64 {
    text.trim_end_matches('%').parse().unwrap_or(f64::NAN)
}

fn close(a: &str, b: &str) -> bool {
    let (a, b) = (number(a), number(b));
    (a - b).abs() <= 1e-5 * b.abs().max(1e-6)
}

/// Whether two lists of values are the same, in any order.
fn same_values(found: &[String], expected: &[String]) -> bool {
    let mut rest: Vec<&String> = expected.iter().collect();
    found.len() == expected.len()
        && found.iter().all(|it| rest.iter().position(|other| close(it, other)).map(|at| rest.remove(at)).is_some())
}

/// The values of all mentions that are numbers; both ends of a range.
fn values(text: &str) -> Vec<String> {
    let numbers = find(text).into_iter().filter(|it| !matches!(it.kind, MentionKind::Rank | MentionKind::Superlative));
    let mut values = Vec::new();
    for it in numbers {
        match (&it.value, &it.inner) {
            (Some(value), _) => values.push(show_exact(value)),
            (None, Some(inner)) => {
                values.extend(inner.low.iter().chain(&inner.high).map(|it| show_exact(&it.0)));
            }
            _ => {}
        }
    }
    values
}

#[test]
fn numbers_of_recognizers_text_are_read() {
    let rules = rules(&[
        ("exponents", r"\^|\d[eE][+-]?\d"),
        ("N over M", r"\w over \w"),
        (
            "compound ordinal fractions",
            r"(hundred|thousand|illion|twenty|thirty|forty|fifty|sixty)[ -]+(and )?(one thousand )?(firsts?|seconds?|thirds|fourths|fifths?|sixths?)\b|(hundred|thousand|million|billion|trillion)ths?\b|twenty[ -]firsts?|hundred[ -]+(and )?\w+([ -]+(and )?\w+)? (fourths|fifths)|hundred three fifths",
        ),
        ("phone, IP and date strings", r"\d+\.\d+\.\d+\.\d+|\d/\d+/\d{4}|\+\d-\d"),
        ("bare suffix letters", r"\d\s*(k|g|m|b|mm|ml|km|mil|bln|tln)\b"),
        ("spaced or decimal-comma digits", r"\d[ \u{202f}]\d{3}|\d, \d{3}|\d,\d{1,2}\b"),
        ("pronoun one", r"\b(the|this|that|which) one\b"),
        ("lakh, crore", r"lakh|crore|\d,\d\d,\d"),
    ]);
    let score = judge("number", &rules, values, same_values);
    println!("{}", score.report("number"));
    assert!(score.right * 100 >= score.judged * 95, "{}", score.report("number"));
}

#[test]
fn percentages_of_recognizers_text_are_read() {
    let rules = rules(&[
        ("the unit before the number", r"^per ?cents? of"),
        ("a percentage without a number", r"\b(a|the) .*(percent|%|percentage)\b.*(attain|increase|\?)"),
    ]);
    let percents = |text: &str| {
        let percents = find(text).into_iter().filter(|it| it.kind == MentionKind::Percent);
        percents.filter_map(|it| it.value).map(|it| show_exact(&it)).collect()
    };
    let score = judge("percent", &rules, percents, same_values);
    println!("{}", score.report("percent"));
    assert!(score.right * 100 >= score.judged * 90, "{}", score.report("percent"));
}

#[test]
fn ordinals_of_recognizers_text_are_read() {
    let rules = rules(&[(
        "places counted from the end or from here",
        r"\b(last|next|previous|current|penultimate|antepenultimate)\b",
    )]);
    let ranks = |text: &str| {
        let ranks = find(text).into_iter().filter(|it| it.kind == MentionKind::Rank);
        ranks.filter_map(|it| it.value).map(|it| show_exact(&it)).collect()
    };
    let score = judge("ordinal", &rules, ranks, same_values);
    println!("{}", score.report("ordinal"));
    assert!(score.right * 100 >= score.judged * 90, "{}", score.report("ordinal"));
}

/// Theirs is open above between two ends, ours closed; zero is a count's lower end here.
fn same_ranges(found: &[String], expected: &[String]) -> bool {
    let ends = |it: &String| {
        let inner = it.trim_matches(['(', ')', '[', ']']);
        let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
        let low = if low.trim() == "0" && !high.trim().is_empty() { "" } else { low };
        let one_sided = low.trim().is_empty() || high.trim().is_empty();
        let borders = if one_sided { it.starts_with('[') && !low.trim().is_empty() || it.ends_with(']') } else { true };
        (number_or_none(low), number_or_none(high), borders)
    };
    let (found, expected): (Vec<_>, Vec<_>) = (found.iter().map(ends).collect(), expected.iter().map(ends).collect());
    found == expected
}

fn number_or_none(text: &str) -> Option<String> {
    text.trim().parse::<f64>().ok().map(|it| format!("{it:.4}"))
}

#[test]
fn ranges_of_recognizers_text_are_read() {
    let rules = rules(&[
        ("signs of comparison", r"[<>]|="),
        ("ordinals as ends", r"tenth|fifteenth"),
        ("equality, which is no range", r"equals? \d|equals? to|equal to|equaling"),
        ("from and to, which tell of a change too", r"\bfrom\b"),
        ("a comparison that breaks off", r"or greater than$|or equal"),
    ]);
    let ranges = |text: &str| {
        let bounded = find(text).into_iter().filter(|it| it.kind != MentionKind::Rank);
        let inner = bounded.filter_map(|it| it.inner);
        inner.filter(|it| it.low != it.high).map(|it| it.shown()).collect()
    };
    let score = judge("range", &rules, ranges, same_ranges);
    println!("{}", score.report("range"));
    assert!(score.right * 100 >= score.judged * 90, "{}", score.report("range"));
}

const RELATIVE: &str = r"today|tomorrow|tmrw|yesterday|\b(next|last|this|past|previous|coming|upcoming|current|my|same|ago|later|now|hence|future|within|rest|early|late|mid|another)\b|\bthe (day|week|weekend)\b|\bin \w+ (\w+ )?(days|weeks|months|years)|\b(few|couple)\b|\bday\?|days? (before|after|from)|weeks? (before|after|from)";

#[test]
fn dates_of_recognizers_text_are_read() {
    let rules = rules(&[
        ("relative to the day of writing", RELATIVE),
        (
            "a day of an unnamed month",
            r"(on|the|for the) +\d{1,2}(st|nd|rd|th)?\W*$|the (second|twenty second|thirty)$|day the ",
        ),
        (
            "the weekday alone, or counted",
            r"(on |\|)friday|(first|second|third|fifth) (friday|sunday|tuesday|wednesday)|two (sundays|monday)",
        ),
        ("day and month as two numbers", r"(back|on|in|at) +\d{1,2}[./-]\d{1,2}$|^2/29$|08/12,"),
        ("month and day in one word", r"oct(ober)?2$"),
    ]);
    let dates = |text: &str| {
        let dates = find(text).into_iter().filter(|it| it.kind == MentionKind::Date);
        dates.filter_map(|it| it.date()).collect::<Vec<_>>()
    };
    let score = judge("date", &rules, dates, |found, expected| found == expected);
    println!("{}", score.report("date"));
    assert!(score.right * 100 >= score.judged * 90, "{}", score.report("date"));
}

/// A timex of a period as its two ends, the last day in it.
fn period_of(timex: &str) -> String {
    let Some(inner) = timex.strip_prefix('(').and_then(|it| it.strip_suffix(')')) else { return timex.to_owned() };
    let mut parts = inner.split(',');
    let (from, until, length) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap_or(""));
    let year = |it: &str| it[..4].parse::<i32>().unwrap_or(0);
    match length {
        "P10Y" | "P4Y" | "P14Y" => {
            let last = if length == "P10Y" { year(until) - 1 } else { year(until) };
            format!("{:04}/{last:04}", year(from))
        }
        "P3M" | "P6M" => {
            let month = |it: &str| it[5..7].parse::<i32>().unwrap();
            format!("{}/{:04}-{:02}", &from[..7], year(from), if month(until) == 1 { 12 } else { month(until) - 1 })
        }
        _ => format!("{from}/{until}"),
    }
}

#[test]
fn date_periods_of_recognizers_text_are_read() {
    let rules = rules(&[
        ("relative to the day of writing", RELATIVE),
        ("the month alone, seasons and weekends", r"out (february|march)$|summer|spring|weekend|end of march"),
        ("weeks by number", r"\bweek \d|(first|second|third|last) week"),
        ("month and year as numbers", r"\b\d{4} ?[-./] ?\d{1,2}\b|\b\d{1,2} ?[-/] ?\d{4}\b|from \d+/\d+ to"),
        ("quarters and halves without a year, or after it", r"Q\d$|H2$|2016 (q3|h2|the third)|2016h2"),
        (
            "decades and centuries in words, or short",
            r"(the |in )'?\d0'?s|ties|tens|thousands|century|year (247|two)|decade",
        ),
        ("the year before its month, or of two digits", r"2016 ?,? (june|nov)|2015 (june|may)|\d{4} june|august 99"),
        (
            "ends that are not as exact as each other",
            r"(feb|january|may)( 5th|1st)?,? (1st |5th,? )?(2015|2017|2018|2019)?.*\b(and|to) (feb|march|2018|2019)|between 2015|from 2015 to may|feb 2018|to march 2019",
        ),
        ("begin, middle or end of a period", r"(beginning|middle|start|end) of"),
        (
            "the year in words before or after a split range",
            r"november between|feb between|from 4 to january|02 to april|of nineteen|^in (nineteen|one thousand)",
        ),
        ("days without their month", r"week of the 18th|month of|friday the 11th"),
        ("a stretch of time from a day on", r"for \w+ weeks?,? |w/c"),
    ]);
    let periods = |text: &str| {
        let periods = find(text).into_iter().filter(|it| it.kind == MentionKind::Period);
        periods.filter_map(|it| it.date()).collect::<Vec<_>>()
    };
    let same = |found: &[String], expected: &[String]| {
        found == expected.iter().map(|it| period_of(it.split('|').next().unwrap_or(it))).collect::<Vec<_>>()
    };
    let score = judge("period", &rules, periods, same);
    println!("{}", score.report("period"));
    assert!(score.right * 100 >= score.judged * 90, "{}", score.report("period"));
}

#[test]
fn quantities_of_quantulum3_are_read_where_they_are_numbers() {
    let (mut right, mut expected_count, mut found_count) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in cases("quantulum3") {
        let input = case["input"].as_str().unwrap();
        let expected: Vec<f64> =
            case["expected"].as_array().unwrap().iter().filter_map(|it| it["value"].as_f64()).collect();
        let found: Vec<f64> = find(input)
            .into_iter()
            .filter(|it| !matches!(it.kind, MentionKind::Rank | MentionKind::Identifier))
            // They give a range its middle.
            .filter_map(|it| {
                let ends = it
                    .inner
                    .as_ref()
                    .and_then(|it| Some((show_exact(&it.low.as_ref()?.0), show_exact(&it.high.as_ref()?.0))));
                let shown = it.value.as_ref().map(show_exact);
                match ends {
                    Some((low, high)) if it.kind != MentionKind::Ratio && shown.as_ref() == Some(&low) => {
                        Some(f64::midpoint(number(&low), number(&high)))
                    }
                    _ => shown.map(|it| number(&it)),
                }
            })
            .collect();
        let mut rest = expected.clone();
        let hits = found.iter().filter(|it| {
            let at = rest.iter().position(|other| (*it - other).abs() <= 1e-5 * other.abs().max(1e-9));
            at.map(|at| rest.remove(at)).is_some()
        });
        let hits = hits.count();
        if hits < expected.len() || found.len() > expected.len() {
            wrong.push(format!("{input:?}: expected {expected:?}, found {found:?}"));
        }
        (right, expected_count, found_count) =
            (right + hits, expected_count + expected.len(), found_count + found.len());
    }
    let (precision, recall) = (100 * right / found_count, 100 * right / expected_count);
    let report = format!(
        "quantulum3 values: {right} of {expected_count} found, {found_count} given (precision {precision}%, recall {recall}%)\n  {}",
        wrong.join("\n  ")
    );
    println!("{report}");
    assert!(recall >= 80 && precision >= 80, "{report}");
}
