//! What tests of rule files came to: text, JSON (version 1; fields are only ever added)
//! and `JUnit` XML.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::counted;
use super::junit::clean;
use crate::test::{FileResults, MutantScore, TestResult, TestStatus};

/// A form that results of tests are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For systems that show tests.
    Junit,
}

/// What the user wants to see.
#[derive(Clone, Copy, Debug, Default)]
pub struct TestLook {
    /// Every test and figure.
    pub verbose: bool,
    /// The least share of changes that tests must notice, in percent.
    pub fail_under: Option<usize>,
}

/// So many figures are named, where not all are asked for.
const NAMED_MAX: usize = 5;

impl TestFormat {
    /// Every one, with the word for it.
    pub const WORDS: [(&'static str, Self); 3] = [("text", Self::Text), ("json", Self::Json), ("junit", Self::Junit)];

    /// Writes results in this form.
    ///
    /// # Errors
    ///
    /// What `out` fails with.
    pub fn write(self, files: &[FileResults], look: TestLook, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => out.write_all(text(files, look).as_bytes()),
            Self::Json => writeln!(out, "{:#}", as_json(files)),
            Self::Junit => junit(files, out),
        }
    }
}

impl TestLook {
    /// Whether the tests of a file notice too few changes.
    pub fn is_under(&self, file: &FileResults) -> bool {
        let least = self.fail_under.unwrap_or(0);
        // Exact: a share that is rounded up to the least is below it.
        file.score.as_ref().is_some_and(|it| it.noticed * 100 < least * it.tried)
    }
}

fn text(files: &[FileResults], look: TestLook) -> String {
    let mut text = String::new();
    for file in files {
        for it in &file.tests {
            if look.verbose || it.status != TestStatus::Passed {
                text.push_str(&format!("{}: {}:{}: {}\n", it.status.word(), file.path, it.line, it.name));
                if it.status != TestStatus::Passed {
                    text.push_str(&difference(it));
                }
            }
        }
        if let Some(score) = &file.score {
            text.push_str(&scored(file, score, look));
        }
    }
    let all = || files.iter().flat_map(|it| &it.tests);
    let count = |status: TestStatus| all().filter(|it| it.status == status).count();
    let others = [TestStatus::Failed, TestStatus::New, TestStatus::Blessed];
    let others = others.iter().map(|it| (count(*it), it.word())).filter(|it| it.0 > 0);
    text.push_str(&format!("{}: {} passed", counted(all().count(), "test"), count(TestStatus::Passed)));
    text.extend(others.map(|it| format!(", {} {}", it.0, it.1)));
    text.push('\n');
    if count(TestStatus::New) > 0 {
        text.push_str("  hint: `crossfoot test --bless` writes the results of the rules into the tests\n");
    }
    text
}

/// What is expected and was not found, and what was found and is not expected.
fn difference(it: &TestResult) -> String {
    let word = |fails: bool| if fails { "fails" } else { "undetermined" };
    let mut text = String::new();
    for (fails, line) in &it.missing {
        text.push_str(&format!("  - {} {line}\n", word(*fails)));
    }
    for line in &it.extra {
        text.push_str(&format!("  + {} {}\n      {}\n", word(line.fails), line.line, line.message));
    }
    if text.is_empty() {
        text.push_str("  everything holds\n");
    }
    text
}

fn scored(file: &FileResults, score: &MutantScore, look: TestLook) -> String {
    let mut text = format!("{}: {} of {} noticed", file.path, score.noticed, counted(score.tried, "changed rule"));
    text.push_str(&format!(" ({}%)", score.percent()));
    if let Some(least) = look.fail_under.filter(|_| look.is_under(file)) {
        text.push_str(&format!(", less than {least}%"));
    }
    text.push_str(&format!("; {} of {} in figures noticed\n", score.slips_noticed, counted(score.slips, "slip")));
    if score.untried > 0 {
        text.push_str(&format!("  not tried: {} more\n", counted(score.untried, "changed rule")));
    }
    for it in &score.missed {
        text.push_str(&format!("  not noticed: {}:{}: {}: {}\n", it.at.file, it.at.line, it.rule, it.words));
    }
    let named = if look.verbose { usize::MAX } else { NAMED_MAX };
    if !score.blind.is_empty() {
        let shown: Vec<&str> = score.blind.iter().take(named).map(String::as_str).collect();
        let more = score.blind.len().saturating_sub(named);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        text.push_str(&format!("  no slip would be noticed at {}{more}\n", shown.join("; ")));
    }
    text
}

fn as_json(files: &[FileResults]) -> Value {
    let verdict = |fails: bool| if fails { "fails" } else { "undetermined" };
    let test = |it: &TestResult| {
        let missing: Vec<Value> =
            it.missing.iter().map(|it| json!({ "verdict": verdict(it.0), "check": it.1 })).collect();
        let extra = it.extra.iter().map(
            |it| json!({ "verdict": verdict(it.fails), "check": it.line, "rule": it.rule, "message": it.message }),
        );
        let extra: Vec<Value> = extra.collect();
        json!({ "name": it.name, "line": it.line, "status": it.status.word(), "missing": missing, "extra": extra })
    };
    let score = |it: &MutantScore| {
        let missed = it.missed.iter().map(
            |it| json!({ "rule": it.rule, "change": it.words, "rule_at": { "file": it.at.file, "line": it.at.line } }),
        );
        json!({
            "changes": it.tried, "noticed": it.noticed, "not_tried": it.untried,
            "missed": missed.collect::<Vec<Value>>(),
            "slips": it.slips, "slips_noticed": it.slips_noticed, "blind": it.blind,
        })
    };
    let file = |it: &FileResults| {
        let tests: Vec<Value> = it.tests.iter().map(test).collect();
        json!({ "file": it.path, "tests": tests, "mutants": it.score.as_ref().map(score) })
    };
    let all = || files.iter().flat_map(|it| &it.tests);
    let count = |status: TestStatus| all().filter(|it| it.status == status).count();
    json!({
        "format": "crossfoot-test",
        "version": 1,
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "summary": {
            "tests": all().count(), "passed": count(TestStatus::Passed), "failed": count(TestStatus::Failed),
            "new": count(TestStatus::New), "blessed": count(TestStatus::Blessed),
        },
        "files": files.iter().map(file).collect::<Vec<Value>>(),
    })
}

fn junit(files: &[FileResults], out: &mut dyn Write) -> io::Result<()> {
    let mut report = Report::new(env!("CARGO_PKG_NAME"));
    for file in files {
        let mut suite = TestSuite::new(clean(&file.path));
        for it in &file.tests {
            let mut status = TestCaseStatus::success();
            if it.status.fails() {
                status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_message(clean(&difference(it))).set_type(it.status.word());
            }
            let mut case = TestCase::new(clean(&it.name), status);
            case.set_classname("crossfoot.test");
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    let text = report.to_string().map_err(io::Error::other)?;
    writeln!(out, "{}", super::junit::without_skipped(&text))
}
