//! `JUnit` XML, for CI systems that show tests: a suite a rule, in it a case for
//! each table with findings, and one for what holds.
//!
//! Errors and warnings are failures; notes and what is waived do not fail; what
//! is undetermined throughout is skipped.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::check::{Outcome, Tally};
use crate::finding::{Finding, Severity, Status};

/// So many findings are told of one case.
const TOLD_MAX: usize = 100;

pub(super) fn write(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    for (name, tally) in &outcome.by_rule {
        report.add_test_suite(suite(name, *tally, outcome));
    }
    report.serialize(&mut *out).map_err(io::Error::other)?;
    writeln!(out)
}

fn suite(name: &str, tally: Tally, outcome: &Outcome) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let mut tables: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for it in outcome.findings.iter().filter(|it| it.rule == name && it.status != Status::Waived) {
        tables.entry(it.places.first().map_or("", |it| it.table.as_str())).or_default().push(it);
    }
    if tally.holds > 0 || tally.waived > 0 {
        let mut case = case("holds", name, TestCaseStatus::success());
        case.set_system_out(format!("{} checks, {} hold, {} waived", tally.checks, tally.holds, tally.waived));
        suite.add_test_case(case);
    } else if tables.is_empty() {
        let mut status = TestCaseStatus::skipped();
        status.set_message(format!("{} checks undetermined", tally.undetermined));
        suite.add_test_case(case("undetermined", name, status));
    }
    for (table, findings) in tables {
        let named = if table.is_empty() { "form" } else { table };
        suite.add_test_case(case(named, name, status(&findings)));
    }
    suite
}

fn case(name: &str, rule: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(clean(name), status);
    case.set_classname(format!("crossfoot.{rule}"));
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
fn clean(text: &str) -> String {
    text.chars().filter(|it| matches!(it, '\t' | '\n' | '\r') || *it >= ' ').collect()
}
