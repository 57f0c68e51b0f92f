//! `JUnit` XML, for CI systems that show tests: a suite a rule, in it a case a
//! table, also where all of it holds.
//!
//! Errors and warnings are failures; notes and what is waived do not fail; what
//! is undetermined throughout is skipped. In the suite `figures judged` a table
//! of which no figure was judged is skipped, and a file that could not be read
//! is an error.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{counted, verdict};
use crate::check::{Outcome, RunVerdict, Tally};
use crate::finding::{Finding, Severity, Status};

/// So many findings are told of one case.
const TOLD_MAX: usize = 100;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut cases: BTreeMap<(&str, &str), Vec<&Finding>> = BTreeMap::new();
    for (rule, table) in outcome.by_table.keys() {
        cases.entry((rule, table)).or_default();
    }
    for it in outcome.findings.iter().filter(|it| it.status != Status::Waived) {
        let table = it.places.first().map_or("", |it| it.table.as_str());
        // What is about a whole edition points at one of its tables.
        let own = [table, ""].into_iter().find(|table| cases.contains_key(&(it.rule.as_str(), *table)));
        cases.entry((&it.rule, own.unwrap_or(table))).or_default().push(it);
    }
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    for ((rule, table), findings) in cases {
        let tally = outcome.by_table.get(&(rule.to_owned(), table.to_owned())).copied().unwrap_or_default();
        let name = if table.is_empty() { "edition" } else { table };
        let suite = suites.entry(rule).or_insert_with(|| TestSuite::new(clean(rule)));
        suite.add_test_case(case(name, rule, tally, &findings));
    }
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    report.add_test_suites(suites.into_values());
    report.add_test_suite(judged(outcome));
    let text = report.to_string().map_err(io::Error::other)?;
    writeln!(out, "{}", without_skipped(&text))
}

/// How many figures of each table were judged, and the verdict.
fn judged(outcome: &Outcome) -> TestSuite {
    let mut suite = TestSuite::new("figures judged");
    for it in &outcome.judged {
        let message = format!("{} of {} judged", it.judged, counted(it.figures, "figure"));
        let status = if it.judged == 0 {
            let mut status = TestCaseStatus::skipped();
            status.set_message(message.clone());
            status
        } else {
            TestCaseStatus::success()
        };
        suite.add_test_case(judged_case(&format!("{}: {}", it.file, it.table), status, &message));
    }
    for it in &outcome.unread {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(clean(&it.why)).set_type("unread");
        suite.add_test_case(judged_case(&it.file, status, "not read"));
    }
    let mut status = TestCaseStatus::success();
    if outcome.verdict() == RunVerdict::NotChecked {
        status = TestCaseStatus::skipped();
        status.set_message(clean(&verdict::verdict(outcome)));
    }
    suite.add_test_case(judged_case("verdict", status, &verdict::verdict(outcome)));
    suite
}

fn judged_case(name: &str, status: TestCaseStatus, words: &str) -> TestCase {
    let mut case = TestCase::new(clean(name), status);
    case.set_classname("crossfoot.judged").set_system_out(clean(words));
    case
}

/// Without the count of skipped cases on the root, which Jenkins' schema does
/// not know: each suite has its own.
pub(super) fn without_skipped(text: &str) -> String {
    let cut = || {
        let start = text.find(" skipped=\"")?;
        let end = start + 10 + text.get(start + 10..)?.find('"')? + 1;
        (text.find("<testsuites")? < start && start < text.find("<testsuite ").unwrap_or(text.len()))
            .then(|| format!("{}{}", &text[..start], &text[end..]))
    };
    cut().unwrap_or_else(|| text.to_owned())
}

fn case(name: &str, rule: &str, tally: Tally, findings: &[&Finding]) -> TestCase {
    let Tally { checks, holds, waived, undetermined, .. } = tally;
    let status = if !findings.is_empty() {
        status(findings)
    } else if holds == 0 && waived == 0 {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("{undetermined} checks undetermined"));
        status
    } else {
        TestCaseStatus::success()
    };
    let mut case = TestCase::new(clean(name), status);
    case.set_classname(clean(&format!("crossfoot.{rule}")));
    case.set_system_out(format!(
        "{}: {holds} passed, {waived} waived, {undetermined} undetermined",
        counted(checks, "check")
    ));
    case
}

fn status(findings: &[&Finding]) -> TestCaseStatus {
    let told: Vec<String> = findings.iter().take(TOLD_MAX).map(|it| told(it)).collect();
    let more = findings.len().saturating_sub(TOLD_MAX);
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    let text = clean(&format!("{}{more}", told.join("\n")));
    if findings.iter().all(|it| it.severity == Severity::Note) {
        let mut status = TestCaseStatus::skipped();
        status.set_message(text);
        return status;
    }
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(clean(&findings[0].message)).set_type(findings[0].severity.word()).set_description(text);
    status
}

fn told(it: &Finding) -> String {
    let place = it.places.first().map_or(String::new(), |it| format!("{}: ", it.at()));
    format!("{place}{}: {}", it.severity.word(), it.message)
}

/// Without the characters that XML 1.0 cannot hold.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|it| matches!(it, '\t' | '\n' | '\r') || *it >= ' ').collect()
}
